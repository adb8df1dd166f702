/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stats/stats-command.h"

#include <stdlib.h>
#include <string.h>

void stats_not_a_number(const struct stats_table* t, size_t row, size_t column, char* error,
                        size_t error_size)
{
    snprintf(error, error_size, "%s:%zu: column '%s': '%s' is not a number", t->name, t->lines[row],
             t->fields[column], stats_table_field(t, row, column));
}

void stats_put_number(FILE* out, bool there, double value)
{
    fputc(',', out);
    if (there)
    {
        fprintf(out, "%.12g", value == 0 ? 0.0 : value); /* no "-0" */
    }
}

bool stats_take(struct stats_sample* s, const struct stats_table* t, const struct stats_groups* g,
                size_t group, size_t measure, char* error, size_t error_size)
{
    if (!stats_sample_init(s, t->n_rows))
    {
        snprintf(error, error_size, "out of memory");
        return false;
    }
    for (size_t row = 0; row < t->n_rows; row++)
    {
        long double value;
        if (g->of_row[row] != group)
        {
            continue;
        }
        switch (stats_table_number(t, row, measure, &value))
        {
        case STATS_NUMBER:
            stats_sample_add(s, value);
            break;
        case STATS_MISSING:
            s->missing++;
            break;
        case STATS_TEXT:
            stats_not_a_number(t, row, measure, error, error_size);
            return false;
        }
    }
    stats_sample_sort(s);
    return true;
}

static void put_summary(FILE* out, const struct stats_sample* s, double confidence)
{
    bool any = s->n >= 1;
    bool spread = s->n >= 2;
    double mean = any ? stats_sample_mean(s) : 0;
    double half = spread ? stats_sample_half_width(s, confidence) : 0;
    fprintf(out, ",%zu,%zu", s->n, s->missing);
    stats_put_number(out, any, mean);
    stats_put_number(out, spread, spread ? stats_sample_sd(s) : 0);
    stats_put_number(out, spread, mean - half);
    stats_put_number(out, spread, mean + half);
    stats_put_number(out, any, any ? stats_sample_quantile(s, 0) : 0);
    stats_put_number(out, any, any ? stats_sample_quantile(s, 0.5) : 0);
    stats_put_number(out, any, any ? stats_sample_quantile(s, 1) : 0);
}

/** The numbers of "0.05,0.5", each 0 to 1. */
static bool read_fractions(const char* list, double** f, size_t* n, char* error, size_t error_size)
{
    *n = 0;
    *f = malloc((strlen(list) + 1) * sizeof(**f));
    if (!*f)
    {
        snprintf(error, error_size, "out of memory");
        return false;
    }
    for (const char* p = list;; p++)
    {
        char* end;
        double value = strtod(p, &end);
        if (end == p || (*end != ',' && *end != '\0') || !(value >= 0 && value <= 1))
        {
            snprintf(error, error_size, "--at wants numbers from 0 to 1, not '%s'", list);
            return false;
        }
        (*f)[(*n)++] = value;
        p = end;
        if (*p == '\0')
        {
            return true;
        }
    }
}

/** Both commands: a row for each group and measure; n_f fractions, or a summary when f is NULL. */
static bool each_group(FILE* out, const struct stats_table* t, const struct stats_options* o,
                       const double* f, size_t n_f, char* error, size_t error_size)
{
    struct stats_columns by = {0};
    struct stats_columns measures = {0};
    struct stats_groups g = {0};
    bool ok = stats_columns_find(&by, t, o->by, error, error_size) &&
              stats_columns_find(&measures, t, o->measure, error, error_size);
    if (ok && !stats_groups_make(&g, t, &by))
    {
        snprintf(error, error_size, "out of memory");
        ok = false;
    }
    for (size_t i = 0; ok && i < by.n; i++)
    {
        stats_put_field(out, t->fields[by.at[i]]);
        fputc(',', out);
    }
    if (ok)
    {
        fputs(f ? "measure,n,missing,quantile,value\n"
                : "measure,n,missing,mean,sd,ci_low,ci_high,min,median,max\n",
              out);
    }
    for (size_t k = 0; ok && k < g.n * measures.n; k++)
    {
        size_t group = k / measures.n;
        size_t measure = measures.at[k % measures.n];
        struct stats_sample s = {0};
        ok = stats_take(&s, t, &g, group, measure, error, error_size);
        for (size_t row = 0; ok && row < (f ? n_f : 1); row++)
        {
            for (size_t i = 0; i < by.n; i++)
            {
                stats_put_field(out, stats_table_field(t, g.first[group], by.at[i]));
                fputc(',', out);
            }
            stats_put_field(out, t->fields[measure]);
            if (f)
            {
                fprintf(out, ",%zu,%zu,%.12g", s.n, s.missing, f[row]);
                stats_put_number(out, s.n > 0, s.n > 0 ? stats_sample_quantile(&s, f[row]) : 0);
            }
            else
            {
                put_summary(out, &s, o->confidence);
            }
            fputc('\n', out);
        }
        stats_sample_free(&s);
    }
    stats_groups_free(&g);
    free(by.at);
    free(measures.at);
    return ok;
}

bool stats_summary(FILE* out, const struct stats_table* t, const struct stats_options* options,
                   char* error, size_t error_size)
{
    return each_group(out, t, options, NULL, 0, error, error_size);
}

bool stats_quantiles(FILE* out, const struct stats_table* t, const struct stats_options* options,
                     char* error, size_t error_size)
{
    double* f = NULL;
    size_t n = 0;
    bool ok = read_fractions(options->at, &f, &n, error, error_size) &&
              each_group(out, t, options, f, n, error, error_size);
    free(f);
    return ok;
}

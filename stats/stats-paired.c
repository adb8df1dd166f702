/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stats/stats-command.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NO_ROW ((size_t)-1)

/** The columns asked for and the groups of the table. */
struct comparison
{
    const struct stats_table* t;
    struct stats_columns by;
    struct stats_columns pair;
    struct stats_columns measures;
    struct stats_groups g;
};

/** The row of a group that makes a pair with a row of another, or NO_ROW. */
static size_t partner(const struct comparison* c, size_t row, size_t group)
{
    for (size_t other = c->g.first[group]; other < c->t->n_rows; other++)
    {
        if (c->g.of_row[other] == group && stats_rows_agree(c->t, &c->pair, row, other))
        {
            return other;
        }
    }
    return NO_ROW;
}

/** Two rows of one group in one pair would make the answer a matter of their order. */
static bool check_pairs(const struct comparison* c, char* error, size_t error_size)
{
    for (size_t row = 0; row < c->t->n_rows; row++)
    {
        size_t first = partner(c, row, c->g.of_row[row]);
        if (first != row)
        {
            snprintf(error, error_size, "%s:%zu: the same group and pair as line %zu", c->t->name,
                     c->t->lines[row], c->t->lines[first]);
            return false;
        }
    }
    return true;
}

/** Differences b - a over the pairs; a pair without both numbers is missing. */
static bool take_differences(struct stats_sample* s, const struct comparison* c, size_t a, size_t b,
                             size_t measure, char* error, size_t error_size)
{
    size_t matched = 0;
    size_t in_b = 0;
    if (!stats_sample_init(s, c->t->n_rows))
    {
        snprintf(error, error_size, "out of memory");
        return false;
    }
    for (size_t row = 0; row < c->t->n_rows; row++)
    {
        in_b += c->g.of_row[row] == b;
        if (c->g.of_row[row] != a)
        {
            continue;
        }
        size_t other = partner(c, row, b);
        matched += other != NO_ROW;
        long double from = 0;
        long double to = 0;
        enum stats_field f = stats_table_number(c->t, row, measure, &from);
        enum stats_field f2 =
            other == NO_ROW ? STATS_MISSING : stats_table_number(c->t, other, measure, &to);
        if (f == STATS_TEXT || f2 == STATS_TEXT)
        {
            stats_not_a_number(c->t, f == STATS_TEXT ? row : other, measure, error, error_size);
            return false;
        }
        if (f == STATS_MISSING || f2 == STATS_MISSING)
        {
            s->missing++;
            continue;
        }
        stats_sample_add(s, to - from);
    }
    s->missing += in_b - matched;
    return true;
}

static void put_names(FILE* out, const struct comparison* c, size_t group)
{
    for (size_t i = 0; i < c->by.n; i++)
    {
        stats_put_field(out, stats_table_field(c->t, c->g.first[group], c->by.at[i]));
        fputc(',', out);
    }
}

static void put_test(FILE* out, const struct stats_sample* s, double confidence)
{
    bool spread = s->n >= 2;
    double mean = s->n > 0 ? stats_sample_mean(s) : 0;
    double sd = spread ? stats_sample_sd(s) : 0;
    double half = spread ? stats_sample_half_width(s, confidence) : 0;
    double t = sd > 0 ? mean / (sd / sqrt((double)s->n)) : 0;
    fprintf(out, ",%zu,%zu", s->n, s->missing);
    stats_put_number(out, s->n > 0, mean);
    stats_put_number(out, spread, sd);
    stats_put_number(out, spread, mean - half);
    stats_put_number(out, spread, mean + half);
    stats_put_number(out, sd > 0, t);
    stats_put_number(out, spread, (double)s->n - 1);
    stats_put_number(out, sd > 0, sd > 0 ? stats_t_p(t, (double)s->n - 1) : 0);
    fputc('\n', out);
}

static bool compare(FILE* out, const struct comparison* c, size_t a, size_t b, double confidence,
                    char* error, size_t error_size)
{
    bool ok = true;
    for (size_t m = 0; ok && m < c->measures.n; m++)
    {
        struct stats_sample s = {0};
        ok = take_differences(&s, c, a, b, c->measures.at[m], error, error_size);
        if (ok)
        {
            put_names(out, c, a);
            put_names(out, c, b);
            stats_put_field(out, c->t->fields[c->measures.at[m]]);
            put_test(out, &s, confidence);
        }
        stats_sample_free(&s);
    }
    return ok;
}

static bool find_base(const struct comparison* c, const char* base, size_t* group, char* error,
                      size_t error_size)
{
    for (*group = 0; *group < c->g.n; ++*group)
    {
        if (strcmp(stats_table_field(c->t, c->g.first[*group], c->by.at[0]), base) == 0)
        {
            return true;
        }
    }
    snprintf(error, error_size, "%s: no '%s' in column '%s'", c->t->name, base,
             c->t->fields[c->by.at[0]]);
    return false;
}

static bool prepare(struct comparison* c, const struct stats_options* o, char* error,
                    size_t error_size)
{
    if (!stats_columns_find(&c->by, c->t, o->by, error, error_size) ||
        !stats_columns_find(&c->pair, c->t, o->pair, error, error_size) ||
        !stats_columns_find(&c->measures, c->t, o->measure, error, error_size))
    {
        return false;
    }
    if (o->base && c->by.n != 1)
    {
        snprintf(error, error_size, "--base wants one column in --by");
        return false;
    }
    if (!stats_groups_make(&c->g, c->t, &c->by))
    {
        snprintf(error, error_size, "out of memory");
        return false;
    }
    return check_pairs(c, error, error_size);
}

static void put_header(FILE* out, const struct comparison* c)
{
    static const char* const suffix[] = {"_a", "_b"};
    for (size_t i = 0; i < 2 * c->by.n; i++)
    {
        fprintf(out, "%s%s,", c->t->fields[c->by.at[i % c->by.n]], suffix[i / c->by.n]);
    }
    fputs("measure,n,missing,mean_difference,sd,ci_low,ci_high,t,df,p\n", out);
}

bool stats_paired(FILE* out, const struct stats_table* t, const struct stats_options* options,
                  char* error, size_t error_size)
{
    struct comparison c = {.t = t};
    size_t base = 0;
    bool ok = prepare(&c, options, error, error_size) &&
              (!options->base || find_base(&c, options->base, &base, error, error_size));
    if (ok)
    {
        put_header(out, &c);
    }
    for (size_t a = 0; ok && a < c.g.n; a++)
    {
        for (size_t b = options->base ? 0 : a + 1; ok && b < c.g.n; b++)
        {
            if (!options->base || (a == base && b != base))
            {
                ok = compare(out, &c, a, b, options->confidence, error, error_size);
            }
        }
    }
    stats_groups_free(&c.g);
    free(c.by.at);
    free(c.pair.at);
    free(c.measures.at);
    return ok;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stats/stats-frame.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/** The units of each group, in the table's order: counted, then put in their places. */
static bool sort_units(struct stats_frame* f)
{
    f->start = calloc(f->groups.n + 2, sizeof(*f->start));
    f->order = malloc((f->units.n + 1) * sizeof(*f->order));
    if (!f->start || !f->order)
    {
        return false;
    }
    for (size_t unit = 0; unit < f->units.n; unit++)
    {
        f->start[f->groups.of_row[f->units.first[unit]] + 2]++;
    }
    for (size_t group = 0; group < f->groups.n; group++)
    {
        f->start[group + 2] += f->start[group + 1];
    }
    for (size_t unit = 0; unit < f->units.n; unit++)
    {
        f->order[f->start[f->groups.of_row[f->units.first[unit]] + 1]++] = unit;
    }
    return true;
}

/** Looks for the column M_censored of each measure M. */
static bool find_flags(struct stats_frame* f)
{
    char name[256];
    f->flags = malloc((f->measures.n + 1) * sizeof(*f->flags));
    for (size_t m = 0; f->flags && m < f->measures.n; m++)
    {
        int len = snprintf(name, sizeof(name), "%s_censored", f->t->fields[f->measures.at[m]]);
        f->flags[m] = (size_t)len < sizeof(name) ? stats_table_column(f->t, name) : -1;
    }
    return f->flags != NULL;
}

bool stats_frame_open(struct stats_frame* f, const struct stats_table* t,
                      const struct stats_options* o, char* error, size_t error_size)
{
    struct stats_columns unit = {0};
    *f = (struct stats_frame){.t = t};
    bool ok = stats_columns_add(&f->by, t, o->each, error, error_size);
    f->n_each = f->by.n;
    ok = ok && stats_columns_add(&f->by, t, o->by, error, error_size) &&
         stats_columns_add(&f->measures, t, o->measure, error, error_size) &&
         stats_columns_add(&unit, t, o->each, error, error_size) &&
         stats_columns_add(&unit, t, o->by, error, error_size) &&
         stats_columns_add(&unit, t, o->pair, error, error_size) &&
         stats_columns_add(&unit, t, o->within, error, error_size);
    if (ok && !(stats_groups_make(&f->groups, t, &f->by) &&
                (o->within && *o->within ? stats_groups_make(&f->units, t, &unit)
                                         : stats_groups_of_one(&f->units, t)) &&
                sort_units(f) && find_flags(f)))
    {
        snprintf(error, error_size, "out of memory");
        ok = false;
    }
    free(unit.at);
    return ok;
}

void stats_frame_close(struct stats_frame* f)
{
    stats_groups_free(&f->groups);
    stats_groups_free(&f->units);
    free(f->by.at);
    free(f->measures.at);
    free(f->flags);
    free(f->start);
    free(f->order);
}

bool stats_values_init(struct stats_values* v, const struct stats_frame* f)
{
    v->mean = calloc(f->units.n + 1, sizeof(*v->mean));
    v->n = calloc(f->units.n + 1, sizeof(*v->n));
    v->censored = calloc(f->units.n + 1, sizeof(*v->censored));
    return v->mean && v->n && v->censored;
}

bool stats_frame_censored(const struct stats_frame* f, size_t row, size_t m, bool* censored,
                          char* error, size_t error_size)
{
    long column = f->flags[m];
    const char* text = column < 0 ? "" : stats_table_field(f->t, row, (size_t)column);
    *censored = strcmp(text, "1") == 0;
    if (*censored || *text == '\0' || strcmp(text, "0") == 0)
    {
        return true;
    }
    snprintf(error, error_size, "%s:%zu: column '%s': found '%s'; expected 0, 1 or nothing",
             f->t->name, f->t->lines[row], f->t->fields[column], text);
    return false;
}

void stats_values_add(struct stats_values* v, size_t unit, long double value, bool censored)
{
    v->n[unit]++;
    v->censored[unit] += censored;
    v->mean[unit] += (value - v->mean[unit]) / (long double)v->n[unit];
}

static bool read_values(struct stats_values* v, const struct stats_frame* f, size_t m, char* error,
                        size_t error_size)
{
    size_t column = f->measures.at[m];
    if (!stats_values_init(v, f))
    {
        snprintf(error, error_size, "out of memory");
        return false;
    }
    for (size_t row = 0; row < f->t->n_rows; row++)
    {
        long double value;
        bool censored;
        if (!stats_frame_censored(f, row, m, &censored, error, error_size))
        {
            return false;
        }
        switch (stats_table_number(f->t, row, column, &value))
        {
        case STATS_NUMBER:
            stats_values_add(v, f->units.of_row[row], value, censored);
            break;
        case STATS_MISSING:
            break;
        case STATS_TEXT:
            stats_not_a_number(f->t, row, column, error, error_size);
            return false;
        }
    }
    return true;
}

struct stats_values* stats_frame_read(const struct stats_frame* f, char* error, size_t error_size)
{
    struct stats_values* v = calloc(f->measures.n, sizeof(*v));
    if (!v)
    {
        snprintf(error, error_size, "out of memory");
    }
    for (size_t m = 0; v && m < f->measures.n; m++)
    {
        if (!read_values(&v[m], f, m, error, error_size))
        {
            stats_values_free(v, m + 1);
            return NULL;
        }
    }
    return v;
}

void stats_values_free(struct stats_values* v, size_t n)
{
    for (size_t i = 0; v && i < n; i++)
    {
        free(v[i].mean);
        free(v[i].n);
        free(v[i].censored);
    }
    free(v);
}

bool stats_frame_sample(struct stats_sample* s, const struct stats_frame* f,
                        const struct stats_values* v, size_t group)
{
    if (!stats_sample_init(s, stats_frame_units(f, group)))
    {
        return false;
    }
    for (size_t k = f->start[group]; k < f->start[group + 1]; k++)
    {
        size_t unit = f->order[k];
        s->missing += f->units.size[unit] - v->n[unit];
        if (v->n[unit] > 0)
        {
            stats_sample_add(s, v->mean[unit], v->censored[unit] > 0);
        }
    }
    stats_sample_sort(s);
    return true;
}

struct stats_lifetime* stats_frame_lifetimes(const struct stats_frame* f,
                                             const struct stats_values* v, size_t group,
                                             struct stats_counts* counts)
{
    struct stats_lifetime* l = malloc((stats_frame_units(f, group) + 1) * sizeof(*l));
    *counts = (struct stats_counts){0};
    for (size_t k = f->start[group]; l && k < f->start[group + 1]; k++)
    {
        size_t unit = f->order[k];
        bool ended = v->censored[unit] == 0;
        counts->missing += f->units.size[unit] - v->n[unit];
        if (v->n[unit] > 0)
        {
            counts->censored += !ended;
            l[counts->n++] = (struct stats_lifetime){(double)v->mean[unit], ended};
        }
    }
    return l;
}

size_t stats_frame_units(const struct stats_frame* f, size_t group)
{
    return f->start[group + 1] - f->start[group];
}

void stats_not_a_number(const struct stats_table* t, size_t row, size_t column, char* error,
                        size_t error_size)
{
    snprintf(error, error_size, "%s:%zu: column '%s': '%s' is not a number", t->name, t->lines[row],
             t->fields[column], stats_table_field(t, row, column));
}

void stats_put_names(FILE* out, const struct stats_frame* f, size_t from, size_t to, size_t group)
{
    for (size_t i = from; i < to; i++)
    {
        stats_put_field(out, stats_table_field(f->t, f->groups.first[group], f->by.at[i]), "");
        fputc(',', out);
    }
}

void stats_put_heads(FILE* out, const struct stats_frame* f, size_t from, size_t to,
                     const char* suffix)
{
    for (size_t i = from; i < to; i++)
    {
        stats_put_field(out, f->t->fields[f->by.at[i]], suffix);
        fputc(',', out);
    }
}

void stats_put_number(FILE* out, bool there, double value)
{
    fputc(',', out);
    if (there && isfinite(value))
    {
        fprintf(out, "%.12g", value == 0 ? 0.0 : value); /* no "-0" */
    }
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stats/stats-frame.h"

#include <math.h>
#include <stdlib.h>

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
                sort_units(f)))
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
    free(f->start);
    free(f->order);
}

bool stats_values_init(struct stats_values* v, const struct stats_frame* f)
{
    v->mean = calloc(f->units.n + 1, sizeof(*v->mean));
    v->n = calloc(f->units.n + 1, sizeof(*v->n));
    return v->mean && v->n;
}

void stats_values_add(struct stats_values* v, size_t unit, long double value)
{
    v->n[unit]++;
    v->mean[unit] += (value - v->mean[unit]) / (long double)v->n[unit];
}

static bool read_values(struct stats_values* v, const struct stats_frame* f, size_t column,
                        char* error, size_t error_size)
{
    if (!stats_values_init(v, f))
    {
        snprintf(error, error_size, "out of memory");
        return false;
    }
    for (size_t row = 0; row < f->t->n_rows; row++)
    {
        long double value;
        switch (stats_table_number(f->t, row, column, &value))
        {
        case STATS_NUMBER:
            stats_values_add(v, f->units.of_row[row], value);
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
        if (!read_values(&v[m], f, f->measures.at[m], error, error_size))
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
            stats_sample_add(s, v->mean[unit]);
        }
    }
    stats_sample_sort(s);
    return true;
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

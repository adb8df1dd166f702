/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stats/stats-points.h"

#include <math.h>
#include <stdlib.h>

/** "FILE:LINE: column 'x': 'text' ...": what is wrong with a field. */
static bool refuse(const struct stats_table* t, size_t row, size_t column, const char* what,
                   char* error, size_t error_size)
{
    snprintf(error, error_size, "%s:%zu: column '%s': '%s' %s", t->name, t->lines[row],
             t->fields[column], stats_table_field(t, row, column), what);
    return false;
}

/** x of a row; false with a line in error when it is none, or of another dimension. */
static bool read_x(struct stats_points* p, size_t row, enum stats_field* field, long double* x,
                   char* error, size_t error_size)
{
    const struct stats_table* t = p->f->t;
    const char* text = stats_table_field(t, row, p->column);
    const struct stats_dimension* dimension;
    char what[128];
    *field = *text ? STATS_NUMBER : STATS_MISSING;
    if (!*text)
    {
        return true;
    }
    if (!stats_quantity(text, x, &dimension))
    {
        return refuse(t, row, p->column, "is not a number with or without a unit", error,
                      error_size);
    }
    p->dimension = p->dimension ? p->dimension : dimension;
    if (dimension != p->dimension)
    {
        snprintf(what, sizeof(what), "is %s where the rows before have %s", dimension->name,
                 p->dimension->name);
        return refuse(t, row, p->column, what, error, error_size);
    }
    return !p->log || *x > 0 || refuse(t, row, p->column, "has no logarithm", error, error_size);
}

static bool read_y(const struct stats_points* p, size_t row, size_t measure,
                   enum stats_field* field, long double* y, char* error, size_t error_size)
{
    *field = stats_table_number(p->f->t, row, measure, y);
    if (*field == STATS_TEXT)
    {
        stats_not_a_number(p->f->t, row, measure, error, error_size);
        return false;
    }
    return !p->log || *field == STATS_MISSING || *y > 0 ||
           refuse(p->f->t, row, measure, "has no logarithm", error, error_size);
}

/** The means of x and measure m over the rows of each unit that have both. */
static bool read_measure(struct stats_points* p, size_t m, char* error, size_t error_size)
{
    if (!stats_values_init(&p->x[m], p->f) || !stats_values_init(&p->y[m], p->f))
    {
        snprintf(error, error_size, "out of memory");
        return false;
    }
    for (size_t row = 0; row < p->f->t->n_rows; row++)
    {
        bool censored;
        long double x = 0;
        long double y = 0;
        enum stats_field field_x;
        enum stats_field field_y;
        if (!read_x(p, row, &field_x, &x, error, error_size) ||
            !read_y(p, row, p->f->measures.at[m], &field_y, &y, error, error_size) ||
            !stats_frame_censored(p->f, row, m, &censored, error, error_size))
        {
            return false;
        }
        if (field_x == STATS_NUMBER && field_y == STATS_NUMBER)
        {
            stats_values_add(&p->x[m], p->f->units.of_row[row], x, false);
            stats_values_add(&p->y[m], p->f->units.of_row[row], y, censored);
        }
    }
    return true;
}

bool stats_points_read(struct stats_points* p, const struct stats_frame* f, const char* x, bool log,
                       char* error, size_t error_size)
{
    long column = stats_table_column(f->t, x);
    *p = (struct stats_points){.f = f, .column = (size_t)column, .log = log};
    if (column < 0)
    {
        snprintf(error, error_size, "%s:1: no column '%s'", f->t->name, x);
        return false;
    }
    p->x = calloc(f->measures.n, sizeof(*p->x));
    p->y = calloc(f->measures.n, sizeof(*p->y));
    bool ok = p->x && p->y;
    snprintf(error, error_size, "out of memory");
    for (size_t m = 0; ok && m < f->measures.n; m++)
    {
        ok = read_measure(p, m, error, error_size);
    }
    return ok;
}

void stats_points_free(struct stats_points* p)
{
    stats_values_free(p->x, p->f ? p->f->measures.n : 0);
    stats_values_free(p->y, p->f ? p->f->measures.n : 0);
}

size_t stats_points_take(const struct stats_points* p, size_t group, size_t m, long double* x,
                         long double* y, size_t* missing, size_t* censored)
{
    size_t n = 0;
    *missing = 0;
    *censored = 0;
    for (size_t k = p->f->start[group]; k < p->f->start[group + 1]; k++)
    {
        size_t unit = p->f->order[k];
        *missing += p->f->units.size[unit] - p->x[m].n[unit];
        if (p->x[m].n[unit] > 0)
        {
            *censored += p->y[m].censored[unit] > 0;
            x[n] = p->log ? logl(p->x[m].mean[unit]) : p->x[m].mean[unit];
            y[n++] = p->log ? logl(p->y[m].mean[unit]) : p->y[m].mean[unit];
        }
    }
    return n;
}

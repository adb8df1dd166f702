/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stats/stats-frame.h"
#include "stats/stats-line.h"
#include "stats/stats-units.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/** What is asked for: the points, and where the line is wanted. */
struct fit
{
    struct stats_frame f;
    size_t column; /**< x */
    const struct stats_dimension* dimension;
    bool log;
    double confidence;
    const char* at_text; /**< NULL when the line itself is wanted */
    long double* at;
    size_t n_at;
};

/** The points of one measure: units with both numbers. */
struct points
{
    struct stats_values x;
    struct stats_values y;
};

/** "FILE:LINE: column 'x': 'text' ...": what is wrong with a field. */
static bool refuse(const struct fit* q, size_t row, size_t column, const char* what, char* error,
                   size_t error_size)
{
    snprintf(error, error_size, "%s:%zu: column '%s': '%s' %s", q->f.t->name, q->f.t->lines[row],
             q->f.t->fields[column], stats_table_field(q->f.t, row, column), what);
    return false;
}

/** x of a row; false with a line in error when it is none, or of another dimension. */
static bool read_x(struct fit* q, size_t row, enum stats_field* field, long double* x, char* error,
                   size_t error_size)
{
    const char* text = stats_table_field(q->f.t, row, q->column);
    const struct stats_dimension* dimension;
    char what[128];
    *field = *text ? STATS_NUMBER : STATS_MISSING;
    if (!*text)
    {
        return true;
    }
    if (!stats_quantity(text, x, &dimension))
    {
        return refuse(q, row, q->column, "is not a number with or without a unit", error,
                      error_size);
    }
    q->dimension = q->dimension ? q->dimension : dimension;
    if (dimension != q->dimension)
    {
        snprintf(what, sizeof(what), "is %s where the rows before have %s", dimension->name,
                 q->dimension->name);
        return refuse(q, row, q->column, what, error, error_size);
    }
    return !q->log || *x > 0 || refuse(q, row, q->column, "has no logarithm", error, error_size);
}

static bool read_y(const struct fit* q, size_t row, size_t measure, enum stats_field* field,
                   long double* y, char* error, size_t error_size)
{
    *field = stats_table_number(q->f.t, row, measure, y);
    if (*field == STATS_TEXT)
    {
        return refuse(q, row, measure, "is not a number", error, error_size);
    }
    return !q->log || *field == STATS_MISSING || *y > 0 ||
           refuse(q, row, measure, "has no logarithm", error, error_size);
}

/** The means of x and y over the rows of each unit that have both. */
static bool read_points(struct points* p, struct fit* q, size_t measure, char* error,
                        size_t error_size)
{
    if (!stats_values_init(&p->x, &q->f) || !stats_values_init(&p->y, &q->f))
    {
        snprintf(error, error_size, "out of memory");
        return false;
    }
    for (size_t row = 0; row < q->f.t->n_rows; row++)
    {
        long double x = 0;
        long double y = 0;
        enum stats_field field_x;
        enum stats_field field_y;
        if (!read_x(q, row, &field_x, &x, error, error_size) ||
            !read_y(q, row, measure, &field_y, &y, error, error_size))
        {
            return false;
        }
        if (field_x == STATS_NUMBER && field_y == STATS_NUMBER)
        {
            stats_values_add(&p->x, q->f.units.of_row[row], x);
            stats_values_add(&p->y, q->f.units.of_row[row], y);
        }
    }
    return true;
}

/** The points of a group, as logarithms when these are fitted; their number and the missing rows.
 */
static size_t take_points(const struct fit* q, const struct points* p, size_t group, long double* x,
                          long double* y, size_t* missing)
{
    size_t n = 0;
    for (size_t k = q->f.start[group]; k < q->f.start[group + 1]; k++)
    {
        size_t unit = q->f.order[k];
        *missing += q->f.units.size[unit] - p->x.n[unit];
        if (p->x.n[unit] > 0)
        {
            x[n] = q->log ? logl(p->x.mean[unit]) : p->x.mean[unit];
            y[n++] = q->log ? logl(p->y.mean[unit]) : p->y.mean[unit];
        }
    }
    return n;
}

static void put_start(FILE* out, const struct fit* q, size_t group, size_t m, size_t n,
                      size_t missing)
{
    stats_put_names(out, &q->f, 0, q->f.by.n, group);
    stats_put_field(out, q->f.t->fields[q->f.measures.at[m]], "");
    fputc(',', out);
    stats_put_field(out, q->f.t->fields[q->column], "");
    fprintf(out, ",%s,%s,%zu,%zu", q->dimension ? q->dimension->unit : "",
            q->log ? "log-log" : "linear", n, missing);
}

static void put_estimate(FILE* out, bool there, bool spread, double value, double se, double t)
{
    stats_put_number(out, there, value);
    stats_put_number(out, spread, se);
    stats_put_number(out, spread, value - t * se);
    stats_put_number(out, spread, value + t * se);
}

static void put_line(FILE* out, const struct fit* q, const struct stats_line* l, bool there)
{
    bool spread = there && l->n > 2;
    double df = spread ? (double)l->n - 2 : 1;
    double t = stats_t_half(q->confidence, df);
    bool test = spread && l->slope_se > 0;
    put_estimate(out, there, spread, l->slope, l->slope_se, t);
    put_estimate(out, there, spread, l->intercept, l->intercept_se, t);
    stats_put_number(out, there && isfinite(l->r2), l->r2);
    stats_put_number(out, spread, l->sd);
    stats_put_number(out, spread, df);
    stats_put_number(out, test, test ? stats_t_p(l->slope / l->slope_se, df) : 0);
    fputc('\n', out);
}

/** The line at one x: its value, the interval of the mean of y there, and that of one further y. */
static void put_at(FILE* out, const struct fit* q, const struct stats_line* l, bool there,
                   long double x)
{
    bool spread = there && l->n > 2;
    double t = stats_t_half(q->confidence, spread ? (double)l->n - 2 : 1);
    long double at = q->log ? logl(x) : x;
    double value = there ? stats_line_at(l, at) : 0;
    fprintf(out, ",%.12Lg", x);
    stats_put_number(out, there, q->log ? exp(value) : value);
    for (int further = 0; further < 2; further++)
    {
        double half = spread ? t * stats_line_se_at(l, at, further) : 0;
        stats_put_number(out, spread, q->log ? exp(value - half) : value - half);
        stats_put_number(out, spread, q->log ? exp(value + half) : value + half);
    }
    fputc('\n', out);
}

static bool put_group(FILE* out, const struct fit* q, const struct points* p, size_t group,
                      size_t m)
{
    size_t room = stats_frame_units(&q->f, group) + 1;
    long double* x = malloc(room * sizeof(*x));
    long double* y = malloc(room * sizeof(*y));
    bool ok = x && y;
    if (ok)
    {
        struct stats_line line;
        size_t missing = 0;
        size_t n = take_points(q, p, group, x, y, &missing);
        bool there = stats_line_fit(&line, x, y, n);
        for (size_t i = 0; i < (q->at ? q->n_at : 1); i++)
        {
            put_start(out, q, group, m, n, missing);
            q->at ? put_at(out, q, &line, there, q->at[i]) : put_line(out, q, &line, there);
        }
    }
    free(x);
    free(y);
    return ok;
}

/** The list of --at, when x has been read and has its dimension. */
static bool read_at(struct fit* q, char* error, size_t error_size)
{
    char* names = strdup(q->at_text);
    q->at = malloc((strlen(q->at_text) + 1) * sizeof(*q->at));
    bool ok = names && q->at;
    snprintf(error, error_size, "out of memory");
    char* rest = names;
    for (char* name = ok ? strsep(&rest, ",") : NULL; name && ok; name = strsep(&rest, ","))
    {
        const struct stats_dimension* dimension;
        ok = stats_quantity(name, &q->at[q->n_at], &dimension);
        if (!ok)
        {
            snprintf(error, error_size, "--at: '%s' is not a number with or without a unit", name);
        }
        else if (q->dimension && dimension != q->dimension)
        {
            snprintf(error, error_size, "--at: '%s' is %s where column '%s' has %s", name,
                     dimension->name, q->f.t->fields[q->column], q->dimension->name);
            ok = false;
        }
        else if (q->log && !(q->at[q->n_at] > 0))
        {
            snprintf(error, error_size, "--at: '%s' has no logarithm", name);
            ok = false;
        }
        q->n_at++;
    }
    free(names);
    return ok;
}

static void put_header(FILE* out, const struct fit* q)
{
    stats_put_heads(out, &q->f, 0, q->f.by.n, "");
    fputs("measure,x,x_unit,scale,n,missing,", out);
    fputs(q->at ? "at,value,ci_low,ci_high,pi_low,pi_high\n"
                : "slope,slope_se,slope_low,slope_high,intercept,intercept_se,intercept_low,"
                  "intercept_high,r2,sd,df,p\n",
          out);
}

/** All points are read before the first row is written: the unit is then known. */
static bool fit_all(FILE* out, struct fit* q, struct points* points, char* error, size_t error_size)
{
    size_t n_m = q->f.measures.n;
    bool ok = true;
    for (size_t m = 0; ok && m < n_m; m++)
    {
        ok = read_points(&points[m], q, q->f.measures.at[m], error, error_size);
    }
    ok = ok && (!q->at_text || read_at(q, error, error_size));
    if (ok)
    {
        put_header(out, q);
        snprintf(error, error_size, "out of memory");
    }
    for (size_t k = 0; ok && k < q->f.groups.n * n_m; k++)
    {
        ok = put_group(out, q, &points[k % n_m], k / n_m, k % n_m);
    }
    return ok;
}

static void free_values(struct stats_values* v)
{
    free(v->mean);
    free(v->n);
}

bool stats_fit(FILE* out, const struct stats_table* t, const struct stats_options* options,
               char* error, size_t error_size)
{
    struct fit q = {.log = options->log, .at_text = options->at, .confidence = options->confidence};
    struct points* points = NULL;
    long column = stats_table_column(t, options->x);
    bool ok = stats_frame_open(&q.f, t, options, error, error_size);
    if (ok && column < 0)
    {
        snprintf(error, error_size, "%s:1: no column '%s'", t->name, options->x);
        ok = false;
    }
    if (ok)
    {
        q.column = (size_t)column;
        points = calloc(q.f.measures.n, sizeof(*points));
        snprintf(error, error_size, "out of memory");
        ok = points && fit_all(out, &q, points, error, error_size);
    }
    for (size_t m = 0; points && m < q.f.measures.n; m++)
    {
        free_values(&points[m].x);
        free_values(&points[m].y);
    }
    free(points);
    free(q.at);
    stats_frame_close(&q.f);
    return ok;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stats/stats-line.h"
#include "stats/stats-points.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/** What is asked for: the points, and where the line is wanted. */
struct fit
{
    struct stats_frame f;
    struct stats_points p;
    double confidence;
    long double* at; /**< NULL when the line itself is wanted */
    size_t n_at;
};

static void put_start(FILE* out, const struct fit* q, size_t group, size_t m, size_t n,
                      size_t missing, size_t censored)
{
    stats_put_names(out, &q->f, 0, q->f.by.n, group);
    stats_put_field(out, q->f.t->fields[q->f.measures.at[m]], "");
    fputc(',', out);
    stats_put_field(out, q->f.t->fields[q->p.column], "");
    fprintf(out, ",%s,%s,%zu,%zu,%zu", q->p.dimension ? q->p.dimension->unit : "",
            q->p.log ? "log-log" : "linear", n, missing, censored);
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
    stats_put_number(out, there, l->r2);
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
    bool log = q->p.log;
    double t = stats_t_half(q->confidence, spread ? (double)l->n - 2 : 1);
    long double at = log ? logl(x) : x;
    double value = there ? stats_line_at(l, at) : 0;
    fprintf(out, ",%.12Lg", x);
    stats_put_number(out, there, log ? exp(value) : value);
    for (int further = 0; further < 2; further++)
    {
        double half = spread ? t * stats_line_se_at(l, at, further) : 0;
        stats_put_number(out, spread, log ? exp(value - half) : value - half);
        stats_put_number(out, spread, log ? exp(value + half) : value + half);
    }
    fputc('\n', out);
}

static bool put_group(FILE* out, const struct fit* q, size_t group, size_t m)
{
    size_t room = stats_frame_units(&q->f, group) + 1;
    long double* x = malloc(room * sizeof(*x));
    long double* y = malloc(room * sizeof(*y));
    bool ok = x && y;
    if (ok)
    {
        struct stats_line line;
        size_t missing;
        size_t censored;
        size_t n = stats_points_take(&q->p, group, m, x, y, &missing, &censored);
        bool there = stats_line_fit(&line, x, y, n) && censored == 0;
        for (size_t i = 0; i < (q->at ? q->n_at : 1); i++)
        {
            put_start(out, q, group, m, n, missing, censored);
            q->at ? put_at(out, q, &line, there, q->at[i]) : put_line(out, q, &line, there);
        }
    }
    free(x);
    free(y);
    return ok;
}

/** One value of --at; false with a line in error when it is no x for this line. */
static bool read_value(const struct fit* q, const char* text, long double* value, char* error,
                       size_t error_size)
{
    const struct stats_dimension* dimension;
    if (!stats_quantity(text, value, &dimension))
    {
        snprintf(error, error_size, "--at: '%s' is not a number with or without a unit", text);
        return false;
    }
    if (q->p.dimension && dimension != q->p.dimension)
    {
        snprintf(error, error_size, "--at: '%s' is %s where column '%s' has %s", text,
                 dimension->name, q->f.t->fields[q->p.column], q->p.dimension->name);
        return false;
    }
    if (q->p.log && !(*value > 0))
    {
        snprintf(error, error_size, "--at: '%s' has no logarithm", text);
        return false;
    }
    return true;
}

static bool read_at(struct fit* q, const char* list, char* error, size_t error_size)
{
    char* names = strdup(list);
    q->at = malloc((strlen(list) + 1) * sizeof(*q->at));
    bool ok = names && q->at;
    snprintf(error, error_size, "out of memory");
    char* rest = names;
    for (char* name = ok ? strsep(&rest, ",") : NULL; name && ok; name = strsep(&rest, ","))
    {
        ok = read_value(q, name, &q->at[q->n_at++], error, error_size);
    }
    free(names);
    return ok;
}

static void put_header(FILE* out, const struct fit* q)
{
    stats_put_heads(out, &q->f, 0, q->f.by.n, "");
    fputs("measure,x,x_unit,scale,n,missing,censored,", out);
    fputs(q->at ? "at,value,ci_low,ci_high,pi_low,pi_high\n"
                : "slope,slope_se,slope_low,slope_high,intercept,intercept_se,intercept_low,"
                  "intercept_high,r2,sd,df,p\n",
          out);
}

bool stats_fit(FILE* out, const struct stats_table* t, const struct stats_options* options,
               char* error, size_t error_size)
{
    struct fit q = {.confidence = options->confidence};
    bool ok = stats_frame_open(&q.f, t, options, error, error_size) &&
              stats_points_read(&q.p, &q.f, options->x, options->log, error, error_size) &&
              (!options->at || read_at(&q, options->at, error, error_size));
    if (ok)
    {
        put_header(out, &q);
        snprintf(error, error_size, "out of memory");
    }
    for (size_t k = 0; ok && k < q.f.groups.n * q.f.measures.n; k++)
    {
        ok = put_group(out, &q, k / q.f.measures.n, k % q.f.measures.n);
    }
    stats_points_free(&q.p);
    free(q.at);
    stats_frame_close(&q.f);
    return ok;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stats/stats-mser.h"
#include "stats/stats-range.h"

#include <stdlib.h>

/** One measure of a group as a series: what is there, in its order. */
struct series
{
    long double* y;
    long double* time;
    size_t n;
    size_t missing;
    size_t censored;
};

/** The time of a row; false with a line in error when it is none, or before the one before. */
static bool read_time(const struct stats_table* t, size_t row, size_t column,
                      const long double* before, long double* time, char* error, size_t error_size)
{
    if (stats_table_number(t, row, column, time) != STATS_NUMBER)
    {
        stats_not_a_number(t, row, column, error, error_size);
        return false;
    }
    if (before && *time < *before)
    {
        snprintf(error, error_size, "%s:%zu: column '%s': %s is before the %.12Lg of its group",
                 t->name, t->lines[row], t->fields[column], stats_table_field(t, row, column),
                 *before);
        return false;
    }
    return true;
}

static bool take_series(struct series* s, const struct stats_frame* f, const struct stats_values* v,
                        size_t group, size_t column, char* error, size_t error_size)
{
    size_t room = stats_frame_units(f, group) + 1;
    long double time = 0;
    *s = (struct series){malloc(room * sizeof(*s->y)), malloc(room * sizeof(*s->time)), 0, 0, 0};
    bool ok = s->y && s->time;
    snprintf(error, error_size, "out of memory");
    for (size_t k = f->start[group]; ok && k < f->start[group + 1]; k++)
    {
        size_t row = f->units.first[f->order[k]];
        long double before = time;
        ok = read_time(f->t, row, column, k > f->start[group] ? &before : NULL, &time, error,
                       error_size);
        if (ok && v->n[f->order[k]] > 0)
        {
            s->censored += v->censored[f->order[k]];
            s->y[s->n] = v->mean[f->order[k]];
            s->time[s->n++] = time;
        }
    }
    s->missing = room - 1 - s->n;
    return ok;
}

static bool put_series(FILE* out, const struct series* s, const struct stats_range* range,
                       const struct stats_options* o)
{
    double low = 0;
    double high = 0;
    size_t truncated = 0;
    struct stats_batches b = {0};
    bool settled =
        s->censored == 0 && stats_mser(s->y, s->n, &truncated) && s->n - truncated >= o->batches;
    if (settled &&
        !stats_batch_means(&b, s->y + truncated, s->n - truncated, o->batches, o->confidence))
    {
        return false;
    }
    fprintf(out, ",%zu,%zu,%zu,%d", s->n, s->missing, s->censored, settled);
    stats_put_number(out, settled, (double)truncated);
    stats_put_number(out, settled, settled ? (double)s->time[truncated] : 0);
    stats_put_number(out, settled, b.mean);
    const char* interval = stats_range_interval(range, b.mean, b.half, &low, &high);
    stats_put_number(out, settled, low);
    stats_put_number(out, settled, high);
    fprintf(out, ",%s", settled ? interval : "");
    stats_put_number(out, settled, (double)o->batches);
    stats_put_number(out, settled, (double)b.size);
    stats_put_number(out, settled && b.has_lag, b.lag1);
    fputc('\n', out);
    return true;
}

static bool put_all(FILE* out, const struct stats_frame* f, const struct stats_values* values,
                    const struct stats_range* ranges, size_t column, const struct stats_options* o,
                    char* error, size_t error_size)
{
    bool ok = true;
    stats_put_heads(out, f, 0, f->by.n, "");
    fputs("measure,n,missing,censored,settled,truncated,time,mean,ci_low,ci_high,"
          "interval,batches,batch_size,lag1\n",
          out);
    for (size_t k = 0; ok && k < f->groups.n * f->measures.n; k++)
    {
        struct series s;
        struct stats_range range =
            stats_range_of_group(&ranges[k % f->measures.n], k / f->measures.n);
        size_t group = k / f->measures.n;
        size_t m = k % f->measures.n;
        ok = take_series(&s, f, &values[m], group, column, error, error_size);
        if (ok)
        {
            stats_put_names(out, f, 0, f->by.n, group);
            stats_put_field(out, f->t->fields[f->measures.at[m]], "");
            ok = put_series(out, &s, &range, o);
        }
        free(s.y);
        free(s.time);
    }
    return ok;
}

bool stats_warmup(FILE* out, const struct stats_table* t, const struct stats_options* options,
                  char* error, size_t error_size)
{
    struct stats_frame f;
    long column = stats_table_column(t, options->time);
    bool ok = stats_frame_open(&f, t, options, error, error_size);
    if (ok && column < 0)
    {
        snprintf(error, error_size, "%s:1: no column '%s'", t->name, options->time);
        ok = false;
    }
    struct stats_values* values = ok ? stats_frame_read(&f, error, error_size) : NULL;
    struct stats_range* ranges =
        values ? stats_ranges_read(&f, options->range, error, error_size) : NULL;
    ok = ranges && put_all(out, &f, values, ranges, (size_t)column, options, error, error_size);
    stats_ranges_free(ranges, &f);
    stats_values_free(values, f.measures.n);
    stats_frame_close(&f);
    return ok;
}

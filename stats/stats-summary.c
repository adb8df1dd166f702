/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stats/stats-range.h"

#include <stdlib.h>

static void put_summary(FILE* out, const struct stats_sample* s, const struct stats_range* range,
                        double confidence)
{
    bool any = s->n >= 1;
    bool measured = any && s->censored == 0;
    bool spread = measured && s->n >= 2;
    long double mean = any ? stats_sample_mean(s) : 0;
    double low = 0;
    double high = 0;
    double half = spread ? stats_sample_half_width(s, confidence) : 0;
    const char* interval = stats_range_interval(range, mean, half, &low, &high);
    fprintf(out, ",%zu,%zu,%zu", s->n, s->missing, s->censored);
    stats_put_number(out, measured, (double)mean);
    stats_put_number(out, spread, spread ? stats_sample_sd(s) : 0);
    stats_put_number(out, spread, low);
    stats_put_number(out, spread, high);
    fprintf(out, ",%s", spread ? interval : "");
    for (int i = 0; i < 3; i++)
    {
        bool known = stats_sample_knows(s, 0.5 * i);
        stats_put_number(out, known, known ? stats_sample_quantile(s, 0.5 * i) : 0);
    }
    stats_put_number(out, any && !measured, (double)mean);
}

/** The rows of one group, for each measure. */
static bool put_group(FILE* out, const struct stats_frame* f, const struct stats_values* values,
                      const struct stats_range* ranges, size_t group, double confidence)
{
    bool ok = true;
    for (size_t m = 0; ok && m < f->measures.n; m++)
    {
        struct stats_sample s;
        struct stats_range range = stats_range_of_group(&ranges[m], group);
        ok = stats_frame_sample(&s, f, &values[m], group);
        if (ok)
        {
            stats_put_names(out, f, 0, f->by.n, group);
            stats_put_field(out, f->t->fields[f->measures.at[m]], "");
            put_summary(out, &s, &range, confidence);
            fprintf(out, ",%zu,%zu\n", f->groups.size[group], stats_frame_units(f, group));
        }
        stats_sample_free(&s);
    }
    return ok;
}

bool stats_summary(FILE* out, const struct stats_table* t, const struct stats_options* options,
                   char* error, size_t error_size)
{
    struct stats_frame f;
    bool ok = stats_frame_open(&f, t, options, error, error_size);
    struct stats_values* values = ok ? stats_frame_read(&f, error, error_size) : NULL;
    struct stats_range* ranges =
        values ? stats_ranges_read(&f, options->range, error, error_size) : NULL;
    ok = ranges != NULL;
    if (ok)
    {
        stats_put_heads(out, &f, 0, f.by.n, "");
        fputs("measure,n,missing,censored,mean,sd,ci_low,ci_high,interval,min,median,max,at_least,"
              "rows,units\n",
              out);
        snprintf(error, error_size, "out of memory");
    }
    for (size_t group = 0; ok && group < f.groups.n; group++)
    {
        ok = put_group(out, &f, values, ranges, group, options->confidence);
    }
    stats_ranges_free(ranges, &f);
    stats_values_free(values, f.measures.n);
    stats_frame_close(&f);
    return ok;
}

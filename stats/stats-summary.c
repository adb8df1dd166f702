/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stats/stats-frame.h"

#include <stdlib.h>

static void put_summary(FILE* out, const struct stats_sample* s, double confidence)
{
    bool any = s->n >= 1;
    bool spread = s->n >= 2;
    double mean = any ? (double)stats_sample_mean(s) : 0;
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

static bool put_group(FILE* out, const struct stats_frame* f, const struct stats_values* v,
                      size_t group, size_t measure, double confidence)
{
    struct stats_sample s;
    bool ok = stats_frame_sample(&s, f, v, group);
    if (ok)
    {
        stats_put_names(out, f, 0, f->by.n, group);
        stats_put_field(out, f->t->fields[measure], "");
        put_summary(out, &s, confidence);
        fprintf(out, ",%zu,%zu\n", f->groups.size[group], stats_frame_units(f, group));
    }
    stats_sample_free(&s);
    return ok;
}

bool stats_summary(FILE* out, const struct stats_table* t, const struct stats_options* options,
                   char* error, size_t error_size)
{
    struct stats_frame f;
    bool ok = stats_frame_open(&f, t, options, error, error_size);
    struct stats_values* values = ok ? stats_frame_read(&f, error, error_size) : NULL;
    ok = values != NULL;
    if (ok)
    {
        stats_put_heads(out, &f, 0, f.by.n, "");
        fputs("measure,n,missing,mean,sd,ci_low,ci_high,min,median,max,rows,units\n", out);
    }
    for (size_t k = 0; ok && k < f.groups.n * f.measures.n; k++)
    {
        size_t m = k % f.measures.n;
        ok =
            put_group(out, &f, &values[m], k / f.measures.n, f.measures.at[m], options->confidence);
        if (!ok)
        {
            snprintf(error, error_size, "out of memory");
        }
    }
    stats_values_free(values, f.measures.n);
    stats_frame_close(&f);
    return ok;
}

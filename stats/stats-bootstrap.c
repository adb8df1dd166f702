/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stats/stats-compare.h"
#include "stats/stats-resample.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/** What is asked for. */
struct request
{
    struct stats_frame f;
    struct stats_values* values;
    struct stats_comparisons c;
    struct stats_statistic* statistics;
    size_t n_statistics;
    char* names; /**< of the statistics */
    const struct stats_options* o;
};

static bool read_statistic(struct stats_statistic* s, char* name, char* error, size_t error_size)
{
    char* end = name;
    *s = (struct stats_statistic){.name = name, .mean = strcmp(name, "mean") == 0, .f = 0.5};
    if (s->mean || strcmp(name, "median") == 0)
    {
        return true;
    }
    s->f = strtod(name, &end);
    if (end == name || *end != '\0' || !(s->f >= 0 && s->f <= 1))
    {
        snprintf(error, error_size,
                 "--statistic wants mean, median or quantiles from 0 to 1, not '%s'", name);
        return false;
    }
    return true;
}

static bool read_statistics(struct request* r, char* error, size_t error_size)
{
    const char* list = r->o->statistic ? r->o->statistic : "mean";
    r->names = strdup(list);
    r->statistics = calloc(strlen(list) + 1, sizeof(*r->statistics));
    bool ok = r->names && r->statistics;
    snprintf(error, error_size, "out of memory");
    char* rest = r->names;
    for (char* name = ok ? strsep(&rest, ",") : NULL; name && ok; name = strsep(&rest, ","))
    {
        ok = read_statistic(&r->statistics[r->n_statistics++], name, error, error_size);
    }
    return ok;
}

/** A rank of the percentile interval is at least 1. */
static bool check_resamples(const struct stats_options* o, char* error, size_t error_size)
{
    double tail = (1 - o->confidence) / 2;
    bool ok = tail * ((double)o->resamples + 1) >= 1 - 1e-9;
    if (!ok)
    {
        snprintf(error, error_size,
                 "%zu --resamples are too few for --confidence %.12g: at least %.0f", o->resamples,
                 o->confidence, ceil(1 / tail - 1 - 1e-6));
    }
    return ok;
}

/** The generator of one measure of a group: of the seed and the names, not of any order. */
static struct stats_random generator(const struct request* r, size_t group, size_t measure)
{
    char seed[32];
    snprintf(seed, sizeof(seed), "%llu", (unsigned long long)r->o->seed);
    uint64_t hash = stats_hash(STATS_HASH_BEGIN, seed);
    for (size_t i = 0; i < r->f.by.n; i++)
    {
        size_t row = r->f.groups.first[group];
        hash = stats_hash(hash, stats_table_field(r->f.t, row, r->f.by.at[i]));
    }
    return (struct stats_random){stats_hash(hash, r->f.t->fields[measure])};
}

static void put_result(FILE* out, const struct stats_bootstrap* b, bool there,
                       const struct request* r)
{
    stats_put_number(out, there, b->value);
    stats_put_number(out, there, b->se);
    stats_put_number(out, there, b->low);
    stats_put_number(out, there, b->high);
    stats_put_number(out, there && b->has_bca, b->bca_low);
    stats_put_number(out, there && b->has_bca, b->bca_high);
    fprintf(out, ",%zu,%llu\n", r->o->resamples, (unsigned long long)r->o->seed);
}

/** A row for each statistic of a measure, of one group or of the difference of two. */
static bool put_rows(FILE* out, const struct request* r, const size_t groups[], size_t n_groups,
                     size_t k, size_t m)
{
    struct stats_sample s[2] = {0};
    const struct stats_sample* const samples[2] = {&s[0], &s[1]};
    bool ok = true;
    bool there = true;
    for (size_t i = 0; ok && i < n_groups; i++)
    {
        ok = stats_frame_sample(&s[i], &r->f, &r->values[m], groups[i]);
        there = there && s[i].n >= 2 && s[i].censored == 0;
    }
    for (size_t i = 0; ok && i < r->n_statistics; i++)
    {
        struct stats_random random[2];
        struct stats_bootstrap b = {0};
        for (size_t g = 0; g < n_groups; g++)
        {
            random[g] = generator(r, groups[g], r->f.measures.at[m]);
        }
        ok = !there || stats_bootstrap_run(&b, samples, random, n_groups, &r->statistics[i],
                                           r->o->resamples, r->o->confidence);
        if (n_groups == 2)
        {
            stats_comparisons_put_names(out, &r->f, &r->c, k, r->f.measures.at[m]);
            fprintf(out, ",%zu,%zu,%zu,%zu,%zu,%zu", s[0].n, s[1].n, s[0].missing, s[1].missing,
                    s[0].censored, s[1].censored);
        }
        else
        {
            stats_put_names(out, &r->f, 0, r->f.by.n, groups[0]);
            stats_put_field(out, r->f.t->fields[r->f.measures.at[m]], "");
            fprintf(out, ",%zu,%zu,%zu", s[0].n, s[0].missing, s[0].censored);
        }
        fprintf(out, ",%s", r->statistics[i].name);
        put_result(out, &b, there, r);
    }
    stats_sample_free(&s[0]);
    stats_sample_free(&s[1]);
    return ok;
}

static bool put_groups(FILE* out, const struct request* r)
{
    bool ok = true;
    stats_put_heads(out, &r->f, 0, r->f.by.n, "");
    fputs("measure,n,missing,censored,statistic,value,se,ci_low,ci_high,bca_low,bca_high,resamples,"
          "seed\n",
          out);
    for (size_t k = 0; ok && k < r->f.groups.n * r->f.measures.n; k++)
    {
        size_t group = k / r->f.measures.n;
        ok = put_rows(out, r, &group, 1, 0, k % r->f.measures.n);
    }
    return ok;
}

static bool put_differences(FILE* out, const struct request* r)
{
    bool ok = true;
    stats_comparisons_put_heads(out, &r->f);
    fputs("measure,n_a,n_b,missing_a,missing_b,censored_a,censored_b,statistic,difference,se,"
          "ci_low,ci_high,bca_low,bca_high,resamples,seed\n",
          out);
    for (size_t k = 0; ok && k < r->c.n * r->f.measures.n; k++)
    {
        size_t at = k / r->f.measures.n;
        size_t groups[] = {r->c.a[at], r->c.b[at]};
        ok = put_rows(out, r, groups, 2, at, k % r->f.measures.n);
    }
    return ok;
}

bool stats_bootstrap(FILE* out, const struct stats_table* t, const struct stats_options* options,
                     char* error, size_t error_size)
{
    struct request r = {.o = options};
    bool differences = options->differences || options->base;
    bool ok = stats_frame_open(&r.f, t, options, error, error_size) &&
              check_resamples(options, error, error_size) &&
              read_statistics(&r, error, error_size) &&
              (!differences || stats_comparisons_make(&r.c, &r.f, options, error, error_size));
    r.values = ok ? stats_frame_read(&r.f, error, error_size) : NULL;
    ok = r.values != NULL;
    if (ok)
    {
        snprintf(error, error_size, "out of memory");
        ok = differences ? put_differences(out, &r) : put_groups(out, &r);
    }
    stats_values_free(r.values, r.f.measures.n);
    stats_comparisons_free(&r.c);
    free(r.statistics);
    free(r.names);
    stats_frame_close(&r.f);
    return ok;
}

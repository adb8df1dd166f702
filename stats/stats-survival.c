/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stats/stats-compare.h"

#include <stdlib.h>

/** What is asked for. */
struct request
{
    struct stats_frame f;
    struct stats_values* values;
    struct stats_comparisons c;
    const struct stats_options* o;
};

static void put_start(FILE* out, const struct request* r, size_t group, size_t m)
{
    stats_put_names(out, &r->f, 0, r->f.by.n, group);
    stats_put_field(out, r->f.t->fields[r->f.measures.at[m]], "");
}

static void put_median(FILE* out, const struct stats_survival* s)
{
    const enum stats_curve curves[] = {STATS_CURVE_ESTIMATE, STATS_CURVE_LOW, STATS_CURVE_HIGH};
    for (size_t i = 0; i < 3; i++)
    {
        double time = 0;
        bool there = stats_survival_median(s, curves[i], &time);
        stats_put_number(out, there, time);
    }
    fputc('\n', out);
}

static void put_steps(FILE* out, const struct request* r, const struct stats_survival* s,
                      size_t group, size_t m)
{
    for (size_t i = 0; i < s->n; i++)
    {
        const struct stats_step* step = &s->steps[i];
        put_start(out, r, group, m);
        stats_put_number(out, true, step->time);
        fprintf(out, ",%zu,%zu,%zu", step->at_risk, step->ended, step->censored);
        stats_put_number(out, true, step->survival);
        stats_put_number(out, step->has_interval, step->se);
        stats_put_number(out, step->has_interval, step->low);
        stats_put_number(out, step->has_interval, step->high);
        fputc('\n', out);
    }
}

static bool put_group(FILE* out, const struct request* r, size_t group, size_t m)
{
    struct stats_counts counts;
    struct stats_survival s = {0};
    struct stats_lifetime* l = stats_frame_lifetimes(&r->f, &r->values[m], group, &counts);
    bool ok = l && stats_survival_make(&s, l, counts.n, r->o->confidence);
    if (ok && r->o->curve)
    {
        put_steps(out, r, &s, group, m);
    }
    else if (ok)
    {
        put_start(out, r, group, m);
        fprintf(out, ",%zu,%zu,%zu", counts.n, counts.missing, counts.censored);
        put_median(out, &s);
    }
    stats_survival_free(&s);
    free(l);
    return ok;
}

static bool put_groups(FILE* out, const struct request* r)
{
    bool ok = true;
    stats_put_heads(out, &r->f, 0, r->f.by.n, "");
    fputs(r->o->curve ? "measure,time,at_risk,ended,censored,survival,se,ci_low,ci_high\n"
                      : "measure,n,missing,censored,median,ci_low,ci_high\n",
          out);
    for (size_t k = 0; ok && k < r->f.groups.n * r->f.measures.n; k++)
    {
        ok = put_group(out, r, k / r->f.measures.n, k % r->f.measures.n);
    }
    return ok;
}

struct logrank_row
{
    struct stats_test test; /**< the first member: stats_holm_families steps over the rest */
    struct stats_logrank r;
    struct stats_counts counts[2];
};

static bool test_groups(struct logrank_row* row, const struct request* r, size_t k, size_t m)
{
    const size_t groups[] = {r->c.a[k], r->c.b[k]};
    struct stats_lifetime* l[2];
    for (size_t i = 0; i < 2; i++)
    {
        l[i] = stats_frame_lifetimes(&r->f, &r->values[m], groups[i], &row->counts[i]);
    }
    bool ok = l[0] && l[1];
    if (ok)
    {
        stats_logrank_test(&row->r, l[0], row->counts[0].n, l[1], row->counts[1].n);
        row->test = (struct stats_test){.there = row->r.there, .p = row->r.p};
    }
    free(l[0]);
    free(l[1]);
    return ok;
}

static void put_test(FILE* out, const struct logrank_row* row)
{
    const struct stats_counts* a = &row->counts[0];
    const struct stats_counts* b = &row->counts[1];
    bool any = a->n > 0 && b->n > 0;
    fprintf(out, ",%zu,%zu,%zu,%zu,%zu,%zu", a->n, b->n, a->missing, b->missing, a->censored,
            b->censored);
    stats_put_number(out, any, row->r.observed[0]);
    stats_put_number(out, any, row->r.observed[1]);
    stats_put_number(out, any, row->r.expected[0]);
    stats_put_number(out, any, row->r.expected[1]);
    stats_put_number(out, row->test.there, row->r.chi_square);
    stats_put_number(out, row->test.there, row->test.p);
    stats_put_number(out, row->test.there, row->test.p_holm);
    fputc('\n', out);
}

/** Every test first, then Holm over each family, then the rows. */
static bool put_differences(FILE* out, const struct request* r)
{
    size_t n_m = r->f.measures.n;
    struct logrank_row* rows = calloc(r->c.n * n_m + 1, sizeof(*rows));
    bool ok = rows != NULL;
    for (size_t k = 0; ok && k < r->c.n * n_m; k++)
    {
        ok = test_groups(&rows[k], r, k / n_m, k % n_m);
    }
    ok = ok && stats_holm_families(&r->c, n_m, rows, sizeof(*rows));
    stats_comparisons_put_heads(out, &r->f);
    fputs("measure,n_a,n_b,missing_a,missing_b,censored_a,censored_b,ended_a,ended_b,expected_a,"
          "expected_b,chi_square,p,p_holm\n",
          out);
    for (size_t k = 0; ok && k < r->c.n * n_m; k++)
    {
        stats_comparisons_put_names(out, &r->f, &r->c, k / n_m, r->f.measures.at[k % n_m]);
        put_test(out, &rows[k]);
    }
    free(rows);
    return ok;
}

bool stats_survival(FILE* out, const struct stats_table* t, const struct stats_options* options,
                    char* error, size_t error_size)
{
    struct request r = {.o = options};
    bool differences = options->differences || options->base;
    bool ok = stats_frame_open(&r.f, t, options, error, error_size) &&
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
    stats_frame_close(&r.f);
    return ok;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two groups whose observations are independent, with variances of their own: B. L. Welch, The
 * generalization of 'Student's' problem when several different population variances are involved,
 * Biometrika 34 (1947) 28-35; degrees of freedom as F. E. Satterthwaite, Biometrics Bulletin 2
 * (1946) 110-114. Where one of them has lower bounds there are no means and no t: the log-rank test
 * takes its place.
 */
#include "stats/stats-compare.h"
#include "stats/stats-effect.h"

#include <math.h>
#include <stdlib.h>

/** What a test wants to know of a group. */
struct moments
{
    size_t n;
    size_t missing;
    size_t censored;
    long double mean; /* at most the true one where some are censored */
    double sd;
};

struct welch_test
{
    struct stats_test test; /**< the first member: stats_holm_families steps over the rest */
    double difference;
    double half;
    double t;
    double df;
    double pooled_sd;
    bool means; /**< every value of both is measured */
};

static bool take_moments(struct moments* m, const struct stats_frame* f,
                         const struct stats_values* v, size_t group)
{
    struct stats_sample s;
    bool ok = stats_frame_sample(&s, f, v, group);
    if (ok)
    {
        *m = (struct moments){.n = s.n, .missing = s.missing, .censored = s.censored};
        m->mean = s.n > 0 ? stats_sample_mean(&s) : 0;
        m->sd = s.n > 1 ? stats_sample_sd(&s) : 0;
    }
    stats_sample_free(&s);
    return ok;
}

static void test_groups(struct welch_test* r, const struct moments* a, const struct moments* b,
                        double confidence)
{
    double df_a = (double)a->n - 1;
    double df_b = (double)b->n - 1;
    r->difference = (double)(b->mean - a->mean);
    r->means = a->censored == 0 && b->censored == 0;
    r->test.there = r->means && a->n > 1 && b->n > 1 && (a->sd > 0 || b->sd > 0);
    if (r->test.there)
    {
        double var_a = a->sd * a->sd / (double)a->n;
        double var_b = b->sd * b->sd / (double)b->n;
        double var = var_a + var_b;
        r->t = r->difference / sqrt(var);
        r->df = var * var / (var_a * var_a / df_a + var_b * var_b / df_b);
        r->half = stats_t_half(confidence, r->df) * sqrt(var);
        r->test.p = stats_t_p(r->t, r->df);
        r->pooled_sd = sqrt((df_a * a->sd * a->sd + df_b * b->sd * b->sd) / (df_a + df_b));
    }
}

/** The log-rank test of two groups and one measure, in place of Welch's. */
static bool test_ranks(struct welch_test* r, const struct stats_frame* f,
                       const struct stats_values* v, size_t a, size_t b)
{
    struct stats_logrank logrank;
    struct stats_counts counts[2];
    struct stats_lifetime* of_a = stats_frame_lifetimes(f, v, a, &counts[0]);
    struct stats_lifetime* of_b = stats_frame_lifetimes(f, v, b, &counts[1]);
    bool ok = of_a && of_b;
    if (ok)
    {
        stats_logrank_test(&logrank, of_a, counts[0].n, of_b, counts[1].n);
        r->test = (struct stats_test){.there = logrank.there, .p = logrank.p};
    }
    free(of_a);
    free(of_b);
    return ok;
}

/** d with the pooled standard deviation, g without its bias, and the interval of what they
 * estimate, which takes both groups for normal with the same variance. */
static void put_effect(FILE* out, const struct welch_test* r, const struct moments* a,
                       const struct moments* b, double confidence)
{
    double low = 0;
    double high = 0;
    bool there = r->means && r->test.there;
    double d = there ? r->difference / r->pooled_sd : 0;
    double df = (double)a->n + (double)b->n - 2;
    double scale = sqrt((double)a->n * (double)b->n / ((double)a->n + (double)b->n));
    bool known = there && stats_noncentrality_interval(d * scale, df, confidence, &low, &high);
    stats_put_number(out, there, d);
    stats_put_number(out, there, there ? d * stats_hedges_factor(df) : 0);
    stats_put_number(out, known, low / scale);
    stats_put_number(out, known, high / scale);
}

static void put_test(FILE* out, const struct welch_test* r, const struct moments* a,
                     const struct moments* b, double confidence)
{
    bool there = r->test.there;
    bool spread = r->means && a->n > 1 && b->n > 1; /* both may be none */
    fprintf(out, ",%zu,%zu,%zu,%zu,%zu,%zu", a->n, b->n, a->missing, b->missing, a->censored,
            b->censored);
    stats_put_number(out, a->n > 0 && a->censored == 0, (double)a->mean);
    stats_put_number(out, b->n > 0 && b->censored == 0, (double)b->mean);
    stats_put_number(out, r->means && a->n > 0 && b->n > 0, r->difference);
    stats_put_number(out, spread, r->difference - r->half);
    stats_put_number(out, spread, r->difference + r->half);
    fprintf(out, ",%s", !there ? "" : r->means ? "t" : "log-rank");
    stats_put_number(out, there && r->means, r->t);
    stats_put_number(out, there && r->means, r->df);
    stats_put_number(out, there, r->test.p);
    stats_put_number(out, there, r->test.p_holm);
    put_effect(out, r, a, b, confidence);
    fputc('\n', out);
}

/** What is asked for. */
struct request
{
    struct stats_frame f;
    struct stats_comparisons c;
    struct stats_values* values;
    struct moments* moments; /**< of each measure of every group */
    double confidence;
};

static const struct moments* moments_of(const struct request* r, size_t group, size_t m)
{
    return &r->moments[group * r->f.measures.n + m];
}

/** False when memory is short. */
static bool find_moments(struct request* r)
{
    size_t n_m = r->f.measures.n;
    r->moments = calloc(r->f.groups.n * n_m + 1, sizeof(*r->moments));
    bool ok = r->moments != NULL;
    for (size_t k = 0; ok && k < r->f.groups.n * n_m; k++)
    {
        ok = take_moments(&r->moments[k], &r->f, &r->values[k % n_m], k / n_m);
    }
    return ok;
}

/** Every test first, then Holm over each family, then the rows. */
static bool put_all(FILE* out, const struct request* r)
{
    size_t n_m = r->f.measures.n;
    struct welch_test* tests = calloc(r->c.n * n_m + 1, sizeof(*tests));
    bool ok = tests != NULL;
    for (size_t k = 0; ok && k < r->c.n * n_m; k++)
    {
        size_t a = r->c.a[k / n_m];
        size_t b = r->c.b[k / n_m];
        size_t m = k % n_m;
        test_groups(&tests[k], moments_of(r, a, m), moments_of(r, b, m), r->confidence);
        ok = tests[k].means || test_ranks(&tests[k], &r->f, &r->values[m], a, b);
    }
    ok = ok && stats_holm_families(&r->c, n_m, tests, sizeof(*tests));
    for (size_t k = 0; ok && k < r->c.n * n_m; k++)
    {
        size_t m = k % n_m;
        stats_comparisons_put_names(out, &r->f, &r->c, k / n_m, r->f.measures.at[m]);
        put_test(out, &tests[k], moments_of(r, r->c.a[k / n_m], m),
                 moments_of(r, r->c.b[k / n_m], m), r->confidence);
    }
    free(tests);
    return ok;
}

bool stats_welch(FILE* out, const struct stats_table* t, const struct stats_options* options,
                 char* error, size_t error_size)
{
    struct request r = {.confidence = options->confidence};
    bool ok = stats_frame_open(&r.f, t, options, error, error_size) &&
              stats_comparisons_make(&r.c, &r.f, options, error, error_size);
    r.values = ok ? stats_frame_read(&r.f, error, error_size) : NULL;
    ok = r.values != NULL;
    if (ok)
    {
        snprintf(error, error_size, "out of memory");
        stats_comparisons_put_heads(out, &r.f);
        fputs("measure,n_a,n_b,missing_a,missing_b,censored_a,censored_b,mean_a,mean_b,"
              "mean_difference,ci_low,ci_high,test,t,df,p,p_holm,d,g,d_low,d_high\n",
              out);
        ok = find_moments(&r) && put_all(out, &r);
    }
    free(r.moments);
    stats_values_free(r.values, r.f.measures.n);
    stats_comparisons_free(&r.c);
    stats_frame_close(&r.f);
    return ok;
}

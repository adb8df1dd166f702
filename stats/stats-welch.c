/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two groups whose observations are independent, with variances of their own: B. L. Welch, The
 * generalization of 'Student's' problem when several different population variances are involved,
 * Biometrika 34 (1947) 28-35; degrees of freedom as F. E. Satterthwaite, Biometrics Bulletin 2
 * (1946) 110-114.
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
    long double mean;
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
};

static bool take_moments(struct moments* m, const struct stats_frame* f,
                         const struct stats_values* v, size_t group)
{
    struct stats_sample s;
    bool ok = stats_frame_sample(&s, f, v, group);
    if (ok)
    {
        *m = (struct moments){.n = s.n, .missing = s.missing};
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
    r->test.there = a->n > 1 && b->n > 1 && (a->sd > 0 || b->sd > 0);
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

/** d with the pooled standard deviation, g without its bias, and the interval of what they
 * estimate, which takes both groups for normal with the same variance. */
static void put_effect(FILE* out, const struct welch_test* r, const struct moments* a,
                       const struct moments* b, double confidence)
{
    double low = 0;
    double high = 0;
    double d = r->test.there ? r->difference / r->pooled_sd : 0;
    double df = (double)a->n + (double)b->n - 2;
    double scale = sqrt((double)a->n * (double)b->n / ((double)a->n + (double)b->n));
    bool known =
        r->test.there && stats_noncentrality_interval(d * scale, df, confidence, &low, &high);
    stats_put_number(out, r->test.there, d);
    stats_put_number(out, r->test.there, r->test.there ? d * stats_hedges_factor(df) : 0);
    stats_put_number(out, known, low / scale);
    stats_put_number(out, known, high / scale);
}

static void put_test(FILE* out, const struct welch_test* r, const struct moments* a,
                     const struct moments* b, double confidence)
{
    bool there = r->test.there;
    bool spread = a->n > 1 && b->n > 1; /* both may be none */
    fprintf(out, ",%zu,%zu,%zu,%zu", a->n, b->n, a->missing, b->missing);
    stats_put_number(out, a->n > 0, (double)a->mean);
    stats_put_number(out, b->n > 0, (double)b->mean);
    stats_put_number(out, a->n > 0 && b->n > 0, r->difference);
    stats_put_number(out, spread, r->difference - r->half);
    stats_put_number(out, spread, r->difference + r->half);
    stats_put_number(out, there, r->t);
    stats_put_number(out, there, r->df);
    stats_put_number(out, there, r->test.p);
    stats_put_number(out, there, r->test.p_holm);
    put_effect(out, r, a, b, confidence);
    fputc('\n', out);
}

/** The moments of each measure of every group; NULL with a line in error. */
static struct moments* all_moments(const struct stats_frame* f, char* error, size_t error_size)
{
    struct stats_values* values = stats_frame_read(f, error, error_size);
    struct moments* m = values ? calloc(f->groups.n * f->measures.n + 1, sizeof(*m)) : NULL;
    bool ok = m != NULL;
    for (size_t k = 0; ok && k < f->groups.n * f->measures.n; k++)
    {
        ok = take_moments(&m[k], f, &values[k % f->measures.n], k / f->measures.n);
    }
    if (values && !ok)
    {
        snprintf(error, error_size, "out of memory");
        free(m);
        m = NULL;
    }
    stats_values_free(values, f->measures.n);
    return m;
}

/** Every test first, then Holm over each family, then the rows. */
static bool put_all(FILE* out, const struct stats_frame* f, const struct stats_comparisons* c,
                    const struct moments* of, double confidence)
{
    size_t n_m = f->measures.n;
    struct welch_test* tests = calloc(c->n * n_m + 1, sizeof(*tests));
    bool ok = tests != NULL;
    for (size_t k = 0; ok && k < c->n * n_m; k++)
    {
        test_groups(&tests[k], &of[c->a[k / n_m] * n_m + k % n_m],
                    &of[c->b[k / n_m] * n_m + k % n_m], confidence);
    }
    ok = ok && stats_holm_families(c, n_m, tests, sizeof(*tests));
    for (size_t k = 0; ok && k < c->n * n_m; k++)
    {
        stats_comparisons_put_names(out, f, c, k / n_m, f->measures.at[k % n_m]);
        put_test(out, &tests[k], &of[c->a[k / n_m] * n_m + k % n_m],
                 &of[c->b[k / n_m] * n_m + k % n_m], confidence);
    }
    free(tests);
    return ok;
}

bool stats_welch(FILE* out, const struct stats_table* t, const struct stats_options* options,
                 char* error, size_t error_size)
{
    struct stats_frame f;
    struct stats_comparisons c = {0};
    bool ok = stats_frame_open(&f, t, options, error, error_size) &&
              stats_comparisons_make(&c, &f, options, error, error_size);
    struct moments* m = ok ? all_moments(&f, error, error_size) : NULL;
    ok = m != NULL;
    if (ok)
    {
        stats_comparisons_put_heads(out, &f);
        fputs("measure,n_a,n_b,missing_a,missing_b,mean_a,mean_b,mean_difference,ci_low,ci_high,"
              "t,df,p,p_holm,d,g,d_low,d_high\n",
              out);
        ok = put_all(out, &f, &c, m, options->confidence);
        snprintf(error, error_size, "out of memory");
    }
    free(m);
    stats_comparisons_free(&c);
    stats_frame_close(&f);
    return ok;
}

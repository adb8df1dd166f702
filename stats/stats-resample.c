/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stats/stats-resample.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort_double.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NONE ((size_t)-1)

/** One sample, less its origin, and room to count how often each value was drawn. */
struct drawn
{
    double* x;
    size_t* count;
    size_t n;
    long double sum;
};

static bool prepare(struct drawn* d, const struct stats_sample* s)
{
    *d = (struct drawn){.n = s->n,
                        .x = malloc((s->n + 1) * sizeof(*d->x)),
                        .count = malloc((s->n + 1) * sizeof(*d->count))};
    for (size_t i = 0; d->x && i < s->n; i++)
    {
        d->x[i] = (double)s->x[i];
        d->sum += d->x[i];
    }
    return d->x && d->count;
}

/** Between the values of ranks floor(h) and the next, h = (n - 1) f. */
static double between(double low, double high, double h)
{
    return low + (h - floor(h)) * (high - low);
}

/** The statistic of the sample, without value `skip` when that is not NONE. */
static double value_without(const struct drawn* d, const struct stats_statistic* s, size_t skip)
{
    size_t n = d->n - (skip != NONE);
    if (s->mean)
    {
        return (double)((d->sum - (skip != NONE ? d->x[skip] : 0)) / (long double)n);
    }
    double h = (double)(n - 1) * s->f;
    size_t low = (size_t)h;
    size_t high = low + (low + 1 < n);
    return between(d->x[low + (low >= skip)], d->x[high + (high >= skip)], h);
}

/** The statistic of what was drawn: the sorted sample with its counts. */
static double counted_quantile(const struct drawn* d, double f)
{
    double h = (double)(d->n - 1) * f;
    size_t rank = (size_t)h;
    size_t seen = 0;
    size_t low = 0;
    while (seen + d->count[low] <= rank)
    {
        seen += d->count[low++];
    }
    size_t high = low;
    while (rank + 1 < d->n && seen + d->count[high] <= rank + 1)
    {
        seen += d->count[high++];
    }
    return between(d->x[low], d->x[high], h);
}

static double resample(const struct drawn* d, const struct stats_statistic* s,
                       struct stats_random* random)
{
    if (s->mean)
    {
        double sum = 0;
        for (size_t i = 0; i < d->n; i++)
        {
            sum += d->x[stats_random_below(random, d->n)];
        }
        return sum / (double)d->n;
    }
    memset(d->count, 0, d->n * sizeof(*d->count));
    for (size_t i = 0; i < d->n; i++)
    {
        d->count[stats_random_below(random, d->n)]++;
    }
    return counted_quantile(d, s->f);
}

/** The value at rank p (n + 1), from 1; the first or the last where that is beyond them. */
static double at_rank(const double* sorted, size_t n, double p)
{
    double h = p * ((double)n + 1) - 1;
    h = h < 0 ? 0 : h > (double)(n - 1) ? (double)(n - 1) : h;
    size_t low = (size_t)h;
    return between(sorted[low], sorted[low + (low + 1 < n)], h);
}

/** Adds a sample's share of the skewness: influences (n - 1) (mean of all - value without i). */
static void add_influences(const struct drawn* d, const struct stats_statistic* s, double sign,
                           long double* cubes, long double* squares)
{
    long double mean = 0;
    for (size_t i = 0; i < d->n; i++)
    {
        mean += (value_without(d, s, i) - mean) / (long double)(i + 1);
    }
    for (size_t i = 0; i < d->n; i++)
    {
        long double l =
            sign * (mean - value_without(d, s, i)) * (long double)(d->n - 1) / (long double)d->n;
        *cubes += l * l * l;
        *squares += l * l;
    }
}

/** The part of the resamples that a BCa limit is at, for the normal quantile z. */
static double corrected(double z0, double a, double z)
{
    return gsl_cdf_ugaussian_P(z0 + (z0 + z) / (1 - a * (z0 + z)));
}

/** How many are below the sample's own value; one that differs from it by no more than the rounding
 * of a sum counts half. */
static double count_below(const double* sorted, size_t n, double own)
{
    double near = 1e-12 * (sorted[n - 1] - sorted[0]);
    double below = 0;
    for (size_t i = 0; i < n && sorted[i] <= own + near; i++)
    {
        below += sorted[i] < own - near ? 1 : 0.5;
    }
    return below;
}

static void find_bca(struct stats_bootstrap* b, const double* sorted, size_t n, double own,
                     double acceleration, double confidence)
{
    double below = count_below(sorted, n, own);
    double z0 = gsl_cdf_ugaussian_Pinv(below / (double)n);
    double z = gsl_cdf_ugaussian_Qinv((1 - confidence) / 2);
    b->has_bca = below > 0 && below < (double)n && acceleration * (z0 + z) < 1 &&
                 acceleration * (z0 - z) < 1;
    if (b->has_bca)
    {
        b->bca_low = at_rank(sorted, n, corrected(z0, acceleration, -z));
        b->bca_high = at_rank(sorted, n, corrected(z0, acceleration, z));
    }
}

/** Moves all that was found by the samples' origins. */
static void shift(struct stats_bootstrap* b, long double origin)
{
    double* const moved[] = {&b->value, &b->low, &b->high, &b->bca_low, &b->bca_high};
    for (size_t i = 0; i < sizeof(moved) / sizeof(*moved); i++)
    {
        *moved[i] = (double)(*moved[i] + origin);
    }
}

bool stats_bootstrap_run(struct stats_bootstrap* b, const struct stats_sample* const samples[],
                         struct stats_random random[], size_t n_samples,
                         const struct stats_statistic* statistic, size_t resamples,
                         double confidence)
{
    struct drawn d[2] = {0};
    double* values = calloc(resamples + 1, sizeof(*values));
    long double origin = 0;
    long double cubes = 0;
    long double squares = 0;
    bool ok = values != NULL;
    *b = (struct stats_bootstrap){0};
    for (size_t k = 0; ok && k < n_samples; k++)
    {
        double sign = k + 1 == n_samples ? 1 : -1;
        ok = prepare(&d[k], samples[k]);
        for (size_t i = 0; ok && i < resamples; i++)
        {
            values[i] += sign * resample(&d[k], statistic, &random[k]);
        }
        if (ok)
        {
            b->value += sign * value_without(&d[k], statistic, NONE);
            add_influences(&d[k], statistic, sign, &cubes, &squares);
            origin += sign * samples[k]->origin;
        }
    }
    if (ok)
    {
        double a = squares > 0 ? (double)(cubes / (6 * squares * sqrtl(squares))) : 0;
        gsl_sort(values, 1, resamples);
        b->se = gsl_stats_sd(values, 1, resamples);
        b->low = at_rank(values, resamples, (1 - confidence) / 2);
        b->high = at_rank(values, resamples, (1 + confidence) / 2);
        find_bca(b, values, resamples, b->value, a, confidence);
        shift(b, origin);
    }
    for (size_t k = 0; k < 2; k++)
    {
        free(d[k].x);
        free(d[k].count);
    }
    free(values);
    return ok;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stats/stats-mser.h"

#include "stats/stats-sample.h"

#include <math.h>
#include <stdlib.h>

static long double mean_of(const long double* y, size_t n)
{
    long double mean = 0;
    for (size_t i = 0; i < n; i++)
    {
        mean += (y[i] - mean) / (long double)(i + 1);
    }
    return mean;
}

/** From the end to the beginning, so that each d adds one batch to the sums of the d after it: the
 * mean and the sum of squares about it move as B. P. Welford, Technometrics 4 (1962) 419-420. */
bool stats_mser(const long double* y, size_t n, size_t* truncated)
{
    size_t m = n / STATS_MSER_BATCH;
    size_t best = m;
    long double least = INFINITY;
    long double mean = 0;
    long double squares = 0;
    if (m < STATS_MSER_LEAST)
    {
        return false;
    }
    for (size_t d = m; d-- > 0;)
    {
        long double kept = (long double)(m - d);
        long double z = mean_of(&y[d * STATS_MSER_BATCH], STATS_MSER_BATCH);
        long double off = z - mean;
        mean += off / kept;
        squares += off * (z - mean);
        if (d + STATS_MSER_LAST <= m && squares / (kept * kept) <= least)
        {
            least = squares / (kept * kept);
            best = d;
        }
    }
    *truncated = best * STATS_MSER_BATCH;
    return best <= m / 2;
}

static void find_lag(struct stats_batches* b, const struct stats_sample* s)
{
    long double mean = stats_sample_mean(s) - s->origin;
    long double products = 0;
    long double squares = 0;
    for (size_t i = 0; i < s->n; i++)
    {
        squares += (s->x[i] - mean) * (s->x[i] - mean);
        products += i > 0 ? (s->x[i] - mean) * (s->x[i - 1] - mean) : 0;
    }
    b->has_lag = squares > 0;
    b->lag1 = b->has_lag ? (double)(products / squares) : 0;
}

bool stats_batch_means(struct stats_batches* b, const long double* y, size_t n, size_t batches,
                       double confidence)
{
    struct stats_sample s;
    if (!stats_sample_init(&s, batches))
    {
        return false;
    }
    b->size = n / batches;
    for (size_t i = 0; i < batches; i++)
    {
        stats_sample_add(&s, mean_of(&y[n - (batches - i) * b->size], b->size), false);
    }
    b->mean = (double)stats_sample_mean(&s);
    b->half = stats_sample_half_width(&s, confidence);
    find_lag(b, &s);
    stats_sample_free(&s);
    return true;
}

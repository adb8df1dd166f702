/* SPDX-License-Identifier: GPL-2.0-or-later */
/** Bootstrap intervals of a statistic of one sample, or of its difference between two. */
#ifndef ROAM_STATS_RESAMPLE_H
#define ROAM_STATS_RESAMPLE_H

#include "stats/stats-random.h"
#include "stats/stats-sample.h"

struct stats_statistic
{
    const char* name; /**< as it was asked for; not owned */
    bool mean;        /**< else the quantile f, type 7 */
    double f;
};

struct stats_bootstrap
{
    double value; /**< of the samples themselves */
    double se;    /**< standard deviation of the resamples' values */
    double low;   /**< percentile interval */
    double high;
    bool has_bca;
    double bca_low; /**< bias-corrected and accelerated interval */
    double bca_high;
};

/**
 * Sorted samples, one, or two for the second less the first, each of at least 2 values and with a
 * generator of its own. There are R resamples. Percentile: the values at ranks (R + 1) a of the
 * sorted ones. BCa: B. Efron, Better bootstrap confidence intervals, Journal of the American
 * Statistical Association 82 (1987) 171-185, acceleration by the jackknife, for two samples as
 * A. C. Davison and D. V. Hinkley, Bootstrap Methods and their Application, 1997, sections 3.2.1
 * and 5.3.2; a value that is the sample's own counts half as being below it. There is none when all
 * resamples are on one side. False when memory is short.
 */
bool stats_bootstrap_run(struct stats_bootstrap* b, const struct stats_sample* const samples[],
                         struct stats_random random[], size_t n_samples,
                         const struct stats_statistic* statistic, size_t resamples,
                         double confidence);

#endif

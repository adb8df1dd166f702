/* SPDX-License-Identifier: GPL-2.0-or-later */
/** How large a difference is, in standard deviations, and the interval of that. */
#ifndef ROAM_STATS_EFFECT_H
#define ROAM_STATS_EFFECT_H

#include <stdbool.h>

/**
 * The factor, under 1, that takes the bias from a difference in standard deviations with so many
 * degrees of freedom (2 or more): gamma(df / 2) / (sqrt(df / 2) gamma((df - 1) / 2)). L. V. Hedges,
 * Distribution theory for Glass's estimator of effect size, Journal of Educational Statistics 6
 * (1981) 107-128, equation 6e.
 */
double stats_hedges_factor(double df);

/** P(T <= t) of the noncentral t distribution, df of at least 1; NaN when it can't be had. */
double stats_noncentral_t(double t, double df, double noncentrality);

/**
 * The noncentralities under which a t as large, and as small, has a probability of
 * (1 - confidence) / 2: their interval, and divided by t / d that of the effect size d (G. Cumming
 * and S. Finch, Educational and Psychological Measurement 61 (2001) 532-574). False when it can't
 * be had.
 */
bool stats_noncentrality_interval(double t, double df, double confidence, double* low,
                                  double* high);

#endif

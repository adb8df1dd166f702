/* SPDX-License-Identifier: GPL-2.0-or-later */
/** One sample of a measure and what can be said about it. */
#ifndef ROAM_STATS_SAMPLE_H
#define ROAM_STATS_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>

/**
 * GSL takes long double but rounds the mean to double before it squares the differences. Values
 * that are all the same would then have a spread, and large values with a small spread a wrong
 * one; measured from the first value, neither happens.
 */
struct stats_sample
{
    long double origin; /**< the first value */
    long double* x;     /**< values less the origin, in the table's order until they are sorted */
    bool* bound;        /**< in the table's order: the value is only a lower bound */
    size_t n;
    size_t missing;  /**< values that were not there, and are not counted in n */
    size_t censored; /**< of the n, those that are only a lower bound of their value */
    size_t
        known; /**< once sorted: so many values from the least on that stand in their true place */
};

/** Room for so many values; false when memory is short. To be freed either way. */
bool stats_sample_init(struct stats_sample* s, size_t room);

void stats_sample_free(struct stats_sample* s);

/** One more value, measured or a lower bound; the room was given at init. */
void stats_sample_add(struct stats_sample* s, long double value, bool censored);

void stats_sample_sort(struct stats_sample* s);

/** True if no value that is only a lower bound can change the quantile f of a sorted sample. */
bool stats_sample_knows(const struct stats_sample* s, double f);

/** The arithmetic mean; n is at least 1. */
long double stats_sample_mean(const struct stats_sample* s);

/** The sample's standard deviation, with n - 1 below the line; n is at least 2. */
double stats_sample_sd(const struct stats_sample* s);

/** Half the width of Student's t interval for the mean at a confidence in (0, 1); n is at least 2.
 */
double stats_sample_half_width(const struct stats_sample* s, double confidence);

/**
 * The quantile f, 0 to 1, of a sorted sample with n of at least 1: interpolated linearly between
 * the values at (n - 1) f, as type 7 of Hyndman and Fan does.
 */
double stats_sample_quantile(const struct stats_sample* s, double f);

/**
 * Two-sided p of the sign test: so many differences are above 0 and so many below, and either is
 * as probable as the other if there is no difference (W. J. Conover, Practical Nonparametric
 * Statistics, 3rd edition, 1999, section 3.4). 1 when there are none.
 */
double stats_sign_p(size_t above, size_t below);

/** Two-sided p of Student's t with so many degrees of freedom. */
double stats_t_p(double t, double df);

/** The t that Student's variable exceeds on neither side, at a confidence in (0, 1). */
double stats_t_half(double confidence, double df);

#endif

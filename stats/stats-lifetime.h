/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * Durations of which some are only lower bounds (right-censored): the part that lasts longer than
 * a time by the product-limit estimate, its quantiles, and the log-rank test between two groups.
 */
#ifndef ROAM_STATS_LIFETIME_H
#define ROAM_STATS_LIFETIME_H

#include <stdbool.h>
#include <stddef.h>

struct stats_lifetime
{
    double time; /**< measured, or the lower bound */
    bool ended;  /**< measured */
};

/** One time at which something ended or was censored. */
struct stats_step
{
    double time;
    size_t at_risk; /**< that last to this time at least */
    size_t ended;
    size_t censored;   /**< taken to last longer than what ended at the same time */
    double survival;   /**< the part that lasts longer */
    double se;         /**< of it */
    bool has_interval; /**< none where nothing is left */
    double low;
    double high;
};

struct stats_survival
{
    struct stats_step* steps; /**< in order of time, each with a time of its own */
    size_t n;
};

/**
 * Sorts the lifetimes and estimates. survival: E. L. Kaplan and P. Meier, Nonparametric estimation
 * from incomplete observations, Journal of the American Statistical Association 53 (1958) 457-481.
 * se: M. Greenwood, Reports on Public Health and Medical Subjects 33 (1926). The interval is that
 * of log(-log(survival)), so it stays between 0 and 1 (J. D. Kalbfleisch and R. L. Prentice, The
 * Statistical Analysis of Failure Time Data, 2nd edition, 2002, section 1.4); it has no width while
 * everything lasts. False when memory is short; to be freed either way.
 */
bool stats_survival_make(struct stats_survival* s, struct stats_lifetime* lifetimes, size_t n,
                         double confidence);

void stats_survival_free(struct stats_survival* s);

/** What is looked for in a curve: the estimate or an end of its interval. */
enum stats_curve
{
    STATS_CURVE_LOW,
    STATS_CURVE_ESTIMATE,
    STATS_CURVE_HIGH
};

/**
 * The time at which a curve comes down to 1/2; the middle between it and the next step where the
 * curve stays at exactly 1/2. Of the low and high curve these are the ends of the interval of the
 * median (R. Brookmeyer and J. Crowley, Biometrics 38 (1982) 29-41). False when it stays above.
 */
bool stats_survival_median(const struct stats_survival* s, enum stats_curve curve, double* time);

struct stats_logrank
{
    double observed[2]; /**< that ended, in each group */
    double expected[2]; /**< if both groups were the same */
    bool there;         /**< there is a test: something ended while both groups had somebody left */
    double chi_square;  /**< with one degree of freedom */
    double p;
};

/**
 * The log-rank test: N. Mantel, Evaluation of survival data and two new rank order statistics
 * arising in its consideration, Cancer Chemotherapy Reports 50 (1966) 163-170, with the variance of
 * the hypergeometric distribution at each time. Sorts both groups.
 */
void stats_logrank_test(struct stats_logrank* r, struct stats_lifetime* a, size_t n_a,
                        struct stats_lifetime* b, size_t n_b);

#endif

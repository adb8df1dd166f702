/* SPDX-License-Identifier: GPL-2.0-or-later */
/** The straight line through points, by least squares, with normal errors of y alone. */
#ifndef ROAM_STATS_LINE_H
#define ROAM_STATS_LINE_H

#include <stdbool.h>
#include <stddef.h>

struct stats_line
{
    size_t n;
    long double mean_x;
    long double mean_y;
    long double sxx; /**< sum of the squares of x - mean_x */
    double slope;
    double intercept;
    double slope_se;
    double intercept_se;
    double sd; /**< of the residuals: n - 2 below the line */
    double r2; /**< the part of y's variance that the line has; NaN when y has none */
};

/** False when the x are fewer than two different ones; slope_se, intercept_se and sd are NaN when n
 * is 2. N. R. Draper and H. Smith, Applied Regression Analysis, 3rd edition, 1998, chapter 1. */
bool stats_line_fit(struct stats_line* line, const long double* x, const long double* y, size_t n);

double stats_line_at(const struct stats_line* line, long double x);

/** Standard error of the mean of y at x, or of one further y there; n is at least 3. */
double stats_line_se_at(const struct stats_line* line, long double x, bool further);

#endif

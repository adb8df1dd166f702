/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stats/stats-line.h"

#include <math.h>

static long double mean_of(const long double* x, size_t n)
{
    long double mean = 0;
    for (size_t i = 0; i < n; i++)
    {
        mean += (x[i] - mean) / (long double)(i + 1);
    }
    return mean;
}

/** Sums about the means, and of the residuals themselves: a difference of sums would lose digits.
 */
bool stats_line_fit(struct stats_line* line, const long double* x, const long double* y, size_t n)
{
    long double sxy = 0;
    long double syy = 0;
    long double rest = 0;
    *line = (struct stats_line){.n = n, .mean_x = mean_of(x, n), .mean_y = mean_of(y, n)};
    for (size_t i = 0; i < n; i++)
    {
        line->sxx += (x[i] - line->mean_x) * (x[i] - line->mean_x);
        sxy += (x[i] - line->mean_x) * (y[i] - line->mean_y);
        syy += (y[i] - line->mean_y) * (y[i] - line->mean_y);
    }
    if (!(line->sxx > 0))
    {
        return false;
    }
    long double slope = sxy / line->sxx;
    for (size_t i = 0; i < n; i++)
    {
        long double residual = y[i] - line->mean_y - slope * (x[i] - line->mean_x);
        rest += residual * residual;
    }
    long double var = n > 2 ? rest / (long double)(n - 2) : NAN;
    line->slope = (double)slope;
    line->intercept = (double)(line->mean_y - slope * line->mean_x);
    line->slope_se = (double)sqrtl(var / line->sxx);
    line->intercept_se =
        (double)sqrtl(var * (1 / (long double)n + line->mean_x * line->mean_x / line->sxx));
    line->sd = (double)sqrtl(var);
    line->r2 = syy > 0 ? (double)(1 - rest / syy) : NAN;
    return true;
}

double stats_line_at(const struct stats_line* line, long double x)
{
    return (double)(line->mean_y + line->slope * (x - line->mean_x));
}

double stats_line_se_at(const struct stats_line* line, long double x, bool further)
{
    long double away = (x - line->mean_x) * (x - line->mean_x) / line->sxx;
    return line->sd * (double)sqrtl((further ? 1 : 0) + 1 / (long double)line->n + away);
}

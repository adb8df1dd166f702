/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stats/stats-sample.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort_long_double.h>
#include <gsl/gsl_statistics_long_double.h>
#include <math.h>
#include <stdlib.h>

bool stats_sample_init(struct stats_sample* s, size_t room)
{
    *s = (struct stats_sample){0};
    s->x = malloc((room + 1) * sizeof(*s->x));
    s->bound = malloc((room + 1) * sizeof(*s->bound));
    return s->x && s->bound;
}

void stats_sample_free(struct stats_sample* s)
{
    free(s->x);
    free(s->bound);
}

/** Counts the values that were measured and are not above the least bound. */
static size_t count_known(const struct stats_sample* s)
{
    long double least = INFINITY;
    size_t known = 0;
    for (size_t i = 0; i < s->n; i++)
    {
        least = s->bound[i] && s->x[i] < least ? s->x[i] : least;
    }
    for (size_t i = 0; i < s->n; i++)
    {
        known += !s->bound[i] && s->x[i] <= least;
    }
    return known;
}

bool stats_sample_knows(const struct stats_sample* s, double f)
{
    double h = (double)(s->n - 1) * f;
    return s->n > 0 && ceil(h) < (double)s->known;
}

void stats_sample_sort(struct stats_sample* s)
{
    s->known = count_known(s);
    gsl_sort_long_double(s->x, 1, s->n);
}

void stats_sample_add(struct stats_sample* s, long double value, bool censored)
{
    if (s->n == 0)
    {
        s->origin = value;
    }
    s->bound[s->n] = censored;
    s->censored += censored;
    s->x[s->n++] = value - s->origin;
}

long double stats_sample_mean(const struct stats_sample* s)
{
    return s->origin + gsl_stats_long_double_mean(s->x, 1, s->n);
}

double stats_sample_sd(const struct stats_sample* s)
{
    return gsl_stats_long_double_sd(s->x, 1, s->n);
}

double stats_sample_half_width(const struct stats_sample* s, double confidence)
{
    return stats_t_half(confidence, (double)(s->n - 1)) * stats_sample_sd(s) / sqrt((double)s->n);
}

double stats_sample_quantile(const struct stats_sample* s, double f)
{
    return (double)(s->origin + gsl_stats_long_double_quantile_from_sorted_data(s->x, 1, s->n, f));
}

double stats_sign_p(size_t above, size_t below)
{
    size_t less = above < below ? above : below;
    double p = 2 * gsl_cdf_binomial_P((unsigned)less, 0.5, (unsigned)(above + below));
    return p < 1 ? p : 1;
}

double stats_t_p(double t, double df)
{
    return 2 * gsl_cdf_tdist_Q(fabs(t), df);
}

double stats_t_half(double confidence, double df)
{
    return gsl_cdf_tdist_Qinv((1 - confidence) / 2, df);
}

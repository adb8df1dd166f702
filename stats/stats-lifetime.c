/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stats/stats-lifetime.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

#define NEAR 1e-9 /* of 1/2: the rounding of a product */

static int by_time(const void* one, const void* other)
{
    double a = ((const struct stats_lifetime*)one)->time;
    double b = ((const struct stats_lifetime*)other)->time;
    return (a > b) - (a < b);
}

static void sort(struct stats_lifetime* lifetimes, size_t n)
{
    qsort(lifetimes, n, sizeof(*lifetimes), by_time);
}

/** Counts those of one time, from place i on; returns the place behind them. */
static size_t count_tied(const struct stats_lifetime* l, size_t n, size_t i, size_t* ended,
                         size_t* censored)
{
    double time = l[i].time;
    *ended = 0;
    *censored = 0;
    for (; i < n && l[i].time == time; i++)
    {
        *ended += l[i].ended;
        *censored += !l[i].ended;
    }
    return i;
}

/** The interval of the survival at a step; variance is that of its logarithm. */
static void find_interval(struct stats_step* step, double variance, double z)
{
    step->has_interval = step->survival > 0;
    step->low = step->survival;
    step->high = step->survival;
    if (step->has_interval && step->survival < 1)
    {
        double hazard = -log(step->survival);
        double half = z * sqrt(variance) / hazard;
        step->low = exp(-hazard * exp(half));
        step->high = exp(-hazard * exp(-half));
    }
}

bool stats_survival_make(struct stats_survival* s, struct stats_lifetime* lifetimes, size_t n,
                         double confidence)
{
    double z = gsl_cdf_ugaussian_Qinv((1 - confidence) / 2);
    double survival = 1;
    double variance = 0;
    *s = (struct stats_survival){.steps = malloc((n + 1) * sizeof(*s->steps))};
    if (!s->steps)
    {
        return false;
    }
    sort(lifetimes, n);
    for (size_t i = 0; i < n;)
    {
        struct stats_step* step = &s->steps[s->n++];
        *step = (struct stats_step){.time = lifetimes[i].time, .at_risk = n - i};
        i = count_tied(lifetimes, n, i, &step->ended, &step->censored);
        double left = (double)(step->at_risk - step->ended);
        survival *= left / (double)step->at_risk;
        variance += left > 0 ? (double)step->ended / ((double)step->at_risk * left) : 0;
        step->survival = survival;
        step->se = survival * sqrt(variance);
        find_interval(step, variance, z);
    }
    return true;
}

void stats_survival_free(struct stats_survival* s)
{
    free(s->steps);
}

static double height(const struct stats_step* step, enum stats_curve curve)
{
    return curve == STATS_CURVE_LOW    ? step->low
           : curve == STATS_CURVE_HIGH ? step->high
                                       : step->survival;
}

bool stats_survival_median(const struct stats_survival* s, enum stats_curve curve, double* time)
{
    size_t i = 0;
    while (i < s->n && !(height(&s->steps[i], curve) <= 0.5 + NEAR &&
                         (curve == STATS_CURVE_ESTIMATE || s->steps[i].has_interval)))
    {
        i++;
    }
    if (i == s->n)
    {
        return false;
    }
    *time = s->steps[i].time;
    size_t next = i;
    while (next < s->n && fabs(height(&s->steps[next], curve) - 0.5) <= NEAR)
    {
        next++;
    }
    if (next > i && next < s->n && (curve == STATS_CURVE_ESTIMATE || s->steps[next].has_interval))
    {
        *time = (s->steps[i].time + s->steps[next].time) / 2;
    }
    return true;
}

void stats_logrank_test(struct stats_logrank* r, struct stats_lifetime* a, size_t n_a,
                        struct stats_lifetime* b, size_t n_b)
{
    double variance = 0;
    size_t i = 0;
    size_t j = 0;
    *r = (struct stats_logrank){0};
    sort(a, n_a);
    sort(b, n_b);
    while (i < n_a || j < n_b)
    {
        size_t ended[2] = {0, 0};
        size_t censored;
        double at_risk[2] = {(double)(n_a - i), (double)(n_b - j)};
        bool of_a = i < n_a && (j == n_b || a[i].time <= b[j].time);
        bool of_b = j < n_b && (i == n_a || b[j].time <= a[i].time);
        i = of_a ? count_tied(a, n_a, i, &ended[0], &censored) : i;
        j = of_b ? count_tied(b, n_b, j, &ended[1], &censored) : j;
        double n = at_risk[0] + at_risk[1];
        double d = (double)(ended[0] + ended[1]);
        for (size_t k = 0; k < 2; k++)
        {
            r->observed[k] += (double)ended[k];
            r->expected[k] += d * at_risk[k] / n;
        }
        variance += n > 1 ? d * at_risk[0] / n * at_risk[1] / n * (n - d) / (n - 1) : 0;
    }
    double excess = r->observed[0] - r->expected[0];
    r->there = variance > 0;
    r->chi_square = r->there ? excess * excess / variance : 0;
    r->p = r->there ? gsl_cdf_chisq_Q(r->chi_square, 1) : 1;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * T = (Z + noncentrality) / S with S = sqrt(chi-square / df), so that P(T <= t) is the mean of
 * Phi(t S - noncentrality) over S (N. L. Johnson, S. Kotz and N. Balakrishnan, Continuous
 * Univariate Distributions 2, 2nd edition, 1995, chapter 31). The integral holds where series give
 * up.
 */
#include "stats/stats-effect.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_roots.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>

#define INTERVALS 200 /* of the integration, at most */
#define STEPS 100     /* of the search, at most */

double stats_hedges_factor(double df)
{
    return exp(gsl_sf_lngamma(df / 2) - gsl_sf_lngamma((df - 1) / 2)) / sqrt(df / 2);
}

struct variable
{
    double t;
    double df;
    double noncentrality;
    double log_scale; /* of the density of S */
    gsl_integration_workspace* w;
};

/** Phi(t s - noncentrality) by the density of S at s. */
static double integrand(double s, void* params)
{
    const struct variable* v = params;
    double log_density = v->log_scale + (v->df - 1) * log(s) - v->df * s * s / 2;
    return gsl_cdf_ugaussian_P(v->t * s - v->noncentrality) * exp(log_density);
}

static double probability(struct variable* v)
{
    gsl_function f = {integrand, v};
    double low = sqrt(gsl_cdf_chisq_Pinv(1e-17, v->df) / v->df);
    double high = sqrt(gsl_cdf_chisq_Qinv(1e-17, v->df) / v->df);
    double result;
    double error;
    int status = gsl_integration_qag(&f, low, high, 1e-14, 1e-12, INTERVALS, GSL_INTEG_GAUSS61,
                                     v->w, &result, &error);
    return status == GSL_SUCCESS || error < 1e-11 ? result : NAN;
}

static bool prepare(struct variable* v, double t, double df)
{
    *v = (struct variable){.t = t, .df = df, .w = gsl_integration_workspace_alloc(INTERVALS)};
    v->log_scale = M_LN2 + df / 2 * log(df / 2) - gsl_sf_lngamma(df / 2);
    return v->w != NULL;
}

double stats_noncentral_t(double t, double df, double noncentrality)
{
    struct variable v;
    if (!prepare(&v, t, df))
    {
        return NAN;
    }
    v.noncentrality = noncentrality;
    double p = probability(&v);
    gsl_integration_workspace_free(v.w);
    return p;
}

struct search
{
    struct variable v;
    double p;
};

static double excess(double noncentrality, void* params)
{
    struct search* s = params;
    s->v.noncentrality = noncentrality;
    return probability(&s->v) - s->p;
}

/** The noncentrality, between two that are on either side of it, with P(T <= t) = p. */
static double find(struct search* s, gsl_root_fsolver* solver, double low, double high)
{
    gsl_function f = {excess, s};
    if (gsl_root_fsolver_set(solver, &f, low, high) != GSL_SUCCESS)
    {
        return NAN;
    }
    for (int i = 0; i < STEPS; i++)
    {
        if (gsl_root_fsolver_iterate(solver) != GSL_SUCCESS)
        {
            return NAN;
        }
        if (gsl_root_test_interval(gsl_root_fsolver_x_lower(solver),
                                   gsl_root_fsolver_x_upper(solver), 1e-13, 1e-12) == GSL_SUCCESS)
        {
            return gsl_root_fsolver_root(solver);
        }
    }
    return NAN;
}

/** P(T <= t) falls from 1 to 0 as the noncentrality grows: widens until p is between. */
static double search(struct search* s, gsl_root_fsolver* solver, double p)
{
    double width = 4 * sqrt(1 + s->v.t * s->v.t / s->v.df);
    double low = s->v.t - width;
    double high = s->v.t + width;
    s->p = p;
    for (int i = 0; i < STEPS && excess(low, s) < 0; i++)
    {
        low -= width;
    }
    for (int i = 0; i < STEPS && excess(high, s) > 0; i++)
    {
        high += width;
    }
    return find(s, solver, low, high);
}

bool stats_noncentrality_interval(double t, double df, double confidence, double* low, double* high)
{
    struct search s = {.p = 0};
    gsl_root_fsolver* solver = gsl_root_fsolver_alloc(gsl_root_fsolver_brent);
    bool ok = solver && prepare(&s.v, t, df);
    if (ok)
    {
        *low = search(&s, solver, (1 + confidence) / 2);
        *high = search(&s, solver, (1 - confidence) / 2);
        ok = isfinite(*low) && isfinite(*high);
        gsl_integration_workspace_free(s.v.w);
    }
    if (solver)
    {
        gsl_root_fsolver_free(solver);
    }
    return ok;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The interval of a quantile that asks nothing of the distribution but that it is continuous: with
 * B the number of values below the true quantile f, which is binomial (n, f), the sorted values
 * of ranks l and u hold it between them in P(l <= B < u) of cases (W. J. Conover, Practical
 * Nonparametric Statistics, 3rd edition, 1999, section 3.2; H. A. David and H. N. Nagaraja, Order
 * Statistics, 3rd edition, 2003, section 7.1). Where values are tied it holds at least as often.
 * Of a sample with lower bounds the ranks below the least of these are known, and no others.
 */
#include "stats/stats-frame.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/** The smallest k with P(B <= k) >= p: R's qbinom. */
static size_t binomial_quantile(double p, size_t n, double f)
{
    size_t low = 0;
    size_t high = n;
    while (low < high)
    {
        size_t middle = low + (high - low) / 2;
        if (gsl_cdf_binomial_P((unsigned)middle, f, (unsigned)n) >= p)
        {
            high = middle;
        }
        else
        {
            low = middle + 1;
        }
    }
    return low;
}

/** Ranks from 1, at most (1 - confidence) / 2 beyond each; false when n is too small for it. */
static bool find_ranks(size_t n, double f, double confidence, size_t* l, size_t* u)
{
    if (f <= 0 || f >= 1)
    {
        return false; /* what is less than all that was seen is not known */
    }
    *l = binomial_quantile((1 - confidence) / 2, n, f);
    *u = binomial_quantile((1 + confidence) / 2, n, f) + 1;
    return *l >= 1 && *u <= n;
}

static void put_quantile(FILE* out, const struct stats_sample* s, double f, double confidence)
{
    size_t l = 0;
    size_t u = 0;
    bool there = s->n > 0 && find_ranks(s->n, f, confidence, &l, &u);
    bool low = there && l <= s->known;
    bool high = there && u <= s->known;
    bool value = stats_sample_knows(s, f);
    fprintf(out, ",%zu,%zu,%zu,%.12g", s->n, s->missing, s->censored, f);
    stats_put_number(out, value, value ? stats_sample_quantile(s, f) : 0);
    stats_put_number(out, low, low ? (double)(s->origin + s->x[l - 1]) : 0);
    stats_put_number(out, high, high ? (double)(s->origin + s->x[u - 1]) : 0);
    stats_put_number(out, high,
                     high ? gsl_cdf_binomial_P((unsigned)u - 1, f, (unsigned)s->n) -
                                gsl_cdf_binomial_P((unsigned)l - 1, f, (unsigned)s->n)
                          : 0);
    fputc('\n', out);
}

/** The numbers of "0.05,0.5", each 0 to 1. */
static bool read_fractions(const char* list, double** f, size_t* n, char* error, size_t error_size)
{
    *n = 0;
    *f = malloc((strlen(list) + 1) * sizeof(**f));
    if (!*f)
    {
        snprintf(error, error_size, "out of memory");
        return false;
    }
    for (const char* p = list;; p++)
    {
        char* end;
        double value = strtod(p, &end);
        if (end == p || (*end != ',' && *end != '\0') || !(value >= 0 && value <= 1))
        {
            snprintf(error, error_size, "--at wants numbers from 0 to 1, not '%s'", list);
            return false;
        }
        (*f)[(*n)++] = value;
        p = end;
        if (*p == '\0')
        {
            return true;
        }
    }
}

/** What is asked for: the frame, its numbers, the fractions. */
struct request
{
    struct stats_frame f;
    struct stats_values* values;
    double* at;
    size_t n_at;
    double confidence;
};

static bool put_group(FILE* out, const struct request* r, size_t group, size_t m)
{
    struct stats_sample s;
    bool ok = stats_frame_sample(&s, &r->f, &r->values[m], group);
    for (size_t i = 0; ok && i < r->n_at; i++)
    {
        stats_put_names(out, &r->f, 0, r->f.by.n, group);
        stats_put_field(out, r->f.t->fields[r->f.measures.at[m]], "");
        put_quantile(out, &s, r->at[i], r->confidence);
    }
    stats_sample_free(&s);
    return ok;
}

bool stats_quantiles(FILE* out, const struct stats_table* t, const struct stats_options* options,
                     char* error, size_t error_size)
{
    struct request r = {.confidence = options->confidence};
    bool ok = stats_frame_open(&r.f, t, options, error, error_size) &&
              read_fractions(options->at, &r.at, &r.n_at, error, error_size);
    r.values = ok ? stats_frame_read(&r.f, error, error_size) : NULL;
    ok = r.values != NULL;
    if (ok)
    {
        stats_put_heads(out, &r.f, 0, r.f.by.n, "");
        fputs("measure,n,missing,censored,quantile,value,ci_low,ci_high,coverage\n", out);
    }
    for (size_t k = 0; ok && k < r.f.groups.n * r.f.measures.n; k++)
    {
        ok = put_group(out, &r, k / r.f.measures.n, k % r.f.measures.n);
        if (!ok)
        {
            snprintf(error, error_size, "out of memory");
        }
    }
    stats_values_free(r.values, r.f.measures.n);
    stats_frame_close(&r.f);
    free(r.at);
    return ok;
}

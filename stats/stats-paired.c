/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stats/stats-compare.h"
#include "stats/stats-effect.h"

#include <math.h>
#include <stdlib.h>

#define NO_UNIT ((size_t)-1)

/** What belongs together: units with the same text in the --pair columns. */
struct pairing
{
    struct stats_frame f;
    struct stats_comparisons c;
    struct stats_values* values;
    struct stats_groups pairs;
    size_t* partner; /**< the unit of each pair in the group looked at, else NO_UNIT */
};

static size_t pair_of(const struct pairing* p, size_t unit)
{
    return p->pairs.of_row[p->f.units.first[unit]];
}

/** Two units of one group in one pair would make the answer a matter of their order. */
static bool check_pairs(struct pairing* p, char* error, size_t error_size)
{
    bool ok = true;
    for (size_t group = 0; ok && group < p->f.groups.n; group++)
    {
        for (size_t k = p->f.start[group]; ok && k < p->f.start[group + 1]; k++)
        {
            size_t* partner = &p->partner[pair_of(p, p->f.order[k])];
            if (*partner != NO_UNIT)
            {
                snprintf(error, error_size, "%s:%zu: the same group and pair as line %zu",
                         p->f.t->name, p->f.t->lines[p->f.units.first[p->f.order[k]]],
                         p->f.t->lines[p->f.units.first[*partner]]);
                ok = false;
            }
            *partner = p->f.order[k];
        }
        for (size_t k = p->f.start[group]; k < p->f.start[group + 1]; k++)
        {
            p->partner[pair_of(p, p->f.order[k])] = NO_UNIT;
        }
    }
    return ok;
}

/** Which of the pairs are in which order. */
struct orders
{
    size_t more; /**< pairs in which b is known to be above a */
    size_t less;
};

/** A lower bound is known to be above what is not above it, and no more. */
static void note_order(struct orders* o, const struct stats_values* v, size_t a, size_t b)
{
    bool a_ended = v->censored[a] == 0;
    bool b_ended = v->censored[b] == 0;
    o->more += a_ended && (b_ended ? v->mean[b] > v->mean[a] : v->mean[b] >= v->mean[a]);
    o->less += b_ended && (a_ended ? v->mean[a] > v->mean[b] : v->mean[a] >= v->mean[b]);
}

/** Differences b - a over the pairs; a pair without both numbers is missing, one with a lower bound
 * is censored. */
static void take_differences(struct stats_sample* s, struct orders* orders, const struct pairing* p,
                             const struct stats_values* v, size_t a, size_t b)
{
    size_t matched = 0;
    const struct stats_frame* f = &p->f;
    for (size_t k = f->start[b]; k < f->start[b + 1]; k++)
    {
        p->partner[pair_of(p, f->order[k])] = f->order[k];
    }
    for (size_t k = f->start[a]; k < f->start[a + 1]; k++)
    {
        size_t unit = f->order[k];
        size_t other = p->partner[pair_of(p, unit)];
        matched += other != NO_UNIT;
        if (other == NO_UNIT || v->n[unit] == 0 || v->n[other] == 0)
        {
            s->missing++;
            continue;
        }
        stats_sample_add(s, v->mean[other] - v->mean[unit],
                         v->censored[other] + v->censored[unit] > 0);
        note_order(orders, v, unit, other);
    }
    s->missing += stats_frame_units(f, b) - matched;
    for (size_t k = f->start[b]; k < f->start[b + 1]; k++)
    {
        p->partner[pair_of(p, f->order[k])] = NO_UNIT;
    }
}

struct paired_test
{
    struct stats_test test; /**< the first member: stats_holm steps over the rest */
    size_t n;
    size_t missing;
    size_t censored;
    struct orders orders;
    double mean;
    double sd;
    double half;
    double t;
};

/** Fills in a row of zeros. Differences that are all measured have Student's test; the sign test
 * takes its place where some are not. */
static bool test_pairs(struct paired_test* r, const struct pairing* p, size_t k, size_t m,
                       double confidence)
{
    struct stats_sample s;
    bool ok = stats_sample_init(&s, stats_frame_units(&p->f, p->c.a[k]));
    if (ok)
    {
        take_differences(&s, &r->orders, p, &p->values[m], p->c.a[k], p->c.b[k]);
        r->n = s.n;
        r->missing = s.missing;
        r->censored = s.censored;
    }
    if (ok && r->censored > 0)
    {
        r->test.there = r->orders.more + r->orders.less > 0;
        r->test.p = stats_sign_p(r->orders.more, r->orders.less);
    }
    else if (ok)
    {
        r->mean = s.n > 0 ? (double)stats_sample_mean(&s) : 0;
        r->sd = s.n > 1 ? stats_sample_sd(&s) : 0;
        r->half = s.n > 1 ? stats_sample_half_width(&s, confidence) : 0;
        r->test.there = r->sd > 0;
    }
    if (ok && r->test.there && r->censored == 0)
    {
        r->t = r->mean / (r->sd / sqrt((double)r->n));
        r->test.p = stats_t_p(r->t, (double)r->n - 1);
    }
    stats_sample_free(&s);
    return ok;
}

/** d_z is the mean difference in standard deviations of the differences (J. Cohen, Statistical
 * Power Analysis for the Behavioral Sciences, 2nd edition, 1988, section 2.3.5). */
static void put_test(FILE* out, const struct paired_test* r, double confidence)
{
    double low = 0;
    double high = 0;
    double root = sqrt((double)r->n);
    bool measured = r->censored == 0;
    bool spread = measured && r->n >= 2;
    bool there = measured && r->test.there;
    bool effect =
        there && stats_noncentrality_interval(r->t, (double)r->n - 1, confidence, &low, &high);
    fprintf(out, ",%zu,%zu,%zu,%zu,%zu", r->n, r->missing, r->censored, r->orders.more,
            r->orders.less);
    stats_put_number(out, measured && r->n > 0, r->mean);
    stats_put_number(out, spread, r->sd);
    stats_put_number(out, spread, r->mean - r->half);
    stats_put_number(out, spread, r->mean + r->half);
    fprintf(out, ",%s", !r->test.there ? "" : measured ? "t" : "sign");
    stats_put_number(out, there, r->t);
    stats_put_number(out, spread, (double)r->n - 1);
    stats_put_number(out, r->test.there, r->test.p);
    stats_put_number(out, r->test.there, r->test.p_holm);
    stats_put_number(out, there, r->t / root);
    stats_put_number(out, effect, low / root);
    stats_put_number(out, effect, high / root);
    fputc('\n', out);
}

/** Every test first, then Holm over each family, then the rows. */
static bool put_all(FILE* out, const struct pairing* p, double confidence)
{
    size_t n_m = p->f.measures.n;
    struct paired_test* tests = calloc(p->c.n * n_m + 1, sizeof(*tests));
    bool ok = tests != NULL;
    for (size_t k = 0; ok && k < p->c.n * n_m; k++)
    {
        ok = test_pairs(&tests[k], p, k / n_m, k % n_m, confidence);
    }
    ok = ok && stats_holm_families(&p->c, n_m, tests, sizeof(*tests));
    for (size_t k = 0; ok && k < p->c.n * n_m; k++)
    {
        stats_comparisons_put_names(out, &p->f, &p->c, k / n_m, p->f.measures.at[k % n_m]);
        put_test(out, &tests[k], confidence);
    }
    free(tests);
    return ok;
}

static bool prepare(struct pairing* p, const struct stats_table* t, const struct stats_options* o,
                    char* error, size_t error_size)
{
    struct stats_columns pair = {0};
    bool ok = stats_frame_open(&p->f, t, o, error, error_size) &&
              stats_columns_add(&pair, t, o->pair, error, error_size);
    if (ok)
    {
        p->partner = malloc((t->n_rows + 1) * sizeof(*p->partner));
        ok = stats_groups_make(&p->pairs, t, &pair) && p->partner;
        snprintf(error, error_size, "out of memory");
    }
    for (size_t i = 0; ok && i < t->n_rows; i++)
    {
        p->partner[i] = NO_UNIT;
    }
    ok = ok && check_pairs(p, error, error_size) &&
         stats_comparisons_make(&p->c, &p->f, o, error, error_size);
    free(pair.at);
    return ok;
}

bool stats_paired(FILE* out, const struct stats_table* t, const struct stats_options* options,
                  char* error, size_t error_size)
{
    struct pairing p = {0};
    bool ok = prepare(&p, t, options, error, error_size);
    p.values = ok ? stats_frame_read(&p.f, error, error_size) : NULL;
    ok = p.values != NULL;
    if (ok)
    {
        stats_comparisons_put_heads(out, &p.f);
        fputs("measure,n,missing,censored,more,less,mean_difference,sd,ci_low,ci_high,test,t,df,p,"
              "p_holm,d_z,d_z_low,d_z_high\n",
              out);
        ok = put_all(out, &p, options->confidence);
        snprintf(error, error_size, "out of memory");
    }
    stats_values_free(p.values, p.f.measures.n);
    stats_comparisons_free(&p.c);
    stats_groups_free(&p.pairs);
    free(p.partner);
    stats_frame_close(&p.f);
    return ok;
}

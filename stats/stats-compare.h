/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * Which groups are compared with which: every two, or each with the base, within each part of the
 * table that --each names.
 */
#ifndef ROAM_STATS_COMPARE_H
#define ROAM_STATS_COMPARE_H

#include "stats/stats-frame.h"

/** A table with more was not meant: each row would be a group. */
#define STATS_COMPARISONS_MOST 1000000

struct stats_comparisons
{
    size_t* a; /**< group of each comparison; the differences are b - a */
    size_t* b;
    size_t n;
    size_t* start; /**< part i has the comparisons start[i] to before start[i + 1] */
    size_t n_parts;
};

/**
 * A part without the base has no comparison. False with a line in error when no part has it, when
 * --base is given and --by has not one column, or when there are too many. To be freed either way.
 */
bool stats_comparisons_make(struct stats_comparisons* c, const struct stats_frame* f,
                            const struct stats_options* o, char* error, size_t error_size);

void stats_comparisons_free(struct stats_comparisons* c);

/** Header of the names: those of --each, then of --by with _a and with _b. */
void stats_comparisons_put_heads(FILE* out, const struct stats_frame* f);

/** The names of comparison k and a measure's, without a comma behind. */
void stats_comparisons_put_names(FILE* out, const struct stats_frame* f,
                                 const struct stats_comparisons* c, size_t k, size_t measure);

/** One test of a family. */
struct stats_test
{
    bool there; /**< it has a p; the others are of no family */
    double p;
    double p_holm;
};

/**
 * Fills in the p_holm of every family: the tests of one measure in one part that have a p. There is
 * a struct of `size` bytes that begins with a stats_test for each measure of each comparison.
 *
 * With the n p of a family in order, p_holm(i) = min(1, max over j <= i of (n - j + 1) p(j)). At a
 * level on all p_holm together, a true hypothesis is rejected with at most that probability,
 * however the tests depend on each other. S. Holm, A simple sequentially rejective multiple test
 * procedure, Scandinavian Journal of Statistics 6 (1979) 65-70. False when memory is short.
 */
bool stats_holm_families(const struct stats_comparisons* c, size_t n_measures, void* tests,
                         size_t size);

#endif

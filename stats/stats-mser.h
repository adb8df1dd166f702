/* SPDX-License-Identifier: GPL-2.0-or-later */
/** Where the warm-up of a time series ends, and the mean of what comes after it. */
#ifndef ROAM_STATS_MSER_H
#define ROAM_STATS_MSER_H

#include <stdbool.h>
#include <stddef.h>

/** Observations that make one batch of the rule; batches that it wants at least, and those at the
 * end where it does not look. */
#define STATS_MSER_BATCH 5
#define STATS_MSER_LEAST 20
#define STATS_MSER_LAST 5

/**
 * MSER-5: with Z(1) to Z(m) the means of m = floor(n / 5) batches of five, the first d batches are
 * removed, where d from 0 to m - 5 makes the sum of the squares of Z(j) - mean, over j > d, divided
 * by (m - d)^2, the smallest (the first such d). K. P. White, An effective truncation heuristic for
 * bias reduction in simulation output, Simulation 69 (1997) 323-334; K. P. White, M. J. Cobb and
 * S. C. Spratt, A comparison of five steady-state truncation heuristics for simulation, Winter
 * Simulation Conference 2000, 755-760. The last five, where a few equal values would win, are left
 * out, and a d beyond m / 2 is no answer, after K. Hoad, S. Robinson and R. Davies, Automating
 * warm-up length estimation, Winter Simulation Conference 2008, 532-540.
 *
 * Gives 5 d. False when the series is shorter than 100, or d is beyond m / 2: it has not settled in
 * its first half.
 */
bool stats_mser(const long double* y, size_t n, size_t* truncated);

/** A mean with its interval from batch means. */
struct stats_batches
{
    size_t size;  /**< observations in a batch */
    double mean;  /**< of the last batches * size observations */
    double half;  /**< of Student's t interval */
    bool has_lag; /**< the batches differ */
    double lag1;  /**< autocorrelation of batches next to each other */
};

/** Nonoverlapping batch means (B. Schmeiser, Batch size effects in the analysis of simulation
 * output, Operations Research 30 (1982) 556-568) of n observations, at least one in each of
 * 2 or more batches; what is left over is left out at the beginning. False when memory is short. */
bool stats_batch_means(struct stats_batches* b, const long double* y, size_t n, size_t batches,
                       double confidence);

#endif

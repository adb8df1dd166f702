/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * The random numbers of the bootstrap: SplitMix64 (G. L. Steele, D. Lea and C. H. Flood, Fast
 * splittable pseudorandom number generators, OOPSLA 2014). Fixed here, so that a seed gives the
 * same bytes with every version of every library.
 */
#ifndef ROAM_STATS_RANDOM_H
#define ROAM_STATS_RANDOM_H

#include <stddef.h>
#include <stdint.h>

struct stats_random
{
    uint64_t state;
};

uint64_t stats_random_next(struct stats_random* r);

/** A whole number from 0 to n - 1: the high word of a product, whose bias is under n / 2^64. */
size_t stats_random_below(struct stats_random* r, size_t n);

#endif

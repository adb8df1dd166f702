/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stats/stats-random.h"

uint64_t stats_random_next(struct stats_random* r)
{
    uint64_t z = r->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

/** The high word of the product of two of 64 bits. */
static uint64_t high_word(uint64_t a, uint64_t b)
{
    uint64_t a_low = a & UINT32_MAX;
    uint64_t b_low = b & UINT32_MAX;
    uint64_t middle = (a >> 32) * b_low + (a_low * b_low >> 32);
    uint64_t other = a_low * (b >> 32) + (middle & UINT32_MAX);
    return (a >> 32) * (b >> 32) + (middle >> 32) + (other >> 32);
}

size_t stats_random_below(struct stats_random* r, size_t n)
{
    return (size_t)high_word(stats_random_next(r), n);
}

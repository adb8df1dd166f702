/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_BASE_RNG_H
#define ROAM_BASE_RNG_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C"
{
#endif

    /**
     * The generator that a host seeds and hands to an engine: xoshiro256** by Blackman and Vigna.
     * Repeatable, not secret: a host that faces an attacker seeds it from the system's entropy.
     */
    struct roam_rng
    {
        uint64_t s[4];
    };

    /** A generator from one word of seed (expanded with splitmix64). */
    struct roam_rng roam_rng_seed(uint64_t seed);

    uint64_t roam_rng_u64(struct roam_rng* r);
    uint32_t roam_rng_u32(struct roam_rng* r);

    /** Uniform in [0, 1). */
    double roam_rng_unit(struct roam_rng* r);

    void roam_rng_fill(struct roam_rng* r, uint8_t* out, size_t len);

#ifdef __cplusplus
}
#endif

#endif

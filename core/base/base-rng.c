/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/base/base-rng.h"

static uint64_t splitmix64(uint64_t* x)
{
    uint64_t z = (*x += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static uint64_t rotl(uint64_t x, int k)
{
    return (x << k) | (x >> (64 - k));
}

struct roam_rng roam_rng_seed(uint64_t seed)
{
    struct roam_rng r;
    for (int i = 0; i < 4; i++)
    {
        r.s[i] = splitmix64(&seed);
    }
    return r;
}

uint64_t roam_rng_u64(struct roam_rng* r)
{
    const uint64_t out = rotl(r->s[1] * 5, 7) * 9;
    const uint64_t t = r->s[1] << 17;
    r->s[2] ^= r->s[0];
    r->s[3] ^= r->s[1];
    r->s[1] ^= r->s[2];
    r->s[0] ^= r->s[3];
    r->s[2] ^= t;
    r->s[3] = rotl(r->s[3], 45);
    return out;
}

uint32_t roam_rng_u32(struct roam_rng* r)
{
    return (uint32_t)(roam_rng_u64(r) >> 32);
}

double roam_rng_unit(struct roam_rng* r)
{
    return (double)(roam_rng_u64(r) >> 11) * 0x1p-53;
}

void roam_rng_fill(struct roam_rng* r, uint8_t* out, size_t len)
{
    while (len > 0)
    {
        uint64_t x = roam_rng_u64(r);
        for (int i = 0; i < 8 && len > 0; i++, len--)
        {
            *out++ = (uint8_t)x;
            x >>= 8;
        }
    }
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The gap blocks of a SACK as a peer may send them (RFC 9260 section 3.3.4), brought into order. */
#include "core/sctp/sctp-priv.h"

#include <stdlib.h>

/** One block as a number that sorts by its start, then by its end. */
static uint32_t block_at(const uint8_t* blocks, size_t i)
{
    return roam_get32(blocks + 4 * i);
}

static uint16_t start_of(uint32_t block)
{
    return (uint16_t)(block >> 16);
}

static uint16_t end_of(uint32_t block)
{
    return (uint16_t)block;
}

/** True if it names a TSN behind the cumulative one; that at offset 1 would have moved it. */
static bool is_possible(uint32_t block)
{
    return start_of(block) > 1 && start_of(block) <= end_of(block);
}

bool sctp_gaps_in_order(const uint8_t* blocks, size_t n)
{
    uint32_t last = 1;
    for (size_t i = 0; i < n; i++)
    {
        const uint32_t block = block_at(blocks, i);
        if (start_of(block) <= last || end_of(block) < start_of(block))
        {
            return false;
        }
        last = end_of(block);
    }
    return true;
}

static int by_start(const void* x, const void* y)
{
    const uint32_t a = *(const uint32_t*)x;
    const uint32_t b = *(const uint32_t*)y;
    return a < b ? -1 : a > b;
}

/** Joins sorted blocks that overlap; returns how many are left. */
static size_t join(uint32_t* blocks, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
    {
        if (kept > 0 && start_of(blocks[i]) <= end_of(blocks[kept - 1]))
        {
            if (end_of(blocks[i]) > end_of(blocks[kept - 1]))
            {
                blocks[kept - 1] = (uint32_t)start_of(blocks[kept - 1]) << 16 | end_of(blocks[i]);
            }
            continue;
        }
        blocks[kept++] = blocks[i];
    }
    return kept;
}

uint8_t* sctp_gaps_sort(const uint8_t* blocks, size_t* n)
{
    uint32_t* sorted = malloc(*n * sizeof *sorted + 1);
    size_t possible = 0;
    if (!sorted)
    {
        return NULL;
    }
    for (size_t i = 0; i < *n; i++)
    {
        const uint32_t block = block_at(blocks, i);
        if (is_possible(block))
        {
            sorted[possible++] = block;
        }
    }
    qsort(sorted, possible, sizeof *sorted, by_start);
    *n = join(sorted, possible);
    uint8_t* out = (uint8_t*)sorted;
    for (size_t i = 0; i < *n; i++)
    {
        roam_put32(out + 4 * i, sorted[i]);
    }
    return out;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/base/base-ring.h"

#include <assert.h>
#include <stdlib.h>

static void put(struct roam_ring* r, size_t i, void* p)
{
    r->slots[(r->head + i) & (r->cap - 1)] = p;
}

static bool grow(struct roam_ring* r)
{
    if (r->n < r->cap)
    {
        return true;
    }
    const size_t cap = r->cap ? r->cap * 2 : 8;
    void** slots = malloc(cap * sizeof *slots);
    if (!slots)
    {
        return false;
    }
    for (size_t i = 0; i < r->n; i++)
    {
        slots[i] = roam_ring_at(r, i);
    }
    free(r->slots);
    r->slots = slots;
    r->cap = cap;
    r->head = 0;
    return true;
}

bool roam_ring_push(struct roam_ring* r, void* p)
{
    if (!grow(r))
    {
        return false;
    }
    put(r, r->n++, p);
    return true;
}

bool roam_ring_insert(struct roam_ring* r, size_t i, void* p)
{
    assert(i <= r->n);
    if (!grow(r))
    {
        return false;
    }
    for (size_t k = r->n; k > i; k--)
    {
        put(r, k, roam_ring_at(r, k - 1));
    }
    put(r, i, p);
    r->n++;
    return true;
}

void roam_ring_remove(struct roam_ring* r, size_t i, size_t n)
{
    assert(i + n <= r->n);
    for (size_t k = i; k + n < r->n; k++)
    {
        put(r, k, roam_ring_at(r, k + n));
    }
    r->n -= n;
    if (r->n == 0 && r->cap > ROAM_RING_KEEP)
    {
        roam_ring_clear(r);
    }
}

void roam_ring_clear(struct roam_ring* r)
{
    free(r->slots);
    *r = (struct roam_ring){0};
}

void roam_ring_free(struct roam_ring* r)
{
    void* p;
    while ((p = roam_ring_pop(r)))
    {
        free(p);
    }
    roam_ring_clear(r);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_BASE_RING_H
#define ROAM_BASE_RING_H

#include <stdbool.h>
#include <stddef.h>

/** Slots that an empty queue may keep for the next time. */
#define ROAM_RING_KEEP 256

/**
 * A double-ended queue of pointers that grows by doubling; when it has become empty it holds at
 * most ROAM_RING_KEEP slots. A zeroed one is empty and holds no memory. It does not own what the
 * pointers point to.
 */
struct roam_ring
{
    void** slots;
    size_t cap; /**< a power of two, or 0 */
    size_t head;
    size_t n;
};

static inline void* roam_ring_at(const struct roam_ring* r, size_t i)
{
    return r->slots[(r->head + i) & (r->cap - 1)];
}

/** The first element, or NULL when there is none. */
static inline void* roam_ring_first(const struct roam_ring* r)
{
    return r->n ? roam_ring_at(r, 0) : NULL;
}

/** False when memory is short; then nothing has changed. */
bool roam_ring_push(struct roam_ring* r, void* p);

/** Puts p before element i (i == n appends). False when memory is short. */
bool roam_ring_insert(struct roam_ring* r, size_t i, void* p);

/** Frees the queue's own memory and leaves it empty. */
void roam_ring_clear(struct roam_ring* r);

/** Takes the first element out; NULL when there is none. */
static inline void* roam_ring_pop(struct roam_ring* r)
{
    if (r->n == 0)
    {
        return NULL;
    }
    void* p = roam_ring_at(r, 0);
    r->head = (r->head + 1) & (r->cap - 1);
    if (--r->n == 0 && r->cap > ROAM_RING_KEEP)
    {
        roam_ring_clear(r);
    }
    return p;
}

/** Takes n elements out, from element i on. */
void roam_ring_remove(struct roam_ring* r, size_t i, size_t n);

/** Frees every element with free(), then the queue's own memory. */
void roam_ring_free(struct roam_ring* r);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_BASE_HEAP_H
#define ROAM_BASE_HEAP_H

#include "core/base/base-time.h"

#include <stddef.h>

/** What an element of a roam_heap embeds: its key and its place. */
struct roam_heap_node
{
    roam_time key;
    size_t place; /**< index + 1; 0 while outside */
};

/** A binary min-heap of embedded nodes; equal keys leave in an order that inputs alone decide. */
struct roam_heap
{
    struct roam_heap_node** nodes;
    size_t n, cap;
};

/** Puts a node in, or moves it to a new key. False when memory is short. */
bool roam_heap_set(struct roam_heap* h, struct roam_heap_node* node, roam_time key);

/** Takes a node out; nothing happens when it is outside. */
void roam_heap_remove(struct roam_heap* h, struct roam_heap_node* node);

/** The node with the least key, or NULL. */
static inline struct roam_heap_node* roam_heap_min(const struct roam_heap* h)
{
    return h->n ? h->nodes[0] : NULL;
}

void roam_heap_clear(struct roam_heap* h);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_BASE_TABLE_H
#define ROAM_BASE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** What an element of a roam_table embeds. */
struct roam_table_node
{
    struct roam_table_node* next;
    uint64_t hash;
};

/**
 * A chained hash table of embedded nodes. The caller computes hashes and compares keys: it walks
 * the nodes of one hash with first and next. Its order is never shown to anybody.
 */
struct roam_table
{
    struct roam_table_node** buckets;
    size_t cap; /**< a power of two, or 0 */
    size_t n;
};

/** False when memory is short. */
bool roam_table_insert(struct roam_table* t, struct roam_table_node* node, uint64_t hash);

/** Nothing happens when the node is not in the table. */
void roam_table_remove(struct roam_table* t, struct roam_table_node* node);

/** The first node of a hash, and the next one of the same hash; NULL at the end. */
struct roam_table_node* roam_table_first(const struct roam_table* t, uint64_t hash);
struct roam_table_node* roam_table_next(const struct roam_table_node* node);

void roam_table_clear(struct roam_table* t);

/** Spreads the bits of a key (the finalizer of splitmix64). */
static inline uint64_t roam_hash_mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

#endif

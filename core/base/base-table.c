/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/base/base-table.h"

#include <stdlib.h>

static bool grow(struct roam_table* t)
{
    const size_t cap = t->cap ? t->cap * 2 : 8;
    struct roam_table_node** buckets = calloc(cap, sizeof(struct roam_table_node*));
    if (!buckets)
    {
        return false;
    }
    for (size_t i = 0; i < t->cap; i++)
    {
        for (struct roam_table_node *node = t->buckets[i], *next; node; node = next)
        {
            next = node->next;
            node->next = buckets[node->hash & (cap - 1)];
            buckets[node->hash & (cap - 1)] = node;
        }
    }
    free(t->buckets);
    t->buckets = buckets;
    t->cap = cap;
    return true;
}

bool roam_table_insert(struct roam_table* t, struct roam_table_node* node, uint64_t hash)
{
    if (t->n >= t->cap && !grow(t))
    {
        return false;
    }
    node->hash = hash;
    node->next = t->buckets[hash & (t->cap - 1)];
    t->buckets[hash & (t->cap - 1)] = node;
    t->n++;
    return true;
}

void roam_table_remove(struct roam_table* t, struct roam_table_node* node)
{
    if (t->cap == 0)
    {
        return;
    }
    struct roam_table_node** at = &t->buckets[node->hash & (t->cap - 1)];
    while (*at && *at != node)
    {
        at = &(*at)->next;
    }
    if (*at)
    {
        *at = node->next;
        t->n--;
    }
}

static struct roam_table_node* skip_to(struct roam_table_node* node, uint64_t hash)
{
    while (node && node->hash != hash)
    {
        node = node->next;
    }
    return node;
}

struct roam_table_node* roam_table_first(const struct roam_table* t, uint64_t hash)
{
    return t->cap ? skip_to(t->buckets[hash & (t->cap - 1)], hash) : NULL;
}

struct roam_table_node* roam_table_next(const struct roam_table_node* node)
{
    return skip_to(node->next, node->hash);
}

void roam_table_clear(struct roam_table* t)
{
    free(t->buckets);
    *t = (struct roam_table){0};
}

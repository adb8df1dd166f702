/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/base/base-heap.h"

#include <stdlib.h>

static void place(struct roam_heap* h, size_t i, struct roam_heap_node* node)
{
    h->nodes[i] = node;
    node->place = i + 1;
}

static void sift_up(struct roam_heap* h, size_t i)
{
    struct roam_heap_node* node = h->nodes[i];
    while (i > 0 && h->nodes[(i - 1) / 2]->key > node->key)
    {
        place(h, i, h->nodes[(i - 1) / 2]);
        i = (i - 1) / 2;
    }
    place(h, i, node);
}

static void sift_down(struct roam_heap* h, size_t i)
{
    struct roam_heap_node* node = h->nodes[i];
    for (;;)
    {
        size_t child = 2 * i + 1;
        if (child + 1 < h->n && h->nodes[child + 1]->key < h->nodes[child]->key)
        {
            child++;
        }
        if (child >= h->n || h->nodes[child]->key >= node->key)
        {
            break;
        }
        place(h, i, h->nodes[child]);
        i = child;
    }
    place(h, i, node);
}

bool roam_heap_set(struct roam_heap* h, struct roam_heap_node* node, roam_time key)
{
    if (node->place == 0)
    {
        if (h->n == h->cap)
        {
            const size_t cap = h->cap ? h->cap * 2 : 4;
            void* p = realloc(h->nodes, cap * sizeof(struct roam_heap_node*));
            if (!p)
            {
                return false;
            }
            h->nodes = p;
            h->cap = cap;
        }
        place(h, h->n++, node);
    }
    node->key = key;
    sift_up(h, node->place - 1);
    sift_down(h, node->place - 1);
    return true;
}

void roam_heap_remove(struct roam_heap* h, struct roam_heap_node* node)
{
    if (node->place == 0)
    {
        return;
    }
    const size_t i = node->place - 1;
    struct roam_heap_node* last = h->nodes[--h->n];
    node->place = 0;
    if (last != node)
    {
        place(h, i, last);
        sift_up(h, i);
        sift_down(h, last->place - 1);
    }
}

void roam_heap_clear(struct roam_heap* h)
{
    free(h->nodes);
    *h = (struct roam_heap){0};
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_BASE_LIST_H
#define ROAM_BASE_LIST_H

#include <stddef.h>

/** What an element of a roam_list embeds, for each list that it can be in. */
struct roam_link
{
    struct roam_link *before, *behind;
};

/** A queue of embedded links: it needs no memory of its own, so nothing about it can fail. */
struct roam_list
{
    struct roam_link *first, *last;
};

/** Append a link that is in no list. */
static inline void roam_list_push(struct roam_list* l, struct roam_link* link)
{
    *link = (struct roam_link){.before = l->last};
    *(l->last ? &l->last->behind : &l->first) = link;
    l->last = link;
}

/** Take a link of this list out of it. */
static inline void roam_list_remove(struct roam_list* l, struct roam_link* link)
{
    *(link->before ? &link->before->behind : &l->first) = link->behind;
    *(link->behind ? &link->behind->before : &l->last) = link->before;
    *link = (struct roam_link){0};
}

#endif

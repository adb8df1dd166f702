/* SPDX-License-Identifier: GPL-2.0-or-later */
/** Rows of a table that have the same text in some columns, in the order of their first row. */
#ifndef ROAM_STATS_GROUPS_H
#define ROAM_STATS_GROUPS_H

#include "stats/stats-table.h"

#include <stdint.h>

/** Columns that were asked for, in that order. */
struct stats_columns
{
    size_t* at;
    size_t n;
};

/**
 * Looks up a list "a,b,c" of column names and adds them to those that are there (from {0} on); an
 * empty list or NULL adds none. False, with one line in error, when a column is not there. To be
 * freed with free(columns->at) either way.
 */
bool stats_columns_add(struct stats_columns* columns, const struct stats_table* t, const char* list,
                       char* error, size_t error_size);

struct stats_groups
{
    size_t* of_row; /**< the group of each row */
    size_t* first;  /**< the first row of each group */
    size_t* size;   /**< the rows of each group */
    size_t n;
};

/** In a time that grows with the rows alone. False when memory is short. To be freed either way. */
bool stats_groups_make(struct stats_groups* g, const struct stats_table* t,
                       const struct stats_columns* by);

/** Each row is a group of its own. False when memory is short. To be freed either way. */
bool stats_groups_of_one(struct stats_groups* g, const struct stats_table* t);

void stats_groups_free(struct stats_groups* g);

/** FNV-1a (Fowler, Noll, Vo; 64 bits) of a text and its end, begun with the value before. */
uint64_t stats_hash(uint64_t before, const char* text);

/** What the first stats_hash begins with. */
#define STATS_HASH_BEGIN UINT64_C(0xcbf29ce484222325)

#endif

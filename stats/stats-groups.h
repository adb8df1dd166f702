/* SPDX-License-Identifier: GPL-2.0-or-later */
/** Rows of a table that have the same text in some columns, in the order of their first row. */
#ifndef ROAM_STATS_GROUPS_H
#define ROAM_STATS_GROUPS_H

#include "stats/stats-table.h"

/** Columns that were asked for, in that order. */
struct stats_columns
{
    size_t* at;
    size_t n;
};

/**
 * Looks up a list "a,b,c" of column names; an empty list names none. False, with one line in
 * error, when a column is not there. To be freed with free(columns->at) either way.
 */
bool stats_columns_find(struct stats_columns* columns, const struct stats_table* t,
                        const char* list, char* error, size_t error_size);

struct stats_groups
{
    size_t* of_row; /**< the group of each row */
    size_t* first;  /**< the first row of each group */
    size_t n;
};

/** False when memory is short. To be freed either way. */
bool stats_groups_make(struct stats_groups* g, const struct stats_table* t,
                       const struct stats_columns* by);

void stats_groups_free(struct stats_groups* g);

/** Two rows agree in every one of the columns. */
bool stats_rows_agree(const struct stats_table* t, const struct stats_columns* columns, size_t a,
                      size_t b);

#endif

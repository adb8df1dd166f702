/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stats/stats-groups.h"

#include <stdlib.h>
#include <string.h>

#define NO_GROUP ((size_t)-1)

bool stats_columns_add(struct stats_columns* columns, const struct stats_table* t, const char* list,
                       char* error, size_t error_size)
{
    if (!list || !*list)
    {
        return true;
    }
    size_t* more = realloc(columns->at, (columns->n + strlen(list) + 1) * sizeof(*columns->at));
    char* names = strdup(list);
    columns->at = more ? more : columns->at;
    if (!more || !names)
    {
        free(names);
        snprintf(error, error_size, "out of memory");
        return false;
    }
    bool found = true;
    char* rest = names;
    for (char* name = strsep(&rest, ","); name && found; name = strsep(&rest, ","))
    {
        long column = stats_table_column(t, name);
        found = column >= 0;
        if (found)
        {
            columns->at[columns->n++] = (size_t)column;
        }
        else
        {
            snprintf(error, error_size, "%s:1: no column '%s'", t->name, name);
        }
    }
    free(names);
    return found;
}

uint64_t stats_hash(uint64_t before, const char* text)
{
    do
    {
        before = (before ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
    } while (*text++);
    return before;
}

static bool rows_agree(const struct stats_table* t, const struct stats_columns* columns, size_t a,
                       size_t b)
{
    for (size_t i = 0; i < columns->n; i++)
    {
        if (strcmp(stats_table_field(t, a, columns->at[i]),
                   stats_table_field(t, b, columns->at[i])) != 0)
        {
            return false;
        }
    }
    return true;
}

static bool make_room(struct stats_groups* g, size_t rows)
{
    *g = (struct stats_groups){.of_row = malloc((rows + 1) * sizeof(*g->of_row)),
                               .first = malloc((rows + 1) * sizeof(*g->first)),
                               .size = calloc(rows + 1, sizeof(*g->size))};
    return g->of_row && g->first && g->size;
}

/** The slot of the row's group, or the empty one that it gets: linear probing. */
static size_t find_slot(const struct stats_groups* g, const struct stats_table* t,
                        const struct stats_columns* by, const size_t* slots, size_t mask,
                        size_t row)
{
    uint64_t hash = STATS_HASH_BEGIN;
    for (size_t i = 0; i < by->n; i++)
    {
        hash = stats_hash(hash, stats_table_field(t, row, by->at[i]));
    }
    size_t slot = (size_t)(hash ^ hash >> 32) & mask;
    while (slots[slot] != NO_GROUP && !rows_agree(t, by, g->first[slots[slot]], row))
    {
        slot = (slot + 1) & mask;
    }
    return slot;
}

bool stats_groups_make(struct stats_groups* g, const struct stats_table* t,
                       const struct stats_columns* by)
{
    size_t room = 16;
    while (room < 2 * t->n_rows)
    {
        room *= 2;
    }
    size_t* slots = malloc(room * sizeof(*slots));
    if (!make_room(g, t->n_rows) || !slots)
    {
        free(slots);
        return false;
    }
    memset(slots, 0xff, room * sizeof(*slots)); /* NO_GROUP */
    for (size_t row = 0; row < t->n_rows; row++)
    {
        size_t slot = find_slot(g, t, by, slots, room - 1, row);
        if (slots[slot] == NO_GROUP)
        {
            g->first[g->n] = row;
            slots[slot] = g->n++;
        }
        g->of_row[row] = slots[slot];
        g->size[slots[slot]]++;
    }
    free(slots);
    return true;
}

bool stats_groups_of_one(struct stats_groups* g, const struct stats_table* t)
{
    if (!make_room(g, t->n_rows))
    {
        return false;
    }
    for (; g->n < t->n_rows; g->n++)
    {
        g->of_row[g->n] = g->n;
        g->first[g->n] = g->n;
        g->size[g->n] = 1;
    }
    return true;
}

void stats_groups_free(struct stats_groups* g)
{
    free(g->of_row);
    free(g->first);
    free(g->size);
}

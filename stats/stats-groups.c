/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stats/stats-groups.h"

#include <stdlib.h>
#include <string.h>

bool stats_columns_find(struct stats_columns* columns, const struct stats_table* t,
                        const char* list, char* error, size_t error_size)
{
    columns->n = 0;
    columns->at = malloc((strlen(list) + 1) * sizeof(*columns->at));
    char* names = strdup(list);
    if (!columns->at || !names)
    {
        free(names);
        snprintf(error, error_size, "out of memory");
        return false;
    }
    bool found = true;
    char* rest = names;
    for (char* name = *list ? strsep(&rest, ",") : NULL; name && found; name = strsep(&rest, ","))
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

bool stats_rows_agree(const struct stats_table* t, const struct stats_columns* columns, size_t a,
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

bool stats_groups_make(struct stats_groups* g, const struct stats_table* t,
                       const struct stats_columns* by)
{
    g->n = 0;
    g->of_row = malloc((t->n_rows + 1) * sizeof(*g->of_row));
    g->first = malloc((t->n_rows + 1) * sizeof(*g->first));
    if (!g->of_row || !g->first)
    {
        return false;
    }
    for (size_t row = 0; row < t->n_rows; row++)
    {
        size_t group = 0;
        while (group < g->n && !stats_rows_agree(t, by, g->first[group], row))
        {
            group++;
        }
        if (group == g->n)
        {
            g->first[g->n++] = row;
        }
        g->of_row[row] = group;
    }
    return true;
}

void stats_groups_free(struct stats_groups* g)
{
    free(g->of_row);
    free(g->first);
}

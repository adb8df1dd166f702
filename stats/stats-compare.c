/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stats/stats-compare.h"

#include <stdlib.h>
#include <string.h>

/** Group g is the base: the one column of --by after those of --each. */
static bool is_base(const struct stats_frame* f, size_t group, const char* base)
{
    return strcmp(stats_table_field(f->t, f->groups.first[group], f->by.at[f->n_each]), base) == 0;
}

/** The groups of every part, in their order. */
struct parts
{
    struct stats_groups rows; /**< rows that agree in --each */
    size_t* start;
    size_t* groups;
};

static void free_parts(struct parts* p)
{
    stats_groups_free(&p->rows);
    free(p->start);
    free(p->groups);
}

static bool make_parts(struct parts* p, const struct stats_frame* f)
{
    struct stats_columns each = {f->by.at, f->n_each};
    if (!stats_groups_make(&p->rows, f->t, &each))
    {
        return false;
    }
    p->start = calloc(p->rows.n + 2, sizeof(*p->start));
    p->groups = malloc((f->groups.n + 1) * sizeof(*p->groups));
    if (!p->start || !p->groups)
    {
        return false;
    }
    for (size_t g = 0; g < f->groups.n; g++)
    {
        p->start[p->rows.of_row[f->groups.first[g]] + 2]++;
    }
    for (size_t part = 0; part < p->rows.n; part++)
    {
        p->start[part + 2] += p->start[part + 1];
    }
    for (size_t g = 0; g < f->groups.n; g++)
    {
        p->groups[p->start[p->rows.of_row[f->groups.first[g]] + 1]++] = g;
    }
    return true;
}

/** How many comparisons there are at most: of every two groups, or of each with one. */
static size_t count(const struct parts* p, bool base)
{
    size_t n = 0;
    for (size_t part = 0; part < p->rows.n; part++)
    {
        size_t groups = p->start[part + 1] - p->start[part];
        n += base ? groups : groups * (groups - 1) / 2;
    }
    return n;
}

static void pair_up(struct stats_comparisons* c, const struct stats_frame* f, const struct parts* p,
                    size_t part, const char* base)
{
    for (size_t i = p->start[part]; i < p->start[part + 1]; i++)
    {
        if (base && !is_base(f, p->groups[i], base))
        {
            continue;
        }
        for (size_t j = base ? p->start[part] : i + 1; j < p->start[part + 1]; j++)
        {
            if (i != j)
            {
                c->a[c->n] = p->groups[i];
                c->b[c->n++] = p->groups[j];
            }
        }
    }
}

static bool has_base(const struct stats_frame* f, const char* base)
{
    for (size_t group = 0; group < f->groups.n; group++)
    {
        if (is_base(f, group, base))
        {
            return true;
        }
    }
    return false;
}

static bool check_base(const struct stats_frame* f, const char* base, char* error,
                       size_t error_size)
{
    if (f->by.n - f->n_each != 1)
    {
        snprintf(error, error_size, "--base wants one column in --by");
        return false;
    }
    if (!has_base(f, base))
    {
        snprintf(error, error_size, "%s: no '%s' in column '%s'", f->t->name, base,
                 f->t->fields[f->by.at[f->n_each]]);
        return false;
    }
    return true;
}

bool stats_comparisons_make(struct stats_comparisons* c, const struct stats_frame* f,
                            const struct stats_options* o, char* error, size_t error_size)
{
    struct parts p = {0};
    *c = (struct stats_comparisons){0};
    if (o->base && !check_base(f, o->base, error, error_size))
    {
        return false;
    }
    bool ok = make_parts(&p, f);
    snprintf(error, error_size, "out of memory");
    if (ok)
    {
        size_t room = count(&p, o->base != NULL) + 1;
        if (room - 1 > STATS_COMPARISONS_MOST)
        {
            snprintf(error, error_size, "%zu comparisons of %zu groups: %d at most", room - 1,
                     f->groups.n, STATS_COMPARISONS_MOST);
            free_parts(&p);
            return false;
        }
        c->a = calloc(room, sizeof(*c->a));
        c->b = calloc(room, sizeof(*c->b));
        c->start = calloc(p.rows.n + 1, sizeof(*c->start));
        ok = c->a && c->b && c->start;
    }
    for (; ok && c->n_parts < p.rows.n; c->start[++c->n_parts] = c->n)
    {
        pair_up(c, f, &p, c->n_parts, o->base);
    }
    free_parts(&p);
    return ok;
}

void stats_comparisons_free(struct stats_comparisons* c)
{
    free(c->a);
    free(c->b);
    free(c->start);
}

void stats_comparisons_put_heads(FILE* out, const struct stats_frame* f)
{
    stats_put_heads(out, f, 0, f->n_each, "");
    stats_put_heads(out, f, f->n_each, f->by.n, "_a");
    stats_put_heads(out, f, f->n_each, f->by.n, "_b");
}

void stats_comparisons_put_names(FILE* out, const struct stats_frame* f,
                                 const struct stats_comparisons* c, size_t k, size_t measure)
{
    stats_put_names(out, f, 0, f->n_each, c->a[k]);
    stats_put_names(out, f, f->n_each, f->by.n, c->a[k]);
    stats_put_names(out, f, f->n_each, f->by.n, c->b[k]);
    stats_put_field(out, f->t->fields[measure], "");
}

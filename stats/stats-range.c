/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stats/stats-range.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDING 1e-9L /* of an end, that a value may be beyond it */

static bool read_number(const char* text, long double* value)
{
    char* end;
    *value = strtold(text, &end);
    return end != text && *end == '\0' && isfinite((double)*value);
}

/** The two ends: "0:", ":1", "0:LIMIT". The text is cut at the colon. */
static bool read_ends(struct stats_range* r, const struct stats_frame* f, char* text)
{
    char* high = strchr(text, ':');
    if (!high)
    {
        return false;
    }
    *high++ = '\0';
    r->has_low = *text != '\0';
    r->has_high = *high != '\0';
    if (r->has_low && !read_number(text, &r->low))
    {
        return false;
    }
    if (r->has_high && !read_number(high, &r->high))
    {
        r->high_column = stats_table_column(f->t, high);
        return r->high_column >= 0;
    }
    return !(r->has_low && r->has_high) || r->low < r->high;
}

static struct stats_range* find_measure(struct stats_range* ranges, const struct stats_frame* f,
                                        const char* name)
{
    for (size_t m = 0; m < f->measures.n; m++)
    {
        if (strcmp(f->t->fields[f->measures.at[m]], name) == 0)
        {
            return &ranges[m];
        }
    }
    return NULL;
}

/** One "x=0:1" of the list; false with a line in error. */
static bool read_one(struct stats_range* ranges, const struct stats_frame* f, const char* part,
                     char* error, size_t error_size)
{
    char* text = strdup(part);
    char* ends = text ? strrchr(text, '=') : NULL;
    bool ok = false;
    snprintf(error, error_size,
             "--range: found '%s'; expected MEASURE=LOW:HIGH, numbers or a column for HIGH", part);
    if (ends)
    {
        *ends++ = '\0';
        struct stats_range* r = find_measure(ranges, f, text);
        ok = r && read_ends(r, f, ends);
    }
    free(text);
    return ok;
}

/** The high end of a row; false when it has none. False in *ok with a line in error for a text. */
static bool high_of_row(const struct stats_range* r, const struct stats_frame* f, size_t row,
                        long double* high, bool* ok, char* error, size_t error_size)
{
    *high = r->high;
    if (r->high_column < 0)
    {
        return r->has_high;
    }
    enum stats_field field = stats_table_number(f->t, row, (size_t)r->high_column, high);
    *ok = field != STATS_TEXT;
    if (!*ok)
    {
        stats_not_a_number(f->t, row, (size_t)r->high_column, error, error_size);
    }
    return field == STATS_NUMBER;
}

/** True if no value of a measure is outside its range; false with a line in error. */
static bool check_values(const struct stats_range* r, const struct stats_frame* f, size_t m,
                         char* error, size_t error_size)
{
    bool ok = true;
    for (size_t row = 0; ok && row < f->t->n_rows; row++)
    {
        long double value;
        long double high;
        if (stats_table_number(f->t, row, f->measures.at[m], &value) != STATS_NUMBER)
        {
            continue;
        }
        bool has_high = high_of_row(r, f, row, &high, &ok, error, error_size);
        bool below = r->has_low && value < r->low - ROUNDING * fabsl(r->low);
        bool above = has_high && value > high + ROUNDING * fabsl(high);
        if (ok && (below || above))
        {
            snprintf(error, error_size,
                     "%s:%zu: column '%s': %s is %s %.12Lg, the end of its --range", f->t->name,
                     f->t->lines[row], f->t->fields[f->measures.at[m]],
                     stats_table_field(f->t, row, f->measures.at[m]), below ? "below" : "above",
                     below ? r->low : high);
            ok = false;
        }
    }
    return ok;
}

/** The largest high end among the rows of each group. False when memory is short. */
static bool find_highs(struct stats_range* r, const struct stats_frame* f)
{
    r->high_of = malloc((f->groups.n + 1) * sizeof(*r->high_of));
    for (size_t group = 0; r->high_of && group < f->groups.n; group++)
    {
        r->high_of[group] = NAN;
    }
    for (size_t row = 0; r->high_of && row < f->t->n_rows; row++)
    {
        long double high;
        double* found = &r->high_of[f->groups.of_row[row]];
        if (stats_table_number(f->t, row, (size_t)r->high_column, &high) == STATS_NUMBER)
        {
            *found = fmax(*found, (double)high); /* of NaN and a number, the number */
        }
    }
    return r->high_of != NULL;
}

/** The parts of the list; false with a line in error. */
static bool read_list(struct stats_range* ranges, const struct stats_frame* f, const char* list,
                      char* error, size_t error_size)
{
    char* parts = strdup(list);
    char* rest = parts;
    bool ok = parts != NULL;
    snprintf(error, error_size, "out of memory");
    for (char* part = ok ? strsep(&rest, ",") : NULL; part && ok; part = strsep(&rest, ","))
    {
        ok = read_one(ranges, f, part, error, error_size);
    }
    free(parts);
    return ok;
}

struct stats_range* stats_ranges_read(const struct stats_frame* f, const char* list, char* error,
                                      size_t error_size)
{
    struct stats_range* ranges = calloc(f->measures.n + 1, sizeof(*ranges));
    bool ok = ranges != NULL;
    snprintf(error, error_size, "out of memory");
    for (size_t m = 0; ok && m < f->measures.n; m++)
    {
        ranges[m].high_column = -1;
    }
    ok = ok && (!list || !*list || read_list(ranges, f, list, error, error_size));
    for (size_t m = 0; ok && m < f->measures.n; m++)
    {
        ok = check_values(&ranges[m], f, m, error, error_size);
        if (ok && ranges[m].high_column >= 0 && !find_highs(&ranges[m], f))
        {
            snprintf(error, error_size, "out of memory");
            ok = false;
        }
    }
    if (!ok && ranges)
    {
        stats_ranges_free(ranges, f);
    }
    return ok ? ranges : NULL;
}

void stats_ranges_free(struct stats_range* ranges, const struct stats_frame* f)
{
    for (size_t m = 0; ranges && m < f->measures.n; m++)
    {
        free(ranges[m].high_of);
    }
    free(ranges);
}

struct stats_range stats_range_of_group(const struct stats_range* r, size_t group)
{
    struct stats_range found = *r;
    if (r->high_of)
    {
        found.high = r->high_of[group];
        found.has_high = isfinite(r->high_of[group]);
    }
    return found;
}

const char* stats_range_interval(const struct stats_range* r, long double mean, double half,
                                 double* low, double* high)
{
    long double above = r->has_low ? fmaxl(mean - r->low, 0) : 0;
    long double below = r->has_high ? fmaxl(r->high - mean, 0) : 0;
    const char* kind = r->has_low && r->has_high   ? "logit"
                       : r->has_low || r->has_high ? "log"
                                                   : "t";
    *low = (double)(mean - half);
    *high = (double)(mean + half);
    if ((r->has_low && !(above > 0)) || (r->has_high && !(below > 0)))
    {
        *low = *high = (double)mean;
    }
    else if (r->has_low && r->has_high)
    {
        long double width = r->high - r->low;
        long double factor = expl(half * width / (above * below));
        *low = (double)(r->low + width * above / (above + below * factor));
        *high = (double)(r->low + width * above / (above + below / factor));
    }
    else if (r->has_low)
    {
        *low = (double)(r->low + above * expl(-half / above));
        *high = (double)(r->low + above * expl(half / above));
    }
    else if (r->has_high)
    {
        *low = (double)(r->high - below * expl(half / below));
        *high = (double)(r->high - below * expl(-half / below));
    }
    return kind;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * A table cut into groups, and the groups into units. A unit is one observation: a row, or the
 * rows that agree in the columns of --within, whose mean then stands for them.
 */
#ifndef ROAM_STATS_FRAME_H
#define ROAM_STATS_FRAME_H

#include "stats/stats-command.h"
#include "stats/stats-groups.h"
#include "stats/stats-lifetime.h"
#include "stats/stats-sample.h"

struct stats_frame
{
    const struct stats_table* t;
    struct stats_columns by;       /**< --each, then --by */
    size_t n_each;                 /**< how many of them are --each */
    struct stats_columns measures; /**< --measure */
    long* flags;                   /**< of each measure M: the column M_censored, or -1 */
    struct stats_groups groups;    /**< rows that agree in by */
    struct stats_groups units;     /**< rows that are one observation */
    size_t* start; /**< group g has the units order[start[g]] to before start[g + 1] */
    size_t* order;
};

/** One measure of every unit. */
struct stats_values
{
    long double* mean; /**< of the unit's rows that have a number */
    size_t* n;         /**< how many these are */
    size_t* censored;  /**< and of how many of them it is only a lower bound */
};

/** False with a line in error; to be closed either way. */
bool stats_frame_open(struct stats_frame* f, const struct stats_table* t,
                      const struct stats_options* o, char* error, size_t error_size);

void stats_frame_close(struct stats_frame* f);

/** One more number of a unit, measured or a lower bound: the mean moves to it, and stays where all
 * are the same. */
void stats_values_add(struct stats_values* v, size_t unit, long double value, bool censored);

/**
 * True in *censored if measure m of a row is only a lower bound: if there is a column with its name
 * and "_censored" that holds 1 (0 and an empty field say that it was measured). False with a line
 * in error when the column holds anything else.
 */
bool stats_frame_censored(const struct stats_frame* f, size_t row, size_t m, bool* censored,
                          char* error, size_t error_size);

/** Room for every unit, none with a number. False when memory is short. */
bool stats_values_init(struct stats_values* v, const struct stats_frame* f);

/** Reads each of the frame's measures; NULL with a line in error. To be freed. */
struct stats_values* stats_frame_read(const struct stats_frame* f, char* error, size_t error_size);

void stats_values_free(struct stats_values* v, size_t n);

/**
 * The sorted sample of a group; missing counts rows without a number. A unit with a lower bound
 * among its rows is a lower bound itself, because its mean is at most the true one. False when
 * memory is short; to be freed either way.
 */
bool stats_frame_sample(struct stats_sample* s, const struct stats_frame* f,
                        const struct stats_values* v, size_t group);

/** How many lifetimes a group gave, and what it lacks. */
struct stats_counts
{
    size_t n;
    size_t missing;  /**< rows without a number */
    size_t censored; /**< of the n */
};

/** The units of a group as lifetimes; NULL when memory is short. To be freed. */
struct stats_lifetime* stats_frame_lifetimes(const struct stats_frame* f,
                                             const struct stats_values* v, size_t group,
                                             struct stats_counts* counts);

/** How many units a group has, and rows. */
size_t stats_frame_units(const struct stats_frame* f, size_t group);

/** "FILE:LINE: column 'x': 'abc' is not a number". */
void stats_not_a_number(const struct stats_table* t, size_t row, size_t column, char* error,
                        size_t error_size);

/** The names of a group's columns from `from` on, each with a comma behind it. */
void stats_put_names(FILE* out, const struct stats_frame* f, size_t from, size_t to, size_t group);

/** The same for the header, with a suffix such as "_a". */
void stats_put_heads(FILE* out, const struct stats_frame* f, size_t from, size_t to,
                     const char* suffix);

/** One more field of an output row, after a comma: with 12 digits, or empty when it is not there or
 * beyond what a double can hold. */
void stats_put_number(FILE* out, bool there, double value);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/** What roam-stats can do with a table. Each command writes CSV, or one line of error. */
#ifndef ROAM_STATS_COMMAND_H
#define ROAM_STATS_COMMAND_H

#include "stats/stats-groups.h"
#include "stats/stats-sample.h"

/** What the command line said. Lists of columns are written "a,b,c". */
struct stats_options
{
    const char* by;      /**< columns that name a group */
    const char* measure; /**< columns with numbers */
    const char* pair;    /**< paired: columns that name a pair */
    const char* base;    /**< paired: the one group to compare with, or NULL for every two */
    const char* at;      /**< quantiles: "0.05,0.95" */
    double confidence;   /**< 0 to 1, both excluded */
};

typedef bool stats_command(FILE* out, const struct stats_table* t,
                           const struct stats_options* options, char* error, size_t error_size);

/** n, missing, mean, sd, Student-t interval, min, median and max of each measure and group. */
stats_command stats_summary;

/** The quantiles asked for, of each measure and group. */
stats_command stats_quantiles;

/** Paired t-test of each measure between every two groups, or between each and the base. */
stats_command stats_paired;

/** The sample of one measure in one group. False with a line in error; to be freed either way. */
bool stats_take(struct stats_sample* s, const struct stats_table* t, const struct stats_groups* g,
                size_t group, size_t measure, char* error, size_t error_size);

/** "FILE:LINE: column 'x': 'abc' is not a number". */
void stats_not_a_number(const struct stats_table* t, size_t row, size_t column, char* error,
                        size_t error_size);

/** One more field of an output row, after a comma: with 12 digits, or empty when it is not there.
 */
void stats_put_number(FILE* out, bool there, double value);

#endif

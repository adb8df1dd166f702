/* SPDX-License-Identifier: GPL-2.0-or-later */
/** What roam-stats can do with a table. Each command writes CSV, or one line of error. */
#ifndef ROAM_STATS_COMMAND_H
#define ROAM_STATS_COMMAND_H

#include "stats/stats-table.h"

#include <stdint.h>

/** What the command line said; NULL where it said nothing, and an empty list is none. Lists are
 * written "a,b,c". */
struct stats_options
{
    const char* by;        /**< columns that name a group; "" for none */
    const char* each;      /**< comparisons: columns that name a part of the table */
    const char* within;    /**< columns that name a unit: its rows are averaged first */
    const char* measure;   /**< columns with numbers */
    const char* pair;      /**< paired: columns that name a pair */
    const char* base;      /**< the one group to compare with, or NULL for every two */
    const char* at;        /**< quantiles: "0.05,0.95"; fit: "20ms,50ms" */
    const char* x;         /**< fit: the column of the quantity on the abscissa */
    const char* time;      /**< warmup: the column of the time */
    const char* statistic; /**< bootstrap: "mean,median,0.95" */
    bool log;              /**< fit: logarithms of both */
    bool differences;      /**< bootstrap, survival: of groups, and not each group */
    bool curve;            /**< survival: every step, and not the median */
    const char* range;     /**< summary, warmup: "x=0:,y=0:1", what a measure can be */
    double confidence;     /**< 0 to 1, both excluded */
    size_t resamples;      /**< bootstrap: 1 to 10,000,000 */
    uint64_t seed;         /**< bootstrap */
    size_t batches;        /**< warmup: 2 to 1,000,000 */
};

typedef bool stats_command(FILE* out, const struct stats_table* t,
                           const struct stats_options* options, char* error, size_t error_size);

/** n, missing, mean, sd, Student-t interval, min, median and max of each measure and group. */
stats_command stats_summary;

/** The quantiles asked for, of each measure and group, with intervals from order statistics. */
stats_command stats_quantiles;

/** Bootstrap intervals of a statistic of each group, or of its difference between groups. */
stats_command stats_bootstrap;

/** Paired t-test of each measure between every two groups, or between each and the base. */
stats_command stats_paired;

/** Welch's t-test, the same way, of groups whose rows belong to nobody in the other group. */
stats_command stats_welch;

/** The product-limit estimate of each measure and group: its median or its steps; or the log-rank
 * test between groups. */
stats_command stats_survival;

/** Least squares of each measure against x, or what the line says at some x. */
stats_command stats_fit;

/** The steady part of a time series by MSER-5, and its mean. */
stats_command stats_warmup;

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/** What a measure can be, such as not negative, and intervals of its mean that stay inside. */
#ifndef ROAM_STATS_RANGE_H
#define ROAM_STATS_RANGE_H

#include "stats/stats-frame.h"

struct stats_range
{
    bool has_low;
    bool has_high;
    long double low;
    long double high;
    long high_column; /**< the column that holds the high end of each row; -1 when there is none */
    double* high_of;  /**< of each group, if there is such a column: the largest; or NaN */
};

/**
 * Reads --range, "x=0:,y=0:1,z=0:LIMIT": low and high end of measures, either may be left out, and
 * the high one may be a column with a number in each row. Gives one for each of the frame's
 * measures, without ends for those that are not named; NULL with a line in error when a part of the
 * list is none, or when a value of the table is outside.
 */
struct stats_range* stats_ranges_read(const struct stats_frame* f, const char* list, char* error,
                                      size_t error_size);

void stats_ranges_free(struct stats_range* ranges, const struct stats_frame* f);

/** The range of one group: of a column, the largest of the group's rows. */
struct stats_range stats_range_of_group(const struct stats_range* r, size_t group);

/**
 * The interval of a mean m whose t interval is m -+ half, and the name of its kind. "t" without a
 * range. With one end, "log": the t interval of log |m - end|, whose standard error is that of m
 * over |m - end| (the delta method), turned back. With two, "logit": the same of
 * log((m - low) / (high - m)). A mean at an end has the end itself as its interval, because then
 * every value is there.
 */
const char* stats_range_interval(const struct stats_range* r, long double mean, double half,
                                 double* low, double* high);

#endif

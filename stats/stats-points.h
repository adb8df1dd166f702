/* SPDX-License-Identifier: GPL-2.0-or-later */
/** The points of a fit: a column of quantities, which may have units, and the measures against it.
 */
#ifndef ROAM_STATS_POINTS_H
#define ROAM_STATS_POINTS_H

#include "stats/stats-frame.h"
#include "stats/stats-units.h"

struct stats_points
{
    const struct stats_frame* f;
    size_t column;                           /**< x */
    bool log;                                /**< logarithms are wanted, so both are above 0 */
    const struct stats_dimension* dimension; /**< of x; NULL when there is no x at all */
    struct stats_values* x;                  /**< for each measure: of the rows that have both */
    struct stats_values* y;
};

/** Reads x and every measure of a frame that stays open. False with a line in error when one is no
 * number, has no logarithm or another dimension than before; to be freed either way. */
bool stats_points_read(struct stats_points* p, const struct stats_frame* f, const char* x, bool log,
                       char* error, size_t error_size);

void stats_points_free(struct stats_points* p);

/** The points of a group and measure m, as logarithms when these are wanted, into x and y with room
 * for each unit. Returns how many; missing counts the rows that lack x or y, censored the points
 * whose y is only a lower bound. */
size_t stats_points_take(const struct stats_points* p, size_t group, size_t m, long double* x,
                         long double* y, size_t* missing, size_t* censored);

#endif

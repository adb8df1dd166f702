/* SPDX-License-Identifier: GPL-2.0-or-later */
/** Quantities as a scenario writes them: "20ms", "2 Mbps", "0.5". */
#ifndef ROAM_STATS_UNITS_H
#define ROAM_STATS_UNITS_H

#include <stdbool.h>
#include <stddef.h>

/** A dimension of scenario keys. */
struct stats_dimension
{
    const char* name; /**< "a time" */
    const char* unit; /**< the one that values are given in: "s"; "" for a plain number */
};

/**
 * Reads a finite number with or without a unit; spaces may stand between them. The value comes in
 * the unit of its dimension. False when it is none.
 */
bool stats_quantity(const char* text, long double* value, const struct stats_dimension** dimension);

#endif

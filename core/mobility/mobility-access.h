/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * Which cell each radio attaches to, as a function of what it is shown: levels, attachments and
 * for how long another cell has been better. One move at a time, until there is none.
 *
 * A radio stays in a cell while its level is not below the floor. It enters one whose level is
 * above the floor by the entry margin, so that a level which wavers at the edge is not entered and
 * left again and again; where the network dictates, when it offers the cell and the level is not
 * below the floor. A free radio enters the best such cell that no other radio is in. A single radio
 * reselects (hard handover); of several, the one that serves stays where it is, the trigger rule
 * moves the session first, and another reselects when the session does not depend on it (soft
 * handover). Where the network dictates there is no reselection: the serving cell is entered, by
 * taking a radio from another cell if none is free.
 */
#ifndef ROAM_MOBILITY_ACCESS_H
#define ROAM_MOBILITY_ACCESS_H

#include "core/mobility/mobility.h"

struct mobility_cell_view
{
    uint32_t cell;
    double dbm;
    bool serving; /**< dictated: the network serves us here */
    bool offered; /**< dictated: it may be entered; serving is offered too */
};

struct mobility_radio_view
{
    uint32_t ifindex;
    uint32_t cell; /**< 0: free */
    bool needed;   /**< it carries the primary, or the handover that is under way goes there */
    const roam_time*
        better_since; /**< for each cell, mobility_access_better() holds since, or NEVER */
};

struct mobility_access_view
{
    const struct mobility_config* config;
    const struct mobility_cell_view* cells;
    uint32_t n_cells;
    const struct mobility_radio_view* radios;
    uint32_t n_radios;
    roam_time now;
};

struct mobility_move
{
    bool any;        /**< there is a move to make */
    uint32_t radio;  /**< which: an index of radios */
    uint32_t cell;   /**< 0: only leave; otherwise leave (unless free) and attach here */
    uint32_t why;    /**< set of enum mobility_why */
    roam_time again; /**< without a move: when there may be one by time alone, or NEVER */
};

/**
 * True if radio r would reselect cell c (an index) at this moment, however long the cell
 * has been so.
 */
bool mobility_access_better(const struct mobility_access_view* view, uint32_t r, uint32_t c);

struct mobility_move mobility_access_next(const struct mobility_access_view* view);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/mobility/mobility-access.h"

#include <stddef.h>

static bool covers(const struct mobility_access_view* v, const struct mobility_cell_view* c)
{
    return c->dbm >= v->config->floor_dbm;
}

static bool may_stay(const struct mobility_access_view* v, const struct mobility_cell_view* c)
{
    return covers(v, c) && (!v->config->dictated || c->offered);
}

/** Where the network dictates, its word is enough; else the edge of a cell is not entered. */
static bool may_enter(const struct mobility_access_view* v, const struct mobility_cell_view* c)
{
    return may_stay(v, c) &&
           (v->config->dictated || c->dbm >= v->config->floor_dbm + v->config->entry_margin_db);
}

static bool taken(const struct mobility_access_view* v, uint32_t cell)
{
    for (uint32_t r = 0; r < v->n_radios; r++)
    {
        if (v->radios[r].cell == cell)
        {
            return true;
        }
    }
    return false;
}

static const struct mobility_cell_view* find_cell(const struct mobility_access_view* v,
                                                  uint32_t cell)
{
    for (uint32_t c = 0; c < v->n_cells; c++)
    {
        if (v->cells[c].cell == cell)
        {
            return &v->cells[c];
        }
    }
    return NULL;
}

bool mobility_access_better(const struct mobility_access_view* v, uint32_t r, uint32_t c)
{
    const struct mobility_radio_view* radio = &v->radios[r];
    const struct mobility_cell_view* there = find_cell(v, radio->cell);
    return !v->config->dictated && there != NULL && (v->n_radios == 1 || !radio->needed) &&
           may_enter(v, &v->cells[c]) && !taken(v, v->cells[c].cell) &&
           v->cells[c].dbm > there->dbm + v->config->reselect_hysteresis_db;
}

/** The serving cell before any other, then the higher level; at the same level the first known. */
static bool goes_before(const struct mobility_cell_view* a, const struct mobility_cell_view* b)
{
    return a->serving != b->serving ? a->serving : a->dbm > b->dbm;
}

static const struct mobility_cell_view* best_to_enter(const struct mobility_access_view* v)
{
    const struct mobility_cell_view* best = NULL;
    for (uint32_t c = 0; c < v->n_cells; c++)
    {
        const struct mobility_cell_view* cell = &v->cells[c];
        if (may_enter(v, cell) && !taken(v, cell->cell) && (!best || goes_before(cell, best)))
        {
            best = cell;
        }
    }
    return best;
}

static bool leave_lost(const struct mobility_access_view* v, struct mobility_move* move)
{
    for (uint32_t r = 0; r < v->n_radios; r++)
    {
        const struct mobility_cell_view* there = find_cell(v, v->radios[r].cell);
        if (there && !may_stay(v, there))
        {
            const uint32_t why =
                covers(v, there) ? MOBILITY_WHY_WITHDRAWN : MOBILITY_WHY_COVERAGE_LOST;
            const struct mobility_cell_view* next = best_to_enter(v);
            *move = (struct mobility_move){true, r, next ? next->cell : 0, why, ROAM_NEVER};
            return true;
        }
    }
    return false;
}

static bool use_free(const struct mobility_access_view* v, struct mobility_move* move)
{
    const struct mobility_cell_view* best = best_to_enter(v);
    for (uint32_t r = 0; best && r < v->n_radios; r++)
    {
        if (v->radios[r].cell == 0)
        {
            const uint32_t why = best->serving ? MOBILITY_WHY_DICTATED : MOBILITY_WHY_COVERAGE;
            *move = (struct mobility_move){true, r, best->cell, why, ROAM_NEVER};
            return true;
        }
    }
    return false;
}

/** With no radio free for the serving cell: one that is not needed, in the weakest cell. */
static void obey(const struct mobility_access_view* v, struct mobility_move* move)
{
    const struct mobility_cell_view* best = best_to_enter(v);
    if (!best || !best->serving)
    {
        return;
    }
    uint32_t pick = 0;
    for (uint32_t r = 1; r < v->n_radios; r++)
    {
        const struct mobility_radio_view* a = &v->radios[r];
        const struct mobility_radio_view* b = &v->radios[pick];
        if (a->needed != b->needed ? b->needed
                                   : find_cell(v, a->cell)->dbm < find_cell(v, b->cell)->dbm)
        {
            pick = r;
        }
    }
    *move = (struct mobility_move){true, pick, best->cell, MOBILITY_WHY_DICTATED, ROAM_NEVER};
}

static void reselect(const struct mobility_access_view* v, struct mobility_move* move)
{
    for (uint32_t r = 0; r < v->n_radios; r++)
    {
        const struct mobility_cell_view* best = NULL;
        for (uint32_t c = 0; c < v->n_cells; c++)
        {
            const roam_time since = v->radios[r].better_since[c];
            if (since == ROAM_NEVER || !mobility_access_better(v, r, c))
            {
                continue;
            }
            if (since + v->config->reselect_time > v->now)
            {
                move->again = roam_time_min(move->again, since + v->config->reselect_time);
            }
            else if (!best || goes_before(&v->cells[c], best))
            {
                best = &v->cells[c];
            }
        }
        if (best)
        {
            *move =
                (struct mobility_move){true, r, best->cell, MOBILITY_WHY_RESELECTED, ROAM_NEVER};
            return;
        }
    }
}

struct mobility_move mobility_access_next(const struct mobility_access_view* v)
{
    struct mobility_move move = {.again = ROAM_NEVER};
    if (v->n_radios == 0 || leave_lost(v, &move) || use_free(v, &move))
    {
        return move;
    }
    if (v->config->dictated)
    {
        obey(v, &move);
    }
    else
    {
        reselect(v, &move);
    }
    return move;
}

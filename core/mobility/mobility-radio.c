/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Radios and cells: what is known of them, and the moves that mobility-access decides. */
#include "core/mobility/mobility-priv.h"

struct mobility_radio* mobility_radio_find(const struct mobility* m, uint32_t ifindex)
{
    for (uint32_t r = 0; r < m->n_radios; r++)
    {
        if (m->radios[r].ifindex == ifindex)
        {
            return &m->radios[r];
        }
    }
    return NULL;
}

struct mobility_radio* mobility_radio_in(const struct mobility* m, uint32_t cell)
{
    for (uint32_t r = 0; r < m->n_radios; r++)
    {
        if (m->radios[r].cell == cell)
        {
            return &m->radios[r];
        }
    }
    return NULL;
}

struct mobility_cell* mobility_cell_find(const struct mobility* m, uint32_t cell)
{
    for (uint32_t c = 0; c < m->n_cells; c++)
    {
        if (m->cells[c].cell == cell)
        {
            return &m->cells[c];
        }
    }
    return NULL;
}

struct mobility_cell* mobility_cell_get(struct mobility* m, uint32_t cell)
{
    struct mobility_cell* c = mobility_cell_find(m, cell);
    if (c || m->n_cells == m->config.max_cells)
    {
        return c;
    }
    c = &m->cells[m->n_cells++];
    *c = (struct mobility_cell){.cell = cell, .dbm = MOBILITY_NO_SIGNAL};
    return c;
}

double mobility_cell_dbm(const struct mobility* m, uint32_t cell)
{
    const struct mobility_cell* c = mobility_cell_find(m, cell);
    return c ? c->dbm : MOBILITY_NO_SIGNAL;
}

/** Notes which links are up beside a primary on another one that can be used. */
static void note_overlaps(struct mobility* m)
{
    if (!m->primary || !mobility_addr_usable(m, m->primary))
    {
        return;
    }
    for (uint32_t r = 0; r < m->n_radios; r++)
    {
        struct mobility_radio* radio = &m->radios[r];
        radio->overlaps = radio->overlaps || (radio->link && m->primary->ifindex != radio->ifindex);
    }
}

/** The state of the link goes one way only here, so that its moments stay together. */
static void set_link(struct mobility_radio* radio, bool up, roam_time now)
{
    radio->link = up;
    radio->t_link = up ? now : ROAM_NEVER;
    radio->t_detect = ROAM_NEVER;
    radio->overlaps = false;
}

static void leave(struct mobility* m, struct mobility_radio* radio, uint32_t why, roam_time now)
{
    struct mobility_event* e = mobility_tell(m, MOBILITY_EV_DETACH, now);
    e->u.radio.ifindex = radio->ifindex;
    e->u.radio.cell = radio->cell;
    e->u.radio.why = why;
    radio->cell = 0;
    set_link(radio, false, now);
}

static void attach(struct mobility* m, struct mobility_radio* radio, uint32_t cell, uint32_t why,
                   roam_time now)
{
    struct mobility_event* e = mobility_tell(m, MOBILITY_EV_ATTACH, now);
    e->u.radio.ifindex = radio->ifindex;
    e->u.radio.cell = cell;
    e->u.radio.why = why;
    radio->cell = cell;
    radio->why = why;
    for (uint32_t c = 0; c < m->config.max_cells; c++)
    {
        radio->better_since[c] = ROAM_NEVER;
    }
}

static struct mobility_access_view look(struct mobility* m, roam_time now)
{
    for (uint32_t c = 0; c < m->n_cells; c++)
    {
        const struct mobility_cell* cell = &m->cells[c];
        const bool serving = m->config.dictated && cell->cell == m->dictated;
        m->cell_views[c] =
            (struct mobility_cell_view){cell->cell, cell->dbm, serving, serving || cell->prepared};
    }
    for (uint32_t r = 0; r < m->n_radios; r++)
    {
        const struct mobility_radio* radio = &m->radios[r];
        const bool needed = (m->primary && m->primary->ifindex == radio->ifindex &&
                             mobility_addr_usable(m, m->primary)) ||
                            (m->active && m->active->record.to_ifindex == radio->ifindex);
        m->radio_views[r] =
            (struct mobility_radio_view){radio->ifindex, radio->cell, needed, radio->better_since};
    }
    return (struct mobility_access_view){.config = &m->config,
                                         .cells = m->cell_views,
                                         .n_cells = m->n_cells,
                                         .radios = m->radio_views,
                                         .n_radios = m->n_radios,
                                         .now = now};
}

static void time_better_cells(struct mobility* m, const struct mobility_access_view* view,
                              roam_time now)
{
    for (uint32_t r = 0; r < m->n_radios; r++)
    {
        for (uint32_t c = 0; c < m->n_cells; c++)
        {
            roam_time* since = &m->radios[r].better_since[c];
            if (!mobility_access_better(view, r, c))
            {
                *since = ROAM_NEVER;
            }
            else if (*since == ROAM_NEVER)
            {
                *since = now;
            }
        }
    }
}

roam_time mobility_radio_pass(struct mobility* m, bool* moved, roam_time now)
{
    note_overlaps(m);
    for (uint32_t moves = 0;; moves++)
    {
        const struct mobility_access_view view = look(m, now);
        time_better_cells(m, &view, now);
        const struct mobility_move move = mobility_access_next(&view);
        if (!move.any || moves == m->n_radios)
        {
            *moved = *moved || move.any;
            return move.again;
        }
        struct mobility_radio* radio = &m->radios[move.radio];
        if (radio->cell != 0)
        {
            leave(m, radio, move.why, now);
        }
        if (move.cell != 0)
        {
            attach(m, radio, move.cell, move.why, now);
        }
    }
}

int mobility_add_radio(struct mobility* m, uint32_t ifindex, roam_time now)
{
    if (ifindex == 0)
    {
        return ROAM_EINVAL;
    }
    if (mobility_radio_find(m, ifindex))
    {
        return ROAM_EEXIST;
    }
    if (m->n_radios == m->config.max_radios)
    {
        return ROAM_ENOMEM;
    }
    const int refusal = mobility_refuses(m);
    if (refusal)
    {
        return refusal;
    }
    struct mobility_radio* radio = &m->radios[m->n_radios++];
    roam_time* const since = radio->better_since;
    *radio = (struct mobility_radio){
        .ifindex = ifindex, .t_link = ROAM_NEVER, .t_detect = ROAM_NEVER, .better_since = since};
    mobility_run(m, now);
    return ROAM_OK;
}

int mobility_remove_radio(struct mobility* m, uint32_t ifindex, roam_time now)
{
    struct mobility_radio* radio = mobility_radio_find(m, ifindex);
    if (!radio)
    {
        return ROAM_ENOENT;
    }
    const int refusal = mobility_refuses(m);
    if (refusal)
    {
        return refusal;
    }
    for (uint32_t i = 0; i < m->config.max_addresses; i++)
    {
        if (m->addrs[i].present && m->addrs[i].ifindex == ifindex)
        {
            mobility_addr_gone(m, &m->addrs[i], now);
        }
    }
    roam_time* const since = radio->better_since;
    struct mobility_radio* const last = &m->radios[--m->n_radios];
    for (; radio < last; radio++)
    {
        radio[0] = radio[1];
    }
    last->better_since = since;
    mobility_run(m, now);
    return ROAM_OK;
}

int mobility_link(struct mobility* m, uint32_t ifindex, bool up, roam_time now)
{
    struct mobility_radio* radio = mobility_radio_find(m, ifindex);
    if (!radio)
    {
        return ROAM_ENOENT;
    }
    const int refusal = mobility_refuses(m);
    if (refusal)
    {
        return refusal;
    }
    if (up == radio->link || radio->cell == 0)
    {
        return ROAM_OK;
    }
    set_link(radio, up, now);
    if (!up)
    {
        radio->cell = 0;
    }
    mobility_run(m, now);
    return ROAM_OK;
}

int mobility_detected(struct mobility* m, uint32_t ifindex, roam_time now)
{
    struct mobility_radio* radio = mobility_radio_find(m, ifindex);
    if (!radio)
    {
        return ROAM_ENOENT;
    }
    const int refusal = mobility_refuses(m);
    if (refusal)
    {
        return refusal;
    }
    if (radio->link && radio->t_detect == ROAM_NEVER)
    {
        radio->t_detect = now;
        mobility_run(m, now);
    }
    return ROAM_OK;
}

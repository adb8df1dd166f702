/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The records of changes of serving cell.
 *
 * How the machine thinks: the state of a record is derived from what is known, not driven by
 * inputs. Each pass asks again what the record waits for (state_of()), so that a record may skip
 * states and an input that comes twice, late or in another order does no harm. mobility-handover.c
 * decides when a record begins, fails or has reached its aim; this file writes down what that
 * means. At most one record is active: it has not reached its aim. Those that have, and wait for
 * the release of the old address, stand beside it in state MOBILITY_HO_DELETE.
 */
#include "core/mobility/mobility-priv.h"

#include <assert.h>
#include <stddef.h>

static void enter(struct mobility* m, struct mobility_ho* h, enum mobility_handover_state state,
                  roam_time now)
{
    if (h->state == state)
    {
        return;
    }
    struct mobility_event* e = mobility_tell(m, MOBILITY_EV_STATE, now);
    e->u.state.id = h->record.id;
    e->u.state.from = h->state;
    e->u.state.to = state;
    h->state = state;
}

static bool is_open(const struct mobility_ho* h)
{
    return h->state != MOBILITY_HO_IDLE && h->state != MOBILITY_HO_CLOSED;
}

static void close_record(struct mobility* m, struct mobility_ho* h, roam_time now)
{
    enter(m, h, MOBILITY_HO_CLOSED, now);
    mobility_tell(m, MOBILITY_EV_CLOSED, now)->u.handover = h->record;
    if (m->active == h)
    {
        m->active = NULL;
    }
}

/** A free slot. Each record that waits for a release waits for another address, so there is one. */
static struct mobility_ho* free_slot(struct mobility* m)
{
    for (uint32_t i = 0; i <= m->config.max_addresses; i++)
    {
        if (!is_open(&m->hos[i]))
        {
            return &m->hos[i];
        }
    }
    assert(!"a slot for a record");
    return NULL;
}

/** Writes into the record what is known of the new link and its address. */
static struct mobility_addr* note_new_link(struct mobility* m, struct mobility_ho* h)
{
    struct mobility_handover* r = &h->record;
    const struct mobility_radio* radio = mobility_radio_in(m, r->to_cell);
    struct mobility_addr* a = radio ? mobility_addr_in(m, radio) : NULL;
    r->to_ifindex = radio ? radio->ifindex : 0;
    r->t_link = radio ? radio->t_link : ROAM_NEVER;
    r->t_detect = radio ? radio->t_detect : ROAM_NEVER;
    r->soft = radio && radio->overlaps;
    r->to = a ? a->addr : (struct roam_addr){0};
    r->t_address = a ? a->t_address : ROAM_NEVER;
    r->t_signal = a && h->session ? a->t_signal : ROAM_NEVER;
    return a;
}

static enum mobility_handover_state state_of(const struct mobility* m, const struct mobility_ho* h,
                                             const struct mobility_addr* a)
{
    if (a && mobility_addr_usable(m, a))
    {
        return h->session && !mobility_addr_bound(m, a) ? MOBILITY_HO_ADD : MOBILITY_HO_PRIMARY;
    }
    return h->record.t_detect == ROAM_NEVER ? MOBILITY_HO_DETECT : MOBILITY_HO_ADDRESS;
}

void mobility_record_open(struct mobility* m, uint32_t to_cell, uint32_t why, roam_time t_trigger,
                          roam_time now)
{
    if (m->active)
    {
        mobility_record_fail(m, MOBILITY_ABANDONED, MOBILITY_WHY_SUPERSEDED, now);
    }
    struct mobility_ho* h = free_slot(m);
    *h = (struct mobility_ho){
        .record = {.id = ++m->next_id,
                   .from_cell = m->serving,
                   .to_cell = to_cell,
                   .why = why,
                   .outcome = MOBILITY_OPEN,
                   .t_open = now,
                   .t_trigger = t_trigger,
                   .t_bound = ROAM_NEVER,
                   .t_release = ROAM_NEVER},
        .session = m->session,
        .forced = m->primary && !mobility_addr_usable(m, m->primary),
    };
    m->active = h;
    if (m->primary)
    {
        h->record.from = m->primary->addr;
        h->record.from_ifindex = m->primary->ifindex;
        h->record.t_release = m->session ? ROAM_NEVER : m->primary->t_lost;
    }
    h->record.returned = m->last.to == m->serving && m->last.from == to_cell &&
                         now - m->last.at <= m->config.ping_pong_time;
    const struct mobility_addr* a = note_new_link(m, h);
    mobility_tell(m, MOBILITY_EV_OPENED, now)->u.handover = h->record;
    enter(m, h, state_of(m, h, a), now);
}

void mobility_record_advance(struct mobility* m, roam_time now)
{
    const struct mobility_addr* a = note_new_link(m, m->active);
    enter(m, m->active, state_of(m, m->active, a), now);
}

static void note_change_of_cell(struct mobility* m, const struct mobility_ho* h, roam_time at)
{
    m->last.from = h->record.from_cell;
    m->last.to = h->record.to_cell;
    m->last.at = at;
}

void mobility_record_fail(struct mobility* m, enum mobility_outcome outcome, uint32_t end,
                          roam_time now)
{
    struct mobility_ho* h = m->active;
    h->record.outcome = outcome;
    h->record.end = end;
    if (m->config.dictated)
    {
        note_change_of_cell(m, h, now);
    }
    close_record(m, h, now);
}

/** Nothing is left to wait for: the old address is gone, or there was none, or it is the new one.
 */
static void close_if_released(struct mobility* m, struct mobility_ho* h, roam_time now)
{
    const struct mobility_handover* r = &h->record;
    if (r->t_release != ROAM_NEVER || r->from.family == ROAM_ADDR_NONE ||
        roam_addr_equal(&r->from, &r->to) || !mobility_addr_find(m, &r->from))
    {
        close_record(m, h, now);
    }
}

/** The old address is the one that was the primary just before, wherever the change began. */
static void take_former(const struct mobility* m, struct mobility_handover* r)
{
    r->from = m->former;
    r->from_ifindex = m->former_ifindex;
    r->t_release = m->t_former_release;
}

/**
 * When the rule fired for a record that was opened without it. Only the network's word can come
 * after the change itself; else the rule fired for a record that is closed, and this one begins
 * with it.
 */
static roam_time trigger_of(const struct mobility* m, const struct mobility_ho* h,
                            const struct mobility_addr* a, roam_time at)
{
    const roam_time fired = roam_time_min(a->t_trigger, at);
    return m->config.dictated ? fired : roam_time_max(fired, h->record.t_open);
}

/** The old address of a record that is completed: what was known of it may have changed. */
static void note_old_address(const struct mobility* m, struct mobility_ho* h,
                             const struct mobility_addr* to)
{
    if (to->t_primary >= h->record.t_open && m->former.family != ROAM_ADDR_NONE)
    {
        take_former(m, &h->record);
    }
    const struct mobility_addr* from = mobility_addr_find(m, &h->record.from);
    if (!m->session && from && from->present)
    {
        h->record.t_release = ROAM_NEVER; /* lost on the way, and got again */
    }
}

/** Where a record that is completed has led to, since when, and what it took. */
static void note_arrival(const struct mobility* m, struct mobility_ho* h,
                         const struct mobility_addr* a, roam_time at)
{
    h->record.to = a->addr;
    h->record.to_ifindex = a->ifindex;
    h->record.t_bound = m->session ? at : ROAM_NEVER;
    if (h->record.t_trigger == ROAM_NEVER)
    {
        h->record.t_trigger = trigger_of(m, h, a, at);
    }
    if (at > a->t_primary)
    {
        h->record.t_signal = ROAM_NEVER; /* it was the primary already: nothing had to be said */
    }
}

void mobility_record_complete(struct mobility* m, struct mobility_addr* a, roam_time at,
                              roam_time now)
{
    struct mobility_ho* h = m->active;
    note_new_link(m, h);
    note_old_address(m, h, a);
    note_arrival(m, h, a, at);
    h->record.outcome = !m->session          ? MOBILITY_UNBOUND
                        : h->record.returned ? MOBILITY_PING_PONG
                                             : MOBILITY_COMPLETED;
    note_change_of_cell(m, h, at);
    if (!m->config.dictated)
    {
        m->serving = h->record.to_cell;
    }
    m->active = NULL;
    enter(m, h, MOBILITY_HO_DELETE, now);
    close_if_released(m, h, now);
}

void mobility_record_complete_early(struct mobility* m, struct mobility_addr* a, roam_time now)
{
    take_former(m, &m->active->record);
    m->active->record.why |= a->why;
    m->active->record.t_trigger = trigger_of(m, m->active, a, a->t_trigger);
    mobility_record_complete(m, a, roam_time_max(a->t_primary, a->t_address), now);
}

void mobility_record_reclaimed(struct mobility* m, const struct roam_addr* addr, roam_time now)
{
    for (uint32_t i = 0; i <= m->config.max_addresses; i++)
    {
        struct mobility_ho* h = &m->hos[i];
        if (h->state == MOBILITY_HO_DELETE && roam_addr_equal(&h->record.from, addr))
        {
            close_record(m, h, now);
        }
    }
}

void mobility_record_released(struct mobility* m, const struct roam_addr* addr, roam_time now)
{
    if (roam_addr_equal(&m->former, addr))
    {
        m->t_former_release = now;
    }
    for (uint32_t i = 0; i <= m->config.max_addresses; i++)
    {
        struct mobility_ho* h = &m->hos[i];
        if (!is_open(h) || !roam_addr_equal(&h->record.from, addr))
        {
            continue;
        }
        h->record.t_release = now;
        if (h->state == MOBILITY_HO_DELETE)
        {
            close_record(m, h, now);
        }
    }
}

/** Closes the records that only wait for the release of an address. */
static void close_bound(struct mobility* m, roam_time now)
{
    for (uint32_t i = 0; i <= m->config.max_addresses; i++)
    {
        if (m->hos[i].state == MOBILITY_HO_DELETE)
        {
            close_record(m, &m->hos[i], now);
        }
    }
}

void mobility_record_session(struct mobility* m, roam_time now)
{
    close_bound(m, now);
    if (m->active)
    {
        m->active->session = true;
        m->active->record.t_release = ROAM_NEVER;
    }
}

void mobility_record_close_all(struct mobility* m, enum mobility_outcome outcome, uint32_t end,
                               roam_time now)
{
    const struct mobility_ho* h = m->active;
    if (h)
    {
        /* Without a link to the old cell the client is in the new one, session or not. */
        const bool there = h->forced && mobility_radio_in(m, h->record.to_cell);
        mobility_record_fail(m, outcome, end, now);
        if (there && !m->config.dictated)
        {
            m->serving = h->record.to_cell;
        }
    }
    close_bound(m, now);
}

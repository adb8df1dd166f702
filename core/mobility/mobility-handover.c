/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The records of changes of serving cell, and the steps of each. */
#include "core/mobility/mobility-priv.h"

#include <assert.h>
#include <stddef.h>

/** Reasons for a change, among those of a verdict. */
#define FOR_CHANGE                                                                                 \
    (MOBILITY_WHY_CURRENT_DOWN | MOBILITY_WHY_NEW_ADDRESS | MOBILITY_WHY_SIGNAL |                  \
     MOBILITY_WHY_TIME_TO_TRIGGER | MOBILITY_WHY_PREFERRED | MOBILITY_WHY_DICTATED)

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

static void shut(struct mobility* m, struct mobility_ho* h, roam_time now)
{
    enter(m, h, MOBILITY_HO_CLOSED, now);
    mobility_tell(m, MOBILITY_EV_CLOSED, now)->u.handover = h->record;
    if (m->active == h)
    {
        m->active = NULL;
    }
}

/** A free slot. Each record that waits for a release waits for another address, so there is one. */
static struct mobility_ho* slot(struct mobility* m)
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

static struct mobility_radio* radio_in(const struct mobility* m, uint32_t cell)
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

static struct mobility_addr* address_in(const struct mobility* m,
                                        const struct mobility_radio* radio)
{
    for (uint32_t i = 0; i < m->config.max_addresses; i++)
    {
        struct mobility_addr* a = &m->addrs[i];
        if (a->state != MOBILITY_ADDR_NONE && a->present && a->ifindex == radio->ifindex &&
            a->cell == radio->cell)
        {
            return a;
        }
    }
    return NULL;
}

/** Writes into the record what is known of the new link and its address. */
static struct mobility_addr* fill(struct mobility* m, struct mobility_ho* h)
{
    struct mobility_handover* r = &h->record;
    const struct mobility_radio* radio = radio_in(m, r->to_cell);
    struct mobility_addr* a = radio ? address_in(m, radio) : NULL;
    r->to_ifindex = radio ? radio->ifindex : 0;
    r->t_link = radio ? radio->t_link : ROAM_NEVER;
    r->t_detect = radio ? radio->t_detect : ROAM_NEVER;
    r->soft = radio && radio->overlaps;
    r->to = a ? a->addr : (struct roam_addr){0};
    r->t_address = a ? a->t_address : ROAM_NEVER;
    r->t_signal = a && h->session ? a->t_signal : ROAM_NEVER;
    return a;
}

static enum mobility_handover_state step(const struct mobility* m, const struct mobility_ho* h,
                                         const struct mobility_addr* a)
{
    if (a && mobility_addr_usable(m, a))
    {
        return h->session && !mobility_addr_bound(m, a) ? MOBILITY_HO_ADD : MOBILITY_HO_PRIMARY;
    }
    return h->record.t_detect == ROAM_NEVER ? MOBILITY_HO_DETECT : MOBILITY_HO_ADDRESS;
}

void mobility_handover_open(struct mobility* m, uint32_t to_cell, uint32_t why, bool triggered,
                            roam_time now)
{
    if (m->active)
    {
        mobility_handover_fail(m, MOBILITY_ABANDONED, MOBILITY_WHY_SUPERSEDED, now);
    }
    struct mobility_ho* h = slot(m);
    *h = (struct mobility_ho){
        .record = {.id = ++m->next_id,
                   .from_cell = m->serving,
                   .to_cell = to_cell,
                   .why = why,
                   .outcome = MOBILITY_OPEN,
                   .t_open = now,
                   .t_trigger = triggered ? now : ROAM_NEVER,
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
    const struct mobility_addr* a = fill(m, h);
    mobility_tell(m, MOBILITY_EV_OPENED, now)->u.handover = h->record;
    enter(m, h, step(m, h, a), now);
}

static void changed_cell(struct mobility* m, const struct mobility_ho* h, roam_time at)
{
    m->last.from = h->record.from_cell;
    m->last.to = h->record.to_cell;
    m->last.at = at;
}

void mobility_handover_fail(struct mobility* m, enum mobility_outcome outcome, uint32_t end,
                            roam_time now)
{
    struct mobility_ho* h = m->active;
    h->record.outcome = outcome;
    h->record.end = end;
    if (m->config.dictated)
    {
        changed_cell(m, h, now);
    }
    shut(m, h, now);
}

/** Nothing is left to wait for: the old address is gone, or there was none, or it is the new one.
 */
static void settle(struct mobility* m, struct mobility_ho* h, roam_time now)
{
    const struct mobility_handover* r = &h->record;
    if (r->t_release != ROAM_NEVER || r->from.family == ROAM_ADDR_NONE ||
        roam_addr_equal(&r->from, &r->to) || !mobility_addr_find(m, &r->from))
    {
        shut(m, h, now);
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

/** The active handover has reached its aim at this address, confirmed by the session or not. */
static void complete(struct mobility* m, struct mobility_addr* a, roam_time at, bool confirmed,
                     roam_time now)
{
    struct mobility_ho* h = m->active;
    fill(m, h);
    if (a->t_primary >= h->record.t_open && m->former.family != ROAM_ADDR_NONE)
    {
        take_former(m, &h->record);
    }
    h->record.to = a->addr;
    h->record.to_ifindex = a->ifindex;
    h->record.t_bound = confirmed ? at : ROAM_NEVER;
    if (h->record.t_trigger == ROAM_NEVER)
    {
        h->record.t_trigger = trigger_of(m, h, a, at);
    }
    if (at > a->t_primary)
    {
        h->record.t_signal = ROAM_NEVER; /* it was the primary already: nothing had to be said */
    }
    const struct mobility_addr* from = mobility_addr_find(m, &h->record.from);
    if (!m->session && from && from->present)
    {
        h->record.t_release = ROAM_NEVER; /* lost on the way, and got again */
    }
    h->record.outcome = !confirmed           ? MOBILITY_UNBOUND
                        : h->record.returned ? MOBILITY_PING_PONG
                                             : MOBILITY_COMPLETED;
    changed_cell(m, h, at);
    if (!m->config.dictated)
    {
        m->serving = h->record.to_cell;
    }
    m->active = NULL;
    enter(m, h, MOBILITY_HO_DELETE, now);
    settle(m, h, now);
}

void mobility_handover_adding(struct mobility* m, struct mobility_addr* a, roam_time now)
{
    /* Under rule (a) the ADD of a new address is the first step of moving there (4.4 a). */
    if (m->config.rule == MOBILITY_RULE_IMMEDIATE && !m->config.dictated && !m->active &&
        mobility_addr_usable(m, m->primary) && a->cell != m->serving &&
        a->since > m->primary->since)
    {
        mobility_handover_open(m, a->cell, MOBILITY_WHY_NEW_ADDRESS, false, now);
    }
}

void mobility_handover_triggered(struct mobility* m, struct mobility_addr* a, roam_time now)
{
    if (m->active && m->active->record.to_cell == a->cell)
    {
        struct mobility_handover* r = &m->active->record;
        r->t_trigger = roam_time_min(r->t_trigger, now);
        r->why |= a->why;
    }
    else if (!m->config.dictated && a->cell != m->serving)
    {
        mobility_handover_open(m, a->cell, a->why, true, now);
    }
}

void mobility_handover_moved(struct mobility* m, struct mobility_addr* a, roam_time now)
{
    for (uint32_t i = 0; i <= m->config.max_addresses; i++)
    {
        struct mobility_ho* h = &m->hos[i];
        if (h->state == MOBILITY_HO_DELETE && roam_addr_equal(&h->record.from, &a->addr))
        {
            shut(m, h, now);
        }
    }
    if (m->active && m->active->record.to_cell == a->cell && mobility_addr_usable(m, a))
    {
        complete(m, a, now, m->session, now);
    }
}

void mobility_handover_released(struct mobility* m, const struct roam_addr* addr, roam_time now)
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
            shut(m, h, now);
        }
    }
}

/** Why the active handover cannot or need not be finished; 0 when it can. */
static uint32_t failure(const struct mobility* m, const struct mobility_addr* to)
{
    const struct mobility_ho* h = m->active;
    const struct mobility_radio* radio = radio_in(m, h->record.to_cell);
    const bool old =
        m->primary && mobility_addr_usable(m, m->primary) && m->primary->cell != h->record.to_cell;
    if (m->config.dictated)
    {
        return 0;
    }
    if (!radio || (old && h->record.t_link != ROAM_NEVER && !radio->link))
    {
        return MOBILITY_WHY_NEW_DOWN;
    }
    if (old && to && to->told && !mobility_addr_asked(to, MOBILITY_SET_PRIMARY) &&
        !(to->told_why & FOR_CHANGE))
    {
        return to->told_why;
    }
    return old && h->forced && !to ? MOBILITY_WHY_OLD_BACK : 0;
}

static void advance(struct mobility* m, roam_time now)
{
    struct mobility_ho* h = m->active;
    const struct mobility_radio* radio = radio_in(m, h->record.to_cell);
    const uint32_t end = failure(m, radio ? address_in(m, radio) : NULL);
    if (end)
    {
        mobility_handover_fail(m, MOBILITY_ABANDONED, end, now);
        return;
    }
    const struct mobility_addr* a = fill(m, h);
    enter(m, h, step(m, h, a), now);
    if (m->primary && m->primary->cell == h->record.to_cell && mobility_addr_usable(m, m->primary))
    {
        complete(m, m->primary, now, h->session, now);
    }
}

/** With no link that can be used, a radio that turns to another cell begins a handover. */
static void force(struct mobility* m, roam_time now)
{
    if (!m->primary || mobility_addr_usable(m, m->primary) || m->serving == 0 ||
        radio_in(m, m->serving))
    {
        return;
    }
    const struct mobility_radio* best = NULL;
    for (uint32_t r = 0; r < m->n_radios; r++)
    {
        const struct mobility_radio* radio = &m->radios[r];
        if (radio->cell != 0 && (!best || (radio->link && !best->link) ||
                                 (address_in(m, radio) && !address_in(m, best))))
        {
            best = radio;
        }
    }
    if (best)
    {
        mobility_handover_open(m, best->cell, MOBILITY_WHY_CURRENT_DOWN | best->why, true, now);
    }
}

/** Completes a change that was made before it became a handover: its moments are known. */
static void complete_early(struct mobility* m, struct mobility_addr* a, roam_time now)
{
    take_former(m, &m->active->record);
    m->active->record.why |= a->why;
    m->active->record.t_trigger = trigger_of(m, m->active, a, a->t_trigger);
    complete(m, a, roam_time_max(a->t_primary, a->t_address), m->session, now);
}

/** The primary is in another cell than the one that was known to serve. */
static void follow(struct mobility* m, roam_time now)
{
    struct mobility_addr* a = m->primary;
    if (!a || !mobility_addr_usable(m, a) || a->cell == m->serving)
    {
        return;
    }
    if (m->serving == 0)
    {
        m->serving = a->cell;
        return;
    }
    mobility_handover_open(m, a->cell, a->why, true, now);
    if (a->t_primary > m->last.at && m->former.family != ROAM_ADDR_NONE)
    {
        complete_early(m, a, now);
    }
    else
    {
        complete(m, a, now, m->session, now);
    }
}

void mobility_handover_pass(struct mobility* m, roam_time now)
{
    if (m->active)
    {
        advance(m, now);
    }
    if (!m->config.dictated)
    {
        follow(m, now);
        if (!m->active)
        {
            force(m, now);
        }
    }
}

void mobility_handover_dictated(struct mobility* m, uint32_t cell, roam_time now)
{
    mobility_handover_open(m, cell, MOBILITY_WHY_DICTATED, true, now);
    struct mobility_addr* a = m->primary;
    if (a && a->cell == cell && mobility_addr_usable(m, a) && a->t_primary > m->t_dictated &&
        m->former.family != ROAM_ADDR_NONE)
    {
        complete_early(m, a, now); /* the old link was lost before the network's word */
    }
}

/** Closes those that are completed and only wait for the release of an address. */
static void shut_settled(struct mobility* m, roam_time now)
{
    for (uint32_t i = 0; i <= m->config.max_addresses; i++)
    {
        if (m->hos[i].state == MOBILITY_HO_DELETE)
        {
            shut(m, &m->hos[i], now);
        }
    }
}

void mobility_handover_session(struct mobility* m, roam_time now)
{
    shut_settled(m, now);
    if (m->active)
    {
        m->active->session = true;
        m->active->record.t_release = ROAM_NEVER;
    }
}

void mobility_handover_close_all(struct mobility* m, enum mobility_outcome outcome, uint32_t end,
                                 roam_time now)
{
    const struct mobility_ho* h = m->active;
    if (h)
    {
        /* Without a link to the old cell the client is in the new one, session or not. */
        const bool there = h->forced && radio_in(m, h->record.to_cell);
        mobility_handover_fail(m, outcome, end, now);
        if (there && !m->config.dictated)
        {
            m->serving = h->record.to_cell;
        }
    }
    shut_settled(m, now);
}

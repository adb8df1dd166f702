/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The addresses: which the client has, which the session has, and when they are to change. */
#include "core/mobility/mobility-priv.h"

struct mobility_addr* mobility_addr_find(const struct mobility* m, const struct roam_addr* addr)
{
    for (uint32_t i = 0; i < m->config.max_addresses; i++)
    {
        if (m->addrs[i].state != MOBILITY_ADDR_NONE && roam_addr_equal(&m->addrs[i].addr, addr))
        {
            return &m->addrs[i];
        }
    }
    return NULL;
}

struct mobility_addr* mobility_addr_in(const struct mobility* m, const struct mobility_radio* radio)
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

bool mobility_addr_usable(const struct mobility* m, const struct mobility_addr* a)
{
    const struct mobility_radio* radio = mobility_radio_find(m, a->ifindex);
    return a->present && radio && radio->link && radio->cell == a->cell;
}

bool mobility_addr_bound(const struct mobility* m, const struct mobility_addr* a)
{
    return !m->session || a->state == MOBILITY_ADDR_BOUND || a->state == MOBILITY_ADDR_CHANGING ||
           a->state == MOBILITY_ADDR_DELETING;
}

struct mobility_addr* mobility_addr_get(struct mobility* m, const struct roam_addr* addr,
                                        roam_time now)
{
    struct mobility_addr* a = mobility_addr_find(m, addr);
    for (uint32_t i = 0; !a && i < m->config.max_addresses; i++)
    {
        if (m->addrs[i].state == MOBILITY_ADDR_NONE)
        {
            a = &m->addrs[i];
            *a = (struct mobility_addr){.addr = *addr,
                                        .since = now,
                                        .t_address = ROAM_NEVER,
                                        .t_lost = ROAM_NEVER,
                                        .t_signal = ROAM_NEVER,
                                        .t_trigger = ROAM_NEVER,
                                        .t_primary = ROAM_NEVER,
                                        .better_since = ROAM_NEVER,
                                        .weak_since = ROAM_NEVER,
                                        .retry = ROAM_TIMER_STOPPED};
            mobility_addr_enter(m, a, MOBILITY_ADDR_HELD, now);
        }
    }
    return a;
}

void mobility_addr_enter(struct mobility* m, struct mobility_addr* a,
                         enum mobility_address_state state, roam_time now)
{
    struct mobility_event* e = mobility_tell(m, MOBILITY_EV_ADDRESS, now);
    e->u.address.addr = a->addr;
    e->u.address.from = a->state;
    e->u.address.to = state;
    a->state = state;
}

/** "Inactive" of section 4.5: the link is down, or the level was too low for too long. */
static bool inactive(const struct mobility* m, const struct mobility_addr* a, roam_time now)
{
    return !mobility_addr_usable(m, a) ||
           (a->weak_since != ROAM_NEVER && a->weak_since + m->config.inactive_time <= now);
}

static void time_weakness(struct mobility* m, struct mobility_addr* a, roam_time now)
{
    if (!mobility_addr_usable(m, a) || mobility_cell_dbm(m, a->cell) >= m->config.inactive_dbm)
    {
        a->weak_since = ROAM_NEVER;
    }
    else if (a->weak_since == ROAM_NEVER)
    {
        a->weak_since = now;
    }
}

static bool has_usable_bound(const struct mobility* m)
{
    for (uint32_t i = 0; i < m->config.max_addresses; i++)
    {
        const struct mobility_addr* a = &m->addrs[i];
        if (a->state != MOBILITY_ADDR_NONE && mobility_addr_bound(m, a) &&
            mobility_addr_usable(m, a))
        {
            return true;
        }
    }
    return false;
}

/** True if the address can be asked to be bound; a weak one only when the session needs any. */
static bool may_add(const struct mobility* m, const struct mobility_addr* a, bool needs_any)
{
    return m->session && a->state == MOBILITY_ADDR_HELD && mobility_addr_usable(m, a) &&
           !roam_timer_running(&a->retry) && (needs_any || a->weak_since == ROAM_NEVER);
}

bool mobility_addr_eligible(const struct mobility* m, const struct mobility_addr* a)
{
    return mobility_addr_bound(m, a) ||
           (m->config.shape != MOBILITY_SHAPE_STEPS && may_add(m, a, !has_usable_bound(m)));
}

roam_time mobility_addr_add_pass(struct mobility* m, roam_time now)
{
    roam_time next = ROAM_NEVER;
    const bool needs_any = !has_usable_bound(m);
    for (uint32_t i = 0; i < m->config.max_addresses; i++)
    {
        struct mobility_addr* a = &m->addrs[i];
        if (a->state == MOBILITY_ADDR_NONE)
        {
            continue;
        }
        time_weakness(m, a, now);
        roam_timer_take(&a->retry, now);
        next = roam_time_min(next, a->retry.at);
        if (a->weak_since != ROAM_NEVER && !inactive(m, a, now))
        {
            next = roam_time_min(next, a->weak_since + m->config.inactive_time);
        }
        if (m->config.shape == MOBILITY_SHAPE_STEPS && may_add(m, a, needs_any))
        {
            mobility_request_one(m, a, MOBILITY_ADD, now);
            mobility_handover_adding(m, a, now);
        }
    }
    return next;
}

void mobility_addr_delete_pass(struct mobility* m, roam_time now)
{
    /* "MUST delete the IP address from the address list", but never the primary, which leaves
     * the session an address, and not before the primary can carry the request. */
    const bool can_ask = m->session && m->primary && mobility_addr_usable(m, m->primary);
    for (uint32_t i = 0; i < m->config.max_addresses; i++)
    {
        struct mobility_addr* a = &m->addrs[i];
        if (a == m->primary)
        {
            continue;
        }
        if (can_ask && a->state == MOBILITY_ADDR_BOUND && (a->left || inactive(m, a, now)) &&
            !roam_timer_running(&a->retry))
        {
            mobility_request_one(m, a, MOBILITY_DELETE, now);
        }
        else if (a->state == MOBILITY_ADDR_HELD && !a->present)
        {
            mobility_addr_enter(m, a, MOBILITY_ADDR_NONE, now);
        }
    }
}

int mobility_address_gained(struct mobility* m, const struct roam_addr* addr, uint32_t ifindex,
                            roam_time now)
{
    if (!roam_addr_is_unicast(addr) || roam_addr_is_link_local(addr))
    {
        return ROAM_EINVAL;
    }
    const struct mobility_radio* radio = mobility_radio_find(m, ifindex);
    if (!radio)
    {
        return ROAM_ENOENT;
    }
    const int refusal = mobility_refuses(m);
    if (refusal)
    {
        return refusal;
    }
    struct mobility_addr* a = mobility_addr_get(m, addr, now);
    if (!a)
    {
        return ROAM_ENOMEM;
    }
    if (!a->present || a->ifindex != ifindex || a->cell != radio->cell)
    {
        const bool moved = a == m->primary && a->ifindex != ifindex;
        a->present = true;
        a->ifindex = ifindex;
        a->cell = radio->cell;
        a->since = now;
        a->t_address = now;
        a->t_lost = ROAM_NEVER;
        a->t_signal = ROAM_NEVER;
        roam_timer_stop(&a->retry);
        if (moved)
        {
            mobility_primary_tell(m, a, now);
        }
    }
    mobility_run(m, now);
    return ROAM_OK;
}

void mobility_addr_gone(struct mobility* m, struct mobility_addr* a, roam_time now)
{
    a->present = false;
    a->t_lost = now;
    if (!m->session)
    {
        mobility_record_released(m, &a->addr, now);
    }
}

int mobility_address_lost(struct mobility* m, const struct roam_addr* addr, roam_time now)
{
    struct mobility_addr* a = mobility_addr_find(m, addr);
    if (!a || !a->present)
    {
        return ROAM_ENOENT;
    }
    const int refusal = mobility_refuses(m);
    if (refusal)
    {
        return refusal;
    }
    mobility_addr_gone(m, a, now);
    mobility_run(m, now);
    return ROAM_OK;
}

enum mobility_address_state mobility_address_state(const struct mobility* m,
                                                   const struct roam_addr* addr)
{
    const struct mobility_addr* a = mobility_addr_find(m, addr);
    return a ? a->state : MOBILITY_ADDR_NONE;
}

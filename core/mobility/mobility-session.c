/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The session: its beginning, its going on elsewhere, its end. */
#include "core/mobility/mobility-priv.h"

static bool has_room(const struct mobility* m, const struct roam_addr* addrs, size_t n)
{
    size_t needed = 0;
    for (size_t i = 0; i < n; i++)
    {
        needed += mobility_addr_find(m, &addrs[i]) == NULL;
    }
    for (uint32_t i = 0; needed > 0 && i < m->config.max_addresses; i++)
    {
        needed -= m->addrs[i].state == MOBILITY_ADDR_NONE;
    }
    return needed == 0;
}

/** ROAM_OK if the session, which is there or is not, can be bound to these addresses now. */
static int may_bind(const struct mobility* m, bool session, const struct roam_addr* addrs, size_t n)
{
    if (n == 0 || (m->config.shape == MOBILITY_SHAPE_MOVE && n > 1))
    {
        return ROAM_EINVAL;
    }
    for (size_t i = 0; i < n; i++)
    {
        if (!roam_addr_is_unicast(&addrs[i]))
        {
            return ROAM_EINVAL;
        }
    }
    if (m->session != session)
    {
        return ROAM_ESTATE;
    }
    return has_room(m, addrs, n) ? mobility_refuses(m) : ROAM_ENOMEM;
}

/** The session is bound to these addresses; rule (a): none of them is new to it. */
static void bind_all(struct mobility* m, const struct roam_addr* addrs, size_t n, roam_time now)
{
    for (size_t i = 0; i < n; i++)
    {
        struct mobility_addr* a = mobility_addr_get(m, &addrs[i], now);
        if (a->state == MOBILITY_ADDR_HELD)
        {
            mobility_addr_enter(m, a, MOBILITY_ADDR_BOUND, now);
        }
        a->since = now;
    }
}

int mobility_session_up(struct mobility* m, const struct roam_addr* addrs, size_t n, roam_time now)
{
    const int refusal = may_bind(m, false, addrs, n);
    if (refusal)
    {
        return refusal;
    }
    bind_all(m, addrs, n, now);
    struct mobility_addr* primary = mobility_addr_find(m, &addrs[0]);
    mobility_primary_set(m, primary, now);
    mobility_record_session(m, now);
    m->session = true;
    m->former = (struct roam_addr){0}; /* where a session begins is no handover */
    if (!m->config.dictated && primary->cell != 0)
    {
        m->serving = primary->cell;
    }
    mobility_run(m, now);
    return ROAM_OK;
}

int mobility_session_replaced(struct mobility* m, const struct roam_addr* addrs, size_t n,
                              roam_time now)
{
    const int refusal = may_bind(m, true, addrs, n);
    if (refusal)
    {
        return refusal;
    }
    roam_time since[MOBILITY_ADDRESSES_MAX]; /* ROAM_NEVER: not bound before */
    for (uint32_t i = 0; i < m->config.max_addresses; i++)
    {
        struct mobility_addr* a = &m->addrs[i];
        const bool bound = a->state != MOBILITY_ADDR_NONE && mobility_addr_bound(m, a);
        since[i] = bound ? a->since : ROAM_NEVER;
        mobility_requests_forget(m, a, now);
    }
    bind_all(m, addrs, n, now);
    mobility_primary_set(m, mobility_addr_find(m, &addrs[0]), now);
    for (uint32_t i = 0; i < m->config.max_addresses; i++)
    {
        struct mobility_addr* a = &m->addrs[i];
        if (since[i] != ROAM_NEVER && a->state == MOBILITY_ADDR_BOUND)
        {
            a->since = since[i]; /* not new to the session */
        }
        else if (since[i] != ROAM_NEVER)
        {
            mobility_record_released(m, &a->addr, now);
        }
    }
    mobility_run(m, now);
    return ROAM_OK;
}

int mobility_session_down(struct mobility* m, bool broken, roam_time now)
{
    if (!m->session)
    {
        return ROAM_ESTATE;
    }
    const int refusal = mobility_refuses(m);
    if (refusal)
    {
        return refusal;
    }
    mobility_record_close_all(m, broken ? MOBILITY_BROKEN : MOBILITY_ABANDONED,
                              broken ? MOBILITY_WHY_SESSION_LOST : MOBILITY_WHY_SESSION_OVER, now);
    m->session = false;
    for (uint32_t i = 0; i < m->config.max_addresses; i++)
    {
        mobility_requests_forget(m, &m->addrs[i], now);
    }
    mobility_run(m, now);
    return ROAM_OK;
}

void mobility_finish(struct mobility* m, roam_time now)
{
    if (!m->finished)
    {
        mobility_record_close_all(m, MOBILITY_ABANDONED, MOBILITY_WHY_SESSION_OVER, now);
        m->finished = true;
        m->wake = ROAM_NEVER;
    }
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The primary address: shows the rule each candidate, and does what it says. */
#include "core/mobility/mobility-priv.h"

static struct mobility_path_view look(const struct mobility* m, const struct mobility_addr* a)
{
    const struct mobility_radio* radio = mobility_radio_find(m, a->ifindex);
    const struct mobility_cell* cell = mobility_cell_find(m, a->cell);
    return (struct mobility_path_view){
        .usable = mobility_addr_usable(m, a),
        .bound = mobility_addr_eligible(m, a),
        .adding = a->state == MOBILITY_ADDR_ADDING,
        .add_refused =
            mobility_addr_refused(a, MOBILITY_ADD) || mobility_addr_refused(a, MOBILITY_MOVE),
        .deleting = a->state == MOBILITY_ADDR_DELETING,
        .change_refused = mobility_addr_refused(a, MOBILITY_SET_PRIMARY),
        .dictated = m->dictated != 0 && a->cell == m->dictated,
        .dbm = cell ? cell->dbm : MOBILITY_NO_SIGNAL,
        .cost = (radio ? radio->cost : 0) + (cell ? cell->cost : 0),
        .since = a->since,
        .better_since = a->better_since,
    };
}

static bool changing(const struct mobility* m)
{
    for (uint32_t i = 0; i < m->config.max_addresses; i++)
    {
        const struct mobility_addr* a = &m->addrs[i];
        if (mobility_addr_asked_to_lead(a) && mobility_addr_usable(m, a))
        {
            return true;
        }
    }
    return false;
}

static void time_better(struct mobility_addr* a, struct mobility_rule_view* view)
{
    if (!mobility_rule_better(view))
    {
        a->better_since = ROAM_NEVER;
    }
    else if (a->better_since == ROAM_NEVER)
    {
        a->better_since = view->now;
    }
    view->candidate.better_since = a->better_since;
}

static void tell(struct mobility* m, struct mobility_addr* a, const struct mobility_verdict* v,
                 roam_time now)
{
    if (a->told && a->told_change == v->change && a->told_why == v->why)
    {
        return;
    }
    a->told = true;
    a->told_change = v->change;
    a->told_why = v->why;
    struct mobility_event* e = mobility_tell(m, MOBILITY_EV_VERDICT, now);
    e->u.verdict.addr = a->addr;
    e->u.verdict.change = v->change;
    e->u.verdict.why = v->why;
}

/** Without a session and a primary, the first address that can be used. */
static bool first(struct mobility* m, roam_time now)
{
    for (uint32_t i = 0; i < m->config.max_addresses; i++)
    {
        struct mobility_addr* a = &m->addrs[i];
        if (a->state != MOBILITY_ADDR_NONE && mobility_addr_usable(m, a))
        {
            mobility_primary_set(m, a, now);
            return true;
        }
    }
    return false;
}

/** Asks the session to change its primary, with all that belongs to it in the configured shape. */
static void ask(struct mobility* m, struct mobility_addr* to, roam_time now)
{
    struct mobility_addr* old = m->primary;
    if (m->config.shape == MOBILITY_SHAPE_MOVE)
    {
        mobility_request_one(m, to, MOBILITY_MOVE, now);
        return;
    }
    struct mobility_event* request = mobility_request_begin(m, now);
    if (!mobility_addr_bound(m, to))
    {
        mobility_request_part(m, request, to, MOBILITY_ADD, now);
    }
    mobility_request_part(m, request, to, MOBILITY_SET_PRIMARY, now);
    if (m->config.shape == MOBILITY_SHAPE_TOGETHER && old->state == MOBILITY_ADDR_BOUND &&
        !roam_timer_running(&old->retry))
    {
        mobility_request_part(m, request, old, MOBILITY_DELETE, now);
    }
}

roam_time mobility_primary_pass(struct mobility* m, bool* changed, roam_time now)
{
    if (!m->primary)
    {
        *changed = first(m, now) || *changed;
        return ROAM_NEVER;
    }
    roam_time next = ROAM_NEVER;
    struct mobility_addr* best = NULL;
    struct mobility_path_view best_view = {0};
    uint32_t best_why = 0;
    struct mobility_rule_view view = {
        .config = &m->config, .current = look(m, m->primary), .changing = changing(m), .now = now};
    for (uint32_t i = 0; i < m->config.max_addresses; i++)
    {
        struct mobility_addr* a = &m->addrs[i];
        if (a->state == MOBILITY_ADDR_NONE || a == m->primary)
        {
            continue;
        }
        view.candidate = look(m, a);
        time_better(a, &view);
        const struct mobility_verdict v = mobility_rule_verdict(&view);
        tell(m, a, &v, now);
        next = roam_time_min(next, v.again);
        if (v.change && (!best || mobility_rule_prefers(&m->config, &view.candidate, &best_view)))
        {
            best = a;
            best_view = view.candidate;
            best_why = v.why;
        }
    }
    if (best)
    {
        best->t_trigger = now;
        best->why = best_why;
        mobility_handover_triggered(m, best, now);
        if (m->session)
        {
            ask(m, best, now);
        }
        else
        {
            mobility_primary_set(m, best, now);
        }
        *changed = true;
    }
    return next;
}

void mobility_primary_tell(struct mobility* m, const struct mobility_addr* a, roam_time now)
{
    struct mobility_event* e = mobility_tell(m, MOBILITY_EV_PRIMARY, now);
    e->u.primary.addr = a->addr;
    e->u.primary.ifindex = a->ifindex;
    e->u.primary.cell = a->cell;
    if (m->primary)
    {
        e->u.primary.old = m->primary->addr;
    }
}

void mobility_primary_set(struct mobility* m, struct mobility_addr* a, roam_time now)
{
    struct mobility_addr* old = m->primary;
    if (a == old)
    {
        return;
    }
    mobility_primary_tell(m, a, now);
    m->former = (struct roam_addr){0};
    m->t_former_release = ROAM_NEVER;
    if (old)
    {
        m->former = old->addr;
        m->former_ifindex = old->ifindex;
        m->t_former_release = m->session ? ROAM_NEVER : old->t_lost;
        old->t_signal = ROAM_NEVER;
        old->left =
            m->config.shape == MOBILITY_SHAPE_TOGETHER && m->session && mobility_addr_bound(m, old);
    }
    m->primary = a;
    a->t_primary = now;
    for (uint32_t i = 0; i < m->config.max_addresses; i++)
    {
        m->addrs[i].better_since = ROAM_NEVER;
    }
    mobility_handover_moved(m, a, now);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Changes of serving cell: when one begins, when it has reached its aim, when it is given up.
 * mobility-record.c, which keeps the records, says how the machine thinks.
 */
#include "core/mobility/mobility-priv.h"

#include <stddef.h>

/** Reasons for a change, among those of a verdict. */
#define FOR_CHANGE                                                                                 \
    (MOBILITY_WHY_CURRENT_DOWN | MOBILITY_WHY_NEW_ADDRESS | MOBILITY_WHY_SIGNAL |                  \
     MOBILITY_WHY_TIME_TO_TRIGGER | MOBILITY_WHY_PREFERRED | MOBILITY_WHY_DICTATED)

void mobility_handover_adding(struct mobility* m, struct mobility_addr* a, roam_time now)
{
    /* Under rule (a) the ADD of a new address is the first step of moving there (4.4 a). */
    if (m->config.rule == MOBILITY_RULE_IMMEDIATE && !m->config.dictated && !m->active &&
        mobility_addr_usable(m, m->primary) && a->cell != m->serving &&
        a->since > m->primary->since)
    {
        mobility_record_open(m, a->cell, MOBILITY_WHY_NEW_ADDRESS, ROAM_NEVER, now);
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
        mobility_record_open(m, a->cell, a->why, now, now);
    }
}

void mobility_handover_moved(struct mobility* m, struct mobility_addr* a, roam_time now)
{
    mobility_record_reclaimed(m, &a->addr, now);
    if (m->active && m->active->record.to_cell == a->cell && mobility_addr_usable(m, a))
    {
        mobility_record_complete(m, a, now, now);
    }
}

/** Why the active handover cannot or need not be finished; 0 when it can. */
static uint32_t reason_to_abandon(const struct mobility* m, const struct mobility_addr* to)
{
    const struct mobility_ho* h = m->active;
    const struct mobility_radio* radio = mobility_radio_in(m, h->record.to_cell);
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
    if (old && to && to->told && !mobility_addr_asked_to_lead(to) && !(to->told_why & FOR_CHANGE))
    {
        return to->told_why;
    }
    return old && h->forced && !to ? MOBILITY_WHY_OLD_BACK : 0;
}

static void advance_active(struct mobility* m, roam_time now)
{
    struct mobility_ho* h = m->active;
    const struct mobility_radio* radio = mobility_radio_in(m, h->record.to_cell);
    const uint32_t end = reason_to_abandon(m, radio ? mobility_addr_in(m, radio) : NULL);
    if (end)
    {
        mobility_record_fail(m, MOBILITY_ABANDONED, end, now);
        return;
    }
    mobility_record_advance(m, now);
    if (m->primary && m->primary->cell == h->record.to_cell && mobility_addr_usable(m, m->primary))
    {
        mobility_record_complete(m, m->primary, now, now);
    }
}

/** With no link that can be used, a radio that turns to another cell begins a handover. */
static void begin_without_link(struct mobility* m, roam_time now)
{
    if (!m->primary || mobility_addr_usable(m, m->primary) || m->serving == 0 ||
        mobility_radio_in(m, m->serving))
    {
        return;
    }
    const struct mobility_radio* best = NULL;
    for (uint32_t r = 0; r < m->n_radios; r++)
    {
        const struct mobility_radio* radio = &m->radios[r];
        if (radio->cell != 0 && (!best || (radio->link && !best->link) ||
                                 (mobility_addr_in(m, radio) && !mobility_addr_in(m, best))))
        {
            best = radio;
        }
    }
    if (best)
    {
        mobility_record_open(m, best->cell, MOBILITY_WHY_CURRENT_DOWN | best->why, now, now);
    }
}

/** The primary is in another cell than the one that was known to serve. */
static void follow_primary(struct mobility* m, roam_time now)
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
    mobility_record_open(m, a->cell, a->why, now, now);
    if (a->t_primary > m->last.at && m->former.family != ROAM_ADDR_NONE)
    {
        mobility_record_complete_early(m, a, now);
    }
    else
    {
        mobility_record_complete(m, a, now, now);
    }
}

void mobility_handover_pass(struct mobility* m, roam_time now)
{
    if (m->active)
    {
        advance_active(m, now);
    }
    if (!m->config.dictated)
    {
        follow_primary(m, now);
        if (!m->active)
        {
            begin_without_link(m, now);
        }
    }
}

void mobility_handover_dictated(struct mobility* m, uint32_t cell, roam_time now)
{
    mobility_record_open(m, cell, MOBILITY_WHY_DICTATED, now, now);
    struct mobility_addr* a = m->primary;
    if (a && a->cell == cell && mobility_addr_usable(m, a) && a->t_primary > m->t_dictated &&
        m->former.family != ROAM_ADDR_NONE)
    {
        mobility_record_complete_early(m, a,
                                       now); /* the old link was lost before the network's word */
    }
}

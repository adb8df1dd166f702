/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the session is asked for, one operation or several at once, and how it answers. */
#include "core/mobility/mobility-priv.h"

#include <assert.h>
#include <stddef.h>

static uint32_t bit(enum mobility_op op)
{
    return (uint32_t)1 << op;
}

bool mobility_addr_asked(const struct mobility_addr* a, enum mobility_op op)
{
    return a->asked & bit(op);
}

bool mobility_addr_asked_to_lead(const struct mobility_addr* a)
{
    return mobility_addr_asked(a, MOBILITY_SET_PRIMARY) || mobility_addr_asked(a, MOBILITY_MOVE);
}

bool mobility_addr_refused(const struct mobility_addr* a, enum mobility_op op)
{
    return roam_timer_running(&a->retry) && (a->refused & bit(op));
}

/* --- Asking ---------------------------------------------------------------------------------- */

struct mobility_event* mobility_request_begin(struct mobility* m, roam_time now)
{
    return mobility_tell(m, MOBILITY_EV_REQUEST, now);
}

void mobility_request_part(struct mobility* m, struct mobility_event* request,
                           struct mobility_addr* a, enum mobility_op op, roam_time now)
{
    static const enum mobility_address_state waiting[] = {
        [MOBILITY_ADD] = MOBILITY_ADDR_ADDING,
        [MOBILITY_SET_PRIMARY] = MOBILITY_ADDR_CHANGING,
        [MOBILITY_DELETE] = MOBILITY_ADDR_DELETING,
        [MOBILITY_MOVE] = MOBILITY_ADDR_ADDING,
    };
    const bool binds = op == MOBILITY_ADD || op == MOBILITY_MOVE;
    assert(a->state == (binds ? MOBILITY_ADDR_HELD : MOBILITY_ADDR_BOUND) ||
           (op == MOBILITY_SET_PRIMARY && a->asked == bit(MOBILITY_ADD)));
    assert(request->u.request.n < MOBILITY_REQUEST_MAX);
    request->u.request.parts[request->u.request.n++] = (struct mobility_request){op, a->addr};
    if (op != MOBILITY_DELETE)
    {
        a->t_signal = roam_time_min(a->t_signal, now);
    }
    if (!a->asked)
    {
        a->refused = 0;
        mobility_addr_enter(m, a, waiting[op], now);
    }
    a->asked |= bit(op);
    a->unanswered |= bit(op);
}

void mobility_request_one(struct mobility* m, struct mobility_addr* a, enum mobility_op op,
                          roam_time now)
{
    mobility_request_part(m, mobility_request_begin(m, now), a, op, now);
}

/* --- Answers --------------------------------------------------------------------------------- */

/** What the session has besides an address: one that can be used, else any. */
static struct mobility_addr* bound_besides(const struct mobility* m, const struct mobility_addr* a)
{
    struct mobility_addr* any = NULL;
    for (uint32_t i = 0; i < m->config.max_addresses; i++)
    {
        struct mobility_addr* b = &m->addrs[i];
        const bool stays = b->state == MOBILITY_ADDR_BOUND || b->state == MOBILITY_ADDR_CHANGING;
        if (stays && b != a && mobility_addr_usable(m, b))
        {
            return b;
        }
        if (stays && b != a && !any)
        {
            any = b;
        }
    }
    return any;
}

/** A DELETE is granted. When the SET PRIMARY before it was not, the session has moved all the same.
 */
static void deleted(struct mobility* m, struct mobility_addr* a, struct mobility_addr* other,
                    roam_time now)
{
    if (a == m->primary)
    {
        mobility_primary_set(m, other, now);
    }
    a->left = false;
    mobility_record_released(m, &a->addr, now);
}

/** A MOVE is granted: what was bound before is not any more. */
static void moved(struct mobility* m, struct mobility_addr* a, roam_time now)
{
    struct mobility_addr* old = m->primary;
    mobility_primary_set(m, a, now);
    mobility_addr_enter(m, old, MOBILITY_ADDR_HELD, now);
    mobility_record_released(m, &old->addr, now);
}

/** All that was asked of an address is answered, and takes effect. */
static void answered(struct mobility* m, struct mobility_addr* a, roam_time now)
{
    struct mobility_addr* other = a == m->primary ? bound_besides(m, a) : NULL;
    if (a == m->primary && !other)
    {
        /* a session without an address is at its end, which will be told */
        a->refused |= a->asked & bit(MOBILITY_DELETE);
    }
    const uint32_t binding = bit(MOBILITY_ADD) | bit(MOBILITY_MOVE);
    const uint32_t granted = a->asked & ~a->refused;
    const bool was_bound = !(a->asked & binding);
    const bool bound = was_bound ? !(granted & bit(MOBILITY_DELETE)) : granted & binding;
    a->asked = 0;
    mobility_addr_enter(m, a, bound ? MOBILITY_ADDR_BOUND : MOBILITY_ADDR_HELD, now);
    if (a->refused)
    {
        roam_timer_start(&a->retry, m->config.retry_time, now);
    }
    if (granted & binding)
    {
        a->since = now;
    }
    if (granted & bit(MOBILITY_MOVE))
    {
        moved(m, a, now);
    }
    if (bound && (granted & bit(MOBILITY_SET_PRIMARY)))
    {
        mobility_primary_set(m, a, now);
    }
    if (was_bound && !bound)
    {
        deleted(m, a, other, now);
    }
}

int mobility_done(struct mobility* m, enum mobility_op op, const struct roam_addr* addr, bool ok,
                  uint16_t cause, roam_time now)
{
    struct mobility_addr* a = mobility_addr_find(m, addr);
    if (!a || !(a->unanswered & bit(op)))
    {
        return ROAM_ENOENT;
    }
    const int refusal = mobility_refuses(m);
    if (refusal)
    {
        return refusal;
    }
    struct mobility_event* e = mobility_tell(m, MOBILITY_EV_ANSWER, now);
    e->u.answer.op = op;
    e->u.answer.addr = a->addr;
    e->u.answer.ok = ok;
    e->u.answer.cause = cause;
    a->unanswered &= ~bit(op);
    a->refused |= ok ? 0 : bit(op);
    if (!a->unanswered)
    {
        answered(m, a, now);
    }
    mobility_run(m, now);
    return ROAM_OK;
}

void mobility_requests_forget(struct mobility* m, struct mobility_addr* a, roam_time now)
{
    if (a->state != MOBILITY_ADDR_NONE && a->state != MOBILITY_ADDR_HELD)
    {
        mobility_addr_enter(m, a, MOBILITY_ADDR_HELD, now);
    }
    a->asked = a->unanswered = 0;
    a->left = false;
    roam_timer_stop(&a->retry);
}

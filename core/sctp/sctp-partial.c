/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages that need not arrive: when they are given up (RFC 3758 section 4.1, RFC 7496 section 3;
 * without the peer's support, the life time of RFC 9260 section 11.1.5), and how.
 *
 * A chunk in flight is abandoned only together with the rest of its message: a policy looks at what
 * is unsent, marked for retransmission or known to be lost, so congestion control has had its say
 * before (F5). */
#include "core/sctp/sctp-priv.h"

#include <stdlib.h>

bool sctp_policy_ok(const struct sctp_message_info* info)
{
    switch (info->policy)
    {
    case SCTP_RELIABLE:
        return true;
    case SCTP_TIMED:
        return info->limit > 0;
    case SCTP_RTX:
    case SCTP_PRIO:
        return info->limit >= 0;
    }
    return false;
}

void sctp_partial_queued(struct sctp_assoc* a, const struct sctp_data* d)
{
    a->policies = true;
    if (d->policy == SCTP_TIMED)
    {
        a->life.at = roam_time_min(a->life.at, d->limit);
    }
}

/* --- Reports --------------------------------------------------------------------------------- */

void sctp_failed(struct sctp_assoc* a, const struct sctp_data* d, bool sent, enum sctp_policy why,
                 roam_time now)
{
    struct sctp_event* ev = a->ep->n_failed < SCTP_MAX_FAILED
                                ? sctp_event_push(a->ep, SCTP_EV_SEND_FAILED, a->id, now)
                                : NULL;
    if (ev)
    {
        a->ep->n_failed++;
        ev->u.failed.context = d->context;
        ev->u.failed.why = why;
        ev->u.failed.ppid = d->ppid;
        ev->u.failed.stream = d->stream;
        ev->u.failed.ssn = sent ? d->ssn : 0;
        ev->u.failed.unordered = (d->flags & SCTP_F_UNORDERED) != 0;
        ev->u.failed.sent = sent;
    }
}

void sctp_fail_all(struct sctp_assoc* a, roam_time now)
{
    for (size_t i = 0; i < a->sent.n + a->pending.n; i++)
    {
        const bool sent = i < a->sent.n;
        const struct sctp_data* d =
            sent ? roam_ring_at(&a->sent, i) : roam_ring_at(&a->pending, i - a->sent.n);
        const bool begins = d->flags & SCTP_F_BEGIN;
        if (d->state != SCTP_DATA_ABANDONED && (begins || i == 0))
        {
            sctp_failed(a, d, sent || !begins, SCTP_RELIABLE, now);
        }
    }
}

/* --- Giving up a message --------------------------------------------------------------------- */

static struct sctp_data* sent_at(const struct sctp_assoc* a, size_t i)
{
    return roam_ring_at(&a->sent, i);
}

static bool begins(const struct sctp_data* d)
{
    return d->flags & SCTP_F_BEGIN;
}

static bool ends(const struct sctp_data* d)
{
    return d->flags & SCTP_F_END;
}

/** Takes the first chunk out of pending; the caller has it. */
static struct sctp_data* take_unsent(struct sctp_assoc* a)
{
    struct sctp_data* d = roam_ring_pop(&a->pending);
    a->pending_bytes -= d->len;
    a->queued_bytes -= d->len;
    return d;
}

/** Drops the first message of pending, of which nothing was sent. */
static void drop_unsent(struct sctp_assoc* a, roam_time now)
{
    struct sctp_data* d = take_unsent(a);
    a->abandoned_unsent++;
    sctp_failed(a, d, false, d->policy, now);
    while (!ends(d))
    {
        free(d);
        d = take_unsent(a);
    }
    free(d);
}

/**
 * Drops the unsent fragments of a message whose first ones have been sent. One TSN stands for all
 * of them and is never sent: the peer may have every TSN so far, and a FORWARD TSN has to name a
 * later one to say that the message does not go on. False when memory is short.
 */
static bool skip_rest(struct sctp_assoc* a)
{
    struct sctp_data* d = roam_ring_first(&a->pending);
    if (!roam_ring_push(&a->sent, d))
    {
        return false;
    }
    take_unsent(a);
    sctp_data_number(a, d);
    sctp_data_enter(a, d, SCTP_DATA_ABANDONED);
    for (bool end = ends(d); !end;)
    {
        struct sctp_data* next = take_unsent(a);
        end = ends(next);
        free(next);
    }
    d->flags |= SCTP_F_END;
    return true;
}

/** Rule A2: as if it were acknowledged, but with no credit to the congestion window. */
static void abandon_chunk(struct sctp_assoc* a, struct sctp_data* d)
{
    if (d->state == SCTP_DATA_ABANDONED)
    {
        return;
    }
    if (d->state == SCTP_DATA_FLYING)
    {
        d->abandoned_in_flight = true;
        if (d->path)
        {
            d->path->timing &= d->path->timed_tsn != d->tsn;
        }
    }
    sctp_data_enter(a, d, SCTP_DATA_ABANDONED);
    a->queued_bytes -= d->len;
}

/** Rule A3: the whole message around sent[i], of which earlier fragments may be acknowledged. */
static bool abandon(struct sctp_assoc* a, size_t i, roam_time now)
{
    size_t first = i;
    size_t last = i;
    while (first > 0 && !begins(sent_at(a, first)))
    {
        first--;
    }
    while (last + 1 < a->sent.n && !ends(sent_at(a, last)))
    {
        last++;
    }
    if (!ends(sent_at(a, last)) && !skip_rest(a))
    {
        return false;
    }
    for (size_t k = first; k <= last; k++)
    {
        abandon_chunk(a, sent_at(a, k));
    }
    a->advance_due = true;
    a->abandoned_sent++;
    sctp_failed(a, sent_at(a, first), true, sent_at(a, first)->policy, now);
    return true;
}

/** The message of which pending holds the rest. */
static bool abandon_open(struct sctp_assoc* a, roam_time now)
{
    /* without a chunk in sent, all that was sent of it is acknowledged */
    return a->sent.n > 0 ? abandon(a, a->sent.n - 1, now) : skip_rest(a) && abandon(a, 0, now);
}

static void after_giving_up(struct sctp_assoc* a, roam_time now)
{
    sctp_tell_writable(a, now);
    sctp_shutdown_progress(a, now);
}

/* --- Time and retransmissions ---------------------------------------------------------------- */

static bool expired(const struct sctp_data* d, roam_time now)
{
    return d->policy == SCTP_TIMED && d->limit <= now;
}

struct sctp_data* sctp_partial_next(struct sctp_assoc* a, roam_time now)
{
    struct sctp_data* d = roam_ring_first(&a->pending);
    if (!a->policies || !d || !expired(d, now))
    {
        return d;
    }
    while ((d = roam_ring_first(&a->pending)) && expired(d, now))
    {
        if (begins(d))
        {
            drop_unsent(a, now); /* TR3, and RFC 9260 section 11.1.5 */
        }
        else if (!a->has_pr || !abandon_open(a, now))
        {
            break; /* committed with its first part */
        }
    }
    after_giving_up(a, now);
    return roam_ring_first(&a->pending);
}

/** True if a chunk marked for retransmission must not be retransmitted (TR4; RFC 7496, 3.1). */
static bool used_up(const struct sctp_data* d, roam_time now)
{
    return expired(d, now) || (d->policy == SCTP_RTX && d->sends > d->limit);
}

void sctp_partial_sweep(struct sctp_assoc* a, roam_time now)
{
    a->policies &= a->pending.n > 0 || a->sent.n > 0;
    if (!a->policies)
    {
        return;
    }
    bool any = false;
    for (size_t i = 0; a->has_pr && a->n_marked > 0 && i < a->sent.n; i++)
    {
        const struct sctp_data* d = sent_at(a, i);
        any |= d->state == SCTP_DATA_MARKED && used_up(d, now) && abandon(a, i, now);
    }
    if (any)
    {
        after_giving_up(a, now);
    }
    sctp_partial_next(a, now);
}

void sctp_partial_lost_again(struct sctp_assoc* a, struct sctp_data* d, roam_time now)
{
    if (!a->has_pr)
    {
        return;
    }
    if (used_up(d, now))
    {
        sctp_data_mark(a, d); /* for the next sweep */
    }
    else if (d->policy == SCTP_TIMED)
    {
        a->life.at = roam_time_min(a->life.at, d->limit);
    }
}

/** The same for those whose time had still to come when they were lost. */
static void look_at_lost(struct sctp_assoc* a, roam_time now)
{
    for (size_t i = 0; i < a->sent.n; i++)
    {
        struct sctp_data* d = sent_at(a, i);
        if (d->state == SCTP_DATA_FLYING && d->fast_retransmitted && d->misses == 3)
        {
            sctp_partial_lost_again(a, d, now);
        }
    }
}

/* --- Anywhere in the queue ------------------------------------------------------------------- */

/** Drops unsent messages of a policy, TIMED to expire by the limit or PRIO of just this one, while
 * fewer than room bytes are free. */
static void drop_where(struct sctp_assoc* a, enum sctp_policy policy, int64_t limit, size_t room,
                       roam_time now)
{
    bool dropping = false; /* a message that is already under way does not begin here */
    for (size_t n = a->pending.n; n > 0; n--)
    {
        struct sctp_data* d = roam_ring_pop(&a->pending);
        if (begins(d))
        {
            dropping = d->policy == policy &&
                       (policy == SCTP_TIMED ? d->limit <= limit : d->limit == limit) &&
                       a->queued_bytes + room > a->config.send_buffer;
            if (dropping)
            {
                a->abandoned_unsent++;
                sctp_failed(a, d, false, policy, now);
            }
        }
        if (!dropping)
        {
            roam_ring_push(&a->pending, d); /* it has just left a place */
            continue;
        }
        a->pending_bytes -= d->len;
        a->queued_bytes -= d->len;
        free(d);
    }
}

void sctp_on_life(struct sctp_assoc* a, roam_time now)
{
    drop_where(a, SCTP_TIMED, now, SIZE_MAX / 2, now);
    look_at_lost(a, now);
    sctp_partial_sweep(a, now);
    for (size_t i = 0; i < a->pending.n; i++)
    {
        const struct sctp_data* d = roam_ring_at(&a->pending, i);
        if (d->policy == SCTP_TIMED && d->limit > now)
        {
            a->life.at = roam_time_min(a->life.at, d->limit);
        }
    }
    after_giving_up(a, now);
}

/** Bytes of unsent messages less important than a priority, and the least important of them. */
static size_t less_important(const struct sctp_assoc* a, int64_t than, int64_t* least)
{
    size_t bytes = 0;
    bool open = true; /* the rest of a message that is under way */
    *least = than;
    for (size_t i = 0; i < a->pending.n; i++)
    {
        const struct sctp_data* d = roam_ring_at(&a->pending, i);
        open &= !begins(d);
        if (!open && d->policy == SCTP_PRIO && d->limit > than)
        {
            bytes += d->len;
            *least = d->limit > *least ? d->limit : *least;
        }
    }
    return bytes;
}

void sctp_partial_make_room(struct sctp_assoc* a, const struct sctp_message_info* info, size_t len,
                            roam_time now)
{
    /* RFC 7496 section 3.2: a message without a priority is above all that have one. What has been
     * sent in part stays: it has cost its bandwidth, and no FORWARD TSN is needed */
    const int64_t than = info->policy == SCTP_PRIO ? info->limit : -1;
    int64_t least;
    if (!a->has_pr || !a->policies ||
        a->queued_bytes - less_important(a, than, &least) + len > a->config.send_buffer)
    {
        return;
    }
    while (a->queued_bytes + len > a->config.send_buffer)
    {
        less_important(a, than, &least);
        drop_where(a, SCTP_PRIO, least, len, now);
    }
}

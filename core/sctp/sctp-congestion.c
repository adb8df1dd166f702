/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Congestion control of one path, RFC 9260 section 7.2. MTU here is the largest payload of a
 * packet.
 *
 * DEVIATION: section 7.2 counts a DATA chunk with its header and padding. Here its user data
 * counts, in flight and in the windows; the two differ where messages are small. */
#include "core/sctp/sctp-priv.h"

static uint32_t min32(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static uint32_t max32(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

static uint32_t mtu(const struct sctp_assoc* a, const struct sctp_path* p)
{
    return (uint32_t)sctp_path_payload(a, p);
}

void sctp_cwnd_init(const struct sctp_assoc* a, struct sctp_path* p)
{
    const uint32_t bytes = p->peer.family == ROAM_ADDR_V6 ? 4344 : 4404;
    p->cwnd = min32(4 * mtu(a, p), max32(2 * mtu(a, p), bytes));
    p->timed_out = false;
    p->ssthresh =
        max32(a->peer_rwnd, 4 * mtu(a, p)); /* "arbitrarily high"; the window, as allowed */
    p->partial_acked = 0;
    p->recovering = p->reduced = false;
}

/** What is in flight now is marked, or lost, in a window that is reduced already. */
static void note_reduction(const struct sctp_assoc* a, struct sctp_path* p)
{
    p->reduced = true;
    p->reduced_tsn = a->next_tsn - 1;
}

void sctp_cwnd_on_ack(const struct sctp_assoc* a, struct sctp_path* p, const struct sctp_ack* ack)
{
    const bool full = ack->flight_before >= p->cwnd;
    if (p->cwnd <= p->ssthresh)
    {
        /* section 7.2.1: the window was in use, the cumulative TSN moved, no fast recovery */
        if (full && ack->cum_moved && !p->recovering)
        {
            p->cwnd += min32(ack->newly_acked, mtu(a, p));
        }
        return;
    }
    p->partial_acked += ack->newly_acked;
    if (p->partial_acked >= p->cwnd && ack->cum_moved)
    {
        if (full)
        {
            p->partial_acked -= p->cwnd;
            p->cwnd += mtu(a, p);
        }
        else
        {
            p->partial_acked = p->cwnd; /* section 7.2.2: does not grow past an unused window */
        }
    }
}

void sctp_cwnd_on_fast_retransmit(const struct sctp_assoc* a, struct sctp_path* p)
{
    p->ssthresh = max32(p->cwnd / 2, 4 * mtu(a, p));
    p->cwnd = p->ssthresh;
    p->partial_acked = 0;
    note_reduction(a, p);
}

void sctp_cwnd_on_timeout(const struct sctp_assoc* a, struct sctp_path* p)
{
    p->ssthresh = max32(p->cwnd / 2, 4 * mtu(a, p));
    p->cwnd = mtu(a, p);
    p->timed_out = true;
    p->partial_acked = 0;
    note_reduction(a, p);
    p->recovering = false;
}

void sctp_cwnd_on_idle(const struct sctp_assoc* a, struct sctp_path* p, roam_time now)
{
    /* section 7.2.1: each RTO without data halves the window, which is never raised by it */
    const uint32_t floor = 4 * mtu(a, p);
    roam_time idle = now - p->last_sent;
    if (idle > p->rto.value && p->cwnd > floor)
    {
        p->ssthresh = p->cwnd;
    }
    while (idle > p->rto.value && p->cwnd > floor)
    {
        p->cwnd = max32(p->cwnd / 2, floor);
        idle -= p->rto.value;
    }
}

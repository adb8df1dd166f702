/* SPDX-License-Identifier: GPL-2.0-or-later */
/* User messages become DATA chunks (RFC 9260 sections 6.1 and 6.9), DATA chunks go into packets. */
#include "core/sctp/sctp-priv.h"

#include <stdlib.h>

static bool may_queue(const struct sctp_assoc* a)
{
    return a->state == SCTP_COOKIE_WAIT || a->state == SCTP_COOKIE_ECHOED ||
           a->state == SCTP_ESTABLISHED;
}

static struct sctp_data* cut(const struct sctp_message_info* info, const uint8_t* bytes, size_t len,
                             roam_time now)
{
    struct sctp_data* d = malloc(sizeof *d + len);
    if (!d)
    {
        return NULL;
    }
    *d = (struct sctp_data){
        .ppid = info->ppid,
        .stream = info->stream,
        .len = (uint16_t)len,
        .flags = info->unordered ? SCTP_F_UNORDERED : 0,
        .policy = info->policy,
        .limit = info->limit,
        .context = info->context,
    };
    if (info->policy == SCTP_TIMED)
    {
        d->limit = info->limit < ROAM_NEVER - now ? now + info->limit : ROAM_NEVER;
    }
    memcpy(d->payload, bytes, len);
    return d;
}

/** Takes the last n chunks of pending back. */
static void take_back(struct sctp_assoc* a, size_t n)
{
    for (size_t i = a->pending.n - n; i < a->pending.n; i++)
    {
        free(roam_ring_at(&a->pending, i));
    }
    a->pending.n -= n;
}

/** Max.Burst limits what leaves at one time (section 6.1 D). What the user gives later, when
 * nothing waits, or a round trip later, is no part of the burst that a SACK has let go. */
static void renew_bursts(struct sctp_assoc* a, roam_time now)
{
    for (size_t i = 0; i < a->n_paths; i++)
    {
        struct sctp_path* p = a->paths[i];
        const roam_time round_trip = sctp_rto_round_trip(&p->rto);
        if (now - p->last_sent > (a->pending.n > 0 ? round_trip : 0))
        {
            p->burst = a->config.max_burst;
        }
    }
}

int sctp_send(struct sctp_endpoint* ep, sctp_assoc_id id, const struct sctp_message_info* info,
              const void* data, size_t len, roam_time now)
{
    struct sctp_assoc* a = sctp_by_id(ep, id);
    if (!a || a->gone)
    {
        return ROAM_ENOENT;
    }
    if (!may_queue(a))
    {
        return ROAM_ESTATE;
    }
    if (len == 0 || info->stream >= a->outbound || !sctp_policy_ok(info))
    {
        return ROAM_EINVAL;
    }
    if (len > a->config.send_buffer)
    {
        return ROAM_EMSGSIZE;
    }
    if (len > sctp_send_room(ep, id))
    {
        sctp_partial_make_room(a, info, len, now);
    }
    if (len > sctp_send_room(ep, id))
    {
        a->user_blocked = true;
        return ROAM_EAGAIN;
    }
    renew_bursts(a, now);
    const size_t max = sctp_payload_max(a);
    const uint8_t* bytes = data;
    size_t n = 0;
    for (size_t at = 0; at < len; at += max, n++)
    {
        const size_t part = len - at < max ? len - at : max;
        struct sctp_data* d = cut(info, bytes + at, part, now);
        if (!d || !roam_ring_push(&a->pending, d))
        {
            free(d);
            take_back(a, n);
            return ROAM_ENOMEM;
        }
        d->flags |= at == 0 ? SCTP_F_BEGIN : 0;
        if (at + part == len)
        {
            d->flags |= SCTP_F_END | (info->sack_immediately ? SCTP_F_IMMEDIATE : 0);
        }
    }
    if (info->policy != SCTP_RELIABLE)
    {
        sctp_partial_queued(a, roam_ring_at(&a->pending, a->pending.n - 1));
    }
    a->pending_bytes += len;
    a->queued_bytes += len;
    sctp_touch(a);
    return ROAM_OK;
}

size_t sctp_send_room(const struct sctp_endpoint* ep, sctp_assoc_id id)
{
    const struct sctp_assoc* a = sctp_by_id(ep, id);
    if (!a || a->gone || !may_queue(a) || a->queued_bytes >= a->config.send_buffer)
    {
        return 0;
    }
    return a->config.send_buffer - a->queued_bytes;
}

/* --- Into packets ---------------------------------------------------------------------------- */

static bool may_transmit(const struct sctp_assoc* a)
{
    return a->state == SCTP_ESTABLISHED || a->state == SCTP_SHUTDOWN_PENDING ||
           a->state == SCTP_SHUTDOWN_RECEIVED;
}

/** Where a marked chunk goes now: after a timeout, to another path if there is one (6.4.1). */
static struct sctp_path* retransmission_path(const struct sctp_assoc* a, const struct sctp_data* d)
{
    struct sctp_path* usual = sctp_data_path(a);
    if (d->avoid_path && d->path && d->path == usual)
    {
        struct sctp_path* other = sctp_other_path(a, usual);
        return other && other->state == SCTP_PATH_ACTIVE ? other : usual;
    }
    return usual;
}

static struct sctp_data* first_marked(const struct sctp_assoc* a)
{
    for (size_t i = 0; a->n_marked > 0 && i < a->sent.n; i++)
    {
        struct sctp_data* d = roam_ring_at(&a->sent, i);
        if (d->state == SCTP_DATA_MARKED)
        {
            return d;
        }
    }
    return NULL;
}

/** Section 6.1 rule A: the peer's window; an RTO after it was closed, one chunk may probe it. No
 * chunk is cut to fit a window, and so none gets silly (RFC 1122 section 4.2.3.4). */
static bool window_open(const struct sctp_assoc* a, const struct sctp_data* d)
{
    return d->len <= a->peer_rwnd || (a->flight == 0 && a->probe_due);
}

/** Rule B; and after a timeout one packet until something is acknowledged (section 7.2.1). */
static bool cwnd_open(const struct sctp_path* p)
{
    return p->flight < p->cwnd && !(p->timed_out && p->flight > 0);
}

/** Max.Burst counts on each path: a path on which nothing flies begins anew. */
static bool burst_left(const struct sctp_assoc* a, const struct sctp_path* p)
{
    return a->config.max_burst == 0 || p->burst > 0 || p->flight == 0;
}

struct sctp_path* sctp_data_next_path(const struct sctp_assoc* a)
{
    if (!may_transmit(a) || a->holding)
    {
        return NULL;
    }
    if (a->n_marked > 0)
    {
        struct sctp_path* p = retransmission_path(a, first_marked(a));
        return p && (cwnd_open(p) || a->fast_packet) ? p : NULL;
    }
    const struct sctp_data* d = roam_ring_first(&a->pending);
    if (!d || !window_open(a, d) || a->sent.n >= SCTP_MAX_OUTSTANDING)
    {
        return NULL;
    }
    struct sctp_path* p = sctp_data_path(a);
    return p && cwnd_open(p) && burst_left(a, p) ? p : NULL;
}

/** True if no chunk before this one is in flight on its path. */
static bool is_earliest(const struct sctp_assoc* a, const struct sctp_data* d)
{
    for (size_t i = 0; i < a->sent.n; i++)
    {
        const struct sctp_data* e = roam_ring_at(&a->sent, i);
        if (e == d || (e->state == SCTP_DATA_FLYING && e->path == d->path))
        {
            return e == d;
        }
    }
    return false;
}

/** Section 6.3.1 C5: nothing is timed that has a retransmission at or before it. */
static void stop_timing(struct sctp_assoc* a, const struct sctp_data* d)
{
    for (size_t i = 0; i < a->n_paths; i++)
    {
        struct sctp_path* p = a->paths[i];
        p->timing &= sctp_before(p->timed_tsn, d->tsn);
    }
}

size_t sctp_data_next_len(const struct sctp_assoc* a)
{
    const struct sctp_data* d = a->n_marked > 0 ? first_marked(a) : roam_ring_first(&a->pending);
    return d ? sctp_pad4(SCTP_DATA_HEADER + (size_t)d->len) : 0;
}

static void write_chunk(struct sctp_assoc* a, struct sctp_path* p, struct sctp_data* d,
                        struct roam_writer* w, roam_time now)
{
    static const uint8_t zero[3];
    sctp_write_chunk(w, SCTP_C_DATA, d->flags, SCTP_DATA_HEADER + (size_t)d->len);
    roam_write32(w, d->tsn);
    roam_write16(w, d->stream);
    roam_write16(w, d->ssn);
    roam_write32(w, d->ppid);
    roam_write_bytes(w, d->payload, d->len);
    roam_write_bytes(w, zero, sctp_pad4(d->len) - d->len);

    d->several_paths |= d->sends > 0 && d->path != p;
    d->path = p;
    sctp_data_enter(a, d, SCTP_DATA_FLYING);
    d->sent_at = now;
    d->misses = 0;
    d->avoid_path = false;
    d->order = (uint32_t)++a->chunks_sent;
    a->chunks_retransmitted += d->sends++ > 0;
    a->peer_rwnd -= d->len < a->peer_rwnd ? d->len : a->peer_rwnd;
    p->last_sent = now;
    a->probe_due = false;
    if (d->sends > 1)
    {
        stop_timing(a, d);
    }
    else if (!p->timing)
    {
        p->timing = true; /* Karn: only what was sent once is timed (section 6.3.1 C5) */
        p->timed_tsn = d->tsn;
    }
    /* section 6.3.2 R1; and 6.1: anew when the earliest in flight is sent again */
    if (!roam_timer_running(&p->t3) || (d->sends > 1 && is_earliest(a, d)))
    {
        roam_timer_start(&p->t3, p->rto.value, now);
    }
}

static bool write_marked(struct sctp_assoc* a, struct sctp_path* p, struct roam_writer* w,
                         roam_time now)
{
    bool any = false;
    for (size_t i = 0; a->n_marked > 0 && i < a->sent.n; i++)
    {
        struct sctp_data* d = roam_ring_at(&a->sent, i);
        if (d->state != SCTP_DATA_MARKED || retransmission_path(a, d) != p)
        {
            continue;
        }
        const bool allowed = p->flight < p->cwnd || a->fast_packet;
        if (!allowed || sctp_pad4(SCTP_DATA_HEADER + (size_t)d->len) > roam_room(w))
        {
            break;
        }
        write_chunk(a, p, d, w, now);
        any = true;
    }
    if (any)
    {
        a->fast_packet = false;
    }
    return any;
}

void sctp_data_number(struct sctp_assoc* a, struct sctp_data* d)
{
    /* numbers are given as late as can be: a message that expires before leaves no hole */
    d->tsn = a->next_tsn++;
    if (!(d->flags & SCTP_F_UNORDERED))
    {
        uint16_t* next = &a->next_ssn[d->stream];
        d->ssn = d->flags & SCTP_F_BEGIN ? (*next)++ : (uint16_t)(*next - 1);
    }
}

/** Memory is short: the data waits as long as it would if the packet were lost. */
static void try_later(struct sctp_path* p, roam_time now)
{
    if (!roam_timer_running(&p->t3))
    {
        roam_timer_start(&p->t3, p->rto.value, now);
    }
}

static bool write_new(struct sctp_assoc* a, struct sctp_path* p, struct roam_writer* w,
                      roam_time now)
{
    bool any = false;
    struct sctp_data* d;
    while ((d = sctp_partial_next(a, now)) && p->flight < p->cwnd && window_open(a, d) &&
           a->sent.n < SCTP_MAX_OUTSTANDING &&
           sctp_pad4(SCTP_DATA_HEADER + (size_t)d->len) <= roam_room(w))
    {
        if (!roam_ring_push(&a->sent, d))
        {
            try_later(p, now);
            break;
        }
        roam_ring_pop(&a->pending);
        a->pending_bytes -= d->len;
        sctp_data_number(a, d);
        write_chunk(a, p, d, w, now);
        any = true;
    }
    return any;
}

/**
 * True if a SACK should be asked for at once, after a packet (RFC 9260 section 6.1, from RFC 7053):
 * for the last data before SHUTDOWN, and when this packet is all that flies and it fills a window
 * that more data waits for. With more packets in flight, the SACK for every second one comes
 * anyway.
 */
static bool sack_wanted(const struct sctp_assoc* a, const struct sctp_path* p, bool alone)
{
    const struct sctp_data* next = roam_ring_first(&a->pending);
    if (!next && a->n_marked == 0)
    {
        return a->state == SCTP_SHUTDOWN_PENDING;
    }
    return alone && (p->flight >= p->cwnd || (next && !window_open(a, next)));
}

/** Sets the I bit in the last of the DATA chunks that have been written from here on. */
static void ask_for_sack(uint8_t* chunk, const uint8_t* end)
{
    size_t len;
    while (chunk + (len = sctp_pad4(roam_get16(chunk + 2))) < end)
    {
        chunk += len;
    }
    chunk[1] |= SCTP_F_IMMEDIATE;
}

bool sctp_data_write(struct sctp_assoc* a, struct sctp_path* p, struct roam_writer* w,
                     roam_time now)
{
    uint8_t* const start = w->p;
    const bool alone = p->flight == 0;
    if (alone)
    {
        sctp_cwnd_on_idle(a, p, now);
        p->last_sent = now;
        p->burst = a->config.max_burst;
    }
    bool any = a->n_marked > 0 && write_marked(a, p, w, now);
    if (a->n_marked == 0 && sctp_data_path(a) == p && burst_left(a, p))
    {
        any |= write_new(a, p, w, now);
    }
    p->burst -= any && p->burst > 0;
    if (any)
    {
        if (sack_wanted(a, p, alone))
        {
            ask_for_sack(start, w->p);
        }
        sctp_heartbeat_arm(a, p, now); /* data is a heartbeat of its own (section 8.3) */
    }
    return any;
}

/* --- The queues ------------------------------------------------------------------------------ */

void sctp_data_clear(struct sctp_assoc* a)
{
    roam_ring_free(&a->pending);
    roam_ring_free(&a->sent);
    free(a->next_ssn);
    a->next_ssn = NULL;
    a->pending_bytes = a->queued_bytes = a->flight = a->n_marked = a->n_gap_acked = 0;
    a->policies = a->advance_due = a->forward_due = false;
    a->advanced_ack = a->cum_acked;
    roam_timer_stop(&a->life);
    for (size_t i = 0; i < a->n_paths; i++)
    {
        a->paths[i]->flight = 0;
        a->paths[i]->timing = false;
    }
}

bool sctp_streams_negotiated(struct sctp_assoc* a, roam_time now)
{
    uint16_t* ssn = calloc(a->outbound, sizeof *ssn);
    if (!ssn)
    {
        return false;
    }
    free(a->next_ssn);
    a->next_ssn = ssn;
    for (size_t n = a->pending.n; n > 0; n--)
    {
        struct sctp_data* d = roam_ring_pop(&a->pending);
        if (d->stream < a->outbound)
        {
            roam_ring_push(&a->pending, d); /* it has just left a place */
            continue;
        }
        a->pending_bytes -= d->len;
        a->queued_bytes -= d->len;
        if (d->flags & SCTP_F_BEGIN)
        {
            sctp_failed(a, d, false, SCTP_RELIABLE, now);
        }
        free(d);
    }
    sctp_tell_writable(a, now);
    return true;
}

/** Section 6.1 rule A: the first probe of a closed window goes after an RTO. */
static void watch_window(struct sctp_assoc* a, roam_time now)
{
    const struct sctp_data* d = roam_ring_first(&a->pending);
    struct sctp_path* p = d ? sctp_data_path(a) : NULL;
    if (p && may_transmit(a) && a->flight == 0 && a->n_marked == 0 && !window_open(a, d) &&
        !roam_timer_running(&p->t3))
    {
        roam_timer_start(&p->t3, p->rto.value, now);
    }
}

bool sctp_data_waits_for_path(const struct sctp_assoc* a)
{
    const bool unsent = may_transmit(a) && a->pending.n > 0;
    return (unsent || a->n_marked > 0 || a->forward_due) && !sctp_data_path(a);
}

void sctp_data_watch(struct sctp_assoc* a, roam_time now)
{
    watch_window(a, now);
    if (a->n_paths == 0 || !sctp_data_waits_for_path(a))
    {
        return;
    }
    for (size_t i = 0; i < a->n_paths; i++)
    {
        /* a HEARTBEAT that waits for its answer ends the wait too, and backs the RTO off once */
        if (roam_timer_running(&a->paths[i]->t3) || a->paths[i]->hb_outstanding)
        {
            return;
        }
    }
    roam_timer_start(&a->paths[0]->t3, a->paths[0]->rto.value, now);
}

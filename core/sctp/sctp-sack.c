/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sender's side of acknowledgement: SACK (RFC 9260 section 6.2.1), T3-rtx (section 6.3.3),
 * fast retransmit (section 7.2.4). */
#include "core/sctp/sctp-priv.h"

#include <stdlib.h>

static void sample_rtt(struct sctp_assoc* a, const struct sctp_data* d, roam_time now)
{
    struct sctp_path* p = d->path;
    if (p && p->timing && p->timed_tsn == d->tsn)
    {
        p->timing = false;
        if (d->sends == 1)
        {
            sctp_rto_measure(&p->rto, &a->config, now - d->sent_at);
        }
    }
}

static uint32_t later(uint32_t a, uint32_t b)
{
    return sctp_before(a, b) ? b : a;
}

/** What was sent before it on the same path should have arrived as well. */
static void arrived(struct sctp_ack* acks, const struct sctp_data* d)
{
    struct sctp_ack* k = d->path ? &acks[d->path->place] : NULL;
    if (!k)
    {
        return;
    }
    if (!k->any_newly_acked || sctp_before(k->highest_newly_acked, d->tsn))
    {
        k->highest_newly_acked = d->tsn;
    }
    k->any_newly_acked = true;
    if (!d->several_paths)
    {
        k->latest_newly_acked = k->reached ? later(k->latest_newly_acked, d->order) : d->order;
        k->reached = true;
    }
}

/** A chunk has reached the peer, for the first time that we hear of it. */
static void acked(struct sctp_assoc* a, struct sctp_ack* acks, struct sctp_data* d,
                  enum sctp_data_state state, roam_time now)
{
    sctp_data_enter(a, d, state);
    if (d->path)
    {
        acks[d->path->place].newly_acked += d->len;
    }
    arrived(acks, d);
    sample_rtt(a, d, now);
}

static void move_cum(struct sctp_assoc* a, struct sctp_ack* acks, uint32_t cum, roam_time now)
{
    while (a->sent.n > 0 && !sctp_before(cum, a->cum_acked + 1))
    {
        struct sctp_data* d = roam_ring_pop(&a->sent);
        a->cum_acked++;
        if (d->state == SCTP_DATA_ABANDONED)
        {
            sctp_forward_acked(a, d->tsn, now);
            free(d);
            continue;
        }
        if (d->path)
        {
            acks[d->path->place].cum_moved = true;
        }
        if (d->state == SCTP_DATA_GAP_ACKED)
        {
            sctp_data_enter(a, d, SCTP_DATA_ACKED);
        }
        else
        {
            acked(a, acks, d, SCTP_DATA_ACKED, now);
        }
        a->queued_bytes -= d->len;
        free(d);
    }
    if (sctp_before(a->advanced_ack, cum))
    {
        a->advanced_ack = cum; /* RFC 3758 section 3.5 C1 */
    }
}

/** The SACK says that the peer has the chunk, be it news or not. */
static void reported(struct sctp_ack* acks, const struct sctp_data* d)
{
    struct sctp_ack* k = d->path && !d->several_paths ? &acks[d->path->place] : NULL;
    if (k)
    {
        k->highest_reported = k->any_reported ? later(k->highest_reported, d->tsn) : d->tsn;
        k->latest_reported = k->any_reported ? later(k->latest_reported, d->order) : d->order;
        k->any_reported = true;
    }
}

/** The peer has dropped what it had acknowledged in a gap block: in flight again (6.2.1 D iii). */
static void reneged(struct sctp_assoc* a, struct sctp_data* d, roam_time now)
{
    struct sctp_path* p = d->path;
    /* without its path it goes over another */
    sctp_data_enter(a, d, p ? SCTP_DATA_FLYING : SCTP_DATA_MARKED);
    if (p && !roam_timer_running(&p->t3))
    {
        roam_timer_start(&p->t3, p->rto.value, now); /* section 6.3.2 R4 */
    }
}

static void take_gaps(struct sctp_assoc* a, struct sctp_ack* acks, const uint8_t* blocks, size_t n,
                      roam_time now)
{
    size_t block = 0;
    for (size_t i = 0; (n > 0 || a->n_gap_acked > 0) && i < a->sent.n; i++)
    {
        struct sctp_data* d = roam_ring_at(&a->sent, i);
        while (block < n && i + 1 > roam_get16(blocks + 4 * block + 2))
        {
            block++;
        }
        if (block == n && a->n_gap_acked == 0)
        {
            return;
        }
        const bool in = block < n && i + 1 >= roam_get16(blocks + 4 * block);
        if (in && d->state == SCTP_DATA_ABANDONED)
        {
            if (d->abandoned_in_flight)
            {
                d->abandoned_in_flight = false;
                arrived(acks, d); /* no credit for it, but evidence about the others */
            }
        }
        else if (in && d->state != SCTP_DATA_GAP_ACKED)
        {
            acked(a, acks, d, SCTP_DATA_GAP_ACKED, now);
        }
        else if (!in && d->state == SCTP_DATA_GAP_ACKED)
        {
            reneged(a, d, now);
        }
        if (in)
        {
            reported(acks, d);
        }
    }
}

/** Without gap blocks nothing is taken back (section 3.3.8), but for the TSN behind the cumulative
 * one: had the peer still got that, the cumulative one would be higher. */
static void take_no_gaps(struct sctp_assoc* a, roam_time now)
{
    struct sctp_data* d = roam_ring_first(&a->sent);
    if (d && d->state == SCTP_DATA_GAP_ACKED)
    {
        reneged(a, d, now);
    }
}

/** What one SACK says to fast retransmit. */
struct report
{
    uint32_t htna;   /**< section 7.2.4: the highest TSN that it newly acknowledges */
    bool news;       /**< there is one */
    bool recovering; /**< in fast recovery, and the cumulative TSN moves */
};

static struct report report_of(const struct sctp_assoc* a, const struct sctp_ack* acks)
{
    struct report r = {0};
    bool moved = false;
    bool recovering = false;
    for (size_t i = 0; i < a->n_paths; i++)
    {
        const struct sctp_ack* k = &acks[i];
        moved |= k->cum_moved;
        recovering |= a->paths[i]->recovering;
        if (k->any_newly_acked)
        {
            r.htna = r.news ? later(r.htna, k->highest_newly_acked) : k->highest_newly_acked;
            r.news = true;
        }
    }
    r.recovering = moved && recovering;
    return r;
}

/** True if this SACK acknowledges what was sent later on the same path, but not the chunk. */
static bool overtaken(const struct sctp_ack* acks, const struct sctp_data* d)
{
    const struct sctp_ack* k = &acks[d->path->place];
    /* DEVIATION: section 7.2.4 counts whatever has a higher TSN. Here only what was also sent later
     * on the same path reports: a change of path reorders, and that is not a loss. In fast
     * recovery, each SACK that moves the cumulative TSN reports all that it leaves out */
    if (d->path->recovering && k->cum_moved)
    {
        return k->any_reported && sctp_before(d->tsn, k->highest_reported) &&
               sctp_before(d->order, k->latest_reported);
    }
    return k->reached && sctp_before(d->tsn, k->highest_newly_acked) &&
           sctp_before(d->order, k->latest_newly_acked);
}

/** True if this SACK reports the chunk missing (section 7.2.4). */
static bool reported_missing(const struct sctp_assoc* a, const struct sctp_ack* acks,
                             const struct sctp_data* d, const struct report* r)
{
    if (!d->path)
    {
        return false;
    }
    if (a->config.classic_fast_retransmit)
    {
        return r->recovering || (r->news && sctp_before(d->tsn, r->htna));
    }
    return overtaken(acks, d);
}

/** A chunk is retransmitted fast only once (rule 5): if that is lost too, T3 has to notice. But
 * what would be given up then need not wait, and hold up the peer's stream meanwhile. */
static void count_misses_again(struct sctp_assoc* a, const struct sctp_ack* acks,
                               struct sctp_data* d, roam_time now)
{
    if (d->state == SCTP_DATA_FLYING && d->path && d->misses < 3 && overtaken(acks, d) &&
        ++d->misses == 3)
    {
        sctp_partial_lost_again(a, d, now);
    }
}

/** Three reports, and the chunk is retransmitted without waiting for T3. */
static void count_misses(struct sctp_assoc* a, const struct sctp_ack* acks, uint32_t highest,
                         roam_time now)
{
    const struct report r = report_of(a, acks);
    highest = sctp_before(highest, a->next_tsn) ? highest : a->next_tsn; /* none was sent beyond */
    for (size_t i = 0; i < a->sent.n; i++)
    {
        struct sctp_data* d = roam_ring_at(&a->sent, i);
        if (!sctp_before(d->tsn, highest))
        {
            return;
        }
        struct sctp_path* p = d->path;
        const bool flies = d->state == SCTP_DATA_FLYING;
        if (d->fast_retransmitted)
        {
            count_misses_again(a, acks, d, now);
            continue;
        }
        if ((!flies && !d->abandoned_in_flight) || !reported_missing(a, acks, d, &r) ||
            ++d->misses < 3)
        {
            continue;
        }
        if (!p->recovering)
        {
            sctp_cwnd_on_fast_retransmit(a, p);
            p->recovering = true;
            p->recover_tsn = a->next_tsn - 1;
            a->fast_packet |= flies; /* rule 3: one packet, and none for later losses */
        }
        d->fast_retransmitted = true;
        sctp_data_mark(a, d);
    }
}

static void rearm_t3(const struct sctp_assoc* a, struct sctp_path* p, bool cum_moved, roam_time now)
{
    if (p->flight == 0 && sctp_forward_guarded(a, p))
    {
        return; /* RFC 3758 section 3.5 C5 */
    }
    if (p->flight == 0)
    {
        roam_timer_stop(&p->t3); /* section 6.3.2 R2 */
    }
    else if (cum_moved || !roam_timer_running(&p->t3))
    {
        roam_timer_start(&p->t3, p->rto.value, now); /* R3 */
    }
}

/** The windows grow before a loss that the same SACK tells halves them (section 7.2.4, note). */
static void grow_windows(struct sctp_assoc* a, const struct sctp_ack* acks)
{
    for (size_t i = 0; i < a->n_paths; i++)
    {
        struct sctp_path* p = a->paths[i];
        if (p->recovering && !sctp_before(a->cum_acked, p->recover_tsn))
        {
            p->recovering = false;
        }
        if (acks[i].any_newly_acked)
        {
            p->timed_out = false;
            sctp_cwnd_on_ack(a, p, &acks[i]);
        }
    }
}

static void after_ack(struct sctp_assoc* a, const struct sctp_ack* acks, roam_time now)
{
    for (size_t i = 0; i < a->n_paths; i++)
    {
        struct sctp_path* p = a->paths[i];
        if (acks[i].any_newly_acked)
        {
            /* section 8.2, and RFC 7829 section 3.2 (9): the acknowledgement of what went over two
             * paths says nothing about either */
            sctp_clear_errors(a, acks[i].reached ? p : NULL, now);
        }
        if (p->flight == 0)
        {
            p->partial_acked = 0;
        }
        rearm_t3(a, p, acks[i].cum_moved, now);
    }
}

void sctp_tell_writable(struct sctp_assoc* a, roam_time now)
{
    if (a->user_blocked && a->queued_bytes < a->config.send_buffer)
    {
        a->user_blocked = false;
        sctp_event_push(a->ep, SCTP_EV_WRITABLE, a->id, now);
    }
}

static void acknowledge(struct sctp_assoc* a, uint32_t cum, const uint8_t* blocks, size_t n,
                        roam_time now)
{
    /* one for each path, SCTP_MAX_PEERS for each local address at most */
    struct sctp_ack acks[a->n_paths + 1];
    for (size_t i = 0; i < a->n_paths; i++)
    {
        acks[i] = (struct sctp_ack){.flight_before = a->paths[i]->flight};
        a->paths[i]->burst = a->config.max_burst;
    }
    move_cum(a, acks, cum, now);
    if (blocks)
    {
        take_gaps(a, acks, blocks, n, now);
    }
    else
    {
        take_no_gaps(a, now);
    }
    grow_windows(a, acks);
    if (n > 0)
    {
        count_misses(a, acks, cum + roam_get16(blocks + 4 * (n - 1) + 2), now);
    }
    a->fast_packet &= a->n_marked > 0;
    after_ack(a, acks, now);
    sctp_forward_on_sack(a, now);
    sctp_tell_writable(a, now);
}

/** A cumulative TSN that was never sent, or that we have left behind. */
static bool out_of_range(const struct sctp_assoc* a, uint32_t cum)
{
    return !sctp_before(cum, a->next_tsn);
}

void sctp_on_sack(struct sctp_assoc* a, const struct sctp_chunk* c, roam_time now)
{
    struct roam_reader r = roam_reader(c->body, c->body_len);
    const uint32_t cum = roam_read32(&r);
    const uint32_t rwnd = roam_read32(&r);
    size_t n_gaps = roam_read16(&r);
    const size_t n_dups = roam_read16(&r);
    const uint8_t* blocks = roam_read_bytes(&r, 4 * n_gaps);
    roam_read_bytes(&r, 4 * n_dups);
    if (r.bad)
    {
        sctp_event_drop(a->ep, a->id, SCTP_DROP_MALFORMED, c->type, now);
        return;
    }
    if (out_of_range(a, cum))
    {
        sctp_violation(a, "SACK of a TSN that was not sent", now);
        return;
    }
    if (sctp_before(cum, a->cum_acked))
    {
        return; /* section 6.2.1 D i: out of order, and old */
    }
    /* section 3.3.4 asks for no order; what is impossible in it says nothing about the rest */
    const bool ordered = sctp_gaps_in_order(blocks, n_gaps);
    uint8_t* sorted = ordered ? NULL : sctp_gaps_sort(blocks, &n_gaps);
    const uint8_t* gaps = ordered ? blocks : sorted; /* NULL with memory short: none count */
    acknowledge(a, cum, gaps, gaps ? n_gaps : 0, now);
    free(sorted);
    if (rwnd == 0)
    {
        a->errors = 0; /* section 6.1 rule A: a zero window is an answer, and no error */
    }
    /* rule A again: the probe was heard and dropped, so it is not lost */
    const struct sctp_data* first = roam_ring_first(&a->sent);
    a->probe_answered = first && a->sent.n == 1 && first->len > rwnd;
    a->peer_rwnd = rwnd > a->flight ? rwnd - (uint32_t)a->flight : 0; /* section 6.2.1 D ii */
    sctp_shutdown_progress(a, now);
}

void sctp_on_cum_ack(struct sctp_assoc* a, uint32_t cum, roam_time now)
{
    if (out_of_range(a, cum))
    {
        sctp_violation(a, "SHUTDOWN with a TSN that was not sent", now);
    }
    else if (!sctp_before(cum, a->cum_acked))
    {
        acknowledge(a, cum, NULL, 0, now);
    }
}

void sctp_on_t3(struct sctp_assoc* a, struct sctp_path* p, roam_time now)
{
    const bool idle =
        p->flight == 0 && a->n_marked == 0 && !a->forward_due && !sctp_forward_guarded(a, p);
    if (idle && !sctp_data_waits_for_path(a))
    {
        a->probe_due = a->pending.n > 0; /* section 6.1 A: an RTO after the window was closed */
        return;
    }
    const bool probing = a->probe_answered;
    a->probe_answered = false;
    if (!probing)
    {
        sctp_cwnd_on_timeout(a, p); /* section 6.3.3 E1 */
    }
    sctp_rto_backoff(&p->rto, &a->config); /* E2 */
    size_t lost = 0;
    bool again = false;
    for (size_t i = 0; i < a->sent.n; i++) /* E3 */
    {
        struct sctp_data* d = roam_ring_at(&a->sent, i);
        if (d->path == p && d->state == SCTP_DATA_FLYING)
        {
            lost += sctp_pad4(SCTP_DATA_HEADER + (size_t)d->len);
            again |= d->sends > 1;
            sctp_data_mark(a, d);
            d->avoid_path = !probing;
            d->fast_retransmitted = false;
        }
    }
    sctp_forward_on_t3(a, p);
    p->burst = a->config.max_burst;
    if (!probing)
    {
        sctp_count_error(a, p, now);
    }
    if (again && !probing && !a->gone)
    {
        sctp_hole_suspect(a, p, lost, now);
    }
    if (!a->gone && !sctp_data_path(a))
    {
        roam_timer_start(&p->t3, p->rto.value, now); /* no address is left: the attempt counts */
    }
}

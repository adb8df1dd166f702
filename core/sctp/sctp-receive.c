/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The receiver's side: DATA in, SACK out (RFC 9260 sections 6.2, 6.7), and reading. */
#include "core/sctp/sctp-priv.h"

#include <stdlib.h>

/**
 * What counts against the receive buffer: user data; or, if that is more, the memory that it takes
 * beyond one buffer, so that a flood of one-byte messages closes the window too.
 */
static size_t burden(const struct sctp_assoc* a)
{
    const size_t bytes = a->unread + a->held;
    const size_t memory = bytes + a->pieces * SCTP_PIECE;
    const size_t beyond = memory > a->config.receive_buffer ? memory - a->config.receive_buffer : 0;
    return bytes > beyond ? bytes : beyond;
}

uint32_t sctp_rwnd(const struct sctp_assoc* a)
{
    const size_t used = burden(a);
    return used < a->config.receive_buffer ? (uint32_t)(a->config.receive_buffer - used) : 0;
}

bool sctp_may_receive(const struct sctp_assoc* a)
{
    return a->state == SCTP_ESTABLISHED || a->state == SCTP_SHUTDOWN_PENDING ||
           a->state == SCTP_SHUTDOWN_SENT;
}

static void drop(struct sctp_assoc* a, enum sctp_drop_why why, uint32_t tsn, roam_time now)
{
    struct sctp_event* ev = sctp_event_push(a->ep, SCTP_EV_DROP, a->id, now);
    if (ev)
    {
        ev->u.drop.why = why;
        ev->u.drop.chunk = SCTP_C_DATA;
        ev->u.drop.tsn = tsn;
    }
}

/**
 * Section 6.2: a full buffer drops what is new.
 * DEVIATION: but not the chunk that is next, up to a multiple of the buffer, when it closes a gap,
 * so that what is held behind it can be delivered and none of it need be thrown away for it; or
 * when there is nothing to read: then it is a message larger than the buffer that fills it, and its
 * parts are going to be delivered.
 */
static bool has_room(const struct sctp_assoc* a, uint32_t tsn)
{
    const bool next = tsn == a->map.cum + 1 && (sctp_tsnmap_has_gap(&a->map) || a->ready.n == 0);
    return sctp_rwnd(a) > 0 || (next && burden(a) / SCTP_MAX_OVERSIZE < a->config.receive_buffer);
}

/** Nothing can be read, nothing more be held: the message that has begun can never be whole. */
static bool is_stuck(const struct sctp_assoc* a, uint32_t tsn)
{
    return tsn == a->map.cum + 1 && a->ready.n == 0 && !has_room(a, tsn);
}

/** Reads what a DATA chunk says of itself. False for one that is not to be looked at further. */
static bool parse_data(struct sctp_assoc* a, const struct sctp_chunk* c, struct sctp_data_head* f,
                       roam_time now)
{
    if (!sctp_may_receive(a) || c->len < SCTP_DATA_HEADER)
    {
        const bool unexpected = !sctp_may_receive(a);
        sctp_event_drop(a->ep, a->id, unexpected ? SCTP_DROP_UNEXPECTED : SCTP_DROP_MALFORMED,
                        c->type, now);
        return false;
    }
    *f = (struct sctp_data_head){
        .tsn = roam_get32(c->body),
        .stream = roam_get16(c->body + 4),
        .ssn = roam_get16(c->body + 6),
        .ppid = roam_get32(c->body + 8),
        .len = (uint16_t)(c->len - SCTP_DATA_HEADER),
        .flags = c->flags,
    };
    if (f->len == 0)
    {
        uint8_t tsn[4];
        roam_put32(tsn, f->tsn);
        sctp_abort_with(a, SCTP_LOST_PROTOCOL, SCTP_E_NO_USER_DATA, tsn, 4, now); /* section 6.2 */
    }
    return f->len > 0;
}

/** What becomes of a DATA chunk. */
enum data_fate
{
    DATA_TAKEN,
    DATA_TAKEN_SKIPPED, /**< acknowledged, but the beginning of its message was skipped */
    DATA_NO_STREAM,     /**< section 6.5: acknowledged, reported, not delivered */
    DATA_DUPLICATE,
    DATA_NO_ROOM,
    DATA_STUCK, /**< no room, and none will ever be made */
    DATA_MISFIT /**< its message could never be whole, and its stream would wait for ever */
};

static enum data_fate judge_data(const struct sctp_assoc* a, const struct sctp_data_head* f)
{
    const enum sctp_tsn_verdict verdict = sctp_tsnmap_judge(&a->map, f->tsn);
    if (verdict == SCTP_TSN_DUPLICATE)
    {
        return DATA_DUPLICATE;
    }
    if (is_stuck(a, f->tsn))
    {
        return DATA_STUCK;
    }
    if (verdict == SCTP_TSN_TOO_FAR || !has_room(a, f->tsn))
    {
        return DATA_NO_ROOM;
    }
    const enum sctp_fit fit = sctp_fragment_fit(a, f);
    if (fit == SCTP_FITS_NOT)
    {
        return DATA_MISFIT;
    }
    return f->stream >= a->inbound    ? DATA_NO_STREAM
           : fit == SCTP_FITS_SKIPPED ? DATA_TAKEN_SKIPPED
                                      : DATA_TAKEN;
}

/** Takes a DATA chunk that is new, to be delivered or, if its message was skipped, to be forgotten.
 */
static void take_data(struct sctp_assoc* a, const struct sctp_data_head* f, const uint8_t* payload,
                      bool skipped, roam_time now)
{
    /* section 6.7: at once while there is a gap, and also for the packet that closes it, which a
     * sender with a full buffer waits for */
    a->sack_due |= sctp_tsnmap_has_gap(&a->map);
    if (sctp_tsnmap_add(&a->map, f->tsn) != SCTP_TSN_NEW)
    {
        return; /* no memory to note it: the peer sends it again */
    }
    a->accepted += f->len;
    if (skipped)
    {
        sctp_fragments_skip(a, f->tsn, now);
    }
    else if (!sctp_reassemble(a, f, payload, now))
    {
        a->short_of_memory = true;
    }
}

void sctp_on_data(struct sctp_assoc* a, const struct roam_packet* pkt, const struct sctp_chunk* c,
                  roam_time now)
{
    struct sctp_data_head f;
    if (!parse_data(a, c, &f, now))
    {
        return;
    }
    a->data_in_packet = true;
    a->sack_due |= (c->flags & SCTP_F_IMMEDIATE) != 0 || !a->first_sacked;
    const enum data_fate fate = judge_data(a, &f);
    switch (fate)
    {
    case DATA_TAKEN:
    case DATA_TAKEN_SKIPPED:
        take_data(a, &f, c->body + 12, fate == DATA_TAKEN_SKIPPED, now);
        break;
    case DATA_NO_STREAM:
        sctp_tsnmap_add(&a->map, f.tsn);
        sctp_error_send(a, pkt, SCTP_E_STREAM,
                        (const uint8_t[]){f.stream >> 8, f.stream & 255, 0, 0}, 4);
        break;
    case DATA_DUPLICATE:
        a->duplicate_tsns++;
        sctp_tsnmap_add_dup(&a->map, f.tsn);
        a->sack_due = true; /* section 6.2: at once */
        drop(a, SCTP_DROP_DUPLICATE, f.tsn, now);
        break;
    case DATA_NO_ROOM:
        a->sack_due = true;
        drop(a, SCTP_DROP_WINDOW, f.tsn, now);
        break;
    case DATA_STUCK:
        sctp_abort_with(a, SCTP_LOST_PROTOCOL, SCTP_E_RESOURCE, NULL, 0, now);
        break;
    case DATA_MISFIT:
        sctp_violation(a, "DATA fragments that do not fit together", now);
        break;
    }
}

void sctp_packet_done(struct sctp_assoc* a, const struct roam_packet* pkt, roam_time now)
{
    if (a->short_of_memory)
    {
        /* what was lost is acknowledged, or in its place in a stream: nobody would send it again */
        sctp_abort_with(a, SCTP_LOST_PROTOCOL, SCTP_E_RESOURCE, NULL, 0, now);
        return;
    }
    if (!a->data_in_packet)
    {
        return;
    }
    a->data_in_packet = false;
    a->sack_local = pkt->dst;
    a->sack_peer = pkt->src;
    a->packets_unsacked++;
    sctp_ecn_received(a, pkt);
    if (a->state == SCTP_SHUTDOWN_SENT)
    {
        /* section 9.2: each packet with DATA is answered with SHUTDOWN and SACK at once */
        uint8_t cum[4];
        roam_put32(cum, a->map.cum);
        sctp_control_send(a, SCTP_C_SHUTDOWN, cum, 4);
        a->sack_due = true;
        return;
    }
    if (a->packets_unsacked >= a->config.sack_frequency || sctp_tsnmap_has_gap(&a->map) ||
        a->config.sack_delay == 0)
    {
        a->sack_due = true;
    }
    else if (!roam_timer_running(&a->sack_timer))
    {
        roam_timer_start(&a->sack_timer, a->config.sack_delay, now);
    }
}

/* --- SACK out -------------------------------------------------------------------------------- */

static size_t blocks_that_fit(size_t room)
{
    return room < SCTP_SACK_FIXED ? 0 : (room - SCTP_SACK_FIXED) / 4;
}

/** What the peer needs to go on: room for a packet, or for a chunk as large as its others. */
static uint32_t least_opening(const struct sctp_assoc* a)
{
    const uint32_t half = a->config.receive_buffer / 2;
    const uint32_t packet = a->config.mtu > a->longest ? a->config.mtu : a->longest;
    return packet < half ? packet : half;
}

/** How much of the window that it was last told of the peer has left. */
static uint32_t window_told(const struct sctp_assoc* a)
{
    return sctp_before(a->accepted, a->edge) ? a->edge - a->accepted : 0;
}

bool sctp_window_is_full(const struct sctp_assoc* a)
{
    return sctp_rwnd(a) < least_opening(a);
}

bool sctp_window_update_due(const struct sctp_assoc* a)
{
    return sctp_may_receive(a) && window_told(a) < least_opening(a) && !sctp_window_is_full(a);
}

/** Section 6.2, as RFC 1122 section 4.2.3.3: a small window is not opened further bit by bit. */
static uint32_t window_to_tell(const struct sctp_assoc* a)
{
    const uint32_t rwnd = sctp_rwnd(a);
    const uint32_t told = window_told(a);
    return rwnd > told && rwnd < least_opening(a) ? told : rwnd;
}

bool sctp_sack_fits(size_t room)
{
    return room >= SCTP_SACK_FIXED;
}

void sctp_sack_write(struct sctp_assoc* a, struct roam_writer* w)
{
    const size_t fit = blocks_that_fit(roam_room(w));
    uint8_t* const chunk = w->p;
    struct sctp_gap gap = {0, 0};
    size_t n_gaps = 0;
    sctp_write_chunk(w, SCTP_C_SACK, 0, SCTP_SACK_FIXED);
    roam_write32(w, a->map.cum);
    const uint32_t rwnd = window_to_tell(a);
    a->edge = a->accepted + rwnd;
    roam_write32(w, rwnd);
    roam_write_skip(w, 4);
    for (; n_gaps < fit && sctp_tsnmap_next_gap(&a->map, &gap); n_gaps++)
    {
        roam_write16(w, gap.start);
        roam_write16(w, gap.end);
    }
    const size_t n_dups = a->map.n_dups < fit - n_gaps ? a->map.n_dups : fit - n_gaps;
    roam_put16(chunk + 2, (uint16_t)(SCTP_SACK_FIXED + 4 * (n_gaps + n_dups)));
    roam_put16(chunk + 12, (uint16_t)n_gaps);
    roam_put16(chunk + 14, (uint16_t)n_dups);
    for (size_t i = 0; i < n_dups; i++)
    {
        roam_write32(w, a->map.dups[i]);
    }
    a->map.n_dups = 0;
    a->sack_due = false;
    a->first_sacked = true;
    a->packets_unsacked = 0;
    roam_timer_stop(&a->sack_timer);
}

/* --- Reading --------------------------------------------------------------------------------- */

struct sctp_message* sctp_receive(struct sctp_endpoint* ep, sctp_assoc_id id, roam_time now)
{
    struct sctp_assoc* a = sctp_by_id(ep, id);
    struct sctp_message* m = a ? roam_ring_pop(&a->ready) : NULL;
    if (!m)
    {
        return NULL;
    }
    a->unread -= m->len;
    a->pieces--;
    m->info.cum_tsn = a->map.cum;
    if (a->gone)
    {
        if (a->ready.n == 0)
        {
            sctp_assoc_free(a);
        }
        return m;
    }
    if (a->fragments.n > 0 && a->ready.n == 0)
    {
        sctp_parts_begin(a, now);
    }
    if (sctp_window_update_due(a))
    {
        a->sack_due = true;
        sctp_touch(a);
    }
    return m;
}

size_t sctp_receive_next(const struct sctp_endpoint* ep, sctp_assoc_id id)
{
    const struct sctp_assoc* a = sctp_by_id(ep, id);
    const struct sctp_message* m = a ? roam_ring_first(&a->ready) : NULL;
    return m ? m->len : 0;
}

uint64_t sctp_receive_order(const struct sctp_endpoint* ep, sctp_assoc_id id)
{
    const struct sctp_assoc* a = sctp_by_id(ep, id);
    const struct sctp_message* m = a ? roam_ring_first(&a->ready) : NULL;
    return m ? m->order : UINT64_MAX;
}

size_t sctp_receive_ready(const struct sctp_endpoint* ep, sctp_assoc_id id)
{
    const struct sctp_assoc* a = sctp_by_id(ep, id);
    return a ? a->unread : 0;
}

void sctp_message_free(struct sctp_message* m)
{
    free(m);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sctp-check.h"

#include "core/sctp/sctp-priv.h"

/* A packet of the smallest MTU, less all headers and those of UDP. */
#define LEAST_CWND (576 - 40 - 8 - SCTP_HEADER - SCTP_DATA_HEADER)

/** Says so in the caller's name when a condition does not hold. */
#define HOLDS(condition)                                                                           \
    if (!(condition))                                                                              \
    {                                                                                              \
        return #condition;                                                                         \
    }

static bool has_path(const struct sctp_assoc* a, const struct sctp_path* p)
{
    for (size_t i = 0; i < a->n_paths; i++)
    {
        if (a->paths[i] == p)
        {
            return true;
        }
    }
    return false;
}

/** What is out: TSNs without a hole, each chunk in one state, sums by path and in whole. */
static const char* check_outbound(const struct sctp_assoc* a)
{
    size_t flight = 0, queued = 0, marked = 0, gap_acked = 0, pending = 0, on_paths = 0;
    for (size_t i = 0; i < a->sent.n; i++)
    {
        const struct sctp_data* d = roam_ring_at(&a->sent, i);
        HOLDS(d->tsn == (uint32_t)(a->cum_acked + 1 + i));
        HOLDS(d->len > 0 && (d->sends > 0 || d->state == SCTP_DATA_ABANDONED));
        HOLDS(!d->path || has_path(a, d->path));
        HOLDS(d->state != SCTP_DATA_FLYING || d->path);
        queued += d->state == SCTP_DATA_ABANDONED ? 0 : d->len;
        flight += d->state == SCTP_DATA_FLYING ? d->len : 0;
        marked += d->state == SCTP_DATA_MARKED;
        gap_acked += d->state == SCTP_DATA_GAP_ACKED;
    }
    for (size_t i = 0; i < a->pending.n; i++)
    {
        const struct sctp_data* d = roam_ring_at(&a->pending, i);
        HOLDS(d->len > 0);
        pending += d->len;
    }
    for (size_t i = 0; i < a->n_paths; i++)
    {
        on_paths += a->paths[i]->flight;
    }
    HOLDS(flight == a->flight && on_paths == a->flight);
    HOLDS(marked == a->n_marked && gap_acked == a->n_gap_acked);
    HOLDS(pending == a->pending_bytes && pending + queued == a->queued_bytes);
    HOLDS(!sctp_before(a->advanced_ack, a->cum_acked));
    HOLDS(a->state < SCTP_ESTABLISHED || sctp_before(a->advanced_ack, a->next_tsn));
    HOLDS(a->state < SCTP_ESTABLISHED || a->next_tsn == (uint32_t)(a->cum_acked + 1 + a->sent.n));
    return NULL;
}

/** Data that waits has a timer that ends the wait, once all has been polled. */
static const char* check_waiting(const struct sctp_assoc* a)
{
    const bool sends = a->state == SCTP_ESTABLISHED || a->state == SCTP_SHUTDOWN_PENDING ||
                       a->state == SCTP_SHUTDOWN_RECEIVED;
    bool guarded = a->holding && roam_timer_running(&a->t4);
    for (size_t i = 0; i < a->n_paths; i++)
    {
        guarded |= roam_timer_running(&a->paths[i]->t3) || a->paths[i]->hb_outstanding;
    }
    HOLDS(a->dirty || !sends || a->sent.n + a->pending.n == 0 || guarded);
    return NULL;
}

/** What was received and is not read. */
static const char* check_inbound(const struct sctp_assoc* a)
{
    size_t unread = 0, held = 0, early_messages = 0;
    for (size_t i = 0; i < a->ready.n; i++)
    {
        unread += ((struct sctp_message*)roam_ring_at(&a->ready, i))->len;
    }
    for (size_t i = 0; i < a->fragments.n; i++)
    {
        const struct sctp_fragment* f = roam_ring_at(&a->fragments, i);
        HOLDS(i == 0 ||
              sctp_before(((struct sctp_fragment*)roam_ring_at(&a->fragments, i - 1))->head.tsn,
                          f->head.tsn));
        held += f->head.len;
    }
    for (size_t s = 0; s < a->n_streams; s++)
    {
        const struct roam_ring* early = &a->streams[s].held;
        early_messages += early->n;
        for (size_t i = 0; i < early->n; i++)
        {
            held += ((struct sctp_message*)roam_ring_at(early, i))->len;
        }
    }
    for (size_t i = 0; i < a->behind.n; i++)
    {
        held += ((struct sctp_message*)roam_ring_at(&a->behind, i))->len;
    }
    HOLDS(a->parts.on || a->behind.n == 0);
    HOLDS(!a->parts.on || a->parts.last.tsn == a->map.cum);
    HOLDS(unread == a->unread && held == a->held);
    HOLDS(a->pieces == a->ready.n + a->behind.n + a->fragments.n + early_messages);
    /* and the chunk that went over it */
    HOLDS(unread + held <= SCTP_MAX_OVERSIZE * (size_t)a->config.receive_buffer + 65536);
    HOLDS(a->map.n_dups <= SCTP_TSNMAP_DUPS);
    HOLDS(a->map.highest - a->map.cum <= SCTP_TSNMAP_REACH);
    return NULL;
}

static const char* check_paths(const struct sctp_assoc* a)
{
    for (size_t i = 0; i < a->n_paths; i++)
    {
        const struct sctp_path* p = a->paths[i];
        HOLDS(p->place == i);
        HOLDS(sctp_bound_find(a, &p->local) && sctp_peer_find(a, &p->peer));
        HOLDS(p->flight == 0 || roam_timer_running(&p->t3));
        HOLDS(p->state != SCTP_PATH_UNCONFIRMED || !sctp_path_usable(a, p));
        /* section 7.2.3: after a timeout, one packet's worth; the MTU may have grown since */
        HOLDS(a->state < SCTP_ESTABLISHED || p->cwnd >= LEAST_CWND);
        HOLDS(p->rto.value >= a->config.rto_min || p->rto.value == a->config.rto_initial);
        HOLDS(p->rto.value <= a->config.rto_max);
    }
    HOLDS(!a->primary || has_path(a, a->primary));
    HOLDS(a->n_peers <= SCTP_MAX_PEERS);
    return NULL;
}

static const char* check_assoc(const struct sctp_endpoint* ep, const struct sctp_assoc* a)
{
    const char* wrong;
    HOLDS(sctp_by_id(ep, a->id) == a);
    if (a->gone)
    {
        HOLDS(a->n_peers == 0 && a->n_former == 0 && a->ready.n > 0); /* kept for its reader only */
        return NULL;
    }
    HOLDS(a->state != SCTP_CLOSED);
    for (size_t i = 0; i < a->n_peers; i++)
    {
        HOLDS(sctp_by_peer(ep, &a->peers[i]->addr, a->peer_port) == a);
    }
    HOLDS(a->control.n <= SCTP_MAX_CONTROL);
    HOLDS(a->batches.n > 0 || !a->asconf);
    if ((wrong = check_outbound(a)) || (wrong = check_inbound(a)) || (wrong = check_paths(a)) ||
        (wrong = check_waiting(a)))
    {
        return wrong;
    }
    return NULL;
}

const char* sctp_check(const struct sctp_endpoint* ep)
{
    size_t associations = 0, peers = 0;
    for (size_t b = 0; b < ep->ids.cap; b++)
    {
        for (const struct roam_table_node* node = ep->ids.buckets[b]; node; node = node->next)
        {
            const struct sctp_assoc* a =
                (const void*)((const char*)node - offsetof(struct sctp_assoc, by_id));
            const char* wrong = check_assoc(ep, a);
            if (wrong)
            {
                return wrong;
            }
            associations++;
            peers += a->n_peers + a->n_former;
        }
    }
    HOLDS(associations == ep->ids.n && peers == ep->peers.n);
    HOLDS(!ep->gone.first); /* reaped by the verb that ended it */
    return NULL;
}

/** True if a list of parameters ends where the last of them does: its padding is not counted into
 * what holds the list (RFC 9260 section 3.2). */
static bool ends_unpadded(const uint8_t* list, size_t len)
{
    struct roam_reader r = roam_reader(list, len);
    struct sctp_param p;
    const uint8_t* end = list;
    bool whole = true;
    while (sctp_next_param(&r, &p))
    {
        end = p.bytes + p.len;
        whole &= p.type != SCTP_E_UNRECOGNIZED_PARAM || ends_unpadded(p.value, p.value_len);
    }
    return whole && !r.bad && end == list + len;
}

static bool counts_no_padding(const struct sctp_chunk* c)
{
    switch (c->type)
    {
    case SCTP_C_INIT:
    case SCTP_C_INIT_ACK:
        return ends_unpadded(c->bytes + SCTP_INIT_FIXED, c->len - SCTP_INIT_FIXED);
    case SCTP_C_ASCONF:
    case SCTP_C_ASCONF_ACK:
        return ends_unpadded(c->body + 4, c->body_len - 4); /* the serial number stands before */
    case SCTP_C_ERROR:
    case SCTP_C_ABORT:
        return ends_unpadded(c->body, c->body_len);
    default:
        return true;
    }
}

bool sctp_check_packet(const struct roam_packet* packet)
{
    struct roam_reader r = roam_reader(packet->data + SCTP_HEADER, packet->len - SCTP_HEADER);
    struct sctp_chunk c;
    bool data = false;
    uint32_t last = 0;
    while (sctp_next_chunk(&r, &c))
    {
        const bool is_data = c.type == SCTP_C_DATA;
        if ((data && (!is_data || !sctp_before(last, roam_get32(c.body)))) ||
            !counts_no_padding(&c))
        {
            return false;
        }
        last = is_data ? roam_get32(c.body) : last;
        data |= is_data;
    }
    return !r.bad && packet->len % 4 == 0 && sctp_checksum_ok(packet->data, packet->len);
}

bool sctp_check_source(const struct sctp_endpoint* ep, const struct roam_packet* packet)
{
    const struct sctp_assoc* a =
        sctp_by_peer(ep, &packet->dst, sctp_packet_destination_port(packet->data));
    const bool of_it = a && roam_get32(packet->data + 4) == a->peer_tag;
    const struct sctp_bound* b = of_it ? sctp_bound_find(a, &packet->src) : NULL;
    return !of_it || (b && b->state == SCTP_BOUND) || sctp_packet_has(packet, SCTP_C_ASCONF) ||
           sctp_packet_has(packet, SCTP_C_COOKIE_ACK) || sctp_packet_has(packet, SCTP_C_ABORT);
}

/** Chunks that may go to an address which is not confirmed: RFC 9260 section 5.4 and RFC 5061
 * sections 5.2 E6 and 5.3 F1; ASCONF by the DEVIATION in sctp-asconf-send.c. */
static bool may_go_unconfirmed(uint8_t type)
{
    return type == SCTP_C_HEARTBEAT || type == SCTP_C_HEARTBEAT_ACK || type == SCTP_C_PAD ||
           type == SCTP_C_ASCONF_ACK || type == SCTP_C_ASCONF || type == SCTP_C_AUTH ||
           type == SCTP_C_COOKIE_ACK;
}

bool sctp_check_destination(const struct sctp_endpoint* ep, const struct roam_packet* packet)
{
    const struct sctp_assoc* a =
        sctp_by_peer(ep, &packet->dst, sctp_packet_destination_port(packet->data));
    const bool of_it = a && roam_get32(packet->data + 4) == a->peer_tag;
    const bool proven = !of_it || sctp_peer_find(a, &packet->dst)->confirmed;
    struct roam_reader r = roam_reader(packet->data + SCTP_HEADER, packet->len - SCTP_HEADER);
    struct sctp_chunk c;
    bool ok = true;
    while (sctp_next_chunk(&r, &c))
    {
        ok &= proven || may_go_unconfirmed(c.type);
    }
    return ok && (proven || !sctp_packet_has(packet, SCTP_C_ASCONF) ||
                  sctp_packet_has(packet, SCTP_C_HEARTBEAT));
}

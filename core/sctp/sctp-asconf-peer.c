/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The peer's ASCONF requests (RFC 5061 section 5.2): in the order of serial numbers, each done
 * once, and its answer kept for a retransmission. */
#include "core/sctp/sctp-priv.h"

#include <stdlib.h>

/* Answers to the ASCONFs of one packet. DEVIATION: rule E7 would have all of a packet done; what is
 * behind these is discarded, and the peer asks again. */
#define MAX_CACHED 16
#define SHORT_ERROR 12 /* an answer that refuses, without the request as its information */

/** An ASCONF-ACK that was sent. */
struct sctp_asconf_ack
{
    uint32_t serial;
    size_t len;
    uint8_t bytes[];
};

static bool read_address_param(struct roam_reader* r, struct roam_addr* addr)
{
    struct sctp_param p;
    return sctp_next_param(r, &p) && sctp_param_addr(&p, addr);
}

struct sctp_assoc* sctp_asconf_lookup(const struct sctp_endpoint* ep, uint16_t peer_port,
                                      const struct sctp_chunk* c)
{
    struct roam_addr name;
    struct roam_reader r = roam_reader(c->body, c->body_len);
    roam_read32(&r);
    return read_address_param(&r, &name) ? sctp_by_peer(ep, &name, peer_port) : NULL;
}

static void tell(struct sctp_assoc* a, enum sctp_asconf_op op, const struct roam_addr* addr,
                 roam_time now)
{
    struct sctp_event* ev = sctp_event_push(a->ep, SCTP_EV_PEER_ADDRESS, a->id, now);
    if (ev)
    {
        ev->u.asconf.op = op;
        ev->u.asconf.addr = *addr;
        ev->u.asconf.serial = a->peer_serial;
    }
}

static uint16_t add(struct sctp_assoc* a, const struct roam_addr* addr,
                    const struct roam_packet* pkt, roam_time now)
{
    if (sctp_peer_find(a, addr))
    {
        return 0;
    }
    if (!roam_addr_is_unicast(addr) || roam_addr_is_v4_mapped(addr) ||
        !sctp_scope_admits(a->ep, a, pkt, addr))
    {
        return SCTP_E_UNRESOLVABLE; /* mapped: RFC 9260 section 3.3.2.1.2 */
    }
    const struct sctp_assoc* other = sctp_by_peer(a->ep, addr, a->peer_port);
    if (other)
    {
        return SCTP_E_NO_AUTHORIZATION; /* it would take another association's packets away */
    }
    if (!sctp_peer_add(a, addr, false, now))
    {
        return SCTP_E_ASCONF_RESOURCE;
    }
    tell(a, SCTP_ADD, addr, now);
    return 0;
}

/** True if a local address that we do not give up ourselves reaches the peer at addr, or at
 * another one. DEVIATION: rule F7 refuses the last address; one behind which only addresses of a
 * family are left that we have not, or are giving up, is as good as the last. */
static bool way_left(const struct sctp_assoc* a, const struct roam_addr* addr, bool at_another)
{
    for (size_t i = 0; i < a->n_paths; i++)
    {
        const struct sctp_path* p = a->paths[i];
        if (roam_addr_equal(&p->peer, addr) != at_another &&
            sctp_bound_find(a, &p->local)->state != SCTP_BOUND_DELETING)
        {
            return true;
        }
    }
    return false;
}

static uint16_t delete_all_but(struct sctp_assoc* a, const struct roam_addr* keep, roam_time now)
{
    if (!sctp_peer_find(a, keep) || !way_left(a, keep, false))
    {
        return SCTP_E_DELETE_LAST;
    }
    for (size_t i = a->n_peers; i-- > 0;)
    {
        const struct roam_addr addr = a->peers[i]->addr;
        if (!roam_addr_equal(&addr, keep))
        {
            sctp_peer_deleted(a, &addr, now);
            tell(a, SCTP_DELETE, &addr, now);
        }
    }
    return 0;
}

static uint16_t delete (struct sctp_assoc* a, const struct roam_addr* addr,
                        const struct roam_packet* pkt, roam_time now)
{
    if (roam_addr_is_any(addr))
    {
        return delete_all_but(a, &pkt->src, now); /* section 4.2.2 */
    }
    if (!sctp_peer_find(a, addr))
    {
        return SCTP_E_UNRESOLVABLE;
    }
    if (a->n_peers == 1 || !way_left(a, addr, true))
    {
        return SCTP_E_DELETE_LAST; /* rule F7, which goes before F8 */
    }
    if (roam_addr_equal(addr, &pkt->src))
    {
        return SCTP_E_DELETE_SOURCE; /* rule F8 */
    }
    sctp_peer_deleted(a, addr, now);
    tell(a, SCTP_DELETE, addr, now);
    return 0;
}

static uint16_t set_primary(struct sctp_assoc* a, const struct roam_addr* addr,
                            const struct roam_packet* pkt, roam_time now)
{
    struct sctp_peer* peer = sctp_peer_find(a, roam_addr_is_any(addr) ? &pkt->src : addr);
    if (!peer)
    {
        return SCTP_E_UNRESOLVABLE;
    }
    tell(a, SCTP_SET_PRIMARY, &peer->addr, now);
    sctp_prefer_peer(a, peer, now);
    return 0;
}

static uint16_t perform(struct sctp_assoc* a, const struct sctp_param* p,
                        const struct roam_packet* pkt, roam_time now)
{
    struct roam_addr addr;
    struct roam_reader r = roam_reader(p->value + 4, p->value_len - 4);
    if (!read_address_param(&r, &addr))
    {
        return SCTP_E_UNRESOLVABLE;
    }
    switch (p->type)
    {
    case SCTP_P_ADD:
        return add(a, roam_addr_is_any(&addr) ? &pkt->src : &addr, pkt, now);
    case SCTP_P_DELETE:
        return delete (a, &addr, pkt, now);
    default:
        return set_primary(a, &addr, pkt, now);
    }
}

/** Appends the answer to one request, the request itself as the cause's information. The padding of
 * the answer before is written here: that of the last one is not counted (RFC 9260 section 3.2). */
static void answer(struct roam_writer* w, const struct sctp_param* p, uint16_t cause,
                   bool with_info)
{
    roam_write_pad4(w);
    const size_t info = with_info ? p->len : 0;
    const size_t cause_len = SCTP_PARAM_HEADER + info;
    const size_t len = SCTP_PARAM_HEADER + 4 + (cause ? cause_len : 0);
    roam_write16(w, cause ? SCTP_P_ERROR_CAUSE : SCTP_P_SUCCESS);
    roam_write16(w, (uint16_t)len);
    roam_write_bytes(w, p->value, 4); /* correlation identifier */
    if (cause)
    {
        roam_write16(w, cause);
        roam_write16(w, (uint16_t)cause_len);
        roam_write_bytes(w, p->bytes, info);
    }
}

static bool is_request(uint16_t type)
{
    return type == SCTP_P_ADD || type == SCTP_P_DELETE || type == SCTP_P_SET_PRIMARY;
}

/** True for a parameter whose place is in other chunks: it is ignored (sections 4.2 and 4.2.6). */
static bool is_misplaced(uint16_t type)
{
    return sctp_param_is_known(type) && !is_request(type);
}

/** True if the chunk can be walked to its end: nothing is done for one that is malformed. */
static bool well_formed(struct roam_reader r)
{
    struct sctp_param p;
    while (sctp_next_param(&r, &p))
    {
        if (p.value_len < 4 && !is_misplaced(p.type))
        {
            return false;
        }
    }
    return !r.bad;
}

/** Goes through the requests in their order (V1), and writes the answers. */
static void perform_all(struct sctp_assoc* a, const struct roam_packet* pkt, struct roam_reader* r,
                        struct roam_writer* w, roam_time now)
{
    struct sctp_param p;
    const size_t most = roam_written(w) + roam_room(w);
    uint16_t failing = 0;
    bool go_on = true;
    while (go_on && sctp_next_param(r, &p))
    {
        const bool changes_list = p.type == SCTP_P_ADD || p.type == SCTP_P_DELETE;
        uint16_t cause = SCTP_E_UNRECOGNIZED_PARAM;
        if (is_misplaced(p.type))
        {
            continue;
        }
        if (sctp_pad4(roam_written(w)) + sctp_pad4(SHORT_ERROR + p.len) + SHORT_ERROR > most)
        {
            /* no room to answer all: this and what follows has failed (section 5.1 A7) */
            answer(w, &p, SCTP_E_ASCONF_RESOURCE, false);
            return;
        }
        if (is_request(p.type))
        {
            /* rule F11: who begins failing ADD or DELETE fails all that follow */
            cause = changes_list && failing ? failing : perform(a, &p, pkt, now);
            failing = changes_list ? cause : failing;
        }
        else
        {
            go_on = p.type & 0x8000; /* V2: as the bits of its type say */
        }
        if (cause != SCTP_E_UNRECOGNIZED_PARAM || p.type & 0x4000)
        {
            answer(w, &p, cause, true);
        }
    }
}

/* --- Answers --------------------------------------------------------------------------------- */

/** Largest ASCONF-ACK that goes to an address in one packet. */
static size_t answer_max(const struct sctp_assoc* a, const struct roam_addr* to)
{
    return sctp_packet_room(a, to) - SCTP_HEADER - sctp_auth_chunk_len(&a->auth);
}

/** Bytes of ASCONF-ACKs that wait for the next packet to an address. */
static size_t answers_waiting(const struct sctp_assoc* a, const struct roam_addr* to)
{
    size_t len = 0;
    for (size_t i = 0; i < a->control.n; i++)
    {
        const struct sctp_control* c = roam_ring_at(&a->control, i);
        len += c->bytes[0] == SCTP_C_ASCONF_ACK && roam_addr_equal(&c->peer, to) ? c->len : 0;
    }
    return len;
}

/** True if an answer of that number, or of a later one, waits for the next packet to an address. */
static bool follows_a_later_one(const struct sctp_assoc* a, const struct roam_addr* to,
                                uint32_t serial)
{
    bool later = false;
    for (size_t i = 0; i < a->control.n; i++)
    {
        const struct sctp_control* c = roam_ring_at(&a->control, i);
        later |= c->bytes[0] == SCTP_C_ASCONF_ACK && roam_addr_equal(&c->peer, to) &&
                 !sctp_before(roam_get32(c->bytes + SCTP_CHUNK_HEADER), serial);
    }
    return later;
}

static void send_answer(struct sctp_assoc* a, const struct roam_packet* pkt,
                        const struct sctp_asconf_ack* ack)
{
    if (answers_waiting(a, &pkt->src) + sctp_pad4(ack->len) > answer_max(a, &pkt->src))
    {
        return; /* rule E7: one packet of answers; the peer asks again, and the cache has it */
    }
    if (follows_a_later_one(a, &pkt->src, ack->serial))
    {
        return; /* section 5.1.1 C3: a packet has them in the order of their numbers, each once */
    }
    /* rule E6: to the source address of the ASCONF, whether or not it is ours to use else */
    struct sctp_control* c = sctp_control_push(a, &pkt->dst, &pkt->src, SCTP_C_ASCONF_ACK, 0,
                                               ack->len - SCTP_CHUNK_HEADER);
    if (c)
    {
        memcpy(c->bytes, ack->bytes, ack->len);
    }
}

/** Added addresses are probed (RFC 9260 section 5.4), once the answer is on its way: before it the
 * peer cannot use them (5.3 F1). */
static void probe_new_paths(struct sctp_assoc* a, roam_time now)
{
    for (size_t i = 0; i < a->n_paths; i++)
    {
        struct sctp_path* p = a->paths[i];
        if (p->state == SCTP_PATH_UNCONFIRMED && !p->hb_outstanding && !roam_timer_running(&p->hb))
        {
            sctp_heartbeat_now(a, p, now);
        }
    }
}

static const struct sctp_asconf_ack* cached(const struct sctp_assoc* a, uint32_t serial)
{
    for (size_t i = 0; i < a->asconf_acks.n; i++)
    {
        const struct sctp_asconf_ack* ack = roam_ring_at(&a->asconf_acks, i);
        if (ack->serial == serial)
        {
            return ack;
        }
    }
    return NULL;
}

/** True if no other ASCONF stands before this one in its packet. */
static bool is_first(const struct roam_packet* pkt, const struct sctp_chunk* c)
{
    struct roam_reader r = roam_reader(pkt->data + SCTP_HEADER, pkt->len - SCTP_HEADER);
    struct sctp_chunk other;
    while (sctp_next_chunk(&r, &other) && other.type != SCTP_C_ASCONF)
    {
    }
    return other.bytes == c->bytes;
}

/** A new entry in the cache, to be filled in; NULL when it may not grow or memory is short. */
static struct sctp_asconf_ack* cache(struct sctp_assoc* a, const struct roam_packet* pkt,
                                     const struct sctp_chunk* c, size_t max)
{
    if (is_first(pkt, c))
    {
        roam_ring_free(&a->asconf_acks); /* rule E1: the peer has seen the old ones */
    }
    struct sctp_asconf_ack* ack = a->asconf_acks.n < MAX_CACHED ? malloc(sizeof *ack + max) : NULL;
    if (ack && !roam_ring_push(&a->asconf_acks, ack))
    {
        free(ack);
        ack = NULL;
    }
    return ack;
}

void sctp_on_asconf(struct sctp_assoc* a, const struct roam_packet* pkt, const struct sctp_chunk* c,
                    roam_time now)
{
    struct roam_reader r = roam_reader(c->body, c->body_len);
    struct sctp_param name; /* an address, or a host name, which is ignored (section 4.1.1) */
    struct roam_addr addr;
    const uint32_t serial = roam_read32(&r);
    const bool named = sctp_next_param(&r, &name) &&
                       (name.type == SCTP_P_HOSTNAME || sctp_param_addr(&name, &addr));
    if (!named || !well_formed(r))
    {
        sctp_abort_with(a, SCTP_LOST_PROTOCOL, SCTP_E_PROTOCOL, NULL, 0, now);
        return;
    }
    const struct sctp_asconf_ack* known = cached(a, serial);
    if (known && sctp_asconf_may_flow(a))
    {
        send_answer(a, pkt, known); /* rule E2: the same answer again */
        return;
    }
    const size_t max = answer_max(a, &pkt->src);
    struct sctp_asconf_ack* ack =
        serial == a->peer_serial + 1 && sctp_asconf_may_flow(a) ? cache(a, pkt, c, max) : NULL;
    if (!ack)
    {
        sctp_event_drop(a->ep, a->id, SCTP_DROP_UNEXPECTED, c->type, now); /* rule E5 */
        return;
    }
    struct roam_writer w = roam_writer(ack->bytes, max);
    sctp_write_chunk(&w, SCTP_C_ASCONF_ACK, 0, SCTP_CHUNK_HEADER);
    roam_write32(&w, serial);
    a->peer_serial = serial;
    perform_all(a, pkt, &r, &w, now);
    ack->serial = serial;
    ack->len = roam_written(&w);
    roam_put16(ack->bytes + 2, (uint16_t)ack->len);
    send_answer(a, pkt, ack);
    probe_new_paths(a, now);
    sctp_asconf_readdress(a, now); /* ours may have gone to what the peer has just deleted */
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The peer's ASCONF requests (RFC 5061 section 5.2): in the order of serial numbers, each answered
 * once, and the answer kept for its retransmission. */
#include "core/sctp/sctp-priv.h"

#include <stdlib.h>

/* An answer never grows past this: one packet, with room for AUTH. */
#define ANSWER_MAX 1024

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

static uint16_t add(struct sctp_assoc* a, const struct roam_addr* addr, roam_time now)
{
    if (sctp_peer_find(a, addr))
    {
        return 0;
    }
    if (!roam_addr_is_unicast(addr))
    {
        return SCTP_E_UNRESOLVABLE;
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
    for (size_t i = 0; i < a->n_paths; i++)
    {
        if (roam_addr_equal(&a->paths[i]->peer, addr))
        {
            sctp_heartbeat_now(a, a->paths[i], now); /* RFC 9260 section 5.4 */
        }
    }
    return 0;
}

static uint16_t delete_all_but(struct sctp_assoc* a, const struct roam_addr* keep, roam_time now)
{
    if (!sctp_peer_find(a, keep))
    {
        return SCTP_E_DELETE_LAST;
    }
    for (size_t i = a->n_peers; i-- > 0;)
    {
        const struct roam_addr addr = a->peers[i]->addr;
        if (!roam_addr_equal(&addr, keep))
        {
            sctp_peer_remove(a, &addr, now);
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
        return delete_all_but(a, &pkt->src, now);
    }
    if (!sctp_peer_find(a, addr))
    {
        return SCTP_E_UNRESOLVABLE;
    }
    if (roam_addr_equal(addr, &pkt->src))
    {
        return SCTP_E_DELETE_SOURCE; /* rule F8 */
    }
    if (a->n_peers == 1)
    {
        return SCTP_E_DELETE_LAST; /* rule F7 */
    }
    sctp_peer_remove(a, addr, now);
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
        return add(a, roam_addr_is_any(&addr) ? &pkt->src : &addr, now);
    case SCTP_P_DELETE:
        return delete (a, &addr, pkt, now);
    default:
        return set_primary(a, &addr, pkt, now);
    }
}

/** Appends the answer to one request, the request itself as the cause's information. */
static void answer(struct roam_writer* w, const struct sctp_param* p, uint16_t cause)
{
    const size_t cause_len = SCTP_PARAM_HEADER + p->len;
    const size_t len = SCTP_PARAM_HEADER + 4 + (cause ? cause_len : 0);
    if (sctp_pad4(len) > roam_room(w))
    {
        return;
    }
    roam_write16(w, cause ? SCTP_P_ERROR_CAUSE : SCTP_P_SUCCESS);
    roam_write16(w, (uint16_t)len);
    roam_write_bytes(w, p->value, 4); /* correlation identifier */
    if (cause)
    {
        sctp_write_param(w, cause, p->bytes, p->len);
    }
}

/** Goes through the requests; false when the chunk is malformed and nothing is to be answered. */
static bool perform_all(struct sctp_assoc* a, const struct roam_packet* pkt, struct roam_reader* r,
                        struct roam_writer* w, roam_time now)
{
    struct sctp_param p;
    while (sctp_next_param(r, &p))
    {
        if (p.value_len < 4)
        {
            return false;
        }
        const bool known =
            p.type == SCTP_P_ADD || p.type == SCTP_P_DELETE || p.type == SCTP_P_SET_PRIMARY;
        answer(w, &p, known ? perform(a, &p, pkt, now) : SCTP_E_UNRECOGNIZED_PARAM);
    }
    return !r->bad;
}

static void send_answer(struct sctp_assoc* a, const struct roam_packet* pkt)
{
    /* section 5.2 C5: to the source address of the ASCONF, whether or not it is ours to use else */
    struct sctp_control* c = sctp_control_push(a, &pkt->dst, &pkt->src, SCTP_C_ASCONF_ACK, 0,
                                               a->asconf_ack_len - SCTP_CHUNK_HEADER);
    if (c)
    {
        memcpy(c->bytes, a->asconf_ack, a->asconf_ack_len);
    }
}

void sctp_on_asconf(struct sctp_assoc* a, const struct roam_packet* pkt, const struct sctp_chunk* c,
                    roam_time now)
{
    struct roam_reader r = roam_reader(c->body, c->body_len);
    struct roam_addr name;
    const uint32_t serial = roam_read32(&r);
    if (r.bad || !read_address_param(&r, &name))
    {
        sctp_event_drop(a->ep, a->id, SCTP_DROP_MALFORMED, c->type, now);
        return;
    }
    if (serial == a->peer_serial && a->asconf_ack)
    {
        send_answer(a, pkt); /* section 5.2 E2: the same answer again */
        return;
    }
    if (serial != a->peer_serial + 1 || a->state < SCTP_ESTABLISHED)
    {
        sctp_event_drop(a->ep, a->id, SCTP_DROP_UNEXPECTED, c->type, now); /* E4 */
        return;
    }
    uint8_t* chunk = malloc(ANSWER_MAX);
    if (!chunk)
    {
        return; /* not answered: the peer asks again */
    }
    struct roam_writer w = roam_writer(chunk, ANSWER_MAX);
    sctp_write_chunk(&w, SCTP_C_ASCONF_ACK, 0, SCTP_CHUNK_HEADER);
    roam_write32(&w, serial);
    a->peer_serial = serial;
    if (!perform_all(a, pkt, &r, &w, now))
    {
        sctp_event_drop(a->ep, a->id, SCTP_DROP_MALFORMED, c->type, now);
    }
    roam_put16(chunk + 2, (uint16_t)roam_written(&w));
    free(a->asconf_ack);
    a->asconf_ack = chunk;
    a->asconf_ack_len = roam_written(&w);
    send_answer(a, pkt);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The next packet of an association: control chunks first, then SACK and FORWARD TSN, then
 * authenticated chunks, then DATA, as RFC 9260 section 6.10 bundles them.
 *
 * DEVIATION: RFC 4895 section 6.2 lets a peer ask for any chunk type to be authenticated; only
 * ASCONF and ASCONF-ACK are. */
#include "core/sctp/sctp-priv.h"

#include <stdlib.h>

static bool same_way(const struct sctp_control* c, const struct roam_packet* pkt)
{
    return roam_addr_equal(&c->local, &pkt->src) && roam_addr_equal(&c->peer, &pkt->dst);
}

/** Takes control chunks of this packet's way from the queue, authenticated ones or the others. */
static void write_control(struct sctp_assoc* a, const struct roam_packet* pkt, bool auth,
                          struct roam_writer* w)
{
    for (size_t i = 0; i < a->control.n;)
    {
        struct sctp_control* c = roam_ring_at(&a->control, i);
        if (c->alone || c->auth != auth || !same_way(c, pkt) || c->len > roam_room(w))
        {
            i++;
            continue;
        }
        roam_write_bytes(w, c->bytes, c->len);
        roam_ring_remove(&a->control, i, 1);
        free(c);
    }
}

/** Bytes of the AUTH chunk and the first chunk behind it that this packet is to carry, or 0. */
static size_t auth_len(const struct sctp_assoc* a, const struct roam_packet* pkt)
{
    for (size_t i = 0; i < a->control.n; i++)
    {
        const struct sctp_control* c = roam_ring_at(&a->control, i);
        if (c->auth && same_way(c, pkt))
        {
            return sctp_auth_chunk_len(&a->auth) + c->len;
        }
    }
    return 0;
}

/** The first control chunk that can go; those whose source address is gone are dropped. */
static struct sctp_control* first_control(struct sctp_assoc* a)
{
    struct sctp_control* c;
    while ((c = roam_ring_first(&a->control)) && !sctp_local_find(a->ep, &c->local))
    {
        free(roam_ring_pop(&a->control));
    }
    return c;
}

/** Where the next SACK goes: back to where the data came from, else the path of data. */
static bool sack_way(struct sctp_assoc* a, struct roam_packet* out)
{
    if (!a->sack_due)
    {
        return false;
    }
    const struct sctp_path* p = sctp_path_find(a, &a->sack_local, &a->sack_peer);
    if (!p || !sctp_path_usable(a, p))
    {
        p = sctp_data_path(a);
    }
    if (!p)
    {
        return false;
    }
    out->src = p->local;
    out->dst = p->peer;
    return true;
}

static void finish(struct sctp_assoc* a, struct roam_packet* out, struct roam_writer* w)
{
    out->data = w->start;
    out->len = roam_written(w);
    sctp_seal(w->start, out->len);
    const struct sctp_local* local = sctp_local_find(a->ep, &out->src);
    out->ifindex = sctp_route_interface(a->ep, local, &out->dst);
    out->udp_port = sctp_udp_port(a, &out->dst);
    const struct sctp_path* way = sctp_path_find(a, &out->src, &out->dst);
    out->may_fragment = !way || !way->config.pmtu_discovery || way->narrow ||
                        out->len > sctp_path_room(a, &out->src, &out->dst);
}

/** A chunk that may not be bundled, or is larger than the MTU: then IP fragments the packet. */
static bool write_alone(struct sctp_assoc* a, struct sctp_control* c, struct roam_packet* out)
{
    struct sctp_endpoint* ep = a->ep;
    const size_t len = SCTP_HEADER + c->len;
    const bool room = sctp_buffer_reserve(ep, len);
    roam_ring_pop(&a->control);
    if (room)
    {
        struct roam_writer w = roam_writer(ep->buffer, len);
        sctp_write_header(&w, ep->port, a->peer_port, c->vtag);
        roam_write_bytes(&w, c->bytes, c->len);
        finish(a, out, &w);
    }
    free(c);
    return room;
}

bool sctp_output(struct sctp_assoc* a, struct roam_packet* out, roam_time now)
{
    sctp_partial_sweep(a, now);
    sctp_forward_advance(a);
    struct sctp_control* c = first_control(a);
    struct sctp_path* data = NULL;
    if (c)
    {
        out->src = c->local;
        out->dst = c->peer;
        if (c->alone || c->len + SCTP_HEADER > sctp_path_room(a, &out->src, &out->dst))
        {
            return write_alone(a, c, out);
        }
    }
    else if (!sack_way(a, out))
    {
        data = sctp_data_next_path(a);
        const struct sctp_path* p = data ? data : sctp_forward_way(a);
        if (!p)
        {
            return false;
        }
        out->src = p->local;
        out->dst = p->peer;
    }

    /* a DATA chunk that was cut when the path was wider goes all the same, by itself */
    const size_t least = data ? SCTP_HEADER + sctp_data_next_len(a) : 0;
    size_t room = sctp_path_room(a, &out->src, &out->dst);
    room = room < least ? least : room;
    if (!sctp_buffer_reserve(a->ep, room))
    {
        return false;
    }
    struct roam_writer w = roam_writer(a->ep->buffer, room);
    struct sctp_path* way = sctp_path_find(a, &out->src, &out->dst);
    const bool may_carry_data = way && sctp_path_usable(a, way);
    const size_t auth = auth_len(a, out);
    sctp_write_header(&w, a->ep->port, a->peer_port, a->peer_tag);
    w.end -= auth; /* kept free for the chunks behind AUTH */
    write_control(a, out, false, &w);
    /* a SACK rides with whatever goes to the peer when one would be due soon anyway (section 6.2)
     */
    const bool sack_waits = a->sack_due || roam_timer_running(&a->sack_timer);
    if (sack_waits && may_carry_data && sctp_sack_fits(roam_room(&w)))
    {
        sctp_sack_write(a, &w);
    }
    if (may_carry_data)
    {
        sctp_forward_write(a, way, &w, now);
    }
    w.end += auth;
    uint8_t* auth_chunk = NULL;
    if (auth)
    {
        auth_chunk = w.p;
        sctp_auth_begin(&a->auth, &w);
        write_control(a, out, true, &w);
    }
    if (may_carry_data && (data == way || sctp_data_next_path(a) == way))
    {
        sctp_data_write(a, way, &w, now);
    }
    if (auth_chunk)
    {
        sctp_auth_finish(&a->auth, auth_chunk, w.p);
    }
    if (roam_written(&w) == SCTP_HEADER)
    {
        return false; /* the SACK was due on a way that cannot take it now */
    }
    finish(a, out, &w);
    return true;
}

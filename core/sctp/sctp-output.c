/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The next packet of an association. RFC 9260 section 6.10 wants control chunks before DATA, RFC
 * 4895 section 6.2 an AUTH chunk before those that the peer wants authenticated. A packet is
 *
 *     control, SACK, FORWARD TSN | AUTH, control, SACK, FORWARD TSN | DATA
 *
 * where the part in the middle has what the peer wants authenticated, and DATA never needs more
 * than to be last. COOKIE ECHO and COOKIE ACK are first (5.1): wanted, they leave no first part. */
#include "core/sctp/sctp-priv.h"

#include <stdlib.h>

static bool same_way(const struct sctp_control* c, const struct roam_packet* pkt)
{
    return roam_addr_equal(&c->local, &pkt->src) && roam_addr_equal(&c->peer, &pkt->dst);
}

/** True if a control chunk goes into this packet, into the part given. */
static bool belongs(const struct sctp_assoc* a, const struct sctp_control* c,
                    const struct roam_packet* pkt, bool auth)
{
    return !c->alone && sctp_auth_wanted(&a->auth, c->bytes[0]) == auth && same_way(c, pkt);
}

/** Takes control chunks of this packet's way from the queue, authenticated ones or the others. */
static void write_control(struct sctp_assoc* a, const struct roam_packet* pkt, bool auth,
                          struct roam_writer* w)
{
    for (size_t i = 0; i < a->control.n;)
    {
        struct sctp_control* c = roam_ring_at(&a->control, i);
        if (!belongs(a, c, pkt, auth) || c->len > roam_room(w))
        {
            i++;
            continue;
        }
        roam_write_bytes(w, c->bytes, c->len);
        roam_ring_remove(&a->control, i, 1);
        free(c);
    }
}

/** What goes into a packet beside its control chunks. */
struct plan
{
    bool sack, forward_tsn;
    bool data; /**< if there is room */
    bool auth_leads;
};

/** Bytes to keep free for the AUTH chunk and the first chunk behind it that is not DATA, or 0. */
static size_t auth_reserve(const struct sctp_assoc* a, const struct roam_packet* pkt,
                           const struct plan* plan)
{
    for (size_t i = 0; i < a->control.n; i++)
    {
        const struct sctp_control* c = roam_ring_at(&a->control, i);
        if (belongs(a, c, pkt, true))
        {
            return sctp_auth_chunk_len(&a->auth) + c->len;
        }
    }
    const size_t first = plan->sack && sctp_auth_wanted(&a->auth, SCTP_C_SACK) ? SCTP_SACK_FIXED
                         : plan->forward_tsn && sctp_auth_wanted(&a->auth, SCTP_C_FORWARD_TSN)
                             ? SCTP_FORWARD_TSN_FIXED
                             : 0;
    return first ? sctp_auth_chunk_len(&a->auth) + first : 0;
}

/** True if the packet begins with AUTH: its first chunk has to be first, and needs AUTH. An ASCONF
 * is first where the peer needs it to find the association. */
static bool auth_leads(const struct sctp_assoc* a, const struct sctp_control* first)
{
    const uint8_t type = first ? first->bytes[0] : SCTP_C_DATA;
    const struct sctp_bound* b = type == SCTP_C_ASCONF ? sctp_bound_find(a, &first->local) : NULL;
    return (type == SCTP_C_COOKIE_ECHO || type == SCTP_C_COOKIE_ACK ||
            (b && b->state != SCTP_BOUND)) &&
           sctp_auth_wanted(&a->auth, type);
}

static size_t place_of(const struct sctp_assoc* a, const struct sctp_control* c)
{
    size_t i = 0;
    while (roam_ring_at(&a->control, i) != c)
    {
        i++;
    }
    return i;
}

/** What becomes of a control chunk because of the address that it is to leave from. */
enum fate
{
    FATE_GO,
    FATE_WAIT,
    FATE_DROP
};

/** Finds another local address with a way to the same one; with adding, one that is being added.
 */
static bool change_source(const struct sctp_assoc* a, struct sctp_control* c, bool adding)
{
    for (size_t i = 0; i < a->n_paths; i++)
    {
        const struct sctp_path* p = a->paths[i];
        const struct sctp_bound* b = sctp_bound_find(a, &p->local);
        const bool good = b->state == SCTP_BOUND || (adding && b->state == SCTP_BOUND_ADDING);
        if (good && roam_addr_equal(&p->peer, &c->peer) && sctp_local_find(a->ep, &p->local))
        {
            c->local = p->local;
            return true;
        }
    }
    return false;
}

/**
 * RFC 5061 section 5.3: from an address that is being added (F1) nothing leaves but a packet with
 * an ASCONF chunk in it, by which the peer finds the association: other chunks wait for such a
 * packet, or for the answer. From an address that is being deleted (F4), or is not the
 * association's any more, another one takes over. So nothing is out of the blue to the peer.
 * DEVIATION: COOKIE ACK leaves from there, because a peer that still sends its cookie may know no
 * other address. If it does not find the association, it is silent (RFC 9260 section 8.4 rule 7).
 * sctp-asconf-send.c has the other one, an ASCONF that leaves from what it deletes.
 */
static enum fate judge_source(const struct sctp_assoc* a, struct sctp_control* c)
{
    const uint8_t type = c->bytes[0];
    const bool answers = type == SCTP_C_ASCONF_ACK || type == SCTP_C_HEARTBEAT_ACK;
    const struct sctp_bound* b = sctp_bound_find(a, &c->local);
    const bool adding = b && b->state == SCTP_BOUND_ADDING;
    const bool moves = type == SCTP_C_ASCONF || type == SCTP_C_ASCONF_ACK;
    if (!sctp_local_find(a->ep, &c->local) || (moves && !sctp_asconf_may_flow(a)))
    {
        return FATE_DROP; /* the latter: section 5.1.1 C4 */
    }
    if ((b && (b->state == SCTP_BOUND || type == SCTP_C_ASCONF)) || type == SCTP_C_COOKIE_ACK)
    {
        return FATE_GO; /* asconf_path() knows where an ASCONF may leave from */
    }
    if (type == SCTP_C_HEARTBEAT)
    {
        return FATE_DROP; /* it proves a path from its own source only */
    }
    struct sctp_control other = {.local = c->local, .peer = c->peer};
    if (change_source(a, &other, false))
    {
        const bool waits = adding && type != SCTP_C_ASCONF_ACK;
        c->local = waits ? c->local : other.local;
        return waits ? FATE_WAIT : FATE_GO;
    }
    return adding || (answers && change_source(a, c, true)) ? FATE_WAIT : FATE_DROP;
}

/** The first control chunk that can go; those that never can are dropped. */
static struct sctp_control* first_control(struct sctp_assoc* a)
{
    for (size_t i = 0; i < a->control.n;)
    {
        struct sctp_control* c = roam_ring_at(&a->control, i);
        const enum fate fate = judge_source(a, c);
        if (fate == FATE_GO)
        {
            return c;
        }
        if (fate == FATE_DROP)
        {
            roam_ring_remove(&a->control, i, 1);
            free(c);
        }
        i += fate == FATE_WAIT;
    }
    return NULL;
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
    out->ecn = ROAM_ECN_NONE;
    out->may_fragment = !way || !way->config.pmtu_discovery || way->narrow ||
                        out->len > sctp_path_room(a, &out->src, &out->dst);
}

/** A chunk that may not be bundled, or is larger than the MTU: then IP fragments the packet. */
static bool write_alone(struct sctp_assoc* a, struct sctp_control* c, struct roam_packet* out)
{
    struct sctp_endpoint* ep = a->ep;
    const bool auth = sctp_auth_wanted(&a->auth, c->bytes[0]);
    const size_t len = SCTP_HEADER + (auth ? sctp_auth_chunk_len(&a->auth) : 0) + c->len;
    const bool room = sctp_buffer_reserve(ep, len);
    roam_ring_remove(&a->control, place_of(a, c), 1);
    if (room)
    {
        struct roam_writer w = roam_writer(ep->buffer, len);
        sctp_write_header(&w, ep->port, a->peer_port, c->vtag);
        uint8_t* auth_chunk = w.p;
        if (auth)
        {
            sctp_auth_begin(&a->auth, &w);
        }
        roam_write_bytes(&w, c->bytes, c->len);
        if (auth)
        {
            sctp_auth_finish(&a->auth, auth_chunk, w.p);
        }
        finish(a, out, &w);
        out->may_fragment &= !c->whole;
    }
    free(c);
    return room;
}

/** SACK and FORWARD TSN, where each is wanted with or without AUTH. */
static void write_acks(struct sctp_assoc* a, struct plan* plan, struct sctp_path* way, bool auth,
                       struct roam_writer* w, roam_time now)
{
    if (plan->sack && sctp_auth_wanted(&a->auth, SCTP_C_SACK) == auth &&
        sctp_sack_fits(roam_room(w)))
    {
        sctp_sack_write(a, w);
        plan->sack = false;
    }
    if (plan->forward_tsn && sctp_auth_wanted(&a->auth, SCTP_C_FORWARD_TSN) == auth)
    {
        sctp_forward_write(a, way, w, now);
        plan->forward_tsn = false;
    }
}

static void write_first_part(struct sctp_assoc* a, const struct roam_packet* out, struct plan* plan,
                             struct sctp_path* way, struct roam_writer* w, roam_time now)
{
    if (plan->auth_leads)
    {
        return;
    }
    const size_t wish = auth_reserve(a, out, plan);
    const size_t reserve = wish > roam_room(w) ? 0 : wish; /* what is too large goes by itself */
    w->end -= reserve;
    write_control(a, out, false, w);
    write_acks(a, plan, way, false, w, now);
    w->end += reserve;
}

/** The rest: behind an AUTH chunk what needs it, and DATA. */
static void write_rest(struct sctp_assoc* a, const struct roam_packet* out, struct plan* plan,
                       struct sctp_path* way, struct roam_writer* w, roam_time now)
{
    const bool wanted =
        auth_reserve(a, out, plan) > 0 || (plan->data && sctp_auth_wanted(&a->auth, SCTP_C_DATA));
    uint8_t* auth_chunk = NULL;
    if (wanted && sctp_auth_chunk_len(&a->auth) <= roam_room(w))
    {
        auth_chunk = w->p;
        sctp_auth_begin(&a->auth, w);
        write_control(a, out, true, w);
        write_acks(a, plan, way, true, w, now);
        if (plan->auth_leads)
        {
            write_control(a, out, false, w);
            write_acks(a, plan, way, false, w, now);
        }
    }
    if (plan->data && (auth_chunk || !sctp_auth_wanted(&a->auth, SCTP_C_DATA)))
    {
        sctp_data_write(a, way, w, now);
    }
    if (auth_chunk && w->p == auth_chunk + sctp_auth_chunk_len(&a->auth))
    {
        w->p = auth_chunk; /* nothing fitted behind it */
    }
    else if (auth_chunk)
    {
        sctp_auth_finish(&a->auth, auth_chunk, w->p);
    }
}

bool sctp_output(struct sctp_assoc* a, struct roam_packet* out, roam_time now)
{
    sctp_partial_sweep(a, now);
    sctp_forward_advance(a);
    sctp_ecn_echo(a);
    struct sctp_control* c = first_control(a);
    struct sctp_path* data = NULL;
    if (c)
    {
        out->src = c->local;
        out->dst = c->peer;
        const size_t auth =
            sctp_auth_wanted(&a->auth, c->bytes[0]) ? sctp_auth_chunk_len(&a->auth) : 0;
        if (c->alone || SCTP_HEADER + auth + c->len > sctp_path_room(a, &out->src, &out->dst))
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

    /* a DATA chunk that was cut when the path was wider goes nevertheless, by itself */
    const size_t least = data ? SCTP_HEADER + sctp_data_auth_len(a) + sctp_data_next_len(a) : 0;
    size_t room = sctp_path_room(a, &out->src, &out->dst);
    room = room < least ? least : room;
    if (!sctp_buffer_reserve(a->ep, room))
    {
        return false;
    }
    struct roam_writer w = roam_writer(a->ep->buffer, room);
    struct sctp_path* way = sctp_path_find(a, &out->src, &out->dst);
    const bool may_carry_data = way && sctp_path_usable(a, way);
    struct plan plan = {
        /* a SACK rides with whatever goes to the peer when one would be due soon anyway (6.2) */
        .sack = (a->sack_due || roam_timer_running(&a->sack_timer)) && may_carry_data,
        .forward_tsn = may_carry_data && sctp_forward_way(a) == way,
        .data = may_carry_data && (data == way || sctp_data_next_path(a) == way),
        .auth_leads = auth_leads(a, c),
    };
    const uint64_t sent = a->chunks_sent;
    const uint64_t again = a->chunks_retransmitted;
    sctp_write_header(&w, a->ep->port, a->peer_port, a->peer_tag);
    write_first_part(a, out, &plan, way, &w, now);
    write_rest(a, out, &plan, way, &w, now);
    if (roam_written(&w) == SCTP_HEADER)
    {
        return false; /* the SACK was due on a way that cannot take it now */
    }
    finish(a, out, &w);
    /* RFC 3168 section 6.1.5: what is sent again is not marked as capable */
    const bool only_new = a->chunks_sent > sent && a->chunks_retransmitted == again;
    out->ecn = a->has_ecn && only_new ? ROAM_ECN_ECT0 : ROAM_ECN_NONE;
    return true;
}

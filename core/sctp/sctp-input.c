/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A packet comes in: checked whole, matched to its association, walked chunk by chunk
 * (RFC 9260 sections 8.4, 8.5, 6.10; RFC 4895 section 6.3; RFC 5061 section 5.2). */
#include "core/sctp/sctp-priv.h"

/** One packet on its way through. */
struct walk
{
    struct sctp_endpoint* ep;
    struct sctp_assoc* a;
    const struct roam_packet* pkt;
    uint32_t vtag;
    struct sctp_cookie_auth auth; /**< done: an AUTH chunk before this chunk was right */
    roam_time now;
};

static uint32_t packet_vtag(const struct roam_packet* pkt)
{
    return roam_get32(pkt->data + 4);
}

/** The chunk that says what a packet is: the first, or the one behind AUTH (RFC 4895 section 6.3:
 * out of the blue is judged without it). */
static bool first_chunk(const struct roam_packet* pkt, struct sctp_chunk* c)
{
    struct roam_reader r = roam_reader(pkt->data + SCTP_HEADER, pkt->len - SCTP_HEADER);
    struct sctp_chunk second;
    if (!sctp_next_chunk(&r, c))
    {
        return false;
    }
    if (c->type == SCTP_C_AUTH && sctp_next_chunk(&r, &second))
    {
        *c = second;
    }
    return true;
}

/* --- Out of the blue, section 8.4 ------------------------------------------------------------ */

bool sctp_packet_has(const struct roam_packet* pkt, uint8_t type)
{
    struct roam_reader r = roam_reader(pkt->data + SCTP_HEADER, pkt->len - SCTP_HEADER);
    struct sctp_chunk c;
    while (sctp_next_chunk(&r, &c))
    {
        if (c.type == type)
        {
            return true;
        }
    }
    return false;
}

static bool reports_stale_cookie(const struct roam_packet* pkt)
{
    struct roam_reader r = roam_reader(pkt->data + SCTP_HEADER, pkt->len - SCTP_HEADER);
    struct sctp_chunk c;
    while (sctp_next_chunk(&r, &c))
    {
        struct roam_reader causes = roam_reader(c.body, c.body_len);
        struct sctp_param cause;
        while (c.type == SCTP_C_ERROR && sctp_next_param(&causes, &cause))
        {
            if (cause.type == SCTP_E_STALE_COOKIE)
            {
                return true;
            }
        }
    }
    return false;
}

static bool only_chunk(const struct roam_packet* pkt, const struct sctp_chunk* c)
{
    return (size_t)(c->bytes - pkt->data) == SCTP_HEADER &&
           SCTP_HEADER + sctp_pad4(c->len) >= pkt->len;
}

/** What rules 1, 2, 4, 6 and 7 leave without an answer, and sections 8.5.1 A and 12.3: an INIT in a
 * bundle or with a tag. */
static bool answered_by_silence(const struct roam_packet* pkt, const struct sctp_chunk* first)
{
    const bool init_alone = first->type == SCTP_C_INIT && only_chunk(pkt, first);
    return !roam_addr_is_unicast(&pkt->src) || !roam_addr_is_unicast(&pkt->dst) ||
           sctp_packet_has(pkt, SCTP_C_ABORT) || first->type == SCTP_C_COOKIE_ECHO ||
           sctp_packet_has(pkt, SCTP_C_SHUTDOWN_COMPLETE) ||
           sctp_packet_has(pkt, SCTP_C_COOKIE_ACK) || reports_stale_cookie(pkt) ||
           (packet_vtag(pkt) == 0 ? !init_alone : first->type == SCTP_C_INIT);
}

size_t sctp_answer_stray(const struct roam_packet* pkt, uint8_t* out, size_t cap)
{
    struct sctp_chunk c;
    const size_t len = SCTP_HEADER + SCTP_CHUNK_HEADER;
    if (cap < len || pkt->len < len || !sctp_checksum_ok(pkt->data, pkt->len) ||
        !first_chunk(pkt, &c) || answered_by_silence(pkt, &c))
    {
        return 0;
    }
    uint8_t type = SCTP_C_ABORT;
    uint8_t flags = SCTP_F_T; /* rule 8: their own tag comes back */
    uint32_t vtag = packet_vtag(pkt);
    if (c.type == SCTP_C_INIT)
    {
        if (c.body_len < 4 || roam_get32(c.body) == 0)
        {
            return 0;
        }
        vtag = roam_get32(c.body); /* rule 3 */
        flags = 0;
    }
    else if (sctp_packet_has(pkt, SCTP_C_SHUTDOWN_ACK))
    {
        type = SCTP_C_SHUTDOWN_COMPLETE; /* rule 5 */
    }
    struct roam_writer w = roam_writer(out, len);
    sctp_write_header(&w, sctp_packet_destination_port(pkt->data),
                      sctp_packet_source_port(pkt->data), vtag);
    sctp_write_chunk(&w, type, flags, SCTP_CHUNK_HEADER);
    sctp_seal(out, len);
    return len;
}

/**
 * DEVIATION: section 8.4 rule 8 would have an ABORT (SHOULD) also in two cases where it could end
 * what is alive. While we open an association, the packet may belong to an earlier one of the same
 * peer, from an address that the new one has not heard of yet: our INIT is about to restart it
 * (section 5.2). And a packet with our tag from an address that its peer has just deleted is late:
 * it is out of the blue (RFC 5061 section 5.3 F13), but the address may be added again when the
 * ABORT comes there.
 */
static bool may_abort(const struct walk* k)
{
    return k->ep->n_opening == 0 &&
           !sctp_was_peer(k->ep, &k->pkt->src, sctp_packet_source_port(k->pkt->data), k->vtag);
}

static void out_of_the_blue(struct walk* k, const struct sctp_chunk* c)
{
    uint8_t reply[SCTP_HEADER + SCTP_CHUNK_HEADER];
    sctp_event_drop(k->ep, k->a ? k->a->id : 0, SCTP_DROP_OOTB, c->type, k->now);
    if (sctp_answer_stray(k->pkt, reply, sizeof reply) &&
        (reply[SCTP_HEADER] != SCTP_C_ABORT || may_abort(k)))
    {
        sctp_stray_send(k->ep, &k->pkt->dst, &k->pkt->src, sctp_packet_source_port(k->pkt->data),
                        roam_get32(reply + 4), reply + SCTP_HEADER, SCTP_CHUNK_HEADER);
    }
}

/* --- Which association ----------------------------------------------------------------------- */

/** From an address that no association has: an ASCONF may say whose it is, and so may an INIT or
 * INIT ACK (section 5.1.2 rule 4). */
static struct sctp_assoc* find_by_content(const struct sctp_endpoint* ep,
                                          const struct roam_packet* pkt)
{
    const uint16_t port = sctp_packet_source_port(pkt->data);
    struct roam_reader r = roam_reader(pkt->data + SCTP_HEADER, pkt->len - SCTP_HEADER);
    struct sctp_chunk c;
    struct sctp_init init;
    while (sctp_next_chunk(&r, &c))
    {
        if (c.type == SCTP_C_ASCONF)
        {
            /* RFC 5061 section 5.2 D2: one of several may name an address that we know */
            struct sctp_assoc* a = sctp_asconf_lookup(ep, port, &c);
            if (a)
            {
                return a;
            }
        }
        const bool lists = c.type == SCTP_C_INIT || c.type == SCTP_C_INIT_ACK;
        if (lists && sctp_init_read(&c, &init))
        {
            sctp_scope_narrow(ep, NULL, pkt, &init);
            for (size_t i = 0; i < init.n_addrs; i++)
            {
                struct sctp_assoc* a = sctp_by_peer(ep, &init.addrs[i], port);
                if (a)
                {
                    return a;
                }
            }
        }
    }
    return NULL;
}

/** The rules on verification tags, section 8.5 and 8.5.1, for a packet of a known association. */
static bool vtag_ok(const struct sctp_assoc* a, const struct sctp_chunk* first, uint32_t vtag)
{
    const bool t = first->flags & SCTP_F_T;
    switch (first->type)
    {
    case SCTP_C_ABORT:
    case SCTP_C_SHUTDOWN_COMPLETE:
        return t ? vtag == a->peer_tag && a->peer_tag != 0 : vtag == a->my_tag;
    case SCTP_C_COOKIE_ECHO:
        return true; /* the cookie's own tag decides, section 5.2.4 */
    default:
        return vtag == a->my_tag;
    }
}

/* --- The chunks ------------------------------------------------------------------------------ */

/** Reads an ABORT's causes: the first one's code, and the user's reason. False when malformed. */
static bool read_abort(const struct sctp_chunk* c, uint16_t* first, struct sctp_param* reason)
{
    struct roam_reader r = roam_reader(c->body, c->body_len);
    struct sctp_param cause;
    *first = 0;
    reason->value_len = 0;
    while (sctp_next_param(&r, &cause))
    {
        *first = *first ? *first : cause.type;
        if (cause.type == SCTP_E_USER_ABORT)
        {
            *reason = cause;
        }
    }
    return !r.bad;
}

/**
 * True for an ABORT that answers a packet from before an address change, and ends nothing. RFC 5061
 * section 5.3 F4 and 5.3.1: what leaves from an address shortly before it is deleted may reach the
 * peer after the DELETE, and is out of the blue there.
 * DEVIATION from RFC 9260 section 8.5.1 B: the address may have been added again when that ABORT
 * comes. So one with the T bit, which only says that the peer has not found an association, is not
 * believed to an address that is being added, nor on a path that an ASCONF has just made
 * (sctp_path_renew()). A peer that has really lost the association will say so again to each
 * packet.
 */
static bool is_about_the_past(const struct walk* k, const struct sctp_chunk* c)
{
    const struct sctp_bound* bound = sctp_bound_find(k->a, &k->pkt->dst);
    const struct sctp_path* p = sctp_path_find(k->a, &k->pkt->dst, &k->pkt->src);
    const bool young = p && k->now < p->young_until;
    return !bound || bound->state == SCTP_BOUND_DELETING ||
           (c->flags & SCTP_F_T && (bound->state == SCTP_BOUND_ADDING || young));
}

static void on_abort(struct walk* k, const struct sctp_chunk* c)
{
    uint16_t cause;
    struct sctp_param reason = {0};
    if (!vtag_ok(k->a, c, k->vtag) || !read_abort(c, &cause, &reason))
    {
        sctp_event_drop(k->ep, k->a->id, SCTP_DROP_MALFORMED, c->type, k->now); /* section 3.3.7 */
        return;
    }
    if (is_about_the_past(k, c))
    {
        sctp_event_drop(k->ep, k->a->id, SCTP_DROP_UNEXPECTED, c->type, k->now);
        return;
    }
    struct sctp_event* ev = sctp_lose(k->a, SCTP_LOST_PEER_ABORT, cause, k->now);
    if (ev && reason.value_len > 0)
    {
        const size_t len = reason.value_len < SCTP_REASON_MAX ? reason.value_len : SCTP_REASON_MAX;
        ev->u.lost.reason_len = (uint8_t)len;
        memcpy(ev->u.lost.reason, reason.value, len);
    }
}

/** Section 3.2: what the two highest bits of an unknown type ask for. */
static bool on_unknown(struct walk* k, const struct sctp_chunk* c)
{
    if (c->type & 0x40)
    {
        sctp_error_send(k->a, k->pkt, SCTP_E_UNRECOGNIZED_CHUNK, c->bytes, c->len);
    }
    return c->type & 0x80;
}

/**
 * RFC 4895 section 6.3: without a key of the association's, the cookie's decides.
 * DEVIATION: also for a tag that is not the association's. The peer has restarted, and no key from
 * before that could be right.
 */
static bool left_to_cookie(const struct walk* k, const struct sctp_chunk* next)
{
    return next->type == SCTP_C_COOKIE_ECHO &&
           (!k->a || !k->a->has_auth || k->vtag != k->a->my_tag);
}

static void tell_auth(struct walk* k, enum sctp_auth_what what, uint16_t key)
{
    struct sctp_event* ev = sctp_event_push(k->ep, SCTP_EV_AUTH, k->a->id, k->now);
    if (ev)
    {
        ev->u.auth.what = what;
        ev->u.auth.key = key;
    }
}

/** False to leave the chunks behind it alone. */
static bool on_auth(struct walk* k, const struct sctp_chunk* c, struct roam_reader behind)
{
    const uint8_t* end = k->pkt->data + k->pkt->len;
    struct sctp_chunk next;
    if (sctp_next_chunk(&behind, &next) && left_to_cookie(k, &next))
    {
        k->auth = (struct sctp_cookie_auth){.waits = true, .chunk = *c, .end = end};
        return true;
    }
    if (!k->a || !k->a->has_auth)
    {
        return k->a && on_unknown(k, c);
    }
    const enum sctp_auth_verdict verdict = sctp_auth_check(&k->a->auth, c, end);
    const uint16_t key = verdict == SCTP_AUTH_BAD ? 0 : roam_get16(c->body);
    switch (verdict)
    {
    case SCTP_AUTH_OK:
        k->auth.done = true;
        if (key != k->a->auth.peer_key)
        {
            k->a->auth.peer_key = key;
            tell_auth(k, SCTP_AUTH_NEW_KEY, key);
        }
        return true;
    case SCTP_AUTH_UNKNOWN_KEY:
        tell_auth(k, SCTP_AUTH_NO_KEY, key);
        break;
    case SCTP_AUTH_UNSUPPORTED:
        sctp_error_send(k->a, k->pkt, SCTP_E_HMAC, c->body + 2, 2); /* section 4.1 */
        break;
    case SCTP_AUTH_BAD:
        break;
    }
    sctp_event_drop(k->ep, k->a->id, SCTP_DROP_AUTH, c->type, k->now);
    return false;
}

/** An address change: never without AUTH, which is checked before (RFC 5061 section 4.1). */
static bool on_asconf_either(struct walk* k, const struct sctp_chunk* c)
{
    if (!k->a->config.addip)
    {
        return on_unknown(k, c);
    }
    if (!k->a->has_addip || !k->auth.done)
    {
        sctp_event_drop(k->ep, k->a->id, SCTP_DROP_AUTH, c->type, k->now);
        return false; /* section 5.2 D5: the rest of the packet as well */
    }
    if (c->type == SCTP_C_ASCONF)
    {
        sctp_on_asconf(k->a, k->pkt, c, k->now);
    }
    else
    {
        sctp_on_asconf_ack(k->a, c, k->now);
    }
    return true;
}

/** One chunk of an association; false to leave the rest of the packet alone. */
static bool on_chunk(struct walk* k, const struct sctp_chunk* c)
{
    struct sctp_assoc* a = k->a;
    switch (c->type)
    {
    case SCTP_C_DATA:
        sctp_on_data(a, k->pkt, c, k->now);
        break;
    case SCTP_C_INIT_ACK:
        sctp_on_init_ack(a, k->pkt, c, k->now);
        break;
    case SCTP_C_SACK:
        if (a->state == SCTP_ESTABLISHED || a->state == SCTP_SHUTDOWN_PENDING ||
            a->state == SCTP_SHUTDOWN_RECEIVED)
        {
            sctp_on_sack(a, c, k->now);
        }
        break;
    case SCTP_C_HEARTBEAT:
        sctp_on_heartbeat(a, k->pkt, c);
        break;
    case SCTP_C_HEARTBEAT_ACK:
        sctp_on_heartbeat_ack(a, c, k->now);
        break;
    case SCTP_C_ABORT:
        on_abort(k, c);
        return false; /* section 3.3.7: what stands behind it is ignored */
    case SCTP_C_SHUTDOWN:
        sctp_on_shutdown(a, k->pkt, c, k->now);
        break;
    case SCTP_C_SHUTDOWN_ACK:
        sctp_on_shutdown_ack(a, k->pkt, k->now);
        break;
    case SCTP_C_SHUTDOWN_COMPLETE:
        if (vtag_ok(a, c, k->vtag))
        {
            sctp_on_shutdown_complete(a, k->now);
        }
        return k->vtag == a->my_tag; /* the peer's own tag is good for this chunk only (8.5) */
    case SCTP_C_ERROR:
        sctp_on_error(a, c, k->now);
        break;
    case SCTP_C_COOKIE_ACK:
        sctp_on_cookie_ack(a, k->now);
        break;
    case SCTP_C_ECNE:
        sctp_on_ecne(a, k->pkt, c);
        break;
    case SCTP_C_CWR:
        sctp_on_cwr(a, c);
        break;
    case SCTP_C_FORWARD_TSN:
        if (!a->has_pr)
        {
            return on_unknown(k, c); /* RFC 3758 section 3.3.1: as if it were not known */
        }
        sctp_on_forward_tsn(a, c, k->now);
        break;
    case SCTP_C_ASCONF:
    case SCTP_C_ASCONF_ACK:
        return on_asconf_either(k, c);
    default:
        return on_unknown(k, c);
    }
    return true;
}

/** RFC 4895 section 6.3: what we asked for is dropped silently without AUTH before it. */
static bool lacks_auth(const struct walk* k, const struct sctp_chunk* c)
{
    return k->a && !k->auth.done && sctp_auth_required(&k->a->auth, c->type) &&
           c->type != SCTP_C_ASCONF && c->type != SCTP_C_ASCONF_ACK;
}

/** The cookie says whose the rest of the packet is. Discarded, it leaves what stood before it. */
static bool step_cookie_echo(struct walk* k, const struct sctp_chunk* c)
{
    const bool ours = k->a && k->vtag == k->a->my_tag;
    struct sctp_assoc* a = sctp_on_cookie_echo(k->ep, k->a, k->pkt, c, k->vtag, &k->auth, k->now);
    if (a)
    {
        sctp_udp_learn(a, k->pkt);
    }
    k->a = a || !ours ? a : k->a;
    return a != NULL;
}

/** One chunk; false to leave the rest of the packet alone. */
static bool step(struct walk* k, const struct sctp_chunk* c, struct roam_reader behind)
{
    const bool alone = c->type == SCTP_C_INIT_ACK || c->type == SCTP_C_SHUTDOWN_COMPLETE;
    if (c->type == SCTP_C_INIT || (alone && !only_chunk(k->pkt, c)))
    {
        sctp_event_drop(k->ep, k->a ? k->a->id : 0, SCTP_DROP_UNEXPECTED, c->type, k->now);
        return false; /* bundled: sections 3, 6.10 and 12.3 forbid it */
    }
    if (c->type == SCTP_C_AUTH)
    {
        return on_auth(k, c, behind);
    }
    if (c->type == SCTP_C_COOKIE_ECHO)
    {
        return step_cookie_echo(k, c);
    }
    if (lacks_auth(k, c))
    {
        sctp_event_drop(k->ep, k->a->id, SCTP_DROP_AUTH, c->type, k->now);
        return true;
    }
    return on_chunk(k, c);
}

static void walk_chunks(struct walk* k)
{
    struct roam_reader r = roam_reader(k->pkt->data + SCTP_HEADER, k->pkt->len - SCTP_HEADER);
    struct sctp_chunk c;
    while ((!k->a || !k->a->gone) && sctp_next_chunk(&r, &c) && step(k, &c, r))
    {
    }
    if (k->a && !k->a->gone)
    {
        sctp_shutdown_heard(k->a, k->now);
        sctp_packet_done(k->a, k->pkt, k->now);
        sctp_touch(k->a);
    }
}

static int accept_packet(struct walk* k)
{
    const struct roam_packet* pkt = k->pkt;
    struct sctp_chunk first;
    if (!first_chunk(pkt, &first))
    {
        sctp_event_drop(k->ep, 0, SCTP_DROP_MALFORMED, 0, k->now);
        return ROAM_EMALFORMED;
    }
    k->a = sctp_by_peer(k->ep, &pkt->src, sctp_packet_source_port(pkt->data));
    if (!k->a)
    {
        k->a = find_by_content(k->ep, pkt);
    }
    if (k->vtag == 0)
    {
        if (first.type != SCTP_C_INIT || !only_chunk(pkt, &first)) /* section 8.5.1 A */
        {
            sctp_event_drop(k->ep, k->a ? k->a->id : 0, SCTP_DROP_VTAG, first.type, k->now);
            return ROAM_OK;
        }
        sctp_on_init(k->ep, k->a, pkt, &first, k->now);
        return ROAM_OK;
    }
    if (k->a && first.type != SCTP_C_COOKIE_ECHO && !sctp_bound_find(k->a, &pkt->dst))
    {
        if (k->vtag == k->a->my_tag)
        {
            /* to an address that we have deleted: late, and no reason for an ABORT (RFC 5061
             * section 5.3), which might find the address added again */
            sctp_event_drop(k->ep, k->a->id, SCTP_DROP_UNEXPECTED, first.type, k->now);
            return ROAM_OK;
        }
        k->a = NULL; /* to an address that is not, or no longer, part of the association */
    }
    /* section 8.5.1 E: before the association is up, a SHUTDOWN ACK is for an older one */
    const bool for_an_older_one =
        k->a && k->a->state < SCTP_ESTABLISHED && sctp_packet_has(pkt, SCTP_C_SHUTDOWN_ACK);
    /* section 8.4 rule 2 goes before rule 4 */
    const bool opens = first.type == SCTP_C_COOKIE_ECHO && !sctp_packet_has(pkt, SCTP_C_ABORT);
    if ((!k->a && !opens) || for_an_older_one)
    {
        out_of_the_blue(k, &first);
        return ROAM_OK;
    }
    if (k->a && !vtag_ok(k->a, &first, k->vtag))
    {
        sctp_event_drop(k->ep, k->a->id, SCTP_DROP_VTAG, first.type, k->now);
        return ROAM_OK;
    }
    if (k->a && first.type != SCTP_C_COOKIE_ECHO)
    {
        sctp_udp_learn(k->a, pkt);
    }
    walk_chunks(k);
    return ROAM_OK;
}

int sctp_recv(struct sctp_endpoint* ep, const struct roam_packet* pkt, roam_time now)
{
    if (ep->events.n >= SCTP_MAX_EVENTS || ep->stray_bytes >= SCTP_MAX_STRAY_BYTES)
    {
        return ROAM_EAGAIN; /* the host does not poll: as if the network had lost it */
    }
    if (pkt->len < SCTP_HEADER + SCTP_CHUNK_HEADER || !roam_addr_is_unicast(&pkt->src) ||
        !roam_addr_is_unicast(&pkt->dst) || sctp_packet_destination_port(pkt->data) != ep->port ||
        sctp_packet_source_port(pkt->data) == 0)
    {
        sctp_event_drop(ep, 0, SCTP_DROP_MALFORMED, 0, now);
        return ROAM_EMALFORMED;
    }
    if (!sctp_checksum_ok(pkt->data, pkt->len))
    {
        sctp_event_drop(ep, 0, SCTP_DROP_CHECKSUM, 0, now); /* section 6.8: silently */
        return ROAM_ECHECKSUM;
    }
    struct walk k = {.ep = ep, .pkt = pkt, .vtag = packet_vtag(pkt), .now = now};
    ep->receiving = pkt;
    const int result = accept_packet(&k);
    ep->receiving = NULL;
    sctp_reap(ep);
    return result;
}

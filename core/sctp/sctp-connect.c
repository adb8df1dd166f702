/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The side that opens: INIT, INIT ACK, COOKIE ECHO, COOKIE ACK (RFC 9260 section 5.1). */
#include "core/sctp/sctp-priv.h"

#include <stdlib.h>

/** Our addresses in an INIT: all that are bound, or none when there is only one. */
static size_t listed_addresses(const struct sctp_assoc* a, struct roam_addr out[SCTP_MAX_PEERS])
{
    size_t n = 0;
    for (size_t i = 0; a->n_bound > 1 && i < a->n_bound && n < SCTP_MAX_PEERS; i++)
    {
        out[n++] = a->bound[i].addr;
    }
    return n;
}

/** The n-th path in turn: the primary, then those that share no end with it, then the others. */
static struct sctp_path* in_turn(const struct sctp_assoc* a, size_t n)
{
    for (unsigned ends = 2; n > 0 && ends > 0; ends--)
    {
        for (size_t i = 0; i < a->n_paths; i++)
        {
            const unsigned apart = sctp_path_divergence(a->paths[i], a->primary);
            if (apart == ends && --n == 0)
            {
                return a->paths[i];
            }
        }
    }
    return a->primary;
}

/**
 * The path of the next INIT or COOKIE ECHO: each T1 moves to another pair of addresses, the most
 * different ones first, because a link may be down (section 6.4.1). The first COOKIE ECHO goes by
 * the pair on which the INIT was answered.
 */
static struct sctp_path* setup_path(const struct sctp_assoc* a)
{
    for (size_t i = 0; i < a->n_paths; i++)
    {
        struct sctp_path* p = in_turn(a, (a->setup_turn + i) % a->n_paths);
        if (sctp_path_usable(a, p))
        {
            return p;
        }
    }
    return NULL;
}

/** T1 for the INIT or COOKIE ECHO that takes a path (NULL: none can). */
static void start_t1(struct sctp_assoc* a, const struct sctp_path* p, roam_time now)
{
    const roam_time rto = (p ? p : a->primary)->rto.value;
    const roam_time most = a->config.setup_rto_max ? a->config.setup_rto_max : rto;
    roam_timer_start(&a->t1, roam_time_min(rto, most), now);
}

void sctp_send_init(struct sctp_assoc* a, roam_time now)
{
    struct roam_addr addrs[SCTP_MAX_PEERS];
    const struct sctp_init_values v = {
        .tag = a->my_tag,
        .tsn = a->my_first_tsn,
        .offer = &a->auth.offer,
        .addrs = addrs,
        .n_addrs = listed_addresses(a, addrs),
        .preserve_ms = a->preserve_ms,
    };
    struct sctp_path* p = setup_path(a);
    a->init_sends++;
    a->setup_unsent = !p;
    start_t1(a, p, now);
    if (!p)
    {
        return; /* no address is available; the next one, or T1, tries again */
    }
    const size_t len = sctp_init_len(&a->config, &v);
    struct sctp_control* c =
        sctp_control_push(a, &p->local, &p->peer, SCTP_C_INIT, 0, len - SCTP_CHUNK_HEADER);
    if (c)
    {
        struct roam_writer w = roam_writer(c->bytes, c->len);
        sctp_init_write(&w, &a->config, SCTP_C_INIT, &v);
        c->vtag = 0; /* section 8.5.1 A */
        c->alone = true;
    }
}

/** Bind a local address, unless the peers that the user names are out of its scope. */
static int bind_one(struct sctp_assoc* a, const struct roam_addr* local,
                    const struct roam_addr* peers, size_t n_peers)
{
    const bool wanted = sctp_scope_any(local, peers, n_peers) && !sctp_bound_find(a, local);
    return !wanted || sctp_bind_local(a, local, SCTP_BOUND) ? ROAM_OK : ROAM_ENOMEM;
}

static int bind_locals(struct sctp_assoc* a, const struct roam_addr* locals, size_t n,
                       const struct roam_addr* peers, size_t n_peers)
{
    int bound = ROAM_OK;
    for (size_t i = 0; i < n && bound == ROAM_OK; i++)
    {
        bound = sctp_local_find(a->ep, &locals[i]) ? bind_one(a, &locals[i], peers, n_peers)
                                                   : ROAM_EINVAL;
    }
    for (size_t i = 0; n == 0 && i < a->ep->n_locals && bound == ROAM_OK; i++)
    {
        bound = bind_one(a, &a->ep->locals[i].addr, peers, n_peers);
    }
    return bound;
}

static int prepare(struct sctp_assoc* a, const struct roam_addr* locals, size_t n_locals,
                   const struct roam_addr* peers, size_t n_peers, roam_time now)
{
    a->binds_all = n_locals == 0;
    const int bound = bind_locals(a, locals, n_locals, peers, n_peers);
    for (size_t i = 0; i < n_peers && bound == ROAM_OK; i++)
    {
        /* section 5.4 rule 1: addresses that the user gives are confirmed */
        if (!sctp_peer_add(a, &peers[i], true, now))
        {
            return ROAM_ENOMEM;
        }
    }
    return bound != ROAM_OK ? bound : sctp_data_path(a) ? ROAM_OK : ROAM_EINVAL;
}

/** A tag or TSN; a Verification Tag of zero is not allowed (section 5.3.1). */
static uint32_t draw_nonzero(struct sctp_endpoint* ep)
{
    uint32_t v;
    do
    {
        v = roam_rng_u32(&ep->rng);
    } while (v == 0);
    return v;
}

int sctp_connect(struct sctp_endpoint* ep, const struct roam_addr* locals, size_t n_locals,
                 const struct roam_addr* peers, size_t n_peers, uint16_t peer_port,
                 sctp_assoc_id* id, roam_time now)
{
    if (n_peers == 0 || n_peers > SCTP_MAX_PEERS || peer_port == 0)
    {
        return ROAM_EINVAL;
    }
    for (size_t i = 0; i < n_peers; i++)
    {
        if (!roam_addr_is_unicast(&peers[i]) || roam_addr_is_v4_mapped(&peers[i]))
        {
            return ROAM_EINVAL;
        }
        if (sctp_by_peer(ep, &peers[i], peer_port))
        {
            return ROAM_EEXIST;
        }
    }
    struct sctp_assoc* a = sctp_assoc_new(ep, peer_port);
    if (!a)
    {
        return ROAM_ENOMEM;
    }
    const int ready = prepare(a, locals, n_locals, peers, n_peers, now);
    if (ready != ROAM_OK)
    {
        sctp_assoc_free(a);
        return ready;
    }
    a->my_tag = draw_nonzero(ep);
    a->my_first_tsn = roam_rng_u32(&ep->rng);
    a->next_tsn = a->my_first_tsn;
    a->cum_acked = a->advanced_ack = a->my_first_tsn - 1;
    sctp_auth_offer(&a->auth.offer, &a->config);
    roam_rng_fill(&ep->rng, a->auth.offer.random, SCTP_RANDOM_LEN);
    a->outbound = a->config.outbound_streams;
    if (!sctp_streams_negotiated(a, now))
    {
        sctp_assoc_free(a);
        return ROAM_ENOMEM;
    }
    sctp_enter(a, SCTP_COOKIE_WAIT, now);
    sctp_send_init(a, now);
    sctp_touch(a);
    *id = a->id;
    return ROAM_OK;
}

void sctp_send_cookie_echo(struct sctp_assoc* a, roam_time now)
{
    struct sctp_path* p = setup_path(a);
    a->init_sends++;
    a->setup_unsent = !p;
    a->echo_sent = now;
    start_t1(a, p, now);
    struct sctp_control* c =
        p ? sctp_control_push(a, &p->local, &p->peer, SCTP_C_COOKIE_ECHO, 0, a->cookie_len) : NULL;
    if (c)
    {
        memcpy(c->bytes + SCTP_CHUNK_HEADER, a->cookie, a->cookie_len);
    }
}

/** Sends what the state waits to see answered. */
static void send_setup(struct sctp_assoc* a, roam_time now)
{
    if (a->state == SCTP_COOKIE_WAIT)
    {
        sctp_send_init(a, now);
    }
    else if (a->state == SCTP_COOKIE_ECHOED)
    {
        sctp_send_cookie_echo(a, now);
    }
}

/** The COOKIE ECHO goes where the INIT ACK came from, and leaves from where it came to, if it may
 * go there: it is there that the peer knows us, when its own INIT has crossed ours (section 5.2.1).
 */
static void follow_init_ack(struct sctp_assoc* a, const struct roam_packet* pkt)
{
    const struct sctp_path* p = sctp_path_find(a, &pkt->dst, &pkt->src);
    for (size_t i = 0; p && sctp_path_usable(a, p) && i < a->n_paths; i++)
    {
        if (in_turn(a, i) == p)
        {
            a->setup_turn = (uint32_t)i;
        }
    }
}

void sctp_on_t1(struct sctp_assoc* a, roam_time now)
{
    if (a->init_sends > a->config.max_init_retransmits)
    {
        sctp_lose(a, SCTP_LOST_INIT, 0, now);
        return;
    }
    struct sctp_path* p = setup_path(a);
    sctp_rto_backoff(&(p ? p : a->primary)->rto, &a->config);
    a->setup_turn++;
    send_setup(a, now);
}

/** Begins again with an INIT: what the peer has answered so far is void. */
static void begin_again(struct sctp_assoc* a, roam_time now)
{
    a->peer_tag = 0;
    a->init_sends = 0;
    sctp_inbound_clear(a);
    roam_ring_free(&a->control);
    sctp_enter(a, SCTP_COOKIE_WAIT, now);
    sctp_send_init(a, now);
}

/** True if the host has an address from which an INIT could leave, bound or not. */
static bool has_way_out(const struct sctp_assoc* a)
{
    for (size_t i = 0; i < a->ep->n_locals; i++)
    {
        const struct sctp_local* local = &a->ep->locals[i];
        for (size_t k = 0; k < a->n_peers; k++)
        {
            const struct roam_addr* peer = &a->peers[k]->addr;
            if (a->peers[k]->confirmed && local->addr.family == peer->family &&
                sctp_scope_same(&local->addr, peer) &&
                sctp_route_interface(a->ep, local, peer) == local->ifindex)
            {
                return true;
            }
        }
    }
    return false;
}

/**
 * Binds what the host has now in the place of addresses that are gone, and opens anew from there.
 * The Initiate Tag is a new one, so that an INIT ACK which answers an INIT from an address that is
 * gone does not count: its cookie knows no other address. For the same reason a cookie cannot be
 * echoed from the new address: the association it makes would be with the old one.
 */
static void open_elsewhere(struct sctp_assoc* a, roam_time now)
{
    while (a->n_bound > 0)
    {
        const struct roam_addr addr = a->bound[0].addr; /* it moves when the array closes up */
        sctp_unbind_local(a, &addr, now);
    }
    bool bound = true;
    for (size_t i = 0; i < a->ep->n_locals && bound; i++)
    {
        const struct roam_addr* local = &a->ep->locals[i].addr;
        bound = !sctp_scope_has_peer(a, local) || sctp_bind_local(a, local, SCTP_BOUND);
    }
    if (!bound || !sctp_paths_complete(a, now))
    {
        sctp_lose(a, SCTP_LOST_INIT, SCTP_E_RESOURCE, now);
        return;
    }
    free(a->cookie);
    a->cookie = NULL;
    a->cookie_len = 0;
    a->my_tag = draw_nonzero(a->ep);
    a->setup_turn = 0;
    begin_again(a, now);
}

void sctp_setup_readdress(struct sctp_assoc* a, roam_time now)
{
    if (a->state != SCTP_COOKIE_WAIT && a->state != SCTP_COOKIE_ECHOED)
    {
        return;
    }
    if (!setup_path(a))
    {
        if (a->binds_all && has_way_out(a))
        {
            open_elsewhere(a, now);
        }
    }
    else if (a->setup_unsent)
    {
        send_setup(a, now);
    }
}

/** True if an INIT ACK is acceptable; if not, the peer is sent the reason. */
static bool init_ack_ok(struct sctp_assoc* a, const struct roam_packet* pkt,
                        const struct sctp_init* init, roam_time now)
{
    static const uint8_t missing[6] = {0, 0, 0, 1, 0, SCTP_P_COOKIE};
    if (init->tag == 0)
    {
        /* section 3.3.3: there is no tag but ours to send the ABORT with */
        sctp_refuse(a->ep, pkt, a->my_tag, SCTP_F_T, SCTP_E_INVALID_PARAM, NULL, 0);
        sctp_lose(a, SCTP_LOST_PROTOCOL, SCTP_E_INVALID_PARAM, now);
        return false;
    }
    if (init->rwnd < 1500)
    {
        /* section 3.3.3: refused, but our attempt goes on */
        sctp_refuse(a->ep, pkt, init->tag, 0, SCTP_E_INVALID_PARAM, NULL, 0);
        sctp_event_drop(a->ep, a->id, SCTP_DROP_MALFORMED, SCTP_C_INIT_ACK, now);
        return false;
    }
    if (init->cause || !init->cookie.bytes)
    {
        const bool no_cookie = !init->cause;
        const uint16_t cause = no_cookie ? SCTP_E_MISSING_PARAM : init->cause;
        sctp_refuse(a->ep, pkt, init->tag, 0, cause, no_cookie ? missing : init->culprit.bytes,
                    no_cookie ? sizeof missing : init->culprit.len);
        sctp_lose(a, SCTP_LOST_PROTOCOL, cause, now);
        return false;
    }
    return true;
}

static bool keep_cookie(struct sctp_assoc* a, const struct sctp_param* cookie)
{
    free(a->cookie);
    a->cookie_len = 0;
    a->cookie = malloc(cookie->value_len + 1);
    if (a->cookie)
    {
        memcpy(a->cookie, cookie->value, cookie->value_len);
        a->cookie_len = cookie->value_len;
    }
    return a->cookie;
}

/**
 * Section 3.2.2: what we did not know in the INIT ACK, in one ERROR chunk behind the COOKIE ECHO.
 * If it does not fit there it is left out: nothing else may be sent before the COOKIE ACK (5.1 C).
 */
static void report_unrecognized(struct sctp_assoc* a, const struct sctp_init* init)
{
    const struct sctp_control* echo = roam_ring_first(&a->control);
    size_t len = 0; /* the padding of the last one is not counted (section 3.2) */
    for (size_t i = 0; i < init->n_unrecognized; i++)
    {
        len = sctp_pad4(len) + init->unrecognized[i].len;
    }
    if (len == 0 || !echo || echo->bytes[0] != SCTP_C_COOKIE_ECHO ||
        SCTP_HEADER + echo->len + SCTP_CHUNK_HEADER + SCTP_PARAM_HEADER + sctp_pad4(len) >
            sctp_packet_room(a, &echo->peer))
    {
        return;
    }
    struct sctp_control* c =
        sctp_control_push(a, &echo->local, &echo->peer, SCTP_C_ERROR, 0, SCTP_PARAM_HEADER + len);
    if (c)
    {
        struct roam_writer w = roam_writer(c->bytes, c->len);
        roam_write_skip(&w, SCTP_CHUNK_HEADER);
        roam_write16(&w, SCTP_E_UNRECOGNIZED_PARAM);
        roam_write16(&w, (uint16_t)(SCTP_PARAM_HEADER + len));
        for (size_t i = 0; i < init->n_unrecognized; i++)
        {
            roam_write_bytes(&w, init->unrecognized[i].bytes, init->unrecognized[i].len);
            roam_write_pad4(&w);
        }
    }
}

void sctp_on_init_ack(struct sctp_assoc* a, const struct roam_packet* pkt,
                      const struct sctp_chunk* c, roam_time now)
{
    struct sctp_init init;
    if (a->state != SCTP_COOKIE_WAIT)
    {
        sctp_event_drop(a->ep, a->id, SCTP_DROP_UNEXPECTED, c->type, now); /* section 5.2.3 */
        return;
    }
    if (!sctp_init_read(c, &init))
    {
        sctp_event_drop(a->ep, a->id, SCTP_DROP_MALFORMED, c->type, now);
        return;
    }
    sctp_init_unsupported(&init, &a->config);
    sctp_init_require_auth(&init, &a->config);
    sctp_scope_narrow(a->ep, a, pkt, &init);
    if (!init_ack_ok(a, pkt, &init, now))
    {
        return;
    }
    /* section 5.4 rule 1: only what the user gave is confirmed */
    if (!keep_cookie(a, &init.cookie) || !sctp_peer_add(a, &pkt->src, false, now) ||
        !sctp_init_learn(a, &init, now))
    {
        sctp_refuse(a->ep, pkt, init.tag, 0, SCTP_E_RESOURCE, NULL, 0);
        sctp_lose(a, SCTP_LOST_INIT, SCTP_E_RESOURCE, now);
        return;
    }
    sctp_init_keep_listed(a, &init, &pkt->src, now);
    roam_timer_stop(&a->t1);
    a->init_sends = 0;
    for (size_t i = 0; i < a->n_paths; i++)
    {
        /* the peer answers: an RTO that INITs have backed off to 60 s would outlive the cookie */
        a->paths[i]->rto.value = a->config.rto_initial;
    }
    sctp_enter(a, SCTP_COOKIE_ECHOED, now);
    follow_init_ack(a, pkt);
    sctp_send_cookie_echo(a, now);
    report_unrecognized(a, &init);
}

/** What the user has to know about the peer (RFC 6458 sections 6.1.7 and 6.1.8). */
static void tell_extensions(struct sctp_assoc* a, roam_time now)
{
    struct sctp_event* ev;
    if (a->auth.offer.n_hmacs > 0 && !a->has_auth &&
        (ev = sctp_event_push(a->ep, SCTP_EV_AUTH, a->id, now)))
    {
        ev->u.auth.what = SCTP_AUTH_NO_AUTH;
    }
    if (a->peer_adaptation_on && (ev = sctp_event_push(a->ep, SCTP_EV_ADAPTATION, a->id, now)))
    {
        ev->u.adaptation.code = a->peer_adaptation_code;
    }
}

void sctp_established(struct sctp_assoc* a, roam_time now)
{
    roam_timer_stop(&a->t1);
    free(a->cookie);
    a->cookie = NULL;
    a->cookie_len = 0;
    a->errors = 0;
    sctp_enter(a, SCTP_ESTABLISHED, now);
    sctp_event_push(a->ep, SCTP_EV_UP, a->id, now);
    tell_extensions(a, now);
    sctp_watch_paths(a, now);
}

void sctp_watch_paths(struct sctp_assoc* a, roam_time now)
{
    for (size_t i = 0; i < a->n_paths; i++)
    {
        if (a->paths[i]->state == SCTP_PATH_UNCONFIRMED)
        {
            sctp_heartbeat_now(a, a->paths[i], now);
        }
        else
        {
            sctp_heartbeat_arm(a, a->paths[i], now);
        }
    }
}

void sctp_on_cookie_ack(struct sctp_assoc* a, roam_time now)
{
    if (a->state == SCTP_COOKIE_ECHOED) /* section 5.2.5: in any other state, silence */
    {
        sctp_established(a, now);
    }
}

/**
 * Section 5.2.6, third choice: a new INIT that asks for a longer life of the cookie. The extension
 * is the round trip that this cookie took, and at most a second for what it was late by.
 */
static void retry_stale_cookie(struct sctp_assoc* a, const struct sctp_param* cause, roam_time now)
{
    if (++a->stale_cookies > a->config.max_init_retransmits)
    {
        sctp_lose(a, SCTP_LOST_STALE_COOKIE, SCTP_E_STALE_COOKIE, now);
        return;
    }
    const roam_time late = cause->value_len >= 4 ? roam_get32(cause->value) * (ROAM_MS / 1000) : 0;
    const roam_time more = now - a->echo_sent + roam_time_min(late, ROAM_SEC);
    a->preserve_ms = (uint32_t)(more / ROAM_MS + 1);
    begin_again(a, now);
}

void sctp_on_error(struct sctp_assoc* a, const struct sctp_chunk* c, roam_time now)
{
    struct roam_reader r = roam_reader(c->body, c->body_len);
    struct sctp_param cause;
    while (sctp_next_param(&r, &cause))
    {
        if (cause.type == SCTP_E_STALE_COOKIE && a->state == SCTP_COOKIE_ECHOED)
        {
            retry_stale_cookie(a, &cause, now);
            return;
        }
        if (cause.type == SCTP_E_UNRECOGNIZED_CHUNK && cause.value_len > 0 &&
            cause.value[0] == SCTP_C_ASCONF)
        {
            sctp_asconf_unknown(a, now);
        }
    }
}

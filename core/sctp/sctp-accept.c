/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The side that is called: INIT answered without state, COOKIE ECHO (RFC 9260 sections 5.1, 5.2).
 */
#include "core/sctp/sctp-priv.h"

#include <stdlib.h>

/** True if the caller takes addresses of a family: without Supported Address Types, both; else
 * those named there, and those that it uses in any case (section 5.1.2). */
static bool family_wanted(const struct sctp_init* init, const struct roam_packet* pkt,
                          uint8_t family)
{
    bool wanted = !init->has_types || pkt->src.family == family ||
                  (family == ROAM_ADDR_V4 ? init->takes_v4 : init->takes_v6);
    for (size_t i = 0; i < init->n_addrs && !wanted; i++)
    {
        wanted = init->addrs[i].family == family;
    }
    return wanted;
}

/** Our addresses for the INIT ACK; none are listed when there is only the one it came to. */
static size_t own_addresses(const struct sctp_endpoint* ep, const struct sctp_assoc* a,
                            const struct roam_packet* pkt, const struct sctp_init* init,
                            struct roam_addr out[SCTP_MAX_PEERS])
{
    size_t n = 0;
    const size_t have = a ? a->n_bound : ep->n_locals;
    for (size_t i = 0; i < have && n < SCTP_MAX_PEERS; i++)
    {
        const struct roam_addr* local = a ? &a->bound[i].addr : &ep->locals[i].addr;
        if (family_wanted(init, pkt, local->family) && sctp_scope_same(local, &pkt->src))
        {
            out[n++] = *local;
        }
    }
    return n > 1 ? n : 0;
}

/* Room for a cause that lists every address of an INIT. */
#define REFUSAL_INFO ((SCTP_MAX_PEERS + 1) * 20)

void sctp_refuse(struct sctp_endpoint* ep, const struct roam_packet* pkt, uint32_t vtag,
                 uint8_t flags, uint16_t cause, const void* info, size_t info_len)
{
    uint8_t chunk[SCTP_CHUNK_HEADER + SCTP_PARAM_HEADER + REFUSAL_INFO];
    const size_t len = info && info_len <= REFUSAL_INFO ? info_len : 0;
    struct roam_writer w = roam_writer(chunk, sizeof chunk);
    sctp_write_chunk(&w, SCTP_C_ABORT, flags, SCTP_CHUNK_HEADER + SCTP_PARAM_HEADER + len);
    sctp_write_param(&w, cause, info, len);
    sctp_stray_send(ep, &pkt->dst, &pkt->src, sctp_packet_source_port(pkt->data), vtag, chunk,
                    roam_written(&w));
}

/** Section 5.2.2: writes the addresses of an INIT that the association does not have. */
static void list_new_addresses(const struct sctp_assoc* a, const struct roam_packet* pkt,
                               const struct sctp_init* init, struct roam_writer* w)
{
    bool src_listed = false;
    for (size_t i = 0; i < init->n_addrs; i++)
    {
        src_listed |= roam_addr_equal(&init->addrs[i], &pkt->src);
        if (!sctp_peer_find(a, &init->addrs[i]))
        {
            sctp_write_addr(w, &init->addrs[i]);
        }
    }
    if (!src_listed && !sctp_peer_find(a, &pkt->src))
    {
        sctp_write_addr(w, &pkt->src);
    }
}

/** Where the INIT ACK goes. In COOKIE-WAIT only to an address that our user gave (5.2.1 rules 1 and
 * 2); a was found by one of those in the INIT. */
static struct roam_addr answer_to(const struct sctp_assoc* a, const struct roam_packet* pkt,
                                  const struct sctp_init* init)
{
    if (!a || sctp_peer_find(a, &pkt->src))
    {
        return pkt->src;
    }
    for (size_t i = 0; i < init->n_addrs; i++)
    {
        if (sctp_peer_find(a, &init->addrs[i]))
        {
            return init->addrs[i];
        }
    }
    return pkt->src;
}

/** The Tie-Tags of section 5.2.2: random, because a cookie is not encrypted, and the tags
 * themselves are for the peer only. */
static void draw_tie_tags(struct sctp_assoc* a)
{
    while (a->my_tie == 0 || a->peer_tie == 0)
    {
        a->my_tie = roam_rng_u32(&a->ep->rng);
        a->peer_tie = roam_rng_u32(&a->ep->rng);
    }
}

/** The life of a cookie, longer at the peer's wish (5.2.6), and never more than twice as long. */
static roam_time cookie_life(const struct sctp_endpoint* ep, const struct sctp_init* init)
{
    const roam_time life = ep->config.valid_cookie_life;
    return life + roam_time_min(life, init->preserve_ms * ROAM_MS);
}

/** Who we shall be: the tag, TSN and random number of the answer to an INIT. */
static void draw_identity(struct sctp_endpoint* ep, const struct sctp_assoc* a,
                          struct sctp_cookie* cookie)
{
    if (a && (a->state == SCTP_COOKIE_WAIT || a->state == SCTP_COOKIE_ECHOED))
    {
        /* section 5.2.1: the same as in our own INIT */
        cookie->my_tag = a->my_tag;
        cookie->my_tsn = a->my_first_tsn;
        cookie->offer = a->auth.offer;
        return;
    }
    do
    {
        cookie->my_tag = roam_rng_u32(&ep->rng);
    } while (cookie->my_tag == 0);
    cookie->my_tsn = roam_rng_u32(&ep->rng);
    sctp_auth_offer(&cookie->offer, &ep->config);
    roam_rng_fill(&ep->rng, cookie->offer.random, SCTP_RANDOM_LEN);
}

/** Sends the INIT ACK with a cookie, whose bytes these are. */
static void send_with_cookie(struct sctp_endpoint* ep, const struct roam_packet* pkt,
                             const struct sctp_init* init, const struct sctp_cookie* cookie,
                             const uint8_t* bytes, size_t len)
{
    const struct sctp_init_values v = {
        .tag = cookie->my_tag,
        .tsn = cookie->my_tsn,
        .offer = &cookie->offer,
        .addrs = cookie->locals,
        .n_addrs = cookie->n_locals,
        .cookie = bytes,
        .cookie_len = len,
        .answered = init,
    };
    const size_t chunk_len = sctp_init_len(&ep->config, &v);
    uint8_t* chunk = chunk_len <= SCTP_MAX_CHUNK ? malloc(chunk_len) : NULL;
    if (chunk)
    {
        struct roam_writer w = roam_writer(chunk, chunk_len);
        sctp_init_write(&w, &ep->config, SCTP_C_INIT_ACK, &v);
        sctp_stray_send(ep, &pkt->dst, &cookie->peer, cookie->peer_port, init->tag, chunk,
                        roam_written(&w));
    }
    free(chunk);
}

static void send_init_ack(struct sctp_endpoint* ep, struct sctp_assoc* a,
                          const struct roam_packet* pkt, const struct sctp_chunk* c,
                          const struct sctp_init* init, roam_time now)
{
    if (a && a->state != SCTP_COOKIE_WAIT)
    {
        draw_tie_tags(a);
    }
    struct sctp_cookie cookie = {
        .created = now,
        .life = cookie_life(ep, init),
        .my_tie = a ? a->my_tie : 0,
        .peer_tie = a ? a->peer_tie : 0,
        .peer_port = sctp_packet_source_port(pkt->data),
        .peer = answer_to(a, pkt, init),
        .local = pkt->dst,
    };
    uint8_t* kept = malloc(sctp_pad4(c->len));
    if (!kept)
    {
        return;
    }
    cookie.init = kept;
    cookie.init_len = sctp_init_without_pad(c, kept);
    draw_identity(ep, a, &cookie);
    cookie.n_locals = own_addresses(ep, a, pkt, init, cookie.locals);
    const size_t len = sctp_cookie_len(&cookie);
    uint8_t* bytes = malloc(len);
    if (bytes)
    {
        sctp_cookie_write(ep, &cookie, bytes);
        send_with_cookie(ep, pkt, init, &cookie, bytes, len);
    }
    free(bytes);
    free(kept);
}

void sctp_on_init(struct sctp_endpoint* ep, struct sctp_assoc* a, const struct roam_packet* pkt,
                  const struct sctp_chunk* c, roam_time now)
{
    struct sctp_init init;
    const bool whole = sctp_init_read(c, &init);
    if (init.tag == 0)
    {
        sctp_event_drop(ep, a ? a->id : 0, SCTP_DROP_MALFORMED, c->type, now); /* section 3.3.2 */
        return;
    }
    sctp_scope_narrow(ep, a, pkt, &init);
    if (a && a->state == SCTP_SHUTDOWN_ACK_SENT)
    {
        sctp_send_shutdown_ack(a, pkt, now); /* section 9.2, last paragraphs */
        return;
    }
    if (!a && !ep->listening)
    {
        const uint8_t abort_chunk[] = {SCTP_C_ABORT, 0, 0,
                                       SCTP_CHUNK_HEADER}; /* section 8.4 rule 3 */
        sctp_stray_send(ep, &pkt->dst, &pkt->src, sctp_packet_source_port(pkt->data), init.tag,
                        abort_chunk, sizeof abort_chunk);
        sctp_event_drop(ep, 0, SCTP_DROP_OOTB, c->type, now);
        return;
    }
    if (!whole)
    {
        /* section 5.1: its fixed fields, or the last of its parameters, are cut short */
        const bool fixed = c->len >= SCTP_INIT_FIXED;
        sctp_refuse(ep, pkt, init.tag, 0, fixed ? SCTP_E_PROTOCOL : SCTP_E_INVALID_PARAM, NULL, 0);
        sctp_event_drop(ep, a ? a->id : 0, SCTP_DROP_MALFORMED, c->type, now);
        return;
    }
    sctp_init_require_auth(&init, &ep->config);
    if (init.cause)
    {
        sctp_refuse(ep, pkt, init.tag, 0, init.cause, init.culprit.bytes, init.culprit.len);
        sctp_event_drop(ep, a ? a->id : 0, SCTP_DROP_MALFORMED, c->type, now);
        return;
    }
    if (a && a->state != SCTP_COOKIE_WAIT)
    {
        uint8_t added[REFUSAL_INFO];
        struct roam_writer w = roam_writer(added, sizeof added);
        list_new_addresses(a, pkt, &init, &w);
        if (roam_written(&w) > 0)
        {
            sctp_refuse(ep, pkt, init.tag, 0, SCTP_E_RESTART_ADDRESSES, added, roam_written(&w));
            return;
        }
    }
    sctp_init_unsupported(&init, &ep->config);
    send_init_ack(ep, a, pkt, c, &init, now);
}

/* --- COOKIE ECHO ----------------------------------------------------------------------------- */

/** What a valid cookie means to an association that exists (section 5.2.4, table 12). */
enum cookie_case
{
    CASE_RESTART,   /**< A */
    CASE_COLLISION, /**< B: both sides opened at the same time */
    CASE_LATE,      /**< C: the cookie came after its association had gone on */
    CASE_DUPLICATE, /**< D */
    CASE_DISCARD
};

static enum cookie_case judge_cookie(const struct sctp_assoc* a, const struct sctp_cookie* k,
                                     uint32_t peer_tag)
{
    const bool mine = k->my_tag == a->my_tag;
    const bool theirs = peer_tag == a->peer_tag;
    if (mine)
    {
        return theirs ? CASE_DUPLICATE : CASE_COLLISION;
    }
    if (theirs && k->my_tie == 0 && k->peer_tie == 0)
    {
        return CASE_LATE;
    }
    const bool tied = k->my_tie != 0 && k->my_tie == a->my_tie && k->peer_tie == a->peer_tie;
    return !theirs && tied ? CASE_RESTART : CASE_DISCARD;
}

/**
 * Back as it came, be the address confirmed or not (5.4): the peer may reach us, and we it, in no
 * other way. The HEARTBEAT that has to be in the same packet then is the caller's to send.
 */
static void send_cookie_ack(struct sctp_assoc* a, const struct roam_packet* pkt)
{
    const struct sctp_path* p = sctp_path_find(a, &pkt->dst, &pkt->src);
    const bool probed = a->state < SCTP_ESTABLISHED || (p && sctp_may_probe(a, p));
    if (!p || p->state != SCTP_PATH_UNCONFIRMED || !probed)
    {
        p = sctp_reply_path(a, pkt);
    }
    sctp_control_push(a, p ? &p->local : &pkt->dst, p ? &p->peer : &pkt->src, SCTP_C_COOKIE_ACK, 0,
                      0);
}

/** A HEARTBEAT where a packet came from, if that address is not confirmed. */
static void probe_source(struct sctp_assoc* a, const struct roam_packet* pkt, roam_time now)
{
    struct sctp_path* p = sctp_path_find(a, &pkt->dst, &pkt->src);
    if (p && p->state == SCTP_PATH_UNCONFIRMED)
    {
        sctp_heartbeat_now(a, p, now);
    }
}

/* DEVIATION: RFC 4895 section 6.2 would have it authenticated for a peer that lists ERROR; there is
 * no association to do it. */
static void send_stale(struct sctp_endpoint* ep, const struct roam_packet* pkt,
                       const struct sctp_cookie* k, uint32_t peer_tag, roam_time now)
{
    /* section 3.3.10.3: the measure of staleness, rounded up in microseconds */
    const uint64_t us = ((uint64_t)(now - k->created - k->life) + 999) / 1000;
    uint8_t chunk[SCTP_CHUNK_HEADER + 8];
    uint8_t staleness[4];
    struct roam_writer w = roam_writer(chunk, sizeof chunk);
    roam_put32(staleness, us > UINT32_MAX ? UINT32_MAX : (uint32_t)us);
    sctp_write_chunk(&w, SCTP_C_ERROR, 0, sizeof chunk);
    sctp_write_param(&w, SCTP_E_STALE_COOKIE, staleness, 4);
    sctp_stray_send(ep, &pkt->dst, &pkt->src, k->peer_port, peer_tag, chunk, sizeof chunk);
}

/** Fills a fresh or emptied association from the cookie. False when memory is short. */
static bool take_cookie(struct sctp_assoc* a, const struct sctp_cookie* k,
                        const struct sctp_init* init, roam_time now)
{
    a->my_tag = k->my_tag;
    a->my_first_tsn = k->my_tsn;
    a->auth.offer = k->offer;
    if (a->n_bound == 0)
    {
        bool ok = sctp_bind_local(a, &k->local, SCTP_BOUND);
        for (size_t i = 0; ok && i < k->n_locals; i++)
        {
            ok = sctp_bound_find(a, &k->locals[i]) || sctp_bind_local(a, &k->locals[i], SCTP_BOUND);
        }
        if (!ok)
        {
            return false;
        }
    }
    /* section 5.4 rule 2: the address that the INIT ACK went to is confirmed */
    struct sctp_peer* peer = sctp_peer_add(a, &k->peer, true, now);
    if (!peer || !sctp_init_learn(a, init, now))
    {
        return false;
    }
    sctp_peer_confirm(a, peer, now);
    sctp_init_keep_listed(a, init, &k->peer, now);
    a->my_tie = a->peer_tie = 0; /* those of an association are good for one restart */
    return true;
}

static struct sctp_assoc* accept_new(struct sctp_endpoint* ep, const struct roam_packet* pkt,
                                     const struct sctp_cookie* k, const struct sctp_init* init,
                                     roam_time now)
{
    struct sctp_assoc* a = sctp_assoc_new(ep, k->peer_port);
    if (!a)
    {
        return NULL;
    }
    if (!take_cookie(a, k, init, now) || !sctp_data_path(a))
    {
        sctp_assoc_free(a);
        sctp_refuse(ep, pkt, init->tag, 0, SCTP_E_RESOURCE, NULL, 0);
        return NULL;
    }
    send_cookie_ack(a, pkt);
    sctp_established(a, now);
    return a;
}

/** All that was learned of a peer's addresses and paths is void (sections 5.2.4 A and 5.4). */
static void forget_paths(struct sctp_assoc* a, roam_time now)
{
    for (size_t i = 0; i < a->n_peers; i++)
    {
        a->peers[i]->confirmed = a->peers[i]->wants_primary = false;
    }
    for (size_t i = 0; i < a->n_paths; i++)
    {
        struct sctp_path* p = a->paths[i];
        p->t3 = p->hb = ROAM_TIMER_STOPPED;
        p->errors = 0;
        p->timing = p->hb_outstanding = false;
        sctp_rto_reset(&p->rto, &a->config);
        sctp_path_enter(a, p, sctp_path_routed(a, p) ? SCTP_PATH_UNCONFIRMED : SCTP_PATH_INACTIVE,
                        now);
    }
}

/** Case A: the peer has lost its state, and what was queued for it is lost with it (5.2.4.1). */
static bool restart(struct sctp_assoc* a, const struct sctp_cookie* k, const struct sctp_init* init,
                    roam_time now)
{
    sctp_fail_all(a, now);
    sctp_data_clear(a);
    sctp_parts_abort(a, now);
    sctp_inbound_clear(a);
    sctp_asconf_unanswered(a, now);
    for (size_t i = 0; i < a->n_bound; i++)
    {
        a->bound[i].state = SCTP_BOUND; /* our INIT ACK has listed them all */
    }
    roam_ring_free(&a->control);
    free(a->cookie);
    a->cookie = NULL;
    a->cookie_len = 0;
    a->t1 = a->t2 = a->t4 = a->t5 = a->sack_timer = ROAM_TIMER_STOPPED;
    a->sack_due = a->fast_packet = false;
    a->errors = 0;
    forget_paths(a, now);
    if (!take_cookie(a, k, init, now))
    {
        return false;
    }
    sctp_enter(a, SCTP_ESTABLISHED, now);
    sctp_event_push(a->ep, SCTP_EV_RESTART, a->id, now);
    return true;
}

/** What cases A, and B after the handshake, come down to. */
static struct sctp_assoc* start_anew(struct sctp_assoc* a, const struct roam_packet* pkt,
                                     const struct sctp_cookie* k, const struct sctp_init* init,
                                     roam_time now)
{
    if (!restart(a, k, init, now))
    {
        return NULL;
    }
    send_cookie_ack(a, pkt);
    sctp_watch_paths(a, now);
    return a;
}

static struct sctp_assoc* existing(struct sctp_assoc* a, const struct roam_packet* pkt,
                                   const struct sctp_cookie* k, const struct sctp_init* init,
                                   bool stale, roam_time now)
{
    const enum cookie_case c = judge_cookie(a, k, init->tag);
    if (stale && c != CASE_DUPLICATE)
    {
        send_stale(a->ep, pkt, k, init->tag, now);
        return NULL;
    }
    switch (c)
    {
    case CASE_DUPLICATE:
        send_cookie_ack(a, pkt);
        if (a->state == SCTP_COOKIE_ECHOED)
        {
            sctp_established(a, now);
        }
        else
        {
            probe_source(a, pkt, now);
        }
        return a;
    case CASE_COLLISION:
        if (a->state != SCTP_COOKIE_WAIT && a->state != SCTP_COOKIE_ECHOED)
        {
            return start_anew(a, pkt, k, init, now); /* its tag is new, and so is all the rest */
        }
        sctp_inbound_clear(a);
        if (!take_cookie(a, k, init, now))
        {
            return NULL;
        }
        send_cookie_ack(a, pkt); /* before anything else: it must be the first chunk (5.1 E) */
        sctp_established(a, now);
        return a;
    case CASE_RESTART:
        if (a->state == SCTP_SHUTDOWN_ACK_SENT)
        {
            sctp_send_shutdown_ack(a, pkt, now);
            sctp_error_send(a, pkt, SCTP_E_COOKIE_SHUTDOWN, NULL, 0);
            return NULL;
        }
        return start_anew(a, pkt, k, init, now);
    default: /* C and everything not in the table: discard silently */
        return NULL;
    }
}

/**
 * RFC 4895 section 6.3: an AUTH chunk before a COOKIE ECHO is checked with what the cookie brings,
 * when there is no association whose key it could be. False to drop the packet silently.
 */
static bool authenticated(const struct sctp_endpoint* ep, const struct sctp_assoc* a,
                          const struct sctp_cookie* k, const struct sctp_init* init,
                          struct sctp_cookie_auth* auth)
{
    struct sctp_auth own = {.offer = k->offer};
    bool ok =
        sctp_keys_copy(&own.keys, a ? &a->auth.keys : &ep->keys) && sctp_auth_learn(&own, init);
    if (ok && auth->waits)
    {
        ok = auth->done = sctp_auth_check(&own, &auth->chunk, auth->end) == SCTP_AUTH_OK;
    }
    ok = ok && (auth->done || !sctp_auth_required(&own, SCTP_C_COOKIE_ECHO));
    sctp_auth_clear(&own);
    return ok;
}

struct sctp_assoc* sctp_on_cookie_echo(struct sctp_endpoint* ep, struct sctp_assoc* a,
                                       const struct roam_packet* pkt, const struct sctp_chunk* c,
                                       uint32_t vtag, struct sctp_cookie_auth* auth, roam_time now)
{
    struct sctp_cookie k;
    struct sctp_init init;
    struct sctp_chunk init_chunk;
    struct roam_reader r;
    const uint16_t peer_port = sctp_packet_source_port(pkt->data);
    if (!sctp_cookie_read(ep, c->body, c->body_len, &k) || k.peer_port != peer_port ||
        vtag != k.my_tag)
    {
        sctp_event_drop(ep, a ? a->id : 0, SCTP_DROP_AUTH, c->type, now);
        return NULL;
    }
    r = roam_reader(k.init, k.init_len);
    if (!sctp_next_chunk(&r, &init_chunk) || !sctp_init_read(&init_chunk, &init))
    {
        return NULL; /* cannot happen with our own cookie, unless the secret has changed */
    }
    const struct roam_packet init_packet = {.src = k.peer, .dst = k.local};
    sctp_scope_narrow(ep, a, &init_packet, &init);
    struct sctp_assoc* named = sctp_by_peer(ep, &k.peer, peer_port);
    if (a && named && a != named)
    {
        /* from an address of one association, the cookie of another: no case of section 5.2.4 */
        sctp_event_drop(ep, a->id, SCTP_DROP_UNEXPECTED, c->type, now);
        return NULL;
    }
    a = a ? a : named;
    if (!authenticated(ep, a, &k, &init, auth))
    {
        sctp_event_drop(ep, a ? a->id : 0, SCTP_DROP_AUTH, c->type, now);
        return NULL;
    }
    const bool stale = now > k.created + k.life;
    if (a)
    {
        return existing(a, pkt, &k, &init, stale, now);
    }
    if (stale)
    {
        send_stale(ep, pkt, &k, init.tag, now);
        return NULL;
    }
    return accept_new(ep, pkt, &k, &init, now);
}

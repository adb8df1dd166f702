/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An association's life: birth, state, addresses, errors, timers, end. */
#include "core/sctp/sctp-priv.h"

#include <stdlib.h>

struct sctp_assoc* sctp_assoc_new(struct sctp_endpoint* ep, uint16_t peer_port)
{
    struct sctp_assoc* a = calloc(1, sizeof *a);
    if (!a)
    {
        return NULL;
    }
    a->ep = ep;
    a->config = ep->config;
    a->id = ++ep->last_id;
    a->peer_port = peer_port;
    a->t1 = a->t2 = a->t4 = a->t5 = a->sack_timer = a->life = ROAM_TIMER_STOPPED;
    a->udp_port = ep->receiving ? ep->receiving->udp_port : ep->udp_port;
    /* its place among the timers is taken now, so that no later setting of one can fail */
    if (!sctp_keys_copy(&a->auth.keys, &ep->keys) ||
        !roam_heap_set(&ep->expiries, &a->expiry, ROAM_NEVER) ||
        !roam_table_insert(&ep->ids, &a->by_id, roam_hash_mix(a->id)))
    {
        roam_heap_remove(&ep->expiries, &a->expiry);
        sctp_auth_clear(&a->auth);
        free(a);
        return NULL;
    }
    return a;
}

/** Forgets the address that the peer has deleted longest ago. */
static void forget_oldest(struct sctp_assoc* a)
{
    roam_table_remove(&a->ep->peers, &a->former[0]->node);
    free(a->former[0]);
    a->n_former--;
    memmove(&a->former[0], &a->former[1], a->n_former * sizeof a->former[0]);
}

/** Takes the association out of everything that finds it except its id. */
static void detach(struct sctp_assoc* a)
{
    for (size_t i = 0; i < a->n_peers; i++)
    {
        roam_table_remove(&a->ep->peers, &a->peers[i]->node);
        free(a->peers[i]);
    }
    a->n_peers = 0;
    while (a->n_former > 0)
    {
        forget_oldest(a);
    }
    roam_heap_remove(&a->ep->expiries, &a->expiry);
    if (a->dirty)
    {
        roam_list_remove(&a->ep->dirty, &a->in_dirty);
        a->dirty = false;
    }
}

void sctp_assoc_free(struct sctp_assoc* a)
{
    detach(a);
    roam_table_remove(&a->ep->ids, &a->by_id);
    roam_ring_free(&a->control);
    sctp_data_clear(a);
    sctp_inbound_clear(a);
    sctp_asconf_clear(a);
    sctp_auth_clear(&a->auth);
    for (size_t i = 0; i < a->n_paths; i++)
    {
        free(a->paths[i]);
    }
    free(a->paths);
    free(a->peers);
    free(a->bound);
    free(a->cookie);
    free(a);
}

static bool is_opening(enum sctp_state state)
{
    return state == SCTP_COOKIE_WAIT || state == SCTP_COOKIE_ECHOED;
}

void sctp_enter(struct sctp_assoc* a, enum sctp_state state, roam_time now)
{
    if (a->state == state)
    {
        return;
    }
    struct sctp_event* ev = sctp_event_push(a->ep, SCTP_EV_STATE, a->id, now);
    if (ev)
    {
        ev->u.state.from = a->state;
        ev->u.state.to = state;
    }
    a->ep->n_opening += is_opening(state);
    a->ep->n_opening -= is_opening(a->state);
    a->state = state;
}

static void end(struct sctp_assoc* a)
{
    detach(a);
    roam_ring_free(&a->control);
    a->gone = true;
    roam_list_push(&a->ep->gone, &a->in_gone);
}

struct sctp_event* sctp_lose(struct sctp_assoc* a, enum sctp_lost_why why, uint16_t cause,
                             roam_time now)
{
    if (a->gone)
    {
        return NULL;
    }
    sctp_asconf_unanswered(a, now);
    sctp_fail_all(a, now);
    sctp_parts_abort(a, now);
    sctp_enter(a, SCTP_CLOSED, now);
    struct sctp_event* ev =
        sctp_event_push(a->ep, why == SCTP_LOST_NONE ? SCTP_EV_CLOSED : SCTP_EV_LOST, a->id, now);
    if (ev)
    {
        ev->u.lost.why = why;
        ev->u.lost.cause = cause;
    }
    end(a);
    return ev;
}

void sctp_abort_with(struct sctp_assoc* a, enum sctp_lost_why why, uint16_t cause, const void* info,
                     size_t info_len, roam_time now)
{
    uint8_t chunk[SCTP_CHUNK_HEADER + SCTP_PARAM_HEADER + SCTP_REASON_MAX];
    assert(info_len <= SCTP_REASON_MAX);
    const size_t len = cause ? SCTP_PARAM_HEADER + info_len : 0;
    struct roam_writer w = roam_writer(chunk, sizeof chunk);
    sctp_write_chunk(&w, SCTP_C_ABORT, 0, SCTP_CHUNK_HEADER + len);
    if (cause)
    {
        sctp_write_param(&w, cause, info, info_len);
    }
    const struct sctp_path* p = sctp_data_path(a);
    if (p && a->peer_tag != 0) /* before the INIT ACK there is nobody to tell */
    {
        sctp_last_words(a, &p->local, &p->peer, chunk, roam_written(&w));
    }
    sctp_lose(a, why, cause, now);
}

void sctp_violation(struct sctp_assoc* a, const char* how, roam_time now)
{
    sctp_abort_with(a, SCTP_LOST_PROTOCOL, SCTP_E_PROTOCOL, how, strlen(how), now);
}

void sctp_count_error(struct sctp_assoc* a, struct sctp_path* p, roam_time now)
{
    if (++a->errors > a->config.max_retrans)
    {
        /* section 8.1: the peer is unreachable. If it still hears us, it learns that the
         * association is gone, and does not go on with it alone (section 9.1) */
        sctp_abort_with(a, SCTP_LOST_RETRANS, 0, NULL, 0, now);
        return;
    }
    if (p)
    {
        sctp_path_strike(a, p, now);
    }
}

void sctp_clear_errors(struct sctp_assoc* a, struct sctp_path* p, roam_time now)
{
    a->errors = 0;
    if (p)
    {
        p->errors = 0;
        const bool down = p->state == SCTP_PATH_INACTIVE || p->state == SCTP_PATH_PF;
        if (down && sctp_path_usable(a, p))
        {
            sctp_path_enter(a, p, SCTP_PATH_ACTIVE, now);
            sctp_primary_switchover(a, now);
        }
    }
}

/* --- Addresses ------------------------------------------------------------------------------- */

struct sctp_bound* sctp_bound_find(const struct sctp_assoc* a, const struct roam_addr* addr)
{
    for (size_t i = 0; i < a->n_bound; i++)
    {
        if (roam_addr_equal(&a->bound[i].addr, addr))
        {
            return &a->bound[i];
        }
    }
    return NULL;
}

bool sctp_bind_local(struct sctp_assoc* a, const struct roam_addr* addr,
                     enum sctp_bound_state state)
{
    struct sctp_bound* bound = realloc(a->bound, (a->n_bound + 1) * sizeof *bound);
    if (!bound)
    {
        return false;
    }
    a->bound = bound;
    a->bound[a->n_bound++] = (struct sctp_bound){*addr, state};
    return true;
}

void sctp_unbind_local(struct sctp_assoc* a, const struct roam_addr* addr, roam_time now)
{
    for (size_t i = a->n_paths; i-- > 0;)
    {
        if (roam_addr_equal(&a->paths[i]->local, addr))
        {
            sctp_path_remove(a, a->paths[i], now);
        }
    }
    struct sctp_bound* b = sctp_bound_find(a, addr);
    if (b)
    {
        const size_t i = (size_t)(b - a->bound);
        memmove(b, b + 1, (a->n_bound - i - 1) * sizeof *b);
        a->n_bound--;
    }
}

struct sctp_peer* sctp_peer_find(const struct sctp_assoc* a, const struct roam_addr* addr)
{
    for (size_t i = 0; i < a->n_peers; i++)
    {
        if (roam_addr_equal(&a->peers[i]->addr, addr))
        {
            return a->peers[i];
        }
    }
    return NULL;
}

struct sctp_peer* sctp_peer_add(struct sctp_assoc* a, const struct roam_addr* addr, bool confirmed,
                                roam_time now)
{
    struct sctp_peer* peer = sctp_peer_find(a, addr);
    if (peer)
    {
        return peer;
    }
    if (sctp_by_peer(a->ep, addr, a->peer_port))
    {
        return NULL; /* another association has it */
    }
    struct sctp_peer** peers = realloc(a->peers, (a->n_peers + 1) * sizeof *peers);
    if (peers)
    {
        a->peers = peers;
    }
    peer = peers && a->n_peers < SCTP_MAX_PEERS ? calloc(1, sizeof *peer) : NULL;
    if (!peer)
    {
        return NULL;
    }
    peer->assoc = a;
    peer->addr = *addr;
    peer->confirmed = confirmed;
    peer->config = sctp_path_config_of(&a->config);
    peer->udp_port = a->udp_port;
    if (!roam_table_insert(&a->ep->peers, &peer->node, sctp_peer_hash(a->ep, addr, a->peer_port)))
    {
        free(peer);
        return NULL;
    }
    a->peers[a->n_peers++] = peer;
    return sctp_paths_complete(a, now) ? peer : NULL;
}

/** Discards what waits for a packet to an address that is no longer the peer's; only the answer to
 * an ASCONF may go there (RFC 5061 sections 5.2 E6 and 5.3 F13). */
static void drop_control_to(struct sctp_assoc* a, const struct roam_addr* addr)
{
    for (size_t i = a->control.n; i-- > 0;)
    {
        struct sctp_control* c = roam_ring_at(&a->control, i);
        if (roam_addr_equal(&c->peer, addr) && c->bytes[0] != SCTP_C_ASCONF_ACK)
        {
            roam_ring_remove(&a->control, i, 1);
            free(c);
        }
    }
}

/** Takes an address out of the association. It is still in the endpoint's table. NULL without it.
 */
static struct sctp_peer* take_peer(struct sctp_assoc* a, const struct roam_addr* addr,
                                   roam_time now)
{
    drop_control_to(a, addr);
    for (size_t i = a->n_paths; i-- > 0;)
    {
        if (roam_addr_equal(&a->paths[i]->peer, addr))
        {
            sctp_path_remove(a, a->paths[i], now);
        }
    }
    for (size_t i = 0; i < a->n_peers; i++)
    {
        struct sctp_peer* peer = a->peers[i];
        if (roam_addr_equal(&peer->addr, addr))
        {
            memmove(&a->peers[i], &a->peers[i + 1], (a->n_peers - i - 1) * sizeof a->peers[0]);
            a->n_peers--;
            return peer;
        }
    }
    return NULL;
}

void sctp_peer_remove(struct sctp_assoc* a, const struct roam_addr* addr, roam_time now)
{
    struct sctp_peer* peer = take_peer(a, addr, now);
    if (peer)
    {
        roam_table_remove(&a->ep->peers, &peer->node);
        free(peer);
    }
}

void sctp_peer_deleted(struct sctp_assoc* a, const struct roam_addr* addr, roam_time now)
{
    struct sctp_peer* peer = take_peer(a, addr, now);
    if (peer)
    {
        if (a->n_former == SCTP_MAX_FORMER)
        {
            forget_oldest(a);
        }
        peer->former = true;
        a->former[a->n_former++] = peer;
    }
}

/* --- Timers ---------------------------------------------------------------------------------- */

void sctp_assoc_expire(struct sctp_assoc* a, roam_time now)
{
    const struct
    {
        struct roam_timer* timer;
        void (*due)(struct sctp_assoc*, roam_time);
    } timers[] = {
        {&a->t1, sctp_on_t1}, {&a->t2, sctp_on_t2},     {&a->t5, sctp_on_t5},
        {&a->t4, sctp_on_t4}, {&a->life, sctp_on_life},
    };
    for (size_t i = 0; i < sizeof timers / sizeof timers[0] && !a->gone; i++)
    {
        if (roam_timer_take(timers[i].timer, now))
        {
            timers[i].due(a, now);
        }
    }
    if (!a->gone && roam_timer_take(&a->sack_timer, now))
    {
        a->sack_due = true;
    }
    for (size_t i = 0; i < a->n_paths && !a->gone; i++)
    {
        if (roam_timer_take(&a->paths[i]->t3, now))
        {
            sctp_on_t3(a, a->paths[i], now);
        }
        if (!a->gone && roam_timer_take(&a->paths[i]->raise, now))
        {
            sctp_on_raise_timer(a, a->paths[i], now);
        }
        if (!a->gone && roam_timer_take(&a->paths[i]->hb, now))
        {
            sctp_on_hb_timer(a, a->paths[i], now);
        }
    }
}

roam_time sctp_assoc_next_expiry(const struct sctp_assoc* a)
{
    roam_time t = roam_time_min(a->t1.at, a->t2.at);
    t = roam_time_min(t, roam_time_min(a->t4.at, a->t5.at));
    t = roam_time_min(t, roam_time_min(a->sack_timer.at, a->life.at));
    for (size_t i = 0; i < a->n_paths; i++)
    {
        t = roam_time_min(t, roam_time_min(a->paths[i]->t3.at, a->paths[i]->hb.at));
        t = roam_time_min(t, a->paths[i]->raise.at);
    }
    return t;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Paths: which there are, which may carry data, which is primary. */
#include "core/sctp/sctp-priv.h"

#include <stdlib.h>

#define YOUNG_RTOS 4 /* for so long may a packet from before an address change be answered */

struct sctp_path* sctp_path_find(const struct sctp_assoc* a, const struct roam_addr* local,
                                 const struct roam_addr* peer)
{
    for (size_t i = 0; i < a->n_paths; i++)
    {
        struct sctp_path* p = a->paths[i];
        if (roam_addr_equal(&p->peer, peer) && roam_addr_equal(&p->local, local))
        {
            return p;
        }
    }
    return NULL;
}

void sctp_path_enter(struct sctp_assoc* a, struct sctp_path* p, enum sctp_path_state state,
                     roam_time now)
{
    if (p->state == state)
    {
        return;
    }
    p->state = state;
    struct sctp_event* ev = sctp_event_push(a->ep, SCTP_EV_PATH, a->id, now);
    if (ev)
    {
        ev->u.path.local = p->local;
        ev->u.path.peer = p->peer;
        ev->u.path.state = state;
        for (size_t i = 0; i < a->n_paths; i++)
        {
            const struct sctp_path* q = a->paths[i];
            ev->u.path.n_active +=
                q->state == SCTP_PATH_ACTIVE && roam_addr_equal(&q->peer, &p->peer);
        }
    }
}

bool sctp_path_routed(const struct sctp_assoc* a, const struct sctp_path* p)
{
    const struct sctp_local* local = sctp_local_find(a->ep, &p->local);
    return local && sctp_route_interface(a->ep, local, &p->peer) == local->ifindex;
}

bool sctp_path_usable(const struct sctp_assoc* a, const struct sctp_path* p)
{
    const struct sctp_bound* b = sctp_bound_find(a, &p->local);
    const struct sctp_peer* peer = sctp_peer_find(a, &p->peer);
    return b && b->state == SCTP_BOUND && peer && peer->confirmed && sctp_path_routed(a, p);
}

/** The state that a path without errors has. */
static enum sctp_path_state healthy_state(const struct sctp_assoc* a, const struct sctp_path* p)
{
    if (sctp_path_usable(a, p))
    {
        return SCTP_PATH_ACTIVE;
    }
    return sctp_path_routed(a, p) ? SCTP_PATH_UNCONFIRMED : SCTP_PATH_INACTIVE;
}

void sctp_path_renew(struct sctp_path* p, roam_time now)
{
    p->young_until = now + YOUNG_RTOS * p->rto.value;
}

static bool path_add(struct sctp_assoc* a, const struct roam_addr* local,
                     const struct sctp_peer* peer, roam_time now)
{
    struct sctp_path** paths = realloc(a->paths, (a->n_paths + 1) * sizeof *paths);
    struct sctp_path* p = calloc(1, sizeof *p);
    if (paths)
    {
        a->paths = paths;
    }
    if (!paths || !p)
    {
        free(p);
        return false;
    }
    p->local = *local;
    p->peer = peer->addr;
    p->config = peer->config;
    p->state = SCTP_PATH_REMOVED;
    sctp_rto_reset(&p->rto, &a->config);
    p->t3 = p->hb = p->raise = ROAM_TIMER_STOPPED;
    if (a->state >= SCTP_ESTABLISHED)
    {
        sctp_path_renew(p, now);
    }
    sctp_path_mtu_reset(p);
    sctp_cwnd_init(a, p);
    p->place = a->n_paths;
    a->paths[a->n_paths++] = p;
    sctp_path_enter(a, p, healthy_state(a, p), now);
    if (!a->primary)
    {
        sctp_make_primary(a, p, now);
    }
    return true;
}

bool sctp_paths_complete(struct sctp_assoc* a, roam_time now)
{
    for (size_t i = 0; i < a->n_bound; i++)
    {
        const struct roam_addr* local = &a->bound[i].addr;
        for (size_t k = 0; k < a->n_peers; k++)
        {
            const struct roam_addr* peer = &a->peers[k]->addr;
            const bool possible = local->family == peer->family && sctp_scope_same(local, peer);
            if (possible && !sctp_path_find(a, local, peer) &&
                !path_add(a, local, a->peers[k], now))
            {
                return false;
            }
        }
    }
    return true;
}

void sctp_path_remove(struct sctp_assoc* a, struct sctp_path* p, roam_time now)
{
    sctp_path_enter(a, p, SCTP_PATH_REMOVED, now);
    a->n_paths--;
    for (size_t i = p->place; i < a->n_paths; i++)
    {
        a->paths[i] = a->paths[i + 1];
        a->paths[i]->place = i;
    }
    sctp_data_leave_path(a, p);
    if (a->primary == p)
    {
        a->primary = NULL;
        struct sctp_path* next = sctp_path_substitute(a, p);
        if (next || a->n_paths > 0)
        {
            sctp_make_primary(a, next ? next : a->paths[0], now);
        }
    }
    free(p);
}

/** True if a path fits these ends, of which either may be left open. */
static bool is_between(const struct sctp_path* p, const struct roam_addr* local,
                       const struct roam_addr* peer)
{
    return (!local || roam_addr_equal(&p->local, local)) &&
           (!peer || roam_addr_equal(&p->peer, peer));
}

struct sctp_path* sctp_path_between(const struct sctp_assoc* a, const struct roam_addr* local,
                                    const struct roam_addr* peer)
{
    struct sctp_path* p =
        sctp_path_find(a, local ? local : &a->primary->local, peer ? peer : &a->primary->peer);
    for (size_t i = 0; i < a->n_paths && !(p && sctp_path_routed(a, p)); i++)
    {
        if (is_between(a->paths[i], local, peer) && sctp_path_usable(a, a->paths[i]))
        {
            return a->paths[i];
        }
    }
    return p;
}

/* --- Which path ------------------------------------------------------------------------------ */

unsigned sctp_path_divergence(const struct sctp_path* a, const struct sctp_path* b)
{
    return !roam_addr_equal(&a->local, &b->local) + !roam_addr_equal(&a->peer, &b->peer);
}

/** How much can be said for a path, by its state. */
static unsigned hope(const struct sctp_path* p)
{
    return p->state == SCTP_PATH_ACTIVE ? 2 : p->state == SCTP_PATH_PF ? 1 : 0;
}

/** Active, else potentially failed (RFC 7829 section 3.2 (4)), else inactive (section 4.1); among
 * equals the one with the fewest errors. */
static bool more_likely(const struct sctp_path* x, const struct sctp_path* y)
{
    return hope(x) > hope(y) || (hope(x) == hope(y) && x->errors < y->errors);
}

/** True if x is better than y in the place of a path. */
typedef bool better_path(const struct sctp_path* x, const struct sctp_path* y,
                         const struct sctp_path* to);

/** Section 6.4.1: the most divergent pair of source and destination. */
static bool is_farther(const struct sctp_path* x, const struct sctp_path* y,
                       const struct sctp_path* to)
{
    return to && sctp_path_divergence(x, to) > sctp_path_divergence(y, to);
}

/** It shares an end with the path, if it can. */
static bool is_nearer(const struct sctp_path* x, const struct sctp_path* y,
                      const struct sctp_path* to)
{
    return sctp_path_divergence(x, to) < sctp_path_divergence(y, to);
}

/** The likeliest usable path besides one; among equals the better one. */
static struct sctp_path* best_besides(const struct sctp_assoc* a, const struct sctp_path* not_this,
                                      better_path* better)
{
    struct sctp_path* best = NULL;
    for (size_t i = 0; i < a->n_paths; i++)
    {
        struct sctp_path* p = a->paths[i];
        if (p != not_this && sctp_path_usable(a, p) &&
            (!best || more_likely(p, best) || (!more_likely(best, p) && better(p, best, not_this))))
        {
            best = p;
        }
    }
    return best;
}

struct sctp_path* sctp_other_path(const struct sctp_assoc* a, const struct sctp_path* not_this)
{
    return best_besides(a, not_this, is_farther);
}

struct sctp_path* sctp_path_substitute(const struct sctp_assoc* a, const struct sctp_path* gone)
{
    return best_besides(a, gone, is_nearer);
}

struct sctp_path* sctp_data_path(const struct sctp_assoc* a)
{
    struct sctp_path* primary = a->primary;
    const bool primary_usable = primary && sctp_path_usable(a, primary);
    if (primary_usable && primary->state == SCTP_PATH_ACTIVE)
    {
        return primary;
    }
    if (primary && !primary_usable)
    {
        return sctp_path_substitute(a, primary);
    }
    struct sctp_path* other = sctp_other_path(a, primary);
    return primary_usable && !(other && more_likely(other, primary)) ? primary : other;
}

void sctp_make_primary(struct sctp_assoc* a, struct sctp_path* p, roam_time now)
{
    if (a->primary == p)
    {
        return;
    }
    a->primary = p;
    struct sctp_event* ev = sctp_event_push(a->ep, SCTP_EV_PRIMARY, a->id, now);
    if (ev)
    {
        ev->u.path.local = p->local;
        ev->u.path.peer = p->peer;
        ev->u.path.state = p->state;
    }
}

void sctp_prefer_peer(struct sctp_assoc* a, struct sctp_peer* peer, roam_time now)
{
    for (size_t i = 0; i < a->n_peers; i++)
    {
        a->peers[i]->wants_primary = false; /* the latest wish counts */
    }
    if (!peer->confirmed)
    {
        peer->wants_primary = true;
        return;
    }
    /* from the local address in use if it reaches the peer's, else from any that does */
    struct sctp_path* p = a->primary ? sctp_path_find(a, &a->primary->local, &peer->addr) : NULL;
    for (size_t i = 0; i < a->n_paths && (!p || !sctp_path_usable(a, p)); i++)
    {
        if (roam_addr_equal(&a->paths[i]->peer, &peer->addr))
        {
            p = a->paths[i];
        }
    }
    if (p)
    {
        sctp_switch_primary(a, p, now);
    }
}

void sctp_peer_confirm(struct sctp_assoc* a, struct sctp_peer* peer, roam_time now)
{
    if (peer->confirmed)
    {
        return;
    }
    peer->confirmed = true;
    for (size_t i = 0; i < a->n_paths; i++)
    {
        struct sctp_path* p = a->paths[i];
        if (roam_addr_equal(&p->peer, &peer->addr) && sctp_path_usable(a, p))
        {
            /* the address is proven to be the peer's for every pair; that a pair works is not: it
             * keeps its errors, and one that nobody has probed yet will be */
            sctp_path_enter(a, p, sctp_path_standing(p), now);
            sctp_heartbeat_arm(a, p, now);
        }
    }
    if (peer->wants_primary)
    {
        sctp_prefer_peer(a, peer, now);
    }
    sctp_asconf_readdress(a, now); /* it may have waited for just this address */
}

void sctp_path_local_up(struct sctp_assoc* a, struct sctp_path* p, roam_time now)
{
    /* a new attachment is a new network, whatever its address: nothing measured holds */
    p->errors = 0;
    sctp_rto_reset(&p->rto, &a->config);
    p->last_sent = now;
    sctp_path_mtu_reset(p);
    sctp_cwnd_init(a, p);
    sctp_path_enter(a, p, healthy_state(a, p), now);
    if (a->state >= SCTP_ESTABLISHED)
    {
        sctp_heartbeat_now(a, p, now); /* measures it, and confirms what was not confirmed */
    }
}

void sctp_path_local_down(struct sctp_assoc* a, struct sctp_path* p, roam_time now)
{
    roam_timer_stop(&p->hb);
    p->hb_outstanding = false;
    sctp_path_enter(a, p, SCTP_PATH_INACTIVE, now);
    if (sctp_other_path(a, p))
    {
        sctp_data_leave_path(a, p); /* no acknowledgement can come back to that address */
        roam_timer_stop(&p->t3);
    }
}

void sctp_path_route_changed(struct sctp_assoc* a, struct sctp_path* p, roam_time now)
{
    const enum sctp_path_state state = healthy_state(a, p);
    if (state == SCTP_PATH_INACTIVE)
    {
        sctp_path_local_down(a, p, now);
    }
    else if (p->state == SCTP_PATH_INACTIVE)
    {
        sctp_path_local_up(a, p, now);
    }
}

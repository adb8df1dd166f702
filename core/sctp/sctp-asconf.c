/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Our own ASCONF requests (RFC 5061 sections 5.1 and 5.3): queued, one outstanding, retransmitted.
 */
#include "core/sctp/sctp-priv.h"

#include <stdlib.h>

/* The place of a request in its ASCONF is its correlation identifier. */

static uint16_t param_of(enum sctp_asconf_op op)
{
    return op == SCTP_ADD ? SCTP_P_ADD : op == SCTP_DELETE ? SCTP_P_DELETE : SCTP_P_SET_PRIMARY;
}

static bool batch_has(const struct sctp_asconf_batch* b, enum sctp_asconf_op op,
                      const struct roam_addr* addr)
{
    for (size_t i = 0; i < b->n; i++)
    {
        if (b->requests[i].op == op && roam_addr_equal(&b->requests[i].addr, addr))
        {
            return true;
        }
    }
    return false;
}

/* --- Which way ------------------------------------------------------------------------------- */

/**
 * Whether an ASCONF with this batch may leave from a local address: one that is bound, or one that
 * is to be added, by this ASCONF or a later one (5.3 F1), but none that it deletes (F6). A client
 * that has moved on before its ADD was answered has no other.
 */
static bool may_leave_from(const struct sctp_assoc* a, const struct sctp_asconf_batch* b,
                           const struct roam_addr* local)
{
    const struct sctp_bound* bound = sctp_bound_find(a, local);
    return bound && bound->state != SCTP_BOUND_DELETING && sctp_local_find(a->ep, local) &&
           !batch_has(b, SCTP_DELETE, local);
}

/**
 * DEVIATION: last resort of a client that is back where it has just asked to delete its address,
 * and has no other. If the DELETE was done, its answer comes from the peer's cache; if not, the
 * peer refuses it (F8) and the address stays. Either way the next request can follow.
 */
static bool may_leave_at_last(const struct sctp_assoc* a, const struct sctp_asconf_batch* b,
                              const struct roam_addr* local)
{
    (void)b;
    return sctp_local_find(a->ep, local) != NULL;
}

static size_t find_ways(const struct sctp_assoc* a,
                        bool (*may)(const struct sctp_assoc*, const struct sctp_asconf_batch*,
                                    const struct roam_addr*),
                        struct sctp_path** ways, size_t max)
{
    const struct sctp_asconf_batch* b = roam_ring_first(&a->batches);
    struct sctp_path* usual = sctp_data_path(a);
    size_t n = 0;
    if (usual && may(a, b, &usual->local))
    {
        ways[n++] = usual;
    }
    for (size_t i = 0; i < a->n_paths && n < max; i++)
    {
        struct sctp_path* p = a->paths[i];
        const struct sctp_peer* peer = sctp_peer_find(a, &p->peer);
        if (p != usual && peer && peer->confirmed && may(a, b, &p->local))
        {
            ways[n++] = p;
        }
    }
    return n;
}

/**
 * The path for the outstanding ASCONF: the path of data first, and with each retransmission the
 * next one that is possible, addresses that are being added included.
 */
static struct sctp_path* asconf_path(const struct sctp_assoc* a)
{
    struct sctp_path* ways[64];
    size_t n = find_ways(a, may_leave_from, ways, 64);
    if (n == 0)
    {
        n = find_ways(a, may_leave_at_last, ways, 64);
    }
    return n ? ways[a->asconf_sends % n] : NULL;
}

/* --- Sending --------------------------------------------------------------------------------- */

static void transmit(struct sctp_assoc* a, roam_time now)
{
    struct sctp_path* p = asconf_path(a);
    a->asconf_local = p ? p->local : (struct roam_addr){0};
    a->asconf_peer = p ? p->peer : (struct roam_addr){0};
    if (!p)
    {
        /* nothing is sent, so nothing goes unanswered: sctp_asconf_readdress() goes on */
        roam_timer_stop(&a->t4);
        return;
    }
    roam_timer_start(&a->t4, p->rto, now);
    a->asconf_sends++;
    struct sctp_control* c = sctp_control_push(a, &p->local, &p->peer, SCTP_C_ASCONF, 0,
                                               a->asconf_len - SCTP_CHUNK_HEADER);
    if (c)
    {
        memcpy(c->bytes, a->asconf, a->asconf_len);
    }
}

/** An address by which the peer surely knows us (section 4.1.1, the Address Parameter). */
static const struct roam_addr* known_address(const struct sctp_assoc* a)
{
    for (size_t i = 0; i < a->n_bound; i++)
    {
        if (a->bound[i].state == SCTP_BOUND)
        {
            return &a->bound[i].addr;
        }
    }
    return &a->bound[0].addr;
}

/** Builds the chunk for the first batch and sends it, unless one is outstanding. */
static void start_next(struct sctp_assoc* a, roam_time now)
{
    const struct sctp_asconf_batch* b = roam_ring_first(&a->batches);
    if (a->asconf || !b || a->state != SCTP_ESTABLISHED)
    {
        return;
    }
    const struct roam_addr* name = known_address(a);
    size_t len = SCTP_CHUNK_HEADER + 4 + sctp_addr_param_len(name);
    for (size_t i = 0; i < b->n; i++)
    {
        len += SCTP_PARAM_HEADER + 4 + sctp_addr_param_len(&b->requests[i].addr);
    }
    uint8_t* chunk = malloc(len);
    if (!chunk)
    {
        return; /* T4 is not running; the next request or acknowledgement tries again */
    }
    struct roam_writer w = roam_writer(chunk, len);
    sctp_write_chunk(&w, SCTP_C_ASCONF, 0, len);
    roam_write32(&w, a->my_serial);
    sctp_write_addr(&w, name);
    for (size_t i = 0; i < b->n; i++)
    {
        const struct sctp_asconf_request* q = &b->requests[i];
        roam_write16(&w, param_of(q->op));
        roam_write16(&w, (uint16_t)(SCTP_PARAM_HEADER + 4 + sctp_addr_param_len(&q->addr)));
        roam_write32(&w, (uint32_t)i);
        sctp_write_addr(&w, &q->addr);
    }
    assert(roam_written(&w) == len);
    a->asconf = chunk;
    a->asconf_len = len;
    a->asconf_sends = 0;
    sctp_switch_asked(a, b);
    transmit(a, now);
}

/* --- Asking ---------------------------------------------------------------------------------- */

/** Whether a local address can reach the peer: an address of the same family and scope. */
static bool reaches_peer(const struct sctp_assoc* a, const struct roam_addr* local)
{
    for (size_t i = 0; i < a->n_peers; i++)
    {
        const struct roam_addr* peer = &a->peers[i]->addr;
        if (a->peers[i]->confirmed && peer->family == local->family &&
            roam_addr_is_link_local(peer) == roam_addr_is_link_local(local))
        {
            return true;
        }
    }
    return false;
}

static bool asked(const struct sctp_asconf_request* requests, size_t n, enum sctp_asconf_op op,
                  const struct roam_addr* addr)
{
    for (size_t i = 0; i < n; i++)
    {
        if (requests[i].op == op && roam_addr_equal(&requests[i].addr, addr))
        {
            return true;
        }
    }
    return false;
}

/** Whether an address that reaches the peer stays, if all that is asked for is granted. */
static bool would_stay(const struct sctp_assoc* a, const struct sctp_asconf_request* requests,
                       size_t n)
{
    for (size_t i = 0; i < a->n_bound; i++)
    {
        const struct sctp_bound* b = &a->bound[i];
        if (b->state != SCTP_BOUND_DELETING && reaches_peer(a, &b->addr) &&
            !asked(requests, n, SCTP_DELETE, &b->addr))
        {
            return true;
        }
    }
    for (size_t i = 0; i < n; i++)
    {
        if (requests[i].op == SCTP_ADD && reaches_peer(a, &requests[i].addr) &&
            !asked(requests, n, SCTP_DELETE, &requests[i].addr))
        {
            return true;
        }
    }
    return false;
}

static int check(const struct sctp_assoc* a, const struct sctp_asconf_request* requests, size_t n)
{
    bool deletes = false;
    for (size_t i = 0; i < n; i++)
    {
        const struct sctp_asconf_request* q = &requests[i];
        const struct sctp_bound* bound = sctp_bound_find(a, &q->addr);
        deletes |= q->op == SCTP_DELETE;
        if (a->no_op[q->op])
        {
            return ROAM_ENOTSUP; /* 5.3 F2: the peer did not know it; it is not asked again */
        }
        if (asked(requests, i, q->op, &q->addr))
        {
            return ROAM_EINVAL; /* twice in one chunk */
        }
        if (q->op == SCTP_ADD)
        {
            if (bound)
            {
                return ROAM_EEXIST;
            }
            if (!sctp_local_find(a->ep, &q->addr))
            {
                return ROAM_EINVAL;
            }
        }
        else if ((!bound || bound->state == SCTP_BOUND_DELETING) &&
                 !asked(requests, i, SCTP_ADD, &q->addr))
        {
            return ROAM_EINVAL;
        }
    }
    return deletes && !would_stay(a, requests, n) ? ROAM_EINVAL : ROAM_OK;
}

/** What holds from the moment of asking: an address is adding, or deleting. */
static bool apply_asking(struct sctp_assoc* a, const struct sctp_asconf_batch* b, roam_time now)
{
    for (size_t i = 0; i < b->n; i++)
    {
        const struct roam_addr* addr = &b->requests[i].addr;
        if (b->requests[i].op == SCTP_ADD &&
            (!sctp_bind_local(a, addr, SCTP_BOUND_ADDING) || !sctp_paths_complete(a, now)))
        {
            return false;
        }
        if (b->requests[i].op == SCTP_DELETE)
        {
            sctp_bound_find(a, addr)->state = SCTP_BOUND_DELETING;
        }
    }
    return true;
}

static void take_back(struct sctp_assoc* a, const struct sctp_asconf_batch* b, roam_time now)
{
    for (size_t i = 0; i < b->n; i++)
    {
        struct sctp_bound* bound = sctp_bound_find(a, &b->requests[i].addr);
        if (bound && b->requests[i].op == SCTP_ADD)
        {
            sctp_unbind_local(a, &b->requests[i].addr, now);
        }
        else if (bound && b->requests[i].op == SCTP_DELETE)
        {
            bound->state = SCTP_BOUND;
        }
    }
}

int sctp_asconf(struct sctp_endpoint* ep, sctp_assoc_id id,
                const struct sctp_asconf_request* requests, size_t n, roam_time now)
{
    struct sctp_assoc* a = sctp_by_id(ep, id);
    if (!a || a->gone)
    {
        return ROAM_ENOENT;
    }
    if (n == 0 || n > SCTP_ASCONF_MAX)
    {
        return ROAM_EINVAL;
    }
    if (a->state != SCTP_ESTABLISHED)
    {
        return ROAM_ESTATE;
    }
    if (!a->has_addip || !sctp_auth_wanted(&a->auth, SCTP_C_ASCONF))
    {
        return ROAM_ENOTSUP;
    }
    const int ok = check(a, requests, n);
    if (ok != ROAM_OK)
    {
        return ok;
    }
    struct sctp_asconf_batch* b = malloc(sizeof *b);
    if (!b)
    {
        return ROAM_ENOMEM;
    }
    b->n = n;
    memcpy(b->requests, requests, n * sizeof *requests);
    if (!apply_asking(a, b, now) || !roam_ring_push(&a->batches, b))
    {
        take_back(a, b, now);
        free(b);
        return ROAM_ENOMEM;
    }
    start_next(a, now);
    sctp_asconf_readdress(a, now);
    sctp_touch(a);
    return ROAM_OK;
}

/* --- Retransmission -------------------------------------------------------------------------- */

void sctp_on_t4(struct sctp_assoc* a, roam_time now)
{
    /* section 5.1 rules B: count, back off, the same chunk again, another way if there is one */
    struct sctp_path* p = sctp_path_find(a, &a->asconf_local, &a->asconf_peer);
    if (p)
    {
        sctp_path_backoff(a, p);
    }
    sctp_count_error(a, p, now);
    if (!a->gone)
    {
        transmit(a, now);
    }
}

void sctp_asconf_readdress(struct sctp_assoc* a, roam_time now)
{
    /* no answer can come to an address that is gone: asking again at once saves a T4 */
    if (a->asconf && !sctp_local_find(a->ep, &a->asconf_local) && asconf_path(a))
    {
        transmit(a, now);
    }
}

/* --- The answer ------------------------------------------------------------------------------ */

static void tell(struct sctp_assoc* a, const struct sctp_asconf_request* q, uint16_t cause,
                 roam_time now)
{
    struct sctp_event* ev = sctp_event_push(a->ep, SCTP_EV_ASCONF, a->id, now);
    if (ev)
    {
        ev->u.asconf.op = q->op;
        ev->u.asconf.addr = q->addr;
        ev->u.asconf.cause = cause;
        ev->u.asconf.serial = a->my_serial;
    }
}

/** Data that waits on paths whose local address is gone takes the new way at once. */
static void leave_dead_paths(struct sctp_assoc* a)
{
    for (size_t i = 0; i < a->n_paths; i++)
    {
        if (!sctp_local_find(a->ep, &a->paths[i]->local))
        {
            sctp_data_leave_path(a, a->paths[i]);
        }
    }
}

static void added(struct sctp_assoc* a, struct sctp_bound* bound, roam_time now)
{
    if (bound->state == SCTP_BOUND_ADDING) /* a DELETE may have been asked for meanwhile */
    {
        bound->state = SCTP_BOUND;
    }
    for (size_t i = 0; i < a->n_paths; i++)
    {
        struct sctp_path* p = a->paths[i];
        if (!roam_addr_equal(&p->local, &bound->addr))
        {
            continue;
        }
        if (sctp_path_usable(a, p))
        {
            p->errors = 0;
            sctp_path_enter(a, p, SCTP_PATH_ACTIVE, now);
        }
        sctp_heartbeat_now(a, p, now); /* its first round-trip time, or its confirmation */
    }
    leave_dead_paths(a);
}

/** An address that stays is watched again. */
static void probe_again(struct sctp_assoc* a, const struct roam_addr* local, roam_time now)
{
    for (size_t i = 0; i < a->n_paths; i++)
    {
        if (roam_addr_equal(&a->paths[i]->local, local))
        {
            sctp_heartbeat_arm(a, a->paths[i], now);
        }
    }
}

static void apply_answer(struct sctp_assoc* a, const struct sctp_asconf_request* q, uint16_t cause,
                         roam_time now)
{
    struct sctp_bound* bound = sctp_bound_find(a, &q->addr);
    if (q->op == SCTP_ADD && bound)
    {
        if (cause)
        {
            sctp_unbind_local(a, &q->addr, now);
        }
        else
        {
            added(a, bound, now);
        }
    }
    else if (q->op == SCTP_DELETE && bound)
    {
        if (cause)
        {
            bound->state = SCTP_BOUND;
            probe_again(a, &q->addr, now);
        }
        else
        {
            sctp_unbind_local(a, &q->addr, now);
        }
    }
    a->no_op[q->op] |= cause == SCTP_E_UNRECOGNIZED_PARAM;
    tell(a, q, cause, now);
}

/** Reads the answers: section 5.2 says what a missing one means. */
static bool read_answers(const struct sctp_chunk* c, size_t n, uint16_t causes[SCTP_ASCONF_MAX])
{
    struct roam_reader r = roam_reader(c->body + 4, c->body_len - 4);
    struct sctp_param p;
    bool answered[SCTP_ASCONF_MAX] = {false};
    size_t first_failed = n;
    while (sctp_next_param(&r, &p))
    {
        if (p.value_len < 4)
        {
            return false;
        }
        const uint32_t id = roam_get32(p.value);
        if (id >= n)
        {
            continue;
        }
        answered[id] = true;
        if (p.type == SCTP_P_ERROR_CAUSE)
        {
            causes[id] = p.value_len >= 8 ? roam_get16(p.value + 4) : SCTP_E_PROTOCOL;
            first_failed = id < first_failed ? id : first_failed;
        }
    }
    /* what stands behind the first failure and is not answered has failed with it */
    for (size_t i = first_failed; i < n; i++)
    {
        causes[i] = answered[i] ? causes[i] : causes[first_failed];
    }
    return !r.bad;
}

void sctp_on_asconf_ack(struct sctp_assoc* a, const struct sctp_chunk* c, roam_time now)
{
    uint16_t causes[SCTP_ASCONF_MAX] = {0};
    const uint32_t serial = c->body_len >= 4 ? roam_get32(c->body) : 0;
    if (c->body_len < 4)
    {
        sctp_event_drop(a->ep, a->id, SCTP_DROP_MALFORMED, c->type, now);
        return;
    }
    const bool answers_ours = a->asconf && serial == a->my_serial;
    if (!answers_ours)
    {
        if (!sctp_before(serial, a->my_serial + (a->asconf != NULL)))
        {
            /* section 5.2 D: an answer to what was never asked ends the association */
            sctp_abort_with(a, SCTP_LOST_PROTOCOL, SCTP_E_ILLEGAL_ASCONF_ACK, NULL, 0, now);
        }
        return; /* an old one, answered twice */
    }
    struct sctp_asconf_batch* b = roam_ring_first(&a->batches);
    if (!read_answers(c, b->n, causes))
    {
        sctp_event_drop(a->ep, a->id, SCTP_DROP_MALFORMED, c->type, now);
        return;
    }
    roam_timer_stop(&a->t4);
    sctp_clear_errors(a, sctp_path_find(a, &a->asconf_local, &a->asconf_peer), now);
    free(a->asconf);
    a->asconf = NULL;
    a->asconf_len = 0;
    roam_ring_pop(&a->batches);
    for (size_t i = 0; i < b->n; i++)
    {
        apply_answer(a, &b->requests[i], causes[i], now);
    }
    sctp_switch_answered(a, b, causes, now);
    free(b);
    a->my_serial++;
    start_next(a, now);
}

void sctp_asconf_clear(struct sctp_assoc* a)
{
    roam_ring_free(&a->batches);
    free(a->asconf);
    free(a->asconf_ack);
    a->asconf = a->asconf_ack = NULL;
    a->asconf_len = a->asconf_ack_len = 0;
    a->holding = false;
    a->t4 = ROAM_TIMER_STOPPED;
}

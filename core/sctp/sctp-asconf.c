/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Our own ASCONF requests (RFC 5061 sections 5.1 and 5.3): queued, one outstanding, answered. */
#include "core/sctp/sctp-priv.h"

#include <stdlib.h>

/* --- Asking ---------------------------------------------------------------------------------- */

/** Every address that request i deletes goes from one state to another, or away. */
static void for_each_deleted(struct sctp_assoc* a, const struct sctp_asconf_batch* b, size_t i,
                             void (*change)(struct sctp_assoc*, struct sctp_bound*, roam_time),
                             roam_time now)
{
    for (size_t k = a->n_bound; k-- > 0;)
    {
        if (sctp_asconf_deletes(b, i, i + 1, &a->bound[k].addr))
        {
            change(a, &a->bound[k], now);
        }
    }
}

static void deleting(struct sctp_assoc* a, struct sctp_bound* bound, roam_time now)
{
    (void)a;
    (void)now;
    bound->state = SCTP_BOUND_DELETING;
}

static void deleted(struct sctp_assoc* a, struct sctp_bound* bound, roam_time now)
{
    if (bound->state == SCTP_BOUND_DELETING)
    {
        const struct roam_addr addr = bound->addr; /* it moves when the array closes up */
        sctp_unbind_local(a, &addr, now);
    }
}

/** An address stays after all, and is watched again. */
static void kept(struct sctp_assoc* a, struct sctp_bound* bound, roam_time now)
{
    bound->state = SCTP_BOUND;
    for (size_t i = 0; i < a->n_paths; i++)
    {
        struct sctp_path* p = a->paths[i];
        if (!roam_addr_equal(&p->local, &bound->addr))
        {
            continue;
        }
        if (p->state == SCTP_PATH_UNCONFIRMED && sctp_path_usable(a, p))
        {
            /* the peer's address was confirmed, or ours came back, meanwhile */
            sctp_path_enter(a, p, sctp_path_standing(p), now);
        }
        sctp_heartbeat_arm(a, p, now);
    }
}

/** What holds from the moment of asking: an address is adding, or deleting. */
static bool apply_asking(struct sctp_assoc* a, const struct sctp_asconf_batch* b, roam_time now)
{
    for (size_t i = 0; i < b->n; i++)
    {
        if (b->requests[i].op == SCTP_ADD &&
            (!sctp_bind_local(a, sctp_asconf_subject(b, i), SCTP_BOUND_ADDING) ||
             !sctp_paths_complete(a, now)))
        {
            return false;
        }
        for_each_deleted(a, b, i, deleting, now);
    }
    return true;
}

static void take_back(struct sctp_assoc* a, const struct sctp_asconf_batch* b, roam_time now)
{
    for (size_t i = 0; i < b->n; i++)
    {
        if (b->requests[i].op == SCTP_ADD)
        {
            sctp_unbind_local(a, sctp_asconf_subject(b, i), now);
        }
        for_each_deleted(a, b, i, kept, now);
    }
}

static void start_next(struct sctp_assoc* a, roam_time now);

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
    if (!sctp_asconf_may_flow(a))
    {
        return ROAM_ESTATE;
    }
    if (!a->has_addip)
    {
        return ROAM_ENOTSUP;
    }
    struct sctp_asconf_batch* b = calloc(1, sizeof *b);
    if (!b)
    {
        return ROAM_ENOMEM;
    }
    b->n = n;
    memcpy(b->requests, requests, n * sizeof *requests);
    const int ok = sctp_asconf_check(a, b);
    if (ok != ROAM_OK)
    {
        free(b);
        return ok;
    }
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

bool sctp_asconf_queue(struct sctp_assoc* a, const struct sctp_asconf_batch* batch, size_t place)
{
    struct sctp_asconf_batch* b = malloc(sizeof *b);
    if (!b || !roam_ring_insert(&a->batches, place, b))
    {
        free(b);
        return false;
    }
    *b = *batch;
    return true;
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
        sctp_path_renew(p, now);
        if (sctp_path_usable(a, p))
        {
            p->errors = 0;
            sctp_path_enter(a, p, SCTP_PATH_ACTIVE, now);
        }
        sctp_heartbeat_now(a, p, now); /* its first round-trip time, or its confirmation */
    }
    leave_dead_paths(a);
}

/**
 * True for a DELETE that was refused while what stands before it was granted, and is asked for
 * alone: Linux deletes no address by which it has found the association (from 6.1.187 on), and so
 * refuses each move in one ASCONF from the new address; a new ASCONF from there is found by that.
 */
static bool ask_alone(struct sctp_assoc* a, const struct sctp_asconf_batch* b, size_t i,
                      const uint16_t causes[SCTP_ASCONF_MAX])
{
    const bool curable = causes[i] == SCTP_E_NO_AUTHORIZATION || causes[i] == SCTP_E_DELETE_SOURCE;
    struct sctp_asconf_batch alone = {.n = 1,
                                      .requests = {b->requests[i]},
                                      .has_wildcard = roam_addr_is_any(&b->requests[i].addr),
                                      .source = b->source};
    return b->requests[i].op == SCTP_DELETE && i > 0 && causes[i - 1] == 0 && curable &&
           sctp_asconf_has_way(a, &alone) &&
           sctp_asconf_queue(a, &alone, sctp_asconf_bundled(a, 0));
}

/** Take the answer to a way back: its user has heard that the DELETE was not done. */
static void apply_way_back(struct sctp_assoc* a, const struct sctp_asconf_batch* b, uint16_t cause,
                           roam_time now)
{
    struct sctp_asconf_request gone = {SCTP_DELETE, b->requests[0].addr};
    struct sctp_bound* bound = sctp_bound_find(a, &gone.addr);
    if (bound && cause && bound->state == SCTP_BOUND_ADDING)
    {
        sctp_unbind_local(a, &gone.addr, now);
        tell(a, &gone, 0, now);
    }
    else if (bound)
    {
        added(a, bound, now);
    }
}

/** True if a way back follows that adds again what a request has deleted. */
static bool comes_back(const struct sctp_assoc* a, const struct sctp_asconf_request* q)
{
    for (size_t i = 0; q->op == SCTP_DELETE && i < a->batches.n; i++)
    {
        const struct sctp_asconf_batch* b = roam_ring_at(&a->batches, i);
        if (b->way_back && roam_addr_equal(&b->requests[0].addr, &q->addr))
        {
            return true;
        }
    }
    return false;
}

static void apply_answer(struct sctp_assoc* a, const struct sctp_asconf_batch* b, size_t i,
                         uint16_t cause, roam_time now)
{
    const struct sctp_asconf_request* q = &b->requests[i];
    struct sctp_bound* bound =
        q->op == SCTP_ADD ? sctp_bound_find(a, sctp_asconf_subject(b, i)) : NULL;
    if (bound && cause)
    {
        sctp_unbind_local(a, sctp_asconf_subject(b, i), now);
    }
    else if (bound)
    {
        added(a, bound, now);
    }
    for_each_deleted(a, b, i, cause ? kept : deleted, now);
    tell(a, q, cause || !comes_back(a, q) ? cause : SCTP_E_DELETE_SOURCE, now);
}

/** Discards the ASCONF chunks that have not left yet: they are answered. */
static void drop_unsent(struct sctp_assoc* a)
{
    for (size_t i = a->control.n; i-- > 0;)
    {
        struct sctp_control* c = roam_ring_at(&a->control, i);
        if (c->bytes[0] == SCTP_C_ASCONF)
        {
            roam_ring_remove(&a->control, i, 1);
            free(c);
        }
    }
}

/** Takes the first batch from the queue with the answers to its requests. */
static void finish(struct sctp_assoc* a, const uint16_t causes[SCTP_ASCONF_MAX], roam_time now)
{
    struct sctp_asconf_batch* b = roam_ring_pop(&a->batches);
    roam_timer_stop(&a->t4);
    free(a->asconf);
    a->asconf = NULL;
    a->asconf_len = 0;
    drop_unsent(a);
    for (size_t i = 0; i < b->n; i++)
    {
        if (b->way_back)
        {
            apply_way_back(a, b, causes[i], now);
        }
        else if (!ask_alone(a, b, i, causes))
        {
            apply_answer(a, b, i, causes[i], now);
        }
    }
    sctp_switch_answered(a, b, causes, now);
    free(b);
}

static void fail_first(struct sctp_assoc* a, uint16_t cause, roam_time now)
{
    uint16_t causes[SCTP_ASCONF_MAX];
    for (size_t i = 0; i < SCTP_ASCONF_MAX; i++)
    {
        causes[i] = cause;
    }
    finish(a, causes, now);
}

/** Sends the next batch that may still be sent, unless one is outstanding. */
static void start_next(struct sctp_assoc* a, roam_time now)
{
    const struct sctp_asconf_batch* b;
    uint16_t cause;
    while (!a->asconf && (b = roam_ring_first(&a->batches)) && (cause = sctp_asconf_outdated(a, b)))
    {
        fail_first(a, cause, now);
    }
    b = roam_ring_first(&a->batches);
    if (!a->asconf && b && sctp_asconf_may_flow(a))
    {
        sctp_asconf_send(a, b, now);
    }
}

/** The answers to the requests of a batch. */
struct answers
{
    bool given[SCTP_ASCONF_MAX];      /**< one of its own */
    uint16_t causes[SCTP_ASCONF_MAX]; /**< 0 is success */
};

/** Section 5.1 A7: what stands behind the first failure and is not answered has failed with it. */
static void fail_the_rest(struct answers* answers, size_t n)
{
    size_t i = 0;
    while (i < n && answers->causes[i] == 0)
    {
        i++;
    }
    for (size_t k = i + 1; k < n; k++)
    {
        answers->causes[k] = answers->given[k] ? answers->causes[k] : answers->causes[i];
    }
}

/**
 * Reads the answers to n requests. What is no response has no place in the chunk and is ignored
 * (sections 4.2 and 4.2.6), but an unknown type may end it (RFC 9260 section 3.2.1). False when the
 * chunk is malformed.
 */
static bool read_answers(const struct sctp_chunk* c, size_t n, struct answers* answers)
{
    struct roam_reader r = roam_reader(c->body + 4, c->body_len - 4);
    struct sctp_param p;
    while (sctp_next_param(&r, &p) && (sctp_param_is_known(p.type) || p.type & 0x8000))
    {
        const bool refuses = p.type == SCTP_P_ERROR_CAUSE;
        if (!refuses && p.type != SCTP_P_SUCCESS)
        {
            continue;
        }
        if (p.value_len < 4)
        {
            return false;
        }
        const uint32_t id = roam_get32(p.value);
        if (id < n)
        {
            answers->given[id] = true;
            answers->causes[id] = !refuses           ? answers->causes[id]
                                  : p.value_len >= 8 ? roam_get16(p.value + 4)
                                                     : SCTP_E_PROTOCOL;
        }
    }
    fail_the_rest(answers, n);
    return !r.bad;
}

/** Section 5.3 F3: who does not know one of ADD and DELETE is asked for neither. */
static void note_unknown(struct sctp_assoc* a, const struct sctp_asconf_batch* b,
                         const struct answers* answers)
{
    for (size_t i = 0; i < b->n; i++)
    {
        if (answers->given[i] && answers->causes[i] == SCTP_E_UNRECOGNIZED_PARAM)
        {
            const enum sctp_asconf_op op = b->requests[i].op;
            a->no_op[op] = true;
            a->no_op[SCTP_ADD] |= op == SCTP_DELETE;
            a->no_op[SCTP_DELETE] |= op == SCTP_ADD;
        }
    }
}

void sctp_on_asconf_ack(struct sctp_assoc* a, const struct sctp_chunk* c, roam_time now)
{
    struct answers answers = {0};
    const uint32_t serial = c->body_len >= 4 ? roam_get32(c->body) : 0;
    if (c->body_len < 4)
    {
        sctp_abort_with(a, SCTP_LOST_PROTOCOL, SCTP_E_PROTOCOL, NULL, 0, now);
        return;
    }
    if (!a->asconf || serial != a->my_serial)
    {
        if (!sctp_before(serial,
                         a->my_serial + (a->asconf != NULL) + (uint32_t)sctp_asconf_bundled(a, 1)))
        {
            /* section 5.3 F0: an answer to what was never asked ends the association */
            sctp_abort_with(a, SCTP_LOST_PROTOCOL, SCTP_E_ILLEGAL_ASCONF_ACK, NULL, 0, now);
        }
        return; /* an old one, answered twice */
    }
    const struct sctp_asconf_batch* b = roam_ring_first(&a->batches);
    if (!read_answers(c, b->n, &answers))
    {
        sctp_abort_with(a, SCTP_LOST_PROTOCOL, SCTP_E_PROTOCOL, NULL, 0, now);
        return;
    }
    sctp_clear_errors(a, sctp_path_find(a, &a->asconf_local, &a->asconf_peer), now);
    note_unknown(a, b, &answers);
    finish(a, answers.causes, now);
    if (a->n_paths == 0)
    {
        /* it has refused an ADD and granted the DELETE behind it, against 5.3 F11: there is no
         * address left to say so from */
        sctp_lose(a, SCTP_LOST_PROTOCOL, SCTP_E_PROTOCOL, now);
        return;
    }
    a->my_serial++;
    start_next(a, now);
}

void sctp_asconf_unknown(struct sctp_assoc* a, roam_time now)
{
    if (!a->asconf)
    {
        return; /* nobody can have seen an ASCONF from here */
    }
    a->has_addip = false; /* section 5.1 A9: none is sent any more */
    while (a->batches.n > 0)
    {
        fail_first(a, SCTP_E_UNRECOGNIZED_CHUNK, now);
    }
}

/* --- The end --------------------------------------------------------------------------------- */

void sctp_asconf_unanswered(struct sctp_assoc* a, roam_time now)
{
    for (size_t k = 0; k < a->batches.n; k++)
    {
        const struct sctp_asconf_batch* b = roam_ring_at(&a->batches, k);
        for (size_t i = 0; i < b->n && !b->way_back; i++)
        {
            tell(a, &b->requests[i], SCTP_ASCONF_UNANSWERED, now);
        }
    }
    sctp_asconf_clear(a);
}

void sctp_asconf_clear(struct sctp_assoc* a)
{
    roam_ring_free(&a->batches);
    roam_ring_free(&a->asconf_acks);
    free(a->asconf);
    a->asconf = NULL;
    a->asconf_len = 0;
    a->holding = false;
    a->t4 = ROAM_TIMER_STOPPED;
}

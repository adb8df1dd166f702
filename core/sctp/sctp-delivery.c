/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was received to its reader: messages in the order of their streams (RFC 9260 section 6.6),
 * and in parts the one that is too large to wait until it is whole (section 6.9). */
#include "core/sctp/sctp-priv.h"

#include <stdlib.h>

struct sctp_message* sctp_message_new(const struct sctp_data_head* f, size_t len)
{
    struct sctp_message* m = malloc(sizeof *m + len);
    if (m)
    {
        *m = (struct sctp_message){
            .info = {.stream = f->stream,
                     .ssn = f->ssn,
                     .ppid = f->ppid,
                     .tsn = f->tsn,
                     .unordered = (f->flags & SCTP_F_UNORDERED) != 0},
            .len = len,
        };
    }
    return m;
}

static bool make_ready(struct sctp_assoc* a, struct sctp_message* m, roam_time now)
{
    /* nothing comes behind a hole */
    if (a->short_of_memory || !roam_ring_push(&a->ready, m))
    {
        free(m);
        a->short_of_memory = true;
        return false;
    }
    m->at = now;
    m->order = a->ep->delivered;
    a->unread += m->len;
    a->pieces++;
    if (a->ready.n == 1)
    {
        sctp_event_push(a->ep, SCTP_EV_READABLE, a->id, now);
    }
    a->ep->delivered++; /* behind the event, which does not come after the message */
    return true;
}

/* --- Behind a message that comes in parts ---------------------------------------------------- */

/** RFC 6458 section 8.1.20: what may not come between two parts. */
static bool waits_for_parts(const struct sctp_assoc* a, const struct sctp_message* m)
{
    return a->parts.on &&
           (!a->config.fragment_interleave || m->info.stream == a->parts.last.stream);
}

static bool make_ready_in_turn(struct sctp_assoc* a, struct sctp_message* m, roam_time now)
{
    if (!waits_for_parts(a, m))
    {
        return make_ready(a, m, now);
    }
    if (!roam_ring_push(&a->behind, m))
    {
        a->short_of_memory = true;
        free(m);
        return false;
    }
    a->held += m->len;
    a->pieces++;
    return true;
}

/* --- Streams --------------------------------------------------------------------------------- */

/** Holds an early message back, in the order of stream sequence numbers. */
static bool hold(struct sctp_assoc* a, struct sctp_stream_in* s, struct sctp_message* m)
{
    size_t i = s->held.n;
    while (i > 0)
    {
        const struct sctp_message* before = roam_ring_at(&s->held, i - 1);
        if (sctp_ssn_before(before->info.ssn, m->info.ssn))
        {
            break;
        }
        i--;
    }
    if (!roam_ring_insert(&s->held, i, m))
    {
        a->short_of_memory = true;
        free(m);
        return false;
    }
    a->held += m->len;
    a->pieces++;
    return true;
}

/** Delivers what was held back for the message before it. */
static void release(struct sctp_assoc* a, struct sctp_stream_in* s, roam_time now)
{
    struct sctp_message* early;
    while ((early = roam_ring_first(&s->held)) && early->info.ssn == s->next_ssn)
    {
        roam_ring_pop(&s->held);
        a->held -= early->len;
        a->pieces--;
        s->next_ssn++;
        make_ready_in_turn(a, early, now);
    }
}

/**
 * A stream below a->inbound; NULL when memory is short. There are as many as have been used: a peer
 * may ask for thousands and send on one.
 */
static struct sctp_stream_in* stream_in(struct sctp_assoc* a, size_t stream)
{
    if (stream >= a->n_streams)
    {
        size_t n = stream < 2 * a->n_streams ? 2 * a->n_streams : stream + 1;
        n = n < a->inbound ? n : a->inbound;
        struct sctp_stream_in* streams = realloc(a->streams, n * sizeof *streams);
        if (!streams)
        {
            a->short_of_memory = true;
            return NULL;
        }
        memset(streams + a->n_streams, 0, (n - a->n_streams) * sizeof *streams);
        a->streams = streams;
        a->n_streams = n;
    }
    return &a->streams[stream];
}

/** True if a number was used before, be it by the message that comes in parts. */
static bool is_used(const struct sctp_assoc* a, const struct sctp_stream_in* s,
                    const struct sctp_message_info* info)
{
    const struct sctp_data_head* parts = &a->parts.last;
    return sctp_ssn_before(info->ssn, s->next_ssn) ||
           (a->parts.on && !(parts->flags & SCTP_F_UNORDERED) && parts->stream == info->stream &&
            parts->ssn == info->ssn);
}

bool sctp_deliver(struct sctp_assoc* a, struct sctp_message* m, roam_time now)
{
    if (m->info.unordered)
    {
        return make_ready_in_turn(a, m, now);
    }
    struct sctp_stream_in* s = stream_in(a, m->info.stream);
    if (!s)
    {
        free(m);
        return false;
    }
    if (is_used(a, s, &m->info))
    {
        free(m); /* no order has a place for it */
        return true;
    }
    if (m->info.ssn != s->next_ssn)
    {
        return hold(a, s, m);
    }
    s->next_ssn++;
    const bool ok = make_ready_in_turn(a, m, now);
    release(a, s, now);
    return ok;
}

bool sctp_is_next_in_stream(const struct sctp_assoc* a, const struct sctp_data_head* f)
{
    const uint16_t next = f->stream < a->n_streams ? a->streams[f->stream].next_ssn : 0;
    return (f->flags & SCTP_F_UNORDERED) || f->ssn == next;
}

void sctp_stream_skip(struct sctp_assoc* a, uint16_t stream, uint16_t ssn, roam_time now)
{
    struct sctp_stream_in* s = stream < a->inbound ? stream_in(a, stream) : NULL;
    if (!s || sctp_ssn_before(ssn, s->next_ssn))
    {
        return;
    }
    struct sctp_message* early;
    while ((early = roam_ring_first(&s->held)) && !sctp_ssn_before(ssn, early->info.ssn))
    {
        s->next_ssn = early->info.ssn;
        release(a, s, now);
    }
    if (!sctp_ssn_before(ssn, s->next_ssn))
    {
        s->next_ssn = (uint16_t)(ssn + 1);
        release(a, s, now);
    }
}

/* --- Parts ----------------------------------------------------------------------------------- */

/** The message in parts has ended; what has waited for that follows. */
static void end_parts(struct sctp_assoc* a, roam_time now)
{
    const struct sctp_data_head last = a->parts.last;
    struct sctp_message* m;
    a->parts.on = false;
    while ((m = roam_ring_pop(&a->behind)))
    {
        a->held -= m->len;
        a->pieces--;
        make_ready(a, m, now);
    }
    struct sctp_stream_in* s = last.flags & SCTP_F_UNORDERED ? NULL : stream_in(a, last.stream);
    if (s && s->next_ssn == last.ssn)
    {
        s->next_ssn++;
        release(a, s, now);
    }
}

void sctp_deliver_part(struct sctp_assoc* a, struct sctp_message* m,
                       const struct sctp_data_head* last, roam_time now)
{
    const bool ends = (last->flags & SCTP_F_END) != 0;
    a->parts = (struct sctp_parts){.on = true, .last = *last};
    m->partial = !ends;
    if (!make_ready(a, m, now))
    {
        sctp_parts_abort(a, now); /* without memory: it has a hole */
    }
    else if (ends)
    {
        end_parts(a, now);
    }
}

void sctp_parts_abort(struct sctp_assoc* a, roam_time now)
{
    if (!a->parts.on)
    {
        return;
    }
    struct sctp_event* ev = sctp_event_push(a->ep, SCTP_EV_PARTIAL_ABORTED, a->id, now);
    if (ev)
    {
        ev->u.partial.stream = a->parts.last.stream;
        ev->u.partial.ssn = a->parts.last.ssn;
        ev->u.partial.unordered = (a->parts.last.flags & SCTP_F_UNORDERED) != 0;
    }
    end_parts(a, now);
}

void sctp_inbound_clear(struct sctp_assoc* a)
{
    roam_ring_free(&a->fragments);
    roam_ring_free(&a->ready);
    roam_ring_free(&a->behind);
    for (size_t i = 0; i < a->n_streams; i++)
    {
        roam_ring_free(&a->streams[i].held);
    }
    free(a->streams);
    a->streams = NULL;
    a->n_streams = 0;
    a->unread = a->held = a->pieces = 0;
    a->parts.on = a->first_sacked = false;
    sctp_tsnmap_clear(&a->map);
}

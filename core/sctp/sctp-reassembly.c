/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fragments to messages, messages to their order in the stream (RFC 9260 sections 6.5, 6.6, 6.9).
 */
#include "core/sctp/sctp-priv.h"

#include <stdlib.h>

static bool is_whole(uint8_t flags)
{
    return (flags & (SCTP_F_BEGIN | SCTP_F_END)) == (SCTP_F_BEGIN | SCTP_F_END);
}

static struct sctp_message* message_new(const struct sctp_fragment* f, size_t len, roam_time now)
{
    struct sctp_message* m = malloc(sizeof *m + len);
    if (m)
    {
        m->info = (struct sctp_message_info){
            .stream = f->stream,
            .ssn = f->ssn,
            .ppid = f->ppid,
            .unordered = (f->flags & SCTP_F_UNORDERED) != 0,
        };
        m->at = now;
        m->len = len;
    }
    return m;
}

static bool make_ready(struct sctp_assoc* a, struct sctp_message* m, roam_time now)
{
    if (!roam_ring_push(&a->ready, m))
    {
        free(m);
        return false;
    }
    m->at = now;
    a->unread += m->len;
    a->pieces++;
    if (a->ready.n == 1)
    {
        sctp_event_push(a->ep, SCTP_EV_READABLE, a->id, now);
    }
    return true;
}

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
        make_ready(a, early, now);
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
            return NULL;
        }
        memset(streams + a->n_streams, 0, (n - a->n_streams) * sizeof *streams);
        a->streams = streams;
        a->n_streams = n;
    }
    return &a->streams[stream];
}

static bool deliver(struct sctp_assoc* a, struct sctp_message* m, roam_time now)
{
    if (m->info.unordered)
    {
        return make_ready(a, m, now);
    }
    struct sctp_stream_in* s = stream_in(a, m->info.stream);
    if (!s)
    {
        free(m);
        return false;
    }
    if (sctp_ssn_before(m->info.ssn, s->next_ssn))
    {
        free(m); /* a number that was used before: no order has a place for it */
        return true;
    }
    if (m->info.ssn != s->next_ssn)
    {
        return hold(a, s, m);
    }
    s->next_ssn++;
    const bool ok = make_ready(a, m, now);
    release(a, s, now);
    return ok;
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

/** Where a TSN belongs among the fragments. */
static size_t position(const struct sctp_assoc* a, uint32_t tsn)
{
    size_t i = a->fragments.n;
    while (i > 0 &&
           sctp_before(tsn, ((struct sctp_fragment*)roam_ring_at(&a->fragments, i - 1))->tsn))
    {
        i--;
    }
    return i;
}

/** Whether fragment b follows fragment a in the same message. */
static bool follows(const struct sctp_fragment* a, const struct sctp_fragment* b)
{
    return b->tsn == a->tsn + 1 && b->stream == a->stream && !(a->flags & SCTP_F_END) &&
           !(b->flags & SCTP_F_BEGIN);
}

/** Joins fragments first to last, which make one message, and delivers it. */
static bool join(struct sctp_assoc* a, size_t first, size_t last, roam_time now)
{
    size_t len = 0;
    for (size_t i = first; i <= last; i++)
    {
        len += ((struct sctp_fragment*)roam_ring_at(&a->fragments, i))->len;
    }
    struct sctp_message* m = message_new(roam_ring_at(&a->fragments, first), len, now);
    size_t at = 0;
    for (size_t i = first; i <= last; i++)
    {
        struct sctp_fragment* f = roam_ring_at(&a->fragments, i);
        if (m)
        {
            memcpy(m->data + at, f->payload, f->len);
        }
        at += f->len;
        free(f);
    }
    roam_ring_remove(&a->fragments, first, last - first + 1);
    a->held -= len;
    a->pieces -= last - first + 1;
    return m && deliver(a, m, now);
}

static bool join_around(struct sctp_assoc* a, size_t i, roam_time now)
{
    size_t first = i;
    size_t last = i;
    while (first > 0 &&
           follows(roam_ring_at(&a->fragments, first - 1), roam_ring_at(&a->fragments, first)))
    {
        first--;
    }
    while (last + 1 < a->fragments.n &&
           follows(roam_ring_at(&a->fragments, last), roam_ring_at(&a->fragments, last + 1)))
    {
        last++;
    }
    const struct sctp_fragment* begin = roam_ring_at(&a->fragments, first);
    const struct sctp_fragment* end = roam_ring_at(&a->fragments, last);
    if (!(begin->flags & SCTP_F_BEGIN) || !(end->flags & SCTP_F_END))
    {
        return true;
    }
    return join(a, first, last, now);
}

bool sctp_reassemble(struct sctp_assoc* a, const struct sctp_fragment* f, const uint8_t* payload,
                     roam_time now)
{
    if (is_whole(f->flags))
    {
        struct sctp_message* m = message_new(f, f->len, now);
        if (m)
        {
            memcpy(m->data, payload, f->len);
        }
        return m && deliver(a, m, now);
    }
    struct sctp_fragment* kept = malloc(sizeof *kept + f->len);
    const size_t i = position(a, f->tsn);
    if (!kept || !roam_ring_insert(&a->fragments, i, kept))
    {
        free(kept);
        return false;
    }
    *kept = *f;
    memcpy(kept->payload, payload, f->len);
    a->held += f->len;
    a->pieces++;
    return join_around(a, i, now);
}

/** How many fragments at the front make one piece. */
static size_t first_piece(const struct roam_ring* fragments)
{
    size_t n = fragments->n > 0;
    while (n < fragments->n && follows(roam_ring_at(fragments, n - 1), roam_ring_at(fragments, n)))
    {
        n++;
    }
    return n;
}

void sctp_fragments_skip(struct sctp_assoc* a, uint32_t cum)
{
    for (size_t n; (n = first_piece(&a->fragments)) > 0;)
    {
        const struct sctp_fragment* first = roam_ring_at(&a->fragments, 0);
        const struct sctp_fragment* last = roam_ring_at(&a->fragments, n - 1);
        const bool headless = !(first->flags & SCTP_F_BEGIN) && !sctp_before(cum, first->tsn - 1);
        const bool endless = !(last->flags & SCTP_F_END) && !sctp_before(cum, last->tsn + 1);
        if (!headless && !endless)
        {
            return; /* what it misses lies beyond cum, and so does all that follows */
        }
        while (n-- > 0)
        {
            struct sctp_fragment* gone = roam_ring_pop(&a->fragments);
            a->held -= gone->len;
            a->pieces--;
            free(gone);
        }
    }
}

void sctp_inbound_clear(struct sctp_assoc* a)
{
    roam_ring_free(&a->fragments);
    roam_ring_free(&a->ready);
    for (size_t i = 0; i < a->n_streams; i++)
    {
        roam_ring_free(&a->streams[i].held);
    }
    free(a->streams);
    a->streams = NULL;
    a->n_streams = 0;
    a->unread = a->held = a->pieces = 0;
    a->first_sacked = false;
    sctp_tsnmap_clear(&a->map);
}

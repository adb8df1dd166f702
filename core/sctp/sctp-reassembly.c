/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fragments to messages, or to parts of one (RFC 9260 section 6.9). */
#include "core/sctp/sctp-priv.h"

#include <stdlib.h>

static bool begins(const struct sctp_data_head* f)
{
    return (f->flags & SCTP_F_BEGIN) != 0;
}

static bool ends(const struct sctp_data_head* f)
{
    return (f->flags & SCTP_F_END) != 0;
}

static struct sctp_data_head* head_at(const struct sctp_assoc* a, size_t i)
{
    return roam_ring_at(&a->fragments, i);
}

/** Where a TSN belongs among the fragments. */
static size_t position(const struct sctp_assoc* a, uint32_t tsn)
{
    size_t i = a->fragments.n;
    while (i > 0 && sctp_before(tsn, head_at(a, i - 1)->tsn))
    {
        i--;
    }
    return i;
}

/* --- What may stand side by side ------------------------------------------------------------- */

/** True if they can belong to one message: one stream, one sequence number, one U bit. What is
 * unordered has no number (section 6.6); the PPID of the first fragment is the message's. */
static bool same_message(const struct sctp_data_head* a, const struct sctp_data_head* b)
{
    const bool unordered = (a->flags & SCTP_F_UNORDERED) != 0;
    return a->stream == b->stream && unordered == ((b->flags & SCTP_F_UNORDERED) != 0) &&
           (unordered || a->ssn == b->ssn);
}

/** True if fragment b follows fragment a in the same message. */
static bool follows(const struct sctp_data_head* a, const struct sctp_data_head* b)
{
    return b->tsn == a->tsn + 1 && !ends(a) && !begins(b) && same_message(a, b);
}

/** True if a sender can have given these two consecutive TSNs: one message goes on or another
 * begins. */
static bool may_follow(const struct sctp_data_head* a, const struct sctp_data_head* b)
{
    return ends(a) ? begins(b) : follows(a, b);
}

static bool is_received(const struct sctp_assoc* a, uint32_t tsn)
{
    return sctp_tsnmap_judge(&a->map, tsn) == SCTP_TSN_DUPLICATE;
}

/** The chunk before f if it is still to be joined, NULL if it is not here, or whole. */
static const struct sctp_data_head* fragment_before(const struct sctp_assoc* a,
                                                    const struct sctp_data_head* f, size_t i)
{
    const struct sctp_data_head* last = &a->parts.last;
    const struct sctp_data_head* before = i > 0 ? head_at(a, i - 1) : NULL;
    before = a->parts.on && f->tsn == last->tsn + 1 ? last : before;
    return before && f->tsn == before->tsn + 1 ? before : NULL;
}

enum sctp_fit sctp_fragment_fit(const struct sctp_assoc* a, const struct sctp_data_head* f)
{
    const size_t i = position(a, f->tsn);
    const struct sctp_data_head* before = fragment_before(a, f, i);
    const struct sctp_data_head* next = i < a->fragments.n ? head_at(a, i) : NULL;
    const bool touches = next && next->tsn == f->tsn + 1;
    if ((before && !may_follow(before, f)) || (touches && !may_follow(f, next)))
    {
        return SCTP_FITS_NOT;
    }
    if (f->stream >= a->inbound)
    {
        return SCTP_FITS; /* nothing of its message is kept (section 6.5) */
    }
    if (!ends(f) && !touches && is_received(a, f->tsn + 1))
    {
        return SCTP_FITS_NOT;
    }
    if (begins(f) || before || !is_received(a, f->tsn - 1))
    {
        return SCTP_FITS;
    }
    return f->tsn - 1 == a->skipped ? SCTP_FITS_SKIPPED : SCTP_FITS_NOT;
}

/* --- Joining --------------------------------------------------------------------------------- */

/** One message of fragments first to last, or NULL without memory. They stay. */
static struct sctp_message* join(const struct sctp_assoc* a, size_t first, size_t last)
{
    size_t len = 0;
    for (size_t i = first; i <= last; i++)
    {
        len += head_at(a, i)->len;
    }
    struct sctp_message* m = sctp_message_new(head_at(a, first), len);
    size_t at = 0;
    for (size_t i = first; m && i <= last; i++)
    {
        const struct sctp_fragment* f = roam_ring_at(&a->fragments, i);
        memcpy(m->data + at, f->payload, f->head.len);
        at += f->head.len;
    }
    return m;
}

static void discard(struct sctp_assoc* a, size_t first, size_t last)
{
    for (size_t i = first; i <= last; i++)
    {
        struct sctp_fragment* f = roam_ring_at(&a->fragments, i);
        a->held -= f->head.len;
        a->pieces--;
        free(f);
    }
    roam_ring_remove(&a->fragments, first, last - first + 1);
}

/** The fragments before i, and i itself, that are consecutive in one message. */
static size_t first_of(const struct sctp_assoc* a, size_t i)
{
    while (i > 0 && follows(head_at(a, i - 1), head_at(a, i)))
    {
        i--;
    }
    return i;
}

static size_t last_of(const struct sctp_assoc* a, size_t i)
{
    while (i + 1 < a->fragments.n && follows(head_at(a, i), head_at(a, i + 1)))
    {
        i++;
    }
    return i;
}

/** Delivers fragments first to last as a part, with what their message says of itself. */
static void deliver_part(struct sctp_assoc* a, size_t first, size_t last, roam_time now)
{
    struct sctp_message* m = join(a, first, last);
    if (m)
    {
        struct sctp_data_head end = *head_at(a, last);
        end.ppid = a->parts.on ? a->parts.last.ppid : m->info.ppid;
        m->info.ppid = end.ppid;
        discard(a, first, last);
        sctp_deliver_part(a, m, &end, now);
    }
}

static bool join_around(struct sctp_assoc* a, size_t i, roam_time now)
{
    const size_t first = first_of(a, i);
    const size_t last = last_of(a, i);
    if (a->parts.on && follows(&a->parts.last, head_at(a, first)))
    {
        deliver_part(a, first, last, now);
        return true;
    }
    if (!begins(head_at(a, first)) || !ends(head_at(a, last)))
    {
        sctp_parts_begin(a, now);
        return true;
    }
    struct sctp_message* m = join(a, first, last);
    discard(a, first, last);
    return m && sctp_deliver(a, m, now);
}

bool sctp_reassemble(struct sctp_assoc* a, const struct sctp_data_head* f, const uint8_t* payload,
                     roam_time now)
{
    a->longest = f->len > a->longest ? f->len : a->longest;
    if (begins(f) && ends(f))
    {
        struct sctp_message* m = sctp_message_new(f, f->len);
        if (m)
        {
            memcpy(m->data, payload, f->len);
        }
        return m && sctp_deliver(a, m, now);
    }
    struct sctp_fragment* kept = malloc(sizeof *kept + f->len);
    const size_t i = position(a, f->tsn);
    if (!kept || !roam_ring_insert(&a->fragments, i, kept))
    {
        free(kept);
        return false;
    }
    kept->head = *f;
    memcpy(kept->payload, payload, f->len);
    a->held += f->len;
    a->pieces++;
    return join_around(a, i, now);
}

/* --- In parts -------------------------------------------------------------------------------- */

/** True if the cumulative TSN is a fragment that its message goes on behind; then *last is it. */
static bool ends_at_cum(const struct sctp_assoc* a, size_t* last)
{
    const size_t i = position(a, a->map.cum);
    *last = i - 1;
    return i > 0 && head_at(a, i - 1)->tsn == a->map.cum && !ends(head_at(a, i - 1));
}

/**
 * Section 6.9: "If the data receiver runs out of buffer space while still waiting for more
 * fragments": what is read frees none of it, so the message has to be. Only one whose every missing
 * fragment is still to be sent for the first time can fill the buffer; what a hole keeps waiting is
 * retransmitted without a window.
 */
void sctp_parts_begin(struct sctp_assoc* a, roam_time now)
{
    const uint32_t point = a->config.partial_delivery_point;
    const bool full = a->ready.n == 0 && sctp_window_is_full(a) && !sctp_tsnmap_has_gap(&a->map);
    size_t last;
    if (a->parts.on || (!full && (point == 0 || a->held <= point)) || !ends_at_cum(a, &last))
    {
        return;
    }
    const size_t first = first_of(a, last);
    size_t len = 0;
    for (size_t i = first; i <= last; i++)
    {
        len += head_at(a, i)->len;
    }
    if (begins(head_at(a, first)) && sctp_is_next_in_stream(a, head_at(a, first)) &&
        (full || len > point))
    {
        deliver_part(a, first, last, now);
    }
}

void sctp_fragments_skip(struct sctp_assoc* a, uint32_t cum, roam_time now)
{
    a->skipped = cum;
    while (a->fragments.n > 0)
    {
        const size_t n = last_of(a, 0);
        const struct sctp_data_head* first = head_at(a, 0);
        const struct sctp_data_head* last = head_at(a, n);
        const bool headless = !begins(first) && !sctp_before(cum, first->tsn - 1);
        const bool endless = !ends(last) && !sctp_before(cum, last->tsn + 1);
        if (!headless && !endless)
        {
            break; /* what it misses lies beyond cum, and so does all that follows */
        }
        a->skipped = sctp_before(a->skipped, last->tsn) ? last->tsn : a->skipped;
        discard(a, 0, n);
    }
    if (a->parts.on && !sctp_before(cum, a->parts.last.tsn + 1))
    {
        sctp_parts_abort(a, now); /* RFC 3758 section 3.6 */
    }
}

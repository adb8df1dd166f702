/* SPDX-License-Identifier: GPL-2.0-or-later */
/* FORWARD TSN: what was abandoned is skipped (RFC 3758 sections 3.2, 3.5 and 3.6). */
#include "core/sctp/sctp-priv.h"

/* --- Out ------------------------------------------------------------------------------------- */

/** The most streams that one FORWARD TSN names; more wait for the next one. */
#define MAX_SKIPPED 240

struct forward
{
    uint32_t cum; /**< New Cumulative TSN */
    size_t n;
    struct
    {
        uint16_t stream, ssn;
    } skipped[MAX_SKIPPED];
};

/** Each stream once, with the highest number: TSNs ascend, so the last one met is it. */
static bool name_stream(struct forward* f, const struct sctp_data* d, size_t max)
{
    size_t i = 0;
    while (i < f->n && f->skipped[i].stream != d->stream)
    {
        i++;
    }
    if (i == max)
    {
        return false;
    }
    f->n += i == f->n;
    f->skipped[i].stream = d->stream;
    f->skipped[i].ssn = d->ssn;
    return true;
}

/** Rule C4: all abandoned chunks from the cumulative TSN on, as far as one packet can name them. */
static void gather(const struct sctp_assoc* a, uint32_t up_to, struct forward* f)
{
    const bool wanted = sctp_auth_wanted(&a->auth, SCTP_C_FORWARD_TSN);
    const size_t auth = wanted ? sctp_auth_chunk_len(&a->auth) : 0;
    const size_t fit = (sctp_payload_max(a) - auth - SCTP_FORWARD_TSN_FIXED) / 4;
    f->n = 0;
    f->cum = a->cum_acked;
    for (size_t i = 0; f->cum != up_to && i < a->sent.n; i++, f->cum++)
    {
        const struct sctp_data* d = roam_ring_at(&a->sent, i);
        if (!(d->flags & SCTP_F_UNORDERED) &&
            !name_stream(f, d, fit < MAX_SKIPPED ? fit : MAX_SKIPPED))
        {
            return;
        }
    }
}

void sctp_forward_advance(struct sctp_assoc* a)
{
    if (!a->advance_due)
    {
        return;
    }
    a->advance_due = false;
    uint32_t next = a->advanced_ack; /* rule C2 */
    for (size_t i = next - a->cum_acked; i < a->sent.n; i++, next++)
    {
        const struct sctp_data* d = roam_ring_at(&a->sent, i);
        if (d->state != SCTP_DATA_ABANDONED)
        {
            break;
        }
    }
    if (next != a->advanced_ack)
    {
        struct forward f;
        gather(a, next, &f);
        a->forward_due |= f.cum != a->advanced_ack;
        a->advanced_ack = f.cum;
    }
}

struct sctp_path* sctp_forward_way(const struct sctp_assoc* a)
{
    if (!a->forward_due)
    {
        return NULL;
    }
    struct sctp_path* usual = sctp_data_path(a);
    if (usual && a->forward_timed_out && usual == a->forward_path)
    {
        struct sctp_path* other = sctp_other_path(a, usual);
        return other && other->state == SCTP_PATH_ACTIVE ? other : usual;
    }
    return usual;
}

void sctp_forward_write(struct sctp_assoc* a, struct sctp_path* p, struct roam_writer* w,
                        roam_time now)
{
    if (sctp_forward_way(a) != p)
    {
        return;
    }
    struct forward f;
    gather(a, a->advanced_ack, &f);
    const size_t len = SCTP_FORWARD_TSN_FIXED + 4 * f.n;
    if (len > roam_room(w))
    {
        return; /* the next packet has room */
    }
    sctp_write_chunk(w, SCTP_C_FORWARD_TSN, 0, len);
    roam_write32(w, f.cum);
    for (size_t i = 0; i < f.n; i++)
    {
        roam_write16(w, f.skipped[i].stream);
        roam_write16(w, f.skipped[i].ssn);
    }
    a->forward_due = false;
    a->forward_path = p;
    a->forward_sent_at = now;
    if (p->flight == 0 || !roam_timer_running(&p->t3))
    {
        roam_timer_start(&p->t3, p->rto.value, now); /* rule C5 */
    }
}

bool sctp_forward_guarded(const struct sctp_assoc* a, const struct sctp_path* p)
{
    return a->forward_path == p && sctp_forward_outstanding(a);
}

void sctp_forward_acked(struct sctp_assoc* a, uint32_t tsn, roam_time now)
{
    if (sctp_before(a->advanced_ack, tsn))
    {
        a->advanced_ack = tsn; /* rule C1: it had arrived after all */
        return;
    }
    a->forward_timed_out = false;
    if (a->forward_path)
    {
        sctp_clear_errors(a, a->forward_path, now);
    }
}

void sctp_forward_on_sack(struct sctp_assoc* a, roam_time now)
{
    a->advance_due = a->has_pr;
    if (!sctp_forward_outstanding(a) || a->forward_due)
    {
        return;
    }
    /* rule C3; after F2's note, what was just sent is sent again only when an answer is overdue */
    const struct sctp_path* p = a->forward_path;
    a->forward_due = !p || now - a->forward_sent_at > sctp_rto_round_trip(&p->rto);
}

void sctp_forward_on_t3(struct sctp_assoc* a, const struct sctp_path* p)
{
    a->advance_due = a->has_pr; /* rule A5 */
    a->forward_due |= sctp_forward_outstanding(a);
    a->forward_timed_out |= sctp_forward_guarded(a, p);
}

void sctp_forward_leave_path(struct sctp_assoc* a, const struct sctp_path* p)
{
    if (a->forward_path == p)
    {
        a->forward_path = NULL;
        a->forward_due |= sctp_forward_outstanding(a);
    }
}

/* --- In -------------------------------------------------------------------------------------- */

void sctp_on_forward_tsn(struct sctp_assoc* a, const struct sctp_chunk* c, roam_time now)
{
    if (!sctp_may_receive(a))
    {
        sctp_event_drop(a->ep, a->id, SCTP_DROP_UNEXPECTED, c->type, now);
        return;
    }
    if (c->len < SCTP_FORWARD_TSN_FIXED || c->len % 4 != 0)
    {
        sctp_event_drop(a->ep, a->id, SCTP_DROP_MALFORMED, c->type, now);
        return;
    }
    a->data_in_packet = true; /* section 3.6: for SACK it counts as DATA */
    const uint32_t cum = roam_get32(c->body);
    if (!sctp_before(a->map.cum, cum))
    {
        a->sack_due = true; /* out of date: our SACK may have been lost */
        return;
    }
    a->sack_due |= sctp_tsnmap_has_gap(&a->map);
    sctp_tsnmap_skip(&a->map, cum);
    sctp_fragments_skip(a, cum, now);
    for (size_t at = 4; at < c->body_len; at += 4)
    {
        sctp_stream_skip(a, roam_get16(c->body + at), roam_get16(c->body + at + 2), now);
    }
    sctp_parts_begin(a, now);
    a->sack_due |= sctp_window_update_due(a); /* what was skipped has made room */
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Explicit congestion notification (RFC 3168) as appendix A of RFC 4960 has it: ECNE tells the
 * sender of DATA that the network has marked it, CWR answers that the window was reduced. RFC 9260
 * has taken it out and reserves its numbers; so it is off unless the configuration asks for it. */
#include "core/sctp/sctp-priv.h"

static uint32_t lowest_tsn(const struct roam_packet* pkt)
{
    struct roam_reader r = roam_reader(pkt->data + SCTP_HEADER, pkt->len - SCTP_HEADER);
    struct sctp_chunk c;
    bool any = false;
    uint32_t lowest = 0;
    while (sctp_next_chunk(&r, &c))
    {
        if (c.type == SCTP_C_DATA && c.body_len >= 4)
        {
            const uint32_t tsn = roam_get32(c.body);
            lowest = any && sctp_before(lowest, tsn) ? lowest : tsn;
            any = true;
        }
    }
    return lowest;
}

void sctp_ecn_received(struct sctp_assoc* a, const struct roam_packet* pkt)
{
    if (a->has_ecn && pkt->ecn == ROAM_ECN_CE)
    {
        a->ecne_tsn = lowest_tsn(pkt);
        a->ecne_on = true;
        a->sack_due = true;
    }
    a->ecne_due |= a->ecne_on; /* RFC 3168 section 6.1.3: again and again, until CWR */
}

void sctp_ecn_echo(struct sctp_assoc* a)
{
    if (!a->ecne_due)
    {
        return;
    }
    const bool rides = roam_timer_running(&a->sack_timer) &&
                       (a->control.n > 0 || sctp_data_next_path(a)); /* a SACK with what goes now */
    if (!a->sack_due && !rides)
    {
        return;
    }
    const struct sctp_path* p = sctp_path_find(a, &a->sack_local, &a->sack_peer);
    p = p && sctp_path_usable(a, p) ? p : sctp_data_path(a);
    struct sctp_control* c =
        p ? sctp_control_push(a, &p->local, &p->peer, SCTP_C_ECNE, 0, 4) : NULL;
    if (c)
    {
        roam_put32(c->bytes + SCTP_CHUNK_HEADER, a->ecne_tsn);
    }
    a->ecne_due = false;
}

/**
 * The path that a chunk was sent on. When a SACK before the echo has acknowledged it, that is not
 * known any more: then the one that the echo came by. NULL when it is gone.
 */
static struct sctp_path* path_of(const struct sctp_assoc* a, uint32_t tsn,
                                 const struct roam_packet* echo)
{
    const uint32_t i = tsn - (a->cum_acked + 1);
    const struct sctp_data* d = i < a->sent.n ? roam_ring_at(&a->sent, i) : NULL;
    return d ? d->path : sctp_path_find(a, &echo->dst, &echo->src);
}

void sctp_on_ecne(struct sctp_assoc* a, const struct roam_packet* pkt, const struct sctp_chunk* c)
{
    if (!a->has_ecn || c->body_len < 4)
    {
        return;
    }
    const uint32_t tsn = roam_get32(c->body);
    struct sctp_path* p = path_of(a, tsn, pkt);
    /* RFC 3168 section 6.1.2: once for what was in flight, as for a loss (RFC 9260, 7.2.3) */
    if (p && !p->recovering && (!p->reduced || sctp_before(p->reduced_tsn, tsn)))
    {
        sctp_cwnd_on_fast_retransmit(a, p);
    }
    const struct sctp_path* way = sctp_reply_path(a, pkt);
    struct sctp_control* cwr =
        way ? sctp_control_push(a, &way->local, &way->peer, SCTP_C_CWR, 0, 4) : NULL;
    if (cwr)
    {
        roam_put32(cwr->bytes + SCTP_CHUNK_HEADER, tsn);
    }
}

void sctp_on_cwr(struct sctp_assoc* a, const struct sctp_chunk* c)
{
    if (a->has_ecn && c->body_len >= 4 && !sctp_before(roam_get32(c->body), a->ecne_tsn))
    {
        a->ecne_on = a->ecne_due = false;
    }
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is in flight: the state of a DATA chunk, and the sums over all of them. */
#include "core/sctp/sctp-priv.h"

/** Adds a chunk to the sums of its state, or takes it away. */
static void count(struct sctp_assoc* a, const struct sctp_data* d, bool in)
{
    const size_t one = in ? 1 : SIZE_MAX; /* unsigned: one less */
    switch (d->state)
    {
    case SCTP_DATA_FLYING:
        a->flight += in ? d->len : -(size_t)d->len;
        if (d->path)
        {
            d->path->flight += in ? d->len : -(uint32_t)d->len;
        }
        break;
    case SCTP_DATA_GAP_ACKED:
        a->n_gap_acked += one;
        break;
    case SCTP_DATA_MARKED:
        a->n_marked += one;
        break;
    case SCTP_DATA_UNSENT:
    case SCTP_DATA_ABANDONED:
    case SCTP_DATA_ACKED:
        break;
    }
}

void sctp_data_enter(struct sctp_assoc* a, struct sctp_data* d, enum sctp_data_state state)
{
    count(a, d, false);
    d->state = state;
    count(a, d, true);
}

void sctp_data_mark(struct sctp_assoc* a, struct sctp_data* d)
{
    if (d->state != SCTP_DATA_FLYING)
    {
        return;
    }
    sctp_data_enter(a, d, SCTP_DATA_MARKED);
    a->peer_rwnd += d->len; /* section 6.2.1 C */
    if (d->path)
    {
        d->path->timing &= d->path->timed_tsn != d->tsn; /* Karn's rule */
    }
}

void sctp_data_leave_path(struct sctp_assoc* a, struct sctp_path* p)
{
    for (size_t i = 0; i < a->sent.n; i++)
    {
        struct sctp_data* d = roam_ring_at(&a->sent, i);
        if (d->path == p)
        {
            sctp_data_mark(a, d);
            d->path = NULL;
            d->fast_retransmitted = false; /* on another path it can be lost anew */
        }
    }
    assert(p->flight == 0);
    sctp_forward_leave_path(a, p);
    p->timing = false;
    roam_timer_stop(&p->t3);
}

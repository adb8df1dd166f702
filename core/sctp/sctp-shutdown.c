/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Graceful end and ABORT by the user (RFC 9260 section 9). */
#include "core/sctp/sctp-priv.h"

static struct roam_timer t2_after(const struct sctp_assoc* a, roam_time now)
{
    const struct sctp_path* p = sctp_data_path(a);
    return (struct roam_timer){now + (p ? p->rto.value : a->config.rto_initial)};
}

static void send_shutdown(struct sctp_assoc* a, roam_time now)
{
    uint8_t cum[4];
    roam_put32(cum, a->map.cum);
    sctp_control_send(a, SCTP_C_SHUTDOWN, cum, sizeof cum);
    a->t2 = t2_after(a, now);
}

void sctp_send_shutdown_ack(struct sctp_assoc* a, const struct roam_packet* pkt, roam_time now)
{
    const struct sctp_path* p = pkt ? sctp_reply_path(a, pkt) : sctp_data_path(a);
    if (p)
    {
        sctp_control_push(a, &p->local, &p->peer, SCTP_C_SHUTDOWN_ACK, 0, 0);
    }
    a->t2 = t2_after(a, now);
    sctp_touch(a);
}

void sctp_shutdown_progress(struct sctp_assoc* a, roam_time now)
{
    if (a->gone || a->pending.n > 0 || a->sent.n > 0)
    {
        return;
    }
    if (a->state == SCTP_SHUTDOWN_PENDING)
    {
        sctp_enter(a, SCTP_SHUTDOWN_SENT, now);
        send_shutdown(a, now);
        /* section 9.2: the guard of who sends SHUTDOWN, five times RTO.Max */
        roam_timer_start(&a->t5, 5 * a->config.rto_max, now);
    }
    else if (a->state == SCTP_SHUTDOWN_RECEIVED)
    {
        sctp_enter(a, SCTP_SHUTDOWN_ACK_SENT, now);
        sctp_send_shutdown_ack(a, NULL, now);
    }
}

void sctp_shutdown_heard(struct sctp_assoc* a, roam_time now)
{
    if (a->state == SCTP_SHUTDOWN_SENT)
    {
        a->errors = 0;
        a->t2 = t2_after(a, now);
    }
}

int sctp_shutdown(struct sctp_endpoint* ep, sctp_assoc_id id, roam_time now)
{
    struct sctp_assoc* a = sctp_by_id(ep, id);
    if (!a || a->gone)
    {
        return ROAM_ENOENT;
    }
    if (a->state == SCTP_COOKIE_WAIT || a->state == SCTP_COOKIE_ECHOED)
    {
        return sctp_abort(ep, id, NULL, 0, now); /* nothing has been delivered that could be kept */
    }
    if (a->state == SCTP_ESTABLISHED)
    {
        sctp_enter(a, SCTP_SHUTDOWN_PENDING, now);
        sctp_shutdown_progress(a, now);
    }
    sctp_touch(a);
    sctp_reap(ep);
    return ROAM_OK;
}

int sctp_abort(struct sctp_endpoint* ep, sctp_assoc_id id, const void* reason, size_t len,
               roam_time now)
{
    struct sctp_assoc* a = sctp_by_id(ep, id);
    if (!a || a->gone)
    {
        return ROAM_ENOENT;
    }
    if (len > SCTP_REASON_MAX)
    {
        return ROAM_EMSGSIZE;
    }
    sctp_abort_with(a, SCTP_LOST_USER_ABORT, SCTP_E_USER_ABORT, reason, len, now);
    sctp_reap(ep);
    return ROAM_OK;
}

void sctp_on_shutdown(struct sctp_assoc* a, const struct roam_packet* pkt,
                      const struct sctp_chunk* c, roam_time now)
{
    if (c->body_len < 4)
    {
        sctp_event_drop(a->ep, a->id, SCTP_DROP_MALFORMED, c->type, now);
        return;
    }
    if (a->state < SCTP_ESTABLISHED)
    {
        sctp_event_drop(a->ep, a->id, SCTP_DROP_UNEXPECTED, c->type, now);
        return;
    }
    if (a->state == SCTP_SHUTDOWN_SENT || a->state == SCTP_SHUTDOWN_ACK_SENT)
    {
        /* both at once, or our answer was lost: SHUTDOWN ACK, and wait for SHUTDOWN COMPLETE */
        sctp_enter(a, SCTP_SHUTDOWN_ACK_SENT, now);
        sctp_send_shutdown_ack(a, pkt, now);
        return;
    }
    sctp_on_cum_ack(a, roam_get32(c->body), now);
    if (!a->gone && (a->state == SCTP_ESTABLISHED || a->state == SCTP_SHUTDOWN_PENDING))
    {
        sctp_enter(a, SCTP_SHUTDOWN_RECEIVED, now);
        sctp_event_push(a->ep, SCTP_EV_PEER_DONE, a->id, now);
    }
    sctp_shutdown_progress(a, now);
}

void sctp_on_shutdown_ack(struct sctp_assoc* a, const struct roam_packet* pkt, roam_time now)
{
    if (a->state != SCTP_SHUTDOWN_SENT && a->state != SCTP_SHUTDOWN_ACK_SENT)
    {
        sctp_event_drop(a->ep, a->id, SCTP_DROP_UNEXPECTED, SCTP_C_SHUTDOWN_ACK, now);
        return;
    }
    const uint8_t complete[] = {SCTP_C_SHUTDOWN_COMPLETE, 0, 0, SCTP_CHUNK_HEADER};
    sctp_stray_send(a->ep, &pkt->dst, &pkt->src, a->peer_port, a->peer_tag, complete,
                    sizeof complete);
    sctp_lose(a, SCTP_LOST_NONE, 0, now);
}

void sctp_on_shutdown_complete(struct sctp_assoc* a, roam_time now)
{
    if (a->state == SCTP_SHUTDOWN_ACK_SENT)
    {
        sctp_lose(a, SCTP_LOST_NONE, 0, now);
    }
}

void sctp_on_t2(struct sctp_assoc* a, roam_time now)
{
    struct sctp_path* p = sctp_data_path(a);
    if (p)
    {
        sctp_rto_backoff(&p->rto, &a->config);
    }
    sctp_count_error(a, p, now);
    if (a->gone)
    {
        return;
    }
    if (a->state == SCTP_SHUTDOWN_SENT)
    {
        send_shutdown(a, now);
    }
    else if (a->state == SCTP_SHUTDOWN_ACK_SENT)
    {
        sctp_send_shutdown_ack(a, NULL, now);
    }
}

void sctp_on_t5(struct sctp_assoc* a, roam_time now)
{
    sctp_abort_with(a, SCTP_LOST_SHUTDOWN, 0, NULL, 0, now); /* no cause of section 3.3.10 fits */
}

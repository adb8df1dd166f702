/* SPDX-License-Identifier: GPL-2.0-or-later */
/* HEARTBEAT (RFC 9260 section 8.3) and the confirmation of addresses (section 5.4). */
#include "core/sctp/sctp-priv.h"

/* Heartbeat Information: nonce, and the path that it was sent on. */
#define INFO_LEN (SCTP_PARAM_HEADER + 8)

bool sctp_may_probe(const struct sctp_assoc* a, const struct sctp_path* p)
{
    const struct sctp_bound* b = sctp_bound_find(a, &p->local);
    return a->state >= SCTP_ESTABLISHED && a->state != SCTP_SHUTDOWN_SENT &&
           a->state != SCTP_SHUTDOWN_ACK_SENT && b && b->state == SCTP_BOUND &&
           sctp_path_routed(a, p);
}

static void put_nonce(uint8_t* at, uint64_t nonce)
{
    roam_put32(at, (uint32_t)(nonce >> 32));
    roam_put32(at + 4, (uint32_t)nonce);
}

/** Queues a HEARTBEAT with a fresh nonce. False when there is no room for it. */
static bool push_heartbeat(struct sctp_assoc* a, struct sctp_path* p, roam_time now)
{
    struct sctp_control* c =
        sctp_control_push(a, &p->local, &p->peer, SCTP_C_HEARTBEAT, 0, INFO_LEN);
    p->hb_outstanding = c != NULL;
    if (c)
    {
        struct roam_writer w = roam_writer(c->bytes + SCTP_CHUNK_HEADER, INFO_LEN);
        uint8_t nonce[8];
        p->hb_nonce = roam_rng_u64(&a->ep->rng);
        put_nonce(nonce, p->hb_nonce);
        sctp_write_param(&w, SCTP_P_HEARTBEAT_INFO, nonce, sizeof nonce);
        p->hb_sent = now;
    }
    return c;
}

bool sctp_heartbeat_now(struct sctp_assoc* a, struct sctp_path* p, roam_time now)
{
    if (!sctp_may_probe(a, p))
    {
        return false;
    }
    if (!push_heartbeat(a, p, now))
    {
        sctp_heartbeat_arm(a, p, now); /* the next one is tried after an interval */
        return false;
    }
    roam_timer_start(&p->hb, p->rto.value, now);
    return true;
}

void sctp_heartbeat_beside_asconf(struct sctp_assoc* a, struct sctp_path* p, roam_time now)
{
    roam_timer_stop(&p->hb); /* T4 watches over the packet */
    push_heartbeat(a, p, now);
}

void sctp_heartbeat_arm(struct sctp_assoc* a, struct sctp_path* p, roam_time now)
{
    if (p->hb_outstanding)
    {
        return; /* its answer, or its timeout, arms the next one */
    }
    /* an unconfirmed address may be all that the peer has left: it is never given up */
    const bool wanted = p->config.heartbeats || p->state == SCTP_PATH_UNCONFIRMED;
    if (!wanted || !sctp_may_probe(a, p))
    {
        roam_timer_stop(&p->hb);
        return;
    }
    /* section 8.3: RTO + HB.interval, with a jitter of half the RTO either way */
    const roam_time jitter = (roam_time)((roam_rng_unit(&a->ep->rng) - 0.5) * (double)p->rto.value);
    /* RFC 7829 section 3.2 (5): HB.interval does not count for a potentially failed path */
    const roam_time interval = p->state == SCTP_PATH_PF ? 0 : p->config.hb_interval;
    roam_timer_start(&p->hb, p->rto.value + interval + jitter, now);
}

static void count_silence(struct sctp_assoc* a, struct sctp_path* p, roam_time now)
{
    if (p->state == SCTP_PATH_PF && (p->flight > 0 || p->struck_at > p->hb_sent))
    {
        return; /* RFC 7829 section 3.2 (6): T3-rtx counts the same silence */
    }
    sctp_rto_backoff(&p->rto, &a->config);
    if (p == sctp_data_path(a))
    {
        sctp_count_error(a, p, now);
    }
    else
    {
        sctp_path_strike(a, p, now); /* section 8.1: not an error of the association */
    }
}

void sctp_on_hb_timer(struct sctp_assoc* a, struct sctp_path* p, roam_time now)
{
    if (!p->hb_outstanding)
    {
        sctp_heartbeat_now(a, p, now);
        return;
    }
    p->hb_outstanding = false;
    count_silence(a, p, now);
    if (a->gone || p->hb_outstanding)
    {
        return;
    }
    const bool unproven =
        p->state == SCTP_PATH_UNCONFIRMED && p->errors <= p->config.path_max_retrans;
    if (unproven || (p->state == SCTP_PATH_PF && p->config.heartbeats))
    {
        /* section 5.4, and RFC 7829 section 3.2 (6): once per RTO until it answers or fails */
        sctp_heartbeat_now(a, p, now);
    }
    else
    {
        sctp_heartbeat_arm(a, p, now);
    }
}

int sctp_request_heartbeat(struct sctp_endpoint* ep, sctp_assoc_id id,
                           const struct roam_addr* local, const struct roam_addr* peer,
                           roam_time now)
{
    struct sctp_assoc* a = sctp_by_id(ep, id);
    int result = ROAM_ENOENT;
    for (size_t i = 0; a && !a->gone && i < a->n_paths; i++)
    {
        struct sctp_path* p = a->paths[i];
        if ((local && !roam_addr_equal(local, &p->local)) ||
            (peer && !roam_addr_equal(peer, &p->peer)))
        {
            continue;
        }
        if (!sctp_may_probe(a, p))
        {
            result = result == ROAM_ENOENT ? ROAM_ESTATE : result;
        }
        else if (p->hb_outstanding || sctp_heartbeat_now(a, p, now))
        {
            result = ROAM_OK;
        }
        else if (result != ROAM_OK)
        {
            result = ROAM_EAGAIN;
        }
    }
    if (result == ROAM_OK)
    {
        sctp_touch(a);
    }
    return result;
}

void sctp_on_heartbeat(struct sctp_assoc* a, const struct roam_packet* pkt,
                       const struct sctp_chunk* c)
{
    if (a->state == SCTP_COOKIE_WAIT)
    {
        return; /* section 8.3: answered from COOKIE-ECHOED on */
    }
    struct sctp_control* ack =
        sctp_control_push(a, &pkt->dst, &pkt->src, SCTP_C_HEARTBEAT_ACK, 0, c->body_len);
    if (ack && c->body_len > 0)
    {
        memcpy(ack->bytes + SCTP_CHUNK_HEADER, c->body, c->body_len);
    }
}

void sctp_on_heartbeat_ack(struct sctp_assoc* a, const struct sctp_chunk* c, roam_time now)
{
    struct roam_reader r = roam_reader(c->body, c->body_len);
    struct sctp_param info;
    if (!sctp_next_param(&r, &info) || info.type != SCTP_P_HEARTBEAT_INFO || info.value_len != 8)
    {
        return;
    }
    for (size_t i = 0; i < a->n_paths; i++)
    {
        struct sctp_path* p = a->paths[i];
        uint8_t nonce[8];
        if (sctp_probe_answered(a, p, info.value, now))
        {
            return;
        }
        put_nonce(nonce, p->hb_nonce);
        if (!p->hb_outstanding || memcmp(nonce, info.value, 8) != 0)
        {
            continue;
        }
        struct sctp_peer* peer = sctp_peer_find(a, &p->peer);
        p->hb_outstanding = false;
        sctp_rto_measure(&p->rto, &a->config, now - p->hb_sent);
        p->young_until = roam_time_min(p->young_until, now + p->rto.value);
        p->errors = 0;
        sctp_peer_confirm(a, peer, now);
        sctp_clear_errors(a, p, now);
        sctp_heartbeat_arm(a, p, now);
        return;
    }
}

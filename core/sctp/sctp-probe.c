/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The search for a larger path MTU (RFC 8899): some time after the network has lowered it, a
 * HEARTBEAT with a PAD chunk (RFC 4820) is sent in a packet of a larger size, which nobody may
 * fragment. That it is lost says nothing about the path (RFC 8899 section 3, rule 7). */
#include "core/sctp/sctp-priv.h"

#include <stdlib.h>

#define RAISE_AFTER (600 * ROAM_SEC) /* PMTU_RAISE_TIMER, RFC 8899 section 5.1.1 */
#define MAX_PROBES 3                 /* section 5.1.2 */
#define NONCE_LEN 8
#define INFO_CHUNK_LEN (SCTP_CHUNK_HEADER + SCTP_PARAM_HEADER + NONCE_LEN)

/** The next size to try: those of networks in use, at last the one configured. */
static uint32_t candidate_above(const struct sctp_path* p)
{
    static const uint32_t sizes[] = {1006, 1280, 1400, 1492, 1500, 4352, 8166, 9000, 17914, 32000};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
    {
        if (sizes[i] > p->mtu && sizes[i] < p->config.mtu)
        {
            return sizes[i];
        }
    }
    return p->config.mtu;
}

void sctp_probe_later(struct sctp_path* p, roam_time now)
{
    p->probes = 0;
    if (p->config.pmtu_discovery && p->mtu < p->config.mtu)
    {
        roam_timer_start(&p->raise, RAISE_AFTER, now);
    }
    else
    {
        roam_timer_stop(&p->raise);
    }
}

static bool send_probe(struct sctp_assoc* a, struct sctp_path* p)
{
    const uint32_t size = candidate_above(p);
    const size_t auth =
        sctp_auth_wanted(&a->auth, SCTP_C_HEARTBEAT) ? sctp_auth_chunk_len(&a->auth) : 0;
    const size_t room = (size - sctp_headers(a, &p->peer) - SCTP_HEADER - auth) & ~(size_t)3;
    if (!sctp_may_probe(a, p))
    {
        return false;
    }
    struct sctp_control* c =
        sctp_control_push(a, &p->local, &p->peer, SCTP_C_HEARTBEAT, 0, room - SCTP_CHUNK_HEADER);
    if (!c)
    {
        return false;
    }
    c->alone = c->whole = true;
    roam_rng_fill(&a->ep->rng, p->probe_nonce, sizeof p->probe_nonce);
    struct roam_writer w = roam_writer(c->bytes, room);
    sctp_write_chunk(&w, SCTP_C_HEARTBEAT, 0, INFO_CHUNK_LEN);
    sctp_write_param(&w, SCTP_P_HEARTBEAT_INFO, p->probe_nonce, sizeof p->probe_nonce);
    sctp_write_chunk(&w, SCTP_C_PAD, 0, room - INFO_CHUNK_LEN); /* the rest is zero */
    p->probe_size = size;
    return true;
}

void sctp_on_raise_timer(struct sctp_assoc* a, struct sctp_path* p, roam_time now)
{
    if (p->probes == MAX_PROBES || p->mtu >= p->config.mtu || !p->config.pmtu_discovery ||
        !send_probe(a, p))
    {
        sctp_probe_later(p, now);
        return;
    }
    p->probes++;
    roam_timer_start(&p->raise, p->rto, now);
}

bool sctp_probe_answered(struct sctp_assoc* a, struct sctp_path* p, const uint8_t* nonce,
                         roam_time now)
{
    if (p->probes == 0 || memcmp(nonce, p->probe_nonce, sizeof p->probe_nonce) != 0)
    {
        return false;
    }
    p->mtu = p->probe_size;
    p->narrow = false;
    p->probes = 0;
    sctp_on_raise_timer(a, p, now); /* the next size at once, if there is one */
    return true;
}

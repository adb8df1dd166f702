/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The search for a larger path MTU (RFC 8899): some time after the network has lowered it, a
 * HEARTBEAT with a PAD chunk (RFC 4820) is sent in a packet of a larger size, which nobody may
 * fragment. That it is lost says nothing about the path (RFC 8899 section 3, rule 7). And the
 * search for a black hole, which loses large packets in silence (section 4.3). */
#include "core/sctp/sctp-priv.h"

#include <stdlib.h>

#define RAISE_AFTER (600 * ROAM_SEC) /* PMTU_RAISE_TIMER, RFC 8899 section 5.1.1 */
#define LEAST_PROBE_TIMER ROAM_SEC   /* section 5.1.1: "MUST NOT be smaller than 1 second" */
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

/** Starts PROBE_TIMER: no answer to a probe takes longer. Section 5.1.1 would have it above 15
 * seconds (SHOULD), for transports that do not know their RTO; it is not backed off, as no probe's
 * loss is. */
static void start_probe_timer(const struct sctp_assoc* a, struct sctp_path* p, roam_time now)
{
    const roam_time rto = sctp_rto_unbounded(&p->rto, &a->config);
    roam_timer_start(&p->raise, roam_time_max(rto, LEAST_PROBE_TIMER), now);
}

/** Sends a HEARTBEAT that fills a packet of a size, under a new nonce. */
static bool send_probe(struct sctp_assoc* a, const struct sctp_path* p, uint32_t size,
                       uint8_t nonce[NONCE_LEN])
{
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
    roam_rng_fill(&a->ep->rng, nonce, NONCE_LEN);
    struct roam_writer w = roam_writer(c->bytes, room);
    sctp_write_chunk(&w, SCTP_C_HEARTBEAT, 0, INFO_CHUNK_LEN);
    sctp_write_param(&w, SCTP_P_HEARTBEAT_INFO, nonce, NONCE_LEN);
    sctp_write_chunk(&w, SCTP_C_PAD, 0, room - INFO_CHUNK_LEN); /* the rest is zero */
    return true;
}

static void search(struct sctp_assoc* a, struct sctp_path* p, roam_time now)
{
    p->probe_size = candidate_above(p);
    if (p->probes == MAX_PROBES || p->mtu >= p->config.mtu || !p->config.pmtu_discovery ||
        !send_probe(a, p, p->probe_size, p->probe_nonce))
    {
        sctp_probe_later(p, now);
        return;
    }
    p->probes++;
    start_probe_timer(a, p, now);
}

/* --- Black holes ----------------------------------------------------------------------------- */

/** BASE_PLPMTU, section 5.1.2, and the headers below SCTP: expected to work on most paths. */
static uint32_t base_of(const struct sctp_assoc* a, const struct sctp_path* p)
{
    return p->peer.family == ROAM_ADDR_V6 ? 1280 : 1200 + (uint32_t)sctp_headers(a, &p->peer);
}

/* DEVIATION: section 4.3 forbids to rely on Packet Too Big alone; without black_hole_search, that
 * is so */
void sctp_hole_suspect(struct sctp_assoc* a, struct sctp_path* p, size_t lost, roam_time now)
{
    const uint32_t base = base_of(a, p);
    const size_t packet = sctp_headers(a, &p->peer) + SCTP_HEADER + lost;
    if (!a->config.black_hole_search || !p->config.pmtu_discovery || p->mtu <= base ||
        packet <= base || p->hole.stage == SCTP_HOLE_LARGE)
    {
        return;
    }
    struct sctp_hole h = {.stage = SCTP_HOLE_LARGE, .size = p->mtu};
    if (send_probe(a, p, h.size, h.large))
    {
        p->hole = h;
        start_probe_timer(a, p, now);
    }
}

void sctp_on_raise_timer(struct sctp_assoc* a, struct sctp_path* p, roam_time now)
{
    if (p->hole.stage != SCTP_HOLE_LARGE)
    {
        search(a, p, now);
        return;
    }
    /* section 3 (7): there is a round trip between two probes */
    p->hole.stage =
        send_probe(a, p, base_of(a, p), p->hole.small) ? SCTP_HOLE_SMALL : SCTP_HOLE_NONE;
    sctp_probe_later(p, now); /* a search that this has interrupted */
}

/** True if a nonce belongs to one of the two probes. The small one alone: it is a black hole. */
static bool hole_answered(struct sctp_assoc* a, struct sctp_path* p, const uint8_t* nonce,
                          roam_time now)
{
    const struct sctp_hole hole = p->hole;
    if (hole.size > 0 && memcmp(nonce, hole.large, NONCE_LEN) == 0)
    {
        p->mtu = hole.size > p->mtu ? hole.size : p->mtu; /* it may come after the small one's */
        p->hole = (struct sctp_hole){0};
        sctp_probe_later(p, now);
        return true;
    }
    if (hole.stage != SCTP_HOLE_SMALL || memcmp(nonce, hole.small, NONCE_LEN) != 0)
    {
        return false;
    }
    p->hole.stage = SCTP_HOLE_NONE;
    if (sctp_path_mtu_lower(a, p, base_of(a, p), now))
    {
        p->hole = hole; /* the answer to the large one may only be late */
        p->hole.stage = SCTP_HOLE_NONE;
        search(a, p, now); /* what it takes is found at once, section 5.2 */
    }
    return true;
}

static bool search_answered(struct sctp_assoc* a, struct sctp_path* p, const uint8_t* nonce,
                            roam_time now)
{
    if (p->probes == 0 || memcmp(nonce, p->probe_nonce, sizeof p->probe_nonce) != 0)
    {
        return false;
    }
    p->mtu = p->probe_size;
    p->narrow = false;
    p->probes = 0;
    search(a, p, now); /* the next size at once, if there is one */
    return true;
}

bool sctp_probe_answered(struct sctp_assoc* a, struct sctp_path* p, const uint8_t* nonce,
                         roam_time now)
{
    const bool answered = hole_answered(a, p, nonce, now) || search_answered(a, p, nonce, now);
    if (answered)
    {
        sctp_clear_errors(a, p, now); /* section 6.2.1.2: the path works */
    }
    return answered;
}

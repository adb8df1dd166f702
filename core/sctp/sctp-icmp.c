/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ICMP and ICMPv6 about our packets: RFC 9260 section 10, its rules ICMP1 to ICMP9. */
#include "core/sctp/sctp-priv.h"

enum meaning
{
    NOTHING,
    TOO_BIG,
    NO_PROTOCOL,
    UNREACHABLE
};

/**
 * Of Port Unreachable. ICMP3: an SCTP host would have sent an ABORT. But for what was encapsulated
 * in UDP it says that there is no SCTP behind that port (RFC 6951 section 5.5).
 */
static enum meaning no_port(bool udp)
{
    return udp ? NO_PROTOCOL : NOTHING;
}

static enum meaning meaning_v4(uint8_t type, uint8_t code, bool udp)
{
    if (type != 3) /* Destination Unreachable; ICMP1 */
    {
        return NOTHING;
    }
    switch (code)
    {
    case 2:
        return NO_PROTOCOL;
    case 3:
        return no_port(udp);
    case 4:
        return TOO_BIG; /* Fragmentation Needed */
    default:
        return UNREACHABLE;
    }
}

static enum meaning meaning_v6(uint8_t type, uint8_t code, bool udp)
{
    switch (type) /* ICMP2 */
    {
    case 1: /* Destination Unreachable; code 4 is the port */
        return code == 4 ? no_port(udp) : UNREACHABLE;
    case 2:
        return TOO_BIG;
    case 4: /* Parameter Problem; code 1 is the next header, ICMP4 */
        return code == 1 ? NO_PROTOCOL : NOTHING;
    default:
        return NOTHING;
    }
}

/** True if the quoted packet is one that this association may have sent (ICMP6). */
static bool quotes_us(const struct sctp_assoc* a, const struct sctp_icmp* icmp, bool* init)
{
    const uint32_t vtag = roam_get32(icmp->quoted + 4);
    *init = vtag == 0;
    if (vtag != 0)
    {
        return vtag == a->peer_tag;
    }
    const uint8_t* chunk = icmp->quoted + SCTP_HEADER;
    return icmp->len >= SCTP_HEADER + SCTP_CHUNK_HEADER + 4 && chunk[0] == SCTP_C_INIT &&
           roam_get32(chunk + SCTP_CHUNK_HEADER) == a->my_tag;
}

/** The next smaller MTU in use, for a router that names none (RFC 1191 section 7.1). */
static uint32_t plateau_below(uint32_t mtu)
{
    static const uint32_t plateaus[] = {32000, 17914, 8166, 4352, 2002, 1492, 1006};
    for (size_t i = 0; i < sizeof plateaus / sizeof plateaus[0]; i++)
    {
        if (plateaus[i] < mtu)
        {
            return plateaus[i];
        }
    }
    return 508;
}

static bool unreachable(struct sctp_assoc* a, struct sctp_path* p, roam_time now)
{
    /* ICMP9; one error for all that were sent within an RTO, as T3-rtx would count them */
    const bool counted = p->unreachable_at > 0 && now < p->unreachable_at + p->rto.value;
    if (a->state < SCTP_ESTABLISHED || counted)
    {
        return false;
    }
    p->unreachable_at = now;
    sctp_path_strike(a, p, now);
    return true;
}

static bool act(struct sctp_assoc* a, struct sctp_path* p, const struct sctp_icmp* icmp,
                enum meaning meaning, bool init, roam_time now)
{
    switch (meaning)
    {
    case TOO_BIG: /* ICMP7 */
        return sctp_path_mtu_lower(a, p, icmp->mtu ? icmp->mtu : plateau_below(p->mtu), now);
    case NO_PROTOCOL: /* ICMP8: the tag is right, as the T bit would have it */
        if (init && a->state != SCTP_COOKIE_WAIT)
        {
            return false;
        }
        if (icmp->doubtful && a->state >= SCTP_ESTABLISHED)
        {
            /* DEVIATION: ICMP8 says ABORT; but the peer has shown that it has the protocol */
            return unreachable(a, p, now);
        }
        sctp_lose(a, SCTP_LOST_PEER_ABORT, 0, now);
        return true;
    case UNREACHABLE:
        return unreachable(a, p, now);
    default:
        return false;
    }
}

bool sctp_icmp_received(struct sctp_endpoint* ep, const struct sctp_icmp* icmp, roam_time now)
{
    const bool v6 = icmp->peer.family == ROAM_ADDR_V6;
    const enum meaning meaning = v6 ? meaning_v6(icmp->type, icmp->code, icmp->udp)
                                    : meaning_v4(icmp->type, icmp->code, icmp->udp);
    if (meaning == NOTHING || icmp->len < 8 || roam_get16(icmp->quoted) != ep->port)
    {
        return false;
    }
    struct sctp_assoc* a = sctp_by_peer(ep, &icmp->peer, roam_get16(icmp->quoted + 2)); /* ICMP5 */
    struct sctp_path* p = a ? sctp_path_find(a, &icmp->local, &icmp->peer) : NULL;
    bool init;
    if (!p || !quotes_us(a, icmp, &init))
    {
        return false;
    }
    const bool acted = act(a, p, icmp, meaning, init, now);
    if (acted && !a->gone)
    {
        sctp_touch(a);
    }
    sctp_reap(ep);
    return acted;
}

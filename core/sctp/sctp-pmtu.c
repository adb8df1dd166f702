/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The path MTU (RFC 9260 section 7.3, RFC 1191, RFC 8201): each path has its own; DATA is cut for
 * the smallest of them. */
#include "core/sctp/sctp-priv.h"

/* What any network carries: RFC 8200 section 5; for IPv4 what any host takes, RFC 1122. */
#define LEAST_V4 576
#define LEAST_V6 1280

#define IPV4_HEADER 20
#define IPV6_HEADER 40

static size_t headers(uint8_t family, uint16_t udp_port)
{
    return (family == ROAM_ADDR_V4 ? IPV4_HEADER : IPV6_HEADER) + (udp_port ? SCTP_UDP_HEADER : 0);
}

size_t sctp_headers(const struct sctp_assoc* a, const struct roam_addr* peer)
{
    return headers(peer->family, sctp_udp_port(a, peer));
}

size_t sctp_packet_room(const struct sctp_assoc* a, const struct roam_addr* peer)
{
    uint32_t mtu = a->config.mtu;
    for (size_t i = 0; i < a->n_paths; i++)
    {
        const struct sctp_path* p = a->paths[i];
        if (p->mtu < mtu && roam_addr_equal(&p->peer, peer))
        {
            mtu = p->mtu;
        }
    }
    return mtu - sctp_headers(a, peer);
}

size_t sctp_path_room(const struct sctp_assoc* a, const struct roam_addr* local,
                      const struct roam_addr* peer)
{
    const struct sctp_path* p = sctp_path_find(a, local, peer);
    return p ? p->mtu - sctp_headers(a, peer) : sctp_packet_room(a, peer);
}

/** User data of a DATA chunk that fills a packet, headers of IP and UDP being that long. */
static size_t payload(uint32_t mtu, size_t headers)
{
    return (mtu - headers - SCTP_HEADER - SCTP_DATA_HEADER) & ~(size_t)3;
}

size_t sctp_path_payload(const struct sctp_assoc* a, const struct sctp_path* p)
{
    return payload(p->mtu, sctp_headers(a, &p->peer));
}

size_t sctp_data_auth_len(const struct sctp_assoc* a)
{
    if (a->state < SCTP_ESTABLISHED)
    {
        return a->auth.offer.n_hmacs ? SCTP_AUTH_MAX : 0; /* what the peer wants is not known */
    }
    return sctp_auth_wanted(&a->auth, SCTP_C_DATA) ? sctp_auth_chunk_len(&a->auth) : 0;
}

size_t sctp_payload_max(const struct sctp_assoc* a)
{
    /* a path that is not there yet may be one of IPv6 */
    size_t least = payload(a->config.mtu, headers(ROAM_ADDR_V6, a->udp_port));
    for (size_t i = 0; i < a->n_paths; i++)
    {
        const size_t here = sctp_path_payload(a, a->paths[i]);
        least = i == 0 || here < least ? here : least;
    }
    return least - sctp_data_auth_len(a);
}

/* DEVIATION: RFC 8899 section 5.2 begins with BASE_PLPMTU, which it confirms, and searches upwards.
 * A path begins here with what the host gives, as RFC 1191 and RFC 8201 have it, which RFC 9260
 * section 7.3 names as well: after a handover no data waits for a search. */
void sctp_path_mtu_reset(struct sctp_path* p)
{
    p->mtu = p->config.mtu;
    p->narrow = false;
    p->probes = 0;
    p->hole = (struct sctp_hole){0};
    roam_timer_stop(&p->raise);
}

/** Chunks in flight that cannot have arrived go again; that is no sign of congestion. */
static void send_again(struct sctp_assoc* a, const struct sctp_path* p)
{
    const size_t room = p->mtu - sctp_headers(a, &p->peer) - SCTP_HEADER - sctp_data_auth_len(a);
    for (size_t i = 0; i < a->sent.n; i++)
    {
        struct sctp_data* d = roam_ring_at(&a->sent, i);
        if (d->path == p && sctp_pad4(SCTP_DATA_HEADER + (size_t)d->len) > room)
        {
            sctp_data_mark(a, d);
        }
    }
    sctp_touch(a);
}

/* DEVIATION: RFC 8899 section 4.6.2 does not set the PLPMTU to what a Packet Too Big says, but to
 * BASE_PLPMTU, and probes for that size. It is set at once here, as RFC 1191 and RFC 8201 have it:
 * the message has quoted our verification tag, and what it says too little costs is found again. */
bool sctp_path_mtu_lower(struct sctp_assoc* a, struct sctp_path* p, uint32_t mtu, roam_time now)
{
    const uint32_t least = p->peer.family == ROAM_ADDR_V6 ? LEAST_V6 : LEAST_V4;
    /* IPv6 promises its least; with IPv4 the network has to fragment what is that small */
    const bool narrow = mtu < least && p->peer.family == ROAM_ADDR_V4;
    mtu = mtu < least ? least : mtu;
    if (!p->config.pmtu_discovery || (mtu >= p->mtu && (p->narrow || !narrow)))
    {
        return false;
    }
    p->narrow |= narrow;
    p->mtu = mtu < p->mtu ? mtu : p->mtu;
    p->hole = (struct sctp_hole){0}; /* what is on its way says nothing of the path as it is now */
    sctp_probe_later(p, now);
    send_again(a, p);
    return true;
}

void sctp_path_mtu(struct sctp_endpoint* ep, const struct roam_addr* local,
                   const struct roam_addr* peer, uint32_t mtu, roam_time now)
{
    for (size_t b = 0; b < ep->ids.cap; b++)
    {
        for (struct roam_table_node* node = ep->ids.buckets[b]; node; node = node->next)
        {
            struct sctp_assoc* a =
                (struct sctp_assoc*)(void*)((char*)node - offsetof(struct sctp_assoc, by_id));
            struct sctp_path* p = a->gone ? NULL : sctp_path_find(a, local, peer);
            if (p)
            {
                sctp_path_mtu_lower(a, p, mtu, now);
            }
        }
    }
}

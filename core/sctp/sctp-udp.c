/* SPDX-License-Identifier: GPL-2.0-or-later */
/* UDP encapsulation (RFC 6951): the UDP port behind each address of a peer. The host below writes
 * and reads the UDP headers; the port belongs to the address, because NATs may differ by path. */
#include "core/sctp/sctp-priv.h"

void sctp_udp_learn(struct sctp_assoc* a, const struct roam_packet* pkt)
{
    /* section 5.4: after the verification tag has been checked, each packet says how to answer
     * its source; one without UDP ends the encapsulation */
    struct sctp_peer* peer = sctp_peer_find(a, &pkt->src);
    if (peer)
    {
        peer->udp_port = pkt->udp_port;
    }
    a->udp_port = pkt->udp_port; /* for addresses that the peer lists in it */
}

uint16_t sctp_udp_port(const struct sctp_assoc* a, const struct roam_addr* peer)
{
    const struct sctp_peer* p = sctp_peer_find(a, peer);
    return p ? p->udp_port : a->udp_port;
}

uint16_t sctp_udp_port_of_stray(const struct sctp_endpoint* ep, const struct roam_addr* dst,
                                uint16_t peer_port)
{
    if (ep->receiving && roam_addr_equal(&ep->receiving->src, dst))
    {
        return ep->receiving->udp_port; /* back as it came */
    }
    const struct sctp_assoc* a = sctp_by_peer(ep, dst, peer_port);
    return a ? sctp_udp_port(a, dst) : 0;
}

int sctp_encapsulate(struct sctp_endpoint* ep, sctp_assoc_id id, const struct roam_addr* peer,
                     uint16_t port)
{
    struct sctp_assoc* a = id ? sctp_by_id(ep, id) : NULL;
    struct sctp_peer* only = a && peer ? sctp_peer_find(a, peer) : NULL;
    if (id && (!a || (peer && !only)))
    {
        return ROAM_ENOENT;
    }
    if (!a)
    {
        ep->udp_port = port;
    }
    else if (only)
    {
        only->udp_port = port;
    }
    else
    {
        a->udp_port = port;
        for (size_t i = 0; i < a->n_peers; i++)
        {
            a->peers[i]->udp_port = port;
        }
    }
    return ROAM_OK;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which addresses belong into one association. RFC 9260 does not say; the scopes are those of RFC
 * 4291 section 2.5 and RFC 3927: loopback, link-local, global. We name an address to a peer that is
 * known by one of the same scope, and take from it what reaches at least as far as an address of
 * ours that it knows.
 *
 * DEVIATION: section 5.1.2 C records whatever an INIT or INIT ACK lists. A loopback or link-local
 * address of a peer that is known by a global one would be probed in vain, or would be somebody
 * else; and a local address leads back to us. */
#include "core/sctp/sctp-priv.h"

/** How far an address reaches: this host, this link, anywhere. */
static int reach_of(const struct roam_addr* addr)
{
    return roam_addr_is_loopback(addr) ? 0 : roam_addr_is_link_local(addr) ? 1 : 2;
}

bool sctp_scope_same(const struct roam_addr* x, const struct roam_addr* y)
{
    return reach_of(x) == reach_of(y);
}

bool sctp_scope_any(const struct roam_addr* addr, const struct roam_addr* others, size_t n)
{
    for (size_t i = 0; i < n; i++)
    {
        if (sctp_scope_same(addr, &others[i]))
        {
            return true;
        }
    }
    return false;
}

bool sctp_scope_has_peer(const struct sctp_assoc* a, const struct roam_addr* local)
{
    for (size_t i = 0; i < a->n_peers; i++)
    {
        if (sctp_scope_same(local, &a->peers[i]->addr))
        {
            return true;
        }
    }
    return false;
}

/** The least reach of what the peer knows of us: where its packet went to, and what is bound. */
static int least_reach(const struct sctp_assoc* a, const struct roam_addr* dst)
{
    int least = reach_of(dst);
    for (size_t i = 0; a && i < a->n_bound; i++)
    {
        const int reach = reach_of(&a->bound[i].addr);
        least = reach < least ? reach : least;
    }
    return least;
}

/** True if both ends are on this host: the peer's packets come from an address that we have. */
static bool is_here(const struct sctp_endpoint* ep, const struct roam_addr* src)
{
    return roam_addr_is_loopback(src) || sctp_local_find(ep, src);
}

bool sctp_scope_admits(const struct sctp_endpoint* ep, const struct sctp_assoc* a,
                       const struct roam_packet* pkt, const struct roam_addr* addr)
{
    const bool ours = sctp_local_find(ep, addr);
    return (!ours || is_here(ep, &pkt->src)) && reach_of(addr) >= least_reach(a, &pkt->dst);
}

void sctp_scope_narrow(const struct sctp_endpoint* ep, const struct sctp_assoc* a,
                       const struct roam_packet* pkt, struct sctp_init* init)
{
    size_t kept = 0;
    for (size_t i = 0; i < init->n_addrs; i++)
    {
        if (sctp_scope_admits(ep, a, pkt, &init->addrs[i]))
        {
            init->addrs[kept++] = init->addrs[i];
        }
    }
    init->n_addrs = kept;
}

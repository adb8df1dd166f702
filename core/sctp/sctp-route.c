/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Host routes: which interface leads to which address of a peer (draft-sjkoh-sctp-mobility-01
 * section 5.2, solution 2). */
#include "core/sctp/sctp-priv.h"

#include <stdlib.h>

static struct sctp_route* find(const struct sctp_endpoint* ep, const struct roam_addr* peer)
{
    for (size_t i = 0; i < ep->n_routes; i++)
    {
        if (roam_addr_equal(&ep->routes[i].peer, peer))
        {
            return &ep->routes[i];
        }
    }
    return NULL;
}

uint32_t sctp_route_interface(const struct sctp_endpoint* ep, const struct sctp_local* local,
                              const struct roam_addr* peer)
{
    const struct sctp_route* route = ep->n_routes > 0 ? find(ep, peer) : NULL;
    return route ? route->ifindex : local ? local->ifindex : 0;
}

static void forget(struct sctp_endpoint* ep, struct sctp_route* route)
{
    if (route)
    {
        *route = ep->routes[--ep->n_routes];
    }
}

static int keep(struct sctp_endpoint* ep, struct sctp_route* route, const struct roam_addr* peer,
                uint32_t ifindex)
{
    if (!route)
    {
        struct sctp_route* routes = realloc(ep->routes, (ep->n_routes + 1) * sizeof *routes);
        if (!routes)
        {
            return ROAM_ENOMEM;
        }
        ep->routes = routes;
        route = &routes[ep->n_routes++];
    }
    *route = (struct sctp_route){*peer, ifindex};
    return ROAM_OK;
}

int sctp_host_route(struct sctp_endpoint* ep, const struct roam_addr* peer, uint32_t ifindex,
                    roam_time now)
{
    if (!roam_addr_is_unicast(peer))
    {
        return ROAM_EINVAL;
    }
    struct sctp_route* route = find(ep, peer);
    if (ifindex == 0)
    {
        forget(ep, route);
    }
    else if (keep(ep, route, peer, ifindex) != ROAM_OK)
    {
        return ROAM_ENOMEM;
    }
    sctp_for_each_path(ep, NULL, peer, sctp_path_route_changed, now);
    sctp_reap(ep);
    return ROAM_OK;
}

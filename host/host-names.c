/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which addresses a socket and its associations have. */
#include "host/host-priv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/** The addresses of the machine that the socket is bound to. */
static size_t socket_addresses(const struct host_socket* s, struct roam_addr* out, size_t max)
{
    size_t n = 0;
    for (size_t i = 0; s->port && i < s->host->n_addresses && n < max; i++)
    {
        if (host_port_has(s->port, &s->host->addresses[i].addr))
        {
            out[n++] = s->host->addresses[i].addr;
        }
    }
    return n;
}

int roam_sctp_getsockname(struct roam_host* host, int sd, struct sockaddr* addr, socklen_t* len)
{
    const struct host_socket* s = host_socket(host, sd);
    if (!s)
    {
        return -1;
    }
    const struct host_assoc* a = roam_ring_first(&s->assocs);
    struct roam_addr local = {.family = s->family == AF_INET ? ROAM_ADDR_V4 : ROAM_ADDR_V6};
    struct sockaddr_storage out;
    if (host_one_to_one(s) && a && !a->dead)
    {
        sctp_local_addresses(s->port->ep, a->id, &local, 1);
    }
    else if (s->port && s->port->n_bound)
    {
        local = s->port->bound[0];
    }
    host_to_sockaddr(&local, s->port ? s->port->number : 0, &out);
    host_give_sockaddr(&out, addr, len);
    return 0;
}

int roam_sctp_getpeername(struct roam_host* host, int sd, struct sockaddr* addr, socklen_t* len)
{
    const struct host_socket* s = host_socket(host, sd);
    const struct host_assoc* a = s && host_one_to_one(s) ? roam_ring_first(&s->assocs) : NULL;
    if (!s)
    {
        return -1;
    }
    if (!a || !a->up || a->dead)
    {
        errno = ENOTCONN;
        return -1;
    }
    host_give_sockaddr(&a->peer, addr, len);
    return 0;
}

/** a is NULL for addresses of no association. */
static int pack(const struct host_assoc* a, const struct roam_addr* addrs, size_t n, uint16_t port,
                struct sockaddr** out)
{
    uint8_t* at = calloc(n ? n : 1, sizeof(struct sockaddr_in6));
    *out = (struct sockaddr*)(void*)at;
    if (!at)
    {
        errno = ENOMEM;
        return -1;
    }
    for (size_t i = 0; i < n; i++)
    {
        struct sockaddr_storage one;
        const socklen_t len = a ? host_to_scoped_sockaddr(a, &addrs[i], port, &one)
                                : host_to_sockaddr(&addrs[i], port, &one);
        memcpy(at, &one, len);
        at += len;
    }
    return (int)n;
}

int roam_sctp_getladdrs(struct roam_host* host, int sd, roam_sctp_assoc_t id,
                        struct sockaddr** addrs)
{
    struct host_socket* s = host_socket(host, sd);
    struct roam_addr list[2 * HOST_MAX_BOUND];
    const size_t max = sizeof list / sizeof list[0];
    if (!s)
    {
        return -1;
    }
    const struct host_assoc* a = host_socket_assoc(s, id);
    if (!a && id != ROAM_SCTP_FUTURE_ASSOC && !host_one_to_one(s))
    {
        return -1;
    }
    size_t n =
        a ? sctp_local_addresses(s->port->ep, a->id, list, max) : socket_addresses(s, list, max);
    return pack(a, list, n < max ? n : max, s->port ? s->port->number : 0, addrs);
}

int roam_sctp_getpaddrs(struct roam_host* host, int sd, roam_sctp_assoc_t id,
                        struct sockaddr** addrs)
{
    struct host_socket* s = host_socket(host, sd);
    const struct host_assoc* a = s ? host_socket_assoc(s, id) : NULL;
    struct roam_addr list[HOST_MAX_ADDRESSES];
    struct sctp_status status;
    if (!a)
    {
        return -1;
    }
    if (sctp_status(s->port->ep, a->id, &status) != ROAM_OK)
    {
        errno = ENOENT;
        return -1;
    }
    const size_t n = sctp_peer_addresses(s->port->ep, a->id, list, HOST_MAX_ADDRESSES);
    return pack(a, list, n < HOST_MAX_ADDRESSES ? n : HOST_MAX_ADDRESSES, status.peer_port, addrs);
}

void roam_sctp_freeaddrs(struct sockaddr* addrs)
{
    free(addrs);
}

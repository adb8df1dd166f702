/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the system's addresses and the core's. */
#include "host/host-priv.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

bool host_from_sockaddr(const struct sockaddr* sa, socklen_t len, struct roam_addr* addr,
                        uint16_t* port)
{
    if (sa && len >= sizeof(struct sockaddr_in) && sa->sa_family == AF_INET)
    {
        struct sockaddr_in in;
        memcpy(&in, sa, sizeof in);
        *addr = roam_addr_v4(ntohl(in.sin_addr.s_addr));
        *port = ntohs(in.sin_port);
        return true;
    }
    if (sa && len >= sizeof(struct sockaddr_in6) && sa->sa_family == AF_INET6)
    {
        struct sockaddr_in6 in6;
        memcpy(&in6, sa, sizeof in6);
        *addr = roam_addr_v6(in6.sin6_addr.s6_addr);
        if (IN6_IS_ADDR_V4MAPPED(&in6.sin6_addr))
        {
            uint32_t v4;
            memcpy(&v4, in6.sin6_addr.s6_addr + 12, 4);
            *addr = roam_addr_v4(ntohl(v4));
        }
        *port = ntohs(in6.sin6_port);
        return true;
    }
    return false;
}

socklen_t host_to_sockaddr(const struct roam_addr* addr, uint16_t port,
                           struct sockaddr_storage* out)
{
    memset(out, 0, sizeof *out);
    if (addr->family == ROAM_ADDR_V4)
    {
        struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(port)};
        memcpy(&in.sin_addr, addr->bytes, 4);
        memcpy(out, &in, sizeof in);
        return sizeof in;
    }
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    memcpy(&in6.sin6_addr, addr->bytes, 16);
    memcpy(out, &in6, sizeof in6);
    return sizeof in6;
}

uint32_t host_scope_of(const struct sockaddr* sa, socklen_t len)
{
    struct sockaddr_in6 in6;
    if (!sa || len < sizeof in6 || sa->sa_family != AF_INET6)
    {
        return 0;
    }
    memcpy(&in6, sa, sizeof in6);
    return IN6_IS_ADDR_LINKLOCAL(&in6.sin6_addr) ? in6.sin6_scope_id : 0;
}

/** The interface of an address of the machine, or of the path to an address of the peer. */
static uint32_t interface_of(const struct host_assoc* a, const struct roam_addr* addr)
{
    const struct host_address* local = host_address_find(a->port->host, addr);
    struct sctp_path_status paths[HOST_MAX_PATHS];
    const size_t n = local ? 0 : sctp_paths(a->port->ep, a->id, paths, HOST_MAX_PATHS);
    for (size_t i = 0; i < n && i < HOST_MAX_PATHS && !local; i++)
    {
        local = roam_addr_equal(&paths[i].peer, addr)
                    ? host_address_find(a->port->host, &paths[i].local)
                    : NULL;
    }
    return local ? local->ifindex : 0;
}

socklen_t host_to_scoped_sockaddr(const struct host_assoc* a, const struct roam_addr* addr,
                                  uint16_t port, struct sockaddr_storage* out)
{
    const socklen_t len = host_to_sockaddr(addr, port, out);
    if (addr->family == ROAM_ADDR_V6 && roam_addr_is_link_local(addr))
    {
        ((struct sockaddr_in6*)(void*)out)->sin6_scope_id = interface_of(a, addr);
    }
    return len;
}

void host_give_sockaddr(const struct sockaddr_storage* from, struct sockaddr* to, socklen_t* len)
{
    if (to && len)
    {
        const socklen_t full =
            from->ss_family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
        memcpy(to, from, *len < full ? *len : full);
        *len = full;
    }
}

bool host_read_packed(const struct sockaddr* packed, int n, struct roam_addr* out, uint32_t* scopes,
                      uint16_t* port)
{
    const uint8_t* at = (const uint8_t*)packed;
    *port = 0;
    if (!packed || n <= 0 || n > HOST_MAX_ADDRESSES)
    {
        return false;
    }
    for (int i = 0; i < n; i++)
    {
        sa_family_t family;
        uint16_t p;
        memcpy(&family, at + offsetof(struct sockaddr, sa_family), sizeof family);
        const socklen_t len =
            family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
        struct sockaddr_storage copy = {0};
        if (family != AF_INET && family != AF_INET6)
        {
            return false;
        }
        memcpy(&copy, at, len);
        host_from_sockaddr((struct sockaddr*)&copy, len, &out[i], &p);
        if (scopes)
        {
            scopes[i] = host_scope_of((struct sockaddr*)&copy, len);
        }
        if (p && *port && p != *port)
        {
            return false;
        }
        *port = p ? p : *port;
        at += len;
    }
    return true;
}

int host_errno(int roam_error)
{
    switch (roam_error)
    {
    case ROAM_OK:
        return 0;
    case ROAM_ESTATE:
        return EPIPE;
    case ROAM_ENOENT:
        return ENOENT;
    case ROAM_EEXIST:
        return EADDRINUSE;
    case ROAM_EAGAIN:
        return EAGAIN;
    case ROAM_ENOMEM:
        return ENOMEM;
    case ROAM_EMSGSIZE:
        return EMSGSIZE;
    case ROAM_ENOTSUP:
        return ENOTSUP;
    default:
        return EINVAL;
    }
}

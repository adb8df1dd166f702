/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sockets: their table, binding, listening, accepting, and their end. */
#include "host/host-priv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct host_socket* host_socket(const struct roam_host* host, int sd)
{
    if (sd < 0 || (size_t)sd >= host->n_sockets || !host->sockets[sd])
    {
        errno = EBADF;
        return NULL;
    }
    return host->sockets[sd];
}

bool host_one_to_one(const struct host_socket* s)
{
    return s->type == SOCK_STREAM;
}

static int free_slot(struct roam_host* host)
{
    for (size_t i = 0; i < host->n_sockets; i++)
    {
        if (!host->sockets[i])
        {
            return (int)i;
        }
    }
    const size_t n = host->n_sockets ? host->n_sockets * 2 : 8;
    struct host_socket** more = realloc(host->sockets, n * sizeof *more);
    if (!more)
    {
        return -1;
    }
    memset(more + host->n_sockets, 0, (n - host->n_sockets) * sizeof *more);
    const int slot = (int)host->n_sockets;
    host->sockets = more;
    host->n_sockets = n;
    return slot;
}

struct host_socket* host_socket_new(struct roam_host* host, int family, int type)
{
    const int slot = free_slot(host);
    struct host_socket* s = slot < 0 ? NULL : calloc(1, sizeof *s);
    if (s)
    {
        s->host = host;
        s->sd = slot;
        s->family = family;
        s->type = type;
        s->interleave = type == SOCK_SEQPACKET; /* section 8.1.20 */
        sctp_config_default(&s->config);
        s->config.black_hole_search = true; /* real networks have them */
        host->sockets[slot] = s;
    }
    return s;
}

int roam_sctp_socket(struct roam_host* host, int family, int type)
{
    const int kind = type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (family != AF_INET && family != AF_INET6)
    {
        errno = EAFNOSUPPORT;
        return -1;
    }
    if (kind != SOCK_STREAM && kind != SOCK_SEQPACKET)
    {
        errno = ESOCKTNOSUPPORT;
        return -1;
    }
    struct host_socket* s = host_socket_new(host, family, kind);
    if (!s)
    {
        errno = ENOMEM;
        return -1;
    }
    s->nonblocking = type & SOCK_NONBLOCK;
    return s->sd;
}

void host_socket_free(struct host_socket* s)
{
    if (!s)
    {
        return;
    }
    struct host_record* r;
    while ((r = roam_ring_pop(&s->records)))
    {
        host_record_free(r);
    }
    roam_ring_clear(&s->records);
    roam_ring_clear(&s->turns);
    roam_ring_clear(&s->assocs);
    roam_ring_clear(&s->waiting);
    s->host->sockets[s->sd] = NULL;
    free(s);
}

int roam_sctp_nonblocking(struct roam_host* host, int sd, bool on)
{
    struct host_socket* s = host_socket(host, sd);
    if (!s)
    {
        return -1;
    }
    s->nonblocking = on;
    return 0;
}

bool host_wait(struct host_socket* s, bool dontwait)
{
    if (s->nonblocking || dontwait)
    {
        errno = EAGAIN;
        return false;
    }
    return roam_host_step(s->host, -1) >= 0;
}

struct host_assoc* host_socket_assoc(const struct host_socket* s, roam_sctp_assoc_t id)
{
    for (size_t i = 0; i < s->assocs.n; i++)
    {
        struct host_assoc* a = roam_ring_at(&s->assocs, i);
        if (host_one_to_one(s) || host_assoc_name(a) == id)
        {
            return a;
        }
    }
    errno = ENOENT;
    return NULL;
}

void host_forget_ended(struct host_socket* s, struct host_assoc* assoc)
{
    if (host_one_to_one(s) || !assoc->dead || assoc->awaited || host_has_unread(s, assoc))
    {
        return; /* a one-to-one socket keeps its only one: it tells how it ended */
    }
    for (size_t i = 0; i < s->assocs.n; i++)
    {
        if (roam_ring_at(&s->assocs, i) == assoc)
        {
            roam_ring_remove(&s->assocs, i, 1);
            host_assoc_orphan(assoc);
            return;
        }
    }
}

/* --- Binding --------------------------------------------------------------------------------- */

static bool take_port(struct host_socket* s, uint16_t number)
{
    s->port = host_port_open(s->host, number, &s->config);
    if (s->port)
    {
        s->port->n_sockets = 1;
    }
    return s->port;
}

static void bind_any(struct host_socket* s, bool v4, bool v6)
{
    s->any = true;
    host_port_bind_any(s->port, v4, v6);
}

bool host_socket_autobind(struct host_socket* s)
{
    if (!s->port && !take_port(s, 0))
    {
        return false;
    }
    if (s->port->n_bound == 0 && !s->any)
    {
        bind_any(s, s->family == AF_INET || !s->v6only, s->family == AF_INET6);
    }
    return true;
}

static bool family_fits(const struct host_socket* s, const struct roam_addr* addr)
{
    const bool v4 = addr->family == ROAM_ADDR_V4;
    if (v4 ? s->family == AF_INET6 && s->v6only : s->family == AF_INET)
    {
        errno = EAFNOSUPPORT;
        return false;
    }
    return true;
}

int roam_sctp_bind(struct roam_host* host, int sd, const struct sockaddr* addr, socklen_t len)
{
    struct host_socket* s = host_socket(host, sd);
    struct roam_addr a;
    uint16_t number;
    if (!s || !host_from_sockaddr(addr, len, &a, &number) || s->port)
    {
        errno = s ? EINVAL : EBADF;
        return -1;
    }
    if (!family_fits(s, &a))
    {
        return -1;
    }
    const bool any = roam_addr_is_any(&a);
    if (!any && !host_address_find(host, &a))
    {
        errno = EADDRNOTAVAIL;
        return -1;
    }
    if (!take_port(s, number))
    {
        return -1;
    }
    if (any)
    {
        const bool v6 = a.family == ROAM_ADDR_V6;
        bind_any(s, !v6 || !s->v6only, v6);
        return 0;
    }
    return host_port_bind(s->port, &a) ? 0 : -1;
}

/* --- Several addresses ----------------------------------------------------------------------- */

/** Every association of the socket asks its peer for the same. */
static int ask_all(struct host_socket* s, const struct roam_addr* addrs, size_t n, int op)
{
    struct sctp_asconf_request requests[SCTP_ASCONF_MAX];
    int worst = ROAM_OK;
    if (n > SCTP_ASCONF_MAX)
    {
        return ROAM_EINVAL;
    }
    for (size_t i = 0; i < n; i++)
    {
        requests[i] = (struct sctp_asconf_request){(enum sctp_asconf_op)op, addrs[i]};
    }
    for (size_t i = 0; i < s->assocs.n; i++)
    {
        const struct host_assoc* a = roam_ring_at(&s->assocs, i);
        const int result =
            a->dead ? ROAM_OK
                    : sctp_asconf(s->port->ep, a->id, requests, n, roam_host_now(s->host));
        worst = result != ROAM_OK ? result : worst;
    }
    host_pump(s->port);
    return worst;
}

static int add_addresses(struct host_socket* s, const struct roam_addr* addrs, size_t n,
                         uint16_t number)
{
    for (size_t i = 0; i < n; i++)
    {
        if (!family_fits(s, &addrs[i]))
        {
            return -1;
        }
        if (!host_address_find(s->host, &addrs[i]))
        {
            errno = EADDRNOTAVAIL;
            return -1;
        }
    }
    if (!s->port && !take_port(s, number))
    {
        return -1;
    }
    for (size_t i = 0; i < n; i++)
    {
        if (!host_port_bind(s->port, &addrs[i]))
        {
            return -1;
        }
    }
    errno = host_errno(ask_all(s, addrs, n, SCTP_ADD));
    return errno ? -1 : 0;
}

static void unbind(struct host_port* port, const struct roam_addr* addr)
{
    for (size_t i = 0; i < port->n_bound; i++)
    {
        if (roam_addr_equal(&port->bound[i], addr))
        {
            port->bound[i] = port->bound[--port->n_bound];
            sctp_address_lost(port->ep, addr, roam_host_now(port->host));
            return;
        }
    }
}

static int remove_addresses(struct host_socket* s, const struct roam_addr* addrs, size_t n)
{
    for (size_t i = 0; i < n; i++)
    {
        if (!s->port || !host_port_has(s->port, &addrs[i]))
        {
            errno = EADDRNOTAVAIL;
            return -1;
        }
    }
    if (!s->any && s->port->n_bound <= n)
    {
        errno = EINVAL;
        return -1;
    }
    if (s->assocs.n)
    {
        /* an address stays the port's until the peers have confirmed that it is gone */
        errno = host_errno(ask_all(s, addrs, n, SCTP_DELETE));
        return errno ? -1 : 0;
    }
    for (size_t i = 0; i < n; i++)
    {
        unbind(s->port, &addrs[i]);
    }
    return 0;
}

int roam_sctp_bindx(struct roam_host* host, int sd, const struct sockaddr* addrs, int n, int flags)
{
    struct host_socket* s = host_socket(host, sd);
    struct roam_addr list[HOST_MAX_ADDRESSES];
    uint16_t number;
    if (!s)
    {
        return -1;
    }
    if (!host_read_packed(addrs, n, list, NULL, &number) ||
        (number && s->port && s->port->number != number) ||
        (flags != ROAM_SCTP_BINDX_ADD_ADDR && flags != ROAM_SCTP_BINDX_REM_ADDR))
    {
        errno = EINVAL;
        return -1;
    }
    if (flags == ROAM_SCTP_BINDX_REM_ADDR)
    {
        return remove_addresses(s, list, (size_t)n);
    }
    if (!s->port && n == 1 && roam_addr_is_any(&list[0]))
    {
        struct sockaddr_storage any;
        const socklen_t len = host_to_sockaddr(&list[0], number, &any);
        return roam_sctp_bind(host, sd, (struct sockaddr*)&any, len);
    }
    return add_addresses(s, list, (size_t)n, number);
}

int roam_sctp_asconf(struct roam_host* host, int sd, roam_sctp_assoc_t id,
                     const struct roam_sctp_asconf_request* requests, int n)
{
    struct host_socket* s = host_socket(host, sd);
    struct host_assoc* a = s ? host_socket_assoc(s, id) : NULL;
    struct sctp_asconf_request list[SCTP_ASCONF_MAX];
    uint16_t ignored;
    if (!a)
    {
        return -1;
    }
    if (n <= 0 || n > SCTP_ASCONF_MAX)
    {
        errno = EINVAL;
        return -1;
    }
    for (int i = 0; i < n; i++)
    {
        list[i].op = (enum sctp_asconf_op)requests[i].op;
        if (requests[i].op < 0 || requests[i].op > ROAM_SCTP_ASCONF_DELETE ||
            !host_from_sockaddr((const struct sockaddr*)&requests[i].addr, sizeof requests[i].addr,
                                &list[i].addr, &ignored))
        {
            errno = EINVAL;
            return -1;
        }
        if (list[i].op == SCTP_ADD && !host_port_bind(s->port, &list[i].addr))
        {
            return -1;
        }
    }
    const int result = sctp_asconf(s->port->ep, a->id, list, (size_t)n, roam_host_now(host));
    host_pump(s->port);
    host_wire_flush(host);
    errno = host_errno(result);
    return result == ROAM_OK ? 0 : -1;
}

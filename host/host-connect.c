/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Associations begin and end: listen, accept, connect, peel off, shut down, close. */
#include "host/host-priv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int roam_sctp_listen(struct roam_host* host, int sd, int backlog)
{
    struct host_socket* s = host_socket(host, sd);
    if (!s || !host_socket_autobind(s))
    {
        return -1;
    }
    if (host_one_to_one(s) && (s->assocs.n || s->connecting))
    {
        errno = EINVAL;
        return -1;
    }
    if (s->port->listener && s->port->listener != s)
    {
        errno = EADDRINUSE;
        return -1;
    }
    s->listening = host_one_to_one(s) || backlog != 0;
    s->backlog = backlog < 1 ? 1 : backlog > SOMAXCONN ? SOMAXCONN : backlog;
    s->port->listener = s->listening ? s : NULL;
    sctp_listen(s->port->ep, s->listening);
    return 0;
}

/** A socket for an association that a listener or a one-to-many socket has had. */
static struct host_socket* socket_for(struct host_socket* from, struct host_assoc* a)
{
    struct host_socket* s = host_socket_new(from->host, from->family, SOCK_STREAM);
    if (!s || !roam_ring_push(&s->assocs, a))
    {
        host_socket_free(s);
        errno = ENOMEM;
        return NULL;
    }
    s->port = from->port;
    s->port->n_sockets++;
    s->any = from->any;
    s->config = from->config;
    s->events = from->events;
    s->interleave = from->interleave;
    s->context = from->context;
    s->sndinfo = from->sndinfo;
    s->prinfo = from->prinfo;
    s->linger = from->linger;
    a->socket = s;
    a->accepted = true;
    return s;
}

int roam_sctp_accept(struct roam_host* host, int sd, struct sockaddr* addr, socklen_t* len)
{
    struct host_socket* s = host_socket(host, sd);
    if (!s)
    {
        return -1;
    }
    if (!s->listening || !host_one_to_one(s))
    {
        errno = EINVAL;
        return -1;
    }
    while (s->waiting.n == 0)
    {
        if (!host_wait(s, false))
        {
            return -1;
        }
    }
    struct host_assoc* a = roam_ring_first(&s->waiting);
    struct host_socket* fresh = socket_for(s, a);
    if (!fresh)
    {
        return -1;
    }
    roam_ring_pop(&s->waiting);
    host_move_unread(s, fresh, a);
    host_give_sockaddr(&a->peer, addr, len);
    return fresh->sd;
}

int roam_sctp_peeloff(struct roam_host* host, int sd, roam_sctp_assoc_t id)
{
    struct host_socket* s = host_socket(host, sd);
    struct host_assoc* a = s && !host_one_to_one(s) ? host_socket_assoc(s, id) : NULL;
    if (!a)
    {
        errno = s ? (host_one_to_one(s) ? EOPNOTSUPP : ENOENT) : EBADF;
        return -1;
    }
    struct host_socket* fresh = socket_for(s, a);
    if (!fresh)
    {
        return -1;
    }
    host_move_unread(s, fresh, a);
    for (size_t i = 0; i < s->assocs.n; i++)
    {
        if (roam_ring_at(&s->assocs, i) == a)
        {
            roam_ring_remove(&s->assocs, i, 1);
            break;
        }
    }
    return fresh->sd;
}

/* --- Connecting ------------------------------------------------------------------------------ */

/** True if a link-local address of ours is on none of the links that the peers' are on. */
static bool is_elsewhere(const struct host_address* a, const uint32_t* scopes, size_t n)
{
    bool named = false;
    for (size_t i = 0; i < n; i++)
    {
        if (scopes[i] == a->ifindex)
        {
            return false;
        }
        named |= scopes[i] != 0;
    }
    return named && roam_addr_is_link_local(&a->addr);
}

/** The addresses that the port has; sctp_connect() leaves out those in another scope. */
static size_t locals_of(const struct host_port* port, const uint32_t* scopes, size_t n_scopes,
                        struct roam_addr* out)
{
    size_t n = 0;
    const struct roam_host* host = port->host;
    for (size_t i = 0; i < host->n_addresses && n < HOST_MAX_BOUND; i++)
    {
        const struct roam_addr* a = &host->addresses[i].addr;
        if (host->addresses[i].usable && host_port_has(port, a) &&
            !is_elsewhere(&host->addresses[i], scopes, n_scopes))
        {
            out[n++] = *a;
        }
    }
    return n;
}

struct host_assoc* host_connect_begin(struct host_socket* s, const struct roam_addr* peers,
                                      const uint32_t* scopes, size_t n, uint16_t number)
{
    struct roam_addr locals[HOST_MAX_BOUND];
    sctp_assoc_id id;
    if (number == 0 || !host_socket_autobind(s))
    {
        errno = number == 0 ? EINVAL : errno;
        return NULL;
    }
    const size_t n_locals = locals_of(s->port, scopes, n, locals);
    if (n_locals == 0)
    {
        errno = EADDRNOTAVAIL;
        return NULL;
    }
    for (size_t i = 0; i < n; i++)
    {
        if (scopes[i])
        {
            sctp_host_route(s->port->ep, &peers[i], scopes[i], roam_host_now(s->host));
        }
    }
    sctp_configure(s->port->ep, 0, &s->config);
    sctp_encapsulate(s->port->ep, 0, NULL, s->udp_port);
    const int result =
        sctp_connect(s->port->ep, locals, n_locals, peers, n, number, &id, roam_host_now(s->host));
    if (result != ROAM_OK)
    {
        errno = result == ROAM_EEXIST   ? EISCONN
                : result == ROAM_EINVAL ? EADDRNOTAVAIL
                                        : host_errno(result);
        return NULL;
    }
    struct host_assoc* a = host_assoc_new(s->port, s, id);
    if (!a || !roam_ring_push(&s->assocs, a))
    {
        sctp_abort(s->port->ep, id, NULL, 0, roam_host_now(s->host));
        if (a)
        {
            host_assoc_orphan(a);
        }
        errno = ENOMEM;
        return NULL;
    }
    a->accepted = true;
    s->connecting = host_one_to_one(s);
    host_pump(s->port);
    host_wire_flush(s->host);
    return a;
}

/** Takes a dead association off a one-to-one socket, so that it can connect again. */
static bool may_connect(struct host_socket* s)
{
    if (s->listening && host_one_to_one(s))
    {
        errno = EOPNOTSUPP;
        return false;
    }
    struct host_assoc* a = host_one_to_one(s) ? roam_ring_first(&s->assocs) : NULL;
    if (a && !a->dead)
    {
        errno = s->connecting ? EALREADY : EISCONN;
        return false;
    }
    if (a)
    {
        roam_ring_pop(&s->assocs);
        host_assoc_orphan(a);
    }
    s->error = 0;
    return true;
}

int roam_sctp_connectx(struct roam_host* host, int sd, const struct sockaddr* addrs, int n,
                       roam_sctp_assoc_t* id)
{
    struct host_socket* s = host_socket(host, sd);
    struct roam_addr peers[HOST_MAX_ADDRESSES];
    uint32_t scopes[HOST_MAX_ADDRESSES];
    uint16_t number;
    if (!s || !host_read_packed(addrs, n, peers, scopes, &number))
    {
        errno = s ? EINVAL : EBADF;
        return -1;
    }
    struct host_assoc* a =
        may_connect(s) ? host_connect_begin(s, peers, scopes, (size_t)n, number) : NULL;
    if (!a)
    {
        return -1;
    }
    if (id)
    {
        *id = host_assoc_name(a);
    }
    a->awaited = true;
    bool waited = true;
    while (!a->up && !a->dead && waited)
    {
        waited = host_wait(s, false);
    }
    a->awaited = false;
    const int why = errno;
    const bool up = a->up;
    const int error = a->dead ? a->error : 0;
    host_forget_ended(s, a);
    if (!waited)
    {
        errno = why == EAGAIN ? EINPROGRESS : why;
        return -1;
    }
    s->error = 0;
    errno = error;
    return up ? 0 : -1;
}

int roam_sctp_connect(struct roam_host* host, int sd, const struct sockaddr* addr, socklen_t len)
{
    struct roam_addr a;
    uint16_t number;
    if (!host_from_sockaddr(addr, len, &a, &number))
    {
        errno = EINVAL;
        return -1;
    }
    return roam_sctp_connectx(host, sd, addr, 1, NULL);
}

/* --- Ending ---------------------------------------------------------------------------------- */

int roam_sctp_shutdown(struct roam_host* host, int sd, int how)
{
    struct host_socket* s = host_socket(host, sd);
    if (!s)
    {
        return -1;
    }
    struct host_assoc* a = roam_ring_first(&s->assocs);
    if (!host_one_to_one(s) || how < SHUT_RD || how > SHUT_RDWR || !a || !a->up || a->dead)
    {
        errno = !host_one_to_one(s)                ? EOPNOTSUPP
                : how < SHUT_RD || how > SHUT_RDWR ? EINVAL
                                                   : ENOTCONN;
        return -1;
    }
    s->shut_read |= how != SHUT_WR;
    if (how != SHUT_RD && !a->shut)
    {
        a->shut = true;
        sctp_shutdown(s->port->ep, a->id, roam_host_now(host));
        host_pump(s->port);
        host_wire_flush(host);
    }
    return 0;
}

/** Begins the end of an association whose socket is closed. */
static void end(struct host_socket* s, struct host_assoc* a)
{
    const roam_time now = roam_host_now(s->host);
    const bool unread = a->message || sctp_receive_ready(a->port->ep, a->id) > 0;
    const bool at_once = !a->up || unread || (s->linger.l_onoff && s->linger.l_linger == 0);
    if (!a->dead && at_once)
    {
        sctp_abort(a->port->ep, a->id, NULL, 0, now);
    }
    else if (!a->dead && !a->shut)
    {
        sctp_shutdown(a->port->ep, a->id, now);
    }
    a->shut = true;
}

static bool all_dead(const struct host_socket* s)
{
    for (size_t i = 0; i < s->assocs.n; i++)
    {
        if (!((struct host_assoc*)roam_ring_at(&s->assocs, i))->dead)
        {
            return false;
        }
    }
    return true;
}

/** SO_LINGER: waits for the ends, then makes them. */
static void linger(struct host_socket* s)
{
    const roam_time until = roam_host_now(s->host) + s->linger.l_linger * ROAM_SEC;
    while (!all_dead(s) && roam_host_now(s->host) < until)
    {
        if (roam_host_step(s->host, host_ms_until(s->host, until)) < 0)
        {
            return; /* a signal ends the waiting, not the associations */
        }
    }
    for (size_t i = 0; i < s->assocs.n; i++)
    {
        const struct host_assoc* a = roam_ring_at(&s->assocs, i);
        if (!a->dead)
        {
            sctp_abort(s->port->ep, a->id, NULL, 0, roam_host_now(s->host));
        }
    }
    host_pump(s->port);
}

int roam_sctp_close(struct roam_host* host, int sd)
{
    struct host_socket* s = host_socket(host, sd);
    if (!s)
    {
        return -1;
    }
    if (!s->port)
    {
        host_socket_free(s);
        return 0;
    }
    if (s->port->listener == s)
    {
        s->port->listener = NULL;
        sctp_listen(s->port->ep, false);
    }
    for (size_t i = 0; i < s->assocs.n; i++)
    {
        end(s, roam_ring_at(&s->assocs, i));
    }
    for (size_t i = 0; i < s->waiting.n; i++)
    {
        const struct host_assoc* a = roam_ring_at(&s->waiting, i);
        sctp_abort(s->port->ep, a->id, NULL, 0, roam_host_now(host));
    }
    host_pump(s->port);
    if (s->linger.l_onoff && s->linger.l_linger > 0)
    {
        linger(s);
    }
    struct host_assoc* a;
    while ((a = roam_ring_pop(&s->assocs)) || (a = roam_ring_pop(&s->waiting)))
    {
        host_assoc_orphan(a);
    }
    host_port_release(s->port);
    host_socket_free(s);
    host_sweep(host);
    return 0;
}

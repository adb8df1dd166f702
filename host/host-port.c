/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A port: its endpoint, what it is bound to, and who else may have it. */
#include "host/host-priv.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#define FIRST_FREE 49152u /* RFC 6335: the dynamic ports */
#define LAST_FREE 65535u

/* --- Other processes -------------------------------------------------------------------------
 * The kernel knows no SCTP ports. An abstract Unix socket is a name that one process at a time
 * can have, in one network namespace, and that is free again when the process ends. */

static int lock_port(uint16_t number)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    const int n = snprintf(name.sun_path + 1, sizeof name.sun_path - 1, "roam-sctp/%u", number);
    const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const socklen_t len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)n);
    if (fd >= 0 && bind(fd, (struct sockaddr*)&name, len) < 0)
    {
        const int why = errno;
        close(fd);
        errno = why;
        return -1;
    }
    return fd;
}

/** Over UDP the port numbers are this stack's own: its UDP port is already nobody else's. */
static bool shared_with_others(const struct roam_host* host)
{
    return host->wires[HOST_RAW4].fd >= 0 || host->wires[HOST_RAW6].fd >= 0;
}

bool host_port_is_elsewhere(const struct roam_host* host, uint16_t number)
{
    const int fd = shared_with_others(host) ? lock_port(number) : -1;
    if (fd >= 0)
    {
        close(fd);
    }
    return fd < 0;
}

/* --- Ports ----------------------------------------------------------------------------------- */

struct host_port* host_port_find(const struct roam_host* host, uint16_t number)
{
    struct roam_table_node* n = roam_table_first(&host->ports, roam_hash_mix(number));
    while (n && ((struct host_port*)n)->number != number)
    {
        n = roam_table_next(n);
    }
    return (struct host_port*)n;
}

static struct host_port* open_numbered(struct roam_host* host, uint16_t number,
                                       const struct sctp_config* config)
{
    int lock = -1;
    if (host_port_find(host, number))
    {
        errno = EADDRINUSE;
        return NULL;
    }
    if (shared_with_others(host) && (lock = lock_port(number)) < 0)
    {
        return NULL;
    }
    struct host_port* port = calloc(1, sizeof *port);
    const struct roam_rng rng = {{roam_rng_u64(&host->rng), roam_rng_u64(&host->rng),
                                  roam_rng_u64(&host->rng), roam_rng_u64(&host->rng)}};
    struct sctp_endpoint* ep = port ? sctp_endpoint_new(config, number, &rng) : NULL;
    if (!ep || !roam_table_insert(&host->ports, &port->node, roam_hash_mix(number)))
    {
        sctp_endpoint_free(ep);
        free(port);
        if (lock >= 0)
        {
            close(lock);
        }
        errno = ENOMEM;
        return NULL;
    }
    port->host = host;
    port->ep = ep;
    port->number = number;
    port->lock = lock;
    return port;
}

struct host_port* host_port_open(struct roam_host* host, uint16_t number,
                                 const struct sctp_config* config)
{
    if (number)
    {
        return open_numbered(host, number, config);
    }
    const uint32_t span = LAST_FREE - FIRST_FREE + 1;
    const uint32_t start = roam_rng_u32(&host->rng) % span;
    for (uint32_t i = 0; i < span; i++)
    {
        struct host_port* port =
            open_numbered(host, (uint16_t)(FIRST_FREE + (start + i) % span), config);
        if (port || errno != EADDRINUSE)
        {
            return port;
        }
    }
    return NULL;
}

void host_port_free(struct host_port* port)
{
    struct host_assoc* a;
    while ((a = roam_ring_pop(&port->assocs)))
    {
        sctp_message_free(a->message);
        free(a);
    }
    roam_ring_clear(&port->assocs);
    roam_table_remove(&port->host->ports, &port->node);
    roam_heap_remove(&port->host->expiries, &port->expiry);
    sctp_endpoint_free(port->ep);
    if (port->lock >= 0)
    {
        close(port->lock);
    }
    free(port);
}

void host_port_release(struct host_port* port)
{
    port->n_sockets--;
    if (!port->in_idle)
    {
        port->in_idle = roam_ring_push(&port->host->idle, port);
    }
}

/* --- Addresses ------------------------------------------------------------------------------- */

static bool named(const struct host_port* port, const struct roam_addr* addr)
{
    for (size_t i = 0; i < port->n_bound; i++)
    {
        if (roam_addr_equal(&port->bound[i], addr))
        {
            return true;
        }
    }
    return false;
}

bool host_port_has(const struct host_port* port, const struct roam_addr* addr)
{
    return (addr->family == ROAM_ADDR_V4 ? port->any4 : port->any6) || named(port, addr);
}

void host_port_address(struct host_port* port, const struct host_address* a, bool gained)
{
    if (!host_port_has(port, &a->addr))
    {
        return;
    }
    const roam_time now = roam_host_now(port->host);
    if (gained)
    {
        sctp_address_gained(port->ep, &a->addr, a->ifindex, now);
    }
    else
    {
        sctp_address_lost(port->ep, &a->addr, now);
    }
    host_pump(port);
}

bool host_port_bind(struct host_port* port, const struct roam_addr* addr)
{
    const struct host_address* a = host_address_find(port->host, addr);
    if (!a)
    {
        errno = EADDRNOTAVAIL;
        return false;
    }
    if (named(port, addr))
    {
        return true;
    }
    if (port->n_bound == HOST_MAX_BOUND)
    {
        errno = EINVAL;
        return false;
    }
    port->bound[port->n_bound++] = *addr;
    if (a->usable)
    {
        host_port_address(port, a, true);
    }
    return true;
}

void host_port_bind_any(struct host_port* port, bool v4, bool v6)
{
    port->any4 |= v4;
    port->any6 |= v6;
    for (size_t i = 0; i < port->host->n_addresses; i++)
    {
        const struct host_address a = port->host->addresses[i];
        if (a.usable)
        {
            host_port_address(port, &a, true);
        }
    }
}

/* --- Associations ---------------------------------------------------------------------------- */

struct host_assoc* host_assoc_find(const struct host_port* port, sctp_assoc_id id)
{
    for (size_t i = 0; i < port->assocs.n; i++)
    {
        struct host_assoc* a = roam_ring_at(&port->assocs, i);
        if (a->id == id)
        {
            return a;
        }
    }
    return NULL;
}

struct host_assoc* host_assoc_new(struct host_port* port, struct host_socket* socket,
                                  sctp_assoc_id id)
{
    struct host_assoc* a = calloc(1, sizeof *a);
    if (!a || !roam_ring_push(&port->assocs, a))
    {
        free(a);
        return NULL;
    }
    *a = (struct host_assoc){.id = id, .port = port, .socket = socket, .context = socket->context};
    struct roam_addr peer;
    struct sctp_status status;
    if (sctp_status(port->ep, id, &status) == ROAM_OK &&
        sctp_peer_addresses(port->ep, id, &peer, 1) > 0)
    {
        host_to_scoped_sockaddr(a, &peer, status.peer_port, &a->peer);
    }
    return a;
}

void host_assoc_orphan(struct host_assoc* assoc)
{
    struct host_port* port = assoc->port;
    if (assoc->socket)
    {
        host_forget_records(assoc->socket, assoc);
    }
    assoc->socket = NULL;
    if (!port->in_idle)
    {
        port->in_idle = roam_ring_push(&port->host->idle, port);
    }
}

void host_pump(struct host_port* port)
{
    struct roam_host* host = port->host;
    struct roam_packet packet;
    struct sctp_event event;
    bool busy = true;
    while (busy) /* an event may make a call that has more to send */
    {
        busy = false;
        while (sctp_poll_packet(port->ep, &packet, roam_host_now(host)))
        {
            host_wire_send(host, &packet);
        }
        while (sctp_poll_event(port->ep, &event))
        {
            host_event(port, &event);
            busy = true;
        }
    }
    roam_heap_set(&host->expiries, &port->expiry, sctp_next_expiry(port->ep));
}

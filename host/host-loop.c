/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The stack: its clock, its one descriptor, and one step of its work. */
#include "host/host-priv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define PORT_OF(heap_node)                                                                         \
    ((struct host_port*)(void*)((char*)(heap_node)-offsetof(struct host_port, expiry)))

void roam_host_options_default(struct roam_host_options* options)
{
    *options = (struct roam_host_options){
        .raw = ROAM_HOST_RAW_AUTO,
        .udp = true,
        .udp_port = ROAM_SCTP_UDP_PORT,
        .udp_optional = true,
    };
}

int64_t roam_host_now(const struct roam_host* host)
{
    (void)host;
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * ROAM_SEC + t.tv_nsec;
}

static bool open_all(struct roam_host* host)
{
    host->epoll = epoll_create1(EPOLL_CLOEXEC);
    host->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    struct epoll_event ev = {.events = EPOLLIN, .data.ptr = &host->timer};
    if (host->epoll < 0 || host->timer < 0 ||
        epoll_ctl(host->epoll, EPOLL_CTL_ADD, host->timer, &ev) < 0 || !host_wires_open(host) ||
        !host_addresses_open(host))
    {
        return false;
    }
    for (int i = 0; i < 2 && host->options.raw != ROAM_HOST_RAW_OFF; i++)
    {
        host->icmp[i] = host_icmp_open(host, i ? AF_INET6 : AF_INET);
    }
    host->pcap = host->options.pcap ? host_pcap_open(host->options.pcap) : NULL;
    return host->pcap || !host->options.pcap;
}

struct roam_host* roam_host_new(const struct roam_host_options* options)
{
    struct roam_host* host = calloc(1, sizeof *host);
    if (!host)
    {
        return NULL;
    }
    roam_host_options_default(&host->options);
    if (options)
    {
        host->options = *options;
    }
    host->epoll = host->timer = host->netlink = host->icmp[0] = host->icmp[1] = -1;
    host->armed = ROAM_NEVER;
    for (int i = 0; i < HOST_WIRES; i++)
    {
        host->wires[i].fd = -1;
    }
    host->rng = roam_rng_seed(host->options.seed);
    const bool random =
        host->options.seeded || getrandom(host->rng.s, sizeof host->rng.s, 0) == sizeof host->rng.s;
    if (!random || !open_all(host))
    {
        const int why = errno;
        roam_host_free(host);
        errno = why;
        return NULL;
    }
    return host;
}

/** Aborts what is left, so that peers need not wait for their timers. */
static void abort_all(struct roam_host* host)
{
    for (size_t b = 0; b < host->ports.cap; b++)
    {
        for (struct roam_table_node* n = host->ports.buckets[b]; n; n = n->next)
        {
            struct host_port* port = (struct host_port*)n;
            for (size_t i = 0; i < port->assocs.n; i++)
            {
                const struct host_assoc* a = roam_ring_at(&port->assocs, i);
                sctp_abort(port->ep, a->id, NULL, 0, roam_host_now(host));
            }
            struct roam_packet packet;
            while (sctp_poll_packet(port->ep, &packet, roam_host_now(host)))
            {
                host_wire_send(host, &packet);
            }
        }
    }
    host_wire_flush(host);
}

void roam_host_free(struct roam_host* host)
{
    if (!host)
    {
        return;
    }
    abort_all(host);
    for (size_t i = 0; i < host->n_sockets; i++)
    {
        host_socket_free(host->sockets[i]);
    }
    for (size_t b = 0; b < host->ports.cap; b++)
    {
        while (host->ports.buckets[b])
        {
            host_port_free((struct host_port*)host->ports.buckets[b]);
        }
    }
    roam_table_clear(&host->ports);
    roam_heap_clear(&host->expiries);
    roam_ring_clear(&host->idle);
    host_wires_close(host);
    const int fds[] = {host->epoll, host->timer, host->netlink, host->icmp[0], host->icmp[1]};
    for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++)
    {
        if (fds[i] >= 0)
        {
            close(fds[i]);
        }
    }
    if (host->pcap)
    {
        fclose(host->pcap);
    }
    free(host->sockets);
    free(host->addresses);
    free(host->links);
    free(host);
}

int roam_host_fd(const struct roam_host* host)
{
    return host->epoll;
}

uint16_t roam_host_udp_port(const struct roam_host* host)
{
    return host->udp_port;
}

void roam_host_statistics(const struct roam_host* host, struct roam_host_statistics* out)
{
    *out = host->statistics;
}

int host_ms_until(const struct roam_host* host, roam_time at)
{
    const roam_time left = at - roam_host_now(host);
    if (at == ROAM_NEVER)
    {
        return -1;
    }
    return left <= 0                 ? 0
           : left > 86400 * ROAM_SEC ? 86400000
                                     : (int)((left + ROAM_MS - 1) / ROAM_MS);
}

/* --- A step ---------------------------------------------------------------------------------- */

/** The timer is set anew only for an earlier moment: a later one costs one idle step instead. */
static void arm(struct roam_host* host)
{
    const struct roam_heap_node* first = roam_heap_min(&host->expiries);
    const roam_time at = first ? first->key : ROAM_NEVER;
    if (at < host->armed)
    {
        const roam_time t = at > 0 ? at : 1;
        const struct itimerspec when = {.it_value = {t / ROAM_SEC, t % ROAM_SEC}};
        timerfd_settime(host->timer, TFD_TIMER_ABSTIME, &when, NULL);
        host->armed = at;
    }
}

static int expire(struct roam_host* host)
{
    int n = 0;
    const roam_time now = roam_host_now(host);
    struct roam_heap_node* node;
    while ((node = roam_heap_min(&host->expiries)) && node->key <= now)
    {
        struct host_port* port = PORT_OF(node);
        sctp_expire(port->ep, now);
        host_pump(port);
        n++;
    }
    return n;
}

void host_sweep(struct roam_host* host)
{
    struct host_port* port;
    while ((port = roam_ring_pop(&host->idle)))
    {
        port->in_idle = false;
        for (size_t i = 0; i < port->assocs.n;)
        {
            struct host_assoc* a = roam_ring_at(&port->assocs, i);
            if (!a->dead || a->socket)
            {
                i++;
                continue;
            }
            roam_ring_remove(&port->assocs, i, 1);
            host_discard_messages(a);
            sctp_message_free(a->message);
            free(a);
        }
        if (port->n_sockets == 0 && port->assocs.n == 0)
        {
            host_port_free(port);
        }
    }
    host_wire_flush(host);
    arm(host);
}

static int serve(struct roam_host* host, void* what)
{
    if (what == &host->timer)
    {
        uint64_t count;
        (void)!read(host->timer, &count, sizeof count);
        host->armed = ROAM_NEVER;
        return 0; /* expire() looks for itself */
    }
    if (what == &host->icmp[0] || what == &host->icmp[1])
    {
        return host_icmp_receive(host, *(int*)what, what == &host->icmp[0]);
    }
    return what == &host->netlink ? host_addresses_changed(host) : host_wire_receive(host, what);
}

int roam_host_step(struct roam_host* host, int timeout_ms)
{
    struct epoll_event events[HOST_WIRES + 4];
    host_sweep(host);
    const int n = epoll_wait(host->epoll, events, HOST_WIRES + 4, timeout_ms);
    if (n < 0)
    {
        return -1;
    }
    int done = 0;
    for (int i = 0; i < n; i++)
    {
        done += serve(host, events[i].data.ptr);
    }
    done += expire(host);
    host_sweep(host);
    return done;
}

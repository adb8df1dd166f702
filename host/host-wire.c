/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets to and from the kernel, many in one system call, each with both of its addresses. */
#include "host/host-priv.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#define SLOT 65536 /* the largest IP packet */
#define CONTROL 128

/** The packets of one system call. Slots of memory that is never written are never there. */
struct host_batch
{
    unsigned n;
    struct mmsghdr headers[HOST_BATCH];
    struct iovec iov[HOST_BATCH];
    struct sockaddr_storage names[HOST_BATCH];
    _Alignas(struct cmsghdr) uint8_t control[HOST_BATCH][CONTROL];
    struct roam_packet packets[HOST_BATCH]; /**< of those on their way out: the addresses */
    uint8_t bytes[HOST_BATCH][SLOT];
};

/* --- Opening --------------------------------------------------------------------------------- */

static bool add_wire(struct roam_host* host, int kind, int fd)
{
    struct host_wire* w = &host->wires[kind];
    struct epoll_event ev = {.events = EPOLLIN, .data.ptr = w};
    w->fd = fd;
    w->family = kind == HOST_RAW4 || kind == HOST_UDP4 ? AF_INET : AF_INET6;
    w->udp = kind == HOST_UDP4 || kind == HOST_UDP6;
    if (fd < 0)
    {
        return true;
    }
    host_wire_tune(fd, w->family);
    host_wire_fragment(w, false);
    w->out = calloc(1, sizeof *w->out);
    return w->out && epoll_ctl(host->epoll, EPOLL_CTL_ADD, fd, &ev) == 0;
}

static bool open_udp(struct roam_host* host, int* v4, int* v6)
{
    host->udp_port = host->options.udp_port;
    *v4 = host_udp_open(AF_INET, &host->udp_port);
    if (*v4 < 0)
    {
        host->udp_port = 0;
        return host->options.udp_optional && errno == EADDRINUSE;
    }
    *v6 = host_udp_open(AF_INET6, &host->udp_port); /* a machine without IPv6 does without */
    return true;
}

bool host_wires_open(struct roam_host* host)
{
    int fds[HOST_WIRES] = {-1, -1, -1, -1};
    if (host->options.raw != ROAM_HOST_RAW_OFF)
    {
        fds[HOST_RAW4] = host_raw_open(AF_INET);
        if (fds[HOST_RAW4] < 0 && host->options.raw == ROAM_HOST_RAW_ON)
        {
            return false;
        }
        fds[HOST_RAW6] = host_raw_open(AF_INET6);
    }
    bool ok = !host->options.udp || open_udp(host, &fds[HOST_UDP4], &fds[HOST_UDP6]);
    host->in = calloc(1, sizeof *host->in);
    ok = host->in && ok;
    for (int i = 0; i < HOST_WIRES; i++)
    {
        ok = add_wire(host, i, fds[i]) && ok;
    }
    if (ok && fds[HOST_RAW4] < 0 && fds[HOST_RAW6] < 0 && fds[HOST_UDP4] < 0)
    {
        errno = ENOTSUP;
        return false;
    }
    return ok;
}

void host_wires_close(struct roam_host* host)
{
    for (int i = 0; i < HOST_WIRES; i++)
    {
        if (host->wires[i].fd >= 0)
        {
            close(host->wires[i].fd);
        }
        free(host->wires[i].out);
    }
    free(host->in);
}

/* --- Sending --------------------------------------------------------------------------------- */

/** The second control message, behind the first: the ECN field, which is none otherwise. */
static void write_ecn(struct msghdr* m, struct cmsghdr* first, const struct roam_packet* p)
{
    const bool v4 = p->src.family == ROAM_ADDR_V4;
    const int field = p->ecn;
    struct cmsghdr* c = (struct cmsghdr*)(void*)((uint8_t*)first + m->msg_controllen);
    *c = (struct cmsghdr){CMSG_LEN(sizeof field), v4 ? IPPROTO_IP : IPPROTO_IPV6,
                          v4 ? IP_TOS : IPV6_TCLASS};
    memcpy(CMSG_DATA(c), &field, sizeof field);
    m->msg_controllen += CMSG_SPACE(sizeof field);
}

static void write_control(struct msghdr* m, const struct roam_packet* p, uint32_t ifindex)
{
    struct cmsghdr* c = CMSG_FIRSTHDR(m);
    if (p->src.family == ROAM_ADDR_V4)
    {
        struct in_pktinfo info = {.ipi_ifindex = (int)ifindex};
        memcpy(&info.ipi_spec_dst, p->src.bytes, 4);
        *c = (struct cmsghdr){CMSG_LEN(sizeof info), IPPROTO_IP, IP_PKTINFO};
        memcpy(CMSG_DATA(c), &info, sizeof info);
        m->msg_controllen = CMSG_SPACE(sizeof info);
    }
    else
    {
        struct in6_pktinfo info = {.ipi6_ifindex = ifindex};
        memcpy(&info.ipi6_addr, p->src.bytes, 16);
        *c = (struct cmsghdr){CMSG_LEN(sizeof info), IPPROTO_IPV6, IPV6_PKTINFO};
        memcpy(CMSG_DATA(c), &info, sizeof info);
        m->msg_controllen = CMSG_SPACE(sizeof info);
    }
    if (p->ecn != ROAM_ECN_NONE)
    {
        write_ecn(m, c, p);
    }
}

/** The interface takes no packet of that size: the path's MTU is at most the interface's. */
static void too_big(struct roam_host* host, const struct roam_packet* p)
{
    struct host_port* port = host_port_find(host, sctp_packet_source_port(p->data));
    const struct host_address* from = host_address_find(host, &p->src);
    const uint32_t mtu = host_link_mtu(host, p->ifindex ? p->ifindex : from ? from->ifindex : 0);
    if (port && mtu)
    {
        const roam_time now = roam_host_now(host);
        sctp_path_mtu(port->ep, &p->src, &p->dst, mtu, now);
        roam_heap_set(&host->expiries, &port->expiry, now); /* what has to go again goes soon */
    }
}

/** One batch to the kernel. A packet that it refuses is lost, as in a network. */
static void flush(struct roam_host* host, struct host_wire* w)
{
    unsigned done = 0;
    bool again = true; /* an error may be that of an earlier packet: once, the same goes again */
    while (done < w->out->n)
    {
        const int n = sendmmsg(w->fd, w->out->headers + done, w->out->n - done, 0);
        host->statistics.system_calls++;
        if (n > 0)
        {
            done += (unsigned)n;
            again = true;
        }
        else if (errno == EAGAIN || errno == ENOBUFS)
        {
            struct pollfd full = {w->fd, POLLOUT, 0};
            if (poll(&full, 1, 100) <= 0)
            {
                break; /* the device is stuck: the rest is lost */
            }
        }
        else if (errno != EINTR && again)
        {
            again = false;
        }
        else if (errno != EINTR)
        {
            again = true;
            if (errno == EMSGSIZE)
            {
                too_big(host, &w->out->packets[done]);
            }
            host->statistics.send_errors++;
            done++;
        }
    }
    host->statistics.send_errors += w->out->n - done;
    w->out->n = 0;
}

void host_wire_flush(struct roam_host* host)
{
    for (int i = 0; i < HOST_WIRES; i++)
    {
        if (host->wires[i].fd >= 0 && host->wires[i].out->n)
        {
            flush(host, &host->wires[i]);
        }
    }
}

void host_wire_send(struct roam_host* host, const struct roam_packet* p)
{
    const bool v4 = p->dst.family == ROAM_ADDR_V4;
    struct host_wire* w =
        &host->wires[p->udp_port ? (v4 ? HOST_UDP4 : HOST_UDP6) : (v4 ? HOST_RAW4 : HOST_RAW6)];
    if (w->fd < 0 || p->len > SLOT)
    {
        host->statistics.send_errors++;
        return;
    }
    if (p->may_fragment != w->fragments)
    {
        flush(host, w);
        host_wire_fragment(w, p->may_fragment);
    }
    struct host_batch* b = w->out;
    const unsigned i = b->n++;
    /* a way out by its interface would miss an address of our own */
    const uint32_t ifindex = host_address_find(host, &p->dst) ? 0 : p->ifindex;
    memcpy(b->bytes[i], p->data, p->len);
    b->packets[i] = *p;
    b->packets[i].data = b->bytes[i];
    b->iov[i] = (struct iovec){b->bytes[i], p->len};
    b->headers[i].msg_hdr = (struct msghdr){
        .msg_name = &b->names[i],
        .msg_namelen = host_to_sockaddr(&p->dst, p->udp_port, &b->names[i]),
        .msg_iov = &b->iov[i],
        .msg_iovlen = 1,
        .msg_control = b->control[i],
        .msg_controllen = CONTROL,
    };
    if (!v4 && roam_addr_is_link_local(&p->dst))
    {
        ((struct sockaddr_in6*)&b->names[i])->sin6_scope_id = p->ifindex;
    }
    write_control(&b->headers[i].msg_hdr, p, ifindex);
    host->statistics.packets_sent++;
    host->statistics.bytes_sent += p->len;
    host_pcap_write(host, p, true, p->udp_port);
    if (b->n == HOST_BATCH)
    {
        flush(host, w);
    }
}

/* --- Receiving ------------------------------------------------------------------------------- */

static void prepare(struct host_batch* b)
{
    for (unsigned i = 0; i < HOST_BATCH; i++)
    {
        b->iov[i] = (struct iovec){b->bytes[i], SLOT};
        b->headers[i].msg_hdr = (struct msghdr){
            .msg_name = &b->names[i],
            .msg_namelen = sizeof b->names[i],
            .msg_iov = &b->iov[i],
            .msg_iovlen = 1,
            .msg_control = b->control[i],
            .msg_controllen = CONTROL,
        };
    }
}

/** Where a packet came to, and what the network says of it. */
static bool read_control(struct msghdr* m, struct roam_packet* p)
{
    bool found = false;
    for (struct cmsghdr* c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c))
    {
        if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO)
        {
            struct in_pktinfo info;
            memcpy(&info, CMSG_DATA(c), sizeof info);
            p->dst = roam_addr_v4(ntohl(info.ipi_addr.s_addr));
            p->ifindex = (uint32_t)info.ipi_ifindex;
            found = true;
        }
        if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO)
        {
            struct in6_pktinfo info;
            memcpy(&info, CMSG_DATA(c), sizeof info);
            p->dst = roam_addr_v6(info.ipi6_addr.s6_addr);
            p->ifindex = info.ipi6_ifindex;
            found = true;
        }
        if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_TOS)
        {
            p->ecn = *CMSG_DATA(c) & ROAM_ECN_CE;
        }
        if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_TCLASS)
        {
            int field;
            memcpy(&field, CMSG_DATA(c), sizeof field);
            p->ecn = (uint8_t)(field & ROAM_ECN_CE);
        }
    }
    return found;
}

/** A packet as the engine wants it; false when it is not whole. */
static bool read_packet(const struct host_wire* w, struct mmsghdr* h, struct roam_packet* p)
{
    struct msghdr* m = &h->msg_hdr;
    uint16_t port;
    *p = (struct roam_packet){.data = m->msg_iov->iov_base, .len = h->msg_len};
    if ((m->msg_flags & (MSG_TRUNC | MSG_CTRUNC)) || !read_control(m, p) ||
        !host_from_sockaddr(m->msg_name, m->msg_namelen, &p->src, &port))
    {
        return false;
    }
    p->udp_port = w->udp ? port : 0;
    if (!w->udp && w->family == AF_INET)
    {
        /* a raw IPv4 socket gives the IP header too */
        const size_t header = p->len ? (size_t)(p->data[0] & 15) * 4 : 0;
        if (header < 20 || header > p->len)
        {
            return false;
        }
        p->data += header;
        p->len -= header;
    }
    return p->len >= 12;
}

static void stray(struct roam_host* host, const struct roam_packet* p, uint16_t number)
{
    uint8_t out[16];
    host->statistics.not_ours++;
    /* the UDP port is this stack's alone: nobody else could answer what comes over it */
    if (!p->udp_port && (!host->options.answer_strays || host_port_is_elsewhere(host, number)))
    {
        return;
    }
    const size_t len = sctp_answer_stray(p, out, sizeof out);
    if (len)
    {
        const struct roam_packet answer = {.src = p->dst,
                                           .dst = p->src,
                                           .ifindex = p->ifindex,
                                           .data = out,
                                           .len = len,
                                           .udp_port = p->udp_port};
        host_wire_send(host, &answer);
    }
}

/** What ICMP said about this socket's packets is read elsewhere, host-icmp.c. */
static void drain_errors(const struct host_wire* wire)
{
    uint8_t byte;
    while (recv(wire->fd, &byte, 1, MSG_ERRQUEUE | MSG_DONTWAIT) >= 0)
    {
    }
}

int host_wire_receive(struct roam_host* host, struct host_wire* wire)
{
    struct host_batch* b = host->in;
    prepare(b);
    const int n = recvmmsg(wire->fd, b->headers, HOST_BATCH, MSG_DONTWAIT, NULL);
    host->statistics.system_calls++;
    for (int i = 0; i < n; i++)
    {
        struct roam_packet p;
        if (!read_packet(wire, &b->headers[i], &p))
        {
            continue;
        }
        host->statistics.packets_received++;
        host->statistics.bytes_received += p.len;
        const uint16_t number = sctp_packet_destination_port(p.data);
        struct host_port* port = host_port_find(host, number);
        if (port && host_port_has(port, &p.dst))
        {
            host_pcap_write(host, &p, false, p.udp_port);
            sctp_recv(port->ep, &p, roam_host_now(host));
            host_pump(port);
        }
        else
        {
            stray(host, &p, number);
        }
    }
    if (n < 0)
    {
        drain_errors(wire);
    }
    return n > 0 ? n : 0;
}

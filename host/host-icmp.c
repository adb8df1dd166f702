/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ICMP and ICMPv6 about packets of ours (RFC 9260 section 10, RFC 6951 section 5.5): read on raw
 * sockets, which need the same privilege as raw SCTP. Without it there is no ICMP, and the MTU is
 * what was configured. */
#include "host/host-priv.h"

#include "core/base/base-wire.h"

#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>
#include <sys/epoll.h>
#include <unistd.h>

int host_icmp_open(const struct roam_host* host, int family)
{
    const bool v4 = family == AF_INET;
    const int fd =
        socket(family, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, v4 ? IPPROTO_ICMP : IPPROTO_ICMPV6);
    if (fd >= 0 && v4)
    {
        const uint32_t all_but = ~(1u << ICMP_DEST_UNREACH | 1u << ICMP_PARAMETERPROB);
        setsockopt(fd, SOL_RAW, 1 /* ICMP_FILTER */, &all_but, sizeof all_but);
    }
    else if (fd >= 0)
    {
        struct icmp6_filter filter;
        ICMP6_FILTER_SETBLOCKALL(&filter);
        ICMP6_FILTER_SETPASS(ICMP6_DST_UNREACH, &filter);
        ICMP6_FILTER_SETPASS(ICMP6_PACKET_TOO_BIG, &filter);
        ICMP6_FILTER_SETPASS(ICMP6_PARAM_PROB, &filter);
        setsockopt(fd, IPPROTO_ICMPV6, ICMP6_FILTER, &filter, sizeof filter);
    }
    struct epoll_event ev = {.events = EPOLLIN};
    ev.data.ptr = (void*)&host->icmp[!v4];
    if (fd >= 0)
    {
        epoll_ctl(host->epoll, EPOLL_CTL_ADD, fd, &ev);
    }
    return fd;
}

/** The quoted IP header; returns the protocol of what follows it, 0 when it is cut short. */
static uint8_t read_quoted(struct roam_reader* r, bool v4, struct sctp_icmp* icmp)
{
    const uint8_t* p = roam_read_bytes(r, v4 ? 20 : 40);
    if (!p)
    {
        return 0;
    }
    if (!v4)
    {
        icmp->local = roam_addr_v6(p + 8);
        icmp->peer = roam_addr_v6(p + 24);
        return p[6];
    }
    icmp->local = roam_addr_v4(roam_get32(p + 12));
    icmp->peer = roam_addr_v4(roam_get32(p + 16));
    roam_read_bytes(r, (size_t)((p[0] & 15) > 5 ? (p[0] & 15) - 5 : 0) * 4);
    return p[9];
}

/** Reads an ICMP message from its type on; false when it quotes no packet of this stack. */
static bool read_message(const struct roam_host* host, struct roam_reader* r, bool v4,
                         struct sctp_icmp* icmp)
{
    icmp->type = roam_read8(r);
    icmp->code = roam_read8(r);
    roam_read16(r);
    const uint32_t rest = roam_read32(r);
    const bool too_big = v4 ? icmp->type == ICMP_DEST_UNREACH && icmp->code == ICMP_FRAG_NEEDED
                            : icmp->type == ICMP6_PACKET_TOO_BIG;
    icmp->mtu = too_big ? (v4 ? rest & 0xffff : rest) : 0;
    const uint8_t protocol = read_quoted(r, v4, icmp);
    if (protocol == IPPROTO_UDP)
    {
        const uint8_t* udp = roam_read_bytes(r, 8);
        if (!udp || !host->udp_port || roam_get16(udp) != host->udp_port)
        {
            return false;
        }
        icmp->udp = true;
    }
    else if (protocol != IPPROTO_SCTP)
    {
        return false;
    }
    icmp->quoted = r->p;
    icmp->len = roam_left(r);
    return !r->bad && icmp->len >= 8;
}

int host_icmp_receive(struct roam_host* host, int fd, bool v4)
{
    uint8_t bytes[2048];
    int count = 0;
    ssize_t n;
    while ((n = recv(fd, bytes, sizeof bytes, 0)) > 0)
    {
        struct roam_reader r = roam_reader(bytes, (size_t)n);
        struct sctp_icmp icmp = {.doubtful = true};
        if (v4)
        {
            roam_read_bytes(&r, (size_t)(bytes[0] & 15) * 4);
        }
        if (!read_message(host, &r, v4, &icmp))
        {
            continue;
        }
        struct host_port* port = host_port_find(host, sctp_packet_source_port(icmp.quoted));
        if (port)
        {
            sctp_icmp_received(port->ep, &icmp, roam_host_now(host));
            host_pump(port);
            count++;
        }
    }
    return count;
}

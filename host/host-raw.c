/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Raw IP sockets of protocol 132, and what every wire socket is asked for. */
#include "host/host-priv.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <unistd.h>

#ifndef IPV6_DONTFRAG
#define IPV6_DONTFRAG 62
#endif

static void set_int(int fd, int level, int name, int value)
{
    (void)setsockopt(fd, level, name, &value, sizeof value);
}

void host_wire_tune(int fd, int family)
{
    const int buffer = 8 << 20;
    if (family == AF_INET)
    {
        set_int(fd, IPPROTO_IP, IP_PKTINFO, 1);
        set_int(fd, IPPROTO_IP, IP_RECVTOS, 1);
    }
    else
    {
        set_int(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
        set_int(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
        set_int(fd, IPPROTO_IPV6, IPV6_RECVTCLASS, 1);
    }
    /* a burst of a large window has to fit; without the privilege, as much as is allowed */
    set_int(fd, SOL_SOCKET, SO_RCVBUF, buffer);
    set_int(fd, SOL_SOCKET, SO_SNDBUF, buffer);
    set_int(fd, SOL_SOCKET, SO_RCVBUFFORCE, buffer);
    set_int(fd, SOL_SOCKET, SO_SNDBUFFORCE, buffer);
}

void host_wire_fragment(struct host_wire* wire, bool on)
{
    /* PROBE sets DF and does not let the kernel's own idea of the path MTU stand in our way */
    if (wire->family == AF_INET)
    {
        set_int(wire->fd, IPPROTO_IP, IP_MTU_DISCOVER, on ? IP_PMTUDISC_DONT : IP_PMTUDISC_PROBE);
    }
    else
    {
        set_int(wire->fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER,
                on ? IPV6_PMTUDISC_DONT : IPV6_PMTUDISC_PROBE);
        set_int(wire->fd, IPPROTO_IPV6, IPV6_DONTFRAG, !on);
    }
    wire->fragments = on;
}

int host_raw_open(int family)
{
    const int fd = socket(family, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_SCTP);
    if (fd >= 0 && family == AF_INET6)
    {
        /* no router fragments IPv6: what may be fragmented the kernel cuts to the path's MTU, which
         * it takes from Packet Too Big only for a raw socket that asks for errors */
        set_int(fd, IPPROTO_IPV6, IPV6_RECVERR, 1);
    }
    return fd;
}

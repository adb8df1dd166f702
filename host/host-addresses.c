/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The addresses of the machine, as netlink tells of them: what there is at the start, and each
 * change. An address counts while its link is up and it is not tentative. */
#include "host/host-priv.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#define LOWER_UP 0x10000u /* IFF_LOWER_UP, of a header that does not go with net/if.h */

const struct host_address* host_address_find(const struct roam_host* host,
                                             const struct roam_addr* addr)
{
    for (size_t i = 0; i < host->n_addresses; i++)
    {
        if (roam_addr_equal(&host->addresses[i].addr, addr))
        {
            return &host->addresses[i];
        }
    }
    return NULL;
}

/* --- What changed ---------------------------------------------------------------------------- */

static void tell_ports(struct roam_host* host, const struct host_address* a, bool gained)
{
    for (size_t b = 0; b < host->ports.cap; b++)
    {
        for (struct roam_table_node* n = host->ports.buckets[b]; n; n = n->next)
        {
            host_port_address((struct host_port*)n, a, gained);
        }
    }
}

static bool link_is_up(const struct roam_host* host, uint32_t ifindex)
{
    for (size_t i = 0; i < host->n_links; i++)
    {
        if (host->links[i].ifindex == ifindex)
        {
            return host->links[i].up;
        }
    }
    return true; /* not heard of yet */
}

static void set_usable(struct roam_host* host, struct host_address* a, bool usable)
{
    if (a->usable != usable)
    {
        a->usable = usable;
        const struct host_address copy = *a;
        tell_ports(host, &copy, usable);
    }
}

static void address_is_there(struct roam_host* host, const struct roam_addr* addr, uint32_t ifindex,
                             bool tentative)
{
    struct host_address* a = (struct host_address*)host_address_find(host, addr);
    if (!a)
    {
        struct host_address* more =
            realloc(host->addresses, (host->n_addresses + 1) * sizeof *more);
        if (!more)
        {
            return;
        }
        host->addresses = more;
        a = &more[host->n_addresses++];
        *a = (struct host_address){.addr = *addr};
    }
    if (a->ifindex != ifindex)
    {
        set_usable(host, a, false); /* it has moved: a new network */
        a->ifindex = ifindex;
    }
    set_usable(host, a, !tentative && link_is_up(host, ifindex));
}

static void address_is_gone(struct roam_host* host, const struct roam_addr* addr, uint32_t ifindex)
{
    struct host_address* a = (struct host_address*)host_address_find(host, addr);
    if (a && a->ifindex == ifindex)
    {
        set_usable(host, a, false);
        *a = host->addresses[--host->n_addresses];
    }
}

uint32_t host_link_mtu(const struct roam_host* host, uint32_t ifindex)
{
    for (size_t i = 0; i < host->n_links; i++)
    {
        if (host->links[i].ifindex == ifindex)
        {
            return host->links[i].mtu;
        }
    }
    return 0;
}

static void link_is(struct roam_host* host, uint32_t ifindex, uint32_t mtu, bool up)
{
    size_t i = 0;
    while (i < host->n_links && host->links[i].ifindex != ifindex)
    {
        i++;
    }
    if (i == host->n_links)
    {
        struct host_link* more = realloc(host->links, (host->n_links + 1) * sizeof *more);
        if (!more)
        {
            return;
        }
        host->links = more;
        host->n_links++;
    }
    host->links[i] = (struct host_link){ifindex, mtu, up};
    for (size_t k = 0; k < host->n_addresses; k++)
    {
        if (host->addresses[k].ifindex == ifindex)
        {
            set_usable(host, &host->addresses[k], up);
        }
    }
}

/* --- Netlink --------------------------------------------------------------------------------- */

static void read_address(struct roam_host* host, const struct nlmsghdr* h)
{
    const struct ifaddrmsg* m = NLMSG_DATA(h);
    int left = (int)IFA_PAYLOAD(h);
    struct roam_addr addr = {0};
    uint32_t flags = m->ifa_flags;
    for (struct rtattr* a = IFA_RTA(m); RTA_OK(a, left); a = RTA_NEXT(a, left))
    {
        const bool v4 = m->ifa_family == AF_INET;
        if (a->rta_type == IFA_FLAGS)
        {
            memcpy(&flags, RTA_DATA(a), sizeof flags);
        }
        /* on a point-to-point link IFA_ADDRESS is the other end, and IFA_LOCAL is ours */
        else if (a->rta_type == IFA_LOCAL || (a->rta_type == IFA_ADDRESS && !addr.family))
        {
            addr = (struct roam_addr){.family = v4 ? ROAM_ADDR_V4 : ROAM_ADDR_V6};
            memcpy(addr.bytes, RTA_DATA(a), v4 ? 4 : 16);
        }
    }
    if (!roam_addr_is_unicast(&addr))
    {
        return;
    }
    if (h->nlmsg_type == RTM_NEWADDR)
    {
        address_is_there(host, &addr, m->ifa_index, flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED));
    }
    else
    {
        address_is_gone(host, &addr, m->ifa_index);
    }
}

static void read_link(struct roam_host* host, const struct nlmsghdr* h)
{
    const struct ifinfomsg* m = NLMSG_DATA(h);
    /* the carrier, and not IFF_RUNNING, which the kernel sets up to a second late */
    const bool up = (m->ifi_flags & IFF_UP) && (m->ifi_flags & LOWER_UP);
    int left = (int)IFLA_PAYLOAD(h);
    uint32_t mtu = 0;
    for (struct rtattr* a = IFLA_RTA(m); RTA_OK(a, left); a = RTA_NEXT(a, left))
    {
        if (a->rta_type == IFLA_MTU)
        {
            memcpy(&mtu, RTA_DATA(a), sizeof mtu);
        }
    }
    link_is(host, (uint32_t)m->ifi_index, mtu, h->nlmsg_type == RTM_NEWLINK && up);
}

/** One datagram of messages; false after the last of a dump. */
static bool read_messages(struct roam_host* host, const uint8_t* bytes, size_t len, int* count)
{
    bool more = true;
    int left = (int)len;
    for (const struct nlmsghdr* h = (const void*)bytes; NLMSG_OK(h, left); h = NLMSG_NEXT(h, left))
    {
        if (h->nlmsg_type == RTM_NEWADDR || h->nlmsg_type == RTM_DELADDR)
        {
            read_address(host, h);
            ++*count;
        }
        else if (h->nlmsg_type == RTM_NEWLINK || h->nlmsg_type == RTM_DELLINK)
        {
            read_link(host, h);
            ++*count;
        }
        else if (h->nlmsg_type == NLMSG_DONE || h->nlmsg_type == NLMSG_ERROR)
        {
            more = false;
        }
    }
    return more;
}

/** Asks for all there is, and waits for it. */
static bool dump(struct roam_host* host, int type)
{
    struct
    {
        struct nlmsghdr h;
        struct rtgenmsg m;
    } request = {{sizeof request, (uint16_t)type, NLM_F_REQUEST | NLM_F_DUMP, 1, 0}, {AF_UNSPEC}};
    _Alignas(struct nlmsghdr) static _Thread_local uint8_t bytes[32768];
    const int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    bool more = fd >= 0 && send(fd, &request, sizeof request, 0) > 0;
    const bool ok = more;
    int count = 0;
    while (more)
    {
        const ssize_t n = recv(fd, bytes, sizeof bytes, 0);
        more = n > 0 && read_messages(host, bytes, (size_t)n, &count);
    }
    if (fd >= 0)
    {
        close(fd);
    }
    return ok;
}

bool host_addresses_open(struct roam_host* host)
{
    struct sockaddr_nl groups = {.nl_family = AF_NETLINK,
                                 .nl_groups =
                                     RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR};
    struct epoll_event ev = {.events = EPOLLIN, .data.ptr = &host->netlink};
    host->netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_ROUTE);
    /* listen first, then ask: what changes in between comes twice and does no harm */
    return host->netlink >= 0 &&
           bind(host->netlink, (struct sockaddr*)&groups, sizeof groups) == 0 &&
           epoll_ctl(host->epoll, EPOLL_CTL_ADD, host->netlink, &ev) == 0 &&
           dump(host, RTM_GETLINK) && dump(host, RTM_GETADDR);
}

int host_addresses_changed(struct roam_host* host)
{
    _Alignas(struct nlmsghdr) static _Thread_local uint8_t bytes[32768];
    int count = 0;
    ssize_t n;
    while ((n = recv(host->netlink, bytes, sizeof bytes, 0)) > 0)
    {
        read_messages(host, bytes, (size_t)n, &count);
    }
    if (n < 0 && errno == ENOBUFS && dump(host, RTM_GETLINK))
    {
        dump(host, RTM_GETADDR); /* changes were lost: what is there now counts */
    }
    return count;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* UDP sockets for encapsulation (RFC 6951): one port for the whole stack, on each family. */
#include "host/host-priv.h"

#include <arpa/inet.h>
#include <errno.h>
#include <unistd.h>

static int bind_any(int fd, int family, uint16_t port)
{
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    return family == AF_INET ? bind(fd, (struct sockaddr*)&in, sizeof in)
                             : bind(fd, (struct sockaddr*)&in6, sizeof in6);
}

int host_udp_open(int family, uint16_t* port)
{
    const int fd = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
    {
        return -1;
    }
    host_wire_tune(fd, family);
    struct sockaddr_storage bound;
    struct roam_addr ignored;
    socklen_t len = sizeof bound;
    if (bind_any(fd, family, *port) < 0 || getsockname(fd, (struct sockaddr*)&bound, &len) < 0)
    {
        const int why = errno;
        close(fd);
        errno = why;
        return -1;
    }
    host_from_sockaddr((struct sockaddr*)&bound, len, &ignored, port);
    return fd;
}

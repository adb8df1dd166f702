/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waiting for several sockets and file descriptors at once, while the stack runs. */
#include "host/host-priv.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>

static short socket_events(const struct roam_host* host, const struct roam_pollfd* p)
{
    const struct host_socket* s = host_socket(host, p->sd);
    if (!s)
    {
        return POLLNVAL;
    }
    short ready = host_socket_readable(s) ? POLLIN : 0;
    ready |= host_socket_writable(s) ? POLLOUT : 0;
    ready &= p->events;
    const struct host_assoc* a = host_one_to_one(s) ? roam_ring_first(&s->assocs) : NULL;
    ready |= s->error ? POLLERR : 0;
    return ready | (a && a->dead ? POLLHUP : 0);
}

/** Waits in the kernel for the plain descriptors and for the host's; true if the latter stirred. */
static int wait_plain(struct roam_host* host, struct roam_pollfd* fds, size_t n, int timeout_ms,
                      struct pollfd* plain)
{
    for (size_t i = 0; i < n; i++)
    {
        plain[i] = (struct pollfd){fds[i].sd >= 0 ? -1 : fds[i].fd, fds[i].events, 0};
    }
    plain[n] = (struct pollfd){roam_host_fd(host), POLLIN, 0};
    const int ready = poll(plain, n + 1, timeout_ms);
    for (size_t i = 0; i < n && ready >= 0; i++)
    {
        fds[i].revents = fds[i].sd >= 0 ? 0 : plain[i].revents;
    }
    return ready;
}

int roam_sctp_poll(struct roam_host* host, struct roam_pollfd* fds, size_t n, int timeout_ms)
{
    const roam_time until =
        timeout_ms < 0 ? ROAM_NEVER : roam_host_now(host) + timeout_ms * ROAM_MS;
    struct pollfd* plain = malloc((n + 1) * sizeof *plain);
    int count = 0;
    if (!plain)
    {
        errno = ENOMEM;
        return -1;
    }
    for (bool last = false; !last;)
    {
        int timeout = host_ms_until(host, until);
        host_sweep(host);
        for (size_t i = 0; i < n; i++)
        {
            timeout = fds[i].sd >= 0 && socket_events(host, &fds[i]) ? 0 : timeout;
        }
        if (wait_plain(host, fds, n, timeout, plain) < 0 ||
            (plain[n].revents && roam_host_step(host, 0) < 0))
        {
            count = -1;
            break;
        }
        count = 0;
        for (size_t i = 0; i < n; i++)
        {
            fds[i].revents = fds[i].sd >= 0 ? socket_events(host, &fds[i]) : fds[i].revents;
            count += fds[i].revents != 0;
        }
        last = count > 0 || roam_host_now(host) >= until;
    }
    const int why = errno;
    free(plain);
    errno = why;
    return count;
}

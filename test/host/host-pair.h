/* SPDX-License-Identifier: GPL-2.0-or-later */
/** Two stacks in one process that talk over UDP encapsulation on the loopback interface. Both are
 * run by the test, so that every step has a bound in time. */
#ifndef ROAM_TEST_HOST_PAIR_H
#define ROAM_TEST_HOST_PAIR_H

#include "host/host.h"

#include <arpa/inet.h>
#include <errno.h>
#include <malloc.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum
{
    A = 0, /* who calls */
    Z = 1
};

struct pair
{
    struct roam_host* host[2];
    int sd[2];
    int listener;
};

static inline struct sockaddr_in loopback(uint8_t last, uint16_t port)
{
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(port)};
    in.sin_addr.s_addr = htonl(0x7f000000u + last);
    return in;
}

static inline struct roam_host* new_host(uint64_t seed)
{
    struct roam_host_options o;
    roam_host_options_default(&o);
    o.raw = ROAM_HOST_RAW_OFF;
    o.udp_port = 0;
    o.seeded = true;
    o.seed = seed;
    struct roam_host* host = roam_host_new(&o);
    assert_non_null(host);
    return host;
}

/** Runs both ends until there is nothing more to do for a while, or the time is over. */
static inline void run(struct pair* p, int ms)
{
    const int64_t until = roam_host_now(p->host[A]) + ms * 1000000LL;
    int idle = 0;
    while (idle < 3 && roam_host_now(p->host[A]) < until)
    {
        const int done = roam_host_step(p->host[A], 0) + roam_host_step(p->host[Z], 1);
        idle = done > 0 ? 0 : idle + 1;
    }
}

/** Runs both ends until one has something to read. */
static inline void await(struct pair* p, int end, int sd, short events)
{
    const int64_t until = roam_host_now(p->host[A]) + 5000000000LL;
    struct roam_pollfd fd = {sd, -1, events, 0};
    while (roam_sctp_poll(p->host[end], &fd, 1, 0) == 0)
    {
        assert_true(roam_host_now(p->host[A]) < until);
        roam_host_step(p->host[1 - end], 0);
        roam_host_step(p->host[end], 1);
    }
}

static inline void use_udp(struct roam_host* host, int sd, const struct roam_host* peer)
{
    const struct roam_sctp_udpencaps v = {.sue_port = htons(roam_host_udp_port(peer))};
    assert_int_equal(roam_sctp_setsockopt(host, sd, IPPROTO_SCTP, ROAM_SCTP_REMOTE_UDP_ENCAPS_PORT,
                                          &v, sizeof v),
                     0);
}

static inline void want(struct roam_host* host, int sd, uint16_t type)
{
    const struct roam_sctp_event event = {0, type, 1};
    assert_int_equal(
        roam_sctp_setsockopt(host, sd, IPPROTO_SCTP, ROAM_SCTP_EVENT, &event, sizeof event), 0);
}

static inline int open_hosts(void** state)
{
    struct pair* p = calloc(1, sizeof *p);
    assert_non_null(p);
    p->host[A] = new_host(1);
    p->host[Z] = new_host(2);
    *state = p;
    return 0;
}

/** Both sockets, bound to addresses of the loopback interface that the machine really has. */
static inline int open_pair(void** state)
{
    open_hosts(state);
    struct pair* p = *state;
    const struct sockaddr_in z = loopback(1, 5000);
    p->listener = roam_sctp_socket(p->host[Z], AF_INET, SOCK_STREAM | SOCK_NONBLOCK);
    p->sd[A] = roam_sctp_socket(p->host[A], AF_INET, SOCK_STREAM | SOCK_NONBLOCK);
    p->sd[Z] = -1;
    assert_int_equal(roam_sctp_bind(p->host[Z], p->listener, (struct sockaddr*)&z, sizeof z), 0);
    assert_int_equal(roam_sctp_listen(p->host[Z], p->listener, 1), 0);
    use_udp(p->host[A], p->sd[A], p->host[Z]);
    return 0;
}

static inline void establish(struct pair* p)
{
    const struct sockaddr_in z = loopback(1, 5000);
    assert_int_equal(roam_sctp_connect(p->host[A], p->sd[A], (struct sockaddr*)&z, sizeof z), -1);
    assert_int_equal(errno, EINPROGRESS);
    await(p, A, p->sd[A], POLLOUT);
    await(p, Z, p->listener, POLLIN);
    p->sd[Z] = roam_sctp_accept(p->host[Z], p->listener, NULL, NULL);
    assert_true(p->sd[Z] >= 0);
    roam_sctp_nonblocking(p->host[Z], p->sd[Z], true);
}

static inline int open_connected(void** state)
{
    open_pair(state);
    establish(*state);
    return 0;
}

static inline int close_hosts(void** state)
{
    struct pair* p = *state;
    roam_host_free(p->host[A]);
    roam_host_free(p->host[Z]);
    free(p);
    return 0;
}

/** A test that begins with the association up, or with two stacks and a listener. */
#define CONNECTED(t) cmocka_unit_test_setup_teardown(t, open_connected, close_hosts)
#define READY(t) cmocka_unit_test_setup_teardown(t, open_pair, close_hosts)

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two stacks in one process talk over UDP encapsulation on the loopback interface. Both are run by
 * the test, so that every step has a bound in time. */
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

static struct sockaddr_in loopback(uint8_t last, uint16_t port)
{
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(port)};
    in.sin_addr.s_addr = htonl(0x7f000000u + last);
    return in;
}

static struct roam_host* new_host(uint64_t seed)
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
static void run(struct pair* p, int ms)
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
static void await(struct pair* p, int end, int sd, short events)
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

static void use_udp(struct roam_host* host, int sd, const struct roam_host* peer)
{
    const struct roam_sctp_udpencaps v = {.sue_port = htons(roam_host_udp_port(peer))};
    assert_int_equal(roam_sctp_setsockopt(host, sd, IPPROTO_SCTP, ROAM_SCTP_REMOTE_UDP_ENCAPS_PORT,
                                          &v, sizeof v),
                     0);
}

static void want(struct roam_host* host, int sd, uint16_t type)
{
    const struct roam_sctp_event event = {0, type, 1};
    assert_int_equal(
        roam_sctp_setsockopt(host, sd, IPPROTO_SCTP, ROAM_SCTP_EVENT, &event, sizeof event), 0);
}

static int open_hosts(void** state)
{
    struct pair* p = calloc(1, sizeof *p);
    assert_non_null(p);
    p->host[A] = new_host(1);
    p->host[Z] = new_host(2);
    *state = p;
    return 0;
}

/** Both sockets, bound to addresses of the loopback interface that the machine really has. */
static int open_pair(void** state)
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

static void establish(struct pair* p)
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

static int open_connected(void** state)
{
    open_pair(state);
    establish(*state);
    return 0;
}

static int close_hosts(void** state)
{
    struct pair* p = *state;
    roam_host_free(p->host[A]);
    roam_host_free(p->host[Z]);
    free(p);
    return 0;
}

/* --- Stories --------------------------------------------------------------------------------- */

static void a_message_arrives_with_its_stream_and_ppid(void** state)
{
    struct pair* p = *state;
    char text[16] = "";
    struct roam_sctp_rcvinfo info;
    struct sockaddr_in from;
    socklen_t len = sizeof from;
    int flags = 0;
    assert_int_equal(roam_sctp_sendmsg(p->host[A], p->sd[A], "hello", 5, NULL, 0, htonl(51),
                                       ROAM_SCTP_UNORDERED, 3, 0, 0),
                     5);
    await(p, Z, p->sd[Z], POLLIN);
    assert_int_equal(roam_sctp_recvv(p->host[Z], p->sd[Z], text, sizeof text,
                                     (struct sockaddr*)&from, &len, &info, &flags),
                     5);
    assert_string_equal(text, "hello");
    assert_true(flags & MSG_EOR);
    assert_int_equal(info.rcv_sid, 3);
    assert_int_equal(ntohl(info.rcv_ppid), 51);
    assert_true(info.rcv_flags & ROAM_SCTP_UNORDERED);
    assert_int_equal(ntohl(from.sin_addr.s_addr), 0x7f000001);
}

static void a_long_message_is_read_in_parts(void** state)
{
    struct pair* p = *state;
    static uint8_t out[100000], in[100000];
    size_t got = 0;
    int flags = 0;
    for (size_t i = 0; i < sizeof out; i++)
    {
        out[i] = (uint8_t)(i * 7 + i / 256);
    }
    assert_int_equal(roam_sctp_send(p->host[A], p->sd[A], out, sizeof out, 0), sizeof out);
    await(p, Z, p->sd[Z], POLLIN);
    while (got < sizeof in)
    {
        const size_t room = sizeof in - got < 30000 ? sizeof in - got : 30000;
        flags = 0;
        const ssize_t n =
            roam_sctp_recvv(p->host[Z], p->sd[Z], in + got, room, NULL, NULL, NULL, &flags);
        assert_true(n > 0);
        got += (size_t)n;
        assert_int_equal(!!(flags & MSG_EOR), got == sizeof in);
    }
    assert_memory_equal(in, out, sizeof in);
}

static void peeking_leaves_the_message(void** state)
{
    struct pair* p = *state;
    char text[8];
    int flags = MSG_PEEK;
    roam_sctp_send(p->host[A], p->sd[A], "once", 4, 0);
    await(p, Z, p->sd[Z], POLLIN);
    assert_int_equal(
        roam_sctp_recvv(p->host[Z], p->sd[Z], text, sizeof text, NULL, NULL, NULL, &flags), 4);
    assert_int_equal(roam_sctp_recv(p->host[Z], p->sd[Z], text, sizeof text, 0), 4);
    assert_int_equal(roam_sctp_recv(p->host[Z], p->sd[Z], text, sizeof text, 0), -1);
    assert_int_equal(errno, EAGAIN);
}

/** More than both buffers hold, so that the sender has to wait for the reader. */
static void megabytes_go_through_in_order(void** state)
{
    struct pair* p = *state;
    uint32_t out[350], in[350];
    uint32_t sent = 0, received = 0;
    const int64_t until = roam_host_now(p->host[A]) + 20000000000LL;
    while (received < 5000)
    {
        assert_true(roam_host_now(p->host[A]) < until);
        out[0] = sent;
        if (sent < 5000 && roam_sctp_send(p->host[A], p->sd[A], out, sizeof out, 0) > 0)
        {
            sent++;
            continue;
        }
        roam_host_step(p->host[A], 0);
        roam_host_step(p->host[Z], 0);
        while (roam_sctp_recv(p->host[Z], p->sd[Z], in, sizeof in, 0) > 0)
        {
            assert_int_equal(in[0], received);
            received++;
        }
    }
}

static void shutdown_reads_as_an_end_at_both(void** state)
{
    struct pair* p = *state;
    char byte;
    roam_sctp_send(p->host[A], p->sd[A], "x", 1, 0);
    assert_int_equal(roam_sctp_shutdown(p->host[A], p->sd[A], SHUT_WR), 0);
    assert_int_equal(roam_sctp_send(p->host[A], p->sd[A], "y", 1, 0), -1);
    assert_int_equal(errno, EPIPE);
    await(p, Z, p->sd[Z], POLLIN);
    assert_int_equal(roam_sctp_recv(p->host[Z], p->sd[Z], &byte, 1, 0), 1);
    await(p, Z, p->sd[Z], POLLIN);
    assert_int_equal(roam_sctp_recv(p->host[Z], p->sd[Z], &byte, 1, 0), 0);
    await(p, A, p->sd[A], POLLIN);
    assert_int_equal(roam_sctp_recv(p->host[A], p->sd[A], &byte, 1, 0), 0);
    assert_int_equal(roam_sctp_close(p->host[Z], p->sd[Z]), 0);
    assert_int_equal(roam_sctp_recv(p->host[Z], p->sd[Z], &byte, 1, 0), -1);
    assert_int_equal(errno, EBADF);
}

static void a_primary_that_the_peer_does_not_have_is_enoent(void** state)
{
    struct pair* p = *state;
    struct roam_sctp_setprim primary = {0};
    struct sockaddr_in* stranger = (struct sockaddr_in*)&primary.ssp_addr;
    *stranger = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr = {htonl(0xc0000209)}};
    assert_int_equal(roam_sctp_setsockopt(p->host[A], p->sd[A], IPPROTO_SCTP,
                                          ROAM_SCTP_PRIMARY_ADDR, &primary, sizeof primary),
                     -1);
    assert_int_equal(errno, ENOENT);
}

static void an_abort_is_a_reset_for_the_peer(void** state)
{
    struct pair* p = *state;
    const struct linger now = {1, 0};
    char byte;
    roam_sctp_setsockopt(p->host[A], p->sd[A], SOL_SOCKET, SO_LINGER, &now, sizeof now);
    assert_int_equal(roam_sctp_close(p->host[A], p->sd[A]), 0);
    await(p, Z, p->sd[Z], POLLIN);
    assert_int_equal(roam_sctp_recv(p->host[Z], p->sd[Z], &byte, 1, 0), -1);
    assert_int_equal(errno, ECONNRESET);
    assert_int_equal(roam_sctp_recv(p->host[Z], p->sd[Z], &byte, 1, 0), 0);
}

/** Bytes that are allocated, once what is under way has ended. */
static size_t memory(struct pair* p)
{
    run(p, 100);
    return mallinfo2().uordblks;
}

static void greet(struct pair* p, int sd)
{
    for (int i = 0; i < 3; i++)
    {
        assert_int_equal(roam_sctp_send(p->host[A], sd, "hello", 5, 0), 5);
    }
}

/** A socket that calls the listener; three messages are on their way. */
static int call_and_greet(struct pair* p, uint16_t port)
{
    const struct sockaddr_in z = loopback(1, port);
    const int sd = roam_sctp_socket(p->host[A], AF_INET, SOCK_STREAM | SOCK_NONBLOCK);
    use_udp(p->host[A], sd, p->host[Z]);
    roam_sctp_connect(p->host[A], sd, (struct sockaddr*)&z, sizeof z);
    await(p, A, sd, POLLOUT);
    greet(p, sd);
    run(p, 20);
    return sd;
}

static void what_was_not_read_before_close_is_given_back(void** state)
{
    struct pair* p = *state;
    size_t before = 0;
    for (int i = 0; i < 60; i++)
    {
        before = i == 20 ? memory(p) : before;
        const int a = call_and_greet(p, 5000);
        await(p, Z, p->listener, POLLIN);
        const int z = roam_sctp_accept(p->host[Z], p->listener, NULL, NULL);
        assert_true(z >= 0);
        assert_int_equal(roam_sctp_close(p->host[Z], z), 0);
        assert_int_equal(roam_sctp_close(p->host[A], a), 0);
    }
    assert_true(memory(p) < before + 20000);
}

static void what_comes_after_close_does_not_stop_the_peer(void** state)
{
    struct pair* p = *state;
    const int small = 3000;
    static const char tenth[100];
    roam_sctp_setsockopt(p->host[Z], p->listener, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    const int a = call_and_greet(p, 5000);
    const int z = roam_sctp_accept(p->host[Z], p->listener, NULL, NULL);
    char text[8];
    for (int i = 0; i < 3; i++)
    {
        assert_int_equal(roam_sctp_recv(p->host[Z], z, text, sizeof text, 0), 5);
    }
    for (int i = 0; i < 500; i++)
    {
        assert_int_equal(roam_sctp_send(p->host[A], a, tenth, sizeof tenth, 0), sizeof tenth);
    }
    assert_int_equal(roam_sctp_close(p->host[Z], z), 0);
    await(p, A, a, 0); /* POLLHUP: all that was queued is acknowledged, and it is over */
    assert_int_equal(roam_sctp_recv(p->host[A], a, text, sizeof text, 0), 0);
}

static void an_abort_before_accept_leaves_nothing_to_accept(void** state)
{
    struct pair* p = *state;
    const struct linger now = {1, 0};
    struct roam_pollfd fd = {p->listener, -1, POLLIN, 0};
    char byte;
    const int a = call_and_greet(p, 5000);
    assert_int_equal(roam_sctp_poll(p->host[Z], &fd, 1, 0), 1);
    assert_int_equal(roam_sctp_recv(p->host[Z], p->listener, &byte, 1, 0), -1);
    assert_int_equal(errno, ENOTCONN);
    roam_sctp_setsockopt(p->host[A], a, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    roam_sctp_close(p->host[A], a);
    run(p, 20);
    assert_int_equal(roam_sctp_poll(p->host[Z], &fd, 1, 0), 0);
    assert_int_equal(roam_sctp_accept(p->host[Z], p->listener, NULL, NULL), -1);
    assert_int_equal(errno, EAGAIN);
}

static void a_conversation_that_ended_before_accept_can_be_read(void** state)
{
    struct pair* p = *state;
    char text[8];
    roam_sctp_close(p->host[A], call_and_greet(p, 5000));
    usleep(250000); /* the acknowledgement of the third message is delayed */
    run(p, 500);
    const int z = roam_sctp_accept(p->host[Z], p->listener, NULL, NULL);
    assert_true(z >= 0);
    for (int i = 0; i < 3; i++)
    {
        assert_int_equal(roam_sctp_recv(p->host[Z], z, text, sizeof text, 0), 5);
    }
    assert_int_equal(roam_sctp_recv(p->host[Z], z, text, sizeof text, 0), 0);
    assert_int_equal(roam_sctp_close(p->host[Z], z), 0);
}

static int open_many(struct pair* p, uint16_t port)
{
    const struct sockaddr_in z = loopback(1, port);
    const int many = roam_sctp_socket(p->host[Z], AF_INET, SOCK_SEQPACKET | SOCK_NONBLOCK);
    assert_int_equal(roam_sctp_bind(p->host[Z], many, (struct sockaddr*)&z, sizeof z), 0);
    assert_int_equal(roam_sctp_listen(p->host[Z], many, 1), 0);
    return many;
}

static void one_to_many_forgets_what_has_ended(void** state)
{
    struct pair* p = *state;
    const int many = open_many(p, 5002);
    size_t before = 0;
    char text[8];
    for (int i = 0; i < 60; i++)
    {
        before = i == 20 ? memory(p) : before;
        roam_sctp_close(p->host[A], call_and_greet(p, 5002));
        for (int k = 0; k < 3; k++)
        {
            await(p, Z, many, POLLIN);
            assert_int_equal(roam_sctp_recv(p->host[Z], many, text, sizeof text, 0), 5);
        }
    }
    assert_true(memory(p) < before + 8000);
}

/** RFC 6458 section 9.2: no data, and SCTP_EOF. */
static void one_to_many_ends_an_association_without_data(void** state)
{
    struct pair* p = *state;
    const int many = open_many(p, 5002);
    const int a = call_and_greet(p, 5002);
    char text[8];
    struct sockaddr_in from;
    socklen_t len = sizeof from;
    for (int k = 0; k < 3; k++)
    {
        await(p, Z, many, POLLIN);
        assert_int_equal(roam_sctp_recvv(p->host[Z], many, text, sizeof text,
                                         (struct sockaddr*)&from, &len, NULL, NULL),
                         5);
    }
    assert_int_equal(roam_sctp_sendmsg(p->host[Z], many, NULL, 0, (struct sockaddr*)&from, len, 0,
                                       ROAM_SCTP_EOF, 0, 0, 0),
                     0);
    await(p, A, a, POLLIN);
    assert_int_equal(roam_sctp_recv(p->host[A], a, text, sizeof text, 0), 0);
    assert_int_equal(roam_sctp_send(p->host[A], p->sd[A], NULL, 0, 0), -1);
    assert_int_equal(errno, ENOTCONN);
    assert_int_equal(roam_sctp_send(p->host[A], p->sd[A], NULL, 5, 0), -1);
    assert_int_equal(errno, EFAULT);
}

static void nobody_listening_is_a_refusal(void** state)
{
    struct pair* p = *state;
    const struct sockaddr_in z = loopback(1, 5001);
    int error = 0;
    socklen_t len = sizeof error;
    roam_sctp_connect(p->host[A], p->sd[A], (struct sockaddr*)&z, sizeof z);
    await(p, A, p->sd[A], POLLOUT);
    roam_sctp_getsockopt(p->host[A], p->sd[A], SOL_SOCKET, SO_ERROR, &error, &len);
    assert_int_equal(error, ECONNREFUSED);
}

static void a_full_backlog_is_a_refusal(void** state)
{
    struct pair* p = *state;
    const struct sockaddr_in z = loopback(1, 5000);
    struct roam_pollfd fd = {-1, -1, POLLIN, 0};
    const int second = roam_sctp_socket(p->host[A], AF_INET, SOCK_STREAM | SOCK_NONBLOCK);
    use_udp(p->host[A], second, p->host[Z]);
    roam_sctp_connect(p->host[A], p->sd[A], (struct sockaddr*)&z, sizeof z);
    run(p, 500);
    roam_sctp_connect(p->host[A], second, (struct sockaddr*)&z, sizeof z);
    run(p, 500);
    fd.sd = second;
    assert_int_equal(roam_sctp_poll(p->host[A], &fd, 1, 0), 1);
    assert_true(fd.revents & POLLHUP);
    assert_true(roam_sctp_accept(p->host[Z], p->listener, NULL, NULL) >= 0);
    assert_int_equal(roam_sctp_accept(p->host[Z], p->listener, NULL, NULL), -1);
    assert_int_equal(errno, EAGAIN);
}

static void notifications_come_between_messages(void** state)
{
    struct pair* p = *state;
    union roam_sctp_notification n;
    int flags = 0;
    want(p->host[A], p->sd[A], ROAM_SCTP_ASSOC_CHANGE);
    want(p->host[A], p->sd[A], ROAM_SCTP_SHUTDOWN_EVENT);
    establish(p);
    assert_true(roam_sctp_recvv(p->host[A], p->sd[A], &n, sizeof n, NULL, NULL, NULL, &flags) > 0);
    assert_true(flags & ROAM_MSG_NOTIFICATION);
    assert_int_equal(n.sn_assoc_change.sac_type, ROAM_SCTP_ASSOC_CHANGE);
    assert_int_equal(n.sn_assoc_change.sac_state, ROAM_SCTP_COMM_UP);
    assert_int_equal(n.sn_assoc_change.sac_outbound_streams, 10);
    roam_sctp_send(p->host[Z], p->sd[Z], "last", 4, 0);
    roam_sctp_shutdown(p->host[Z], p->sd[Z], SHUT_WR);
    await(p, A, p->sd[A], POLLIN);
    flags = 0;
    assert_int_equal(roam_sctp_recvv(p->host[A], p->sd[A], &n, sizeof n, NULL, NULL, NULL, &flags),
                     4);
    assert_false(flags & ROAM_MSG_NOTIFICATION);
    await(p, A, p->sd[A], POLLIN); /* the acknowledgement is delayed, and the SHUTDOWN behind it */
    flags = 0;
    roam_sctp_recvv(p->host[A], p->sd[A], &n, sizeof n, NULL, NULL, NULL, &flags);
    assert_true(flags & ROAM_MSG_NOTIFICATION);
    assert_int_equal(n.sn_header.sn_type, ROAM_SCTP_SHUTDOWN_EVENT);
}

/** RFC 6951 section 5.4: the server knows no UDP port before the first packet. */
static void the_udp_port_of_the_peer_is_learned(void** state)
{
    struct pair* p = *state;
    struct roam_sctp_udpencaps v = {0};
    socklen_t len = sizeof v;
    assert_int_equal(roam_sctp_getsockopt(p->host[Z], p->sd[Z], IPPROTO_SCTP,
                                          ROAM_SCTP_REMOTE_UDP_ENCAPS_PORT, &v, &len),
                     0);
    assert_int_equal(ntohs(v.sue_port), roam_host_udp_port(p->host[A]));
    assert_int_not_equal(ntohs(v.sue_port), 0);
}

static void one_to_many_begins_an_association_with_its_first_message(void** state)
{
    struct pair* p = *state;
    const struct sockaddr_in z = loopback(1, 5002);
    const int many = roam_sctp_socket(p->host[Z], AF_INET, SOCK_SEQPACKET | SOCK_NONBLOCK);
    const int one = roam_sctp_socket(p->host[A], AF_INET, SOCK_SEQPACKET | SOCK_NONBLOCK);
    struct roam_sctp_rcvinfo info;
    char text[8];
    uint32_t number = 0;
    socklen_t len = sizeof number;
    assert_int_equal(roam_sctp_bind(p->host[Z], many, (struct sockaddr*)&z, sizeof z), 0);
    assert_int_equal(roam_sctp_listen(p->host[Z], many, 1), 0);
    use_udp(p->host[A], one, p->host[Z]);
    assert_int_equal(roam_sctp_sendmsg(p->host[A], one, "ping", 4, (const struct sockaddr*)&z,
                                       sizeof z, 0, 0, 0, 0, 0),
                     4);
    await(p, Z, many, POLLIN);
    assert_int_equal(roam_sctp_recvv(p->host[Z], many, text, sizeof text, NULL, NULL, &info, NULL),
                     4);
    roam_sctp_getsockopt(p->host[Z], many, IPPROTO_SCTP, ROAM_SCTP_GET_ASSOC_NUMBER, &number, &len);
    assert_int_equal(number, 1);
    const struct roam_sctp_sendv_spa back = {
        .sendv_flags = ROAM_SCTP_SEND_SNDINFO_VALID,
        .sendv_sndinfo = {.snd_assoc_id = info.rcv_assoc_id},
    };
    const struct iovec iov = {(void*)"pong", 4};
    assert_int_equal(roam_sctp_sendv(p->host[Z], many, &iov, 1, NULL, 0, &back, 0), 4);
    await(p, A, one, POLLIN);
    assert_int_equal(roam_sctp_recv(p->host[A], one, text, sizeof text, 0), 4);
    const int peeled = roam_sctp_peeloff(p->host[Z], many, info.rcv_assoc_id);
    assert_true(peeled >= 0);
    assert_int_equal(roam_sctp_send(p->host[Z], peeled, "more", 4, 0), 4);
    await(p, A, one, POLLIN);
    assert_int_equal(roam_sctp_recv(p->host[A], one, text, sizeof text, 0), 4);
}

static void poll_waits_for_plain_descriptors_too(void** state)
{
    struct pair* p = *state;
    int fds[2];
    assert_int_equal(pipe(fds), 0);
    struct roam_pollfd wait[] = {{p->listener, -1, POLLIN, 0}, {-1, fds[0], POLLIN, 0}};
    assert_int_equal(roam_sctp_poll(p->host[Z], wait, 2, 10), 0);
    assert_int_equal(write(fds[1], "x", 1), 1);
    assert_int_equal(roam_sctp_poll(p->host[Z], wait, 2, 1000), 1);
    assert_int_equal(wait[0].revents, 0);
    assert_true(wait[1].revents & POLLIN);
    close(fds[0]);
    close(fds[1]);
}

static void the_hosts_descriptor_stirs_when_a_packet_comes(void** state)
{
    struct pair* p = *state;
    run(p, 500);
    struct pollfd fd = {roam_host_fd(p->host[Z]), POLLIN, 0};
    while (roam_host_step(p->host[Z], 0) > 0)
    {
    }
    roam_sctp_send(p->host[A], p->sd[A], "x", 1, 0);
    assert_int_equal(poll(&fd, 1, 1000), 1);
}

/* --- What is refused ------------------------------------------------------------------------- */

static void wrong_arguments_have_their_errno(void** state)
{
    struct pair* p = *state;
    struct roam_host* h = p->host[A];
    const struct sockaddr_in elsewhere = {.sin_family = AF_INET,
                                          .sin_addr.s_addr = htonl(0xc0000263)};
    const struct sockaddr_in taken = loopback(1, 5000);
    struct roam_sctp_rtoinfo rto = {0, 100, 50, 60}; /* minimum above maximum */
    socklen_t len = sizeof rto;
    char byte = 0;
    assert_int_equal(roam_sctp_socket(h, AF_UNIX, SOCK_STREAM), -1);
    assert_int_equal(errno, EAFNOSUPPORT);
    assert_int_equal(roam_sctp_socket(h, AF_INET, SOCK_DGRAM), -1);
    assert_int_equal(errno, ESOCKTNOSUPPORT);
    assert_int_equal(roam_sctp_close(h, 77), -1);
    assert_int_equal(errno, EBADF);
    assert_int_equal(roam_sctp_bind(h, p->sd[A], (struct sockaddr*)&elsewhere, sizeof elsewhere),
                     -1);
    assert_int_equal(errno, EADDRNOTAVAIL);
    const int second = roam_sctp_socket(p->host[Z], AF_INET, SOCK_STREAM);
    assert_int_equal(roam_sctp_bind(p->host[Z], second, (struct sockaddr*)&taken, sizeof taken),
                     -1);
    assert_int_equal(errno, EADDRINUSE);
    assert_int_equal(roam_sctp_send(h, p->sd[A], &byte, 1, 0), -1);
    assert_int_equal(errno, ENOTCONN);
    assert_int_equal(roam_sctp_recv(h, p->sd[A], &byte, 1, 0), -1);
    assert_int_equal(errno, ENOTCONN);
    assert_int_equal(
        roam_sctp_setsockopt(h, p->sd[A], IPPROTO_SCTP, ROAM_SCTP_RTOINFO, &rto, sizeof rto), -1);
    assert_int_equal(errno, EINVAL);
    assert_int_equal(roam_sctp_setsockopt(h, p->sd[A], IPPROTO_SCTP, 9999, &rto, sizeof rto), -1);
    assert_int_equal(errno, ENOPROTOOPT);
    len = 3;
    assert_int_equal(roam_sctp_getsockopt(h, p->sd[A], IPPROTO_SCTP, ROAM_SCTP_RTOINFO, &rto, &len),
                     -1);
    assert_int_equal(errno, EINVAL);
}

static void a_stream_or_a_size_out_of_range_is_refused(void** state)
{
    struct pair* p = *state;
    static const char large[300000];
    assert_int_equal(roam_sctp_sendmsg(p->host[A], p->sd[A], "x", 1, NULL, 0, 0, 0, 10, 0, 0), -1);
    assert_int_equal(errno, EINVAL);
    assert_int_equal(roam_sctp_send(p->host[A], p->sd[A], large, sizeof large, 0), -1);
    assert_int_equal(errno, EMSGSIZE);
}

static void options_come_back_as_they_were_set(void** state)
{
    struct pair* p = *state;
    struct roam_host* h = p->host[A];
    const struct roam_sctp_rtoinfo rto = {0, 300, 2000, 200};
    const struct roam_sctp_initmsg init = {7, 9, 3, 0};
    const struct roam_sctp_paddrparams path = {
        .spp_hbinterval = 700, .spp_pathmaxrxt = 2, .spp_flags = ROAM_SPP_HB_ENABLE};
    struct roam_sctp_rtoinfo r = {0};
    struct roam_sctp_initmsg i = {0};
    struct roam_sctp_paddrparams q = {0};
    struct roam_sctp_status s = {0};
    struct roam_sctp_assoc_value policy = {0, ROAM_SCTP_SWITCH_HOLD}, wrong = {0, 3};
    socklen_t len = sizeof rto;
    roam_sctp_setsockopt(h, p->sd[A], IPPROTO_SCTP, ROAM_SCTP_RTOINFO, &rto, sizeof rto);
    roam_sctp_setsockopt(h, p->sd[A], IPPROTO_SCTP, ROAM_SCTP_SWITCH_POLICY, &policy,
                         sizeof policy);
    roam_sctp_setsockopt(h, p->sd[A], IPPROTO_SCTP, ROAM_SCTP_INITMSG, &init, sizeof init);
    roam_sctp_setsockopt(h, p->sd[A], IPPROTO_SCTP, ROAM_SCTP_PEER_ADDR_PARAMS, &path, sizeof path);
    establish(p);
    roam_sctp_getsockopt(h, p->sd[A], IPPROTO_SCTP, ROAM_SCTP_RTOINFO, &r, &len);
    assert_int_equal(r.srto_initial, 300);
    assert_int_equal(r.srto_min, 200);
    assert_int_equal(r.srto_max, 2000);
    len = sizeof policy;
    assert_int_equal(roam_sctp_setsockopt(h, p->sd[A], IPPROTO_SCTP, ROAM_SCTP_SWITCH_POLICY,
                                          &wrong, sizeof wrong),
                     -1);
    policy.assoc_value = 0;
    roam_sctp_getsockopt(h, p->sd[A], IPPROTO_SCTP, ROAM_SCTP_SWITCH_POLICY, &policy, &len);
    assert_int_equal(policy.assoc_value, ROAM_SCTP_SWITCH_HOLD);
    len = sizeof i;
    roam_sctp_getsockopt(h, p->sd[A], IPPROTO_SCTP, ROAM_SCTP_INITMSG, &i, &len);
    assert_int_equal(i.sinit_num_ostreams, 7);
    len = sizeof q;
    roam_sctp_getsockopt(h, p->sd[A], IPPROTO_SCTP, ROAM_SCTP_PEER_ADDR_PARAMS, &q, &len);
    assert_int_equal(q.spp_hbinterval, 700);
    assert_int_equal(q.spp_pathmaxrxt, 2);
    len = sizeof s;
    roam_sctp_getsockopt(h, p->sd[A], IPPROTO_SCTP, ROAM_SCTP_STATUS, &s, &len);
    assert_int_equal(s.sstat_state, ROAM_SCTP_ESTABLISHED);
    assert_int_equal(s.sstat_outstrms, 7);
    assert_int_equal(s.sstat_instrms, 9);
    assert_int_equal(s.sstat_primary.spinfo_state, ROAM_SCTP_ACTIVE);
}

static int set_key(struct roam_host* host, int sd, uint16_t number, const char* text)
{
    union
    {
        struct roam_sctp_authkey key;
        uint8_t bytes[64];
    } v = {.key = {0, number, (uint16_t)strlen(text)}};
    const struct roam_sctp_authkeyid id = {0, number};
    memcpy(v.key.sca_key, text, strlen(text));
    return roam_sctp_setsockopt(host, sd, IPPROTO_SCTP, ROAM_SCTP_AUTH_KEY, &v, sizeof v) < 0
               ? -1
               : roam_sctp_setsockopt(host, sd, IPPROTO_SCTP, ROAM_SCTP_AUTH_ACTIVE_KEY, &id,
                                      sizeof id);
}

/** DATA of A must be authenticated, under a key that both know, or under two that differ. */
static void send_authenticated(struct pair* p, const char* a, const char* z)
{
    const struct roam_sctp_authchunk data = {0};
    const struct sockaddr_in any = loopback(1, 0);
    assert_int_equal(set_key(p->host[A], p->sd[A], 5, a), -1);
    assert_int_equal(errno, EACCES); /* not bound yet */
    assert_int_equal(roam_sctp_bind(p->host[A], p->sd[A], (struct sockaddr*)&any, sizeof any), 0);
    assert_int_equal(roam_sctp_setsockopt(p->host[Z], p->listener, IPPROTO_SCTP,
                                          ROAM_SCTP_AUTH_CHUNK, &data, sizeof data),
                     0);
    assert_int_equal(set_key(p->host[A], p->sd[A], 5, a), 0);
    assert_int_equal(set_key(p->host[Z], p->listener, 5, z), 0);
    establish(p);
    assert_int_equal(roam_sctp_send(p->host[A], p->sd[A], "x", 1, 0), 1);
    run(p, 500);
}

static void data_under_a_shared_key_arrives(void** state)
{
    struct pair* p = *state;
    struct roam_sctp_authkeyid id = {0};
    socklen_t len = sizeof id;
    char byte;
    send_authenticated(p, "secret", "secret");
    assert_int_equal(roam_sctp_recv(p->host[Z], p->sd[Z], &byte, 1, 0), 1);
    assert_int_equal(roam_sctp_getsockopt(p->host[A], p->sd[A], IPPROTO_SCTP,
                                          ROAM_SCTP_AUTH_ACTIVE_KEY, &id, &len),
                     0);
    assert_int_equal(id.scact_keynumber, 5);
}

static void data_under_another_key_does_not(void** state)
{
    struct pair* p = *state;
    char byte;
    send_authenticated(p, "secret", "guessed");
    assert_int_equal(roam_sctp_recv(p->host[Z], p->sd[Z], &byte, 1, 0), -1);
    assert_int_equal(errno, EAGAIN);
}

static void addresses_are_told(void** state)
{
    struct pair* p = *state;
    struct sockaddr* list = NULL;
    struct sockaddr_in one;
    socklen_t len = sizeof one;
    assert_int_equal(roam_sctp_getpaddrs(p->host[A], p->sd[A], 0, &list), 1);
    memcpy(&one, list, sizeof one);
    assert_int_equal(ntohs(one.sin_port), 5000);
    roam_sctp_freeaddrs(list);
    assert_true(roam_sctp_getladdrs(p->host[Z], p->sd[Z], 0, &list) >= 1);
    roam_sctp_freeaddrs(list);
    assert_int_equal(roam_sctp_getsockname(p->host[Z], p->sd[Z], (struct sockaddr*)&one, &len), 0);
    assert_int_equal(ntohs(one.sin_port), 5000);
    assert_int_equal(roam_sctp_getpeername(p->host[A], p->sd[A], (struct sockaddr*)&one, &len), 0);
    assert_int_equal(ntohs(one.sin_port), 5000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CONNECTED(t) cmocka_unit_test_setup_teardown(t, open_connected, close_hosts)
#define READY(t) cmocka_unit_test_setup_teardown(t, open_pair, close_hosts)
        CONNECTED(a_message_arrives_with_its_stream_and_ppid),
        CONNECTED(a_long_message_is_read_in_parts),
        CONNECTED(peeking_leaves_the_message),
        CONNECTED(megabytes_go_through_in_order),
        CONNECTED(shutdown_reads_as_an_end_at_both),
        CONNECTED(a_primary_that_the_peer_does_not_have_is_enoent),
        CONNECTED(an_abort_is_a_reset_for_the_peer),
        READY(what_was_not_read_before_close_is_given_back),
        READY(what_comes_after_close_does_not_stop_the_peer),
        READY(an_abort_before_accept_leaves_nothing_to_accept),
        READY(a_conversation_that_ended_before_accept_can_be_read),
        READY(one_to_many_forgets_what_has_ended),
        READY(one_to_many_ends_an_association_without_data),
        READY(nobody_listening_is_a_refusal),
        READY(a_full_backlog_is_a_refusal),
        READY(notifications_come_between_messages),
        CONNECTED(the_udp_port_of_the_peer_is_learned),
        READY(one_to_many_begins_an_association_with_its_first_message),
        READY(poll_waits_for_plain_descriptors_too),
        CONNECTED(the_hosts_descriptor_stirs_when_a_packet_comes),
        READY(wrong_arguments_have_their_errno),
        CONNECTED(a_stream_or_a_size_out_of_range_is_refused),
        READY(options_come_back_as_they_were_set),
        READY(data_under_a_shared_key_arrives),
        READY(data_under_another_key_does_not),
        CONNECTED(addresses_are_told),
    };
    return cmocka_run_group_tests_name("host", tests, NULL, NULL);
}

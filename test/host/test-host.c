/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a program does with the library: messages, ends, many associations, events. */
#include "host-pair.h"

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
    struct roam_sctp_rcvinfo info, second;
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
    assert_int_equal(roam_sctp_sendmsg(p->host[A], one, "pong", 4, (const struct sockaddr*)&z,
                                       sizeof z, 0, 0, 0, 0, 0),
                     4);
    await(p, Z, many, POLLIN);
    assert_int_equal(
        roam_sctp_recvv(p->host[Z], many, text, sizeof text, NULL, NULL, &second, NULL), 4);
    assert_int_equal(second.rcv_tsn, info.rcv_tsn + 1);
    assert_int_equal(second.rcv_cumtsn, second.rcv_tsn);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
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
    };
    return cmocka_run_group_tests_name("host", tests, NULL, NULL);
}

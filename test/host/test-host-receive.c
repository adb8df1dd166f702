/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a reader gets, and in which order: messages larger than the receive buffer in parts (RFC
 * 6458 sections 3.1.4, 6.1.7, 8.1.20 and 8.1.21), notifications in the order of arrival. */
#include "host-pair.h"

static uint8_t out[400000], in[400000];

static void fill(void)
{
    for (size_t i = 0; i < sizeof out; i++)
    {
        out[i] = (uint8_t)(i * 7 + i / 256);
    }
}

static void set(struct roam_host* host, int sd, int level, int name, uint32_t value, int want)
{
    const int result = roam_sctp_setsockopt(host, sd, level, name, &value, sizeof value);
    assert_int_equal(result ? errno : 0, want);
}

static uint32_t get(struct roam_host* host, int sd, int name)
{
    uint32_t value = 77;
    socklen_t len = sizeof value;
    assert_int_equal(roam_sctp_getsockopt(host, sd, IPPROTO_SCTP, name, &value, &len), 0);
    return value;
}

/** A can send all of out at once, Z has a buffer of 64 KiB. */
static int open_narrow(void** state)
{
    open_pair(state);
    struct pair* p = *state;
    fill();
    set(p->host[A], p->sd[A], SOL_SOCKET, SO_SNDBUF, 2 * sizeof out, 0);
    set(p->host[Z], p->listener, SOL_SOCKET, SO_RCVBUF, 65536, 0);
    establish(p);
    return 0;
}

#define NARROW(t) cmocka_unit_test_setup_teardown(t, open_narrow, close_hosts)

struct got
{
    ssize_t n;
    int flags;
    struct roam_sctp_rcvinfo info;
};

/** One read of Z that does not wait. */
static struct got read_once(struct pair* p, void* data, size_t len)
{
    struct got g = {.flags = MSG_DONTWAIT};
    g.n = roam_sctp_recvv(p->host[Z], p->sd[Z], data, len, NULL, NULL, &g.info, &g.flags);
    return g;
}

/** Reads a whole message, and counts the reads that brought some of it. */
static size_t read_whole(struct pair* p, size_t most, unsigned* reads,
                         struct roam_sctp_rcvinfo* info)
{
    const int64_t until = roam_host_now(p->host[A]) + 5000000000LL;
    size_t got = 0;
    struct got g = {0};
    for (*reads = 0; !(g.flags & MSG_EOR);)
    {
        g = read_once(p, in + got, most < sizeof in - got ? most : sizeof in - got);
        if (g.n < 0)
        {
            assert_int_equal(errno, EAGAIN);
            assert_true(roam_host_now(p->host[A]) < until);
            roam_host_step(p->host[A], 0);
            roam_host_step(p->host[Z], 1);
            continue;
        }
        assert_true(g.n > 0 && !(g.flags & ROAM_MSG_NOTIFICATION));
        assert_true(got == 0 ||
                    (g.info.rcv_sid == info->rcv_sid && g.info.rcv_ssn == info->rcv_ssn &&
                     g.info.rcv_ppid == info->rcv_ppid));
        *info = g.info;
        got += (size_t)g.n;
        ++*reads;
    }
    return got;
}

static void a_message_larger_than_the_buffer_comes_steadily(void** state)
{
    struct pair* p = *state;
    static const size_t sizes[] = {60000, 100000, 300000, 400000};
    for (size_t i = 0; i < 4; i++)
    {
        struct roam_sctp_rcvinfo info = {0};
        unsigned reads;
        const int64_t start = roam_host_now(p->host[A]);
        assert_int_equal(
            roam_sctp_sendmsg(p->host[A], p->sd[A], out, sizes[i], NULL, 0, htonl(51), 0, 3, 0, 0),
            sizes[i]);
        assert_int_equal(read_whole(p, i % 2 ? 10000 : sizeof in, &reads, &info), sizes[i]);
        assert_memory_equal(in, out, sizes[i]);
        assert_int_equal(info.rcv_sid, 3);
        assert_int_equal(info.rcv_ssn, i);
        assert_int_equal(ntohl(info.rcv_ppid), 51);
        assert_true(i == 0 ? reads == 1 : reads > 1);
        assert_true(roam_host_now(p->host[A]) - start < 2000000000LL); /* an RTO is a second */
    }
}

static void the_options_are_those_of_rfc_6458(void** state)
{
    struct pair* p = *state;
    struct roam_host* z = p->host[Z];
    const int many = roam_sctp_socket(z, AF_INET, SOCK_SEQPACKET);
    assert_int_equal(get(z, p->sd[Z], ROAM_SCTP_FRAGMENT_INTERLEAVE), 0);
    assert_int_equal(get(z, many, ROAM_SCTP_FRAGMENT_INTERLEAVE), 1);
    set(z, many, IPPROTO_SCTP, ROAM_SCTP_FRAGMENT_INTERLEAVE, 2, 0);
    assert_int_equal(get(z, many, ROAM_SCTP_FRAGMENT_INTERLEAVE), 2);
    set(z, many, IPPROTO_SCTP, ROAM_SCTP_FRAGMENT_INTERLEAVE, 3, EINVAL);
    set(z, many, IPPROTO_SCTP, ROAM_SCTP_PARTIAL_DELIVERY_POINT, 262145, EINVAL);
    set(z, many, IPPROTO_SCTP, ROAM_SCTP_PARTIAL_DELIVERY_POINT, 5000, 0);
    assert_int_equal(get(z, many, ROAM_SCTP_PARTIAL_DELIVERY_POINT), 5000);
    set(z, p->sd[Z], IPPROTO_SCTP, ROAM_SCTP_PARTIAL_DELIVERY_POINT, 65537, EINVAL);
    set(z, p->sd[Z], IPPROTO_SCTP, ROAM_SCTP_PARTIAL_DELIVERY_POINT, 5000, 0);
    struct roam_sctp_rcvinfo info = {0};
    unsigned reads;
    roam_sctp_send(p->host[A], p->sd[A], out, 30000, 0);
    assert_int_equal(read_whole(p, sizeof in, &reads, &info), 30000);
    assert_true(reads > 1);
}

/** Its sender ends the association in the middle: parts, the word about it, then what ended it. */
static void a_message_that_does_not_go_on_says_so(void** state)
{
    struct pair* p = *state;
    for (int i = 0; i <= 1; i++)
    {
        want(p->host[Z], p->sd[Z], i ? ROAM_SCTP_ASSOC_CHANGE : ROAM_SCTP_PARTIAL_DELIVERY_EVENT);
    }
    assert_true(roam_sctp_send(p->host[A], p->sd[A], out, 300000, 0) > 0);
    await(p, Z, p->sd[Z], POLLIN);
    run(p, 100);
    struct got g = read_once(p, in, 1000);
    assert_int_equal(g.n, 1000);
    assert_false(g.flags & MSG_EOR);
    const struct linger now = {1, 0};
    roam_sctp_setsockopt(p->host[A], p->sd[A], SOL_SOCKET, SO_LINGER, &now, sizeof now);
    roam_sctp_close(p->host[A], p->sd[A]);
    run(p, 100);
    size_t got = 1000;
    while ((g = read_once(p, in, sizeof in)).n > 0 && !(g.flags & ROAM_MSG_NOTIFICATION))
    {
        assert_false(g.flags & MSG_EOR);
        got += (size_t)g.n;
    }
    assert_true(got > 50000 && got < 300000);
    const union roam_sctp_notification* n = (const void*)in;
    assert_true(g.flags & MSG_EOR);
    assert_int_equal(n->sn_header.sn_type, ROAM_SCTP_PARTIAL_DELIVERY_EVENT);
    assert_int_equal(n->sn_pdapi_event.pdapi_length, sizeof n->sn_pdapi_event);
    assert_int_equal(n->sn_pdapi_event.pdapi_indication, ROAM_SCTP_PARTIAL_DELIVERY_ABORTED);
    assert_int_equal(n->sn_pdapi_event.pdapi_stream, 0);
    assert_int_equal(n->sn_pdapi_event.pdapi_seq, 0);
    g = read_once(p, in, sizeof in);
    assert_true(g.flags & ROAM_MSG_NOTIFICATION);
    assert_int_equal(n->sn_assoc_change.sac_state, ROAM_SCTP_COMM_LOST);
}

/** A message in parts is given up by its lifetime, and another follows. */
static void give_up(struct pair* p, bool wanted)
{
    if (wanted)
    {
        want(p->host[Z], p->sd[Z], ROAM_SCTP_PARTIAL_DELIVERY_EVENT);
    }
    assert_true(roam_sctp_sendmsg(p->host[A], p->sd[A], out, 300000, NULL, 0, 0, 0, 1, 50, 0) > 0);
    assert_int_equal(roam_sctp_sendmsg(p->host[A], p->sd[A], "next", 4, NULL, 0, 0, 0, 1, 0, 0), 4);
    await(p, Z, p->sd[Z], POLLIN);
    run(p, 100); /* a buffer full, then its life is over */
    usleep(60000);
    const int64_t until = roam_host_now(p->host[A]) + 5000000000LL;
    size_t got = 0;
    bool told = false;
    struct got g = {0};
    while (!(g.flags & MSG_EOR) || (g.flags & ROAM_MSG_NOTIFICATION))
    {
        g = read_once(p, in, 70000);
        assert_true(roam_host_now(p->host[A]) < until);
        got += g.n > 0 && !(g.flags & (MSG_EOR | ROAM_MSG_NOTIFICATION)) ? (size_t)g.n : 0;
        told |= g.n > 0 && (g.flags & ROAM_MSG_NOTIFICATION);
        roam_host_step(p->host[A], 0);
        roam_host_step(p->host[Z], 1);
    }
    assert_int_equal(g.n, 4);
    assert_memory_equal(in, "next", 4);
    assert_int_equal(told, wanted);
    assert_true(got > 50000 && got < 300000);
}

static void a_message_that_is_given_up_says_so(void** state)
{
    give_up(*state, true);
}

/** The next message comes all the same. */
static void whoever_does_not_want_to_know_is_not_told(void** state)
{
    give_up(*state, false);
}

/* --- One-to-many ----------------------------------------------------------------------------- */

#define PEERS 3

/** What Z has read of the message of each association. */
struct many
{
    roam_sctp_assoc_t id[PEERS];
    size_t got[PEERS];
    bool whole[PEERS];
    unsigned turns; /**< how often a read was of another association than the one before it */
    int last;       /**< association of the last read, -1: none */
    bool between;   /**< another's came between two parts */
};

static int index_of(struct many* m, roam_sctp_assoc_t id)
{
    int i = 0;
    while (i < PEERS && m->id[i] && m->id[i] != id)
    {
        i++;
    }
    assert_true(i < PEERS);
    m->id[i] = id;
    return i;
}

static void take(struct many* m, const struct got* g)
{
    const int i = index_of(m, g->info.rcv_assoc_id);
    assert_memory_equal(in, out + m->got[i], (size_t)g->n);
    m->turns += m->last >= 0 && i != m->last;
    m->between |= m->last >= 0 && i != m->last && !m->whole[m->last];
    m->last = i;
    m->got[i] += (size_t)g->n;
    m->whole[i] = g->flags & MSG_EOR;
}

/** Three clients send a message larger than the buffer at once, to one socket of Z. */
static struct many read_from_many(struct pair* p, uint32_t level)
{
    const struct sockaddr_in z = loopback(1, 5001);
    struct many m = {.last = -1};
    int sd[PEERS];
    fill();
    p->sd[Z] = roam_sctp_socket(p->host[Z], AF_INET, SOCK_SEQPACKET | SOCK_NONBLOCK);
    set(p->host[Z], p->sd[Z], SOL_SOCKET, SO_RCVBUF, 65536, 0);
    set(p->host[Z], p->sd[Z], IPPROTO_SCTP, ROAM_SCTP_FRAGMENT_INTERLEAVE, level, 0);
    assert_int_equal(roam_sctp_bind(p->host[Z], p->sd[Z], (struct sockaddr*)&z, sizeof z), 0);
    assert_int_equal(roam_sctp_listen(p->host[Z], p->sd[Z], 1), 0);
    for (int i = 0; i < PEERS; i++)
    {
        sd[i] = roam_sctp_socket(p->host[A], AF_INET, SOCK_STREAM | SOCK_NONBLOCK);
        use_udp(p->host[A], sd[i], p->host[Z]);
        roam_sctp_connect(p->host[A], sd[i], (struct sockaddr*)&z, sizeof z);
        await(p, A, sd[i], POLLOUT);
        assert_int_equal(roam_sctp_send(p->host[A], sd[i], out, 200000, 0), 200000);
    }
    const int64_t until = roam_host_now(p->host[A]) + 10000000000LL;
    while (!m.whole[0] || !m.whole[1] || !m.whole[2])
    {
        const struct got g = read_once(p, in, 4000);
        assert_true(roam_host_now(p->host[A]) < until);
        if (g.n > 0)
        {
            take(&m, &g);
            continue;
        }
        roam_host_step(p->host[A], 0);
        roam_host_step(p->host[Z], 1);
    }
    for (int i = 0; i < PEERS; i++)
    {
        assert_int_equal(m.got[i], 200000);
    }
    return m;
}

static void with_level_0_a_message_ends_before_another_begins(void** state)
{
    const struct many m = read_from_many(*state, 0);
    assert_false(m.between);
    assert_int_equal(m.turns, PEERS - 1);
}

static void with_level_1_associations_take_turns(void** state)
{
    const struct many m = read_from_many(*state, 1);
    assert_true(m.between);
    assert_true(m.turns > 2 * PEERS);
}

/* --- The order of arrival -------------------------------------------------------------------- */

/** A notification does not wait for what comes after it, nor does it overtake what came before. */
static void a_notification_stands_where_it_came(void** state)
{
    struct pair* p = *state;
    want(p->host[Z], p->sd[Z], ROAM_SCTP_SEND_FAILED_EVENT);
    want(p->host[Z], p->sd[Z], ROAM_SCTP_SHUTDOWN_EVENT);
    for (uint8_t i = 0; i < 3; i++)
    {
        roam_sctp_send(p->host[A], p->sd[A], &i, 1, 0);
    }
    run(p, 100);
    /* what Z sends meanwhile is given up before its window has room for it */
    assert_int_equal(roam_sctp_send(p->host[Z], p->sd[Z], out, 50000, 0), 50000);
    assert_int_equal(roam_sctp_sendmsg(p->host[Z], p->sd[Z], "late", 4, NULL, 0, 0, 0, 0, 1, 0), 4);
    usleep(5000);
    roam_host_step(p->host[Z], 0);
    run(p, 100);
    for (uint8_t i = 3; i < 6; i++)
    {
        roam_sctp_send(p->host[A], p->sd[A], &i, 1, 0);
    }
    run(p, 100);
    roam_sctp_shutdown(p->host[A], p->sd[A], SHUT_WR);
    for (int i = 0; i < 40; i++) /* it goes behind the acknowledgement, which waits for 200 ms */
    {
        usleep(10000);
        run(p, 10);
    }
    uint8_t next = 0;
    unsigned failed = 0;
    bool over = false;
    for (struct got g; !over && (g = read_once(p, in, sizeof in)).n > 0;)
    {
        const union roam_sctp_notification* n = (const void*)in;
        if (!(g.flags & ROAM_MSG_NOTIFICATION))
        {
            assert_int_equal(in[0], next++);
        }
        else if (n->sn_header.sn_type == ROAM_SCTP_SHUTDOWN_EVENT)
        {
            assert_int_equal(next, 6);
            over = true;
        }
        else
        {
            assert_int_equal(next, 3);
            assert_int_equal(n->sn_header.sn_type, ROAM_SCTP_SEND_FAILED_EVENT);
            failed++;
        }
    }
    assert_true(over);
    assert_int_equal(failed, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        NARROW(a_message_larger_than_the_buffer_comes_steadily),
        NARROW(the_options_are_those_of_rfc_6458),
        NARROW(a_message_that_does_not_go_on_says_so),
        NARROW(a_message_that_is_given_up_says_so),
        NARROW(whoever_does_not_want_to_know_is_not_told),
        READY(with_level_0_a_message_ends_before_another_begins),
        READY(with_level_1_associations_take_turns),
        CONNECTED(a_notification_stands_where_it_came),
    };
    return cmocka_run_group_tests_name("host-receive", tests, NULL, NULL);
}

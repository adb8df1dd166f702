/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages that may be given up and whose fast retransmission is lost as well: RFC 9260 section
 * 7.2.4 has no second one, and T3 is far away for a short life. */
#include "sctp-partial-net.h"

/* --- One chunk that is lost again and again ------------------------------------------------- */

/** What the network does to one chunk. */
struct victim
{
    uint32_t tsn;
    unsigned left; /**< transmissions to lose */
};

static struct net_fate lose_victim(struct net* n, int from, const struct roam_packet* p)
{
    struct victim* v = n->user;
    struct sctp_chunk_view c;
    for (size_t at = 0; from == A && (at = sctp_view_chunk(p->data, p->len, at, &c));)
    {
        if (c.type == SCTP_C_DATA && c.tsn == v->tsn && v->left > 0)
        {
            v->left--;
            return (struct net_fate){.copies = 0};
        }
    }
    return (struct net_fate){.copies = 1};
}

/**
 * Message 1, of the policy given, is lost with its first retransmission; 2 to 9 follow a
 * millisecond apart, 20 ms later 10 to 14. A round trip is 10 ms, T3 has a second. All are reliable
 * but 2, whose life ends on its way.
 */
static struct net* lost_twice(const struct sctp_config* config, enum sctp_policy policy,
                              int64_t limit)
{
    static struct victim v;
    struct net* n = open_net(config);
    n->delay = 5 * ROAM_MS;
    for (uint64_t i = 0; i < 40; i++) /* a window wide enough */
    {
        send_one(n, i, SCTP_RELIABLE, 0, 1400);
    }
    net_run_for(n, ROAM_SEC);
    hear(n, NULL, 0);
    v = (struct victim){.tsn = sctp_by_id(n->ep[A], n->id[A])->next_tsn, .left = 2};
    n->user = &v;
    n->fate = lose_victim;
    send_one(n, 1, policy, limit, 1000);
    for (uint64_t i = 2; i <= 14; i++)
    {
        net_run_for(n, i == 10 ? 20 * ROAM_MS : ROAM_MS);
        send_one(n, i, i == 2 ? SCTP_TIMED : SCTP_RELIABLE, ROAM_MS, 1000);
    }
    net_run_for(n, 15 * ROAM_MS);
    assert_int_equal(v.left, 0);
    assert_int_equal(status(n, A).data_chunks_retransmitted, 1);
    books_are_right(n, A);
    return n;
}

static void hears_two_to_fourteen(struct net* n)
{
    const uint32_t want[] = {2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14};
    hears_just(n, want, 13);
}

/** At the latest when it is lost for the second time. */
static void what_has_expired_when_it_is_lost_again_is_given_up_without_t3(void** state)
{
    (void)state;
    struct net* n = lost_twice(NULL, SCTP_TIMED, 25 * ROAM_MS); /* retransmitted after 14 ms */
    net_run_for(n, 20 * ROAM_MS);
    assert_int_equal(n->failed[A], 1);
    assert_true(n->failures[A][0].u.failed.sent);
    hears_two_to_fourteen(n);
    assert_int_equal(path(n, A).rto, ROAM_SEC); /* no T3 */
    all_is_quiet(n);
    net_free(n);
}

static void what_is_lost_again_is_given_up_at_the_end_of_its_life(void** state)
{
    (void)state;
    struct net* n = lost_twice(NULL, SCTP_TIMED, 200 * ROAM_MS);
    const roam_time sent = n->now - 47 * ROAM_MS;
    net_run(n, sent + 199 * ROAM_MS);
    assert_int_equal(n->failed[A], 0);
    assert_int_equal(hear(n, NULL, 0), 0);
    net_run(n, sent + 200 * ROAM_MS + n->delay);
    assert_int_equal(n->failed[A], 1);
    hears_two_to_fourteen(n);
    net_run_for(n, 20 * ROAM_MS);
    assert_int_equal(path(n, A).rto, ROAM_SEC);
    all_is_quiet(n);
    net_free(n);
}

static void a_second_loss_ends_what_may_be_retransmitted_once(void** state)
{
    (void)state;
    struct net* n = lost_twice(NULL, SCTP_RTX, 1);
    net_run_for(n, 20 * ROAM_MS);
    assert_int_equal(n->failed[A], 1);
    hears_two_to_fourteen(n);
    assert_int_equal(path(n, A).rto, ROAM_SEC);
    all_is_quiet(n);
    net_free(n);
}

/** What must or may still arrive is retransmitted by T3, and not before (7.2.4 rule 5). */
static void what_is_not_given_up_waits_for_t3(void** state)
{
    (void)state;
    const struct
    {
        enum sctp_policy policy;
        int64_t limit;
        bool pr;
    } cases[] = {
        {SCTP_RELIABLE, 0, true},
        {SCTP_TIMED, 10 * ROAM_SEC, true},
        {SCTP_RTX, 2, true},
        {SCTP_TIMED, 200 * ROAM_MS, false}, /* committed with its transmission */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
    {
        struct sctp_config c;
        sctp_config_default(&c);
        c.pr = cases[i].pr;
        struct net* n = lost_twice(&c, cases[i].policy, cases[i].limit);
        net_run_for(n, 800 * ROAM_MS);
        assert_int_equal(hear(n, NULL, 0), 0);
        net_run_for(n, 2 * ROAM_SEC);
        assert_int_equal(n->failed[A], 0);
        assert_int_equal(hear(n, NULL, 0), 14);
        assert_int_equal(status(n, A).data_chunks_retransmitted, 2);
        all_is_quiet(n);
        net_free(n);
    }
}

/* --- A stream of short lives over a bad wire ------------------------------------------------- */

static struct net_fate one_in_twenty_is_lost(struct net* n, int from, const struct roam_packet* p)
{
    (void)from;
    (void)p;
    return (struct net_fate){.copies = roam_rng_u32(n->user) % 20 != 0};
}

/** Half a second of ten messages a millisecond that live for 20; returns how many arrive. */
static size_t arrive_of_5000(uint64_t seed)
{
    struct roam_rng rng = roam_rng_seed(seed);
    struct sctp_config c;
    sctp_config_default(&c);
    c.rto_min = 100 * ROAM_MS;
    struct net* n = net_new_seed(&c, seed);
    n->delay = ROAM_MS / 20;
    n->reading[Z] = false;
    net_connect(n);
    net_run_for(n, 10 * ROAM_MS);
    n->user = &rng;
    n->fate = one_in_twenty_is_lost;
    size_t heard = 0;
    for (uint64_t i = 0; i < 5000; i++)
    {
        const struct sctp_message_info info = {
            .policy = SCTP_TIMED, .limit = 20 * ROAM_MS, .context = i};
        say(n, &info, 1000);
        if (i % 10 == 9)
        {
            net_run_for(n, ROAM_MS);
            heard += hear(n, NULL, 0);
        }
    }
    net_run_for(n, 10 * ROAM_SEC);
    heard += hear(n, NULL, 0);
    net_free(n);
    return heard;
}

/** A loss holds the stream up for a life, and not for T3, which fills the peer's window. */
static void nine_in_ten_arrive_over_a_wire_that_loses_one_in_twenty(void** state)
{
    (void)state;
    size_t heard = 0;
    for (uint64_t seed = 1; seed <= 8; seed++)
    {
        heard += arrive_of_5000(seed);
    }
    assert_in_range(heard, 8 * 4500, 8 * 5000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_has_expired_when_it_is_lost_again_is_given_up_without_t3),
        cmocka_unit_test(what_is_lost_again_is_given_up_at_the_end_of_its_life),
        cmocka_unit_test(a_second_loss_ends_what_may_be_retransmitted_once),
        cmocka_unit_test(what_is_not_given_up_waits_for_t3),
        cmocka_unit_test(nine_in_ten_arrive_over_a_wire_that_loses_one_in_twenty),
    };
    return cmocka_run_group_tests_name("sctp-partial-life", tests, NULL, NULL);
}

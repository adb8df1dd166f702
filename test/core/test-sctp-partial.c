/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Partial reliability, the sender's side: who uses it, and when a message is given up (RFC 3758
 * sections 3.3 and 4.1, RFC 7496). */
#include "sctp-partial-net.h"

/* --- Negotiation, section 3.3 ---------------------------------------------------------------- */

static void it_is_used_when_both_ends_offer_it(void** state)
{
    (void)state;
    for (int offers = 0; offers < 4; offers++)
    {
        struct net* n = net_new(NULL);
        for (int end = A; end <= Z; end++)
        {
            struct sctp_config c;
            sctp_configuration(n->ep[end], 0, &c);
            assert_true(c.pr);
            c.pr = offers >> end & 1;
            assert_int_equal(sctp_configure(n->ep[end], 0, &c), ROAM_OK);
        }
        net_connect(n);
        net_run_for(n, ROAM_SEC);
        assert_int_equal(status(n, A).pr, offers == 3);
        assert_int_equal(status(n, Z).pr, offers == 3);
        /* section 3.3.2: who does not know the parameter reports it */
        assert_int_equal(net_count(n, A, "ERROR"), offers == 1 << Z);
        net_free(n);
    }
}

static bool has_param(const struct roam_packet* p, uint16_t type, uint16_t inner)
{
    struct roam_reader r = roam_reader(p->data + 12, p->len - 12);
    struct sctp_chunk c;
    struct sctp_param param;
    assert_true(sctp_next_chunk(&r, &c));
    r = roam_reader(c.body + 16, c.body_len - 16);
    while (sctp_next_param(&r, &param))
    {
        if (param.type == type && (inner == 0 || roam_get16(param.value) == inner))
        {
            return true;
        }
    }
    return false;
}

static void the_init_offers_it_and_a_server_without_it_says_so(void** state)
{
    (void)state;
    struct net* n = net_new(NULL);
    struct sctp_config c;
    struct roam_packet p;
    sctp_configuration(n->ep[Z], 0, &c);
    c.pr = false;
    sctp_configure(n->ep[Z], 0, &c);
    net_connect(n);
    assert_true(sctp_poll_packet(n->ep[A], &p, n->now));
    assert_true(has_param(&p, 0xc000, 0));
    sctp_recv(n->ep[Z], &p, n->now);
    assert_true(sctp_poll_packet(n->ep[Z], &p, n->now));
    assert_false(has_param(&p, 0xc000, 0));
    assert_true(has_param(&p, SCTP_P_UNRECOGNIZED, 0xc000));
    net_free(n);
}

static void without_it_a_message_is_reliable_from_its_first_part_on(void** state)
{
    (void)state;
    struct sctp_config c;
    sctp_config_default(&c);
    c.pr = false;
    struct net* n = open_net(&c);
    net_cut(n, &z1);
    send_one(n, 1, SCTP_TIMED, 10 * ROAM_MS, 1000);
    send_one(n, 2, SCTP_RTX, 0, 1000);
    send_one(n, 3, SCTP_PRIO, 9, 1000);
    net_run_for(n, 5 * ROAM_SEC);
    net_heal(n);
    net_run_for(n, 60 * ROAM_SEC);
    const uint32_t want[] = {1, 2, 3};
    hears_just(n, want, 3);
    assert_int_equal(n->failed[A], 0);
    assert_int_equal(net_count(n, A, "FORWARD-TSN"), 0);
    net_free(n);
}

static void without_it_a_message_that_was_never_sent_still_expires(void** state)
{
    (void)state;
    struct sctp_config c;
    sctp_config_default(&c);
    c.pr = false;
    struct net* n = open_net(&c);
    net_cut(n, &z1);
    for (uint64_t i = 0; i < 20; i++)
    {
        send_one(n, i, SCTP_TIMED, 500 * ROAM_MS, 1000); /* the window takes four */
    }
    net_run_for(n, 600 * ROAM_MS);
    assert_int_equal(n->failed[A], 16);
    assert_int_equal(n->failures[A][0].u.failed.context, 4);
    assert_false(n->failures[A][0].u.failed.sent);
    net_heal(n);
    net_run_for(n, 60 * ROAM_SEC);
    const uint32_t want[] = {0, 1, 2, 3};
    hears_just(n, want, 4);
    send_one(n, 77, SCTP_RELIABLE, 0, 100); /* no hole in the stream */
    net_run_for(n, ROAM_SEC);
    const uint32_t last[] = {77};
    hears_just(n, last, 1);
    all_is_quiet(n);
    net_free(n);
}

/* --- Policies -------------------------------------------------------------------------------- */

/** TR3: no TSN for it, no FORWARD TSN, no hole in the stream; and the user hears at once. */
static void a_message_that_expires_before_it_is_sent_leaves_no_trace(void** state)
{
    (void)state;
    struct net* n = net_new(NULL);
    n->reading[Z] = false;
    n->drop = 1; /* A -> INIT is lost: T1 takes a second */
    net_connect(n);
    send_one(n, 1, SCTP_TIMED, 300 * ROAM_MS, 100);
    send_one(n, 2, SCTP_RELIABLE, 0, 100);
    net_run_for(n, 299 * ROAM_MS);
    assert_int_equal(n->failed[A], 0);
    net_run_for(n, ROAM_MS);
    assert_int_equal(n->failed[A], 1);
    assert_int_equal(n->failures[A][0].u.failed.context, 1);
    assert_int_equal(n->failures[A][0].u.failed.why, SCTP_TIMED);
    assert_int_equal(status(n, A).abandoned_unsent, 1);
    assert_int_equal(status(n, A).unsent, 100);
    net_run_for(n, 5 * ROAM_SEC);
    const uint32_t want[] = {2};
    hears_just(n, want, 1);
    assert_int_equal(net_count(n, A, "FORWARD-TSN"), 0);
    all_is_quiet(n);
    net_free(n);
}

/** TR4, C1 to C3. */
static void a_message_that_expires_on_the_way_is_skipped_and_what_waits_is_delivered(void** state)
{
    (void)state;
    struct net* n = open_net(NULL);
    n->drop_number = (int)n->sent;
    send_one(n, 1, SCTP_TIMED, 100 * ROAM_MS, 1000); /* A -> DATA 1 /lost/ */
    net_poll(n);
    send_one(n, 2, SCTP_RELIABLE, 0, 1000); /* A -> DATA 2 -> Z, A <- SACK 0, gap <- Z */
    net_run_for(n, 900 * ROAM_MS);
    assert_int_equal(hear(n, NULL, 0), 0); /* behind message 1 */
    assert_int_equal(n->failed[A], 0);
    net_run_for(n, 200 * ROAM_MS); /* T3; A -> FORWARD-TSN 1 -> Z */
    const uint32_t want[] = {2};
    hears_just(n, want, 1);
    assert_int_equal(n->failed[A], 1);
    assert_true(n->failures[A][0].u.failed.sent);
    assert_int_equal(n->failures[A][0].u.failed.context, 1);
    assert_int_equal(status(n, A).abandoned_sent, 1);
    assert_int_equal(status(n, A).data_chunks_retransmitted, 0);
    net_run_for(n, ROAM_SEC);
    assert_int_equal(net_count(n, A, "FORWARD-TSN"), 1);
    assert_false(roam_timer_running(&sctp_by_id(n->ep[A], n->id[A])->paths[0]->t3));
    all_is_quiet(n);
    net_free(n);
}

/** TR2: until then it is like any other. */
static void a_message_within_its_lifetime_is_retransmitted(void** state)
{
    (void)state;
    struct net* n = open_net(NULL);
    n->drop_number = (int)n->sent;
    send_one(n, 1, SCTP_TIMED, 10 * ROAM_SEC, 1000);
    net_run_for(n, 60 * ROAM_SEC);
    const uint32_t want[] = {1};
    hears_just(n, want, 1);
    assert_int_equal(n->failed[A], 0);
    net_free(n);
}

static void retransmissions_are_limited_to_the_number_given(void** state)
{
    (void)state;
    for (int64_t limit = 0; limit < 4; limit++)
    {
        struct net* n = open_net(NULL);
        net_cut(n, &z1);
        send_one(n, 1, SCTP_RTX, limit, 1000);
        net_run_for(n, 40 * ROAM_SEC);
        net_heal(n);
        net_run_for(n, 300 * ROAM_SEC);
        assert_int_equal(status(n, A).data_chunks_retransmitted, limit);
        assert_int_equal(n->failed[A], 1);
        assert_int_equal(n->failures[A][0].u.failed.why, SCTP_RTX);
        assert_int_equal(hear(n, NULL, 0), 0);
        assert_int_equal(path(n, A).errors, 0);
        all_is_quiet(n);
        net_free(n);
    }
}

/** Section 3.5 F5, and A2: the loss counts for the window, the skipped chunk does not. */
static void fast_retransmit_abandons_and_halves_the_window(void** state)
{
    (void)state;
    struct net* n = open_net(NULL);
    for (uint64_t i = 0; i < 60; i++)
    {
        send_one(n, i, SCTP_RTX, 0, 1000);
        net_run_for(n, 20 * ROAM_MS);
    }
    for (uint64_t i = 0; i < 100; i++)
    {
        send_one(n, i, SCTP_RTX, 0, 1000);
    }
    net_run_for(n, ROAM_SEC);
    hear(n, NULL, 0);
    const struct sctp_path_status before = path(n, A);
    assert_true(before.cwnd > 10000);
    n->drop_number = (int)n->sent;
    for (uint64_t i = 0; i < 6; i++)
    {
        send_one(n, i, SCTP_RTX, 0, 1000);
        net_poll(n);
    }
    net_run_for(n, 500 * ROAM_MS);
    assert_int_equal(path(n, A).cwnd, before.cwnd / 2);
    assert_int_equal(n->failed[A], 1);
    const uint32_t want[] = {1, 2, 3, 4, 5};
    hears_just(n, want, 5);
    assert_int_equal(status(n, A).data_chunks_retransmitted, 0);
    all_is_quiet(n);
    net_free(n);
}

static void a_timeout_abandons_and_closes_the_window(void** state)
{
    (void)state;
    struct net* n = open_net(NULL);
    n->drop_number = (int)n->sent;
    send_one(n, 1, SCTP_RTX, 0, 1000);
    net_run_for(n, 1500 * ROAM_MS);
    assert_int_equal(n->failed[A], 1);
    assert_in_range(path(n, A).cwnd, 1000, 1500); /* one MTU, and no credit for what was skipped */
    all_is_quiet(n);
    net_free(n);
}

/** TR3 holds for each message of a packet, not for the first alone. */
static void a_message_that_expires_behind_another_is_not_sent(void** state)
{
    (void)state;
    struct net* n = open_net(NULL);
    struct watched seen = {0};
    send_one(n, 1, SCTP_RELIABLE, 0, 100);
    send_one(n, 2, SCTP_TIMED, 1 * ROAM_MS, 100);
    n->now += 2 * ROAM_MS; /* the host is late */
    watch(n, &seen, true);
    assert_int_equal(status(n, A).data_chunks_sent, 1);
    sctp_expire(n->ep[A], n->now);
    net_run_for(n, ROAM_SEC);
    const uint32_t want[] = {1};
    hears_just(n, want, 1);
    net_free(n);
}

/** Fragments in flight while the rest of their message expires, the first of them lost if asked. */
static struct net* abandoned_in_flight(bool lose_first, struct sctp_path_status* before)
{
    struct net* n = open_net(NULL);
    *before = path(n, A);
    n->drop_number = lose_first ? (int)n->sent : -1;
    send_one(n, 1, SCTP_TIMED, 5 * ROAM_MS, 60000);
    net_run_for(n, 6 * ROAM_MS);
    assert_int_equal(n->failed[A], 1);
    assert_int_equal(path(n, A).outstanding, 0); /* A2 */
    books_are_right(n, A);
    net_run_for(n, 900 * ROAM_MS);
    all_is_quiet(n);
    return n;
}

/** A2: no credit to cwnd, though the window is full when its SACK comes. */
static void what_is_abandoned_in_flight_does_not_open_the_window(void** state)
{
    (void)state;
    struct net* n = open_net(NULL);
    const uint32_t cwnd = path(n, A).cwnd;
    send_one(n, 1, SCTP_TIMED, 5 * ROAM_MS, 60000);
    net_run_for(n, 6 * ROAM_MS);
    send_one(n, 2, SCTP_RELIABLE, 0, 60000);
    net_run_for(n, ROAM_MS);
    assert_in_range(path(n, A).outstanding, cwnd, 2 * cwnd);
    const unsigned sacks = net_count(n, Z, "SACK");
    net_run_for(n, 16 * ROAM_MS); /* the SACKs for what was abandoned, no others */
    assert_true(net_count(n, Z, "SACK") > sacks);
    assert_int_equal(path(n, A).cwnd, cwnd);
    net_run_for(n, 60 * ROAM_SEC);
    assert_true(path(n, A).cwnd > cwnd);
    all_is_quiet(n);
    net_free(n);
}

/** And its TSN times nothing: the next one does. */
static void what_is_abandoned_in_flight_is_no_measurement(void** state)
{
    (void)state;
    struct sctp_path_status before;
    struct net* n = abandoned_in_flight(false, &before);
    assert_int_equal(path(n, A).ssthresh, before.ssthresh);
    const roam_time srtt = path(n, A).srtt;
    n->delay = 100 * ROAM_MS;
    send_one(n, 2, SCTP_RELIABLE, 0, 100);
    net_run_for(n, ROAM_SEC);
    assert_true(path(n, A).srtt > srtt); /* round trips are measured as before */
    net_free(n);
}

/** F5: three reports of what would have been retransmitted close the window all the same. */
static void what_is_lost_and_abandoned_in_flight_counts_as_congestion(void** state)
{
    (void)state;
    struct sctp_path_status before;
    struct net* n = abandoned_in_flight(true, &before);
    assert_true(path(n, A).ssthresh < before.ssthresh);
    assert_int_equal(path(n, A).cwnd, path(n, A).ssthresh);
    assert_int_equal(path(n, A).rto, before.rto); /* by the reports, not by T3 */
    net_free(n);
}

/** A3. */
static void all_fragments_of_a_message_are_abandoned_together(void** state)
{
    (void)state;
    for (int lost = 0; lost < 4; lost++)
    {
        struct net* n = open_net(NULL);
        n->drop_number = (int)n->sent + lost;
        send_one(n, 1, SCTP_RTX, 0, 5000); /* four fragments */
        send_one(n, 2, SCTP_RELIABLE, 0, 100);
        net_run_for(n, 10 * ROAM_SEC);
        const uint32_t want[] = {2};
        hears_just(n, want, 1);
        assert_int_equal(n->failed[A], 1);
        assert_int_equal(status(n, A).abandoned_sent, 1);
        assert_int_equal(status(n, A).data_chunks_retransmitted, 0);
        assert_int_equal(status(n, A).peer_rwnd, 262144 - 100); /* Z has let all go but that */
        all_is_quiet(n);
        net_free(n);
    }
}

static void a_message_whose_end_was_never_sent_is_abandoned_whole(void** state)
{
    (void)state;
    struct net* n = open_net(NULL);
    send_one(n, 1, SCTP_TIMED, 15 * ROAM_MS, 60000); /* the window takes four of 42 fragments */
    net_run_for(n, 30 * ROAM_MS);                    /* and the peer has them all */
    send_one(n, 2, SCTP_RELIABLE, 0, 100);
    net_run_for(n, 10 * ROAM_SEC);
    const uint32_t want[] = {2};
    hears_just(n, want, 1);
    assert_int_equal(n->failed[A], 1);
    assert_true(n->failures[A][0].u.failed.sent);
    assert_in_range(status(n, A).data_chunks_sent, 5, 20);
    all_is_quiet(n);
    net_free(n);
}

/** The same when all that was sent of it has been acknowledged, and nothing else is under way. */
static void a_message_that_waits_for_a_path_expires_with_nothing_in_flight(void** state)
{
    (void)state;
    struct net* n = open_net(NULL);
    send_one(n, 7, SCTP_RELIABLE, 0, 100); /* the very first DATA is acknowledged out of step */
    net_run_for(n, ROAM_SEC);
    send_one(n, 1, SCTP_TIMED, 300 * ROAM_MS, 60000);
    net_run_for(n, 19 * ROAM_MS);
    net_lose(n, A, &a1);
    for (; n->n_flying > 0; n->n_flying--) /* the SACKs are in the host's queue at that moment */
    {
        struct net_packet* f = &n->flying[n->n_flying - 1];
        sctp_recv(n->ep[A], &f->p, n->now);
        free(f->bytes);
    }
    net_run_for(n, 280 * ROAM_MS);
    assert_int_equal(n->failed[A], 0);
    assert_int_equal(status(n, A).outstanding, 0); /* the first four fragments are acknowledged */
    net_run_for(n, ROAM_MS);
    assert_int_equal(n->failed[A], 1);
    assert_true(n->failures[A][0].u.failed.sent);
    assert_int_equal(status(n, A).unsent, 0);
    books_are_right(n, A);
    net_gain(n, A, &a1);
    send_one(n, 2, SCTP_RELIABLE, 0, 100);
    net_run_for(n, 30 * ROAM_SEC);
    const uint32_t want[] = {7, 2};
    hears_just(n, want, 2);
    all_is_quiet(n);
    net_free(n);
}

static void limits_out_of_range_are_refused(void** state)
{
    (void)state;
    struct net* n = open_net(NULL);
    const struct sctp_message_info wrong[] = {
        {.policy = SCTP_TIMED, .limit = 0},          {.policy = SCTP_TIMED, .limit = -1},
        {.policy = SCTP_RTX, .limit = -1},           {.policy = SCTP_PRIO, .limit = -1},
        {.policy = (enum sctp_policy)4, .limit = 1},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
    {
        assert_int_equal(say(n, &wrong[i], 10), ROAM_EINVAL);
    }
    const struct sctp_message_info longest = {.policy = SCTP_TIMED, .limit = INT64_MAX};
    assert_int_equal(say(n, &longest, 10), ROAM_OK);
    net_run_for(n, 60 * ROAM_SEC);
    assert_int_equal(hear(n, NULL, 0), 1);
    net_free(n);
}

/* --- Priority, RFC 7496 section 3.2 ---------------------------------------------------------- */

static struct net* full_of_priorities(void)
{
    struct sctp_config c;
    sctp_config_default(&c);
    c.send_buffer = 20000;
    struct net* n = open_net(&c);
    net_cut(n, &z1);
    for (uint64_t i = 0; i < 20; i++)
    {
        send_one(n, i, SCTP_PRIO, 1 + (int64_t)(i % 4), 1000); /* 0 to 3 fly */
        net_poll(n);
    }
    assert_int_equal(sctp_send_room(n->ep[A], n->id[A]), 0);
    return n;
}

static void a_more_important_message_takes_the_room_of_the_least_important(void** state)
{
    (void)state;
    struct net* n = full_of_priorities();
    send_one(n, 100, SCTP_PRIO, 2, 2500);
    net_poll(n);
    assert_int_equal(n->failed[A], 3);
    for (int i = 0; i < 3; i++)
    {
        const uint64_t want[] = {7, 11, 15}; /* of priority 4, the oldest first */
        assert_int_equal(n->failures[A][i].u.failed.context, want[i]);
        assert_int_equal(n->failures[A][i].u.failed.why, SCTP_PRIO);
        assert_false(n->failures[A][i].u.failed.sent);
    }
    books_are_right(n, A);
    send_one(n, 101, SCTP_RELIABLE, 0, 4000); /* above all: 19 first, then priority 3 */
    net_poll(n);
    assert_int_equal(n->failed[A], 7);
    assert_int_equal(n->failures[A][3].u.failed.context, 19);
    assert_int_equal(n->failures[A][4].u.failed.context, 6);
    assert_int_equal(status(n, A).abandoned_unsent, 7);
    net_heal(n);
    net_run_for(n, 60 * ROAM_SEC);
    const uint32_t want[] = {0, 1, 2, 3, 4, 5, 8, 9, 12, 13, 16, 17, 18, 100, 101};
    hears_just(n, want, 15);
    all_is_quiet(n);
    net_free(n);
}

static void no_message_yields_to_one_that_is_not_more_important_or_does_not_fit(void** state)
{
    (void)state;
    struct net* n = full_of_priorities();
    const struct sctp_message_info equal = {.policy = SCTP_PRIO, .limit = 4};
    const struct sctp_message_info third = {.policy = SCTP_PRIO, .limit = 3};
    assert_int_equal(say(n, &equal, 1000), ROAM_EAGAIN);
    assert_int_equal(say(n, &third, 4001), ROAM_EAGAIN); /* four of priority 4 wait unsent */
    net_poll(n);
    assert_int_equal(n->failed[A], 0);
    assert_int_equal(say(n, &third, 4000), ROAM_OK);
    net_poll(n);
    assert_int_equal(n->failed[A], 4);
    books_are_right(n, A);
    net_free(n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_used_when_both_ends_offer_it),
        cmocka_unit_test(the_init_offers_it_and_a_server_without_it_says_so),
        cmocka_unit_test(without_it_a_message_is_reliable_from_its_first_part_on),
        cmocka_unit_test(without_it_a_message_that_was_never_sent_still_expires),
        cmocka_unit_test(a_message_that_expires_before_it_is_sent_leaves_no_trace),
        cmocka_unit_test(a_message_that_expires_on_the_way_is_skipped_and_what_waits_is_delivered),
        cmocka_unit_test(a_message_within_its_lifetime_is_retransmitted),
        cmocka_unit_test(retransmissions_are_limited_to_the_number_given),
        cmocka_unit_test(fast_retransmit_abandons_and_halves_the_window),
        cmocka_unit_test(a_timeout_abandons_and_closes_the_window),
        cmocka_unit_test(a_message_that_expires_behind_another_is_not_sent),
        cmocka_unit_test(what_is_abandoned_in_flight_does_not_open_the_window),
        cmocka_unit_test(what_is_abandoned_in_flight_is_no_measurement),
        cmocka_unit_test(what_is_lost_and_abandoned_in_flight_counts_as_congestion),
        cmocka_unit_test(all_fragments_of_a_message_are_abandoned_together),
        cmocka_unit_test(a_message_whose_end_was_never_sent_is_abandoned_whole),
        cmocka_unit_test(a_message_that_waits_for_a_path_expires_with_nothing_in_flight),
        cmocka_unit_test(limits_out_of_range_are_refused),
        cmocka_unit_test(a_more_important_message_takes_the_room_of_the_least_important),
        cmocka_unit_test(no_message_yields_to_one_that_is_not_more_important_or_does_not_fit),
    };
    return cmocka_run_group_tests_name("sctp-partial", tests, NULL, NULL);
}

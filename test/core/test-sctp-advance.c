/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Partial reliability, the sender's side: FORWARD TSN for what was abandoned (RFC 3758
 * section 3.5).
 */
#include "sctp-partial-net.h"

/** C5, A5. */
static void a_forward_tsn_that_is_lost_is_sent_again(void** state)
{
    (void)state;
    for (int losses = 1; losses <= 3; losses++)
    {
        struct net* n = open_net(NULL);
        net_cut(n, &z1);
        send_one(n, 1, SCTP_RTX, 0, 1000);
        /* T3 at 1 s: abandoned; FORWARD TSN at 1, 3, 7 s /lost/ */
        net_run_for(n, (((roam_time)1 << losses) - 1) * ROAM_SEC + 500 * ROAM_MS);
        assert_int_equal(net_count(n, A, "FORWARD-TSN"), losses);
        assert_int_equal(path(n, A).errors, losses);
        net_heal(n);
        net_run_for(n, ((roam_time)1 << losses) * ROAM_SEC);
        assert_int_equal(path(n, A).errors, 0); /* its answer is an answer of the path */
        net_run_for(n, 60 * ROAM_SEC);
        assert_int_equal(net_count(n, A, "FORWARD-TSN"), losses + 1);
        assert_int_equal(n->failed[A], 1);
        assert_int_equal(path(n, A).errors, 0);
        all_is_quiet(n);
        net_free(n);
    }
}

/** R1 of RFC 9260 section 6.3.2: T3 runs already. */
static void new_data_does_not_put_off_a_forward_tsn_that_waits_for_t3(void** state)
{
    (void)state;
    struct net* n = open_net(NULL);
    net_cut(n, &z1);
    send_one(n, 1, SCTP_RTX, 0, 1000);
    net_run_for(n, 1500 * ROAM_MS); /* abandoned at 1 s, FORWARD TSN /lost/ */
    assert_int_equal(net_count(n, A, "FORWARD-TSN"), 1);
    const roam_time due = sctp_next_expiry(n->ep[A]);
    send_one(n, 2, SCTP_RELIABLE, 0, 1000);
    net_run_for(n, ROAM_MS);
    assert_int_equal(path(n, A).outstanding, 1000);
    assert_int_equal(sctp_next_expiry(n->ep[A]), due);
    net_free(n);
}

static void a_peer_that_never_answers_a_forward_tsn_is_given_up(void** state)
{
    (void)state;
    struct net* n = open_net(NULL);
    net_cut(n, &z1);
    send_one(n, 1, SCTP_RTX, 0, 1000);
    net_run_for(n, 2000 * ROAM_SEC);
    assert_int_equal(n->why[A], SCTP_LOST_RETRANS);
    assert_int_equal(n->failed[A], 1); /* once, not again at the end */
    assert_int_equal(sctp_next_expiry(n->ep[A]), ROAM_NEVER);
    net_free(n);
}

/** F2: it rides with data, ahead of it. */
static void a_forward_tsn_is_bundled_with_data(void** state)
{
    (void)state;
    struct net* n = open_net(NULL);
    net_cut(n, &z1);
    for (uint64_t i = 0; i < 9; i++)
    {
        send_one(n, i, SCTP_RTX, 0, 1000); /* the window takes five */
    }
    net_run_for(n, 900 * ROAM_MS);
    net_heal(n);
    net_run_for(n, 10 * ROAM_SEC);
    bool together = false;
    for (size_t i = 0; i < n->n_log; i++)
    {
        together |= strcmp(n->log[i], "A -> FORWARD-TSN DATA") == 0;
    }
    assert_true(together);
    all_is_quiet(n);
    net_free(n);
}

/** C3 with F2's note: SACKs that were under way do not make it come again and again. */
static void a_forward_tsn_is_not_repeated_within_a_round_trip(void** state)
{
    (void)state;
    struct net* n = open_net(NULL);
    n->delay = 200 * ROAM_MS;
    for (uint64_t i = 0; i < 100; i++)
    {
        send_one(n, i, SCTP_RTX, 0, 1000);
    }
    net_run_for(n, 20 * ROAM_SEC);
    hear(n, NULL, 0);
    n->drop_number = (int)n->sent;
    for (uint64_t i = 0; i < 12; i++)
    {
        send_one(n, i, SCTP_RTX, 0, 1000);
        net_run_for(n, ROAM_MS);
    }
    net_run_for(n, 20 * ROAM_SEC);
    assert_int_equal(net_count(n, A, "FORWARD-TSN"), 1);
    all_is_quiet(n);
    net_free(n);
}

/** C4: each stream once, with its highest number; nothing for unordered messages. */
static void a_forward_tsn_names_each_stream_once(void** state)
{
    (void)state;
    struct net* n = open_net(NULL);
    struct watched seen = {0};
    const uint16_t streams[] = {3, 5, 3, 7, 3};
    for (int i = 0; i < 5; i++)
    {
        const struct sctp_message_info info = {
            .stream = streams[i], .unordered = streams[i] == 7, .policy = SCTP_RTX};
        assert_int_equal(say(n, &info, 100), ROAM_OK);
    }
    const uint32_t first = sctp_by_id(n->ep[A], n->id[A])->next_tsn;
    watch(n, &seen, false);
    n->now = sctp_next_expiry(n->ep[A]);
    sctp_expire(n->ep[A], n->now);
    watch(n, &seen, true);
    assert_int_equal(seen.n, 1);
    assert_int_equal(seen.last.cum_tsn, first + 4);
    assert_int_equal(seen.last.flags, 0);
    assert_int_equal(seen.last.len, 8 + 2 * 4);
    assert_int_equal(roam_get32(seen.bytes + 8), 3 << 16 | 2);
    assert_int_equal(roam_get32(seen.bytes + 12), 5 << 16 | 0);
    net_run_for(n, ROAM_SEC);
    all_is_quiet(n);
    net_free(n);
}

static void an_unordered_message_is_skipped_without_a_stream(void** state)
{
    (void)state;
    struct net* n = open_net(NULL);
    struct watched seen = {0};
    const struct sctp_message_info info = {.unordered = true, .policy = SCTP_RTX};
    say(n, &info, 100);
    watch(n, &seen, false);
    n->now = sctp_next_expiry(n->ep[A]);
    sctp_expire(n->ep[A], n->now);
    watch(n, &seen, true);
    assert_int_equal(seen.last.len, 8);
    net_run_for(n, ROAM_SEC);
    all_is_quiet(n);
    net_free(n);
}

/** C4: what does not fit waits for the next one. */
static void more_streams_than_fit_into_a_packet_take_several_forward_tsns(void** state)
{
    (void)state;
    for (uint32_t mtu = 576; mtu <= 1500; mtu += 924)
    {
        struct sctp_config c;
        sctp_config_default(&c);
        c.outbound_streams = 1000;
        c.mtu = mtu;
        c.max_burst = 0;
        struct net* n = open_net(&c);
        struct watched seen = {0};
        for (uint16_t round = 0; round < 8; round++) /* opens the window */
        {
            for (uint64_t i = 0; i < 30; i++)
            {
                send_one(n, i, SCTP_RELIABLE, 0, 500);
            }
            net_run_for(n, ROAM_SEC);
        }
        hear(n, NULL, 0);
        for (uint16_t s = 1; s <= 600; s++)
        {
            const struct sctp_message_info info = {.stream = s, .policy = SCTP_RTX};
            assert_int_equal(say(n, &info, 4), ROAM_OK);
        }
        watch(n, &seen, false);
        assert_int_equal(status(n, A).unsent, 0);
        n->now = sctp_next_expiry(n->ep[A]);
        sctp_expire(n->ep[A], n->now);
        watch(n, &seen, true);
        assert_int_equal(seen.n, 1);
        assert_in_range(seen.longest, 200, mtu - 32);
        net_run_for(n, 10 * ROAM_SEC);
        assert_int_equal(net_count(n, A, "FORWARD-TSN"), mtu == 576 ? 4 : 2);
        for (uint16_t s = 1; s <= 600; s++)
        {
            const struct sctp_message_info info = {.stream = s, .context = s};
            assert_int_equal(say(n, &info, 4), ROAM_OK);
        }
        net_run_for(n, 10 * ROAM_SEC);
        assert_int_equal(hear(n, NULL, 0), 600);
        all_is_quiet(n);
        net_free(n);
    }
}

/** A with two addresses, and a FORWARD TSN that was lost on the way from the first. */
static struct net* lost_on_the_first_path(void)
{
    struct net* n = net_new(NULL);
    n->reading[Z] = false;
    net_gain(n, A, &a2);
    net_connect(n);
    net_run_for(n, ROAM_SEC);
    net_cut(n, &a1);
    send_one(n, 1, SCTP_RTX, 0, 1000);
    net_run_for(n, 1500 * ROAM_MS);
    assert_int_equal(net_count(n, A, "FORWARD-TSN"), 1);
    return n;
}

/** RFC 3758 section 3.5 C3: each SACK that does not know of it, a round trip later, repeats it. */
static void a_forward_tsn_that_is_lost_is_repeated_by_the_next_sack(void** state)
{
    (void)state;
    struct sctp_config c;
    sctp_config_default(&c);
    c.rto_min = c.rto_initial = 5 * ROAM_SEC; /* T3 stays out of it */
    struct net* n = open_net(&c);
    n->delay = 200 * ROAM_MS;
    for (uint64_t i = 0; i < 100; i++)
    {
        send_one(n, i, SCTP_RTX, 0, 1000);
    }
    net_run_for(n, 20 * ROAM_SEC);
    hear(n, NULL, 0);
    n->drop_number = (int)n->sent;
    n->drop_chunk = "FORWARD-TSN";
    for (uint64_t i = 0; i < 12; i++)
    {
        send_one(n, i, SCTP_RTX, 0, 1000);
        net_run_for(n, 50 * ROAM_MS);
    }
    while (net_count(n, A, "FORWARD-TSN") == 0)
    {
        net_run_for(n, ROAM_MS);
    }
    const roam_time first = n->now;
    net_run_for(n, 100 * ROAM_MS);
    send_one(n, 12, SCTP_RTX, 0, 1000);
    while (net_count(n, A, "FORWARD-TSN") == 1)
    {
        net_run_for(n, ROAM_MS);
    }
    assert_in_range(n->now - first, 400 * ROAM_MS, 750 * ROAM_MS);
    net_run_for(n, 20 * ROAM_SEC);
    all_is_quiet(n);
    net_free(n);
}

static void a_forward_tsn_that_is_not_answered_takes_another_path(void** state)
{
    (void)state;
    struct net* n = lost_on_the_first_path();
    net_run_for(n, 2 * ROAM_SEC); /* T3 of the second, at 3 s */
    assert_int_equal(net_count(n, A, "FORWARD-TSN"), 2);
    all_is_quiet(n);
    net_free(n);
}

static void a_forward_tsn_leaves_a_path_that_is_gone_at_once(void** state)
{
    (void)state;
    struct net* n = lost_on_the_first_path();
    net_lose(n, A, &a1);
    net_run_for(n, 300 * ROAM_MS);
    assert_int_equal(net_count(n, A, "FORWARD-TSN"), 2);
    all_is_quiet(n);
    net_free(n);
}

static void a_forward_tsn_that_finds_no_path_does_not_wait_for_ever(void** state)
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
    net_run_for(n, 282 * ROAM_MS);
    const struct sctp_assoc* a = sctp_by_id(n->ep[A], n->id[A]);
    assert_true(a->forward_due);
    assert_true(roam_timer_running(&a->paths[0]->t3));
    net_run_for(n, 2000 * ROAM_SEC);
    assert_int_equal(n->why[A], SCTP_LOST_RETRANS);
    assert_int_equal(n->failed[A], 1);
    net_free(n);
}

/** C5: the T3 of another path, with nothing left of its own, is not about the FORWARD TSN. */
static void t3_of_another_path_does_not_repeat_a_forward_tsn(void** state)
{
    (void)state;
    struct net* n = net_new(NULL);
    net_gain(n, A, &a2);
    net_connect(n);
    net_run_for(n, ROAM_SEC);
    net_cut(n, &z1);
    send_one(n, 1, SCTP_TIMED, 500 * ROAM_MS, 60000); /* T3 of the first path at 1 s */
    net_run_for(n, 495 * ROAM_MS);
    assert_int_equal(sctp_set_primary(n->ep[A], n->id[A], &a2, NULL, n->now), ROAM_OK);
    net_run_for(n, 950 * ROAM_MS); /* FORWARD TSN at 0.5 s, over the second path */
    assert_int_equal(net_count(n, A, "FORWARD-TSN"), 1);
    assert_int_equal(path(n, A).errors, 0);
    net_run_for(n, 100 * ROAM_MS); /* its own T3 */
    assert_int_equal(net_count(n, A, "FORWARD-TSN"), 2);
    net_heal(n);
    net_run_for(n, 30 * ROAM_SEC);
    all_is_quiet(n);
    net_free(n);
}

/** C3: only to an address that is confirmed. */
static void no_forward_tsn_goes_to_an_unconfirmed_address(void** state)
{
    (void)state;
    struct net* n = net_new(NULL);
    const struct sctp_message_info info = {.policy = SCTP_RTX};
    struct roam_packet p;
    unsigned forwards = 0;
    net_gain(n, A, &a2);
    net_cut(n, &a2); /* Z never hears from there */
    net_connect(n);
    net_run_for(n, ROAM_SEC);
    sctp_send(n->ep[Z], n->id[Z], &info, "x", 1, n->now);
    for (int i = 0; i < 12; i++)
    {
        while (sctp_poll_packet(n->ep[Z], &p, n->now))
        {
            struct sctp_chunk_view v;
            for (size_t at = 0; (at = sctp_view_chunk(p.data, p.len, at, &v));)
            {
                forwards += v.type == SCTP_C_FORWARD_TSN;
                assert_true(v.type != SCTP_C_FORWARD_TSN || roam_addr_equal(&p.dst, &a1));
            }
        }
        n->now = sctp_next_expiry(n->ep[Z]);
        sctp_expire(n->ep[Z], n->now);
    }
    assert_in_range(forwards, 2, 12);
    net_free(n);
}

/** F1. */
static void reliable_messages_are_never_skipped(void** state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++)
    {
        struct net* n = net_new_seed(NULL, seed);
        struct roam_rng rng = roam_rng_seed(seed);
        n->reading[Z] = false;
        n->drop = roam_rng_u64(&rng) & roam_rng_u64(&rng) & ~(uint64_t)15;
        net_connect(n);
        for (uint64_t i = 0; i < 40; i++)
        {
            send_one(n, i, SCTP_RELIABLE, 0, 800);
            net_run_for(n, 5 * ROAM_MS);
        }
        net_run_for(n, 1000 * ROAM_SEC);
        assert_int_equal(hear(n, NULL, 0), 40);
        assert_int_equal(net_count(n, A, "FORWARD-TSN"), 0);
        all_is_quiet(n);
        net_free(n);
    }
}

/** F4: what is old is told by the cumulative TSN of SACKs, not by what we have skipped. */
static void a_sack_from_before_the_skip_is_heard(void** state)
{
    (void)state;
    struct net* n = open_net(NULL);
    net_cut(n, &z1);
    send_one(n, 1, SCTP_RTX, 0, 1000);
    net_run_for(n, 1100 * ROAM_MS); /* A -> FORWARD-TSN /lost/ */
    net_heal(n);
    n->drop_chunk = "FORWARD-TSN"; /* and the next one too */
    send_one(n, 2, SCTP_RELIABLE, 0, 1000);
    net_run_for(n, 25 * ROAM_MS); /* A <- SACK: the cumulative TSN of before, and a gap block */
    const struct sctp_assoc* a = sctp_by_id(n->ep[A], n->id[A]);
    assert_int_equal(net_count(n, Z, "SACK"), 1);
    assert_int_equal(a->n_gap_acked, 1);
    assert_int_equal(a->flight, 0);
    assert_int_equal(a->advanced_ack, a->cum_acked + 1);
    net_run_for(n, 60 * ROAM_SEC);
    const uint32_t want[] = {2};
    hears_just(n, want, 1);
    assert_int_equal(status(n, A).data_chunks_retransmitted, 0);
    all_is_quiet(n);
    net_free(n);
}

/** C5: with a whole RTO before it, whatever T3 had been running for. */
static void t3_starts_anew_for_a_forward_tsn_with_nothing_in_flight(void** state)
{
    (void)state;
    struct net* n = open_net(NULL);
    n->delay = 80 * ROAM_MS;
    net_cut(n, &z1);
    send_one(n, 1, SCTP_TIMED, 900 * ROAM_MS, 60000);
    net_run_for(n, 899 * ROAM_MS);
    net_heal(n);
    net_run_for(n, 5 * ROAM_SEC);
    assert_int_equal(net_count(n, A, "FORWARD-TSN"), 1);
    assert_int_equal(path(n, A).rto, ROAM_SEC);
    all_is_quiet(n);
    net_free(n);
}

static void a_session_with_nothing_left_but_a_forward_tsn_shuts_down(void** state)
{
    (void)state;
    for (int from = A; from <= Z; from++)
    {
        struct net* n = open_net(NULL);
        net_cut(n, &z1);
        send_one(n, 1, SCTP_TIMED, 100 * ROAM_MS, 5000);
        send_one(n, 2, SCTP_TIMED, 100 * ROAM_MS, 5000); /* only its beginning is sent */
        net_poll(n);
        net_run_for(n, 50 * ROAM_MS);
        net_heal(n);
        assert_int_equal(sctp_shutdown(n->ep[from], n->id[from], n->now), ROAM_OK);
        net_run_for(n, 100 * ROAM_SEC);
        assert_int_equal(n->closed[A], 1);
        assert_int_equal(n->closed[Z], 1);
        assert_int_equal(n->failed[A], 2);
        net_free(n);
    }
}

static void a_shutdown_that_waits_for_what_expires_goes_on(void** state)
{
    (void)state;
    struct net* n = open_net(NULL);
    net_lose(n, A, &a1);
    send_one(n, 1, SCTP_TIMED, 100 * ROAM_MS, 1000); /* there is no path for it */
    sctp_shutdown(n->ep[A], n->id[A], n->now);
    net_run_for(n, 99 * ROAM_MS);
    assert_int_equal(net_state(n, A), SCTP_SHUTDOWN_PENDING);
    net_run_for(n, ROAM_MS);
    assert_int_equal(net_state(n, A), SCTP_SHUTDOWN_SENT);
    net_gain(n, A, &a1);
    net_run_for(n, 100 * ROAM_SEC);
    assert_int_equal(n->closed[A], 1);
    net_free(n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_forward_tsn_that_is_lost_is_sent_again),
        cmocka_unit_test(new_data_does_not_put_off_a_forward_tsn_that_waits_for_t3),
        cmocka_unit_test(a_peer_that_never_answers_a_forward_tsn_is_given_up),
        cmocka_unit_test(a_forward_tsn_is_bundled_with_data),
        cmocka_unit_test(a_forward_tsn_is_not_repeated_within_a_round_trip),
        cmocka_unit_test(a_forward_tsn_names_each_stream_once),
        cmocka_unit_test(an_unordered_message_is_skipped_without_a_stream),
        cmocka_unit_test(more_streams_than_fit_into_a_packet_take_several_forward_tsns),
        cmocka_unit_test(a_forward_tsn_that_is_lost_is_repeated_by_the_next_sack),
        cmocka_unit_test(a_forward_tsn_that_is_not_answered_takes_another_path),
        cmocka_unit_test(a_forward_tsn_leaves_a_path_that_is_gone_at_once),
        cmocka_unit_test(a_forward_tsn_that_finds_no_path_does_not_wait_for_ever),
        cmocka_unit_test(t3_starts_anew_for_a_forward_tsn_with_nothing_in_flight),
        cmocka_unit_test(t3_of_another_path_does_not_repeat_a_forward_tsn),
        cmocka_unit_test(no_forward_tsn_goes_to_an_unconfirmed_address),
        cmocka_unit_test(reliable_messages_are_never_skipped),
        cmocka_unit_test(a_sack_from_before_the_skip_is_heard),
        cmocka_unit_test(a_shutdown_that_waits_for_what_expires_goes_on),
        cmocka_unit_test(a_session_with_nothing_left_but_a_forward_tsn_shuts_down),
    };
    return cmocka_run_group_tests_name("sctp-advance", tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reports of messages that failed (RFC 9260 section 11.2.2), and the I bit (RFC 7053). */
#include "sctp-partial-net.h"

/* --- Reports of what failed ------------------------------------------------------------------ */

static void three_messages_in_three_conditions(struct net* n)
{
    net_cut(n, &z1);
    send_one(n, 11, SCTP_RELIABLE, 0, 3000); /* in flight */
    send_one(n, 12, SCTP_RTX, 3, 20000);     /* begun */
    send_one(n, 13, SCTP_TIMED, 900 * ROAM_SEC, 100);
    net_run_for(n, 10 * ROAM_MS);
    assert_int_equal(n->failed[A], 0);
}

static void three_reports(const struct net* n)
{
    assert_int_equal(n->failed[A], 3);
    for (int i = 0; i < 3; i++)
    {
        assert_int_equal(n->failures[A][i].u.failed.context, 11 + i);
        assert_int_equal(n->failures[A][i].u.failed.sent, i < 2);
        assert_int_equal(n->failures[A][i].u.failed.why, SCTP_RELIABLE);
    }
    assert_int_equal(n->failures[A][1].u.failed.ssn, 1);
    assert_int_equal(n->failures[A][2].u.failed.ssn, 0);
}

static void when_an_association_ends_every_message_that_it_holds_is_reported(void** state)
{
    (void)state;
    struct net* n = open_net(NULL);
    three_messages_in_three_conditions(n);
    sctp_abort(n->ep[A], n->id[A], NULL, 0, n->now);
    net_poll(n);
    three_reports(n);
    net_free(n);

    n = open_net(NULL);
    three_messages_in_three_conditions(n);
    net_heal(n);
    sctp_abort(n->ep[Z], n->id[Z], NULL, 0, n->now);
    net_run_for(n, ROAM_SEC);
    assert_int_equal(n->why[A], SCTP_LOST_PEER_ABORT);
    three_reports(n);
    net_free(n);
}

static void at_a_restart_every_message_for_the_old_association_is_reported(void** state)
{
    (void)state;
    struct net* n = net_new(NULL);
    struct sctp_config c;
    struct roam_rng rng = roam_rng_seed(99);
    sctp_config_default(&c);
    n->reading[A] = n->reading[Z] = false;
    /* Z calls here, so that it is Z who starts anew at A */
    sctp_listen(n->ep[A], true);
    assert_int_equal(sctp_connect(n->ep[Z], NULL, 0, &a1, 1, 4000, &n->id[Z], n->now), ROAM_OK);
    net_run_for(n, ROAM_SEC);
    three_messages_in_three_conditions(n);
    sctp_endpoint_free(n->ep[Z]);
    n->ep[Z] = sctp_endpoint_new(&c, 5000, &rng);
    net_gain(n, Z, &z1);
    net_heal(n);
    assert_int_equal(sctp_connect(n->ep[Z], NULL, 0, &a1, 1, 4000, &n->id[Z], n->now), ROAM_OK);
    net_run_for(n, 5 * ROAM_SEC);
    assert_int_equal(n->restarts[A], 1);
    three_reports(n);
    all_is_quiet(n);
    send_one(n, 14, SCTP_RTX, 0, 100); /* and partial reliability is negotiated anew */
    net_run_for(n, ROAM_SEC);
    const uint32_t want[] = {14};
    hears_just(n, want, 1);
    assert_true(status(n, A).pr);
    net_free(n);
}

static void a_message_on_a_stream_that_is_not_granted_is_reported(void** state)
{
    (void)state;
    struct net* n = net_new(NULL);
    struct sctp_config c;
    sctp_configuration(n->ep[Z], 0, &c);
    c.inbound_streams = 2;
    sctp_configure(n->ep[Z], 0, &c);
    n->reading[Z] = false;
    net_connect(n);
    const struct sctp_message_info high = {.stream = 5, .context = 5, .ppid = 7};
    const struct sctp_message_info low = {.stream = 1, .context = 1};
    assert_int_equal(say(n, &high, 4000), ROAM_OK);
    assert_int_equal(say(n, &low, 100), ROAM_OK);
    net_run_for(n, 5 * ROAM_SEC);
    const uint32_t want[] = {1};
    hears_just(n, want, 1);
    assert_int_equal(n->failed[A], 1);
    assert_int_equal(n->failures[A][0].u.failed.context, 5);
    assert_int_equal(n->failures[A][0].u.failed.stream, 5);
    assert_int_equal(n->failures[A][0].u.failed.ppid, 7);
    assert_false(n->failures[A][0].u.failed.sent);
    all_is_quiet(n);
    net_free(n);
}

static void reports_that_nobody_fetches_have_a_bound(void** state)
{
    (void)state;
    struct net* n = open_net(NULL);
    struct sctp_event ev;
    unsigned reports = 0;
    for (unsigned i = 0; i < SCTP_MAX_FAILED + 10; i++)
    {
        send_one(n, i, SCTP_TIMED, 1, 4);
        n->now += 2;
        struct roam_packet p;
        sctp_expire(n->ep[A], n->now);
        while (sctp_poll_packet(n->ep[A], &p, n->now))
        {
        }
    }
    assert_int_equal(status(n, A).abandoned_unsent, SCTP_MAX_FAILED + 10);
    while (sctp_poll_event(n->ep[A], &ev))
    {
        reports += ev.type == SCTP_EV_SEND_FAILED;
    }
    assert_int_equal(reports, SCTP_MAX_FAILED);
    send_one(n, 1, SCTP_TIMED, 1, 4);
    n->now++;
    net_poll(n);
    assert_int_equal(n->failed[A], 1);
    net_free(n);
}

static void a_user_that_was_turned_away_hears_when_what_expired_makes_room(void** state)
{
    (void)state;
    struct sctp_config c;
    sctp_config_default(&c);
    c.send_buffer = 10000;
    struct net* n = open_net(&c);
    const struct sctp_message_info info = {0};
    net_cut(n, &z1);
    send_one(n, 1, SCTP_RELIABLE, 0, 6000);
    send_one(n, 2, SCTP_TIMED, 100 * ROAM_MS, 4000);
    assert_int_equal(say(n, &info, 100), ROAM_EAGAIN);
    net_run_for(n, 99 * ROAM_MS);
    assert_int_equal(n->writable[A], 0);
    net_run_for(n, ROAM_MS);
    assert_int_equal(n->writable[A], 1);
    assert_int_equal(sctp_send_room(n->ep[A], n->id[A]), 4000);
    net_free(n);
}

/* --- The I bit, RFC 7053 --------------------------------------------------------------------- */

/** Polls A and says which of its DATA chunks have the I bit, as a word of 0 and 1. */
static const char* i_bits(struct net* n, char* out)
{
    struct roam_packet p;
    char* at_out = out;
    while (sctp_poll_packet(n->ep[A], &p, n->now))
    {
        struct sctp_chunk_view v;
        for (size_t at = 0; (at = sctp_view_chunk(p.data, p.len, at, &v));)
        {
            if (v.type == SCTP_C_DATA)
            {
                *at_out++ = v.flags & SCTP_F_IMMEDIATE ? '1' : '0';
            }
        }
        sctp_recv(n->ep[Z], &p, n->now);
    }
    *at_out = 0;
    return out;
}

static void the_user_may_ask_for_a_sack_at_once(void** state)
{
    (void)state;
    char bits[64];
    struct net* n = open_net(NULL);
    const struct sctp_message_info plain = {0};
    const struct sctp_message_info ask = {.sack_immediately = true};
    say(n, &plain, 100);
    assert_string_equal(i_bits(n, bits), "0");
    net_run_for(n, ROAM_SEC);
    assert_int_equal(net_count(n, Z, "SACK"), 1);
    say(n, &ask, 3000); /* on its last fragment only */
    assert_string_equal(i_bits(n, bits), "001");
    net_run_for(n, 10 * ROAM_MS);
    assert_int_equal(net_count(n, Z, "SACK"), 2 + 0);
    say(n, &ask, 100);
    net_run_for(n, 15 * ROAM_MS); /* far less than the 200 ms of a delayed SACK */
    assert_int_equal(net_count(n, Z, "SACK"), 3);
    net_free(n);
}

static void the_last_data_before_shutdown_asks_for_a_sack_at_once(void** state)
{
    (void)state;
    char bits[64];
    struct net* n = open_net(NULL);
    const struct sctp_message_info plain = {0};
    say(n, &plain, 100);
    say(n, &plain, 3000);
    sctp_shutdown(n->ep[A], n->id[A], n->now);
    assert_string_equal(i_bits(n, bits), "0001");
    net_run_for(n, 100 * ROAM_MS);
    assert_int_equal(n->closed[A], 1); /* without waiting for a delayed SACK */
    net_free(n);
}

static void a_packet_that_fills_the_window_alone_asks_for_a_sack_at_once(void** state)
{
    (void)state;
    char bits[64];
    struct net* n = open_net(NULL);
    net_cut(n, &z1);
    for (uint64_t i = 0; i < 6; i++)
    {
        send_one(n, i, SCTP_RELIABLE, 0, 1452);
    }
    net_run_for(n, 900 * ROAM_MS);
    net_heal(n);
    n->now = sctp_next_expiry(n->ep[A]); /* T3: the window is one packet */
    sctp_expire(n->ep[A], n->now);
    assert_string_equal(i_bits(n, bits), "1");
    net_free(n);
    /* a full window of several packets needs no such thing: the second brings a SACK */
    n = open_net(NULL);
    send_one(n, 1, SCTP_RELIABLE, 0, 20000);
    assert_string_equal(i_bits(n, bits), "0000");
    net_free(n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(when_an_association_ends_every_message_that_it_holds_is_reported),
        cmocka_unit_test(at_a_restart_every_message_for_the_old_association_is_reported),
        cmocka_unit_test(a_message_on_a_stream_that_is_not_granted_is_reported),
        cmocka_unit_test(reports_that_nobody_fetches_have_a_bound),
        cmocka_unit_test(a_user_that_was_turned_away_hears_when_what_expired_makes_room),
        cmocka_unit_test(the_user_may_ask_for_a_sack_at_once),
        cmocka_unit_test(the_last_data_before_shutdown_asks_for_a_sack_at_once),
        cmocka_unit_test(a_packet_that_fills_the_window_alone_asks_for_a_sack_at_once),
    };
    return cmocka_run_group_tests_name("sctp-failed", tests, NULL, NULL);
}

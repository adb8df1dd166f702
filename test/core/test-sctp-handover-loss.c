/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Handover by dynamic address reconfiguration while packets, or all addresses, are lost. */
#include "sctp-net.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

/** Data both ways through a soft handover; the number of packets it took. */
static unsigned soft_handover(struct net* n)
{
    net_connect(n);
    net_run_for(n, 30 * ROAM_SEC);
    net_send(n, Z, 10, 1000);
    net_send(n, A, 10, 1000);
    net_gain(n, A, &a2);
    assert_int_equal(net_asconf(n, A, SCTP_ADD, &a2), ROAM_OK);
    net_run_for(n, 200 * ROAM_MS);
    while (n->asconf_done[A][SCTP_ADD] == 0)
    {
        net_run_for(n, ROAM_SEC);
    }
    assert_int_equal(net_asconf(n, A, SCTP_SET_PRIMARY, &a2), ROAM_OK);
    net_send(n, Z, 10, 1000);
    net_run_for(n, 100 * ROAM_MS);
    while (n->asconf_done[A][SCTP_SET_PRIMARY] == 0)
    {
        net_run_for(n, ROAM_SEC);
    }
    sctp_set_primary(n->ep[A], n->id[A], &a2, NULL, n->now);
    net_lose(n, A, &a1);
    net_cut(n, &a1);
    assert_int_equal(net_asconf(n, A, SCTP_DELETE, &a1), ROAM_OK);
    net_send(n, A, 10, 1000);
    net_run_for(n, 60 * ROAM_SEC);
    const unsigned packets = n->sent;
    sctp_shutdown(n->ep[A], n->id[A], n->now);
    net_run_for(n, 300 * ROAM_SEC);
    return packets;
}

static void assert_all_once_and_in_order(const struct net* n, const char* what, int number)
{
    if (n->next_in[A] != 20 || n->next_in[Z] != 20 || n->out_of_order || n->lost[A] || n->lost[Z] ||
        n->closed[A] != 1 || n->closed[Z] != 1)
    {
        fail_msg("%s, packet %d: A got %u, Z got %u, order %s, lost %u %u, closed %u %u", what,
                 number, n->next_in[A], n->next_in[Z], n->out_of_order ? "wrong" : "right",
                 n->lost[A], n->lost[Z], n->closed[A], n->closed[Z]);
    }
    assert_int_equal(n->asconf_done[A][SCTP_ADD], 1);
    assert_int_equal(n->asconf_done[A][SCTP_SET_PRIMARY], 1);
    assert_int_equal(n->asconf_done[A][SCTP_DELETE], 1);
    assert_int_equal(n->peer_ops[Z][SCTP_ADD], 1);
    assert_int_equal(n->peer_ops[Z][SCTP_DELETE], 1);
}

static void any_single_packet_of_a_session_with_a_handover_may_be_lost(void** state)
{
    (void)state;
    struct net* n = net_new(NULL);
    const unsigned packets = soft_handover(n);
    assert_all_once_and_in_order(n, "nothing lost", -1);
    net_free(n);
    assert_in_range(packets, 30, 200);
    for (unsigned i = 0; i < packets; i++)
    {
        n = net_new(NULL);
        n->drop_number = (int)i;
        soft_handover(n);
        assert_all_once_and_in_order(n, "lost", (int)i);
        net_free(n);
    }
}

static void any_single_packet_may_come_twice_or_late(void** state)
{
    (void)state;
    for (int i = 0; i < 80; i++)
    {
        struct net* n = net_new(NULL);
        n->twice_number = i;
        soft_handover(n);
        assert_all_once_and_in_order(n, "twice", i);
        net_free(n);
        n = net_new(NULL);
        n->late_number = i;
        n->late_by = 35 * ROAM_MS;
        soft_handover(n);
        assert_all_once_and_in_order(n, "late", i);
        net_free(n);
    }
}

static void any_pair_of_packets_of_the_handover_may_be_lost(void** state)
{
    (void)state;
    /* packets 0 to 3 are the handshake: from there to the end of the deletion */
    for (int i = 4; i < 44; i += 3)
    {
        for (int k = i + 1; k < 44; k++)
        {
            struct net* n = net_new(NULL);
            n->drop_number = i;
            n->drop_second = k;
            soft_handover(n);
            assert_all_once_and_in_order(n, "pair from", i);
            net_free(n);
        }
    }
}

static void the_first_asconf_lost(void** state)
{
    (void)state;
    struct net* n = net_new(NULL);
    n->drop_chunk = "ASCONF";
    soft_handover(n);
    assert_all_once_and_in_order(n, "first ASCONF", -1);
    assert_int_equal(net_count(n, A, "ASCONF"), 4);
    net_free(n);
}

static void the_first_answer_lost_is_given_again_from_the_cache(void** state)
{
    (void)state;
    struct net* n = net_new(NULL);
    n->drop_chunk = "ASCONF-ACK";
    soft_handover(n);
    assert_all_once_and_in_order(n, "first ASCONF-ACK", -1);
    assert_int_equal(net_count(n, Z, "ASCONF-ACK"), 4);
    net_free(n);
}

/** Found in a walk: the ASCONF of a client without any address spent the association's errors. */
static void a_client_without_an_address_asks_again_when_it_has_one(void** state)
{
    (void)state;
    struct net* n = net_two_radios(NULL);
    n->drop_chunk = "ASCONF";
    assert_int_equal(net_asconf(n, A, SCTP_ADD, &a2), ROAM_OK);
    net_poll(n);
    net_lose(n, A, &a1);
    net_lose(n, A, &a2);
    net_run_for(n, 120 * ROAM_SEC);
    assert_int_equal(n->lost[A], 0);
    assert_int_equal(n->asconf_done[A][SCTP_ADD], 0);
    net_gain(n, A, &a2);
    net_run_for(n, ROAM_SEC);
    assert_int_equal(n->asconf_done[A][SCTP_ADD], 1);
    net_free(n);
}

static void data_outlives_the_loss_of_both_addresses_at_one_instant(void** state)
{
    (void)state;
    struct net* n = net_two_radios(NULL);
    net_asconf(n, A, SCTP_ADD, &a2);
    net_run_for(n, 100 * ROAM_MS);
    net_cut(n, &z1);
    net_send(n, A, 3, 1000);
    net_lose(n, A, &a1);
    net_lose(n, A, &a2);
    net_run_for(n, 5 * ROAM_SEC);
    assert_true(sctp_next_expiry(n->ep[A]) != ROAM_NEVER);
    struct sctp_status s;
    assert_int_equal(sctp_status(n->ep[A], n->id[A], &s), ROAM_OK);
    assert_int_equal(s.outstanding, 3000);
    net_run_for(n, 3600 * ROAM_SEC);
    assert_int_equal(n->why[A], SCTP_LOST_RETRANS);
    net_free(n);
}

static void an_address_that_was_not_confirmed_is_probed_when_ours_comes_back(void** state)
{
    (void)state;
    struct net* n = net_two_radios(NULL);
    net_asconf(n, A, SCTP_ADD, &a2);
    net_cut(n, &a2);
    net_run_for(n, 100 * ROAM_MS);
    net_lose(n, Z, &z1);
    net_run_for(n, 100 * ROAM_MS);
    net_heal(n);
    net_gain(n, Z, &z1);
    net_run_for(n, 100 * ROAM_MS);
    struct sctp_path_status paths[4];
    assert_int_equal(sctp_paths(n->ep[Z], n->id[Z], paths, 4), 2);
    assert_int_equal(paths[1].state, SCTP_PATH_ACTIVE);
    net_free(n);
}

/** Found by the random walk: not in SHUTDOWN-PENDING, and so the data never went. */
static void also_when_a_shutdown_waits_for_its_data(void** state)
{
    (void)state;
    struct net* n = net_two_radios(NULL);
    const struct sctp_asconf_request all[] = {{SCTP_ADD, a2}, {SCTP_DELETE, a1}};
    assert_int_equal(sctp_asconf(n->ep[A], n->id[A], all, 2, n->now), ROAM_OK);
    net_run_for(n, n->delay);
    net_cut(n, &a2); /* Z knows a2 only, and hears nothing from it */
    net_send(n, Z, 1, 100);
    sctp_shutdown(n->ep[Z], n->id[Z], n->now);
    net_lose(n, Z, &z1);
    net_run_for(n, ROAM_SEC);
    net_heal(n);
    net_gain(n, Z, &z1);
    net_run_for(n, 10 * ROAM_SEC);
    assert_int_equal(n->next_in[A], 1);
    assert_int_equal(n->closed[A] + n->closed[Z], 2);
    net_free(n);
}

/** Found by the random walk: both ends waited for ever when the only address was unconfirmed. */
static void an_unconfirmed_address_is_probed_until_it_answers_even_without_heartbeats(void** state)
{
    (void)state;
    struct sctp_config c;
    sctp_config_default(&c);
    c.hb_interval = 0;
    struct net* n = net_established(&c);
    net_cut(n, &a2);
    net_gain(n, A, &a2);
    assert_int_equal(net_asconf(n, A, SCTP_ADD, &a2), ROAM_OK);
    net_run_for(n, 1000 * ROAM_SEC);
    assert_int_equal(n->lost[Z], 0); /* section 5.4: no error of the association */
    struct sctp_path_status paths[4];
    assert_int_equal(sctp_paths(n->ep[Z], n->id[Z], paths, 4), 2);
    assert_int_equal(paths[1].state, SCTP_PATH_UNCONFIRMED);
    net_heal(n);
    net_run_for(n, 61 * ROAM_SEC * 3 / 2);
    sctp_paths(n->ep[Z], n->id[Z], paths, 4);
    assert_int_equal(paths[1].state, SCTP_PATH_ACTIVE);
    net_free(n);
}

/** Found by the random walk: it was never sent, because nothing looked again for a way. */
static void an_asconf_that_has_no_way_leaves_when_the_peers_address_is_confirmed(void** state)
{
    (void)state;
    struct net* n = net_two_radios(NULL);
    net_gain(n, Z, &z2);
    const struct sctp_asconf_request all[] = {
        {SCTP_ADD, a2}, {SCTP_SET_PRIMARY, a2}, {SCTP_DELETE, a1}};
    assert_int_equal(sctp_asconf(n->ep[A], n->id[A], all, 3, n->now), ROAM_OK);
    net_run_for(n, n->delay); /* Z knows a2 only, and does not trust it yet */
    assert_int_equal(net_asconf(n, Z, SCTP_ADD, &z2), ROAM_OK);
    net_poll(n);
    assert_int_equal(net_count(n, Z, "ASCONF"), 0);
    net_run_for(n, 5 * n->delay);
    assert_int_equal(n->asconf_done[Z][SCTP_ADD], 1);
    net_free(n);
}

/** Found by the random walk: one end was ESTABLISHED and had moved, the other waited for ever. */
static void a_cookie_ack_is_lost_and_the_server_moves(void** state)
{
    (void)state;
    struct net* n = net_new(NULL);
    n->drop_chunk = "COOKIE-ACK";
    net_connect(n);
    net_run_for(n, 35 * ROAM_MS);
    assert_int_equal(n->up[Z], 1);
    assert_int_equal(n->up[A], 0);
    net_gain(n, Z, &z2);
    const struct sctp_asconf_request move[] = {{SCTP_ADD, z2}, {SCTP_DELETE, z1}};
    assert_int_equal(sctp_asconf(n->ep[Z], n->id[Z], move, 2, n->now), ROAM_OK);
    net_run_for(n, 60 * ROAM_SEC);
    assert_int_equal(n->up[A], 1);
    assert_true(net_locals_are(n, Z, &z2, 1) && net_peers_are(n, A, &z2, 1));
    net_free(n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_single_packet_of_a_session_with_a_handover_may_be_lost),
        cmocka_unit_test(any_single_packet_may_come_twice_or_late),
        cmocka_unit_test(any_pair_of_packets_of_the_handover_may_be_lost),
        cmocka_unit_test(the_first_asconf_lost),
        cmocka_unit_test(the_first_answer_lost_is_given_again_from_the_cache),
        cmocka_unit_test(a_client_without_an_address_asks_again_when_it_has_one),
        cmocka_unit_test(data_outlives_the_loss_of_both_addresses_at_one_instant),
        cmocka_unit_test(an_address_that_was_not_confirmed_is_probed_when_ours_comes_back),
        cmocka_unit_test(an_unconfirmed_address_is_probed_until_it_answers_even_without_heartbeats),
        cmocka_unit_test(an_asconf_that_has_no_way_leaves_when_the_peers_address_is_confirmed),
        cmocka_unit_test(also_when_a_shutdown_waits_for_its_data),
        cmocka_unit_test(a_cookie_ack_is_lost_and_the_server_moves),
    };
    return cmocka_run_group_tests_name("sctp-handover-loss", tests, NULL, NULL);
}

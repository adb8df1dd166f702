/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The drafts' handover in the engine alone: addresses are added, made primary and deleted while
 * data flows, with and without the old link, and with packets lost. */
#include "sctp-net.h"

#include "core/sctp/sctp-wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void address_lists_and_primary_follow_the_drafts_sections_4_1_to_4_5(void** state)
{
    (void)state;
    struct net* n = net_two_radios(NULL);
    const struct roam_addr both[] = {a1, a2};
    /* 4.1: [2.2.2.2] and [1.1.1.2] */
    assert_true(net_locals_are(n, A, &a1, 1) && net_peers_are(n, Z, &a1, 1));
    assert_true(roam_addr_equal(&n->primary_peer[Z], &a1));
    /* 4.3: A -> ASCONF ADD -> Z, A <- ASCONF-ACK <- Z */
    assert_int_equal(net_asconf(n, A, SCTP_ADD, &a2), ROAM_OK);
    assert_true(net_locals_are(n, A, &a1, 1));
    net_run_for(n, 100 * ROAM_MS);
    assert_int_equal(n->asconf_done[A][SCTP_ADD], 1);
    assert_int_equal(n->asconf_cause[A][SCTP_ADD], 0);
    assert_true(net_locals_are(n, A, both, 2) && net_peers_are(n, Z, both, 2));
    assert_true(roam_addr_equal(&n->primary_peer[Z], &a1));
    /* 4.4: A -> ASCONF SET PRIMARY -> Z */
    assert_int_equal(net_asconf(n, A, SCTP_SET_PRIMARY, &a2), ROAM_OK);
    net_run_for(n, 100 * ROAM_MS);
    assert_int_equal(n->asconf_done[A][SCTP_SET_PRIMARY], 1);
    assert_true(roam_addr_equal(&n->primary_peer[Z], &a2));
    /* 4.5: A -> ASCONF DELETE -> Z */
    assert_int_equal(sctp_set_primary(n->ep[A], n->id[A], &a2, NULL, n->now), ROAM_OK);
    assert_int_equal(net_asconf(n, A, SCTP_DELETE, &a1), ROAM_OK);
    net_run_for(n, 100 * ROAM_MS);
    assert_true(net_locals_are(n, A, &a2, 1) && net_peers_are(n, Z, &a2, 1));
    assert_int_equal(n->drops[A][SCTP_DROP_AUTH] + n->drops[Z][SCTP_DROP_AUTH], 0);
    net_free(n);
}

static void every_asconf_and_its_answer_stand_behind_auth(void** state)
{
    (void)state;
    struct net* n = net_two_radios(NULL);
    net_asconf(n, A, SCTP_ADD, &a2);
    net_run_for(n, 100 * ROAM_MS);
    assert_int_equal(net_count(n, A, "ASCONF"), 1);
    assert_int_equal(net_count(n, A, "AUTH"), net_count(n, A, "ASCONF"));
    assert_int_equal(net_count(n, Z, "AUTH"), net_count(n, Z, "ASCONF-ACK"));
    net_free(n);
}

static void data_reaches_a_new_primary_only_after_its_heartbeat(void** state)
{
    (void)state;
    struct net* n = net_two_radios(NULL);
    const struct sctp_asconf_request at_once[] = {{SCTP_ADD, a2}, {SCTP_SET_PRIMARY, a2}};
    assert_int_equal(sctp_asconf(n->ep[A], n->id[A], at_once, 2, n->now), ROAM_OK);
    const roam_time begun = n->now;
    net_run_for(n, 15 * ROAM_MS); /* the ASCONF has come, the HEARTBEAT has not been answered */
    assert_true(roam_addr_equal(&n->primary_peer[Z], &a1));
    net_run_for(n, 100 * ROAM_MS);
    assert_true(roam_addr_equal(&n->primary_peer[Z], &a2));
    /* ASCONF, HEARTBEAT, HEARTBEAT-ACK: three times the delay */
    assert_int_equal(n->confirmed_at - begun, 3 * n->delay);
    net_free(n);
}

/** A hard handover: the old link is gone before the new address comes. */
static void hard_handover(struct net* n)
{
    net_lose(n, A, &a1);
    net_cut(n, &a1);
    net_run_for(n, 50 * ROAM_MS);
    net_gain(n, A, &a2);
    assert_int_equal(net_asconf(n, A, SCTP_ADD, &a2), ROAM_OK);
    for (int step = 0; step < 400 && n->asconf_done[A][SCTP_ADD] == 0; step++)
    {
        net_run_for(n, 100 * ROAM_MS);
    }
    assert_int_equal(net_asconf(n, A, SCTP_SET_PRIMARY, &a2), ROAM_OK);
    sctp_set_primary(n->ep[A], n->id[A], &a2, NULL, n->now);
    assert_int_equal(net_asconf(n, A, SCTP_DELETE, &a1), ROAM_OK);
    net_run_for(n, 60 * ROAM_SEC);
}

static void with_one_radio_the_peer_finds_the_association_by_the_address_parameter(void** state)
{
    (void)state;
    struct net* n = net_established(NULL);
    assert_int_equal(net_send(n, Z, 20, 1000), 20);
    hard_handover(n);
    assert_int_equal(n->asconf_done[A][SCTP_DELETE], 1);
    assert_true(net_locals_are(n, A, &a2, 1) && net_peers_are(n, Z, &a2, 1));
    assert_int_equal(n->drops[Z][SCTP_DROP_OOTB], 0);
    assert_int_equal(n->next_in[A], 20);
    assert_false(n->out_of_order);
    net_free(n);
}

static void after_the_delete_what_was_in_flight_goes_to_the_new_address_at_once(void** state)
{
    (void)state;
    struct net* n = net_established(NULL);
    net_cut(n, &a1);
    net_send(n, Z, 3, 1000);
    net_lose(n, A, &a1);
    net_gain(n, A, &a2);
    net_asconf(n, A, SCTP_ADD, &a2);
    net_run_for(n, 20 * ROAM_MS);
    net_asconf(n, A, SCTP_SET_PRIMARY, &a2);
    net_asconf(n, A, SCTP_DELETE, &a1);
    net_run_for(n, 60 * ROAM_MS); /* far less than the RTO of 1 s */
    assert_int_equal(n->next_in[A], 3);
    net_free(n);
}

/** Found in the simulator: what had filled Max.Burst on the lost path held back the new one. */
static void new_data_takes_a_new_primary_at_once_though_the_old_path_is_silent(void** state)
{
    (void)state;
    struct net* n = net_established(NULL);
    net_cut(n, &a1);
    net_send(n, Z, 12, 1000);
    net_lose(n, A, &a1);
    net_gain(n, A, &a2);
    net_asconf(n, A, SCTP_ADD, &a2);
    net_run_for(n, 2 * n->delay);
    net_asconf(n, A, SCTP_SET_PRIMARY, &a2);
    const unsigned before = net_count(n, Z, "DATA");
    net_run_for(n, n->delay); /* the SET PRIMARY has come, its answer has not */
    assert_true(net_count(n, Z, "DATA") > before);
    net_free(n);
}

/** Found in a walk: the ADD of an address that is gone again held up every later one. */
static void a_client_that_moves_on_before_its_add_is_answered_adds_the_next_address(void** state)
{
    (void)state;
    struct net* n = net_established(NULL);
    net_lose(n, A, &a1);
    net_cut(n, &a1);
    net_gain(n, A, &a2);
    n->drop_chunk = "ASCONF";
    assert_int_equal(net_asconf(n, A, SCTP_ADD, &a2), ROAM_OK);
    net_poll(n);
    net_lose(n, A, &a2);
    net_cut(n, &a2);
    net_run_for(n, 5 * ROAM_SEC);
    net_gain(n, A, &a3);
    assert_int_equal(net_asconf(n, A, SCTP_ADD, &a3), ROAM_OK);
    net_send(n, Z, 5, 1000);
    net_run_for(n, ROAM_SEC);
    assert_int_equal(n->asconf_done[A][SCTP_ADD], 2);
    assert_int_equal(net_asconf(n, A, SCTP_SET_PRIMARY, &a3), ROAM_OK);
    assert_int_equal(net_asconf(n, A, SCTP_DELETE, &a1), ROAM_OK);
    assert_int_equal(net_asconf(n, A, SCTP_DELETE, &a2), ROAM_OK);
    net_run_for(n, ROAM_SEC);
    assert_true(net_peers_are(n, Z, &a3, 1));
    assert_int_equal(n->next_in[A], 5);
    net_free(n);
}

/** Found in a walk: back at the address whose DELETE is not answered, with no other available. */
static void a_client_back_at_the_address_that_it_deletes_is_not_stuck(void** state)
{
    (void)state;
    for (int done = 0; done < 2; done++)
    {
        struct net* n = net_two_radios(NULL);
        net_asconf(n, A, SCTP_ADD, &a2);
        net_run_for(n, 100 * ROAM_MS);
        net_asconf(n, A, SCTP_SET_PRIMARY, &a2);
        net_run_for(n, 100 * ROAM_MS);
        sctp_set_primary(n->ep[A], n->id[A], &a2, NULL, n->now);
        n->drop_chunk = done ? "ASCONF-ACK" : "ASCONF";
        net_asconf(n, A, SCTP_DELETE, &a1);
        net_run_for(n, 5 * ROAM_MS);
        net_lose(n, A, &a2);
        net_cut(n, &a2);
        net_run_for(n, 10 * ROAM_SEC);
        assert_int_equal(n->asconf_done[A][SCTP_DELETE], 1);
        assert_int_equal(n->asconf_cause[A][SCTP_DELETE], done ? 0 : 0xa2);
        if (done)
        {
            assert_int_equal(net_asconf(n, A, SCTP_ADD, &a1), ROAM_OK);
            net_run_for(n, ROAM_SEC);
        }
        net_asconf(n, A, SCTP_SET_PRIMARY, &a1);
        net_asconf(n, A, SCTP_DELETE, &a2);
        net_run_for(n, ROAM_SEC);
        assert_true(net_peers_are(n, Z, &a1, 1) && net_locals_are(n, A, &a1, 1));
        net_send(n, Z, 3, 1000);
        net_run_for(n, ROAM_SEC);
        assert_int_equal(n->next_in[A], 3);
        net_free(n);
    }
}

/**
 * All three steps in one ASCONF, and the new link goes before the answer comes. Whether Z has done
 * it or not, the session goes on over the old link: beside the ASCONF there goes a second one,
 * which adds a1 again and names a2 (RFC 5061 section 5.5 rule 4). The user hears that a1 was not
 * deleted.
 */
static void in_one_asconf_there_is_a_way_back(void** state)
{
    (void)state;
    for (int done = 0; done < 2; done++)
    {
        struct net* n = net_two_radios(NULL);
        const struct sctp_asconf_request all[] = {
            {SCTP_ADD, a2}, {SCTP_SET_PRIMARY, a2}, {SCTP_DELETE, a1}};
        n->drop_chunk = done ? NULL : "ASCONF"; /* done, the cut loses its answer */
        assert_int_equal(sctp_asconf(n->ep[A], n->id[A], all, 3, n->now), ROAM_OK);
        net_run_for(n, 15 * ROAM_MS);
        assert_true(net_peers_are(n, Z, done ? &a2 : &a1, 1));
        net_lose(n, A, &a2);
        net_cut(n, &a2);
        net_poll(n);
        assert_string_equal(n->log[n->n_log - 1], "A -> AUTH ASCONF ASCONF");
        net_run_for(n, 2 * n->delay);
        assert_int_equal(n->asconf_done[A][SCTP_ADD], 1);
        assert_int_equal(n->asconf_done[A][SCTP_DELETE], 1);
        assert_int_equal(n->asconf_cause[A][SCTP_ADD], 0);
        assert_int_equal(n->asconf_cause[A][SCTP_DELETE], SCTP_E_DELETE_SOURCE);
        const struct roam_addr both[] = {done ? a2 : a1, done ? a1 : a2};
        assert_true(net_peers_are(n, Z, both, 2));
        /* and from there as ever */
        const struct sctp_asconf_request back[] = {{SCTP_SET_PRIMARY, a1}, {SCTP_DELETE, a2}};
        assert_int_equal(sctp_asconf(n->ep[A], n->id[A], back, 2, n->now), ROAM_OK);
        net_send(n, Z, 3, 1000);
        net_send(n, A, 3, 1000);
        net_run_for(n, ROAM_SEC);
        assert_true(net_peers_are(n, Z, &a1, 1) && net_locals_are(n, A, &a1, 1));
        assert_int_equal(n->next_in[A], 3);
        assert_int_equal(n->next_in[Z], 3);
        assert_int_equal(net_count(n, A, "ABORT") + net_count(n, Z, "ABORT"), 0);
        net_free(n);
    }
}

/** The way back may be lost, too, and more than once; then the new link may return. */
static void the_way_back_goes_until_it_is_answered(void** state)
{
    (void)state;
    for (unsigned lost = 0; lost < 64; lost++)
    {
        struct net* n = net_two_radios(NULL);
        const struct sctp_asconf_request all[] = {
            {SCTP_ADD, a2}, {SCTP_SET_PRIMARY, a2}, {SCTP_DELETE, a1}};
        assert_int_equal(sctp_asconf(n->ep[A], n->id[A], all, 3, n->now), ROAM_OK);
        net_run_for(n, 15 * ROAM_MS);
        net_lose(n, A, &a2);
        net_cut(n, &a2);
        for (unsigned i = 0; i < 6; i++)
        {
            if (lost & 1u << i)
            {
                n->drop |= (uint64_t)1 << (n->sent + i);
            }
        }
        net_run_for(n, 20 * ROAM_SEC);
        if (lost % 2)
        {
            net_heal(n);
            net_gain(n, A, &a2);
        }
        net_send(n, Z, 3, 1000);
        net_run_for(n, 60 * ROAM_SEC);
        assert_int_equal(n->asconf_done[A][SCTP_DELETE], 1);
        assert_int_equal(n->asconf_cause[A][SCTP_DELETE], SCTP_E_DELETE_SOURCE);
        assert_int_equal(n->next_in[A], 3);
        assert_int_equal(n->lost[A] + n->lost[Z], 0);
        net_free(n);
    }
}

/** A third link is all that is left. Its ADD goes with the ASCONF that was perhaps done. */
static void from_a_third_link_the_next_add_goes_with_the_first(void** state)
{
    (void)state;
    for (int done = 0; done < 2; done++)
    {
        struct net* n = net_two_radios(NULL);
        const struct sctp_asconf_request all[] = {
            {SCTP_ADD, a2}, {SCTP_SET_PRIMARY, a2}, {SCTP_DELETE, a1}};
        const struct sctp_asconf_request next[] = {{SCTP_ADD, a3}, {SCTP_SET_PRIMARY, a3}};
        n->drop_chunk = done ? NULL : "ASCONF";
        assert_int_equal(sctp_asconf(n->ep[A], n->id[A], all, 3, n->now), ROAM_OK);
        net_run_for(n, 15 * ROAM_MS);
        net_lose(n, A, &a1);
        net_lose(n, A, &a2);
        net_cut(n, &a1);
        net_cut(n, &a2);
        net_run_for(n, 100 * ROAM_MS);
        net_gain(n, A, &a3);
        assert_int_equal(sctp_asconf(n->ep[A], n->id[A], next, 2, n->now), ROAM_OK);
        net_poll(n);
        assert_string_equal(n->log[n->n_log - 1], "A -> AUTH ASCONF ASCONF");
        net_send(n, Z, 3, 1000);
        net_send(n, A, 3, 1000);
        net_run_for(n, 10 * n->delay);
        const struct roam_addr left[] = {a2, a3};
        assert_true(net_peers_are(n, Z, left, 2) && net_locals_are(n, A, left, 2));
        assert_int_equal(n->asconf_done[A][SCTP_ADD], 2);
        assert_int_equal(n->asconf_done[A][SCTP_DELETE], 1);
        assert_true(roam_addr_equal(&n->primary_peer[Z], &a3));
        assert_int_equal(n->next_in[A], 3);
        assert_int_equal(n->next_in[Z], 3);
        net_free(n);
    }
}

/** And the third link goes before the answers to both: the way back is a third ASCONF. Found in
 * flapping cells: it took the serial number of the second, which had left already. */
static void the_way_back_comes_behind_what_has_left_already(void** state)
{
    (void)state;
    struct net* n = net_two_radios(NULL);
    const struct sctp_asconf_request all[] = {
        {SCTP_ADD, a2}, {SCTP_SET_PRIMARY, a2}, {SCTP_DELETE, a1}};
    const struct sctp_asconf_request next[] = {{SCTP_ADD, a3}, {SCTP_SET_PRIMARY, a3}};
    assert_int_equal(sctp_asconf(n->ep[A], n->id[A], all, 3, n->now), ROAM_OK);
    net_run_for(n, 15 * ROAM_MS);
    net_lose(n, A, &a1);
    net_lose(n, A, &a2);
    net_cut(n, &a2);
    net_gain(n, A, &a3);
    assert_int_equal(sctp_asconf(n->ep[A], n->id[A], next, 2, n->now), ROAM_OK);
    net_run_for(n, 15 * ROAM_MS);
    net_lose(n, A, &a3);
    net_cut(n, &a3);
    net_gain(n, A, &a1);
    net_poll(n);
    assert_string_equal(n->log[n->n_log - 1], "A -> AUTH ASCONF ASCONF ASCONF");
    net_send(n, Z, 3, 1000);
    net_send(n, A, 3, 1000);
    net_run_for(n, 10 * ROAM_SEC);
    const struct roam_addr bound[] = {a1, a2, a3};
    const struct roam_addr known[] = {a2, a3, a1};
    assert_true(net_locals_are(n, A, bound, 3) && net_peers_are(n, Z, known, 3));
    assert_int_equal(n->next_in[A], 3);
    assert_int_equal(n->next_in[Z], 3);
    assert_int_equal(net_count(n, Z, "ABORT"), 0);
    net_free(n);
}

/** The old link returns after a while, to a client that has had none. */
static void the_old_link_that_is_back_is_a_way_back(void** state)
{
    (void)state;
    struct net* n = net_two_radios(NULL);
    const struct sctp_asconf_request all[] = {
        {SCTP_ADD, a2}, {SCTP_SET_PRIMARY, a2}, {SCTP_DELETE, a1}};
    assert_int_equal(sctp_asconf(n->ep[A], n->id[A], all, 3, n->now), ROAM_OK);
    net_run_for(n, 5 * ROAM_MS);
    net_lose(n, A, &a1);
    net_lose(n, A, &a2);
    net_cut(n, &a2);
    net_run_for(n, 10 * ROAM_SEC);
    net_gain(n, A, &a1);
    net_send(n, Z, 3, 1000);
    net_run_for(n, 30 * ROAM_SEC);
    assert_int_equal(n->next_in[A], 3);
    net_free(n);
}

/** The new link is back after 10 s, for half a second: long enough for the answer. */
static void the_new_link_that_is_back_gets_the_answer_at_once(void** state)
{
    (void)state;
    struct net* n = net_two_radios(NULL);
    const struct sctp_asconf_request all[] = {
        {SCTP_ADD, a2}, {SCTP_SET_PRIMARY, a2}, {SCTP_DELETE, a1}};
    assert_int_equal(sctp_asconf(n->ep[A], n->id[A], all, 3, n->now), ROAM_OK);
    net_run_for(n, 5 * ROAM_MS);
    net_lose(n, A, &a1);
    net_lose(n, A, &a2);
    net_cut(n, &a2);
    net_run_for(n, 10 * ROAM_SEC);
    net_heal(n);
    net_gain(n, A, &a2);
    net_run_for(n, 500 * ROAM_MS);
    assert_int_equal(n->asconf_done[A][SCTP_DELETE], 1);
    assert_int_equal(n->asconf_cause[A][SCTP_DELETE], 0);
    net_free(n);
}

/** RFC 5061 section 5.3: a late packet from a deleted address is out of the blue to the peer. */
static void what_its_delete_has_overtaken_is_late_and_nothing_more(void** state)
{
    (void)state;
    struct net* n = net_two_radios(NULL);
    net_asconf(n, A, SCTP_ADD, &a2);
    net_run_for(n, 100 * ROAM_MS);
    net_asconf(n, A, SCTP_SET_PRIMARY, &a2);
    net_run_for(n, 100 * ROAM_MS);
    /* the last data from a1 is overtaken by its DELETE */
    n->late_number = (int)n->sent;
    n->late_by = 200 * ROAM_MS;
    net_send(n, A, 1, 100);
    sctp_set_primary(n->ep[A], n->id[A], &a2, NULL, n->now);
    net_asconf(n, A, SCTP_DELETE, &a1);
    net_run_for(n, 30 * ROAM_SEC);
    assert_true(n->drops[Z][SCTP_DROP_OOTB] >= 1);
    assert_int_equal(net_count(n, Z, "ABORT"), 0);
    assert_int_equal(n->lost[A] + n->lost[Z], 0);
    assert_int_equal(n->next_in[Z], 1);
    net_free(n);
}

/** Found by the random walk: each end answered to an address that the other had just left. */
static void both_ends_may_change_their_only_address_at_once(void** state)
{
    (void)state;
    struct net* n = net_two_radios(NULL);
    net_gain(n, Z, &z2);
    const struct sctp_asconf_request as[] = {{SCTP_ADD, a2}, {SCTP_DELETE, a1}};
    const struct sctp_asconf_request zs[] = {{SCTP_ADD, z2}, {SCTP_DELETE, z1}};
    assert_int_equal(sctp_asconf(n->ep[A], n->id[A], as, 2, n->now), ROAM_OK);
    assert_int_equal(sctp_asconf(n->ep[Z], n->id[Z], zs, 2, n->now), ROAM_OK);
    net_send(n, A, 3, 1000);
    net_send(n, Z, 3, 1000);
    net_run_for(n, 5 * ROAM_SEC);
    for (int end = A; end <= Z; end++)
    {
        assert_int_equal(n->asconf_done[end][SCTP_ADD], 1);
        assert_int_equal(n->asconf_done[end][SCTP_DELETE], 1);
        assert_int_equal(n->next_in[end], 3);
    }
    assert_true(net_locals_are(n, A, &a2, 1) && net_peers_are(n, Z, &a2, 1));
    assert_true(net_locals_are(n, Z, &z2, 1) && net_peers_are(n, A, &z2, 1));
    net_free(n);
}

static void one_asconf_is_outstanding_and_the_others_wait(void** state)
{
    (void)state;
    struct net* n = net_two_radios(NULL);
    net_gain(n, A, &a3);
    net_asconf(n, A, SCTP_ADD, &a2);
    net_asconf(n, A, SCTP_ADD, &a3);
    net_poll(n);
    assert_int_equal(net_count(n, A, "ASCONF"), 1);
    net_run_for(n, 25 * ROAM_MS);
    assert_int_equal(net_count(n, A, "ASCONF"), 2);
    net_run_for(n, 25 * ROAM_MS);
    assert_int_equal(n->asconf_done[A][SCTP_ADD], 2);
    net_free(n);
}

/** Found by the random walk: what the next request deletes may be all that the peer knows. */
static void an_asconf_may_leave_from_what_a_later_one_deletes(void** state)
{
    (void)state;
    struct net* n = net_two_radios(NULL);
    net_gain(n, A, &a3);
    const struct sctp_asconf_request move[] = {
        {SCTP_ADD, a2}, {SCTP_SET_PRIMARY, a2}, {SCTP_DELETE, a1}};
    assert_int_equal(sctp_asconf(n->ep[A], n->id[A], move, 3, n->now), ROAM_OK);
    assert_int_equal(net_asconf(n, A, SCTP_ADD, &a3), ROAM_OK);
    assert_int_equal(net_asconf(n, A, SCTP_DELETE, &a2), ROAM_OK);
    n->drop_chunk = "ASCONF-ACK"; /* Z knows a2 now, and nothing else */
    net_run_for(n, 60 * ROAM_SEC);
    assert_null(n->drop_chunk);
    assert_true(net_locals_are(n, A, &a3, 1) && net_peers_are(n, Z, &a3, 1));
    net_free(n);
}

static void the_last_address_and_the_source_address_are_not_deleted(void** state)
{
    (void)state;
    struct net* n = net_two_radios(NULL);
    assert_int_equal(net_asconf(n, A, SCTP_DELETE, &a1), ROAM_EINVAL);
    assert_int_equal(net_asconf(n, A, SCTP_DELETE, &a2), ROAM_EINVAL);
    assert_int_equal(net_asconf(n, A, SCTP_ADD, &a1), ROAM_EEXIST);
    assert_int_equal(net_asconf(n, A, SCTP_ADD, &a3), ROAM_EINVAL);
    assert_int_equal(net_asconf(n, A, SCTP_SET_PRIMARY, &a2), ROAM_EINVAL);
    const struct sctp_asconf_request twice[] = {{SCTP_DELETE, a1}, {SCTP_DELETE, a1}};
    assert_int_equal(sctp_asconf(n->ep[A], n->id[A], twice, 2, n->now), ROAM_EINVAL);
    /* an IPv6 address that reaches no address of the peer does not count */
    const struct roam_addr six = {ROAM_ADDR_V6, {0xfd, [15] = 1}};
    net_gain(n, A, &six);
    assert_int_equal(net_asconf(n, A, SCTP_ADD, &six), ROAM_OK);
    net_run_for(n, ROAM_SEC);
    assert_int_equal(net_asconf(n, A, SCTP_DELETE, &a1), ROAM_EINVAL);
    net_free(n);
}

static void without_authentication_there_is_no_address_change(void** state)
{
    (void)state;
    struct sctp_config c;
    sctp_config_default(&c);
    c.auth = c.addip = false;
    struct net* n = net_established(&c);
    net_gain(n, A, &a2);
    assert_int_equal(net_asconf(n, A, SCTP_ADD, &a2), ROAM_ENOTSUP);
    c.addip = true;
    assert_int_equal(sctp_config_check(&c), ROAM_EINVAL);
    net_free(n);
}

static void a_client_swings_between_two_cells_fifty_times(void** state)
{
    (void)state;
    struct net* n = net_established(NULL);
    const struct roam_addr* cells[] = {&a1, &a2};
    for (int i = 0; i < 50; i++)
    {
        const struct roam_addr* from = cells[i % 2];
        const struct roam_addr* to = cells[1 - i % 2];
        net_send(n, Z, 4, 1000);
        net_lose(n, A, from);
        net_run_for(n, 30 * ROAM_MS);
        net_gain(n, A, to);
        assert_int_equal(net_asconf(n, A, SCTP_ADD, to), ROAM_OK);
        net_run_for(n, 200 * ROAM_MS);
        assert_int_equal(net_asconf(n, A, SCTP_SET_PRIMARY, to), ROAM_OK);
        sctp_set_primary(n->ep[A], n->id[A], to, NULL, n->now);
        assert_int_equal(net_asconf(n, A, SCTP_DELETE, from), ROAM_OK);
        net_run_for(n, 300 * ROAM_MS);
        assert_true(net_locals_are(n, A, to, 1) && net_peers_are(n, Z, to, 1));
    }
    net_run_for(n, 10 * ROAM_SEC);
    assert_int_equal(n->next_in[A], 200);
    assert_false(n->out_of_order);
    net_free(n);
}

static void both_ends_change_addresses_at_the_same_time(void** state)
{
    (void)state;
    struct net* n = net_two_radios(NULL);
    net_gain(n, Z, &z2);
    assert_int_equal(net_asconf(n, A, SCTP_ADD, &a2), ROAM_OK);
    assert_int_equal(net_asconf(n, Z, SCTP_ADD, &z2), ROAM_OK);
    net_run_for(n, ROAM_SEC);
    const struct roam_addr as[] = {a1, a2};
    const struct roam_addr zs[] = {z1, z2};
    assert_true(net_peers_are(n, Z, as, 2) && net_peers_are(n, A, zs, 2));
    struct sctp_path_status paths[8];
    assert_int_equal(sctp_paths(n->ep[A], n->id[A], paths, 8), 4);
    for (int i = 0; i < 4; i++)
    {
        assert_int_equal(paths[i].state, SCTP_PATH_ACTIVE);
    }
    net_free(n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(address_lists_and_primary_follow_the_drafts_sections_4_1_to_4_5),
        cmocka_unit_test(every_asconf_and_its_answer_stand_behind_auth),
        cmocka_unit_test(data_reaches_a_new_primary_only_after_its_heartbeat),
        cmocka_unit_test(with_one_radio_the_peer_finds_the_association_by_the_address_parameter),
        cmocka_unit_test(after_the_delete_what_was_in_flight_goes_to_the_new_address_at_once),
        cmocka_unit_test(new_data_takes_a_new_primary_at_once_though_the_old_path_is_silent),
        cmocka_unit_test(a_client_that_moves_on_before_its_add_is_answered_adds_the_next_address),
        cmocka_unit_test(a_client_back_at_the_address_that_it_deletes_is_not_stuck),
        cmocka_unit_test(in_one_asconf_there_is_a_way_back),
        cmocka_unit_test(the_way_back_goes_until_it_is_answered),
        cmocka_unit_test(from_a_third_link_the_next_add_goes_with_the_first),
        cmocka_unit_test(the_way_back_comes_behind_what_has_left_already),
        cmocka_unit_test(the_old_link_that_is_back_is_a_way_back),
        cmocka_unit_test(the_new_link_that_is_back_gets_the_answer_at_once),
        cmocka_unit_test(what_its_delete_has_overtaken_is_late_and_nothing_more),
        cmocka_unit_test(both_ends_may_change_their_only_address_at_once),
        cmocka_unit_test(one_asconf_is_outstanding_and_the_others_wait),
        cmocka_unit_test(an_asconf_may_leave_from_what_a_later_one_deletes),
        cmocka_unit_test(the_last_address_and_the_source_address_are_not_deleted),
        cmocka_unit_test(without_authentication_there_is_no_address_change),
        cmocka_unit_test(a_client_swings_between_two_cells_fifty_times),
        cmocka_unit_test(both_ends_change_addresses_at_the_same_time),
    };
    return cmocka_run_group_tests_name("sctp-handover", tests, NULL, NULL);
}

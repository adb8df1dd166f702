/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A change of the primary path while data flows: what it does to what is in flight, and what it
 * must not do: take reordering for loss. */
#include "sctp-net.h"

#include "core/sctp/sctp-wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct sctp_config defaults(void)
{
    struct sctp_config c;
    sctp_config_default(&c);
    return c;
}

/** A has two addresses, both confirmed; the first is Z's primary, and A's. */
static struct net* two_paths(const struct sctp_config* config)
{
    struct net* n = net_new(config);
    net_gain(n, A, &a2);
    net_connect(n);
    net_run(n, ROAM_SEC);
    assert_true(n->up[A] == 1 && n->up[Z] == 1);
    return n;
}

static struct sctp_status status_of(const struct net* n, int end)
{
    struct sctp_status s;
    assert_int_equal(sctp_status(n->ep[end], n->id[end], &s), ROAM_OK);
    return s;
}

static unsigned resent(const struct net* n, int end)
{
    return (unsigned)status_of(n, end).data_chunks_retransmitted;
}

static struct sctp_path_status path_of(const struct net* n, int end, const struct roam_addr* local,
                                       const struct roam_addr* peer)
{
    struct sctp_path_status paths[8];
    const size_t k = sctp_paths(n->ep[end], n->id[end], paths, 8);
    for (size_t i = 0; i < k; i++)
    {
        if (roam_addr_equal(&paths[i].local, local) && roam_addr_equal(&paths[i].peer, peer))
        {
            return paths[i];
        }
    }
    fail_msg("no such path");
    return paths[0];
}

/* --- Reordering is not loss ------------------------------------------------------------------ */

/** Z sends to a slow a1, turns to a fast a2 and goes on; nothing is lost. */
static struct net* switches_to_a_faster_path(bool classic)
{
    struct sctp_config c = defaults();
    c.classic_fast_retransmit = classic;
    struct net* n = two_paths(&c);
    n->slow = a1;
    n->slow_by = 150 * ROAM_MS;
    net_send(n, Z, 3, 1000); /* A          <- DATA <- Z, by a1: 160 ms */
    sctp_set_primary(n->ep[Z], n->id[Z], NULL, &a2, n->now);
    for (int i = 0; i < 10; i++) /* A <- DATA <- Z, by a2: 10 ms, each with a gap before it */
    {
        net_send(n, Z, 1, 1000);
        net_run_for(n, 5 * ROAM_MS);
    }
    net_run_for(n, 2 * ROAM_SEC);
    assert_int_equal(n->next_in[A], 13);
    assert_false(n->out_of_order);
    return n;
}

static void classic_fast_retransmit_takes_a_switch_to_a_faster_path_for_loss(void** state)
{
    (void)state;
    struct net* n = switches_to_a_faster_path(true);
    assert_int_equal(resent(n, Z), 3);
    assert_int_equal(status_of(n, A).duplicate_tsns, 3);
    net_free(n);
}

static void by_default_a_switch_to_a_faster_path_retransmits_nothing(void** state)
{
    (void)state;
    struct net* n = switches_to_a_faster_path(false);
    const uint32_t ssthresh = path_of(n, Z, &z1, &a1).ssthresh;
    assert_int_equal(resent(n, Z), 0);
    assert_int_equal(status_of(n, A).duplicate_tsns, 0);
    net_free(n);
    n = switches_to_a_faster_path(true);
    assert_true(path_of(n, Z, &z1, &a1).ssthresh < ssthresh / 10); /* taken for congestion */
    net_free(n);
}

/** A chunk of the first path lost, too: it is repaired by the chunks sent behind it on that path.
 */
static void a_true_loss_before_the_switch_is_repaired_by_fast_retransmit(void** state)
{
    (void)state;
    struct net* n = two_paths(NULL);
    n->slow = a1;
    n->slow_by = 50 * ROAM_MS;
    n->drop_chunk = "DATA";
    for (int i = 0; i < 4; i++) /* one packet each: the first is lost */
    {
        net_send(n, Z, 1, 1000);
        net_run_for(n, ROAM_MS);
    }
    sctp_set_primary(n->ep[Z], n->id[Z], NULL, &a2, n->now);
    net_send(n, Z, 4, 1000);
    net_run_for(n, 200 * ROAM_MS); /* far less than T3-rtx */
    assert_int_equal(n->next_in[A], 8);
    assert_int_equal(resent(n, Z), 1);
    net_free(n);
}

static void a_true_loss_after_the_switch_is_repaired_by_fast_retransmit(void** state)
{
    (void)state;
    struct net* n = two_paths(NULL);
    n->slow = a1;
    n->slow_by = 100 * ROAM_MS;
    net_send(n, Z, 3, 1000);
    sctp_set_primary(n->ep[Z], n->id[Z], NULL, &a2, n->now);
    n->drop_chunk = "DATA";
    for (int i = 0; i < 4; i++)
    {
        net_send(n, Z, 1, 1000);
        net_run_for(n, ROAM_MS);
    }
    net_run_for(n, 200 * ROAM_MS);
    assert_int_equal(n->next_in[A], 7);
    assert_int_equal(resent(n, Z), 1);
    net_free(n);
}

/** In fast recovery on a slow path, too, what flies there is not judged by what flew faster. */
static void in_fast_recovery_only_what_is_lost_is_sent_again(void** state)
{
    (void)state;
    struct sctp_config c = defaults();
    c.max_burst = 0;
    struct net* n = two_paths(&c);
    for (int i = 0; i < 20; i++) /* a wide window on a1 */
    {
        net_send(n, Z, 20, 1000);
        net_run_for(n, 100 * ROAM_MS);
    }
    const unsigned before = n->next_in[A];
    n->slow = a1;
    n->slow_by = 100 * ROAM_MS;
    n->drop_chunk = "DATA";
    for (int i = 0; i < 10; i++)
    {
        net_send(n, Z, 1, 1000);
        net_run_for(n, 10 * ROAM_MS);
    }
    sctp_set_primary(n->ep[Z], n->id[Z], NULL, &a2, n->now);
    for (int i = 0; i < 20; i++)
    {
        net_send(n, Z, 1, 1000);
        net_run_for(n, 5 * ROAM_MS);
    }
    net_run_for(n, 2 * ROAM_SEC);
    assert_int_equal(n->next_in[A], before + 30);
    assert_int_equal(resent(n, Z), 1);
    net_free(n);
}

/** What has moved to a path is younger there than what flew before it with a higher TSN. */
static void what_was_moved_to_a_path_is_not_missed_there_too_early(void** state)
{
    (void)state;
    struct sctp_config c = defaults();
    c.max_burst = 0;
    c.sack_delay = 0;
    struct net* n = two_paths(&c);
    net_cut(n, &a1);
    net_send(n, Z, 3, 1000); /* by a1: lost */
    sctp_set_primary(n->ep[Z], n->id[Z], NULL, &a2, n->now);
    n->slow = a2;
    n->slow_by = 400 * ROAM_MS;
    net_run_for(n, ROAM_SEC - 20 * ROAM_MS);
    for (int i = 0; i < 4; i++) /* by a2, just before T3-rtx of a1 */
    {
        net_send(n, Z, 1, 1000);
        net_run_for(n, 5 * ROAM_MS);
    }
    net_run_for(n, 5 * ROAM_SEC); /* T3-rtx: three chunks by a2, behind those four */
    assert_int_equal(n->next_in[A], 7);
    assert_int_equal(resent(n, Z), 3);
    net_free(n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(classic_fast_retransmit_takes_a_switch_to_a_faster_path_for_loss),
        cmocka_unit_test(by_default_a_switch_to_a_faster_path_retransmits_nothing),
        cmocka_unit_test(a_true_loss_before_the_switch_is_repaired_by_fast_retransmit),
        cmocka_unit_test(a_true_loss_after_the_switch_is_repaired_by_fast_retransmit),
        cmocka_unit_test(in_fast_recovery_only_what_is_lost_is_sent_again),
        cmocka_unit_test(what_was_moved_to_a_path_is_not_missed_there_too_early),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

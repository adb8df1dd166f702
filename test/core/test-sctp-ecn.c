/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Explicit congestion notification: RFC 3168, and appendix A of RFC 4960. A sends, Z receives. */
#include "sctp-forge.h"
#include "sctp-net.h"

#include "core/sctp/sctp-priv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct sctp_config offering(bool ecn)
{
    struct sctp_config c;
    sctp_config_default(&c);
    c.ecn = ecn;
    c.max_burst = 0;
    return c;
}

static struct net* connected(bool a, bool z)
{
    const struct sctp_config ca = offering(a);
    const struct sctp_config cz = offering(z);
    struct net* n = net_new_two(&ca, &cz, 1);
    net_connect(n);
    net_run_for(n, ROAM_SEC);
    assert_true(n->up[A] == 1 && n->up[Z] == 1);
    return n;
}

static struct sctp_path_status path(const struct net* n)
{
    struct sctp_path_status p;
    assert_int_equal(sctp_paths(n->ep[A], n->id[A], &p, 1), 1);
    return p;
}

static uint64_t retransmitted(const struct net* n)
{
    struct sctp_status s;
    assert_int_equal(sctp_status(n->ep[A], n->id[A], &s), ROAM_OK);
    return s.data_chunks_retransmitted;
}

static void both_ends_have_to_offer_it(void** state)
{
    (void)state;
    for (int a = 0; a < 2; a++)
    {
        for (int z = 0; z < 2; z++)
        {
            struct net* n = connected(a, z);
            struct sctp_status s;
            n->congested = true;
            assert_int_equal(sctp_status(n->ep[A], n->id[A], &s), ROAM_OK);
            assert_int_equal(s.ecn, a && z);
            assert_int_equal(sctp_status(n->ep[Z], n->id[Z], &s), ROAM_OK);
            assert_int_equal(s.ecn, a && z);
            assert_int_equal(n->capable[A] + n->capable[Z], 0); /* the handshake never is */
            assert_int_equal(net_send(n, A, 1, 100), 1);
            net_run_for(n, ROAM_SEC);
            assert_int_equal(n->capable[A], a && z);
            assert_int_equal(n->capable[Z], 0); /* nor is a SACK */
            assert_int_equal(net_count(n, Z, "ECNE"), a && z);
            assert_int_equal(net_count(n, A, "CWR"), a && z);
            net_free(n);
        }
    }
}

static void a_mark_halves_the_window_once_and_nothing_is_sent_again(void** state)
{
    (void)state;
    struct net* n = connected(true, true);
    assert_int_equal(net_send(n, A, 100, 1452), 100);
    net_run_for(n, 500 * ROAM_MS); /* it has grown */
    const uint32_t before = path(n).cwnd;
    assert_true(before > 16 * 1452);
    n->congested = true; /* each packet of one window is marked */
    assert_int_equal(net_send(n, A, 40, 1452), 40);
    net_poll(n);
    n->congested = false;
    net_run_for(n, 2 * n->delay);
    assert_true(net_count(n, Z, "ECNE") > 1);
    assert_int_equal(path(n).ssthresh, before / 2);
    assert_in_range(path(n).cwnd, before / 2, before / 2 + 3 * 1452);
    net_run_for(n, ROAM_SEC);
    assert_int_equal(n->next_in[Z], 140);
    assert_int_equal(retransmitted(n), 0);
    const unsigned echoes = net_count(n, Z, "ECNE"); /* CWR has ended them */
    assert_int_equal(net_send(n, A, 20, 1452), 20);
    net_run_for(n, ROAM_SEC);
    assert_int_equal(net_count(n, Z, "ECNE"), echoes);
    net_free(n);
}

static void a_mark_in_a_later_window_halves_it_again(void** state)
{
    (void)state;
    struct net* n = connected(true, true);
    assert_int_equal(net_send(n, A, 150, 1452), 150);
    net_run_for(n, 500 * ROAM_MS);
    uint32_t ssthresh = UINT32_MAX;
    for (int i = 0; i < 2; i++)
    {
        n->congested = true;
        assert_int_equal(net_send(n, A, 1, 1452), 1);
        net_poll(n);
        n->congested = false;
        net_run_for(n, ROAM_SEC / 10);
        assert_true(path(n).ssthresh < ssthresh);
        ssthresh = path(n).ssthresh;
    }
    net_free(n);
}

static void an_echo_goes_on_until_its_answer_arrives(void** state)
{
    (void)state;
    struct net* n = connected(true, true);
    n->congested = true;
    assert_int_equal(net_send(n, A, 1, 100), 1);
    net_poll(n);
    n->congested = false;
    n->drop_chunk = "CWR";
    net_run_for(n, ROAM_SEC);
    assert_int_equal(net_count(n, Z, "ECNE"), 1);
    assert_int_equal(net_count(n, A, "CWR"), 1); /* lost */
    assert_int_equal(net_send(n, A, 1, 100), 1);
    net_run_for(n, ROAM_SEC);
    assert_int_equal(net_count(n, Z, "ECNE"), 2);
    assert_int_equal(net_count(n, A, "CWR"), 2);
    assert_int_equal(net_send(n, A, 1, 100), 1);
    net_run_for(n, ROAM_SEC);
    assert_int_equal(net_count(n, Z, "ECNE"), 2);
    net_free(n);
}

/** RFC 3168 section 6.1.5. */
static void what_is_sent_again_is_not_capable(void** state)
{
    (void)state;
    struct net* n = connected(true, true);
    net_cut(n, &a1);
    assert_int_equal(net_send(n, A, 1, 100), 1);
    net_run_for(n, 5 * ROAM_SEC);
    assert_true(retransmitted(n) > 0);
    assert_int_equal(n->capable[A], 1);
    net_free(n);
}

static void echo_by_hand(struct net* n, uint32_t tsn)
{
    struct forge f;
    uint8_t lowest[4];
    roam_put32(lowest, tsn);
    forge_begin(&f, n, Z);
    forge_chunk(&f, SCTP_C_ECNE, 0, lowest, sizeof lowest);
    forge_send(&f);
    net_poll(n);
}

/** As by a peer that puts its SACK in front of the echo. */
static void an_echo_behind_the_sack_halves_the_window_too(void** state)
{
    (void)state;
    struct net* n = connected(true, true);
    assert_int_equal(net_send(n, A, 100, 1452), 100);
    net_run_for(n, ROAM_SEC);
    assert_int_equal(n->next_in[Z], 100);
    const uint32_t before = path(n).cwnd;
    const uint32_t last = sctp_by_id(n->ep[A], n->id[A])->cum_acked;
    echo_by_hand(n, last);
    assert_int_equal(path(n).ssthresh, before / 2);
    assert_int_equal(net_count(n, A, "CWR"), 1);
    echo_by_hand(n, last); /* the same once more: its answer was lost */
    assert_int_equal(path(n).ssthresh, before / 2);
    assert_int_equal(net_count(n, A, "CWR"), 2);
    net_free(n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_ends_have_to_offer_it),
        cmocka_unit_test(a_mark_halves_the_window_once_and_nothing_is_sent_again),
        cmocka_unit_test(a_mark_in_a_later_window_halves_it_again),
        cmocka_unit_test(an_echo_goes_on_until_its_answer_arrives),
        cmocka_unit_test(what_is_sent_again_is_not_capable),
        cmocka_unit_test(an_echo_behind_the_sack_halves_the_window_too),
    };
    return cmocka_run_group_tests_name("sctp-ecn", tests, NULL, NULL);
}

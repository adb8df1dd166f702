/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The data sender's windows: the peer's (RFC 9260 sections 6.1, 6.2.1), the path's (7.2). */
#include "sctp-craft.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/** A SACK of chunks since the Initial TSN, a window, and one gap block (0, 0: none). */
static void sack(struct puppet* p, uint32_t chunks, uint32_t rwnd, uint16_t start, uint16_t end)
{
    struct craft c;
    const uint16_t block[1][2] = {{start, end}};
    puppet_begin(p, &c);
    craft_sack(&c, p->ep_tsn - 1 + chunks, rwnd, block, start > 0);
    puppet_send(p, &c);
}

/** Grows cwnd by full windows, each acknowledged at once; returns how many chunks that took. */
static uint32_t grow(struct puppet* p, unsigned rounds)
{
    uint32_t sent = 0;
    for (unsigned i = 0; i < rounds; i++)
    {
        while (puppet_path(p).outstanding < puppet_path(p).cwnd)
        {
            assert_int_equal(puppet_user_send(p, 1452), ROAM_OK);
            sent++;
        }
        puppet_run_for(p, 10 * ROAM_MS);
        puppet_sack(p, sent);
    }
    puppet_ladder(p);
    return sent;
}

static struct sctp_config no_burst_limit(void)
{
    struct sctp_config c;
    sctp_config_default(&c);
    c.auth = c.addip = false;
    c.max_burst = 0;
    return c;
}

/** Twelve chunks in flight, a full window, behind some that have grown the window; returns those.
 */
static uint32_t twelve_in_flight(struct puppet* p)
{
    const uint32_t before = grow(p, 8);
    for (int i = 0; i < 12; i++)
    {
        assert_int_equal(puppet_user_send(p, 1452), ROAM_OK);
    }
    puppet_ladder(p);
    assert_true(puppet_path(p).outstanding >= puppet_path(p).cwnd);
    return before;
}

static void slow_start_and_congestion_avoidance_grow_as_section_7_2_says(void** state)
{
    (void)state;
    const struct sctp_config c = no_burst_limit();
    struct puppet* p = puppet_connected(&c);
    assert_int_equal(puppet_path(p).cwnd, 4404); /* min(4 * 1452, max(2 * 1452, 4404)) */
    puppet_user_send(p, 1452);
    puppet_sack(p, 1);
    assert_int_equal(puppet_path(p).cwnd, 4404); /* the window was not in full use */
    uint32_t n = 1;
    for (; puppet_path(p).outstanding < puppet_path(p).cwnd; n++)
    {
        puppet_user_send(p, 1452);
    }
    assert_int_equal(puppet_user_send(p, 1452), ROAM_OK);
    puppet_ladder(p);
    assert_int_equal(puppet_path(p).outstanding, 4 * 1452); /* 6.1 B: not a packet beyond */
    puppet_sack(p, n);
    assert_int_equal(puppet_path(p).cwnd, 4404 + 1452); /* four chunks at once: L is 1 */
    puppet_sack(p, n + 1);
    /* a loss, so that congestion avoidance follows: one MTU for each full window */
    struct puppet* q = puppet_connected(&c);
    uint32_t m = twelve_in_flight(q);
    sack(q, m, 100000, 2, 2);
    sack(q, m, 100000, 2, 3);
    sack(q, m, 100000, 2, 4);
    puppet_sack(q, m += 12);
    const uint32_t ssthresh = puppet_path(q).ssthresh;
    uint32_t cwnd = puppet_path(q).cwnd;
    const uint32_t start = cwnd;
    assert_in_range(start, ssthresh, ssthresh + 1452);
    for (int round = 0; round < 12; round++)
    {
        while (puppet_path(q).outstanding < puppet_path(q).cwnd)
        {
            puppet_user_send(q, 1452);
            m++;
        }
        puppet_sack(q, m);
        assert_in_range(puppet_path(q).cwnd, cwnd, cwnd + 1452);
        cwnd = puppet_path(q).cwnd;
    }
    assert_in_range(cwnd, start + 10 * 1452, start + 12 * 1452);
    puppet_free(p);
    puppet_free(q);
}

/** Section 6.1 B: no new data once as much as cwnd is in flight, to the byte. */
static void a_window_that_is_full_to_the_byte_takes_no_more(void** state)
{
    (void)state;
    const struct sctp_config c = no_burst_limit();
    struct puppet* p = puppet_connected(&c);
    assert_int_equal(puppet_path(p).cwnd, 4 * 1101);
    for (int i = 0; i < 5; i++)
    {
        puppet_user_send(p, 1101);
    }
    assert_int_equal(puppet_path(p).outstanding, 4 * 1101);
    puppet_sack(p, 1);
    assert_int_equal(puppet_count(p, SCTP_C_DATA), 5);
    puppet_free(p);
}

/** Section 7.2.2: a full window that is acknowledged packet by packet grows by one all the same. */
static void congestion_avoidance_grows_once_for_all_the_sacks_of_a_window(void** state)
{
    (void)state;
    const struct sctp_config c = no_burst_limit();
    struct puppet* p = puppet_connected(&c);
    uint32_t acked = twelve_in_flight(p);
    sack(p, acked, 100000, 2, 2);
    sack(p, acked, 100000, 2, 3);
    sack(p, acked, 100000, 2, 4);
    puppet_sack(p, acked += 12);
    uint32_t sent = acked;
    const uint32_t start = puppet_path(p).cwnd;
    for (uint32_t i = 0; i < 3 * (start / 1452 + 1); i++)
    {
        for (; puppet_path(p).outstanding < puppet_path(p).cwnd; sent++)
        {
            puppet_user_send(p, 1452);
        }
        puppet_sack(p, ++acked);
    }
    assert_in_range(puppet_path(p).cwnd, start + 2 * 1452, start + 3 * 1452);
    puppet_free(p);
}

/** Section 6.2.1 D ii. */
static void the_peers_window_is_what_it_says_less_what_is_in_flight(void** state)
{
    (void)state;
    struct puppet* p = puppet_connected(NULL);
    struct sctp_status s;
    for (int i = 0; i < 3; i++)
    {
        puppet_user_send(p, 1000);
    }
    sack(p, 1, 2500, 0, 0);
    sctp_status(p->ep, p->id, &s);
    assert_int_equal(s.peer_rwnd, 500);
    puppet_user_send(p, 600);
    assert_int_equal(puppet_count(p, SCTP_C_DATA), 3);
    sack(p, 1, 1500, 0, 0); /* less than is in flight: none */
    sctp_status(p->ep, p->id, &s);
    assert_int_equal(s.peer_rwnd, 0);
    puppet_free(p);
}

static void an_idle_window_decays_to_four_packets(void** state)
{
    (void)state;
    const struct sctp_config c = no_burst_limit();
    struct puppet* p = puppet_connected(&c);
    const uint32_t n = grow(p, 8);
    const uint32_t cwnd = puppet_path(p).cwnd;
    assert_true(cwnd > 8 * 1452);
    p->now += puppet_path(p).rto + 1; /* an RTO and a bit */
    puppet_user_send(p, 10);
    assert_int_equal(puppet_path(p).cwnd, cwnd / 2 > 4 * 1452 ? cwnd / 2 : 4 * 1452);
    assert_int_equal(puppet_path(p).ssthresh, cwnd);
    puppet_sack(p, n + 1);
    p->now += 20 * puppet_path(p).rto;
    puppet_user_send(p, 10);
    assert_int_equal(puppet_path(p).cwnd, 4 * 1452);
    puppet_free(p);
}

static void no_more_than_max_burst_packets_follow_a_sack(void** state)
{
    (void)state;
    struct sctp_config c = no_burst_limit();
    struct puppet* p = puppet_connected(&c);
    const uint32_t n = grow(p, 12);
    c.max_burst = 4;
    assert_int_equal(sctp_configure(p->ep, p->id, &c), ROAM_OK);
    for (int i = 0; i < 12; i++)
    {
        puppet_user_send(p, 1400);
    }
    assert_string_equal(puppet_ladder(p), "DATA | DATA | DATA | DATA");
    puppet_sack(p, n + 1);
    assert_string_equal(puppet_ladder(p), "DATA | DATA | DATA | DATA");
    puppet_free(p);
}

/** 6.1 D limits what leaves at one time: a user with a message now and then makes no bursts. */
static void messages_of_different_moments_are_no_burst(void** state)
{
    (void)state;
    struct sctp_config c = no_burst_limit();
    struct puppet* p = puppet_connected(&c);
    grow(p, 12);
    c.max_burst = 4;
    assert_int_equal(sctp_configure(p->ep, p->id, &c), ROAM_OK);
    for (int i = 0; i < 10; i++)
    {
        puppet_user_send(p, 1000);
        assert_string_equal(puppet_ladder(p), "DATA");
        puppet_run_for(p, ROAM_MS);
    }
    puppet_free(p);
}

/** Both SACKs for a burst may be lost: what is given a round trip later need not wait for T3. */
static void a_burst_is_over_after_a_round_trip(void** state)
{
    (void)state;
    struct sctp_config c = no_burst_limit();
    struct puppet* p = puppet_connected(&c);
    grow(p, 12);
    c.max_burst = 4;
    assert_int_equal(sctp_configure(p->ep, p->id, &c), ROAM_OK);
    for (int i = 0; i < 5; i++)
    {
        puppet_user_send(p, 1400);
    }
    assert_string_equal(puppet_ladder(p), "DATA | DATA | DATA | DATA");
    const roam_time srtt = puppet_path(p).srtt;
    puppet_run_for(p, srtt);
    puppet_user_send(p, 1400); /* not yet over */
    assert_string_equal(puppet_ladder(p), "");
    puppet_run_for(p, 1);
    puppet_user_send(p, 1400);
    assert_string_equal(puppet_ladder(p), "DATA | DATA | DATA");
    puppet_free(p);
}

static void a_closed_window_is_probed_after_an_rto_and_ever_more_seldom(void** state)
{
    (void)state;
    struct puppet* p = puppet_connected(NULL);
    puppet_user_send(p, 1000);
    sack(p, 1, 0, 0, 0); /* all acknowledged, and closed */
    puppet_ladder(p);
    puppet_user_send(p, 1000);
    puppet_user_send(p, 1000);
    assert_string_equal(puppet_ladder(p), ""); /* rule A */
    const uint32_t cwnd = puppet_path(p).cwnd;
    const roam_time rto = puppet_path(p).rto;
    puppet_run_for(p, rto - 1);
    assert_string_equal(puppet_ladder(p), "");
    puppet_run_for(p, 1);
    assert_string_equal(puppet_ladder(p), "DATA"); /* one chunk */
    roam_time last = p->now;
    for (int i = 0; i < 20; i++) /* longer than Association.Max.Retrans would allow */
    {
        sack(p, 1, 0, 0, 0); /* dropped, and said so */
        const size_t before = p->n_sent;
        while (p->n_sent == before)
        {
            puppet_run_for(p, ROAM_SEC / 10);
        }
        assert_string_equal(puppet_ladder(p), "DATA");
        assert_true(p->now - last >= (i < 5 ? rto << i : rto));
        last = p->now;
        assert_int_equal(puppet_path(p).errors, 0);
        assert_int_equal(puppet_path(p).cwnd, cwnd);
    }
    assert_int_equal(p->inactive + p->lost, 0);
    sack(p, 2, 100000, 0, 0);
    assert_string_equal(puppet_ladder(p), "DATA"); /* open: the next goes at once */
    puppet_free(p);
}

static void a_window_too_small_for_the_next_chunk_is_not_filled_with_crumbs(void** state)
{
    (void)state;
    struct puppet* p = puppet_connected(NULL);
    puppet_user_send(p, 1000);
    sack(p, 1, 500, 0, 0);
    puppet_ladder(p);
    puppet_user_send(p, 1000);
    assert_string_equal(puppet_ladder(p), "");
    sack(p, 1, 1000, 0, 0); /* a window update */
    assert_string_equal(puppet_ladder(p), "DATA");
    puppet_free(p);
}

static void old_sacks_are_ignored_and_impossible_ones_end_the_association(void** state)
{
    (void)state;
    struct puppet* p = puppet_connected(NULL);
    struct sctp_param cause;
    puppet_user_send(p, 10);
    puppet_user_send(p, 10);
    puppet_sack(p, 1);
    sack(p, 0, 5, 0, 0); /* old: nothing of it counts, neither its window (6.2.1 D i) */
    struct sctp_status s;
    sctp_status(p->ep, p->id, &s);
    assert_true(s.peer_rwnd > 5);
    puppet_chunk(p, SCTP_C_SACK, 0, "abcd", 4);
    assert_int_equal(p->drops[SCTP_DROP_MALFORMED], 1);
    sack(p, 1, 100000, 2, 500); /* beyond what was sent: the rest of it counts */
    assert_int_equal(p->lost, 0);
    puppet_ladder(p);
    sack(p, 3, 100000, 0, 0);
    assert_string_equal(puppet_ladder(p), "ABORT");
    assert_true(puppet_cause(p, SCTP_C_ABORT, SCTP_E_PROTOCOL, &cause));
    assert_true(cause.value_len > 10); /* in words */
    assert_int_equal(p->why, SCTP_LOST_PROTOCOL);
    puppet_free(p);
}

static void no_more_tsns_are_out_than_gap_blocks_can_name(void** state)
{
    (void)state;
    struct sctp_config c = no_burst_limit();
    c.send_buffer = 1 << 18;
    struct puppet* p = puppet_connected(&c);
    const struct sctp_message_info info = {0};
    struct sctp_status s;
    for (uint32_t i = 0; i < 70000; i++)
    {
        assert_int_equal(sctp_send(p->ep, p->id, &info, "x", 1, p->now), ROAM_OK);
    }
    size_t most = 0;
    uint32_t received = 0; /* the first is lost for good, all the others are acknowledged in gaps */
    uint32_t before;
    do
    {
        struct roam_packet packet;
        while (sctp_poll_packet(p->ep, &packet, p->now))
        {
        }
        sctp_status(p->ep, p->id, &s);
        most = s.outstanding > most ? s.outstanding : most;
        before = received;
        received = (uint32_t)s.outstanding;
        sack(p, 0, 100000, 2, (uint16_t)(received > 65535 ? 65535 : received));
    } while (received > before);
    assert_int_equal(most, 65535);
    puppet_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slow_start_and_congestion_avoidance_grow_as_section_7_2_says),
        cmocka_unit_test(a_window_that_is_full_to_the_byte_takes_no_more),
        cmocka_unit_test(congestion_avoidance_grows_once_for_all_the_sacks_of_a_window),
        cmocka_unit_test(the_peers_window_is_what_it_says_less_what_is_in_flight),
        cmocka_unit_test(an_idle_window_decays_to_four_packets),
        cmocka_unit_test(no_more_than_max_burst_packets_follow_a_sack),
        cmocka_unit_test(messages_of_different_moments_are_no_burst),
        cmocka_unit_test(a_burst_is_over_after_a_round_trip),
        cmocka_unit_test(a_closed_window_is_probed_after_an_rto_and_ever_more_seldom),
        cmocka_unit_test(a_window_too_small_for_the_next_chunk_is_not_filled_with_crumbs),
        cmocka_unit_test(old_sacks_are_ignored_and_impossible_ones_end_the_association),
        cmocka_unit_test(no_more_tsns_are_out_than_gap_blocks_can_name),
    };
    return cmocka_run_group_tests_name("sctp-congestion", tests, NULL, NULL);
}

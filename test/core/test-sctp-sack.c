/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The data sender: retransmission timer and RTO (RFC 9260 section 6.3), fast retransmit
 * (7.2.4). */
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

static uint32_t tsn_of(const struct puppet_packet* s)
{
    return roam_get32(s->bytes + 16);
}

static struct sctp_config no_burst_limit(void)
{
    struct sctp_config c;
    sctp_config_default(&c);
    c.auth = c.addip = false;
    c.max_burst = 0;
    return c;
}

/* --- RTO ------------------------------------------------------------------------------------- */

static void rto_follows_rules_c1_to_c7(void** state)
{
    (void)state;
    struct sctp_config c = no_burst_limit();
    c.rto_min = 1; /* a nanosecond, so that the sums show */
    struct puppet* p = puppet_connected(&c);
    assert_int_equal(puppet_path(p).rto, ROAM_SEC); /* C1 */
    puppet_user_send(p, 10);
    puppet_run_for(p, 80 * ROAM_MS);
    puppet_sack(p, 1);
    assert_int_equal(puppet_path(p).srtt, 80 * ROAM_MS); /* C2: R + 4 * R/2 */
    assert_int_equal(puppet_path(p).rto, 240 * ROAM_MS);
    puppet_user_send(p, 10);
    puppet_run_for(p, 160 * ROAM_MS);
    puppet_sack(p, 2);
    /* C3: RTTVAR = 3/4 * 40 + 1/4 * |80 - 160| = 50; SRTT = 7/8 * 80 + 1/8 * 160 = 90 */
    assert_int_equal(puppet_path(p).srtt, 90 * ROAM_MS);
    assert_int_equal(puppet_path(p).rto, 290 * ROAM_MS);
    for (uint32_t i = 3; i < 200; i++) /* an even round trip: RTTVAR goes to G, never to 0 */
    {
        puppet_user_send(p, 10);
        puppet_run_for(p, 80 * ROAM_MS);
        puppet_sack(p, i);
    }
    assert_true(puppet_path(p).rto > puppet_path(p).srtt);
    puppet_free(p);

    struct puppet* q = puppet_connected(NULL);
    puppet_user_send(q, 10);
    puppet_run_for(q, 80 * ROAM_MS);
    puppet_sack(q, 1);
    assert_int_equal(puppet_path(q).rto, ROAM_SEC); /* C6: RTO.Min */
    puppet_user_send(q, 10);
    puppet_run_for(q, 100 * ROAM_SEC);
    assert_int_equal(puppet_path(q).rto, 60 * ROAM_SEC); /* C7: RTO.Max */
    puppet_free(q);
}

static void karn_nothing_is_measured_that_was_sent_twice(void** state)
{
    (void)state;
    struct puppet* p = puppet_connected(NULL);
    puppet_user_send(p, 10);
    puppet_run_for(p, 1010 * ROAM_MS); /* T3; sent again */
    puppet_sack(p, 1);
    assert_int_equal(puppet_path(p).srtt, 0);
    assert_int_equal(puppet_path(p).rto, 2 * ROAM_SEC);
    puppet_user_send(p, 10); /* "collapsing" by a new measurement (6.3.3) */
    puppet_run_for(p, 50 * ROAM_MS);
    puppet_sack(p, 2);
    assert_int_equal(puppet_path(p).srtt, 50 * ROAM_MS);
    assert_int_equal(puppet_path(p).rto, ROAM_SEC);
    puppet_free(p);
}

static void a_chunk_behind_a_retransmitted_one_is_not_measured(void** state)
{
    (void)state;
    const struct sctp_config c = no_burst_limit();
    struct puppet* p = puppet_connected(&c);
    const uint32_t first = grow(p, 2);
    const roam_time srtt = puppet_path(p).srtt;
    puppet_user_send(p, 1452); /* lost */
    puppet_run_for(p, 10 * ROAM_MS);
    sack(p, first, 100000, 0, 0);
    for (int i = 0; i < 4; i++)
    {
        puppet_user_send(p, 1452);
    }
    sack(p, first, 100000, 2, 2);
    sack(p, first, 100000, 2, 3);
    sack(p, first, 100000, 2, 4); /* the third report */
    puppet_run_for(p, 500 * ROAM_MS);
    sack(p, first + 5, 100000, 0, 0);
    assert_in_range(puppet_path(p).srtt, 0, srtt + 5 * ROAM_MS); /* not half a second */
    puppet_free(p);
}

/* --- T3-rtx ---------------------------------------------------------------------------------- */

static void t3_starts_with_data_restarts_with_the_earliest_and_stops_with_the_last(void** state)
{
    (void)state;
    struct puppet* p = puppet_connected(NULL);
    puppet_user_send(p, 10);
    const roam_time due = p->now + ROAM_SEC;
    assert_int_equal(sctp_next_expiry(p->ep), due); /* R1 */
    puppet_run_for(p, 300 * ROAM_MS);
    puppet_user_send(p, 10);
    assert_int_equal(sctp_next_expiry(p->ep), due); /* it runs already: not restarted (6.1) */
    sack(p, 0, 100000, 2, 2);
    assert_int_equal(sctp_next_expiry(p->ep), due); /* not the earliest */
    puppet_user_send(p, 10);
    puppet_sack(p, 2);
    assert_int_equal(sctp_next_expiry(p->ep), p->now + puppet_path(p).rto); /* R3 */
    puppet_sack(p, 3);
    assert_true(sctp_next_expiry(p->ep) > p->now + 10 * ROAM_SEC); /* R2: only the HEARTBEAT */
    puppet_free(p);
}

static void a_renege_starts_t3_again(void** state)
{
    (void)state;
    struct puppet* p = puppet_connected(NULL);
    puppet_user_send(p, 10);
    puppet_user_send(p, 10);
    sack(p, 0, 100000, 2, 2);
    assert_int_equal(puppet_path(p).outstanding, 10);
    sack(p, 0, 100000, 0, 0); /* what it had, it has dropped (6.2.1 D iii, R4) */
    assert_int_equal(puppet_path(p).outstanding, 20);
    assert_true(sctp_next_expiry(p->ep) <= p->now + ROAM_SEC);
    puppet_ladder(p);
    puppet_run_for(p, 1100 * ROAM_MS);
    assert_string_equal(puppet_ladder(p), "DATA DATA");
    puppet_free(p);
}

static void at_a_timeout_one_packet_goes_and_no_more_until_an_answer(void** state)
{
    (void)state;
    const struct sctp_config c = no_burst_limit();
    struct puppet* p = puppet_connected(&c);
    const uint32_t sent = grow(p, 3);
    const uint32_t cwnd = puppet_path(p).cwnd;
    for (int i = 0; i < 8; i++)
    {
        puppet_user_send(p, 700);
    }
    puppet_ladder(p);
    const roam_time rto = puppet_path(p).rto;
    puppet_run_for(p, rto);
    assert_string_equal(puppet_ladder(p), "DATA DATA"); /* E3: as many as fit into one packet */
    assert_int_equal(tsn_of(&p->sent[p->n_sent - 1]), p->ep_tsn + sent);
    assert_int_equal(puppet_path(p).rto, 2 * rto); /* E2 */
    assert_int_equal(puppet_path(p).cwnd, 1452);   /* E1 */
    assert_int_equal(puppet_path(p).ssthresh, cwnd / 2 > 4 * 1452 ? cwnd / 2 : 4 * 1452);
    assert_int_equal(puppet_path(p).errors, 1);
    puppet_user_send(p, 10); /* new data has to wait too */
    assert_string_equal(puppet_ladder(p), "");
    puppet_sack(p, sent + 2);
    assert_int_equal(puppet_path(p).errors, 0);
    assert_true(strlen(puppet_ladder(p)) > 0);
    puppet_free(p);
}

/** Section 11.1.9: what is set later holds for the paths that there are. */
static void other_bounds_of_rto_hold_for_paths_that_are_up(void** state)
{
    (void)state;
    struct puppet* p = puppet_connected(NULL);
    struct sctp_config c;
    assert_int_equal(sctp_configuration(p->ep, p->id, &c), ROAM_OK);
    c.rto_initial = c.rto_min = 100 * ROAM_MS;
    c.rto_max = 800 * ROAM_MS;
    assert_int_equal(sctp_configure(p->ep, p->id, &c), ROAM_OK);
    assert_int_equal(puppet_path(p).rto, 100 * ROAM_MS); /* nothing has been measured yet */
    puppet_user_send(p, 10);
    puppet_ladder(p);
    puppet_run_for(p, 300 * ROAM_MS);
    assert_string_equal(puppet_ladder(p), "DATA | DATA");
    assert_int_equal(puppet_path(p).rto, 400 * ROAM_MS);
    c.rto_max = c.rto_initial = 200 * ROAM_MS;
    assert_int_equal(sctp_configure(p->ep, p->id, &c), ROAM_OK);
    assert_int_equal(puppet_path(p).rto, 200 * ROAM_MS);
    c.rto_min = c.rto_initial = c.rto_max = 500 * ROAM_MS;
    assert_int_equal(sctp_configure(p->ep, p->id, &c), ROAM_OK);
    assert_int_equal(puppet_path(p).rto, 500 * ROAM_MS);
    puppet_free(p);
}

static void with_no_answer_at_all_the_eleventh_silence_is_the_last(void** state)
{
    (void)state;
    struct puppet* p = puppet_connected(NULL);
    puppet_user_send(p, 10);
    puppet_run_for(p, 2000 * ROAM_SEC);
    assert_int_equal(p->why, SCTP_LOST_RETRANS);
    assert_int_equal(puppet_count(p, SCTP_C_ABORT), 1);
    assert_int_equal(puppet_count(p, SCTP_C_DATA), 1 + 10);
    assert_int_equal(p->inactive, 1); /* section 8.2: told when the path was given up before */
    assert_int_equal(sctp_next_expiry(p->ep), ROAM_NEVER);
    puppet_free(p);
}

static void any_acknowledgement_of_data_resets_the_counters(void** state)
{
    (void)state;
    struct puppet* p = puppet_connected(NULL);
    for (uint32_t i = 1; i <= 12; i++) /* a silence each: more than either limit */
    {
        puppet_user_send(p, 10);
        puppet_run_for(p, puppet_path(p).rto);
        assert_int_equal(puppet_path(p).errors, 1);
        puppet_sack(p, i);
        assert_int_equal(puppet_path(p).errors, 0);
    }
    assert_int_equal(p->lost + p->inactive, 0);
    puppet_free(p);
}

/* --- Fast retransmit ------------------------------------------------------------------------- */

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

static void the_third_report_retransmits_and_halves_the_window_once(void** state)
{
    (void)state;
    const struct sctp_config c = no_burst_limit();
    struct puppet* p = puppet_connected(&c);
    const uint32_t n = twelve_in_flight(p);
    const uint32_t cwnd = puppet_path(p).cwnd;
    sack(p, n, 100000, 2, 2);
    sack(p, n, 100000, 2, 3);
    sack(p, n, 100000, 2, 3); /* nothing newly acknowledged: no report (HTNA) */
    assert_string_equal(puppet_ladder(p), "");
    puppet_run_for(p, 100 * ROAM_MS);
    sack(p, n, 100000, 2, 4);
    assert_string_equal(puppet_ladder(p), "DATA");
    assert_int_equal(tsn_of(&p->sent[p->n_sent - 1]), p->ep_tsn + n);
    assert_int_equal(puppet_path(p).cwnd, cwnd / 2 > 4 * 1452 ? cwnd / 2 : 4 * 1452);
    assert_int_equal(puppet_path(p).ssthresh, puppet_path(p).cwnd);
    assert_int_equal(sctp_next_expiry(p->ep), p->now + puppet_path(p).rto); /* rule 4 */
    const uint32_t halved = puppet_path(p).cwnd;
    /* its retransmission is lost as well: no second fast retransmit (rule 5), no halving (6) */
    sack(p, n, 100000, 2, 5);
    sack(p, n, 100000, 2, 6);
    sack(p, n, 100000, 2, 7);
    sack(p, n, 100000, 2, 8);
    assert_string_equal(puppet_ladder(p), "");
    assert_int_equal(puppet_path(p).cwnd, halved);
    puppet_free(p);
}

static void in_fast_recovery_later_losses_wait_for_the_window(void** state)
{
    (void)state;
    const struct sctp_config c = no_burst_limit();
    struct puppet* p = puppet_connected(&c);
    const uint32_t n = twelve_in_flight(p);
    /* 1 and 3 are lost; 3 gets its third report when recovery has begun and the window is full */
    const uint16_t blocks[][2][2] = {{{2, 2}, {0, 0}}, {{2, 2}, {4, 4}}, {{2, 2}, {4, 5}}};
    for (int i = 0; i < 3; i++)
    {
        struct craft packet;
        puppet_begin(p, &packet);
        craft_sack(&packet, p->ep_tsn - 1 + n, 100000, blocks[i], i == 0 ? 1 : 2);
        puppet_send(p, &packet);
    }
    assert_string_equal(puppet_ladder(p), "DATA"); /* chunk 1, whatever cwnd says (rule 3) */
    const struct sctp_path_status before = puppet_path(p);
    assert_true(before.outstanding >= before.cwnd);
    const uint16_t third[2][2] = {{2, 2}, {4, 6}};
    struct craft packet;
    puppet_begin(p, &packet);
    craft_sack(&packet, p->ep_tsn - 1 + n, 100000, third, 2);
    puppet_send(p, &packet);
    assert_string_equal(puppet_ladder(p), "");
    assert_int_equal(puppet_path(p).cwnd, before.cwnd); /* rule 6 */
    assert_true(puppet_path(p).outstanding >= puppet_path(p).cwnd);
    const uint16_t more[2][2] = {{2, 2}, {4, 8}};
    puppet_begin(p, &packet);
    craft_sack(&packet, p->ep_tsn - 1 + n, 100000, more, 2);
    puppet_send(p, &packet);
    assert_string_equal(puppet_ladder(p), "DATA"); /* "as soon as cwnd allows" (rule 5) */
    assert_int_equal(tsn_of(&p->sent[p->n_sent - 1]), p->ep_tsn + n + 2);
    puppet_sack(p, n + 12); /* the exit point */
    assert_int_equal(puppet_path(p).outstanding, 0);
    puppet_free(p);
}

/** Section 6.3.1 C5, its second half: not only the chunk itself. */
static void a_chunk_sent_before_an_earlier_one_is_repeated_is_not_measured(void** state)
{
    (void)state;
    const struct sctp_config c = no_burst_limit();
    struct puppet* p = puppet_connected(&c);
    const uint32_t n = twelve_in_flight(p); /* the first and the fifth are lost */
    const uint16_t reports[][2] = {{6, 9}, {6, 10}, {6, 11}};
    sack(p, n, 100000, 2, 4);
    for (int i = 0; i < 3; i++)
    {
        struct craft packet;
        const uint16_t blocks[2][2] = {{2, 4}, {reports[i][0], reports[i][1]}};
        puppet_begin(p, &packet);
        craft_sack(&packet, p->ep_tsn - 1 + n, 100000, blocks, 2);
        puppet_send(p, &packet);
        if (i == 1) /* the first is on its way again; now one that is timed */
        {
            assert_int_equal(puppet_user_send(p, 1452), ROAM_OK);
        }
    }
    assert_int_equal(tsn_of(&p->sent[p->n_sent - 1]), p->ep_tsn + n + 4);
    const roam_time srtt = puppet_path(p).srtt;
    puppet_run_for(p, 500 * ROAM_MS);
    puppet_sack(p, n + 13);
    assert_int_equal(puppet_path(p).srtt, srtt);
    puppet_free(p);
}

static void the_window_grows_before_the_same_sack_halves_it(void** state)
{
    (void)state;
    const struct sctp_config c = no_burst_limit();
    struct puppet* p = puppet_connected(&c);
    const uint32_t n = twelve_in_flight(p); /* the second is lost, the first is only late */
    const uint32_t cwnd = puppet_path(p).cwnd;
    sack(p, n, 100000, 3, 3);
    sack(p, n, 100000, 3, 4);
    while (puppet_path(p).outstanding < cwnd)
    {
        puppet_user_send(p, 1452);
    }
    sack(p, n + 1, 100000, 2, 4); /* moves the cumulative TSN, and is the third report */
    assert_int_equal(puppet_path(p).ssthresh, (cwnd + 1452) / 2);
    puppet_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rto_follows_rules_c1_to_c7),
        cmocka_unit_test(karn_nothing_is_measured_that_was_sent_twice),
        cmocka_unit_test(a_chunk_behind_a_retransmitted_one_is_not_measured),
        cmocka_unit_test(t3_starts_with_data_restarts_with_the_earliest_and_stops_with_the_last),
        cmocka_unit_test(a_renege_starts_t3_again),
        cmocka_unit_test(at_a_timeout_one_packet_goes_and_no_more_until_an_answer),
        cmocka_unit_test(other_bounds_of_rto_hold_for_paths_that_are_up),
        cmocka_unit_test(with_no_answer_at_all_the_eleventh_silence_is_the_last),
        cmocka_unit_test(any_acknowledgement_of_data_resets_the_counters),
        cmocka_unit_test(the_third_report_retransmits_and_halves_the_window_once),
        cmocka_unit_test(in_fast_recovery_later_losses_wait_for_the_window),
        cmocka_unit_test(a_chunk_sent_before_an_earlier_one_is_repeated_is_not_measured),
        cmocka_unit_test(the_window_grows_before_the_same_sack_halves_it),
    };
    return cmocka_run_group_tests_name("sctp-sack", tests, NULL, NULL);
}

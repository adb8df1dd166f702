/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Graceful end and abort, state by state (RFC 9260 sections 9.1, 9.2 and 4). */
#include "sctp-craft.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/** SHUTDOWN from the puppet, with so many of the endpoint's chunks acknowledged. */
static const char* say_shutdown(struct puppet* p, uint32_t chunks)
{
    uint8_t cum[4];
    roam_put32(cum, p->ep_tsn - 1 + chunks);
    puppet_chunk(p, SCTP_C_SHUTDOWN, 0, cum, 4);
    return puppet_ladder(p);
}

static const char* shut(struct puppet* p)
{
    assert_int_equal(sctp_shutdown(p->ep, p->id, p->now), ROAM_OK);
    puppet_poll(p);
    return puppet_ladder(p);
}

static uint32_t shutdown_cum(const struct puppet* p)
{
    struct sctp_chunk c;
    assert_true(puppet_find(p, SCTP_C_SHUTDOWN, &c));
    assert_int_equal(c.len, 8);
    return roam_get32(c.body);
}

static void assert_takes_no_more(struct puppet* p)
{
    assert_int_equal(puppet_user_send(p, 1), ROAM_ESTATE);
}

/* --- The side that shuts down ---------------------------------------------------------------- */

static void shutdown_waits_until_all_is_acknowledged(void** state)
{
    (void)state;
    struct puppet* p = puppet_accepted(NULL);
    puppet_user_send(p, 100);
    puppet_ladder(p);
    assert_string_equal(shut(p), "");
    assert_int_equal(puppet_state(p), SCTP_SHUTDOWN_PENDING);
    assert_takes_no_more(p);
    puppet_run_for(p, 1100 * ROAM_MS); /* it retransmits all the same */
    assert_string_equal(puppet_ladder(p), "DATA");
    puppet_data(p, 0, 10); /* and receives */
    assert_string_equal(puppet_ladder(p), "SACK");
    puppet_sack(p, 1);
    assert_string_equal(puppet_ladder(p), "SHUTDOWN");
    assert_int_equal(shutdown_cum(p), p->tsn - 1);
    assert_int_equal(puppet_state(p), SCTP_SHUTDOWN_SENT);
    assert_takes_no_more(p);
    puppet_free(p);
}

static void t2_repeats_shutdown_with_what_has_come_since_then_gives_up(void** state)
{
    (void)state;
    struct puppet* p = puppet_accepted(NULL);
    assert_string_equal(shut(p), "SHUTDOWN");
    puppet_data(p, 0, 10);
    puppet_ladder(p);
    puppet_run_for(p, ROAM_SEC - 1);
    assert_string_equal(puppet_ladder(p), "");
    puppet_run_for(p, 1); /* T2 was started anew by the DATA */
    assert_string_equal(puppet_ladder(p), "SHUTDOWN");
    assert_int_equal(shutdown_cum(p), p->tsn - 1);
    puppet_free(p);

    struct sctp_config c;
    sctp_config_default(&c);
    c.auth = c.addip = false;
    c.max_retrans = 4;
    p = puppet_accepted(&c);
    shut(p);
    puppet_run_for(p, 200 * ROAM_SEC);
    assert_int_equal(puppet_count(p, SCTP_C_SHUTDOWN), 1 + 4);
    assert_int_equal(p->why, SCTP_LOST_RETRANS);
    puppet_free(p);
}

static void data_in_shutdown_sent_is_answered_with_shutdown_and_sack_at_once(void** state)
{
    (void)state;
    struct puppet* p = puppet_accepted(NULL);
    shut(p);
    for (uint16_t i = 0; i < 3; i++)
    {
        puppet_data(p, i, 10);
        assert_string_equal(puppet_ladder(p), "SHUTDOWN SACK");
        assert_int_equal(shutdown_cum(p), p->tsn - 1);
    }
    p->tsn += 1; /* a gap: SHUTDOWN alone could not tell */
    puppet_data(p, 4, 10);
    struct sctp_chunk c;
    assert_string_equal(puppet_ladder(p), "SHUTDOWN SACK");
    assert_true(puppet_find(p, SCTP_C_SACK, &c));
    assert_int_equal(roam_get16(c.body + 8), 1);
    assert_int_equal(sctp_receive_ready(p->ep, p->id), 30);
    puppet_free(p);
}

static void any_packet_of_the_peer_starts_t2_anew_and_clears_the_count(void** state)
{
    (void)state;
    struct sctp_config c;
    sctp_config_default(&c);
    c.auth = c.addip = false;
    c.max_retrans = 2;
    struct puppet* p = puppet_accepted(&c);
    shut(p);
    for (int i = 0; i < 20; i++)
    {
        puppet_run_for(p, 900 * ROAM_MS);
        puppet_chunk(p, SCTP_C_HEARTBEAT, 0, "\0\1\0\4", 4);
    }
    assert_int_equal(puppet_count(p, SCTP_C_SHUTDOWN), 1);
    for (unsigned i = 0; i < 5; i++) /* a silence each: more than the limit */
    {
        puppet_run_for(p, puppet_path(p).rto);
        assert_int_equal(puppet_count(p, SCTP_C_SHUTDOWN), 2 + i);
        puppet_chunk(p, SCTP_C_HEARTBEAT, 0, "\0\1\0\4", 4);
    }
    assert_int_equal(p->lost, 0);
    puppet_free(p);
}

static void whatever_the_peer_says_it_is_alive_until_the_guard_runs_out(void** state)
{
    (void)state;
    struct puppet* p = puppet_accepted(NULL);
    struct sctp_chunk c;
    shut(p);
    for (uint16_t i = 0; i < 290; i++)
    {
        puppet_run_for(p, ROAM_SEC);
        puppet_chunk(p, SCTP_C_HEARTBEAT, 0, "\0\1\0\4", 4);
        assert_int_equal(p->lost, 0);
    }
    puppet_run_for(p, 10 * ROAM_SEC); /* T5: five times RTO.Max */
    puppet_ladder(p);
    assert_true(puppet_find(p, SCTP_C_ABORT, &c));
    assert_int_equal(p->why, SCTP_LOST_SHUTDOWN);
    assert_int_equal(p->lost_event.at, 300 * ROAM_SEC);
    puppet_free(p);
}

static void shutdown_ack_is_answered_with_shutdown_complete_and_all_is_gone(void** state)
{
    (void)state;
    struct puppet* p = puppet_accepted(NULL);
    shut(p);
    puppet_chunk(p, SCTP_C_SHUTDOWN_ACK, 0, NULL, 0);
    assert_string_equal(puppet_ladder(p), "SHUTDOWN-COMPLETE");
    const struct puppet_packet* s = &p->sent[p->n_sent - 1];
    assert_int_equal(roam_get32(s->bytes + 4), p->my_tag);
    assert_int_equal(s->bytes[13], 0); /* no T bit: there was a TCB */
    assert_int_equal(p->closed, 1);
    assert_int_equal(puppet_state(p), SCTP_CLOSED);
    assert_int_equal(sctp_next_expiry(p->ep), ROAM_NEVER);
    puppet_free(p);
}

static void heartbeats_end_with_the_shutdown(void** state)
{
    (void)state;
    struct puppet* p = puppet_accepted(NULL);
    shut(p);
    assert_int_equal(sctp_request_heartbeat(p->ep, p->id, NULL, NULL, p->now), ROAM_ESTATE);
    puppet_run_for(p, 100 * ROAM_SEC);
    assert_int_equal(puppet_count(p, SCTP_C_HEARTBEAT), 0);
    puppet_free(p);
}

/* --- The side that is shut down -------------------------------------------------------------- */

static void a_shutdown_is_acknowledged_once_all_is_sent(void** state)
{
    (void)state;
    struct puppet* p = puppet_accepted(NULL);
    puppet_user_send(p, 100);
    puppet_user_send(p, 100);
    puppet_ladder(p);
    assert_string_equal(say_shutdown(p, 1), "");
    assert_int_equal(puppet_state(p), SCTP_SHUTDOWN_RECEIVED);
    assert_int_equal(p->peer_done, 1);
    assert_takes_no_more(p);
    assert_int_equal(puppet_path(p).outstanding, 100); /* it acknowledges too */
    assert_string_equal(shut(p), "");                  /* our own is ignored now */
    assert_int_equal(puppet_state(p), SCTP_SHUTDOWN_RECEIVED);
    puppet_run_for(p, 1100 * ROAM_MS);
    assert_string_equal(puppet_ladder(p), "DATA"); /* it goes on as before */
    assert_string_equal(say_shutdown(p, 2), "SHUTDOWN-ACK");
    assert_int_equal(puppet_state(p), SCTP_SHUTDOWN_ACK_SENT);
    assert_takes_no_more(p);
    puppet_run_for(p, puppet_path(p).rto);
    assert_string_equal(puppet_ladder(p), "SHUTDOWN-ACK"); /* T2 */
    assert_string_equal(say_shutdown(p, 2), "SHUTDOWN-ACK");
    puppet_data(p, 0, 10); /* no data any more */
    assert_string_equal(puppet_ladder(p), "");
    puppet_chunk(p, SCTP_C_SHUTDOWN_COMPLETE, 0, NULL, 0);
    assert_int_equal(p->closed, 1);
    assert_int_equal(sctp_next_expiry(p->ep), ROAM_NEVER);
    puppet_free(p);
}

static void a_shutdown_takes_nothing_back_that_gap_blocks_have_acknowledged(void** state)
{
    (void)state;
    struct puppet* p = puppet_accepted(NULL);
    const uint16_t block[1][2] = {{2, 2}};
    struct craft c;
    puppet_user_send(p, 100);
    puppet_user_send(p, 100);
    puppet_begin(p, &c);
    craft_sack(&c, p->ep_tsn - 1, 100000, block, 1);
    puppet_send(p, &c);
    assert_int_equal(puppet_path(p).outstanding, 100);
    say_shutdown(p, 0);
    assert_int_equal(puppet_path(p).outstanding, 100); /* section 3.3.8: no renege */
    puppet_free(p);
}

/** The peer had the second and third, then got the first: its cumulative TSN tells that they are
 * gone again. (Found by the fuzzer: they were waited for without a timer.) */
static void a_shutdown_shows_what_the_peer_has_dropped(void** state)
{
    (void)state;
    struct puppet* p = puppet_accepted(NULL);
    const uint16_t block[1][2] = {{2, 3}};
    struct craft c;
    for (int i = 0; i < 3; i++)
    {
        puppet_user_send(p, 100);
    }
    puppet_begin(p, &c);
    craft_sack(&c, p->ep_tsn - 1, 100000, block, 1);
    puppet_send(p, &c);
    say_shutdown(p, 1);
    assert_int_equal(puppet_path(p).outstanding,
                     100); /* the second; of the third nothing is said */
    puppet_ladder(p);
    puppet_run_for(p, puppet_path(p).rto);
    assert_string_equal(puppet_ladder(p), "DATA");
    puppet_free(p);
}

/** Sections 3 and 6.10: it has to travel alone. */
static void a_shutdown_complete_in_a_bundle_is_discarded(void** state)
{
    (void)state;
    struct puppet* p = puppet_accepted(NULL);
    struct craft c;
    assert_string_equal(say_shutdown(p, 0), "SHUTDOWN-ACK");
    puppet_begin(p, &c);
    craft_chunk(&c, SCTP_C_SHUTDOWN_COMPLETE, 0, NULL, 0);
    craft_data(&c, p->tsn, WHOLE, 0, 0, 10);
    puppet_send(p, &c);
    assert_int_equal(puppet_state(p), SCTP_SHUTDOWN_ACK_SENT);
    puppet_run_for(p, puppet_path(p).rto);
    assert_string_equal(puppet_ladder(p), "SHUTDOWN-ACK");
    puppet_chunk(p, SCTP_C_SHUTDOWN_COMPLETE, 0, NULL, 0);
    assert_int_equal(p->closed, 1);
    puppet_free(p);
}

static void shutdown_ack_is_repeated_as_often_as_configured(void** state)
{
    (void)state;
    struct sctp_config c;
    sctp_config_default(&c);
    c.auth = c.addip = false;
    c.max_retrans = 4;
    struct puppet* p = puppet_accepted(&c);
    say_shutdown(p, 0);
    puppet_run_for(p, 200 * ROAM_SEC);
    assert_int_equal(puppet_count(p, SCTP_C_SHUTDOWN_ACK), 1 + 4);
    assert_int_equal(puppet_count(p, SCTP_C_ABORT), 1); /* in case the peer hears it */
    assert_int_equal(p->why, SCTP_LOST_RETRANS);
    puppet_free(p);
}

/** Section 9.2: the guard is the SHUTDOWN's sender's; who answers repeats, and gives up, by T2. */
static void no_guard_runs_for_who_only_acknowledges_the_shutdown(void** state)
{
    (void)state;
    struct sctp_config c;
    sctp_config_default(&c);
    c.auth = c.addip = false;
    c.rto_max = c.rto_initial;
    c.max_retrans = 9;
    struct puppet* p = puppet_accepted(&c);
    assert_string_equal(say_shutdown(p, 0), "SHUTDOWN-ACK");
    puppet_run_for(p, 5 * c.rto_max + 1);
    assert_int_equal(puppet_state(p), SCTP_SHUTDOWN_ACK_SENT);
    assert_int_equal(puppet_count(p, SCTP_C_ABORT), 0);
    puppet_run_for(p, 10 * ROAM_SEC);
    assert_int_equal(puppet_count(p, SCTP_C_SHUTDOWN_ACK), 1 + 9);
    assert_int_equal(p->why, SCTP_LOST_RETRANS);
    puppet_free(p);

    p = puppet_accepted(&c); /* our own SHUTDOWN has crossed the peer's: the guard runs on */
    shut(p);
    assert_string_equal(say_shutdown(p, 0), "SHUTDOWN-ACK");
    puppet_run_for(p, 5 * c.rto_max + 1);
    assert_int_equal(puppet_count(p, SCTP_C_ABORT), 1);
    assert_int_equal(p->why, SCTP_LOST_SHUTDOWN);
    puppet_free(p);
}

static void a_shutdown_of_what_was_never_sent_is_a_violation(void** state)
{
    (void)state;
    struct puppet* p = puppet_accepted(NULL);
    assert_string_equal(say_shutdown(p, 1), "ABORT");
    assert_int_equal(p->why, SCTP_LOST_PROTOCOL);
    puppet_free(p);
}

/* --- Both ------------------------------------------------------------------------------------ */

static void both_at_once_meet_in_shutdown_ack_sent(void** state)
{
    (void)state;
    struct puppet* p = puppet_accepted(NULL);
    shut(p);
    assert_string_equal(say_shutdown(p, 0), "SHUTDOWN-ACK");
    assert_int_equal(puppet_state(p), SCTP_SHUTDOWN_ACK_SENT);
    puppet_run_for(p, ROAM_SEC);
    assert_string_equal(puppet_ladder(p), "SHUTDOWN-ACK"); /* its T2, started anew */
    puppet_chunk(p, SCTP_C_SHUTDOWN_ACK, 0, NULL, 0);
    assert_string_equal(puppet_ladder(p), "SHUTDOWN-COMPLETE");
    assert_int_equal(p->closed, 1);
    puppet_free(p);

    p = puppet_accepted(NULL); /* the peer's comes while we still have data out */
    puppet_user_send(p, 100);
    shut(p);
    assert_string_equal(say_shutdown(p, 0), "");
    assert_int_equal(puppet_state(p), SCTP_SHUTDOWN_RECEIVED);
    puppet_sack(p, 1);
    assert_string_equal(puppet_ladder(p), "SHUTDOWN-ACK");
    puppet_free(p);
}

static void chunks_of_the_end_out_of_place_end_nothing(void** state)
{
    (void)state;
    struct puppet* p = puppet_accepted(NULL);
    puppet_chunk(p, SCTP_C_SHUTDOWN_ACK, 0, NULL, 0);
    puppet_chunk(p, SCTP_C_SHUTDOWN, 0, NULL, 0); /* too short */
    assert_string_equal(puppet_ladder(p), "");
    assert_int_equal(puppet_state(p), SCTP_ESTABLISHED);
    puppet_free(p);
    p = puppet_called(NULL);
    puppet_init_ack(p);
    puppet_ladder(p);
    assert_string_equal(say_shutdown(p, 0), ""); /* COOKIE-ECHOED */
    assert_int_equal(puppet_state(p), SCTP_COOKIE_ECHOED);
    puppet_free(p);
}

static void a_sack_in_shutdown_sent_is_discarded(void** state)
{
    (void)state;
    struct puppet* p = puppet_accepted(NULL);
    shut(p);
    puppet_sack(p, 5); /* it would be a violation otherwise */
    assert_int_equal(puppet_state(p), SCTP_SHUTDOWN_SENT);
    puppet_free(p);
}

/* --- ABORT ----------------------------------------------------------------------------------- */

static void an_abort_carries_the_users_reason(void** state)
{
    (void)state;
    struct puppet* p = puppet_accepted(NULL);
    struct sctp_param cause;
    static const uint8_t long_reason[SCTP_REASON_MAX + 1];
    puppet_user_send(p, 100);
    puppet_ladder(p);
    assert_int_equal(sctp_abort(p->ep, p->id, long_reason, sizeof long_reason, p->now),
                     ROAM_EMSGSIZE);
    assert_int_equal(sctp_abort(p->ep, p->id, "bored", 5, p->now), ROAM_OK);
    puppet_poll(p);
    assert_string_equal(puppet_ladder(p), "ABORT"); /* and no DATA with it */
    assert_true(puppet_cause(p, SCTP_C_ABORT, SCTP_E_USER_ABORT, &cause));
    assert_int_equal(cause.value_len, 5);
    assert_memory_equal(cause.value, "bored", 5);
    const struct puppet_packet* s = &p->sent[p->n_sent - 1];
    assert_int_equal(roam_get32(s->bytes + 4), p->my_tag);
    assert_int_equal(s->bytes[13], 0);
    assert_int_equal(p->why, SCTP_LOST_USER_ABORT);
    puppet_free(p);
}

static void the_peers_reason_reaches_our_user(void** state)
{
    (void)state;
    struct puppet* p = puppet_accepted(NULL);
    puppet_chunk(p, SCTP_C_ABORT, 0, "\0\14\0\11bored", 9);
    assert_string_equal(puppet_ladder(p), "");
    assert_int_equal(p->why, SCTP_LOST_PEER_ABORT);
    assert_int_equal(p->lost_event.u.lost.cause, SCTP_E_USER_ABORT);
    assert_int_equal(p->lost_event.u.lost.reason_len, 5);
    assert_memory_equal(p->lost_event.u.lost.reason, "bored", 5);
    puppet_free(p);

    p = puppet_accepted(NULL); /* longer than we tell: cut */
    uint8_t body[204] = {0, SCTP_E_USER_ABORT, 0, 204};
    memset(body + 4, 'x', 200);
    puppet_chunk(p, SCTP_C_ABORT, 0, body, sizeof body);
    assert_int_equal(p->lost_event.u.lost.reason_len, SCTP_REASON_MAX);
    puppet_free(p);
}

static void what_stands_behind_an_abort_is_ignored(void** state)
{
    (void)state;
    struct puppet* p = puppet_accepted(NULL);
    struct craft c;
    puppet_begin(p, &c);
    craft_data(&c, p->tsn, WHOLE, 0, 0, 10);
    craft_chunk(&c, SCTP_C_ABORT, 0, NULL, 0);
    craft_data(&c, p->tsn + 1, WHOLE, 0, 1, 10);
    puppet_send(p, &c);
    assert_string_equal(puppet_ladder(p), "");
    assert_int_equal(sctp_receive_ready(p->ep, p->id), 10); /* what came before it can be read */
    puppet_free(p);
}

static void data_behind_the_peers_shutdown_is_dropped_and_reported(void** state)
{
    (void)state;
    struct puppet* p = puppet_accepted(NULL);
    uint8_t cum[4];
    roam_put32(cum, p->ep_tsn - 1);
    puppet_chunk(p, SCTP_C_SHUTDOWN, 0, cum, sizeof cum);
    assert_string_equal(puppet_ladder(p), "SHUTDOWN-ACK");
    puppet_data(p, 0, 100);
    assert_string_equal(puppet_ladder(p), "");
    assert_int_equal(p->drops[SCTP_DROP_UNEXPECTED], 1);
    puppet_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shutdown_waits_until_all_is_acknowledged),
        cmocka_unit_test(t2_repeats_shutdown_with_what_has_come_since_then_gives_up),
        cmocka_unit_test(data_in_shutdown_sent_is_answered_with_shutdown_and_sack_at_once),
        cmocka_unit_test(any_packet_of_the_peer_starts_t2_anew_and_clears_the_count),
        cmocka_unit_test(whatever_the_peer_says_it_is_alive_until_the_guard_runs_out),
        cmocka_unit_test(shutdown_ack_is_answered_with_shutdown_complete_and_all_is_gone),
        cmocka_unit_test(heartbeats_end_with_the_shutdown),
        cmocka_unit_test(a_shutdown_is_acknowledged_once_all_is_sent),
        cmocka_unit_test(a_shutdown_takes_nothing_back_that_gap_blocks_have_acknowledged),
        cmocka_unit_test(a_shutdown_shows_what_the_peer_has_dropped),
        cmocka_unit_test(a_shutdown_complete_in_a_bundle_is_discarded),
        cmocka_unit_test(shutdown_ack_is_repeated_as_often_as_configured),
        cmocka_unit_test(no_guard_runs_for_who_only_acknowledges_the_shutdown),
        cmocka_unit_test(a_shutdown_of_what_was_never_sent_is_a_violation),
        cmocka_unit_test(both_at_once_meet_in_shutdown_ack_sent),
        cmocka_unit_test(chunks_of_the_end_out_of_place_end_nothing),
        cmocka_unit_test(a_sack_in_shutdown_sent_is_discarded),
        cmocka_unit_test(an_abort_carries_the_users_reason),
        cmocka_unit_test(the_peers_reason_reaches_our_user),
        cmocka_unit_test(what_stands_behind_an_abort_is_ignored),
        cmocka_unit_test(data_behind_the_peers_shutdown_is_dropped_and_reported),
    };
    return cmocka_run_group_tests_name("sctp-shutdown", tests, NULL, NULL);
}

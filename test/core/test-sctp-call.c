/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Setting an association up (RFC 9260 sections 3.3.3, 5.1, 5.2.3, 5.2.6): the endpoint calls. */
#include "sctp-craft.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void init_end(struct puppet* p, struct craft* c)
{
    craft_close(c);
    puppet_send(p, c);
    puppet_ladder(p);
}

static void an_init_ack_without_a_cookie_is_refused_with_its_number(void** state)
{
    (void)state;
    struct puppet* p = puppet_called(NULL);
    struct craft c;
    struct sctp_param cause;
    puppet_begin(p, &c);
    craft_init(&c, SCTP_C_INIT_ACK, p->my_tag, 100000, p->tsn);
    init_end(p, &c);
    assert_string_equal(p->ladder, "ABORT");
    assert_true(puppet_cause(p, SCTP_C_ABORT, SCTP_E_MISSING_PARAM, &cause));
    assert_memory_equal(cause.value, "\0\0\0\1\0\7", 6);
    assert_int_equal(roam_get32(p->sent[p->n_sent - 1].bytes + 4), p->my_tag);
    assert_int_equal(p->why, SCTP_LOST_PROTOCOL);
    puppet_free(p);
}

static void an_init_ack_with_an_impossible_field_ends_the_attempt_or_is_ignored(void** state)
{
    (void)state;
    const struct
    {
        size_t at, bytes;
        uint8_t flags;
        bool ends;
    } cases[] = {
        {0, 4, SCTP_F_T, true}, /* Initiate Tag: there is none but ours to answer with */
        {4, 4, 0, false},       /* a_rwnd: "MUST NOT change the state" */
        {8, 2, 0, true},        /* OS */
        {10, 2, 0, true},       /* MIS */
    };
    for (size_t i = 0; i < 4; i++)
    {
        struct puppet* p = puppet_called(NULL);
        struct craft c;
        struct sctp_chunk abort_chunk;
        puppet_begin(p, &c);
        craft_init(&c, SCTP_C_INIT_ACK, p->my_tag, 100000, p->tsn);
        memset(c.bytes + c.open + 4 + cases[i].at, 0, cases[i].bytes);
        sctp_write_param(&c.w, SCTP_P_COOKIE, "cake", 4);
        init_end(p, &c);
        assert_string_equal(p->ladder, "ABORT");
        assert_true(puppet_find(p, SCTP_C_ABORT, &abort_chunk));
        assert_int_equal(abort_chunk.flags, cases[i].flags);
        assert_int_equal(roam_get32(p->sent[p->n_sent - 1].bytes + 4),
                         cases[i].flags ? p->tag : p->my_tag);
        assert_int_equal(p->lost, cases[i].ends);
        assert_int_equal(puppet_state(p), cases[i].ends ? SCTP_CLOSED : SCTP_COOKIE_WAIT);
        puppet_free(p);
    }
}

static void unknown_parameters_of_an_init_ack_are_reported_behind_the_cookie(void** state)
{
    (void)state;
    struct puppet* p = puppet_called(NULL);
    struct craft c;
    struct sctp_param cause;
    puppet_begin(p, &c);
    craft_init(&c, SCTP_C_INIT_ACK, p->my_tag, 100000, p->tsn);
    sctp_write_param(&c.w, SCTP_P_COOKIE, "cake", 4);
    sctp_write_param(&c.w, 0xc123, "abc", 3);
    sctp_write_param(&c.w, 0x8123, NULL, 0);
    sctp_write_param(&c.w, 0x4124, NULL, 0);
    sctp_write_param(&c.w, 0xc125, NULL, 0); /* behind one that stops */
    init_end(p, &c);
    assert_string_equal(p->ladder, "COOKIE-ECHO ERROR");
    assert_true(puppet_cause(p, SCTP_C_ERROR, SCTP_E_UNRECOGNIZED_PARAM, &cause));
    assert_int_equal(cause.value_len, 8 + 4);
    assert_memory_equal(cause.value, "\xc1\x23\0\7abc\0\x41\x24\0\4", 12);
    puppet_free(p);
}

/** Section 3.2: a chunk's length does not count the padding of the last parameter in it. */
static void the_report_does_not_count_the_last_ones_padding(void** state)
{
    (void)state;
    struct puppet* p = puppet_called(NULL);
    struct craft c;
    struct sctp_chunk error;
    struct sctp_param cause;
    puppet_begin(p, &c);
    craft_init(&c, SCTP_C_INIT_ACK, p->my_tag, 100000, p->tsn);
    sctp_write_param(&c.w, SCTP_P_COOKIE, "cake", 4);
    sctp_write_param(&c.w, 0xc123, "a", 1);
    init_end(p, &c);
    assert_string_equal(p->ladder, "COOKIE-ECHO ERROR");
    assert_true(puppet_find(p, SCTP_C_ERROR, &error));
    assert_int_equal(error.len, 4 + 4 + 5);
    assert_true(puppet_cause(p, SCTP_C_ERROR, SCTP_E_UNRECOGNIZED_PARAM, &cause));
    assert_int_equal(cause.len, 4 + 5);
    puppet_free(p);
}

static void a_giant_cookie_is_echoed_byte_for_byte_and_alone(void** state)
{
    (void)state;
    struct puppet* p = puppet_called(NULL);
    struct craft c;
    struct sctp_chunk echo;
    static uint8_t cookie[5000];
    for (size_t i = 0; i < sizeof cookie; i++)
    {
        cookie[i] = (uint8_t)(i * 7);
    }
    puppet_begin(p, &c);
    craft_init(&c, SCTP_C_INIT_ACK, p->my_tag, 100000, p->tsn);
    sctp_write_param(&c.w, SCTP_P_COOKIE, cookie, sizeof cookie);
    sctp_write_param(&c.w, 0xc123, NULL, 0);
    init_end(p, &c);
    assert_string_equal(p->ladder, "COOKIE-ECHO"); /* no room for the ERROR: none may follow yet */
    assert_true(puppet_find(p, SCTP_C_COOKIE_ECHO, &echo));
    assert_int_equal(echo.body_len, sizeof cookie);
    assert_memory_equal(echo.body, cookie, sizeof cookie);
    puppet_chunk(p, SCTP_C_COOKIE_ACK, 0, NULL, 0);
    assert_int_equal(puppet_state(p), SCTP_ESTABLISHED);
    puppet_free(p);
}

static void nothing_but_the_cookie_is_sent_until_it_is_acknowledged(void** state)
{
    (void)state;
    struct puppet* p = puppet_called(NULL);
    puppet_init_ack(p);
    assert_string_equal(puppet_ladder(p), "COOKIE-ECHO");
    assert_int_equal(puppet_user_send(p, 100), ROAM_OK);
    puppet_run_for(p, 500 * ROAM_MS);
    assert_string_equal(puppet_ladder(p), "");
    puppet_run_for(p, 600 * ROAM_MS); /* T1-cookie */
    assert_string_equal(puppet_ladder(p), "COOKIE-ECHO");
    puppet_chunk(p, 0xff, 0, "what?", 5);
    assert_string_equal(puppet_ladder(p), ""); /* no ERROR either */
    puppet_chunk(p, SCTP_C_COOKIE_ACK, 0, NULL, 0);
    assert_string_equal(puppet_ladder(p), "DATA");
    puppet_free(p);
}

static void init_backs_off_and_its_answer_ends_the_back_off(void** state)
{
    (void)state;
    struct puppet* p = puppet_called(NULL);
    puppet_run_for(p, 16 * ROAM_SEC);
    assert_int_equal(p->n_sent, 1 + 4); /* at 1, 3, 7 and 15 s */
    for (size_t i = 1; i < 5; i++)
    {
        assert_int_equal(p->sent[i].at, ((1 << i) - 1) * ROAM_SEC);
        assert_int_equal(p->sent[i].len, p->sent[0].len);
        assert_memory_equal(p->sent[i].bytes, p->sent[0].bytes, p->sent[0].len);
    }
    puppet_init_ack(p);
    assert_int_equal(puppet_path(p).rto, ROAM_SEC);
    puppet_ladder(p);
    puppet_run_for(p, 1001 * ROAM_MS);
    assert_string_equal(puppet_ladder(p), "COOKIE-ECHO");
    puppet_free(p);
}

/** RFC 6458 section 8.1.3: sinit_max_init_timeo bounds the wait of the setup, and no later RTO. */
static void setup_waits_no_longer_than_its_own_limit(void** state)
{
    (void)state;
    struct sctp_config c;
    sctp_config_default(&c);
    c.auth = c.addip = false;
    c.setup_rto_max = 300 * ROAM_MS;
    struct puppet* p = puppet_called(&c);
    puppet_run_for(p, 300 * ROAM_MS - 1);
    assert_string_equal(puppet_ladder(p), "");
    puppet_run_for(p, 600 * ROAM_MS + 1);
    assert_string_equal(puppet_ladder(p), "INIT | INIT | INIT");
    puppet_init_ack(p);
    puppet_run_for(p, 700 * ROAM_MS);
    assert_string_equal(puppet_ladder(p), "COOKIE-ECHO | COOKIE-ECHO | COOKIE-ECHO");
    puppet_chunk(p, SCTP_C_COOKIE_ACK, 0, NULL, 0);
    puppet_user_send(p, 10);
    puppet_ladder(p);
    assert_true(puppet_path(p).rto >= c.rto_min);
    puppet_run_for(p, puppet_path(p).rto - 1);
    assert_string_equal(puppet_ladder(p), "");
    puppet_free(p);
    c.setup_rto_max = -1;
    assert_int_equal(sctp_config_check(&c), ROAM_EINVAL);
}

static void the_cookie_too_is_sent_nine_times_at_most(void** state)
{
    (void)state;
    struct puppet* p = puppet_called(NULL);
    puppet_init_ack(p);
    puppet_run_for(p, 1000 * ROAM_SEC);
    assert_int_equal(puppet_count(p, SCTP_C_COOKIE_ECHO), 1 + 8);
    assert_int_equal(p->why, SCTP_LOST_INIT);
    assert_int_equal(puppet_count(p, SCTP_C_ABORT), 0);
    puppet_free(p);
}

static void init_goes_to_each_address_that_the_user_gave_in_turn(void** state)
{
    (void)state;
    struct puppet* p = puppet_new(NULL);
    const struct roam_addr both[] = {a1, a2};
    assert_int_equal(sctp_connect(p->ep, NULL, 0, both, 2, 4000, &p->id, 0), ROAM_OK);
    puppet_run_for(p, 8 * ROAM_SEC);
    assert_true(p->n_sent >= 4);
    for (size_t i = 0; i < p->n_sent; i++)
    {
        assert_true(roam_addr_equal(&p->sent[i].dst, &both[i % 2]));
    }
    puppet_free(p);
}

static void an_answer_with_no_address_or_others_leaves_only_those(void** state)
{
    (void)state;
    for (int lists = 0; lists < 2; lists++)
    {
        struct puppet* p = puppet_new(NULL);
        struct craft c;
        struct sctp_chunk init;
        const struct roam_addr both[] = {a1, a2};
        assert_int_equal(sctp_connect(p->ep, NULL, 0, both, 2, 4000, &p->id, 0), ROAM_OK);
        puppet_poll(p);
        puppet_ladder(p);
        assert_true(puppet_find(p, SCTP_C_INIT, &init));
        p->tag = roam_get32(init.body);
        puppet_begin(p, &c);
        craft_init(&c, SCTP_C_INIT_ACK, p->my_tag, 100000, p->tsn);
        sctp_write_param(&c.w, SCTP_P_COOKIE, "cake", 4);
        if (lists)
        {
            sctp_write_addr(&c.w, &a3);
        }
        init_end(p, &c);
        struct roam_addr peers[4];
        assert_int_equal(sctp_peer_addresses(p->ep, p->id, peers, 4), lists ? 2 : 1);
        assert_true(roam_addr_equal(&peers[0], &a1));
        assert_true(!lists || roam_addr_equal(&peers[1], &a3));
        puppet_free(p);
    }
}

static void an_init_ack_from_another_address_counts_and_that_address_is_probed(void** state)
{
    (void)state;
    struct puppet* p = puppet_called(NULL);
    struct craft c;
    p->me = a2;
    puppet_begin(p, &c);
    craft_init(&c, SCTP_C_INIT_ACK, p->my_tag, 100000, p->tsn);
    sctp_write_param(&c.w, SCTP_P_COOKIE, "cake", 4);
    sctp_write_addr(&c.w, &a1);
    init_end(p, &c);
    assert_string_equal(p->ladder, "COOKIE-ECHO");
    assert_true(roam_addr_equal(&p->sent[p->n_sent - 1].dst, &a1)); /* a2 is not confirmed (5.4) */
    puppet_chunk(p, SCTP_C_COOKIE_ACK, 0, NULL, 0);
    assert_string_equal(puppet_ladder(p), "HEARTBEAT");
    assert_true(roam_addr_equal(&p->sent[p->n_sent - 1].dst, &a2));
    puppet_free(p);
}

/** An INIT ACK that cannot be read to its end is none: the attempt goes on. */
static void an_init_ack_that_is_malformed_is_discarded(void** state)
{
    (void)state;
    struct puppet* p = puppet_called(NULL);
    struct craft c;
    puppet_ladder(p);
    puppet_begin(p, &c);
    craft_init(&c, SCTP_C_INIT_ACK, p->my_tag, 100000, p->tsn);
    sctp_write_param(&c.w, SCTP_P_COOKIE, "cake", 4);
    roam_write16(&c.w, SCTP_P_COOKIE_PRESERVATIVE);
    roam_write16(&c.w, 200);
    craft_close(&c);
    puppet_send(p, &c);
    assert_string_equal(puppet_ladder(p), "");
    assert_int_equal(puppet_state(p), SCTP_COOKIE_WAIT);
    puppet_init_ack(p);
    assert_string_equal(puppet_ladder(p), "COOKIE-ECHO");
    puppet_free(p);
}

/** Sections 3 and 6.10: what has to travel alone counts only then. */
static void an_init_ack_in_a_bundle_is_discarded(void** state)
{
    (void)state;
    for (int first = 0; first < 2; first++)
    {
        struct puppet* p = puppet_called(NULL);
        struct craft c;
        puppet_begin(p, &c);
        if (!first)
        {
            craft_data(&c, p->tsn, WHOLE, 0, 0, 10);
        }
        craft_init(&c, SCTP_C_INIT_ACK, p->my_tag, 100000, p->tsn);
        sctp_write_param(&c.w, SCTP_P_COOKIE, "cake", 4);
        craft_close(&c);
        if (first)
        {
            craft_data(&c, p->tsn, WHOLE, 0, 0, 10);
        }
        puppet_send(p, &c);
        assert_string_equal(puppet_ladder(p), "");
        assert_int_equal(puppet_state(p), SCTP_COOKIE_WAIT);
        puppet_run_for(p, 1100 * ROAM_MS);
        assert_string_equal(puppet_ladder(p), "INIT");
        puppet_init_ack(p);
        assert_string_equal(puppet_ladder(p), "COOKIE-ECHO");
        puppet_free(p);
    }
}

static void setup_chunks_out_of_place_are_discarded(void** state)
{
    (void)state;
    struct puppet* p = puppet_connected(NULL);
    puppet_init_ack(p); /* section 5.2.3 */
    puppet_chunk(p, SCTP_C_COOKIE_ACK, 0, NULL, 0);
    assert_string_equal(puppet_ladder(p), "");
    assert_int_equal(puppet_state(p), SCTP_ESTABLISHED);
    puppet_free(p);
    p = puppet_called(NULL);
    puppet_chunk(p, SCTP_C_COOKIE_ACK, 0, NULL, 0); /* section 5.2.5 */
    puppet_chunk(p, SCTP_C_SHUTDOWN, 0, "\0\0\0\0", 4);
    puppet_chunk(p, SCTP_C_HEARTBEAT, 0, "\0\1\0\4", 4);
    puppet_chunk(p, 0xc7, 0, NULL, 0);
    assert_string_equal(puppet_ladder(p), "");
    assert_int_equal(puppet_state(p), SCTP_COOKIE_WAIT);
    puppet_free(p);
}

/* --- Stale cookies --------------------------------------------------------------------------- */

static void send_stale(struct puppet* p, uint32_t us)
{
    struct craft c;
    uint8_t staleness[4];
    roam_put32(staleness, us);
    puppet_begin(p, &c);
    craft_open(&c, SCTP_C_ERROR, 0);
    sctp_write_param(&c.w, SCTP_E_STALE_COOKIE, staleness, 4);
    craft_close(&c);
    puppet_send(p, &c);
}

static void a_stale_cookie_is_asked_for_again_with_a_longer_life(void** state)
{
    (void)state;
    struct puppet* p = puppet_called(NULL);
    struct sctp_chunk init;
    puppet_init_ack(p);
    puppet_run_for(p, 300 * ROAM_MS);
    send_stale(p, 250000);
    assert_string_equal(puppet_ladder(p), "COOKIE-ECHO | INIT");
    assert_int_equal(roam_get32(p->sent[p->n_sent - 1].bytes + 4), 0);
    assert_true(puppet_find(p, SCTP_C_INIT, &init));
    struct roam_reader r = roam_reader(init.body + 16, init.body_len - 16);
    struct sctp_param param;
    assert_true(sctp_next_param(&r, &param));
    assert_int_equal(param.type, SCTP_P_COOKIE_PRESERVATIVE);
    assert_in_range(roam_get32(param.value), 550, 551); /* 300 ms round trip, 250 ms too late */
    assert_int_equal(puppet_state(p), SCTP_COOKIE_WAIT);
    send_stale(p, 250000); /* in no other state than COOKIE-ECHOED */
    assert_string_equal(puppet_ladder(p), "");
    puppet_init_ack(p);
    puppet_chunk(p, SCTP_C_COOKIE_ACK, 0, NULL, 0);
    send_stale(p, 250000);
    assert_int_equal(puppet_state(p), SCTP_ESTABLISHED);
    puppet_free(p);
}

static void a_peer_whose_cookies_are_always_stale_is_given_up(void** state)
{
    (void)state;
    struct puppet* p = puppet_called(NULL);
    for (int i = 0; i < 9; i++)
    {
        puppet_init_ack(p);
        send_stale(p, 0xffffffff);
    }
    assert_int_equal(p->why, SCTP_LOST_STALE_COOKIE);
    assert_int_equal(puppet_count(p, SCTP_C_INIT), 1 + 8);
    puppet_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_init_ack_without_a_cookie_is_refused_with_its_number),
        cmocka_unit_test(an_init_ack_with_an_impossible_field_ends_the_attempt_or_is_ignored),
        cmocka_unit_test(unknown_parameters_of_an_init_ack_are_reported_behind_the_cookie),
        cmocka_unit_test(the_report_does_not_count_the_last_ones_padding),
        cmocka_unit_test(a_giant_cookie_is_echoed_byte_for_byte_and_alone),
        cmocka_unit_test(nothing_but_the_cookie_is_sent_until_it_is_acknowledged),
        cmocka_unit_test(init_backs_off_and_its_answer_ends_the_back_off),
        cmocka_unit_test(setup_waits_no_longer_than_its_own_limit),
        cmocka_unit_test(the_cookie_too_is_sent_nine_times_at_most),
        cmocka_unit_test(init_goes_to_each_address_that_the_user_gave_in_turn),
        cmocka_unit_test(an_answer_with_no_address_or_others_leaves_only_those),
        cmocka_unit_test(an_init_ack_from_another_address_counts_and_that_address_is_probed),
        cmocka_unit_test(an_init_ack_that_is_malformed_is_discarded),
        cmocka_unit_test(an_init_ack_in_a_bundle_is_discarded),
        cmocka_unit_test(setup_chunks_out_of_place_are_discarded),
        cmocka_unit_test(a_stale_cookie_is_asked_for_again_with_a_longer_life),
        cmocka_unit_test(a_peer_whose_cookies_are_always_stale_is_given_up),
    };
    return cmocka_run_group_tests_name("sctp-call", tests, NULL, NULL);
}

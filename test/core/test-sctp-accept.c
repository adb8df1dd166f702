/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Setting an association up with a peer that may say anything (RFC 9260 sections 3.3.2, 3.3.3, 5.1,
 * 5.4): the endpoint is called. */
#include "sctp-craft.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* --- The endpoint is called ------------------------------------------------------------------ */

/** An INIT of the puppet whose fixed fields and parameters a test may change. */
static void init_begin(struct puppet* p, struct craft* c)
{
    craft_begin(c, 4000, 5000, 0);
    craft_init(c, SCTP_C_INIT, p->my_tag, 100000, p->tsn);
}

static void init_end(struct puppet* p, struct craft* c)
{
    craft_close(c);
    puppet_send(p, c);
    puppet_ladder(p);
}

static void an_init_ack_answers_where_the_init_came_from_and_keeps_no_state(void** state)
{
    (void)state;
    struct puppet* p = puppet_new(NULL);
    struct sctp_chunk c;
    puppet_init(p);
    assert_string_equal(p->ladder, "INIT-ACK");
    assert_true(puppet_find(p, SCTP_C_INIT_ACK, &c));
    const struct puppet_packet* s = puppet_packet_with(p, SCTP_C_INIT_ACK);
    assert_true(roam_addr_equal(&s->dst, &a1));
    assert_int_equal(roam_get32(s->bytes + 4), p->my_tag);
    assert_true(p->tag != 0 && p->cookie_len > 0);
    assert_int_equal(p->id, 0);
    assert_int_equal(sctp_next_expiry(p->ep), ROAM_NEVER);
    puppet_echo(p);
    assert_string_equal(puppet_ladder(p), "COOKIE-ACK");
    assert_int_equal(roam_get32(p->sent[p->n_sent - 1].bytes + 4), p->my_tag);
    assert_int_equal(p->up, 1);
    puppet_free(p);
}

static void an_init_ack_asks_for_no_more_streams_than_the_init_allows(void** state)
{
    (void)state;
    struct puppet* p = puppet_new(NULL);
    struct sctp_chunk c;
    struct sctp_status s;
    puppet_init(p); /* 5 streams each way */
    assert_true(puppet_find(p, SCTP_C_INIT_ACK, &c));
    assert_int_equal(roam_get16(c.body + 8), 5);
    puppet_echo(p);
    sctp_status(p->ep, p->id, &s);
    assert_int_equal(s.outbound_streams, 5);
    assert_int_equal(s.inbound_streams, 5);
    const struct sctp_message_info sixth = {.stream = 5};
    assert_int_equal(sctp_send(p->ep, p->id, &sixth, "x", 1, p->now), ROAM_EINVAL);
    puppet_free(p);
}

static void an_init_with_an_impossible_field_is_refused_and_changes_nothing(void** state)
{
    (void)state;
    const struct
    {
        size_t at;
        uint8_t bytes;
    } fields[] = {{4, 4}, {8, 2}, {10, 2}}; /* a_rwnd, OS, MIS */
    for (size_t i = 0; i < 3; i++)
    {
        for (int associated = 0; associated < 2; associated++)
        {
            struct puppet* p = associated ? puppet_accepted(NULL) : puppet_new(NULL);
            struct craft c;
            struct sctp_param cause;
            init_begin(p, &c);
            memset(c.bytes + c.open + 4 + fields[i].at, 0, fields[i].bytes);
            init_end(p, &c);
            assert_string_equal(p->ladder, "ABORT");
            assert_int_equal(roam_get32(p->sent[p->n_sent - 1].bytes + 4), p->my_tag);
            assert_true(puppet_cause(p, SCTP_C_ABORT, SCTP_E_INVALID_PARAM, &cause));
            assert_int_equal(puppet_state(p), associated ? SCTP_ESTABLISHED : SCTP_CLOSED);
            puppet_free(p);
        }
    }
}

static void an_init_with_tag_zero_or_none_is_discarded_in_silence(void** state)
{
    (void)state;
    struct puppet* p = puppet_new(NULL);
    struct craft c;
    init_begin(p, &c);
    memset(c.bytes + c.open + 4, 0, 4);
    init_end(p, &c);
    assert_string_equal(p->ladder, "");
    craft_begin(&c, 4000, 5000, 0);
    craft_chunk(&c, SCTP_C_INIT, 0, "\0\0\1", 3);
    puppet_send(p, &c);
    assert_string_equal(puppet_ladder(p), "");
    assert_int_equal(p->drops[SCTP_DROP_MALFORMED], 2);
    puppet_free(p);
}

/** Section 5.1: ABORT, with the cause, under the tag that it begins with. An association stays. */
static void an_init_that_is_cut_short_is_refused(void** state)
{
    (void)state;
    for (size_t len = 4; len < 16 + 8; len++)
    {
        for (int associated = 0; associated < 2; associated++)
        {
            struct puppet* p = associated ? puppet_accepted(NULL) : puppet_new(NULL);
            struct craft whole, c;
            struct sctp_param cause;
            init_begin(p, &whole);
            sctp_write_param(&whole.w, 0x8123, "four", 4);
            craft_begin(&c, 4000, 5000, 0);
            craft_chunk(&c, SCTP_C_INIT, 0, whole.bytes + whole.open + 4, len);
            puppet_send(p, &c);
            const bool good = len == 16; /* without the parameter */
            assert_string_equal(puppet_ladder(p), good ? "INIT-ACK" : "ABORT");
            assert_int_equal(roam_get32(p->sent[p->n_sent - 1].bytes + 4), p->my_tag);
            assert_int_equal(p->drops[SCTP_DROP_MALFORMED], !good);
            assert_int_equal(puppet_cause(p, SCTP_C_ABORT, SCTP_E_INVALID_PARAM, &cause), len < 16);
            assert_int_equal(puppet_cause(p, SCTP_C_ABORT, SCTP_E_PROTOCOL, &cause), len > 16);
            assert_int_equal(puppet_state(p), associated ? SCTP_ESTABLISHED : SCTP_CLOSED);
            puppet_free(p);
        }
    }
}

/** Section 6.10: a chunk that the packet does not hold in full is dropped. */
static void an_init_that_its_packet_does_not_hold_is_dropped(void** state)
{
    (void)state;
    struct puppet* p = puppet_new(NULL);
    struct craft c;
    init_begin(p, &c);
    craft_close(&c);
    roam_put16(c.bytes + c.open + 2, 24);
    puppet_send(p, &c);
    assert_string_equal(puppet_ladder(p), "");
    assert_int_equal(p->drops[SCTP_DROP_MALFORMED], 1);
    puppet_free(p);
}

static void a_host_name_is_refused_with_the_parameter_in_the_cause(void** state)
{
    (void)state;
    struct puppet* p = puppet_new(NULL);
    struct craft c;
    struct sctp_param cause;
    init_begin(p, &c);
    sctp_write_param(&c.w, SCTP_P_HOSTNAME, "a.example", 10);
    init_end(p, &c);
    assert_string_equal(p->ladder, "ABORT");
    assert_true(puppet_cause(p, SCTP_C_ABORT, SCTP_E_UNRESOLVABLE, &cause));
    assert_int_equal(cause.value_len, 14);
    assert_int_equal(roam_get16(cause.value), SCTP_P_HOSTNAME);
    puppet_free(p);
}

static void unknown_parameters_of_an_init_follow_their_two_high_bits(void** state)
{
    (void)state;
    const struct
    {
        uint16_t type;
        unsigned reports; /* in the INIT ACK: this one, and one behind it of type 0xc123 */
    } cases[] = {{0x0123, 0}, {0x4123, 1}, {0x8123, 1}, {0xc124, 2}};
    for (size_t i = 0; i < 4; i++)
    {
        struct puppet* p = puppet_new(NULL);
        struct craft c;
        struct sctp_chunk ack;
        init_begin(p, &c);
        sctp_write_param(&c.w, cases[i].type, "abcde", 5);
        sctp_write_param(&c.w, 0xc123, NULL, 0);
        init_end(p, &c);
        assert_string_equal(p->ladder, "INIT-ACK");
        assert_true(puppet_find(p, SCTP_C_INIT_ACK, &ack));
        struct roam_reader r = roam_reader(ack.body + 16, ack.body_len - 16);
        struct sctp_param param;
        unsigned reports = 0;
        while (sctp_next_param(&r, &param))
        {
            if (param.type == SCTP_P_UNRECOGNIZED && reports++ == 0 && cases[i].type != 0x8123)
            {
                assert_int_equal(roam_get16(param.value), cases[i].type);
                assert_int_equal(param.value_len, 9); /* its header too, its padding not */
            }
        }
        assert_int_equal(reports, cases[i].reports);
        puppet_free(p);
    }
}

static void a_giant_init_gets_an_init_ack_that_is_larger_than_the_mtu(void** state)
{
    (void)state;
    struct puppet* p = puppet_new(NULL);
    struct craft c;
    static uint8_t value[1000];
    init_begin(p, &c);
    for (int i = 0; i < 12; i++)
    {
        sctp_write_param(&c.w, (uint16_t)(0xc200 + i), value, sizeof value);
    }
    init_end(p, &c);
    assert_string_equal(p->ladder, "INIT-ACK"); /* DEVIATION: eight are reported, not all */
    assert_in_range(p->sent[p->n_sent - 1].len, 8 * 1008 + 12000, 65535);
    puppet_free(p);
}

/** RFC 4820 section 4: the size of the cookie does not depend on it. */
static void padding_of_an_init_is_not_kept_in_the_cookie(void** state)
{
    (void)state;
    static const uint8_t padding[400];
    size_t cookie[3];
    for (int pads = 0; pads < 3; pads++)
    {
        struct puppet* p = puppet_new(NULL);
        struct craft c;
        struct sctp_chunk ack;
        struct sctp_param param;
        init_begin(p, &c);
        for (int i = 0; i < pads; i++)
        {
            sctp_write_param(&c.w, SCTP_P_PAD, padding, sizeof padding - (size_t)i);
        }
        sctp_write_param(&c.w, 0x8123, "abcde", 5);
        if (pads == 2)
        {
            sctp_write_param(&c.w, SCTP_P_PAD, padding, 3);
        }
        init_end(p, &c);
        assert_string_equal(p->ladder, "INIT-ACK");
        assert_true(puppet_find(p, SCTP_C_INIT_ACK, &ack));
        struct roam_reader r = roam_reader(ack.body + 16, ack.body_len - 16);
        while (sctp_next_param(&r, &param) && param.type != SCTP_P_COOKIE)
        {
        }
        cookie[pads] = param.value_len;
        p->tag = roam_get32(ack.body);
        puppet_chunk(p, SCTP_C_COOKIE_ECHO, 0, param.value, param.value_len);
        assert_int_equal(p->up, 1);
        puppet_free(p);
    }
    assert_int_equal(cookie[1], cookie[0]);
    assert_int_equal(cookie[2], cookie[0]);
}

static void a_cookie_that_was_touched_anywhere_is_dropped_in_silence(void** state)
{
    (void)state;
    struct puppet* p = puppet_new(NULL);
    puppet_init(p);
    for (size_t i = 0; i < p->cookie_len; i++)
    {
        p->cookie[i] ^= 1;
        puppet_echo(p);
        p->cookie[i] ^= 1;
    }
    p->cookie_len--;
    puppet_echo(p);
    p->cookie_len++;
    assert_string_equal(puppet_ladder(p), "");
    assert_int_equal(p->up, 0);
    /* nor with another tag or port than its own (5.1.5 step 3) */
    p->tag++;
    puppet_echo(p);
    p->tag--;
    struct craft c;
    craft_begin(&c, 4001, 5000, p->tag);
    craft_chunk(&c, SCTP_C_COOKIE_ECHO, 0, p->cookie, p->cookie_len);
    puppet_send(p, &c);
    assert_string_equal(puppet_ladder(p), "");
    puppet_echo(p);
    assert_string_equal(puppet_ladder(p), "COOKIE-ACK");
    puppet_free(p);
}

static void a_cookie_lives_as_long_as_configured_and_not_a_moment_longer(void** state)
{
    (void)state;
    struct puppet* p = puppet_new(NULL);
    struct sctp_param cause;
    puppet_init(p);
    p->now = 60 * ROAM_SEC + 1500; /* nanoseconds */
    puppet_echo(p);
    assert_string_equal(puppet_ladder(p), "ERROR");
    assert_true(puppet_cause(p, SCTP_C_ERROR, SCTP_E_STALE_COOKIE, &cause));
    assert_int_equal(roam_get32(cause.value), 2); /* microseconds, rounded up */
    assert_int_equal(roam_get32(p->sent[p->n_sent - 1].bytes + 4), p->my_tag);
    assert_int_equal(p->up, 0);
    puppet_free(p);

    p = puppet_new(NULL);
    puppet_init(p);
    p->now = 60 * ROAM_SEC;
    puppet_echo(p);
    assert_string_equal(puppet_ladder(p), "COOKIE-ACK");
    puppet_free(p);
}

static void a_cookie_preservative_makes_it_live_longer_up_to_twice(void** state)
{
    (void)state;
    const struct
    {
        uint32_t ms;
        roam_time life;
    } cases[] = {{5000, 65 * ROAM_SEC}, {0xffffffff, 120 * ROAM_SEC}};
    for (size_t i = 0; i < 2; i++)
    {
        for (int late = 0; late < 2; late++)
        {
            struct puppet* p = puppet_new(NULL);
            struct craft c;
            struct sctp_chunk ack;
            uint8_t ms[4];
            roam_put32(ms, cases[i].ms);
            init_begin(p, &c);
            sctp_write_param(&c.w, SCTP_P_COOKIE_PRESERVATIVE, ms, 4);
            init_end(p, &c);
            assert_true(puppet_find(p, SCTP_C_INIT_ACK, &ack));
            p->tag = roam_get32(ack.body);
            p->cookie_len = roam_get16(ack.body + 18) - 4;
            memcpy(p->cookie, ack.body + 20, p->cookie_len);
            p->now = cases[i].life + late;
            puppet_echo(p);
            assert_string_equal(puppet_ladder(p), late ? "ERROR" : "COOKIE-ACK");
            puppet_free(p);
        }
    }
}

static void of_a_callers_addresses_only_the_one_that_was_answered_is_confirmed(void** state)
{
    (void)state;
    struct puppet* p = puppet_new(NULL);
    struct craft c;
    struct sctp_chunk chunk;
    init_begin(p, &c);
    sctp_write_addr(&c.w, &a2);
    init_end(p, &c);
    assert_true(puppet_find(p, SCTP_C_INIT_ACK, &chunk));
    p->tag = roam_get32(chunk.body);
    p->cookie_len = roam_get16(chunk.body + 18) - 4;
    memcpy(p->cookie, chunk.body + 20, p->cookie_len);
    p->me = a2; /* the cookie comes back from the other address */
    puppet_echo(p);
    struct roam_addr peers[4];
    assert_int_equal(sctp_peer_addresses(p->ep, p->id, peers, 4), 2); /* 5.1.2 rule 3 */
    puppet_ladder(p);
    for (size_t i = 0; i < p->n_sent; i++)
    {
        /* section 5.4: nothing goes to a2 but HEARTBEAT, alone or behind a COOKIE ACK */
        const uint8_t* chunk = p->sent[i].bytes + 12;
        chunk += chunk[0] == SCTP_C_COOKIE_ACK ? 4 : 0;
        assert_true(roam_addr_equal(&p->sent[i].dst, &a1) ||
                    (chunk < p->sent[i].bytes + p->sent[i].len && chunk[0] == SCTP_C_HEARTBEAT));
    }
    assert_true(puppet_find(p, SCTP_C_HEARTBEAT, &chunk));
    assert_true(chunk.len >= 4 + 4 + 8); /* a nonce of 64 bits at least */
    uint8_t info[64];
    const size_t len = chunk.body_len;
    memcpy(info, chunk.body, len);
    info[len - 1] ^= 1;
    puppet_chunk(p, SCTP_C_HEARTBEAT_ACK, 0, info, len); /* not what was sent: confirms nothing */
    struct sctp_path_status paths[2];
    sctp_paths(p->ep, p->id, paths, 2);
    assert_int_equal(paths[1].state, SCTP_PATH_UNCONFIRMED);
    info[len - 1] ^= 1;
    puppet_chunk(p, SCTP_C_HEARTBEAT_ACK, 0, info, len);
    sctp_paths(p->ep, p->id, paths, 2);
    assert_int_equal(paths[1].state, SCTP_PATH_ACTIVE);
    puppet_free(p);
}

static void thirty_three_addresses_are_one_too_many_and_no_reason_to_refuse(void** state)
{
    (void)state;
    struct puppet* p = puppet_new(NULL);
    struct craft c;
    struct sctp_chunk ack;
    init_begin(p, &c);
    for (uint32_t i = 0; i < 40; i++)
    {
        const struct roam_addr a = roam_addr_v4(0x0a000001 + i);
        sctp_write_addr(&c.w, &a);
    }
    init_end(p, &c);
    assert_true(puppet_find(p, SCTP_C_INIT_ACK, &ack));
    p->tag = roam_get32(ack.body);
    p->cookie_len = roam_get16(ack.body + 18) - 4;
    memcpy(p->cookie, ack.body + 20, p->cookie_len);
    puppet_echo(p);
    assert_int_equal(p->up, 1);
    struct roam_addr peers[40];
    assert_int_equal(sctp_peer_addresses(p->ep, p->id, peers, 40), 32);
    assert_true(roam_addr_equal(&peers[0], &a1));
    puppet_free(p);
}

/* Z has been told of ten streams, and would refuse what comes on others. */
static void what_the_init_has_said_is_not_configured_away(void** state)
{
    (void)state;
    struct sctp_config c;
    struct net* n = net_new(NULL);
    net_connect(n);
    net_poll(n); /* A -> INIT */
    sctp_configuration(n->ep[A], n->id[A], &c);
    c.outbound_streams = 20;
    c.pr = c.addip = false;
    assert_int_equal(sctp_configure(n->ep[A], n->id[A], &c), ROAM_OK);
    net_run(n, ROAM_SEC);
    struct sctp_status a, z;
    sctp_status(n->ep[A], n->id[A], &a);
    sctp_status(n->ep[Z], n->id[Z], &z);
    assert_int_equal(a.outbound_streams, z.inbound_streams);
    assert_true(a.pr && z.pr && a.addip && z.addip);
    net_free(n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_init_ack_answers_where_the_init_came_from_and_keeps_no_state),
        cmocka_unit_test(an_init_ack_asks_for_no_more_streams_than_the_init_allows),
        cmocka_unit_test(an_init_with_an_impossible_field_is_refused_and_changes_nothing),
        cmocka_unit_test(an_init_with_tag_zero_or_none_is_discarded_in_silence),
        cmocka_unit_test(an_init_that_is_cut_short_is_refused),
        cmocka_unit_test(an_init_that_its_packet_does_not_hold_is_dropped),
        cmocka_unit_test(a_host_name_is_refused_with_the_parameter_in_the_cause),
        cmocka_unit_test(unknown_parameters_of_an_init_follow_their_two_high_bits),
        cmocka_unit_test(a_giant_init_gets_an_init_ack_that_is_larger_than_the_mtu),
        cmocka_unit_test(a_cookie_that_was_touched_anywhere_is_dropped_in_silence),
        cmocka_unit_test(a_cookie_lives_as_long_as_configured_and_not_a_moment_longer),
        cmocka_unit_test(a_cookie_preservative_makes_it_live_longer_up_to_twice),
        cmocka_unit_test(of_a_callers_addresses_only_the_one_that_was_answered_is_confirmed),
        cmocka_unit_test(thirty_three_addresses_are_one_too_many_and_no_reason_to_refuse),
        cmocka_unit_test(what_the_init_has_said_is_not_configured_away),
        cmocka_unit_test(padding_of_an_init_is_not_kept_in_the_cookie),
    };
    return cmocka_run_group_tests_name("sctp-accept", tests, NULL, NULL);
}

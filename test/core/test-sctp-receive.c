/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The data receiver: acknowledgement, gaps, duplicates, windows (RFC 9260 sections 6.2, 6.7),
 * streams, order, fragments (6.5, 6.6, 6.9). */
#include "sctp-craft.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct sack
{
    uint32_t cum, rwnd;
    unsigned n_gaps, n_dups;
    const uint8_t* blocks;
};

/** The SACK that was told last; its cumulative TSN counts from the puppet's first. */
static struct sack last_sack(struct puppet* p)
{
    struct sctp_chunk c;
    puppet_ladder(p);
    assert_true(puppet_find(p, SCTP_C_SACK, &c));
    assert_int_equal(c.flags, 0);
    assert_int_equal(c.body_len, 12 + 4u * (roam_get16(c.body + 8) + roam_get16(c.body + 10)));
    return (struct sack){roam_get32(c.body) - 999, roam_get32(c.body + 4), roam_get16(c.body + 8),
                         roam_get16(c.body + 10), c.body + 12};
}

/** One DATA chunk of the nth TSN, counted from 1. */
static void data(struct puppet* p, uint32_t nth, uint8_t flags, uint16_t stream, uint16_t ssn,
                 size_t len)
{
    struct craft c;
    puppet_begin(p, &c);
    craft_data(&c, 999 + nth, flags, stream, ssn, len);
    puppet_send(p, &c);
}

/** Accepted, and the first DATA chunk, which is special, acknowledged and read. */
static struct puppet* begun(const struct sctp_config* config)
{
    struct puppet* p = puppet_accepted(config);
    data(p, 1, WHOLE, 0, 0, 10);
    assert_string_equal(puppet_ladder(p), "SACK"); /* section 5.1: the first one at once */
    sctp_message_free(sctp_receive(p->ep, p->id, p->now));
    return p;
}

static void every_second_packet_or_200_ms(void** state)
{
    (void)state;
    struct puppet* p = begun(NULL);
    data(p, 2, WHOLE, 0, 1, 10);
    puppet_run_for(p, 200 * ROAM_MS - 1);
    assert_string_equal(puppet_ladder(p), "");
    puppet_run_for(p, 1);
    assert_string_equal(puppet_ladder(p), "SACK");
    data(p, 3, WHOLE, 0, 2, 10);
    assert_string_equal(puppet_ladder(p), "");
    struct craft c;
    puppet_begin(p, &c); /* packets count, not chunks; and one SACK is enough for a packet */
    craft_data(&c, 999 + 4, WHOLE, 0, 3, 10);
    craft_data(&c, 999 + 5, WHOLE, 0, 4, 10);
    craft_data(&c, 999 + 6, WHOLE, 0, 5, 10);
    puppet_send(p, &c);
    assert_int_equal(last_sack(p).cum, 6);
    assert_string_equal(p->ladder, "SACK");
    puppet_free(p);
}

static void the_delay_cannot_be_set_above_half_a_second(void** state)
{
    (void)state;
    struct sctp_config c;
    sctp_config_default(&c);
    c.sack_delay = 500 * ROAM_MS;
    assert_int_equal(sctp_config_check(&c), ROAM_OK);
    c.sack_delay++;
    assert_int_equal(sctp_config_check(&c), ROAM_EINVAL);
    struct puppet* p = puppet_accepted(NULL);
    assert_int_equal(sctp_configure(p->ep, p->id, &c), ROAM_EINVAL);
    puppet_free(p);
}

static void a_gap_is_reported_at_once_until_it_is_filled(void** state)
{
    (void)state;
    struct puppet* p = begun(NULL);
    data(p, 3, WHOLE, 0, 2, 10);
    struct sack s = last_sack(p);
    assert_int_equal(s.cum, 1);
    assert_int_equal(s.n_gaps, 1);
    assert_memory_equal(s.blocks, "\0\2\0\2", 4);
    data(p, 4, WHOLE, 0, 3, 10);
    data(p, 6, WHOLE, 0, 5, 10);
    s = last_sack(p);
    assert_string_equal(p->ladder, "SACK | SACK");
    assert_int_equal(s.n_gaps, 2);
    assert_memory_equal(s.blocks, "\0\2\0\3\0\5\0\5", 8);
    data(p, 2, WHOLE, 0, 1, 10);
    s = last_sack(p);
    assert_int_equal(s.cum, 4);
    assert_memory_equal(s.blocks, "\0\2\0\2", 4);
    puppet_free(p);
}

static void the_example_of_section_3_3_4(void** state)
{
    (void)state;
    struct sctp_config c;
    sctp_config_default(&c);
    c.auth = c.addip = false;
    c.receive_buffer = 4660 + 7 * 10;
    struct puppet* p = puppet_accepted(&c);
    static const uint32_t got[] = {1, 2, 3, 5, 6, 8}; /* there: 10, 11, 12, 14, 15, 17 */
    for (size_t i = 0; i < 6; i++)
    {
        data(p, got[i], WHOLE, 1, (uint16_t)i, 10);
    }
    const struct sack s = last_sack(p);
    assert_int_equal(s.cum, 3);
    assert_int_equal(s.rwnd, 4660 + 10);
    assert_int_equal(s.n_gaps, 2);
    assert_int_equal(s.n_dups, 0);
    assert_memory_equal(s.blocks, "\0\2\0\3\0\5\0\5", 8);
    puppet_free(p);
}

static void duplicates_are_acknowledged_at_once_and_listed_as_often_as_they_came(void** state)
{
    (void)state;
    struct puppet* p = begun(NULL);
    struct craft c;
    puppet_begin(p, &c);
    craft_data(&c, 1000, WHOLE, 0, 0, 10);
    craft_data(&c, 1000, WHOLE, 0, 0, 10);
    puppet_send(p, &c);
    struct sack s = last_sack(p);
    assert_int_equal(s.cum, 1);
    assert_int_equal(s.n_dups, 2);
    assert_int_equal(roam_get32(s.blocks), 1000);
    assert_int_equal(roam_get32(s.blocks + 4), 1000);
    data(p, 1, WHOLE, 0, 0, 10);
    assert_int_equal(last_sack(p).n_dups, 1); /* counted anew after each SACK */
    data(p, 0, WHOLE, 0, 0, 10);              /* older than the association */
    assert_int_equal(last_sack(p).n_dups, 1);
    assert_int_equal(sctp_receive_ready(p->ep, p->id), 0);
    puppet_free(p);
}

static void the_i_bit_asks_for_a_sack_now(void** state)
{
    (void)state;
    struct puppet* p = begun(NULL);
    data(p, 2, WHOLE | SCTP_F_IMMEDIATE, 0, 1, 10);
    assert_string_equal(puppet_ladder(p), "SACK");
    puppet_free(p);
}

static void as_many_gaps_as_a_packet_holds_from_the_lowest_in_one_sack(void** state)
{
    (void)state;
    struct puppet* p = begun(NULL);
    for (uint32_t i = 0; i < 500; i++)
    {
        data(p, 3 + 2 * i, WHOLE | SCTP_F_UNORDERED, 0, 0, 1);
    }
    const size_t before = p->n_sent;
    data(p, 3 + 2 * 500, WHOLE | SCTP_F_UNORDERED, 0, 0, 1);
    assert_int_equal(p->n_sent, before + 1);
    const struct sack s = last_sack(p);
    assert_int_equal(s.n_gaps, (1500 - 20 - 12 - 16) / 4);
    assert_memory_equal(s.blocks, "\0\2\0\2\0\4\0\4", 8);
    assert_in_range(p->sent[p->n_sent - 1].len, 1477, 1480);
    puppet_free(p);
}

static void a_sack_rides_with_data_and_never_makes_the_packet_too_large(void** state)
{
    (void)state;
    struct puppet* p = begun(NULL);
    data(p, 2, WHOLE, 0, 1, 10);
    puppet_user_send(p, 100);
    assert_string_equal(puppet_ladder(p), "SACK DATA"); /* control first (6.10) */
    data(p, 3, WHOLE, 0, 2, 10);
    puppet_user_send(p, 1452);
    puppet_ladder(p);
    for (size_t i = 0; i < p->n_sent; i++)
    {
        assert_in_range(p->sent[i].len, 12, 1480);
    }
    puppet_free(p);
}

/* --- Windows --------------------------------------------------------------------------------- */

static struct puppet* small_window(uint32_t bytes)
{
    struct sctp_config c;
    sctp_config_default(&c);
    c.auth = c.addip = false;
    c.receive_buffer = bytes;
    return begun(&c);
}

static void what_comes_when_the_window_is_closed_is_dropped_and_said_so_at_once(void** state)
{
    (void)state;
    struct puppet* p = small_window(4000);
    for (uint32_t i = 2; i <= 5; i++)
    {
        data(p, i, WHOLE, 0, (uint16_t)(i - 1), 1000);
    }
    assert_int_equal(last_sack(p).rwnd, 0);
    data(p, 6, WHOLE, 0, 5, 1000);
    const struct sack s = last_sack(p);
    assert_int_equal(s.cum, 5);
    assert_int_equal(s.n_gaps, 0);
    assert_int_equal(p->drops[SCTP_DROP_WINDOW], 1);
    assert_int_equal(sctp_receive_ready(p->ep, p->id), 4000);
    puppet_free(p);
}

static void a_window_opens_in_steps_worth_a_packet(void** state)
{
    (void)state;
    struct puppet* p = small_window(4000);
    for (uint32_t i = 2; i <= 41; i++)
    {
        data(p, i, WHOLE, 0, (uint16_t)(i - 1), 100);
    }
    assert_int_equal(last_sack(p).rwnd, 0);
    unsigned updates = 0;
    uint32_t told = 0;
    for (int i = 0; i < 40; i++)
    {
        sctp_message_free(sctp_receive(p->ep, p->id, p->now));
        puppet_poll(p);
        if (*puppet_ladder(p))
        {
            struct sctp_chunk c;
            assert_true(puppet_find(p, SCTP_C_SACK, &c));
            assert_true(roam_get32(c.body + 4) >= told + 1500);
            told = roam_get32(c.body + 4);
            updates++;
        }
    }
    assert_int_equal(updates, 1); /* not forty */
    puppet_free(p);
}

static void a_small_window_is_not_widened_bit_by_bit(void** state)
{
    (void)state;
    struct puppet* p = small_window(4000);
    for (uint32_t i = 2; i <= 39; i++)
    {
        data(p, i, WHOLE, 0, (uint16_t)(i - 1), 100);
    }
    puppet_run_for(p, ROAM_SEC);
    assert_int_equal(last_sack(p).rwnd, 200);
    sctp_message_free(sctp_receive(p->ep, p->id, p->now)); /* 300 are free now */
    data(p, 40, WHOLE | SCTP_F_IMMEDIATE, 0, 39, 100);
    assert_int_equal(last_sack(p).rwnd, 100); /* the right edge stays where it was */
    puppet_free(p);
}

/** Its turn in the stream never comes, so no part of it can be delivered. */
static void a_message_beyond_all_buffers_is_out_of_resource(void** state)
{
    (void)state;
    struct puppet* p = small_window(4000);
    struct sctp_param cause;
    data(p, 2, SCTP_F_BEGIN, 0, 2, 1000);
    uint32_t nth = 3;
    for (; nth < 100 && !p->lost; nth++)
    {
        data(p, nth, 0, 0, 2, 1000);
    }
    puppet_ladder(p);
    assert_true(puppet_cause(p, SCTP_C_ABORT, SCTP_E_RESOURCE, &cause));
    assert_in_range(nth, 16, 24);
    puppet_free(p);
}

/* --- Streams, order, fragments --------------------------------------------------------------- */

static void assert_next(struct puppet* p, uint16_t stream, uint16_t ssn, size_t len)
{
    struct sctp_message* m = sctp_receive(p->ep, p->id, p->now);
    assert_non_null(m);
    assert_int_equal(m->info.stream, stream);
    assert_true(m->info.unordered || m->info.ssn == ssn);
    assert_int_equal(m->info.ppid, 77);
    assert_int_equal(m->len, len);
    sctp_message_free(m);
}

static void order_is_kept_in_a_stream_and_between_streams_there_is_none(void** state)
{
    (void)state;
    struct puppet* p = begun(NULL);
    data(p, 4, WHOLE, 0, 3, 30);
    data(p, 3, WHOLE, 0, 2, 20);
    data(p, 5, WHOLE, 1, 0, 40);
    data(p, 6, WHOLE | SCTP_F_UNORDERED, 0, 999, 50);
    assert_next(p, 1, 0, 40);
    assert_next(p, 0, 0, 50); /* its number means nothing */
    assert_null(sctp_receive(p->ep, p->id, p->now));
    data(p, 2, WHOLE, 0, 1, 10);
    assert_next(p, 0, 1, 10);
    assert_next(p, 0, 2, 20);
    assert_next(p, 0, 3, 30);
    puppet_free(p);
}

static void fragments_in_any_order_make_their_message(void** state)
{
    (void)state;
    static const uint32_t orders[][3] = {{2, 3, 4}, {2, 4, 3}, {3, 2, 4},
                                         {3, 4, 2}, {4, 2, 3}, {4, 3, 2}};
    for (size_t i = 0; i < 6; i++)
    {
        for (uint8_t unordered = 0; unordered < 2; unordered++)
        {
            struct puppet* p = begun(NULL);
            const uint8_t u = unordered ? SCTP_F_UNORDERED : 0;
            for (int k = 0; k < 3; k++)
            {
                const uint32_t nth = orders[i][k];
                assert_null(sctp_receive(p->ep, p->id, p->now));
                data(p, nth, u | (nth == 2 ? SCTP_F_BEGIN : nth == 4 ? SCTP_F_END : 0), 0, 1, nth);
            }
            assert_next(p, 0, 1, 9);
            puppet_free(p);
        }
    }
}

static void a_stream_number_comes_back_to_zero_after_65535(void** state)
{
    (void)state;
    struct net* n = net_established(NULL);
    for (int i = 0; i < 70; i++)
    {
        assert_int_equal(net_send(n, A, 1000, 4), 1000);
        net_run_for(n, 3 * ROAM_SEC);
    }
    assert_int_equal(n->next_in[Z], 70000);
    assert_false(n->out_of_order);
    net_free(n);
}

/** A number that its stream has left behind has no place in the order: acknowledged, and dropped.
 */
static void a_stream_number_that_was_used_before_is_not_delivered(void** state)
{
    (void)state;
    struct puppet* p = begun(NULL);
    data(p, 2, WHOLE, 0, 1, 10);
    data(p, 3, WHOLE, 0, 0, 20);
    data(p, 4, WHOLE, 0, 2, 30);
    data(p, 5, WHOLE, 0, 3, 40);
    assert_int_equal(last_sack(p).cum, 5);
    for (size_t len = 10; len <= 40; len += len == 10 ? 20 : 10)
    {
        struct sctp_message* m = sctp_receive(p->ep, p->id, p->now);
        assert_int_equal(m->len, len);
        sctp_message_free(m);
    }
    assert_null(sctp_receive(p->ep, p->id, p->now));
    struct sctp_config config;
    sctp_config_default(&config);
    p->now += ROAM_SEC;
    data(p, 6, WHOLE, 0, 4, 10);
    data(p, 7, WHOLE, 0, 5, 10);
    assert_int_equal(last_sack(p).rwnd, config.receive_buffer - 20); /* and it takes no room */
    puppet_free(p);
}

static void data_of_a_stream_that_is_not_there_is_acknowledged_and_reported(void** state)
{
    (void)state;
    struct puppet* p = begun(NULL);
    struct sctp_param cause;
    data(p, 2, WHOLE, 5, 0, 10); /* five streams: 0 to 4 */
    assert_string_equal(puppet_ladder(p), "ERROR SACK");
    assert_true(puppet_cause(p, SCTP_C_ERROR, SCTP_E_STREAM, &cause));
    assert_memory_equal(cause.value, "\0\5\0\0", 4);
    assert_int_equal(cause.value_len, 4);
    assert_null(sctp_receive(p->ep, p->id, p->now));
    data(p, 3, WHOLE, 4, 0, 10);
    assert_next(p, 4, 0, 10);
    puppet_free(p);
}

static void fragments_of_a_stream_that_is_not_there_are_reported_too(void** state)
{
    (void)state;
    struct puppet* p = begun(NULL);
    data(p, 2, SCTP_F_BEGIN, 5, 0, 10); /* five streams: 0 to 4 */
    assert_string_equal(puppet_ladder(p), "ERROR SACK");
    data(p, 4, SCTP_F_END, 5, 0, 10);
    assert_string_equal(puppet_ladder(p), "ERROR SACK");
    data(p, 3, 0, 5, 0, 10);
    assert_string_equal(puppet_ladder(p), "ERROR SACK");
    assert_null(sctp_receive(p->ep, p->id, p->now));
    data(p, 5, WHOLE, 4, 0, 10);
    assert_next(p, 4, 0, 10);
    puppet_free(p);
}

static void data_without_data_ends_the_association(void** state)
{
    (void)state;
    struct puppet* p = begun(NULL);
    struct sctp_param cause;
    data(p, 2, WHOLE, 0, 1, 0);
    assert_string_equal(puppet_ladder(p), "ABORT");
    assert_true(puppet_cause(p, SCTP_C_ABORT, SCTP_E_NO_USER_DATA, &cause));
    assert_int_equal(roam_get32(cause.value), 1001);
    assert_int_equal(p->why, SCTP_LOST_PROTOCOL);
    puppet_free(p);
}

static void a_chunk_that_is_cut_off_by_the_packets_end_is_dropped(void** state)
{
    (void)state;
    struct puppet* p = begun(NULL);
    struct craft c;
    puppet_begin(p, &c);
    craft_data(&c, 1001, WHOLE, 0, 1, 10);
    craft_data(&c, 1002, WHOLE, 0, 2, 10);
    c.w.p -= 8;
    puppet_send(p, &c);
    assert_next(p, 0, 1, 10);
    assert_null(sctp_receive(p->ep, p->id, p->now));
    puppet_free(p);
}

/** RFC 6458 section 5.3.5: rcv_tsn and rcv_cumtsn. */
static void a_message_says_where_it_stood_in_the_sequence_of_tsns(void** state)
{
    (void)state;
    struct puppet* p = puppet_accepted(NULL);
    const uint32_t first = p->tsn;
    struct craft c;
    puppet_begin(p, &c);
    craft_data(&c, first + 1, SCTP_F_BEGIN | SCTP_F_UNORDERED, 0, 0, 10);
    craft_data(&c, first + 2, SCTP_F_END | SCTP_F_UNORDERED, 0, 0, 10);
    puppet_send(p, &c);
    struct sctp_message* m = sctp_receive(p->ep, p->id, p->now);
    assert_non_null(m);
    assert_int_equal(m->info.tsn, first + 1);
    assert_int_equal(m->info.cum_tsn, first - 1); /* the first is missing yet */
    sctp_message_free(m);
    puppet_data(p, 0, 10);
    m = sctp_receive(p->ep, p->id, p->now);
    assert_non_null(m);
    assert_int_equal(m->info.tsn, first);
    assert_int_equal(m->info.cum_tsn, first + 2);
    sctp_message_free(m);
    puppet_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_second_packet_or_200_ms),
        cmocka_unit_test(the_delay_cannot_be_set_above_half_a_second),
        cmocka_unit_test(a_gap_is_reported_at_once_until_it_is_filled),
        cmocka_unit_test(the_example_of_section_3_3_4),
        cmocka_unit_test(duplicates_are_acknowledged_at_once_and_listed_as_often_as_they_came),
        cmocka_unit_test(the_i_bit_asks_for_a_sack_now),
        cmocka_unit_test(as_many_gaps_as_a_packet_holds_from_the_lowest_in_one_sack),
        cmocka_unit_test(a_sack_rides_with_data_and_never_makes_the_packet_too_large),
        cmocka_unit_test(what_comes_when_the_window_is_closed_is_dropped_and_said_so_at_once),
        cmocka_unit_test(a_window_opens_in_steps_worth_a_packet),
        cmocka_unit_test(a_small_window_is_not_widened_bit_by_bit),
        cmocka_unit_test(a_message_beyond_all_buffers_is_out_of_resource),
        cmocka_unit_test(order_is_kept_in_a_stream_and_between_streams_there_is_none),
        cmocka_unit_test(fragments_in_any_order_make_their_message),
        cmocka_unit_test(a_stream_number_comes_back_to_zero_after_65535),
        cmocka_unit_test(a_stream_number_that_was_used_before_is_not_delivered),
        cmocka_unit_test(data_of_a_stream_that_is_not_there_is_acknowledged_and_reported),
        cmocka_unit_test(fragments_of_a_stream_that_is_not_there_are_reported_too),
        cmocka_unit_test(data_without_data_ends_the_association),
        cmocka_unit_test(a_chunk_that_is_cut_off_by_the_packets_end_is_dropped),
        cmocka_unit_test(a_message_says_where_it_stood_in_the_sequence_of_tsns),
    };
    return cmocka_run_group_tests_name("sctp-receive", tests, NULL, NULL);
}

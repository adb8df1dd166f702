/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Heartbeats, path and association counters (RFC 9260 sections 8.1 to 8.3, 5.4), and packets of
 * several chunks or of one that is too large (6.10, 3). */
#include "sctp-craft.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/** The heartbeat that was told last comes back. */
static void answer(struct puppet* p)
{
    struct sctp_chunk hb;
    uint8_t info[64];
    assert_true(puppet_find(p, SCTP_C_HEARTBEAT, &hb));
    memcpy(info, hb.body, hb.body_len);
    puppet_chunk(p, SCTP_C_HEARTBEAT_ACK, 0, info, hb.body_len);
}

static void run_to_heartbeat(struct puppet* p)
{
    const unsigned before = puppet_count(p, SCTP_C_HEARTBEAT);
    for (int i = 0; i < 200 && puppet_count(p, SCTP_C_HEARTBEAT) == before; i++)
    {
        puppet_run_for(p, ROAM_SEC);
    }
    puppet_ladder(p);
}

static void an_idle_path_is_probed_every_interval_plus_rto_with_jitter(void** state)
{
    (void)state;
    struct puppet* p = puppet_accepted(NULL);
    roam_time last = 0;
    bool same = true;
    roam_time first_pause = 0;
    for (int i = 0; i < 20; i++)
    {
        while (puppet_count(p, SCTP_C_HEARTBEAT) == (unsigned)i)
        {
            puppet_run_for(p, 10 * ROAM_MS);
        }
        const roam_time pause = p->sent[p->n_sent - 1].at - last;
        last = p->sent[p->n_sent - 1].at;
        assert_in_range(pause, 30 * ROAM_SEC + ROAM_SEC / 2,
                        31 * ROAM_SEC + ROAM_SEC / 2 + ROAM_MS * 10);
        first_pause = i == 0 ? pause : first_pause;
        same &= pause == first_pause;
        puppet_ladder(p);
        answer(p);
        last = p->now;
    }
    assert_false(same);
    assert_int_equal(puppet_path(p).errors, 0);
    puppet_free(p);
}

static void data_is_as_good_as_a_heartbeat(void** state)
{
    (void)state;
    struct puppet* p = puppet_accepted(NULL);
    for (uint32_t i = 1; i < 20; i++)
    {
        puppet_user_send(p, 10);
        puppet_sack(p, i);
        puppet_run_for(p, 25 * ROAM_SEC);
    }
    assert_int_equal(puppet_count(p, SCTP_C_HEARTBEAT), 0);
    puppet_free(p);
}

static void silence_counts_and_an_answer_clears_and_measures(void** state)
{
    (void)state;
    struct puppet* p = puppet_accepted(NULL);
    run_to_heartbeat(p);
    puppet_run_for(p, 2 * ROAM_SEC);
    assert_int_equal(puppet_path(p).errors, 1);
    assert_int_equal(puppet_path(p).rto, 2 * ROAM_SEC); /* exponential back-off */
    while (p->inactive == 0)
    {
        run_to_heartbeat(p);
    }
    assert_int_equal(puppet_path(p).state, SCTP_PATH_INACTIVE);
    assert_int_equal(puppet_path(p).errors, 6); /* Path.Max.Retrans is 5 */
    run_to_heartbeat(p);                        /* it goes on at the same rate */
    puppet_run_for(p, 70 * ROAM_MS);
    answer(p);
    assert_int_equal(p->active, 2); /* told: at the beginning and now */
    assert_int_equal(puppet_path(p).state, SCTP_PATH_ACTIVE);
    assert_int_equal(puppet_path(p).errors, 0);
    assert_true(puppet_path(p).srtt > 0);
    puppet_free(p);
}

static void an_answer_that_was_not_asked_for_changes_nothing(void** state)
{
    (void)state;
    struct puppet* p = puppet_accepted(NULL);
    run_to_heartbeat(p);
    puppet_run_for(p, 2 * ROAM_SEC);
    puppet_chunk(p, SCTP_C_HEARTBEAT_ACK, 0, "\0\1\0\14abcdefgh", 12);
    puppet_chunk(p, SCTP_C_HEARTBEAT_ACK, 0, NULL, 0);
    assert_int_equal(puppet_path(p).errors, 1);
    assert_int_equal(puppet_path(p).srtt, 0);
    puppet_free(p);
}

static void a_heartbeat_comes_back_byte_for_byte_to_where_it_came_from(void** state)
{
    (void)state;
    static const enum sctp_state states[] = {SCTP_COOKIE_ECHOED, SCTP_ESTABLISHED,
                                             SCTP_SHUTDOWN_PENDING, SCTP_SHUTDOWN_RECEIVED};
    for (size_t i = 0; i < 4; i++)
    {
        struct puppet* p = i == 0 ? puppet_called(NULL) : puppet_accepted(NULL);
        uint8_t cum[4];
        roam_put32(cum, p->ep_tsn - 1);
        if (i == 0)
        {
            puppet_init_ack(p);
        }
        if (i >= 2)
        {
            puppet_user_send(p, 10);
        }
        if (i == 2)
        {
            sctp_shutdown(p->ep, p->id, p->now);
        }
        if (i == 3)
        {
            puppet_chunk(p, SCTP_C_SHUTDOWN, 0, cum, 4);
        }
        puppet_poll(p);
        puppet_ladder(p);
        assert_int_equal(puppet_state(p), states[i]);
        struct sctp_chunk c;
        puppet_chunk(p, SCTP_C_HEARTBEAT, 0, "\0\1\0\11hello\0\0\0\0\2\0\5x", 17);
        assert_string_equal(puppet_ladder(p), "HEARTBEAT-ACK");
        assert_true(puppet_find(p, SCTP_C_HEARTBEAT_ACK, &c));
        assert_int_equal(c.body_len, 17); /* other parameters too */
        assert_memory_equal(c.body, "\0\1\0\11hello\0\0\0\0\2\0\5x", 17);
        puppet_free(p);
    }
}

static void a_path_that_is_not_used_for_data_does_not_end_the_association(void** state)
{
    (void)state;
    struct puppet* p = puppet_new(NULL);
    const struct roam_addr both[] = {a1, a2};
    struct craft c;
    struct sctp_chunk chunk;
    assert_int_equal(sctp_connect(p->ep, NULL, 0, both, 2, 4000, &p->id, 0), ROAM_OK);
    puppet_poll(p);
    puppet_ladder(p);
    assert_true(puppet_find(p, SCTP_C_INIT, &chunk));
    p->tag = roam_get32(chunk.body);
    puppet_begin(p, &c);
    craft_init(&c, SCTP_C_INIT_ACK, p->my_tag, 100000, p->tsn);
    sctp_write_param(&c.w, SCTP_P_COOKIE, "cake", 4);
    sctp_write_addr(&c.w, &a2);
    craft_close(&c);
    puppet_send(p, &c);
    puppet_chunk(p, SCTP_C_COOKIE_ACK, 0, NULL, 0);
    struct sctp_path_config config;
    sctp_path_configuration(p->ep, p->id, NULL, &a1, &config);
    config.heartbeats = false; /* no answer from a1 clears what a2's silence may have counted */
    assert_int_equal(sctp_path_configure(p->ep, p->id, NULL, &a1, &config, p->now), ROAM_OK);
    puppet_run_for(p, 4000 * ROAM_SEC); /* a2 never answers */
    struct sctp_path_status paths[2];
    sctp_paths(p->ep, p->id, paths, 2);
    assert_int_equal(p->lost, 0);
    assert_int_equal(paths[0].state, SCTP_PATH_ACTIVE);
    assert_int_equal(paths[1].state, SCTP_PATH_INACTIVE);
    puppet_free(p);
}

/* --- Packets of several chunks, and of one too large ----------------------------------------- */

static void a_giant_heartbeat_comes_back_whole_in_a_packet_of_its_own(void** state)
{
    (void)state;
    struct puppet* p = puppet_accepted(NULL);
    struct sctp_chunk c;
    static uint8_t body[20000] = {0, 1, 20000 >> 8, 20000 & 255};
    for (size_t i = 4; i < sizeof body; i++)
    {
        body[i] = (uint8_t)(i * 3);
    }
    puppet_data(p, 0, 10);
    puppet_ladder(p);
    puppet_data(p, 1, 10);
    puppet_chunk(p, SCTP_C_HEARTBEAT, 0, body, sizeof body);
    puppet_ladder(p);
    assert_true(puppet_find(p, SCTP_C_HEARTBEAT_ACK, &c));
    assert_int_equal(c.body_len, sizeof body);
    assert_memory_equal(c.body, body, sizeof body);
    assert_int_equal(puppet_packet_with(p, SCTP_C_HEARTBEAT_ACK)->len, 12 + 4 + sizeof body);
    puppet_free(p);
}

static void a_giant_unknown_chunk_is_reported_in_a_packet_that_fits(void** state)
{
    (void)state;
    struct puppet* p = puppet_accepted(NULL);
    static const uint8_t body[8000];
    puppet_chunk(p, 0xff, 0, body, sizeof body);
    assert_string_equal(puppet_ladder(p), "ERROR");
    assert_in_range(p->sent[p->n_sent - 1].len, 1400, 1480);
    puppet_free(p);
}

static void chunks_are_taken_in_order_and_control_goes_first(void** state)
{
    (void)state;
    struct puppet* p = puppet_accepted(NULL);
    struct craft c;
    puppet_begin(p, &c);
    craft_data(&c, p->tsn, WHOLE, 0, 0, 10);
    craft_chunk(&c, SCTP_C_HEARTBEAT, 0, "\0\1\0\4", 4);
    craft_data(&c, p->tsn + 1, WHOLE, 0, 1, 10);
    const struct sctp_message_info info = {0};
    sctp_send(p->ep, p->id, &info, "x", 1, p->now);
    sctp_send(p->ep, p->id, &info, "y", 1, p->now);
    puppet_send(p, &c);
    assert_string_equal(puppet_ladder(p), "HEARTBEAT-ACK SACK DATA DATA");
    const uint8_t* bytes = p->sent[p->n_sent - 1].bytes;
    assert_int_equal(bytes[12], SCTP_C_HEARTBEAT_ACK);
    puppet_free(p);
}

static void init_and_init_ack_and_shutdown_complete_travel_alone(void** state)
{
    (void)state;
    struct puppet* p = puppet_called(NULL);
    const struct sctp_message_info info = {0};
    sctp_send(p->ep, p->id, &info, "x", 1, p->now);
    puppet_run_for(p, 4 * ROAM_SEC);
    puppet_init_ack(p);
    puppet_chunk(p, SCTP_C_COOKIE_ACK, 0, NULL, 0);
    const uint32_t tag = p->tag;
    const uint32_t tsn = p->ep_tsn;
    puppet_init(p); /* an unexpected INIT, with data about */
    p->tag = tag;
    p->ep_tsn = tsn;
    puppet_sack(p, 1);
    sctp_shutdown(p->ep, p->id, p->now);
    puppet_chunk(p, SCTP_C_SHUTDOWN_ACK, 0, NULL, 0);
    unsigned alone = 0;
    for (size_t i = 0; i < p->n_sent; i++)
    {
        const uint8_t* chunk = p->sent[i].bytes + 12;
        const bool shy = chunk[0] == SCTP_C_INIT || chunk[0] == SCTP_C_INIT_ACK ||
                         chunk[0] == SCTP_C_SHUTDOWN_COMPLETE;
        alone += shy;
        assert_true(!shy || p->sent[i].len == 12 + sctp_pad4(roam_get16(chunk + 2)));
    }
    assert_int_equal(p->closed, 1);
    assert_int_equal(alone, 3 + 1 + 1); /* INIT at 0, 1 and 3 s */
    puppet_free(p);
}

static void padding_is_zero_and_what_others_pad_with_is_ignored(void** state)
{
    (void)state;
    struct puppet* p = puppet_accepted(NULL);
    struct craft c;
    puppet_user_send(p, 1);
    const struct puppet_packet* s = &p->sent[p->n_sent - 1];
    assert_int_equal(s->len, 12 + 20);
    assert_int_equal(roam_get16(s->bytes + 14), 17);
    assert_memory_equal(s->bytes + 12 + 17, "\0\0\0", 3);
    puppet_ladder(p);
    puppet_begin(p, &c);
    craft_data(&c, p->tsn++, WHOLE, 0, 0, 1);
    memset(c.w.p - 3, 0xff, 3);
    craft_data(&c, p->tsn++, WHOLE, 0, 1, 1);
    c.w.p -= 3; /* and the last padding may be missing */
    puppet_send(p, &c);
    assert_int_equal(sctp_receive_ready(p->ep, p->id), 2);
    puppet_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_idle_path_is_probed_every_interval_plus_rto_with_jitter),
        cmocka_unit_test(data_is_as_good_as_a_heartbeat),
        cmocka_unit_test(silence_counts_and_an_answer_clears_and_measures),
        cmocka_unit_test(an_answer_that_was_not_asked_for_changes_nothing),
        cmocka_unit_test(a_heartbeat_comes_back_byte_for_byte_to_where_it_came_from),
        cmocka_unit_test(a_path_that_is_not_used_for_data_does_not_end_the_association),
        cmocka_unit_test(a_giant_heartbeat_comes_back_whole_in_a_packet_of_its_own),
        cmocka_unit_test(a_giant_unknown_chunk_is_reported_in_a_packet_that_fits),
        cmocka_unit_test(chunks_are_taken_in_order_and_control_goes_first),
        cmocka_unit_test(init_and_init_ack_and_shutdown_complete_travel_alone),
        cmocka_unit_test(padding_is_zero_and_what_others_pad_with_is_ignored),
    };
    return cmocka_run_group_tests_name("sctp-heartbeat", tests, NULL, NULL);
}

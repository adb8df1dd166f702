/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets out of the blue, verification tags, and chunks of unknown type (RFC 9260 sections 8.4,
 * 8.5, 3.2, 6.8). */
#include "sctp-craft.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define STRANGE 0x12345678

/** One chunk of a stranger. */
static const char* stray(struct puppet* p, uint32_t vtag, uint8_t type, const void* body,
                         size_t len)
{
    struct craft c;
    craft_begin(&c, 4000, 5000, vtag);
    craft_chunk(&c, type, 0, body, len);
    puppet_send(p, &c);
    return puppet_ladder(p);
}

static void a_stranger_is_answered_by_rules_1_to_8(void** state)
{
    (void)state;
    static const uint8_t stale[] = {0, SCTP_E_STALE_COOKIE, 0, 8, 0, 0, 0, 1};
    static const uint8_t stream[] = {0, SCTP_E_STREAM, 0, 8, 0, 0, 0, 0};
    const struct
    {
        uint8_t type;
        const void* body;
        size_t len;
        const char* answer;
    } cases[] = {
        {SCTP_C_ABORT, NULL, 0, ""},                         /* 2 */
        {SCTP_C_COOKIE_ECHO, "cake", 4, ""},                 /* 4: not ours */
        {SCTP_C_SHUTDOWN_ACK, NULL, 0, "SHUTDOWN-COMPLETE"}, /* 5 */
        {SCTP_C_SHUTDOWN_COMPLETE, NULL, 0, ""},             /* 6 */
        {SCTP_C_ERROR, stale, 8, ""},                        /* 7 */
        {SCTP_C_COOKIE_ACK, NULL, 0, ""},                    /* 7 */
        {SCTP_C_ERROR, stream, 8, "ABORT"},                  /* 8, and so the rest */
        {SCTP_C_DATA, "abcdefghijklm", 13, "ABORT"},
        {SCTP_C_SACK, "abcdefghijkl", 12, "ABORT"},
        {SCTP_C_INIT_ACK, "abcdefghijklmnop", 16, "ABORT"},
        {SCTP_C_HEARTBEAT, stream, 8, "ABORT"},
        {SCTP_C_HEARTBEAT_ACK, stream, 8, "ABORT"},
        {SCTP_C_SHUTDOWN, "abcd", 4, "ABORT"},
        {0x3f, NULL, 0, "ABORT"},
        {0xff, NULL, 0, "ABORT"},
    };
    struct puppet* p = puppet_new(NULL);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
    {
        assert_string_equal(stray(p, STRANGE, cases[i].type, cases[i].body, cases[i].len),
                            cases[i].answer);
        if (cases[i].answer[0])
        {
            const struct puppet_packet* s = &p->sent[p->n_sent - 1];
            assert_int_equal(roam_get32(s->bytes + 4), STRANGE);
            assert_int_equal(s->bytes[13], SCTP_F_T);
            assert_int_equal(s->len, 16);
            assert_true(roam_addr_equal(&s->dst, &a1));
        }
    }
    assert_int_equal(p->id, 0);
    puppet_free(p);
}

static void the_rules_look_at_every_chunk_of_the_packet(void** state)
{
    (void)state;
    const struct
    {
        uint8_t second;
        const char* answer;
    } cases[] = {{SCTP_C_ABORT, ""},
                 {SCTP_C_SHUTDOWN_ACK, "SHUTDOWN-COMPLETE"},
                 {SCTP_C_SHUTDOWN_COMPLETE, ""},
                 {SCTP_C_COOKIE_ACK, ""},
                 {SCTP_C_COOKIE_ECHO, "ABORT"}}; /* rule 4 is for the first chunk only */
    struct puppet* p = puppet_new(NULL);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
    {
        struct craft c;
        craft_begin(&c, 4000, 5000, STRANGE);
        craft_chunk(&c, SCTP_C_HEARTBEAT, 0, "\0\1\0\4", 4);
        craft_chunk(&c, cases[i].second, 0, NULL, 0);
        puppet_send(p, &c);
        assert_string_equal(puppet_ladder(p), cases[i].answer);
    }
    puppet_free(p);
}

static void an_init_for_nobody_is_refused_under_its_own_tag(void** state)
{
    (void)state;
    struct puppet* p = puppet_new(NULL);
    sctp_listen(p->ep, false);
    puppet_init(p);
    assert_string_equal(p->ladder, "ABORT");
    assert_int_equal(roam_get32(p->sent[p->n_sent - 1].bytes + 4), p->my_tag);
    assert_int_equal(p->sent[p->n_sent - 1].bytes[13], 0);
    puppet_free(p);
}

static void a_packet_to_or_from_no_single_host_is_dropped(void** state)
{
    (void)state;
    const struct roam_addr many = {ROAM_ADDR_V4, {224, 0, 0, 1}};
    const struct roam_addr many6 = {ROAM_ADDR_V6, {0xff, 2, [15] = 1}};
    const struct roam_addr* odd[] = {&many, &many6};
    struct puppet* p = puppet_new(NULL);
    for (int i = 0; i < 2; i++)
    {
        p->me = *odd[i];
        assert_string_equal(stray(p, STRANGE, SCTP_C_DATA, "abcdefghijklm", 13), "");
        p->me = a1;
        p->it = *odd[i];
        assert_string_equal(stray(p, STRANGE, SCTP_C_DATA, "abcdefghijklm", 13), "");
        p->it = z1;
        uint8_t bytes[32] = {4000 >> 8, 4000 & 255, 5000 >> 8, 5000 & 255, 0, 0, 0, 1, [15] = 20};
        uint8_t out[64];
        sctp_seal(bytes, sizeof bytes);
        const struct roam_packet packet = {
            .src = a1, .dst = *odd[i], .ifindex = 1, .data = bytes, .len = sizeof bytes};
        assert_int_equal(sctp_answer_stray(&packet, out, sizeof out), 0);
    }
    puppet_free(p);
}

/** The same rules where no endpoint has the port: an INIT is refused under its own tag (rule 3). */
static void an_init_for_a_port_that_nobody_has_is_refused(void** state)
{
    (void)state;
    struct craft c;
    uint8_t out[64];
    for (uint32_t tag = 0; tag < 2; tag++)
    {
        craft_begin(&c, 4000, 77, 0);
        craft_init(&c, SCTP_C_INIT, tag, 100000, 1);
        craft_close(&c);
        const struct roam_packet packet = {
            .src = a1, .dst = z1, .data = c.bytes, .len = roam_written(&c.w)};
        sctp_seal(c.bytes, packet.len);
        const size_t len = sctp_answer_stray(&packet, out, sizeof out);
        assert_int_equal(len, tag ? 16 : 0); /* section 3.3.2: tag 0 is discarded */
    }
    assert_int_equal(roam_get16(out), 77);
    assert_int_equal(roam_get16(out + 2), 4000);
    assert_int_equal(roam_get32(out + 4), 1);
    assert_memory_equal(out + 12, "\6\0\0\4", 4); /* ABORT, and no T bit */
    assert_true(sctp_checksum_ok(out, 16));
}

/* --- Verification tags ----------------------------------------------------------------------- */

static void tag_zero_is_for_a_lone_init_only(void** state)
{
    (void)state;
    struct puppet* p = puppet_accepted(NULL);
    struct craft c;
    assert_string_equal(stray(p, 0, SCTP_C_DATA, "abcdefghijklm", 13), "");
    craft_begin(&c, 4000, 5000, 0);
    craft_init(&c, SCTP_C_INIT, 1, 100000, 1);
    craft_close(&c);
    craft_chunk(&c, SCTP_C_HEARTBEAT, 0, "\0\1\0\4", 4);
    puppet_send(p, &c);
    assert_string_equal(puppet_ladder(p), "");
    puppet_begin(p, &c); /* and an INIT comes with no other tag */
    craft_init(&c, SCTP_C_INIT, 1, 100000, 1);
    craft_close(&c);
    puppet_send(p, &c);
    assert_string_equal(puppet_ladder(p), "");
    puppet_begin(p, &c); /* nor behind another chunk */
    craft_chunk(&c, SCTP_C_HEARTBEAT, 0, "\0\1\0\4", 4);
    craft_init(&c, SCTP_C_INIT, 1, 100000, 1);
    craft_close(&c);
    puppet_send(p, &c);
    assert_string_equal(puppet_ladder(p), "HEARTBEAT-ACK");
    puppet_free(p);

    p = puppet_new(NULL);
    assert_string_equal(stray(p, 0, SCTP_C_DATA, "abcdefghijklm", 13), "");
    craft_begin(&c, 4000, 5000, STRANGE);
    craft_init(&c, SCTP_C_INIT, 1, 100000, 1);
    craft_close(&c);
    puppet_send(p, &c);
    assert_string_equal(puppet_ladder(p), ""); /* section 12.3, before 8.4 rule 8 */
    puppet_free(p);
}

static void any_other_tag_than_ours_is_dropped_in_silence(void** state)
{
    (void)state;
    for (int type = 0; type < 256; type++)
    {
        if (type == SCTP_C_COOKIE_ECHO)
        {
            continue; /* its own tag decides */
        }
        struct puppet* p = puppet_accepted(NULL);
        p->tag++;
        puppet_chunk(p, (uint8_t)type, 0, "abcdefghijklmnop", 16);
        assert_string_equal(puppet_ladder(p), "");
        assert_int_equal(puppet_state(p), SCTP_ESTABLISHED);
        assert_int_equal(p->drops[SCTP_DROP_VTAG], 1);
        puppet_free(p);
    }
}

/** Section 8.5.1 A: of all chunks only INIT, alone, travels with it. */
static void tag_zero_with_anything_but_an_init_is_dropped_in_silence(void** state)
{
    (void)state;
    for (int type = 0; type < 256; type++)
    {
        if (type == SCTP_C_INIT)
        {
            continue;
        }
        struct puppet* p = puppet_accepted(NULL);
        p->tag = 0;
        puppet_chunk(p, (uint8_t)type, 0, "abcdefghijklmnop", 16);
        assert_string_equal(puppet_ladder(p), "");
        assert_int_equal(puppet_state(p), SCTP_ESTABLISHED);
        assert_int_equal(p->drops[SCTP_DROP_VTAG], 1);
        puppet_free(p);
    }
}

static void abort_and_shutdown_complete_go_by_the_t_bit(void** state)
{
    (void)state;
    const struct
    {
        bool t, mine; /* T bit; tag of the puppet instead of the endpoint's */
        bool good;
    } cases[] = {
        {false, false, true}, {true, true, true}, {true, false, false}, {false, true, false}};
    for (size_t i = 0; i < 4; i++)
    {
        for (int complete = 0; complete < 2; complete++)
        {
            struct puppet* p = puppet_accepted(NULL);
            uint8_t cum[4];
            roam_put32(cum, p->ep_tsn - 1);
            if (complete)
            {
                puppet_chunk(p, SCTP_C_SHUTDOWN, 0, cum, 4);
            }
            p->tag = cases[i].mine ? p->my_tag : p->tag;
            puppet_ladder(p);
            puppet_chunk(p, complete ? SCTP_C_SHUTDOWN_COMPLETE : SCTP_C_ABORT, cases[i].t, NULL,
                         0);
            assert_string_equal(puppet_ladder(p), "");
            assert_int_equal(p->lost + p->closed, cases[i].good);
            puppet_free(p);
        }
    }
}

static void behind_another_chunk_an_abort_goes_by_the_t_bit_too(void** state)
{
    (void)state;
    struct puppet* p = puppet_accepted(NULL);
    struct craft c;
    puppet_begin(p, &c);
    craft_sack(&c, p->ep_tsn - 1, 100000, NULL, 0);
    craft_chunk(&c, SCTP_C_ABORT, SCTP_F_T, NULL, 0);
    puppet_send(p, &c);
    assert_int_equal(puppet_state(p), SCTP_ESTABLISHED);
    puppet_free(p);
}

/** Section 9.1, and 8.4 rule 2. */
static void a_packet_with_an_abort_is_not_answered(void** state)
{
    (void)state;
    struct puppet* p = puppet_new(NULL);
    struct craft c;
    puppet_init(p);
    puppet_ladder(p);
    puppet_begin(p, &c);
    craft_chunk(&c, SCTP_C_COOKIE_ECHO, 0, p->cookie, p->cookie_len);
    craft_chunk(&c, SCTP_C_ABORT, 0, NULL, 0);
    puppet_send(p, &c);
    assert_string_equal(puppet_ladder(p), "");
    assert_int_equal(p->up, 0);
    puppet_echo(p);
    assert_int_equal(p->up, 1);
    puppet_ladder(p);
    puppet_begin(p, &c); /* DATA without user data alone would bring an ABORT */
    craft_data(&c, p->tsn, WHOLE, 0, 0, 0);
    craft_chunk(&c, SCTP_C_ABORT, 0, NULL, 0);
    puppet_send(p, &c);
    assert_string_equal(puppet_ladder(p), "");
    assert_int_equal(p->lost, 1);
    puppet_free(p);

    p = puppet_accepted(NULL);
    sctp_shutdown(p->ep, p->id, p->now);
    puppet_poll(p);
    puppet_ladder(p);
    puppet_begin(p, &c);
    craft_chunk(&c, SCTP_C_SHUTDOWN_ACK, 0, NULL, 0);
    craft_chunk(&c, SCTP_C_ABORT, 0, NULL, 0);
    puppet_send(p, &c);
    assert_string_equal(puppet_ladder(p), "");
    assert_int_equal(p->closed, 1);
    puppet_free(p);
}

/** Section 8.5.1 B and C are about one chunk; all else needs our tag. And section 3.3.7: what
 * stands behind an ABORT is ignored. */
static void the_peers_own_tag_is_good_for_nothing_else(void** state)
{
    (void)state;
    const struct
    {
        uint8_t type, flags;
        const char* body; /* an ABORT goes by when its cause is malformed */
        size_t len;
    } cases[] = {{SCTP_C_SHUTDOWN_COMPLETE, SCTP_F_T, NULL, 0},
                 {SCTP_C_ABORT, SCTP_F_T, "\0\15\0\20", 4},
                 {SCTP_C_ABORT, 0, "\0\15\0\20", 4}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
    {
        struct puppet* p = puppet_accepted(NULL);
        struct craft c;
        p->tag = cases[i].flags & SCTP_F_T ? p->my_tag : p->tag;
        puppet_begin(p, &c);
        craft_chunk(&c, cases[i].type, cases[i].flags, cases[i].body, cases[i].len);
        craft_chunk(&c, SCTP_C_HEARTBEAT, 0, "\0\1\0\4", 4);
        puppet_send(p, &c);
        assert_string_equal(puppet_ladder(p), "");
        assert_int_equal(puppet_state(p), SCTP_ESTABLISHED);
        puppet_free(p);
    }
}

static void a_shutdown_complete_counts_in_shutdown_ack_sent_only(void** state)
{
    (void)state;
    struct puppet* p = puppet_accepted(NULL);
    puppet_chunk(p, SCTP_C_SHUTDOWN_COMPLETE, 0, NULL, 0);
    assert_int_equal(puppet_state(p), SCTP_ESTABLISHED);
    sctp_shutdown(p->ep, p->id, p->now);
    puppet_chunk(p, SCTP_C_SHUTDOWN_COMPLETE, 0, NULL, 0);
    assert_int_equal(puppet_state(p), SCTP_SHUTDOWN_SENT);
    puppet_free(p);
}

/** The endpoint has restarted and calls its peer anew. What the peer still sends to the old
 * association, from an address that the new one does not know, must not end it there. */
static void what_comes_for_an_older_association_while_we_call_is_not_answered(void** state)
{
    (void)state;
    static const uint8_t types[] = {SCTP_C_HEARTBEAT_ACK, SCTP_C_HEARTBEAT, SCTP_C_SACK,
                                    SCTP_C_DATA};
    struct puppet* p = puppet_called(NULL);
    const struct roam_addr known = p->me;
    for (int step = 0; step < 3; step++)
    {
        const bool calls = step < 2;
        puppet_ladder(p);
        p->me = a_far;
        for (size_t i = 0; i < sizeof types; i++)
        {
            assert_string_equal(stray(p, STRANGE, types[i], "abcdefghijklm", 13),
                                calls ? "" : "ABORT");
        }
        p->me = known;
        if (step == 0)
        {
            puppet_init_ack(p);
        }
        else if (step == 1)
        {
            puppet_chunk(p, SCTP_C_COOKIE_ACK, 0, NULL, 0);
            assert_int_equal(puppet_state(p), SCTP_ESTABLISHED);
        }
    }
    puppet_free(p);
}

static void a_shutdown_ack_during_setup_is_out_of_the_blue(void** state)
{
    (void)state;
    for (int echoed = 0; echoed < 2; echoed++)
    {
        struct puppet* p = puppet_called(NULL);
        if (echoed)
        {
            puppet_init_ack(p);
            puppet_ladder(p);
        }
        assert_string_equal(stray(p, STRANGE, SCTP_C_SHUTDOWN_ACK, NULL, 0), "SHUTDOWN-COMPLETE");
        assert_int_equal(roam_get32(p->sent[p->n_sent - 1].bytes + 4), STRANGE);
        assert_int_equal(p->sent[p->n_sent - 1].bytes[13], SCTP_F_T);
        assert_int_equal(puppet_state(p), echoed ? SCTP_COOKIE_ECHOED : SCTP_COOKIE_WAIT);
        puppet_run_for(p, 1100 * ROAM_MS); /* T1 goes on */
        assert_string_equal(puppet_ladder(p), echoed ? "COOKIE-ECHO" : "INIT");
        puppet_free(p);
    }
}

static void an_abort_that_is_malformed_is_discarded(void** state)
{
    (void)state;
    struct puppet* p = puppet_accepted(NULL);
    puppet_chunk(p, SCTP_C_ABORT, 0, "\0\15\0\20abcd", 8); /* a cause longer than the chunk */
    assert_int_equal(puppet_state(p), SCTP_ESTABLISHED);
    puppet_chunk(p, SCTP_C_ABORT, 0, "\0\15\0\10abcd", 8);
    assert_int_equal(p->why, SCTP_LOST_PEER_ABORT);
    assert_int_equal(p->lost_event.u.lost.cause, SCTP_E_PROTOCOL);
    assert_string_equal(puppet_ladder(p), ""); /* never answered */
    puppet_free(p);
}

/* --- Unknown chunks, bad sums ---------------------------------------------------------------- */

static void unknown_chunks_follow_their_two_high_bits(void** state)
{
    (void)state;
    const struct
    {
        uint8_t type;
        const char* answer; /* a HEARTBEAT stands behind the unknown chunk */
    } cases[] = {
        {0x3f, ""}, {0x7f, "ERROR"}, {0xbf, "HEARTBEAT-ACK"}, {0xff, "ERROR HEARTBEAT-ACK"}};
    for (size_t i = 0; i < 4; i++)
    {
        struct puppet* p = puppet_accepted(NULL);
        struct craft c;
        struct sctp_param cause;
        puppet_begin(p, &c);
        craft_chunk(&c, cases[i].type, 7, "abcde", 5);
        craft_chunk(&c, SCTP_C_HEARTBEAT, 0, "\0\1\0\4", 4);
        puppet_send(p, &c);
        assert_string_equal(puppet_ladder(p), cases[i].answer);
        if (cases[i].type & 0x40)
        {
            const uint8_t want[] = {cases[i].type, 7, 0, 9, 'a', 'b', 'c', 'd', 'e'};
            assert_true(puppet_cause(p, SCTP_C_ERROR, SCTP_E_UNRECOGNIZED_CHUNK, &cause));
            assert_int_equal(cause.value_len, 9);
            assert_memory_equal(cause.value, want, 9);
        }
        puppet_free(p);
    }
}

static void a_packet_with_a_wrong_sum_is_dropped_first_of_all(void** state)
{
    (void)state;
    struct puppet* p = puppet_accepted(NULL);
    struct craft c;
    puppet_begin(p, &c);
    craft_chunk(&c, SCTP_C_ABORT, 0, NULL, 0);
    const size_t len = roam_written(&c.w);
    sctp_seal(c.bytes, len);
    c.bytes[8] ^= 1;
    const struct roam_packet packet = {
        .src = a1, .dst = z1, .ifindex = 1, .data = c.bytes, .len = len};
    assert_int_equal(sctp_recv(p->ep, &packet, p->now), ROAM_ECHECKSUM);
    puppet_poll(p);
    assert_int_equal(puppet_state(p), SCTP_ESTABLISHED);
    assert_int_equal(p->drops[SCTP_DROP_CHECKSUM], 1);
    puppet_free(p);
}

static void port_zero_is_nobodys(void** state)
{
    (void)state;
    struct puppet* p = puppet_new(NULL);
    const struct roam_rng rng = roam_rng_seed(1);
    struct sctp_config config;
    struct craft c;
    craft_begin(&c, 0, 5000, STRANGE);
    craft_chunk(&c, SCTP_C_DATA, 0, "abcdefghijklm", 13);
    puppet_send(p, &c);
    assert_string_equal(puppet_ladder(p), "");
    assert_int_equal(sctp_connect(p->ep, NULL, 0, &a1, 1, 0, &p->id, 0), ROAM_EINVAL);
    sctp_config_default(&config);
    assert_null(sctp_endpoint_new(&config, 0, &rng));
    puppet_free(p);
}

static void an_ipv4_address_in_ipv6_clothes_is_not_used(void** state)
{
    (void)state;
    struct puppet* p = puppet_new(NULL);
    const struct roam_addr mapped = {ROAM_ADDR_V6, {[10] = 0xff, [11] = 0xff, 1, 1, 1, 1}};
    assert_int_equal(sctp_address_gained(p->ep, &mapped, 1, 0), ROAM_EINVAL);
    assert_int_equal(sctp_connect(p->ep, NULL, 0, &mapped, 1, 4000, &p->id, 0), ROAM_EINVAL);
    puppet_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stranger_is_answered_by_rules_1_to_8),
        cmocka_unit_test(the_rules_look_at_every_chunk_of_the_packet),
        cmocka_unit_test(an_init_for_nobody_is_refused_under_its_own_tag),
        cmocka_unit_test(a_packet_to_or_from_no_single_host_is_dropped),
        cmocka_unit_test(an_init_for_a_port_that_nobody_has_is_refused),
        cmocka_unit_test(tag_zero_is_for_a_lone_init_only),
        cmocka_unit_test(any_other_tag_than_ours_is_dropped_in_silence),
        cmocka_unit_test(abort_and_shutdown_complete_go_by_the_t_bit),
        cmocka_unit_test(behind_another_chunk_an_abort_goes_by_the_t_bit_too),
        cmocka_unit_test(a_packet_with_an_abort_is_not_answered),
        cmocka_unit_test(the_peers_own_tag_is_good_for_nothing_else),
        cmocka_unit_test(a_shutdown_complete_counts_in_shutdown_ack_sent_only),
        cmocka_unit_test(what_comes_for_an_older_association_while_we_call_is_not_answered),
        cmocka_unit_test(a_shutdown_ack_during_setup_is_out_of_the_blue),
        cmocka_unit_test(an_abort_that_is_malformed_is_discarded),
        cmocka_unit_test(unknown_chunks_follow_their_two_high_bits),
        cmocka_unit_test(a_packet_with_a_wrong_sum_is_dropped_first_of_all),
        cmocka_unit_test(port_zero_is_nobodys),
        cmocka_unit_test(an_ipv4_address_in_ipv6_clothes_is_not_used),
        cmocka_unit_test(tag_zero_with_anything_but_an_init_is_dropped_in_silence),
    };
    return cmocka_run_group_tests_name("sctp-input", tests, NULL, NULL);
}

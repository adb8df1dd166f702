/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Beginning and end of an association (RFC 9260 sections 5 and 9), as ladders. */
#include "sctp-net.h"

#include "core/sctp/sctp-priv.h"

#include "core/sctp/sctp-wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void assert_ladder(const struct net* n, size_t from, const char* const* want, size_t k)
{
    for (size_t i = 0; i < k; i++)
    {
        assert_string_equal(n->log[from + i], want[i]);
    }
    assert_int_equal(n->n_log, from + k);
}

static void four_packets_make_an_association(void** state)
{
    (void)state;
    struct net* n = net_established(NULL);
    const char* const want[] = {"A -> INIT", "Z -> INIT-ACK", "A -> COOKIE-ECHO",
                                "Z -> COOKIE-ACK"};
    assert_ladder(n, 0, want, 4);
    struct sctp_status s;
    assert_int_equal(sctp_status(n->ep[A], n->id[A], &s), ROAM_OK);
    assert_int_equal(s.state, SCTP_ESTABLISHED);
    assert_true(s.auth && s.addip);
    assert_int_equal(s.outbound_streams, 10);
    assert_int_equal(s.peer_rwnd, 262144);
    net_free(n);
}

static void the_server_keeps_nothing_before_the_cookie_comes_back(void** state)
{
    (void)state;
    struct net* n = net_new(NULL);
    n->drop_chunk = "COOKIE-ECHO";
    net_connect(n);
    net_run_for(n, 500 * ROAM_MS);
    assert_int_equal(n->id[Z], 0);
    assert_int_equal(sctp_next_expiry(n->ep[Z]), ROAM_NEVER);
    net_run_for(n, 5 * ROAM_SEC);
    assert_int_equal(n->up[A] + n->up[Z], 2);
    net_free(n);
}

static void each_packet_of_the_handshake_may_be_lost_or_doubled(void** state)
{
    (void)state;
    for (int i = 0; i < 4; i++)
    {
        for (int twice = 0; twice < 2; twice++)
        {
            struct net* n = net_new(NULL);
            *(twice ? &n->twice_number : &n->drop_number) = i;
            net_connect(n);
            net_run_for(n, 10 * ROAM_SEC);
            assert_int_equal(n->up[A], 1);
            assert_int_equal(n->up[Z], 1);
            assert_int_equal(net_state(n, A), SCTP_ESTABLISHED);
            assert_int_equal(net_state(n, Z), SCTP_ESTABLISHED);
            net_free(n);
        }
    }
}

static void resending_init_too_many_times_ends_the_attempt(void** state)
{
    (void)state;
    struct net* n = net_new(NULL);
    net_cut(n, &z1);
    net_connect(n);
    net_run_for(n, 62 * ROAM_SEC); /* section 5.1.6: after 1, 2, 4, 8 and 16 s */
    assert_int_equal(net_count(n, A, "INIT"), 6);
    net_run_for(n, 2 * ROAM_SEC); /* after 32 s */
    assert_int_equal(net_count(n, A, "INIT"), 7);
    net_run_for(n, 58 * ROAM_SEC);
    assert_int_equal(net_count(n, A, "INIT"), 7);
    net_run_for(n, 2 * ROAM_SEC); /* after RTO.Max, 60 s */
    assert_int_equal(net_count(n, A, "INIT"), 8);
    net_run_for(n, 1000 * ROAM_SEC);
    assert_int_equal(net_count(n, A, "INIT"), 1 + 8);
    assert_int_equal(n->lost[A], 1);
    assert_int_equal(n->why[A], SCTP_LOST_INIT);
    assert_int_equal(sctp_next_expiry(n->ep[A]), ROAM_NEVER);
    net_free(n);
}

/** Found by talking to usrsctp, which refuses a COOKIE ECHO that is not the first chunk. */
static void the_report_of_an_unknown_parameter_follows_the_cookie(void** state)
{
    (void)state;
    struct net* n = net_new(NULL);
    net_connect(n);
    struct roam_packet init;
    assert_true(sctp_poll_packet(n->ep[A], &init, n->now));
    uint8_t p[12 + 20 + 8 + 4];
    struct roam_writer w = roam_writer(p, sizeof p);
    sctp_write_header(&w, 5000, 4000, roam_get32(init.data + 16));
    sctp_write_chunk(&w, SCTP_C_INIT_ACK, 0, sizeof p - 12);
    roam_write32(&w, 4711);
    roam_write32(&w, 100000);
    roam_write16(&w, 1);
    roam_write16(&w, 1);
    roam_write32(&w, 1);
    sctp_write_param(&w, SCTP_P_COOKIE, "cake", 4);
    sctp_write_param(&w, 0xc0de, NULL, 0);
    net_inject(n, A, &z1, &a1, p, sizeof p);
    assert_string_equal(n->log[0], "A -> COOKIE-ECHO ERROR");
    net_free(n);
}

/** An INIT ACK to the INIT of a net's A, with room for parameters; inject_init_ack() sends it. */
static struct roam_writer begin_init_ack(struct net* n, uint8_t* p, size_t len)
{
    struct roam_packet init;
    net_connect(n);
    assert_true(sctp_poll_packet(n->ep[A], &init, n->now));
    struct roam_writer w = roam_writer(p, len);
    sctp_write_header(&w, 5000, 4000, roam_get32(init.data + 16));
    sctp_write_chunk(&w, SCTP_C_INIT_ACK, 0, len - 12);
    roam_write32(&w, 4711);
    roam_write32(&w, 100000);
    roam_write16(&w, 1);
    roam_write16(&w, 1);
    roam_write32(&w, 1);
    sctp_write_param(&w, SCTP_P_COOKIE, "cake", 4);
    return w;
}

static void as_many_unknown_parameters_are_reported_as_are_kept(void** state)
{
    (void)state;
    for (size_t unknown = SCTP_MAX_UNRECOGNIZED - 1; unknown <= SCTP_MAX_UNRECOGNIZED + 1;
         unknown++)
    {
        struct net* n = net_new(NULL);
        uint8_t p[12 + 20 + 8 + 4 * (SCTP_MAX_UNRECOGNIZED + 1)];
        const size_t len = 12 + 20 + 8 + 4 * unknown;
        struct roam_writer w = begin_init_ack(n, p, len);
        for (size_t i = 0; i < unknown; i++)
        {
            sctp_write_param(&w, (uint16_t)(0xc0d0 + i), NULL, 0);
        }
        net_inject(n, A, &z1, &a1, p, len);
        assert_string_equal(n->log[0], "A -> COOKIE-ECHO ERROR");
        const size_t reported = unknown < SCTP_MAX_UNRECOGNIZED ? unknown : SCTP_MAX_UNRECOGNIZED;
        /* COOKIE ECHO, ERROR, cause, parameters */
        assert_int_equal(n->longest[A], 12 + 8 + 4 + 4 + 4 * reported);
        net_free(n);
    }
}

static void a_peer_that_cannot_answer_an_asconf_is_sent_none(void** state)
{
    (void)state;
    const uint8_t some[] = {SCTP_C_AUTH, SCTP_C_ASCONF, SCTP_C_FORWARD_TSN};
    const uint8_t random[SCTP_RANDOM_LEN] = {1}, hmacs[2] = {0, SCTP_HMAC_SHA1};
    const uint8_t chunks[2] = {SCTP_C_ASCONF, SCTP_C_ASCONF_ACK};
    struct net* n = net_new(NULL);
    uint8_t p[12 + 20 + 8 + 8 + 36 + 8 + 8];
    struct roam_writer w = begin_init_ack(n, p, sizeof p);
    sctp_write_param(&w, SCTP_P_EXTENSIONS, some, sizeof some);
    sctp_write_param(&w, SCTP_P_RANDOM, random, sizeof random);
    sctp_write_param(&w, SCTP_P_CHUNKS, chunks, sizeof chunks);
    sctp_write_param(&w, SCTP_P_HMAC_ALGO, hmacs, sizeof hmacs);
    net_inject(n, A, &z1, &a1, p, sizeof p);
    uint8_t done[12 + 4] = {0};
    w = roam_writer(done, sizeof done);
    sctp_write_header(&w, 5000, 4000, sctp_by_id(n->ep[A], n->id[A])->my_tag);
    sctp_write_chunk(&w, SCTP_C_COOKIE_ACK, 0, 4);
    net_inject(n, A, &z1, &a1, done, sizeof done);
    assert_int_equal(n->up[A], 1);
    net_gain(n, A, &a2);
    assert_int_equal(net_asconf(n, A, SCTP_ADD, &a2), ROAM_ENOTSUP);
    net_free(n);
}

static void a_port_without_a_listener_refuses(void** state)
{
    (void)state;
    struct net* n = net_new(NULL);
    sctp_listen(n->ep[Z], false);
    net_connect(n);
    net_run_for(n, ROAM_SEC);
    const char* const want[] = {"A -> INIT", "Z -> ABORT"};
    assert_ladder(n, 0, want, 2);
    assert_int_equal(n->lost[A], 1);
    assert_int_equal(n->why[A], SCTP_LOST_PEER_ABORT);
    net_free(n);
}

static void after_a_stale_cookie_the_client_asks_for_one_that_lives_longer(void** state)
{
    (void)state;
    struct net* n = net_new(NULL);
    net_connect(n);
    n->late_number = 2; /* the COOKIE ECHO */
    n->late_by = 61 * ROAM_SEC;
    n->drop = 1u << 3 | 1u << 4 | 1u << 5 | 1u << 6 | 1u << 7; /* and its repetitions */
    net_run_for(n, 65 * ROAM_SEC);
    assert_int_equal(net_count(n, Z, "ERROR"), 1);
    assert_int_equal(net_count(n, A, "INIT"), 2);
    assert_int_equal(n->up[A], 1);
    assert_int_equal(n->up[Z], 1);
    net_free(n);
}

static void two_clients_that_call_each_other_get_one_association(void** state)
{
    (void)state;
    struct net* n = net_new(NULL);
    sctp_listen(n->ep[A], true);
    net_connect(n);
    assert_int_equal(sctp_connect(n->ep[Z], NULL, 0, &a1, 1, 4000, &n->id[Z], n->now), ROAM_OK);
    net_run_for(n, 10 * ROAM_SEC);
    assert_int_equal(net_state(n, A), SCTP_ESTABLISHED);
    assert_int_equal(net_state(n, Z), SCTP_ESTABLISHED);
    net_send(n, A, 5, 100);
    net_send(n, Z, 5, 100);
    net_run_for(n, ROAM_SEC);
    assert_int_equal(n->next_in[A], 5);
    assert_int_equal(n->next_in[Z], 5);
    net_free(n);
}

static void a_client_that_has_lost_its_memory_restarts_the_association(void** state)
{
    (void)state;
    struct net* n = net_established(NULL);
    net_send(n, A, 3, 100);
    net_run_for(n, ROAM_SEC);
    struct sctp_config c;
    struct roam_rng rng = roam_rng_seed(99);
    sctp_config_default(&c);
    sctp_endpoint_free(n->ep[A]);
    n->ep[A] = sctp_endpoint_new(&c, 4000, &rng);
    net_gain(n, A, &a1);
    n->next_in[Z] = n->next_out[A] = 0;
    net_connect(n);
    net_run_for(n, 5 * ROAM_SEC);
    assert_int_equal(n->restarts[Z], 1);
    assert_int_equal(net_send(n, A, 3, 100), 3);
    assert_int_equal(net_send(n, Z, 3, 100), 3);
    net_run_for(n, 5 * ROAM_SEC);
    assert_int_equal(n->next_in[Z], 3);
    assert_int_equal(n->next_in[A], 3);
    assert_false(n->out_of_order);
    net_free(n);
}

static void a_packet_with_a_foreign_tag_is_dropped(void** state)
{
    (void)state;
    struct net* n = net_established(NULL);
    uint8_t p[16];
    struct roam_writer w = roam_writer(p, sizeof p);
    sctp_write_header(&w, 4000, 5000, 0x12345678);
    sctp_write_chunk(&w, SCTP_C_ABORT, 0, 4);
    net_inject(n, Z, &a1, &z1, p, sizeof p);
    assert_int_equal(net_state(n, Z), SCTP_ESTABLISHED);
    assert_int_equal(n->drops[Z][SCTP_DROP_VTAG], 1);
    net_free(n);
}

static void out_of_the_blue_packets_are_answered_as_section_8_4_says(void** state)
{
    (void)state;
    const struct
    {
        uint8_t type, answer, answer_flags;
    } cases[] = {
        {SCTP_C_DATA, SCTP_C_ABORT, SCTP_F_T},
        {SCTP_C_SACK, SCTP_C_ABORT, SCTP_F_T},
        {SCTP_C_SHUTDOWN_ACK, SCTP_C_SHUTDOWN_COMPLETE, SCTP_F_T},
        {SCTP_C_ABORT, 0xff, 0},
        {SCTP_C_SHUTDOWN_COMPLETE, 0xff, 0},
        {SCTP_C_COOKIE_ACK, 0xff, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
    {
        uint8_t p[16], out[64];
        struct roam_writer w = roam_writer(p, sizeof p);
        sctp_write_header(&w, 4000, 5000, 0x12345678);
        sctp_write_chunk(&w, cases[i].type, 0, 4);
        sctp_seal(p, sizeof p);
        const struct roam_packet pkt = {
            .src = a1, .dst = z1, .ifindex = 1, .data = p, .len = sizeof p};
        const size_t len = sctp_answer_stray(&pkt, out, sizeof out);
        if (cases[i].answer == 0xff)
        {
            assert_int_equal(len, 0);
            continue;
        }
        assert_int_equal(len, 16);
        assert_true(sctp_checksum_ok(out, len));
        assert_int_equal(sctp_packet_source_port(out), 5000);
        assert_int_equal(roam_get32(out + 4), 0x12345678);
        assert_int_equal(out[12], cases[i].answer);
        assert_int_equal(out[13], cases[i].answer_flags);
    }
}

static void shutdown_delivers_all_that_was_sent_first(void** state)
{
    (void)state;
    struct net* n = net_established(NULL);
    assert_int_equal(net_send(n, A, 50, 1000), 50);
    assert_int_equal(sctp_shutdown(n->ep[A], n->id[A], n->now), ROAM_OK);
    const struct sctp_message_info info = {0};
    assert_int_equal(sctp_send(n->ep[A], n->id[A], &info, "x", 1, n->now), ROAM_ESTATE);
    net_run_for(n, 10 * ROAM_SEC);
    assert_int_equal(n->next_in[Z], 50);
    assert_int_equal(n->closed[A], 1);
    assert_int_equal(n->closed[Z], 1);
    assert_int_equal(net_count(n, A, "SHUTDOWN"), 1);
    assert_int_equal(net_count(n, Z, "SHUTDOWN-ACK"), 1);
    assert_int_equal(net_count(n, A, "SHUTDOWN-COMPLETE"), 1);
    assert_int_equal(sctp_next_expiry(n->ep[A]), ROAM_NEVER);
    assert_int_equal(sctp_next_expiry(n->ep[Z]), ROAM_NEVER);
    net_free(n);
}

static void each_packet_of_a_shutdown_may_be_lost(void** state)
{
    (void)state;
    for (int both = 0; both < 2; both++)
    {
        for (int i = 0; i < 6; i++)
        {
            struct net* n = net_established(NULL);
            n->drop_number = 4 + i;
            sctp_shutdown(n->ep[A], n->id[A], n->now);
            if (both)
            {
                sctp_shutdown(n->ep[Z], n->id[Z], n->now);
            }
            net_run_for(n, 60 * ROAM_SEC);
            assert_int_equal(n->closed[A] + n->lost[A], 1);
            assert_int_equal(n->closed[Z] + n->lost[Z], 1);
            assert_int_equal(n->lost[A] + n->lost[Z], 0);
            net_free(n);
        }
    }
}

static void what_came_before_the_end_can_be_read_after_it(void** state)
{
    (void)state;
    struct net* n = net_established(NULL);
    n->reading[Z] = false;
    net_send(n, A, 5, 100);
    sctp_shutdown(n->ep[A], n->id[A], n->now);
    net_run_for(n, 10 * ROAM_SEC);
    assert_int_equal(n->closed[Z], 1);
    assert_int_equal(sctp_receive_ready(n->ep[Z], n->id[Z]), 500);
    n->reading[Z] = true;
    net_poll(n);
    assert_int_equal(n->next_in[Z], 5);
    assert_int_equal(sctp_receive_ready(n->ep[Z], n->id[Z]), 0);
    struct sctp_status s;
    assert_int_equal(sctp_status(n->ep[Z], n->id[Z], &s), ROAM_ENOENT);
    net_free(n);
}

static void abort_ends_both_sides_at_once(void** state)
{
    (void)state;
    struct net* n = net_established(NULL);
    net_send(n, A, 1, 100);
    sctp_abort(n->ep[A], n->id[A], NULL, 0, n->now);
    net_run_for(n, ROAM_SEC);
    assert_int_equal(n->why[A], SCTP_LOST_USER_ABORT);
    assert_int_equal(n->why[Z], SCTP_LOST_PEER_ABORT);
    net_free(n);
}

static void bad_arguments_are_refused(void** state)
{
    (void)state;
    struct net* n = net_new(NULL);
    sctp_assoc_id id;
    const struct roam_addr any = {ROAM_ADDR_V4, {0}};
    const struct roam_addr six = {ROAM_ADDR_V6, {0x20, 1, 0xd, 0xb8, [15] = 1}};
    assert_int_equal(sctp_connect(n->ep[A], NULL, 0, &z1, 0, 5000, &id, 0), ROAM_EINVAL);
    assert_int_equal(sctp_connect(n->ep[A], NULL, 0, &z1, 1, 0, &id, 0), ROAM_EINVAL);
    assert_int_equal(sctp_connect(n->ep[A], NULL, 0, &any, 1, 5000, &id, 0), ROAM_EINVAL);
    assert_int_equal(sctp_connect(n->ep[A], NULL, 0, &six, 1, 5000, &id, 0), ROAM_EINVAL);
    assert_int_equal(sctp_connect(n->ep[A], &a2, 1, &z1, 1, 5000, &id, 0), ROAM_EINVAL);
    net_connect(n);
    assert_int_equal(sctp_connect(n->ep[A], NULL, 0, &z1, 1, 5000, &id, 0), ROAM_EEXIST);
    const struct sctp_message_info info = {0};
    const struct sctp_message_info far = {.stream = 10};
    assert_int_equal(sctp_send(n->ep[A], 77, &info, "x", 1, 0), ROAM_ENOENT);
    assert_int_equal(sctp_send(n->ep[A], n->id[A], &info, "x", 0, 0), ROAM_EINVAL);
    assert_int_equal(sctp_send(n->ep[A], n->id[A], &far, "x", 1, 0), ROAM_EINVAL);
    assert_int_equal(sctp_send(n->ep[A], n->id[A], &info, "x", 262145, 0), ROAM_EMSGSIZE);
    assert_int_equal(sctp_address_gained(n->ep[A], &any, 1, 0), ROAM_EINVAL);
    assert_int_equal(sctp_address_lost(n->ep[A], &a3, 0), ROAM_ENOENT);
    assert_int_equal(sctp_shutdown(n->ep[A], 77, 0), ROAM_ENOENT);
    net_free(n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(four_packets_make_an_association),
        cmocka_unit_test(the_server_keeps_nothing_before_the_cookie_comes_back),
        cmocka_unit_test(each_packet_of_the_handshake_may_be_lost_or_doubled),
        cmocka_unit_test(resending_init_too_many_times_ends_the_attempt),
        cmocka_unit_test(the_report_of_an_unknown_parameter_follows_the_cookie),
        cmocka_unit_test(a_port_without_a_listener_refuses),
        cmocka_unit_test(after_a_stale_cookie_the_client_asks_for_one_that_lives_longer),
        cmocka_unit_test(two_clients_that_call_each_other_get_one_association),
        cmocka_unit_test(a_client_that_has_lost_its_memory_restarts_the_association),
        cmocka_unit_test(a_packet_with_a_foreign_tag_is_dropped),
        cmocka_unit_test(out_of_the_blue_packets_are_answered_as_section_8_4_says),
        cmocka_unit_test(shutdown_delivers_all_that_was_sent_first),
        cmocka_unit_test(each_packet_of_a_shutdown_may_be_lost),
        cmocka_unit_test(what_came_before_the_end_can_be_read_after_it),
        cmocka_unit_test(abort_ends_both_sides_at_once),
        cmocka_unit_test(bad_arguments_are_refused),
        cmocka_unit_test(as_many_unknown_parameters_are_reported_as_are_kept),
        cmocka_unit_test(a_peer_that_cannot_answer_an_asconf_is_sent_none),
    };
    return cmocka_run_group_tests_name("sctp-connect", tests, NULL, NULL);
}

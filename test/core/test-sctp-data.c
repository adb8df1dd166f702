/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Data: fragments, streams, acknowledgement, congestion, windows, paths that fail (RFC 9260
 * sections 6 to 8). */
#include "sctp-net.h"

#include "core/sctp/sctp-wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void pump(struct net* n, int from, unsigned count, size_t len)
{
    for (unsigned sent = 0; sent < count;)
    {
        sent += net_send(n, from, count - sent, len);
        net_run_for(n, 10 * ROAM_MS);
    }
}

static void a_message_larger_than_the_path_is_cut_and_joined_again(void** state)
{
    (void)state;
    const size_t sizes[] = {4, 5, 1000, 1452, 1453, 1456, 5000, 65536, 262144};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
    {
        struct net* n = net_established(NULL);
        assert_int_equal(net_send(n, A, 1, sizes[i]), 1);
        net_run_for(n, 60 * ROAM_SEC);
        assert_int_equal(n->next_in[Z], 1);
        assert_int_equal(n->bytes_in[Z], sizes[i]);
        net_free(n);
    }
}

static void no_packet_is_larger_than_the_mtu(void** state)
{
    (void)state;
    struct sctp_config c;
    sctp_config_default(&c);
    for (uint32_t mtu = 576; mtu <= 1500; mtu += 77)
    {
        c.mtu = mtu;
        struct net* n = net_established(&c);
        const struct sctp_message_info info = {0};
        static uint8_t bytes[5000];
        struct roam_packet p;
        sctp_send(n->ep[A], n->id[A], &info, bytes, sizeof bytes, n->now);
        bool any = false;
        while (sctp_poll_packet(n->ep[A], &p, n->now))
        {
            assert_in_range(p.len + 20, 0, mtu);
            any = true;
        }
        assert_true(any);
        net_free(n);
    }
}

static void random_losses_do_not_change_what_is_delivered(void** state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 60; seed++)
    {
        struct roam_rng rng = roam_rng_seed(seed);
        struct net* n = net_new_seed(NULL, seed);
        net_connect(n);
        net_run_for(n, ROAM_SEC);
        n->drop = roam_rng_u64(&rng) & roam_rng_u64(&rng) & ~(uint64_t)15;
        pump(n, A, 60, 100 + roam_rng_u32(&rng) % 3000);
        pump(n, Z, 30, 100);
        net_run_for(n, 600 * ROAM_SEC);
        assert_int_equal(n->next_in[Z], 60);
        assert_int_equal(n->next_in[A], 30);
        assert_false(n->out_of_order);
        assert_int_equal(n->lost[A] + n->lost[Z], 0);
        net_free(n);
    }
}

static void one_loss_in_a_flow_is_repaired_by_fast_retransmit(void** state)
{
    (void)state;
    struct net* n = net_established(NULL);
    pump(n, A, 70, 1000);
    net_run_for(n, 500 * ROAM_MS);
    n->drop_number = (int)n->sent; /* the first of those that now go out together */
    net_send(n, A, 30, 1000);
    net_run_for(n, 500 * ROAM_MS); /* half of the least RTO */
    assert_int_equal(n->next_in[Z], 100);
    struct sctp_status s;
    sctp_status(n->ep[A], n->id[A], &s);
    assert_int_equal(s.data_chunks_retransmitted, 1);
    net_free(n);
}

static void a_timeout_backs_off_and_sends_one_packet(void** state)
{
    (void)state;
    struct net* n = net_established(NULL);
    pump(n, A, 40, 1000);
    net_run_for(n, ROAM_SEC);
    net_cut(n, &z1);
    net_send(n, A, 20, 1000);
    struct sctp_path_status before, after;
    sctp_paths(n->ep[A], n->id[A], &before, 1);
    const unsigned sent = n->sent;
    net_run_for(n, before.rto + ROAM_MS);
    sctp_paths(n->ep[A], n->id[A], &after, 1);
    assert_int_equal(after.rto, 2 * before.rto);
    assert_int_equal(after.cwnd, 1452);
    assert_int_equal(after.errors, 1);
    assert_int_equal(n->sent - sent, 1);
    net_heal(n);
    net_run_for(n, 30 * ROAM_SEC);
    assert_int_equal(n->next_in[Z], 60);
    net_free(n);
}

static void acknowledgements_come_for_every_second_packet_or_after_200_ms(void** state)
{
    (void)state;
    struct net* n = net_established(NULL);
    net_send(n, A, 1, 1000);
    net_run_for(n, 15 * ROAM_MS);
    assert_int_equal(net_count(n, Z, "SACK"), 1); /* the very first at once: section 5.1 */
    net_send(n, A, 1, 1000);
    net_run_for(n, 209 * ROAM_MS);
    assert_int_equal(net_count(n, Z, "SACK"), 1);
    net_run_for(n, 2 * ROAM_MS);
    assert_int_equal(net_count(n, Z, "SACK"), 2);
    net_send(n, A, 2, 1000);
    net_run_for(n, 15 * ROAM_MS);
    assert_int_equal(net_count(n, Z, "SACK"), 3);
    net_free(n);
}

static void a_reader_that_does_not_read_closes_the_window_and_opens_it_again(void** state)
{
    (void)state;
    struct sctp_config c;
    sctp_config_default(&c);
    c.receive_buffer = 20000;
    struct net* n = net_established(&c);
    n->reading[Z] = false;
    assert_int_equal(net_send(n, A, 60, 1000), 60);
    net_run_for(n, 1000 * ROAM_SEC);
    assert_int_equal(n->lost[A],
                     0); /* probes for longer than Association.Max.Retrans would allow */
    const size_t held = sctp_receive_ready(n->ep[Z], n->id[Z]);
    assert_in_range(held, 19000, 21000);
    n->reading[Z] = true;
    net_run_for(n, 100 * ROAM_SEC);
    assert_int_equal(n->next_in[Z], 60);
    assert_false(n->out_of_order);
    net_free(n);
}

static void a_full_send_buffer_says_so_and_says_when_there_is_room(void** state)
{
    (void)state;
    struct sctp_config c;
    sctp_config_default(&c);
    c.send_buffer = 10000;
    struct net* n = net_established(&c);
    assert_int_equal(net_send(n, A, 100, 1000), 10);
    assert_int_equal(sctp_send_room(n->ep[A], n->id[A]), 0);
    net_run_for(n, ROAM_SEC);
    assert_true(n->writable[A] >= 1);
    assert_int_equal(sctp_send_room(n->ep[A], n->id[A]), 10000);
    net_free(n);
}

static void unordered_messages_pass_a_stream_that_waits(void** state)
{
    (void)state;
    struct net* n = net_established(NULL);
    const struct sctp_message_info ordered = {.stream = 1};
    const struct sctp_message_info unordered = {.stream = 1, .unordered = true};
    const struct sctp_message_info other = {.stream = 2};
    n->reading[Z] = false;
    n->drop_number = (int)n->sent;
    sctp_send(n->ep[A], n->id[A], &ordered, "first", 5, n->now); /* lost */
    net_poll(n);
    sctp_send(n->ep[A], n->id[A], &ordered, "second", 6, n->now);
    sctp_send(n->ep[A], n->id[A], &unordered, "now", 3, n->now);
    sctp_send(n->ep[A], n->id[A], &other, "too", 3, n->now);
    net_run_for(n, 20 * ROAM_MS);
    const char* want[] = {"now", "too", "first", "second"};
    for (int i = 0; i < 4; i++)
    {
        if (i == 2)
        {
            net_run_for(n, 5 * ROAM_SEC);
        }
        struct sctp_message* m = sctp_receive(n->ep[Z], n->id[Z], n->now);
        assert_non_null(m);
        assert_int_equal(m->len, strlen(want[i]));
        assert_memory_equal(m->data, want[i], m->len);
        assert_int_equal(m->info.unordered, i == 0);
        sctp_message_free(m);
    }
    assert_null(sctp_receive(n->ep[Z], n->id[Z], n->now));
    net_free(n);
}

static void what_was_sent_before_the_init_ack_keeps_its_place_in_the_stream(void** state)
{
    (void)state;
    struct net* n = net_new(NULL);
    net_connect(n);
    assert_int_equal(net_send(n, A, 3, 100), 3);
    net_run_for(n, ROAM_SEC);
    assert_int_equal(net_send(n, A, 4, 100), 4);
    net_run_for(n, ROAM_SEC);
    assert_int_equal(n->next_in[Z], 7);
    assert_false(n->out_of_order);
    net_free(n);
}

static void chunks_that_were_cut_before_ipv6_was_known_fit_its_packets(void** state)
{
    (void)state;
    struct net* n = net_new(NULL);
    const struct roam_addr a6 = {ROAM_ADDR_V6, {0xfd, [15] = 1}};
    const struct roam_addr z6 = {ROAM_ADDR_V6, {0xfd, [15] = 2}};
    net_gain(n, A, &a6);
    net_gain(n, Z, &z6);
    net_connect(n);
    assert_int_equal(net_send(n, A, 20, 5000), 20);
    net_run_for(n, 50 * ROAM_MS);
    net_cut(n, &a1);
    net_lose(n, A, &a1);
    net_run_for(n, 60 * ROAM_SEC);
    assert_int_equal(n->next_in[Z], 20);
    net_free(n);
}

static void small_messages_share_packets(void** state)
{
    (void)state;
    struct net* n = net_established(NULL);
    const struct sctp_message_info info = {.stream = 0};
    const unsigned sent = n->sent;
    for (int i = 0; i < 10; i++)
    {
        sctp_send(n->ep[A], n->id[A], &info, "abc", 3, n->now);
    }
    net_poll(n);
    assert_int_equal(n->sent - sent, 1);
    net_free(n);
}

/* --- Many addresses -------------------------------------------------------------------------- */

static struct net* multihomed(const struct sctp_config* config)
{
    struct net* n = net_new(config);
    net_gain(n, A, &a2);
    net_connect(n);
    net_run_for(n, ROAM_SEC);
    assert_int_equal(n->up[Z], 1);
    return n;
}

static void a_multihomed_client_lists_its_addresses_and_the_server_confirms_them(void** state)
{
    (void)state;
    struct net* n = multihomed(NULL);
    const struct roam_addr both[] = {a1, a2};
    struct sctp_path_status paths[4];
    assert_true(net_peers_are(n, Z, both, 2));
    assert_int_equal(sctp_paths(n->ep[Z], n->id[Z], paths, 4), 2);
    assert_int_equal(paths[0].state, SCTP_PATH_ACTIVE);
    assert_int_equal(paths[1].state, SCTP_PATH_ACTIVE);
    assert_true(net_count(n, Z, "HEARTBEAT") >= 1);
    net_free(n);
}

static void data_goes_round_a_path_that_fails_and_comes_back_when_it_heals(void** state)
{
    (void)state;
    struct sctp_config c;
    sctp_config_default(&c);
    c.hb_interval = 5 * ROAM_SEC;
    struct net* n = multihomed(&c);
    net_cut(n, &a1);
    for (int i = 0; i < 400; i++)
    {
        net_send(n, Z, 1, 500);
        net_run_for(n, 200 * ROAM_MS);
    }
    assert_int_equal(n->next_in[A], n->next_out[Z]);
    assert_int_equal(n->lost[Z], 0);
    struct sctp_path_status paths[4];
    sctp_paths(n->ep[Z], n->id[Z], paths, 4);
    assert_int_equal(paths[0].state, SCTP_PATH_INACTIVE);
    assert_int_equal(paths[1].state, SCTP_PATH_ACTIVE);
    assert_true(paths[0].primary);
    net_heal(n);
    net_run_for(n, 200 * ROAM_SEC);
    sctp_paths(n->ep[Z], n->id[Z], paths, 4);
    assert_int_equal(paths[0].state, SCTP_PATH_ACTIVE);
    net_free(n);
}

static void when_every_path_fails_the_association_breaks_and_says_why(void** state)
{
    (void)state;
    struct net* n = multihomed(NULL);
    net_cut(n, &z1);
    net_send(n, Z, 3, 500);
    net_run_for(n, 2000 * ROAM_SEC);
    assert_int_equal(n->lost[Z], 1);
    assert_int_equal(n->why[Z], SCTP_LOST_RETRANS);
    assert_int_equal(sctp_next_expiry(n->ep[Z]), ROAM_NEVER);
    net_free(n);
}

static void an_idle_association_notices_a_dead_peer_by_its_heartbeats(void** state)
{
    (void)state;
    struct net* n = net_established(NULL);
    net_cut(n, &z1);
    net_run_for(n, 3000 * ROAM_SEC);
    assert_int_equal(n->why[A], SCTP_LOST_RETRANS);
    assert_int_equal(n->why[Z], SCTP_LOST_RETRANS);
    net_free(n);
}

static void expiry_does_nothing_a_moment_too_early(void** state)
{
    (void)state;
    struct net* n = net_established(NULL);
    net_cut(n, &z1);
    net_send(n, A, 1, 100);
    const roam_time due = sctp_next_expiry(n->ep[A]);
    const unsigned sent = n->sent;
    sctp_expire(n->ep[A], due - 1);
    n->now = due - 1;
    net_poll(n);
    assert_int_equal(n->sent, sent);
    assert_int_equal(sctp_next_expiry(n->ep[A]), due);
    sctp_expire(n->ep[A], due);
    n->now = due;
    net_poll(n);
    assert_int_equal(n->sent, sent + 1);
    net_free(n);
}

/** Packets of random chunks with a right tag and checksum, at every state that a session has. */
static void random_bytes_end_in_no_crash_and_no_leak(void** state)
{
    (void)state;
    struct roam_rng rng = roam_rng_seed(4711);
    static const uint8_t types[] = {0,  1,  2,  3,  4,  5,    6,    7,    8,    9,    10,
                                    11, 12, 13, 14, 15, 0x80, 0xc0, 0xc1, 0x3f, 0x7f, 0xbf};
    for (int round = 0; round < 3000; round++)
    {
        struct net* n = net_established(NULL);
        net_no_pcap(n);
        /* what Z expects as a tag stands in A's first packet after INIT ACK */
        uint32_t tag = 0;
        struct roam_packet own;
        const struct sctp_message_info info = {0};
        sctp_send(n->ep[A], n->id[A], &info, "x", 1, n->now);
        while (sctp_poll_packet(n->ep[A], &own, n->now))
        {
            tag = roam_get32(own.data + 4);
        }
        for (int k = 0; k < 20; k++)
        {
            uint8_t p[256];
            roam_rng_fill(&rng, p, sizeof p);
            roam_put16(p, 4000);
            roam_put16(p + 2, 5000);
            roam_put32(p + 4, roam_rng_u32(&rng) % 8 ? tag : 0);
            size_t at = SCTP_HEADER;
            while (at + 24 < sizeof p)
            {
                const size_t len = 4 + roam_rng_u32(&rng) % 40;
                p[at] = types[roam_rng_u32(&rng) % sizeof types];
                roam_put16(p + at + 2,
                           (uint16_t)(roam_rng_u32(&rng) % 9 ? len : roam_rng_u32(&rng)));
                at += sctp_pad4(len);
            }
            net_inject(n, Z, roam_rng_u32(&rng) % 4 ? &a1 : &a2, &z1, p, sizeof p);
        }
        net_run_for(n, ROAM_SEC);
        assert_int_equal(net_state(n, A) == SCTP_ESTABLISHED || n->lost[A] || n->closed[A] ||
                             net_state(n, A) >= SCTP_SHUTDOWN_PENDING,
                         1);
        net_free(n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_larger_than_the_path_is_cut_and_joined_again),
        cmocka_unit_test(no_packet_is_larger_than_the_mtu),
        cmocka_unit_test(random_losses_do_not_change_what_is_delivered),
        cmocka_unit_test(one_loss_in_a_flow_is_repaired_by_fast_retransmit),
        cmocka_unit_test(a_timeout_backs_off_and_sends_one_packet),
        cmocka_unit_test(acknowledgements_come_for_every_second_packet_or_after_200_ms),
        cmocka_unit_test(a_reader_that_does_not_read_closes_the_window_and_opens_it_again),
        cmocka_unit_test(a_full_send_buffer_says_so_and_says_when_there_is_room),
        cmocka_unit_test(unordered_messages_pass_a_stream_that_waits),
        cmocka_unit_test(what_was_sent_before_the_init_ack_keeps_its_place_in_the_stream),
        cmocka_unit_test(chunks_that_were_cut_before_ipv6_was_known_fit_its_packets),
        cmocka_unit_test(small_messages_share_packets),
        cmocka_unit_test(a_multihomed_client_lists_its_addresses_and_the_server_confirms_them),
        cmocka_unit_test(data_goes_round_a_path_that_fails_and_comes_back_when_it_heals),
        cmocka_unit_test(when_every_path_fails_the_association_breaks_and_says_why),
        cmocka_unit_test(an_idle_association_notices_a_dead_peer_by_its_heartbeats),
        cmocka_unit_test(expiry_does_nothing_a_moment_too_early),
        cmocka_unit_test(random_bytes_end_in_no_crash_and_no_leak),
    };
    return cmocka_run_group_tests_name("sctp-data", tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a peer can make us hold, and make us do: doc/sctp.md has the table, here is a test for each
 * row. The packets are hostile: none of them is written as pcap. */
#include "core/sctp/sctp-priv.h"
#include "sctp-check.h"
#include "sctp-net.h"

#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#ifdef __SANITIZE_ADDRESS__
#define FLOOD 50000
#define SLOW 20 /* the sanitizers' share of a time */
#else
#define FLOOD 1000000
#define SLOW 1
#endif

/* --- Packets by hand ------------------------------------------------------------------------- */

static uint8_t packet[65536];

/** To Z from A, behind a header with the right tag; returns what sctp_recv() does. */
static int hand_over(struct net* n, size_t len)
{
    const struct sctp_assoc* z = sctp_by_id(n->ep[Z], n->id[Z]);
    struct roam_writer w = roam_writer(packet, SCTP_HEADER);
    sctp_write_header(&w, 4000, 5000, z ? z->my_tag : 0);
    sctp_seal(packet, len);
    const struct roam_packet p = {.src = a1, .dst = z1, .data = packet, .len = len};
    return sctp_recv(n->ep[Z], &p, n->now);
}

static void data(struct net* n, uint32_t tsn, uint8_t flags, uint16_t ssn, size_t payload)
{
    struct roam_writer w = roam_writer(packet + SCTP_HEADER, sizeof packet - SCTP_HEADER);
    sctp_write_chunk(&w, SCTP_C_DATA, flags, SCTP_DATA_HEADER + payload);
    roam_write32(&w, tsn);
    roam_write16(&w, 0);
    roam_write16(&w, ssn);
    roam_write32(&w, 0);
    hand_over(n, SCTP_HEADER + sctp_pad4(SCTP_DATA_HEADER + payload));
    net_poll(n);
}

/** Both ends up, and an A that says nothing of its own from now on. Z's user does not read. */
static struct net* victim(void)
{
    struct net* n = net_established(NULL);
    net_no_pcap(n);
    net_cut(n, &z1);
    n->reading[Z] = false;
    return n;
}

static const struct sctp_assoc* at_z(const struct net* n)
{
    return sctp_by_id(n->ep[Z], n->id[Z]);
}

static size_t allocated(void)
{
    const struct mallinfo2 m = mallinfo2();
    return m.uordblks + m.hblkhd;
}

/* --- Strangers ------------------------------------------------------------------------------- */

/** A real INIT, of an endpoint that nobody else hears. */
static size_t real_init(uint8_t out[2000])
{
    struct sctp_config c;
    struct roam_packet p;
    const struct roam_rng rng = roam_rng_seed(9);
    sctp_assoc_id id;
    sctp_config_default(&c);
    struct sctp_endpoint* ep = sctp_endpoint_new(&c, 4000, &rng);
    sctp_address_gained(ep, &a1, 1, 0);
    assert_int_equal(sctp_connect(ep, NULL, 0, &z1, 1, 5000, &id, 0), ROAM_OK);
    assert_true(sctp_poll_packet(ep, &p, 0));
    memcpy(out, p.data, p.len);
    const size_t len = p.len;
    sctp_endpoint_free(ep);
    return len;
}

/** From an address and with a tag that nobody has sent from before. */
static int spoofed_init(struct sctp_endpoint* ep, uint8_t* init, size_t len, uint32_t number)
{
    struct roam_packet p = {.src = a1, .dst = z1, .data = init, .len = len};
    roam_put32(p.src.bytes, 0x0b000000 + number);
    roam_put32(init + SCTP_HEADER + SCTP_CHUNK_HEADER, number + 1);
    sctp_seal(init, len);
    return sctp_recv(ep, &p, number);
}

static unsigned poll_all(struct sctp_endpoint* ep, roam_time now)
{
    struct roam_packet out;
    struct sctp_event ev;
    unsigned packets = 0;
    while (sctp_poll_packet(ep, &out, now))
    {
        packets++;
    }
    while (sctp_poll_event(ep, &ev))
    {
    }
    return packets;
}

static void assert_nothing_is_held(const struct sctp_endpoint* ep)
{
    assert_int_equal(ep->ids.n, 0);
    assert_int_equal(ep->peers.n, 0);
    assert_int_equal(ep->expiries.n, 0);
    assert_int_equal(ep->strays.n, 0);
    assert_int_equal(ep->stray_bytes, 0);
    assert_int_equal(ep->events.n, 0);
}

static void a_million_spoofed_inits_leave_nothing_behind(void** state)
{
    (void)state;
    uint8_t init[2000];
    const size_t len = real_init(init);
    struct net* n = victim();
    struct sctp_endpoint* ep = n->ep[Z];
    sctp_abort(ep, n->id[Z], NULL, 0, n->now);
    poll_all(ep, n->now);
    struct roam_packet reply;
    spoofed_init(ep, init, len, 0);
    assert_true(sctp_poll_packet(ep, &reply, n->now));
    assert_int_equal(reply.data[SCTP_HEADER], SCTP_C_INIT_ACK);
    poll_all(ep, n->now);
    const size_t before = allocated();
    const size_t tables = ep->ids.cap + ep->peers.cap;
    for (uint32_t i = 1; i <= FLOOD; i++)
    {
        assert_int_equal(spoofed_init(ep, init, len, i), ROAM_OK);
        assert_int_equal(poll_all(ep, n->now), 1);
    }
    assert_nothing_is_held(ep);
    assert_int_equal(ep->ids.cap + ep->peers.cap, tables);
    assert_in_range(allocated(), 0, before + 1024);
    net_free(n);
}

static void a_host_that_does_not_poll_holds_a_megabyte_and_no_more(void** state)
{
    (void)state;
    uint8_t init[2000];
    const size_t len = real_init(init);
    struct net* n = victim();
    struct sctp_endpoint* ep = n->ep[Z];
    unsigned refused = 0;
    for (uint32_t i = 0; i < 20000; i++)
    {
        refused += spoofed_init(ep, init, len, i) == ROAM_EAGAIN;
    }
    assert_in_range(refused, 10000, 19999);
    assert_in_range(ep->stray_bytes, 1, SCTP_MAX_STRAY_BYTES + 65536);
    /* what waits is good, and when it is polled the endpoint listens again */
    assert_int_equal(poll_all(ep, n->now), 20000 - refused);
    assert_int_equal(spoofed_init(ep, init, len, 1), ROAM_OK);
    /* garbage: an event for each, up to the bound */
    poll_all(ep, n->now);
    for (uint32_t i = 0; i < 20000; i++)
    {
        init[8] ^= 1; /* a wrong checksum now and then */
        const struct roam_packet p = {.src = a1, .dst = z1, .data = init, .len = len};
        sctp_recv(ep, &p, n->now);
    }
    assert_in_range(ep->events.n, 1, SCTP_MAX_EVENTS);
    net_free(n);
}

static struct net_fate many_cookie_echos(struct net* n, int from, const struct roam_packet* p)
{
    (void)n;
    (void)from;
    return (struct net_fate){.copies = p->data[SCTP_HEADER] == SCTP_C_COOKIE_ECHO ? 2000 : 1};
}

static void a_flood_of_cookie_echos_makes_one_association_or_none(void** state)
{
    (void)state;
    struct net* n = victim();
    struct sctp_endpoint* ep = n->ep[Z];
    /* made up: none of ours */
    for (unsigned i = 0; i < 2000; i++)
    {
        struct roam_writer w = roam_writer(packet + SCTP_HEADER, 400);
        sctp_write_chunk(&w, SCTP_C_COOKIE_ECHO, 0, 400);
        memset(w.p, (int)i, 396);
        hand_over(n, SCTP_HEADER + 400);
        poll_all(ep, n->now);
    }
    assert_int_equal(ep->ids.n, 1);
    net_free(n);
    /* the real one, again and again: the association that it made, and a COOKIE ACK each time */
    n = net_new(NULL);
    n->fate = many_cookie_echos;
    net_connect(n);
    net_run_for(n, ROAM_SEC);
    assert_int_equal(n->ep[Z]->ids.n, 1);
    assert_int_equal(n->up[Z], 1);
    assert_int_equal(net_count(n, Z, "COOKIE-ACK"), 2000);
    net_free(n);
}

static void a_packet_of_ten_thousand_chunks_is_not_ten_thousand_events(void** state)
{
    (void)state;
    struct net* n = victim();
    for (size_t at = SCTP_HEADER; at < 65532; at += 4)
    {
        const uint8_t chunk[] = {SCTP_C_INIT_ACK, 0, 0, 4};
        memcpy(packet + at, chunk, 4);
    }
    hand_over(n, 65532);
    assert_in_range(n->ep[Z]->events.n, 1, SCTP_MAX_EVENTS + 16);
    net_free(n);
}

/* --- Peers that hold an association ---------------------------------------------------------- */

static void assert_bounded(const struct net* n, size_t before)
{
    const struct sctp_assoc* z = at_z(n);
    assert_non_null(z);
    assert_in_range(z->unread + z->held + z->pieces * SCTP_PIECE, 0,
                    (1 + SCTP_MAX_OVERSIZE) * (size_t)z->config.receive_buffer + 65536);
    /* that is the memory: what a piece is said to cost is what it costs */
    assert_in_range(allocated(), 0, before + 4 * (size_t)z->config.receive_buffer + 65536 + 262144);
    assert_null(sctp_check(n->ep[Z]));
}

static void messages_of_one_byte_close_the_window_too(void** state)
{
    (void)state;
    struct net* n = victim();
    const size_t before = allocated();
    const uint32_t first = at_z(n)->map.cum + 1;
    for (uint32_t i = 0; i < 30000; i++)
    {
        data(n, first + i, 3 | SCTP_F_UNORDERED, 0, 1);
    }
    assert_int_equal(sctp_rwnd(at_z(n)), 0);
    assert_in_range(at_z(n)->ready.n, 3000, 10000);
    assert_bounded(n, before);
    /* they are not lost, and reading opens the window again */
    n->reading[Z] = true;
    net_poll(n);
    assert_int_equal(sctp_rwnd(at_z(n)), at_z(n)->config.receive_buffer);
    net_free(n);
}

static void every_other_tsn_is_held_within_the_buffer(void** state)
{
    (void)state;
    struct net* n = victim();
    const size_t before = allocated();
    const uint32_t first = at_z(n)->map.cum + 1;
    for (uint32_t i = 0; i < 32000; i++)
    {
        data(n, first + 1 + 2 * i, 0, 7, 1 + i % 2 * 100);
    }
    assert_bounded(n, before);
    /* the holes are filled with the largest chunks there are, of a message whose turn never comes
     */
    for (uint32_t i = 0; i < 5000 && at_z(n); i++)
    {
        data(n, first + 2 * i, i == 0 ? SCTP_F_BEGIN : 0, 7, 1400);
    }
    assert_true(n->lost[Z] == 1 && n->why[Z] == SCTP_LOST_PROTOCOL);
    net_free(n);
}

/** A message that never ends and cannot be delivered, because its turn never comes: it is held to a
 * multiple of the buffer, then the association is aborted. */
static void a_message_that_never_ends_is_out_of_resource(void** state)
{
    (void)state;
    struct net* n = victim();
    const uint32_t first = at_z(n)->map.cum + 1;
    uint32_t i = 0;
    size_t most = 0;
    for (; i < 100000 && n->lost[Z] == 0; i++)
    {
        data(n, first + i, i == 0 ? SCTP_F_BEGIN : 0, 1, 1400);
        most = at_z(n) && at_z(n)->held > most ? at_z(n)->held : most;
    }
    assert_int_equal(n->lost[Z], 1);
    assert_in_range(most, SCTP_MAX_OVERSIZE * 262144 - 1400, SCTP_MAX_OVERSIZE * 262144 + 1400);
    assert_int_equal(net_count(n, Z, "ABORT"), 1);
    net_free(n);
}

static void ignore(struct net* n, int end, const struct sctp_message* m)
{
    (void)n;
    (void)end;
    (void)m;
}

static void a_message_that_never_ends_and_is_not_read_fills_one_buffer(void** state)
{
    (void)state;
    struct net* n = victim();
    const size_t before = allocated();
    const uint32_t first = at_z(n)->map.cum + 1;
    for (uint32_t i = 0; i < 3000; i++)
    {
        data(n, first + i, i == 0 ? SCTP_F_BEGIN : 0, 0, 1400);
    }
    assert_int_equal(n->lost[Z], 0);
    assert_in_range(sctp_receive_ready(n->ep[Z], n->id[Z]), 262144 - 1500, 262144 + 1400);
    assert_int_equal(at_z(n)->held, 0);
    assert_bounded(n, before);
    n->on_message = ignore;
    n->reading[Z] = true; /* nor is it the end: what is read makes room */
    net_poll(n);
    assert_int_equal(sctp_rwnd(at_z(n)), 262144);
    assert_true(at_z(n)->parts.on);
    net_free(n);
}

static void heartbeats_of_sixty_kilobytes_do_not_pile_up(void** state)
{
    (void)state;
    struct net* n = victim();
    struct roam_writer w = roam_writer(packet + SCTP_HEADER, 60000);
    sctp_write_chunk(&w, SCTP_C_HEARTBEAT, 0, 60000);
    for (int i = 0; i < 100; i++)
    {
        hand_over(n, SCTP_HEADER + 60000);
    }
    const struct sctp_assoc* z = at_z(n);
    size_t waiting = 0;
    for (size_t i = 0; i < z->control.n; i++)
    {
        waiting += ((struct sctp_control*)roam_ring_at(&z->control, i))->len;
    }
    assert_in_range(waiting, 60000, SCTP_MAX_CONTROL_BYTES);
    net_free(n);
}

/* --- Work ------------------------------------------------------------------------------------ */

static double seconds(clock_t since)
{
    return (double)(clock() - since) / CLOCKS_PER_SEC;
}

/** The same work for a packet at the end of a flood as at its beginning, or nearly. */
static void hostile_packets_cost_little(void** state)
{
    (void)state;
    struct net* n = victim();
    const uint32_t first = at_z(n)->map.cum + 1;

    /* a gap as wide as can be, and SACKs that have to tell of it */
    clock_t since = clock();
    data(n, first + 60000, 3 | SCTP_F_UNORDERED, 0, 1);
    for (uint32_t i = 0; i < 2000; i++)
    {
        data(n, first + 59999 - 2 * i, 3 | SCTP_F_UNORDERED, 0, 1);
    }
    assert_true(seconds(since) < 1.0 * SLOW);

    /* a SACK of 16,000 blocks against a full send buffer, over and over: acknowledged, reneged */
    n->reading[Z] = false;
    while (net_send(n, Z, 100, 4) == 100)
    {
    }
    since = clock();
    for (int k = 0; k < 200 && at_z(n); k++)
    {
        struct roam_writer w = roam_writer(packet + SCTP_HEADER, sizeof packet - SCTP_HEADER);
        const unsigned blocks = k % 2 ? 16000 : 0;
        sctp_write_chunk(&w, SCTP_C_SACK, 0, 16 + 4 * blocks);
        roam_write32(&w, at_z(n)->cum_acked);
        roam_write32(&w, 100000);
        roam_write16(&w, (uint16_t)blocks);
        roam_write16(&w, 0);
        for (unsigned i = 0; i < blocks; i++)
        {
            roam_write16(&w, (uint16_t)(2 + 2 * i));
            roam_write16(&w, (uint16_t)(2 + 2 * i));
        }
        hand_over(n, SCTP_HEADER + 16 + 4 * blocks);
        net_poll(n);
    }
    assert_true(seconds(since) < 2.0 * SLOW);
    net_free(n);

    /* fragments of one message from the last to the first */
    n = victim();
    since = clock();
    const uint32_t begin = at_z(n)->map.cum + 1;
    for (uint32_t i = 5000; i-- > 0;)
    {
        data(n, begin + i, i == 0 ? SCTP_F_BEGIN : i == 4999 ? SCTP_F_END : 0, 0, 10);
    }
    assert_true(seconds(since) < 2.0 * SLOW);
    assert_int_equal(sctp_receive_next(n->ep[Z], n->id[Z]), 50000);
    net_free(n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_million_spoofed_inits_leave_nothing_behind),
        cmocka_unit_test(a_host_that_does_not_poll_holds_a_megabyte_and_no_more),
        cmocka_unit_test(a_flood_of_cookie_echos_makes_one_association_or_none),
        cmocka_unit_test(a_packet_of_ten_thousand_chunks_is_not_ten_thousand_events),
        cmocka_unit_test(messages_of_one_byte_close_the_window_too),
        cmocka_unit_test(every_other_tsn_is_held_within_the_buffer),
        cmocka_unit_test(a_message_that_never_ends_is_out_of_resource),
        cmocka_unit_test(a_message_that_never_ends_and_is_not_read_fills_one_buffer),
        cmocka_unit_test(heartbeats_of_sixty_kilobytes_do_not_pile_up),
        cmocka_unit_test(hostile_packets_cost_little),
    };
    return cmocka_run_group_tests_name("sctp-bounds", tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The path MTU (RFC 9260 section 7.3) and the search for it (RFC 8899). A is the sender; its first
 * address is its primary. */
#include "sctp-forge.h"
#include "sctp-path-net.h"

#include "core/sctp/sctp-priv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/** The packets that A sends now go to nobody; the largest of those from a local address. */
static size_t largest_now(struct net* n, const struct roam_addr* local, bool* may_fragment)
{
    struct roam_packet p;
    size_t largest = 0;
    while (sctp_poll_packet(n->ep[A], &p, n->now))
    {
        if (roam_addr_equal(&p.src, local) && p.len + 20 > largest)
        {
            largest = p.len + 20;
            *may_fragment = p.may_fragment;
        }
    }
    return largest;
}

/* --- The MTU of a path ----------------------------------------------------------------------- */

static void each_path_has_an_mtu_and_data_is_cut_for_the_smallest(void** state)
{
    (void)state;
    struct net* n = net_two_paths(NULL);
    bool may_fragment = true;
    assert_int_equal(net_path(n, &a1).mtu, 1500);
    sctp_path_mtu(n->ep[A], &a2, &z1, 1000, n->now);
    assert_int_equal(net_path(n, &a1).mtu, 1500);
    assert_int_equal(net_path(n, &a2).mtu, 1000);
    sctp_path_mtu(n->ep[A], &a2, &z1, 1400, n->now); /* larger than known: not believed */
    sctp_path_mtu(n->ep[A], &a3, &z1, 600, n->now);
    assert_int_equal(net_path(n, &a2).mtu, 1000);
    net_queue(n, 5000); /* by a1, of 1500: one chunk a packet, each as large as a2 takes */
    assert_in_range(largest_now(n, &a1, &may_fragment), 960, 1000);
    assert_false(may_fragment);
    net_free(n);
}

/** The packets with DATA that one message of A's costs. */
static unsigned packets_for(struct net* n, size_t len)
{
    struct roam_packet p;
    struct sctp_chunk_view v;
    unsigned packets = 0;
    assert_int_equal(net_queue(n, len), ROAM_OK);
    while (sctp_poll_packet(n->ep[A], &p, n->now))
    {
        assert_in_range(p.len + (p.src.family == ROAM_ADDR_V6 ? 40 : 20), 0, 1500);
        assert_false(p.may_fragment);
        packets += sctp_view_chunk(p.data, p.len, 0, &v) && v.type == SCTP_C_DATA;
    }
    return packets;
}

/** Section 7.3: data is cut for the IP header of the paths that there are. */
static void a_packet_is_filled_behind_the_header_of_its_family(void** state)
{
    (void)state;
    const struct roam_addr a6 = {ROAM_ADDR_V6, {0xfd, [15] = 1}};
    const struct roam_addr z6 = {ROAM_ADDR_V6, {0xfd, [15] = 2}};
    const struct
    {
        bool v4, v6;
        uint16_t udp;
        size_t most;
    } cases[] = {
        {true, false, 0, 1452},    {false, true, 0, 1432},    {true, true, 0, 1432},
        {true, false, 9899, 1444}, {false, true, 9899, 1424}, {true, true, 9899, 1424},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
    {
        for (size_t more = 0; more < 2; more++)
        {
            struct net* n = net_new(NULL);
            const struct roam_addr peers[] = {cases[i].v4 ? z1 : z6, z6};
            if (cases[i].v6)
            {
                net_gain(n, A, &a6);
                net_gain(n, Z, &z6);
            }
            if (!cases[i].v4)
            {
                net_lose(n, A, &a1);
            }
            sctp_encapsulate(n->ep[A], 0, NULL, cases[i].udp);
            assert_int_equal(
                sctp_connect(n->ep[A], NULL, 0, peers, 1 + cases[i].v6, 5000, &n->id[A], n->now),
                ROAM_OK);
            net_run_for(n, ROAM_SEC);
            assert_int_equal(n->up[A], 1);
            /* a few bytes more, because a tiny second chunk finds room where both are spoken */
            assert_int_equal(packets_for(n, cases[i].most + 8 * more), 1 + more);
            net_free(n);
        }
    }
}

/** Nothing of it is lost when only addresses of the other family are left. */
static void what_was_cut_for_ipv4_goes_whole_over_ipv6(void** state)
{
    (void)state;
    const struct roam_addr a6 = {ROAM_ADDR_V6, {0xfd, [15] = 1}};
    const struct roam_addr z6 = {ROAM_ADDR_V6, {0xfd, [15] = 2}};
    struct net* n = net_new(NULL);
    net_gain(n, Z, &z6);
    net_connect(n);
    net_run_for(n, ROAM_SEC);
    net_cut(n, &a1);
    assert_int_equal(net_send(n, A, 3, 1452), 3); /* lost */
    net_poll(n);
    net_heal(n);
    net_gain(n, A, &a6);
    assert_int_equal(net_asconf(n, A, SCTP_ADD, &a6), ROAM_OK);
    net_run_for(n, 500 * ROAM_MS);
    assert_int_equal(n->next_in[Z], 0);
    net_lose(n, A, &a1);
    net_run_for(n, 10 * ROAM_SEC);
    assert_int_equal(n->next_in[Z], 3);
    assert_int_equal(n->bytes_in[Z], 3 * 1452);
    net_free(n);
}

static void a_small_mtu_holds_for_bundles_too(void** state)
{
    (void)state;
    struct net* n = net_two_paths(NULL);
    bool may_fragment = true;
    sctp_path_mtu(n->ep[A], &a1, &z1, 700, n->now);
    for (int i = 0; i < 20; i++)
    {
        net_queue(n, 100);
    }
    assert_in_range(largest_now(n, &a1, &may_fragment), 580, 700);
    assert_false(may_fragment);
    net_free(n);
}

static void chunks_cut_before_are_sent_whole_and_may_be_fragmented(void** state)
{
    (void)state;
    struct net* n = net_two_paths(NULL);
    for (int i = 0; i < 10; i++)
    {
        assert_int_equal(net_send(n, A, 1, 1400), 1);
    }
    sctp_path_mtu(n->ep[A], &a1, &z1, 600, n->now);
    net_run_for(n, 2 * ROAM_SEC);
    assert_int_equal(n->next_in[Z], 10);
    struct roam_packet p;
    net_queue(n, 1400);
    sctp_path_mtu(n->ep[A], &a1, &z1, 576, n->now);
    unsigned fragments = 0;
    while (sctp_poll_packet(n->ep[A], &p, n->now))
    {
        fragments += p.may_fragment;
        assert_true(p.may_fragment == (p.len + 20 > 576));
    }
    assert_true(fragments > 0); /* cut for 600 */
    net_free(n);
}

static void what_was_too_large_in_flight_goes_again_at_once(void** state)
{
    (void)state;
    struct net* n = net_two_paths(NULL);
    struct sctp_status s;
    n->drop_number = (int)n->sent; /* the router drops them, and says so */
    n->drop_second = (int)n->sent + 1;
    net_send(n, A, 2, 1400);
    const uint32_t cwnd = net_path(n, &a1).cwnd;
    net_run_for(n, n->delay);
    sctp_path_mtu(n->ep[A], &a1, &z1, 1280, n->now);
    net_run_for(n, 2 * n->delay); /* far less than T3-rtx */
    assert_int_equal(n->next_in[Z], 2);
    sctp_status(n->ep[A], n->id[A], &s);
    assert_int_equal(s.data_chunks_retransmitted, 2);
    assert_true(net_path(n, &a1).cwnd >= cwnd); /* no verdict on congestion */
    assert_int_equal(net_path(n, &a1).errors, 0);
    net_free(n);
}

static void small_chunks_in_flight_stay_there(void** state)
{
    (void)state;
    struct net* n = net_two_paths(NULL);
    struct sctp_status s;
    net_send(n, A, 3, 200);
    sctp_path_mtu(n->ep[A], &a1, &z1, 1280, n->now);
    net_run_for(n, ROAM_SEC);
    sctp_status(n->ep[A], n->id[A], &s);
    assert_int_equal(s.data_chunks_retransmitted, 0);
    net_free(n);
}

static void an_mtu_below_any_network_s_least_fragments_instead(void** state)
{
    (void)state;
    struct net* n = net_two_paths(NULL);
    bool may_fragment = false;
    sctp_path_mtu(n->ep[A], &a1, &z1, 68, n->now);
    assert_int_equal(net_path(n, &a1).mtu, 576);
    net_queue(n, 5000);
    assert_in_range(largest_now(n, &a1, &may_fragment), 500, 576);
    assert_true(may_fragment);
    net_lose(n, A, &a1); /* another attachment is another network */
    net_gain(n, A, &a1);
    assert_int_equal(net_path(n, &a1).mtu, 1500);
    net_free(n);
}

static void without_discovery_the_mtu_is_as_given_and_packets_may_be_fragmented(void** state)
{
    (void)state;
    struct net* n = net_two_paths(NULL);
    struct sctp_path_config p;
    bool may_fragment = false;
    sctp_path_configuration(n->ep[A], n->id[A], &a1, &z1, &p);
    assert_true(p.pmtu_discovery && p.mtu == 1500);
    p.pmtu_discovery = false;
    p.mtu = 575;
    assert_int_equal(sctp_path_configure(n->ep[A], n->id[A], &a1, &z1, &p, n->now), ROAM_EINVAL);
    p.mtu = 3000; /* larger than any packet so far */
    assert_int_equal(sctp_path_configure(n->ep[A], n->id[A], NULL, NULL, &p, n->now), ROAM_OK);
    sctp_path_mtu(n->ep[A], &a1, &z1, 800, n->now);
    assert_int_equal(net_path(n, &a1).mtu, 3000);
    net_queue(n, 2900);
    assert_in_range(largest_now(n, &a1, &may_fragment), 2900, 3000);
    assert_true(may_fragment);
    net_free(n);
}

static void over_ipv6_no_path_is_narrower_than_1280(void** state)
{
    (void)state;
    const struct roam_addr a6 = {ROAM_ADDR_V6, {0xfd, 0, 0, 2, [15] = 2}};
    const struct roam_addr z6 = {ROAM_ADDR_V6, {0xfd, 0, 0, 1, [15] = 2}};
    struct net* n = net_new(NULL);
    net_gain(n, A, &a6);
    net_gain(n, Z, &z6);
    sctp_connect(n->ep[A], &a6, 1, &z6, 1, 5000, &n->id[A], n->now);
    net_run(n, ROAM_SEC);
    sctp_path_mtu(n->ep[A], &a6, &z6, 600, n->now);
    assert_int_equal(net_path(n, &a6).mtu, 1280);
    struct roam_packet p;
    net_queue(n, 5000);
    while (sctp_poll_packet(n->ep[A], &p, n->now))
    {
        assert_true(p.len + 40 <= 1280 && !p.may_fragment);
    }
    net_free(n);
}

/* --- The search for a larger one, RFC 8899 --------------------------------------------------- */

static struct net* narrowed(size_t link, uint32_t told)
{
    struct sctp_config c;
    sctp_config_default(&c);
    c.hb_interval = 0;
    struct net* n = net_two_paths(&c);
    n->narrow = link;
    sctp_path_mtu(n->ep[A], &a1, &z1, told, n->now);
    net_poll(n);
    return n;
}

static void after_ten_minutes_a_heartbeat_with_pad_finds_that_the_path_is_wider(void** state)
{
    (void)state;
    struct net* n = narrowed(1500, 1100);
    net_run_for(n, 600 * ROAM_SEC - ROAM_MS);
    assert_int_equal(net_count(n, A, "PAD"), 0);
    net_run_for(n, ROAM_MS);
    assert_int_equal(net_count(n, A, "PAD"), 1); /* A -> HEARTBEAT PAD -> Z, of 1,280 bytes */
    assert_int_equal(net_path(n, &a1).mtu, 1100);
    net_run_for(n, 2 * n->delay); /* A <- HEARTBEAT-ACK <- Z, and 1,400 at once */
    assert_int_equal(net_path(n, &a1).mtu, 1280);
    net_run_for(n, ROAM_SEC);
    assert_int_equal(net_count(n, A, "PAD"), 4); /* 1,492 and 1,500 */
    assert_int_equal(net_path(n, &a1).mtu, 1500);
    net_run_for(n, 3600 * ROAM_SEC); /* there is nothing more to find */
    assert_int_equal(net_count(n, A, "PAD"), 4);
    bool may_fragment = true;
    net_queue(n, 5000);
    assert_in_range(largest_now(n, &a1, &may_fragment), 1460, 1500);
    net_free(n);
}

static void a_lost_probe_is_no_error_and_ends_the_search_for_ten_minutes(void** state)
{
    (void)state;
    struct net* n = narrowed(1300, 1000);
    const struct sctp_path_status before = net_path(n, &a1);
    net_run_for(n, 605 * ROAM_SEC); /* 1,006 and 1,280 pass, 1,400 does not: three times */
    assert_int_equal(net_path(n, &a1).mtu, 1280);
    assert_int_equal(net_count(n, A, "PAD"), 5);
    assert_int_equal(net_path(n, &a1).errors, 0);
    assert_int_equal(net_path(n, &a1).rto, before.rto);
    assert_int_equal(net_path(n, &a1).cwnd, before.cwnd);
    net_run_for(n, 590 * ROAM_SEC);
    assert_int_equal(net_count(n, A, "PAD"), 5);
    n->narrow = 0;
    net_run_for(n, 20 * ROAM_SEC);
    assert_int_equal(net_path(n, &a1).mtu, 1500);
    net_free(n);
}

static void a_probe_behind_auth_has_the_size_that_it_stands_for(void** state)
{
    (void)state;
    struct sctp_config c;
    sctp_config_default(&c);
    c.hb_interval = 0;
    c.n_auth_chunks = 1;
    c.auth_chunks[0] = SCTP_C_HEARTBEAT;
    struct net* n = net_two_paths(&c);
    n->narrow = 1500;
    sctp_path_mtu(n->ep[A], &a1, &z1, 1100, n->now);
    net_poll(n);
    net_run_for(n, 601 * ROAM_SEC);
    assert_int_equal(net_count(n, A, "PAD"), 4);
    assert_true(net_count(n, A, "AUTH") >= 4);
    assert_int_equal(net_path(n, &a1).mtu, 1500);
    net_free(n);
}

/* --- Black holes, RFC 8899 section 4.3 ------------------------------------------------------- */

/** A session over a network that says nothing about packets which it loses for their size. */
static struct net* over_a_hole(bool search, size_t narrow)
{
    struct sctp_config c;
    sctp_config_default(&c);
    c.black_hole_search = search;
    struct net* n = net_established(&c);
    n->narrow = narrow;
    return n;
}

static void large_packets_that_vanish_are_noticed_and_the_path_searched_anew(void** state)
{
    (void)state;
    struct net* n = over_a_hole(true, 1420);
    assert_int_equal(net_send(n, A, 100, 1452), 100);
    net_run_for(n, 30 * ROAM_SEC);
    assert_int_equal(n->next_in[Z], 100);
    assert_int_equal(net_path(n, &a1).mtu, 1400); /* 1,280 and 1,400 pass, 1,492 does not */
    assert_int_equal(net_path(n, &a1).errors, 0);
    bool may_fragment = true;
    net_queue(n, 5000); /* and new data is cut for it */
    assert_in_range(largest_now(n, &a1, &may_fragment), 1380, 1400);
    assert_false(may_fragment);
    net_free(n);

    n = over_a_hole(false, 1420); /* without the search it never arrives */
    assert_int_equal(net_send(n, A, 100, 1452), 100);
    net_run_for(n, 30 * ROAM_SEC);
    assert_int_equal(n->next_in[Z], 0);
    assert_int_equal(net_count(n, A, "PAD"), 0);
    net_free(n);
}

/** The answer to the large probe is late, and a router has said meanwhile what the path takes. */
static void a_late_answer_to_a_probe_does_not_overrule_a_router(void** state)
{
    (void)state;
    struct net* n = over_a_hole(true, 1420);
    struct sctp_path* p = sctp_by_id(n->ep[A], n->id[A])->paths[0];
    assert_int_equal(net_send(n, A, 100, 1452), 100);
    while (p->hole.stage == SCTP_HOLE_NONE)
    {
        assert_true(net_step(n, 30 * ROAM_SEC));
    }
    uint8_t info[4 + 8] = {0, SCTP_P_HEARTBEAT_INFO, 0, 12};
    memcpy(info + 4, p->hole.large, 8);
    sctp_path_mtu(n->ep[A], &a1, &z1, 1300, n->now);
    assert_int_equal(net_path(n, &a1).mtu, 1300);
    struct forge f;
    forge_begin(&f, n, Z);
    forge_chunk(&f, SCTP_C_HEARTBEAT_ACK, 0, info, sizeof info);
    forge_send(&f);
    assert_int_equal(net_path(n, &a1).mtu, 1300);
    net_free(n);
}

static void an_outage_is_no_black_hole(void** state)
{
    (void)state;
    struct net* n = over_a_hole(true, 0);
    net_cut(n, &a1);
    assert_int_equal(net_send(n, A, 20, 1452), 20);
    net_run_for(n, 10 * ROAM_SEC);
    assert_true(net_count(n, A, "PAD") > 0); /* asked, and not answered */
    net_heal(n);
    net_run_for(n, 30 * ROAM_SEC);
    assert_int_equal(n->next_in[Z], 20);
    assert_int_equal(net_path(n, &a1).mtu, 1500);
    net_free(n);
}

static void small_packets_that_are_lost_are_no_sign_of_a_black_hole(void** state)
{
    (void)state;
    struct net* n = over_a_hole(true, 0);
    net_cut(n, &a1);
    assert_int_equal(net_send(n, A, 1, 1000), 1);
    net_run_for(n, 20 * ROAM_SEC);
    assert_int_equal(net_count(n, A, "PAD"), 0);
    net_free(n);
}

/** The first large probe is lost by chance. */
static struct net_fate one_large_probe_lost(struct net* n, int from, const struct roam_packet* p)
{
    unsigned* lost = n->user;
    struct sctp_chunk_view v;
    const bool probe =
        sctp_view_chunk(p->data, p->len, 0, &v) && v.type == SCTP_C_HEARTBEAT && p->len > 1400;
    if (*lost < 4 && from == A && (probe || v.type == SCTP_C_DATA))
    {
        *lost += probe ? 4 : 1; /* DATA until then */
        return (struct net_fate){.copies = 0};
    }
    return (struct net_fate){.copies = 1};
}

static void a_verdict_that_was_wrong_costs_a_few_round_trips(void** state)
{
    (void)state;
    unsigned lost = 0;
    struct net* n = over_a_hole(true, 0);
    n->fate = one_large_probe_lost;
    n->user = &lost;
    assert_int_equal(net_send(n, A, 1, 1452), 1);
    while (net_path(n, &a1).mtu == 1500 && net_step(n, 20 * ROAM_SEC)) /* T3 twice, and a probe */
    {
    }
    assert_true(lost > 4);
    assert_int_equal(net_path(n, &a1).mtu, 1220); /* BASE_PLPMTU of 1,200, and the IP header */
    net_run_for(n, 8 * n->delay);                 /* 1,280, 1,400, 1,492, 1,500 */
    assert_int_equal(net_path(n, &a1).mtu, 1500);
    assert_int_equal(n->next_in[Z], 1);
    net_free(n);
}

/** RFC 8899 section 5.1.1: PROBE_TIMER is one second at least, whatever the RTO is. */
static void a_probe_is_repeated_after_a_second_at_least(void** state)
{
    (void)state;
    struct sctp_config c;
    sctp_config_default(&c);
    c.hb_interval = 0;
    c.rto_min = c.rto_initial = 100 * ROAM_MS;
    struct net* n = net_two_paths(&c);
    n->narrow = 1100;
    sctp_path_mtu(n->ep[A], &a1, &z1, 1100, n->now);
    net_run_for(n, 600 * ROAM_SEC);
    assert_int_equal(net_path(n, &a1).rto, 100 * ROAM_MS);
    assert_int_equal(net_count(n, A, "PAD"), 1);
    net_run_for(n, ROAM_SEC - ROAM_MS);
    assert_int_equal(net_count(n, A, "PAD"), 1);
    net_run_for(n, ROAM_MS);
    assert_int_equal(net_count(n, A, "PAD"), 2);
    net_free(n);
}

/** Sections 3 (7) and 6.2.1.2: a probe that is answered clears the counters, and opens no window.
 */
static void an_answered_probe_clears_the_errors_and_leaves_the_window(void** state)
{
    (void)state;
    struct net* n = narrowed(1500, 1492);
    net_run_for(n, 599 * ROAM_SEC);
    struct sctp_assoc* a = sctp_by_id(n->ep[A], n->id[A]);
    struct sctp_path* p = sctp_path_find(a, &a1, &z1);
    a->errors = 3;
    p->errors = 2;
    const uint32_t cwnd = p->cwnd;
    net_run_for(n, 2 * ROAM_SEC);
    assert_int_equal(p->mtu, 1500);
    assert_int_equal(p->errors, 0);
    assert_int_equal(a->errors, 0);
    assert_int_equal(p->cwnd, cwnd);
    net_free(n);
}

static struct net_fate count_probes(struct net* n, int from, const struct roam_packet* p)
{
    roam_time* at = n->user; /* of the last one, and the least interval */
    struct sctp_chunk_view v;
    const size_t next = sctp_view_chunk(p->data, p->len, 0, &v);
    if (from == A && v.type == SCTP_C_HEARTBEAT && sctp_view_chunk(p->data, p->len, next, &v) &&
        v.type == SCTP_C_PAD)
    {
        at[1] = roam_time_min(at[1], n->now - at[0]);
        at[0] = n->now;
    }
    return (struct net_fate){.copies = p->len + 20 <= 1420 || p->may_fragment || from == Z};
}

/** Section 3 (7): whatever is asked, there is a round trip between two probes. */
static void two_probes_are_a_round_trip_apart(void** state)
{
    (void)state;
    roam_time at[2] = {-ROAM_SEC, ROAM_NEVER};
    struct net* n = over_a_hole(true, 0);
    n->fate = count_probes;
    n->user = at;
    assert_int_equal(net_send(n, A, 100, 1452), 100);
    net_run_for(n, 30 * ROAM_SEC);
    assert_int_equal(n->next_in[Z], 100);
    assert_int_equal(net_path(n, &a1).mtu, 1400);
    assert_true(net_count(n, A, "PAD") >= 5);
    assert_true(at[1] >= 2 * n->delay);
    net_free(n);
}

static void a_path_without_discovery_or_at_its_mtu_is_not_probed(void** state)
{
    (void)state;
    struct net* n = narrowed(1500, 1500);
    net_run_for(n, 1300 * ROAM_SEC);
    assert_int_equal(net_count(n, A, "PAD"), 0);
    struct sctp_path_config p;
    sctp_path_mtu(n->ep[A], &a1, &z1, 1000, n->now);
    sctp_path_configuration(n->ep[A], n->id[A], &a1, &z1, &p);
    p.pmtu_discovery = false;
    sctp_path_configure(n->ep[A], n->id[A], &a1, &z1, &p, n->now);
    net_run_for(n, 1300 * ROAM_SEC);
    assert_int_equal(net_count(n, A, "PAD"), 0);
    net_free(n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_path_has_an_mtu_and_data_is_cut_for_the_smallest),
        cmocka_unit_test(a_packet_is_filled_behind_the_header_of_its_family),
        cmocka_unit_test(what_was_cut_for_ipv4_goes_whole_over_ipv6),
        cmocka_unit_test(a_small_mtu_holds_for_bundles_too),
        cmocka_unit_test(chunks_cut_before_are_sent_whole_and_may_be_fragmented),
        cmocka_unit_test(what_was_too_large_in_flight_goes_again_at_once),
        cmocka_unit_test(small_chunks_in_flight_stay_there),
        cmocka_unit_test(an_mtu_below_any_network_s_least_fragments_instead),
        cmocka_unit_test(without_discovery_the_mtu_is_as_given_and_packets_may_be_fragmented),
        cmocka_unit_test(over_ipv6_no_path_is_narrower_than_1280),
        cmocka_unit_test(after_ten_minutes_a_heartbeat_with_pad_finds_that_the_path_is_wider),
        cmocka_unit_test(a_lost_probe_is_no_error_and_ends_the_search_for_ten_minutes),
        cmocka_unit_test(a_probe_behind_auth_has_the_size_that_it_stands_for),
        cmocka_unit_test(large_packets_that_vanish_are_noticed_and_the_path_searched_anew),
        cmocka_unit_test(an_outage_is_no_black_hole),
        cmocka_unit_test(small_packets_that_are_lost_are_no_sign_of_a_black_hole),
        cmocka_unit_test(a_verdict_that_was_wrong_costs_a_few_round_trips),
        cmocka_unit_test(a_path_without_discovery_or_at_its_mtu_is_not_probed),
        cmocka_unit_test(a_late_answer_to_a_probe_does_not_overrule_a_router),
        cmocka_unit_test(a_probe_is_repeated_after_a_second_at_least),
        cmocka_unit_test(an_answered_probe_clears_the_errors_and_leaves_the_window),
        cmocka_unit_test(two_probes_are_a_round_trip_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

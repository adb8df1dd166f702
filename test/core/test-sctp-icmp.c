/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What ICMP says of our packets (RFC 9260 section 10). A is the sender; its first address is its
 * primary. */
#include "sctp-path-net.h"

#include "core/sctp/sctp-wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/** A's next packet as a router quotes it. */
struct quote
{
    uint8_t bytes[64];
    struct sctp_icmp icmp;
};

static void quote_next(struct net* n, struct quote* q, uint8_t type, uint8_t code)
{
    struct roam_packet p;
    assert_true(sctp_poll_packet(n->ep[A], &p, n->now));
    q->icmp = (struct sctp_icmp){.local = p.src, .peer = p.dst, .type = type, .code = code};
    q->icmp.len = p.len < sizeof q->bytes ? p.len : sizeof q->bytes;
    memcpy(q->bytes, p.data, q->icmp.len);
    q->icmp.quoted = q->bytes;
}

static bool arrives(struct net* n, const struct quote* q)
{
    const bool acted = sctp_icmp_received(n->ep[A], &q->icmp, n->now);
    net_poll(n);
    return acted;
}

static struct net* in_cookie_wait(struct quote* q, uint8_t type, uint8_t code)
{
    struct net* n = net_new(NULL);
    net_connect(n);
    quote_next(n, q, type, code); /* the INIT */
    return n;
}

static void protocol_unreachable_ends_an_association_that_is_being_set_up(void** state)
{
    (void)state;
    struct quote q;
    struct net* n = in_cookie_wait(&q, 3, 2);
    assert_true(arrives(n, &q));
    assert_int_equal(n->lost[A], 1);
    assert_int_equal(n->why[A], SCTP_LOST_PEER_ABORT);
    net_free(n);
}

static void an_init_is_known_by_its_initiate_tag(void** state)
{
    (void)state;
    struct quote q;
    struct net* n = in_cookie_wait(&q, 3, 2);
    q.bytes[16] ^= 1; /* another Initiate Tag */
    assert_false(arrives(n, &q));
    q.bytes[16] ^= 1;
    q.icmp.len = 19; /* too short to tell */
    assert_false(arrives(n, &q));
    q.icmp.len = 8;
    assert_false(arrives(n, &q));
    q.icmp.len = 20;
    q.bytes[12] = SCTP_C_INIT_ACK; /* no INIT, and no tag */
    assert_false(arrives(n, &q));
    q.bytes[12] = SCTP_C_INIT;
    assert_true(arrives(n, &q));
    net_free(n);
}

static void an_init_says_nothing_once_it_was_answered(void** state)
{
    (void)state;
    struct quote q;
    struct net* n = in_cookie_wait(&q, 3, 2);
    net_run_for(n, 5 * ROAM_SEC);
    assert_int_equal(n->up[A], 1);
    assert_false(arrives(n, &q));
    assert_int_equal(n->lost[A], 0);
    net_free(n);
}

static void protocol_unreachable_with_the_right_tag_is_an_abort(void** state)
{
    (void)state;
    struct net* n = net_established(NULL);
    struct quote q;
    net_queue(n, 100);
    quote_next(n, &q, 3, 2);
    q.bytes[4] ^= 1;
    assert_false(arrives(n, &q));
    q.bytes[4] ^= 1;
    q.bytes[1] ^= 1; /* not our port */
    assert_false(arrives(n, &q));
    q.bytes[1] ^= 1;
    q.bytes[3] ^= 1; /* no such association */
    assert_false(arrives(n, &q));
    q.bytes[3] ^= 1;
    q.icmp.local = a3;
    assert_false(arrives(n, &q));
    q.icmp.local = a1;
    assert_int_equal(n->lost[A], 0);
    q.icmp.len = 8; /* as much as an old router quotes */
    assert_true(arrives(n, &q));
    assert_int_equal(n->lost[A], 1);
    assert_false(arrives(n, &q));
    net_free(n);
}

static void doubtful_protocol_unreachable_ends_no_established_association(void** state)
{
    (void)state;
    struct net* n = net_established(NULL);
    struct quote q;
    net_queue(n, 100);
    quote_next(n, &q, 3, 2);
    q.icmp.doubtful = true;
    assert_true(arrives(n, &q));
    assert_int_equal(n->lost[A], 0);
    struct sctp_path_status p;
    sctp_paths(n->ep[A], n->id[A], &p, 1);
    assert_int_equal(p.errors, 1);
    net_free(n);

    n = in_cookie_wait(&q, 3, 2);
    q.icmp.doubtful = true;
    assert_true(arrives(n, &q)); /* nobody has shown anything yet */
    assert_int_equal(n->lost[A], 1);
    net_free(n);
}

static void what_rules_1_to_4_leave_out_is_ignored(void** state)
{
    (void)state;
    struct net* n = net_established(NULL);
    struct quote q;
    net_queue(n, 100);
    quote_next(n, &q, 3, 3); /* Port Unreachable */
    assert_false(arrives(n, &q));
    const uint8_t others[] = {0, 4, 5, 8, 11, 12};
    for (size_t i = 0; i < sizeof others; i++)
    {
        q.icmp.type = others[i];
        q.icmp.code = 2;
        assert_false(arrives(n, &q));
    }
    assert_int_equal(n->lost[A], 0);
    assert_int_equal(net_path(n, &a1).errors, 0);
    net_free(n);
}

static void packet_too_big_lowers_the_mtu_of_its_path(void** state)
{
    (void)state;
    struct net* n = net_two_paths(NULL);
    struct quote q;
    net_queue(n, 1400);
    quote_next(n, &q, 3, 4);
    q.icmp.mtu = 1200;
    assert_true(arrives(n, &q));
    assert_int_equal(net_path(n, &a1).mtu, 1200);
    assert_int_equal(net_path(n, &a2).mtu, 1500);
    assert_false(arrives(n, &q)); /* no news */
    q.icmp.mtu = 0;               /* an old router: the next plateau */
    assert_true(arrives(n, &q));
    assert_int_equal(net_path(n, &a1).mtu, 1006);
    assert_true(arrives(n, &q));
    assert_int_equal(net_path(n, &a1).mtu, 576);
    net_free(n);
}

static void below_the_last_plateau_there_is_one_floor(void** state)
{
    (void)state;
    struct sctp_config c;
    sctp_config_default(&c);
    c.mtu = 600;
    struct net* n = net_two_paths(&c);
    struct quote q;
    net_queue(n, 400);
    quote_next(n, &q, 3, 4); /* no MTU in it */
    assert_true(arrives(n, &q));
    assert_int_equal(net_path(n, &a1).mtu, 576);
    net_free(n);
}

static void unreachable_is_an_error_of_the_path_once_an_rto(void** state)
{
    (void)state;
    struct sctp_config c;
    sctp_config_default(&c);
    c.pf_max_retrans = 0;
    struct net* n = net_two_paths(&c);
    struct quote q;
    net_queue(n, 100);
    quote_next(n, &q, 3, 1); /* Host Unreachable */
    assert_true(arrives(n, &q));
    for (int i = 0; i < 10; i++)
    {
        assert_false(arrives(n, &q));
    }
    assert_int_equal(net_path(n, &a1).errors, 1);
    assert_int_equal(net_path(n, &a1).state, SCTP_PATH_PF);
    net_queue(n, 100);
    struct roam_packet p;
    bool by_the_other = false;
    while (sctp_poll_packet(n->ep[A], &p, n->now))
    {
        by_the_other |= roam_addr_equal(&p.src, &a2);
    }
    assert_true(by_the_other);
    n->now += ROAM_SEC + 1;
    assert_true(arrives(n, &q));
    assert_int_equal(net_path(n, &a1).errors, 2);
    net_free(n);
}

static void icmpv6_has_its_own_numbers(void** state)
{
    (void)state;
    const struct roam_addr a6 = {ROAM_ADDR_V6, {0xfd, 0, 0, 2, [15] = 2}};
    const struct roam_addr z6 = {ROAM_ADDR_V6, {0xfd, 0, 0, 1, [15] = 2}};
    struct net* n = net_new(NULL);
    net_gain(n, A, &a6);
    net_gain(n, Z, &z6);
    sctp_connect(n->ep[A], &a6, 1, &z6, 1, 5000, &n->id[A], n->now);
    net_run(n, ROAM_SEC);
    struct quote q;
    net_queue(n, 1400);
    quote_next(n, &q, 1, 4); /* Port Unreachable */
    assert_false(arrives(n, &q));
    q.icmp.type = 3; /* Time Exceeded, not ICMPv4's unreachable */
    q.icmp.code = 2;
    assert_false(arrives(n, &q));
    q.icmp.type = 4; /* Parameter Problem: erroneous header field */
    q.icmp.code = 0;
    assert_false(arrives(n, &q));
    q.icmp.type = 2; /* Packet Too Big */
    q.icmp.mtu = 1300;
    assert_true(arrives(n, &q));
    assert_int_equal(net_path(n, &a6).mtu, 1300);
    q.icmp.type = 1; /* Destination Unreachable: no route */
    assert_true(arrives(n, &q));
    assert_int_equal(net_path(n, &a6).errors, 1);
    assert_int_equal(n->lost[A], 0);
    q.icmp.type = 4; /* Parameter Problem: unrecognized next header */
    q.icmp.code = 1;
    assert_true(arrives(n, &q));
    assert_int_equal(n->lost[A], 1);
    net_free(n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(protocol_unreachable_ends_an_association_that_is_being_set_up),
        cmocka_unit_test(an_init_is_known_by_its_initiate_tag),
        cmocka_unit_test(an_init_says_nothing_once_it_was_answered),
        cmocka_unit_test(protocol_unreachable_with_the_right_tag_is_an_abort),
        cmocka_unit_test(doubtful_protocol_unreachable_ends_no_established_association),
        cmocka_unit_test(what_rules_1_to_4_leave_out_is_ignored),
        cmocka_unit_test(packet_too_big_lowers_the_mtu_of_its_path),
        cmocka_unit_test(below_the_last_plateau_there_is_one_floor),
        cmocka_unit_test(unreachable_is_an_error_of_the_path_once_an_rto),
        cmocka_unit_test(icmpv6_has_its_own_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

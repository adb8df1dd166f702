/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A link that is lost while an association is being set up: two links, with one address of each end
 * on each, and nothing gets from one link to the other. */
#include "sctp-net.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/** What the links do. */
struct links
{
    unsigned left;  /**< packets that the first takes before it dies */
    roam_time died; /**< when it did, or 0 */
    bool host_knows;
    unsigned second_loses; /**< so many packets first */
};

static bool on_first(const struct roam_addr* a)
{
    return roam_addr_equal(a, &a1) || roam_addr_equal(a, &z1);
}

static struct net_fate two_links(struct net* n, int from, const struct roam_packet* p)
{
    struct links* l = n->user;
    (void)from;
    if (on_first(&p->src) != on_first(&p->dst))
    {
        return (struct net_fate){.copies = 0};
    }
    if (!on_first(&p->src))
    {
        const bool lost = l->second_loses > 0 && l->second_loses--;
        return (struct net_fate){.copies = !lost};
    }
    if (l->left > 0)
    {
        l->left--;
        return (struct net_fate){.copies = 1};
    }
    l->died = l->died ? l->died : n->now;
    return (struct net_fate){.copies = 0};
}

/** Two hosts whose first link dies after so many packets; A is given n_peers addresses of Z. */
static struct net* call(struct links* l, unsigned left, size_t n_peers, bool host_knows)
{
    const struct roam_addr peers[] = {z1, z2};
    struct net* n = net_new(NULL);
    l->left = left;
    l->host_knows = host_knows;
    net_gain(n, A, &a2);
    net_gain(n, Z, &z2);
    n->user = l;
    n->fate = two_links;
    assert_int_equal(sctp_connect(n->ep[A], NULL, 0, peers, n_peers, 5000, &n->id[A], n->now),
                     ROAM_OK);
    net_poll(n);
    while (n->up[A] == 0 && n->lost[A] == 0 && net_step(n, 600 * ROAM_SEC))
    {
        if (l->died && l->host_knows)
        {
            l->host_knows = false;
            net_lose(n, A, &a1);
        }
    }
    return n;
}

/** True if a packet with just these chunks was sent. */
static bool was_sent(const struct net* n, const char* line)
{
    for (size_t i = 0; i < n->n_log; i++)
    {
        if (strcmp(n->log[i], line) == 0)
        {
            return true;
        }
    }
    return false;
}

/** Whichever packet is the first that the link does not take, and whether the host notices or not.
 */
static void a_link_that_is_lost_costs_one_t1(void** state)
{
    (void)state;
    for (unsigned left = 0; left < 4; left++)
    {
        for (int knows = 0; knows < 2; knows++)
        {
            struct links l = {0};
            struct net* n = call(&l, left, 2, knows);
            assert_int_equal(n->up[A] + n->up[Z], 2);
            assert_in_range(n->now, ROAM_SEC, ROAM_SEC + 4 * n->delay);
            net_run_for(n, 4 * n->delay);
            assert_int_equal(net_send(n, A, 1, 100), 1);
            net_run_for(n, 30 * ROAM_SEC);
            assert_int_equal(n->next_in[Z], 1);
            net_free(n);
        }
    }
}

/** Section 5.4: to the address that the COOKIE ECHO came from, though the INIT ACK went to another.
 */
static void a_cookie_ack_to_an_unconfirmed_address_brings_a_heartbeat(void** state)
{
    (void)state;
    for (unsigned left = 2; left < 4; left++) /* the cookie is new; it is a duplicate */
    {
        struct links l = {.second_loses =
                              left - 2}; /* the HEARTBEAT that would have confirmed it */
        struct net* n = call(&l, left, 2, false);
        assert_true(was_sent(n, "Z -> COOKIE-ACK HEARTBEAT"));
        assert_in_range(n->now, ROAM_SEC, ROAM_SEC + 4 * n->delay);
        assert_int_equal(net_count(n, Z, "COOKIE-ACK"), left == 2 ? 1 : 2);
        net_free(n);
    }
}

/** Section 6.4.1: the most divergent pair first. */
static void each_t1_takes_another_pair_of_addresses(void** state)
{
    (void)state;
    struct net* n = net_new(NULL);
    const struct roam_addr peers[] = {z1, z2};
    const struct roam_addr* const order[][2] = {{&a1, &z1}, {&a2, &z2}, {&a2, &z1}, {&a1, &z2}};
    net_gain(n, A, &a2);
    net_cut(n, &z1);
    net_cut(n, &z2);
    assert_int_equal(sctp_connect(n->ep[A], NULL, 0, peers, 2, 5000, &n->id[A], n->now), ROAM_OK);
    for (unsigned i = 0; i < 8; i++)
    {
        const struct roam_addr* const* pair = order[i % 4];
        net_poll(n);
        assert_int_equal(n->sent, i + 1);
        assert_int_equal(net_way(n, pair[0], pair[1]).packets, 1 + i / 4);
        net_step(n, n->now + 10 * ROAM_SEC);
    }
    net_free(n);
}

/** Section 5.4 allows a COOKIE ECHO to an unconfirmed address, behind which a HEARTBEAT must be: we
 * send none. */
static void a_cookie_goes_to_no_address_that_the_user_did_not_give(void** state)
{
    (void)state;
    struct links l = {0};
    struct net* n = call(&l, 2, 1, false);
    assert_int_equal(n->lost[A], 1);
    assert_int_equal(n->why[A], SCTP_LOST_INIT);
    assert_int_equal(net_count(n, A, "COOKIE-ECHO"), 9);
    assert_int_equal(net_way(n, &a1, &z2).packets + net_way(n, &a2, &z2).packets, 0);
    net_free(n);
}

/** A client between two cells: the address that it opened from goes, and another comes. */
struct handover
{
    unsigned left; /**< packets that the old link takes before it is gone */
    roam_time gap; /**< from the old address to the new one */
    bool gone;     /**< the old link has lost a packet */
};

static struct net_fate old_link_gone(struct net* n, int from, const struct roam_packet* p)
{
    struct handover* h = n->user;
    (void)from;
    if (!on_first(&p->src) && !on_first(&p->dst))
    {
        return (struct net_fate){.copies = 1};
    }
    const bool old = roam_addr_equal(&p->src, &a1) || roam_addr_equal(&p->dst, &a1);
    if (old && h->left == 0)
    {
        h->gone = true;
        return (struct net_fate){.copies = 0};
    }
    h->left -= old;
    return (struct net_fate){.copies = 1};
}

/** Opens from a1, which goes when the old link does not take a packet; a2 comes after the gap. */
static struct net* open_and_move(struct handover* h, const struct sctp_config* config)
{
    struct net* n = net_new(config);
    n->user = h;
    n->fate = old_link_gone;
    net_connect(n);
    net_poll(n);
    while (!h->gone && net_step(n, 5 * ROAM_SEC))
    {
    }
    net_lose(n, A, &a1);
    net_run_for(n, h->gap);
    assert_int_equal(n->up[A], 0);
    net_gain(n, A, &a2);
    net_run_for(n, 10 * n->delay);
    return n;
}

/** True if data gets from either end to the other. */
static bool carries_data(struct net* n)
{
    const uint32_t before[] = {n->next_in[A], n->next_in[Z]};
    const bool sent = net_send(n, A, 1, 100) == 1 && net_send(n, Z, 1, 100) == 1;
    net_run_for(n, 4 * n->delay);
    return sent && n->next_in[A] == before[A] + 1 && n->next_in[Z] == before[Z] + 1;
}

static void opening_goes_on_from_the_address_that_is_left(void** state)
{
    (void)state;
    static const roam_time gaps[] = {0, 30 * ROAM_MS, 3 * ROAM_SEC, 20 * ROAM_SEC};
    for (unsigned left = 0; left < 4; left++)
    {
        for (size_t i = 0; i < sizeof gaps / sizeof gaps[0]; i++)
        {
            struct handover h = {.left = left, .gap = gaps[i]};
            struct net* n = open_and_move(&h, NULL);
            assert_int_equal(n->up[A], 1);
            /* the cookie may have made an association with the address that is gone, too */
            assert_int_equal(n->up[Z], left == 3 ? 2 : 1);
            assert_true(net_locals_are(n, A, &a2, 1));
            assert_true(net_peers_are(n, Z, &a2, 1));
            assert_true(carries_data(n));
            net_free(n);
        }
    }
}

/** The answer to an INIT from an address that is gone must not be taken for one to the new INIT. */
static void an_init_ack_to_the_address_that_is_gone_does_not_count(void** state)
{
    (void)state;
    struct net* n = net_new(NULL);
    n->slow = a1;
    n->slow_by = 2 * ROAM_SEC;
    net_connect(n);
    net_run_for(n, 10 * ROAM_MS);
    net_lose(n, A, &a1);
    net_gain(n, A, &a2);
    net_cut(n, &a2);
    net_run_for(n, 500 * ROAM_MS);
    net_gain(n, A, &a1); /* it comes back before the answer */
    net_run_for(n, 6 * ROAM_SEC);
    assert_int_equal(net_count(n, Z, "INIT-ACK"), 1);
    assert_int_equal(net_count(n, A, "COOKIE-ECHO"), 0);
    net_heal(n);
    net_run_for(n, 30 * ROAM_SEC);
    assert_int_equal(n->up[A] + n->up[Z], 2);
    assert_true(net_peers_are(n, Z, &a2, 1));
    net_free(n);
}

/** The same address comes back: the cookie is good, and goes out at once. */
static void what_could_not_leave_leaves_with_the_address(void** state)
{
    (void)state;
    for (unsigned left = 0; left < 4; left++)
    {
        struct handover h = {.left = left};
        struct net* n = net_new(NULL);
        n->user = &h;
        n->fate = old_link_gone;
        net_connect(n);
        net_poll(n);
        while (!h.gone && net_step(n, 5 * ROAM_SEC))
        {
        }
        net_lose(n, A, &a1);
        net_run_for(n, 4 * ROAM_SEC); /* T1 has found no address twice */
        n->fate = NULL;
        net_gain(n, A, &a1);
        net_run_for(n, 4 * n->delay);
        assert_int_equal(n->up[A] + n->up[Z], 2);
        assert_int_equal(net_count(n, A, "INIT"), left < 2 ? 2 : 1);
        assert_int_equal(net_count(n, A, "COOKIE-ECHO"), left < 2 ? 1 : 2);
        assert_true(carries_data(n));
        net_free(n);
    }
}

/** Who has named an address is bound to it. */
static void an_address_that_the_user_named_is_not_replaced(void** state)
{
    (void)state;
    struct net* n = net_new(NULL);
    net_cut(n, &a1);
    assert_int_equal(sctp_connect(n->ep[A], &a1, 1, &z1, 1, 5000, &n->id[A], n->now), ROAM_OK);
    net_run_for(n, 10 * ROAM_MS);
    net_lose(n, A, &a1);
    net_gain(n, A, &a2);
    net_run_for(n, 600 * ROAM_SEC);
    assert_int_equal(n->lost[A], 1);
    assert_int_equal(n->why[A], SCTP_LOST_INIT);
    assert_int_equal(net_way(n, &a2, &z1).packets, 0);
    net_free(n);
}

/* --- Two addresses at each end, and an answer that is late ----------------------------------- */

/** Packets that are late, and where COOKIE ECHOs went. */
struct late
{
    unsigned from, to; /**< the numbers of those that are late */
    roam_time by;
    struct roam_addr echo_src, echo_dst;
};

static struct net_fate late_packets(struct net* n, int from, const struct roam_packet* p)
{
    struct late* l = n->user;
    struct sctp_chunk_view v;
    if (sctp_view_chunk(p->data, p->len, 0, &v) && v.type == 10 && from == A)
    {
        l->echo_src = p->src;
        l->echo_dst = p->dst;
    }
    const bool late = n->sent >= l->from && n->sent <= l->to;
    return (struct net_fate){.copies = 1, .late_by = late ? l->by : 0};
}

/** A -> INIT (a1, z1) -> Z, A -> INIT (a2, z2) -> Z after T1, A <- INIT-ACK (z1, a1), late */
static void the_cookie_goes_where_the_init_ack_came_from(void** state)
{
    (void)state;
    const struct roam_addr peers[] = {z1, z2};
    struct net* n = net_new(NULL);
    struct late l = {.from = 1, .to = 1, .by = 995 * ROAM_MS};
    net_gain(n, A, &a2);
    net_gain(n, Z, &z2);
    n->user = &l;
    n->fate = late_packets;
    assert_int_equal(sctp_connect(n->ep[A], NULL, 0, peers, 2, 5000, &n->id[A], n->now), ROAM_OK);
    net_run_for(n, 1016 * ROAM_MS);
    assert_int_equal(net_way(n, &a2, &z2).packets, 1);
    assert_true(roam_addr_equal(&l.echo_src, &a1) && roam_addr_equal(&l.echo_dst, &z1));
    net_run_for(n, ROAM_SEC);
    assert_int_equal(n->up[A] + n->up[Z], 2);
    net_free(n);
}

/** Both call, and any of the first packets is late for longer than T1. */
static void calls_that_cross_make_one_association(void** state)
{
    (void)state;
    const struct roam_addr v6[2][2] = {
        {{ROAM_ADDR_V6, {0xfd, 2, [15] = 1}}, {ROAM_ADDR_V6, {0xfd, 3, [15] = 1}}},
        {{ROAM_ADDR_V6, {0xfd, 1, [15] = 2}}, {ROAM_ADDR_V6, {0xfd, 1, [15] = 3}}}};
    const struct roam_addr v4[2][2] = {{a1, a2}, {z1, z2}};
    for (unsigned run = 0; run < 2 * 64; run++)
    {
        const struct roam_addr(*addrs)[2] = run % 2 ? v6 : v4;
        struct late l = {.from = run / 2 / 8, .by = 1100 * ROAM_MS};
        l.to = l.from + run / 2 % 8;
        struct net* n = net_new(NULL);
        n->user = &l;
        n->fate = late_packets;
        for (int i = 0; i < 4; i++)
        {
            net_gain(n, i / 2, &addrs[i / 2][i % 2]);
        }
        assert_int_equal(sctp_connect(n->ep[A], addrs[A], 2, addrs[Z], 2, 5000, &n->id[A], n->now),
                         ROAM_OK);
        assert_int_equal(sctp_connect(n->ep[Z], addrs[Z], 2, addrs[A], 2, 4000, &n->id[Z], n->now),
                         ROAM_OK);
        net_run_for(n, 30 * ROAM_SEC);
        assert_int_equal(net_state(n, A), SCTP_ESTABLISHED);
        assert_int_equal(net_state(n, Z), SCTP_ESTABLISHED);
        assert_int_equal(n->lost[A] + n->lost[Z], 0);
        assert_int_equal(net_count(n, A, "ABORT") + net_count(n, Z, "ABORT"), 0);
        net_send(n, A, 3, 100);
        net_send(n, Z, 3, 100);
        net_run_for(n, 5 * ROAM_SEC);
        assert_int_equal(n->next_in[A] + n->next_in[Z], 6);
        net_free(n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_cookie_goes_where_the_init_ack_came_from),
        cmocka_unit_test(calls_that_cross_make_one_association),
        cmocka_unit_test(a_link_that_is_lost_costs_one_t1),
        cmocka_unit_test(a_cookie_ack_to_an_unconfirmed_address_brings_a_heartbeat),
        cmocka_unit_test(each_t1_takes_another_pair_of_addresses),
        cmocka_unit_test(a_cookie_goes_to_no_address_that_the_user_did_not_give),
        cmocka_unit_test(opening_goes_on_from_the_address_that_is_left),
        cmocka_unit_test(an_init_ack_to_the_address_that_is_gone_does_not_count),
        cmocka_unit_test(what_could_not_leave_leaves_with_the_address),
        cmocka_unit_test(an_address_that_the_user_named_is_not_replaced),
    };
    return cmocka_run_group_tests_name("sctp-setup-loss", tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Draft-sjkoh-sctp-mobility-01 section 5.2, solution 2: the server has two addresses, and the
 * client's host routes lead to the first by its first radio and to the second by its second. */
#include "sctp-net.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/** A has radios 1 (a1) and, later, 2 (a2); Z has z1 and z2. Connected over a1 and z1. */
static struct net* dual_homed(void)
{
    struct net* n = net_new(NULL);
    net_gain(n, Z, &z2);
    assert_int_equal(sctp_host_route(n->ep[A], &z1, 1, n->now), ROAM_OK);
    assert_int_equal(sctp_host_route(n->ep[A], &z2, 2, n->now), ROAM_OK);
    net_connect(n);
    net_run_for(n, 100 * ROAM_MS);
    assert_int_equal(n->up[A], 1);
    return n;
}

static void second_radio(struct net* n)
{
    assert_int_equal(sctp_address_gained(n->ep[A], &a2, 2, n->now), ROAM_OK);
    assert_int_equal(net_asconf(n, A, SCTP_ADD, &a2), ROAM_OK);
    net_run_for(n, 2 * ROAM_SEC);
}

static void go_to_second_radio(struct net* n)
{
    assert_int_equal(net_asconf(n, A, SCTP_SET_PRIMARY, &a2), ROAM_OK);
    assert_int_equal(sctp_set_primary(n->ep[A], n->id[A], &a2, NULL, n->now), ROAM_OK);
}

static enum sctp_path_state state_of(const struct net* n, const struct roam_addr* local,
                                     const struct roam_addr* peer)
{
    struct sctp_path_status paths[8];
    const size_t k = sctp_paths(n->ep[A], n->id[A], paths, 8);
    for (size_t i = 0; i < k; i++)
    {
        if (roam_addr_equal(&paths[i].local, local) && roam_addr_equal(&paths[i].peer, peer))
        {
            return paths[i].state;
        }
    }
    return SCTP_PATH_REMOVED;
}

static void each_radio_leads_to_one_address_of_the_server(void** state)
{
    (void)state;
    struct net* n = dual_homed();
    second_radio(n);
    assert_int_equal(state_of(n, &a1, &z1), SCTP_PATH_ACTIVE);
    assert_int_equal(state_of(n, &a2, &z2), SCTP_PATH_ACTIVE);
    assert_int_equal(state_of(n, &a1, &z2), SCTP_PATH_INACTIVE);
    assert_int_equal(state_of(n, &a2, &z1), SCTP_PATH_INACTIVE);
    net_free(n);
}

static void handover_moves_data_to_the_servers_second_address(void** state)
{
    (void)state;
    struct net* n = dual_homed();
    second_radio(n);
    assert_int_equal(net_send(n, A, 20, 1000), 20);
    net_run_for(n, 2 * ROAM_SEC);
    const unsigned before = net_way(n, &a1, &z1).with_data;
    assert_true(before > 0);
    go_to_second_radio(n);
    net_run_for(n, 100 * ROAM_MS);
    assert_true(roam_addr_equal(&n->primary_local[A], &a2));
    assert_true(roam_addr_equal(&n->primary_peer[A], &z2));
    assert_int_equal(net_send(n, A, 20, 1000), 20);
    assert_int_equal(net_send(n, Z, 20, 1000), 20);
    net_run_for(n, 5 * ROAM_SEC);
    assert_int_equal(net_way(n, &a1, &z1).with_data, before);
    assert_true(net_way(n, &a2, &z2).with_data > 0);
    assert_int_equal(net_way(n, &a2, &z1).with_data + net_way(n, &a1, &z2).with_data, 0);
    assert_int_equal(n->next_in[Z], 40);
    assert_int_equal(n->next_in[A], 20);
    net_free(n);
}

/** The first radio's link is gone when the second radio comes, and all that it leads to is z2,
 * which nobody has confirmed: the ASCONF goes there, with the HEARTBEAT that confirms it. */
static void the_add_that_begins_without_the_old_link_goes_where_the_new_one_leads(void** state)
{
    (void)state;
    struct net* n = dual_homed();
    assert_int_equal(net_send(n, A, 5, 1000), 5);
    net_lose(n, A, &a1);
    net_cut(n, &a1);
    net_run_for(n, 500 * ROAM_MS);
    assert_int_equal(sctp_address_gained(n->ep[A], &a2, 2, n->now), ROAM_OK);
    /* A -> AUTH ASCONF HEARTBEAT -> Z, A <- HEARTBEAT-ACK HEARTBEAT AUTH ASCONF-ACK <- Z */
    assert_int_equal(net_asconf(n, A, SCTP_ADD, &a2), ROAM_OK);
    const unsigned before = net_way(n, &a2, &z2).packets;
    net_poll(n);
    assert_int_equal(net_way(n, &a2, &z2).packets, before + 1);
    assert_string_equal(n->log[n->n_log - 1], "A -> AUTH ASCONF HEARTBEAT");
    net_run_for(n, 2 * n->delay);
    assert_int_equal(n->asconf_done[A][SCTP_ADD], 1);
    assert_int_equal(n->asconf_cause[A][SCTP_ADD], 0);
    assert_int_equal(state_of(n, &a2, &z2), SCTP_PATH_ACTIVE);
    go_to_second_radio(n);
    net_run_for(n, 2 * ROAM_SEC);
    assert_int_equal(n->next_in[Z], 5);
    assert_int_equal(net_way(n, &a2, &z1).with_data, 0);
    net_free(n);
}

static void whatever_goes_to_a_routed_address_leaves_by_its_interface(void** state)
{
    (void)state;
    struct net* n = dual_homed();
    second_radio(n);
    go_to_second_radio(n);
    assert_int_equal(net_send(n, Z, 20, 1000), 20); /* from z1: heartbeats, SACKs come back there */
    net_run_for(n, 5 * ROAM_SEC);
    for (size_t i = 0; i < n->n_ways; i++)
    {
        if (roam_addr_equal(&n->ways[i].dst, &z1) || roam_addr_equal(&n->ways[i].dst, &z2))
        {
            assert_int_equal(n->ways[i].ifindex, roam_addr_equal(&n->ways[i].dst, &z1) ? 1 : 2);
        }
    }
    net_free(n);
}

static void without_its_route_an_address_is_reached_from_anywhere_again(void** state)
{
    (void)state;
    struct net* n = dual_homed();
    second_radio(n);
    assert_int_equal(sctp_host_route(n->ep[A], &z1, 0, n->now), ROAM_OK);
    assert_int_equal(sctp_host_route(n->ep[A], &z2, 0, n->now), ROAM_OK);
    net_run_for(n, 1 * ROAM_SEC);
    assert_int_equal(state_of(n, &a1, &z2), SCTP_PATH_ACTIVE);
    assert_int_equal(state_of(n, &a2, &z1), SCTP_PATH_ACTIVE);
    const struct roam_addr any = roam_addr_v4(0);
    assert_int_equal(sctp_host_route(n->ep[A], &any, 1, n->now), ROAM_EINVAL);
    net_free(n);
}

/** RFC 5061 section 5.3 F4. No other address of A leads to z2, but a1 leads to z1: that is enough.
 */
static void an_address_that_is_being_deleted_probes_nothing_while_another_is_bound(void** state)
{
    (void)state;
    struct net* n = dual_homed();
    second_radio(n);
    assert_int_equal(net_asconf(n, A, SCTP_DELETE, &a2), ROAM_OK);
    net_poll(n);
    const unsigned before = net_way(n, &a2, &z2).packets;
    assert_int_not_equal(sctp_request_heartbeat(n->ep[A], n->id[A], &a2, &z2, n->now), ROAM_OK);
    net_poll(n);
    assert_int_equal(net_way(n, &a2, &z2).packets, before);
    net_run_for(n, ROAM_SEC);
    assert_int_equal(n->asconf_done[A][SCTP_DELETE], 1);
    assert_int_equal(net_way(n, &a2, &z2).packets, before);
    net_free(n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_radio_leads_to_one_address_of_the_server),
        cmocka_unit_test(handover_moves_data_to_the_servers_second_address),
        cmocka_unit_test(the_add_that_begins_without_the_old_link_goes_where_the_new_one_leads),
        cmocka_unit_test(whatever_goes_to_a_routed_address_leaves_by_its_interface),
        cmocka_unit_test(without_its_route_an_address_is_reached_from_anywhere_again),
        cmocka_unit_test(an_address_that_is_being_deleted_probes_nothing_while_another_is_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

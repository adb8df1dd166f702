/* SPDX-License-Identifier: GPL-2.0-or-later */
/* UDP encapsulation (RFC 6951): which UDP port packets go to, and who says so. In this network both
 * ends have one UDP port, so that a packet arrives from the port that it was sent to. */
#include "core/sctp/sctp-wire.h"
#include "sctp-net.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define PORT 9899

static uint16_t port_to(const struct net* n, int end)
{
    struct sctp_path_status path;
    assert_int_equal(sctp_paths(n->ep[end], n->id[end], &path, 1), 1);
    return path.udp_port;
}

static struct net* connected(uint16_t port)
{
    struct sctp_config config;
    sctp_config_default(&config);
    struct net* n = net_new(&config);
    assert_non_null(n);
    assert_int_equal(sctp_encapsulate(n->ep[A], 0, NULL, port), ROAM_OK);
    net_connect(n);
    net_run_for(n, ROAM_SEC);
    assert_int_equal(net_state(n, A), SCTP_ESTABLISHED);
    assert_int_equal(net_state(n, Z), SCTP_ESTABLISHED);
    return n;
}

static void the_server_answers_to_the_port_that_the_init_came_from(void** state)
{
    (void)state;
    struct net* n = connected(PORT);
    assert_int_equal(port_to(n, A), PORT);
    assert_int_equal(port_to(n, Z), PORT);
    net_free(n);
}

static void without_encapsulation_there_is_no_port(void** state)
{
    (void)state;
    struct net* n = connected(0);
    assert_int_equal(port_to(n, A), 0);
    assert_int_equal(port_to(n, Z), 0);
    net_free(n);
}

/** Section 5.4: each valid packet says it anew, and one without UDP ends the encapsulation. */
static void a_valid_packet_changes_the_port(void** state)
{
    (void)state;
    struct net* n = connected(PORT);
    assert_int_equal(sctp_encapsulate(n->ep[A], n->id[A], &z1, PORT + 1), ROAM_OK);
    net_send(n, A, 1, 100);
    net_run_for(n, ROAM_SEC);
    assert_int_equal(port_to(n, Z), PORT + 1);
    assert_int_equal(sctp_encapsulate(n->ep[A], n->id[A], NULL, 0), ROAM_OK);
    net_send(n, A, 1, 100);
    net_run_for(n, ROAM_SEC);
    assert_int_equal(port_to(n, Z), 0);
    net_free(n);
}

static void a_packet_with_a_wrong_verification_tag_changes_nothing(void** state)
{
    (void)state;
    struct net* n = connected(PORT);
    uint8_t packet[] = {0, 0, 0, 0, 1, 2, 3, 4, 0, 0, 0, 0, SCTP_C_COOKIE_ACK, 0, 0, 4};
    struct sctp_status status;
    assert_int_equal(sctp_status(n->ep[Z], n->id[Z], &status), ROAM_OK);
    roam_put16(packet, status.peer_port);
    roam_put16(packet + 2, sctp_endpoint_port(n->ep[Z]));
    net_inject(n, Z, &a1, &z1, packet, sizeof packet); /* without UDP */
    assert_int_equal(port_to(n, Z), PORT);
    net_free(n);
}

static void packets_leave_room_for_the_udp_header(void** state)
{
    (void)state;
    struct net* n = connected(PORT);
    net_send(n, A, 1, 10000);
    net_run_for(n, 5 * ROAM_SEC);
    assert_in_range(n->longest[A], 1400, 1500 - 20 - 8);
    assert_int_equal(n->bytes_in[Z], 10000);
    net_free(n);
}

/** The port belongs to the address: what is known of others says nothing about this one's. */
static void a_message_is_cut_for_the_addresses_that_are_behind_udp(void** state)
{
    (void)state;
    const struct roam_addr a6 = {ROAM_ADDR_V6, {0x20, 1, 0xd, 0xb8, [15] = 1}};
    const struct roam_addr z6 = {ROAM_ADDR_V6, {0x20, 1, 0xd, 0xb8, [15] = 2}};
    struct sctp_config config;
    sctp_config_default(&config);
    struct net* n = net_new(&config);
    net_gain(n, A, &a6);
    net_gain(n, Z, &z6);
    assert_int_equal(sctp_connect(n->ep[A], &a6, 1, &z6, 1, 5000, &n->id[A], 0), ROAM_OK);
    net_run_for(n, ROAM_SEC);
    assert_int_equal(net_state(n, A), SCTP_ESTABLISHED);
    assert_int_equal(sctp_encapsulate(n->ep[A], n->id[A], &z6, PORT), ROAM_OK);
    net_send(n, A, 1, 10000);
    net_run_for(n, 5 * ROAM_SEC);
    assert_in_range(n->longest[A], 1400, 1500 - 40 - 8);
    assert_int_equal(n->bytes_in[Z], 10000);
    net_free(n);
}

static void an_unknown_address_or_association_is_refused(void** state)
{
    (void)state;
    struct net* n = connected(PORT);
    assert_int_equal(sctp_encapsulate(n->ep[A], n->id[A], &a3, 1), ROAM_ENOENT);
    assert_int_equal(sctp_encapsulate(n->ep[A], n->id[A] + 7, NULL, 1), ROAM_ENOENT);
    net_free(n);
}

/** An ICMP message about A's INIT, which went to a port where nobody listens. */
static bool end_by_icmp(const struct roam_addr* from, const struct roam_addr* to, uint8_t type,
                        uint8_t code, bool udp)
{
    struct net* n = net_new(NULL);
    struct roam_packet p;
    net_gain(n, A, from);
    assert_int_equal(sctp_encapsulate(n->ep[A], 0, NULL, udp ? PORT : 0), ROAM_OK);
    assert_int_equal(sctp_connect(n->ep[A], from, 1, to, 1, 5000, &n->id[A], n->now), ROAM_OK);
    assert_true(sctp_poll_packet(n->ep[A], &p, n->now));
    const struct sctp_icmp icmp = {.local = p.src,
                                   .peer = p.dst,
                                   .type = type,
                                   .code = code,
                                   .udp = udp,
                                   .quoted = p.data,
                                   .len = p.len};
    sctp_icmp_received(n->ep[A], &icmp, n->now);
    net_poll(n);
    const bool ended = n->lost[A] == 1;
    net_free(n);
    return ended;
}

/** Section 5.5: the port stands for the protocol; without UDP it says nothing. */
static void a_closed_udp_port_means_that_there_is_no_sctp(void** state)
{
    (void)state;
    const struct roam_addr a6 = {ROAM_ADDR_V6, {0xfd, 0, 0, 2, [15] = 2}};
    const struct roam_addr z6 = {ROAM_ADDR_V6, {0xfd, 0, 0, 1, [15] = 2}};
    assert_true(end_by_icmp(&a1, &z1, 3, 3, true));
    assert_false(end_by_icmp(&a1, &z1, 3, 3, false));
    assert_true(end_by_icmp(&a6, &z6, 1, 4, true));
    assert_false(end_by_icmp(&a6, &z6, 1, 4, false));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_server_answers_to_the_port_that_the_init_came_from),
        cmocka_unit_test(without_encapsulation_there_is_no_port),
        cmocka_unit_test(a_valid_packet_changes_the_port),
        cmocka_unit_test(a_packet_with_a_wrong_verification_tag_changes_nothing),
        cmocka_unit_test(packets_leave_room_for_the_udp_header),
        cmocka_unit_test(a_message_is_cut_for_the_addresses_that_are_behind_udp),
        cmocka_unit_test(an_unknown_address_or_association_is_refused),
        cmocka_unit_test(a_closed_udp_port_means_that_there_is_no_sctp),
    };
    return cmocka_run_group_tests_name("sctp-udp", tests, NULL, NULL);
}

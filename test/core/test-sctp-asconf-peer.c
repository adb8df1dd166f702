/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What has no place in an ASCONF, answers in their order, and who may not change addresses: RFC
 * 5061 sections 4.1.1, 4.2, 5.1.1 C3 and 6. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sctp-asconf-craft.h"

#include <string.h>

/** Section 4.2: a parameter that has no place here is ignored; 4.2.6 asks it of the adaptation code
 * in particular. */
static void what_has_no_place_in_an_asconf_is_ignored(void** state)
{
    (void)state;
    static const uint16_t types[] = {SCTP_P_ADAPTATION,  SCTP_P_SUCCESS, SCTP_P_ERROR_CAUSE,
                                     SCTP_P_EXTENSIONS,  SCTP_P_IPV4,    SCTP_P_HOSTNAME,
                                     SCTP_P_FORWARD_TSN, SCTP_P_RANDOM};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
    {
        struct net* n = net_two_radios(NULL);
        struct forge f;
        struct asconf_chunk c;
        forge_begin(&f, n, A);
        forge_auth(&f);
        asconf_begin(&c, asconf_next_serial(n), &a1);
        sctp_write_param(&c.w, types[i], "\0\0\0\1", 4);
        asconf_ask(&c, SCTP_P_ADD, 2, &a2);
        asconf_put(&f, SCTP_C_ASCONF, &c);
        const struct asconf_answers r = asconf_answer(&f);
        assert_int_equal(r.acks, 1);
        assert_int_equal(r.n, 1); /* that of the ADD */
        assert_int_equal(r.ids[0], 2);
        assert_int_equal(r.causes[0], 0);
        net_free(n);
    }
}

/** Section 4.1.1: a host name in the place of the address that names the association. */
static void a_host_name_in_an_asconf_is_ignored(void** state)
{
    (void)state;
    struct net* n = net_two_radios(NULL);
    struct forge f;
    struct asconf_chunk c;
    forge_begin(&f, n, A);
    forge_auth(&f);
    asconf_begin(&c, asconf_next_serial(n), NULL);
    sctp_write_param(&c.w, SCTP_P_HOSTNAME, "client.example", 15);
    asconf_ask(&c, SCTP_P_ADD, 2, &a2);
    asconf_put(&f, SCTP_C_ASCONF, &c);
    const struct asconf_answers r = asconf_answer(&f); /* a1 has found the association */
    assert_int_equal(r.acks, 1);
    assert_int_equal(r.n, 1);
    assert_int_equal(r.causes[0], 0);
    assert_non_null(sctp_peer_find(forge_assoc(n, Z), &a2));
    net_free(n);
}

/** The body of the first chunk of a type that Z sends next; how long it is. */
static size_t next_body(struct net* n, uint8_t type, uint8_t* body, size_t max)
{
    struct roam_packet p;
    size_t len = 0;
    while (sctp_poll_packet(n->ep[Z], &p, n->now))
    {
        struct roam_reader r = roam_reader(p.data + SCTP_HEADER, p.len - SCTP_HEADER);
        struct sctp_chunk c;
        while (sctp_next_chunk(&r, &c))
        {
            if (c.type == type && len == 0 && c.body_len <= max)
            {
                len = c.body_len;
                memcpy(body, c.body, len);
            }
        }
    }
    return len;
}

/** The example of section 4.3.1: the request that is refused comes back whole. */
static void a_refusal_quotes_its_request(void** state)
{
    (void)state;
    struct net* n = net_established(NULL);
    struct forge f;
    struct asconf_chunk c;
    uint8_t body[64];
    forge_begin(&f, n, A);
    forge_auth(&f);
    asconf_begin(&c, asconf_next_serial(n), &a1);
    asconf_ask(&c, SCTP_P_DELETE, 0x01023476, &a1);
    asconf_put(&f, SCTP_C_ASCONF, &c);
    sctp_auth_finish(&f.key, f.auth, f.w.p);
    const struct roam_packet in = {
        .src = f.src, .dst = f.dst, .ifindex = 1, .data = f.bytes, .len = roam_written(&f.w)};
    sctp_seal(f.bytes, in.len);
    assert_int_equal(sctp_recv(n->ep[Z], &in, n->now), ROAM_OK);
    static const uint8_t want[] = {0xc0, 3,  0,    28, 1, 2,  0x34, 0x76, 0,    0xa0,
                                   0,    20, 0xc0, 2,  0, 16, 1,    2,    0x34, 0x76,
                                   0,    5,  0,    8,  2, 2,  2,    2};
    assert_int_equal(next_body(n, SCTP_C_ASCONF_ACK, body, sizeof body), 4 + sizeof want);
    assert_memory_equal(body + 4, want, sizeof want);
    net_free(n);
}

/** One packet with two ASCONFs, twice, before Z's host polls. */
static void answers_leave_once_and_in_their_order(void** state)
{
    (void)state;
    struct net* n = asconf_both();
    struct asconf_chunk one, two;
    struct forge f;
    const uint32_t serial = asconf_next_serial(n);
    asconf_begin(&one, serial, &a1);
    asconf_ask(&one, SCTP_P_SET_PRIMARY, 1, &a2);
    asconf_begin(&two, serial + 1, &a1);
    asconf_ask(&two, SCTP_P_SET_PRIMARY, 2, &a1);
    for (int round = 0; round < 2; round++)
    {
        forge_begin(&f, n, A);
        forge_auth(&f);
        asconf_put(&f, SCTP_C_ASCONF, &one);
        asconf_put(&f, SCTP_C_ASCONF, &two);
        if (round == 0)
        {
            sctp_auth_finish(&f.key, f.auth, f.w.p);
            const size_t len = roam_written(&f.w);
            const struct roam_packet in = {
                .src = f.src, .dst = f.dst, .ifindex = 1, .data = f.bytes, .len = len};
            sctp_seal(f.bytes, in.len);
            assert_int_equal(sctp_recv(n->ep[Z], &in, n->now), ROAM_OK);
        }
    }
    const struct asconf_answers r = asconf_answer(&f);
    assert_int_equal(r.packets, 1);
    assert_int_equal(r.acks, 2); /* C3 */
    assert_int_equal(r.serials[0], serial);
    assert_int_equal(r.serials[1], serial + 1);
    net_free(n);
}

/** Section 4.2: ADD, DELETE and responses have no place in an INIT. */
static void what_has_no_place_in_an_init_is_ignored(void** state)
{
    (void)state;
    static const uint16_t types[] = {SCTP_P_ADD, SCTP_P_DELETE, SCTP_P_ERROR_CAUSE, SCTP_P_SUCCESS,
                                     SCTP_P_HEARTBEAT_INFO};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
    {
        uint8_t body[64];
        struct roam_writer w = roam_writer(body, sizeof body);
        roam_write32(&w, 7);
        roam_write32(&w, 100000);
        roam_write16(&w, 1);
        roam_write16(&w, 1);
        roam_write32(&w, 1);
        sctp_write_param(&w, types[i], "\0\0\0\1", 4);
        sctp_write_addr(&w, &a2);
        const size_t len = roam_written(&w);
        const struct sctp_chunk c = {SCTP_C_INIT, 0, body, len + 4, body, len};
        struct sctp_init init;
        assert_true(sctp_init_read(&c, &init));
        assert_int_equal(init.cause, 0);
        assert_int_equal(init.n_unrecognized, 0);
        assert_int_equal(init.n_addrs, 1); /* what stands behind it is read */
    }
}

/** Section 6: who offers ASCONF without RFC 4895 does not get an INIT ACK. */
static void an_init_with_asconf_and_without_auth_is_refused(void** state)
{
    (void)state;
    for (int addip = 0; addip < 2; addip++)
    {
        struct sctp_config c;
        sctp_config_default(&c);
        c.addip = addip;
        struct net* n = net_new(&c);
        uint8_t packet[256];
        struct roam_writer w = roam_writer(packet, sizeof packet);
        sctp_write_header(&w, 4000, 5000, 0);
        sctp_write_chunk(&w, SCTP_C_INIT, 0, SCTP_INIT_FIXED + SCTP_PARAM_HEADER + 2);
        roam_write32(&w, 7);
        roam_write32(&w, 100000);
        roam_write16(&w, 1);
        roam_write16(&w, 1);
        roam_write32(&w, 1);
        const uint8_t both[] = {SCTP_C_ASCONF, SCTP_C_ASCONF_ACK};
        sctp_write_param(&w, SCTP_P_EXTENSIONS, both, 2);
        net_inject(n, Z, &a1, &z1, packet, roam_written(&w));
        assert_int_equal(net_count(n, Z, "ABORT"), addip);
        assert_int_equal(net_count(n, Z, "INIT-ACK"),
                         !addip); /* whom it does not concern, goes on */
        net_free(n);
    }
}

/** Section 6: nor does an INIT ACK like that get a COOKIE ECHO; the user hears why. */
static void an_init_ack_with_asconf_and_without_auth_ends_the_attempt(void** state)
{
    (void)state;
    struct net* n = net_new(NULL);
    uint8_t packet[256];
    struct roam_writer w = roam_writer(packet, sizeof packet);
    net_connect(n);
    net_cut(n, &z1);
    net_poll(n);
    const struct sctp_assoc* a = forge_assoc(n, A);
    sctp_write_header(&w, 5000, a->ep->port, a->my_tag);
    sctp_write_chunk(&w, SCTP_C_INIT_ACK, 0, SCTP_INIT_FIXED + 8 + SCTP_PARAM_HEADER + 1);
    roam_write32(&w, 7);
    roam_write32(&w, 100000);
    roam_write16(&w, 1);
    roam_write16(&w, 1);
    roam_write32(&w, 1);
    sctp_write_param(&w, SCTP_P_COOKIE, "cook", 4);
    sctp_write_param(&w, SCTP_P_EXTENSIONS, (const uint8_t[]){SCTP_C_ASCONF}, 1);
    net_inject(n, A, &z1, &a1, packet, roam_written(&w));
    assert_int_equal(net_count(n, A, "COOKIE-ECHO"), 0);
    assert_int_equal(n->lost[A], 1);
    assert_int_equal(n->last[A][SCTP_EV_LOST].u.lost.cause, SCTP_E_PROTOCOL);
    net_free(n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_has_no_place_in_an_asconf_is_ignored),
        cmocka_unit_test(a_host_name_in_an_asconf_is_ignored),
        cmocka_unit_test(a_refusal_quotes_its_request),
        cmocka_unit_test(answers_leave_once_and_in_their_order),
        cmocka_unit_test(what_has_no_place_in_an_init_is_ignored),
        cmocka_unit_test(an_init_with_asconf_and_without_auth_is_refused),
        cmocka_unit_test(an_init_ack_with_asconf_and_without_auth_ends_the_attempt),
    };
    return cmocka_run_group_tests_name("sctp-asconf-peer", tests, NULL, NULL);
}

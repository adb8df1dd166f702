/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Dynamic address reconfiguration, RFC 5061: the peer's requests, and what we answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sctp-asconf-craft.h"

#include <stdlib.h>
#include <string.h>

static const struct roam_addr stranger = {ROAM_ADDR_V4, {9, 9, 9, 9}};

static void assert_cause(const struct asconf_answers* r, uint16_t cause)
{
    assert_int_equal(r->acks, 1);
    assert_int_equal(r->n, 1);
    assert_int_equal(r->ids[0], 0xfeed); /* V3: the correlation identifier comes back */
    assert_int_equal(r->causes[0], cause);
}

/* --- Requests and their answers, sections 4.2, 4.3, 5.3 -------------------------------------- */

static void each_error_cause_has_its_request(void** state)
{
    (void)state;
    struct net* n = asconf_both();
    struct asconf_answers r;
    const struct roam_addr broadcast = {ROAM_ADDR_V4, {224, 0, 0, 1}};
    r = asconf_request(n, SCTP_P_DELETE, &a1); /* from a1 */
    assert_cause(&r, SCTP_E_DELETE_SOURCE);
    r = asconf_request(n, SCTP_P_DELETE, &stranger);
    assert_cause(&r, SCTP_E_UNRESOLVABLE);
    r = asconf_request(n, SCTP_P_ADD, &broadcast);
    assert_cause(&r, SCTP_E_UNRESOLVABLE);
    r = asconf_request(n, SCTP_P_SET_PRIMARY, &stranger);
    assert_cause(&r, SCTP_E_UNRESOLVABLE);
    r = asconf_request(n, SCTP_P_ADD, &a2); /* it has that one: nothing to do */
    assert_cause(&r, 0);
    r = asconf_request(n, 0xc0aa, &a2); /* to be skipped and reported */
    assert_cause(&r, SCTP_E_UNRECOGNIZED_PARAM);
    r = asconf_request(n, SCTP_P_DELETE, &a2);
    assert_cause(&r, 0);
    r = asconf_request(n, SCTP_P_DELETE, &a1); /* the last, and the source: F7 goes before F8 */
    assert_cause(&r, SCTP_E_DELETE_LAST);
    assert_true(net_peers_are(n, Z, &a1, 1));
    net_free(n);
}

static void no_more_addresses_than_there_is_room_for(void** state)
{
    (void)state;
    struct net* n = net_established(NULL);
    struct roam_addr x = {ROAM_ADDR_V4, {7, 7, 7, 1}};
    struct asconf_answers r;
    for (int i = 1; i < SCTP_MAX_PEERS; i++, x.bytes[3]++)
    {
        r = asconf_request(n, SCTP_P_ADD, &x);
        assert_cause(&r, 0);
    }
    /* ADD that fails, then ADD and DELETE: all fail (F11); SET PRIMARY is none of them */
    struct forge f;
    struct asconf_chunk c;
    forge_begin(&f, n, A);
    forge_auth(&f);
    asconf_begin(&c, asconf_next_serial(n), &a1);
    const struct roam_addr known = {ROAM_ADDR_V4, {7, 7, 7, 2}};
    asconf_ask(&c, SCTP_P_ADD, 1, &stranger);
    asconf_ask(&c, SCTP_P_DELETE, 2, &known);
    asconf_ask(&c, SCTP_P_SET_PRIMARY, 3, &a1);
    asconf_ask(&c, SCTP_P_ADD, 4, &known);
    asconf_put(&f, SCTP_C_ASCONF, &c);
    r = asconf_answer(&f);
    assert_int_equal(r.n, 4);
    const uint16_t want[] = {SCTP_E_ASCONF_RESOURCE, SCTP_E_ASCONF_RESOURCE, 0,
                             SCTP_E_ASCONF_RESOURCE};
    assert_memory_equal(r.causes, want, sizeof want);
    assert_int_equal(sctp_peer_addresses(n->ep[Z], n->id[Z], NULL, 0), SCTP_MAX_PEERS);
    net_free(n);
}

static void an_address_of_another_association_is_not_given_away(void** state)
{
    (void)state;
    struct net* n = net_two_radios(NULL);
    sctp_assoc_id id;
    assert_int_equal(sctp_connect(n->ep[Z], NULL, 0, &stranger, 1, 4000, &id, n->now), ROAM_OK);
    const sctp_assoc_id z = n->id[Z];
    net_poll(n);
    n->id[Z] = z;
    const struct asconf_answers r = asconf_request(n, SCTP_P_ADD, &stranger);
    assert_cause(&r, SCTP_E_NO_AUTHORIZATION);
    net_free(n);
}

static void wildcards_mean_the_source_of_the_packet(void** state)
{
    (void)state;
    struct net* n = asconf_both();
    struct forge f;
    struct asconf_chunk c;
    struct asconf_answers r;
    /* from a3, which is new: ADD 0.0.0.0, SET PRIMARY 0.0.0.0, DELETE 0.0.0.0 */
    forge_begin(&f, n, A);
    f.src = a3;
    forge_auth(&f);
    asconf_begin(&c, asconf_next_serial(n), &a1);
    asconf_ask(&c, SCTP_P_ADD, 1, &any4);
    asconf_ask(&c, SCTP_P_SET_PRIMARY, 2, &any6);
    asconf_ask(&c, SCTP_P_DELETE, 3, &any4);
    asconf_put(&f, SCTP_C_ASCONF, &c);
    r = asconf_answer(&f);
    const uint16_t ok[3] = {0};
    assert_int_equal(r.n, 3);
    assert_memory_equal(r.causes, ok, sizeof ok);
    assert_true(roam_addr_equal(&r.to, &a3)); /* E6: to where the ASCONF came from */
    assert_true(net_peers_are(n, Z, &a3, 1));
    assert_true(forge_assoc(n, Z)->peers[0]->wants_primary);
    net_free(n);

    /* DELETE of all but a source that is no address of the peer would leave none */
    n = asconf_both();
    forge_begin(&f, n, A);
    f.src = a3;
    forge_auth(&f);
    asconf_begin(&c, asconf_next_serial(n), &a1);
    asconf_ask(&c, SCTP_P_DELETE, 0xfeed, &any4);
    asconf_put(&f, SCTP_C_ASCONF, &c);
    r = asconf_answer(&f);
    assert_cause(&r, SCTP_E_DELETE_LAST);
    net_free(n);
}

static void add_set_primary_and_delete_in_one_asconf(void** state)
{
    (void)state;
    struct net* n = net_two_radios(NULL);
    const struct sctp_asconf_request all[] = {
        {SCTP_ADD, a2}, {SCTP_SET_PRIMARY, a2}, {SCTP_DELETE, a1}};
    const unsigned before = net_count(n, A, "ASCONF");
    assert_int_equal(sctp_asconf(n->ep[A], n->id[A], all, 3, n->now), ROAM_OK);
    net_send(n, Z, 10, 1000);
    net_run_for(n, 3 * ROAM_SEC);
    assert_int_equal(net_count(n, A, "ASCONF") - before, 1);
    assert_true(net_peers_are(n, Z, &a2, 1));
    assert_true(roam_addr_equal(&n->primary_peer[Z], &a2));
    assert_int_equal(n->next_in[A], 10);
    assert_false(n->out_of_order);
    net_free(n);
}

static void the_last_address_is_not_deleted(void** state)
{
    (void)state;
    struct net* n = net_two_radios(NULL);
    const struct sctp_asconf_request wrong_order[] = {{SCTP_DELETE, a1}, {SCTP_ADD, a2}};
    const struct sctp_asconf_request both[] = {
        {SCTP_ADD, a2}, {SCTP_DELETE, a1}, {SCTP_DELETE, a2}};
    assert_int_equal(net_asconf(n, A, SCTP_DELETE, &a1), ROAM_EINVAL);
    assert_int_equal(sctp_asconf(n->ep[A], n->id[A], wrong_order, 2, n->now), ROAM_EINVAL); /* F5 */
    assert_int_equal(sctp_asconf(n->ep[A], n->id[A], both, 3, n->now), ROAM_EINVAL);
    assert_true(net_locals_are(n, A, &a1, 1));
    assert_int_equal(net_count(n, A, "ASCONF"), 0);
    net_free(n);
}

static void set_primary_before_the_add_is_refused(void** state)
{
    (void)state;
    struct net* n = net_two_radios(NULL);
    const struct sctp_asconf_request wrong[] = {{SCTP_SET_PRIMARY, a2}, {SCTP_ADD, a2}};
    assert_int_equal(sctp_asconf(n->ep[A], n->id[A], wrong, 2, n->now), ROAM_EINVAL);
    /* and a peer that asks so gets an error for the first, its primary unchanged (5.4) */
    struct forge f;
    struct asconf_chunk c;
    forge_begin(&f, n, A);
    forge_auth(&f);
    asconf_begin(&c, asconf_next_serial(n), &a1);
    asconf_ask(&c, SCTP_P_SET_PRIMARY, 1, &a2);
    asconf_ask(&c, SCTP_P_ADD, 2, &a2);
    asconf_put(&f, SCTP_C_ASCONF, &c);
    const struct asconf_answers r = asconf_answer(&f);
    assert_int_equal(r.n, 2);
    assert_int_equal(r.causes[0], SCTP_E_UNRESOLVABLE);
    assert_int_equal(r.causes[1], 0);
    assert_false(sctp_peer_find(forge_assoc(n, Z), &a2)->wants_primary);
    net_free(n);
}

/* --- Serial numbers and the cache, section 5.2 ----------------------------------------------- */

static void an_answer_comes_from_the_cache_and_nothing_is_done_twice(void** state)
{
    (void)state;
    struct net* n = asconf_both();
    struct forge f;
    struct asconf_chunk one, two;
    const uint32_t serial = asconf_next_serial(n);
    asconf_begin(&one, serial, &a1);
    asconf_ask(&one, SCTP_P_ADD, 1, &a3);
    asconf_begin(&two, serial + 1, &a1);
    asconf_ask(&two, SCTP_P_DELETE, 2, &stranger);
    for (int round = 0; round < 3; round++)
    {
        /* Z <- AUTH ASCONF ASCONF <- A: both answered in one packet, in order (C2, C3, E6) */
        forge_begin(&f, n, A);
        forge_auth(&f);
        asconf_put(&f, SCTP_C_ASCONF, &one);
        asconf_put(&f, SCTP_C_ASCONF, &two);
        const struct asconf_answers r = asconf_answer(&f);
        assert_int_equal(r.packets, 1);
        assert_int_equal(r.acks, 2);
        assert_int_equal(r.serials[0], serial);
        assert_int_equal(r.serials[1], serial + 1);
        assert_int_equal(r.causes[0], 0);
        assert_int_equal(r.causes[1], SCTP_E_UNRESOLVABLE);
    }
    assert_int_equal(n->events[Z][SCTP_EV_PEER_ADDRESS], 2); /* a2 before, a3 now, once */
    /* the next one clears the cache (E1): what is older has no answer any more (E2) */
    struct asconf_answers r = asconf_request(n, SCTP_P_DELETE, &a3);
    assert_cause(&r, 0);
    forge_begin(&f, n, A);
    forge_auth(&f);
    asconf_put(&f, SCTP_C_ASCONF, &one);
    r = asconf_answer(&f);
    assert_int_equal(r.acks, 0);
    assert_null(sctp_peer_find(forge_assoc(n, Z), &a3));
    net_free(n);
}

static void a_serial_that_is_not_the_next_is_discarded(void** state)
{
    (void)state;
    struct net* n = asconf_both();
    const uint32_t next = asconf_next_serial(n);
    const uint32_t wrong[] = {next + 1, next + 0x7fffffff, next - 2, next + 0x80000000};
    for (size_t i = 0; i < 4; i++)
    {
        struct forge f;
        struct asconf_chunk c;
        forge_begin(&f, n, A);
        forge_auth(&f);
        asconf_begin(&c, wrong[i], &a1);
        asconf_ask(&c, SCTP_P_ADD, 1, &a3);
        asconf_put(&f, SCTP_C_ASCONF, &c);
        const struct asconf_answers r = asconf_answer(&f);
        assert_int_equal(r.acks, 0);
        assert_int_equal(n->events[Z][SCTP_EV_DROP], 1 + i); /* E5 lets it be logged */
        assert_int_equal(n->last[Z][SCTP_EV_DROP].u.drop.why, SCTP_DROP_UNEXPECTED);
        assert_null(sctp_peer_find(forge_assoc(n, Z), &a3));
    }
    net_free(n);
}

static void more_asconfs_in_a_packet_than_answers_fit(void** state)
{
    (void)state;
    struct sctp_config c;
    sctp_config_default(&c);
    c.mtu = 576;
    struct net* n = net_established(&c);
    const uint32_t serial = asconf_next_serial(n);
    for (int round = 0; round < 2; round++)
    {
        struct forge f;
        struct asconf_chunk one;
        forge_begin(&f, n, A);
        forge_auth(&f);
        for (uint32_t i = 0; i < 20; i++)
        {
            asconf_begin(&one, serial + i, &a1);
            asconf_ask(&one, SCTP_P_SET_PRIMARY, 1, &stranger);
            asconf_ask(&one, SCTP_P_SET_PRIMARY, 2, &stranger);
            asconf_put(&f, SCTP_C_ASCONF, &one);
        }
        const struct asconf_answers r = asconf_answer(&f);
        assert_int_equal(r.packets, 1); /* E7 */
        assert_true(r.acks >= 5 && r.acks < 16);
        assert_true(r.longest <= 556);
        assert_int_equal(r.serials[0], serial);
        /* done are as many as the cache holds; the rest wait for the peer to ask again */
        assert_int_equal(asconf_next_serial(n), serial + 16);
    }
    net_free(n);
}

static void requests_without_room_for_their_answers_fail(void** state)
{
    (void)state;
    struct sctp_config config;
    sctp_config_default(&config);
    config.mtu = 576;
    struct net* n = net_established(&config);
    struct forge f;
    struct asconf_chunk c;
    forge_begin(&f, n, A);
    forge_auth(&f);
    asconf_begin(&c, asconf_next_serial(n), &a1);
    for (uint32_t i = 0; i < 60; i++)
    {
        asconf_ask(&c, SCTP_P_SET_PRIMARY, i, &stranger);
    }
    asconf_put(&f, SCTP_C_ASCONF, &c);
    const struct asconf_answers r = asconf_answer(&f);
    assert_int_equal(r.acks, 1);
    assert_true(r.longest <= 556);
    assert_true(r.n > 10 && r.n < 60);
    assert_int_equal(r.causes[r.n - 1], SCTP_E_ASCONF_RESOURCE); /* this and all that follow: A7 */
    net_free(n);
}

/* --- Authentication and hostile chunks ------------------------------------------------------- */

static void without_auth_it_and_what_follows_is_dropped_silently(void** state)
{
    (void)state;
    const uint8_t types[] = {SCTP_C_ASCONF, SCTP_C_ASCONF_ACK};
    for (size_t i = 0; i < 2; i++)
    {
        struct net* n = net_established(NULL);
        struct forge f;
        struct asconf_chunk c;
        const unsigned sent = n->sent;
        n->reading[Z] = false;
        forge_begin(&f, n, A);
        asconf_begin(&c, asconf_next_serial(n), i ? NULL : &a1);
        asconf_put(&f, types[i], &c);
        forge_data(&f, 0, "data");
        forge_send(&f);
        net_run_for(n, ROAM_SEC);
        assert_int_equal(n->drops[Z][SCTP_DROP_AUTH], 1);
        assert_int_equal(n->sent, sent);
        assert_int_equal(sctp_receive_ready(n->ep[Z], n->id[Z]), 0);
        assert_int_equal(net_state(n, Z), SCTP_ESTABLISHED);
        net_free(n);
    }
}

static void a_chunk_cut_or_changed_anywhere_is_refused_or_understood(void** state)
{
    (void)state;
    struct asconf_chunk whole;
    for (size_t len = 0; len < 56; len++)
    {
        struct net* n = net_established(NULL);
        struct forge f;
        asconf_begin(&whole, asconf_next_serial(n), &a1);
        asconf_ask(&whole, SCTP_P_ADD, 1, &a2);
        asconf_ask(&whole, SCTP_P_SET_PRIMARY, 2, &a2);
        asconf_ask(&whole, SCTP_P_ADD, 3, &a3);
        assert_true(roam_written(&whole.w) >= 56);
        forge_begin(&f, n, A);
        forge_auth(&f);
        forge_chunk(&f, SCTP_C_ASCONF, 0, whole.bytes, len);
        const struct asconf_answers r = asconf_answer(&f);
        /* serial and name are 12 bytes, each request 16 */
        const bool good = len >= 12 && (len - 12) % 16 == 0;
        assert_int_equal(net_state(n, Z), good ? SCTP_ESTABLISHED : SCTP_CLOSED);
        assert_int_equal(r.acks, good);
        assert_int_equal(r.n, good ? (len - 12) / 16 : 0);
        if (!good)
        {
            assert_int_equal(n->last[Z][SCTP_EV_LOST].u.lost.cause, SCTP_E_PROTOCOL);
            assert_int_equal(n->events[Z][SCTP_EV_PEER_ADDRESS], 0); /* nothing was done */
        }
        net_free(n);
    }
    for (size_t at = 0; at < 60; at++)
    {
        struct net* n = net_established(NULL);
        struct forge f;
        asconf_begin(&whole, asconf_next_serial(n), &a1);
        asconf_ask(&whole, SCTP_P_ADD, 1, &a2);
        asconf_ask(&whole, SCTP_P_SET_PRIMARY, 2, &a2);
        asconf_ask(&whole, SCTP_P_ADD, 3, &a3);
        whole.bytes[at] ^= 0x81;
        forge_begin(&f, n, A);
        forge_auth(&f);
        asconf_put(&f, SCTP_C_ASCONF, &whole);
        const struct asconf_answers r = asconf_answer(&f);
        assert_true(r.acks <= 1);
        net_free(n);
    }
}

static void a_request_without_an_identifier_is_malformed(void** state)
{
    (void)state;
    struct net* n = net_two_radios(NULL);
    struct forge f;
    struct asconf_chunk c;
    forge_begin(&f, n, A);
    forge_auth(&f);
    asconf_begin(&c, asconf_next_serial(n), &a1);
    asconf_ask(&c, SCTP_P_ADD, 1, &a2);
    roam_write16(&c.w, SCTP_P_ADD);
    roam_write16(&c.w, 4);
    asconf_put(&f, SCTP_C_ASCONF, &c);
    forge_send(&f);
    assert_int_equal(n->last[Z][SCTP_EV_LOST].u.lost.cause, SCTP_E_PROTOCOL);
    assert_int_equal(n->events[Z][SCTP_EV_PEER_ADDRESS], 0); /* nothing of it was done */
    net_free(n);
}

static void an_unknown_parameter_is_treated_as_its_type_says(void** state)
{
    (void)state;
    const struct
    {
        uint16_t type;
        size_t answers;
        bool goes_on;
    } cases[] = {
        {0x00aa, 0, false}, /* stop */
        {0x40aa, 1, false}, /* stop and report */
        {0x80aa, 1, true},  /* skip */
        {0xc0aa, 2, true},  /* skip and report */
    };
    for (size_t i = 0; i < 4; i++)
    {
        struct net* n = net_established(NULL);
        struct forge f;
        struct asconf_chunk c;
        forge_begin(&f, n, A);
        forge_auth(&f);
        asconf_begin(&c, asconf_next_serial(n), &a1);
        asconf_ask(&c, cases[i].type, 1, &a2);
        asconf_ask(&c, SCTP_P_ADD, 2, &a3);
        asconf_put(&f, SCTP_C_ASCONF, &c);
        const struct asconf_answers r = asconf_answer(&f);
        assert_int_equal(r.acks, 1);
        assert_int_equal(r.n, cases[i].answers);
        assert_int_equal(sctp_peer_find(forge_assoc(n, Z), &a3) != NULL, cases[i].goes_on);
        net_free(n);
    }
}

/** The harness looks at the length of each chunk that is sent: sctp_check_packet(). */
static void an_answer_does_not_count_the_padding_of_what_it_quotes(void** state)
{
    (void)state;
    for (size_t len = 0; len < 4; len++)
    {
        struct net* n = net_established(NULL);
        struct forge f;
        struct asconf_chunk c;
        forge_begin(&f, n, A);
        forge_auth(&f);
        asconf_begin(&c, asconf_next_serial(n), &a1);
        sctp_write_param(&c.w, 0xc0aa, "\0\0\0\1abc", 4 + len);
        asconf_put(&f, SCTP_C_ASCONF, &c);
        const struct asconf_answers r = asconf_answer(&f);
        assert_int_equal(r.n, 1);
        assert_int_equal(r.causes[0], SCTP_E_UNRECOGNIZED_PARAM);
        net_free(n);
    }
}

/* --- Which association, which way ------------------------------------------------------------ */

static void an_asconf_from_a_new_address_finds_its_association_by_name(void** state)
{
    (void)state;
    struct net* n = net_two_radios(NULL);
    net_lose(n, A, &a1);
    net_cut(n, &a1);
    const struct sctp_asconf_request move[] = {{SCTP_ADD, a2}, {SCTP_DELETE, a1}};
    assert_int_equal(sctp_asconf(n->ep[A], n->id[A], move, 2, n->now), ROAM_OK);
    net_run_for(n, ROAM_SEC); /* section 5.3.2: the name is the address that goes */
    assert_true(net_peers_are(n, Z, &a2, 1));
    net_send(n, A, 3, 100);
    net_send(n, Z, 3, 100);
    net_run_for(n, ROAM_SEC);
    assert_int_equal(n->next_in[Z], 3);
    assert_int_equal(n->next_in[A], 3);

    /* of two in a packet the second one may have the name (D2) */
    struct forge f;
    struct asconf_chunk one, two;
    const uint32_t serial = asconf_next_serial(n);
    asconf_begin(&one, serial, &stranger);
    asconf_begin(&two, serial + 1, &a2);
    forge_begin(&f, n, A);
    f.src = a3;
    forge_auth(&f);
    asconf_put(&f, SCTP_C_ASCONF, &one);
    asconf_put(&f, SCTP_C_ASCONF, &two);
    const struct asconf_answers r = asconf_answer(&f);
    assert_int_equal(r.acks, 2);
    assert_true(roam_addr_equal(&r.to, &a3));
    net_free(n);
}

static void an_asconf_that_names_nobody_is_out_of_the_blue(void** state)
{
    (void)state;
    struct net* n = net_established(NULL);
    struct forge f;
    struct asconf_chunk c;
    forge_begin(&f, n, A);
    f.src = a3;
    forge_auth(&f);
    asconf_begin(&c, asconf_next_serial(n), &stranger);
    asconf_put(&f, SCTP_C_ASCONF, &c);
    const struct asconf_answers r = asconf_answer(&f);
    assert_int_equal(r.acks, 0);
    assert_int_equal(n->last[Z][SCTP_EV_DROP].u.drop.why, SCTP_DROP_OOTB);
    net_free(n);
}

static void an_asconf_may_follow_the_cookie_echo(void** state)
{
    (void)state;
    struct net* n = net_new(NULL);
    struct forge f;
    struct asconf_chunk c;
    net_connect(n);
    net_run_for(n, 20 * ROAM_MS); /* INIT, INIT ACK; COOKIE ECHO flies */
    assert_int_equal(n->n_flying, 1);
    const struct net_packet echo = n->flying[0];
    forge_begin(&f, n, A);
    roam_write_bytes(&f.w, echo.bytes + SCTP_HEADER, echo.p.len - SCTP_HEADER);
    forge_auth(&f);
    asconf_begin(&c, forge_assoc(n, A)->my_serial, &a1);
    asconf_ask(&c, SCTP_P_ADD, 5, &a2);
    asconf_put(&f, SCTP_C_ASCONF, &c);
    const struct asconf_answers r = asconf_answer(&f);
    assert_int_equal(r.acks, 1);
    assert_int_equal(r.causes[0], 0);
    net_free(n);
}

/* --- INIT and INIT ACK ----------------------------------------------------------------------- */

static void the_adaptation_code_of_the_peer_is_told(void** state)
{
    (void)state;
    struct sctp_config c;
    sctp_config_default(&c);
    c.adaptation_on = true;
    c.adaptation_code = 0xcafe0001;
    struct net* n = net_new_two(&c, NULL, 1);
    net_connect(n);
    net_run_for(n, ROAM_SEC);
    struct sctp_status s;
    assert_int_equal(n->events[Z][SCTP_EV_ADAPTATION], 1);
    assert_int_equal(n->last[Z][SCTP_EV_ADAPTATION].u.adaptation.code, 0xcafe0001);
    assert_int_equal(n->events[A][SCTP_EV_ADAPTATION], 0);
    sctp_status(n->ep[Z], n->id[Z], &s);
    assert_true(s.peer_adaptation_on);
    assert_int_equal(s.peer_adaptation_code, 0xcafe0001);
    sctp_status(n->ep[A], n->id[A], &s);
    assert_false(s.peer_adaptation_on);
    net_free(n);
}

static void set_primary_in_an_init_is_advice(void** state)
{
    (void)state;
    uint8_t body[256];
    struct roam_writer w = roam_writer(body, sizeof body);
    roam_write32(&w, 7);
    roam_write32(&w, 100000);
    roam_write16(&w, 1);
    roam_write16(&w, 1);
    roam_write32(&w, 1);
    sctp_write_addr(&w, &a1);
    sctp_write_addr(&w, &a2);
    roam_write16(&w, SCTP_P_SET_PRIMARY);
    roam_write16(&w, 16);
    roam_write32(&w, 0);
    sctp_write_addr(&w, &a2);
    struct sctp_init init;
    const struct sctp_chunk c = {SCTP_C_INIT,          0,    body,
                                 roam_written(&w) + 4, body, roam_written(&w)};
    assert_true(sctp_init_read(&c, &init));
    assert_int_equal(init.n_unrecognized, 0);

    struct net* n = net_established(NULL);
    struct sctp_assoc* z = sctp_assoc_new(n->ep[Z], 4001);
    assert_true(sctp_bind_local(z, &z1, SCTP_BOUND));
    assert_non_null(sctp_peer_add(z, &a1, true, n->now));
    assert_true(sctp_init_learn(z, &init, n->now));
    assert_true(roam_addr_equal(&z->primary->peer, &a1)); /* not yet confirmed */
    sctp_peer_confirm(z, sctp_peer_find(z, &a2), n->now);
    assert_true(roam_addr_equal(&z->primary->peer, &a2));
    net_free(n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_error_cause_has_its_request),
        cmocka_unit_test(no_more_addresses_than_there_is_room_for),
        cmocka_unit_test(an_address_of_another_association_is_not_given_away),
        cmocka_unit_test(wildcards_mean_the_source_of_the_packet),
        cmocka_unit_test(add_set_primary_and_delete_in_one_asconf),
        cmocka_unit_test(the_last_address_is_not_deleted),
        cmocka_unit_test(set_primary_before_the_add_is_refused),
        cmocka_unit_test(an_answer_comes_from_the_cache_and_nothing_is_done_twice),
        cmocka_unit_test(a_serial_that_is_not_the_next_is_discarded),
        cmocka_unit_test(more_asconfs_in_a_packet_than_answers_fit),
        cmocka_unit_test(requests_without_room_for_their_answers_fail),
        cmocka_unit_test(without_auth_it_and_what_follows_is_dropped_silently),
        cmocka_unit_test(a_chunk_cut_or_changed_anywhere_is_refused_or_understood),
        cmocka_unit_test(a_request_without_an_identifier_is_malformed),
        cmocka_unit_test(an_unknown_parameter_is_treated_as_its_type_says),
        cmocka_unit_test(an_answer_does_not_count_the_padding_of_what_it_quotes),
        cmocka_unit_test(an_asconf_from_a_new_address_finds_its_association_by_name),
        cmocka_unit_test(an_asconf_that_names_nobody_is_out_of_the_blue),
        cmocka_unit_test(an_asconf_may_follow_the_cookie_echo),
        cmocka_unit_test(the_adaptation_code_of_the_peer_is_told),
        cmocka_unit_test(set_primary_in_an_init_is_advice),
    };
    return cmocka_run_group_tests_name("sctp-asconf-receive", tests, NULL, NULL);
}

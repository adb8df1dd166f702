/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Dynamic address reconfiguration, RFC 5061, rule by rule. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sctp-forge.h"

#include <stdlib.h>
#include <string.h>

static const struct roam_addr any4 = {ROAM_ADDR_V4, {0}};
static const struct roam_addr any6 = {ROAM_ADDR_V6, {0}};
static const struct roam_addr stranger = {ROAM_ADDR_V4, {9, 9, 9, 9}};

/** A and Z, and A has a second address at hand. */
static struct net* with_two(const struct sctp_config* config)
{
    struct net* n = net_established(config);
    net_gain(n, A, &a2);
    return n;
}

/** A has both addresses in the association. */
static struct net* with_both(void)
{
    struct net* n = with_two(NULL);
    assert_int_equal(net_asconf(n, A, SCTP_ADD, &a2), ROAM_OK);
    net_run_for(n, ROAM_SEC);
    const struct roam_addr both[] = {a1, a2};
    assert_true(net_peers_are(n, Z, both, 2));
    return n;
}

/* --- An ASCONF made by hand ------------------------------------------------------------------ */

struct chunk
{
    struct roam_writer w;
    uint8_t bytes[2048];
};

static void chunk_begin(struct chunk* c, uint32_t serial, const struct roam_addr* name)
{
    c->w = roam_writer(c->bytes, sizeof c->bytes);
    roam_write32(&c->w, serial);
    if (name)
    {
        sctp_write_addr(&c->w, name);
    }
}

static void ask(struct chunk* c, uint16_t type, uint32_t id, const struct roam_addr* addr)
{
    roam_write16(&c->w, type);
    roam_write16(&c->w, (uint16_t)(8 + sctp_addr_param_len(addr)));
    roam_write32(&c->w, id);
    sctp_write_addr(&c->w, addr);
}

static void put_chunk(struct forge* f, uint8_t type, const struct chunk* c)
{
    forge_chunk(f, type, 0, c->bytes, roam_written(&c->w));
}

/** What Z has answered: the bodies of the ASCONF-ACKs in its next packets. */
struct answer
{
    unsigned packets, acks;
    struct roam_addr to;
    uint32_t serials[64];
    size_t n;
    uint32_t ids[64];
    uint16_t causes[64];
    size_t longest;
};

static void read_ack(struct answer* r, const struct sctp_chunk_view* v)
{
    struct roam_reader in = roam_reader(v->bytes + 8, v->len - 8u);
    struct sctp_param p;
    r->serials[r->acks++] = v->serial;
    while (sctp_next_param(&in, &p))
    {
        assert_true(p.value_len >= 4 && r->n < 64);
        assert_true(p.type == SCTP_P_SUCCESS || p.type == SCTP_P_ERROR_CAUSE);
        r->ids[r->n] = roam_get32(p.value);
        r->causes[r->n++] = p.type == SCTP_P_SUCCESS ? 0 : roam_get16(p.value + 4);
    }
    assert_false(in.bad);
}

/** Hands the packet over at Z and reads what comes back. */
static struct answer answer_to(struct forge* f)
{
    struct answer r = {0};
    struct roam_packet p;
    struct sctp_chunk_view v;
    struct sctp_event ev;
    if (f->auth)
    {
        sctp_auth_finish(&f->key, f->auth, f->w.p);
    }
    const struct roam_packet in = {
        .src = f->src, .dst = f->dst, .ifindex = 1, .data = f->bytes, .len = roam_written(&f->w)};
    sctp_seal(f->bytes, in.len);
    sctp_recv(f->n->ep[Z], &in, f->n->now);
    while (sctp_poll_packet(f->n->ep[Z], &p, f->n->now))
    {
        bool any = false;
        r.longest = p.len > r.longest ? p.len : r.longest;
        for (size_t at = 0; (at = sctp_view_chunk(p.data, p.len, at, &v));)
        {
            if (v.type == SCTP_C_ASCONF_ACK)
            {
                any = true;
                r.to = p.dst;
                read_ack(&r, &v);
            }
        }
        r.packets += any;
    }
    while (sctp_poll_event(f->n->ep[Z], &ev))
    {
        f->n->last[Z][ev.type] = ev;
        f->n->events[Z][ev.type]++;
    }
    return r;
}

static uint32_t next_serial(const struct net* n)
{
    return forge_assoc(n, Z)->peer_serial + 1;
}

/** One request from A's primary address, with the next serial. */
static struct answer one_request(struct net* n, uint16_t type, const struct roam_addr* addr)
{
    struct forge f;
    struct chunk c;
    forge_begin(&f, n, A);
    forge_auth(&f);
    chunk_begin(&c, next_serial(n), &a1);
    ask(&c, type, 0xfeed, addr);
    put_chunk(&f, SCTP_C_ASCONF, &c);
    return answer_to(&f);
}

static void assert_cause(const struct answer* r, uint16_t cause)
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
    struct net* n = with_both();
    struct answer r;
    const struct roam_addr broadcast = {ROAM_ADDR_V4, {224, 0, 0, 1}};
    r = one_request(n, SCTP_P_DELETE, &a1); /* from a1 */
    assert_cause(&r, SCTP_E_DELETE_SOURCE);
    r = one_request(n, SCTP_P_DELETE, &stranger);
    assert_cause(&r, SCTP_E_UNRESOLVABLE);
    r = one_request(n, SCTP_P_ADD, &broadcast);
    assert_cause(&r, SCTP_E_UNRESOLVABLE);
    r = one_request(n, SCTP_P_SET_PRIMARY, &stranger);
    assert_cause(&r, SCTP_E_UNRESOLVABLE);
    r = one_request(n, SCTP_P_ADD, &a2); /* it has that one: nothing to do */
    assert_cause(&r, 0);
    r = one_request(n, 0xc0aa, &a2); /* to be skipped and reported */
    assert_cause(&r, SCTP_E_UNRECOGNIZED_PARAM);
    r = one_request(n, SCTP_P_DELETE, &a2);
    assert_cause(&r, 0);
    r = one_request(n, SCTP_P_DELETE, &a1); /* the last, and the source: F7 goes before F8 */
    assert_cause(&r, SCTP_E_DELETE_LAST);
    assert_true(net_peers_are(n, Z, &a1, 1));
    net_free(n);
}

static void no_more_addresses_than_there_is_room_for(void** state)
{
    (void)state;
    struct net* n = net_established(NULL);
    struct roam_addr x = {ROAM_ADDR_V4, {7, 7, 7, 1}};
    struct answer r;
    for (int i = 1; i < SCTP_MAX_PEERS; i++, x.bytes[3]++)
    {
        r = one_request(n, SCTP_P_ADD, &x);
        assert_cause(&r, 0);
    }
    /* ADD that fails, then ADD and DELETE: all fail (F11); SET PRIMARY is none of them */
    struct forge f;
    struct chunk c;
    forge_begin(&f, n, A);
    forge_auth(&f);
    chunk_begin(&c, next_serial(n), &a1);
    const struct roam_addr known = {ROAM_ADDR_V4, {7, 7, 7, 2}};
    ask(&c, SCTP_P_ADD, 1, &stranger);
    ask(&c, SCTP_P_DELETE, 2, &known);
    ask(&c, SCTP_P_SET_PRIMARY, 3, &a1);
    ask(&c, SCTP_P_ADD, 4, &known);
    put_chunk(&f, SCTP_C_ASCONF, &c);
    r = answer_to(&f);
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
    struct net* n = with_two(NULL);
    sctp_assoc_id id;
    assert_int_equal(sctp_connect(n->ep[Z], NULL, 0, &stranger, 1, 4000, &id, n->now), ROAM_OK);
    const sctp_assoc_id z = n->id[Z];
    net_poll(n);
    n->id[Z] = z;
    const struct answer r = one_request(n, SCTP_P_ADD, &stranger);
    assert_cause(&r, SCTP_E_NO_AUTHORIZATION);
    net_free(n);
}

static void wildcards_mean_the_source_of_the_packet(void** state)
{
    (void)state;
    struct net* n = with_both();
    struct forge f;
    struct chunk c;
    struct answer r;
    /* from a3, which is new: ADD 0.0.0.0, SET PRIMARY 0.0.0.0, DELETE 0.0.0.0 */
    forge_begin(&f, n, A);
    f.src = a3;
    forge_auth(&f);
    chunk_begin(&c, next_serial(n), &a1);
    ask(&c, SCTP_P_ADD, 1, &any4);
    ask(&c, SCTP_P_SET_PRIMARY, 2, &any6);
    ask(&c, SCTP_P_DELETE, 3, &any4);
    put_chunk(&f, SCTP_C_ASCONF, &c);
    r = answer_to(&f);
    const uint16_t ok[3] = {0};
    assert_int_equal(r.n, 3);
    assert_memory_equal(r.causes, ok, sizeof ok);
    assert_true(roam_addr_equal(&r.to, &a3)); /* E6: to where the ASCONF came from */
    assert_true(net_peers_are(n, Z, &a3, 1));
    assert_true(forge_assoc(n, Z)->peers[0]->wants_primary);
    net_free(n);

    /* DELETE of all but a source that is no address of the peer would leave none */
    n = with_both();
    forge_begin(&f, n, A);
    f.src = a3;
    forge_auth(&f);
    chunk_begin(&c, next_serial(n), &a1);
    ask(&c, SCTP_P_DELETE, 0xfeed, &any4);
    put_chunk(&f, SCTP_C_ASCONF, &c);
    r = answer_to(&f);
    assert_cause(&r, SCTP_E_DELETE_LAST);
    net_free(n);
}

static void our_user_asks_with_wildcards(void** state)
{
    (void)state;
    struct net* n = with_two(NULL);
    /* one of them: ADD, SET PRIMARY and DELETE at once, from a2, which has only just come */
    const struct sctp_asconf_request all[] = {
        {SCTP_ADD, any4}, {SCTP_SET_PRIMARY, any4}, {SCTP_DELETE, any4}};
    assert_int_equal(sctp_asconf(n->ep[A], n->id[A], all, 3, n->now), ROAM_OK);
    net_run_for(n, ROAM_SEC);
    assert_true(net_locals_are(n, A, &a2, 1));
    assert_true(net_peers_are(n, Z, &a2, 1));
    assert_int_equal(n->asconf_done[A][SCTP_ADD] + n->asconf_done[A][SCTP_DELETE], 2);
    assert_true(roam_addr_equal(&n->last[A][SCTP_EV_ASCONF].u.asconf.addr, &any4));
    assert_int_equal(n->last[A][SCTP_EV_ASCONF].u.asconf.cause, 0);
    assert_true(roam_addr_equal(&n->primary_peer[Z], &a2));
    net_send(n, Z, 3, 100);
    net_run_for(n, ROAM_SEC);
    assert_int_equal(n->next_in[A], 3);
    /* nothing left to add; the only address cannot go, but all others can, of which there are none
     */
    assert_int_equal(net_asconf(n, A, SCTP_ADD, &any6), ROAM_EINVAL);
    assert_int_equal(net_asconf(n, A, SCTP_DELETE, &any4), ROAM_OK);
    net_run_for(n, ROAM_SEC);
    assert_true(net_locals_are(n, A, &a2, 1));
    net_free(n);
}

static void a_wildcard_leaves_only_from_what_it_stands_for(void** state)
{
    (void)state;
    struct net* n = with_two(NULL);
    net_cut(n, &a2);
    const struct sctp_asconf_request all[] = {{SCTP_ADD, any4}, {SCTP_DELETE, any4}};
    assert_int_equal(sctp_asconf(n->ep[A], n->id[A], all, 2, n->now), ROAM_OK);
    net_run_for(n, 2 * ROAM_SEC); /* from a1 it would have got through */
    assert_true(net_peers_are(n, Z, &a1, 1));
    net_heal(n);
    net_run_for(n, 5 * ROAM_SEC);
    assert_true(net_peers_are(n, Z, &a2, 1));
    assert_true(net_locals_are(n, A, &a2, 1));
    net_free(n);
}

static void add_set_primary_and_delete_in_one_asconf(void** state)
{
    (void)state;
    struct net* n = with_two(NULL);
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
    struct net* n = with_two(NULL);
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
    struct net* n = with_two(NULL);
    const struct sctp_asconf_request wrong[] = {{SCTP_SET_PRIMARY, a2}, {SCTP_ADD, a2}};
    assert_int_equal(sctp_asconf(n->ep[A], n->id[A], wrong, 2, n->now), ROAM_EINVAL);
    /* and a peer that asks so gets an error for the first, its primary unchanged (5.4) */
    struct forge f;
    struct chunk c;
    forge_begin(&f, n, A);
    forge_auth(&f);
    chunk_begin(&c, next_serial(n), &a1);
    ask(&c, SCTP_P_SET_PRIMARY, 1, &a2);
    ask(&c, SCTP_P_ADD, 2, &a2);
    put_chunk(&f, SCTP_C_ASCONF, &c);
    const struct answer r = answer_to(&f);
    assert_int_equal(r.n, 2);
    assert_int_equal(r.causes[0], SCTP_E_UNRESOLVABLE);
    assert_int_equal(r.causes[1], 0);
    assert_false(sctp_peer_find(forge_assoc(n, Z), &a2)->wants_primary);
    net_free(n);
}

/* --- Serial numbers and the cache, section 5.2 ----------------------------------------------- */

static void serial_numbers_wrap(void** state)
{
    (void)state;
    struct net* n = with_two(NULL);
    forge_assoc(n, A)->my_serial = 0xfffffffe;
    forge_assoc(n, Z)->peer_serial = 0xfffffffd;
    for (int i = 0; i < 3; i++)
    {
        assert_int_equal(net_asconf(n, A, SCTP_ADD, &a2), ROAM_OK);
        n->drop_chunk = i == 1 ? "ASCONF-ACK" : NULL;
        net_run_for(n, 3 * ROAM_SEC);
        assert_int_equal(net_asconf(n, A, SCTP_DELETE, &a2), ROAM_OK);
        n->drop_chunk = i == 0 ? "ASCONF" : NULL;
        net_run_for(n, 3 * ROAM_SEC);
    }
    assert_int_equal(n->asconf_done[A][SCTP_ADD], 3);
    assert_int_equal(n->asconf_done[A][SCTP_DELETE], 3);
    assert_int_equal(n->peer_ops[Z][SCTP_ADD], 3); /* each done once */
    assert_int_equal(n->peer_ops[Z][SCTP_DELETE], 3);
    assert_int_equal(forge_assoc(n, A)->my_serial, 4);
    assert_int_equal(forge_assoc(n, Z)->peer_serial, 3);
    /* an old answer across the wrap is old, not illegal */
    struct forge f;
    struct chunk c;
    forge_begin(&f, n, Z);
    forge_auth(&f);
    chunk_begin(&c, 0xfffffffe, NULL);
    put_chunk(&f, SCTP_C_ASCONF_ACK, &c);
    forge_send(&f);
    assert_int_equal(net_state(n, A), SCTP_ESTABLISHED);
    net_free(n);
}

static void the_first_serial_is_the_initial_tsn(void** state)
{
    (void)state;
    struct net* n = with_two(NULL);
    const uint32_t tsn = forge_assoc(n, A)->my_first_tsn;
    net_asconf(n, A, SCTP_ADD, &a2);
    net_run_for(n, ROAM_SEC);
    assert_int_equal(n->last[A][SCTP_EV_ASCONF].u.asconf.serial, tsn);
    net_free(n);
}

static void an_answer_comes_from_the_cache_and_nothing_is_done_twice(void** state)
{
    (void)state;
    struct net* n = with_both();
    struct forge f;
    struct chunk one, two;
    const uint32_t serial = next_serial(n);
    chunk_begin(&one, serial, &a1);
    ask(&one, SCTP_P_ADD, 1, &a3);
    chunk_begin(&two, serial + 1, &a1);
    ask(&two, SCTP_P_DELETE, 2, &stranger);
    for (int round = 0; round < 3; round++)
    {
        /* Z <- AUTH ASCONF ASCONF <- A: both answered in one packet, in order (C2, C3, E6) */
        forge_begin(&f, n, A);
        forge_auth(&f);
        put_chunk(&f, SCTP_C_ASCONF, &one);
        put_chunk(&f, SCTP_C_ASCONF, &two);
        const struct answer r = answer_to(&f);
        assert_int_equal(r.packets, 1);
        assert_int_equal(r.acks, 2);
        assert_int_equal(r.serials[0], serial);
        assert_int_equal(r.serials[1], serial + 1);
        assert_int_equal(r.causes[0], 0);
        assert_int_equal(r.causes[1], SCTP_E_UNRESOLVABLE);
    }
    assert_int_equal(n->events[Z][SCTP_EV_PEER_ADDRESS], 2); /* a2 before, a3 now, once */
    /* the next one clears the cache (E1): what is older has no answer any more (E2) */
    struct answer r = one_request(n, SCTP_P_DELETE, &a3);
    assert_cause(&r, 0);
    forge_begin(&f, n, A);
    forge_auth(&f);
    put_chunk(&f, SCTP_C_ASCONF, &one);
    r = answer_to(&f);
    assert_int_equal(r.acks, 0);
    assert_null(sctp_peer_find(forge_assoc(n, Z), &a3));
    net_free(n);
}

static void a_serial_that_is_not_the_next_is_discarded(void** state)
{
    (void)state;
    struct net* n = with_both();
    const uint32_t next = next_serial(n);
    const uint32_t wrong[] = {next + 1, next + 0x7fffffff, next - 2, next + 0x80000000};
    for (size_t i = 0; i < 4; i++)
    {
        struct forge f;
        struct chunk c;
        forge_begin(&f, n, A);
        forge_auth(&f);
        chunk_begin(&c, wrong[i], &a1);
        ask(&c, SCTP_P_ADD, 1, &a3);
        put_chunk(&f, SCTP_C_ASCONF, &c);
        const struct answer r = answer_to(&f);
        assert_int_equal(r.acks, 0);
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
    const uint32_t serial = next_serial(n);
    for (int round = 0; round < 2; round++)
    {
        struct forge f;
        struct chunk one;
        forge_begin(&f, n, A);
        forge_auth(&f);
        for (uint32_t i = 0; i < 20; i++)
        {
            chunk_begin(&one, serial + i, &a1);
            ask(&one, SCTP_P_SET_PRIMARY, 1, &stranger);
            ask(&one, SCTP_P_SET_PRIMARY, 2, &stranger);
            put_chunk(&f, SCTP_C_ASCONF, &one);
        }
        const struct answer r = answer_to(&f);
        assert_int_equal(r.packets, 1); /* E7 */
        assert_true(r.acks >= 5 && r.acks < 16);
        assert_true(r.longest <= 556);
        assert_int_equal(r.serials[0], serial);
        /* done are as many as the cache holds; the rest wait for the peer to ask again */
        assert_int_equal(next_serial(n), serial + 16);
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
    struct chunk c;
    forge_begin(&f, n, A);
    forge_auth(&f);
    chunk_begin(&c, next_serial(n), &a1);
    for (uint32_t i = 0; i < 60; i++)
    {
        ask(&c, SCTP_P_SET_PRIMARY, i, &stranger);
    }
    put_chunk(&f, SCTP_C_ASCONF, &c);
    const struct answer r = answer_to(&f);
    assert_int_equal(r.acks, 1);
    assert_true(r.longest <= 556);
    assert_true(r.n > 10 && r.n < 60);
    assert_int_equal(r.causes[r.n - 1], SCTP_E_ASCONF_RESOURCE); /* this and all that follow: A7 */
    net_free(n);
}

static void answers_are_matched_by_their_identifiers(void** state)
{
    (void)state;
    /* ADD, SET PRIMARY and DELETE are asked; the answers and what they mean (A6 to A8) */
    static const struct
    {
        int ids[3]; /* answered: id, +10 is a refusal; -1 is none */
        bool ok[3];
    } cases[] = {
        {{-1, -1, -1}, {true, true, true}},   /* no failure: all have succeeded */
        {{11, -1, -1}, {true, false, false}}, /* before the failure yes, behind it no */
        {{11, 2, -1}, {true, false, true}},   /* unless it says so */
        {{2, 10, -1}, {false, false, true}},
        {{77, 1, 0}, {true, true, true}}, /* an identifier that was not used */
    };
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++)
    {
        struct net* n = with_two(NULL);
        const struct sctp_asconf_request all[] = {
            {SCTP_ADD, a2}, {SCTP_SET_PRIMARY, a2}, {SCTP_DELETE, a1}};
        net_cut(n, &z1);
        assert_int_equal(sctp_asconf(n->ep[A], n->id[A], all, 3, n->now), ROAM_OK);
        net_poll(n);
        struct forge f;
        struct chunk c;
        forge_begin(&f, n, Z);
        forge_auth(&f);
        chunk_begin(&c, forge_assoc(n, A)->my_serial, NULL);
        for (size_t i = 0; i < 3 && cases[k].ids[i] >= 0; i++)
        {
            const bool refused = cases[k].ids[i] >= 10 && cases[k].ids[i] < 20;
            roam_write16(&c.w, refused ? SCTP_P_ERROR_CAUSE : SCTP_P_SUCCESS);
            roam_write16(&c.w, refused ? 12 : 8);
            roam_write32(&c.w, (uint32_t)cases[k].ids[i] - (refused ? 10 : 0));
            if (refused)
            {
                roam_write16(&c.w, SCTP_E_NO_AUTHORIZATION);
                roam_write16(&c.w, 4);
            }
        }
        put_chunk(&f, SCTP_C_ASCONF_ACK, &c);
        forge_send(&f);
        for (size_t i = 0; i < 3; i++)
        {
            assert_int_equal(n->asconf_done[A][all[i].op], 1);
            assert_int_equal(n->asconf_cause[A][all[i].op],
                             cases[k].ok[i] ? 0 : SCTP_E_NO_AUTHORIZATION);
        }
        net_free(n);
    }
}

/** An ASCONF-ACK cannot be skipped: one that cannot be read ends the association. */
static void an_answer_that_is_malformed_ends_the_association(void** state)
{
    (void)state;
    for (int i = 0; i < 3; i++)
    {
        struct net* n = with_two(NULL);
        net_cut(n, &z1);
        net_asconf(n, A, SCTP_ADD, &a2);
        net_poll(n);
        struct forge f;
        struct chunk c;
        forge_begin(&f, n, Z);
        forge_auth(&f);
        chunk_begin(&c, forge_assoc(n, A)->my_serial, NULL);
        roam_write16(&c.w, SCTP_P_SUCCESS);
        roam_write16(&c.w, i == 1 ? 400 : 4); /* beyond the chunk; without an identifier */
        c.w.p -= i == 2 ? 6 : 0;              /* half a serial number */
        put_chunk(&f, SCTP_C_ASCONF_ACK, &c);
        forge_send(&f);
        assert_int_equal(net_state(n, A), SCTP_CLOSED);
        assert_int_equal(n->last[A][SCTP_EV_LOST].u.lost.cause, SCTP_E_PROTOCOL);
        assert_int_equal(net_count(n, A, "ABORT"), 1);
        net_free(n);
    }
}

static void an_answer_to_what_was_never_asked_ends_the_association(void** state)
{
    (void)state;
    for (uint32_t ahead = 0; ahead < 3; ahead++)
    {
        for (int outstanding = 0; outstanding < 2; outstanding++)
        {
            struct net* n = with_two(NULL);
            net_cut(n, &z1);
            if (outstanding)
            {
                net_asconf(n, A, SCTP_ADD, &a2);
                net_poll(n);
            }
            struct forge f;
            struct chunk c;
            forge_begin(&f, n, Z);
            forge_auth(&f);
            chunk_begin(&c, forge_assoc(n, A)->my_serial + ahead, NULL);
            put_chunk(&f, SCTP_C_ASCONF_ACK, &c);
            forge_send(&f);
            const bool fine = outstanding && ahead == 0;
            assert_int_equal(net_state(n, A), fine ? SCTP_ESTABLISHED : SCTP_CLOSED);
            if (!fine)
            {
                assert_int_equal(n->last[A][SCTP_EV_LOST].u.lost.cause, SCTP_E_ILLEGAL_ASCONF_ACK);
            }
            net_free(n);
        }
    }
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
        struct chunk c;
        const unsigned sent = n->sent;
        n->reading[Z] = false;
        forge_begin(&f, n, A);
        chunk_begin(&c, next_serial(n), i ? NULL : &a1);
        put_chunk(&f, types[i], &c);
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
    struct chunk whole;
    for (size_t len = 0; len < 56; len++)
    {
        struct net* n = net_established(NULL);
        struct forge f;
        chunk_begin(&whole, next_serial(n), &a1);
        ask(&whole, SCTP_P_ADD, 1, &a2);
        ask(&whole, SCTP_P_SET_PRIMARY, 2, &a2);
        ask(&whole, SCTP_P_ADD, 3, &a3);
        assert_true(roam_written(&whole.w) >= 56);
        forge_begin(&f, n, A);
        forge_auth(&f);
        forge_chunk(&f, SCTP_C_ASCONF, 0, whole.bytes, len);
        const struct answer r = answer_to(&f);
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
        chunk_begin(&whole, next_serial(n), &a1);
        ask(&whole, SCTP_P_ADD, 1, &a2);
        ask(&whole, SCTP_P_SET_PRIMARY, 2, &a2);
        ask(&whole, SCTP_P_ADD, 3, &a3);
        whole.bytes[at] ^= 0x81;
        forge_begin(&f, n, A);
        forge_auth(&f);
        put_chunk(&f, SCTP_C_ASCONF, &whole);
        const struct answer r = answer_to(&f);
        assert_true(r.acks <= 1);
        net_free(n);
    }
}

static void a_request_without_an_identifier_is_malformed(void** state)
{
    (void)state;
    struct net* n = with_two(NULL);
    struct forge f;
    struct chunk c;
    forge_begin(&f, n, A);
    forge_auth(&f);
    chunk_begin(&c, next_serial(n), &a1);
    ask(&c, SCTP_P_ADD, 1, &a2);
    roam_write16(&c.w, SCTP_P_ADD);
    roam_write16(&c.w, 4);
    put_chunk(&f, SCTP_C_ASCONF, &c);
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
        struct chunk c;
        forge_begin(&f, n, A);
        forge_auth(&f);
        chunk_begin(&c, next_serial(n), &a1);
        ask(&c, cases[i].type, 1, &a2);
        ask(&c, SCTP_P_ADD, 2, &a3);
        put_chunk(&f, SCTP_C_ASCONF, &c);
        const struct answer r = answer_to(&f);
        assert_int_equal(r.acks, 1);
        assert_int_equal(r.n, cases[i].answers);
        assert_int_equal(sctp_peer_find(forge_assoc(n, Z), &a3) != NULL, cases[i].goes_on);
        net_free(n);
    }
}

/* --- Which association, which way ------------------------------------------------------------ */

static void an_asconf_from_a_new_address_finds_its_association_by_name(void** state)
{
    (void)state;
    struct net* n = with_two(NULL);
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
    struct chunk one, two;
    const uint32_t serial = next_serial(n);
    chunk_begin(&one, serial, &stranger);
    chunk_begin(&two, serial + 1, &a2);
    forge_begin(&f, n, A);
    f.src = a3;
    forge_auth(&f);
    put_chunk(&f, SCTP_C_ASCONF, &one);
    put_chunk(&f, SCTP_C_ASCONF, &two);
    const struct answer r = answer_to(&f);
    assert_int_equal(r.acks, 2);
    assert_true(roam_addr_equal(&r.to, &a3));
    net_free(n);
}

static void an_asconf_that_names_nobody_is_out_of_the_blue(void** state)
{
    (void)state;
    struct net* n = net_established(NULL);
    struct forge f;
    struct chunk c;
    forge_begin(&f, n, A);
    f.src = a3;
    forge_auth(&f);
    chunk_begin(&c, next_serial(n), &stranger);
    put_chunk(&f, SCTP_C_ASCONF, &c);
    const struct answer r = answer_to(&f);
    assert_int_equal(r.acks, 0);
    assert_int_equal(n->last[Z][SCTP_EV_DROP].u.drop.why, SCTP_DROP_OOTB);
    net_free(n);
}

static void an_asconf_may_follow_the_cookie_echo(void** state)
{
    (void)state;
    struct net* n = net_new(NULL);
    struct forge f;
    struct chunk c;
    net_connect(n);
    net_run_for(n, 20 * ROAM_MS); /* INIT, INIT ACK; COOKIE ECHO flies */
    assert_int_equal(n->n_flying, 1);
    const struct net_packet echo = n->flying[0];
    forge_begin(&f, n, A);
    roam_write_bytes(&f.w, echo.bytes + SCTP_HEADER, echo.p.len - SCTP_HEADER);
    forge_auth(&f);
    chunk_begin(&c, forge_assoc(n, A)->my_serial, &a1);
    ask(&c, SCTP_P_ADD, 5, &a2);
    put_chunk(&f, SCTP_C_ASCONF, &c);
    const struct answer r = answer_to(&f);
    assert_int_equal(r.acks, 1);
    assert_int_equal(r.causes[0], 0);
    net_free(n);
}

/** Whether an end sends a packet with this chunk from an address between now and then. */
static struct roam_addr watched;
static const char* watched_but; /* a chunk that excuses it, or NULL */
static unsigned seen_from_watched;

static void watch_step(struct net* n, roam_time duration)
{
    const roam_time end = n->now + duration;
    while (n->now < end)
    {
        net_run_for(n, ROAM_MS);
        for (size_t i = 0; i < n->n_flying; i++)
        {
            const struct roam_packet* p = &n->flying[i].p;
            struct sctp_chunk_view v;
            bool excused = false;
            for (size_t at = 0; (at = sctp_view_chunk(p->data, p->len, at, &v));)
            {
                excused |= watched_but && strcmp(sctp_chunk_name(v.type), watched_but) == 0;
            }
            seen_from_watched += roam_addr_equal(&p->src, &watched) && !excused;
        }
    }
}

static void an_address_that_is_being_added_carries_only_asconf(void** state)
{
    (void)state;
    struct net* n = with_two(NULL);
    watched = a2;
    watched_but = "ASCONF";
    seen_from_watched = 0;
    n->drop_chunk = "ASCONF-ACK"; /* Z knows it a second before A knows that it does */
    net_asconf(n, A, SCTP_ADD, &a2);
    net_send(n, A, 5, 1000);
    net_send(n, Z, 5, 1000);
    watch_step(n, 900 * ROAM_MS);
    assert_int_equal(n->peer_ops[Z][SCTP_ADD], 1);
    assert_true(net_count(n, Z, "HEARTBEAT") > 0); /* it probes; the answer has to wait */
    assert_int_equal(net_count(n, A, "HEARTBEAT-ACK"), 0);
    assert_int_equal(seen_from_watched, 0);
    /* an ABORT with the T bit to it is of a peer that does not know it yet */
    struct forge f;
    const struct sctp_assoc* z = forge_assoc(n, Z);
    forge_begin(&f, n, Z);
    f.dst = a2;
    roam_put32(f.bytes + 4, z->my_tag);
    forge_chunk(&f, SCTP_C_ABORT, SCTP_F_T, NULL, 0);
    forge_send(&f);
    assert_int_equal(net_state(n, A), SCTP_ESTABLISHED);
    net_run_for(n, 3 * ROAM_SEC);
    assert_int_equal(n->asconf_done[A][SCTP_ADD], 1);
    assert_true(sctp_peer_find(forge_assoc(n, Z), &a2)->confirmed);
    net_free(n);
}

static void an_address_that_is_being_deleted_hears_and_says_nothing(void** state)
{
    (void)state;
    struct net* n = with_both();
    watched = a2;
    watched_but = NULL;
    seen_from_watched = 0;
    n->drop_chunk = "ASCONF"; /* Z goes on for a second */
    net_asconf(n, A, SCTP_DELETE, &a2);
    net_poll(n);
    struct forge f;
    /* A <- HEARTBEAT, DATA <- Z, to a2: answered, from a1 */
    n->reading[A] = false;
    const uint8_t info[] = {0, 1, 0, 8, 1, 2, 3, 4};
    forge_begin(&f, n, Z);
    f.dst = a2;
    forge_chunk(&f, SCTP_C_HEARTBEAT, 0, info, sizeof info);
    forge_send(&f);
    net_send(n, Z, 1, 100);
    n->flying[n->n_flying - 1].p.dst = a2;
    watch_step(n, 500 * ROAM_MS);
    assert_int_equal(sctp_receive_ready(n->ep[A], n->id[A]), 100); /* F4 */
    assert_int_equal(net_count(n, A, "HEARTBEAT-ACK"), 2);         /* one was that of the ADD */
    assert_int_equal(seen_from_watched, 0);
    /* an ABORT that comes to it is none (section 5.3.1) */
    forge_begin(&f, n, Z);
    f.dst = a2;
    forge_chunk(&f, SCTP_C_ABORT, 0, NULL, 0);
    forge_send(&f);
    assert_int_equal(net_state(n, A), SCTP_ESTABLISHED);
    net_run_for(n, 3 * ROAM_SEC);
    assert_true(net_locals_are(n, A, &a1, 1));
    /* afterwards it is out of the blue */
    n->drops[A][SCTP_DROP_OOTB] = 0;
    forge_begin(&f, n, Z);
    f.dst = a2;
    forge_data(&f, 0, "late");
    forge_send(&f);
    assert_int_equal(n->drops[A][SCTP_DROP_OOTB], 1);
    assert_int_equal(net_count(n, A, "ABORT"), 1);
    net_run_for(n, ROAM_SEC);
    assert_int_equal(net_state(n, Z), SCTP_ESTABLISHED);
    net_free(n);
}

static void nothing_goes_to_an_address_that_the_peer_has_deleted(void** state)
{
    (void)state;
    struct net* n = with_both();
    net_asconf(n, A, SCTP_SET_PRIMARY, &a2);
    net_run_for(n, ROAM_SEC);
    net_cut(n, &a2); /* what Z sends to a2 is in flight when it is deleted */
    net_send(n, Z, 4, 1000);
    net_asconf(n, A, SCTP_SET_PRIMARY, &a1);
    net_asconf(n, A, SCTP_DELETE, &a2);
    net_run_for(n, 5 * ROAM_SEC);
    assert_true(net_peers_are(n, Z, &a1, 1));
    assert_int_equal(n->next_in[A], 4);
    assert_false(n->out_of_order);
    /* and what comes from it is out of the blue (F13) */
    struct forge f;
    forge_begin(&f, n, A);
    f.src = a2;
    forge_data(&f, 0, "old");
    const unsigned before = n->drops[Z][SCTP_DROP_OOTB];
    forge_send(&f);
    assert_int_equal(n->drops[Z][SCTP_DROP_OOTB], before + 1);
    net_free(n);
}

static void a_new_address_gets_no_data_before_it_is_confirmed(void** state)
{
    (void)state;
    struct net* n = with_two(NULL);
    n->drop_chunk = "HEARTBEAT";
    const struct sctp_asconf_request all[] = {{SCTP_ADD, a2}, {SCTP_SET_PRIMARY, a2}};
    sctp_asconf(n->ep[A], n->id[A], all, 2, n->now);
    net_run_for(n, 100 * ROAM_MS);
    assert_int_equal(n->asconf_done[A][SCTP_ADD], 1);
    net_send(n, Z, 3, 1000);
    for (size_t i = 0; i < n->n_flying; i++)
    {
        assert_true(roam_addr_equal(&n->flying[i].p.dst, &a1));
    }
    net_run_for(n, 3 * ROAM_SEC);
    assert_true(sctp_peer_find(forge_assoc(n, Z), &a2)->confirmed);
    assert_true(roam_addr_equal(&n->primary_peer[Z], &a2));
    net_free(n);
}

static void an_asconf_does_not_leave_from_what_it_deletes(void** state)
{
    (void)state;
    struct net* n = with_both();
    net_asconf(n, A, SCTP_DELETE, &a1); /* a1 is the primary path's */
    net_poll(n);
    assert_true(n->n_flying > 0);
    for (size_t i = 0; i < n->n_flying; i++)
    {
        assert_true(roam_addr_equal(&n->flying[i].p.src, &a2)); /* F6 */
    }
    net_run_for(n, ROAM_SEC);
    assert_true(net_peers_are(n, Z, &a2, 1));
    net_free(n);
}

/* --- Queue, crossing, ends ------------------------------------------------------------------- */

static void requests_queue_and_one_is_outstanding(void** state)
{
    (void)state;
    struct net* n = with_two(NULL);
    net_gain(n, A, &a3);
    const unsigned before = net_count(n, A, "ASCONF");
    assert_int_equal(net_asconf(n, A, SCTP_ADD, &a2), ROAM_OK);
    assert_int_equal(net_asconf(n, A, SCTP_ADD, &a3), ROAM_OK);
    assert_int_equal(net_asconf(n, A, SCTP_DELETE, &a1), ROAM_OK);
    net_poll(n);
    assert_int_equal(net_count(n, A, "ASCONF") - before, 1); /* C1 */
    net_run_for(n, 25 * ROAM_MS);
    assert_int_equal(net_count(n, A, "ASCONF") - before, 2);
    net_run_for(n, ROAM_SEC);
    assert_int_equal(net_count(n, A, "ASCONF") - before, 3);
    const struct roam_addr want[] = {a2, a3};
    assert_true(net_peers_are(n, Z, want, 2));
    assert_true(net_locals_are(n, A, want, 2));
    net_free(n);
}

static void a_retransmission_is_the_same_chunk_and_counts_as_an_error(void** state)
{
    (void)state;
    struct net* n = with_two(NULL);
    net_cut(n, &z1);
    net_asconf(n, A, SCTP_ADD, &a2);
    net_poll(n);
    const struct sctp_assoc* a = forge_assoc(n, A);
    uint8_t first[200];
    const size_t len = a->asconf_len;
    assert_true(len <= sizeof first);
    memcpy(first, a->asconf, len);
    net_run_for(n, 3500 * ROAM_MS); /* B1 to B5: RTO 1 s over each of two paths, then 2 s */
    assert_int_equal(net_count(n, A, "ASCONF"), 3);
    assert_int_equal(a->errors, 2);
    assert_int_equal(a->asconf_len, len);
    assert_memory_equal(a->asconf, first, len);
    net_heal(n);
    while (n->asconf_done[A][SCTP_ADD] == 0)
    {
        net_run_for(n, ROAM_MS);
    }
    assert_int_equal(forge_assoc(n, A)->errors, 0); /* A5: by the answer, and nothing else yet */
    net_free(n);
}

static void both_ends_change_their_addresses_at_once(void** state)
{
    (void)state;
    for (int lost = -1; lost < 12; lost++)
    {
        struct net* n = net_established(NULL);
        net_gain(n, A, &a2);
        net_gain(n, Z, &z2);
        n->drop_number = lost < 0 ? -1 : (int)n->sent + lost;
        const struct sctp_asconf_request of_a[] = {
            {SCTP_ADD, a2}, {SCTP_SET_PRIMARY, a2}, {SCTP_DELETE, a1}};
        const struct sctp_asconf_request of_z[] = {
            {SCTP_ADD, z2}, {SCTP_SET_PRIMARY, z2}, {SCTP_DELETE, z1}};
        assert_int_equal(sctp_asconf(n->ep[A], n->id[A], of_a, 3, n->now), ROAM_OK);
        assert_int_equal(sctp_asconf(n->ep[Z], n->id[Z], of_z, 3, n->now), ROAM_OK);
        net_send(n, A, 5, 1000);
        net_send(n, Z, 5, 1000);
        net_run_for(n, 30 * ROAM_SEC);
        assert_true(net_peers_are(n, Z, &a2, 1));
        assert_true(net_locals_are(n, A, &a2, 1));
        assert_true(net_peers_are(n, A, &z2, 1));
        assert_true(net_locals_are(n, Z, &z2, 1));
        assert_int_equal(n->next_in[A], 5);
        assert_int_equal(n->next_in[Z], 5);
        net_free(n);
    }
}

static void the_largest_asconf_fits_the_smallest_mtu(void** state)
{
    (void)state;
    struct sctp_config c;
    sctp_config_default(&c);
    c.mtu = 576;
    struct net* n = net_established(&c);
    struct sctp_asconf_request all[SCTP_ASCONF_MAX];
    for (size_t i = 0; i < SCTP_ASCONF_MAX; i++)
    {
        all[i] = (struct sctp_asconf_request){SCTP_ADD, {ROAM_ADDR_V6, {0x20, 1}}};
        all[i].addr.bytes[15] = (uint8_t)(1 + i);
        net_gain(n, A, &all[i].addr);
    }
    assert_int_equal(sctp_asconf(n->ep[A], n->id[A], all, SCTP_ASCONF_MAX, n->now), ROAM_OK);
    net_run_for(n, ROAM_SEC);
    assert_int_equal(n->asconf_done[A][SCTP_ADD], SCTP_ASCONF_MAX);
    assert_true(n->longest[A] <= 556 && n->longest[Z] <= 556); /* C5 */
    net_free(n);
}

static void addresses_change_while_the_association_shuts_down(void** state)
{
    (void)state;
    struct net* n = with_two(NULL);
    net_cut(n, &z1);
    net_send(n, A, 1, 100);
    sctp_shutdown(n->ep[A], n->id[A], n->now);
    assert_int_equal(net_state(n, A), SCTP_SHUTDOWN_PENDING);
    assert_int_equal(net_asconf(n, A, SCTP_ADD, &a2), ROAM_OK); /* C4 */
    net_heal(n);
    net_run_for(n, 10 * ROAM_SEC);
    assert_int_equal(n->peer_ops[Z][SCTP_ADD], 1);
    assert_int_equal(n->next_in[Z], 1);
    assert_int_equal(n->closed[A], 1);
    net_free(n);

    /* not in SHUTDOWN-ACK-SENT */
    n = net_established(NULL);
    net_gain(n, Z, &z2);
    n->drop_chunk = "SHUTDOWN-ACK";
    sctp_shutdown(n->ep[A], n->id[A], n->now);
    net_run_for(n, 15 * ROAM_MS);
    assert_int_equal(net_state(n, Z), SCTP_SHUTDOWN_ACK_SENT);
    assert_int_equal(net_asconf(n, Z, SCTP_ADD, &z2), ROAM_ESTATE);
    const struct answer r = one_request(n, SCTP_P_ADD, &a2);
    assert_int_equal(r.acks, 0);
    net_free(n);
}

static void what_waits_at_the_end_is_told_as_unanswered(void** state)
{
    (void)state;
    struct net* n = with_two(NULL);
    net_gain(n, A, &a3);
    net_cut(n, &z1);
    net_asconf(n, A, SCTP_ADD, &a2);
    net_asconf(n, A, SCTP_ADD, &a3);
    sctp_abort(n->ep[A], n->id[A], NULL, 0, n->now);
    net_poll(n);
    assert_int_equal(n->asconf_done[A][SCTP_ADD], 2);
    assert_int_equal(n->asconf_cause[A][SCTP_ADD], SCTP_ASCONF_UNANSWERED);
    assert_int_equal(n->lost[A], 1);
    net_free(n);

    /* the same for a restart: Z's request waits, A comes back without memory */
    n = net_established(NULL);
    net_gain(n, Z, &z2);
    n->drop_chunk = "ASCONF";
    net_asconf(n, Z, SCTP_ADD, &z2);
    net_poll(n);
    struct sctp_config c;
    sctp_config_default(&c);
    net_reboot_a(n, &c, 77);
    net_connect(n);
    net_run_for(n, 500 * ROAM_MS);
    assert_int_equal(n->restarts[Z], 1);
    assert_int_equal(n->asconf_cause[Z][SCTP_ADD], SCTP_ASCONF_UNANSWERED);
    const struct roam_addr both[] = {z1, z2};
    assert_true(net_locals_are(n, Z, both, 2)); /* the INIT ACK has listed them */
    assert_true(net_peers_are(n, A, both, 2));
    assert_int_equal(net_asconf(n, Z, SCTP_DELETE, &z2), ROAM_OK);
    net_run_for(n, ROAM_SEC);
    assert_true(net_peers_are(n, A, &z1, 1));
    net_free(n);
}

/** An answer to A, as if Z did not know the first request of its ASCONF. */
static void first_is_not_known(struct net* n)
{
    struct forge f;
    struct chunk c;
    forge_begin(&f, n, Z);
    forge_auth(&f);
    chunk_begin(&c, forge_assoc(n, A)->my_serial, NULL);
    roam_write16(&c.w, SCTP_P_ERROR_CAUSE);
    roam_write16(&c.w, 12);
    roam_write32(&c.w, 0);
    roam_write16(&c.w, SCTP_E_UNRECOGNIZED_PARAM);
    roam_write16(&c.w, 4);
    put_chunk(&f, SCTP_C_ASCONF_ACK, &c);
    forge_send(&f);
}

/** Section 5.3 F3: who knows DELETE not, is not asked to ADD either. */
static void who_does_not_know_delete_is_not_asked_to_add(void** state)
{
    (void)state;
    struct net* n = with_both();
    net_gain(n, A, &a3);
    net_cut(n, &z1);
    net_asconf(n, A, SCTP_DELETE, &a2);
    net_poll(n);
    first_is_not_known(n);
    const struct roam_addr both[] = {a1, a2};
    assert_int_equal(n->asconf_cause[A][SCTP_DELETE], SCTP_E_UNRECOGNIZED_PARAM);
    assert_true(net_locals_are(n, A, both, 2));
    assert_int_equal(net_asconf(n, A, SCTP_ADD, &a3), ROAM_ENOTSUP);
    assert_int_equal(net_asconf(n, A, SCTP_SET_PRIMARY, &a2), ROAM_OK);
    net_free(n);
}

static void who_does_not_know_a_request_is_not_asked_again(void** state)
{
    (void)state;
    struct net* n = with_two(NULL);
    net_gain(n, A, &a3);
    net_cut(n, &z1);
    net_asconf(n, A, SCTP_ADD, &a2);
    net_asconf(n, A, SCTP_ADD, &a3); /* waits */
    net_asconf(n, A, SCTP_SET_PRIMARY, &a1);
    net_poll(n);
    first_is_not_known(n);
    assert_int_equal(n->asconf_done[A][SCTP_ADD], 2); /* F3: the one that waited as well */
    assert_int_equal(n->asconf_cause[A][SCTP_ADD], SCTP_E_UNRECOGNIZED_PARAM);
    assert_true(net_locals_are(n, A, &a1, 1));
    assert_int_equal(net_asconf(n, A, SCTP_ADD, &a2), ROAM_ENOTSUP);
    assert_int_equal(net_asconf(n, A, SCTP_DELETE, &a1), ROAM_ENOTSUP);
    net_heal(n);
    forge_assoc(n, Z)->peer_serial++; /* as if it had been Z that answered */
    net_run_for(n, 5 * ROAM_SEC);
    assert_int_equal(n->asconf_done[A][SCTP_SET_PRIMARY], 1); /* the other one goes on */
    assert_int_equal(n->asconf_cause[A][SCTP_SET_PRIMARY], 0);
    net_free(n);
}

static void who_does_not_know_asconf_is_not_sent_another(void** state)
{
    (void)state;
    struct net* n = with_two(NULL);
    net_gain(n, A, &a3);
    net_cut(n, &z1);
    net_asconf(n, A, SCTP_ADD, &a2);
    net_asconf(n, A, SCTP_ADD, &a3);
    net_poll(n);
    const uint8_t cause[] = {0, SCTP_E_UNRECOGNIZED_CHUNK, 0, 8, SCTP_C_ASCONF, 0, 0, 4};
    struct forge f;
    forge_begin(&f, n, Z);
    forge_chunk(&f, SCTP_C_ERROR, 0, cause, sizeof cause);
    forge_send(&f);
    assert_int_equal(n->asconf_done[A][SCTP_ADD], 2);
    assert_int_equal(n->asconf_cause[A][SCTP_ADD], SCTP_E_UNRECOGNIZED_CHUNK);
    assert_int_equal(net_asconf(n, A, SCTP_ADD, &a2), ROAM_ENOTSUP);
    const unsigned sent = net_count(n, A, "ASCONF");
    net_run_for(n, 20 * ROAM_SEC);
    assert_int_equal(net_count(n, A, "ASCONF"), sent); /* A9: T4 has stopped */
    net_free(n);

    /* and an end without RFC 5061 says so */
    struct sctp_config plain;
    sctp_config_default(&plain);
    plain.addip = false;
    n = net_new_two(NULL, &plain, 1);
    net_connect(n);
    net_run_for(n, ROAM_SEC);
    struct chunk c;
    forge_begin(&f, n, A);
    forge_auth(&f);
    chunk_begin(&c, 1, &a1);
    put_chunk(&f, SCTP_C_ASCONF, &c);
    forge_send(&f);
    assert_int_equal(net_count(n, Z, "ERROR"), 1);
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
        cmocka_unit_test(our_user_asks_with_wildcards),
        cmocka_unit_test(a_wildcard_leaves_only_from_what_it_stands_for),
        cmocka_unit_test(add_set_primary_and_delete_in_one_asconf),
        cmocka_unit_test(the_last_address_is_not_deleted),
        cmocka_unit_test(set_primary_before_the_add_is_refused),
        cmocka_unit_test(serial_numbers_wrap),
        cmocka_unit_test(the_first_serial_is_the_initial_tsn),
        cmocka_unit_test(an_answer_comes_from_the_cache_and_nothing_is_done_twice),
        cmocka_unit_test(a_serial_that_is_not_the_next_is_discarded),
        cmocka_unit_test(more_asconfs_in_a_packet_than_answers_fit),
        cmocka_unit_test(requests_without_room_for_their_answers_fail),
        cmocka_unit_test(answers_are_matched_by_their_identifiers),
        cmocka_unit_test(an_answer_that_is_malformed_ends_the_association),
        cmocka_unit_test(an_answer_to_what_was_never_asked_ends_the_association),
        cmocka_unit_test(without_auth_it_and_what_follows_is_dropped_silently),
        cmocka_unit_test(a_chunk_cut_or_changed_anywhere_is_refused_or_understood),
        cmocka_unit_test(a_request_without_an_identifier_is_malformed),
        cmocka_unit_test(an_unknown_parameter_is_treated_as_its_type_says),
        cmocka_unit_test(an_asconf_from_a_new_address_finds_its_association_by_name),
        cmocka_unit_test(an_asconf_that_names_nobody_is_out_of_the_blue),
        cmocka_unit_test(an_asconf_may_follow_the_cookie_echo),
        cmocka_unit_test(an_address_that_is_being_added_carries_only_asconf),
        cmocka_unit_test(an_address_that_is_being_deleted_hears_and_says_nothing),
        cmocka_unit_test(nothing_goes_to_an_address_that_the_peer_has_deleted),
        cmocka_unit_test(a_new_address_gets_no_data_before_it_is_confirmed),
        cmocka_unit_test(an_asconf_does_not_leave_from_what_it_deletes),
        cmocka_unit_test(requests_queue_and_one_is_outstanding),
        cmocka_unit_test(a_retransmission_is_the_same_chunk_and_counts_as_an_error),
        cmocka_unit_test(both_ends_change_their_addresses_at_once),
        cmocka_unit_test(the_largest_asconf_fits_the_smallest_mtu),
        cmocka_unit_test(addresses_change_while_the_association_shuts_down),
        cmocka_unit_test(what_waits_at_the_end_is_told_as_unanswered),
        cmocka_unit_test(who_does_not_know_a_request_is_not_asked_again),
        cmocka_unit_test(who_does_not_know_delete_is_not_asked_to_add),
        cmocka_unit_test(who_does_not_know_asconf_is_not_sent_another),
        cmocka_unit_test(the_adaptation_code_of_the_peer_is_told),
        cmocka_unit_test(set_primary_in_an_init_is_advice),
    };
    return cmocka_run_group_tests_name("sctp-asconf", tests, NULL, NULL);
}

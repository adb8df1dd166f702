/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Dynamic address reconfiguration, RFC 5061, rule by rule. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sctp-asconf-craft.h"

#include <stdlib.h>
#include <string.h>

/* --- Requests and their answers, sections 4.2, 4.3, 5.3 -------------------------------------- */

static void our_user_asks_with_wildcards(void** state)
{
    (void)state;
    struct net* n = net_two_radios(NULL);
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
    struct net* n = net_two_radios(NULL);
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

static void an_address_that_comes_and_goes_in_one_asconf_is_none_to_stay_with(void** state)
{
    (void)state;
    struct net* n = net_two_radios(NULL);
    const struct sctp_asconf_request all[] = {{SCTP_ADD, a2}, {SCTP_DELETE, a2}, {SCTP_DELETE, a1}};
    assert_int_equal(sctp_asconf(n->ep[A], n->id[A], all, 3, n->now), ROAM_EINVAL);
    net_run_for(n, ROAM_SEC);
    assert_true(net_locals_are(n, A, &a1, 1));
    net_free(n);
}

/* --- Serial numbers and the cache, section 5.2 ----------------------------------------------- */

static void serial_numbers_wrap(void** state)
{
    (void)state;
    struct net* n = net_two_radios(NULL);
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
    struct asconf_chunk c;
    forge_begin(&f, n, Z);
    forge_auth(&f);
    asconf_begin(&c, 0xfffffffe, NULL);
    asconf_put(&f, SCTP_C_ASCONF_ACK, &c);
    forge_send(&f);
    assert_int_equal(net_state(n, A), SCTP_ESTABLISHED);
    net_free(n);
}

static void the_first_serial_is_the_initial_tsn(void** state)
{
    (void)state;
    struct net* n = net_two_radios(NULL);
    const uint32_t tsn = forge_assoc(n, A)->my_first_tsn;
    net_asconf(n, A, SCTP_ADD, &a2);
    net_run_for(n, ROAM_SEC);
    assert_int_equal(n->last[A][SCTP_EV_ASCONF].u.asconf.serial, tsn);
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
        struct net* n = net_two_radios(NULL);
        const struct sctp_asconf_request all[] = {
            {SCTP_ADD, a2}, {SCTP_SET_PRIMARY, a2}, {SCTP_DELETE, a1}};
        net_cut(n, &z1);
        assert_int_equal(sctp_asconf(n->ep[A], n->id[A], all, 3, n->now), ROAM_OK);
        net_poll(n);
        struct forge f;
        struct asconf_chunk c;
        forge_begin(&f, n, Z);
        forge_auth(&f);
        asconf_begin(&c, forge_assoc(n, A)->my_serial, NULL);
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
        asconf_put(&f, SCTP_C_ASCONF_ACK, &c);
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
        struct net* n = net_two_radios(NULL);
        net_cut(n, &z1);
        net_asconf(n, A, SCTP_ADD, &a2);
        net_poll(n);
        struct forge f;
        struct asconf_chunk c;
        forge_begin(&f, n, Z);
        forge_auth(&f);
        asconf_begin(&c, forge_assoc(n, A)->my_serial, NULL);
        roam_write16(&c.w, SCTP_P_SUCCESS);
        roam_write16(&c.w, i == 1 ? 400 : 4); /* beyond the chunk; without an identifier */
        c.w.p -= i == 2 ? 6 : 0;              /* half a serial number */
        asconf_put(&f, SCTP_C_ASCONF_ACK, &c);
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
            struct net* n = net_two_radios(NULL);
            net_cut(n, &z1);
            if (outstanding)
            {
                net_asconf(n, A, SCTP_ADD, &a2);
                net_poll(n);
            }
            struct forge f;
            struct asconf_chunk c;
            forge_begin(&f, n, Z);
            forge_auth(&f);
            asconf_begin(&c, forge_assoc(n, A)->my_serial + ahead, NULL);
            asconf_put(&f, SCTP_C_ASCONF_ACK, &c);
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

/* --- Queue, crossing, ends ------------------------------------------------------------------- */

static void requests_queue_and_one_is_outstanding(void** state)
{
    (void)state;
    struct net* n = net_two_radios(NULL);
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
    struct net* n = net_two_radios(NULL);
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
    struct net* n = net_two_radios(NULL);
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
    const struct asconf_answers r = asconf_request(n, SCTP_P_ADD, &a2);
    assert_int_equal(r.acks, 0);
    net_free(n);
}

/** A <- ASCONF-ACK <- Z, which refuses one request, or with a cause of 0 none. */
static void answer_by_hand(struct net* n, uint32_t id, uint16_t cause)
{
    struct forge f;
    uint8_t body[16] = {[4] = 0xc0, [5] = 3, [7] = 12, [15] = 4};
    roam_put32(body, forge_assoc(n, A)->my_serial);
    roam_put32(body + 8, id);
    roam_put16(body + 12, cause);
    forge_begin(&f, n, Z);
    forge_auth(&f);
    forge_chunk(&f, SCTP_C_ASCONF_ACK, 0, body, cause ? sizeof body : 4);
    forge_send(&f);
    net_poll(n);
}

/** As Linux answers a move from the new address: it has found the association by the old one. */
static void a_delete_that_a_move_is_refused_is_asked_for_alone(void** state)
{
    (void)state;
    static const struct
    {
        uint16_t first;  /* cause for the DELETE in the move */
        bool asks_again; /* alone */
        uint16_t second;
    } cases[] = {{SCTP_E_NO_AUTHORIZATION, true, 0},
                 {SCTP_E_NO_AUTHORIZATION, true, SCTP_E_NO_AUTHORIZATION},
                 {SCTP_E_DELETE_SOURCE, true, 0},
                 {SCTP_E_DELETE_LAST, false, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
    {
        struct net* n = net_two_radios(NULL);
        const struct sctp_asconf_request move[] = {
            {SCTP_ADD, a2}, {SCTP_SET_PRIMARY, a2}, {SCTP_DELETE, a1}};
        net_cut(n, &z1); /* the answers are made by hand */
        assert_int_equal(sctp_asconf(n->ep[A], n->id[A], move, 3, n->now), ROAM_OK);
        net_poll(n);
        answer_by_hand(n, 2, cases[i].first);
        assert_int_equal(n->asconf_done[A][SCTP_ADD], 1);
        assert_int_equal(n->asconf_done[A][SCTP_DELETE], !cases[i].asks_again);
        assert_int_equal(net_count(n, A, "ASCONF"), cases[i].asks_again ? 2 : 1);
        if (cases[i].asks_again)
        {
            assert_true(roam_addr_equal(&forge_assoc(n, A)->asconf_local, &a2));
            answer_by_hand(n, 0, cases[i].second);
        }
        const bool gone = cases[i].asks_again && !cases[i].second;
        const struct roam_addr left[] = {gone ? a2 : a1, a2};
        assert_int_equal(n->asconf_done[A][SCTP_DELETE], 1);
        assert_int_equal(n->asconf_cause[A][SCTP_DELETE],
                         cases[i].asks_again ? cases[i].second : cases[i].first);
        assert_true(net_locals_are(n, A, left, gone ? 1 : 2));
        assert_int_equal(net_count(n, A, "ASCONF"), cases[i].asks_again ? 2 : 1);
        net_free(n);
    }
}

static void what_waits_at_the_end_is_told_as_unanswered(void** state)
{
    (void)state;
    struct net* n = net_two_radios(NULL);
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
    struct asconf_chunk c;
    forge_begin(&f, n, Z);
    forge_auth(&f);
    asconf_begin(&c, forge_assoc(n, A)->my_serial, NULL);
    roam_write16(&c.w, SCTP_P_ERROR_CAUSE);
    roam_write16(&c.w, 12);
    roam_write32(&c.w, 0);
    roam_write16(&c.w, SCTP_E_UNRECOGNIZED_PARAM);
    roam_write16(&c.w, 4);
    asconf_put(&f, SCTP_C_ASCONF_ACK, &c);
    forge_send(&f);
}

/** Section 5.3 F3: who knows DELETE not, is not asked to ADD either. */
static void who_does_not_know_delete_is_not_asked_to_add(void** state)
{
    (void)state;
    struct net* n = asconf_both();
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
    struct net* n = net_two_radios(NULL);
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
    struct net* n = net_two_radios(NULL);
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
    struct asconf_chunk c;
    forge_begin(&f, n, A);
    forge_auth(&f);
    asconf_begin(&c, 1, &a1);
    asconf_put(&f, SCTP_C_ASCONF, &c);
    forge_send(&f);
    assert_int_equal(net_count(n, Z, "ERROR"), 1);
    net_free(n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(our_user_asks_with_wildcards),
        cmocka_unit_test(a_wildcard_leaves_only_from_what_it_stands_for),
        cmocka_unit_test(serial_numbers_wrap),
        cmocka_unit_test(the_first_serial_is_the_initial_tsn),
        cmocka_unit_test(answers_are_matched_by_their_identifiers),
        cmocka_unit_test(an_answer_that_is_malformed_ends_the_association),
        cmocka_unit_test(an_answer_to_what_was_never_asked_ends_the_association),
        cmocka_unit_test(requests_queue_and_one_is_outstanding),
        cmocka_unit_test(a_retransmission_is_the_same_chunk_and_counts_as_an_error),
        cmocka_unit_test(both_ends_change_their_addresses_at_once),
        cmocka_unit_test(the_largest_asconf_fits_the_smallest_mtu),
        cmocka_unit_test(addresses_change_while_the_association_shuts_down),
        cmocka_unit_test(a_delete_that_a_move_is_refused_is_asked_for_alone),
        cmocka_unit_test(what_waits_at_the_end_is_told_as_unanswered),
        cmocka_unit_test(who_does_not_know_a_request_is_not_asked_again),
        cmocka_unit_test(who_does_not_know_delete_is_not_asked_to_add),
        cmocka_unit_test(who_does_not_know_asconf_is_not_sent_another),
        cmocka_unit_test(an_address_that_comes_and_goes_in_one_asconf_is_none_to_stay_with),
    };
    return cmocka_run_group_tests_name("sctp-asconf", tests, NULL, NULL);
}

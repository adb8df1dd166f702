/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Authenticated chunks, RFC 4895, sentence by sentence. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sctp-forge.h"

#include <stdlib.h>
#include <string.h>

/** Every packet of an end that has this chunk has AUTH before it, and there is one. */
static bool always_behind_auth(const struct net* n, int from, const char* chunk)
{
    char word[40];
    bool any = false;
    snprintf(word, sizeof word, " %s ", chunk);
    for (size_t i = 0; i < n->n_log; i++)
    {
        char line[NET_LOG + 2];
        snprintf(line, sizeof line, "%s ", n->log[i]);
        const char* at = strstr(line, word);
        const char* auth = strstr(line, " AUTH ");
        if (line[0] != (from == A ? 'A' : 'Z') || !at)
        {
            continue;
        }
        any = true;
        if (!auth || auth > at)
        {
            return false;
        }
    }
    return any;
}

/** Set-up, data both ways, an idle time with HEARTBEATs, a shutdown. */
static struct net* whole_life(const struct sctp_config* a, const struct sctp_config* z)
{
    struct net* n = net_new_two(a, z, 1);
    net_connect(n);
    net_send(n, A, 3, 4000); /* cut before anybody knows what the peer wants */
    net_run_for(n, ROAM_SEC);
    assert_int_equal(n->up[A], 1);
    assert_int_equal(n->up[Z], 1);
    net_send(n, A, 20, 3000);
    net_send(n, Z, 20, 3000);
    net_run_for(n, 100 * ROAM_SEC);
    sctp_shutdown(n->ep[A], n->id[A], n->now);
    net_run_for(n, 10 * ROAM_SEC);
    assert_int_equal(n->next_in[Z], 23);
    assert_int_equal(n->next_in[A], 20);
    assert_false(n->out_of_order);
    assert_int_equal(n->closed[A], 1);
    assert_int_equal(n->closed[Z], 1);
    assert_int_equal(n->drops[A][SCTP_DROP_AUTH] + n->drops[Z][SCTP_DROP_AUTH], 0);
    assert_true(n->longest[A] <= 1480 && n->longest[Z] <= 1480);
    return n;
}

static const uint8_t from_a[] = {SCTP_C_DATA,          SCTP_C_SACK,        SCTP_C_HEARTBEAT,
                                 SCTP_C_HEARTBEAT_ACK, SCTP_C_COOKIE_ECHO, SCTP_C_SHUTDOWN};
static const uint8_t from_z[] = {SCTP_C_DATA,          SCTP_C_SACK,       SCTP_C_HEARTBEAT,
                                 SCTP_C_HEARTBEAT_ACK, SCTP_C_COOKIE_ACK, SCTP_C_SHUTDOWN_ACK};

static void each_type_that_the_peer_lists_is_sent_behind_auth(void** state)
{
    (void)state;
    for (size_t i = 0; i < sizeof from_a; i++)
    {
        const struct sctp_config z = forge_config(1, &from_a[i]);
        struct net* n = whole_life(NULL, &z);
        assert_true(always_behind_auth(n, A, sctp_chunk_name(from_a[i])));
        assert_int_equal(net_count(n, Z, "AUTH"), 0); /* A has asked for nothing */
        net_free(n);
    }
    for (size_t i = 0; i < sizeof from_z; i++)
    {
        const struct sctp_config a = forge_config(1, &from_z[i]);
        struct net* n = whole_life(&a, NULL);
        assert_true(always_behind_auth(n, Z, sctp_chunk_name(from_z[i])));
        assert_int_equal(net_count(n, A, "AUTH"), 0);
        net_free(n);
    }
}

static void all_types_at_once_from_both_ends(void** state)
{
    (void)state;
    const uint8_t all[] = {SCTP_C_DATA,        SCTP_C_SACK,       SCTP_C_HEARTBEAT,
                           SCTP_C_COOKIE_ECHO, SCTP_C_COOKIE_ACK, SCTP_C_HEARTBEAT_ACK,
                           SCTP_C_SHUTDOWN,    SCTP_C_ABORT,      SCTP_C_SHUTDOWN_ACK,
                           SCTP_C_ERROR};
    const struct sctp_config c = forge_config(sizeof all, all);
    struct net* n = whole_life(&c, &c);
    for (size_t i = 0; i < sizeof from_a; i++)
    {
        assert_true(always_behind_auth(n, A, sctp_chunk_name(from_a[i])));
        assert_true(always_behind_auth(n, Z, sctp_chunk_name(from_z[i])));
    }
    assert_string_equal(n->log[0], "A -> INIT");
    assert_string_equal(n->log[1], "Z -> INIT-ACK");
    assert_string_equal(n->log[2], "A -> AUTH COOKIE-ECHO");
    assert_memory_equal(n->log[3], "Z -> AUTH COOKIE-ACK", 20);
    assert_string_equal(n->log[n->n_log - 1], "A -> SHUTDOWN-COMPLETE");
    net_free(n);
}

static void any_packet_of_an_authenticated_session_may_be_lost(void** state)
{
    (void)state;
    const uint8_t all[] = {SCTP_C_DATA, SCTP_C_SACK, SCTP_C_COOKIE_ECHO, SCTP_C_COOKIE_ACK,
                           SCTP_C_HEARTBEAT};
    const struct sctp_config c = forge_config(sizeof all, all);
    for (int lost = 0; lost < 30; lost++)
    {
        struct net* n = net_new(&c);
        n->drop_number = lost;
        net_connect(n);
        net_send(n, A, 5, 3000);
        net_run_for(n, 10 * ROAM_SEC);
        net_send(n, Z, 5, 3000);
        net_run_for(n, 20 * ROAM_SEC);
        assert_int_equal(n->next_in[Z], 5);
        assert_int_equal(n->next_in[A], 5);
        assert_false(n->out_of_order);
        net_free(n);
    }
}

static void an_abort_is_authenticated_when_the_peer_wants_it(void** state)
{
    (void)state;
    const uint8_t types[] = {SCTP_C_ABORT};
    const struct sctp_config c = forge_config(1, types);
    struct net* n = net_established(&c);
    struct forge f;
    /* Z <- ABORT <- anybody who knows the tag */
    forge_begin(&f, n, A);
    forge_chunk(&f, SCTP_C_ABORT, 0, NULL, 0);
    forge_send(&f);
    assert_int_equal(net_state(n, Z), SCTP_ESTABLISHED);
    assert_int_equal(n->drops[Z][SCTP_DROP_AUTH], 1);
    /* A -> AUTH ABORT -> Z */
    sctp_abort(n->ep[A], n->id[A], NULL, 0, n->now);
    net_run_for(n, ROAM_SEC);
    assert_true(always_behind_auth(n, A, "ABORT"));
    assert_int_equal(n->why[Z], SCTP_LOST_PEER_ABORT);
    net_free(n);
}

static void a_forward_tsn_is_sent_behind_auth(void** state)
{
    (void)state;
    const uint8_t types[] = {SCTP_C_FORWARD_TSN};
    const struct sctp_config c = forge_config(1, types);
    struct net* n = net_established(&c);
    const struct sctp_message_info once = {.policy = SCTP_RTX, .limit = 0};
    n->drop_chunk = "DATA";
    assert_int_equal(sctp_send(n->ep[A], n->id[A], &once, "gone", 4, n->now), ROAM_OK);
    net_run_for(n, 5 * ROAM_SEC);
    assert_true(always_behind_auth(n, A, "FORWARD-TSN"));
    assert_int_equal(n->drops[Z][SCTP_DROP_AUTH], 0);
    net_send(n, A, 1, 100);
    net_run_for(n, ROAM_SEC);
    assert_int_equal(n->next_in[Z], 1);
    net_free(n);
}

/* --- Receiving, section 6.3 ------------------------------------------------------------------ */

static void a_listed_type_without_auth_is_dropped_silently(void** state)
{
    (void)state;
    const uint8_t body[64] = {0};
    const uint8_t types[] = {SCTP_C_DATA,
                             SCTP_C_SACK,
                             SCTP_C_HEARTBEAT,
                             SCTP_C_ABORT,
                             SCTP_C_SHUTDOWN,
                             SCTP_C_SHUTDOWN_ACK,
                             SCTP_C_ERROR,
                             SCTP_C_HEARTBEAT_ACK,
                             SCTP_C_ASCONF,
                             SCTP_C_COOKIE_ACK,
                             SCTP_C_ASCONF_ACK,
                             0x3f,
                             0xff};
    for (size_t i = 0; i < sizeof types; i++)
    {
        const struct sctp_config c = forge_config(1, &types[i]);
        struct net* n = net_established(&c);
        const unsigned sent = n->sent;
        struct forge f;
        forge_begin(&f, n, A);
        forge_chunk(&f, types[i], 0, body, sizeof body);
        forge_send(&f);
        net_run_for(n, ROAM_SEC);
        assert_int_equal(n->drops[Z][SCTP_DROP_AUTH], 1);
        assert_int_equal(n->last[Z][SCTP_EV_DROP].u.drop.chunk, types[i]);
        assert_int_equal(n->sent, sent); /* no word */
        assert_int_equal(net_state(n, Z), SCTP_ESTABLISHED);
        net_free(n);
    }
}

static void auth_in_the_middle_covers_what_is_behind_it(void** state)
{
    (void)state;
    const uint8_t types[] = {SCTP_C_DATA};
    const struct sctp_config c = forge_config(1, types);
    struct net* n = net_established(&c);
    struct forge f;
    n->reading[Z] = false;
    /* Z <- DATA AUTH DATA <- A: the first of them is dropped */
    forge_begin(&f, n, A);
    forge_data(&f, 1, "no");
    forge_auth(&f);
    forge_data(&f, 0, "yes");
    forge_send(&f);
    assert_int_equal(n->drops[Z][SCTP_DROP_AUTH], 1);
    assert_int_equal(sctp_receive_ready(n->ep[Z], n->id[Z]), 3);
    net_free(n);
}

static void a_changed_packet_loses_all_that_is_behind_auth(void** state)
{
    (void)state;
    const uint8_t types[] = {SCTP_C_DATA};
    const struct sctp_config c = forge_config(1, types);
    struct net* n = net_established(&c);
    n->reading[Z] = false;
    struct forge f;
    const size_t auth_at = SCTP_HEADER;
    for (size_t at = auth_at; at < auth_at + SCTP_AUTH_MAX + 20; at++)
    {
        forge_begin(&f, n, A);
        forge_auth(&f);
        forge_data(&f, 0, "data");
        sctp_auth_finish(&f.key, f.auth, f.w.p);
        f.auth = NULL;
        f.bytes[at] ^= 0x10;
        const unsigned sent = n->sent;
        forge_send(&f);
        assert_int_equal(sctp_receive_ready(n->ep[Z], n->id[Z]), 0);
        /* silence, but for an HMAC identifier that is none: ERROR, section 4.1 */
        const bool hmac_changed = at == auth_at + 6 || at == auth_at + 7;
        assert_int_equal(n->sent - sent, hmac_changed);
    }
    assert_int_equal(net_state(n, Z), SCTP_ESTABLISHED);
    net_free(n);
}

static void an_auth_chunk_cut_at_any_length_is_not_right(void** state)
{
    (void)state;
    struct net* n = net_established(NULL);
    n->reading[Z] = false;
    for (size_t len = 0; len < SCTP_AUTH_MAX; len++)
    {
        struct forge f;
        forge_begin(&f, n, A);
        forge_auth(&f);
        sctp_auth_finish(&f.key, f.auth, f.w.p);
        roam_put16(f.auth + 2, (uint16_t)len);
        f.w.p = f.auth + (len < 4 ? 4 : sctp_pad4(len));
        f.auth = NULL;
        forge_data(&f, 0, "data");
        forge_send(&f);
        assert_int_equal(sctp_receive_ready(n->ep[Z], n->id[Z]), 0);
        assert_int_equal(net_state(n, Z), SCTP_ESTABLISHED);
        net_run_for(n, ROAM_SEC);
    }
    net_free(n);
}

static void two_auth_chunks_are_each_judged(void** state)
{
    (void)state;
    const uint8_t types[] = {SCTP_C_DATA};
    const struct sctp_config c = forge_config(1, types);
    for (int bad = 0; bad < 3; bad++)
    {
        struct net* n = net_established(&c);
        n->reading[Z] = false;
        struct forge f;
        forge_begin(&f, n, A);
        forge_auth(&f);
        uint8_t* first = f.auth;
        forge_data(&f, 0, "one");
        forge_auth(&f);
        uint8_t* second = f.auth;
        forge_data(&f, 1, "two");
        sctp_auth_finish(&f.key, second, f.w.p);
        second[SCTP_AUTH_FIXED] ^= bad == 2;
        sctp_auth_finish(&f.key, first, f.w.p);
        first[SCTP_AUTH_FIXED] ^= bad == 1;
        f.auth = NULL;
        forge_send(&f);
        const size_t want[] = {6, 0, 3}; /* both; nothing; what was before the bad one */
        assert_int_equal(sctp_receive_ready(n->ep[Z], n->id[Z]), want[bad]);
        net_free(n);
    }
}

/** The cause of the last ERROR that an end sent, seen by its peer: read off the wire. */
static void an_unsupported_hmac_identifier_is_answered_with_error(void** state)
{
    (void)state;
    struct sctp_config c;
    sctp_config_default(&c);
    c.n_hmacs = 1;
    c.hmacs[0] = SCTP_HMAC_SHA1;
    struct net* n = net_established(&c);
    n->reading[Z] = false;
    const uint16_t ids[] = {0, 2, 3, 4, 0xffff}; /* SHA-256 is known here, and was not offered */
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++)
    {
        struct forge f;
        struct roam_packet p;
        forge_begin(&f, n, A);
        forge_auth_as(&f, 0, ids[i]);
        forge_data(&f, 0, "data");
        const struct roam_packet in = {
            .src = f.src, .dst = f.dst, .ifindex = 1, .data = f.bytes, .len = roam_written(&f.w)};
        if (f.auth)
        {
            sctp_auth_finish(&f.key, f.auth, f.w.p);
        }
        sctp_seal(f.bytes, in.len);
        sctp_recv(n->ep[Z], &in, n->now);
        assert_true(sctp_poll_packet(n->ep[Z], &p, n->now));
        /* ERROR: cause 0x0105, length 6, the identifier, padding */
        const uint8_t error[] = {SCTP_C_ERROR,    0, 0, 10, 1, 5, 0, 6, (uint8_t)(ids[i] >> 8),
                                 (uint8_t)ids[i], 0, 0};
        assert_int_equal(p.len, SCTP_HEADER + sizeof error);
        assert_memory_equal(p.data + SCTP_HEADER, error, sizeof error);
        assert_false(sctp_poll_packet(n->ep[Z], &p, n->now));
        assert_int_equal(sctp_receive_ready(n->ep[Z], n->id[Z]), 0);
    }
    net_free(n);
}

static void the_peers_first_choice_that_we_offer_is_used(void** state)
{
    (void)state;
    const struct
    {
        uint8_t n, first, second, want;
    } cases[] = {
        {2, SCTP_HMAC_SHA256, SCTP_HMAC_SHA1, SCTP_HMAC_SHA256},
        {2, SCTP_HMAC_SHA1, SCTP_HMAC_SHA256, SCTP_HMAC_SHA1},
        {1, SCTP_HMAC_SHA1, 0, SCTP_HMAC_SHA1},
    };
    const uint8_t types[] = {SCTP_C_DATA};
    for (size_t i = 0; i < 3; i++)
    {
        struct sctp_config z = forge_config(1, types);
        z.n_hmacs = cases[i].n;
        z.hmacs[0] = cases[i].first;
        z.hmacs[1] = cases[i].second;
        struct net* n = whole_life(NULL, &z);
        net_free(n);
        n = net_new_two(NULL, &z, 1);
        net_connect(n);
        net_run_for(n, ROAM_SEC);
        struct sctp_status s;
        sctp_status(n->ep[A], n->id[A], &s);
        assert_int_equal(s.auth_hmac, cases[i].want);
        net_free(n);
    }
}

/* --- COOKIE ECHO where there is no association ------------------------------------------------ */

/** Runs until A has sent its COOKIE ECHO, takes it out of the air, and changes it. */
static struct net* with_cookie_echo(const struct sctp_config* c, int how)
{
    struct net* n = net_new(c);
    net_connect(n);
    net_run_for(n, 20 * ROAM_MS);
    assert_int_equal(n->n_flying, 1);
    struct net_packet* f = &n->flying[0];
    assert_int_equal(f->bytes[SCTP_HEADER], SCTP_C_AUTH);
    const size_t auth_len = roam_get16(f->bytes + SCTP_HEADER + 2);
    if (how == 1)
    {
        f->bytes[SCTP_HEADER + SCTP_AUTH_FIXED] ^= 1; /* a wrong HMAC */
    }
    else if (how == 2)
    {
        memmove(f->bytes + SCTP_HEADER, f->bytes + SCTP_HEADER + auth_len,
                f->p.len - SCTP_HEADER - auth_len); /* none at all */
        f->p.len -= auth_len;
    }
    sctp_seal(f->bytes, f->p.len);
    net_run_for(n, 50 * ROAM_MS);
    return n;
}

static void the_key_for_a_cookie_echo_comes_from_the_cookie(void** state)
{
    (void)state;
    const uint8_t types[] = {SCTP_C_COOKIE_ECHO};
    const struct sctp_config c = forge_config(1, types);
    struct net* n = with_cookie_echo(&c, 0);
    assert_int_equal(n->up[Z], 1);
    net_free(n);
    for (int how = 1; how <= 2; how++)
    {
        n = with_cookie_echo(&c, how);
        assert_int_equal(n->up[Z], 0);
        assert_int_equal(n->sent, 3); /* INIT, INIT ACK, COOKIE ECHO: dropped silently */
        assert_int_equal(n->drops[Z][SCTP_DROP_AUTH], 1);
        net_run_for(n, 5 * ROAM_SEC); /* T1 sends a good one */
        assert_int_equal(n->up[Z], 1);
        net_free(n);
    }
}

static void a_duplicate_cookie_echo_behind_auth_is_answered(void** state)
{
    (void)state;
    const uint8_t types[] = {SCTP_C_COOKIE_ECHO};
    const struct sctp_config c = forge_config(1, types);
    struct net* n = net_new(&c);
    n->drop_chunk = "COOKIE-ACK";
    net_connect(n);
    net_run_for(n, 5 * ROAM_SEC);
    assert_int_equal(net_count(n, A, "COOKIE-ECHO"), 2);
    assert_int_equal(net_count(n, Z, "COOKIE-ACK"), 2);
    assert_int_equal(n->drops[Z][SCTP_DROP_AUTH], 0);
    assert_int_equal(n->up[A], 1);
    assert_int_equal(n->up[Z], 1);
    net_free(n);
}

static void what_the_user_changes_between_init_ack_and_cookie_echo_changes_no_key(void** state)
{
    (void)state;
    const uint8_t types[] = {SCTP_C_COOKIE_ECHO, SCTP_C_DATA};
    struct sctp_config c = forge_config(2, types);
    struct net* n = net_new(&c);
    net_connect(n);
    net_run_for(n, 15 * ROAM_MS); /* the INIT ACK is on its way */
    assert_int_equal(n->sent, 2);
    c.n_auth_chunks = 0;
    c.n_hmacs = 1;
    c.hmacs[0] = SCTP_HMAC_SHA1;
    assert_int_equal(sctp_configure(n->ep[Z], 0, &c), ROAM_OK);
    net_run_for(n, ROAM_SEC);
    assert_int_equal(n->up[Z], 1);
    net_send(n, A, 1, 100);
    net_run_for(n, ROAM_SEC);
    assert_int_equal(n->next_in[Z], 1);
    assert_true(always_behind_auth(n, A, "DATA"));
    net_free(n);
}

static void auth_is_not_taken_into_account_out_of_the_blue(void** state)
{
    (void)state;
    struct net* n = net_established(NULL);
    const struct roam_addr stranger = {ROAM_ADDR_V4, {9, 9, 9, 9}};
    const uint8_t want[] = {SCTP_C_SHUTDOWN_COMPLETE, SCTP_F_T};
    struct forge f;
    struct roam_packet p;
    /* SHUTDOWN ACK behind AUTH is answered like SHUTDOWN ACK (RFC 9260 section 8.4 rule 5) */
    forge_begin(&f, n, A);
    forge_auth(&f);
    forge_chunk(&f, SCTP_C_SHUTDOWN_ACK, 0, NULL, 0);
    const struct roam_packet in = {
        .src = stranger, .dst = z1, .ifindex = 1, .data = f.bytes, .len = roam_written(&f.w)};
    sctp_seal(f.bytes, in.len);
    sctp_recv(n->ep[Z], &in, n->now);
    assert_true(sctp_poll_packet(n->ep[Z], &p, n->now));
    assert_memory_equal(p.data + SCTP_HEADER, want, sizeof want);
    net_free(n);
}

/* --- The parameters, sections 3 and 6.1 ------------------------------------------------------ */

static void without_random_or_hmac_algo_there_is_no_auth_and_the_user_hears_of_it(void** state)
{
    (void)state;
    struct sctp_config plain;
    sctp_config_default(&plain);
    plain.auth = plain.addip = false;
    const uint8_t types[] = {SCTP_C_DATA, SCTP_C_COOKIE_ECHO};
    const struct sctp_config c = forge_config(2, types);
    struct net* n = whole_life(&plain, &c);
    assert_int_equal(net_count(n, A, "AUTH") + net_count(n, Z, "AUTH"), 0);
    assert_int_equal(n->events[Z][SCTP_EV_AUTH], 1);
    assert_int_equal(n->last[Z][SCTP_EV_AUTH].u.auth.what, SCTP_AUTH_NO_AUTH);
    assert_int_equal(n->events[A][SCTP_EV_AUTH], 0); /* it has not asked */
    net_free(n);
}

static void an_empty_chunks_parameter_is_left_out_and_auth_works(void** state)
{
    (void)state;
    struct sctp_config c;
    sctp_config_default(&c);
    c.addip = false;
    const uint8_t types[] = {SCTP_C_DATA};
    struct sctp_config z = forge_config(1, types);
    struct net* n = whole_life(&c, &z);
    assert_true(always_behind_auth(n, A, "DATA"));
    net_free(n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_type_that_the_peer_lists_is_sent_behind_auth),
        cmocka_unit_test(all_types_at_once_from_both_ends),
        cmocka_unit_test(any_packet_of_an_authenticated_session_may_be_lost),
        cmocka_unit_test(an_abort_is_authenticated_when_the_peer_wants_it),
        cmocka_unit_test(a_forward_tsn_is_sent_behind_auth),
        cmocka_unit_test(a_listed_type_without_auth_is_dropped_silently),
        cmocka_unit_test(auth_in_the_middle_covers_what_is_behind_it),
        cmocka_unit_test(a_changed_packet_loses_all_that_is_behind_auth),
        cmocka_unit_test(an_auth_chunk_cut_at_any_length_is_not_right),
        cmocka_unit_test(two_auth_chunks_are_each_judged),
        cmocka_unit_test(an_unsupported_hmac_identifier_is_answered_with_error),
        cmocka_unit_test(the_peers_first_choice_that_we_offer_is_used),
        cmocka_unit_test(the_key_for_a_cookie_echo_comes_from_the_cookie),
        cmocka_unit_test(a_duplicate_cookie_echo_behind_auth_is_answered),
        cmocka_unit_test(what_the_user_changes_between_init_ack_and_cookie_echo_changes_no_key),
        cmocka_unit_test(auth_is_not_taken_into_account_out_of_the_blue),
        cmocka_unit_test(without_random_or_hmac_algo_there_is_no_auth_and_the_user_hears_of_it),
        cmocka_unit_test(an_empty_chunks_parameter_is_left_out_and_auth_works),
    };
    return cmocka_run_group_tests_name("sctp-auth", tests, NULL, NULL);
}

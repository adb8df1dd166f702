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

static struct sctp_config config_with(size_t n, const uint8_t* types)
{
    struct sctp_config c;
    sctp_config_default(&c);
    c.n_auth_chunks = (uint8_t)n;
    memcpy(c.auth_chunks, types, n);
    return c;
}

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
        const struct sctp_config z = config_with(1, &from_a[i]);
        struct net* n = whole_life(NULL, &z);
        assert_true(always_behind_auth(n, A, sctp_chunk_name(from_a[i])));
        assert_int_equal(net_count(n, Z, "AUTH"), 0); /* A has asked for nothing */
        net_free(n);
    }
    for (size_t i = 0; i < sizeof from_z; i++)
    {
        const struct sctp_config a = config_with(1, &from_z[i]);
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
    const struct sctp_config c = config_with(sizeof all, all);
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
    const struct sctp_config c = config_with(sizeof all, all);
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
    const struct sctp_config c = config_with(1, types);
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
    const struct sctp_config c = config_with(1, types);
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
        const struct sctp_config c = config_with(1, &types[i]);
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
    const struct sctp_config c = config_with(1, types);
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
    const struct sctp_config c = config_with(1, types);
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
    const struct sctp_config c = config_with(1, types);
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
        struct sctp_config z = config_with(1, types);
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
    const struct sctp_config c = config_with(1, types);
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
    const struct sctp_config c = config_with(1, types);
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
    struct sctp_config c = config_with(2, types);
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

/* --- Keys, section 6.1 ----------------------------------------------------------------------- */

static void set_key(struct net* n, int end, bool running, uint16_t id, const char* bytes)
{
    assert_int_equal(
        sctp_auth_set_key(n->ep[end], running ? n->id[end] : 0, id, bytes, strlen(bytes)), ROAM_OK);
}

static void a_key_changes_while_the_association_runs(void** state)
{
    (void)state;
    const uint8_t types[] = {SCTP_C_DATA, SCTP_C_COOKIE_ECHO};
    const struct sctp_config c = config_with(2, types);
    struct net* n = net_new(&c);
    struct sctp_status s;
    for (int end = A; end <= Z; end++)
    {
        set_key(n, end, false, 7, "a secret of both");
        assert_int_equal(sctp_auth_activate_key(n->ep[end], 0, 7), ROAM_OK);
    }
    net_connect(n);
    net_run_for(n, ROAM_SEC);
    assert_int_equal(n->up[Z], 1);
    net_send(n, A, 3, 100);
    net_run_for(n, ROAM_SEC);
    assert_int_equal(n->next_in[Z], 3);
    assert_int_equal(n->last[Z][SCTP_EV_AUTH].u.auth.what, SCTP_AUTH_NEW_KEY);
    assert_int_equal(n->last[Z][SCTP_EV_AUTH].u.auth.key, 7);
    assert_int_equal(n->events[Z][SCTP_EV_AUTH], 1);

    /* both ends learn the next one; Z's is not yet active, and takes either */
    set_key(n, Z, true, 8, "the next secret");
    set_key(n, A, true, 8, "the next secret");
    net_send(n, A, 1, 100);
    net_run_for(n, ROAM_SEC);
    assert_int_equal(sctp_auth_activate_key(n->ep[A], n->id[A], 8), ROAM_OK);
    net_send(n, A, 1, 100);
    net_send(n, Z, 1, 100);
    net_run_for(n, ROAM_SEC);
    assert_int_equal(n->next_in[Z], 5);
    assert_int_equal(n->next_in[A], 1);
    assert_int_equal(n->last[Z][SCTP_EV_AUTH].u.auth.key, 8);
    assert_int_equal(n->events[Z][SCTP_EV_AUTH], 2);
    sctp_status(n->ep[A], n->id[A], &s);
    assert_int_equal(s.auth_key, 8);

    /* the old one goes */
    assert_int_equal(sctp_auth_delete_key(n->ep[A], n->id[A], 7), ROAM_OK);
    assert_int_equal(sctp_auth_delete_key(n->ep[Z], n->id[Z], 7), ROAM_EINVAL); /* active there */
    assert_int_equal(sctp_auth_activate_key(n->ep[Z], n->id[Z], 8), ROAM_OK);
    assert_int_equal(sctp_auth_delete_key(n->ep[Z], n->id[Z], 7), ROAM_OK);
    net_send(n, A, 1, 100);
    net_run_for(n, ROAM_SEC);
    assert_int_equal(n->next_in[Z], 6);
    net_free(n);
}

static void what_is_retransmitted_has_the_key_that_is_active_then(void** state)
{
    (void)state;
    const uint8_t types[] = {SCTP_C_DATA};
    const struct sctp_config c = config_with(1, types);
    struct net* n = net_established(&c);
    set_key(n, A, true, 3, "three");
    set_key(n, Z, true, 3, "three");
    n->drop_chunk = "DATA";
    net_send(n, A, 1, 100);
    assert_int_equal(sctp_auth_activate_key(n->ep[A], n->id[A], 3), ROAM_OK);
    assert_int_equal(sctp_auth_delete_key(n->ep[A], n->id[A], 0), ROAM_OK);
    net_run_for(n, 5 * ROAM_SEC);
    assert_int_equal(n->next_in[Z], 1);
    assert_int_equal(n->last[Z][SCTP_EV_AUTH].u.auth.key, 3);
    net_free(n);
}

static void an_unknown_key_identifier_is_dropped_and_told(void** state)
{
    (void)state;
    const uint8_t types[] = {SCTP_C_DATA};
    const struct sctp_config c = config_with(1, types);
    struct net* n = net_established(&c);
    set_key(n, A, true, 9, "only A knows it");
    sctp_auth_activate_key(n->ep[A], n->id[A], 9);
    const unsigned from_z = net_count(n, Z, "SACK") + net_count(n, Z, "ERROR");
    net_send(n, A, 1, 100);
    net_run_for(n, 500 * ROAM_MS);
    assert_int_equal(n->next_in[Z], 0);
    assert_int_equal(net_count(n, Z, "SACK") + net_count(n, Z, "ERROR"), from_z);
    assert_int_equal(n->last[Z][SCTP_EV_AUTH].u.auth.what, SCTP_AUTH_NO_KEY);
    assert_int_equal(n->last[Z][SCTP_EV_AUTH].u.auth.key, 9);
    set_key(n, Z, true, 9, "only A knows it");
    net_run_for(n, 5 * ROAM_SEC); /* the retransmission is understood */
    assert_int_equal(n->next_in[Z], 1);
    net_free(n);
}

static void another_secret_under_the_same_identifier_is_wrong(void** state)
{
    (void)state;
    const uint8_t types[] = {SCTP_C_COOKIE_ECHO};
    const struct sctp_config c = config_with(1, types);
    struct net* n = net_new(&c);
    set_key(n, A, false, 0, "of A");
    set_key(n, Z, false, 0, "of Z");
    net_connect(n);
    net_run_for(n, ROAM_SEC);
    assert_int_equal(n->up[Z], 0);
    assert_true(n->drops[Z][SCTP_DROP_AUTH] > 0);
    net_free(n);
}

static void calls_about_keys_refuse_what_makes_no_sense(void** state)
{
    (void)state;
    struct net* n = net_established(NULL);
    uint8_t large[SCTP_AUTH_KEY_MAX + 1] = {0};
    struct sctp_endpoint* ep = n->ep[A];
    assert_int_equal(sctp_auth_set_key(ep, 99, 1, large, 1), ROAM_ENOENT);
    assert_int_equal(sctp_auth_set_key(ep, 0, 1, large, sizeof large), ROAM_EINVAL);
    assert_int_equal(sctp_auth_set_key(ep, 0, 1, large, SCTP_AUTH_KEY_MAX), ROAM_OK);
    assert_int_equal(sctp_auth_activate_key(ep, 0, 2), ROAM_ENOENT);
    assert_int_equal(sctp_auth_activate_key(ep, n->id[A], 1), ROAM_ENOENT); /* born before it */
    assert_int_equal(sctp_auth_delete_key(ep, 0, 0), ROAM_EINVAL);
    assert_int_equal(sctp_auth_delete_key(ep, 0, 2), ROAM_ENOENT);
    assert_int_equal(sctp_auth_delete_key(ep, 99, 0), ROAM_ENOENT);

    struct sctp_config c;
    sctp_config_default(&c);
    c.hmacs[1] = SCTP_HMAC_SHA256;
    assert_int_equal(sctp_config_check(&c), ROAM_EINVAL); /* no SHA-1 */
    sctp_config_default(&c);
    c.n_hmacs = 0;
    assert_int_equal(sctp_config_check(&c), ROAM_EINVAL);
    const uint8_t never[] = {SCTP_C_INIT, SCTP_C_INIT_ACK, SCTP_C_SHUTDOWN_COMPLETE, SCTP_C_AUTH};
    for (size_t i = 0; i < sizeof never; i++)
    {
        c = config_with(1, &never[i]);
        assert_int_equal(sctp_config_check(&c), ROAM_EINVAL);
    }
    net_free(n);
}

/** The vectors after sctp_auth_derive(). */
static void derive(struct sctp_auth* auth, const char* one, const char* two)
{
    struct sctp_key_vector a = {.len = (uint16_t)strlen(one)}, b = {.len = (uint16_t)strlen(two)};
    for (size_t i = 0; i < a.len; i++)
    {
        a.bytes[i] = (uint8_t)(one[i] - '0');
    }
    for (size_t i = 0; i < b.len; i++)
    {
        b.bytes[i] = (uint8_t)(two[i] - '0');
    }
    assert_true(sctp_auth_derive(auth, &a, &b));
}

static void the_numerically_smaller_key_vector_comes_first(void** state)
{
    (void)state;
    static const struct
    {
        const char *one, *two, *joined;
    } cases[] = {
        {"123", "124", "123124"}, /* of equal length */
        {"9", "123", "9123"},     /* a longer one is larger */
        {"0009", "10", "000910"}, /* unless it begins with zeros */
        {"0012", "12", "120012"}, /* equal as numbers: the shorter one first */
        {"55", "55", "5555"},     /* the same */
        {"", "1", "1"},           /* an empty one */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
    {
        for (int swap = 0; swap < 2; swap++)
        {
            struct sctp_auth auth = {0};
            derive(&auth, swap ? cases[i].two : cases[i].one, swap ? cases[i].one : cases[i].two);
            assert_int_equal(auth.vectors_len, strlen(cases[i].joined));
            for (size_t k = 0; k < auth.vectors_len; k++)
            {
                assert_int_equal(auth.vectors[k], cases[i].joined[k] - '0');
            }
            sctp_auth_clear(&auth);
        }
    }
}

static void the_hmac_is_that_of_the_key_the_vectors_and_a_zero_field(void** state)
{
    (void)state;
    struct sctp_auth auth = {.offer = {.n_hmacs = 1, .hmacs = {SCTP_HMAC_SHA1}},
                             .hmac = SCTP_HMAC_SHA1};
    uint8_t packet[64], copy[64], want[20];
    assert_true(sctp_keys_set(&auth.keys, 5, "key", 3));
    auth.keys.active = 5;
    derive(&auth, "12", "3");
    struct roam_writer w = roam_writer(packet, sizeof packet);
    sctp_auth_begin(&auth, &w);
    sctp_write_chunk(&w, SCTP_C_HEARTBEAT, 0, 8);
    roam_write32(&w, 0xdeadbeef);
    memcpy(copy, packet, sizeof copy); /* its HMAC field is zero */
    sctp_auth_finish(&auth, packet, w.p);
    const uint8_t key[] = {'k', 'e', 'y', 3, 1, 2}; /* secret, smaller vector, larger vector */
    sctp_hmac(SCTP_HMAC_SHA1, key, sizeof key, copy, roam_written(&w), want);
    assert_memory_equal(packet + SCTP_AUTH_FIXED, want, sizeof want);
    const uint8_t header[] = {SCTP_C_AUTH, 0, 0, 28, 0, 5, 0, 1};
    assert_memory_equal(packet, header, sizeof header);
    sctp_auth_clear(&auth);
}

static void a_restart_renews_the_key_vectors(void** state)
{
    (void)state;
    const uint8_t types[] = {SCTP_C_COOKIE_ECHO, SCTP_C_DATA, SCTP_C_SACK};
    const struct sctp_config c = config_with(3, types);
    struct net* n = net_established(&c);
    uint8_t before[512], mine[SCTP_RANDOM_LEN];
    const struct sctp_assoc* z = forge_assoc(n, Z);
    memcpy(before, z->auth.vectors, z->auth.vectors_len);
    memcpy(mine, z->auth.offer.random, sizeof mine);
    net_reboot_a(n, &c, 99);
    net_connect(n);
    net_run_for(n, 5 * ROAM_SEC);
    assert_int_equal(n->restarts[Z], 1);
    z = forge_assoc(n, Z);
    assert_memory_not_equal(before, z->auth.vectors, z->auth.vectors_len);
    assert_memory_not_equal(mine, z->auth.offer.random, sizeof mine);
    net_send(n, A, 3, 2000);
    net_send(n, Z, 3, 2000);
    net_run_for(n, 5 * ROAM_SEC);
    assert_int_equal(n->next_in[Z], 3);
    assert_int_equal(n->next_in[A], 3);
    net_free(n);
}

/* --- The parameters, sections 3 and 6.1 ------------------------------------------------------ */

/** An INIT for Z with these parameters; the first chunk of the answer, and where it lies. */
static uint8_t answer_to_init(struct net* n, const uint8_t* params, size_t len,
                              struct roam_packet* answer)
{
    uint8_t bytes[1024];
    struct roam_writer w = roam_writer(bytes, sizeof bytes);
    sctp_write_header(&w, 4000, 5000, 0);
    sctp_write_chunk(&w, SCTP_C_INIT, 0, SCTP_INIT_FIXED + len);
    roam_write32(&w, 0x11223344);
    roam_write32(&w, 100000);
    roam_write16(&w, 10);
    roam_write16(&w, 10);
    roam_write32(&w, 1);
    roam_write_bytes(&w, params, len);
    roam_write_pad4(&w);
    const struct roam_packet p = {
        .src = a1, .dst = z1, .ifindex = 1, .data = bytes, .len = roam_written(&w)};
    sctp_seal(bytes, p.len);
    sctp_recv(n->ep[Z], &p, n->now);
    assert_true(sctp_poll_packet(n->ep[Z], answer, n->now));
    return answer->data[SCTP_HEADER];
}

static void an_init_with_wrong_auth_parameters_is_refused(void** state)
{
    (void)state;
    static const uint8_t zeros[64];
    static const uint8_t both[] = {0, 3, 0, 1}, sha256[] = {0, 3}, odd[] = {0, 1, 0};
    const struct
    {
        size_t random;
        const uint8_t* hmacs;
        size_t n_hmacs;
        int randoms;
        bool good;
    } cases[] = {
        {32, both, 4, 1, true},     {31, both, 4, 1, false},   {33, both, 4, 1, false},
        {0, both, 4, 1, false},     {32, sha256, 2, 1, false}, {32, odd, 3, 1, false},
        {32, both, 0, 1, false},    {32, both, 4, 2, false},   {32, both, 4, 0, true},
        {32, both + 2, 2, 1, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
    {
        struct net* n = net_new(NULL);
        uint8_t params[256];
        struct roam_packet answer;
        struct roam_writer w = roam_writer(params, sizeof params);
        for (int k = 0; k < cases[i].randoms; k++)
        {
            sctp_write_param(&w, SCTP_P_RANDOM, zeros, cases[i].random);
        }
        sctp_write_param(&w, SCTP_P_HMAC_ALGO, cases[i].hmacs, cases[i].n_hmacs);
        const uint8_t type = answer_to_init(n, params, roam_written(&w), &answer);
        assert_int_equal(type, cases[i].good ? SCTP_C_INIT_ACK : SCTP_C_ABORT);
        if (!cases[i].good)
        {
            assert_int_equal(roam_get16(answer.data + SCTP_HEADER + 4), SCTP_E_PROTOCOL);
        }
        net_free(n);
    }
}

static void a_chunks_parameter_with_what_is_never_authenticated_changes_nothing(void** state)
{
    (void)state;
    static const uint8_t random[32];
    const uint8_t chunks[] = {SCTP_C_INIT, SCTP_C_INIT_ACK, SCTP_C_SHUTDOWN_COMPLETE, SCTP_C_AUTH,
                              SCTP_C_SACK};
    const uint8_t hmacs[] = {0, 1};
    uint8_t params[256];
    struct roam_writer w = roam_writer(params, sizeof params);
    sctp_write_param(&w, SCTP_P_RANDOM, random, sizeof random);
    sctp_write_param(&w, SCTP_P_CHUNKS, chunks, sizeof chunks);
    sctp_write_param(&w, SCTP_P_HMAC_ALGO, hmacs, sizeof hmacs);
    struct sctp_init init = {0};
    struct roam_reader r = roam_reader(params, roam_written(&w));
    assert_true(sctp_next_param(&r, &init.random) && sctp_next_param(&r, &init.chunks) &&
                sctp_next_param(&r, &init.hmacs));
    struct sctp_auth auth = {.offer = {.n_hmacs = 1, .hmacs = {SCTP_HMAC_SHA1}}};
    assert_true(sctp_auth_learn(&auth, &init));
    for (size_t i = 0; i < sizeof chunks; i++)
    {
        assert_int_equal(sctp_auth_wanted(&auth, chunks[i]), chunks[i] == SCTP_C_SACK);
    }
    /* the CHUNKS parameter itself belongs to the key vector: 36 + 9 + 6, beside ours of 36 + 6 */
    assert_int_equal(auth.vectors_len, 36 + 9 + 6 + 36 + 6);
    sctp_auth_clear(&auth);
}

static void without_random_or_hmac_algo_there_is_no_auth_and_the_user_hears_of_it(void** state)
{
    (void)state;
    struct sctp_config plain;
    sctp_config_default(&plain);
    plain.auth = plain.addip = false;
    const uint8_t types[] = {SCTP_C_DATA, SCTP_C_COOKIE_ECHO};
    const struct sctp_config c = config_with(2, types);
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
    struct sctp_config z = config_with(1, types);
    struct net* n = whole_life(&c, &z);
    assert_true(always_behind_auth(n, A, "DATA"));
    net_free(n);
}

static void auth_from_a_peer_that_never_offered_it_is_dropped_silently(void** state)
{
    (void)state;
    struct sctp_config plain;
    sctp_config_default(&plain);
    plain.auth = plain.addip = false;
    struct net* n = net_new_two(&plain, NULL, 1);
    net_connect(n);
    net_run_for(n, ROAM_SEC);
    n->reading[Z] = false;
    const unsigned sent = n->sent;
    struct forge f;
    forge_begin(&f, n, A);
    forge_auth_as(&f, 0, 77);
    forge_data(&f, 0, "data");
    forge_send(&f);
    assert_int_equal(sctp_receive_ready(n->ep[Z], n->id[Z]), 0);
    assert_int_equal(n->sent, sent);
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
        cmocka_unit_test(a_key_changes_while_the_association_runs),
        cmocka_unit_test(what_is_retransmitted_has_the_key_that_is_active_then),
        cmocka_unit_test(an_unknown_key_identifier_is_dropped_and_told),
        cmocka_unit_test(another_secret_under_the_same_identifier_is_wrong),
        cmocka_unit_test(calls_about_keys_refuse_what_makes_no_sense),
        cmocka_unit_test(the_numerically_smaller_key_vector_comes_first),
        cmocka_unit_test(the_hmac_is_that_of_the_key_the_vectors_and_a_zero_field),
        cmocka_unit_test(a_restart_renews_the_key_vectors),
        cmocka_unit_test(an_init_with_wrong_auth_parameters_is_refused),
        cmocka_unit_test(a_chunks_parameter_with_what_is_never_authenticated_changes_nothing),
        cmocka_unit_test(without_random_or_hmac_algo_there_is_no_auth_and_the_user_hears_of_it),
        cmocka_unit_test(an_empty_chunks_parameter_is_left_out_and_auth_works),
        cmocka_unit_test(auth_from_a_peer_that_never_offered_it_is_dropped_silently),
    };
    return cmocka_run_group_tests_name("sctp-auth", tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The keys of authenticated chunks and the parameters that they come from, RFC 4895, sections 3
 * and 6.1. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sctp-forge.h"

#include <stdlib.h>
#include <string.h>

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
    const struct sctp_config c = forge_config(2, types);
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
    const struct sctp_config c = forge_config(1, types);
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
    const struct sctp_config c = forge_config(1, types);
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
    const struct sctp_config c = forge_config(1, types);
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
        c = forge_config(1, &never[i]);
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
    const struct sctp_config c = forge_config(3, types);
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

static void the_longest_key_between_the_longest_vectors(void** state)
{
    (void)state;
    struct sctp_auth auth = {.hmac = SCTP_HMAC_SHA1, .offer = {.n_hmacs = 1}};
    struct sctp_key_vector ours = {.len = sizeof ours.bytes}, theirs = {.len = sizeof theirs.bytes};
    uint8_t key[SCTP_AUTH_KEY_MAX], packet[256] = {0};
    memset(key, 'k', sizeof key);
    memset(ours.bytes, 'o', sizeof ours.bytes);
    memset(theirs.bytes, 't', sizeof theirs.bytes);
    auth.offer.hmacs[0] = SCTP_HMAC_SHA1;
    assert_true(sctp_keys_set(&auth.keys, 0, key, sizeof key));
    assert_true(sctp_auth_derive(&auth, &ours, &theirs));
    struct roam_writer w = roam_writer(packet, sizeof packet);
    sctp_auth_begin(&auth, &w);
    sctp_auth_finish(&auth, packet, w.p);
    struct roam_reader r = roam_reader(packet, roam_written(&w));
    struct sctp_chunk c;
    assert_true(sctp_next_chunk(&r, &c));
    assert_int_equal(sctp_auth_check(&auth, &c, w.p), SCTP_AUTH_OK);
    packet[c.len - 1] ^= 1;
    assert_int_equal(sctp_auth_check(&auth, &c, w.p), SCTP_AUTH_BAD);
    sctp_auth_clear(&auth);
}

static void nothing_behind_the_list_of_chunk_types_is_read(void** state)
{
    (void)state;
    struct sctp_config c;
    sctp_config_default(&c);
    c.n_auth_chunks = 1;
    c.auth_chunks[0] = SCTP_C_DATA;
    c.auth_chunks[1] = SCTP_C_INIT; /* never authenticated, but not in the list */
    assert_true(sctp_auth_config_ok(&c));
    c.n_auth_chunks = 2;
    assert_false(sctp_auth_config_ok(&c));
}

static void half_an_hmac_identifier_is_none(void** state)
{
    (void)state;
    const uint8_t random[4 + 4] = {0x80, 0x02, 0, 8};
    const uint8_t hmacs[4 + 4] = {0x80, 0x04, 0, 7, 0, 9, 0, SCTP_HMAC_SHA1}; /* the 1 is padding */
    const struct sctp_init init = {
        .random = {.bytes = random, .value = random + 4, .len = 8, .value_len = 4},
        .hmacs = {.bytes = hmacs, .value = hmacs + 4, .len = 7, .value_len = 3}};
    struct sctp_auth auth = {.offer = {.n_hmacs = 1}};
    auth.offer.hmacs[0] = SCTP_HMAC_SHA1;
    assert_true(sctp_auth_learn(&auth, &init));
    assert_int_equal(auth.hmac, SCTP_HMAC_NONE);
    sctp_auth_clear(&auth);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
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
        cmocka_unit_test(auth_from_a_peer_that_never_offered_it_is_dropped_silently),
        cmocka_unit_test(the_longest_key_between_the_longest_vectors),
        cmocka_unit_test(nothing_behind_the_list_of_chunk_types_is_read),
        cmocka_unit_test(half_an_hmac_identifier_is_none),
    };
    return cmocka_run_group_tests_name("sctp-auth-key", tests, NULL, NULL);
}

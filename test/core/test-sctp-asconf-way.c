/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which addresses an ASCONF, and data while one is outstanding, may leave from and go to: RFC 5061
 * section 5.3. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sctp-asconf-craft.h"

#include <stdlib.h>
#include <string.h>

/* --- Which association, which way ------------------------------------------------------------ */

/** The source address whose packets watch_step() counts. */
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
    struct net* n = net_two_radios(NULL);
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

/** A client with one radio, whose new link comes and goes while its ADD is on the way. Found in
 * flapping cells: with each return a HEARTBEAT left, Z did not know a2, and its ABORT ended all. */
static void a_link_that_flaps_while_its_address_is_added_provokes_no_abort(void** state)
{
    (void)state;
    struct net* n = net_established(NULL);
    net_send(n, Z, 3, 1000);
    net_lose(n, A, &a1);
    net_cut(n, &a1);
    net_gain(n, A, &a2);
    n->drop_chunk = "ASCONF"; /* A -> ASCONF /lost/ Z */
    assert_int_equal(net_asconf(n, A, SCTP_ADD, &a2), ROAM_OK);
    for (int i = 0; i < 5; i++)
    {
        net_run_for(n, 5 * ROAM_MS);
        net_lose(n, A, &a2);
        net_run_for(n, 5 * ROAM_MS);
        net_gain(n, A, &a2);
    }
    net_run_for(n, 10 * ROAM_SEC);
    assert_int_equal(net_count(n, Z, "ABORT"), 0);
    assert_int_equal(n->asconf_done[A][SCTP_ADD], 1);
    assert_int_equal(n->asconf_cause[A][SCTP_ADD], 0);
    assert_int_equal(n->next_in[A], 3);
    net_free(n);
}

/** What has waited for an ADD does not leave when that is refused: a2 is none of ours then. */
static void what_waits_for_an_add_that_is_refused_never_leaves(void** state)
{
    (void)state;
    struct net* n = net_established(NULL);
    net_lose(n, A, &a1);
    net_gain(n, A, &a2);
    n->drop_chunk = "ASCONF";
    assert_int_equal(net_asconf(n, A, SCTP_ADD, &a2), ROAM_OK);
    net_poll(n);
    /* A <- HEARTBEAT <- Z, to a2: Z added it once before, and this one is late */
    struct forge f;
    const uint8_t info[] = {0, 1, 0, 8, 1, 2, 3, 4};
    forge_begin(&f, n, Z);
    f.dst = a2;
    forge_chunk(&f, SCTP_C_HEARTBEAT, 0, info, sizeof info);
    forge_send(&f);
    net_poll(n);
    assert_int_equal(net_count(n, A, "HEARTBEAT-ACK"), 0);
    /* A <- ASCONF-ACK <- Z: no resources */
    const uint8_t refused[] = {0xc0, 3, 0, 12, 0, 0, 0, 0, 1, 0, 0, 4};
    uint8_t body[4 + sizeof refused];
    roam_put32(body, forge_assoc(n, A)->my_serial);
    memcpy(body + 4, refused, sizeof refused);
    forge_begin(&f, n, Z);
    forge_auth(&f);
    forge_chunk(&f, SCTP_C_ASCONF_ACK, 0, body, sizeof body);
    forge_send(&f);
    net_run_for(n, 5 * ROAM_SEC);
    assert_int_equal(n->asconf_cause[A][SCTP_ADD], 0x0100);
    assert_int_equal(net_count(n, A, "HEARTBEAT-ACK"), 0);
    assert_int_equal(net_count(n, Z, "ABORT"), 0);
    net_free(n);
}

/** An ABORT with the T bit, from Z to a2. */
static void abort_out_of_the_blue(struct net* n)
{
    struct forge f;
    forge_begin(&f, n, Z);
    f.dst = a2;
    roam_put32(f.bytes + 4, forge_assoc(n, Z)->my_tag);
    forge_chunk(&f, SCTP_C_ABORT, SCTP_F_T, NULL, 0);
    forge_send(&f);
}

/** A packet from a2 is late, its address deleted and added again: the ABORT that it gets comes
 * when a2 is bound. */
static void an_abort_about_an_earlier_life_of_an_address_ends_nothing(void** state)
{
    (void)state;
    struct sctp_config c;
    sctp_config_default(&c);
    struct net* n = asconf_both();
    net_asconf(n, A, SCTP_DELETE, &a2);
    net_run_for(n, 100 * ROAM_MS);
    net_asconf(n, A, SCTP_ADD, &a2);
    net_run_for(n, 100 * ROAM_MS);
    assert_int_equal(n->asconf_done[A][SCTP_ADD], 2);
    abort_out_of_the_blue(n);
    assert_int_equal(net_state(n, A), SCTP_ESTABLISHED);
    /* a peer that has lost the association says so for longer than an answer takes; Z has answered
     * a HEARTBEAT over the path, so that one RTO is enough */
    net_run_for(n, c.rto_min);
    abort_out_of_the_blue(n);
    assert_int_equal(n->why[A], SCTP_LOST_PEER_ABORT);
    net_free(n);
}

static void an_address_that_is_being_deleted_hears_and_says_nothing(void** state)
{
    (void)state;
    struct net* n = asconf_both();
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
    /* afterwards it is late, and dropped in silence: an ABORT might find a2 added again */
    n->drops[A][SCTP_DROP_UNEXPECTED] = 0;
    forge_begin(&f, n, Z);
    f.dst = a2;
    forge_data(&f, 0, "late");
    forge_send(&f);
    assert_int_equal(n->drops[A][SCTP_DROP_UNEXPECTED], 1);
    assert_int_equal(net_count(n, A, "ABORT"), 0);
    net_run_for(n, ROAM_SEC);
    assert_int_equal(net_state(n, Z), SCTP_ESTABLISHED);
    net_free(n);
}

static void nothing_goes_to_an_address_that_the_peer_has_deleted(void** state)
{
    (void)state;
    struct net* n = asconf_both();
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
    net_free(n);
}

/** From an address to Z, DATA under a tag. Returns how many ABORTs it brought. */
static unsigned aborts_for(struct net* n, const struct roam_addr* src, uint32_t tag)
{
    struct forge f;
    const unsigned aborts = net_count(n, Z, "ABORT");
    const unsigned before = n->drops[Z][SCTP_DROP_OOTB];
    forge_begin(&f, n, A);
    f.src = *src;
    roam_put32(f.bytes + 4, tag);
    forge_chunk(&f, SCTP_C_DATA, 3, (const uint8_t[16]){0}, 16);
    forge_send(&f);
    assert_int_equal(n->drops[Z][SCTP_DROP_OOTB], before + 1);
    return net_count(n, Z, "ABORT") - aborts;
}

/** Section 5.3 F13: what comes from a deleted address is out of the blue; but it is late, not lost,
 * and an ABORT might find the address added again. */
static void what_is_late_from_a_deleted_address_gets_no_abort(void** state)
{
    (void)state;
    struct net* n = asconf_both();
    const uint32_t tag = forge_assoc(n, Z)->my_tag;
    assert_int_equal(aborts_for(n, &a3, tag), 1); /* it never was A's */
    for (uint8_t i = 0; i < 10; i++)
    {
        net_asconf(n, A, SCTP_DELETE, &a2);
        net_run_for(n, ROAM_SEC);
        assert_true(net_peers_are(n, Z, &a1, 1));
        assert_int_equal(aborts_for(n, &a2, tag), 0);
        assert_int_equal(aborts_for(n, &a2, tag + 1), 1); /* of no association */
        net_asconf(n, A, SCTP_ADD, &a2);
        net_run_for(n, ROAM_SEC);
        assert_int_equal(net_state(n, A), SCTP_ESTABLISHED);
    }
    net_asconf(n, A, SCTP_DELETE, &a2);
    net_run_for(n, ROAM_SEC);
    net_cut(n, &a1);
    sctp_abort(n->ep[Z], n->id[Z], NULL, 0, n->now);
    net_poll(n);
    assert_int_equal(aborts_for(n, &a2, tag), 1); /* nothing is left that it could be late for */
    net_free(n);
}

static void a_new_address_gets_no_data_before_it_is_confirmed(void** state)
{
    (void)state;
    struct net* n = net_two_radios(NULL);
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
    struct net* n = asconf_both();
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

static struct net_fate count_to_z1(struct net* n, int from, const struct roam_packet* p)
{
    *(unsigned*)n->user += from == A && roam_addr_equal(&p->dst, &z1);
    return (struct net_fate){.copies = 1};
}

/** A sends from a1 to z2, as Z has asked. Without a1 it sends there from a2: z1 may be gone soon.
 */
static void where_the_peer_wants_us_stays_when_an_address_of_ours_goes(void** state)
{
    (void)state;
    unsigned to_z1 = 0;
    struct net* n = net_established(NULL);
    net_gain(n, A, &a2);
    net_gain(n, Z, &z2);
    net_asconf(n, A, SCTP_ADD, &a2);
    net_asconf(n, Z, SCTP_ADD, &z2);
    net_run_for(n, ROAM_SEC);
    net_asconf(n, Z, SCTP_SET_PRIMARY, &z2);
    net_run_for(n, ROAM_SEC);
    assert_true(roam_addr_equal(&n->primary_local[A], &a1));
    assert_true(roam_addr_equal(&n->primary_peer[A], &z2));
    n->fate = count_to_z1;
    n->user = &to_z1;
    net_asconf(n, A, SCTP_DELETE, &a1);
    net_send(n, A, 5, 1000);
    net_run_for(n, ROAM_SEC);
    assert_true(roam_addr_equal(&n->primary_local[A], &a2));
    assert_true(roam_addr_equal(&n->primary_peer[A], &z2));
    assert_int_equal(n->next_in[Z], 5);
    assert_int_equal(to_z1, 0);
    net_free(n);
}

/** Section 5.1.1 C1: what does not fit one packet with the outstanding ASCONF waits. */
static void no_second_packet_with_asconf_leaves_beside_the_first(void** state)
{
    (void)state;
    struct sctp_config c;
    sctp_config_default(&c);
    c.mtu = 576;
    struct net* n = net_established(&c);
    struct sctp_asconf_request many[SCTP_ASCONF_MAX];
    for (uint8_t k = 0; k < 3; k++)
    {
        for (uint8_t i = 0; i < SCTP_ASCONF_MAX; i++)
        {
            const struct roam_addr x = {ROAM_ADDR_V6, {0x20, 1, [14] = k, [15] = 1 + i}};
            net_gain(n, A, &x);
            many[i] = (struct sctp_asconf_request){SCTP_ADD, x};
        }
        n->drop_chunk = k == 0 ? "ASCONF" : n->drop_chunk;
        assert_int_equal(sctp_asconf(n->ep[A], n->id[A], many, SCTP_ASCONF_MAX, n->now), ROAM_OK);
    }
    net_poll(n);
    net_lose(n, A, &a1);
    net_gain(n, A, &a2);
    assert_int_equal(net_asconf(n, A, SCTP_ADD, &a2), ROAM_OK); /* the fourth, and the only way */
    net_poll(n);
    const unsigned before = net_count(n, A, "ASCONF");
    n->drop_chunk = "ASCONF-ACK";
    net_run_for(n, ROAM_SEC); /* T4 */
    assert_int_equal(net_count(n, A, "ASCONF") - before, 1);
    net_run_for(n, 20 * ROAM_SEC);
    assert_int_equal(n->asconf_done[A][SCTP_ADD], 3 * SCTP_ASCONF_MAX + 1);
    assert_int_equal(n->asconf_cause[A][SCTP_ADD], 0);
    net_free(n);
}

/** Section 5.1.1 C4: the state may change between the ASCONF and its answer. */
static void no_answer_leaves_in_shutdown_ack_sent(void** state)
{
    (void)state;
    struct net* n = net_two_radios(NULL);
    struct forge f;
    struct asconf_chunk c;
    /* Z <- AUTH ASCONF SHUTDOWN <- A */
    forge_begin(&f, n, A);
    forge_auth(&f);
    asconf_begin(&c, asconf_next_serial(n), &a1);
    asconf_ask(&c, SCTP_P_ADD, 1, &a2);
    asconf_put(&f, SCTP_C_ASCONF, &c);
    uint8_t cum[4];
    roam_put32(cum, forge_assoc(n, A)->map.cum);
    forge_chunk(&f, SCTP_C_SHUTDOWN, 0, cum, sizeof cum);
    forge_send(&f);
    net_poll(n);
    assert_int_equal(net_state(n, Z), SCTP_SHUTDOWN_ACK_SENT);
    assert_int_equal(n->peer_ops[Z][SCTP_ADD], 1);
    assert_int_equal(net_count(n, Z, "SHUTDOWN-ACK"), 1);
    assert_int_equal(net_count(n, Z, "ASCONF-ACK"), 0);
    net_free(n);
}

/** Z takes a packet, and its host does not poll. */
static void hand_over(struct forge* f)
{
    if (f->auth)
    {
        sctp_auth_finish(&f->key, f->auth, f->w.p);
    }
    const struct roam_packet in = {
        .src = f->src, .dst = f->dst, .ifindex = 1, .data = f->bytes, .len = roam_written(&f->w)};
    sctp_seal(f->bytes, in.len);
    assert_int_equal(sctp_recv(f->n->ep[Z], &in, f->n->now), ROAM_OK);
}

/** Section 5.3 F13: nor does what waited for a poll when the DELETE came. */
static void what_waits_for_a_deleted_address_never_leaves(void** state)
{
    (void)state;
    struct net* n = asconf_both();
    struct forge f;
    struct asconf_chunk c;
    const uint8_t info[] = {0, 1, 0, 8, 1, 2, 3, 4};
    const unsigned before = net_count(n, Z, "HEARTBEAT-ACK");
    /* Z <- HEARTBEAT <- a2, and Z <- AUTH ASCONF(DELETE a2) <- a1, before Z is polled */
    forge_begin(&f, n, A);
    f.src = a2;
    forge_chunk(&f, SCTP_C_HEARTBEAT, 0, info, sizeof info);
    hand_over(&f);
    forge_begin(&f, n, A);
    forge_auth(&f);
    asconf_begin(&c, asconf_next_serial(n), &a1);
    asconf_ask(&c, SCTP_P_DELETE, 1, &a2);
    asconf_put(&f, SCTP_C_ASCONF, &c);
    hand_over(&f);
    net_poll(n);
    assert_int_equal(net_count(n, Z, "ASCONF-ACK"), 2); /* the ADD's was the first */
    assert_int_equal(net_count(n, Z, "HEARTBEAT-ACK"), before);
    net_free(n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_that_is_being_added_carries_only_asconf),
        cmocka_unit_test(a_link_that_flaps_while_its_address_is_added_provokes_no_abort),
        cmocka_unit_test(what_waits_for_an_add_that_is_refused_never_leaves),
        cmocka_unit_test(an_abort_about_an_earlier_life_of_an_address_ends_nothing),
        cmocka_unit_test(an_address_that_is_being_deleted_hears_and_says_nothing),
        cmocka_unit_test(nothing_goes_to_an_address_that_the_peer_has_deleted),
        cmocka_unit_test(what_is_late_from_a_deleted_address_gets_no_abort),
        cmocka_unit_test(a_new_address_gets_no_data_before_it_is_confirmed),
        cmocka_unit_test(an_asconf_does_not_leave_from_what_it_deletes),
        cmocka_unit_test(where_the_peer_wants_us_stays_when_an_address_of_ours_goes),
        cmocka_unit_test(no_second_packet_with_asconf_leaves_beside_the_first),
        cmocka_unit_test(no_answer_leaves_in_shutdown_ack_sent),
        cmocka_unit_test(what_waits_for_a_deleted_address_never_leaves),
    };
    return cmocka_run_group_tests_name("sctp-asconf-way", tests, NULL, NULL);
}

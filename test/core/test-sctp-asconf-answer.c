/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an answer to an ASCONF means for its requests, and for those that wait behind it: RFC 5061
 * sections 5.1 A6 to A8, 5.3 F3 and F5, 5.4. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sctp-asconf-craft.h"

/** An ASCONF-ACK for A's outstanding ASCONF begins. */
static void begin_answer(struct net* n, struct forge* f, struct asconf_chunk* c)
{
    forge_begin(f, n, Z);
    forge_auth(f);
    asconf_begin(c, forge_assoc(n, A)->my_serial, NULL);
}

static void refuse(struct asconf_chunk* c, uint32_t id, uint16_t cause)
{
    roam_write16(&c->w, SCTP_P_ERROR_CAUSE);
    roam_write16(&c->w, 12);
    roam_write32(&c->w, id);
    roam_write16(&c->w, cause);
    roam_write16(&c->w, 4);
}

static void send_answer(struct forge* f, const struct asconf_chunk* c)
{
    asconf_put(f, SCTP_C_ASCONF_ACK, c);
    forge_send(f);
    net_poll(f->n);
}

/** A has asked to move from a1 to a2, and Z is silent: the answers are made by hand. */
static struct net* moving(void)
{
    struct net* n = net_two_radios(NULL);
    const struct sctp_asconf_request move[] = {
        {SCTP_ADD, a2}, {SCTP_SET_PRIMARY, a2}, {SCTP_DELETE, a1}};
    net_cut(n, &z1);
    assert_int_equal(sctp_asconf(n->ep[A], n->id[A], move, 3, n->now), ROAM_OK);
    net_poll(n);
    return n;
}

/** Sections 4.2 and 4.2.6: what has no place in an ASCONF-ACK is ignored, and answers nothing. */
static void a_parameter_that_is_no_response_answers_nothing(void** state)
{
    (void)state;
    static const uint16_t types[] = {SCTP_P_ADAPTATION, SCTP_P_ADD, 0xc0aa, 0x80aa};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
    {
        struct net* n = moving();
        struct forge f;
        struct asconf_chunk c;
        begin_answer(n, &f, &c);
        roam_write16(&c.w, types[i]);
        roam_write16(&c.w, 8);
        roam_write32(&c.w, 1); /* as if it answered SET PRIMARY */
        refuse(&c, 0, SCTP_E_ASCONF_RESOURCE);
        send_answer(&f, &c);
        assert_int_equal(net_state(n, A), SCTP_ESTABLISHED);
        assert_int_equal(n->asconf_cause[A][SCTP_ADD], SCTP_E_ASCONF_RESOURCE);
        assert_int_equal(n->asconf_cause[A][SCTP_SET_PRIMARY], SCTP_E_ASCONF_RESOURCE); /* A7 */
        net_free(n);
    }
}

/** RFC 9260 section 3.2.1: behind a type that says so, nothing more is read. */
static void an_unknown_parameter_may_end_the_answer(void** state)
{
    (void)state;
    struct net* n = moving();
    struct forge f;
    struct asconf_chunk c;
    begin_answer(n, &f, &c);
    sctp_write_param(&c.w, 0x00aa, "\0\0\0\1", 4);
    refuse(&c, 0, SCTP_E_ASCONF_RESOURCE);
    send_answer(&f, &c);
    assert_int_equal(n->asconf_done[A][SCTP_ADD], 1);
    assert_int_equal(n->asconf_cause[A][SCTP_ADD], 0); /* A8: no failure is indicated */
    net_free(n);
}

/** Section 5.3 F3a is about an answer that names ADD or DELETE, not about one that has failed with
 * another: a peer without SET PRIMARY goes on to be asked for both. */
static void what_fails_with_an_unknown_request_is_not_unknown(void** state)
{
    (void)state;
    struct net* n = moving();
    struct forge f;
    struct asconf_chunk c;
    net_gain(n, A, &a3);
    begin_answer(n, &f, &c);
    refuse(&c, 1, SCTP_E_UNRECOGNIZED_PARAM);
    send_answer(&f, &c);
    assert_int_equal(n->asconf_cause[A][SCTP_ADD], 0);
    assert_int_equal(n->asconf_cause[A][SCTP_DELETE], SCTP_E_UNRECOGNIZED_PARAM); /* A7 */
    assert_int_equal(net_asconf(n, A, SCTP_SET_PRIMARY, &a2), ROAM_ENOTSUP);
    assert_int_equal(net_asconf(n, A, SCTP_ADD, &a3), ROAM_OK);
    assert_int_equal(net_asconf(n, A, SCTP_DELETE, &a1), ROAM_OK);
    net_free(n);
}

/** What a peer did not know, it may know when it has been started again. */
static void after_a_restart_the_peer_is_asked_again(void** state)
{
    (void)state;
    struct net* n = net_established(NULL);
    net_gain(n, Z, &z2);
    forge_assoc(n, Z)->no_op[SCTP_ADD] = true;
    assert_int_equal(net_asconf(n, Z, SCTP_ADD, &z2), ROAM_ENOTSUP);
    struct sctp_config c;
    sctp_config_default(&c);
    net_reboot_a(n, &c, 77);
    net_connect(n);
    net_run_for(n, 500 * ROAM_MS);
    assert_int_equal(n->restarts[Z], 1);
    assert_int_equal(net_asconf(n, Z, SCTP_ADD, &z2), ROAM_OK);
    net_run_for(n, ROAM_SEC);
    const struct roam_addr both[] = {z1, z2};
    assert_true(net_peers_are(n, A, both, 2));
    net_free(n);
}

/** Section 5.3 F5: a DELETE that relied on an ADD before it does not leave when that is refused. */
static void a_delete_whose_add_was_refused_never_leaves(void** state)
{
    (void)state;
    struct net* n = net_two_radios(NULL);
    struct forge f;
    struct asconf_chunk c;
    net_cut(n, &z1);
    assert_int_equal(net_asconf(n, A, SCTP_ADD, &a2), ROAM_OK);
    assert_int_equal(net_asconf(n, A, SCTP_DELETE, &a1), ROAM_OK);
    net_poll(n);
    begin_answer(n, &f, &c);
    refuse(&c, 0, SCTP_E_ASCONF_RESOURCE);
    send_answer(&f, &c);
    assert_int_equal(net_count(n, A, "ASCONF"), 1);
    assert_int_equal(n->asconf_done[A][SCTP_DELETE], 1);
    assert_int_equal(n->asconf_cause[A][SCTP_DELETE], SCTP_E_DELETE_LAST);
    assert_true(net_locals_are(n, A, &a1, 1));
    net_heal(n);
    forge_assoc(n, Z)->peer_serial++; /* as if it had been Z that answered */
    net_send(n, A, 3, 100);
    net_send(n, Z, 3, 100);
    net_run_for(n, 5 * ROAM_SEC);
    assert_int_equal(n->next_in[Z], 3);
    assert_int_equal(n->next_in[A], 3);
    net_free(n);
}

/** Section 5.4: likewise a SET PRIMARY for an address that has not become one of ours. What waits
 * behind it, and has lost nothing, goes on. */
static void a_set_primary_whose_add_was_refused_never_leaves(void** state)
{
    (void)state;
    struct net* n = net_two_radios(NULL);
    struct forge f;
    struct asconf_chunk c;
    net_gain(n, A, &a3);
    net_cut(n, &z1);
    assert_int_equal(net_asconf(n, A, SCTP_ADD, &a2), ROAM_OK);
    assert_int_equal(net_asconf(n, A, SCTP_SET_PRIMARY, &a2), ROAM_OK);
    assert_int_equal(net_asconf(n, A, SCTP_ADD, &a3), ROAM_OK);
    assert_int_equal(net_asconf(n, A, SCTP_DELETE, &a1), ROAM_OK);
    net_poll(n);
    begin_answer(n, &f, &c);
    refuse(&c, 0, SCTP_E_ASCONF_RESOURCE);
    send_answer(&f, &c);
    assert_int_equal(n->asconf_done[A][SCTP_SET_PRIMARY], 1);
    assert_int_equal(n->asconf_cause[A][SCTP_SET_PRIMARY], SCTP_E_UNRESOLVABLE);
    net_heal(n);
    forge_assoc(n, Z)->peer_serial++;
    net_run_for(n, 5 * ROAM_SEC);
    assert_int_equal(n->asconf_done[A][SCTP_ADD], 2);
    assert_int_equal(n->asconf_cause[A][SCTP_ADD], 0);
    assert_int_equal(n->asconf_cause[A][SCTP_DELETE], 0); /* a3 is left */
    assert_true(net_locals_are(n, A, &a3, 1));
    assert_true(net_peers_are(n, Z, &a3, 1));
    net_free(n);
}

/** Section 5.3 F2: once its ADD is answered, an address is the source of anything. */
static void an_address_that_was_added_carries_data(void** state)
{
    (void)state;
    struct net* n = asconf_both();
    net_lose(n, A, &a1);
    net_cut(n, &a1);
    net_send(n, A, 3, 100);
    net_run_for(n, 5 * ROAM_SEC);
    assert_int_equal(n->next_in[Z], 3);
    assert_true(net_way(n, &a2, &z1).with_data > 0);
    net_free(n);
}

/** Section 5.3, example of F14: DATA may overtake the ASCONF-ACK that says its destination was
 * added. */
static void data_to_an_address_that_is_being_added_is_taken(void** state)
{
    (void)state;
    struct net* n = net_two_radios(NULL);
    struct forge f;
    n->reading[A] = false;
    n->drop_chunk = "ASCONF-ACK";
    assert_int_equal(net_asconf(n, A, SCTP_ADD, &a2), ROAM_OK);
    net_run_for(n, 100 * ROAM_MS);
    assert_int_equal(n->asconf_done[A][SCTP_ADD], 0);
    forge_begin(&f, n, Z);
    f.dst = a2;
    forge_data(&f, 0, "early");
    forge_send(&f);
    assert_int_equal(sctp_receive_ready(n->ep[A], n->id[A]), 5);
    assert_int_equal(net_count(n, A, "ABORT"), 0);
    net_free(n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_parameter_that_is_no_response_answers_nothing),
        cmocka_unit_test(an_unknown_parameter_may_end_the_answer),
        cmocka_unit_test(what_fails_with_an_unknown_request_is_not_unknown),
        cmocka_unit_test(after_a_restart_the_peer_is_asked_again),
        cmocka_unit_test(a_delete_whose_add_was_refused_never_leaves),
        cmocka_unit_test(a_set_primary_whose_add_was_refused_never_leaves),
        cmocka_unit_test(an_address_that_was_added_carries_data),
        cmocka_unit_test(data_to_an_address_that_is_being_added_is_taken),
    };
    return cmocka_run_group_tests_name("sctp-asconf-answer", tests, NULL, NULL);
}

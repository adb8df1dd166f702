/* SPDX-License-Identifier: GPL-2.0-or-later */
/* INIT and COOKIE ECHO when there is an association already: collision, restart, duplicates
 * (RFC 9260 sections 5.2.1, 5.2.2, 5.2.4). */
#include "core/sctp/sctp-priv.h"
#include "sctp-craft.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/** An INIT of another incarnation of the puppet; addr is listed if it is not NULL. */
static void send_init(struct puppet* p, uint32_t tag, const struct roam_addr* addr)
{
    struct craft c;
    struct sctp_chunk ack;
    craft_begin(&c, 4000, 5000, 0);
    craft_init(&c, SCTP_C_INIT, tag, 100000, 7000);
    if (addr)
    {
        sctp_write_addr(&c.w, addr);
    }
    craft_close(&c);
    puppet_send(p, &c);
    puppet_ladder(p);
    if (puppet_find(p, SCTP_C_INIT_ACK, &ack))
    {
        p->cookie_len = roam_get16(ack.body + 18) - 4u;
        memcpy(p->cookie, ack.body + 20, p->cookie_len);
    }
}

/** The cookie goes back under the tag that the INIT ACK gave. */
static void echo(struct puppet* p, uint32_t tag)
{
    struct craft c;
    craft_begin(&c, 4000, 5000, tag);
    craft_chunk(&c, SCTP_C_COOKIE_ECHO, 0, p->cookie, p->cookie_len);
    puppet_send(p, &c);
    puppet_ladder(p);
}

static uint32_t tag_of_init_ack(const struct puppet* p)
{
    struct sctp_chunk ack;
    assert_true(puppet_find(p, SCTP_C_INIT_ACK, &ack));
    return roam_get32(ack.body);
}

/** Brings the endpoint into a state; the puppet has the right tags then. */
static struct puppet* puppet_in(enum sctp_state state)
{
    struct puppet* p = state == SCTP_COOKIE_WAIT || state == SCTP_COOKIE_ECHOED
                           ? puppet_called(NULL)
                           : puppet_accepted(NULL);
    uint8_t cum[4];
    roam_put32(cum, p->ep_tsn - 1);
    switch (state)
    {
    case SCTP_COOKIE_ECHOED:
        puppet_init_ack(p);
        break;
    case SCTP_SHUTDOWN_PENDING:
        puppet_user_send(p, 100);
        sctp_shutdown(p->ep, p->id, p->now);
        break;
    case SCTP_SHUTDOWN_SENT:
        sctp_shutdown(p->ep, p->id, p->now);
        break;
    case SCTP_SHUTDOWN_RECEIVED:
        puppet_user_send(p, 100);
        puppet_chunk(p, SCTP_C_SHUTDOWN, 0, cum, 4);
        break;
    case SCTP_SHUTDOWN_ACK_SENT:
        puppet_chunk(p, SCTP_C_SHUTDOWN, 0, cum, 4);
        break;
    default:
        break;
    }
    puppet_poll(p);
    puppet_ladder(p);
    assert_int_equal(puppet_state(p), state);
    return p;
}

static const enum sctp_state after_setup[] = {SCTP_ESTABLISHED, SCTP_SHUTDOWN_PENDING,
                                              SCTP_SHUTDOWN_SENT, SCTP_SHUTDOWN_RECEIVED};

/* --- INIT ------------------------------------------------------------------------------------ */

static void a_colliding_init_is_answered_with_the_tag_of_our_own(void** state)
{
    (void)state;
    for (int echoed = 0; echoed < 2; echoed++)
    {
        struct puppet* p = puppet_in(echoed ? SCTP_COOKIE_ECHOED : SCTP_COOKIE_WAIT);
        struct sctp_chunk ack;
        const roam_time t1 = sctp_next_expiry(p->ep);
        send_init(p, 0x999, NULL);
        assert_string_equal(p->ladder, "INIT-ACK");
        assert_int_equal(tag_of_init_ack(p), p->tag);
        assert_true(puppet_find(p, SCTP_C_INIT_ACK, &ack));
        assert_int_equal(roam_get32(ack.body + 12), p->ep_tsn);
        assert_int_equal(roam_get32(p->sent[p->n_sent - 1].bytes + 4), 0x999);
        assert_int_equal(puppet_state(p), echoed ? SCTP_COOKIE_ECHOED : SCTP_COOKIE_WAIT);
        assert_int_equal(sctp_next_expiry(p->ep), t1); /* T1 is left running */
        puppet_free(p);
    }
}

static void in_cookie_wait_the_answer_goes_to_an_address_that_the_user_gave(void** state)
{
    (void)state;
    struct puppet* p = puppet_in(SCTP_COOKIE_WAIT);
    p->me = a2;
    send_init(p, 0x999, &a1); /* from another address, but a1 is listed */
    assert_string_equal(p->ladder, "INIT-ACK");
    assert_true(roam_addr_equal(&p->sent[p->n_sent - 1].dst, &a1));
    p->me = a1;
    send_init(p, 0x999, &a2); /* a new address is no reason to refuse in COOKIE-WAIT */
    assert_string_equal(p->ladder, "INIT-ACK");
    puppet_free(p);
}

static void an_init_that_adds_an_address_is_refused_with_the_address(void** state)
{
    (void)state;
    static const enum sctp_state states[] = {SCTP_COOKIE_ECHOED, SCTP_ESTABLISHED,
                                             SCTP_SHUTDOWN_PENDING, SCTP_SHUTDOWN_SENT,
                                             SCTP_SHUTDOWN_RECEIVED};
    for (size_t i = 0; i < 5; i++)
    {
        for (int from_it = 0; from_it < 2; from_it++)
        {
            struct puppet* p = puppet_in(states[i]);
            struct sctp_param cause;
            p->me = from_it ? a2 : a1;
            send_init(p, 0x999, from_it ? &a1 : &a2);
            assert_string_equal(p->ladder, "ABORT");
            assert_int_equal(roam_get32(p->sent[p->n_sent - 1].bytes + 4), 0x999);
            assert_true(puppet_cause(p, SCTP_C_ABORT, SCTP_E_RESTART_ADDRESSES, &cause));
            assert_int_equal(cause.value_len, 8);
            assert_memory_equal(cause.value, "\0\5\0\10\3\3\3\2", 8);
            assert_int_equal(puppet_state(p), states[i]);
            puppet_free(p);
        }
    }
}

static void an_unexpected_init_gets_a_new_tag_and_the_association_goes_on(void** state)
{
    (void)state;
    for (size_t i = 0; i < 4; i++)
    {
        struct puppet* p = puppet_in(after_setup[i]);
        send_init(p, 0x999, NULL);
        assert_string_equal(p->ladder, "INIT-ACK");
        assert_int_equal(roam_get32(p->sent[p->n_sent - 1].bytes + 4), 0x999);
        assert_int_not_equal(tag_of_init_ack(p), p->tag);
        assert_int_equal(puppet_state(p), after_setup[i]);
        puppet_free(p);
    }
}

static void a_cookie_does_not_give_the_tags_of_the_association_away(void** state)
{
    (void)state;
    struct puppet* p = puppet_in(SCTP_ESTABLISHED);
    send_init(p, 0x999, NULL);
    for (size_t i = 0; i + 4 <= p->cookie_len; i++)
    {
        assert_int_not_equal(roam_get32(p->cookie + i), p->tag);
        assert_int_not_equal(roam_get32(p->cookie + i), p->my_tag);
    }
    puppet_free(p);
}

static void an_init_in_shutdown_ack_sent_gets_the_shutdown_ack_again(void** state)
{
    (void)state;
    for (int elsewhere = 0; elsewhere < 2; elsewhere++)
    {
        struct puppet* p = puppet_in(SCTP_SHUTDOWN_ACK_SENT);
        p->me = elsewhere ? a2 : a1;
        send_init(p, 0x999, &a1);
        assert_string_equal(p->ladder, "SHUTDOWN-ACK");
        assert_true(roam_addr_equal(&p->sent[p->n_sent - 1].dst, &a1));
        assert_int_equal(puppet_state(p), SCTP_SHUTDOWN_ACK_SENT);
        puppet_free(p);
    }
}

static void an_init_from_another_port_is_another_association(void** state)
{
    (void)state;
    struct puppet* p = puppet_in(SCTP_SHUTDOWN_ACK_SENT);
    struct craft c;
    craft_begin(&c, 4001, 5000, 0);
    craft_init(&c, SCTP_C_INIT, 0x999, 100000, 1);
    craft_close(&c);
    puppet_send(p, &c);
    assert_string_equal(puppet_ladder(p), "INIT-ACK");
    puppet_free(p);
}

/* --- COOKIE ECHO: the table of section 5.2.4 ------------------------------------------------- */

static void case_a_a_peer_that_has_restarted_starts_anew(void** state)
{
    (void)state;
    for (size_t i = 0; i < 4; i++)
    {
        struct puppet* p = puppet_in(after_setup[i]);
        for (uint32_t k = 0; k < 9 && i == 0; k++) /* to forget: data in flight, a grown cwnd */
        {
            puppet_user_send(p, 1400);
            puppet_sack(p, k + 1);
        }
        puppet_user_send(p, 1400);
        puppet_ladder(p);
        send_init(p, 0x999, NULL);
        const uint32_t tag = tag_of_init_ack(p);
        echo(p, tag);
        assert_string_equal(p->ladder, "COOKIE-ACK");
        assert_int_equal(roam_get32(p->sent[p->n_sent - 1].bytes + 4), 0x999);
        assert_int_equal(puppet_state(p), SCTP_ESTABLISHED);
        assert_int_equal(p->restarts, 1);
        assert_int_equal(p->lost, 0);
        struct sctp_status s;
        sctp_status(p->ep, p->id, &s);
        assert_int_equal(s.unsent + s.outstanding, 0);
        struct puppet* fresh = puppet_accepted(NULL);
        const struct sctp_path_status now = puppet_path(p);
        const struct sctp_path_status start = puppet_path(fresh);
        assert_int_equal(now.cwnd, start.cwnd);
        assert_int_equal(now.ssthresh, start.ssthresh);
        assert_int_equal(now.rto, start.rto);
        assert_int_equal(now.errors, 0);
        puppet_free(fresh);
        /* the old tag is dead, the new one lives, and TSNs are those of the new INIT */
        puppet_data(p, 0, 10);
        assert_string_equal(puppet_ladder(p), "");
        p->tag = tag;
        p->tsn = 7000;
        puppet_data(p, 0, 10);
        assert_string_equal(puppet_ladder(p), "SACK");
        /* the same cookie once more is a duplicate (D), not another restart */
        echo(p, tag);
        assert_string_equal(p->ladder, "COOKIE-ACK");
        assert_int_equal(p->restarts, 1);
        puppet_free(p);
    }
}

static void one_restart_makes_the_other_cookies_of_its_time_void(void** state)
{
    (void)state;
    struct puppet* p = puppet_in(SCTP_ESTABLISHED);
    uint8_t cookie[sizeof p->cookie];
    send_init(p, 0x999, NULL);
    const uint32_t tag = tag_of_init_ack(p);
    const size_t len = p->cookie_len;
    memcpy(cookie, p->cookie, len);
    send_init(p, 0x99a, NULL); /* an older INIT of somebody's, with a cookie as good */
    echo(p, tag_of_init_ack(p));
    assert_int_equal(p->restarts, 1);
    memcpy(p->cookie, cookie, len);
    p->cookie_len = len;
    echo(p, tag);
    assert_string_equal(p->ladder, "");
    assert_int_equal(p->restarts, 1);
    puppet_free(p);
}

static void after_a_restart_every_other_address_has_to_be_confirmed_anew(void** state)
{
    (void)state;
    struct puppet* p = puppet_new(NULL);
    send_init(p, p->my_tag, &a2);
    echo(p, tag_of_init_ack(p));
    struct sctp_chunk hb;
    assert_true(puppet_find(p, SCTP_C_HEARTBEAT, &hb));
    p->tag = 0;
    struct sctp_path_status paths[2];
    send_init(p, 0x999, &a2);
    p->tag = tag_of_init_ack(p);
    echo(p, p->tag);
    sctp_paths(p->ep, p->id, paths, 2);
    assert_int_equal(paths[0].state, SCTP_PATH_ACTIVE);
    assert_int_equal(paths[1].state, SCTP_PATH_UNCONFIRMED);
    assert_true(puppet_find(p, SCTP_C_HEARTBEAT, &hb));
    /* and a restart with fewer addresses leaves fewer */
    send_init(p, 0x99a, NULL);
    echo(p, tag_of_init_ack(p));
    struct roam_addr peers[2];
    assert_int_equal(sctp_peer_addresses(p->ep, p->id, peers, 2), 1);
    puppet_free(p);
}

static void a_user_who_waits_for_room_is_told_when_a_restart_makes_it(void** state)
{
    (void)state;
    struct sctp_config c;
    sctp_config_default(&c);
    c.auth = c.addip = false;
    c.send_buffer = 1000;
    struct puppet* p = puppet_accepted(&c);
    struct sctp_event ev;
    puppet_user_send(p, 1000);
    assert_int_equal(puppet_user_send(p, 1), ROAM_EAGAIN);
    send_init(p, 0x999, NULL);
    struct craft packet;
    craft_begin(&packet, 4000, 5000, tag_of_init_ack(p));
    craft_chunk(&packet, SCTP_C_COOKIE_ECHO, 0, p->cookie, p->cookie_len);
    const size_t len = roam_written(&packet.w);
    sctp_seal(packet.bytes, len);
    const struct roam_packet pkt = {
        .src = a1, .dst = z1, .ifindex = 1, .data = packet.bytes, .len = len};
    sctp_recv(p->ep, &pkt, p->now);
    bool writable = false;
    while (sctp_poll_event(p->ep, &ev))
    {
        writable |= ev.type == SCTP_EV_WRITABLE;
    }
    assert_true(writable);
    assert_int_equal(puppet_user_send(p, 1), ROAM_OK);
    puppet_free(p);
}

static void case_a_in_shutdown_ack_sent_is_refused(void** state)
{
    (void)state;
    struct puppet* p = puppet_in(SCTP_SHUTDOWN_SENT);
    struct sctp_param cause;
    uint8_t cum[4];
    send_init(p, 0x999, NULL);
    const uint32_t tag = tag_of_init_ack(p);
    roam_put32(cum, p->ep_tsn - 1);
    puppet_chunk(p, SCTP_C_SHUTDOWN, 0, cum, 4); /* it goes on to SHUTDOWN-ACK-SENT */
    assert_int_equal(puppet_state(p), SCTP_SHUTDOWN_ACK_SENT);
    puppet_ladder(p);
    echo(p, tag);
    assert_string_equal(p->ladder, "SHUTDOWN-ACK ERROR");
    assert_true(puppet_cause(p, SCTP_C_ERROR, SCTP_E_COOKIE_SHUTDOWN, &cause));
    assert_int_equal(puppet_state(p), SCTP_SHUTDOWN_ACK_SENT);
    puppet_free(p);
}

static void case_b_both_have_called(void** state)
{
    (void)state;
    for (int echoed = 0; echoed < 2; echoed++)
    {
        struct puppet* p = puppet_in(echoed ? SCTP_COOKIE_ECHOED : SCTP_COOKIE_WAIT);
        send_init(p, 0x999, NULL); /* its tag is not the one in its INIT ACK */
        echo(p, p->tag);
        assert_string_equal(p->ladder, "COOKIE-ACK");
        assert_int_equal(roam_get32(p->sent[p->n_sent - 1].bytes + 4), 0x999);
        assert_int_equal(puppet_state(p), SCTP_ESTABLISHED);
        assert_int_equal(p->up, 1);
        puppet_run_for(p, 5 * ROAM_SEC); /* T1 is off */
        assert_string_equal(puppet_ladder(p), "");
        p->tsn = 7000;
        puppet_data(p, 0, 10);
        assert_string_equal(puppet_ladder(p), "SACK");
        puppet_free(p);
    }
}

static void case_b_after_the_handshake_takes_the_peers_new_tag(void** state)
{
    (void)state;
    struct puppet* p = puppet_in(SCTP_COOKIE_ECHOED);
    send_init(p, 0x999, NULL);
    puppet_chunk(p, SCTP_C_COOKIE_ACK, 0, NULL, 0);
    assert_int_equal(puppet_state(p), SCTP_ESTABLISHED);
    echo(p, p->tag);
    assert_string_equal(p->ladder, "COOKIE-ACK");
    assert_int_equal(roam_get32(p->sent[p->n_sent - 1].bytes + 4), 0x999);
    assert_int_equal(puppet_state(p), SCTP_ESTABLISHED);
    puppet_user_send(p, 10);
    assert_string_equal(puppet_ladder(p), "DATA");
    assert_int_equal(roam_get32(p->sent[p->n_sent - 1].bytes + 4), 0x999);
    puppet_free(p);
}

static void case_c_a_late_cookie_is_discarded(void** state)
{
    (void)state;
    struct puppet* p = puppet_new(NULL);
    puppet_init(p); /* a cookie of ours, with a tag of ours and the puppet's */
    const uint32_t old_tag = p->tag;
    uint8_t cookie[sizeof p->cookie];
    const size_t len = p->cookie_len;
    memcpy(cookie, p->cookie, len);
    struct sctp_chunk init;
    assert_int_equal(sctp_connect(p->ep, NULL, 0, &a1, 1, 4000, &p->id, p->now), ROAM_OK);
    puppet_poll(p);
    puppet_ladder(p);
    assert_true(puppet_find(p, SCTP_C_INIT, &init));
    p->tag = roam_get32(init.body);
    puppet_init_ack(p); /* the puppet answers with the same tag of its own */
    puppet_ladder(p);
    memcpy(p->cookie, cookie, len);
    p->cookie_len = len;
    echo(p, old_tag);
    assert_string_equal(p->ladder, "");
    assert_int_equal(puppet_state(p), SCTP_COOKIE_ECHOED);
    puppet_free(p);
}

static void case_d_a_duplicate_is_acknowledged_and_brings_cookie_echoed_up(void** state)
{
    (void)state;
    struct puppet* p = puppet_accepted(NULL);
    puppet_echo(p);
    assert_string_equal(puppet_ladder(p), "COOKIE-ACK");
    assert_int_equal(p->up, 1);
    assert_int_equal(p->restarts, 0);
    p->now += 1000 * ROAM_SEC; /* section 5.2.4 step 3: both tags match, so its age is no matter */
    puppet_echo(p);
    assert_string_equal(puppet_ladder(p), "COOKIE-ACK");
    puppet_free(p);

    p = puppet_in(SCTP_COOKIE_ECHOED);
    send_init(p, p->my_tag, NULL); /* a true collision: the same tag in INIT and INIT ACK */
    echo(p, p->tag);
    assert_string_equal(p->ladder, "COOKIE-ACK");
    assert_int_equal(puppet_state(p), SCTP_ESTABLISHED);
    puppet_free(p);
}

static void anything_else_is_discarded_and_so_is_a_stale_restart(void** state)
{
    (void)state;
    struct puppet* p = puppet_new(NULL);
    struct sctp_param cause;
    send_init(p, 0x999, NULL); /* a cookie without tie-tags and with foreign tags: X X 0 0 */
    const uint32_t tag = tag_of_init_ack(p);
    uint8_t cookie[sizeof p->cookie];
    const size_t len = p->cookie_len;
    memcpy(cookie, p->cookie, len);
    puppet_init(p);
    puppet_echo(p);
    puppet_ladder(p);
    memcpy(p->cookie, cookie, len);
    p->cookie_len = len;
    echo(p, tag);
    assert_string_equal(p->ladder, "");
    assert_int_equal(p->restarts, 0);
    send_init(p, 0x99a, NULL);
    const uint32_t restart_tag = tag_of_init_ack(p);
    p->now += 61 * ROAM_SEC;
    echo(p, restart_tag);
    assert_string_equal(p->ladder, "ERROR");
    assert_true(puppet_cause(p, SCTP_C_ERROR, SCTP_E_STALE_COOKIE, &cause));
    assert_int_equal(roam_get32(p->sent[p->n_sent - 1].bytes + 4), 0x99a);
    assert_int_equal(p->restarts, 0);
    puppet_free(p);
}

/** Found by the fuzzer, by way of a restart's cookie that had outlived a DELETE of its address. */
/** Section 6.2: DATA is acknowledged whatever becomes of what stands behind it. */
static void a_cookie_that_is_discarded_takes_no_acknowledgement_with_it(void** state)
{
    (void)state;
    struct puppet* p = puppet_accepted(NULL);
    struct craft c;
    puppet_begin(p, &c);
    craft_data(&c, p->tsn, WHOLE, 0, 0, 10);
    craft_chunk(&c, SCTP_C_COOKIE_ECHO, 0, "cake", 4);
    puppet_send(p, &c);
    assert_string_equal(puppet_ladder(p), "SACK");
    puppet_free(p);
}

/** From an address of one association, the cookie of another: neither hears of it. */
static void the_cookie_of_another_association_is_discarded(void** state)
{
    (void)state;
    struct puppet* p = puppet_accepted(NULL);
    const struct roam_addr first = p->me;
    p->me = a_far;
    puppet_init(p);
    puppet_echo(p);
    puppet_ladder(p);
    const unsigned up = p->up;
    p->me = first;
    puppet_chunk(p, SCTP_C_COOKIE_ECHO, 0, p->cookie, p->cookie_len);
    assert_string_equal(puppet_ladder(p), "");
    assert_int_equal(p->up, up);
    assert_int_equal(p->restarts + p->lost, 0);
    puppet_free(p);
}

static void an_address_stands_in_one_association_only(void** state)
{
    (void)state;
    struct puppet* p = puppet_accepted(NULL);
    const sctp_assoc_id first = p->id;
    p->me = a_far;
    puppet_init(p);
    puppet_echo(p);
    assert_int_not_equal(p->id, first);
    struct sctp_assoc* a = sctp_by_id(p->ep, first);
    assert_null(sctp_peer_add(a, &a_far, true, p->now));
    assert_int_equal(a->n_peers, 1);
    assert_int_equal(sctp_by_peer(p->ep, &a_far, 4000)->id, p->id);
    puppet_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_colliding_init_is_answered_with_the_tag_of_our_own),
        cmocka_unit_test(in_cookie_wait_the_answer_goes_to_an_address_that_the_user_gave),
        cmocka_unit_test(an_init_that_adds_an_address_is_refused_with_the_address),
        cmocka_unit_test(an_unexpected_init_gets_a_new_tag_and_the_association_goes_on),
        cmocka_unit_test(a_cookie_does_not_give_the_tags_of_the_association_away),
        cmocka_unit_test(an_init_in_shutdown_ack_sent_gets_the_shutdown_ack_again),
        cmocka_unit_test(an_init_from_another_port_is_another_association),
        cmocka_unit_test(case_a_a_peer_that_has_restarted_starts_anew),
        cmocka_unit_test(one_restart_makes_the_other_cookies_of_its_time_void),
        cmocka_unit_test(after_a_restart_every_other_address_has_to_be_confirmed_anew),
        cmocka_unit_test(a_user_who_waits_for_room_is_told_when_a_restart_makes_it),
        cmocka_unit_test(case_a_in_shutdown_ack_sent_is_refused),
        cmocka_unit_test(case_b_both_have_called),
        cmocka_unit_test(case_b_after_the_handshake_takes_the_peers_new_tag),
        cmocka_unit_test(case_c_a_late_cookie_is_discarded),
        cmocka_unit_test(case_d_a_duplicate_is_acknowledged_and_brings_cookie_echoed_up),
        cmocka_unit_test(anything_else_is_discarded_and_so_is_a_stale_restart),
        cmocka_unit_test(a_cookie_that_is_discarded_takes_no_acknowledgement_with_it),
        cmocka_unit_test(the_cookie_of_another_association_is_discarded),
        cmocka_unit_test(an_address_stands_in_one_association_only),
    };
    return cmocka_run_group_tests_name("sctp-restart", tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Nothing waits for ever: what cannot be sent now has a timer, or something that wakes it. */
#include "sctp-forge.h"
#include "sctp-net.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct net* two_paths(const struct sctp_config* config)
{
    struct net* n = net_new(config);
    net_gain(n, A, &a2);
    net_connect(n);
    net_run(n, ROAM_SEC);
    assert_true(n->up[A] == 1 && n->up[Z] == 1);
    return n;
}

static struct sctp_path_status path_from(const struct net* n, const struct roam_addr* local)
{
    struct sctp_path_status paths[8];
    const size_t k = sctp_paths(n->ep[A], n->id[A], paths, 8);
    for (size_t i = 0; i < k; i++)
    {
        if (roam_addr_equal(&paths[i].local, local))
        {
            return paths[i];
        }
    }
    fail_msg("no such path");
    return paths[0];
}

/* What was queued with no address available waits as what was in flight there does: T3 counts, and
 * the user is told in the end (RFC 9260 section 8.1). */
static void data_that_no_path_can_take_ends_the_association_in_time(void** state)
{
    (void)state;
    struct net* n = net_established(NULL);
    net_lose(n, A, &a1);
    net_run_for(n, ROAM_SEC);
    net_send(n, A, 1, 1000);
    net_run_for(n, 600 * ROAM_SEC);
    assert_int_equal(n->lost[A], 1);
    assert_int_equal(n->why[A], SCTP_LOST_RETRANS);
    assert_int_equal(n->failed[A], 1);
    net_free(n);
}

/** The attempts of a path go on there when all addresses are gone, each later than the one before,
 * and not at the first path anew. */
static void without_an_address_the_attempts_of_a_path_go_on_there(void** state)
{
    (void)state;
    struct net* n = two_paths(NULL);
    assert_int_equal(sctp_set_primary(n->ep[A], n->id[A], &a2, NULL, n->now), ROAM_OK);
    net_lose(n, A, &a1);
    net_cut(n, &z1);
    assert_int_equal(net_send(n, A, 1, 1000), 1);
    net_poll(n);
    net_lose(n, A, &a2);
    const roam_time rto = path_from(n, &a2).rto;
    net_run_for(n, 8 * rto); /* after one RTO, three and seven */
    assert_int_equal(path_from(n, &a2).rto, 8 * rto);
    assert_int_equal(path_from(n, &a2).errors, 3);
    assert_int_equal(path_from(n, &a1).errors, 0);
    net_free(n);
}

static void data_that_no_path_could_take_goes_when_one_can(void** state)
{
    (void)state;
    struct net* n = net_established(NULL);
    net_lose(n, A, &a1);
    net_run_for(n, ROAM_SEC);
    net_send(n, A, 1, 1000);
    net_run_for(n, 60 * ROAM_SEC);
    net_gain(n, A, &a1);
    net_run_for(n, 100 * ROAM_MS);
    assert_int_equal(n->next_in[Z], 1);
    net_run_for(n, 600 * ROAM_SEC);
    assert_int_equal(n->lost[A] + n->lost[Z], 0);
    net_free(n);
}

static void without_data_an_association_without_a_path_is_kept(void** state)
{
    (void)state;
    struct net* n = net_established(NULL);
    net_lose(n, A, &a1);
    net_run_for(n, 6000 * ROAM_SEC);
    assert_int_equal(n->lost[A], 0);
    net_free(n);
}

/* A DELETE that was refused: what happened to the address meanwhile counts. */
static void an_address_that_came_back_while_it_was_deleted_and_is_kept_is_active(void** state)
{
    (void)state;
    struct net* n = two_paths(NULL);
    net_cut(n, &z1);
    assert_int_equal(net_asconf(n, A, SCTP_DELETE, &a2), ROAM_OK);
    net_run_for(n, ROAM_SEC);
    net_lose(n, A, &a2);
    net_gain(n, A, &a2);
    net_lose(n, A, &a1);
    net_run_for(n, ROAM_SEC);
    net_heal(n); /* A asks from a2, and is refused: that is where the ASCONF comes from */
    net_run_for(n, 60 * ROAM_SEC);
    assert_int_equal(n->asconf_cause[A][SCTP_DELETE], SCTP_E_DELETE_SOURCE);
    assert_int_equal(path_from(n, &a2).state, SCTP_PATH_ACTIVE);
    net_free(n);
}

static void nothing_is_held_for_a_request_that_cannot_leave(void** state)
{
    (void)state;
    struct sctp_config c;
    sctp_config_default(&c);
    c.switch_policy = SCTP_SWITCH_HOLD;
    struct net* n = net_established(&c);
    const struct roam_addr any = {.family = ROAM_ADDR_V4};
    const struct sctp_asconf_request q[] = {{SCTP_ADD, any}, {SCTP_SET_PRIMARY, any}};
    net_gain(n, A, &a2);
    net_cut(n, &a2);
    assert_int_equal(sctp_asconf(n->ep[A], n->id[A], q, 2, n->now), ROAM_OK);
    net_send(n, A, 1, 1000);
    net_run_for(n, 100 * ROAM_MS);
    net_lose(n, A, &a2); /* the new link is gone again, and the wildcards stand for it */
    assert_int_equal(n->next_in[Z], 0);
    net_run_for(n, 5 * ROAM_SEC);
    assert_int_equal(n->next_in[Z], 1);
    assert_int_equal(n->asconf_done[A][SCTP_ADD], 0);
    net_heal(n);
    net_gain(n, A, &a2);
    net_run_for(n, ROAM_SEC);
    assert_int_equal(n->asconf_done[A][SCTP_SET_PRIMARY], 1);
    assert_true(roam_addr_equal(&n->primary_local[A], &a2));
    net_free(n);
}

/* An ERROR, and behind it an answer that fits no packet together with its AUTH. */
static void what_is_too_large_beside_its_auth_does_not_stop_what_is_before_it(void** state)
{
    (void)state;
    struct sctp_config c;
    sctp_config_default(&c);
    c.n_auth_chunks = 1;
    c.auth_chunks[0] = SCTP_C_HEARTBEAT_ACK;
    struct net* n = net_established(&c);
    const uint8_t info[1436] = {0, 1, 1436 >> 8, 1436 & 255};
    struct forge f;
    forge_begin(&f, n, Z);
    forge_chunk(&f, 0xfd, 0, NULL, 0);
    forge_chunk(&f, SCTP_C_HEARTBEAT, 0, info, sizeof info);
    const unsigned answers = net_count(n, A, "HEARTBEAT-ACK");
    forge_send(&f);
    net_run_for(n, 100 * ROAM_MS);
    assert_int_equal(net_count(n, A, "ERROR"), 1);
    assert_int_equal(net_count(n, A, "HEARTBEAT-ACK"), answers + 1);
    net_free(n);
}

/* Small packets, many streams, and the peer wants FORWARD TSN authenticated. */
static void a_forward_tsn_leaves_room_for_its_auth(void** state)
{
    (void)state;
    struct sctp_config c;
    sctp_config_default(&c);
    c.mtu = 576;
    c.outbound_streams = 200;
    c.max_burst = 0;
    c.n_auth_chunks = 1;
    c.auth_chunks[0] = SCTP_C_FORWARD_TSN;
    struct net* n = net_established(&c);
    net_cut(n, &z1);
    for (uint16_t i = 0; i < 200; i++)
    {
        const struct sctp_message_info info = {.stream = i, .policy = SCTP_RTX};
        assert_int_equal(sctp_send(n->ep[A], n->id[A], &info, "text", 4, n->now), ROAM_OK);
    }
    net_run_for(n, 500 * ROAM_MS);
    net_heal(n);
    net_run_for(n, 60 * ROAM_SEC);
    assert_int_equal(forge_assoc(n, A)->sent.n, 0);
    net_free(n);
}

/** Each end has an address of either family, both in use. */
static struct net* of_two_families(const struct roam_addr* a6, const struct roam_addr* z6)
{
    struct net* n = net_new(NULL);
    const struct roam_addr peers[] = {z1, *z6};
    net_gain(n, A, a6);
    net_gain(n, Z, z6);
    assert_int_equal(sctp_connect(n->ep[A], NULL, 0, peers, 2, 5000, &n->id[A], 0), ROAM_OK);
    net_run_for(n, ROAM_SEC);
    assert_int_equal(net_state(n, A), SCTP_ESTABLISHED);
    return n;
}

static const struct roam_addr a6 = {ROAM_ADDR_V6, {0x20, 1, 0xd, 0xb8, [15] = 1}};
static const struct roam_addr z6 = {ROAM_ADDR_V6, {0x20, 1, 0xd, 0xb8, [15] = 2}};

/* RFC 5061 section 5.3 F5, F7: without a path there would be no way back for either end. */
static void ends_that_delete_one_family_each_at_once_keep_a_way_to_each_other(void** state)
{
    (void)state;
    struct net* n = of_two_families(&a6, &z6);
    assert_int_equal(net_asconf(n, A, SCTP_DELETE, &a1), ROAM_OK);
    assert_int_equal(net_asconf(n, Z, SCTP_DELETE, &z6), ROAM_OK);
    net_run_for(n, 30 * ROAM_SEC);
    assert_true(forge_assoc(n, A)->n_paths > 0 && forge_assoc(n, Z)->n_paths > 0);
    net_send(n, A, 1, 1000);
    net_run_for(n, 5 * ROAM_SEC);
    assert_int_equal(n->next_in[Z], 1);
    net_free(n);
}

/* What the peer's streams leave no place for makes room, and no SACK will say so. */
static void a_user_hears_of_room_that_fewer_streams_have_made(void** state)
{
    (void)state;
    struct sctp_config a, z;
    sctp_config_default(&a);
    sctp_config_default(&z);
    a.send_buffer = 2000;
    z.inbound_streams = 1;
    struct net* n = net_new_two(&a, &z, 1);
    const struct sctp_message_info info = {.stream = 7};
    uint8_t bytes[1000] = {0};
    assert_int_equal(sctp_connect(n->ep[A], NULL, 0, &z1, 1, 5000, &n->id[A], 0), ROAM_OK);
    for (int i = 0; i < 3; i++)
    {
        assert_int_equal(sctp_send(n->ep[A], n->id[A], &info, bytes, sizeof bytes, n->now),
                         i < 2 ? ROAM_OK : ROAM_EAGAIN);
    }
    net_run_for(n, ROAM_SEC);
    assert_int_equal(n->failed[A], 2);
    assert_int_equal(n->writable[A], 1);
    net_free(n);
}

/* A peer that refuses ADD and grants the DELETE behind it leaves nothing to go on with. */
static void an_answer_that_leaves_no_path_ends_the_association(void** state)
{
    (void)state;
    struct net* n = net_established(NULL);
    const struct sctp_asconf_request q[] = {{SCTP_ADD, a2}, {SCTP_DELETE, a1}};
    net_gain(n, A, &a2);
    net_cut(n, &z1);
    assert_int_equal(sctp_asconf(n->ep[A], n->id[A], q, 2, n->now), ROAM_OK);
    net_run_for(n, 100 * ROAM_MS);
    uint8_t body[24] = {
        [4] = SCTP_P_ERROR_CAUSE >> 8, SCTP_P_ERROR_CAUSE & 255, 0, 12, [12] = 1, 1, 0, 4,
        [16] = SCTP_P_SUCCESS >> 8,    SCTP_P_SUCCESS & 255,     0, 8,  0,        0, 0, 1};
    roam_put32(body, forge_assoc(n, A)->my_serial);
    struct forge f;
    forge_begin(&f, n, Z);
    forge_auth(&f);
    forge_chunk(&f, SCTP_C_ASCONF_ACK, 0, body, sizeof body);
    forge_send(&f);
    net_run_for(n, ROAM_SEC);
    assert_int_equal(n->asconf_done[A][SCTP_DELETE], 1);
    assert_int_equal(n->lost[A], 1);
    net_free(n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(data_that_no_path_can_take_ends_the_association_in_time),
        cmocka_unit_test(without_an_address_the_attempts_of_a_path_go_on_there),
        cmocka_unit_test(data_that_no_path_could_take_goes_when_one_can),
        cmocka_unit_test(without_data_an_association_without_a_path_is_kept),
        cmocka_unit_test(an_address_that_came_back_while_it_was_deleted_and_is_kept_is_active),
        cmocka_unit_test(nothing_is_held_for_a_request_that_cannot_leave),
        cmocka_unit_test(what_is_too_large_beside_its_auth_does_not_stop_what_is_before_it),
        cmocka_unit_test(a_forward_tsn_leaves_room_for_its_auth),
        cmocka_unit_test(ends_that_delete_one_family_each_at_once_keep_a_way_to_each_other),
        cmocka_unit_test(a_user_hears_of_room_that_fewer_streams_have_made),
        cmocka_unit_test(an_answer_that_leaves_no_path_ends_the_association),
    };
    return cmocka_run_group_tests_name("sctp-stall", tests, NULL, NULL);
}

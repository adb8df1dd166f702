/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An allocation fails, whichever it is: nothing crashes or leaks, the endpoint's state stays in
 * order, and what was promised is kept, unless the user was told otherwise by an error or by the
 * loss of the association. */
#include "allocate.h"
#include "sctp-check.h"
#include "sctp-net.h"

#include "core/base/base-wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define MESSAGES 8
#define LENGTH 3000

struct story
{
    struct net* n;
    bool told;    /**< of an error, by a return value or an event */
    bool forlorn; /**< there is not even memory for events */
    unsigned sent[2];
};

static void check(struct story* s)
{
    for (int end = A; end <= Z; end++)
    {
        const char* wrong = sctp_check(s->n->ep[end]);
        assert_string_equal(wrong ? wrong : "", "");
    }
    assert_false(s->n->out_of_order);
}

/** Takes a return value, and lets time pass. */
static void then(struct story* s, int result, roam_time duration)
{
    s->told |= s->forlorn;
    assert_true(result == ROAM_OK || result == ROAM_ENOMEM || s->told);
    s->told |= result != ROAM_OK;
    net_run_for(s->n, duration);
    s->told |= s->n->lost[A] || s->n->lost[Z];
    for (int op = 0; op < 3; op++)
    {
        s->told |= s->n->asconf_cause[A][op] != 0; /* refused for want of resources */
    }
    check(s);
}

static void send_some(struct story* s, int from)
{
    uint8_t message[LENGTH];
    const struct sctp_message_info info = {.stream = 0};
    for (size_t i = 0; i < LENGTH; i++)
    {
        message[i] = (uint8_t)i;
    }
    for (unsigned i = 0; i < MESSAGES; i++)
    {
        roam_put32(message, s->sent[from]);
        const int r = sctp_send(s->n->ep[from], s->n->id[from], &info, message, LENGTH, s->n->now);
        s->sent[from] += r == ROAM_OK;
        then(s, r, 0);
    }
}

static int shared_key(struct story* s, int end, uint16_t id)
{
    return sctp_auth_set_key(s->n->ep[end], s->n->id[end], id, "secret", 6);
}

static void gain(struct story* s, int end, const struct roam_addr* addr)
{
    then(s, sctp_address_gained(s->n->ep[end], addr, 1, s->n->now), 0);
}

/** A life with a handover; the data of each end has a packet lost in it, so that gaps are kept. */
static void live(struct story* s)
{
    struct net* n = s->n;
    then(s, sctp_connect(n->ep[A], NULL, 0, &z1, 1, 5000, &n->id[A], n->now), 10 * ROAM_SEC);
    then(s, shared_key(s, A, 1), 0);
    then(s, shared_key(s, A, 2), 0);
    n->drop_number = (int)n->sent + 1;
    send_some(s, A);
    then(s, ROAM_OK, ROAM_SEC);
    n->drop_number = (int)n->sent + 1;
    send_some(s, Z);
    then(s, ROAM_OK, ROAM_SEC);
    gain(s, A, &a2);
    then(s, net_asconf(n, A, SCTP_ADD, &a2), 10 * ROAM_SEC);
    then(s, net_asconf(n, A, SCTP_SET_PRIMARY, &a2), 10 * ROAM_SEC);
    then(s, net_asconf(n, A, SCTP_DELETE, &a1), 10 * ROAM_SEC);
    send_some(s, A);
    send_some(s, Z);
    then(s, ROAM_OK, 60 * ROAM_SEC);
    then(s, sctp_shutdown(n->ep[A], n->id[A], n->now), 200 * ROAM_SEC);
}

/** The same with so many allocations failing after others; true when any of them was reached. */
static bool live_with_little(size_t succeed, size_t fail)
{
    struct story s = {.n = net_new(NULL), .forlorn = fail == SIZE_MAX};
    net_no_pcap(s.n);
    allocate_fail(succeed, fail);
    live(&s);
    const bool reached = allocate_failed() > 0;
    allocate_fail(0, 0);
    if (!s.told)
    {
        assert_int_equal(s.n->next_in[Z], s.sent[A]);
        assert_int_equal(s.n->next_in[A], s.sent[Z]);
        assert_int_equal(s.n->closed[A], 1);
        assert_int_equal(s.n->asconf_done[A][SCTP_DELETE], 1);
    }
    net_free(s.n);
    return reached;
}

static void with_memory_enough_the_story_ends_well(void** state)
{
    (void)state;
    struct story s = {.n = net_new(NULL)};
    live(&s);
    assert_false(s.told);
    assert_int_equal(s.sent[A], 2 * MESSAGES);
    assert_int_equal(s.n->next_in[Z], 2 * MESSAGES);
    assert_int_equal(s.n->next_in[A], 2 * MESSAGES);
    assert_int_equal(s.n->closed[A], 1);
    assert_int_equal(s.n->closed[Z], 1);
    net_free(s.n);
}

static void any_one_allocation_may_fail(void** state)
{
    (void)state;
    size_t k = 0;
    while (live_with_little(k, 1))
    {
        k++;
    }
    assert_true(k > 50); /* it has been tried */
}

static void any_three_in_a_row_may_fail(void** state)
{
    (void)state;
    for (size_t k = 0; live_with_little(k, 3); k++)
    {
    }
}

static void all_memory_may_run_out(void** state)
{
    (void)state;
    for (size_t k = 0; live_with_little(k, SIZE_MAX); k++)
    {
    }
}

static void an_endpoint_is_made_whole_or_not_at_all(void** state)
{
    (void)state;
    struct sctp_config c;
    const struct roam_rng rng = roam_rng_seed(1);
    struct sctp_endpoint* ep = NULL;
    sctp_config_default(&c);
    for (size_t k = 0; !ep; k++)
    {
        allocate_fail(k, 1);
        ep = sctp_endpoint_new(&c, 4000, &rng);
        assert_true(!ep == (allocate_failed() == 1));
        assert_true(k < 20);
    }
    allocate_fail(0, 0);
    sctp_endpoint_free(ep);
}

/** A request of several parts that finds no memory leaves none of them behind. */
static void a_move_is_asked_whole_or_not_at_all(void** state)
{
    (void)state;
    int r = ROAM_ENOMEM;
    for (size_t k = 0; r == ROAM_ENOMEM; k++)
    {
        struct net* n = net_two_radios(NULL);
        net_gain(n, A, &a3);
        const struct sctp_asconf_request move[] = {
            {SCTP_ADD, a2}, {SCTP_ADD, a3}, {SCTP_DELETE, a1}};
        allocate_fail(k, 1);
        r = sctp_asconf(n->ep[A], n->id[A], move, 3, n->now);
        allocate_fail(0, 0);
        assert_true(r == ROAM_OK || r == ROAM_ENOMEM);
        if (r == ROAM_ENOMEM)
        {
            assert_true(net_locals_are(n, A, &a1, 1));
            assert_int_equal(sctp_paths(n->ep[A], n->id[A], NULL, 0), 1);
            net_send(n, A, 3, 100); /* a1 is still a source of data */
            net_run_for(n, ROAM_SEC);
            assert_int_equal(n->next_in[Z], 3);
            assert_int_equal(sctp_asconf(n->ep[A], n->id[A], move, 3, n->now), ROAM_OK);
            net_run_for(n, ROAM_SEC);
            const struct roam_addr both[] = {a2, a3};
            assert_true(net_locals_are(n, A, both, 2));
            assert_true(net_peers_are(n, Z, both, 2));
        }
        assert_true(k < 50);
        net_free(n);
    }
}

/** The answer to a move is lost, and the new link goes: the way back needs memory too, also where
 * so many requests wait that the queue has to grow. True when the allocation was reached. */
static bool come_back_with_little(size_t waiting, size_t succeed)
{
    struct net* n = net_two_radios(NULL);
    const struct sctp_asconf_request move[] = {
        {SCTP_ADD, a2}, {SCTP_SET_PRIMARY, a2}, {SCTP_DELETE, a1}};
    net_lose(n, A, &a1);
    n->drop_chunk = "ASCONF-ACK";
    assert_int_equal(sctp_asconf(n->ep[A], n->id[A], move, 3, n->now), ROAM_OK);
    for (size_t i = 0; i < waiting; i++)
    {
        assert_int_equal(net_asconf(n, A, SCTP_SET_PRIMARY, &a2), ROAM_OK);
    }
    net_run_for(n, 100 * ROAM_MS);
    net_lose(n, A, &a2);
    net_cut(n, &a2);
    allocate_fail(succeed, 1);
    const int r = sctp_address_gained(n->ep[A], &a1, 1, n->now);
    net_run_for(n, 50 * ROAM_MS);
    const bool reached = allocate_failed() > 0;
    allocate_fail(0, 0);
    if (r != ROAM_OK)
    {
        net_gain(n, A, &a1); /* the host hears of it, and says so again */
    }
    net_run_for(n, 60 * ROAM_SEC);
    assert_true(n->lost[A] || n->asconf_done[A][SCTP_DELETE] > 0);
    if (net_locals_are(n, A, &a2, 1))
    {
        /* Z had no memory for a1, and A's user has heard that it is deleted after all */
        assert_int_equal(n->asconf_cause[A][SCTP_DELETE], 0);
        assert_int_equal(net_asconf(n, A, SCTP_ADD, &a1), ROAM_OK);
        net_run_for(n, 5 * ROAM_SEC);
    }
    net_send(n, A, 3, 100);
    net_run_for(n, 5 * ROAM_SEC);
    assert_true(n->lost[A] || n->next_in[Z] == 3);
    net_free(n);
    return reached;
}

static void a_way_back_without_memory_is_tried_again(void** state)
{
    (void)state;
    for (size_t waiting = 0; waiting < 10; waiting++)
    {
        for (size_t k = 0; come_back_with_little(waiting, k); k++)
        {
        }
    }
}

static int memory_is_back(void** state)
{
    (void)state;
    allocate_fail(0, 0);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(with_memory_enough_the_story_ends_well, memory_is_back),
        cmocka_unit_test_teardown(any_one_allocation_may_fail, memory_is_back),
        cmocka_unit_test_teardown(any_three_in_a_row_may_fail, memory_is_back),
        cmocka_unit_test_teardown(all_memory_may_run_out, memory_is_back),
        cmocka_unit_test_teardown(an_endpoint_is_made_whole_or_not_at_all, memory_is_back),
        cmocka_unit_test_teardown(a_move_is_asked_whole_or_not_at_all, memory_is_back),
        cmocka_unit_test_teardown(a_way_back_without_memory_is_tried_again, memory_is_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

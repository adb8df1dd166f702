/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A handover with data both ways under each policy of a change of primary, with and without
 * potentially failed paths, and with each single packet lost: every message arrives once and in
 * order, and the session ends closed. */
#include "sctp-net.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define MESSAGES 24

/** One step of the handover after the other, all data queued while they go on. */
static void handover(struct net* n, bool at_once)
{
    net_connect(n);
    net_run_for(n, 30 * ROAM_SEC);
    net_send(n, Z, MESSAGES / 2, 1000);
    net_send(n, A, MESSAGES / 2, 1000);
    net_gain(n, A, &a2);
    const struct sctp_asconf_request all[] = {
        {SCTP_ADD, a2}, {SCTP_SET_PRIMARY, a2}, {SCTP_DELETE, a1}};
    const size_t steps = at_once ? 1 : 3;
    for (size_t i = 0; i < steps; i++)
    {
        assert_int_equal(sctp_asconf(n->ep[A], n->id[A], all + i, at_once ? 3 : 1, n->now),
                         ROAM_OK);
        if (i + 1 == steps)
        {
            sctp_set_primary(n->ep[A], n->id[A], &a2, NULL, n->now);
        }
        net_run_for(n, 15 * ROAM_MS); /* the next request queues behind this one */
    }
    net_send(n, Z, MESSAGES / 2, 1000);
    net_send(n, A, MESSAGES / 2, 1000);
    net_run_for(n, 100 * ROAM_SEC);
    sctp_shutdown(n->ep[A], n->id[A], n->now);
    net_run_for(n, 300 * ROAM_SEC);
}

static void assert_whole(const struct net* n, const struct sctp_config* c, bool at_once, int lost)
{
    if (n->next_in[A] != MESSAGES || n->next_in[Z] != MESSAGES || n->out_of_order || n->lost[A] ||
        n->lost[Z] || n->closed[A] != 1 || n->closed[Z] != 1 || n->asconf_done[A][SCTP_DELETE] != 1)
    {
        fail_msg(
            "policy %d, PF %s, %s, packet %d lost: A got %u, Z got %u, lost %u %u, closed %u %u",
            c->switch_policy, c->pf_max_retrans ? "off" : "on", at_once ? "one ASCONF" : "three",
            lost, n->next_in[A], n->next_in[Z], n->lost[A], n->lost[Z], n->closed[A], n->closed[Z]);
    }
}

static void each_packet_is_lost(const struct sctp_config* c, bool at_once)
{
    struct net* n = net_new(c);
    handover(n, at_once);
    assert_whole(n, c, at_once, -1);
    const unsigned packets = n->sent;
    net_free(n);
    assert_true(packets > 40);
    for (unsigned i = 0; i < packets; i++)
    {
        n = net_new(c);
        n->drop_number = (int)i;
        handover(n, at_once);
        assert_whole(n, c, at_once, (int)i);
        net_free(n);
    }
}

static void with_policy(enum sctp_switch_policy policy)
{
    for (int pf = 0; pf <= 1; pf++)
    {
        struct sctp_config c;
        sctp_config_default(&c);
        c.switch_policy = policy;
        c.pf_max_retrans = pf ? 0 : SCTP_NO_RETRANS_LIMIT;
        c.primary_switchover_max_retrans = c.pf_max_retrans;
        each_packet_is_lost(&c, false);
        each_packet_is_lost(&c, true);
    }
}

static void any_packet_may_be_lost_when_data_is_left(void** state)
{
    (void)state;
    with_policy(SCTP_SWITCH_LEAVE);
}

static void any_packet_may_be_lost_when_data_is_held(void** state)
{
    (void)state;
    with_policy(SCTP_SWITCH_HOLD);
}

static void any_packet_may_be_lost_when_data_is_retransmitted(void** state)
{
    (void)state;
    with_policy(SCTP_SWITCH_RETRANSMIT);
}

static void any_packet_may_be_lost_with_classic_fast_retransmit(void** state)
{
    (void)state;
    struct sctp_config c;
    sctp_config_default(&c);
    c.classic_fast_retransmit = true;
    each_packet_is_lost(&c, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_packet_may_be_lost_when_data_is_left),
        cmocka_unit_test(any_packet_may_be_lost_when_data_is_held),
        cmocka_unit_test(any_packet_may_be_lost_when_data_is_retransmitted),
        cmocka_unit_test(any_packet_may_be_lost_with_classic_fast_retransmit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

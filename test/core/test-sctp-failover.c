/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What silence, and the end of it, does to a path and to an address (RFC 9260 section 8.2, RFC 7829
 * section 3.2). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sctp-asconf-craft.h"

static struct net_fate late_sacks(struct net* n, int from, const struct roam_packet* p)
{
    struct sctp_chunk_view v;
    const bool sack = sctp_view_chunk(p->data, p->len, 0, &v) && v.type == SCTP_C_SACK;
    (void)n;
    return (struct net_fate){.copies = 1, .late_by = from == Z && sack ? 1500 * ROAM_MS : 0};
}

static uint32_t errors_from(const struct net* n, const struct roam_addr* local)
{
    return sctp_path_find(forge_assoc(n, A), local, &z1)->errors;
}

/**
 * Section 8.2: the acknowledgement of what was retransmitted to an alternate address is ambiguous.
 * a1 is dead. The chunk arrives from a2; its SACK is late, and finds the chunk out again from a1.
 */
static void what_another_path_delivered_does_not_clear_the_errors_of_a_dead_one(void** state)
{
    (void)state;
    struct net* n = asconf_both();
    net_run_for(n, ROAM_SEC);
    n->fate = late_sacks;
    net_cut(n, &a1);
    net_send(n, A, 1, 100);         /* A -> DATA (a1) /lost/ Z */
    net_run_for(n, 1100 * ROAM_MS); /* T3: A -> DATA (a2) -> Z */
    assert_int_equal(errors_from(n, &a1), 1);
    assert_int_equal(n->next_in[Z], 1);
    net_run_for(n, ROAM_SEC); /* T3: A -> DATA (a1) /lost/ Z */
    assert_int_equal(errors_from(n, &a2), 1);
    net_run_for(n, 600 * ROAM_MS); /* A (a2) <- SACK <- Z */
    assert_int_equal(forge_assoc(n, A)->sent.n, 0);
    assert_int_equal(errors_from(n, &a1), 1);
    net_free(n);
}

static uint32_t told[8];
static unsigned n_told;

static void note_active(struct net* n, int end, const struct sctp_event* ev)
{
    (void)n;
    if (end == A && ev->type == SCTP_EV_PATH && ev->u.path.state == SCTP_PATH_ACTIVE &&
        roam_addr_equal(&ev->u.path.peer, &z2))
    {
        told[n_told++] = ev->u.path.n_active;
    }
}

/** One HEARTBEAT ACK confirms an address of the peer for two paths; its user hears of the first as
 * the first, though both are active when the events are polled. */
static void an_event_tells_how_many_paths_lead_to_the_address_at_its_moment(void** state)
{
    (void)state;
    struct net* n = net_new(NULL);
    n_told = 0;
    n->on_event = note_active;
    net_gain(n, A, &a2);
    net_gain(n, Z, &z2);
    net_connect(n);
    net_run_for(n, ROAM_SEC);
    assert_int_equal(n_told, 2);
    assert_int_equal(told[0], 1);
    assert_int_equal(told[1], 2);
    net_free(n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_another_path_delivered_does_not_clear_the_errors_of_a_dead_one),
        cmocka_unit_test(an_event_tells_how_many_paths_lead_to_the_address_at_its_moment),
    };
    return cmocka_run_group_tests_name("sctp-failover", tests, NULL, NULL);
}

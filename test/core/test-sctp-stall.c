/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Nothing waits for ever: what cannot be sent now has a timer, or something that wakes it. */
#include "sctp-net.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* What was queued with no address at hand waits as what was in flight there does: T3 counts, and
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(data_that_no_path_can_take_ends_the_association_in_time),
        cmocka_unit_test(data_that_no_path_could_take_goes_when_one_can),
        cmocka_unit_test(without_data_an_association_without_a_path_is_kept),
    };
    return cmocka_run_group_tests_name("sctp-stall", tests, NULL, NULL);
}

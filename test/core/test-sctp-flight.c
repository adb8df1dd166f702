/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is in flight: each change of a chunk's state, and the sums. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/sctp/sctp-priv.h"

#define LEN 100

static void assert_sums(const struct sctp_assoc* a, const struct sctp_path* p,
                        enum sctp_data_state state)
{
    assert_int_equal(a->flight, state == SCTP_DATA_FLYING ? LEN : 0);
    assert_int_equal(p->flight, state == SCTP_DATA_FLYING ? LEN : 0);
    assert_int_equal(a->n_marked, state == SCTP_DATA_MARKED);
    assert_int_equal(a->n_gap_acked, state == SCTP_DATA_GAP_ACKED);
}

static void each_state_has_its_sum(void** state)
{
    (void)state;
    for (int from = SCTP_DATA_UNSENT; from <= SCTP_DATA_ACKED; from++)
    {
        for (int to = SCTP_DATA_UNSENT; to <= SCTP_DATA_ACKED; to++)
        {
            struct sctp_assoc a = {0};
            struct sctp_path p = {0};
            struct sctp_data d = {.len = LEN, .path = &p};
            sctp_data_enter(&a, &d, (enum sctp_data_state)from);
            assert_sums(&a, &p, (enum sctp_data_state)from);
            sctp_data_enter(&a, &d, (enum sctp_data_state)to);
            assert_int_equal(d.state, to);
            assert_sums(&a, &p, (enum sctp_data_state)to);
        }
    }
}

static void what_flies_without_a_path_counts_for_the_association(void** state)
{
    (void)state;
    struct sctp_assoc a = {0};
    struct sctp_data d = {.len = LEN};
    sctp_data_enter(&a, &d, SCTP_DATA_FLYING);
    assert_int_equal(a.flight, LEN);
    sctp_data_enter(&a, &d, SCTP_DATA_MARKED);
    assert_int_equal(a.flight, 0);
    assert_int_equal(a.n_marked, 1);
}

/** RFC 9260 section 6.2.1 C gives the window back, Karn's rule ends the measurement of the chunk.
 */
static void only_what_flies_is_marked(void** state)
{
    (void)state;
    for (int s = SCTP_DATA_UNSENT; s <= SCTP_DATA_ACKED; s++)
    {
        const bool flies = s == SCTP_DATA_FLYING;
        for (uint32_t timed = 6; timed < 8; timed++)
        {
            struct sctp_assoc a = {.peer_rwnd = 1000};
            struct sctp_path p = {.timing = true, .timed_tsn = timed};
            struct sctp_data d = {.len = LEN, .path = &p, .tsn = 7};
            sctp_data_enter(&a, &d, (enum sctp_data_state)s);
            sctp_data_mark(&a, &d);
            assert_int_equal(d.state, flies ? SCTP_DATA_MARKED : s);
            assert_int_equal(a.peer_rwnd, flies ? 1000 + LEN : 1000);
            assert_int_equal(p.timing, !flies || timed != 7);
        }
    }
}

static void what_leaves_a_path_is_marked_and_may_be_lost_anew(void** state)
{
    (void)state;
    struct sctp_assoc a = {0};
    struct sctp_path p = {.timing = true}, other = {0};
    struct sctp_data d[] = {{.len = LEN, .path = &p, .tsn = 1, .fast_retransmitted = true},
                            {.len = LEN, .path = &other, .tsn = 2, .fast_retransmitted = true},
                            {.len = LEN, .path = &p, .tsn = 3}};
    const enum sctp_data_state states[] = {SCTP_DATA_FLYING, SCTP_DATA_FLYING, SCTP_DATA_GAP_ACKED};
    for (size_t i = 0; i < 3; i++)
    {
        sctp_data_enter(&a, &d[i], states[i]);
        assert_true(roam_ring_push(&a.sent, &d[i]));
    }
    roam_timer_start(&p.t3, ROAM_SEC, 0);
    sctp_data_leave_path(&a, &p);
    assert_int_equal(d[0].state, SCTP_DATA_MARKED);
    assert_null(d[0].path);
    assert_false(d[0].fast_retransmitted);
    assert_int_equal(d[1].state, SCTP_DATA_FLYING);
    assert_true(d[1].fast_retransmitted);
    assert_int_equal(d[2].state, SCTP_DATA_GAP_ACKED);
    assert_null(d[2].path);
    assert_int_equal(p.flight, 0);
    assert_int_equal(other.flight, LEN);
    assert_false(p.timing);
    assert_false(roam_timer_running(&p.t3));
    roam_ring_remove(&a.sent, 0, 3);
    roam_ring_free(&a.sent);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_state_has_its_sum),
        cmocka_unit_test(what_flies_without_a_path_counts_for_the_association),
        cmocka_unit_test(only_what_flies_is_marked),
        cmocka_unit_test(what_leaves_a_path_is_marked_and_may_be_lost_anew),
    };
    return cmocka_run_group_tests_name("sctp-flight", tests, NULL, NULL);
}

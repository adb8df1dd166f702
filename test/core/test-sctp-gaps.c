/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Gap blocks as a peer may send them: in any order, twice, over one another (RFC 9260 section
 * 3.3.4). */
#include "sctp-craft.h"

#include "core/sctp/sctp-priv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SPAN 40

/** Writes n blocks as they stand in a SACK. */
static void write(uint8_t* out, const uint16_t (*blocks)[2], size_t n)
{
    for (size_t i = 0; i < n; i++)
    {
        roam_put16(out + 4 * i, blocks[i][0]);
        roam_put16(out + 4 * i + 2, blocks[i][1]);
    }
}

static void sorted_blocks_name_the_same_tsns_each_once(void** state)
{
    (void)state;
    struct roam_rng rng = roam_rng_seed(3);
    for (int round = 0; round < 2000; round++)
    {
        uint16_t blocks[12][2];
        uint8_t bytes[4 * 12];
        bool want[SPAN] = {false};
        size_t n = roam_rng_u32(&rng) % 13;
        for (size_t i = 0; i < n; i++)
        {
            blocks[i][0] = (uint16_t)(roam_rng_u32(&rng) % SPAN);
            blocks[i][1] = (uint16_t)(roam_rng_u32(&rng) % SPAN);
            for (size_t k = blocks[i][0]; blocks[i][0] > 1 && k <= blocks[i][1]; k++)
            {
                want[k] = true;
            }
        }
        write(bytes, blocks, n);
        uint8_t* sorted = sctp_gaps_sort(bytes, &n);
        assert_non_null(sorted);
        assert_true(sctp_gaps_in_order(sorted, n));
        bool got[SPAN] = {false};
        for (size_t i = 0; i < n; i++)
        {
            for (size_t k = roam_get16(sorted + 4 * i); k <= roam_get16(sorted + 4 * i + 2); k++)
            {
                got[k] = true;
            }
        }
        assert_memory_equal(got, want, sizeof want);
        free(sorted);
    }
}

static void blocks_in_order_are_those_that_ascend(void** state)
{
    (void)state;
    const struct
    {
        uint16_t blocks[2][2];
        bool in_order;
    } cases[] = {
        {{{2, 2}, {3, 3}}, true},  {{{2, 65535}, {0, 0}}, false}, {{{2, 5}, {7, 65535}}, true},
        {{{1, 5}, {7, 9}}, false}, {{{2, 5}, {5, 9}}, false},     {{{2, 5}, {2, 5}}, false},
        {{{7, 9}, {2, 5}}, false}, {{{3, 2}, {7, 9}}, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
    {
        uint8_t bytes[8];
        write(bytes, cases[i].blocks, 2);
        assert_int_equal(sctp_gaps_in_order(bytes, 2), cases[i].in_order);
    }
    assert_true(sctp_gaps_in_order(NULL, 0));
}

/** Ten chunks are out; each SACK acknowledges the first, and what its blocks name. */
static void a_sack_counts_for_what_is_possible_in_it(void** state)
{
    (void)state;
    const struct
    {
        uint16_t blocks[4][2];
        size_t n, outstanding; /**< chunks after it */
    } cases[] = {
        {{{0, 0}}, 0, 9},                         /* nothing but the cumulative TSN */
        {{{2, 3}, {5, 5}}, 2, 6},                 /* as it should be */
        {{{5, 5}, {2, 3}}, 2, 6},                 /* unsorted */
        {{{2, 3}, {2, 3}, {5, 5}, {5, 5}}, 4, 6}, /* repeated */
        {{{2, 6}, {3, 4}, {5, 8}}, 3, 2},         /* one over another */
        {{{3, 2}}, 1, 9},                         /* it ends before it starts */
        {{{1, 1}}, 1, 9},                 /* the next TSN, which the cumulative one denies */
        {{{0, 9}, {4, 4}}, 2, 8},         /* the cumulative one itself */
        {{{9, 3}, {4, 4}, {1, 2}}, 3, 8}, /* what is right between what is not */
        {{{8, 500}, {4, 4}}, 2, 6},       /* and beyond what was sent */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
    {
        struct sctp_config config;
        struct sctp_status s;
        struct craft c;
        sctp_config_default(&config);
        config.auth = config.addip = false;
        config.max_burst = 0;
        struct puppet* p = puppet_connected(&config);
        for (int k = 0; k < 10; k++)
        {
            assert_int_equal(puppet_user_send(p, 10), ROAM_OK);
        }
        puppet_begin(p, &c);
        craft_sack(&c, p->ep_tsn, 100000, cases[i].blocks, cases[i].n);
        puppet_send(p, &c);
        assert_int_equal(puppet_path(p).outstanding, 10 * cases[i].outstanding);
        assert_int_equal(p->drops[SCTP_DROP_MALFORMED], 0);
        puppet_sack(p, 10);
        assert_int_equal(sctp_status(p->ep, p->id, &s), ROAM_OK);
        assert_int_equal(s.outstanding, 0);
        puppet_free(p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sorted_blocks_name_the_same_tsns_each_once),
        cmocka_unit_test(blocks_in_order_are_those_that_ascend),
        cmocka_unit_test(a_sack_counts_for_what_is_possible_in_it),
    };
    return cmocka_run_group_tests_name("sctp-gaps", tests, NULL, NULL);
}

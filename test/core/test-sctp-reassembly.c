/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which fragments fit together, by what was received and what was skipped (sctp-reassembly.c). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sctp-net.h"

#include "core/sctp/sctp-priv.h"

#include <string.h>

/** An association whose peer has sent an INIT with this Initial TSN. */
static struct sctp_assoc* begun(struct net* n, uint32_t initial)
{
    const struct sctp_init init = {
        .tag = 7, .rwnd = 100000, .tsn = initial, .outbound = 1, .inbound = 1};
    struct sctp_assoc* z = sctp_assoc_new(n->ep[Z], 4001);
    assert_true(sctp_bind_local(z, &z1, SCTP_BOUND));
    assert_non_null(sctp_peer_add(z, &a1, true, n->now));
    assert_true(sctp_init_learn(z, &init, n->now));
    return z;
}

static enum sctp_fit fit(const struct sctp_assoc* z, uint32_t tsn, uint8_t flags)
{
    const struct sctp_data_head f = {.tsn = tsn, .len = 4, .flags = flags};
    return sctp_fragment_fit(z, &f);
}

/** An end without a beginning fits behind what was skipped, and behind nothing else: be the TSNs
 * what they may. */
static void an_end_behind_a_whole_message_fits_at_no_tsn(void** state)
{
    (void)state;
    static const uint32_t initial[] = {0,          1,          2,          3,         1000,
                                       0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff};
    for (size_t i = 0; i < sizeof initial / sizeof initial[0]; i++)
    {
        struct net* n = net_new(NULL);
        struct sctp_assoc* z = begun(n, initial[i]);
        assert_int_equal(fit(z, initial[i], SCTP_F_END), SCTP_FITS_NOT); /* the very first */
        assert_int_equal(fit(z, initial[i], SCTP_F_BEGIN), SCTP_FITS);
        for (uint32_t k = 0; k < 4; k++)
        {
            sctp_tsnmap_add(&z->map, initial[i] + k); /* whole messages */
            assert_int_equal(fit(z, initial[i] + k + 1, SCTP_F_END), SCTP_FITS_NOT);
            assert_int_equal(fit(z, initial[i] + k + 1, SCTP_F_BEGIN | SCTP_F_END), SCTP_FITS);
        }
        sctp_tsnmap_skip(&z->map, initial[i] + 6);
        sctp_fragments_skip(z, initial[i] + 6, n->now);
        assert_int_equal(fit(z, initial[i] + 7, SCTP_F_END), SCTP_FITS_SKIPPED);
        net_free(n);
    }
}

static void a_restart_forgets_what_was_skipped(void** state)
{
    (void)state;
    struct net* n = net_new(NULL);
    struct sctp_assoc* z = begun(n, 100);
    sctp_fragments_skip(z, 501, n->now);
    const struct sctp_init again = {
        .tag = 8, .rwnd = 100000, .tsn = 500, .outbound = 1, .inbound = 1};
    sctp_inbound_clear(z);
    assert_true(sctp_init_learn(z, &again, n->now));
    sctp_tsnmap_add(&z->map, 500);
    sctp_tsnmap_add(&z->map, 501); /* whole messages, of which the last has the number of old */
    assert_int_equal(fit(z, 502, SCTP_F_END), SCTP_FITS_NOT);
    net_free(n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_end_behind_a_whole_message_fits_at_no_tsn),
        cmocka_unit_test(a_restart_forgets_what_was_skipped),
    };
    return cmocka_run_group_tests_name("sctp-reassembly", tests, NULL, NULL);
}

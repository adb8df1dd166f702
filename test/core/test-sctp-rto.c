/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The retransmission timeout, RFC 9260 section 6.3.1, rule by rule. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/sctp/sctp-rto.h"

static const struct sctp_config config = {
    .rto_initial = 3 * ROAM_SEC, .rto_min = 1 * ROAM_SEC, .rto_max = 60 * ROAM_SEC};

static struct sctp_rto measured(const roam_time* samples, size_t n, const struct sctp_config* c)
{
    struct sctp_rto rto;
    sctp_rto_reset(&rto, c);
    for (size_t i = 0; i < n; i++)
    {
        sctp_rto_measure(&rto, c, samples[i]);
    }
    return rto;
}

static void without_a_measurement_it_is_rto_initial(void** state)
{
    (void)state;
    const struct sctp_rto rto = measured(NULL, 0, &config);
    assert_false(rto.known); /* C1 */
    assert_int_equal(rto.value, 3 * ROAM_SEC);
    assert_int_equal(sctp_rto_round_trip(&rto), 3 * ROAM_SEC);
    assert_int_equal(sctp_rto_unbounded(&rto, &config), 3 * ROAM_SEC);
}

static void the_first_measurement_is_the_round_trip_and_half_of_it_the_variation(void** state)
{
    (void)state;
    const roam_time r = 800 * ROAM_MS;
    const struct sctp_rto rto = measured(&r, 1, &config);
    assert_true(rto.known); /* C2 */
    assert_int_equal(rto.srtt, r);
    assert_int_equal(rto.rttvar, r / 2);
    assert_int_equal(rto.value, 3 * r);
    assert_int_equal(sctp_rto_round_trip(&rto), r);
}

static void later_ones_weigh_an_eighth_and_their_distance_a_quarter(void** state)
{
    (void)state;
    const roam_time up[] = {800 * ROAM_MS, 1600 * ROAM_MS};
    struct sctp_rto rto = measured(up, 2, &config);
    assert_int_equal(rto.rttvar, 500 * ROAM_MS); /* C3: 3/4 of 400, 1/4 of 800, before SRTT moves */
    assert_int_equal(rto.srtt, 900 * ROAM_MS);
    assert_int_equal(rto.value, 2900 * ROAM_MS);
    const roam_time down[] = {1600 * ROAM_MS, 800 * ROAM_MS};
    rto = measured(down, 2, &config);
    assert_int_equal(rto.rttvar, 800 * ROAM_MS);
    assert_int_equal(rto.srtt, 1500 * ROAM_MS);
}

static void it_keeps_to_its_bounds(void** state)
{
    (void)state;
    const roam_time fast = 10 * ROAM_MS, slow = 30 * ROAM_SEC;
    struct sctp_rto rto = measured(&fast, 1, &config);
    assert_int_equal(rto.value, config.rto_min); /* C6 */
    assert_int_equal(sctp_rto_unbounded(&rto, &config), 30 * ROAM_MS);
    rto = measured(&slow, 1, &config);
    assert_int_equal(rto.value, config.rto_max); /* C7 */
    assert_int_equal(sctp_rto_unbounded(&rto, &config), 90 * ROAM_SEC);
}

/** Rule G1: a variation of zero is the clock's granularity, or the RTO would be the round trip. */
static void a_variation_of_zero_is_the_granularity(void** state)
{
    (void)state;
    struct sctp_config c = config;
    c.rto_min = 1;
    const roam_time r[] = {1, 1};
    const struct sctp_rto rto = measured(r, 2, &c);
    assert_int_equal(rto.rttvar, 1);
    assert_int_equal(rto.value, 5);
}

static void a_timeout_doubles_it_and_a_measurement_ends_that(void** state)
{
    (void)state;
    const roam_time r = 800 * ROAM_MS;
    struct sctp_rto rto = measured(&r, 1, &config);
    static const roam_time want[] = {4800, 9600, 19200, 38400, 60000, 60000};
    for (size_t i = 0; i < sizeof want / sizeof want[0]; i++)
    {
        sctp_rto_backoff(&rto, &config); /* section 6.3.3 E2 */
        assert_int_equal(rto.value, want[i] * ROAM_MS);
        assert_int_equal(sctp_rto_round_trip(&rto), r);
        assert_int_equal(sctp_rto_unbounded(&rto, &config), 2400 * ROAM_MS);
    }
    sctp_rto_measure(&rto, &config, r); /* section 6.3.3, the last paragraph */
    assert_int_equal(rto.value, 2 * ROAM_SEC);
    sctp_rto_reset(&rto, &config);
    assert_false(rto.known);
    assert_int_equal(rto.value, config.rto_initial);
}

static void other_parameters_hold_at_once(void** state)
{
    (void)state;
    struct sctp_config other = config;
    other.rto_initial = 5 * ROAM_SEC;
    other.rto_min = 4 * ROAM_SEC;
    other.rto_max = 8 * ROAM_SEC;
    struct sctp_rto rto = measured(NULL, 0, &config);
    sctp_rto_follow(&rto, &config, &other);
    assert_int_equal(rto.value, 5 * ROAM_SEC); /* not touched yet */
    rto = measured(NULL, 0, &config);
    sctp_rto_backoff(&rto, &config);
    sctp_rto_backoff(&rto, &config);
    sctp_rto_follow(&rto, &config, &other);
    assert_int_equal(rto.value, 8 * ROAM_SEC);
    const roam_time r = 800 * ROAM_MS;
    rto = measured(&r, 1, &config);
    sctp_rto_follow(&rto, &config, &other);
    assert_int_equal(rto.value, 4 * ROAM_SEC);
    const roam_time initial = 1 * ROAM_SEC; /* a measured RTO that happens to be RTO.Initial */
    rto = measured(&initial, 1, &config);
    assert_int_equal(rto.value, config.rto_initial);
    sctp_rto_follow(&rto, &config, &other);
    assert_int_equal(rto.value, 4 * ROAM_SEC);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_measurement_it_is_rto_initial),
        cmocka_unit_test(the_first_measurement_is_the_round_trip_and_half_of_it_the_variation),
        cmocka_unit_test(later_ones_weigh_an_eighth_and_their_distance_a_quarter),
        cmocka_unit_test(it_keeps_to_its_bounds),
        cmocka_unit_test(a_variation_of_zero_is_the_granularity),
        cmocka_unit_test(a_timeout_doubles_it_and_a_measurement_ends_that),
        cmocka_unit_test(other_parameters_hold_at_once),
    };
    return cmocka_run_group_tests_name("sctp-rto", tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Paths that fail and come back: RFC 9260 section 8, RFC 7829, and the parameters of one path. Z
 * sends to A, which has two addresses; the first is Z's primary. */
#include "sctp-net.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/** Both ends up, both addresses of A confirmed, nothing in flight, at one second. */
static struct net* two_paths(const struct sctp_config* config)
{
    struct net* n = net_new(config);
    net_gain(n, A, &a2);
    net_connect(n);
    net_run(n, ROAM_SEC);
    assert_true(n->up[A] == 1 && n->up[Z] == 1);
    assert_true(roam_addr_equal(&n->primary_peer[Z], &a1));
    return n;
}

static struct sctp_config with_pf(uint32_t pf)
{
    struct sctp_config c;
    sctp_config_default(&c);
    c.pf_max_retrans = pf;
    c.hb_interval = 1000 * ROAM_SEC; /* only what RFC 7829 asks for is seen */
    return c;
}

/** What Z knows of its path to an address of A. */
static struct sctp_path_status path_to(const struct net* n, const struct roam_addr* peer)
{
    struct sctp_path_status paths[8];
    const size_t k = sctp_paths(n->ep[Z], n->id[Z], paths, 8);
    for (size_t i = 0; i < k; i++)
    {
        if (roam_addr_equal(&paths[i].peer, peer))
        {
            return paths[i];
        }
    }
    fail_msg("no such path");
    return paths[0];
}

/** How long from now until A has read so many messages; at most a minute. */
static roam_time time_until_read(struct net* n, uint32_t messages)
{
    const roam_time begun = n->now;
    while (n->next_in[A] < messages && n->now < begun + 60 * ROAM_SEC)
    {
        net_run_for(n, ROAM_MS);
    }
    return n->now - begun;
}

/* --- Potentially failed ---------------------------------------------------------------------- */

static void one_timeout_makes_a_path_potentially_failed_and_data_goes_elsewhere(void** state)
{
    (void)state;
    const struct sctp_config c = with_pf(0);
    struct net* n = two_paths(&c);
    const unsigned probes = net_count(n, Z, "HEARTBEAT");
    net_cut(n, &a1);
    net_send(n, Z, 1, 1000);                                      /* A /lost/ <- DATA <- Z */
    assert_int_equal(time_until_read(n, 1), ROAM_SEC + n->delay); /* T3-rtx, then by a2 */
    assert_int_equal(path_to(n, &a1).state, SCTP_PATH_PF);
    assert_int_equal(path_to(n, &a1).errors, 1);
    assert_int_equal(n->path_events[Z][SCTP_PATH_PF], 1);
    assert_int_equal(net_count(n, Z, "HEARTBEAT"), probes + 1);
    net_send(n, Z, 1, 1000);
    assert_int_equal(time_until_read(n, 2), n->delay); /* new data does not wait for it */
    assert_true(path_to(n, &a1).primary);
    net_free(n);
}

static void without_that_state_new_data_goes_on_into_the_dead_path(void** state)
{
    (void)state;
    struct sctp_config c = with_pf(SCTP_NO_RETRANS_LIMIT);
    c.sack_delay = 0;
    struct net* n = two_paths(&c);
    net_cut(n, &a1);
    net_send(n, Z, 1, 1000);
    time_until_read(n, 1);
    assert_int_equal(path_to(n, &a1).state, SCTP_PATH_ACTIVE);
    net_send(n, Z, 1, 1000);
    assert_in_range(time_until_read(n, 2), 2 * ROAM_SEC, 3 * ROAM_SEC); /* the RTO has doubled */
    assert_int_equal(n->path_events[Z][SCTP_PATH_PF], 0);
    net_free(n);
}

static void a_potentially_failed_path_is_probed_once_per_rto_until_it_is_inactive(void** state)
{
    (void)state;
    const struct sctp_config c = with_pf(1);
    struct net* n = two_paths(&c);
    net_cut(n, &a1);
    const unsigned before = net_count(n, Z, "HEARTBEAT");
    net_send(n, Z, 1, 1000);
    net_run_for(n, ROAM_SEC + ROAM_MS);
    assert_int_equal(path_to(n, &a1).state, SCTP_PATH_ACTIVE); /* 1 does not exceed 1 */
    net_send(n, Z, 1, 1000);                                   /* T3-rtx after 2 s: the second */
    net_run_for(n, 2 * ROAM_SEC + ROAM_MS);
    assert_int_equal(path_to(n, &a1).state, SCTP_PATH_PF);
    /* RTO 4 s, doubled by each silent probe: 4, 8, 16, and Path.Max.Retrans of 5 is exceeded */
    const roam_time rtos[] = {4, 8, 16};
    for (unsigned i = 0; i < 3; i++)
    {
        assert_int_equal(net_count(n, Z, "HEARTBEAT"), before + 1 + i);
        net_run_for(n, rtos[i] * ROAM_SEC - 2 * ROAM_MS);
        assert_int_equal(net_count(n, Z, "HEARTBEAT"), before + 1 + i);
        net_run_for(n, 2 * ROAM_MS);
        assert_int_equal(path_to(n, &a1).errors, 3 + i);
    }
    assert_int_equal(path_to(n, &a1).state, SCTP_PATH_PF); /* 5 does not exceed 5 */
    net_run_for(n, 32 * ROAM_SEC);
    assert_int_equal(path_to(n, &a1).state, SCTP_PATH_INACTIVE);
    assert_int_equal(n->path_events[Z][SCTP_PATH_INACTIVE], 1);
    const unsigned when_inactive = net_count(n, Z, "HEARTBEAT");
    net_run_for(n, 500 * ROAM_SEC); /* from here on HB.interval counts */
    assert_int_equal(net_count(n, Z, "HEARTBEAT"), when_inactive);
    net_free(n);
}

static void a_heartbeat_that_is_answered_makes_it_active_and_data_returns(void** state)
{
    (void)state;
    const struct sctp_config c = with_pf(0);
    struct net* n = two_paths(&c);
    net_cut(n, &a1);
    net_send(n, Z, 1, 1000);
    net_run_for(n, ROAM_SEC + ROAM_MS);
    const uint32_t cwnd = path_to(n, &a1).cwnd;
    net_heal(n);
    net_run_for(n, 2 * ROAM_SEC); /* the first probe was lost; the next one is answered */
    assert_int_equal(path_to(n, &a1).state, SCTP_PATH_PF);
    net_run_for(n, 2 * n->delay);
    assert_int_equal(path_to(n, &a1).state, SCTP_PATH_ACTIVE);
    assert_int_equal(path_to(n, &a1).errors, 0);
    assert_int_equal(path_to(n, &a1).cwnd, cwnd); /* one MTU, as T3-rtx left it */
    net_send(n, Z, 1, 1000);
    assert_true(path_to(n, &a1).outstanding > 0 && path_to(n, &a2).outstanding == 0);
    net_free(n);
}

static void with_heartbeats_off_nothing_probes_a_potentially_failed_path(void** state)
{
    (void)state;
    const struct sctp_config c = with_pf(0);
    struct net* n = two_paths(&c);
    struct sctp_path_config p;
    assert_int_equal(sctp_path_configuration(n->ep[Z], n->id[Z], &z1, &a1, &p), ROAM_OK);
    p.heartbeats = false;
    assert_int_equal(sctp_path_configure(n->ep[Z], n->id[Z], &z1, &a1, &p, n->now), ROAM_OK);
    const unsigned before = net_count(n, Z, "HEARTBEAT");
    net_cut(n, &a1);
    net_send(n, Z, 1, 1000);
    net_run_for(n, 60 * ROAM_SEC);
    assert_int_equal(path_to(n, &a1).state, SCTP_PATH_PF);
    assert_int_equal(net_count(n, Z, "HEARTBEAT"), before);
    p.heartbeats = true; /* and HB.interval, 1000 s, does not count for it */
    sctp_path_configure(n->ep[Z], n->id[Z], &z1, &a1, &p, n->now);
    net_run_for(n, 3 * ROAM_SEC);
    assert_int_equal(net_count(n, Z, "HEARTBEAT"), before + 1);
    net_free(n);
}

static void with_one_path_a_silence_is_not_counted_twice(void** state)
{
    (void)state;
    const struct sctp_config c = with_pf(0);
    struct net* n = net_established(&c);
    net_cut(n, &a1);
    net_send(n, Z, 1, 1000);
    net_run_for(n, 1500 * ROAM_MS);
    assert_int_equal(path_to(n, &a1).state, SCTP_PATH_PF);
    assert_int_equal(path_to(n, &a1).errors, 1);
    net_run_for(n, 2 * ROAM_SEC); /* T3-rtx, and the HEARTBEAT of 2 s ago */
    assert_int_equal(path_to(n, &a1).errors, 2);
    net_free(n);
}

static void
when_all_have_potentially_failed_the_one_with_the_fewest_errors_carries_data(void** state)
{
    (void)state;
    struct sctp_config c = with_pf(0);
    c.hb_interval = 0;
    struct net* n = two_paths(&c);
    net_cut(n, &a1);
    net_send(n, Z, 1, 1000);
    net_run_for(n, ROAM_SEC + 500 * ROAM_MS);
    assert_int_equal(path_to(n, &a1).errors, 1);
    net_cut(n, &a2);
    net_send(n, Z, 1, 1000);
    net_run_for(n, ROAM_SEC); /* a2 has one error too, and the primary comes first at a tie */
    assert_int_equal(path_to(n, &a2).state, SCTP_PATH_PF);
    assert_true(path_to(n, &a1).outstanding > 0);
    net_run_for(n, 2 * ROAM_SEC); /* now a1 has two */
    assert_int_equal(path_to(n, &a1).errors, 2);
    assert_int_equal(path_to(n, &a2).errors, 1);
    assert_true(path_to(n, &a2).outstanding > 0);
    assert_int_equal(path_to(n, &a2).state, SCTP_PATH_PF); /* to be chosen changes nothing */
    net_free(n);
}

static void a_potentially_failed_path_is_chosen_before_an_inactive_one(void** state)
{
    (void)state;
    struct sctp_config c = with_pf(0);
    c.hb_interval = 0;
    struct net* n = two_paths(&c);
    struct sctp_path_config p;
    sctp_path_configuration(n->ep[Z], n->id[Z], &z1, &a2, &p);
    p.path_max_retrans = 0; /* a2 is inactive with its first error */
    assert_int_equal(sctp_path_configure(n->ep[Z], n->id[Z], &z1, &a2, &p, n->now), ROAM_OK);
    net_cut(n, &a1);
    net_cut(n, &a2);
    sctp_request_heartbeat(n->ep[Z], n->id[Z], &z1, &a2, n->now);
    net_send(n, Z, 1, 1000);
    net_run_for(n, 4 * ROAM_SEC);
    assert_int_equal(path_to(n, &a1).state, SCTP_PATH_PF);
    assert_int_equal(path_to(n, &a2).state, SCTP_PATH_INACTIVE);
    assert_true(path_to(n, &a1).errors > path_to(n, &a2).errors);
    assert_true(path_to(n, &a1).outstanding > 0);
    net_free(n);
}

static void an_acknowledgement_of_what_went_over_two_paths_brings_none_back(void** state)
{
    (void)state;
    struct sctp_config c = with_pf(0);
    c.hb_interval = 0;
    struct net* n = two_paths(&c);
    net_cut(n, &a1);
    net_cut(n, &a2);
    net_send(n, Z, 1, 1000); /* by a1: lost; after 1 s by a2: lost; after 1 s by a1 again */
    net_run_for(n, 2 * ROAM_SEC + 500 * ROAM_MS);
    assert_int_equal(path_to(n, &a1).state, SCTP_PATH_PF);
    assert_int_equal(path_to(n, &a2).state, SCTP_PATH_PF);
    net_heal(n);
    time_until_read(n, 1);
    net_run_for(n, ROAM_SEC);
    assert_int_equal(n->next_in[A], 1);
    assert_int_equal(path_to(n, &a1).state, SCTP_PATH_PF);
    assert_int_equal(path_to(n, &a2).state, SCTP_PATH_PF);
    net_send(n, Z, 1, 1000); /* by one path alone: that one is active again */
    net_run_for(n, ROAM_SEC);
    assert_int_equal((path_to(n, &a1).state == SCTP_PATH_ACTIVE) +
                         (path_to(n, &a2).state == SCTP_PATH_ACTIVE),
                     1);
    net_free(n);
}

/* --- Dormant, and the association's counter -------------------------------------------------- */

static void with_all_paths_inactive_data_is_still_tried_on_each_in_turn(void** state)
{
    (void)state;
    struct sctp_config c;
    sctp_config_default(&c);
    c.hb_interval = 0;
    c.path_max_retrans = 1;
    c.max_retrans = 20;
    struct net* n = two_paths(&c);
    net_cut(n, &a1);
    net_cut(n, &a2);
    net_send(n, Z, 1, 1000);
    net_run_for(n, 30 * ROAM_SEC);
    assert_int_equal(path_to(n, &a1).state, SCTP_PATH_INACTIVE);
    assert_int_equal(path_to(n, &a2).state, SCTP_PATH_INACTIVE);
    const uint32_t e1 = path_to(n, &a1).errors;
    const uint32_t e2 = path_to(n, &a2).errors;
    assert_true(e1 >= 2 && e2 >= 2 && (e1 > e2 ? e1 - e2 : e2 - e1) <= 1);
    net_heal(n);
    time_until_read(n, 1);
    assert_int_equal(n->next_in[A], 1);
    net_free(n);
}

static void an_idle_path_that_is_silent_does_not_end_the_association(void** state)
{
    (void)state;
    struct sctp_config c;
    sctp_config_default(&c);
    c.hb_interval = ROAM_SEC;
    c.rto_max = 2 * ROAM_SEC;
    struct net* n = two_paths(&c);
    for (int end = A; end <= Z; end++) /* nothing clears the association's counter */
    {
        const struct roam_addr* local = end == A ? &a1 : &z1;
        const struct roam_addr* peer = end == A ? &z1 : &a1;
        struct sctp_path_config p;
        sctp_path_configuration(n->ep[end], n->id[end], local, peer, &p);
        p.heartbeats = false;
        sctp_path_configure(n->ep[end], n->id[end], local, peer, &p, n->now);
    }
    net_cut(n, &a2);
    net_run_for(n, 300 * ROAM_SEC);
    assert_true(path_to(n, &a2).errors > c.max_retrans);
    assert_int_equal(n->lost[A] + n->lost[Z], 0);
    net_free(n);
}

/* --- Primary path switchover, RFC 7829 section 5 --------------------------------------------- */

static void the_threshold_of_the_switchover_has_a_lower_bound(void** state)
{
    (void)state;
    struct sctp_config c;
    sctp_config_default(&c);
    c.primary_switchover_max_retrans = 4; /* RFC 9260 alone: at least Path.Max.Retrans */
    assert_int_equal(sctp_config_check(&c), ROAM_EINVAL);
    c.primary_switchover_max_retrans = 5;
    assert_int_equal(sctp_config_check(&c), ROAM_OK);
    c.pf_max_retrans = 2;
    c.primary_switchover_max_retrans = 1;
    assert_int_equal(sctp_config_check(&c), ROAM_EINVAL);
    c.primary_switchover_max_retrans = 2;
    assert_int_equal(sctp_config_check(&c), ROAM_OK);
}

static void fails_and_recovers(struct net* n)
{
    net_cut(n, &a1);
    net_send(n, Z, 1, 1000);
    net_run_for(n, 2 * ROAM_SEC);
    net_heal(n);
    net_run_for(n, 10 * ROAM_SEC);
    assert_int_equal(n->next_in[A], 1);
    assert_int_equal(path_to(n, &a1).state, SCTP_PATH_ACTIVE);
}

/** RFC 7829 section 5 (2): with more errors than PSMR, and not before. */
static void a_switchover_comes_with_the_first_error_above_its_threshold(void** state)
{
    (void)state;
    struct sctp_config c = with_pf(0);
    c.primary_switchover_max_retrans = 1;
    struct net* n = two_paths(&c);
    net_cut(n, &a1);
    net_send(n, Z, 1, 1000);
    while (path_to(n, &a1).errors < 2)
    {
        assert_true(path_to(n, &a1).primary);
        net_run_for(n, 10 * ROAM_MS);
    }
    assert_true(path_to(n, &a2).primary);
    net_free(n);
}

static void after_a_switchover_the_old_primary_stays_an_alternative(void** state)
{
    (void)state;
    struct sctp_config c = with_pf(0);
    c.primary_switchover_max_retrans = 0;
    struct net* n = two_paths(&c);
    fails_and_recovers(n);
    assert_true(path_to(n, &a2).primary);
    assert_true(roam_addr_equal(&n->primary_peer[Z], &a2));
    net_free(n);
    c.pf_max_retrans = SCTP_NO_RETRANS_LIMIT; /* RFC 9260 alone, with Path.Max.Retrans */
    c.path_max_retrans = 0;
    c.hb_interval = ROAM_SEC;
    n = two_paths(&c);
    fails_and_recovers(n);
    assert_true(path_to(n, &a2).primary);
    net_free(n);
    c.primary_switchover_max_retrans = SCTP_NO_RETRANS_LIMIT; /* off: back to the primary */
    n = two_paths(&c);
    fails_and_recovers(n);
    assert_true(path_to(n, &a1).primary);
    net_free(n);
}

static void a_switchover_waits_for_a_path_to_switch_to(void** state)
{
    (void)state;
    struct sctp_config c = with_pf(0);
    c.primary_switchover_max_retrans = 0;
    struct net* n = two_paths(&c);
    net_lose(n, A, &a2);
    net_cut(n, &a2);
    assert_int_equal(sctp_request_heartbeat(n->ep[Z], n->id[Z], &z1, &a2, n->now), ROAM_OK);
    net_run_for(n, ROAM_SEC + ROAM_MS);
    assert_int_equal(path_to(n, &a2).state, SCTP_PATH_PF);
    net_cut(n, &a1);
    assert_int_equal(sctp_request_heartbeat(n->ep[Z], n->id[Z], &z1, &a1, n->now), ROAM_OK);
    net_run_for(n, ROAM_SEC);
    assert_int_equal(path_to(n, &a1).state, SCTP_PATH_PF);
    assert_true(path_to(n, &a1).primary); /* neither is better */
    net_heal(n);
    net_cut(n, &a1);
    net_gain(n, A, &a2);
    net_run_for(n, 10 * ROAM_SEC);
    assert_int_equal(path_to(n, &a2).state, SCTP_PATH_ACTIVE);
    assert_true(path_to(n, &a2).primary);
    net_free(n);
}

/* --- The parameters of one path -------------------------------------------------------------- */

static void a_path_has_parameters_of_its_own(void** state)
{
    (void)state;
    struct net* n = two_paths(NULL);
    struct sctp_path_config p;
    struct sctp_path_config q;
    struct sctp_config c;
    assert_int_equal(sctp_path_configuration(n->ep[Z], n->id[Z], &z1, &a3, &p), ROAM_ENOENT);
    assert_int_equal(sctp_path_configuration(n->ep[Z], n->id[Z], NULL, &a3, &p), ROAM_ENOENT);
    assert_int_equal(sctp_path_configuration(n->ep[Z], 99, NULL, NULL, &p), ROAM_ENOENT);
    assert_int_equal(sctp_path_configuration(n->ep[Z], n->id[Z], NULL, NULL, &p), ROAM_OK);
    assert_true(p.heartbeats && p.hb_interval == 30 * ROAM_SEC && p.path_max_retrans == 5);

    p.path_max_retrans = 0; /* a1 alone: its first timeout makes it inactive */
    assert_int_equal(sctp_path_configure(n->ep[Z], n->id[Z], &z1, &a3, &p, n->now), ROAM_ENOENT);
    assert_int_equal(sctp_path_configure(n->ep[Z], n->id[Z], &z1, &a1, &p, n->now), ROAM_OK);
    sctp_path_configuration(n->ep[Z], n->id[Z], &z1, &a2, &q);
    assert_int_equal(q.path_max_retrans, 5);
    net_cut(n, &a1);
    net_send(n, Z, 1, 1000);
    net_run_for(n, ROAM_SEC + ROAM_MS);
    assert_int_equal(path_to(n, &a1).state, SCTP_PATH_INACTIVE);

    p.hb_interval = -1;
    assert_int_equal(sctp_path_configure(n->ep[Z], n->id[Z], NULL, NULL, &p, n->now), ROAM_EINVAL);
    p.hb_interval = 0;
    p.pf_max_retrans = 3;
    p.path_max_retrans = 7;
    p.primary_switchover_max_retrans = 2;
    assert_int_equal(sctp_path_configure(n->ep[Z], n->id[Z], NULL, NULL, &p, n->now), ROAM_EINVAL);

    sctp_configuration(n->ep[Z], n->id[Z], &c); /* what the association says holds for all again */
    c.path_max_retrans = 9;
    assert_int_equal(sctp_configure(n->ep[Z], n->id[Z], &c), ROAM_OK);
    sctp_path_configuration(n->ep[Z], n->id[Z], &z1, &a1, &q);
    assert_int_equal(q.path_max_retrans, 9);
    net_free(n);
}

static void an_interval_that_is_changed_counts_at_once(void** state)
{
    (void)state;
    struct sctp_config c;
    sctp_config_default(&c);
    c.hb_interval = 0;
    struct net* n = two_paths(&c);
    net_run_for(n, 100 * ROAM_SEC);
    const unsigned none = net_count(n, Z, "HEARTBEAT");
    c.hb_interval = 5 * ROAM_SEC; /* no data, which would begin them, too */
    assert_int_equal(sctp_configure(n->ep[Z], n->id[Z], &c), ROAM_OK);
    net_run_for(n, 10 * ROAM_SEC);
    assert_int_equal(net_count(n, Z, "HEARTBEAT"), none + 2);
    c.hb_interval = 0;
    assert_int_equal(sctp_configure(n->ep[Z], n->id[Z], &c), ROAM_OK);
    net_run_for(n, 100 * ROAM_SEC);
    assert_int_equal(net_count(n, Z, "HEARTBEAT"), none + 2);
    net_free(n);
}

static void a_path_that_comes_later_begins_with_what_was_said_for_its_peer_address(void** state)
{
    (void)state;
    struct net* n = net_established(NULL);
    struct sctp_path_config p;
    sctp_path_configuration(n->ep[A], n->id[A], NULL, &z1, &p);
    p.hb_interval = 7 * ROAM_SEC;
    p.path_max_retrans = 3;
    assert_int_equal(sctp_path_configure(n->ep[A], n->id[A], NULL, &z1, &p, n->now), ROAM_OK);
    net_gain(n, A, &a2);
    net_asconf(n, A, SCTP_ADD, &a2);
    net_run_for(n, 100 * ROAM_MS);
    memset(&p, 0, sizeof p);
    assert_int_equal(sctp_path_configuration(n->ep[A], n->id[A], &a2, &z1, &p), ROAM_OK);
    assert_true(p.hb_interval == 7 * ROAM_SEC && p.path_max_retrans == 3 && p.heartbeats);
    net_free(n);
}

static void heartbeats_of_one_path_are_switched_off_and_on(void** state)
{
    (void)state;
    struct sctp_config c;
    sctp_config_default(&c);
    c.hb_interval = 0;
    struct net* n = two_paths(&c);
    struct sctp_path_config p;
    const unsigned none = net_count(n, Z, "HEARTBEAT");
    net_run_for(n, 100 * ROAM_SEC);
    assert_int_equal(net_count(n, Z, "HEARTBEAT"), none);
    sctp_path_configuration(n->ep[Z], n->id[Z], &z1, &a2, &p);
    assert_false(p.heartbeats);
    p.heartbeats = true; /* with an interval of 0: one per RTO of 1 s, with a jitter of half */
    assert_int_equal(sctp_path_configure(n->ep[Z], n->id[Z], &z1, &a2, &p, n->now), ROAM_OK);
    net_run_for(n, 100 * ROAM_SEC);
    assert_in_range(net_count(n, Z, "HEARTBEAT") - none, 70, 130);
    p.heartbeats = false;
    sctp_path_configure(n->ep[Z], n->id[Z], &z1, &a2, &p, n->now);
    net_run_for(n, ROAM_SEC);
    const unsigned some = net_count(n, Z, "HEARTBEAT");
    net_run_for(n, 100 * ROAM_SEC);
    assert_int_equal(net_count(n, Z, "HEARTBEAT"), some);
    net_free(n);
}

/* --- On demand, section 11.1.10 -------------------------------------------------------------- */

static void a_heartbeat_on_demand_measures_a_path_and_its_silence_counts(void** state)
{
    (void)state;
    struct sctp_config c;
    sctp_config_default(&c);
    c.hb_interval = 0;
    struct net* n = two_paths(&c);
    const unsigned before = net_count(n, Z, "HEARTBEAT");
    n->slow = a2;
    n->slow_by = 80 * ROAM_MS;
    const roam_time srtt = path_to(n, &a2).srtt;
    assert_int_equal(sctp_request_heartbeat(n->ep[Z], n->id[Z], NULL, &a2, n->now), ROAM_OK);
    assert_int_equal(sctp_request_heartbeat(n->ep[Z], n->id[Z], NULL, &a2, n->now), ROAM_OK);
    net_run_for(n, 200 * ROAM_MS);
    assert_int_equal(net_count(n, Z, "HEARTBEAT"), before + 1);
    assert_int_equal(path_to(n, &a2).srtt, srtt - srtt / 8 + 180 * ROAM_MS / 8);
    net_cut(n, &a2);
    sctp_request_heartbeat(n->ep[Z], n->id[Z], NULL, &a2, n->now);
    net_run_for(n, 2 * ROAM_SEC);
    assert_int_equal(path_to(n, &a2).errors, 1);
    assert_int_equal(sctp_request_heartbeat(n->ep[Z], n->id[Z], NULL, &a3, n->now), ROAM_ENOENT);
    net_lose(n, Z, &z1);
    assert_int_equal(sctp_request_heartbeat(n->ep[Z], n->id[Z], NULL, NULL, n->now), ROAM_ESTATE);
    net_free(n);
}

static void without_room_for_a_heartbeat_the_next_one_is_tried_later(void** state)
{
    (void)state;
    struct sctp_config c;
    sctp_config_default(&c);
    c.hb_interval = 5 * ROAM_SEC;
    struct net* n = two_paths(&c);
    struct roam_packet probe;
    /* A -> HEARTBEAT -> Z, over and over: its answers fill Z's queue */
    sctp_request_heartbeat(n->ep[A], n->id[A], &a1, NULL, n->now);
    assert_true(sctp_poll_packet(n->ep[A], &probe, n->now));
    for (int i = 0; i < 70; i++)
    {
        assert_int_equal(sctp_recv(n->ep[Z], &probe, n->now), ROAM_OK);
    }
    const unsigned before = net_count(n, Z, "HEARTBEAT");
    assert_int_equal(sctp_request_heartbeat(n->ep[Z], n->id[Z], &z1, &a1, n->now), ROAM_EAGAIN);
    net_poll(n);
    assert_int_equal(net_count(n, Z, "HEARTBEAT"), before);
    net_run_for(n, 8 * ROAM_SEC);
    assert_true(net_count(n, Z, "HEARTBEAT") > before);
    assert_int_equal(path_to(n, &a1).errors, 0); /* what was not sent is not unanswered */
    net_free(n);
}

/* --- Confirmation, section 5.4 --------------------------------------------------------------- */

/** Z has two addresses of its own; only the pair with the first of them reaches A's new one. */
static void an_address_confirmed_by_one_pair_does_not_whitewash_another(void** state)
{
    (void)state;
    struct net* n = net_new(NULL);
    net_gain(n, Z, &z2);
    net_gain(n, A, &a2);
    const struct roam_addr both[] = {z1, z2};
    assert_int_equal(sctp_connect(n->ep[A], &a1, 1, both, 2, 5000, &n->id[A], n->now), ROAM_OK);
    net_run_for(n, ROAM_SEC);
    net_cut(n, &a2);
    net_asconf(n, A, SCTP_ADD, &a2);
    net_run_for(n, 100 * ROAM_SEC); /* no probe of Z's comes back: both pairs have failed */
    struct sctp_path_status paths[8];
    const size_t k = sctp_paths(n->ep[Z], n->id[Z], paths, 8);
    assert_int_equal(k, 4);
    net_heal(n);
    assert_int_equal(sctp_request_heartbeat(n->ep[Z], n->id[Z], &z1, &a2, n->now), ROAM_OK);
    net_run_for(n, 100 * ROAM_MS);
    sctp_paths(n->ep[Z], n->id[Z], paths, 8);
    for (size_t i = 0; i < k; i++)
    {
        if (roam_addr_equal(&paths[i].peer, &a2))
        {
            const bool probed = roam_addr_equal(&paths[i].local, &z1);
            assert_int_equal(paths[i].state, probed ? SCTP_PATH_ACTIVE : SCTP_PATH_INACTIVE);
        }
    }
    net_free(n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_timeout_makes_a_path_potentially_failed_and_data_goes_elsewhere),
        cmocka_unit_test(without_that_state_new_data_goes_on_into_the_dead_path),
        cmocka_unit_test(a_potentially_failed_path_is_probed_once_per_rto_until_it_is_inactive),
        cmocka_unit_test(a_heartbeat_that_is_answered_makes_it_active_and_data_returns),
        cmocka_unit_test(with_heartbeats_off_nothing_probes_a_potentially_failed_path),
        cmocka_unit_test(with_one_path_a_silence_is_not_counted_twice),
        cmocka_unit_test(
            when_all_have_potentially_failed_the_one_with_the_fewest_errors_carries_data),
        cmocka_unit_test(a_potentially_failed_path_is_chosen_before_an_inactive_one),
        cmocka_unit_test(an_acknowledgement_of_what_went_over_two_paths_brings_none_back),
        cmocka_unit_test(with_all_paths_inactive_data_is_still_tried_on_each_in_turn),
        cmocka_unit_test(an_idle_path_that_is_silent_does_not_end_the_association),
        cmocka_unit_test(the_threshold_of_the_switchover_has_a_lower_bound),
        cmocka_unit_test(a_switchover_comes_with_the_first_error_above_its_threshold),
        cmocka_unit_test(after_a_switchover_the_old_primary_stays_an_alternative),
        cmocka_unit_test(a_switchover_waits_for_a_path_to_switch_to),
        cmocka_unit_test(a_path_has_parameters_of_its_own),
        cmocka_unit_test(an_interval_that_is_changed_counts_at_once),
        cmocka_unit_test(a_path_that_comes_later_begins_with_what_was_said_for_its_peer_address),
        cmocka_unit_test(heartbeats_of_one_path_are_switched_off_and_on),
        cmocka_unit_test(a_heartbeat_on_demand_measures_a_path_and_its_silence_counts),
        cmocka_unit_test(without_room_for_a_heartbeat_the_next_one_is_tried_later),
        cmocka_unit_test(an_address_confirmed_by_one_pair_does_not_whitewash_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

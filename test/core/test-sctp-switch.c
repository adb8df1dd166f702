/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A change of the primary path while data flows: what it does to what is in flight, and what it
 * must not do: take reordering for loss. */
#include "sctp-net.h"

#include "core/sctp/sctp-wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct sctp_config defaults(void)
{
    struct sctp_config c;
    sctp_config_default(&c);
    return c;
}

/** A has two addresses, both confirmed; the first is Z's primary, and A's. */
static struct net* two_paths(const struct sctp_config* config)
{
    struct net* n = net_new(config);
    net_gain(n, A, &a2);
    net_connect(n);
    net_run(n, ROAM_SEC);
    assert_true(n->up[A] == 1 && n->up[Z] == 1);
    return n;
}

static struct sctp_status status_of(const struct net* n, int end)
{
    struct sctp_status s;
    assert_int_equal(sctp_status(n->ep[end], n->id[end], &s), ROAM_OK);
    return s;
}

static unsigned resent(const struct net* n, int end)
{
    return (unsigned)status_of(n, end).data_chunks_retransmitted;
}

static struct sctp_path_status path_of(const struct net* n, int end, const struct roam_addr* local,
                                       const struct roam_addr* peer)
{
    struct sctp_path_status paths[8];
    const size_t k = sctp_paths(n->ep[end], n->id[end], paths, 8);
    for (size_t i = 0; i < k; i++)
    {
        if (roam_addr_equal(&paths[i].local, local) && roam_addr_equal(&paths[i].peer, peer))
        {
            return paths[i];
        }
    }
    fail_msg("no such path");
    return paths[0];
}

/* --- Reordering is not loss ------------------------------------------------------------------ */

/** Z sends to a slow a1, turns to a fast a2 and goes on; nothing is lost. */
static struct net* switches_to_a_faster_path(bool classic)
{
    struct sctp_config c = defaults();
    c.classic_fast_retransmit = classic;
    struct net* n = two_paths(&c);
    n->slow = a1;
    n->slow_by = 150 * ROAM_MS;
    net_send(n, Z, 3, 1000); /* A          <- DATA <- Z, by a1: 160 ms */
    sctp_set_primary(n->ep[Z], n->id[Z], NULL, &a2, n->now);
    for (int i = 0; i < 10; i++) /* A <- DATA <- Z, by a2: 10 ms, each with a gap before it */
    {
        net_send(n, Z, 1, 1000);
        net_run_for(n, 5 * ROAM_MS);
    }
    net_run_for(n, 2 * ROAM_SEC);
    assert_int_equal(n->next_in[A], 13);
    assert_false(n->out_of_order);
    return n;
}

static void classic_fast_retransmit_takes_a_switch_to_a_faster_path_for_loss(void** state)
{
    (void)state;
    struct net* n = switches_to_a_faster_path(true);
    assert_int_equal(resent(n, Z), 3);
    assert_int_equal(status_of(n, A).duplicate_tsns, 3);
    net_free(n);
}

static void by_default_a_switch_to_a_faster_path_retransmits_nothing(void** state)
{
    (void)state;
    struct net* n = switches_to_a_faster_path(false);
    const uint32_t ssthresh = path_of(n, Z, &z1, &a1).ssthresh;
    assert_int_equal(resent(n, Z), 0);
    assert_int_equal(status_of(n, A).duplicate_tsns, 0);
    net_free(n);
    n = switches_to_a_faster_path(true);
    assert_true(path_of(n, Z, &z1, &a1).ssthresh < ssthresh / 10); /* taken for congestion */
    net_free(n);
}

/** A chunk of the first path lost, too: it is repaired by the chunks sent behind it on that path.
 */
static void a_true_loss_before_the_switch_is_repaired_by_fast_retransmit(void** state)
{
    (void)state;
    struct net* n = two_paths(NULL);
    n->slow = a1;
    n->slow_by = 50 * ROAM_MS;
    n->drop_chunk = "DATA";
    for (int i = 0; i < 4; i++) /* one packet each: the first is lost */
    {
        net_send(n, Z, 1, 1000);
        net_run_for(n, ROAM_MS);
    }
    sctp_set_primary(n->ep[Z], n->id[Z], NULL, &a2, n->now);
    net_send(n, Z, 4, 1000);
    net_run_for(n, 200 * ROAM_MS); /* far less than T3-rtx */
    assert_int_equal(n->next_in[A], 8);
    assert_int_equal(resent(n, Z), 1);
    net_free(n);
}

static void a_true_loss_after_the_switch_is_repaired_by_fast_retransmit(void** state)
{
    (void)state;
    struct net* n = two_paths(NULL);
    n->slow = a1;
    n->slow_by = 100 * ROAM_MS;
    net_send(n, Z, 3, 1000);
    sctp_set_primary(n->ep[Z], n->id[Z], NULL, &a2, n->now);
    n->drop_chunk = "DATA";
    for (int i = 0; i < 4; i++)
    {
        net_send(n, Z, 1, 1000);
        net_run_for(n, ROAM_MS);
    }
    net_run_for(n, 200 * ROAM_MS);
    assert_int_equal(n->next_in[A], 7);
    assert_int_equal(resent(n, Z), 1);
    net_free(n);
}

/** In fast recovery on a slow path, too, what flies there is not judged by what flew faster. */
static void in_fast_recovery_only_what_is_lost_is_sent_again(void** state)
{
    (void)state;
    struct sctp_config c = defaults();
    c.max_burst = 0;
    struct net* n = two_paths(&c);
    for (int i = 0; i < 20; i++) /* a wide window on a1 */
    {
        net_send(n, Z, 20, 1000);
        net_run_for(n, 100 * ROAM_MS);
    }
    const unsigned before = n->next_in[A];
    n->slow = a1;
    n->slow_by = 100 * ROAM_MS;
    n->drop_chunk = "DATA";
    for (int i = 0; i < 10; i++)
    {
        net_send(n, Z, 1, 1000);
        net_run_for(n, 10 * ROAM_MS);
    }
    sctp_set_primary(n->ep[Z], n->id[Z], NULL, &a2, n->now);
    for (int i = 0; i < 20; i++)
    {
        net_send(n, Z, 1, 1000);
        net_run_for(n, 5 * ROAM_MS);
    }
    net_run_for(n, 2 * ROAM_SEC);
    assert_int_equal(n->next_in[A], before + 30);
    assert_int_equal(resent(n, Z), 1);
    net_free(n);
}

/** What has moved to a path is younger there than what flew before it with a higher TSN. */
static void what_was_moved_to_a_path_is_not_missed_there_too_early(void** state)
{
    (void)state;
    struct sctp_config c = defaults();
    c.max_burst = 0;
    c.sack_delay = 0;
    struct net* n = two_paths(&c);
    net_cut(n, &a1);
    net_send(n, Z, 3, 1000); /* by a1: lost */
    sctp_set_primary(n->ep[Z], n->id[Z], NULL, &a2, n->now);
    n->slow = a2;
    n->slow_by = 400 * ROAM_MS;
    net_run_for(n, ROAM_SEC - 20 * ROAM_MS);
    for (int i = 0; i < 4; i++) /* by a2, just before T3-rtx of a1 */
    {
        net_send(n, Z, 1, 1000);
        net_run_for(n, 5 * ROAM_MS);
    }
    net_run_for(n, 5 * ROAM_SEC); /* T3-rtx: three chunks by a2, behind those four */
    assert_int_equal(n->next_in[A], 7);
    assert_int_equal(resent(n, Z), 3);
    net_free(n);
}

/* --- What is in flight ----------------------------------------------------------------------- */

/** Two messages of an end leave by the first address, and are lost. */
static void two_are_lost(struct net* n, int from)
{
    n->drop_number = (int)n->sent;
    n->drop_second = (int)n->sent + 1;
    assert_int_equal(net_send(n, from, 2, 1400), 2);
    assert_int_equal(n->drop_second, (int)n->sent - 1);
}

static roam_time time_until_read(struct net* n, int end, uint32_t messages)
{
    const roam_time begun = n->now;
    while (n->next_in[end] < messages && n->now < begun + 60 * ROAM_SEC)
    {
        net_run_for(n, ROAM_MS);
    }
    return n->now - begun;
}

/** By policy: how long until A has what Z had in flight, when Z's user changes the primary. */
static roam_time after_set_primary(enum sctp_switch_policy policy, struct sctp_path_status* old,
                                   unsigned* duplicates)
{
    struct sctp_config c = defaults();
    c.switch_policy = policy;
    struct net* n = two_paths(&c);
    two_are_lost(n, Z);
    net_send(n, Z, 1, 1400); /* not lost */
    sctp_set_primary(n->ep[Z], n->id[Z], NULL, &a2, n->now);
    net_poll(n);
    *old = path_of(n, Z, &z1, &a1);
    const roam_time t = time_until_read(n, A, 3);
    net_run_for(n, ROAM_SEC);
    *duplicates = (unsigned)status_of(n, A).duplicate_tsns;
    assert_int_equal(n->next_in[A], 3);
    net_free(n);
    return t;
}

static void set_primary_leaves_holds_or_retransmits_what_is_in_flight(void** state)
{
    (void)state;
    struct sctp_path_status old;
    unsigned duplicates;
    /* T3-rtx of the old path, 1 s from the sending; the new primary carries the retransmission */
    assert_int_equal(after_set_primary(SCTP_SWITCH_LEAVE, &old, &duplicates),
                     ROAM_SEC + 10 * ROAM_MS);
    assert_int_equal(old.outstanding, 4200);
    assert_int_equal(duplicates, 0);
    assert_int_equal(after_set_primary(SCTP_SWITCH_HOLD, &old, &duplicates),
                     ROAM_SEC + 10 * ROAM_MS);
    assert_int_equal(old.outstanding, 4200);
    /* at once; the third message comes twice */
    assert_int_equal(after_set_primary(SCTP_SWITCH_RETRANSMIT, &old, &duplicates), 10 * ROAM_MS);
    assert_int_equal(old.outstanding, 0);
    assert_int_equal(duplicates, 1);
}

static void leaving_a_path_is_no_verdict_on_its_congestion(void** state)
{
    (void)state;
    struct sctp_config c = defaults();
    c.switch_policy = SCTP_SWITCH_RETRANSMIT;
    struct net* n = two_paths(&c);
    const struct sctp_path_status before = path_of(n, Z, &z1, &a1);
    two_are_lost(n, Z);
    sctp_set_primary(n->ep[Z], n->id[Z], NULL, &a2, n->now);
    net_run_for(n, 5 * ROAM_SEC);
    const struct sctp_path_status after = path_of(n, Z, &z1, &a1);
    assert_int_equal(after.cwnd, before.cwnd);
    assert_int_equal(after.ssthresh, before.ssthresh);
    assert_int_equal(after.srtt, before.srtt);
    assert_int_equal(after.rto, before.rto);
    assert_int_equal(after.errors, 0); /* T3-rtx has stopped */
    assert_int_equal(n->next_in[A], 2);
    net_free(n);
}

static void the_primary_set_anew_moves_nothing(void** state)
{
    (void)state;
    struct net* n = two_paths(NULL);
    net_send(n, Z, 2, 1400);
    sctp_set_primary(n->ep[Z], n->id[Z], NULL, &a2, n->now);
    struct sctp_config c = defaults();
    c.switch_policy = SCTP_SWITCH_RETRANSMIT;
    assert_int_equal(sctp_configure(n->ep[Z], n->id[Z], &c), ROAM_OK);
    sctp_set_primary(n->ep[Z], n->id[Z], NULL, &a2, n->now);
    net_run_for(n, ROAM_SEC);
    assert_int_equal(resent(n, Z), 0);
    assert_int_equal(n->next_in[A], 2);
    net_free(n);
}

static void what_has_moved_may_be_fast_retransmitted_again(void** state)
{
    (void)state;
    struct sctp_config c = defaults();
    c.switch_policy = SCTP_SWITCH_RETRANSMIT;
    struct net* n = two_paths(&c);
    n->drop_chunk = "DATA";
    for (int i = 0; i < 4; i++)
    {
        net_send(n, Z, 1, 1000);
        net_run_for(n, ROAM_MS);
    }
    n->drop_chunk = "DATA"; /* A /lost/ <- DATA, fast retransmitted <- Z */
    net_run_for(n, 50 * ROAM_MS);
    assert_int_equal(resent(n, Z), 1);
    n->drop_chunk = "DATA"; /* A /lost/ <- DATA, moved to a2 <- Z */
    sctp_set_primary(n->ep[Z], n->id[Z], NULL, &a2, n->now);
    for (int i = 0; i < 4; i++)
    {
        net_send(n, Z, 1, 1000);
        net_run_for(n, ROAM_MS);
    }
    net_run_for(n, 50 * ROAM_MS);
    assert_int_equal(resent(n, Z), 3);
    assert_int_equal(n->next_in[A], 8);
    net_free(n);
}

/** By policy: how long after our SET PRIMARY the peer's data that was lost comes, and ours. */
static void after_our_request(enum sctp_switch_policy policy, roam_time* theirs, roam_time* ours)
{
    struct sctp_config c = defaults();
    c.switch_policy = policy;
    for (int from = A; from <= Z; from++)
    {
        struct net* n = two_paths(&c);
        two_are_lost(n, from);
        assert_int_equal(net_asconf(n, A, SCTP_SET_PRIMARY, &a2), ROAM_OK);
        *(from == A ? ours : theirs) = time_until_read(n, 1 - from, 2);
        assert_true(roam_addr_equal(&n->primary_peer[Z], &a2));
        net_free(n);
    }
}

static void a_set_primary_of_the_peer_leaves_or_retransmits_what_is_in_flight(void** state)
{
    (void)state;
    roam_time theirs = 0;
    roam_time ours = 0;
    after_our_request(SCTP_SWITCH_LEAVE, &theirs, &ours);
    assert_int_equal(theirs, ROAM_SEC + 10 * ROAM_MS);
    assert_int_equal(ours, ROAM_SEC + 10 * ROAM_MS);
    after_our_request(SCTP_SWITCH_HOLD, &theirs, &ours);
    assert_int_equal(theirs, ROAM_SEC + 10 * ROAM_MS);
    assert_int_equal(ours, 3 * 10 * ROAM_MS); /* ASCONF, ASCONF-ACK, DATA */
    after_our_request(SCTP_SWITCH_RETRANSMIT, &theirs, &ours);
    assert_int_equal(theirs, 2 * 10 * ROAM_MS); /* ASCONF, DATA */
    assert_int_equal(ours, ROAM_SEC + 10 * ROAM_MS);
}

static void held_data_waits_for_the_asconf_ack_and_leaves_by_the_new_link(void** state)
{
    (void)state;
    struct sctp_config c = defaults();
    c.switch_policy = SCTP_SWITCH_HOLD;
    struct net* n = two_paths(&c);
    const struct sctp_path_status before = path_of(n, A, &a1, &z1);
    two_are_lost(n, A);
    net_asconf(n, A, SCTP_SET_PRIMARY, &a2); /* A -> AUTH ASCONF -> Z */
    net_send(n, A, 3, 1000);
    const unsigned data = net_count(n, A, "DATA");
    assert_int_equal(path_of(n, A, &a1, &z1).outstanding, 0);
    net_run_for(n, 2 * n->delay - ROAM_MS);
    assert_int_equal(net_count(n, A, "DATA"), data);
    net_run_for(n, ROAM_MS); /* A <- AUTH ASCONF-ACK <- Z, and A -> DATA -> Z, by a2 */
    assert_true(net_count(n, A, "DATA") > data);
    assert_true(roam_addr_equal(&n->primary_local[A], &a2));
    assert_int_equal(path_of(n, A, &a1, &z1).outstanding, 0);
    assert_true(path_of(n, A, &a2, &z1).outstanding > 0);
    assert_int_equal(path_of(n, A, &a1, &z1).cwnd, before.cwnd);
    assert_int_equal(path_of(n, A, &a1, &z1).ssthresh, before.ssthresh);
    net_run_for(n, ROAM_SEC);
    assert_int_equal(n->next_in[Z], 5);
    assert_false(n->out_of_order);
    net_free(n);
}

static void held_data_outlives_a_lost_asconf(void** state)
{
    (void)state;
    struct sctp_config c = defaults();
    c.switch_policy = SCTP_SWITCH_HOLD;
    const char* lost[] = {"ASCONF", "ASCONF-ACK"};
    for (int i = 0; i < 2; i++)
    {
        struct net* n = two_paths(&c);
        n->drop_chunk = lost[i];
        net_asconf(n, A, SCTP_SET_PRIMARY, &a2);
        net_send(n, A, 3, 1000);
        /* T4 after an RTO of 1 s, then as ever */
        assert_int_equal(time_until_read(n, Z, 3), ROAM_SEC + 3 * n->delay);
        net_free(n);
    }
}

static void a_refused_set_primary_sets_held_data_free_where_it_was(void** state)
{
    (void)state;
    struct sctp_config c = defaults();
    c.switch_policy = SCTP_SWITCH_HOLD;
    struct net* n = net_established(&c);
    sctp_assoc_id other;
    /* at Z that address belongs to another association, so that it will not be added */
    net_cut(n, &a2);
    assert_int_equal(sctp_connect(n->ep[Z], NULL, 0, &a2, 1, 4000, &other, n->now), ROAM_OK);
    const sctp_assoc_id mine = n->id[Z];
    net_gain(n, A, &a2);
    const struct sctp_asconf_request both[] = {{SCTP_ADD, a2}, {SCTP_SET_PRIMARY, a2}};
    assert_int_equal(sctp_asconf(n->ep[A], n->id[A], both, 2, n->now), ROAM_OK);
    net_send(n, A, 2, 1000);
    net_run_for(n, 2 * n->delay);
    assert_true(n->asconf_cause[A][SCTP_SET_PRIMARY] != 0);
    n->id[Z] = mine;
    net_run_for(n, 2 * n->delay);
    n->id[Z] = mine;
    net_poll(n);
    assert_int_equal(n->next_in[Z], 2);
    struct sctp_status s = status_of(n, A);
    assert_true(roam_addr_equal(&s.primary_local, &a1));
    net_free(n);
}

/* --- ADD, SET PRIMARY and DELETE in one ASCONF (the drafts' section 4.6) --------------------- */

/** When an end sends its next DATA, from now. */
static roam_time time_until_data(struct net* n, int from)
{
    const roam_time begun = n->now;
    const unsigned before = net_count(n, from, "DATA");
    while (net_count(n, from, "DATA") == before && n->now < begun + 10 * ROAM_SEC)
    {
        net_run_for(n, ROAM_MS);
    }
    return n->now - begun;
}

static void all_three_in_one_asconf_cost_the_server_a_round_trip_more(void** state)
{
    (void)state;
    struct net* n = net_established(NULL);
    net_gain(n, A, &a2);
    const roam_time d = n->delay;
    const struct sctp_asconf_request all[] = {
        {SCTP_ADD, a2}, {SCTP_SET_PRIMARY, a2}, {SCTP_DELETE, a1}};
    assert_int_equal(sctp_asconf(n->ep[A], n->id[A], all, 3, n->now), ROAM_OK);
    const roam_time begun = n->now;
    net_run_for(n, d); /* A -> AUTH ASCONF -> Z, which answers and probes a2 */
    net_send(n, Z, 2, 1000);
    /* A <- HEARTBEAT <- Z, A -> HEARTBEAT-ACK -> Z: until then there is no confirmed address */
    assert_int_equal(time_until_data(n, Z), 2 * d);
    assert_int_equal(n->confirmed_at - begun, 3 * d);
    assert_true(roam_addr_equal(&n->primary_peer[Z], &a2));
    assert_int_equal(time_until_read(n, A, 2), d);
    assert_int_equal(n->now - begun, 4 * d);
    assert_true(net_locals_are(n, A, &a2, 1) && net_peers_are(n, Z, &a2, 1));
    net_free(n);
}

static void the_client_itself_waits_for_the_asconf_ack_alone(void** state)
{
    (void)state;
    struct net* n = net_established(NULL);
    net_lose(n, A, &a1);
    net_gain(n, A, &a2);
    const struct sctp_asconf_request all[] = {
        {SCTP_ADD, a2}, {SCTP_SET_PRIMARY, a2}, {SCTP_DELETE, a1}};
    assert_int_equal(sctp_asconf(n->ep[A], n->id[A], all, 3, n->now), ROAM_OK);
    net_send(n, A, 2, 1000);
    assert_int_equal(time_until_data(n, A), 2 * n->delay);
    assert_int_equal(time_until_read(n, Z, 2), n->delay);
    net_free(n);
}

static void a_confirmed_address_is_primary_as_soon_as_it_is_asked_for(void** state)
{
    (void)state;
    struct net* n = net_established(NULL);
    net_gain(n, A, &a2);
    net_asconf(n, A, SCTP_ADD, &a2);
    net_run_for(n, 100 * ROAM_MS);
    const struct sctp_asconf_request rest[] = {{SCTP_SET_PRIMARY, a2}, {SCTP_DELETE, a1}};
    assert_int_equal(sctp_asconf(n->ep[A], n->id[A], rest, 2, n->now), ROAM_OK);
    const roam_time begun = n->now;
    net_run_for(n, n->delay);
    assert_int_equal(net_count(n, Z, "DATA"), 0);
    net_send(n, Z, 2, 1000);
    assert_true(net_count(n, Z, "DATA") > 0);
    time_until_read(n, A, 2);
    assert_int_equal(n->now - begun, 2 * n->delay);
    net_free(n);
}

/** What was in flight to the deleted address follows with the first HEARTBEAT-ACK. */
static void what_was_in_flight_when_all_three_came_follows_after_the_heartbeat(void** state)
{
    (void)state;
    struct net* n = net_established(NULL);
    two_are_lost(n, Z);
    net_gain(n, A, &a2);
    const struct sctp_asconf_request all[] = {
        {SCTP_ADD, a2}, {SCTP_SET_PRIMARY, a2}, {SCTP_DELETE, a1}};
    assert_int_equal(sctp_asconf(n->ep[A], n->id[A], all, 3, n->now), ROAM_OK);
    assert_int_equal(time_until_read(n, A, 2), 4 * n->delay);
    net_free(n);
}

/* --- Reneging -------------------------------------------------------------------------------- */

/** The SACK that is on its way, or the end of the test. */
static struct roam_packet flying_sack(const struct net* n, uint32_t* cum)
{
    struct sctp_chunk_view v;
    for (size_t i = 0; i < n->n_flying; i++)
    {
        const struct roam_packet* p = &n->flying[i].p;
        if (sctp_view_chunk(p->data, p->len, 0, &v) && v.type == SCTP_C_SACK)
        {
            *cum = v.cum_tsn;
            return *p;
        }
    }
    fail_msg("no SACK is on its way");
    return n->flying[0].p;
}

/** A takes a gap block back after the path of that chunk is gone at Z. */
static void a_chunk_reneged_without_a_path_goes_over_another(void** state)
{
    (void)state;
    struct net* n = two_paths(NULL);
    n->drop_chunk = "DATA";
    net_send(n, Z, 1, 1400); /* A /lost/ <- DATA <- Z */
    net_send(n, Z, 1, 1400); /* A        <- DATA <- Z */
    net_run_for(n, n->delay);
    uint32_t cum = 0;
    const uint32_t tag = roam_get32(flying_sack(n, &cum).data + 4);
    sctp_set_primary(n->ep[A], n->id[A], &a2, NULL, n->now);
    assert_int_equal(net_asconf(n, A, SCTP_DELETE, &a1), ROAM_OK);
    net_run_for(n, n->delay - ROAM_MS); /* A -> SACK with a gap block, ASCONF -> Z */
    n->drop_chunk = "DATA";             /* the first chunk again, by a2 */
    net_run_for(n, 3 * ROAM_MS);
    assert_int_equal(n->peer_ops[Z][SCTP_DELETE], 1);
    assert_int_equal(resent(n, Z), 1);
    uint8_t sack[28] = {0};
    struct roam_writer w = roam_writer(sack, sizeof sack);
    sctp_write_header(&w, 4000, 5000, tag);
    sctp_write_chunk(&w, SCTP_C_SACK, 0, 16);
    roam_write32(&w, cum);
    roam_write32(&w, 100000);
    roam_write32(&w, 0); /* no gap block any more */
    net_inject(n, Z, &a2, &z1, sack, sizeof sack);
    assert_int_equal(resent(n, Z), 2);
    net_run_for(n, 10 * ROAM_SEC);
    assert_int_equal(n->next_in[A], 2);
    assert_false(n->out_of_order);
    net_free(n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(classic_fast_retransmit_takes_a_switch_to_a_faster_path_for_loss),
        cmocka_unit_test(by_default_a_switch_to_a_faster_path_retransmits_nothing),
        cmocka_unit_test(a_true_loss_before_the_switch_is_repaired_by_fast_retransmit),
        cmocka_unit_test(a_true_loss_after_the_switch_is_repaired_by_fast_retransmit),
        cmocka_unit_test(in_fast_recovery_only_what_is_lost_is_sent_again),
        cmocka_unit_test(what_was_moved_to_a_path_is_not_missed_there_too_early),
        cmocka_unit_test(set_primary_leaves_holds_or_retransmits_what_is_in_flight),
        cmocka_unit_test(leaving_a_path_is_no_verdict_on_its_congestion),
        cmocka_unit_test(the_primary_set_anew_moves_nothing),
        cmocka_unit_test(what_has_moved_may_be_fast_retransmitted_again),
        cmocka_unit_test(a_set_primary_of_the_peer_leaves_or_retransmits_what_is_in_flight),
        cmocka_unit_test(held_data_waits_for_the_asconf_ack_and_leaves_by_the_new_link),
        cmocka_unit_test(held_data_outlives_a_lost_asconf),
        cmocka_unit_test(a_refused_set_primary_sets_held_data_free_where_it_was),
        cmocka_unit_test(all_three_in_one_asconf_cost_the_server_a_round_trip_more),
        cmocka_unit_test(the_client_itself_waits_for_the_asconf_ack_alone),
        cmocka_unit_test(a_confirmed_address_is_primary_as_soon_as_it_is_asked_for),
        cmocka_unit_test(what_was_in_flight_when_all_three_came_follows_after_the_heartbeat),
        cmocka_unit_test(a_chunk_reneged_without_a_path_goes_over_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

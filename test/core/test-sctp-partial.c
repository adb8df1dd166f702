/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Partial reliability, the sender's side: policies, abandonment, FORWARD TSN (RFC 3758, RFC 7496);
 * reports of messages that failed; the I bit (RFC 7053). */
#include "sctp-net.h"

#include "core/sctp/sctp-priv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* --- Messages that say who they are ---------------------------------------------------------- */

static int say(struct net* n, const struct sctp_message_info* info, size_t len)
{
    uint8_t* bytes = calloc(1, len);
    roam_put32(bytes, (uint32_t)info->context);
    const int r = sctp_send(n->ep[A], n->id[A], info, bytes, len, n->now);
    free(bytes);
    return r;
}

/** One message of a policy on stream 0; its context is its number. */
static void send_one(struct net* n, uint64_t number, enum sctp_policy policy, int64_t limit,
                     size_t len)
{
    const struct sctp_message_info info = {.policy = policy, .limit = limit, .context = number};
    assert_int_equal(say(n, &info, len), ROAM_OK);
}

/** Reads all that Z has; returns how many, with their numbers in order. */
static size_t hear(struct net* n, uint32_t* numbers, size_t max)
{
    struct sctp_message* m;
    size_t k = 0;
    while ((m = sctp_receive(n->ep[Z], n->id[Z], n->now)))
    {
        if (k < max)
        {
            numbers[k] = roam_get32(m->data);
        }
        k++;
        sctp_message_free(m);
    }
    return k;
}

static void hears_just(struct net* n, const uint32_t* want, size_t k)
{
    uint32_t got[64];
    assert_int_equal(hear(n, got, 64), k);
    for (size_t i = 0; i < k; i++)
    {
        assert_int_equal(got[i], want[i]);
    }
}

static struct sctp_status status(const struct net* n, int end)
{
    struct sctp_status s;
    assert_int_equal(sctp_status(n->ep[end], n->id[end], &s), ROAM_OK);
    return s;
}

static struct sctp_path_status path(const struct net* n, int end)
{
    struct sctp_path_status p;
    sctp_paths(n->ep[end], n->id[end], &p, 1);
    return p;
}

static struct net* open_net(const struct sctp_config* config)
{
    struct net* n = net_established(config);
    n->reading[A] = n->reading[Z] = false;
    return n;
}

/** What the counters say is what the queues hold. */
static void books_are_right(const struct net* n, int end)
{
    const struct sctp_assoc* a = sctp_by_id(n->ep[end], n->id[end]);
    size_t marked = 0, gap_acked = 0, flight = 0, queued = 0, pending = 0, on_paths = 0;
    if (!a || a->gone)
    {
        return;
    }
    for (size_t i = 0; i < a->sent.n; i++)
    {
        const struct sctp_data* d = roam_ring_at(&a->sent, i);
        assert_int_equal(d->tsn, a->cum_acked + 1 + i);
        marked += d->state == SCTP_DATA_MARKED;
        gap_acked += d->state == SCTP_DATA_GAP_ACKED;
        flight += d->state == SCTP_DATA_FLYING ? d->len : 0;
        queued += d->state == SCTP_DATA_ABANDONED ? 0 : d->len;
    }
    for (size_t i = 0; i < a->pending.n; i++)
    {
        const struct sctp_data* d = roam_ring_at(&a->pending, i);
        pending += d->len;
    }
    for (size_t i = 0; i < a->n_paths; i++)
    {
        on_paths += a->paths[i]->flight;
    }
    assert_int_equal(a->n_marked, marked);
    assert_int_equal(a->n_gap_acked, gap_acked);
    assert_int_equal(a->flight, flight);
    assert_int_equal(on_paths, flight);
    assert_int_equal(a->pending_bytes, pending);
    assert_int_equal(a->queued_bytes, queued + pending);
    assert_false(sctp_before(a->advanced_ack, a->cum_acked));
    assert_true(sctp_before(a->advanced_ack, a->next_tsn));
}

/** Everything is acknowledged, and Z holds nothing back. */
static void all_is_quiet(const struct net* n)
{
    books_are_right(n, A);
    const struct sctp_status s = status(n, A);
    assert_int_equal(s.unsent + s.outstanding, 0);
    const struct sctp_assoc* a = sctp_by_id(n->ep[A], n->id[A]);
    const struct sctp_assoc* z = sctp_by_id(n->ep[Z], n->id[Z]);
    assert_int_equal(a->sent.n, 0);
    assert_int_equal(z->held, 0);
    assert_int_equal(z->fragments.n, 0);
    assert_int_equal(z->map.cum, z->map.highest);
    assert_int_equal(z->map.cum + 1, a->next_tsn);
}

/** The latest FORWARD TSN that A sent, from its log of bytes: kept by watch(). */
struct watched
{
    unsigned n;
    size_t longest;
    struct sctp_chunk_view last;
    uint8_t bytes[2000];
};

/** Polls A by hand, notes its FORWARD TSNs, and lets the packets vanish or arrive. */
static void watch(struct net* n, struct watched* seen, bool arrive)
{
    struct roam_packet p;
    while (sctp_poll_packet(n->ep[A], &p, n->now))
    {
        struct sctp_chunk_view v;
        for (size_t at = 0; (at = sctp_view_chunk(p.data, p.len, at, &v));)
        {
            if (v.type == SCTP_C_FORWARD_TSN)
            {
                seen->n++;
                seen->last = v;
                memcpy(seen->bytes, v.bytes, v.len);
                seen->longest = v.len > seen->longest ? v.len : seen->longest;
                assert_in_range(p.len + 20, 0, 1500);
            }
        }
        if (arrive)
        {
            sctp_recv(n->ep[Z], &p, n->now);
        }
    }
}

/* --- Negotiation, section 3.3 ---------------------------------------------------------------- */

static void it_is_used_when_both_ends_offer_it(void** state)
{
    (void)state;
    for (int offers = 0; offers < 4; offers++)
    {
        struct net* n = net_new(NULL);
        for (int end = A; end <= Z; end++)
        {
            struct sctp_config c;
            sctp_configuration(n->ep[end], 0, &c);
            assert_true(c.pr);
            c.pr = offers >> end & 1;
            assert_int_equal(sctp_configure(n->ep[end], 0, &c), ROAM_OK);
        }
        net_connect(n);
        net_run_for(n, ROAM_SEC);
        assert_int_equal(status(n, A).pr, offers == 3);
        assert_int_equal(status(n, Z).pr, offers == 3);
        /* section 3.3.2: who does not know the parameter reports it */
        assert_int_equal(net_count(n, A, "ERROR"), offers == 1 << Z);
        net_free(n);
    }
}

static bool has_param(const struct roam_packet* p, uint16_t type, uint16_t inner)
{
    struct roam_reader r = roam_reader(p->data + 12, p->len - 12);
    struct sctp_chunk c;
    struct sctp_param param;
    assert_true(sctp_next_chunk(&r, &c));
    r = roam_reader(c.body + 16, c.body_len - 16);
    while (sctp_next_param(&r, &param))
    {
        if (param.type == type && (inner == 0 || roam_get16(param.value) == inner))
        {
            return true;
        }
    }
    return false;
}

static void the_init_offers_it_and_a_server_without_it_says_so(void** state)
{
    (void)state;
    struct net* n = net_new(NULL);
    struct sctp_config c;
    struct roam_packet p;
    sctp_configuration(n->ep[Z], 0, &c);
    c.pr = false;
    sctp_configure(n->ep[Z], 0, &c);
    net_connect(n);
    assert_true(sctp_poll_packet(n->ep[A], &p, n->now));
    assert_true(has_param(&p, 0xc000, 0));
    sctp_recv(n->ep[Z], &p, n->now);
    assert_true(sctp_poll_packet(n->ep[Z], &p, n->now));
    assert_false(has_param(&p, 0xc000, 0));
    assert_true(has_param(&p, SCTP_P_UNRECOGNIZED, 0xc000));
    net_free(n);
}

static void without_it_a_message_is_reliable_from_its_first_part_on(void** state)
{
    (void)state;
    struct sctp_config c;
    sctp_config_default(&c);
    c.pr = false;
    struct net* n = open_net(&c);
    net_cut(n, &z1);
    send_one(n, 1, SCTP_TIMED, 10 * ROAM_MS, 1000);
    send_one(n, 2, SCTP_RTX, 0, 1000);
    send_one(n, 3, SCTP_PRIO, 9, 1000);
    net_run_for(n, 5 * ROAM_SEC);
    net_heal(n);
    net_run_for(n, 60 * ROAM_SEC);
    const uint32_t want[] = {1, 2, 3};
    hears_just(n, want, 3);
    assert_int_equal(n->failed[A], 0);
    assert_int_equal(net_count(n, A, "FORWARD-TSN"), 0);
    net_free(n);
}

static void without_it_a_message_that_was_never_sent_still_expires(void** state)
{
    (void)state;
    struct sctp_config c;
    sctp_config_default(&c);
    c.pr = false;
    struct net* n = open_net(&c);
    net_cut(n, &z1);
    for (uint64_t i = 0; i < 20; i++)
    {
        send_one(n, i, SCTP_TIMED, 500 * ROAM_MS, 1000); /* the window takes four */
    }
    net_run_for(n, 600 * ROAM_MS);
    assert_int_equal(n->failed[A], 16);
    assert_int_equal(n->failures[A][0].u.failed.context, 4);
    assert_false(n->failures[A][0].u.failed.sent);
    net_heal(n);
    net_run_for(n, 60 * ROAM_SEC);
    const uint32_t want[] = {0, 1, 2, 3};
    hears_just(n, want, 4);
    send_one(n, 77, SCTP_RELIABLE, 0, 100); /* no hole in the stream */
    net_run_for(n, ROAM_SEC);
    const uint32_t last[] = {77};
    hears_just(n, last, 1);
    all_is_quiet(n);
    net_free(n);
}

/* --- Policies -------------------------------------------------------------------------------- */

/** TR3: no TSN for it, no FORWARD TSN, no hole in the stream; and the user hears at once. */
static void a_message_that_expires_before_it_is_sent_leaves_no_trace(void** state)
{
    (void)state;
    struct net* n = net_new(NULL);
    n->reading[Z] = false;
    n->drop = 1; /* A -> INIT is lost: T1 takes a second */
    net_connect(n);
    send_one(n, 1, SCTP_TIMED, 300 * ROAM_MS, 100);
    send_one(n, 2, SCTP_RELIABLE, 0, 100);
    net_run_for(n, 299 * ROAM_MS);
    assert_int_equal(n->failed[A], 0);
    net_run_for(n, ROAM_MS);
    assert_int_equal(n->failed[A], 1);
    assert_int_equal(n->failures[A][0].u.failed.context, 1);
    assert_int_equal(n->failures[A][0].u.failed.why, SCTP_TIMED);
    assert_int_equal(status(n, A).abandoned_unsent, 1);
    assert_int_equal(status(n, A).unsent, 100);
    net_run_for(n, 5 * ROAM_SEC);
    const uint32_t want[] = {2};
    hears_just(n, want, 1);
    assert_int_equal(net_count(n, A, "FORWARD-TSN"), 0);
    all_is_quiet(n);
    net_free(n);
}

/** TR4, C1 to C3. */
static void a_message_that_expires_on_the_way_is_skipped_and_what_waits_is_delivered(void** state)
{
    (void)state;
    struct net* n = open_net(NULL);
    n->drop_number = (int)n->sent;
    send_one(n, 1, SCTP_TIMED, 100 * ROAM_MS, 1000); /* A -> DATA 1 /lost/ */
    net_poll(n);
    send_one(n, 2, SCTP_RELIABLE, 0, 1000); /* A -> DATA 2 -> Z, A <- SACK 0, gap <- Z */
    net_run_for(n, 900 * ROAM_MS);
    assert_int_equal(hear(n, NULL, 0), 0); /* behind message 1 */
    assert_int_equal(n->failed[A], 0);
    net_run_for(n, 200 * ROAM_MS); /* T3; A -> FORWARD-TSN 1 -> Z */
    const uint32_t want[] = {2};
    hears_just(n, want, 1);
    assert_int_equal(n->failed[A], 1);
    assert_true(n->failures[A][0].u.failed.sent);
    assert_int_equal(n->failures[A][0].u.failed.context, 1);
    assert_int_equal(status(n, A).abandoned_sent, 1);
    assert_int_equal(status(n, A).data_chunks_retransmitted, 0);
    net_run_for(n, ROAM_SEC);
    assert_int_equal(net_count(n, A, "FORWARD-TSN"), 1);
    assert_false(roam_timer_running(&sctp_by_id(n->ep[A], n->id[A])->paths[0]->t3));
    all_is_quiet(n);
    net_free(n);
}

/** TR2: until then it is like any other. */
static void a_message_within_its_lifetime_is_retransmitted(void** state)
{
    (void)state;
    struct net* n = open_net(NULL);
    n->drop_number = (int)n->sent;
    send_one(n, 1, SCTP_TIMED, 10 * ROAM_SEC, 1000);
    net_run_for(n, 60 * ROAM_SEC);
    const uint32_t want[] = {1};
    hears_just(n, want, 1);
    assert_int_equal(n->failed[A], 0);
    net_free(n);
}

static void retransmissions_are_limited_to_the_number_given(void** state)
{
    (void)state;
    for (int64_t limit = 0; limit < 4; limit++)
    {
        struct net* n = open_net(NULL);
        net_cut(n, &z1);
        send_one(n, 1, SCTP_RTX, limit, 1000);
        net_run_for(n, 40 * ROAM_SEC);
        net_heal(n);
        net_run_for(n, 300 * ROAM_SEC);
        assert_int_equal(status(n, A).data_chunks_retransmitted, limit);
        assert_int_equal(n->failed[A], 1);
        assert_int_equal(n->failures[A][0].u.failed.why, SCTP_RTX);
        assert_int_equal(hear(n, NULL, 0), 0);
        assert_int_equal(path(n, A).errors, 0);
        all_is_quiet(n);
        net_free(n);
    }
}

/** Section 3.5 F5, and A2: the loss counts for the window, the skipped chunk does not. */
static void fast_retransmit_abandons_and_halves_the_window(void** state)
{
    (void)state;
    struct net* n = open_net(NULL);
    for (uint64_t i = 0; i < 60; i++)
    {
        send_one(n, i, SCTP_RTX, 0, 1000);
        net_run_for(n, 20 * ROAM_MS);
    }
    for (uint64_t i = 0; i < 100; i++)
    {
        send_one(n, i, SCTP_RTX, 0, 1000);
    }
    net_run_for(n, ROAM_SEC);
    hear(n, NULL, 0);
    const struct sctp_path_status before = path(n, A);
    assert_true(before.cwnd > 10000);
    n->drop_number = (int)n->sent;
    for (uint64_t i = 0; i < 6; i++)
    {
        send_one(n, i, SCTP_RTX, 0, 1000);
        net_poll(n);
    }
    net_run_for(n, 500 * ROAM_MS);
    assert_int_equal(path(n, A).cwnd, before.cwnd / 2);
    assert_int_equal(n->failed[A], 1);
    const uint32_t want[] = {1, 2, 3, 4, 5};
    hears_just(n, want, 5);
    assert_int_equal(status(n, A).data_chunks_retransmitted, 0);
    all_is_quiet(n);
    net_free(n);
}

static void a_timeout_abandons_and_closes_the_window(void** state)
{
    (void)state;
    struct net* n = open_net(NULL);
    n->drop_number = (int)n->sent;
    send_one(n, 1, SCTP_RTX, 0, 1000);
    net_run_for(n, 1500 * ROAM_MS);
    assert_int_equal(n->failed[A], 1);
    assert_in_range(path(n, A).cwnd, 1000, 1500); /* one MTU, and no credit for what was skipped */
    all_is_quiet(n);
    net_free(n);
}

/** TR3 holds for each message of a packet, not for the first alone. */
static void a_message_that_expires_behind_another_is_not_sent(void** state)
{
    (void)state;
    struct net* n = open_net(NULL);
    struct watched seen = {0};
    send_one(n, 1, SCTP_RELIABLE, 0, 100);
    send_one(n, 2, SCTP_TIMED, 1 * ROAM_MS, 100);
    n->now += 2 * ROAM_MS; /* the host is late */
    watch(n, &seen, true);
    assert_int_equal(status(n, A).data_chunks_sent, 1);
    sctp_expire(n->ep[A], n->now);
    net_run_for(n, ROAM_SEC);
    const uint32_t want[] = {1};
    hears_just(n, want, 1);
    net_free(n);
}

/** Fragments in flight while the rest of their message expires, the first of them lost if asked. */
static struct net* abandoned_in_flight(bool lose_first, struct sctp_path_status* before)
{
    struct net* n = open_net(NULL);
    *before = path(n, A);
    n->drop_number = lose_first ? (int)n->sent : -1;
    send_one(n, 1, SCTP_TIMED, 5 * ROAM_MS, 60000);
    net_run_for(n, 6 * ROAM_MS);
    assert_int_equal(n->failed[A], 1);
    assert_int_equal(path(n, A).outstanding, 0); /* A2 */
    books_are_right(n, A);
    net_run_for(n, 900 * ROAM_MS);
    all_is_quiet(n);
    return n;
}

/** A2: no credit to cwnd, though the window is full when its SACK comes. */
static void what_is_abandoned_in_flight_does_not_open_the_window(void** state)
{
    (void)state;
    struct net* n = open_net(NULL);
    const uint32_t cwnd = path(n, A).cwnd;
    send_one(n, 1, SCTP_TIMED, 5 * ROAM_MS, 60000);
    net_run_for(n, 6 * ROAM_MS);
    send_one(n, 2, SCTP_RELIABLE, 0, 60000);
    net_run_for(n, ROAM_MS);
    assert_in_range(path(n, A).outstanding, cwnd, 2 * cwnd);
    const unsigned sacks = net_count(n, Z, "SACK");
    net_run_for(n, 16 * ROAM_MS); /* the SACKs for what was abandoned, no others */
    assert_true(net_count(n, Z, "SACK") > sacks);
    assert_int_equal(path(n, A).cwnd, cwnd);
    net_run_for(n, 60 * ROAM_SEC);
    assert_true(path(n, A).cwnd > cwnd);
    all_is_quiet(n);
    net_free(n);
}

/** And its TSN times nothing: the next one does. */
static void what_is_abandoned_in_flight_is_no_measurement(void** state)
{
    (void)state;
    struct sctp_path_status before;
    struct net* n = abandoned_in_flight(false, &before);
    assert_int_equal(path(n, A).ssthresh, before.ssthresh);
    const roam_time srtt = path(n, A).srtt;
    n->delay = 100 * ROAM_MS;
    send_one(n, 2, SCTP_RELIABLE, 0, 100);
    net_run_for(n, ROAM_SEC);
    assert_true(path(n, A).srtt > srtt); /* round trips are measured as before */
    net_free(n);
}

/** F5: three reports of what would have been retransmitted close the window all the same. */
static void what_is_lost_and_abandoned_in_flight_counts_as_congestion(void** state)
{
    (void)state;
    struct sctp_path_status before;
    struct net* n = abandoned_in_flight(true, &before);
    assert_true(path(n, A).ssthresh < before.ssthresh);
    assert_int_equal(path(n, A).cwnd, path(n, A).ssthresh);
    assert_int_equal(path(n, A).rto, before.rto); /* by the reports, not by T3 */
    net_free(n);
}

/** A3. */
static void all_fragments_of_a_message_are_abandoned_together(void** state)
{
    (void)state;
    for (int lost = 0; lost < 4; lost++)
    {
        struct net* n = open_net(NULL);
        n->drop_number = (int)n->sent + lost;
        send_one(n, 1, SCTP_RTX, 0, 5000); /* four fragments */
        send_one(n, 2, SCTP_RELIABLE, 0, 100);
        net_run_for(n, 10 * ROAM_SEC);
        const uint32_t want[] = {2};
        hears_just(n, want, 1);
        assert_int_equal(n->failed[A], 1);
        assert_int_equal(status(n, A).abandoned_sent, 1);
        assert_int_equal(status(n, A).data_chunks_retransmitted, 0);
        assert_int_equal(status(n, A).peer_rwnd, 262144 - 100); /* Z has let all go but that */
        all_is_quiet(n);
        net_free(n);
    }
}

static void a_message_whose_end_was_never_sent_is_abandoned_whole(void** state)
{
    (void)state;
    struct net* n = open_net(NULL);
    send_one(n, 1, SCTP_TIMED, 15 * ROAM_MS, 60000); /* the window takes four of 42 fragments */
    net_run_for(n, 30 * ROAM_MS);                    /* and the peer has them all */
    send_one(n, 2, SCTP_RELIABLE, 0, 100);
    net_run_for(n, 10 * ROAM_SEC);
    const uint32_t want[] = {2};
    hears_just(n, want, 1);
    assert_int_equal(n->failed[A], 1);
    assert_true(n->failures[A][0].u.failed.sent);
    assert_in_range(status(n, A).data_chunks_sent, 5, 20);
    all_is_quiet(n);
    net_free(n);
}

/** The same when all that was sent of it has been acknowledged, and nothing else is under way. */
static void a_message_that_waits_for_a_path_expires_with_nothing_in_flight(void** state)
{
    (void)state;
    struct net* n = open_net(NULL);
    send_one(n, 7, SCTP_RELIABLE, 0, 100); /* the very first DATA is acknowledged out of step */
    net_run_for(n, ROAM_SEC);
    send_one(n, 1, SCTP_TIMED, 300 * ROAM_MS, 60000);
    net_run_for(n, 19 * ROAM_MS);
    net_lose(n, A, &a1);
    for (; n->n_flying > 0; n->n_flying--) /* the SACKs are in the host's queue at that moment */
    {
        struct net_packet* f = &n->flying[n->n_flying - 1];
        sctp_recv(n->ep[A], &f->p, n->now);
        free(f->bytes);
    }
    net_run_for(n, 280 * ROAM_MS);
    assert_int_equal(n->failed[A], 0);
    assert_int_equal(status(n, A).outstanding, 0); /* the first four fragments are acknowledged */
    net_run_for(n, ROAM_MS);
    assert_int_equal(n->failed[A], 1);
    assert_true(n->failures[A][0].u.failed.sent);
    assert_int_equal(status(n, A).unsent, 0);
    books_are_right(n, A);
    net_gain(n, A, &a1);
    send_one(n, 2, SCTP_RELIABLE, 0, 100);
    net_run_for(n, 30 * ROAM_SEC);
    const uint32_t want[] = {7, 2};
    hears_just(n, want, 2);
    all_is_quiet(n);
    net_free(n);
}

static void limits_out_of_range_are_refused(void** state)
{
    (void)state;
    struct net* n = open_net(NULL);
    const struct sctp_message_info wrong[] = {
        {.policy = SCTP_TIMED, .limit = 0},          {.policy = SCTP_TIMED, .limit = -1},
        {.policy = SCTP_RTX, .limit = -1},           {.policy = SCTP_PRIO, .limit = -1},
        {.policy = (enum sctp_policy)4, .limit = 1},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
    {
        assert_int_equal(say(n, &wrong[i], 10), ROAM_EINVAL);
    }
    const struct sctp_message_info longest = {.policy = SCTP_TIMED, .limit = INT64_MAX};
    assert_int_equal(say(n, &longest, 10), ROAM_OK);
    net_run_for(n, 60 * ROAM_SEC);
    assert_int_equal(hear(n, NULL, 0), 1);
    net_free(n);
}

/* --- Priority, RFC 7496 section 3.2 ---------------------------------------------------------- */

static struct net* full_of_priorities(void)
{
    struct sctp_config c;
    sctp_config_default(&c);
    c.send_buffer = 20000;
    struct net* n = open_net(&c);
    net_cut(n, &z1);
    for (uint64_t i = 0; i < 20; i++)
    {
        send_one(n, i, SCTP_PRIO, 1 + (int64_t)(i % 4), 1000); /* 0 to 3 fly */
        net_poll(n);
    }
    assert_int_equal(sctp_send_room(n->ep[A], n->id[A]), 0);
    return n;
}

static void a_more_important_message_takes_the_room_of_the_least_important(void** state)
{
    (void)state;
    struct net* n = full_of_priorities();
    send_one(n, 100, SCTP_PRIO, 2, 2500);
    net_poll(n);
    assert_int_equal(n->failed[A], 3);
    for (int i = 0; i < 3; i++)
    {
        const uint64_t want[] = {7, 11, 15}; /* of priority 4, the oldest first */
        assert_int_equal(n->failures[A][i].u.failed.context, want[i]);
        assert_int_equal(n->failures[A][i].u.failed.why, SCTP_PRIO);
        assert_false(n->failures[A][i].u.failed.sent);
    }
    books_are_right(n, A);
    send_one(n, 101, SCTP_RELIABLE, 0, 4000); /* above all: 19 first, then priority 3 */
    net_poll(n);
    assert_int_equal(n->failed[A], 7);
    assert_int_equal(n->failures[A][3].u.failed.context, 19);
    assert_int_equal(n->failures[A][4].u.failed.context, 6);
    assert_int_equal(status(n, A).abandoned_unsent, 7);
    net_heal(n);
    net_run_for(n, 60 * ROAM_SEC);
    const uint32_t want[] = {0, 1, 2, 3, 4, 5, 8, 9, 12, 13, 16, 17, 18, 100, 101};
    hears_just(n, want, 15);
    all_is_quiet(n);
    net_free(n);
}

static void no_message_yields_to_one_that_is_not_more_important_or_does_not_fit(void** state)
{
    (void)state;
    struct net* n = full_of_priorities();
    const struct sctp_message_info equal = {.policy = SCTP_PRIO, .limit = 4};
    const struct sctp_message_info third = {.policy = SCTP_PRIO, .limit = 3};
    assert_int_equal(say(n, &equal, 1000), ROAM_EAGAIN);
    assert_int_equal(say(n, &third, 4001), ROAM_EAGAIN); /* four of priority 4 wait unsent */
    net_poll(n);
    assert_int_equal(n->failed[A], 0);
    assert_int_equal(say(n, &third, 4000), ROAM_OK);
    net_poll(n);
    assert_int_equal(n->failed[A], 4);
    books_are_right(n, A);
    net_free(n);
}

/* --- FORWARD TSN ----------------------------------------------------------------------------- */

/** C5, A5. */
static void a_forward_tsn_that_is_lost_is_sent_again(void** state)
{
    (void)state;
    for (int losses = 1; losses <= 3; losses++)
    {
        struct net* n = open_net(NULL);
        net_cut(n, &z1);
        send_one(n, 1, SCTP_RTX, 0, 1000);
        /* T3 at 1 s: abandoned; FORWARD TSN at 1, 3, 7 s /lost/ */
        net_run_for(n, (((roam_time)1 << losses) - 1) * ROAM_SEC + 500 * ROAM_MS);
        assert_int_equal(net_count(n, A, "FORWARD-TSN"), losses);
        assert_int_equal(path(n, A).errors, losses);
        net_heal(n);
        net_run_for(n, ((roam_time)1 << losses) * ROAM_SEC);
        assert_int_equal(path(n, A).errors, 0); /* its answer is an answer of the path */
        net_run_for(n, 60 * ROAM_SEC);
        assert_int_equal(net_count(n, A, "FORWARD-TSN"), losses + 1);
        assert_int_equal(n->failed[A], 1);
        assert_int_equal(path(n, A).errors, 0);
        all_is_quiet(n);
        net_free(n);
    }
}

static void a_peer_that_never_answers_a_forward_tsn_is_given_up(void** state)
{
    (void)state;
    struct net* n = open_net(NULL);
    net_cut(n, &z1);
    send_one(n, 1, SCTP_RTX, 0, 1000);
    net_run_for(n, 2000 * ROAM_SEC);
    assert_int_equal(n->why[A], SCTP_LOST_RETRANS);
    assert_int_equal(n->failed[A], 1); /* once, not again at the end */
    assert_int_equal(sctp_next_expiry(n->ep[A]), ROAM_NEVER);
    net_free(n);
}

/** F2: it rides with data, ahead of it. */
static void a_forward_tsn_is_bundled_with_data(void** state)
{
    (void)state;
    struct net* n = open_net(NULL);
    net_cut(n, &z1);
    for (uint64_t i = 0; i < 9; i++)
    {
        send_one(n, i, SCTP_RTX, 0, 1000); /* the window takes five */
    }
    net_run_for(n, 900 * ROAM_MS);
    net_heal(n);
    net_run_for(n, 10 * ROAM_SEC);
    bool together = false;
    for (size_t i = 0; i < n->n_log; i++)
    {
        together |= strcmp(n->log[i], "A -> FORWARD-TSN DATA") == 0;
    }
    assert_true(together);
    all_is_quiet(n);
    net_free(n);
}

/** C3 with F2's note: SACKs that were under way do not make it come again and again. */
static void a_forward_tsn_is_not_repeated_within_a_round_trip(void** state)
{
    (void)state;
    struct net* n = open_net(NULL);
    n->delay = 200 * ROAM_MS;
    for (uint64_t i = 0; i < 100; i++)
    {
        send_one(n, i, SCTP_RTX, 0, 1000);
    }
    net_run_for(n, 20 * ROAM_SEC);
    hear(n, NULL, 0);
    n->drop_number = (int)n->sent;
    for (uint64_t i = 0; i < 12; i++)
    {
        send_one(n, i, SCTP_RTX, 0, 1000);
        net_run_for(n, ROAM_MS);
    }
    net_run_for(n, 20 * ROAM_SEC);
    assert_int_equal(net_count(n, A, "FORWARD-TSN"), 1);
    all_is_quiet(n);
    net_free(n);
}

/** C4: each stream once, with its highest number; nothing for unordered messages. */
static void a_forward_tsn_names_each_stream_once(void** state)
{
    (void)state;
    struct net* n = open_net(NULL);
    struct watched seen = {0};
    const uint16_t streams[] = {3, 5, 3, 7, 3};
    for (int i = 0; i < 5; i++)
    {
        const struct sctp_message_info info = {
            .stream = streams[i], .unordered = streams[i] == 7, .policy = SCTP_RTX};
        assert_int_equal(say(n, &info, 100), ROAM_OK);
    }
    const uint32_t first = sctp_by_id(n->ep[A], n->id[A])->next_tsn;
    watch(n, &seen, false);
    n->now = sctp_next_expiry(n->ep[A]);
    sctp_expire(n->ep[A], n->now);
    watch(n, &seen, true);
    assert_int_equal(seen.n, 1);
    assert_int_equal(seen.last.cum_tsn, first + 4);
    assert_int_equal(seen.last.flags, 0);
    assert_int_equal(seen.last.len, 8 + 2 * 4);
    assert_int_equal(roam_get32(seen.bytes + 8), 3 << 16 | 2);
    assert_int_equal(roam_get32(seen.bytes + 12), 5 << 16 | 0);
    net_run_for(n, ROAM_SEC);
    all_is_quiet(n);
    net_free(n);
}

static void an_unordered_message_is_skipped_without_a_stream(void** state)
{
    (void)state;
    struct net* n = open_net(NULL);
    struct watched seen = {0};
    const struct sctp_message_info info = {.unordered = true, .policy = SCTP_RTX};
    say(n, &info, 100);
    watch(n, &seen, false);
    n->now = sctp_next_expiry(n->ep[A]);
    sctp_expire(n->ep[A], n->now);
    watch(n, &seen, true);
    assert_int_equal(seen.last.len, 8);
    net_run_for(n, ROAM_SEC);
    all_is_quiet(n);
    net_free(n);
}

/** C4: what does not fit waits for the next one. */
static void more_streams_than_fit_into_a_packet_take_several_forward_tsns(void** state)
{
    (void)state;
    for (uint32_t mtu = 576; mtu <= 1500; mtu += 924)
    {
        struct sctp_config c;
        sctp_config_default(&c);
        c.outbound_streams = 1000;
        c.mtu = mtu;
        c.max_burst = 0;
        struct net* n = open_net(&c);
        struct watched seen = {0};
        for (uint16_t round = 0; round < 8; round++) /* opens the window */
        {
            for (uint64_t i = 0; i < 30; i++)
            {
                send_one(n, i, SCTP_RELIABLE, 0, 500);
            }
            net_run_for(n, ROAM_SEC);
        }
        hear(n, NULL, 0);
        for (uint16_t s = 1; s <= 600; s++)
        {
            const struct sctp_message_info info = {.stream = s, .policy = SCTP_RTX};
            assert_int_equal(say(n, &info, 4), ROAM_OK);
        }
        watch(n, &seen, false);
        assert_int_equal(status(n, A).unsent, 0);
        n->now = sctp_next_expiry(n->ep[A]);
        sctp_expire(n->ep[A], n->now);
        watch(n, &seen, true);
        assert_int_equal(seen.n, 1);
        assert_in_range(seen.longest, 200, mtu - 32);
        net_run_for(n, 10 * ROAM_SEC);
        assert_int_equal(net_count(n, A, "FORWARD-TSN"), mtu == 576 ? 4 : 2);
        for (uint16_t s = 1; s <= 600; s++)
        {
            const struct sctp_message_info info = {.stream = s, .context = s};
            assert_int_equal(say(n, &info, 4), ROAM_OK);
        }
        net_run_for(n, 10 * ROAM_SEC);
        assert_int_equal(hear(n, NULL, 0), 600);
        all_is_quiet(n);
        net_free(n);
    }
}

/** A with two addresses, and a FORWARD TSN that was lost on the way from the first. */
static struct net* lost_on_the_first_path(void)
{
    struct net* n = net_new(NULL);
    n->reading[Z] = false;
    net_gain(n, A, &a2);
    net_connect(n);
    net_run_for(n, ROAM_SEC);
    net_cut(n, &a1);
    send_one(n, 1, SCTP_RTX, 0, 1000);
    net_run_for(n, 1500 * ROAM_MS);
    assert_int_equal(net_count(n, A, "FORWARD-TSN"), 1);
    return n;
}

static void a_forward_tsn_that_is_not_answered_takes_another_path(void** state)
{
    (void)state;
    struct net* n = lost_on_the_first_path();
    net_run_for(n, 2 * ROAM_SEC); /* T3 of the second, at 3 s */
    assert_int_equal(net_count(n, A, "FORWARD-TSN"), 2);
    all_is_quiet(n);
    net_free(n);
}

static void a_forward_tsn_leaves_a_path_that_is_gone_at_once(void** state)
{
    (void)state;
    struct net* n = lost_on_the_first_path();
    net_lose(n, A, &a1);
    net_run_for(n, 300 * ROAM_MS);
    assert_int_equal(net_count(n, A, "FORWARD-TSN"), 2);
    all_is_quiet(n);
    net_free(n);
}

static void a_forward_tsn_that_finds_no_path_does_not_wait_for_ever(void** state)
{
    (void)state;
    struct net* n = open_net(NULL);
    send_one(n, 1, SCTP_TIMED, 300 * ROAM_MS, 60000);
    net_poll(n);
    net_lose(n, A, &a1);
    net_run_for(n, 2000 * ROAM_SEC);
    assert_int_equal(n->why[A], SCTP_LOST_RETRANS);
    assert_int_equal(n->failed[A], 1);
    net_free(n);
}

/** C5: the T3 of another path, with nothing left of its own, is not about the FORWARD TSN. */
static void t3_of_another_path_does_not_repeat_a_forward_tsn(void** state)
{
    (void)state;
    struct net* n = net_new(NULL);
    net_gain(n, A, &a2);
    net_connect(n);
    net_run_for(n, ROAM_SEC);
    net_cut(n, &z1);
    send_one(n, 1, SCTP_TIMED, 500 * ROAM_MS, 60000); /* T3 of the first path at 1 s */
    net_run_for(n, 495 * ROAM_MS);
    assert_int_equal(sctp_set_primary(n->ep[A], n->id[A], &a2, NULL, n->now), ROAM_OK);
    net_run_for(n, 950 * ROAM_MS); /* FORWARD TSN at 0.5 s, over the second path */
    assert_int_equal(net_count(n, A, "FORWARD-TSN"), 1);
    assert_int_equal(path(n, A).errors, 0);
    net_run_for(n, 100 * ROAM_MS); /* its own T3 */
    assert_int_equal(net_count(n, A, "FORWARD-TSN"), 2);
    net_heal(n);
    net_run_for(n, 30 * ROAM_SEC);
    all_is_quiet(n);
    net_free(n);
}

/** C3: only to an address that is confirmed. */
static void no_forward_tsn_goes_to_an_unconfirmed_address(void** state)
{
    (void)state;
    struct net* n = net_new(NULL);
    const struct sctp_message_info info = {.policy = SCTP_RTX};
    struct roam_packet p;
    unsigned forwards = 0;
    net_gain(n, A, &a2);
    net_cut(n, &a2); /* Z never hears from there */
    net_connect(n);
    net_run_for(n, ROAM_SEC);
    sctp_send(n->ep[Z], n->id[Z], &info, "x", 1, n->now);
    for (int i = 0; i < 12; i++)
    {
        while (sctp_poll_packet(n->ep[Z], &p, n->now))
        {
            struct sctp_chunk_view v;
            for (size_t at = 0; (at = sctp_view_chunk(p.data, p.len, at, &v));)
            {
                forwards += v.type == SCTP_C_FORWARD_TSN;
                assert_true(v.type != SCTP_C_FORWARD_TSN || roam_addr_equal(&p.dst, &a1));
            }
        }
        n->now = sctp_next_expiry(n->ep[Z]);
        sctp_expire(n->ep[Z], n->now);
    }
    assert_in_range(forwards, 2, 12);
    net_free(n);
}

/** F1. */
static void reliable_messages_are_never_skipped(void** state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++)
    {
        struct net* n = net_new_seed(NULL, seed);
        struct roam_rng rng = roam_rng_seed(seed);
        n->reading[Z] = false;
        n->drop = roam_rng_u64(&rng) & roam_rng_u64(&rng) & ~(uint64_t)15;
        net_connect(n);
        for (uint64_t i = 0; i < 40; i++)
        {
            send_one(n, i, SCTP_RELIABLE, 0, 800);
            net_run_for(n, 5 * ROAM_MS);
        }
        net_run_for(n, 1000 * ROAM_SEC);
        assert_int_equal(hear(n, NULL, 0), 40);
        assert_int_equal(net_count(n, A, "FORWARD-TSN"), 0);
        all_is_quiet(n);
        net_free(n);
    }
}

/** F4: what is old is told by the cumulative TSN of SACKs, not by what we have skipped. */
static void a_sack_from_before_the_skip_is_heard(void** state)
{
    (void)state;
    struct net* n = open_net(NULL);
    net_cut(n, &z1);
    send_one(n, 1, SCTP_RTX, 0, 1000);
    net_run_for(n, 1100 * ROAM_MS); /* A -> FORWARD-TSN /lost/ */
    net_heal(n);
    n->drop_chunk = "FORWARD-TSN"; /* and the next one too */
    send_one(n, 2, SCTP_RELIABLE, 0, 1000);
    net_run_for(n, 25 * ROAM_MS); /* A <- SACK: the cumulative TSN of before, and a gap block */
    const struct sctp_assoc* a = sctp_by_id(n->ep[A], n->id[A]);
    assert_int_equal(net_count(n, Z, "SACK"), 1);
    assert_int_equal(a->n_gap_acked, 1);
    assert_int_equal(a->flight, 0);
    assert_int_equal(a->advanced_ack, a->cum_acked + 1);
    net_run_for(n, 60 * ROAM_SEC);
    const uint32_t want[] = {2};
    hears_just(n, want, 1);
    assert_int_equal(status(n, A).data_chunks_retransmitted, 0);
    all_is_quiet(n);
    net_free(n);
}

/** C5: with a whole RTO before it, whatever T3 had been running for. */
static void t3_starts_anew_for_a_forward_tsn_with_nothing_in_flight(void** state)
{
    (void)state;
    struct net* n = open_net(NULL);
    n->delay = 80 * ROAM_MS;
    net_cut(n, &z1);
    send_one(n, 1, SCTP_TIMED, 900 * ROAM_MS, 60000);
    net_run_for(n, 899 * ROAM_MS);
    net_heal(n);
    net_run_for(n, 5 * ROAM_SEC);
    assert_int_equal(net_count(n, A, "FORWARD-TSN"), 1);
    assert_int_equal(path(n, A).rto, ROAM_SEC);
    all_is_quiet(n);
    net_free(n);
}

static void a_session_with_nothing_left_but_a_forward_tsn_shuts_down(void** state)
{
    (void)state;
    for (int from = A; from <= Z; from++)
    {
        struct net* n = open_net(NULL);
        net_cut(n, &z1);
        send_one(n, 1, SCTP_TIMED, 100 * ROAM_MS, 5000);
        send_one(n, 2, SCTP_TIMED, 100 * ROAM_MS, 5000); /* only its beginning is sent */
        net_poll(n);
        net_run_for(n, 50 * ROAM_MS);
        net_heal(n);
        assert_int_equal(sctp_shutdown(n->ep[from], n->id[from], n->now), ROAM_OK);
        net_run_for(n, 100 * ROAM_SEC);
        assert_int_equal(n->closed[A], 1);
        assert_int_equal(n->closed[Z], 1);
        assert_int_equal(n->failed[A], 2);
        net_free(n);
    }
}

static void a_shutdown_that_waits_for_what_expires_goes_on(void** state)
{
    (void)state;
    struct net* n = open_net(NULL);
    net_lose(n, A, &a1);
    send_one(n, 1, SCTP_TIMED, 100 * ROAM_MS, 1000); /* there is no path for it */
    sctp_shutdown(n->ep[A], n->id[A], n->now);
    net_run_for(n, 99 * ROAM_MS);
    assert_int_equal(net_state(n, A), SCTP_SHUTDOWN_PENDING);
    net_run_for(n, ROAM_MS);
    assert_int_equal(net_state(n, A), SCTP_SHUTDOWN_SENT);
    net_gain(n, A, &a1);
    net_run_for(n, 100 * ROAM_SEC);
    assert_int_equal(n->closed[A], 1);
    net_free(n);
}

/* --- Loss everywhere ------------------------------------------------------------------------- */

#define SESSION 24

/** Three policies and reliable messages on two streams, large and small; then shutdown. */
static void session(struct net* n)
{
    net_connect(n);
    for (uint64_t i = 0; i < SESSION; i++)
    {
        const struct sctp_message_info info = {
            .stream = (uint16_t)(i % 2),
            .policy = (enum sctp_policy)(i / 2 % 3), /* reliable, timed, retransmissions */
            .limit = i / 2 % 3 == 1 ? 400 * ROAM_MS : 0,
            .context = i,
        };
        assert_int_equal(say(n, &info, i % 5 == 0 ? 4000 : 300), ROAM_OK);
        net_run_for(n, 15 * ROAM_MS);
        books_are_right(n, A);
    }
    net_run_for(n, 1000 * ROAM_SEC); /* RTO may have been backed off to 60 s */
}

/** What is reliable came once and in order; what is not, at most once, in order, or was reported.
 */
static void session_is_right(struct net* n)
{
    uint32_t got[SESSION + 1];
    unsigned count[SESSION] = {0};
    const size_t k = hear(n, got, SESSION + 1);
    assert_in_range(k, SESSION / 3, SESSION);
    for (size_t i = 0; i < k; i++)
    {
        assert_in_range(got[i], 0, SESSION - 1);
        count[got[i]]++;
        for (size_t j = 0; j < i; j++)
        {
            assert_true(got[j] % 2 != got[i] % 2 || got[j] < got[i]);
        }
    }
    for (unsigned i = 0; i < n->failed[A]; i++)
    {
        const uint64_t context = n->failures[A][i].u.failed.context;
        assert_in_range(context, 0, SESSION - 1);
        assert_int_not_equal(context / 2 % 3, SCTP_RELIABLE);
        count[context] += count[context] == 0; /* it may have arrived before it was given up */
    }
    for (size_t i = 0; i < SESSION; i++)
    {
        assert_int_equal(count[i], 1);
    }
    all_is_quiet(n);
    assert_int_equal(sctp_shutdown(n->ep[A], n->id[A], n->now), ROAM_OK);
    net_run_for(n, 100 * ROAM_SEC);
    assert_int_equal(n->closed[A] + n->closed[Z], 2);
    assert_int_equal(n->lost[A] + n->lost[Z], 0);
}

static void each_packet_of_a_session_may_be_lost_doubled_or_late(void** state)
{
    (void)state;
    struct net* n = net_new(NULL);
    n->reading[Z] = false;
    session(n);
    const int packets = (int)n->sent;
    session_is_right(n);
    assert_int_equal(n->failed[A], 0);
    net_free(n);
    unsigned forwards = 0;
    for (int i = 0; i < packets; i++)
    {
        for (int kind = 0; kind < 3; kind++)
        {
            n = net_new(NULL);
            n->reading[Z] = false;
            *(kind == 0 ? &n->drop_number : kind == 1 ? &n->twice_number : &n->late_number) = i;
            n->late_by = 45 * ROAM_MS;
            session(n);
            forwards += net_count(n, A, "FORWARD-TSN");
            session_is_right(n);
            net_free(n);
        }
    }
    assert_true(forwards > 10);
}

static void each_pair_of_packets_of_a_session_may_be_lost(void** state)
{
    (void)state;
    unsigned forwards = 0;
    for (int i = 4; i < 40; i++)
    {
        for (int k = i + 1; k < 56; k++)
        {
            struct net* n = net_new(NULL);
            n->reading[Z] = false;
            n->drop_number = i;
            n->drop_second = k;
            session(n);
            forwards += net_count(n, A, "FORWARD-TSN");
            session_is_right(n);
            net_free(n);
        }
    }
    assert_true(forwards > 100);
}

static void every_forward_tsn_may_be_lost_once(void** state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 200; seed++)
    {
        struct roam_rng rng = roam_rng_seed(seed);
        struct net* n = net_new_seed(NULL, seed);
        n->reading[Z] = false;
        n->drop = (roam_rng_u64(&rng) & roam_rng_u64(&rng)) & ~(uint64_t)15;
        n->drop_chunk = seed % 2 ? "FORWARD-TSN" : NULL;
        session(n);
        session_is_right(n);
        net_free(n);
    }
}

/* --- Random sessions ------------------------------------------------------------------------- */

#define MESSAGES 200

struct random_session
{
    struct net* n;
    struct roam_rng rng;
    struct sctp_message_info sent[MESSAGES];
    uint32_t k;
    unsigned heard[MESSAGES], failed[MESSAGES];
    int last[4]; /* by stream, ordered messages */
};

static uint32_t draw(struct random_session* r, uint32_t below)
{
    return roam_rng_u32(&r->rng) % below;
}

static void send_at_random(struct random_session* r)
{
    const enum sctp_policy policy = (enum sctp_policy)draw(r, 4);
    struct sctp_message_info* info = &r->sent[r->k];
    *info = (struct sctp_message_info){
        .stream = (uint16_t)draw(r, 4),
        .unordered = draw(r, 4) == 0,
        .sack_immediately = draw(r, 8) == 0,
        .policy = policy,
        .limit = policy == SCTP_TIMED ? 1 + draw(r, 2000) * ROAM_MS : draw(r, 4),
        .context = r->k,
    };
    if (say(r->n, info, 4 + draw(r, draw(r, 3) ? 500 : 12000)) == ROAM_OK)
    {
        r->k++;
    }
}

static void hear_some(struct random_session* r, size_t max)
{
    struct sctp_message* m;
    while (max-- > 0 && (m = sctp_receive(r->n->ep[Z], r->n->id[Z], r->n->now)))
    {
        const uint32_t number = roam_get32(m->data);
        assert_in_range(number, 0, r->k - 1);
        assert_int_equal(m->info.stream, r->sent[number].stream);
        assert_int_equal(m->info.unordered, r->sent[number].unordered);
        if (!m->info.unordered)
        {
            assert_true((int)number > r->last[m->info.stream]);
            r->last[m->info.stream] = (int)number;
        }
        r->heard[number]++;
        sctp_message_free(m);
    }
}

static void random_session(uint64_t seed)
{
    struct random_session r = {.rng = roam_rng_seed(seed), .last = {-1, -1, -1, -1}};
    struct sctp_config c;
    sctp_config_default(&c);
    c.send_buffer = 20000 + draw(&r, 40000);
    c.receive_buffer = 15000 + draw(&r, 50000);
    c.rto_min = c.rto_initial = 100 * ROAM_MS;
    c.rto_max = 2 * ROAM_SEC;
    c.max_retrans = 100;
    r.n = net_new_seed(&c, seed);
    r.n->reading[Z] = false;
    net_gain(r.n, A, &a2);
    net_connect(r.n);
    while (r.k < MESSAGES)
    {
        for (uint32_t i = draw(&r, 6); i > 0 && r.k < MESSAGES; i--)
        {
            send_at_random(&r);
        }
        if (draw(&r, 3) == 0)
        {
            net_cut(r.n, draw(&r, 2) ? &a1 : &z1); /* what is sent in the next moment is lost */
            net_run_for(r.n, draw(&r, 30) * ROAM_MS);
            net_heal(r.n);
        }
        net_run_for(r.n, draw(&r, 60) * ROAM_MS);
        hear_some(&r, draw(&r, 8));
        books_are_right(r.n, A);
    }
    for (int i = 0; i < 200; i++)
    {
        net_run_for(r.n, ROAM_SEC);
        hear_some(&r, SIZE_MAX);
    }
    all_is_quiet(r.n);
    assert_in_range(r.n->failed[A], 0, NET_FAILED);
    for (unsigned i = 0; i < r.n->failed[A]; i++)
    {
        const struct sctp_event* ev = &r.n->failures[A][i];
        const uint64_t number = ev->u.failed.context;
        assert_int_equal(r.sent[number].policy, ev->u.failed.why);
        assert_int_not_equal(ev->u.failed.why, SCTP_RELIABLE);
        assert_true(ev->u.failed.sent || !r.heard[number]);
        r.failed[number]++;
    }
    for (uint32_t i = 0; i < r.k; i++)
    {
        assert_in_range(r.heard[i], 0, 1);
        assert_in_range(r.failed[i], 0, 1);
        assert_in_range(r.heard[i] + r.failed[i], 1, 2);
    }
    const struct sctp_status s = status(r.n, A);
    assert_int_equal(s.abandoned_sent + s.abandoned_unsent, r.n->failed[A]);
    sctp_shutdown(r.n->ep[A], r.n->id[A], r.n->now);
    net_run_for(r.n, 10 * ROAM_SEC);
    assert_int_equal(r.n->closed[A] + r.n->closed[Z], 2);
    net_free(r.n);
}

static void whatever_is_sent_and_lost_is_delivered_once_or_reported(void** state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 200; seed++)
    {
        random_session(seed);
    }
}

/* --- Reports of what failed ------------------------------------------------------------------ */

static void three_messages_in_three_conditions(struct net* n)
{
    net_cut(n, &z1);
    send_one(n, 11, SCTP_RELIABLE, 0, 3000); /* in flight */
    send_one(n, 12, SCTP_RTX, 3, 20000);     /* begun */
    send_one(n, 13, SCTP_TIMED, 900 * ROAM_SEC, 100);
    net_run_for(n, 10 * ROAM_MS);
    assert_int_equal(n->failed[A], 0);
}

static void three_reports(const struct net* n)
{
    assert_int_equal(n->failed[A], 3);
    for (int i = 0; i < 3; i++)
    {
        assert_int_equal(n->failures[A][i].u.failed.context, 11 + i);
        assert_int_equal(n->failures[A][i].u.failed.sent, i < 2);
        assert_int_equal(n->failures[A][i].u.failed.why, SCTP_RELIABLE);
    }
    assert_int_equal(n->failures[A][1].u.failed.ssn, 1);
    assert_int_equal(n->failures[A][2].u.failed.ssn, 0);
}

static void when_an_association_ends_every_message_that_it_holds_is_reported(void** state)
{
    (void)state;
    struct net* n = open_net(NULL);
    three_messages_in_three_conditions(n);
    sctp_abort(n->ep[A], n->id[A], NULL, 0, n->now);
    net_poll(n);
    three_reports(n);
    net_free(n);

    n = open_net(NULL);
    three_messages_in_three_conditions(n);
    net_heal(n);
    sctp_abort(n->ep[Z], n->id[Z], NULL, 0, n->now);
    net_run_for(n, ROAM_SEC);
    assert_int_equal(n->why[A], SCTP_LOST_PEER_ABORT);
    three_reports(n);
    net_free(n);
}

static void at_a_restart_every_message_for_the_old_association_is_reported(void** state)
{
    (void)state;
    struct net* n = net_new(NULL);
    struct sctp_config c;
    struct roam_rng rng = roam_rng_seed(99);
    sctp_config_default(&c);
    n->reading[A] = n->reading[Z] = false;
    /* Z calls here, so that it is Z who starts anew at A */
    sctp_listen(n->ep[A], true);
    assert_int_equal(sctp_connect(n->ep[Z], NULL, 0, &a1, 1, 4000, &n->id[Z], n->now), ROAM_OK);
    net_run_for(n, ROAM_SEC);
    three_messages_in_three_conditions(n);
    sctp_endpoint_free(n->ep[Z]);
    n->ep[Z] = sctp_endpoint_new(&c, 5000, &rng);
    net_gain(n, Z, &z1);
    net_heal(n);
    assert_int_equal(sctp_connect(n->ep[Z], NULL, 0, &a1, 1, 4000, &n->id[Z], n->now), ROAM_OK);
    net_run_for(n, 5 * ROAM_SEC);
    assert_int_equal(n->restarts[A], 1);
    three_reports(n);
    all_is_quiet(n);
    send_one(n, 14, SCTP_RTX, 0, 100); /* and partial reliability is negotiated anew */
    net_run_for(n, ROAM_SEC);
    const uint32_t want[] = {14};
    hears_just(n, want, 1);
    assert_true(status(n, A).pr);
    net_free(n);
}

static void a_message_on_a_stream_that_is_not_granted_is_reported(void** state)
{
    (void)state;
    struct net* n = net_new(NULL);
    struct sctp_config c;
    sctp_configuration(n->ep[Z], 0, &c);
    c.inbound_streams = 2;
    sctp_configure(n->ep[Z], 0, &c);
    n->reading[Z] = false;
    net_connect(n);
    const struct sctp_message_info high = {.stream = 5, .context = 5, .ppid = 7};
    const struct sctp_message_info low = {.stream = 1, .context = 1};
    assert_int_equal(say(n, &high, 4000), ROAM_OK);
    assert_int_equal(say(n, &low, 100), ROAM_OK);
    net_run_for(n, 5 * ROAM_SEC);
    const uint32_t want[] = {1};
    hears_just(n, want, 1);
    assert_int_equal(n->failed[A], 1);
    assert_int_equal(n->failures[A][0].u.failed.context, 5);
    assert_int_equal(n->failures[A][0].u.failed.stream, 5);
    assert_int_equal(n->failures[A][0].u.failed.ppid, 7);
    assert_false(n->failures[A][0].u.failed.sent);
    all_is_quiet(n);
    net_free(n);
}

static void reports_that_nobody_fetches_have_a_bound(void** state)
{
    (void)state;
    struct net* n = open_net(NULL);
    struct sctp_event ev;
    unsigned reports = 0;
    for (unsigned i = 0; i < SCTP_MAX_FAILED + 10; i++)
    {
        send_one(n, i, SCTP_TIMED, 1, 4);
        n->now += 2;
        struct roam_packet p;
        sctp_expire(n->ep[A], n->now);
        while (sctp_poll_packet(n->ep[A], &p, n->now))
        {
        }
    }
    assert_int_equal(status(n, A).abandoned_unsent, SCTP_MAX_FAILED + 10);
    while (sctp_poll_event(n->ep[A], &ev))
    {
        reports += ev.type == SCTP_EV_SEND_FAILED;
    }
    assert_int_equal(reports, SCTP_MAX_FAILED);
    send_one(n, 1, SCTP_TIMED, 1, 4);
    n->now++;
    net_poll(n);
    assert_int_equal(n->failed[A], 1);
    net_free(n);
}

static void a_user_that_was_turned_away_hears_when_what_expired_makes_room(void** state)
{
    (void)state;
    struct sctp_config c;
    sctp_config_default(&c);
    c.send_buffer = 10000;
    struct net* n = open_net(&c);
    const struct sctp_message_info info = {0};
    net_cut(n, &z1);
    send_one(n, 1, SCTP_RELIABLE, 0, 6000);
    send_one(n, 2, SCTP_TIMED, 100 * ROAM_MS, 4000);
    assert_int_equal(say(n, &info, 100), ROAM_EAGAIN);
    net_run_for(n, 99 * ROAM_MS);
    assert_int_equal(n->writable[A], 0);
    net_run_for(n, ROAM_MS);
    assert_int_equal(n->writable[A], 1);
    assert_int_equal(sctp_send_room(n->ep[A], n->id[A]), 4000);
    net_free(n);
}

/* --- The I bit, RFC 7053 --------------------------------------------------------------------- */

/** Polls A and says which of its DATA chunks have the I bit, as a word of 0 and 1. */
static const char* i_bits(struct net* n, char* out)
{
    struct roam_packet p;
    char* at_out = out;
    while (sctp_poll_packet(n->ep[A], &p, n->now))
    {
        struct sctp_chunk_view v;
        for (size_t at = 0; (at = sctp_view_chunk(p.data, p.len, at, &v));)
        {
            if (v.type == SCTP_C_DATA)
            {
                *at_out++ = v.flags & SCTP_F_IMMEDIATE ? '1' : '0';
            }
        }
        sctp_recv(n->ep[Z], &p, n->now);
    }
    *at_out = 0;
    return out;
}

static void the_user_may_ask_for_a_sack_at_once(void** state)
{
    (void)state;
    char bits[64];
    struct net* n = open_net(NULL);
    const struct sctp_message_info plain = {0};
    const struct sctp_message_info ask = {.sack_immediately = true};
    say(n, &plain, 100);
    assert_string_equal(i_bits(n, bits), "0");
    net_run_for(n, ROAM_SEC);
    assert_int_equal(net_count(n, Z, "SACK"), 1);
    say(n, &ask, 3000); /* on its last fragment only */
    assert_string_equal(i_bits(n, bits), "001");
    net_run_for(n, 10 * ROAM_MS);
    assert_int_equal(net_count(n, Z, "SACK"), 2 + 0);
    say(n, &ask, 100);
    net_run_for(n, 15 * ROAM_MS); /* far less than the 200 ms of a delayed SACK */
    assert_int_equal(net_count(n, Z, "SACK"), 3);
    net_free(n);
}

static void the_last_data_before_shutdown_asks_for_a_sack_at_once(void** state)
{
    (void)state;
    char bits[64];
    struct net* n = open_net(NULL);
    const struct sctp_message_info plain = {0};
    say(n, &plain, 100);
    say(n, &plain, 3000);
    sctp_shutdown(n->ep[A], n->id[A], n->now);
    assert_string_equal(i_bits(n, bits), "0001");
    net_run_for(n, 100 * ROAM_MS);
    assert_int_equal(n->closed[A], 1); /* without waiting for a delayed SACK */
    net_free(n);
}

static void a_packet_that_fills_the_window_alone_asks_for_a_sack_at_once(void** state)
{
    (void)state;
    char bits[64];
    struct net* n = open_net(NULL);
    net_cut(n, &z1);
    for (uint64_t i = 0; i < 6; i++)
    {
        send_one(n, i, SCTP_RELIABLE, 0, 1432);
    }
    net_run_for(n, 900 * ROAM_MS);
    net_heal(n);
    n->now = sctp_next_expiry(n->ep[A]); /* T3: the window is one packet */
    sctp_expire(n->ep[A], n->now);
    assert_string_equal(i_bits(n, bits), "1");
    net_free(n);
    /* a full window of several packets needs no such thing: the second brings a SACK */
    n = open_net(NULL);
    send_one(n, 1, SCTP_RELIABLE, 0, 20000);
    assert_string_equal(i_bits(n, bits), "0000");
    net_free(n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_used_when_both_ends_offer_it),
        cmocka_unit_test(the_init_offers_it_and_a_server_without_it_says_so),
        cmocka_unit_test(without_it_a_message_is_reliable_from_its_first_part_on),
        cmocka_unit_test(without_it_a_message_that_was_never_sent_still_expires),
        cmocka_unit_test(a_message_that_expires_before_it_is_sent_leaves_no_trace),
        cmocka_unit_test(a_message_that_expires_on_the_way_is_skipped_and_what_waits_is_delivered),
        cmocka_unit_test(a_message_within_its_lifetime_is_retransmitted),
        cmocka_unit_test(retransmissions_are_limited_to_the_number_given),
        cmocka_unit_test(fast_retransmit_abandons_and_halves_the_window),
        cmocka_unit_test(a_timeout_abandons_and_closes_the_window),
        cmocka_unit_test(a_message_that_expires_behind_another_is_not_sent),
        cmocka_unit_test(what_is_abandoned_in_flight_does_not_open_the_window),
        cmocka_unit_test(what_is_abandoned_in_flight_is_no_measurement),
        cmocka_unit_test(what_is_lost_and_abandoned_in_flight_counts_as_congestion),
        cmocka_unit_test(all_fragments_of_a_message_are_abandoned_together),
        cmocka_unit_test(a_message_whose_end_was_never_sent_is_abandoned_whole),
        cmocka_unit_test(a_message_that_waits_for_a_path_expires_with_nothing_in_flight),
        cmocka_unit_test(limits_out_of_range_are_refused),
        cmocka_unit_test(a_more_important_message_takes_the_room_of_the_least_important),
        cmocka_unit_test(no_message_yields_to_one_that_is_not_more_important_or_does_not_fit),
        cmocka_unit_test(a_forward_tsn_that_is_lost_is_sent_again),
        cmocka_unit_test(a_peer_that_never_answers_a_forward_tsn_is_given_up),
        cmocka_unit_test(a_forward_tsn_is_bundled_with_data),
        cmocka_unit_test(a_forward_tsn_is_not_repeated_within_a_round_trip),
        cmocka_unit_test(a_forward_tsn_names_each_stream_once),
        cmocka_unit_test(an_unordered_message_is_skipped_without_a_stream),
        cmocka_unit_test(more_streams_than_fit_into_a_packet_take_several_forward_tsns),
        cmocka_unit_test(a_forward_tsn_that_is_not_answered_takes_another_path),
        cmocka_unit_test(a_forward_tsn_leaves_a_path_that_is_gone_at_once),
        cmocka_unit_test(a_forward_tsn_that_finds_no_path_does_not_wait_for_ever),
        cmocka_unit_test(t3_starts_anew_for_a_forward_tsn_with_nothing_in_flight),
        cmocka_unit_test(t3_of_another_path_does_not_repeat_a_forward_tsn),
        cmocka_unit_test(no_forward_tsn_goes_to_an_unconfirmed_address),
        cmocka_unit_test(reliable_messages_are_never_skipped),
        cmocka_unit_test(a_sack_from_before_the_skip_is_heard),
        cmocka_unit_test(a_shutdown_that_waits_for_what_expires_goes_on),
        cmocka_unit_test(a_session_with_nothing_left_but_a_forward_tsn_shuts_down),
        cmocka_unit_test(each_packet_of_a_session_may_be_lost_doubled_or_late),
        cmocka_unit_test(each_pair_of_packets_of_a_session_may_be_lost),
        cmocka_unit_test(every_forward_tsn_may_be_lost_once),
        cmocka_unit_test(whatever_is_sent_and_lost_is_delivered_once_or_reported),
        cmocka_unit_test(when_an_association_ends_every_message_that_it_holds_is_reported),
        cmocka_unit_test(at_a_restart_every_message_for_the_old_association_is_reported),
        cmocka_unit_test(a_message_on_a_stream_that_is_not_granted_is_reported),
        cmocka_unit_test(reports_that_nobody_fetches_have_a_bound),
        cmocka_unit_test(a_user_that_was_turned_away_hears_when_what_expired_makes_room),
        cmocka_unit_test(the_user_may_ask_for_a_sack_at_once),
        cmocka_unit_test(the_last_data_before_shutdown_asks_for_a_sack_at_once),
        cmocka_unit_test(a_packet_that_fills_the_window_alone_asks_for_a_sack_at_once),
    };
    return cmocka_run_group_tests_name("sctp-partial", tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Partial reliability over a network that loses, doubles and delays. */
#include "sctp-partial-net.h"

/* --- Loss everywhere ------------------------------------------------------------------------- */

#define SESSION 24

/** Without heartbeats to healthy paths, which would fill the minutes that a lost packet may take.
 */
static struct net* quiet_net(uint64_t seed)
{
    struct sctp_config c;
    sctp_config_default(&c);
    c.hb_interval = 0;
    c.mtu = 576;
    struct net* n = net_new_seed(&c, seed);
    n->reading[Z] = false;
    return n;
}

/** Reliable messages and two policies on two streams, large and small. */
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
        assert_int_equal(say(n, &info, i % 5 == 0 ? 1500 : 60), ROAM_OK);
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
    struct net* n = quiet_net(1);
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
            n = quiet_net(1);
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
            struct net* n = quiet_net(1);
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
        struct net* n = quiet_net(seed);
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
    for (uint64_t seed = 1; seed <= 100; seed++)
    {
        random_session(seed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_packet_of_a_session_may_be_lost_doubled_or_late),
        cmocka_unit_test(each_pair_of_packets_of_a_session_may_be_lost),
        cmocka_unit_test(every_forward_tsn_may_be_lost_once),
        cmocka_unit_test(whatever_is_sent_and_lost_is_delivered_once_or_reported),
    };
    return cmocka_run_group_tests_name("sctp-partial-loss", tests, NULL, NULL);
}

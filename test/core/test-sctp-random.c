/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Properties: two endpoints do at random whatever their users and their networks can do: messages
 * of all sizes, slow readers, loss, duplicates, reordering, garbled bytes, addresses that come, go,
 * are cut off, added, deleted and made primary, from both ends, messages that may be given up, a
 * smaller path MTU, host routes, UDP encapsulation, other parameters, shutdown and abort. After
 * each step the invariants of sctp-check.h hold; no message is delivered twice or out of order;
 * once the network has healed, all is delivered, and the ends agree on their addresses.
 *
 * ROAM_SEEDS=5000 runs that many; ROAM_SEED=77 runs that one and prints its ladder. */
#include "core/sctp/sctp-priv.h"
#include "sctp-book.h"
#include "sctp-check.h"
#include "sctp-joiner.h"
#include "sctp-ledger.h"
#include "sctp-net.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ADDRS 4
#define BIGGEST 20000
#define RTO_MAX (10 * ROAM_SEC)

/* Once healed, an end waits for no more than its longest timers one after the other: an RTO for
 * the answer that is out, HB.interval and an RTO for a path that has failed, an RTO each for the
 * ASCONF, the HEARTBEAT of a new address and the data behind it. Messages in the pipe do the rest:
 * 40 s. */
#define HEALED (5 * RTO_MAX + 30 * ROAM_SEC + 40 * ROAM_SEC)

struct world
{
    uint64_t seed;
    struct roam_rng rng;
    struct net* n;
    struct ledger ledger;
    struct book book;
    unsigned loss, doubled, garbled; /**< of 1000 */
    roam_time jitter;
    bool reorders; /**< there was jitter */
    bool mortal;   /**< associations may end by too many retransmissions */
    bool ending;   /**< shutdown or abort was asked for while the network was bad */
    bool aborted;
    bool rich; /**< chunk types are authenticated */
    struct joiner joiner[2];
    char wrong[160];
};

static unsigned pick(struct world* w, unsigned n)
{
    return (unsigned)(roam_rng_u64(&w->rng) % n);
}

static bool chance(struct world* w, unsigned of_1000)
{
    return pick(w, 1000) < of_1000;
}

static void wrong(struct world* w, const char* what)
{
    if (!w->wrong[0])
    {
        snprintf(w->wrong, sizeof w->wrong, "%s, at %.6f s", what, (double)w->n->now / ROAM_SEC);
    }
}

static struct roam_addr address(int end, unsigned i)
{
    return (struct roam_addr){ROAM_ADDR_V4, {10, (uint8_t)(1 + end), 0, (uint8_t)(1 + i)}};
}

/* --- The network, and what is checked ------------------------------------------------------- */

static struct net_fate fate(struct net* n, int from, const struct roam_packet* p)
{
    (void)from;
    struct world* w = n->user;
    struct net_fate f = {.copies = !chance(w, w->loss)};
    f.copies += f.copies && chance(w, w->doubled);
    f.late_by = w->jitter ? (roam_time)pick(w, (unsigned)(w->jitter / ROAM_MS)) * ROAM_MS : 0;
    f.garbled = chance(w, w->garbled) ? 1 + pick(w, (unsigned)p->len - 1) : 0;
    return f;
}

static void take_message(struct net* n, int end, const struct sctp_message* part)
{
    struct world* w = n->user;
    if (n->up[Z] > 1)
    {
        return; /* one end has died, and the other has begun a new association */
    }
    struct sctp_message* m;
    const char* bad = joiner_read(&w->joiner[end], part, &m);
    bad = bad || !m ? bad : ledger_read(&w->ledger, end, m);
    bad = bad || !m || !w->ledger.holes ? bad : book_read(&w->book, end, m);
    if (bad)
    {
        wrong(w, bad);
    }
    free(m);
}

static void take_report(struct net* n, int end, const struct sctp_event* ev)
{
    struct world* w = n->user;
    if (n->up[Z] <= 1)
    {
        joiner_note(&w->joiner[end], ev);
    }
    const bool failed = ev->type == SCTP_EV_SEND_FAILED && w->ledger.holes;
    const char* bad = failed ? book_failed(&w->book, end, ev) : NULL;
    if (bad && n->up[Z] <= 1)
    {
        wrong(w, bad);
    }
}

static bool all_is_there(const struct world* w, int from)
{
    return w->ledger.holes ? !book_even(&w->book, from) : ledger_even(&w->ledger, from);
}

static void check(struct world* w)
{
    for (int end = A; end <= Z; end++)
    {
        const char* bad = sctp_check(w->n->ep[end]);
        const struct sctp_assoc* a = sctp_by_id(w->n->ep[end], w->n->id[end]);
        if (bad)
        {
            wrong(w, bad);
        }
        /* all that was ever offered, and one chunk as a probe (section 6.1 rule A); but a SACK that
         * is overtaken seems to take back what a later one reported in its gap blocks */
        if (a && !w->reorders &&
            a->flight > w->n->ep[1 - end]->config.receive_buffer + sctp_payload_max(a))
        {
            wrong(w, "more in flight than the peer has a buffer");
        }
    }
}

static void run_for(struct world* w, roam_time duration)
{
    const roam_time until = w->n->now + duration;
    do
    {
        check(w);
    } while (!w->wrong[0] && net_step(w->n, until));
    w->n->now = until;
}

/* --- What users and networks do -------------------------------------------------------------- */

static void gain(struct world* w, int end, unsigned i)
{
    const struct roam_addr a = address(end, i);
    sctp_address_gained(w->n->ep[end], &a, 1 + i, w->n->now);
}

static void choose_policy(struct world* w, int from, struct sctp_message_info* info)
{
    info->context = w->book.n[from];
    info->sack_immediately = pick(w, 16) == 0;
    info->policy = w->ledger.holes ? (enum sctp_policy)pick(w, 4) : SCTP_RELIABLE;
    switch (info->policy)
    {
    case SCTP_TIMED:
        info->limit = 1 + (roam_time)pick(w, 4000) * ROAM_MS;
        break;
    case SCTP_RTX:
        info->limit = pick(w, 3);
        break;
    default:
        info->limit = pick(w, 5);
        break;
    }
}

static void send_some(struct world* w, int from)
{
    static uint8_t bytes[BIGGEST];
    struct net* n = w->n;
    const unsigned sizes[] = {20, 1400, 5000, BIGGEST};
    const unsigned most = sizes[pick(w, 4)];
    for (unsigned i = pick(w, 40); i > 0; i--)
    {
        const bool unordered = pick(w, 4) == 0;
        const uint16_t stream = (uint16_t)pick(w, LEDGER_STREAMS);
        size_t len = 1 + pick(w, most);
        len = (unordered || w->ledger.holes) && len < LEDGER_HEADER ? LEDGER_HEADER : len;
        struct sctp_message_info info = {.stream = stream, .unordered = unordered};
        choose_policy(w, from, &info);
        ledger_fill(&w->ledger, from, stream, unordered, bytes, len);
        if (book_has_room(&w->book, from) &&
            sctp_send(n->ep[from], n->id[from], &info, bytes, len, n->now) == ROAM_OK)
        {
            book_sent(&w->book, &w->ledger, from, &info);
            ledger_sent(&w->ledger, from, stream, unordered, len);
        }
    }
}

static void change_addresses(struct world* w, int end)
{
    struct sctp_asconf_request q[4];
    const size_t n = 1 + (pick(w, 2) ? 0 : pick(w, 4));
    for (size_t i = 0; i < n; i++)
    {
        q[i].op = (enum sctp_asconf_op)pick(w, 3);
        q[i].addr = address(end, pick(w, ADDRS));
    }
    if (n == 3 && pick(w, 2))
    {
        q[0].op = SCTP_ADD;
        q[1] = (struct sctp_asconf_request){SCTP_SET_PRIMARY, q[0].addr};
        q[2].op = SCTP_DELETE;
    }
    sctp_asconf(w->n->ep[end], w->n->id[end], q, n, w->n->now);
}

static void move_primary(struct world* w, int end)
{
    const struct roam_addr local = address(end, pick(w, ADDRS));
    const struct roam_addr peer = address(1 - end, pick(w, ADDRS));
    const unsigned which = pick(w, 3);
    sctp_set_primary(w->n->ep[end], w->n->id[end], which == 0 ? NULL : &local,
                     which == 1 ? NULL : &peer, w->n->now);
}

static void read_one(struct world* w, int end)
{
    struct sctp_message* m = sctp_receive(w->n->ep[end], w->n->id[end], w->n->now);
    if (m)
    {
        take_message(w->n, end, m);
    }
    sctp_message_free(m);
}

static void end_it(struct world* w, int end)
{
    if (pick(w, 8))
    {
        return;
    }
    w->ending = true;
    if (pick(w, 4))
    {
        sctp_shutdown(w->n->ep[end], w->n->id[end], w->n->now);
        return;
    }
    w->aborted = true;
    sctp_abort(w->n->ep[end], w->n->id[end], NULL, 0, w->n->now);
}

static void lower_mtu(struct world* w, int end)
{
    const struct roam_addr local = address(end, pick(w, ADDRS));
    const struct roam_addr peer = address(1 - end, pick(w, ADDRS));
    sctp_path_mtu(w->n->ep[end], &local, &peer, 300 + pick(w, 1300), w->n->now);
}

static void route(struct world* w, int end)
{
    const struct roam_addr peer = address(1 - end, pick(w, ADDRS));
    sctp_host_route(w->n->ep[end], &peer, pick(w, 2) ? 0 : 1 + pick(w, ADDRS), w->n->now);
}

static void encapsulate(struct world* w, int end)
{
    const struct roam_addr peer = address(1 - end, pick(w, ADDRS));
    sctp_encapsulate(w->n->ep[end], w->n->id[end], pick(w, 2) ? &peer : NULL,
                     (uint16_t)(pick(w, 2) ? 9899 : 0));
}

/** What a user may change at any time. */
static void choose_parameters(struct world* w, struct sctp_config* c)
{
    const uint32_t limits[] = {0, 1, 2, SCTP_NO_RETRANS_LIMIT};
    c->switch_policy = (enum sctp_switch_policy)pick(w, 3);
    c->classic_fast_retransmit = pick(w, 4) == 0;
    c->black_hole_search = pick(w, 2);
    c->path_max_retrans = pick(w, 2) ? 5 : pick(w, 4);
    c->pf_max_retrans = limits[pick(w, 4)];
    c->primary_switchover_max_retrans =
        pick(w, 3) ? SCTP_NO_RETRANS_LIMIT : c->path_max_retrans + pick(w, 3);
    c->max_burst = pick(w, 4) ? 2 + pick(w, 4) : 0; /* 1 is a packet for each delayed SACK */
    c->sack_delay = pick(w, 2) ? 0 : 200 * ROAM_MS;
    c->hb_interval = pick(w, 4) ? (1 + (roam_time)pick(w, 30)) * ROAM_SEC : 0;
    c->send_buffer = pick(w, 3) ? 262144 : BIGGEST + pick(w, BIGGEST);
}

static void change_parameters(struct world* w, int end)
{
    struct sctp_config c;
    struct sctp_path_config p;
    const struct roam_addr peer = address(1 - end, pick(w, ADDRS));
    struct sctp_endpoint* ep = w->n->ep[end];
    const sctp_assoc_id id = w->n->id[end];
    if (pick(w, 2) && sctp_configuration(ep, id, &c) == ROAM_OK)
    {
        choose_parameters(w, &c);
        assert_int_equal(sctp_configure(ep, id, &c), ROAM_OK);
    }
    else if (sctp_path_configuration(ep, id, NULL, &peer, &p) == ROAM_OK)
    {
        p.pmtu_discovery = pick(w, 2);
        p.heartbeats = pick(w, 2);
        p.mtu = 576 + pick(w, 924);
        sctp_path_configure(ep, id, NULL, &peer, &p, w->n->now);
    }
}

static void whatever_else(struct world* w, int end)
{
    const struct roam_addr local = address(end, pick(w, ADDRS));
    switch (pick(w, 5))
    {
    case 0:
        lower_mtu(w, end);
        break;
    case 1:
        route(w, end);
        break;
    case 2:
        encapsulate(w, end);
        break;
    case 3:
        sctp_request_heartbeat(w->n->ep[end], w->n->id[end], &local, NULL, w->n->now);
        break;
    default:
        change_parameters(w, end);
        break;
    }
}

static void act(struct world* w)
{
    struct net* n = w->n;
    const int end = n->id[Z] ? (int)pick(w, 2) : A;
    const struct roam_addr any = address(end, pick(w, ADDRS));
    switch (pick(w, 20))
    {
    case 0:
        gain(w, end, pick(w, ADDRS));
        break;
    case 1:
        net_lose(n, end, &any);
        break;
    case 2:
    case 3:
        change_addresses(w, A);
        break;
    case 4:
        change_addresses(w, Z);
        break;
    case 5:
        change_addresses(w, A);
        change_addresses(w, Z);
        break;
    case 6:
        move_primary(w, end);
        break;
    case 7:
        n->reading[end] = !n->reading[end];
        break;
    case 8:
        read_one(w, end);
        break;
    case 9:
        w->loss = pick(w, 4) ? pick(w, 150) : 0;
        break;
    case 10:
        if (n->n_cut < 8)
        {
            net_cut(n, &any);
        }
        break;
    case 11:
        net_heal(n);
        break;
    case 12:
        end_it(w, end);
        break;
    case 13:
    case 14:
        whatever_else(w, end);
        break;
    default:
        send_some(w, end);
        break;
    }
}

static void chaos(struct world* w)
{
    static const unsigned steps_ms[] = {0, 1, 20, 50, 300, 3000, 20000};
    for (unsigned i = 5 + pick(w, 60); i > 0 && !w->wrong[0]; i--)
    {
        act(w);
        run_for(w, (roam_time)steps_ms[pick(w, 7)] * ROAM_MS + pick(w, 1000000));
    }
}

/* --- How it has to end ----------------------------------------------------------------------- */

static void heal(struct world* w)
{
    struct net* n = w->n;
    w->loss = w->doubled = w->garbled = 0;
    w->jitter = 0;
    net_heal(n);
    for (int end = A; end <= Z; end++)
    {
        n->reading[end] = true;
        for (unsigned i = 0; i < ADDRS; i++)
        {
            const struct roam_addr peer = address(1 - end, i);
            sctp_host_route(n->ep[end], &peer, 0, n->now);
            gain(w, end, i);
        }
    }
}

/** An end whose peer is gone without its knowing finds out by its error counter. */
static void make_mortal(struct world* w)
{
    for (int end = A; end <= Z; end++)
    {
        struct sctp_config c;
        if (sctp_configuration(w->n->ep[end], w->n->id[end], &c) == ROAM_OK)
        {
            c.max_retrans = 10;
            assert_int_equal(sctp_configure(w->n->ep[end], w->n->id[end], &c), ROAM_OK);
        }
    }
}

static bool gone(const struct net* n, int end)
{
    return n->closed[end] || n->lost[end];
}

static bool same_addresses(const struct net* n, int end)
{
    struct roam_addr own[SCTP_MAX_PEERS], told[SCTP_MAX_PEERS];
    const size_t n_own = sctp_local_addresses(n->ep[end], n->id[end], own, SCTP_MAX_PEERS);
    const size_t n_told = sctp_peer_addresses(n->ep[1 - end], n->id[1 - end], told, SCTP_MAX_PEERS);
    size_t common = 0;
    for (size_t i = 0; i < n_own; i++)
    {
        for (size_t k = 0; k < n_told; k++)
        {
            common += roam_addr_equal(&own[i], &told[k]);
        }
    }
    return n_own == n_told && common == n_own;
}

/** Both ends are there and the network is well: nothing may be left to do. */
static void judge_quiet(struct world* w)
{
    struct net* n = w->n;
    for (int end = A; end <= Z; end++)
    {
        struct sctp_status s = {.state = SCTP_CLOSED};
        sctp_status(n->ep[end], n->id[end], &s);
        const struct sctp_assoc* a = sctp_by_id(n->ep[end], n->id[end]);
        if (s.state != SCTP_ESTABLISHED)
        {
            wrong(w, "not established though healed");
            return;
        }
        if (s.unsent || s.outstanding || s.unread || a->held)
        {
            wrong(w, "a stall: data is left");
        }
        const char* bad = joiner_even(&w->joiner[end]);
        if (bad)
        {
            wrong(w, bad);
        }
        if (a->batches.n)
        {
            wrong(w, "an ASCONF is left");
        }
        if (!same_addresses(n, end))
        {
            wrong(w, "the ends disagree on an address list");
        }
        if (!all_is_there(w, end))
        {
            wrong(w, "a message is lost");
        }
    }
}

static void finish(struct world* w)
{
    struct net* n = w->n;
    heal(w);
    run_for(w, HEALED);
    if (!w->ending && !w->mortal)
    {
        judge_quiet(w);
    }
    if (w->ending)
    {
        make_mortal(w);
    }
    /* an end that is gone may have gone unheard: without heartbeats only the other can find out */
    int closer = (int)pick(w, 2);
    closer = gone(n, closer) ? 1 - closer : closer;
    sctp_shutdown(n->ep[closer], n->id[closer], n->now);
    run_for(w, HEALED);
    if (w->wrong[0])
    {
        return;
    }
    if (!gone(n, A) || (n->id[Z] && !gone(n, Z)))
    {
        /* one end may be left alone by a death of the other that nothing tells it of; then its own
         * heartbeats or data find out, as slowly as its error limit says */
        if (!w->mortal)
        {
            wrong(w, "an end is not CLOSED");
        }
        return;
    }
    for (int end = A; end <= Z; end++)
    {
        const bool may_die = w->mortal || w->aborted || w->ending;
        if (n->lost[end] && !may_die)
        {
            snprintf(w->wrong, sizeof w->wrong, "end %c lost: %s", "AZ"[end],
                     sctp_lost_name(n->why[end]));
        }
        /* where one end has died, the other may have begun a new association */
        if (!n->lost[A] && !n->lost[Z] && n->up[Z] && !all_is_there(w, end))
        {
            wrong(w, "closed in good order with a message lost");
        }
    }
}

static struct sctp_config configuration(struct world* w)
{
    struct sctp_config c;
    sctp_config_default(&c);
    c.rto_min = pick(w, 2) ? 100 * ROAM_MS : ROAM_SEC;
    c.rto_max = RTO_MAX;
    c.mtu = pick(w, 3) ? 1500 : 576;
    choose_parameters(w, &c);
    /* a message may be larger than the buffer, and come in parts */
    c.receive_buffer = pick(w, 3) ? 262144 : pick(w, 2) ? 4000 + pick(w, 8000) : 30000;
    c.partial_delivery_point = pick(w, 3) ? 0 : pick(w, 4000);
    c.fragment_interleave = pick(w, 2);
    w->joiner[A].interleave = w->joiner[Z].interleave = c.fragment_interleave;
    static const uint8_t types[] = {SCTP_C_DATA, SCTP_C_SACK, SCTP_C_HEARTBEAT,
                                    SCTP_C_HEARTBEAT_ACK, SCTP_C_FORWARD_TSN};
    for (size_t i = 0; i < sizeof types && w->rich; i++)
    {
        if (pick(w, 4) == 0)
        {
            c.auth_chunks[c.n_auth_chunks++] = types[i];
        }
    }
    c.pr = !w->rich || pick(w, 8);
    c.ecn = pick(w, 2);
    c.outbound_streams = LEDGER_STREAMS;
    c.max_retrans = w->mortal ? 10 : 1000000;
    c.max_init_retransmits = 1000;
    c.valid_cookie_life = 3600 * ROAM_SEC; /* a stale cookie ends an attempt, rightly */
    return c;
}

static void live(struct world* w)
{
    w->mortal = pick(w, 8) == 0;
    w->rich = pick(w, 4);
    w->ledger.holes = pick(w, 2);
    w->loss = pick(w, 3) ? pick(w, 100) : 0;
    w->loss = pick(w, 8) ? w->loss : 600;
    w->doubled = pick(w, 3) ? 0 : pick(w, 50);
    w->garbled = pick(w, 3) ? 0 : pick(w, 50);
    w->jitter = pick(w, 3) ? 0 : (1 + (roam_time)pick(w, 60)) * ROAM_MS;
    w->reorders = w->jitter > 0;
    const struct sctp_config config = configuration(w);
    struct net* n = w->n = net_new_seed(&config, w->seed);
    n->user = w;
    n->fate = fate;
    n->on_message = take_message;
    n->on_event = take_report;
    n->delay = (1 + pick(w, 100)) * ROAM_MS;
    n->congested = pick(w, 2);
    net_lose(n, A, &a1);
    net_lose(n, Z, &z1);
    for (int end = A; end <= Z; end++)
    {
        for (unsigned i = 1 + pick(w, 3); i > 0; i--)
        {
            gain(w, end, i - 1);
        }
    }
    const struct roam_addr peer = address(Z, 0);
    assert_int_equal(sctp_connect(n->ep[A], NULL, 0, &peer, 1, 5000, &n->id[A], 0), ROAM_OK);
    chaos(w);
    finish(w);
    if (w->wrong[0] && getenv("ROAM_SEED"))
    {
        net_ladder(n);
    }
    joiner_free(&w->joiner[A]);
    joiner_free(&w->joiner[Z]);
    net_free(n);
}

static void whatever_happens_each_message_is_delivered_once_and_in_order(void** state)
{
    (void)state;
    const char* one = getenv("ROAM_SEED");
    const char* many = getenv("ROAM_SEEDS");
    const uint64_t first = one ? strtoull(one, NULL, 0) : 1;
    const uint64_t count = one ? 1 : many ? strtoull(many, NULL, 0) : 600;
    struct world* w = malloc(sizeof *w);
    unsigned in_parts = 0, aborted = 0;
    for (uint64_t seed = first; seed < first + count; seed++)
    {
        *w = (struct world){.seed = seed, .rng = roam_rng_seed(seed)};
        live(w);
        in_parts += w->joiner[A].joined + w->joiner[Z].joined;
        aborted += w->joiner[A].cut_short + w->joiner[Z].cut_short;
        if (w->wrong[0])
        {
            fail_msg("%s\n    again: ROAM_SEED=%llu make -C test/core only=sctp-random", w->wrong,
                     (unsigned long long)seed);
        }
    }
    free(w);
    assert_true(one || count < 600 || (in_parts > 1000 && aborted > 20)); /* it has been tried */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_happens_each_message_is_delivered_once_and_in_order),
    };
    return cmocka_run_group_tests_name("sctp-random", tests, NULL, NULL);
}

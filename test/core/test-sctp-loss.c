/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loss everywhere: short sessions from set-up to shutdown, once for each packet that can be lost,
 * for each pair of packets, for each that can come twice, and for each that the next three can
 * overtake. Every one of them has to end with each message delivered once and in order, and with
 * both ends CLOSED, in bounded time.
 *
 * The bound. All timers of these sessions (T1, T2, T3, T4, heartbeats of unconfirmed addresses)
 * run for the RTO, which is RTO.Initial = RTO.Min = 1 s here, and each expiry doubles it. Two lost
 * packets make two expiries at the most, one after the other: 1 s + 2 s. What remains is round
 * trips of 20 ms and SACKs delayed by 200 ms: EXTRA covers those that the retransmissions add.
 * Both ends CLOSED is the stronger claim: the end that has sent SHUTDOWN COMPLETE is CLOSED at
 * once, and the other one when it comes; if it is lost, the first answers the next SHUTDOWN ACK
 * out of the blue (section 8.4 rule 5). So T5 (300 s) must never be what ends a session. */
#include "sctp-check.h"
#include "sctp-ledger.h"
#include "sctp-net.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define RTO ROAM_SEC
#define EXTRA (ROAM_SEC)
#define LIMIT (100 * ROAM_SEC)

/** One run of a story: what disturbs it, and what came of it. */
struct run
{
    struct ledger ledger;
    const char* wrong; /**< first finding, or NULL */
    unsigned packets;
    roam_time took;
};

static struct run* run_of(struct net* n)
{
    return n->user;
}

static void wrong(struct net* n, const char* what)
{
    if (!run_of(n)->wrong)
    {
        run_of(n)->wrong = what;
    }
}

static void take_message(struct net* n, int end, const struct sctp_message* m)
{
    const char* bad = ledger_read(&run_of(n)->ledger, end, m);
    if (bad)
    {
        wrong(n, bad);
    }
}

static void until(struct net* n, bool (*happened)(const struct net*))
{
    while (!happened(n))
    {
        if (run_of(n)->wrong || !net_step(n, LIMIT))
        {
            wrong(n, "it came to a stand");
            return;
        }
        for (int end = A; end <= Z; end++)
        {
            const char* bad = sctp_check(n->ep[end]);
            if (bad)
            {
                wrong(n, bad);
            }
        }
    }
}

static bool both_up(const struct net* n)
{
    return n->up[A] && n->up[Z];
}

static bool one_closed(const struct net* n)
{
    return n->closed[A] || n->closed[Z];
}

static bool both_closed(const struct net* n)
{
    return n->closed[A] && n->closed[Z];
}

static void say(struct net* n, int from, uint16_t stream, bool unordered, size_t len)
{
    uint8_t bytes[4000];
    const struct sctp_message_info info = {.stream = stream, .unordered = unordered};
    struct ledger* l = &run_of(n)->ledger;
    ledger_fill(l, from, stream, unordered, bytes, len);
    if (sctp_send(n->ep[from], n->id[from], &info, bytes, len, n->now) != ROAM_OK)
    {
        wrong(n, "a message was not taken");
        return;
    }
    ledger_sent(l, from, stream, unordered, len);
}

/** Two streams in order, one with fragments, and an unordered message in two fragments. */
static void say_all(struct net* n, int from)
{
    say(n, from, 0, false, 300);
    say(n, from, 1, false, 3100);
    say(n, from, 1, true, 1600);
    say(n, from, 0, false, 5);
}

/* --- The stories ----------------------------------------------------------------------------- */

static void set_up(struct net* n, int from)
{
    const struct roam_addr* peer = from == A ? &z1 : &a1;
    if (sctp_connect(n->ep[from], NULL, 0, peer, 1, from == A ? 5000 : 4000, &n->id[from],
                     n->now) != ROAM_OK)
    {
        wrong(n, "no connect");
    }
    until(n, both_up);
}

static int mover; /* the end that changes its address; A, but where a story says otherwise */

static bool added(const struct net* n)
{
    return n->asconf_done[mover][SCTP_ADD];
}

static bool preferred(const struct net* n)
{
    return n->asconf_done[mover][SCTP_SET_PRIMARY];
}

static bool deleted(const struct net* n)
{
    return n->asconf_done[mover][SCTP_DELETE];
}

static void ask(struct net* n, enum sctp_asconf_op op, const struct roam_addr* addr,
                bool (*answered)(const struct net*))
{
    if (!run_of(n)->wrong && net_asconf(n, mover, op, addr) != ROAM_OK)
    {
        wrong(n, "a request was not taken");
    }
    until(n, answered);
}

static void shut_down(struct net* n, int from)
{
    sctp_shutdown(n->ep[from], n->id[from], n->now);
    until(n, one_closed);
    until(n, both_closed);
}

static void handover(struct net* n, const struct roam_addr* from, const struct roam_addr* to)
{
    say_all(n, A);
    say_all(n, Z);
    net_gain(n, mover, to);
    ask(n, SCTP_ADD, to, added);
    ask(n, SCTP_SET_PRIMARY, to, preferred);
    sctp_set_primary(n->ep[mover], n->id[mover], to, NULL, n->now);
    say_all(n, A);
    say_all(n, Z);
    ask(n, SCTP_DELETE, from, deleted);
}

/** A opens, hands over with one request after the other, and shuts down. */
static void session_of_the_client(struct net* n)
{
    mover = A;
    set_up(n, A);
    handover(n, &a1, &a2);
    shut_down(n, A);
}

/** Z opens, Z changes its address, Z shuts down. */
static void session_from_the_server(struct net* n)
{
    mover = Z;
    sctp_listen(n->ep[A], true);
    set_up(n, Z);
    handover(n, &z1, &z2);
    shut_down(n, Z);
}

/** ADD, SET PRIMARY and DELETE in one ASCONF; Z shuts down. */
static void handover_in_one_asconf(struct net* n)
{
    mover = A;
    set_up(n, A);
    say_all(n, A);
    say_all(n, Z);
    net_gain(n, A, &a2);
    const struct sctp_asconf_request all[] = {
        {SCTP_ADD, a2}, {SCTP_SET_PRIMARY, a2}, {SCTP_DELETE, a1}};
    if (sctp_asconf(n->ep[A], n->id[A], all, 3, n->now) != ROAM_OK)
    {
        wrong(n, "a request was not taken");
    }
    until(n, deleted);
    say_all(n, A);
    say_all(n, Z);
    shut_down(n, Z);
}

/** The old link is gone before the new address comes: the ASCONF leaves from what it adds. */
static void hard_handover(struct net* n)
{
    mover = A;
    set_up(n, A);
    say_all(n, A);
    say_all(n, Z);
    net_lose(n, A, &a1);
    net_cut(n, &a1);
    net_gain(n, A, &a2);
    ask(n, SCTP_ADD, &a2, added);
    ask(n, SCTP_SET_PRIMARY, &a2, preferred);
    ask(n, SCTP_DELETE, &a1, deleted);
    shut_down(n, A);
}

/** Both open at once, with data queued before, and both shut down at once. */
static void collision_and_simultaneous_shutdown(struct net* n)
{
    sctp_listen(n->ep[A], true);
    if (sctp_connect(n->ep[A], NULL, 0, &z1, 1, 5000, &n->id[A], n->now) != ROAM_OK ||
        sctp_connect(n->ep[Z], NULL, 0, &a1, 1, 4000, &n->id[Z], n->now) != ROAM_OK)
    {
        wrong(n, "no connect");
    }
    say_all(n, A);
    say_all(n, Z);
    until(n, both_up);
    say_all(n, A);
    say_all(n, Z);
    sctp_shutdown(n->ep[A], n->id[A], n->now);
    shut_down(n, Z);
}

/** Both change addresses at the same time, data flowing. */
static void crossing_asconfs(struct net* n)
{
    mover = A;
    set_up(n, A);
    net_gain(n, A, &a2);
    net_gain(n, Z, &z2);
    say_all(n, A);
    say_all(n, Z);
    if (net_asconf(n, Z, SCTP_ADD, &z2) != ROAM_OK)
    {
        wrong(n, "a request was not taken");
    }
    ask(n, SCTP_ADD, &a2, added);
    mover = Z;
    until(n, added);
    shut_down(n, A);
}

static const struct story
{
    const char* name;
    void (*tell)(struct net* n);
    unsigned gone; /**< packets that may be lost besides, on the way to an address that is gone */
} stories[] = {
    {"session of the client", session_of_the_client, 0},
    {"session from the server", session_from_the_server, 0},
    {"handover in one ASCONF", handover_in_one_asconf, 0},
    {"hard handover", hard_handover, 1},
    {"collision and simultaneous shutdown", collision_and_simultaneous_shutdown, 0},
    {"crossing ASCONFs", crossing_asconfs, 0},
};

#define STORIES (sizeof stories / sizeof stories[0])

/* --- Disturbed, and judged ------------------------------------------------------------------- */

enum disturbance
{
    NOTHING,
    LOST,
    PAIR_LOST,
    TWICE,
    OVERTAKEN
};

static void judge(struct net* n)
{
    const struct run* r = run_of(n);
    if (!ledger_even(&r->ledger, A) || !ledger_even(&r->ledger, Z))
    {
        wrong(n, "a message is missing");
    }
    if (n->lost[A] || n->lost[Z] || n->closed[A] != 1 || n->closed[Z] != 1)
    {
        wrong(n, "an end did not close in good order");
    }
    if (n->restarts[A] || n->restarts[Z] || n->up[A] != 1 || n->up[Z] != 1)
    {
        wrong(n, "an end came up twice");
    }
    if (sctp_next_expiry(n->ep[A]) != ROAM_NEVER || sctp_next_expiry(n->ep[Z]) != ROAM_NEVER)
    {
        wrong(n, "a timer outlives the association");
    }
}

static struct run tell_with(const struct story* s, enum disturbance what, int first, int second,
                            bool ladder)
{
    struct run r = {.wrong = NULL};
    struct net* n = net_new(NULL);
    n->user = &r;
    n->on_message = take_message;
    switch (what)
    {
    case NOTHING:
        break;
    case PAIR_LOST:
        n->drop_second = second; /* fall through */
    case LOST:
        n->drop_number = first;
        break;
    case TWICE:
        n->twice_number = first;
        break;
    case OVERTAKEN:
        n->overtaken_number = first;
        n->late_by = 300 * ROAM_MS; /* when fewer than three follow */
        break;
    }
    s->tell(n);
    r.took = n->now;
    net_run_for(n, ROAM_SEC); /* packets that are still on their way do no harm */
    judge(n);
    r.packets = n->sent;
    if (ladder)
    {
        net_ladder(n);
    }
    net_free(n);
    return r;
}

static struct run tell(const struct story* s, enum disturbance what, int first, int second)
{
    return tell_with(s, what, first, second, false);
}

static void assert_good(const struct run* r, roam_time bound, const struct story* s,
                        enum disturbance what, int first, int second)
{
    static const char* const names[] = {"undisturbed", "lost", "pair lost", "twice", "overtaken"};
    if (r->wrong || r->took > bound)
    {
        tell_with(s, what, first, second, true);
        fail_msg("%s, %s %d %d: %s, %.3f s, bound %.3f s", s->name, names[what], first, second,
                 r->wrong ? r->wrong : "too late", (double)r->took / ROAM_SEC,
                 (double)bound / ROAM_SEC);
    }
}

/** What so many expiries, one after the other, can cost. */
static roam_time backed_off(unsigned expiries)
{
    return ((1 << expiries) - 1) * RTO + EXTRA;
}

static void any_single_packet(enum disturbance what, unsigned expiries)
{
    for (size_t k = 0; k < STORIES; k++)
    {
        const struct story* s = &stories[k];
        const struct run quiet = tell(s, NOTHING, -1, -1);
        assert_good(&quiet, LIMIT, s, NOTHING, -1, -1);
        assert_in_range(quiet.packets, 15, 70);
        for (unsigned i = 0; i < quiet.packets; i++)
        {
            const struct run r = tell(s, what, (int)i, -1);
            assert_good(&r, quiet.took + backed_off(expiries + s->gone), s, what, (int)i, -1);
        }
    }
}

static void any_single_packet_may_be_lost(void** state)
{
    (void)state;
    any_single_packet(LOST, 1);
}

static void any_single_packet_may_come_twice(void** state)
{
    (void)state;
    any_single_packet(TWICE, 0);
}

static void any_single_packet_may_be_overtaken_by_the_next_three(void** state)
{
    (void)state;
    any_single_packet(OVERTAKEN, 0);
}

/** The second of a pair may be one that only the loss of the first brings about. */
static void any_pair_of_packets_may_be_lost(void** state)
{
    (void)state;
    unsigned runs = 0;
    for (size_t k = 0; k < STORIES; k++)
    {
        const struct story* s = &stories[k];
        const struct run quiet = tell(s, NOTHING, -1, -1);
        for (unsigned i = 0; i < quiet.packets; i++)
        {
            const unsigned packets = tell(s, LOST, (int)i, -1).packets;
            for (unsigned j = i + 1; j < packets; j++, runs++)
            {
                const struct run r = tell(s, PAIR_LOST, (int)i, (int)j);
                assert_good(&r, quiet.took + backed_off(2 + s->gone), s, PAIR_LOST, (int)i, (int)j);
            }
        }
    }
    assert_in_range(runs, 3000, 20000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_single_packet_may_be_lost),
        cmocka_unit_test(any_single_packet_may_come_twice),
        cmocka_unit_test(any_single_packet_may_be_overtaken_by_the_next_three),
        cmocka_unit_test(any_pair_of_packets_may_be_lost),
    };
    return cmocka_run_group_tests_name("sctp-loss", tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Target: one endpoint in each of its states, a sequence of packets that pretend to come from its
 * peer, and the time and the user between them.
 *
 * Input: a byte for the state, then steps. A step begins with a byte; its lowest bits say what it
 * is: a packet (fuzz-world.h, world_forge()), time, or a call of the user. */
#include "fuzz-world.h"

enum start
{
    CLOSED,
    COOKIE_WAIT,
    COOKIE_ECHOED,
    ESTABLISHED,
    ESTABLISHED_SENDING,
    ESTABLISHED_ASKING,
    SHUTDOWN_PENDING,
    SHUTDOWN_SENT,
    SHUTDOWN_RECEIVED,
    SHUTDOWN_ACK_SENT,
    STARTS
};

/** 1,281 bytes on stream 0. */
static void say(struct world* w, int end)
{
    static const uint8_t call[] = {9, 0, 5, 0};
    struct tape t = {call, sizeof call};
    world_user(w, end, &t);
}

/** The peer hears nothing more, and what it has said is forgotten. */
static void cut_off(struct world* w, int end)
{
    while (w->n)
    {
        world_lose(w, 0);
    }
    w->keep[A] = w->keep[Z] = false;
    world_poll(w, end);
}

static void shut_down(struct world* w, int end)
{
    sctp_shutdown(w->ep[end], w->id[end], w->now);
    world_poll(w, end);
}

/** Brings an end to a state, by a session with its real peer. */
static void start(struct world* w, int end, enum start state)
{
    const struct roam_addr peer = world_address(1 - end, 0);
    const struct sctp_asconf_request q[] = {{SCTP_ADD, world_address(end, 2)},
                                            {SCTP_SET_PRIMARY, world_address(end, 0)}};
    if (state == CLOSED)
    {
        return;
    }
    if (state == COOKIE_WAIT || state == COOKIE_ECHOED)
    {
        sctp_listen(w->ep[1 - end], true);
        sctp_connect(w->ep[end], NULL, 0, &peer, 1, end == A ? 5000 : 4000, &w->id[end], w->now);
        world_poll(w, end);
        for (int i = 0; state == COOKIE_ECHOED && i < 2; i++)
        {
            world_deliver(w, 0);
        }
        return;
    }
    world_establish(w);
    switch (state)
    {
    case ESTABLISHED_SENDING:
        say(w, end);
        say(w, end);
        break;
    case ESTABLISHED_ASKING:
        sctp_address_gained(w->ep[end], &q[0].addr, 3, w->now);
        sctp_asconf(w->ep[end], w->id[end], q, 2, w->now);
        break;
    case SHUTDOWN_PENDING:
        say(w, end);
        shut_down(w, end);
        break;
    case SHUTDOWN_SENT:
        shut_down(w, end);
        break;
    case SHUTDOWN_RECEIVED:
        say(w, end);
        while (w->n)
        {
            world_lose(w, 0);
        }
        shut_down(w, 1 - end);
        world_deliver(w, 0);
        break;
    case SHUTDOWN_ACK_SENT:
        shut_down(w, 1 - end);
        world_deliver(w, 0);
        break;
    default:
        break;
    }
}

static void step(struct world* w, int end, struct tape* t)
{
    static const roam_time waits[] = {ROAM_MS, 200 * ROAM_MS, ROAM_SEC, 61 * ROAM_SEC};
    const uint8_t what = tape8(t);
    switch (what & 3)
    {
    case 2:
        if (what & 4)
        {
            world_wait_for_timer(w);
        }
        else
        {
            world_wait(w, waits[what >> 3 & 3]);
        }
        break;
    case 3:
        world_user(w, end, t);
        break;
    default:
        world_forge(w, end, t);
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    static struct world w;
    struct tape t = {data, size};
    const uint8_t state = tape8(&t);
    const int end = state & 128 ? A : Z;
    world_begin(&w);
    start(&w, end, (enum start)(state % 128 % STARTS));
    cut_off(&w, end);
    for (int i = 0; t.left && i < 24; i++)
    {
        step(&w, end, &t);
    }
    world_end(&w);
    return 0;
}

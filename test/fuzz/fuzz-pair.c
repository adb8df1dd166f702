/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Target: two endpoints, and an attacker on the network between them who can lose, double, reorder
 * and change what they say, make packets up, and let time pass; their users do as the input says.
 * As long as the attacker changes nothing, messages must come once, in order and whole.
 *
 * Input: steps, each of a byte and what it needs. A byte of zero delivers the next packet. */
#include "fuzz-world.h"

#include <stdlib.h>

static void twice(struct world* w, size_t i)
{
    if (i < w->n && w->n < WORLD_QUEUE)
    {
        struct world_packet copy = w->queue[i];
        copy.bytes = malloc(copy.p.len);
        if (copy.bytes)
        {
            memcpy(copy.bytes, copy.p.data, copy.p.len);
            copy.p.data = copy.bytes;
            w->queue[w->n++] = copy;
        }
    }
}

/** Some bytes are changed, or the end is cut off; the checksum may be put right again. */
static void change(struct world* w, size_t i, struct tape* t)
{
    const uint8_t how = tape8(t);
    if (i >= w->n)
    {
        return;
    }
    struct world_packet* q = &w->queue[i];
    for (int k = how & 3; k >= 0; k--)
    {
        const size_t at = tape16(t) % q->p.len;
        q->bytes[at] ^= tape8(t);
    }
    if (how & 4)
    {
        q->p.len = SCTP_HEADER + tape16(t) % (q->p.len - SCTP_HEADER + 1);
    }
    if (!(how & 8))
    {
        w->honest = false;
        sctp_seal(q->bytes, q->p.len);
    }
}

static void step(struct world* w, struct tape* t)
{
    static const roam_time waits[] = {ROAM_MS, 200 * ROAM_MS, ROAM_SEC, 31 * ROAM_SEC};
    const uint8_t what = tape8(t);
    const uint8_t arg = what >> 4;
    const int end = arg & 1;
    switch (what & 15)
    {
    case 1:
        world_deliver(w, arg);
        break;
    case 2:
        world_lose(w, arg);
        break;
    case 3:
        twice(w, arg);
        break;
    case 4:
        change(w, arg, t);
        break;
    case 5:
        world_forge(w, end, t);
        break;
    case 6:
        world_wait(w, waits[arg & 3]);
        break;
    case 7:
        world_wait_for_timer(w);
        break;
    case 8:
    case 9:
    case 10:
        world_user(w, end, t);
        break;
    case 11:
        world_settle(w);
        break;
    default:
        world_deliver(w, 0);
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    static struct world w;
    struct tape t = {data, size};
    const uint8_t how = tape8(&t);
    const struct roam_addr peer = world_address(Z, 0);
    world_begin(&w);
    if (how & 1)
    {
        sctp_connect(w.ep[A], NULL, 0, &peer, 1, 5000, &w.id[A], w.now);
        world_poll(&w, A);
    }
    else
    {
        world_establish(&w);
    }
    for (int i = 0; t.left && i < 60; i++)
    {
        step(&w, &t);
    }
    world_end(&w);
    return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sctp-bench-net.h"

#include <string.h>

void bench_net_send(struct bench_net* net, enum bench_end to, const void* bytes, size_t len)
{
    struct bench_queue* q = &net->to[to];
    net->packets++;
    if (q->n == BENCH_QUEUE || len > BENCH_MTU)
    {
        return;
    }
    memcpy(q->bytes[q->n], bytes, len);
    q->len[q->n++] = len;
}

const uint8_t* bench_net_take(struct bench_net* net, enum bench_end to, size_t* len)
{
    struct bench_queue* q = &net->to[to];
    if (q->first == q->n)
    {
        q->first = q->n = 0; /* from the start again: what was used last is in the cache */
        return NULL;
    }
    *len = q->len[q->first];
    return q->bytes[q->first++];
}

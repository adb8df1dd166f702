/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * The network between two ends in one process: two queues of packets. A packet is copied when it is
 * sent, as a network would, and because usrsctp forbids calls from its output function.
 */
#ifndef ROAM_SCTP_BENCH_NET_H
#define ROAM_SCTP_BENCH_NET_H

#include "sctp-bench.h"

enum bench_end
{
    CLIENT,
    SERVER
};

#define BENCH_QUEUE 4096 /* packets in flight one way, at most */

struct bench_queue
{
    size_t first, n;
    size_t len[BENCH_QUEUE];
    uint8_t bytes[BENCH_QUEUE][BENCH_MTU];
};

struct bench_net
{
    uint64_t packets; /**< sent so far, both ways */
    struct bench_queue to[2];
};

/** Sends a packet to an end; one that finds the queue full is lost. */
void bench_net_send(struct bench_net* net, enum bench_end to, const void* bytes, size_t len);

/** The oldest packet to an end, taken out, or NULL. It is valid until the queue is sent to. */
const uint8_t* bench_net_take(struct bench_net* net, enum bench_end to, size_t* len);

#endif

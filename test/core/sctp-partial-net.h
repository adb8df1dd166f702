/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * For the tests of partial reliability: A sends messages whose number is their context and their
 * first four bytes, Z reads when it is told to.
 */
#ifndef ROAM_TEST_SCTP_PARTIAL_NET_H
#define ROAM_TEST_SCTP_PARTIAL_NET_H

#include "sctp-net.h"

#include "core/sctp/sctp-priv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/** Connected; neither end reads by itself. */
struct net* open_net(const struct sctp_config* config);

/** One message from A with its context for content; what sctp_send() returns. */
int say(struct net* n, const struct sctp_message_info* info, size_t len);

/** One message of a policy on stream 0; its context is its number. */
void send_one(struct net* n, uint64_t number, enum sctp_policy policy, int64_t limit, size_t len);

/** Reads all that Z has; returns how many, with their numbers in order. */
size_t hear(struct net* n, uint32_t* numbers, size_t max);
void hears_just(struct net* n, const uint32_t* want, size_t k);

struct sctp_status status(const struct net* n, int end);
/** The first path of an end. */
struct sctp_path_status path(const struct net* n, int end);

/** What the counters say is what the queues hold. */
void books_are_right(const struct net* n, int end);

/** Everything is acknowledged, and Z holds nothing back. */
void all_is_quiet(const struct net* n);

/** The latest FORWARD TSN that A sent, from its log of bytes: kept by watch(). */
struct watched
{
    unsigned n;
    size_t longest;
    struct sctp_chunk_view last;
    uint8_t bytes[2000];
};

/** Polls A by hand, notes its FORWARD TSNs, and lets the packets vanish or arrive. */
void watch(struct net* n, struct watched* seen, bool arrive);

#endif

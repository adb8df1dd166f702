/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * What was sent and what has to come of it: the messages of one association, numbered by way,
 * stream and order, so that the reader can tell a message that is lost, doubled, out of order,
 * cut short or garbled.
 */
#ifndef ROAM_TEST_SCTP_LEDGER_H
#define ROAM_TEST_SCTP_LEDGER_H

#include "core/sctp/sctp.h"

#define LEDGER_STREAMS 4
#define LEDGER_MAX 65536 /* unordered messages of one way */
#define LEDGER_HEADER 8  /* bytes of a message that tell it apart */

/** One direction: index by the end that sends. */
struct ledger_way
{
    uint32_t sent[LEDGER_STREAMS], read[LEDGER_STREAMS]; /**< ordered messages */
    uint32_t unordered_sent, unordered_read;
    uint64_t bytes_sent, bytes_read;
    uint8_t seen[LEDGER_MAX / 8]; /**< unordered messages that were read */
};

struct ledger
{
    bool holes; /**< messages may be given up: each of them has its LEDGER_HEADER */
    struct ledger_way way[2];
};

/** Fills the next message of an end, of at least 1 byte, of 8 if it is unordered. */
void ledger_fill(const struct ledger* l, int from, uint16_t stream, bool unordered, uint8_t* bytes,
                 size_t len);

/** The number in the header of a message that has one. */
uint32_t ledger_number(const struct sctp_message* m);

/** The message that was filled last was taken by sctp_send(). */
void ledger_sent(struct ledger* l, int from, uint16_t stream, bool unordered, size_t len);

/** An end has read a message. NULL, or what is wrong with it. */
const char* ledger_read(struct ledger* l, int end, const struct sctp_message* m);

/** True if all that an end has sent was read. */
bool ledger_even(const struct ledger* l, int from);

#endif

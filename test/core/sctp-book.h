/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * What becomes of each message that may be given up: it is read, or reported as failed once; a
 * reliable one is read. The ledger says that what is read is what was sent.
 */
#ifndef ROAM_TEST_SCTP_BOOK_H
#define ROAM_TEST_SCTP_BOOK_H

#include "core/sctp/sctp.h"
#include "sctp-ledger.h"

#define BOOK_MAX 16384 /* messages of one way */

struct book_entry
{
    uint32_t number; /**< in the ledger, of its stream or of the unordered ones */
    uint16_t stream;
    bool unordered, reliable, read, failed;
};

struct book
{
    uint32_t n[2];
    struct book_entry entry[2][BOOK_MAX]; /**< by the end that sends, and by context */
};

/** True if the next message has a line left. */
bool book_has_room(const struct book* b, int from);

/** The next message, which the ledger is about to number, has been taken; its context is n. */
void book_sent(struct book* b, const struct ledger* l, int from,
               const struct sctp_message_info* info);

/** An end has read a message. NULL, or what is wrong. */
const char* book_read(struct book* b, int end, const struct sctp_message* m);

/** An end was told of a failure. NULL, or what is wrong. */
const char* book_failed(struct book* b, int end, const struct sctp_event* ev);

/** NULL when every message of an end has had its end. */
const char* book_even(const struct book* b, int from);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/** Puts together what an end reads in parts, and says what is wrong with them. */
#ifndef ROAM_TEST_SCTP_JOINER_H
#define ROAM_TEST_SCTP_JOINER_H

#include "core/sctp/sctp.h"

#define JOINER_ABORTS 64

struct joiner
{
    bool interleave;                 /**< messages of other streams may come between two parts */
    struct sctp_message* begun;      /**< the parts so far; NULL between messages */
    uint64_t order;                  /**< of the next message, at least */
    uint64_t aborted[JOINER_ABORTS]; /**< orders of events that are yet to be reached */
    size_t n_aborted;
    unsigned joined, cut_short; /**< messages */
};

/**
 * A message or part has been read. *whole is the message when that was the end of it, the caller's
 * to free, else NULL. Returns NULL, or what is wrong.
 */
const char* joiner_read(struct joiner* j, const struct sctp_message* m,
                        struct sctp_message** whole);

/** An event was polled; SCTP_EV_PARTIAL_ABORTED counts, each before the message behind it is read.
 */
void joiner_note(struct joiner* j, const struct sctp_event* ev);

/** All has been read. NULL, or what is left. */
const char* joiner_even(struct joiner* j);

void joiner_free(struct joiner* j);

#endif

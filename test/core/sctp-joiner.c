/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sctp-joiner.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static bool same_message(const struct sctp_message* a, const struct sctp_message* b)
{
    return a->info.stream == b->info.stream && a->info.unordered == b->info.unordered &&
           (a->info.unordered || a->info.ssn == b->info.ssn) && a->info.ppid == b->info.ppid;
}

void joiner_free(struct joiner* j)
{
    free(j->begun);
    j->begun = NULL;
}

/** Forgets the message that was given up before this order was reached. */
static const char* cut_short(struct joiner* j, uint64_t order)
{
    const char* wrong = NULL;
    for (; j->n_aborted > 0 && j->aborted[0] <= order; j->cut_short++)
    {
        wrong = j->begun ? wrong : "a message ended that had not begun";
        joiner_free(j);
        memmove(j->aborted, j->aborted + 1, --j->n_aborted * sizeof j->aborted[0]);
    }
    return wrong;
}

const char* joiner_read(struct joiner* j, const struct sctp_message* m, struct sctp_message** whole)
{
    *whole = NULL;
    const char* wrong = m->order < j->order || m->len == 0 ? "out of the order of delivery" : NULL;
    const char* unfinished = cut_short(j, m->order);
    wrong = wrong ? wrong : unfinished;
    j->order = m->order + 1;
    /* of another stream: it has come between two parts */
    const bool joins = j->begun && (!j->interleave || j->begun->info.stream == m->info.stream);
    if ((joins && !same_message(j->begun, m)) || (!joins && j->begun && m->partial))
    {
        return "a message between two parts of another";
    }
    const size_t before = joins ? j->begun->len : 0;
    struct sctp_message* sum = malloc(sizeof *sum + before + m->len);
    assert(sum);
    *sum = *m;
    sum->len = before + m->len;
    if (joins)
    {
        memcpy(sum->data, j->begun->data, before);
        joiner_free(j);
    }
    memcpy(sum->data + before, m->data, m->len);
    if (m->partial)
    {
        j->begun = sum;
        return wrong;
    }
    j->joined += joins;
    *whole = sum;
    return wrong;
}

void joiner_note(struct joiner* j, const struct sctp_event* ev)
{
    if (ev->type == SCTP_EV_PARTIAL_ABORTED)
    {
        assert(j->n_aborted < JOINER_ABORTS);
        j->aborted[j->n_aborted++] = ev->order;
    }
}

const char* joiner_even(struct joiner* j)
{
    const char* wrong = cut_short(j, UINT64_MAX);
    return j->begun ? "a message has no end" : wrong;
}

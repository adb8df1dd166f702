/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What waits to be told to the user. Events are kept by value: most packets cause one, and an
 * allocation for each would be seen in the profile. */
#include "core/sctp/sctp-priv.h"

#include <stdlib.h>

bool sctp_events_grow(struct sctp_event_queue* q)
{
    const size_t cap = q->cap ? q->cap * 2 : 16;
    struct sctp_event* slots = malloc(cap * sizeof *slots);
    if (!slots)
    {
        return false;
    }
    for (size_t i = 0; i < q->n; i++)
    {
        slots[i] = q->slots[(q->head + i) & (q->cap - 1)];
    }
    free(q->slots);
    *q = (struct sctp_event_queue){.slots = slots, .cap = cap, .n = q->n};
    return true;
}

struct sctp_event* sctp_event_push(struct sctp_endpoint* ep, enum sctp_event_type type,
                                   sctp_assoc_id id, roam_time now)
{
    struct sctp_event_queue* q = &ep->events;
    if (q->n == q->cap && !sctp_events_grow(q))
    {
        return NULL;
    }
    struct sctp_event* ev = &q->slots[(q->head + q->n++) & (q->cap - 1)];
    *ev = (struct sctp_event){.type = type, .assoc = id, .at = now, .order = ep->delivered};
    return ev;
}

void sctp_event_drop(struct sctp_endpoint* ep, sctp_assoc_id id, enum sctp_drop_why why,
                     uint8_t chunk, roam_time now)
{
    /* one packet can hold thousands of chunks to drop */
    const bool room = ep->events.n < SCTP_MAX_EVENTS;
    struct sctp_event* ev = room ? sctp_event_push(ep, SCTP_EV_DROP, id, now) : NULL;
    if (ev)
    {
        ev->u.drop.why = why;
        ev->u.drop.chunk = chunk;
    }
}

bool sctp_poll_event(struct sctp_endpoint* ep, struct sctp_event* event)
{
    struct sctp_event_queue* q = &ep->events;
    if (q->n == 0)
    {
        return false;
    }
    *event = q->slots[q->head];
    q->head = (q->head + 1) & (q->cap - 1);
    q->n--;
    ep->n_failed -= event->type == SCTP_EV_SEND_FAILED;
    return true;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/mobility/mobility-priv.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

bool mobility_events_init(struct mobility_events* q, const struct mobility_config* config)
{
    /* For each radio an ATTACH and a DETACH; for each address, a verdict and three requests or
     * their answers with the changes of state; for each record, its opening, steps and closing. */
    q->reserve =
        2 * config->max_radios + 8 * config->max_addresses + 6 * (config->max_addresses + 1) + 64;
    q->capacity = q->reserve + q->reserve / 4;
    q->ring = calloc(q->capacity, sizeof *q->ring);
    return q->ring != NULL;
}

bool mobility_events_ready(const struct mobility_events* q)
{
    return q->capacity - q->count >= q->reserve;
}

int mobility_refuses(const struct mobility* m)
{
    return m->finished ? ROAM_ESTATE : mobility_events_ready(&m->events) ? ROAM_OK : ROAM_EAGAIN;
}

struct mobility_event* mobility_tell(struct mobility* m, enum mobility_event_type type,
                                     roam_time now)
{
    struct mobility_events* q = &m->events;
    assert(q->count < q->capacity);
    struct mobility_event* e = &q->ring[(q->head + q->count++) % q->capacity];
    memset(e, 0, sizeof *e);
    e->type = type;
    e->at = now;
    return e;
}

bool mobility_poll_event(struct mobility* m, struct mobility_event* event)
{
    struct mobility_events* q = &m->events;
    if (q->count == 0)
    {
        return false;
    }
    *event = q->ring[q->head];
    q->head = (q->head + 1) % q->capacity;
    q->count--;
    return true;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_BASE_TIME_H
#define ROAM_BASE_TIME_H

#include <stdbool.h>
#include <stdint.h>

/** Nanoseconds since the host's epoch. Differences are durations in nanoseconds too. */
typedef int64_t roam_time;

/** A moment that does not come: what next_expiry() returns when nothing is armed. */
#define ROAM_NEVER INT64_MAX

#define ROAM_US ((roam_time)1000)
#define ROAM_MS ((roam_time)1000000)
#define ROAM_SEC ((roam_time)1000000000)

static inline roam_time roam_time_min(roam_time a, roam_time b)
{
    return a < b ? a : b;
}

static inline roam_time roam_time_max(roam_time a, roam_time b)
{
    return a > b ? a : b;
}

/** A timer is a value in the state that owns it: the moment it is due, or ROAM_NEVER. */
struct roam_timer
{
    roam_time at;
};

#define ROAM_TIMER_STOPPED ((struct roam_timer){ROAM_NEVER})

static inline void roam_timer_start(struct roam_timer* t, roam_time after, roam_time now)
{
    t->at = now + after;
}

static inline void roam_timer_stop(struct roam_timer* t)
{
    t->at = ROAM_NEVER;
}

static inline bool roam_timer_running(const struct roam_timer* t)
{
    return t->at != ROAM_NEVER;
}

/** True once for each expiry: a timer that is due is stopped by the question. */
static inline bool roam_timer_take(struct roam_timer* t, roam_time now)
{
    if (t->at > now)
    {
        return false;
    }
    t->at = ROAM_NEVER;
    return true;
}

#endif

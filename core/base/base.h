/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * The shared words of every engine: time, errors, addresses, packets, timers, random numbers,
 * the wire cursor, the ring, the heap and the hash table. This is the room's door; the other
 * headers of core/base may also be included one by one.
 *
 * The core knows no clock, no socket, no simulator and no output. Time is an int64 of
 * nanoseconds and always the last argument; random numbers come from a generator that the host
 * seeds and passes in.
 */
#ifndef ROAM_BASE_H
#define ROAM_BASE_H

#include "core/base/base-addr.h"
#include "core/base/base-error.h"
#include "core/base/base-packet.h"
#include "core/base/base-rng.h"
#include "core/base/base-time.h"

#endif

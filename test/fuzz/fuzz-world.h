/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * What the fuzz targets share: two small endpoints on a deterministic network of a few packets,
 * the fuzzer's input as a tape of bytes, and the judgement after each step: the invariants of
 * sctp-check.h, and that each packet that leaves is whole. What does not hold traps, so that the
 * fuzzer keeps the input.
 */
#ifndef ROAM_FUZZ_WORLD_H
#define ROAM_FUZZ_WORLD_H

#include "core/sctp/sctp-priv.h"
#include "test/core/sctp-ledger.h"

enum
{
    A = 0,
    Z = 1
};

#define WORLD_QUEUE 32
#define WORLD_PACKET 2048 /* longest packet of the input */

/** The input; reading past its end gives zeros. */
struct tape
{
    const uint8_t* p;
    size_t left;
};

uint8_t tape8(struct tape* t);
uint16_t tape16(struct tape* t);
uint32_t tape32(struct tape* t);
/** At most n bytes, fewer at the end; returns how many. */
size_t tape_bytes(struct tape* t, const uint8_t** bytes, size_t n);

struct world_packet
{
    struct roam_packet p;
    uint8_t* bytes; /**< owned */
    int to;
};

struct world
{
    struct sctp_endpoint* ep[2];
    sctp_assoc_id id[2];
    roam_time now;
    struct world_packet queue[WORLD_QUEUE]; /**< on their way; more are lost */
    size_t n;
    unsigned ups[2]; /**< how often an end has come up */
    bool keep[2];    /**< packets to an end are queued; otherwise they vanish */
    bool honest;     /**< nobody has made packets up: the ledger must be right */
    struct ledger ledger;
    struct sctp_message* begun[2]; /**< the parts read so far of a message, or NULL */
    uint64_t ends_at[2];           /**< it goes no further than this order */
};

/** Stops with a crash that names what is wrong. */
_Noreturn void world_fail(const char* what);

struct roam_addr world_address(int end, unsigned i);

/** Endpoints with two addresses each, no association; Z listens. */
void world_begin(struct world* w);
void world_end(struct world* w);

/** Polls an end for its packets, events and messages, and judges it. */
void world_poll(struct world* w, int end);

/** Delivers the packet at place i of the queue, if there is one. */
void world_deliver(struct world* w, size_t i);
/** Loses it. */
void world_lose(struct world* w, size_t i);

/** Delivers all, as long as there is something, in order. */
void world_settle(struct world* w);

/** Time passes; timers that are due on the way have their effect, at most 16 of them. */
void world_wait(struct world* w, roam_time duration);
/** To the next expiry of either end, at most an hour. */
void world_wait_for_timer(struct world* w);

/** One call of a user, as the tape says. */
void world_user(struct world* w, int end, struct tape* t);

/** Brings both ends to ESTABLISHED, A having opened. */
void world_establish(struct world* w);

/** How a packet that the attacker makes up pretends to be real. */
enum
{
    FORGE_BAD_SUM = 1,   /**< leave the checksum wrong */
    FORGE_OTHER_TAG = 2, /**< take the verification tag from the tape */
    FORGE_AUTH = 4,      /**< put an AUTH chunk that is right before the chunks */
    FORGE_RELATIVE = 8,  /**< TSNs and serial numbers count from what the receiver expects */
    FORGE_STRANGER = 16, /**< from an address that the receiver does not know */
    FORGE_OTHER_SRC = 32,
    FORGE_OTHER_DST = 64,
    FORGE_OTHER_PORT = 128
};

/** Makes a packet of chunks from the tape, as if from the other end, and hands it to an end. */
void world_forge(struct world* w, int to, struct tape* t);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_SCTP_TSNMAP_H
#define ROAM_SCTP_TSNMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Furthest TSN past the cumulative one that a gap block can name (RFC 9260 section 3.3.4). */
#define SCTP_TSNMAP_REACH 65535
/** Duplicates reported in one SACK at most. */
#define SCTP_TSNMAP_DUPS 16

/** Which TSNs have been received: all up to cum, and those whose bit is set up to highest. */
struct sctp_tsnmap
{
    uint32_t cum, highest;
    uint8_t* bits; /**< bit of TSN t is t modulo cap */
    uint32_t cap;  /**< bits, a power of two, or 0 */
    uint32_t dups[SCTP_TSNMAP_DUPS];
    size_t n_dups;
};

enum sctp_tsn_verdict
{
    SCTP_TSN_NEW,
    SCTP_TSN_DUPLICATE,
    SCTP_TSN_TOO_FAR /**< out of reach, or memory is short */
};

/** Begins anew, with every TSN up to cum received. */
void sctp_tsnmap_start(struct sctp_tsnmap* m, uint32_t cum);
void sctp_tsnmap_clear(struct sctp_tsnmap* m);

/** What a TSN is; changes nothing. */
enum sctp_tsn_verdict sctp_tsnmap_judge(const struct sctp_tsnmap* m, uint32_t tsn);
/** Notes a TSN that is new. SCTP_TSN_TOO_FAR when it cannot be noted. */
enum sctp_tsn_verdict sctp_tsnmap_add(struct sctp_tsnmap* m, uint32_t tsn);
/** All up to cum count as received, and what follows it in one piece. cum lies ahead. */
void sctp_tsnmap_skip(struct sctp_tsnmap* m, uint32_t cum);
void sctp_tsnmap_add_dup(struct sctp_tsnmap* m, uint32_t tsn);

static inline bool sctp_tsnmap_has_gap(const struct sctp_tsnmap* m)
{
    return m->highest != m->cum;
}

struct sctp_gap
{
    uint16_t start, end; /**< offsets from cum, both received */
};

/** The gap block after the one given, whose end is 0 to begin with; false after the last. */
bool sctp_tsnmap_next_gap(const struct sctp_tsnmap* m, struct sctp_gap* gap);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * The retransmission timeout of one path (RFC 9260 section 6.3.1): from measured round trips,
 * doubled by each timeout, between RTO.Min and RTO.Max. Times are nanoseconds.
 */
#ifndef ROAM_SCTP_RTO_H
#define ROAM_SCTP_RTO_H

#include "core/sctp/sctp-config.h"

struct sctp_rto
{
    bool known;             /**< a round trip has been measured */
    roam_time srtt, rttvar; /**< if it has */
    roam_time value; /**< the RTO itself, backed off by timeouts since the last measurement */
};

/** Nothing is measured: RTO.Initial (rule C1). */
void sctp_rto_reset(struct sctp_rto* rto, const struct sctp_config* config);

/** Takes in a measured round trip (rules C2 to C7); backing off is over. */
void sctp_rto_measure(struct sctp_rto* rto, const struct sctp_config* config, roam_time sample);

/** Doubles it (section 6.3.3 E2), to RTO.Max at most. */
void sctp_rto_backoff(struct sctp_rto* rto, const struct sctp_config* config);

/** Other parameters hold: RTO.Initial for what was never measured nor backed off, the bounds for
 * all. */
void sctp_rto_follow(struct sctp_rto* rto, const struct sctp_config* was,
                     const struct sctp_config* is);

/** Return how long an answer takes: the smoothed round trip, or the RTO before one is measured. */
static inline roam_time sctp_rto_round_trip(const struct sctp_rto* rto)
{
    return rto->known ? rto->srtt : rto->value;
}

/** Return how late an answer may be, without bounds and backing off. */
static inline roam_time sctp_rto_unbounded(const struct sctp_rto* rto,
                                           const struct sctp_config* config)
{
    return rto->known ? rto->srtt + 4 * rto->rttvar : config->rto_initial;
}

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/sctp/sctp-rto.h"

static roam_time clamp(const struct sctp_config* config, roam_time rto)
{
    return roam_time_min(roam_time_max(rto, config->rto_min), config->rto_max);
}

void sctp_rto_reset(struct sctp_rto* rto, const struct sctp_config* config)
{
    *rto = (struct sctp_rto){.value = config->rto_initial};
}

void sctp_rto_measure(struct sctp_rto* rto, const struct sctp_config* config, roam_time sample)
{
    if (!rto->known)
    {
        rto->known = true;
        rto->srtt = sample;
        rto->rttvar = sample / 2;
    }
    else
    {
        const roam_time off = rto->srtt > sample ? rto->srtt - sample : sample - rto->srtt;
        rto->rttvar = rto->rttvar - rto->rttvar / 4 + off / 4; /* RTO.Beta 1/4 */
        rto->srtt = rto->srtt - rto->srtt / 8 + sample / 8;    /* RTO.Alpha 1/8 */
    }
    if (rto->rttvar == 0)
    {
        rto->rttvar = 1; /* rule G1: the clock's granularity */
    }
    rto->value = clamp(config, rto->srtt + 4 * rto->rttvar);
}

void sctp_rto_backoff(struct sctp_rto* rto, const struct sctp_config* config)
{
    rto->value = clamp(config, rto->value * 2);
}

void sctp_rto_follow(struct sctp_rto* rto, const struct sctp_config* was,
                     const struct sctp_config* is)
{
    const bool untouched = !rto->known && rto->value == was->rto_initial;
    rto->value = untouched ? is->rto_initial : clamp(is, rto->value);
}

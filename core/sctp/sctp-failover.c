/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What silence does to a path: RFC 9260 section 8.2, and RFC 7829 with its potentially failed state
 * between active and inactive and its switchover of the primary path. */
#include "core/sctp/sctp-priv.h"

enum sctp_path_state sctp_path_standing(const struct sctp_path* p)
{
    if (p->errors > p->config.path_max_retrans)
    {
        return SCTP_PATH_INACTIVE;
    }
    return p->errors > p->config.pf_max_retrans ? SCTP_PATH_PF : SCTP_PATH_ACTIVE;
}

void sctp_path_strike(struct sctp_assoc* a, struct sctp_path* p, roam_time now)
{
    /* the counter goes on in the inactive state: RFC 7829 section 4.1 (3) compares by it */
    p->errors++;
    p->struck_at = now;
    const bool was_active = p->state == SCTP_PATH_ACTIVE;
    if (was_active || p->state == SCTP_PATH_PF)
    {
        sctp_path_enter(a, p, sctp_path_standing(p), now);
    }
    if (was_active && p->state == SCTP_PATH_PF && p->config.heartbeats && !p->hb_outstanding)
    {
        sctp_heartbeat_now(a, p, now); /* RFC 7829 section 3.2 (6) */
    }
    sctp_primary_switchover(a, now);
}

void sctp_primary_switchover(struct sctp_assoc* a, roam_time now)
{
    const struct sctp_path* p = a->primary;
    if (!p || p->errors <= p->config.primary_switchover_max_retrans)
    {
        return;
    }
    struct sctp_path* next = sctp_data_path(a);
    if (next)
    {
        sctp_make_primary(a, next, now);
    }
}

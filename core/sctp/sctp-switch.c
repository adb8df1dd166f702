/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a change of the primary path does to data (enum sctp_switch_policy). Wherever data leaves a
 * path here, nothing is said about congestion there: cwnd, ssthresh and RTO of the path stay. */
#include "core/sctp/sctp-priv.h"

void sctp_switch_primary(struct sctp_assoc* a, struct sctp_path* p, roam_time now)
{
    const bool changes = a->primary != p;
    sctp_make_primary(a, p, now);
    if (!changes || a->config.switch_policy != SCTP_SWITCH_RETRANSMIT || sctp_data_path(a) != p)
    {
        return;
    }
    for (size_t i = 0; i < a->n_paths; i++)
    {
        if (a->paths[i] != p)
        {
            sctp_data_leave_path(a, a->paths[i]);
        }
    }
}

/** The address that the peer is asked to make primary, the last one if there are several. */
static const struct roam_addr* asked_for(const struct sctp_asconf_batch* b, const uint16_t* causes)
{
    for (size_t i = b->n; i-- > 0;)
    {
        if (b->requests[i].op == SCTP_SET_PRIMARY && (!causes || causes[i] == 0))
        {
            return sctp_asconf_subject(b, i);
        }
    }
    return NULL;
}

void sctp_switch_asked(struct sctp_assoc* a, const struct sctp_asconf_batch* b)
{
    const struct roam_addr* link = asked_for(b, NULL);
    if (!link || a->config.switch_policy != SCTP_SWITCH_HOLD)
    {
        return;
    }
    for (size_t i = 0; i < a->n_paths; i++)
    {
        if (!roam_addr_equal(&a->paths[i]->local, link))
        {
            sctp_data_leave_path(a, a->paths[i]);
        }
    }
    a->holding = true;
}

/** The path from a local address to the peer address in use, else to any. */
static struct sctp_path* path_from(const struct sctp_assoc* a, const struct roam_addr* local)
{
    struct sctp_path* p = a->primary ? sctp_path_find(a, local, &a->primary->peer) : NULL;
    for (size_t i = 0; i < a->n_paths && (!p || !sctp_path_usable(a, p)); i++)
    {
        if (roam_addr_equal(&a->paths[i]->local, local))
        {
            p = a->paths[i];
        }
    }
    return p;
}

void sctp_switch_answered(struct sctp_assoc* a, const struct sctp_asconf_batch* b,
                          const uint16_t* causes, roam_time now)
{
    if (!a->holding)
    {
        return;
    }
    a->holding = false; /* refused or not, data goes on */
    const struct roam_addr* link = asked_for(b, causes);
    struct sctp_path* p = link ? path_from(a, link) : NULL;
    if (p)
    {
        sctp_make_primary(a, p, now);
    }
}

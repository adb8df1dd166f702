/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What associations and paths are doing: RFC 6458 section 8.2, and all paths at once. */
#include "host/host-option.h"

#include <errno.h>

static struct sctp_endpoint* ep_of(const struct host_target* t)
{
    return t->socket->port->ep;
}

static int32_t state_of(enum sctp_path_state state)
{
    switch (state)
    {
    case SCTP_PATH_UNCONFIRMED:
        return ROAM_SCTP_UNCONFIRMED;
    case SCTP_PATH_ACTIVE:
        return ROAM_SCTP_ACTIVE;
    case SCTP_PATH_PF:
        return ROAM_SCTP_POTENTIALLY_FAILED;
    default:
        return ROAM_SCTP_INACTIVE;
    }
}

/** The better of two paths to one address is what the address is known by. */
static bool better(const struct sctp_path_status* p, const struct sctp_path_status* than)
{
    return !than || p->primary ||
           (!than->primary && p->state == SCTP_PATH_ACTIVE && than->state != SCTP_PATH_ACTIVE);
}

static bool describe(const struct host_target* t, const struct roam_addr* peer, uint16_t port,
                     struct roam_sctp_paddrinfo* out)
{
    struct sctp_path_status paths[HOST_MAX_PATHS];
    const struct sctp_path_status* best = NULL;
    const size_t n = sctp_paths(ep_of(t), t->assoc->id, paths, HOST_MAX_PATHS);
    for (size_t i = 0; i < n && i < HOST_MAX_PATHS; i++)
    {
        if (roam_addr_equal(&paths[i].peer, peer) && better(&paths[i], best))
        {
            best = &paths[i];
        }
    }
    if (!best)
    {
        return false;
    }
    *out = (struct roam_sctp_paddrinfo){
        .spinfo_assoc_id = host_target_name(t),
        .spinfo_state = state_of(best->state),
        .spinfo_cwnd = best->cwnd,
        .spinfo_srtt = (uint32_t)(best->srtt / ROAM_MS),
        .spinfo_rto = (uint32_t)(best->rto / ROAM_MS),
        .spinfo_mtu = best->mtu,
    };
    host_to_scoped_sockaddr(t->assoc, peer, port, &out->spinfo_address);
    return true;
}

static int get_peer(const struct host_target* t, void* value, size_t* len)
{
    struct roam_sctp_paddrinfo* v = value;
    struct roam_addr peer;
    struct sctp_status status;
    bool given;
    if (!t->assoc || sctp_status(ep_of(t), t->assoc->id, &status) != ROAM_OK)
    {
        return ENOTCONN;
    }
    *len = sizeof *v;
    return host_option_address(&v->spinfo_address, &peer, &given) && given &&
                   describe(t, &peer, status.peer_port, v)
               ? 0
               : EINVAL;
}

static int get_status(const struct host_target* t, void* value, size_t* len)
{
    struct roam_sctp_status* v = value;
    struct sctp_status status;
    struct sctp_config c;
    if (!t->assoc || sctp_status(ep_of(t), t->assoc->id, &status) != ROAM_OK)
    {
        return ENOTCONN;
    }
    host_target_config(t, &c);
    *v = (struct roam_sctp_status){
        .sstat_assoc_id = host_target_name(t),
        .sstat_state = (int32_t)status.state,
        .sstat_rwnd = status.peer_rwnd,
        .sstat_unackdata =
            (uint16_t)(status.outstanding_chunks < UINT16_MAX ? status.outstanding_chunks
                                                              : UINT16_MAX),
        .sstat_penddata =
            (uint16_t)(status.unread_messages < UINT16_MAX ? status.unread_messages : UINT16_MAX),
        .sstat_instrms = status.inbound_streams,
        .sstat_outstrms = status.outbound_streams,
        .sstat_fragmentation_point = (c.mtu - 40 - 12 - 16) & ~3u,
    };
    describe(t, &status.primary_peer, status.peer_port, &v->sstat_primary);
    *len = sizeof *v;
    return 0;
}

static int get_paths(const struct host_target* t, void* value, size_t* len)
{
    struct roam_sctp_paths* v = value;
    struct sctp_path_status paths[HOST_MAX_PATHS];
    struct sctp_status status;
    if (!t->assoc || sctp_status(ep_of(t), t->assoc->id, &status) != ROAM_OK)
    {
        return ENOTCONN;
    }
    const size_t room = (*len - sizeof *v) / sizeof v->path[0];
    size_t n = sctp_paths(ep_of(t), t->assoc->id, paths, HOST_MAX_PATHS);
    n = n < HOST_MAX_PATHS ? n : HOST_MAX_PATHS;
    n = n < room ? n : room;
    for (size_t i = 0; i < n; i++)
    {
        struct roam_sctp_path* p = &v->path[i];
        *p = (struct roam_sctp_path){
            .state = state_of(paths[i].state),
            .primary = paths[i].primary,
            .udp_port = paths[i].udp_port,
            .cwnd = paths[i].cwnd,
            .ssthresh = paths[i].ssthresh,
            .outstanding = paths[i].outstanding,
            .errors = paths[i].errors,
            .mtu = paths[i].mtu,
            .srtt_us = (uint64_t)(paths[i].srtt / ROAM_US),
            .rto_us = (uint64_t)(paths[i].rto / ROAM_US),
        };
        host_to_scoped_sockaddr(t->assoc, &paths[i].local, t->socket->port->number, &p->local);
        host_to_scoped_sockaddr(t->assoc, &paths[i].peer, status.peer_port, &p->peer);
    }
    v->path_number = (uint32_t)n;
    *len = sizeof *v + n * sizeof v->path[0];
    return 0;
}

#define OF(type, id) sizeof(struct type), offsetof(struct type, id)

const struct host_option host_options_status[] = {
    {ROAM_SCTP_GET_PEER_ADDR_INFO, OF(roam_sctp_paddrinfo, spinfo_assoc_id), NULL, get_peer},
    {ROAM_SCTP_STATUS, OF(roam_sctp_status, sstat_assoc_id), NULL, get_status},
    {ROAM_SCTP_PATHS, OF(roam_sctp_paths, path_assoc_id), NULL, get_paths},
};
const size_t host_n_options_status = sizeof host_options_status / sizeof host_options_status[0];

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looking in, and the names of things. */
#include "core/sctp/sctp-priv.h"

const char* sctp_state_name(enum sctp_state state)
{
    static const char* const names[] = {
        "CLOSED",           "COOKIE-WAIT",   "COOKIE-ECHOED",     "ESTABLISHED",
        "SHUTDOWN-PENDING", "SHUTDOWN-SENT", "SHUTDOWN-RECEIVED", "SHUTDOWN-ACK-SENT"};
    return names[state];
}

const char* sctp_lost_name(enum sctp_lost_why why)
{
    static const char* const names[] = {"closed",
                                        "aborted by the user",
                                        "aborted by the peer",
                                        "no answer to INIT",
                                        "too many retransmissions",
                                        "protocol violation by the peer",
                                        "stale cookie",
                                        "shutdown not answered"};
    return names[why];
}

const char* sctp_drop_name(enum sctp_drop_why why)
{
    static const char* const names[] = {"none",
                                        "malformed",
                                        "checksum",
                                        "verification tag",
                                        "out of the blue",
                                        "not authenticated",
                                        "unexpected",
                                        "duplicate",
                                        "no receive buffer"};
    return names[why];
}

int sctp_configuration(const struct sctp_endpoint* ep, sctp_assoc_id id, struct sctp_config* config)
{
    const struct sctp_assoc* a = id ? sctp_by_id(ep, id) : NULL;
    if (id && !a)
    {
        return ROAM_ENOENT;
    }
    *config = a ? a->config : ep->config;
    return ROAM_OK;
}

/** What an INIT has said of us stands, answered or not. */
static struct sctp_config as_told(struct sctp_config config, const struct sctp_config* told)
{
    config.outbound_streams = told->outbound_streams;
    config.inbound_streams = told->inbound_streams;
    config.auth = told->auth;
    config.addip = told->addip;
    config.pr = told->pr;
    return config;
}

int sctp_configure(struct sctp_endpoint* ep, sctp_assoc_id id, const struct sctp_config* config)
{
    struct sctp_assoc* a = id ? sctp_by_id(ep, id) : NULL;
    if (id && !a)
    {
        return ROAM_ENOENT;
    }
    struct sctp_config* mine = a ? &a->config : &ep->config;
    if (sctp_config_check(config) != ROAM_OK || config->mtu != mine->mtu)
    {
        return ROAM_EINVAL;
    }
    if (a)
    {
        sctp_paths_follow(a, config);
    }
    *mine = a ? as_told(*config, mine) : *config;
    return ROAM_OK;
}

int sctp_set_primary(struct sctp_endpoint* ep, sctp_assoc_id id, const struct roam_addr* local,
                     const struct roam_addr* peer, roam_time now)
{
    struct sctp_assoc* a = sctp_by_id(ep, id);
    if (!a || a->gone || !a->primary)
    {
        return ROAM_ENOENT;
    }
    struct sctp_path* p = sctp_path_between(a, local, peer);
    if (!p)
    {
        return ROAM_ENOENT;
    }
    sctp_switch_primary(a, p, now);
    sctp_touch(a);
    return ROAM_OK;
}

int sctp_status(const struct sctp_endpoint* ep, sctp_assoc_id id, struct sctp_status* status)
{
    const struct sctp_assoc* a = sctp_by_id(ep, id);
    if (!a)
    {
        return ROAM_ENOENT;
    }
    *status = (struct sctp_status){
        .state = a->state,
        .peer_port = a->peer_port,
        .outbound_streams = a->outbound,
        .inbound_streams = a->inbound,
        .auth = a->has_auth,
        .addip = a->has_addip,
        .pr = a->has_pr,
        .ecn = a->has_ecn,
        .auth_hmac = a->has_auth ? a->auth.hmac : SCTP_HMAC_NONE,
        .auth_key = a->auth.keys.active,
        .peer_adaptation_on = a->peer_adaptation_on,
        .peer_adaptation_code = a->peer_adaptation_code,
        .peer_rwnd = a->peer_rwnd,
        .unsent = a->pending_bytes,
        .outstanding = a->queued_bytes - a->pending_bytes,
        .unread = a->unread,
        .outstanding_chunks = a->sent.n,
        .unread_messages = a->ready.n,
        .n_locals = sctp_local_addresses(ep, id, NULL, 0),
        .n_peers = a->n_peers,
        .data_chunks_sent = a->chunks_sent,
        .data_chunks_retransmitted = a->chunks_retransmitted,
        .duplicate_tsns = a->duplicate_tsns,
        .abandoned_sent = a->abandoned_sent,
        .abandoned_unsent = a->abandoned_unsent,
    };
    if (a->primary)
    {
        status->primary_local = a->primary->local;
        status->primary_peer = a->primary->peer;
    }
    return ROAM_OK;
}

size_t sctp_local_addresses(const struct sctp_endpoint* ep, sctp_assoc_id id, struct roam_addr* out,
                            size_t max)
{
    const struct sctp_assoc* a = sctp_by_id(ep, id);
    size_t n = 0;
    for (size_t i = 0; a && i < a->n_bound; i++)
    {
        if (a->bound[i].state == SCTP_BOUND_ADDING)
        {
            continue;
        }
        if (n < max)
        {
            out[n] = a->bound[i].addr;
        }
        n++;
    }
    return n;
}

size_t sctp_peer_addresses(const struct sctp_endpoint* ep, sctp_assoc_id id, struct roam_addr* out,
                           size_t max)
{
    const struct sctp_assoc* a = sctp_by_id(ep, id);
    for (size_t i = 0; a && i < a->n_peers && i < max; i++)
    {
        out[i] = a->peers[i]->addr;
    }
    return a ? a->n_peers : 0;
}

size_t sctp_paths(const struct sctp_endpoint* ep, sctp_assoc_id id, struct sctp_path_status* out,
                  size_t max)
{
    const struct sctp_assoc* a = sctp_by_id(ep, id);
    for (size_t i = 0; a && i < a->n_paths && i < max; i++)
    {
        const struct sctp_path* p = a->paths[i];
        out[i] = (struct sctp_path_status){
            .local = p->local,
            .peer = p->peer,
            .state = p->state,
            .primary = p == a->primary,
            .srtt = p->rto.known ? p->rto.srtt : 0,
            .rto = p->rto.value,
            .cwnd = p->cwnd,
            .ssthresh = p->ssthresh,
            .outstanding = p->flight,
            .errors = p->errors,
            .udp_port = sctp_udp_port(a, &p->peer),
            .mtu = p->mtu,
        };
    }
    return a ? a->n_paths : 0;
}

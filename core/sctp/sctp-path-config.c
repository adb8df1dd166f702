/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parameters of single paths: SETPROTOCOLPARAMETERS, CHANGEHEARTBEAT and SETFAILURETHRESHOLD
 * with a destination (RFC 9260 sections 11.1.9, 11.1.12 and 11.1.13). */
#include "core/sctp/sctp-priv.h"

struct sctp_path_config sctp_path_config_of(const struct sctp_config* config)
{
    return (struct sctp_path_config){
        .heartbeats = config->hb_interval > 0,
        .hb_interval = config->hb_interval,
        .path_max_retrans = config->path_max_retrans,
        .pf_max_retrans = config->pf_max_retrans,
        .primary_switchover_max_retrans = config->primary_switchover_max_retrans,
        .mtu = config->mtu,
        .pmtu_discovery = config->pmtu_discovery,
    };
}

bool sctp_path_config_ok(const struct sctp_path_config* c)
{
    /* RFC 7829 section 5 (1) */
    const uint32_t least =
        c->pf_max_retrans < c->path_max_retrans ? c->pf_max_retrans : c->path_max_retrans;
    return c->hb_interval >= 0 && c->mtu >= 576 && c->mtu <= 65535 &&
           c->primary_switchover_max_retrans >= least;
}

/** A path that has not been measured takes another RTO.Initial; any RTO keeps to other bounds. */
static void take_rto(struct sctp_assoc* a, const struct sctp_config* config)
{
    const struct sctp_config* was = &a->config;
    if (was->rto_initial == config->rto_initial && was->rto_min == config->rto_min &&
        was->rto_max == config->rto_max)
    {
        return;
    }
    for (size_t i = 0; i < a->n_paths; i++)
    {
        sctp_rto_follow(&a->paths[i]->rto, was, config);
    }
}

void sctp_paths_follow(struct sctp_assoc* a, const struct sctp_config* config)
{
    take_rto(a, config);
    const struct sctp_path_config was = sctp_path_config_of(&a->config);
    const struct sctp_path_config is = sctp_path_config_of(config);
    for (size_t i = 0; i < a->n_peers + a->n_paths; i++)
    {
        struct sctp_path_config* c =
            i < a->n_peers ? &a->peers[i]->config : &a->paths[i - a->n_peers]->config;
        if (was.hb_interval != is.hb_interval)
        {
            c->heartbeats = is.heartbeats;
            c->hb_interval = is.hb_interval;
            a->other_interval = true; /* sctp_paths_followed() knows the time */
            sctp_touch(a);
        }
        if (was.pmtu_discovery != is.pmtu_discovery)
        {
            c->pmtu_discovery = is.pmtu_discovery;
        }
        if (was.path_max_retrans != is.path_max_retrans ||
            was.pf_max_retrans != is.pf_max_retrans ||
            was.primary_switchover_max_retrans != is.primary_switchover_max_retrans)
        {
            /* together: they bound each other */
            c->path_max_retrans = is.path_max_retrans;
            c->pf_max_retrans = is.pf_max_retrans;
            c->primary_switchover_max_retrans = is.primary_switchover_max_retrans;
        }
    }
}

void sctp_paths_followed(struct sctp_assoc* a, roam_time now)
{
    for (size_t i = 0; a->other_interval && i < a->n_paths; i++)
    {
        sctp_heartbeat_arm(a, a->paths[i], now);
    }
    a->other_interval = false;
}

static bool matches(const struct sctp_path* p, const struct roam_addr* local,
                    const struct roam_addr* peer)
{
    return (!local || roam_addr_equal(local, &p->local)) &&
           (!peer || roam_addr_equal(peer, &p->peer));
}

int sctp_path_configuration(const struct sctp_endpoint* ep, sctp_assoc_id id,
                            const struct roam_addr* local, const struct roam_addr* peer,
                            struct sctp_path_config* config)
{
    const struct sctp_assoc* a = sctp_by_id(ep, id);
    for (size_t i = 0; a && local && i < a->n_paths; i++)
    {
        if (matches(a->paths[i], local, peer))
        {
            *config = a->paths[i]->config;
            return ROAM_OK;
        }
    }
    const struct sctp_peer* to = a && peer ? sctp_peer_find(a, peer) : NULL;
    if (!a || local || (peer && !to))
    {
        return ROAM_ENOENT;
    }
    *config = to ? to->config : sctp_path_config_of(&a->config);
    return ROAM_OK;
}

/** What paths to one peer address, or to any, begin with from now on. */
static void set_defaults(struct sctp_assoc* a, const struct roam_addr* peer,
                         const struct sctp_path_config* c)
{
    for (size_t i = 0; i < a->n_peers; i++)
    {
        if (!peer || roam_addr_equal(peer, &a->peers[i]->addr))
        {
            a->peers[i]->config = *c;
        }
    }
    if (!peer)
    {
        /* 0 stands for no heartbeats there; a nanosecond more than an RTO is as good as none */
        a->config.hb_interval = c->heartbeats ? roam_time_max(c->hb_interval, 1) : 0;
        a->config.path_max_retrans = c->path_max_retrans;
        a->config.pf_max_retrans = c->pf_max_retrans;
        a->config.primary_switchover_max_retrans = c->primary_switchover_max_retrans;
        a->config.mtu = c->mtu;
        a->config.pmtu_discovery = c->pmtu_discovery;
    }
}

static void set(struct sctp_assoc* a, struct sctp_path* p, const struct sctp_path_config* c,
                roam_time now)
{
    const bool other_mtu = p->config.mtu != c->mtu || p->config.pmtu_discovery != c->pmtu_discovery;
    p->config = *c;
    if (other_mtu)
    {
        sctp_path_mtu_reset(p);
    }
    sctp_heartbeat_arm(a, p, now);
}

int sctp_path_configure(struct sctp_endpoint* ep, sctp_assoc_id id, const struct roam_addr* local,
                        const struct roam_addr* peer, const struct sctp_path_config* config,
                        roam_time now)
{
    struct sctp_assoc* a = sctp_by_id(ep, id);
    struct sctp_path_config found;
    if (!a || a->gone || sctp_path_configuration(ep, id, local, peer, &found) != ROAM_OK)
    {
        return ROAM_ENOENT;
    }
    if (!sctp_path_config_ok(config))
    {
        return ROAM_EINVAL;
    }
    for (size_t i = 0; i < a->n_paths; i++)
    {
        if (matches(a->paths[i], local, peer))
        {
            set(a, a->paths[i], config, now);
        }
    }
    if (!local)
    {
        set_defaults(a, peer, config);
    }
    sctp_touch(a);
    return ROAM_OK;
}

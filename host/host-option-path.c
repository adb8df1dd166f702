/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options of paths and addresses: RFC 6458 sections 8.1 and 8.3, RFC 6951 section 6, RFC 7829
 * section 7. */
#include "host/host-option.h"

#include <arpa/inet.h>
#include <errno.h>

static struct sctp_endpoint* ep_of(const struct host_target* t)
{
    return t->socket->port->ep;
}

static roam_time now_of(const struct host_target* t)
{
    return roam_host_now(t->socket->host);
}

/* --- Primaries ------------------------------------------------------------------------------- */

static int set_primary(const struct host_target* t, const void* value, size_t len)
{
    const struct roam_sctp_setprim* v = value;
    struct roam_addr peer;
    bool given;
    (void)len;
    if (!t->assoc)
    {
        return ENOTCONN;
    }
    if (!host_option_address(&v->ssp_addr, &peer, &given) || !given)
    {
        return EINVAL;
    }
    struct sctp_path_status paths[HOST_MAX_PATHS];
    size_t n = sctp_paths(ep_of(t), t->assoc->id, paths, HOST_MAX_PATHS);
    if (sctp_set_primary(ep_of(t), t->assoc->id, NULL, &peer, now_of(t)) == ROAM_OK)
    {
        return 0;
    }
    /* not from the local address in use: then from another */
    for (size_t i = 0; i < n && i < HOST_MAX_PATHS; i++)
    {
        if (roam_addr_equal(&paths[i].peer, &peer))
        {
            return host_errno(
                sctp_set_primary(ep_of(t), t->assoc->id, &paths[i].local, &peer, now_of(t)));
        }
    }
    return ENOENT;
}

static int get_primary(const struct host_target* t, void* value, size_t* len)
{
    struct roam_sctp_setprim* v = value;
    struct sctp_status status;
    if (!t->assoc || sctp_status(ep_of(t), t->assoc->id, &status) != ROAM_OK)
    {
        return ENOTCONN;
    }
    v->ssp_assoc_id = host_target_name(t);
    host_to_sockaddr(&status.primary_peer, status.peer_port, &v->ssp_addr);
    *len = sizeof *v;
    return 0;
}

static int set_peer_primary(const struct host_target* t, const void* value, size_t len)
{
    const struct roam_sctp_setpeerprim* v = value;
    struct sctp_asconf_request request = {.op = SCTP_SET_PRIMARY};
    bool given;
    (void)len;
    if (!t->assoc)
    {
        return ENOTCONN;
    }
    if (!host_option_address(&v->sspp_addr, &request.addr, &given) || !given)
    {
        return EINVAL;
    }
    return host_errno(sctp_asconf(ep_of(t), t->assoc->id, &request, 1, now_of(t)));
}

int roam_sctp_set_path(struct roam_host* host, int sd, roam_sctp_assoc_t id,
                       const struct sockaddr* local, const struct sockaddr* peer)
{
    struct host_socket* s = host_socket(host, sd);
    const struct host_assoc* a = s ? host_socket_assoc(s, id) : NULL;
    struct roam_addr from, to;
    uint16_t ignored;
    if (!a)
    {
        return -1;
    }
    if ((local && !host_from_sockaddr(local, sizeof(struct sockaddr_in6), &from, &ignored)) ||
        (peer && !host_from_sockaddr(peer, sizeof(struct sockaddr_in6), &to, &ignored)))
    {
        errno = EINVAL;
        return -1;
    }
    const int result = sctp_set_primary(s->port->ep, a->id, local ? &from : NULL, peer ? &to : NULL,
                                        roam_host_now(host));
    host_pump(s->port);
    host_wire_flush(host);
    errno = host_errno(result);
    return errno ? -1 : 0;
}

/* --- Parameters of paths --------------------------------------------------------------------- */

/** The parameters of a target, by address or of all; an errno value. */
static int path_config(const struct host_target* t, const struct roam_addr* peer,
                       struct sctp_path_config* c)
{
    if (t->assoc)
    {
        return host_errno(sctp_path_configuration(ep_of(t), t->assoc->id, NULL, peer, c));
    }
    const struct sctp_config* own = &t->socket->config;
    *c = (struct sctp_path_config){
        .heartbeats = own->hb_interval > 0,
        .hb_interval = own->hb_interval,
        .path_max_retrans = own->path_max_retrans,
        .pf_max_retrans = own->pf_max_retrans,
        .primary_switchover_max_retrans = own->primary_switchover_max_retrans,
        .mtu = own->mtu,
        .pmtu_discovery = own->pmtu_discovery,
    };
    return peer ? ENOTCONN : 0;
}

static int path_configure(const struct host_target* t, const struct roam_addr* peer,
                          const struct sctp_path_config* c)
{
    if (t->assoc)
    {
        return host_errno(sctp_path_configure(ep_of(t), t->assoc->id, NULL, peer, c, now_of(t)));
    }
    struct sctp_config own = t->socket->config;
    own.hb_interval = c->heartbeats ? c->hb_interval : 0;
    own.path_max_retrans = c->path_max_retrans;
    own.pf_max_retrans = c->pf_max_retrans;
    own.primary_switchover_max_retrans = c->primary_switchover_max_retrans;
    own.mtu = c->mtu;
    own.pmtu_discovery = c->pmtu_discovery;
    return host_target_configure(t, &own);
}

static int set_params(const struct host_target* t, const void* value, size_t len)
{
    const struct roam_sctp_paddrparams* v = value;
    const uint32_t both = ROAM_SPP_HB_ENABLE | ROAM_SPP_HB_DISABLE;
    const uint32_t pmtud = ROAM_SPP_PMTUD_ENABLE | ROAM_SPP_PMTUD_DISABLE;
    struct roam_addr peer;
    struct sctp_path_config c;
    bool given;
    (void)len;
    if (!host_option_address(&v->spp_address, &peer, &given) || (v->spp_flags & both) == both ||
        (v->spp_flags & pmtud) == pmtud || (v->spp_flags & ~(both | pmtud | ROAM_SPP_HB_DEMAND)))
    {
        return EINVAL;
    }
    int why = path_config(t, given ? &peer : NULL, &c);
    if (why)
    {
        return why;
    }
    c.heartbeats = (c.heartbeats || (v->spp_flags & ROAM_SPP_HB_ENABLE)) &&
                   !(v->spp_flags & ROAM_SPP_HB_DISABLE);
    c.hb_interval = v->spp_hbinterval ? v->spp_hbinterval * ROAM_MS : c.hb_interval;
    c.path_max_retrans = v->spp_pathmaxrxt ? v->spp_pathmaxrxt : c.path_max_retrans;
    c.mtu = v->spp_pathmtu ? v->spp_pathmtu : c.mtu;
    c.pmtu_discovery = (c.pmtu_discovery || (v->spp_flags & ROAM_SPP_PMTUD_ENABLE)) &&
                       !(v->spp_flags & ROAM_SPP_PMTUD_DISABLE);
    why = path_configure(t, given ? &peer : NULL, &c);
    if (!why && (v->spp_flags & ROAM_SPP_HB_DEMAND))
    {
        why = t->assoc ? host_errno(sctp_request_heartbeat(ep_of(t), t->assoc->id, NULL,
                                                           given ? &peer : NULL, now_of(t)))
                       : ENOTCONN;
    }
    return why;
}

static int get_params(const struct host_target* t, void* value, size_t* len)
{
    struct roam_sctp_paddrparams* v = value;
    struct roam_addr peer;
    struct sctp_path_config c;
    bool given;
    if (!host_option_address(&v->spp_address, &peer, &given))
    {
        return EINVAL;
    }
    const int why = path_config(t, given ? &peer : NULL, &c);
    v->spp_assoc_id = host_target_name(t);
    v->spp_hbinterval = (uint32_t)(c.hb_interval / ROAM_MS);
    v->spp_pathmaxrxt = (uint16_t)c.path_max_retrans;
    v->spp_pathmtu = c.mtu;
    v->spp_flags = (c.heartbeats ? ROAM_SPP_HB_ENABLE : ROAM_SPP_HB_DISABLE) |
                   (c.pmtu_discovery ? ROAM_SPP_PMTUD_ENABLE : ROAM_SPP_PMTUD_DISABLE);
    *len = sizeof *v;
    return why;
}

static uint32_t limit_in(uint16_t v)
{
    return v == UINT16_MAX ? SCTP_NO_RETRANS_LIMIT : v;
}

static uint16_t limit_out(uint32_t v)
{
    return v < UINT16_MAX ? (uint16_t)v : UINT16_MAX;
}

static int set_thresholds(const struct host_target* t, const void* value, size_t len)
{
    const struct roam_sctp_paddrthlds* v = value;
    struct roam_addr peer;
    struct sctp_path_config c;
    bool given;
    (void)len;
    if (!host_option_address(&v->spt_address, &peer, &given))
    {
        return EINVAL;
    }
    const int why = path_config(t, given ? &peer : NULL, &c);
    c.path_max_retrans = v->spt_pathmaxrxt ? v->spt_pathmaxrxt : c.path_max_retrans;
    c.pf_max_retrans = limit_in(v->spt_pathpfthld);
    c.primary_switchover_max_retrans = limit_in(v->spt_pathcpthld);
    return why ? why : path_configure(t, given ? &peer : NULL, &c);
}

static int get_thresholds(const struct host_target* t, void* value, size_t* len)
{
    struct roam_sctp_paddrthlds* v = value;
    struct roam_addr peer;
    struct sctp_path_config c;
    bool given;
    if (!host_option_address(&v->spt_address, &peer, &given))
    {
        return EINVAL;
    }
    const int why = path_config(t, given ? &peer : NULL, &c);
    v->spt_assoc_id = host_target_name(t);
    v->spt_pathmaxrxt = (uint16_t)c.path_max_retrans;
    v->spt_pathpfthld = limit_out(c.pf_max_retrans);
    v->spt_pathcpthld = limit_out(c.primary_switchover_max_retrans);
    *len = sizeof *v;
    return why;
}

static int set_udp(const struct host_target* t, const void* value, size_t len)
{
    const struct roam_sctp_udpencaps* v = value;
    const uint16_t port = ntohs(v->sue_port);
    struct roam_addr peer;
    bool given;
    (void)len;
    if (!host_option_address(&v->sue_address, &peer, &given) || (given && !t->assoc))
    {
        return EINVAL;
    }
    if (t->assoc)
    {
        return host_errno(sctp_encapsulate(ep_of(t), t->assoc->id, given ? &peer : NULL, port));
    }
    t->socket->udp_port = port;
    return 0;
}

static int get_udp(const struct host_target* t, void* value, size_t* len)
{
    struct roam_sctp_udpencaps* v = value;
    struct sctp_path_status paths[HOST_MAX_PATHS];
    struct roam_addr peer;
    bool given;
    if (!host_option_address(&v->sue_address, &peer, &given))
    {
        return EINVAL;
    }
    uint16_t port = t->socket->udp_port;
    size_t n = t->assoc ? sctp_paths(ep_of(t), t->assoc->id, paths, HOST_MAX_PATHS) : 0;
    for (size_t i = 0; i < n && i < HOST_MAX_PATHS; i++)
    {
        if (given ? roam_addr_equal(&paths[i].peer, &peer) : paths[i].primary)
        {
            port = paths[i].udp_port;
        }
    }
    v->sue_assoc_id = host_target_name(t);
    v->sue_port = htons(port);
    *len = sizeof *v;
    return 0;
}

#define OF(type, id) sizeof(struct type), offsetof(struct type, id)

const struct host_option host_options_path[] = {
    {ROAM_SCTP_PRIMARY_ADDR, OF(roam_sctp_setprim, ssp_assoc_id), set_primary, get_primary},
    {ROAM_SCTP_SET_PEER_PRIMARY_ADDR, OF(roam_sctp_setpeerprim, sspp_assoc_id), set_peer_primary,
     NULL},
    {ROAM_SCTP_PEER_ADDR_PARAMS, OF(roam_sctp_paddrparams, spp_assoc_id), set_params, get_params},
    {ROAM_SCTP_PEER_ADDR_THLDS, OF(roam_sctp_paddrthlds, spt_assoc_id), set_thresholds,
     get_thresholds},
    {ROAM_SCTP_REMOTE_UDP_ENCAPS_PORT, OF(roam_sctp_udpencaps, sue_assoc_id), set_udp, get_udp},
};
const size_t host_n_options_path = sizeof host_options_path / sizeof host_options_path[0];

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The endpoint: its associations by id, by peer and by expiry, its queues, and three of the verbs.
 * sctp_recv() is in sctp-input.c, sctp_poll_event() in sctp-event.c. */
#include "core/sctp/sctp-priv.h"

#include <stdlib.h>

#define FROM_FIELD(node, type, field) ((type*)(void*)((char*)(node)-offsetof(type, field)))

void sctp_config_default(struct sctp_config* config)
{
    *config = (struct sctp_config){
        .rto_initial = 1 * ROAM_SEC,
        .rto_min = 1 * ROAM_SEC,
        .rto_max = 60 * ROAM_SEC,
        .valid_cookie_life = 60 * ROAM_SEC,
        .hb_interval = 30 * ROAM_SEC,
        .sack_delay = 200 * ROAM_MS,
        .sack_frequency = 2,
        .max_burst = 4,
        .max_retrans = 10,
        .path_max_retrans = 5,
        .pf_max_retrans = SCTP_NO_RETRANS_LIMIT,
        .primary_switchover_max_retrans = SCTP_NO_RETRANS_LIMIT,
        .max_init_retransmits = 8,
        .receive_buffer = 262144,
        .send_buffer = 262144,
        .mtu = 1500,
        .outbound_streams = 10,
        .inbound_streams = 2048,
        .pmtu_discovery = true,
        .auth = true,
        .addip = true,
        .pr = true,
        .n_hmacs = 2,
        .hmacs = {SCTP_HMAC_SHA256, SCTP_HMAC_SHA1},
    };
}

int sctp_config_check(const struct sctp_config* c)
{
    const struct sctp_path_config path = sctp_path_config_of(c);
    const bool ok = sctp_path_config_ok(&path) && c->rto_min > 0 && c->rto_initial > 0 &&
                    c->setup_rto_max >= 0 && c->rto_max >= c->rto_min &&
                    c->rto_max >= c->rto_initial && c->valid_cookie_life > 0 &&
                    c->sack_delay >= 0 && c->sack_delay <= 500 * ROAM_MS && c->sack_frequency > 0 &&
                    c->max_retrans > 0 && c->receive_buffer >= 1500 && c->send_buffer > 0 &&
                    c->partial_delivery_point <= c->receive_buffer &&
                    c->switch_policy <= SCTP_SWITCH_RETRANSMIT && c->outbound_streams > 0 &&
                    c->inbound_streams > 0 && (c->auth || !c->addip) && sctp_auth_config_ok(c);
    return ok ? ROAM_OK : ROAM_EINVAL;
}

struct sctp_endpoint* sctp_endpoint_new(const struct sctp_config* config, uint16_t port,
                                        const struct roam_rng* rng)
{
    struct sctp_endpoint* ep = NULL;
    if (port == 0 || sctp_config_check(config) != ROAM_OK || !(ep = calloc(1, sizeof *ep)))
    {
        return NULL;
    }
    ep->config = *config;
    ep->port = port;
    ep->rng = *rng;
    roam_rng_fill(&ep->rng, ep->secret, sizeof ep->secret);
    ep->hash_key = roam_rng_u64(&ep->rng);
    ep->buffer_len = config->mtu;
    ep->buffer = malloc(ep->buffer_len);
    /* the first events have room before memory is short */
    if (!ep->buffer || !sctp_events_grow(&ep->events) || !sctp_keys_set(&ep->keys, 0, NULL, 0))
    {
        free(ep->events.slots);
        free(ep->buffer);
        free(ep);
        return NULL;
    }
    return ep;
}

void sctp_endpoint_free(struct sctp_endpoint* ep)
{
    if (!ep)
    {
        return;
    }
    for (size_t i = 0; i < ep->ids.cap; i++)
    {
        while (ep->ids.buckets[i])
        {
            sctp_assoc_free(FROM_FIELD(ep->ids.buckets[i], struct sctp_assoc, by_id));
        }
    }
    roam_table_clear(&ep->ids);
    roam_table_clear(&ep->peers);
    roam_heap_clear(&ep->expiries);
    roam_ring_free(&ep->strays);
    free(ep->events.slots);
    sctp_keys_clear(&ep->keys);
    free(ep->locals);
    free(ep->routes);
    free(ep->buffer);
    free(ep);
}

uint16_t sctp_endpoint_port(const struct sctp_endpoint* ep)
{
    return ep->port;
}

void sctp_listen(struct sctp_endpoint* ep, bool on)
{
    ep->listening = on;
}

/* --- Finding associations -------------------------------------------------------------------- */

struct sctp_assoc* sctp_by_id(const struct sctp_endpoint* ep, sctp_assoc_id id)
{
    struct roam_table_node* node = roam_table_first(&ep->ids, roam_hash_mix(id));
    for (; node; node = roam_table_next(node))
    {
        struct sctp_assoc* a = FROM_FIELD(node, struct sctp_assoc, by_id);
        if (a->id == id)
        {
            return a;
        }
    }
    return NULL;
}

uint64_t sctp_peer_hash(const struct sctp_endpoint* ep, const struct roam_addr* peer, uint16_t port)
{
    uint64_t h = ep->hash_key + port + ((uint64_t)peer->family << 32);
    for (size_t i = 0; i < 16; i += 4)
    {
        h = roam_hash_mix(h ^ roam_get32(peer->bytes + i));
    }
    return h;
}

struct sctp_assoc* sctp_by_peer(const struct sctp_endpoint* ep, const struct roam_addr* peer,
                                uint16_t port)
{
    struct roam_table_node* node = roam_table_first(&ep->peers, sctp_peer_hash(ep, peer, port));
    for (; node; node = roam_table_next(node))
    {
        const struct sctp_peer* p = FROM_FIELD(node, struct sctp_peer, node);
        if (!p->former && p->assoc->peer_port == port && roam_addr_equal(&p->addr, peer))
        {
            return p->assoc;
        }
    }
    return NULL;
}

bool sctp_was_peer(const struct sctp_endpoint* ep, const struct roam_addr* peer, uint16_t port,
                   uint32_t tag)
{
    struct roam_table_node* node = roam_table_first(&ep->peers, sctp_peer_hash(ep, peer, port));
    bool was = false;
    for (; node; node = roam_table_next(node))
    {
        const struct sctp_peer* p = FROM_FIELD(node, struct sctp_peer, node);
        was |= p->former && p->assoc->peer_port == port && p->assoc->my_tag == tag &&
               roam_addr_equal(&p->addr, peer);
    }
    return was;
}

/* --- The host's addresses -------------------------------------------------------------------- */

const struct sctp_local* sctp_local_find(const struct sctp_endpoint* ep,
                                         const struct roam_addr* addr)
{
    for (size_t i = 0; i < ep->n_locals; i++)
    {
        if (roam_addr_equal(&ep->locals[i].addr, addr))
        {
            return &ep->locals[i];
        }
    }
    return NULL;
}

void sctp_for_each_path(struct sctp_endpoint* ep, const struct roam_addr* local,
                        const struct roam_addr* peer,
                        void (*tell)(struct sctp_assoc*, struct sctp_path*, roam_time),
                        roam_time now)
{
    for (size_t b = 0; b < ep->ids.cap; b++)
    {
        for (struct roam_table_node* node = ep->ids.buckets[b]; node; node = node->next)
        {
            struct sctp_assoc* a = FROM_FIELD(node, struct sctp_assoc, by_id);
            for (size_t i = 0; i < a->n_paths && !a->gone; i++)
            {
                const struct sctp_path* p = a->paths[i];
                if ((!local || roam_addr_equal(&p->local, local)) &&
                    (!peer || roam_addr_equal(&p->peer, peer)))
                {
                    tell(a, a->paths[i], now);
                }
            }
            if (!a->gone)
            {
                sctp_asconf_readdress(a, now);
                sctp_setup_readdress(a, now);
                sctp_touch(a);
            }
        }
    }
}

int sctp_address_gained(struct sctp_endpoint* ep, const struct roam_addr* addr, uint32_t ifindex,
                        roam_time now)
{
    if (!roam_addr_is_unicast(addr) || roam_addr_is_v4_mapped(addr))
    {
        return ROAM_EINVAL;
    }
    for (size_t i = 0; i < ep->n_locals; i++)
    {
        if (roam_addr_equal(&ep->locals[i].addr, addr))
        {
            ep->locals[i].ifindex = ifindex;
            return ROAM_OK;
        }
    }
    struct sctp_local* locals = realloc(ep->locals, (ep->n_locals + 1) * sizeof *locals);
    if (!locals)
    {
        return ROAM_ENOMEM;
    }
    ep->locals = locals;
    ep->locals[ep->n_locals++] = (struct sctp_local){*addr, ifindex};
    sctp_for_each_path(ep, addr, NULL, sctp_path_local_up, now);
    sctp_reap(ep);
    return ROAM_OK;
}

int sctp_address_lost(struct sctp_endpoint* ep, const struct roam_addr* addr, roam_time now)
{
    for (size_t i = 0; i < ep->n_locals; i++)
    {
        if (roam_addr_equal(&ep->locals[i].addr, addr))
        {
            ep->locals[i] = ep->locals[--ep->n_locals];
            sctp_for_each_path(ep, addr, NULL, sctp_path_local_down, now);
            sctp_reap(ep);
            return ROAM_OK;
        }
    }
    return ROAM_ENOENT;
}

/* --- Queues ---------------------------------------------------------------------------------- */

void sctp_touch(struct sctp_assoc* a)
{
    if (!a->dirty && !a->gone)
    {
        roam_list_push(&a->ep->dirty, &a->in_dirty);
        a->dirty = true;
    }
}

void sctp_stray_send(struct sctp_endpoint* ep, const struct roam_addr* src,
                     const struct roam_addr* dst, uint16_t peer_port, uint32_t vtag,
                     const uint8_t* chunks, size_t len)
{
    /* section 9.1: a packet with an ABORT is never answered, whatever else is in it */
    const bool silent = ep->receiving && sctp_packet_has(ep->receiving, SCTP_C_ABORT);
    struct sctp_stray* s = silent ? NULL : malloc(sizeof *s + SCTP_HEADER + len);
    if (!s)
    {
        return;
    }
    s->src = *src;
    s->dst = *dst;
    s->udp_port = sctp_udp_port_of_stray(ep, dst, peer_port);
    s->len = SCTP_HEADER + len;
    struct roam_writer w = roam_writer(s->bytes, s->len);
    sctp_write_header(&w, ep->port, peer_port, vtag);
    roam_write_bytes(&w, chunks, len);
    sctp_seal(s->bytes, s->len);
    if (!roam_ring_push(&ep->strays, s))
    {
        free(s);
        return;
    }
    ep->stray_bytes += sizeof *s + s->len;
}

void sctp_reap(struct sctp_endpoint* ep)
{
    struct roam_link* link;
    while ((link = ep->gone.first))
    {
        struct sctp_assoc* a = FROM_FIELD(link, struct sctp_assoc, in_gone);
        roam_list_remove(&ep->gone, link);
        /* what has been received stays readable; sctp_receive() frees with the last message */
        if (a->ready.n == 0)
        {
            sctp_assoc_free(a);
        }
    }
}

/* --- The verbs ------------------------------------------------------------------------------- */

void sctp_expire(struct sctp_endpoint* ep, roam_time now)
{
    struct roam_heap_node* node;
    while ((node = roam_heap_min(&ep->expiries)) && node->key <= now)
    {
        struct sctp_assoc* a = FROM_FIELD(node, struct sctp_assoc, expiry);
        sctp_assoc_expire(a, now);
        if (!a->gone)
        {
            sctp_touch(a);
            roam_heap_set(&ep->expiries, node, sctp_assoc_next_expiry(a));
        }
    }
    sctp_reap(ep);
}

roam_time sctp_next_expiry(const struct sctp_endpoint* ep)
{
    const struct roam_heap_node* node = roam_heap_min(&ep->expiries);
    return node ? node->key : ROAM_NEVER;
}

bool sctp_buffer_reserve(struct sctp_endpoint* ep, size_t len)
{
    if (len > ep->buffer_len)
    {
        uint8_t* bigger = realloc(ep->buffer, len);
        if (!bigger)
        {
            return false;
        }
        ep->buffer = bigger;
        ep->buffer_len = len;
    }
    return true;
}

static bool poll_stray(struct sctp_endpoint* ep, struct roam_packet* packet)
{
    struct sctp_stray* s = roam_ring_pop(&ep->strays);
    ep->stray_bytes -= s ? sizeof *s + s->len : 0;
    if (!s || !sctp_buffer_reserve(ep, s->len))
    {
        free(s);
        return false;
    }
    memcpy(ep->buffer, s->bytes, s->len);
    const struct sctp_local* local = sctp_local_find(ep, &s->src);
    *packet = (struct roam_packet){
        .src = s->src,
        .dst = s->dst,
        .ifindex = sctp_route_interface(ep, local, &s->dst),
        .data = ep->buffer,
        .len = s->len,
        .udp_port = s->udp_port,
        .may_fragment = s->len > SCTP_SURE_PACKET, /* there is no path to ask */
    };
    free(s);
    return true;
}

bool sctp_poll_packet(struct sctp_endpoint* ep, struct roam_packet* packet, roam_time now)
{
    struct roam_link* link;
    while ((link = ep->dirty.first))
    {
        struct sctp_assoc* a = FROM_FIELD(link, struct sctp_assoc, in_dirty);
        if (sctp_output(a, packet, now))
        {
            return true;
        }
        if (!a->dirty) /* it has ended, and been taken out */
        {
            continue;
        }
        roam_list_remove(&ep->dirty, link);
        a->dirty = false;
        sctp_data_watch(a, now);
        sctp_paths_followed(a, now);
        roam_heap_set(&ep->expiries, &a->expiry, sctp_assoc_next_expiry(a));
    }
    return poll_stray(ep, packet);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options of a whole association, RFC 6458 section 8: timers, limits, defaults, events. */
#include "host/host-option.h"

#include <arpa/inet.h>
#include <errno.h>

static uint32_t to_ms(roam_time t)
{
    return (uint32_t)((t + ROAM_MS - 1) / ROAM_MS);
}

static void take_ms(roam_time* t, uint32_t ms)
{
    *t = ms ? ms * ROAM_MS : *t;
}

static void take32(uint32_t* v, uint32_t n)
{
    *v = n ? n : *v;
}

static void take16(uint16_t* v, uint16_t n)
{
    *v = n ? n : *v;
}

/* --- RTO, limits, INIT ----------------------------------------------------------------------- */

static int set_rto(const struct host_target* t, const void* value, size_t len)
{
    const struct roam_sctp_rtoinfo* v = value;
    struct sctp_config c;
    (void)len;
    host_target_config(t, &c);
    take_ms(&c.rto_initial, v->srto_initial);
    take_ms(&c.rto_min, v->srto_min);
    take_ms(&c.rto_max, v->srto_max);
    return host_target_configure(t, &c);
}

static int get_rto(const struct host_target* t, void* value, size_t* len)
{
    struct sctp_config c;
    host_target_config(t, &c);
    *(struct roam_sctp_rtoinfo*)value = (struct roam_sctp_rtoinfo){
        host_target_name(t), to_ms(c.rto_initial), to_ms(c.rto_max), to_ms(c.rto_min)};
    *len = sizeof(struct roam_sctp_rtoinfo);
    return 0;
}

static int set_assoc(const struct host_target* t, const void* value, size_t len)
{
    const struct roam_sctp_assocparams* v = value;
    struct sctp_config c;
    (void)len;
    host_target_config(t, &c);
    take32(&c.max_retrans, v->sasoc_asocmaxrxt);
    take_ms(&c.valid_cookie_life, v->sasoc_cookie_life);
    return host_target_configure(t, &c);
}

static int get_assoc(const struct host_target* t, void* value, size_t* len)
{
    struct sctp_config c;
    struct sctp_status status = {0};
    host_target_config(t, &c);
    if (t->assoc)
    {
        sctp_status(t->socket->port->ep, t->assoc->id, &status);
    }
    *(struct roam_sctp_assocparams*)value = (struct roam_sctp_assocparams){
        .sasoc_assoc_id = host_target_name(t),
        .sasoc_asocmaxrxt = (uint16_t)c.max_retrans,
        .sasoc_number_peer_destinations = (uint16_t)status.n_peers,
        .sasoc_peer_rwnd = status.peer_rwnd,
        .sasoc_local_rwnd = c.receive_buffer - (uint32_t)status.unread,
        .sasoc_cookie_life = to_ms(c.valid_cookie_life),
    };
    *len = sizeof(struct roam_sctp_assocparams);
    return 0;
}

static int set_init(const struct host_target* t, const void* value, size_t len)
{
    const struct roam_sctp_initmsg* v = value;
    const struct host_target to_come = {t->socket, NULL};
    struct sctp_config c;
    (void)len;
    host_target_config(&to_come, &c);
    take16(&c.outbound_streams, v->sinit_num_ostreams);
    take16(&c.inbound_streams, v->sinit_max_instreams);
    take32(&c.max_init_retransmits, v->sinit_max_attempts);
    take_ms(&c.setup_rto_max, v->sinit_max_init_timeo);
    return host_target_configure(&to_come, &c);
}

static int get_init(const struct host_target* t, void* value, size_t* len)
{
    const struct sctp_config* c = &t->socket->config;
    const uint32_t timeo = to_ms(c->setup_rto_max ? c->setup_rto_max : c->rto_max);
    *(struct roam_sctp_initmsg*)value = (struct roam_sctp_initmsg){
        c->outbound_streams, c->inbound_streams, (uint16_t)c->max_init_retransmits,
        (uint16_t)(timeo < UINT16_MAX ? timeo : UINT16_MAX)};
    *len = sizeof(struct roam_sctp_initmsg);
    return 0;
}

/* --- Sending --------------------------------------------------------------------------------- */

static int set_nodelay(const struct host_target* t, const void* value, size_t len)
{
    (void)t;
    (void)len;
    return *(const int*)value ? 0 : EOPNOTSUPP; /* there is nothing that could be held back */
}

static int get_nodelay(const struct host_target* t, void* value, size_t* len)
{
    (void)t;
    *(int*)value = 1;
    *len = sizeof(int);
    return 0;
}

static int set_sndinfo(const struct host_target* t, const void* value, size_t len)
{
    (void)len;
    t->socket->sndinfo = *(const struct roam_sctp_sndinfo*)value;
    return 0;
}

static int get_sndinfo(const struct host_target* t, void* value, size_t* len)
{
    *(struct roam_sctp_sndinfo*)value = t->socket->sndinfo;
    *len = sizeof(struct roam_sctp_sndinfo);
    return 0;
}

static int set_prinfo(const struct host_target* t, const void* value, size_t len)
{
    const struct roam_sctp_default_prinfo* v = value;
    (void)len;
    if (v->pr_policy > ROAM_SCTP_PR_SCTP_PRIO ||
        (v->pr_policy == ROAM_SCTP_PR_SCTP_TTL && v->pr_value == 0))
    {
        return EINVAL;
    }
    t->socket->prinfo = (struct roam_sctp_prinfo){v->pr_policy, v->pr_value};
    return 0;
}

static int get_prinfo(const struct host_target* t, void* value, size_t* len)
{
    *(struct roam_sctp_default_prinfo*)value = (struct roam_sctp_default_prinfo){
        t->socket->prinfo.pr_policy, t->socket->prinfo.pr_value, host_target_name(t)};
    *len = sizeof(struct roam_sctp_default_prinfo);
    return 0;
}

static int get_maxseg(const struct host_target* t, void* value, size_t* len)
{
    struct sctp_config c;
    host_target_config(t, &c);
    const uint32_t headers = 40 + 12 + 16; /* IPv6, SCTP, DATA */
    *(struct roam_sctp_assoc_value*)value =
        (struct roam_sctp_assoc_value){host_target_name(t), (c.mtu - headers) & ~3u};
    *len = sizeof(struct roam_sctp_assoc_value);
    return 0;
}

/* --- SACK, burst, offers --------------------------------------------------------------------- */

static int set_sack(const struct host_target* t, const void* value, size_t len)
{
    const struct roam_sctp_sack_info* v = value;
    struct sctp_config c;
    (void)len;
    host_target_config(t, &c);
    take_ms(&c.sack_delay, v->sack_delay);
    take32(&c.sack_frequency, v->sack_freq);
    return host_target_configure(t, &c);
}

static int get_sack(const struct host_target* t, void* value, size_t* len)
{
    struct sctp_config c;
    host_target_config(t, &c);
    *(struct roam_sctp_sack_info*)value =
        (struct roam_sctp_sack_info){host_target_name(t), to_ms(c.sack_delay), c.sack_frequency};
    *len = sizeof(struct roam_sctp_sack_info);
    return 0;
}

static int set_burst(const struct host_target* t, const void* value, size_t len)
{
    struct sctp_config c;
    (void)len;
    host_target_config(t, &c);
    c.max_burst = ((const struct roam_sctp_assoc_value*)value)->assoc_value;
    return host_target_configure(t, &c);
}

static int give(const struct host_target* t, void* value, size_t* len, uint32_t n)
{
    *(struct roam_sctp_assoc_value*)value = (struct roam_sctp_assoc_value){host_target_name(t), n};
    *len = sizeof(struct roam_sctp_assoc_value);
    return 0;
}

static int get_burst(const struct host_target* t, void* value, size_t* len)
{
    struct sctp_config c;
    host_target_config(t, &c);
    return give(t, value, len, c.max_burst);
}

/** Changes the configuration of a whole socket: of its associations, and of those to come. */
static int configure_socket(const struct host_target* t,
                            void (*change)(struct sctp_config*, uint32_t), uint32_t value)
{
    struct host_target each = *t;
    struct sctp_config c;
    host_target_config(&each, &c);
    change(&c, value);
    int worst = host_target_configure(&each, &c);
    for (size_t i = 0; i < t->socket->assocs.n && !host_one_to_one(t->socket); i++)
    {
        each.assoc = roam_ring_at(&t->socket->assocs, i);
        host_target_config(&each, &c);
        change(&c, value);
        const int result = each.assoc->dead ? 0 : host_target_configure(&each, &c);
        worst = result ? result : worst;
    }
    return worst;
}

static void change_interleave(struct sctp_config* c, uint32_t level)
{
    c->fragment_interleave = level == 2;
}

static int set_interleave(const struct host_target* t, const void* value, size_t len)
{
    const uint32_t level = *(const uint32_t*)value;
    (void)len;
    if (level > 2)
    {
        return EINVAL;
    }
    t->socket->interleave = level;
    t->socket->reading = level == 0 ? t->socket->reading : NULL;
    return configure_socket(t, change_interleave, level);
}

static int get_interleave(const struct host_target* t, void* value, size_t* len)
{
    *(uint32_t*)value = t->socket->interleave;
    *len = sizeof(uint32_t);
    return 0;
}

static void change_point(struct sctp_config* c, uint32_t bytes)
{
    c->partial_delivery_point = bytes;
}

static int set_point(const struct host_target* t, const void* value, size_t len)
{
    (void)len;
    return configure_socket(t, change_point, *(const uint32_t*)value);
}

static int get_point(const struct host_target* t, void* value, size_t* len)
{
    struct sctp_config c;
    host_target_config(t, &c);
    *(uint32_t*)value = c.partial_delivery_point;
    *len = sizeof(uint32_t);
    return 0;
}

static int set_switch(const struct host_target* t, const void* value, size_t len)
{
    const uint32_t policy = ((const struct roam_sctp_assoc_value*)value)->assoc_value;
    struct sctp_config c;
    (void)len;
    if (policy > ROAM_SCTP_SWITCH_RETRANSMIT)
    {
        return EINVAL;
    }
    host_target_config(t, &c);
    c.switch_policy = (enum sctp_switch_policy)policy;
    return host_target_configure(t, &c);
}

static int get_switch(const struct host_target* t, void* value, size_t* len)
{
    struct sctp_config c;
    host_target_config(t, &c);
    return give(t, value, len, c.switch_policy);
}

static int set_context(const struct host_target* t, const void* value, size_t len)
{
    (void)len;
    *(t->assoc ? &t->assoc->context : &t->socket->context) =
        ((const struct roam_sctp_assoc_value*)value)->assoc_value;
    return 0;
}

static int get_context(const struct host_target* t, void* value, size_t* len)
{
    return give(t, value, len, t->assoc ? t->assoc->context : t->socket->context);
}

static int set_asconf(const struct host_target* t, const void* value, size_t len)
{
    struct sctp_config c;
    (void)len;
    host_target_config(t, &c);
    c.addip = ((const struct roam_sctp_assoc_value*)value)->assoc_value;
    return t->assoc ? EISCONN : host_target_configure(t, &c);
}

static int set_auth(const struct host_target* t, const void* value, size_t len)
{
    struct sctp_config c;
    (void)len;
    host_target_config(t, &c);
    c.auth = ((const struct roam_sctp_assoc_value*)value)->assoc_value;
    return t->assoc ? EISCONN : host_target_configure(t, &c);
}

static int set_pr(const struct host_target* t, const void* value, size_t len)
{
    struct sctp_config c;
    (void)len;
    host_target_config(t, &c);
    c.pr = ((const struct roam_sctp_assoc_value*)value)->assoc_value;
    return t->assoc ? EISCONN : host_target_configure(t, &c);
}

static int set_ecn(const struct host_target* t, const void* value, size_t len)
{
    struct sctp_config c;
    (void)len;
    host_target_config(t, &c);
    c.ecn = ((const struct roam_sctp_assoc_value*)value)->assoc_value;
    return t->assoc ? EISCONN : host_target_configure(t, &c);
}

static void status_of(const struct host_target* t, struct sctp_status* status)
{
    *status = (struct sctp_status){.auth = t->socket->config.auth,
                                   .addip = t->socket->config.addip,
                                   .pr = t->socket->config.pr,
                                   .ecn = t->socket->config.ecn};
    if (t->assoc)
    {
        sctp_status(t->socket->port->ep, t->assoc->id, status);
    }
}

static int get_asconf(const struct host_target* t, void* value, size_t* len)
{
    struct sctp_status status;
    status_of(t, &status);
    return give(t, value, len, status.addip);
}

static int get_auth(const struct host_target* t, void* value, size_t* len)
{
    struct sctp_status status;
    status_of(t, &status);
    return give(t, value, len, status.auth);
}

static int get_pr(const struct host_target* t, void* value, size_t* len)
{
    struct sctp_status status;
    status_of(t, &status);
    return give(t, value, len, status.pr);
}

static int get_ecn(const struct host_target* t, void* value, size_t* len)
{
    struct sctp_status status;
    status_of(t, &status);
    return give(t, value, len, status.ecn);
}

/* --- Events, and what associations there are ------------------------------------------------- */

static int set_event(const struct host_target* t, const void* value, size_t len)
{
    const struct roam_sctp_event* v = value;
    (void)len;
    if (v->se_type == 0 || v->se_type >= ROAM_SCTP_EVENT_TYPES)
    {
        return EINVAL;
    }
    const uint32_t bit = 1u << v->se_type;
    t->socket->events = v->se_on ? t->socket->events | bit : t->socket->events & ~bit;
    return 0;
}

static int get_event(const struct host_target* t, void* value, size_t* len)
{
    struct roam_sctp_event* v = value;
    v->se_on = v->se_type < 32 && (t->socket->events & (1u << v->se_type));
    *len = sizeof *v;
    return 0;
}

static int get_number(const struct host_target* t, void* value, size_t* len)
{
    *(uint32_t*)value = (uint32_t)t->socket->assocs.n;
    *len = sizeof(uint32_t);
    return 0;
}

static int get_ids(const struct host_target* t, void* value, size_t* len)
{
    struct roam_sctp_assoc_ids* v = value;
    const size_t n = t->socket->assocs.n;
    const size_t need = sizeof *v + n * sizeof v->gaids_assoc_id[0];
    if (*len < need)
    {
        return EINVAL;
    }
    for (size_t i = 0; i < n; i++)
    {
        v->gaids_assoc_id[i] = host_assoc_name(roam_ring_at(&t->socket->assocs, i));
    }
    v->gaids_number_of_ids = (uint32_t)n;
    *len = need;
    return 0;
}

#define OF(type, id) sizeof(struct type), offsetof(struct type, id)

const struct host_option host_options_assoc[] = {
    {ROAM_SCTP_RTOINFO, OF(roam_sctp_rtoinfo, srto_assoc_id), set_rto, get_rto},
    {ROAM_SCTP_ASSOCINFO, OF(roam_sctp_assocparams, sasoc_assoc_id), set_assoc, get_assoc},
    {ROAM_SCTP_INITMSG, sizeof(struct roam_sctp_initmsg), HOST_NO_ID, set_init, get_init},
    {ROAM_SCTP_NODELAY, sizeof(int), HOST_NO_ID, set_nodelay, get_nodelay},
    {ROAM_SCTP_DEFAULT_SNDINFO, OF(roam_sctp_sndinfo, snd_assoc_id), set_sndinfo, get_sndinfo},
    {ROAM_SCTP_MAXSEG, OF(roam_sctp_assoc_value, assoc_id), NULL, get_maxseg},
    {ROAM_SCTP_DELAYED_SACK, OF(roam_sctp_sack_info, sack_assoc_id), set_sack, get_sack},
    {ROAM_SCTP_MAX_BURST, OF(roam_sctp_assoc_value, assoc_id), set_burst, get_burst},
    {ROAM_SCTP_SWITCH_POLICY, OF(roam_sctp_assoc_value, assoc_id), set_switch, get_switch},
    {ROAM_SCTP_FRAGMENT_INTERLEAVE, sizeof(uint32_t), HOST_NO_ID, set_interleave, get_interleave},
    {ROAM_SCTP_PARTIAL_DELIVERY_POINT, sizeof(uint32_t), HOST_NO_ID, set_point, get_point},
    {ROAM_SCTP_CONTEXT, OF(roam_sctp_assoc_value, assoc_id), set_context, get_context},
    {ROAM_SCTP_ASCONF_SUPPORTED, OF(roam_sctp_assoc_value, assoc_id), set_asconf, get_asconf},
    {ROAM_SCTP_AUTH_SUPPORTED, OF(roam_sctp_assoc_value, assoc_id), set_auth, get_auth},
    {ROAM_SCTP_PR_SUPPORTED, OF(roam_sctp_assoc_value, assoc_id), set_pr, get_pr},
    {ROAM_SCTP_ECN_SUPPORTED, OF(roam_sctp_assoc_value, assoc_id), set_ecn, get_ecn},
    {ROAM_SCTP_DEFAULT_PRINFO, OF(roam_sctp_default_prinfo, pr_assoc_id), set_prinfo, get_prinfo},
    {ROAM_SCTP_EVENT, OF(roam_sctp_event, se_assoc_id), set_event, get_event},
    {ROAM_SCTP_GET_ASSOC_NUMBER, sizeof(uint32_t), HOST_NO_ID, NULL, get_number},
    {ROAM_SCTP_GET_ASSOC_ID_LIST, sizeof(struct roam_sctp_assoc_ids), HOST_NO_ID, NULL, get_ids},
};
const size_t host_n_options_assoc = sizeof host_options_assoc / sizeof host_options_assoc[0];

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* INIT and INIT ACK: written, read, and what an association takes over from them. */
#include "core/sctp/sctp-priv.h"

/** RFC 4895 section 6.1: each of its parameters comes once. */
static bool take_once(struct sctp_init* init, struct sctp_param* place, const struct sctp_param* p)
{
    if (place->bytes)
    {
        init->cause = SCTP_E_PROTOCOL;
    }
    *place = *p;
    return true;
}

/** Keeps a parameter that we do not know, as the two highest bits of its type ask (3.2.1).
 * DEVIATION: section 3.2.2 reports each; the first SCTP_MAX_UNRECOGNIZED are, which bounds what one
 * INIT makes us hold and send. */
static bool unknown_param(struct sctp_init* init, const struct sctp_param* p)
{
    if (p->type & 0x4000 && init->n_unrecognized < SCTP_MAX_UNRECOGNIZED)
    {
        init->unrecognized[init->n_unrecognized++] = *p;
    }
    return p->type & 0x8000; /* go on with the next one? */
}

static void read_extensions(struct sctp_init* init, const struct sctp_param* p)
{
    for (size_t i = 0; i < p->value_len; i++)
    {
        init->ext_auth |= p->value[i] == SCTP_C_AUTH;
        init->ext_asconf |= p->value[i] == SCTP_C_ASCONF;
        init->ext_asconf_ack |= p->value[i] == SCTP_C_ASCONF_ACK;
    }
}

static void read_address_types(struct sctp_init* init, const struct sctp_param* p)
{
    init->has_types = true;
    for (size_t i = 0; i + 2 <= p->value_len; i += 2)
    {
        init->takes_v4 |= roam_get16(p->value + i) == SCTP_P_IPV4;
        init->takes_v6 |= roam_get16(p->value + i) == SCTP_P_IPV6;
    }
}

/** RFC 5061 section 5.4: Set Primary may stand in an INIT or INIT ACK, as advice. */
static void read_primary(struct sctp_init* init, const struct sctp_param* p)
{
    struct roam_reader r = roam_reader(p->value, p->value_len);
    struct sctp_param addr;
    roam_read32(&r); /* correlation identifier */
    init->has_primary = sctp_next_param(&r, &addr) && sctp_param_addr(&addr, &init->primary);
}

static bool read_param(struct sctp_init* init, const struct sctp_param* p)
{
    switch (p->type)
    {
    case SCTP_P_IPV4:
    case SCTP_P_IPV6:
    {
        struct roam_addr addr;
        if (!sctp_param_addr(p, &addr))
        {
            init->cause = SCTP_E_INVALID_PARAM;
        }
        else if (init->n_addrs < SCTP_MAX_PEERS && roam_addr_is_unicast(&addr) &&
                 !roam_addr_is_v4_mapped(&addr))
        {
            init->addrs[init->n_addrs++] = addr;
        }
        return true;
    }
    case SCTP_P_COOKIE:
        init->cookie = *p;
        return true;
    case SCTP_P_HOSTNAME:
        init->cause = SCTP_E_UNRESOLVABLE; /* section 5.1.2 rule 2: refuse with ABORT */
        init->culprit = *p;
        return true;
    case SCTP_P_COOKIE_PRESERVATIVE:
        init->preserve_ms = p->value_len == 4 ? roam_get32(p->value) : 0;
        return true;
    case SCTP_P_EXTENSIONS:
        read_extensions(init, p);
        return true;
    case SCTP_P_ECN:
        init->ecn = true;
        return true;
    case SCTP_P_FORWARD_TSN:
        init->forward_tsn = *p;
        return true;
    case SCTP_P_RANDOM:
        return take_once(init, &init->random, p);
    case SCTP_P_CHUNKS:
        return take_once(init, &init->chunks, p);
    case SCTP_P_HMAC_ALGO:
        return take_once(init, &init->hmacs, p);
    case SCTP_P_ADDRESS_TYPES:
        read_address_types(init, p);
        return true;
    case SCTP_P_UNRECOGNIZED:
        return true;
    case SCTP_P_SET_PRIMARY:
        read_primary(init, p);
        return true;
    case SCTP_P_ADAPTATION:
        init->adaptation_on = p->value_len == 4;
        init->adaptation_code = init->adaptation_on ? roam_get32(p->value) : 0;
        return true;
    default:
        /* one whose place is in other chunks is ignored (RFC 5061 section 4.2) */
        return sctp_param_is_known(p->type) || unknown_param(init, p);
    }
}

bool sctp_init_read(const struct sctp_chunk* c, struct sctp_init* init)
{
    memset(init, 0, sizeof *init);
    struct roam_reader r = roam_reader(c->body, c->body_len);
    init->tag = roam_read32(&r);
    init->rwnd = roam_read32(&r);
    init->outbound = roam_read16(&r);
    init->inbound = roam_read16(&r);
    init->tsn = roam_read32(&r);
    struct sctp_param p;
    while (sctp_next_param(&r, &p) && read_param(init, &p))
    {
    }
    if (r.bad)
    {
        return false;
    }
    if (init->tag == 0 || init->outbound == 0 || init->inbound == 0 || init->rwnd < 1500)
    {
        init->cause = SCTP_E_INVALID_PARAM; /* sections 3.3.2 and 5.1.1 */
        init->culprit.bytes = NULL;
    }
    const uint16_t cause = sctp_auth_params_judge(init);
    if (cause)
    {
        init->cause = cause;
        init->culprit.bytes = NULL;
    }
    return true;
}

void sctp_init_unsupported(struct sctp_init* init, const struct sctp_config* config)
{
    if (!config->pr && init->forward_tsn.bytes)
    {
        unknown_param(init, &init->forward_tsn); /* RFC 3758 section 3.3.2 */
    }
}

void sctp_init_require_auth(struct sctp_init* init, const struct sctp_config* config)
{
    const bool has_auth = init->random.bytes && init->hmacs.bytes;
    if (config->addip && init->ext_asconf && !has_auth && !init->cause)
    {
        init->cause = SCTP_E_PROTOCOL;
        init->culprit.bytes = NULL;
    }
}

#define MAX_EXTENSIONS 4

static size_t extensions(const struct sctp_config* config, uint8_t out[MAX_EXTENSIONS])
{
    size_t n = 0;
    if (config->pr)
    {
        out[n++] = SCTP_C_FORWARD_TSN;
    }
    if (config->addip)
    {
        out[n++] = SCTP_C_ASCONF;
        out[n++] = SCTP_C_ASCONF_ACK;
    }
    if (config->auth)
    {
        out[n++] = SCTP_C_AUTH;
    }
    return n;
}

size_t sctp_init_without_pad(const struct sctp_chunk* c, uint8_t* out)
{
    struct roam_writer w = roam_writer(out, sctp_pad4(c->len));
    struct roam_reader r = roam_reader(c->body, c->body_len);
    struct sctp_param p;
    roam_write_bytes(&w, c->bytes, SCTP_CHUNK_HEADER);
    const size_t fixed = SCTP_INIT_FIXED - SCTP_CHUNK_HEADER;
    roam_write_bytes(&w, roam_read_bytes(&r, fixed), fixed);
    size_t len = roam_written(&w);
    while (sctp_next_param(&r, &p))
    {
        if (p.type != SCTP_P_PAD)
        {
            roam_write_bytes(&w, p.bytes, p.len);
            len = roam_written(&w); /* the padding of the last one does not count */
            roam_write_pad4(&w);
        }
    }
    roam_put16(out + 2, (uint16_t)len);
    return len;
}

size_t sctp_init_len(const struct sctp_config* config, const struct sctp_init_values* v)
{
    uint8_t ext[MAX_EXTENSIONS];
    const size_t n_ext = extensions(config, ext);
    size_t len = SCTP_INIT_FIXED;
    for (size_t i = 0; i < v->n_addrs; i++)
    {
        len += sctp_addr_param_len(&v->addrs[i]);
    }
    len += n_ext ? SCTP_PARAM_HEADER + sctp_pad4(n_ext) : 0;
    len += config->pr ? SCTP_PARAM_HEADER : 0;
    len += config->ecn ? SCTP_PARAM_HEADER : 0;
    len += sctp_auth_params_len(v->offer);
    len += config->adaptation_on ? SCTP_PARAM_HEADER + 4 : 0;
    len += v->cookie ? SCTP_PARAM_HEADER + sctp_pad4(v->cookie_len) : 0;
    len += v->preserve_ms ? SCTP_PARAM_HEADER + 4 : 0;
    for (size_t i = 0; v->answered && i < v->answered->n_unrecognized; i++)
    {
        len += SCTP_PARAM_HEADER + sctp_pad4(v->answered->unrecognized[i].len);
    }
    return len;
}

/** The padding of the last parameter does not count into the chunk's length (section 3.2.1). Only a
 * reported parameter, or an HMAC-ALGO with one algorithm, can end off a word boundary. */
static size_t final_padding(const struct sctp_config* config, const struct sctp_init_values* v)
{
    const size_t n = v->answered ? v->answered->n_unrecognized : 0;
    if (n)
    {
        return sctp_pad4(v->answered->unrecognized[n - 1].len) -
               v->answered->unrecognized[n - 1].len;
    }
    return config->adaptation_on || v->offer->n_hmacs % 2 == 0 ? 0 : 2;
}

void sctp_init_write(struct roam_writer* w, const struct sctp_config* config, uint8_t type,
                     const struct sctp_init_values* v)
{
    uint8_t ext[MAX_EXTENSIONS];
    const size_t n_ext = extensions(config, ext);
    const uint8_t* start = w->p;
    const size_t len = sctp_init_len(config, v);
    sctp_write_chunk(w, type, 0, len - final_padding(config, v));
    roam_write32(w, v->tag);
    roam_write32(w, config->receive_buffer);
    /* section 3.3.3: an INIT ACK asks for no more streams than the INIT allows */
    const bool fewer = v->answered && v->answered->inbound < config->outbound_streams;
    roam_write16(w, fewer ? v->answered->inbound : config->outbound_streams);
    roam_write16(w, config->inbound_streams);
    roam_write32(w, v->tsn);
    for (size_t i = 0; i < v->n_addrs; i++)
    {
        sctp_write_addr(w, &v->addrs[i]);
    }
    if (v->cookie)
    {
        sctp_write_param(w, SCTP_P_COOKIE, v->cookie, v->cookie_len);
    }
    if (v->preserve_ms)
    {
        uint8_t ms[4];
        roam_put32(ms, v->preserve_ms);
        sctp_write_param(w, SCTP_P_COOKIE_PRESERVATIVE, ms, sizeof ms);
    }
    if (n_ext)
    {
        sctp_write_param(w, SCTP_P_EXTENSIONS, ext, n_ext);
    }
    if (config->pr)
    {
        sctp_write_param(w, SCTP_P_FORWARD_TSN, NULL, 0);
    }
    if (config->ecn)
    {
        sctp_write_param(w, SCTP_P_ECN, NULL, 0);
    }
    sctp_write_auth_params(w, v->offer);
    if (config->adaptation_on)
    {
        uint8_t code[4];
        roam_put32(code, config->adaptation_code);
        sctp_write_param(w, SCTP_P_ADAPTATION, code, sizeof code);
    }
    for (size_t i = 0; v->answered && i < v->answered->n_unrecognized; i++)
    {
        const struct sctp_param* p = &v->answered->unrecognized[i];
        sctp_write_param(w, SCTP_P_UNRECOGNIZED, p->bytes, p->len);
    }
    assert((size_t)(w->p - start) == len);
    (void)start;
}

/** What both ends do: RFC 4895, and RFC 5061, which needs it. False when memory is short. */
static bool learn_extensions(struct sctp_assoc* a, const struct sctp_init* init)
{
    if (!sctp_auth_learn(&a->auth, init))
    {
        return false;
    }
    a->has_auth = a->auth.vectors != NULL;
    /* RFC 5061 section 4.2.7: both chunk types, and only together with RFC 4895 */
    a->has_addip = a->has_auth && a->config.addip && init->ext_asconf && init->ext_asconf_ack;
    a->peer_adaptation_on = init->adaptation_on;
    a->peer_adaptation_code = init->adaptation_code;
    return true;
}

bool sctp_init_learn(struct sctp_assoc* a, const struct sctp_init* init, roam_time now)
{
    const struct sctp_config* config = &a->config;
    a->peer_tag = init->tag;
    a->peer_rwnd = init->rwnd;
    a->outbound =
        config->outbound_streams < init->inbound ? config->outbound_streams : init->inbound;
    a->inbound =
        config->inbound_streams < init->outbound ? config->inbound_streams : init->outbound;
    a->next_tsn = a->my_first_tsn;
    a->cum_acked = a->advanced_ack = a->my_first_tsn - 1;
    a->has_pr = config->pr && init->forward_tsn.bytes;
    a->has_ecn = config->ecn && init->ecn;
    a->ecne_on = a->ecne_due = false;
    a->my_serial = a->my_first_tsn; /* RFC 5061 section 4.1.1 */
    a->peer_serial = init->tsn - 1;
    a->accepted = 0;
    a->edge = config->receive_buffer;
    sctp_tsnmap_start(&a->map, init->tsn - 1);
    a->skipped = init->tsn - 2; /* nothing: what follows it is no TSN of this association */
    memset(a->no_op, 0, sizeof a->no_op);
    if (!sctp_streams_negotiated(a, now) || !learn_extensions(a, init))
    {
        return false;
    }
    /* DEVIATION: section 5.1.2 rule 3 records all; we hold SCTP_MAX_PEERS at most */
    for (size_t i = 0; i < init->n_addrs && a->n_peers < SCTP_MAX_PEERS; i++)
    {
        if (!sctp_by_peer(a->ep, &init->addrs[i], a->peer_port) &&
            !sctp_peer_add(a, &init->addrs[i], false, now))
        {
            return false;
        }
    }
    struct sctp_peer* preferred = init->has_primary ? sctp_peer_find(a, &init->primary) : NULL;
    if (preferred)
    {
        sctp_prefer_peer(a, preferred, now);
    }
    for (size_t i = 0; i < a->n_paths; i++)
    {
        sctp_cwnd_init(a, a->paths[i]); /* the peer's window is known now */
    }
    return true;
}

static bool is_listed(const struct sctp_init* init, const struct roam_addr* addr)
{
    for (size_t i = 0; i < init->n_addrs; i++)
    {
        if (roam_addr_equal(&init->addrs[i], addr))
        {
            return true;
        }
    }
    return false;
}

void sctp_init_keep_listed(struct sctp_assoc* a, const struct sctp_init* init,
                           const struct roam_addr* src, roam_time now)
{
    for (size_t i = a->n_peers; i-- > 0;)
    {
        const struct roam_addr addr = a->peers[i]->addr;
        if (!roam_addr_equal(&addr, src) && !is_listed(init, &addr))
        {
            sctp_peer_remove(a, &addr, now);
        }
    }
}

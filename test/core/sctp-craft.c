/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sctp-craft.h"

#include "sctp-check.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define PORT 5000
#define MY_PORT 4000
#define MY_TAG 0x4711

const struct roam_addr z3 = {ROAM_ADDR_V4, {1, 1, 3, 2}};
const struct roam_addr a_far = {ROAM_ADDR_V4, {9, 9, 9, 9}};

/* --- Packets by hand ------------------------------------------------------------------------- */

void craft_begin(struct craft* c, uint16_t src_port, uint16_t dst_port, uint32_t vtag)
{
    c->w = roam_writer(c->bytes, sizeof c->bytes);
    sctp_write_header(&c->w, src_port, dst_port, vtag);
}

void craft_open(struct craft* c, uint8_t type, uint8_t flags)
{
    c->open = roam_written(&c->w);
    sctp_write_chunk(&c->w, type, flags, SCTP_CHUNK_HEADER);
}

void craft_close(struct craft* c)
{
    roam_put16(c->bytes + c->open + 2, (uint16_t)(roam_written(&c->w) - c->open));
    roam_write_pad4(&c->w);
}

void craft_chunk(struct craft* c, uint8_t type, uint8_t flags, const void* body, size_t len)
{
    craft_open(c, type, flags);
    roam_write_bytes(&c->w, body, len);
    craft_close(c);
}

void craft_init(struct craft* c, uint8_t type, uint32_t tag, uint32_t rwnd, uint32_t tsn)
{
    craft_open(c, type, 0);
    roam_write32(&c->w, tag);
    roam_write32(&c->w, rwnd);
    roam_write16(&c->w, 5);
    roam_write16(&c->w, 5);
    roam_write32(&c->w, tsn);
}

void craft_data(struct craft* c, uint32_t tsn, uint8_t flags, uint16_t stream, uint16_t ssn,
                size_t len)
{
    craft_open(c, SCTP_C_DATA, flags);
    roam_write32(&c->w, tsn);
    roam_write16(&c->w, stream);
    roam_write16(&c->w, ssn);
    roam_write32(&c->w, 77);
    memset(roam_write_skip(&c->w, len), 'x', len);
    craft_close(c);
}

void craft_sack(struct craft* c, uint32_t cum, uint32_t rwnd, const uint16_t (*blocks)[2], size_t n)
{
    craft_open(c, SCTP_C_SACK, 0);
    roam_write32(&c->w, cum);
    roam_write32(&c->w, rwnd);
    roam_write16(&c->w, (uint16_t)n);
    roam_write16(&c->w, 0);
    for (size_t i = 0; i < n; i++)
    {
        roam_write16(&c->w, blocks[i][0]);
        roam_write16(&c->w, blocks[i][1]);
    }
    craft_close(c);
}

/* --- The puppet ------------------------------------------------------------------------------ */

struct puppet* puppet_new(const struct sctp_config* config)
{
    struct sctp_config c;
    const struct roam_rng rng = roam_rng_seed(7);
    struct puppet* p = calloc(1, sizeof *p);
    assert(p);
    sctp_config_default(&c);
    c.auth = c.addip = false;
    p->ep = sctp_endpoint_new(config ? config : &c, PORT, &rng);
    assert(p->ep);
    p->me = a1;
    p->it = z1;
    p->my_tag = MY_TAG;
    p->tsn = 1000;
    sctp_address_gained(p->ep, &z1, 1, 0);
    sctp_listen(p->ep, true);
    return p;
}

void puppet_free(struct puppet* p)
{
    for (size_t i = 0; i < p->n_sent; i++)
    {
        free(p->sent[i].bytes);
    }
    sctp_endpoint_free(p->ep);
    free(p);
}

static void keep(struct puppet* p, const struct roam_packet* packet)
{
    assert(p->n_sent < PUPPET_MAX);
    assert(sctp_check_packet(packet));
    struct puppet_packet* s = &p->sent[p->n_sent++];
    *s = (struct puppet_packet){packet->src, packet->dst, p->now, packet->len, malloc(packet->len)};
    memcpy(s->bytes, packet->data, packet->len);
}

static void take(struct puppet* p, const struct sctp_event* ev)
{
    if (ev->assoc)
    {
        p->id = ev->assoc;
    }
    p->up += ev->type == SCTP_EV_UP;
    p->restarts += ev->type == SCTP_EV_RESTART;
    p->closed += ev->type == SCTP_EV_CLOSED;
    p->peer_done += ev->type == SCTP_EV_PEER_DONE;
    if (ev->type == SCTP_EV_LOST)
    {
        p->lost++;
        p->why = ev->u.lost.why;
        p->lost_event = *ev;
    }
    if (ev->type == SCTP_EV_PATH)
    {
        p->inactive += ev->u.path.state == SCTP_PATH_INACTIVE;
        p->active += ev->u.path.state == SCTP_PATH_ACTIVE;
    }
    if (ev->type == SCTP_EV_DROP)
    {
        p->drops[ev->u.drop.why]++;
    }
}

void puppet_poll(struct puppet* p)
{
    struct roam_packet packet;
    struct sctp_event ev;
    while (sctp_poll_packet(p->ep, &packet, p->now))
    {
        keep(p, &packet);
    }
    while (sctp_poll_event(p->ep, &ev))
    {
        take(p, &ev);
    }
}

void puppet_run_for(struct puppet* p, roam_time duration)
{
    const roam_time until = p->now + duration;
    puppet_poll(p);
    for (roam_time t; (t = sctp_next_expiry(p->ep)) <= until;)
    {
        p->now = t > p->now ? t : p->now;
        sctp_expire(p->ep, p->now);
        puppet_poll(p);
    }
    p->now = until;
}

void puppet_begin(struct puppet* p, struct craft* c)
{
    craft_begin(c, MY_PORT, PORT, p->tag);
}

int puppet_send(struct puppet* p, struct craft* c)
{
    const size_t len = roam_written(&c->w);
    uint8_t* copy = malloc(len); /* of that size, so that a sanitizer sees a read past it */
    memcpy(copy, c->bytes, len);
    sctp_seal(copy, len);
    const struct roam_packet packet = {
        .src = p->me, .dst = p->it, .ifindex = 1, .data = copy, .len = len};
    const int r = sctp_recv(p->ep, &packet, p->now);
    free(copy);
    puppet_poll(p);
    return r;
}

int puppet_chunk(struct puppet* p, uint8_t type, uint8_t flags, const void* body, size_t len)
{
    struct craft c;
    puppet_begin(p, &c);
    craft_chunk(&c, type, flags, body, len);
    return puppet_send(p, &c);
}

void puppet_data(struct puppet* p, uint16_t ssn, size_t len)
{
    struct craft c;
    puppet_begin(p, &c);
    craft_data(&c, p->tsn++, WHOLE, 0, ssn, len);
    puppet_send(p, &c);
}

void puppet_sack(struct puppet* p, uint32_t chunks)
{
    struct craft c;
    puppet_begin(p, &c);
    craft_sack(&c, p->ep_tsn - 1 + chunks, 100000, NULL, 0);
    puppet_send(p, &c);
}

/* --- Looking --------------------------------------------------------------------------------- */

static bool next_chunk(const struct puppet_packet* s, struct roam_reader* r, struct sctp_chunk* c)
{
    if (!r->p)
    {
        *r = roam_reader(s->bytes + SCTP_HEADER, s->len - SCTP_HEADER);
    }
    return sctp_next_chunk(r, c);
}

const char* puppet_ladder(struct puppet* p)
{
    size_t used = 0;
    p->ladder[0] = '\0';
    p->batch = p->seen;
    for (; p->seen < p->n_sent; p->seen++)
    {
        struct roam_reader r = {0};
        struct sctp_chunk c;
        const char* between = p->seen > p->batch ? " | " : "";
        while (next_chunk(&p->sent[p->seen], &r, &c))
        {
            assert(used < sizeof p->ladder - 40);
            used += (size_t)snprintf(p->ladder + used, sizeof p->ladder - used, "%s%s", between,
                                     sctp_chunk_name(c.type));
            between = " ";
        }
        assert(!r.bad);
    }
    return p->ladder;
}

const struct puppet_packet* puppet_packet_with(const struct puppet* p, uint8_t type)
{
    for (size_t i = p->seen; i-- > p->batch;)
    {
        struct roam_reader r = {0};
        struct sctp_chunk c;
        while (next_chunk(&p->sent[i], &r, &c))
        {
            if (c.type == type)
            {
                return &p->sent[i];
            }
        }
    }
    return NULL;
}

bool puppet_find(const struct puppet* p, uint8_t type, struct sctp_chunk* c)
{
    const struct puppet_packet* s = puppet_packet_with(p, type);
    struct roam_reader r = {0};
    while (s && next_chunk(s, &r, c))
    {
        if (c->type == type)
        {
            return true;
        }
    }
    return false;
}

unsigned puppet_count(const struct puppet* p, uint8_t type)
{
    unsigned n = 0;
    for (size_t i = 0; i < p->n_sent; i++)
    {
        struct roam_reader r = {0};
        struct sctp_chunk c;
        while (next_chunk(&p->sent[i], &r, &c))
        {
            n += c.type == type;
        }
    }
    return n;
}

bool puppet_cause(const struct puppet* p, uint8_t type, uint16_t code, struct sctp_param* cause)
{
    struct sctp_chunk c;
    if (!puppet_find(p, type, &c))
    {
        return false;
    }
    struct roam_reader r = roam_reader(c.body, c.body_len);
    while (sctp_next_param(&r, cause))
    {
        if (cause->type == code)
        {
            return true;
        }
    }
    return false;
}

enum sctp_state puppet_state(const struct puppet* p)
{
    struct sctp_status s;
    return sctp_status(p->ep, p->id, &s) == ROAM_OK ? s.state : SCTP_CLOSED;
}

struct sctp_path_status puppet_path(const struct puppet* p)
{
    struct sctp_path_status s = {0};
    sctp_paths(p->ep, p->id, &s, 1);
    return s;
}

/* --- The handshake --------------------------------------------------------------------------- */

/** Takes tag, TSN and cookie from an INIT or INIT ACK of the endpoint. */
static void learn(struct puppet* p, const struct sctp_chunk* c)
{
    p->tag = roam_get32(c->body);
    p->ep_tsn = roam_get32(c->body + 12);
    struct roam_reader r = roam_reader(c->body + 16, c->body_len - 16);
    struct sctp_param param;
    while (sctp_next_param(&r, &param))
    {
        if (param.type == SCTP_P_COOKIE)
        {
            assert(param.value_len <= sizeof p->cookie);
            memcpy(p->cookie, param.value, param.value_len);
            p->cookie_len = param.value_len;
        }
    }
}

void puppet_init(struct puppet* p)
{
    struct craft c;
    struct sctp_chunk ack;
    craft_begin(&c, MY_PORT, PORT, 0);
    craft_init(&c, SCTP_C_INIT, p->my_tag, 100000, p->tsn);
    craft_close(&c);
    puppet_send(p, &c);
    puppet_ladder(p);
    if (puppet_find(p, SCTP_C_INIT_ACK, &ack))
    {
        learn(p, &ack);
    }
}

void puppet_echo(struct puppet* p)
{
    puppet_chunk(p, SCTP_C_COOKIE_ECHO, 0, p->cookie, p->cookie_len);
}

struct puppet* puppet_accepted(const struct sctp_config* config)
{
    struct puppet* p = puppet_new(config);
    puppet_init(p);
    puppet_echo(p);
    puppet_ladder(p);
    assert(puppet_state(p) == SCTP_ESTABLISHED);
    return p;
}

struct puppet* puppet_called(const struct sctp_config* config)
{
    struct puppet* p = puppet_new(config);
    struct sctp_chunk init;
    const int r = sctp_connect(p->ep, NULL, 0, &a1, 1, MY_PORT, &p->id, p->now);
    assert(r == ROAM_OK);
    (void)r;
    puppet_poll(p);
    puppet_ladder(p);
    if (puppet_find(p, SCTP_C_INIT, &init))
    {
        learn(p, &init);
    }
    return p;
}

void puppet_init_ack(struct puppet* p)
{
    struct craft c;
    puppet_begin(p, &c);
    craft_init(&c, SCTP_C_INIT_ACK, p->my_tag, 100000, p->tsn);
    sctp_write_param(&c.w, SCTP_P_COOKIE, "cake", 4);
    craft_close(&c);
    puppet_send(p, &c);
}

struct puppet* puppet_connected(const struct sctp_config* config)
{
    struct puppet* p = puppet_called(config);
    puppet_init_ack(p);
    puppet_chunk(p, SCTP_C_COOKIE_ACK, 0, NULL, 0);
    puppet_ladder(p);
    assert(puppet_state(p) == SCTP_ESTABLISHED);
    return p;
}

int puppet_user_send(struct puppet* p, size_t len)
{
    const struct sctp_message_info info = {0};
    uint8_t* bytes = calloc(1, len);
    const int r = sctp_send(p->ep, p->id, &info, bytes, len, p->now);
    free(bytes);
    puppet_poll(p);
    return r;
}

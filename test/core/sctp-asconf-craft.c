/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sctp-asconf-craft.h"

#include "sctp-check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

const struct roam_addr any4 = {ROAM_ADDR_V4, {0}};
const struct roam_addr any6 = {ROAM_ADDR_V6, {0}};

struct net* asconf_both(void)
{
    struct net* n = net_two_radios(NULL);
    assert_int_equal(net_asconf(n, A, SCTP_ADD, &a2), ROAM_OK);
    net_run_for(n, ROAM_SEC);
    const struct roam_addr both[] = {a1, a2};
    assert_true(net_peers_are(n, Z, both, 2));
    return n;
}

void asconf_begin(struct asconf_chunk* c, uint32_t serial, const struct roam_addr* name)
{
    c->w = roam_writer(c->bytes, sizeof c->bytes);
    roam_write32(&c->w, serial);
    if (name)
    {
        sctp_write_addr(&c->w, name);
    }
}

void asconf_ask(struct asconf_chunk* c, uint16_t type, uint32_t id, const struct roam_addr* addr)
{
    roam_write16(&c->w, type);
    roam_write16(&c->w, (uint16_t)(8 + sctp_addr_param_len(addr)));
    roam_write32(&c->w, id);
    sctp_write_addr(&c->w, addr);
}

void asconf_put(struct forge* f, uint8_t type, const struct asconf_chunk* c)
{
    forge_chunk(f, type, 0, c->bytes, roam_written(&c->w));
}

static void read_ack(struct asconf_answers* r, const struct sctp_chunk_view* v)
{
    struct roam_reader in = roam_reader(v->bytes + 8, v->len - 8u);
    struct sctp_param p;
    r->serials[r->acks++] = v->serial;
    while (sctp_next_param(&in, &p))
    {
        assert_true(p.value_len >= 4 && r->n < 64);
        assert_true(p.type == SCTP_P_SUCCESS || p.type == SCTP_P_ERROR_CAUSE);
        r->ids[r->n] = roam_get32(p.value);
        r->causes[r->n++] = p.type == SCTP_P_SUCCESS ? 0 : roam_get16(p.value + 4);
    }
    assert_false(in.bad);
}

struct asconf_answers asconf_answer(struct forge* f)
{
    struct asconf_answers r = {0};
    struct roam_packet p;
    struct sctp_chunk_view v;
    struct sctp_event ev;
    if (f->auth)
    {
        sctp_auth_finish(&f->key, f->auth, f->w.p);
    }
    const struct roam_packet in = {
        .src = f->src, .dst = f->dst, .ifindex = 1, .data = f->bytes, .len = roam_written(&f->w)};
    sctp_seal(f->bytes, in.len);
    sctp_recv(f->n->ep[Z], &in, f->n->now);
    while (sctp_poll_packet(f->n->ep[Z], &p, f->n->now))
    {
        bool any = false;
        assert_true(sctp_check_packet(&p));
        r.longest = p.len > r.longest ? p.len : r.longest;
        for (size_t at = 0; (at = sctp_view_chunk(p.data, p.len, at, &v));)
        {
            if (v.type == SCTP_C_ASCONF_ACK)
            {
                any = true;
                r.to = p.dst;
                read_ack(&r, &v);
            }
        }
        r.packets += any;
    }
    while (sctp_poll_event(f->n->ep[Z], &ev))
    {
        f->n->last[Z][ev.type] = ev;
        f->n->events[Z][ev.type]++;
    }
    return r;
}

uint32_t asconf_next_serial(const struct net* n)
{
    return forge_assoc(n, Z)->peer_serial + 1;
}

struct asconf_answers asconf_request(struct net* n, uint16_t type, const struct roam_addr* addr)
{
    struct forge f;
    struct asconf_chunk c;
    forge_begin(&f, n, A);
    forge_auth(&f);
    asconf_begin(&c, asconf_next_serial(n), &a1);
    asconf_ask(&c, type, 0xfeed, addr);
    asconf_put(&f, SCTP_C_ASCONF, &c);
    return asconf_answer(&f);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sctp-forge.h"

#include <string.h>

struct sctp_config forge_config(size_t n, const uint8_t* types)
{
    struct sctp_config c;
    sctp_config_default(&c);
    c.n_auth_chunks = (uint8_t)n;
    memcpy(c.auth_chunks, types, n);
    return c;
}

struct sctp_assoc* forge_assoc(const struct net* n, int end)
{
    return sctp_by_id(n->ep[end], n->id[end]);
}

void forge_begin(struct forge* f, struct net* n, int from)
{
    const struct sctp_assoc* a = forge_assoc(n, from);
    *f = (struct forge){.n = n, .from = from, .src = a->primary->local, .dst = a->primary->peer};
    f->w = roam_writer(f->bytes, sizeof f->bytes);
    sctp_write_header(&f->w, a->ep->port, a->peer_port, a->peer_tag);
}

void forge_chunk(struct forge* f, uint8_t type, uint8_t flags, const void* body, size_t len)
{
    sctp_write_chunk(&f->w, type, flags, SCTP_CHUNK_HEADER + len);
    roam_write_bytes(&f->w, body, len);
    roam_write_pad4(&f->w);
}

static void seal_auth(struct forge* f)
{
    if (f->auth)
    {
        sctp_auth_finish(&f->key, f->auth, f->w.p);
    }
}

void forge_auth_as(struct forge* f, uint16_t key, uint16_t hmac)
{
    f->key = forge_assoc(f->n, f->from)->auth;
    if (sctp_keys_find(&f->key.keys, key) && sctp_digest_len(hmac))
    {
        f->key.keys.active = key;
        f->key.hmac = hmac;
        f->auth = f->w.p;
        sctp_auth_begin(&f->key, &f->w);
        return;
    }
    uint8_t body[4 + 20] = {0};
    roam_put16(body, key);
    roam_put16(body + 2, hmac);
    forge_chunk(f, SCTP_C_AUTH, 0, body, sizeof body);
}

void forge_auth(struct forge* f)
{
    const struct sctp_auth* auth = &forge_assoc(f->n, f->from)->auth;
    forge_auth_as(f, auth->keys.active, auth->hmac);
}

void forge_data(struct forge* f, uint32_t skip, const char* text)
{
    uint8_t body[256] = {0};
    const size_t len = strlen(text);
    roam_put32(body, forge_assoc(f->n, 1 - f->from)->map.cum + 1 + skip);
    memcpy(body + 12, text, len);
    forge_chunk(f, SCTP_C_DATA, SCTP_F_BEGIN | SCTP_F_END | SCTP_F_UNORDERED, body, 12 + len);
}

int forge_send(struct forge* f)
{
    seal_auth(f);
    return net_inject(f->n, 1 - f->from, &f->src, &f->dst, f->bytes, roam_written(&f->w));
}

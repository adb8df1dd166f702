/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state cookie (RFC 9260 section 5.1.3): all that is needed to make the association, and an
 * HMAC-SHA-256 over it under the endpoint's secret. The peer only ever sends it back. */
#include "core/sctp/sctp-priv.h"

#define DIGEST 32
#define ADDR 17
#define FIXED (DIGEST + 8 + 8 + 4 * 4 + 2 + OFFER + 2 * ADDR + 2)
#define OFFER (SCTP_RANDOM_LEN + 1 + SCTP_HMACS_MAX + 1) /* and one byte for each chunk type */

static size_t count_chunks(const struct sctp_chunk_set* set)
{
    size_t n = 0;
    for (unsigned type = 0; type < 256; type++)
    {
        n += sctp_chunk_set_has(set, (uint8_t)type);
    }
    return n;
}

size_t sctp_cookie_len(const struct sctp_cookie* c)
{
    /* whole words, so that it can be the last parameter of its chunk without padding */
    return sctp_pad4(FIXED + count_chunks(&c->offer.chunks) + c->n_locals * ADDR + c->init_len);
}

static void write64(struct roam_writer* w, int64_t v)
{
    roam_write32(w, (uint32_t)((uint64_t)v >> 32));
    roam_write32(w, (uint32_t)(uint64_t)v);
}

static int64_t read64(struct roam_reader* r)
{
    const uint64_t high = roam_read32(r);
    return (int64_t)(high << 32 | roam_read32(r));
}

static void write_addr(struct roam_writer* w, const struct roam_addr* a)
{
    roam_write8(w, a->family);
    roam_write_bytes(w, a->bytes, sizeof a->bytes);
}

static void read_addr(struct roam_reader* r, struct roam_addr* a)
{
    a->family = roam_read8(r);
    const uint8_t* bytes = roam_read_bytes(r, sizeof a->bytes);
    if (bytes)
    {
        memcpy(a->bytes, bytes, sizeof a->bytes);
    }
}

static void write_offer(struct roam_writer* w, const struct sctp_auth_offer* o)
{
    roam_write_bytes(w, o->random, SCTP_RANDOM_LEN);
    roam_write8(w, o->n_hmacs);
    roam_write_bytes(w, o->hmacs, SCTP_HMACS_MAX);
    roam_write8(w, (uint8_t)count_chunks(&o->chunks));
    for (unsigned type = 0; type < 256; type++)
    {
        if (sctp_chunk_set_has(&o->chunks, (uint8_t)type))
        {
            roam_write8(w, (uint8_t)type);
        }
    }
}

static bool read_offer(struct roam_reader* r, struct sctp_auth_offer* o)
{
    *o = (struct sctp_auth_offer){0};
    const uint8_t* random = roam_read_bytes(r, SCTP_RANDOM_LEN);
    o->n_hmacs = roam_read8(r);
    const uint8_t* hmacs = roam_read_bytes(r, SCTP_HMACS_MAX);
    size_t n = roam_read8(r);
    if (r->bad || o->n_hmacs > SCTP_HMACS_MAX)
    {
        return false;
    }
    memcpy(o->random, random, SCTP_RANDOM_LEN);
    memcpy(o->hmacs, hmacs, SCTP_HMACS_MAX);
    for (; n > 0; n--)
    {
        sctp_chunk_set_add(&o->chunks, roam_read8(r));
    }
    return true;
}

void sctp_cookie_write(const struct sctp_endpoint* ep, const struct sctp_cookie* c, uint8_t* out)
{
    const size_t len = sctp_cookie_len(c);
    struct roam_writer w = roam_writer(out, len);
    roam_write_skip(&w, DIGEST);
    write64(&w, c->created);
    write64(&w, c->life);
    roam_write32(&w, c->my_tag);
    roam_write32(&w, c->my_tsn);
    roam_write32(&w, c->my_tie);
    roam_write32(&w, c->peer_tie);
    roam_write16(&w, c->peer_port);
    write_offer(&w, &c->offer);
    write_addr(&w, &c->peer);
    write_addr(&w, &c->local);
    roam_write16(&w, (uint16_t)c->n_locals);
    for (size_t i = 0; i < c->n_locals; i++)
    {
        write_addr(&w, &c->locals[i]);
    }
    roam_write_bytes(&w, c->init, c->init_len);
    roam_write_pad4(&w);
    assert(roam_written(&w) == len);
    sctp_hmac(SCTP_HMAC_SHA256, ep->secret, SCTP_SECRET_LEN, out + DIGEST, len - DIGEST, out);
}

bool sctp_cookie_read(const struct sctp_endpoint* ep, const uint8_t* bytes, size_t len,
                      struct sctp_cookie* c)
{
    uint8_t digest[DIGEST];
    if (len < FIXED)
    {
        return false;
    }
    sctp_hmac(SCTP_HMAC_SHA256, ep->secret, SCTP_SECRET_LEN, bytes + DIGEST, len - DIGEST, digest);
    if (!sctp_same_bytes(digest, bytes, DIGEST))
    {
        return false;
    }
    struct roam_reader r = roam_reader(bytes + DIGEST, len - DIGEST);
    c->created = read64(&r);
    c->life = read64(&r);
    c->my_tag = roam_read32(&r);
    c->my_tsn = roam_read32(&r);
    c->my_tie = roam_read32(&r);
    c->peer_tie = roam_read32(&r);
    c->peer_port = roam_read16(&r);
    if (!read_offer(&r, &c->offer))
    {
        return false;
    }
    read_addr(&r, &c->peer);
    read_addr(&r, &c->local);
    c->n_locals = roam_read16(&r);
    for (size_t i = 0; i < c->n_locals && i < SCTP_MAX_PEERS; i++)
    {
        read_addr(&r, &c->locals[i]);
    }
    c->init = r.p;
    c->init_len = roam_left(&r); /* the chunk's own length leaves the padding out */
    return !r.bad && c->n_locals <= SCTP_MAX_PEERS;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/sctp/sctp-auth.h"

#include <nettle/hmac.h>
#include <nettle/memops.h>
#include <stdlib.h>

size_t sctp_digest_len(uint16_t hmac)
{
    return hmac == SCTP_HMAC_SHA1     ? SHA1_DIGEST_SIZE
           : hmac == SCTP_HMAC_SHA256 ? SHA256_DIGEST_SIZE
                                      : 0;
}

void sctp_hmac(uint16_t hmac, const uint8_t* key, size_t key_len, const uint8_t* data, size_t len,
               uint8_t* digest)
{
    if (hmac == SCTP_HMAC_SHA1)
    {
        struct hmac_sha1_ctx ctx;
        hmac_sha1_set_key(&ctx, key_len, key);
        hmac_sha1_update(&ctx, len, data);
        hmac_sha1_digest(&ctx, SHA1_DIGEST_SIZE, digest);
        return;
    }
    assert(hmac == SCTP_HMAC_SHA256);
    struct hmac_sha256_ctx ctx;
    hmac_sha256_set_key(&ctx, key_len, key);
    hmac_sha256_update(&ctx, len, data);
    hmac_sha256_digest(&ctx, SHA256_DIGEST_SIZE, digest);
}

bool sctp_same_bytes(const uint8_t* a, const uint8_t* b, size_t len)
{
    return nettle_memeql_sec(a, b, len);
}

bool sctp_key_vector_add(struct sctp_key_vector* v, const struct sctp_param* p)
{
    if (p->len > sizeof v->bytes - v->len)
    {
        return false;
    }
    memcpy(v->bytes + v->len, p->bytes, p->len);
    v->len = (uint16_t)(v->len + p->len);
    return true;
}

/** Section 6.1: the vectors are compared as big-endian numbers, the shorter one padded in front. */
static bool vector_less(const struct sctp_key_vector* a, const struct sctp_key_vector* b)
{
    const size_t len = a->len > b->len ? a->len : b->len;
    for (size_t i = 0; i < len; i++)
    {
        const uint8_t x = i < len - a->len ? 0 : a->bytes[i - (len - a->len)];
        const uint8_t y = i < len - b->len ? 0 : b->bytes[i - (len - b->len)];
        if (x != y)
        {
            return x < y;
        }
    }
    return a->len < b->len; /* equal as numbers: the shorter one goes first */
}

bool sctp_auth_derive(struct sctp_auth* auth, const struct sctp_key_vector* ours,
                      const struct sctp_key_vector* theirs)
{
    const bool ours_first = vector_less(ours, theirs);
    const struct sctp_key_vector* first = ours_first ? ours : theirs;
    const struct sctp_key_vector* second = ours_first ? theirs : ours;
    uint8_t* vectors = malloc((size_t)first->len + second->len + 1);
    if (!vectors)
    {
        return false;
    }
    memcpy(vectors, first->bytes, first->len);
    memcpy(vectors + first->len, second->bytes, second->len);
    assert(!auth->vectors);
    auth->vectors = vectors;
    auth->vectors_len = (size_t)first->len + second->len;
    return true;
}

bool sctp_auth_wanted(const struct sctp_auth* auth, uint8_t type)
{
    return auth->vectors && (type == SCTP_C_ASCONF || type == SCTP_C_ASCONF_ACK ||
                             sctp_chunk_set_has(&auth->peer_wants, type));
}

bool sctp_auth_required(const struct sctp_auth* auth, uint8_t type)
{
    return auth->vectors && sctp_chunk_set_has(&auth->offer.chunks, type);
}

size_t sctp_auth_chunk_len(const struct sctp_auth* auth)
{
    return SCTP_AUTH_FIXED + sctp_digest_len(auth->hmac);
}

/**
 * The HMAC of an AUTH chunk and what follows it up to end, its HMAC field taken as zero. The key is
 * the association shared key: the endpoint pair shared key, then both key vectors (section 6.1).
 */
static void digest_of(const struct sctp_auth* auth, const struct sctp_shared_key* secret,
                      uint16_t hmac, const uint8_t* chunk, const uint8_t* end, uint8_t* digest)
{
    static const uint8_t zero[SCTP_DIGEST_MAX];
    uint8_t key[SCTP_AUTH_KEY_MAX + 2 * SCTP_KEY_VECTOR_MAX];
    const size_t len = sctp_digest_len(hmac);
    const size_t key_len = secret->len + auth->vectors_len;
    const uint8_t* rest = chunk + SCTP_AUTH_FIXED + len;
    if (secret->len)
    {
        memcpy(key, secret->bytes, secret->len);
    }
    memcpy(key + secret->len, auth->vectors, auth->vectors_len);
    union
    {
        struct hmac_sha1_ctx sha1;
        struct hmac_sha256_ctx sha256;
    } ctx;
    if (hmac == SCTP_HMAC_SHA1)
    {
        hmac_sha1_set_key(&ctx.sha1, key_len, key);
        hmac_sha1_update(&ctx.sha1, SCTP_AUTH_FIXED, chunk);
        hmac_sha1_update(&ctx.sha1, len, zero);
        hmac_sha1_update(&ctx.sha1, (size_t)(end - rest), rest);
        hmac_sha1_digest(&ctx.sha1, len, digest);
    }
    else
    {
        hmac_sha256_set_key(&ctx.sha256, key_len, key);
        hmac_sha256_update(&ctx.sha256, SCTP_AUTH_FIXED, chunk);
        hmac_sha256_update(&ctx.sha256, len, zero);
        hmac_sha256_update(&ctx.sha256, (size_t)(end - rest), rest);
        hmac_sha256_digest(&ctx.sha256, len, digest);
    }
    sctp_wipe(key, key_len);
    sctp_wipe(&ctx, sizeof ctx);
}

void sctp_auth_begin(const struct sctp_auth* auth, struct roam_writer* w)
{
    const size_t digest = sctp_digest_len(auth->hmac);
    sctp_write_chunk(w, SCTP_C_AUTH, 0, SCTP_AUTH_FIXED + digest);
    roam_write16(w, auth->keys.active);
    roam_write16(w, auth->hmac);
    memset(roam_write_skip(w, digest), 0, digest);
}

void sctp_auth_finish(const struct sctp_auth* auth, uint8_t* auth_chunk, const uint8_t* end)
{
    digest_of(auth, sctp_keys_find(&auth->keys, auth->keys.active), auth->hmac, auth_chunk, end,
              auth_chunk + SCTP_AUTH_FIXED);
}

/** True if our HMAC-ALGO parameter listed the algorithm. */
static bool offered(const struct sctp_auth* auth, uint16_t hmac)
{
    bool found = false;
    for (size_t i = 0; i < auth->offer.n_hmacs; i++)
    {
        found |= auth->offer.hmacs[i] == hmac;
    }
    return found;
}

enum sctp_auth_verdict sctp_auth_check(const struct sctp_auth* auth, const struct sctp_chunk* c,
                                       const uint8_t* end)
{
    if (!auth->vectors || c->body_len < 4)
    {
        return SCTP_AUTH_BAD;
    }
    const uint16_t key_id = roam_get16(c->body);
    const uint16_t hmac = roam_get16(c->body + 2);
    if (!offered(auth, hmac))
    {
        return SCTP_AUTH_UNSUPPORTED;
    }
    const struct sctp_shared_key* secret = sctp_keys_find(&auth->keys, key_id);
    const size_t len = sctp_digest_len(hmac);
    uint8_t want[SCTP_DIGEST_MAX];
    if (!secret || c->len != SCTP_AUTH_FIXED + len)
    {
        return secret ? SCTP_AUTH_BAD : SCTP_AUTH_UNKNOWN_KEY;
    }
    digest_of(auth, secret, hmac, c->bytes, end, want);
    return sctp_same_bytes(want, c->bytes + SCTP_AUTH_FIXED, len) ? SCTP_AUTH_OK : SCTP_AUTH_BAD;
}

void sctp_auth_forget(struct sctp_auth* auth)
{
    if (auth->vectors)
    {
        sctp_wipe(auth->vectors, auth->vectors_len);
        free(auth->vectors);
    }
    auth->vectors = NULL;
    auth->vectors_len = 0;
    auth->hmac = SCTP_HMAC_NONE;
    auth->peer_key = 0;
    auth->peer_wants = (struct sctp_chunk_set){{0}};
}

void sctp_auth_clear(struct sctp_auth* auth)
{
    sctp_auth_forget(auth);
    sctp_keys_clear(&auth->keys);
}

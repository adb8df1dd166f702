/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/sctp/sctp-auth.h"

#include <nettle/hmac.h>
#include <nettle/memops.h>
#include <stdlib.h>

/* Section 4.1 asks for SHA-1 at least; SHA-256 comes first in our list because we prefer it. */
static const uint16_t our_hmacs[] = {SCTP_HMAC_SHA256, SCTP_HMAC_SHA1};
/* RFC 5061 section 4.1: ASCONF and ASCONF-ACK are only ever accepted authenticated. */
static const uint8_t our_chunks[] = {SCTP_C_ASCONF, SCTP_C_ASCONF_ACK};

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

size_t sctp_auth_params_len(void)
{
    return SCTP_PARAM_HEADER + SCTP_RANDOM_LEN + SCTP_PARAM_HEADER + sctp_pad4(sizeof our_chunks) +
           SCTP_PARAM_HEADER + sctp_pad4(sizeof our_hmacs);
}

void sctp_write_auth_params(struct roam_writer* w, const uint8_t random[SCTP_RANDOM_LEN])
{
    uint8_t hmacs[sizeof our_hmacs];
    for (size_t i = 0; i < sizeof our_hmacs / 2; i++)
    {
        roam_put16(hmacs + 2 * i, our_hmacs[i]);
    }
    sctp_write_param(w, SCTP_P_RANDOM, random, SCTP_RANDOM_LEN);
    sctp_write_param(w, SCTP_P_CHUNKS, our_chunks, sizeof our_chunks);
    sctp_write_param(w, SCTP_P_HMAC_ALGO, hmacs, sizeof hmacs);
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
    uint8_t* key = malloc((size_t)first->len + second->len + 1);
    if (!key)
    {
        return false;
    }
    memcpy(key, first->bytes, first->len);
    memcpy(key + first->len, second->bytes, second->len);
    free(auth->key);
    auth->key = key;
    auth->key_len = (size_t)first->len + second->len;
    return true;
}

bool sctp_auth_wanted(const struct sctp_auth* auth, uint8_t chunk_type)
{
    return auth->peer_wants[chunk_type / 8] & 1u << chunk_type % 8;
}

size_t sctp_auth_chunk_len(const struct sctp_auth* auth)
{
    return SCTP_AUTH_FIXED + sctp_digest_len(auth->hmac);
}

void sctp_auth_begin(const struct sctp_auth* auth, struct roam_writer* w)
{
    const size_t digest = sctp_digest_len(auth->hmac);
    sctp_write_chunk(w, SCTP_C_AUTH, 0, SCTP_AUTH_FIXED + digest);
    roam_write16(w, 0);
    roam_write16(w, auth->hmac);
    memset(roam_write_skip(w, digest), 0, digest);
}

void sctp_auth_finish(const struct sctp_auth* auth, uint8_t* auth_chunk, const uint8_t* end)
{
    uint8_t digest[SCTP_DIGEST_MAX];
    sctp_hmac(auth->hmac, auth->key, auth->key_len, auth_chunk, (size_t)(end - auth_chunk), digest);
    memcpy(auth_chunk + SCTP_AUTH_FIXED, digest, sctp_digest_len(auth->hmac));
}

enum sctp_auth_verdict sctp_auth_check(const struct sctp_auth* auth, const struct sctp_chunk* c,
                                       const uint8_t* end)
{
    if (!auth->key || c->body_len < 4)
    {
        return SCTP_AUTH_BAD;
    }
    const uint16_t key_id = roam_get16(c->body);
    const uint16_t hmac = roam_get16(c->body + 2);
    const size_t digest = sctp_digest_len(hmac);
    if (digest == 0)
    {
        return SCTP_AUTH_UNSUPPORTED;
    }
    if (key_id != 0 || c->len != SCTP_AUTH_FIXED + digest)
    {
        return SCTP_AUTH_BAD;
    }
    const size_t covered = (size_t)(end - c->bytes);
    uint8_t* copy = malloc(covered);
    if (!copy)
    {
        return SCTP_AUTH_BAD;
    }
    memcpy(copy, c->bytes, covered);
    memset(copy + SCTP_AUTH_FIXED, 0, digest);
    uint8_t want[SCTP_DIGEST_MAX];
    sctp_hmac(hmac, auth->key, auth->key_len, copy, covered, want);
    free(copy);
    return sctp_same_bytes(want, c->bytes + SCTP_AUTH_FIXED, digest) ? SCTP_AUTH_OK : SCTP_AUTH_BAD;
}

void sctp_auth_clear(struct sctp_auth* auth)
{
    free(auth->key);
    *auth = (struct sctp_auth){0};
}

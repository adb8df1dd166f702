/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * Authenticated chunks (RFC 4895): the key vectors of both ends, the association shared key, and
 * the HMAC of an AUTH chunk. The endpoint pair shared key is the empty one, key identifier 0.
 */
#ifndef ROAM_SCTP_AUTH_H
#define ROAM_SCTP_AUTH_H

#include "core/sctp/sctp-wire.h"

enum
{
    SCTP_HMAC_NONE = 0,
    SCTP_HMAC_SHA1 = 1,
    SCTP_HMAC_SHA256 = 3
};

#define SCTP_RANDOM_LEN 32 /* section 3.1: the random number is 32 bytes long */
#define SCTP_DIGEST_MAX 32
#define SCTP_AUTH_FIXED 8 /* chunk header, key identifier, HMAC identifier */
#define SCTP_KEY_VECTOR_MAX 512

/** RANDOM, CHUNKS and HMAC-ALGO parameters of one end, back to back as section 6.1 joins them. */
struct sctp_key_vector
{
    uint16_t len;
    uint8_t bytes[SCTP_KEY_VECTOR_MAX];
};

/** What RFC 4895 keeps for one association. */
struct sctp_auth
{
    uint8_t* key; /**< association shared key; owned */
    size_t key_len;
    uint16_t hmac;          /**< what we send with: the peer's first choice that we have */
    uint8_t peer_wants[32]; /**< bit set of chunk types that the peer accepts only in AUTH */
};

/** Digest length of an HMAC identifier, 0 for one that is not supported. */
size_t sctp_digest_len(uint16_t hmac);

/** Digest of any message under a key; digest gets sctp_digest_len(hmac) bytes. */
void sctp_hmac(uint16_t hmac, const uint8_t* key, size_t key_len, const uint8_t* data, size_t len,
               uint8_t* digest);

/** Equality in a time that does not depend on where the bytes differ. */
bool sctp_same_bytes(const uint8_t* a, const uint8_t* b, size_t len);

/** Writes our three parameters: the given random number, ASCONF and ASCONF-ACK, both HMACs. */
void sctp_write_auth_params(struct roam_writer* w, const uint8_t random[SCTP_RANDOM_LEN]);

/** Bytes that sctp_write_auth_params() writes. */
size_t sctp_auth_params_len(void);

/** Adds one parameter to a key vector as it stood on the wire; false when it gets too long. */
bool sctp_key_vector_add(struct sctp_key_vector* v, const struct sctp_param* p);

/** The association shared key of section 6.1 from both vectors; false when memory is short. */
bool sctp_auth_derive(struct sctp_auth* auth, const struct sctp_key_vector* ours,
                      const struct sctp_key_vector* theirs);

bool sctp_auth_wanted(const struct sctp_auth* auth, uint8_t chunk_type);

/** Length of the AUTH chunk that sctp_auth_begin() writes. */
size_t sctp_auth_chunk_len(const struct sctp_auth* auth);

/** Writes an AUTH chunk with a zero HMAC; sctp_auth_finish() fills it in. */
void sctp_auth_begin(const struct sctp_auth* auth, struct roam_writer* w);

/** Fills in the HMAC over the AUTH chunk at auth_chunk up to end, section 6.2. */
void sctp_auth_finish(const struct sctp_auth* auth, uint8_t* auth_chunk, const uint8_t* end);

enum sctp_auth_verdict
{
    SCTP_AUTH_OK,
    SCTP_AUTH_BAD,        /**< drop the chunk and all after it, silently (section 6.3) */
    SCTP_AUTH_UNSUPPORTED /**< the HMAC identifier is none of ours: ERROR, then drop */
};

/** Judges a received AUTH chunk that covers the bytes up to end. */
enum sctp_auth_verdict sctp_auth_check(const struct sctp_auth* auth, const struct sctp_chunk* c,
                                       const uint8_t* end);

void sctp_auth_clear(struct sctp_auth* auth);

#endif

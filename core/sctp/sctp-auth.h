/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * Authenticated chunks (RFC 4895): what both ends offer, their key vectors, the endpoint pair
 * shared keys, the association key of each, and the HMAC of an AUTH chunk.
 */
#ifndef ROAM_SCTP_AUTH_H
#define ROAM_SCTP_AUTH_H

#include "core/sctp/sctp-wire.h"
#include "core/sctp/sctp.h"

#define SCTP_RANDOM_LEN 32 /* section 3.1: the random number is 32 bytes long */
#define SCTP_DIGEST_MAX 32
#define SCTP_AUTH_FIXED 8 /* chunk header, key identifier, HMAC identifier */
#define SCTP_AUTH_MAX (SCTP_AUTH_FIXED + SCTP_DIGEST_MAX)
#define SCTP_KEY_VECTOR_MAX 512

/** A set of chunk types. */
struct sctp_chunk_set
{
    uint8_t bits[32];
};

static inline bool sctp_chunk_set_has(const struct sctp_chunk_set* s, uint8_t type)
{
    return s->bits[type / 8] & 1u << type % 8;
}

static inline void sctp_chunk_set_add(struct sctp_chunk_set* s, uint8_t type)
{
    s->bits[type / 8] |= (uint8_t)(1u << type % 8);
}

/** What our INIT or INIT ACK says in RANDOM, CHUNKS and HMAC-ALGO; n_hmacs 0 is no AUTH. */
struct sctp_auth_offer
{
    uint8_t random[SCTP_RANDOM_LEN];
    uint8_t n_hmacs;
    uint8_t hmacs[SCTP_HMACS_MAX];
    struct sctp_chunk_set chunks; /**< accepted only behind an AUTH chunk that is right */
};

/** RANDOM, CHUNKS and HMAC-ALGO parameters of one end, back to back as section 6.1 joins them. */
struct sctp_key_vector
{
    uint16_t len;
    uint8_t bytes[SCTP_KEY_VECTOR_MAX];
};

/* --- sctp-auth-key.c: endpoint pair shared keys ---------------------------------------------- */

struct sctp_shared_key
{
    uint16_t id, len;
    uint8_t* bytes; /**< owned; NULL for the empty key */
};

struct sctp_keys
{
    struct sctp_shared_key* list;
    size_t n;
    uint16_t active; /**< identifier of the one that we send with */
};

/** Overwrites what must not stay in memory. */
void sctp_wipe(void* bytes, size_t len);

const struct sctp_shared_key* sctp_keys_find(const struct sctp_keys* keys, uint16_t id);
/** Adds or replaces a key; the bytes are copied. False when memory is short. */
bool sctp_keys_set(struct sctp_keys* keys, uint16_t id, const void* bytes, size_t len);
/** Makes to, which is empty, the same as from. False when memory is short: to is empty still. */
bool sctp_keys_copy(struct sctp_keys* to, const struct sctp_keys* from);
/** Wipes and frees all. */
void sctp_keys_clear(struct sctp_keys* keys);

/* --- sctp-auth.c ----------------------------------------------------------------------------- */

/** What RFC 4895 keeps for one association. */
struct sctp_auth
{
    struct sctp_auth_offer offer; /**< ours */
    struct sctp_keys keys;
    uint8_t* vectors; /**< both key vectors, the smaller one first; owned, NULL without AUTH */
    size_t vectors_len;
    uint16_t hmac;     /**< what we send with: the peer's first choice that we have */
    uint16_t peer_key; /**< identifier in the last AUTH chunk that was right */
    struct sctp_chunk_set peer_wants;
};

/** Digest length of an HMAC identifier, 0 for one that is not supported. */
size_t sctp_digest_len(uint16_t hmac);

/** Digest of any message under a key; digest gets sctp_digest_len(hmac) bytes. */
void sctp_hmac(uint16_t hmac, const uint8_t* key, size_t key_len, const uint8_t* data, size_t len,
               uint8_t* digest);

/** Equality in a time that does not depend on where the bytes differ. */
bool sctp_same_bytes(const uint8_t* a, const uint8_t* b, size_t len);

/** Adds one parameter to a key vector as it stood on the wire; false when it gets too long. */
bool sctp_key_vector_add(struct sctp_key_vector* v, const struct sctp_param* p);

/** Forgets what was learned of the peer: an association without AUTH, its keys and offer kept. */
void sctp_auth_forget(struct sctp_auth* auth);

/** Joins the vectors in the order of section 6.1, once; false when memory is short. */
bool sctp_auth_derive(struct sctp_auth* auth, const struct sctp_key_vector* ours,
                      const struct sctp_key_vector* theirs);

/** True if a chunk that we send must stand behind AUTH: ASCONF and ASCONF-ACK always (RFC 5061
 * section 4.1), the others when the peer asks for it. False for all without AUTH at both ends. */
bool sctp_auth_wanted(const struct sctp_auth* auth, uint8_t chunk_type);

/** True if we take a chunk only behind an AUTH chunk (section 6.3). */
bool sctp_auth_required(const struct sctp_auth* auth, uint8_t chunk_type);

/** Length of the AUTH chunk that sctp_auth_begin() writes. */
size_t sctp_auth_chunk_len(const struct sctp_auth* auth);

/** Writes an AUTH chunk with a zero HMAC and the active key; sctp_auth_finish() fills it in. */
void sctp_auth_begin(const struct sctp_auth* auth, struct roam_writer* w);

/** Fills in the HMAC over the AUTH chunk at auth_chunk up to end, section 6.2. */
void sctp_auth_finish(const struct sctp_auth* auth, uint8_t* auth_chunk, const uint8_t* end);

enum sctp_auth_verdict
{
    SCTP_AUTH_OK,
    SCTP_AUTH_BAD,         /**< drop the chunk and all after it, silently (section 6.3) */
    SCTP_AUTH_UNKNOWN_KEY, /**< the same: no key under this identifier */
    SCTP_AUTH_UNSUPPORTED  /**< the HMAC identifier is none that we offered: ERROR, then drop */
};

/** Judges a received AUTH chunk that covers the bytes up to end. */
enum sctp_auth_verdict sctp_auth_check(const struct sctp_auth* auth, const struct sctp_chunk* c,
                                       const uint8_t* end);

/** Wipes and frees the keys and the key vectors. */
void sctp_auth_clear(struct sctp_auth* auth);

/* --- sctp-auth-offer.c: the parameters ------------------------------------------------------- */

/** The ranges that sctp.h gives for hmacs and auth_chunks. */
bool sctp_auth_config_ok(const struct sctp_config* config);

/** What a configuration offers; the random number is the caller's to fill in. */
void sctp_auth_offer(struct sctp_auth_offer* offer, const struct sctp_config* config);

/** Writes our parameters: RANDOM, CHUNKS unless it would be empty, HMAC-ALGO; or nothing. */
void sctp_write_auth_params(struct roam_writer* w, const struct sctp_auth_offer* offer);

/** Bytes that sctp_write_auth_params() writes. */
size_t sctp_auth_params_len(const struct sctp_auth_offer* offer);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* RANDOM, CHUNKS and HMAC-ALGO (RFC 4895 sections 3 and 6.1): ours, and what the peer's mean. */
#include "core/sctp/sctp-priv.h"

#include <stdlib.h>

/** Section 3.2: these are never authenticated, whoever asks for it. */
static bool never_authenticated(uint8_t type)
{
    return type == SCTP_C_INIT || type == SCTP_C_INIT_ACK || type == SCTP_C_SHUTDOWN_COMPLETE ||
           type == SCTP_C_AUTH;
}

bool sctp_auth_config_ok(const struct sctp_config* c)
{
    bool sha1 = false;
    if (c->n_hmacs == 0 || c->n_hmacs > SCTP_HMACS_MAX || c->n_auth_chunks > SCTP_AUTH_CHUNKS_MAX ||
        (c->n_hmacs == 2 && c->hmacs[0] == c->hmacs[1]))
    {
        return false;
    }
    for (size_t i = 0; i < c->n_hmacs; i++)
    {
        sha1 |= c->hmacs[i] == SCTP_HMAC_SHA1; /* section 3.3: it must be there */
        if (sctp_digest_len(c->hmacs[i]) == 0)
        {
            return false;
        }
    }
    for (size_t i = 0; i < c->n_auth_chunks; i++)
    {
        if (never_authenticated(c->auth_chunks[i]))
        {
            return false;
        }
    }
    return sha1;
}

void sctp_auth_offer(struct sctp_auth_offer* offer, const struct sctp_config* config)
{
    *offer = (struct sctp_auth_offer){.n_hmacs = config->auth ? config->n_hmacs : 0};
    memcpy(offer->hmacs, config->hmacs, sizeof offer->hmacs);
    if (config->addip)
    {
        sctp_chunk_set_add(&offer->chunks, SCTP_C_ASCONF); /* RFC 5061 section 4.1 */
        sctp_chunk_set_add(&offer->chunks, SCTP_C_ASCONF_ACK);
    }
    for (size_t i = 0; config->auth && i < config->n_auth_chunks; i++)
    {
        sctp_chunk_set_add(&offer->chunks, config->auth_chunks[i]);
    }
}

/** The chunk types of a set, ascending; returns how many. */
static size_t list_chunks(const struct sctp_chunk_set* set, uint8_t out[256])
{
    size_t n = 0;
    for (unsigned type = 0; type < 256; type++)
    {
        if (sctp_chunk_set_has(set, (uint8_t)type))
        {
            out[n++] = (uint8_t)type;
        }
    }
    return n;
}

size_t sctp_auth_params_len(const struct sctp_auth_offer* offer)
{
    uint8_t chunks[256];
    const size_t n = list_chunks(&offer->chunks, chunks);
    if (offer->n_hmacs == 0)
    {
        return 0;
    }
    return SCTP_PARAM_HEADER + SCTP_RANDOM_LEN + (n ? SCTP_PARAM_HEADER + sctp_pad4(n) : 0) +
           SCTP_PARAM_HEADER + sctp_pad4(2u * offer->n_hmacs);
}

void sctp_write_auth_params(struct roam_writer* w, const struct sctp_auth_offer* offer)
{
    uint8_t chunks[256];
    uint8_t hmacs[2 * SCTP_HMACS_MAX];
    const size_t n = list_chunks(&offer->chunks, chunks);
    if (offer->n_hmacs == 0)
    {
        return;
    }
    for (size_t i = 0; i < offer->n_hmacs; i++)
    {
        roam_put16(hmacs + 2 * i, offer->hmacs[i]);
    }
    sctp_write_param(w, SCTP_P_RANDOM, offer->random, SCTP_RANDOM_LEN);
    if (n)
    {
        sctp_write_param(w, SCTP_P_CHUNKS, chunks, n);
    }
    sctp_write_param(w, SCTP_P_HMAC_ALGO, hmacs, 2u * offer->n_hmacs);
}

/* --- The peer's ------------------------------------------------------------------------------ */

uint16_t sctp_auth_params_judge(const struct sctp_init* init)
{
    bool sha1 = false;
    if (init->random.bytes && init->random.value_len != SCTP_RANDOM_LEN)
    {
        return SCTP_E_PROTOCOL; /* section 6.1 */
    }
    for (size_t i = 0; init->hmacs.bytes && i + 1 < init->hmacs.value_len; i += 2)
    {
        sha1 |= roam_get16(init->hmacs.value + i) == SCTP_HMAC_SHA1;
    }
    /* section 3.3: SHA-1 is always among them */
    return init->hmacs.bytes && (!sha1 || init->hmacs.value_len % 2) ? SCTP_E_PROTOCOL : 0;
}

/** Our key vector, from the same parameters that our INIT or INIT ACK carried. */
static void own_key_vector(const struct sctp_auth_offer* offer, struct sctp_key_vector* v)
{
    uint8_t params[SCTP_KEY_VECTOR_MAX];
    struct roam_writer w = roam_writer(params, sizeof params);
    sctp_write_auth_params(&w, offer);
    struct roam_reader r = roam_reader(params, roam_written(&w));
    struct sctp_param p;
    v->len = 0;
    while (sctp_next_param(&r, &p))
    {
        sctp_key_vector_add(v, &p);
    }
}

/** The peer's first choice that we offer as well. */
static uint16_t choose_hmac(const struct sctp_auth_offer* offer, const struct sctp_param* hmacs)
{
    for (size_t i = 0; i + 1 < hmacs->value_len; i += 2)
    {
        const uint16_t id = roam_get16(hmacs->value + i);
        for (size_t k = 0; k < offer->n_hmacs; k++)
        {
            if (offer->hmacs[k] == id)
            {
                return id;
            }
        }
    }
    return SCTP_HMAC_NONE;
}

bool sctp_auth_learn(struct sctp_auth* auth, const struct sctp_init* init)
{
    struct sctp_key_vector ours, theirs = {.len = 0};
    sctp_auth_forget(auth);
    if (auth->offer.n_hmacs == 0 || !init->random.bytes || !init->hmacs.bytes)
    {
        return true;
    }
    own_key_vector(&auth->offer, &ours);
    if (!sctp_key_vector_add(&theirs, &init->random) ||
        (init->chunks.bytes && !sctp_key_vector_add(&theirs, &init->chunks)) ||
        !sctp_key_vector_add(&theirs, &init->hmacs))
    {
        return true; /* longer than any real one: as if it were not offered */
    }
    auth->hmac = choose_hmac(&auth->offer, &init->hmacs);
    for (size_t i = 0; init->chunks.bytes && i < init->chunks.value_len; i++)
    {
        if (!never_authenticated(init->chunks.value[i])) /* section 3.2: ignored */
        {
            sctp_chunk_set_add(&auth->peer_wants, init->chunks.value[i]);
        }
    }
    return auth->hmac == SCTP_HMAC_NONE || sctp_auth_derive(auth, &ours, &theirs);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * Packets that an end could have sent, chunk by chunk, with AUTH under its own keys or under any
 * other, for the tests of what the other end makes of them.
 */
#ifndef ROAM_TEST_SCTP_FORGE_H
#define ROAM_TEST_SCTP_FORGE_H

#include "sctp-net.h"

#include "core/sctp/sctp-priv.h"

struct forge
{
    struct net* n;
    int from;
    struct roam_addr src, dst;
    struct roam_writer w;
    uint8_t* auth; /**< the AUTH chunk that covers what follows, or NULL */
    struct sctp_auth key;
    uint8_t bytes[4096];
};

/** The defaults, with n chunk types that the peer must authenticate. */
struct sctp_config forge_config(size_t n, const uint8_t* types);

/** The association of an end. */
struct sctp_assoc* forge_assoc(const struct net* n, int end);

/** A packet of an end's association, from its primary path, with its tag. */
void forge_begin(struct forge* f, struct net* n, int from);

void forge_chunk(struct forge* f, uint8_t type, uint8_t flags, const void* body, size_t len);

/** An AUTH chunk over what follows, as the end would write it. */
void forge_auth(struct forge* f);
/** The same with another key identifier and algorithm; the digest is right if both are known. */
void forge_auth_as(struct forge* f, uint16_t key, uint16_t hmac);

/** DATA with the next TSN that the other end expects, plus skip. */
void forge_data(struct forge* f, uint32_t skip, const char* text);

/** Fills in digest and checksum and hands the packet over. Returns what sctp_recv() does. */
int forge_send(struct forge* f);

#endif

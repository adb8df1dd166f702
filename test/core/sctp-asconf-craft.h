/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * ASCONF chunks made by hand, and what is answered to them.
 */
#ifndef ROAM_TEST_SCTP_ASCONF_CRAFT_H
#define ROAM_TEST_SCTP_ASCONF_CRAFT_H

#include "sctp-forge.h"

extern const struct roam_addr any4, any6; /**< the wildcards */

/** Connected, with a1 and a2 of A in the association. */
struct net* asconf_both(void);

struct asconf_chunk
{
    struct roam_writer w;
    uint8_t bytes[2048];
};

/** Begins a chunk with a serial number and, unless NULL, the address parameter that names A. */
void asconf_begin(struct asconf_chunk* c, uint32_t serial, const struct roam_addr* name);

/** A request under a correlation ID. */
void asconf_ask(struct asconf_chunk* c, uint16_t type, uint32_t id, const struct roam_addr* addr);

/** The chunk goes into a packet, as ASCONF or ASCONF-ACK. */
void asconf_put(struct forge* f, uint8_t type, const struct asconf_chunk* c);

/** What Z has answered: the bodies of the ASCONF-ACKs in its next packets. */
struct asconf_answers
{
    unsigned packets, acks;
    struct roam_addr to;
    uint32_t serials[64];
    size_t n;
    uint32_t ids[64];
    uint16_t causes[64];
    size_t longest;
};

/** Hands the packet over at Z and reads what comes back. */
struct asconf_answers asconf_answer(struct forge* f);

/** What Z expects from A. */
uint32_t asconf_next_serial(const struct net* n);

/** One request from A's primary address, with the next serial. */
struct asconf_answers asconf_request(struct net* n, uint16_t type, const struct roam_addr* addr);

#endif

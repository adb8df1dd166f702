/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_BASE_PACKET_H
#define ROAM_BASE_PACKET_H

#include "core/base/base-addr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Values of roam_packet.ecn: the two bits in the IP header (RFC 3168 section 5). */
enum
{
    ROAM_ECN_NONE = 0, /**< not capable */
    ROAM_ECN_ECT1 = 1,
    ROAM_ECN_ECT0 = 2, /**< capable: a router may mark it */
    ROAM_ECN_CE = 3    /**< a router has: congestion experienced */
};

/**
 * A transport packet with the path it came or goes by: what recv() takes and poll_packet()
 * gives. The bytes begin after the IP header. They belong to the caller of recv(), and to the
 * engine after poll_packet(), until the next call into that engine.
 */
struct roam_packet
{
    struct roam_addr src;
    struct roam_addr dst;
    uint32_t ifindex; /**< the host's number of the interface; 0 leaves the choice to routing */
    const uint8_t* data;
    size_t len;
    uint16_t udp_port; /**< the other end's, of UDP encapsulation (RFC 6951); 0 is none */
    /** On its way out: IP may fragment it. Where not, IPv4 sets DF; to recv() it means nothing. */
    bool may_fragment;
    uint8_t ecn; /**< as it came; on its way out, what IP shall say */
};

#endif

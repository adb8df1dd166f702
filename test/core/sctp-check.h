/* SPDX-License-Identifier: GPL-2.0-or-later */
/** What must hold of an endpoint between any two calls, whatever came from the wire. */
#ifndef ROAM_TEST_SCTP_CHECK_H
#define ROAM_TEST_SCTP_CHECK_H

#include "core/sctp/sctp.h"

/** NULL, or what does not hold: sums of bytes in flight, order of TSNs, timers, bounds, tables. */
const char* sctp_check(const struct sctp_endpoint* ep);

/** What must hold of every packet that is sent: its sum, and the order of its chunks (RFC 9260
 * section 6.10: control first, DATA by TSN, nothing that is cut off). */
bool sctp_check_packet(const struct roam_packet* packet);

/** RFC 5061 section 5.3 F1 and F4: true if the peer surely knows where a packet of an association
 * comes from, or finds the association by an ASCONF in it, or is silent about it (COOKIE ACK). */
bool sctp_check_source(const struct sctp_endpoint* ep, const struct roam_packet* packet);

/** RFC 9260 section 5.4, and RFC 5061 section 5.3 F1: true if a packet of an association goes to an
 * address that is confirmed, or holds only what may go to another. */
bool sctp_check_destination(const struct sctp_endpoint* ep, const struct roam_packet* packet);

#endif

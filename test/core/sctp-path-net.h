/* SPDX-License-Identifier: GPL-2.0-or-later */
/** Two endpoints with two paths between them, for tests of what a path is like. */
#ifndef ROAM_TEST_SCTP_PATH_NET_H
#define ROAM_TEST_SCTP_PATH_NET_H

#include "sctp-net.h"

/** Connected, with a1, the primary, and a2 at A. */
struct net* net_two_paths(const struct sctp_config* config);

/** The path from a local address of A; the test fails without one. */
struct sctp_path_status net_path(const struct net* n, const struct roam_addr* local);

/** A message of zeros from A, that is not polled yet; returns what sctp_send() does. */
int net_queue(struct net* n, size_t len);

#endif

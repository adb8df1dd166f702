/* SPDX-License-Identifier: GPL-2.0-or-later */
/** The table behind roam_sctp_setsockopt() and roam_sctp_getsockopt(). */
#ifndef ROAM_HOST_OPTION_H
#define ROAM_HOST_OPTION_H

#include "host/host-priv.h"

/** What an option is of: an association, or (NULL) the socket's associations to come. */
struct host_target
{
    struct host_socket* socket;
    struct host_assoc* assoc;
};

/** For host_option.id_at: the value names no association. */
#define HOST_NO_ID SIZE_MAX

/**
 * One option. set and get return an errno value, 0 for success; NULL where it is not possible. The
 * value is size bytes at least; get sees the caller's structure in value, and may make *len less or
 * more, up to what it was.
 */
struct host_option
{
    int name;
    size_t size;
    size_t id_at; /**< where the value names the association */
    int (*set)(const struct host_target* t, const void* value, size_t len);
    int (*get)(const struct host_target* t, void* value, size_t* len);
};

extern const struct host_option host_options_assoc[], host_options_path[], host_options_status[],
    host_options_auth[];
extern const size_t host_n_options_assoc, host_n_options_path, host_n_options_status,
    host_n_options_auth;

/** The name that a value of the target carries. */
roam_sctp_assoc_t host_target_name(const struct host_target* t);
/** Reads an address that may be missing: then *given is false. False: it is no address. */
bool host_option_address(const struct sockaddr_storage* from, struct roam_addr* addr, bool* given);

/** The configuration that a target goes by. */
void host_target_config(const struct host_target* t, struct sctp_config* config);
/** Changes it; EINVAL when the engine does not like it. */
int host_target_configure(const struct host_target* t, const struct sctp_config* config);

#endif

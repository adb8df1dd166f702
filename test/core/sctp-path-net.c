/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sctp-path-net.h"

#include <assert.h>
#include <stdlib.h>

struct net* net_two_paths(const struct sctp_config* config)
{
    struct net* n = net_new(config);
    net_gain(n, A, &a2);
    net_connect(n);
    net_run(n, ROAM_SEC);
    assert(n->up[A] == 1 && n->up[Z] == 1);
    return n;
}

struct sctp_path_status net_path(const struct net* n, const struct roam_addr* local)
{
    struct sctp_path_status paths[8];
    const size_t k = sctp_paths(n->ep[A], n->id[A], paths, 8);
    for (size_t i = 0; i < k; i++)
    {
        if (roam_addr_equal(&paths[i].local, local))
        {
            return paths[i];
        }
    }
    assert(!"no such path");
    return paths[0];
}

int net_queue(struct net* n, size_t len)
{
    uint8_t* bytes = calloc(1, len);
    const struct sctp_message_info info = {.stream = 0};
    const int r = sctp_send(n->ep[A], n->id[A], &info, bytes, len, n->now);
    free(bytes);
    return r;
}

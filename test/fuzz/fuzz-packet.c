/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Target: everything that reads bytes from the wire without an association. The input is one SCTP
 * packet, whose checksum is set right. */
#include "fuzz-world.h"

#include <stdlib.h>

static void read_params(const struct sctp_chunk* c, size_t skip)
{
    if (c->body_len < skip)
    {
        return;
    }
    struct roam_reader r = roam_reader(c->body + skip, c->body_len - skip);
    struct sctp_param p;
    struct roam_addr addr;
    while (sctp_next_param(&r, &p))
    {
        sctp_param_addr(&p, &addr);
    }
}

static void read_init(const struct sctp_chunk* c)
{
    struct sctp_init init;
    if (!sctp_init_read(c, &init))
    {
        return;
    }
    if (init.n_addrs > SCTP_MAX_PEERS || init.n_unrecognized > SCTP_MAX_UNRECOGNIZED)
    {
        world_fail("bounds of an INIT");
    }
}

static void walk(const uint8_t* bytes, size_t len)
{
    struct sctp_chunk_view v;
    for (size_t at = 0, next; (next = sctp_view_chunk(bytes, len, at, &v)); at = next)
    {
        if (next <= at || next > len + 3 || v.bytes < bytes || v.bytes + v.len > bytes + len)
        {
            world_fail("a chunk lies inside its packet");
        }
        sctp_chunk_name(v.type);
    }
    if (len < SCTP_HEADER)
    {
        return;
    }
    struct roam_reader r = roam_reader(bytes + SCTP_HEADER, len - SCTP_HEADER);
    struct sctp_chunk c;
    while (sctp_next_chunk(&r, &c))
    {
        read_init(&c);
        read_params(&c, 0);
        read_params(&c, 4);
    }
}

static void answer(const struct roam_packet* p)
{
    uint8_t out[64];
    const size_t len = sctp_answer_stray(p, out, sizeof out);
    if (len > p->len || (len && !sctp_checksum_ok(out, len)))
    {
        world_fail("an answer out of the blue is no longer than what it answers");
    }
}

/** To an endpoint that listens, and to one that does not: neither may keep anything. */
static void receive(const struct roam_packet* p)
{
    static struct sctp_endpoint* ep;
    static roam_time now;
    struct roam_packet out;
    struct sctp_event ev;
    if (!ep)
    {
        struct sctp_config c;
        const struct roam_rng rng = roam_rng_seed(1);
        const struct roam_addr addr = world_address(Z, 0);
        sctp_config_default(&c);
        ep = sctp_endpoint_new(&c, 5000, &rng);
        sctp_address_gained(ep, &addr, 1, 0);
    }
    sctp_listen(ep, p->len % 2);
    sctp_recv(ep, p, now++);
    while (sctp_poll_packet(ep, &out, now))
    {
    }
    while (sctp_poll_event(ep, &ev))
    {
    }
    if (ep->ids.n || ep->peers.n || ep->expiries.n || ep->strays.n || ep->events.n ||
        ep->dirty.first)
    {
        world_fail("a stranger's packet leaves nothing behind");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    if (size < SCTP_HEADER || size > 65535)
    {
        return 0;
    }
    uint8_t* bytes = malloc(size); /* its own, so that a read past the end is seen */
    if (!bytes)
    {
        return 0;
    }
    memcpy(bytes, data, size);
    roam_put16(bytes + 2, 5000);
    sctp_seal(bytes, size);
    const struct roam_packet p = {
        .src = world_address(A, 0),
        .dst = world_address(Z, 0),
        .data = bytes,
        .len = size,
    };
    walk(bytes, size);
    answer(&p);
    receive(&p);
    free(bytes);
    return 0;
}

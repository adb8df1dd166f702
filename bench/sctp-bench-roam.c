/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Our engine under measure. After every call it is polled as its contract asks: packets until
 * there is none, events until there is none, the next expiry. */
#include "sctp-bench-net.h"

#include "core/sctp/sctp.h"

#include <stdlib.h>

#define SERVER_PORT 5000
#define FIRST_CLIENT_PORT 10000
#define IDLE_BUFFER 262144
#define PACKET_TIME ROAM_US /* of virtual time for each packet that arrives */

static struct bench_net net;

static struct
{
    roam_time now;
    struct sctp_endpoint* ep[2];
    sctp_assoc_id id[2];
    unsigned up;
    uint64_t received;
    bool damaged;
    size_t heap[2]; /**< bytes that each end's association setup has added */
} run;

static struct roam_addr address(enum bench_end end)
{
    return roam_addr_v4(end == CLIENT ? 0x0a000001 : 0x0a000002);
}

static struct sctp_endpoint* endpoint(enum bench_end end, uint16_t port, size_t buffer)
{
    const struct roam_rng rng = roam_rng_seed(port);
    const struct roam_addr addr = address(end);
    struct sctp_config config;
    sctp_config_default(&config);
    config.receive_buffer = config.send_buffer = (uint32_t)buffer;
    config.mtu = BENCH_MTU;
    config.sack_frequency = BENCH_SACK_PACKETS;
    config.outbound_streams = config.inbound_streams = BENCH_STREAMS;
    struct sctp_endpoint* ep = sctp_endpoint_new(&config, port, &rng);
    if (ep)
    {
        sctp_address_gained(ep, &addr, 1, run.now);
        sctp_listen(ep, end == SERVER);
    }
    return ep;
}

/* --- A host ---------------------------------------------------------------------------------- */

static void read_all(enum bench_end end)
{
    struct sctp_message* m;
    while ((m = sctp_receive(run.ep[end], run.id[end], run.now)))
    {
        run.damaged |= !bench_message_is(m->data, m->len, run.received++);
        sctp_message_free(m);
    }
}

/** Returns when the end wants to be called again. */
static roam_time pump(enum bench_end end)
{
    struct sctp_endpoint* ep = run.ep[end];
    struct roam_packet p;
    struct sctp_event ev;
    while (sctp_poll_packet(ep, &p, run.now))
    {
        bench_net_send(&net, end == CLIENT ? SERVER : CLIENT, p.data, p.len);
    }
    while (sctp_poll_event(ep, &ev))
    {
        if (ev.type == SCTP_EV_UP)
        {
            run.id[end] = ev.assoc;
            run.up++;
        }
        else if (ev.type == SCTP_EV_READABLE)
        {
            read_all(end);
        }
    }
    return sctp_next_expiry(ep);
}

static bool deliver_to(enum bench_end end)
{
    const struct roam_addr src = address(end == CLIENT ? SERVER : CLIENT);
    const struct roam_addr dst = address(end);
    size_t len;
    const uint8_t* bytes;
    bool any = false;
    while ((bytes = bench_net_take(&net, end, &len)))
    {
        const struct roam_packet p = {
            .src = src, .dst = dst, .ifindex = 1, .data = bytes, .len = len};
        run.now += PACKET_TIME;
        sctp_recv(run.ep[end], &p, run.now);
        pump(end);
        any = true;
    }
    return any;
}

/** All that flies arrives; when nothing does, time goes on to the next timer. */
static bool step(void)
{
    const bool some = deliver_to(SERVER);
    if (deliver_to(CLIENT) || some)
    {
        return true;
    }
    const roam_time next = roam_time_min(pump(CLIENT), pump(SERVER));
    if (next == ROAM_NEVER)
    {
        return false;
    }
    run.now = roam_time_max(run.now, next);
    sctp_expire(run.ep[CLIENT], run.now);
    sctp_expire(run.ep[SERVER], run.now);
    pump(CLIENT);
    pump(SERVER);
    return true;
}

/** What an end's heap grows by while it takes what flies to it. */
static bool deliver_counted(enum bench_end end)
{
    const size_t before = bench_heap();
    const bool any = deliver_to(end);
    run.heap[end] += bench_heap() - before;
    return any;
}

static bool connect_client(uint16_t port, size_t buffer)
{
    const struct roam_addr server = address(SERVER);
    const unsigned up = run.up;
    const size_t before = bench_heap();
    run.ep[CLIENT] = endpoint(CLIENT, port, buffer);
    if (!run.ep[CLIENT] || sctp_connect(run.ep[CLIENT], NULL, 0, &server, 1, SERVER_PORT,
                                        &run.id[CLIENT], run.now) != ROAM_OK)
    {
        return false;
    }
    pump(CLIENT);
    run.heap[CLIENT] += bench_heap() - before;
    while (deliver_counted(SERVER) || deliver_counted(CLIENT))
    {
    }
    return run.up == up + 2;
}

/* --- The measurements ------------------------------------------------------------------------ */

static bool open_pair(size_t buffer)
{
    run.ep[SERVER] = endpoint(SERVER, SERVER_PORT, buffer);
    return run.ep[SERVER] && connect_client(FIRST_CLIENT_PORT, buffer);
}

static bool transfer(uint64_t messages)
{
    const struct sctp_message_info info = {.stream = 0};
    uint64_t sent = run.received;
    const uint64_t end = sent + messages;
    while (run.received < end)
    {
        while (sent < end && sctp_send(run.ep[CLIENT], run.id[CLIENT], &info, bench_message(sent),
                                       BENCH_MESSAGE, run.now) == ROAM_OK)
        {
            sent++;
            pump(CLIENT);
        }
        if (!step())
        {
            return false;
        }
    }
    return !run.damaged;
}

static uint64_t packets(void)
{
    return net.packets;
}

static bool idle(size_t n, struct bench_memory* each)
{
    struct sctp_endpoint** clients = calloc(n, sizeof *clients);
    run.ep[SERVER] = endpoint(SERVER, SERVER_PORT, IDLE_BUFFER);
    run.heap[CLIENT] = run.heap[SERVER] = 0;
    bool ok = clients && run.ep[SERVER];
    for (size_t i = 0; ok && i < n; i++)
    {
        ok = connect_client((uint16_t)(FIRST_CLIENT_PORT + i), IDLE_BUFFER);
        clients[i] = run.ep[CLIENT];
    }
    each->server = (double)run.heap[SERVER] / (double)n;
    each->client = (double)run.heap[CLIENT] / (double)n;
    for (size_t i = 0; clients && i < n; i++)
    {
        sctp_endpoint_free(clients[i]);
    }
    sctp_endpoint_free(run.ep[SERVER]);
    free(clients);
    return ok;
}

const struct bench_stack bench_roam = {
    .name = "roam",
    .open = open_pair,
    .transfer = transfer,
    .packets = packets,
    .idle = idle,
};

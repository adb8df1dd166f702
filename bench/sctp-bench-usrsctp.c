/* SPDX-License-Identifier: GPL-2.0-or-later */
/* usrsctp under measure: two sockets of the family AF_CONN, without its threads, so that all that
 * it does is done in the calls that we time. */
#define _GNU_SOURCE /* dladdr() */
#define INET
#define INET6
#include "sctp-bench-net.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <usrsctp.h>

#define SERVER_PORT 5000
#define IDLE_SERVER_PORT 5001
#define CLIENT_PORT 10000
#define IDLE_CLIENT_PORT 10001 /* the first of many */
#define IDLE_BUFFER 262144
#define TICK 10 /* ms of its timers' time, when nothing flies */

static struct bench_net net;

/* Only the addresses of these count: they are what AF_CONN calls an address. */
static char ends[2];

static struct
{
    bool begun;
    struct socket *server, *client;
    unsigned up;
    uint64_t received;
    bool damaged;
    size_t heap[2];
} run;

static struct sockaddr_conn address(enum bench_end end, uint16_t port)
{
    return (struct sockaddr_conn){
        .sconn_family = AF_CONN, .sconn_port = htons(port), .sconn_addr = &ends[end]};
}

/* --- What usrsctp calls ---------------------------------------------------------------------- */

static int output(void* addr, void* bytes, size_t len, uint8_t tos, uint8_t set_df)
{
    (void)tos;
    (void)set_df;
    bench_net_send(&net, addr == &ends[CLIENT] ? SERVER : CLIENT, bytes, len);
    return 0;
}

static int received(struct socket* s, union sctp_sockstore addr, void* data, size_t len,
                    struct sctp_rcvinfo info, int flags, void* ulp_info)
{
    (void)s;
    (void)addr;
    (void)info;
    (void)ulp_info;
    if (data && flags & MSG_NOTIFICATION)
    {
        const union sctp_notification* n = data;
        run.up += n->sn_header.sn_type == SCTP_ASSOC_CHANGE &&
                  n->sn_assoc_change.sac_state == SCTP_COMM_UP;
    }
    else if (data)
    {
        run.damaged |= !bench_message_is(data, len, run.received++);
    }
    free(data);
    return 1;
}

/* --- Sockets --------------------------------------------------------------------------------- */

static bool set(struct socket* s, int option, const void* value, size_t len)
{
    return usrsctp_setsockopt(s, IPPROTO_SCTP, option, value, (socklen_t)len) == 0;
}

static bool configure(struct socket* s, size_t buffer)
{
    const int bytes = (int)buffer;
    const int on = 1;
    const struct sctp_event up = {
        .se_assoc_id = SCTP_FUTURE_ASSOC, .se_type = SCTP_ASSOC_CHANGE, .se_on = 1};
    const struct sctp_initmsg init = {.sinit_num_ostreams = BENCH_STREAMS,
                                      .sinit_max_instreams = BENCH_STREAMS};
    const struct sctp_sack_info sack = {.sack_delay = 200, .sack_freq = BENCH_SACK_PACKETS};
    const struct sctp_paddrparams path = {.spp_address.ss_family = AF_CONN,
                                          .spp_flags = SPP_PMTUD_DISABLE,
                                          .spp_pathmtu = BENCH_MTU - 20};
    return usrsctp_set_non_blocking(s, 1) == 0 &&
           usrsctp_setsockopt(s, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes) == 0 &&
           usrsctp_setsockopt(s, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes) == 0 &&
           set(s, SCTP_NODELAY, &on, sizeof on) && set(s, SCTP_EVENT, &up, sizeof up) &&
           set(s, SCTP_INITMSG, &init, sizeof init) &&
           set(s, SCTP_DELAYED_SACK, &sack, sizeof sack) &&
           set(s, SCTP_PEER_ADDR_PARAMS, &path, sizeof path);
}

static struct socket* make_socket(enum bench_end end, uint16_t port, size_t buffer)
{
    /* one to many at the server, as it is cheapest for many associations */
    const int type = end == SERVER ? SOCK_SEQPACKET : SOCK_STREAM;
    struct sockaddr_conn addr = address(end, port);
    struct socket* s = usrsctp_socket(AF_CONN, type, IPPROTO_SCTP, received, NULL, 0, NULL);
    if (s && (!configure(s, buffer) ||
              usrsctp_bind(s, (struct sockaddr*)&addr, (socklen_t)sizeof addr) != 0 ||
              (end == SERVER && usrsctp_listen(s, 1) != 0)))
    {
        usrsctp_close(s);
        return NULL;
    }
    return s;
}

static bool deliver_to(enum bench_end end)
{
    size_t len;
    const uint8_t* bytes;
    bool any = false;
    while ((bytes = bench_net_take(&net, end, &len)))
    {
        usrsctp_conninput(&ends[end], bytes, len, 0);
        any = true;
    }
    return any;
}

static bool deliver_counted(enum bench_end end)
{
    const size_t before = bench_heap();
    const bool any = deliver_to(end);
    run.heap[end] += bench_heap() - before;
    return any;
}

static bool connect_client(uint16_t port, uint16_t server_port, size_t buffer)
{
    /* AF_CONN: what comes in has our own address as its source, so the peer's is ours */
    struct sockaddr_conn server = address(CLIENT, server_port);
    const unsigned up = run.up;
    const size_t before = bench_heap();
    run.client = make_socket(CLIENT, port, buffer);
    if (!run.client ||
        (usrsctp_connect(run.client, (struct sockaddr*)&server, (socklen_t)sizeof server) != 0 &&
         errno != EINPROGRESS))
    {
        return false;
    }
    run.heap[CLIENT] += bench_heap() - before;
    while (deliver_counted(SERVER) || deliver_counted(CLIENT))
    {
    }
    return run.up == up + 2;
}

/* --- The measurements ------------------------------------------------------------------------ */

static void begin(void)
{
    if (!run.begun)
    {
        usrsctp_init_nothreads(0, output, NULL);
        usrsctp_register_address(&ends[CLIENT]);
        usrsctp_register_address(&ends[SERVER]);
        run.begun = true;
    }
}

static bool open_pair(size_t buffer)
{
    begin();
    run.server = make_socket(SERVER, SERVER_PORT, buffer);
    return run.server && connect_client(CLIENT_PORT, SERVER_PORT, buffer);
}

static bool transfer(uint64_t messages)
{
    uint64_t sent = run.received;
    const uint64_t end = sent + messages;
    unsigned ticks = 0;
    while (run.received < end)
    {
        while (sent < end && usrsctp_sendv(run.client, bench_message(sent), BENCH_MESSAGE, NULL, 0,
                                           NULL, 0, SCTP_SENDV_NOINFO, 0) == BENCH_MESSAGE)
        {
            sent++;
        }
        const bool some = deliver_to(SERVER);
        if (!deliver_to(CLIENT) && !some)
        {
            usrsctp_handle_timers(TICK);
            if (++ticks == 1000000)
            {
                return false;
            }
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
    struct socket** clients = calloc(n, sizeof *clients);
    begin();
    run.server = make_socket(SERVER, IDLE_SERVER_PORT, IDLE_BUFFER);
    run.heap[CLIENT] = run.heap[SERVER] = 0;
    bool ok = clients && run.server;
    for (size_t i = 0; ok && i < n; i++)
    {
        ok = connect_client((uint16_t)(IDLE_CLIENT_PORT + i), IDLE_SERVER_PORT, IDLE_BUFFER);
        clients[i] = run.client;
    }
    each->server = (double)run.heap[SERVER] / (double)n;
    each->client = (double)run.heap[CLIENT] / (double)n;
    for (size_t i = 0; clients && i < n && clients[i]; i++)
    {
        usrsctp_close(clients[i]);
    }
    free(clients);
    return ok;
}

static bool transfer_offloaded(uint64_t messages)
{
    usrsctp_enable_crc32c_offload();
    const bool ok = transfer(messages);
    usrsctp_disable_crc32c_offload();
    return ok;
}

static const struct bench_stack with_crc = {
    .name = "usrsctp",
    .open = open_pair,
    .transfer = transfer,
    .packets = packets,
    .idle = idle,
};

/* the second name of the same association */
static const struct bench_stack without_crc = {
    .name = "usrsctp, no CRC32c",
    .transfer = transfer_offloaded,
    .packets = packets,
};

const struct bench_stack* const bench_usrsctp = &with_crc;
const struct bench_stack* const bench_usrsctp_offloaded = &without_crc;

const char* bench_usrsctp_about(void)
{
    Dl_info info;
    return dladdr((const void*)(uintptr_t)usrsctp_init_nothreads, &info) ? info.dli_fname : "?";
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A bad wire between two interfaces: wire IF-A IF-B LOSS REORDER SEED
 *
 * Forwards every frame both ways, except that it drops LOSS and holds back REORDER of those with
 * SCTP or UDP in them (parts of 10,000). A frame held back goes out after the next three in its
 * direction, or after 20 ms. What happens to the n-th frame of a direction depends on the seed and
 * on n only. It stands in for netem, which not every kernel has. */
#include "core/base/base-rng.h"

#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <arpa/inet.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define FRAME 2048
#define PASS_BEFORE 3
#define HOLD_MS 20

struct direction
{
    int from, to;
    struct roam_rng rng;
    uint8_t held[FRAME];
    size_t held_len;
    int passed; /* since one is held */
};

static unsigned loss, reorder; /* parts of 10,000 */

static int open_interface(const char* name)
{
    struct sockaddr_ll at = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL)};
    const int room = 8 << 20;
    const int fd = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));
    at.sll_ifindex = (int)if_nametoindex(name);
    if (fd < 0 || bind(fd, (struct sockaddr*)&at, sizeof at) < 0)
    {
        perror(name);
        exit(1);
    }
    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
    setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room);
    return fd;
}

/** True if chance may touch the frame: ARP and neighbour discovery are no part of the test. */
static bool counts(const uint8_t* frame, size_t len)
{
    const bool v6 = len > 34 && frame[12] == 0x86 && frame[13] == 0xdd;
    const bool v4 = len > 34 && frame[12] == 0x08 && frame[13] == 0x00;
    const int protocol = v6 ? frame[20] : v4 ? frame[23] : 0;
    return protocol == IPPROTO_UDP || protocol == 132;
}

static void release(struct direction* d)
{
    if (d->held_len)
    {
        send(d->to, d->held, d->held_len, 0);
        d->held_len = 0;
    }
}

static void forward(struct direction* d, const uint8_t* frame, size_t len)
{
    const unsigned fate = counts(frame, len) ? roam_rng_u32(&d->rng) % 10000 : 10000;
    if (fate < loss)
    {
        return;
    }
    if (fate < loss + reorder && !d->held_len && len <= FRAME)
    {
        memcpy(d->held, frame, len);
        d->held_len = len;
        d->passed = 0;
        return;
    }
    send(d->to, frame, len, 0);
    if (d->held_len && ++d->passed == PASS_BEFORE)
    {
        release(d);
    }
}

static void drain(struct direction* d)
{
    uint8_t frame[65536];
    struct sockaddr_ll from;
    for (int i = 0; i < 64; i++)
    {
        socklen_t from_len = sizeof from;
        const ssize_t n = recvfrom(d->from, frame, sizeof frame, MSG_DONTWAIT,
                                   (struct sockaddr*)&from, &from_len);
        if (n <= 0)
        {
            return;
        }
        if (from.sll_pkttype != PACKET_OUTGOING)
        {
            forward(d, frame, (size_t)n);
        }
    }
}

int main(int argc, char** argv)
{
    if (argc != 6)
    {
        fprintf(stderr, "wire IF-A IF-B LOSS REORDER SEED\n");
        return 2;
    }
    const int a = open_interface(argv[1]), b = open_interface(argv[2]);
    const uint64_t seed = strtoull(argv[5], NULL, 10);
    static struct direction there, back;
    there = (struct direction){.from = a, .to = b, .rng = roam_rng_seed(2 * seed)};
    back = (struct direction){.from = b, .to = a, .rng = roam_rng_seed(2 * seed + 1)};
    loss = (unsigned)atoi(argv[3]);
    reorder = (unsigned)atoi(argv[4]);
    puts("wire");
    fflush(stdout);
    struct pollfd fds[2] = {{a, POLLIN, 0}, {b, POLLIN, 0}};
    for (;;)
    {
        if (poll(fds, 2, HOLD_MS) == 0)
        {
            release(&there);
            release(&back);
        }
        drain(&there);
        drain(&back);
    }
}

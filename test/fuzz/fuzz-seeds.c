/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes the seeds of the corpora: fuzz-seeds packet|endpoint|pair DIRECTORY.
 *
 * packet: what two endpoints say in a session with an address change, and the packets of a capture
 * of another implementation. endpoint: for each state, the chunks of that session, one after the
 * other. pair: sessions that the attacker leaves alone, with users who send, ask and shut down. */
#include "fuzz-world.h"

#include <stdio.h>
#include <stdlib.h>

#define CAPTURE "test/data/asconf_raw.pcap"

static const char* directory;
static unsigned written;

static void seed(const uint8_t* bytes, size_t len)
{
    char path[512];
    snprintf(path, sizeof path, "%s/seed-%03u", directory, written++);
    FILE* f = fopen(path, "wb");
    if (!f || fwrite(bytes, 1, len, f) != len || fclose(f))
    {
        perror(path);
        exit(1);
    }
}

/* --- A session, and a visit to each of its packets ------------------------------------------- */

typedef void visit(const struct world_packet* q, void* arg);

static void deliver_all(struct world* w, visit* see, void* arg)
{
    world_poll(w, A);
    world_poll(w, Z);
    while (w->n)
    {
        see(&w->queue[0], arg);
        world_deliver(w, 0);
    }
}

static void say(struct world* w, int end)
{
    static const uint8_t call[] = {9, 1, 4, 0};
    struct tape t = {call, sizeof call};
    world_user(w, end, &t);
}

static void session(visit* see, void* arg)
{
    static struct world w;
    const struct roam_addr peer = world_address(Z, 0);
    const struct roam_addr more = world_address(A, 2);
    const struct sctp_asconf_request q[] = {
        {SCTP_ADD, more}, {SCTP_SET_PRIMARY, more}, {SCTP_DELETE, world_address(A, 1)}};
    world_begin(&w);
    sctp_connect(w.ep[A], NULL, 0, &peer, 1, 5000, &w.id[A], w.now);
    deliver_all(&w, see, arg);
    say(&w, A);
    say(&w, Z);
    deliver_all(&w, see, arg);
    sctp_address_gained(w.ep[A], &more, 3, w.now);
    sctp_asconf(w.ep[A], w.id[A], q, 3, w.now);
    deliver_all(&w, see, arg);
    for (int i = 0; i < 6; i++)
    {
        world_wait_for_timer(&w);
        deliver_all(&w, see, arg);
    }
    sctp_shutdown(w.ep[A], w.id[A], w.now);
    deliver_all(&w, see, arg);
    world_end(&w);
}

/* --- The three corpora ----------------------------------------------------------------------- */

static void as_it_is(const struct world_packet* q, void* arg)
{
    (void)arg;
    seed(q->bytes, q->p.len);
}

/** Little-endian pcap of raw IPv4, as the capture is. */
static void capture(void)
{
    static uint8_t file[1 << 20];
    FILE* f = fopen(CAPTURE, "rb");
    const size_t n = f ? fread(file, 1, sizeof file, f) : 0;
    if (f)
    {
        fclose(f);
    }
    for (size_t at = 24; at + 16 <= n;)
    {
        const size_t len = file[at + 8] | (size_t)file[at + 9] << 8;
        const uint8_t* ip = file + at + 16;
        if (at + 16 + len <= n && len > 32 && ip[0] == 0x45 && ip[9] == 132)
        {
            seed(ip + 20, len - 20);
        }
        at += 16 + len;
    }
}

/** Steps of fuzz-endpoint.c that hand over the chunks of a session, to one end. */
struct steps
{
    uint8_t bytes[60000];
    size_t len;
    int to;
};

static void as_step(const struct world_packet* q, void* arg)
{
    struct steps* s = arg;
    const size_t len = q->p.len - SCTP_HEADER;
    if (q->to == s->to)
    {
        s->bytes[s->len++] = 0;
        s->bytes[s->len++] = 0;
        roam_put16(s->bytes + s->len, (uint16_t)len);
        memcpy(s->bytes + s->len + 2, q->bytes + SCTP_HEADER, len);
        s->len += 2 + len;
    }
}

/** Chunks whose numbers count from what the receiver expects, each behind AUTH or not. */
static void relative_chunks(uint8_t state)
{
    static const uint8_t chunks[][32] = {
        {SCTP_C_DATA, 3, 0, 20, 0, 0, 0, 1, [16] = 'd'},
        {SCTP_C_DATA, 2, 0, 20, 0, 0, 0, 2, [16] = 'd'},
        {SCTP_C_SACK, 0, 0, 20, 0, 0, 0, 1, 0, 0, 20, 0, 0, 1, 0, 0, 0, 2, 0, 3},
        {SCTP_C_SHUTDOWN, 0, 0, 8, 0, 0, 0, 1},
        {SCTP_C_ASCONF, 0, 0, 32, 0, 0, 0, 1, 0, 5, 0, 8, 10, 1, 0, 1,
         0xc0,          1, 0, 16, 0, 0, 0, 9, 0, 5, 0, 8, 10, 1, 0, 9},
        {SCTP_C_ASCONF_ACK, 0, 0, 8, 0, 0, 0, 0},
        {SCTP_C_ERROR, 0, 0, 12, 0, 3, 0, 8},
        {SCTP_C_ABORT, 0, 0, 4},
    };
    for (size_t i = 0; i < sizeof chunks / sizeof chunks[0]; i++)
    {
        uint8_t input[64] = {state, 0, FORGE_RELATIVE | FORGE_AUTH, 0, chunks[i][3]};
        memcpy(input + 5, chunks[i], chunks[i][3]);
        seed(input, 5u + chunks[i][3]);
    }
}

static void every_state(void)
{
    static struct steps s;
    for (uint8_t state = 0; state < 10; state++)
    {
        for (int end = A; end <= Z; end++)
        {
            const uint8_t first = state | (end == A ? 128 : 0);
            s.bytes[0] = first;
            s.len = 1;
            s.to = end;
            session(as_step, &s);
            seed(s.bytes, s.len);
            relative_chunks(first);
        }
    }
}

static void sessions_left_alone(void)
{
    static const uint8_t inputs[][40] = {
        {1, 11, 8, 9, 1, 4, 0, 11, 24, 9, 2, 8, 0, 11, 7, 11, 8, 0, 11},
        {0, 8, 2 | 32, 8, 4, 2, 6, 8, 3, 11, 7, 11, 24, 0, 11, 7, 11},
        {0, 8, 9, 0, 8, 0, 2, 0, 0, 7, 0, 0, 7, 11, 24, 9, 5, 3, 0, 3, 11},
        {1, 0, 0, 2, 7, 0, 0, 8, 9, 1, 8, 0, 1 | 16, 0, 0, 4, 8, 0, 20, 1, 11, 7, 11},
        {1, 24, 7, 0, 0, 0, 0, 0, 0, 8, 0, 24, 0, 11},
        {0, 5, 12, 0, 8, 8, 0, 0, 8, 0, 0, 0, 1, 11, 6, 11},
    };
    for (size_t i = 0; i < sizeof inputs / sizeof inputs[0]; i++)
    {
        seed(inputs[i], sizeof inputs[i]);
    }
}

int main(int argc, char** argv)
{
    if (argc != 3)
    {
        fprintf(stderr, "fuzz-seeds packet|endpoint|pair DIRECTORY\n");
        return 2;
    }
    directory = argv[2];
    if (strcmp(argv[1], "packet") == 0)
    {
        session(as_it_is, NULL);
        capture();
    }
    else if (strcmp(argv[1], "endpoint") == 0)
    {
        every_state();
    }
    else
    {
        sessions_left_alone();
    }
    return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * What `./roam bench sctp` compares: stacks that carry messages from a client to a server in one
 * process, one thread, over the same network in memory (sctp-bench-net.h).
 */
#ifndef ROAM_SCTP_BENCH_H
#define ROAM_SCTP_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BENCH_MESSAGE 1400   /* bytes of user data: one DATA chunk, one packet */
#define BENCH_MTU 1500       /* IPv4 header included */
#define BENCH_SACK_PACKETS 2 /* packets with DATA for each SACK, RFC 9260 section 6.2 */
#define BENCH_STREAMS 10     /* each way */

/** Bytes of heap for each established association that nothing happens on. */
struct bench_memory
{
    double server, client;
};

struct bench_stack
{
    const char* name;

    /** Sets up one association whose ends have buffers of that many bytes. */
    bool (*open)(size_t buffer);

    /**
     * The client sends that many messages, the server reads them, and both go on until all are
     * read. False when one is missing, damaged, or out of order.
     */
    bool (*transfer)(uint64_t messages);

    /** Packets that both ends have sent since open(). */
    uint64_t (*packets)(void);

    /** n clients, each with a port of its own, connect to one server; false when one could not. */
    bool (*idle)(size_t n, struct bench_memory* each);
};

extern const struct bench_stack bench_roam;

/** NULL where the program was built without the library. */
extern const struct bench_stack* const bench_usrsctp;
/** The same, told that hardware computes and checks CRC32c. */
extern const struct bench_stack* const bench_usrsctp_offloaded;

/** The file that usrsctp's code comes from, or why there is none. */
const char* bench_usrsctp_about(void);

/* --- The messages, the same for all ---------------------------------------------------------- */

/** Message number n, valid until the next call. */
const uint8_t* bench_message(uint64_t n);

/** True if these bytes are message number n. */
bool bench_message_is(const uint8_t* bytes, size_t len, uint64_t n);

/** Bytes that malloc() has given out and not taken back. */
size_t bench_heap(void);

#endif

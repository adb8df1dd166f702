/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * What the two peer programs have in common: commands as words, events as lines, and messages
 * whose content can be checked one by one. README.md in this folder has the command language.
 */
#ifndef ROAM_TEST_PEER_H
#define ROAM_TEST_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <netinet/in.h>
#include <sys/socket.h>

#define PEER_WORDS 40 /* in a command, its name included */
#define PEER_ADDRESSES 8
#define PEER_MESSAGE_MIN 8 /* the seed and the index of the message */
#define PEER_MESSAGE_MAX 65536

/* --- peer.c: lines, and messages ------------------------------------------------------------- */

/** One event: a line on stdout, at once. May be called from any thread. */
void peer_say(const char* format, ...) __attribute__((format(printf, 1, 2)));

/** "error WHAT: " and what errno says. */
void peer_fail(const char* what);

/** What a sender or a receiver has seen of the messages. The sum depends on their order too. */
struct peer_tally
{
    uint64_t messages, bytes, sum;
    uint64_t damaged;    /**< content that no sender made */
    uint64_t misplaced;  /**< not after the message before it */
    uint32_t seed, next; /**< of the last message, and its index plus one */
    uint64_t of_seed;    /**< messages in a row with the last seed */
};

/** The content of message number index of a sender's seed. */
void peer_message(uint8_t* out, size_t len, uint32_t seed, uint32_t index);

/** Takes a message into the tally, and checks its content against its first eight bytes. */
void peer_take(struct peer_tally* tally, const uint8_t* message, size_t len);

/** Says "sent" of a sender's tally. */
void peer_say_sent(const struct peer_tally* tally);

/** Says "received" of a receiver's tally, once, when that many messages have come. */
void peer_say_received(const struct peer_tally* tally, uint64_t* awaited);

/* --- peer-address.c -------------------------------------------------------------------------- */

/** Reads an address of either family; returns its length, 0 for none. */
socklen_t peer_address(struct sockaddr_storage* out, const char* text, uint16_t port);

const char* peer_address_text(const void* sockaddr, char out[INET6_ADDRSTRLEN]);

/** Addresses one after the other, as bindx and connectx want them. */
struct peer_addresses
{
    uint8_t packed[PEER_ADDRESSES * sizeof(struct sockaddr_in6)];
    int n, family;
};

/** Adds one; says so if it is none. */
void peer_addresses_add(struct peer_addresses* list, const char* text, uint16_t port);

/** Writes n packed addresses with commas between, or "-". */
void peer_addresses_text(const void* packed, int n, char* out, size_t room);

/* --- peer-command.c: the command language ---------------------------------------------------- */

/** What was asked for before there is a socket. */
struct peer_wishes
{
    uint16_t port;
    struct peer_addresses locals;
    uint16_t encaps_local, encaps_remote; /**< UDP ports, 0: not encapsulated */
    uint16_t hmacs[2];                    /**< RFC 4895 section 3.3, the best first */
    uint32_t n_hmacs;                     /**< 0: as the stack likes */
    uint32_t rto_min;                     /**< ms, 0: as the stack likes */
    bool no_asconf, no_auth, no_pr;
    bool auth_data; /**< take DATA only with AUTH */
};

extern struct peer_wishes peer_wishes;

enum peer_policy
{
    PEER_RELIABLE,
    PEER_TIMED,  /**< value: ms */
    PEER_LIMITED /**< value: retransmissions */
};

#define PEER_PACE 10 /* messages in a millisecond, at most, of a paced job */

/** A send command. */
struct peer_job
{
    uint32_t count, size, seed;
    bool paced;
    bool open; /**< goes on after count messages until "enough" */
    enum peer_policy policy;
    uint32_t value;
};

/** True if a job has a message more after the first n. */
bool peer_job_goes_on(const struct peer_job* job, uint64_t n);

enum peer_change
{
    PEER_ADD,
    PEER_DELETE,
    PEER_PRIMARY
};

/** Obeys one line; false for "quit". */
bool peer_command(char* line);

/* --- What each of the two programs does on its stack ----------------------------------------- */

bool side_associated(void);
void side_listen(void);
void side_connect(const struct peer_addresses* to);
void side_send(const struct peer_job* job);
void side_await(uint64_t messages);
void side_change(enum peer_change change, const char* address);
void side_change_all(const enum peer_change* changes, char* const* addresses, size_t n);
/** The path for what we send; local may be NULL. */
void side_choose_path(const char* local, const char* peer);
void side_shutdown(void);
void side_abort(void);
void side_status(void);

#endif

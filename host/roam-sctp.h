/* SPDX-License-Identifier: GPL-2.0-or-later */
/** The command roam-sctp: what its files share. doc/roam-sctp.md is its manual. */
#ifndef ROAM_SCTP_COMMAND_H
#define ROAM_SCTP_COMMAND_H

#include "host/host.h"

#include <stdio.h>

#define MAX_ADDRESSES 16
#define MAX_TIMED 64
#define MAX_CONNECTIONS 64

/** Exit statuses. */
enum
{
    EXIT_OK = 0,
    EXIT_FAILED = 1, /**< an association could not be had, or broke */
    EXIT_USAGE = 2
};

/** Addresses packed as the calls want them. */
struct address_list
{
    int n;
    struct sockaddr_in6 packed[MAX_ADDRESSES]; /**< room for the larger family */
};

struct timed_command
{
    int64_t at; /**< nanoseconds after the association is up */
    const char* text;
    bool done;
};

struct settings
{
    bool listen;
    int family; /**< AF_UNSPEC: by the addresses */
    struct address_list locals, peers;
    uint16_t port, local_port;
    struct roam_host_options host;
    bool udp;
    uint16_t udp_port; /**< the peer's */

    const char *send, *receive; /**< files; "-" is stdin and stdout */
    bool echo, await_echo, commands, status, quiet, unordered;
    uint64_t count; /**< messages made up, beside or instead of a file */
    size_t size;
    struct roam_sctp_prinfo pr; /**< of every message */
    uint16_t stream;
    uint32_t ppid;
    unsigned keep;  /**< associations to serve, 0: for ever */
    double timeout; /**< seconds, 0: none */

    struct roam_sctp_rtoinfo rto;
    struct roam_sctp_initmsg init;
    struct roam_sctp_assocparams assoc;
    struct roam_sctp_paddrparams path;
    struct roam_sctp_paddrthlds thresholds; /**< UINT16_MAX is off */
    struct roam_sctp_sack_info sack;
    struct roam_sctp_assoc_value switching;
    bool no_auth, no_addip, ecn;
    int buffer; /**< bytes, 0: the default */

    struct timed_command timed[MAX_TIMED];
    int n_timed;
};

/** One association and what goes through it. */
struct connection
{
    int sd;
    bool up, ended, failed;
    int64_t up_at;
    FILE* out; /**< of what is received; not stdout */
    uint8_t *message, *echoed;
    size_t message_len, echoed_len; /**< what is to be sent, not 0 */
    uint64_t made;
    bool sent_all;
    uint64_t messages_sent, bytes_sent, messages_received, bytes_received;
    uint64_t failed_messages;
    bool partial; /**< the message received last goes on */
};

struct session
{
    const struct settings* settings;
    struct roam_host* host;
    int listener;
    FILE* in; /**< the file to send */
    struct connection connections[MAX_CONNECTIONS];
    int n_connections; /**< slots in use, ended ones included */
    unsigned served;
    int result;
    bool stop;
};

/* --- roam-sctp-options.c --------------------------------------------------------------------- */

/** Reads the arguments; exits with status 2 and one line on what is wrong, or 0 after --help. */
void read_arguments(struct settings* s, int argc, char** argv);
/** Reads addresses between commas. False: errno or text is wrong. */
bool read_addresses(struct address_list* list, const char* text);
/** Reads one address. */
bool read_address(struct sockaddr_storage* out, const char* text);
/** "a.b.c.d" or IPv6 text. */
const char* address_text(const struct sockaddr_storage* a, char out[64]);
_Noreturn void die(int status, const char* format, ...) __attribute__((format(printf, 2, 3)));

/* --- roam-sctp-commands.c -------------------------------------------------------------------- */

/** Does one command, such as "add=10.2.0.1". False: what, on stderr, was wrong. */
bool run_command(struct session* s, struct connection* c, const char* text);
/** True if a text names a command, for those on the command line. */
bool is_command(const char* text);
void print_status(struct session* s, struct connection* c);

/* --- roam-sctp-transfer.c -------------------------------------------------------------------- */

/** True if there have been as many associations as there should be. */
bool finished(const struct session* s);
/** True if there is something that could be sent. */
bool wants_to_send(const struct session* s, const struct connection* c);
/** Sends until it would wait, or there is no more. */
void send_some(struct session* s, struct connection* c);
/** Receives what is there. */
void receive_some(struct session* s, struct connection* c);
void end_connection(struct session* s, struct connection* c);
/** A line about a connection, with the seconds since it was up. */
void tell(const struct session* s, const struct connection* c, const char* format, ...)
    __attribute__((format(printf, 3, 4)));

#endif

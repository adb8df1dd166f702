/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * What the files of host/ share. A host has wires (its raw and UDP sockets), ports (one engine
 * endpoint each), and SCTP sockets; a port has associations, each of which belongs to one socket,
 * or to none when that was closed and the association is still ending.
 *
 * Nothing of a port is freed while the host steps: host_sweep() at the end of a step frees what
 * has no use any more.
 */
#ifndef ROAM_HOST_PRIV_H
#define ROAM_HOST_PRIV_H

#include "core/base/base-heap.h"
#include "core/base/base-ring.h"
#include "core/base/base-table.h"
#include "core/sctp/sctp.h"
#include "host/host.h"

#include <stdio.h>

#define HOST_MAX_BOUND 32     /* addresses named with bind and bindx */
#define HOST_MAX_ADDRESSES 32 /* that one connect can name */
#define HOST_MAX_PATHS 128    /* of one association that are looked at */
#define HOST_BATCH 32         /* packets of one system call */

struct host_assoc;

/* --- The wires ------------------------------------------------------------------------------- */

/** What a wire carries. */
enum
{
    HOST_RAW4,
    HOST_RAW6,
    HOST_UDP4,
    HOST_UDP6,
    HOST_WIRES
};

struct host_batch; /* host-wire.c */

struct host_wire
{
    int fd; /**< -1: not there */
    int family;
    bool udp;
    bool fragments; /**< the kernel may fragment what is sent now: DF is off */
    struct host_batch* out;
};

/** An address of the machine. */
struct host_address
{
    struct roam_addr addr;
    uint32_t ifindex;
    bool usable; /**< its link is up, and duplicate address detection is over */
};

struct host_link
{
    uint32_t ifindex;
    uint32_t mtu; /**< 0: not known */
    bool up;
};

struct roam_host
{
    struct roam_host_options options;
    struct roam_host_statistics statistics;
    struct roam_rng rng;
    struct host_wire wires[HOST_WIRES];
    struct host_batch* in;
    uint16_t udp_port;
    int epoll, timer, netlink;
    int icmp[2];     /**< IPv4, IPv6; -1: not there */
    roam_time armed; /**< what the timer descriptor is set to */
    FILE* pcap;

    struct host_address* addresses;
    size_t n_addresses;
    struct host_link* links;
    size_t n_links;

    struct roam_table ports;
    struct roam_heap expiries; /**< of ports */
    struct roam_ring idle;     /**< ports that may have lost their last use */
    struct host_socket** sockets;
    size_t n_sockets; /**< slots; a free one is NULL */
};

/* --- Ports and associations ------------------------------------------------------------------ */

struct host_port
{
    struct roam_table_node node;
    struct roam_heap_node expiry;
    struct roam_host* host;
    struct sctp_endpoint* ep;
    uint16_t number;
    int lock;           /**< what tells other processes that the port is taken, or -1 */
    unsigned n_sockets; /**< that use it */
    bool any4, any6;    /**< bound to the wildcard of a family */
    struct roam_addr bound[HOST_MAX_BOUND];
    size_t n_bound;
    struct host_socket* listener; /**< who gets new associations, or NULL */
    struct roam_ring assocs;      /**< struct host_assoc* */
    bool in_idle;
};

struct host_assoc
{
    sctp_assoc_id id;
    struct host_port* port;
    struct host_socket* socket; /**< NULL: closed by its user */
    bool up, accepted, dead;
    bool awaited;                 /**< by a call that has not returned: it stays */
    bool peer_done;               /**< the peer has sent all it had */
    bool shut;                    /**< we send no more */
    int error;                    /**< errno of how it ended, 0 when gracefully */
    struct sockaddr_storage peer; /**< as first known, for those who ask later */
    uint32_t context;
    bool in_turn;    /**< among the socket's turns */
    bool in_message; /**< the user has read a part of a message that has not ended (section 6.9) */
    struct sctp_message* message; /**< taken from the engine and not read to its end, or NULL */
    size_t offset;                /**< bytes of it that were read */
};

/* --- Sockets --------------------------------------------------------------------------------- */

/** A notification that waits to be read. */
struct host_record
{
    struct host_assoc* assoc;
    uint64_t order; /**< messages of a lower order came before it */
    bool ends;      /**< the message that comes in parts has ended */
    bool silent;    /**< the user does not want it */
    size_t len, offset;
    union roam_sctp_notification* notification;
};

struct host_socket
{
    struct roam_host* host;
    int sd, family, type;
    bool nonblocking, v6only, listening, connecting;
    bool shut_read;
    int backlog;
    int error; /**< SO_ERROR */
    struct linger linger;
    struct host_port* port; /**< NULL until bound */
    bool any;               /**< bound to the wildcard */
    struct sctp_config config;
    uint16_t udp_port; /**< remote, of associations to come */
    uint32_t events;   /**< bit 1 << sn_type */
    uint32_t context;
    struct roam_sctp_sndinfo sndinfo;
    struct roam_sctp_prinfo prinfo; /**< of messages that bring none */
    struct roam_ring assocs;        /**< struct host_assoc*; a one-to-one socket has at most one */
    struct roam_ring waiting;       /**< struct host_assoc* that nobody has accepted */
    struct roam_ring turns;         /**< struct host_assoc* that may have messages to read */
    struct roam_ring records;       /**< struct host_record*, in the order in which they came */
    uint32_t interleave;            /**< level of section 8.1.20 */
    struct host_assoc* reading;     /**< with level 0: whose message must end first, or NULL */
};

/* --- host-loop.c ----------------------------------------------------------------------------- */

/** Frees what nobody uses any more. */
void host_sweep(struct roam_host* host);
/** Milliseconds from now to a moment, rounded up, for poll(); -1 for ROAM_NEVER. */
int host_ms_until(const struct roam_host* host, roam_time at);

/* --- host-wire.c: packets in and out, in batches --------------------------------------------- */

bool host_wires_open(struct roam_host* host);
void host_wires_close(struct roam_host* host);
/** Queues a packet; ROAM's errors stay inside and are counted. */
void host_wire_send(struct roam_host* host, const struct roam_packet* packet);
void host_wire_flush(struct roam_host* host);
/** Reads what is there on one wire; returns how many packets. */
int host_wire_receive(struct roam_host* host, struct host_wire* wire);

/* --- host-raw.c, host-udp.c: what the two kinds of wires differ in ---------------------------- */

int host_raw_open(int family);
/** -1 and errno. Port 0 takes any, and *port is then what it is. */
int host_udp_open(int family, uint16_t* port);
/** Options that both kinds need: the destination of packets, large buffers. */
void host_wire_tune(int fd, int family);
/** Turns DF off or on for what follows. */
void host_wire_fragment(struct host_wire* wire, bool on);

/* --- host-icmp.c ------------------------------------------------------------------------------ */

/** -1 without the privilege. */
int host_icmp_open(const struct roam_host* host, int family);
/** Returns how many messages were about packets of ours. */
int host_icmp_receive(struct roam_host* host, int fd, bool v4);

/* --- host-pcap.c ----------------------------------------------------------------------------- */

FILE* host_pcap_open(const char* path);
/** local_udp: the UDP port on this side, 0 without encapsulation. */
void host_pcap_write(struct roam_host* host, const struct roam_packet* packet, bool sent,
                     uint16_t udp_port);

/* --- host-sockaddr.c ------------------------------------------------------------------------- */

/** False for a family that is neither. An IPv4-mapped address becomes IPv4. */
bool host_from_sockaddr(const struct sockaddr* sa, socklen_t len, struct roam_addr* addr,
                        uint16_t* port);
/** Returns the length. */
socklen_t host_to_sockaddr(const struct roam_addr* addr, uint16_t port,
                           struct sockaddr_storage* out);
/** Copies as getsockname() does: at most *len bytes, and *len is what there would be. */
void host_give_sockaddr(const struct sockaddr_storage* from, struct sockaddr* to, socklen_t* len);
/** The interface of a link-local IPv6 address (RFC 4007), 0 where none is named. */
uint32_t host_scope_of(const struct sockaddr* sa, socklen_t len);
/** Reads n packed addresses and (NULL: unwanted) their scopes; all must have one port (0 is the
 * others'). False: EINVAL. */
bool host_read_packed(const struct sockaddr* packed, int n, struct roam_addr* out, uint32_t* scopes,
                      uint16_t* port);
/** As host_to_sockaddr(), with the interface of a link-local address of ours or of a peer. */
socklen_t host_to_scoped_sockaddr(const struct host_assoc* assoc, const struct roam_addr* addr,
                                  uint16_t port, struct sockaddr_storage* out);

/* --- host-addresses.c: what addresses the machine has ----------------------------------------- */

/** Reads what there is, and opens the netlink socket. */
bool host_addresses_open(struct roam_host* host);
/** What netlink has to tell; returns how many messages. */
int host_addresses_changed(struct roam_host* host);
/** The MTU of an interface, 0 when it is not known. */
uint32_t host_link_mtu(const struct roam_host* host, uint32_t ifindex);
const struct host_address* host_address_find(const struct roam_host* host,
                                             const struct roam_addr* addr);

/* --- host-port.c ----------------------------------------------------------------------------- */

struct host_port* host_port_find(const struct roam_host* host, uint16_t number);
/** A new port with its endpoint; number 0 takes a free one. NULL and errno. */
struct host_port* host_port_open(struct roam_host* host, uint16_t number,
                                 const struct sctp_config* config);
void host_port_free(struct host_port* port);
/** One socket less uses it. */
void host_port_release(struct host_port* port);
/** True if another process of this network namespace has the port. */
bool host_port_is_elsewhere(const struct roam_host* host, uint16_t number);
/** True if the port is bound to an address of the machine. */
bool host_port_has(const struct host_port* port, const struct roam_addr* addr);
/** Binds an address, which the machine has. False and errno. */
bool host_port_bind(struct host_port* port, const struct roam_addr* addr);
void host_port_bind_any(struct host_port* port, bool v4, bool v6);
/** The machine has got or lost an address. */
void host_port_address(struct host_port* port, const struct host_address* a, bool gained);

/** Sends what the engine has, publishes its events, arms its expiry. After every call into it. */
void host_pump(struct host_port* port);

struct host_assoc* host_assoc_find(const struct host_port* port, sctp_assoc_id id);
struct host_assoc* host_assoc_new(struct host_port* port, struct host_socket* socket,
                                  sctp_assoc_id id);
/** Takes it from its socket; the engine's association goes on ending. */
void host_assoc_orphan(struct host_assoc* assoc);

/* --- host-event.c: from the engine's events to what a socket's user sees ---------------------- */

void host_event(struct host_port* port, const struct sctp_event* event);

/* --- host-socket.c --------------------------------------------------------------------------- */

/** NULL and EBADF. */
struct host_socket* host_socket(const struct roam_host* host, int sd);
struct host_socket* host_socket_new(struct roam_host* host, int family, int type);
void host_socket_free(struct host_socket* s);
/** Binds a free port and the wildcard if nothing is bound. False and errno. */
bool host_socket_autobind(struct host_socket* s);
/** The association of a name; on a one-to-one socket its only one. NULL: errno is ENOENT. */
struct host_assoc* host_socket_assoc(const struct host_socket* s, roam_sctp_assoc_t id);
static inline roam_sctp_assoc_t host_assoc_name(const struct host_assoc* assoc)
{
    return assoc->id + ROAM_SCTP_ALL_ASSOC;
}
bool host_one_to_one(const struct host_socket* s);
/** Takes what has ended, and has nothing to read any more, off a one-to-many socket. */
void host_forget_ended(struct host_socket* s, struct host_assoc* assoc);
/** Runs the host once for a call that waits. False: errno is EAGAIN or EINTR. */
bool host_wait(struct host_socket* s, bool dontwait);
/** The host's errno for an error of the core. */
int host_errno(int roam_error);

/* --- host-connect.c -------------------------------------------------------------------------- */

/** Begins an association; scopes are the interfaces of link-local peers. NULL and errno. */
struct host_assoc* host_connect_begin(struct host_socket* s, const struct roam_addr* peers,
                                      const uint32_t* scopes, size_t n, uint16_t port);

/* --- host-receive.c -------------------------------------------------------------------------- */

/** An association has something to read. */
void host_record_message(struct host_assoc* assoc);
/** True if anything of an association waits to be read on a socket. */
bool host_has_unread(const struct host_socket* s, const struct host_assoc* assoc);
/** Moves what waits of an association to another socket. */
void host_move_unread(struct host_socket* from, struct host_socket* to, struct host_assoc* assoc);
/** Takes what waits of an association out of the socket's queues. */
void host_forget_records(struct host_socket* s, struct host_assoc* assoc);
/** Throws away what nobody will read: one event stands for all messages that wait. */
void host_discard_messages(struct host_assoc* assoc);
/** Queues a copy of a notification about an engine's event, if the socket wants its type. */
void host_record_notification(struct host_assoc* assoc, const struct sctp_event* ev,
                              const void* notification, size_t len);
void host_record_free(struct host_record* r);
/** True if a read would not wait. */
bool host_socket_readable(const struct host_socket* s);

/* --- host-send.c ----------------------------------------------------------------------------- */

bool host_socket_writable(const struct host_socket* s);

#endif

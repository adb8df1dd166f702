/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * The SCTP engine on real sockets, in real time: raw IP (protocol 132, IPv4 and IPv6) and UDP
 * encapsulation (RFC 6951). The calls have the shape of RFC 6458: what a program does with
 * socket(), sctp_bindx() or setsockopt() it does here with roam_sctp_socket(),
 * roam_sctp_bindx() and roam_sctp_setsockopt(), with the same structures (host-options.h), the
 * same notifications (host-events.h), and the same errors in errno.
 *
 * One struct roam_host is one stack: its wire sockets, its clock, its SCTP sockets. It has no
 * thread. Its engines run inside roam_host_step() and inside every call that blocks; nothing is
 * sent, answered or timed out in between. A program with a loop of its own waits for
 * roam_host_fd() to be readable and then calls roam_host_step(host, 0). A host and its sockets
 * belong to one thread; several hosts do not know each other.
 *
 * A socket descriptor is a small number, 0 or more, of one host. It is no file descriptor: it
 * has no meaning to close(), and roam_sctp_poll() waits for both kinds.
 *
 * Errors. A call that fails returns -1 (a pointer: NULL) and sets errno. EBADF, a descriptor that
 * this host does not have, and EINVAL, an argument that is out of range, and ENOMEM are not
 * repeated below. A call that would block on a non-blocking socket fails with EAGAIN. A signal
 * that arrives while a call waits ends it with EINTR.
 */
#ifndef ROAM_HOST_H
#define ROAM_HOST_H

#include "host/host-events.h"
#include "host/host-options.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/uio.h>

#ifdef __cplusplus
extern "C"
{
#endif

    struct roam_host;

/** The port of UDP encapsulation, "sctp-tunneling" (RFC 6951). */
#define ROAM_SCTP_UDP_PORT 9899

    /** When raw IP sockets are opened. They need CAP_NET_RAW. */
    enum roam_host_raw
    {
        ROAM_HOST_RAW_AUTO, /**< if it is allowed */
        ROAM_HOST_RAW_ON,   /**< roam_host_new() fails without */
        ROAM_HOST_RAW_OFF
    };

    /** How a stack is set up. */
    struct roam_host_options
    {
        enum roam_host_raw raw; /**< AUTO */
        bool udp;               /**< UDP encapsulation is possible, true */
        uint16_t udp_port;      /**< the local UDP port, 9899; 0 takes any */
        bool udp_optional;      /**< a port that is taken turns UDP off: no error; true */
        /**
         * Answer packets of protocol 132 to ports that no process has (RFC 9260 section 8.4);
         * false. A raw socket sees the packets of all processes. Those with this library in one
         * network namespace know of each other's ports, and never answer for them; another SCTP
         * implementation in the same namespace is not known.
         */
        bool answer_strays;
        bool seeded;      /**< draw random numbers from seed alone, for repeatable tests; false */
        uint64_t seed;    /**< otherwise from getrandom() */
        const char* pcap; /**< write all packets to this file, with IP headers; NULL */
    };

    /** The defaults given above. */
    void roam_host_options_default(struct roam_host_options* options);

    /**
     * A new stack; NULL options are the defaults. EPERM: raw sockets are wanted and not allowed.
     * EADDRINUSE: the UDP port is taken. ENOTSUP: neither raw sockets nor UDP. Errors of the
     * system's socket calls and, for pcap, of fopen().
     */
    struct roam_host* roam_host_new(const struct roam_host_options* options);

    /** Ends the stack. Associations that are left are aborted. NULL is allowed. */
    void roam_host_free(struct roam_host* host);

    /** Readable when roam_host_step() has something to do: packets, timers, address changes. */
    int roam_host_fd(const struct roam_host* host);

    /**
     * Waits until there is something to do, at most timeout_ms (-1: for ever, 0: not at all), and
     * does it. Returns how many packets, timers and address changes there were. EINTR.
     */
    int roam_host_step(struct roam_host* host, int timeout_ms);

    /** Nanoseconds of CLOCK_MONOTONIC, the clock of this stack. */
    int64_t roam_host_now(const struct roam_host* host);

    /** The local UDP port of encapsulation, 0 without. */
    uint16_t roam_host_udp_port(const struct roam_host* host);

    /** Counters of the wire since the start. */
    struct roam_host_statistics
    {
        uint64_t packets_sent, packets_received;
        uint64_t bytes_sent, bytes_received; /**< SCTP headers included, UDP and IP not */
        uint64_t send_errors;                /**< the kernel refused: no route, no address */
        uint64_t not_ours;                   /**< received for a port that no socket here has */
        uint64_t dropped;                    /**< whole or in part by the engine */
        uint64_t system_calls;               /**< that sent or received packets */
    };

    void roam_host_statistics(const struct roam_host* host, struct roam_host_statistics* out);

    /* --- Sockets
     * -------------------------------------------------------------------------------------*/

    /**
     * A socket: family AF_INET, or AF_INET6 that carries IPv4 too unless IPV6_V6ONLY is set; type
     * SOCK_STREAM (one-to-one) or SOCK_SEQPACKET (one-to-many), with SOCK_NONBLOCK or without.
     * EAFNOSUPPORT, ESOCKTNOSUPPORT.
     */
    int roam_sctp_socket(struct roam_host* host, int family, int type);

    /**
     * Binds one address, or the wildcard for all that the host has or gets later; port 0 takes a
     * free one of 49152 to 65535. EADDRINUSE, EADDRNOTAVAIL, EAFNOSUPPORT.
     */
    int roam_sctp_bind(struct roam_host* host, int sd, const struct sockaddr* addr, socklen_t len);

    /**
     * Adds or removes (ROAM_SCTP_BINDX_ADD_ADDR, _REM_ADDR) the n addresses that stand packed at
     * addrs, each of its family's size. All of them or none. On a socket with associations each of
     * them asks its peer with an ASCONF (RFC 5061); the call does not wait for the answer, of
     * which ROAM_SCTP_ASCONF_EVENT tells. A port of 0 means the bound one. EADDRNOTAVAIL,
     * EADDRINUSE, ENOTSUP: the peer does not do ADD-IP. EINVAL: the last address.
     */
    int roam_sctp_bindx(struct roam_host* host, int sd, const struct sockaddr* addrs, int n,
                        int flags);

    /**
     * Accepts associations from now on; binds a free port if none is bound. A backlog of 0 on a
     * one-to-many socket stops it.
     */
    int roam_sctp_listen(struct roam_host* host, int sd, int backlog);

    /** The next new association of a listening one-to-one socket, as a socket. EINVAL, EAGAIN. */
    int roam_sctp_accept(struct roam_host* host, int sd, struct sockaddr* addr, socklen_t* len);

    /**
     * Begins an association and, on a blocking socket, waits for it. EINPROGRESS on a non-blocking
     * one, then writable means done and SO_ERROR tells how. EISCONN, EALREADY, EADDRNOTAVAIL (no
     * address of ours fits), ECONNREFUSED (ABORT), ETIMEDOUT (also: there is no route).
     */
    int roam_sctp_connect(struct roam_host* host, int sd, const struct sockaddr* addr,
                          socklen_t len);

    /** The same with several addresses of the peer, packed; *id (NULL: unwanted) is its name. */
    int roam_sctp_connectx(struct roam_host* host, int sd, const struct sockaddr* addrs, int n,
                           roam_sctp_assoc_t* id);

    /** Takes one association out of a one-to-many socket; returns the new one-to-one socket. */
    int roam_sctp_peeloff(struct roam_host* host, int sd, roam_sctp_assoc_t id);

    /**
     * SHUT_WR and SHUT_RDWR: sends what is queued, then shuts down (RFC 9260 section 9.2). SHUT_RD:
     * nothing more is received. One-to-one only: ENOTCONN, EOPNOTSUPP.
     */
    int roam_sctp_shutdown(struct roam_host* host, int sd, int how);

    /**
     * Gives the descriptor back. The association is shut down, in the background as long as
     * roam_host_step() goes on being called; with unread data, or SO_LINGER on and zero, it is
     * aborted; with SO_LINGER on and not zero the call waits that long, then aborts; a signal ends
     * the waiting, and the shutdown goes on in the background. EAGAIN is not returned.
     */
    int roam_sctp_close(struct roam_host* host, int sd);

    /** With on, calls on the socket fail with EAGAIN instead of waiting. Off at first. */
    int roam_sctp_nonblocking(struct roam_host* host, int sd, bool on);

    int roam_sctp_getsockname(struct roam_host* host, int sd, struct sockaddr* addr,
                              socklen_t* len);
    /** ENOTCONN. */
    int roam_sctp_getpeername(struct roam_host* host, int sd, struct sockaddr* addr,
                              socklen_t* len);

    /**
     * The addresses bound on our side (id 0: of the socket), or the peer's, packed in memory that
     * roam_sctp_freeaddrs() gives back. Returns how many. ENOENT: no such association.
     */
    int roam_sctp_getladdrs(struct roam_host* host, int sd, roam_sctp_assoc_t id,
                            struct sockaddr** addrs);
    int roam_sctp_getpaddrs(struct roam_host* host, int sd, roam_sctp_assoc_t id,
                            struct sockaddr** addrs);
    void roam_sctp_freeaddrs(struct sockaddr* addrs);

    /* --- Messages
     * ------------------------------------------------------------------------------------*/

    /**
     * Sends one message on the default stream; returns len. flags: MSG_DONTWAIT. EMSGSIZE (larger
     * than the send buffer), ENOTCONN, EPIPE after shutdown, ESHUTDOWN when the peer shuts down,
     * and what ended the association: ECONNRESET (ABORT), ETIMEDOUT, EPROTO. There is no SIGPIPE.
     */
    ssize_t roam_sctp_send(struct roam_host* host, int sd, const void* data, size_t len, int flags);

    /**
     * Sends one message from n pieces. to (NULL: the socket's peer, or info's association) begins
     * an association on a one-to-many socket, or names one; on a one-to-one socket it is not read.
     * info (NULL: the socket's defaults) says how, see roam_sctp_sendv_spa. A stream out of range
     * is EINVAL. With ROAM_SCTP_EOF or ROAM_SCTP_ABORT in the flags n may be 0, which begins no
     * association (EINVAL).
     */
    ssize_t roam_sctp_sendv(struct roam_host* host, int sd, const struct iovec* iov, int n,
                            const struct sockaddr* to, socklen_t tolen,
                            const struct roam_sctp_sendv_spa* info, int flags);

    /**
     * The same with RFC 6458 section 9.2's arguments: ppid in network byte order, ROAM_SCTP_*
     * flags, lifetime in milliseconds (0: none).
     */
    ssize_t roam_sctp_sendmsg(struct roam_host* host, int sd, const void* data, size_t len,
                              const struct sockaddr* to, socklen_t tolen, uint32_t ppid,
                              uint32_t flags, uint16_t stream, uint32_t lifetime, uint32_t context);

    /**
     * Receives the next message, or notification (MSG_NOTIFICATION in *flags), or as much of it as
     * fits and is there: MSG_EOR in *flags says that it was the end, else the rest comes with the
     * next calls. So does a message that is larger than the receive buffer, before all of it has
     * arrived (ROAM_SCTP_PARTIAL_DELIVERY_POINT); its parts have one stream and number.
     * *flags may bring MSG_DONTWAIT and MSG_PEEK. Returns the bytes; 0 when the peer has shut down
     * a one-to-one socket's association. from, fromlen, info and flags may be NULL. ENOTCONN,
     * ECONNRESET, ETIMEDOUT, EPROTO.
     */
    ssize_t roam_sctp_recvv(struct roam_host* host, int sd, void* data, size_t len,
                            struct sockaddr* from, socklen_t* fromlen,
                            struct roam_sctp_rcvinfo* info, int* flags);

    /** The same without a word on where from. */
    ssize_t roam_sctp_recv(struct roam_host* host, int sd, void* data, size_t len, int flags);

    /* --- Options, and waiting
     * ------------------------------------------------------------------------*/

    /**
     * Sets or reads an option of host-options.h (level IPPROTO_SCTP), or SO_LINGER, SO_RCVBUF,
     * SO_SNDBUF, SO_ERROR, SO_TYPE, SO_DOMAIN (level SOL_SOCKET), or IPV6_V6ONLY (IPPROTO_IPV6).
     * ENOPROTOOPT: unknown. ENOENT: no such association or address. EACCES: not in this state.
     */
    int roam_sctp_setsockopt(struct roam_host* host, int sd, int level, int name, const void* value,
                             socklen_t len);
    int roam_sctp_getsockopt(struct roam_host* host, int sd, int level, int name, void* value,
                             socklen_t* len);

    /** One change of addresses for roam_sctp_asconf(). */
    struct roam_sctp_asconf_request
    {
        int op; /**< ROAM_SCTP_ASCONF_ADD, _DELETE, _SET_PRIMARY */
        struct sockaddr_storage addr;
    };

    /**
     * Several changes of our addresses in one ASCONF chunk, in the order given, at most 8
     * (RFC 5061 section 4.2). Errors as roam_sctp_bindx().
     */
    int roam_sctp_asconf(struct roam_host* host, int sd, roam_sctp_assoc_t id,
                         const struct roam_sctp_asconf_request* requests, int n);

    /**
     * The path for what we send: from a local address to a peer address; NULL leaves one as it is.
     * ROAM_SCTP_PRIMARY_ADDR chooses the peer's alone. ENOENT: there is no such path.
     */
    int roam_sctp_set_path(struct roam_host* host, int sd, roam_sctp_assoc_t id,
                           const struct sockaddr* local, const struct sockaddr* peer);

    /** One thing to wait for. */
    struct roam_pollfd
    {
        int sd;        /**< a socket of the host, or -1 */
        int fd;        /**< a file descriptor, used when sd is -1; -1 too: ignored */
        short events;  /**< POLLIN, POLLOUT */
        short revents; /**< these, POLLERR, POLLHUP, POLLNVAL */
    };

    /** As poll(): how many have something in revents; runs the host meanwhile. EINTR. */
    int roam_sctp_poll(struct roam_host* host, struct roam_pollfd* fds, size_t n, int timeout_ms);

#ifdef __cplusplus
}
#endif

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * The SCTP engine: RFC 9260 with dynamic address reconfiguration (RFC 5061), authenticated chunks
 * (RFC 4895) and partial reliability (RFC 3758). This is the room's door: the only header that
 * another room includes. It brings sctp-config.h, what an association goes by, and sctp-event.h,
 * what it reports.
 *
 * An endpoint is one SCTP port with any number of associations. It is driven by five verbs,
 * sctp_recv(), sctp_expire(), sctp_next_expiry(), sctp_poll_packet() and sctp_poll_event(), and
 * by the calls of its user and its host below. After any call that takes the time, the host
 * polls packets until there is none, then events until there is none, then asks for the next
 * expiry. Nothing calls out, nothing blocks, and no call may be made with a time earlier than
 * one given before.
 *
 * Addresses. The host tells the endpoint which addresses it has (sctp_address_gained(),
 * sctp_address_lost()). An association uses those that are bound to it: at its start, what
 * sctp_connect() was given or the INIT came to; later, what ASCONF adds and deletes. A path is a
 * pair of one local and one peer address of the same family: it has its own RTO, congestion
 * window, error counter and heartbeat, because two radios towards one server address are two
 * networks (draft-sjkoh-sctp-mobility-01, section 5.2).
 */
#ifndef ROAM_SCTP_H
#define ROAM_SCTP_H

#include "core/base/base.h"
#include "core/sctp/sctp-config.h"
#include "core/sctp/sctp-event.h"

#ifdef __cplusplus
extern "C"
{
#endif

    struct sctp_endpoint;

    /** The state's name as the RFC writes it, "COOKIE-WAIT". */
    const char* sctp_state_name(enum sctp_state state);

    /** The defaults given above. */
    void sctp_config_default(struct sctp_config* config);

    /** ROAM_EINVAL when a value is out of the ranges above. */
    int sctp_config_check(const struct sctp_config* config);

    /* --- The endpoint
     * ---------------------------------------------------------------------------*/

    /**
     * A new endpoint on a port (1 to 65,535). The configuration and the generator are copied.
     * Returns NULL when memory is short or the configuration does not pass sctp_config_check().
     */
    struct sctp_endpoint* sctp_endpoint_new(const struct sctp_config* config, uint16_t port,
                                            const struct roam_rng* rng);

    /** Frees the endpoint and its associations without a word to their peers. NULL is allowed. */
    void sctp_endpoint_free(struct sctp_endpoint* ep);

    uint16_t sctp_endpoint_port(const struct sctp_endpoint* ep);

    /** Lets an INIT from a stranger become an association if on is true. Off at first. */
    void sctp_listen(struct sctp_endpoint* ep, bool on);

    /**
     * The host has an address, on the interface given, from now on. A path of an association to
     * which it is bound becomes usable (again). Telling it twice moves it to the new interface.
     */
    int sctp_address_gained(struct sctp_endpoint* ep, const struct roam_addr* addr,
                            uint32_t ifindex, roam_time now);

    /**
     * The host cannot use an address any more: its link is down or its lease is over. It stays
     * bound where it is, until it is deleted, but nothing is sent from it.
     */
    int sctp_address_lost(struct sctp_endpoint* ep, const struct roam_addr* addr, roam_time now);

    /**
     * The host reaches an address of a peer through one interface only (0: through any again), as
     * an entry for that host in its routing table says. Paths to it from addresses on other
     * interfaces carry no data, and a packet that must go there nevertheless leaves by that
     * interface: so a client with two radios and a server with two addresses tells two links apart
     * (draft-sjkoh-sctp-mobility-01 section 5.2, solution 2). ROAM_EINVAL, ROAM_ENOMEM.
     */
    int sctp_host_route(struct sctp_endpoint* ep, const struct roam_addr* peer, uint32_t ifindex,
                        roam_time now);

    /* --- The five verbs
     * -------------------------------------------------------------------------*/

    /**
     * A packet for this endpoint's port came in, from a source port and address that may be
     * anybody's. What the RFC wants dropped is dropped, with a SCTP_EV_DROP event. Returns ROAM_OK,
     * or why the packet was dropped whole: ROAM_EMALFORMED or ROAM_ECHECKSUM; ROAM_EAGAIN, without
     * an event, when so much waits to be polled that it was not even looked at.
     */
    int sctp_recv(struct sctp_endpoint* ep, const struct roam_packet* packet, roam_time now);

    /** Timers that are due at or before now have their effect. */
    void sctp_expire(struct sctp_endpoint* ep, roam_time now);

    /** When to call sctp_expire(), or ROAM_NEVER. */
    roam_time sctp_next_expiry(const struct sctp_endpoint* ep);

    /** The next packet to send; false when there is none. The bytes stay valid until the next call.
     */
    bool sctp_poll_packet(struct sctp_endpoint* ep, struct roam_packet* packet, roam_time now);

    const char* sctp_lost_name(enum sctp_lost_why why);
    const char* sctp_drop_name(enum sctp_drop_why why);

/** Reports of failed messages that wait for sctp_poll_event() at most; later ones are lost. */
#define SCTP_MAX_FAILED 65536

    /** The next event for the user; false when there is none. */
    bool sctp_poll_event(struct sctp_endpoint* ep, struct sctp_event* event);

    /* --- What the network says
     * ------------------------------------------------------------------*/

    /**
     * The host has learnt the MTU, IP header included, of the way from one address to another: no
     * packet of an association is larger there from now on, but one with a DATA chunk that was cut
     * before, which may be fragmented. Chunks in flight that were too large go again at once. Below
     * 576 bytes (IPv6: 1,280) packets stay that large, and may be fragmented. Ten minutes later the
     * engine begins to probe for more, up to the mtu of the path's parameters. A larger MTU than is
     * known, or one for a path without discovery, is ignored.
     */
    void sctp_path_mtu(struct sctp_endpoint* ep, const struct roam_addr* local,
                       const struct roam_addr* peer, uint32_t mtu, roam_time now);

    /** An ICMP or ICMPv6 message about one of our packets. */
    struct sctp_icmp
    {
        struct roam_addr local, peer; /**< source and destination of the packet that it quotes */
        uint8_t type, code;           /**< of ICMPv6 when the addresses are IPv6 */
        bool udp;                     /**< the packet was encapsulated in UDP (RFC 6951) */
        uint32_t mtu; /**< of Packet Too Big or Fragmentation Needed, 0 where it names none */
        const uint8_t* quoted; /**< the quoted SCTP packet, from its common header on */
        size_t len;            /**< as much of it as there is */
        /**
         * The host does not take Protocol Unreachable at its word, because a peer in user space
         * whose raw socket is full causes it, too: once the association is established it counts
         * as an error of the path.
         */
        bool doubtful;
    };

    /**
     * The host has received it (RFC 9260 section 10). What the RFC wants ignored is, first of all
     * whatever does not quote the verification tag. Protocol Unreachable ends the association as
     * an ABORT does (SCTP_LOST_PEER_ABORT); Packet Too Big is taken as sctp_path_mtu(), for this
     * association; another Destination Unreachable counts as an error of the path, at most once
     * per RTO. Returns whether it had an effect.
     */
    bool sctp_icmp_received(struct sctp_endpoint* ep, const struct sctp_icmp* icmp, roam_time now);

    /* --- The user
     * -------------------------------------------------------------------------------*/

    /**
     * Starts an association with a peer that has the addresses given (at least one; the first is
     * where the INIT goes). locals names the addresses to bind, of those that the endpoint has;
     * n_locals 0 binds all of them. Not bound are those in another scope than every peer address:
     * loopback and link-local ones, where only global ones are given, and the other way round.
     * Returns ROAM_OK and *id; ROAM_EINVAL without a usable pair of addresses; ROAM_EEXIST when
     * there is an association with that peer; ROAM_ENOMEM.
     */
    int sctp_connect(struct sctp_endpoint* ep, const struct roam_addr* locals, size_t n_locals,
                     const struct roam_addr* peers, size_t n_peers, uint16_t peer_port,
                     sctp_assoc_id* id, roam_time now);

    /** How a message is to be sent, or was. */
    struct sctp_message_info
    {
        uint16_t stream;
        uint16_t ssn;  /**< received ordered messages only */
        uint32_t ppid; /**< payload protocol identifier, host byte order */
        bool unordered;
        uint32_t tsn;     /**< received messages only: of its, or the part's, first chunk */
        uint32_t cum_tsn; /**< received messages only: the cumulative TSN when it was read */

        /* for sending only */
        bool sack_immediately;   /**< asks for a SACK at once: the I bit (RFC 7053) */
        enum sctp_policy policy; /**< without PR-SCTP at both ends, SCTP_TIMED holds until the first
                                      part is sent (RFC 9260 section 11.1.5), the others never */
        int64_t limit;           /**< as the policy says */
        uint64_t context;        /**< the user's own; comes back in SCTP_EV_SEND_FAILED */
    };

    /**
     * Queues one message of 1 to send_buffer bytes; the bytes are copied. ROAM_EAGAIN when there is
     * no room now (SCTP_EV_WRITABLE follows), ROAM_EMSGSIZE when there never will be, ROAM_EINVAL
     * for no bytes, a stream that was not negotiated or a limit out of range, ROAM_ESTATE after
     * shutdown, ROAM_ENOENT. A message that has been queued ends in its delivery or in one
     * SCTP_EV_SEND_FAILED; what the peer had acknowledged but not yet for good when the association
     * ended is reported too, and may have been delivered.
     */
    int sctp_send(struct sctp_endpoint* ep, sctp_assoc_id id, const struct sctp_message_info* info,
                  const void* data, size_t len, roam_time now);

    /** Bytes that sctp_send() would take now. */
    size_t sctp_send_room(const struct sctp_endpoint* ep, sctp_assoc_id id);

    /** A received message or part of one. It is the reader's, who frees it with
     * sctp_message_free(). */
    struct sctp_message
    {
        struct sctp_message_info info; /**< but for the TSNs, the same in all parts */
        roam_time at;                  /**< when it became deliverable */
        uint64_t order; /**< counts what became deliverable at this endpoint, from 0 */
        bool partial;   /**< not the end: the rest follows (RFC 9260 section 11.1.7) */
        size_t len;
        __extension__ uint8_t data[]; /* to C++ it is one, and -Wpedantic names it */
    };

    /**
     * The next message, or part of one, in order of delivery, or NULL. Reading opens the receive
     * window.
     *
     * A message comes in parts when the receive buffer is full of it and nothing else waits to be
     * read (RFC 9260 section 6.9), or when more than partial_delivery_point bytes of it have
     * arrived. Of an association one message at a time does. Its parts follow one another, but for
     * messages of other streams if fragment_interleave is set. All but the last are marked partial;
     * if the last can never come (its sender gave it up, the association ended or restarted),
     * SCTP_EV_PARTIAL_ABORTED says so in its place: it is to be polled before the next message is
     * read.
     */
    struct sctp_message* sctp_receive(struct sctp_endpoint* ep, sctp_assoc_id id, roam_time now);

    /** Length of the next message or part, 0 when there is none. */
    size_t sctp_receive_next(const struct sctp_endpoint* ep, sctp_assoc_id id);

    /** Order of the next message or part, UINT64_MAX when there is none. An event of that order or
     * a lower one came before it. */
    uint64_t sctp_receive_order(const struct sctp_endpoint* ep, sctp_assoc_id id);

    /** Bytes that wait to be read. */
    size_t sctp_receive_ready(const struct sctp_endpoint* ep, sctp_assoc_id id);

    void sctp_message_free(struct sctp_message* m);

    /** Sends what is queued, then closes gracefully (section 9.2). */
    int sctp_shutdown(struct sctp_endpoint* ep, sctp_assoc_id id, roam_time now);

    /**
     * Ends the association at once, with an ABORT to the peer (section 9.1) that carries the
     * user's reason: len bytes, at most SCTP_REASON_MAX, or NULL and 0. ROAM_ENOENT, ROAM_EMSGSIZE.
     */
    int sctp_abort(struct sctp_endpoint* ep, sctp_assoc_id id, const void* reason, size_t len,
                   roam_time now);

    /* --- Addresses of an association
     * ------------------------------------------------------------*/

    struct sctp_asconf_request
    {
        enum sctp_asconf_op op;
        struct roam_addr addr;
    };

/** The most requests in one ASCONF. */
#define SCTP_ASCONF_MAX 8

/** In SCTP_EV_ASCONF, for no cause of the wire: nobody will answer any more. */
#define SCTP_ASCONF_UNANSWERED 0xffff

    /**
     * Asks the peer, in one ASCONF chunk, for n changes in the order given. An address to add must
     * be one that the endpoint has; one to delete or to make primary must be bound, or be added by
     * the same call. Requests queue: one ASCONF is outstanding at a time (RFC 5061 section 5.1).
     * Each request ends in one SCTP_EV_ASCONF; one that waits when the association ends or is
     * restarted, with the cause SCTP_ASCONF_UNANSWERED: whether the peer has done it is not known.
     *
     * The wildcard of either family stands for the address that the ASCONF leaves from: ADD adds
     * it, DELETE deletes all others, SET PRIMARY prefers it. It is the address that the same call
     * adds, or else the primary path's; ADD of a wildcard takes an address of its family that is
     * not bound. Such an ASCONF leaves from nowhere else, and waits when that address is lost.
     *
     * ROAM_ENOTSUP without ADD-IP and AUTH at both ends, or for what the peer did not understand
     * before; ROAM_EINVAL for the last address, an unknown one, or a new one in another scope
     * than all of the peer's (sctp_connect()), ROAM_EEXIST for one that is bound already,
     * ROAM_ESTATE before the association is established and after SHUTDOWN ACK.
     */
    int sctp_asconf(struct sctp_endpoint* ep, sctp_assoc_id id,
                    const struct sctp_asconf_request* requests, size_t n, roam_time now);

    /**
     * Makes the path from a local address (NULL leaves it as it is) to a peer address (NULL
     * likewise, if a host route does not lead elsewhere) the primary path for what we send.
     * ROAM_ENOENT when there is no such path.
     */
    int sctp_set_primary(struct sctp_endpoint* ep, sctp_assoc_id id, const struct roam_addr* local,
                         const struct roam_addr* peer, roam_time now);

    /**
     * The UDP port of encapsulation (RFC 6951) behind a peer's address (NULL: behind all of them);
     * with id 0, of the associations that are opened from now on. 0 is none. Each valid packet of
     * the peer says it anew for its source address: struct roam_packet. ROAM_ENOENT.
     */
    int sctp_encapsulate(struct sctp_endpoint* ep, sctp_assoc_id id, const struct roam_addr* peer,
                         uint16_t port);

    /* --- Authentication (RFC 4895)
     * ---------------------------------------------------------------*/

/** The longest endpoint pair shared key, in bytes. */
#define SCTP_AUTH_KEY_MAX 512

    /**
     * Gives an association, or those to come (id 0), an endpoint pair shared key under an
     * identifier, in place of one that has the same. The bytes are copied, and wiped when the key
     * goes. An empty key is allowed; identifier 0 is the empty key and active unless this says
     * otherwise. Any key that is set is accepted from the peer. ROAM_EINVAL for more than
     * SCTP_AUTH_KEY_MAX bytes, ROAM_ENOENT, ROAM_ENOMEM.
     */
    int sctp_auth_set_key(struct sctp_endpoint* ep, sctp_assoc_id id, uint16_t key,
                          const void* bytes, size_t len);

    /** Every packet sent from now on is authenticated with this key. ROAM_ENOENT for none such. */
    int sctp_auth_activate_key(struct sctp_endpoint* ep, sctp_assoc_id id, uint16_t key);

    /** Forgets a key. ROAM_EINVAL for the active one, ROAM_ENOENT. */
    int sctp_auth_delete_key(struct sctp_endpoint* ep, sctp_assoc_id id, uint16_t key);

    /* --- Options
     * --------------------------------------------------------------------------------*/

    /** The configuration of an association, or of those to come (id 0). ROAM_ENOENT. */
    int sctp_configuration(const struct sctp_endpoint* ep, sctp_assoc_id id,
                           struct sctp_config* config);

    /**
     * Changes the configuration of an association, or of those to come (id 0). What an association
     * negotiates stays as it is from its INIT on: streams, AUTH, ADD-IP, PR-SCTP. Another
     * rto_initial holds for paths that have not been measured, from their next timer on. Another
     * hb_interval counts from the next sctp_poll_packet(). ROAM_ENOENT; ROAM_EINVAL as
     * sctp_config_check(), or for another mtu.
     */
    int sctp_configure(struct sctp_endpoint* ep, sctp_assoc_id id,
                       const struct sctp_config* config);

    /**
     * The parameters of the paths from a local address (NULL: any) to a peer address (NULL: any).
     * Without a local address: what further paths to that peer address, or to any, begin with.
     * ROAM_ENOENT.
     */
    int sctp_path_configuration(const struct sctp_endpoint* ep, sctp_assoc_id id,
                                const struct roam_addr* local, const struct roam_addr* peer,
                                struct sctp_path_config* config);

    /**
     * Changes the parameters of the paths from a local address (NULL: any) to a peer address
     * (NULL: any) and, without a local address, of paths yet to come. What sctp_configure() changes
     * afterwards holds for every path again. A threshold counts from the next attempt on.
     * ROAM_ENOENT; ROAM_EINVAL when a value is out of its range.
     */
    int sctp_path_configure(struct sctp_endpoint* ep, sctp_assoc_id id,
                            const struct roam_addr* local, const struct roam_addr* peer,
                            const struct sctp_path_config* config, roam_time now);

    /**
     * Sends a HEARTBEAT now on the paths from a local address (NULL: any) to a peer address (NULL:
     * any), heartbeats enabled or not (RFC 9260 section 11.1.10); where one is unanswered, that one
     * counts. Unanswered for an RTO it is an error of the path. ROAM_ENOENT without such a path,
     * ROAM_ESTATE when none of them can be probed now, ROAM_EAGAIN with the control queue full.
     */
    int sctp_request_heartbeat(struct sctp_endpoint* ep, sctp_assoc_id id,
                               const struct roam_addr* local, const struct roam_addr* peer,
                               roam_time now);

    /* --- Looking in
     * -----------------------------------------------------------------------------*/

    struct sctp_status
    {
        enum sctp_state state;
        uint16_t peer_port;
        uint16_t outbound_streams, inbound_streams; /**< as negotiated */
        bool auth, addip, pr, ecn;                  /**< both ends offer it */
        uint16_t auth_hmac, auth_key; /**< what we send with: enum sctp_hmac_id, key identifier */
        bool peer_adaptation_on;      /**< the peer has sent an Adaptation Layer Indication */
        uint32_t peer_adaptation_code;
        uint32_t peer_rwnd;                         /**< bytes */
        size_t unsent, outstanding;                 /**< bytes of user data */
        size_t unread;                              /**< bytes that wait for sctp_receive() */
        size_t outstanding_chunks, unread_messages; /**< what these are made of */
        size_t n_locals, n_peers;
        struct roam_addr primary_local, primary_peer;
        uint64_t data_chunks_sent, data_chunks_retransmitted, duplicate_tsns;
        /** Messages that their policy gave up: after a part was sent, and before (RFC 7496, 4.3) */
        uint64_t abandoned_sent, abandoned_unsent;
    };

    int sctp_status(const struct sctp_endpoint* ep, sctp_assoc_id id, struct sctp_status* status);

    /**
     * The addresses bound on our side, or the peer's, in the order in which they came. Writes at
     * most max and returns how many there are. A local address counts from the ASCONF-ACK of its
     * ADD to that of its DELETE.
     */
    size_t sctp_local_addresses(const struct sctp_endpoint* ep, sctp_assoc_id id,
                                struct roam_addr* out, size_t max);
    size_t sctp_peer_addresses(const struct sctp_endpoint* ep, sctp_assoc_id id,
                               struct roam_addr* out, size_t max);

    struct sctp_path_status
    {
        struct roam_addr local, peer;
        enum sctp_path_state state;
        bool primary;
        roam_time srtt; /**< 0 before the first measurement */
        roam_time rto;
        uint32_t cwnd, ssthresh, outstanding; /**< bytes */
        uint32_t errors;
        uint16_t udp_port; /**< of encapsulation to the peer's address, 0 is none */
        uint32_t mtu;      /**< as known now, IP header included */
    };

    /** The paths, at most max of them; returns how many there are. */
    size_t sctp_paths(const struct sctp_endpoint* ep, sctp_assoc_id id,
                      struct sctp_path_status* out, size_t max);

    /* --- Packets without an endpoint, and packets as text
     * ------------------------------------------*/

    /**
     * The answer to a packet for a port that nobody has, as section 8.4 says: an ABORT or a
     * SHUTDOWN COMPLETE with the T bit, or nothing. Writes at most cap bytes to out and returns how
     * many.
     */
    size_t sctp_answer_stray(const struct roam_packet* packet, uint8_t* out, size_t cap);

    /** One chunk of a packet, as a trace wants it. */
    struct sctp_chunk_view
    {
        uint8_t type, flags;
        uint16_t len;         /**< of the chunk, header included, padding not */
        const uint8_t* bytes; /**< the whole chunk, inside the packet */
        uint32_t tsn;         /**< DATA */
        uint16_t stream, ssn; /**< DATA */
        uint32_t ppid;        /**< DATA */
        size_t payload;       /**< DATA: bytes of user data */
        uint32_t cum_tsn;     /**< SACK; FORWARD-TSN: the new one */
        uint32_t serial;      /**< ASCONF, ASCONF-ACK */
        uint32_t ops;         /**< ASCONF: bit 1 << op for each sctp_asconf_op in it */
    };

    /**
     * Walks the chunks of a packet: offset 0 begins, and the return value is the next offset, or 0
     * after the last chunk or where the packet is malformed.
     */
    size_t sctp_view_chunk(const uint8_t* packet, size_t len, size_t offset,
                           struct sctp_chunk_view* view);

    /** "DATA", "ASCONF-ACK"; "type 77" is left to the caller (NULL). */
    const char* sctp_chunk_name(uint8_t type);

    /** Ports of a packet of at least 12 bytes. */
    static inline uint16_t sctp_packet_source_port(const uint8_t* packet)
    {
        return (uint16_t)(packet[0] << 8 | packet[1]);
    }

    static inline uint16_t sctp_packet_destination_port(const uint8_t* packet)
    {
        return (uint16_t)(packet[2] << 8 | packet[3]);
    }

#ifdef __cplusplus
}
#endif

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * What an endpoint, its associations and their paths remember, and how much of it a peer may fill.
 * sctp-priv.h says who changes it.
 */
#ifndef ROAM_SCTP_STATE_H
#define ROAM_SCTP_STATE_H

#include "core/base/base-heap.h"
#include "core/base/base-list.h"
#include "core/base/base-ring.h"
#include "core/base/base-table.h"
#include "core/sctp/sctp-auth.h"
#include "core/sctp/sctp-rto.h"
#include "core/sctp/sctp-tsnmap.h"
#include "core/sctp/sctp-wire.h"
#include "core/sctp/sctp.h"

/* Bounds of our own on what a peer may make us hold. */
#define SCTP_MAX_PEERS 32       /* addresses of one peer */
#define SCTP_MAX_FORMER 4       /* addresses that the peer has deleted, the latest ones */
#define SCTP_MAX_UNRECOGNIZED 8 /* parameters reported back from one INIT */
#define SCTP_MAX_CONTROL 64     /* control chunks waiting in one association */
#define SCTP_MAX_CONTROL_BYTES 131072
#define SCTP_MAX_EVENTS 4096         /* waiting for a host that does not poll */
#define SCTP_MAX_STRAY_BYTES 1048576 /* likewise: packets that no association owns */
#define SCTP_PIECE 80 /* bytes that a received chunk costs besides its user data, at most */
#define SCTP_SECRET_LEN 32
#define SCTP_UDP_HEADER 8
#define SCTP_SURE_PACKET (576 - 40) /* a packet that no network refuses, without its IP header */
/* TSNs outstanding: no more than gap blocks can name (3.3.4), and fewer messages of a stream than
 * its sequence numbers (6.1). */
#define SCTP_MAX_OUTSTANDING 65535
/* A message that is larger than the receive buffer is taken up to so many buffers. */
#define SCTP_MAX_OVERSIZE 4

/* --- One path: a local and a peer address ---------------------------------------------------- */

/** How far the search for a black hole is. */
enum sctp_hole_stage
{
    SCTP_HOLE_NONE,
    SCTP_HOLE_LARGE, /**< the large probe is on its way, and sctp_path.raise waits for its answer */
    SCTP_HOLE_SMALL  /**< it was not answered in time; the small one is on its way */
};

/** The two probes that tell a black hole from an outage (RFC 8899 section 4.3). */
struct sctp_hole
{
    enum sctp_hole_stage stage;
    uint32_t size;    /**< of the large one; 0: none was sent */
    uint8_t large[8]; /**< its nonce */
    uint8_t small[8]; /**< that of the one which any network should take */
};

struct sctp_path
{
    struct roam_addr local, peer;
    size_t place; /**< in sctp_assoc.paths */
    enum sctp_path_state state;
    struct sctp_path_config config;

    struct sctp_rto rto;
    roam_time last_sent;   /**< data, for the idle decay of cwnd */
    roam_time young_until; /**< an ABORT may be about an earlier life of its addresses; or 0 */

    uint32_t mtu;        /**< IP header included; section 7.3 */
    uint32_t probe_size; /**< that the last probe for a larger one had */
    unsigned probes;     /**< of that size, sent without an answer */
    uint8_t probe_nonce[8];
    struct sctp_hole hole;
    bool narrow; /**< narrower than any MTU that we keep to: packets may be fragmented */

    uint32_t cwnd, ssthresh, partial_acked;
    uint32_t flight; /**< bytes of user data in flight on this path */
    uint32_t burst;  /**< packets with new data that may go in this burst (6.1 D) */
    bool timed_out;  /**< one packet in flight until something is acknowledged (7.2.1) */
    bool recovering; /**< fast recovery, until recover_tsn is acknowledged */
    uint32_t recover_tsn;
    bool reduced;         /**< cwnd was, by a loss or an ECNE */
    uint32_t reduced_tsn; /**< the last TSN sent before: marks up to it are old news */
    bool timing;          /**< one DATA chunk is being timed */
    uint32_t timed_tsn;

    uint32_t errors;
    roam_time struck_at;      /**< when the last of them was counted */
    roam_time unreachable_at; /**< when ICMP's word was last counted as one */
    struct roam_timer t3;
    struct roam_timer hb;
    struct roam_timer raise; /**< until the next probe for a larger MTU */
    bool hb_outstanding;
    uint64_t hb_nonce;
    roam_time hb_sent;
};

/** A local address in an association (RFC 5061 section 5.3). */
enum sctp_bound_state
{
    SCTP_BOUND_ADDING, /**< ASCONF ADD not yet acknowledged: carries nothing but that ASCONF */
    SCTP_BOUND,
    SCTP_BOUND_DELETING /**< ASCONF DELETE not yet acknowledged */
};

struct sctp_bound
{
    struct roam_addr addr;
    enum sctp_bound_state state;
};

/** An address of the peer in an association, and its place in the endpoint's table. */
struct sctp_peer
{
    struct roam_table_node node;
    struct sctp_assoc* assoc;
    struct roam_addr addr;
    bool former;                    /**< deleted: good only to know its late packets by */
    bool confirmed;                 /**< RFC 9260 section 5.4 */
    bool wants_primary;             /**< SET PRIMARY came before the address was confirmed */
    struct sctp_path_config config; /**< of paths to this address that are yet to come */
    uint16_t udp_port;              /**< of encapsulation to it (RFC 6951), 0 is none */
};

/* --- Chunks that wait ------------------------------------------------------------------------ */

/** Of an outbound DATA chunk; sctp_data_enter() changes it. */
enum sctp_data_state
{
    SCTP_DATA_UNSENT, /**< pending, without a TSN */
    SCTP_DATA_FLYING,
    SCTP_DATA_GAP_ACKED,
    SCTP_DATA_MARKED,    /**< for retransmission */
    SCTP_DATA_ABANDONED, /**< not sent any more; waits for the cumulative TSN (RFC 3758, 3.4) */
    SCTP_DATA_ACKED      /**< by the cumulative TSN: about to be freed */
};

/** An outbound DATA chunk: first in pending, then, with a TSN, in sent. */
struct sctp_data
{
    uint32_t tsn, ppid;
    uint16_t stream, ssn, len;
    uint8_t flags;
    uint8_t misses; /**< reports since its last transmission, up to 3 (section 7.2.4) */
    enum sctp_data_state state;
    bool fast_retransmitted;
    bool avoid_path;    /**< timed out: retransmit on another path (section 6.4.1) */
    bool several_paths; /**< sent on more than one: its acknowledgement says nothing about either */
    uint16_t sends;
    uint32_t order;         /**< of its last transmission among all, counted from 1, modulo 2^32 */
    struct sctp_path* path; /**< last sent on; NULL when that path is gone */
    roam_time sent_at;
    enum sctp_policy policy;
    bool abandoned_in_flight; /**< a loss of it still counts for congestion (RFC 3758, 3.5 F5) */
    int64_t limit;            /**< of the policy; SCTP_TIMED: the moment of expiry */
    uint64_t context;
    uint8_t payload[];
};

/** A control chunk on its way out. */
struct sctp_control
{
    struct roam_addr local, peer;
    uint32_t vtag;
    bool alone; /**< must not be bundled */
    bool whole; /**< must not be fragmented, however large it is */
    size_t len; /**< padded */
    uint8_t bytes[];
};

/** What a received DATA chunk says of itself. */
struct sctp_data_head
{
    uint32_t tsn, ppid;
    uint16_t stream, ssn, len; /**< len is of the user data */
    uint8_t flags;
};

/** A received DATA chunk that is not yet a whole message. */
struct sctp_fragment
{
    struct sctp_data_head head;
    uint8_t payload[];
};

/** The message that its reader gets in parts (RFC 9260 section 6.9). */
struct sctp_parts
{
    bool on;
    struct sctp_data_head last; /**< of what was delivered; the next TSN is not here yet */
};

struct sctp_stream_in
{
    uint16_t next_ssn;     /**< that of the message in parts, until it ends */
    struct roam_ring held; /**< struct sctp_message*, whole but early, by SSN */
};

/** One ASCONF: outstanding, or waiting for its turn. */
struct sctp_asconf_batch
{
    size_t n;
    struct sctp_asconf_request requests[SCTP_ASCONF_MAX];
    bool has_wildcard; /**< then it leaves from source only, which a wildcard stands for */
    struct roam_addr source;
    bool way_back;         /**< adds again what the one before it deletes; its user hears nothing */
    struct roam_addr name; /**< the Address Parameter that it was bundled with; or none */
};

/* --- INIT and INIT ACK as read --------------------------------------------------------------- */

struct sctp_init
{
    uint32_t tag, rwnd, tsn;
    uint16_t outbound, inbound;
    size_t n_addrs;
    struct roam_addr addrs[SCTP_MAX_PEERS];
    bool ecn;
    bool has_types, takes_v4, takes_v6; /**< Supported Address Types (section 3.3.2.1.5) */
    bool ext_auth, ext_asconf, ext_asconf_ack;
    struct sctp_param forward_tsn;           /**< bytes NULL when absent */
    struct sctp_param random, chunks, hmacs; /**< bytes NULL when absent */
    bool adaptation_on;
    uint32_t adaptation_code; /**< RFC 5061 section 4.2.6 */
    bool has_primary;
    struct roam_addr primary; /**< which of its addresses the peer prefers (RFC 5061 section 5.4) */
    struct sctp_param cookie; /**< bytes NULL when absent */
    struct sctp_param unrecognized[SCTP_MAX_UNRECOGNIZED];
    size_t n_unrecognized;
    uint32_t preserve_ms;      /**< Cookie Preservative; 0 when absent */
    uint16_t cause;            /**< not 0: this INIT must be refused with an ABORT */
    struct sctp_param culprit; /**< what the cause is about; bytes NULL when absent */
};

/* --- The association ------------------------------------------------------------------------- */

struct sctp_assoc
{
    struct sctp_endpoint* ep;
    sctp_assoc_id id;
    struct sctp_config config; /**< the endpoint's at birth, then its own */
    enum sctp_state state;
    bool gone, dirty;
    struct roam_link in_gone, in_dirty; /**< of the endpoint */
    struct roam_heap_node expiry;       /**< in the endpoint's heap */
    struct roam_table_node by_id;

    uint16_t peer_port;
    uint16_t udp_port; /**< of addresses that the peer will have */
    uint32_t my_tag, peer_tag;
    uint32_t my_tie, peer_tie; /**< random; 0 until an INIT makes them needed (section 5.2.2) */
    uint32_t my_first_tsn;

    struct sctp_bound* bound;
    size_t n_bound;
    struct sctp_peer** peers;
    size_t n_peers;
    struct sctp_peer* former[SCTP_MAX_FORMER];
    size_t n_former;
    struct sctp_path** paths;
    size_t n_paths;
    struct sctp_path* primary;
    bool other_interval; /**< HB.interval was changed: timers are to follow */

    bool has_auth, has_addip;
    struct sctp_auth auth;
    bool peer_adaptation_on;
    uint32_t peer_adaptation_code;

    struct roam_timer t1, t2, t4, t5, sack_timer;
    uint32_t init_sends;
    bool binds_all;         /**< opened by a user who named no local address */
    bool setup_unsent;      /**< the latest INIT or COOKIE ECHO had no address to leave from */
    uint32_t setup_turn;    /**< counts the T1 that have moved it to another path */
    roam_time echo_sent;    /**< the latest COOKIE ECHO */
    uint32_t stale_cookies; /**< how often the peer has called our cookie stale */
    uint32_t preserve_ms;   /**< what our next INIT asks for, section 5.2.6; or 0 */
    uint8_t* cookie;        /**< to echo; owned, NULL outside COOKIE-ECHOED */
    size_t cookie_len;
    uint32_t errors;          /**< consecutive, against Association.Max.Retrans */
    struct roam_ring control; /**< struct sctp_control* */

    /* outbound data */
    uint16_t outbound, inbound;
    uint16_t* next_ssn;             /**< by stream, of the next message that is sent */
    struct roam_ring pending, sent; /**< struct sctp_data*; sent[i] has TSN cum_acked + 1 + i */
    uint32_t next_tsn, cum_acked;
    uint32_t peer_rwnd;
    size_t pending_bytes, flight;
    size_t queued_bytes; /**< pending and sent, against send_buffer */
    size_t n_marked, n_gap_acked;
    bool holding;        /**< SCTP_SWITCH_HOLD: no DATA until our SET PRIMARY is answered */
    bool probe_due;      /**< an RTO has passed with the peer's window closed (6.1 A) */
    bool probe_answered; /**< the last SACK shows the window still closed to what is in flight */
    bool fast_packet;    /**< the one fast retransmission that goes whatever cwnd says */
    bool user_blocked;
    uint64_t chunks_sent, chunks_retransmitted;

    /* partial reliability */
    bool has_pr;                    /**< both ends offer it */
    bool policies;                  /**< some message queued since the queue was empty has one */
    struct roam_timer life;         /**< when the lifetime of a queued message ends next */
    uint32_t advanced_ack;          /**< Advanced.Peer.Ack.Point (RFC 3758 section 3.5 A1) */
    bool advance_due;               /**< it may be possible to advance it */
    bool forward_due;               /**< a FORWARD TSN is to be sent */
    bool forward_timed_out;         /**< the last one was not answered in time */
    struct sctp_path* forward_path; /**< where the last one went; NULL when that path is gone */
    roam_time forward_sent_at;
    uint64_t abandoned_sent, abandoned_unsent; /**< messages */

    /* inbound data */
    struct sctp_tsnmap map;
    struct roam_ring fragments;     /**< struct sctp_fragment*, by TSN */
    uint32_t skipped;               /**< the last TSN of those whose message was given up */
    uint16_t longest;               /**< bytes of user data in a chunk of the peer's, so far */
    struct roam_ring ready;         /**< struct sctp_message* */
    bool short_of_memory;           /**< something that had come could not be kept */
    struct sctp_parts parts;        /**< of the message that is delivered in parts */
    struct roam_ring behind;        /**< struct sctp_message*: wait for that message to end */
    struct sctp_stream_in* streams; /**< n_streams of them, grown as they are used */
    size_t n_streams;
    size_t unread, held; /**< bytes: ready to read, and not yet deliverable */
    size_t pieces;       /**< messages and fragments that these bytes are in */
    uint32_t accepted;   /**< bytes of user data taken in, modulo 2^32 */
    uint32_t edge;       /**< of the window that the peer was last told: a value of accepted */
    uint32_t packets_unsacked;
    bool sack_due, data_in_packet;
    bool first_sacked; /**< the first DATA chunk is acknowledged at once (section 5.1) */
    struct roam_addr sack_local, sack_peer;
    uint64_t duplicate_tsns;

    /* explicit congestion notification */
    bool has_ecn;      /**< both ends offer it */
    bool ecne_on;      /**< DATA came marked, and no CWR has answered yet */
    bool ecne_due;     /**< the next SACK goes with an ECNE */
    uint32_t ecne_tsn; /**< the lowest of the packet that was marked last */

    /* ASCONF, ours */
    struct roam_ring
        batches;        /**< struct sctp_asconf_batch*; the first is outstanding if asconf_len */
    uint32_t my_serial; /**< of the next ASCONF */
    uint8_t* asconf;    /**< outstanding chunk; owned */
    size_t asconf_len;
    uint32_t asconf_sends;
    struct roam_addr asconf_local, asconf_peer;
    bool no_op[3]; /**< by sctp_asconf_op: the peer did not know the parameter (5.3 F3) */
    /* ASCONF, the peer's */
    uint32_t peer_serial; /**< of the last one that was processed */
    struct roam_ring
        asconf_acks; /**< struct sctp_asconf_ack*, answers to the last packet of them */
};

/** An address that the host has. */
struct sctp_local
{
    struct roam_addr addr;
    uint32_t ifindex;
};

/** A host route: the interface that leads to an address of a peer. */
struct sctp_route
{
    struct roam_addr peer;
    uint32_t ifindex;
};

/** A whole packet that no association owns: replies of sections 5.1, 8.4 and the last ABORT. */
struct sctp_stray
{
    struct roam_addr src, dst;
    uint16_t udp_port;
    size_t len;
    uint8_t bytes[];
};

/** What waits to be told to the user: a ring that grows by doubling. */
struct sctp_event_queue
{
    struct sctp_event* slots;
    size_t cap; /**< a power of two, or 0 */
    size_t head, n;
};

struct sctp_endpoint
{
    struct sctp_config config;
    uint16_t port;
    uint16_t udp_port; /**< of the associations that we open */
    bool listening;
    struct roam_rng rng;
    uint8_t secret[SCTP_SECRET_LEN];
    uint64_t hash_key;
    struct sctp_keys keys; /**< of associations to come */

    struct sctp_local* locals;
    size_t n_locals;
    struct sctp_route* routes;
    size_t n_routes;

    sctp_assoc_id last_id;
    struct roam_table ids;   /**< struct sctp_assoc by id */
    struct roam_table peers; /**< struct sctp_peer by address and port */
    struct roam_heap expiries;
    struct roam_list dirty;  /**< struct sctp_assoc: polled for packets, expiry recomputed */
    struct roam_list gone;   /**< struct sctp_assoc: to be reaped */
    struct roam_ring strays; /**< struct sctp_stray* */
    size_t stray_bytes;
    uint64_t delivered; /**< messages and parts that have become ready */
    size_t n_opening;   /**< associations in COOKIE-WAIT and COOKIE-ECHOED */
    struct sctp_event_queue events;
    size_t n_failed; /**< SCTP_EV_SEND_FAILED among them */

    uint8_t* buffer; /**< the packet that was polled last */
    size_t buffer_len;
    const struct roam_packet* receiving; /**< during sctp_recv() */
};

#endif

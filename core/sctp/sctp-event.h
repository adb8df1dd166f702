/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * What an endpoint reports: its events, and the states and reasons in them. Part of sctp.h, which
 * has the calls.
 */
#ifndef ROAM_SCTP_EVENT_H
#define ROAM_SCTP_EVENT_H

#include "core/base/base.h"

/** Names one association of one endpoint; never used twice. Zero is none. */
typedef uint32_t sctp_assoc_id;

/** The most bytes of a user's reason to abort (RFC 9260 section 3.3.10.12). */
#define SCTP_REASON_MAX 64

/** The states of RFC 9260 section 4. */
enum sctp_state
{
    SCTP_CLOSED,
    SCTP_COOKIE_WAIT,
    SCTP_COOKIE_ECHOED,
    SCTP_ESTABLISHED,
    SCTP_SHUTDOWN_PENDING,
    SCTP_SHUTDOWN_SENT,
    SCTP_SHUTDOWN_RECEIVED,
    SCTP_SHUTDOWN_ACK_SENT
};

enum sctp_event_type
{
    SCTP_EV_STATE,           /**< from, to */
    SCTP_EV_UP,              /**< the association is established, seen from this side */
    SCTP_EV_RESTART,         /**< the peer has started anew in the same association (5.2.4.1) */
    SCTP_EV_CLOSED,          /**< shutdown is complete: all was delivered; the id is gone */
    SCTP_EV_LOST,            /**< the association is broken (why); the id is gone */
    SCTP_EV_READABLE,        /**< a message, or a part of one, waits for sctp_receive() */
    SCTP_EV_PARTIAL_ABORTED, /**< the message that is delivered in parts ends here, incomplete
                                  (partial) */
    SCTP_EV_WRITABLE,        /**< there is room again after a ROAM_EAGAIN */
    SCTP_EV_SEND_FAILED,     /**< a message will not be delivered, as far as we know (failed) */
    SCTP_EV_PEER_DONE,       /**< the peer sends no more (SHUTDOWN received) */
    SCTP_EV_PATH,            /**< local, peer; path_state is new */
    SCTP_EV_ASCONF,       /**< the peer has answered our request: op, addr, cause (0 is success) */
    SCTP_EV_PEER_ADDRESS, /**< the peer's ASCONF had an effect here: op, addr */
    SCTP_EV_PRIMARY,      /**< the primary path is now local, peer */
    SCTP_EV_AUTH,         /**< about RFC 4895: what, key */
    SCTP_EV_ADAPTATION,   /**< the peer's Adaptation Layer Indication: code; follows UP */
    SCTP_EV_DROP          /**< a packet or chunk was dropped (why) */
};

/** What a SCTP_EV_AUTH tells. */
enum sctp_auth_what
{
    SCTP_AUTH_NO_AUTH, /**< the association is up, and the peer does not authenticate */
    SCTP_AUTH_NEW_KEY, /**< the peer sends with this key identifier from now on */
    SCTP_AUTH_NO_KEY   /**< an AUTH chunk with a key identifier that we have no key for */
};

/** What ended an association. */
enum sctp_lost_why
{
    SCTP_LOST_NONE,
    SCTP_LOST_USER_ABORT,   /**< sctp_abort() was called */
    SCTP_LOST_PEER_ABORT,   /**< the peer sent ABORT */
    SCTP_LOST_INIT,         /**< Max.Init.Retransmits without an answer */
    SCTP_LOST_RETRANS,      /**< Association.Max.Retrans without an answer */
    SCTP_LOST_PROTOCOL,     /**< the peer broke the protocol */
    SCTP_LOST_STALE_COOKIE, /**< the peer refused our cookie as stale */
    SCTP_LOST_SHUTDOWN      /**< the shutdown guard timer ran out (T5) */
};

/** Why a packet or chunk was dropped. */
enum sctp_drop_why
{
    SCTP_DROP_NONE,
    SCTP_DROP_MALFORMED,
    SCTP_DROP_CHECKSUM,
    SCTP_DROP_VTAG,
    SCTP_DROP_OOTB,       /**< out of the blue; answered as section 8.4 says */
    SCTP_DROP_AUTH,       /**< HMAC missing or wrong where one is required */
    SCTP_DROP_UNEXPECTED, /**< the chunk has no place in this state */
    SCTP_DROP_DUPLICATE,  /**< a TSN that was received before */
    SCTP_DROP_WINDOW      /**< no receive buffer left */
};

enum sctp_path_state
{
    SCTP_PATH_UNCONFIRMED, /**< section 5.4: probed, no data */
    SCTP_PATH_ACTIVE,
    SCTP_PATH_INACTIVE, /**< Path.Max.Retrans exceeded, or the local address is lost */
    SCTP_PATH_REMOVED,
    SCTP_PATH_PF /**< potentially failed (RFC 7829): probed, data only when none is active */
};

/** The parameters of an ASCONF (RFC 5061 section 4.2). */
enum sctp_asconf_op
{
    SCTP_ADD,         /**< 0xc001, Add IP Address */
    SCTP_SET_PRIMARY, /**< 0xc004, Set Primary Address */
    SCTP_DELETE       /**< 0xc002, Delete IP Address */
};

/** When to give a message up (RFC 3758 section 4.1, RFC 7496 section 3). */
enum sctp_policy
{
    SCTP_RELIABLE, /**< never; limit is not read */
    SCTP_TIMED,    /**< limit nanoseconds after sctp_send(), 1 or more */
    SCTP_RTX,      /**< instead of retransmitting a chunk of it more than limit times, 0 or more */
    SCTP_PRIO      /**< when the send buffer is full and a more important message comes: limit 0
                        is the most important, greater numbers are less so */
};

struct sctp_event
{
    enum sctp_event_type type;
    sctp_assoc_id assoc;
    roam_time at;   /**< when it came about */
    uint64_t order; /**< messages of a lower order (struct sctp_message) came before it */
    union
    {
        struct
        {
            enum sctp_state from, to;
        } state;
        struct
        {
            enum sctp_lost_why why;
            uint16_t cause;     /**< the first error cause of the ABORT, 0 when there was none */
            uint8_t reason_len; /**< of the peer's user, bytes; longer ones are cut */
            uint8_t reason[SCTP_REASON_MAX];
        } lost;
        struct
        {
            struct roam_addr local, peer;
            enum sctp_path_state state;
            uint32_t n_active; /**< paths to the same peer address that are active now */
        } path;
        struct
        {
            enum sctp_asconf_op op;
            struct roam_addr addr;
            uint16_t cause;  /**< 0, the error cause of RFC 5061 section 4.3, or
                                  SCTP_ASCONF_UNANSWERED */
            uint32_t serial; /**< of the ASCONF that carried it */
        } asconf;
        struct
        {
            enum sctp_auth_what what;
            uint16_t key; /**< endpoint pair shared key identifier */
        } auth;
        struct
        {
            uint32_t code;
        } adaptation;
        struct
        {
            enum sctp_drop_why why;
            uint8_t chunk; /**< chunk type, when it was one chunk */
            uint32_t tsn;  /**< for SCTP_DROP_DUPLICATE */
        } drop;
        struct
        {
            uint16_t stream, ssn; /**< ssn has no meaning if it is unordered */
            bool unordered;
        } partial;
        struct
        {
            uint64_t context;     /**< of sctp_message_info */
            enum sctp_policy why; /**< that gave it up; SCTP_RELIABLE: the association ended,
                                       restarted, or has fewer streams */
            uint32_t ppid;
            uint16_t stream, ssn; /**< ssn is 0 before a part was sent */
            bool unordered;
            bool sent; /**< a part or all of it was, and may have arrived */
        } failed;
    } u;
};

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * Notifications, as RFC 6458 section 6.1 shapes them: they come in the stream of messages with
 * ROAM_MSG_NOTIFICATION in the flags, if ROAM_SCTP_EVENT asked for them. All fields are in host
 * byte order.
 *
 * A notification comes behind the messages that had arrived when it came about, and before those
 * that arrived later.
 */
#ifndef ROAM_HOST_EVENTS_H
#define ROAM_HOST_EVENTS_H

#include "host/host-options.h"

/** sn_type. */
enum
{
    ROAM_SCTP_ASSOC_CHANGE = 1,
    ROAM_SCTP_PEER_ADDR_CHANGE,
    ROAM_SCTP_SHUTDOWN_EVENT,
    ROAM_SCTP_SEND_FAILED_EVENT,
    ROAM_SCTP_ASCONF_EVENT, /**< not of RFC 6458: the peer has answered an ASCONF of ours */
    ROAM_SCTP_PARTIAL_DELIVERY_EVENT,
    ROAM_SCTP_ADAPTATION_INDICATION,
    ROAM_SCTP_AUTHENTICATION_EVENT,
    ROAM_SCTP_EVENT_TYPES
};

struct roam_sctp_notification_header
{
    uint16_t sn_type, sn_flags;
    uint32_t sn_length; /**< of the whole notification */
};

/** sac_state. */
enum
{
    ROAM_SCTP_COMM_UP = 1,
    ROAM_SCTP_COMM_LOST,
    ROAM_SCTP_RESTART,
    ROAM_SCTP_SHUTDOWN_COMP,
    ROAM_SCTP_CANT_STR_ASSOC
};

/** sac_info of COMM_UP and RESTART: what the association can do. */
enum
{
    ROAM_SCTP_ASSOC_SUPPORTS_PR = 1,
    ROAM_SCTP_ASSOC_SUPPORTS_AUTH,
    ROAM_SCTP_ASSOC_SUPPORTS_ASCONF
};

/** Section 6.1.1. */
struct roam_sctp_assoc_change
{
    uint16_t sac_type, sac_flags;
    uint32_t sac_length;
    uint16_t sac_state;
    uint16_t sac_error; /**< the ABORT's first error cause, 0 without */
    uint16_t sac_outbound_streams, sac_inbound_streams;
    roam_sctp_assoc_t sac_assoc_id;
    uint8_t sac_info[];
};

/** spc_state. */
enum
{
    ROAM_SCTP_ADDR_AVAILABLE = 1,
    ROAM_SCTP_ADDR_UNREACHABLE,
    ROAM_SCTP_ADDR_REMOVED,
    ROAM_SCTP_ADDR_ADDED,
    ROAM_SCTP_ADDR_MADE_PRIM,
    ROAM_SCTP_ADDR_POTENTIALLY_FAILED /**< RFC 7829 */
};

/** Section 6.1.2. */
struct roam_sctp_paddr_change
{
    uint16_t spc_type, spc_flags;
    uint32_t spc_length;
    struct sockaddr_storage spc_aaddr;
    uint32_t spc_state;
    uint32_t spc_error;
    roam_sctp_assoc_t spc_assoc_id;
};

/** Section 6.1.5: the peer sends no more. */
struct roam_sctp_shutdown_event
{
    uint16_t sse_type, sse_flags;
    uint32_t sse_length;
    roam_sctp_assoc_t sse_assoc_id;
};

/** ssf_flags: whether a part of it was sent. */
enum
{
    ROAM_SCTP_DATA_UNSENT = 1,
    ROAM_SCTP_DATA_SENT
};

/** Section 6.1.11: a message will not be delivered. Its data does not come back, its context does.
 */
struct roam_sctp_send_failed_event
{
    uint16_t ssf_type, ssf_flags;
    uint32_t ssf_length;
    uint32_t ssf_error; /**< ROAM_SCTP_PR_SCTP_* that gave it up; NONE: the association ended */
    struct roam_sctp_sndinfo ssfe_info;
    roam_sctp_assoc_t ssf_assoc_id;
};

/** pdapi_indication. */
enum
{
    ROAM_SCTP_PARTIAL_DELIVERY_ABORTED = 1
};

/**
 * Section 6.1.7: the message of which parts were read, the last without MSG_EOR, ends here: its
 * sender gave it up, or the association ended or restarted.
 */
struct roam_sctp_pdapi_event
{
    uint16_t pdapi_type, pdapi_flags;
    uint32_t pdapi_length;
    uint32_t pdapi_indication;
    uint32_t pdapi_stream;
    uint32_t pdapi_seq; /**< stream sequence number; no meaning if it was unordered */
    roam_sctp_assoc_t pdapi_assoc_id;
};

/** Section 6.1.6: what the peer's INIT or INIT ACK said about its adaptation layer; behind COMM_UP.
 */
struct roam_sctp_adaptation_event
{
    uint16_t sai_type, sai_flags;
    uint32_t sai_length;
    uint32_t sai_adaptation_ind;
    roam_sctp_assoc_t sai_assoc_id;
};

/** auth_indication. A key that is deleted is used no more at once: there is no SCTP_AUTH_FREE_KEY.
 */
enum
{
    ROAM_SCTP_AUTH_NEW_KEY = 1, /**< the peer sends with this key from now on */
    ROAM_SCTP_AUTH_NO_AUTH      /**< the peer does not do RFC 4895; behind COMM_UP */
};

/** Section 6.1.8. */
struct roam_sctp_authkey_event
{
    uint16_t auth_type, auth_flags;
    uint32_t auth_length;
    uint16_t auth_keynumber;
    uint32_t auth_indication;
    roam_sctp_assoc_t auth_assoc_id;
};

/** The answer to one request of an ASCONF. */
struct roam_sctp_asconf_event
{
    uint16_t sae_type, sae_flags;
    uint32_t sae_length;
    struct sockaddr_storage sae_addr;
    uint16_t sae_op;    /**< ROAM_SCTP_ASCONF_ADD, _DELETE, _SET_PRIMARY */
    uint16_t sae_cause; /**< 0 is success; else the error cause of RFC 5061 section 4.3 */
    roam_sctp_assoc_t sae_assoc_id;
};

union roam_sctp_notification
{
    struct roam_sctp_notification_header sn_header;
    struct roam_sctp_assoc_change sn_assoc_change;
    struct roam_sctp_paddr_change sn_paddr_change;
    struct roam_sctp_shutdown_event sn_shutdown_event;
    struct roam_sctp_send_failed_event sn_send_failed_event;
    struct roam_sctp_asconf_event sn_asconf_event;
    struct roam_sctp_pdapi_event sn_pdapi_event;
    struct roam_sctp_adaptation_event sn_adaptation_event;
    struct roam_sctp_authkey_event sn_auth_event;
};

#endif

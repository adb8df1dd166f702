/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * Options of SCTP sockets, with the names and the shapes of RFC 6458 section 8 (and of RFC 6951
 * section 6, RFC 7829 section 7) under a prefix of our own: sctp_rtoinfo is roam_sctp_rtoinfo,
 * SCTP_RTOINFO is ROAM_SCTP_RTOINFO, and the fields keep their names. Times are milliseconds unless
 * said otherwise. Where a structure names an association: on a one-to-one socket the name is
 * ignored; on a one-to-many socket ROAM_SCTP_FUTURE_ASSOC is those to come, and
 * ROAM_SCTP_CURRENT_ASSOC and ROAM_SCTP_ALL_ASSOC are for setting only.
 */
#ifndef ROAM_HOST_OPTIONS_H
#define ROAM_HOST_OPTIONS_H

#include <netinet/in.h>
#include <stdint.h>
#include <sys/socket.h>

#ifndef IPPROTO_SCTP
#define IPPROTO_SCTP 132
#endif

/** Names an association of one socket. */
typedef uint32_t roam_sctp_assoc_t;

enum
{
    ROAM_SCTP_FUTURE_ASSOC = 0,
    ROAM_SCTP_CURRENT_ASSOC = 1,
    ROAM_SCTP_ALL_ASSOC = 2 /**< names of associations are greater */
};

/** Flags of roam_sctp_bindx(). */
enum
{
    ROAM_SCTP_BINDX_ADD_ADDR = 1,
    ROAM_SCTP_BINDX_REM_ADDR = 2
};

/** What an ASCONF asks (RFC 5061 section 4.2), with the engine's numbers. */
enum
{
    ROAM_SCTP_ASCONF_ADD,
    ROAM_SCTP_ASCONF_SET_PRIMARY,
    ROAM_SCTP_ASCONF_DELETE
};

/** Flags of a message: snd_flags, rcv_flags. */
enum
{
    ROAM_SCTP_UNORDERED = 0x0400,
    ROAM_SCTP_ADDR_OVER = 0x0800, /**< EOPNOTSUPP: roam_sctp_set_path() chooses the path */
    ROAM_SCTP_ABORT = 0x0200,     /**< end the association; the message is the ABORT's reason */
    ROAM_SCTP_EOF = 0x0100,       /**< shut down behind this message */
    ROAM_SCTP_SACK_IMMEDIATELY = 0x4000
};

/** In *flags of roam_sctp_recvv(): it is a notification (host-events.h). */
#define ROAM_MSG_NOTIFICATION 0x8000

/** Names of options, level IPPROTO_SCTP. In brackets: the value's type; (g) is read only. */
enum
{
    ROAM_SCTP_RTOINFO = 1,  /**< [roam_sctp_rtoinfo] */
    ROAM_SCTP_ASSOCINFO,    /**< [roam_sctp_assocparams] */
    ROAM_SCTP_INITMSG,      /**< [roam_sctp_initmsg] */
    ROAM_SCTP_NODELAY,      /**< [int] always on: nothing is held back; off is EOPNOTSUPP */
    ROAM_SCTP_PRIMARY_ADDR, /**< [roam_sctp_setprim] where we send */
    ROAM_SCTP_SET_PEER_PRIMARY_ADDR,  /**< [roam_sctp_setpeerprim] asks the peer, write only */
    ROAM_SCTP_PEER_ADDR_PARAMS,       /**< [roam_sctp_paddrparams] */
    ROAM_SCTP_PEER_ADDR_THLDS,        /**< [roam_sctp_paddrthlds] */
    ROAM_SCTP_DEFAULT_SNDINFO,        /**< [roam_sctp_sndinfo] */
    ROAM_SCTP_EVENT,                  /**< [roam_sctp_event] */
    ROAM_SCTP_STATUS,                 /**< [roam_sctp_status] (g) */
    ROAM_SCTP_GET_PEER_ADDR_INFO,     /**< [roam_sctp_paddrinfo] (g) */
    ROAM_SCTP_DELAYED_SACK,           /**< [roam_sctp_sack_info] */
    ROAM_SCTP_MAXSEG,                 /**< [roam_sctp_assoc_value] (g) payload of a DATA chunk */
    ROAM_SCTP_MAX_BURST,              /**< [roam_sctp_assoc_value] packets */
    ROAM_SCTP_CONTEXT,                /**< [roam_sctp_assoc_value] rcv_context of what comes */
    ROAM_SCTP_GET_ASSOC_NUMBER,       /**< [uint32_t] (g) */
    ROAM_SCTP_GET_ASSOC_ID_LIST,      /**< [roam_sctp_assoc_ids] (g) */
    ROAM_SCTP_REMOTE_UDP_ENCAPS_PORT, /**< [roam_sctp_udpencaps] */
    ROAM_SCTP_DEFAULT_PRINFO,         /**< [roam_sctp_default_prinfo] */
    ROAM_SCTP_PR_SUPPORTED,           /**< [roam_sctp_assoc_value] offer PR-SCTP */
    ROAM_SCTP_ECN_SUPPORTED,          /**< [roam_sctp_assoc_value] offer ECN, 0 at first */
    ROAM_SCTP_ASCONF_SUPPORTED,       /**< [roam_sctp_assoc_value] offer ADD-IP */
    ROAM_SCTP_AUTH_SUPPORTED,         /**< [roam_sctp_assoc_value] offer AUTH */
    ROAM_SCTP_AUTH_CHUNK,          /**< [roam_sctp_authchunk] write only, of associations to come */
    ROAM_SCTP_AUTH_KEY,            /**< [roam_sctp_authkey] write only; EACCES before bind */
    ROAM_SCTP_AUTH_ACTIVE_KEY,     /**< [roam_sctp_authkeyid] EACCES before bind */
    ROAM_SCTP_AUTH_DELETE_KEY,     /**< [roam_sctp_authkeyid] write only; EACCES before bind */
    ROAM_SCTP_HMAC_IDENT,          /**< [roam_sctp_hmacalgo] of associations to come */
    ROAM_SCTP_ADAPTATION_LAYER,    /**< [roam_sctp_setadaptation] of associations to come */
    ROAM_SCTP_FRAGMENT_INTERLEAVE, /**< [uint32_t] section 8.1.20: what may come between the parts
                                        of a message: 0 nothing, 1 (at first on one-to-many sockets)
                                        other associations' and notifications, 2 other streams' */
    ROAM_SCTP_PARTIAL_DELIVERY_POINT, /**< [uint32_t] section 8.1.21: a message of more bytes may
                                           come in parts, at most SO_RCVBUF; 0 (at first): only when
                                           the receive buffer is full of it */
    ROAM_SCTP_PATHS,                  /**< [roam_sctp_paths] (g), not of RFC 6458 */
    ROAM_SCTP_SWITCH_POLICY           /**< [roam_sctp_assoc_value] enum below, not of RFC 6458 */
};

/**
 * What a change of the primary path does to data in flight; core/sctp/sctp.h says more (enum
 * sctp_switch_policy).
 */
enum
{
    ROAM_SCTP_SWITCH_LEAVE,     /**< nothing; at first */
    ROAM_SCTP_SWITCH_HOLD,      /**< none is sent between a SET PRIMARY and its answer */
    ROAM_SCTP_SWITCH_RETRANSMIT /**< it is sent again on the new primary at once */
};

/** Section 8.1.1. 0 leaves a value as it is. */
struct roam_sctp_rtoinfo
{
    roam_sctp_assoc_t srto_assoc_id;
    uint32_t srto_initial, srto_max, srto_min;
};

/** Section 8.1.2. 0 leaves a value as it is; the last three but one are read only. */
struct roam_sctp_assocparams
{
    roam_sctp_assoc_t sasoc_assoc_id;
    uint16_t sasoc_asocmaxrxt;
    uint16_t sasoc_number_peer_destinations;
    uint32_t sasoc_peer_rwnd;
    uint32_t sasoc_local_rwnd;
    uint32_t sasoc_cookie_life;
};

/** Section 8.1.3, of associations to come. 0 leaves a value as it is. The last, in ms, is the
 * longest wait for the answer to an INIT or COOKIE ECHO. */
struct roam_sctp_initmsg
{
    uint16_t sinit_num_ostreams;
    uint16_t sinit_max_instreams;
    uint16_t sinit_max_attempts;
    uint16_t sinit_max_init_timeo;
};

/** Section 8.1.9: the peer's address that is primary for us. */
struct roam_sctp_setprim
{
    roam_sctp_assoc_t ssp_assoc_id;
    struct sockaddr_storage ssp_addr;
};

/** Section 8.3.1: an address of ours that the peer is asked to make its primary. */
struct roam_sctp_setpeerprim
{
    roam_sctp_assoc_t sspp_assoc_id;
    struct sockaddr_storage sspp_addr;
};

/** spp_flags. */
enum
{
    ROAM_SPP_HB_ENABLE = 0x1,
    ROAM_SPP_HB_DISABLE = 0x2,
    ROAM_SPP_HB_DEMAND = 0x4, /**< a HEARTBEAT to spp_address now */
    ROAM_SPP_PMTUD_ENABLE = 0x8,
    ROAM_SPP_PMTUD_DISABLE = 0x10 /**< then spp_pathmtu is the MTU */
};

/** Section 8.1.12. 0 leaves a value as it is; no address is the whole association. */
struct roam_sctp_paddrparams
{
    roam_sctp_assoc_t spp_assoc_id;
    struct sockaddr_storage spp_address;
    uint32_t spp_hbinterval;
    uint16_t spp_pathmaxrxt;
    uint32_t spp_pathmtu; /**< IP header included */
    uint32_t spp_flags;
};

/**
 * RFC 7829 section 7.2: how many attempts without an answer make a path inactive, potentially
 * failed, and no primary any more. 65535 is never; spt_pathmaxrxt of 0 leaves it as it is.
 */
struct roam_sctp_paddrthlds
{
    roam_sctp_assoc_t spt_assoc_id;
    struct sockaddr_storage spt_address;
    uint16_t spt_pathmaxrxt, spt_pathpfthld, spt_pathcpthld;
};

/** Section 5.3.4: how a message is sent. ppid is passed as it stands: network byte order. */
struct roam_sctp_sndinfo
{
    uint16_t snd_sid;
    uint16_t snd_flags;
    uint32_t snd_ppid;
    uint32_t snd_context;
    roam_sctp_assoc_t snd_assoc_id;
};

/** Section 5.3.5: how a message came. */
struct roam_sctp_rcvinfo
{
    uint16_t rcv_sid;
    uint16_t rcv_ssn;
    uint16_t rcv_flags;
    uint32_t rcv_ppid;
    uint32_t rcv_tsn;
    uint32_t rcv_cumtsn;
    uint32_t rcv_context;
    roam_sctp_assoc_t rcv_assoc_id;
};

/** pr_policy (RFC 3758). */
enum
{
    ROAM_SCTP_PR_SCTP_NONE,
    ROAM_SCTP_PR_SCTP_TTL, /**< pr_value: milliseconds */
    ROAM_SCTP_PR_SCTP_RTX, /**< pr_value: retransmissions */
    ROAM_SCTP_PR_SCTP_PRIO /**< pr_value: priority, lower is more important */
};

/** Section 5.3.7. */
struct roam_sctp_prinfo
{
    uint16_t pr_policy;
    uint32_t pr_value;
};

/** Section 8.1.32. */
struct roam_sctp_default_prinfo
{
    uint16_t pr_policy;
    uint32_t pr_value;
    roam_sctp_assoc_t pr_assoc_id;
};

/** sendv_flags: which parts are given. */
enum
{
    ROAM_SCTP_SEND_SNDINFO_VALID = 0x1,
    ROAM_SCTP_SEND_PRINFO_VALID = 0x2
};

/** Section 9.12. */
struct roam_sctp_sendv_spa
{
    uint32_t sendv_flags;
    struct roam_sctp_sndinfo sendv_sndinfo;
    struct roam_sctp_prinfo sendv_prinfo;
};

/** A kind of notification, wanted or not (section 6.2.2). All are off at first. */
struct roam_sctp_event
{
    roam_sctp_assoc_t se_assoc_id;
    uint16_t se_type; /**< sn_type of host-events.h */
    uint8_t se_on;
};

/** spinfo_state. */
enum
{
    ROAM_SCTP_UNCONFIRMED,
    ROAM_SCTP_ACTIVE,
    ROAM_SCTP_INACTIVE,
    ROAM_SCTP_POTENTIALLY_FAILED /**< RFC 7829 */
};

/** Section 8.2.2: an address of the peer; the numbers are of its best path. */
struct roam_sctp_paddrinfo
{
    roam_sctp_assoc_t spinfo_assoc_id;
    struct sockaddr_storage spinfo_address;
    int32_t spinfo_state;
    uint32_t spinfo_cwnd;
    uint32_t spinfo_srtt;
    uint32_t spinfo_rto;
    uint32_t spinfo_mtu;
};

/** sstat_state: RFC 9260 section 4, with the engine's numbers. */
enum
{
    ROAM_SCTP_CLOSED,
    ROAM_SCTP_COOKIE_WAIT,
    ROAM_SCTP_COOKIE_ECHOED,
    ROAM_SCTP_ESTABLISHED,
    ROAM_SCTP_SHUTDOWN_PENDING,
    ROAM_SCTP_SHUTDOWN_SENT,
    ROAM_SCTP_SHUTDOWN_RECEIVED,
    ROAM_SCTP_SHUTDOWN_ACK_SENT
};

/** Section 8.2.1. */
struct roam_sctp_status
{
    roam_sctp_assoc_t sstat_assoc_id;
    int32_t sstat_state;
    uint32_t sstat_rwnd;
    uint16_t sstat_unackdata; /**< DATA chunks, 65535 is that or more */
    uint16_t sstat_penddata;  /**< messages that wait to be read */
    uint16_t sstat_instrms, sstat_outstrms;
    uint32_t sstat_fragmentation_point;
    struct roam_sctp_paddrinfo sstat_primary;
};

/** Section 8.1.19. A delay and a frequency of 0 leave them; a frequency of 1 turns it off. */
struct roam_sctp_sack_info
{
    roam_sctp_assoc_t sack_assoc_id;
    uint32_t sack_delay, sack_freq;
};

struct roam_sctp_assoc_value
{
    roam_sctp_assoc_t assoc_id;
    uint32_t assoc_value;
};

/** Section 8.2.6. The caller's buffer decides how many fit. */
struct roam_sctp_assoc_ids
{
    uint32_t gaids_number_of_ids;
    roam_sctp_assoc_t gaids_assoc_id[];
};

/**
 * RFC 6951 section 6.1: the remote port of UDP encapsulation in network byte order, 0 for none.
 * No address (or the wildcard): all that the association has, and on a socket those to come.
 */
struct roam_sctp_udpencaps
{
    roam_sctp_assoc_t sue_assoc_id;
    struct sockaddr_storage sue_address;
    uint16_t sue_port;
};

/** Section 8.3.2: a chunk type that the peer must authenticate. */
struct roam_sctp_authchunk
{
    uint8_t sauth_chunk;
};

/** Section 8.3.3: an endpoint pair shared key. */
struct roam_sctp_authkey
{
    roam_sctp_assoc_t sca_assoc_id;
    uint16_t sca_keynumber, sca_keylength;
    uint8_t sca_key[];
};

/** Sections 8.1.18 and 8.3.5. */
struct roam_sctp_authkeyid
{
    roam_sctp_assoc_t scact_assoc_id;
    uint16_t scact_keynumber;
};

/** Section 8.1.17: 1 is SHA-1, which must be among them, 3 is SHA-256; the preferred one first. */
struct roam_sctp_hmacalgo
{
    uint32_t shmac_number_of_idents;
    uint16_t shmac_idents[];
};

/** Section 8.1.10. */
struct roam_sctp_setadaptation
{
    uint32_t ssb_adaptation_ind;
};

/** One path: a pair of addresses, and its congestion state. */
struct roam_sctp_path
{
    struct sockaddr_storage local, peer;
    int32_t state; /**< spinfo_state */
    uint8_t primary;
    uint32_t mtu;                         /**< as known now, IP header included */
    uint16_t udp_port;                    /**< of encapsulation, host byte order; 0 is none */
    uint32_t cwnd, ssthresh, outstanding; /**< bytes */
    uint32_t errors;
    uint64_t srtt_us, rto_us;
};

/** All paths. In: path_assoc_id; the caller's buffer decides how many fit. */
struct roam_sctp_paths
{
    roam_sctp_assoc_t path_assoc_id;
    uint32_t path_number;
    struct roam_sctp_path path[];
};

#endif

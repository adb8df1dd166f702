/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * What an association and its paths go by: the parameters of RFC 9260 section 16 and of the host.
 * Part of sctp.h, which has the calls.
 */
#ifndef ROAM_SCTP_CONFIG_H
#define ROAM_SCTP_CONFIG_H

#include "core/base/base.h"

/** For a limit on attempts that is never reached. */
#define SCTP_NO_RETRANS_LIMIT UINT32_MAX

/** The most chunk types in sctp_config.auth_chunks, and algorithms in sctp_config.hmacs. */
#define SCTP_AUTH_CHUNKS_MAX 16
#define SCTP_HMACS_MAX 2

/** What a change of the primary path does to what is in flight; doc/sctp.md has it in full. */
enum sctp_switch_policy
{
    SCTP_SWITCH_LEAVE, /**< nothing: it stays on its path, whose T3-rtx goes on */
    /**
     * When our own SET PRIMARY goes out, what flies elsewhere moves to the new link, and all
     * data is held until the ASCONF-ACK; then our primary path leaves from there
     * (draft-sjkoh-sctp-mobility-01, section 5.2, solution 1). Else as SCTP_SWITCH_LEAVE.
     */
    SCTP_SWITCH_HOLD,
    /** By sctp_set_primary() and the peer's SET PRIMARY: it is sent again on the new primary
     * path at once. */
    SCTP_SWITCH_RETRANSMIT
};

/** HMAC identifiers of RFC 4895 section 3.3. */
enum sctp_hmac_id
{
    SCTP_HMAC_NONE = 0,
    SCTP_HMAC_SHA1 = 1,
    SCTP_HMAC_SHA256 = 3
};

/** Parameters of RFC 9260 section 16 and of the host. All times are nanoseconds. */
struct sctp_config
{
    roam_time rto_initial;       /**< RTO.Initial, 1 s */
    roam_time rto_min;           /**< RTO.Min, 1 s */
    roam_time rto_max;           /**< RTO.Max, 60 s */
    roam_time valid_cookie_life; /**< Valid.Cookie.Life, 60 s */
    roam_time hb_interval;       /**< HB.interval, 30 s; 0 sends them to unconfirmed paths only */
    roam_time sack_delay;      /**< at most 500 ms (section 6.2), 200 ms; 0 acknowledges at once */
    uint32_t sack_frequency;   /**< packets per SACK, 2 */
    uint32_t max_burst;        /**< Max.Burst, 4 packets; 0 is no limit */
    uint32_t max_retrans;      /**< Association.Max.Retrans, 10 attempts */
    uint32_t path_max_retrans; /**< Path.Max.Retrans, 5 attempts */
    uint32_t max_init_retransmits; /**< Max.Init.Retransmits, 8 attempts */
    /** The longest T1, in place of RTO.Max, while INIT or COOKIE ECHO are repeated (RFC 6458
     * section 8.1.3); 0, the default, leaves it at RTO.Max. */
    roam_time setup_rto_max;
    uint32_t receive_buffer; /**< bytes of unread user data, at least 1,500; 262,144 */
    uint32_t send_buffer;    /**< bytes of unacknowledged user data; 262,144 */
    /**
     * A message of more bytes is delivered in parts as it arrives (RFC 6458 section 8.1.21), at
     * most receive_buffer. 0: only when the receive buffer is full of it; 0
     */
    uint32_t partial_delivery_point;
    /**
     * While a message is delivered in parts, messages of other streams may come between its
     * parts: level 2 of RFC 6458 section 8.1.20; else they wait until it is whole. false
     */
    bool fragment_interleave;
    uint32_t mtu;              /**< of every path, IP header included, 576 to 65,535; 1,500 */
    uint16_t outbound_streams; /**< 1 to 65,535; 10 */
    uint16_t inbound_streams;  /**< the most that the peer may use, 1 to 65,535; 2,048 */
    /**
     * PotentiallyFailed.Max.Retrans of RFC 7829: with more attempts unanswered a path is
     * SCTP_PATH_PF. At or above path_max_retrans there is no such state; SCTP_NO_RETRANS_LIMIT.
     */
    uint32_t pf_max_retrans;
    /**
     * Primary.Switchover.Max.Retrans of RFC 7829 section 5: with more attempts unanswered
     * another path becomes primary for good. At least pf_max_retrans, or path_max_retrans
     * when that is less; SCTP_NO_RETRANS_LIMIT is off, and the default.
     */
    uint32_t primary_switchover_max_retrans;
    /**
     * Counts a chunk as missing by whatever was sent later, on any path, as RFC 9260 section
     * 7.2.4 has it; else by what was sent later on the same path. false
     */
    bool classic_fast_retransmit;
    /** Packets are sent so that they are not fragmented on their way, and what sctp_path_mtu()
     * and sctp_icmp() are told counts (section 7.3); true */
    bool pmtu_discovery;
    /**
     * Looks for a black hole, a network that loses large packets in silence (RFC 8899 section
     * 4.3): when large packets of DATA are lost time after time, two probes tell whether small
     * ones arrive. For paths with discovery; false
     */
    bool black_hole_search;
    enum sctp_switch_policy switch_policy; /**< SCTP_SWITCH_LEAVE */
    bool auth;                             /**< offer RFC 4895; true */
    bool addip;                            /**< offer RFC 5061; needs auth; true */
    bool pr;                               /**< offer RFC 3758; true */
    /** Offer explicit congestion notification (RFC 3168, RFC 4960 appendix A); false. New DATA
     * is sent as ROAM_ECN_ECT0 when both ends do. */
    bool ecn;

    /* RFC 4895: what the INIT or INIT ACK of an association to come says. */
    uint8_t n_hmacs;               /**< 1 to 2 */
    uint8_t hmacs[SCTP_HMACS_MAX]; /**< enum sctp_hmac_id that we accept, the preferred one
                                        first; SHA-1 must be among them. SHA-256, SHA-1 */
    uint8_t n_auth_chunks;         /**< 0 to 16; 0 */
    /** Chunk types that the peer must authenticate, beside ASCONF and ASCONF-ACK, which addip
     * asks for. Not INIT, INIT ACK, SHUTDOWN COMPLETE, AUTH. */
    uint8_t auth_chunks[SCTP_AUTH_CHUNKS_MAX];

    /* RFC 5061 section 4.2.6, RFC 6458: tells the peer's user how this one will talk. */
    bool adaptation_on;       /**< send an Adaptation Layer Indication; false */
    uint32_t adaptation_code; /**< what it says */
};

/** What a path goes by. It begins with what the association's configuration says. */
struct sctp_path_config
{
    bool heartbeats;       /**< off with an hb_interval of 0 in the association's configuration */
    roam_time hb_interval; /**< HB.interval, added to the RTO; 0 sends one per RTO */
    uint32_t path_max_retrans;
    uint32_t pf_max_retrans;
    uint32_t primary_switchover_max_retrans;
    uint32_t mtu;        /**< at first, and the most later; IP header included, 576 to 65,535 */
    bool pmtu_discovery; /**< off: the MTU is as given, and packets may be fragmented */
};

#endif

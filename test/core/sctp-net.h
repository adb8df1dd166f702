/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * Two SCTP endpoints and the network between them, in memory and in virtual time: A, the mobile
 * client, and Z, the fixed server. Packets take a fixed delay; any of them can be dropped,
 * doubled or delayed by its number; addresses can be cut off. Every packet is logged by its
 * chunks, so that a test reads as a ladder, and can be written as pcap for tshark.
 */
#ifndef ROAM_TEST_SCTP_NET_H
#define ROAM_TEST_SCTP_NET_H

#include "core/sctp/sctp.h"

#include <stdio.h>

enum
{
    A = 0,
    Z = 1
};

#define NET_MAX_PACKETS 100000
#define NET_LOG 80
#define NET_FAILED 256
#define NET_EVENTS (SCTP_EV_DROP + 1)

struct net_packet
{
    roam_time at;
    unsigned number;
    struct roam_packet p;
    uint8_t* bytes;
    int to;
};

/** Packets from one address to another, those that were lost included. */
struct net_way
{
    struct roam_addr src, dst;
    uint32_t ifindex; /**< that the latest left by */
    unsigned packets, with_data;
};

struct net;

/** What becomes of one packet, as a test's own hook decides. */
struct net_fate
{
    unsigned copies;   /**< 0 loses it */
    roam_time late_by; /**< beyond the delay of the network */
    size_t garbled;    /**< this byte arrives wrong; 0 is none */
};

struct net
{
    struct sctp_endpoint* ep[2];
    sctp_assoc_id id[2]; /**< the latest association of each end */
    roam_time now;
    roam_time delay; /**< one way, 10 ms */

    /* what goes wrong */
    uint64_t drop;                /**< bit n: packet n is lost (numbers from 0) */
    int drop_number, drop_second; /**< packets to lose, or -1; numbers are not limited to 64 */
    int twice_number;             /**< packet to deliver twice, or -1 */
    int late_number;              /**< packet to delay by late_by, or -1 */
    roam_time late_by;
    int overtaken_number; /**< packet that the next three of its way overtake, or -1 */
    int overtaken_from;
    unsigned overtakers;
    const char* drop_chunk; /**< lose the first packet with this chunk name, or NULL */
    size_t
        narrow; /**< packets of more bytes, IP header included, are lost unless fragmented; or 0 */
    bool congested;        /**< packets that are capable of ECN are marked */
    struct roam_addr slow; /**< packets from or to this take slow_by longer */
    roam_time slow_by;
    struct roam_addr cut[8]; /**< packets from or to these vanish */
    size_t n_cut;
    struct net_fate (*fate)(struct net* n, int from, const struct roam_packet* p); /**< or NULL */
    void* user; /**< the hooks' own */

    struct net_packet flying[NET_MAX_PACKETS];
    size_t n_flying;
    unsigned sent;        /**< packets so far, lost ones included */
    char (*log)[NET_LOG]; /**< "A -> INIT", one line a packet */
    roam_time* log_at;
    size_t n_log;
    FILE* pcap;
    struct net_way ways[64];
    size_t n_ways;

    /* what the events said */
    unsigned up[2], closed[2], lost[2], restarts[2], readable[2], writable[2];
    enum sctp_lost_why why[2];
    unsigned asconf_done[2][3];
    uint16_t asconf_cause[2][3];
    unsigned peer_ops[2][3];
    unsigned drops[2][16];
    unsigned failed[2]; /**< messages; the first NET_FAILED of them stand below */
    struct sctp_event failures[2][NET_FAILED];
    struct roam_addr primary_peer[2], primary_local[2];
    unsigned path_events[2][SCTP_PATH_PF + 1]; /**< by the state entered */
    roam_time confirmed_at;                    /**< last time that a path became active at Z */

    /** Takes the messages that an end reads, instead of the check that follows; or NULL. */
    void (*on_message)(struct net* n, int end, const struct sctp_message* m);
    /** Told of each event before it is counted; or NULL. */
    void (*on_event)(struct net* n, int end, const struct sctp_event* ev);
    unsigned events[2][NET_EVENTS];        /**< by end and type */
    struct sctp_event last[2][NET_EVENTS]; /**< the last one of each */
    unsigned capable[2];                   /**< packets sent as capable of ECN */
    size_t longest[2];                     /**< packet sent, SCTP header included */

    /* every message that was read, by end, checked in the order of its sequence number */
    uint32_t next_in[2], next_out[2];
    bool reading[2]; /**< read at once; on at first */
    bool out_of_order;
    size_t bytes_in[2];
    size_t part_of[2]; /**< bytes read of a message that comes in parts */
};

extern const struct roam_addr a1, a2, a3, z1, z2;

/** Endpoints with one address each: 2.2.2.2 at A, 1.1.1.2 at Z, which listens on port 5000. */
struct net* net_new(const struct sctp_config* config);
struct net* net_new_seed(const struct sctp_config* config, uint64_t seed);
/** The same with a configuration for each end. */
struct net* net_new_two(const struct sctp_config* a, const struct sctp_config* z, uint64_t seed);
void net_free(struct net* n);

/** A has lost its memory: a new endpoint in its place, from another seed. */
void net_reboot_a(struct net* n, const struct sctp_config* config, uint64_t seed);

/** Connects A to Z's addresses with all that A has. */
void net_connect(struct net* n);

/** Lets time pass to the next moment at which something is due, if that is not after until. */
bool net_step(struct net* n, roam_time until);

/** Lets time pass until nothing is due before the moment given. */
void net_run(struct net* n, roam_time until);
void net_run_for(struct net* n, roam_time duration);

/** Polls both ends at the present moment. */
void net_poll(struct net* n);

/** Connected, both ends ESTABLISHED. */
struct net* net_established(const struct sctp_config* config);

/** The same, and A has a second address, a2. */
struct net* net_two_radios(const struct sctp_config* config);

/** Sends numbered messages from an end, while there is room; returns how many went in. */
unsigned net_send(struct net* n, int from, unsigned count, size_t len);

int net_asconf(struct net* n, int from, enum sctp_asconf_op op, const struct roam_addr* addr);

void net_gain(struct net* n, int end, const struct roam_addr* addr);
void net_lose(struct net* n, int end, const struct roam_addr* addr);
void net_cut(struct net* n, const struct roam_addr* addr);
void net_heal(struct net* n);

struct net_way net_way(const struct net* n, const struct roam_addr* src,
                       const struct roam_addr* dst);

/** Writes no more pcap: what follows is hostile, and what answers it may repeat it. */
void net_no_pcap(struct net* n);

/** Prints what was sent and when, to stderr. */
void net_ladder(const struct net* n);

/** How many packets from an end carried a chunk of that name. */
unsigned net_count(const struct net* n, int from, const char* chunk);

/** True if an end's list of its own (or the peer's) addresses is exactly this. */
bool net_locals_are(const struct net* n, int end, const struct roam_addr* want, size_t k);
bool net_peers_are(const struct net* n, int end, const struct roam_addr* want, size_t k);

enum sctp_state net_state(const struct net* n, int end);

/** Hands a packet to an end as if it had come from the other, with a right checksum. */
int net_inject(struct net* n, int to, const struct roam_addr* src, const struct roam_addr* dst,
               uint8_t* bytes, size_t len);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * User data: what the files that send, acknowledge, receive and deliver it share. Part of
 * sctp-priv.h.
 */
#ifndef ROAM_SCTP_DATA_H
#define ROAM_SCTP_DATA_H

#include "core/sctp/sctp-state.h"

/* --- sctp-send.c: user messages to DATA chunks, and DATA chunks into packets ----------------- */

/** The path that the next DATA chunk would take now, or NULL. */
struct sctp_path* sctp_data_next_path(const struct sctp_assoc* a);
/** Length of the next DATA chunk to go, padding included; 0 when there is none. */
size_t sctp_data_next_len(const struct sctp_assoc* a);
/** Appends DATA chunks for a path while there is room; true when there was one. */
bool sctp_data_write(struct sctp_assoc* a, struct sctp_path* p, struct roam_writer* w,
                     roam_time now);
void sctp_data_clear(struct sctp_assoc* a);
/** Gives a chunk that leaves pending its TSN and its message's SSN. */
void sctp_data_number(struct sctp_assoc* a, struct sctp_data* d);
/** Sizes next_ssn for a->outbound streams; what was queued on others is dropped (5.1.1). False when
 * memory is short. */
bool sctp_streams_negotiated(struct sctp_assoc* a, roam_time now);
/** True if there is something to send, and no path for it. */
bool sctp_data_waits_for_path(const struct sctp_assoc* a);
/** With data to send and no path for it, a T3 has to run, so that the wait has an end. */
void sctp_data_watch(struct sctp_assoc* a, roam_time now);

/* --- sctp-flight.c: what is in flight -------------------------------------------------------- */

/** The only place where the state of a DATA chunk changes. Keeps the sums: flight of association
 * and path (d->path, which is where a chunk that begins to fly goes), n_marked, n_gap_acked. */
void sctp_data_enter(struct sctp_assoc* a, struct sctp_data* d, enum sctp_data_state state);
/** Marks a chunk that is in flight for retransmission. */
void sctp_data_mark(struct sctp_assoc* a, struct sctp_data* d);
/** Marks what is in flight on a path for retransmission elsewhere, without a verdict on congestion.
 */
void sctp_data_leave_path(struct sctp_assoc* a, struct sctp_path* p);

/* --- sctp-sack.c: SACK in, T3-rtx ------------------------------------------------------------ */

void sctp_on_sack(struct sctp_assoc* a, const struct sctp_chunk* c, roam_time now);
void sctp_on_cum_ack(struct sctp_assoc* a, uint32_t cum, roam_time now);
void sctp_on_t3(struct sctp_assoc* a, struct sctp_path* p, roam_time now);
/** Tells a user that was turned away that there is room. */
void sctp_tell_writable(struct sctp_assoc* a, roam_time now);

/* --- sctp-gaps.c ----------------------------------------------------------------------------- */

/** True if n gap blocks ascend, and none overlaps another or the cumulative TSN. */
bool sctp_gaps_in_order(const uint8_t* blocks, size_t n);
/** The possible ones of *n blocks, sorted and joined where they overlap; *n is how many are left.
 * The caller frees it. NULL when memory is short. */
uint8_t* sctp_gaps_sort(const uint8_t* blocks, size_t* n);

/* --- sctp-congestion.c: RFC 9260 section 7 --------------------------------------------------- */

/** What one SACK says of one path, gathered before it has any effect there. */
struct sctp_ack
{
    uint32_t flight_before; /**< bytes in flight when it came */
    uint32_t newly_acked;   /**< bytes */
    bool any_newly_acked;
    bool reached; /**< a chunk that went over this path alone was acknowledged */
    bool cum_moved;
    uint32_t highest_newly_acked; /**< TSN */
    uint32_t latest_newly_acked;  /**< sctp_data.order, of those that went over this path alone */
    bool any_reported;            /**< what it reports as received, new or not */
    uint32_t highest_reported, latest_reported;
};

void sctp_cwnd_init(const struct sctp_assoc* a, struct sctp_path* p);
/** The window of a path grows by what a SACK says. */
void sctp_cwnd_on_ack(const struct sctp_assoc* a, struct sctp_path* p, const struct sctp_ack* ack);
void sctp_cwnd_on_fast_retransmit(const struct sctp_assoc* a, struct sctp_path* p);
void sctp_cwnd_on_timeout(const struct sctp_assoc* a, struct sctp_path* p);
void sctp_cwnd_on_idle(const struct sctp_assoc* a, struct sctp_path* p, roam_time now);

/* --- sctp-partial.c: messages that are given up (RFC 3758 section 4.1, RFC 7496) ------------- */

bool sctp_policy_ok(const struct sctp_message_info* info);
/** Notes that a message with a policy, whose chunks are like d, has been queued. */
void sctp_partial_queued(struct sctp_assoc* a, const struct sctp_data* d);
/** Abandons what must not be sent any more: what has expired, retransmissions beyond their limit.
 */
void sctp_partial_sweep(struct sctp_assoc* a, roam_time now);
/** The first chunk of pending, after those that have expired; NULL when there is none. */
struct sctp_data* sctp_partial_next(struct sctp_assoc* a, roam_time now);
/** Abandons less important messages until there is room for len bytes, or none if that cannot be.
 */
void sctp_partial_make_room(struct sctp_assoc* a, const struct sctp_message_info* info, size_t len,
                            roam_time now);
/** The fast retransmission of a chunk is lost as well: it is given up as soon as its policy says
 * so, without waiting for T3. */
void sctp_partial_lost_again(struct sctp_assoc* a, struct sctp_data* d, roam_time now);
void sctp_on_life(struct sctp_assoc* a, roam_time now);
/** Reports a message by one of its chunks. */
void sctp_failed(struct sctp_assoc* a, const struct sctp_data* d, bool sent, enum sctp_policy why,
                 roam_time now);
/** Reports all that is queued and not yet acknowledged for good. */
void sctp_fail_all(struct sctp_assoc* a, roam_time now);

/* --- sctp-forward.c: FORWARD TSN, out and in (RFC 3758 sections 3.5, 3.6) -------------------- */

/** True if the peer has not acknowledged all that we skipped. */
static inline bool sctp_forward_outstanding(const struct sctp_assoc* a)
{
    return sctp_before(a->cum_acked, a->advanced_ack);
}

/** Rules C2 and C4: advances Advanced.Peer.Ack.Point over what is abandoned, if that is due. */
void sctp_forward_advance(struct sctp_assoc* a);
/** The path that a FORWARD TSN which is due takes, or NULL. */
struct sctp_path* sctp_forward_way(const struct sctp_assoc* a);
/** Appends the FORWARD TSN that is due, if it goes over this path and fits. */
void sctp_forward_write(struct sctp_assoc* a, struct sctp_path* p, struct roam_writer* w,
                        roam_time now);
/** True if T3 of a path guards a FORWARD TSN (rule C5). */
bool sctp_forward_guarded(const struct sctp_assoc* a, const struct sctp_path* p);
/** The cumulative TSN has reached an abandoned chunk. */
void sctp_forward_acked(struct sctp_assoc* a, uint32_t tsn, roam_time now);
void sctp_forward_on_sack(struct sctp_assoc* a, roam_time now);
void sctp_forward_on_t3(struct sctp_assoc* a, const struct sctp_path* p);
void sctp_forward_leave_path(struct sctp_assoc* a, const struct sctp_path* p);
void sctp_on_forward_tsn(struct sctp_assoc* a, const struct sctp_chunk* c, roam_time now);

/* --- sctp-receive.c: DATA in, SACK out ------------------------------------------------------- */

void sctp_on_data(struct sctp_assoc* a, const struct roam_packet* pkt, const struct sctp_chunk* c,
                  roam_time now);
/** After the last chunk of a packet: is a SACK due? (section 6.2) */
void sctp_packet_done(struct sctp_assoc* a, const struct roam_packet* pkt, roam_time now);
uint32_t sctp_rwnd(const struct sctp_assoc* a);
/** True if the window has no room for another chunk of the size that the peer sends. */
bool sctp_window_is_full(const struct sctp_assoc* a);
/** True if a SACK is worth sending only because the window has opened (section 6.2). */
bool sctp_window_update_due(const struct sctp_assoc* a);
/** True if DATA and FORWARD TSN have a place in this state. */
bool sctp_may_receive(const struct sctp_assoc* a);
/** True if the shortest SACK fits. */
bool sctp_sack_fits(size_t room);
void sctp_sack_write(struct sctp_assoc* a, struct roam_writer* w);

/* --- sctp-reassembly.c: fragments to messages (RFC 9260 section 6.9) ------------------------- */

/** What a DATA chunk that is new is to those with the TSNs next to its own. */
enum sctp_fit
{
    SCTP_FITS,
    SCTP_FITS_SKIPPED, /**< it belongs to a message whose beginning was skipped (RFC 3758) */
    SCTP_FITS_NOT      /**< no sender that keeps to section 6.9 can have sent them both */
};

enum sctp_fit sctp_fragment_fit(const struct sctp_assoc* a, const struct sctp_data_head* f);
/** Takes a DATA chunk that is new and fits. False when memory is short. */
bool sctp_reassemble(struct sctp_assoc* a, const struct sctp_data_head* f, const uint8_t* payload,
                     roam_time now);
/** Drops the messages that cannot become whole because a TSN up to cum is skipped. */
void sctp_fragments_skip(struct sctp_assoc* a, uint32_t cum, roam_time now);
/** Begins to deliver a message in parts, if it is time to. */
void sctp_parts_begin(struct sctp_assoc* a, roam_time now);

/* --- sctp-delivery.c: messages, and parts of one, to the user in their order ------------------ */

struct sctp_message* sctp_message_new(const struct sctp_data_head* f, size_t len);
/** Delivers a whole message, now or when it is its turn. It is freed when memory is short, and the
 * result false. */
bool sctp_deliver(struct sctp_assoc* a, struct sctp_message* m, roam_time now);
/** True if a message that begins with f is the next in its stream, or unordered. */
bool sctp_is_next_in_stream(const struct sctp_assoc* a, const struct sctp_data_head* f);
/** Delivers a part, whose last fragment was this, of the message in parts; that one begins with it
 * if none is on. */
void sctp_deliver_part(struct sctp_assoc* a, struct sctp_message* m,
                       const struct sctp_data_head* last, roam_time now);
/** Reports that the message in parts, if there is one, will not go on. */
void sctp_parts_abort(struct sctp_assoc* a, roam_time now);
/** Delivers what waits in a stream up to the number given, and what follows it. */
void sctp_stream_skip(struct sctp_assoc* a, uint16_t stream, uint16_t ssn, roam_time now);
/** Forgets all that was received; with it goes what the user has not read. */
void sctp_inbound_clear(struct sctp_assoc* a);

/* --- sctp-ecn.c: explicit congestion notification, RFC 4960 appendix A ----------------------- */

/** After the last chunk of a packet with DATA. */
void sctp_ecn_received(struct sctp_assoc* a, const struct roam_packet* pkt);
/** Before a packet is built: queues the ECNE that goes with a SACK which is due. */
void sctp_ecn_echo(struct sctp_assoc* a);
void sctp_on_ecne(struct sctp_assoc* a, const struct roam_packet* pkt, const struct sctp_chunk* c);
void sctp_on_cwr(struct sctp_assoc* a, const struct sctp_chunk* c);

#endif

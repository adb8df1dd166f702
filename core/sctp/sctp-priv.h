/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * What the files of this room share. The association is cut by verb; each group of functions
 * below names its file.
 *
 * Nothing is freed while it may be in use: an association that ends is marked gone, and
 * sctp_reap() frees it when the verb that ended it returns.
 */
#ifndef ROAM_SCTP_PRIV_H
#define ROAM_SCTP_PRIV_H

#include "core/sctp/sctp-data.h"

/* --- sctp-endpoint.c ------------------------------------------------------------------------- */

struct sctp_assoc* sctp_by_id(const struct sctp_endpoint* ep, sctp_assoc_id id);
struct sctp_assoc* sctp_by_peer(const struct sctp_endpoint* ep, const struct roam_addr* peer,
                                uint16_t port);
/** True if the peer of an association with this local tag has deleted the address lately. */
bool sctp_was_peer(const struct sctp_endpoint* ep, const struct roam_addr* peer, uint16_t port,
                   uint32_t tag);
const struct sctp_local* sctp_local_find(const struct sctp_endpoint* ep,
                                         const struct roam_addr* addr);
uint64_t sctp_peer_hash(const struct sctp_endpoint* ep, const struct roam_addr* peer,
                        uint16_t port);

/** Tells every association that has paths between these addresses (NULL: any). */
void sctp_for_each_path(struct sctp_endpoint* ep, const struct roam_addr* local,
                        const struct roam_addr* peer,
                        void (*tell)(struct sctp_assoc*, struct sctp_path*, roam_time),
                        roam_time now);

/** The association may have packets to send or another expiry. */
void sctp_touch(struct sctp_assoc* a);

/** Queues a packet of its own: header, then the chunks given. */
void sctp_stray_send(struct sctp_endpoint* ep, const struct roam_addr* src,
                     const struct roam_addr* dst, uint16_t peer_port, uint32_t vtag,
                     const uint8_t* chunks, size_t len);
void sctp_reap(struct sctp_endpoint* ep);
/** Makes the packet buffer that large; false when memory is short. */
bool sctp_buffer_reserve(struct sctp_endpoint* ep, size_t len);

/* --- sctp-route.c ---------------------------------------------------------------------------- */

/** The interface that a packet leaves by: the host route's, else that of its source (0: unknown).
 */
uint32_t sctp_route_interface(const struct sctp_endpoint* ep, const struct sctp_local* local,
                              const struct roam_addr* peer);

/* --- sctp-event.c ---------------------------------------------------------------------------- */

/** Makes room for more events. False when memory is short. */
bool sctp_events_grow(struct sctp_event_queue* q);
/** Queues an event about an association; the caller fills u at once, before the next event. NULL
 * when memory is short: the event is lost. */
struct sctp_event* sctp_event_push(struct sctp_endpoint* ep, enum sctp_event_type type,
                                   sctp_assoc_id id, roam_time now);
void sctp_event_drop(struct sctp_endpoint* ep, sctp_assoc_id id, enum sctp_drop_why why,
                     uint8_t chunk, roam_time now);

/* --- sctp-assoc.c ---------------------------------------------------------------------------- */

struct sctp_assoc* sctp_assoc_new(struct sctp_endpoint* ep, uint16_t peer_port);
void sctp_assoc_free(struct sctp_assoc* a);

/** The only place that assigns a->state. */
void sctp_enter(struct sctp_assoc* a, enum sctp_state state, roam_time now);

/** Ends the association: event, timers off, gone. No packet. Returns the event, or NULL. */
struct sctp_event* sctp_lose(struct sctp_assoc* a, enum sctp_lost_why why, uint16_t cause,
                             roam_time now);

/** Sends an ABORT with one error cause (0: none; at most SCTP_REASON_MAX bytes of information),
 * then sctp_lose(). */
void sctp_abort_with(struct sctp_assoc* a, enum sctp_lost_why why, uint16_t cause, const void* info,
                     size_t info_len, roam_time now);
/** The peer has broken the protocol: an ABORT that says how (section 3.3.10.13). */
void sctp_violation(struct sctp_assoc* a, const char* how, roam_time now);

/** One more packet without an answer on a path (NULL: on none). May end the association. */
void sctp_count_error(struct sctp_assoc* a, struct sctp_path* p, roam_time now);
/** An answer came over the path. */
void sctp_clear_errors(struct sctp_assoc* a, struct sctp_path* p, roam_time now);

bool sctp_bind_local(struct sctp_assoc* a, const struct roam_addr* addr,
                     enum sctp_bound_state state);
struct sctp_bound* sctp_bound_find(const struct sctp_assoc* a, const struct roam_addr* addr);
void sctp_unbind_local(struct sctp_assoc* a, const struct roam_addr* addr, roam_time now);

/** Adds a peer address and its paths; NULL when there are too many, another association has it, or
 * memory is short. */
struct sctp_peer* sctp_peer_add(struct sctp_assoc* a, const struct roam_addr* addr, bool confirmed,
                                roam_time now);
struct sctp_peer* sctp_peer_find(const struct sctp_assoc* a, const struct roam_addr* addr);
void sctp_peer_remove(struct sctp_assoc* a, const struct roam_addr* addr, roam_time now);
/** The same, by the peer's ASCONF: sctp_was_peer() still knows the address. */
void sctp_peer_deleted(struct sctp_assoc* a, const struct roam_addr* addr, roam_time now);

void sctp_assoc_expire(struct sctp_assoc* a, roam_time now);
roam_time sctp_assoc_next_expiry(const struct sctp_assoc* a);

/* --- sctp-path.c ----------------------------------------------------------------------------- */

/** Creates the paths that the bound and the peer addresses make possible and are missing. */
bool sctp_paths_complete(struct sctp_assoc* a, roam_time now);
void sctp_path_remove(struct sctp_assoc* a, struct sctp_path* p, roam_time now);
struct sctp_path* sctp_path_find(const struct sctp_assoc* a, const struct roam_addr* local,
                                 const struct roam_addr* peer);
void sctp_path_enter(struct sctp_assoc* a, struct sctp_path* p, enum sctp_path_state state,
                     roam_time now);

/** The path between two addresses; where one is NULL, that of the primary if it fits, else the
 * first that can carry data. NULL when there is none. */
struct sctp_path* sctp_path_between(const struct sctp_assoc* a, const struct roam_addr* local,
                                    const struct roam_addr* peer);

/** True if the local address is available and leads to the peer address. */
bool sctp_path_routed(const struct sctp_assoc* a, const struct sctp_path* p);
/** True if data may go over the path now: bound, routed, confirmed. It may be inactive. */
bool sctp_path_usable(const struct sctp_assoc* a, const struct sctp_path* p);

/** Where new data goes: the primary, else the best other path; NULL when none is usable. */
struct sctp_path* sctp_data_path(const struct sctp_assoc* a);
/** How many ends two paths do not share, 0 to 2. */
unsigned sctp_path_divergence(const struct sctp_path* a, const struct sctp_path* b);
/** The best usable path other than p, the most divergent among equals (section 6.4.1), or NULL. */
struct sctp_path* sctp_other_path(const struct sctp_assoc* a, const struct sctp_path* p);
/**
 * What takes the place of a path of which an address is gone or given up, or NULL. Its other
 * address stays if it can: the peer has asked for its own (RFC 5061 section 4.2.4), or we have
 * chosen ours.
 */
struct sctp_path* sctp_path_substitute(const struct sctp_assoc* a, const struct sctp_path* gone);

void sctp_make_primary(struct sctp_assoc* a, struct sctp_path* p, roam_time now);
/** A SET PRIMARY of the peer, done now or when the address is confirmed. */
void sctp_prefer_peer(struct sctp_assoc* a, struct sctp_peer* peer, roam_time now);
void sctp_peer_confirm(struct sctp_assoc* a, struct sctp_peer* peer, roam_time now);

/**
 * An ASCONF has made the path, or made it anew: for four RTOs, and after a HEARTBEAT ACK over it
 * for one, an ABORT with the T bit on it may be about an earlier life of its addresses.
 */
void sctp_path_renew(struct sctp_path* p, roam_time now);
/** The local address of a path has come (back) or gone. */
void sctp_path_local_up(struct sctp_assoc* a, struct sctp_path* p, roam_time now);
void sctp_path_local_down(struct sctp_assoc* a, struct sctp_path* p, roam_time now);

/** A host route to its peer address has come, changed or gone. */
void sctp_path_route_changed(struct sctp_assoc* a, struct sctp_path* p, roam_time now);

/* --- sctp-failover.c: RFC 9260 section 8.2, RFC 7829 ------------------------------------------ */

/** The state that the error counter of a path that may carry data stands for. */
enum sctp_path_state sctp_path_standing(const struct sctp_path* p);
/** One more attempt on a path was not answered. */
void sctp_path_strike(struct sctp_assoc* a, struct sctp_path* p, roam_time now);
/** RFC 7829 section 5: replaces a failed primary path for good, if that is asked for. */
void sctp_primary_switchover(struct sctp_assoc* a, roam_time now);

/* --- sctp-path-config.c ---------------------------------------------------------------------- */

struct sctp_path_config sctp_path_config_of(const struct sctp_config* config);
bool sctp_path_config_ok(const struct sctp_path_config* config);
/** Takes over for every path what a new configuration of the association changes. */
void sctp_paths_follow(struct sctp_assoc* a, const struct sctp_config* config);
/** The intervals that it has changed count from now on. */
void sctp_paths_followed(struct sctp_assoc* a, roam_time now);

/* --- sctp-pmtu.c: RFC 9260 section 7.3 -------------------------------------------------------- */

/** Largest packet to a peer address, SCTP header included, from whichever of our addresses. */
size_t sctp_packet_room(const struct sctp_assoc* a, const struct roam_addr* peer);
/** Largest packet on one path. */
size_t sctp_path_room(const struct sctp_assoc* a, const struct roam_addr* local,
                      const struct roam_addr* peer);
/** Largest payload of a DATA chunk: one that fits whichever of the paths it takes (AMDCS). */
size_t sctp_payload_max(const struct sctp_assoc* a);
/** Bytes of AUTH that stand before DATA in a packet, or may have to. */
size_t sctp_data_auth_len(const struct sctp_assoc* a);
/** The same on one path (PMDCS). */
size_t sctp_path_payload(const struct sctp_assoc* a, const struct sctp_path* p);
/** What stands before an SCTP packet to an address: the IP header, and UDP's (RFC 6951). */
size_t sctp_headers(const struct sctp_assoc* a, const struct roam_addr* peer);
/** Nothing is known of the network any more. */
void sctp_path_mtu_reset(struct sctp_path* p);
/** The network will not carry more than that on the path. False when that is no news. */
bool sctp_path_mtu_lower(struct sctp_assoc* a, struct sctp_path* p, uint32_t mtu, roam_time now);

/* --- sctp-probe.c: the search for a larger path MTU ------------------------------------------ */

/** Starts the search after a while, or ends it where there is nothing to find. */
void sctp_probe_later(struct sctp_path* p, roam_time now);
void sctp_on_raise_timer(struct sctp_assoc* a, struct sctp_path* p, roam_time now);
/** T3-rtx has run out, and not for the first time for one of the DATA chunks that were in flight,
 * lost bytes in all: begins to look for a black hole if a packet may be too large. */
void sctp_hole_suspect(struct sctp_assoc* a, struct sctp_path* p, size_t lost, roam_time now);
/** True if the nonce of a HEARTBEAT ACK is that of a probe, which then has its effect. */
bool sctp_probe_answered(struct sctp_assoc* a, struct sctp_path* p, const uint8_t* nonce,
                         roam_time now);

/* --- sctp-switch.c: what a change of primary does to data ------------------------------------- */

/** A change of primary that the user or the peer has asked for. */
void sctp_switch_primary(struct sctp_assoc* a, struct sctp_path* p, roam_time now);
/** Our ASCONF with these requests goes out for the first time. */
void sctp_switch_asked(struct sctp_assoc* a, const struct sctp_asconf_batch* b);
/** It has been answered, and the answers have had their effect; a cause of 0 is success. */
void sctp_switch_answered(struct sctp_assoc* a, const struct sctp_asconf_batch* b,
                          const uint16_t* causes, roam_time now);

/* --- sctp-init.c: INIT and INIT ACK, written and read ---------------------------------------- */

/** Reads an INIT or INIT ACK; false when it is malformed. */
bool sctp_init_read(const struct sctp_chunk* c, struct sctp_init* init);

/**
 * What a State Cookie keeps of an INIT that has been read: all but its PAD parameters (RFC 4820
 * section 4). Writes at most the chunk's length with its padding to out; returns the length of
 * what it wrote.
 */
size_t sctp_init_without_pad(const struct sctp_chunk* c, uint8_t* out);

/** What our INIT or INIT ACK says. */
struct sctp_init_values
{
    uint32_t tag, tsn;
    const struct sctp_auth_offer* offer;
    const struct roam_addr* addrs;
    size_t n_addrs;
    const uint8_t* cookie;
    size_t cookie_len;
    uint32_t preserve_ms;             /**< Cookie Preservative to ask for, or 0 */
    const struct sctp_init* answered; /**< whose unrecognized parameters are reported; or NULL */
};

/** Appends the chunk, padded. */
void sctp_init_write(struct roam_writer* w, const struct sctp_config* config, uint8_t type,
                     const struct sctp_init_values* v);
/** What sctp_init_write() appends, padding included. */
size_t sctp_init_len(const struct sctp_config* config, const struct sctp_init_values* v);

/** Parameters that the configuration leaves out count as unrecognized. */
void sctp_init_unsupported(struct sctp_init* init, const struct sctp_config* config);
/** RFC 5061 section 6: sets the cause to refuse who offers ASCONF without RFC 4895, if we do it. */
void sctp_init_require_auth(struct sctp_init* init, const struct sctp_config* config);

/** Takes over what the peer's INIT or INIT ACK says. False when memory is short. */
bool sctp_init_learn(struct sctp_assoc* a, const struct sctp_init* init, roam_time now);

/** Section 5.1.2 rules 1 and 3: the peer has the addresses that it lists and the one that it wrote
 * from, and no other. */
void sctp_init_keep_listed(struct sctp_assoc* a, const struct sctp_init* init,
                           const struct roam_addr* src, roam_time now);

/* --- sctp-auth-offer.c: RFC 4895 section 6.1 ------------------------------------------------- */

/** The error cause with which an INIT or INIT ACK has to be refused for its parameters, or 0. */
uint16_t sctp_auth_params_judge(const struct sctp_init* init);

/**
 * Takes over what the peer offers, beside our own offer: algorithm, key vectors, the peer's chunks.
 * auth->vectors is NULL afterwards when one of the ends does not do AUTH. False when memory is
 * short.
 */
bool sctp_auth_learn(struct sctp_auth* auth, const struct sctp_init* init);

/* --- sctp-cookie.c --------------------------------------------------------------------------- */

/** What the state cookie brings back. */
struct sctp_cookie
{
    roam_time created, life;
    uint32_t my_tag, my_tsn;
    uint32_t my_tie, peer_tie; /**< 0 without an association (section 5.2.2) */
    uint16_t peer_port;
    struct sctp_auth_offer offer; /**< as in our INIT ACK */
    struct roam_addr peer;        /**< where the INIT came from */
    struct roam_addr local;       /**< where it came to */
    size_t n_locals;
    struct roam_addr locals[SCTP_MAX_PEERS]; /**< as listed in our INIT ACK */
    const uint8_t* init;                     /**< the peer's INIT chunk, unpadded */
    size_t init_len;
};

size_t sctp_cookie_len(const struct sctp_cookie* c);
/** Writes sctp_cookie_len() bytes, signed with the endpoint's secret. */
void sctp_cookie_write(const struct sctp_endpoint* ep, const struct sctp_cookie* c, uint8_t* out);
/** False when it is not ours, byte for byte. Its life is the caller's to judge. */
bool sctp_cookie_read(const struct sctp_endpoint* ep, const uint8_t* bytes, size_t len,
                      struct sctp_cookie* c);

/* --- sctp-scope.c: which addresses belong into one association ------------------------------- */

/** True if a path may lead from one to the other, their families aside: both are loopback, or both
 * link-local, or neither. */
bool sctp_scope_same(const struct roam_addr* x, const struct roam_addr* y);
/** True if that holds for one of n others. */
bool sctp_scope_any(const struct roam_addr* addr, const struct roam_addr* others, size_t n);
/** True if a local address may be named to the peer of an association. */
bool sctp_scope_has_peer(const struct sctp_assoc* a, const struct roam_addr* local);
/** True if an address that a packet of the peer names may be one of the peer's. a may be NULL. */
bool sctp_scope_admits(const struct sctp_endpoint* ep, const struct sctp_assoc* a,
                       const struct roam_packet* pkt, const struct roam_addr* addr);
/** Leaves in an INIT or INIT ACK the addresses that sctp_scope_admits(). */
void sctp_scope_narrow(const struct sctp_endpoint* ep, const struct sctp_assoc* a,
                       const struct roam_packet* pkt, struct sctp_init* init);

/* --- sctp-connect.c: the handshake, RFC 9260 section 5 --------------------------------------- */

void sctp_send_init(struct sctp_assoc* a, roam_time now);
void sctp_send_cookie_echo(struct sctp_assoc* a, roam_time now);
void sctp_on_t1(struct sctp_assoc* a, roam_time now);

/**
 * Goes on opening after the host's addresses or routes have changed. If no address that is bound is
 * left and the user bound all, the attempt begins again from what the host has now.
 */
void sctp_setup_readdress(struct sctp_assoc* a, roam_time now);
void sctp_on_init_ack(struct sctp_assoc* a, const struct roam_packet* pkt,
                      const struct sctp_chunk* c, roam_time now);
void sctp_on_cookie_ack(struct sctp_assoc* a, roam_time now);
void sctp_on_error(struct sctp_assoc* a, const struct sctp_chunk* c, roam_time now);
void sctp_established(struct sctp_assoc* a, roam_time now);
/** Probes unconfirmed addresses at once (section 5.4), the others when they are idle. */
void sctp_watch_paths(struct sctp_assoc* a, roam_time now);

/* --- sctp-accept.c: INIT and COOKIE ECHO ----------------------------------------------------- */

void sctp_on_init(struct sctp_endpoint* ep, struct sctp_assoc* a, const struct roam_packet* pkt,
                  const struct sctp_chunk* c, roam_time now);

/** Answers a packet with an ABORT of one cause; info may be NULL. Too much info is left out. */
void sctp_refuse(struct sctp_endpoint* ep, const struct roam_packet* pkt, uint32_t vtag,
                 uint8_t flags, uint16_t cause, const void* info, size_t info_len);

/** The AUTH chunk before a COOKIE ECHO, whose key may have to come from the cookie (RFC 4895
 * section 6.3). */
struct sctp_cookie_auth
{
    bool done;  /**< it was right, under the association's key */
    bool waits; /**< chunk is to be checked with the cookie's key; then done says how */
    struct sctp_chunk chunk; /**< the AUTH chunk, up to end */
    const uint8_t* end;
};

/** Returns the association that the rest of the packet belongs to, or NULL to drop it. */
struct sctp_assoc* sctp_on_cookie_echo(struct sctp_endpoint* ep, struct sctp_assoc* a,
                                       const struct roam_packet* pkt, const struct sctp_chunk* c,
                                       uint32_t vtag, struct sctp_cookie_auth* auth, roam_time now);

/* --- sctp-control.c: control chunks on their way out ----------------------------------------- */

/** A chunk of body bytes (zeroed) to be filled in by the caller; NULL when memory is short. */
struct sctp_control* sctp_control_push(struct sctp_assoc* a, const struct roam_addr* local,
                                       const struct roam_addr* peer, uint8_t type, uint8_t flags,
                                       size_t body);
/** The same with its body copied, on the path of data (dropped when there is none). */
void sctp_control_send(struct sctp_assoc* a, uint8_t type, const void* body, size_t len);
/** The path that a packet came over if it is fit for more than HEARTBEATs (section 5.4), else the
 * path of data; NULL when there is none. */
const struct sctp_path* sctp_reply_path(const struct sctp_assoc* a, const struct roam_packet* pkt);
/** An ERROR chunk with one cause, over the reply path. */
void sctp_error_send(struct sctp_assoc* a, const struct roam_packet* pkt, uint16_t cause,
                     const void* info, size_t len);

/** The same for a packet that no association will send: with an AUTH chunk when the peer wants it
 * for the first chunk, whose type chunks begins with. */
void sctp_last_words(struct sctp_assoc* a, const struct roam_addr* local,
                     const struct roam_addr* peer, const uint8_t* chunks, size_t len);

/* --- sctp-output.c --------------------------------------------------------------------------- */

/** Builds the next packet of an association in the endpoint's buffer. */
bool sctp_output(struct sctp_assoc* a, struct roam_packet* out, roam_time now);

/* --- sctp-input.c: a packet comes in --------------------------------------------------------- */

/** True if any chunk of a packet is of this type. */
bool sctp_packet_has(const struct roam_packet* pkt, uint8_t type);

/* --- sctp-heartbeat.c: RFC 9260 sections 8.3 and 5.4 ----------------------------------------- */

/** True if a HEARTBEAT may be sent on a path now: its source is bound for good (RFC 5061
 * section 5.3 F1 and F4) and leads there. */
bool sctp_may_probe(const struct sctp_assoc* a, const struct sctp_path* p);
/** Queues one for the packet of an ASCONF that takes this path, from whichever source. */
void sctp_heartbeat_beside_asconf(struct sctp_assoc* a, struct sctp_path* p, roam_time now);
/** False when it could not be queued. */
bool sctp_heartbeat_now(struct sctp_assoc* a, struct sctp_path* p, roam_time now);
void sctp_heartbeat_arm(struct sctp_assoc* a, struct sctp_path* p, roam_time now);
void sctp_on_hb_timer(struct sctp_assoc* a, struct sctp_path* p, roam_time now);
void sctp_on_heartbeat(struct sctp_assoc* a, const struct roam_packet* pkt,
                       const struct sctp_chunk* c);
void sctp_on_heartbeat_ack(struct sctp_assoc* a, const struct sctp_chunk* c, roam_time now);

/* --- sctp-udp.c: UDP encapsulation, RFC 6951 -------------------------------------------------- */

/** What a packet of a, verified, says about its source. */
void sctp_udp_learn(struct sctp_assoc* a, const struct roam_packet* pkt);
/** The UDP port to a peer's address, 0 without encapsulation. */
uint16_t sctp_udp_port(const struct sctp_assoc* a, const struct roam_addr* peer);
uint16_t sctp_udp_port_of_stray(const struct sctp_endpoint* ep, const struct roam_addr* dst,
                                uint16_t peer_port);

/* --- sctp-shutdown.c: RFC 9260 section 9 ----------------------------------------------------- */

/** Goes on with a shutdown that waited for data to be acknowledged. */
void sctp_shutdown_progress(struct sctp_assoc* a, roam_time now);
void sctp_on_shutdown(struct sctp_assoc* a, const struct roam_packet* pkt,
                      const struct sctp_chunk* c, roam_time now);
void sctp_on_shutdown_ack(struct sctp_assoc* a, const struct roam_packet* pkt, roam_time now);
void sctp_on_shutdown_complete(struct sctp_assoc* a, roam_time now);
void sctp_on_t2(struct sctp_assoc* a, roam_time now);
void sctp_on_t5(struct sctp_assoc* a, roam_time now);
/** SHUTDOWN ACK, back where a packet came from, or (NULL) on the path of data. */
void sctp_send_shutdown_ack(struct sctp_assoc* a, const struct roam_packet* pkt, roam_time now);
/** In SHUTDOWN-SENT: whatever the peer says, it is alive (section 9.2). */
void sctp_shutdown_heard(struct sctp_assoc* a, roam_time now);

/* --- sctp-asconf.c: our requests (RFC 5061 section 5) ---------------------------------------- */

void sctp_on_asconf_ack(struct sctp_assoc* a, const struct sctp_chunk* c, roam_time now);
/** The peer has reported the chunk type ASCONF as unrecognized (5.1 A9). */
void sctp_asconf_unknown(struct sctp_assoc* a, roam_time now);
/** Every request that waits ends in an event that says so; then sctp_asconf_clear(). */
void sctp_asconf_unanswered(struct sctp_assoc* a, roam_time now);
void sctp_asconf_clear(struct sctp_assoc* a);

/** Copy a batch to a place in the queue, before what waits there. False when memory is short. */
bool sctp_asconf_queue(struct sctp_assoc* a, const struct sctp_asconf_batch* batch, size_t place);

/* --- sctp-asconf-check.c: what may be asked -------------------------------------------------- */

/** ROAM_OK, or why sctp_asconf() refuses. Settles the source of a batch with a wildcard. */
int sctp_asconf_check(const struct sctp_assoc* a, struct sctp_asconf_batch* b);
/** Why a batch that has waited must not be sent any more, as a cause: the peer does not know what
 * it asks for (5.3 F3), or an ADD that it relied on was refused (F5, 5.4). 0 if it may be. */
uint16_t sctp_asconf_outdated(const struct sctp_assoc* a, const struct sctp_asconf_batch* b);
/** The address that request i is about; a wildcard stands for the source (4.2.1, 4.2.4). */
const struct roam_addr* sctp_asconf_subject(const struct sctp_asconf_batch* b, size_t i);
/** True if the requests from one place up to another delete a local address. */
bool sctp_asconf_deletes(const struct sctp_asconf_batch* b, size_t from, size_t to,
                         const struct roam_addr* addr);

/* --- sctp-asconf-send.c: the outstanding one, and T4 ----------------------------------------- */

/** True if the state allows ASCONF and ASCONF-ACK (5.1.1 C4). */
bool sctp_asconf_may_flow(const struct sctp_assoc* a);
/** True if a batch can leave from an address that it does not delete. */
bool sctp_asconf_has_way(const struct sctp_assoc* a, const struct sctp_asconf_batch* b);
/** How many batches in a row, from a place in the queue on, have left in a packet with an earlier
 * one (section 5.5): nothing may be queued before them. */
size_t sctp_asconf_bundled(const struct sctp_assoc* a, size_t from);
/** Makes a batch the outstanding chunk and sends it. */
void sctp_asconf_send(struct sctp_assoc* a, const struct sctp_asconf_batch* b, roam_time now);
void sctp_on_t4(struct sctp_assoc* a, roam_time now);
/** The local address that the outstanding ASCONF went out from is gone, or another has come. */
void sctp_asconf_readdress(struct sctp_assoc* a, roam_time now);

/* --- sctp-asconf-peer.c: the peer's requests ------------------------------------------------- */

void sctp_on_asconf(struct sctp_assoc* a, const struct roam_packet* pkt, const struct sctp_chunk* c,
                    roam_time now);
/** The association that an ASCONF from an unknown address names (section 5.2, rule on lookup). */
struct sctp_assoc* sctp_asconf_lookup(const struct sctp_endpoint* ep, uint16_t peer_port,
                                      const struct sctp_chunk* c);

#endif

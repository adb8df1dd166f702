/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * One endpoint under test and a peer made by hand: the puppet says any packet that a test wants to
 * craft, and sees each packet that the endpoint sends, at once and in virtual time. The endpoint
 * has 1.1.1.2, port 5000; the puppet is 2.2.2.2, port 4000, with any other address that it likes.
 */
#ifndef ROAM_TEST_SCTP_CRAFT_H
#define ROAM_TEST_SCTP_CRAFT_H

#include "sctp-net.h"

#include "core/sctp/sctp-wire.h"

/* --- Packets by hand ------------------------------------------------------------------------- */

struct craft
{
    struct roam_writer w;
    size_t open; /**< offset of the chunk that is being written */
    uint8_t bytes[66000];
};

/** Begins a packet of any tag. */
void craft_begin(struct craft* c, uint16_t src_port, uint16_t dst_port, uint32_t vtag);
/** A whole chunk with its padding. */
void craft_chunk(struct craft* c, uint8_t type, uint8_t flags, const void* body, size_t len);
/** A chunk whose body is written, with c->w, until craft_close(). */
void craft_open(struct craft* c, uint8_t type, uint8_t flags);
/** Ends it: length without the padding of the last parameter, and the padding. */
void craft_close(struct craft* c);
/** Opens an INIT or INIT ACK: 5 streams each way. Parameters may follow. */
void craft_init(struct craft* c, uint8_t type, uint32_t tag, uint32_t rwnd, uint32_t tsn);
/** A DATA chunk of len bytes, of stream 0 unless the flags say otherwise. */
void craft_data(struct craft* c, uint32_t tsn, uint8_t flags, uint16_t stream, uint16_t ssn,
                size_t len);
/** A SACK; blocks are n pairs of offsets. */
void craft_sack(struct craft* c, uint32_t cum, uint32_t rwnd, const uint16_t (*blocks)[2],
                size_t n);

#define WHOLE (SCTP_F_BEGIN | SCTP_F_END)

/* --- The puppet ------------------------------------------------------------------------------ */

#define PUPPET_MAX 2000

struct puppet_packet
{
    struct roam_addr src, dst;
    roam_time at;
    size_t len;
    uint8_t* bytes;
};

struct puppet
{
    struct sctp_endpoint* ep;
    sctp_assoc_id id; /**< the endpoint's latest association */
    roam_time now;
    struct roam_addr me, it; /**< where the puppet's packets come from and go to */

    uint32_t tag;    /**< the endpoint's Initiate Tag: goes into the puppet's packets */
    uint32_t my_tag; /**< the puppet's: must stand in the endpoint's packets */
    uint32_t tsn;    /**< of the puppet's next DATA chunk */
    uint32_t ep_tsn; /**< the endpoint's Initial TSN */
    uint8_t cookie[2000];
    size_t cookie_len; /**< from the latest INIT ACK */

    struct puppet_packet sent[PUPPET_MAX]; /**< by the endpoint */
    size_t n_sent;
    size_t seen;  /**< first packet that puppet_ladder() has not told yet */
    size_t batch; /**< first packet that it told last */
    char ladder[8000];

    unsigned up, restarts, closed, lost, peer_done, inactive, active, drops[16];
    enum sctp_lost_why why;
    struct sctp_event lost_event;
};

extern const struct roam_addr z3, a_far;

/** AUTH and ADD-IP are off unless a configuration is given. The endpoint listens. */
struct puppet* puppet_new(const struct sctp_config* config);
void puppet_free(struct puppet* p);

/** A packet from the puppet with the endpoint's tag. */
void puppet_begin(struct puppet* p, struct craft* c);
/** Seals the packet, hands it over, and collects what comes back. */
int puppet_send(struct puppet* p, struct craft* c);
/** One chunk in a packet of its own. */
int puppet_chunk(struct puppet* p, uint8_t type, uint8_t flags, const void* body, size_t len);
/** One DATA chunk of the puppet's next TSN. */
void puppet_data(struct puppet* p, uint16_t ssn, size_t len);
/** A SACK up to a number of chunks since the endpoint's Initial TSN, with a wide window. */
void puppet_sack(struct puppet* p, uint32_t chunks);

void puppet_poll(struct puppet* p);
void puppet_run_for(struct puppet* p, roam_time duration);

/** What the endpoint has sent since the last call: "SACK DATA | DATA". */
const char* puppet_ladder(struct puppet* p);
/** The latest chunk of a type in what puppet_ladder() told last; false when there is none. */
bool puppet_find(const struct puppet* p, uint8_t type, struct sctp_chunk* c);
/** The packet that it was in. */
const struct puppet_packet* puppet_packet_with(const struct puppet* p, uint8_t type);
/** How often a type of chunk was sent at all. */
unsigned puppet_count(const struct puppet* p, uint8_t type);
/** A cause in the latest ERROR or ABORT that was told. */
bool puppet_cause(const struct puppet* p, uint8_t type, uint16_t code, struct sctp_param* cause);

/** INIT to the endpoint, its INIT ACK back; the cookie is kept. */
void puppet_init(struct puppet* p);
/** The cookie goes back. */
void puppet_echo(struct puppet* p);
/** Both, and the ladder forgotten: the endpoint is ESTABLISHED. */
struct puppet* puppet_accepted(const struct sctp_config* config);
/** The endpoint connects; it waits in COOKIE-WAIT. */
struct puppet* puppet_called(const struct sctp_config* config);
/** INIT ACK with a cookie. */
void puppet_init_ack(struct puppet* p);
/** The endpoint has connected and is ESTABLISHED. */
struct puppet* puppet_connected(const struct sctp_config* config);

/** A message of len bytes from the endpoint on stream 0. */
int puppet_user_send(struct puppet* p, size_t len);
enum sctp_state puppet_state(const struct puppet* p);
struct sctp_path_status puppet_path(const struct puppet* p);

#endif

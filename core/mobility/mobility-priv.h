/* SPDX-License-Identifier: GPL-2.0-or-later */
/** Shared inside the room: the state of the engine, by noun, and what its files do for each other.
 */
#ifndef ROAM_MOBILITY_PRIV_H
#define ROAM_MOBILITY_PRIV_H

#include "core/mobility/mobility-access.h"
#include "core/mobility/mobility-rule.h"
#include "core/mobility/mobility.h"

/** The most that max_addresses can be. */
#define MOBILITY_ADDRESSES_MAX 1024

struct mobility_cell
{
    uint32_t cell;
    double dbm;
    double cost;
    bool prepared; /**< dictated: offered besides the serving one */
};

struct mobility_radio
{
    uint32_t ifindex;
    uint32_t cell; /**< attached to, or attaching; 0 is free */
    bool link;
    double cost;
    uint32_t why;  /**< of the last attachment */
    bool overlaps; /**< since its link came up, the primary of another link could be used */
    roam_time t_link, t_detect;
    roam_time* better_since; /**< for each cell, see mobility_radio_view */
};

/** An address that the client has, or the session, or both. A free slot is MOBILITY_ADDR_NONE. */
struct mobility_addr
{
    struct roam_addr addr;
    enum mobility_address_state state;
    uint32_t ifindex, cell;  /**< where the client has or had it; 0 when it never did */
    bool present;            /**< the client has it */
    roam_time since;         /**< see mobility_path_view */
    roam_time t_address;     /**< when the client got it */
    roam_time t_lost;        /**< when the client lost it, or NEVER */
    roam_time t_signal;      /**< first ADD or SET PRIMARY for its present use, or NEVER */
    roam_time t_trigger;     /**< when it was last chosen to be the primary, or NEVER */
    uint32_t why;            /**< for which reasons */
    roam_time t_primary;     /**< when it last became the primary, or NEVER */
    roam_time better_since;  /**< see mobility_path_view */
    roam_time weak_since;    /**< its cell is below inactive_dbm since then, or NEVER */
    struct roam_timer retry; /**< runs after a refusal */
    uint32_t asked;          /**< by the request that is outstanding: bits 1 << op, 0 for none */
    uint32_t unanswered;     /**< of those */
    uint32_t refused;        /**< of those, or of the last ones, while retry runs */
    bool left;               /**< TOGETHER: was the primary, and is to be deleted though active */
    bool told;               /**< a verdict was told; it was: */
    bool told_change;
    uint32_t told_why;
};

struct mobility_ho
{
    struct mobility_handover record;
    enum mobility_handover_state state; /**< IDLE: a free slot */
    bool session;                       /**< opened with a session: its answer confirms it */
    bool forced;                        /**< opened because no link could be used */
};

/** A ring of events; the room for all that one call can tell is there before the call begins. */
struct mobility_events
{
    struct mobility_event* ring;
    uint32_t capacity, head, count;
    uint32_t reserve; /**< the most that one pass of the engine tells */
};

struct mobility
{
    struct mobility_config config;
    struct mobility_cell* cells;
    uint32_t n_cells;
    struct mobility_radio* radios;
    uint32_t n_radios;
    struct mobility_addr* addrs; /**< max_addresses slots */
    struct mobility_ho* hos;     /**< max_addresses + 1 slots */
    struct mobility_ho* active;  /**< the one that is not bound yet, or NULL */
    struct mobility_addr* primary;
    struct roam_addr former; /**< the primary before, or none */
    uint32_t former_ifindex;
    roam_time t_former_release; /**< when that was released, or NEVER */
    bool session;
    bool finished;
    uint32_t serving;     /**< the last serving cell, 0 before the first */
    uint32_t dictated;    /**< where the network serves us now, 0 in none */
    roam_time t_dictated; /**< since when */
    uint32_t next_id;
    struct
    {
        uint32_t from, to;
        roam_time at;
    } last;                                /**< the last change of serving cell */
    struct mobility_cell_view* cell_views; /**< room for a view of all cells */
    struct mobility_radio_view* radio_views;
    struct mobility_events events;
    roam_time wake; /**< next_expiry */
};

/* mobility-event.c */
bool mobility_events_init(struct mobility_events* q, const struct mobility_config* config);
bool mobility_events_ready(const struct mobility_events* q);
/** ROAM_OK if an input may be taken now; ROAM_ESTATE after the finish; else ROAM_EAGAIN. */
int mobility_refuses(const struct mobility* m);
/** The next free place, set to this type and moment. */
struct mobility_event* mobility_tell(struct mobility* m, enum mobility_event_type type,
                                     roam_time now);

/* mobility-radio.c */
struct mobility_radio* mobility_radio_find(const struct mobility* m, uint32_t ifindex);
/** The radio that is attached to this cell, or NULL. */
struct mobility_radio* mobility_radio_in(const struct mobility* m, uint32_t cell);
struct mobility_cell* mobility_cell_find(const struct mobility* m, uint32_t cell);
/** Known, or made known; NULL when there is no room. */
struct mobility_cell* mobility_cell_get(struct mobility* m, uint32_t cell);
double mobility_cell_dbm(const struct mobility* m, uint32_t cell);
/** Makes the moves that are due; returns when time alone may bring another. */
roam_time mobility_radio_pass(struct mobility* m, bool* moved, roam_time now);

/* mobility-address.c */
struct mobility_addr* mobility_addr_find(const struct mobility* m, const struct roam_addr* addr);
/** The address that the client has in the cell of a radio, or NULL. */
struct mobility_addr* mobility_addr_in(const struct mobility* m,
                                       const struct mobility_radio* radio);
bool mobility_addr_usable(const struct mobility* m, const struct mobility_addr* a);
/** Bound as far as a rule is concerned: part of the session, or there is no session. */
bool mobility_addr_bound(const struct mobility* m, const struct mobility_addr* a);
/** The rule may choose it: it is bound, or the request that makes it primary can bind it. */
bool mobility_addr_eligible(const struct mobility* m, const struct mobility_addr* a);
/** The client has it no more. */
void mobility_addr_gone(struct mobility* m, struct mobility_addr* a, roam_time now);
/** A slot for an address that is not known yet, in state HELD; NULL when all are in use. */
struct mobility_addr* mobility_addr_get(struct mobility* m, const struct roam_addr* addr,
                                        roam_time now);
void mobility_addr_enter(struct mobility* m, struct mobility_addr* a,
                         enum mobility_address_state state, roam_time now);
/** Section 4.3: in steps, requests the ADDs that are due; returns the next moment of interest. */
roam_time mobility_addr_add_pass(struct mobility* m, roam_time now);
/** Section 4.5: requests the DELETEs that are due, and forgets what nobody has. */
void mobility_addr_delete_pass(struct mobility* m, roam_time now);

/* mobility-request.c */
/** True if an outstanding request asks for this operation on an address. */
bool mobility_addr_asked(const struct mobility_addr* a, enum mobility_op op);
/** True if an outstanding request is to make an address the primary. */
bool mobility_addr_asked_to_lead(const struct mobility_addr* a);
/** True if this operation was refused, and retry_time is not over. */
bool mobility_addr_refused(const struct mobility_addr* a, enum mobility_op op);
/** A request without parts, to be given at least one. */
struct mobility_event* mobility_request_begin(struct mobility* m, roam_time now);
void mobility_request_part(struct mobility* m, struct mobility_event* request,
                           struct mobility_addr* a, enum mobility_op op, roam_time now);
/** A request of one part. */
void mobility_request_one(struct mobility* m, struct mobility_addr* a, enum mobility_op op,
                          roam_time now);
/** Without a session nothing is bound, asked or refused. */
void mobility_requests_forget(struct mobility* m, struct mobility_addr* a, roam_time now);

/* mobility-primary.c */
/** Asks the rule about every candidate; returns the next moment of interest. */
roam_time mobility_primary_pass(struct mobility* m, bool* changed, roam_time now);
/** Tells that a is the primary, or is to be: m->primary is still the old one. */
void mobility_primary_tell(struct mobility* m, const struct mobility_addr* a, roam_time now);
/** The primary is now this address: a confirmed change, or one that needs no confirmation. */
void mobility_primary_set(struct mobility* m, struct mobility_addr* a, roam_time now);

/* mobility-record.c */
/**
 * A record of a change of serving cell begins, and is the active one from now on; one that was
 * active is abandoned. t_trigger is when the rule fired, or NEVER when it has not yet.
 */
void mobility_record_open(struct mobility* m, uint32_t to_cell, uint32_t why, roam_time t_trigger,
                          roam_time now);
/** The active one: writes down what is known of its new link, and enters the state that follows. */
void mobility_record_advance(struct mobility* m, roam_time now);
/** The active one has reached its aim at this address: with a session, it is confirmed. */
void mobility_record_complete(struct mobility* m, struct mobility_addr* a, roam_time at,
                              roam_time now);
/** The same for a change that was made before it became a handover: its moments are known. */
void mobility_record_complete_early(struct mobility* m, struct mobility_addr* a, roam_time now);
/** The active one has failed. */
void mobility_record_fail(struct mobility* m, enum mobility_outcome outcome, uint32_t end,
                          roam_time now);
/** An address is deleted from the session, or lost without one. */
void mobility_record_released(struct mobility* m, const struct roam_addr* addr, roam_time now);
/** An address is in use again: what waited for its release waits no longer. */
void mobility_record_reclaimed(struct mobility* m, const struct roam_addr* addr, roam_time now);
/** A session begins: closes what is completed without one; the active one is to be confirmed. */
void mobility_record_session(struct mobility* m, roam_time now);
/** Closes all that is open; the active one with this outcome and reason. */
void mobility_record_close_all(struct mobility* m, enum mobility_outcome outcome, uint32_t end,
                               roam_time now);

/* mobility-handover.c */
/** The network's change to another serving cell: config.dictated only. */
void mobility_handover_dictated(struct mobility* m, uint32_t cell, roam_time now);
/** The ADD of this address is requested. */
void mobility_handover_adding(struct mobility* m, struct mobility_addr* a, roam_time now);
/** The rule has fired for this address. */
void mobility_handover_triggered(struct mobility* m, struct mobility_addr* a, roam_time now);
/** The primary has moved to this address. */
void mobility_handover_moved(struct mobility* m, struct mobility_addr* a, roam_time now);
/** Beginnings, steps, failures and completions that follow from the state of radios and addresses.
 */
void mobility_handover_pass(struct mobility* m, roam_time now);

/* mobility.c */
/** Everything that follows from the present state, until nothing more does. */
void mobility_run(struct mobility* m, roam_time now);

#endif

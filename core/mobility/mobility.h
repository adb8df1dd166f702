/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * The handover engine of a mobile client: draft-sjkoh-sctp-mobility-04, sections 4.1 to 4.6.
 * This is the room's door: the only header that another room includes.
 *
 * The host tells what it sees: levels of cells, links, networks, addresses, and how the session
 * answered a request. The engine says what to do: to which cell a radio attaches, which address
 * is added to the session, becomes its primary or is deleted from it. It sends no packets and
 * knows no transport: the requests are the host's to carry out, by ASCONF or otherwise.
 *
 * After any call that takes the time, the host polls events until there is none and asks for
 * the next expiry. Carrying out an event may lead to further inputs at once; they are taken in the
 * midst of polling. No call may be made with a time earlier than one given before. An input that
 * comes while very many events wait answers ROAM_EAGAIN and has no effect: poll, then repeat it.
 *
 * Sessions. Before mobility_session_up() and after mobility_session_down() nothing is requested:
 * the engine attaches radios and chooses a primary among the addresses by the same rule, and its
 * records end as MOBILITY_UNBOUND. A scheme that binds nothing never tells of a session.
 *
 * Requests have a shape (enum mobility_shape). In steps (the default) an address is added as soon
 * as the client can use it, made primary when the rule says so, and deleted when it is inactive.
 * Together (section 4.6, last paragraph) nothing is asked before the rule has chosen an address:
 * then one request adds it, unless it is bound, makes it primary, and deletes the address that was
 * the primary, also when its link still works. That address may be added again by the next
 * handover. Move is for what binds one address at a time (a registration, a re-INVITE, a
 * migration): when the rule has chosen an address, one request moves the session to it, and what
 * was bound before is released when that is granted.
 *
 * Answers. A request has one part or several, which are to be carried out as one; each part is
 * answered once, by mobility_done(), in their order. An answer takes effect when all that the
 * request asks of its address is answered. The engine has at most one request outstanding for an
 * address. What was refused is asked for again after retry_time for as long as its reason holds.
 * Together: all of it when all was refused; SET PRIMARY and DELETE when the ADD was granted; DELETE
 * alone when only that was not. When SET PRIMARY was refused and DELETE granted, the session has
 * nothing but the new address, which is the primary then.
 */
#ifndef ROAM_MOBILITY_H
#define ROAM_MOBILITY_H

#include "core/base/base.h"

#ifdef __cplusplus
extern "C"
{
#endif

    struct mobility;

/** A level (dBm) that says that a cell cannot be heard at all. */
#define MOBILITY_NO_SIGNAL (-1e9)

    /** When the primary address is changed (section 4.4). */
    enum mobility_rule
    {
        MOBILITY_RULE_IMMEDIATE, /**< (a) as soon as a new address is bound; together: usable */
        MOBILITY_RULE_SIGNAL,    /**< (b) by the levels: threshold, hysteresis, time to trigger */
        MOBILITY_RULE_PREFERENCE /**< (c) by the costs that the upper layer has set */
    };

    /**
     * Why something was decided, or not: a set of bits. In every rule, a current primary whose link
     * is down is left at once for any bound address that can be used.
     */
    enum mobility_why
    {
        /* reasons to change the primary */
        MOBILITY_WHY_CURRENT_DOWN = 1 << 0, /**< the current primary cannot be used */
        MOBILITY_WHY_NEW_ADDRESS = 1 << 1,  /**< (a) the candidate is newer than the current */
        MOBILITY_WHY_SIGNAL = 1 << 2,       /**< (b) its level was better for long enough */
        MOBILITY_WHY_PREFERRED = 1 << 3,    /**< (c) it costs less */
        MOBILITY_WHY_DICTATED = 1 << 4,     /**< the network serves us there */
        /* reasons not to */
        MOBILITY_WHY_NOT_USABLE = 1 << 5,     /**< the candidate's link or address is gone */
        MOBILITY_WHY_NOT_BOUND = 1 << 6,      /**< its ADD is not made */
        MOBILITY_WHY_ADD_UNANSWERED = 1 << 7, /**< its ADD is outstanding */
        MOBILITY_WHY_ADD_REFUSED = 1 << 8,    /**< its ADD was refused and is not made again yet */
        MOBILITY_WHY_DELETE_UNANSWERED = 1 << 9,  /**< its DELETE is outstanding */
        MOBILITY_WHY_CHANGE_UNANSWERED = 1 << 10, /**< a SET PRIMARY is outstanding */
        MOBILITY_WHY_CHANGE_REFUSED = 1 << 11, /**< its SET PRIMARY was refused a short while ago */
        MOBILITY_WHY_NOT_NEW = 1 << 12,        /**< (a) it is no newer than the current primary */
        MOBILITY_WHY_ABOVE_THRESHOLD = 1 << 13,   /**< (b) the current level is good enough */
        MOBILITY_WHY_WITHIN_HYSTERESIS = 1 << 14, /**< (b) it is not better by the hysteresis */
        MOBILITY_WHY_TIME_TO_TRIGGER = 1
                                       << 15, /**< (b) it is better, but not for long enough yet */
        MOBILITY_WHY_NOT_PREFERRED = 1 << 16, /**< (c) it costs as much or more */
        MOBILITY_WHY_NOT_DICTATED = 1 << 17,  /**< the network serves us elsewhere */
        /* reasons to attach and detach */
        MOBILITY_WHY_COVERAGE = 1 << 18,      /**< a free radio hears a cell above the floor */
        MOBILITY_WHY_COVERAGE_LOST = 1 << 19, /**< the cell fell below the floor */
        MOBILITY_WHY_RESELECTED = 1 << 20,    /**< another cell was better for long enough */
        MOBILITY_WHY_WITHDRAWN = 1 << 21,     /**< the network offers the cell no more */
        /* reasons to end a handover unfinished */
        MOBILITY_WHY_NEW_DOWN = 1 << 22,     /**< the new link went away */
        MOBILITY_WHY_SUPERSEDED = 1 << 23,   /**< another handover took its place */
        MOBILITY_WHY_SESSION_LOST = 1 << 24, /**< the session broke */
        MOBILITY_WHY_SESSION_OVER = 1 << 25, /**< the session or the run ended */
        MOBILITY_WHY_OLD_BACK = 1 << 26      /**< the old link can be used again */
    };

/** Number of reasons: bits 0 to MOBILITY_WHY_COUNT - 1. */
#define MOBILITY_WHY_COUNT 27

    /** "current-down" for one bit; NULL when the argument is not exactly one reason. */
    const char* mobility_why_name(uint32_t why);

/** Room for every name at once. */
#define MOBILITY_WHY_TEXT 512

    /** The names in the set in order of their bits, joined by '+' ("-" for none); returns buf. */
    const char* mobility_why_text(uint32_t why, char buf[MOBILITY_WHY_TEXT]);

    /** What the session is asked for. */
    enum mobility_op
    {
        MOBILITY_ADD,         /**< these three are parameters of an ASCONF (RFC 5061 section 4.2) */
        MOBILITY_SET_PRIMARY, /**< */
        MOBILITY_DELETE,      /**< */
        MOBILITY_MOVE         /**< bind this address, and no other any more */
    };

    /** Which operations a change of the primary consists of; see Requests above. */
    enum mobility_shape
    {
        MOBILITY_SHAPE_STEPS,    /**< ADD, SET PRIMARY, DELETE, each at its time */
        MOBILITY_SHAPE_TOGETHER, /**< the three in one request */
        MOBILITY_SHAPE_MOVE      /**< MOVE */
    };

    /** "ADD", "SET PRIMARY", "DELETE", "MOVE". */
    const char* mobility_op_name(enum mobility_op op);

    /** A part of what the session is asked for at once. */
    struct mobility_request
    {
        enum mobility_op op;
        struct roam_addr addr;
    };

/** The most parts of one request. */
#define MOBILITY_REQUEST_MAX 3

    /** Levels are dBm, differences dB, times nanoseconds. */
    struct mobility_config
    {
        enum mobility_rule rule;
        double threshold_dbm; /**< (b) leave the current when its level is below; -90 */
        double hysteresis_db; /**< (b) and the candidate is better by more than this, >= 0; 3 */
        roam_time time_to_trigger; /**< (b) for this long, >= 0; 320 ms */
        double floor_dbm;          /**< coverage: a radio is attached to no cell below this; -110 */
        double entry_margin_db;    /**< and enters one that is above it by this, >= 0; 2 */
        double
            reselect_hysteresis_db; /**< change of cell of one radio: better by more than this; 4 */
        roam_time reselect_time;    /**< for this long, >= 0; 500 ms */
        double inactive_dbm;        /**< an address whose cell is below this; -105 */
        roam_time inactive_time;    /**< for this long is inactive (section 4.5), >= 0; 1 s */
        roam_time retry_time;       /**< from a refusal to the same request again, > 0; 1 s */
        roam_time ping_pong_time;   /**< going back within this is a ping-pong, >= 0; 5 s */
        enum mobility_shape shape;  /**< of the requests; MOBILITY_SHAPE_STEPS */
        bool dictated;              /**< the network chooses the serving cell; false */
        uint32_t max_radios;        /**< 1 to 16; 4 */
        uint32_t max_cells;         /**< 1 to 4,096; 64 */
        uint32_t max_addresses;     /**< 2 to 1,024, those not deleted yet included; 16 */
    };

    /** The defaults given above. */
    void mobility_config_default(struct mobility_config* config);

    /** ROAM_EINVAL when a value is out of the ranges above or not a number. */
    int mobility_config_check(const struct mobility_config* config);

    /** Copies the configuration. NULL when memory is short or the configuration is not valid. */
    struct mobility* mobility_new(const struct mobility_config* config);

    /** NULL is allowed. */
    void mobility_free(struct mobility* m);

    /* --- What the host has and sees
     * ----------------------------------------------------------------*/

    /**
     * A radio, named by its interface index (not 0). One radio makes handover hard, two or more
     * soft. ROAM_EEXIST, ROAM_ENOMEM beyond max_radios, ROAM_EINVAL.
     */
    int mobility_add_radio(struct mobility* m, uint32_t ifindex, roam_time now);

    /** The radio is gone, and its addresses with it. ROAM_ENOENT. */
    int mobility_remove_radio(struct mobility* m, uint32_t ifindex, roam_time now);

    struct mobility_level
    {
        uint32_t cell; /**< not 0 */
        double dbm;    /**< or MOBILITY_NO_SIGNAL */
    };

    /**
     * Levels that were measured at one moment, of any number of cells. A cell is known from its
     * first level on and keeps a level until the next. ROAM_EINVAL (cell 0, not a number) and
     * ROAM_ENOMEM (beyond max_cells) leave everything as it was.
     */
    int mobility_levels(struct mobility* m, const struct mobility_level* levels, size_t n,
                        roam_time now);

    /**
     * The link of a radio is up (it can send and receive) or down. It is taken to go down with
     * MOBILITY_EV_DETACH and to come up some time after MOBILITY_EV_ATTACH; one that goes down by
     * itself is attached anew. ROAM_ENOENT.
     */
    int mobility_link(struct mobility* m, uint32_t ifindex, bool up, roam_time now);

    /** The first sign of a network on that link (offer or router advertisement). ROAM_ENOENT. */
    int mobility_detected(struct mobility* m, uint32_t ifindex, roam_time now);

    /**
     * An address can be used on a radio from now on (duplicate address detection is over). One that
     * is known moves to the radio given. ROAM_EINVAL when it is no unicast address or link-local,
     * ROAM_ENOENT for an unknown radio, ROAM_ENOMEM beyond max_addresses.
     */
    int mobility_address_gained(struct mobility* m, const struct roam_addr* addr, uint32_t ifindex,
                                roam_time now);

    /** It cannot be used any more (lease over, link left). ROAM_ENOENT. */
    int mobility_address_lost(struct mobility* m, const struct roam_addr* addr, roam_time now);

    /* --- The network's and the upper layer's say
     * ---------------------------------------------------*/

    /**
     * The network serves us in this cell from now on; 0 is in none. Only with config.dictated (else
     * ROAM_ESTATE): the cell is attached if it is above the floor, its address becomes the primary,
     * and no other rule but current-down has a say. The cell becomes known, without level, if it is
     * not (ROAM_ENOMEM).
     */
    int mobility_serve(struct mobility* m, uint32_t cell, roam_time now);

    /**
     * A cell can be attached besides the serving one, before it serves or after, from now on or no
     * more. Only with config.dictated (else ROAM_ESTATE). ROAM_EINVAL for cell 0, ROAM_ENOMEM.
     */
    int mobility_prepare(struct mobility* m, uint32_t cell, bool attachable, roam_time now);

    /**
     * Rule (c): what it costs to use a cell, and a radio; an address costs the sum of both. All are
     * 0 at first, the lowest sum is preferred. A cell becomes known if it is not. ROAM_EINVAL (not
     * a finite number, cell 0), ROAM_ENOMEM, ROAM_ENOENT for an unknown radio.
     */
    int mobility_prefer_cell(struct mobility* m, uint32_t cell, double cost, roam_time now);
    int mobility_prefer_radio(struct mobility* m, uint32_t ifindex, double cost, roam_time now);

    /* --- The session
     * -------------------------------------------------------------------------------*/

    /**
     * A session is established, bound to these addresses (at least one; the first is its primary;
     * MOBILITY_SHAPE_MOVE: one). ROAM_ESTATE when there is one, ROAM_EINVAL, ROAM_ENOMEM beyond
     * max_addresses.
     */
    int mobility_session_up(struct mobility* m, const struct roam_addr* addrs, size_t n,
                            roam_time now);

    /**
     * The session goes on in another association, registration or connection, bound to these
     * addresses and to no other any more (the first is its primary). What was outstanding is
     * forgotten. If the primary is in the cell that a handover leads to, this completes it; the
     * addresses that are not bound any more are released. Answers of the former association must
     * not be reported to mobility_done() afterwards, because it cannot distinguish them from
     * answers to the same request made anew. ROAM_ESTATE without a session, else as
     * mobility_session_up().
     */
    int mobility_session_replaced(struct mobility* m, const struct roam_addr* addrs, size_t n,
                                  roam_time now);

    /** The session is over; broken: not by its user's wish. What is outstanding is forgotten. */
    int mobility_session_down(struct mobility* m, bool broken, roam_time now);

    /**
     * The answer to a part of a request. cause is 0 or an error cause of RFC 5061 section 4.3, and
     * goes into the event. ROAM_ENOENT when nothing such is outstanding; nothing happens then.
     */
    int mobility_done(struct mobility* m, enum mobility_op op, const struct roam_addr* addr,
                      bool ok, uint16_t cause, roam_time now);

    /** The run is over: closes the records that are open. The engine does nothing from then on. */
    void mobility_finish(struct mobility* m, roam_time now);

    /* --- The verbs
     * ---------------------------------------------------------------------------------*/

    /** What is due at or before now happens. */
    void mobility_expire(struct mobility* m, roam_time now);

    /** When to call mobility_expire(), or ROAM_NEVER. */
    roam_time mobility_next_expiry(const struct mobility* m);

    /** The steps of one handover (sections 4.2 to 4.5). */
    enum mobility_handover_state
    {
        MOBILITY_HO_IDLE,    /**< not begun */
        MOBILITY_HO_DETECT,  /**< waits for the new link and a sign of its network */
        MOBILITY_HO_ADDRESS, /**< waits for the address (4.2) */
        MOBILITY_HO_ADD, /**< waits for the address to be bound (4.3); together, move: for all */
        MOBILITY_HO_PRIMARY, /**< waits for the primary to be changed (4.4) */
        MOBILITY_HO_DELETE,  /**< waits for the old address to be inactive and deleted (4.5) */
        MOBILITY_HO_CLOSED
    };

    /** One address and the session. */
    enum mobility_address_state
    {
        MOBILITY_ADDR_NONE,     /**< not known */
        MOBILITY_ADDR_HELD,     /**< the client has it, the session does not */
        MOBILITY_ADDR_ADDING,   /**< ADD or MOVE is outstanding */
        MOBILITY_ADDR_BOUND,    /**< part of the session */
        MOBILITY_ADDR_CHANGING, /**< bound, SET PRIMARY is outstanding */
        MOBILITY_ADDR_DELETING  /**< bound, DELETE is outstanding */
    };

    /** "DETECT", "BOUND", ... */
    const char* mobility_handover_state_name(enum mobility_handover_state state);
    const char* mobility_address_state_name(enum mobility_address_state state);

    enum mobility_outcome
    {
        MOBILITY_OPEN,      /**< under way */
        MOBILITY_COMPLETED, /**< the new address is the primary */
        MOBILITY_BROKEN,    /**< the session broke on the way */
        MOBILITY_ABANDONED, /**< the new link went away, or another handover came, before */
        MOBILITY_PING_PONG, /**< completed, and a return to the cell left less than ping_pong_time
                               ago */
        MOBILITY_UNBOUND    /**< nothing tells a session of it: what came of it, its flow says */
    };

    /** "completed", "ping-pong", ... */
    const char* mobility_outcome_name(enum mobility_outcome outcome);

    /**
     * One change of serving cell. It is opened when the client is committed to the change: when the
     * rule fires; under rule (a) in steps, with the ADD of the new address; with no usable link
     * left, when a radio turns to another cell; when the network dictates it. It is closed when the
     * old address is released, when the old address is in use again, or when the handover has
     * failed. Times are ROAM_NEVER where the moment did not come; t_link to t_signal may lie before
     * t_trigger.
     */
    struct mobility_handover
    {
        uint32_t id; /**< 1, 2, ... in the order of opening */
        uint32_t from_cell, to_cell;
        uint32_t from_ifindex, to_ifindex; /**< to_ifindex is 0 while no radio is attached there */
        struct roam_addr from, to;         /**< addresses; to is none before t_address */
        bool soft;                         /**< old link and new were usable at the same time */
        bool returned; /**< goes back to the cell that was left less than ping_pong_time ago */
        uint32_t why;  /**< the reasons that opened it and that fired */
        uint32_t end;  /**< why it ended unfinished; 0 when it did not */
        enum mobility_outcome outcome;
        roam_time t_open;    /**< when the record was opened */
        roam_time t_trigger; /**< the rule fired, or there was no other link; before t_open only
                                where the network dictates */
        roam_time t_link;    /**< the new link is usable */
        roam_time t_detect;  /**< its network was seen */
        roam_time t_address; /**< the new address is usable */
        roam_time t_signal;  /**< the first binding request for the new address */
        roam_time t_bound;   /**< the new address is confirmed as the primary */
        roam_time t_release; /**< the old address is deleted; without session: lost */
    };

    enum mobility_event_type
    {
        MOBILITY_EV_ATTACH,  /**< radio: attach ifindex to cell */
        MOBILITY_EV_DETACH,  /**< radio: leave cell */
        MOBILITY_EV_REQUEST, /**< request: each part is to be answered by mobility_done() */
        MOBILITY_EV_ANSWER,  /**< answer: what mobility_done() was told */
        MOBILITY_EV_PRIMARY, /**< primary: it is now this address, or it is on another interface */
        MOBILITY_EV_VERDICT, /**< verdict: on one candidate; told when it changes */
        MOBILITY_EV_ADDRESS, /**< address: a change of state */
        MOBILITY_EV_STATE,   /**< state: of one handover */
        MOBILITY_EV_OPENED,  /**< handover: as it begins */
        MOBILITY_EV_CLOSED   /**< handover: as it ended */
    };

    struct mobility_event
    {
        enum mobility_event_type type;
        roam_time at;
        union
        {
            struct
            {
                uint32_t ifindex, cell;
                uint32_t why;
            } radio;
            struct
            {
                struct mobility_request parts[MOBILITY_REQUEST_MAX];
                uint32_t n; /**< 1 or more: to be carried out in their order, as one */
            } request;
            struct
            {
                enum mobility_op op;
                struct roam_addr addr;
                bool ok;
                uint16_t cause;
            } answer;
            struct
            {
                struct roam_addr addr, old; /**< old: none when there was none */
                uint32_t ifindex, cell;
            } primary;
            struct
            {
                struct roam_addr addr; /**< the candidate */
                bool change;           /**< it is to be the primary */
                uint32_t why;
            } verdict;
            struct
            {
                struct roam_addr addr;
                enum mobility_address_state from, to;
            } address;
            struct
            {
                uint32_t id; /**< of the handover */
                enum mobility_handover_state from, to;
            } state;
            struct mobility_handover handover;
        } u;
    };

    /** The next thing to do or to tell; false when there is none. */
    bool mobility_poll_event(struct mobility* m, struct mobility_event* event);

    /* --- Looking in
     * --------------------------------------------------------------------------------*/

    struct mobility_status
    {
        bool session;
        struct roam_addr primary; /**< none when there is none */
        uint32_t serving_cell;    /**< 0 when there is none */
        uint32_t bound;           /**< addresses that are part of the session */
        uint32_t outstanding;     /**< parts of requests without an answer */
        uint32_t open;            /**< records that are open */
    };

    void mobility_status(const struct mobility* m, struct mobility_status* status);

    /** The state of an address; MOBILITY_ADDR_NONE when it is not known. */
    enum mobility_address_state mobility_address_state(const struct mobility* m,
                                                       const struct roam_addr* addr);

    /** The cell that a radio is attached to, 0 for none or an unknown radio. */
    uint32_t mobility_radio_cell(const struct mobility* m, uint32_t ifindex);

#ifdef __cplusplus
}
#endif

#endif

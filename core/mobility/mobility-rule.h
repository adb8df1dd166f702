/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * The trigger rules of draft-sjkoh-sctp-mobility-04 section 4.4, as functions of what they are
 * shown: nothing here keeps a state or knows a clock. The verdict names its reasons, those for
 * the change and those against it, so that a trace can say why nothing happened.
 */
#ifndef ROAM_MOBILITY_RULE_H
#define ROAM_MOBILITY_RULE_H

#include "core/mobility/mobility.h"

/** One address, with the link under it. */
struct mobility_path_view
{
    bool usable; /**< the client has the address and the link is up */
    bool bound;  /**< part of the session, or to be bound by the change itself (TOGETHER, MOVE);
                    without session: always true */
    bool adding; /**< its ADD is outstanding */
    bool add_refused;       /**< refused, and retry_time is not over */
    bool deleting;          /**< its DELETE is outstanding */
    bool change_refused;    /**< its SET PRIMARY was refused, and retry_time is not over */
    bool dictated;          /**< it belongs to the cell in which the network serves us */
    double dbm;             /**< level of its cell */
    double cost;            /**< the upper layer's */
    roam_time since;        /**< when it became usable, or bound if that was later */
    roam_time better_since; /**< candidate: mobility_rule_better() holds since then, or NEVER */
};

struct mobility_rule_view
{
    const struct mobility_config* config;
    struct mobility_path_view current;
    struct mobility_path_view candidate;
    bool changing; /**< a SET PRIMARY to an address that can be used is outstanding */
    roam_time now;
};

struct mobility_verdict
{
    bool change;     /**< the candidate is to be the primary now */
    uint32_t why;    /**< set of enum mobility_why */
    roam_time again; /**< when the verdict may differ without anything else happening, or NEVER */
};

/** True if the levels alone speak for the candidate under rule (b), at this moment. */
bool mobility_rule_better(const struct mobility_rule_view* view);

/** The rule's word on one candidate. */
struct mobility_verdict mobility_rule_verdict(const struct mobility_rule_view* view);

/** Of two candidates with a verdict to change, whether a is to be preferred to b by the rule. */
bool mobility_rule_prefers(const struct mobility_config* config, const struct mobility_path_view* a,
                           const struct mobility_path_view* b);

#endif

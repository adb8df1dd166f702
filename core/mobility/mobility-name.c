/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/mobility/mobility.h"

#include <assert.h>
#include <string.h>

static const char* const why_names[MOBILITY_WHY_COUNT] = {
    "current-down",      "new-address",    "signal",         "preferred",       "dictated",
    "not-usable",        "not-bound",      "add-unanswered", "add-refused",     "delete-unanswered",
    "change-unanswered", "change-refused", "not-new",        "above-threshold", "within-hysteresis",
    "time-to-trigger",   "not-preferred",  "not-dictated",   "coverage",        "coverage-lost",
    "reselected",        "withdrawn",      "new-down",       "superseded",      "session-lost",
    "session-over",      "old-back",
};

const char* mobility_why_name(uint32_t why)
{
    for (uint32_t i = 0; i < MOBILITY_WHY_COUNT; i++)
    {
        if (why == (uint32_t)1 << i)
        {
            return why_names[i];
        }
    }
    return NULL;
}

const char* mobility_why_text(uint32_t why, char buf[MOBILITY_WHY_TEXT])
{
    size_t at = 0;
    for (uint32_t i = 0; i < MOBILITY_WHY_COUNT; i++)
    {
        if (why & (uint32_t)1 << i)
        {
            const size_t len = strlen(why_names[i]);
            assert(at + len + 2 <= MOBILITY_WHY_TEXT);
            if (at > 0)
            {
                buf[at++] = '+';
            }
            memcpy(buf + at, why_names[i], len);
            at += len;
        }
    }
    if (at == 0)
    {
        buf[at++] = '-';
    }
    buf[at] = '\0';
    return buf;
}

const char* mobility_op_name(enum mobility_op op)
{
    static const char* const names[] = {"ADD", "SET PRIMARY", "DELETE", "MOVE"};
    return names[op];
}

const char* mobility_handover_state_name(enum mobility_handover_state state)
{
    static const char* const names[] = {"IDLE",    "DETECT", "ADDRESS", "ADD",
                                        "PRIMARY", "DELETE", "CLOSED"};
    return names[state];
}

const char* mobility_address_state_name(enum mobility_address_state state)
{
    static const char* const names[] = {"NONE", "HELD", "ADDING", "BOUND", "CHANGING", "DELETING"};
    return names[state];
}

const char* mobility_outcome_name(enum mobility_outcome outcome)
{
    static const char* const names[] = {"open",      "completed", "broken",
                                        "abandoned", "ping-pong", "unbound"};
    return names[outcome];
}

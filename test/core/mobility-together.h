/* SPDX-License-Identifier: GPL-2.0-or-later */
/** What the tests of requests with several parts have in common. */
#ifndef ROAM_TEST_MOBILITY_TOGETHER_H
#define ROAM_TEST_MOBILITY_TOGETHER_H

#include "mobility-client.h"

static inline struct mobility_config together(enum mobility_rule rule)
{
    struct mobility_config config = with_rule(rule);
    assert_int_equal(config.shape, MOBILITY_SHAPE_STEPS); /* the default */
    config.shape = MOBILITY_SHAPE_TOGETHER;
    return config;
}

static inline struct client* client_together(enum mobility_rule rule, uint32_t radios)
{
    const struct mobility_config config = together(rule);
    return client_at_a(&config, radios);
}

static inline void expect_outcome(const struct client* c, enum mobility_outcome outcome,
                                  uint32_t end)
{
    const struct mobility_handover* r = record(c, MOBILITY_EV_CLOSED);
    char found[MOBILITY_WHY_TEXT];
    char wanted[MOBILITY_WHY_TEXT];
    assert_string_equal(mobility_outcome_name(r->outcome), mobility_outcome_name(outcome));
    assert_string_equal(mobility_why_text(r->end, found), mobility_why_text(end, wanted));
}

/** The next request is ADD and SET PRIMARY of one address, and DELETE of another. */
static inline void expect_all(struct client* c, const char* to, const char* from)
{
    const struct mobility_event* e = next_request(c);
    assert_non_null(e);
    expect_part(e, 0, MOBILITY_ADD, to);
    expect_part(e, 1, MOBILITY_SET_PRIMARY, to);
    expect_part(e, 2, MOBILITY_DELETE, from);
    assert_int_equal(e->u.request.n, 3);
}

static inline void expect_two(struct client* c, enum mobility_op op, const char* one,
                              enum mobility_op op2, const char* two)
{
    const struct mobility_event* e = next_request(c);
    assert_non_null(e);
    expect_part(e, 0, op, one);
    expect_part(e, 1, op2, two);
    assert_int_equal(e->u.request.n, 2);
}

/** The answers to a whole request, in its order. */
static inline void answer_all(struct client* c, const char* to, const char* from, bool add,
                              bool primary, bool del)
{
    answer(c, MOBILITY_ADD, to, add);
    answer(c, MOBILITY_SET_PRIMARY, to, primary);
    answer(c, MOBILITY_DELETE, from, del);
}

static inline void confirm_all(struct client* c, const char* to, const char* from)
{
    expect_all(c, to, from);
    pass(c, 40 * ROAM_MS);
    answer_all(c, to, from, true, true, true);
}

static inline void enter_overlap(struct client* c)
{
    levels(c, -80, -80);
    arrive(c, 2, "3.3.3.2");
}

/** With one radio: the old link is gone before the new address comes. */
static inline void leave_a(struct client* c)
{
    levels(c, -111, -70);
    lost(c, "2.2.2.2");
    arrive(c, 1, "3.3.3.2");
}

static inline void leave_b(struct client* c)
{
    levels(c, -80, -111);
    lost(c, "3.3.3.2");
}

#endif

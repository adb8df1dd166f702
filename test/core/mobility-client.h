/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * A mobile client for the tests of core/mobility: an engine, a clock, and what it has said. The
 * tests play the network and the session: nothing happens by itself.
 */
#ifndef ROAM_TEST_MOBILITY_CLIENT_H
#define ROAM_TEST_MOBILITY_CLIENT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/mobility/mobility.h"

#include <stdlib.h>
#include <string.h>

enum
{
    CLIENT_LOG = 4096
};

struct client
{
    struct mobility* m;
    roam_time now;
    struct mobility_event log[CLIENT_LOG];
    size_t told;  /**< events in the log */
    size_t asked; /**< the log has been read for requests up to here */
};

static inline struct roam_addr addr(const char* text)
{
    struct roam_addr a = {0};
    assert_true(roam_addr_parse(&a, text));
    return a;
}

static inline void client_poll(struct client* c)
{
    while (mobility_poll_event(c->m, &c->log[c->told]))
    {
        assert_int_equal(c->log[c->told].at, c->now);
        assert_true(++c->told < CLIENT_LOG);
    }
}

/** A client with radios 1 to n. */
static inline struct client* client_new(const struct mobility_config* config, uint32_t radios)
{
    struct client* c = calloc(1, sizeof *c);
    assert_non_null(c);
    c->m = mobility_new(config);
    assert_non_null(c->m);
    for (uint32_t r = 1; r <= radios; r++)
    {
        assert_int_equal(mobility_add_radio(c->m, r, c->now), ROAM_OK);
    }
    client_poll(c);
    return c;
}

static inline void client_free(struct client* c)
{
    mobility_free(c->m);
    free(c);
}

/** Time passes; the engine is called at each of its expiries on the way, and only then. */
static inline void pass(struct client* c, roam_time duration)
{
    const roam_time end = c->now + duration;
    while (mobility_next_expiry(c->m) <= end)
    {
        assert_true(mobility_next_expiry(c->m) >= c->now);
        c->now = mobility_next_expiry(c->m);
        mobility_expire(c->m, c->now);
        client_poll(c);
        assert_true(mobility_next_expiry(c->m) > c->now);
    }
    c->now = end;
}

/** Cells A (1) and B (2) at one moment. */
static inline void levels(struct client* c, double a, double b)
{
    const struct mobility_level l[] = {{1, a}, {2, b}};
    assert_int_equal(mobility_levels(c->m, l, 2, c->now), ROAM_OK);
    client_poll(c);
}

static inline void level(struct client* c, uint32_t cell, double dbm)
{
    const struct mobility_level l = {cell, dbm};
    assert_int_equal(mobility_levels(c->m, &l, 1, c->now), ROAM_OK);
    client_poll(c);
}

static inline void link_up(struct client* c, uint32_t radio)
{
    assert_int_equal(mobility_link(c->m, radio, true, c->now), ROAM_OK);
    client_poll(c);
}

static inline void link_down(struct client* c, uint32_t radio)
{
    assert_int_equal(mobility_link(c->m, radio, false, c->now), ROAM_OK);
    client_poll(c);
}

static inline void detected(struct client* c, uint32_t radio)
{
    assert_int_equal(mobility_detected(c->m, radio, c->now), ROAM_OK);
    client_poll(c);
}

static inline void gained(struct client* c, const char* text, uint32_t radio)
{
    const struct roam_addr a = addr(text);
    assert_int_equal(mobility_address_gained(c->m, &a, radio, c->now), ROAM_OK);
    client_poll(c);
}

static inline void lost(struct client* c, const char* text)
{
    const struct roam_addr a = addr(text);
    assert_int_equal(mobility_address_lost(c->m, &a, c->now), ROAM_OK);
    client_poll(c);
}

/** Link, sign of the network and address, 10 ms after each other. */
static inline void arrive(struct client* c, uint32_t radio, const char* text)
{
    link_up(c, radio);
    pass(c, 10 * ROAM_MS);
    detected(c, radio);
    pass(c, 10 * ROAM_MS);
    gained(c, text, radio);
}

/** The session is established at this address. */
static inline void session(struct client* c, const char* text)
{
    const struct roam_addr a = addr(text);
    assert_int_equal(mobility_session_up(c->m, &a, 1, c->now), ROAM_OK);
    client_poll(c);
}

static inline void answer(struct client* c, enum mobility_op op, const char* text, bool ok)
{
    const struct roam_addr a = addr(text);
    assert_int_equal(mobility_done(c->m, op, &a, ok, ok ? 0 : 0x00a0, c->now), ROAM_OK);
    client_poll(c);
}

static inline const struct mobility_event* next_request(struct client* c)
{
    while (c->asked < c->told)
    {
        const struct mobility_event* e = &c->log[c->asked++];
        if (e->type == MOBILITY_EV_REQUEST)
        {
            return e;
        }
    }
    return NULL;
}

static inline void expect_part(const struct mobility_event* e, uint32_t i, enum mobility_op op,
                               const char* text)
{
    char buf[ROAM_ADDR_TEXT];
    assert_true(i < e->u.request.n);
    assert_string_equal(roam_addr_text(&e->u.request.parts[i].addr, buf), text);
    assert_string_equal(mobility_op_name(e->u.request.parts[i].op), mobility_op_name(op));
}

/** The next request that has not been looked at is this one, and nothing besides. */
static inline void expect_request(struct client* c, enum mobility_op op, const char* text)
{
    const struct mobility_event* e = next_request(c);
    assert_non_null(e);
    expect_part(e, 0, op, text);
    assert_int_equal(e->u.request.n, 1);
}

static inline void expect_no_request(struct client* c)
{
    assert_null(next_request(c));
}

/** The session answers yes to the request that must be the next, after 40 ms. */
static inline void confirm(struct client* c, enum mobility_op op, const char* text)
{
    expect_request(c, op, text);
    pass(c, 40 * ROAM_MS);
    answer(c, op, text, true);
}

static inline size_t count(const struct client* c, enum mobility_event_type type)
{
    size_t n = 0;
    for (size_t i = 0; i < c->told; i++)
    {
        n += c->log[i].type == type;
    }
    return n;
}

/** The latest record of that type, opened or closed; fails when there is none. */
static inline const struct mobility_handover* record(const struct client* c,
                                                     enum mobility_event_type type)
{
    for (size_t i = c->told; i > 0; i--)
    {
        if (c->log[i - 1].type == type)
        {
            return &c->log[i - 1].u.handover;
        }
    }
    fail_msg("no such record");
    return NULL;
}

static inline void expect_primary(const struct client* c, const char* text)
{
    struct mobility_status s;
    char buf[ROAM_ADDR_TEXT];
    mobility_status(c->m, &s);
    assert_string_equal(roam_addr_text(&s.primary, buf), text);
}

static inline void expect_state(const struct client* c, const char* text,
                                enum mobility_address_state state)
{
    const struct roam_addr a = addr(text);
    assert_string_equal(mobility_address_state_name(mobility_address_state(c->m, &a)),
                        mobility_address_state_name(state));
}

/** The last verdict on a candidate. */
static inline void expect_verdict(const struct client* c, const char* text, bool change,
                                  uint32_t why)
{
    const struct roam_addr a = addr(text);
    for (size_t i = c->told; i > 0; i--)
    {
        const struct mobility_event* e = &c->log[i - 1];
        if (e->type == MOBILITY_EV_VERDICT && roam_addr_equal(&e->u.verdict.addr, &a))
        {
            char found[MOBILITY_WHY_TEXT];
            char wanted[MOBILITY_WHY_TEXT];
            assert_string_equal(mobility_why_text(e->u.verdict.why, found),
                                mobility_why_text(why, wanted));
            assert_int_equal(e->u.verdict.change, change);
            return;
        }
    }
    fail_msg("no verdict");
}

/** The client is in cell A with 2.2.2.2 on radio 1, and the session is established there (4.1). */
static inline struct client* client_at_a(const struct mobility_config* config, uint32_t radios)
{
    struct client* c = client_new(config, radios);
    levels(c, -70, MOBILITY_NO_SIGNAL);
    assert_int_equal(mobility_radio_cell(c->m, 1), 1);
    arrive(c, 1, "2.2.2.2");
    session(c, "2.2.2.2");
    expect_no_request(c);
    pass(c, ROAM_SEC);
    return c;
}

/** Default configuration with a rule. */
static inline struct mobility_config with_rule(enum mobility_rule rule)
{
    struct mobility_config config;
    mobility_config_default(&config);
    config.rule = rule;
    return config;
}

#endif

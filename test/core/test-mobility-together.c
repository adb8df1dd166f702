/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All three steps as one request: draft-sjkoh-sctp-mobility-04, section 4.6, last paragraph. */
#include "mobility-client.h"

static struct mobility_config together(enum mobility_rule rule)
{
    struct mobility_config config = with_rule(rule);
    assert_false(config.together); /* the steps are the default */
    config.together = true;
    return config;
}

static struct client* client_together(enum mobility_rule rule, uint32_t radios)
{
    const struct mobility_config config = together(rule);
    return client_at_a(&config, radios);
}

static void expect_outcome(const struct client* c, enum mobility_outcome outcome, uint32_t end)
{
    const struct mobility_handover* r = record(c, MOBILITY_EV_CLOSED);
    char found[MOBILITY_WHY_TEXT];
    char wanted[MOBILITY_WHY_TEXT];
    assert_string_equal(mobility_outcome_name(r->outcome), mobility_outcome_name(outcome));
    assert_string_equal(mobility_why_text(r->end, found), mobility_why_text(end, wanted));
}

/** The next request is ADD and SET PRIMARY of one address, and DELETE of another. */
static void expect_all(struct client* c, const char* to, const char* from)
{
    const struct mobility_event* e = next_request(c);
    assert_non_null(e);
    expect_part(e, 0, MOBILITY_ADD, to);
    expect_part(e, 1, MOBILITY_SET_PRIMARY, to);
    expect_part(e, 2, MOBILITY_DELETE, from);
    assert_int_equal(e->u.request.n, 3);
}

static void expect_two(struct client* c, enum mobility_op op, const char* one, enum mobility_op op2,
                       const char* two)
{
    const struct mobility_event* e = next_request(c);
    assert_non_null(e);
    expect_part(e, 0, op, one);
    expect_part(e, 1, op2, two);
    assert_int_equal(e->u.request.n, 2);
}

/** The answers to a whole request, in its order. */
static void answer_all(struct client* c, const char* to, const char* from, bool add, bool primary,
                       bool del)
{
    answer(c, MOBILITY_ADD, to, add);
    answer(c, MOBILITY_SET_PRIMARY, to, primary);
    answer(c, MOBILITY_DELETE, from, del);
}

static void confirm_all(struct client* c, const char* to, const char* from)
{
    expect_all(c, to, from);
    pass(c, 40 * ROAM_MS);
    answer_all(c, to, from, true, true, true);
}

static void enter_overlap(struct client* c)
{
    levels(c, -80, -80);
    arrive(c, 2, "3.3.3.2");
}

static void leave_b(struct client* c)
{
    levels(c, -80, -111);
    lost(c, "3.3.3.2");
}

/* --- One radio ------------------------------------------------------------------------------- */

static void with_one_radio_all_is_asked_as_soon_as_the_address_is_there(void** state)
{
    (void)state;
    for (uint32_t rule = 0; rule < 3; rule++)
    {
        struct client* c = client_together((enum mobility_rule)rule, 1);
        levels(c, -80, -70);
        pass(c, 500 * ROAM_MS); /* reselect_time */
        const roam_time left = c->now;
        lost(c, "2.2.2.2");
        pass(c, 50 * ROAM_MS);
        arrive(c, 1, "3.3.3.2");
        expect_verdict(c, "3.3.3.2", false,
                       MOBILITY_WHY_CURRENT_DOWN | MOBILITY_WHY_ADD_UNANSWERED |
                           MOBILITY_WHY_CHANGE_UNANSWERED);
        expect_state(c, "3.3.3.2", MOBILITY_ADDR_ADDING);
        expect_state(c, "2.2.2.2", MOBILITY_ADDR_DELETING);
        struct mobility_status s;
        mobility_status(c->m, &s);
        assert_int_equal(s.outstanding, 3);
        confirm_all(c, "3.3.3.2", "2.2.2.2");
        expect_no_request(c);
        expect_primary(c, "3.3.3.2");
        expect_state(c, "2.2.2.2", MOBILITY_ADDR_NONE);
        expect_outcome(c, MOBILITY_COMPLETED, 0);
        const struct mobility_handover* r = record(c, MOBILITY_EV_CLOSED);
        assert_int_equal(r->why, MOBILITY_WHY_CURRENT_DOWN | MOBILITY_WHY_RESELECTED);
        assert_false(r->soft);
        assert_true(r->t_trigger == left);
        assert_true(r->t_address == left + 70 * ROAM_MS && r->t_signal == r->t_address);
        assert_true(r->t_bound == r->t_signal + 40 * ROAM_MS && r->t_release == r->t_bound);
        client_free(c);
    }
}

static void the_handover_waits_for_all_and_is_closed_with_the_answer(void** state)
{
    (void)state;
    static const enum mobility_handover_state steps[] = {MOBILITY_HO_DETECT, MOBILITY_HO_ADDRESS,
                                                         MOBILITY_HO_ADD, MOBILITY_HO_DELETE,
                                                         MOBILITY_HO_CLOSED};
    struct client* c = client_together(MOBILITY_RULE_IMMEDIATE, 1);
    levels(c, -111, -70);
    lost(c, "2.2.2.2");
    arrive(c, 1, "3.3.3.2");
    confirm_all(c, "3.3.3.2", "2.2.2.2");
    size_t n = 0;
    for (size_t i = 0; i < c->told; i++)
    {
        if (c->log[i].type == MOBILITY_EV_STATE)
        {
            assert_true(n < sizeof steps / sizeof steps[0]);
            assert_int_equal(c->log[i].u.state.to, steps[n++]);
        }
    }
    assert_int_equal(n, sizeof steps / sizeof steps[0]);
    client_free(c);
}

static void nothing_takes_effect_before_the_last_answer_about_an_address(void** state)
{
    (void)state;
    struct client* c = client_together(MOBILITY_RULE_IMMEDIATE, 1);
    levels(c, -111, -70);
    lost(c, "2.2.2.2");
    arrive(c, 1, "3.3.3.2");
    expect_all(c, "3.3.3.2", "2.2.2.2");
    answer(c, MOBILITY_ADD, "3.3.3.2", true);
    expect_state(c, "3.3.3.2", MOBILITY_ADDR_ADDING);
    expect_primary(c, "2.2.2.2");
    const struct roam_addr a = addr("3.3.3.2");
    assert_int_equal(mobility_done(c->m, MOBILITY_ADD, &a, true, 0, c->now),
                     ROAM_ENOENT); /* once */
    answer(c, MOBILITY_SET_PRIMARY, "3.3.3.2", true);
    expect_state(c, "3.3.3.2", MOBILITY_ADDR_BOUND);
    expect_primary(c, "3.3.3.2");
    expect_state(c, "2.2.2.2", MOBILITY_ADDR_DELETING);
    answer(c, MOBILITY_DELETE, "2.2.2.2", true);
    expect_state(c, "2.2.2.2", MOBILITY_ADDR_NONE);
    expect_no_request(c);
    client_free(c);
}

/* --- Two radios ------------------------------------------------------------------------------ */

static void under_rule_a_all_is_asked_while_the_old_link_still_works(void** state)
{
    (void)state;
    struct client* c = client_together(MOBILITY_RULE_IMMEDIATE, 2);
    enter_overlap(c);
    const roam_time got = c->now;
    confirm_all(c, "3.3.3.2", "2.2.2.2");
    const struct mobility_handover* r = record(c, MOBILITY_EV_CLOSED);
    expect_outcome(c, MOBILITY_COMPLETED, 0);
    assert_true(r->soft);
    assert_int_equal(r->why, MOBILITY_WHY_NEW_ADDRESS);
    assert_true(r->t_open == got && r->t_trigger == got && r->t_signal == got);
    assert_true(r->t_bound == got + 40 * ROAM_MS && r->t_release == r->t_bound);
    expect_state(c, "2.2.2.2", MOBILITY_ADDR_HELD); /* the client has it still */
    expect_verdict(c, "2.2.2.2", false, MOBILITY_WHY_NOT_NEW);
    pass(c, 60 * ROAM_SEC);
    expect_no_request(c); /* and does not add it for nothing */
    levels(c, -111, -80);
    lost(c, "2.2.2.2");
    expect_no_request(c);
    expect_state(c, "2.2.2.2", MOBILITY_ADDR_NONE);
    client_free(c);
}

static void under_rule_b_nothing_is_asked_until_the_levels_say_so(void** state)
{
    (void)state;
    struct client* c = client_together(MOBILITY_RULE_SIGNAL, 2);
    enter_overlap(c);
    pass(c, 10 * ROAM_SEC);
    expect_no_request(c);
    expect_state(c, "3.3.3.2", MOBILITY_ADDR_HELD);
    levels(c, -95, -80);
    pass(c, 319 * ROAM_MS); /* time_to_trigger is 320 ms */
    expect_no_request(c);
    expect_verdict(c, "3.3.3.2", false, MOBILITY_WHY_TIME_TO_TRIGGER);
    pass(c, ROAM_MS);
    const roam_time fired = c->now;
    confirm_all(c, "3.3.3.2", "2.2.2.2");
    const struct mobility_handover* r = record(c, MOBILITY_EV_CLOSED);
    expect_outcome(c, MOBILITY_COMPLETED, 0);
    assert_int_equal(r->why, MOBILITY_WHY_SIGNAL);
    assert_true(r->t_address == fired - 10 * ROAM_SEC - 320 * ROAM_MS);
    assert_true(r->t_open == fired && r->t_trigger == fired && r->t_signal == fired);
    assert_true(r->t_bound == fired + 40 * ROAM_MS && r->t_release == r->t_bound);
    client_free(c);
}

static void under_rule_c_the_upper_layer_s_word_brings_all(void** state)
{
    (void)state;
    struct client* c = client_together(MOBILITY_RULE_PREFERENCE, 2);
    enter_overlap(c);
    pass(c, ROAM_SEC);
    expect_no_request(c);
    assert_int_equal(mobility_prefer_cell(c->m, 1, 5, c->now), ROAM_OK);
    client_poll(c);
    confirm_all(c, "3.3.3.2", "2.2.2.2");
    assert_int_equal(record(c, MOBILITY_EV_CLOSED)->why, MOBILITY_WHY_PREFERRED);
    assert_int_equal(mobility_prefer_cell(c->m, 2, 9, c->now), ROAM_OK);
    client_poll(c);
    confirm_all(c, "2.2.2.2", "3.3.3.2"); /* it was held all the time */
    client_free(c);
}

static void where_the_network_dictates_its_word_brings_all(void** state)
{
    (void)state;
    struct mobility_config config = together(MOBILITY_RULE_IMMEDIATE);
    config.dictated = true;
    struct client* c = client_new(&config, 2);
    levels(c, -70, -80);
    assert_int_equal(mobility_serve(c->m, 1, c->now), ROAM_OK);
    client_poll(c);
    arrive(c, 1, "2.2.2.2");
    session(c, "2.2.2.2");
    assert_int_equal(mobility_prepare(c->m, 2, true, c->now), ROAM_OK);
    client_poll(c);
    arrive(c, 2, "3.3.3.2");
    pass(c, ROAM_SEC);
    expect_no_request(c);
    assert_int_equal(mobility_serve(c->m, 2, c->now), ROAM_OK);
    client_poll(c);
    confirm_all(c, "3.3.3.2", "2.2.2.2");
    expect_outcome(c, MOBILITY_COMPLETED, 0);
    client_free(c);
}

static void an_address_that_is_bound_is_not_added(void** state)
{
    (void)state;
    const struct mobility_config config = together(MOBILITY_RULE_SIGNAL);
    struct client* c = client_new(&config, 2);
    levels(c, -80, -80);
    arrive(c, 1, "2.2.2.2");
    arrive(c, 2, "3.3.3.2");
    const struct roam_addr both[] = {addr("2.2.2.2"), addr("3.3.3.2")};
    assert_int_equal(mobility_session_up(c->m, both, 2, c->now), ROAM_OK);
    client_poll(c);
    pass(c, 10 * ROAM_SEC);
    expect_no_request(c); /* nor is it deleted: it was never left */
    levels(c, -95, -80);
    pass(c, 320 * ROAM_MS);
    expect_two(c, MOBILITY_SET_PRIMARY, "3.3.3.2", MOBILITY_DELETE, "2.2.2.2");
    answer(c, MOBILITY_SET_PRIMARY, "3.3.3.2", true);
    answer(c, MOBILITY_DELETE, "2.2.2.2", true);
    expect_primary(c, "3.3.3.2");
    expect_no_request(c);
    client_free(c);
}

static void a_bound_address_that_is_inactive_is_deleted_as_ever(void** state)
{
    (void)state;
    const struct mobility_config config = together(MOBILITY_RULE_SIGNAL);
    struct client* c = client_new(&config, 2);
    levels(c, -80, -80);
    arrive(c, 1, "2.2.2.2");
    arrive(c, 2, "3.3.3.2");
    const struct roam_addr both[] = {addr("2.2.2.2"), addr("3.3.3.2")};
    assert_int_equal(mobility_session_up(c->m, both, 2, c->now), ROAM_OK);
    client_poll(c);
    leave_b(c);
    expect_request(c, MOBILITY_DELETE, "3.3.3.2");
    client_free(c);
}

static void an_address_that_is_too_weak_is_chosen_only_when_there_is_no_other(void** state)
{
    (void)state;
    struct client* c = client_together(MOBILITY_RULE_IMMEDIATE, 2);
    levels(c, -80, -106); /* above the floor, below inactive_dbm */
    arrive(c, 2, "3.3.3.2");
    expect_no_request(c);
    expect_verdict(c, "3.3.3.2", false, MOBILITY_WHY_NEW_ADDRESS | MOBILITY_WHY_NOT_BOUND);
    levels(c, -111, -106);
    lost(c, "2.2.2.2");
    expect_all(c, "3.3.3.2", "2.2.2.2");
    client_free(c);
}

static void going_back_within_the_ping_pong_time_adds_the_old_address_again(void** state)
{
    (void)state;
    struct client* c = client_together(MOBILITY_RULE_IMMEDIATE, 2);
    enter_overlap(c);
    confirm_all(c, "3.3.3.2", "2.2.2.2");
    pass(c, 3 * ROAM_SEC);
    leave_b(c);
    confirm_all(c, "2.2.2.2", "3.3.3.2");
    expect_outcome(c, MOBILITY_PING_PONG, 0);
    assert_true(record(c, MOBILITY_EV_CLOSED)->returned);
    assert_int_equal(count(c, MOBILITY_EV_CLOSED), 2);
    client_free(c);
}

/* --- Refused --------------------------------------------------------------------------------- */

static void what_is_refused_as_a_whole_is_asked_again_as_a_whole(void** state)
{
    (void)state;
    struct client* c = client_together(MOBILITY_RULE_IMMEDIATE, 2);
    enter_overlap(c);
    for (int i = 0; i < 3; i++)
    {
        expect_all(c, "3.3.3.2", "2.2.2.2");
        answer_all(c, "3.3.3.2", "2.2.2.2", false, false, false);
        expect_verdict(c, "3.3.3.2", false,
                       MOBILITY_WHY_NEW_ADDRESS | MOBILITY_WHY_ADD_REFUSED |
                           MOBILITY_WHY_CHANGE_REFUSED);
        expect_primary(c, "2.2.2.2");
        expect_state(c, "2.2.2.2", MOBILITY_ADDR_BOUND);
        expect_state(c, "3.3.3.2", MOBILITY_ADDR_HELD);
        pass(c, ROAM_SEC - 1);
        expect_no_request(c);
        pass(c, 1);
    }
    confirm_all(c, "3.3.3.2", "2.2.2.2");
    expect_outcome(c, MOBILITY_COMPLETED, 0);
    assert_int_equal(count(c, MOBILITY_EV_OPENED), 1); /* one handover all along */
    client_free(c);
}

static void after_a_granted_add_the_rest_is_asked_again(void** state)
{
    (void)state;
    struct client* c = client_together(MOBILITY_RULE_IMMEDIATE, 1);
    levels(c, -111, -70);
    lost(c, "2.2.2.2");
    arrive(c, 1, "3.3.3.2");
    expect_all(c, "3.3.3.2", "2.2.2.2");
    answer_all(c, "3.3.3.2", "2.2.2.2", true, false, false);
    expect_state(c, "3.3.3.2", MOBILITY_ADDR_BOUND);
    expect_primary(c, "2.2.2.2");
    pass(c, ROAM_SEC);
    expect_two(c, MOBILITY_SET_PRIMARY, "3.3.3.2", MOBILITY_DELETE, "2.2.2.2");
    answer(c, MOBILITY_SET_PRIMARY, "3.3.3.2", true);
    answer(c, MOBILITY_DELETE, "2.2.2.2", true);
    expect_outcome(c, MOBILITY_COMPLETED, 0);
    client_free(c);
}

static void a_refused_delete_is_asked_again_alone_though_its_link_works(void** state)
{
    (void)state;
    struct client* c = client_together(MOBILITY_RULE_IMMEDIATE, 2);
    enter_overlap(c);
    expect_all(c, "3.3.3.2", "2.2.2.2");
    answer_all(c, "3.3.3.2", "2.2.2.2", true, true, false);
    const roam_time bound = c->now;
    expect_primary(c, "3.3.3.2");
    expect_no_request(c);
    pass(c, ROAM_SEC);
    expect_request(c, MOBILITY_DELETE, "2.2.2.2");
    answer(c, MOBILITY_DELETE, "2.2.2.2", true);
    assert_true(record(c, MOBILITY_EV_CLOSED)->t_bound == bound);
    assert_true(record(c, MOBILITY_EV_CLOSED)->t_release == bound + ROAM_SEC);
    pass(c, 10 * ROAM_SEC);
    expect_no_request(c);
    client_free(c);
}

static void
without_the_old_address_the_new_one_is_primary_though_set_primary_was_refused(void** state)
{
    (void)state;
    struct client* c = client_together(MOBILITY_RULE_IMMEDIATE, 2);
    enter_overlap(c);
    expect_all(c, "3.3.3.2", "2.2.2.2");
    answer_all(c, "3.3.3.2", "2.2.2.2", true, false, true);
    expect_primary(c, "3.3.3.2");
    expect_outcome(c, MOBILITY_COMPLETED, 0);
    const struct mobility_handover* r = record(c, MOBILITY_EV_CLOSED);
    assert_true(r->t_bound == c->now && r->t_release == c->now);
    pass(c, 10 * ROAM_SEC);
    expect_no_request(c);
    client_free(c);
}

/** Against RFC 5061 section 5.3 F11; core/sctp takes it for the session's end, and says so next. */
static void a_session_that_is_left_without_an_address_is_waited_to_end(void** state)
{
    (void)state;
    struct client* c = client_together(MOBILITY_RULE_IMMEDIATE, 1);
    levels(c, -111, -70);
    lost(c, "2.2.2.2");
    arrive(c, 1, "3.3.3.2");
    expect_all(c, "3.3.3.2", "2.2.2.2");
    answer_all(c, "3.3.3.2", "2.2.2.2", false, false, true);
    expect_primary(c, "2.2.2.2");
    expect_no_request(c);
    assert_int_equal(mobility_session_down(c->m, true, c->now), ROAM_OK);
    client_poll(c);
    expect_outcome(c, MOBILITY_BROKEN, MOBILITY_WHY_SESSION_LOST);
    session(c, "3.3.3.2"); /* and the next one begins anew */
    pass(c, 10 * ROAM_SEC);
    expect_no_request(c);
    client_free(c);
}

static void what_was_refused_a_moment_ago_is_not_in_the_next_request(void** state)
{
    (void)state;
    struct client* c = client_together(MOBILITY_RULE_IMMEDIATE, 3);
    enter_overlap(c);
    expect_all(c, "3.3.3.2", "2.2.2.2");
    answer_all(c, "3.3.3.2", "2.2.2.2", false, false, false);
    pass(c, 100 * ROAM_MS);
    level(c, 3, -80);
    arrive(c, 3, "4.4.4.2"); /* newer still */
    expect_two(c, MOBILITY_ADD, "4.4.4.2", MOBILITY_SET_PRIMARY, "4.4.4.2");
    answer(c, MOBILITY_ADD, "4.4.4.2", true);
    answer(c, MOBILITY_SET_PRIMARY, "4.4.4.2", true);
    pass(c, 880 * ROAM_MS);
    expect_request(c, MOBILITY_DELETE, "2.2.2.2");
    client_free(c);
}

/* --- The old link is back, the new one goes away --------------------------------------------- */

static void what_is_asked_is_not_abandoned_when_its_reason_ends(void** state)
{
    (void)state;
    struct client* c = client_together(MOBILITY_RULE_SIGNAL, 2);
    enter_overlap(c);
    levels(c, -95, -80);
    pass(c, 320 * ROAM_MS);
    levels(c, -70, -80);
    assert_int_equal(count(c, MOBILITY_EV_CLOSED), 0);
    confirm_all(c, "3.3.3.2", "2.2.2.2");
    expect_outcome(c, MOBILITY_COMPLETED, 0);
    client_free(c);
}

static void a_late_answer_from_a_link_that_is_gone_brings_the_session_back(void** state)
{
    (void)state;
    struct client* c = client_together(MOBILITY_RULE_IMMEDIATE, 2);
    enter_overlap(c);
    expect_all(c, "3.3.3.2", "2.2.2.2");
    leave_b(c);
    expect_outcome(c, MOBILITY_ABANDONED, MOBILITY_WHY_NEW_DOWN);
    pass(c, ROAM_SEC);
    expect_no_request(c);
    answer_all(c, "3.3.3.2", "2.2.2.2", true, true, true); /* the peer sends into the void */
    confirm_all(c, "2.2.2.2", "3.3.3.2");
    expect_primary(c, "2.2.2.2");
    expect_state(c, "3.3.3.2", MOBILITY_ADDR_NONE);
    assert_int_equal(count(c, MOBILITY_EV_OPENED), 1); /* no serving cell has changed */
    client_free(c);
}

static void a_refusal_after_the_new_link_is_gone_leaves_all_as_it_was(void** state)
{
    (void)state;
    struct client* c = client_together(MOBILITY_RULE_IMMEDIATE, 2);
    enter_overlap(c);
    expect_all(c, "3.3.3.2", "2.2.2.2");
    leave_b(c);
    answer_all(c, "3.3.3.2", "2.2.2.2", false, false, false);
    expect_primary(c, "2.2.2.2");
    expect_state(c, "2.2.2.2", MOBILITY_ADDR_BOUND);
    expect_state(c, "3.3.3.2", MOBILITY_ADDR_NONE);
    pass(c, 10 * ROAM_SEC);
    expect_no_request(c);
    client_free(c);
}

static void one_radio_that_is_back_before_the_answer_asks_for_the_way_back(void** state)
{
    (void)state;
    struct client* c = client_together(MOBILITY_RULE_IMMEDIATE, 1);
    levels(c, -111, -80);
    lost(c, "2.2.2.2");
    arrive(c, 1, "3.3.3.2");
    expect_all(c, "3.3.3.2", "2.2.2.2");
    leave_b(c);
    arrive(c, 1, "2.2.2.2");
    expect_no_request(c);
    expect_primary(c, "2.2.2.2");
    answer(c, MOBILITY_ADD, "3.3.3.2", true);
    answer(c, MOBILITY_SET_PRIMARY, "3.3.3.2", true);
    expect_no_request(c);                         /* one request at a time for an address */
    answer(c, MOBILITY_DELETE, "2.2.2.2", false); /* it came from there */
    pass(c, ROAM_SEC);
    expect_two(c, MOBILITY_SET_PRIMARY, "2.2.2.2", MOBILITY_DELETE, "3.3.3.2");
    client_free(c);
}

static void a_flap_of_the_new_link_does_not_ask_twice(void** state)
{
    (void)state;
    struct client* c = client_together(MOBILITY_RULE_IMMEDIATE, 1);
    levels(c, -111, -80);
    lost(c, "2.2.2.2");
    arrive(c, 1, "3.3.3.2");
    expect_all(c, "3.3.3.2", "2.2.2.2");
    link_down(c, 1);
    lost(c, "3.3.3.2");
    arrive(c, 1, "3.3.3.2");
    expect_no_request(c);
    answer_all(c, "3.3.3.2", "2.2.2.2", true, true, true);
    expect_outcome(c, MOBILITY_COMPLETED, 0);
    assert_int_equal(count(c, MOBILITY_EV_OPENED), 1);
    client_free(c);
}

static void a_third_cell_takes_over_without_deleting_what_is_being_deleted(void** state)
{
    (void)state;
    struct client* c = client_together(MOBILITY_RULE_SIGNAL, 3);
    enter_overlap(c);
    level(c, 3, -80);
    arrive(c, 3, "4.4.4.2");
    level(c, 1, -111);
    lost(c, "2.2.2.2");
    expect_all(c, "3.3.3.2", "2.2.2.2"); /* never answered */
    level(c, 2, -111);
    lost(c, "3.3.3.2");
    expect_two(c, MOBILITY_ADD, "4.4.4.2", MOBILITY_SET_PRIMARY, "4.4.4.2");
    answer_all(c, "3.3.3.2", "2.2.2.2", false, false, false);
    answer(c, MOBILITY_ADD, "4.4.4.2", true);
    answer(c, MOBILITY_SET_PRIMARY, "4.4.4.2", true);
    expect_primary(c, "4.4.4.2");
    pass(c, ROAM_SEC);
    expect_request(c, MOBILITY_DELETE, "2.2.2.2"); /* what was refused */
    client_free(c);
}

/* --- Sessions -------------------------------------------------------------------------------- */

static void a_session_that_breaks_on_the_way_forgets_what_was_asked(void** state)
{
    (void)state;
    struct client* c = client_together(MOBILITY_RULE_IMMEDIATE, 2);
    enter_overlap(c);
    expect_all(c, "3.3.3.2", "2.2.2.2");
    answer(c, MOBILITY_ADD, "3.3.3.2", true);
    assert_int_equal(mobility_session_down(c->m, true, c->now), ROAM_OK);
    client_poll(c);
    expect_outcome(c, MOBILITY_BROKEN, MOBILITY_WHY_SESSION_LOST);
    const struct roam_addr to = addr("3.3.3.2");
    const struct roam_addr from = addr("2.2.2.2");
    assert_int_equal(mobility_done(c->m, MOBILITY_SET_PRIMARY, &to, true, 0, c->now), ROAM_ENOENT);
    assert_int_equal(mobility_done(c->m, MOBILITY_DELETE, &from, true, 0, c->now), ROAM_ENOENT);
    session(c, "3.3.3.2");
    pass(c, 10 * ROAM_SEC);
    expect_no_request(c);
    expect_state(c, "2.2.2.2", MOBILITY_ADDR_HELD);
    client_free(c);
}

static void what_one_session_has_left_another_may_keep(void** state)
{
    (void)state;
    struct client* c = client_together(MOBILITY_RULE_IMMEDIATE, 2);
    enter_overlap(c);
    expect_all(c, "3.3.3.2", "2.2.2.2");
    answer_all(c, "3.3.3.2", "2.2.2.2", true, true, false);
    assert_int_equal(mobility_session_down(c->m, false, c->now), ROAM_OK);
    const struct roam_addr both[] = {addr("3.3.3.2"), addr("2.2.2.2")};
    assert_int_equal(mobility_session_up(c->m, both, 2, c->now), ROAM_OK);
    client_poll(c);
    pass(c, 10 * ROAM_SEC);
    expect_no_request(c);
    client_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(with_one_radio_all_is_asked_as_soon_as_the_address_is_there),
        cmocka_unit_test(the_handover_waits_for_all_and_is_closed_with_the_answer),
        cmocka_unit_test(nothing_takes_effect_before_the_last_answer_about_an_address),
        cmocka_unit_test(under_rule_a_all_is_asked_while_the_old_link_still_works),
        cmocka_unit_test(under_rule_b_nothing_is_asked_until_the_levels_say_so),
        cmocka_unit_test(under_rule_c_the_upper_layer_s_word_brings_all),
        cmocka_unit_test(where_the_network_dictates_its_word_brings_all),
        cmocka_unit_test(an_address_that_is_bound_is_not_added),
        cmocka_unit_test(a_bound_address_that_is_inactive_is_deleted_as_ever),
        cmocka_unit_test(an_address_that_is_too_weak_is_chosen_only_when_there_is_no_other),
        cmocka_unit_test(going_back_within_the_ping_pong_time_adds_the_old_address_again),
        cmocka_unit_test(what_is_refused_as_a_whole_is_asked_again_as_a_whole),
        cmocka_unit_test(after_a_granted_add_the_rest_is_asked_again),
        cmocka_unit_test(a_refused_delete_is_asked_again_alone_though_its_link_works),
        cmocka_unit_test(
            without_the_old_address_the_new_one_is_primary_though_set_primary_was_refused),
        cmocka_unit_test(a_session_that_is_left_without_an_address_is_waited_to_end),
        cmocka_unit_test(what_was_refused_a_moment_ago_is_not_in_the_next_request),
        cmocka_unit_test(what_is_asked_is_not_abandoned_when_its_reason_ends),
        cmocka_unit_test(a_late_answer_from_a_link_that_is_gone_brings_the_session_back),
        cmocka_unit_test(a_refusal_after_the_new_link_is_gone_leaves_all_as_it_was),
        cmocka_unit_test(one_radio_that_is_back_before_the_answer_asks_for_the_way_back),
        cmocka_unit_test(a_flap_of_the_new_link_does_not_ask_twice),
        cmocka_unit_test(a_third_cell_takes_over_without_deleting_what_is_being_deleted),
        cmocka_unit_test(a_session_that_breaks_on_the_way_forgets_what_was_asked),
        cmocka_unit_test(what_one_session_has_left_another_may_keep),
    };
    return cmocka_run_group_tests_name("mobility together", tests, NULL, NULL);
}

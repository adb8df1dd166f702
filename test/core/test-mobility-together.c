/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All three steps as one request: draft-sjkoh-sctp-mobility-04, section 4.6, last paragraph. */
#include "mobility-together.h"

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
    leave_a(c);
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
    leave_a(c);
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
    };
    return cmocka_run_group_tests_name("mobility together", tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Section 4.4: when the primary address is changed, by rules (b) and (c) and by all. */
#include "mobility-client.h"

static struct mobility_config rule_b, rule_c;

static int configure(void** state)
{
    (void)state;
    rule_b = with_rule(MOBILITY_RULE_SIGNAL);
    rule_c = with_rule(MOBILITY_RULE_PREFERENCE);
    return 0;
}

static void expect_outcome(const struct client* c, enum mobility_outcome outcome, uint32_t end)
{
    const struct mobility_handover* r = record(c, MOBILITY_EV_CLOSED);
    assert_string_equal(mobility_outcome_name(r->outcome), mobility_outcome_name(outcome));
    assert_int_equal(r->end, end);
}

/** Cell B comes into coverage and the free radio gets 3.3.3.2 there; A is still heard (4.2). */
static void enter_overlap(struct client* c)
{
    levels(c, -80, -80);
    assert_int_equal(mobility_radio_cell(c->m, 2), 2);
    arrive(c, 2, "3.3.3.2");
}

/** Cell A falls below the floor; its link and address go. */
static void leave_a(struct client* c)
{
    levels(c, -111, -70);
    assert_int_not_equal(mobility_radio_cell(c->m, 1), 1);
    lost(c, "2.2.2.2");
}

static void under_rule_b_the_address_is_added_at_once_and_made_primary_by_the_levels(void** state)
{
    (void)state;
    struct client* c = client_at_a(&rule_b, 2); /* -90 dBm, 3 dB, 320 ms */
    enter_overlap(c);
    confirm(c, MOBILITY_ADD, "3.3.3.2");
    pass(c, 10 * ROAM_SEC);
    expect_no_request(c);
    expect_verdict(c, "3.3.3.2", false,
                   MOBILITY_WHY_ABOVE_THRESHOLD | MOBILITY_WHY_WITHIN_HYSTERESIS);
    levels(c, -91, -89);
    expect_verdict(c, "3.3.3.2", false, MOBILITY_WHY_WITHIN_HYSTERESIS);
    levels(c, -93, -80);
    expect_verdict(c, "3.3.3.2", false, MOBILITY_WHY_TIME_TO_TRIGGER);
    assert_true(mobility_next_expiry(c->m) == c->now + 320 * ROAM_MS);
    pass(c, 320 * ROAM_MS - 1);
    expect_no_request(c);
    pass(c, 1);
    expect_request(c, MOBILITY_SET_PRIMARY, "3.3.3.2");
    assert_int_equal(record(c, MOBILITY_EV_OPENED)->why, MOBILITY_WHY_SIGNAL);
    assert_true(record(c, MOBILITY_EV_OPENED)->t_trigger == c->now);
    assert_true(record(c, MOBILITY_EV_OPENED)->t_signal < c->now); /* the ADD */
    client_free(c);
}

static void under_rule_b_a_level_that_recovers_in_time_starts_the_time_to_trigger_anew(void** state)
{
    (void)state;
    struct client* c = client_at_a(&rule_b, 2);
    enter_overlap(c);
    confirm(c, MOBILITY_ADD, "3.3.3.2");
    levels(c, -93, -80);
    pass(c, 300 * ROAM_MS);
    levels(c, -85, -80);
    pass(c, 10 * ROAM_MS);
    levels(c, -93, -80);
    pass(c, 319 * ROAM_MS);
    expect_no_request(c);
    pass(c, ROAM_MS);
    expect_request(c, MOBILITY_SET_PRIMARY, "3.3.3.2");
    client_free(c);
}

static void under_rule_b_the_time_to_trigger_runs_while_the_add_is_outstanding(void** state)
{
    (void)state;
    struct client* c = client_at_a(&rule_b, 2);
    enter_overlap(c);
    expect_request(c, MOBILITY_ADD, "3.3.3.2");
    levels(c, -93, -80);
    pass(c, 400 * ROAM_MS);
    expect_verdict(c, "3.3.3.2", false, MOBILITY_WHY_SIGNAL | MOBILITY_WHY_ADD_UNANSWERED);
    answer(c, MOBILITY_ADD, "3.3.3.2", true);
    expect_request(c, MOBILITY_SET_PRIMARY, "3.3.3.2");
    client_free(c);
}

static void under_rule_b_the_time_to_trigger_starts_anew_with_each_primary(void** state)
{
    (void)state;
    struct client* c = client_at_a(&rule_b, 3);
    enter_overlap(c);
    confirm(c, MOBILITY_ADD, "3.3.3.2");
    level(c, 3, -80);
    arrive(c, 3, "4.4.4.2");
    expect_request(c, MOBILITY_ADD, "4.4.4.2");
    levels(c, -99, -93);
    pass(c, 320 * ROAM_MS); /* both are better than A, but only B is bound */
    confirm(c, MOBILITY_SET_PRIMARY, "3.3.3.2");
    const roam_time moved = c->now;
    answer(c, MOBILITY_ADD, "4.4.4.2", true);
    pass(c, 320 * ROAM_MS - 1);
    expect_no_request(c);
    pass(c, 1);
    expect_request(c, MOBILITY_SET_PRIMARY, "4.4.4.2");
    assert_true(c->now == moved + 320 * ROAM_MS);
    client_free(c);
}

static void the_reselect_time_starts_anew_in_each_cell(void** state)
{
    (void)state;
    struct client* c = client_at_a(&rule_b, 1); /* 4 dB, 500 ms */
    levels(c, -95, -85);
    pass(c, 400 * ROAM_MS);
    level(c, 3, -75);
    pass(c, 100 * ROAM_MS);
    assert_int_equal(mobility_radio_cell(c->m, 1), 2);
    pass(c, 500 * ROAM_MS - 1);
    assert_int_equal(mobility_radio_cell(c->m, 1), 2);
    pass(c, 1);
    assert_int_equal(mobility_radio_cell(c->m, 1), 3);
    client_free(c);
}

static void a_candidate_that_is_never_chosen_leaves_no_record(void** state)
{
    (void)state;
    struct client* c = client_at_a(&rule_b, 2);
    enter_overlap(c);
    confirm(c, MOBILITY_ADD, "3.3.3.2");
    levels(c, -80, -111); /* and B is gone again */
    lost(c, "3.3.3.2");
    confirm(c, MOBILITY_DELETE, "3.3.3.2"); /* 4.5: it got inactive */
    expect_primary(c, "2.2.2.2");
    assert_int_equal(count(c, MOBILITY_EV_OPENED), 0);
    client_free(c);
}

/* --- Rule (c) -------------------------------------------------------------------------------- */

static void under_rule_c_the_upper_layer_moves_the_primary_when_it_wants(void** state)
{
    (void)state;
    struct client* c = client_at_a(&rule_c, 2);
    assert_int_equal(mobility_prefer_cell(c->m, 1, 3, c->now), ROAM_OK);
    assert_int_equal(mobility_prefer_cell(c->m, 2, 3, c->now), ROAM_OK);
    enter_overlap(c);
    confirm(c, MOBILITY_ADD, "3.3.3.2");
    pass(c, ROAM_SEC);
    expect_no_request(c);
    expect_verdict(c, "3.3.3.2", false, MOBILITY_WHY_NOT_PREFERRED);
    assert_int_equal(mobility_prefer_radio(c->m, 1, 1, c->now), ROAM_OK);
    client_poll(c);
    confirm(c, MOBILITY_SET_PRIMARY, "3.3.3.2");
    assert_int_equal(mobility_prefer_cell(c->m, 2, 9, c->now), ROAM_OK);
    client_poll(c);
    confirm(c, MOBILITY_SET_PRIMARY, "2.2.2.2");
    expect_primary(c, "2.2.2.2");
    mobility_finish(c->m, c->now);
    client_poll(c);
    assert_int_equal(count(c, MOBILITY_EV_CLOSED), 2);
    expect_outcome(c, MOBILITY_PING_PONG, 0);
    client_free(c);
}

/* --- Every rule ------------------------------------------------------------------------------ */

static void under_every_rule_a_lost_primary_link_moves_the_session_at_once(void** state)
{
    (void)state;
    for (uint32_t rule = 1; rule < 3; rule++)
    {
        const struct mobility_config config = with_rule((enum mobility_rule)rule);
        struct client* c = client_at_a(&config, 2);
        enter_overlap(c);
        confirm(c, MOBILITY_ADD, "3.3.3.2");
        expect_no_request(c);
        leave_a(c);
        expect_request(c, MOBILITY_SET_PRIMARY, "3.3.3.2");
        const struct mobility_handover* r = record(c, MOBILITY_EV_OPENED);
        assert_int_equal(r->why, MOBILITY_WHY_CURRENT_DOWN);
        assert_true(r->soft); /* the new link was up before the old was lost */
        pass(c, 40 * ROAM_MS);
        answer(c, MOBILITY_SET_PRIMARY, "3.3.3.2", true);
        confirm(c, MOBILITY_DELETE, "2.2.2.2");
        expect_outcome(c, MOBILITY_COMPLETED, 0);
        client_free(c);
    }
}

static void the_primary_is_lost_before_the_add_is_answered(void** state)
{
    (void)state;
    struct client* c = client_at_a(&rule_b, 2);
    enter_overlap(c);
    leave_a(c);
    confirm(c, MOBILITY_ADD, "3.3.3.2");
    confirm(c, MOBILITY_SET_PRIMARY, "3.3.3.2");
    confirm(c, MOBILITY_DELETE, "2.2.2.2");
    expect_outcome(c, MOBILITY_COMPLETED, 0);
    assert_int_equal(count(c, MOBILITY_EV_OPENED), 1);
    client_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(under_rule_b_the_address_is_added_at_once_and_made_primary_by_the_levels),
        cmocka_unit_test(
            under_rule_b_a_level_that_recovers_in_time_starts_the_time_to_trigger_anew),
        cmocka_unit_test(under_rule_b_the_time_to_trigger_runs_while_the_add_is_outstanding),
        cmocka_unit_test(under_rule_b_the_time_to_trigger_starts_anew_with_each_primary),
        cmocka_unit_test(the_reselect_time_starts_anew_in_each_cell),
        cmocka_unit_test(a_candidate_that_is_never_chosen_leaves_no_record),
        cmocka_unit_test(under_rule_c_the_upper_layer_moves_the_primary_when_it_wants),
        cmocka_unit_test(under_every_rule_a_lost_primary_link_moves_the_session_at_once),
        cmocka_unit_test(the_primary_is_lost_before_the_add_is_answered),
    };
    return cmocka_run_group_tests_name("mobility trigger", tests, configure, NULL);
}

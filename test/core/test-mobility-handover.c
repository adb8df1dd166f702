/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Handovers told step by step: draft-sjkoh-sctp-mobility-04, sections 4.1 to 4.6. */
#include "mobility-client.h"

static struct mobility_config rule_a, rule_b;

static int configure(void** state)
{
    (void)state;
    rule_a = with_rule(MOBILITY_RULE_IMMEDIATE);
    rule_b = with_rule(MOBILITY_RULE_SIGNAL);
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

/* --- 4.1 to 4.5, two radios ------------------------------------------------------------------ */

static void a_session_begins_with_one_address_that_is_its_primary(void** state)
{
    (void)state;
    struct client* c = client_at_a(&rule_a, 2);
    expect_primary(c, "2.2.2.2");
    expect_state(c, "2.2.2.2", MOBILITY_ADDR_BOUND);
    struct mobility_status s;
    mobility_status(c->m, &s);
    assert_int_equal(s.bound, 1);
    assert_int_equal(s.serving_cell, 1);
    assert_int_equal(count(c, MOBILITY_EV_OPENED), 0);
    client_free(c);
}

static void a_new_address_must_be_signalled_to_the_session_at_once(void** state)
{
    (void)state;
    for (uint32_t rule = 0; rule < 3; rule++)
    {
        const struct mobility_config config = with_rule((enum mobility_rule)rule);
        struct client* c = client_at_a(&config, 2);
        const roam_time before = c->now;
        enter_overlap(c);
        expect_request(c, MOBILITY_ADD, "3.3.3.2");
        assert_true(c->now == before + 20 * ROAM_MS); /* when it was got */
        client_free(c);
    }
}

static void
under_rule_a_the_answer_to_the_add_brings_set_primary_and_the_old_address_goes_last(void** state)
{
    (void)state;
    struct client* c = client_at_a(&rule_a, 2);
    enter_overlap(c);
    confirm(c, MOBILITY_ADD, "3.3.3.2");
    expect_primary(c, "2.2.2.2"); /* until it is confirmed */
    confirm(c, MOBILITY_SET_PRIMARY, "3.3.3.2");
    expect_primary(c, "3.3.3.2");
    pass(c, 10 * ROAM_SEC);
    expect_no_request(c); /* the old address is still active */
    leave_a(c);
    confirm(c, MOBILITY_DELETE, "2.2.2.2");
    expect_state(c, "2.2.2.2", MOBILITY_ADDR_NONE);
    pass(c, 10 * ROAM_SEC);
    expect_no_request(c);
    expect_outcome(c, MOBILITY_COMPLETED, 0);
    assert_int_equal(count(c, MOBILITY_EV_CLOSED), 1);
    client_free(c);
}

static void the_record_of_a_soft_handover_has_every_moment(void** state)
{
    (void)state;
    struct client* c = client_at_a(&rule_a, 2);
    const roam_time start = c->now;
    enter_overlap(c); /* link at 0, network at 10 ms, address at 20 ms */
    confirm(c, MOBILITY_ADD, "3.3.3.2");
    confirm(c, MOBILITY_SET_PRIMARY, "3.3.3.2");
    pass(c, ROAM_SEC);
    leave_a(c);
    confirm(c, MOBILITY_DELETE, "2.2.2.2");
    const struct mobility_handover* r = record(c, MOBILITY_EV_CLOSED);
    assert_true(r->soft);
    assert_false(r->returned);
    assert_int_equal(r->id, 1);
    assert_int_equal(r->from_cell, 1);
    assert_int_equal(r->to_cell, 2);
    assert_int_equal(r->from_ifindex, 1);
    assert_int_equal(r->to_ifindex, 2);
    const struct roam_addr from = addr("2.2.2.2");
    const struct roam_addr to = addr("3.3.3.2");
    assert_true(roam_addr_equal(&r->from, &from));
    assert_true(roam_addr_equal(&r->to, &to));
    assert_int_equal(r->why, MOBILITY_WHY_NEW_ADDRESS);
    assert_true(r->t_link == start);
    assert_true(r->t_detect == start + 10 * ROAM_MS);
    assert_true(r->t_address == start + 20 * ROAM_MS);
    assert_true(r->t_signal == start + 20 * ROAM_MS);
    assert_true(r->t_open == start + 20 * ROAM_MS);
    assert_true(r->t_trigger == start + 60 * ROAM_MS);
    assert_true(r->t_bound == start + 100 * ROAM_MS);
    assert_true(r->t_release == start + 1140 * ROAM_MS);
    client_free(c);
}

static void the_states_of_a_handover_are_told_one_after_the_other(void** state)
{
    (void)state;
    struct client* c = client_at_a(&rule_a, 1);
    levels(c, -111, -70);
    lost(c, "2.2.2.2");
    arrive(c, 1, "3.3.3.2");
    confirm(c, MOBILITY_ADD, "3.3.3.2");
    confirm(c, MOBILITY_SET_PRIMARY, "3.3.3.2");
    confirm(c, MOBILITY_DELETE, "2.2.2.2");
    enum mobility_handover_state at = MOBILITY_HO_IDLE;
    for (size_t i = 0; i < c->told; i++)
    {
        if (c->log[i].type == MOBILITY_EV_STATE)
        {
            assert_int_equal(c->log[i].u.state.id, 1);
            assert_int_equal(c->log[i].u.state.from, at);
            assert_int_equal(c->log[i].u.state.to, at + 1);
            at = c->log[i].u.state.to;
        }
    }
    assert_int_equal(at, MOBILITY_HO_CLOSED);
    client_free(c);
}

/* --- One radio ------------------------------------------------------------------------------- */

static void with_one_radio_add_set_primary_and_delete_follow_each_other(void** state)
{
    (void)state;
    for (uint32_t rule = 0; rule < 3; rule++)
    {
        const struct mobility_config config = with_rule((enum mobility_rule)rule);
        struct client* c = client_at_a(&config, 1);
        levels(c, -80, -70);
        pass(c, 500 * ROAM_MS); /* reselect_time */
        assert_int_equal(mobility_radio_cell(c->m, 1), 2);
        const roam_time left = c->now;
        lost(c, "2.2.2.2");
        expect_no_request(c);
        pass(c, 50 * ROAM_MS);
        arrive(c, 1, "3.3.3.2");
        expect_state(c, "2.2.2.2", MOBILITY_ADDR_BOUND);
        confirm(c, MOBILITY_ADD, "3.3.3.2");
        expect_verdict(c, "3.3.3.2", false,
                       MOBILITY_WHY_CURRENT_DOWN | MOBILITY_WHY_CHANGE_UNANSWERED);
        confirm(c, MOBILITY_SET_PRIMARY, "3.3.3.2");
        confirm(c, MOBILITY_DELETE, "2.2.2.2");
        expect_no_request(c);
        const struct mobility_handover* r = record(c, MOBILITY_EV_CLOSED);
        expect_outcome(c, MOBILITY_COMPLETED, 0);
        assert_false(r->soft);
        assert_int_equal(r->why, MOBILITY_WHY_CURRENT_DOWN | MOBILITY_WHY_RESELECTED);
        assert_true(r->t_trigger == left);
        assert_true(r->t_link == left + 50 * ROAM_MS);
        assert_true(r->t_bound == left + 150 * ROAM_MS);
        assert_true(r->t_release == left + 190 * ROAM_MS);
        client_free(c);
    }
}

static void the_last_address_is_not_deleted_however_long_its_link_is_down(void** state)
{
    (void)state;
    struct client* c = client_at_a(&rule_a, 1);
    levels(c, -120, -120);
    lost(c, "2.2.2.2");
    pass(c, 3600 * ROAM_SEC);
    expect_no_request(c);
    expect_state(c, "2.2.2.2", MOBILITY_ADDR_BOUND);
    expect_primary(c, "2.2.2.2");
    client_free(c);
}

static void
coming_back_to_the_same_cell_and_address_needs_no_request_and_is_no_handover(void** state)
{
    (void)state;
    struct client* c = client_at_a(&rule_a, 1);
    levels(c, -120, -120);
    lost(c, "2.2.2.2");
    pass(c, 5 * ROAM_SEC);
    levels(c, -80, -120);
    arrive(c, 1, "2.2.2.2");
    pass(c, 5 * ROAM_SEC);
    expect_no_request(c);
    assert_int_equal(count(c, MOBILITY_EV_OPENED), 0);
    client_free(c);
}

static void another_address_in_the_same_cell_replaces_the_old_one_without_a_record(void** state)
{
    (void)state;
    struct client* c = client_at_a(&rule_b, 1);
    levels(c, -120, -120);
    lost(c, "2.2.2.2");
    levels(c, -80, -120);
    arrive(c, 1, "2.2.2.3");
    confirm(c, MOBILITY_ADD, "2.2.2.3");
    confirm(c, MOBILITY_SET_PRIMARY, "2.2.2.3");
    confirm(c, MOBILITY_DELETE, "2.2.2.2");
    assert_int_equal(count(c, MOBILITY_EV_OPENED), 0);
    client_free(c);
}

/* --- 4.5: inactive addresses ----------------------------------------------------------------- */

static void an_address_whose_level_was_too_low_for_too_long_must_be_deleted(void** state)
{
    (void)state;
    struct client* c = client_at_a(&rule_a, 2); /* -105 dBm for 1 s, floor -110 dBm */
    enter_overlap(c);
    confirm(c, MOBILITY_ADD, "3.3.3.2");
    confirm(c, MOBILITY_SET_PRIMARY, "3.3.3.2");
    levels(c, -106, -80);
    pass(c, 900 * ROAM_MS);
    levels(c, -105, -80); /* for a moment it is not below */
    levels(c, -106, -80);
    pass(c, 999 * ROAM_MS);
    expect_no_request(c);
    pass(c, ROAM_MS);
    confirm(c, MOBILITY_DELETE, "2.2.2.2");
    expect_state(c, "2.2.2.2", MOBILITY_ADDR_HELD);
    pass(c, 10 * ROAM_SEC);
    expect_no_request(c); /* it stays out while it is inactive */
    levels(c, -100, -80);
    expect_request(c, MOBILITY_ADD, "2.2.2.2");
    client_free(c);
}

static void an_inactive_primary_is_not_deleted(void** state)
{
    (void)state;
    struct client* c = client_at_a(&rule_b, 2);
    enter_overlap(c);
    confirm(c, MOBILITY_ADD, "3.3.3.2");
    levels(c, -108, -107);
    pass(c, 500 * ROAM_MS);
    expect_no_request(c);
    pass(c, 600 * ROAM_MS);
    expect_request(c, MOBILITY_DELETE, "3.3.3.2"); /* the other one is */
    expect_primary(c, "2.2.2.2");
    client_free(c);
}

static void an_inactive_address_is_added_again_when_it_is_the_only_one_left(void** state)
{
    (void)state;
    struct client* c = client_at_a(&rule_b, 2);
    enter_overlap(c);
    confirm(c, MOBILITY_ADD, "3.3.3.2");
    levels(c, -80, -107);
    pass(c, ROAM_SEC);
    confirm(c, MOBILITY_DELETE, "3.3.3.2");
    levels(c, -111, -107);
    lost(c, "2.2.2.2");
    confirm(c, MOBILITY_ADD, "3.3.3.2");
    confirm(c, MOBILITY_SET_PRIMARY, "3.3.3.2");
    expect_request(c, MOBILITY_DELETE, "2.2.2.2");
    client_free(c);
}

/* --- 4.6: again and again -------------------------------------------------------------------- */

static void the_procedure_is_repeated_at_each_new_location(void** state)
{
    (void)state;
    struct client* c = client_at_a(&rule_a, 1);
    const char* const at[] = {"2.2.2.2", "3.3.3.2"};
    for (int i = 1; i <= 20; i++)
    {
        const char* from = at[(i - 1) % 2];
        const char* to = at[i % 2];
        levels(c, i % 2 ? -111 : -80, i % 2 ? -80 : -111);
        lost(c, from);
        arrive(c, 1, to);
        confirm(c, MOBILITY_ADD, to);
        confirm(c, MOBILITY_SET_PRIMARY, to);
        confirm(c, MOBILITY_DELETE, from);
        expect_outcome(c, MOBILITY_COMPLETED, 0);
        pass(c, 6 * ROAM_SEC); /* longer than ping_pong_time */
    }
    assert_int_equal(count(c, MOBILITY_EV_CLOSED), 20);
    client_free(c);
}

static void going_back_within_the_ping_pong_time_is_called_so(void** state)
{
    (void)state;
    struct client* c = client_at_a(&rule_a, 2);
    enter_overlap(c);
    confirm(c, MOBILITY_ADD, "3.3.3.2");
    confirm(c, MOBILITY_SET_PRIMARY, "3.3.3.2");
    pass(c, 3 * ROAM_SEC);
    levels(c, -80, -111); /* back before 2.2.2.2 was inactive */
    lost(c, "3.3.3.2");
    confirm(c, MOBILITY_SET_PRIMARY, "2.2.2.2");
    assert_int_equal(record(c, MOBILITY_EV_CLOSED)->id, 1);
    expect_outcome(c, MOBILITY_COMPLETED, 0); /* 2.2.2.2 is in use again: nothing to release */
    assert_true(record(c, MOBILITY_EV_CLOSED)->t_release == ROAM_NEVER);
    confirm(c, MOBILITY_DELETE, "3.3.3.2");
    expect_outcome(c, MOBILITY_PING_PONG, 0);
    assert_true(record(c, MOBILITY_EV_CLOSED)->returned);
    client_free(c);
}

static void an_address_that_comes_back_while_it_is_deleted_is_added_again(void** state)
{
    (void)state;
    struct client* c = client_at_a(&rule_a, 2);
    enter_overlap(c);
    confirm(c, MOBILITY_ADD, "3.3.3.2");
    confirm(c, MOBILITY_SET_PRIMARY, "3.3.3.2");
    leave_a(c);
    expect_request(c, MOBILITY_DELETE, "2.2.2.2");
    levels(c, -80, -80);
    arrive(c, 1, "2.2.2.2");
    expect_no_request(c); /* one request at a time for an address */
    expect_verdict(c, "2.2.2.2", false, MOBILITY_WHY_NEW_ADDRESS | MOBILITY_WHY_DELETE_UNANSWERED);
    answer(c, MOBILITY_DELETE, "2.2.2.2", true);
    confirm(c, MOBILITY_ADD, "2.2.2.2");
    confirm(c, MOBILITY_SET_PRIMARY, "2.2.2.2"); /* it is new again */
    expect_primary(c, "2.2.2.2");
    client_free(c);
}

static void an_address_that_comes_back_while_its_delete_is_refused_is_still_bound(void** state)
{
    (void)state;
    struct client* c = client_at_a(&rule_b, 2);
    enter_overlap(c);
    confirm(c, MOBILITY_ADD, "3.3.3.2");
    levels(c, -80, -111);
    lost(c, "3.3.3.2");
    expect_request(c, MOBILITY_DELETE, "3.3.3.2");
    levels(c, -80, -80);
    arrive(c, 2, "3.3.3.2");
    answer(c, MOBILITY_DELETE, "3.3.3.2", false);
    expect_state(c, "3.3.3.2", MOBILITY_ADDR_BOUND);
    pass(c, 10 * ROAM_SEC);
    expect_no_request(c);
    client_free(c);
}

static void a_session_that_begins_in_another_cell_is_no_handover(void** state)
{
    (void)state;
    const struct mobility_config config = with_rule(MOBILITY_RULE_SIGNAL);
    struct client* c = client_new(&config, 2);
    levels(c, -60, -62);
    pass(c, ROAM_SEC);
    arrive(c, 1, "2.2.2.2");
    arrive(c, 2, "3.3.3.2");
    session(c, "3.3.3.2");
    pass(c, 10 * ROAM_MS);
    assert_int_equal(count(c, MOBILITY_EV_OPENED), 0);
    expect_primary(c, "3.3.3.2");
    client_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_session_begins_with_one_address_that_is_its_primary),
        cmocka_unit_test(a_new_address_must_be_signalled_to_the_session_at_once),
        cmocka_unit_test(
            under_rule_a_the_answer_to_the_add_brings_set_primary_and_the_old_address_goes_last),
        cmocka_unit_test(the_record_of_a_soft_handover_has_every_moment),
        cmocka_unit_test(the_states_of_a_handover_are_told_one_after_the_other),
        cmocka_unit_test(with_one_radio_add_set_primary_and_delete_follow_each_other),
        cmocka_unit_test(the_last_address_is_not_deleted_however_long_its_link_is_down),
        cmocka_unit_test(
            coming_back_to_the_same_cell_and_address_needs_no_request_and_is_no_handover),
        cmocka_unit_test(another_address_in_the_same_cell_replaces_the_old_one_without_a_record),
        cmocka_unit_test(an_address_whose_level_was_too_low_for_too_long_must_be_deleted),
        cmocka_unit_test(an_inactive_primary_is_not_deleted),
        cmocka_unit_test(an_inactive_address_is_added_again_when_it_is_the_only_one_left),
        cmocka_unit_test(the_procedure_is_repeated_at_each_new_location),
        cmocka_unit_test(going_back_within_the_ping_pong_time_is_called_so),
        cmocka_unit_test(an_address_that_comes_back_while_it_is_deleted_is_added_again),
        cmocka_unit_test(an_address_that_comes_back_while_its_delete_is_refused_is_still_bound),
        cmocka_unit_test(a_session_that_begins_in_another_cell_is_no_handover),
    };
    return cmocka_run_group_tests_name("mobility handover", tests, configure, NULL);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Handovers that go wrong: refusals, silence, links that come and go, sessions that end. */
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
    char found[MOBILITY_WHY_TEXT];
    char wanted[MOBILITY_WHY_TEXT];
    assert_string_equal(mobility_outcome_name(r->outcome), mobility_outcome_name(outcome));
    assert_string_equal(mobility_why_text(r->end, found), mobility_why_text(end, wanted));
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

/* --- Refused --------------------------------------------------------------------------------- */

static void a_refused_add_is_made_again_after_the_retry_time(void** state)
{
    (void)state;
    struct client* c = client_at_a(&rule_a, 2);
    enter_overlap(c);
    for (int i = 0; i < 3; i++)
    {
        expect_request(c, MOBILITY_ADD, "3.3.3.2");
        answer(c, MOBILITY_ADD, "3.3.3.2", false);
        expect_verdict(c, "3.3.3.2", false, MOBILITY_WHY_NEW_ADDRESS | MOBILITY_WHY_ADD_REFUSED);
        pass(c, ROAM_SEC - 1);
        expect_no_request(c);
        pass(c, 1);
    }
    confirm(c, MOBILITY_ADD, "3.3.3.2");
    expect_request(c, MOBILITY_SET_PRIMARY, "3.3.3.2");
    assert_int_equal(count(c, MOBILITY_EV_OPENED), 1); /* one handover all along */
    client_free(c);
}

static void a_refused_set_primary_is_made_again_while_its_reason_holds(void** state)
{
    (void)state;
    struct client* c = client_at_a(&rule_b, 2);
    enter_overlap(c);
    confirm(c, MOBILITY_ADD, "3.3.3.2");
    levels(c, -95, -80);
    pass(c, 320 * ROAM_MS);
    expect_request(c, MOBILITY_SET_PRIMARY, "3.3.3.2");
    answer(c, MOBILITY_SET_PRIMARY, "3.3.3.2", false);
    expect_verdict(c, "3.3.3.2", false, MOBILITY_WHY_SIGNAL | MOBILITY_WHY_CHANGE_REFUSED);
    pass(c, ROAM_SEC);
    expect_request(c, MOBILITY_SET_PRIMARY, "3.3.3.2");
    answer(c, MOBILITY_SET_PRIMARY, "3.3.3.2", false);
    levels(c, -70, -80); /* the old level is back: no reason is left */
    expect_outcome(c, MOBILITY_ABANDONED,
                   MOBILITY_WHY_CHANGE_REFUSED | MOBILITY_WHY_ABOVE_THRESHOLD |
                       MOBILITY_WHY_WITHIN_HYSTERESIS);
    pass(c, 10 * ROAM_SEC);
    expect_no_request(c);
    client_free(c);
}

static void a_refused_delete_is_made_again_because_the_address_is_still_inactive(void** state)
{
    (void)state;
    struct client* c = client_at_a(&rule_a, 1);
    levels(c, -111, -80);
    lost(c, "2.2.2.2");
    arrive(c, 1, "3.3.3.2");
    confirm(c, MOBILITY_ADD, "3.3.3.2");
    confirm(c, MOBILITY_SET_PRIMARY, "3.3.3.2");
    expect_request(c, MOBILITY_DELETE, "2.2.2.2");
    answer(c, MOBILITY_DELETE, "2.2.2.2", false);
    expect_no_request(c);
    pass(c, ROAM_SEC);
    confirm(c, MOBILITY_DELETE, "2.2.2.2");
    expect_outcome(c, MOBILITY_COMPLETED, 0);
    client_free(c);
}

static void an_answer_to_nothing_is_ignored(void** state)
{
    (void)state;
    struct client* c = client_at_a(&rule_a, 1);
    const struct roam_addr bound = addr("2.2.2.2");
    const struct roam_addr stranger = addr("9.9.9.9");
    assert_int_equal(mobility_done(c->m, MOBILITY_ADD, &stranger, true, 0, c->now), ROAM_ENOENT);
    assert_int_equal(mobility_done(c->m, MOBILITY_DELETE, &bound, true, 0, c->now), ROAM_ENOENT);
    assert_int_equal(mobility_done(c->m, MOBILITY_SET_PRIMARY, &bound, true, 0, c->now),
                     ROAM_ENOENT);
    expect_state(c, "2.2.2.2", MOBILITY_ADDR_BOUND);
    client_free(c);
}

/* --- The new link goes away ------------------------------------------------------------------ */

static void a_handover_whose_new_link_goes_before_the_add_is_answered_is_abandoned(void** state)
{
    (void)state;
    struct client* c = client_at_a(&rule_a, 2);
    enter_overlap(c);
    expect_request(c, MOBILITY_ADD, "3.3.3.2");
    leave_b(c);
    expect_outcome(c, MOBILITY_ABANDONED, MOBILITY_WHY_NEW_DOWN);
    assert_true(record(c, MOBILITY_EV_CLOSED)->t_bound == ROAM_NEVER);
    assert_true(record(c, MOBILITY_EV_CLOSED)->t_trigger == ROAM_NEVER);
    assert_true(record(c, MOBILITY_EV_CLOSED)->t_signal != ROAM_NEVER);
    answer(c, MOBILITY_ADD, "3.3.3.2", true); /* late */
    confirm(c, MOBILITY_DELETE, "3.3.3.2");
    expect_state(c, "3.3.3.2", MOBILITY_ADDR_NONE);
    expect_primary(c, "2.2.2.2");
    client_free(c);
}

static void a_flap_of_the_new_link_during_soft_handover_ends_it(void** state)
{
    (void)state;
    struct client* c = client_at_a(&rule_a, 2);
    enter_overlap(c);
    expect_request(c, MOBILITY_ADD, "3.3.3.2");
    link_down(c, 2);
    expect_outcome(c, MOBILITY_ABANDONED, MOBILITY_WHY_NEW_DOWN);
    assert_int_equal(mobility_radio_cell(c->m, 2), 2); /* attached anew */
    lost(c, "3.3.3.2");
    answer(c, MOBILITY_ADD, "3.3.3.2", true);
    confirm(c, MOBILITY_DELETE, "3.3.3.2");
    arrive(c, 2, "3.3.3.2");
    confirm(c, MOBILITY_ADD, "3.3.3.2");
    expect_request(c, MOBILITY_SET_PRIMARY, "3.3.3.2");
    assert_int_equal(count(c, MOBILITY_EV_OPENED), 2);
    client_free(c);
}

static void a_handover_whose_new_link_goes_before_set_primary_is_answered_goes_back(void** state)
{
    (void)state;
    struct client* c = client_at_a(&rule_a, 2);
    enter_overlap(c);
    confirm(c, MOBILITY_ADD, "3.3.3.2");
    expect_request(c, MOBILITY_SET_PRIMARY, "3.3.3.2");
    leave_b(c);
    expect_outcome(c, MOBILITY_ABANDONED, MOBILITY_WHY_NEW_DOWN);
    answer(c, MOBILITY_SET_PRIMARY, "3.3.3.2", true); /* late: the peer sends into the void */
    confirm(c, MOBILITY_SET_PRIMARY, "2.2.2.2");      /* at once */
    confirm(c, MOBILITY_DELETE, "3.3.3.2");
    expect_primary(c, "2.2.2.2");
    assert_int_equal(count(c, MOBILITY_EV_OPENED), 1); /* no serving cell has changed */
    client_free(c);
}

static void a_flap_of_the_new_link_during_hard_handover_does_not_end_it(void** state)
{
    (void)state;
    struct client* c = client_at_a(&rule_a, 1);
    levels(c, -111, -80);
    lost(c, "2.2.2.2");
    arrive(c, 1, "3.3.3.2");
    expect_request(c, MOBILITY_ADD, "3.3.3.2");
    link_down(c, 1);
    assert_int_equal(mobility_radio_cell(c->m, 1), 2); /* attached anew */
    lost(c, "3.3.3.2");
    pass(c, 50 * ROAM_MS);
    const roam_time again = c->now;
    arrive(c, 1, "3.3.3.2");
    expect_no_request(c); /* still outstanding */
    answer(c, MOBILITY_ADD, "3.3.3.2", true);
    confirm(c, MOBILITY_SET_PRIMARY, "3.3.3.2");
    confirm(c, MOBILITY_DELETE, "2.2.2.2");
    expect_outcome(c, MOBILITY_COMPLETED, 0);
    assert_true(record(c, MOBILITY_EV_CLOSED)->t_link == again);
    assert_int_equal(count(c, MOBILITY_EV_OPENED), 1);
    client_free(c);
}

static void
a_radio_that_is_taken_away_with_a_request_outstanding_leaves_nothing_behind(void** state)
{
    (void)state;
    struct client* c = client_at_a(&rule_a, 2);
    enter_overlap(c);
    expect_request(c, MOBILITY_ADD, "3.3.3.2");
    assert_int_equal(mobility_remove_radio(c->m, 2, c->now), ROAM_OK);
    client_poll(c);
    expect_outcome(c, MOBILITY_ABANDONED, MOBILITY_WHY_NEW_DOWN);
    answer(c, MOBILITY_ADD, "3.3.3.2", false);
    expect_state(c, "3.3.3.2", MOBILITY_ADDR_NONE);
    assert_int_equal(mobility_link(c->m, 2, true, c->now), ROAM_ENOENT);
    pass(c, 10 * ROAM_SEC);
    expect_no_request(c);
    client_free(c);
}

static void
a_hard_handover_to_a_cell_that_goes_again_is_abandoned_and_the_next_cell_is_tried(void** state)
{
    (void)state;
    struct client* c = client_at_a(&rule_a, 1);
    levels(c, -111, -80);
    lost(c, "2.2.2.2");
    link_up(c, 1);
    level(c, 3, -70);
    level(c, 2, -111);
    assert_int_equal(mobility_radio_cell(c->m, 1), 3);
    expect_outcome(c, MOBILITY_ABANDONED, MOBILITY_WHY_NEW_DOWN);
    assert_true(record(c, MOBILITY_EV_CLOSED)->t_address == ROAM_NEVER);
    arrive(c, 1, "4.4.4.2");
    confirm(c, MOBILITY_ADD, "4.4.4.2");
    confirm(c, MOBILITY_SET_PRIMARY, "4.4.4.2");
    confirm(c, MOBILITY_DELETE, "2.2.2.2");
    expect_outcome(c, MOBILITY_COMPLETED, 0);
    assert_int_equal(record(c, MOBILITY_EV_CLOSED)->from_cell, 1);
    assert_int_equal(record(c, MOBILITY_EV_CLOSED)->to_cell, 3);
    client_free(c);
}

static void a_forced_handover_ends_when_the_old_link_comes_back_first(void** state)
{
    (void)state;
    struct client* c = client_at_a(&rule_b, 2);
    levels(c, -111, -80); /* A is gone, B is being entered */
    lost(c, "2.2.2.2");
    assert_int_equal(count(c, MOBILITY_EV_OPENED), 1);
    levels(c, -70, -80);
    const uint32_t radio = mobility_radio_cell(c->m, 1) == 1 ? 1 : 2;
    arrive(c, radio, "2.2.2.2");
    expect_outcome(c, MOBILITY_ABANDONED, MOBILITY_WHY_OLD_BACK);
    expect_no_request(c);
    client_free(c);
}

static void a_lease_that_is_lost_on_a_link_that_stays_up_is_an_inactive_address(void** state)
{
    (void)state;
    struct client* c = client_at_a(&rule_b, 2);
    enter_overlap(c);
    confirm(c, MOBILITY_ADD, "3.3.3.2");
    lost(c, "3.3.3.2");
    confirm(c, MOBILITY_DELETE, "3.3.3.2");
    gained(c, "3.3.3.2", 2);
    expect_request(c, MOBILITY_ADD, "3.3.3.2");
    client_free(c);
}

static void a_third_cell_takes_the_place_of_a_handover_that_hangs(void** state)
{
    (void)state;
    struct client* c = client_at_a(&rule_b, 3);
    enter_overlap(c);
    expect_request(c, MOBILITY_ADD, "3.3.3.2"); /* never answered */
    level(c, 3, -80);
    arrive(c, 3, "4.4.4.2");
    confirm(c, MOBILITY_ADD, "4.4.4.2");
    level(c, 1, -111);
    lost(c, "2.2.2.2");
    expect_request(c, MOBILITY_SET_PRIMARY, "4.4.4.2");
    assert_int_equal(record(c, MOBILITY_EV_OPENED)->to_cell, 3);
    client_free(c);
}

/* --- Sessions -------------------------------------------------------------------------------- */

static void a_session_that_breaks_on_the_way_breaks_its_handover(void** state)
{
    (void)state;
    struct client* c = client_at_a(&rule_a, 1);
    levels(c, -111, -80);
    lost(c, "2.2.2.2");
    arrive(c, 1, "3.3.3.2");
    expect_request(c, MOBILITY_ADD, "3.3.3.2");
    assert_int_equal(mobility_session_down(c->m, true, c->now), ROAM_OK);
    client_poll(c);
    expect_outcome(c, MOBILITY_BROKEN, MOBILITY_WHY_SESSION_LOST);
    const struct roam_addr a = addr("3.3.3.2");
    assert_int_equal(mobility_done(c->m, MOBILITY_ADD, &a, true, 0, c->now), ROAM_ENOENT);
    expect_primary(c, "3.3.3.2"); /* for whatever comes next */
    session(c, "3.3.3.2");
    expect_no_request(c);
    assert_int_equal(count(c, MOBILITY_EV_OPENED), 1);
    client_free(c);
}

static void the_procedure_is_repeated_until_the_session_is_released_and_not_beyond(void** state)
{
    (void)state;
    struct client* c = client_at_a(&rule_a, 2);
    enter_overlap(c);
    confirm(c, MOBILITY_ADD, "3.3.3.2");
    confirm(c, MOBILITY_SET_PRIMARY, "3.3.3.2");
    assert_int_equal(mobility_session_down(c->m, false, c->now), ROAM_OK);
    client_poll(c);
    expect_outcome(c, MOBILITY_COMPLETED, 0); /* it was; only the release is missing */
    levels(c, -111, -80);
    lost(c, "2.2.2.2");
    pass(c, 10 * ROAM_SEC);
    expect_no_request(c);
    client_free(c);
}

static void a_session_that_ends_as_wanted_abandons_the_handover_under_way(void** state)
{
    (void)state;
    struct client* c = client_at_a(&rule_a, 2);
    enter_overlap(c);
    expect_request(c, MOBILITY_ADD, "3.3.3.2");
    assert_int_equal(mobility_session_down(c->m, false, c->now), ROAM_OK);
    client_poll(c);
    expect_no_request(c);
    expect_outcome(c, MOBILITY_ABANDONED, MOBILITY_WHY_SESSION_OVER);
    /* The client still moves by its rule; that is a record of its own. */
    expect_primary(c, "3.3.3.2");
    assert_int_equal(count(c, MOBILITY_EV_OPENED), 2);
    client_free(c);
}

static void
without_a_session_the_primary_moves_by_the_same_rule_and_the_record_is_unbound(void** state)
{
    (void)state;
    struct client* c = client_new(&rule_b, 2);
    levels(c, -80, MOBILITY_NO_SIGNAL);
    arrive(c, 1, "2.2.2.2");
    expect_primary(c, "2.2.2.2");
    enter_overlap(c);
    pass(c, ROAM_SEC);
    expect_primary(c, "2.2.2.2");
    levels(c, -95, -80);
    pass(c, 319 * ROAM_MS);
    expect_primary(c, "2.2.2.2");
    pass(c, ROAM_MS);
    expect_primary(c, "3.3.3.2");
    const roam_time moved = c->now;
    pass(c, ROAM_SEC);
    levels(c, -111, -80);
    lost(c, "2.2.2.2");
    expect_no_request(c);
    expect_outcome(c, MOBILITY_UNBOUND, 0);
    const struct mobility_handover* r = record(c, MOBILITY_EV_CLOSED);
    assert_true(r->t_trigger == moved);
    assert_true(r->t_signal == ROAM_NEVER && r->t_bound == ROAM_NEVER);
    assert_true(r->t_release == moved + ROAM_SEC);
    client_free(c);
}

static void a_hard_handover_without_a_session_has_its_moments_too(void** state)
{
    (void)state;
    struct client* c = client_new(&rule_a, 1);
    levels(c, -80, MOBILITY_NO_SIGNAL);
    arrive(c, 1, "2.2.2.2");
    pass(c, ROAM_SEC);
    const roam_time left = c->now;
    levels(c, -111, -80);
    lost(c, "2.2.2.2");
    arrive(c, 1, "3.3.3.2");
    expect_outcome(c, MOBILITY_UNBOUND, 0);
    const struct mobility_handover* r = record(c, MOBILITY_EV_CLOSED);
    assert_true(r->t_release == left && r->t_address == left + 20 * ROAM_MS);
    assert_false(r->soft);
    client_free(c);
}

static void under_rule_a_addresses_that_a_session_begins_with_are_not_new_to_it(void** state)
{
    (void)state;
    struct client* c = client_new(&rule_a, 2);
    levels(c, -80, -80);
    arrive(c, 1, "2.2.2.2");
    arrive(c, 2, "3.3.3.2");
    const struct roam_addr both[] = {addr("2.2.2.2"), addr("3.3.3.2")};
    assert_int_equal(mobility_session_up(c->m, both, 2, c->now), ROAM_OK);
    client_poll(c);
    pass(c, 10 * ROAM_SEC);
    expect_no_request(c);
    expect_primary(c, "2.2.2.2");
    client_free(c);
}

static void between_links_that_were_up_before_any_address_a_handover_is_soft(void** state)
{
    (void)state;
    struct client* c = client_new(&rule_b, 2);
    levels(c, -80, -80);
    link_up(c, 1);
    link_up(c, 2);
    gained(c, "2.2.2.2", 1);
    gained(c, "3.3.3.2", 2);
    const struct roam_addr both[] = {addr("2.2.2.2"), addr("3.3.3.2")};
    assert_int_equal(mobility_session_up(c->m, both, 2, c->now), ROAM_OK);
    client_poll(c);
    levels(c, -95, -80);
    pass(c, 320 * ROAM_MS);
    confirm(c, MOBILITY_SET_PRIMARY, "3.3.3.2");
    assert_true(record(c, MOBILITY_EV_OPENED)->soft);
    client_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_refused_add_is_made_again_after_the_retry_time),
        cmocka_unit_test(a_refused_set_primary_is_made_again_while_its_reason_holds),
        cmocka_unit_test(a_refused_delete_is_made_again_because_the_address_is_still_inactive),
        cmocka_unit_test(an_answer_to_nothing_is_ignored),
        cmocka_unit_test(a_handover_whose_new_link_goes_before_the_add_is_answered_is_abandoned),
        cmocka_unit_test(a_flap_of_the_new_link_during_soft_handover_ends_it),
        cmocka_unit_test(a_handover_whose_new_link_goes_before_set_primary_is_answered_goes_back),
        cmocka_unit_test(a_flap_of_the_new_link_during_hard_handover_does_not_end_it),
        cmocka_unit_test(
            a_radio_that_is_taken_away_with_a_request_outstanding_leaves_nothing_behind),
        cmocka_unit_test(
            a_hard_handover_to_a_cell_that_goes_again_is_abandoned_and_the_next_cell_is_tried),
        cmocka_unit_test(a_forced_handover_ends_when_the_old_link_comes_back_first),
        cmocka_unit_test(a_lease_that_is_lost_on_a_link_that_stays_up_is_an_inactive_address),
        cmocka_unit_test(a_third_cell_takes_the_place_of_a_handover_that_hangs),
        cmocka_unit_test(a_session_that_breaks_on_the_way_breaks_its_handover),
        cmocka_unit_test(the_procedure_is_repeated_until_the_session_is_released_and_not_beyond),
        cmocka_unit_test(a_session_that_ends_as_wanted_abandons_the_handover_under_way),
        cmocka_unit_test(
            without_a_session_the_primary_moves_by_the_same_rule_and_the_record_is_unbound),
        cmocka_unit_test(a_hard_handover_without_a_session_has_its_moments_too),
        cmocka_unit_test(under_rule_a_addresses_that_a_session_begins_with_are_not_new_to_it),
        cmocka_unit_test(between_links_that_were_up_before_any_address_a_handover_is_soft),
    };
    return cmocka_run_group_tests_name("mobility trouble", tests, configure, NULL);
}

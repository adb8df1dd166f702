/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One request for all three steps that goes wrong: refusals, links that come and go, sessions that
 * end. */
#include "mobility-together.h"

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
    leave_a(c);
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

/** That an address was left once does not count when it has been deleted and added again since. */
static void an_address_that_is_bound_anew_is_not_deleted_for_its_past(void** state)
{
    (void)state;
    struct client* c = client_together(MOBILITY_RULE_SIGNAL, 2);
    levels(c, -95, -80);
    arrive(c, 2, "3.3.3.2");
    pass(c, 400 * ROAM_MS);
    confirm_all(c, "3.3.3.2", "2.2.2.2");
    expect_state(c, "2.2.2.2", MOBILITY_ADDR_HELD);
    levels(c, -80, -95);
    pass(c, 400 * ROAM_MS);
    expect_all(c, "2.2.2.2", "3.3.3.2");
    answer_all(c, "2.2.2.2", "3.3.3.2", true, false, false);
    levels(c, -80, -80); /* and the rule wants it no more */
    pass(c, 3 * ROAM_SEC);
    expect_no_request(c);
    expect_state(c, "2.2.2.2", MOBILITY_ADDR_BOUND);
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
    leave_a(c);
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
        cmocka_unit_test(an_address_that_is_bound_anew_is_not_deleted_for_its_past),
    };
    return cmocka_run_group_tests_name("mobility together trouble", tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One address at a time, and sessions that go on elsewhere. */
#include "mobility-together.h"

static struct client* client_that_moves(enum mobility_rule rule, uint32_t radios)
{
    struct mobility_config config = with_rule(rule);
    config.shape = MOBILITY_SHAPE_MOVE;
    return client_at_a(&config, radios);
}

static uint32_t bound(const struct client* c)
{
    struct mobility_status s;
    mobility_status(c->m, &s);
    return s.bound;
}

static void replaced(struct client* c, const char* text)
{
    const struct roam_addr a = addr(text);
    assert_int_equal(mobility_session_replaced(c->m, &a, 1, c->now), ROAM_OK);
    client_poll(c);
}

/* --- MOVE ------------------------------------------------------------------------------------ */

static void one_request_moves_the_session_and_releases_the_old_address(void** state)
{
    (void)state;
    struct client* c = client_that_moves(MOBILITY_RULE_IMMEDIATE, 2);
    enter_overlap(c);
    const roam_time asked = c->now;
    expect_request(c, MOBILITY_MOVE, "3.3.3.2");
    expect_state(c, "3.3.3.2", MOBILITY_ADDR_ADDING);
    expect_primary(c, "2.2.2.2");
    pass(c, 40 * ROAM_MS);
    answer(c, MOBILITY_MOVE, "3.3.3.2", true);
    expect_primary(c, "3.3.3.2");
    expect_state(c, "3.3.3.2", MOBILITY_ADDR_BOUND);
    expect_state(c, "2.2.2.2", MOBILITY_ADDR_HELD);
    assert_int_equal(bound(c), 1);
    expect_outcome(c, MOBILITY_COMPLETED, 0);
    const struct mobility_handover* r = record(c, MOBILITY_EV_CLOSED);
    assert_int_equal(r->t_signal, asked);
    assert_int_equal(r->t_bound, c->now);
    assert_int_equal(r->t_release, c->now);
    pass(c, 20 * ROAM_SEC);
    expect_no_request(c);
    client_free(c);
}

static void by_levels_it_moves_when_the_rule_says_so(void** state)
{
    (void)state;
    struct client* c = client_that_moves(MOBILITY_RULE_SIGNAL, 2);
    enter_overlap(c);
    pass(c, ROAM_SEC);
    expect_no_request(c); /* the client has it, and the session need not know */
    levels(c, -95, -80);
    pass(c, 320 * ROAM_MS);
    expect_request(c, MOBILITY_MOVE, "3.3.3.2");
    client_free(c);
}

static void a_refused_move_is_asked_for_again_and_the_session_stays(void** state)
{
    (void)state;
    struct client* c = client_that_moves(MOBILITY_RULE_IMMEDIATE, 2);
    enter_overlap(c);
    expect_request(c, MOBILITY_MOVE, "3.3.3.2");
    answer(c, MOBILITY_MOVE, "3.3.3.2", false);
    expect_primary(c, "2.2.2.2");
    expect_state(c, "3.3.3.2", MOBILITY_ADDR_HELD);
    expect_verdict(c, "3.3.3.2", false, MOBILITY_WHY_ADD_REFUSED | MOBILITY_WHY_NEW_ADDRESS);
    pass(c, ROAM_SEC - 1);
    expect_no_request(c);
    pass(c, 1);
    confirm(c, MOBILITY_MOVE, "3.3.3.2");
    expect_outcome(c, MOBILITY_COMPLETED, 0);
    client_free(c);
}

static void with_one_radio_the_session_waits_at_the_lost_address(void** state)
{
    (void)state;
    struct client* c = client_that_moves(MOBILITY_RULE_SIGNAL, 1);
    leave_a(c);
    assert_int_equal(bound(c), 1);
    confirm(c, MOBILITY_MOVE, "3.3.3.2");
    expect_outcome(c, MOBILITY_COMPLETED, 0);
    expect_state(c, "2.2.2.2", MOBILITY_ADDR_NONE);
    client_free(c);
}

static void a_link_that_goes_while_its_move_is_unanswered_is_moved_away_from(void** state)
{
    (void)state;
    struct client* c = client_that_moves(MOBILITY_RULE_IMMEDIATE, 2);
    enter_overlap(c);
    expect_request(c, MOBILITY_MOVE, "3.3.3.2");
    leave_b(c);
    expect_outcome(c, MOBILITY_ABANDONED, MOBILITY_WHY_NEW_DOWN);
    answer(c, MOBILITY_MOVE, "3.3.3.2", true); /* too late: it leads into the void */
    expect_primary(c, "3.3.3.2");
    confirm(c, MOBILITY_MOVE, "2.2.2.2");
    expect_primary(c, "2.2.2.2");
    expect_state(c, "3.3.3.2", MOBILITY_ADDR_NONE);
    assert_int_equal(bound(c), 1);
    client_free(c);
}

static void a_session_has_one_address(void** state)
{
    (void)state;
    struct mobility_config config = with_rule(MOBILITY_RULE_SIGNAL);
    config.shape = MOBILITY_SHAPE_MOVE;
    struct client* c = client_new(&config, 1);
    const struct roam_addr two[] = {addr("2.2.2.2"), addr("3.3.3.2")};
    assert_int_equal(mobility_session_up(c->m, two, 2, c->now), ROAM_EINVAL);
    assert_int_equal(mobility_session_up(c->m, two, 1, c->now), ROAM_OK);
    assert_int_equal(mobility_session_replaced(c->m, two, 2, c->now), ROAM_EINVAL);
    client_free(c);
}

/* --- A session that is replaced -------------------------------------------------------------- */

static void a_new_association_at_the_new_address_completes_the_handover(void** state)
{
    (void)state;
    for (enum mobility_shape shape = MOBILITY_SHAPE_STEPS; shape <= MOBILITY_SHAPE_MOVE; shape++)
    {
        struct mobility_config config = with_rule(MOBILITY_RULE_IMMEDIATE);
        config.shape = shape;
        struct client* c = client_at_a(&config, 1);
        leave_a(c);
        assert_non_null(next_request(c)); /* which nobody will answer */
        pass(c, 40 * ROAM_MS);
        replaced(c, "3.3.3.2");
        expect_primary(c, "3.3.3.2");
        expect_outcome(c, MOBILITY_COMPLETED, 0);
        const struct mobility_handover* r = record(c, MOBILITY_EV_CLOSED);
        assert_int_equal(r->t_bound, c->now);
        assert_int_equal(r->t_release, c->now);
        assert_int_equal(bound(c), 1);
        expect_state(c, "2.2.2.2", MOBILITY_ADDR_NONE);
        const struct roam_addr b = addr("3.3.3.2");
        for (enum mobility_op op = MOBILITY_ADD; op <= MOBILITY_MOVE; op++)
        {
            assert_int_equal(mobility_done(c->m, op, &b, true, 0, c->now), ROAM_ENOENT);
        }
        client_free(c);
    }
}

static void one_at_the_old_address_completes_nothing(void** state)
{
    (void)state;
    const struct mobility_config config = with_rule(MOBILITY_RULE_IMMEDIATE);
    struct client* c = client_at_a(&config, 2);
    enter_overlap(c);
    expect_request(c, MOBILITY_ADD, "3.3.3.2");
    replaced(c, "2.2.2.2");
    assert_int_equal(count(c, MOBILITY_EV_CLOSED), 0);
    confirm(c, MOBILITY_ADD, "3.3.3.2"); /* asked of the new association anew */
    confirm(c, MOBILITY_SET_PRIMARY, "3.3.3.2");
    expect_primary(c, "3.3.3.2");
    client_free(c);
}

static void one_in_another_cell_is_a_handover_by_itself(void** state)
{
    (void)state;
    const struct mobility_config config = with_rule(MOBILITY_RULE_SIGNAL);
    struct client* c = client_at_a(&config, 2);
    enter_overlap(c);
    confirm(c, MOBILITY_ADD, "3.3.3.2");
    assert_int_equal(count(c, MOBILITY_EV_OPENED), 0);
    replaced(c, "3.3.3.2");
    assert_int_equal(count(c, MOBILITY_EV_OPENED), 1);
    expect_primary(c, "3.3.3.2");
    expect_outcome(c, MOBILITY_COMPLETED, 0);
    assert_int_equal(record(c, MOBILITY_EV_CLOSED)->t_release, c->now);
    client_free(c);
}

static void one_at_an_address_that_the_client_does_not_have_is_moved_away_from(void** state)
{
    (void)state;
    struct client* c = client_that_moves(MOBILITY_RULE_IMMEDIATE, 2);
    enter_overlap(c);
    expect_request(c, MOBILITY_MOVE, "3.3.3.2");
    replaced(c, "9.9.9.9");
    expect_primary(c, "9.9.9.9");
    assert_int_equal(bound(c), 1);
    const struct roam_addr late = addr("2.2.2.2");
    assert_int_equal(mobility_done(c->m, MOBILITY_DELETE, &late, true, 0, c->now), ROAM_ENOENT);
    const struct mobility_event* e = next_request(c);
    assert_non_null(e);
    assert_int_equal(e->u.request.n, 1);
    assert_int_equal(e->u.request.parts[0].op, MOBILITY_MOVE);
    const struct roam_addr to = e->u.request.parts[0].addr;
    assert_int_equal(mobility_done(c->m, MOBILITY_MOVE, &to, true, 0, c->now), ROAM_OK);
    client_poll(c);
    expect_state(c, "9.9.9.9", MOBILITY_ADDR_NONE);
    assert_int_equal(bound(c), 1);
    client_free(c);
}

static void one_without_room_for_its_address_changes_nothing(void** state)
{
    (void)state;
    struct mobility_config config = with_rule(MOBILITY_RULE_IMMEDIATE);
    config.shape = MOBILITY_SHAPE_MOVE;
    config.max_addresses = 2;
    struct client* c = client_at_a(&config, 2);
    enter_overlap(c);
    expect_request(c, MOBILITY_MOVE, "3.3.3.2");
    const struct roam_addr a = addr("9.9.9.9");
    assert_int_equal(mobility_session_replaced(c->m, &a, 1, c->now), ROAM_ENOMEM);
    expect_primary(c, "2.2.2.2");
    answer(c, MOBILITY_MOVE, "3.3.3.2", true);
    expect_outcome(c, MOBILITY_COMPLETED, 0);
    client_free(c);
}

static void without_a_session_there_is_none_to_replace(void** state)
{
    (void)state;
    const struct mobility_config config = with_rule(MOBILITY_RULE_SIGNAL);
    struct client* c = client_new(&config, 1);
    const struct roam_addr a = addr("2.2.2.2");
    const struct roam_addr none = {0};
    assert_int_equal(mobility_session_replaced(c->m, &a, 1, c->now), ROAM_ESTATE);
    session(c, "2.2.2.2");
    assert_int_equal(mobility_session_replaced(c->m, &a, 0, c->now), ROAM_EINVAL);
    assert_int_equal(mobility_session_replaced(c->m, &none, 1, c->now), ROAM_EINVAL);
    client_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_request_moves_the_session_and_releases_the_old_address),
        cmocka_unit_test(by_levels_it_moves_when_the_rule_says_so),
        cmocka_unit_test(a_refused_move_is_asked_for_again_and_the_session_stays),
        cmocka_unit_test(with_one_radio_the_session_waits_at_the_lost_address),
        cmocka_unit_test(a_link_that_goes_while_its_move_is_unanswered_is_moved_away_from),
        cmocka_unit_test(a_session_has_one_address),
        cmocka_unit_test(a_new_association_at_the_new_address_completes_the_handover),
        cmocka_unit_test(one_at_the_old_address_completes_nothing),
        cmocka_unit_test(one_in_another_cell_is_a_handover_by_itself),
        cmocka_unit_test(one_at_an_address_that_the_client_does_not_have_is_moved_away_from),
        cmocka_unit_test(one_without_room_for_its_address_changes_nothing),
        cmocka_unit_test(without_a_session_there_is_none_to_replace),
    };
    return cmocka_run_group_tests_name("mobility move", tests, NULL, NULL);
}

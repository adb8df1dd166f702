/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The serving cell is the network's choice, as when a measured walk is replayed. */
#include "mobility-client.h"

static struct mobility_config config;

static int configure(void** state)
{
    (void)state;
    mobility_config_default(&config);
    config.dictated = true;
    return 0;
}

static void serve(struct client* c, uint32_t cell)
{
    assert_int_equal(mobility_serve(c->m, cell, c->now), ROAM_OK);
    client_poll(c);
}

static void prepare(struct client* c, uint32_t cell, bool attachable)
{
    assert_int_equal(mobility_prepare(c->m, cell, attachable, c->now), ROAM_OK);
    client_poll(c);
}

/** Served in cell 1 with 2.2.2.2, in a session; cells 1, 2 and 3 are heard at these levels. */
static struct client* served(uint32_t radios, double a, double b, double d)
{
    struct client* c = client_new(&config, radios);
    levels(c, a, b);
    level(c, 3, d);
    assert_int_equal(count(c, MOBILITY_EV_ATTACH), 0); /* not without the network's word */
    serve(c, 1);
    assert_int_equal(mobility_radio_cell(c->m, 1), 1);
    arrive(c, 1, "2.2.2.2");
    session(c, "2.2.2.2");
    pass(c, ROAM_SEC);
    return c;
}

static void expect_outcome(const struct client* c, enum mobility_outcome outcome, uint32_t end)
{
    const struct mobility_handover* r = record(c, MOBILITY_EV_CLOSED);
    assert_string_equal(mobility_outcome_name(r->outcome), mobility_outcome_name(outcome));
    assert_int_equal(r->end, end);
}

static void expect_cells(const struct client* c, enum mobility_event_type type, uint32_t from,
                         uint32_t to)
{
    assert_int_equal(record(c, type)->from_cell, from);
    assert_int_equal(record(c, type)->to_cell, to);
}

static void a_better_cell_is_not_entered_by_ourselves(void** state)
{
    (void)state;
    struct client* c = served(2, -100, -50, -50);
    pass(c, 10 * ROAM_SEC);
    assert_int_equal(mobility_radio_cell(c->m, 1), 1);
    assert_int_equal(mobility_radio_cell(c->m, 2), 0);
    client_free(c);
}

static void the_networks_word_begins_a_hard_handover_of_one_radio(void** state)
{
    (void)state;
    struct client* c = served(1, -80, -80, -120);
    const roam_time word = c->now;
    serve(c, 2);
    assert_int_equal(mobility_radio_cell(c->m, 1), 2);
    lost(c, "2.2.2.2");
    arrive(c, 1, "3.3.3.2");
    confirm(c, MOBILITY_ADD, "3.3.3.2");
    confirm(c, MOBILITY_SET_PRIMARY, "3.3.3.2");
    confirm(c, MOBILITY_DELETE, "2.2.2.2");
    expect_outcome(c, MOBILITY_COMPLETED, 0);
    expect_cells(c, MOBILITY_EV_CLOSED, 1, 2);
    const struct mobility_handover* r = record(c, MOBILITY_EV_CLOSED);
    assert_int_equal(r->why, MOBILITY_WHY_DICTATED | MOBILITY_WHY_CURRENT_DOWN);
    assert_true(r->t_trigger == word && !r->soft);
    client_free(c);
}

static void a_prepared_address_is_added_but_waits_for_the_networks_word(void** state)
{
    (void)state;
    struct client* c = served(2, -80, -60, -120);
    prepare(c, 2, true);
    assert_int_equal(mobility_radio_cell(c->m, 2), 2);
    arrive(c, 2, "3.3.3.2");
    confirm(c, MOBILITY_ADD, "3.3.3.2");
    pass(c, ROAM_SEC);
    expect_no_request(c);
    expect_verdict(c, "3.3.3.2", false, MOBILITY_WHY_NOT_DICTATED);
    assert_int_equal(count(c, MOBILITY_EV_OPENED), 0);
    const roam_time word = c->now;
    prepare(c, 1, true); /* the old cell is left open */
    serve(c, 2);
    confirm(c, MOBILITY_SET_PRIMARY, "3.3.3.2");
    pass(c, ROAM_SEC);
    expect_no_request(c);
    prepare(c, 1, false);
    assert_int_equal(mobility_radio_cell(c->m, 1), 0);
    confirm(c, MOBILITY_DELETE, "2.2.2.2");
    expect_outcome(c, MOBILITY_COMPLETED, 0);
    const struct mobility_handover* r = record(c, MOBILITY_EV_CLOSED);
    assert_true(r->soft && r->t_trigger == word && r->t_bound == word + 40 * ROAM_MS);
    assert_true(r->t_signal < word);
    client_free(c);
}

static void there_is_one_record_for_each_change_however_short_the_stay(void** state)
{
    (void)state;
    struct client* c = served(1, -80, -80, -80);
    serve(c, 2);
    lost(c, "2.2.2.2");
    link_up(c, 1);
    pass(c, 10 * ROAM_MS);
    serve(c, 3); /* before there was an address */
    expect_outcome(c, MOBILITY_ABANDONED, MOBILITY_WHY_SUPERSEDED);
    expect_cells(c, MOBILITY_EV_CLOSED, 1, 2);
    arrive(c, 1, "4.4.4.2");
    confirm(c, MOBILITY_ADD, "4.4.4.2");
    serve(c, 1); /* before SET PRIMARY was answered */
    expect_outcome(c, MOBILITY_ABANDONED, MOBILITY_WHY_SUPERSEDED);
    expect_cells(c, MOBILITY_EV_CLOSED, 2, 3);
    lost(c, "4.4.4.2");
    arrive(c, 1, "2.2.2.2"); /* bound all along, and still the primary */
    expect_outcome(c, MOBILITY_COMPLETED, 0);
    expect_cells(c, MOBILITY_EV_CLOSED, 3, 1);
    assert_true(record(c, MOBILITY_EV_CLOSED)->t_signal == ROAM_NEVER);
    assert_true(record(c, MOBILITY_EV_CLOSED)->t_bound == c->now);
    assert_int_equal(count(c, MOBILITY_EV_OPENED), 3);
    client_free(c);
}

static void a_quick_return_is_a_ping_pong_even_if_the_first_change_failed(void** state)
{
    (void)state;
    struct client* c = served(1, -80, -80, -80);
    serve(c, 2);
    lost(c, "2.2.2.2");
    pass(c, ROAM_SEC);
    serve(c, 1);
    arrive(c, 1, "2.2.2.2");
    expect_outcome(c, MOBILITY_PING_PONG, 0);
    client_free(c);
}

static void the_serving_cell_is_entered_when_it_rises_above_the_floor(void** state)
{
    (void)state;
    struct client* c = served(1, -80, -115, -120);
    serve(c, 2);
    lost(c, "2.2.2.2");
    assert_int_equal(mobility_radio_cell(c->m, 1), 0); /* a hole */
    pass(c, 7 * ROAM_SEC);
    expect_no_request(c);
    level(c, 2, -109);
    assert_int_equal(mobility_radio_cell(c->m, 1), 2);
    const roam_time entered = c->now;
    arrive(c, 1, "3.3.3.2");
    confirm(c, MOBILITY_ADD, "3.3.3.2");
    confirm(c, MOBILITY_SET_PRIMARY, "3.3.3.2");
    confirm(c, MOBILITY_DELETE, "2.2.2.2");
    expect_outcome(c, MOBILITY_COMPLETED, 0);
    const struct mobility_handover* r = record(c, MOBILITY_EV_CLOSED);
    assert_true(r->t_trigger == entered - 7 * ROAM_SEC && r->t_link == entered);
    client_free(c);
}

static void a_hole_in_the_serving_cell_is_no_handover(void** state)
{
    (void)state;
    struct client* c = served(1, -80, -120, -120);
    level(c, 1, -111);
    lost(c, "2.2.2.2");
    pass(c, 3 * ROAM_SEC);
    serve(c, 0);
    serve(c, 1);
    level(c, 1, -80);
    arrive(c, 1, "2.2.2.2");
    expect_no_request(c);
    assert_int_equal(count(c, MOBILITY_EV_OPENED), 0);
    client_free(c);
}

static void
a_prepared_cell_saves_a_session_whose_serving_cell_is_lost_before_the_networks_word(void** state)
{
    (void)state;
    struct client* c = served(2, -80, -80, -120);
    prepare(c, 2, true);
    arrive(c, 2, "3.3.3.2");
    confirm(c, MOBILITY_ADD, "3.3.3.2");
    const roam_time fell = c->now;
    level(c, 1, -111);
    lost(c, "2.2.2.2");
    confirm(c, MOBILITY_SET_PRIMARY, "3.3.3.2");
    confirm(c, MOBILITY_DELETE, "2.2.2.2");
    assert_int_equal(count(c, MOBILITY_EV_OPENED), 0); /* the network has not said so yet */
    pass(c, ROAM_SEC);
    serve(c, 2);
    expect_no_request(c);
    expect_outcome(c, MOBILITY_COMPLETED, 0);
    const struct mobility_handover* r = record(c, MOBILITY_EV_CLOSED);
    const struct roam_addr from = addr("2.2.2.2");
    expect_cells(c, MOBILITY_EV_CLOSED, 1, 2);
    assert_true(roam_addr_equal(&r->from, &from));
    assert_true(r->t_trigger == fell);
    assert_true(r->t_bound == fell + 40 * ROAM_MS);
    assert_true(r->t_release == fell + 80 * ROAM_MS);
    assert_true(r->t_open == c->now);
    assert_int_equal(r->why, MOBILITY_WHY_CURRENT_DOWN | MOBILITY_WHY_DICTATED);
    client_free(c);
}

static void where_a_session_begins_nothing_was_handed_over(void** state)
{
    (void)state;
    struct client* c = client_new(&config, 2);
    levels(c, -80, -80);
    serve(c, 1);
    prepare(c, 2, true);
    arrive(c, 1, "2.2.2.2");
    arrive(c, 2, "3.3.3.2");
    expect_primary(c, "2.2.2.2");
    session(c, "3.3.3.2");
    expect_request(c, MOBILITY_ADD, "2.2.2.2"); /* never answered */
    serve(c, 2);
    expect_outcome(c, MOBILITY_COMPLETED, 0);
    const struct mobility_handover* r = record(c, MOBILITY_EV_CLOSED);
    assert_true(roam_addr_equal(&r->from, &r->to));
    assert_true(r->t_bound == c->now && r->t_signal == ROAM_NEVER);
    client_free(c);
}

static void without_a_session_each_change_has_its_record_too(void** state)
{
    (void)state;
    struct client* c = client_new(&config, 1);
    levels(c, -80, -80);
    serve(c, 1);
    serve(c, 2); /* there was no address in the first */
    arrive(c, 1, "3.3.3.2");
    expect_outcome(c, MOBILITY_UNBOUND, 0);
    serve(c, 1);
    lost(c, "3.3.3.2");
    arrive(c, 1, "2.2.2.2");
    expect_outcome(c, MOBILITY_UNBOUND, 0);
    expect_cells(c, MOBILITY_EV_CLOSED, 2, 1);
    assert_true(record(c, MOBILITY_EV_CLOSED)->returned);
    assert_int_equal(count(c, MOBILITY_EV_CLOSED), 2);
    client_free(c);
}

static void the_network_may_say_the_same_twice(void** state)
{
    (void)state;
    struct client* c = served(1, -80, -80, -80);
    serve(c, 2);
    serve(c, 2);
    serve(c, 0);
    serve(c, 2);
    assert_int_equal(count(c, MOBILITY_EV_OPENED), 1);
    assert_int_equal(count(c, MOBILITY_EV_CLOSED), 0);
    client_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_better_cell_is_not_entered_by_ourselves),
        cmocka_unit_test(the_networks_word_begins_a_hard_handover_of_one_radio),
        cmocka_unit_test(a_prepared_address_is_added_but_waits_for_the_networks_word),
        cmocka_unit_test(there_is_one_record_for_each_change_however_short_the_stay),
        cmocka_unit_test(a_quick_return_is_a_ping_pong_even_if_the_first_change_failed),
        cmocka_unit_test(the_serving_cell_is_entered_when_it_rises_above_the_floor),
        cmocka_unit_test(a_hole_in_the_serving_cell_is_no_handover),
        cmocka_unit_test(
            a_prepared_cell_saves_a_session_whose_serving_cell_is_lost_before_the_networks_word),
        cmocka_unit_test(where_a_session_begins_nothing_was_handed_over),
        cmocka_unit_test(without_a_session_each_change_has_its_record_too),
        cmocka_unit_test(the_network_may_say_the_same_twice),
    };
    return cmocka_run_group_tests_name("mobility dictated", tests, configure, NULL);
}

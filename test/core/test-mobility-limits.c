/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the engine refuses, and what it does at its limits. */
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

static void arguments_out_of_range_are_refused(void** state)
{
    (void)state;
    struct client* c = client_at_a(&rule_a, 1);
    struct mobility* m = c->m;
    const struct roam_addr a = addr("2.2.2.2");
    const struct roam_addr group = addr("224.0.0.1");
    const struct roam_addr local = addr("fe80::1");
    const struct roam_addr unknown = addr("9.9.9.9");
    const struct mobility_level zero = {0, -80};
    const struct mobility_level nan_level = {1, strtod("nan", NULL)};
    assert_int_equal(mobility_add_radio(m, 0, c->now), ROAM_EINVAL);
    assert_int_equal(mobility_add_radio(m, 1, c->now), ROAM_EEXIST);
    assert_int_equal(mobility_remove_radio(m, 7, c->now), ROAM_ENOENT);
    assert_int_equal(mobility_link(m, 7, true, c->now), ROAM_ENOENT);
    assert_int_equal(mobility_detected(m, 7, c->now), ROAM_ENOENT);
    assert_int_equal(mobility_levels(m, &zero, 1, c->now), ROAM_EINVAL);
    assert_int_equal(mobility_levels(m, &nan_level, 1, c->now), ROAM_EINVAL);
    assert_int_equal(mobility_address_gained(m, &group, 1, c->now), ROAM_EINVAL);
    assert_int_equal(mobility_address_gained(m, &local, 1, c->now), ROAM_EINVAL);
    assert_int_equal(mobility_address_gained(m, &unknown, 7, c->now), ROAM_ENOENT);
    assert_int_equal(mobility_address_lost(m, &unknown, c->now), ROAM_ENOENT);
    assert_int_equal(mobility_session_up(m, &a, 1, c->now), ROAM_ESTATE);
    assert_int_equal(mobility_session_up(m, &a, 0, c->now), ROAM_EINVAL);
    assert_int_equal(mobility_session_up(m, &group, 1, c->now), ROAM_EINVAL);
    assert_int_equal(mobility_serve(m, 1, c->now), ROAM_ESTATE);
    assert_int_equal(mobility_prepare(m, 1, true, c->now), ROAM_ESTATE);
    assert_int_equal(mobility_prefer_cell(m, 0, 1, c->now), ROAM_EINVAL);
    assert_int_equal(mobility_prefer_cell(m, 1, strtod("inf", NULL), c->now), ROAM_EINVAL);
    assert_int_equal(mobility_prefer_radio(m, 7, 1, c->now), ROAM_ENOENT);
    client_poll(c);
    expect_no_request(c);
    client_free(c);
}

static void radios_cells_and_addresses_beyond_the_configured_number_are_refused(void** state)
{
    (void)state;
    struct mobility_config config = rule_a;
    config.max_radios = 1;
    config.max_cells = 2;
    config.max_addresses = 2;
    struct client* c = client_at_a(&config, 1);
    assert_int_equal(mobility_add_radio(c->m, 2, c->now), ROAM_ENOMEM);
    const struct mobility_level three[] = {{1, -111}, {2, -70}, {3, -60}};
    assert_int_equal(mobility_levels(c->m, three, 3, c->now), ROAM_ENOMEM);
    assert_int_equal(mobility_radio_cell(c->m, 1), 1); /* nothing of it was taken */
    gained(c, "2.2.2.3", 1);
    const struct roam_addr third = addr("2.2.2.4");
    assert_int_equal(mobility_address_gained(c->m, &third, 1, c->now), ROAM_ENOMEM);
    client_free(c);
}

static void a_configuration_out_of_range_makes_no_engine(void** state)
{
    (void)state;
    struct mobility_config c = rule_a;
    assert_int_equal(mobility_config_check(&c), ROAM_OK);
#define BAD(field, value)                                                                          \
    do                                                                                             \
    {                                                                                              \
        struct mobility_config bad = rule_a;                                                       \
        bad.field = value;                                                                         \
        assert_int_equal(mobility_config_check(&bad), ROAM_EINVAL);                                \
        assert_null(mobility_new(&bad));                                                           \
    } while (0)
    BAD(rule, (enum mobility_rule)3);
    BAD(threshold_dbm, strtod("nan", NULL));
    BAD(floor_dbm, strtod("-inf", NULL));
    BAD(inactive_dbm, strtod("nan", NULL));
    BAD(hysteresis_db, -0.1);
    BAD(hysteresis_db, strtod("inf", NULL));
    BAD(entry_margin_db, strtod("inf", NULL));
    BAD(reselect_hysteresis_db, strtod("inf", NULL));
    BAD(reselect_hysteresis_db, -1);
    BAD(entry_margin_db, -1);
    BAD(time_to_trigger, -1);
    BAD(reselect_time, -1);
    BAD(inactive_time, -1);
    BAD(retry_time, 0);
    BAD(ping_pong_time, -1);
    BAD(max_radios, 0);
    BAD(max_radios, 17);
    BAD(max_cells, 0);
    BAD(max_cells, 4097);
    BAD(max_addresses, 1);
    BAD(max_addresses, 1025);
#undef BAD
}

static void the_ends_of_each_range_of_a_configuration_are_allowed(void** state)
{
    (void)state;
#define GOOD(field, value)                                                                         \
    do                                                                                             \
    {                                                                                              \
        struct mobility_config good = rule_a;                                                      \
        good.field = value;                                                                        \
        assert_int_equal(mobility_config_check(&good), ROAM_OK);                                   \
    } while (0)
    GOOD(rule, MOBILITY_RULE_IMMEDIATE);
    GOOD(rule, MOBILITY_RULE_SIGNAL);
    GOOD(rule, MOBILITY_RULE_PREFERENCE);
    GOOD(hysteresis_db, 0);
    GOOD(entry_margin_db, 0);
    GOOD(reselect_hysteresis_db, 0);
    GOOD(time_to_trigger, 0);
    GOOD(reselect_time, 0);
    GOOD(inactive_time, 0);
    GOOD(retry_time, 1);
    GOOD(ping_pong_time, 0);
    GOOD(max_radios, 1);
    GOOD(max_radios, 16);
    GOOD(max_cells, 1);
    GOOD(max_cells, 4096);
    GOOD(max_addresses, 2);
    GOOD(max_addresses, 1024);
#undef GOOD
}

static void a_host_that_does_not_poll_is_asked_to_and_loses_nothing(void** state)
{
    (void)state;
    struct client* c = client_at_a(&rule_a, 1);
    int result = ROAM_OK;
    double dbm = -111;
    for (int i = 0; i < 100000 && result == ROAM_OK; i++)
    {
        const struct mobility_level l = {1, dbm};
        result = mobility_levels(c->m, &l, 1, c->now);
        dbm = dbm < -100 ? -80 : -111;
    }
    assert_int_equal(result, ROAM_EAGAIN);
    client_poll(c);
    level(c, 1, -80);
    assert_int_equal(mobility_radio_cell(c->m, 1), 1);
    const struct mobility_event* last = &c->log[c->told - 1];
    assert_int_equal(last->type, MOBILITY_EV_ATTACH);
    client_free(c);
}

static void a_session_needs_room_for_its_addresses(void** state)
{
    (void)state;
    struct mobility_config config = rule_a;
    config.max_addresses = 2;
    struct client* c = client_new(&config, 1);
    levels(c, -80, -80);
    arrive(c, 1, "2.2.2.2");
    const struct roam_addr three[] = {addr("2.2.2.2"), addr("3.3.3.2"), addr("4.4.4.2")};
    assert_int_equal(mobility_session_up(c->m, three, 3, c->now), ROAM_ENOMEM);
    assert_int_equal(mobility_session_down(c->m, true, c->now), ROAM_ESTATE);
    assert_int_equal(mobility_session_up(c->m, three, 2, c->now), ROAM_OK);
    client_poll(c);
    confirm(c, MOBILITY_DELETE, "3.3.3.2"); /* the client does not have it */
    client_free(c);
}

static void the_radios_that_are_left_keep_their_places(void** state)
{
    (void)state;
    struct client* c = client_at_a(&rule_b, 3);
    enter_overlap(c);
    confirm(c, MOBILITY_ADD, "3.3.3.2");
    level(c, 3, -80);
    arrive(c, 3, "4.4.4.2");
    confirm(c, MOBILITY_ADD, "4.4.4.2");
    assert_int_equal(mobility_remove_radio(c->m, 2, c->now), ROAM_OK);
    client_poll(c);
    confirm(c, MOBILITY_DELETE, "3.3.3.2");
    assert_int_equal(mobility_radio_cell(c->m, 1), 1);
    assert_int_equal(mobility_radio_cell(c->m, 2), 0);
    assert_int_equal(mobility_radio_cell(c->m, 3), 3);
    assert_int_equal(mobility_add_radio(c->m, 2, c->now), ROAM_OK);
    client_poll(c);
    arrive(c, 2, "3.3.3.2");
    expect_request(c, MOBILITY_ADD, "3.3.3.2");
    client_free(c);
}

static void a_primary_that_turns_up_on_another_radio_is_told_again(void** state)
{
    (void)state;
    struct client* c = client_at_a(&rule_a, 2);
    levels(c, -80, -80);
    link_up(c, 2);
    const size_t before = count(c, MOBILITY_EV_PRIMARY);
    gained(c, "2.2.2.2", 2); /* two cells behind one access router */
    assert_int_equal(count(c, MOBILITY_EV_PRIMARY), before + 1);
    pass(c, 10 * ROAM_SEC);
    expect_no_request(c);
    expect_outcome(c, MOBILITY_COMPLETED, 0);
    assert_int_equal(record(c, MOBILITY_EV_CLOSED)->to_cell, 2);
    client_free(c);
}

static void after_the_finish_nothing_happens(void** state)
{
    (void)state;
    struct client* c = client_at_a(&rule_a, 1);
    levels(c, -111, -80);
    mobility_finish(c->m, c->now);
    client_poll(c);
    expect_outcome(c, MOBILITY_ABANDONED, MOBILITY_WHY_SESSION_OVER);
    const size_t told = c->told;
    const struct mobility_level l = {1, -50};
    assert_int_equal(mobility_levels(c->m, &l, 1, c->now), ROAM_ESTATE);
    const struct roam_addr a = addr("2.2.2.2");
    assert_int_equal(mobility_add_radio(c->m, 2, c->now), ROAM_ESTATE);
    assert_int_equal(mobility_link(c->m, 1, true, c->now), ROAM_ESTATE);
    assert_int_equal(mobility_detected(c->m, 1, c->now), ROAM_ESTATE);
    assert_int_equal(mobility_address_lost(c->m, &a, c->now), ROAM_ESTATE);
    assert_int_equal(mobility_prefer_cell(c->m, 1, 1, c->now), ROAM_ESTATE);
    assert_int_equal(mobility_session_down(c->m, true, c->now), ROAM_ESTATE);
    mobility_expire(c->m, c->now + ROAM_SEC);
    assert_true(mobility_next_expiry(c->m) == ROAM_NEVER);
    mobility_finish(c->m, c->now);
    client_poll(c);
    assert_int_equal(c->told, told);
    client_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arguments_out_of_range_are_refused),
        cmocka_unit_test(radios_cells_and_addresses_beyond_the_configured_number_are_refused),
        cmocka_unit_test(a_configuration_out_of_range_makes_no_engine),
        cmocka_unit_test(the_ends_of_each_range_of_a_configuration_are_allowed),
        cmocka_unit_test(a_host_that_does_not_poll_is_asked_to_and_loses_nothing),
        cmocka_unit_test(a_session_needs_room_for_its_addresses),
        cmocka_unit_test(the_radios_that_are_left_keep_their_places),
        cmocka_unit_test(a_primary_that_turns_up_on_another_radio_is_told_again),
        cmocka_unit_test(after_the_finish_nothing_happens),
    };
    return cmocka_run_group_tests_name("mobility limits", tests, configure, NULL);
}

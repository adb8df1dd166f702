/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The trigger rules of draft-sjkoh-sctp-mobility-04 section 4.4, as tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/mobility/mobility-rule.h"

#include <string.h>

static struct mobility_config config;

/** A current primary and a bound candidate, both usable; each row changes what it is about. */
static struct mobility_rule_view view(enum mobility_rule rule)
{
    mobility_config_default(&config);
    config.rule = rule;
    config.threshold_dbm = -80;
    config.hysteresis_db = 3;
    config.time_to_trigger = 100 * ROAM_MS;
    const struct mobility_path_view path = {
        .usable = true, .bound = true, .dbm = -70, .since = ROAM_SEC, .better_since = ROAM_NEVER};
    return (struct mobility_rule_view){
        .config = &config, .current = path, .candidate = path, .now = 10 * ROAM_SEC};
}

static void expect(const struct mobility_rule_view* v, bool change, uint32_t why)
{
    const struct mobility_verdict verdict = mobility_rule_verdict(v);
    char found[MOBILITY_WHY_TEXT];
    char wanted[MOBILITY_WHY_TEXT];
    assert_string_equal(mobility_why_text(verdict.why, found), mobility_why_text(why, wanted));
    assert_int_equal(verdict.change, change);
}

static const enum mobility_rule rules[] = {
    MOBILITY_RULE_IMMEDIATE,
    MOBILITY_RULE_SIGNAL,
    MOBILITY_RULE_PREFERENCE,
};

static void rule_a_changes_to_a_bound_address_that_is_newer(void** state)
{
    (void)state;
    struct mobility_rule_view v = view(MOBILITY_RULE_IMMEDIATE);
    v.candidate.since = v.current.since + 1;
    expect(&v, true, MOBILITY_WHY_NEW_ADDRESS);
}

static void rule_a_stays_with_an_address_that_is_as_new(void** state)
{
    (void)state;
    struct mobility_rule_view v = view(MOBILITY_RULE_IMMEDIATE);
    expect(&v, false, MOBILITY_WHY_NOT_NEW);
    v.candidate.since = v.current.since - 1;
    expect(&v, false, MOBILITY_WHY_NOT_NEW);
}

static void rule_a_waits_for_the_asconf_ack_of_the_add(void** state)
{
    (void)state;
    struct mobility_rule_view v = view(MOBILITY_RULE_IMMEDIATE);
    v.candidate.since = v.current.since + 1;
    v.candidate.bound = false;
    v.candidate.adding = true;
    expect(&v, false, MOBILITY_WHY_NEW_ADDRESS | MOBILITY_WHY_ADD_UNANSWERED);
}

static void rule_a_does_not_look_at_levels_or_costs(void** state)
{
    (void)state;
    struct mobility_rule_view v = view(MOBILITY_RULE_IMMEDIATE);
    v.candidate.since = v.current.since + 1;
    v.candidate.dbm = -109;
    v.candidate.cost = 100;
    expect(&v, true, MOBILITY_WHY_NEW_ADDRESS);
}

static void rule_b_follows_its_table(void** state)
{
    (void)state;
    static const struct
    {
        double current, candidate; /* dBm; threshold -80, hysteresis 3 */
        roam_time better_for;      /* time to trigger 100 ms; negative: not better */
        bool change;
        uint32_t why;
    } rows[] = {
        {-81, -77, 100 * ROAM_MS, true, MOBILITY_WHY_SIGNAL},
        {-81, -77, 500 * ROAM_MS, true, MOBILITY_WHY_SIGNAL},
        {-81, -77, 100 * ROAM_MS - 1, false, MOBILITY_WHY_TIME_TO_TRIGGER},
        {-81, -77, 0, false, MOBILITY_WHY_TIME_TO_TRIGGER},
        {-81, -78, -1, false, MOBILITY_WHY_WITHIN_HYSTERESIS},
        {-81, -90, -1, false, MOBILITY_WHY_WITHIN_HYSTERESIS},
        {-80, -70, -1, false, MOBILITY_WHY_ABOVE_THRESHOLD},
        {-60, -50, -1, false, MOBILITY_WHY_ABOVE_THRESHOLD},
        {-60, -60, -1, false, MOBILITY_WHY_ABOVE_THRESHOLD | MOBILITY_WHY_WITHIN_HYSTERESIS},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    {
        struct mobility_rule_view v = view(MOBILITY_RULE_SIGNAL);
        v.current.dbm = rows[i].current;
        v.candidate.dbm = rows[i].candidate;
        assert_int_equal(mobility_rule_better(&v), rows[i].better_for >= 0);
        if (rows[i].better_for >= 0)
        {
            v.candidate.better_since = v.now - rows[i].better_for;
        }
        expect(&v, rows[i].change, rows[i].why);
    }
}

static void rule_b_says_when_the_time_to_trigger_will_be_over(void** state)
{
    (void)state;
    struct mobility_rule_view v = view(MOBILITY_RULE_SIGNAL);
    v.current.dbm = -85;
    v.candidate.better_since = v.now - 30 * ROAM_MS;
    assert_true(mobility_rule_verdict(&v).again == v.now + 70 * ROAM_MS);
    v.now += 70 * ROAM_MS;
    expect(&v, true, MOBILITY_WHY_SIGNAL);
    assert_true(mobility_rule_verdict(&v).again == ROAM_NEVER);
}

static void rule_b_with_no_time_to_trigger_changes_at_once(void** state)
{
    (void)state;
    struct mobility_rule_view v = view(MOBILITY_RULE_SIGNAL);
    config.time_to_trigger = 0;
    v.current.dbm = -85;
    v.candidate.better_since = v.now;
    expect(&v, true, MOBILITY_WHY_SIGNAL);
}

static void rule_c_changes_to_what_costs_less_and_to_nothing_else(void** state)
{
    (void)state;
    static const struct
    {
        double current, candidate;
        bool change;
    } rows[] = {{2, 1, true}, {1, 1, false}, {1, 2, false}, {0, -0.5, true}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    {
        struct mobility_rule_view v = view(MOBILITY_RULE_PREFERENCE);
        v.current.cost = rows[i].current;
        v.candidate.cost = rows[i].candidate;
        expect(&v, rows[i].change,
               rows[i].change ? MOBILITY_WHY_PREFERRED : MOBILITY_WHY_NOT_PREFERRED);
    }
}

static void every_rule_leaves_a_current_address_whose_link_is_down(void** state)
{
    (void)state;
    for (size_t i = 0; i < 3; i++)
    {
        struct mobility_rule_view v = view(rules[i]);
        v.current.usable = false;
        v.candidate.since = 0;
        v.candidate.dbm = -120;
        v.candidate.cost = 100;
        expect(&v, true, MOBILITY_WHY_CURRENT_DOWN);
    }
}

static void no_rule_changes_to_an_address_that_is_not_ready(void** state)
{
    (void)state;
    for (size_t i = 0; i < 3; i++)
    {
        struct mobility_rule_view v = view(rules[i]);
        v.current.usable = false;

        v.candidate.usable = false;
        expect(&v, false, MOBILITY_WHY_CURRENT_DOWN | MOBILITY_WHY_NOT_USABLE);
        v.candidate.usable = true;

        v.candidate.bound = false;
        expect(&v, false, MOBILITY_WHY_CURRENT_DOWN | MOBILITY_WHY_NOT_BOUND);
        v.candidate.add_refused = true;
        expect(&v, false, MOBILITY_WHY_CURRENT_DOWN | MOBILITY_WHY_ADD_REFUSED);
        v.candidate.add_refused = false;
        v.candidate.bound = true;

        v.candidate.deleting = true;
        expect(&v, false, MOBILITY_WHY_CURRENT_DOWN | MOBILITY_WHY_DELETE_UNANSWERED);
        v.candidate.deleting = false;

        v.candidate.change_refused = true;
        expect(&v, false, MOBILITY_WHY_CURRENT_DOWN | MOBILITY_WHY_CHANGE_REFUSED);
        v.candidate.change_refused = false;

        v.changing = true;
        expect(&v, false, MOBILITY_WHY_CURRENT_DOWN | MOBILITY_WHY_CHANGE_UNANSWERED);
    }
}

static void all_that_hinders_is_named_together(void** state)
{
    (void)state;
    struct mobility_rule_view v = view(MOBILITY_RULE_SIGNAL);
    v.candidate.usable = false;
    v.candidate.deleting = true;
    v.changing = true;
    expect(&v, false,
           MOBILITY_WHY_NOT_USABLE | MOBILITY_WHY_DELETE_UNANSWERED |
               MOBILITY_WHY_CHANGE_UNANSWERED | MOBILITY_WHY_ABOVE_THRESHOLD |
               MOBILITY_WHY_WITHIN_HYSTERESIS);
}

static void where_the_network_dictates_no_rule_has_a_say(void** state)
{
    (void)state;
    for (size_t i = 0; i < 3; i++)
    {
        struct mobility_rule_view v = view(rules[i]);
        config.dictated = true;
        v.current.dbm = -100;
        v.candidate.since = v.current.since + 1;
        v.candidate.better_since = 0;
        v.candidate.cost = -1;
        expect(&v, false, MOBILITY_WHY_NOT_DICTATED);
        v.candidate.dictated = true;
        expect(&v, true, MOBILITY_WHY_DICTATED);
        v.current.dictated = true;
        expect(&v, false, MOBILITY_WHY_NOT_DICTATED);
        v.current.usable = false;
        v.candidate.dictated = false;
        expect(&v, true, MOBILITY_WHY_CURRENT_DOWN);
    }
}

static void of_two_candidates_each_rule_prefers_its_own(void** state)
{
    (void)state;
    const struct mobility_path_view newer = {.since = 2, .dbm = -90, .cost = 5};
    const struct mobility_path_view stronger = {.since = 1, .dbm = -60, .cost = 4};
    const struct mobility_path_view cheaper = {.since = 1, .dbm = -80, .cost = 1};
    mobility_config_default(&config);
    assert_true(mobility_rule_prefers(&config, &newer, &stronger));
    assert_false(mobility_rule_prefers(&config, &stronger, &newer));
    config.rule = MOBILITY_RULE_SIGNAL;
    assert_true(mobility_rule_prefers(&config, &stronger, &newer));
    assert_false(mobility_rule_prefers(&config, &newer, &newer));
    config.rule = MOBILITY_RULE_PREFERENCE;
    assert_true(mobility_rule_prefers(&config, &cheaper, &stronger));
    config.dictated = true;
    struct mobility_path_view served = newer;
    served.dictated = true;
    assert_true(mobility_rule_prefers(&config, &served, &cheaper));
    assert_false(mobility_rule_prefers(&config, &cheaper, &served));
}

static void every_reason_has_a_name_of_its_own(void** state)
{
    (void)state;
    for (uint32_t i = 0; i < MOBILITY_WHY_COUNT; i++)
    {
        const char* name = mobility_why_name((uint32_t)1 << i);
        assert_non_null(name);
        for (uint32_t k = 0; k < i; k++)
        {
            assert_string_not_equal(name, mobility_why_name((uint32_t)1 << k));
        }
    }
    assert_null(mobility_why_name(0));
    assert_null(mobility_why_name(3));
    assert_null(mobility_why_name((uint32_t)1 << MOBILITY_WHY_COUNT));
    char text[MOBILITY_WHY_TEXT];
    assert_string_equal(mobility_why_text(0, text), "-");
    assert_string_equal(mobility_why_text(MOBILITY_WHY_SIGNAL | MOBILITY_WHY_CURRENT_DOWN, text),
                        "current-down+signal");
    assert_true(strlen(mobility_why_text(UINT32_MAX, text)) < MOBILITY_WHY_TEXT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rule_a_changes_to_a_bound_address_that_is_newer),
        cmocka_unit_test(rule_a_stays_with_an_address_that_is_as_new),
        cmocka_unit_test(rule_a_waits_for_the_asconf_ack_of_the_add),
        cmocka_unit_test(rule_a_does_not_look_at_levels_or_costs),
        cmocka_unit_test(rule_b_follows_its_table),
        cmocka_unit_test(rule_b_says_when_the_time_to_trigger_will_be_over),
        cmocka_unit_test(rule_b_with_no_time_to_trigger_changes_at_once),
        cmocka_unit_test(rule_c_changes_to_what_costs_less_and_to_nothing_else),
        cmocka_unit_test(every_rule_leaves_a_current_address_whose_link_is_down),
        cmocka_unit_test(no_rule_changes_to_an_address_that_is_not_ready),
        cmocka_unit_test(all_that_hinders_is_named_together),
        cmocka_unit_test(where_the_network_dictates_no_rule_has_a_say),
        cmocka_unit_test(of_two_candidates_each_rule_prefers_its_own),
        cmocka_unit_test(every_reason_has_a_name_of_its_own),
    };
    return cmocka_run_group_tests_name("mobility rule", tests, NULL, NULL);
}

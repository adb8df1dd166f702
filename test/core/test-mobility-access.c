/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which cell a radio attaches to: levels in, one move out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/mobility/mobility-access.h"

enum
{
    A = 1,
    B = 2,
    C = 3
};

static struct mobility_config config;
static struct mobility_cell_view cells[3];
static struct mobility_radio_view radios[2];
static roam_time better_since[2][3];

/** Floor -100 dBm, reselection by 4 dB for 1 s; cells A, B, C at these levels; radios free. */
static struct mobility_access_view view(uint32_t n_radios, double a, double b, double c)
{
    mobility_config_default(&config);
    config.floor_dbm = -100;
    config.entry_margin_db = 0;
    config.reselect_hysteresis_db = 4;
    config.reselect_time = ROAM_SEC;
    const double dbm[] = {a, b, c};
    for (uint32_t i = 0; i < 3; i++)
    {
        cells[i] = (struct mobility_cell_view){.cell = i + 1, .dbm = dbm[i]};
        better_since[0][i] = better_since[1][i] = ROAM_NEVER;
    }
    for (uint32_t r = 0; r < 2; r++)
    {
        radios[r] = (struct mobility_radio_view){.ifindex = r + 1, .better_since = better_since[r]};
    }
    return (struct mobility_access_view){.config = &config,
                                         .cells = cells,
                                         .n_cells = 3,
                                         .radios = radios,
                                         .n_radios = n_radios,
                                         .now = 10 * ROAM_SEC};
}

static void expect_move(const struct mobility_access_view* v, uint32_t radio, uint32_t cell,
                        uint32_t why)
{
    const struct mobility_move move = mobility_access_next(v);
    assert_true(move.any);
    assert_int_equal(move.radio, radio);
    assert_int_equal(move.cell, cell);
    assert_int_equal(move.why, why);
}

static void expect_rest(const struct mobility_access_view* v, roam_time again)
{
    const struct mobility_move move = mobility_access_next(v);
    assert_false(move.any);
    assert_true(move.again == again);
}

static void a_free_radio_enters_the_best_cell_above_the_floor(void** state)
{
    (void)state;
    struct mobility_access_view v = view(1, -90, -80, -101);
    expect_move(&v, 0, B, MOBILITY_WHY_COVERAGE);
    v = view(1, -100, MOBILITY_NO_SIGNAL, -100.1);
    expect_move(&v, 0, A, MOBILITY_WHY_COVERAGE);
    v = view(1, -101, -102, MOBILITY_NO_SIGNAL);
    expect_rest(&v, ROAM_NEVER);
}

static void a_cell_is_entered_above_the_floor_by_a_margin_and_left_at_the_floor(void** state)
{
    (void)state;
    struct mobility_access_view v = view(1, -98.1, MOBILITY_NO_SIGNAL, MOBILITY_NO_SIGNAL);
    config.entry_margin_db = 2;
    expect_rest(&v, ROAM_NEVER);
    cells[0].dbm = -98;
    expect_move(&v, 0, A, MOBILITY_WHY_COVERAGE);
    radios[0].cell = A;
    cells[0].dbm = -100;
    expect_rest(&v, ROAM_NEVER);
    cells[0].dbm = -100.1;
    expect_move(&v, 0, 0, MOBILITY_WHY_COVERAGE_LOST);
    /* the network's word is enough */
    radios[0].cell = 0;
    cells[0].dbm = -99;
    cells[0].offered = cells[0].serving = true;
    config.dictated = true;
    expect_move(&v, 0, A, MOBILITY_WHY_DICTATED);
}

static void cells_of_the_same_level_are_entered_in_the_order_in_which_they_came(void** state)
{
    (void)state;
    const struct mobility_access_view v = view(1, -90, -90, -90);
    expect_move(&v, 0, A, MOBILITY_WHY_COVERAGE);
}

static void a_second_radio_enters_the_next_best_cell_and_never_the_same(void** state)
{
    (void)state;
    const struct mobility_access_view v = view(2, -80, -95, -101);
    radios[0].cell = A;
    expect_move(&v, 1, B, MOBILITY_WHY_COVERAGE);
    cells[1].dbm = -101;
    expect_rest(&v, ROAM_NEVER);
}

static void a_radio_leaves_a_cell_below_the_floor(void** state)
{
    (void)state;
    const struct mobility_access_view v = view(1, -100.5, -101, -101);
    radios[0].cell = A;
    expect_move(&v, 0, 0, MOBILITY_WHY_COVERAGE_LOST);
    cells[2].dbm = -99;
    expect_move(&v, 0, C, MOBILITY_WHY_COVERAGE_LOST);
}

static void a_single_radio_reselects_what_was_better_by_the_hysteresis_for_the_time(void** state)
{
    (void)state;
    const struct mobility_access_view v = view(1, -90, -85.9, -120);
    radios[0].cell = A;
    radios[0].needed = true;
    assert_true(mobility_access_better(&v, 0, 1));
    expect_rest(&v, ROAM_NEVER);
    better_since[0][1] = v.now - ROAM_SEC + 1;
    expect_rest(&v, v.now + 1);
    better_since[0][1] = v.now - ROAM_SEC;
    expect_move(&v, 0, B, MOBILITY_WHY_RESELECTED);
    cells[1].dbm = -86; /* by just the hysteresis */
    assert_false(mobility_access_better(&v, 0, 1));
    expect_rest(&v, ROAM_NEVER);
}

static void a_radio_that_carries_the_session_does_not_reselect_when_there_is_another(void** state)
{
    (void)state;
    const struct mobility_access_view v = view(2, -95, -94, -60);
    radios[0].cell = A;
    radios[0].needed = true;
    radios[1].cell = B;
    better_since[0][2] = better_since[1][2] = 0;
    assert_false(mobility_access_better(&v, 0, 2));
    expect_move(&v, 1, C, MOBILITY_WHY_RESELECTED);
    radios[1].needed = true;
    expect_rest(&v, ROAM_NEVER);
}

static void a_cell_that_another_radio_is_in_is_not_reselected(void** state)
{
    (void)state;
    const struct mobility_access_view v = view(2, -95, -60, -120);
    radios[0].cell = A;
    radios[1].cell = B;
    assert_false(mobility_access_better(&v, 0, 1));
}

static struct mobility_access_view dictated(uint32_t n_radios, uint32_t serving)
{
    const struct mobility_access_view v = view(n_radios, -80, -90, -85);
    config.dictated = true;
    if (serving)
    {
        cells[serving - 1].serving = cells[serving - 1].offered = true;
    }
    return v;
}

static void where_the_network_dictates_the_serving_cell_is_entered_and_not_the_best(void** state)
{
    (void)state;
    struct mobility_access_view v = dictated(1, B);
    expect_move(&v, 0, B, MOBILITY_WHY_DICTATED);
    radios[0].cell = A;
    expect_move(&v, 0, B, MOBILITY_WHY_WITHDRAWN);
    cells[0].offered = true; /* the old cell is left open for a while */
    expect_move(&v, 0, B, MOBILITY_WHY_DICTATED);
    v = dictated(1, 0);
    expect_rest(&v, ROAM_NEVER);
}

static void a_serving_cell_below_the_floor_cannot_be_entered(void** state)
{
    (void)state;
    const struct mobility_access_view v = dictated(1, B);
    cells[1].dbm = -101;
    expect_rest(&v, ROAM_NEVER);
}

static void a_prepared_cell_is_entered_by_a_free_radio_only(void** state)
{
    (void)state;
    const struct mobility_access_view v = dictated(2, A);
    radios[0].cell = A;
    cells[2].offered = true;
    expect_move(&v, 1, C, MOBILITY_WHY_COVERAGE);
    radios[1].cell = C;
    expect_rest(&v, ROAM_NEVER);
    cells[2].offered = false;
    expect_move(&v, 1, 0, MOBILITY_WHY_WITHDRAWN);
}

static void the_serving_cell_takes_the_radio_that_the_session_does_not_need(void** state)
{
    (void)state;
    const struct mobility_access_view v = dictated(2, B);
    cells[0].offered = cells[2].offered = true;
    radios[0].cell = A;
    radios[1].cell = C;
    radios[1].needed = true;
    expect_move(&v, 0, B, MOBILITY_WHY_DICTATED);
    radios[1].needed = false; /* then the one in the weaker cell */
    expect_move(&v, 1, B, MOBILITY_WHY_DICTATED);
}

static void where_the_network_dictates_nothing_is_reselected(void** state)
{
    (void)state;
    const struct mobility_access_view v = dictated(1, B);
    radios[0].cell = B;
    cells[0].offered = true;
    cells[0].dbm = -40;
    better_since[0][0] = 0;
    assert_false(mobility_access_better(&v, 0, 0));
    expect_rest(&v, ROAM_NEVER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_free_radio_enters_the_best_cell_above_the_floor),
        cmocka_unit_test(a_cell_is_entered_above_the_floor_by_a_margin_and_left_at_the_floor),
        cmocka_unit_test(cells_of_the_same_level_are_entered_in_the_order_in_which_they_came),
        cmocka_unit_test(a_second_radio_enters_the_next_best_cell_and_never_the_same),
        cmocka_unit_test(a_radio_leaves_a_cell_below_the_floor),
        cmocka_unit_test(a_single_radio_reselects_what_was_better_by_the_hysteresis_for_the_time),
        cmocka_unit_test(a_radio_that_carries_the_session_does_not_reselect_when_there_is_another),
        cmocka_unit_test(a_cell_that_another_radio_is_in_is_not_reselected),
        cmocka_unit_test(where_the_network_dictates_the_serving_cell_is_entered_and_not_the_best),
        cmocka_unit_test(a_serving_cell_below_the_floor_cannot_be_entered),
        cmocka_unit_test(a_prepared_cell_is_entered_by_a_free_radio_only),
        cmocka_unit_test(the_serving_cell_takes_the_radio_that_the_session_does_not_need),
        cmocka_unit_test(where_the_network_dictates_nothing_is_reselected),
    };
    return cmocka_run_group_tests_name("mobility access", tests, NULL, NULL);
}

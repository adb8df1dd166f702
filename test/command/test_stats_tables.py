# SPDX-License-Identifier: GPL-2.0-or-later
"""What roam-stats does with the shape of a table: units of several rows, parts that are compared
apart, quantities with units, series in time, large tables."""

import csv
import io
import random
import statistics
import time

import pytest

from conftest import one_line, run


def stats(program, text, *args):
    result = run(program, *args, input=text)
    assert result.returncode == 0, result.stderr
    return list(csv.DictReader(io.StringIO(result.stdout)))


# --- Units: rows that agree in --within ------------------------------------------------------------

# Run 1 has three handovers, run 2 one, run 3 one that was broken; all with scheme a.
HANDOVERS = "case,run,x\na,1,1\na,1,2\na,1,6\na,2,5\na,3,\n"


def test_the_handovers_of_a_run_are_one_observation(roam_stats):
    row, = stats(roam_stats, HANDOVERS, "summary", "--by", "case", "--within", "run",
                 "--measure", "x")
    assert (row["n"], row["missing"], row["rows"], row["units"]) == ("2", "1", "5", "3")
    assert (row["mean"], row["min"], row["max"]) == ("4", "3", "5")
    assert float(row["sd"]) == pytest.approx(statistics.stdev([3, 5]), rel=1e-9)


def test_a_byte_order_mark_is_no_part_of_the_first_name(roam_stats):
    """Spreadsheets write one."""
    args = ["summary", "--by", "case", "--measure", "x"]
    assert stats(roam_stats, "\ufeff" + HANDOVERS, *args) == stats(roam_stats, HANDOVERS, *args)
    empty = run(roam_stats, *args, input="\ufeff")
    assert empty.returncode == 2 and "not even a header" in one_line(empty.stderr)


def test_without_units_each_row_is_one(roam_stats):
    row, = stats(roam_stats, HANDOVERS, "summary", "--by", "case", "--measure", "x")
    assert (row["n"], row["missing"], row["rows"], row["units"]) == ("4", "1", "5", "5")
    assert row["mean"] == "3.5"


def test_an_empty_list_of_units_is_none(roam_stats):
    args = [HANDOVERS, "summary", "--by", "case", "--measure", "x"]
    assert stats(roam_stats, *args, "--within", "") == stats(roam_stats, *args)


def test_a_unit_keeps_to_its_group(roam_stats):
    rows = stats(roam_stats, "case,run,x\na,1,1\nb,1,5\na,1,3\nb,1,7\n", "summary", "--by", "case",
                 "--within", "run", "--measure", "x")
    assert [(r["case"], r["n"], r["mean"]) for r in rows] == [("a", "1", "2"), ("b", "1", "6")]


def test_a_unit_may_lack_numbers_in_some_rows(roam_stats):
    row, = stats(roam_stats, "run,x\n1,4\n1,\n2,8\n", "summary", "--within", "run", "--measure", "x")
    assert (row["n"], row["missing"], row["mean"]) == ("2", "1", "6")


def test_equal_rows_of_a_unit_have_exactly_their_value(roam_stats):
    text = "run,x\n" + "".join(f"{run},0.1\n" for run in range(3) for _ in range(7))
    row, = stats(roam_stats, text, "summary", "--within", "run", "--measure", "x")
    assert (row["n"], row["mean"], row["sd"]) == ("3", "0.1", "0")


SEEDS = ("case,seed,run,x\na,1,a1,1\na,1,a1,3\na,2,a2,4\n"
         "b,1,b1,5\nb,2,b2,6\nb,2,b2,8\nb,3,b3,9\n")


def test_pairs_are_made_of_units(roam_stats):
    args = ["paired", "--by", "case", "--pair", "seed", "--measure", "x"]
    row, = stats(roam_stats, SEEDS, *args, "--within", "run")
    # seed 1: 5 - 2, seed 2: 7 - 4, seed 3 lacks a
    assert (row["n"], row["missing"], row["mean_difference"]) == ("2", "1", "3")
    result = run(roam_stats, *args, input=SEEDS)
    assert result.returncode == 2
    assert "standard input:3: the same group and pair as line 2" in one_line(result.stderr)


def test_other_commands_take_units_too(roam_stats):
    row, = stats(roam_stats, SEEDS, "welch", "--by", "case", "--within", "run", "--measure", "x")
    assert (row["n_a"], row["n_b"], row["mean_a"], row["mean_b"]) == ("2", "3", "3", "7")
    rows = stats(roam_stats, SEEDS, "quantiles", "--by", "case", "--within", "run", "--measure", "x",
                 "--at", "0.5")
    assert [(r["n"], r["value"]) for r in rows] == [("2", "3"), ("3", "7")]
    rows = stats(roam_stats, SEEDS, "bootstrap", "--by", "case", "--within", "run", "--measure", "x")
    assert [(r["n"], r["value"]) for r in rows] == [("2", "3"), ("3", "7")]
    row, = stats(roam_stats, SEEDS, "fit", "--x", "seed", "--within", "case,run", "--measure", "x")
    assert (row["n"], row["missing"]) == ("5", "0")
    assert float(row["slope"]) == pytest.approx(statistics.linear_regression(
        [1, 2, 1, 2, 3], [2, 4, 5, 7, 9]).slope, rel=1e-9)


# --- Parts: comparisons apart ----------------------------------------------------------------------

def parts():
    draw = random.Random(5)
    return {part: {s: [round(draw.gauss(0, 1), 6) for _ in range(6)] for s in names}
            for part, names in (("10ms", "abc"), ("20ms", "bca"), ("50ms", "bc"))}


def rows_of(table, part=None):
    return "delay,s,seed,x\n" + "".join(
        f"{p},{s},{i},{x}\n" for p, groups in table.items() if part in (None, p)
        for s, xs in groups.items() for i, x in enumerate(xs))


@pytest.mark.parametrize("command", [["welch"], ["paired", "--pair", "seed"],
                                     ["bootstrap", "--differences"]])
def test_each_part_is_compared_as_if_it_were_alone(roam_stats, command):
    args = [*command, "--by", "s", "--measure", "x", "--each", "delay"]
    alone = [row for part in parts() for row in stats(roam_stats, rows_of(parts(), part), *args)]
    together = stats(roam_stats, rows_of(parts()), *args)
    assert together == alone and len(together) == 3 + 3 + 1
    assert list(together[0])[:3] == ["delay", "s_a", "s_b"]


def test_a_part_without_the_base_has_no_comparison(roam_stats):
    rows = stats(roam_stats, rows_of(parts()), "welch", "--by", "s", "--measure", "x", "--each",
                 "delay", "--base", "a")
    assert [(r["delay"], r["s_a"], r["s_b"]) for r in rows] == [
        ("10ms", "a", "b"), ("10ms", "a", "c"), ("20ms", "a", "b"), ("20ms", "a", "c")]


def test_a_measure_is_a_family_of_its_own(roam_stats):
    text = "s,x,y\n" + "".join(f"{s},{i},{i * k}\n" for k, s in enumerate("abc") for i in range(5))
    both = stats(roam_stats, text, "welch", "--by", "s", "--measure", "x,y")
    for measure in "xy":
        assert [r for r in both if r["measure"] == measure] == stats(
            roam_stats, text, "welch", "--by", "s", "--measure", measure)


def test_a_test_without_p_is_in_no_family(roam_stats):
    text = "s,x\na,1\na,1\nb,1\nb,1\nc,0\nc,3\n"
    ab, ac, bc = stats(roam_stats, text, "welch", "--by", "s", "--measure", "x")
    assert not any(ab[k] for k in ("t", "df", "p", "p_holm", "d", "g", "d_low", "d_high"))
    assert (ab["mean_difference"], ab["ci_low"], ab["ci_high"]) == ("0", "0", "0")
    assert float(ac["p_holm"]) == pytest.approx(min(1, 2 * float(ac["p"])), rel=1e-9)
    assert ac["p"] == bc["p"]


def test_one_value_or_none_gives_no_test(roam_stats):
    row, = stats(roam_stats, "s,x\na,1\nb,4\nb,5\nb,\n", "welch", "--by", "s", "--measure", "x")
    assert (row["n_a"], row["n_b"], row["missing_b"], row["mean_difference"]) == ("1", "2", "1",
                                                                                  "3.5")
    assert not any(row[k] for k in ("ci_low", "ci_high", "t", "p", "d"))


# --- Quantities with units -------------------------------------------------------------------------

@pytest.mark.parametrize("texts, unit, values", [
    (["20ms", "0.5s", "2min", "1h", "3us", "4ns"], "s", [0.02, 0.5, 120, 3600, 3e-6, 4e-9]),
    (["2Mbps", "1Gbps", "64 kbps", "9bps"], "bps", [2e6, 1e9, 64e3, 9]),
    (["1km", "250m"], "m", [1000, 250]),
    (["36km/h", "5m/s"], "m/s", [10, 5]),
    (["2MB", "1.5kB", "7B"], "B", [2e6, 1500, 7]),
    (["-3dB", "3dB"], "dB", [-3, 3]),
    (["-90dBm", "-80dBm"], "dBm", [-90, -80]),
    (["1", "2.5", "1e3"], "", [1, 2.5, 1000])])
def test_x_may_be_written_with_its_unit(roam_stats, texts, unit, values):
    text = "k,y\n" + "".join(f"{t},{3 * v + 1!r}\n" for t, v in zip(texts, values))
    row, = stats(roam_stats, text, "fit", "--x", "k", "--measure", "y")
    assert (row["x"], row["x_unit"], row["n"]) == ("k", unit, str(len(texts)))
    assert float(row["slope"]) == pytest.approx(3, rel=1e-9)
    assert float(row["intercept"]) == pytest.approx(1, rel=1e-9)
    row, = stats(roam_stats, text, "fit", "--x", "k", "--measure", "y", "--at", texts[0])
    assert float(row["at"]) == pytest.approx(values[0], rel=1e-11)
    assert float(row["value"]) == pytest.approx(3 * values[0] + 1, rel=1e-9)


def test_a_power_law_is_a_line_of_logarithms(roam_stats):
    text = "k,y\n" + "".join(f"{v}ms,{5 * (v / 1000)**-0.5!r}\n" for v in (1, 2, 5, 10, 20))
    row, = stats(roam_stats, text, "fit", "--x", "k", "--measure", "y", "--log")
    assert float(row["slope"]) == pytest.approx(-0.5, rel=1e-9)
    row, = stats(roam_stats, text, "fit", "--x", "k", "--measure", "y", "--log", "--at", "1s")
    assert float(row["value"]) == pytest.approx(5, rel=1e-9)


@pytest.mark.parametrize("points, filled", [
    ([(1, 2)], ["n"]), ([(1, 2), (1, 3), (1, 4)], ["n"]), ([(1, 2), (2, 4)], ["slope", "r2"])])
def test_a_line_through_too_little_is_left_empty(roam_stats, points, filled):
    text = "k,y\n" + "".join(f"{x},{y}\n" for x, y in points) + ",7\n3,\n"
    row, = stats(roam_stats, text, "fit", "--x", "k", "--measure", "y")
    assert (row["n"], row["missing"]) == (str(len(points)), "2")
    assert all(row[k] for k in filled)
    assert bool(row["slope"]) == ("slope" in filled)
    assert not any(row[k] for k in ("slope_se", "slope_low", "intercept_high", "sd", "p"))


# --- Series in time --------------------------------------------------------------------------------

def series(values, text="t,y\n"):
    return text + "".join(f"{i / 10},{v}\n" for i, v in enumerate(values))


def test_what_comes_before_a_step_is_removed(roam_stats):
    """The first 103 of 500 are ten higher: batches of five put the cut at 105."""
    draw = random.Random(3)
    values = [draw.gauss(10 if i < 103 else 0, 1) for i in range(500)]
    row, = stats(roam_stats, series(values), "warmup", "--time", "t", "--measure", "y")
    assert (row["settled"], row["truncated"], row["time"]) == ("1", "105", "10.5")
    assert float(row["ci_low"]) < 0 < float(row["ci_high"])
    last = values[-19 * 20:]  # 395 are left, of which 20 batches of 19 are used
    assert (row["batches"], row["batch_size"]) == ("20", "19")
    assert float(row["mean"]) == pytest.approx(statistics.fmean(last), rel=1e-9)


@pytest.mark.parametrize("values", [range(200), [0] * 150 + [1] * 50, [1, 2] * 49],
                         ids=["a trend", "a late step", "98 values"])
def test_a_series_that_has_not_settled_has_no_mean(roam_stats, values):
    row, = stats(roam_stats, series(values), "warmup", "--time", "t", "--measure", "y")
    assert (row["n"], row["settled"]) == (str(len(list(values))), "0")
    assert not any(row[k] for k in ("truncated", "time", "mean", "ci_low", "batches", "lag1"))


def test_a_constant_series_has_no_warm_up(roam_stats):
    row, = stats(roam_stats, series([0.1] * 100), "warmup", "--time", "t", "--measure", "y")
    assert [row[k] for k in ("settled", "truncated", "time", "mean", "ci_low", "ci_high", "lag1")] == \
        ["1", "0", "0", "0.1", "0.1", "0.1", ""]


def test_the_groups_of_a_table_are_series_of_their_own(roam_stats):
    """As in a timeline: rows of other events between them, with nothing in the column."""
    text = "time,event,value\n" + "".join(
        f"{i},deliver,{2 + i % 2}\n{i},send,\n" for i in range(100))
    deliver, send = stats(roam_stats, text, "warmup", "--by", "event", "--time", "time",
                          "--measure", "value")
    assert (deliver["n"], deliver["missing"], deliver["mean"]) == ("100", "0", "2.5")
    assert (send["n"], send["missing"], send["settled"]) == ("0", "100", "0")


# --- Large tables ----------------------------------------------------------------------------------

@pytest.mark.parametrize("groups", [1, 300, 50000])
def test_a_hundred_thousand_rows_are_quick(roam_stats, groups):
    text = "g,x,y\n" + "".join(f"g{i % groups},{i},{-i}\n" for i in range(100000))
    began = time.monotonic()
    rows = stats(roam_stats, text, "summary", "--by", "g", "--measure", "x,y")
    assert time.monotonic() - began < 5  # 0.5 s; what is quadratic takes minutes
    assert len(rows) == 2 * groups and {r["n"] for r in rows} <= {str(100000 // groups),
                                                                  str(100000 // groups + 1)}


def test_a_hundred_thousand_pairs_are_quick(roam_stats):
    text = "s,seed,x\n" + "".join(f"{s},{i},{i * k % 7}\n" for k, s in ((3, "a"), (5, "b"))
                                  for i in range(50000))
    began = time.monotonic()
    row, = stats(roam_stats, text, "paired", "--by", "s", "--pair", "seed", "--measure", "x")
    assert time.monotonic() - began < 5 and row["n"] == "50000"


def test_what_a_double_cannot_hold_is_left_empty(roam_stats):
    row, = stats(roam_stats, "x\n1e308\n-1e308\n1e308\n", "summary", "--measure", "x")
    assert (row["n"], row["max"], row["sd"], row["ci_high"]) == ("3", "1e+308", "", "")


# --- What is wrong ---------------------------------------------------------------------------------

FIT = ["fit", "--x", "k", "--measure", "y"]
WARMUP = ["warmup", "--time", "t", "--measure", "y"]
BAD = [
    (FIT, "k,y\n20ms,1\n3m,2\n",
     "standard input:3: column 'k': '3m' is a length where the rows before have a time"),
    (FIT, "k,y\n20ms,1\n30,2\n", "'30' is a plain number where the rows before have a time"),
    (FIT, "k,y\n20MHz,1\n", "column 'k': '20MHz' is not a number with or without a unit"),
    (FIT, "k,y\nfast,1\n", "'fast' is not a number with or without a unit"),
    (FIT, "k,y\n1,abc\n", "standard input:2: column 'y': 'abc' is not a number"),
    (FIT, "x,y\n1,2\n", "standard input:1: no column 'k'"),
    (FIT[:3], "k,y\n1,2\n", "--measure is needed"),
    (["fit", "--measure", "y"], "k,y\n1,2\n", "--x is needed"),
    ([*FIT, "--log"], "k,y\n1,1\n0s,1\n", "is a time where the rows before have a plain number"),
    ([*FIT, "--log"], "k,y\n1s,1\n0s,1\n", "standard input:3: column 'k': '0s' has no logarithm"),
    ([*FIT, "--log"], "k,y\n1s,1\n2s,0\n", "standard input:3: column 'y': '0' has no logarithm"),
    ([*FIT, "--at", "1m"], "k,y\n1s,1\n2s,0\n", "--at: '1m' is a length where column 'k' has a time"),
    ([*FIT, "--at", "1s,"], "k,y\n1s,1\n2s,0\n", "--at: '' is not a number with or without a unit"),
    ([*FIT, "--at", "0s", "--log"], "k,y\n1s,1\n2s,3\n", "--at: '0s' has no logarithm"),
    (WARMUP, "t,y\n1,1\n0.5,1\n",
     "standard input:3: column 't': 0.5 is before the 1 of its group"),
    (WARMUP, "t,y\n,1\n", "standard input:2: column 't': '' is not a number"),
    (WARMUP, "x,y\n1,1\n", "standard input:1: no column 't'"),
    ([*WARMUP, "--batches", "1"], "t,y\n1,1\n", "--batches is a whole number from 2 to"),
    (["warmup", "--measure", "y"], "t,y\n1,1\n", "--time is needed"),
    ([*WARMUP, "--within", "t"], "t,y\n1,1\n", "'warmup' takes no --within"),
    (["welch", "--measure", "y"], "s,y\n1,1\n", "--by is needed"),
    (["welch", "--measure", "y", "--by", "s", "--pair", "t"], "s,y\n", "'welch' takes no --pair"),
    (["welch", "--measure", "y", "--by", "s,y", "--base", "a"], "s,y\na,1\n",
     "--base wants one column in --by"),
    (["welch", "--measure", "y", "--by", "s", "--base", "q"], "s,y\na,1\n", "no 'q' in column 's'"),
    (["welch", "--measure", "y", "--by", "y"], "y\n" + "".join(f"{i}\n" for i in range(1500)),
     "1124250 comparisons of 1500 groups: 1000000 at most"),
    (["summary", "--measure", "y"], "y\n1e309\n", "'1e309' is not a number"),
    (FIT, "k,y\n1e309s,1\n", "'1e309s' is not a number with or without a unit"),
    (["summary", "--measure", "y", "--within", "run"], "s,y\na,1\n", "no column 'run'"),
    (["summary", "--measure", "y", "--each", "s"], "s,y\na,1\n", "'summary' takes no --each"),
]


@pytest.mark.parametrize("args, text, message", BAD, ids=[b[2] for b in BAD])
def test_what_is_wrong_is_said_in_one_line(roam_stats, args, text, message):
    result = run(roam_stats, *args, input=text)
    assert (result.returncode, result.stdout) == (2, "")
    line = one_line(result.stderr)
    assert line.startswith("roam-stats: ") and message in line


def test_the_help_names_every_command_and_option(roam_stats):
    text = run(roam_stats, "--help").stdout
    unknown = one_line(run(roam_stats, "mode").stderr)
    names = unknown.partition("': ")[2].replace(" or ", ", ").split(", ")
    assert names == ["summary", "quantiles", "bootstrap", "paired", "welch", "survival", "fit",
                     "warmup"]
    assert all(f"roam-stats {name}" in text and f"\n{name} " in text for name in names)
    for option in ("by each within measure pair base differences at x log time batches statistic "
                   "resamples seed curve range confidence").split():
        assert f"--{option}" in text
    assert run(roam_stats, "fit", "--help").stdout == text

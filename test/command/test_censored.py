# SPDX-License-Identifier: GPL-2.0-or-later
"""What tables, figures and page make of measures whose values are only lower bounds."""

import csv
import io
import re

import pytest

from roam import figures
from roam import figures_campaign
import made_up
from roam import precision
from roam import report
from roam import tables
from roam import worst
from roam import series
from roam.campaign import Precision
from conftest import run

DEAD = {"msctp": {"scheme": "msctp"}, "some": {"scheme": "sctp"}, "dead": {"scheme": "tcp"}}


def measure(row, name, seed):
    """Three of ten of one series are not over, and all of another."""
    bound = name == "dead" or name == "some" and seed > 7
    value = {"msctp": 0.001, "some": 0.1, "dead": 20.0}[name] * (1 + seed / 10)
    row.update(interruption=f"{value:.9f}", interruption_censored=int(bound), outcome="completed")


@pytest.fixture(scope="module")
def made(tmp_path_factory, request):
    """{name: a campaign's directory}"""
    stats = request.getfixturevalue("roam_stats")
    base = tmp_path_factory.mktemp("censored")
    return {"cases": made_up.write_campaign(base / "cases", stats, DEAD, [], 10, measure),
            "axis": made_up.write_campaign(base / "axis", stats, DEAD, [made_up.DELAYS], 10, measure),
            "map": made_up.write_campaign(base / "map", stats, DEAD,
                                          [made_up.DELAYS, made_up.LOSSES], 10, measure)}


def blocks(path):
    return [[[float(word) for word in line.split()] for line in block.splitlines()
             if not line.startswith("#")] for block in path.read_text().split("\n\n\n") if block.strip()]


def drawn(directory, stats, kind):
    path = figures.plot(directory, stats.parent, kind, "interruption")[0]
    return path, blocks(path.with_suffix(".dat"))


# --- Tables ----------------------------------------------------------------------------------------

def test_a_cell_says_what_is_known(made):
    header, rows = tables.result_table(made["cases"], tables.read_summary(made["cases"]))
    at = header.index("interruption, ms")
    assert re.fullmatch(r"1\.6 \[1\.\d, 1\.\d\]", rows[0][at])
    assert rows[1][at] == "median 155.0 [110.0, -] (3 of 10 not over)"
    assert rows[2][at] == "> 31000.0 (10 of 10 not over)"
    assert tables.notes_of(rows) == [tables.NOTE, tables.NOTE_CENSORED]
    assert tables.notes_of(rows[:1]) == [tables.NOTE]


@pytest.mark.parametrize("width, as_table", [(100, False), (320, True)])
def test_a_terminal_without_room_for_the_table_gets_a_list(made, monkeypatch, width, as_table):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setenv("COLUMNS", str(width))
    header, rows = tables.result_table(made["cases"], tables.read_summary(made["cases"]))
    header, rows = header[:-1] + header[1:], [row[:-1] + row[1:] for row in rows]  # twice as wide
    terminal = Terminal()
    tables.print_table(header, rows, terminal)
    text = re.sub(r"\x1b\[[0-9;]*m", "", terminal.getvalue())
    assert ("  interruption > 31000.0 ms (10 of 10 not over)" in text) == (not as_table)
    assert "…" not in text and "msctp" in text and "(10 of 10 not over)" in text


def test_pairs_with_lower_bounds_are_not_t_tested(made):
    interruption = next(m for m in tables.measures_of(made["cases"]) if m.column == "interruption")
    some, dead = tables.paired_of(made["cases"], interruption)
    assert (some["test"], dead["test"], dead["mean_difference"], dead["ci_low"]) == ("sign", "sign", "", "")
    assert tables.difference(dead, interruption) == "more in 10, less in 0 of 10"
    assert float(dead["p"]) == pytest.approx(2 / 2**10)


def test_intervals_stay_inside_what_a_measure_can_be(roam_stats, tmp_path):
    """One interruption of ten, and one goodput of ten below what was offered."""
    def once(row, _name, seed):
        row.update(interruption="0.01" if seed == 1 else "0", interruption_censored=0)
    made = made_up.write_campaign(tmp_path / "c", roam_stats, made_up.THREE, [], 10, once)
    with open(made / "runs.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    with open(made / "runs.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, [*rows[0], "offered"], lineterminator="\n")
        writer.writeheader()
        for row in rows:
            writer.writerow({**row, "offered": 1e6, "goodput": 0.7e6 if row["seed"] == "1" else 1e6})
    summary = tables.summarise(made, roam_stats.parent)
    for row in summary:
        if row["measure"] == "interruption":
            assert row["interval"] == "log" and 0 < float(row["ci_low"]) < float(row["mean"]) == 0.001
        if row["measure"] == "goodput":
            assert row["interval"] == "logit"
            assert float(row["mean"]) == 0.97e6 < float(row["ci_high"]) < 1e6
        if row["measure"] == "latency":
            assert row["interval"] == "t"


def test_a_goodput_is_at_most_what_was_offered():
    from roam import collect
    assert collect.offered_of({"goodput": 9e5, "sent": 100, "delivered": 90}) == {"offered": 1e6}
    assert collect.offered_of({"goodput": 1e6 / 3, "sent": 7, "delivered": 7}) == {"offered": 1e6 / 3}
    assert collect.offered_of({"goodput": 0.0, "sent": 7, "delivered": 0}) == {}
    assert collect.offered_of({}) == {}


def test_no_seeds_are_added_for_an_interval_that_cannot_be():
    class Campaign:
        seeds = range(100)
        precision = Precision("interruption", 0.05, 0.0, 10, "5%")
    row = {"n": "10", "censored": "2", "mean": "", "ci_low": "", "ci_high": ""}
    assert precision.next_counts(Campaign, {"a": 10}, {"a": row}) == {"a": 10}
    assert precision.next_counts(Campaign, {"a": 10}, {"a": {**row, "censored": "0"}}) == {"a": 20}


# --- Figures ---------------------------------------------------------------------------------------

def test_a_distribution_has_the_steps_of_the_product_limit_estimate(made, roam_stats):
    _, curves = drawn(made["cases"], roam_stats, "distribution")
    result = run(roam_stats, "survival", "--curve", "--by", "case", "--measure", "interruption",
                 made["cases"] / "handovers.csv")
    rows = [row for row in csv.DictReader(result.stdout.splitlines()) if row["case"] == "some"]
    steps, ticks = curves[2], curves[3]
    want = [(float(r["time"]), 1 - float(r["survival"])) for r in rows if r["ended"] != "0"]
    assert [tuple(p) for p in steps[1:-1:2]] == [pytest.approx(w) for w in want]
    assert [p[0] for p in ticks] == pytest.approx([float(r["time"]) for r in rows if r["censored"] != "0"])
    assert steps[-1] == pytest.approx([0.2, 0.7])  # no further than the last of the bounds
    assert {p[1] for p in curves[4]} == {0.0}  # where nothing is over, a line at 0


def test_what_never_came_lasts_longer_than_what_was_cut_off():
    nan = float("nan")
    values = [(1.0, False), (2.0, True), (3.0, False), (nan, False)]
    steps, bounds = figures_campaign.steps_of(values)
    assert steps == [(1.0, 0.25), (3.0, pytest.approx(1 - 0.75 / 2))]
    assert bounds == [(2.0, 0.25)]
    assert figures_campaign.corners(values, 0.0, 9.0)[0][-1] == (9.0, pytest.approx(0.625))


def test_a_mean_of_lower_bounds_has_an_arrow_and_no_interval(made, roam_stats):
    path, curves = drawn(made["axis"], roam_stats, "axis")
    for _, mean, low, high, is_bound, arrow in curves[0]:
        assert low < mean < high and not is_bound and arrow != arrow
    for _, mean, low, high, is_bound, arrow in curves[2]:
        assert mean == low == high == pytest.approx(31) and is_bound and arrow > mean
    assert "lower bound" in path.read_text()
    assert "bounds = 1" in path.with_suffix(".gp").read_text()


def test_a_case_with_lower_bounds_has_no_box(made, roam_stats):
    path, parts = drawn(made["cases"], roam_stats, "boxes")
    assert parts[0][0][1:5] == sorted(parts[0][0][1:5])
    assert parts[2][0][5] == pytest.approx(0.155) and parts[2][0][1] != parts[2][0][1]
    assert parts[4][0][5] != parts[4][0][5]
    assert [point[2] for point in parts[3]] == 7 * [0] + 3 * [1]
    assert sum(point[3] == point[3] for point in parts[5]) == 1 and parts[5][-1][3] > 40
    assert "lower bound" in path.read_text()


def test_a_map_marks_a_lower_bound(made, roam_stats):
    path = figures.plot(made["map"], roam_stats.parent, "heat", "interruption")[0]
    words = re.findall(r'"([^"]*)"', path.with_suffix(".dat").read_text())
    assert ">31" in words and any(not word.startswith(">") for word in words)


def test_the_page_names_them(made, roam_stats):
    text = report.write(made["cases"], roam_stats.parent).read_text()
    assert "(10 of 10 not over)" in text and "Kaplan-Meier" in text
    row = next(r for r in worst.table(series.layout_of(made["cases"]))["rows"] if r[0] == "dead")
    assert row[3].startswith("> 40000")

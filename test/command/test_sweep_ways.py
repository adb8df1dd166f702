# SPDX-License-Identifier: GPL-2.0-or-later
"""The other ways through a campaign: what it would do, tasks for others to make, seeds until it is
precise enough, schemes side by side."""

import csv
import math
import os
import re
import subprocess

import pytest

from roam import campaign
from roam import precision
from conftest import THREE, one_line, run, sweep, write_campaign
from test_sweep import calls, read
from test_sweep_failures import tables


def test_a_dry_run_says_how_many_and_how_long_and_writes_nothing(house):
    path = write_campaign(house, THREE)
    result = sweep(house, path, "--dry-run", "-j", "2")
    assert result.returncode == 0, result.stderr
    said = one_line(result.stdout)
    found = re.fullmatch(r"c: 12 runs, 0 of them are there; about (\d+) s with 2 processes "
                         r"\((\d\.\d\d) s a run, of 3 runs made just now and thrown away\)", said)
    assert found, said
    assert int(found[1]) == pytest.approx(6 * float(found[2]), abs=1)
    assert calls(house) == 3 and not (house / "out").exists()
    sweep(house, path, "--seeds", "2")
    said = sweep(house, path, "--dry-run").stdout
    assert "c: 12 runs, 6 of them are there; about" in said and "of 6 runs measured before" in said
    sweep(house, path)
    assert sweep(house, path, "--dry-run").stdout == (
        "c: 12 runs, 12 of them are there; nothing to do\n")


def test_the_lines_of_tasks_make_the_same_campaign(house):
    """As GNU parallel or a batch system would run them: each line a command of its own."""
    path = write_campaign(house, THREE)
    lines = sweep(house, path, "--tasks", "--per-task", "5", "--out", house / "tasks")
    assert lines.returncode == 0, lines.stderr
    env = {**os.environ, "FAKE_CALLS": str(house / "calls")}
    commands = lines.stdout.splitlines()
    assert len(commands) == 3 and calls(house) == 0
    running = [subprocess.Popen(line, shell=True, cwd="/", env=env) for line in commands * 2]
    assert [process.wait() for process in running] == [0] * 6
    assert calls(house) <= 24
    assert sweep(house, path, "--tasks", "--out", house / "tasks").stdout == ""
    before = calls(house)
    assert sweep(house, path, "--out", house / "tasks").returncode == 0
    assert calls(house) == before
    sweep(house, path, "--out", house / "here")
    assert tables(house / "tasks") == tables(house / "here")


def test_a_task_of_another_scenario_is_refused(house):
    path = write_campaign(house, THREE)
    line = sweep(house, path, "--tasks", "--per-task", "12", "--out", "t").stdout
    (house / "world.toml").write_text("title = 'another'\n")
    other = run("sh", "-c", line)
    assert other.returncode == 2 and "world.toml is another than when the campaign" in other.stderr
    assert calls(house) == 0


def test_a_task_of_another_build_or_of_no_plan_is_refused(house):
    path = write_campaign(house, THREE)
    line = sweep(house, path, "--tasks", "--per-task", "12", "--out", "t").stdout
    wrong = sweep(house, "t", "0123456789", command="task")
    assert wrong.returncode == 2
    assert one_line(wrong.stderr) == "roam: 0123456789: no run of t/plan.csv"
    assert "found no run" in one_line(sweep(house, "t", command="task").stderr)
    with open(house / "build/roam-sim", "a") as fake:
        fake.write("# another build\n")
    other = run("sh", "-c", line)
    assert other.returncode == 2 and "another build than that of the campaign" in other.stderr
    assert calls(house) == 0


# --- Precision -------------------------------------------------------------------------------------

PRECISE = """
[sweep]
scheme = ["msctp", "sctp"]
seed = {{ from = 1, to = {most}, precision = "{within}", measure = "interruption", least = 4 }}
"""


def half_widths(out):
    return {row["case"]: (float(row["ci_high"]) - float(row["ci_low"])) / 2 / float(row["mean"])
            for row in read(out / "summary.csv") if row["measure"] == "interruption"}


def test_seeds_are_added_until_the_interval_is_narrow(house):
    path = write_campaign(house, PRECISE.format(most=400, within="10%"))
    result = sweep(house, path, "-j", "2")
    assert result.returncode == 0, result.stderr
    out = house / "out/c"
    assert all(half <= 0.10 for half in half_widths(out).values())
    seeds = [int(row["seed"]) for row in read(out / "runs.csv") if row["case"] == "msctp"]
    assert seeds == list(range(1, len(seeds) + 1)) and 4 < len(seeds) < 100
    assert "cases are not within 10% yet" in result.stderr
    made = calls(house)
    sweep(house, path, "-j", "1", "--out", house / "again")
    assert tables(house / "again") == tables(out), "the order of the runs decides nothing"
    assert calls(house) == 2 * made
    sweep(house, path)
    assert calls(house) == 2 * made, "the rounds are found again"


def test_a_limit_that_is_reached_is_said(house):
    path = write_campaign(house, PRECISE.format(most=6, within="0.1%"))
    result = sweep(house, path)
    assert result.returncode == 0, result.stderr
    assert len(read(house / "out/c/runs.csv")) == 12
    assert re.search(r"^msctp: 6 seeds, the most allowed, and an interval of \+-\d\.\d+ ms: "
                     r"not within 0\.1%$", result.stderr, re.MULTILINE)


def test_failed_runs_of_later_rounds_are_retried_too(house):
    text = PRECISE.format(most=16, within="0.1%").replace("[sweep]\n", '[sweep]\n"fake.fail" = [13]\n')
    path = write_campaign(house, text)
    assert sweep(house, path).returncode == 1
    assert calls(house) == 32
    again = sweep(house, path, "--retry-failed")
    assert again.returncode == 1 and "failed before" not in again.stderr
    assert again.stderr.count("it was not to be") == 2 and calls(house) == 34


def test_a_case_without_any_value_is_said_to_have_none(house):
    text = PRECISE.format(most=16, within="5%").replace("least = 4", "least = 2") + """
[[case]]
name = "never"
"fake.fail" = 1
"fake.half" = 2
"""
    result = sweep(house, write_campaign(house, text))
    assert "never msctp: 2 seeds and no interval: not within 5%" in result.stderr


def test_a_width_can_be_absolute(house):
    sweep(house, write_campaign(house, PRECISE.format(most=400, within="1ms")))
    rows = [row for row in read(house / "out/c/summary.csv") if row["measure"] == "interruption"]
    assert all((float(r["ci_high"]) - float(r["ci_low"])) / 2 <= 0.001 for r in rows)


def test_a_measure_that_has_no_spread_or_is_not_there_ends(house):
    """Goodput is the same in each of these runs, latency of none: neither goes on for ever."""
    text = PRECISE.format(most=16, within="1%").replace('"interruption"', '"primary changes"')
    assert sweep(house, write_campaign(house, text)).returncode == 0
    text = PRECISE.format(most=16, within="1%").replace('"interruption"', '"goodput"')
    result = sweep(house, write_campaign(house, text), "--out", "flat")
    assert result.returncode == 0 and len(read(house / "flat/runs.csv")) == 8


@pytest.mark.parametrize("n, half, seeds", [
    (10, 0.5, 10),   # narrow enough: 5 % of 10
    (10, 0.55, 13),  # (0.55/0.5)^2 n = 12.1
    (100, 0.51, 111),  # at least a tenth more
    (10, 5.0, 20),   # at most twice
])
def test_the_next_round_follows_the_spread(n, half, seeds):
    rule = campaign.Precision("lost", 0.05, 0.0, 5, "5%")
    assert precision.seeds_for(rule, n, 10.0, half) == seeds


# --- Schemes side by side --------------------------------------------------------------------------


def test_schemes_are_compared_in_pairs_without_a_campaign_file(house):
    result = sweep(house, "world.toml", "--schemes", "sctp,tcp", "--seeds", "6", "--set",
                   "client.radios=1", "--vary", "cell.delay=1ms,2ms", command="compare")
    assert result.returncode == 0, result.stderr
    out = house / "out/compare-world"
    rows = read(out / "runs.csv")
    assert len(rows) == 24 and {r["client.radios"] for r in rows} == {"1"}
    assert list(dict.fromkeys(r["case"] for r in rows)) == [
        "sctp cell.delay=1ms", "sctp cell.delay=2ms", "tcp cell.delay=1ms", "tcp cell.delay=2ms"]
    a, b = ([float(r["goodput"]) for r in rows if r["case"] == f"{s} cell.delay=1ms"]
            for s in ("sctp", "tcp"))
    difference = sum(y - x for x, y in zip(a, b)) / 6
    line = next(line for line in result.stdout.splitlines()
                if line.startswith("tcp cell.delay=1ms") and "goodput, Mbit/s" in line)
    assert f" {difference / 1e6:.3f} [" in line
    assert sweep(house, "world.toml", "--schemes", "sctp,tcp", "--seeds", "6", "--set",
                 "client.radios=1", "--vary", "cell.delay=1ms,2ms", command="compare").stdout == (
                     result.stdout)
    assert calls(house) == 24
    assert math.isfinite(difference)


def test_all_schemes_without_being_asked(house):
    assert sweep(house, "world.toml", "--seeds", "2", command="compare").returncode == 0
    with open(house / "out/compare-world/runs.csv", newline="") as file:
        assert [r["case"] for r in csv.DictReader(file)] == ["msctp"] * 2 + ["sctp"] * 2 + ["tcp"] * 2

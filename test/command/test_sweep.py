# SPDX-License-Identifier: GPL-2.0-or-later
"""Running a campaign: what is run and what is not run again, what fails, what is collected."""

import csv
import io
import json
import shutil
import sqlite3

import pytest

from roam import tables as printed
from conftest import SCENARIO, THREE, one_line, sweep, write_campaign


def calls(house):
    return len((house / "calls").read_text().splitlines())


def read(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


# --- Running ---------------------------------------------------------------------------------------


def test_what_is_there_is_not_run_again(house):
    path = write_campaign(house, THREE)
    first = sweep(house, path)
    assert first.returncode == 0, first.stderr
    assert calls(house) == 12
    tables = {p.name: p.read_bytes() for p in (house / "out/c").glob("*.*")}
    again = sweep(house, path)
    assert again.returncode == 0
    assert again.stderr == "c: 12 runs, 12 of them found\n"
    assert calls(house) == 12
    assert {p.name: p.read_bytes() for p in (house / "out/c").glob("*.*")} == tables
    assert again.stdout == first.stdout

    gone = next((house / "out/c/runs").iterdir())
    shutil.rmtree(gone)
    assert sweep(house, path).returncode == 0
    assert calls(house) == 13 and gone.is_dir()


def test_the_tables_are_the_same_bytes_whatever_the_number_of_processes(house):
    path = write_campaign(house, THREE)
    for jobs in (1, 8):
        assert sweep(house, path, "-j", jobs, "--out", house / f"j{jobs}").returncode == 0
    names = sorted(p.name for p in (house / "j1").glob("*.*"))
    assert {"runs.csv", "handovers.csv", "summary.csv", "campaign.sqlite"} <= set(names)
    for name in names:
        assert (house / "j1" / name).read_bytes() == (house / "j8" / name).read_bytes(), name


def test_a_run_that_fails_is_named_and_does_not_stop_the_others(house):
    path = write_campaign(house, THREE + '"fake.fail" = "3"\n')  # of the last case, tcp
    result = sweep(house, path)
    assert result.returncode == 1
    assert "failed: tcp seed 3: it was not to be" in result.stderr.splitlines()
    rows = read(house / "out/c/runs.csv")
    assert [(r["case"], r["seed"]) for r in rows if r["status"] == "failed"] == [("tcp", "3")]
    assert sum(r["status"] == "done" for r in rows) == 11
    assert len(read(house / "out/c/handovers.csv")) == 11
    again = sweep(house, path)
    assert calls(house) == 12, "a failed run is not made again by itself"
    assert "failed before: tcp seed 3: it was not to be (--retry-failed tries again)" in again.stderr
    sweep(house, path, "--retry-failed")
    assert calls(house) == 13


def test_a_run_that_dies_leaves_nothing_behind(house):
    result = sweep(house, write_campaign(house, '[sweep]\nseed = [1, 2]\nfake.die = ["2"]\n'))
    assert result.returncode == 1
    assert "failed: all seed 2: roam-sim died of SIGSEGV. half a word" in result.stderr.splitlines()
    assert [p.name for p in (house / "out/c/runs").iterdir()] == [
        r["run"] for r in read(house / "out/c/runs.csv") if r["status"] == "done"]


def test_settings_that_the_simulator_refuses_are_the_users_mistake(house):
    result = sweep(house, write_campaign(house, "[sweep]\nseed=[1, 2]\nwrong=['x']\n"))
    assert result.returncode == 2
    assert one_line(result.stderr) == (
        f"roam: {house}/c.toml:5: wrong: found an unknown key (of all seed 1)")
    assert calls(house) == 0 and not (house / "out").exists()


def test_another_build_runs_anew_and_the_old_runs_are_spoken_of(house):
    path = write_campaign(house, THREE)
    sweep(house, path)
    with open(house / "build/roam-sim", "a") as fake:
        fake.write("# another build\n")
    result = sweep(house, path)
    assert calls(house) == 24
    assert "12 runs of other settings or builds are in" in result.stderr
    assert len({r["build"] for r in read(house / "out/c/runs.csv")}) == 1


def test_a_changed_scenario_runs_anew(house):
    path = write_campaign(house, THREE)
    sweep(house, path)
    (house / "world.toml").write_text(SCENARIO + "# changed\n")
    sweep(house, path)
    assert calls(house) == 24


def test_the_first_seeds_are_a_part_of_the_whole(house):
    path = write_campaign(house, THREE)
    assert sweep(house, path, "--seeds", "2").returncode == 0
    assert calls(house) == 6
    sweep(house, path)
    assert calls(house) == 12


# --- What is collected -----------------------------------------------------------------------------


def test_a_row_for_each_run_and_each_handover_in_the_campaigns_order(house):
    sweep(house, write_campaign(house, THREE))
    runs = read(house / "out/c/runs.csv")
    assert [(r["case"], r["seed"]) for r in runs] == [
        (case, str(seed)) for case in ("soft", "hard", "tcp") for seed in (1, 2, 3, 4)]
    assert {r["client.radios"] for r in runs} == {"2", "1", ""}
    for run_row, row in zip(runs, read(house / "out/c/handovers.csv")):
        assert row["run"] == run_row["run"]
        own = read(house / "out/c/runs" / row["run"] / "handovers.csv")[0]
        assert row["interruption"] == own["interruption"]
        result = json.loads((house / "out/c/runs" / row["run"] / "result.json").read_text())
        assert float(run_row["goodput"]) == result["results"]["goodput"]


def test_the_sqlite_copy_says_the_same(house):
    sweep(house, write_campaign(house, THREE))
    base = sqlite3.connect(house / "out/c/campaign.sqlite")
    rows = base.execute('SELECT "case", seed, interruption FROM handovers').fetchall()
    assert rows == [(r["case"], int(r["seed"]), float(r["interruption"]))
                    for r in read(house / "out/c/handovers.csv")]
    assert base.execute("SELECT count(*) FROM handovers WHERE latency IS NULL").fetchone() == (2,)


def test_the_table_at_the_end_is_that_of_the_statistics(house):
    result = sweep(house, write_campaign(house, THREE))
    summary = {(r["case"], r["measure"]): r for r in read(house / "out/c/summary.csv")}
    soft = next(line for line in result.stdout.splitlines() if line.startswith("soft"))
    row = summary["soft", "interruption"]
    shown = "{mean:.1f} [{ci_low:.1f}, {ci_high:.1f}]".format(
        **{k: 1000 * float(row[k]) for k in ("mean", "ci_low", "ci_high")})
    assert shown in soft
    assert "completed 4" in soft
    tcp = next(line for line in result.stdout.splitlines() if line.startswith("tcp"))
    assert "(n 2)" in tcp and "broken 2, completed 2" in tcp


def test_with_report_the_page_and_the_figures_are_there_in_the_end(house):
    """Of a run that failed, too; and only when asked for."""
    path = write_campaign(house, 'measures = ["lost"]\n' + THREE + '"fake.fail" = "3"\n')
    plain = sweep(house, path, "--out", house / "plain")
    assert plain.stdout.splitlines()[-1].endswith("makes the page")
    assert not (house / "plain/report.html").exists() and not (house / "plain/figures").exists()
    result = sweep(house, path, "--report")
    assert result.returncode == 1
    assert result.stdout.splitlines()[-1] == "the page: out/c/report.html; the figures: out/c/figures"
    assert "tcp, seed 3: it was not to be" in (house / "out/c/report.html").read_text()
    assert {"boxes-lost.svg", "boxes-lost.pdf", "boxes-lost.png", "phases.svg"} <= {
        p.name for p in (house / "out/c/figures").iterdir()}


def test_a_report_of_no_run_is_one_line_after_the_tables(house):
    path = write_campaign(house, "[sweep]\nseed = [1]\n'fake.fail' = ['1']\n")
    result = sweep(house, path, "--report")
    assert result.returncode == 2
    assert result.stderr.splitlines()[-1] == "roam: out/c: no run is complete"
    assert (house / "out/c/runs.csv").is_file()


@pytest.mark.parametrize("name", ["rule [a]", "a [1, 2] b", "[/red]", "[bold]", "k=[1, 2]"])
def test_a_case_with_brackets_is_shown_as_it_is_called(monkeypatch, name):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setenv("COLUMNS", "140")
    terminal = Terminal()
    printed.print_table(["case", "latency, ms", "outcome"],
                        [[name, "12.3 [11.9, 12.7]", "completed 2"]], terminal)
    assert name in terminal.getvalue() and "[11.9, 12.7]" in terminal.getvalue()


def test_series_are_compared_at_the_same_values_of_the_axes(house):
    """Not the fast with the slow; where the first series has no such case, with nothing."""
    sweep(house, write_campaign(house, """
[sweep]
scheme = ["msctp", "tcp"]
seed = [1, 2, 3]
cell.delay = ["1ms", "2ms", "3ms"]
where = ["scheme == 'tcp' or cell.delay != '3ms'"]
"""))
    rows = [row for row in read(house / "out/c/paired.csv") if row["measure"] == "goodput"]
    assert [(row["case_a"], row["case_b"], row["table"]) for row in rows] == [
        (f"msctp cell.delay={d}", f"tcp cell.delay={d}", "runs") for d in ("1ms", "2ms")]
    good = {(r["case"], r["seed"]): float(r["goodput"]) for r in read(house / "out/c/runs.csv")}
    for row in rows:
        wanted = sum(good[row["case_b"], s] - good[row["case_a"], s] for s in "123") / 3
        assert float(row["mean_difference"]) == pytest.approx(wanted)

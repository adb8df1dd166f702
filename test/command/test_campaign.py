# SPDX-License-Identifier: GPL-2.0-or-later
"""Campaigns: what they spell out, what is run and what is not run again, what is collected."""

import csv
import json
import shutil
import sqlite3

import pytest

import campaign
from conftest import SCENARIO, THREE, one_line, sweep, write_campaign

def calls(house):
    return len((house / "calls").read_text().splitlines())


def read(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


# --- What a campaign spells out --------------------------------------------------------------------


def test_lists_and_ranges_are_combined_and_seeds_stand_together(house):
    path = write_campaign(house, """
[sweep]
seed = { from = 1, to = 5, step = 2 }
scheme = ["msctp", "udp"]
cell.delay = ["2ms", "20ms"]
""")
    found = campaign.read_campaign(path)
    assert found.scenario == house / "world.toml"
    assert len(found.runs) == 12
    assert found.runs[1].settings == (("scheme", "msctp"), ("cell.delay", "2ms"), ("seed", "3"))
    assert list(dict.fromkeys(r.case for r in found.runs)) == [
        "msctp cell.delay=2ms", "msctp cell.delay=20ms", "udp cell.delay=2ms",
        "udp cell.delay=20ms"]
    assert found.keys == ["scheme", "cell.delay", "seed"]


def test_cases_take_each_combination(house):
    found = campaign.read_campaign(write_campaign(house, THREE))
    assert [(r.case, r.setting("seed"), r.setting("client.radios")) for r in found.runs[3:6]] == [
        ("soft", "4", "2"), ("hard", "1", "1"), ("hard", "2", "1")]


def test_a_scenario_with_a_sweep_is_a_campaign(house):
    path = house / "own.toml"
    path.write_text('scheme = "udp"\ntitle = "its own"\n[sweep]\nseed = [7, 8]\n')
    found = campaign.read_campaign(path)
    assert found.scenario == path
    assert [(r.case, r.setting("seed")) for r in found.runs] == [("udp", "7"), ("udp", "8")]


def test_values_are_handed_on_as_set_wants_them():
    assert [campaign.text_of(v) for v in (True, 3, 0.5, "2ms", [1, 0.5])] == [
        "true", "3", "0.5", "2ms", "[1, 0.5]"]


BAD = [
    ("", "nothing to vary"),
    ("[sweep]\nseed = 3\n", "sweep.seed: wanted a list of values or"),
    ("[sweep]\nseed = []\n", "sweep.seed: wanted a list of values or"),
    ("[sweep]\nseed = { from = 3, to = 1 }\n", "from 3 to 1 by 1 is no range"),
    ("[sweep]\nseed = { from = 1, to = 9, step = 0 }\n", "from 1 to 9 by 0 is no range"),
    ("[sweep]\nseed = { from = 1, to = 1.5 }\n", "are whole numbers"),
    ("[sweep]\nseed = { from = 1, to = 99999999999 }\n", "more than 1000000 values"),
    ("[sweep]\nseed = { from = 1, to = 2000 }\nx.y = { from = 1, to = 2000 }\n", "4000000 runs"),
    ("[sweep]\nseed = [1, 1]\n", "the same value twice"),
    ("[sweep]\nseed = [1]\n[[case]]\nscheme = 'udp'\n", "case 1 has no name"),
    ("[sweep]\nseed = [1]\n[[case]]\nname='a'\n[[case]]\nname='a'\n", "two cases are called 'a'"),
    ("[sweep]\nseed = [1]\n[[case]]\nname='a'\nseed=2\n", "seed is in [sweep] too"),
    ("colour = 'red'\n[sweep]\nseed = [1]\n", "campaign: unknown key 'colour'"),
    ("[wsweep]\nseed = [1]\n", "unknown key 'wsweep'"),
    ("[sweep\n", "c.toml: "),
]


@pytest.mark.parametrize("text, message", BAD, ids=[b[1] for b in BAD])
def test_a_bad_campaign_is_one_line_and_nothing_is_written(house, text, message):
    result = sweep(house, write_campaign(house, text))
    assert result.returncode == 2
    assert message in one_line(result.stderr)
    assert not (house / "out").exists()


def test_a_scenario_that_is_not_there_is_one_line(house):
    (house / "world.toml").unlink()
    result = sweep(house, write_campaign(house, THREE))
    assert result.returncode == 2
    assert "campaign.scenario: no file" in one_line(result.stderr)


# --- Running ---------------------------------------------------------------------------------------


def test_what_is_there_is_not_run_again(house):
    path = write_campaign(house, THREE)
    first = sweep(house, path)
    assert first.returncode == 0, first.stderr
    assert calls(house) == 12
    tables = {p.name: p.read_bytes() for p in (house / "out/c").glob("*.*")}
    again = sweep(house, path)
    assert again.returncode == 0
    assert "12 of 12 done, 12 of them found, 0 failed" in again.stderr
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
    assert re_run_counts(house, path) == 1  # the failed one is tried again, and only it


def test_a_run_that_dies_leaves_nothing_behind(house):
    result = sweep(house, write_campaign(house, '[sweep]\nseed = [1, 2]\nfake.die = ["2"]\n'))
    assert result.returncode == 1
    assert "failed: fake.die=2 seed 2: roam-sim died of SIGSEGV." in result.stderr.splitlines()
    assert [p.name for p in (house / "out/c/runs").iterdir()] == [
        r["run"] for r in read(house / "out/c/runs.csv") if r["status"] == "done"]


def re_run_counts(house, path):
    before = calls(house)
    sweep(house, path)
    return calls(house) - before


def test_settings_that_the_simulator_refuses_are_failures_with_its_words(house):
    result = sweep(house, write_campaign(house, "[sweep]\nseed=[1]\nwrong=['x']\n"))
    assert result.returncode == 1
    assert "failed: wrong=x seed 1: --set: wrong: unknown key" in result.stderr
    assert calls(house) == 0


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

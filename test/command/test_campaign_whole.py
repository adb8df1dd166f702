# SPDX-License-Identifier: GPL-2.0-or-later
"""A small campaign from its file to its figures, with real simulations: two axes, one of them a zipped
pair, two series, two seeds; and the same killed on the way (test/soak.py)."""

import collections
import csv
import os
import pathlib
import re
import statistics
import sys

import pytest

from conftest import BUILD, ROOT, one_line, program, run
from roam.errors import CampaignError
from test_figures import blocks
from test_report import Page, look

CAMPAIGN = ROOT / "scenarios/campaigns/overlap-small.toml"
DELAYS = (5, 20, 80)  # ms
SPEEDS = (10, 40)     # m/s
SERIES = ("msctp, rule a", "msctp, one radio")


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    program("roam-sim")
    program("roam-stats")
    out = tmp_path_factory.mktemp("whole") / "c"
    result = run(ROOT / "roam", "sweep", CAMPAIGN, "--report", "--out", out,
                 env={**os.environ, "ROAM_BUILD": str(BUILD)})
    assert result.returncode == 0, result.stderr
    return out, result


def rows(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def test_one_command_makes_tables_figures_and_page(done):
    out, result = done
    assert result.stdout.splitlines()[-1] == f"the page: {out}/report.html; the figures: {out}/figures"
    assert "24 of 24 done" in result.stderr
    for table, count in (("plan", 24), ("runs", 24), ("handovers", 24)):
        assert len(rows(out / f"{table}.csv")) == count
    names = {path.stem for path in (out / "figures").glob("*.svg")}
    measures = ("interruption", "latency", "lost")
    assert names == {f"{kind}-{measure}{axes}" for measure in measures for kind, axes in (
        ("axis", "-movement.speed"), ("axis", "-network.core_delay"), ("distribution", ""),
        ("distribution", "-2"), ("distribution", "-3"),
        ("boxes", ""), ("heat", "-movement.speed-network.core_delay"))} | {
            "phases", "signalling", "signalling-2", "signalling-3", "throughput", "throughput-2",
            "sequence", "sequence-2", "ladder"}
    for name in names:
        for ending in (".dat", ".gp", ".pdf", ".png"):
            assert (out / "figures" / (name + ending)).stat().st_size > 20, name + ending


def latencies(out):
    """{(series, speed, delay): its latencies, ms}"""
    found = {}
    for row in rows(out / "handovers.csv"):
        at = row["series"], int(row["movement.speed"][:-3]), int(row["network.core_delay"][:-2])
        found.setdefault(at, []).append(1000 * float(row["latency"]))
    return found


def test_the_latencies_are_the_sums_of_their_delays(done):
    """With one radio: attachment and address (29 ms), ADD and the way back and forth, 4 (8.1 ms + d), two
    address resolutions with random waits of up to 10 ms, and at most 8 ms less for the flow's interval.
    With two the old path serves until the new one does, if the overlap lasts."""
    for (name, speed, delay), values in latencies(done[0]).items():
        ways = 4 * (8.1 + delay)
        lasts = 1000 * 13.6 / speed
        for value in values:
            if name == "msctp, one radio":
                assert 21 + ways < value < 21 + ways + 40, (speed, delay)
            elif 9 + ways < lasts:
                assert value == pytest.approx(0, abs=0.1), (speed, delay)
            else:
                assert (speed, delay) == (40, 80) and value > 9 + ways - lasts


def test_the_figure_over_the_axis_has_these_numbers(done):
    """A panel for each speed, in it a curve for each series, in it a point for each delay."""
    want = latencies(done[0])
    curves = blocks(done[0] / "figures/axis-latency-network.core_delay.dat")
    assert len(curves) == len(SPEEDS) * len(SERIES)
    everything = [statistics.fmean(values) for values in want.values()]
    assert 100 < max(everything) < 1000, "the figure is in ms"
    for curve, (speed, name) in zip(curves, ((s, n) for s in SPEEDS for n in SERIES)):
        assert len(curve) == len(DELAYS)
        for point, delay in zip(curve, DELAYS):
            values = want[name, speed, delay]
            assert float(point[0]) == pytest.approx(delay, rel=0.06)  # series stand beside each other
            assert float(point[1]) == pytest.approx(statistics.fmean(values), abs=1e-4)
            half = 12.7062 * statistics.stdev(values) / 2 ** 0.5  # t of one degree of freedom
            assert float(point[3]) - float(point[1]) == pytest.approx(half, rel=1e-3, abs=1e-4)
    script = (done[0] / "figures/axis-latency-network.core_delay.gp").read_text()
    assert "set logscale x" in script and "'network.core_delay, ms'" in script
    assert "panels[2] = ['movement.speed 10m/s', 'movement.speed 40m/s']" in script


@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_is_whole(done, width, tmp_path):
    text = (done[0] / "report.html").read_text()
    page = Page(text)
    assert "At which speed and delay is a handover of mobile SCTP no longer soft?" in page.texts
    assert any(words.startswith("The overlap is some 14 m wide.") for words in page.texts)
    for heading in ("Latency against network.core_delay", "The worst cases", "Phases of the handover"):
        assert heading in page.texts, heading
    seen = look(text, width, tmp_path)
    assert seen["overflow"] <= 0
    assert len(seen["svgs"]) == 30
    for svg in seen["svgs"]:
        assert svg["cut"] == [] and svg["over"] == []


def test_killed_on_the_way_it_comes_to_the_same(done, tmp_path):
    """Three kills at moments of the seed's, and one as the tables are written."""
    result = run(sys.executable, ROOT / "test/soak.py", CAMPAIGN, "--kills", 3, "--jobs", 2, "--keep",
                 tmp_path,
                 env={**os.environ, "ROAM_BUILD": str(BUILD)})
    assert result.returncode == 0, result.stdout + result.stderr
    lines = result.stdout.splitlines()
    assert lines[0].startswith("undisturbed: 24 runs, 24 simulations")
    assert re.match(r"killed [34] times: 24 runs, (2[4-9]|3\d) simulations", lines[-3]), lines
    assert lines[-2].startswith("the same bytes: ")
    assert lines[-1] == "PASS soak: overlap-small, 3 kills"
    here = {p.name for p in (done[0] / "runs").iterdir()}
    assert len(list((tmp_path / "killed/runs").iterdir())) == len(here)
    again = run(sys.executable, ROOT / "test/soak.py", CAMPAIGN, "--keep", tmp_path)
    assert (again.returncode, one_line(again.stderr)) == (2, f"soak: --keep: {tmp_path} is not empty")


def shorten(walk):
    walk.write_text("".join(walk.read_text().splitlines(keepends=True)[:-1]))


@pytest.mark.parametrize("change, said", [
    (shorten, "its world is another than was planned: a file that it reads has changed"),
    (pathlib.Path.unlink, "a file that it reads has changed since it was planned: roam-sim: "),
])
def test_a_walk_that_changes_after_the_plan_makes_no_run(tmp_path, change, said):
    """What a run has read is told by the run itself: it gets no name that is another world's."""
    walk = tmp_path / "walk.csv"
    walk.write_bytes((ROOT / "scenarios/walks/lacolyoc-01.csv").read_bytes())
    path = tmp_path / "c.toml"
    path.write_text(f"""[campaign]
scenario = "{ROOT}/scenarios/walk.toml"
[sweep]
seed = [1, 2]
"run.stop" = ["60s"]
"walk.file" = ["{walk}"]
""")
    env = {**os.environ, "ROAM_BUILD": str(BUILD)}
    planned = run(ROOT / "roam", "sweep", path, "--tasks", "--per-task", 2, "--out", tmp_path / "c",
                  env=env)
    assert planned.returncode == 0, planned.stderr
    bytes_before = walk.read_bytes()
    change(walk)
    made = run("sh", "-c", planned.stdout, env=env)
    assert made.returncode == 1
    assert made.stderr.count(said) == 2, made.stderr
    assert not list((tmp_path / "c/runs").iterdir())
    assert not list((tmp_path / "c/failed").iterdir())
    walk.write_bytes(bytes_before)
    again = run(ROOT / "roam", "sweep", path, "--out", tmp_path / "c", env=env)
    assert again.returncode == 0, again.stderr
    assert {row["status"] for row in rows(tmp_path / "c/runs.csv")} == {"done"}


def test_the_build_is_the_program_the_module_and_ns3(monkeypatch, tmp_path):
    from roam import simulator
    roam_sim = program("roam-sim")
    libraries = simulator.ns3_libraries(roam_sim)
    assert libraries == sorted(libraries, key=lambda path: path.name) and len(libraries) > 3
    assert all(path.is_file() and path.name.startswith("libns3") for path in libraries)
    whole = simulator.Simulator(BUILD).build
    monkeypatch.setattr(simulator, "ns3_libraries", lambda _: libraries[1:])
    assert simulator.Simulator(BUILD).build != whole
    monkeypatch.undo()
    script = tmp_path / "roam-sim"
    script.write_text("#!/bin/sh\n")
    assert simulator.ns3_libraries(script) == []
    (tmp_path / "ldd").write_text("#!/bin/sh\necho no loader here >&2\nexit 1\n")
    (tmp_path / "ldd").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    with pytest.raises(CampaignError, match="no loader here; without it the build of ns-3 is not"):
        simulator.ns3_libraries(roam_sim)


def test_a_soak_tells_what_differs(tmp_path):
    """A simulator that is not the same twice is found out."""
    build = tmp_path / "build"
    build.mkdir()
    for path in [program("roam-stats"), *BUILD.glob("libroam*.so")]:
        (build / path.name).symlink_to(path)
    odd = build / "roam-sim"
    odd.write_text(f"""#!/bin/sh
case "$*" in *--resolve-list*) exec "{BUILD}/roam-sim" "$@" ;; esac
"{BUILD}/roam-sim" "$@" || exit
for word; do [ "$before" != --out ] || date +%N >"$word/odd"; before=$word; done
""")
    odd.chmod(0o755)
    result = run(sys.executable, ROOT / "test/soak.py", CAMPAIGN, "--kills", 1, "--seeds", 1,
                 "--jobs", 2,
                 env={**os.environ, "ROAM_BUILD": str(build)})
    assert result.returncode == 1
    assert re.fullmatch(r"FAIL soak: 12 files differ, the first is runs/\w{20}/odd",
                        result.stdout.splitlines()[-1]), result.stdout


@pytest.mark.parametrize("caught, said", [
    ([], "run aa was begun 2 times, and caught 0 times"),
    (["bb"], "run aa was begun 2 times, and caught 0 times"),
    (["aa"], None)])
def test_a_soak_counts_what_is_made_twice(tmp_path, monkeypatch, caught, said):
    """A run may be begun again as often as a kill caught it, and no oftener."""
    monkeypatch.syspath_prepend(ROOT / "test")
    import soak
    one = object.__new__(soak.Soak)
    one.calls, one.quiet, one.killed = (tmp_path / name for name in ("calls", "quiet", "killed"))
    one.calls.write_text("".join(f"/there/work/host-1/{run}/run\n" for run in ("aa", "bb", "aa")))
    one.caught, one.kills = collections.Counter(caught), 1
    for out in (one.quiet, one.killed):
        (out / "runs").mkdir(parents=True)
    if said:
        with pytest.raises(soak.Failure, match=said):
            one.check(2, 0.0)
    else:
        one.check(2, 0.0)

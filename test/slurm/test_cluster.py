# SPDX-License-Identifier: GPL-2.0-or-later
"""A campaign on a real Slurm, four nodes on loopback, gives what it gives in processes here, whatever
is killed on the way."""

import collections
import contextlib
import os
import pathlib
import subprocess
import sys
import time

import pytest

import cluster
from roam.store import Store

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("ROAM_BUILD", ROOT / "build"))

# The handover of Figure 1 with few packets: a run takes less than 0.1 s
CAMPAIGN = """[campaign]
scenario = "{scenario}"
[sweep]
scheme = ["msctp", "udp"]
"traffic.down_interval" = ["40ms"]
"traffic.up_interval" = ["40ms"]
"run.stop" = ["25s"]
seed = {{ from = 1, to = {seeds} }}
"""


@contextlib.contextmanager
def started(**options):
    """A cluster, or a test that is skipped; nothing of it runs afterwards."""
    try:
        cluster.check()
    except cluster.CannotRun as reason:
        pytest.skip(f"no Slurm: {reason}")
    with cluster.Cluster(**options) as slurm:
        yield slurm
    mark = str(slurm.scratch).encode()
    left = [pid for pid, (_, known) in cluster.processes().items()
            if any(word.startswith(mark) or word.endswith(b"=" + mark + b"/slurm.conf")
                   for word in known)]
    assert not left


class Sweep:
    """./roam sweep of a campaign of two schemes with so many seeds, here and on the cluster."""

    def __init__(self, tmp_path, seeds):
        if not (BUILD / "roam-sim").is_file():
            pytest.skip(f"{BUILD / 'roam-sim'} is not built")
        self.path = tmp_path / "c.toml"
        self.path.write_text(CAMPAIGN.format(scenario=ROOT / "scenarios/figure1.toml", seeds=seeds))
        self.here = tmp_path / "here"
        self.there = tmp_path / "there it's"  # a name that a shell script has to quote
        self.store = Store(self.there)
        self.said = tmp_path / "said"

    def start(self, out, *options, env=None):
        return subprocess.Popen(
            [sys.executable, str(ROOT / "sweep"), "sweep", str(self.path), "--out", str(out),
             *options], stdout=subprocess.DEVNULL, stderr=open(self.said, "a"),
            env={**(env or os.environ), "ROAM_BUILD": str(BUILD)})

    def start_there(self, slurm, *options):
        return self.start(self.there, "--slurm", *options, env=slurm.env)

    def wait_until(self, condition, driver):
        end = time.monotonic() + 120
        while not condition():
            assert driver.poll() is None and time.monotonic() < end, self.said.read_text()
            time.sleep(0.02)

    def wait_until_done(self, count, driver):
        self.wait_until(lambda: len(self.store.done()) >= count, driver)

    def wait_until_said(self, words, driver):
        self.wait_until(lambda: words in self.said.read_text(), driver)

    def check(self):
        """The same files with the same bytes, and no run was made twice."""
        assert self.start(self.here).wait() == 0
        files = [sorted(path.relative_to(out) for path in out.rglob("*") if path.is_file()
                        and path.relative_to(out).parts[0] != "work")
                 for out in (self.here, self.there)]
        assert files[0] == files[1]
        assert {pathlib.Path(name) for name in ("runs.csv", "handovers.csv", "campaign.sqlite",
                                                "summary.csv")} <= set(files[0])
        for name in files[0]:
            assert (self.here / name).read_bytes() == (self.there / name).read_bytes(), name
        made = collections.Counter(line.split(",")[0] for path in self.store.work.glob("*/times.csv")
                                   for line in path.read_text().splitlines())
        assert max(made.values()) == 1
        return sum(made.values())


def test_a_node_dies_and_the_tables_are_the_same(tmp_path):
    sweep = Sweep(tmp_path, 200)
    with started(nodes=4) as slurm:
        driver = sweep.start_there(slurm)
        try:
            sweep.wait_until_done(130, driver)
            busy = []
            sweep.wait_until(lambda: busy.extend(slurm.busy_nodes()) or busy, driver)
            victim = busy[-1]
            assert slurm.kill_node(victim) > 1  # it was at work
            assert driver.wait(timeout=150) == 0, sweep.said.read_text() + slurm.logs()
        finally:
            driver.kill()
            driver.wait()
        assert slurm.ask("sinfo", "-h", "-n", victim, "-o", "%T").stdout.startswith("down")
        assert slurm.ask("squeue", "-h").stdout == ""
    assert sweep.check() >= 400 - 1  # the killed node may have kept one without noting its time
    assert "400 of 400 done, 0 of them found, 0 failed" in sweep.said.read_text()


def test_the_driver_is_killed_and_the_controller_is_away(tmp_path):
    sweep = Sweep(tmp_path, 60)
    with started(nodes=4, max_array=6) as slurm:
        driver = sweep.start_there(slurm, "--chunk-time", "1")
        try:
            sweep.wait_until_done(20, driver)
            driver.kill()
            driver.wait()
            driver = sweep.start_there(slurm, "--chunk-time", "1")
            sweep.wait_until_done(50, driver)
            slurm.stop_controller()
            sweep.wait_until_said("Slurm does not answer", driver)
            slurm.start_controller()
            assert driver.wait(timeout=100) == 0, sweep.said.read_text() + slurm.logs()
        finally:
            driver.kill()
            driver.wait()
    assert sweep.check() == 120
    said = sweep.said.read_text()
    assert "are in Slurm already; they go on" in said and "Slurm answers again" in said


def test_what_sbatch_refuses_is_one_line(tmp_path):
    sweep = Sweep(tmp_path, 1)
    with started(nodes=1) as slurm:
        driver = sweep.start_there(slurm, "--slurm-arg=--partition=nowhere")
        assert driver.wait(timeout=60) == 2
    assert sweep.said.read_text().splitlines()[-1] == (
        "roam: sbatch: Batch job submission failed: Invalid partition name specified")

# SPDX-License-Identifier: GPL-2.0-or-later
"""A campaign without simulations, and a Slurm that is a script."""

import io
import json
import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT / "sweep"), str(HERE)]

from roam import chunks  # noqa: E402
from roam import plan  # noqa: E402
from roam import slurm  # noqa: E402
from roam import tasks  # noqa: E402
from roam.progress import Progress  # noqa: E402
from roam.simulator import Simulator  # noqa: E402
from roam.store import Store  # noqa: E402
from roam.worker import Worker  # noqa: E402

SIMULATOR = (ROOT / "test" / "command" / "fake_sim.py").read_text()
# slurm/kill-SCHEME-SEED holds how often this run is the end of its task. As when a cluster ends it,
# all its processes are killed, and this one is not the last.
KILLER = """
import os, pathlib, sys, time
if "--scheme" in sys.argv and "--seed" in sys.argv:
    scheme, seed = (sys.argv[sys.argv.index(name) + 1] for name in ("--scheme", "--seed"))
    deaths = pathlib.Path(os.environ["FAKE_SLURM"]) / f"kill-{scheme}-{seed}"
    if deaths.exists() and int(deaths.read_text()):
        deaths.write_text(str(int(deaths.read_text()) - 1))
        task = os.getppid()
        if os.fork() == 0:
            time.sleep(0.2)
            os.kill(task, 9)
            os._exit(0)
        os.kill(os.getpid(), 9)
"""


class House:
    """A planned campaign of so many runs in two series, and the fake Slurm's state."""

    def __init__(self, path, runs):
        self.path = path
        self.slurm = path / "slurm"
        self.calls = path / "simulations"
        (path / "build").mkdir()
        (self.slurm / "jobs").mkdir(parents=True)
        (path / "bin").mkdir()
        for name in ("sbatch", "squeue", "scontrol", "sinfo", "scancel"):
            self._program(path / "bin" / name, (HERE / "fake_slurm.py").read_text())
        self._program(path / "build" / "roam-sim", KILLER + SIMULATOR)
        self.scenario = path / "world.toml"
        self.scenario.write_text('title = "a world"\n')
        self.limit = 60.0
        self.store = Store(path / "a campaign")
        self.store.make()
        self.simulator = Simulator(path / "build")
        self.runs = self.plan(("msctp", "udp")[n % 2] + f" {n // 2 + 1}" for n in range(runs))
        self.said = io.StringIO()

    def plan(self, runs, *more):
        """Runs of the simulator, of "SCHEME SEED" and what else is set."""
        runs = [run.split() for run in runs]
        return plan.make(self, self.simulator, [
            plan.Planned("", f"{scheme} case", scheme, (("scheme", scheme), ("seed", seed), *more))
            for scheme, seed in runs])

    def _program(self, path, source):
        path.write_text(f"#!{sys.executable}\n{source}")
        path.chmod(0o755)

    def set(self, name, text=""):
        (self.slurm / name).write_text(str(text))

    def jobs(self):
        """What Slurm has taken, in its order."""
        paths = sorted((self.slurm / "jobs").iterdir(), key=lambda path: int(path.stem))
        return [json.loads(path.read_text()) for path in paths]

    def simulations(self):
        return len(self.calls.read_text().splitlines()) if self.calls.exists() else 0

    def sweep(self, **options):
        """What ./roam sweep --slurm does with what is missing."""
        plan.write(self.store.directory / "plan.csv", self.runs, ["scheme", "seed", "fake.fail"])
        tasks.write_context(self.store, self, self.simulator)
        settled = self.store.done() | self.store.failures()
        missing = [run for run in self.runs if run.identity not in settled]
        worker = Worker(self.store, self.simulator, self.scenario, self.limit)
        with Progress("test", len(self.runs), len(settled), stream=self.said) as progress:
            slurm.run_all(missing, worker, slurm.Options(**options), progress)

    def done(self):
        return len(self.store.done())


@pytest.fixture
def make_house(tmp_path, monkeypatch):
    def make(runs):
        house = House(tmp_path, runs)
        monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
        monkeypatch.setenv("FAKE_SLURM", str(house.slurm))
        monkeypatch.setenv("FAKE_CALLS", str(house.calls))
        monkeypatch.setattr(slurm, "SETTLE", 0.2)
        monkeypatch.setattr(slurm.Driver, "_pause", lambda *_: 0.1)
        monkeypatch.setattr(chunks, "LEAST", 60.0)  # on a slow machine too these runs are short
        return house
    return make


@pytest.fixture
def house(make_house):
    return make_house(20)

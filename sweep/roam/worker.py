# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes one run of a plan, the same way wherever it happens: here, as a task of a cluster, or under
GNU parallel."""

import csv
import json
import signal
import time
import zlib

from . import plan
from .errors import CampaignError
from .simulator import how_ended, last_line
from .store import tail_of

# What roam-sim says when it is not to blame. It catches a Ctrl-C, which comes to it when it does to us.
NOT_ITS_OWN = ("roam-sim: --out:", "roam-sim: stopped by a signal")
GRACE = 1.0  # s: a cluster that ends a task kills its processes in any order, this one too


class Outcome:
    """What became of one run. The error is empty when its result is there."""

    __slots__ = ("run", "found", "error")

    def __init__(self, run, found, error=""):
        self.run, self.found, self.error = run, found, error


class Worker:
    """Runs of one scenario with one simulator, into one store."""

    def __init__(self, store, simulator, scenario, limit):
        self.store = store
        self.simulator = simulator
        self.scenario = scenario
        self.limit = limit

    def make(self, run):
        """Gives its Outcome. What the machine is to blame for (a full disk, a directory that can't
        be written, an end from outside) is told, but the run is not recorded as one that fails: it
        is still to be done."""
        try:
            folder = self.store.begin(run.identity)
            error, lasting = self._make_in(folder, run)
            if error and lasting:
                self.store.fail(run.identity, error, tail_of(folder / "log"),
                                self.simulator.debug_command(self.scenario, run.settings))
            self.store.end(run.identity)
            return Outcome(run, False, error)
        except OSError as error:
            self.store.end(run.identity)
            return Outcome(run, False, f"{error.filename or self.store.directory}: {error.strerror}")

    def _is_of(self, directory, run):
        """True if the run is named for its resolved scenario, what it read included."""
        resolved = json.loads((directory / "result.json").read_bytes())["resolved"]
        return plan.identity_of(resolved, self.simulator.build) == run.identity

    def _resolves_as_planned(self, run):
        """True if what it would read now is still what the run was planned with."""
        try:
            found = self.simulator.resolve(self.scenario, [run.settings])
        except CampaignError:
            return False
        return [plan.identity_of(one, self.simulator.build) for one in found] == [run.identity]

    def _not_as_planned(self):
        return f"{self.simulator.changed()} has changed since the campaign was planned"

    def _make_in(self, folder, run):
        """(error or "", whether it is the run's own)"""
        if self.simulator.changed():
            return self._not_as_planned(), False
        status, seconds = self.simulator.simulate(self.scenario, run.settings, folder / "run",
                                                  folder / "log", self.limit)
        if self.simulator.changed():  # and what came out may be another run's
            return self._not_as_planned(), False
        if status is None:
            return f"killed after {seconds:.0f} s, its limit was {self.limit:g} s", True
        if status == -signal.SIGKILL:
            time.sleep(GRACE)  # where all of a task is killed, it is our turn now
        if status < 0:
            if self.simulator.stopped or -status in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                return "stopped", False
            said = last_line(tail_of(folder / "log"))
            return f"roam-sim {how_ended(status)}. {said}".strip(), True
        if status:
            said = last_line(tail_of(folder / "log"))
            if not self._resolves_as_planned(run):
                return f"a file that it reads has changed since it was planned: {said}", False
            # without a word: there may be no room for one
            return (said or f"roam-sim {how_ended(status)} without a word",
                    bool(said) and not said.startswith(NOT_ITS_OWN))
        error = check_run(folder / "run")
        if error:
            return error, True
        if not self._is_of(folder / "run", run):
            return "its world is another than was planned: a file that it reads has changed", False
        self.store.keep(run.identity, folder / "run")
        self.store.note_time(run.identity, seconds)
        return "", False


def check_run(directory):
    """Return what is wrong with the files of a run; empty if they are whole."""
    try:
        result = json.loads((directory / "result.json").read_bytes())
        if not (isinstance(result["results"], dict) and isinstance(result["resolved"], str)):
            return "result.json: results is no table, or resolved no text"
        for name in ("handovers.csv", "flows.csv"):
            text = (directory / name).read_text(encoding="utf-8")
            rows = list(csv.reader(text.splitlines()))
            if not text.endswith("\n") or any(len(row) != len(rows[0]) for row in rows):
                return f"{name}: it ends in the middle of a row"
        return check_gzip(directory / "timeline.csv.gz")
    except FileNotFoundError as error:
        return f"it wrote no {error.filename.rpartition('/')[2]}"
    except (ValueError, TypeError, KeyError, IndexError, csv.Error) as error:
        return f"its files are not whole: {type(error).__name__}: {error}"


def check_gzip(path):
    unpack = zlib.decompressobj(wbits=31)
    try:
        unpack.decompress(path.read_bytes())
    except zlib.error as error:
        return f"{path.name}: {error}"
    return "" if unpack.eof else f"{path.name}: it ends in the middle"

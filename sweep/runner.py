# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs a campaign in local processes. What is there already is not run again.

A run is named by a hash of what determines it: the resolved scenario with its scheme and seed, the
files that it reads, and the simulator's build. Its directory appears whole or not at all, because
roam-sim renames it when it is complete.
"""

import concurrent.futures
import dataclasses
import hashlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import threading

from campaign import CampaignError


@dataclasses.dataclass
class Outcome:
    """What became of one run. The error is empty when its result is there."""

    run: object
    identity: str
    directory: pathlib.Path
    found: bool  # it was there before
    error: str = ""


class Simulator:
    """roam-sim of one build directory."""

    def __init__(self, build):
        self.program = pathlib.Path(build) / "roam-sim"
        if not self.program.is_file():
            raise CampaignError(f"{self.program} is not built; ./roam build says why")
        self.build = self._build_hash(pathlib.Path(build))
        self._processes = set()
        self._lock = threading.Lock()
        self._stopped = False

    def _build_hash(self, build):
        """The program and the module's library are what decides; the time of building is not."""
        digest = hashlib.sha256()
        for path in [self.program, *sorted(build.glob("libroam*.so"))]:
            digest.update(path.read_bytes())
        return digest.hexdigest()[:16]

    def arguments(self, scenario, run):
        args = [str(self.program), str(scenario)]
        for key, text in run.settings:
            args += [f"--{key}", text] if key in ("scheme", "seed") else ["--set", f"{key}={text}"]
        return args

    def resolve(self, scenario, run):
        """The scenario as the simulation would run it, canonical text; or why it would not."""
        done = subprocess.run([*self.arguments(scenario, run), "--resolve"],
                              capture_output=True, text=True, check=False)
        if done.returncode:
            raise CampaignError(last_line(done.stderr) or f"roam-sim ended with {done.returncode}")
        return done.stdout

    def simulate(self, scenario, run, directory):
        """Runs it; returns the error's last line, or nothing."""
        args = [*self.arguments(scenario, run), "--ladder", "--out", str(directory)]
        with self._lock:
            if self._stopped:
                return "stopped"
            process = subprocess.Popen(args, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                       text=True, errors="replace")
            self._processes.add(process)
        try:
            errors = process.communicate()[1]
        finally:
            with self._lock:
                self._processes.discard(process)
        if process.returncode < 0:
            for left in directory.parent.glob(f"{directory.name}.tmp-*"):
                shutil.rmtree(left, ignore_errors=True)
            try:
                name = signal.Signals(-process.returncode).name
            except ValueError:
                name = f"signal {-process.returncode}"
            return f"roam-sim died of {name}. {last_line(errors)}".strip()
        if process.returncode:
            return last_line(errors) or f"roam-sim ended with {process.returncode}"
        if not (directory / "result.json").is_file():
            return "roam-sim wrote no result.json"
        return ""

    def stop(self):
        """Ends what runs and lets nothing more start."""
        with self._lock:
            self._stopped = True
            for process in self._processes:
                process.terminate()


def last_line(text):
    lines = [line for line in text.strip().splitlines() if line.strip()]
    return lines[-1].strip() if lines else ""


def identity_of(simulator, resolved):
    record = json.dumps({"scenario": resolved, "build": simulator.build}, sort_keys=True)
    return hashlib.sha256(record.encode()).hexdigest()[:20]


def make_directory(path):
    """A directory that can be written to, or one line that says why not."""
    try:
        os.makedirs(path, exist_ok=True)
        if not os.access(path, os.W_OK):
            raise PermissionError(13, "Permission denied")
    except OSError as error:
        raise CampaignError(f"{path}: {error.strerror}") from None


def run_campaign(campaign, simulator, runs_directory, processes, progress):
    """Runs what is missing. The outcomes come back in the campaign's order."""

    def one(run):
        try:
            identity = identity_of(simulator, simulator.resolve(campaign.scenario, run))
        except CampaignError as error:
            return Outcome(run, "", runs_directory, False, str(error))
        directory = pathlib.Path(runs_directory) / identity
        if (directory / "result.json").is_file():
            return Outcome(run, identity, directory, True)
        error = simulator.simulate(campaign.scenario, run, directory)
        return Outcome(run, identity, directory, False, error)

    outcomes = [None] * len(campaign.runs)
    with concurrent.futures.ThreadPoolExecutor(processes) as pool:
        futures = {pool.submit(one, run): at for at, run in enumerate(campaign.runs)}
        try:
            for future in concurrent.futures.as_completed(futures):
                outcome = future.result()
                outcomes[futures[future]] = outcome
                progress.done(outcome)
        except BaseException:
            simulator.stop()
            pool.shutdown(cancel_futures=True)
            raise
    return outcomes

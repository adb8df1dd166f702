# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs what is missing of a campaign on a Slurm cluster. doc/slurm.md tells the whole story.

The driver submits job arrays whose tasks do a list of runs each, and then watches: runs/ and failed/
say what is done, squeue says which tasks have not ended, and a run that is in neither is submitted
again. Nothing that it knows is in its memory only, so it can be killed and started again at any
moment.
"""

import dataclasses
import shlex
import shutil
import time

from . import chunks
from . import plan
from . import slurm_wave
from .errors import CampaignError
from .slurm_client import PATIENCE, Refused, Slurm, SlurmError, last_words
from .tasks import command_line
from .worker import Outcome

ATTEMPTS = 3  # tasks that may end at the same run
SETTLE = 2.0  # seconds in which the results of a task that is gone may still appear
SETTLE_SAID = 60.0  # the same, when the task has said that it did them all: a slow file system
LOOK_PART, QUEUE_PART = 100, 30  # of the time taken so far: pauses between looks, and squeue


@dataclasses.dataclass
class Options:
    """What the user may choose. arguments are handed on to sbatch."""

    chunk_time: float = 300.0  # seconds that a task should last
    max_tasks: int | None = None  # tasks at a time
    arguments: tuple = ()
    patience: float = PATIENCE


def add_options(parser, whole):
    """The options of ./roam sweep --slurm. whole(least, most): the type of a whole number."""
    group = parser.add_argument_group("on a Slurm cluster (doc/slurm.md)")
    group.add_argument("--slurm", action="store_true", help="as job arrays, not processes here")
    group.add_argument("--chunk-time", type=whole(1, 86400), metavar="SECONDS",
                       help="how long a task should last (300)")
    group.add_argument("--max-tasks", type=whole(1, 1_000_000), metavar="N",
                       help="tasks that run at a time (as many as Slurm lets)")
    group.add_argument("--slurm-arg", action="append", default=[], metavar="ARG",
                       help="handed on to sbatch, as in --slurm-arg=--partition=long")


def options_of(args):
    """The Options, or None without --slurm; what means something only with it is refused then."""
    if not getattr(args, "slurm", False):
        for name in ("chunk_time", "max_tasks", "slurm_arg"):
            if getattr(args, name, None):
                raise CampaignError(f"--{name.replace('_', '-')}: only together with --slurm")
        return None
    return Options(float(args.chunk_time or Options.chunk_time), args.max_tasks,
                   tuple(args.slurm_arg))


class Driver:
    """The missing runs of one plan on one cluster. missing: Planned, in their order; worker: whose
    store and simulator they are; progress is told of each that is settled."""

    def __init__(self, missing, worker, options, progress):
        self.worker = worker
        self.store = worker.store
        self.directory = self.store.directory.resolve()
        self.base = self.directory / "work" / "slurm"
        self.missing = {run.identity: run for run in missing}
        self.series = {run.identity: run.series
                       for run in plan.read(self.directory / "plan.csv")}
        self.options = options
        self.progress = progress
        self.slurm = Slurm(progress.say, options.patience, options.arguments)
        self.limits = None
        self.largest = 0  # tasks of an array: what Slurm's configuration says, or what sbatch takes
        self.crowded = None  # how many of ours there were when sbatch would take no more
        self.waves = []
        self.queue = {}  # the last answer of squeue
        self.asked = float("-inf")
        self.gone = {}  # (wave, index): when it was first not in the queue
        self.barren = 0  # tasks that were lost since the last result
        self.probed = False
        self.begun = time.monotonic()

    def run(self):
        """Returns when every run is settled. Raises SlurmError, one line."""
        try:
            self.limits = self.slurm.limits()
            self.largest = self.limits[0]
            self._adopt()
            while self._look():
                self._submit()
                time.sleep(self._pause(LOOK_PART, 0.5, 5))
        except KeyboardInterrupt:
            self._say_what_goes_on()
            raise
        shutil.rmtree(self.base, ignore_errors=True)

    def _pause(self, part, least, most):
        """Seconds to the next look: a part of the time that it has taken so far."""
        return min(most, max(least, (time.monotonic() - self.begun) / part))

    def _say_what_goes_on(self):
        jobs = [wave.job for wave in self.waves if wave.tasks]
        if jobs:
            tasks = sum(len(wave.tasks) for wave in self.waves)
            self.progress.say(f"{tasks} tasks go on in Slurm, and the same command picks them up; "
                              f"scancel {' '.join(jobs)} ends them")

    # --- What is there ----------------------------------------------------------------------------

    def _adopt(self):
        """The arrays of a driver before us. One of which Slurm may or may not have been told is
        given up, so that it can't start later behind our back."""
        found = slurm_wave.open_all(self.base)
        self._ask_queue(found)
        for wave in found:
            if not wave.submitted:
                job = self._job_of(wave)
                if job is None:
                    self._give_up(wave)
                    continue
                wave.taken(job)
            self.waves.append(wave)
        tasks = sum(1 for name, _ in self.queue if any(wave.name == name for wave in self.waves))
        if tasks:
            self.progress.say(f"{tasks} tasks are in Slurm already; they go on")

    def _job_of(self, wave):
        return next((job for (name, _), (_, job) in self.queue.items() if name == wave.name), None)

    def _give_up(self, wave):
        aside = wave.give_up()
        if self.slurm.queued([wave.name]):
            self.slurm.cancel(wave.name)
            while self.slurm.queued([wave.name]):
                time.sleep(1)
        shutil.rmtree(aside, ignore_errors=True)

    def _ask_queue(self, waves):
        self.queue = self.slurm.queued([wave.name for wave in waves if wave.tasks])
        self.asked = time.monotonic()

    def _look(self):
        """Is anything still missing? The queue is asked before the directory is read: what had left
        the queue by then has left its results."""
        if time.monotonic() - self.asked > self._pause(QUEUE_PART, 1, 30):
            self._ask_queue(self.waves)
        done, failed = self.store.done(), self.store.failures()
        for identity in [i for i in self.missing if i in done or i in failed]:
            error = "" if identity in done else self.store.error_of(identity)
            self.progress.done(Outcome(self.missing.pop(identity), False, error))
            self.barren = 0
        for wave in self.waves:
            for index, runs in list(wave.tasks.items()):
                left = [run for run in runs if run not in done and run not in failed]
                if not left:
                    wave.close(index)
                elif self._has_gone(wave, index):
                    self._lose(wave, index, left[0])
            wave.remove_if_done()
        self.waves = [wave for wave in self.waves if wave.directory.exists()]
        return bool(self.missing)

    def _has_gone(self, wave, index):
        """The task has ended, and its results have had time to appear."""
        key = (wave.name, index)
        if key in self.queue:
            self.gone.pop(key, None)
            return False
        now = time.monotonic()
        since = self.gone.setdefault(key, now)
        return now - since > (SETTLE_SAID if wave.status(index) == 0 else SETTLE)

    def _lose(self, wave, index, run):
        """A task has ended without all its results: the first that is missing is the one that it was
        at. Those behind it are only missing."""
        self.barren += 1
        wave.lose(index, run)
        if run not in self.missing or self._losses()[run] < ATTEMPTS:
            return  # it is not wanted this time, or gets another
        log, words = wave.log(index), wave.words(index)
        status = wave.status(index)
        if status not in (None, 0) and status < 128 or not self.store.done():
            for ended in self.waves:
                ended.forget({index for name, index in self.queue if name == ended.name})
            raise SlurmError(f"the tasks on Slurm do not work: {last_words(words)} ({log})" if words
                             else f"the tasks on Slurm leave no log: {log} should be on a file "
                             "system that the nodes have too")
        command = self.worker.simulator.debug_command(self.worker.scenario,
                                                      self.missing[run].settings)
        self.store.fail(run, f"its task on Slurm ended {ATTEMPTS} times without a result", words,
                        command)

    def _losses(self):
        """{run: tasks that have ended at it}"""
        counts = {}
        for wave in self.waves:
            for run in wave.losses:
                counts[run] = counts.get(run, 0) + 1
        return counts

    # --- What is missing --------------------------------------------------------------------------

    def _submit(self):
        """Submits what is missing and in no task, unless tasks of ours are waiting already."""
        in_flight = {run for wave in self.waves for runs in wave.tasks.values() for run in runs}
        free = [run for run in self.missing if run not in in_flight]
        waiting = any(self.queue.get((wave.name, index), ("PENDING",))[0] == "PENDING"
                      and (wave.name, index) not in self.gone
                      for wave in self.waves for index in wave.tasks)
        if not free or waiting:
            return
        busy = sum(len(wave.tasks) for wave in self.waves)
        room = self.limits[1] - busy
        throttle = self.options.max_tasks and self.options.max_tasks - busy
        if room <= 0 or (throttle is not None and throttle <= 0):
            return
        if self.crowded is not None and busy >= self.crowded > 0:
            return
        tasks = self._tasks(free, busy)[:room]
        while tasks:
            count = min(len(tasks), self.largest)
            if not self._submit_array(tasks[:count], throttle):
                return
            tasks = tasks[count:]
            if throttle is not None:
                return  # the next array when this one has nothing waiting

    def _submit_array(self, tasks, throttle):
        """Did Slurm take it? If there was too much of it, the next one is smaller, and waits until
        some of ours have ended."""
        wave = slurm_wave.Wave.write(self.base, self.directory.name, tasks,
                                     shlex.join(command_line(self.store, "--from")))
        throttle = throttle if throttle and throttle < len(tasks) else None
        try:
            wave.taken(self.slurm.submit(wave.name, wave.script, len(tasks), wave.log(), throttle))
        except Refused as refusal:
            shutil.rmtree(wave.directory, ignore_errors=True)
            self.crowded = sum(len(wave.tasks) for wave in self.waves)
            if not refusal.crowded or (len(tasks) == 1 and not self.crowded):
                raise
            self.largest = max(1, len(tasks) // 2)
            return False
        self.crowded = None
        self.largest = min(self.limits[0], 2 * max(self.largest, len(tasks)))
        self.waves.append(wave)
        self.asked = float("-inf")  # the last answer does not know it
        return True

    def _tasks(self, free, busy):
        """The lists of runs of the next tasks. A run at which a task has ended is alone in its own,
        so that it does not hold up others."""
        series, losses = self.series, self._losses()
        suspects = [[run] for run in free if run in losses]
        others = [run for run in free if run not in losses]
        times = self.store.times()
        processors = self.slurm.free_processors()
        if self.options.max_tasks:
            processors = min(processors, self.options.max_tasks - busy)
        if not times and not self.probed:
            self.probed = True
            tasks = chunks.probes(others, series, processors)
        elif not times and busy:
            tasks = []  # what is being tried will tell
        else:
            seconds = chunks.estimate(others, series, times)
            tasks = chunks.pack(seconds, self.options.chunk_time, processors)
        if self.barren >= chunks.PROBES or (self.barren and not times):
            return (suspects + tasks)[:chunks.PROBES]
        return suspects + tasks


def run_all(missing, worker, options, progress):
    """Makes the missing runs of a plan on the cluster, and tells the progress of each. Raises
    SlurmError; on the user's interrupt, what Slurm has goes on."""
    Driver(missing, worker, options, progress).run()

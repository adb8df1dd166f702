# SPDX-License-Identifier: GPL-2.0-or-later
"""./roam sweep: plans a campaign, makes what is missing, collects, and says what came of it."""

import dataclasses
import pathlib
import sys
import tempfile
import textwrap

from . import collect
from . import local
from . import measures
from . import own
from . import plan as plans
from . import precision
from . import slurm
from . import tables
from . import tasks
from .campaign import Run, check_many
from .errors import CampaignError
from .files import hash_of, make_directory, read_json
from .progress import Progress, duration
from .simulator import Simulator
from .store import Store
from .worker import Outcome, Worker

PLAN, RECORD = "plan.csv", "campaign.json"
MEASURED = 4  # runs that --dry-run makes to learn how long one takes


@dataclasses.dataclass
class Options:
    """How, not what: none of it changes a result."""

    build: pathlib.Path
    out: pathlib.Path = None
    jobs: int = 2
    seeds: int = 0            # of each case at most; 0 is all
    limit: float = 0.0        # s of a run; 0 is the campaign's
    retry_failed: bool = False
    yes: bool = False
    force: bool = False       # overwrites tables that somebody has changed, or put there
    slurm: object = None      # slurm.Options, to run there


class Sweep:
    """One campaign in its directory."""

    def __init__(self, campaign, options):
        self.campaign = campaign
        self.options = options
        if options.seeds:
            campaign.seeds = campaign.seeds[:options.seeds]
            if campaign.precision:
                campaign.precision = dataclasses.replace(
                    campaign.precision, least=min(campaign.precision.least, len(campaign.seeds)))
        if options.limit:
            campaign.limit = options.limit
        if not options.yes:
            check_many(campaign.name, campaign.count, "up to " if campaign.precision else "")
        self.simulator = Simulator(options.build)
        self.simulator.watch(campaign.scenario)
        self.store = Store(options.out or pathlib.Path("out") / campaign.name)
        self.plan = []
        self.key = ""

    # --- Planning ----------------------------------------------------------------------------------

    def counts(self):
        """{case: seeds} to begin with."""
        if self.campaign.precision:
            return precision.first_counts(self.campaign)
        return {point.case: len(self.campaign.seeds) for point in self.campaign.points}

    def make_plan(self, counts):
        """The runs of so many seeds for each case; what was planned before is not resolved again."""
        runs = [Run(point, seed) for point in self.campaign.points
                for seed in self.campaign.seeds[:counts[point.case]]]
        self.key = plans.key_of(self.campaign, self.simulator, runs)
        self.plan = None
        path = self.store.directory / "plan.csv"
        try:
            record = read_json(self.store.directory / "campaign.json")
            # plan.csv may be newer than the record, of a campaign that was not collected
            if record["plan"] == self.key and record["plan_sha256"] == hash_of(path):
                self.plan = plans.read(path)
        except (OSError, ValueError, KeyError, CampaignError):
            pass
        if self.plan is None or len(self.plan) != len(runs):
            self.plan = plans.make(self.campaign, self.simulator, runs)

    def prepare(self):
        make_directory(self.store.directory)
        own.check(self.store.directory, [PLAN, RECORD, *collect.DERIVED], self.options.force)
        make_directory(self.store.runs)
        self.store.make()
        self.store.clean()

    def write_plan(self):
        with own.writing(self.store.directory, [PLAN], self.options.force):
            plans.write(self.store.directory / PLAN, self.plan, self.campaign.keys)
        tasks.write_context(self.store, self.campaign, self.simulator)

    def missing(self):
        """The runs that are still to be made, each once."""
        settled = self.store.done() | self.store.failures()
        return list({run.identity: run for run in self.plan if run.identity not in settled}.values())

    def failed(self):
        """The runs that have failed, each once."""
        failures = self.store.failures() - self.store.done()
        return list({run.identity: run for run in self.plan if run.identity in failures}.values())

    # --- Running -----------------------------------------------------------------------------------

    def make_missing(self):
        """Gives the outcomes that are errors of the machine: runs that are still to be made."""
        missing = self.missing()
        unmade = []
        distinct = len({run.identity for run in self.plan})
        with Progress(self.campaign.name, distinct, distinct - len(missing)) as progress:
            for run in self.failed():
                progress.known_failure(Outcome(run, True, self.store.error_of(run.identity)))
            done = progress.done

            def note(outcome):
                if outcome.error and not self.store.is_settled(outcome.run.identity):
                    unmade.append(outcome)
                done(outcome)

            progress.done = note
            if not missing:
                return []
            worker = Worker(self.store, self.simulator, self.campaign.scenario, self.campaign.limit)
            if self.options.slurm:
                slurm.run_all(missing, worker, self.options.slurm, progress)
            else:
                local.run_all(missing, worker, self.options.jobs, progress)
        return unmade

    def collect(self):
        """Tables and summary, unless those that are there are made from the same."""
        stamp = collect.stamp_of(self.store, self.plan)
        directory = self.store.directory
        names = [RECORD, *collect.DERIVED]
        if collect.is_collected(directory, stamp, self.key) and not own.foreign(directory, names):
            return
        with own.writing(directory, names, self.options.force):
            collect.write_campaign(directory, self.campaign, self.simulator.build, self.key, "")
            collect.collect(self.store, self.plan, self.campaign.keys, self.simulator.build)
            tables.summarise(directory, self.options.build)
            tables.write_paired(directory, self.options.build)
            collect.write_campaign(directory, self.campaign, self.simulator.build, self.key, stamp)

    def run(self):
        """The whole of it. Gives the number of runs of the plan that have no result."""
        counts = self.counts()
        self.make_plan(counts)
        self.prepare()
        tried = set()
        for line in [self.campaign.question, *self.campaign.notes]:
            if line:
                print(textwrap.fill(line, 100), file=sys.stderr)
        while True:
            if self.options.retry_failed:  # of each round, those that it brings
                self.store.forget_failures({run.identity for run in self.failed()} - tried)
                tried |= {run.identity for run in self.plan}
            self.write_plan()
            unmade = self.make_missing()
            self.collect()
            more = self.more_seeds(counts) if self.campaign.precision and not unmade else counts
            if more == counts:
                break
            grown = sum(more[case] > counts[case] for case in counts)
            print(f"{grown} of {len(counts)} cases are not within {self.campaign.precision.text} yet: "
                  f"{sum(more.values()) - sum(counts.values())} runs more", file=sys.stderr)
            counts = more
            self.make_plan(counts)
        self.tell_rest(counts)
        self.store.clean(finished=not self.missing())
        done = self.store.done()
        return sum(run.identity not in done for run in self.plan)

    def more_seeds(self, counts):
        return precision.next_counts(self.campaign, counts, self.of_measure())

    def of_measure(self):
        """{case: its row of summary.csv} of the measure that precision is about."""
        measure = measures.named(self.campaign.precision.measure)
        return {row["case"]: row for row in tables.read_summary(self.store.directory)
                if (row["table"], row["measure"]) == (measure.table, measure.column)}

    def tell_rest(self, counts):
        if self.campaign.precision:
            measure = measures.named(self.campaign.precision.measure)
            wide = precision.too_wide(self.campaign, counts, self.of_measure())
            for case, count, half in wide:
                width = self.width_of(case, half, measure)
                most = ", the most allowed," if count >= len(self.campaign.seeds) else ""
                print(f"{case}: {count} seeds{most} and {width}: not within "
                      f"{self.campaign.precision.text}", file=sys.stderr)
        self.tell_others()

    def width_of(self, case, half, measure):
        row = self.of_measure().get(case)
        if row and precision.is_censored(row):
            return (f"no interval, because {row['censored']} of {row['n']} runs have only a lower bound "
                    f"of the {measure.head}")
        return "no interval" if half is None else (
            f"an interval of +-{half * measure.scale:.3g} {measure.unit}")

    def tell_others(self):
        others = collect.other_runs(self.store, self.plan)
        if others:
            print(f"{others} runs of other settings or builds are in {self.store.runs} too; they are "
                  "in no table", file=sys.stderr)

    # --- Saying what would be done -----------------------------------------------------------------

    def dry_run(self):
        """One line: how many runs, and about how long."""
        self.make_plan(self.counts())
        missing = self.missing()
        distinct = len({run.identity for run in self.plan})
        text = f"{self.campaign.name}: {distinct} runs, {distinct - len(missing)} of them are there"
        if self.campaign.precision:
            text += f"; at most {self.campaign.count} until within {self.campaign.precision.text}"
        if not missing:
            return text + "; nothing to do"
        times = self.store.times()
        known = [times[run.identity] for run in self.plan if run.identity in times]
        of = f"{len(known)} runs measured before"
        if not known:
            known = self.measure(missing)
            of = f"{len(known)} run{'s' if len(known) > 1 else ''} made just now and thrown away"
        if not known:
            return text + "; how long can't be said: the run that was tried failed"
        each = sum(known) / len(known)
        total = each * len(missing) / self.options.jobs
        return (f"{text}; about {duration(total)} with {self.options.jobs} processes ({each:.2f} s a "
                f"run, of {of})")

    def measure(self, missing):
        """Seconds of a few runs, of different series."""
        first = {}
        for run in missing:
            first.setdefault(run.series, run)
        seconds = []
        with tempfile.TemporaryDirectory(prefix="roam-") as scratch:
            folder = pathlib.Path(scratch)
            for number, run in enumerate(list(first.values())[:MEASURED]):
                status, took = self.simulator.simulate(
                    self.campaign.scenario, run.settings, folder / str(number), folder / "log",
                    self.campaign.limit)
                if status == 0:
                    seconds.append(took)
        return seconds

    def task_list(self, per_task):
        """Plans, and gives the lines of the tasks that are missing."""
        if self.campaign.precision:
            raise CampaignError(f"{self.campaign.name}: --tasks: with a precision the runs are not "
                                "known beforehand; allowed are campaigns with a list of seeds")
        self.make_plan(self.counts())
        self.prepare()
        if self.options.retry_failed:
            self.store.forget_failures(run.identity for run in self.failed())
        self.write_plan()
        return tasks.task_lines(self.store, self.missing(), per_task)

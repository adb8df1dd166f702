# SPDX-License-Identifier: GPL-2.0-or-later
"""Every run of a campaign with its identity, in the campaign's order: plan.csv.

A run is named by a hash of what determines it: the resolved scenario with its scheme and seed, the
files that it reads, and the simulator's build. Runs that come to the same have the same name, and
are run once.
"""

import collections
import csv
import hashlib
import json
import pathlib

from .errors import CampaignError, run_label
from .files import whole

HEAD = ("run", "case", "series")


class Planned(collections.namedtuple("Planned", "identity case series settings")):
    """One run: its name, and what is set over the scenario, in the campaign's order."""

    __slots__ = ()

    def setting(self, key):
        return dict(self.settings).get(key, "")

    def label(self):
        return run_label(self.case, self.setting("seed"))


def identity_of(resolved, build):
    record = json.dumps({"scenario": resolved, "build": build}, sort_keys=True)
    return hashlib.sha256(record.encode()).hexdigest()[:20]


def resolve(campaign, simulator, runs):
    """The resolved scenarios of some runs. Those that are none are the user's mistakes, which are
    reported together, each with the first run that has it."""
    found = simulator.resolve(campaign.scenario, [run.settings for run in runs])
    wrong = {}
    for run, text in zip(runs, found):
        if text.startswith("! "):
            for mistake in text[2:].split("\t"):
                wrong.setdefault(mistake, run)
    if wrong:
        raise CampaignError("\n".join(f"{campaign.place(mistake)} (of {run.label()})"
                                      for mistake, run in wrong.items()))
    return found


def key_of(campaign, simulator, runs):
    """A hash that changes when any identity may change. What a run reads besides the scenario is
    decided by settings that are part of its series, so one run of each is resolved anew."""
    first = {}
    for run in runs:
        first.setdefault(run.series, run)
    try:
        resolved = resolve(campaign, simulator, list(first.values()))
    except CampaignError:
        resolve(campaign, simulator, runs)  # for the mistakes of the others
        raise
    record = [campaign.definition, simulator.build, [run.seed for run in first.values()], len(runs),
              hashlib.sha256("\n".join(run.seed for run in runs).encode()).hexdigest(),
              resolved]
    return hashlib.sha256(json.dumps(record).encode()).hexdigest()


def make(campaign, simulator, runs):
    """The plan of these runs."""
    return [Planned(identity_of(resolved, simulator.build), run.case, run.series, run.settings)
            for run, resolved in zip(runs, resolve(campaign, simulator, runs))]


def write(path, plan, keys):
    with whole(path) as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*HEAD, *keys])
        for run in plan:
            settings = dict(run.settings)
            writer.writerow([run.identity, run.case, run.series,
                             *(settings.get(key, "") for key in keys)])


def read(path, only=None):
    """The plan of a file; only: no other identities than these."""
    path = pathlib.Path(path)
    try:
        with open(path, newline="", encoding="utf-8") as file:
            reader = csv.reader(file)
            keys = next(reader)[len(HEAD):]
            return [Planned(*row[:3], tuple((key, text) for key, text in zip(keys, row[3:]) if text))
                    for row in reader if only is None or row[0] in only]
    except OSError as error:
        raise CampaignError(f"{path}: {error.strerror}") from None
    except (StopIteration, TypeError, UnicodeDecodeError, csv.Error):
        raise CampaignError(f"{path}: not a campaign's plan") from None

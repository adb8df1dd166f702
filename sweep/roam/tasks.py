# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs of a campaign as tasks of their own: `./roam task DIR ID...`, wherever the directory is
mounted. What a task has to know lies in work/context.json."""

import json
import pathlib
import shlex
import sys

from . import plan
from .errors import CampaignError
from .files import hash_of, read_json, write_whole
from .simulator import Simulator
from .store import Store
from .worker import Worker

SWEEP = pathlib.Path(__file__).resolve().parents[1]  # a folder that Python runs


def write_context(store, campaign, simulator):
    """What the tasks of this campaign are made with. It is not a result."""
    context = {"scenario": str(campaign.scenario.resolve()), "limit": campaign.limit,
               "scenario_sha256": hash_of(campaign.scenario),
               "simulator": str(simulator.program.parent), "build": simulator.build}
    write_whole(store.work / "context.json", json.dumps(context, indent=1) + "\n")


def command_line(store, *arguments):
    """The arguments of a process that makes some runs of the campaign."""
    return [sys.executable, str(SWEEP), "task", str(store.directory.resolve()), *arguments]


def task_lines(store, missing, per_task):
    """A plain list for GNU parallel and the like: a line for so many runs each."""
    for at in range(0, len(missing), per_task):
        yield shlex.join(command_line(store, *(r.identity for r in missing[at:at + per_task])))


def identities_of(args):
    found = list(args.runs)
    if args.list:
        try:
            found += pathlib.Path(args.list).read_text(encoding="utf-8").split()
        except OSError as error:
            raise CampaignError(f"{args.list}: {error.strerror}") from None
    if not found:
        raise CampaignError("task: found no run; allowed are names of the plan, or --from FILE")
    return list(dict.fromkeys(found))


def run_task(args):
    """Makes the runs named, one after the other, but for those that are there or failed. 0 also
    when runs failed: failed/ says so; 1 when one could not be made for the machine's sake."""
    store = Store(args.directory)
    try:
        context = read_json(store.work / "context.json")
    except (OSError, ValueError):
        raise CampaignError(f"{args.directory}: no campaign that ./roam sweep has planned") from None
    simulator = Simulator(context["simulator"])
    if simulator.build != context["build"]:
        raise CampaignError(f"{simulator.program}, or the ns-3 that this machine gives it, is another "
                            f"build than that of the campaign in {args.directory}; ./roam sweep "
                            "plans it anew")
    if hash_of(context["scenario"]) != context["scenario_sha256"]:
        raise CampaignError(f"{context['scenario']} is another than when the campaign in "
                            f"{args.directory} was planned; ./roam sweep plans it anew")
    simulator.watch(context["scenario"])
    wanted = identities_of(args)
    known = {run.identity: run for run in plan.read(store.directory / "plan.csv", set(wanted))}
    for identity in wanted:
        if identity not in known:
            raise CampaignError(f"{identity}: no run of {store.directory / 'plan.csv'}")
    worker = Worker(store, simulator, context["scenario"], context["limit"])
    unmade = 0
    for identity in wanted:
        if store.is_settled(identity):
            continue
        outcome = worker.make(known[identity])
        if outcome.error:
            print(f"failed: {outcome.run.label()}: {outcome.error}", file=sys.stderr, flush=True)
            unmade += not store.is_settled(identity)
    return 1 if unmade else 0

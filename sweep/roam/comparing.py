# SPDX-License-Identifier: GPL-2.0-or-later
"""./roam compare: schemes side by side in one world, without a campaign file."""

import pathlib
import subprocess

from . import campaign
from . import tables
from .errors import CampaignError
from .files import read_json

SEEDS = 10


def schemes_of(simulator, text):
    """The names asked for, or all that there are."""
    done = subprocess.run([str(simulator), "--list-schemes"], capture_output=True, text=True,
                          check=False)
    names = [line.split("\t")[0] for line in done.stdout.splitlines()]
    if not text:
        return names
    wanted = text.split(",")
    for name in wanted:
        if name not in names:
            raise CampaignError(f"--schemes: found '{name}'; allowed are " + ", ".join(names))
    return wanted


def setting_of(text, option):
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise CampaignError(f"{option}: found '{text}'; expected KEY=VALUE")
    return key, value


def varied_of(texts):
    """--vary KEY=A,B,C, each a list of values of one key."""
    varied = {}
    for text in texts:
        key, values = setting_of(text, "--vary")
        varied[key] = values.split(",")
        if key in ("seed", "scheme"):
            raise CampaignError(f"--vary: {key} has an option of its own, --{key}s")
    return varied


def campaign_of(args, simulator):
    """What the command line asks for, as a campaign file would say it."""
    scenario = pathlib.Path(args.scenario)
    if not scenario.is_file():
        raise CampaignError(f"{scenario}: no such file")
    schemes = schemes_of(simulator, args.schemes)
    settings = dict(setting_of(text, "--set") for text in args.set)
    for key in settings:
        if key in ("seed", "scheme"):
            raise CampaignError(f"--set: {key} has an option of its own, --{key}s")
    sweep = {"scheme": schemes, **{key: [value] for key, value in settings.items()},
             **varied_of(args.vary), "seed": {"from": 1, "to": args.seeds or SEEDS}}
    title = f"{', '.join(schemes)} in the world of {scenario.name}"
    measures = args.measures.split(",") if args.measures else []
    for name in measures:
        campaign.check_measure(name, "--measures")
    data = {"campaign": {"title": title, "measures": measures,
                         "question": f"What do {' and '.join(schemes)} come to in one world?"},
            "sweep": sweep}
    return campaign.campaign_of(data, scenario, f"compare-{scenario.stem}", "compare")


def paired_rows(out):
    """Header and rows of text: each measure of each case against what it is compared with, in pairs
    of the same seed."""
    record = read_json(out / "campaign.json")
    header = ["against " + tables.base_of(record), "measure", "pairs", "difference", "p"]
    rows = [[row["case_b"], f"{measure.head}, {measure.unit}", row["n"],
             tables.difference(row, measure), tables.p_value(row)]
            for measure in tables.measures_of(out) for row in tables.paired_of(out, measure)]
    return header, rows

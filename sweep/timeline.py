# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads what the figures want of a run's timeline.csv.gz and handovers.csv (doc/results.md)."""

import collections
import csv
import gzip
import pathlib

from errors import CampaignError
from files import read_csv

Delivery = collections.namedtuple("Delivery", "time seq size path")

MAIN_FLOW = "down"


def deliveries(run_directory):
    """The messages of the flow to the client, in the order in which its user got them."""
    path = pathlib.Path(run_directory) / "timeline.csv.gz"
    try:
        with gzip.open(path, "rt", newline="", encoding="utf-8") as file:
            return [Delivery(float(row["time"]), int(row["seq"]), int(row["bytes"]), row["path"])
                    for row in csv.DictReader(file)
                    if row["event"] == "deliver" and row["flow"] == MAIN_FLOW]
    except FileNotFoundError:
        raise CampaignError(f"{path}: not there") from None
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise CampaignError(f"{path}: not a run's timeline: {error}") from None


def origin(run_directory):
    """The zero of the time figures: when the rule fired for the first handover of the run; without
    that, when the handover began; without any, the first delivery."""
    for row in read_csv(pathlib.Path(run_directory) / "handovers.csv")[:1]:
        return float(row["t_trigger"] or row["t_open"])
    return next((d.time for d in deliveries(run_directory)), 0.0)

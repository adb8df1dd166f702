# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads what the figures want of a run's timeline.csv.gz, handovers.csv and flows.csv (doc/results.md)."""

import collections
import csv
import gzip
import pathlib

from . import phases
from .errors import CampaignError
from .files import read_csv

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


def handovers(run_directory):
    return read_csv(pathlib.Path(run_directory) / "handovers.csv")


def origin(run_directory, delivered):
    """The zero of the time figures: when the rule fired for the first handover of the run; without
    that, when the handover began; without any, the first delivery."""
    for row in handovers(run_directory)[:1]:
        return float(row["t_trigger"] or row["t_open"])
    return next((d.time for d in delivered), 0.0)


def settled(run_directory):
    """Seconds from the zero until the first handover has brought data over the new path and deliveries
    go on; nothing when that never was."""
    for row in handovers(run_directory)[:1]:
        if row.get("t_first_new") and row.get("outcome") != "broken":
            zero = float(row["t_trigger"] or row["t_open"])
            ends = [float(row[c]) for c in ("t_bound", "t_first_new") if row.get(c)]
            return max(0.0, max(ends) - zero) + float(row.get("interruption") or 0.0)
    return None


def bands(run_directory, zero):
    """The phases of all handovers, in seconds from the zero: begin, end, number."""
    return [(begin - zero, end - zero, number) for row in handovers(run_directory)
            for begin, end, number in phases.with_release(row)]


def interval(run_directory):
    """The nominal spacing of the main flow, s; 0 when flows.csv does not say."""
    path = pathlib.Path(run_directory) / "flows.csv"
    rows = read_csv(path) if path.is_file() else []
    return next((float(row["interval"]) for row in rows
                 if row.get("flow") == MAIN_FLOW and row.get("interval")), 0.0)

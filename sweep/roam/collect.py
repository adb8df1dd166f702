# SPDX-License-Identifier: GPL-2.0-or-later
"""Collects the runs of a campaign into tidy tables: one row per run, one row per handover.

The rows stand in the plan's order whatever the order in which the runs ended and wherever they
ran, so the same campaign gives the same bytes on one process and on a cluster. One run is held in
memory at a time, however many there are.
"""

import contextlib
import csv
import hashlib
import json
import os
import pathlib
import sqlite3

from .errors import CampaignError
from .files import hash_of, naming, read_csv, read_json, under_way, whole, write_whole
from .places import ROOT

CAMPAIGN_FORMAT = 2  # of campaign.json and the tables; a change that breaks readers makes it 3
TABLES = ("runs", "handovers")
WORDS = ("run", "case", "series", "build", "status")  # an identity may look like a number
DERIVED = ("runs.csv", "handovers.csv", "summary.csv", "survival.csv", "paired.csv",
           "campaign.sqlite")


def scalars(value, prefix=""):
    """The numbers and words of a JSON object by dotted name; lists and nulls are left out."""
    for key, inner in value.items():
        if isinstance(inner, dict):
            yield from scalars(inner, f"{prefix}{key}.")
        elif isinstance(inner, bool):
            yield prefix + key, int(inner)
        elif isinstance(inner, (int, float, str)):
            yield prefix + key, inner


def read_result(directory):
    return read_json(pathlib.Path(directory) / "result.json")


class TableWriter:
    """A CSV file whose rows may bring new columns; a value that a row does not have is empty. Rows
    go to the disk as they come; when all are there, those before a new column are filled up."""

    def __init__(self, path, columns):
        self.path = pathlib.Path(path)
        self.columns = {column: at for at, column in enumerate(columns)}
        self.rows = under_way(self.path, "rows")
        self.file = open(self.rows, "w", encoding="utf-8", newline="")
        self.writer = csv.writer(self.file, lineterminator="\n")

    def add(self, row):
        for column in row:
            self.columns.setdefault(column, len(self.columns))
        fields = [""] * len(self.columns)
        for column, value in row.items():
            fields[self.columns[column]] = value
        with naming(self.path):
            self.writer.writerow(fields)

    def finish(self):
        with naming(self.path):
            self.file.close()
        with whole(self.path) as out, open(self.rows, encoding="utf-8", newline="") as rows:
            writer = csv.writer(out, lineterminator="\n")
            writer.writerow(self.columns)
            for row in csv.reader(rows):
                writer.writerow(row + [""] * (len(self.columns) - len(row)))
        self.rows.unlink()

    def drop(self):
        with contextlib.suppress(OSError):
            self.file.close()
        with contextlib.suppress(OSError):
            self.rows.unlink(missing_ok=True)


def collect(store, plan, keys, build):
    """Writes runs.csv, handovers.csv and campaign.sqlite."""
    named = ["run", "case", "series", *keys]
    done, failed = store.done(), store.failures()
    runs = TableWriter(store.directory / "runs.csv", [*named, "status", "build"])
    handovers = TableWriter(store.directory / "handovers.csv", named)
    try:
        for run in plan:
            row = {"run": run.identity, "case": run.case, "series": run.series,
                   **{key: text for key, text in run.settings if key in keys}}
            if run.identity not in done:
                status = "failed" if run.identity in failed else "missing"
                runs.add({**row, "status": status, "build": build})
                continue
            add_run(runs, handovers, row, store.runs / run.identity, build)
        runs.finish()
        handovers.finish()
    finally:
        runs.drop()
        handovers.drop()
    write_sqlite(store.directory)


def add_run(runs, handovers, row, directory, build):
    try:
        result = read_result(directory)
        found = read_csv(directory / "handovers.csv")
    except (OSError, ValueError) as error:
        raise CampaignError(f"{directory}: not a whole run: {error}; remove it, and it is made "
                            "again") from None
    values = {key: value for key, value in scalars(result.get("results", {})) if key not in row}
    runs.add({**row, "status": "done", "build": build, **values, **offered_of(values)})
    for handover in found:
        handovers.add({**row, **{k: v for k, v in handover.items() if k not in row}})


def offered_of(values):
    """The goodput, bit/s, if all messages that were sent had been delivered: what it can be at most.
    Nothing where none was delivered."""
    goodput, sent, delivered = (values.get(key) for key in ("goodput", "sent", "delivered"))
    if not goodput or not delivered:
        return {}
    return {"offered": max(goodput, goodput * sent / delivered)}


def write_sqlite(directory):
    """The same tables once more, for whoever asks in SQL. Numbers are numbers there. The file is our
    own until it has its name: SQLite's locks, which not every NFS has, and its journal are left out."""
    path = directory / "campaign.sqlite"
    temporary = under_way(path)
    temporary.unlink(missing_ok=True)
    base = sqlite3.connect(f"{temporary.resolve().as_uri()}?nolock=1", uri=True)
    try:
        base.execute("PRAGMA journal_mode = OFF")
        with base:
            for name in TABLES:
                with open(directory / f"{name}.csv", newline="", encoding="utf-8") as file:
                    reader = csv.reader(file)
                    head = next(reader)
                    columns = ", ".join('"%s" %s' % (c.replace('"', '""'), "TEXT" if c in WORDS
                                                     else "NUMERIC") for c in head)
                    base.execute(f'CREATE TABLE "{name}" ({columns})')
                    marks = ", ".join("?" * len(head))
                    base.executemany(f'INSERT INTO "{name}" VALUES ({marks})',
                                     ([field or None for field in row] for row in reader))
        base.close()
        os.replace(temporary, path)
    except sqlite3.Error as error:
        raise CampaignError(f"{path}: {error}") from None
    finally:
        base.close()
        temporary.unlink(missing_ok=True)


def stamp_of(store, plan):
    """A hash of what the tables are made from: which runs there are, and what became of each."""
    done, failed = store.done(), store.failures()
    digest = hashlib.sha256()
    for run in plan:
        digest.update(run.identity.encode())
        digest.update(b"d" if run.identity in done else b"f" if run.identity in failed else b"m")
    return digest.hexdigest()


def is_collected(directory, stamp, plan_key):
    """True if the tables that are there are made from the same."""
    try:
        record = read_json(directory / "campaign.json")
        return (record.get("format") == CAMPAIGN_FORMAT and record.get("collected") == stamp
                and record.get("plan") == plan_key
                and all((directory / name).is_file() for name in DERIVED))
    except (OSError, ValueError):
        return False


def write_campaign(directory, campaign, build, plan_key, stamp):
    """campaign.json: what there is to say about the campaign as a whole."""
    record = {
        "format": CAMPAIGN_FORMAT, "name": campaign.name, "title": campaign.title, "question": campaign.question,
        "notes": campaign.notes, "measures": campaign.measures,
        "labels": campaign.labels, "font": campaign.font,
        "scenario": place_of(campaign.scenario),
        "scenario_sha256": hash_of(campaign.scenario), "build": build, "keys": campaign.keys,
        "axes": campaign.axes,
        "precision": campaign.precision.text if campaign.precision else None,
        "precision_measure": campaign.precision.measure if campaign.precision else None,
        "cases": [{"name": point.case, "series": point.series, "settings": dict(point.settings)}
                  for point in campaign.points],
        "plan": plan_key, "plan_sha256": hash_of(pathlib.Path(directory) / "plan.csv"),
        "collected": stamp,
    }
    write_whole(pathlib.Path(directory) / "campaign.json", json.dumps(record, indent=1) + "\n")


def place_of(scenario):
    """How a reader of the results finds the scenario: from the project's root, or by its name."""
    scenario = pathlib.Path(scenario).resolve()
    return str(scenario.relative_to(ROOT) if scenario.is_relative_to(ROOT) else scenario.name)


def other_runs(store, plan):
    """How many complete runs lie there that are not this campaign's."""
    return len(store.done() - {run.identity for run in plan})

# SPDX-License-Identifier: GPL-2.0-or-later
"""Collects the runs of a campaign into tidy tables: one row per run, one row per handover.

The rows stand in the campaign's order whatever the order in which the runs ended, so the same
campaign gives the same bytes on one process and on eight.
"""

import csv
import io
import json
import os
import pathlib
import sqlite3


def scalars(value, prefix=""):
    """The numbers and words of a JSON object by dotted name; lists and nulls are left out."""
    for key, inner in value.items():
        if isinstance(inner, dict):
            yield from scalars(inner, f"{prefix}{key}.")
        elif isinstance(inner, bool):
            yield prefix + key, int(inner)
        elif isinstance(inner, (int, float, str)):
            yield prefix + key, inner


def read_csv(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def read_result(directory):
    return json.loads((pathlib.Path(directory) / "result.json").read_text(encoding="utf-8"))


def write_whole(path, data):
    """The file is there complete or not at all."""
    path = pathlib.Path(path)
    mode = {"encoding": "utf-8"} if isinstance(data, str) else {}
    temporary = path.with_name(path.name + ".part")
    with open(temporary, "w" if isinstance(data, str) else "wb", **mode) as file:
        file.write(data)
    os.replace(temporary, path)


class Table:
    """Rows that may bring new columns; a value that a row does not have is empty."""

    def __init__(self, columns):
        self.columns = list(columns)
        self.rows = []

    def add(self, row):
        self.rows.append(row)
        self.columns += [column for column in row if column not in self.columns]

    def text(self):
        out = io.StringIO()
        writer = csv.DictWriter(out, self.columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.rows)
        return out.getvalue()


def tables_of(campaign, outcomes, build):
    """runs and handovers."""
    named = ["run", "case", *campaign.keys]
    runs = Table([*named, "status", "build"])
    handovers = Table(named)
    for outcome in outcomes:
        row = {"run": outcome.identity, "case": outcome.run.case}
        row.update((key, outcome.run.setting(key)) for key in campaign.keys)
        if outcome.error:
            runs.add({**row, "status": "failed", "build": build})
            continue
        result = read_result(outcome.directory)
        values = {key: value for key, value in scalars(result.get("results", {}))
                  if key not in row}
        runs.add({**row, "status": "done", "build": build, **values})
        for handover in read_csv(outcome.directory / "handovers.csv"):
            handovers.add({**row, **{k: v for k, v in handover.items() if k not in row}})
    return {"runs": runs, "handovers": handovers}


def write_sqlite(path, tables):
    """The same tables once more, for whoever asks in SQL. Numbers are numbers there."""
    temporary = pathlib.Path(f"{path}.part")
    temporary.unlink(missing_ok=True)
    base = sqlite3.connect(temporary)
    with base:
        for name, table in tables.items():
            columns = ", ".join('"%s" NUMERIC' % c.replace('"', '""') for c in table.columns)
            base.execute(f'CREATE TABLE "{name}" ({columns})')
            marks = ", ".join("?" * len(table.columns))
            base.executemany(f'INSERT INTO "{name}" VALUES ({marks})',
                             ([None if row.get(c, "") == "" else row[c] for c in table.columns]
                              for row in table.rows))
    base.close()
    os.replace(temporary, path)


def write_tables(directory, tables):
    directory = pathlib.Path(directory)
    for name, table in tables.items():
        write_whole(directory / f"{name}.csv", table.text())
    write_sqlite(directory / "campaign.sqlite", tables)


def write_campaign(directory, campaign, outcomes, build):
    """campaign.json: what the page says about the campaign as a whole."""
    cases = {}
    for run in campaign.runs:
        cases.setdefault(run.case, {k: v for k, v in run.settings if k != "seed"})
    record = {
        "name": campaign.name, "title": campaign.title, "question": campaign.question,
        "notes": campaign.notes, "measures": campaign.measures,
        "scenario": campaign.scenario.name, "build": build, "keys": campaign.keys,
        "cases": [{"name": name, "settings": settings} for name, settings in cases.items()],
        "runs": [{"run": o.identity, "case": o.run.case, "seed": o.run.setting("seed"),
                  "status": "failed" if o.error else "done", "error": o.error} for o in outcomes],
    }
    write_whole(pathlib.Path(directory) / "campaign.json", json.dumps(record, indent=2) + "\n")


def other_runs(directory, outcomes):
    """How many complete runs lie there that are not this campaign's."""
    mine = {outcome.identity for outcome in outcomes}
    return sum(path.parent.name not in mine
               for path in (pathlib.Path(directory) / "runs").glob("*/result.json"))

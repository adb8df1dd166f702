# SPDX-License-Identifier: GPL-2.0-or-later
"""The tables of runs and campaigns for programs: DataFrames where pandas is installed, lists of
dicts where it is not."""

import csv
import gzip
import pathlib
import re

from .collect import CAMPAIGN_FORMAT, WORDS, read_result
from .errors import Error
from .files import read_json
from .measures import DIMENSIONS, MEASURES

WHOLE = re.compile(r"[+-]?\d+")
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


def typed(name, texts):
    """The values of a column: int or float if all of them are numbers, else str. What is empty is
    None."""
    filled = [text for text in texts if text]
    kind = str
    if name not in WORDS:
        if all(WHOLE.fullmatch(text) for text in filled):
            kind = int
        elif all(NUMBER.fullmatch(text) for text in filled):
            kind = float
    return [kind(text) if text else None for text in texts]


def read_columns(path):
    """{column: texts} of a CSV file, packed or not."""
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rt", newline="", encoding="utf-8") as file:
            head, *rows = csv.reader(file)
    except FileNotFoundError:
        raise Error(f"{path}: not there") from None
    except (OSError, EOFError, ValueError, csv.Error) as error:
        raise Error(f"{path}: not a table of roam: {error}") from None
    if any(len(row) != len(head) for row in rows):
        raise Error(f"{path}: not a table of roam: its rows differ in length")
    columns = zip(*rows) if rows else ([] for _ in head)
    return {name: list(column) for name, column in zip(head, columns)}


def table_of(columns):
    """{column: texts} as a table with typed values."""
    values = {name: typed(name, texts) for name, texts in columns.items()}
    try:
        import pandas
    except ImportError:
        return [dict(zip(values, row)) for row in zip(*values.values())]
    return pandas.DataFrame(values)


def read_table(path):
    return table_of(read_columns(path))


def measure_table():
    """What a campaign can ask for: table and column, the name in a campaign's `measures`, and the
    unit of the column's values (missing for a plain number)."""
    rows = [(m.table, m.column, m.head, DIMENSIONS.get(m.unit, "")) for m in MEASURES]
    return table_of(dict(zip(("table", "column", "name", "unit"), map(list, zip(*rows)))))


class Run:
    """The directory of one run (doc/results.md). `result` is its result.json."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        try:
            self.result = read_result(self.directory)
        except FileNotFoundError:
            raise Error(f"{self.directory}: no run of roam-sim is there") from None
        except (OSError, ValueError) as error:
            raise Error(f"{self.directory / 'result.json'}: {error}") from None

    def __repr__(self):
        return f"<roam.Run {self.directory}: {self.result.get('outcome')}>"

    def handovers(self):
        """A row for each change of the serving cell."""
        return read_table(self.directory / "handovers.csv")

    def flows(self):
        """A row for each flow, `down` and `up`."""
        return read_table(self.directory / "flows.csv")

    def timeline(self):
        """A row for each event, in the order of time."""
        return read_table(self.directory / "timeline.csv.gz")


class Campaign:
    """The directory of a campaign that ./roam sweep, compare or demo has collected
    (doc/campaigns.md). `record` is its campaign.json."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        path = self.directory / "campaign.json"
        try:
            self.record = read_json(path)
        except FileNotFoundError:
            raise Error(f"{self.directory}: no campaign is there; ./roam sweep makes one") from None
        except (OSError, ValueError) as error:
            raise Error(f"{path}: {error}") from None
        if self.record.get("format") != CAMPAIGN_FORMAT:
            raise Error(f"{path}: found format {self.record.get('format')}; expected "
                        f"{CAMPAIGN_FORMAT}; the same ./roam sweep collects it anew")

    def __repr__(self):
        return f"<roam.Campaign {self.directory}: {self.record.get('title')}>"

    def runs(self):
        """A row for each run of the plan, also for those that failed (column `status`)."""
        return read_table(self.directory / "runs.csv")

    def handovers(self):
        """A row for each handover of all runs."""
        return read_table(self.directory / "handovers.csv")

    def flows(self):
        """A row for each flow of all runs that are done."""
        runs = read_columns(self.directory / "runs.csv")
        shared = ["run", "case", "series", *self.record["keys"]]
        found = {name: [] for name in shared}
        for at, status in enumerate(runs["status"]):
            if status != "done":
                continue
            flows = read_columns(self.run(runs["run"][at]).directory / "flows.csv")
            for name, texts in flows.items():
                found.setdefault(name, []).extend(texts)
            for name in shared:
                found[name] += [runs[name][at]] * len(flows["flow"])
        return table_of(found)

    def summary(self):
        """Means, intervals and order statistics by case and measure (doc/statistics.md)."""
        return read_table(self.directory / "summary.csv")

    def paired(self):
        """Differences in pairs of the same seed, with their tests."""
        return read_table(self.directory / "paired.csv")

    def run(self, name):
        """One run, by its name in column `run`."""
        directory = self.directory / "runs" / str(name)
        if not directory.is_dir():
            raise Error(f"{self.directory}: found run '{name}'; expected one that is done, as "
                        "column run of runs.csv names it")
        return Run(directory)

    def timeline(self, name):
        """The timeline of one run, by its name in column `run`."""
        return self.run(name).timeline()

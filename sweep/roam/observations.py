# SPDX-License-Identifier: GPL-2.0-or-later
"""What the figures of a campaign want of its tables. The tables are read a row at a time, and only
the numbers that were asked for are kept: 100,000 runs are no more than some columns of numbers."""

import array
import collections
import csv
import math
import operator
import re

from . import phases
from . import tables
from .errors import CampaignError

# Of a case: its mean and the interval, in base units; or, when some values are only lower bounds, what
# the mean is at least.
Mean = collections.namedtuple("Mean", "value low high is_bound")

SIGNAL = re.compile(r"(\S+):(\d+)/(\d+)")


def table_of(layout, measure):
    """The table that has a measure as a column, handovers or runs; of both it is as the campaign
    lists it, or of the first."""
    listed = [m.table for m in tables.measures_of(layout.directory) if m.column == measure]
    for table in [*listed, "handovers", "runs"]:
        if measure in tables.columns_of(layout.directory / f"{table}.csv"):
            return table
    raise CampaignError(f"{layout.directory}: no measure '{measure}' in handovers.csv or runs.csv")


def columns_of(layout, table, *names):
    """Tuples of these columns of each row; a column that the table does not have is empty. (Most
    tables have ten times as many columns: a dictionary of each row would take most of the time.)"""
    path = layout.directory / f"{table}.csv"
    try:
        with open(path, newline="", encoding="utf-8") as file:
            reader = csv.reader(file)
            header = next(reader, [])
            at = [header.index(name) if name in header else len(header) for name in names]
            wanted = operator.itemgetter(*at, len(header))
            for row in reader:
                row.append("")
                yield wanted(row)[:-1]
    except IndexError:
        raise CampaignError(f"{path}: a row that is too short") from None
    except (OSError, csv.Error, UnicodeDecodeError) as error:
        raise CampaignError(f"{path}: {error}") from None


def number(text, column, path):
    try:
        return float(text) if text else math.nan
    except ValueError:
        raise CampaignError(f"{path}: {column}: '{text}' is no number") from None


class Values:
    """The numbers of a case in the table's order, NaN where a field is empty, and for each 1 when it is
    only a lower bound."""

    def __init__(self):
        self.numbers = array.array("d")
        self.bounds = array.array("b")

    def scaled(self, factor):
        """[(number, is a lower bound)] in order of size, measured before bounds, NaN last."""
        pairs = zip((factor * v for v in self.numbers), map(bool, self.bounds))
        return sorted(pairs, key=lambda pair: (math.isnan(pair[0]), *pair))

    def there(self):
        return [v for v in self.numbers if not math.isnan(v)]


def values_of(layout, measure, cases):
    """(the table, {case: its Values})"""
    table = table_of(layout, measure)
    found = {case.name: Values() for case in cases}
    path = layout.directory / f"{table}.csv"
    for case, status, text, flag in columns_of(layout, table, "case", "status", measure,
                                               f"{measure}_censored"):
        if case in found and status in ("", "done"):
            found[case].numbers.append(number(text, measure, path))
            found[case].bounds.append(flag == "1")
    return table, found


class Means:
    """Means of lists of numbers: of the handovers of a run first, then of the runs."""

    def __init__(self, width):
        self.total = [0.0] * width
        self.runs = 0
        self.run = None
        self.within = []

    def add(self, run, values):
        """The rows of a run stand together."""
        if run != self.run:
            self.close()
            self.run = run
        self.within.append(values)

    def close(self):
        if self.within:
            self.runs += 1
            for i, column in enumerate(zip(*self.within)):
                self.total[i] += math.fsum(column) / len(column)
            self.within = []

    def means(self):
        self.close()
        return [value / self.runs for value in self.total] if self.runs else None


def phases_of(layout, cases):
    """{case: (mean seconds of each phase or None, handovers with data over the new path, all)}"""
    means = {case.name: Means(len(phases.MOMENTS)) for case in cases}
    counts = {case.name: [0, 0] for case in cases}
    moments = ("t_last_old", *phases.MOMENTS)
    for case, run, *texts in columns_of(layout, "handovers", "case", "run", *moments):
        if case in means:
            counts[case][1] += 1
            lengths = phases.lengths(dict(zip(moments, texts)))
            if lengths:
                counts[case][0] += 1
                means[case].add(run, lengths)
    return {name: (mean.means(), *counts[name]) for name, mean in means.items()}


def signalling_of(layout, cases):
    """(types, {case: {type: (bytes, messages)}}): means of a handover."""
    types = set()
    for text in {text for text, in columns_of(layout, "handovers", "signalling")}:
        types.update(found[1] for found in SIGNAL.finditer(text))
    types = sorted(types)
    place = {name: 2 * i for i, name in enumerate(types)}
    means = {case.name: Means(2 * len(types)) for case in cases}
    for case, run, text in columns_of(layout, "handovers", "case", "run", "signalling"):
        if case in means:
            values = [0.0] * (2 * len(types))
            for name, messages, size in SIGNAL.findall(text):
                values[place[name]] = float(size)
                values[place[name] + 1] = float(messages)
            means[case].add(run, values)
    found = {}
    for name, mean in means.items():
        values = mean.means()
        found[name] = {t: (values[place[t]], values[place[t] + 1]) for t in types} if values else {}
    return types, found


def summary_of(layout, build, measure):
    """{case: its Mean}, by roam-stats; a mean without an interval is its own."""
    path = layout.directory / "summary.csv"
    table = table_of(layout, measure)
    rows = tables.read_csv(path) if path.is_file() else tables.summarise(layout.directory, build)
    rows = [row for row in rows if (row["measure"], row["table"]) == (measure, table)]
    if not rows:
        path = layout.directory / f"{table}.csv"
        rows = tables.rows_of(tables.run_stats(
            build, ["summary", "--by", "case", "--within", "run", "--measure", measure,
                    *tables.ranges_of([measure], path)], path))
    found = {}
    for row in rows:
        text = row["mean"] or row["at_least"]
        if text:
            mean = float(text)
            found[row["case"]] = Mean(mean, float(row["ci_low"] or mean),
                                      float(row["ci_high"] or mean), not row["mean"])
    return found

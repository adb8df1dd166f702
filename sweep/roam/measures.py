# SPDX-License-Identifier: GPL-2.0-or-later
"""What a campaign can measure: which column of which table, and how it is shown."""

import collections

# range: what it can be, LOW:HIGH as `roam-stats --range` reads it, so that no interval of a mean leaves
# it; HIGH may be a column. standard: it is in the table of a campaign that names no measures.
Measure = collections.namedtuple("Measure", "table column head unit scale digits range standard",
                                 defaults=["0:", True])

# What the result table can show, in its order; what is not standard is there when the campaign asks
# for it. The column is looked for in the table named; a campaign without it has one column less.
MEASURES = [
    Measure("handovers", "latency", "latency", "ms", 1e3, 1, ":"),
    Measure("handovers", "interruption", "interruption", "ms", 1e3, 1),
    Measure("handovers", "silence", "silence", "ms", 1e3, 1),
    Measure("handovers", "lost", "lost", "messages", 1, 1),
    Measure("handovers", "unfinished", "unfinished", "messages", 1, 1),
    Measure("handovers", "duplicated", "duplicated", "messages", 1, 1),
    Measure("runs", "goodput", "goodput", "Mbit/s", 1e-6, 3, "0:offered"),
    Measure("handovers", "signalling_bytes", "signalling", "bytes", 1, 0),
    Measure("runs", "primary_changes", "primary changes", "a run", 1, 1, "0:", False),
    Measure("runs", "handovers", "handovers", "a run", 1, 1, "0:", False),
    Measure("runs", "ping_pong", "ping-pongs", "a run", 1, 1, "0:", False),
    Measure("runs", "longest_gap", "longest gap", "ms", 1e3, 1, "0:", False),
    Measure("runs", "delay_mean", "mean delay", "ms", 1e3, 2, "0:", False),
    Measure("runs", "delay_p95", "p95 delay", "ms", 1e3, 2, "0:", False),
    Measure("runs", "jitter", "jitter", "ms", 1e3, 3, "0:", False),
    Measure("runs", "loss", "loss", "%", 1e2, 3, "0:1"),
    Measure("handovers", "reordered", "reordered", "messages", 1, 1, "0:", False),
    Measure("handovers", "retransmitted", "retransmitted", "packets", 1, 1, "0:", False),
    Measure("runs", "signalling_bytes", "signalling of the run", "bytes", 1, 0, "0:", False),
]

# Of a measure's unit: that of its column. What is not here is a plain number.
DIMENSIONS = {"ms": "s", "Mbit/s": "bit/s", "bytes": "B"}

MEASURE_NAMES = tuple(measure.head for measure in MEASURES)


def named(head):
    return next(measure for measure in MEASURES if measure.head == head)


def range_of(column, columns):
    """What a column can be, where the table has these columns."""
    found = next((m.range for m in MEASURES if m.column == column), ":")
    low, _, high = found.partition(":")
    known = not high or high in columns or high.replace(".", "").isdecimal()
    return f"{low}:{high if known else ''}"

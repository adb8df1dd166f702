# SPDX-License-Identifier: GPL-2.0-or-later
"""What a campaign can measure: which column of which table, and how it is shown."""

import collections

Measure = collections.namedtuple("Measure", "table column head unit scale digits standard",
                                 defaults=[True])

# What the result table can show, in its order; what is not standard is there when the campaign asks
# for it. The column is looked for in the table named; a campaign without it has one column less.
MEASURES = [
    Measure("handovers", "latency", "latency", "ms", 1e3, 1),
    Measure("handovers", "interruption", "interruption", "ms", 1e3, 1),
    Measure("handovers", "lost", "lost", "messages", 1, 1),
    Measure("handovers", "duplicated", "duplicated", "messages", 1, 1),
    Measure("runs", "goodput", "goodput", "Mbit/s", 1e-6, 3),
    Measure("handovers", "signalling_bytes", "signalling", "bytes", 1, 0),
    Measure("runs", "primary_changes", "primary changes", "a run", 1, 1, False),
    Measure("runs", "handovers", "handovers", "a run", 1, 1, False),
    Measure("runs", "ping_pong", "ping-pongs", "a run", 1, 1, False),
    Measure("runs", "longest_gap", "longest gap", "ms", 1e3, 1, False),
    Measure("runs", "delay_mean", "mean delay", "ms", 1e3, 2, False),
    Measure("runs", "delay_p95", "p95 delay", "ms", 1e3, 2, False),
    Measure("runs", "jitter", "jitter", "ms", 1e3, 3, False),
    Measure("runs", "loss", "loss", "%", 1e2, 3, False),
    Measure("handovers", "reordered", "reordered", "messages", 1, 1, False),
    Measure("handovers", "retransmitted", "retransmitted", "packets", 1, 1, False),
    Measure("runs", "signalling_bytes", "signalling of the run", "bytes", 1, 0, False),
]

# Of a measure's unit: that of its column. What is not here is a plain number.
DIMENSIONS = {"ms": "s", "Mbit/s": "bit/s", "bytes": "B"}

MEASURE_NAMES = tuple(measure.head for measure in MEASURES)


def named(head):
    return next(measure for measure in MEASURES if measure.head == head)

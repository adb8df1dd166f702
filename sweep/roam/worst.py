# SPDX-License-Identifier: GPL-2.0-or-later
"""The runs that a reader would look at first, and the command that runs each again."""

import math
import shlex

from . import observations

MOST = 10  # of them on a page


def command(record, case, seed):
    """The line that makes this run again. case: as campaign.json has it."""
    words = ["./roam", "run", record["scenario"]]
    settings = dict(case["settings"])
    if "scheme" in settings:
        words += ["--scheme", settings.pop("scheme")]
    if seed:
        words += ["--seed", seed]
    for key, value in settings.items():
        words += ["--set", f"{key}={value}"]
    return shlex.join(words)


def weight(outcome, interruption, latency):
    """By which runs are compared: broken before interrupted before slow."""
    return (outcome == "broken", interruption if not math.isnan(interruption) else -1.0,
            latency if not math.isnan(latency) else -math.inf)


def worst(layout):
    """[(case, seed, run, outcome, s of interruption, s of latency, [which of these are lower bounds])]: of each case the run with the
    worst handover, the worst of them first, at most MOST. Those in which nothing happened are not."""
    found = {}
    path = layout.directory / "handovers.csv"
    for case, run, seed, outcome, *flags_and_texts in observations.columns_of(
            layout, "handovers", "case", "run", "seed", "outcome", "interruption_censored",
            "latency_censored", "interruption", "latency"):
        bounds = [flag == "1" for flag in flags_and_texts[:2]]
        interruption, latency = (observations.number(text, column, path)
                                 for text, column in zip(flags_and_texts[2:],
                                                         ("interruption", "latency")))
        score = weight(outcome, interruption, latency)
        if case not in found or score > found[case][0]:
            found[case] = (score, (case, seed, run, outcome, interruption, latency, bounds))
    ordered = sorted(found.values(), key=lambda item: item[0], reverse=True)
    return [row for _, row in ordered[:MOST]]


def milliseconds(value, is_bound=False):
    return "-" if math.isnan(value) else f"{'> ' * is_bound}{round(1e3 * value, 1) + 0.0:.1f}"


def table(layout):
    """Header and rows of text for the page; the last column is the command."""
    cases = {case["name"]: case for case in layout.record["cases"]}
    rows = [[case, seed or "-", outcome or "-", milliseconds(interruption, bounds[0]),
             milliseconds(latency, bounds[1]), command(layout.record, cases[case], seed)]
            for case, seed, _, outcome, interruption, latency, bounds in worst(layout) if case in cases]
    return {"header": ["case", "seed", "outcome", "interruption, ms", "latency, ms", "again with"],
            "rows": rows}

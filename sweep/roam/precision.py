# SPDX-License-Identifier: GPL-2.0-or-later
"""How many seeds a case needs until its interval is narrow enough.

Each case begins with the least number of seeds. Then, in rounds: where half of the 95 % interval of
the measure is still wider than asked for, the case gets as many seeds as its own spread says it
will need, n (h / wanted)^2, but at least a tenth more and at most twice as many as it has. What a
case gets depends on its own results alone, so the order of the runs and the place where they ran
decide nothing.

Looking at the data to decide when to stop makes intervals a little too narrow; doc/statistics.md
says by how much.
"""

import math


def first_counts(campaign):
    """{case: seeds} of the first round."""
    return {point.case: campaign.precision.least for point in campaign.points}


def wanted_width(precision, mean, scale=1.0):
    """What half of the interval may be, in the unit of the mean."""
    return abs(mean) * precision.relative if precision.relative else precision.absolute * scale


def seeds_for(precision, n, mean, half):
    """How many seeds, when n of them gave this mean and this half of an interval."""
    wanted = wanted_width(precision, mean)
    if half <= wanted:
        return n
    if wanted <= 0:
        return 2 * n
    needed = math.ceil(n * (half / wanted) ** 2)
    return max(math.ceil(1.1 * n), min(needed, 2 * n))


def next_counts(campaign, counts, summary):
    """The counts of the next round; the same when no case needs more. summary: for each case a row
    of the measure, as roam-stats gives it, or nothing when no run of it is done."""
    most = len(campaign.seeds)
    after = {}
    for case, count in counts.items():
        row = summary.get(case)
        after[case] = count
        if count >= most or not row or is_censored(row):
            continue
        if not row["ci_low"] or int(row["n"]) < 2:
            after[case] = min(most, 2 * count)  # nothing can be said of its spread yet
            continue
        mean, low, high = (float(row[k]) for k in ("mean", "ci_low", "ci_high"))
        after[case] = min(most, seeds_for(campaign.precision, count, mean, (high - low) / 2))
    return after


def is_censored(row):
    """True if some of the values are only lower bounds: however many seeds there are, there is no
    interval of the mean."""
    return row.get("censored", "0") != "0"


def too_wide(campaign, counts, summary):
    """The cases that have used up their seeds and are not narrow enough, with their half width."""
    found = []
    for case, count in counts.items():
        row = summary.get(case)
        if not row or not row["ci_low"]:
            found.append((case, count, None))
            continue
        mean, low, high = (float(row[k]) for k in ("mean", "ci_low", "ci_high"))
        if (high - low) / 2 > wanted_width(campaign.precision, mean):
            found.append((case, count, (high - low) / 2))
    return found

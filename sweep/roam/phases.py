# SPDX-License-Identifier: GPL-2.0-or-later
"""The phases of a handover: what the time from the last packet over the old path to the first over the
new one was spent on. doc/figures.md says why they are cut so."""

import math

# A phase ends with its moment. The order is that of style.gp's phase_name, and decides for moments
# of the same time.
MOMENTS = ("t_open", "t_trigger", "t_link", "t_detect", "t_address", "t_signal", "t_bound", "t_first_new")
NAMES = ("loss noticed", "rule", "link", "detection", "address", "first signal", "binding",
         "first data", "release")
RELEASE = len(MOMENTS)


def moment(row, column):
    return float(row[column]) if row.get(column) else math.nan


def stretches(row, begin):
    """[(begin, end, number of the phase)] of a row of handovers.csv, in order of time and without a
    gap from a time on: the stretch between two moments belongs to the later of them. What came
    before it or after the first data has none."""
    at = begin
    end = moment(row, "t_first_new")
    moments = sorted((moment(row, column), i) for i, column in enumerate(MOMENTS) if row.get(column))
    found = []
    for time, number in moments:
        if time > at and not time > end:
            found.append((at, time, number))
            at = time
    return found


def lengths(row):
    """Seconds of each phase of MOMENTS, which add up to t_first_new - t_last_old, or to 0 when both paths
    carried data at once; from t_open where the old path carried none. Nothing for a handover that
    brought no data over the new path."""
    if not row.get("t_first_new") or not row.get("t_open"):
        return None
    found = [0.0] * len(MOMENTS)
    for begin, end, number in stretches(row, moment(row, "t_last_old" if row.get("t_last_old")
                                                    else "t_open")):
        found[number] += end - begin
    return found


def with_release(row):
    """The same from the opening of the handover, or from the last packet over the old path if that was
    before it; and from the last of them to the release of the old address."""
    begin = min(moment(row, column) for column in ("t_open", "t_last_old") if row.get(column))
    found = stretches(row, begin)
    last = found[-1][1] if found else moment(row, "t_open")
    release = moment(row, "t_release")
    return found + ([(last, release, RELEASE)] if found and release > last else [])

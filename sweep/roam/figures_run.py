# SPDX-License-Identifier: GPL-2.0-or-later
"""The figures over time, of one run or of some beside each other, and the message ladder of one."""

import math
import pathlib
import re

from . import gnuplot
from . import phases
from . import timeline
from .errors import CampaignError
from .gnuplot import part_name

LONGEST = 12.0   # s after the trigger; as much as a broken session is shown
SHORTEST = 1.0   # s after it, however quick the handover
BINS = 70        # of throughput, or fewer
PACKETS = 5      # and as many packets in each, or its noise would be all that is seen
MOST_PATHS = 6
MOST_PANELS = 6  # of one figure; more runs have several figures

ENTITIES = re.compile(r"(\w+(?:\s*,\s*\w+)*);")
ARC = re.compile(r'(\w+)\s*(=>|-x|note)\s*(\w+)\s*\[\s*label\s*=\s*"([^"]*)"\s*\];')
TIMED = re.compile(r"([\d.]+ s): (.*)")


class Seen:
    """What is drawn of one run: its deliveries by time from the zero, and its phases."""

    def __init__(self, title, style, directory):
        self.title, self.style, self.directory = title, style, directory
        delivered = timeline.deliveries(directory)
        self.zero = timeline.origin(directory, delivered)
        self.deliveries = [d._replace(time=d.time - self.zero) for d in delivered]
        self.bands = timeline.bands(directory, self.zero)
        self.settled = timeline.settled(directory)
        self.interval = timeline.interval(directory)


def run_parts(runs):
    """The runs of each figure, with about as many panels in each."""
    count = max(1, math.ceil(len(runs) / MOST_PANELS))
    ends = [round(k * len(runs) / count) for k in range(count + 1)]
    return [runs[a:b] for a, b in zip(ends, ends[1:])]


def window(seen):
    """(begin, end), s from the trigger: as long as the slowest of them needs, and as much again."""
    settled = [LONGEST if one.settled is None else 2.5 * one.settled for one in seen]
    end = min(LONGEST, max([SHORTEST, *settled]))
    return -max(0.3, end / 6), end


def width_of_bin(seen, begin, end):
    """A whole number of the flow's intervals, so that each bin holds as many packets."""
    interval = max(one.interval for one in seen)
    if not interval:
        return (end - begin) / BINS
    return interval * max(PACKETS, math.ceil((end - begin) / BINS / interval))


def bands_in(seen, begin, end):
    """The phases of each run that are in the window, cut to it, numbered from 1; and which occur."""
    parts = [[(max(b, begin), min(e, end), k + 1) for b, e, k in one.bands if e > begin and b < end]
             for one in seen]
    return parts, sorted({k for part in parts for _, _, k in part})


def throughput(directory, runs, part=0):
    """One part of the runs; all parts have the same axes. runs: (title, style, run directory). Runs without a
    handover begin at their first delivery."""
    everything = [Seen(*run) for run in runs]
    begin, end = window(everything)
    width = width_of_bin(everything, begin, end)
    top = max((y for one in everything for _, y in bins_of(one, begin, end, width)), default=0.0)
    seen = run_parts(everything)[part]
    shades, used = bands_in(seen, begin, end)
    parts = []
    for one, shade in zip(seen, shades):
        parts += [shade, bins_of(one, begin, end, width)]
    return gnuplot.draw(directory, part_name("throughput", part), "throughput.gp",
                        gnuplot.blocks(parts, names_of(seen, ("phases", "throughput")), 3),
                        {**panels_of(seen), "phases": used or [phases.RELEASE + 1],
                         "shaded": int(bool(used)), "begin": begin, "end": end,
                         "top": 1.1 * top or 1.0})


def bins_of(one, begin, end, width):
    """[(begin of a bin, Mbit/s in it)] of a run, and the end of the last."""
    first, last = math.ceil(begin / width), math.floor(end / width)
    bits = [0] * (last - first)
    for delivery in one.deliveries:
        at = math.floor(delivery.time / width + 1e-9) - first
        if 0 <= at < len(bits):
            bits[at] += 8 * delivery.size
    steps = [((first + i) * width, b / width / 1e6) for i, b in enumerate(bits)]
    return steps + [(last * width, steps[-1][1])]


def names_of(seen, kinds):
    return [f"{one.title}, {kind}" for one in seen for kind in kinds]


def panels_of(seen):
    return {"titles": gnuplot.short([one.title for one in seen]),
            "colour": [one.style.colour for one in seen]}


def sequence(directory, runs, part=0):
    """One part of the runs. The paths are the client's addresses, and have one marker in all panels."""
    everything = [Seen(*run) for run in runs]
    begin, end = window(everything)
    seen = run_parts(everything)[part]
    shades, used = bands_in(seen, begin, end)
    inside = [[d for d in one.deliveries if begin <= d.time <= end] for one in seen]
    paths = sorted({d.path for delivered in inside for d in delivered})
    if len(paths) > MOST_PATHS:
        paths = paths[:MOST_PATHS - 1] + ["further paths"]
    paths = paths or ["none"]
    parts, bottoms, tops = [], [], []
    for delivered, shade in zip(inside, shades):
        by_path = {path: [] for path in paths}
        for d in delivered:
            by_path[d.path if d.path in by_path else paths[-1]].append((d.time, d.seq))
        parts += [shade, *by_path.values()]
        low, high = (min((d.seq for d in delivered), default=0),
                     max((d.seq for d in delivered), default=1))
        room = 0.05 * (high - low) or 1.0
        bottoms.append(low - room)
        tops.append(high + room)
    return gnuplot.draw(directory, part_name("sequence", part), "sequence.gp",
                        gnuplot.blocks(parts, names_of(seen, ("phases", *paths)), 3),
                        {**panels_of(seen), "paths": paths, "phases": used or [phases.RELEASE + 1],
                         "shaded": int(bool(used)), "begin": begin, "end": end,
                         "bottoms": bottoms, "tops": tops})


def arcs_of(path):
    """(who takes part, [(from, to, is a message, words)]) of a ladder.msc of roam-sim; that of a run
    without a handover has no arcs."""
    try:
        text = re.sub(r"^\s*#.*$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    except (OSError, UnicodeDecodeError) as error:
        raise CampaignError(f"{path}: {error}") from None
    body = text.partition("{")[2]
    entities = ENTITIES.search(body)
    names = re.split(r"\s*,\s*", entities[1]) if entities else []
    arcs = [(found[1], found[3], found[2] != "note", found[4]) for found in ARC.finditer(body)]
    if not names or not {name for arc in arcs for name in arc[:2]} <= set(names):
        raise CampaignError(f"{path}: not a ladder of roam-sim")
    return names, arcs


def ladder(directory, run_directory):
    """The message ladder of a run, or nothing when the run has none."""
    path = pathlib.Path(run_directory) / "ladder.msc"
    if not path.is_file():
        return None
    names, arcs = arcs_of(path)
    if not arcs:
        return None
    place = {name: i for i, name in enumerate(names, 1)}
    arrows, words, notes, times = [], [], [], []
    for row, (begin, end, is_message, text) in enumerate(arcs, 1):
        timed = TIMED.fullmatch(text)
        if timed:
            times.append((row, timed[1]))
            text = timed[2]
        if is_message and begin != end:
            arrows.append((place[begin], place[end], row))
            words.append(((place[begin] + place[end]) / 2, row, text))
        else:
            notes.append((place[begin], row, text))
    return gnuplot.draw(directory, "ladder", "ladder.gp",
                        gnuplot.blocks([arrows, words, notes, times],
                                       ["messages", "their words", "what happened", "times"], 3),
                        {"titles": names, "rows": len(arcs)})

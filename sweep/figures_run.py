# SPDX-License-Identifier: GPL-2.0-or-later
"""The figures over time, of one run or of some beside each other, and the message ladder of one."""

import math
import pathlib
import re

import gnuplot
import phases
import timeline
from errors import CampaignError

LONGEST = 12.0   # s after the trigger; as much as a broken session is shown
SHORTEST = 1.0   # s after it, however quick the handover
BINS = 70        # of throughput, or fewer
PACKETS = 5      # and as many packets in each, or its noise would be all that is seen
MOST_PATHS = 6

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


def throughput(directory, runs):
    """runs: (title, style, run directory). Runs without a handover begin at their first delivery."""
    seen = [Seen(*run) for run in runs]
    begin, end = window(seen)
    width = width_of_bin(seen, begin, end)
    first, last = math.ceil(begin / width), math.floor(end / width)
    shades, used = bands_in(seen, begin, end)
    parts = []
    for one, shade in zip(seen, shades):
        bits = [0] * (last - first)
        for delivery in one.deliveries:
            at = math.floor(delivery.time / width + 1e-9) - first
            if 0 <= at < len(bits):
                bits[at] += 8 * delivery.size
        steps = [((first + i) * width, b / width / 1e6) for i, b in enumerate(bits)]
        parts += [shade, steps + [(last * width, steps[-1][1])]]
    top = max((y for part in parts[1::2] for _, y in part), default=0.0) * 1.1 or 1.0
    return gnuplot.draw(directory, "throughput", "throughput.gp",
                        gnuplot.blocks(parts, names_of(seen, ("phases", "throughput")), 3),
                        {**panels_of(seen), "phases": used or [phases.RELEASE + 1],
                         "shaded": int(bool(used)), "begin": begin, "end": end, "top": top})


def names_of(seen, kinds):
    return [f"{one.title}, {kind}" for one in seen for kind in kinds]


def panels_of(seen):
    return {"titles": gnuplot.short([one.title for one in seen]),
            "colour": [one.style.colour for one in seen]}


def sequence(directory, runs):
    """The paths are the client's addresses, and have one marker in all panels."""
    seen = [Seen(*run) for run in runs]
    begin, end = window(seen)
    shades, used = bands_in(seen, begin, end)
    inside = [[d for d in one.deliveries if begin <= d.time <= end] for one in seen]
    paths = sorted({d.path for part in inside for d in part})
    if len(paths) > MOST_PATHS:
        paths = paths[:MOST_PATHS - 1] + ["further paths"]
    paths = paths or ["none"]
    parts, bottoms, tops = [], [], []
    for part, shade in zip(inside, shades):
        by_path = {path: [] for path in paths}
        for d in part:
            by_path[d.path if d.path in by_path else paths[-1]].append((d.time, d.seq))
        parts += [shade, *by_path.values()]
        low, high = (min((d.seq for d in part), default=0), max((d.seq for d in part), default=1))
        room = 0.05 * (high - low) or 1.0
        bottoms.append(low - room)
        tops.append(high + room)
    return gnuplot.draw(directory, "sequence", "sequence.gp",
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

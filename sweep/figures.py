# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes the data of each figure and has gnuplot draw it, as SVG for the page and as PNG to look at."""

import math
import pathlib
import subprocess

from errors import CampaignError
from collect import read_result
from files import write_whole
import timeline

PLOTS = pathlib.Path(__file__).resolve().parents[1] / "plots"
BEFORE = 2.0  # s of a figure before the trigger
AFTER = 12.0  # and after it
BIN = 0.2     # s, over which throughput is taken


def quoted(words):
    """A list as gnuplot's word() reads it. Its strings have no escape for a quote."""
    return " ".join('"%s"' % word.replace('"', "'") for word in words)


def gnuplot_value(value):
    return "'%s'" % value.replace("'", "''") if isinstance(value, str) else repr(value)


def draw(directory, name, data, **values):
    """Writes NAME.dat, NAME.gp, NAME.svg and NAME.png. Gives the path of the SVG. NAME.gp needs
    nothing but NAME.dat: a figure can be changed and drawn again with gnuplot alone."""
    directory = pathlib.Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    write_whole(directory / f"{name}.dat", data)
    settings = "".join(f"{key} = {gnuplot_value(value)}\n"
                       for key, value in {"data": f"{name}.dat", **values}.items())
    write_whole(directory / f"{name}.gp",
                f"if (!exists('out')) out = '{name}.svg'\n" + settings +
                "".join((PLOTS / part).read_text(encoding="utf-8") for part in
                        ("style.gp", f"{name}.gp")))
    for ending in ("svg", "png"):
        done = subprocess.run(["gnuplot", "-e", f"out = '{name}.{ending}'", f"{name}.gp"],
                              cwd=directory, capture_output=True, text=True, check=False)
        if done.returncode:
            raise CampaignError(f"gnuplot: {name}: {done.stderr.strip().splitlines()[-1]}")
    return directory / f"{name}.svg"


def blocks(parts):
    """gnuplot's blocks. One without points keeps its place with a point that is not drawn."""
    return "".join("".join(f"{x:.9g} {y:.9g}\n" for x, y in part or [(math.nan, math.nan)]) + "\n\n"
                   for part in parts).replace("nan", "NaN")


def throughput(directory, runs):
    """runs: (title, run directory). Runs without a handover begin at their first delivery."""
    parts = []
    top = 0.0
    count = round((BEFORE + AFTER) / BIN)
    for _, run in runs:
        origin = timeline.origin(run)
        bits = [0] * count
        for delivery in timeline.deliveries(run):
            at = math.floor((delivery.time - origin + BEFORE) / BIN)
            if 0 <= at < count:
                bits[at] += 8 * delivery.size
        parts.append([(i * BIN - BEFORE, b / BIN / 1e6) for i, b in enumerate(bits)])
        top = max([top] + [y for _, y in parts[-1]])
    return draw(directory, "throughput", blocks(parts), titles=quoted(t for t, _ in runs),
                begin=-BEFORE, end=AFTER, top=top * 1.1 or 1.0)


def sequence(directory, runs):
    """The paths are the client's addresses, and have one colour in all panels."""
    paths = []
    found = []
    for _, run in runs:
        origin = timeline.origin(run)
        by_path = {}
        for delivery in timeline.deliveries(run):
            at = delivery.time - origin
            if -BEFORE <= at <= AFTER:
                by_path.setdefault(delivery.path, []).append((at, delivery.seq))
        paths += [path for path in by_path if path not in paths]
        found.append(by_path)
    paths.sort()
    parts = [by_path.get(path) for by_path in found for path in paths or ["none"]]
    return draw(directory, "sequence", blocks(parts), titles=quoted(t for t, _ in runs),
                paths=quoted(paths or ["none"]), begin=-BEFORE, end=AFTER)


def interruption(directory, handovers):
    """handovers: rows with case and interruption. The part is of all handovers of the case."""
    values = {}
    for row in handovers:
        values.setdefault(row["case"], []).append(row["interruption"])
    longest = max((float(v) for vs in values.values() for v in vs if v), default=1.0)
    end = max(0.1, longest * 1.3)
    parts = []
    for texts in values.values():
        numbers = sorted(max(0.0, float(text)) for text in texts if text)
        steps = [(x, (i + 1) / len(texts)) for i, x in enumerate(numbers)]
        parts.append([(0.0, 0.0)] + steps + [(end, len(numbers) / len(texts))])
    # one in two is dashed, so that two which coincide are both seen
    styles = " ".join(f"{i % 7 + 1} {1 + i % 2 + 2 * (i // 7)}" for i in range(len(values)))
    return draw(directory, "interruption", blocks(parts), titles=quoted(values), end=end,
                styles=styles)


def of_run(run_directory):
    """The figures of one run, in its directory's figures/."""
    run_directory = pathlib.Path(run_directory)
    if not (run_directory / "result.json").is_file():
        raise CampaignError(f"{run_directory}: not a run's directory, there is no result.json")
    result = read_result(run_directory)
    runs = [(f"{result['scheme']}, seed {result['seed']}", run_directory)]
    return [draw_figure(run_directory / "figures", runs) for draw_figure in (throughput, sequence)]

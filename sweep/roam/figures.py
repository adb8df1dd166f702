# SPDX-License-Identifier: GPL-2.0-or-later
"""Which figures a run or a campaign has. Each lies in figures/ with its data and its script."""

import dataclasses
import itertools
import pathlib
import typing

from . import figures_campaign
from . import figures_run
from . import gnuplot
from . import measures as known_measures
from . import observations
from . import own
from . import series
from . import tables
from .errors import CampaignError
from .collect import read_result

MOST_RUNS = 12  # whose panels stand in one figure


@dataclasses.dataclass(frozen=True)
class Figure:
    """One figure that can be drawn: draw() gives its SVG's path, or nothing when there is no data."""

    kind: str
    draw: typing.Callable
    measure: str = ""
    axes: tuple = ()
    part: int = 0  # from 0, where so many series have several figures


def run_figures(directory, out=None):
    """Of one run."""
    try:
        result = read_result(directory)
        scheme = result["scheme"]
        title = f"{scheme}, seed {result['seed']}"
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CampaignError(f"{directory}: not a run's result.json: {error}") from None
    out = out or directory / "figures"
    return over_time(out, [(title, series.styles_of({title: scheme})[title], directory)], directory)


def over_time(out, runs, with_ladder):
    parts = range(len(figures_run.run_parts(runs)))
    found = [Figure(kind, lambda d=draw, p=part: d(out, runs, p), part=part)
             for kind, draw in (("throughput", figures_run.throughput),
                                ("sequence", figures_run.sequence)) for part in parts]
    return found + [Figure("ladder", lambda: figures_run.ladder(out, with_ladder))]


def first_runs(layout, cases):
    """{case: (run, seed)}: the first complete run of each of these cases."""
    wanted = {case.name for case in cases}
    found = {}
    for run, case, seed, status in observations.columns_of(layout, "runs", "run", "case", "seed",
                                                           "status"):
        if case in wanted and status == "done":
            found[case] = (run, seed)
            wanted.remove(case)
            if not wanted:
                break
    return found


def panels(layout):
    """What over_time() draws of a campaign: (runs, the seed of the first)."""
    cases = series.shown_cases(layout, MOST_RUNS)
    found = first_runs(layout, cases)
    cases = [case for case in cases if case.name in found]
    styles = figures_campaign.case_styles(layout, cases)
    names = figures_campaign.names_of(layout, cases)
    return ([(name, style, layout.directory / "runs" / found[case.name][0])
             for name, case, style in zip(names, cases, styles)],
            found[cases[0].name][1] if cases else "")


def measured(layout):
    """The columns of the campaign's measures that vary at all or are numbers of a handover."""
    return list(dict.fromkeys(m.column for m in tables.measures_of(layout.directory)))


def campaign_figures(layout, build, measures=None, axis=None):
    """Of a campaign: all that its axes, cases and measures give. Of axes that are zipped the first
    stands for all; another is drawn when it is asked for."""
    out = layout.directory / "figures"
    axes = figures_campaign.leading(layout.axes, layout.cases)
    axes += [a for a in layout.axes if a.key == axis and a not in axes]
    parts = range(len(figures_campaign.case_parts(layout)))
    found = []
    for measure in measures or measured(layout):
        found += [Figure("axis", lambda m=measure, a=axis, p=part: figures_campaign.against(
            out, layout, build, m, a, p), measure, (axis.key,), part) for axis in axes
            for part in range(len(figures_campaign.axis_parts(layout, axis)))]
        found += [Figure("heat", lambda m=measure, a=a, b=b: figures_campaign.heat(
            out, layout, build, m, a, b), measure, (a.key, b.key))
            for a, b in itertools.combinations(axes, 2)
            if figures_campaign.makes_a_map(layout, a, b)]
        found += [Figure("distribution", lambda m=measure, p=part: figures_campaign.distribution(
            out, layout, m, p), measure, (), part) for part in parts]
        found.append(Figure("boxes", lambda m=measure: figures_campaign.boxes(out, layout, m),
                            measure))
    found.append(Figure("phases", lambda: figures_campaign.stacked(out, layout)))
    found += [Figure("signalling", lambda p=part: figures_campaign.signalling(out, layout, p),
                     part=part) for part in parts]
    runs, _ = panels(layout)
    return found + (over_time(out, runs, run_with_ladder(layout, runs)) if runs else [])


def run_with_ladder(layout, runs):
    """One of those shown, if it has a ladder; or the campaign's first."""
    first = first_runs(layout, layout.cases[:1]).values()
    directories = [run[2] for run in runs] + [layout.directory / "runs" / name for name, _ in first]
    return next((d for d in directories if (d / "ladder.msc").is_file()), directories[0])


def column_of(measure):
    """A column by its own name or as the tables head it."""
    return next((m.column for m in known_measures.MEASURES if m.head == measure), measure)


def wanted(found, where, figure, measure, axis):
    """Those that were asked for. An error names what there is."""
    for name, given, known in (
            ("--figure", figure, [f.kind for f in found]),
            ("--measure", measure, [f.measure for f in found if f.measure]),
            ("--axis", axis, [key for f in found for key in f.axes])):
        if given and given not in known:
            there = ", ".join(dict.fromkeys(known)) or "none"
            raise CampaignError(f"{where}: {name}: no '{given}' here, but: {there}")
    chosen = [f for f in found if (not figure or f.kind == figure) and
              (not measure or f.measure == measure) and (not axis or axis in f.axes)]
    if not chosen:
        raise CampaignError(f"{where}: no figure is of all that: "
                            f"{' '.join(filter(None, (figure, measure, axis)))}")
    return chosen


def draw_all(found, force=False):
    """[(figure, path of its SVG)] of those that have data. A figure with a file that is not as roam
    wrote it stays as it is, and is named in an own.Foreign when the others are drawn; force draws it
    too."""
    drawn, kept = [], []
    for figure in found:
        try:
            path = figure.draw()
        except own.Foreign as error:
            if not force:
                kept += error.paths
                continue
            own.adopt(error.paths)
            path = figure.draw()
        if path:
            drawn.append((figure, path))
    if kept:
        raise own.Foreign(kept)
    return drawn


def paper_of(record, formats=(), font=None, column=False):
    """How the figures of a campaign are drawn; what is asked for counts more than its file."""
    return gnuplot.Paper(tuple(formats), font or record.get("font") or gnuplot.FONT, column)


def plot(directory, build, figure=None, measure=None, axis=None, force=False, **wishes):
    """Draws the figures of a run's or a campaign's directory and gives their paths. wishes: of
    paper_of()."""
    directory = pathlib.Path(directory)
    column = column_of(measure) if measure else None
    record = {}
    if (directory / "campaign.json").is_file():
        layout = series.layout_of(directory)
        record = layout.record
        there = (f"{table}.csv" for table in ("runs", "handovers"))
        for name in there:
            if not (directory / name).is_file():
                raise CampaignError(f"{directory / name}: not there")
        if column:
            observations.table_of(layout, column)
        found = campaign_figures(layout, build, [column] if column else None, axis)
    elif (directory / "result.json").is_file():
        found = run_figures(directory)
    else:
        raise CampaignError(f"{directory}: neither a campaign's directory nor a run's")
    with gnuplot.drawing_for(paper_of(record, **wishes)):
        return [path for _, path in draw_all(wanted(found, directory, figure, column, axis), force)]

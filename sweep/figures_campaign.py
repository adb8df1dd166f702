# SPDX-License-Identifier: GPL-2.0-or-later
"""The figures of a campaign as a whole. Each function writes one into a directory and gives the path
of its SVG."""

import itertools
import math

import gnuplot
import observations
import phases
import scales
import series

MOST_CURVES = 12    # of a figure with a curve for each case
MOST_ROWS = 30      # of one with a row for each case
MOST_PANELS = 6
LONGEST_OF_THREE = 38  # letters above a panel where three are beside each other
MOST_CORNERS = 1000  # of a distribution function: a thousandth of the axis is less than a line's width
FEW = 30            # points of a box, which are all drawn
MOST_POINTS = 200   # outside the whiskers
NOTHING = (math.nan, math.nan, math.nan)


def spread_out(items, most):
    """At most so many of them: the first, the last, and evenly between."""
    if len(items) <= most:
        return items
    return [items[round(i * (len(items) - 1) / (most - 1))] for i in range(most)]


def goes_with(cases, key, leader):
    """Whether a value of the leading axis says which value the other has, as when they are zipped."""
    places = {(case.at.get(leader), case.at.get(key)) for case in cases}
    return len(places) == len({a for a, _ in places}) and len({b for _, b in places}) > 1


def leading(axes, cases):
    """The axes without those that go with one before them."""
    return [axis for i, axis in enumerate(axes)
            if not any(goes_with(cases, axis.key, before.key) for before in axes[:i])]


def others_of(layout, cases, keys):
    """The combinations of the values of the further axes, with their name and their cases."""
    rest = [axis.key for axis in leading(layout.axes, cases) if axis.key not in keys
            and not any(goes_with(cases, axis.key, key) for key in keys)]
    found = {}
    for case in cases:
        found.setdefault(tuple(case.at.get(key) for key in rest), []).append(case)
    return [(", ".join(f"{k} {v}" for k, v in zip(rest, texts) if v), group)
            for texts, group in found.items()]


def names_of(layout, cases):
    """What a figure has room to call them: the series and the values of its axes, without the keys
    where a unit says which it is; the whole names where two would be called the same."""
    axes = leading(layout.axes, layout.cases)
    names = [" ".join([case.series] + [
        case.at[axis.key] if axis.unit not in ("", "1") else
        f"{axis.key.rpartition('.')[2]}={case.at[axis.key]}" for axis in axes if axis.key in case.at])
        for case in cases]
    return names if len(set(names)) == len(names) else [case.name for case in cases]


def label(measure, unit):
    return scales.titled(scales.name_of(measure), unit)


def in_series(layout, cases):
    names = [name for name in layout.series if any(case.series == name for case in cases)]
    return names, gnuplot.legend(names, [layout.series[name] for name in names])


def beside(place, number, count, scale):
    """The points of several series at one value stand beside each other."""
    shift = (number - (count - 1) / 2) * min(0.009, 0.05 / count)
    if scale.kind == "log":
        return place * (scale.high / scale.low) ** shift
    return place + shift * (scale.high - scale.low)


def against(directory, layout, build, measure, axis):
    """A measure against an axis, with intervals."""
    cases = [case for case in layout.cases if axis.key in case.at]
    summary = observations.summary_of(layout, build, measure)
    names, styles = in_series(layout, cases)
    panels = others_of(layout, cases, {axis.key})
    if not any(len({case.at[axis.key] for case in group}) > 1 for _, group in panels):
        panels = [("", cases)]  # the axes go together
    panels = spread_out(panels, MOST_PANELS)
    shown = [v for _, group in panels for c in group for v in summary.get(c.name, ())]
    factor, unit = scales.si(scales.unit_of(measure), shown)
    x_factor, x_unit = scales.si(axis.unit, axis.numbers.values())
    x_scale = scales.scale_at([x_factor * v for v in axis.numbers.values()], axis.scale)
    y_scale = scales.scale_of([factor * v for v in shown])
    titles = gnuplot.short([title for title, _ in panels],
                           *([LONGEST_OF_THREE] if len(panels) > 4 else []))
    parts, heads = [], []
    for title, group in panels:
        for number, name in enumerate(names):
            mine = sorted((axis.numbers[c.at[axis.key]], summary.get(c.name, NOTHING))
                          for c in group if c.series == name)
            parts.append([(beside(x_factor * x, number, len(names), x_scale),
                           *(factor * v for v in values)) for x, values in mine])
            heads.append(f"{title + ': ' if title else ''}{name}")
    commands = x_scale.commands("x") + y_scale.commands("y")
    if y_scale.low < 0 < y_scale.high:
        commands += ('set arrow from graph 0, first 0 to graph 1, first 0 nohead back '
                     'linecolor rgb "#888888"\n')
    return gnuplot.draw(directory, f"axis-{measure}-{axis.key}", "axis.gp",
                        gnuplot.blocks(parts, heads, 4),
                        {**styles, "panels": titles,
                         "x_label": scales.titled(axis.key, x_unit), "y_label": label(measure, unit)},
                        commands)


def corners(values, end):
    """A distribution function as it is drawn: values are sorted, and may hold NaN for what is
    missing, which counts and is never reached. At most MOST_CORNERS steps."""
    there = [v for v in values if not math.isnan(v)]
    ranks = sorted({math.ceil(k * len(there) / MOST_CORNERS) for k in range(1, MOST_CORNERS + 1)}
                   | {1}) if there else []
    found, part = [], 0.0
    for rank in ranks:
        value = there[rank - 1]
        if rank < len(there) and there[rank] == value:
            continue
        found += [(value, part), (value, rank / len(values))]
        part = rank / len(values)
    return found + [(end, part)] if found else []


def distribution(directory, layout, measure):
    """The distribution function of a measure, for each case."""
    cases = series.shown_cases(layout, MOST_CURVES)
    table, values = observations.values_of(layout, measure, cases)
    cases = [case for case in cases if any(not math.isnan(v) for v in values[case.name])]
    everything = [v for case in cases for v in values[case.name] if not math.isnan(v)]
    factor, unit = scales.si(scales.unit_of(measure), everything)
    scale = scales.scale_of(scales.ends(factor * v for v in everything))
    parts = []
    for case in cases:
        ordered = sorted((factor * v for v in values[case.name]), key=lambda v: (math.isnan(v), v))
        parts.append(corners(ordered, scale.high))
    names = names_of(layout, cases)
    return gnuplot.draw(directory, f"distribution-{measure}", "distribution.gp",
                        gnuplot.blocks(parts, [case.name for case in cases]),
                        {**gnuplot.legend(names, case_styles(layout, cases)),
                         "marks": [max(1, len(part) // 5) for part in parts],
                         "x_label": label(measure, unit) + ", at most",
                         "y_label": f"part of the {table}"}, scale.commands("x"))


def case_styles(layout, cases):
    """A case has its series' style, unless several of the series are in the figure."""
    found = [layout.series[case.series] for case in cases]
    if len({case.series for case in cases}) == len(cases):
        return found
    return list(series.styles_of({case.name: case.scheme for case in cases}).values())


def quantile(ordered, part):
    """Linear between the two next to it (type 7), as roam-stats has it."""
    at = part * (len(ordered) - 1)
    low = math.floor(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (at - low) * (ordered[high] - ordered[low])


def box(row, values):
    """A row's box and its points. The whiskers end at the farthest value that is within 1.5 times the
    distance of the quartiles from them; up to FEW values are all drawn, else those outside."""
    ordered = sorted(v for v in values if not math.isnan(v))
    if not ordered:
        return [], []
    low, middle, high = (quantile(ordered, part) for part in (0.25, 0.5, 0.75))
    reach = 1.5 * (high - low)
    inside = [v for v in ordered if low - reach <= v <= high + reach]
    outside = [v for v in ordered if not low - reach <= v <= high + reach]
    points = ordered if len(ordered) <= FEW else spread_out(outside, MOST_POINTS)
    beside_row = (0.0, 0.12, -0.12, 0.06, -0.06, 0.18, -0.18)
    return ([(row, min(inside[0], low), low, high, max(inside[-1], high), middle)],
            [(v, row + beside_row[i % len(beside_row)]) for i, v in enumerate(points)])


def boxes(directory, layout, measure):
    """Quartiles, whiskers and points of a measure, a row for each case."""
    cases = series.shown_cases(layout, MOST_ROWS)
    _, values = observations.values_of(layout, measure, cases)
    everything = [v for numbers in values.values() for v in numbers]
    factor, unit = scales.si(scales.unit_of(measure), everything)
    scale = scales.scale_of(scales.ends(factor * v for v in everything if not math.isnan(v)))
    found = [box(i, [factor * v for v in values[case.name]]) for i, case in enumerate(cases, 1)]
    names = [gnuplot.wrapped(name) for name in names_of(layout, cases)]
    styles = gnuplot.legend(names, [layout.series[case.series] for case in cases])
    return gnuplot.draw(directory, f"boxes-{measure}", "boxes.gp",
                        gnuplot.blocks([part for pair in found for part in pair],
                                       [f"{case.name}, {what}" for case in cases
                                        for what in ("box", "points")], 6),
                        {**styles, "titles": names, "letters": letters(names),
                         "x_label": label(measure, unit)}, scale.commands("x"))


def letters(names):
    return max(len(line) for name in names for line in name.split("\n"))


def stacked(directory, layout):
    """The mean phases of the time from the opening to the first data, a row for each case."""
    cases = series.shown_cases(layout, MOST_ROWS)
    found = observations.phases_of(layout, cases)
    top = max((sum(means) for means, _, _ in found.values() if means), default=0.0)
    factor, unit = scales.si("s", [top])
    used = [k for k in range(len(phases.MOMENTS))
            if any(means and means[k] > 0 for means, _, _ in found.values())] or [0]
    parts = [[] for _ in used]
    ends = []
    for row, case in enumerate(cases, 1):
        means, reached, count = found[case.name]
        at = 0.0
        for i, k in enumerate(used):
            if means and means[k] > 0:
                parts[i].append((row, factor * at, factor * (at + means[k])))
                at += means[k]
        ends.append((row, factor * at, f"n = {count}" if reached == count else
                     f"{reached} of {count}"))
    names = [gnuplot.wrapped(name) for name in names_of(layout, cases)]
    titles = [phases.NAMES[k] for k in used]
    high = factor * top * 1.02 or 1.0
    return gnuplot.draw(directory, "phases", "phases.gp",
                        gnuplot.blocks(parts + [ends], titles + ["ends of the bars"], 3),
                        {"titles": titles, "phases": [k + 1 for k in used], "cases": names,
                         "letters": letters(names), "counts": max(len(end[2]) for end in ends),
                         "x_label": f"from the opening to the first data over the new path, {unit}"},
                        f"set xrange [0:{high:.9g}]\n")


def signalling(directory, layout):
    """Bytes and messages of a handover by type, a mark for each case."""
    cases = series.shown_cases(layout, MOST_CURVES)
    types, found = observations.signalling_of(layout, cases)
    cases = [case for case in cases if found[case.name]] or cases[:1]
    parts = [[(row, *found[case.name].get(name, NOTHING[:2])) for row, name in enumerate(types, 1)]
             for case in cases]
    tops = [1.08 * max((row[k] for part in parts for row in part if row[k] > 0), default=1.0)
            for k in (1, 2)]
    names = names_of(layout, cases)
    types = types or ["none"]
    return gnuplot.draw(directory, "signalling", "signalling.gp",
                        gnuplot.blocks(parts, [case.name for case in cases], 3),
                        {**gnuplot.legend(names, case_styles(layout, cases)), "types": types,
                         "tops": tops, "letters": max(map(len, types))})


def number_text(value):
    """Three digits, and fewer where zeros before them take the room of a cell."""
    size = abs(value)
    if size >= 999.5:
        return f"{value:.0f}"
    return f"{value:.3g}" if size >= 0.01 else f"{value:.2g}" if size >= 0.001 else f"{value:.1g}"


def makes_a_map(layout, across, up):
    """Whether two axes span an area: they may be zipped, or be of different cases."""
    places = {(c.at[across.key], c.at[up.key]) for c in layout.cases
              if {across.key, up.key} <= c.at.keys()}
    return len(places) > max(len({x for x, _ in places}), len({y for _, y in places}), 0)


def heat(directory, layout, build, measure, across, up):
    """A measure over two axes, a panel for each series."""
    cases = [case for case in layout.cases if {across.key, up.key} <= case.at.keys()]
    summary = observations.summary_of(layout, build, measure)
    combinations = others_of(layout, cases, {across.key, up.key})
    title, cases = series.middle(combinations)
    names, _ = in_series(layout, cases)
    names = spread_out(names, MOST_PANELS + 3)
    shown = [summary[c.name][0] for c in cases if c.name in summary and c.series in names]
    factor, unit = scales.si(scales.unit_of(measure), shown)
    scale = scales.scale_of([factor * v for v in shown])
    if scale.kind == "asinh" and min(shown) > 0:
        scale = scales.scale_of([factor * v for v in shown], "log")  # one tiny number darkens no map
    if scale.kind != "log":
        scale = scales.tight([factor * v for v in shown])
    columns, rows = list(across.numbers), list(up.numbers)
    few = len(columns) <= 8 and len(rows) <= 12
    parts = []
    for name in names:
        cells = {(c.at[across.key], c.at[up.key]): factor * summary[c.name][0]
                 for c in cases if c.series == name and c.name in summary}
        places = [(x, y, cells.get((a, b), math.nan))
                  for (y, b), (x, a) in itertools.product(enumerate(rows, 1), enumerate(columns, 1))]
        parts.append([place for place in places if not math.isnan(place[2])])
        parts.append([(x, y, "-" if math.isnan(v) else number_text(v), 0x000000
                       if math.isnan(v) or scale.place(v) > 0.55 else 0xFFFFFF)
                      for x, y, v in places] if few else [])
    titles = [f"{name}, {title}" if title else name for name in names]
    return gnuplot.draw(directory, f"heat-{measure}-{across.key}-{up.key}", "heat.gp",
                        gnuplot.blocks(parts, [f"{name}, {what}" for name in names
                                               for what in ("cells", "texts")], 4),
                        {"titles": gnuplot.short(titles), "x_names": columns, "y_names": rows,
                         "letters": max(map(len, rows)), "x_label": across.key,
                         "y_label": up.key, "c_label": label(measure, unit),
                         "bar_letters": max([5, *(len(text) for _, text in scale.tics)])},
                        scale.commands("cb"))

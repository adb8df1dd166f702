# SPDX-License-Identifier: GPL-2.0-or-later
"""The figures of a campaign as a whole. Each function writes one into a directory and gives the path
of its SVG."""

import itertools
import math

from . import gnuplot
from . import observations
from . import phases
from . import scales
from . import series

MOST_CURVES = 12    # of the figures with a curve for each case, together
MOST_SERIES = 6     # in the legend of one figure; more than that have several figures
MOST_ROWS = 30      # of one with a row for each case
MOST_PANELS = 6
LONGEST_OF_THREE = 38  # letters above a panel where three are beside each other
MOST_CORNERS = 1000  # of a distribution function: a thousandth of the axis is less than a line's width
NARROW = 19         # letters of a line beside a row, in one column of a paper
FEW = 30            # points of a box, which are all drawn
MOST_POINTS = 200   # outside the whiskers
MOST_TICKS = 200    # of a curve, where something was censored
ARROW = 0.04        # of the axis, behind a lower bound
NOTHING = observations.Mean(math.nan, math.nan, math.nan, False)


def spread_out(items, most):
    """At most so many of them: the first, the last, and evenly between."""
    if len(items) <= most:
        return items
    return [items[round(i * (len(items) - 1) / (most - 1))] for i in range(most)]


def in_parts(items):
    """Lists of at most MOST_SERIES, each for a figure of its own. The first of all, with which the
    others are compared, is in every one."""
    if len(items) <= MOST_SERIES:
        return [items]
    first, rest = items[0], items[1:]
    count = math.ceil(len(rest) / (MOST_SERIES - 1))
    ends = [round(k * len(rest) / count) for k in range(count + 1)]
    return [[first, *rest[a:b]] for a, b in zip(ends, ends[1:])]


def goes_with(cases, key, leader):
    """True if each value of the leading axis has one of the other, as when they are zipped."""
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
    return [(", ".join(f"{layout.label(k)} {v}" for k, v in zip(rest, texts) if v), group)
            for texts, group in found.items()]


def names_of(layout, cases):
    """What a figure has room to call them: the series and the values of its axes, without the keys
    where a unit says which it is; the whole names where two would be called the same."""
    axes = leading(layout.axes, layout.cases)
    labels = layout.record.get("labels", {})
    names = [labels.get(case.name) or " ".join([layout.label(case.series)] + [
        case.at[axis.key] if axis.unit not in ("", "1") else
        f"{labels.get(axis.key, axis.key.rpartition('.')[2])}={case.at[axis.key]}"
        for axis in axes if axis.key in case.at])
        for case in cases]
    return names if len(set(names)) == len(names) else [case.name for case in cases]


def label(measure, unit):
    return scales.titled(scales.name_of(measure), unit)


def in_series(layout, cases):
    return [name for name in layout.series if any(case.series == name for case in cases)]


def legend_of(layout, names):
    return gnuplot.legend([layout.label(name) for name in names],
                          [layout.series[name] for name in names])


def axis_parts(layout, axis):
    """The series of each figure of a measure against an axis."""
    return in_parts(in_series(layout, [case for case in layout.cases if axis.key in case.at]))


def case_parts(layout):
    """The cases of each figure with a curve for each case."""
    return in_parts(series.shown_cases(layout, MOST_CURVES))


def beside(place, number, count, scale):
    """The points of several series at one value stand beside each other."""
    shift = (number - (count - 1) / 2) * min(0.009, 0.05 / count)
    if scale.kind == "log":
        return place * (scale.high / scale.low) ** shift
    return place + shift * (scale.high - scale.low)


def panels_against(layout, cases, axis):
    """[(title, cases)]: a panel for each combination of what else varies."""
    panels = others_of(layout, cases, {axis.key})
    if not any(len({case.at[axis.key] for case in group}) > 1 for _, group in panels):
        return [("", cases)]  # the axes go together
    return spread_out(panels, MOST_PANELS)


def points_of(place, mean, factor, scale):
    """A row of axis.gp: place, mean, interval, 1 for a lower bound, and where its arrow ends."""
    value = factor * mean.value
    return (place, value, factor * mean.low, factor * mean.high, int(mean.is_bound),
            scale.beyond(value, ARROW) if mean.is_bound else math.nan)


def against(directory, layout, build, measure, axis, part=0):
    """A measure against an axis, with intervals, of one part of the series."""
    cases = [case for case in layout.cases if axis.key in case.at]
    summary = observations.summary_of(layout, build, measure)
    names = axis_parts(layout, axis)[part]
    panels = panels_against(layout, cases, axis)
    shown = [summary[c.name] for _, group in panels for c in group if c.name in summary]
    numbers = [v for mean in shown for v in mean[:3]]
    factor, unit = scales.si(scales.unit_of(measure), numbers)
    x_factor, x_unit = scales.si(axis.unit, axis.numbers.values())
    x_scale = scales.scale_at([x_factor * v for v in axis.numbers.values()], axis.scale)
    y_scale = scales.scale_of([factor * v for v in numbers])
    bounds = any(mean.is_bound for mean in shown)
    if bounds:
        y_scale = y_scale.widened(ARROW)
    titles = gnuplot.short([title for title, _ in panels],
                           *([LONGEST_OF_THREE] if len(panels) > 4 else []))
    parts, heads = [], []
    for title, group in panels:
        for number, name in enumerate(names):
            mine = sorted((axis.numbers[c.at[axis.key]], summary.get(c.name, NOTHING))
                          for c in group if c.series == name)
            parts.append([points_of(beside(x_factor * x, number, len(names), x_scale), mean, factor,
                                    y_scale) for x, mean in mine])
            heads.append(f"{title + ': ' if title else ''}{layout.label(name)}")
    commands = x_scale.commands("x") + y_scale.commands("y")
    if y_scale.low < 0 < y_scale.high:
        commands += ('set arrow from graph 0, first 0 to graph 1, first 0 nohead back '
                     'linecolor rgb "#888888"\n')
    return gnuplot.draw(directory, gnuplot.part_name(f"axis-{measure}-{axis.key}", part), "axis.gp",
                        gnuplot.blocks(parts, heads, 6),
                        {**legend_of(layout, names), "panels": titles, "bounds": int(bounds),
                         "x_label": scales.titled(layout.label(axis.key), x_unit),
                         "y_label": label(measure, unit)}, commands)


def steps_of(values):
    """The part that is over by each value, by the product-limit estimate: [(value, part)], and the same
    at the lower bounds. values are (number, is a lower bound) in order; what is missing, NaN at their
    end, lasts longer than all of them."""
    steps, bounds, survival, at = [], [], 1.0, 0
    while at < len(values) and not math.isnan(values[at][0]):
        value, at_risk, ended, censored = values[at][0], len(values) - at, 0, 0
        while at < len(values) and values[at][0] == value:
            censored += values[at][1]
            ended += not values[at][1]
            at += 1
        if ended:
            survival = (survival * (at_risk - ended) / at_risk if bounds or censored else
                        (at_risk - ended) / len(values))
            steps.append((value, 1.0 - survival))
        if censored:
            bounds.append((value, 1.0 - survival))
    return steps, bounds


def corners(values, low, end):
    """A distribution function as it is drawn: every corner of at most MOST_CORNERS steps, and the places
    of the lower bounds. values as steps_of() has them. The curve goes on to the end of the axis, but
    not beyond a lower bound that is the last of all; where nothing ended it is a line from the axis' low
    end."""
    steps, bounds = steps_of(values)
    found, part = [], 0.0
    for i, (value, after) in enumerate(steps):
        if i in (0, len(steps) - 1) or after - part >= 1 / MOST_CORNERS - 1e-12:
            found += [(value, part), (value, after)]
            part = after
    if bounds and not found:
        found = [(low, 0.0)]
    if values and values[-1][1] and not math.isnan(values[-1][0]):
        end = values[-1][0]
    return found + [(end, part)] if found else [], spread_out(bounds, MOST_TICKS)


def distribution(directory, layout, measure, part=0):
    """The distribution function of a measure, for each case of one part."""
    all_cases = series.shown_cases(layout, MOST_CURVES)
    table, values = observations.values_of(layout, measure, all_cases)
    everything = [v for case in all_cases for v in values[case.name].there()]
    factor, unit = scales.si(scales.unit_of(measure), everything)
    scale = scales.scale_of(scales.ends(factor * v for v in everything))
    cases = [case for case in case_parts(layout)[part] if values[case.name].there()]
    parts, heads = [], []
    for case in cases:
        parts += corners(values[case.name].scaled(factor), scale.low, scale.high)
        heads += [case.name, f"{case.name}, lower bounds"]
    return gnuplot.draw(directory, gnuplot.part_name(f"distribution-{measure}", part), "distribution.gp",
                        gnuplot.blocks(parts, heads),
                        {**gnuplot.legend(names_of(layout, cases), case_styles(layout, cases)),
                         "marks": [max(1, len(curve) // 5) for curve in parts[::2]],
                         "bounds": int(any(parts[1::2])),
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


BESIDE_ROW = (0.0, 0.12, -0.12, 0.06, -0.06, 0.18, -0.18)


def open_box(row, values):
    """The same with lower bounds among the values: the points alone, and the median if no bound can
    change it."""
    least = next(v for v, is_bound in values if is_bound)
    known = sum(v <= least and not is_bound for v, is_bound in values)
    numbers = [v for v, _ in values]
    median = quantile(numbers, 0.5) if len(numbers) // 2 < known else math.nan
    return ([(row, *4 * [math.nan], median)],
            [(v, row + BESIDE_ROW[i % len(BESIDE_ROW)], is_bound)
             for i, (v, is_bound) in enumerate(spread_out(values, MOST_POINTS))])


def box(row, values):
    """A row's box and its points: (value, height, is a lower bound). The whiskers end at the farthest
    value that is within 1.5 times the distance of the quartiles from them; up to FEW values are all
    drawn, else those outside."""
    values = [pair for pair in values if not math.isnan(pair[0])]
    if any(is_bound for _, is_bound in values):
        return open_box(row, values)
    ordered = [v for v, _ in values]
    if not ordered:
        return [], []
    low, middle, high = (quantile(ordered, part) for part in (0.25, 0.5, 0.75))
    reach = 1.5 * (high - low)
    inside = [v for v in ordered if low - reach <= v <= high + reach]
    outside = [v for v in ordered if not low - reach <= v <= high + reach]
    points = ordered if len(ordered) <= FEW else spread_out(outside, MOST_POINTS)
    return ([(row, min(inside[0], low), low, high, max(inside[-1], high), middle)],
            [(v, row + BESIDE_ROW[i % len(BESIDE_ROW)], False) for i, v in enumerate(points)])


def boxes(directory, layout, measure):
    """Quartiles, whiskers and points of a measure, a row for each case."""
    cases = series.shown_cases(layout, MOST_ROWS)
    _, values = observations.values_of(layout, measure, cases)
    everything = [v for one in values.values() for v in one.there()]
    factor, unit = scales.si(scales.unit_of(measure), everything)
    scale = scales.scale_of(scales.ends(factor * v for v in everything))
    bounds = any(any(one.bounds) for one in values.values())
    if bounds:
        scale = scale.widened(ARROW)
    found = [box(i, values[case.name].scaled(factor)) for i, case in enumerate(cases, 1)]
    found = [(shape, with_arrow(points, scale)) for shape, points in found]
    rows = rows_named(layout, cases)
    styles = gnuplot.legend(rows["rows"], [layout.series[case.series] for case in cases])
    return gnuplot.draw(directory, f"boxes-{measure}", "boxes.gp",
                        gnuplot.blocks([part for pair in found for part in pair],
                                       [f"{case.name}, {what}" for case in cases
                                        for what in ("box", "points")], 6),
                        {**styles, **rows, "bounds": int(bounds),
                         "x_label": label(measure, unit)}, scale.commands("x"))


def with_arrow(points, scale):
    """The points of box() with a fourth column: where the arrow of a row's farthest lower bound ends."""
    farthest = max((v for v, _, is_bound in points if is_bound), default=None)
    found = []
    for v, height, is_bound in points:
        arrow = is_bound and v == farthest
        found.append((v, height, int(is_bound), scale.beyond(v, ARROW) if arrow else math.nan))
        farthest = None if arrow else farthest
    return found


def rows_named(layout, cases):
    """What the rows of a figure are called, on lines as long as there is room for in both columns of a
    paper and in one; and the length of the longest."""
    names = names_of(layout, cases)
    found = {"rows": [gnuplot.wrapped(name) for name in names],
             "narrow": [gnuplot.wrapped(name, NARROW) for name in names]}
    return {**found, "letters": letters(found["rows"]), "narrow_letters": letters(found["narrow"])}


def letters(names):
    return max(len(line) for name in names for line in name.split("\n"))


def stacked(directory, layout):
    """The mean phases of the time from the last packet over the old path to the first over the new one,
    a row for each case."""
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
    titles = [phases.NAMES[k] for k in used]
    high = factor * top * 1.02 or 1.0
    return gnuplot.draw(directory, "phases", "phases.gp",
                        gnuplot.blocks(parts + [ends], titles + ["ends of the bars"], 3),
                        {"titles": titles, "phases": [k + 1 for k in used],
                         **rows_named(layout, cases), "counts": max(len(end[2]) for end in ends),
                         "x_label": f"from last packet over old path to first over new, {unit}"},
                        f"set xrange [0:{high:.9g}]\n")


def signalling(directory, layout, part=0):
    """Bytes and messages of a handover by type, a mark for each case of one part."""
    all_cases = series.shown_cases(layout, MOST_CURVES)
    types, found = observations.signalling_of(layout, all_cases)
    cases = case_parts(layout)[part]
    cases = [case for case in cases if found[case.name]] or cases[:1]
    parts = [[(row, *found[case.name].get(name, NOTHING[:2])) for row, name in enumerate(types, 1)]
             for case in cases]
    tops = [1.08 * max((values[k] for one in found.values() for values in one.values()
                        if values[k] > 0), default=1.0) for k in (0, 1)]
    names = names_of(layout, cases)
    types = types or ["none"]
    return gnuplot.draw(directory, gnuplot.part_name("signalling", part), "signalling.gp",
                        gnuplot.blocks(parts, [case.name for case in cases], 3),
                        {**gnuplot.legend(names, case_styles(layout, cases)), "types": types,
                         "tops": tops, "letters": max(map(len, types))})


def number_text(value):
    """Three digits, and fewer where zeros before them take the room of a cell."""
    size = abs(value)
    if size >= 999.5:
        return f"{value:.0f}"
    return f"{value:.3g}" if size >= 0.01 else f"{value:.2g}" if size >= 0.001 else f"{value:.1g}"


def cell_text(mean, factor, few, scale, largest):
    """What is written in a cell, and the colour of it; where cells are many, only what is a bound.
    A millionth of the largest number of the map is what rounding left of nothing."""
    value = factor * mean.value
    if math.isnan(value):
        return "-", 0x000000
    text = number_text(value if abs(value) > 1e-6 * largest else 0.0) if few else ""
    return (">" if mean.is_bound else "") + text, 0x000000 if scale.place(value) > 0.55 else 0xFFFFFF


def makes_a_map(layout, across, up):
    """True if two axes span an area: they may be zipped, or be of different cases."""
    places = {(c.at[across.key], c.at[up.key]) for c in layout.cases
              if {across.key, up.key} <= c.at.keys()}
    return len(places) > max(len({x for x, _ in places}), len({y for _, y in places}), 0)


def heat(directory, layout, build, measure, across, up):
    """A measure over two axes, a panel for each series."""
    cases = [case for case in layout.cases if {across.key, up.key} <= case.at.keys()]
    summary = observations.summary_of(layout, build, measure)
    combinations = others_of(layout, cases, {across.key, up.key})
    title, cases = series.middle(combinations)
    names = spread_out(in_series(layout, cases), MOST_PANELS + 3)
    shown = [summary[c.name].value for c in cases if c.name in summary and c.series in names]
    factor, unit = scales.si(scales.unit_of(measure), shown)
    scale = scales.scale_of([factor * v for v in shown])
    if scale.kind == "asinh" and min(shown) > 0:
        scale = scales.scale_of([factor * v for v in shown], "log")  # one tiny number darkens no map
    if scale.kind != "log":
        scale = scales.tight([factor * v for v in shown])
    largest = factor * max(map(abs, shown), default=0.0)
    columns, rows = list(across.numbers), list(up.numbers)
    few = len(columns) <= 8 and len(rows) <= 12
    parts = []
    for name in names:
        cells = {(c.at[across.key], c.at[up.key]): summary[c.name]
                 for c in cases if c.series == name and c.name in summary}
        places = [(x, y, cells.get((a, b), NOTHING))
                  for (y, b), (x, a) in itertools.product(enumerate(rows, 1), enumerate(columns, 1))]
        parts.append([(x, y, factor * mean.value) for x, y, mean in places
                      if not math.isnan(mean.value)])
        parts.append([(x, y, *cell_text(mean, factor, few, scale, largest)) for x, y, mean in places
                      if few or mean.is_bound])
    titles = [layout.label(name) + (f", {title}" if title else "") for name in names]
    return gnuplot.draw(directory, f"heat-{measure}-{across.key}-{up.key}", "heat.gp",
                        gnuplot.blocks(parts, [f"{name}, {what}" for name in names
                                               for what in ("cells", "texts")], 4),
                        {"titles": gnuplot.short(titles), "x_names": columns, "y_names": rows,
                         "letters": max(map(len, rows)), "x_label": layout.label(across.key),
                         "y_label": layout.label(up.key), "c_label": label(measure, unit),
                         "bar_letters": max([5, *(len(text) for _, text in scale.tics)])},
                        scale.commands("cb"))

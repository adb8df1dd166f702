# SPDX-License-Identifier: GPL-2.0-or-later
"""The cases, series and axes of a campaign's directory, and the style in which each series is drawn.

A series is what has a curve, a colour and a place in the legend: the cases that differ in nothing
but numeric axes. Its colour is that of its scheme (plots/schemes.csv) in every figure."""

import csv
import dataclasses
import json
import pathlib

from .collect import CAMPAIGN_FORMAT
from .errors import CampaignError
from .places import PLOTS

TABLE = PLOTS / "schemes.csv"
DASHES = (1, 2, 4, 3, 5, 6)                            # style.gp's
MARKERS = (7, 5, 9, 11, 13, 15, 6, 4, 8, 10, 12, 14)   # gnuplot's: full shapes, then hollow ones
SHADES = (0.0, -0.45, 0.45, -0.7, 0.2, -0.2, 0.6)      # of a scheme's further series: to black, to white


@dataclasses.dataclass(frozen=True)
class Style:
    colour: str  # "#rrggbb"
    dash: int
    marker: int


@dataclasses.dataclass(frozen=True)
class Axis:
    """A swept key whose values are numbers of one dimension. numbers: {text: in unit}."""

    key: str
    unit: str
    scale: str
    numbers: dict


@dataclasses.dataclass(frozen=True)
class Case:
    """at: {key of an axis: the text of its value here}, for those axes that the case has."""

    name: str
    series: str
    scheme: str
    at: dict


@dataclasses.dataclass
class Layout:
    """What a campaign varies. series is in the campaign's order, {name: Style}."""

    directory: pathlib.Path
    record: dict
    cases: list
    axes: list
    series: dict

    def label(self, name):
        """What a figure or the page calls a key, a case or a series."""
        return self.record.get("labels", {}).get(name, name)


def shaded(colour, amount):
    """Towards black when the amount is negative, towards white when it is positive."""
    end = 255 if amount > 0 else 0
    parts = (int(colour[i:i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(part + (end - part) * abs(amount)):02X}" for part in parts)


def scheme_styles():
    """{scheme: Style}, and the styles of those that the table does not have."""
    with open(TABLE, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    found = [(row["scheme"], Style(row["colour"], int(row["dash"]), int(row["marker"])))
             for row in rows]
    return ({name: style for name, style in found if name != "other"},
            [style for name, style in found if name == "other"])


def styles_of(series):
    """{name: Style} of series given as {name: scheme}. The first of a scheme is drawn as the table
    says; further ones have other shades, dashes and markers. No two agree in dash and marker."""
    table, others = scheme_styles()
    unknown = [scheme for scheme in dict.fromkeys(series.values()) if scheme not in table]
    table.update((scheme, others[i % len(others)]) for i, scheme in enumerate(unknown))
    firsts = {(table[s].dash, table[s].marker) for s in series.values()}
    count, taken, styles = {}, set(), {}
    for name, scheme in series.items():
        style = table[scheme]
        variant = count[scheme] = count.get(scheme, -1) + 1
        if variant:
            style = variant_of(style, variant, taken | firsts)
        taken.add((style.dash, style.marker))
        styles[name] = style
    return styles


def variant_of(style, number, taken):
    dash = DASHES.index(style.dash)
    marker = MARKERS.index(style.marker)
    pairs = [(DASHES[(dash + number + i) % len(DASHES)], MARKERS[(marker + number * 6 + i) % 12])
             for i in range(12)]
    pairs += [(d, m) for d in DASHES for m in MARKERS]
    pair = next((pair for pair in pairs if pair not in taken), pairs[0])
    return Style(shaded(style.colour, SHADES[number % len(SHADES)]), *pair)


def scheme_of_scenario(directory):
    """What any complete run says; for campaigns that do not set the scheme."""
    for path in sorted((directory / "runs").glob("*/result.json"))[:1]:
        return json.loads(path.read_text(encoding="utf-8")).get("scheme", "")
    return ""


def case_of(case, axes, default):
    settings = case["settings"]
    at = {axis.key: settings[axis.key] for axis in axes if settings.get(axis.key) in axis.numbers}
    return Case(case["name"], case.get("series", case["name"]),
                settings.get("scheme") or default, at)


def layout_of(directory):
    """Of a campaign's directory. CampaignError when campaign.json is none."""
    directory = pathlib.Path(directory)
    path = directory / "campaign.json"
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        if record.get("format") != CAMPAIGN_FORMAT:
            raise CampaignError(f"{path}: of another version of roam; ./roam sweep collects the "
                                "campaign anew")
        axes = [Axis(axis["key"], axis["unit"], axis["scale"],
                     {value["text"]: float(value["number"]) for value in axis["values"]})
                for axis in record.get("axes", [])]
        default = ("" if all("scheme" in case["settings"] for case in record["cases"])
                   else scheme_of_scenario(directory))
        cases = [case_of(case, axes, default) for case in record["cases"]]
    except FileNotFoundError:
        raise CampaignError(f"{path}: not there") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CampaignError(f"{path}: not a campaign's record: {error!r}") from None
    schemes = {}
    for case in cases:
        schemes.setdefault(case.series, case.scheme)
    return Layout(directory, record, cases, axes, styles_of(schemes))


def middle(values):
    return values[len(values) // 2]


def shown_cases(layout, most):
    """At most so many cases for a figure that gives each a row, a curve or a panel: all; or each
    series once, where its axes are in their middle; or the first of these."""
    if len(layout.cases) <= most:
        return layout.cases
    by_series = {}
    for case in layout.cases:
        by_series.setdefault(case.series, []).append(case)
    found = []
    for cases in by_series.values():
        for axis in layout.axes:
            texts = [text for text in axis.numbers if any(c.at.get(axis.key) == text for c in cases)]
            if texts:
                cases = [c for c in cases if c.at.get(axis.key) == middle(texts)] or cases
        found.append(cases[0])
    return found[:most]

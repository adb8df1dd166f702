# SPDX-License-Identifier: GPL-2.0-or-later
"""The figures: what is in them, that each can be drawn again without roam, and how they look."""

import csv
import itertools
import json
import pathlib
import re
import shutil
import xml.etree.ElementTree as tree

import pytest

from roam import collect
from roam import figures
from roam import figures_campaign
from roam import gnuplot
import made_up
from roam import observations
from roam import own
from roam import phases
from roam import scales
from roam import series
from roam.errors import CampaignError
from conftest import ROOT, one_line, run, sweep

KINDS = {"axis", "heat", "distribution", "boxes", "phases", "signalling", "throughput", "sequence",
         "ladder"}
LONG = {f"{scheme}, {text}": {"scheme": scheme} for scheme, text in itertools.product(
    ("msctp", "sctp", "tcp"), ("rule a", "rule_b, two radios, a name that is long", "x^2 `id` {y}"))}


def odd(row, name, _seed):
    """Of nine series: without a value, all the same, less than zero, zero."""
    if name.startswith("tcp, x"):
        row.update(latency="", interruption="")
    if name.startswith("sctp, x"):
        row.update(latency="0.05", interruption="0")
    if name.startswith("sctp, rule a"):
        row.update(latency="-0.3")


@pytest.fixture(scope="module")
def drawn(tmp_path_factory, request):
    """{name: the directory of a campaign with its figures}, drawn once."""
    stats = request.getfixturevalue("roam_stats")
    base = tmp_path_factory.mktemp("figures")
    one = {"msctp": {"scheme": "msctp"}}
    made = {
        "three": made_up.write_campaign(base / "three", stats, made_up.THREE, [made_up.DELAYS]),
        "two": made_up.write_campaign(base / "two", stats, made_up.THREE,
                                      [made_up.DELAYS, made_up.LOSSES], seeds=3),
        "nine": made_up.write_campaign(base / "nine", stats, LONG, [made_up.DELAYS], 4, odd),
        "cases": made_up.write_campaign(base / "cases", stats, LONG, [], 40, odd),
        "one": made_up.write_campaign(base / "one", stats, one, [], seeds=1),
    }
    for directory in made.values():
        assert figures.plot(directory, stats.parent)
    return made


def svgs(drawn):
    return [path for directory in drawn.values() for path in sorted(directory.glob("figures/*.svg"))]


def texts_of(path):
    """[(text, x of its anchor, y, anchor, rotated)] of gnuplot's SVG."""
    found = []
    for group in tree.parse(path).iter("{http://www.w3.org/2000/svg}g"):
        moved = re.match(r"translate\(([-\d.]+),([-\d.]+)\)(\s*rotate)?", group.get("transform", ""))
        for text in group.findall("{http://www.w3.org/2000/svg}text"):
            words = "".join(text.itertext()).strip()
            if moved and words:
                found.append((words, float(moved[1]), float(moved[2]),
                              group.get("text-anchor", "start"), bool(moved[3])))
    return found


def words_of(path):
    return {text[0] for text in texts_of(path)}


def blocks(path):
    return [[line.split() for line in block.splitlines() if not line.startswith("#")]
            for block in path.read_text().split("\n\n\n") if block.strip()]


# --- Which, and whole ------------------------------------------------------------------------------

def test_a_campaign_has_the_figures_that_its_axes_and_measures_give(drawn):
    names = {path.stem for path in drawn["two"].glob("figures/*.svg")}
    assert {name.split("-")[0] for name in names} == KINDS
    assert {"axis-latency-cell.delay", "axis-latency-cell.loss", "heat-latency-cell.delay-cell.loss",
            "distribution-latency", "boxes-goodput"} <= names
    assert not [path for path in drawn["cases"].glob("figures/*.svg")
                if path.stem.split("-")[0] in ("axis", "heat")]


def test_axes_that_go_together_make_one_panel_and_no_map(roam_stats, tmp_path):
    pairs = {0.002: 0, 0.005: 0.01, 0.01: 0.02, 0.02: 0.05}
    made = made_up.write_campaign(
        tmp_path / "zip", roam_stats, made_up.THREE, [made_up.DELAYS, made_up.LOSSES], 3,
        only=lambda at: pairs.get(at["cell.delay"]) == at["cell.loss"])
    drawn = figures.plot(made, roam_stats.parent, measure="latency")
    assert [path.stem for path in drawn] == [
        "axis-latency-cell.delay", "distribution-latency", "distribution-latency-2",
        "distribution-latency-3", "boxes-latency"]
    asked = figures.plot(made, roam_stats.parent, measure="latency", axis="cell.loss")
    assert [path.stem for path in asked] == ["axis-latency-cell.loss"]
    for path in (drawn[0], *asked):
        assert [len(curve) for curve in blocks(path.with_suffix(".dat"))] == [4, 4, 4]


def test_axes_that_go_together_are_one_beside_a_third(roam_stats, tmp_path):
    """A panel for each pair, with all values of the third; and the third's panels have all pairs."""
    pairs = {0.002: 0, 0.005: 0.01, 0.01: 0.02, 0.02: 0.05}
    radii = made_up.axis("cell.radius", "m", ["1m", "2m", "3m"], [1, 2, 3])
    made = made_up.write_campaign(
        tmp_path / "zip3", roam_stats, {"msctp": {"scheme": "msctp"}},
        [made_up.DELAYS, made_up.LOSSES, radii], 3,
        only=lambda at: pairs.get(at["cell.delay"]) == at["cell.loss"])
    drawn = {path.stem: path for path in figures.plot(made, roam_stats.parent, measure="latency")}
    assert [name for name in drawn if name.startswith(("axis", "heat"))] == [
        "axis-latency-cell.delay", "axis-latency-cell.radius", "heat-latency-cell.delay-cell.radius"]
    script = drawn["axis-latency-cell.radius"].with_suffix(".gp").read_text()
    assert "panels[4] = ['cell.delay 2ms', 'cell.delay 5ms', 'cell.delay 10ms', 'cell.delay 20ms']" in script
    assert [len(curve) for curve in blocks(drawn["axis-latency-cell.radius"].with_suffix(".dat"))] == [3] * 4
    assert [len(curve) for curve in blocks(drawn["axis-latency-cell.delay"].with_suffix(".dat"))] == [4] * 3


def test_figures_name_a_case_by_its_values_and_in_full_where_that_says_too_little():
    axes = [series.Axis("cell.delay", "s", "log", {"2ms": 0.002, "5ms": 0.005}),
            series.Axis("run.stop", "s", "linear", {"9s": 9, "8s": 8}),
            series.Axis("client.radios", "1", "linear", {"1": 1, "2": 2})]
    cases = [series.Case(f"soft cell.delay={d} run.stop={s} client.radios={r}", "soft", "msctp",
                         {"cell.delay": d, "run.stop": s, "client.radios": r})
             for d, s in (("2ms", "9s"), ("5ms", "8s")) for r in "12"]
    layout = series.Layout(None, {}, cases, axes, {})
    assert figures_campaign.names_of(layout, cases[1:3]) == ["soft 2ms radios=2", "soft 5ms radios=1"]
    same = [cases[0], series.Case("soft, other", "soft", "msctp", cases[0].at)]
    assert figures_campaign.names_of(layout, same) == [cases[0].name, "soft, other"]


def test_one_tiny_number_does_not_darken_a_map(roam_stats, tmp_path):
    """Numbers over more than five decades, all above 0, have a logarithmic bar."""
    def measure(row, name, _seed):
        row.update(interruption="0.000016" if name == "sctp" else "4.4" if name == "tcp" else "0.06")
    made = made_up.write_campaign(tmp_path / "c", roam_stats, made_up.THREE,
                                  [made_up.DELAYS, made_up.LOSSES], 2, measure)
    (drawn,) = figures.plot(made, roam_stats.parent, figure="heat", measure="interruption")
    assert "set logscale cb 10" in drawn.with_suffix(".gp").read_text()


@pytest.mark.parametrize("value, text", [
    (0, "0"), (12345.6, "12346"), (1234, "1234"), (999.4, "999"), (4.4369, "4.44"), (0.0692, "0.0692"),
    (0.005163, "0.0052"), (0.000016640, "2e-05"), (-0.25, "-0.25")])
def test_a_number_fits_into_the_cell_of_a_map(value, text):
    assert figures_campaign.number_text(value) == text
    assert len(text) <= 6


def test_what_rounding_left_of_nothing_is_written_as_nothing():
    scale = scales.scale_of([0.0, 400.0])
    for value, text in ((8e-10, "0"), (-5e-9, "0"), (0.4, "400"), (0.001, "1")):
        mean = observations.Mean(value, value, value, False)
        assert figures_campaign.cell_text(mean, 1000, True, scale, 400.0)[0] == text


def test_axes_that_go_together_share_their_panels_beside_a_further_one(roam_stats, tmp_path):
    """No curve goes through the cases of several radios."""
    pairs = {0.002: 0, 0.005: 0.01, 0.01: 0.02, 0.02: 0.05}
    radios = made_up.axis("client.radios", "", ["1", "2"], [1, 2])
    made = made_up.write_campaign(
        tmp_path / "zip", roam_stats, made_up.THREE, [made_up.DELAYS, made_up.LOSSES, radios], 2,
        only=lambda at: pairs.get(at["cell.delay"]) == at["cell.loss"])
    for path in figures.plot(made, roam_stats.parent, figure="axis", measure="latency"):
        curves = blocks(path.with_suffix(".dat"))
        if path.stem == "axis-latency-client.radios":
            assert [len(curve) for curve in curves] == 12 * [2]  # a panel for each of the pairs
            assert "'cell.delay 2ms', 'cell.delay 5ms'" in path.with_suffix(".gp").read_text()
        else:
            assert [len(curve) for curve in curves] == 6 * [4]


def test_each_figure_is_there_in_every_form_and_nothing_else(drawn):
    for directory in drawn.values():
        for svg in directory.glob("figures/*.svg"):
            for ending in (".dat", ".gp", ".pdf", ".png"):
                assert svg.with_name(svg.stem + ending).stat().st_size > 20
        assert not list(directory.glob("figures/*.part*"))


def test_each_figure_is_drawn_again_by_gnuplot_alone(drawn, tmp_path):
    """With nothing beside the script but its data, and to the same bytes."""
    for number, svg in enumerate(svgs({k: drawn[k] for k in ("two", "nine")})):
        place = tmp_path / str(number)
        place.mkdir()
        for ending in (".dat", ".gp"):
            shutil.copy(svg.with_name(svg.stem + ending), place)
        result = run("gnuplot", svg.stem + ".gp", cwd=place)
        assert result.returncode == 0, result.stderr
        assert (place / svg.name).read_bytes() == svg.read_bytes(), svg


def test_the_same_campaign_is_drawn_to_the_same_bytes(drawn, roam_stats, tmp_path):
    shutil.copytree(drawn["three"], tmp_path / "c", ignore=shutil.ignore_patterns("figures"))
    figures.plot(tmp_path / "c", roam_stats.parent)
    for path in sorted(drawn["three"].glob("figures/*")):
        assert path.read_bytes() == (tmp_path / "c/figures" / path.name).read_bytes(), path.name


def test_a_pdf_has_a_column_of_a_paper_its_fonts_and_no_day(drawn):
    pdf = (drawn["three"] / "figures/axis-latency-cell.delay.pdf").read_bytes()
    width = float(re.search(rb"/MediaBox \[ ?0 0 ([\d.]+)", pdf)[1])
    assert 250 < width <= 255  # 3.5 in
    assert b"/FontFile2" in pdf or b"/FontFile3" in pdf
    assert b"D:19700101000000Z" in pdf and pdf.count(b"CreationDate") == 1


# --- What is in them -------------------------------------------------------------------------------

LABELS = {"axis": ["cell.delay, ms", "latency, ms"], "distribution": ["part of the handovers",
          "latency, ms, at most"], "boxes": ["latency, ms"],
          "phases": ["from last packet over old path to first over new, ms"],
          "signalling": ["bytes on all links, mean of a handover", "messages on all links, mean of a handover"],
          "throughput": ["time from the trigger, s", "throughput, Mbit/s"],
          "sequence": ["time from the trigger, s", "sequence number"]}


@pytest.mark.parametrize("name", ["axis-latency-cell.delay", "distribution-latency", "boxes-latency",
                                  "phases", "signalling", "throughput", "sequence"])
def test_every_axis_has_its_title_and_unit_and_every_series_its_name(drawn, name):
    words = words_of(drawn["three"] / f"figures/{name}.svg")
    for label in LABELS[name.split("-")[0]]:
        assert label in words
    for scheme in made_up.THREE:
        assert any(word.split()[0] == scheme for word in words), scheme


def test_a_heat_map_has_its_keys_values_and_numbers(drawn):
    figure = drawn["two"] / "figures/heat-latency-cell.delay-cell.loss.svg"
    words = words_of(figure)
    assert {"cell.delay", "cell.loss", "latency, ms", "2ms", "50ms", "0.05", *made_up.THREE} <= words
    with open(drawn["two"] / "summary.csv", newline="") as file:
        mean = next(float(row["mean"]) for row in csv.DictReader(file) if row["measure"] == "latency"
                    and row["case"] == "msctp cell.delay=50ms cell.loss=0.05")
    assert f"{1000 * mean:.3g}" in words


def test_the_curves_are_the_means_and_intervals_of_the_table(drawn):
    with open(drawn["three"] / "summary.csv", newline="") as file:
        rows = {row["case"]: row for row in csv.DictReader(file) if row["measure"] == "latency"}
    curves = blocks(drawn["three"] / "figures/axis-latency-cell.delay.dat")
    for scheme, curve in zip(made_up.THREE, curves):
        for value, point in zip(made_up.DELAYS["values"], curve):
            row = rows[f"{scheme} cell.delay={value['text']}"]
            want = [1000 * float(row[column]) for column in ("mean", "ci_low", "ci_high")]
            assert list(map(float, point[1:4])) == pytest.approx(want) and point[4:] == ["0", "NaN"]
            assert float(point[0]) == pytest.approx(1000 * value["number"], rel=0.05)


def test_a_distribution_is_thinned_without_visible_change():
    from roam import figures_campaign
    values = sorted((i * 7919 % 100003) / 100003 for i in range(50000))
    found, bounds = figures_campaign.corners(
        [(v, False) for v in values] + [(float("nan"), False)] * 50000, 0.0, 2.0)
    assert not bounds
    assert len(found) <= 2 * figures_campaign.MOST_CORNERS + 3
    assert found[-1] == (2.0, 0.5)
    for value, part in found[1:-1:2]:
        assert abs(part - sum(v <= value for v in values) / 100000) < 1e-9
    parts = [part for _, part in found]
    assert max(b - a for a, b in zip(parts, parts[1:])) <= 1.01 / figures_campaign.MOST_CORNERS


def test_a_box_has_tukeys_whiskers_and_shows_what_is_outside():
    from roam import figures_campaign
    [(_, low, first, third, high, median)], points = figures_campaign.box(
        1, [(float(i), False) for i in range(1, 41)] + [(100.0, False), (float("nan"), False)])
    assert (low, first, median, third, high) == (1.0, 11.0, 21.0, 31.0, 40.0)
    assert [value for value, *_ in points] == [100.0]
    few = figures_campaign.box(1, [(1.0, False), (2.0, False), (3.0, False)])
    assert [value for value, *_ in few[1]] == [1.0, 2.0, 3.0]


def test_each_point_of_a_curve_is_drawn(drawn):
    """A mark for each value of the axis, and one in the legend."""
    text = (drawn["three"] / "figures/axis-latency-cell.delay.svg").read_text()
    for scheme in made_up.THREE:
        colour = series.scheme_styles()[0][scheme].colour
        red, green, blue = (int(colour[i:i + 2], 16) for i in (1, 3, 5))
        marks = re.findall(rf"<use [^>]*color='rgb\(\s*{red},\s*{green},\s*{blue}\)'", text)
        assert len(marks) == len(made_up.DELAYS["values"]) + 1, scheme


# --- Phases ----------------------------------------------------------------------------------------

def row(**moments):
    return {"t_" + name: str(value) for name, value in moments.items()}


@pytest.mark.parametrize("moments, want", [
    # one radio: the last packet, then the record, the rule, the link
    (dict(last_old=9.8, open=10, trigger=10.1, link=10.3, detect=10.4, address=10.6, signal=10.6, bound=10.9,
          first_new=11), {"loss noticed": 0.2, "rule": 0.1, "link": 0.2, "detection": 0.1, "address": 0.2, "binding": 0.3,
                          "first data": 0.1}),
    # two: the link was there long before, and data comes before the binding is confirmed
    (dict(open=10, trigger=10, link=5, detect=5.1, address=5.2, signal=5.2, bound=10.2,
          first_new=10.15), {"first data": 0.15}),
    # the rule waits for an address that is on its way
    (dict(open=10, link=10.1, trigger=10.2, detect=10.3, address=10.5, signal=10.6, bound=10.7,
          first_new=10.7), {"link": 0.1, "rule": 0.1, "detection": 0.1, "address": 0.2,
                            "first signal": 0.1, "binding": 0.1}),
    # nothing binds: the moments in between did not come
    (dict(open=10, first_new=12), {"first data": 2}),
    # the old path carried data until the binding was under way
    (dict(open=10, trigger=10, link=5, signal=10, last_old=10.15, bound=10.2, first_new=10.3),
     {"binding": 0.05, "first data": 0.1}),
    # both paths carried data at once
    (dict(open=10, trigger=10, bound=10.2, first_new=10.3, last_old=10.35), {}),
])
def test_the_phases_add_up_whatever_their_order(moments, want):
    lengths = phases.lengths(row(**moments))
    found = {name: value for name, value in zip(phases.NAMES, lengths) if value}
    assert found == pytest.approx(want)
    begin = moments.get("last_old", moments["open"])
    assert sum(lengths) == pytest.approx(max(0.0, moments["first_new"] - begin))


def test_a_handover_without_data_over_the_new_path_has_no_lengths_but_is_shaded():
    broken = row(open=10, trigger=10, link=10.2, detect=10.3, address=10.5)
    assert phases.lengths(broken) is None
    assert [k for _, _, k in phases.with_release(broken)] == [2, 3, 4]
    noticed = {**broken, "t_last_old": "9.9"}
    assert phases.with_release(noticed)[0] == (9.9, 10.0, 0)


def test_the_shades_are_the_phases_of_the_run(drawn):
    shade = blocks(drawn["one"] / "figures/throughput.dat")[0]
    with open(next(drawn["one"].glob("runs/*/handovers.csv")), newline="") as file:
        want = next(csv.DictReader(file))
    zero = float(want["t_trigger"])
    last = max(end for _, end, k in ((float(b), float(e), int(k)) for b, e, k in shade) if k == phases.RELEASE)
    assert last == pytest.approx(float(want["t_first_new"]) - zero, abs=1e-6)


def test_the_bars_of_the_phases_are_as_long_as_the_mean_time(drawn):
    with open(drawn["three"] / "handovers.csv", newline="") as file:
        times = [float(r["t_first_new"]) - float(r["t_last_old"]) for r in csv.DictReader(file)
                 if r["case"] == "msctp cell.delay=2ms"]
    ends = blocks(drawn["three"] / "figures/phases.dat")[-1]
    assert float(ends[0][1]) == pytest.approx(1000 * sum(times) / len(times), rel=1e-6)
    assert " ".join(ends[-1][2:]) == '"8 of 10"'


# --- Styles ----------------------------------------------------------------------------------------

def luminance(colour):
    parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_no_two_schemes_look_alike_even_in_grey():
    table, others = series.scheme_styles()
    styles = [*table.values(), *others]
    assert {"msctp", "sctp", "tcp", "udp", "trash", "mip4", "mip6", "hmmp", "rserpool"} <= set(table)
    assert len({style.colour for style in styles}) == len(styles)
    assert len({(style.dash, style.marker) for style in table.values()}) == len(table)
    for style in styles:
        assert style.dash in series.DASHES and style.marker in series.MARKERS
        assert luminance(style.colour) < 0.65  # on white
    assert table["msctp"].colour == "#0072B2" and table["tcp"].colour == "#D55E00"


@pytest.mark.parametrize("schemes", [["msctp"] * 9, ["msctp", "tcp"] * 6, ["new-one"] * 3 + ["udp"],
                                     list(series.scheme_styles()[0])])
def test_no_two_series_of_a_figure_have_the_same_dash_and_marker(schemes):
    found = series.styles_of({f"{scheme} {i}": scheme for i, scheme in enumerate(schemes)})
    assert len({(style.dash, style.marker) for style in found.values()}) == len(schemes)


def test_a_scheme_has_its_colour_in_every_figure(drawn):
    table, _ = series.scheme_styles()
    for svg in (drawn["two"] / "figures").glob("*.gp"):
        colours = re.search(r"^array colour\[\d+\] = \[(.*)\]$", svg.read_text(), re.MULTILINE)
        if colours:
            assert colours[1] == ", ".join(f"'{table[s].colour}'" for s in made_up.THREE), svg


def test_the_colours_of_phases_and_heat_fall_in_lightness():
    style = (ROOT / "plots/style.gp").read_text()
    first, *ramp = re.findall(r'"(#\w{6})"', re.search(r"phase_colour\[9\] = \[(.*)\]", style)[1])[:8]
    heat = re.findall(r'\d "(#\w{6})"', (ROOT / "plots/heat.gp").read_text())
    assert ramp == list(reversed(heat)) and len(ramp) == 7
    lights = [luminance(colour) for colour in heat + [first]]
    assert lights == sorted(lights)


# --- How they look ---------------------------------------------------------------------------------

def extents(path):
    for words, x, y, anchor, rotated in texts_of(path):
        half = 0.31 * 11 * len(words)
        shift = {"start": half, "middle": 0, "end": -half}[anchor]
        wide, high = (6, half) if rotated else (half, 6)
        x, y = (x, y - shift) if rotated else (x + shift, y - 4)
        yield words, x - wide, x + wide, y - high, y + high


def test_no_text_leaves_its_drawing(drawn):
    for svg in svgs(drawn):
        box = list(map(float, tree.parse(svg).getroot().get("viewBox").split()))
        for words, left, right, top, bottom in extents(svg):
            assert box[0] - 4 <= left and right <= box[2] + 4, (svg, words)
            assert box[1] - 3 <= top and bottom <= box[3] + 3, (svg, words)


def test_no_text_covers_another(drawn):
    for svg in svgs(drawn):
        for (a, *p), (b, *q) in itertools.combinations(extents(svg), 2):
            wide = min(p[1], q[1]) - max(p[0], q[0])
            high = min(p[3], q[3]) - max(p[2], q[2])
            assert wide < 6 or high < 5, (svg, a, b)


def test_names_are_text_and_nothing_of_them_is_run(drawn):
    for name in ("axis-latency-cell.delay", "distribution-goodput", "boxes-latency"):
        words = words_of(drawn["nine" if "axis" in name else "cases"] / f"figures/{name}.svg")
        assert "msctp, x^2 `id` {y}" in words
        assert not any("uid=" in word for word in words)


@pytest.mark.parametrize("values, kind", [
    ([1.0, 2.0, 3.0], "linear"), ([0.01, 0.02, 5.0, 9.0], "log"), ([0.0, 0.01, 0.02, 5.0], "asinh"),
    ([-0.1, 0.01, 20.0], "asinh"), ([5.0, 5.0], "linear"), ([0.0, 0.0], "linear"), ([], "linear"),
    ([-3.0], "linear")])
def test_an_axis_holds_its_numbers(values, kind):
    scale = scales.scale_of(values)
    assert scale.kind == kind
    assert scale.low < scale.high
    assert all(0 <= scale.place(value) <= 1 for value in values)
    if kind != "linear":
        assert len(scale.tics) >= 3


def test_names_that_are_cut_stay_different():
    names = ["a" * 60, "a" * 61, "short", "a" * 62]
    found = gnuplot.short(names)
    assert len(set(found)) == 4 and max(map(len, found)) <= gnuplot.LONGEST


# --- The command -----------------------------------------------------------------------------------

def test_plot_draws_what_is_asked_for(drawn, house):
    shutil.copytree(drawn["two"], house / "c", ignore=shutil.ignore_patterns("figures"))
    result = sweep(house, "c", "--figure", "axis", "--measure", "latency", "--axis", "cell.loss",
                   command="plot")
    assert result.stdout == "c/figures/axis-latency-cell.loss.svg\n", result.stderr
    assert {path.stem for path in (house / "c/figures").iterdir()} == {"axis-latency-cell.loss", own.NAME}
    result = sweep(house, "c", "--measure", "t_bound", "--figure", "boxes", command="plot")
    assert result.stdout == "c/figures/boxes-t_bound.svg\n", result.stderr


@pytest.mark.parametrize("args, said", [
    (["--figure", "pie"], "no 'pie' here, but: axis, heat,"), (["--axis", "cell.count"], "but: cell.delay"),
    (["--measure", "beauty"], "no measure 'beauty'"),
    (["--figure", "phases", "--axis", "cell.loss"], "no figure is of all that: phases cell.loss")])
def test_a_figure_that_there_is_not_is_one_line(drawn, house, args, said):
    result = sweep(house, drawn["two"], *args, command="plot")
    assert result.returncode == 2
    assert said in one_line(result.stderr)


def test_a_record_that_is_none_is_one_line(tmp_path, roam_stats):
    (tmp_path / "campaign.json").write_text(json.dumps({"format": collect.CAMPAIGN_FORMAT, "cases": 3}))
    with pytest.raises(CampaignError, match="campaign.json: not a campaign's record"):
        figures.plot(tmp_path, roam_stats.parent)


@pytest.mark.parametrize("axis", [scales.scale_of, scales.tight,
                                  lambda numbers: scales.scale_at(numbers, "linear")])
@pytest.mark.parametrize("numbers", [[999999.9999999999, 1e6], [1e-300, 1e-300], [0.0, 0.0], [-5.0]])
def test_an_axis_of_numbers_that_differ_by_rounding_has_room(axis, numbers):
    """gnuplot gets nine digits of its ends, and ends that are the same are an error of it."""
    found = re.search(r"range \[(\S+):(\S+)\]", axis(numbers).commands("x"))
    assert float(found[1]) < float(found[2])


def test_a_ladder_that_is_none_is_one_line(drawn, tmp_path):
    place = tmp_path / "r"
    shutil.copytree(next(pathlib.Path(p).parent for p in drawn["one"].glob("runs/*/ladder.msc")), place)
    (place / "ladder.msc").write_text("msc { nothing }")
    with pytest.raises(CampaignError, match="ladder.msc: not a ladder"):
        figures.plot(place, place, "ladder")


def test_a_table_that_is_damaged_is_one_line(drawn, roam_stats, tmp_path):
    shutil.copytree(drawn["one"], tmp_path / "c", ignore=shutil.ignore_patterns("figures"))
    table = tmp_path / "c/handovers.csv"
    whole = table.read_text()
    latency = next(csv.DictReader(whole.splitlines()))["latency"]
    table.write_text(whole.replace(latency, "soon"))
    with pytest.raises(CampaignError, match="handovers.csv: latency: 'soon' is no number"):
        figures.plot(tmp_path / "c", roam_stats.parent, "boxes", "latency")
    table.write_text(whole + "half,a row\n")
    with pytest.raises(CampaignError, match="handovers.csv: a row that is too short"):
        figures.plot(tmp_path / "c", roam_stats.parent, "boxes", "latency")

# SPDX-License-Identifier: GPL-2.0-or-later
"""Figures for a paper: their formats, size and font, what they call things, and how many series one
has."""

import json
import re
import shutil

import pytest

from roam import campaign
from roam import figures
from roam import figures_campaign
from roam import figures_run
from roam import gnuplot
import made_up
from conftest import one_line, run, sweep, write_campaign
from roam.errors import CampaignError
from test_figures import extents, words_of

NINE = {f"series_{i}": {"scheme": "msctp"} for i in range(9)}
LABELS = {"cell.delay": "delay of the cell (10 % & more)", "series_0": "our own, #1",
          "series_3 cell.delay=2ms": "never shown"}


@pytest.fixture(scope="module")
def nine(tmp_path_factory, request):
    """Nine series over an axis, with labels; every format, no wider than a column."""
    stats = request.getfixturevalue("roam_stats")
    made = made_up.write_campaign(tmp_path_factory.mktemp("paper") / "nine", stats, NINE,
                                  [made_up.DELAYS], 3, labels=LABELS)
    figures.plot(made, stats.parent, formats=("eps", "tex"), font="Nimbus Sans", column=True)
    return made / "figures"


@pytest.fixture(scope="module")
def many(tmp_path_factory, request):
    """Nine cases without an axis."""
    stats = request.getfixturevalue("roam_stats")
    made = made_up.write_campaign(tmp_path_factory.mktemp("paper") / "many", stats, NINE, [], 3)
    figures.plot(made, stats.parent)
    return made / "figures"


def size_of(pdf):
    return tuple(map(float, re.search(rb"/MediaBox \[ ?0 0 ([\d.]+) ([\d.]+)", pdf.read_bytes()).groups()))


def array(script, name):
    return re.findall(r"'((?:[^']|'')*)'", re.search(rf"(?m)^array {name}\[\d+\] = \[(.*)\]$",
                                                     script.read_text())[1])


# --- Size ------------------------------------------------------------------------------------------

def test_a_figure_fits_a_column_and_a_page(nine):
    pdfs = [pdf for pdf in nine.glob("*.pdf") if not pdf.stem.startswith("ladder")]
    assert {"sequence.pdf", "throughput.pdf", "phases.pdf", "signalling.pdf"} <= {p.name for p in pdfs}
    for pdf in pdfs:
        width, height = size_of(pdf)
        assert 250 < width <= 252 and height < 620, (pdf.name, width, height)


def test_a_figure_of_both_columns_fits_a_page(many):
    for pdf in many.glob("*.pdf"):
        width, height = size_of(pdf)
        assert width <= 516 and height < 620, (pdf.name, width, height)


def test_no_text_covers_another_in_a_column(nine, tmp_path):
    """The layout of a paper's column as SVG, whose texts can be measured."""
    import itertools
    for script in sorted(nine.glob("*.gp")):
        if script.stem.startswith("ladder"):
            continue
        for ending in (".dat", ".gp"):
            shutil.copy(script.with_suffix(ending), tmp_path)
        result = run("gnuplot", "-e", f"out='{script.stem}.svg'", script.name, cwd=tmp_path)
        assert result.returncode == 0, result.stderr
        svg = tmp_path / f"{script.stem}.svg"
        for (a, *p), (b, *q) in itertools.combinations(extents(svg), 2):
            wide = min(p[1], q[1]) - max(p[0], q[0])
            high = min(p[3], q[3]) - max(p[2], q[2])
            assert wide < 6 or high < 5, (script.stem, a, b)


# --- Formats and fonts -----------------------------------------------------------------------------

def test_eps_and_tex_are_made_when_asked_for(nine):
    eps = (nine / "distribution-latency.eps").read_bytes()
    assert eps.startswith(b"%!PS-Adobe-3.0 EPSF-3.0")
    assert re.search(rb"%%CreationDate: Thu Jan +1 00:00:00 1970", eps)
    tex = (nine / "axis-latency-cell.delay-tex.tex").read_text()
    assert r"\begin{picture}" in tex and r"{axis-latency-cell.delay-tex}" in tex
    assert size_of(nine / "axis-latency-cell.delay-tex.pdf") == size_of(nine / "axis-latency-cell.delay.pdf")


def test_text_is_written_as_tex_reads_it(nine):
    tex = (nine / "axis-latency-cell.delay-tex.tex").read_text()
    assert r"delay of the cell (10 \% \& more), ms" in tex and r"our own, \#1" in tex
    assert r"series\_1" in tex and "series_1" not in tex
    plain = words_of(nine / "axis-latency-cell.delay.svg")
    assert {"delay of the cell (10 % & more), ms", "our own, #1", "series_1"} <= plain


@pytest.mark.parametrize("name", ["x.jpg", "x.gif", "x", "svg", "x.tiff"])
def test_another_ending_is_an_error(nine, tmp_path, name):
    shutil.copytree(nine, tmp_path / "f")
    result = run("gnuplot", "-e", f"out='{name}'", "phases.gp", cwd=tmp_path / "f")
    assert result.returncode == 1 and f"{name}: another ending; expected .svg, .pdf" in result.stderr
    assert not (tmp_path / "f" / name).exists()


def test_tex_does_not_replace_the_figures_own_pdf(nine, tmp_path):
    shutil.copytree(nine, tmp_path / "f")
    before = (tmp_path / "f/phases.pdf").read_bytes()
    result = run("gnuplot", "-e", "out='phases.tex'", "phases.gp", cwd=tmp_path / "f")
    assert result.returncode == 1 and "would replace the figure's own PDF" in result.stderr
    assert (tmp_path / "f/phases.pdf").read_bytes() == before


def test_the_font_is_one_line_of_the_script(nine, many):
    lines = (nine / "phases.gp").read_text().splitlines()
    assert "if (!exists('font')) font = 'Nimbus Sans'" in lines
    assert sum("Nimbus" in line for line in lines) == 1
    assert "Nimbus Sans" in (nine / "phases.svg").read_text()
    assert "DejaVu Sans" in (many / "phases.svg").read_text()


@pytest.mark.parametrize("args, said", [
    (["--format", "jpg"], "--format: found 'jpg'; allowed are eps and tex"),
    (["--font", "Times'; x"], "--font: found 'Times'; x'; allowed are letters")])
def test_a_wish_that_cannot_be_is_one_line(nine, house, args, said):
    result = sweep(house, nine.parent, *args, command="plot")
    assert result.returncode == 2 and said in one_line(result.stderr)


def test_the_command_draws_them(nine, house):
    shutil.copytree(nine.parent, house / "c", ignore=shutil.ignore_patterns("figures"))
    result = sweep(house, "c", "--figure", "phases", "--format", "eps,tex", "--font", "Sans", "--column",
                   command="plot")
    assert result.returncode == 0, result.stderr
    assert {path.name for path in (house / "c/figures").iterdir() if path.name[0] != "."} == {
        "phases.dat", "phases.gp", "phases.svg", "phases.pdf", "phases.png", "phases.eps",
        "phases-tex.tex", "phases-tex.pdf"}


# --- Names -----------------------------------------------------------------------------------------

CAMPAIGN = 'title = "t"\n%s\n[campaign.labels]\n%s\n[sweep]\nscheme = ["msctp", "tcp"]\n"cell.delay" = ["2ms", "5ms"]\n'


@pytest.mark.parametrize("labels, said", [
    ('"cell.delai" = "x"', "campaign.labels: no key, case or series 'cell.delai': scheme, cell.delay,"),
    ('"tcp" = "msctp"', "campaign.labels: two are called 'msctp': msctp, tcp"),
    ('"tcp" = 3', "campaign.labels: tcp: wanted text"), ('"tcp" = "a\\tb"', "campaign.labels: tcp: found"),
    ('"tcp" = ""', "campaign.labels: tcp: wanted text")])
def test_a_label_of_nothing_is_an_error(house, labels, said):
    path = write_campaign(house, CAMPAIGN % ("", labels))
    with pytest.raises(CampaignError, match=re.escape(said)):
        campaign.read_campaign(path)


def test_a_font_that_is_none_is_an_error(house):
    with pytest.raises(CampaignError, match="campaign.font: found"):
        campaign.read_campaign(write_campaign(house, CAMPAIGN % ('font = "a;b"', "")))


def test_labels_and_font_of_a_campaign_come_to_figures_and_page(house):
    labels = '"cell.delay" = "delay"\nmsctp = "mobile SCTP"\n"tcp cell.delay=5ms" = "slow TCP"'
    path = write_campaign(house, CAMPAIGN % ('font = "Nimbus Sans"', labels) + "seed = [1, 2]\n")
    result = sweep(house, path)
    assert result.returncode == 0, result.stderr
    record = json.loads((house / "out/c/campaign.json").read_text())
    assert record["labels"] == {"cell.delay": "delay", "msctp": "mobile SCTP", "tcp cell.delay=5ms": "slow TCP"}
    assert sweep(house, "out/c", command="report").returncode == 0
    page = (house / "out/c/report.html").read_text()
    assert "Interruption against delay" in page and "slow TCP" in page
    assert {"mobile SCTP", "delay, ms"} <= words_of(house / "out/c/figures/axis-interruption-cell.delay.svg")
    assert "slow TCP" in words_of(house / "out/c/figures/boxes-interruption.svg")
    assert "Nimbus Sans" in (house / "out/c/figures/phases.svg").read_text()


def test_a_change_of_a_label_makes_no_run_again(house):
    sweep(house, write_campaign(house, CAMPAIGN % ("", 'tcp = "TCP"')))
    calls = (house / "calls").read_text()
    sweep(house, write_campaign(house, CAMPAIGN % ("", 'tcp = "Reno"')))
    assert (house / "calls").read_text() == calls
    assert json.loads((house / "out/c/campaign.json").read_text())["labels"] == {"tcp": "Reno"}


# --- Six series ------------------------------------------------------------------------------------

@pytest.mark.parametrize("count, sizes", [(1, [1]), (6, [6]), (7, [4, 4]), (9, [5, 5]), (11, [6, 6]), (12, [5, 5, 4])])
def test_a_legend_has_at_most_six_series_and_each_part_the_first(count, sizes):
    parts = figures_campaign.in_parts(list(range(count)))
    assert sorted(map(len, parts)) == sorted(sizes)
    assert all(part[0] == 0 for part in parts)
    assert sorted({item for part in parts for item in part}) == list(range(count))


@pytest.mark.parametrize("count, sizes", [(0, [0]), (1, [1]), (6, [6]), (7, [3, 4]), (12, [6, 6])])
def test_panels_of_runs_are_six_at_most(count, sizes):
    assert sorted(map(len, figures_run.run_parts(list(range(count))))) == sizes


def test_parts_have_the_same_axes_and_are_titled(many, nine):
    for name in ("distribution-interruption", "signalling", "throughput", "sequence"):
        first, second = many / f"{name}.gp", many / f"{name}-2.gp"
        assert len(array(first, "titles")) <= 6 and len(array(second, "titles")) <= 6
    ranges = [re.findall(r"(?m)^set xrange.*$", (many / f"distribution-latency{part}.gp").read_text())
              for part in ("", "-2")]
    assert ranges[0] == ranges[1] and ranges[0]
    scripts = [(many / f"throughput{part}.gp").read_text() for part in ("", "-2")]
    assert re.findall(r"(?m)^(?:begin|end|top) = .*$", scripts[0]) == re.findall(r"(?m)^(?:begin|end|top) = .*$", scripts[1])
    assert {p.stem for p in nine.glob("axis-latency*.svg")} == {"axis-latency-cell.delay", "axis-latency-cell.delay-2"}


def test_the_endings_are_told_once():
    assert gnuplot.Paper(("eps",)).files_of("x") == {"svg": ["x.svg"], "pdf": ["x.pdf"], "png": ["x.png"], "eps": ["x.eps"]}

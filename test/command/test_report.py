# SPDX-License-Identifier: GPL-2.0-or-later
"""The report page and its figures: what is on it, that it stands alone, and how it looks in Chromium."""

import html
import html.parser
import json
import re
import shutil
import subprocess

import pytest

import made_up
from roam import own
from roam import report
from conftest import THREE, one_line, sweep, write_campaign

CAPTION = 'title = "Soft, hard & <none>"\nquestion = "Which is best?"\n'


@pytest.fixture(scope="module")
def made(tmp_path_factory, request):
    """A campaign and its page, made once."""
    house = request.getfixturevalue("make_house")(tmp_path_factory.mktemp("house"))
    result = sweep(house, write_campaign(house, CAPTION + THREE + '"fake.fail" = "3"\n'))
    assert result.returncode == 1, result.stderr
    result = sweep(house, "out/c", command="report")
    assert result.returncode == 0, result.stderr
    assert one_line(result.stdout) == "out/c/report.html"
    return house / "out/c"


def first_run(made):
    return (made / "plan.csv").read_text().splitlines()[1].split(",")[0]


class Page(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.ids, self.loads, self.open, self.texts = [], [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        for name, value in attributes:
            if name == "id":
                self.ids.append(value)
            if name in ("src", "href", "xlink:href", "data", "poster", "action", "srcset"):
                self.loads.append(value)

    def handle_data(self, data):
        self.texts.append(data.strip())


@pytest.fixture
def text(made):
    return (made / "report.html").read_text()


def test_the_page_stands_alone(text):
    page = Page(text)
    assert not {"script", "link", "img", "iframe", "object", "embed", "base"} & set(page.tags)
    assert all(load.startswith(("#", "figures/")) for load in page.loads), page.loads
    assert not re.search(r"@import|url\((?!['\"]?#)", text)
    assert "://" not in text


def test_the_page_says_what_was_asked_and_what_came_out(made, text):
    page = Page(text)
    assert "<title>Soft, hard &amp; &lt;none&gt;</title>" in text
    assert "Which is best?" in page.texts
    assert page.texts.count("soft") >= 2
    assert "completed 4" in page.texts
    assert "broken 2, completed 1, run failed 1" in page.texts
    assert "tcp, seed 3: it was not to be" in page.texts
    for heading in ("Throughput around the handover", "Sequence numbers by path",
                    "Distribution: interruption", "The messages of one handover",
                    "Differences from soft", "The worst cases", "Worlds", "Versions"):
        assert heading in page.texts, heading


def test_the_numbers_are_those_of_the_statistics(made, text):
    cells = [re.sub(r"<.*?>", "", cell) for cell in re.findall(r"<td>(.*?)</td>", text)]
    for line in (made / "summary.csv").read_text().splitlines()[1:]:
        case, measure, n, _, censored, mean, _, low, high = line.split(",")[:9]
        if measure == "interruption" and censored != "0":
            assert any(f"({censored} of {n} not over)" in cell for cell in cells), case
        elif measure == "interruption":
            want = f"{1000 * float(mean):.1f} [{1000 * float(low):.1f}, {1000 * float(high):.1f}]"
            assert any(cell.startswith(want) for cell in cells), (case, want)
    row = next(line for line in (made / "paired.csv").read_text().splitlines()
               if line.startswith("soft,hard,interruption"))
    assert any(cell.startswith(f"{1000 * float(row.split(',')[8]):.1f} [") for cell in cells)


def test_every_id_is_there_once(text):
    ids = Page(text).ids
    assert len(ids) == len(set(ids)), sorted(i for i in ids if ids.count(i) > 1)


def test_the_drawings_are_in_the_page(text):
    titles = re.findall(r'role="img" aria-label="(.*?)"', text)
    assert titles == ["Distribution: interruption", "Spread: interruption",
                      "Phases of the handover", "Signalling by type",
                      "Throughput around the handover", "Sequence numbers by path",
                      "The messages of one handover"]
    assert Page(text).tags.count("svg") == len(titles)
    assert text.count("Of seed 1.") == 3
    ladder = text[text.index("The messages of one handover"):]
    assert "ASCONF ADD 3.3.3.2" in ladder


def test_the_contents_lead_to_each_part_and_each_figure_to_its_files(made, text):
    page = Page(text)
    inside = [load[1:] for load in page.loads if load.startswith("#") and load[1:] not in ("",)]
    assert set(inside) <= set(page.ids)
    assert {"results", "differences", "figure-phases", "worst", "worlds", "versions"} <= set(inside)
    beside = [load for load in page.loads if load.startswith("figures/")]
    assert len(beside) == 3 * page.tags.count("svg")
    for place in beside:
        assert (made / place).stat().st_size > 20, place
    assert "figures/boxes-interruption.pdf" in beside and "figures/phases.gp" in beside


def blocks(path):
    """The rows of each block of a figure's data."""
    return [[line.split() for line in block.splitlines() if not line.startswith("#")]
            for block in path.read_text().split("\n\n\n") if block.strip()]


def test_the_figures_hold_the_deliveries(made):
    panels = blocks(made / "figures/throughput.dat")
    assert len(panels) == 6
    first = [tuple(map(float, row)) for row in panels[1]]
    assert len(first) == 71
    before = [y for x, y in first if x < -0.3]
    assert all(0.9 < y < 1.1 for y in before)  # 1000 bytes each 8 ms
    old, new = blocks(made / "figures/sequence.dat")[1:3]
    assert all(float(row[0]) < 0 for row in old)
    assert all(float(row[0]) >= 0 for row in new)
    assert len(old) == 250


def test_the_distribution_counts_every_handover(made):
    curves = blocks(made / "figures/distribution-interruption.dat")
    assert [len(curve) for curve in curves[::2]] == [2 * n + 1 for n in (4, 4, 1)]
    for curve, last in zip(curves[::2], (1, 1, 1 / 3)):  # two of the last one's three are not over
        parts = [float(row[1]) for row in curve]
        assert parts == sorted(parts) and parts[0] == 0 and parts[-1] == pytest.approx(last)
    assert [row for row in curves[1] + curves[3] if row[0] != "NaN"] == []
    assert [float(row[1]) for row in curves[5]] == pytest.approx([1 / 3, 1 / 3])


def test_the_page_is_the_same_bytes_again(made):
    before = (made / "report.html").read_bytes()
    assert sweep(made.parents[1], "out/c", command="report").returncode == 0
    assert (made / "report.html").read_bytes() == before


def test_a_run_has_a_page_and_figures_too(made):
    house = made.parents[1]
    directory = f"out/c/runs/{first_run(made)}"
    result = sweep(house, directory, command="plot")
    assert result.stdout.splitlines() == [f"{directory}/figures/throughput.svg",
                                          f"{directory}/figures/sequence.svg",
                                          f"{directory}/figures/ladder.svg"]
    result = sweep(house, directory, command="report")
    assert result.returncode == 0, result.stderr
    page = Page((house / directory / "report.html").read_text())
    assert page.tags.count("svg") == 3
    assert "window_end" in page.texts


def test_the_worst_cases_and_the_failed_run_have_their_commands(made, text):
    page = Page(text)
    again = [words for words in page.texts if words.startswith("./roam run ")]
    [failed] = [words for words in page.texts if words.startswith("gdb ")]
    assert failed == next(made.glob("failed/*/command")).read_text().strip()
    worst = [words for words in again if "--seed 3 --set fake" not in words]
    assert len(worst) == 3 and worst[0].startswith("./roam run world.toml --scheme tcp --seed ")
    assert int(re.search(r"--seed (\d)", worst[0])[1]) % 2 == 0  # the fake's broken ones
    rows = (made / "handovers.csv").read_text().splitlines()
    assert "--set client.radios=2" in worst[1] + worst[2] and len(rows) == 12


def test_a_page_is_bounded_whatever_the_number_of_cases(tmp_path, roam_stats):
    many = {f"msctp {i:04d}": {"scheme": "msctp"} for i in range(400)}
    made = made_up.write_campaign(tmp_path / "c", roam_stats, many, [], seeds=2)
    for i in range(50):
        with open(made / "runs.csv", "a", encoding="utf-8") as file:
            file.write(f"{i:020x},msctp 0001,msctp 0001,msctp,{i},failed,0,\n")
    page = report.write(made, roam_stats.parent)
    text = page.read_text()
    assert page.stat().st_size < 3e6
    assert "50 of 850 runs have no result and are in no figure; the first 20:" in text
    assert "200 more cases are in the tables beside this page." in text
    assert text.count("<code>./roam run ") == 20


@pytest.mark.parametrize("command", ["plot", "report"])
def test_a_campaign_of_another_version_is_one_line_and_is_collected_anew(made, tmp_path, command):
    shutil.copytree(made, tmp_path / "c")
    record = json.loads((made / "campaign.json").read_text())
    (tmp_path / "c/campaign.json").write_text(json.dumps({**record, "format": 0}))
    own.adopt([tmp_path / "c/campaign.json"])  # it is roam's, of that version
    result = sweep(made.parents[1], tmp_path / "c", command=command)
    assert result.returncode == 2
    assert "of another version of roam; ./roam sweep collects" in one_line(result.stderr)
    sweep(made.parents[1], "c.toml", "--out", tmp_path / "c")
    assert json.loads((tmp_path / "c/campaign.json").read_text()) == record


@pytest.mark.parametrize("command", ["plot", "report"])
def test_a_directory_of_something_else_is_one_line(made, tmp_path, command):
    result = sweep(made.parents[1], tmp_path, command=command)
    assert result.returncode == 2
    assert str(tmp_path) in one_line(result.stderr)


def test_a_timeline_that_is_cut_off_is_one_line(made, tmp_path):
    shutil.copytree(made / "runs" / first_run(made), tmp_path / "r")
    packed = (tmp_path / "r/timeline.csv.gz").read_bytes()
    (tmp_path / "r/timeline.csv.gz").write_bytes(packed[:len(packed) // 2])
    result = sweep(made.parents[1], tmp_path / "r", command="plot")
    assert result.returncode == 2
    assert "not a run's timeline" in one_line(result.stderr)


# --- In a browser ----------------------------------------------------------------------------------

MEASURE = """<!DOCTYPE html><html><body><iframe id="f" width="%d" height="2000" srcdoc="%s"></iframe>
<pre id="answer"></pre><script>
addEventListener("load", () => {
  const page = document.getElementById("f").contentDocument, root = page.documentElement;
  const svgs = [...page.querySelectorAll("svg")].map(svg => {
    const box = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll("text")].map(t => [t.textContent.trim(),
      t.getBoundingClientRect()]).filter(([text]) => text);
    const cut = texts.filter(([, t]) => t.left < box.left - 1 || t.right > box.right + 1 ||
      t.top < box.top - 1 || t.bottom > box.bottom + 1).map(([text]) => text);
    const over = [];
    for (let i = 0; i < texts.length; i++)
      for (let j = i + 1; j < texts.length; j++) {
        const [a, p] = texts[i], [b, q] = texts[j];
        const w = Math.min(p.right, q.right) - Math.max(p.left, q.left);
        const h = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
        if (w > 2 && h > 0.4 * Math.min(p.height, q.height)) over.push([a, b]);
      }
    return {width: box.width, height: box.height, texts: texts.length, cut, over};
  });
  document.getElementById("answer").textContent = JSON.stringify(
    {overflow: root.scrollWidth - root.clientWidth, client: root.clientWidth, svgs});
});
</script></body></html>"""


def look(page_text, width, tmp_path):
    chromium = shutil.which("chromium")
    if not chromium:
        pytest.skip("no chromium here: the page was not looked at")
    wrapper = tmp_path / "look.html"
    wrapper.write_text(MEASURE % (width, html.escape(page_text, quote=True)))
    done = subprocess.run(
        [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=10000",
         f"--user-data-dir={tmp_path / 'profile'}", "--window-size=1500,2200", "--dump-dom",
         wrapper.as_uri()], capture_output=True, text=True, timeout=240, check=False)
    found = re.search(r'<pre id="answer">(.*?)</pre>', done.stdout, re.DOTALL)
    assert found and found.group(1), done.stderr[-2000:]
    return json.loads(html.unescape(found.group(1)))


@pytest.mark.parametrize("width", [1280, 390])
def test_in_chromium_nothing_overflows_and_no_label_is_cut_or_covered(text, width, tmp_path):
    seen = look(text, width, tmp_path)
    assert seen["client"] > width - 30
    assert seen["overflow"] <= 0
    assert len(seen["svgs"]) == 7
    for svg in seen["svgs"]:
        assert svg["width"] > 300 and svg["height"] > 50
        assert svg["texts"] > 3
        assert svg["cut"] == []
        assert svg["over"] == []

# SPDX-License-Identifier: GPL-2.0-or-later
"""The report page and its figures: what is on it, that it stands alone, and how it looks in Chromium."""

import html
import html.parser
import json
import re
import shutil
import subprocess

import pytest

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
    assert all(load.startswith("#") for load in page.loads), page.loads
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
                    "Distribution of the interruptions", "The messages of one handover",
                    "Interruption against soft", "Parameters", "Versions"):
        assert heading in page.texts, heading


def test_the_numbers_are_those_of_the_statistics(made, text):
    cells = [re.sub(r"<.*?>", "", cell) for cell in re.findall(r"<td>(.*?)</td>", text)]
    for line in (made / "summary.csv").read_text().splitlines()[1:]:
        case, measure, n, _, mean, _, low, high = line.split(",")[:8]
        if measure == "interruption":
            want = f"{1000 * float(mean):.1f} [{1000 * float(low):.1f}, {1000 * float(high):.1f}]"
            assert any(cell.startswith(want) for cell in cells), (case, want)
    row = next(line for line in (made / "paired.csv").read_text().splitlines()
               if line.startswith("soft,hard,interruption"))
    assert f"{1000 * float(row.split(',')[5]):.1f}" in cells


def test_every_id_is_there_once(text):
    ids = Page(text).ids
    assert len(ids) == len(set(ids)), sorted(i for i in ids if ids.count(i) > 1)


def test_four_drawings_are_in_the_page(text):
    assert Page(text).tags.count("svg") == 4
    ladder = text[text.index("The messages of one handover"):]
    assert "ASCONF ADD 3.3.3.2" in ladder


def test_the_figures_hold_the_deliveries(made):
    data = (made / "figures/throughput.dat").read_text()
    panels = [block for block in data.split("\n\n\n") if block.strip()]
    assert len(panels) == 3
    first = [tuple(map(float, line.split())) for line in panels[0].splitlines()]
    assert len(first) == 70
    before = [y for x, y in first if x < -0.3]
    assert all(0.9 < y < 1.1 for y in before)  # 1000 bytes each 8 ms
    panels = (made / "figures/sequence.dat").read_text().split("\n\n\n")
    old, new = panels[0].strip().splitlines(), panels[1].strip().splitlines()
    assert all(float(line.split()[0]) < 0 for line in old)
    assert all(float(line.split()[0]) >= 0 for line in new)
    assert len(old) == 250


def test_the_distribution_counts_every_handover(made):
    blocks = [b.strip().splitlines() for b in
              (made / "figures/interruption.dat").read_text().split("\n\n\n") if b.strip()]
    assert [len(block) - 2 for block in blocks] == [4, 4, 3]
    for block in blocks:
        parts = [float(line.split()[1]) for line in block]
        assert parts == sorted(parts) and parts[-1] == 1


def test_the_page_is_the_same_bytes_again(made):
    before = (made / "report.html").read_bytes()
    assert sweep(made.parents[1], "out/c", command="report").returncode == 0
    assert (made / "report.html").read_bytes() == before


def test_a_run_has_a_page_and_figures_too(made):
    house = made.parents[1]
    directory = f"out/c/runs/{first_run(made)}"
    result = sweep(house, directory, command="plot")
    assert result.stdout.splitlines() == [f"{directory}/figures/throughput.svg",
                                          f"{directory}/figures/sequence.svg"]
    result = sweep(house, directory, command="report")
    assert result.returncode == 0, result.stderr
    page = Page((house / directory / "report.html").read_text())
    assert page.tags.count("svg") == 3
    assert "window_end" in page.texts


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
    assert len(seen["svgs"]) == 4
    for svg in seen["svgs"]:
        assert svg["width"] > 300 and svg["height"] > 50
        assert svg["texts"] > 3
        assert svg["cut"] == []
        assert svg["over"] == []

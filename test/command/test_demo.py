# SPDX-License-Identifier: GPL-2.0-or-later
"""./roam demo with real simulations: two seeds of each case."""

import csv
import gzip
import os

import pytest

from conftest import BUILD, ROOT, program, run
from test_report import Page, look

CASES = ["msctp, rule b, two radios", "msctp, rule a, two radios", "msctp, rule b, one radio",
         "msctp, rule a, one radio", "sctp, two radios", "sctp, begun in the overlap",
         "sctp, one radio", "tcp, two radios", "udp, two radios"]


def demo(directory, *args):
    return run(ROOT / "roam", "demo", "--seeds", "2", "--out", directory, *args,
               env={**os.environ, "ROAM_BUILD": str(BUILD)})


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    program("roam-sim")
    program("roam-stats")
    directory = tmp_path_factory.mktemp("demo") / "d"
    result = demo(directory)
    assert result.returncode == 0, result.stderr
    return directory, result


def rows(directory, name):
    with open(directory / name, newline="") as file:
        return list(csv.DictReader(file))


def test_it_ends_with_a_table_and_the_path_of_the_page(done):
    directory, result = done
    lines = result.stdout.splitlines()
    assert lines[-1] == f"the page: {directory / 'report.html'}"
    assert (directory / "report.html").is_file()
    for case in CASES:
        assert sum(line.startswith(f"{case} ") for line in lines) == 1, case
    for head in ("latency, ms", "interruption, ms", "lost, messages", "duplicated, messages",
                 "goodput, Mbit/s", "signalling, bytes", "outcome"):
        assert head in lines[0]
    assert "20 of 20 done" in result.stderr


def test_a_soft_handover_loses_and_repeats_nothing(done):
    found = [row for row in rows(done[0], "handovers.csv") if "msctp" in row["case"]]
    assert len(found) >= 8
    for row in found:
        assert row["outcome"] == "completed", row
        assert (row["lost"], row["duplicated"]) == ("0", "0"), row
        if row["client.radios"] == "2":
            assert float(row["latency"]) <= 2 * float(row["delay_before"])


def test_the_world_is_the_same_for_every_scheme(done):
    levels = {}
    for row in rows(done[0], "runs.csv"):
        with gzip.open(done[0] / "runs" / row["run"] / "timeline.csv.gz", "rt", newline="") as file:
            levels.setdefault(row["seed"], set()).add(tuple(
                (r["time"], r["event"], r["seq"], r["value"]) for r in csv.DictReader(file)
                if r["event"] in ("level", "position")))
    assert sorted(levels) == ["1", "2"]
    for seed, worlds in levels.items():
        assert len(worlds) == 1 and len(next(iter(worlds))) > 100, seed
    assert levels["1"] != levels["2"]


def test_one_process_gives_the_same_bytes_as_two(done, tmp_path):
    assert demo(tmp_path / "one", "-j", "1").returncode == 0
    names = sorted(p.relative_to(done[0]) for p in done[0].rglob("*")
                   if p.is_file() and "work" not in p.parts)
    assert len(names) > 18 * 4
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (done[0] / name).read_bytes(), name


def test_the_page_has_the_ladder_of_the_handover(done):
    text = (done[0] / "report.html").read_text()
    page = Page(text)
    ladder = " ".join(page.texts[page.texts.index("The messages of one handover"):])
    steps = ["ASCONF (ADD 3.3.3.2)", "ASCONF (SET PRIMARY 3.3.3.2)", "ASCONF (DELETE 2.2.2.2)"]
    places = [ladder.find(step) for step in steps]
    assert -1 not in places and places == sorted(places)
    assert "://" not in text


@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_looks_right_in_chromium(done, width, tmp_path):
    seen = look((done[0] / "report.html").read_text(), width, tmp_path)
    assert seen["overflow"] <= 0
    assert len(seen["svgs"]) == 11
    for svg in seen["svgs"]:
        assert svg["cut"] == [] and svg["over"] == []
        assert svg["width"] > 300 and svg["texts"] > 3

# SPDX-License-Identifier: GPL-2.0-or-later
"""doc/scenarios.md is true: its scenario runs, and its places are where things happen."""

import re

import pytest

from conftest import ROOT
from test_roam_sim_world import Run

PAGE = (ROOT / "doc/scenarios.md").read_text(encoding="utf-8")


@pytest.fixture
def simulate(roam_sim, tmp_path):
    count = iter(range(100))
    return lambda scenario, *args: Run(roam_sim, tmp_path / str(next(count)), scenario, *args)


def test_the_scenario_of_ten_lines_has_a_handover(simulate, tmp_path):
    text = re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)[1]
    assert len(text.splitlines()) == 10
    (tmp_path / "walk-over.toml").write_text(text)
    made = simulate(tmp_path / "walk-over")
    assert [row["outcome"] for row in made.handovers] == ["completed"]


def places(run, speed):
    """Where the client was, m, when a radio entered cell 2, when the primary changed, and when cell 1
    was left."""
    start = float(run.timeline("position")[0]["value"])
    at = {}
    for row in run.timeline("radio", "primary"):
        what = row["text"].split()[0] if row["event"] == "radio" else "primary"
        at.setdefault((what, row["seq"]), start + speed * float(row["time"]))
    return at


def test_the_places_of_the_page_are_those_of_figure1(simulate):
    at = places(simulate("figure1"), 12)
    assert "from 223.6 m on" in PAGE and "163 m" in PAGE and "277 m" in PAGE
    assert at["attach", "2"] == pytest.approx(163, abs=1)
    assert at["primary", "2"] == pytest.approx(223.6 + 0.32 * 12, abs=1)
    assert at["detach", "1"] == pytest.approx(277, abs=1)
    at = places(simulate("figure1", "--set", "client.radios=1"), 12)
    assert "from 231 m on, and 500 ms" in PAGE
    assert at["detach", "1"] == pytest.approx(231 + 0.5 * 12, abs=1)


def test_the_overlap_follows_the_spacing(simulate):
    assert "(450 m: 64 m of overlap)" in PAGE
    at = places(simulate("figure1", "--set", "cell.spacing=450m"), 12)
    assert at["detach", "1"] - at["attach", "2"] == pytest.approx(64, abs=1)


def test_cell_loss_is_the_downlink_only(simulate):
    still = ("--scheme", "udp", "--set", "run.stop=15s")  # nothing of a handover in it
    for key, lossy, whole in (("cell.loss", "down", "up"), ("cell.uplink_loss", "up", "down")):
        made = simulate("figure1", *still, "--set", f"{key}=10%")
        assert float(made.flows[lossy]["loss"]) == pytest.approx(0.1, abs=0.06)
        assert float(made.flows[whole]["loss"]) == 0


def test_the_commands_of_the_page_say_what_it_says(simulate):
    made = simulate("figure1", "--set", "movement.speed=3m/s")
    told = "\n".join(made.result["remarks"])
    for line in re.findall(r"^    ((?:no handover|cells 1|without shadowing).*?)(?: \.\.\.)$", PAGE,
                           re.MULTILINE):
        assert line in told, line
    made = simulate("figure1", "--set", "movement.speed=3m/s", "--set", "run.stop=100s")
    assert [row["outcome"] for row in made.handovers] == ["completed"]

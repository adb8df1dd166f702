# SPDX-License-Identifier: GPL-2.0-or-later
"""roam-sim: a run without a handover, or without a session, says why, and its report is a report."""

import os
import re

import pytest

from conftest import BUILD, ROOT, program, run
from test_roam_sim_world import Run


@pytest.fixture
def simulate(roam_sim, tmp_path):
    count = iter(range(100))
    return lambda scenario, *args: Run(roam_sim, tmp_path / str(next(count)), scenario, *args)


@pytest.mark.parametrize("settings, words", [
    (["movement.speed=3m/s"],
     [r"no handover: the client began at \S+ m and was at 1\d\d\S* m when the run ended, 40s later",
      r"cells 1 and 2, at 0 m and 400 m, are equally strong at 200 m, -95\.8 dBm; rule b changes when "
      r"cell 1 is below -85dBm and cell 2 more than 3dB better, for 320ms",
      r"from 223\.\d m on, after 7\d\.\d s; expected run\.stop = \d\ds or more, or movement\.speed = "
      r"6\.\dm/s or more"]),
    (["movement.speed=0m/s"], ["and the client does not move"]),
    (["cell.count=1"], ["one cell only; expected cell.count = 2 or more", "a radio left cell 1"]),
    (["movement.start=5km"], ["never connected: the client had no address in the whole run",
                              "-98 dBm", "moved away from it"]),
    (["session.wait_for_overlap=true", "movement.speed=3m/s"],
     ["never connected: session.wait_for_overlap is true, and the client never held two addresses"]),
    (["movement.model=swing", "movement.turn_high=180m"], ["and movement.turn_high is 180m"]),
    (["client.radios=1", "movement.speed=5m/s"], ["one radio changes when cell 2 is more than 4dB"]),
    (["handover.rule=a", "movement.speed=3m/s"], ["when cell 2 gives an address, from -98 dBm on"]),
])
def test_a_run_without_a_handover_says_why(simulate, settings, words):
    run_ = simulate("figure1", *(word for text in settings for word in ("--set", text)), "--ladder")
    assert run_.handovers == []
    text = "\n".join(run_.result["remarks"])
    for word in words:
        assert re.search(word, text), text


def test_what_it_advises_brings_the_handover(simulate):
    text = simulate("figure1", "--set", "movement.speed=3m/s").result["remarks"][-1]
    stop, speed = re.search(r"run\.stop = (\S+) or more, or movement\.speed = (\S+) or", text).groups()
    for advice in (f"run.stop={stop}", f"movement.speed={speed}"):
        done = simulate("figure1", "--set", "movement.speed=3m/s", "--set", advice)
        assert [row["outcome"] for row in done.handovers] == ["completed"], advice
        assert done.result["remarks"] == []


def test_a_session_that_broke_says_what_the_links_did(simulate):
    remarks = simulate("figure1", "--scheme", "tcp").result["remarks"]
    assert remarks[0].startswith("the session is broken: ")
    assert any(re.fullmatch(r"after it, at 22\.\d+ s and 2\d\d\S* m: a radio left cell 1 "
                            r"\(coverage-lost\)", remark) for remark in remarks), remarks


@pytest.mark.parametrize("settings", [["movement.speed=3m/s"], ["movement.start=5km"]])
def test_the_report_of_a_run_without_a_handover_is_a_report(simulate, settings):
    program("roam-stats")
    made = simulate("figure1", *(word for text in settings for word in ("--set", text)), "--ladder")
    done = run(ROOT / "roam", "report", made.directory, env={**os.environ, "ROAM_BUILD": str(BUILD)})
    assert done.returncode == 0, done.stderr
    page = (made.directory / "report.html").read_text()
    assert "no handover: the client began at" in page and "This run has no handover." in page


def test_the_page_of_a_campaign_without_a_handover_says_why(roam_sim, tmp_path):
    program("roam-stats")
    (tmp_path / "slow.toml").write_text(
        f'[campaign]\nscenario = "{ROOT}/scenarios/figure1.toml"\n[sweep]\nseed = [1, 2]\n'
        'scheme = ["msctp", "udp"]\n"movement.speed" = ["3m/s"]\n')
    done = run(ROOT / "roam", "sweep", "slow.toml", "--report", cwd=tmp_path,
               env={**os.environ, "ROAM_BUILD": str(BUILD)})
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "out/slow/report.html").read_text()
    for scheme in ("msctp", "udp"):
        assert f"{scheme}, seed 1: no handover: the client began at" in page

# SPDX-License-Identifier: GPL-2.0-or-later
"""Common random numbers on Figure 1, with real simulations: a seed gives every scheme the same world,
so that the interval of a difference in pairs is narrower than that of the same runs taken apart."""

import csv
import io
import os

import pytest

from conftest import BUILD, ROOT, program, run

SEEDS = 12
# How much wider Welch's interval is than the paired one, as measured: (world, table, measure). In the
# world as it is there is little that two seeds do not share; with shadowing there is a lot.
NARROWER = {
    ("6dB", "runs", "delay_mean"): 12.4,
    ("6dB", "runs", "signalling_bytes"): 4.4,
    ("6dB", "handovers", "silence"): 1.2,
    ("0dB", "handovers", "silence"): 0.7,
}
WORDS = {"delay_mean": "mean delay", "signalling_bytes": "signalling of the run",
         "silence": "silence"}


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    """Rule (a) and rule (b) in the world of Figure 1, without shadowing and with."""
    for name in ("roam-sim", "roam-stats"):
        program(name)
    out = tmp_path_factory.mktemp("common") / "out"
    done = run(ROOT / "roam", "compare", ROOT / "scenarios/figure1.toml", "--schemes", "msctp",
               "--vary", "handover.rule=a,b", "--vary", "shadowing.deviation=0dB,6dB",
               "--seeds", SEEDS, "--out", out, env={**os.environ, "ROAM_BUILD": str(BUILD)})
    assert done.returncode == 0, done.stderr
    return out


def half(out, command, table, measure, world):
    """Half of the interval of b - a."""
    pair = ["--pair", "seed"] if command == "paired" else []
    done = run(program("roam-stats"), command, "--by", "handover.rule", "--each",
               "shadowing.deviation", "--within", "run", *pair, "--measure", measure,
               out / f"{table}.csv")
    assert done.returncode == 0, done.stderr
    (row,) = [row for row in csv.DictReader(io.StringIO(done.stdout))
              if row["shadowing.deviation"] == world]
    return (float(row["ci_high"]) - float(row["ci_low"])) / 2


@pytest.mark.parametrize("world, table, measure", NARROWER)
def test_in_pairs_a_difference_is_surer(compared, world, table, measure):
    paired, apart = (half(compared, command, table, measure, world)
                     for command in ("paired", "welch"))
    assert apart / paired == pytest.approx(NARROWER[world, table, measure], abs=0.05)
    if world == "6dB":
        assert paired < 0.85 * apart


def test_the_page_says_by_how_much():
    page = " ".join((ROOT / "doc/statistics.md").read_text(encoding="utf-8").split())
    for (world, _, measure), factor in NARROWER.items():
        assert f"| {world} | {WORDS[measure]} | {factor:.1f} |" in page

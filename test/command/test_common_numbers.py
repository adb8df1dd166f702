# SPDX-License-Identifier: GPL-2.0-or-later
"""Common random numbers on Figure 1, with real simulations: a seed gives every scheme the same world,
so that the interval of a difference in pairs is narrower than that of the same runs taken apart."""

import csv
import io
import os

import pytest

from conftest import BUILD, ROOT, program, run

SEEDS = 12
# How much wider Welch's interval is than the paired one, rule (a) against rule (b): (world, table,
# measure). In the world as it is there is little that two seeds do not share; with shadowing there
# is a lot.
NARROWER = {
    ("6dB", "runs", "longest_gap"): 40.0,
    ("6dB", "runs", "delay_mean"): 12.4,
    ("6dB", "runs", "signalling_bytes"): 4.4,
    ("6dB", "handovers", "silence"): 1.2,
    ("0dB", "handovers", "silence"): 0.7,
}
WORDS = {"longest_gap": "longest gap", "delay_mean": "mean delay",
         "signalling_bytes": "signalling of the run", "silence": "silence"}
MEASURES = {
    "runs": "delay_mean,delay_p50,delay_p95,delay_p99,jitter,loss,goodput,longest_gap,retransmitted,"
            "signalling_msgs,signalling_bytes,handovers,completed,ping_pong,primary_changes",
    "handovers": "latency,interruption,silence,retransmitted,signalling_msgs,signalling_bytes,"
                 "delay_before,delay_after",
}
# What two settings are compared by: the options of ./roam compare, the column of the tables.
RULES = ("--schemes msctp --vary handover.rule=a,b", "handover.rule")
OTHERS = (("--schemes msctp --vary client.radios=2,1", "client.radios"),
          ("--schemes msctp,sctp", "scheme"))
# The most that any of MEASURES gains: by the two rules, then by OTHERS. The page has the same.
MOST = {("rules", "6dB"): 40.0, ("rules", "0dB"): 1.0, ("others", "6dB"): 3.9, ("others", "0dB"): 1.2}


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    """Gives the directory of a comparison in the world of Figure 1, without shadowing and with."""
    for name in ("roam-sim", "roam-stats"):
        program(name)
    made = {}

    def compare(options):
        if options not in made:
            made[options] = tmp_path_factory.mktemp("common") / "out"
            done = run(ROOT / "roam", "compare", ROOT / "scenarios/figure1.toml", *options.split(),
                       "--vary", "shadowing.deviation=0dB,6dB", "--seeds", SEEDS,
                       "--out", made[options], env={**os.environ, "ROAM_BUILD": str(BUILD)})
            assert done.returncode == 0, done.stderr
        return made[options]

    return compare


def halves(out, command, by, table):
    """Half of the interval of b - a by world and measure, where there is one."""
    pair = ["--pair", "seed"] if command == "paired" else []
    done = run(program("roam-stats"), command, "--by", by, "--each", "shadowing.deviation",
               "--within", "run", *pair, "--measure", MEASURES[table], out / f"{table}.csv")
    assert done.returncode == 0, done.stderr
    return {(row["shadowing.deviation"], row["measure"]):
            (float(row["ci_high"]) - float(row["ci_low"])) / 2
            for row in csv.DictReader(io.StringIO(done.stdout)) if row["ci_high"]}


def gains(out, by):
    """{(world, table, measure): how much wider Welch's interval is}. A measure in which the schemes
    differ by the same in each world, or not at all, has none."""
    found = {}
    for table in MEASURES:
        paired, apart = (halves(out, command, by, table) for command in ("paired", "welch"))
        found.update({(world, table, measure): apart[world, measure] / half
                      for (world, measure), half in paired.items()
                      if half and (world, measure) in apart})
    return found


@pytest.mark.parametrize("world, table, measure", NARROWER)
def test_in_pairs_a_difference_is_surer(compared, world, table, measure):
    options, by = RULES
    gain = gains(compared(options), by)[world, table, measure]
    assert gain == pytest.approx(NARROWER[world, table, measure], abs=0.05)
    if world == "6dB":
        assert gain > 1 / 0.85


@pytest.mark.parametrize("which, world", MOST)
def test_nothing_gains_more_than_the_page_says(compared, which, world):
    found = [gain for options, by in (OTHERS if which == "others" else [RULES])
             for (of, *_), gain in gains(compared(options), by).items() if of == world]
    assert max(found) == pytest.approx(MOST[which, world], abs=0.05)
    assert min(found) < 1


def test_the_page_says_by_how_much():
    page = " ".join((ROOT / "doc/statistics.md").read_text(encoding="utf-8").split())
    for (world, _, measure), factor in NARROWER.items():
        assert f"| {world} | {WORDS[measure]} | {factor:.1f} |" in page
    assert f"at most {MOST['others', '6dB']}" in page
    assert f"without shadowing nothing gains more than {MOST['others', '0dB']}" in page

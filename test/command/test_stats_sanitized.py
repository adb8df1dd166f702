# SPDX-License-Identifier: GPL-2.0-or-later
"""roam-stats under AddressSanitizer, LeakSanitizer and UndefinedBehaviorSanitizer: the same bytes as
without, and no report, for tables good and bad."""

import os
import random
import shutil

import pytest

from conftest import ROOT, run
from test_stats import BAD as BAD_COMMANDS
from test_stats_survival import AML, BAD as BAD_SURVIVAL, MIXED, censored
from test_stats_tables import BAD, HANDOVERS, SEEDS, parts, rows_of


@pytest.fixture(scope="module")
def sanitized(tmp_path_factory):
    compiler = shutil.which("cc")
    if not compiler:
        pytest.skip("no C compiler here")
    path = tmp_path_factory.mktemp("sanitized") / "roam-stats"
    done = run(compiler, "-std=gnu11", "-g", "-O1", "-Wall", "-Wextra", "-Werror",
               "-fsanitize=address,leak,undefined", "-fno-sanitize-recover=all", f"-I{ROOT}",
               *sorted((ROOT / "stats").glob("*.c")), "-o", path, "-lgsl", "-lgslcblas", "-lm")
    assert done.returncode == 0, done.stderr
    return path


def same(sanitized, roam_stats, args, text):
    there = run(roam_stats, *args, input=text)
    here = run(sanitized, *args, input=text,
               env={**os.environ, "ASAN_OPTIONS": "detect_leaks=1:exitcode=99",
                    "UBSAN_OPTIONS": "print_stacktrace=1"})
    assert (here.returncode, here.stdout, here.stderr) == (there.returncode, there.stdout,
                                                           there.stderr)
    return here


GOOD = [
    (["summary", "--by", "case", "--within", "run", "--measure", "x"], HANDOVERS),
    (["summary", "--measure", "x,seed", "--by", "case,run"], SEEDS),
    (["summary", "--measure", "x"], "x\n"),
    (["quantiles", "--by", "case", "--measure", "x", "--at", "0,0.1,0.5,1"], SEEDS),
    (["quantiles", "--by", "case", "--measure", "x", "--at", "0.5"], "case,x\na,\nb,1\nb,2\n"),
    (["bootstrap", "--by", "case", "--measure", "x", "--statistic", "mean,median,0,1,0.9"], SEEDS),
    (["bootstrap", "--by", "s", "--each", "delay", "--measure", "x", "--base", "a"],
     rows_of(parts())),
    (["paired", "--by", "s", "--each", "delay", "--pair", "seed", "--measure", "x,seed"],
     rows_of(parts())),
    (["paired", "--by", "case", "--pair", "seed", "--within", "run", "--measure", "x"], SEEDS),
    (["welch", "--by", "s", "--each", "delay", "--measure", "x,seed"], rows_of(parts())),
    (["welch", "--by", "s", "--measure", "x"], "s,x\n"),
    (["fit", "--x", "delay", "--measure", "x,seed", "--by", "s"], rows_of(parts())),
    (["fit", "--x", "delay", "--measure", "x", "--at", "1ms,1h", "--within", "s"], rows_of(parts())),
    (["fit", "--x", "k", "--measure", "y", "--log", "--at", "3"], "k,y\n1,2\n2,4\n,4\n4,9\n"),
    (["fit", "--x", "k", "--measure", "y"], "k,y\n"),
    (["warmup", "--time", "t", "--measure", "y"], "t,y\n" + "".join(
        f"{i},{i % 7}\n" for i in range(123))),
    (["warmup", "--time", "t", "--measure", "y"], "t,y\n1,2\n"),
    (["survival", "--by", "group", "--measure", "x"], censored(AML)),
    (["survival", "--by", "group", "--measure", "x,at", "--curve"], MIXED),
    (["survival", "--by", "group", "--measure", "x", "--base", "b"], MIXED),
    (["survival", "--measure", "x"], "x\n"),
    (["summary", "--by", "group", "--measure", "x,at", "--range", "x=0:,at=0:10"], MIXED),
    (["summary", "--by", "group", "--measure", "x", "--range", "x=0:at"], "group,at,x\na,3,1\nb,,2\n"),
    (["quantiles", "--by", "group", "--measure", "x", "--at", "0,0.5,0.9,1"], MIXED),
    (["bootstrap", "--by", "group", "--measure", "x", "--differences"], MIXED),
    (["welch", "--by", "group", "--measure", "x,at"], MIXED),
    (["paired", "--by", "group", "--pair", "at", "--measure", "x"], MIXED),
    (["fit", "--x", "at", "--measure", "x", "--by", "group"], MIXED),
    (["warmup", "--time", "at", "--measure", "x", "--range", "x=0:"], "at,x\n" + "".join(
        f"{i},{i % 7}\n" for i in range(123))),
    (["--help"], ""),
]


@pytest.mark.parametrize("args, text", GOOD, ids=[" ".join(a) for a, _ in GOOD])
def test_good_tables(sanitized, roam_stats, args, text):
    assert same(sanitized, roam_stats, args, text).returncode == 0


@pytest.mark.parametrize("args, text, message", BAD + BAD_COMMANDS + BAD_SURVIVAL,
                         ids=[b[2] for b in BAD + BAD_COMMANDS + BAD_SURVIVAL])
def test_bad_tables(sanitized, roam_stats, args, text, message):
    assert same(sanitized, roam_stats, args, text).returncode == 2


def test_tables_that_were_hurt(sanitized, roam_stats):
    """Bytes replaced, left out and put in at random places: an answer or one line."""
    draw = random.Random(6)
    for turn in range(60):
        args, text = GOOD[draw.randrange(len(GOOD) - 1)]
        for _ in range(draw.randrange(1, 4)):
            at = draw.randrange(len(text) + 1)
            text = text[:at] + draw.choice(["", "\"", ",", "\n", "-", "e9", "x", "\x00", "1e4000",
                                            "\r\n", "nan"]) + text[at + draw.randrange(2):]
        result = same(sanitized, roam_stats, args, text)
        assert result.returncode in (0, 2), (turn, args, text)
        assert bool(result.stdout) != bool(result.stderr)
        assert result.stderr.count("\n") == (result.returncode == 2)

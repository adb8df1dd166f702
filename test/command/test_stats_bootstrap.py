# SPDX-License-Identifier: GPL-2.0-or-later
"""The bootstrap of roam-stats: the same intervals from a second program that follows the same
formulas, from R with other random numbers, and from every resample that there is."""

import csv
import io
import itertools
import math
import statistics

import pytest

from conftest import one_line, run

NORMAL = statistics.NormalDist()
WORD = 2**64 - 1

# Hours between failures of air conditioning (F. Proschan, 1963), as in A. C. Davison and D. V.
# Hinkley, Bootstrap Methods and their Application, 1997, example 1.1.
AIR = [3, 5, 7, 18, 43, 85, 91, 98, 100, 130, 230, 487]
OTHER = [12, 29, 31.5, 40, 41, 77, 160]


def stats(program, text, *args):
    result = run(program, "bootstrap", "--measure", "x", *args, input=text)
    assert result.returncode == 0, result.stderr
    return list(csv.DictReader(io.StringIO(result.stdout)))


def table(**groups):
    return "g,x\n" + "".join(f"{g},{x}\n" for g, xs in groups.items() for x in xs)


def draws(n, *names):
    """Places 0 to n - 1 from SplitMix64, begun with FNV-1a of the names."""
    state = 0xcbf29ce484222325
    for byte in b"".join(name.encode() + b"\0" for name in names):
        state = (state ^ byte) * 0x100000001b3 & WORD
    while True:
        state = state + 0x9e3779b97f4a7c15 & WORD
        z = (state ^ state >> 30) * 0xbf58476d1ce4e5b9 & WORD
        z = (z ^ z >> 27) * 0x94d049bb133111eb & WORD
        yield (z ^ z >> 31) * n >> 64


def quantile(xs, f):
    xs = sorted(xs)
    h = (len(xs) - 1) * f
    low = math.floor(h)
    return xs[low] + (h - low) * (xs[min(low + 1, len(xs) - 1)] - xs[low])


STATISTICS = {"mean": statistics.fmean, "median": lambda xs: quantile(xs, 0.5),
              "0.9": lambda xs: quantile(xs, 0.9)}


def rank(values, p):
    h = min(max(p * (len(values) + 1) - 1, 0), len(values) - 1)
    low = math.floor(h)
    return values[low] + (h - low) * (values[min(low + 1, len(values) - 1)] - values[low])


def second_program(groups, name, resamples, seed, confidence):
    """{name: number} of the last group less the one before it, or of the only one."""
    of = STATISTICS[name]
    values = [0.0] * resamples
    own = cubes = squares = 0
    for k, (group, xs) in enumerate(groups.items()):
        xs = sorted(xs)
        sign = 1 if k + 1 == len(groups) else -1
        random = draws(len(xs), str(seed), group, "x")
        for i in range(resamples):
            values[i] += sign * of([xs[next(random)] for _ in xs])
        own += sign * of(xs)
        without = [of(xs[:i] + xs[i + 1:]) for i in range(len(xs))]
        scaled = [sign * (statistics.fmean(without) - w) * (len(xs) - 1) / len(xs) for w in without]
        cubes += sum(v**3 for v in scaled)
        squares += sum(v**2 for v in scaled)
    values.sort()
    a = cubes / (6 * squares**1.5)
    near = 1e-9 * max(map(abs, values))
    below = sum(1 if v < own - near else 0.5 if v < own + near else 0 for v in values)
    z0 = NORMAL.inv_cdf(below / resamples)
    z = NORMAL.inv_cdf((1 + confidence) / 2)
    bca = [NORMAL.cdf(z0 + (z0 + e) / (1 - a * (z0 + e))) for e in (-z, z)]
    return {"se": statistics.stdev(values), "ci_low": rank(values, (1 - confidence) / 2),
            "ci_high": rank(values, (1 + confidence) / 2), "bca_low": rank(values, bca[0]),
            "bca_high": rank(values, bca[1])}


@pytest.mark.parametrize("name", STATISTICS)
def test_a_second_program_finds_the_same_intervals(roam_stats, name):
    row, = stats(roam_stats, table(a=AIR), "--by", "g", "--statistic", name, "--resamples", "999",
                 "--seed", "7", "--confidence", "0.9")
    expected = second_program({"a": AIR}, name, 999, 7, 0.9)
    assert {k: float(row[k]) for k in expected} == pytest.approx(expected, rel=1e-9)
    assert float(row["value"]) == pytest.approx(STATISTICS[name](AIR), rel=1e-9)
    assert (row["statistic"], row["resamples"], row["seed"]) == (name, "999", "7")


@pytest.mark.parametrize("name", STATISTICS)
def test_a_second_program_finds_the_same_intervals_of_a_difference(roam_stats, name):
    row, = stats(roam_stats, table(a=AIR, b=OTHER), "--by", "g", "--statistic", name,
                 "--resamples", "999", "--differences")
    expected = second_program({"a": AIR, "b": OTHER}, name, 999, 1, 0.95)
    assert {k: float(row[k]) for k in expected} == pytest.approx(expected, rel=1e-9)
    own = STATISTICS[name](OTHER) - STATISTICS[name](AIR)
    assert float(row["difference"]) == pytest.approx(own, rel=1e-9)
    assert (row["n_a"], row["n_b"]) == ("12", "7")


def test_a_mean_that_was_drawn_again_counts_half_whatever_its_rounding(roam_stats):
    tenths = [0.1, 0.2, 0.4, 0.8]  # 24 of 256 resamples are the sample in another order
    row, = stats(roam_stats, table(a=tenths), "--by", "g", "--resamples", "999")
    expected = second_program({"a": tenths}, "mean", 999, 1, 0.95)
    assert {k: float(row[k]) for k in expected} == pytest.approx(expected, rel=1e-9)


def test_many_resamples_come_to_the_intervals_of_r(roam_stats):
    # library(boot); b <- boot(air, function(x, i) mean(x[i]), R = 999999); sd(b$t)
    # boot.ci(b, type = c("perc", "bca"))
    row, = stats(roam_stats, table(a=AIR), "--resamples", "200000")
    expected = {"se": 37.635, "ci_low": 46.833, "ci_high": 191.0, "bca_low": 57.0, "bca_high": 226.67}
    assert {k: float(row[k]) for k in expected} == pytest.approx(expected, rel=0.01)


def test_percentiles_are_those_of_all_resamples(roam_stats):
    """Four values have 256 resamples; a hundred thousand draws find their quantiles."""
    xs = [1, 2, 4, 8]
    means = sorted(sum(drawn) / 4 for drawn in itertools.product(xs, repeat=4))
    row, = stats(roam_stats, table(a=xs), "--resamples", "99999", "--confidence", "0.8")
    low, high = quantile(means, 0.1), quantile(means, 0.9)
    assert all(quantile(means, f) == low for f in (0.09, 0.11))  # well inside of equal ones
    assert all(quantile(means, f) == high for f in (0.89, 0.91))
    assert (float(row["ci_low"]), float(row["ci_high"])) == (low, high)


def test_the_order_of_the_table_changes_no_interval(roam_stats):
    there = stats(roam_stats, table(a=AIR, b=OTHER), "--by", "g")
    back = stats(roam_stats, table(b=OTHER[::-1], a=AIR[::-1]), "--by", "g")
    assert there == back[::-1]
    a_b, = stats(roam_stats, table(a=AIR, b=OTHER), "--by", "g", "--differences")
    b_a, = stats(roam_stats, table(b=OTHER, a=AIR), "--by", "g", "--differences")
    assert float(a_b["difference"]) == -float(b_a["difference"])
    assert float(a_b["ci_low"]) == pytest.approx(-float(b_a["ci_high"]), rel=1e-9)
    assert float(a_b["bca_low"]) == pytest.approx(-float(b_a["bca_high"]), rel=1e-9)


def test_another_seed_draws_others_and_the_same_seed_the_same(roam_stats):
    rows = [stats(roam_stats, table(a=AIR), "--seed", seed)[0]["se"] for seed in "121"]
    assert rows[0] == rows[2] != rows[1]


def test_a_base_is_subtracted_from_each_other_group(roam_stats):
    rows = stats(roam_stats, table(a=AIR, b=OTHER, c=[1, 2]), "--by", "g", "--base", "b")
    assert [(r["g_a"], r["g_b"]) for r in rows] == [("b", "a"), ("b", "c")]
    mean = statistics.fmean
    assert float(rows[1]["difference"]) == pytest.approx(1.5 - mean(OTHER), rel=1e-9)


def test_equal_values_are_a_point_and_one_value_has_no_interval(roam_stats):
    same, one = stats(roam_stats, table(a=[5, 5, 5], b=[3]), "--by", "g")
    assert [same[k] for k in ("value", "se", "ci_low", "ci_high", "bca_low", "bca_high")] == \
        ["5", "0", "5", "5", "5", "5"]
    assert one["n"] == "1" and not any(one[k] for k in ("value", "se", "ci_low", "bca_high"))


@pytest.mark.parametrize("args, message", [
    (["--statistic", "mode"], "--statistic wants mean, median or quantiles from 0 to 1, not 'mode'"),
    (["--statistic", "mean,1.5"], "not '1.5'"),
    (["--resamples", "38"], "38 --resamples are too few for --confidence 0.95: at least 39"),
    (["--resamples", "many"], "--resamples is a whole number from 1 to 10000000, not 'many'"),
    (["--seed", "-1"], "--seed is a whole number from 0 to"),
    (["--differences"], "--by is needed"),
    (["--by", "g", "--each", "g"], "it wants --differences or --base")])
def test_what_is_wrong_is_said_in_one_line(roam_stats, args, message):
    result = run(roam_stats, "bootstrap", "--measure", "x", *args, input=table(a=AIR))
    assert (result.returncode, result.stdout) == (2, "")
    assert message in one_line(result.stderr)


def test_the_fewest_resamples_are_enough(roam_stats):
    row, = stats(roam_stats, table(a=AIR), "--resamples", "39")
    assert float(row["ci_low"]) < float(row["value"]) < float(row["ci_high"])

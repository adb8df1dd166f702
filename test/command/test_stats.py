# SPDX-License-Identifier: GPL-2.0-or-later
"""roam-stats against published results: NIST's Statistical Reference Datasets, Student (1908)."""

import csv
import io
import math
import os

import pytest

from conftest import one_line, run

# NIST StRD, univariate summary statistics: n, certified mean and standard deviation.
MICHELSON = """850 740 900 1070 930 850 950 980 980 880 1000 980 930 650 760 810 1000 1000 960 960
960 940 960 940 880 800 850 880 900 840 830 790 810 880 880 830 800 790 760 800 880 880 880 860 720
720 620 860 970 950 880 910 850 870 840 840 850 840 840 840 890 810 810 820 800 770 760 740 750 760
910 920 890 860 880 720 840 850 850 780 890 840 780 810 760 810 790 810 820 850 870 870 810 740 810
940 950 800 810 870"""

MAVRO = """180 170 180 190 180 170 150 140 150 150 170 180 180 190 190 210 200 160 140 130 130 150
150 160 150 140 130 140 150 140 150 160 150 160 190 200 200 210 220 230 240 250 270 260 260 260 270
260 250 240"""

# Extra hours of sleep under two drugs, ten patients: W. S. Gosset, Biometrika 6 (1908), page 20.
SLEEP_A = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
SLEEP_B = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]


def alternating(first, low, high):
    return [first] + [low, high] * 500


DATASETS = {
    "Michelso": ([f"{299 + int(v) / 1000:.2f}" for v in MICHELSON.split()], 100,
                 299.852400000000, 0.0790105478190518),
    "Mavro": ([f"2.00{v}" for v in MAVRO.split()], 50, 2.00185600000000, 0.000429123454003053),
    "NumAcc1": ([10000001, 10000003, 10000002], 3, 10000002, 1),
    "NumAcc2": (alternating("1.2", "1.1", "1.3"), 1001, 1.2, 0.1),
    "NumAcc3": (alternating("1000000.2", "1000000.1", "1000000.3"), 1001, 1000000.2, 0.1),
    "NumAcc4": (alternating("10000000.2", "10000000.1", "10000000.3"), 1001, 10000000.2, 0.1),
}


def table(result):
    assert result.returncode == 0, result.stderr
    return list(csv.DictReader(io.StringIO(result.stdout)))


def stats(program, text, *args):
    return run(program, *args, input=text)


@pytest.mark.parametrize("name", DATASETS)
def test_mean_and_deviation_are_those_that_nist_certifies(roam_stats, name):
    values, n, mean, sd = DATASETS[name]
    text = "y\n" + "".join(f"{v}\n" for v in values)
    row, = table(stats(roam_stats, text, "summary", "--measure", "y"))
    assert int(row["n"]) == n == len(values)
    assert float(row["mean"]) == pytest.approx(mean, rel=1e-9)
    assert float(row["sd"]) == pytest.approx(sd, rel=1e-9)


def test_interval_of_two_values_is_the_closed_form_of_one_degree_of_freedom(roam_stats):
    row, = table(stats(roam_stats, "y\n3\n5\n", "summary", "--measure", "y"))
    half = math.tan(math.pi * 0.475) * math.sqrt(2) / math.sqrt(2)
    assert float(row["ci_low"]) == pytest.approx(4 - half, rel=1e-9)
    assert float(row["ci_high"]) == pytest.approx(4 + half, rel=1e-9)


def test_interval_of_three_values_at_another_confidence(roam_stats):
    row, = table(stats(roam_stats, "y\n1\n2\n3\n", "summary", "--measure", "y",
                       "--confidence", "0.9"))
    p = 0.95  # two degrees of freedom: t = (2p - 1) sqrt(2 / (4 p (1 - p)))
    half = (2 * p - 1) * math.sqrt(2 / (4 * p * (1 - p))) / math.sqrt(3)
    assert float(row["ci_high"]) == pytest.approx(2 + half, rel=1e-9)


def test_students_sleep_data_give_students_answer(roam_stats):
    text = "drug,patient,extra\n"
    text += "".join(f"two,{i},{v}\n" for i, v in enumerate(SLEEP_B))
    text += "".join(f"one,{i},{v}\n" for i, v in enumerate(SLEEP_A))
    row, = table(stats(roam_stats, text, "paired", "--by", "drug", "--pair", "patient",
                       "--measure", "extra"))
    assert (row["drug_a"], row["drug_b"], row["n"], row["df"]) == ("two", "one", "10", "9")
    assert float(row["mean_difference"]) == pytest.approx(-1.58, rel=1e-9)
    assert float(row["t"]) == pytest.approx(-4.062127683382037, rel=1e-9)
    assert float(row["p"]) == pytest.approx(0.00283289019738427, rel=1e-9)
    assert float(row["ci_low"]) == pytest.approx(-2.4598858, abs=5e-8)
    assert float(row["ci_high"]) == pytest.approx(-0.7001142, abs=5e-8)


def test_a_base_is_compared_with_each_other_group_and_nothing_else(roam_stats):
    text = "s,seed,x\n" + "".join(f"{s},{i},{i * k}\n" for k, s in enumerate("abc") for i in (1, 2))
    rows = table(stats(roam_stats, text, "paired", "--by", "s", "--pair", "seed", "--measure", "x",
                       "--base", "b"))
    assert [(r["s_a"], r["s_b"]) for r in rows] == [("b", "a"), ("b", "c")]
    assert [float(r["mean_difference"]) for r in rows] == [-1.5, 1.5]


def test_missing_values_are_left_out_and_counted(roam_stats):
    text = "s,seed,x\na,1,10\na,2,\na,3,20\nb,1,11\nb,2,12\nb,4,13\n"
    a, b = table(stats(roam_stats, text, "summary", "--by", "s", "--measure", "x"))
    assert (a["n"], a["missing"], float(a["mean"])) == ("2", "1", 15)
    assert (b["n"], b["missing"], float(b["mean"])) == ("3", "0", 12)
    row, = table(stats(roam_stats, text, "paired", "--by", "s", "--pair", "seed", "--measure", "x"))
    # seed 1 is a pair; 2 lacks a's number, 3 lacks b, 4 lacks a
    assert (row["n"], row["missing"], row["sd"]) == ("1", "3", "")


def test_a_group_without_numbers_keeps_its_row(roam_stats):
    row, = table(stats(roam_stats, "s,x\na,\na,\n", "summary", "--by", "s", "--measure", "x"))
    assert (row["n"], row["missing"]) == ("0", "2")
    assert not any(row[k] for k in ("mean", "sd", "ci_low", "ci_high", "min", "median", "max"))


def test_equal_values_have_no_spread(roam_stats):
    row, = table(stats(roam_stats, "x\n0.1\n0.1\n0.1\n", "summary", "--measure", "x"))
    assert (row["mean"], row["sd"], row["ci_low"], row["ci_high"]) == ("0.1", "0", "0.1", "0.1")


def test_order_statistics(roam_stats):
    text = "x\n" + "\n".join("5 1 4 2 3 9".split()) + "\n"
    row, = table(stats(roam_stats, text, "summary", "--measure", "x"))
    assert (row["min"], row["median"], row["max"]) == ("1", "3.5", "9")
    rows = table(stats(roam_stats, text, "quantiles", "--measure", "x", "--at", "0,0.25,0.9,1"))
    # type 7: position 5 f, so 1.25 and 4.5 between the sorted 1 2 3 4 5 9
    assert [float(r["value"]) for r in rows] == [1, 2.25, 7, 9]


def test_groups_stand_in_the_order_of_the_table_and_keep_their_names(roam_stats):
    text = 'by,x\r\n"z, or ""so""",1\r\na,2\r\n"z, or ""so""",3\r\n'
    rows = table(stats(roam_stats, text, "summary", "--by", "by", "--measure", "x"))
    assert [(r["by"], r["n"], r["mean"]) for r in rows] == [('z, or "so"', "2", "2"),
                                                            ("a", "1", "2")]


BAD = [
    (["summary", "--measure", "x"], "", "empty, not even a header"),
    (["summary", "--measure", "x"], "y\n1\n", "standard input:1: no column 'x'"),
    (["summary", "--measure", "x"], "x\n1\nabc\n", "standard input:3: column 'x': 'abc' is not"),
    (["summary", "--measure", "x"], "x\nnan\n", "'nan' is not a number"),
    (["summary", "--measure", "x"], "x,y\n1\n", "standard input:2: 1 fields where the header has 2"),
    (["summary", "--measure", "x"], "x,x\n1,2\n", "column 'x' is there twice"),
    (["summary", "--measure", "x"], "x,\n1,2\n", "column 2 has no name"),
    (["summary", "--measure", "x"], 'x\n"1\n', "standard input:2: a quote is not closed"),
    (["summary"], "x\n1\n", "--measure is needed"),
    (["summary", "--measure"], "x\n1\n", "'--measure' wants a value"),
    (["summary", "--measure", "x", "--colour"], "x\n1\n", "unknown option '--colour'"),
    (["summary", "--measure", "x", "--confidence", "95"], "x\n1\n", "between 0 and 1, not '95'"),
    (["summary", "--measure", "x", "--pair", "x"], "x\n1\n", "'summary' takes no --pair"),
    (["quantiles", "--measure", "x"], "x\n1\n", "--at is needed"),
    (["quantiles", "--measure", "x", "--at", "0.5,2"], "x\n1\n", "from 0 to 1, not '0.5,2'"),
    (["paired", "--measure", "x"], "x\n1\n", "--by is needed"),
    (["paired", "--measure", "x", "--by", "x"], "x\n1\n", "--pair is needed"),
    (["paired", "--by", "s", "--pair", "p", "--measure", "x"], "s,p,x\na,1,1\na,1,2\n",
     "standard input:3: the same group and pair as line 2"),
    (["paired", "--by", "s", "--pair", "p", "--measure", "x", "--base", "q"], "s,p,x\na,1,1\n",
     "no 'q' in column 's'"),
    (["mode"], "x\n1\n", "unknown command 'mode'"),
    ([], "x\n1\n", "a command is needed"),
    (["summary", "--measure", "x", "/nowhere/at/all.csv"], "", "/nowhere/at/all.csv: No such file"),
    (["summary", "--measure", "x", "a", "b"], "", "one FILE at most"),
]


@pytest.mark.parametrize("args, text, message", BAD, ids=[b[2] for b in BAD])
def test_what_is_wrong_is_said_in_one_line(roam_stats, args, text, message):
    result = stats(roam_stats, text, *args)
    assert result.returncode == 2
    assert result.stdout == ""
    line = one_line(result.stderr)
    assert line.startswith("roam-stats: ") and message in line


def test_output_that_cannot_be_written_is_an_error(roam_stats):
    if not os.path.exists("/dev/full"):
        pytest.skip("no /dev/full here")
    with open("/dev/full", "w") as full:
        result = run(roam_stats, "summary", "--measure", "x", input="x\n1\n",
                     capture_output=False, stdout=full, stderr=-1)
    assert result.returncode == 2
    assert "can't write the output" in one_line(result.stderr)

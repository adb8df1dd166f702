# SPDX-License-Identifier: GPL-2.0-or-later
"""Measures of which some values are only lower bounds: a column M_censored beside M. The estimates and
the tests against R 4.2.2 and its package survival 3.5-3, to 1e-9, and what the other commands make
of such a measure."""

import csv
import io

import pytest

from conftest import one_line, run

# The package's data sets, a + behind the time of whoever was still alive. aml: R. G. Miller, Survival
# Analysis, 1981; ovarian: J. H. Edmunson et al., Cancer Treatment Reports 63 (1979) 241-247; lung: C. L.
# Loprinzi et al., Journal of Clinical Oncology 12 (1994) 601-607, by sex.
AML = {"Maintained": "9 13 13+ 18 23 28+ 31 34 45+ 48 161+",
       "Nonmaintained": "5 5 8 8 12 16+ 23 27 30 33 43 45"}
OVARIAN = {"1": "59 115 156 431 448+ 477+ 638 803+ 855+ 1040+ 1106+ 268 329",
           "2": "421+ 464 475 563 744+ 769+ 770+ 1129+ 1206+ 1227+ 353 365 377+"}
LUNG = {"1": """306 455 1010+ 210 883 1022+ 218 166 170 71 567 144 613 707 88 301 624 371 394 574 118 390 12 26
533 53 814 93 460 583 303 519 643 189 53 246 689 65 132 223 175 163 65 428 230 840+ 11 132 11
176 791 95 196+ 806+ 284 147 163 655 239 88 30 179 310 477 364 107 177 156 11 429 15 181 283 13
212 524 288 363 442 54 558 207 92 60 202 353 267 387 457 337 404+ 222 458+ 353 163 31 229 444+
156 329 291 179 292+ 142 413+ 320 181 285 301+ 197 303+ 180 300+ 284+ 259+ 110 286 270 81 131
225+ 269 225+ 279+ 135 59 105 237+ 221+ 185+ 13 222+ 183 197+ 116 188+ 191+ 174+""",
        "2": """310 361 654 728 61 81 520 473 107 122 965+ 731 153 433 145 95 765 735 5 687 345 444 60 208 821+
305 226 426 705 363 167 641 740+ 245 588+ 166 559+ 450 529+ 351 201 524 199 550 551+ 543+ 293
511+ 511+ 371 201 62 356+ 340 315+ 182 364+ 376+ 384+ 268 266+ 194 348 382+ 296+ 186 145 269+
350 272+ 292+ 332+ 285 243+ 276+ 79 240+ 202+ 235+ 224+ 239 173+ 252+ 92+ 192+ 211+ 175+ 203+
105+ 177+"""}


def censored(groups, measure="x"):
    """Columns group, at (the place within the group), the measure, and its _censored."""
    return f"group,at,{measure},{measure}_censored\n" + "".join(
        f"{name},{i},{x.rstrip('+')},{int(x.endswith('+'))}\n" for name, xs in groups.items()
        for i, x in enumerate(xs.split()))


def stats(program, text, *args):
    result = run(program, *args, input=text)
    assert result.returncode == 0, result.stderr
    return list(csv.DictReader(io.StringIO(result.stdout)))


def agrees(row, **expected):
    found = {name: float(row[name]) for name in expected}
    assert found == pytest.approx(expected, rel=1e-9)


SURVIVAL = ["survival", "--by", "group", "--measure", "x"]


# --- Against R -------------------------------------------------------------------------------------

# summary(survfit(Surv(time, status) ~ group, conf.type = "log-log")):
# time, n.risk, n.event, surv, std.err, lower, upper
STEPS = {
    "aml": (AML, "Maintained", [
        (9, 11, 1, 0.909090909090909, 0.0866784172041448, 0.5080802057699297, 0.986673822667823),
        (13, 10, 1, 0.818181818181818, 0.1162912998303329, 0.4474286146821814, 0.951162228582492),
        (18, 8, 1, 0.715909090909091, 0.1396649705572278, 0.3501903859079384, 0.899023974191053),
        (23, 7, 1, 0.613636363636364, 0.1526323310273120, 0.2657520400012861, 0.835299243250221),
        (31, 5, 1, 0.490909090909091, 0.1641932672211358, 0.1673309097768508, 0.753399790370811),
        (34, 4, 1, 0.368181818181818, 0.1626688858270948, 0.0928295749369852, 0.657040832398164),
        (48, 2, 1, 0.184090909090909, 0.1534927457862937, 0.0117384801231896, 0.525014842726641),]),
    "ovarian": (OVARIAN, "1", [
        (59, 13, 1, 0.923076923076923, 0.0739053017561941, 0.566359466130522, 0.988794062303689),
        (115, 12, 1, 0.846153846153846, 0.1000682516289217, 0.512203590685393, 0.959145460528641),
        (156, 11, 1, 0.769230769230769, 0.1168545423558077, 0.442141497926556, 0.919115326239281),
        (268, 10, 1, 0.692307692307692, 0.1280077375904375, 0.373363484157172, 0.871750116512527),
        (329, 9, 1, 0.615384615384615, 0.1349320029703122, 0.308336888199959, 0.818448711840862),
        (431, 8, 1, 0.538461538461538, 0.1382641591189103, 0.247657327769234, 0.759904440261340),
        (638, 5, 1, 0.430769230769231, 0.1466730112695097, 0.155652244486203, 0.682971547936587),]),
}


@pytest.mark.parametrize("name", STEPS)
def test_the_steps_are_those_of_r(roam_stats, name):
    groups, group, steps = STEPS[name]
    rows = stats(roam_stats, censored(groups), *SURVIVAL, "--curve")
    ended = [r for r in rows if r["group"] == group and r["ended"] != "0"]
    assert len(ended) == len(steps)
    for row, (time, at_risk, events, survival, se, low, high) in zip(ended, steps):
        assert (row["time"], row["at_risk"], row["ended"]) == (str(time), str(at_risk), str(events))
        agrees(row, survival=survival, se=se, ci_low=low, ci_high=high)


@pytest.mark.parametrize("group, time, at_risk, survival, se, low, high", [
    ("1", 100, 114, 0.826086956521739, 0.0322655755878818, 0.751851722985931, 0.879870543128555),
    ("1", 300, 49, 0.441088893088618, 0.0439385870130121, 0.353807895732434, 0.524763050655619),
    ("1", 500, 20, 0.223211689334341, 0.0401672962522850, 0.149978862198764, 0.305641451341986),
    ("2", 100, 82, 0.922088353413655, 0.0282794136527423, 0.843505205595354, 0.962077737665589),
    ("2", 300, 43, 0.674202586048924, 0.0522880818522217, 0.560068940305608, 0.764835606239340),
    ("2", 500, 21, 0.411046135106688, 0.0625843689164016, 0.288327875014801, 0.529642663898041),])
def test_the_steps_of_a_larger_sample_are_those_of_r(roam_stats, group, time, at_risk, survival, se,
                                                     low, high):
    """summary(survfit(Surv(time, status == 2) ~ sex, lung, conf.type = "log-log"), times = ...)"""
    rows = stats(roam_stats, censored(LUNG), *SURVIVAL, "--curve")
    of_group = [r for r in rows if r["group"] == group]
    row = [r for r in of_group if float(r["time"]) <= time][-1]
    agrees(row, survival=survival, se=se, ci_low=low, ci_high=high)
    assert [r["at_risk"] for r in of_group if float(r["time"]) >= time][0] == str(at_risk)


def test_where_nothing_is_left_there_is_no_interval(roam_stats):
    rows = stats(roam_stats, censored(AML), *SURVIVAL, "--curve")
    last = [r for r in rows if r["group"] == "Nonmaintained"][-1]
    assert (last["time"], last["survival"]) == ("45", "0")
    assert not (last["se"] or last["ci_low"] or last["ci_high"])


# print(survfit(..., conf.type = "log-log")): n, censored, median, 0.95LCL, 0.95UCL
@pytest.mark.parametrize("groups, group, want", [
    (AML, "Maintained", ("11", "4", "31", "13", "")), (AML, "Nonmaintained", ("12", "1", "23", "5", "33")),
    (LUNG, "1", ("138", "26", "270", "210", "306")), (LUNG, "2", ("90", "37", "426", "345", "524")),
    (OVARIAN, "1", ("13", "6", "638", "156", "")), (OVARIAN, "2", ("13", "8", "", "464", "")),
    ({"a": "1 2 3 4"}, "a", ("4", "0", "2.5", "1", "")),
    ({"a": "1 2 3+ 4"}, "a", ("4", "1", "3", "1", "")),
    ({"a": "1 2 3+ 4+"}, "a", ("4", "2", "2", "1", ""))])
def test_the_median_and_its_interval_are_those_of_r(roam_stats, groups, group, want):
    row, = [r for r in stats(roam_stats, censored(groups), *SURVIVAL) if r["group"] == group]
    assert tuple(row[k] for k in ("n", "censored", "median", "ci_low", "ci_high")) == want


def test_another_confidence_gives_another_interval(roam_stats):
    # quantile(survfit(..., conf.type = "log-log", conf.int = 0.9), 0.5)
    rows = stats(roam_stats, censored(AML), *SURVIVAL, "--confidence", "0.9")
    assert [(r["ci_low"], r["ci_high"]) for r in rows] == [("18", "48"), ("8", "33")]


# survdiff(Surv(time, status) ~ group): chisq, its p, obs, exp
@pytest.mark.parametrize("groups, chi_square, p, ended, expected", [
    (AML, 3.396388698977601, 0.06533932204050513, (7, 11), (10.689335992300725, 7.310664007699276)),
    (LUNG, 10.32674195488563, 0.001311164520355488, (112, 53), (91.58173902957280, 73.41826097042721)),
    (OVARIAN, 1.062739861291414, 0.3025911169890952, (7, 5), (5.233531017149943, 6.766468982850057))])
def test_the_log_rank_test_is_that_of_r(roam_stats, groups, chi_square, p, ended, expected):
    text = censored(groups)
    row, = stats(roam_stats, text, *SURVIVAL, "--differences")
    agrees(row, chi_square=chi_square, p=p, p_holm=p, ended_a=ended[0], ended_b=ended[1],
           expected_a=expected[0], expected_b=expected[1])
    row, = stats(roam_stats, text, "welch", "--by", "group", "--measure", "x")
    assert row["test"] == "log-rank"
    agrees(row, p=p, p_holm=p)


# --- The median of R's is the sample's when all is measured ------------------------------------------

def test_without_lower_bounds_the_steps_are_the_distribution(roam_stats):
    text = "x\n3\n1\n2\n2\n"
    rows = stats(roam_stats, text, "survival", "--measure", "x", "--curve")
    assert [(r["time"], r["survival"]) for r in rows] == [("1", "0.75"), ("2", "0.25"), ("3", "0")]
    row, = stats(roam_stats, text, "survival", "--measure", "x")
    assert (row["censored"], row["median"]) == ("0", "2")


# --- What the other commands make of it --------------------------------------------------------------

MIXED = censored({"a": "1 2 3 4 5 6 7+ 8 9+ 9+", "b": "1 1.5 1 2 2 2 2 3 3 4", "dead": "9+ 9+ 9+ 9+ 9+ 9+ 9+ 9+ 9+ 9+"})


def test_a_summary_says_what_is_known_and_no_more(roam_stats):
    a, b, dead = stats(roam_stats, MIXED, "summary", "--by", "group", "--measure", "x")
    assert (a["n"], a["censored"], a["min"], a["median"], a["max"], a["at_least"]) == (
        "10", "3", "1", "5.5", "", "5.4")
    assert (dead["censored"], dead["min"], dead["median"], dead["at_least"]) == ("10", "", "", "9")
    for row in (a, dead):
        assert not any(row[k] for k in ("mean", "sd", "ci_low", "ci_high", "interval"))
    assert b["mean"] and b["ci_low"] and b["censored"] == "0" and not b["at_least"]


def test_a_quantile_below_the_least_bound_is_known(roam_stats):
    rows = stats(roam_stats, MIXED, "quantiles", "--by", "group", "--measure", "x", "--at", "0.5,0.8")
    found = {(r["group"], r["quantile"]): r for r in rows}
    low = found["a", "0.5"]
    assert (low["value"], low["ci_low"], low["ci_high"]) == ("5.5", "2", "")  # ranks 2 and 9
    assert not found["a", "0.8"]["value"] and not found["dead", "0.5"]["value"]
    assert found["b", "0.5"]["ci_high"]


def test_no_interval_test_or_line_is_made_of_lower_bounds(roam_stats):
    rows = stats(roam_stats, MIXED, "bootstrap", "--by", "group", "--measure", "x")
    assert [(r["censored"], bool(r["value"])) for r in rows] == [("3", False), ("0", True), ("10", False)]
    rows = stats(roam_stats, MIXED, "bootstrap", "--by", "group", "--measure", "x", "--base", "b")
    assert not any(r["difference"] or r["ci_low"] for r in rows)
    rows = stats(roam_stats, MIXED, "fit", "--x", "at", "--by", "group", "--measure", "x")
    assert [(r["censored"], bool(r["slope"])) for r in rows] == [("3", False), ("0", True), ("10", False)]
    row, = stats(roam_stats, "t,x,x_censored\n" + "".join(f"{i},{i % 7},{int(i == 99)}\n" for i in range(200)),
                 "warmup", "--time", "t", "--measure", "x")
    assert (row["censored"], row["settled"], row["mean"]) == ("1", "0", "")


def test_welchs_test_gives_way_to_the_log_rank_test_in_the_same_family(roam_stats):
    rows = stats(roam_stats, MIXED + "c,0,2,0\nc,1,3,\n", "welch", "--by", "group", "--measure", "x", "--base", "b")
    assert [(r["group_b"], r["test"]) for r in rows] == [("a", "log-rank"), ("dead", "log-rank"), ("c", "t")]
    for row in rows[:2]:
        assert row["p"] and not any(row[k] for k in ("mean_b", "mean_difference", "ci_low", "t", "df", "d", "g"))
    p = sorted(float(r["p"]) for r in rows)
    assert min(float(r["p_holm"]) for r in rows) == pytest.approx(3 * p[0])


PAIRS = ["paired", "--by", "group", "--pair", "at", "--measure", "x"]


def test_pairs_with_a_lower_bound_have_the_sign_test_on_known_orders(roam_stats):
    # a: 1 2 3 4 5 6 7+ 8 9+ 9+, b: 1 1.5 1 2 2 2 2 3 3 4; all of a above but the first, which is equal
    row, = stats(roam_stats, MIXED, *PAIRS, "--base", "b")[:1]
    assert (row["n"], row["censored"], row["more"], row["less"], row["test"]) == ("10", "3", "9", "0", "sign")
    assert not any(row[k] for k in ("mean_difference", "sd", "ci_low", "t", "df", "d_z"))
    agrees(row, p=2 / 2**9)


@pytest.mark.parametrize("a, b, orders", [
    ("5", "5+", ("1", "0")), ("5", "4+", ("0", "0")), ("5+", "6", ("0", "0")), ("5+", "5", ("0", "1")),
    ("5+", "3+", ("0", "0")), ("5+", "3", ("0", "1")), ("3", "5+", ("1", "0"))])
def test_an_order_is_known_when_no_bound_can_turn_it(roam_stats, a, b, orders):
    row, = stats(roam_stats, censored({"a": a, "b": b}), *PAIRS)
    assert (row["more"], row["less"]) == orders
    assert bool(row["p"]) == (orders != ("0", "0"))


# binom.test(9, 10)$p.value, binom.test(1, 6)$p.value, binom.test(3, 8)$p.value
@pytest.mark.parametrize("more, less, p", [(9, 1, 0.02148437500000001), (1, 5, 0.21875),
                                           (3, 5, 0.7265625000000003), (4, 4, 1)])
def test_the_sign_test_is_that_of_r(roam_stats, more, less, p):
    row, = stats(roam_stats, censored({"a": " ".join(["1"] * more + ["9"] * less),
                                       "b": " ".join(["5+"] * more + ["5"] * less)}), *PAIRS)
    agrees(row, more=more, less=less, p=p, p_holm=p)


def test_a_unit_with_a_lower_bound_is_one(roam_stats):
    """Of two handovers of a run the second never ended: their mean is a lower bound as well."""
    text = "run,x,x_censored\n1,1,0\n1,5,1\n2,2,0\n2,3,0\n"
    row, = stats(roam_stats, text, "survival", "--within", "run", "--measure", "x", "--curve")[:1]
    assert (row["time"], row["at_risk"], row["ended"]) == ("2.5", "2", "1")
    row, = stats(roam_stats, text, "summary", "--within", "run", "--measure", "x")
    assert (row["n"], row["censored"], row["min"], row["at_least"]) == ("2", "1", "2.5", "2.75")


def test_an_empty_value_is_missing_whatever_its_flag(roam_stats):
    row, = stats(roam_stats, "x,x_censored\n,1\n2,\n", "survival", "--measure", "x")
    assert (row["n"], row["missing"], row["censored"]) == ("1", "1", "0")


BAD = [
    (["summary", "--measure", "x"], "x,x_censored\n1,0\n2,yes\n",
     "standard input:3: column 'x_censored': found 'yes'; expected 0, 1 or nothing"),
    (["fit", "--measure", "x", "--x", "k"], "k,x,x_censored\n1,1,2\n", "column 'x_censored': found '2'"),
    ([*SURVIVAL, "--curve", "--base", "a"], "group,x\na,1\n",
     "--curve is of groups: it goes without --differences and --base"),
    ([*SURVIVAL, "--each", "x"], "group,x\na,1\n", "--each is of comparisons"),
    (["survival", "--measure", "x", "--differences"], "x\n1\n", "--by is needed"),
    (["summary", "--measure", "x", "--range", "x"], "x\n1\n", "--range: found 'x'; expected MEASURE=LOW:HIGH"),
    (["summary", "--measure", "x", "--range", "y=0:"], "x,y\n1,2\n", "--range: found 'y=0:'"),
    (["summary", "--measure", "x", "--range", "x=0:z"], "x,y\n1,2\n", "--range: found 'x=0:z'"),
    (["summary", "--measure", "x", "--range", "x=1:1"], "x,y\n1,2\n", "--range: found 'x=1:1'"),
    (["summary", "--measure", "x", "--range", "x=0:"], "x\n1\n-2\n",
     "standard input:3: column 'x': -2 is below 0, the end of its --range"),
    (["summary", "--measure", "x", "--range", "x=0:y"], "x,y\n1,2\n3,2\n", "column 'x': 3 is above 2"),
    (["summary", "--measure", "x", "--range", "x=0:y"], "x,y\n1,fast\n", "column 'y': 'fast' is not a number"),
    (["quantiles", "--measure", "x", "--at", "0.5", "--range", "x=0:"], "x\n1\n", "'quantiles' takes no --range"),
]


@pytest.mark.parametrize("args, text, message", BAD, ids=[b[2] for b in BAD])
def test_what_is_wrong_is_said_in_one_line(roam_stats, args, text, message):
    result = run(roam_stats, *args, input=text)
    assert (result.returncode, result.stdout) == (2, "")
    line = one_line(result.stderr)
    assert line.startswith("roam-stats: ") and message in line


# --- Intervals that stay inside a range --------------------------------------------------------------

PLANTS = "4.81 4.17 4.41 3.59 5.87 3.83 6.03 4.89 4.32 4.69"


# x <- PlantGrowth$weight[11:20]; m <- mean(x); h <- qt(0.975, 9) * sd(x) / sqrt(10)
# m * exp(c(-1, 1) * h / m); 8 * plogis(qlogis(m / 8) + c(-1, 1) * h * 8 / (m * (8 - m)));
# 10 - (10 - m) * exp(c(1, -1) * h / (10 - m))
@pytest.mark.parametrize("given, kind, low, high", [
    ("0:", "log", 4.12645608925039, 5.26478909023033),
    ("0:8", "logit", 4.08340438486122, 5.21158205208269),
    (":10", "log", 4.06195092080371, 5.19961512277394),
    (":", "t", 4.09323860945436, 5.22876139054564)])
def test_the_interval_is_made_where_the_range_has_no_ends(roam_stats, given, kind, low, high):
    text = "x\n" + "".join(f"{x}\n" for x in PLANTS.split())
    row, = stats(roam_stats, text, "summary", "--measure", "x", "--range", f"x={given}")
    assert row["interval"] == kind
    agrees(row, mean=4.661, ci_low=low, ci_high=high)


def test_an_interval_never_leaves_its_range(roam_stats):
    text = "g,x,most\n" + "".join(f"{g},{x},{1 + g / 100}\n" for g in range(50) for x in (0, 0, 0, g / 50))
    for given, high in (("x=0:", None), ("x=0:1", 1), ("x=0:most", 1.5)):
        for row in stats(roam_stats, text, "summary", "--by", "g", "--measure", "x", "--range", given):
            assert 0 <= float(row["ci_low"]) <= float(row["mean"]) <= float(row["ci_high"])
            assert high is None or float(row["ci_high"]) <= high


def test_a_mean_at_the_end_of_its_range_is_certain_of_it(roam_stats):
    row, = stats(roam_stats, "x\n0\n0\n0\n", "summary", "--measure", "x", "--range", "x=0:1")
    assert (row["ci_low"], row["ci_high"], row["interval"]) == ("0", "0", "logit")


def test_the_end_of_a_range_may_stand_in_the_table(roam_stats):
    """Of each group the largest, and none where none is there."""
    text = "g,x,most\na,1,2\na,1.5,4\nb,1,\nb,1.5,\n"
    a, b = stats(roam_stats, text, "summary", "--by", "g", "--measure", "x", "--range", "x=0:most")
    assert (a["interval"], b["interval"]) == ("logit", "log")
    same, = stats(roam_stats, "x\n1\n1.5\n", "summary", "--measure", "x", "--range", "x=0:4")
    assert (a["ci_low"], a["ci_high"]) == (same["ci_low"], same["ci_high"])


def test_the_mean_of_a_series_has_its_range_too(roam_stats):
    text = "t,x\n" + "".join(f"{i},{(i * 7919 % 101) ** 4 / 1e8}\n" for i in range(400))
    args = [text, "warmup", "--time", "t", "--measure", "x"]
    row, = stats(roam_stats, *args, "--range", "x=0:")
    t, = stats(roam_stats, *args)
    assert (row["interval"], t["interval"]) == ("log", "t")
    assert float(row["ci_low"]) > float(t["ci_low"]) and row["mean"] == t["mean"]

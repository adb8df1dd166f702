# SPDX-License-Identifier: GPL-2.0-or-later
"""roam-stats against numbers from elsewhere, to 1e-9: certified values of NIST's Statistical
Reference Datasets, and what R 4.2.2 gives for data sets that come with it."""

import csv
import io
import math

import pytest

from conftest import run

# R: sleep (the extra hours of Student, 1908), PlantGrowth (A. J. Dobson, 1983), cars (M. Ezekiel,
# 1930), Nile (the river's yearly flow from 1871 on).
SLEEP = {"1": "0.7 -1.6 -0.2 -1.2 -0.1 3.4 3.7 0.8 0 2", "2": "1.9 0.8 1.1 0.1 -0.1 4.4 5.5 1.6 4.6 3.4"}
PLANTS = {"ctrl": "4.17 5.58 5.18 6.11 4.5 4.61 5.17 4.53 5.33 5.14",
          "trt1": "4.81 4.17 4.41 3.59 5.87 3.83 6.03 4.89 4.32 4.69",
          "trt2": "6.31 5.12 5.54 5.5 5.37 5.29 4.92 6.15 5.8 5.26"}
SPEED = """4 4 7 7 8 9 10 10 10 11 11 12 12 12 12 13 13 13 13 14 14 14 14 15 15 15 16 16 17 17 17 18
18 18 18 19 19 19 20 20 20 20 20 22 23 24 24 24 24 25""".split()
DIST = """2 10 4 22 16 10 18 26 34 17 28 14 20 24 28 26 34 34 46 26 36 60 80 20 26 54 32 40 32 40 50
42 56 76 84 36 46 68 32 48 52 56 64 66 54 70 92 93 120 85""".split()
NILE = """1120 1160 963 1210 1160 1160 813 1230 1370 1140 995 935 1110 994 1020 960 1180 799 958 1140
1100 1210 1150 1250 1260 1220 1030 1100 774 840 874 694 940 833 701 916 692 1020 1050 969 831 726 456
824 702 1120 1100 832 764 821 768 845 864 862 698 845 744 796 1040 759 781 865 845 944 984 897 822
1010 771 676 649 846 812 742 801 1040 860 874 848 890 744 749 838 1050 918 986 797 923 975 815 1020
906 901 1170 912 746 919 718 714 740""".split()

# NIST StRD, linear regression, Norris: 36 calibrations of an ozone monitor.
NORRIS_Y = """0.1 338.8 118.1 888.0 9.2 228.1 668.5 998.5 449.1 778.9 559.2 0.3 0.1 778.1 668.8 339.3
448.9 10.8 557.7 228.3 998.0 888.8 119.6 0.3 0.6 557.6 339.3 888.0 998.5 778.9 10.2 117.6 228.9 668.4
449.2 0.2""".split()
NORRIS_X = """0.2 337.4 118.2 884.6 10.1 226.5 666.3 996.3 448.6 777.0 558.2 0.4 0.6 775.5 666.9 338.0
447.5 11.6 556.0 228.1 995.8 887.6 120.2 0.3 0.3 556.8 339.1 887.2 999.0 779.0 11.1 118.3 229.2 669.1
448.9 0.5""".split()


def columns(**named):
    rows = zip(*named.values(), strict=True)
    return ",".join(named) + "\n" + "".join(",".join(map(str, r)) + "\n" for r in rows)


def grouped(groups):
    """Columns group, at (the place within the group), x."""
    return "group,at,x\n" + "".join(f"{name},{i},{x}\n" for name, xs in groups.items()
                                    for i, x in enumerate(xs.split()))


def stats(program, text, *args):
    result = run(program, *args, input=text)
    assert result.returncode == 0, result.stderr
    return list(csv.DictReader(io.StringIO(result.stdout)))


def agrees(row, **expected):
    found = {name: float(row[name]) for name in expected}
    assert found == pytest.approx(expected, rel=1e-9)


def test_norris_is_fitted_as_nist_certifies(roam_stats):
    row, = stats(roam_stats, columns(y=NORRIS_Y, x=NORRIS_X), "fit", "--x", "x", "--measure", "y")
    agrees(row, n=36, intercept=-0.262323073774029, intercept_se=0.232818234301152,
           slope=1.00211681802045, slope_se=0.429796848199937e-3, sd=0.884796396144373,
           r2=0.999993745883712, df=34)


def test_a_line_has_the_intervals_of_r(roam_stats):
    # f <- lm(dist ~ speed, cars); summary(f); confint(f)
    row, = stats(roam_stats, columns(x=SPEED, y=DIST), "fit", "--x", "x", "--measure", "y")
    agrees(row, intercept=-17.5790948905109, slope=3.93240875912409, intercept_se=6.75844016937923,
           slope_se=0.415512776657122, intercept_low=-31.1678496023886, slope_low=3.09696432814032,
           intercept_high=-3.99034017863321, slope_high=4.76785319010785, r2=0.651079380758251,
           sd=15.3795867488199, p=1.48983649629509e-12)
    # confint(f, level = 0.9)
    row, = stats(roam_stats, columns(x=SPEED, y=DIST), "fit", "--x", "x", "--measure", "y",
                 "--confidence", "0.9")
    agrees(row, intercept_low=-28.91451427065243, intercept_high=-6.24367551036937,
           slope_low=3.23550067631595, slope_high=4.62931684193222)


def test_a_line_of_logarithms_has_the_intervals_of_r(roam_stats):
    # f <- lm(log(dist) ~ log(speed), cars)
    row, = stats(roam_stats, columns(x=SPEED, y=DIST), "fit", "--x", "x", "--measure", "y", "--log")
    assert row["scale"] == "log-log"
    agrees(row, intercept=-0.729668749971991, slope=1.60239120644051,
           intercept_se=0.375845682095565, slope_se=0.139537613294002,
           intercept_low=-1.48535714189632, slope_low=1.32183203115566,
           intercept_high=0.0260196419523392, slope_high=1.88295038172536, r2=0.733144439277278,
           sd=0.405267037959310)


def test_what_a_line_says_at_some_x_is_what_r_predicts(roam_stats):
    # predict(f, data.frame(speed = c(5, 21)), interval = "confidence"), and "prediction"
    rows = stats(roam_stats, columns(x=SPEED, y=DIST), "fit", "--x", "x", "--measure", "y",
                 "--at", "5,21")
    agrees(rows[0], at=5, value=2.08294890510953, ci_low=-7.64415037333971, ci_high=11.81004818355877,
           pi_low=-30.33358691569426, pi_high=34.49948472591332)
    agrees(rows[1], at=21, value=65.00148905109489, ci_low=58.59738378469721,
           ci_high=71.40559431749259, pi_low=33.42257364046449, pi_high=96.58040446172529)
    # exp() of the same with logarithms
    rows = stats(roam_stats, columns(x=SPEED, y=DIST), "fit", "--x", "x", "--measure", "y",
                 "--at", "5,21", "--log")
    agrees(rows[1], at=21, value=63.36091774714318, ci_low=54.12941589494280,
           ci_high=74.16680618819167, pi_low=27.63069071070409, pi_high=145.29516977311724)


def test_welch_is_that_of_r(roam_stats):
    # t.test(extra ~ group, sleep), which is 1 - 2 where this is 2 - 1; effect sizes below
    row, = stats(roam_stats, grouped(SLEEP), "welch", "--by", "group", "--measure", "x")
    assert (row["n_a"], row["n_b"], row["missing_a"], row["missing_b"]) == ("10", "10", "0", "0")
    agrees(row, t=1.8608134674868531, df=17.7764735161785, p=0.0793941401873582,
           ci_low=-0.2054832307117102, ci_high=3.3654832307117104, mean_a=0.75, mean_b=2.33,
           p_holm=0.0793941401873582)


def test_effect_sizes_and_their_intervals_are_those_of_r(roam_stats):
    # d with the pooled sd, g = d gamma(m/2) / (sqrt(m/2) gamma((m-1)/2)), and the noncentralities
    # from uniroot() on pt(t, df, ncp) with tol 1e-15
    row, = stats(roam_stats, grouped(SLEEP), "welch", "--by", "group", "--measure", "x")
    agrees(row, d=0.8321810813495396, g=0.7969352391911206, d_low=-0.0954503982114221,
           d_high=1.7388168991034212)
    row, = stats(roam_stats, grouped(SLEEP), "paired", "--by", "group", "--pair", "at",
                 "--measure", "x")
    agrees(row, d_z=1.284557562591055, d_z_low=0.414627756380144, d_z_high=2.118016513977067)


def test_every_two_of_three_groups_are_compared_with_holms_correction(roam_stats):
    # t.test() of each, p.adjust(p, "holm")
    rows = stats(roam_stats, grouped(PLANTS), "welch", "--by", "group", "--measure", "x")
    assert [(r["group_a"], r["group_b"]) for r in rows] == [("ctrl", "trt1"), ("ctrl", "trt2"),
                                                            ("trt1", "trt2")]
    agrees(rows[0], t=-1.191260381848704, df=16.5235850568593, p=0.250382508587548,
           ci_low=-1.029516221346811, ci_high=0.28751622134681, p_holm=0.2503825085875476,
           d=-0.532747838543212, g=-0.510184064085515, d_low=-1.419062727961826,
           d_high=0.367717140534617)
    agrees(rows[1], t=2.13402045312406, df=16.78576448260572, p=0.04789925560196932,
           p_holm=0.0957985112039386, ci_low=0.00512786996464084, ci_high=0.98287213003535867)
    agrees(rows[2], t=3.01009854212436, df=14.1035691227608, p=0.00929840471726983,
           p_holm=0.0278952141518095, d_low=0.35199874796726544, d_high=2.31044253547583711)


def test_the_family_of_a_base_has_its_comparisons_alone(roam_stats):
    # p.adjust(c(0.250382508587548, 0.04789925560196932), "holm")
    rows = stats(roam_stats, grouped(PLANTS), "welch", "--by", "group", "--measure", "x",
                 "--base", "ctrl")
    assert [r["group_b"] for r in rows] == ["trt1", "trt2"]
    agrees(rows[0], p_holm=0.250382508587548)
    agrees(rows[1], p_holm=0.0957985112039386)


def test_p_that_fall_back_stay_as_large_as_the_one_before(roam_stats):
    # with one degree of freedom p = 1 - 2 atan(t) / pi; Holm gives 0.4 to 0.2, and to 0.22 as well
    text = "s,seed,x\na,1,0\na,2,0\n"
    for name, p in (("b", 0.2), ("c", 0.22)):
        half = math.tan(math.pi * p / 2)  # of differences 1 - half, 1 + half: t = 1 / half
        text += f"{name},1,{1 - half:.17g}\n{name},2,{1 + half:.17g}\n"
    rows = stats(roam_stats, text, "paired", "--by", "s", "--pair", "seed", "--measure", "x",
                 "--base", "a")
    agrees(rows[0], p=0.2, p_holm=0.4)
    agrees(rows[1], p=0.22, p_holm=0.4)


# m <- sort(PlantGrowth$weight); l <- qbinom(0.025, 30, f); u <- qbinom(0.975, 30, f) + 1; m[l];
# m[u]; pbinom(u - 1, 30, f) - pbinom(l - 1, 30, f)
@pytest.mark.parametrize("f, confidence, value, low, high, coverage", [
    ("0.25", "0.95", 4.55, 4.17, 4.92, 0.967810488436724),
    ("0.5", "0.95", 5.155, 4.69, 5.37, 0.957226054742932),
    ("0.5", "0.9", 5.155, 4.81, 5.33, 0.901262853294611),
    ("0.5", "0.99", 5.155, 4.53, 5.54, 0.994777120649815)])
def test_quantiles_have_the_interval_of_the_binomial(roam_stats, f, confidence, value, low, high,
                                                     coverage):
    row, = stats(roam_stats, grouped(PLANTS), "quantiles", "--measure", "x", "--at", f,
                 "--confidence", confidence)
    agrees(row, value=value, ci_low=low, ci_high=high, coverage=coverage)


@pytest.mark.parametrize("f", ["0", "0.1", "0.9", "1"])
def test_a_quantile_too_far_out_for_its_sample_has_no_interval(roam_stats, f):
    row, = stats(roam_stats, grouped(PLANTS), "quantiles", "--measure", "x", "--at", f)
    assert row["value"] and not (row["ci_low"] or row["ci_high"] or row["coverage"])


@pytest.mark.parametrize("f, least", [(0.5, 6), (0.9, 36), (0.95, 72)])
def test_there_is_a_least_sample_with_an_interval(roam_stats, f, least):
    # the larger tail is all n values on one side: f^n <= 0.025
    assert f**least <= 0.025 < f**(least - 1)
    for n in (least - 1, least):
        row, = stats(roam_stats, columns(x=range(n)), "quantiles", "--measure", "x", "--at", f)
        assert bool(row["ci_low"]) == bool(row["ci_high"]) == bool(row["coverage"]) == (n == least)
    agrees(row, ci_high=least - 1)
    if f == 0.5:
        agrees(row, ci_low=0, coverage=1 - 2 / 64)


def test_the_niles_flow_settles_where_the_rule_says(roam_stats):
    # z <- colMeans(matrix(Nile, 5)); the d with the least sum((k - mean(k))^2) / (20 - d)^2, k being
    # z[(d+1):20], is 9; then t.test(colMeans(matrix(tail(kept, 40), 2))) and its acf()
    text = columns(year=range(1871, 1971), flow=NILE)
    row, = stats(roam_stats, text, "warmup", "--time", "year", "--measure", "flow")
    assert row["settled"] == "1"
    agrees(row, n=100, truncated=45, time=1916, mean=862.45, ci_low=821.50391959450906,
           ci_high=903.39608040549092, batches=20, batch_size=2, lag1=0.26266888053141)
    row, = stats(roam_stats, text, "warmup", "--time", "year", "--measure", "flow", "--batches",
                 "10")
    agrees(row, mean=854.38, ci_low=807.280342607616831, ci_high=901.479657392383388, batch_size=5,
           lag1=-0.193718048889614)

# SPDX-License-Identifier: GPL-2.0-or-later
"""What a campaign varies: ranges, keys that go together, conditions; and what is wrong with them."""

import pytest

from roam import axes
from roam import campaign
from roam import condition
from roam import quantity
from conftest import one_line, sweep, write_campaign


def values(given, key="x.y"):
    return axes.values_of(key, given, "c.toml")


@pytest.mark.parametrize("given, texts", [
    ({"from": 1, "to": 4}, ["1", "2", "3", "4"]),
    ({"from": 1, "to": 10, "step": 4}, ["1", "5", "9"]),
    ({"from": 0, "to": 1, "step": 0.1}, ["0", "0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8",
                                         "0.9", "1"]),
    ({"from": "10ms", "to": "0.04s", "step": "10ms"}, ["10ms", "20ms", "30ms", "40ms"]),
    ({"from": "-95dBm", "to": "-85dBm", "step": "5dBm"}, ["-95dBm", "-90dBm", "-85dBm"]),
    ({"from": "0ms", "to": "1ms", "count": 4}, ["0ms", "0.333333ms", "0.666667ms", "1ms"]),
    ({"from": "1ms", "to": "1s", "count": 4, "scale": "log"}, ["1ms", "10ms", "100ms", "1000ms"]),
    ({"from": "1Mbps", "to": "10Mbps", "count": 3, "scale": "log"}, ["1Mbps", "3.162Mbps", "10Mbps"]),
    ({"from": 1, "to": 8, "count": 10, "scale": "log"}, ["1", "2", "3", "4", "5", "6", "8"]),
    ({"from": 5, "to": 5}, ["5"]),
    ([True, 3, 0.5, "2ms"], ["true", "3", "0.5", "2ms"]),
])
def test_ranges_are_linear_or_logarithmic_and_keep_their_unit(given, texts):
    assert values(given) == texts


def test_a_logarithmic_range_grows_by_the_same_factor():
    numbers = [float(quantity.parse(t).base)
               for t in values({"from": "1us", "to": "10s", "count": 29, "scale": "log"})]
    factors = [b / a for a, b in zip(numbers, numbers[1:])]
    assert len(numbers) == 29 and max(factors) / min(factors) < 1.002


@pytest.mark.parametrize("given, message", [
    ({"from": "1ms", "to": "9ms"}, "how many? Allowed is a step or a count"),
    ({"from": 1, "to": 9, "scale": "log"}, "how many? Allowed is count"),
    ({"from": "0ms", "to": "9ms", "count": 3, "scale": "log"}, "expected values above 0"),
    ({"from": "1ms", "to": "9m", "count": 3}, "from, to and step are of different kinds: 1ms, 9m"),
    ({"from": "1ms", "to": "9ms", "step": 1}, "of different kinds: 1ms, 9ms, 1"),
    ({"from": "9ms", "to": "1ms", "count": 3}, "from 9ms to 1ms is an empty range"),
    ({"from": 1, "to": 9, "count": 1}, "count: found 1; expected 2 to 1000000"),
    ({"from": 1, "to": 9, "count": 3, "step": 1}, "a step goes neither with a count"),
    ({"from": 1, "to": 9, "step": 0}, "from 1 to 9 by 0 is no range"),
    ({"from": 1, "to": 99999999999}, "more than 1000000 values"),
    ({"from": 1, "to": 9, "scale": "cubic"}, 'scale: found cubic; expected "linear" or "log"'),
    ({"from": "soon", "to": 9}, "from: found soon; expected a number"),
    ({"from": True, "to": 9}, "from: found true; expected a number"),
    ({"from": 1, "to": 9, "by": 2}, "found { from = 1, to = 9, by = 2 }; expected a list"),
    ([], "found an empty list"),
    (["1ms", "2ms", "1ms"], "the same value twice, 1ms"),
])
def test_a_bad_range_says_what_was_found_and_what_is_allowed(given, message):
    with pytest.raises(axes.CampaignError) as error:
        values(given)
    assert message in str(error.value) and str(error.value).startswith("c.toml: sweep.x.y: ")


def campaign_of(house, text):
    return campaign.read_campaign(write_campaign(house, text))


def test_zipped_keys_go_row_by_row_and_combine_with_the_others(house):
    found = campaign_of(house, """
[sweep]
scheme = ["msctp", "tcp"]
[[sweep.zip]]
movement.speed = ["1m/s", "15m/s"]
cell.spacing = ["50m", "400m"]
""")
    assert [p.settings for p in found.points] == [
        (("movement.speed", a), ("cell.spacing", b), ("scheme", s))
        for a, b in (("1m/s", "50m"), ("15m/s", "400m")) for s in ("msctp", "tcp")]
    assert found.points[0].case == "msctp movement.speed=1m/s cell.spacing=50m"
    assert found.points[0].series == "msctp"
    assert [axis["key"] for axis in found.axes] == ["movement.speed", "cell.spacing"]


def test_a_zipped_key_may_have_a_value_in_several_rows(house):
    found = campaign_of(house, """
[[sweep.zip]]
movement.speed = ["1m/s", "1m/s", "15m/s"]
cell.spacing = ["50m", "400m", "400m"]
""")
    assert [tuple(text for _, text in p.settings) for p in found.points] == [
        ("1m/s", "50m"), ("1m/s", "400m"), ("15m/s", "400m")]
    assert [[v["text"] for v in axis["values"]] for axis in found.axes] == [
        ["1m/s", "15m/s"], ["50m", "400m"]]


def test_conditions_leave_combinations_out(house):
    found = campaign_of(house, """
[sweep]
scheme = ["msctp", "tcp", "udp"]
cell.delay = ["2ms", "0.02s", "200ms"]
client.radios = [1, 2]
where = ["cell.delay <= '20ms' or scheme == 'msctp'", "not (scheme in ['tcp', 'udp'] and client.radios == 2)"]
""")
    assert [tuple(text for _, text in p.settings) for p in found.points] == [
        ("msctp", "2ms", "1"), ("msctp", "2ms", "2"), ("msctp", "0.02s", "1"), ("msctp", "0.02s", "2"),
        ("msctp", "200ms", "1"), ("msctp", "200ms", "2"), ("tcp", "2ms", "1"), ("tcp", "0.02s", "1"),
        ("udp", "2ms", "1"), ("udp", "0.02s", "1")]


@pytest.mark.parametrize("text, settings, holds", [
    ("a.b == '1s'", {"a.b": "1000ms"}, True),
    ("a.b != '1s'", {"a.b": "1000ms"}, False),
    ("1 < c < 3", {"c": "2"}, True),
    ("1 < c < 2", {"c": "2"}, False),
    ("c > -5", {"c": "-4.5"}, True),
    ("c in [1, 2] and d not in ['x']", {"c": "2", "d": "y"}, True),
    ("c == True", {"c": "true"}, True),
    ("c < 3", {}, False),
    ("c == 3", {}, False),
    ("c != 3", {}, True),
    ("key('attributes.ns3::Tcp::Size') == 3", {"attributes.ns3::Tcp::Size": "3"}, True),
])
def test_a_condition_compares_by_size_whatever_the_unit(text, settings, holds):
    keys = ["a.b", "c", "d", "attributes.ns3::Tcp::Size"]
    assert condition.Condition(text, keys).holds(settings) is holds


BAD = [
    ("where = ['cell.delay < 1m']", "is no condition"),
    ("where = ['cell.dely < 1']", "cell.dely is no key of this campaign; allowed are case, cell.delay, scheme"),
    ("where = ['cell.delay < \"3m\"']", "2ms and 3m have no order"),
    ("where = ['scheme < \"udp\"']", "msctp and udp have no order"),
    ("where = ['__import__(\"os\")']", "is no comparison"),
    ("where = ['scheme == [1]']", "is no value"),
    ("where = ['scheme in \"udp\"']", "after 'in' comes a list in brackets"),
    ("where = ['scheme is \"udp\"']", "'is' is no comparison"),
    ("where = ['cell.delay']", "is no comparison"),
    ("where = [3]", "sweep.where: wanted a list of conditions as text"),
    ("where = ['cell.delay > \"1s\"']", "4 combinations, and none for which all conditions hold"),
    ("[[sweep.zip]]\na.b = [1, 2]\nc.d = [1]", "sweep.zip 1: found a.b with 2, c.d with 1"),
    ("[[sweep.zip]]\na.b = [1, 2]", "sweep.zip 1: found a.b with 2; allowed are two keys or more"),
    ("[[sweep.zip]]\na.b = [1, 2, 1]\nc.d = [3, 3, 3]", "sweep.zip 1: the same row twice, a.b = 1, c.d = 3"),
    ("zip = 3", "sweep.zip: wanted tables"),
    ("[[sweep.zip]]\na.b = [1, 2]\nscheme = ['a', 'b']", "sweep: scheme is there twice"),
    ("seed = { from = 1, to = 9, precision = '5%' }", "precision of what?"),
    ("seed = { from = 1, to = 9, precision = '5%', measure = 'joy' }", "unknown measure 'joy'"),
    ("seed = { from = 1, to = 9, precision = 'much', measure = 'lost' }", "precision: found much"),
    ("seed = { from = 1, to = 9, precision = '0%', measure = 'lost' }", "precision: found 0%"),
    ("seed = { from = 1, to = 3, precision = '5%', measure = 'lost' }", "least: found 10; allowed are 2 to 3"),
    ("seed = { from = 1, to = 9, precision = '5%', measure = 'lost', least = 1 }", "least: found 1"),
]


@pytest.mark.parametrize("text, message", BAD, ids=[b[1] for b in BAD])
def test_what_makes_no_sense_is_one_line_and_nothing_is_written(house, text, message):
    path = write_campaign(house, "[sweep]\ncell.delay = ['2ms', '3ms']\nscheme = ['msctp', 'udp']\n"
                          + text + "\n")
    result = sweep(house, path)
    assert result.returncode == 2
    assert message in one_line(result.stderr)
    assert not (house / "out").exists()


def test_an_axis_that_is_no_key_is_told_with_its_line(house):
    path = write_campaign(house, "[sweep]\nseed = [1]\nwrong = ['x', 'y']\n")
    result = sweep(house, path)
    assert result.returncode == 2
    assert one_line(result.stderr) == (
        f"roam: {path}:5: wrong: found an unknown key (of wrong=x seed 1)")


def test_axes_that_are_numbers_are_told_apart_from_words(house):
    found = campaign_of(house, """
[sweep]
scheme = ["msctp", "tcp"]
handover.rule = ["a", "b"]
cell.delay = ["1ms", "10ms", "0.1s"]
client.radios = [1, 2]
cell.rate = ["1Mbps"]
""")
    assert found.axes == [
        {"key": "cell.delay", "unit": "s", "scale": "log",
         "values": [{"text": "1ms", "number": 0.001}, {"text": "10ms", "number": 0.01},
                    {"text": "0.1s", "number": 0.1}]},
        {"key": "client.radios", "unit": "", "scale": "linear",
         "values": [{"text": "1", "number": 1.0}, {"text": "2", "number": 2.0}]}]
    assert found.points[0].case == "msctp handover.rule=a cell.delay=1ms client.radios=1"
    assert {p.series for p in found.points} == {
        f"{s} handover.rule={r}" for s in ("msctp", "tcp") for r in ("a", "b")}
    assert ("cell.rate", "1Mbps") in found.points[0].settings, "one value is set, and names nothing"


@pytest.mark.parametrize("text, name", [
    ("scheme = ['tcp']\n", "tcp"), ("", "all"), ("scheme = ['tcp']\ncell.delay = ['1ms']\n", "tcp")])
def test_a_campaign_of_one_case_has_a_name(house, text, name):
    found = campaign_of(house, f"[sweep]\nseed = [1, 2]\n{text}")
    assert [(p.case, p.series) for p in found.points] == [(name, name)]


def test_ten_million_runs_want_to_be_meant(house):
    path = write_campaign(house, "[sweep]\nseed = { from = 1, to = 100000 }\n"
                          "cell.delay = { from = '1ms', to = '100ms', step = '1ms' }\n")
    result = sweep(house, path)
    assert result.returncode == 2
    assert one_line(result.stderr) == "roam: c: 10000000 runs; for more than 100000 say --yes"
    assert not (house / "out").exists()


@pytest.mark.parametrize("given, values", [
    ({"from": "1000001ns", "to": "1000004ns", "count": 4},
     ["1000001ns", "1000002ns", "1000003ns", "1000004ns"]),
    ({"from": 1, "to": "1.0004", "count": 3, "scale": "log"}, ["1", "1.0002", "1.0004"]),
    ({"from": "5ms", "to": "5ms", "count": 3}, ["5ms"]),
])
def test_values_close_together_are_told_apart(given, values):
    assert axes.values_of("x", given, "c.toml") == values


def test_numbers_that_no_computer_holds_are_words():
    texts = ["1e999999999999999999999", "1e999999Gbps"]
    assert axes.values_of("x", texts, "c.toml") == texts
    assert axes.describe("x", texts, texts) is None

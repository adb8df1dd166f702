# SPDX-License-Identifier: GPL-2.0-or-later
"""Campaign files: what they spell out, and what is wrong with bad ones."""

import os
import sys
import time

import pytest

from roam import axes
from roam import campaign
from conftest import BUILD, ROOT, THREE, one_line, run, sweep, write_campaign

# --- What a campaign spells out --------------------------------------------------------------------


def test_lists_and_ranges_are_combined_and_seeds_stand_together(house):
    path = write_campaign(house, """
[sweep]
seed = { from = 1, to = 5, step = 2 }
scheme = ["msctp", "udp"]
cell.delay = ["2ms", "20ms"]
""")
    found = campaign.read_campaign(path)
    assert found.scenario == house / "world.toml"
    assert len(found.runs) == 12
    assert found.runs[1].settings == (("scheme", "msctp"), ("cell.delay", "2ms"), ("seed", "3"))
    assert list(dict.fromkeys(r.case for r in found.runs)) == [
        "msctp cell.delay=2ms", "msctp cell.delay=20ms", "udp cell.delay=2ms",
        "udp cell.delay=20ms"]
    assert found.keys == ["scheme", "cell.delay", "seed"]


def test_cases_take_each_combination(house):
    found = campaign.read_campaign(write_campaign(house, THREE))
    assert [(r.case, r.setting("seed"), r.setting("client.radios")) for r in found.runs[3:6]] == [
        ("soft", "4", "2"), ("hard", "1", "1"), ("hard", "2", "1")]


def test_a_scenario_with_a_sweep_is_a_campaign(house):
    path = house / "own.toml"
    path.write_text('scheme = "udp"\ntitle = "its own"\n[sweep]\nseed = [7, 8]\n')
    found = campaign.read_campaign(path)
    assert found.scenario == path
    assert [(r.case, r.setting("seed")) for r in found.runs] == [("udp", "7"), ("udp", "8")]


def test_values_are_handed_on_as_set_wants_them():
    assert [axes.text_of(v) for v in (True, 3, 0.5, "2ms", [1, 0.5])] == [
        "true", "3", "0.5", "2ms", "[1, 0.5]"]


BAD = [
    ("", "nothing to vary"),
    ("[sweep]\nseed = 3\n", "sweep.seed: found 3; expected seed = { from = 1, to = 3 }"),
    ("[sweep]\nseed = '1..30'\n", "found 1..30; expected seed = { from = 1, to = 30 }"),
    ("[sweep]\nseeds = 20\n", "sweep.seeds: no such key; expected seed = { from = 1, to = 20 }"),
    ("[sweep]\nseeds = [1, 2]\n", "sweep.seeds: no such key; expected seed = { from = 1, to = 2 }"),
    ("[sweep]\nseed = []\n", "sweep.seed: found an empty list; expected seed = {"),
    ("[sweep]\nx.y = 3\n", "sweep.x.y: found 3; expected a list of values"),
    ("[sweep]\nseed = { from = 1, to = 9, precision = '150%', measure = 'lost' }\n",
     "sweep.seed: precision: found 150%"),
    ("[sweep]\nseed = { from = 3, to = 1 }\n", "sweep.seed: from 3 to 1 is an empty range"),
    ("[sweep]\nseed = { from = 1, to = 9, step = 0 }\n", "from 1 to 9 by 0 is no range"),
    ("[sweep]\nseed = [1.5]\n", "sweep.seed: found 1.5; allowed are whole numbers"),
    ("[sweep]\nseed = { from = 1, to = 99999999999 }\n", "more than 1000000 values"),
    ("[sweep]\nseed = { from = 1, to = 2000 }\nx.y = { from = 1, to = 5000 }\n",
     "10000000 runs; for more than 100000 say --yes"),
    ("[sweep]\nseed = [1, 1]\n", "the same value twice"),
    ("[sweep]\nseed = [1]\n[[case]]\nscheme = 'udp'\n", "case 1 has no name"),
    ("[sweep]\nseed = [1]\n[[case]]\nname='a'\n[[case]]\nname='a'\n", "two cases are called 'a'"),
    ("[sweep]\nseed = [1]\n[[case]]\nname='a'\nseed=2\n", "seed is in [sweep] too"),
    ("colour = 'red'\n[sweep]\nseed = [1]\n", "campaign: unknown key 'colour'"),
    ("[wsweep]\nseed = [1]\n", "unknown key 'wsweep'"),
    ("[sweep\n", "c.toml: "),
    ("[sweep]\nseed = { from = 1, to = 9, precision = '2ms', measure = 'goodput' }\n",
     "sweep.seed: precision: found 2ms; goodput is in bit/s"),
    ("[sweep]\nseed = { from = 1, to = 9, precision = '2ms', measure = 'lost' }\n",
     "sweep.seed: precision: found 2ms; lost is in plain numbers"),
    ("[sweep]\nseed = { from = 1, to = 9, precision = 2, measure = 'latency' }\n",
     "sweep.seed: precision: found 2; latency is in s"),
    ("[sweep]\nseed = ['01']\n", "sweep.seed: found 01; allowed are whole numbers"),
    ("[sweep]\nseed = ['\u0663']\n", "sweep.seed: found \u0663; allowed are whole numbers"),
    ('[sweep]\nx.y = ["1\\tseed=2"]\n', r'sweep.x.y: found "1\tseed=2"; expected text on one line'),
    ('[sweep]\nx.y = ["1\\nseed=2"]\n', r'sweep.x.y: found "1\nseed=2"; expected text on one line'),
    ("[sweep]\nx.y = ['', 'a']\n", 'sweep.x.y: found ""; expected text on one line'),
    ('[sweep]\nseed = [1]\n[[case]]\nname = "a\\u2028b"\n', r'case 1: found "a\u2028b"; expected'),
    ("[sweep]\nseed = [1]\n[[case]]\nname = 'a'\nx.y = ''\n", 'case 1: found ""; expected'),
    ("[sweep]\nx.y = { from = 1, to = '1e99999999999999999999' }\n", "to: found 1e99999999999999999999"),
    ("[sweep]\nx.y = { from = '1e-999999999', to = '1e999999999', count = 3 }\n", "from: found 1e-99"),
]


@pytest.mark.parametrize("text, message", BAD, ids=[b[1] for b in BAD])
def test_a_bad_campaign_is_one_line_and_nothing_is_written(house, text, message):
    result = sweep(house, write_campaign(house, text))
    assert result.returncode == 2
    assert message in one_line(result.stderr)
    assert not (house / "out").exists()


def test_all_mistakes_of_a_campaign_are_reported_at_once(house):
    path = house / "c.toml"
    path.write_text("""[campaign]
scenario = "elsewhere.toml"
colour = "red"
measures = ["joy"]
limit = "soon"
[sweep]
seeds = 20
x.y = 3
x.z = []
[[case]]
[[case]]
name = "a"
[[case]]
name = "a"
[plot]
""")
    result = sweep(house, path)
    assert result.returncode == 2 and not (house / "out").exists()
    lines = result.stderr.splitlines()
    assert all(line.startswith(f"roam: {path}: ") for line in lines), lines
    for words in ("no file", "'colour'", "'joy'", "limit: found soon", "sweep.seeds", "sweep.x.y",
                  "sweep.x.z", "case 1 has no name", "two cases are called 'a'", "'plot'"):
        assert sum(words in line for line in lines) == 1, (words, lines)


def test_all_mistakes_of_the_runs_are_reported_with_their_lines(roam_sim, tmp_path):
    path = tmp_path / "c.toml"
    path.write_text('[sweep]\nseed = [1, 2]\n"cell.loss" = ["0.5%", "200%"]\n"cell.dely" = ["1ms", "2ms"]\n')
    result = run(sys.executable, ROOT / "sweep", "sweep", path, cwd=tmp_path,
                 env={**os.environ, "ROAM_BUILD": str(BUILD)})
    assert result.returncode == 2
    lines = result.stderr.splitlines()
    assert [line.split(": found")[0] for line in lines] == [
        f"roam: {path}:4: cell.dely", f"roam: {path}:3: cell.loss"], lines


def test_a_percentage_is_a_number_of_an_axis(house):
    found = campaign.read_campaign(write_campaign(
        house, '[sweep]\n"cell.loss" = [0, "0.5%", "2%"]\nwhere = "cell.loss < \'1%\'"\n'))
    (axis,) = found.axes
    assert [value["number"] for value in axis["values"]] == [0.0, 0.005, 0.02]
    assert [point.settings[0][1] for point in found.points] == ["0", "0.5%"]


def test_a_byte_order_mark_is_no_part_of_a_campaign(house):
    path = write_campaign(house, THREE)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert len(campaign.read_campaign(path).runs) == 12


def test_a_scenario_alone_is_sent_to_the_command_for_it(house):
    result = sweep(house, "world.toml")
    assert result.returncode == 2
    assert one_line(result.stderr) == ("roam: world.toml: nothing to vary: a campaign has a [sweep] "
                                       "table; ./roam run world.toml makes one run of a scenario")


def test_ten_million_cases_are_refused_before_they_fill_the_memory(house):
    text = '[sweep]\nx.y = { from = 1, to = 3200 }\nx.z = { from = 1, to = 3200 }\n'
    path = write_campaign(house, text)
    begun = time.monotonic()
    result = sweep(house, path)
    assert one_line(result.stderr) == "roam: c: 10240000 runs; for more than 100000 say --yes"
    result = sweep(house, write_campaign(house, text + "where = 'x.y < x.z'\n"))
    assert one_line(result.stderr) == "roam: c: up to 10240000 runs; for more than 100000 say --yes"
    assert result.returncode == 2 and time.monotonic() - begun < 30
    assert not (house / "out").exists()


@pytest.mark.parametrize("text", ["campaign = 1\n", "[[campaign]]\nscenario = 'world.toml'\n"])
def test_a_campaign_that_is_no_table_is_one_line(house, text):
    (house / "c.toml").write_text(text + "[sweep]\nseed = [1]\n")
    result = sweep(house, "c.toml")
    assert result.returncode == 2
    assert one_line(result.stderr) == "roam: c.toml: campaign: wanted a table, [campaign]"


def test_a_scenario_that_is_not_there_is_one_line(house):
    (house / "world.toml").unlink()
    result = sweep(house, write_campaign(house, THREE))
    assert result.returncode == 2
    assert "campaign.scenario: no file" in one_line(result.stderr)

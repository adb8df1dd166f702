# SPDX-License-Identifier: GPL-2.0-or-later
"""The table of settings (sim/setting.cc) is the only way from a scenario to ns-3's attributes."""

import pathlib
import re

SIM = pathlib.Path(__file__).resolve().parents[2] / "sim"
TABLE = (SIM / "setting.cc").read_text()
SET = re.compile(r'(?:SetAttribute|\.Set|Set\w+Attribute|\bset)\(\s*"(\w+)"')


def sources():
    return [(path, path.read_text()) for path in sorted(SIM.rglob("*.cc"))]


def test_a_default_of_the_process_is_set_in_one_place():
    places = [(path.name, text.count("Config::SetDefault")) for path, text in sources()]
    assert [place for place in places if place[1]] == [("setting.cc", 1)]
    assert "Config::Set(" not in "".join(text for _, text in sources())


def test_what_code_sets_is_in_the_table():
    """Else [attributes] would be accepted, and not heeded."""
    found = {(path.name, name) for path, text in sources() for name in SET.findall(text)}
    assert len(found) > 5
    assert [each for each in sorted(found) if f'"{each[1]}"' not in TABLE] == []

# SPDX-License-Identifier: GPL-2.0-or-later
"""./roam test does not repeat what has passed, and never takes a failure or a change for that."""

import re
import shutil

import pytest

from conftest import ROOT


@pytest.fixture
def tests(monkeypatch, tmp_path):
    """test/run.py with a build directory of its own and a part that is made up."""
    monkeypatch.syspath_prepend(ROOT / "test")
    import run as runner
    import unchanged
    house = tmp_path / "house"
    (house / "core").mkdir(parents=True)
    (house / "core" / "one.c").write_text("int one;\n")
    (house / "doc.md").write_text("words\n")
    monkeypatch.setattr(unchanged, "ROOT", house)
    monkeypatch.setattr(unchanged, "PACKAGES", tmp_path / "status")
    monkeypatch.setitem(unchanged.INPUTS, "core", ("core",))
    monkeypatch.setattr(runner, "BUILD", tmp_path / "build")
    runner.house, runner.ran = house, 0
    return runner


def go(runner, monkeypatch, counts=(3, 0, 0), again=False):
    def part():
        runner.ran += 1
        return runner.Counts(*counts)

    monkeypatch.setattr(runner, "test_core", part)
    return str(runner.run_part("core", again))


def test_what_passed_is_counted_and_not_repeated(tests, monkeypatch):
    assert go(tests, monkeypatch) == "3 passed, 0 failed"
    assert go(tests, monkeypatch) == "3 passed, 0 failed"
    (tests.house / "doc.md").write_text("other words\n")
    assert go(tests, monkeypatch) == "3 passed, 0 failed"
    assert tests.ran == 1
    go(tests, monkeypatch, again=True)
    assert tests.ran == 2


def change(house):
    (house / "core" / "one.c").write_text("int two;\n")


def add(house):
    (house / "core" / "two.c").write_text("int two;\n")


def rename(house):
    (house / "core" / "one.c").rename(house / "core" / "uno.c")


def move_the_end(house):
    """The same bytes in all, in other files."""
    (house / "core" / "one.c").write_text("int ")
    (house / "core" / "two.c").write_text("one;\n")


@pytest.mark.parametrize("does", [change, add, rename, move_the_end])
def test_a_change_has_it_run_again(tests, monkeypatch, does):
    go(tests, monkeypatch)
    does(tests.house)
    go(tests, monkeypatch)
    assert tests.ran == 2


def test_packages_and_variables_count_too(tests, monkeypatch, tmp_path):
    go(tests, monkeypatch)
    (tmp_path / "status").write_text("Package: a newer compiler\n")
    go(tests, monkeypatch)
    monkeypatch.setenv("ROAM_SEEDS", "5")
    go(tests, monkeypatch)
    assert tests.ran == 3


@pytest.mark.parametrize("counts", [(2, 1, 0), (2, 0, 1)])
def test_a_failure_and_a_skip_are_not_kept(tests, monkeypatch, counts):
    go(tests, monkeypatch)
    go(tests, monkeypatch, counts, again=True)  # it had passed before
    go(tests, monkeypatch)
    assert tests.ran == 3


def test_a_build_directory_that_is_removed_takes_it_along(tests, monkeypatch):
    go(tests, monkeypatch)
    shutil.rmtree(tests.BUILD)
    go(tests, monkeypatch)
    assert tests.ran == 2


def test_every_part_and_place_is_there(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "test")
    import run as runner
    import unchanged
    assert set(unchanged.INPUTS) == set(runner.PARTS)
    for places in unchanged.INPUTS.values():
        assert all((ROOT / place).exists() for place in places)
    files = [set(runner.command_files(part)) for part in ("stats", "campaigns", "worlds", "command")]
    assert set().union(*files) == set((ROOT / "test/command").glob("test_*.py"))
    assert sum(map(len, files)) == len(set().union(*files)), "no file is in two parts"


def test_what_the_tests_include_is_among_what_they_depend_on(monkeypatch):
    """The engines' tests include nothing from a room that is not named."""
    monkeypatch.syspath_prepend(ROOT / "test")
    import unchanged
    for part, folders in {"core": ["core", "test/core"], "fuzz": ["core", "test/fuzz"],
                          "host": ["core", "host", "test/host"],
                          "suites": ["model", "helper", "sim", "test/suites"]}.items():
        rooms = {place.split("/")[0] for place in unchanged.INPUTS[part]}
        for folder in folders:
            for path in (ROOT / folder).glob("**/*.[ch]*"):
                for room in re.findall(r'^#include "([a-z]+)/', path.read_text(), re.MULTILINE):
                    assert room in rooms | {"ns3"}, (part, path, room)

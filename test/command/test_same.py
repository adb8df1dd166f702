# SPDX-License-Identifier: GPL-2.0-or-later
"""test/same.py sees what changed between two builds, and only that."""

import sys

import pytest

from conftest import ROOT, run

SAME = ROOT / "test" / "same.py"

# Writes what a run would: a table and a result, in which the scheme "b" has something of its own.
SIMULATOR = """#!{python}
import pathlib, sys
if "--list-schemes" in sys.argv:
    print("a\\tone")
    print("b\\tanother")
    sys.exit()
scheme = sys.argv[sys.argv.index("--scheme") + 1]
out = pathlib.Path(sys.argv[sys.argv.index("--out") + 1])
out.mkdir()
{change}
head, row, result = {head!r}, {row!r}, {result!r}
(out / "handovers.csv").write_text(head + "\\n" + row + "\\n")
(out / "result.json").write_text(result)
"""


@pytest.fixture
def compared(tmp_path):
    """A function: keeps what one simulator writes, and checks what another does."""
    def simulator(name, head="handover,lost", row="1,5", result='{"format": 1, "x": {"y": 2}}',
                  change=""):
        path = tmp_path / name
        path.write_text(SIMULATOR.format(python=sys.executable, head=head, row=row, result=result,
                                         change=change))
        path.chmod(0o755)
        return path

    def check(**other):
        kept = tmp_path / "kept.json"
        few = ("--most", "2", "--seeds", "1")
        done = run(SAME, "keep", simulator("before"), kept, *few)
        assert done.returncode == 0, done.stderr
        return run(SAME, "check", simulator("after", **other), kept, *few)
    return check


@pytest.mark.parametrize("other, added", [
    ({}, "nothing"),
    ({"head": "mobile,handover,lost", "row": "1,1,5"}, "handovers.csv mobile"),
    ({"result": '{"x": {"z": 1, "y": 2}, "format": 2}'}, "result.json x.z"),
])
def test_what_is_added_or_elsewhere_is_no_change(compared, other, added):
    done = compared(**other)
    assert done.returncode == 0, done.stdout
    assert done.stdout.splitlines()[-1] == f"4 runs compared, 0 changed; added: {added}"


@pytest.mark.parametrize("other, said", [
    ({"row": "1,6"}, "changed: handovers.csv lost"),
    ({"head": "handover", "row": "1"}, "gone: handovers.csv lost"),
    ({"result": '{"x": {"y": 3}}'}, "changed: result.json x.y"),
    ({"change": "sys.exit('broken')"}, "gone: handovers.csv handover, handovers.csv lost"),
])
def test_what_changed_is_named(compared, other, said):
    done = compared(**other)
    assert done.returncode == 1
    assert done.stdout.count(said) == 4, done.stdout
    assert "4 runs compared, 4 changed" in done.stdout


def test_a_change_of_one_scheme_is_a_change(compared):
    done = compared(change="if scheme == 'b': out.rmdir(); sys.exit(3)")
    assert done.returncode == 1
    assert "4 runs compared, 2 changed" in done.stdout


def test_what_was_kept_has_to_be_there(tmp_path):
    done = run(SAME, "check", "roam-sim", tmp_path / "none.json")
    assert done.returncode == 2
    assert "none.json" in done.stderr


def test_worlds_are_many_and_each_is_there_once(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "test")
    import same
    worlds = same.worlds()
    assert len(worlds) == len(set(worlds)) >= 60
    keys = [dict(settings) for _, settings in worlds]
    assert {"ipv4", "ipv6"} <= {world.get("run.family") for world in keys}
    assert {"1", "2"} <= {world.get("client.radios") for world in keys}
    assert len({world["walk.file"] for world in keys if "walk.file" in world}) == 14


def test_two_runs_of_one_build_are_the_same(roam_sim, tmp_path):
    for what in ("keep", "check"):
        done = run(SAME, what, roam_sim, tmp_path / "kept.json", "--most", "2", "--seeds", "1")
        assert done.returncode == 0, done.stdout + done.stderr
    assert "8 runs compared, 0 changed; added: nothing" in done.stdout

# SPDX-License-Identifier: GPL-2.0-or-later
"""./roam test --ns3: what it refuses, what it copies, and what it calls the same.

The job itself takes an hour and runs by hand (doc/building.md).
"""

import json
import re
import sys

import pytest

from conftest import ROOT, one_line, run


@pytest.fixture
def releases(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "test")
    import releases as module
    return module


def tree(folder, version="3.41"):
    (folder / "src" / "core").mkdir(parents=True)
    (folder / "src" / "core" / "a.cc").write_text("int a;\n")
    (folder / "VERSION").write_text(f"{version}\n")
    return folder


def refused(*words):
    done = run(sys.executable, ROOT / "test" / "run.py", "--ns3", *words)
    assert done.returncode == 2
    assert done.stdout == ""
    return one_line(done.stderr)


def test_what_is_no_tree_is_refused_in_one_line(tmp_path):
    assert "expected ./roam test --ns3 TREE" in refused()
    assert "expected one tree" in refused(tmp_path, tmp_path)
    assert "found no folder" in refused(tmp_path / "nowhere")
    assert "found no VERSION and src/core" in refused(tmp_path)


def test_the_folder_around_a_tree_names_the_tree(tmp_path):
    tree(tmp_path / "ns-3.37", "3.37")
    assert refused(tmp_path).endswith("; ns-3.37 in it is one")


@pytest.mark.parametrize("version", ["3-dev", "3.35", "3.49", "4.41", ""])
def test_a_release_that_is_not_known_is_refused(tmp_path, version):
    line = refused(tree(tmp_path / "ns-3", version))
    assert line.endswith(f"found release '{version}'; expected 3.36 to 3.48")


@pytest.mark.parametrize("version", ["3.36", "3.36.1", "3.48"])
def test_a_release_is_known_by_its_file(releases, tmp_path, version):
    assert releases.release_of(tree(tmp_path / "ns-3", version)) == version


def test_the_table_of_releases_in_the_readme_has_only_releases_that_the_job_takes(releases):
    rows = re.findall(r"^\| 3\.(\d+)\S* .*\| 20\d\d-\d\d-\d\d ", (ROOT / "README.md").read_text(),
                      re.MULTILINE)
    assert rows and all(int(minor) in releases.RELEASES for minor in rows)


def test_a_copy_follows_the_tree_and_keeps_what_was_built(releases, tmp_path):
    source, copy = tree(tmp_path / "tree"), tmp_path / "copy"
    (source / "build").mkdir()
    (source / "build" / "theirs").touch()
    (source / "link").symlink_to("src")
    releases.mirror(source, copy, releases.KEPT)
    assert (copy / "src" / "core" / "a.cc").read_text() == "int a;\n"
    assert (copy / "link" / "core" / "a.cc").is_file()
    assert not (copy / "build").exists()

    (copy / "build").mkdir()
    (copy / "build" / "ours").touch()
    (source / "src" / "core" / "a.cc").unlink()
    (source / "src" / "core" / "b.cc").write_text("int b;\n")
    before = sorted(source.rglob("*"))
    releases.mirror(source, copy, releases.KEPT)
    assert [path.name for path in (copy / "src" / "core").iterdir()] == ["b.cc"]
    assert (copy / "build" / "ours").is_file()
    assert sorted(source.rglob("*")) == before


def test_a_file_that_has_not_changed_is_not_copied_again(releases, tmp_path):
    source, copy = tree(tmp_path / "tree"), tmp_path / "copy"
    releases.mirror(source, copy, ())
    stood = (copy / "src" / "core" / "a.cc").stat()
    releases.mirror(source, copy, ())
    again = (copy / "src" / "core" / "a.cc").stat()
    assert (stood.st_ino, stood.st_mtime_ns, stood.st_ctime_ns) == (
        again.st_ino, again.st_mtime_ns, again.st_ctime_ns)


def test_runs_differ_by_a_byte_or_by_a_file_that_one_of_them_lacks(releases, tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    for folder in (one, other):
        (folder / "pcap").mkdir(parents=True)
        (folder / "pcap" / "a").write_bytes(b"1")
        (folder / "b").write_bytes(b"2")
    assert releases.differing(one, other) == []
    (other / "b").write_bytes(b"3")
    (one / "c").touch()
    assert releases.differing(one, other) == ["b", "c"]


def test_the_examples_are_those_that_ns3_would_run(releases, tmp_path):
    there = tmp_path / "contrib" / "roam" / "test"
    there.mkdir(parents=True)
    (there / "examples-to-run.py").write_text(
        (ROOT / "test" / "examples-to-run.py").read_text())
    commands = releases.examples_to_run(tmp_path)
    assert {name for name, *_ in commands} == {
        path.stem for path in (ROOT / "examples").glob("*.cc")}


def test_warnings_about_other_files_are_not_ours(releases, tmp_path):
    log = tmp_path / "log"
    log.write_text("/t/src/core/model/a.cc:1:2: warning: theirs\n"
                   "/t/contrib/roam/model/b.cc:3:4: warning: ours [-Wx]\n"
                   "/t/contrib/roam/model/b.cc:3:4: warning: ours [-Wx]\n"
                   "/t/src/core/model/test.h:5:6: warning: by a macro [-Wy]\n"
                   "  510 |   the line\n"
                   "../contrib/roam/test/c.cc:7:8: note: in expansion of macro 'M'\n")
    assert releases.warnings_about_us(log) == [
        "model/b.cc:3:4: warning: ours [-Wx]", "test/c.cc:7:8: warning: by a macro [-Wy]"]


def test_the_row_says_what_was_run_and_what_failed(releases):
    judge = releases.Judge()
    line = releases.row("3.41", judge, 11, 2, ["msctp", "sctp"], ["tcp"])
    assert re.fullmatch(r"\| 3\.41 \| \d{4}-\d\d-\d\d \| 11 suites, 2 examples; figure1 with "
                        r"msctp, sctp: the same bytes; tcp differs \|", line)
    judge.failed = ["roam-sctp"]
    assert releases.row("3.41", judge, 11, 2, [], []).endswith("FAILED: roam-sctp |")


def test_one_version_stands_everywhere(roam_sim, tmp_path):
    version = re.search(r"^set\(roam_version (\S+)\)", (ROOT / "CMakeLists.txt").read_text(),
                        re.MULTILINE)[1]
    assert re.fullmatch(rf"roam {re.escape(version)}, ns-3\.\d+\n", run(roam_sim, "--version").stdout)
    out = tmp_path / "run"
    assert run(roam_sim, ROOT / "scenarios/figure1.toml", "--out", out).returncode == 0
    assert json.loads((out / "result.json").read_text())["versions"]["roam"] == version
    changes = (ROOT / "CHANGELOG.md").read_text()
    assert re.search(rf"^## {re.escape(version)}\b", changes, re.MULTILINE)

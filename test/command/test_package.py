# SPDX-License-Identifier: GPL-2.0-or-later
"""A program of one's own: the installed package, the examples, and what the manual shows of them."""

import re
import shutil

import pytest

from conftest import BUILD, ROOT, program, run


def lines_of(text):
    return [line.strip() for line in text.splitlines() if line.strip()]


@pytest.mark.parametrize("name, says", [
    ("roam-first-handover", r"handover 1: cell 1 to 2, 2.2.2.2 to 3.3.3.2, soft.*: completed"),
    ("sctp-bulk", "4000000 of 4000000 bytes arrived")])
def test_each_example_does_what_it_says(name, says, tmp_path):
    done = run(program(f"examples/{name}"), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert re.search(says, done.stdout), done.stdout


def test_each_example_is_run_here():
    names = {path.stem for path in (ROOT / "examples").glob("*.cc")}
    assert names == {"roam-first-handover", "sctp-bulk"}


def test_the_samples_of_the_manual_are_lines_of_examples():
    examples = {line for path in (ROOT / "examples").glob("*.cc")
                for line in lines_of(path.read_text())}
    manual = (ROOT / "doc/roam.rst").read_text()
    samples = re.findall(r"sourcecode:: cpp\n\n((?:  .*\n|\n)+)", manual)
    assert len(samples) >= 2
    for line in lines_of("".join(samples)):
        assert line in examples, line


def test_a_project_elsewhere_builds_with_the_installed_package(tmp_path):
    if not (BUILD / "roam-config.cmake").is_file():
        pytest.skip("not configured by CMake alone")
    prefix, project = tmp_path / "prefix", tmp_path / "project"
    done = run("cmake", "--install", BUILD, "--prefix", prefix)
    assert done.returncode == 0, done.stderr
    project.mkdir()
    page = (ROOT / "doc/building.md").read_text()
    cmake = re.search(r"```cmake\n(.*?)```", page, re.S).group(1)
    assert len(lines_of(cmake)) <= 10
    (project / "CMakeLists.txt").write_text(cmake)
    shutil.copy(ROOT / "examples/roam-first-handover.cc", project / "my-handover.cc")
    done = run("cmake", "-S", project, "-B", project / "build", f"-DCMAKE_PREFIX_PATH={prefix}")
    assert done.returncode == 0, done.stderr
    done = run("cmake", "--build", project / "build")
    assert done.returncode == 0, done.stdout + done.stderr
    done = run(project / "build/my-handover")
    assert "completed" in done.stdout, done.stderr

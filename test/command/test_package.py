# SPDX-License-Identifier: GPL-2.0-or-later
"""A program of one's own: the installed package, the examples, and what the manual shows of them."""

import re
import shutil

import pytest

from conftest import BUILD, ROOT, program, run


def lines_of(text):
    return [line.strip() for line in text.splitlines() if line.strip()]


SOFT = r"handover 1 at \S+ s: cell 1 to 2, soft, completed, latency 0.0 ms, interruption 0.0 ms"
HARD = r"handover 1 at \S+ s: cell 1 to 2, hard, "
ALL = r"(\d+) of \1 messages delivered, 0 lost: completed"
EXAMPLES = [
    ("onoff-handover", [], SOFT + r".*, lost 0 messages, 0 bytes\n" + ALL),
    ("onoff-handover", ["--radios=1", "--speed=15"], HARD + r"completed, latency [4-9]\d.\d ms, "
     r"interruption [4-9]\d.\d ms, .*\n" + ALL),
    ("onoff-handover", ["--radios=1", "--transport=tcp", "--size=1000"],
     HARD + r"broken .*, interruption > \d+.\d ms, .*lost > \d+ messages, \d+000 bytes\n"),
    ("roam-first-handover", [],
     r"handover 1: cell 1 to 2, 2.2.2.2 to 3.3.3.2, soft.*: completed(.|\n)*" + SOFT),
    ("sctp-bulk", [], "4000000 of 4000000 bytes arrived")]


@pytest.mark.parametrize("name, options, says", EXAMPLES)
def test_each_example_does_what_it_says(name, options, says, tmp_path):
    done = run(program(f"examples/{name}"), *options, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert re.search(says, done.stdout), done.stdout


def test_each_example_is_run_here_and_in_a_tree():
    names = {path.stem for path in (ROOT / "examples").glob("*.cc")}
    assert names == {name for name, _, _ in EXAMPLES}
    of_tree = {}
    exec((ROOT / "test/examples-to-run.py").read_text(), of_tree)
    assert names == {command.split()[0] for command, _, _ in of_tree["cpp_examples"]}


def test_the_samples_of_the_manual_are_lines_of_examples():
    examples = {line for path in (ROOT / "examples").glob("*.cc")
                for line in lines_of(path.read_text())}
    manual = (ROOT / "doc/roam.rst").read_text()
    samples = re.findall(r"sourcecode:: cpp\n\n((?:  .*\n|\n)+)", manual)
    assert len(samples) >= 2
    for line in lines_of("".join(samples)):
        assert line in examples, line


@pytest.fixture(scope="module")
def prefix(tmp_path_factory):
    """Where the package is installed."""
    if not (BUILD / "roam-config.cmake").is_file():
        pytest.skip("not configured by CMake alone")
    prefix = tmp_path_factory.mktemp("installed") / "prefix"
    done = run("cmake", "--install", BUILD, "--prefix", prefix)
    assert done.returncode == 0, done.stderr
    return prefix


def build(project, prefix):
    done = run("cmake", "-S", project, "-B", project / "build", f"-DCMAKE_PREFIX_PATH={prefix}")
    assert done.returncode == 0, done.stderr
    done = run("cmake", "--build", project / "build", "-j2")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_project_elsewhere_builds_with_the_installed_package(prefix, tmp_path):
    page = (ROOT / "doc/building.md").read_text()
    cmake = re.search(r"```cmake\n(.*?)```", page, re.S).group(1)
    assert len(lines_of(cmake)) <= 10
    (tmp_path / "CMakeLists.txt").write_text(cmake)
    shutil.copy(ROOT / "examples/onoff-handover.cc", tmp_path / "my-handover.cc")
    build(tmp_path, prefix)
    done = run(tmp_path / "build/my-handover")
    assert "completed" in done.stdout, done.stderr


def test_each_installed_header_compiles_alone(prefix, tmp_path):
    headers = sorted(path.name for path in (prefix / "include/roam/ns3").iterdir())
    assert "roam-module.h" in headers and "handover-meter.h" in headers
    for name in headers:
        (tmp_path / f"{name}.cc").write_text(f'#include "ns3/{name}"\n#include "ns3/{name}"\n')
    (tmp_path / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.16)\nproject(headers CXX)\nfind_package(roam REQUIRED)\n"
        'file(GLOB sources "*.cc")\nadd_library(headers OBJECT ${sources})\n'
        "target_link_libraries(headers PRIVATE roam::roam)\n"
        "target_compile_options(headers PRIVATE -fsyntax-only -Wall -Wextra -Werror)\n")
    build(tmp_path, prefix)

# SPDX-License-Identifier: GPL-2.0-or-later
"""One list of sources: what CMake compiles is what waf would, and nothing lies about unlisted."""

import importlib.machinery
import importlib.util
import json
import pathlib
import re

import pytest

from conftest import BUILD, ROOT


@pytest.fixture(scope="module")
def lists():
    loader = importlib.machinery.SourceFileLoader("roam_wscript", str(ROOT / "wscript"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    return module.lists(str(ROOT))


SOURCES = ("core_sources", "model_sources", "test_sources", "sim_sources", "sim_test_sources",
           "bench_sources", "stats_sources")
HOST = ("host_sources", "host_command_sources")  # never linked with ns-3, and not waf's
ALONE = {"test/suites/test-runner.cc"}  # what an ns-3 tree has of its own


def test_what_waf_would_compile_is_what_cmake_compiles(lists):
    path = BUILD / "compile_commands.json"
    if not path.is_file():
        pytest.skip(f"{path} is not there: nothing was configured")
    compiled = {entry["file"] for entry in json.loads(path.read_text())}
    compiled = {name.removeprefix(f"{ROOT}/") for name in compiled}
    compiled = {name for name in compiled if not name.startswith("examples/")}
    assert compiled == ALONE | {name for key in (*SOURCES, *HOST) for name in lists[key]}


def test_every_listed_file_is_there_once(lists):
    for key in (*SOURCES, *HOST, "model_headers"):
        assert len(set(lists[key])) == len(lists[key]), key
        for name in lists[key]:
            assert (ROOT / name).is_file(), f"{name} of {key}"


@pytest.mark.parametrize("keys, folders, pattern", [
    (["core_sources"], ["core"], "*.c"),
    (["model_sources"], ["model", "helper"], "*.cc"),
    (["test_sources", "sim_test_sources"], ["test/suites"], "*.cc"),
    (["stats_sources"], ["stats"], "*.c"),
    (["host_sources", "host_command_sources"], ["host"], "*.c"),
])
def test_every_source_is_listed(lists, keys, folders, pattern):
    there = {str(path.relative_to(ROOT)) for folder in folders
             for path in (ROOT / folder).rglob(pattern)}
    assert there - ALONE == {name for key in keys for name in lists[key]}


def test_every_program_source_is_listed(lists):
    there = {str(path.relative_to(ROOT)) for path in (ROOT / "sim").rglob("*.cc")}
    assert there == set(lists["sim_sources"])
    assert not [path for ending in ("*.cc", "*.h") for path in (ROOT / "scenarios").rglob(ending)]


def test_public_headers_have_names_of_their_own_and_what_is_included_as_ns3_is_one(lists):
    public = {name.rsplit("/", 1)[-1] for name in lists["model_headers"]}
    assert len(public) == len(lists["model_headers"])
    ours = {path.name for folder in ("model", "helper") for path in (ROOT / folder).glob("*.h")}
    sources = [path for folder in ("model", "helper", "sim", "test/suites", "examples", "bench")
               for ending in ("*.h", "*.cc") for path in (ROOT / folder).rglob(ending)]
    assert sources
    for path in sources:
        included = set(re.findall(r'^#include "ns3/([^"]+)"', path.read_text(), re.MULTILINE))
        assert included & ours <= public, path


def test_public_headers_include_nothing_that_is_not_public(lists):
    for name in lists["model_headers"]:
        folder = name.rsplit("/", 1)[0]
        for included in re.findall(r'^#include "([^"]+)"', (ROOT / name).read_text(), re.MULTILINE):
            beside = f"{folder}/{included}" in lists["model_headers"]
            assert included.startswith("ns3/") or beside, f"{name} includes {included}"


def test_function_objects_are_scheduled_as_every_release_of_ns3_can(lists):
    for key in ("model_sources", "sim_sources", "test_sources", "sim_test_sources"):
        for name in lists[key]:
            found = re.search(r"Simulator::Schedule(?:Now)?\((?:[^;]*?,)?\s*\[[^;]*?\]\s*[({]",
                              (ROOT / name).read_text())
            assert not found, f"{name}: {found[0]}; RoamSchedule() of roam-compat.h does it"


def test_no_public_header_hides_one_of_ns3(lists):
    theirs = {path.name for path in pathlib.Path("/usr/include").glob("ns3*/**/*.h")}
    if not theirs:
        pytest.skip("no headers of ns-3 under /usr/include")
    ours = {name.rsplit("/", 1)[-1] for name in lists["model_headers"]}
    assert not ours & theirs


def test_the_core_includes_no_ns3_and_only_doors_of_other_rooms(lists):
    for name in lists["core_sources"]:
        room = name.split("/")[1]
        for included in re.findall(r'^#include ["<]([^">]+)[">]', (ROOT / name).read_text(),
                                   re.MULTILINE):
            assert not included.startswith("ns3"), f"{name} includes {included}"
            if included.startswith("core/"):
                _, other, header = included.split("/")
                assert other in (room, "base") or header == f"{other}.h", f"{name}: {included}"


def test_both_lists_of_ns3_modules_are_the_same(lists):
    text = (ROOT / "CMakeLists.txt").read_text()
    body = re.search(r"^set\(ns3_tree_libraries([^)]*)\)", text, re.MULTILINE).group(1)
    assert re.findall(r"\$\{lib([^}]+)\}", body) == lists["ns3_modules"]


def test_the_manual_names_every_attribute_and_trace_source():
    manual = (ROOT / "doc/roam.rst").read_text()
    named = set(re.findall(r"``([^`]+)``", manual))
    for path in sorted((ROOT / "model").glob("*.cc")):
        for name in re.findall(r'Add(?:Attribute|TraceSource)\(\s*"(\w+)"', path.read_text()):
            assert name in named, f"{name} of {path.name}"

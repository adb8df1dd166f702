# SPDX-License-Identifier: GPL-2.0-or-later
"""The comments of headers and the pages of doc/, as their tools read them: without a warning."""

import importlib.util
import re

import pytest

from conftest import ROOT, files, run, tool


def test_doxygen_has_no_warning(tmp_path):
    tool("doxygen")
    config = (ROOT / "doc/Doxyfile").read_text() + f"\nOUTPUT_DIRECTORY = {tmp_path}\n"
    done = run("doxygen", "-", input=config)
    assert done.returncode == 0
    assert "warning" not in done.stderr, done.stderr
    assert (tmp_path / "html/classns3_1_1roam_1_1MobilityManager.html").is_file()


def test_sphinx_has_no_warning(tmp_path):
    tool("sphinx-build")
    if not importlib.util.find_spec("myst_parser"):
        pytest.skip("myst_parser is not installed")
    done = run("sphinx-build", "-W", "--keep-going", "-q", "-d", tmp_path / "trees", "doc",
               tmp_path / "html")
    assert done.returncode == 0, done.stderr
    assert "MobilityManager" in (tmp_path / "html/roam.html").read_text()


def test_every_page_is_in_the_contents():
    listed = re.search(r"```\{toctree\}.*?\n\n(.*?)```", (ROOT / "doc/index.md").read_text(),
                       re.DOTALL)[1].split()
    assert sorted(listed) == sorted(path.stem for path in files(".md", ".rst", under="doc")
                                    if path.stem != "index")


def test_links_between_pages_lead_somewhere():
    """`doc/NAME.md` and `NAME.md` in prose, and files of the project that a page names; my-X is a
    file of the reader's."""
    wrong = []
    for path in files(".md", ".rst"):
        if path.name == "CHANGELOG.md":
            continue
        for name in re.findall(r"`+((?:[\w-]+/)*[\w-]+\.(?:md|rst|toml|cc|h))`+",
                               path.read_text(encoding="utf-8")):
            places = [ROOT / name, ROOT / "doc" / name, path.parent / name,
                      ROOT / "scenarios" / name, ROOT / "scenarios/campaigns" / name]
            if not name.startswith("my-") and not any(place.exists() for place in places) and \
                    not list(ROOT.glob(f"*/{name}")) and not list(ROOT.glob(f"*/*/{name}")):
                wrong.append(f"{path.relative_to(ROOT)}: {name}")
    assert not wrong, "\n".join(wrong)

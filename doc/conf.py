# SPDX-License-Identifier: GPL-2.0-or-later
"""Sphinx: "sphinx-build doc build/manual" writes these pages as HTML. ns-3's own build of its models
takes roam.rst alone, and defines |ns3| itself."""

import pathlib
import re

_cmake = pathlib.Path(__file__).resolve().parents[1] / "CMakeLists.txt"

project = "roam"
author = "the roam team"
copyright = "the roam team, GPL-2.0-or-later"
release = re.search(r"roam_version[ \"]+([\d.]+)", _cmake.read_text(encoding="utf-8"))[1]
extensions = ["myst_parser"]
exclude_patterns = []
rst_prolog = ".. |ns3| replace:: ns-3\n"
myst_heading_anchors = 3
html_theme = "alabaster"

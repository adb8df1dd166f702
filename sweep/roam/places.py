# SPDX-License-Identifier: GPL-2.0-or-later
"""Where things are: in a checkout, or as CMake has installed them."""

import os
import pathlib

PACKAGE = pathlib.Path(__file__).resolve().parent
ROOT = PACKAGE.parents[1]  # of the checkout, where this is sweep/roam
PLOTS = ROOT / "plots"
# PREFIX/share/roam/python/roam: the programs are in PREFIX/bin
INSTALLED = PACKAGE.parent.name == "python" and PACKAGE.parents[3] / "bin"


def build_directory():
    """Where roam-sim and roam-stats are: $ROAM_BUILD, the checkout's build/, or PREFIX/bin."""
    named = os.environ.get("ROAM_BUILD")
    return pathlib.Path(named) if named else INSTALLED or ROOT / "build"

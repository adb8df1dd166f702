# SPDX-License-Identifier: GPL-2.0-or-later
"""The project's own text files, as the checks of this folder read them."""

import os
import pathlib
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
NOT_OURS = {".git", "build", "out", "__pycache__", ".pytest_cache", "walks"}


def files(*endings, under="."):
    """The files with one of these endings, sorted; none that was built or is somebody else's."""
    found = []
    for folder, folders, names in os.walk(ROOT / under):
        folders[:] = [f for f in folders if f not in NOT_OURS and not f.startswith("build-")]
        found += [pathlib.Path(folder, name) for name in names if name.endswith(endings)]
    return sorted(found)


def short(path):
    return str(pathlib.Path(path).relative_to(ROOT))


def tool(*names):
    """The first of these programs that is installed."""
    for name in names:
        if shutil.which(name):
            return name
    pytest.skip(f"{names[0]} is not installed")


def run(*args, **options):
    return subprocess.run([str(a) for a in args], capture_output=True, text=True, check=False,
                          cwd=ROOT, **options)

# SPDX-License-Identifier: GPL-2.0-or-later
"""What has passed need not run again until something that it depends on changes.

A part that passed leaves its counts under a hash of all files that it is made of, of the packages
that are installed and of the variables that steer it. Nothing is left by one that failed or
skipped. A fresh clone has nothing of the kind.
"""

import hashlib
import json
import os
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[1]
PACKAGES = pathlib.Path("/var/lib/dpkg/status")
NO_SOURCE = {"__pycache__", ".git", "build", "out"}

ENGINES = ("core",)
MODULE = (*ENGINES, "model", "helper", "sim", "scenarios", "CMakeLists.txt")
CAMPAIGNS = ("roam", "sweep", "stats", "plots", "scenarios", "CMakeLists.txt", "doc")
OURS = ("test/run.py", "test/unchanged.py")

INPUTS = {
    "style": (".",),
    "core": (*ENGINES, "test/core", "test/data"),
    "suites": (*MODULE, "test/suites"),
    "stats": ("roam", "stats", "CMakeLists.txt", "doc", "test/command"),
    "campaigns": (*CAMPAIGNS, "test/command"),
    "worlds": (*MODULE, "roam", "test/command"),
    "command": (".",),
    "host": (*ENGINES, "host", "test/host", "test/blackbox", "test/namespaces.py"),
    "interop": (*ENGINES, "host", "test/interop", "test/namespaces.py"),
    "slurm": (*CAMPAIGNS, "test/command/fake_sim.py", "test/slurm"),
    "fuzz": (*ENGINES, "test/core", "test/fuzz"),
}


def files_of(place):
    path = ROOT / place
    if path.is_file():
        yield path
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(f for f in folders if f not in NO_SOURCE and not f.startswith("build-"))
        yield from (pathlib.Path(folder, name) for name in sorted(names))


def state_of(part):
    """A hash that changes when the part may come to something else."""
    digest = hashlib.sha256()
    for place in (*OURS, *INPUTS[part]):
        for path in files_of(place):
            data = path.read_bytes()
            digest.update(f"{path.relative_to(ROOT)} {len(data)}\n".encode() + data)
    if PACKAGES.is_file():
        digest.update(PACKAGES.read_bytes())
    for name in sorted(os.environ):
        if name.startswith(("ROAM_", "INTEROP_")) and name != "ROAM_SCTP":
            digest.update(f"{name}={os.environ[name]}\n".encode())
    return digest.hexdigest()


class Passed:
    """What has passed, in a folder of the build directory."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)

    def recall(self, part, state):
        """How many tests passed in this state, or None."""
        try:
            kept = json.loads((self.folder / part).read_text())
        except (OSError, ValueError):
            return None
        return kept["passed"] if kept["state"] == state else None

    def keep(self, part, state, passed):
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / part).write_text(json.dumps({"state": state, "passed": passed}))

    def forget(self, part):
        (self.folder / part).unlink(missing_ok=True)

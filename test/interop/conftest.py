# SPDX-License-Identifier: GPL-2.0-or-later
import os
import pathlib
import subprocess

import pytest

import interop_world  # and finds the next
import namespaces

HERE = pathlib.Path(__file__).resolve().parent
BUILD = pathlib.Path(os.environ.get("ROAM_BUILD", HERE.parents[1] / "build"))


@pytest.fixture(scope="session")
def programs():
    if reason := namespaces.why_none():
        pytest.skip(reason)
    out = BUILD / "test-interop"
    # relative: make takes no path with a space in it
    subprocess.run(["make", "-s", f"-j{os.cpu_count()}", "-C", HERE,
                    f"out={os.path.relpath(out, HERE)}"], check=True)
    return out


class Worlds:
    """world(loss=100, reorder=100): a world, with a capture of its first packets."""

    def __init__(self, programs, folder):
        self.programs, self.folder, self.made = programs, folder, []

    def __call__(self, packets=5000, only="sctp or udp", **options):
        one = interop_world.World(self.programs, **options)
        self.made.append(one)
        one.capture(self.folder / f"world{len(self.made)}.pcapng", packets, only)
        return one


@pytest.fixture
def world(programs, tmp_path):
    worlds = Worlds(programs, tmp_path)
    yield worlds
    for one in worlds.made:
        one.close()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    """A failed test tells what both programs said."""
    outcome = yield
    report = outcome.get_result()
    worlds = item.funcargs.get("world")
    if report.failed and worlds:
        for one in worlds.made:
            report.sections += [(peer.name, peer.story()) for peer in one.peers]

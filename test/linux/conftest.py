# SPDX-License-Identifier: GPL-2.0-or-later
import os
import pathlib
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "interop")]

import kernel  # noqa: E402
import linux_world  # noqa: E402

BUILD = pathlib.Path(os.environ.get("ROAM_BUILD", HERE.parents[1] / "build"))


def made(folder, out, *words):
    """make takes no path with a space in it: relative."""
    subprocess.run(["make", "-s", f"-j{os.cpu_count()}", "-C", folder,
                    f"out={os.path.relpath(out, folder)}", *words], check=True)
    return out


@pytest.fixture(scope="session")
def machine():
    if reason := linux_world.why_none():
        pytest.skip(reason)
    out = made(HERE, BUILD / "test-linux")
    try:
        one = linux_world.boot(out, out / "linux-peer", HERE / "init")
    except kernel.NoKernel as why:
        pytest.skip(f"no kernel to boot: {why}")
    yield one
    one.close()


@pytest.fixture(scope="session")
def programs():
    return made(HERE.parent / "interop", BUILD / "test-interop", "PEERS=roam-peer")


class Worlds:
    """world(): a world, with a capture of its first packets."""

    def __init__(self, programs, machine, folder):
        self.programs, self.machine, self.folder, self.made = programs, machine, folder, []

    def __call__(self, packets=5000, only="sctp or udp"):
        one = linux_world.LinuxWorld(self.programs, self.machine)
        self.made.append(one)
        one.capture(self.folder / f"world{len(self.made)}.pcapng", packets, only)
        return one


@pytest.fixture
def world(machine, programs, tmp_path):
    worlds = Worlds(programs, machine, tmp_path)
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

# SPDX-License-Identifier: GPL-2.0-or-later
"""Two network namespaces with two links between them, and roam-sctp in each."""

import os
import pathlib
import shutil
import subprocess
import time

import pytest

COMMAND = os.environ.get(
    "ROAM_SCTP",
    str(pathlib.Path(__file__).resolve().parents[2] / "build" / "host" / "roam-sctp"))
LIMIT = 60  # seconds that one command may take


def ip(*words, check=True):
    return subprocess.run(["ip", *words], check=check, capture_output=True, text=True)


def why_not():
    """Why there can be no test here, or None."""
    if not os.access(COMMAND, os.X_OK):
        return f"{COMMAND} is not built"
    if not shutil.which("ip"):
        return "there is no ip command (Debian: iproute2)"
    made = ip("netns", "add", "host-try", check=False)
    ip("netns", "del", "host-try", check=False)
    return None if made.returncode == 0 else "network namespaces cannot be made here: " + \
        made.stderr.strip()


class World:
    """Ends "a" and "z": 10.1.0.1 and 10.1.0.2 on link 1, 10.2.0.* on link 2, fd00:1:: likewise."""

    def __init__(self, directory):
        self.directory = directory
        self.name = {end: f"host-{os.getpid()}-{end}" for end in "az"}
        self.running = []
        for end in "az":
            ip("netns", "add", self.name[end])
            self.ip(end, "link", "set", "lo", "up")
        for link in (1, 2):
            ip("link", "add", f"a{link}", "netns", self.name["a"], "type", "veth",
               "peer", "name", f"z{link}", "netns", self.name["z"])
            for end, last in (("a", 1), ("z", 2)):
                device = f"{end}{link}"
                self.ip(end, "addr", "add", f"10.{link}.0.{last}/24", "dev", device)
                self.ip(end, "addr", "add", f"fd00:{link}::{last}/64", "dev", device, "nodad")
                self.ip(end, "link", "set", device, "up")

    def ip(self, end, *words):
        return ip("-n", self.name[end], *words)

    def start(self, end, *arguments, stdin=subprocess.DEVNULL):
        child = subprocess.Popen(
            ["ip", "netns", "exec", self.name[end], COMMAND, *arguments], text=True,
            stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=self.directory)
        self.running.append(child)
        return child

    def listen(self, *arguments, end="z"):
        child = self.start(end, "listen", "--timeout=50", *arguments)
        time.sleep(0.3)
        return child

    def finish(self, child):
        """Standard error, after a success."""
        _, err = child.communicate(timeout=LIMIT)
        assert child.returncode == 0, err
        return err

    def close(self):
        for child in self.running:
            if child.poll() is None:
                child.kill()
            child.communicate()
        for end in "az":
            ip("netns", "del", self.name[end], check=False)


@pytest.fixture(scope="session")
def possible():
    reason = why_not()
    if reason:
        pytest.skip(reason)


@pytest.fixture
def world(possible, tmp_path):
    w = World(tmp_path)
    yield w
    w.close()

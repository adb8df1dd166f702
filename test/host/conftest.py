# SPDX-License-Identifier: GPL-2.0-or-later
"""Two network namespaces with two links between them, and roam-sctp in each."""

import os
import pathlib
import shutil
import subprocess
import sys
import time

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import namespaces  # noqa: E402

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
    return namespaces.why_none()


class World:
    """Ends "a" and "z": 10.1.0.1 and 10.1.0.2 on link 1, 10.2.0.* on link 2, fd00:1:: likewise."""

    def __init__(self, directory):
        self.directory = directory
        self.name = {end: f"host-{os.getpid()}-{end}" for end in "az"}
        self.running = []
        self.captures = 0
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
        if not any(word.startswith("--pcap=") for word in arguments):
            self.captures += 1
            arguments = (f"--pcap=listen{self.captures}.pcap", *arguments)
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


def complaints(pcap):
    """What tshark holds against a capture: malformed, a bad sum, a warning or worse. That TSNs come
    again, in gaps, or meet a closed window, is what a link that is cut looks like."""
    flow = "Retransmitted TSN|More than 100 TSNs|Zero Advertised Receiver Window"
    done = subprocess.run(
        ["tshark", "-n", "-r", str(pcap), "-o", "sctp.checksum:CRC 32c", "-d",
         "udp.port==9899,sctp", "-Y",
         "_ws.malformed || sctp.checksum.status == 0 || (_ws.expert.severity >= 0x600000 && "
         f'!(_ws.expert.message matches "{flow}"))'], capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else done.stderr


@pytest.fixture
def world(possible, tmp_path):
    w = World(tmp_path)
    yield w
    w.close()
    for pcap in sorted(tmp_path.glob("*.pcap")) if shutil.which("tshark") else ():
        assert complaints(pcap) == "", pcap.name

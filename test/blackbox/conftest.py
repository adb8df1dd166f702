# SPDX-License-Identifier: GPL-2.0-or-later
"""The programs under test: roam-sctp over UDP on loopback, with short timers. Another implementation
can be put in its place: ROAM_BLACKBOX names a command that takes the same arguments."""

import os
import pathlib
import shlex
import socket
import subprocess
import sys
import time

import pytest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE))

import peer as peers  # noqa: E402

PORT = 7
# RTO 200 ms at first, 100 to 800; SACKs wait 200 ms; three attempts of everything
TIMERS = ["--rto=200:100:800", "--sack-delay=200", "--max-retrans=3", "--path-max-retrans=3",
          "--init-retrans=3", "--heartbeat=0"]


def command():
    given = os.environ.get("ROAM_BLACKBOX")
    ours = os.environ.get("ROAM_SCTP", str(ROOT / "build" / "host" / "roam-sctp"))
    return shlex.split(given) if given else [ours]


def free_udp_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Program:
    """One run of the program under test. It is stopped whatever happens, and must not crash."""

    def __init__(self, mode, *arguments):
        self.udp_port = free_udp_port()
        common = ["-4", "--local=127.0.0.1", f"--udp-local={self.udp_port}", "--quiet",
                  "--timeout=60", *TIMERS]
        self.process = subprocess.Popen([*command(), mode, *common, *arguments],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT)
        self._await_socket()

    def _await_socket(self):
        """Until its UDP port is taken."""
        deadline = time.monotonic() + 5
        wanted = f":{self.udp_port:04X} "
        while time.monotonic() < deadline:
            if any(wanted in line for line in open("/proc/net/udp", encoding="ascii")):
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.005)
        raise AssertionError(f"it does not start: {self.stop()}")

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        out, _ = self.process.communicate(timeout=10)
        assert self.process.returncode in (0, 1, -15), \
            f"it ended with {self.process.returncode}: {out.decode(errors='replace')}"
        return out.decode(errors="replace")


@pytest.fixture(scope="session")
def programs():
    """Listening programs by their arguments; each serves many tests."""
    running = {}

    def get(*arguments):
        if arguments not in running or running[arguments].process.poll() is not None:
            running[arguments] = Program("listen", "--udp", "--keep=0", *arguments, str(PORT))
        return running[arguments]

    yield get
    for program in running.values():
        program.stop()


def peer_of(programs, *arguments):
    program = programs(*arguments)
    peer = peers.Peer(program.udp_port, PORT)
    yield peer
    if peer.peer_tag:
        import sctp_wire as w
        peer.send(w.Chunk(w.ABORT, 0, b""))
    peer.close()
    assert program.process.poll() is None, f"the program under test is gone: {program.stop()}"


@pytest.fixture
def peer(programs):
    """Of a program that echoes."""
    yield from peer_of(programs, "--echo")


@pytest.fixture
def discard(programs):
    """Of a program that only listens."""
    yield from peer_of(programs, "--discard")


@pytest.fixture
def short_cookies(programs):
    """Of a program whose cookies live 500 ms."""
    yield from peer_of(programs, "--echo", "--cookie-life=500")


def caller(*arguments):
    server = peers.Server()
    program = Program("connect", f"--udp={server.own_udp}", *arguments, "127.0.0.1", str(PORT))
    server.address = ("127.0.0.1", program.udp_port)
    yield server
    server.close()
    program.stop()


@pytest.fixture
def callers():
    """Gives peers that a program connects to, by its arguments."""
    return caller


@pytest.fixture
def called():
    """A peer that a program connects to."""
    yield from caller("--count=1", "--size=10")


@pytest.fixture
def closing():
    """A peer that a program connects to, to send one message and to close."""
    for server in caller("--count=1", "--size=10"):
        yield server.accept()



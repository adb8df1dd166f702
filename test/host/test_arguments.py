# SPDX-License-Identifier: GPL-2.0-or-later
"""Wrong use of roam-sctp: exit status 2 and one line that says what is wrong."""

import os
import signal
import socket
import subprocess
import time

import pytest

from conftest import COMMAND


@pytest.mark.skipif(not os.access(COMMAND, os.X_OK), reason=f"{COMMAND} is not built")
@pytest.mark.parametrize("arguments, words", [
    ([], "listen or connect"),
    (["serve"], "listen or connect"),
    (["listen"], "one PORT"),
    (["listen", "0"], "no number from 1 to 65535"),
    (["listen", "70000"], "no number from 1 to 65535"),
    (["connect", "10.0.0.1"], "ADDRESS and PORT"),
    (["connect", "example", "5000"], "addresses"),
    (["connect", "--local=x", "10.0.0.1", "5000"], "--local"),
    (["connect", "--at=soon:status", "10.0.0.1", "5000"], "TIME:COMMAND"),
    (["connect", "--at=1s:fly", "10.0.0.1", "5000"], "no command"),
    (["connect", "--at=1s:add=x", "10.0.0.1", "5000"], "no command"),
    (["connect", "--echo", "--count=3", "10.0.0.1", "5000"], "--echo"),
    (["listen", "--local-port=1", "5000"], "--local-port"),
    (["listen", "--size=0", "5000"], "--size"),
    (["listen", "--switch=jump", "5000"], "leave, hold or retransmit"),
    (["listen", "--streams=0", "5000"], "--streams"),
    (["listen", "--streams=5:0", "5000"], "--streams"),
    (["listen", "--rto=", "5000"], "--rto"),
    (["listen", "--rto=500", "5000"], "INITIAL:MIN:MAX"),
    (["listen", "--rto=500:600:1000", "5000"], "INITIAL:MIN:MAX"),
    (["connect", "-6", "127.0.0.1", "5000"], "127.0.0.1: not of the family of -6"),
    (["connect", "-4", "127.0.0.1,::1", "5000"], "::1: not of the family of -4"),
    (["listen", "-4", "--local=::1", "5000"], "::1: not of the family of -4"),
    (["connect", "--raw", "--udp", "127.0.0.1", "5000"], "--raw and --udp"),
    (["connect", "--udp", "--raw", "127.0.0.1", "5000"], "--raw and --udp"),
    (["connect", "--stream=10", "127.0.0.1", "5000"], "--stream: 10"),
    (["connect", "--streams=3", "--stream=3", "127.0.0.1", "5000"], "0 to 2"),
    (["listen", "--at=nan:abort", "5000"], "--at"),
    (["listen", "--fly", "5000"], "--fly"),
    (["listen", "-4x", "5000"], "-4x"),
    (["listen", "--count"], "--count"),
    (["listen", "--echo=yes", "5000"], "--echo=yes"),
])
def test_wrong_use(arguments, words):
    done = subprocess.run([COMMAND, *arguments], capture_output=True, text=True, timeout=10,
                          stdin=subprocess.DEVNULL)
    assert done.returncode == 2
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


@pytest.mark.skipif(not os.access(COMMAND, os.X_OK), reason=f"{COMMAND} is not built")
@pytest.mark.parametrize("arguments, status", [
    (["listen", "--keep=0", "5000"], 0),
    (["listen", "5000"], 1),
    (["connect", "--count=1", "127.0.0.1", "5000"], 1),
])
def test_a_signal_ends_it(arguments, status):
    """Ctrl-C: 0 only where nothing was left to do."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        udp = [f"--udp={silent.getsockname()[1]}", "--udp-local=0", "--local=127.0.0.1", "--quiet"]
        child = subprocess.Popen([COMMAND, arguments[0], *udp, *arguments[1:]],
                                 stderr=subprocess.PIPE, text=True)
        time.sleep(0.3)
        child.send_signal(signal.SIGINT)
        _, said = child.communicate(timeout=5)
    assert child.returncode == status, said


@pytest.mark.skipif(not os.access(COMMAND, os.X_OK), reason=f"{COMMAND} is not built")
@pytest.mark.parametrize("arguments, words", [
    (["--local=192.0.2.99", "5000"], "--local: no address of this machine"),
    (["--pcap=none/x.pcap", "5000"], "none/x.pcap: No such file or directory"),
    (["--udp-local={taken}", "5000"], "UDP port {taken}: Address already in use"),
])
def test_what_cannot_be_had_is_named(arguments, words):
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as other:
        other.bind(("::", 0))
        taken = other.getsockname()[1]
        free = [] if "taken" in words else ["--udp-local=0"]
        done = subprocess.run(
            [COMMAND, "listen", "--udp", *free, *(a.format(taken=taken) for a in arguments)],
            capture_output=True, text=True, timeout=10, stdin=subprocess.DEVNULL)
    assert done.returncode == 1
    assert words.format(taken=taken) in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.skipif(not os.access(COMMAND, os.X_OK), reason=f"{COMMAND} is not built")
def test_help():
    done = subprocess.run([COMMAND, "--help"], capture_output=True, text=True, timeout=10)
    assert done.returncode == 0
    assert done.stdout.startswith("usage: roam-sctp")

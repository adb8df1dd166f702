# SPDX-License-Identifier: GPL-2.0-or-later
"""roam-sctp between two namespaces: raw IP, IPv6, UDP encapsulation, addresses that come and go."""

import os
import subprocess
import time

import pytest

MEGABYTE = 1 << 20


@pytest.fixture
def content(world):
    path = world.directory / "content"
    path.write_bytes(os.urandom(20 * MEGABYTE))
    return path


def same(world, content, behind=0):
    """True if the content came, and behind it so many made-up bytes."""
    received = (world.directory / "received").read_bytes()
    return received[:len(received) - behind] == content.read_bytes()


MORE = 60000  # messages behind a file, so that no machine is done before all has been asked for


@pytest.mark.parametrize("peer, wire", [
    ("10.1.0.2", ["--raw"]),
    ("fd00:1::2", ["--raw"]),
    ("10.1.0.2", ["--udp"]),
    ("fd00:1::2", ["--udp"]),
    ("10.1.0.2,10.2.0.2", ["--udp"]),
], ids=["ipv4", "ipv6", "udp4", "udp6", "udp-multihomed"])
def test_a_file_arrives_whole(world, content, peer, wire):
    server = world.listen(*wire, "--receive=received", "--pcap=z.pcap", "5001")
    world.finish(world.start("a", "connect", *wire, "--send=content", "--timeout=50", peer, "5001"))
    world.finish(server)
    assert same(world, content)


def test_the_path_moves_while_a_file_is_sent(world, content):
    server = world.listen("--receive=received", "--pcap=z.pcap", "5001")
    err = world.finish(world.start(
        "a", "connect", "--local=10.1.0.1", "--send=content", f"--count={MORE}", "--timeout=50",
        "--at=20ms:add=10.2.0.1", "--at=60ms:peer-primary=10.2.0.1", "--at=100ms:delete=10.1.0.1",
        "--status", "10.1.0.2", "5001"))
    for line in ("ASCONF ADD 10.2.0.1: done", "ASCONF SET PRIMARY 10.2.0.1: done",
                 "ASCONF DELETE 10.1.0.1: done"):
        assert line in err
    seen = world.finish(server)
    assert "peer address 10.2.0.1: added" in seen
    assert "peer address 10.1.0.1: removed" in seen
    assert same(world, content, MORE * 1400)


def test_add_set_primary_and_delete_in_one_asconf(world, content):
    server = world.listen("--receive=received", "5001")
    err = world.finish(world.start(
        "a", "connect", "--local=10.1.0.1", "--send=content", f"--count={MORE}", "--timeout=50",
        "--at=20ms:move=10.2.0.1,10.1.0.1", "10.1.0.2", "5001"))
    assert err.count(": done") == 3
    world.finish(server)
    assert same(world, content, MORE * 1400)


def test_the_server_moves(world, content):
    server = world.listen("--local=10.1.0.2", "--receive=received", "--at=20ms:add=10.2.0.2",
                          "--at=60ms:peer-primary=10.2.0.2", "--at=100ms:delete=10.1.0.2", "5001")
    world.finish(world.start("a", "connect", "--send=content", f"--count={MORE}",
                             "--timeout=50", "10.1.0.2", "5001"))
    assert "ASCONF DELETE 10.1.0.2: done" in world.finish(server)
    assert same(world, content, MORE * 1400)


def test_an_address_that_the_machine_loses_is_left_at_once(world, content):
    server = world.listen("--receive=received", "--status", "5001")
    client = world.start("a", "connect", "--send=content", "--count=100000", "--timeout=40",
                         "--at=2s:status",
                         "10.1.0.2,10.2.0.2", "5001")
    while "association up" not in (line := client.stderr.readline()):
        assert line
    world.ip("a", "link", "set", "a1", "down")
    world.finish(client)
    world.finish(server)
    received = (world.directory / "received").read_bytes()
    assert received[:20 * MEGABYTE] == content.read_bytes()
    assert len(received) == 20 * MEGABYTE + 100000 * 1400


@pytest.mark.parametrize("policy, least, most", [("leave", 3.8, 9), ("retransmit", 1.2, 3.5)])
def test_what_is_in_flight_when_the_path_changes(world, policy, least, most):
    """Link 1 swallows everything; at 1.5 s the client turns to link 2. T3 would be at 4 s."""
    server = world.listen("--receive=received", "5001")
    client = world.start("a", "connect", "--send=-", f"--switch={policy}", "--rto=4000:4000:4000",
                         "--local=10.1.0.1,10.2.0.1", "--at=1500ms:path=10.2.0.1,10.2.0.2",
                         "--timeout=20", "10.1.0.2,10.2.0.2", "5001", stdin=subprocess.PIPE)
    while "association up" not in (line := client.stderr.readline()):
        assert line
    time.sleep(0.3)  # all paths are confirmed
    world.ip("a", "neigh", "replace", "10.1.0.2", "lladdr", "02:00:00:00:00:99", "dev", "a1")
    begun = time.monotonic()
    client.stdin.write("in flight\n")
    client.stdin.close()
    client.stdin = None
    world.finish(client)
    took = 0.3 + time.monotonic() - begun
    world.finish(server)
    assert (world.directory / "received").read_text() == "in flight\n"
    assert least <= took <= most


def test_an_echo_comes_back(world, content):
    server = world.listen("--echo", "5001")
    world.finish(world.start("a", "connect", "--send=content", "--receive=received", "--await-echo",
                             "--timeout=50", "10.1.0.2", "5001"))
    world.finish(server)
    assert same(world, content)


def test_commands_come_from_stdin(world):
    server = world.listen("--discard", "5001")
    client = world.start("a", "connect", "--commands", "--local=10.1.0.1", "--timeout=50",
                         "10.1.0.2", "5001", stdin=subprocess.PIPE)
    client.stdin.write("add=10.2.0.1\n")
    client.stdin.flush()
    while "ASCONF ADD 10.2.0.1: done" not in (line := client.stderr.readline()):
        assert line
    client.stdin.write("status\nshutdown\n")
    client.stdin.flush()
    err = world.finish(client)
    assert "ESTABLISHED" in err
    world.finish(server)


def test_a_small_interface_is_no_obstacle(world, content):
    for end in "az":
        world.ip(end, "link", "set", f"{end}1", "mtu", "1300")
    server = world.listen("--receive=received", "--pcap=z.pcap", "5001")
    world.finish(world.start("a", "connect", "--send=content", "--timeout=50", "10.1.0.2", "5001"))
    world.finish(server)
    assert same(world, content)


@pytest.mark.parametrize("far, near, route", [
    ("192.168.7.2", "192.168.7.1/24", "10.1.0.2"), ("fd00:7::2", "fd00:7::1/64", "fd00:1::2"),
], ids=["ipv4", "ipv6"])
def test_a_router_says_that_packets_are_too_big(world, content, far, near, route):
    """a - z - b: z forwards, and its link to b takes 1,300 bytes only."""
    world.name["b"] = world.name["a"][:-1] + "b"
    subprocess.run(["ip", "netns", "add", world.name["b"]], check=True)
    try:
        subprocess.run(["ip", "link", "add", "z7", "netns", world.name["z"], "type", "veth",
                        "peer", "name", "b7", "netns", world.name["b"]], check=True)
        length = near.split("/")[1]
        for end, device, address in (("z", "z7", near), ("b", "b7", f"{far}/{length}")):
            nodad = ["nodad"] if ":" in address else []
            world.ip(end, "addr", "add", address, "dev", device, *nodad)
            world.ip(end, "link", "set", device, "mtu", "1300", "up")
        subprocess.run(["ip", "netns", "exec", world.name["z"], "sysctl", "-qw",
                        "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1"], check=True)
        world.ip("b", "route", "add", "default", "via", near.split("/")[0])
        world.ip("a", "route", "add", "default", "via", route)
        server = world.listen("--receive=received", "--pcap=b.pcap", "5001", end="b")
        local = "10.1.0.1" if "." in far else "fd00:1::1"
        err = world.finish(world.start("a", "connect", "--send=content", f"--local={local}",
                                       "--at=100ms:status", "--timeout=15", far, "5001"))
        world.finish(server)
        assert same(world, content)
        assert "mtu 1300" in err
    finally:
        subprocess.run(["ip", "netns", "del", world.name.pop("b")], check=True)


# --- Several processes in one namespace -------------------------------------------------------------


def test_a_process_does_not_answer_for_the_ports_of_others(world):
    first = world.listen("--count=1", "5001")
    second = world.listen("--count=1", "--answer-strays", "5002")
    world.finish(world.start("a", "connect", "--timeout=20", "10.1.0.2", "5001"))
    world.finish(first)
    world.finish(world.start("a", "connect", "--timeout=20", "10.1.0.2", "5002"))
    world.finish(second)


def test_a_port_that_nobody_has_is_refused_if_that_is_wanted(world):
    world.listen("--answer-strays", "5001")
    client = world.start("a", "connect", "--timeout=20", "10.1.0.2", "5002")
    _, err = client.communicate(timeout=30)
    assert client.returncode == 1
    assert "refused" in err


def test_a_port_that_nobody_has_is_silent_otherwise(world):
    world.listen("5001")
    client = world.start("a", "connect", "--rto=100:100:100", "--init-retrans=2", "--timeout=20",
                         "10.1.0.2", "5002")
    _, err = client.communicate(timeout=30)
    assert client.returncode == 1
    assert "timed out" in err


def test_a_port_is_one_process_s(world):
    world.listen("5001")
    second = world.start("z", "listen", "5001")
    _, err = second.communicate(timeout=10)
    assert second.returncode == 1
    assert "in use" in err


@pytest.mark.parametrize("listen, connect, words", [
    (["--receive=/dev/full"], ["--send=content"], "z: /dev/full: No space left on device"),
    (["--receive=none/received"], ["--send=content"], "z: none/received: No such file"),
    (["--discard"], ["--send=."], "a: .: Is a directory"),
], ids=["full", "no-directory", "no-file"])
def test_who_cannot_use_a_file_says_so_and_does_not_leave_the_peer_waiting(world, content, listen,
                                                                           connect, words):
    server = world.listen(*listen, "5001")
    client = world.start("a", "connect", *connect, "--timeout=50", "10.1.0.2", "5001")
    said = {end: child.communicate(timeout=10)[1] for end, child in (("z", server), ("a", client))}
    assert server.returncode == client.returncode == 1, said
    end, line = words.split(": ", 1)
    assert f"roam-sctp: {line}" in said[end]
    assert "Connection reset by peer" in said["a" if end == "z" else "z"]


@pytest.mark.parametrize("wire", ["--raw", "--udp"])
@pytest.mark.parametrize("link", [1, 2])
def test_a_link_local_address_with_its_interface(world, wire, link):
    """Both links have the same prefix; the zone says which of them is meant (RFC 4007)."""
    for end in "az":
        for n in (1, 2):
            world.ip(end, "addr", "add", f"fe80::{link if n == link else 9}{1 if end == 'a' else 2}/64",
                     "dev", f"{end}{n}", "nodad")
    server = world.listen(wire, "--echo", "5001")
    client = world.finish(world.start(
        "a", "connect", wire, "--count=50", "--await-echo", "--status", "--timeout=20",
        f"fe80::{link}2%a{link}", "5001"))
    assert f"fe80::{link}2%a{link}" in client
    assert f"%z{link}" in world.finish(server)


@pytest.mark.parametrize("address", ["fe80::1%nowhere", "10.1.0.2%a1", "fd00:1::2%a1", "fe80::1%"])
def test_a_zone_that_is_none_is_refused(world, address):
    child = world.start("a", "connect", "--udp", "--timeout=5", address, "5001")
    _, err = child.communicate(timeout=20)
    assert child.returncode == 2
    assert err.count("\n") == 1 and address in err

# SPDX-License-Identifier: GPL-2.0-or-later
"""What the tests do again and again with two peers."""

from interop_world import PROTOCOL_PORT, address


def prepare(world, host, family, links=(1,), options=()):
    """A program on a host, bound to its addresses on these links."""
    peer = world.peer(host)
    peer.tell(f"port {PROTOCOL_PORT[host]}", *(f"option {option}" for option in options),
              "bind " + " ".join(address(host, link, family) for link in links))
    return peer


def establish(world, family, caller="a", links=None, options=None):
    """Both programs with an association: (a, z). links and options are by host."""
    links, options = links or {}, options or {}
    called = {"a": "z", "z": "a"}[caller]
    peers = {host: prepare(world, host, family, links.get(host, (1,)), options.get(host, ()))
             for host in "az"}
    if links.get("z", (1,)) == (1,):
        world.send_from("z", 1)
    peers[called].tell("listen")
    peers[called].wait("listening")
    connect(peers[caller], called, family)
    for peer in peers.values():
        peer.wait("up")
    return peers["a"], peers["z"]


def connect(peer, to, family):
    peer.tell(f"connect {PROTOCOL_PORT[to]} {address(to, 1, family)}")


def sent_and_received(sender, receiver, seconds=30):
    """Waits until what was told to be sent is all there; the same bytes in the same order."""
    sent = sender.wait(r"sent (\d+) bytes (\d+) sum (\w+)", seconds)
    receiver.tell(f"recv {sent[1]}")
    got = receiver.wait(r"received (\d+) bytes (\d+) sum (\w+) damaged (\d+) misplaced (\d+)",
                        seconds)
    assert got.groups() == (*sent.groups(), "0", "0")


def shut_down(one, other):
    one.tell("shutdown")
    for peer in (one, other):
        peer.wait("closed")

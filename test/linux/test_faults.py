# SPDX-License-Identifier: GPL-2.0-or-later
"""Links that are cut or lose packets, an end that dies, both ends that call at once."""

import time

import pytest

import session
from interop_world import address

FAST = {host: ("rto-min 100",) for host in "az"}
FROM = {4: "ip.src", 6: "ipv6.src"}
BOTH = {host: (1, 2) for host in "az"}


def both_ways(a, z, seed, count=500):
    """So many messages each way, whole and in order, behind what came before."""
    for sender, receiver in ((a, z), (z, a)):
        before = int(receiver.status()["messages"])
        sender.tell(f"send {count} 1000 {seed}")
        sender.wait(f"sent {count}", 30)
        receiver.tell(f"recv {before + count}")
        receiver.wait(f"received {before + count} .* damaged 0 misplaced 0", 30)


@pytest.mark.parametrize("family", (4, 6))
def test_a_link_is_cut_and_data_goes_by_the_other(world, family):
    w = world()
    a, z = session.establish(w, family, links=BOTH, options=FAST)
    both_ways(a, z, 1)
    w.machine.set_link(1, False)
    both_ways(a, z, 2)
    w.machine.set_link(1, True)
    both_ways(a, z, 3)
    session.shut_down(a, z)
    assert w.end_capture() == []
    moved = [host for host in "az" if w.captured(f"{FROM[family]} == {address(host, 2, family)} "
                                                 "and sctp.chunk_type == 0")]
    assert moved == ["a", "z"]


def test_five_percent_of_what_linux_sends_is_lost(world):
    w = world()
    a, z = session.establish(w, 4, options=FAST)
    z.lose("5%")
    both_ways(a, z, 1, count=2000)
    z.lose(None)
    session.shut_down(a, z)
    assert w.end_capture() == []
    assert w.captured("sctp.sack_number_of_gap_blocks > 0")  # some was lost


@pytest.mark.parametrize("family", (4, 6))
@pytest.mark.parametrize("dies", "az")
def test_the_other_end_sees_a_restart_and_goes_on(world, family, dies):
    w = world()
    lives = {"a": "z", "z": "a"}[dies]
    peers = dict(zip("az", session.establish(w, family, caller=dies)))
    both_ways(*peers.values(), 1)
    time.sleep(0.5)  # a delayed SACK that meets the new process would be answered with an ABORT
    peers[dies].end()
    peers[dies] = session.prepare(w, dies, family)
    session.connect(peers[dies], lives, family)
    peers[dies].wait("up")
    peers[lives].wait("restart")
    both_ways(*peers.values(), 2)
    session.shut_down(peers[dies], peers[lives])
    assert w.end_capture() == []


@pytest.mark.parametrize("family", (4, 6))
def test_both_ends_call_at_once(world, family):
    """With the links cut, so that each has sent its INIT before it sees the other's."""
    w = world()
    peers = {host: session.prepare(w, host, family, (1, 2), FAST[host]) for host in "az"}
    w.machine.set_links(False)
    session.connect(peers["a"], "z", family)
    session.connect(peers["z"], "a", family)
    time.sleep(0.3)
    w.machine.set_links(True)
    for peer in peers.values():
        peer.wait("up", 15)
    both_ways(*peers.values(), 1)
    session.shut_down(*peers.values())
    assert w.end_capture() == []
    for host in "az":
        assert w.captured(f"sctp.chunk_type == 1 and {FROM[family]} == {address(host, 1, family)}")

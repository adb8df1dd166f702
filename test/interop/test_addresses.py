# SPDX-License-Identifier: GPL-2.0-or-later
"""ADD, SET PRIMARY and DELETE while data flows both ways (RFC 5061)."""

import time

import pytest

import session
from interop_world import CONTROL, address

MESSAGES, SIZE = 30_000, 1_000  # 30 MB each way, in 3 s, at least


class Mover:
    """A host that goes over from link 1 to link 2 while it sends and receives."""

    def __init__(self, host, peer, other, family):
        self.peer, self.other = peer, other
        self.old, self.new = (address(host, link, family) for link in (1, 2))
        self.ours = "roam" in peer.name

    def ask(self, name):
        where = self.old if name == "delete" else self.new
        self.peer.tell(f"{'peer-' * (name == 'primary')}{name} {where}")

    def had_effect(self, name):
        """The other side's lists show that the request had its effect; ours says so, too."""
        where = self.old if name == "delete" else self.new
        if self.ours:
            assert self.peer.wait(rf"asconf {name} {where} cause (\d+)")[1] == "0"
        self.other.status_until(lambda status: {
            "add": self.new in status["peers"].split(","),
            "primary": status["primary"] == self.new,
            "delete": status["peers"] == self.new}[name])


def settle():
    """Gives what is under way to usrsctp's old address time to arrive: usrsctp gives the address up
    with the DELETE, not with its answer, and aborts what comes there (doc/interop.md)."""
    time.sleep(1)


def flowing(world, family):
    w = world(only=CONTROL)
    a, z = session.establish(w, family)
    a.tell(f"send {MESSAGES} {SIZE} 1 paced open")
    z.tell(f"send {MESSAGES} {SIZE} 2 paced open")
    return w, a, z


def arrived(w, a, z):
    """Data went on flowing while the addresses changed, and all of it is there."""
    a.tell("enough")
    z.tell("enough")
    session.sent_and_received(a, z)
    session.sent_and_received(z, a)
    session.shut_down(a, z)
    assert w.end_capture() == []


@pytest.mark.parametrize("family", (4, 6))
@pytest.mark.parametrize("host", "az")
def test_one_side_moves(world, family, host):
    w, a, z = flowing(world, family)
    peer, other = {"a": (a, z), "z": (z, a)}[host]
    mover = Mover(host, peer, other, family)
    for name in ("add", "primary", "delete"):
        if (name, host) == ("delete", "z"):
            w.send_from("z", 2)
            settle()
        mover.ask(name)
        mover.had_effect(name)
    arrived(w, a, z)


@pytest.mark.parametrize("family", (4, 6))
def test_both_sides_move_at_once(world, family):
    w, a, z = flowing(world, family)
    movers = Mover("a", a, z, family), Mover("z", z, a, family)
    for name in ("add", "primary", "delete"):
        for mover in movers:
            mover.ask(name)
        for mover in movers:
            mover.had_effect(name)
        w.send_from("z", None)
        settle()
    arrived(w, a, z)


@pytest.mark.parametrize("family", (4, 6))
def test_add_set_primary_and_delete_in_one_asconf(world, family):
    w, a, z = flowing(world, family)
    m = Mover("a", a, z, family)
    a.tell(f"batch add {m.new} primary {m.new} delete {m.old}")
    for name, where in (("add", m.new), ("primary", m.new), ("delete", m.old)):
        assert a.wait(rf"asconf {name} {where} cause (\d+)")[1] == "0"
    z.status_until(lambda status: (status["peers"], status["primary"]) == (m.new, m.new))
    arrived(w, a, z)
    # and it was one chunk: 0xc001, 0xc004 and 0xc002 together
    assert w.captured("sctp.chunk_type == 0xc1 and sctp.parameter_type == 0xc001 and "
                      "sctp.parameter_type == 0xc004 and sctp.parameter_type == 0xc002")

# SPDX-License-Identifier: GPL-2.0-or-later
"""Our side changes its addresses while data flows both ways (RFC 5061)."""

import pytest

import session
from interop_world import CONTROL, address

MESSAGES, SIZE = 3000, 1000
REFUSED = 0xa4  # Request to Delete Source IP Address, RFC 5061 section 5.3


def flowing(world, family):
    w = world(only=CONTROL)
    a, z = session.establish(w, family)
    a.tell(f"send {MESSAGES} {SIZE} 1 paced open")
    z.tell(f"send {MESSAGES} {SIZE} 2 paced open")
    return w, a, z, address("a", 1, family), address("a", 2, family)


def answer(a, name, where):
    return int(a.wait(rf"asconf {name} {where} cause (\d+)")[1])


def arrived(w, a, z):
    """Data went on flowing while the addresses changed, and all of it is there."""
    a.tell("enough")
    z.tell("enough")
    session.sent_and_received(a, z)
    session.sent_and_received(z, a)
    session.shut_down(a, z)
    assert w.end_capture() == []


@pytest.mark.parametrize("family", (4, 6))
def test_add_set_primary_and_delete_while_data_flows(world, family):
    w, a, z, old, new = flowing(world, family)
    a.tell(f"add {new}")
    assert answer(a, "add", new) == 0
    z.wait(f"peer-address add {new}")
    a.tell(f"peer-primary {new}")
    assert answer(a, "primary", new) == 0
    z.status_until(lambda status: status["primary"] == new)
    a.tell(f"delete {old}")
    assert answer(a, "delete", old) == 0
    z.status_until(lambda status: status["peers"] == new)
    arrived(w, a, z)


@pytest.mark.parametrize("family", (4, 6))
def test_a_move_whose_delete_is_refused_is_completed_by_a_delete_alone(world, family):
    """Linux refuses to delete the address by which it found the association."""
    w, a, z, old, new = flowing(world, family)
    a.tell(f"batch add {new} primary {new} delete {old}")
    assert answer(a, "add", new) == 0
    assert answer(a, "primary", new) == 0
    assert answer(a, "delete", old) == 0  # that of the second, which is what counts
    z.status_until(lambda status: (status["peers"], status["primary"]) == (new, new))
    arrived(w, a, z)
    assert w.captured(f"sctp.cause_code == {REFUSED:#06x}")
    assert w.captured("sctp.chunk_type == 0xc1 and sctp.parameter_type == 0xc002 and "
                      "not sctp.parameter_type == 0xc001")


@pytest.mark.parametrize("family", (4, 6))
def test_each_address_of_linux_becomes_available(world, family):
    w = world()
    a, z = session.establish(w, family, links={"a": (1, 2), "z": (1, 2)})
    for link in (1, 2):
        a.wait(f"peer-address available {address('z', link, family)}")
    session.shut_down(a, z)
    assert w.end_capture() == []

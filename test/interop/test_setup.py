# SPDX-License-Identifier: GPL-2.0-or-later
"""An association begins and ends, from each side, over IPv4 and IPv6."""

import pytest

import session
from interop_world import address


@pytest.mark.parametrize("family", (4, 6))
@pytest.mark.parametrize("caller", "az")
@pytest.mark.parametrize("closer", "az")
def test_set_up_and_shut_down_from_each_side(world, family, caller, closer):
    w = world()
    a, z = session.establish(w, family, caller, links={"a": (1, 2), "z": (1, 2)})
    a.tell("send 100 1000 1")
    z.tell("send 100 3000 2")
    session.sent_and_received(a, z)
    session.sent_and_received(z, a)
    assert len(a.status()["peers"].split(",")) == 2
    assert len(z.status()["peers"].split(",")) == 2
    session.shut_down(*{"a": (a, z), "z": (z, a)}[closer])
    assert w.end_capture() == []


@pytest.mark.parametrize("aborter", "az")
def test_an_abort_from_each_side_reaches_the_other(world, aborter):
    w = world()
    a, z = session.establish(w, 4)
    one, other = {"a": (a, z), "z": (z, a)}[aborter]
    one.tell("send 20 1000 1")
    session.sent_and_received(one, other)
    one.tell("abort")
    other.wait("lost")
    assert one.status()["state"] == "CLOSED"
    assert w.end_capture() == []
    hosts = {"a": "z", "z": "a"}
    own, others = (f"sctp.chunk_type == 6 and ip.src == {address(h, 1, 4)}"
                   for h in (aborter, hosts[aborter]))
    assert w.captured(own) and not w.captured(others)  # nobody answers an ABORT

# SPDX-License-Identifier: GPL-2.0-or-later
"""An association with Linux: set-up, data both ways, shutdown, from each side."""

import pytest

import session
from interop_world import address

MESSAGES, SIZE = 5000, 1000


@pytest.mark.parametrize("family", (4, 6))
@pytest.mark.parametrize("caller", "az")
def test_data_both_ways_with_two_addresses_each(world, family, caller):
    w = world()
    a, z = session.establish(w, family, caller, links={"a": (1, 2), "z": (1, 2)})
    a.tell(f"send {MESSAGES} {SIZE} 1")
    z.tell(f"send {MESSAGES} {SIZE} 2")
    session.sent_and_received(a, z)
    session.sent_and_received(z, a)
    for peer in (a, z):
        assert len(peer.status()["peers"].split(",")) == 2
    session.shut_down(*{"a": (a, z), "z": (z, a)}[caller])
    assert w.end_capture() == []


@pytest.mark.parametrize("family", (4, 6))
def test_data_is_authenticated_where_both_ask_for_it(world, family):
    w = world()
    a, z = session.establish(w, family, options={host: ("auth-data",) for host in "az"})
    a.tell("send 500 1000 1")
    z.tell("send 500 1000 2")
    session.sent_and_received(a, z)
    session.sent_and_received(z, a)
    session.shut_down(a, z)
    assert w.end_capture() == []
    field = {4: "ip.src", 6: "ipv6.src"}[family]
    for host in "az":
        data = f"{field} == {address(host, 1, family)} and sctp.chunk_type == 0 and "
        assert w.captured(data + "sctp.chunk_type == 0x0f")
        assert not w.captured(data + "not sctp.chunk_type == 0x0f")

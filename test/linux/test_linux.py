# SPDX-License-Identifier: GPL-2.0-or-later
"""An association with Linux: set-up, data both ways, shutdown, from each side."""

import pytest

import session

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

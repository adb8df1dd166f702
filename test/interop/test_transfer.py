# SPDX-License-Identifier: GPL-2.0-or-later
"""100 MB each way at the same time: the same messages in the same order come out."""

import pytest

import session

MESSAGES, SIZE = 70_000, 1_430  # 100.1 MB; one packet each, and with IPv6 two of usrsctp's


@pytest.mark.parametrize("family", (4, 6))
@pytest.mark.parametrize("wire", ({}, {"loss": 100, "reorder": 100}), ids=("clean", "bad"))
def test_100_megabytes_each_way(world, family, wire):
    w = world(packets=20_000, **wire)
    options = ("rto-min 100",) if wire else ()
    a, z = session.establish(w, family, options={"a": options, "z": options})
    a.tell(f"send {MESSAGES} {SIZE} 1")
    z.tell(f"send {MESSAGES} {SIZE} 2")
    session.sent_and_received(a, z, 60)
    session.sent_and_received(z, a, 60)
    session.shut_down(a, z)
    assert w.end_capture() == []

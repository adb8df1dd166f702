# SPDX-License-Identifier: GPL-2.0-or-later
"""One end dies without a word and comes back on the same port (RFC 9260 section 5.2.4.1)."""

import time

import pytest

import session


@pytest.mark.parametrize("family", (4, 6))
@pytest.mark.parametrize("dies", "az")
def test_the_other_end_sees_a_restart_and_goes_on(world, family, dies):
    w = world()
    lives = {"a": "z", "z": "a"}[dies]
    peers = dict(zip("az", session.establish(w, family, caller=dies)))
    peers[dies].tell("send 100 1000 1")
    session.sent_and_received(peers[dies], peers[lives])
    time.sleep(0.3)  # a delayed SACK that meets the new process would be answered with an ABORT
    peers[dies].end()
    again = session.prepare(w, dies, family)
    session.connect(again, lives, family)
    again.wait("up")
    peers[lives].wait("restart")
    peers[lives].tell("send 100 1000 2")
    session.sent_and_received(peers[lives], again)
    again.tell("send 100 1000 3")
    again.wait("sent 100")
    peers[lives].tell("recv 200")
    peers[lives].wait("received 200 .* damaged 0 misplaced 0")
    session.shut_down(again, peers[lives])
    assert w.end_capture() == []

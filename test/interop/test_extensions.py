# SPDX-License-Identifier: GPL-2.0-or-later
"""What the two ends agree on: partial reliability, AUTH, ADD-IP, UDP encapsulation."""

import pytest

import session
from interop_world import ENCAPS, address

ADD = "sctp.chunk_type == 0xc1"


def encaps(host):
    other = {"a": "z", "z": "a"}[host]
    return (f"encaps {ENCAPS[host]} {ENCAPS[other]}",)


# --- PR-SCTP --------------------------------------------------------------------------------------


@pytest.mark.parametrize("sender", "az")
@pytest.mark.parametrize("policy", ("timed:20", "limited:0"))
def test_partial_reliability_over_a_bad_wire(world, sender, policy):
    """Some messages are given up; none is damaged or out of order; what is reliable arrives."""
    w = world(loss=500)
    fast = ("rto-min 100",)
    peers = dict(zip("az", session.establish(w, 4, options={"a": fast, "z": fast})))
    receiver = peers[{"a": "z", "z": "a"}[sender]]
    peers[sender].tell(f"send 5000 1000 1 paced {policy}")
    peers[sender].wait("sent 5000", 30)
    peers[sender].tell("send 100 1000 2")  # reliable: behind what is given up, and all of them
    peers[sender].wait("sent 100", 30)
    session.shut_down(peers[sender], receiver)
    status = receiver.status()
    # On a quiet machine more than 4,400 arrive. On a busy one lives of 20 ms end before anything has
    # run, so that how many arrive is tested where time is virtual: test-sctp-partial-life.
    assert 500 < int(status["messages"]) < 5100
    assert (status["damaged"], status["misplaced"], status["last"]) == ("0", "0", "2:100")
    assert w.end_capture() == []
    assert w.captured("sctp.chunk_type == 0xc0")  # FORWARD TSN


@pytest.mark.parametrize("sender", "az")
def test_without_partial_reliability_at_the_peer_all_arrives(world, sender):
    w = world(loss=500)
    peers = dict(zip("az", session.establish(w, 4, options={"a": ("rto-min 100",),
                                                            "z": ("rto-min 100", "no-pr")})))
    receiver = peers[{"a": "z", "z": "a"}[sender]]
    peers[sender].tell("send 2000 1000 1 limited:0")
    session.sent_and_received(peers[sender], receiver)
    session.shut_down(peers[sender], receiver)
    assert w.end_capture() == []
    assert not w.captured("sctp.chunk_type == 0xc0")


# --- AUTH and ADD-IP ------------------------------------------------------------------------------


@pytest.mark.parametrize("caller", "az")
@pytest.mark.parametrize("theirs,used", (("sha1", 1), ("sha256 sha1", 3), ("sha1 sha256", 1)))
def test_asconf_is_authenticated_with_the_hmac_that_the_other_likes_best(world, caller, theirs,
                                                                         used):
    w = world()
    a, z = session.establish(w, 4, caller, options={"z": (f"hmac {theirs}",)})
    a.tell(f"add {address('a', 2, 4)}")
    assert a.wait(r"asconf add \S+ cause (\d+)")[1] == "0"
    z.tell(f"add {address('z', 2, 4)}")
    a.wait(f"peer-address add {address('z', 2, 4)}")
    session.shut_down(a, z)
    assert w.end_capture() == []
    ours = w.captured(f"sctp.chunk_type == 0x0f and ip.src == {address('a', 1, 4)}", "sctp.hmac_id")
    assert ours and {row[0] for row in ours} == {str(used)}


@pytest.mark.parametrize("caller", "az")
@pytest.mark.parametrize("host", "az")
@pytest.mark.parametrize("lacks", ("no-asconf", "no-auth"))
def test_one_end_without_add_ip_or_auth(world, caller, host, lacks):
    """Data flows all the same, and no ASCONF leaves either end."""
    w = world()
    a, z = session.establish(w, 4, caller, options={host: (lacks,)})
    a.tell(f"add {address('a', 2, 4)}")
    a.wait("error")
    z.tell(f"add {address('z', 2, 4)}")  # usrsctp says yes, and does nothing
    a.tell("send 1000 1000 1")
    z.tell("send 1000 1000 2")
    session.sent_and_received(a, z)
    session.sent_and_received(z, a)
    session.shut_down(a, z)
    assert w.end_capture() == []
    assert not w.captured(ADD)


# --- UDP encapsulation ----------------------------------------------------------------------------


@pytest.mark.parametrize("family", (4, 6))
@pytest.mark.parametrize("caller", "az")
def test_udp_encapsulation(world, family, caller):
    w = world()
    a, z = session.establish(w, family, caller, options={h: encaps(h) for h in "az"})
    a.tell("send 5000 1400 1")
    z.tell("send 5000 1400 2")
    session.sent_and_received(a, z)
    session.sent_and_received(z, a)
    session.shut_down(a, z)
    assert w.end_capture() == []
    assert w.captured("udp and sctp") and not w.captured("sctp and not udp")

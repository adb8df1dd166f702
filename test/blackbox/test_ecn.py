# SPDX-License-Identifier: GPL-2.0-or-later
"""Explicit congestion notification in real IP headers (RFC 3168; RFC 4960 appendix A)."""

import socket
import struct

import pytest
import sctp_wire as w
from conftest import peer_of

NOT_CAPABLE, ECT0, CE = 0, 2, 3
CAPABLE = w.param(w.P_ECN, b"")
IP_RECVTOS = getattr(socket, "IP_RECVTOS", 13)


@pytest.fixture(name="ecn")
def fixture_ecn(programs):
    """Of a program that echoes, and offers ECN."""
    for peer in peer_of(programs, "--echo", "--ecn"):
        peer.socket.setsockopt(socket.IPPROTO_IP, IP_RECVTOS, 1)
        yield peer


def mark(peer, bits):
    """What the network has done to the packets of this peer from now on."""
    peer.socket.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, bits)


def test_it_is_offered_only_where_asked_for(peer, ecn):
    assert w.P_ECN in dict(ecn.init(CAPABLE).params(16))
    assert w.P_ECN not in dict(peer.init(CAPABLE).params(16))


def test_new_data_is_capable_and_nothing_else(ecn):
    ecn.open(CAPABLE)
    ecn.say(b"ping")
    packet, echo = ecn.expect(w.DATA)
    assert packet.ecn == ECT0
    again, echo_again = ecn.expect(w.DATA)  # T3 has run out
    assert echo_again.tsn == echo.tsn and again.ecn == NOT_CAPABLE
    assert all(p.ecn == NOT_CAPABLE for p in ecn.seen if w.DATA not in p)


def test_a_mark_is_echoed_until_it_is_answered(ecn):
    ecn.open(CAPABLE)
    mark(ecn, CE)
    tsn = ecn.say(b"ping")
    _, echo = ecn.expect(w.ECNE)
    assert struct.unpack("!I", echo.body) == (tsn,)
    mark(ecn, NOT_CAPABLE)
    ecn.drain()
    ecn.say(b"ping")
    ecn.expect(w.ECNE)
    ecn.send(w.Chunk(w.CWR, 0, struct.pack("!I", tsn)))
    ecn.drain()
    ecn.seen.clear()
    ecn.say(b"ping")
    ecn.expect(w.SACK)
    assert not any(w.ECNE in p for p in ecn.seen)


def test_an_echo_is_answered_with_cwr(ecn):
    ecn.open(CAPABLE)
    ecn.say(b"ping")
    _, data = ecn.expect(w.DATA)
    ecn.send(w.Chunk(w.ECNE, 0, struct.pack("!I", data.tsn)), w.sack(data.tsn))
    _, reduced = ecn.expect(w.CWR)
    assert struct.unpack("!I", reduced.body) == (data.tsn,)


def test_who_does_not_offer_it_is_left_alone(ecn):
    ecn.open()
    mark(ecn, CE)
    ecn.say(b"ping")
    packet, _ = ecn.expect(w.DATA)
    assert packet.ecn == NOT_CAPABLE
    ecn.expect(w.DATA)
    assert not any(w.ECNE in p for p in ecn.seen)

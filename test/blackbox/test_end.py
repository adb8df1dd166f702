# SPDX-License-Identifier: GPL-2.0-or-later
"""The end of an association from outside (RFC 9260 section 9; ETSI TS 102 369, group AT)."""

import struct
import time

import peer as peers
import pytest
import sctp_wire as w


def shutdown(cum):
    return w.Chunk(w.SHUTDOWN, 0, struct.pack("!I", cum & 0xFFFFFFFF))


COMPLETE = w.Chunk(w.SHUTDOWN_COMPLETE, 0, b"")
ACK = w.Chunk(w.SHUTDOWN_ACK, 0, b"")


def is_gone(peer):
    """DATA for an association that is no more is out of the blue."""
    peer.drain()
    peer.send(w.data(1, b"?"), vtag=peer.peer_tag)
    packet, abort = peer.expect(w.ABORT)
    return bool(abort.flags & w.T_BIT)


@pytest.fixture
def ending(peer):
    """An association where the peer has said SHUTDOWN and got SHUTDOWN ACK."""
    peer.open()
    peer.drain()
    peer.send(shutdown(peer.peer_tsn - 1))
    packet, _ = peer.expect(w.SHUTDOWN_ACK)
    assert packet.vtag == peer.tag
    return peer


def test_shutdown_is_acknowledged_and_completed(ending):
    ending.send(COMPLETE)
    ending.silent()
    assert is_gone(ending)


def test_shutdown_ack_is_repeated_until_completed(ending):
    begun = time.monotonic()
    ending.expect(w.SHUTDOWN_ACK)
    assert time.monotonic() - begun > 0.05
    ending.send(COMPLETE)
    ending.silent()


def test_one_that_does_not_end_does_not_hold_up_others(ending):
    other = peers.Peer(ending.udp_port, ending.port).open()
    begun = time.monotonic()
    other.say(b"anyone there?")
    _, echo = other.expect(w.DATA)
    assert echo.payload == b"anyone there?" and time.monotonic() - begun < 0.4
    other.send(w.Chunk(w.ABORT, 0, b""))
    other.close()


def test_shutdown_complete_with_the_t_bit_and_our_tag(ending):
    ending.send(w.Chunk(w.SHUTDOWN_COMPLETE, w.T_BIT, b""), vtag=ending.tag)
    ending.silent()
    assert is_gone(ending)


def test_shutdown_complete_with_a_wrong_tag_is_dropped(ending):
    ending.send(COMPLETE, vtag=ending.peer_tag ^ 1)
    ending.expect(w.SHUTDOWN_ACK)


def test_init_while_shutting_down_repeats_shutdown_ack(ending):
    """Section 9.2."""
    ending.seen.clear()
    ending.send(w.init(0x77777777, 1), vtag=0)
    packet = ending.receive(0.15)
    assert packet and packet.types == [w.SHUTDOWN_ACK]


def test_shutdown_waits_for_data_to_be_acknowledged(peer):
    peer.open()
    peer.say(b"echo me")
    _, echo = peer.expect(w.DATA)
    peer.send(shutdown(peer.peer_tsn - 1))
    packet = peer.receive(0.1)
    while packet:
        assert w.SHUTDOWN_ACK not in packet
        packet = peer.receive(0.1)
    peer.send(shutdown(echo.tsn))
    peer.expect(w.SHUTDOWN_ACK)


def test_shutdown_of_the_other_side_comes_after_its_data(closing):
    """A program that says one thing and closes: DATA, then SHUTDOWN, then SHUTDOWN COMPLETE."""
    peer = closing
    _, chunk = peer.expect(w.DATA)
    peer.silent(0.1)
    peer.ack(chunk.tsn)
    _, bye = peer.expect(w.SHUTDOWN)
    assert struct.unpack("!I", bye.body)[0] == peer.tsn - 1
    peer.send(ACK)
    packet, done = peer.expect(w.SHUTDOWN_COMPLETE)
    assert packet.types == [w.SHUTDOWN_COMPLETE] and done.flags == 0 and packet.vtag == peer.tag


def test_shutdown_is_repeated(closing):
    peer = closing
    _, chunk = peer.expect(w.DATA)
    peer.ack(chunk.tsn)
    peer.expect(w.SHUTDOWN)
    peer.expect(w.SHUTDOWN)
    peer.send(ACK)
    peer.expect(w.SHUTDOWN_COMPLETE)


def test_both_sides_shut_down_at_once(closing):
    """Section 9.2: SHUTDOWN in SHUTDOWN-SENT is answered with SHUTDOWN ACK."""
    peer = closing
    _, chunk = peer.expect(w.DATA)
    peer.ack(chunk.tsn)
    peer.expect(w.SHUTDOWN)
    peer.send(shutdown(chunk.tsn))
    peer.expect(w.SHUTDOWN_ACK)
    peer.send(ACK)
    peer.expect(w.SHUTDOWN_COMPLETE)


def test_data_in_shutdown_sent_is_taken_and_answered_with_both(closing):
    peer = closing
    _, chunk = peer.expect(w.DATA)
    peer.ack(chunk.tsn)
    peer.expect(w.SHUTDOWN)
    peer.seen.clear()
    tsn = peer.say(b"late")
    peer.drain(0.1)
    assert any(w.SHUTDOWN in p for p in peer.seen)
    cums = [w.read_sack(p.first(w.SACK)).cum for p in peer.seen if w.SACK in p]
    assert tsn in cums
    peer.send(ACK)
    peer.expect(w.SHUTDOWN_COMPLETE)


def test_abort_ends_it_at_once(peer):
    peer.open()
    peer.send(w.Chunk(w.ABORT, 0, w.param(12, b"enough")))
    peer.silent()
    assert is_gone(peer)


def test_a_cookie_while_shutting_down_is_refused(peer):
    """Section 5.2.4 A: SHUTDOWN ACK, and ERROR Cookie Received While Shutting Down."""
    peer.open()
    old, old_tsn = peer.peer_tag, peer.peer_tsn
    peer.tag, mine = 0x66666666, peer.tag
    peer.init()  # a restart that gets as far as its cookie
    cookie, tag = peer.cookie, peer.peer_tag
    peer.tag, peer.peer_tag = mine, old
    peer.send(shutdown(old_tsn - 1))
    peer.drain(0.05)
    peer.seen.clear()
    peer.send(w.Chunk(w.COOKIE_ECHO, 0, cookie), vtag=tag)
    packet, error = peer.expect(w.ERROR)
    assert w.SHUTDOWN_ACK in packet and error.causes() == [10]


def test_a_restart_while_it_shuts_down_ends_too(closing):
    """Section 5.2.4 A makes a new association of it, and its user has said that it wants none."""
    _, data = closing.expect(w.DATA)
    closing.ack(data.tsn)
    closing.expect(w.SHUTDOWN)
    closing.tag, closing.tsn = 0x22222222, 5000
    closing.init()
    closing.echo_cookie()
    while True:
        packet = closing.receive()
        assert packet, "the association stays, and nobody uses it"
        if (w.SHUTDOWN in packet or w.ABORT in packet) and packet.vtag == closing.tag:
            break

# SPDX-License-Identifier: GPL-2.0-or-later
"""Packets that are wrong, out of the blue or unknown (RFC 9260 sections 3.2, 6.8, 8.4, 8.5; ETSI TS
102 369, groups I and E)."""

import struct

import pytest
import sctp_wire as w


def complete(vtag, flags=0):
    return w.Chunk(w.SHUTDOWN_COMPLETE, flags, b"")


@pytest.mark.parametrize("chunk", [
    w.data(1, b"x"), w.sack(1), w.Chunk(w.HEARTBEAT, 0, w.param(1, b"info")),
    w.Chunk(w.SHUTDOWN, 0, bytes(4)), w.Chunk(w.ERROR, 0, w.param(1, bytes(4)))],
    ids=["data", "sack", "heartbeat", "shutdown", "error"])
def test_out_of_the_blue_is_answered_with_abort(peer, chunk):
    """Section 8.4 rule 8: the T bit, and the tag that came."""
    peer.send(chunk, vtag=0xABCDEF01)
    packet, abort = peer.expect(w.ABORT)
    assert packet.vtag == 0xABCDEF01 and abort.flags == w.T_BIT and packet.types == [w.ABORT]


def test_shutdown_ack_out_of_the_blue_is_completed(peer):
    """Rule 5."""
    peer.send(w.Chunk(w.SHUTDOWN_ACK, 0, b""), vtag=0xABCDEF01)
    packet, done = peer.expect(w.SHUTDOWN_COMPLETE)
    assert packet.vtag == 0xABCDEF01 and done.flags == w.T_BIT


@pytest.mark.parametrize("chunk", [
    w.Chunk(w.ABORT, 0, b""), w.Chunk(w.ABORT, w.T_BIT, b""), complete(0), complete(0, 1),
    w.Chunk(w.COOKIE_ACK, 0, b""), w.Chunk(w.COOKIE_ECHO, 0, b"no cookie of theirs"),
    w.Chunk(w.ERROR, 0, w.param(3, bytes(4)))],
    ids=["abort", "abort-t", "complete", "complete-t", "cookie-ack", "cookie-echo", "stale-cookie"])
def test_what_is_out_of_the_blue_and_not_to_be_answered(peer, chunk):
    """Rules 2, 4, 6 and 7."""
    peer.send(chunk, vtag=0xABCDEF01)
    peer.silent()


def test_abort_behind_another_chunk_is_not_answered(peer):
    peer.send(w.data(1, b"x"), w.Chunk(w.ABORT, 0, b""), vtag=0xABCDEF01)
    peer.silent()


def test_a_bad_checksum_is_dropped(peer):
    peer.send(w.init(5, 5), vtag=0, bad_sum=True)
    peer.silent()
    peer.open()
    peer.send(w.data(peer.tsn, b"x"), bad_sum=True)
    peer.silent()


def test_a_wrong_tag_is_dropped(peer):
    peer.open()
    peer.drain()
    peer.send(w.data(peer.tsn, b"x"), vtag=peer.peer_tag ^ 1)
    peer.silent()
    assert peer.is_alive()


@pytest.mark.parametrize("flags, own, dies", [
    (0, True, True), (0, False, False), (1, False, True), (1, True, False)])
def test_abort_goes_by_its_tag_and_t_bit(peer, flags, own, dies):
    """Section 8.5.1 B: without the T bit their tag, with it ours."""
    peer.open()
    peer.drain()
    peer.send(w.Chunk(w.ABORT, flags, b""), vtag=peer.peer_tag if own else peer.tag)
    peer.silent()
    assert peer.is_alive() is not dies


def test_shutdown_complete_out_of_place_is_ignored(peer):
    """Section 8.5.1 C, and 9.2: only in SHUTDOWN-ACK-SENT."""
    peer.open()
    peer.drain()
    peer.send(complete(0))
    peer.silent()
    assert peer.is_alive()


@pytest.mark.parametrize("kind, reported, goes_on", [
    (0x3F, False, False), (0x7F, True, False), (0xBF, False, True), (0xFF, True, True)])
def test_unknown_chunks_go_by_their_high_bits(peer, kind, reported, goes_on):
    """Section 3.2: stop or go on, report or not."""
    peer.open()
    peer.drain()
    odd = w.Chunk(kind, 0x5A, b"what is this")
    beat = w.Chunk(w.HEARTBEAT, 0, w.param(1, b"behind"))
    peer.seen.clear()
    peer.send(odd, beat)
    peer.drain(0.25)
    errors = [p.first(w.ERROR) for p in peer.seen if w.ERROR in p]
    beats = [p.first(w.HEARTBEAT_ACK) for p in peer.seen if w.HEARTBEAT_ACK in p]
    assert bool(errors) == reported and bool(beats) == goes_on
    if reported:
        (cause, value), = errors[0].params(0)
        assert cause == 6 and w.padded(value) == odd.pack()
    assert peer.is_alive()


def test_a_chunk_that_points_outside_ends_the_packet(peer):
    peer.open()
    peer.drain()
    beat = w.Chunk(w.HEARTBEAT, 0, w.param(1, b"first"))
    peer.send(beat, struct.pack("!BBH", w.DATA, 3, 500) + bytes(12))
    packet = peer.receive(0.25)
    assert packet is None or w.HEARTBEAT_ACK in packet or w.ABORT in packet


@pytest.mark.parametrize("length", [0, 1, 3])
def test_a_chunk_shorter_than_its_header_is_harmless(peer, length):
    peer.open()
    peer.drain()
    peer.send(struct.pack("!BBH", w.HEARTBEAT, 0, length))
    packet = peer.receive(0.25)
    assert packet is None or w.ABORT in packet


def test_a_packet_of_nothing_but_a_header_is_dropped(peer):
    peer.open()
    peer.drain()
    peer.send()
    peer.silent()
    assert peer.is_alive()


def test_packets_cut_at_every_length_do_no_harm(peer):
    """With a good checksum over what is left."""
    peer.open()
    peer.drain()
    whole = w.init(7, 7, params=w.address("127.0.0.1") + w.param(w.P_EXTENSIONS, b"\xc1\x80")).pack()
    for length in range(len(whole)):
        peer.send(whole[:length], vtag=0)
    peer.drain(0.2)
    assert peer.is_alive()


def test_a_heartbeat_comes_back_as_it_was(peer):
    peer.open()
    peer.drain()
    info = w.param(1, bytes(range(200)))
    peer.send(w.Chunk(w.HEARTBEAT, 0, info))
    _, ack = peer.expect(w.HEARTBEAT_ACK)
    assert ack.body == info


def test_error_does_not_end_the_association(peer):
    peer.open()
    peer.drain()
    peer.send(w.Chunk(w.ERROR, 0, w.param(1, struct.pack("!HH", 3, 0))))
    peer.silent()
    assert peer.is_alive()


def test_a_stream_that_is_not_there_is_reported(peer):
    """Section 6.5: ERROR, Invalid Stream Identifier; acknowledged all the same."""
    peer.open(out=4)
    tsn = peer.say(b"where to", stream=4000)
    peer.drain(0.4)
    errors = [p.first(w.ERROR) for p in peer.seen if w.ERROR in p]
    (cause, value), = errors[0].params(0)
    assert cause == 1 and struct.unpack("!HH", value) == (4000, 0)
    assert w.read_sack([p for p in peer.seen if w.SACK in p][-1].first(w.SACK)).cum == tsn
    assert not any(w.DATA in p for p in peer.seen)


def test_data_without_user_data_ends_it(peer):
    """Section 6.2: ABORT, No User Data."""
    peer.open()
    tsn = peer.say(b"")
    packet, abort = peer.expect(w.ABORT)
    (cause, value), = abort.params(0)
    assert cause == 9 and struct.unpack("!I", value)[0] == tsn and packet.vtag == peer.tag

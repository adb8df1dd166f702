# SPDX-License-Identifier: GPL-2.0-or-later
"""FORWARD TSN from outside (RFC 3758 sections 3.3 and 3.6)."""

import struct

import pytest
import sctp_wire as w

OFFER = w.param(w.P_FORWARD_TSN)


def forward(cum, *skipped):
    return w.Chunk(w.FORWARD_TSN, 0, struct.pack("!I", cum & 0xFFFFFFFF) +
                   b"".join(struct.pack("!HH", *s) for s in skipped))


def told(peer):
    """The next SACK."""
    return w.read_sack(peer.expect(w.SACK)[1])


@pytest.fixture
def partial(peer):
    """An association of two that know FORWARD TSN, with an echo of everything that arrives."""
    ack = peer.init(OFFER)
    assert w.P_FORWARD_TSN in dict(ack.params(16))
    peer.echo_cookie()
    peer.drain()
    return peer


def echoes(peer, count):
    got = []
    while len(got) < count:
        packet, _ = peer.expect(w.DATA)
        got += [c.payload for c in packet.chunks if c.type == w.DATA]
        peer.ack([c for c in packet.chunks if c.type == w.DATA][-1].tsn)
    return got


def test_what_is_skipped_is_not_waited_for(partial):
    first = partial.tsn
    partial.send(w.data(first + 2, b"third", ssn=2))
    assert told(partial).cum == first - 1
    partial.send(forward(first + 1, (0, 1)))
    assert told(partial).cum == first + 2
    assert echoes(partial, 1) == [b"third"]


def test_data_behind_the_new_point_still_counts(partial):
    """Section 3.6: the point moves on over what was received behind it."""
    first = partial.tsn
    partial.send(w.data(first + 1, b"b", ssn=1))
    partial.send(w.data(first + 3, b"d", ssn=3))
    partial.drain()
    partial.send(forward(first, (0, 0)))
    sack = told(partial)
    assert sack.cum == first + 1 and sack.gaps == [(2, 2)]
    assert echoes(partial, 1) == [b"b"]


def test_one_that_is_out_of_date_is_acknowledged_and_else_ignored(partial):
    first = partial.tsn
    partial.send(w.data(first, b"a", ssn=0))
    assert echoes(partial, 1) == [b"a"]
    partial.drain(0.3)
    partial.send(forward(first - 1, (0, 7)))
    assert told(partial).cum == first
    partial.send(w.data(first + 1, b"b", ssn=1))
    assert echoes(partial, 1) == [b"b"]


def test_a_stream_that_is_not_there_is_passed_over(partial):
    first = partial.tsn
    partial.send(forward(first, (4711, 3), (0, 0)))
    partial.send(w.data(first + 1, b"b", ssn=1))
    assert echoes(partial, 1) == [b"b"]


def test_fragments_of_what_is_skipped_are_thrown_away(partial):
    first = partial.tsn
    partial.send(w.data(first, b"lost ", ssn=0, flags=w.BEGIN))
    partial.send(w.data(first + 2, b"half", ssn=0, flags=w.END))
    partial.drain()
    partial.send(forward(first + 2, (0, 0)))
    assert told(partial).cum == first + 2
    partial.send(w.data(first + 3, b"whole", ssn=1))
    assert echoes(partial, 1) == [b"whole"]


def test_unordered_messages_are_skipped_without_a_stream(partial):
    first = partial.tsn
    partial.send(w.data(first + 1, b"b", ssn=0))
    partial.drain()
    partial.send(forward(first))
    assert told(partial).cum == first + 1
    assert echoes(partial, 1) == [b"b"]


def test_one_that_is_cut_short_changes_nothing(partial):
    first = partial.tsn
    partial.send(w.Chunk(w.FORWARD_TSN, 0, struct.pack("!H", first >> 16)))
    partial.send(w.Chunk(w.FORWARD_TSN, 0, struct.pack("!IH", first, 0)))
    partial.send(w.data(first, b"a", ssn=0))
    assert told(partial).cum == first


def test_without_an_agreement_it_is_an_unknown_chunk(peer):
    """Section 3.3.1: the two high bits of its type say report, and go on."""
    peer.open()
    peer.drain()
    first = peer.next_tsn()
    peer.send(forward(first + 8, (0, 8)), w.data(first, b"a", ssn=0))
    got, causes = [], []
    while len(got) < 1:
        packet = peer.receive()
        assert packet
        got += [c.payload for c in packet.chunks if c.type == w.DATA]
        causes += [c.causes() for c in packet.chunks if c.type == w.ERROR]
    assert got == [b"a"] and causes == [[6]]


# --- and out

def call(server):
    server.await_init()
    server.init_ack(params=w.param(w.P_COOKIE, b"c") + OFFER)
    server.expect(w.COOKIE_ECHO)
    server.send(w.Chunk(w.COOKIE_ACK, 0, b""))
    return server.expect(w.DATA)[1]


@pytest.fixture
def giving_up(callers):
    """A program that sends three messages, none of them again."""
    yield from callers("--count=3", "--size=10", "--retransmissions=0")


def test_what_is_given_up_is_skipped(giving_up):
    chunk = call(giving_up)
    _, skip = giving_up.expect(w.FORWARD_TSN)
    cum = skip.tsn
    streams = [struct.unpack_from("!HH", skip.body, at) for at in range(4, len(skip.body), 4)]
    assert cum == chunk.tsn + 2 and streams == [(0, 2)]
    _, again = giving_up.expect(w.FORWARD_TSN)  # until it is acknowledged
    assert again.tsn == cum
    giving_up.ack(cum)
    giving_up.expect(w.SHUTDOWN)


def test_what_arrived_in_part_is_skipped_in_part(giving_up):
    """Section 3.5 C1 and C2: behind the acknowledgement, as far as there is no gap block."""
    chunk = call(giving_up)
    giving_up.drain()
    giving_up.send(w.sack(chunk.tsn - 1, gaps=[(2, 2)]))
    _, skip = giving_up.expect(w.FORWARD_TSN)
    assert skip.tsn == chunk.tsn
    giving_up.ack(chunk.tsn + 1)
    while (skip := giving_up.expect(w.FORWARD_TSN)[1]).tsn == chunk.tsn:
        pass
    assert skip.tsn == chunk.tsn + 2

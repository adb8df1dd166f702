# SPDX-License-Identifier: GPL-2.0-or-later
"""Data and its acknowledgement from outside (RFC 9260 sections 6 and 7; ETSI TS 102 369, groups D, A,
RT). The program under test echoes each message on the stream that it came by."""

import time

import pytest
import sctp_wire as w


def sack_of(peer, timeout=1.0):
    return w.read_sack(peer.expect(w.SACK, timeout)[1])


@pytest.fixture
def sink(discard):
    """An open association with a program that only listens."""
    discard.open()
    discard.say(b"first")  # the first DATA of an association is acknowledged at once
    discard.expect(w.SACK)
    discard.drain()
    discard.seen.clear()
    return discard


def test_one_message_is_acknowledged_within_the_delay(sink):
    begun = time.monotonic()
    tsn = sink.say(b"one")
    assert sack_of(sink).cum == tsn
    assert 0.05 < time.monotonic() - begun < 0.5  # delayed (section 6.2), never beyond 500 ms


def test_the_second_packet_is_acknowledged_at_once(sink):
    sink.say(b"one")
    begun = time.monotonic()
    tsn = sink.say(b"two")
    assert sack_of(sink).cum == tsn
    assert time.monotonic() - begun < 0.1


def test_the_i_bit_is_acknowledged_at_once(sink):
    begun = time.monotonic()
    tsn = sink.say(b"now", flags=w.WHOLE | w.IMMEDIATE)
    assert sack_of(sink).cum == tsn
    assert time.monotonic() - begun < 0.1


def test_a_gap_is_told_at_once(sink):
    cum = sink.tsn - 1
    sink.next_tsn()
    sink.say(b"behind the gap")
    s = sack_of(sink, 0.1)
    assert s.cum == cum and s.gaps == [(2, 2)]
    sink.say(b"more")
    s = sack_of(sink, 0.1)
    assert s.gaps == [(2, 3)]
    sink.send(w.data(cum + 1, b"fills it"))
    s = sack_of(sink, 0.1)
    assert s.cum == cum + 3 and s.gaps == []


def test_several_gaps_are_told_in_order(sink):
    base = sink.tsn
    for offset in (1, 3, 4, 7):
        sink.send(w.data(base + offset, b"x"))
    sink.drain()
    s = w.read_sack(sink.seen[-1].first(w.SACK))
    assert s.cum == base - 1 and s.gaps == [(2, 2), (4, 5), (8, 8)]


def test_a_duplicate_is_told_at_once_and_once(sink):
    tsn = sink.say(b"twice")
    sack_of(sink)
    sink.send(w.data(tsn, b"twice"))
    s = sack_of(sink, 0.1)
    assert s.cum == tsn and s.duplicates == [tsn]
    sink.say(b"next", flags=w.WHOLE | w.IMMEDIATE)
    assert sack_of(sink).duplicates == []


def test_the_window_shrinks_by_what_is_not_read(peer):
    peer.open()
    peer.say(b"x" * 1000, flags=w.WHOLE | w.IMMEDIATE)
    peer.drain()
    s = w.read_sack([p for p in peer.seen if w.SACK in p][0].first(w.SACK))
    assert s.rwnd <= peer.peer_rwnd


def echoes(peer, count):
    """Payloads that come back, acknowledged as they come."""
    got = []
    deadline = time.monotonic() + 5
    while len(got) < count and time.monotonic() < deadline:
        packet = peer.receive(1.0)
        for c in packet.chunks if packet else ():
            if c.type == w.DATA and c.tsn == peer.peer_tsn:
                got.append(c.payload)
                peer.peer_tsn += 1
        if packet and w.DATA in packet:
            peer.ack()
    return got


def test_order_within_a_stream_is_kept(peer):
    peer.open()
    base = peer.tsn
    peer.send(w.data(base + 1, b"second", ssn=1))
    peer.send(w.data(base, b"first", ssn=0))
    assert echoes(peer, 2) == [b"first", b"second"]


def test_unordered_does_not_wait(peer):
    peer.open()
    base = peer.tsn
    peer.send(w.data(base + 1, b"ordered, second", ssn=1))
    peer.send(w.data(base + 2, b"unordered", flags=w.WHOLE | w.UNORDERED))
    assert echoes(peer, 1) == [b"unordered"]
    peer.send(w.data(base, b"ordered, first", ssn=0))
    assert echoes(peer, 2) == [b"ordered, first", b"ordered, second"]


def test_streams_do_not_wait_for_each_other(peer):
    peer.open()
    base = peer.tsn
    peer.send(w.data(base, b"early in 1", stream=1, ssn=1))
    peer.send(w.data(base + 1, b"stream 2", stream=2, ssn=0))
    assert echoes(peer, 1) == [b"stream 2"]


def test_fragments_in_any_order_become_one_message(peer):
    peer.open()
    base = peer.tsn
    peer.send(w.data(base + 2, b"end", flags=w.END))
    peer.send(w.data(base, b"begin, ", flags=w.BEGIN))
    peer.send(w.data(base + 1, b"middle, ", flags=0))
    assert echoes(peer, 1) == [b"begin, middle, end"]


def test_several_chunks_in_one_packet(peer):
    peer.open()
    base = peer.tsn
    peer.send(*[w.data(base + i, b"%d" % i, ssn=i) for i in range(5)])
    assert echoes(peer, 5) == [b"0", b"1", b"2", b"3", b"4"]


def test_tsns_wrap(peer):
    peer.tsn = 0xFFFFFFFE
    peer.open()
    base = 0xFFFFFFFE
    for i in range(4):
        peer.send(w.data(base + i & 0xFFFFFFFF, b"%d" % i, ssn=i))
    assert echoes(peer, 4) == [b"0", b"1", b"2", b"3"]


# --- The program under test as sender ---------------------------------------------------------------


def ask(peer, count, size=1200):
    """Makes the echo send: count messages come back, none acknowledged yet."""
    for i in range(count):
        peer.send(w.data(peer.next_tsn(), bytes([i]) * size, ssn=i))


def sent(peer):
    """TSNs of DATA that came, in order, with repetitions."""
    return [c.tsn for p in peer.seen for c in p.chunks if c.type == w.DATA]


def test_t3_retransmits_and_doubles(peer):
    peer.open()
    peer.say(b"lost on the way back")
    begun = []
    for _ in range(3):
        peer.expect(w.DATA, 4.0)
        begun.append(time.monotonic())
    first, second = begun[1] - begun[0], begun[2] - begun[1]
    assert 1.6 < second / first < 2.5  # E2 of section 6.3.3
    assert len(set(sent(peer))) == 1


def test_the_first_window_is_that_of_section_7_2_1(peer):
    """min(4 MTU, max(2 MTU, 4404 bytes)) before anything is acknowledged."""
    peer.open()
    ask(peer, 12)
    peer.drain(0.1)
    assert 3 <= len(sent(peer)) <= 5  # a window may be overshot by less than one packet


def test_three_reports_retransmit_fast(peer):
    peer.open()
    ask(peer, 4)
    peer.drain(0.1)
    first = peer.peer_tsn
    assert sent(peer)[0] == first
    peer.seen.clear()
    for last in (2, 3, 4):
        peer.send(w.sack(first - 1, gaps=[(2, last)]))
    begun = time.monotonic()
    _, again = peer.expect(w.DATA, 0.15)
    assert again.tsn == first and time.monotonic() - begun < 0.15


def test_two_reports_do_not(peer):
    peer.open()
    ask(peer, 3)
    peer.drain(0.03)
    first = peer.peer_tsn
    peer.seen.clear()
    for last in (2, 3):
        peer.send(w.sack(first - 1, gaps=[(2, last)]))
    peer.drain(0.03)  # not so long that T3 expires
    assert first not in sent(peer)


def test_what_a_gap_block_took_is_not_sent_again(peer):
    peer.open()
    ask(peer, 3)
    peer.drain(0.1)
    first = peer.peer_tsn
    peer.send(w.sack(first - 1, gaps=[(2, 3)]))
    peer.seen.clear()
    peer.expect(w.DATA, 3.0)
    peer.drain(0.1)
    assert set(sent(peer)) == {first}


def test_a_closed_window_is_probed_with_one_chunk(peer):
    """Section 6.1 A."""
    peer.open(rwnd=1500)
    ask(peer, 3, size=700)
    peer.drain(0.1)
    last = max(sent(peer))
    peer.send(w.sack(last, rwnd=0))
    peer.drain(0.05)
    peer.seen.clear()
    deadline = time.monotonic() + 2.5
    while time.monotonic() < deadline:
        peer.receive(0.2)
    assert len(set(sent(peer))) <= 1


def test_an_old_sack_changes_nothing(peer):
    peer.open()
    ask(peer, 2)
    peer.drain(0.1)
    first = peer.peer_tsn
    peer.ack(first + 1)
    peer.send(w.sack(first - 1))
    peer.seen.clear()
    time.sleep(0.3)
    peer.drain(0.1)
    assert not sent(peer)


def test_too_many_retransmissions_end_it(peer):
    """Section 8.1; the program under test has Association.Max.Retrans 3 and a short RTO.Max."""
    peer.open()
    peer.say(b"never acknowledged")
    deadline = time.monotonic() + 8
    while time.monotonic() < deadline and peer.receive(1.5):
        pass
    assert 2 <= len(sent(peer)) <= 5
    peer.send(w.data(peer.tsn, b"?"))
    packet, abort = peer.expect(w.ABORT)
    assert abort.flags & w.T_BIT


def test_a_sack_for_what_was_never_sent_ends_it(peer):
    peer.open()
    peer.send(w.sack(peer.peer_tsn + 100))
    packet = peer.receive(0.3)
    assert packet and w.ABORT in packet


def test_long_messages_come_in_fragments_of_the_mtu(peer):
    peer.open()
    base = peer.tsn
    for i in range(4):
        flags = (w.BEGIN if i == 0 else 0) | (w.END if i == 3 else 0)
        peer.send(w.data(peer.next_tsn(), bytes([i]) * 1200, flags=flags))
    got = []
    deadline = time.monotonic() + 3
    while time.monotonic() < deadline and not (got and got[-1].flags & w.END):
        packet = peer.receive(1.0)
        for c in packet.chunks if packet else ():
            if c.type == w.DATA:
                got.append(c)
                peer.ack(c.tsn)
    assert base and len(got) >= 4 and got[0].flags & w.BEGIN
    assert b"".join(c.payload for c in got) == b"".join(bytes([i]) * 1200 for i in range(4))
    assert all(not c.flags & (w.BEGIN | w.END) for c in got[1:-1])

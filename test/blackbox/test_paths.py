# SPDX-License-Identifier: GPL-2.0-or-later
"""A peer with two addresses, from outside (RFC 9260 sections 5.4, 6.4, 8.2 to 8.4)."""

import os
import socket
import time

import peer as peers
import pytest
import sctp_wire as w

SECOND, THIRD = "127.0.0.2", "127.0.0.3"
BOTH = w.address("127.0.0.1") + w.address(SECOND)


class Address(peers.Peer):
    """Another address of a peer: the same ports and tags, what comes there and leaves there."""

    def __init__(self, home, text):
        self.__dict__.update(home.__dict__)
        self.seen = []
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((text, home.socket.getsockname()[1]))
        self.answers = False

    def receive(self, timeout=peers.PATIENCE):
        """The next packet; heartbeats only if they are to be answered."""
        if self.answers:
            return super().receive(timeout)
        self.socket.settimeout(timeout)
        try:
            packet = w.unpack(self.socket.recv(65536))
        except TimeoutError:
            return None
        self.seen.append(packet)
        return packet

    def answer(self, packet):
        self.send(w.Chunk(w.HEARTBEAT_ACK, 0, packet.first(w.HEARTBEAT).body))


@pytest.fixture
def second(peer):
    """The other address of a peer whose association is about to begin."""
    found = []

    def open_it(text=SECOND):
        found.append(Address(peer, text))
        return found[-1]

    yield open_it
    for address in found:
        address.close()


@pytest.fixture
def homes(peer, second):
    """Both addresses of an association; the second one is confirmed."""
    peer.open(BOTH)
    other = second()
    packet, _ = other.expect(w.HEARTBEAT)
    other.answer(packet)
    peer.drain()
    return peer, other


def test_a_listed_address_is_probed_with_a_heartbeat_and_nothing_else(peer, second):
    """Section 5.4: no data goes to an address that is not confirmed."""
    other = second()
    peer.open(BOTH)
    packet = other.receive()
    assert packet.types == [w.HEARTBEAT] and packet.vtag == peer.tag
    peer.say(b"x")
    begun = time.monotonic()
    while time.monotonic() - begun < 1.2:  # T3 runs out on the first address in this time
        peer.receive(0.1)
    assert sum(w.DATA in p for p in peer.seen) >= 2
    while packet := other.receive(0.05):
        assert packet.types == [w.HEARTBEAT]


def test_a_heartbeat_ack_with_another_nonce_confirms_nothing(peer, second):
    other = second()
    peer.open(BOTH)
    packet, beat = other.expect(w.HEARTBEAT)
    forged = beat.body[:4] + bytes(b ^ 0x55 for b in beat.body[4:])
    other.peer_tag = peer.peer_tag
    other.send(w.Chunk(w.HEARTBEAT_ACK, 0, forged))
    other.expect(w.HEARTBEAT)  # it is asked again


def test_what_times_out_goes_to_the_other_address(homes):
    """Section 6.4.1."""
    first, other = homes
    tsn = first.peer_tsn
    first.say(b"over there")
    assert first.expect(w.DATA)[1].tsn == tsn
    packet, chunk = other.expect(w.DATA)
    assert chunk.tsn == tsn and packet.vtag == first.tag
    other.send(w.sack(tsn))


def test_an_address_that_fails_is_left_and_taken_up_again(homes):
    """Section 8.2: three retransmissions unanswered, then data begins at the other address."""
    first, other = homes
    other.answers = True
    payload = [b"%d" % i for i in range(6)]
    for i, text in enumerate(payload):
        first.say(text, ssn=i)
        _, chunk = other.expect(w.DATA)
        other.send(w.sack(chunk.tsn))
    first.drain()
    first.seen.clear()
    first.say(b"last", ssn=len(payload))
    begun = time.monotonic()
    _, chunk = other.expect(w.DATA)
    assert chunk.payload == b"last" and time.monotonic() - begun < 0.09  # RTO.Min is 100 ms
    assert not any(w.DATA in p for p in first.seen)
    other.send(w.sack(chunk.tsn))


def test_answers_go_to_where_the_question_came_from(homes):
    """Section 8.3: HEARTBEAT ACK; section 6.4: SACK."""
    first, other = homes
    first.drain()
    token = w.param(1, os.urandom(8))
    other.send(w.Chunk(w.HEARTBEAT, 0, token))
    assert other.expect(w.HEARTBEAT_ACK)[1].body == token
    tsn = first.next_tsn()
    other.send(w.data(tsn, b"via two", flags=w.WHOLE | w.IMMEDIATE))
    assert w.read_sack(other.expect(w.SACK)[1]).cum == tsn


def test_what_comes_from_an_address_that_is_not_the_peers_is_out_of_the_blue(peer, second):
    """Section 8.4 rule 8; the association does not notice."""
    peer.open()
    stranger = second(THIRD)
    stranger.send(w.data(peer.tsn, b"psst"))
    packet, abort = stranger.expect(w.ABORT)
    assert abort.flags & w.T_BIT and packet.vtag == peer.peer_tag
    stranger.send(w.Chunk(w.ABORT, 0, b""))
    stranger.silent()
    assert peer.is_alive()


def test_the_source_of_an_init_counts_though_it_is_not_listed(peer, second):
    """Section 5.1.2 rule 3."""
    other = second()
    peer.open(w.address(SECOND))
    packet, _ = other.expect(w.HEARTBEAT)
    assert peer.is_alive()


def test_an_init_from_elsewhere_that_lists_an_address_of_an_association_is_refused(peer, second):
    """Section 5.1.2 rule 4 and section 5.2.2: it would be a restart with a new address."""
    peer.open()
    stranger = second(THIRD)
    stranger.tag = 0x77777777
    stranger.send_init(params=w.address("127.0.0.1"))
    packet, abort = stranger.expect(w.ABORT)
    assert packet.vtag == 0x77777777 and abort.causes() == [11]
    assert w.address(THIRD) in abort.body
    assert peer.is_alive()


def test_data_from_an_address_that_is_not_confirmed_is_acknowledged_elsewhere(peer, second):
    """Section 5.4: no SACK goes there; section 6.4: nor does an ERROR."""
    other = second()
    peer.open(BOTH)
    other.peer_tag = peer.peer_tag
    tsn = peer.next_tsn()
    other.send(w.data(tsn, b"from two", flags=w.WHOLE | w.IMMEDIATE), w.Chunk(0x7F, 0, b""))
    got = []
    while packet := peer.receive(0.3):
        got += packet.types
    assert w.SACK in got and w.DATA in got
    while packet := other.receive(0.05):
        assert packet.types == [w.HEARTBEAT]


def test_addresses_of_a_family_that_is_not_spoken_are_passed_over(peer, second):
    """Section 5.1.2: all those of the family that is are used."""
    other = second()
    peer.open(w.address("2001:db8::7") + BOTH)
    other.expect(w.HEARTBEAT)
    assert peer.is_alive()

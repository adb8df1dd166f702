# SPDX-License-Identifier: GPL-2.0-or-later
"""Association set-up seen from outside (RFC 9260 section 5; ETSI TS 102 369, group AS)."""

import struct
import time

import pytest
import sctp_wire as w


def alive(peer):
    peer.drain()
    return peer.is_alive()


def test_init_is_answered_with_init_ack_and_a_cookie(peer):
    ack = peer.init()
    assert peer.peer_tag != 0 and peer.cookie
    assert peer.peer_rwnd >= 1500 and peer.peer_out >= 1 and peer.peer_in >= 1
    assert ack.flags == 0


def test_the_handshake_ends_in_an_association(peer):
    peer.open()
    assert alive(peer)


def test_streams_are_no_more_than_the_peer_takes(peer):
    peer.open(most_in=1)
    peer.say(b"hello", stream=0)
    packet, echo = peer.expect(w.DATA)
    assert struct.unpack_from("!H", echo.body, 4)[0] == 0


def test_two_inits_give_two_answers_and_no_state(peer):
    first = peer.init()
    second = peer.init()
    assert first.type == second.type == w.INIT_ACK
    peer.echo_cookie()
    assert alive(peer)


def test_init_ack_tags_differ_from_init_to_init(peer):
    tags = set()
    for _ in range(5):
        peer.init()
        tags.add(peer.peer_tag)
    assert len(tags) > 1


@pytest.mark.parametrize("fields", [{"out": 0}, {"most_in": 0}, {"rwnd": 1499}])
def test_init_with_an_impossible_value_is_refused(peer, fields):
    """Sections 3.3.2 and 5.1.1: ABORT with the INIT's tag."""
    peer.send_init(**fields)
    packet, _ = peer.expect(w.ABORT)
    assert packet.vtag == peer.tag


def test_init_with_tag_zero_is_dropped(peer):
    peer.tag = 0
    peer.send_init()
    packet = peer.receive(0.25)
    assert packet is None or packet.types == [w.ABORT]


def test_init_with_a_verification_tag_is_dropped(peer):
    """Section 12.3: silently."""
    peer.send(w.init(peer.tag, 1), vtag=77)
    peer.silent()


def test_init_is_not_taken_from_a_bundle(peer):
    """Sections 8.5.1 A and 12.3: silently."""
    peer.send(w.init(peer.tag, 1), w.data(1, b"x"), vtag=0)
    peer.silent()


def test_init_that_is_too_short_is_not_answered_with_init_ack(peer):
    peer.send(w.Chunk(w.INIT, 0, struct.pack("!II", peer.tag, 50000)), vtag=0)
    packet = peer.receive(0.25)
    assert packet is None or packet.types == [w.ABORT]


def unknown(kind, text=b"unknown!"):
    return w.param(kind, text)


@pytest.mark.parametrize("kind, reported, goes_on", [
    (0x3A01, False, False), (0x7A01, True, False), (0xBA01, False, True), (0xFA01, True, True)])
def test_unknown_parameters_go_by_their_high_bits(peer, kind, reported, goes_on):
    """Section 3.2.1. What stands behind is an unknown parameter that wants to be reported."""
    ack = peer.init(params=unknown(kind) + unknown(0xFB02))
    reports = [v for k, v in ack.params(16) if k == w.P_UNRECOGNIZED]
    kinds = [struct.unpack_from("!H", v)[0] for v in reports]
    assert (kind in kinds) == reported
    assert (0xFB02 in kinds) == goes_on
    assert all(v == unknown(k)[:len(v)] for k, v in zip(kinds, reports))
    peer.echo_cookie()
    assert alive(peer)


def test_a_host_name_is_refused(peer):
    """Section 3.3.2.1.4: ABORT, Unresolvable Address."""
    name = w.param(w.P_HOSTNAME, b"host.example\0")
    peer.send_init(params=name)
    packet, abort = peer.expect(w.ABORT)
    assert packet.vtag == peer.tag and abort.causes() == [5]


def test_a_forged_cookie_is_dropped(peer):
    peer.init()
    forged = bytearray(peer.cookie)
    for place in (0, len(forged) // 2, len(forged) - 1):
        forged[place] ^= 1
        peer.send(w.Chunk(w.COOKIE_ECHO, 0, bytes(forged)))
        peer.silent()
        forged[place] ^= 1
    peer.echo_cookie()


def test_a_cookie_under_another_tag_is_dropped(peer):
    peer.init()
    peer.send(w.Chunk(w.COOKIE_ECHO, 0, peer.cookie), vtag=peer.peer_tag ^ 1)
    peer.silent()


def test_a_cookie_that_comes_twice_is_acknowledged_twice(peer):
    peer.init()
    peer.echo_cookie()
    peer.echo_cookie()
    peer.say(b"once")
    _, echo = peer.expect(w.DATA)
    assert echo.payload == b"once"


def test_data_behind_the_cookie_is_taken(peer):
    peer.init()
    tsn = peer.next_tsn()
    packet = peer.echo_cookie(w.data(tsn, b"early"))
    assert packet.types[0] == w.COOKIE_ACK
    assert any(w.SACK in p for p in peer.seen) or peer.expect(w.SACK)
    assert any(w.DATA in p for p in peer.seen) or peer.expect(w.DATA)


def test_data_before_the_cookie_is_out_of_the_blue(peer):
    peer.init()
    peer.say(b"too early")
    packet, abort = peer.expect(w.ABORT)
    assert abort.flags & w.T_BIT and packet.vtag == peer.peer_tag


def test_a_stale_cookie_is_told_how_stale(short_cookies):
    peer = short_cookies
    peer.init()
    time.sleep(0.7)
    peer.send(w.Chunk(w.COOKIE_ECHO, 0, peer.cookie))
    packet, error = peer.expect(w.ERROR)
    assert packet.vtag == peer.tag
    (kind, value), = error.params(0)
    assert kind == 3 and 0 < struct.unpack("!I", value)[0] < 2_000_000
    assert not alive(peer)


def test_cookies_can_be_preserved(short_cookies):
    """Section 5.2.6: the INIT asks for more life, in ms."""
    peer = short_cookies
    peer.init(params=w.param(w.P_PRESERVATIVE, struct.pack("!I", 2000)))
    time.sleep(0.7)
    peer.echo_cookie()
    assert alive(peer)


# --- Section 5.2: what comes unexpected -------------------------------------------------------------


def test_a_restart_keeps_the_association_and_starts_anew(peer):
    peer.open()
    peer.say(b"before")
    _, echo = peer.expect(w.DATA)
    peer.ack(echo.tsn)
    old = peer.peer_tag
    peer.tag, peer.tsn = 0x22222222, 5000
    peer.init()
    assert peer.peer_tag != old
    peer.echo_cookie()
    peer.say(b"after")
    _, echo = peer.expect(w.DATA)
    assert echo.payload == b"after" and echo.tsn == peer.peer_tsn


def test_a_restart_with_a_new_address_is_refused(peer):
    """Section 5.2.2: ABORT, Restart of an Association with New Addresses."""
    peer.open()
    tag = peer.peer_tag
    peer.tag = 0x33333333
    peer.send_init(params=w.address("127.0.0.1") + w.address("192.0.2.7"))
    packet, abort = peer.expect(w.ABORT)
    assert packet.vtag == 0x33333333 and abort.causes() == [11]
    peer.tag, peer.peer_tag = 0x11111111, tag
    assert alive(peer)


def test_a_restart_is_nothing_until_its_cookie_comes(peer):
    peer.open()
    old = peer.peer_tag
    mine = peer.tag
    peer.tag = 0x44444444
    peer.init()
    peer.tag, peer.peer_tag = mine, old
    assert alive(peer)


def test_init_ack_and_cookie_ack_out_of_place_are_dropped(peer):
    peer.open()
    peer.drain()
    peer.send(w.init(9, 9, params=w.param(w.P_COOKIE, b"c"), kind=w.INIT_ACK))
    peer.silent()
    peer.send(w.Chunk(w.COOKIE_ACK, 0, b""))
    peer.silent()
    assert alive(peer)


def test_an_old_cookie_with_both_other_tags_does_not_harm(peer):
    """Table of section 5.2.4, no row: the tie tags are not ours, silently dropped."""
    peer.init()
    first = peer.cookie, peer.peer_tag
    peer.tag = 0x55555555
    peer.open()
    now = peer.peer_tag
    peer.send(w.Chunk(w.COOKIE_ECHO, 0, first[0]), vtag=first[1])
    peer.silent()
    peer.peer_tag = now
    assert alive(peer)

# SPDX-License-Identifier: GPL-2.0-or-later
"""AUTH and ASCONF from outside (RFC 4895, RFC 5061), with keys that are derived here anew."""

import os
import struct

import pytest
import sctp_wire as w


def vector(random, chunks, algorithms):
    return (w.param(w.P_RANDOM, random, pad=False) + w.param(w.P_CHUNKS, chunks, pad=False) +
            w.param(w.P_HMAC_ALGO, struct.pack(f"!{len(algorithms)}H", *algorithms), pad=False))


def padded_params(random, chunks, algorithms):
    return (w.param(w.P_RANDOM, random) + w.param(w.P_CHUNKS, chunks) +
            w.param(w.P_HMAC_ALGO, struct.pack(f"!{len(algorithms)}H", *algorithms)) +
            w.param(w.P_EXTENSIONS, b"\x0f\xc1\x80"))


def open_with_auth(peer, algorithms=(w.SHA1,), chunks=b"\xc1\x80"):
    random = os.urandom(32)
    ack = peer.init(params=padded_params(random, chunks, algorithms))
    theirs = dict(ack.params(16))
    peer.theirs = theirs
    their_vector = b"".join(w.param(k, theirs[k], pad=False)
                            for k in (w.P_RANDOM, w.P_CHUNKS, w.P_HMAC_ALGO))
    peer.key = w.association_key(vector(random, chunks, algorithms), their_vector)
    peer.echo_cookie()
    peer.serial = peer.tsn
    peer.drain()
    peer.seen.clear()
    return peer


@pytest.fixture
def authed(peer):
    return open_with_auth(peer)


def asconf(peer, *requests, serial=None, name="127.0.0.1"):
    body = struct.pack("!I", peer.serial if serial is None else serial) + w.address(name)
    for i, (kind, address) in enumerate(requests):
        body += w.param(kind, struct.pack("!I", 100 + i) + w.address(address))
    return w.Chunk(w.ASCONF, 0, body)


def request(peer, *requests, **fields):
    """Sends an ASCONF as it should be, and gives the answer's parameters."""
    chunk = asconf(peer, *requests, **fields)
    peer.send(w.auth(peer.key, [chunk]), chunk)
    packet, ack = peer.expect(w.ASCONF_ACK)
    assert w.auth_is_right(peer.key, packet), "the answer's HMAC is wrong"
    serial = struct.unpack_from("!I", ack.body)[0]
    peer.serial += serial == peer.serial
    return serial, ack.params(4)


def causes_of(answers):
    """Correlation identifiers and causes of the failures."""
    return [(struct.unpack_from("!IH", value)) for kind, value in answers if kind == w.P_CAUSE]


def test_what_is_offered_is_what_the_rfc_asks_for(peer):
    """RFC 4895 sections 3.1 to 3.3: 32 bytes, SHA-1 among the algorithms, no INIT in the chunks."""
    theirs = open_with_auth(peer).theirs
    assert len(theirs[w.P_RANDOM]) == 32
    algorithms = struct.unpack(f"!{len(theirs[w.P_HMAC_ALGO]) // 2}H", theirs[w.P_HMAC_ALGO])
    assert w.SHA1 in algorithms and len(set(algorithms)) == len(algorithms)
    assert {w.ASCONF, w.ASCONF_ACK} <= set(theirs[w.P_CHUNKS])
    assert not {w.INIT, w.INIT_ACK, w.SHUTDOWN_COMPLETE, w.AUTH} & set(theirs[w.P_CHUNKS])


@pytest.mark.parametrize("algorithm", [w.SHA1, w.SHA256])
def test_add_is_done_under_both_algorithms(peer, algorithm):
    open_with_auth(peer, (algorithm, w.SHA1) if algorithm != w.SHA1 else (w.SHA1,))
    chunk = asconf(peer, (w.P_ADD, "127.0.0.2"))
    peer.send(w.auth(peer.key, [chunk], algorithm), chunk)
    packet, ack = peer.expect(w.ASCONF_ACK)
    assert w.auth_is_right(peer.key, packet) and not causes_of(ack.params(4))
    at = packet.types.index(w.AUTH)
    assert struct.unpack_from("!H", packet.chunks[at].body, 2)[0] == algorithm


def test_asconf_without_auth_is_dropped(authed):
    authed.send(asconf(authed, (w.P_ADD, "127.0.0.2")))
    authed.silent()
    assert request(authed, (w.P_ADD, "127.0.0.2"))[0] == authed.serial - 1


def test_asconf_with_a_wrong_hmac_is_dropped(authed):
    chunk = asconf(authed, (w.P_ADD, "127.0.0.2"))
    authed.send(w.auth(b"another key", [chunk]), chunk)
    authed.silent()
    wrong = w.auth(authed.key, [chunk])
    authed.send(w.Chunk(w.AUTH, 0, wrong.body[:-1] + bytes([wrong.body[-1] ^ 1])), chunk)
    authed.silent()
    assert authed.is_alive()


def test_an_unknown_algorithm_is_reported(authed):
    """RFC 4895 section 6.3: ERROR, Unsupported HMAC Identifier."""
    chunk = asconf(authed, (w.P_ADD, "127.0.0.2"))
    authed.send(w.Chunk(w.AUTH, 0, struct.pack("!HH", 0, 99) + bytes(20)), chunk)
    _, error = authed.expect(w.ERROR)
    (cause, value), = error.params(0)
    assert cause == 0x105 and struct.unpack("!H", value)[0] == 99


def test_a_key_that_is_not_there_is_dropped(authed):
    chunk = asconf(authed, (w.P_ADD, "127.0.0.2"))
    authed.send(w.auth(authed.key, [chunk], key_id=7), chunk)
    authed.silent()
    assert authed.is_alive()


def test_an_asconf_that_comes_again_gets_the_same_answer(authed):
    chunk = asconf(authed, (w.P_ADD, "127.0.0.2"))
    answers = []
    for _ in range(2):
        authed.send(w.auth(authed.key, [chunk]), chunk)
        answers.append(authed.expect(w.ASCONF_ACK)[1].body)
    assert answers[0] == answers[1]


def test_an_asconf_out_of_turn_is_dropped(authed):
    chunk = asconf(authed, (w.P_ADD, "127.0.0.2"), serial=authed.serial + 5)
    authed.send(w.auth(authed.key, [chunk]), chunk)
    authed.silent()


def test_the_last_address_stays(authed):
    """RFC 5061 section 5.3: 0xa0, Request to Delete Last Remaining IP Address; or, since it is the
    source too, 0xa2."""
    _, answers = request(authed, (w.P_DELETE, "127.0.0.1"))
    assert causes_of(answers)[0][0] == 100 and causes_of(answers)[0][1] in (0xA0, 0xA2)
    assert authed.is_alive()


def test_an_unknown_address_cannot_be_deleted(authed):
    request(authed, (w.P_ADD, "127.0.0.2"))
    _, answers = request(authed, (w.P_DELETE, "127.0.0.9"))
    assert causes_of(answers) == [(100, 5)]


def test_the_source_cannot_be_deleted(authed):
    request(authed, (w.P_ADD, "127.0.0.2"))
    _, answers = request(authed, (w.P_DELETE, "127.0.0.1"))
    assert causes_of(answers) == [(100, 0xA2)]


def test_three_requests_in_one_asconf(authed):
    """The drafts' section 4.6, as far as one socket can: ADD, SET PRIMARY, and a DELETE that fails."""
    serial, answers = request(authed, (w.P_ADD, "127.0.0.2"), (w.P_SET_PRIMARY, "127.0.0.1"),
                              (w.P_DELETE, "127.0.0.9"))
    assert causes_of(answers) == [(102, 5)]
    assert serial == authed.serial - 1


def test_an_unknown_request_is_reported(authed):
    _, answers = request(authed, (0xC0F0, "127.0.0.2"))
    assert causes_of(answers) == [(100, 8)]


def test_serials_wrap(peer):
    peer.tsn = 0xFFFFFFFF
    open_with_auth(peer)
    assert request(peer, (w.P_ADD, "127.0.0.2"))[0] == 0xFFFFFFFF
    peer.serial = 0
    assert request(peer, (w.P_ADD, "127.0.0.3"))[0] == 0


def test_data_that_must_be_authenticated_is(peer):
    """RFC 4895 section 6.1: a peer that lists DATA gets it behind AUTH only."""
    open_with_auth(peer, chunks=b"\x00\xc1\x80")
    peer.say(b"echo me", flags=w.WHOLE)
    packet, _ = peer.expect(w.DATA)
    assert w.AUTH in packet and packet.types.index(w.AUTH) < packet.types.index(w.DATA)
    assert w.auth_is_right(peer.key, packet)


def test_an_asconf_ack_that_was_never_asked_for_ends_it(authed):
    """RFC 5061 section 5.1 (or it is dropped, when its serial number is an old one)."""
    chunk = w.Chunk(w.ASCONF_ACK, 0, struct.pack("!I", authed.peer_tsn + 50))
    authed.send(w.auth(authed.key, [chunk]), chunk)
    packet, abort = authed.expect(w.ABORT)
    assert abort.causes() == [0xA3]


@pytest.mark.parametrize("address", ["224.0.0.1", "ff02::1", "::ffff:127.0.0.2", "::"])
def test_what_is_no_address_of_a_host_is_not_added(authed, address):
    """RFC 5061 section 4.3.1: Unresolvable; RFC 9260 section 3.3.2.1.2: no IPv4-mapped address."""
    _, answers = request(authed, (w.P_ADD, address))
    if address == "::":
        assert not causes_of(answers)  # section 4.2.1: the source, which is an address already
    else:
        assert [cause for _, cause in causes_of(answers)] == [5]
    assert authed.is_alive()


@pytest.mark.parametrize("params", [
    w.param(w.P_RANDOM, bytes(31)) + w.param(w.P_HMAC_ALGO, b"\0\1"),
    2 * w.param(w.P_RANDOM, bytes(32)) + w.param(w.P_HMAC_ALGO, b"\0\1"),
    w.param(w.P_RANDOM, bytes(32)) + 2 * w.param(w.P_HMAC_ALGO, b"\0\1"),
    w.param(w.P_RANDOM, bytes(32)) + w.param(w.P_HMAC_ALGO, b"\0\3"),
])
def test_an_offer_that_is_none_is_refused(peer, params):
    """RFC 4895 sections 3.3 and 6.1: 32 bytes, SHA-1 among the algorithms, each of them once."""
    peer.send_init(params)
    packet, abort = peer.expect(w.ABORT)
    assert packet.vtag == peer.tag and abort.causes() == [13]


def test_some_chunks_are_never_authenticated(peer):
    """RFC 4895 section 3.2: not even for a peer that lists them."""
    open_with_auth(peer, chunks=bytes([w.INIT, w.INIT_ACK, w.SHUTDOWN_COMPLETE, w.AUTH, w.ASCONF,
                                       w.SHUTDOWN_ACK]))
    peer.send(w.Chunk(w.SHUTDOWN, 0, struct.pack("!I", peer.peer_tsn - 1 & 0xFFFFFFFF)))
    packet, _ = peer.expect(w.SHUTDOWN_ACK)
    assert packet.types == [w.AUTH, w.SHUTDOWN_ACK] and w.auth_is_right(peer.key, packet)
    peer.send(w.Chunk(w.SHUTDOWN_ACK, 0, b""))  # both at once
    packet, _ = peer.expect(w.SHUTDOWN_COMPLETE)
    assert packet.types == [w.SHUTDOWN_COMPLETE]


def test_what_stands_before_auth_is_not_covered_by_it(authed):
    tsn = authed.next_tsn()
    chunk = asconf(authed, (w.P_ADD, "127.0.0.2"))
    auth = w.auth(authed.key, [chunk])
    authed.send(w.data(tsn, b"plain"), auth, chunk)
    got = []
    while w.ASCONF_ACK not in got or w.DATA not in got:
        packet = authed.receive()
        assert packet
        got += packet.types
        if w.DATA in packet:
            authed.ack(packet.first(w.DATA).tsn)
    authed.serial += 1
    late = asconf(authed, (w.P_DELETE, "127.0.0.2"))
    authed.drain(0.3)
    authed.send(late, w.auth(authed.key, []))
    authed.silent()


def test_an_offer_without_chunks_will_do(peer):
    """RFC 4895 section 6.1: the key vector is then RANDOM and HMAC-ALGO."""
    random = os.urandom(32)
    algorithms = w.param(w.P_HMAC_ALGO, b"\0\1", pad=False)
    ack = peer.init(w.param(w.P_RANDOM, random) + w.param(w.P_HMAC_ALGO, b"\0\1") +
                    w.param(w.P_EXTENSIONS, b"\x0f\xc1\x80"))
    theirs = dict(ack.params(16))
    their_vector = b"".join(w.param(k, theirs[k], pad=False)
                            for k in (w.P_RANDOM, w.P_CHUNKS, w.P_HMAC_ALGO))
    peer.key = w.association_key(w.param(w.P_RANDOM, random) + algorithms, their_vector)
    peer.echo_cookie()
    peer.serial = peer.tsn
    peer.drain()
    assert not causes_of(request(peer, (w.P_ADD, "127.0.0.2"))[1])


def test_a_cookie_with_a_wrong_hmac_is_dropped(peer):
    """RFC 4895 section 6.3: the cookie brings what its AUTH chunk is checked with."""
    random = os.urandom(32)
    ack = peer.init(params=padded_params(random, b"\xc1\x80", (w.SHA1,)))
    theirs = dict(ack.params(16))
    key = w.association_key(vector(random, b"\xc1\x80", (w.SHA1,)),
                            b"".join(w.param(k, theirs[k], pad=False)
                                     for k in (w.P_RANDOM, w.P_CHUNKS, w.P_HMAC_ALGO)))
    echo = w.Chunk(w.COOKIE_ECHO, 0, peer.cookie)
    peer.send(w.auth(b"no key", [echo]), echo)
    peer.silent()
    peer.send(w.auth(key, [echo]), echo)
    peer.expect(w.COOKIE_ACK)

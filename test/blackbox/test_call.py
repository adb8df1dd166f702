# SPDX-License-Identifier: GPL-2.0-or-later
"""The side that opens, from outside (RFC 9260 section 5.1; ETSI TS 102 369, group AS and RT)."""

import struct
import time

import sctp_wire as w


def test_init_asks_for_what_it_may(called):
    init = called.await_init()
    tag, rwnd, out, most_in, _ = struct.unpack_from("!IIHHI", init.body)
    assert tag != 0 and rwnd >= 1500 and out > 0 and most_in > 0


def test_the_cookie_comes_back_as_it_was(called):
    called.await_init()
    cookie = bytes(range(256)) + b"odd"
    called.init_ack(params=w.param(w.P_COOKIE, cookie))
    packet, echo = called.expect(w.COOKIE_ECHO)
    assert echo.body == cookie and packet.vtag == called.tag and packet.types[0] == w.COOKIE_ECHO


def test_init_is_repeated_with_the_same_tag(called):
    first = called.await_init()
    begun = time.monotonic()
    second = called.await_init()
    third = called.await_init(5)
    assert first.body == second.body == third.body and time.monotonic() - begun > 0.1


def test_cookie_echo_is_repeated(called):
    called.await_init()
    called.init_ack()
    called.expect(w.COOKIE_ECHO)
    called.expect(w.COOKIE_ECHO)


def test_init_ack_without_a_cookie_is_refused(called):
    """Section 3.3.3: ABORT, Missing Mandatory Parameter: the State Cookie."""
    called.await_init()
    called.init_ack(params=b"")
    packet, abort = called.expect(w.ABORT)
    (cause, value), = abort.params(0)
    assert cause == 2 and struct.unpack("!IH", value) == (1, w.P_COOKIE)
    assert packet.vtag == called.tag


def test_unknown_parameters_of_init_ack_are_reported(called):
    """Section 3.2.1: in an ERROR that goes with the COOKIE ECHO, behind it."""
    called.await_init()
    odd = w.param(0xFA01, b"unknown!")
    called.init_ack(params=w.param(w.P_COOKIE, b"cookie") + odd)
    packet, _ = called.expect(w.COOKIE_ECHO)
    assert packet.types == [w.COOKIE_ECHO, w.ERROR]
    (cause, value), = packet.first(w.ERROR).params(0)
    assert cause == 8 and value == odd


def test_init_ack_with_another_tag_is_dropped(called):
    called.await_init()
    called.send(w.init(called.tag, 1, params=w.param(w.P_COOKIE, b"c"), kind=w.INIT_ACK),
                vtag=called.peer_tag ^ 1)
    packet = called.receive(0.15)
    assert packet is None or packet.types == [w.INIT]
    called.init_ack()
    called.expect(w.COOKIE_ECHO)


def test_init_ack_with_no_streams_is_refused(called):
    called.await_init()
    called.init_ack(out=0)
    packet = called.receive(0.3)
    assert packet is None or w.ABORT in packet or packet.types == [w.INIT]


def test_abort_ends_the_attempt(called):
    called.await_init()
    called.send(w.Chunk(w.ABORT, 0, b""))
    called.silent(0.5)


def test_abort_that_reflects_our_own_tag_ends_the_attempt(called):
    """From a host that has no such port: tag of the INIT, no T bit (8.4 rule 3)."""
    called.await_init()
    called.send(w.Chunk(w.ABORT, 0, b""), vtag=called.peer_tag)
    called.silent(0.5)


def test_init_collision_keeps_the_tag(called):
    """Section 5.2.1: INIT in COOKIE-WAIT is answered with the tag of our own INIT."""
    called.await_init()
    called.send(w.init(called.tag, called.tsn), vtag=0)
    packet, ack = called.expect(w.INIT_ACK)
    assert struct.unpack_from("!I", ack.body)[0] == called.peer_tag
    called.cookie = dict(ack.params(16))[w.P_COOKIE]
    called.echo_cookie()
    assert called.is_alive()


def test_a_stale_cookie_is_fetched_again(called):
    """Section 5.2.6: a new INIT, or the end; not the same cookie for ever."""
    called.await_init()
    called.init_ack()
    called.expect(w.COOKIE_ECHO)
    called.send(w.Chunk(w.ERROR, 0, w.param(3, struct.pack("!I", 100000))))
    again = called.await_init()
    kinds = [k for k, _ in again.params(16)]
    assert w.P_PRESERVATIVE in kinds


def test_shutdown_ack_while_calling_is_completed(called):
    """Section 8.5.1 E: as if out of the blue."""
    called.await_init()
    called.send(w.Chunk(w.SHUTDOWN_ACK, 0, b""), vtag=0x12345678)
    packet, done = called.expect(w.SHUTDOWN_COMPLETE)
    assert done.flags == w.T_BIT and packet.vtag == 0x12345678


def test_the_attempt_ends_after_max_init_retransmits(called):
    """The program under test has Max.Init.Retransmits 3."""
    count = 0
    while called.receive(3.0):
        count += 1
    assert count == 4

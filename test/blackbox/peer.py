# SPDX-License-Identifier: GPL-2.0-or-later
"""A peer made of bytes: it talks SCTP over UDP (RFC 6951) on loopback to a program under test, and
does exactly what a test tells it to, right or wrong."""

import itertools
import os
import socket
import struct
import time

import sctp_wire as w

PATIENCE = 3.0  # seconds for an answer that must come
SILENCE = 0.25  # seconds in which an answer that must not come would have come

_ports = itertools.count(20000)


class Peer:
    """One UDP socket, one SCTP port of ours, one of theirs."""

    def __init__(self, udp_port, port):
        self.udp_port, self.port = udp_port, port
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.own_port = next(_ports)
        self.tag, self.tsn = 0x11111111, 1000
        self.peer_tag = 0
        self.peer_tsn = None  # the next that we expect
        self.address = ("127.0.0.1", udp_port)
        self.seen = []  # what came since the last clear(), in order

    def close(self):
        self.socket.close()

    # --- sending

    def send(self, *chunks, vtag=None, bad_sum=False, port=None):
        vtag = self.peer_tag if vtag is None else vtag
        self.socket.sendto(w.pack(self.own_port, port or self.port, vtag, chunks, bad_sum),
                           self.address)

    # --- receiving

    def receive(self, timeout=PATIENCE):
        """The next packet, or None. Heartbeats are answered, as a peer that is alive does."""
        deadline = time.monotonic() + timeout
        while (left := deadline - time.monotonic()) > 0:
            self.socket.settimeout(left)
            try:
                data, control, _, self.address = self.socket.recvmsg(65536, 64)
            except TimeoutError:
                return None
            packet = w.unpack(data)
            packet.ecn = next((value[0] & 3 for level, kind, value in control
                               if (level, kind) == (socket.IPPROTO_IP, socket.IP_TOS)), 0)
            self.seen.append(packet)
            if w.HEARTBEAT in packet and self.peer_tag:
                beat = packet.first(w.HEARTBEAT)
                self.send(w.Chunk(w.HEARTBEAT_ACK, 0, beat.body))
                if packet.types == [w.HEARTBEAT]:
                    continue
            return packet
        return None

    def expect(self, kind, timeout=PATIENCE):
        """The next packet that has a chunk of this type; (packet, chunk)."""
        deadline = time.monotonic() + timeout
        got = []
        while (left := deadline - time.monotonic()) > 0:
            packet = self.receive(left)
            if packet is None:
                break
            if kind in packet:
                return packet, packet.first(kind)
            got.append(packet.types)
        raise AssertionError(f"no chunk of type {kind} came; got {got}")

    def silent(self, seconds=SILENCE):
        packet = self.receive(seconds)
        assert packet is None, f"silence was due; got {packet}"

    def drain(self, seconds=0.05):
        while self.receive(seconds):
            pass

    # --- associations that we open

    def send_init(self, params=b"", **fields):
        self.send(w.init(self.tag, self.tsn, params=params, **fields), vtag=0)

    def init(self, params=b"", **fields):
        """INIT, INIT ACK; gives the INIT ACK, and keeps what it says."""
        self.send_init(params, **fields)
        packet, ack = self.expect(w.INIT_ACK)
        assert packet.vtag == self.tag and packet.types == [w.INIT_ACK]
        self.learn(ack)
        return ack

    def learn(self, ack):
        self.peer_tag, self.peer_rwnd, self.peer_out, self.peer_in, self.peer_tsn = \
            struct.unpack_from("!IIHHI", ack.body)
        self.cookie = dict(ack.params(16)).get(w.P_COOKIE)

    def echo_cookie(self, *behind):
        self.send(w.Chunk(w.COOKIE_ECHO, 0, self.cookie), *behind)
        return self.expect(w.COOKIE_ACK)[0]

    def open(self, params=b"", **fields):
        self.init(params, **fields)
        self.echo_cookie()
        return self

    # --- data

    def next_tsn(self):
        self.tsn += 1
        return self.tsn - 1

    def say(self, payload, **fields):
        tsn = self.next_tsn()
        self.send(w.data(tsn, payload, **fields))
        return tsn

    def ack(self, upto=None, **fields):
        """Acknowledges what came in order up to and including a TSN."""
        if upto is not None:
            self.peer_tsn = upto + 1 & 0xFFFFFFFF
        self.send(w.sack(self.peer_tsn - 1 & 0xFFFFFFFF, **fields))

    def is_alive(self):
        """True if the association answers a heartbeat; what is no answer to it is passed over."""
        token = os.urandom(4)
        self.send(w.Chunk(w.HEARTBEAT, 0, w.param(1, token)))
        try:
            while True:
                _, answer = self.expect(w.HEARTBEAT_ACK, 1.0)
                if answer.body == w.param(1, token):
                    return True
        except AssertionError:
            return False


class Server(Peer):
    """A peer that is called: the program under test connects to it."""

    def __init__(self, own_udp=0):
        super().__init__(0, 0)
        self.socket.close()
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", own_udp))

    @property
    def own_udp(self):
        return self.socket.getsockname()[1]

    def await_init(self, timeout=PATIENCE):
        packet, chunk = self.expect(w.INIT, timeout)
        assert packet.vtag == 0 and packet.types == [w.INIT]
        self.port = packet.source
        self.own_port = packet.destination
        self.peer_tag, _, _, _, self.peer_tsn = struct.unpack_from("!IIHHI", chunk.body)
        return chunk

    def init_ack(self, params=None, **fields):
        params = w.param(w.P_COOKIE, b"a cookie") if params is None else params
        self.send(w.init(self.tag, self.tsn, params=params, kind=w.INIT_ACK, **fields))

    def accept(self):
        self.await_init()
        self.init_ack()
        self.expect(w.COOKIE_ECHO)
        self.send(w.Chunk(w.COOKIE_ACK, 0, b""))
        return self

# SPDX-License-Identifier: GPL-2.0-or-later
"""SCTP on the wire, written a second time: nothing here comes from core/, so that the engine's codec
and this one have to agree (RFC 9260 section 3, RFC 4895, RFC 5061, RFC 3758)."""

import dataclasses
import hashlib
import hmac
import ipaddress
import struct

DATA, INIT, INIT_ACK, SACK, HEARTBEAT, HEARTBEAT_ACK, ABORT, SHUTDOWN = range(8)
SHUTDOWN_ACK, ERROR, COOKIE_ECHO, COOKIE_ACK, ECNE, CWR, SHUTDOWN_COMPLETE, AUTH = range(8, 16)
ASCONF_ACK, FORWARD_TSN, ASCONF = 0x80, 0xC0, 0xC1

T_BIT = 1
END, BEGIN, UNORDERED, IMMEDIATE = 1, 2, 4, 8
WHOLE = BEGIN | END

P_IPV4, P_IPV6, P_COOKIE, P_UNRECOGNIZED, P_PRESERVATIVE, P_HOSTNAME, P_TYPES = 5, 6, 7, 8, 9, 11, 12
P_RANDOM, P_CHUNKS, P_HMAC_ALGO, P_EXTENSIONS = 0x8002, 0x8003, 0x8004, 0x8008
P_ECN, P_FORWARD_TSN = 0x8000, 0xC000
P_ADD, P_DELETE, P_CAUSE, P_SET_PRIMARY, P_SUCCESS, P_ADAPTATION = range(0xC001, 0xC007)

SHA1, SHA256 = 1, 3
DIGESTS = {SHA1: hashlib.sha1, SHA256: hashlib.sha256}


def _crc_table():
    table = []
    for n in range(256):
        for _ in range(8):
            n = n >> 1 ^ (0x82F63B78 if n & 1 else 0)
        table.append(n)
    return table


CRC_TABLE = _crc_table()


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ CRC_TABLE[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


def padded(data):
    return data + bytes(-len(data) % 4)


@dataclasses.dataclass
class Chunk:
    type: int
    flags: int
    body: bytes

    def pack(self):
        return padded(struct.pack("!BBH", self.type, self.flags, 4 + len(self.body)) + self.body)

    @property
    def tsn(self):
        return struct.unpack_from("!I", self.body)[0]

    @property
    def payload(self):
        return self.body[12:]

    def params(self, offset):
        """The parameters or causes behind the fixed part, as (type, value)."""
        found = []
        at = offset
        while at + 4 <= len(self.body):
            kind, length = struct.unpack_from("!HH", self.body, at)
            assert 4 <= length <= len(self.body) - at, "a parameter points outside its chunk"
            found.append((kind, self.body[at + 4:at + length]))
            at += length + -length % 4
        return found

    def causes(self):
        return [kind for kind, _ in self.params(0)]


@dataclasses.dataclass
class Packet:
    source: int
    destination: int
    vtag: int
    chunks: list

    def __contains__(self, kind):
        return any(c.type == kind for c in self.chunks)

    def first(self, kind):
        return next(c for c in self.chunks if c.type == kind)

    @property
    def types(self):
        return [c.type for c in self.chunks]


def pack(source, destination, vtag, chunks, bad_sum=False):
    body = b"".join(c if isinstance(c, bytes) else c.pack() for c in chunks)
    header = struct.pack("!HHI", source, destination, vtag)
    crc = crc32c(header + bytes(4) + body) ^ (1 if bad_sum else 0)
    return header + struct.pack("<I", crc) + body


def unpack(data):
    source, destination, vtag = struct.unpack_from("!HHI", data)
    crc = struct.unpack_from("<I", data, 8)[0]
    assert crc == crc32c(data[:8] + bytes(4) + data[12:]), "a bad checksum was sent"
    chunks = []
    at = 12
    while at < len(data):
        kind, flags, length = struct.unpack_from("!BBH", data, at)
        assert 4 <= length <= len(data) - at, "a chunk points outside its packet"
        chunks.append(Chunk(kind, flags, data[at + 4:at + length]))
        assert not any(data[at + length:at + length + -length % 4]), "padding that is not zero"
        at += length + -length % 4
    assert chunks, "a packet without a chunk was sent"
    return Packet(source, destination, vtag, chunks)


# --- Chunks and parameters --------------------------------------------------------------------------


def param(kind, value=b"", pad=True):
    packed = struct.pack("!HH", kind, 4 + len(value)) + value
    return padded(packed) if pad else packed


def address(text):
    a = ipaddress.ip_address(text)
    return param(P_IPV4 if a.version == 4 else P_IPV6, a.packed)


def init(tag, tsn, rwnd=100000, out=10, most_in=10, params=b"", kind=INIT):
    return Chunk(kind, 0, struct.pack("!IIHHI", tag, rwnd, out, most_in, tsn) + params)


def data(tsn, payload, stream=0, ssn=0, ppid=0, flags=WHOLE):
    return Chunk(DATA, flags, struct.pack("!IHHI", tsn, stream, ssn, ppid) + payload)


def sack(cum, rwnd=100000, gaps=(), duplicates=()):
    return Chunk(SACK, 0, struct.pack("!IIHH", cum, rwnd, len(gaps), len(duplicates)) +
                 b"".join(struct.pack("!HH", *g) for g in gaps) +
                 b"".join(struct.pack("!I", d) for d in duplicates))


@dataclasses.dataclass
class Sack:
    cum: int
    rwnd: int
    gaps: list
    duplicates: list


def read_sack(chunk):
    cum, rwnd, n_gaps, n_dups = struct.unpack_from("!IIHH", chunk.body)
    assert len(chunk.body) == 12 + 4 * (n_gaps + n_dups)
    gaps = [struct.unpack_from("!HH", chunk.body, 12 + 4 * i) for i in range(n_gaps)]
    dups = [struct.unpack_from("!I", chunk.body, 12 + 4 * (n_gaps + i))[0] for i in range(n_dups)]
    return Sack(cum, rwnd, gaps, dups)


# --- RFC 4895 ---------------------------------------------------------------------------------------


def association_key(ours, theirs, shared=b""):
    """Section 6.1: the smaller key vector first; the shorter counts as padded with zeros in front."""
    a, b = sorted((ours, theirs), key=lambda v: (int.from_bytes(v, "big"), len(v)))
    return shared + a + b


def auth(key, behind, algorithm=SHA1, key_id=0):
    """An AUTH chunk over itself and the chunks behind it."""
    digest = DIGESTS[algorithm]
    empty = Chunk(AUTH, 0, struct.pack("!HH", key_id, algorithm) + bytes(digest().digest_size))
    text = empty.pack() + b"".join(c.pack() for c in behind)
    return Chunk(AUTH, 0, empty.body[:4] + hmac.new(key, text, digest).digest())


def auth_is_right(key, packet):
    """True if the packet's AUTH chunk covers what stands behind it."""
    at = packet.types.index(AUTH)
    theirs = packet.chunks[at]
    key_id, algorithm = struct.unpack_from("!HH", theirs.body)
    return auth(key, packet.chunks[at + 1:], algorithm, key_id).body == theirs.body

/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * SCTP on the wire: numbers of RFC 9260, 3758, 4895 and 5061, and walks over chunks and parameters.
 * Everything here is pure; whatever bytes come in end in a value or in a bad reader.
 */
#ifndef ROAM_SCTP_WIRE_H
#define ROAM_SCTP_WIRE_H

#include "core/base/base-addr.h"
#include "core/base/base-wire.h"

#define SCTP_HEADER 12 /* common header */
#define SCTP_CHUNK_HEADER 4
#define SCTP_DATA_HEADER 16
#define SCTP_INIT_FIXED 20
#define SCTP_FORWARD_TSN_FIXED 8 /* header and New Cumulative TSN */
#define SCTP_SACK_FIXED 16       /* without gap blocks and duplicates */
#define SCTP_PARAM_HEADER 4
#define SCTP_MAX_CHUNK 65535

enum sctp_chunk_type
{
    SCTP_C_DATA = 0,
    SCTP_C_INIT = 1,
    SCTP_C_INIT_ACK = 2,
    SCTP_C_SACK = 3,
    SCTP_C_HEARTBEAT = 4,
    SCTP_C_HEARTBEAT_ACK = 5,
    SCTP_C_ABORT = 6,
    SCTP_C_SHUTDOWN = 7,
    SCTP_C_SHUTDOWN_ACK = 8,
    SCTP_C_ERROR = 9,
    SCTP_C_COOKIE_ECHO = 10,
    SCTP_C_COOKIE_ACK = 11,
    SCTP_C_ECNE = 12,
    SCTP_C_CWR = 13,
    SCTP_C_SHUTDOWN_COMPLETE = 14,
    SCTP_C_AUTH = 15,
    SCTP_C_ASCONF_ACK = 0x80,
    SCTP_C_PAD = 0x84,
    SCTP_C_FORWARD_TSN = 0xc0,
    SCTP_C_ASCONF = 0xc1
};

/* Flags of a DATA chunk (RFC 9260 section 3.3.1) and the T bit (sections 3.3.7, 3.3.13). */
#define SCTP_F_END 0x01
#define SCTP_F_BEGIN 0x02
#define SCTP_F_UNORDERED 0x04
#define SCTP_F_IMMEDIATE 0x08
#define SCTP_F_T 0x01

enum sctp_param_type
{
    SCTP_P_HEARTBEAT_INFO = 1,
    SCTP_P_IPV4 = 5,
    SCTP_P_IPV6 = 6,
    SCTP_P_COOKIE = 7,
    SCTP_P_UNRECOGNIZED = 8,
    SCTP_P_COOKIE_PRESERVATIVE = 9,
    SCTP_P_HOSTNAME = 11,
    SCTP_P_ADDRESS_TYPES = 12,
    SCTP_P_ECN = 0x8000, /* ECN Capable, RFC 4960 appendix A; reserved in RFC 9260 */
    SCTP_P_RANDOM = 0x8002,
    SCTP_P_CHUNKS = 0x8003,
    SCTP_P_HMAC_ALGO = 0x8004,
    SCTP_P_PAD = 0x8005, /**< RFC 4820 */
    SCTP_P_EXTENSIONS = 0x8008,
    SCTP_P_FORWARD_TSN = 0xc000, /* Forward-TSN-Supported, RFC 3758 section 3.1 */
    SCTP_P_ADD = 0xc001,
    SCTP_P_DELETE = 0xc002,
    SCTP_P_ERROR_CAUSE = 0xc003,
    SCTP_P_SET_PRIMARY = 0xc004,
    SCTP_P_SUCCESS = 0xc005,
    SCTP_P_ADAPTATION = 0xc006
};

enum sctp_cause
{
    SCTP_E_STREAM = 1,
    SCTP_E_MISSING_PARAM = 2,
    SCTP_E_STALE_COOKIE = 3,
    SCTP_E_RESOURCE = 4,
    SCTP_E_UNRESOLVABLE = 5,
    SCTP_E_UNRECOGNIZED_CHUNK = 6,
    SCTP_E_INVALID_PARAM = 7,
    SCTP_E_UNRECOGNIZED_PARAM = 8,
    SCTP_E_NO_USER_DATA = 9,
    SCTP_E_COOKIE_SHUTDOWN = 10,
    SCTP_E_RESTART_ADDRESSES = 11,
    SCTP_E_USER_ABORT = 12,
    SCTP_E_PROTOCOL = 13,
    SCTP_E_DELETE_LAST = 0xa0,
    SCTP_E_ASCONF_RESOURCE = 0xa1,
    SCTP_E_DELETE_SOURCE = 0xa2,
    SCTP_E_ILLEGAL_ASCONF_ACK = 0xa3,
    SCTP_E_NO_AUTHORIZATION = 0xa4,
    SCTP_E_HMAC = 0x105
};

/** One chunk inside a packet. */
struct sctp_chunk
{
    uint8_t type, flags;
    const uint8_t* bytes; /**< header included */
    size_t len;           /**< header included, padding not */
    const uint8_t* body;
    size_t body_len;
};

/** One parameter or error cause; both have the same header. */
struct sctp_param
{
    uint16_t type;
    const uint8_t* bytes; /**< header included */
    size_t len;           /**< header included, padding not */
    const uint8_t* value;
    size_t value_len;
};

static inline size_t sctp_pad4(size_t len)
{
    return (len + 3) & ~(size_t)3;
}

/** a before b, and a at or before b, in serial number arithmetic (RFC 1982). */
static inline bool sctp_before(uint32_t a, uint32_t b)
{
    return (int32_t)(a - b) < 0;
}

static inline bool sctp_ssn_before(uint16_t a, uint16_t b)
{
    return (int16_t)(uint16_t)(a - b) < 0;
}

/**
 * The next chunk or parameter; false at the end, and false with r->bad where a length is short
 * or points outside. The padding of the last one may be missing.
 */
bool sctp_next_chunk(struct roam_reader* r, struct sctp_chunk* c);
bool sctp_next_param(struct roam_reader* r, struct sctp_param* p);

/** True for the types above, in whichever chunk they have their place. */
bool sctp_param_is_known(uint16_t type);

/** Reads an IPv4 or IPv6 address parameter; false when it is neither or has another length. */
bool sctp_param_addr(const struct sctp_param* p, struct roam_addr* a);

/** Bytes of an address parameter: 8 or 20. */
static inline size_t sctp_addr_param_len(const struct roam_addr* a)
{
    return a->family == ROAM_ADDR_V4 ? 8 : 20;
}

void sctp_write_header(struct roam_writer* w, uint16_t src, uint16_t dst, uint32_t vtag);
void sctp_write_chunk(struct roam_writer* w, uint8_t type, uint8_t flags, size_t len);
void sctp_write_param(struct roam_writer* w, uint16_t type, const void* value, size_t len);
void sctp_write_addr(struct roam_writer* w, const struct roam_addr* a);

/** CRC32c over a packet with the checksum field taken as zero, in the order of the wire. */
uint32_t sctp_crc32c(const uint8_t* packet, size_t len);

/** Writes the checksum of a finished packet into its header. */
void sctp_seal(uint8_t* packet, size_t len);

bool sctp_checksum_ok(const uint8_t* packet, size_t len);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* CRC32c of RFC 9260 appendix A: ISA-L's where it is there, else the processor's instruction, else
 * a table. */
#include "core/sctp/sctp-wire.h"

#ifdef ROAM_HAVE_ISAL
#include <isa-l/crc.h>

#ifdef __x86_64__
__attribute__((target("avx"))) static void clear_upper_halves(void)
{
    __builtin_ia32_vzeroupper();
}
#endif

static uint32_t crc_add(uint32_t crc, const uint8_t* p, size_t len)
{
    /* ISA-L's buffer is not const, though it is only read */
    crc = crc32_iscsi((unsigned char*)(uintptr_t)p, (int)len, crc);
#ifdef __x86_64__
    /* its AVX-512 code returns with the upper halves of the vector registers in use, and until
     * somebody clears them every SSE instruction of the program is slow (doc/performance.md) */
    if (__builtin_cpu_supports("avx"))
    {
        clear_upper_halves();
    }
#endif
    return crc;
}
#else

/* Two nibbles a byte: a table small enough to be read, and to be constant. The polynomial is
 * 0x1edc6f41, reflected 0x82f63b78; row i is i shifted through it four times. */
static const uint32_t nibble[16] = {
    0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1, 0x417b1dbc, 0x5125dad3, 0x61c69362, 0x7198540d,
    0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9, 0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75,
};

static uint32_t crc_add_by_table(uint32_t crc, const uint8_t* p, size_t len)
{
    for (size_t i = 0; i < len; i++)
    {
        crc ^= p[i];
        crc = nibble[crc & 15] ^ (crc >> 4);
        crc = nibble[crc & 15] ^ (crc >> 4);
    }
    return crc;
}

#ifdef __x86_64__
__attribute__((target("sse4.2"))) static uint32_t
crc_add_by_instruction(uint32_t crc, const uint8_t* p, size_t len)
{
    uint64_t c = crc;
    uint64_t eight;
    for (; len >= sizeof eight; p += sizeof eight, len -= sizeof eight)
    {
        memcpy(&eight, p, sizeof eight);
        c = __builtin_ia32_crc32di(c, eight);
    }
    return crc_add_by_table((uint32_t)c, p, len);
}
#endif

static uint32_t crc_add(uint32_t crc, const uint8_t* p, size_t len)
{
#ifdef __x86_64__
    if (__builtin_cpu_supports("sse4.2"))
    {
        return crc_add_by_instruction(crc, p, len);
    }
#endif
    return crc_add_by_table(crc, p, len);
}
#endif

uint32_t sctp_crc32c(const uint8_t* packet, size_t len)
{
    uint8_t header[SCTP_HEADER] = {0}; /* counted with zeros in the place of the checksum */
    assert(len >= SCTP_HEADER);
    memcpy(header, packet, 8);
    uint32_t crc = crc_add(~0u, header, SCTP_HEADER);
    crc = ~crc_add(crc, packet + SCTP_HEADER, len - SCTP_HEADER);
    /* the CRC goes out least significant byte first (appendix A) */
    return crc << 24 | (crc & 0xff00) << 8 | (crc >> 8 & 0xff00) | crc >> 24;
}

void sctp_seal(uint8_t* packet, size_t len)
{
    roam_put32(packet + 8, sctp_crc32c(packet, len));
}

bool sctp_checksum_ok(const uint8_t* packet, size_t len)
{
    return roam_get32(packet + 8) == sctp_crc32c(packet, len);
}

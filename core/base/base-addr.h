/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_BASE_ADDR_H
#define ROAM_BASE_ADDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C"
{
#endif

    /** Values of roam_addr.family; the number is the IP version. */
    enum
    {
        ROAM_ADDR_NONE = 0,
        ROAM_ADDR_V4 = 4,
        ROAM_ADDR_V6 = 6
    };

    /** An IPv4 or IPv6 address. Unused bytes are zero, so that two equal addresses are equal bytes.
     */
    struct roam_addr
    {
        uint8_t family;
        uint8_t bytes[16]; /**< network byte order; IPv4 uses the first four */
    };

/** The longest text of an address with its final zero. */
#define ROAM_ADDR_TEXT 46

    struct roam_addr roam_addr_v4(uint32_t host_order);
    struct roam_addr roam_addr_v6(const uint8_t bytes[16]);

    /** Reads dotted-quad or RFC 4291 text. Returns false, and leaves *a alone, on anything else. */
    bool roam_addr_parse(struct roam_addr* a, const char* text);

    /** Writes the text (RFC 5952 for IPv6; "-" for no address) and returns buf. */
    const char* roam_addr_text(const struct roam_addr* a, char buf[ROAM_ADDR_TEXT]);

    static inline bool roam_addr_equal(const struct roam_addr* a, const struct roam_addr* b)
    {
        return memcmp(a, b, sizeof *a) == 0;
    }

    /** 0.0.0.0 or ::, the wildcard of RFC 5061 section 4.2.4. */
    bool roam_addr_is_any(const struct roam_addr* a);

    /** Something a packet may come from or go to: no wildcard, multicast or limited broadcast. */
    bool roam_addr_is_unicast(const struct roam_addr* a);

    /** 127/8 or ::1. */
    bool roam_addr_is_loopback(const struct roam_addr* a);

    /** ::ffff:a.b.c.d, which SCTP never uses (RFC 9260 section 3.3.2.1.2). */
    bool roam_addr_is_v4_mapped(const struct roam_addr* a);

    /** fe80::/10 or 169.254/16. */
    bool roam_addr_is_link_local(const struct roam_addr* a);

#ifdef __cplusplus
}
#endif

#endif

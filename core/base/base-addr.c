/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/base/base-addr.h"

#include <arpa/inet.h>

struct roam_addr roam_addr_v4(uint32_t host_order)
{
    struct roam_addr a = {.family = ROAM_ADDR_V4};
    a.bytes[0] = (uint8_t)(host_order >> 24);
    a.bytes[1] = (uint8_t)(host_order >> 16);
    a.bytes[2] = (uint8_t)(host_order >> 8);
    a.bytes[3] = (uint8_t)host_order;
    return a;
}

struct roam_addr roam_addr_v6(const uint8_t bytes[16])
{
    struct roam_addr a = {.family = ROAM_ADDR_V6};
    memcpy(a.bytes, bytes, 16);
    return a;
}

bool roam_addr_parse(struct roam_addr* a, const char* text)
{
    struct roam_addr r = {0};
    if (inet_pton(AF_INET, text, r.bytes) == 1)
    {
        r.family = ROAM_ADDR_V4;
    }
    else if (inet_pton(AF_INET6, text, r.bytes) == 1)
    {
        r.family = ROAM_ADDR_V6;
    }
    else
    {
        return false;
    }
    *a = r;
    return true;
}

const char* roam_addr_text(const struct roam_addr* a, char buf[ROAM_ADDR_TEXT])
{
    if (a->family == ROAM_ADDR_NONE ||
        !inet_ntop(a->family == ROAM_ADDR_V4 ? AF_INET : AF_INET6, a->bytes, buf, ROAM_ADDR_TEXT))
    {
        memcpy(buf, "-", 2);
    }
    return buf;
}

bool roam_addr_is_any(const struct roam_addr* a)
{
    static const uint8_t zero[16];
    return memcmp(a->bytes, zero, sizeof zero) == 0;
}

bool roam_addr_is_unicast(const struct roam_addr* a)
{
    if (a->family == ROAM_ADDR_NONE || roam_addr_is_any(a))
    {
        return false;
    }
    return a->family == ROAM_ADDR_V4 ? a->bytes[0] < 224 : a->bytes[0] != 0xff;
}

bool roam_addr_is_loopback(const struct roam_addr* a)
{
    static const uint8_t one[16] = {[15] = 1};
    return a->family == ROAM_ADDR_V4 ? a->bytes[0] == 127
                                     : a->family == ROAM_ADDR_V6 && memcmp(a->bytes, one, 16) == 0;
}

bool roam_addr_is_link_local(const struct roam_addr* a)
{
    if (a->family == ROAM_ADDR_V4)
    {
        return a->bytes[0] == 169 && a->bytes[1] == 254;
    }
    return a->family == ROAM_ADDR_V6 && a->bytes[0] == 0xfe && (a->bytes[1] & 0xc0) == 0x80;
}

bool roam_addr_is_v4_mapped(const struct roam_addr* a)
{
    static const uint8_t prefix[12] = {[10] = 0xff, [11] = 0xff};
    return a->family == ROAM_ADDR_V6 && memcmp(a->bytes, prefix, sizeof prefix) == 0;
}

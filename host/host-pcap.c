/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets to a file that Wireshark reads, with IP (and UDP) headers as they had them. */
#include "host/host-priv.h"

#include "core/base/base-wire.h"

#include <string.h>
#include <sys/time.h>

#define LINKTYPE_RAW 101
#define HEADERS_MAX 48

FILE* host_pcap_open(const char* path)
{
    const uint32_t head[6] = {0xa1b2c3d4, 2 | 4 << 16, 0, 0, 65535, LINKTYPE_RAW};
    FILE* f = fopen(path, "wb");
    if (f)
    {
        fwrite(head, sizeof head, 1, f);
    }
    return f;
}

/** The one's complement sum of 16-bit words. */
static uint16_t sum16(uint32_t sum, const uint8_t* p, size_t len)
{
    for (size_t i = 0; i < len; i++)
    {
        sum += (uint32_t)p[i] << (i % 2 ? 0 : 8);
    }
    while (sum >> 16)
    {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return (uint16_t)sum;
}

static void write_ip(struct roam_writer* w, const struct roam_packet* p, size_t payload,
                     uint8_t next)
{
    if (p->src.family == ROAM_ADDR_V4)
    {
        uint8_t* h = w->p;
        roam_write16(w, 0x4500);
        roam_write16(w, (uint16_t)(20 + payload));
        roam_write32(w, 0x00004000); /* DF */
        roam_write8(w, 64);
        roam_write8(w, next);
        roam_write16(w, 0);
        roam_write_bytes(w, p->src.bytes, 4);
        roam_write_bytes(w, p->dst.bytes, 4);
        roam_put16(h + 10, (uint16_t)~sum16(0, h, 20));
        return;
    }
    roam_write32(w, 0x60000000);
    roam_write16(w, (uint16_t)payload);
    roam_write8(w, next);
    roam_write8(w, 64);
    roam_write_bytes(w, p->src.bytes, 16);
    roam_write_bytes(w, p->dst.bytes, 16);
}

static void write_udp(struct roam_writer* w, const struct roam_packet* p, uint16_t from,
                      uint16_t to)
{
    const size_t alen = p->src.family == ROAM_ADDR_V4 ? 4 : 16;
    const size_t len = 8 + p->len;
    uint8_t* h = w->p;
    roam_write16(w, from);
    roam_write16(w, to);
    roam_write16(w, (uint16_t)len);
    roam_write16(w, 0);
    uint32_t sum = sum16((uint32_t)len + IPPROTO_UDP, p->src.bytes, alen);
    sum = sum16(sum, p->dst.bytes, alen);
    sum = sum16(sum, h, 8);
    sum = ~sum16(sum, p->data, p->len) & 0xffff;
    roam_put16(h + 6, (uint16_t)(sum ? sum : 0xffff));
}

void host_pcap_write(struct roam_host* host, const struct roam_packet* p, bool sent,
                     uint16_t udp_port)
{
    if (!host->pcap)
    {
        return;
    }
    uint8_t headers[HEADERS_MAX];
    struct roam_writer w = roam_writer(headers, sizeof headers);
    write_ip(&w, p, p->len + (udp_port ? 8 : 0), udp_port ? IPPROTO_UDP : IPPROTO_SCTP);
    if (udp_port)
    {
        write_udp(&w, p, sent ? host->udp_port : udp_port, sent ? udp_port : host->udp_port);
    }
    struct timeval t;
    gettimeofday(&t, NULL);
    const uint32_t len = (uint32_t)(roam_written(&w) + p->len);
    const uint32_t record[4] = {(uint32_t)t.tv_sec, (uint32_t)t.tv_usec, len, len};
    fwrite(record, sizeof record, 1, host->pcap);
    fwrite(headers, roam_written(&w), 1, host->pcap);
    fwrite(p->data, p->len, 1, host->pcap);
}

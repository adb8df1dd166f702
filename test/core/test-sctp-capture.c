/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Real bytes: two captures of usrsctp, one on raw IP and one over UDP. Each chunk is read into its
 * fields and written again from them with our writers, and each packet is put together again with
 * its checksum: the same bytes come out. */
#include "core/sctp/sctp-wire.h"
#include "core/sctp/sctp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* --- The files ------------------------------------------------------------------------------- */

enum
{
    LINK_ETHERNET = 1,
    LINK_COOKED2 = 276,
    UDP = 17,
    UDP_PORT = 9899, /* RFC 6951 */
    PACKET_MAX = 2048
};

struct capture
{
    uint8_t* bytes;
    size_t len, at;
};

static uint32_t little32(const uint8_t* p)
{
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static struct capture capture_open(const char* path)
{
    struct capture c = {malloc(1 << 20), 0, 24};
    FILE* f = fopen(path, "rb");
    assert_non_null(f);
    c.len = fread(c.bytes, 1, 1 << 20, f);
    assert_int_equal(little32(c.bytes), 0xa1b2c3d4);
    fclose(f);
    return c;
}

/** The SCTP packet of an IPv4 packet, bare or in UDP; NULL when there is none. */
static const uint8_t* sctp_of(const uint8_t* ip, size_t* len)
{
    const size_t header = 4u * (ip[0] & 15);
    const uint8_t* inside = ip + header;
    *len = roam_get16(ip + 2) - header;
    if (ip[0] >> 4 == 4 && ip[9] == 132)
    {
        return inside;
    }
    if (ip[0] >> 4 == 4 && ip[9] == UDP &&
        (roam_get16(inside) == UDP_PORT || roam_get16(inside + 2) == UDP_PORT))
    {
        *len -= 8;
        return inside + 8;
    }
    return NULL;
}

static const uint8_t* capture_next(struct capture* c, size_t* len)
{
    const uint32_t link = little32(c->bytes + 20);
    assert_true(link == LINK_ETHERNET || link == LINK_COOKED2);
    while (c->at + 16 <= c->len)
    {
        const uint8_t* frame = c->bytes + c->at + 16;
        const size_t type_at = link == LINK_ETHERNET ? 12 : 0;
        const size_t network = link == LINK_ETHERNET ? 14 : 20;
        c->at += 16 + little32(c->bytes + c->at + 8);
        assert_true(c->at <= c->len);
        const uint8_t* sctp =
            roam_get16(frame + type_at) == 0x0800 ? sctp_of(frame + network, len) : NULL;
        if (sctp)
        {
            return sctp;
        }
    }
    return NULL;
}

/* --- Chunks, read and written again ---------------------------------------------------------- */

static void write_params(struct roam_writer* w, struct roam_reader* r);

/** A parameter or an error cause from its fields. */
static void write_param(struct roam_writer* w, const struct sctp_param* p)
{
    struct roam_addr addr;
    struct roam_reader value = roam_reader(p->value, p->value_len);
    switch (p->type)
    {
    case SCTP_P_IPV4:
    case SCTP_P_IPV6:
        assert_true(sctp_param_addr(p, &addr));
        sctp_write_addr(w, &addr);
        break;
    case SCTP_P_ADD:
    case SCTP_P_DELETE:
    case SCTP_P_SET_PRIMARY:
        roam_write16(w, p->type);
        roam_write16(w, (uint16_t)p->len);
        roam_write32(w, roam_read32(&value)); /* correlation identifier */
        write_params(w, &value);
        break;
    default:
        sctp_write_param(w, p->type, p->value, p->value_len);
    }
}

static void write_params(struct roam_writer* w, struct roam_reader* r)
{
    struct sctp_param p;
    while (sctp_next_param(r, &p))
    {
        write_param(w, &p);
    }
    assert_false(r->bad);
}

/** Whole words, one by one: the fixed fields of many chunks. */
static void write_words(struct roam_writer* w, struct roam_reader* r, size_t n)
{
    for (size_t i = 0; i < n; i++)
    {
        roam_write32(w, roam_read32(r));
    }
}

static void write_init(struct roam_writer* w, struct roam_reader* r)
{
    write_words(w, r, 2); /* tag, window */
    roam_write16(w, roam_read16(r));
    roam_write16(w, roam_read16(r));
    write_words(w, r, 1);
    write_params(w, r);
}

static void write_data(struct roam_writer* w, struct roam_reader* r)
{
    write_words(w, r, 1);
    roam_write16(w, roam_read16(r)); /* stream */
    roam_write16(w, roam_read16(r)); /* SSN */
    write_words(w, r, 1);
    const size_t payload = roam_left(r);
    assert_true(payload > 0);
    roam_write_bytes(w, roam_read_bytes(r, payload), payload);
}

static void write_sack(struct roam_writer* w, struct roam_reader* r)
{
    write_words(w, r, 2); /* cumulative TSN, window */
    const uint16_t gaps = roam_read16(r), duplicates = roam_read16(r);
    roam_write16(w, gaps);
    roam_write16(w, duplicates);
    for (uint16_t i = 0; i < gaps; i++)
    {
        roam_write16(w, roam_read16(r));
        roam_write16(w, roam_read16(r));
    }
    write_words(w, r, duplicates);
}

static void write_auth(struct roam_writer* w, struct roam_reader* r)
{
    roam_write16(w, roam_read16(r)); /* key */
    roam_write16(w, roam_read16(r)); /* HMAC */
    const size_t digest = roam_left(r);
    roam_write_bytes(w, roam_read_bytes(r, digest), digest);
}

static void write_asconf(struct roam_writer* w, struct roam_reader* r)
{
    write_words(w, r, 1); /* serial */
    write_params(w, r);
}

static void write_cookie(struct roam_writer* w, struct roam_reader* r)
{
    const size_t len = roam_left(r);
    roam_write_bytes(w, roam_read_bytes(r, len), len);
}

static void write_body(struct roam_writer* w, const struct sctp_chunk* c)
{
    struct roam_reader r = roam_reader(c->body, c->body_len);
    switch (c->type)
    {
    case SCTP_C_DATA:
        write_data(w, &r);
        break;
    case SCTP_C_INIT:
    case SCTP_C_INIT_ACK:
        write_init(w, &r);
        break;
    case SCTP_C_SACK:
        write_sack(w, &r);
        break;
    case SCTP_C_HEARTBEAT:
    case SCTP_C_HEARTBEAT_ACK:
    case SCTP_C_ABORT: /* causes have the shape of parameters */
        write_params(w, &r);
        break;
    case SCTP_C_SHUTDOWN:
        write_words(w, &r, 1);
        break;
    case SCTP_C_COOKIE_ECHO:
        write_cookie(w, &r);
        break;
    case SCTP_C_AUTH:
        write_auth(w, &r);
        break;
    case SCTP_C_ASCONF:
    case SCTP_C_ASCONF_ACK:
        write_asconf(w, &r);
        break;
    case SCTP_C_SHUTDOWN_ACK:
    case SCTP_C_COOKIE_ACK:
    case SCTP_C_SHUTDOWN_COMPLETE:
        break;
    default:
        fail_msg("chunk type %u is not read", c->type);
    }
    assert_false(r.bad);
    assert_int_equal(roam_left(&r), 0);
}

/** Writes the chunk from its fields. What is not a whole word is padded with zeros. */
static void write_again(struct roam_writer* w, const struct sctp_chunk* c)
{
    uint8_t* at = w->p;
    sctp_write_chunk(w, c->type, c->flags, c->len);
    write_body(w, c);
    while ((w->p - at) % 4)
    {
        roam_write8(w, 0);
    }
    assert_int_equal(w->p - at, sctp_pad4(c->len));
    assert_memory_equal(at, c->bytes, c->len);
}

/** Counts the chunks of each type of a file whose packets all come out the same. */
static void check_file(const char* path, int counts[256])
{
    struct capture cap = capture_open(path);
    const uint8_t* p;
    size_t len;
    while ((p = capture_next(&cap, &len)))
    {
        uint8_t again[PACKET_MAX];
        struct roam_writer w = roam_writer(again, sizeof again);
        struct roam_reader r = roam_reader(p + SCTP_HEADER, len - SCTP_HEADER);
        struct sctp_chunk c;
        assert_true(sctp_checksum_ok(p, len));
        sctp_write_header(&w, sctp_packet_source_port(p), sctp_packet_destination_port(p),
                          roam_get32(p + 4));
        while (sctp_next_chunk(&r, &c))
        {
            counts[c.type]++;
            write_again(&w, &c);
        }
        assert_false(r.bad);
        assert_int_equal(roam_written(&w), len);
        sctp_seal(again, len);
        assert_memory_equal(again, p, len);
    }
    free(cap.bytes);
}

/** All of the chunks in the file were seen, and no other ones: tshark has counted them. */
static void check_counts(const int counts[256], const int expected[256])
{
    for (int type = 0; type < 256; type++)
    {
        if (counts[type] != expected[type])
        {
            fail_msg("%d chunks of type %d, %d expected", counts[type], type, expected[type]);
        }
    }
}

static void an_association_with_address_changes_comes_out_the_same(void** state)
{
    (void)state;
    int counts[256] = {0};
    static const int expected[256] = {
        [SCTP_C_DATA] = 3,
        [SCTP_C_INIT] = 1,
        [SCTP_C_INIT_ACK] = 1,
        [SCTP_C_SACK] = 3,
        [SCTP_C_HEARTBEAT] = 1,
        [SCTP_C_HEARTBEAT_ACK] = 1,
        [SCTP_C_SHUTDOWN] = 1,
        [SCTP_C_SHUTDOWN_ACK] = 1,
        [SCTP_C_COOKIE_ECHO] = 1,
        [SCTP_C_COOKIE_ACK] = 1,
        [SCTP_C_SHUTDOWN_COMPLETE] = 1,
        [SCTP_C_AUTH] = 6,
        [SCTP_C_ASCONF] = 3,
        [SCTP_C_ASCONF_ACK] = 3,
    };
    check_file(ROAM_TEST_DATA "/asconf_raw.pcap", counts);
    check_counts(counts, expected);
}

static void reliable_server_pooling_over_udp_comes_out_the_same(void** state)
{
    (void)state;
    int counts[256] = {0};
    static const int expected[256] = {
        [SCTP_C_DATA] = 38,        [SCTP_C_INIT] = 2,
        [SCTP_C_INIT_ACK] = 2,     [SCTP_C_SACK] = 51,
        [SCTP_C_ABORT] = 2,        [SCTP_C_SHUTDOWN] = 2,
        [SCTP_C_SHUTDOWN_ACK] = 2, [SCTP_C_COOKIE_ECHO] = 2,
        [SCTP_C_COOKIE_ACK] = 2,   [SCTP_C_SHUTDOWN_COMPLETE] = 1,
    };
    check_file(ROAM_TEST_DATA "/rserpool2.pcap", counts);
    check_counts(counts, expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_association_with_address_changes_comes_out_the_same),
        cmocka_unit_test(reliable_server_pooling_over_udp_comes_out_the_same),
    };
    return cmocka_run_group_tests_name("sctp-capture", tests, NULL, NULL);
}

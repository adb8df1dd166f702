/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bytes: checksums, chunk walks, the TSN map, and a capture of two usrsctp endpoints whose every
 * HMAC must come out the same under our key derivation. */
#include "core/sctp/sctp-auth.h"
#include "core/sctp/sctp-priv.h"
#include "core/sctp/sctp-tsnmap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static void crc32c_of_known_bytes(void** state)
{
    (void)state;
    /* RFC 3720 appendix B.4: 32 bytes of zeros, and of ones; here 12 bytes of header count as
     * zeros and the known value is for the plain polynomial, so a header of zeros is used */
    uint8_t zeros[32] = {0};
    assert_int_equal(sctp_crc32c(zeros, 32), 0xaa36918a);
    uint8_t with_sum[32] = {0};
    with_sum[8] = 0xff; /* the checksum field itself does not count */
    assert_int_equal(sctp_crc32c(with_sum, 32), 0xaa36918a);
    sctp_seal(with_sum, 32);
    assert_true(sctp_checksum_ok(with_sum, 32));
    for (size_t bit = 0; bit < 8 * 32; bit++)
    {
        with_sum[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_false(sctp_checksum_ok(with_sum, 32));
        with_sum[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
}

/** The CRC as RFC 9260 appendix A defines it, bit by bit, its first byte sent first. */
static uint32_t crc32c_by_definition(const uint8_t* packet, size_t len)
{
    uint32_t crc = ~0u;
    for (size_t i = 0; i < len; i++)
    {
        crc ^= i >= 8 && i < 12 ? 0 : packet[i];
        for (int bit = 0; bit < 8; bit++)
        {
            crc = crc & 1 ? crc >> 1 ^ 0x82f63b78 : crc >> 1;
        }
    }
    uint8_t sent[4];
    for (int i = 0; i < 4; i++)
    {
        sent[i] = (uint8_t)(~crc >> 8 * i);
    }
    return roam_get32(sent);
}

static void crc32c_is_the_definition_at_every_length_and_place(void** state)
{
    (void)state;
    uint8_t bytes[1600];
    struct roam_rng rng = roam_rng_seed(9);
    roam_rng_fill(&rng, bytes, sizeof bytes);
    for (size_t len = 12; len < 300; len++)
    {
        const size_t at = len % 17;
        assert_int_equal(sctp_crc32c(bytes + at, len), crc32c_by_definition(bytes + at, len));
    }
    for (size_t len = 1400; len < 1500; len++)
    {
        assert_int_equal(sctp_crc32c(bytes + len % 16, len),
                         crc32c_by_definition(bytes + len % 16, len));
    }
}

static void a_packet_cut_at_any_length_is_walked_without_reading_past_its_end(void** state)
{
    (void)state;
    uint8_t packet[200];
    struct roam_writer w = roam_writer(packet, sizeof packet);
    sctp_write_header(&w, 1, 2, 3);
    sctp_write_chunk(&w, SCTP_C_DATA, 3, SCTP_DATA_HEADER + 5);
    roam_write32(&w, 4711);
    roam_write16(&w, 1);
    roam_write16(&w, 2);
    roam_write32(&w, 99);
    roam_write_bytes(&w, "hello\0\0", 8);
    sctp_write_chunk(&w, SCTP_C_ASCONF, 0, 4 + 4 + 8 + 16);
    roam_write32(&w, 8);
    const struct roam_addr addr = roam_addr_v4(0x02020202);
    sctp_write_addr(&w, &addr);
    roam_write16(&w, SCTP_P_ADD);
    roam_write16(&w, 16);
    roam_write32(&w, 0);
    sctp_write_addr(&w, &addr);
    const size_t len = roam_written(&w);
    for (size_t cut = SCTP_HEADER; cut <= len; cut++)
    {
        uint8_t* copy = malloc(cut); /* so that a sanitizer sees a read past the end */
        memcpy(copy, packet, cut);
        struct sctp_chunk_view v = {0};
        int chunks = 0;
        for (size_t at = 0; (at = sctp_view_chunk(copy, cut, at, &v));)
        {
            chunks++;
        }
        assert_int_equal(chunks, cut == len ? 2 : cut >= SCTP_HEADER + 21 ? 1 : 0);
        assert_int_equal(v.ops, cut == len ? 1u << SCTP_ADD : 0);
        free(copy);
    }
}

static void the_tsn_map_agrees_with_a_plain_set_across_the_wrap(void** state)
{
    (void)state;
    struct roam_rng rng = roam_rng_seed(9);
    struct sctp_tsnmap map = {0};
    static bool seen[4000];
    const uint32_t start = 0xffffff00u;
    sctp_tsnmap_start(&map, start);
    uint32_t cum = 0;
    for (int step = 0; step < 12000; step++)
    {
        const uint32_t offset = cum + 1 + roam_rng_u32(&rng) % 300;
        if (offset >= 4000)
        {
            continue;
        }
        const bool was = seen[offset];
        assert_int_equal(sctp_tsnmap_judge(&map, start + offset),
                         was ? SCTP_TSN_DUPLICATE : SCTP_TSN_NEW);
        if (!was)
        {
            assert_int_equal(sctp_tsnmap_add(&map, start + offset), SCTP_TSN_NEW);
            seen[offset] = true;
        }
        while (cum + 1 < 4000 && seen[cum + 1])
        {
            cum++;
        }
        assert_int_equal(map.cum, start + cum);
        struct sctp_gap gap = {0, 0};
        bool in_gap[400] = {false};
        while (sctp_tsnmap_next_gap(&map, &gap))
        {
            for (uint32_t t = gap.start; t <= gap.end; t++)
            {
                in_gap[t] = true;
            }
        }
        for (uint32_t t = 1; t <= 300 && cum + t < 4000; t++)
        {
            assert_int_equal(in_gap[t], seen[cum + t]);
        }
    }
    assert_int_equal(sctp_tsnmap_judge(&map, map.cum), SCTP_TSN_DUPLICATE);
    assert_int_equal(sctp_tsnmap_judge(&map, map.cum - 1), SCTP_TSN_DUPLICATE);
    assert_int_equal(sctp_tsnmap_judge(&map, map.cum + SCTP_TSNMAP_REACH + 1), SCTP_TSN_TOO_FAR);
    sctp_tsnmap_clear(&map);
}

/* --- The capture ----------------------------------------------------------------------------- */

struct capture
{
    uint8_t* bytes;
    size_t len, at;
};

static void capture_open(struct capture* c)
{
    FILE* f = fopen(ROAM_TEST_DATA "/asconf_raw.pcap", "rb");
    assert_non_null(f);
    c->bytes = malloc(1 << 20);
    c->len = fread(c->bytes, 1, 1 << 20, f);
    c->at = 24;
    fclose(f);
}

static uint32_t little32(const uint8_t* p)
{
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/** The next SCTP packet over IPv4; its source address goes to *from. */
static bool capture_next(struct capture* c, const uint8_t** sctp, size_t* len, uint32_t* from)
{
    while (c->at + 16 <= c->len)
    {
        const size_t caplen = little32(c->bytes + c->at + 8);
        const uint8_t* frame = c->bytes + c->at + 16;
        c->at += 16 + caplen;
        const uint32_t link = little32(c->bytes + 20);
        const size_t skip = link == 1 ? 14 : link == 276 ? 20 : link == 113 ? 16 : 0;
        const uint8_t* ip = frame + skip;
        if (ip[0] >> 4 == 4 && ip[9] == 132)
        {
            *sctp = ip + 4 * (ip[0] & 15);
            *len = roam_get16(ip + 2) - 4u * (ip[0] & 15);
            *from = roam_get32(ip + 12);
            return true;
        }
    }
    return false;
}

static void vector_of(const struct sctp_init* init, struct sctp_key_vector* v)
{
    v->len = 0;
    assert_true(sctp_key_vector_add(v, &init->random));
    assert_true(sctp_key_vector_add(v, &init->chunks));
    assert_true(sctp_key_vector_add(v, &init->hmacs));
}

static void usrsctps_packets_have_good_sums_and_hmacs_under_our_keys(void** state)
{
    (void)state;
    struct capture cap;
    struct sctp_key_vector one = {.len = 0}, two = {.len = 0};
    struct sctp_auth auth = {.offer = {.n_hmacs = 2, .hmacs = {SCTP_HMAC_SHA1, SCTP_HMAC_SHA256}}};
    const uint8_t* p;
    size_t len;
    uint32_t from;
    int packets = 0, asconfs = 0, acks = 0;
    capture_open(&cap);
    assert_true(sctp_keys_set(&auth.keys, 0, NULL, 0));
    while (capture_next(&cap, &p, &len, &from))
    {
        struct roam_reader r = roam_reader(p + SCTP_HEADER, len - SCTP_HEADER);
        struct sctp_chunk c;
        packets++;
        assert_true(sctp_checksum_ok(p, len));
        while (sctp_next_chunk(&r, &c))
        {
            struct sctp_init init;
            assert_non_null(sctp_chunk_name(c.type));
            if (c.type == SCTP_C_INIT || c.type == SCTP_C_INIT_ACK)
            {
                assert_true(sctp_init_read(&c, &init));
                assert_int_equal(init.cause, 0);
                assert_true(init.ext_asconf && init.ext_asconf_ack);
                vector_of(&init, c.type == SCTP_C_INIT ? &one : &two);
                auth.hmac = roam_get16(init.hmacs.value);
            }
            if (c.type == SCTP_C_AUTH)
            {
                sctp_auth_forget(&auth);
                assert_true(sctp_auth_derive(&auth, &one, &two));
                assert_int_equal(sctp_auth_check(&auth, &c, p + len), SCTP_AUTH_OK);
                /* and we would have written the same bytes */
                uint8_t again[2000];
                memcpy(again, c.bytes, (size_t)(p + len - c.bytes));
                auth.hmac = roam_get16(c.body + 2);
                memset(again + SCTP_AUTH_FIXED, 0, sctp_digest_len(auth.hmac));
                sctp_auth_finish(&auth, again, again + (p + len - c.bytes));
                assert_memory_equal(again, c.bytes, c.len);
            }
            asconfs += c.type == SCTP_C_ASCONF;
            acks += c.type == SCTP_C_ASCONF_ACK;
        }
        assert_false(r.bad);
    }
    assert_true(packets > 20 && asconfs >= 3 && acks >= 3);
    sctp_auth_clear(&auth);
    free(cap.bytes);
}

static void an_init_cut_or_changed_anywhere_ends_in_a_verdict(void** state)
{
    (void)state;
    struct capture cap;
    const uint8_t* p;
    size_t len;
    uint32_t from;
    capture_open(&cap);
    assert_true(capture_next(&cap, &p, &len, &from));
    const size_t chunk_len = roam_get16(p + SCTP_HEADER + 2);
    assert_int_equal(p[SCTP_HEADER], SCTP_C_INIT);
    for (size_t cut = SCTP_CHUNK_HEADER; cut < chunk_len; cut++)
    {
        uint8_t* copy = malloc(cut);
        struct sctp_init init;
        memcpy(copy, p + SCTP_HEADER, cut);
        const struct sctp_chunk c = {SCTP_C_INIT, 0, copy, cut, copy + 4, cut - 4};
        if (cut < SCTP_INIT_FIXED)
        {
            assert_false(sctp_init_read(&c, &init));
        }
        else
        {
            sctp_init_read(&c, &init); /* a cut between parameters is a valid INIT */
        }
        free(copy);
    }
    free(cap.bytes);
}

static void a_forward_tsn_without_streams_is_seen_whole(void** state)
{
    (void)state;
    uint8_t packet[SCTP_HEADER + 8] = {0};
    struct sctp_chunk_view view;
    struct roam_writer w = roam_writer(packet, sizeof packet);
    sctp_write_header(&w, 1, 2, 3);
    sctp_write_chunk(&w, SCTP_C_FORWARD_TSN, 0, 8);
    roam_write32(&w, 0x12345678);
    assert_int_equal(sctp_view_chunk(packet, sizeof packet, 0, &view), sizeof packet);
    assert_int_equal(view.cum_tsn, 0x12345678);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(crc32c_of_known_bytes),
        cmocka_unit_test(crc32c_is_the_definition_at_every_length_and_place),
        cmocka_unit_test(a_packet_cut_at_any_length_is_walked_without_reading_past_its_end),
        cmocka_unit_test(the_tsn_map_agrees_with_a_plain_set_across_the_wrap),
        cmocka_unit_test(usrsctps_packets_have_good_sums_and_hmacs_under_our_keys),
        cmocka_unit_test(an_init_cut_or_changed_anywhere_ends_in_a_verdict),
        cmocka_unit_test(a_forward_tsn_without_streams_is_seen_whole),
    };
    return cmocka_run_group_tests_name("sctp-wire", tests, NULL, NULL);
}

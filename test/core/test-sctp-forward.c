/* SPDX-License-Identifier: GPL-2.0-or-later */
/* FORWARD TSN at the receiver, from a peer written by hand (RFC 3758 sections 3.3.1 and 3.6). */
#include "sctp-net.h"

#include "core/sctp/sctp-priv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define WHOLE (SCTP_F_BEGIN | SCTP_F_END)

/** Z's peer: what A would send next, and the packet that is being written. TSNs count from 1. */
struct hand
{
    struct net* n;
    uint32_t tag, base;
    uint8_t packet[1400];
    struct roam_writer w;
};

static void begin_packet(struct hand* h)
{
    h->w = roam_writer(h->packet, sizeof h->packet);
    sctp_write_header(&h->w, 4000, 5000, h->tag);
}

static struct hand hand_open(const struct sctp_config* config)
{
    struct hand h = {.n = net_established(config)};
    const struct sctp_assoc* a = sctp_by_id(h.n->ep[A], h.n->id[A]);
    h.n->reading[Z] = false;
    h.tag = a->peer_tag;
    h.base = a->next_tsn - 1;
    return h;
}

static void data(struct hand* h, uint32_t tsn, uint8_t flags, uint16_t stream, uint16_t ssn,
                 const char* text)
{
    const uint8_t zero[3] = {0};
    const size_t len = strlen(text);
    sctp_write_chunk(&h->w, SCTP_C_DATA, flags, SCTP_DATA_HEADER + len);
    roam_write32(&h->w, h->base + tsn);
    roam_write16(&h->w, stream);
    roam_write16(&h->w, ssn);
    roam_write32(&h->w, 0);
    roam_write_bytes(&h->w, text, len);
    roam_write_bytes(&h->w, zero, sctp_pad4(len) - len);
}

static void forward(struct hand* h, uint32_t tsn, size_t n, const uint16_t (*skipped)[2])
{
    sctp_write_chunk(&h->w, SCTP_C_FORWARD_TSN, 0x5a, 8 + 4 * n); /* flags are ignored */
    roam_write32(&h->w, h->base + tsn);
    for (size_t i = 0; i < n; i++)
    {
        roam_write16(&h->w, skipped[i][0]);
        roam_write16(&h->w, skipped[i][1]);
    }
}

static void hand_over(struct hand* h)
{
    const struct roam_packet p = {
        .src = a1, .dst = z1, .ifindex = 1, .data = h->packet, .len = roam_written(&h->w)};
    sctp_seal(h->packet, p.len);
    assert_int_equal(sctp_recv(h->n->ep[Z], &p, h->n->now), ROAM_OK);
}

/** One packet with one DATA chunk, or with one FORWARD TSN. */
static void one_data(struct hand* h, uint32_t tsn, uint8_t flags, uint16_t stream, uint16_t ssn,
                     const char* text)
{
    begin_packet(h);
    data(h, tsn, flags, stream, ssn, text);
    hand_over(h);
}

static void one_forward(struct hand* h, uint32_t tsn, size_t n, const uint16_t (*skipped)[2])
{
    begin_packet(h);
    forward(h, tsn, n, skipped);
    hand_over(h);
}

/** The last chunk of a type that Z sends now; false when there is none. */
static bool answer(struct hand* h, uint8_t type, struct sctp_chunk_view* out, uint8_t* bytes)
{
    struct roam_packet p;
    bool any = false;
    while (sctp_poll_packet(h->n->ep[Z], &p, h->n->now))
    {
        struct sctp_chunk_view v;
        for (size_t at = 0; (at = sctp_view_chunk(p.data, p.len, at, &v));)
        {
            if (v.type == type)
            {
                any = true;
                *out = v;
                memcpy(bytes, v.bytes, v.len);
            }
        }
    }
    return any;
}

struct sack
{
    uint32_t cum, rwnd;
    uint16_t n_gaps, n_dups;
    uint16_t start, end;
    uint32_t dup;
};

static bool sack(struct hand* h, struct sack* s)
{
    struct sctp_chunk_view v;
    uint8_t b[1500];
    memset(s, 0, sizeof *s);
    if (!answer(h, SCTP_C_SACK, &v, b))
    {
        return false;
    }
    *s = (struct sack){.cum = v.cum_tsn - h->base,
                       .rwnd = roam_get32(b + 8),
                       .n_gaps = roam_get16(b + 12),
                       .n_dups = roam_get16(b + 14)};
    s->start = s->n_gaps ? roam_get16(b + 16) : 0;
    s->end = s->n_gaps ? roam_get16(b + 18) : 0;
    s->dup = s->n_dups ? roam_get32(b + 16 + 4 * s->n_gaps) - h->base : 0;
    return true;
}

/** What Z has to read now, joined with spaces. */
static const char* heard(struct hand* h, char out[256])
{
    struct sctp_message* m;
    size_t at = 0;
    while ((m = sctp_receive(h->n->ep[Z], h->n->id[Z], h->n->now)))
    {
        memcpy(out + at, m->data, m->len);
        at += m->len;
        out[at++] = ' ';
        sctp_message_free(m);
    }
    out[at ? at - 1 : 0] = 0;
    return out;
}

/* --- The cumulative TSN ---------------------------------------------------------------------- */

/** The example of section 3.6, with 102 as 1. */
static void the_cumulative_tsn_moves_to_the_new_one_and_over_what_follows(void** state)
{
    (void)state;
    struct hand h = hand_open(NULL);
    struct sack s;
    one_data(&h, 1, WHOLE, 0, 0, "102");
    one_data(&h, 3, WHOLE, 0, 2, "104");
    one_data(&h, 4, WHOLE, 0, 3, "105");
    one_data(&h, 6, WHOLE, 0, 5, "107");
    assert_true(sack(&h, &s));
    assert_int_equal(s.cum, 1);
    assert_int_equal(s.n_gaps, 2);
    const uint16_t skipped[][2] = {{0, 1}};
    one_forward(&h, 2, 1, skipped);
    assert_true(sack(&h, &s)); /* at once: there is a gap */
    assert_int_equal(s.cum, 4);
    assert_int_equal(s.n_gaps, 1);
    assert_int_equal(s.start, 2);
    assert_int_equal(s.end, 2);
    char text[256];
    assert_string_equal(heard(&h, text), "102 104 105");
    net_free(h.n);
}

static void it_may_move_past_everything_that_was_received(void** state)
{
    (void)state;
    const uint32_t jumps[] = {9, 200, 70000, 0x7fffff00};
    for (size_t i = 0; i < 4; i++)
    {
        struct hand h = hand_open(NULL);
        struct sack s;
        const uint32_t to = jumps[i];
        one_data(&h, 3, WHOLE, 1, 2, "c");
        one_data(&h, 7, WHOLE, 1, 6, "g");
        one_forward(&h, to, 0, NULL);
        assert_true(sack(&h, &s));
        assert_int_equal(s.cum, to);
        assert_int_equal(s.n_gaps, 0);
        one_data(&h, to + 3, WHOLE, 2, 0, "x"); /* no bit of before is left in the map */
        assert_true(sack(&h, &s));
        assert_int_equal(s.cum, to);
        assert_int_equal(s.n_gaps, 1);
        assert_int_equal(s.start, 3);
        one_data(&h, to + 1, WHOLE, 2, 1, "y");
        one_data(&h, to + 2, WHOLE, 2, 2, "z");
        assert_true(sack(&h, &s));
        assert_int_equal(s.cum, to + 3);
        net_free(h.n);
    }
}

static void what_was_noted_beyond_is_forgotten_with_it(void** state)
{
    (void)state;
    struct hand h = hand_open(NULL);
    struct sack s;
    one_data(&h, 3, WHOLE, 1, 2, "c");
    one_forward(&h, 100, 0, NULL);
    one_data(&h, 140, WHOLE, 2, 0, "x"); /* the map has come round to the bit of 3 */
    assert_true(sack(&h, &s));
    assert_int_equal(s.n_gaps, 1);
    assert_int_equal(s.start, 40);
    assert_int_equal(s.end, 40);
    net_free(h.n);
}

static void one_that_closes_the_gap_is_answered_at_once(void** state)
{
    (void)state;
    struct hand h = hand_open(NULL);
    struct sack s;
    one_data(&h, 2, WHOLE, 0, 1, "b");
    assert_true(sack(&h, &s));
    one_forward(&h, 1, 0, NULL);
    assert_true(sack(&h, &s));
    assert_int_equal(s.cum, 2);
    net_free(h.n);
}

static void one_that_is_out_of_date_changes_nothing_and_brings_a_sack_at_once(void** state)
{
    (void)state;
    struct hand h = hand_open(NULL);
    struct sack s;
    one_data(&h, 1, WHOLE, 0, 0, "a");
    one_data(&h, 2, WHOLE, 0, 1, "b");
    assert_true(sack(&h, &s));
    const uint16_t skipped[][2] = {{0, 9}};
    for (uint32_t tsn = 2; tsn + 1 > 0 && tsn < 3; tsn--)
    {
        one_forward(&h, tsn, 1, skipped);
        assert_true(sack(&h, &s));
        assert_int_equal(s.cum, 2);
    }
    one_forward(&h, (uint32_t)-1000, 1, skipped);
    assert_true(sack(&h, &s));
    assert_int_equal(s.cum, 2);
    one_data(&h, 3, WHOLE, 0, 2, "c"); /* the stream was not moved either */
    char text[256];
    assert_string_equal(heard(&h, text), "a b c");
    net_free(h.n);
}

static void for_sack_it_counts_as_data(void** state)
{
    (void)state;
    struct hand h = hand_open(NULL);
    struct sack s;
    one_forward(&h, 1, 0, NULL);
    assert_false(sack(&h, &s)); /* delayed */
    h.n->now = sctp_next_expiry(h.n->ep[Z]);
    sctp_expire(h.n->ep[Z], h.n->now);
    assert_true(sack(&h, &s));
    assert_int_equal(s.cum, 1);
    one_forward(&h, 2, 0, NULL);
    assert_false(sack(&h, &s));
    one_data(&h, 3, WHOLE, 0, 0, "c"); /* the second packet */
    assert_true(sack(&h, &s));
    assert_int_equal(s.cum, 3);
    net_free(h.n);
}

static void a_tsn_that_was_skipped_is_a_duplicate_when_it_comes(void** state)
{
    (void)state;
    struct hand h = hand_open(NULL);
    struct sack s;
    char text[256];
    one_forward(&h, 2, 0, NULL);
    sack(&h, &s);
    one_data(&h, 1, WHOLE, 0, 0, "a");
    assert_true(sack(&h, &s));
    assert_int_equal(s.n_dups, 1);
    assert_int_equal(s.dup, 1);
    assert_string_equal(heard(&h, text), "");
    net_free(h.n);
}

/* --- Streams --------------------------------------------------------------------------------- */

static void what_waits_in_the_listed_streams_is_delivered_at_once(void** state)
{
    (void)state;
    struct hand h = hand_open(NULL);
    char text[256];
    begin_packet(&h);
    data(&h, 2, WHOLE, 1, 1, "1b"); /* 1: stream 1, number 0, missing */
    data(&h, 4, WHOLE, 1, 3, "1d"); /* 3: stream 1, number 2, missing */
    data(&h, 5, WHOLE, 1, 4, "1e");
    data(&h, 7, WHOLE, 1, 6, "1g"); /* 6: stream 1, number 5, to come */
    data(&h, 9, WHOLE, 2, 1, "2b"); /* 8: stream 2, number 0, to come */
    hand_over(&h);
    assert_string_equal(heard(&h, text), "");
    const uint16_t skipped[][2] = {{1, 2}};
    one_forward(&h, 3, 1, skipped);
    assert_string_equal(heard(&h, text), "1b 1d 1e"); /* up to 2, and what follows in order */
    const uint16_t none[][2] = {{1, 0}};
    one_forward(&h, 4, 1, none); /* behind: nothing moves */
    assert_string_equal(heard(&h, text), "");
    one_data(&h, 6, WHOLE, 1, 5, "1f");
    assert_string_equal(heard(&h, text), "1f 1g");
    one_data(&h, 8, WHOLE, 2, 0, "2a");
    assert_string_equal(heard(&h, text), "2a 2b");
    net_free(h.n);
}

static void numbers_wrap_round(void** state)
{
    (void)state;
    struct hand h = hand_open(NULL);
    char text[256];
    const uint16_t near[][2] = {{1, 0x7000}};
    const uint16_t end[][2] = {{1, 0xe000}};
    const uint16_t top[][2] = {{1, 0xfffe}};
    one_forward(&h, 1, 1, near);
    one_forward(&h, 2, 1, end);
    one_data(&h, 4, WHOLE, 1, 0xffff, "a");
    one_data(&h, 5, WHOLE, 1, 0, "b");
    assert_string_equal(heard(&h, text), "");
    one_forward(&h, 3, 1, top);
    assert_string_equal(heard(&h, text), "a b");
    net_free(h.n);
}

static void a_stream_that_does_not_exist_is_passed_over(void** state)
{
    (void)state;
    struct hand h = hand_open(NULL);
    char text[256];
    const uint16_t skipped[][2] = {{65535, 7}, {10, 3}, {1, 0}};
    one_data(&h, 2, WHOLE, 1, 1, "b");
    one_forward(&h, 1, 3, skipped);
    assert_string_equal(heard(&h, text), "b");
    net_free(h.n);
}

/* --- Fragments ------------------------------------------------------------------------------- */

static void a_message_that_cannot_become_whole_is_removed(void** state)
{
    (void)state;
    /* which of three fragments came, and how far the FORWARD TSN reaches */
    for (unsigned came = 1; came < 7; came++)
    {
        struct hand h = hand_open(NULL);
        struct sack s;
        char text[256];
        const uint8_t flags[] = {SCTP_F_BEGIN, 0, SCTP_F_END};
        for (uint32_t i = 0; i < 3; i++)
        {
            if (came >> i & 1)
            {
                one_data(&h, 2 + i, flags[i], 1, 1, "0123456789");
            }
        }
        one_data(&h, 5, WHOLE, 1, 2, "next"); /* 1 is missing, and was unordered */
        const uint16_t skipped[][2] = {{1, 1}};
        one_forward(&h, 4, 1, skipped);
        assert_string_equal(heard(&h, text), "next");
        assert_true(sack(&h, &s));
        assert_int_equal(s.cum, 5);
        assert_int_equal(s.rwnd, 262144); /* nothing is held back */
        net_free(h.n);
    }
}

static void a_message_whose_missing_part_is_still_to_come_stays(void** state)
{
    (void)state;
    struct hand h = hand_open(NULL);
    char text[256];
    one_data(&h, 2, SCTP_F_BEGIN, 1, 0, "one ");
    one_data(&h, 3, 0, 1, 0, "and ");
    one_forward(&h, 1, 0, NULL);
    one_data(&h, 4, SCTP_F_END, 1, 0, "only");
    assert_string_equal(heard(&h, text), "one and only");
    net_free(h.n);
}

/** The beginning is skipped, the end beyond the new cumulative TSN is of no use any more. */
static void the_end_of_a_message_whose_beginning_is_skipped_is_removed(void** state)
{
    (void)state;
    struct hand h = hand_open(NULL);
    struct sack s;
    one_data(&h, 2, 0, 1, 0, "middle");
    one_data(&h, 3, SCTP_F_END, 1, 0, "end");
    one_forward(&h, 1, 0, NULL);
    assert_true(sack(&h, &s));
    assert_int_equal(s.cum, 3);
    assert_int_equal(s.rwnd, 262144);
    net_free(h.n);
}

/* --- Where it has no place ------------------------------------------------------------------- */

/** Section 3.3.1: as if the chunk were not known; its type asks for a report and to go on. */
static void without_negotiation_it_is_an_unknown_chunk(void** state)
{
    (void)state;
    struct sctp_config c;
    struct sctp_chunk_view v;
    uint8_t b[1500];
    char text[256];
    sctp_config_default(&c);
    c.pr = false;
    struct hand h = hand_open(&c);
    begin_packet(&h);
    forward(&h, 5, 0, NULL);
    data(&h, 1, WHOLE, 0, 0, "a");
    hand_over(&h);
    assert_true(answer(&h, SCTP_C_ERROR, &v, b));
    assert_int_equal(roam_get16(b + 4), SCTP_E_UNRECOGNIZED_CHUNK);
    assert_int_equal(b[8], SCTP_C_FORWARD_TSN);
    assert_int_equal(sctp_by_id(h.n->ep[Z], h.n->id[Z])->map.cum, h.base + 1);
    assert_string_equal(heard(&h, text), "a");
    net_free(h.n);
}

static void malformed_ones_are_dropped(void** state)
{
    (void)state;
    for (uint16_t len = 4; len < 20; len++)
    {
        struct hand h = hand_open(NULL);
        begin_packet(&h);
        sctp_write_chunk(&h.w, SCTP_C_FORWARD_TSN, 0, len);
        roam_write32(&h.w, h.base + 5);
        for (int i = 0; i < 3; i++)
        {
            roam_write32(&h.w, 1 << 16);
        }
        hand_over(&h);
        const bool good = len >= 8 && len % 4 == 0;
        net_poll(h.n);
        assert_int_equal(h.n->drops[Z][SCTP_DROP_MALFORMED], !good);
        assert_int_equal(sctp_by_id(h.n->ep[Z], h.n->id[Z])->map.cum, h.base + (good ? 5 : 0));
        net_free(h.n);
    }
}

/** RFC 9260 section 9.2: like DATA, it is answered with SHUTDOWN and SACK. */
static void in_shutdown_sent_it_is_answered_with_shutdown_and_sack(void** state)
{
    (void)state;
    struct hand h = hand_open(NULL);
    struct sctp_chunk_view v;
    uint8_t b[1500];
    sctp_shutdown(h.n->ep[Z], h.n->id[Z], h.n->now);
    assert_true(answer(&h, SCTP_C_SHUTDOWN, &v, b));
    one_forward(&h, 3, 0, NULL);
    assert_true(answer(&h, SCTP_C_SHUTDOWN, &v, b));
    assert_int_equal(roam_get32(b + 4), h.base + 3);
    net_free(h.n);
}

static void after_the_peers_shutdown_it_is_out_of_place(void** state)
{
    (void)state;
    struct hand h = hand_open(NULL);
    begin_packet(&h);
    const struct sctp_assoc* z = sctp_by_id(h.n->ep[Z], h.n->id[Z]);
    const struct sctp_message_info info = {0};
    sctp_send(h.n->ep[Z], h.n->id[Z], &info, "x", 1, h.n->now); /* keeps Z from SHUTDOWN ACK */
    sctp_write_chunk(&h.w, SCTP_C_SHUTDOWN, 0, 8);
    roam_write32(&h.w, z->cum_acked);
    hand_over(&h);
    one_forward(&h, 3, 0, NULL);
    assert_int_equal(z->state, SCTP_SHUTDOWN_RECEIVED);
    assert_int_equal(z->map.cum, h.base);
    net_free(h.n);
}

static void a_trace_reads_its_tsn(void** state)
{
    (void)state;
    struct hand h = hand_open(NULL);
    struct sctp_chunk_view v;
    const uint16_t skipped[][2] = {{1, 2}};
    begin_packet(&h);
    forward(&h, 5, 1, skipped);
    const size_t len = roam_written(&h.w);
    assert_int_equal(sctp_view_chunk(h.packet, len, 0, &v), len);
    assert_int_equal(v.type, SCTP_C_FORWARD_TSN);
    assert_int_equal(v.cum_tsn, h.base + 5);
    assert_string_equal(sctp_chunk_name(v.type), "FORWARD-TSN");
    for (size_t cut = SCTP_HEADER; cut < len; cut++)
    {
        assert_int_equal(sctp_view_chunk(h.packet, cut, 0, &v), 0);
    }
    net_free(h.n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_cumulative_tsn_moves_to_the_new_one_and_over_what_follows),
        cmocka_unit_test(it_may_move_past_everything_that_was_received),
        cmocka_unit_test(what_was_noted_beyond_is_forgotten_with_it),
        cmocka_unit_test(one_that_closes_the_gap_is_answered_at_once),
        cmocka_unit_test(one_that_is_out_of_date_changes_nothing_and_brings_a_sack_at_once),
        cmocka_unit_test(for_sack_it_counts_as_data),
        cmocka_unit_test(a_tsn_that_was_skipped_is_a_duplicate_when_it_comes),
        cmocka_unit_test(what_waits_in_the_listed_streams_is_delivered_at_once),
        cmocka_unit_test(numbers_wrap_round),
        cmocka_unit_test(a_stream_that_does_not_exist_is_passed_over),
        cmocka_unit_test(a_message_that_cannot_become_whole_is_removed),
        cmocka_unit_test(a_message_whose_missing_part_is_still_to_come_stays),
        cmocka_unit_test(the_end_of_a_message_whose_beginning_is_skipped_is_removed),
        cmocka_unit_test(without_negotiation_it_is_an_unknown_chunk),
        cmocka_unit_test(malformed_ones_are_dropped),
        cmocka_unit_test(in_shutdown_sent_it_is_answered_with_shutdown_and_sack),
        cmocka_unit_test(after_the_peers_shutdown_it_is_out_of_place),
        cmocka_unit_test(a_trace_reads_its_tsn),
    };
    return cmocka_run_group_tests_name("sctp-forward", tests, NULL, NULL);
}

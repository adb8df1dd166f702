/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages that are larger than the receive buffer come in parts (RFC 9260 section 6.9), steadily;
 * what ends a message before its last part is told (RFC 3758 section 3.6, RFC 6458 section 6.1.7).
 */
#include "core/sctp/sctp-priv.h"
#include "sctp-check.h"
#include "sctp-net.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MAX_READ 64

/** What Z has read, parts put together again. */
struct reader
{
    unsigned n; /**< whole messages */
    struct
    {
        struct sctp_message_info info;
        size_t len;
        unsigned parts;
        uint8_t tag; /**< first byte */
    } read[MAX_READ];
    size_t len;  /**< of the message that is being read, 0 between messages */
    uint8_t tag; /**< of that message */
    unsigned parts, aborted;
    uint64_t order; /**< of the next message, at least */
    struct sctp_message_info info;
    bool interleave; /**< a message of another stream may come between parts */
    bool wrong;
};

static uint8_t byte_at(uint8_t tag, size_t i)
{
    return i == 0 ? tag : (uint8_t)(i * 31 + (i >> 8) + tag);
}

static void note(struct reader* r, const struct sctp_message* m, uint8_t tag, size_t len)
{
    r->read[r->n].info = m->info;
    r->read[r->n].tag = tag;
    r->read[r->n].len = len;
    r->read[r->n].parts = r->parts;
    r->n += r->n + 1 < MAX_READ;
}

static void on_message(struct net* n, int end, const struct sctp_message* m)
{
    struct reader* r = n->user;
    if (end != Z)
    {
        return;
    }
    if (r->interleave && r->len > 0 && m->info.stream != r->info.stream)
    {
        r->order = m->order + 1;
        r->wrong |= m->partial;
        note(r, m, m->data[0], m->len);
        return;
    }
    const uint8_t tag = r->len == 0 ? m->data[0] : r->tag;
    r->tag = tag;
    r->wrong |= m->order < r->order;
    r->order = m->order + 1;
    r->wrong |= r->len > 0 && (m->info.stream != r->info.stream || m->info.ssn != r->info.ssn ||
                               m->info.unordered != r->info.unordered);
    for (size_t i = 0; i < m->len; i++)
    {
        r->wrong |= m->data[i] != byte_at(tag, r->len + i);
    }
    r->info = m->info;
    r->len += m->len;
    r->parts++;
    if (!m->partial)
    {
        note(r, m, tag, r->len);
        r->len = r->parts = 0;
    }
}

static void on_event(struct net* n, int end, const struct sctp_event* ev)
{
    struct reader* r = n->user;
    if (end == Z && ev->type == SCTP_EV_PARTIAL_ABORTED)
    {
        r->aborted++;
        r->wrong |= r->len == 0 || ev->u.partial.stream != r->info.stream ||
                    ev->u.partial.ssn != r->info.ssn || ev->order != r->order;
        r->len = r->parts = 0;
    }
}

static int say(struct net* n, uint8_t tag, const struct sctp_message_info* info, size_t len)
{
    uint8_t* bytes = malloc(len);
    for (size_t i = 0; i < len; i++)
    {
        bytes[i] = byte_at(tag, i);
    }
    const int result = sctp_send(n->ep[A], n->id[A], info, bytes, len, n->now);
    free(bytes);
    return result;
}

/** A can send a megabyte at once, Z has a buffer of so many bytes. */
static struct net* narrow(struct reader* r, uint32_t receive_buffer)
{
    struct sctp_config a, z;
    sctp_config_default(&a);
    a.send_buffer = 1048576;
    z = a;
    z.receive_buffer = receive_buffer;
    struct net* n = net_new_two(&a, &z, 1);
    memset(r, 0, sizeof *r);
    n->user = r;
    n->on_message = on_message;
    n->on_event = on_event;
    net_connect(n);
    net_run_for(n, ROAM_SEC);
    assert_int_equal(n->up[Z], 1);
    return n;
}

/** Steps until Z has read so many messages; returns how long that took. */
static roam_time until_read(struct net* n, unsigned messages, roam_time limit)
{
    const struct reader* r = n->user;
    const roam_time start = n->now;
    while (r->n < messages && net_step(n, start + limit))
    {
        const char* bad = sctp_check(n->ep[Z]);
        if (bad)
        {
            fail_msg("%s", bad);
        }
    }
    return n->now - start;
}

/* --- Steadily -------------------------------------------------------------------------------- */

static void a_message_larger_than_the_buffer_comes_steadily(void** state)
{
    (void)state;
    const uint32_t buffers[] = {1500, 3000, 20000, 65536};
    const size_t sizes[] = {65536, 100000, 300000, 1000000};
    for (size_t b = 0; b < 4; b++)
    {
        for (size_t s = 0; s < 4; s++)
        {
            struct reader r;
            const struct sctp_message_info info = {.stream = 3, .ppid = 7};
            struct net* n = narrow(&r, buffers[b]);
            assert_int_equal(say(n, 1, &info, sizes[s]), ROAM_OK);
            const roam_time took = until_read(n, 1, 2000 * ROAM_SEC);
            /* two round trips for a window of it (and slow start), as long as that is not less
             * than two packets: for every one of them alone */
            const size_t window = buffers[b] > 3000 ? buffers[b] : 1500;
            const roam_time steady = (roam_time)(10 + 2 * sizes[s] / window) * 2 * n->delay;
            assert_int_equal(r.n, 1);
            assert_int_equal(r.read[0].len, sizes[s]);
            assert_int_equal(r.read[0].info.stream, 3);
            assert_int_equal(r.read[0].info.ppid, 7);
            assert_false(r.wrong);
            assert_true(took < steady);
            net_free(n);
        }
    }
}

/* --- Whatever is lost ------------------------------------------------------------------------ */

/** Two large messages of one stream, one of another, one that is unordered. */
static const struct sctp_message_info several[] = {
    {.stream = 1}, {.stream = 1}, {.stream = 2}, {.stream = 2, .unordered = true}, {.stream = 1}};
#define SEVERAL 5

static struct net* send_several(struct reader* r, bool interleave, uint32_t point)
{
    struct net* n = narrow(r, 20000);
    struct sctp_config z;
    sctp_configuration(n->ep[Z], n->id[Z], &z);
    z.fragment_interleave = r->interleave = interleave;
    z.partial_delivery_point = point;
    assert_int_equal(sctp_configure(n->ep[Z], n->id[Z], &z), ROAM_OK);
    for (size_t i = 0; i < SEVERAL; i++)
    {
        assert_int_equal(say(n, (uint8_t)(10 + i), &several[i], i == 2 ? 5000 : 30000 + i),
                         ROAM_OK);
    }
    return n;
}

/** All are there, those of a stream in order. */
static void assert_several(const struct reader* r, unsigned number)
{
    uint8_t last[3] = {0};
    if (r->n != SEVERAL || r->wrong || r->len || r->aborted)
    {
        fail_msg("packet %u: %u messages, %u aborted, wrong %d", number, r->n, r->aborted,
                 r->wrong);
    }
    for (size_t i = 0; i < SEVERAL; i++)
    {
        const uint16_t stream = r->read[i].info.stream;
        assert_true(r->read[i].info.unordered || r->read[i].tag > last[stream]);
        last[stream] = r->read[i].info.unordered ? last[stream] : r->read[i].tag;
        assert_int_equal(r->read[i].len, r->read[i].tag == 12 ? 5000 : 30000 + r->read[i].tag - 10);
    }
}

static void each_packet_may_be_lost_doubled_or_late(void** state)
{
    (void)state;
    struct reader r;
    struct net* plain = send_several(&r, false, 0);
    const unsigned first = plain->sent;
    until_read(plain, SEVERAL, 100 * ROAM_SEC);
    const unsigned last = plain->sent;
    net_free(plain);
    for (unsigned how = 0; how < 3; how++)
    {
        for (unsigned number = first; number < last; number++)
        {
            struct net* n = send_several(&r, number % 2, number % 3 ? 0 : 3000);
            n->drop_number = how == 0 ? (int)number : -1;
            n->twice_number = how == 1 ? (int)number : -1;
            n->late_number = how == 2 ? (int)number : -1;
            n->late_by = 35 * ROAM_MS;
            until_read(n, SEVERAL, 20 * ROAM_SEC);
            net_run_for(n, ROAM_SEC);
            assert_several(&r, number);
            net_free(n);
        }
    }
}

/** The last packet of a window is lost, and with it what would show that it is. */
static void a_window_that_is_lost_whole_costs_a_timeout(void** state)
{
    (void)state;
    struct reader r;
    const struct sctp_message_info info = {.stream = 1};
    struct net* n = narrow(&r, 20000);
    assert_int_equal(say(n, 1, &info, 200000), ROAM_OK);
    net_run_for(n, 100 * ROAM_MS);
    net_cut(n, &a1);
    net_run_for(n, 100 * ROAM_MS);
    net_heal(n);
    assert_true(until_read(n, 1, 60 * ROAM_SEC) < 5 * ROAM_SEC);
    assert_int_equal(r.read[0].len, 200000);
    assert_false(r.wrong);
    net_free(n);
}

/* --- When it begins, and what comes between -------------------------------------------------- */

static void a_message_that_fits_the_buffer_comes_whole(void** state)
{
    (void)state;
    struct reader r;
    const struct sctp_message_info info = {.stream = 1};
    struct net* n = narrow(&r, 65536);
    assert_int_equal(say(n, 1, &info, 60000), ROAM_OK);
    until_read(n, 1, ROAM_SEC);
    assert_int_equal(r.read[0].parts, 1);
    /* a slow reader has a full buffer too, but what he has not read is the cause */
    n->reading[Z] = false;
    for (uint8_t i = 2; i < 8; i++)
    {
        assert_int_equal(say(n, i, &info, 30000), ROAM_OK);
    }
    net_run_for(n, 20 * ROAM_SEC);
    n->reading[Z] = true;
    until_read(n, 7, 100 * ROAM_SEC);
    for (unsigned i = 0; i < 7; i++)
    {
        assert_int_equal(r.read[i].parts, 1);
    }
    net_free(n);
}

/** The buffer is full of what waits behind a hole, which is no reason to begin. Whether it is full
 * depends on how many chunks make up a window. */
static void a_loss_does_not_cut_a_message_that_fits(void** state)
{
    (void)state;
    for (unsigned k = 0; k < 40 * 10; k++)
    {
        struct reader r;
        const struct sctp_message_info info = {.stream = 1};
        struct net* n = narrow(&r, 9000 + k / 10 * 40);
        for (uint8_t i = 0; i < 40; i++)
        {
            if (i == 20) /* the congestion window is as large as the buffer by now */
            {
                until_read(n, 20, 20 * ROAM_SEC);
                net_run_for(n, ROAM_SEC);
                n->drop_number = (int)(n->sent + k % 10);
            }
            assert_int_equal(say(n, i, &info, 4000), ROAM_OK);
        }
        until_read(n, 40, 20 * ROAM_SEC);
        assert_int_equal(r.n, 40);
        for (unsigned i = 0; i < 40; i++)
        {
            assert_int_equal(r.read[i].parts, 1);
        }
        net_free(n);
    }
}

static void a_message_of_more_than_the_point_comes_in_parts(void** state)
{
    (void)state;
    struct reader r;
    const struct sctp_message_info info = {.stream = 1};
    struct net* n = narrow(&r, 65536);
    struct sctp_config z;
    sctp_configuration(n->ep[Z], n->id[Z], &z);
    z.partial_delivery_point = 65537;
    assert_int_equal(sctp_configure(n->ep[Z], n->id[Z], &z), ROAM_EINVAL);
    z.partial_delivery_point = 5000;
    assert_int_equal(sctp_configure(n->ep[Z], n->id[Z], &z), ROAM_OK);
    assert_int_equal(say(n, 1, &info, 5000), ROAM_OK);
    until_read(n, 1, ROAM_SEC);
    assert_int_equal(r.read[0].parts, 1);
    assert_int_equal(say(n, 2, &info, 30000), ROAM_OK);
    until_read(n, 2, ROAM_SEC);
    assert_true(r.read[1].parts > 10);
    assert_false(r.wrong);
    net_free(n);
}

struct script
{
    uint32_t tsn; /**< from the first on */
    uint8_t flags;
    uint16_t stream, ssn;
};

static uint8_t packet[2048];

/** A DATA chunk from A to Z that A never sent. */
static void inject(struct net* n, uint32_t first, const struct script* s, size_t len)
{
    const struct sctp_assoc* z = sctp_by_id(n->ep[Z], n->id[Z]);
    struct roam_writer w = roam_writer(packet, sizeof packet);
    sctp_write_header(&w, 4000, 5000, z->my_tag);
    sctp_write_chunk(&w, SCTP_C_DATA, s->flags, SCTP_DATA_HEADER + len);
    roam_write32(&w, first + s->tsn);
    roam_write16(&w, s->stream);
    roam_write16(&w, s->ssn);
    roam_write32(&w, s->tsn); /* the PPID of the first fragment is the message's */
    memset(w.p, 0, len);
    net_inject(n, Z, &a1, &z1, packet, SCTP_HEADER + sctp_pad4(SCTP_DATA_HEADER + len));
    net_poll(n);
}

static struct net* injected(struct reader* r, bool interleave)
{
    struct net* n = narrow(r, 4000);
    struct sctp_config z;
    sctp_configuration(n->ep[Z], n->id[Z], &z);
    z.fragment_interleave = interleave;
    assert_int_equal(sctp_configure(n->ep[Z], n->id[Z], &z), ROAM_OK);
    net_cut(n, &z1);
    n->on_message = NULL;
    n->reading[Z] = false;
    return n;
}

static void assert_next(struct net* n, uint16_t stream, uint32_t ppid, bool partial)
{
    struct sctp_message* m = sctp_receive(n->ep[Z], n->id[Z], n->now);
    assert_non_null(m);
    assert_int_equal(m->info.stream, stream);
    assert_int_equal(m->info.ppid, ppid);
    assert_int_equal(m->partial, partial);
    sctp_message_free(m);
}

#define B SCTP_F_BEGIN
#define E SCTP_F_END
#define U SCTP_F_UNORDERED

static void what_is_whole_meanwhile_waits_unless_it_may_come_between(void** state)
{
    (void)state;
    for (int interleave = 0; interleave <= 1; interleave++)
    {
        struct reader r;
        struct net* n = injected(&r, interleave);
        const uint32_t first = sctp_by_id(n->ep[Z], n->id[Z])->map.cum + 1;
        const struct script before[] = {{0, B, 1, 0}, {1, 0, 1, 0}, {2, 0, 1, 0}};
        for (size_t i = 0; i < 3; i++)
        {
            inject(n, first, &before[i], 1000);
        }
        assert_next(n, 1, 0, true); /* 1,000 are left of the window */
        inject(n, first, &(struct script){4, E, 1, 0}, 100);
        inject(n, first, &(struct script){5, B | E | U, 2, 0}, 100);
        inject(n, first, &(struct script){6, B | E | U, 1, 0}, 100);
        inject(n, first, &(struct script){7, B | E, 1, 1}, 100);
        assert_null(sctp_check(n->ep[Z]));
        if (interleave)
        {
            assert_next(n, 2, 5, false);
        }
        assert_null(sctp_receive(n->ep[Z], n->id[Z], n->now));
        inject(n, first, &(struct script){3, 0, 1, 0}, 100);
        assert_next(n, 1, 0, false);
        if (!interleave)
        {
            assert_next(n, 2, 5, false);
        }
        assert_next(n, 1, 6, false);
        assert_next(n, 1, 7, false);
        assert_null(sctp_receive(n->ep[Z], n->id[Z], n->now));
        assert_null(sctp_check(n->ep[Z]));
        net_free(n);
    }
}

/* --- A message that does not go on ----------------------------------------------------------- */

static void a_message_that_its_sender_gives_up_ends_with_a_word(void** state)
{
    (void)state;
    struct reader r;
    struct net* n = narrow(&r, 20000);
    const struct sctp_message_info timed = {
        .stream = 1, .policy = SCTP_TIMED, .limit = 300 * ROAM_MS};
    const struct sctp_message_info next = {.stream = 1};
    assert_int_equal(say(n, 1, &timed, 200000), ROAM_OK);
    assert_int_equal(say(n, 2, &next, 100), ROAM_OK);
    net_run_for(n, 150 * ROAM_MS);
    assert_true(r.parts > 1);
    net_cut(n, &a1);
    net_run_for(n, 400 * ROAM_MS);
    net_heal(n);
    until_read(n, 1, 60 * ROAM_SEC);
    assert_int_equal(r.aborted, 1);
    assert_int_equal(r.n, 1);
    assert_int_equal(r.read[0].tag, 2);
    assert_false(r.wrong);
    net_free(n);
}

static void an_association_that_ends_meanwhile_says_so_first(void** state)
{
    (void)state;
    for (int how = 0; how < 3; how++)
    {
        struct reader r;
        struct net* n = narrow(&r, 20000);
        const struct sctp_message_info info = {.stream = 1};
        assert_int_equal(say(n, 1, &info, 200000), ROAM_OK);
        net_run_for(n, 150 * ROAM_MS);
        assert_true(r.parts > 1);
        if (how == 0)
        {
            sctp_abort(n->ep[A], n->id[A], NULL, 0, n->now);
        }
        else if (how == 1)
        {
            sctp_abort(n->ep[Z], n->id[Z], NULL, 0, n->now);
        }
        else
        {
            struct sctp_config a;
            sctp_configuration(n->ep[A], 0, &a);
            net_cut(n, &a1);
            net_run_for(n, 50 * ROAM_MS);
            net_heal(n);
            net_reboot_a(n, &a, 77);
            net_connect(n);
        }
        net_run_for(n, 5 * ROAM_SEC);
        assert_int_equal(r.aborted, 1);
        assert_int_equal(r.len, 0);
        assert_int_equal(how < 2 ? n->lost[Z] : n->restarts[Z], 1);
        if (how == 2)
        {
            assert_int_equal(say(n, 3, &info, 50000), ROAM_OK);
            until_read(n, 1, 60 * ROAM_SEC);
            assert_int_equal(r.read[0].len, 50000);
        }
        assert_false(r.wrong);
        net_free(n);
    }
}

/** What waits for the message in parts is readable when the association has ended. */
static void what_was_held_behind_it_is_not_lost_with_the_association(void** state)
{
    (void)state;
    struct reader r;
    struct net* n = injected(&r, false);
    const uint32_t first = sctp_by_id(n->ep[Z], n->id[Z])->map.cum + 1;
    const struct script before[] = {{0, B, 1, 0}, {1, 0, 1, 0}, {2, 0, 1, 0}};
    for (size_t i = 0; i < 3; i++)
    {
        inject(n, first, &before[i], 1000);
    }
    inject(n, first, &(struct script){5, B | E | U, 2, 0}, 100);
    const sctp_assoc_id id = n->id[Z];
    sctp_abort(n->ep[Z], id, NULL, 0, n->now);
    assert_next(n, 1, 0, true);
    assert_next(n, 2, 5, false);
    assert_null(sctp_receive(n->ep[Z], id, n->now));
    assert_null(sctp_by_id(n->ep[Z], id));
    net_free(n);
}

/* --- Fragments that do not belong together --------------------------------------------------- */

static void fragments_that_no_sender_can_have_sent_end_the_association(void** state)
{
    (void)state;
    static const struct
    {
        const char* what;
        struct script s[3];
        bool good;
    } cases[] = {
        {"another sequence number", {{0, B, 1, 0}, {1, E, 1, 1}}, false},
        {"another sequence number, last first", {{1, E, 1, 1}, {0, B, 1, 0}}, false},
        {"another stream", {{0, B, 1, 0}, {1, E, 2, 0}}, false},
        {"another stream, beyond those that we have", {{0, B, 1, 0}, {1, E, 60000, 0}}, false},
        {"another U bit", {{0, B, 1, 0}, {1, E | U, 1, 0}}, false},
        {"unordered, then ordered", {{0, B | U, 1, 0}, {1, E, 1, 0}}, false},
        {"a beginning after a beginning", {{0, B, 1, 0}, {1, B, 1, 1}}, false},
        {"a beginning after a beginning, last first", {{1, B, 1, 1}, {0, B, 1, 0}}, false},
        {"a whole one in the middle", {{0, B, 1, 0}, {1, B | E, 1, 1}}, false},
        {"a whole one in the middle, first", {{1, B | E | U, 2, 1}, {0, B, 1, 0}}, false},
        {"an end without a beginning", {{0, E, 1, 0}}, false},
        {"a middle without a beginning", {{0, 0, 1, 0}}, false},
        {"an end after an end", {{0, B | E, 1, 0}, {1, E, 1, 1}}, false},
        {"an end after an end, last first", {{1, E, 1, 1}, {0, B | E, 1, 0}}, false},
        {"an end after a joined one", {{0, B, 1, 0}, {1, E, 1, 0}, {2, E, 1, 1}}, false},
        {"another PPID", {{0, B, 1, 0}, {1, E, 1, 0}}, true},
        {"numbers of what is unordered",
         {{0, B | U, 1, 4}, {1, 0 | U, 1, 5}, {2, E | U, 1, 6}},
         true},
        {"two messages, backwards", {{2, B | E, 1, 1}, {1, E, 1, 0}, {0, B, 1, 0}}, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
    {
        struct reader r;
        struct net* n = injected(&r, false);
        const uint32_t first = sctp_by_id(n->ep[Z], n->id[Z])->map.cum + 1;
        for (size_t k = 0; k < 3 && (k == 0 || cases[i].s[k].tsn || cases[i].s[k].flags); k++)
        {
            inject(n, first, &cases[i].s[k], 100);
        }
        if (n->lost[Z] != !cases[i].good || (n->lost[Z] && n->why[Z] != SCTP_LOST_PROTOCOL))
        {
            fail_msg("%s", cases[i].what);
        }
        assert_int_equal(net_count(n, Z, "ABORT"), !cases[i].good);
        assert_int_equal(cases[i].good ? sctp_receive_ready(n->ep[Z], n->id[Z]) > 0 : 1, 1);
        net_free(n);
    }
}

/** A message in parts has its last fragment out of the way already. */
static void a_part_that_does_not_go_on_ends_the_association(void** state)
{
    (void)state;
    static const struct script wrong[] = {
        {3, E, 1, 1}, {3, 0, 2, 0}, {3, E | U, 1, 0}, {3, B, 1, 1}, {3, B | E, 1, 1}};
    for (size_t k = 0; k < sizeof wrong / sizeof wrong[0]; k++)
    {
        struct reader r;
        struct net* n = injected(&r, false);
        const uint32_t first = sctp_by_id(n->ep[Z], n->id[Z])->map.cum + 1;
        const struct script before[] = {{0, B, 1, 0}, {1, 0, 1, 0}, {2, 0, 1, 0}};
        for (size_t i = 0; i < 3; i++)
        {
            inject(n, first, &before[i], 1000);
        }
        assert_next(n, 1, 0, true);
        inject(n, first, &wrong[k], 100);
        assert_int_equal(n->lost[Z], 1);
        assert_int_equal(n->events[Z][SCTP_EV_PARTIAL_ABORTED], 1);
        net_free(n);
    }
}

static void forward(struct net* n, uint32_t cum)
{
    const struct sctp_assoc* z = sctp_by_id(n->ep[Z], n->id[Z]);
    struct roam_writer w = roam_writer(packet, sizeof packet);
    sctp_write_header(&w, 4000, 5000, z->my_tag);
    sctp_write_chunk(&w, SCTP_C_FORWARD_TSN, 0, SCTP_FORWARD_TSN_FIXED + 4);
    roam_write32(&w, cum);
    roam_write16(&w, 1);
    roam_write16(&w, 0);
    net_inject(n, Z, &a1, &z1, packet, SCTP_HEADER + SCTP_FORWARD_TSN_FIXED + 4);
    net_poll(n);
}

/** The beginning was skipped: what was under way of the message is no violation, and not kept. */
static void the_rest_of_a_skipped_message_is_thrown_away(void** state)
{
    (void)state;
    struct reader r;
    struct net* n = injected(&r, false);
    const struct sctp_assoc* z = sctp_by_id(n->ep[Z], n->id[Z]);
    const uint32_t first = z->map.cum + 1;
    inject(n, first, &(struct script){0, B, 1, 0}, 100);
    inject(n, first, &(struct script){4, 0, 1, 0}, 100);
    forward(n, first + 1);
    inject(n, first, &(struct script){2, 0, 1, 0}, 100);
    inject(n, first, &(struct script){3, 0, 1, 0}, 100);
    inject(n, first, &(struct script){5, E, 1, 0}, 100);
    inject(n, first, &(struct script){6, B | E, 1, 1}, 100);
    assert_int_equal(n->lost[Z], 0);
    assert_int_equal(z->held, 0);
    assert_int_equal(z->map.cum, first + 6);
    assert_next(n, 1, 6, false);
    assert_null(sctp_receive(n->ep[Z], n->id[Z], n->now));
    inject(n, first, &(struct script){7, E, 1, 2}, 100);
    assert_int_equal(n->lost[Z], 1);
    net_free(n);
}

/* --- Windows --------------------------------------------------------------------------------- */

/** With one packet behind the last SACK, a reader who empties the buffer does not leave the peer to
 * the SACK timer. */
static void a_reader_opens_a_window_that_is_used_up(void** state)
{
    (void)state;
    struct reader r;
    struct net* n = narrow(&r, 4000);
    const uint32_t first = sctp_by_id(n->ep[Z], n->id[Z])->map.cum + 1;
    net_cut(n, &z1);
    n->on_message = NULL;
    n->reading[Z] = false;
    inject(n, first, &(struct script){0, B | E, 1, 0}, 1000); /* acknowledged at once, 5.1 */
    inject(n, first, &(struct script){1, B | E, 1, 1}, 1400);
    const unsigned sacks = net_count(n, Z, "SACK");
    inject(n, first, &(struct script){2, B | E, 1, 2}, 1400);
    inject(n, first, &(struct script){3, B | E, 1, 3}, 100);
    assert_int_equal(net_count(n, Z, "SACK"), sacks + 1);
    while (sctp_receive_next(n->ep[Z], n->id[Z]))
    {
        sctp_message_free(sctp_receive(n->ep[Z], n->id[Z], n->now));
    }
    net_poll(n);
    assert_int_equal(net_count(n, Z, "SACK"), sacks + 2);
    net_free(n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_larger_than_the_buffer_comes_steadily),
        cmocka_unit_test(each_packet_may_be_lost_doubled_or_late),
        cmocka_unit_test(a_window_that_is_lost_whole_costs_a_timeout),
        cmocka_unit_test(a_message_that_fits_the_buffer_comes_whole),
        cmocka_unit_test(a_loss_does_not_cut_a_message_that_fits),
        cmocka_unit_test(a_message_of_more_than_the_point_comes_in_parts),
        cmocka_unit_test(what_is_whole_meanwhile_waits_unless_it_may_come_between),
        cmocka_unit_test(a_message_that_its_sender_gives_up_ends_with_a_word),
        cmocka_unit_test(an_association_that_ends_meanwhile_says_so_first),
        cmocka_unit_test(what_was_held_behind_it_is_not_lost_with_the_association),
        cmocka_unit_test(fragments_that_no_sender_can_have_sent_end_the_association),
        cmocka_unit_test(a_part_that_does_not_go_on_ends_the_association),
        cmocka_unit_test(the_rest_of_a_skipped_message_is_thrown_away),
        cmocka_unit_test(a_reader_opens_a_window_that_is_used_up),
    };
    return cmocka_run_group_tests_name("sctp-delivery", tests, NULL, NULL);
}

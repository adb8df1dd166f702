/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fuzz-world.h"

#include "test/core/sctp-check.h"

#include <stdio.h>
#include <stdlib.h>

#define PORT_A 4000
#define PORT_Z 5000

_Noreturn void world_fail(const char* what)
{
    fprintf(stderr, "does not hold: %s\n", what);
    abort();
}

/* --- The tape -------------------------------------------------------------------------------- */

uint8_t tape8(struct tape* t)
{
    return t->left ? (t->left--, *t->p++) : 0;
}

uint16_t tape16(struct tape* t)
{
    const uint16_t high = tape8(t);
    return (uint16_t)(high << 8 | tape8(t));
}

uint32_t tape32(struct tape* t)
{
    const uint32_t high = tape16(t);
    return high << 16 | tape16(t);
}

size_t tape_bytes(struct tape* t, const uint8_t** bytes, size_t n)
{
    n = n < t->left ? n : t->left;
    *bytes = t->p;
    t->p += n;
    t->left -= n;
    return n;
}

/* --- Life ------------------------------------------------------------------------------------ */

struct roam_addr world_address(int end, unsigned i)
{
    return (struct roam_addr){ROAM_ADDR_V4, {10, (uint8_t)(1 + end), 0, (uint8_t)(1 + i)}};
}

static struct sctp_config configuration(void)
{
    struct sctp_config c;
    sctp_config_default(&c);
    c.receive_buffer = 6000;
    c.send_buffer = 6000;
    c.mtu = 576;
    c.outbound_streams = 3;
    c.inbound_streams = 3;
    return c;
}

void world_begin(struct world* w)
{
    const struct sctp_config c = configuration();
    memset(w, 0, sizeof *w);
    w->honest = true;
    for (int end = A; end <= Z; end++)
    {
        const struct roam_rng rng = roam_rng_seed(1 + (uint64_t)end);
        w->ep[end] = sctp_endpoint_new(&c, end == A ? PORT_A : PORT_Z, &rng);
        if (!w->ep[end])
        {
            world_fail("an endpoint");
        }
        w->keep[end] = true;
        for (unsigned i = 0; i < 2; i++)
        {
            const struct roam_addr a = world_address(end, i);
            sctp_address_gained(w->ep[end], &a, 1 + i, w->now);
        }
    }
    sctp_listen(w->ep[Z], true);
}

void world_end(struct world* w)
{
    while (w->n)
    {
        world_lose(w, 0);
    }
    sctp_endpoint_free(w->ep[A]);
    sctp_endpoint_free(w->ep[Z]);
    sctp_message_free(w->begun[A]);
    sctp_message_free(w->begun[Z]);
}

/* --- Packets --------------------------------------------------------------------------------- */

/** Whole chunks from the header to the end, and a right checksum. */
static void judge_packet(const struct roam_packet* p)
{
    struct sctp_chunk_view v;
    size_t end = SCTP_HEADER;
    for (size_t at = 0; (at = sctp_view_chunk(p->data, p->len, at, &v));)
    {
        end = at;
    }
    if (end != p->len || p->len % 4 || p->len == SCTP_HEADER)
    {
        world_fail("a packet that leaves is whole");
    }
    if (!sctp_checksum_ok(p->data, p->len))
    {
        world_fail("a packet that leaves has its checksum");
    }
}

static void enqueue(struct world* w, int to, const struct roam_packet* p)
{
    if (!w->keep[to] || w->n == WORLD_QUEUE)
    {
        return;
    }
    struct world_packet* q = &w->queue[w->n];
    *q = (struct world_packet){.p = *p, .bytes = malloc(p->len), .to = to};
    if (!q->bytes)
    {
        return;
    }
    memcpy(q->bytes, p->data, p->len);
    q->p.data = q->bytes;
    w->n++;
}

/** Adds a part to those before it; NULL while more are to come. */
static struct sctp_message* join(struct world* w, int end, struct sctp_message* m)
{
    struct sctp_message* begun = w->begun[end];
    w->begun[end] = NULL;
    if (begun && begun->order < w->ends_at[end] && w->ends_at[end] <= m->order)
    {
        sctp_message_free(begun);
        begun = NULL;
    }
    if (begun)
    {
        struct sctp_message* both = realloc(begun, sizeof *both + begun->len + m->len);
        memcpy(both->data + both->len, m->data, m->len);
        both->len += m->len;
        both->partial = m->partial;
        sctp_message_free(m);
        m = both;
    }
    if (m->partial)
    {
        w->begun[end] = m;
        return NULL;
    }
    return m;
}

static void read_all(struct world* w, int end)
{
    struct sctp_message* m;
    while ((m = sctp_receive(w->ep[end], w->id[end], w->now)))
    {
        m = join(w, end, m);
        const char* wrong = m && w->honest ? ledger_read(&w->ledger, end, m) : NULL;
        if (wrong)
        {
            world_fail(wrong);
        }
        sctp_message_free(m);
    }
}

void world_poll(struct world* w, int end)
{
    struct roam_packet p;
    struct sctp_event ev;
    unsigned packets = 0;
    do
    {
        while (sctp_poll_packet(w->ep[end], &p, w->now))
        {
            judge_packet(&p);
            enqueue(w, 1 - end, &p);
            if (++packets > 10000)
            {
                world_fail("an end stops sending");
            }
        }
        while (sctp_poll_event(w->ep[end], &ev))
        {
            w->id[end] = ev.assoc ? ev.assoc : w->id[end];
            w->ends_at[end] = ev.type == SCTP_EV_PARTIAL_ABORTED ? ev.order : w->ends_at[end];
            w->ups[end] += ev.type == SCTP_EV_UP || ev.type == SCTP_EV_RESTART;
            /* a cookie that is replayed within its life brings what was said before once more */
            w->honest &= w->ups[end] <= 1;
        }
        read_all(w, end);
    } while (sctp_poll_packet(w->ep[end], &p, w->now) && (enqueue(w, 1 - end, &p), true));
    const char* wrong = sctp_check(w->ep[end]);
    if (wrong)
    {
        world_fail(wrong);
    }
}

static struct world_packet take(struct world* w, size_t i)
{
    const struct world_packet q = w->queue[i];
    memmove(&w->queue[i], &w->queue[i + 1], (--w->n - i) * sizeof q);
    return q;
}

void world_deliver(struct world* w, size_t i)
{
    if (i < w->n)
    {
        const struct world_packet q = take(w, i);
        if (sctp_local_find(w->ep[q.to], &q.p.dst))
        {
            sctp_recv(w->ep[q.to], &q.p, w->now);
        }
        free(q.bytes);
        world_poll(w, q.to);
    }
}

void world_lose(struct world* w, size_t i)
{
    if (i < w->n)
    {
        free(take(w, i).bytes);
    }
}

void world_settle(struct world* w)
{
    world_poll(w, A);
    world_poll(w, Z);
    for (int i = 0; w->n && i < 100; i++)
    {
        world_deliver(w, 0);
    }
}

/* --- Time ------------------------------------------------------------------------------------ */

static roam_time next_expiry(const struct world* w)
{
    return roam_time_min(sctp_next_expiry(w->ep[A]), sctp_next_expiry(w->ep[Z]));
}

static void expire(struct world* w)
{
    for (int end = A; end <= Z; end++)
    {
        sctp_expire(w->ep[end], w->now);
        world_poll(w, end);
    }
}

void world_wait(struct world* w, roam_time duration)
{
    const roam_time until = w->now + duration;
    for (int i = 0; i < 16 && next_expiry(w) <= until; i++)
    {
        w->now = roam_time_max(w->now, next_expiry(w));
        expire(w);
    }
    w->now = until;
    expire(w);
}

void world_wait_for_timer(struct world* w)
{
    const roam_time next = next_expiry(w);
    world_wait(w, next == ROAM_NEVER || next <= w->now
                      ? 0
                      : roam_time_min(next - w->now, 3600 * ROAM_SEC));
}

/* --- Users ----------------------------------------------------------------------------------- */

static void user_sends(struct world* w, int end, struct tape* t)
{
    static uint8_t bytes[3000];
    const uint8_t how = tape8(t);
    const bool unordered = how & 4;
    const uint16_t stream = how & 3;
    size_t len = 1 + tape16(t) % sizeof bytes;
    len = unordered && len < LEDGER_HEADER ? LEDGER_HEADER : len;
    const struct sctp_message_info info = {.stream = stream, .unordered = unordered};
    if (w->honest) /* otherwise nobody looks */
    {
        ledger_fill(&w->ledger, end, stream, unordered, bytes, len);
    }
    if (sctp_send(w->ep[end], w->id[end], &info, bytes, len, w->now) == ROAM_OK)
    {
        ledger_sent(&w->ledger, end, stream, unordered, len);
    }
}

static void user_asks(struct world* w, int end, struct tape* t)
{
    struct sctp_asconf_request q[3];
    const size_t n = 1 + tape8(t) % 3;
    for (size_t i = 0; i < n; i++)
    {
        const uint8_t what = tape8(t);
        q[i].op = (enum sctp_asconf_op)(what % 3);
        q[i].addr = world_address(end, what / 3 % 3);
    }
    sctp_asconf(w->ep[end], w->id[end], q, n, w->now);
}

void world_user(struct world* w, int end, struct tape* t)
{
    const uint8_t call = tape8(t);
    const struct roam_addr own = world_address(end, call / 16 % 3);
    const struct roam_addr peer = world_address(1 - end, call / 64 % 2);
    struct sctp_endpoint* ep = w->ep[end];
    switch (call % 16)
    {
    case 0:
        sctp_shutdown(ep, w->id[end], w->now);
        break;
    case 1:
        sctp_abort(ep, w->id[end], NULL, 0, w->now);
        break;
    case 2:
        sctp_address_gained(ep, &own, 1, w->now);
        break;
    case 3:
        sctp_address_lost(ep, &own, w->now);
        break;
    case 4:
    case 5:
        user_asks(w, end, t);
        break;
    case 6:
        sctp_set_primary(ep, w->id[end], call & 16 ? &own : NULL, &peer, w->now);
        break;
    case 7:
        if (sctp_by_id(ep, w->id[end]) == NULL)
        {
            w->honest = false; /* a second association has a ledger of its own */
            sctp_connect(ep, NULL, 0, &peer, 1, end == A ? PORT_Z : PORT_A, &w->id[end], w->now);
        }
        break;
    case 8:
        sctp_listen(ep, call & 16);
        break;
    default:
        user_sends(w, end, t);
        break;
    }
    world_poll(w, end);
}

void world_establish(struct world* w)
{
    const struct roam_addr peer = world_address(Z, 0);
    sctp_connect(w->ep[A], NULL, 0, &peer, 1, PORT_Z, &w->id[A], w->now);
    world_settle(w);
}

/* --- The attacker ---------------------------------------------------------------------------- */

/** Counts the first number of a chunk from what the receiver expects there. */
static void make_relative(const struct sctp_assoc* a, uint8_t* chunk, size_t len)
{
    uint32_t base = 0;
    if (len < 8)
    {
        return;
    }
    switch (chunk[0])
    {
    case SCTP_C_DATA:
        base = a->map.cum;
        break;
    case SCTP_C_SACK:
    case SCTP_C_SHUTDOWN:
        base = a->cum_acked;
        break;
    case SCTP_C_ASCONF:
        base = a->peer_serial;
        break;
    case SCTP_C_ASCONF_ACK:
        base = a->my_serial;
        break;
    default:
        return;
    }
    roam_put32(chunk + 4, roam_get32(chunk + 4) + base);
}

static void all_relative(const struct sctp_assoc* a, uint8_t* chunks, size_t len)
{
    size_t at = 0;
    while (at + SCTP_CHUNK_HEADER <= len)
    {
        const size_t chunk_len = roam_get16(chunks + at + 2);
        make_relative(a, chunks + at, len - at);
        at += chunk_len < SCTP_CHUNK_HEADER ? len : sctp_pad4(chunk_len);
    }
}

/** Who can sign for the other end: the end itself, or, once it is gone, the receiver's own key. */
static const struct sctp_auth* signer(const struct world* w, int to)
{
    const struct sctp_assoc* a = sctp_by_id(w->ep[1 - to], w->id[1 - to]);
    a = a && a->has_auth ? a : sctp_by_id(w->ep[to], w->id[to]);
    return a && a->has_auth ? &a->auth : NULL;
}

void world_forge(struct world* w, int to, struct tape* t)
{
    uint8_t bytes[WORLD_PACKET + 64];
    const uint8_t* chunks;
    struct roam_writer out = roam_writer(bytes, sizeof bytes);
    const struct sctp_assoc* a = sctp_by_id(w->ep[to], w->id[to]);
    const uint8_t how = tape8(t);
    const uint32_t tag = how & FORGE_OTHER_TAG ? tape32(t) : a ? a->my_tag : 0;
    const size_t len = tape_bytes(t, &chunks, tape16(t) % (WORLD_PACKET - SCTP_HEADER));
    const uint16_t from_port = to == A ? PORT_Z : PORT_A;
    sctp_write_header(&out, how & FORGE_OTHER_PORT ? 9 : from_port, to == A ? PORT_A : PORT_Z, tag);
    const struct sctp_auth* auth = how & FORGE_AUTH ? signer(w, to) : NULL;
    if (auth)
    {
        sctp_auth_begin(auth, &out);
    }
    const size_t begin = roam_written(&out);
    roam_write_bytes(&out, chunks, len);
    if (a && how & FORGE_RELATIVE)
    {
        all_relative(a, bytes + begin, len);
    }
    if (auth)
    {
        sctp_auth_finish(auth, bytes + SCTP_HEADER, out.p);
    }
    if (!(how & FORGE_BAD_SUM))
    {
        sctp_seal(bytes, roam_written(&out));
    }
    const unsigned src = how & FORGE_STRANGER ? 7 : how & FORGE_OTHER_SRC ? 1 : 0;
    const struct roam_packet p = {
        .src = world_address(1 - to, src),
        .dst = world_address(to, how & FORGE_OTHER_DST ? 1 : 0),
        .data = bytes,
        .len = roam_written(&out),
    };
    w->honest = false;
    sctp_recv(w->ep[to], &p, w->now);
    world_poll(w, to);
}

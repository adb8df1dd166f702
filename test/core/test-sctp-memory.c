/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an association holds while nothing happens on it: bytes, not seconds, so that it is a test.
 * One server, a client endpoint for each association, packets handed over at once. */
#include "core/sctp/sctp.h"

#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#ifdef __SANITIZE_ADDRESS__
size_t __sanitizer_get_current_allocated_bytes(void); /* gcc brings no header for it */
#endif

#define IDLE_MAX 16384
#define CLIENTS 64
#define SERVER_PORT 5000

static size_t heap(void)
{
#ifdef __SANITIZE_ADDRESS__
    return __sanitizer_get_current_allocated_bytes();
#else
    const struct mallinfo2 m = mallinfo2();
    return m.uordblks + m.hblkhd;
#endif
}

struct end
{
    struct sctp_endpoint* ep;
    struct roam_addr addr;
    sctp_assoc_id id[CLIENTS];
    size_t received;
};

struct world
{
    roam_time now;
    struct end server, client[CLIENTS];
};

static void make_end(struct world* w, struct end* e, uint16_t port, uint32_t addr,
                     const struct sctp_config* config)
{
    const struct roam_rng rng = roam_rng_seed(port);
    e->addr = roam_addr_v4(addr);
    e->ep = sctp_endpoint_new(config, port, &rng);
    assert_non_null(e->ep);
    assert_int_equal(sctp_address_gained(e->ep, &e->addr, 1, w->now), ROAM_OK);
}

static void take_events(struct world* w, struct end* e, size_t i)
{
    struct sctp_event ev;
    struct sctp_message* m;
    while (sctp_poll_event(e->ep, &ev))
    {
        e->id[i] = ev.type == SCTP_EV_UP ? ev.assoc : e->id[i];
    }
    while ((m = sctp_receive(e->ep, e->id[i], w->now)))
    {
        e->received += m->len;
        sctp_message_free(m);
    }
}

/** All that one end has to send goes to the other; false when it was nothing. */
static bool carry(struct world* w, struct end* from, struct end* to, size_t i)
{
    struct roam_packet p;
    bool any = false;
    while (sctp_poll_packet(from->ep, &p, w->now))
    {
        sctp_recv(to->ep, &p, w->now);
        take_events(w, to, i);
        any = true;
    }
    return any;
}

/** Until nothing is left to send now, nor soon: delayed SACKs go out too. */
static void settle(struct world* w, size_t i)
{
    struct end* client = &w->client[i];
    for (int round = 0; round < 2; round++)
    {
        while (carry(w, client, &w->server, i) || carry(w, &w->server, client, i))
        {
        }
        w->now += 250 * ROAM_MS;
        sctp_expire(client->ep, w->now);
        sctp_expire(w->server.ep, w->now);
        take_events(w, client, i);
        take_events(w, &w->server, i);
    }
}

static struct world* connected(const struct sctp_config* config)
{
    struct world* w = calloc(1, sizeof *w);
    make_end(w, &w->server, SERVER_PORT, 0x0a000002, config);
    sctp_listen(w->server.ep, true);
    for (size_t i = 0; i < CLIENTS; i++)
    {
        struct end* c = &w->client[i];
        make_end(w, c, (uint16_t)(10000 + i), 0x0a000001, config);
        assert_int_equal(
            sctp_connect(c->ep, NULL, 0, &w->server.addr, 1, SERVER_PORT, &c->id[i], w->now),
            ROAM_OK);
        settle(w, i);
        assert_true(c->id[i] != 0 && w->server.id[i] != 0);
    }
    return w;
}

/** As many messages as the send buffer takes, from one end of association i to the other. */
static void fill(struct world* w, struct end* from, size_t i, uint16_t stream, size_t len)
{
    static const uint8_t bytes[1400];
    const struct sctp_message_info info = {.stream = stream};
    while (sctp_send(from->ep, from->id[i], &info, bytes, len, w->now) == ROAM_OK)
    {
    }
    settle(w, i);
}

/** What an end gives back when it is freed, its endpoint's share included, is what it held. */
static void free_and_assert_small(struct world* w)
{
    struct sctp_status s;
    for (size_t i = 0; i < CLIENTS; i++)
    {
        assert_int_equal(sctp_status(w->server.ep, w->server.id[i], &s), ROAM_OK);
        assert_int_equal(s.state, SCTP_ESTABLISHED);
        assert_int_equal(s.unsent + s.outstanding + s.unread, 0);
    }
    const size_t all = heap();
    for (size_t i = 0; i < CLIENTS; i++)
    {
        sctp_endpoint_free(w->client[i].ep);
    }
    const size_t without_clients = heap();
    sctp_endpoint_free(w->server.ep);
    const size_t none = heap();
    free(w);
    const size_t client = (all - without_clients) / CLIENTS;
    const size_t server = (without_clients - none) / CLIENTS;
    assert_in_range(server, 500, IDLE_MAX); /* 500: it was really counted */
    assert_in_range(client, 500, IDLE_MAX);
}

static void an_idle_association_is_small_at_both_ends(void** state)
{
    (void)state;
    struct sctp_config config;
    sctp_config_default(&config);
    struct world* w = connected(&config);
    free_and_assert_small(w);
}

static void it_is_small_again_after_full_buffers(void** state)
{
    (void)state;
    static const size_t sizes[] = {1400, 16, 1400};
    struct sctp_config config;
    sctp_config_default(&config);
    struct world* w = connected(&config);
    for (size_t i = 0; i < CLIENTS; i++)
    {
        for (size_t k = 0; k < sizeof sizes / sizeof sizes[0]; k++)
        {
            fill(w, &w->client[i], i, 0, sizes[k]);
            fill(w, &w->server, i, 0, sizes[k]);
        }
        assert_true(w->client[i].received > 2 * 262144);
    }
    free_and_assert_small(w);
}

static void streams_take_memory_when_they_are_used(void** state)
{
    (void)state;
    struct sctp_config config;
    sctp_config_default(&config);
    config.outbound_streams = config.inbound_streams = 2048;
    struct world* w = connected(&config);
    struct sctp_status s;
    assert_int_equal(sctp_status(w->server.ep, w->server.id[0], &s), ROAM_OK);
    assert_int_equal(s.inbound_streams, 2048);
    for (size_t i = 0; i < CLIENTS; i++)
    {
        fill(w, &w->client[i], i, 7, 1400);
        fill(w, &w->client[i], i, 0, 1400);
        fill(w, &w->client[i], i, 12, 1400);
    }
    assert_in_range(w->server.received, CLIENTS * 3 * 260000, CLIENTS * 3 * 262144);
    free_and_assert_small(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_idle_association_is_small_at_both_ends),
        cmocka_unit_test(it_is_small_again_after_full_buffers),
        cmocka_unit_test(streams_take_memory_when_they_are_used),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

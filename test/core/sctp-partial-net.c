/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sctp-partial-net.h"

int say(struct net* n, const struct sctp_message_info* info, size_t len)
{
    uint8_t* bytes = calloc(1, len);
    roam_put32(bytes, (uint32_t)info->context);
    const int r = sctp_send(n->ep[A], n->id[A], info, bytes, len, n->now);
    free(bytes);
    return r;
}

void send_one(struct net* n, uint64_t number, enum sctp_policy policy, int64_t limit, size_t len)
{
    const struct sctp_message_info info = {.policy = policy, .limit = limit, .context = number};
    assert_int_equal(say(n, &info, len), ROAM_OK);
}

size_t hear(struct net* n, uint32_t* numbers, size_t max)
{
    struct sctp_message* m;
    size_t k = 0;
    while ((m = sctp_receive(n->ep[Z], n->id[Z], n->now)))
    {
        if (k < max)
        {
            numbers[k] = roam_get32(m->data);
        }
        k++;
        sctp_message_free(m);
    }
    return k;
}

void hears_just(struct net* n, const uint32_t* want, size_t k)
{
    uint32_t got[64];
    assert_int_equal(hear(n, got, 64), k);
    for (size_t i = 0; i < k; i++)
    {
        assert_int_equal(got[i], want[i]);
    }
}

struct sctp_status status(const struct net* n, int end)
{
    struct sctp_status s;
    assert_int_equal(sctp_status(n->ep[end], n->id[end], &s), ROAM_OK);
    return s;
}

struct sctp_path_status path(const struct net* n, int end)
{
    struct sctp_path_status p;
    sctp_paths(n->ep[end], n->id[end], &p, 1);
    return p;
}

struct net* open_net(const struct sctp_config* config)
{
    struct net* n = net_established(config);
    n->reading[A] = n->reading[Z] = false;
    return n;
}

void books_are_right(const struct net* n, int end)
{
    const struct sctp_assoc* a = sctp_by_id(n->ep[end], n->id[end]);
    size_t marked = 0, gap_acked = 0, flight = 0, queued = 0, pending = 0, on_paths = 0;
    if (!a || a->gone)
    {
        return;
    }
    for (size_t i = 0; i < a->sent.n; i++)
    {
        const struct sctp_data* d = roam_ring_at(&a->sent, i);
        assert_int_equal(d->tsn, (uint32_t)(a->cum_acked + 1 + i));
        marked += d->state == SCTP_DATA_MARKED;
        gap_acked += d->state == SCTP_DATA_GAP_ACKED;
        flight += d->state == SCTP_DATA_FLYING ? d->len : 0;
        queued += d->state == SCTP_DATA_ABANDONED ? 0 : d->len;
    }
    for (size_t i = 0; i < a->pending.n; i++)
    {
        const struct sctp_data* d = roam_ring_at(&a->pending, i);
        pending += d->len;
    }
    for (size_t i = 0; i < a->n_paths; i++)
    {
        on_paths += a->paths[i]->flight;
    }
    assert_int_equal(a->n_marked, marked);
    assert_int_equal(a->n_gap_acked, gap_acked);
    assert_int_equal(a->flight, flight);
    assert_int_equal(on_paths, flight);
    assert_int_equal(a->pending_bytes, pending);
    assert_int_equal(a->queued_bytes, queued + pending);
    assert_false(sctp_before(a->advanced_ack, a->cum_acked));
    assert_true(sctp_before(a->advanced_ack, a->next_tsn));
}

void all_is_quiet(const struct net* n)
{
    books_are_right(n, A);
    const struct sctp_status s = status(n, A);
    assert_int_equal(s.unsent + s.outstanding, 0);
    const struct sctp_assoc* a = sctp_by_id(n->ep[A], n->id[A]);
    const struct sctp_assoc* z = sctp_by_id(n->ep[Z], n->id[Z]);
    assert_int_equal(a->sent.n, 0);
    assert_int_equal(z->held, 0);
    assert_int_equal(z->fragments.n, 0);
    assert_int_equal(z->map.cum, z->map.highest);
    assert_int_equal(z->map.cum + 1, a->next_tsn);
}

void watch(struct net* n, struct watched* seen, bool arrive)
{
    struct roam_packet p;
    while (sctp_poll_packet(n->ep[A], &p, n->now))
    {
        struct sctp_chunk_view v;
        for (size_t at = 0; (at = sctp_view_chunk(p.data, p.len, at, &v));)
        {
            if (v.type == SCTP_C_FORWARD_TSN)
            {
                seen->n++;
                seen->last = v;
                memcpy(seen->bytes, v.bytes, v.len);
                seen->longest = v.len > seen->longest ? v.len : seen->longest;
                assert_in_range(p.len + 20, 0, 1500);
            }
        }
        if (arrive)
        {
            sctp_recv(n->ep[Z], &p, n->now);
        }
    }
}

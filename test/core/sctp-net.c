/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sctp-net.h"

#include "sctp-check.h"

#include "core/sctp/sctp-priv.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define PORT_A 4000
#define PCAP_ENOUGH 20000000 /* bytes; loops over lost packets say the same over and over */
#define PORT_Z 5000

const struct roam_addr a1 = {ROAM_ADDR_V4, {2, 2, 2, 2}};
const struct roam_addr a2 = {ROAM_ADDR_V4, {3, 3, 3, 2}};
const struct roam_addr a3 = {ROAM_ADDR_V4, {4, 4, 4, 2}};
const struct roam_addr z1 = {ROAM_ADDR_V4, {1, 1, 1, 2}};
const struct roam_addr z2 = {ROAM_ADDR_V4, {1, 1, 2, 2}};

/* --- pcap: LINKTYPE_RAW ---------------------------------------------------------------------- */

void net_no_pcap(struct net* n)
{
    if (n->pcap)
    {
        fclose(n->pcap);
        n->pcap = NULL;
    }
}

static void pcap_open(struct net* n)
{
    const char* path = getenv("ROAM_TEST_PCAP");
    if (!path)
    {
        return;
    }
    n->pcap = fopen(path, "ab");
    assert(n->pcap);
    const long size = ftell(n->pcap);
    if (size > PCAP_ENOUGH)
    {
        net_no_pcap(n);
    }
    else if (size == 0)
    {
        const uint32_t header[6] = {0xa1b2c3d4, 0x00040002, 0, 0, 65535, 101};
        fwrite(header, sizeof header, 1, n->pcap);
    }
}

static void pcap_write(struct net* n, const struct roam_packet* p)
{
    if (!n->pcap || p->src.family != ROAM_ADDR_V4)
    {
        return;
    }
    uint8_t ip[20] = {0x45, 0, 0, 0, 0, 0, 0, 0, 64, 132};
    roam_put16(ip + 2, (uint16_t)(20 + p->len));
    memcpy(ip + 12, p->src.bytes, 4);
    memcpy(ip + 16, p->dst.bytes, 4);
    uint32_t sum = 0;
    for (int i = 0; i < 20; i += 2)
    {
        sum += roam_get16(ip + i);
    }
    sum = (sum & 0xffff) + (sum >> 16);
    roam_put16(ip + 10, (uint16_t)~sum);
    const uint32_t len = (uint32_t)(20 + p->len);
    const uint32_t record[4] = {(uint32_t)(n->now / ROAM_SEC), (uint32_t)(n->now % ROAM_SEC / 1000),
                                len, len};
    fwrite(record, sizeof record, 1, n->pcap);
    fwrite(ip, sizeof ip, 1, n->pcap);
    fwrite(p->data, p->len, 1, n->pcap);
}

/* --- the network ----------------------------------------------------------------------------- */

struct net* net_new_two(const struct sctp_config* a, const struct sctp_config* z, uint64_t seed)
{
    struct sctp_config c;
    struct roam_rng rng = roam_rng_seed(seed);
    struct net* n = calloc(1, sizeof *n);
    assert(n);
    sctp_config_default(&c);
    n->log = calloc(NET_MAX_PACKETS, NET_LOG);
    n->log_at = calloc(NET_MAX_PACKETS, sizeof *n->log_at);
    assert(n->log && n->log_at);
    n->delay = 10 * ROAM_MS;
    n->drop_number = n->drop_second = n->twice_number = n->late_number = -1;
    n->overtaken_number = -1;
    n->reading[A] = n->reading[Z] = true;
    n->ep[A] = sctp_endpoint_new(a ? a : &c, PORT_A, &rng);
    rng = roam_rng_seed(seed + 1);
    n->ep[Z] = sctp_endpoint_new(z ? z : &c, PORT_Z, &rng);
    assert(n->ep[A] && n->ep[Z]);
    net_gain(n, A, &a1);
    net_gain(n, Z, &z1);
    sctp_listen(n->ep[Z], true);
    pcap_open(n);
    return n;
}

struct net* net_new_seed(const struct sctp_config* config, uint64_t seed)
{
    return net_new_two(config, config, seed);
}

struct net* net_new(const struct sctp_config* config)
{
    return net_new_seed(config, 1);
}

void net_reboot_a(struct net* n, const struct sctp_config* config, uint64_t seed)
{
    struct roam_rng rng = roam_rng_seed(seed);
    sctp_endpoint_free(n->ep[A]);
    n->ep[A] = sctp_endpoint_new(config, PORT_A, &rng);
    assert(n->ep[A]);
    net_gain(n, A, &a1);
    n->next_in[A] = n->next_in[Z] = n->next_out[A] = n->next_out[Z] = 0;
}

void net_free(struct net* n)
{
    for (size_t i = 0; i < n->n_flying; i++)
    {
        free(n->flying[i].bytes);
    }
    sctp_endpoint_free(n->ep[A]);
    sctp_endpoint_free(n->ep[Z]);
    if (n->pcap)
    {
        fclose(n->pcap);
    }
    free(n->log);
    free(n->log_at);
    free(n);
}

static bool has_chunk(const struct roam_packet* p, const char* name)
{
    struct sctp_chunk_view v;
    for (size_t at = 0; (at = sctp_view_chunk(p->data, p->len, at, &v));)
    {
        if (strcmp(sctp_chunk_name(v.type), name) == 0)
        {
            return true;
        }
    }
    return false;
}

static void log_packet(struct net* n, int from, const struct roam_packet* p)
{
    n->log_at[n->n_log] = n->now;
    char* line = n->log[n->n_log++];
    int used = snprintf(line, NET_LOG, "%c ->", from == A ? 'A' : 'Z');
    struct sctp_chunk_view v;
    for (size_t at = 0; (at = sctp_view_chunk(p->data, p->len, at, &v)) && used < NET_LOG - 20;)
    {
        used += snprintf(line + used, (size_t)(NET_LOG - used), " %s", sctp_chunk_name(v.type));
    }
}

static void count_way(struct net* n, const struct roam_packet* p)
{
    size_t i = 0;
    while (i < n->n_ways && !(roam_addr_equal(&n->ways[i].src, &p->src) &&
                              roam_addr_equal(&n->ways[i].dst, &p->dst)))
    {
        i++;
    }
    assert(i < sizeof n->ways / sizeof n->ways[0]);
    n->n_ways += i == n->n_ways;
    n->ways[i].src = p->src;
    n->ways[i].dst = p->dst;
    n->ways[i].ifindex = p->ifindex;
    n->ways[i].packets++;
    n->ways[i].with_data += has_chunk(p, "DATA");
}

static bool is_cut(const struct net* n, const struct roam_packet* p)
{
    for (size_t i = 0; i < n->n_cut; i++)
    {
        if (roam_addr_equal(&n->cut[i], &p->src) || roam_addr_equal(&n->cut[i], &p->dst))
        {
            return true;
        }
    }
    return false;
}

static bool is_lost(struct net* n, const struct roam_packet* p)
{
    const unsigned number = n->sent;
    if (is_cut(n, p) || (number < 64 && n->drop >> number & 1) || (int)number == n->drop_number ||
        (int)number == n->drop_second)
    {
        return true;
    }
    if (n->narrow && p->len + 20 > n->narrow && !p->may_fragment)
    {
        return true;
    }
    if (n->drop_chunk && has_chunk(p, n->drop_chunk))
    {
        n->drop_chunk = NULL;
        return true;
    }
    return false;
}

static void insert(struct net* n, struct net_packet f, roam_time at)
{
    assert(n->n_flying < NET_MAX_PACKETS);
    size_t i = n->n_flying++;
    for (; i > 0 && n->flying[i - 1].at > at; i--)
    {
        n->flying[i] = n->flying[i - 1];
    }
    f.at = at;
    n->flying[i] = f;
}

static uint8_t* fly(struct net* n, int from, const struct roam_packet* p, roam_time delay)
{
    struct net_packet f = {.number = n->sent, .p = *p, .to = 1 - from};
    f.bytes = malloc(p->len);
    memcpy(f.bytes, p->data, p->len);
    f.p.data = f.bytes;
    if (n->congested && p->ecn != ROAM_ECN_NONE)
    {
        f.p.ecn = ROAM_ECN_CE;
    }
    insert(n, f, n->now + delay);
    return f.bytes;
}

/** The packet that is to be overtaken comes right behind the third that left after it. */
static void let_overtake(struct net* n, int from)
{
    if (n->overtaken_number < 0 || (int)n->sent <= n->overtaken_number ||
        from != n->overtaken_from || ++n->overtakers != 3)
    {
        return;
    }
    for (size_t i = 0; i < n->n_flying; i++)
    {
        struct net_packet f = n->flying[i];
        if ((int)f.number == n->overtaken_number)
        {
            memmove(n->flying + i, n->flying + i + 1, (--n->n_flying - i) * sizeof f);
            insert(n, f, n->now + n->delay);
            return;
        }
    }
}

static void send_packet(struct net* n, int from, const struct roam_packet* p)
{
    assert(n->n_log < NET_MAX_PACKETS);
    assert(sctp_check_packet(p) && sctp_check_source(n->ep[from], p));
    assert(sctp_check_destination(n->ep[from], p));
    n->longest[from] = p->len > n->longest[from] ? p->len : n->longest[from];
    log_packet(n, from, p);
    count_way(n, p);
    n->capable[from] += p->ecn == ROAM_ECN_ECT0;
    pcap_write(n, p);
    if (n->fate)
    {
        const struct net_fate fate = n->fate(n, from, p);
        for (unsigned i = 0; i < fate.copies && !is_cut(n, p); i++)
        {
            uint8_t* bytes = fly(n, from, p, n->delay + fate.late_by);
            bytes[fate.garbled] ^= fate.garbled ? 0x55 : 0;
        }
    }
    else if (!is_lost(n, p))
    {
        const bool overtaken = (int)n->sent == n->overtaken_number;
        const bool late = (int)n->sent == n->late_number;
        const bool slow = roam_addr_equal(&n->slow, &p->src) || roam_addr_equal(&n->slow, &p->dst);
        fly(n, from, p, n->delay + (late || overtaken ? n->late_by : 0) + (slow ? n->slow_by : 0));
        n->overtaken_from = overtaken ? from : n->overtaken_from;
        if ((int)n->sent == n->twice_number)
        {
            fly(n, from, p, n->delay);
        }
    }
    let_overtake(n, from);
    n->sent++;
}

static void read_all(struct net* n, int end)
{
    struct sctp_message* m;
    while (n->reading[end] && (m = sctp_receive(n->ep[end], n->id[end], n->now)))
    {
        if (n->on_message)
        {
            n->on_message(n, end, m);
            sctp_message_free(m);
            continue;
        }
        const size_t done = n->part_of[end];
        if (done == 0 && m->len >= 4)
        {
            n->out_of_order |= roam_get32(m->data) != n->next_in[end];
            n->next_in[end]++;
        }
        for (size_t i = done ? 0 : 4; i < m->len; i++)
        {
            assert(m->data[i] == (uint8_t)(done + i));
        }
        n->bytes_in[end] += m->len;
        n->part_of[end] = m->partial ? done + m->len : 0;
        sctp_message_free(m);
    }
}

static void take_event(struct net* n, int end, const struct sctp_event* ev)
{
    if (n->on_event && ev->type != SCTP_EV_PARTIAL_ABORTED)
    {
        n->on_event(n, end, ev);
    }
    n->events[end][ev->type]++;
    n->last[end][ev->type] = *ev;
    if (ev->assoc)
    {
        n->id[end] = ev->assoc;
    }
    switch (ev->type)
    {
    case SCTP_EV_UP:
        n->up[end]++;
        break;
    case SCTP_EV_RESTART:
        n->restarts[end]++;
        break;
    case SCTP_EV_CLOSED:
        n->closed[end]++;
        break;
    case SCTP_EV_LOST:
        n->lost[end]++;
        n->why[end] = ev->u.lost.why;
        break;
    case SCTP_EV_READABLE:
        n->readable[end]++;
        break;
    case SCTP_EV_WRITABLE:
        n->writable[end]++;
        break;
    case SCTP_EV_SEND_FAILED:
        n->failures[end][n->failed[end] % NET_FAILED] = *ev;
        n->failed[end]++;
        break;
    case SCTP_EV_ASCONF:
        n->asconf_done[end][ev->u.asconf.op]++;
        n->asconf_cause[end][ev->u.asconf.op] = ev->u.asconf.cause;
        break;
    case SCTP_EV_PEER_ADDRESS:
        n->peer_ops[end][ev->u.asconf.op]++;
        break;
    case SCTP_EV_PRIMARY:
        n->primary_local[end] = ev->u.path.local;
        n->primary_peer[end] = ev->u.path.peer;
        break;
    case SCTP_EV_PATH:
        n->path_events[end][ev->u.path.state]++;
        if (end == Z && ev->u.path.state == SCTP_PATH_ACTIVE)
        {
            n->confirmed_at = n->now;
        }
        break;
    case SCTP_EV_DROP:
        n->drops[end][ev->u.drop.why]++;
        break;
    default:
        break;
    }
    read_all(n, end);
}

/** All events that there are. A reader has to know which messages ended early before it goes on. */
static void take_events(struct net* n, int end)
{
    struct sctp_event* events = NULL;
    size_t count = 0;
    for (struct sctp_event ev; sctp_poll_event(n->ep[end], &ev); count++)
    {
        events =
            (count & (count - 1)) ? events : realloc(events, (count ? 2 * count : 1) * sizeof ev);
        assert(events);
        events[count] = ev;
        if (n->on_event && ev.type == SCTP_EV_PARTIAL_ABORTED)
        {
            n->on_event(n, end, &ev);
        }
    }
    for (size_t i = 0; i < count; i++)
    {
        take_event(n, end, &events[i]);
    }
    free(events);
}

void net_poll(struct net* n)
{
    for (int end = A; end <= Z; end++)
    {
        struct roam_packet p;
        do
        {
            while (sctp_poll_packet(n->ep[end], &p, n->now))
            {
                send_packet(n, end, &p);
            }
            take_events(n, end);
            read_all(n, end);
        } while (sctp_poll_packet(n->ep[end], &p, n->now) && (send_packet(n, end, &p), true));
    }
}

static roam_time next_moment(const struct net* n)
{
    roam_time t = n->n_flying ? n->flying[0].at : ROAM_NEVER;
    t = roam_time_min(t, sctp_next_expiry(n->ep[A]));
    return roam_time_min(t, sctp_next_expiry(n->ep[Z]));
}

bool net_step(struct net* n, roam_time until)
{
    net_poll(n);
    const roam_time t = next_moment(n);
    if (t > until)
    {
        return false;
    }
    assert(t >= n->now);
    n->now = t;
    while (n->n_flying && n->flying[0].at <= n->now)
    {
        struct net_packet f = n->flying[0];
        memmove(n->flying, n->flying + 1, --n->n_flying * sizeof f);
        if (sctp_local_find(n->ep[f.to], &f.p.dst)) /* a host takes what is addressed to it */
        {
            sctp_recv(n->ep[f.to], &f.p, n->now);
        }
        free(f.bytes);
        net_poll(n);
    }
    sctp_expire(n->ep[A], n->now);
    sctp_expire(n->ep[Z], n->now);
    net_poll(n);
    return true;
}

void net_run(struct net* n, roam_time until)
{
    while (net_step(n, until))
    {
    }
    n->now = until;
}

void net_run_for(struct net* n, roam_time duration)
{
    net_run(n, n->now + duration);
}

void net_connect(struct net* n)
{
    const int r = sctp_connect(n->ep[A], NULL, 0, &z1, 1, PORT_Z, &n->id[A], n->now);
    assert(r == ROAM_OK);
    (void)r;
}

struct net* net_established(const struct sctp_config* config)
{
    struct net* n = net_new(config);
    net_connect(n);
    net_run_for(n, 100 * ROAM_MS);
    assert(n->up[A] == 1 && n->up[Z] == 1);
    return n;
}

struct net* net_two_radios(const struct sctp_config* config)
{
    struct net* n = net_established(config);
    net_gain(n, A, &a2);
    return n;
}

unsigned net_send(struct net* n, int from, unsigned count, size_t len)
{
    uint8_t* message = malloc(len);
    const struct sctp_message_info info = {.stream = 0, .ppid = 77};
    unsigned done = 0;
    for (size_t i = 0; i < len; i++)
    {
        message[i] = (uint8_t)i;
    }
    for (; done < count; done++)
    {
        roam_put32(message, n->next_out[from]);
        if (sctp_send(n->ep[from], n->id[from], &info, message, len, n->now) != ROAM_OK)
        {
            break;
        }
        n->next_out[from]++;
    }
    free(message);
    net_poll(n);
    return done;
}

int net_asconf(struct net* n, int from, enum sctp_asconf_op op, const struct roam_addr* addr)
{
    const struct sctp_asconf_request q = {op, *addr};
    return sctp_asconf(n->ep[from], n->id[from], &q, 1, n->now);
}

void net_gain(struct net* n, int end, const struct roam_addr* addr)
{
    sctp_address_gained(n->ep[end], addr, 1, n->now);
}

void net_lose(struct net* n, int end, const struct roam_addr* addr)
{
    sctp_address_lost(n->ep[end], addr, n->now);
}

void net_cut(struct net* n, const struct roam_addr* addr)
{
    n->cut[n->n_cut++] = *addr;
}

void net_heal(struct net* n)
{
    n->n_cut = 0;
}

struct net_way net_way(const struct net* n, const struct roam_addr* src,
                       const struct roam_addr* dst)
{
    for (size_t i = 0; i < n->n_ways; i++)
    {
        if (roam_addr_equal(&n->ways[i].src, src) && roam_addr_equal(&n->ways[i].dst, dst))
        {
            return n->ways[i];
        }
    }
    return (struct net_way){*src, *dst, 0, 0, 0};
}

void net_ladder(const struct net* n)
{
    for (size_t i = 0; i < n->n_log; i++)
    {
        fprintf(stderr, "%4zu %10.3f  %s\n", i, (double)n->log_at[i] / ROAM_SEC, n->log[i]);
    }
}

unsigned net_count(const struct net* n, int from, const char* chunk)
{
    unsigned count = 0;
    char word[40];
    snprintf(word, sizeof word, " %s ", chunk);
    for (size_t i = 0; i < n->n_log; i++)
    {
        char line[NET_LOG + 2];
        snprintf(line, sizeof line, "%s ", n->log[i]);
        count += line[0] == (from == A ? 'A' : 'Z') && strstr(line, word);
    }
    return count;
}

static bool same_list(const struct roam_addr* have, size_t n_have, const struct roam_addr* want,
                      size_t k)
{
    bool same = n_have == k;
    for (size_t i = 0; same && i < k; i++)
    {
        same = roam_addr_equal(&have[i], &want[i]);
    }
    return same;
}

bool net_locals_are(const struct net* n, int end, const struct roam_addr* want, size_t k)
{
    struct roam_addr have[8];
    return same_list(have, sctp_local_addresses(n->ep[end], n->id[end], have, 8), want, k);
}

bool net_peers_are(const struct net* n, int end, const struct roam_addr* want, size_t k)
{
    struct roam_addr have[8];
    return same_list(have, sctp_peer_addresses(n->ep[end], n->id[end], have, 8), want, k);
}

enum sctp_state net_state(const struct net* n, int end)
{
    struct sctp_status s;
    return sctp_status(n->ep[end], n->id[end], &s) == ROAM_OK ? s.state : SCTP_CLOSED;
}

int net_inject(struct net* n, int to, const struct roam_addr* src, const struct roam_addr* dst,
               uint8_t* bytes, size_t len)
{
    const struct roam_packet p = {
        .src = *src, .dst = *dst, .ifindex = 1, .data = bytes, .len = len};
    sctp_seal(bytes, len);
    const int r = sctp_recv(n->ep[to], &p, n->now);
    net_poll(n);
    return r;
}

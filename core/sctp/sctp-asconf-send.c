/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An ASCONF on its way (RFC 5061 section 5.1): its bytes, the path that it takes, T4. */
#include "core/sctp/sctp-priv.h"

#include <stdlib.h>

/* --- Which way ------------------------------------------------------------------------------- */

/** True if a wildcard ties this batch to another source address than local. */
static bool pinned_elsewhere(const struct sctp_asconf_batch* b, const struct roam_addr* local)
{
    return b->has_wildcard && !roam_addr_equal(&b->source, local);
}

/**
 * True if an ASCONF with this batch may leave from a local address: one that is bound, or one that
 * is to be added, by this ASCONF or a later one (5.3 F1), but none that it deletes (F6); one that
 * a later one deletes may be all that the peer knows. A client that has moved on before its ADD was
 * answered has no other.
 */
static bool may_leave_from(const struct sctp_assoc* a, const struct sctp_asconf_batch* b,
                           const struct roam_addr* local)
{
    return sctp_bound_find(a, local) && sctp_local_find(a->ep, local) &&
           !sctp_asconf_deletes(b, 0, b->n, local) && !pinned_elsewhere(b, local);
}

/**
 * DEVIATION: last resort of a client that is back where it has just asked to delete its address,
 * and has no other. If the DELETE was done, its answer comes from the peer's cache; if not, the
 * peer refuses it (F8) and the address stays. Either way the next request can follow.
 */
static bool may_leave_at_last(const struct sctp_assoc* a, const struct sctp_asconf_batch* b,
                              const struct roam_addr* local)
{
    return sctp_local_find(a->ep, local) != NULL && !pinned_elsewhere(b, local);
}

/** Which local addresses an ASCONF may leave from. */
typedef bool may_leave(const struct sctp_assoc* a, const struct sctp_asconf_batch* b,
                       const struct roam_addr* local);

/** Collect the routed paths from such an address to a peer address that is confirmed, or is not;
 * the path of data first. */
static size_t find_ways(const struct sctp_assoc* a, may_leave* may, bool confirmed,
                        struct sctp_path** ways, size_t max)
{
    const struct sctp_asconf_batch* b = roam_ring_first(&a->batches);
    struct sctp_path* usual = confirmed ? sctp_data_path(a) : NULL;
    size_t n = 0;
    if (usual && may(a, b, &usual->local))
    {
        ways[n++] = usual;
    }
    for (size_t i = 0; i < a->n_paths && n < max; i++)
    {
        struct sctp_path* p = a->paths[i];
        const struct sctp_peer* peer = sctp_peer_find(a, &p->peer);
        if (p != usual && peer && peer->confirmed == confirmed && sctp_path_routed(a, p) &&
            may(a, b, &p->local))
        {
            ways[n++] = p;
        }
    }
    return n;
}

bool sctp_asconf_has_way(const struct sctp_assoc* a, const struct sctp_asconf_batch* b)
{
    bool has = false;
    for (size_t i = 0; i < a->n_bound; i++)
    {
        has |= may_leave_from(a, b, &a->bound[i].addr);
    }
    return has;
}

/** True if some path can be confirmed by a HEARTBEAT: then the peer's addresses will be. */
static bool can_probe(const struct sctp_assoc* a)
{
    bool can = false;
    for (size_t i = 0; i < a->n_paths; i++)
    {
        can |= sctp_may_probe(a, a->paths[i]);
    }
    return can;
}

/**
 * Return the path for the outstanding ASCONF: the path of data first, and with each retransmission
 * the next one that is possible, addresses that are being added included.
 * DEVIATION: RFC 9260 section 5.4 lets no ASCONF go to an unconfirmed address. When no confirmed
 * one can be reached, and no HEARTBEAT may leave (RFC 5061 section 5.3 F1), it does, in a packet
 * with a HEARTBEAT, as 5.4 has it for COOKIE ECHO. The address may be all that the peer has left,
 * or all that the new link leads to, and nothing else could confirm it.
 */
static struct sctp_path* asconf_path(const struct sctp_assoc* a)
{
    struct sctp_path* ways[64];
    const bool unproven = !can_probe(a);
    size_t n = find_ways(a, may_leave_from, true, ways, 64);
    n = n || !unproven ? n : find_ways(a, may_leave_from, false, ways, 64);
    n = n ? n : find_ways(a, may_leave_at_last, true, ways, 64);
    n = n || !unproven ? n : find_ways(a, may_leave_at_last, false, ways, 64);
    return n ? ways[a->asconf_sends % n] : NULL;
}

/* --- Its bytes ------------------------------------------------------------------------------- */

/** An address by which the peer surely knows us (section 4.1.1, the Address Parameter). */
static const struct roam_addr* known_address(const struct sctp_assoc* a,
                                             const struct sctp_asconf_batch* b)
{
    if (b->name.family != ROAM_ADDR_NONE)
    {
        return &b->name; /* it was bundled before (section 5.5 rule 1) */
    }
    for (size_t i = 0; i < a->n_bound; i++)
    {
        if (a->bound[i].state == SCTP_BOUND)
        {
            return &a->bound[i].addr;
        }
    }
    return &a->bound[0].addr; /* section 5.3.2: the one that is being deleted, if need be */
}

static uint16_t param_of(enum sctp_asconf_op op)
{
    return op == SCTP_ADD ? SCTP_P_ADD : op == SCTP_DELETE ? SCTP_P_DELETE : SCTP_P_SET_PRIMARY;
}

static size_t chunk_len(const struct sctp_asconf_batch* b, const struct roam_addr* name)
{
    size_t len = SCTP_CHUNK_HEADER + 4 + sctp_addr_param_len(name);
    for (size_t i = 0; i < b->n; i++)
    {
        len += SCTP_PARAM_HEADER + 4 + sctp_addr_param_len(&b->requests[i].addr);
    }
    return len;
}

/** Write the chunk of a batch, whose parameters all have a multiple of four bytes. */
static void write_asconf(struct roam_writer* w, const struct sctp_asconf_batch* b, uint32_t serial,
                         const struct roam_addr* name)
{
    sctp_write_chunk(w, SCTP_C_ASCONF, 0, chunk_len(b, name));
    roam_write32(w, serial);
    sctp_write_addr(w, name);
    for (size_t i = 0; i < b->n; i++)
    {
        const struct sctp_asconf_request* q = &b->requests[i];
        roam_write16(w, param_of(q->op));
        roam_write16(w, (uint16_t)(SCTP_PARAM_HEADER + 4 + sctp_addr_param_len(&q->addr)));
        roam_write32(w, (uint32_t)i); /* its place is its correlation identifier */
        sctp_write_addr(w, &q->addr);
    }
}

/* --- The way back ---------------------------------------------------------------------------- */

size_t sctp_asconf_bundled(const struct sctp_assoc* a, size_t from)
{
    size_t i = from;
    while (i < a->batches.n &&
           ((const struct sctp_asconf_batch*)roam_ring_at(&a->batches, i))->name.family !=
               ROAM_ADDR_NONE)
    {
        i++;
    }
    return i - from;
}

/** Return the address that the peer knows us by when it has done all of a batch, or NULL. */
static const struct roam_addr* name_afterwards(const struct sctp_asconf_batch* b)
{
    for (size_t i = b->n; i-- > 0;)
    {
        const struct roam_addr* addr = sctp_asconf_subject(b, i);
        if (b->requests[i].op == SCTP_ADD && !sctp_asconf_deletes(b, i + 1, b->n, addr))
        {
            return addr;
        }
    }
    return NULL;
}

/** Return the place of the first batch behind the outstanding one that adds an address; 0 if there
 * is none, or one before it may not leave from there. */
static size_t later_that_adds(const struct sctp_assoc* a, const struct roam_addr* addr)
{
    for (size_t i = 1; i < a->batches.n; i++)
    {
        const struct sctp_asconf_batch* b = roam_ring_at(&a->batches, i);
        if (pinned_elsewhere(b, addr))
        {
            return 0;
        }
        for (size_t k = 0; k < b->n; k++)
        {
            if (b->requests[k].op == SCTP_ADD && roam_addr_equal(sctp_asconf_subject(b, k), addr))
            {
                return i;
            }
        }
    }
    return 0;
}

#define WAY_BACK_LEN (SCTP_CHUNK_HEADER + 4 + 20 + SCTP_PARAM_HEADER + 4 + 20) /* at most */

/** Queue a batch that adds an address again which the outstanding one deletes, behind those that
 * have left already: their serial numbers are theirs. Return its place, or 0 if memory is short. */
static size_t queue_way_back(struct sctp_assoc* a, const struct roam_addr* addr)
{
    const struct sctp_asconf_batch back = {
        .n = 1, .requests = {{SCTP_ADD, *addr}}, .way_back = true};
    const size_t place = 1 + sctp_asconf_bundled(a, 1);
    struct sctp_bound* bound = sctp_bound_find(a, addr);
    assert(bound); /* a path has a bound address */
    if (!sctp_asconf_queue(a, &back, place))
    {
        return 0;
    }
    bound->state = SCTP_BOUND_ADDING;
    return place;
}

/** True if the outstanding ASCONF, those behind it up to a place, and so many bytes more leave in
 * one packet: no second one may be on its way (section 5.1.1 C1). */
static bool fit_one_packet(const struct sctp_assoc* a, const struct sctp_path* p, size_t last,
                           size_t more)
{
    static const struct roam_addr longest = {.family = ROAM_ADDR_V6};
    size_t len = SCTP_HEADER + sctp_auth_chunk_len(&a->auth) + a->asconf_len + more;
    for (size_t i = 1; i <= last; i++)
    {
        len += chunk_len(roam_ring_at(&a->batches, i), &longest);
    }
    return len <= sctp_path_room(a, &p->local, &p->peer);
}

/**
 * The outstanding ASCONF is retransmitted from an address that the peer does not know if it has
 * done it, and only the answer was lost: one that this ASCONF deletes, or a later one adds. The
 * name in it is of no use then. So those behind it go in the same packet, up to the one that adds
 * the source, each with the name that the peer knows when it has done those before (RFC 5061
 * sections 5.2 D2-ext and 5.5 rule 4); for an address that is being deleted one is made that adds
 * it again. If the peer has not done the first, it refuses that DELETE (5.3 F8), and the ADD
 * changes nothing.
 */
static void bundle_later(struct sctp_assoc* a, const struct sctp_path* p)
{
    const struct sctp_asconf_batch* first = roam_ring_first(&a->batches);
    const struct roam_addr* name = name_afterwards(first);
    size_t last = a->asconf_sends > 1 && name ? later_that_adds(a, &p->local) : 0;
    if (!fit_one_packet(a, p, last, 0))
    {
        return;
    }
    if (name && last == 0 && sctp_asconf_deletes(first, 0, first->n, &p->local) &&
        fit_one_packet(a, p, sctp_asconf_bundled(a, 1), WAY_BACK_LEN))
    {
        last = queue_way_back(a, &p->local);
    }
    for (size_t i = 1; i <= last; i++)
    {
        struct sctp_asconf_batch* b = roam_ring_at(&a->batches, i);
        b->name = b->name.family == ROAM_ADDR_NONE ? *name : b->name;
        struct sctp_control* c = sctp_control_push(a, &p->local, &p->peer, SCTP_C_ASCONF, 0,
                                                   chunk_len(b, &b->name) - SCTP_CHUNK_HEADER);
        if (c)
        {
            struct roam_writer w = roam_writer(c->bytes, c->len);
            write_asconf(&w, b, a->my_serial + (uint32_t)i, &b->name);
        }
        name = name_afterwards(b) ? name_afterwards(b) : name;
    }
}

/* --- Sending --------------------------------------------------------------------------------- */

bool sctp_asconf_may_flow(const struct sctp_assoc* a)
{
    return a->state == SCTP_ESTABLISHED || a->state == SCTP_SHUTDOWN_PENDING ||
           a->state == SCTP_SHUTDOWN_SENT || a->state == SCTP_SHUTDOWN_RECEIVED;
}

static void transmit(struct sctp_assoc* a, roam_time now)
{
    struct sctp_path* p = sctp_asconf_may_flow(a) ? asconf_path(a) : NULL;
    a->asconf_local = p ? p->local : (struct roam_addr){0};
    a->asconf_peer = p ? p->peer : (struct roam_addr){0};
    if (!p)
    {
        /* nothing is sent, so nothing goes unanswered: sctp_asconf_readdress() goes on. Data does
         * not wait for an answer to what is not asked */
        roam_timer_stop(&a->t4);
        a->holding = false;
        return;
    }
    roam_timer_start(&a->t4, p->rto.value, now);
    a->asconf_sends++;
    struct sctp_control* c = sctp_control_push(a, &p->local, &p->peer, SCTP_C_ASCONF, 0,
                                               a->asconf_len - SCTP_CHUNK_HEADER);
    if (c)
    {
        memcpy(c->bytes, a->asconf, a->asconf_len);
        bundle_later(a, p);
    }
    if (c && !sctp_peer_find(a, &p->peer)->confirmed)
    {
        sctp_heartbeat_beside_asconf(a, p, now);
    }
}

void sctp_asconf_send(struct sctp_assoc* a, const struct sctp_asconf_batch* b, roam_time now)
{
    const struct roam_addr* name = known_address(a, b);
    const size_t len = chunk_len(b, name);
    uint8_t* chunk = malloc(len);
    if (!chunk)
    {
        return; /* T4 is not running; the next request or acknowledgement tries again */
    }
    struct roam_writer w = roam_writer(chunk, len);
    write_asconf(&w, b, a->my_serial, name);
    assert(roam_written(&w) == len);
    a->asconf = chunk;
    a->asconf_len = len;
    a->asconf_sends = 0;
    sctp_switch_asked(a, b);
    transmit(a, now);
}

/* --- Retransmission -------------------------------------------------------------------------- */

/** HEARTBEAT ACKs wait while their source is being added (5.3 F1). One that has waited for a T4
 * would give the peer a meaningless round-trip time; the peer asks again. */
static void drop_late_answers(struct sctp_assoc* a)
{
    for (size_t i = a->control.n; i-- > 0;)
    {
        struct sctp_control* c = roam_ring_at(&a->control, i);
        const struct sctp_bound* b = sctp_bound_find(a, &c->local);
        if (c->bytes[0] == SCTP_C_HEARTBEAT_ACK && b && b->state == SCTP_BOUND_ADDING)
        {
            roam_ring_remove(&a->control, i, 1);
            free(c);
        }
    }
}

void sctp_on_t4(struct sctp_assoc* a, roam_time now)
{
    /* section 5.1 rules B: count, back off, the same chunk again, another way if there is one */
    struct sctp_path* p = sctp_path_find(a, &a->asconf_local, &a->asconf_peer);
    if (!sctp_asconf_may_flow(a))
    {
        return; /* section 5.1.1 C4; T2 watches over the peer now */
    }
    if (p)
    {
        sctp_rto_backoff(&p->rto, &a->config);
    }
    drop_late_answers(a);
    sctp_count_error(a, p, now);
    if (!a->gone)
    {
        transmit(a, now);
    }
}

/** True if an answer may still come the way that it went: not to an address that is gone, nor from
 * one; and, when the DELETE was done, not to the one that it deletes while there is another. */
static bool may_be_answered(const struct sctp_assoc* a)
{
    const struct roam_addr* local = &a->asconf_local;
    struct sctp_path* way;
    return sctp_peer_find(a, &a->asconf_peer) &&
           (may_leave_from(a, roam_ring_first(&a->batches), local) ||
            (sctp_local_find(a->ep, local) && find_ways(a, may_leave_from, true, &way, 1) == 0));
}

void sctp_asconf_readdress(struct sctp_assoc* a, roam_time now)
{
    if (a->asconf && !may_be_answered(a) && asconf_path(a)) /* asking again at once saves a T4 */
    {
        sctp_switch_asked(a, roam_ring_first(&a->batches));
        transmit(a, now);
    }
}

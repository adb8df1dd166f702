/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What may be asked in an ASCONF (RFC 5061 sections 5.3 and 5.4), and what a wildcard in it means.
 */
#include "core/sctp/sctp-priv.h"

const struct roam_addr* sctp_asconf_subject(const struct sctp_asconf_batch* b, size_t i)
{
    const struct sctp_asconf_request* q = &b->requests[i];
    return q->op != SCTP_DELETE && roam_addr_is_any(&q->addr) ? &b->source : &q->addr;
}

bool sctp_asconf_deletes(const struct sctp_asconf_batch* b, size_t from, size_t to,
                         const struct roam_addr* addr)
{
    for (size_t i = from; i < to; i++)
    {
        const struct sctp_asconf_request* q = &b->requests[i];
        if (q->op == SCTP_DELETE && (roam_addr_is_any(&q->addr) ? !roam_addr_equal(&b->source, addr)
                                                                : roam_addr_equal(&q->addr, addr)))
        {
            return true;
        }
    }
    return false;
}

/** True if a local address can reach the peer: an address of the same family and scope. */
static bool reaches_peer(const struct sctp_assoc* a, const struct roam_addr* local)
{
    for (size_t i = 0; i < a->n_peers; i++)
    {
        const struct roam_addr* peer = &a->peers[i]->addr;
        if (a->peers[i]->confirmed && peer->family == local->family && sctp_scope_same(peer, local))
        {
            return true;
        }
    }
    return false;
}

static const struct roam_addr* unbound_local(const struct sctp_assoc* a, uint8_t family)
{
    for (size_t i = 0; i < a->ep->n_locals; i++)
    {
        const struct roam_addr* local = &a->ep->locals[i].addr;
        if (local->family == family && !sctp_bound_find(a, local) && reaches_peer(a, local))
        {
            return local;
        }
    }
    return NULL;
}

/** Settles what a wildcard stands for. False when there is no such address. */
static bool choose_source(const struct sctp_assoc* a, struct sctp_asconf_batch* b)
{
    const struct sctp_path* usual = sctp_data_path(a);
    const struct roam_addr* source = usual ? &usual->local : NULL;
    for (size_t i = b->n; i-- > 0;)
    {
        const struct sctp_asconf_request* q = &b->requests[i];
        const bool any = roam_addr_is_any(&q->addr);
        b->has_wildcard |= any;
        if (q->op == SCTP_ADD)
        {
            source = any ? unbound_local(a, q->addr.family) : &q->addr;
        }
    }
    if (b->has_wildcard && source)
    {
        b->source = *source;
    }
    return !b->has_wildcard || source;
}

static bool asked_before(const struct sctp_asconf_batch* b, size_t before, enum sctp_asconf_op op,
                         const struct roam_addr* addr)
{
    for (size_t i = 0; i < before; i++)
    {
        if (b->requests[i].op == op && roam_addr_equal(sctp_asconf_subject(b, i), addr))
        {
            return true;
        }
    }
    return false;
}

/** True if an address that reaches the peer is left after request i, a DELETE (section 5.3 F5). */
static bool one_stays(const struct sctp_assoc* a, const struct sctp_asconf_batch* b, size_t i)
{
    for (size_t k = 0; k < a->n_bound; k++)
    {
        const struct sctp_bound* bound = &a->bound[k];
        if (bound->state != SCTP_BOUND_DELETING && reaches_peer(a, &bound->addr) &&
            !sctp_asconf_deletes(b, 0, i + 1, &bound->addr))
        {
            return true;
        }
    }
    for (size_t k = 0; k < i; k++)
    {
        if (b->requests[k].op == SCTP_ADD && reaches_peer(a, sctp_asconf_subject(b, k)) &&
            !sctp_asconf_deletes(b, k + 1, i + 1, sctp_asconf_subject(b, k)))
        {
            return true;
        }
    }
    return false;
}

static int check_one(const struct sctp_assoc* a, const struct sctp_asconf_batch* b, size_t i)
{
    const enum sctp_asconf_op op = b->requests[i].op;
    const struct roam_addr* addr = sctp_asconf_subject(b, i);
    const struct sctp_bound* bound = sctp_bound_find(a, addr);
    const bool all_others = op == SCTP_DELETE && roam_addr_is_any(addr);
    if (a->no_op[op])
    {
        return ROAM_ENOTSUP; /* 5.3 F3: the peer did not know it; it is not asked again */
    }
    if (asked_before(b, i, op, addr))
    {
        return ROAM_EINVAL; /* twice in one chunk */
    }
    if (op == SCTP_ADD)
    {
        const bool may_be_told = sctp_local_find(a->ep, addr) && sctp_scope_has_peer(a, addr);
        return bound ? ROAM_EEXIST : may_be_told ? ROAM_OK : ROAM_EINVAL;
    }
    /* section 5.4: an address to be primary is bound, or its ADD comes before it */
    if (!all_others && (!bound || bound->state == SCTP_BOUND_DELETING) &&
        !asked_before(b, i, SCTP_ADD, addr))
    {
        return ROAM_EINVAL;
    }
    return op == SCTP_DELETE && !one_stays(a, b, i) ? ROAM_EINVAL : ROAM_OK;
}

int sctp_asconf_check(const struct sctp_assoc* a, struct sctp_asconf_batch* b)
{
    if (!choose_source(a, b))
    {
        return ROAM_EINVAL;
    }
    for (size_t i = 0; i < b->n; i++)
    {
        const int ok = check_one(a, b, i);
        if (ok != ROAM_OK)
        {
            return ok;
        }
    }
    return ROAM_OK;
}

/** True if the peer has a local address: its ADD, if there was one, was answered. A DELETE that
 * waits has not taken anything away. */
static bool peer_has(const struct sctp_assoc* a, const struct roam_addr* addr)
{
    for (size_t i = 0; i < a->batches.n; i++)
    {
        const struct sctp_asconf_batch* b = roam_ring_at(&a->batches, i);
        if (asked_before(b, b->n, SCTP_ADD, addr))
        {
            return false;
        }
    }
    return true;
}

/** True if the peer has some local address when it has done a batch up to request i. */
static bool peer_keeps_one(const struct sctp_assoc* a, const struct sctp_asconf_batch* b, size_t i)
{
    for (size_t k = 0; k < a->n_bound; k++)
    {
        const struct roam_addr* addr = &a->bound[k].addr;
        if ((peer_has(a, addr) || asked_before(b, i, SCTP_ADD, addr)) &&
            !sctp_asconf_deletes(b, 0, i + 1, addr))
        {
            return true;
        }
    }
    return false;
}

uint16_t sctp_asconf_outdated(const struct sctp_assoc* a, const struct sctp_asconf_batch* b)
{
    for (size_t i = 0; i < b->n; i++)
    {
        const enum sctp_asconf_op op = b->requests[i].op;
        const struct roam_addr* addr = sctp_asconf_subject(b, i);
        if (a->no_op[op])
        {
            return SCTP_E_UNRECOGNIZED_PARAM; /* section 5.3 F3 */
        }
        if (op != SCTP_ADD && !roam_addr_is_any(addr) && !sctp_bound_find(a, addr))
        {
            return SCTP_E_UNRESOLVABLE; /* section 5.4 */
        }
        if (op == SCTP_DELETE && !peer_keeps_one(a, b, i))
        {
            return SCTP_E_DELETE_LAST; /* section 5.3 F5 */
        }
    }
    return 0;
}

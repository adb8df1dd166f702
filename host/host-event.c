/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The engine's events: what they change for a socket, and the notifications of RFC 6458. */
#include "host/host-priv.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

static int errno_of(enum sctp_lost_why why)
{
    switch (why)
    {
    case SCTP_LOST_NONE:
        return 0;
    case SCTP_LOST_USER_ABORT:
        return ECONNABORTED;
    case SCTP_LOST_PEER_ABORT:
        return ECONNRESET;
    case SCTP_LOST_PROTOCOL:
    case SCTP_LOST_STALE_COOKIE:
        return EPROTO;
    default:
        return ETIMEDOUT;
    }
}

/* --- Notifications --------------------------------------------------------------------------- */

static void notify_change(struct host_assoc* a, const struct sctp_event* ev, uint16_t state,
                          uint16_t cause)
{
    struct sctp_status status = {0};
    union
    {
        struct roam_sctp_assoc_change change;
        uint8_t bytes[sizeof(struct roam_sctp_assoc_change) + 4]; /* sac_info */
    } n = {.bytes = {0}};
    size_t len = sizeof(struct roam_sctp_assoc_change);
    if (sctp_status(a->port->ep, a->id, &status) == ROAM_OK &&
        (state == ROAM_SCTP_COMM_UP || state == ROAM_SCTP_RESTART))
    {
        uint8_t* info = n.bytes + len;
        if (status.pr)
        {
            *info++ = ROAM_SCTP_ASSOC_SUPPORTS_PR;
        }
        if (status.auth)
        {
            *info++ = ROAM_SCTP_ASSOC_SUPPORTS_AUTH;
        }
        if (status.addip)
        {
            *info++ = ROAM_SCTP_ASSOC_SUPPORTS_ASCONF;
        }
        len = (size_t)(info - n.bytes);
    }
    n.change = (struct roam_sctp_assoc_change){
        .sac_type = ROAM_SCTP_ASSOC_CHANGE,
        .sac_length = (uint32_t)len,
        .sac_state = state,
        .sac_error = cause,
        .sac_outbound_streams = status.outbound_streams,
        .sac_inbound_streams = status.inbound_streams,
        .sac_assoc_id = host_assoc_name(a),
    };
    host_record_notification(a, ev, &n, len);
}

static void notify_address(struct host_assoc* a, const struct sctp_event* ev,
                           const struct roam_addr* addr, uint32_t state)
{
    struct roam_sctp_paddr_change n = {
        .spc_type = ROAM_SCTP_PEER_ADDR_CHANGE,
        .spc_length = sizeof n,
        .spc_state = state,
        .spc_assoc_id = host_assoc_name(a),
    };
    struct sctp_status status = {0};
    sctp_status(a->port->ep, a->id, &status);
    host_to_scoped_sockaddr(a, addr, status.peer_port, &n.spc_aaddr);
    host_record_notification(a, ev, &n, sizeof n);
}

_Static_assert(ROAM_SCTP_ASCONF_ADD == (int)SCTP_ADD &&
                   ROAM_SCTP_ASCONF_SET_PRIMARY == (int)SCTP_SET_PRIMARY &&
                   ROAM_SCTP_ASCONF_DELETE == (int)SCTP_DELETE,
               "the operations have the engine's numbers");

static void notify_asconf(struct host_assoc* a, const struct sctp_event* ev)
{
    struct roam_sctp_asconf_event n = {
        .sae_type = ROAM_SCTP_ASCONF_EVENT,
        .sae_length = sizeof n,
        .sae_op = (uint16_t)ev->u.asconf.op,
        .sae_cause = ev->u.asconf.cause,
        .sae_assoc_id = host_assoc_name(a),
    };
    host_to_scoped_sockaddr(a, &ev->u.asconf.addr, a->port->number, &n.sae_addr);
    host_record_notification(a, ev, &n, sizeof n);
}

static void notify_failed(struct host_assoc* a, const struct sctp_event* ev)
{
    static const uint32_t why[] = {
        [SCTP_RELIABLE] = ROAM_SCTP_PR_SCTP_NONE,
        [SCTP_TIMED] = ROAM_SCTP_PR_SCTP_TTL,
        [SCTP_RTX] = ROAM_SCTP_PR_SCTP_RTX,
        [SCTP_PRIO] = ROAM_SCTP_PR_SCTP_PRIO,
    };
    const struct roam_sctp_send_failed_event n = {
        .ssf_type = ROAM_SCTP_SEND_FAILED_EVENT,
        .ssf_flags = ev->u.failed.sent ? ROAM_SCTP_DATA_SENT : ROAM_SCTP_DATA_UNSENT,
        .ssf_length = sizeof n,
        .ssf_error = why[ev->u.failed.why],
        .ssfe_info = {.snd_sid = ev->u.failed.stream,
                      .snd_flags = ev->u.failed.unordered ? ROAM_SCTP_UNORDERED : 0,
                      .snd_ppid = htonl(ev->u.failed.ppid),
                      .snd_context = (uint32_t)ev->u.failed.context},
        .ssf_assoc_id = host_assoc_name(a),
    };
    host_record_notification(a, ev, &n, sizeof n);
}

static void notify_aborted(struct host_assoc* a, const struct sctp_event* ev)
{
    const struct roam_sctp_pdapi_event n = {
        .pdapi_type = ROAM_SCTP_PARTIAL_DELIVERY_EVENT,
        .pdapi_length = sizeof n,
        .pdapi_indication = ROAM_SCTP_PARTIAL_DELIVERY_ABORTED,
        .pdapi_stream = ev->u.partial.stream,
        .pdapi_seq = ev->u.partial.ssn,
        .pdapi_assoc_id = host_assoc_name(a),
    };
    host_record_notification(a, ev, &n, sizeof n);
}

static void notify_adaptation(struct host_assoc* a, const struct sctp_event* ev)
{
    const struct roam_sctp_adaptation_event n = {
        .sai_type = ROAM_SCTP_ADAPTATION_INDICATION,
        .sai_length = sizeof n,
        .sai_adaptation_ind = ev->u.adaptation.code,
        .sai_assoc_id = host_assoc_name(a),
    };
    host_record_notification(a, ev, &n, sizeof n);
}

/** A chunk with a key that we do not have (SCTP_AUTH_NO_KEY) is dropped, and no matter of the
 * user's. */
static void notify_auth(struct host_assoc* a, const struct sctp_event* ev)
{
    const enum sctp_auth_what what = ev->u.auth.what;
    const struct roam_sctp_authkey_event n = {
        .auth_type = ROAM_SCTP_AUTHENTICATION_EVENT,
        .auth_length = sizeof n,
        .auth_keynumber = ev->u.auth.key,
        .auth_indication =
            what == SCTP_AUTH_NEW_KEY ? ROAM_SCTP_AUTH_NEW_KEY : ROAM_SCTP_AUTH_NO_AUTH,
        .auth_assoc_id = host_assoc_name(a),
    };
    if (what != SCTP_AUTH_NO_KEY)
    {
        host_record_notification(a, ev, &n, sizeof n);
    }
}

/* --- What happens ---------------------------------------------------------------------------- */

/** An association that the peer began: the listener's, if it wants another. */
static struct host_assoc* adopt(struct host_port* port, sctp_assoc_id id)
{
    struct host_socket* s = port->listener;
    const bool queue = s && host_one_to_one(s);
    const bool room = s && (!queue || s->waiting.n < (size_t)s->backlog);
    struct host_assoc* a = room ? host_assoc_new(port, s, id) : NULL;
    if (a && roam_ring_push(queue ? &s->waiting : &s->assocs, a))
    {
        a->accepted = !queue;
        return a;
    }
    sctp_abort(port->ep, id, NULL, 0, roam_host_now(port->host));
    if (a)
    {
        host_assoc_orphan(a);
    }
    return NULL;
}

static void on_up(struct host_port* port, struct host_assoc* a, const struct sctp_event* ev)
{
    if (!a && !(a = adopt(port, ev->assoc)))
    {
        return;
    }
    a->up = true;
    if (a->socket && a->accepted)
    {
        a->socket->connecting = false;
    }
    notify_change(a, ev, ROAM_SCTP_COMM_UP, 0);
    if (!a->socket && !a->dead)
    {
        sctp_abort(port->ep, ev->assoc, NULL, 0,
                   roam_host_now(port->host)); /* closed while it was set up */
    }
}

/** Takes one that nobody accepted yet out of its listener's queue. */
static void forget_waiting(struct host_socket* s, const struct host_assoc* a)
{
    for (size_t i = 0; i < s->waiting.n; i++)
    {
        if (roam_ring_at(&s->waiting, i) == a)
        {
            roam_ring_remove(&s->waiting, i, 1);
            return;
        }
    }
}

static void on_end(struct host_assoc* a, const struct sctp_event* ev)
{
    const enum sctp_lost_why why = ev->type == SCTP_EV_LOST ? ev->u.lost.why : SCTP_LOST_NONE;
    struct host_socket* s = a->socket;
    a->dead = true;
    a->error = errno_of(why);
    if (!a->up && why == SCTP_LOST_PEER_ABORT)
    {
        a->error = ECONNREFUSED;
    }
    notify_change(a, ev,
                  why == SCTP_LOST_NONE ? ROAM_SCTP_SHUTDOWN_COMP
                  : a->up               ? ROAM_SCTP_COMM_LOST
                                        : ROAM_SCTP_CANT_STR_ASSOC,
                  ev->type == SCTP_EV_LOST ? ev->u.lost.cause : 0);
    if (!s)
    {
        host_assoc_orphan(a);
    }
    else if (!a->accepted && a->error)
    {
        forget_waiting(s, a);
        host_assoc_orphan(a);
    }
    else if (!a->accepted)
    {
        return; /* a whole conversation that nobody has read yet: accept() still gives it */
    }
    else if (host_one_to_one(s))
    {
        s->connecting = false;
        s->error = a->error;
    }
    else
    {
        host_forget_ended(s, a);
    }
}

/** RFC 6458 speaks of addresses: the first path to one makes it available, the last takes it. */
static void on_path(struct host_assoc* a, const struct sctp_event* ev)
{
    const size_t active = ev->u.path.n_active; /* then; others may have followed since */
    if (ev->u.path.state == SCTP_PATH_ACTIVE && active == 1)
    {
        notify_address(a, ev, &ev->u.path.peer, ROAM_SCTP_ADDR_AVAILABLE);
    }
    else if (ev->u.path.state == SCTP_PATH_INACTIVE && active == 0)
    {
        notify_address(a, ev, &ev->u.path.peer, ROAM_SCTP_ADDR_UNREACHABLE);
    }
    else if (ev->u.path.state == SCTP_PATH_PF && active == 0)
    {
        notify_address(a, ev, &ev->u.path.peer, ROAM_SCTP_ADDR_POTENTIALLY_FAILED);
    }
}

static void on_peer_address(struct host_assoc* a, const struct sctp_event* ev)
{
    if (ev->u.asconf.op != SCTP_SET_PRIMARY) /* SCTP_EV_PRIMARY tells when that is done */
    {
        notify_address(a, ev, &ev->u.asconf.addr,
                       ev->u.asconf.op == SCTP_ADD ? ROAM_SCTP_ADDR_ADDED : ROAM_SCTP_ADDR_REMOVED);
    }
}

/** An address that no association has any more, and that its user took away, is given up. */
static void on_deleted(struct host_port* port, const struct roam_addr* addr)
{
    for (size_t i = 0; i < port->assocs.n; i++)
    {
        const struct host_assoc* a = roam_ring_at(&port->assocs, i);
        struct roam_addr have[HOST_MAX_BOUND];
        const size_t n = sctp_local_addresses(port->ep, a->id, have, HOST_MAX_BOUND);
        for (size_t k = 0; k < n && k < HOST_MAX_BOUND; k++)
        {
            if (roam_addr_equal(&have[k], addr))
            {
                return;
            }
        }
    }
    for (size_t i = 0; i < port->n_bound; i++)
    {
        if (roam_addr_equal(&port->bound[i], addr))
        {
            port->bound[i] = port->bound[--port->n_bound];
            sctp_address_lost(port->ep, addr, roam_host_now(port->host));
            return;
        }
    }
}

/** A new association in the place of the old one, for a user who may have done with that. */
static void on_restart(struct host_assoc* a, const struct sctp_event* ev)
{
    const roam_time now = roam_host_now(a->port->host);
    a->peer_done = false;
    notify_change(a, ev, ROAM_SCTP_RESTART, 0);
    if (!a->socket)
    {
        sctp_abort(a->port->ep, a->id, NULL, 0, now);
    }
    else if (a->shut)
    {
        sctp_shutdown(a->port->ep, a->id, now);
    }
}

static void on_peer_done(struct host_assoc* a, const struct sctp_event* ev)
{
    const struct roam_sctp_shutdown_event n = {
        .sse_type = ROAM_SCTP_SHUTDOWN_EVENT,
        .sse_length = sizeof n,
        .sse_assoc_id = host_assoc_name(a),
    };
    a->peer_done = true;
    host_record_notification(a, ev, &n, sizeof n);
}

void host_event(struct host_port* port, const struct sctp_event* ev)
{
    struct host_assoc* a = ev->assoc ? host_assoc_find(port, ev->assoc) : NULL;
    if (ev->type == SCTP_EV_UP)
    {
        on_up(port, a, ev);
        return;
    }
    if (ev->type == SCTP_EV_DROP && ev->u.drop.why != SCTP_DROP_DUPLICATE)
    {
        port->host->statistics.dropped++;
    }
    if (!a)
    {
        return;
    }
    switch (ev->type)
    {
    case SCTP_EV_READABLE:
        host_record_message(a);
        break;
    case SCTP_EV_PARTIAL_ABORTED:
        notify_aborted(a, ev);
        break;
    case SCTP_EV_PEER_DONE:
        on_peer_done(a, ev);
        break;
    case SCTP_EV_CLOSED:
    case SCTP_EV_LOST:
        on_end(a, ev);
        break;
    case SCTP_EV_RESTART:
        on_restart(a, ev);
        break;
    case SCTP_EV_PATH:
        on_path(a, ev);
        break;
    case SCTP_EV_SEND_FAILED:
        notify_failed(a, ev);
        break;
    case SCTP_EV_ADAPTATION:
        notify_adaptation(a, ev);
        break;
    case SCTP_EV_AUTH:
        notify_auth(a, ev);
        break;
    case SCTP_EV_PEER_ADDRESS:
        on_peer_address(a, ev);
        break;
    case SCTP_EV_PRIMARY:
        notify_address(a, ev, &ev->u.path.peer, ROAM_SCTP_ADDR_MADE_PRIM);
        break;
    case SCTP_EV_ASCONF:
        if (ev->u.asconf.op == SCTP_DELETE && ev->u.asconf.cause == 0)
        {
            on_deleted(port, &ev->u.asconf.addr);
        }
        notify_asconf(a, ev);
        break;
    default: /* states and drops are for traces; who waits for room looks at the room itself */
        break;
    }
}

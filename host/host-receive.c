/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages and notifications, in the order in which they came. */
#include "host/host-priv.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* --- What waits ------------------------------------------------------------------------------ */

void host_record_free(struct host_record* r)
{
    if (r)
    {
        free(r->notification);
        free(r);
    }
}

static struct host_record* record_at(const struct host_socket* s, size_t i)
{
    return roam_ring_at(&s->records, i);
}

void host_record_message(struct host_assoc* a)
{
    if (!a->socket)
    {
        host_discard_messages(a);
    }
    else if (!a->in_turn)
    {
        a->in_turn = roam_ring_push(&a->socket->turns, a);
    }
}

bool host_has_unread(const struct host_socket* s, const struct host_assoc* a)
{
    bool any = a->message || sctp_receive_next(a->port->ep, a->id) > 0;
    for (size_t i = 0; i < s->records.n && !any; i++)
    {
        any = record_at(s, i)->assoc == a;
    }
    return any;
}

/** Takes an association from those that have messages. */
static void end_turn(struct host_socket* s, struct host_assoc* a)
{
    for (size_t i = 0; i < s->turns.n; i++)
    {
        if (roam_ring_at(&s->turns, i) == a)
        {
            roam_ring_remove(&s->turns, i, 1);
            a->in_turn = false;
            return;
        }
    }
}

void host_move_unread(struct host_socket* from, struct host_socket* to, struct host_assoc* a)
{
    for (size_t i = 0; i < from->records.n;)
    {
        struct host_record* r = record_at(from, i);
        if (r->assoc == a && roam_ring_push(&to->records, r))
        {
            roam_ring_remove(&from->records, i, 1);
        }
        else
        {
            i++;
        }
    }
    if (a->in_turn)
    {
        end_turn(from, a);
        a->in_turn = roam_ring_push(&to->turns, a);
    }
    to->reading = a->in_message ? a : NULL;
    from->reading = from->reading == a ? NULL : from->reading;
}

void host_forget_records(struct host_socket* s, struct host_assoc* a)
{
    for (size_t i = 0; i < s->records.n;)
    {
        struct host_record* r = record_at(s, i);
        if (r->assoc == a)
        {
            roam_ring_remove(&s->records, i, 1);
            host_record_free(r);
        }
        else
        {
            i++;
        }
    }
    end_turn(s, a);
    s->reading = s->reading == a ? NULL : s->reading;
}

void host_discard_messages(struct host_assoc* a)
{
    struct sctp_message* m;
    while ((m = sctp_receive(a->port->ep, a->id, roam_host_now(a->port->host))))
    {
        sctp_message_free(m); /* with the last one the engine frees an association that is gone */
    }
}

void host_record_notification(struct host_assoc* a, const struct sctp_event* ev,
                              const void* notification, size_t len)
{
    const struct roam_sctp_notification_header* head = notification;
    const bool ends = ev->type == SCTP_EV_PARTIAL_ABORTED;
    const bool wanted = a->socket && (a->socket->events & (1u << head->sn_type));
    if (!a->socket || (!wanted && !ends))
    {
        return;
    }
    union roam_sctp_notification* copy = malloc(len > sizeof *copy ? len : sizeof *copy);
    struct host_record* r = copy ? calloc(1, sizeof *r) : NULL;
    if (!r || !roam_ring_push(&a->socket->records, r))
    {
        free(copy);
        free(r);
        return;
    }
    memcpy(copy, notification, len);
    *r = (struct host_record){.assoc = a,
                              .order = ev->order,
                              .ends = ends,
                              .silent = !wanted,
                              .len = len,
                              .notification = copy};
}

/* --- What is next ---------------------------------------------------------------------------- */

/** The order of the next message of an association, UINT64_MAX when there is none. */
static uint64_t next_order(const struct host_assoc* a)
{
    return a->message ? a->message->order : sctp_receive_order(a->port->ep, a->id);
}

/** A notification, or an association with a message; or neither. */
struct next
{
    size_t record; /**< place among the records, SIZE_MAX: none */
    struct host_assoc* assoc;
};

static const struct next nothing = {SIZE_MAX, NULL};

static bool is_nothing(struct next n)
{
    return n.record == SIZE_MAX && !n.assoc;
}

/**
 * What is next while a message of an association has to end: the rest of it, or the record that
 * says it has none. Any other waits behind (RFC 6458 section 8.1.20, level 0).
 */
static struct next next_of(const struct host_socket* s, struct host_assoc* a)
{
    const uint64_t order = next_order(a);
    for (size_t i = 0; i < s->records.n; i++)
    {
        const struct host_record* r = record_at(s, i);
        if (r->assoc == a && r->ends && r->order <= order)
        {
            return (struct next){i, NULL};
        }
    }
    return order == UINT64_MAX ? nothing : (struct next){SIZE_MAX, a};
}

/** A message that was begun, and the rest of which is here, goes on; else what came first. */
static struct next find_next(const struct host_socket* s)
{
    struct host_assoc* a = roam_ring_first(&s->turns);
    const struct host_record* r = roam_ring_first(&s->records);
    if (s->reading)
    {
        return next_of(s, s->reading);
    }
    if (r && r->offset > 0)
    {
        return (struct next){0, NULL};
    }
    for (size_t i = 1; a && next_order(a) == UINT64_MAX && i < s->turns.n; i++)
    {
        a = roam_ring_at(&s->turns, i);
    }
    const uint64_t order = a ? next_order(a) : UINT64_MAX;
    const bool begun = a && a->message && a->offset > 0;
    if (r && !begun && r->order <= order && r->order <= next_order(r->assoc))
    {
        return (struct next){0, NULL};
    }
    return order == UINT64_MAX ? nothing : (struct next){SIZE_MAX, a};
}

/* --- Reading --------------------------------------------------------------------------------- */

static void drop_record(struct host_socket* s, size_t i)
{
    struct host_record* r = record_at(s, i);
    struct host_assoc* a = r->assoc;
    if (r->ends)
    {
        a->in_message = false;
        s->reading = s->reading == a ? NULL : s->reading;
    }
    roam_ring_remove(&s->records, i, 1);
    host_record_free(r);
    host_forget_ended(s, a);
}

/** Takes the next message from the engine. */
static void fetch(struct host_socket* s, struct host_assoc* a)
{
    a->message = sctp_receive(a->port->ep, a->id, roam_host_now(s->host));
    a->offset = 0;
    host_pump(a->port); /* the window may have opened */
    host_wire_flush(s->host);
}

/** What is next, with turns that have passed and records that nobody wants out of the way. */
static struct next prepare(struct host_socket* s)
{
    struct next n;
    while ((n = find_next(s)).record != SIZE_MAX && record_at(s, n.record)->silent)
    {
        drop_record(s, n.record);
    }
    return n;
}

/** A message is read. The associations of a one-to-many socket take turns. */
static void next_in_turn(struct host_socket* s, struct host_assoc* a)
{
    end_turn(s, a);
    if (sctp_receive_next(a->port->ep, a->id) > 0)
    {
        a->in_turn = roam_ring_push(&s->turns, a); /* it has just left a place */
    }
    else
    {
        host_forget_ended(s, a);
    }
}

static ssize_t read_notification(struct host_socket* s, size_t i, void* data, size_t len,
                                 int* flags, bool peek)
{
    struct host_record* r = record_at(s, i);
    const size_t left = r->len - r->offset;
    const size_t n = left < len ? left : len;
    memcpy(data, (const uint8_t*)r->notification + r->offset, n);
    *flags |= ROAM_MSG_NOTIFICATION | (n == left ? MSG_EOR : 0);
    if (!peek)
    {
        r->offset += n;
        if (n == left)
        {
            drop_record(s, i);
        }
    }
    return (ssize_t)n;
}

static void give_info(const struct host_assoc* a, struct roam_sctp_rcvinfo* info)
{
    const struct sctp_message_info* from = &a->message->info;
    if (info)
    {
        *info = (struct roam_sctp_rcvinfo){
            .rcv_sid = from->stream,
            .rcv_ssn = from->ssn,
            .rcv_flags = from->unordered ? ROAM_SCTP_UNORDERED : 0,
            .rcv_ppid = htonl(from->ppid),
            .rcv_tsn = from->tsn,
            .rcv_cumtsn = from->cum_tsn,
            .rcv_context = a->context,
            .rcv_assoc_id = host_assoc_name(a),
        };
    }
}

/** Reads as much of the message in hand as fits; true if that was the end of it. */
static bool read_piece(struct host_assoc* a, uint8_t* data, size_t len, size_t* n, bool peek)
{
    const size_t left = a->message->len - a->offset;
    const size_t part = left < len - *n ? left : len - *n;
    memcpy(data + *n, a->message->data + a->offset, part);
    *n += part;
    const bool end = part == left;
    if (!peek)
    {
        a->offset += part;
    }
    return end;
}

/** True if the next of an association is more of the message whose part was just read. */
static bool goes_on(const struct host_socket* s, const struct host_assoc* a)
{
    const struct next n = find_next(s);
    return a->in_message && s->interleave < 2 && n.assoc == a &&
           sctp_receive_next(a->port->ep, a->id);
}

static ssize_t read_message(struct host_socket* s, struct host_assoc* a, void* data, size_t len,
                            struct roam_sctp_rcvinfo* info, int* flags, bool peek)
{
    size_t n = 0;
    for (bool more = true; more;)
    {
        more = false;
        if (!a->message)
        {
            fetch(s, a);
        }
        give_info(a, info);
        if (!read_piece(a, data, len, &n, peek))
        {
            break;
        }
        const bool partial = a->message->partial;
        *flags |= partial ? 0 : MSG_EOR;
        if (peek)
        {
            break;
        }
        sctp_message_free(a->message);
        a->message = NULL;
        a->in_message = partial;
        s->reading = partial && s->interleave == 0 ? a : NULL;
        more = n < len && goes_on(s, a);
        if (!more)
        {
            next_in_turn(s, a);
        }
    }
    return (ssize_t)n;
}

/** With nothing to read: whether waiting has a point. 0: wait; 1: the end; -1: errno. */
static int at_end(struct host_socket* s)
{
    if (s->shut_read)
    {
        return 1;
    }
    if (!host_one_to_one(s))
    {
        errno = ENOTCONN;
        return s->port ? 0 : -1;
    }
    const struct host_assoc* a = roam_ring_first(&s->assocs);
    if (!a)
    {
        errno = ENOTCONN;
        return -1;
    }
    if (s->error)
    {
        errno = s->error;
        s->error = 0; /* told once; then it reads as an end */
        return -1;
    }
    return a->dead || a->peer_done;
}

ssize_t roam_sctp_recvv(struct roam_host* host, int sd, void* data, size_t len,
                        struct sockaddr* from, socklen_t* fromlen, struct roam_sctp_rcvinfo* info,
                        int* flags)
{
    struct host_socket* s = host_socket(host, sd);
    const int wish = flags ? *flags : 0;
    int none;
    struct next next;
    if (!s)
    {
        return -1;
    }
    if (s->listening && host_one_to_one(s))
    {
        errno = ENOTCONN; /* what waits here belongs to associations that are not accepted yet */
        return -1;
    }
    flags = flags ? flags : &none;
    *flags = 0;
    while (is_nothing(next = prepare(s)))
    {
        const int end = at_end(s);
        if (end)
        {
            return end < 0 ? -1 : 0;
        }
        if (!host_wait(s, wish & MSG_DONTWAIT))
        {
            return -1;
        }
    }
    const bool peek = wish & MSG_PEEK;
    const struct host_assoc* a = next.assoc ? next.assoc : record_at(s, next.record)->assoc;
    host_give_sockaddr(&a->peer, from, fromlen);
    return next.assoc ? read_message(s, next.assoc, data, len, info, flags, peek)
                      : read_notification(s, next.record, data, len, flags, peek);
}

ssize_t roam_sctp_recv(struct roam_host* host, int sd, void* data, size_t len, int flags)
{
    return roam_sctp_recvv(host, sd, data, len, NULL, NULL, NULL, &flags);
}

bool host_socket_readable(const struct host_socket* s)
{
    if (s->waiting.n || s->shut_read || s->error || !is_nothing(find_next(s)))
    {
        return true;
    }
    const struct host_assoc* a = host_one_to_one(s) ? roam_ring_first(&s->assocs) : NULL;
    return a && (a->dead || a->peer_done);
}

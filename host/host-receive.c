/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages and notifications, in the order in which they came. */
#include "host/host-priv.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* --- Records --------------------------------------------------------------------------------- */

void host_record_free(struct host_record* r)
{
    if (r)
    {
        free(r->notification);
        free(r);
    }
}

static struct host_record* push(struct host_assoc* a)
{
    struct host_record* r = calloc(1, sizeof *r);
    if (!r || !roam_ring_push(&a->socket->records, r))
    {
        free(r);
        return NULL;
    }
    r->assoc = a;
    return r;
}

void host_record_message(struct host_assoc* a)
{
    if (!a->socket)
    {
        host_discard_messages(a);
        return;
    }
    push(a);
}

void host_forget_records(struct host_socket* s, const struct host_assoc* assoc)
{
    for (size_t i = 0; i < s->records.n;)
    {
        struct host_record* r = roam_ring_at(&s->records, i);
        if (r->assoc == assoc)
        {
            roam_ring_remove(&s->records, i, 1);
            host_record_free(r);
        }
        else
        {
            i++;
        }
    }
}

void host_discard_messages(struct host_assoc* a)
{
    struct sctp_message* m;
    while ((m = sctp_receive(a->port->ep, a->id, roam_host_now(a->port->host))))
    {
        sctp_message_free(m); /* with the last one the engine frees an association that is gone */
    }
}

void host_record_notification(struct host_assoc* a, const void* notification, size_t len)
{
    const struct roam_sctp_notification_header* head = notification;
    if (!a->socket || !(a->socket->events & (1u << head->sn_type)))
    {
        return;
    }
    union roam_sctp_notification* copy = malloc(len > sizeof *copy ? len : sizeof *copy);
    struct host_record* r = copy ? push(a) : NULL;
    if (!r)
    {
        free(copy);
        return;
    }
    memcpy(copy, notification, len);
    r->notification = copy;
    r->len = len;
}

static void pop(struct host_socket* s)
{
    struct host_record* r = roam_ring_pop(&s->records);
    struct host_assoc* a = r->assoc;
    host_record_free(r);
    host_forget_ended(s, a);
}

/* --- Reading --------------------------------------------------------------------------------- */

/** Makes sure that the first record has something to read; NULL when none has. */
static struct host_record* first(struct host_socket* s)
{
    struct host_record* r;
    while ((r = roam_ring_first(&s->records)))
    {
        struct host_assoc* a = r->assoc;
        if (r->notification || a->partial)
        {
            return r;
        }
        if ((a->partial = sctp_receive(a->port->ep, a->id, roam_host_now(s->host))))
        {
            a->offset = 0;
            host_pump(a->port); /* the window may have opened */
            host_wire_flush(s->host);
            return r;
        }
        pop(s);
    }
    return NULL;
}

/** A message is read. The associations of a one-to-many socket take turns. */
static void next_in_turn(struct host_socket* s, const struct host_assoc* a)
{
    if (sctp_receive_next(a->port->ep, a->id) == 0)
    {
        pop(s);
    }
    else if (s->records.n > 1 && !host_one_to_one(s))
    {
        roam_ring_push(&s->records, roam_ring_pop(&s->records));
    }
}

static ssize_t read_notification(struct host_socket* s, struct host_record* r, void* data,
                                 size_t len, int* flags, bool peek)
{
    const size_t left = r->len - r->offset;
    const size_t n = left < len ? left : len;
    memcpy(data, (const uint8_t*)r->notification + r->offset, n);
    *flags |= ROAM_MSG_NOTIFICATION | (n == left ? MSG_EOR : 0);
    if (!peek)
    {
        r->offset += n;
        if (n == left)
        {
            pop(s);
        }
    }
    return (ssize_t)n;
}

static ssize_t read_message(struct host_socket* s, struct host_record* r, void* data, size_t len,
                            struct roam_sctp_rcvinfo* info, int* flags, bool peek)
{
    struct host_assoc* a = r->assoc;
    const struct sctp_message* m = a->partial;
    const size_t left = m->len - a->offset;
    const size_t n = left < len ? left : len;
    memcpy(data, m->data + a->offset, n);
    *flags |= n == left ? MSG_EOR : 0;
    if (info)
    {
        *info = (struct roam_sctp_rcvinfo){
            .rcv_sid = m->info.stream,
            .rcv_ssn = m->info.ssn,
            .rcv_flags = m->info.unordered ? ROAM_SCTP_UNORDERED : 0,
            .rcv_ppid = htonl(m->info.ppid),
            .rcv_context = a->context,
            .rcv_assoc_id = host_assoc_name(a),
        };
    }
    if (peek)
    {
        return (ssize_t)n;
    }
    a->offset += n;
    if (n == left)
    {
        sctp_message_free(a->partial);
        a->partial = NULL;
        next_in_turn(s, a);
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
    struct host_record* r;
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
    while (!(r = first(s)))
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
    host_give_sockaddr(&r->assoc->peer, from, fromlen);
    return r->notification ? read_notification(s, r, data, len, flags, wish & MSG_PEEK)
                           : read_message(s, r, data, len, info, flags, wish & MSG_PEEK);
}

ssize_t roam_sctp_recv(struct roam_host* host, int sd, void* data, size_t len, int flags)
{
    return roam_sctp_recvv(host, sd, data, len, NULL, NULL, NULL, &flags);
}

bool host_socket_readable(const struct host_socket* s)
{
    if (s->records.n || s->waiting.n || s->shut_read || s->error)
    {
        return true;
    }
    const struct host_assoc* a = host_one_to_one(s) ? roam_ring_first(&s->assocs) : NULL;
    return a && (a->dead || a->peer_done);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages on their way out. */
#include "host/host-priv.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define KNOWN_FLAGS                                                                                \
    (ROAM_SCTP_UNORDERED | ROAM_SCTP_ABORT | ROAM_SCTP_EOF | ROAM_SCTP_SACK_IMMEDIATELY)

bool host_socket_writable(const struct host_socket* s)
{
    const struct host_assoc* a = roam_ring_first(&s->assocs);
    if (!host_one_to_one(s))
    {
        return true;
    }
    return a && (a->dead || (a->up && sctp_send_room(a->port->ep, a->id) > 0));
}

/* --- Which association ----------------------------------------------------------------------- */

static bool has_peer(const struct host_assoc* a, const struct roam_addr* addr, uint16_t number)
{
    struct roam_addr peers[HOST_MAX_ADDRESSES];
    struct sctp_status status;
    if (a->dead || sctp_status(a->port->ep, a->id, &status) != ROAM_OK ||
        status.peer_port != number)
    {
        return false;
    }
    const size_t n = sctp_peer_addresses(a->port->ep, a->id, peers, HOST_MAX_ADDRESSES);
    for (size_t i = 0; i < n && i < HOST_MAX_ADDRESSES; i++)
    {
        if (roam_addr_equal(&peers[i], addr))
        {
            return true;
        }
    }
    return false;
}

/** One-to-many: by the address; if there is none, a new association, or EINVAL. */
static struct host_assoc* by_address(struct host_socket* s, const struct sockaddr* to,
                                     socklen_t tolen, bool begin)
{
    struct roam_addr addr;
    uint16_t number;
    if (!host_from_sockaddr(to, tolen, &addr, &number))
    {
        errno = EINVAL;
        return NULL;
    }
    for (size_t i = 0; i < s->assocs.n; i++)
    {
        struct host_assoc* a = roam_ring_at(&s->assocs, i);
        if (has_peer(a, &addr, number))
        {
            return a;
        }
    }
    if (!begin)
    {
        errno = EINVAL;
        return NULL;
    }
    const uint32_t scope = host_scope_of(to, tolen);
    return host_connect_begin(s, &addr, &scope, 1, number);
}

static struct host_assoc* choose(struct host_socket* s, const struct sockaddr* to, socklen_t tolen,
                                 const struct roam_sctp_sndinfo* info, bool begin)
{
    struct host_assoc* a;
    if (to && !host_one_to_one(s))
    {
        return by_address(s, to, tolen, begin);
    }
    a = host_socket_assoc(s, info->snd_assoc_id);
    if (!a)
    {
        errno = host_one_to_one(s) ? ENOTCONN : ENOENT;
        return NULL;
    }
    if (a->dead || a->shut)
    {
        errno = a->error ? a->error : a->peer_done && !a->shut ? ESHUTDOWN : EPIPE;
        s->error = 0;
        return NULL;
    }
    return a;
}

/* --- Sending --------------------------------------------------------------------------------- */

static bool is_memory(const struct iovec* iov, int n)
{
    for (int i = 0; i < n; i++)
    {
        if (iov[i].iov_len > 0 && !iov[i].iov_base)
        {
            return false;
        }
    }
    return true;
}

static const uint8_t* gather(const struct iovec* iov, int n, size_t* len, uint8_t** owned)
{
    *owned = NULL;
    *len = 0;
    if (n == 1 && iov->iov_base)
    {
        *len = iov->iov_len;
        return iov->iov_base;
    }
    for (int i = 0; i < n; i++)
    {
        *len += iov[i].iov_len;
    }
    uint8_t* at = *owned = malloc(*len ? *len : 1);
    for (int i = 0; at && i < n; i++)
    {
        if (iov[i].iov_len == 0)
        {
            continue; /* it may well be NULL */
        }
        memcpy(at, iov[i].iov_base, iov[i].iov_len);
        at += iov[i].iov_len;
    }
    return *owned;
}

/** How the engine is to send a message; false for a policy that is none. */
static bool message_info(const struct roam_sctp_sndinfo* info, const struct roam_sctp_prinfo* pr,
                         struct sctp_message_info* how)
{
    *how = (struct sctp_message_info){
        .stream = info->snd_sid,
        .ppid = ntohl(info->snd_ppid),
        .unordered = info->snd_flags & ROAM_SCTP_UNORDERED,
        .sack_immediately = info->snd_flags & ROAM_SCTP_SACK_IMMEDIATELY,
        .context = info->snd_context,
    };
    switch (pr->pr_policy)
    {
    case ROAM_SCTP_PR_SCTP_NONE:
        return true;
    case ROAM_SCTP_PR_SCTP_TTL:
        how->policy = SCTP_TIMED;
        how->limit = pr->pr_value * ROAM_MS;
        return pr->pr_value > 0;
    case ROAM_SCTP_PR_SCTP_RTX:
        how->policy = SCTP_RTX;
        break;
    case ROAM_SCTP_PR_SCTP_PRIO:
        how->policy = SCTP_PRIO;
        break;
    default:
        return false;
    }
    how->limit = pr->pr_value;
    return true;
}

static bool send_one(struct host_socket* s, struct host_assoc* a, const void* data, size_t len,
                     const struct sctp_message_info* how, bool dontwait)
{
    int result;
    while ((result = sctp_send(s->port->ep, a->id, how, data, len, roam_host_now(s->host))) ==
           ROAM_EAGAIN)
    {
        host_pump(s->port);
        a->awaited = true;
        const bool waited = host_wait(s, dontwait);
        a->awaited = false;
        if (waited && a->dead)
        {
            errno = a->error ? a->error : EPIPE;
            s->error = 0;
        }
        if (!waited || a->dead)
        {
            host_forget_ended(s, a);
            return false;
        }
    }
    host_pump(s->port);
    host_wire_flush(s->host);
    errno = result == ROAM_ESTATE && a->peer_done ? ESHUTDOWN : host_errno(result);
    return result == ROAM_OK;
}

static void end(struct host_assoc* a, uint16_t flags)
{
    const roam_time now = roam_host_now(a->port->host);
    a->shut = true;
    if (flags & ROAM_SCTP_ABORT)
    {
        sctp_abort(a->port->ep, a->id, NULL, 0, now);
    }
    else
    {
        sctp_shutdown(a->port->ep, a->id, now);
    }
    host_pump(a->port);
    host_wire_flush(a->port->host);
}

ssize_t roam_sctp_sendv(struct roam_host* host, int sd, const struct iovec* iov, int n,
                        const struct sockaddr* to, socklen_t tolen,
                        const struct roam_sctp_sendv_spa* info, int flags)
{
    struct host_socket* s = host_socket(host, sd);
    if (!s)
    {
        return -1;
    }
    const bool given = info && (info->sendv_flags & ROAM_SCTP_SEND_SNDINFO_VALID);
    const struct roam_sctp_sndinfo how = given ? info->sendv_sndinfo : s->sndinfo;
    const uint16_t ending = how.snd_flags & (ROAM_SCTP_EOF | ROAM_SCTP_ABORT);
    size_t len;
    uint8_t* owned;
    const bool partial = info && (info->sendv_flags & ROAM_SCTP_SEND_PRINFO_VALID);
    struct sctp_message_info message;
    if (n < 0 || (n == 0 && !ending) || (how.snd_flags & ~(KNOWN_FLAGS | ROAM_SCTP_ADDR_OVER)) ||
        !message_info(&how, partial ? &info->sendv_prinfo : &s->prinfo, &message))
    {
        errno = EINVAL;
        return -1;
    }
    if (!is_memory(iov, n))
    {
        errno = EFAULT;
        return -1;
    }
    if (how.snd_flags & ROAM_SCTP_ADDR_OVER)
    {
        errno = EOPNOTSUPP;
        return -1;
    }
    struct host_assoc* a = choose(s, to, tolen, &how, n > 0);
    const uint8_t* data = a ? gather(iov, n, &len, &owned) : NULL;
    if (!a || !data)
    {
        errno = a ? ENOMEM : errno;
        return -1;
    }
    bool ok = true;
    if (!(how.snd_flags & ROAM_SCTP_ABORT) && (len > 0 || !ending))
    {
        ok = send_one(s, a, data, len, &message, flags & MSG_DONTWAIT);
    }
    if (ok && ending)
    {
        end(a, how.snd_flags);
    }
    const int why = errno;
    free(owned);
    errno = why;
    return ok ? (ssize_t)len : -1;
}

ssize_t roam_sctp_send(struct roam_host* host, int sd, const void* data, size_t len, int flags)
{
    const struct iovec iov = {(void*)data, len};
    return roam_sctp_sendv(host, sd, &iov, 1, NULL, 0, NULL, flags);
}

ssize_t roam_sctp_sendmsg(struct roam_host* host, int sd, const void* data, size_t len,
                          const struct sockaddr* to, socklen_t tolen, uint32_t ppid, uint32_t flags,
                          uint16_t stream, uint32_t lifetime, uint32_t context)
{
    const struct iovec iov = {(void*)data, len};
    const struct roam_sctp_sendv_spa info = {
        .sendv_flags = ROAM_SCTP_SEND_SNDINFO_VALID | (lifetime ? ROAM_SCTP_SEND_PRINFO_VALID : 0),
        .sendv_sndinfo = {.snd_sid = stream,
                          .snd_flags = (uint16_t)flags,
                          .snd_ppid = ppid,
                          .snd_context = context},
        .sendv_prinfo = {ROAM_SCTP_PR_SCTP_TTL, lifetime},
    };
    return roam_sctp_sendv(host, sd, &iov, 1, to, tolen, &info, 0);
}

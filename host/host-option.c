/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options: finding the option, finding what it is of, and those of the socket level. */
#include "host/host-option.h"

#include <errno.h>
#include <string.h>

roam_sctp_assoc_t host_target_name(const struct host_target* t)
{
    return t->assoc ? host_assoc_name(t->assoc) : ROAM_SCTP_FUTURE_ASSOC;
}

bool host_option_address(const struct sockaddr_storage* from, struct roam_addr* addr, bool* given)
{
    uint16_t ignored;
    *given = false;
    if (from->ss_family == AF_UNSPEC)
    {
        return true;
    }
    if (!host_from_sockaddr((const struct sockaddr*)from, sizeof *from, addr, &ignored))
    {
        return false;
    }
    *given = !roam_addr_is_any(addr);
    return true;
}

void host_target_config(const struct host_target* t, struct sctp_config* config)
{
    if (!t->assoc || sctp_configuration(t->socket->port->ep, t->assoc->id, config) != ROAM_OK)
    {
        *config = t->socket->config;
    }
}

int host_target_configure(const struct host_target* t, const struct sctp_config* config)
{
    if (sctp_config_check(config) != ROAM_OK)
    {
        return EINVAL;
    }
    if (t->assoc)
    {
        return host_errno(sctp_configure(t->socket->port->ep, t->assoc->id, config));
    }
    const int result = t->socket->port ? sctp_configure(t->socket->port->ep, 0, config) : ROAM_OK;
    if (result == ROAM_OK)
    {
        t->socket->config = *config;
    }
    return host_errno(result);
}

/* --- Finding --------------------------------------------------------------------------------- */

static const struct host_option* find(int name)
{
    const struct host_option* tables[] = {host_options_assoc, host_options_path,
                                          host_options_status, host_options_auth};
    const size_t sizes[] = {host_n_options_assoc, host_n_options_path, host_n_options_status,
                            host_n_options_auth};
    for (size_t t = 0; t < sizeof sizes / sizeof sizes[0]; t++)
    {
        for (size_t i = 0; i < sizes[t]; i++)
        {
            if (tables[t][i].name == name)
            {
                return &tables[t][i];
            }
        }
    }
    return NULL;
}

static roam_sctp_assoc_t named(const struct host_option* o, const void* value)
{
    roam_sctp_assoc_t id = ROAM_SCTP_FUTURE_ASSOC;
    if (o->id_at != HOST_NO_ID)
    {
        memcpy(&id, (const uint8_t*)value + o->id_at, sizeof id);
    }
    return id;
}

/** The association meant, NULL for those to come; false when there is none of that name. */
static bool target(struct host_socket* s, roam_sctp_assoc_t id, struct host_target* t)
{
    *t = (struct host_target){s, NULL};
    if (!host_one_to_one(s) && id == ROAM_SCTP_FUTURE_ASSOC)
    {
        return true;
    }
    t->assoc = host_socket_assoc(s, id);
    if (t->assoc && t->assoc->dead)
    {
        t->assoc = NULL;
    }
    return t->assoc || host_one_to_one(s);
}

static int set_option(struct host_socket* s, const struct host_option* o, const void* value,
                      size_t len)
{
    const roam_sctp_assoc_t id = named(o, value);
    struct host_target t = {s, NULL};
    if (host_one_to_one(s) || (id != ROAM_SCTP_ALL_ASSOC && id != ROAM_SCTP_CURRENT_ASSOC))
    {
        return target(s, id, &t) ? o->set(&t, value, len) : ENOENT;
    }
    int worst = id == ROAM_SCTP_ALL_ASSOC ? o->set(&t, value, len) : 0;
    for (size_t i = 0; i < s->assocs.n; i++)
    {
        t.assoc = roam_ring_at(&s->assocs, i);
        const int result = t.assoc->dead ? 0 : o->set(&t, value, len);
        worst = result ? result : worst;
    }
    return worst;
}

/* --- Other levels ---------------------------------------------------------------------------- */

static int set_buffer(struct host_socket* s, int name, int bytes)
{
    struct host_target t;
    struct sctp_config config;
    target(s, ROAM_SCTP_FUTURE_ASSOC, &t);
    host_target_config(&t, &config);
    if (bytes <= 0)
    {
        return EINVAL;
    }
    *(name == SO_RCVBUF ? &config.receive_buffer : &config.send_buffer) = (uint32_t)bytes;
    return host_target_configure(&t, &config);
}

static int set_other(struct host_socket* s, int level, int name, const void* value, size_t len)
{
    int n = 0;
    memcpy(&n, value, len < sizeof n ? len : sizeof n);
    if (level == IPPROTO_IPV6 && name == IPV6_V6ONLY)
    {
        s->v6only = n;
        return s->port ? EINVAL : 0;
    }
    if (level != SOL_SOCKET)
    {
        return ENOPROTOOPT;
    }
    switch (name)
    {
    case SO_LINGER:
        if (len < sizeof s->linger)
        {
            return EINVAL;
        }
        memcpy(&s->linger, value, sizeof s->linger);
        return 0;
    case SO_RCVBUF:
    case SO_SNDBUF:
        return len < sizeof n ? EINVAL : set_buffer(s, name, n);
    default:
        return ENOPROTOOPT;
    }
}

static int get_other(struct host_socket* s, int level, int name, int* n)
{
    struct host_target t;
    struct sctp_config config;
    target(s, ROAM_SCTP_FUTURE_ASSOC, &t);
    host_target_config(&t, &config);
    if (level == IPPROTO_IPV6 && name == IPV6_V6ONLY)
    {
        *n = s->v6only;
        return 0;
    }
    if (level != SOL_SOCKET)
    {
        return ENOPROTOOPT;
    }
    switch (name)
    {
    case SO_ERROR:
        *n = s->error;
        s->error = 0;
        return 0;
    case SO_TYPE:
        *n = s->type;
        return 0;
    case SO_DOMAIN:
        *n = s->family;
        return 0;
    case SO_PROTOCOL:
        *n = IPPROTO_SCTP;
        return 0;
    case SO_ACCEPTCONN:
        *n = s->listening;
        return 0;
    case SO_RCVBUF:
        *n = (int)config.receive_buffer;
        return 0;
    case SO_SNDBUF:
        *n = (int)config.send_buffer;
        return 0;
    default:
        return ENOPROTOOPT;
    }
}

/* --- The calls ------------------------------------------------------------------------------- */

static int answer(struct host_socket* s, int why)
{
    if (s->port)
    {
        host_pump(s->port);
        host_wire_flush(s->host);
    }
    errno = why;
    return why ? -1 : 0;
}

int roam_sctp_setsockopt(struct roam_host* host, int sd, int level, int name, const void* value,
                         socklen_t len)
{
    struct host_socket* s = host_socket(host, sd);
    const struct host_option* o = level == IPPROTO_SCTP ? find(name) : NULL;
    if (!s)
    {
        return -1;
    }
    if (!value)
    {
        return answer(s, EFAULT);
    }
    if (level != IPPROTO_SCTP)
    {
        return answer(s, set_other(s, level, name, value, len));
    }
    if (!o || !o->set)
    {
        return answer(s, ENOPROTOOPT);
    }
    return answer(s, len < o->size ? EINVAL : set_option(s, o, value, len));
}

int roam_sctp_getsockopt(struct roam_host* host, int sd, int level, int name, void* value,
                         socklen_t* len)
{
    struct host_socket* s = host_socket(host, sd);
    const struct host_option* o = level == IPPROTO_SCTP ? find(name) : NULL;
    struct host_target t;
    if (!s)
    {
        return -1;
    }
    if (!value || !len)
    {
        return answer(s, EFAULT);
    }
    if (level == SOL_SOCKET && name == SO_LINGER && *len >= sizeof s->linger)
    {
        memcpy(value, &s->linger, *len = sizeof s->linger);
        return answer(s, 0);
    }
    if (level != IPPROTO_SCTP)
    {
        int n = 0;
        const int why = *len < sizeof n ? EINVAL : get_other(s, level, name, &n);
        if (!why)
        {
            memcpy(value, &n, *len = sizeof n);
        }
        return answer(s, why);
    }
    if (!o || !o->get)
    {
        return answer(s, ENOPROTOOPT);
    }
    if (*len < o->size || !target(s, named(o, value), &t))
    {
        return answer(s, *len < o->size ? EINVAL : ENOENT);
    }
    size_t size = *len;
    const int why = o->get(&t, value, &size);
    *len = (socklen_t)size;
    return answer(s, why);
}

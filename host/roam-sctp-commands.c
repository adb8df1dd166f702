/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What can be done with an association while it is up. */
#include "host/roam-sctp.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* --- Status ---------------------------------------------------------------------------------- */

static const char* const states[] = {
    "CLOSED",           "COOKIE-WAIT",   "COOKIE-ECHOED",     "ESTABLISHED",
    "SHUTDOWN-PENDING", "SHUTDOWN-SENT", "SHUTDOWN-RECEIVED", "SHUTDOWN-ACK-SENT"};
static const char* const path_states[] = {"unconfirmed", "active", "inactive",
                                          "potentially failed"};

static void print_paths(struct session* s, struct connection* c)
{
    union
    {
        struct roam_sctp_paths head;
        uint8_t room[sizeof(struct roam_sctp_paths) + 32 * sizeof(struct roam_sctp_path)];
    } v;
    socklen_t len = sizeof v;
    v.head = (struct roam_sctp_paths){0};
    if (roam_sctp_getsockopt(s->host, c->sd, IPPROTO_SCTP, ROAM_SCTP_PATHS, &v, &len) < 0)
    {
        return;
    }
    for (uint32_t i = 0; i < v.head.path_number; i++)
    {
        const struct roam_sctp_path* p = &v.head.path[i];
        char from[64], to[64];
        fprintf(stderr,
                "  path %s -> %s: %s%s, cwnd %u, in flight %u, srtt %.3f ms, rto %.0f ms, mtu %u",
                address_text(&p->local, from), address_text(&p->peer, to), path_states[p->state],
                p->primary ? ", primary" : "", p->cwnd, p->outstanding, (double)p->srtt_us / 1e3,
                (double)p->rto_us / 1e3, p->mtu);
        fprintf(stderr, p->udp_port ? ", udp %u\n" : "\n", p->udp_port);
    }
}

void print_status(struct session* s, struct connection* c)
{
    struct roam_sctp_status v = {0};
    socklen_t len = sizeof v;
    if (roam_sctp_getsockopt(s->host, c->sd, IPPROTO_SCTP, ROAM_SCTP_STATUS, &v, &len) == 0)
    {
        fprintf(stderr,
                "  %s, streams %u out %u in, peer window %u, unacknowledged %u, unread %u\n",
                states[v.sstat_state], v.sstat_outstrms, v.sstat_instrms, v.sstat_rwnd,
                v.sstat_unackdata, v.sstat_penddata);
        print_paths(s, c);
    }
    struct roam_host_statistics n;
    roam_host_statistics(s->host, &n);
    fprintf(stderr, "  packets %llu out %llu in, not sent %llu, dropped %llu, not ours %llu\n",
            (unsigned long long)n.packets_sent, (unsigned long long)n.packets_received,
            (unsigned long long)n.send_errors, (unsigned long long)n.dropped,
            (unsigned long long)n.not_ours);
}

/* --- Commands -------------------------------------------------------------------------------- */

/** A command's work; args are its addresses. -1 and errno. */
typedef int work(struct session* s, struct connection* c, const struct sockaddr_storage* args);

static int asconf(struct session* s, struct connection* c, int op, const struct sockaddr_storage* a)
{
    const struct roam_sctp_asconf_request request = {op, *a};
    return roam_sctp_asconf(s->host, c->sd, 0, &request, 1);
}

static int add(struct session* s, struct connection* c, const struct sockaddr_storage* args)
{
    return asconf(s, c, ROAM_SCTP_ASCONF_ADD, args);
}

static int delete (struct session* s, struct connection* c, const struct sockaddr_storage* args)
{
    return asconf(s, c, ROAM_SCTP_ASCONF_DELETE, args);
}

static int peer_primary(struct session* s, struct connection* c,
                        const struct sockaddr_storage* args)
{
    return asconf(s, c, ROAM_SCTP_ASCONF_SET_PRIMARY, args);
}

/** ADD, SET PRIMARY and DELETE in one ASCONF. */
static int move(struct session* s, struct connection* c, const struct sockaddr_storage* args)
{
    const struct roam_sctp_asconf_request requests[] = {
        {ROAM_SCTP_ASCONF_ADD, args[0]},
        {ROAM_SCTP_ASCONF_SET_PRIMARY, args[0]},
        {ROAM_SCTP_ASCONF_DELETE, args[1]},
    };
    return roam_sctp_asconf(s->host, c->sd, 0, requests, 3);
}

static int primary(struct session* s, struct connection* c, const struct sockaddr_storage* args)
{
    const struct roam_sctp_setprim v = {.ssp_addr = args[0]};
    return roam_sctp_setsockopt(s->host, c->sd, IPPROTO_SCTP, ROAM_SCTP_PRIMARY_ADDR, &v, sizeof v);
}

static int path(struct session* s, struct connection* c, const struct sockaddr_storage* args)
{
    return roam_sctp_set_path(s->host, c->sd, 0, (const struct sockaddr*)&args[0],
                              (const struct sockaddr*)&args[1]);
}

static int heartbeat(struct session* s, struct connection* c, const struct sockaddr_storage* args)
{
    const struct roam_sctp_paddrparams v = {.spp_flags = ROAM_SPP_HB_DEMAND};
    (void)args;
    return roam_sctp_setsockopt(s->host, c->sd, IPPROTO_SCTP, ROAM_SCTP_PEER_ADDR_PARAMS, &v,
                                sizeof v);
}

static int status(struct session* s, struct connection* c, const struct sockaddr_storage* args)
{
    (void)args;
    print_status(s, c);
    return 0;
}

static int shut(struct session* s, struct connection* c, const struct sockaddr_storage* args)
{
    (void)args;
    c->sent_all = true;
    c->message_len = 0;
    return roam_sctp_shutdown(s->host, c->sd, SHUT_WR);
}

static int abort_it(struct session* s, struct connection* c, const struct sockaddr_storage* args)
{
    const struct roam_sctp_sendv_spa info = {
        .sendv_flags = ROAM_SCTP_SEND_SNDINFO_VALID,
        .sendv_sndinfo = {.snd_flags = ROAM_SCTP_ABORT},
    };
    (void)args;
    c->sent_all = true;
    c->message_len = 0;
    return roam_sctp_sendv(s->host, c->sd, NULL, 0, NULL, 0, &info, 0) < 0 ? -1 : 0;
}

static const struct
{
    const char* name;
    int n_args;
    work* work;
} commands[] = {
    {"add", 1, add},
    {"delete", 1, delete},
    {"peer-primary", 1, peer_primary},
    {"move", 2, move},
    {"primary", 1, primary},
    {"path", 2, path},
    {"heartbeat", 0, heartbeat},
    {"status", 0, status},
    {"shutdown", 0, shut},
    {"abort", 0, abort_it},
};

/** The command's place, with its addresses in args; -1: no command. */
static int read_command(const char* text, struct sockaddr_storage args[2])
{
    const size_t name = strcspn(text, "=");
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
    {
        if (strlen(commands[i].name) != name || strncmp(text, commands[i].name, name) != 0)
        {
            continue;
        }
        char copy[256];
        snprintf(copy, sizeof copy, "%s", text[name] ? text + name + 1 : "");
        int n = 0;
        for (char* word = strtok(copy, ","); word; word = strtok(NULL, ","), n++)
        {
            if (n == 2 || !read_address(&args[n], word))
            {
                return -1;
            }
        }
        return n == commands[i].n_args ? (int)i : -1;
    }
    return -1;
}

bool is_command(const char* text)
{
    struct sockaddr_storage args[2];
    return read_command(text, args) >= 0;
}

bool run_command(struct session* s, struct connection* c, const char* text)
{
    struct sockaddr_storage args[2];
    const int i = read_command(text, args);
    if (i < 0)
    {
        fprintf(stderr, "roam-sctp: there is no command \"%s\" with such addresses\n", text);
        return false;
    }
    if (commands[i].work(s, c, args) < 0)
    {
        fprintf(stderr, "roam-sctp: %s: %s\n", text, strerror(errno));
        return false;
    }
    tell(s, c, "%s", text);
    return true;
}

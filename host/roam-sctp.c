/* SPDX-License-Identifier: GPL-2.0-or-later */
/* roam-sctp: associations from the command line. */
#include "host/roam-sctp.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t stopped;

static void on_signal(int number)
{
    (void)number;
    stopped = 1;
}

/** The stack, for every way out: what is left is aborted, and no peer waits for nobody. */
static struct roam_host* stack;

static void leave(void)
{
    roam_host_free(stack);
}

/* --- Setting up ------------------------------------------------------------------------------ */

static void option(struct session* s, int sd, int name, const void* value, socklen_t len,
                   const char* what)
{
    if (roam_sctp_setsockopt(s->host, sd, IPPROTO_SCTP, name, value, len) < 0)
    {
        die(EXIT_USAGE, "%s: %s", what, strerror(errno));
    }
}

static void set_options(struct session* s, int sd)
{
    const struct settings* set = s->settings;
    const struct roam_sctp_assoc_value off = {0, 0};
    const struct roam_sctp_assoc_value on = {0, 1};
    const struct roam_sctp_udpencaps udp = {.sue_port = htons(set->udp_port)};
    if (set->no_addip)
    {
        option(s, sd, ROAM_SCTP_ASCONF_SUPPORTED, &off, sizeof off, "--no-addip");
    }
    if (set->no_auth)
    {
        option(s, sd, ROAM_SCTP_AUTH_SUPPORTED, &off, sizeof off, "--no-auth");
    }
    if (set->ecn)
    {
        option(s, sd, ROAM_SCTP_ECN_SUPPORTED, &on, sizeof on, "--ecn");
    }
    option(s, sd, ROAM_SCTP_RTOINFO, &set->rto, sizeof set->rto, "--rto");
    option(s, sd, ROAM_SCTP_INITMSG, &set->init, sizeof set->init, "--streams");
    option(s, sd, ROAM_SCTP_ASSOCINFO, &set->assoc, sizeof set->assoc, "--max-retrans");
    option(s, sd, ROAM_SCTP_PEER_ADDR_PARAMS, &set->path, sizeof set->path, "--heartbeat");
    option(s, sd, ROAM_SCTP_PEER_ADDR_THLDS, &set->thresholds, sizeof set->thresholds,
           "--pf-max-retrans");
    option(s, sd, ROAM_SCTP_DELAYED_SACK, &set->sack, sizeof set->sack, "--sack-delay");
    option(s, sd, ROAM_SCTP_SWITCH_POLICY, &set->switching, sizeof set->switching, "--switch");
    if (set->udp)
    {
        option(s, sd, ROAM_SCTP_REMOTE_UDP_ENCAPS_PORT, &udp, sizeof udp, "--udp");
    }
    for (int i = 0; set->buffer && i < 2; i++)
    {
        roam_sctp_setsockopt(s->host, sd, SOL_SOCKET, i ? SO_SNDBUF : SO_RCVBUF, &set->buffer,
                             sizeof set->buffer);
    }
    const uint16_t kinds[] = {ROAM_SCTP_ASSOC_CHANGE, ROAM_SCTP_PEER_ADDR_CHANGE,
                              ROAM_SCTP_ASCONF_EVENT, ROAM_SCTP_SEND_FAILED_EVENT,
                              ROAM_SCTP_PARTIAL_DELIVERY_EVENT};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
    {
        const struct roam_sctp_event event = {0, kinds[i], 1};
        option(s, sd, ROAM_SCTP_EVENT, &event, sizeof event, "events");
    }
}

/** AF_INET6 if an address is, for such sockets carry both. */
static int family_of(const struct settings* set)
{
    const struct address_list* lists[] = {&set->locals, &set->peers};
    int family = set->family != AF_UNSPEC ? set->family : set->listen ? AF_INET6 : AF_INET;
    for (int l = 0; l < 2; l++)
    {
        const uint8_t* at = (const uint8_t*)lists[l]->packed;
        for (int i = 0; i < lists[l]->n; i++)
        {
            const int one = ((const struct sockaddr*)(const void*)at)->sa_family;
            at += one == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
            family = one == AF_INET6 && set->family == AF_UNSPEC ? AF_INET6 : family;
        }
    }
    return family;
}

static int open_socket(struct session* s)
{
    const struct settings* set = s->settings;
    const int family = family_of(set);
    const int sd = roam_sctp_socket(s->host, family, SOCK_STREAM | SOCK_NONBLOCK);
    const uint16_t port = set->listen ? set->port : set->local_port;
    struct sockaddr_in6 any = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    struct sockaddr_in any4 = {.sin_family = AF_INET, .sin_port = htons(port)};
    const int only6 = set->family == AF_INET6;
    int bound = 0;
    if (only6)
    {
        roam_sctp_setsockopt(s->host, sd, IPPROTO_IPV6, IPV6_V6ONLY, &only6, sizeof only6);
    }
    set_options(s, sd);
    if (set->locals.n)
    {
        struct address_list locals = set->locals;
        ((struct sockaddr_in*)locals.packed)->sin_port =
            htons(port); /* at the same place in both */
        bound = roam_sctp_bindx(s->host, sd, (struct sockaddr*)locals.packed, locals.n,
                                ROAM_SCTP_BINDX_ADD_ADDR);
    }
    else if (port)
    {
        bound = family == AF_INET
                    ? roam_sctp_bind(s->host, sd, (struct sockaddr*)&any4, sizeof any4)
                    : roam_sctp_bind(s->host, sd, (struct sockaddr*)&any, sizeof any);
    }
    if (bound < 0)
    {
        if (errno == EADDRNOTAVAIL)
        {
            die(EXIT_FAILED, "--local: no address of this machine that can be used");
        }
        die(EXIT_FAILED, "port %u: %s", port, strerror(errno));
    }
    return sd;
}

/** Where a received file goes: the second association's name gets a number. */
static FILE* open_output(const struct session* s)
{
    const char* name = s->settings->receive;
    char numbered[4096];
    if (!name || strcmp(name, "-") == 0)
    {
        return name ? stdout : NULL;
    }
    snprintf(numbered, sizeof numbered, s->n_connections > 1 ? "%s.%d" : "%s", name,
             s->n_connections);
    FILE* f = fopen(numbered, "wb");
    if (!f)
    {
        die(EXIT_FAILED, "%s: %s", numbered, strerror(errno));
    }
    return f;
}

static struct connection* add_connection(struct session* s, int sd, bool up)
{
    struct connection* c = NULL;
    for (int i = 0; i < s->n_connections && !c; i++)
    {
        c = s->connections[i].ended ? &s->connections[i] : NULL;
    }
    if (!c && s->n_connections < MAX_CONNECTIONS)
    {
        c = &s->connections[s->n_connections++];
    }
    if (!c)
    {
        roam_sctp_close(s->host, sd);
        return NULL;
    }
    *c = (struct connection){.sd = sd, .up = up, .up_at = roam_host_now(s->host)};
    c->sent_all = !s->settings->send && !s->settings->count;
    c->out = open_output(s);
    return c;
}

static void begin(struct session* s)
{
    const struct settings* set = s->settings;
    const int sd = open_socket(s);
    if (set->listen)
    {
        s->listener = sd;
        if (roam_sctp_listen(s->host, sd, 16) < 0)
        {
            die(EXIT_FAILED, "cannot listen: %s", strerror(errno));
        }
        return;
    }
    struct address_list peers = set->peers;
    ((struct sockaddr_in*)peers.packed)->sin_port = htons(set->port);
    struct connection* c = add_connection(s, sd, false);
    if (roam_sctp_connectx(s->host, sd, (struct sockaddr*)peers.packed, peers.n, NULL) < 0 &&
        errno != EINPROGRESS)
    {
        die(EXIT_FAILED, "cannot connect: %s", strerror(errno));
    }
    (void)c;
}

/* --- The loop -------------------------------------------------------------------------------- */

static void come_up(struct session* s, struct connection* c)
{
    int error = 0;
    socklen_t len = sizeof error;
    roam_sctp_getsockopt(s->host, c->sd, SOL_SOCKET, SO_ERROR, &error, &len);
    if (error)
    {
        fprintf(stderr, "roam-sctp: cannot connect: %s\n", strerror(error));
        c->failed = true;
        end_connection(s, c);
        return;
    }
    c->up = true;
    c->up_at = roam_host_now(s->host);
}

/** Does what is due; returns milliseconds until the next, -1 for none. */
static int run_timed(struct session* s, struct settings* set)
{
    struct connection* c = &s->connections[0];
    int64_t next = INT64_MAX;
    const int64_t now = roam_host_now(s->host);
    for (int i = 0; s->n_connections && c->up && !c->ended && i < set->n_timed; i++)
    {
        struct timed_command* t = &set->timed[i];
        if (!t->done && c->up_at + t->at <= now)
        {
            t->done = true;
            s->result = run_command(s, c, t->text) ? s->result : EXIT_FAILED;
        }
        else if (!t->done && c->up_at + t->at < next)
        {
            next = c->up_at + t->at;
        }
    }
    return next == INT64_MAX ? -1 : (int)((next - now) / 1000000 + 1);
}

/** Commands on stdin, one a line. */
static void read_commands(struct session* s)
{
    char line[256];
    struct connection* c = &s->connections[0];
    const ssize_t n = read(STDIN_FILENO, line, sizeof line - 1);
    ((struct settings*)s->settings)->commands = n > 0;
    line[n > 0 ? n : 0] = 0;
    char* rest = NULL;
    for (char* at = strtok_r(line, "\n", &rest); at; at = strtok_r(NULL, "\n", &rest))
    {
        if (!c->ended)
        {
            run_command(s, c, at);
        }
    }
}

static void serve(struct session* s, struct connection* c, short ready)
{
    if (!c->up && (ready & (POLLOUT | POLLERR | POLLHUP)))
    {
        come_up(s, c);
    }
    if (!c->ended && (ready & (POLLIN | POLLERR | POLLHUP)))
    {
        receive_some(s, c);
    }
    if (wants_to_send(s, c))
    {
        send_some(s, c);
    }
}

static void accept_one(struct session* s)
{
    struct sockaddr_storage from;
    socklen_t len = sizeof from;
    const int sd = roam_sctp_accept(s->host, s->listener, (struct sockaddr*)&from, &len);
    struct connection* c = sd < 0 ? NULL : add_connection(s, sd, true);
    if (c)
    {
        char text[64];
        roam_sctp_nonblocking(s->host, sd, true);
        tell(s, c, "association from %s", address_text(&from, text));
    }
}

static int fill(struct session* s, struct roam_pollfd* fds)
{
    int n = 0;
    for (int i = 0; i < s->n_connections; i++, n++)
    {
        const struct connection* c = &s->connections[i];
        const short in = !c->echoed_len || c->partial ? POLLIN : 0;
        fds[n] = (struct roam_pollfd){c->ended ? -1 : c->sd, -1, in, 0};
        fds[n].events |= !c->up || wants_to_send(s, c) ? POLLOUT : 0;
    }
    fds[n++] = (struct roam_pollfd){s->listener, -1, POLLIN, 0};
    /* a command needs an association: until there is one, commands wait */
    const bool commands = s->settings->commands && s->connections[0].up;
    fds[n++] = (struct roam_pollfd){-1, commands ? STDIN_FILENO : -1, POLLIN, 0};
    return n;
}

bool finished(const struct session* s)
{
    const struct settings* set = s->settings;
    return set->listen ? set->keep && s->served >= set->keep : s->served > 0;
}

static void loop(struct session* s, struct settings* set)
{
    const int64_t until =
        set->timeout > 0 ? roam_host_now(s->host) + (int64_t)(set->timeout * 1e9) : INT64_MAX;
    while (!finished(s) && !stopped)
    {
        struct roam_pollfd fds[MAX_CONNECTIONS + 2];
        int wait = run_timed(s, set);
        const int n = fill(s, fds);
        if (until != INT64_MAX)
        {
            const int64_t left = (until - roam_host_now(s->host)) / 1000000 + 1;
            if (left <= 0)
            {
                die(EXIT_FAILED, "not done after %g seconds", set->timeout);
            }
            wait = wait < 0 || left < wait ? (int)left : wait;
        }
        if (roam_sctp_poll(s->host, fds, (size_t)n, wait) < 0 && errno != EINTR)
        {
            die(EXIT_FAILED, "poll: %s", strerror(errno));
        }
        for (int i = 0; i < n - 2; i++)
        {
            serve(s, &s->connections[i], fds[i].revents);
        }
        if (fds[n - 2].revents & POLLIN)
        {
            accept_one(s);
        }
        if (fds[n - 1].revents & (POLLIN | POLLHUP))
        {
            read_commands(s);
        }
    }
}

/** The stack, or one line on which of its files and sockets could not be had. */
static struct roam_host* open_stack(const struct roam_host_options* options)
{
    FILE* pcap = options->pcap ? fopen(options->pcap, "wb") : NULL;
    if (options->pcap && !pcap)
    {
        die(EXIT_FAILED, "%s: %s", options->pcap, strerror(errno));
    }
    if (pcap)
    {
        fclose(pcap);
    }
    struct roam_host* host = roam_host_new(options);
    if (!host && errno == EADDRINUSE)
    {
        die(EXIT_FAILED, "UDP port %u: %s", options->udp_port, strerror(errno));
    }
    if (!host)
    {
        die(EXIT_FAILED, "cannot open %s: %s",
            options->raw == ROAM_HOST_RAW_ON ? "raw sockets" : "sockets", strerror(errno));
    }
    return host;
}

int main(int argc, char** argv)
{
    static struct settings set;
    static struct session s;
    read_arguments(&set, argc, argv);
    s.settings = &set;
    s.listener = -1;
    signal(SIGINT, on_signal);
    signal(SIGTERM, on_signal);
    signal(SIGPIPE, SIG_IGN);
    s.in = !set.send ? NULL : strcmp(set.send, "-") == 0 ? stdin : fopen(set.send, "rb");
    if (set.send && !s.in)
    {
        die(EXIT_FAILED, "%s: %s", set.send, strerror(errno));
    }
    s.host = open_stack(&set.host);
    stack = s.host;
    atexit(leave);
    begin(&s);
    loop(&s, &set);
    if (!finished(&s) && !(set.listen && set.keep == 0))
    {
        s.result = EXIT_FAILED; /* stopped before its work was done */
    }
    return s.result;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Our side: the engine on host/, under the commands of README.md. */
#include "peer.h"

#include "host/host.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct roam_host* host;
static int listener = -1, association = -1;
static struct sending
{
    struct peer_job job;
    struct peer_tally tally; /* its messages are the index of the next */
    int64_t next;            /* when a paced one goes on */
    bool on;
} sending;
static struct peer_tally received;
static uint64_t awaited;
static bool at_end; /* the peer sends no more; the end of the association is still to come */

/* --- The socket ------------------------------------------------------------------------------ */

static void set(int sd, int option, const void* value, size_t len)
{
    if (roam_sctp_setsockopt(host, sd, IPPROTO_SCTP, option, value, (socklen_t)len) < 0)
    {
        peer_fail("option");
    }
}

static void subscribe(int sd)
{
    for (uint16_t type = ROAM_SCTP_ASSOC_CHANGE; type <= ROAM_SCTP_ASCONF_EVENT; type++)
    {
        const struct roam_sctp_event e = {.se_type = type, .se_on = 1};
        set(sd, ROAM_SCTP_EVENT, &e, sizeof e);
    }
}

static void apply(int sd)
{
    const struct roam_sctp_assoc_value off = {.assoc_value = 0};
    if (peer_wishes.no_asconf)
    {
        set(sd, ROAM_SCTP_ASCONF_SUPPORTED, &off, sizeof off);
    }
    if (peer_wishes.no_auth)
    {
        set(sd, ROAM_SCTP_AUTH_SUPPORTED, &off, sizeof off);
    }
    if (peer_wishes.auth_data)
    {
        const struct roam_sctp_authchunk data = {.sauth_chunk = 0};
        set(sd, ROAM_SCTP_AUTH_CHUNK, &data, sizeof data);
    }
    if (peer_wishes.rto_min)
    {
        const struct roam_sctp_rtoinfo rto = {.srto_initial = 4 * peer_wishes.rto_min,
                                              .srto_min = peer_wishes.rto_min};
        set(sd, ROAM_SCTP_RTOINFO, &rto, sizeof rto);
    }
    if (peer_wishes.encaps_remote)
    {
        const struct roam_sctp_udpencaps e = {.sue_port = htons(peer_wishes.encaps_remote)};
        set(sd, ROAM_SCTP_REMOTE_UDP_ENCAPS_PORT, &e, sizeof e);
    }
    subscribe(sd);
}

static bool open_host(void)
{
    struct roam_host_options options;
    roam_host_options_default(&options);
    options.udp = peer_wishes.encaps_local != 0;
    options.udp_port = peer_wishes.encaps_local;
    options.answer_strays = true; /* the only SCTP in this namespace */
    host = roam_host_new(&options);
    return host;
}

static int bound_socket(void)
{
    struct peer_addresses* locals = &peer_wishes.locals;
    if (locals->n == 0 || !open_host())
    {
        peer_fail("start");
        return -1;
    }
    const int sd = roam_sctp_socket(host, locals->family, SOCK_STREAM | SOCK_NONBLOCK);
    if (sd < 0 || roam_sctp_bindx(host, sd, (struct sockaddr*)locals->packed, locals->n,
                                  ROAM_SCTP_BINDX_ADD_ADDR) < 0)
    {
        peer_fail("bind");
        return -1;
    }
    apply(sd);
    return sd;
}

/* --- What comes in --------------------------------------------------------------------------- */

static void on_association(const struct roam_sctp_assoc_change* c)
{
    switch (c->sac_state)
    {
    case ROAM_SCTP_COMM_UP:
        peer_say("up");
        break;
    case ROAM_SCTP_RESTART:
        peer_say("restart");
        break;
    case ROAM_SCTP_SHUTDOWN_COMP:
        peer_say("closed");
        break;
    default:
        peer_say("lost cause %u", c->sac_error);
        break;
    }
}

static void on_notification(const union roam_sctp_notification* n)
{
    static const char* const changes[] = {"?",   "available", "unreachable", "delete",
                                          "add", "primary",   "confirmed"};
    static const char* const ops[] = {[ROAM_SCTP_ASCONF_ADD] = "add",
                                      [ROAM_SCTP_ASCONF_DELETE] = "delete",
                                      [ROAM_SCTP_ASCONF_SET_PRIMARY] = "primary"};
    char text[INET6_ADDRSTRLEN];
    switch (n->sn_header.sn_type)
    {
    case ROAM_SCTP_ASSOC_CHANGE:
        on_association(&n->sn_assoc_change);
        break;
    case ROAM_SCTP_PEER_ADDR_CHANGE:
        peer_say("peer-address %s %s", changes[n->sn_paddr_change.spc_state],
                 peer_address_text(&n->sn_paddr_change.spc_aaddr, text));
        break;
    case ROAM_SCTP_SHUTDOWN_EVENT:
        peer_say("peer-done");
        break;
    case ROAM_SCTP_ASCONF_EVENT:
        peer_say("asconf %s %s cause %u", ops[n->sn_asconf_event.sae_op],
                 peer_address_text(&n->sn_asconf_event.sae_addr, text),
                 n->sn_asconf_event.sae_cause);
        break;
    default:
        break;
    }
}

static void receive(void)
{
    static union
    {
        uint8_t bytes[2 * PEER_MESSAGE_MAX];
        union roam_sctp_notification notification;
    } buffer;
    for (;;)
    {
        int flags = MSG_DONTWAIT;
        const ssize_t n = roam_sctp_recvv(host, association, buffer.bytes, sizeof buffer, NULL,
                                          NULL, NULL, &flags);
        if (n <= 0)
        {
            at_end |= n == 0 || errno != EAGAIN;
            return;
        }
        if (flags & ROAM_MSG_NOTIFICATION)
        {
            on_notification(&buffer.notification);
        }
        else
        {
            peer_take(&received, buffer.bytes, (size_t)n);
            peer_say_received(&received, &awaited);
        }
    }
}

static void accept_one(void)
{
    const int sd = roam_sctp_accept(host, listener, NULL, NULL);
    if (sd >= 0)
    {
        roam_sctp_nonblocking(host, sd, true);
        association = sd;
    }
}

/* --- What goes out --------------------------------------------------------------------------- */

static struct roam_sctp_sendv_spa how_to_send(const struct peer_job* job)
{
    struct roam_sctp_sendv_spa spa = {.sendv_flags = 0};
    if (job->policy != PEER_RELIABLE)
    {
        spa.sendv_flags = ROAM_SCTP_SEND_PRINFO_VALID;
        spa.sendv_prinfo.pr_policy =
            job->policy == PEER_TIMED ? ROAM_SCTP_PR_SCTP_TTL : ROAM_SCTP_PR_SCTP_RTX;
        spa.sendv_prinfo.pr_value = job->value;
    }
    return spa;
}

/** Sends on while there is room. */
static void send_on(void)
{
    static uint8_t message[PEER_MESSAGE_MAX];
    const struct peer_job* job = &sending.job;
    const struct roam_sctp_sendv_spa spa = how_to_send(job);
    if (job->paced && roam_host_now(host) < sending.next)
    {
        return;
    }
    while (peer_job_goes_on(job, sending.tally.messages))
    {
        struct iovec iov = {message, job->size};
        peer_message(message, job->size, job->seed, (uint32_t)sending.tally.messages);
        if (roam_sctp_sendv(host, association, &iov, 1, NULL, 0, &spa, 0) < 0)
        {
            if (errno == EAGAIN)
            {
                return;
            }
            peer_fail("send");
            break;
        }
        peer_take(&sending.tally, message, job->size);
        if (job->paced && sending.tally.messages % PEER_PACE == 0)
        {
            sending.next = roam_host_now(host) + 1000000;
            return;
        }
    }
    sending.on = false;
    peer_say_sent(&sending.tally);
}

/* --- Commands -------------------------------------------------------------------------------- */

bool side_associated(void)
{
    return association >= 0;
}

void side_listen(void)
{
    listener = bound_socket();
    if (listener < 0 || roam_sctp_listen(host, listener, 5) < 0)
    {
        peer_fail("listen");
        return;
    }
    peer_say("listening");
}

void side_connect(const struct peer_addresses* to)
{
    const int sd = bound_socket();
    if (sd < 0)
    {
        return;
    }
    if (roam_sctp_connectx(host, sd, (const struct sockaddr*)to->packed, to->n, NULL) < 0 &&
        errno != EINPROGRESS)
    {
        peer_fail("connect");
        return;
    }
    association = sd;
}

void side_send(const struct peer_job* job)
{
    if (sending.on)
    {
        peer_say("error send: one is going on");
        return;
    }
    sending = (struct sending){.job = *job, .on = true};
}

void side_await(uint64_t messages)
{
    awaited = messages;
    peer_say_received(&received, &awaited);
}

void side_change(enum peer_change change, const char* address)
{
    struct sockaddr_storage a;
    struct roam_sctp_setpeerprim primary = {.sspp_assoc_id = 0};
    peer_address(&a, address, peer_wishes.port);
    peer_address(&primary.sspp_addr, address, 0);
    const int failed =
        change == PEER_PRIMARY
            ? roam_sctp_setsockopt(host, association, IPPROTO_SCTP, ROAM_SCTP_SET_PEER_PRIMARY_ADDR,
                                   &primary, sizeof primary)
            : roam_sctp_bindx(host, association, (struct sockaddr*)&a, 1,
                              change == PEER_ADD ? ROAM_SCTP_BINDX_ADD_ADDR
                                                 : ROAM_SCTP_BINDX_REM_ADDR);
    if (failed)
    {
        peer_fail("change");
    }
}

void side_change_all(const enum peer_change* changes, char* const* addresses, size_t n)
{
    static const int ops[] = {[PEER_ADD] = ROAM_SCTP_ASCONF_ADD,
                              [PEER_DELETE] = ROAM_SCTP_ASCONF_DELETE,
                              [PEER_PRIMARY] = ROAM_SCTP_ASCONF_SET_PRIMARY};
    struct roam_sctp_asconf_request requests[PEER_WORDS / 2];
    for (size_t i = 0; i < n; i++)
    {
        requests[i].op = ops[changes[i]];
        peer_address(&requests[i].addr, addresses[i], peer_wishes.port);
    }
    if (roam_sctp_asconf(host, association, 0, requests, (int)n) < 0)
    {
        peer_fail("batch");
    }
}

void side_choose_path(const char* local, const char* peer)
{
    struct sockaddr_storage from, to;
    peer_address(&to, peer, 0);
    peer_address(&from, local ? local : peer, 0);
    if (roam_sctp_set_path(host, association, 0, local ? (struct sockaddr*)&from : NULL,
                           (struct sockaddr*)&to) < 0)
    {
        peer_fail("primary");
    }
}

void side_shutdown(void)
{
    roam_sctp_shutdown(host, association, SHUT_WR);
}

void side_abort(void)
{
    const struct roam_sctp_sendv_spa spa = {.sendv_flags = ROAM_SCTP_SEND_SNDINFO_VALID,
                                            .sendv_sndinfo.snd_flags = ROAM_SCTP_ABORT};
    if (roam_sctp_sendv(host, association, NULL, 0, NULL, 0, &spa, 0) < 0)
    {
        peer_fail("abort");
    }
}

void side_status(void)
{
    struct roam_sctp_status st = {.sstat_assoc_id = 0};
    socklen_t len = sizeof st;
    char primary[INET6_ADDRSTRLEN] = "-", list[400] = "-";
    if (association < 0 ||
        roam_sctp_getsockopt(host, association, IPPROTO_SCTP, ROAM_SCTP_STATUS, &st, &len) < 0)
    {
        st.sstat_state = ROAM_SCTP_CLOSED;
    }
    else
    {
        struct sockaddr* peers = NULL;
        const int n = roam_sctp_getpaddrs(host, association, 0, &peers);
        peer_addresses_text(peers, n, list, sizeof list);
        roam_sctp_freeaddrs(peers);
        peer_address_text(&st.sstat_primary.spinfo_address, primary);
    }
    peer_say("status %s primary %s peers %s messages %llu damaged %llu misplaced %llu last %u:%llu "
             "outstanding %u",
             st.sstat_state == ROAM_SCTP_ESTABLISHED ? "ESTABLISHED"
             : st.sstat_state == ROAM_SCTP_CLOSED    ? "CLOSED"
                                                     : "OTHER",
             primary, list, (unsigned long long)received.messages,
             (unsigned long long)received.damaged, (unsigned long long)received.misplaced,
             received.seed, (unsigned long long)received.of_seed, st.sstat_unackdata);
}

/* --- The loop -------------------------------------------------------------------------------- */

/** Obeys the lines that are whole; false at the end of them, or at "quit". */
static bool read_commands(void)
{
    static char buffer[8192];
    static size_t len;
    const ssize_t n = read(STDIN_FILENO, buffer + len, sizeof buffer - len);
    if (n <= 0)
    {
        return false;
    }
    len += (size_t)n;
    char* end;
    while ((end = memchr(buffer, '\n', len)))
    {
        const size_t used = (size_t)(end + 1 - buffer);
        *end = '\0';
        if (!peer_command(buffer))
        {
            return false;
        }
        memmove(buffer, buffer + used, len - used);
        len -= used;
    }
    return len < sizeof buffer;
}

static bool wait_for_something(void)
{
    if (!host)
    {
        return read_commands();
    }
    const bool paced = sending.on && sending.job.paced;
    const short writable = sending.on && !paced ? POLLOUT : 0;
    struct roam_pollfd fds[3] = {
        {.sd = -1, .fd = STDIN_FILENO, .events = POLLIN},
        {.sd = at_end ? -1 : association, .fd = -1, .events = (short)(POLLIN | writable)},
        {.sd = listener, .fd = -1, .events = POLLIN}};
    if (roam_sctp_poll(host, fds, 3, paced ? 1 : at_end ? 10 : -1) < 0)
    {
        peer_fail("poll");
        return false;
    }
    return !fds[0].revents || read_commands();
}

int main(void)
{
    peer_say("ready roam");
    while (wait_for_something())
    {
        if (listener >= 0)
        {
            accept_one();
        }
        if (association >= 0 && sending.on)
        {
            send_on();
        }
        if (association >= 0)
        {
            receive();
        }
    }
    roam_host_free(host);
    return 0;
}

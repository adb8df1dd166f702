/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The other side: usrsctp on raw IP sockets, under the commands of README.md. */
#include "peer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <usrsctp.h>

static struct socket* listener;
static struct socket* volatile association;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* over what follows */
static struct peer_tally received;
static uint64_t awaited;
static unsigned abandoned;

/* --- The socket ------------------------------------------------------------------------------ */

static void option32(struct socket* s, int option, uint32_t value)
{
    struct sctp_assoc_value v = {.assoc_id = SCTP_FUTURE_ASSOC, .assoc_value = value};
    if (usrsctp_setsockopt(s, IPPROTO_SCTP, option, &v, sizeof v) < 0)
    {
        peer_fail("option");
    }
}

static void subscribe(struct socket* s)
{
    static const uint16_t events[] = {SCTP_ASSOC_CHANGE, SCTP_PEER_ADDR_CHANGE, SCTP_SHUTDOWN_EVENT,
                                      SCTP_SEND_FAILED_EVENT};
    for (size_t i = 0; i < sizeof events / sizeof *events; i++)
    {
        struct sctp_event e = {.se_assoc_id = SCTP_FUTURE_ASSOC, .se_type = events[i], .se_on = 1};
        usrsctp_setsockopt(s, IPPROTO_SCTP, SCTP_EVENT, &e, sizeof e);
    }
}

static void apply(struct socket* s)
{
    const int on = 1;
    usrsctp_setsockopt(s, IPPROTO_SCTP, SCTP_REUSE_PORT, &on, sizeof on);
    usrsctp_setsockopt(s, IPPROTO_SCTP, SCTP_NODELAY, &on, sizeof on);
    if (peer_wishes.no_asconf)
    {
        option32(s, SCTP_ASCONF_SUPPORTED, 0);
    }
    if (peer_wishes.no_auth)
    {
        option32(s, SCTP_AUTH_SUPPORTED, 0);
    }
    if (peer_wishes.no_pr)
    {
        option32(s, SCTP_PR_SUPPORTED, 0);
    }
    if (peer_wishes.auth_data)
    {
        const struct sctp_authchunk data = {.sauth_chunk = SCTP_DATA};
        if (usrsctp_setsockopt(s, IPPROTO_SCTP, SCTP_AUTH_CHUNK, &data, sizeof data) < 0)
        {
            peer_fail("auth-data");
        }
    }
    if (peer_wishes.n_hmacs)
    {
        uint8_t bytes[sizeof(struct sctp_hmacalgo) + sizeof peer_wishes.hmacs];
        struct sctp_hmacalgo* h = (struct sctp_hmacalgo*)bytes;
        h->shmac_number_of_idents = peer_wishes.n_hmacs;
        memcpy(h->shmac_idents, peer_wishes.hmacs, sizeof peer_wishes.hmacs);
        if (usrsctp_setsockopt(s, IPPROTO_SCTP, SCTP_HMAC_IDENT, h,
                               (socklen_t)(sizeof *h + 2 * peer_wishes.n_hmacs)) < 0)
        {
            peer_fail("hmac");
        }
    }
    if (peer_wishes.encaps_remote)
    {
        struct sctp_udpencaps e = {.sue_address.ss_family = AF_INET};
        e.sue_port = htons(peer_wishes.encaps_remote);
        if (usrsctp_setsockopt(s, IPPROTO_SCTP, SCTP_REMOTE_UDP_ENCAPS_PORT, &e, sizeof e) < 0)
        {
            peer_fail("encaps");
        }
    }
    subscribe(s);
}

static void debug(const char* format, ...)
{
    (void)format;
}

/** usrsctp reads the interfaces when it starts, so it starts when the first socket is needed. */
static struct socket* bound_socket(void)
{
    struct peer_addresses* locals = &peer_wishes.locals;
    if (locals->n == 0)
    {
        peer_say("error no bind before");
        return NULL;
    }
    usrsctp_init(peer_wishes.encaps_local, NULL, debug);
    usleep(100000); /* its iterator misses what comes before it first waits */
    usrsctp_sysctl_set_sctp_no_csum_on_loopback(0);
    usrsctp_sysctl_set_sctp_auto_asconf(0);
    usrsctp_sysctl_set_sctp_ecn_enable(0);
    if (peer_wishes.rto_min)
    {
        usrsctp_sysctl_set_sctp_rto_min_default(peer_wishes.rto_min);
        usrsctp_sysctl_set_sctp_rto_initial_default(4 * peer_wishes.rto_min);
    }
    struct socket* s =
        usrsctp_socket(locals->family, SOCK_STREAM, IPPROTO_SCTP, NULL, NULL, 0, NULL);
    if (!s)
    {
        peer_fail("socket");
        return NULL;
    }
    apply(s);
    if (usrsctp_bindx(s, (struct sockaddr*)locals->packed, locals->n, SCTP_BINDX_ADD_ADDR) < 0)
    {
        peer_fail("bind");
    }
    return s;
}

/* --- What comes in --------------------------------------------------------------------------- */

static void on_association(const struct sctp_assoc_change* c)
{
    switch (c->sac_state)
    {
    case SCTP_COMM_UP:
        peer_say("up");
        break;
    case SCTP_RESTART:
        peer_say("restart");
        break;
    case SCTP_SHUTDOWN_COMP:
        peer_say("closed");
        break;
    case SCTP_COMM_LOST:
    case SCTP_CANT_STR_ASSOC:
        peer_say("lost cause %u", c->sac_error);
        break;
    default:
        break;
    }
}

static void on_address(const struct sctp_paddr_change* c)
{
    static const char* const names[] = {"?",   "available", "unreachable", "delete",
                                        "add", "primary",   "confirmed"};
    char text[INET6_ADDRSTRLEN];
    if (c->spc_state <= SCTP_ADDR_CONFIRMED)
    {
        peer_say("peer-address %s %s", names[c->spc_state], peer_address_text(&c->spc_aaddr, text));
    }
}

static void on_notification(const union sctp_notification* n)
{
    switch (n->sn_header.sn_type)
    {
    case SCTP_ASSOC_CHANGE:
        on_association(&n->sn_assoc_change);
        break;
    case SCTP_PEER_ADDR_CHANGE:
        on_address(&n->sn_paddr_change);
        break;
    case SCTP_SHUTDOWN_EVENT:
        peer_say("peer-done");
        break;
    case SCTP_SEND_FAILED_EVENT:
        pthread_mutex_lock(&lock);
        abandoned++;
        pthread_mutex_unlock(&lock);
        break;
    default:
        break;
    }
}

static void* receive(void* arg)
{
    static uint8_t buffer[2 * PEER_MESSAGE_MAX];
    struct socket* s = arg;
    size_t len = 0; /* of the message so far */
    for (;;)
    {
        struct sctp_rcvinfo info;
        struct sockaddr_storage from;
        socklen_t info_len = sizeof info, from_len = sizeof from;
        unsigned type;
        int flags = 0;
        const ssize_t n =
            usrsctp_recvv(s, buffer + len, sizeof buffer - len, (struct sockaddr*)&from, &from_len,
                          &info, &info_len, &type, &flags);
        if (n <= 0)
        {
            return NULL;
        }
        len += (size_t)n;
        if (!(flags & MSG_EOR) && len < sizeof buffer)
        {
            continue;
        }
        if (flags & MSG_NOTIFICATION)
        {
            on_notification((const union sctp_notification*)buffer);
        }
        else
        {
            pthread_mutex_lock(&lock);
            peer_take(&received, buffer, len);
            peer_say_received(&received, &awaited);
            pthread_mutex_unlock(&lock);
        }
        len = 0;
    }
}

static void take_over(struct socket* s)
{
    pthread_t thread;
    association = s;
    pthread_create(&thread, NULL, receive, s);
    pthread_detach(thread);
}

static void* accept_all(void* arg)
{
    struct socket* s;
    while ((s = usrsctp_accept(arg, NULL, NULL)))
    {
        take_over(s);
    }
    return NULL;
}

/* --- What goes out --------------------------------------------------------------------------- */

static struct sctp_sendv_spa how_to_send(const struct peer_job* job)
{
    struct sctp_sendv_spa spa = {.sendv_flags = SCTP_SEND_SNDINFO_VALID};
    if (job->policy != PEER_RELIABLE)
    {
        spa.sendv_flags |= SCTP_SEND_PRINFO_VALID;
        spa.sendv_prinfo.pr_policy =
            job->policy == PEER_TIMED ? SCTP_PR_SCTP_TTL : SCTP_PR_SCTP_RTX;
        spa.sendv_prinfo.pr_value = job->value;
    }
    return spa;
}

static void* send_all(void* arg)
{
    static uint8_t message[PEER_MESSAGE_MAX];
    struct peer_job* job = arg;
    struct peer_tally tally = {.seed = 0};
    for (uint32_t i = 0; peer_job_goes_on(job, i); i++)
    {
        struct sctp_sendv_spa spa = how_to_send(job);
        peer_message(message, job->size, job->seed, i);
        if (usrsctp_sendv(association, message, job->size, NULL, 0, &spa, sizeof spa,
                          SCTP_SENDV_SPA, 0) < 0)
        {
            peer_fail("send");
            break;
        }
        peer_take(&tally, message, job->size);
        if (job->paced && i % PEER_PACE == 0)
        {
            usleep(1000);
        }
    }
    peer_say_sent(&tally);
    free(job);
    return NULL;
}

/* --- Commands -------------------------------------------------------------------------------- */

static void start(void* (*run)(void*), void* arg)
{
    pthread_t thread;
    pthread_create(&thread, NULL, run, arg);
    pthread_detach(thread);
}

bool side_associated(void)
{
    return association;
}

void side_listen(void)
{
    listener = bound_socket();
    if (!listener || usrsctp_listen(listener, 5) < 0)
    {
        peer_fail("listen");
        return;
    }
    start(accept_all, listener);
    peer_say("listening");
}

void side_connect(const struct peer_addresses* to)
{
    struct socket* s = bound_socket();
    if (!s)
    {
        return;
    }
    usrsctp_set_non_blocking(s, 1); /* so that the commands go on while it connects */
    if (usrsctp_connectx(s, (const struct sockaddr*)to->packed, to->n, NULL) < 0 &&
        errno != EINPROGRESS)
    {
        peer_fail("connect");
    }
    usrsctp_set_non_blocking(s, 0);
    take_over(s);
}

void side_send(const struct peer_job* job)
{
    struct peer_job* own = malloc(sizeof *own);
    *own = *job;
    start(send_all, own); /* it blocks when the buffer is full */
}

void side_await(uint64_t messages)
{
    pthread_mutex_lock(&lock);
    awaited = messages;
    peer_say_received(&received, &awaited);
    pthread_mutex_unlock(&lock);
}

void side_change(enum peer_change change, const char* address)
{
    struct sockaddr_storage a;
    struct sctp_setpeerprim primary = {.sspp_assoc_id = 0};
    peer_address(&a, address, peer_wishes.port);
    peer_address(&primary.sspp_addr, address, 0);
    const int failed =
        change == PEER_PRIMARY
            ? usrsctp_setsockopt(association, IPPROTO_SCTP, SCTP_SET_PEER_PRIMARY_ADDR, &primary,
                                 sizeof primary)
            : usrsctp_bindx(association, (struct sockaddr*)&a, 1,
                            change == PEER_ADD ? SCTP_BINDX_ADD_ADDR : SCTP_BINDX_REM_ADDR);
    if (failed)
    {
        peer_fail("change");
    }
}

/** usrsctp has no call for it: its queue decides what shares an ASCONF. */
void side_change_all(const enum peer_change* changes, char* const* addresses, size_t n)
{
    for (size_t i = 0; i < n; i++)
    {
        side_change(changes[i], addresses[i]);
    }
}

void side_choose_path(const char* local, const char* peer)
{
    struct sctp_setprim primary = {.ssp_assoc_id = 0};
    peer_address(&primary.ssp_addr, peer, 0);
    if (local || usrsctp_setsockopt(association, IPPROTO_SCTP, SCTP_PRIMARY_ADDR, &primary,
                                    sizeof primary) < 0)
    {
        peer_fail("primary");
    }
}

void side_shutdown(void)
{
    usrsctp_shutdown(association, SHUT_WR);
}

void side_abort(void)
{
    struct sctp_sndinfo info = {.snd_flags = SCTP_ABORT};
    const char none = 0; /* usrsctp wants a pointer even to no bytes */
    if (usrsctp_sendv(association, &none, 0, NULL, 0, &info, sizeof info, SCTP_SENDV_SNDINFO, 0) <
        0)
    {
        peer_fail("abort");
    }
}

void side_status(void)
{
    struct sctp_status st = {.sstat_assoc_id = 0};
    socklen_t len = sizeof st;
    struct sockaddr* peers = NULL;
    char primary[INET6_ADDRSTRLEN] = "-", list[400] = "-";
    if (!association || usrsctp_getsockopt(association, IPPROTO_SCTP, SCTP_STATUS, &st, &len) < 0)
    {
        st.sstat_state = SCTP_CLOSED;
    }
    else
    {
        const int n = usrsctp_getpaddrs(association, 0, &peers);
        peer_addresses_text(peers, n, list, sizeof list);
        usrsctp_freepaddrs(peers);
        peer_address_text(&st.sstat_primary.spinfo_address, primary);
    }
    pthread_mutex_lock(&lock);
    peer_say("status %s primary %s peers %s messages %llu damaged %llu misplaced %llu last %u:%llu "
             "outstanding %u abandoned %u",
             st.sstat_state == SCTP_ESTABLISHED ? "ESTABLISHED"
             : st.sstat_state == SCTP_CLOSED    ? "CLOSED"
                                                : "OTHER",
             primary, list, (unsigned long long)received.messages,
             (unsigned long long)received.damaged, (unsigned long long)received.misplaced,
             received.seed, (unsigned long long)received.of_seed,
             st.sstat_unackdata + st.sstat_penddata, abandoned);
    pthread_mutex_unlock(&lock);
}

int main(void)
{
    static char line[4096];
    peer_say("ready usrsctp");
    while (fgets(line, sizeof line, stdin) && peer_command(line))
    {
    }
    _exit(0); /* usrsctp's threads have no end of their own */
}

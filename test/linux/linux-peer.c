/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The other side: the kernel's own SCTP, under the commands of ../interop/README.md. It runs in the
   guest as a static program, with the second serial line for stdin and stdout. */
#include "../interop/peer.h"

#include <errno.h>
#include <linux/sctp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static int listener = -1;
static volatile int association = -1;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* over what follows */
static struct peer_tally received;
static uint64_t awaited;

/* --- The socket ------------------------------------------------------------------------------ */

static int set(int sd, int option, const void* value, size_t len)
{
    return setsockopt(sd, IPPROTO_SCTP, option, value, (socklen_t)len);
}

static void option32(int sd, int option, uint32_t value)
{
    const struct sctp_assoc_value v = {.assoc_value = value};
    if (set(sd, option, &v, sizeof v) < 0)
    {
        peer_fail("option");
    }
}

static void apply(int sd)
{
    const struct sctp_event_subscribe events = {
        .sctp_association_event = 1, .sctp_address_event = 1, .sctp_shutdown_event = 1};
    const struct linger none = {.l_onoff = 1}; /* what a closed socket leaves is an ABORT */
    const int on = 1;
    set(sd, SCTP_EVENTS, &events, sizeof events);
    set(sd, SCTP_NODELAY, &on, sizeof on);
    setsockopt(sd, SOL_SOCKET, SO_LINGER, &none, sizeof none);
    if (peer_wishes.no_asconf)
    {
        option32(sd, SCTP_ASCONF_SUPPORTED, 0);
    }
    if (peer_wishes.no_auth)
    {
        option32(sd, SCTP_AUTH_SUPPORTED, 0);
    }
    if (peer_wishes.no_pr)
    {
        option32(sd, SCTP_PR_SUPPORTED, 0);
    }
    if (peer_wishes.auth_data)
    {
        const struct sctp_authchunk data = {.sauth_chunk = 0};
        if (set(sd, SCTP_AUTH_CHUNK, &data, sizeof data) < 0)
        {
            peer_fail("auth-data");
        }
    }
    if (peer_wishes.rto_min)
    {
        const struct sctp_rtoinfo rto = {.srto_initial = 4 * peer_wishes.rto_min,
                                         .srto_min = peer_wishes.rto_min};
        if (set(sd, SCTP_RTOINFO, &rto, sizeof rto) < 0)
        {
            peer_fail("rto-min");
        }
    }
}

static int bound_socket(void)
{
    const struct peer_addresses* locals = &peer_wishes.locals;
    const size_t each =
        locals->family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
    if (locals->n == 0)
    {
        peer_say("error no bind before");
        return -1;
    }
    const int sd = socket(locals->family, SOCK_STREAM, IPPROTO_SCTP);
    if (sd < 0)
    {
        peer_fail("socket");
        return -1;
    }
    apply(sd);
    if (set(sd, SCTP_SOCKOPT_BINDX_ADD, locals->packed, (size_t)locals->n * each) < 0)
    {
        peer_fail("bind");
    }
    return sd;
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
    default:
        peer_say("lost cause %u", ntohs(c->sac_error)); /* it comes as it was on the wire */
        break;
    }
}

static void on_address(const struct sctp_paddr_change* c)
{
    static const char* const names[] = {[SCTP_ADDR_AVAILABLE] = "available",
                                        [SCTP_ADDR_UNREACHABLE] = "unreachable",
                                        [SCTP_ADDR_REMOVED] = "delete",
                                        [SCTP_ADDR_ADDED] = "add",
                                        [SCTP_ADDR_MADE_PRIM] = "primary",
                                        [SCTP_ADDR_CONFIRMED] = "confirmed",
                                        [SCTP_ADDR_POTENTIALLY_FAILED] = "potentially-failed"};
    char text[INET6_ADDRSTRLEN];
    struct sockaddr_storage address;
    memcpy(&address, (const uint8_t*)c + offsetof(struct sctp_paddr_change, spc_aaddr),
           sizeof address); /* the kernel's struct is packed */
    if ((size_t)c->spc_state < sizeof names / sizeof *names)
    {
        peer_say("peer-address %s %s", names[c->spc_state], peer_address_text(&address, text));
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
    default:
        break;
    }
}

static void take(const uint8_t* message, size_t len)
{
    pthread_mutex_lock(&lock);
    peer_take(&received, message, len);
    peer_say_received(&received, &awaited);
    pthread_mutex_unlock(&lock);
}

static void* receive(void* arg)
{
    static _Alignas(8) uint8_t buffer[2 * PEER_MESSAGE_MAX];
    const int sd = (int)(intptr_t)arg;
    size_t len = 0; /* of the message so far */
    for (;;)
    {
        struct iovec iov = {buffer + len, sizeof buffer - len};
        struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
        const ssize_t n = recvmsg(sd, &msg, 0);
        if (n < 0)
        {
            return NULL;
        }
        if (n == 0)
        {
            usleep(10000); /* no more data, but the end of the association is still to come */
            continue;
        }
        len += (size_t)n;
        if (!(msg.msg_flags & MSG_EOR) && len < sizeof buffer)
        {
            continue;
        }
        if (msg.msg_flags & MSG_NOTIFICATION)
        {
            on_notification((const union sctp_notification*)buffer);
        }
        else
        {
            take(buffer, len);
        }
        len = 0;
    }
}

static void start(void* (*run)(void*), void* arg)
{
    pthread_t thread;
    pthread_create(&thread, NULL, run, arg);
    pthread_detach(thread);
}

static void take_over(int sd)
{
    association = sd;
    start(receive, (void*)(intptr_t)sd);
}

static void* accept_one(void* arg)
{
    const int sd = accept((int)(intptr_t)arg, NULL, NULL);
    if (sd >= 0)
    {
        take_over(sd);
    }
    return NULL;
}

/* --- What goes out --------------------------------------------------------------------------- */

static void set_policy(const struct peer_job* job)
{
    const struct sctp_default_prinfo info = {.pr_policy =
                                                 job->policy == PEER_TIMED     ? SCTP_PR_SCTP_TTL
                                                 : job->policy == PEER_LIMITED ? SCTP_PR_SCTP_RTX
                                                                               : SCTP_PR_SCTP_NONE,
                                             .pr_value = job->value};
    if (set(association, SCTP_DEFAULT_PRINFO, &info, sizeof info) < 0)
    {
        peer_fail("policy");
    }
}

static void* send_all(void* arg)
{
    static uint8_t message[PEER_MESSAGE_MAX];
    struct peer_job* job = arg;
    struct peer_tally tally = {.seed = 0};
    set_policy(job);
    for (uint32_t i = 0; peer_job_goes_on(job, i); i++)
    {
        peer_message(message, job->size, job->seed, i);
        if (send(association, message, job->size, MSG_NOSIGNAL) < 0)
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

bool side_associated(void)
{
    return association >= 0;
}

void side_listen(void)
{
    listener = bound_socket();
    if (listener < 0 || listen(listener, 5) < 0)
    {
        peer_fail("listen");
        return;
    }
    start(accept_one, (void*)(intptr_t)listener);
    peer_say("listening");
}

static void* connect_and_receive(void* arg)
{
    const struct peer_addresses* to = arg;
    const size_t each =
        to->family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
    const int sd = bound_socket();
    if (sd < 0)
    {
        return NULL;
    }
    if (set(sd, SCTP_SOCKOPT_CONNECTX, to->packed, (size_t)to->n * each) < 0)
    {
        peer_fail("connect");
        return NULL;
    }
    association = sd;
    return receive((void*)(intptr_t)sd);
}

/** The call blocks until the association is up; the commands go on meanwhile. */
void side_connect(const struct peer_addresses* to)
{
    static struct peer_addresses own;
    own = *to;
    start(connect_and_receive, &own);
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
    const socklen_t len = peer_address(&a, address, peer_wishes.port);
    memcpy((uint8_t*)&primary + offsetof(struct sctp_setpeerprim, sspp_addr), &a, len);
    const int failed =
        change == PEER_PRIMARY
            ? set(association, SCTP_SET_PEER_PRIMARY_ADDR, &primary, sizeof primary)
            : set(association, change == PEER_ADD ? SCTP_SOCKOPT_BINDX_ADD : SCTP_SOCKOPT_BINDX_REM,
                  &a, len);
    if (failed)
    {
        peer_fail("change");
    }
}

/** The kernel has no call for it: an ASCONF for each. */
void side_change_all(const enum peer_change* changes, char* const* addresses, size_t n)
{
    for (size_t i = 0; i < n; i++)
    {
        side_change(changes[i], addresses[i]);
    }
}

void side_choose_path(const char* local, const char* peer)
{
    struct sctp_prim primary = {.ssp_assoc_id = 0};
    struct sockaddr_storage a;
    const socklen_t len = peer_address(&a, peer, 0);
    memcpy((uint8_t*)&primary + offsetof(struct sctp_prim, ssp_addr), &a, len);
    if (local || set(association, SCTP_PRIMARY_ADDR, &primary, sizeof primary) < 0)
    {
        peer_fail("primary");
    }
}

void side_shutdown(void)
{
    shutdown(association, SHUT_WR);
}

void side_abort(void)
{
    _Alignas(struct cmsghdr) uint8_t control[CMSG_SPACE(sizeof(struct sctp_sndinfo))] = {0};
    const struct sctp_sndinfo info = {.snd_flags = SCTP_ABORT};
    struct msghdr msg = {.msg_control = control, .msg_controllen = sizeof control};
    struct cmsghdr* c = CMSG_FIRSTHDR(&msg);
    *c = (struct cmsghdr){
        .cmsg_level = IPPROTO_SCTP, .cmsg_type = SCTP_SNDINFO, .cmsg_len = CMSG_LEN(sizeof info)};
    memcpy(CMSG_DATA(c), &info, sizeof info);
    if (sendmsg(association, &msg, MSG_NOSIGNAL) < 0)
    {
        peer_fail("abort");
    }
}

static void peers_text(char* out, size_t room)
{
    _Alignas(8)
        uint8_t bytes[sizeof(struct sctp_getaddrs) + 16 * sizeof(struct sockaddr_in6)] = {0};
    const struct sctp_getaddrs* got = (struct sctp_getaddrs*)bytes;
    socklen_t len = sizeof bytes;
    if (getsockopt(association, IPPROTO_SCTP, SCTP_GET_PEER_ADDRS, bytes, &len) == 0)
    {
        peer_addresses_text(got->addrs, (int)got->addr_num, out, room);
    }
}

void side_status(void)
{
    struct sctp_status st = {.sstat_assoc_id = 0};
    socklen_t len = sizeof st;
    char primary[INET6_ADDRSTRLEN] = "-", list[400] = "-";
    if (association < 0 || getsockopt(association, IPPROTO_SCTP, SCTP_STATUS, &st, &len) < 0)
    {
        st.sstat_state = SCTP_CLOSED;
    }
    else
    {
        struct sockaddr_storage a;
        memcpy(&a, (uint8_t*)&st.sstat_primary + offsetof(struct sctp_paddrinfo, spinfo_address),
               sizeof a);
        peers_text(list, sizeof list);
        peer_address_text(&a, primary);
    }
    pthread_mutex_lock(&lock);
    peer_say("status %s primary %s peers %s messages %llu damaged %llu misplaced %llu last %u:%llu "
             "outstanding %u",
             st.sstat_state == SCTP_ESTABLISHED ? "ESTABLISHED"
             : st.sstat_state == SCTP_CLOSED    ? "CLOSED"
                                                : "OTHER",
             primary, list, (unsigned long long)received.messages,
             (unsigned long long)received.damaged, (unsigned long long)received.misplaced,
             received.seed, (unsigned long long)received.of_seed,
             st.sstat_unackdata + st.sstat_penddata);
    pthread_mutex_unlock(&lock);
}

/* --- The line -------------------------------------------------------------------------------- */

static void make_raw(void)
{
    struct termios line;
    if (tcgetattr(STDIN_FILENO, &line) == 0)
    {
        cfmakeraw(&line);
        tcsetattr(STDIN_FILENO, TCSANOW, &line);
    }
}

/** "run COMMAND": what the guest's shell does with it. */
static bool run(const char* line)
{
    if (strncmp(line, "run ", 4) != 0)
    {
        return false;
    }
    const int status = system(line + 4);
    peer_say("ran %d", WIFEXITED(status) ? WEXITSTATUS(status) : -1);
    return true;
}

int main(void)
{
    static char line[4096];
    make_raw();
    peer_say("ready linux");
    while (fgets(line, sizeof line, stdin) && (run(line) || peer_command(line)))
    {
    }
    _exit(0); /* with its sockets; init starts the next one */
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Data through an association: a file, made-up messages, an echo, or nothing. */
#include "host/roam-sctp.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define BUFFER (1 << 18)

void tell(const struct session* s, const struct connection* c, const char* format, ...)
{
    if (s->settings->quiet)
    {
        return;
    }
    va_list args;
    va_start(args, format);
    const int64_t since = c->up ? roam_host_now(s->host) - c->up_at : 0;
    fprintf(stderr, "%9.3f  ", (double)since / 1e9);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
}

/* --- Sending --------------------------------------------------------------------------------- */

/** The next message of the file, or a made-up one; false when there is no more. */
static bool next_message(struct session* s, struct connection* c)
{
    const struct settings* set = s->settings;
    if (!c->message && !(c->message = calloc(1, set->size)))
    {
        return false;
    }
    c->message_len = s->in ? fread(c->message, 1, set->size, s->in) : 0;
    if (s->in && ferror(s->in))
    {
        die(EXIT_FAILED, "%s: %s", set->send, strerror(errno));
    }
    if (c->message_len == 0 && c->made < set->count)
    {
        c->made++;
        c->message_len = set->size;
        const uint32_t n = htonl((uint32_t)c->made);
        memcpy(c->message, &n, set->size < sizeof n ? set->size : sizeof n);
    }
    return c->message_len > 0;
}

bool wants_to_send(const struct session* s, const struct connection* c)
{
    return !c->ended && c->up && (s->settings->echo ? c->echoed_len > 0 : !c->sent_all);
}

/** False when it would wait, or the association is over. */
static bool send_one(struct session* s, struct connection* c, const uint8_t* data, size_t len)
{
    const struct settings* set = s->settings;
    const struct iovec iov = {(void*)data, len};
    const struct roam_sctp_sendv_spa info = {
        .sendv_flags = ROAM_SCTP_SEND_SNDINFO_VALID | ROAM_SCTP_SEND_PRINFO_VALID,
        .sendv_prinfo = set->pr,
        .sendv_sndinfo = {.snd_sid = set->stream,
                          .snd_flags = set->unordered ? ROAM_SCTP_UNORDERED : 0,
                          .snd_ppid = htonl(set->ppid)},
    };
    if (roam_sctp_sendv(s->host, c->sd, &iov, 1, NULL, 0, &info, 0) >= 0)
    {
        c->messages_sent++;
        c->bytes_sent += len;
        return true;
    }
    if (errno != EAGAIN)
    {
        tell(s, c, "send: %s", strerror(errno));
        c->failed = true;
        end_connection(s, c);
    }
    return false;
}

/** Shuts down behind the last message, or when all of it has come back. */
static void shut_if_done(struct session* s, struct connection* c)
{
    const struct settings* set = s->settings;
    if (c->sent_all && (set->send || set->count) &&
        (!set->await_echo || c->bytes_received >= c->bytes_sent))
    {
        roam_sctp_shutdown(s->host, c->sd, SHUT_WR);
    }
}

void send_some(struct session* s, struct connection* c)
{
    if (s->settings->echo)
    {
        if (c->echoed_len && send_one(s, c, c->echoed, c->echoed_len))
        {
            c->echoed_len = 0;
        }
        return;
    }
    for (int i = 0; i < 64 && !c->ended; i++)
    {
        if (c->message_len == 0 && !next_message(s, c))
        {
            c->sent_all = true;
            shut_if_done(s, c);
            return;
        }
        if (!send_one(s, c, c->message, c->message_len))
        {
            return;
        }
        c->message_len = 0;
    }
}

/* --- Receiving ------------------------------------------------------------------------------- */

static void on_notification(struct session* s, struct connection* c,
                            const union roam_sctp_notification* n)
{
    static const char* const changes[] = {
        "?", "up", "lost", "restarted by the peer", "closed", "not established"};
    static const char* const addresses[] = {"?",     "available", "unreachable",       "removed",
                                            "added", "primary",   "potentially failed"};
    static const char* const ops[] = {[ROAM_SCTP_ASCONF_ADD] = "ADD",
                                      [ROAM_SCTP_ASCONF_SET_PRIMARY] = "SET PRIMARY",
                                      [ROAM_SCTP_ASCONF_DELETE] = "DELETE"};
    char text[64];
    switch (n->sn_header.sn_type)
    {
    case ROAM_SCTP_ASSOC_CHANGE:
        tell(s, c, "association %s", changes[n->sn_assoc_change.sac_state]);
        break;
    case ROAM_SCTP_PEER_ADDR_CHANGE:
        tell(s, c, "peer address %s: %s", address_text(&n->sn_paddr_change.spc_aaddr, text),
             addresses[n->sn_paddr_change.spc_state]);
        break;
    case ROAM_SCTP_SEND_FAILED_EVENT:
        c->failed_messages++;
        break;
    case ROAM_SCTP_PARTIAL_DELIVERY_EVENT:
        tell(s, c, "a message on stream %u ends early", (unsigned)n->sn_pdapi_event.pdapi_stream);
        c->partial = false;
        c->echoed_len = 0; /* a piece of a message is no echo */
        break;
    case ROAM_SCTP_ASCONF_EVENT:
        tell(s, c, "ASCONF %s %s: %s", ops[n->sn_asconf_event.sae_op],
             address_text(&n->sn_asconf_event.sae_addr, text),
             n->sn_asconf_event.sae_cause ? "refused" : "done");
        break;
    case ROAM_SCTP_SHUTDOWN_EVENT:
        tell(s, c, "the peer sends no more");
        break;
    default:
        break;
    }
}

/** Keeps what came for the echo; the rest of a long message is put behind it. */
static void keep_for_echo(struct connection* c, const uint8_t* data, size_t n)
{
    uint8_t* more = realloc(c->echoed, c->echoed_len + n);
    if (more)
    {
        c->echoed = more;
        memcpy(more + c->echoed_len, data, n);
        c->echoed_len += n;
    }
}

static void take(struct session* s, struct connection* c, const uint8_t* data, size_t n, bool end)
{
    c->bytes_received += n;
    c->messages_received += end;
    c->partial = !end;
    if (s->settings->echo)
    {
        keep_for_echo(c, data, n);
    }
    else if (c->out && fwrite(data, 1, n, c->out) != n)
    {
        die(EXIT_FAILED, "%s: %s", s->settings->receive, strerror(errno));
    }
    if (s->settings->await_echo)
    {
        shut_if_done(s, c);
    }
}

void receive_some(struct session* s, struct connection* c)
{
    static uint8_t data[BUFFER];
    /* an echo reads no further before the last message is on its way back: the window closes */
    for (int i = 0; i < 64 && !c->ended && (!c->echoed_len || c->partial); i++)
    {
        int flags = 0;
        const ssize_t n = roam_sctp_recvv(s->host, c->sd, data, BUFFER, NULL, NULL, NULL, &flags);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
        {
            return;
        }
        if (n < 0)
        {
            tell(s, c, "receive: %s", strerror(errno));
            c->failed = true;
        }
        if (n <= 0)
        {
            end_connection(s, c);
        }
        else if (flags & ROAM_MSG_NOTIFICATION)
        {
            on_notification(s, c, (const union roam_sctp_notification*)data);
        }
        else
        {
            take(s, c, data, (size_t)n, flags & MSG_EOR);
        }
    }
}

/* --- The end --------------------------------------------------------------------------------- */

static void report(const struct session* s, const struct connection* c, const char* what,
                   uint64_t messages, uint64_t bytes)
{
    const double t = (double)(roam_host_now(s->host) - c->up_at) / 1e9;
    if (messages)
    {
        tell(s, c, "%s %llu messages, %llu bytes, %.1f MB/s", what, (unsigned long long)messages,
             (unsigned long long)bytes, (double)bytes / 1e6 / (t > 0 ? t : 1));
    }
}

void end_connection(struct session* s, struct connection* c)
{
    if (c->ended)
    {
        return;
    }
    report(s, c, "sent", c->messages_sent, c->bytes_sent);
    if (c->failed_messages)
    {
        tell(s, c, "given up %llu messages", (unsigned long long)c->failed_messages);
    }
    report(s, c, "received", c->messages_received, c->bytes_received);
    if (s->settings->status)
    {
        print_status(s, c);
    }
    if (c->out && fflush(c->out) != 0)
    {
        die(EXIT_FAILED, "%s: %s", s->settings->receive, strerror(errno));
    }
    if (c->out && c->out != stdout)
    {
        fclose(c->out);
    }
    const struct linger wait = {1, 30};
    s->served++;
    if (!c->failed && finished(s)) /* others are not held up: theirs ends in the background */
    {
        roam_sctp_setsockopt(s->host, c->sd, SOL_SOCKET, SO_LINGER, &wait, sizeof wait);
    }
    c->ended = true;
    roam_sctp_close(s->host, c->sd);
    free(c->message);
    free(c->echoed);
    s->result = c->failed ? EXIT_FAILED : s->result;
}

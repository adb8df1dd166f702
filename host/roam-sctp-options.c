/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The arguments of roam-sctp. */
#include "host/roam-sctp.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <net/if.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "usage: roam-sctp listen  [option...] PORT\n"
    "       roam-sctp connect [option...] ADDRESS[,ADDRESS...] PORT\n"
    "\n"
    "addresses   -4, -6, --local=ADDRESS[,ADDRESS...], --local-port=PORT\n"
    "wire        --raw, --udp[=PEER_PORT], --udp-local=PORT, --answer-strays, --pcap=FILE\n"
    "data        --send=FILE, --count=N, --size=BYTES, --receive=FILE, --discard, --echo,\n"
    "            --await-echo, --stream=N, --ppid=N, --unordered, --lifetime=MS, "
    "--retransmissions=N\n"
    "protocol    --streams=OUT[:IN], --rto=INITIAL:MIN:MAX (ms), --heartbeat=MS (0: off),\n"
    "            --path-max-retrans=N, --pf-max-retrans=N, --max-retrans=N,\n"
    "            --init-retrans=N, --sack-delay=MS, --sack-every=N, --cookie-life=MS, "
    "--buffer=BYTES,\n"
    "            --mtu=BYTES, --no-auth, --no-addip, --ecn, --switch=leave|hold|retransmit\n"
    "while up    --at=TIME:COMMAND, --commands (on stdin): add=A, delete=A, peer-primary=A,\n"
    "            move=NEW,OLD, primary=PEER, path=LOCAL,PEER, heartbeat, status, shutdown, abort\n"
    "run         --keep=N, --timeout=SECONDS, --seed=N, --status, --quiet, --help\n"
    "\n"
    "exit status: 0 all went well, 1 an association was not had or broke, 2 wrong use\n";

_Noreturn void die(int status, const char* format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("roam-sctp: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    exit(status);
}

/* --- Words ----------------------------------------------------------------------------------- */

static uint64_t number(const char* name, const char* text, uint64_t min, uint64_t max)
{
    char* end;
    errno = 0;
    const unsigned long long v = strtoull(text, &end, 0);
    if (errno || end == text || *end || !isdigit((unsigned char)*text) || v < min || v > max)
    {
        die(EXIT_USAGE, "%s: \"%s\" is no number from %llu to %llu", name, text,
            (unsigned long long)min, (unsigned long long)max);
    }
    return v;
}

/** Up to three numbers between colons; returns how many. */
static int numbers(const char* name, const char* text, uint32_t* out, int most)
{
    char copy[64];
    int n = 0;
    snprintf(copy, sizeof copy, "%s", text);
    for (char* word = strtok(copy, ":"); word; word = strtok(NULL, ":"))
    {
        if (n == most)
        {
            die(EXIT_USAGE, "%s: at most %d numbers, not \"%s\"", name, most, text);
        }
        out[n++] = (uint32_t)number(name, word, 0, UINT32_MAX);
    }
    if (n == 0)
    {
        die(EXIT_USAGE, "%s: there is no number in \"%s\"", name, text);
    }
    return n;
}

/** RFC 4007 section 11: the zone behind '%', an interface by its name or its index. */
static bool read_zone(const char* text, uint32_t* index)
{
    char* end;
    char name[IF_NAMESIZE];
    *index = if_nametoindex(text);
    if (*index == 0 && *text >= '0' && *text <= '9')
    {
        const unsigned long n = strtoul(text, &end, 10);
        *index = *end == '\0' && n <= UINT32_MAX ? (uint32_t)n : 0;
    }
    return *index != 0 && if_indextoname(*index, name);
}

bool read_address(struct sockaddr_storage* out, const char* text)
{
    struct sockaddr_in in = {.sin_family = AF_INET};
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};
    char copy[INET6_ADDRSTRLEN + IF_NAMESIZE];
    memset(out, 0, sizeof *out);
    if (inet_pton(AF_INET, text, &in.sin_addr) == 1)
    {
        memcpy(out, &in, sizeof in);
        return true;
    }
    snprintf(copy, sizeof copy, "%s", text);
    char* zone = strchr(copy, '%');
    if (zone)
    {
        *zone++ = '\0';
    }
    if (inet_pton(AF_INET6, copy, &in6.sin6_addr) != 1 ||
        (zone && (!IN6_IS_ADDR_LINKLOCAL(&in6.sin6_addr) || !read_zone(zone, &in6.sin6_scope_id))))
    {
        return false;
    }
    memcpy(out, &in6, sizeof in6);
    return true;
}

const char* address_text(const struct sockaddr_storage* a, char out[64])
{
    const struct sockaddr_in6* in6 = (const struct sockaddr_in6*)a;
    const void* bytes = a->ss_family == AF_INET
                            ? (const void*)&((const struct sockaddr_in*)a)->sin_addr
                            : (const void*)&in6->sin6_addr;
    char name[IF_NAMESIZE];
    if (!inet_ntop(a->ss_family, bytes, out, INET6_ADDRSTRLEN))
    {
        return "-";
    }
    if (a->ss_family == AF_INET6 && in6->sin6_scope_id && if_indextoname(in6->sin6_scope_id, name))
    {
        const size_t len = strlen(out);
        snprintf(out + len, 64 - len, "%%%s", name);
    }
    return out;
}

bool read_addresses(struct address_list* list, const char* text)
{
    char copy[1024];
    uint8_t* at = (uint8_t*)list->packed;
    for (int i = 0; i < list->n; i++)
    {
        at += ((struct sockaddr*)at)->sa_family == AF_INET ? sizeof(struct sockaddr_in)
                                                           : sizeof(struct sockaddr_in6);
    }
    snprintf(copy, sizeof copy, "%s", text);
    for (char* word = strtok(copy, ","); word; word = strtok(NULL, ","))
    {
        struct sockaddr_storage one;
        if (list->n == MAX_ADDRESSES || !read_address(&one, word))
        {
            return false;
        }
        const size_t len =
            one.ss_family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
        memcpy(at, &one, len);
        at += len;
        list->n++;
    }
    return list->n > 0;
}

/** "2s:add=10.2.0.1", "500ms:abort", "1.5:status" (seconds). */
static void read_timed(struct settings* s, const char* text)
{
    char* end;
    const double v = strtod(text, &end);
    double unit = 1e9;
    if (strncmp(end, "ms", 2) == 0)
    {
        unit = 1e6;
        end += 2;
    }
    else if (*end == 's')
    {
        end++;
    }
    if (end == text || *end != ':' || !(v >= 0 && v <= 1e6))
    {
        die(EXIT_USAGE, "--at: \"%s\" is not TIME:COMMAND, as in 2s:add=10.2.0.1", text);
    }
    if (!is_command(end + 1))
    {
        die(EXIT_USAGE,
            "--at: there is no command \"%s\" with such addresses; see roam-sctp --help", end + 1);
    }
    if (s->n_timed == MAX_TIMED)
    {
        die(EXIT_USAGE, "--at: at most %d of them", MAX_TIMED);
    }
    s->timed[s->n_timed++] = (struct timed_command){(int64_t)(v * unit), end + 1, false};
}

/* --- Options --------------------------------------------------------------------------------- */

enum
{
    O_LOCAL = 256,
    O_LOCAL_PORT,
    O_RAW,
    O_UDP,
    O_UDP_LOCAL,
    O_STRAYS,
    O_PCAP,
    O_SEND,
    O_COUNT,
    O_SIZE,
    O_RECEIVE,
    O_DISCARD,
    O_ECHO,
    O_AWAIT_ECHO,
    O_STREAM,
    O_PPID,
    O_UNORDERED,
    O_LIFETIME,
    O_RTX,
    O_MTU,
    O_STREAMS,
    O_RTO,
    O_HEARTBEAT,
    O_PATH_RETRANS,
    O_PF_RETRANS,
    O_RETRANS,
    O_COOKIE_LIFE,
    O_INIT_RETRANS,
    O_SACK_DELAY,
    O_SACK_EVERY,
    O_BUFFER,
    O_NO_AUTH,
    O_NO_ADDIP,
    O_ECN,
    O_SWITCH,
    O_AT,
    O_COMMANDS,
    O_KEEP,
    O_TIMEOUT,
    O_SEED,
    O_STATUS,
    O_QUIET,
    O_HELP
};

static const struct option options[] = {
    {"local", required_argument, NULL, O_LOCAL},
    {"local-port", required_argument, NULL, O_LOCAL_PORT},
    {"raw", no_argument, NULL, O_RAW},
    {"udp", optional_argument, NULL, O_UDP},
    {"udp-local", required_argument, NULL, O_UDP_LOCAL},
    {"answer-strays", no_argument, NULL, O_STRAYS},
    {"pcap", required_argument, NULL, O_PCAP},
    {"send", required_argument, NULL, O_SEND},
    {"count", required_argument, NULL, O_COUNT},
    {"size", required_argument, NULL, O_SIZE},
    {"receive", required_argument, NULL, O_RECEIVE},
    {"discard", no_argument, NULL, O_DISCARD},
    {"echo", no_argument, NULL, O_ECHO},
    {"await-echo", no_argument, NULL, O_AWAIT_ECHO},
    {"stream", required_argument, NULL, O_STREAM},
    {"ppid", required_argument, NULL, O_PPID},
    {"unordered", no_argument, NULL, O_UNORDERED},
    {"lifetime", required_argument, NULL, O_LIFETIME},
    {"retransmissions", required_argument, NULL, O_RTX},
    {"mtu", required_argument, NULL, O_MTU},
    {"streams", required_argument, NULL, O_STREAMS},
    {"rto", required_argument, NULL, O_RTO},
    {"heartbeat", required_argument, NULL, O_HEARTBEAT},
    {"path-max-retrans", required_argument, NULL, O_PATH_RETRANS},
    {"pf-max-retrans", required_argument, NULL, O_PF_RETRANS},
    {"max-retrans", required_argument, NULL, O_RETRANS},
    {"cookie-life", required_argument, NULL, O_COOKIE_LIFE},
    {"init-retrans", required_argument, NULL, O_INIT_RETRANS},
    {"sack-delay", required_argument, NULL, O_SACK_DELAY},
    {"sack-every", required_argument, NULL, O_SACK_EVERY},
    {"buffer", required_argument, NULL, O_BUFFER},
    {"no-auth", no_argument, NULL, O_NO_AUTH},
    {"no-addip", no_argument, NULL, O_NO_ADDIP},
    {"ecn", no_argument, NULL, O_ECN},
    {"switch", required_argument, NULL, O_SWITCH},
    {"at", required_argument, NULL, O_AT},
    {"commands", no_argument, NULL, O_COMMANDS},
    {"keep", required_argument, NULL, O_KEEP},
    {"timeout", required_argument, NULL, O_TIMEOUT},
    {"seed", required_argument, NULL, O_SEED},
    {"status", no_argument, NULL, O_STATUS},
    {"quiet", no_argument, NULL, O_QUIET},
    {"help", no_argument, NULL, O_HELP},
    {NULL, 0, NULL, 0},
};

static void read_streams(struct settings* s, const char* arg)
{
    uint32_t v[2] = {10, 0};
    const int n = numbers("--streams", arg, v, 2);
    if (v[0] < 1 || v[0] > 65535 || (n == 2 && v[1] < 1) || v[1] > 65535)
    {
        die(EXIT_USAGE, "--streams: \"%s\" is not OUT[:IN] of 1 to 65535", arg);
    }
    s->init.sinit_num_ostreams = (uint16_t)v[0];
    s->init.sinit_max_instreams = (uint16_t)v[1];
}

static void read_rto(struct settings* s, const char* arg)
{
    uint32_t v[3];
    if (numbers("--rto", arg, v, 3) != 3 || v[1] < 1 || v[1] > v[0] || v[0] > v[2])
    {
        die(EXIT_USAGE, "--rto: \"%s\" is not INITIAL:MIN:MAX with 1 <= MIN <= INITIAL <= MAX",
            arg);
    }
    s->rto = (struct roam_sctp_rtoinfo){.srto_initial = v[0], .srto_min = v[1], .srto_max = v[2]};
}

static void read_heartbeat(struct settings* s, const char* arg)
{
    s->path.spp_hbinterval = (uint32_t)number("--heartbeat", arg, 0, 3600000);
    s->path.spp_flags = s->path.spp_hbinterval ? ROAM_SPP_HB_ENABLE : ROAM_SPP_HB_DISABLE;
}

static void read_switch(struct settings* s, const char* arg)
{
    static const char* const policies[] = {[ROAM_SCTP_SWITCH_LEAVE] = "leave",
                                           [ROAM_SCTP_SWITCH_HOLD] = "hold",
                                           [ROAM_SCTP_SWITCH_RETRANSMIT] = "retransmit"};
    for (uint32_t i = 0; i < sizeof policies / sizeof policies[0]; i++)
    {
        if (strcmp(arg, policies[i]) == 0)
        {
            s->switching.assoc_value = i;
            return;
        }
    }
    die(EXIT_USAGE, "--switch: \"%s\" is not leave, hold or retransmit", arg);
}

/** Options about the protocol; false: it is another's. */
static bool protocol_option(struct settings* s, int o, const char* arg)
{
    switch (o)
    {
    case O_STREAMS:
        read_streams(s, arg);
        return true;
    case O_RTO:
        read_rto(s, arg);
        return true;
    case O_HEARTBEAT:
        read_heartbeat(s, arg);
        return true;
    case O_PATH_RETRANS:
        s->path.spp_pathmaxrxt = (uint16_t)number("--path-max-retrans", arg, 1, 65535);
        return true;
    case O_PF_RETRANS: /* 65535 is off */
        s->thresholds.spt_pathpfthld = (uint16_t)number("--pf-max-retrans", arg, 0, 65534);
        return true;
    case O_MTU:
        s->path.spp_pathmtu = (uint32_t)number("--mtu", arg, 576, 65535);
        return true;
    case O_RETRANS:
        s->assoc.sasoc_asocmaxrxt = (uint16_t)number("--max-retrans", arg, 1, 65535);
        return true;
    case O_COOKIE_LIFE:
        s->assoc.sasoc_cookie_life = (uint32_t)number("--cookie-life", arg, 1, UINT32_MAX);
        return true;
    case O_INIT_RETRANS:
        s->init.sinit_max_attempts = (uint16_t)number("--init-retrans", arg, 1, 65535);
        return true;
    case O_SACK_DELAY:
        s->sack.sack_delay = (uint32_t)number("--sack-delay", arg, 1, 500);
        return true;
    case O_SACK_EVERY:
        s->sack.sack_freq = (uint32_t)number("--sack-every", arg, 1, 1000);
        return true;
    case O_BUFFER:
        s->buffer = (int)number("--buffer", arg, 1500, 1 << 30);
        return true;
    case O_NO_AUTH:
        s->no_auth = s->no_addip = true; /* ADD-IP needs AUTH */
        return true;
    case O_NO_ADDIP:
        s->no_addip = true;
        return true;
    case O_ECN:
        s->ecn = true;
        return true;
    case O_SWITCH:
        read_switch(s, arg);
        return true;
    default:
        return false;
    }
}

/** Options about data; false: it is another's. */
static bool data_option(struct settings* s, int o, const char* arg)
{
    switch (o)
    {
    case O_SEND:
        s->send = arg;
        return true;
    case O_COUNT:
        s->count = number("--count", arg, 1, UINT64_MAX);
        return true;
    case O_SIZE:
        s->size = number("--size", arg, 1, 1 << 24);
        return true;
    case O_RECEIVE:
        s->receive = arg;
        return true;
    case O_DISCARD:
        s->receive = NULL;
        return true;
    case O_ECHO:
        s->echo = true;
        return true;
    case O_AWAIT_ECHO:
        s->await_echo = true;
        return true;
    case O_STREAM:
        s->stream = (uint16_t)number("--stream", arg, 0, 65534);
        return true;
    case O_PPID:
        s->ppid = (uint32_t)number("--ppid", arg, 0, UINT32_MAX);
        return true;
    case O_LIFETIME:
        s->pr = (struct roam_sctp_prinfo){ROAM_SCTP_PR_SCTP_TTL,
                                          (uint32_t)number("--lifetime", arg, 1, UINT32_MAX)};
        return true;
    case O_RTX:
        s->pr = (struct roam_sctp_prinfo){
            ROAM_SCTP_PR_SCTP_RTX, (uint32_t)number("--retransmissions", arg, 0, UINT32_MAX)};
        return true;
    case O_UNORDERED:
        s->unordered = true;
        return true;
    default:
        return false;
    }
}

/** Options about the wire; false: it is another's. */
static bool wire_option(struct settings* s, int o, const char* arg)
{
    switch (o)
    {
    case '4':
        s->family = AF_INET;
        return true;
    case '6':
        s->family = AF_INET6;
        return true;
    case O_LOCAL:
        if (!read_addresses(&s->locals, arg))
        {
            die(EXIT_USAGE,
                "--local: \"%s\": not 1 to %d addresses (link-local: ADDRESS%%INTERFACE)", arg,
                MAX_ADDRESSES);
        }
        return true;
    case O_LOCAL_PORT:
        s->local_port = (uint16_t)number("--local-port", arg, 1, 65535);
        return true;
    case O_RAW:
        s->host.raw = ROAM_HOST_RAW_ON;
        s->host.udp = false;
        return true;
    case O_UDP:
        s->udp = true;
        s->host.raw = ROAM_HOST_RAW_OFF;
        s->host.udp_optional = false;
        s->udp_port = arg ? (uint16_t)number("--udp", arg, 1, 65535) : ROAM_SCTP_UDP_PORT;
        return true;
    case O_UDP_LOCAL:
        s->host.udp_port = (uint16_t)number("--udp-local", arg, 0, 65535);
        return true;
    case O_STRAYS:
        s->host.answer_strays = true;
        return true;
    case O_PCAP:
        s->host.pcap = arg;
        return true;
    default:
        return false;
    }
}

static void run_option(struct settings* s, int o, const char* arg)
{
    switch (o)
    {
    case O_AT:
        read_timed(s, arg);
        break;
    case O_COMMANDS:
        s->commands = true;
        break;
    case O_KEEP:
        s->keep = (unsigned)number("--keep", arg, 0, UINT32_MAX);
        break;
    case O_TIMEOUT:
        s->timeout = (double)number("--timeout", arg, 1, 1000000);
        break;
    case O_SEED:
        s->host.seeded = true;
        s->host.seed = number("--seed", arg, 0, UINT64_MAX);
        break;
    case O_STATUS:
        s->status = true;
        break;
    case O_QUIET:
        s->quiet = true;
        break;
    case O_HELP:
        fputs(usage, stdout);
        exit(EXIT_OK);
    }
}

/** What getopt_long() could not take. */
static _Noreturn void bad_option(int o, const char* word)
{
    die(EXIT_USAGE,
        o == ':' ? "%s: an argument is missing; see roam-sctp --help"
                 : "%s: no such option, or a wrong use of it; see roam-sctp --help",
        word);
}

/** All addresses of a list are of the family that -4 or -6 asks for. */
static void check_family(const struct settings* s, const struct address_list* list)
{
    const uint8_t* at = (const uint8_t*)list->packed;
    for (int i = 0; i < list->n && s->family != AF_UNSPEC; i++)
    {
        struct sockaddr_storage one = {0};
        const int family = ((const struct sockaddr*)(const void*)at)->sa_family;
        const size_t len =
            family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
        char text[64];
        memcpy(&one, at, len);
        at += len;
        if (family != s->family)
        {
            die(EXIT_USAGE, "%s: not of the family of %s", address_text(&one, text),
                s->family == AF_INET ? "-4" : "-6");
        }
    }
}

static void check(const struct settings* s)
{
    const unsigned streams = s->init.sinit_num_ostreams ? s->init.sinit_num_ostreams : 10;
    check_family(s, &s->locals);
    check_family(s, &s->peers);
    if (s->udp && !s->host.udp)
    {
        die(EXIT_USAGE, "--raw and --udp: one of them");
    }
    if (s->stream >= streams)
    {
        die(EXIT_USAGE, "--stream: %u, and --streams asks for 0 to %u", s->stream, streams - 1);
    }
    if (s->echo && (s->send || s->count))
    {
        die(EXIT_USAGE, "--echo sends what it gets: not with --send or --count");
    }
    if (s->commands && s->send && strcmp(s->send, "-") == 0)
    {
        die(EXIT_USAGE, "--commands and --send=- cannot both have stdin");
    }
    if (s->listen && s->local_port)
    {
        die(EXIT_USAGE, "--local-port is for connect; listen has its PORT");
    }
}

void read_arguments(struct settings* s, int argc, char** argv)
{
    *s = (struct settings){
        .size = 1400,
        .keep = 1,
        .family = AF_UNSPEC,
        .thresholds = {.spt_pathpfthld = UINT16_MAX, .spt_pathcpthld = UINT16_MAX}};
    roam_host_options_default(&s->host);
    if (argc > 1 && strcmp(argv[1], "--help") == 0)
    {
        run_option(s, O_HELP, NULL);
    }
    s->listen = argc > 1 && strcmp(argv[1], "listen") == 0;
    if (argc < 2 || (!s->listen && strcmp(argv[1], "connect") != 0))
    {
        die(EXIT_USAGE, "first comes listen or connect; see roam-sctp --help");
    }
    optind = 2;
    int o;
    while ((o = getopt_long(argc, argv, ":46", options, NULL)) != -1)
    {
        if (o == '?' || o == ':')
        {
            bad_option(o, argv[optind - 1][0] == '-' ? argv[optind - 1] : argv[optind]);
        }
        if (!protocol_option(s, o, optarg) && !data_option(s, o, optarg) &&
            !wire_option(s, o, optarg))
        {
            run_option(s, o, optarg);
        }
    }
    if (argc - optind != (s->listen ? 1 : 2))
    {
        die(EXIT_USAGE, s->listen ? "listen wants one PORT" : "connect wants ADDRESS and PORT");
    }
    if (!s->listen && !read_addresses(&s->peers, argv[optind]))
    {
        die(EXIT_USAGE, "\"%s\": not 1 to %d addresses (link-local: ADDRESS%%INTERFACE)",
            argv[optind], MAX_ADDRESSES);
    }
    s->port = (uint16_t)number("PORT", argv[argc - 1], 1, 65535);
    check(s);
}

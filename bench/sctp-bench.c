/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * roam-bench-sctp: what our SCTP engine and usrsctp cost on the same work, side by side in one
 * process: messages per second of CPU time, and heap for each idle association.
 *
 * The stacks run in turn, several rounds, so that a busy machine is busy for all of them; each
 * figure is the median of its rounds, and each ratio the median of the rounds' ratios.
 * doc/performance.md says what is compared.
 */
#define _POSIX_C_SOURCE 200809L
#include "sctp-bench.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MAX_ROUNDS 99
#define AIM_SPEED 3.0    /* times usrsctp's rate */
#define AIM_MEMORY 16384 /* bytes for each idle association, at either end */

static struct
{
    unsigned long messages, rounds, buffer, idle;
    const char* only;
} options = {.messages = 200000, .rounds = 7, .buffer = 262144, .idle = 1000};

/** A stack and what its rounds gave. */
struct lane
{
    const struct bench_stack* stack;
    double seconds[MAX_ROUNDS]; /* of CPU */
    double packets;             /* for each message, both ways */
};

/* --- Shared with the stacks ------------------------------------------------------------------ */

const uint8_t* bench_message(uint64_t n)
{
    static uint8_t bytes[BENCH_MESSAGE];
    memcpy(bytes, &n, sizeof n);
    return bytes;
}

bool bench_message_is(const uint8_t* bytes, size_t len, uint64_t n)
{
    return len == BENCH_MESSAGE && memcmp(bytes, &n, sizeof n) == 0;
}

size_t bench_heap(void)
{
    const struct mallinfo2 m = mallinfo2();
    return m.uordblks + m.hblkhd;
}

/* --- Measuring ------------------------------------------------------------------------------- */

static double cpu_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t); /* all threads, user and system */
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static bool run_round(struct lane* lane, size_t round)
{
    const uint64_t packets = lane->stack->packets();
    const double begin = cpu_seconds();
    const bool ok = lane->stack->transfer(options.messages);
    lane->seconds[round] = cpu_seconds() - begin;
    lane->packets = (double)(lane->stack->packets() - packets) / (double)options.messages;
    return ok;
}

static int ascending(const void* a, const void* b)
{
    const double x = *(const double*)a;
    const double y = *(const double*)b;
    return (x > y) - (x < y);
}

static double median(const double* values, size_t n)
{
    double v[MAX_ROUNDS];
    memcpy(v, values, n * sizeof *v);
    qsort(v, n, sizeof *v, ascending);
    return n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

/** How many times as long the other took, round by round. */
static double ratio(const struct lane* ours, const struct lane* other)
{
    double r[MAX_ROUNDS];
    for (size_t i = 0; i < options.rounds; i++)
    {
        r[i] = other->seconds[i] / ours->seconds[i];
    }
    return median(r, options.rounds);
}

/* --- The tables ------------------------------------------------------------------------------ */

static bool bench_speed(struct lane* lanes, size_t n)
{
    for (size_t i = 0; i < n; i++)
    {
        const struct bench_stack* s = lanes[i].stack;
        if ((s->open && !s->open(options.buffer)) || !s->transfer(options.messages / 10 + 1))
        {
            fprintf(stderr, "roam-bench-sctp: %s did not deliver\n", s->name);
            return false;
        }
    }
    for (size_t round = 0; round < options.rounds; round++)
    {
        for (size_t i = 0; i < n; i++)
        {
            if (!run_round(&lanes[i], round))
            {
                fprintf(stderr, "roam-bench-sctp: %s did not deliver\n", lanes[i].stack->name);
                return false;
            }
        }
    }
    printf("%lu messages of %d bytes, buffers of %lu bytes, median of %lu rounds\n\n",
           options.messages, BENCH_MESSAGE, options.buffer, options.rounds);
    printf("%-20s%17s%14s%12s\n", "stack", "packets/message", "messages/s", "us/message");
    for (size_t i = 0; i < n; i++)
    {
        const double each = median(lanes[i].seconds, options.rounds) / (double)options.messages;
        printf("%-20s%17.3f%14.0f%12.3f\n", lanes[i].stack->name, lanes[i].packets, 1 / each,
               each * 1e6);
    }
    return true;
}

static void print_ratios(const struct lane* lanes, size_t n)
{
    printf("\nmessages for a second of CPU\n");
    for (size_t i = 1; i < n; i++)
    {
        printf("  roam / %-20s%7.2f", lanes[i].stack->name, ratio(&lanes[0], &lanes[i]));
        printf(i == 1 ? "   (aim: %.2f)\n" : "\n", AIM_SPEED);
    }
}

static bool bench_memory(const struct lane* lanes, size_t n)
{
    printf("\nheap for each of %lu idle associations of one server, bytes (aim: at most %d)\n",
           options.idle, AIM_MEMORY);
    printf("%-20s%17s%14s\n", "stack", "server", "client");
    for (size_t i = 0; i < n; i++)
    {
        const struct bench_stack* s = lanes[i].stack;
        struct bench_memory each;
        if (s->idle && !s->idle(options.idle, &each))
        {
            fprintf(stderr, "roam-bench-sctp: %s did not set up its associations\n", s->name);
            return false;
        }
        if (s->idle)
        {
            printf("%-20s%17.0f%14.0f\n", s->name, each.server, each.client);
        }
    }
    return true;
}

/* --- The command ----------------------------------------------------------------------------- */

static void help(void)
{
    printf("roam-bench-sctp [--messages=N] [--rounds=N] [--buffer=BYTES] [--idle=N] [--only=NAME]\n"
           "\n"
           "Two SCTP engines in memory against two sockets of usrsctp in memory: messages per\n"
           "second of CPU time, and heap for each idle association.\n"
           "\n"
           "  --messages=N    of %d bytes, in each round; %lu\n"
           "  --rounds=N      of each stack, 1 to %d; %lu\n"
           "  --buffer=BYTES  to send and to receive, at least 8192; %lu\n"
           "  --idle=N        associations to count, 1 to 10000; %lu\n"
           "  --only=NAME     roam or usrsctp alone, for a profiler\n",
           BENCH_MESSAGE, options.messages, MAX_ROUNDS, options.rounds, options.buffer,
           options.idle);
}

static bool number(const char* arg, const char* name, unsigned long least, unsigned long most,
                   unsigned long* value)
{
    const size_t len = strlen(name);
    if (strncmp(arg, name, len) != 0)
    {
        return false;
    }
    char* end;
    *value = strtoul(arg + len, &end, 10);
    return end != arg + len && *end == '\0' && *value >= least && *value <= most;
}

static bool read_option(const char* arg)
{
    if (strncmp(arg, "--only=", 7) == 0)
    {
        options.only = arg + 7;
        return strcmp(options.only, "roam") == 0 || strcmp(options.only, "usrsctp") == 0;
    }
    return number(arg, "--messages=", 1, 1000000000, &options.messages) ||
           number(arg, "--rounds=", 1, MAX_ROUNDS, &options.rounds) ||
           number(arg, "--buffer=", 8192, 1 << 20, &options.buffer) ||
           number(arg, "--idle=", 1, 10000, &options.idle);
}

static size_t choose(struct lane* lanes)
{
    const struct bench_stack* all[] = {&bench_roam, bench_usrsctp, bench_usrsctp_offloaded};
    size_t n = 0;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
    {
        if (all[i] && (!options.only || strcmp(all[i]->name, options.only) == 0))
        {
            lanes[n++].stack = all[i];
        }
    }
    return n;
}

int main(int argc, char** argv)
{
    static struct lane lanes[3];
    for (int i = 1; i < argc; i++)
    {
        if (strcmp(argv[i], "--help") == 0)
        {
            help();
            return 0;
        }
        if (!read_option(argv[i]))
        {
            fprintf(stderr, "roam-bench-sctp: cannot read '%s'; --help lists what there is\n",
                    argv[i]);
            return 2;
        }
    }
    const size_t n = choose(lanes);
    printf("usrsctp: %s\n", bench_usrsctp_about());
    if (n == 0)
    {
        return 1;
    }
    if (!bench_speed(lanes, n))
    {
        return 1;
    }
    if (n > 1)
    {
        print_ratios(lanes, n);
    }
    return bench_memory(lanes, n) ? 0 : 1;
}

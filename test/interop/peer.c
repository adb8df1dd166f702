/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "peer.h"

#include "core/base/base-wire.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void peer_say(const char* format, ...)
{
    static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;
    va_list arguments;
    va_start(arguments, format);
    pthread_mutex_lock(&one_at_a_time);
    vprintf(format, arguments);
    putchar('\n');
    fflush(stdout);
    pthread_mutex_unlock(&one_at_a_time);
    va_end(arguments);
}

void peer_fail(const char* what)
{
    peer_say("error %s: %s", what, strerror(errno));
}

/** One step of xorshift64. */
static uint64_t next_word(uint64_t x)
{
    x ^= x << 13;
    x ^= x >> 7;
    return x ^ x << 17;
}

void peer_message(uint8_t* out, size_t len, uint32_t seed, uint32_t index)
{
    uint64_t x = ((uint64_t)seed << 32 | index) * 0x9e3779b97f4a7c15u | 1;
    roam_put32(out, seed);
    roam_put32(out + 4, index);
    for (size_t i = PEER_MESSAGE_MIN; i < len; i += 8)
    {
        x = next_word(x);
        memcpy(out + i, &x, len - i < 8 ? len - i : 8);
    }
}

/** FNV-1a over words of eight bytes, then over the length: 100 MB in a moment. */
static uint64_t sum_of(uint64_t sum, const uint8_t* bytes, size_t len)
{
    for (size_t i = 0; i < len; i += 8)
    {
        uint64_t word = 0;
        memcpy(&word, bytes + i, len - i < 8 ? len - i : 8);
        sum = (sum ^ word) * 0x100000001b3u;
    }
    return (sum ^ len) * 0x100000001b3u;
}

void peer_take(struct peer_tally* tally, const uint8_t* message, size_t len)
{
    static _Thread_local uint8_t expected[PEER_MESSAGE_MAX];
    tally->messages++;
    tally->bytes += len;
    tally->sum = sum_of(tally->sum, message, len);
    if (len < PEER_MESSAGE_MIN || len > sizeof expected)
    {
        tally->damaged++;
        return;
    }
    const uint32_t seed = roam_get32(message), index = roam_get32(message + 4);
    peer_message(expected, len, seed, index);
    tally->damaged += memcmp(expected, message, len) != 0;
    tally->misplaced += seed == tally->seed && index < tally->next;
    tally->of_seed = seed == tally->seed ? tally->of_seed + 1 : 1;
    tally->seed = seed;
    tally->next = index + 1;
}

void peer_say_sent(const struct peer_tally* tally)
{
    peer_say("sent %llu bytes %llu sum %016llx", (unsigned long long)tally->messages,
             (unsigned long long)tally->bytes, (unsigned long long)tally->sum);
}

void peer_say_received(const struct peer_tally* tally, uint64_t* awaited)
{
    if (*awaited && tally->messages >= *awaited)
    {
        *awaited = 0;
        peer_say("received %llu bytes %llu sum %016llx damaged %llu misplaced %llu",
                 (unsigned long long)tally->messages, (unsigned long long)tally->bytes,
                 (unsigned long long)tally->sum, (unsigned long long)tally->damaged,
                 (unsigned long long)tally->misplaced);
    }
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sctp-ledger.h"

/* number (4), stream (1), unordered (1), length modulo 2^16 (2), then bytes that all of these
 * decide; a message that is shorter has the beginning of that */
static uint8_t byte_at(size_t i, uint32_t number, uint16_t stream, bool unordered, size_t len)
{
    const uint8_t header[LEDGER_HEADER] = {
        (uint8_t)number,
        (uint8_t)(number >> 8),
        (uint8_t)(number >> 16),
        (uint8_t)(number >> 24),
        (uint8_t)stream,
        unordered,
        (uint8_t)len,
        (uint8_t)(len >> 8),
    };
    return i < LEDGER_HEADER ? header[i] : (uint8_t)(i * 7 + number * 31 + stream);
}

static uint32_t number_of(const uint8_t* bytes)
{
    return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

uint32_t ledger_number(const struct sctp_message* m)
{
    return number_of(m->data);
}

void ledger_fill(const struct ledger* l, int from, uint16_t stream, bool unordered, uint8_t* bytes,
                 size_t len)
{
    const struct ledger_way* w = &l->way[from];
    const uint32_t number = unordered ? w->unordered_sent : w->sent[stream];
    for (size_t i = 0; i < len; i++)
    {
        bytes[i] = byte_at(i, number, stream, unordered, len);
    }
}

void ledger_sent(struct ledger* l, int from, uint16_t stream, bool unordered, size_t len)
{
    struct ledger_way* w = &l->way[from];
    w->bytes_sent += len;
    if (unordered)
    {
        w->unordered_sent++;
    }
    else
    {
        w->sent[stream]++;
    }
}

const char* ledger_read(struct ledger* l, int end, const struct sctp_message* m)
{
    struct ledger_way* w = &l->way[1 - end];
    const uint16_t stream = m->info.stream;
    const bool unordered = m->info.unordered;
    if (stream >= LEDGER_STREAMS || ((unordered || l->holes) && m->len < LEDGER_HEADER))
    {
        return "a message that was never sent";
    }
    const uint32_t number = unordered || l->holes ? number_of(m->data) : w->read[stream];
    if (!unordered && number < w->read[stream])
    {
        return "a message twice, or out of order";
    }
    if (number >= (unordered ? w->unordered_sent : w->sent[stream]) || number >= LEDGER_MAX)
    {
        return "a message that was never sent";
    }
    if (unordered && w->seen[number / 8] >> number % 8 & 1)
    {
        return "an unordered message twice";
    }
    for (size_t i = 0; i < m->len; i++)
    {
        if (m->data[i] != byte_at(i, number, stream, unordered, m->len))
        {
            return unordered ? "a garbled message" : "a message out of order, or garbled";
        }
    }
    if (unordered)
    {
        w->seen[number / 8] |= (uint8_t)(1u << number % 8);
        w->unordered_read++;
    }
    else
    {
        w->read[stream] = number + 1;
    }
    w->bytes_read += m->len;
    return NULL;
}

bool ledger_even(const struct ledger* l, int from)
{
    const struct ledger_way* w = &l->way[from];
    bool even = w->unordered_read == w->unordered_sent && w->bytes_read == w->bytes_sent;
    for (size_t i = 0; i < LEDGER_STREAMS; i++)
    {
        even = even && w->read[i] == w->sent[i];
    }
    return even;
}

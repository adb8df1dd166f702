/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/sctp/sctp-tsnmap.h"

#include <stdlib.h>
#include <string.h>

static bool get(const struct sctp_tsnmap* m, uint32_t tsn)
{
    const uint32_t i = tsn & (m->cap - 1);
    return m->bits[i / 8] >> i % 8 & 1;
}

static void set(struct sctp_tsnmap* m, uint32_t tsn, bool on)
{
    const uint32_t i = tsn & (m->cap - 1);
    if (on)
    {
        m->bits[i / 8] |= (uint8_t)(1u << i % 8);
    }
    else
    {
        m->bits[i / 8] &= (uint8_t) ~(1u << i % 8);
    }
}

static bool reach(struct sctp_tsnmap* m, uint32_t offset)
{
    if (offset < m->cap)
    {
        return true;
    }
    struct sctp_tsnmap big = *m;
    big.cap = m->cap ? m->cap : 128;
    while (big.cap <= offset)
    {
        big.cap *= 2;
    }
    big.bits = calloc(big.cap / 8, 1);
    if (!big.bits)
    {
        return false;
    }
    for (uint32_t t = m->cum + 1; m->cap && t != m->highest + 1; t++)
    {
        set(&big, t, get(m, t));
    }
    free(m->bits);
    *m = big;
    return true;
}

void sctp_tsnmap_start(struct sctp_tsnmap* m, uint32_t cum)
{
    sctp_tsnmap_clear(m);
    m->cum = m->highest = cum;
}

void sctp_tsnmap_clear(struct sctp_tsnmap* m)
{
    free(m->bits);
    memset(m, 0, sizeof *m);
}

enum sctp_tsn_verdict sctp_tsnmap_judge(const struct sctp_tsnmap* m, uint32_t tsn)
{
    const uint32_t offset = tsn - m->cum;
    if (offset == 0 || (int32_t)offset < 0)
    {
        return SCTP_TSN_DUPLICATE;
    }
    if (offset > SCTP_TSNMAP_REACH)
    {
        return SCTP_TSN_TOO_FAR;
    }
    return offset <= m->highest - m->cum && get(m, tsn) ? SCTP_TSN_DUPLICATE : SCTP_TSN_NEW;
}

/** Moves cum over what is received behind it. */
static void take_run(struct sctp_tsnmap* m)
{
    while (m->cum != m->highest && get(m, m->cum + 1))
    {
        set(m, ++m->cum, false);
    }
}

enum sctp_tsn_verdict sctp_tsnmap_add(struct sctp_tsnmap* m, uint32_t tsn)
{
    if (tsn == m->cum + 1 && m->highest == m->cum)
    {
        m->cum = m->highest = tsn; /* in order, nothing beyond: no bit is needed */
        return SCTP_TSN_NEW;
    }
    if (!reach(m, tsn - m->cum))
    {
        return SCTP_TSN_TOO_FAR;
    }
    set(m, tsn, true);
    if (tsn - m->cum > m->highest - m->cum)
    {
        m->highest = tsn;
    }
    take_run(m);
    return SCTP_TSN_NEW;
}

void sctp_tsnmap_skip(struct sctp_tsnmap* m, uint32_t cum)
{
    while (m->cum != m->highest && m->cum != cum)
    {
        set(m, ++m->cum, false);
    }
    if (m->cum != cum)
    {
        m->cum = m->highest = cum;
    }
    take_run(m);
}

void sctp_tsnmap_add_dup(struct sctp_tsnmap* m, uint32_t tsn)
{
    if (m->n_dups < SCTP_TSNMAP_DUPS)
    {
        m->dups[m->n_dups++] = tsn;
    }
}

/** True if none of the eight TSNs from here, which begin a byte, was received. */
static bool eight_missing(const struct sctp_tsnmap* m, uint32_t tsn)
{
    return tsn % 8 == 0 && m->bits[(tsn & (m->cap - 1)) / 8] == 0;
}

bool sctp_tsnmap_next_gap(const struct sctp_tsnmap* m, struct sctp_gap* gap)
{
    const uint32_t last = m->highest - m->cum;
    uint32_t i = gap->end + 1u;
    while (i <= last && !get(m, m->cum + i))
    {
        i += eight_missing(m, m->cum + i) ? 8 : 1; /* a SACK of a wide gap must be cheap */
    }
    if (i > last)
    {
        return false;
    }
    gap->start = (uint16_t)i;
    while (i < last && get(m, m->cum + i + 1))
    {
        i++;
    }
    gap->end = (uint16_t)i;
    return true;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * The wire cursor: big-endian reads and writes over a byte range. A reader that runs past its
 * end turns bad and gives zeros from then on, so a codec reads a whole structure and asks once.
 * A writer's room is the caller's to compute first; running past it is an error of our own.
 */
#ifndef ROAM_BASE_WIRE_H
#define ROAM_BASE_WIRE_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint16_t roam_get16(const uint8_t* p)
{
    return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t roam_get32(const uint8_t* p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static inline void roam_put16(uint8_t* p, uint16_t v)
{
    p[0] = (uint8_t)(v >> 8);
    p[1] = (uint8_t)v;
}

static inline void roam_put32(uint8_t* p, uint32_t v)
{
    roam_put16(p, (uint16_t)(v >> 16));
    roam_put16(p + 2, (uint16_t)v);
}

struct roam_reader
{
    const uint8_t* p;
    const uint8_t* end;
    bool bad;
};

static inline struct roam_reader roam_reader(const uint8_t* p, size_t len)
{
    struct roam_reader r = {p, p + len, false};
    return r;
}

static inline size_t roam_left(const struct roam_reader* r)
{
    return (size_t)(r->end - r->p);
}

/** The next len bytes, or NULL (and bad) when there are not so many. */
static inline const uint8_t* roam_read_bytes(struct roam_reader* r, size_t len)
{
    if (r->bad || len > roam_left(r))
    {
        r->bad = true;
        return NULL;
    }
    const uint8_t* at = r->p;
    r->p += len;
    return at;
}

static inline uint8_t roam_read8(struct roam_reader* r)
{
    const uint8_t* p = roam_read_bytes(r, 1);
    return p ? *p : 0;
}

static inline uint16_t roam_read16(struct roam_reader* r)
{
    const uint8_t* p = roam_read_bytes(r, 2);
    return p ? roam_get16(p) : 0;
}

static inline uint32_t roam_read32(struct roam_reader* r)
{
    const uint8_t* p = roam_read_bytes(r, 4);
    return p ? roam_get32(p) : 0;
}

struct roam_writer
{
    uint8_t* p;
    uint8_t* start;
    uint8_t* end;
};

static inline struct roam_writer roam_writer(uint8_t* p, size_t room)
{
    struct roam_writer w = {p, p, p + room};
    return w;
}

static inline size_t roam_written(const struct roam_writer* w)
{
    return (size_t)(w->p - w->start);
}

static inline size_t roam_room(const struct roam_writer* w)
{
    return (size_t)(w->end - w->p);
}

static inline uint8_t* roam_write_skip(struct roam_writer* w, size_t len)
{
    assert(len <= roam_room(w));
    uint8_t* at = w->p;
    w->p += len;
    return at;
}

static inline void roam_write_bytes(struct roam_writer* w, const void* bytes, size_t len)
{
    if (len > 0)
    {
        memcpy(roam_write_skip(w, len), bytes, len);
    }
}

static inline void roam_write8(struct roam_writer* w, uint8_t v)
{
    *roam_write_skip(w, 1) = v;
}

static inline void roam_write16(struct roam_writer* w, uint16_t v)
{
    roam_put16(roam_write_skip(w, 2), v);
}

static inline void roam_write32(struct roam_writer* w, uint32_t v)
{
    roam_put32(roam_write_skip(w, 4), v);
}

/** Writes zeros up to the next multiple of four from the writer's start. */
static inline void roam_write_pad4(struct roam_writer* w)
{
    while (roam_written(w) % 4)
    {
        roam_write8(w, 0);
    }
}

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/sctp/sctp-wire.h"

#include "core/sctp/sctp.h"

bool sctp_next_chunk(struct roam_reader* r, struct sctp_chunk* c)
{
    if (r->bad || roam_left(r) == 0)
    {
        return false;
    }
    c->bytes = r->p;
    c->type = roam_read8(r);
    c->flags = roam_read8(r);
    c->len = roam_read16(r);
    if (r->bad || c->len < SCTP_CHUNK_HEADER)
    {
        r->bad = true;
        return false;
    }
    c->body_len = c->len - SCTP_CHUNK_HEADER;
    c->body = roam_read_bytes(r, c->body_len);
    if (!c->body)
    {
        return false;
    }
    const size_t pad = sctp_pad4(c->len) - c->len;
    roam_read_bytes(r, pad < roam_left(r) ? pad : roam_left(r));
    return true;
}

bool sctp_next_param(struct roam_reader* r, struct sctp_param* p)
{
    if (r->bad || roam_left(r) == 0)
    {
        return false;
    }
    p->bytes = r->p;
    p->type = roam_read16(r);
    p->len = roam_read16(r);
    if (r->bad || p->len < SCTP_PARAM_HEADER)
    {
        r->bad = true;
        return false;
    }
    p->value_len = p->len - SCTP_PARAM_HEADER;
    p->value = roam_read_bytes(r, p->value_len);
    if (!p->value)
    {
        return false;
    }
    const size_t pad = sctp_pad4(p->len) - p->len;
    roam_read_bytes(r, pad < roam_left(r) ? pad : roam_left(r));
    return true;
}

bool sctp_param_is_known(uint16_t type)
{
    switch ((enum sctp_param_type)type)
    {
    case SCTP_P_HEARTBEAT_INFO:
    case SCTP_P_IPV4:
    case SCTP_P_IPV6:
    case SCTP_P_COOKIE:
    case SCTP_P_UNRECOGNIZED:
    case SCTP_P_COOKIE_PRESERVATIVE:
    case SCTP_P_HOSTNAME:
    case SCTP_P_ADDRESS_TYPES:
    case SCTP_P_ECN:
    case SCTP_P_RANDOM:
    case SCTP_P_CHUNKS:
    case SCTP_P_HMAC_ALGO:
    case SCTP_P_PAD:
    case SCTP_P_EXTENSIONS:
    case SCTP_P_FORWARD_TSN:
    case SCTP_P_ADD:
    case SCTP_P_DELETE:
    case SCTP_P_ERROR_CAUSE:
    case SCTP_P_SET_PRIMARY:
    case SCTP_P_SUCCESS:
    case SCTP_P_ADAPTATION:
        return true;
    }
    return false;
}

bool sctp_param_addr(const struct sctp_param* p, struct roam_addr* a)
{
    if (p->type == SCTP_P_IPV4 && p->value_len == 4)
    {
        *a = roam_addr_v4(roam_get32(p->value));
        return true;
    }
    if (p->type == SCTP_P_IPV6 && p->value_len == 16)
    {
        *a = roam_addr_v6(p->value);
        return true;
    }
    return false;
}

void sctp_write_header(struct roam_writer* w, uint16_t src, uint16_t dst, uint32_t vtag)
{
    roam_write16(w, src);
    roam_write16(w, dst);
    roam_write32(w, vtag);
    roam_write32(w, 0);
}

void sctp_write_chunk(struct roam_writer* w, uint8_t type, uint8_t flags, size_t len)
{
    assert(len <= SCTP_MAX_CHUNK);
    roam_write8(w, type);
    roam_write8(w, flags);
    roam_write16(w, (uint16_t)len);
}

void sctp_write_param(struct roam_writer* w, uint16_t type, const void* value, size_t len)
{
    static const uint8_t zero[3];
    roam_write16(w, type);
    roam_write16(w, (uint16_t)(SCTP_PARAM_HEADER + len));
    roam_write_bytes(w, value, len);
    roam_write_bytes(w, zero, sctp_pad4(len) - len);
}

void sctp_write_addr(struct roam_writer* w, const struct roam_addr* a)
{
    const bool v4 = a->family == ROAM_ADDR_V4;
    sctp_write_param(w, v4 ? SCTP_P_IPV4 : SCTP_P_IPV6, a->bytes, v4 ? 4 : 16);
}

const char* sctp_chunk_name(uint8_t type)
{
    switch (type)
    {
    case SCTP_C_DATA:
        return "DATA";
    case SCTP_C_INIT:
        return "INIT";
    case SCTP_C_INIT_ACK:
        return "INIT-ACK";
    case SCTP_C_SACK:
        return "SACK";
    case SCTP_C_HEARTBEAT:
        return "HEARTBEAT";
    case SCTP_C_HEARTBEAT_ACK:
        return "HEARTBEAT-ACK";
    case SCTP_C_ABORT:
        return "ABORT";
    case SCTP_C_SHUTDOWN:
        return "SHUTDOWN";
    case SCTP_C_SHUTDOWN_ACK:
        return "SHUTDOWN-ACK";
    case SCTP_C_ERROR:
        return "ERROR";
    case SCTP_C_COOKIE_ECHO:
        return "COOKIE-ECHO";
    case SCTP_C_COOKIE_ACK:
        return "COOKIE-ACK";
    case SCTP_C_ECNE:
        return "ECNE";
    case SCTP_C_CWR:
        return "CWR";
    case SCTP_C_SHUTDOWN_COMPLETE:
        return "SHUTDOWN-COMPLETE";
    case SCTP_C_AUTH:
        return "AUTH";
    case SCTP_C_ASCONF_ACK:
        return "ASCONF-ACK";
    case SCTP_C_PAD:
        return "PAD";
    case SCTP_C_FORWARD_TSN:
        return "FORWARD-TSN";
    case SCTP_C_ASCONF:
        return "ASCONF";
    default:
        return NULL;
    }
}

/** The operations in an ASCONF chunk, as bits of 1 << sctp_asconf_op. */
static uint32_t asconf_ops(const struct sctp_chunk* c)
{
    uint32_t ops = 0;
    struct roam_reader r = roam_reader(c->body + 4, c->body_len - 4);
    struct sctp_param p;
    while (sctp_next_param(&r, &p))
    {
        ops |= p.type == SCTP_P_ADD           ? 1u << SCTP_ADD
               : p.type == SCTP_P_DELETE      ? 1u << SCTP_DELETE
               : p.type == SCTP_P_SET_PRIMARY ? 1u << SCTP_SET_PRIMARY
                                              : 0;
    }
    return ops;
}

size_t sctp_view_chunk(const uint8_t* packet, size_t len, size_t offset,
                       struct sctp_chunk_view* view)
{
    if (offset == 0)
    {
        offset = SCTP_HEADER;
    }
    if (offset >= len)
    {
        return 0;
    }
    struct roam_reader r = roam_reader(packet + offset, len - offset);
    struct sctp_chunk c;
    if (!sctp_next_chunk(&r, &c))
    {
        return 0;
    }
    *view = (struct sctp_chunk_view){
        .type = c.type, .flags = c.flags, .len = (uint16_t)c.len, .bytes = c.bytes};
    if (c.type == SCTP_C_DATA && c.len > SCTP_DATA_HEADER)
    {
        view->tsn = roam_get32(c.body);
        view->stream = roam_get16(c.body + 4);
        view->ssn = roam_get16(c.body + 6);
        view->ppid = roam_get32(c.body + 8);
        view->payload = c.len - SCTP_DATA_HEADER;
    }
    else if ((c.type == SCTP_C_SACK && c.body_len >= 12) ||
             (c.type == SCTP_C_FORWARD_TSN && c.body_len >= 4))
    {
        view->cum_tsn = roam_get32(c.body);
    }
    else if ((c.type == SCTP_C_ASCONF || c.type == SCTP_C_ASCONF_ACK) && c.body_len >= 4)
    {
        view->serial = roam_get32(c.body);
        view->ops = c.type == SCTP_C_ASCONF ? asconf_ops(&c) : 0;
    }
    return (size_t)(r.p - packet);
}

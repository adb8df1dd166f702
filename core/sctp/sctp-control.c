/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Control chunks on their way out: queued here, put into packets by sctp-output.c. */
#include "core/sctp/sctp-priv.h"

#include <stdlib.h>

/** A chunk of any size may wait alone; together they are bounded. */
static bool has_room(const struct sctp_assoc* a, size_t len)
{
    size_t waiting = 0;
    for (size_t i = 0; i < a->control.n; i++)
    {
        waiting += ((struct sctp_control*)roam_ring_at(&a->control, i))->len;
    }
    return waiting == 0 ||
           (a->control.n < SCTP_MAX_CONTROL && waiting + len <= SCTP_MAX_CONTROL_BYTES);
}

struct sctp_control* sctp_control_push(struct sctp_assoc* a, const struct roam_addr* local,
                                       const struct roam_addr* peer, uint8_t type, uint8_t flags,
                                       size_t body)
{
    const size_t len = sctp_pad4(SCTP_CHUNK_HEADER + body);
    struct sctp_control* c = !a->gone && has_room(a, len) ? calloc(1, sizeof *c + len) : NULL;
    if (c && !roam_ring_push(&a->control, c))
    {
        free(c);
        c = NULL;
    }
    if (c)
    {
        struct roam_writer w = roam_writer(c->bytes, len);
        sctp_write_chunk(&w, type, flags, SCTP_CHUNK_HEADER + body);
        c->local = *local;
        c->peer = *peer;
        c->vtag = a->peer_tag;
        c->len = len;
        sctp_touch(a);
    }
    return c;
}

void sctp_control_send(struct sctp_assoc* a, uint8_t type, const void* body, size_t len)
{
    const struct sctp_path* p = sctp_data_path(a);
    struct sctp_control* c = p ? sctp_control_push(a, &p->local, &p->peer, type, 0, len) : NULL;
    if (c && len > 0)
    {
        memcpy(c->bytes + SCTP_CHUNK_HEADER, body, len);
    }
}

void sctp_last_words(struct sctp_assoc* a, const struct roam_addr* local,
                     const struct roam_addr* peer, const uint8_t* chunks, size_t len)
{
    if (!sctp_auth_wanted(&a->auth, chunks[0]))
    {
        sctp_stray_send(a->ep, local, peer, a->peer_port, a->peer_tag, chunks, len);
        return;
    }
    uint8_t both[SCTP_AUTH_MAX + 128];
    assert(len <= 128);
    struct roam_writer w = roam_writer(both, sizeof both);
    sctp_auth_begin(&a->auth, &w);
    roam_write_bytes(&w, chunks, len);
    sctp_auth_finish(&a->auth, both, w.p);
    sctp_stray_send(a->ep, local, peer, a->peer_port, a->peer_tag, both, roam_written(&w));
}

const struct sctp_path* sctp_reply_path(const struct sctp_assoc* a, const struct roam_packet* pkt)
{
    const struct sctp_path* p = sctp_path_find(a, &pkt->dst, &pkt->src);
    return p && sctp_path_usable(a, p) ? p : sctp_data_path(a);
}

void sctp_error_send(struct sctp_assoc* a, const struct roam_packet* pkt, uint16_t cause,
                     const void* info, size_t len)
{
    const struct sctp_path* p = sctp_reply_path(a, pkt);
    if (!p || a->state < SCTP_ESTABLISHED)
    {
        return; /* in COOKIE-WAIT without a tag; then nothing goes before the COOKIE ACK (5.1 C) */
    }
    const size_t room =
        sctp_packet_room(a, &p->peer) - SCTP_HEADER - SCTP_CHUNK_HEADER - SCTP_PARAM_HEADER;
    len = len > room ? room : len;
    struct sctp_control* c =
        sctp_control_push(a, &p->local, &p->peer, SCTP_C_ERROR, 0, SCTP_PARAM_HEADER + len);
    if (c)
    {
        struct roam_writer w =
            roam_writer(c->bytes + SCTP_CHUNK_HEADER, c->len - SCTP_CHUNK_HEADER);
        sctp_write_param(&w, cause, info, len);
    }
}

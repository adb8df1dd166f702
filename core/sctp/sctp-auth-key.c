/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Endpoint pair shared keys (RFC 4895 sections 2.1 and 6.1): the endpoint's, which an association
 * takes over at its birth, and then its own. */
#include "core/sctp/sctp-priv.h"

#include <stdlib.h>

void sctp_wipe(void* bytes, size_t len)
{
    volatile uint8_t* p = bytes; /* a plain memset() before free() may be left out */
    for (size_t i = 0; i < len; i++)
    {
        p[i] = 0;
    }
}

static struct sctp_shared_key* find(const struct sctp_keys* keys, uint16_t id)
{
    for (size_t i = 0; i < keys->n; i++)
    {
        if (keys->list[i].id == id)
        {
            return &keys->list[i];
        }
    }
    return NULL;
}

const struct sctp_shared_key* sctp_keys_find(const struct sctp_keys* keys, uint16_t id)
{
    return find(keys, id);
}

static void forget(struct sctp_shared_key* k)
{
    if (k->bytes)
    {
        sctp_wipe(k->bytes, k->len);
        free(k->bytes);
    }
    *k = (struct sctp_shared_key){0};
}

bool sctp_keys_set(struct sctp_keys* keys, uint16_t id, const void* bytes, size_t len)
{
    uint8_t* copy = len ? malloc(len) : NULL;
    struct sctp_shared_key* k = find(keys, id);
    if (len && !copy)
    {
        return false;
    }
    if (!k)
    {
        struct sctp_shared_key* list = realloc(keys->list, (keys->n + 1) * sizeof *list);
        if (!list)
        {
            free(copy);
            return false;
        }
        keys->list = list;
        k = &list[keys->n++];
        *k = (struct sctp_shared_key){0};
    }
    forget(k);
    if (len)
    {
        memcpy(copy, bytes, len);
    }
    *k = (struct sctp_shared_key){id, (uint16_t)len, copy};
    return true;
}

bool sctp_keys_copy(struct sctp_keys* to, const struct sctp_keys* from)
{
    for (size_t i = 0; i < from->n; i++)
    {
        const struct sctp_shared_key* k = &from->list[i];
        if (!sctp_keys_set(to, k->id, k->bytes, k->len))
        {
            sctp_keys_clear(to);
            return false;
        }
    }
    to->active = from->active;
    return true;
}

void sctp_keys_clear(struct sctp_keys* keys)
{
    for (size_t i = 0; i < keys->n; i++)
    {
        forget(&keys->list[i]);
    }
    free(keys->list);
    *keys = (struct sctp_keys){0};
}

/* --- The user's calls ------------------------------------------------------------------------ */

static struct sctp_keys* keys_of(struct sctp_endpoint* ep, sctp_assoc_id id)
{
    struct sctp_assoc* a = id ? sctp_by_id(ep, id) : NULL;
    if (!id)
    {
        return &ep->keys;
    }
    return a && !a->gone ? &a->auth.keys : NULL;
}

int sctp_auth_set_key(struct sctp_endpoint* ep, sctp_assoc_id id, uint16_t key, const void* bytes,
                      size_t len)
{
    struct sctp_keys* keys = keys_of(ep, id);
    if (!keys)
    {
        return ROAM_ENOENT;
    }
    if (len > SCTP_AUTH_KEY_MAX)
    {
        return ROAM_EINVAL;
    }
    return sctp_keys_set(keys, key, bytes, len) ? ROAM_OK : ROAM_ENOMEM;
}

int sctp_auth_activate_key(struct sctp_endpoint* ep, sctp_assoc_id id, uint16_t key)
{
    struct sctp_keys* keys = keys_of(ep, id);
    if (!keys || !find(keys, key))
    {
        return ROAM_ENOENT;
    }
    keys->active = key;
    return ROAM_OK;
}

int sctp_auth_delete_key(struct sctp_endpoint* ep, sctp_assoc_id id, uint16_t key)
{
    struct sctp_keys* keys = keys_of(ep, id);
    struct sctp_shared_key* k = keys ? find(keys, key) : NULL;
    if (!k)
    {
        return ROAM_ENOENT;
    }
    if (keys->active == key)
    {
        return ROAM_EINVAL;
    }
    forget(k);
    *k = keys->list[--keys->n];
    return ROAM_OK;
}

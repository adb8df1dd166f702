/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options of RFC 4895: RFC 6458 sections 8.1.17, 8.1.18, 8.3.2 to 8.3.5; and the adaptation layer.
 */
#include "host/host-option.h"

#include <errno.h>
#include <string.h>

/** Keys live in the engine: a socket has one from its bind on. */
static struct sctp_endpoint* ep_of(const struct host_target* t)
{
    return t->socket->port ? t->socket->port->ep : NULL;
}

static sctp_assoc_id id_of(const struct host_target* t)
{
    return t->assoc ? t->assoc->id : 0;
}

static int set_chunk(const struct host_target* t, const void* value, size_t len)
{
    const struct roam_sctp_authchunk* v = value;
    const struct host_target to_come = {t->socket, NULL};
    struct sctp_config c;
    (void)len;
    host_target_config(&to_come, &c);
    for (size_t i = 0; i < c.n_auth_chunks; i++)
    {
        if (c.auth_chunks[i] == v->sauth_chunk)
        {
            return 0;
        }
    }
    if (c.n_auth_chunks == SCTP_AUTH_CHUNKS_MAX)
    {
        return EINVAL;
    }
    c.auth_chunks[c.n_auth_chunks++] = v->sauth_chunk;
    return host_target_configure(&to_come, &c);
}

static int set_key(const struct host_target* t, const void* value, size_t len)
{
    const struct roam_sctp_authkey* v = value;
    if (!ep_of(t))
    {
        return EACCES;
    }
    if (len < sizeof *v + v->sca_keylength)
    {
        return EINVAL;
    }
    return host_errno(
        sctp_auth_set_key(ep_of(t), id_of(t), v->sca_keynumber, v->sca_key, v->sca_keylength));
}

static int set_active(const struct host_target* t, const void* value, size_t len)
{
    const struct roam_sctp_authkeyid* v = value;
    (void)len;
    return ep_of(t) ? host_errno(sctp_auth_activate_key(ep_of(t), id_of(t), v->scact_keynumber))
                    : EACCES;
}

static int get_active(const struct host_target* t, void* value, size_t* len)
{
    struct roam_sctp_authkeyid* v = value;
    struct sctp_status status;
    if (!t->assoc || sctp_status(ep_of(t), t->assoc->id, &status) != ROAM_OK)
    {
        return ENOTCONN;
    }
    v->scact_keynumber = status.auth_key;
    *len = sizeof *v;
    return status.auth ? 0 : EACCES;
}

static int set_delete(const struct host_target* t, const void* value, size_t len)
{
    const struct roam_sctp_authkeyid* v = value;
    (void)len;
    return ep_of(t) ? host_errno(sctp_auth_delete_key(ep_of(t), id_of(t), v->scact_keynumber))
                    : EACCES;
}

static int set_hmacs(const struct host_target* t, const void* value, size_t len)
{
    const struct roam_sctp_hmacalgo* v = value;
    const struct host_target to_come = {t->socket, NULL};
    struct sctp_config c;
    host_target_config(&to_come, &c);
    if (v->shmac_number_of_idents == 0 || v->shmac_number_of_idents > SCTP_HMACS_MAX ||
        len < sizeof *v + v->shmac_number_of_idents * sizeof v->shmac_idents[0])
    {
        return EINVAL;
    }
    c.n_hmacs = (uint8_t)v->shmac_number_of_idents;
    for (size_t i = 0; i < c.n_hmacs; i++)
    {
        if (v->shmac_idents[i] > UINT8_MAX)
        {
            return EINVAL;
        }
        c.hmacs[i] = (uint8_t)v->shmac_idents[i];
    }
    return host_target_configure(&to_come, &c);
}

static int get_hmacs(const struct host_target* t, void* value, size_t* len)
{
    struct roam_sctp_hmacalgo* v = value;
    const struct sctp_config* c = &t->socket->config;
    const size_t need = sizeof *v + c->n_hmacs * sizeof v->shmac_idents[0];
    if (*len < need)
    {
        return EINVAL;
    }
    v->shmac_number_of_idents = c->n_hmacs;
    for (size_t i = 0; i < c->n_hmacs; i++)
    {
        v->shmac_idents[i] = c->hmacs[i];
    }
    *len = need;
    return 0;
}

static int set_adaptation(const struct host_target* t, const void* value, size_t len)
{
    const struct host_target to_come = {t->socket, NULL};
    struct sctp_config c;
    (void)len;
    host_target_config(&to_come, &c);
    c.adaptation_on = true;
    c.adaptation_code = ((const struct roam_sctp_setadaptation*)value)->ssb_adaptation_ind;
    return host_target_configure(&to_come, &c);
}

static int get_adaptation(const struct host_target* t, void* value, size_t* len)
{
    ((struct roam_sctp_setadaptation*)value)->ssb_adaptation_ind =
        t->socket->config.adaptation_code;
    *len = sizeof(struct roam_sctp_setadaptation);
    return 0;
}

#define OF(type, id) sizeof(struct type), offsetof(struct type, id)

const struct host_option host_options_auth[] = {
    {ROAM_SCTP_AUTH_CHUNK, sizeof(struct roam_sctp_authchunk), HOST_NO_ID, set_chunk, NULL},
    {ROAM_SCTP_AUTH_KEY, OF(roam_sctp_authkey, sca_assoc_id), set_key, NULL},
    {ROAM_SCTP_AUTH_ACTIVE_KEY, OF(roam_sctp_authkeyid, scact_assoc_id), set_active, get_active},
    {ROAM_SCTP_AUTH_DELETE_KEY, OF(roam_sctp_authkeyid, scact_assoc_id), set_delete, NULL},
    {ROAM_SCTP_HMAC_IDENT, sizeof(struct roam_sctp_hmacalgo), HOST_NO_ID, set_hmacs, get_hmacs},
    {ROAM_SCTP_ADAPTATION_LAYER, sizeof(struct roam_sctp_setadaptation), HOST_NO_ID, set_adaptation,
     get_adaptation},
};
const size_t host_n_options_auth = sizeof host_options_auth / sizeof host_options_auth[0];

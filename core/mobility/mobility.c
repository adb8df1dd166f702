/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/mobility/mobility-priv.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

void mobility_config_default(struct mobility_config* config)
{
    *config = (struct mobility_config){
        .rule = MOBILITY_RULE_IMMEDIATE,
        .threshold_dbm = -90,
        .hysteresis_db = 3,
        .time_to_trigger = 320 * ROAM_MS,
        .floor_dbm = -110,
        .entry_margin_db = 2,
        .reselect_hysteresis_db = 4,
        .reselect_time = 500 * ROAM_MS,
        .inactive_dbm = -105,
        .inactive_time = ROAM_SEC,
        .retry_time = ROAM_SEC,
        .ping_pong_time = 5 * ROAM_SEC,
        .max_radios = 4,
        .max_cells = 64,
        .max_addresses = 16,
    };
}

int mobility_config_check(const struct mobility_config* c)
{
    const bool ok =
        (c->rule == MOBILITY_RULE_IMMEDIATE || c->rule == MOBILITY_RULE_SIGNAL ||
         c->rule == MOBILITY_RULE_PREFERENCE) &&
        isfinite(c->threshold_dbm) && isfinite(c->floor_dbm) && isfinite(c->inactive_dbm) &&
        isfinite(c->hysteresis_db) && c->hysteresis_db >= 0 && isfinite(c->entry_margin_db) &&
        c->entry_margin_db >= 0 && isfinite(c->reselect_hysteresis_db) &&
        c->reselect_hysteresis_db >= 0 && c->time_to_trigger >= 0 && c->reselect_time >= 0 &&
        c->inactive_time >= 0 && c->retry_time > 0 && c->ping_pong_time >= 0 &&
        c->max_radios >= 1 && c->max_radios <= 16 && c->max_cells >= 1 && c->max_cells <= 4096 &&
        c->max_addresses >= 2 && c->max_addresses <= MOBILITY_ADDRESSES_MAX;
    return ok ? ROAM_OK : ROAM_EINVAL;
}

struct mobility* mobility_new(const struct mobility_config* config)
{
    if (mobility_config_check(config) != ROAM_OK)
    {
        return NULL;
    }
    struct mobility* m = calloc(1, sizeof *m);
    if (!m)
    {
        return NULL;
    }
    m->config = *config;
    m->wake = ROAM_NEVER;
    m->t_former_release = ROAM_NEVER;
    m->cells = calloc(config->max_cells, sizeof *m->cells);
    m->cell_views = calloc(config->max_cells, sizeof *m->cell_views);
    m->radios = calloc(config->max_radios, sizeof *m->radios);
    m->radio_views = calloc(config->max_radios, sizeof *m->radio_views);
    m->addrs = calloc(config->max_addresses, sizeof *m->addrs);
    m->hos = calloc(config->max_addresses + 1, sizeof *m->hos);
    bool ok = m->cells && m->cell_views && m->radios && m->radio_views && m->addrs && m->hos &&
              mobility_events_init(&m->events, config);
    for (uint32_t r = 0; ok && r < config->max_radios; r++)
    {
        m->radios[r].better_since = calloc(config->max_cells, sizeof(roam_time));
        ok = m->radios[r].better_since != NULL;
    }
    if (!ok)
    {
        mobility_free(m);
        return NULL;
    }
    return m;
}

void mobility_free(struct mobility* m)
{
    if (!m)
    {
        return;
    }
    for (uint32_t r = 0; m->radios && r < m->config.max_radios; r++)
    {
        free(m->radios[r].better_since);
    }
    free(m->cells);
    free(m->cell_views);
    free(m->radios);
    free(m->radio_views);
    free(m->addrs);
    free(m->hos);
    free(m->events.ring);
    free(m);
}

void mobility_run(struct mobility* m, roam_time now)
{
    /* Each pass acts on what the one before has left; it comes to rest because a change of cell
     * or of primary needs a strict improvement, and every request waits for an answer. */
    for (uint32_t pass = 0; !m->finished; pass++)
    {
        assert(pass < 64);
        if (!mobility_events_ready(&m->events))
        {
            m->wake = now;
            return;
        }
        const struct mobility_ho* const active = m->active;
        const uint32_t serving = m->serving;
        bool changed = false;
        roam_time next = mobility_radio_pass(m, &changed, now);
        next = roam_time_min(next, mobility_addr_add_pass(m, now));
        next = roam_time_min(next, mobility_primary_pass(m, &changed, now));
        mobility_handover_pass(m, now);
        mobility_addr_delete_pass(m, now);
        if (!changed && active == m->active && serving == m->serving)
        {
            m->wake = next;
            return;
        }
    }
}

void mobility_expire(struct mobility* m, roam_time now)
{
    if (m->wake <= now)
    {
        mobility_run(m, now);
    }
}

roam_time mobility_next_expiry(const struct mobility* m)
{
    return m->wake;
}

int mobility_levels(struct mobility* m, const struct mobility_level* levels, size_t n,
                    roam_time now)
{
    size_t unknown = 0;
    for (size_t i = 0; i < n; i++)
    {
        if (levels[i].cell == 0 || isnan(levels[i].dbm))
        {
            return ROAM_EINVAL;
        }
        unknown += mobility_cell_find(m, levels[i].cell) == NULL;
    }
    if (unknown > m->config.max_cells - m->n_cells)
    {
        return ROAM_ENOMEM;
    }
    const int refusal = mobility_refuses(m);
    if (refusal)
    {
        return refusal;
    }
    for (size_t i = 0; i < n; i++)
    {
        mobility_cell_get(m, levels[i].cell)->dbm = levels[i].dbm;
    }
    mobility_run(m, now);
    return ROAM_OK;
}

int mobility_serve(struct mobility* m, uint32_t cell, roam_time now)
{
    if (!m->config.dictated)
    {
        return ROAM_ESTATE;
    }
    const int refusal = mobility_refuses(m);
    if (refusal)
    {
        return refusal;
    }
    if (cell != 0 && !mobility_cell_get(m, cell))
    {
        return ROAM_ENOMEM;
    }
    if (cell == m->dictated)
    {
        return ROAM_OK;
    }
    m->dictated = cell;
    if (cell != 0 && cell != m->serving)
    {
        if (m->serving != 0)
        {
            mobility_handover_dictated(m, cell, now);
        }
        m->serving = cell;
        m->t_dictated = now;
    }
    mobility_run(m, now);
    return ROAM_OK;
}

int mobility_prepare(struct mobility* m, uint32_t cell, bool attachable, roam_time now)
{
    if (!m->config.dictated)
    {
        return ROAM_ESTATE;
    }
    if (cell == 0)
    {
        return ROAM_EINVAL;
    }
    const int refusal = mobility_refuses(m);
    if (refusal)
    {
        return refusal;
    }
    struct mobility_cell* c = mobility_cell_get(m, cell);
    if (!c)
    {
        return ROAM_ENOMEM;
    }
    c->prepared = attachable;
    mobility_run(m, now);
    return ROAM_OK;
}

int mobility_prefer_cell(struct mobility* m, uint32_t cell, double cost, roam_time now)
{
    if (cell == 0 || !isfinite(cost))
    {
        return ROAM_EINVAL;
    }
    const int refusal = mobility_refuses(m);
    if (refusal)
    {
        return refusal;
    }
    struct mobility_cell* c = mobility_cell_get(m, cell);
    if (!c)
    {
        return ROAM_ENOMEM;
    }
    c->cost = cost;
    mobility_run(m, now);
    return ROAM_OK;
}

int mobility_prefer_radio(struct mobility* m, uint32_t ifindex, double cost, roam_time now)
{
    if (!isfinite(cost))
    {
        return ROAM_EINVAL;
    }
    struct mobility_radio* radio = mobility_radio_find(m, ifindex);
    if (!radio)
    {
        return ROAM_ENOENT;
    }
    const int refusal = mobility_refuses(m);
    if (refusal)
    {
        return refusal;
    }
    radio->cost = cost;
    mobility_run(m, now);
    return ROAM_OK;
}

void mobility_status(const struct mobility* m, struct mobility_status* status)
{
    *status = (struct mobility_status){.session = m->session, .serving_cell = m->serving};
    if (m->primary)
    {
        status->primary = m->primary->addr;
    }
    for (uint32_t i = 0; i < m->config.max_addresses; i++)
    {
        const enum mobility_address_state s = m->addrs[i].state;
        for (uint32_t left = m->addrs[i].unanswered; left != 0; left &= left - 1)
        {
            status->outstanding++;
        }
        status->bound +=
            s != MOBILITY_ADDR_NONE && s != MOBILITY_ADDR_HELD && s != MOBILITY_ADDR_ADDING;
    }
    for (uint32_t i = 0; i <= m->config.max_addresses; i++)
    {
        status->open +=
            m->hos[i].state != MOBILITY_HO_IDLE && m->hos[i].state != MOBILITY_HO_CLOSED;
    }
}

uint32_t mobility_radio_cell(const struct mobility* m, uint32_t ifindex)
{
    const struct mobility_radio* radio = mobility_radio_find(m, ifindex);
    return radio ? radio->cell : 0;
}

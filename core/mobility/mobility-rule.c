/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/mobility/mobility-rule.h"

bool mobility_rule_better(const struct mobility_rule_view* view)
{
    return view->candidate.usable && view->current.dbm < view->config->threshold_dbm &&
           view->candidate.dbm > view->current.dbm + view->config->hysteresis_db;
}

/** What keeps any rule from changing to the candidate now. */
static uint32_t hindrances(const struct mobility_rule_view* view)
{
    const struct mobility_path_view* c = &view->candidate;
    uint32_t why = 0;
    if (!c->usable)
    {
        why |= MOBILITY_WHY_NOT_USABLE;
    }
    if (!c->bound)
    {
        why |= c->adding        ? MOBILITY_WHY_ADD_UNANSWERED
               : c->add_refused ? MOBILITY_WHY_ADD_REFUSED
                                : MOBILITY_WHY_NOT_BOUND;
    }
    if (c->deleting)
    {
        why |= MOBILITY_WHY_DELETE_UNANSWERED;
    }
    if (c->change_refused)
    {
        why |= MOBILITY_WHY_CHANGE_REFUSED;
    }
    if (view->changing)
    {
        why |= MOBILITY_WHY_CHANGE_UNANSWERED;
    }
    return why;
}

/* Rule (b). A level equal to the threshold, or better by just the hysteresis, does not count. */
static bool signal_wants(const struct mobility_rule_view* view, struct mobility_verdict* v)
{
    if (mobility_rule_better(view))
    {
        const roam_time since = view->candidate.better_since;
        const roam_time due =
            since == ROAM_NEVER ? ROAM_NEVER : since + view->config->time_to_trigger;
        if (due <= view->now)
        {
            v->why |= MOBILITY_WHY_SIGNAL;
            return true;
        }
        v->why |= MOBILITY_WHY_TIME_TO_TRIGGER;
        v->again = due;
        return false;
    }
    if (!(view->current.dbm < view->config->threshold_dbm))
    {
        v->why |= MOBILITY_WHY_ABOVE_THRESHOLD;
    }
    if (!(view->candidate.dbm > view->current.dbm + view->config->hysteresis_db))
    {
        v->why |= MOBILITY_WHY_WITHIN_HYSTERESIS;
    }
    return false;
}

/** True if the rule, or what stands above it, wants the candidate; adds the reasons. */
static bool wants(const struct mobility_rule_view* view, struct mobility_verdict* v)
{
    const struct mobility_path_view* current = &view->current;
    const struct mobility_path_view* candidate = &view->candidate;
    if (!current->usable)
    {
        v->why |= MOBILITY_WHY_CURRENT_DOWN;
        return true;
    }
    if (view->config->dictated)
    {
        const bool moved = candidate->dictated && !current->dictated;
        v->why |= moved ? MOBILITY_WHY_DICTATED : MOBILITY_WHY_NOT_DICTATED;
        return moved;
    }
    switch (view->config->rule)
    {
    case MOBILITY_RULE_IMMEDIATE:
    {
        const bool newer = candidate->since > current->since;
        v->why |= newer ? MOBILITY_WHY_NEW_ADDRESS : MOBILITY_WHY_NOT_NEW;
        return newer;
    }
    case MOBILITY_RULE_SIGNAL:
        return signal_wants(view, v);
    case MOBILITY_RULE_PREFERENCE:
    {
        const bool cheaper = candidate->cost < current->cost;
        v->why |= cheaper ? MOBILITY_WHY_PREFERRED : MOBILITY_WHY_NOT_PREFERRED;
        return cheaper;
    }
    }
    return false;
}

struct mobility_verdict mobility_rule_verdict(const struct mobility_rule_view* view)
{
    struct mobility_verdict v = {.why = hindrances(view), .again = ROAM_NEVER};
    const bool hindered = v.why != 0;
    v.change = wants(view, &v) && !hindered;
    return v;
}

bool mobility_rule_prefers(const struct mobility_config* config, const struct mobility_path_view* a,
                           const struct mobility_path_view* b)
{
    if (config->dictated && a->dictated != b->dictated)
    {
        return a->dictated;
    }
    switch (config->rule)
    {
    case MOBILITY_RULE_IMMEDIATE:
        return a->since > b->since;
    case MOBILITY_RULE_SIGNAL:
        return a->dbm > b->dbm;
    case MOBILITY_RULE_PREFERENCE:
        return a->cost < b->cost;
    }
    return false;
}

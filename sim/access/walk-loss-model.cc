/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/access/walk-loss-model.h"

#include "ns3/assert.h"
#include "ns3/mobility-model.h"
#include "ns3/simulator.h"

#include <algorithm>

namespace ns3::roam
{

NS_OBJECT_ENSURE_REGISTERED(WalkLossModel);

TypeId WalkLossModel::GetTypeId()
{
    static TypeId tid = TypeId("ns3::roam::WalkLossModel")
                            .SetParent<PropagationLossModel>()
                            .SetGroupName("Roam")
                            .AddConstructor<WalkLossModel>();
    return tid;
}

WalkLossModel::WalkLossModel() = default;
WalkLossModel::~WalkLossModel() = default;

void WalkLossModel::SetWalk(uint32_t cell, std::shared_ptr<const Walk> walk,
                            std::shared_ptr<const WalkFit> fit)
{
    NS_ASSERT_MSG(fit->Knows(cell), "the fit does not know cell " << cell);
    m_cell = cell;
    m_walk = std::move(walk);
    m_fit = std::move(fit);
}

double WalkLossModel::GetLevel(double time, double x, double y) const
{
    auto next = std::upper_bound(m_walk->begin(), m_walk->end(), time,
                                 [](double t, const WalkSample& s) { return t < s.time; });
    // outside of the walk the client stands at its first or last place
    const WalkSample& after = next == m_walk->end() ? m_walk->back() : *next;
    const WalkSample& before = next == m_walk->begin() ? m_walk->front() : *(next - 1);
    bool served = before.cell == m_cell;
    bool serves = after.cell == m_cell;
    if (!served && !serves)
    {
        return m_fit->GetLevel(m_cell, x, y);
    }
    double first = served ? before.level : m_fit->GetLevel(m_cell, before.x, before.y);
    double last = serves ? after.level : m_fit->GetLevel(m_cell, after.x, after.y);
    double span = after.time - before.time;
    double part = span > 0 ? std::clamp((time - before.time) / span, 0.0, 1.0) : 0;
    return first + part * (last - first);
}

double WalkLossModel::DoCalcRxPower(double, Ptr<MobilityModel>, Ptr<MobilityModel> b) const
{
    Vector at = b->GetPosition();
    return GetLevel(Simulator::Now().GetSeconds(), at.x, at.y);
}

int64_t WalkLossModel::DoAssignStreams(int64_t)
{
    return 0;
}

} // namespace ns3::roam

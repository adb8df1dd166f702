/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "mobility-engine.h"

#include "ns3/abort.h"

namespace ns3::roam
{

MobilityEngine::MobilityEngine(const mobility_config& config) : m_engine(mobility_new(&config))
{
    NS_ABORT_MSG_UNLESS(m_engine, "the mobility engine does not take this configuration");
}

MobilityEngine::~MobilityEngine()
{
    mobility_free(m_engine);
}

mobility* MobilityEngine::Get() const
{
    return m_engine;
}

struct mobility_status MobilityEngine::GetStatus() const
{
    struct mobility_status status;
    mobility_status(m_engine, &status);
    return status;
}

namespace
{

Time ToTime(roam_time t)
{
    return t == ROAM_NEVER ? HandoverRecord::Never() : NanoSeconds(t);
}

HandoverRecord::Outcome ToOutcome(mobility_outcome outcome)
{
    switch (outcome)
    {
    case MOBILITY_COMPLETED:
        return HandoverRecord::COMPLETED;
    case MOBILITY_BROKEN:
        return HandoverRecord::BROKEN;
    case MOBILITY_ABANDONED:
        return HandoverRecord::ABANDONED;
    case MOBILITY_PING_PONG:
        return HandoverRecord::PING_PONG;
    case MOBILITY_UNBOUND:
        return HandoverRecord::UNBOUND;
    default:
        return HandoverRecord::OPEN;
    }
}

} // namespace

HandoverRecord FromCore(const mobility_handover& h)
{
    HandoverRecord r;
    r.id = h.id;
    r.fromCell = h.from_cell;
    r.toCell = h.to_cell;
    r.fromIfindex = h.from_ifindex;
    r.toIfindex = h.to_ifindex;
    r.from = FromCore(h.from);
    r.to = FromCore(h.to);
    r.soft = h.soft;
    r.returned = h.returned;
    r.why = WhyText(h.why);
    r.end = WhyText(h.end);
    r.outcome = ToOutcome(h.outcome);
    r.tOpen = ToTime(h.t_open);
    r.tTrigger = ToTime(h.t_trigger);
    r.tLink = ToTime(h.t_link);
    r.tDetect = ToTime(h.t_detect);
    r.tAddress = ToTime(h.t_address);
    r.tSignal = ToTime(h.t_signal);
    r.tBound = ToTime(h.t_bound);
    r.tRelease = ToTime(h.t_release);
    return r;
}

std::string WhyText(uint32_t why)
{
    char text[MOBILITY_WHY_TEXT];
    return mobility_why_text(why, text);
}

std::string AddressText(const roam_addr& a)
{
    char text[ROAM_ADDR_TEXT];
    return roam_addr_text(&a, text);
}

} // namespace ns3::roam

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ns3/handover-record.h"

#include "ns3/ipv4-address.h"
#include "ns3/ipv6-address.h"

namespace ns3::roam
{

Time HandoverRecord::Never()
{
    return Time::Max();
}

const char* HandoverRecord::GetOutcomeName(Outcome outcome)
{
    switch (outcome)
    {
    case OPEN:
        return "open";
    case COMPLETED:
        return "completed";
    case BROKEN:
        return "broken";
    case ABANDONED:
        return "abandoned";
    case PING_PONG:
        return "ping-pong";
    case UNBOUND:
        return "unbound";
    }
    return "";
}

namespace
{

void Print(std::ostream& os, const Address& address)
{
    if (Ipv4Address::IsMatchingType(address))
    {
        os << Ipv4Address::ConvertFrom(address);
    }
    else if (Ipv6Address::IsMatchingType(address))
    {
        os << Ipv6Address::ConvertFrom(address);
    }
    else
    {
        os << "-";
    }
}

void Print(std::ostream& os, const char* name, Time time)
{
    os << " " << name << "=";
    if (time == HandoverRecord::Never())
    {
        os << "-";
    }
    else
    {
        os << time.GetSeconds();
    }
}

} // namespace

std::ostream& operator<<(std::ostream& os, const HandoverRecord& r)
{
    os << "handover " << r.id << ": cell " << r.fromCell << " to " << r.toCell << ", ";
    Print(os, r.from);
    os << " to ";
    Print(os, r.to);
    os << ", " << (r.soft ? "soft" : "hard") << ", " << r.why << ": "
       << HandoverRecord::GetOutcomeName(r.outcome);
    if (r.end != "-")
    {
        os << " (" << r.end << ")";
    }
    Print(os, "trigger", r.tTrigger);
    Print(os, "link", r.tLink);
    Print(os, "detect", r.tDetect);
    Print(os, "address", r.tAddress);
    Print(os, "signal", r.tSignal);
    Print(os, "bound", r.tBound);
    Print(os, "release", r.tRelease);
    return os;
}

} // namespace ns3::roam

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/record/signalling-log.h"

namespace ns3::roam
{

void SignallingCount::Add(uint64_t size)
{
    msgs++;
    bytes += size;
}

bool IsCharged(MessageGroup group)
{
    return group == MessageGroup::BINDING || group == MessageGroup::ADDRESS;
}

void SignallingLog::Add(Time now, const std::string& link, const ControlMessage& message)
{
    auto type = m_types.emplace(message.type, Type{message.group, {}, {}}).first;
    auto on = type->second.links.emplace(link, SignallingCount{}).first;
    type->second.all.Add(message.bytes);
    on->second.Add(message.bytes);
    if (IsCharged(message.group))
    {
        m_events.push_back({now, type->first, on->first, message.group, message.bytes});
    }
}

const std::map<std::string, SignallingLog::Type>& SignallingLog::GetTypes() const
{
    return m_types;
}

const std::vector<SignallingLog::Event>& SignallingLog::GetCharged() const
{
    return m_events;
}

} // namespace ns3::roam

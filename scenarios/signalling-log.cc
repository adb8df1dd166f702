/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scenarios/signalling-log.h"

#include <algorithm>

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
    type->second.all.Add(message.bytes);
    type->second.links[link].Add(message.bytes);
    if (IsCharged(message.group))
    {
        m_events.push_back({now, type, message.bytes});
    }
}

const std::map<std::string, SignallingLog::Type>& SignallingLog::GetTypes() const
{
    return m_types;
}

std::map<std::string, SignallingCount> SignallingLog::GetWindow(Time from, Time to) const
{
    std::map<std::string, SignallingCount> window;
    auto event = std::lower_bound(m_events.begin(), m_events.end(), from,
                                  [](const Event& e, Time t) { return e.at < t; });
    for (; event != m_events.end() && event->at < to; ++event)
    {
        window[event->type->first].Add(event->bytes);
    }
    return window;
}

} // namespace ns3::roam

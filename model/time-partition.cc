/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ns3/time-partition.h"

#include <algorithm>
#include <iterator>

namespace ns3::roam
{

void TimePartition::Claim(Time from, Time to, std::size_t owner)
{
    auto next = m_stretches.upper_bound(from);
    if (next != m_stretches.begin())
    {
        from = std::max(from, std::prev(next)->second.end);
    }
    while (from < to)
    {
        Time free = next == m_stretches.end() ? to : std::min(to, next->first);
        if (from < free)
        {
            m_stretches.emplace_hint(next, from, Stretch{free, owner});
        }
        if (next == m_stretches.end())
        {
            return;
        }
        from = std::max(from, next->second.end);
        ++next;
    }
}

std::optional<std::size_t> TimePartition::OwnerAt(Time at) const
{
    auto next = m_stretches.upper_bound(at);
    if (next == m_stretches.begin() || std::prev(next)->second.end <= at)
    {
        return std::nullopt;
    }
    return std::prev(next)->second.owner;
}

} // namespace ns3::roam

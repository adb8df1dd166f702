/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/schemes/oracle.h"

#include <utility>

namespace ns3::roam
{

void OracleLocator::Moved(Mobile& mobile, const Address& primary)
{
    Place& place = m_places[mobile.number];
    place.primary = primary;
    for (const auto& found : std::exchange(place.waiting, {}))
    {
        found(primary);
    }
}

void OracleLocator::Find(const Mobile& mobile, std::function<void(const Address&)> found)
{
    Place& place = m_places[mobile.number];
    if (place.primary.IsInvalid())
    {
        place.waiting.push_back(std::move(found));
        return;
    }
    found(place.primary);
}

} // namespace ns3::roam

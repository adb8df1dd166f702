/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/scheme-table.h"

namespace ns3::roam
{

const std::vector<Scheme>& GetSchemes()
{
    static const std::vector<Scheme> schemes{
        {"msctp", Transport::SCTP, HandoverKind::ASCONF,
         "mobile SCTP: ASCONF ADD, SET PRIMARY, DELETE (draft-sjkoh-sctp-mobility-04)"},
        {"sctp", Transport::SCTP, HandoverKind::NONE,
         "SCTP with the addresses that the client holds at INIT, no ADD-IP"},
        {"tcp", Transport::TCP, HandoverKind::NONE, "ns-3's TCP"},
        {"udp", Transport::UDP, HandoverKind::NONE, "UDP datagrams"},
    };
    return schemes;
}

const Scheme* FindScheme(const std::string& name)
{
    for (const auto& scheme : GetSchemes())
    {
        if (scheme.name == name)
        {
            return &scheme;
        }
    }
    return nullptr;
}

} // namespace ns3::roam

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/scheme-table.h"

#include "sim/scenario.h"
#include "sim/schemes/asconf.h"
#include "sim/schemes/none.h"
#include "sim/schemes/oracle.h"

#include <algorithm>
#include <map>

namespace ns3::roam
{

const std::vector<SchemeEntry>& GetSchemes()
{
    constexpr Transport SCTP = Transport::SCTP;
    constexpr Transport TCP = Transport::TCP;
    constexpr Transport UDP = Transport::UDP;
    static const std::vector<Transport> any{SCTP, TCP, UDP};
    static const std::vector<SchemeEntry> schemes{
        {"msctp",
         SCTP,
         {SCTP},
         &MakePart<Mover, AsconfMover>,
         nullptr,
         "mobile SCTP: ASCONF ADD, SET PRIMARY, DELETE (draft-sjkoh-sctp-mobility-04)"},
        {"sctp", SCTP, any, &MakePart<Mover, NoMover>, nullptr,
         "SCTP with the addresses that the client holds at INIT, no ADD-IP"},
        {"tcp", TCP, any, &MakePart<Mover, NoMover>, nullptr, "ns-3's TCP"},
        {"udp", UDP, any, &MakePart<Mover, NoMover>, nullptr, "UDP datagrams"},
    };
    return schemes;
}

const SchemeEntry* FindScheme(const std::string& name)
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

std::string GetTransportName(Transport transport)
{
    static const std::map<Transport, std::string> names{
        {Transport::SCTP, "sctp"}, {Transport::TCP, "tcp"}, {Transport::UDP, "udp"}};
    return names.at(transport);
}

Transport GetTransport(const Scenario& scenario, const SchemeEntry& scheme)
{
    for (Transport transport : {Transport::SCTP, Transport::TCP, Transport::UDP})
    {
        if (scenario.GetText("session.transport") == GetTransportName(transport))
        {
            return transport;
        }
    }
    return scheme.transport;
}

std::unique_ptr<Locator> MakeLocator(const Scenario& scenario, const SchemeEntry& scheme)
{
    const std::string& locator = scenario.GetText("session.locator");
    if (locator == "oracle")
    {
        return std::make_unique<OracleLocator>();
    }
    return locator == "scheme" && scheme.makeLocator ? scheme.makeLocator() : nullptr;
}

std::string FindMisfit(const Scenario& scenario, std::string& key)
{
    const SchemeEntry* scheme = FindScheme(scenario.GetText("scheme"));
    Transport transport = GetTransport(scenario, *scheme);
    const auto& with = scheme->transports;
    if (std::find(with.begin(), with.end(), transport) == with.end())
    {
        key = "session.transport";
        std::string names;
        for (Transport one : with)
        {
            names += (names.empty() ? "" : " or ") + GetTransportName(one);
        }
        return names + ": nothing of " + scheme->name + " moves a session of another transport";
    }
    bool called = scenario.GetText("session.caller") == "server";
    bool found = MakeLocator(scenario, *scheme) != nullptr;
    if (called && !found)
    {
        key = "session.caller";
        return "client without a locator: with session.locator = oracle the server knows where to "
               "call";
    }
    if (!called && scenario.GetText("session.locator") == "oracle")
    {
        key = "session.locator";
        return "none, or session.caller = server: nobody asks where a mobile is that calls itself";
    }
    return "";
}

} // namespace ns3::roam

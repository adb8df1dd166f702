/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/world-network.h"

#include "sim/setting.h"
#include "sim/world-streams.h"

#include "ns3/access-router-helper.h"
#include "ns3/boolean.h"
#include "ns3/drop-tail-queue.h"
#include "ns3/error-model.h"
#include "ns3/icmpv6-l4-protocol.h"
#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-static-routing-helper.h"
#include "ns3/ipv6-static-routing-helper.h"
#include "ns3/pointer.h"
#include "ns3/point-to-point-channel.h"
#include "ns3/point-to-point-net-device.h"

#include <algorithm>

namespace ns3::roam
{

namespace
{

const char* const SERVER_NETWORK4 = "1.1.1.0";
const char* const SERVER_NETWORK6 = "fd00:1::";

Ipv4Address Host4(const std::string& network, uint32_t host)
{
    return Ipv4Address(Ipv4Address(network.c_str()).Get() + host);
}

Ipv6Address Host6(const std::string& network, uint32_t host)
{
    uint8_t bytes[16];
    Ipv6Address(network.c_str()).GetBytes(bytes);
    bytes[15] = static_cast<uint8_t>(host);
    return Ipv6Address(bytes);
}

std::string Network4(uint32_t location)
{
    std::string n = std::to_string(WorldNetwork::GetNumber(location));
    return n + "." + n + "." + n + ".0";
}

/** The group of four digits is the decimal number, so that fd00:12:: goes with 12.12.12.0. */
std::string Network6(uint32_t location)
{
    return "fd00:" + std::to_string(WorldNetwork::GetNumber(location)) + "::";
}

} // namespace

uint32_t WorldNetwork::GetNumber(uint32_t location)
{
    uint32_t n = location + 2;
    n += n >= 10;
    n += n >= 127;
    return n;
}

Ipv4Address WorldNetwork::GetRouterAddress4(uint32_t location) const
{
    return Host4(Network4(location), 1);
}

Ipv6Address WorldNetwork::GetRouterAddress6(uint32_t location) const
{
    return Host6(Network6(location), 1);
}

std::string WorldNetwork::GetRouterText(uint32_t location) const
{
    std::ostringstream text;
    if (v6)
    {
        text << GetRouterAddress6(location);
    }
    else
    {
        text << GetRouterAddress4(location);
    }
    return text.str();
}

Address WorldNetwork::GetServerAddress() const
{
    return GetServerAddresses().front();
}

std::vector<Address> WorldNetwork::GetServerAddresses() const
{
    std::vector<Address> all;
    for (uint32_t i = 0; i < m_serverAddresses; ++i)
    {
        all.push_back(v6 ? Address(Host6(SERVER_NETWORK6, 2 + i))
                         : Address(Host4(SERVER_NETWORK4, 2 + i)));
    }
    return all;
}

bool WorldNetwork::IsServer(const Address& address) const
{
    const auto all = GetServerAddresses();
    return std::find(all.begin(), all.end(), address) != all.end();
}

void WorldNetwork::AddServerAddress(const End& end) const
{
    if (v6)
    {
        end.node->GetObject<Ipv6>()->AddAddress(
            end.interface, Ipv6InterfaceAddress(Host6(SERVER_NETWORK6, 3), Ipv6Prefix(64)));
    }
    else
    {
        end.node->GetObject<Ipv4>()->AddAddress(
            end.interface, Ipv4InterfaceAddress(Host4(SERVER_NETWORK4, 3), Ipv4Mask("/24")));
    }
}

WorldNetwork::End WorldNetwork::Attach(Ptr<NetDevice> device, const std::string& network4,
                                       const std::string& network6, uint32_t host)
{
    End end{device->GetNode(), 0, Host4(network4, host), Host6(network6, host)};
    if (v6)
    {
        Ptr<Ipv6> ip = end.node->GetObject<Ipv6>();
        end.interface = ip->AddInterface(device);
        ip->AddAddress(end.interface, Ipv6InterfaceAddress(end.address6, Ipv6Prefix(64)));
        ip->SetUp(end.interface);
    }
    else
    {
        Ptr<Ipv4> ip = end.node->GetObject<Ipv4>();
        end.interface = ip->AddInterface(device);
        ip->AddAddress(end.interface, Ipv4InterfaceAddress(end.address4, Ipv4Mask("/24")));
        ip->SetUp(end.interface);
    }
    return end;
}

std::pair<WorldNetwork::End, WorldNetwork::End>
WorldNetwork::Connect(Ptr<Node> a, Ptr<Node> b, const std::string& part, const std::string& link,
                      const std::string& network4, const std::string& network6)
{
    Ptr<PointToPointChannel> channel = CreateObject<PointToPointChannel>();
    ApplySettings(m_scenario, channel, part);
    for (const auto& node : {a, b})
    {
        Ptr<PointToPointNetDevice> device = CreateObject<PointToPointNetDevice>();
        Ptr<DropTailQueue<Packet>> queue = CreateObject<DropTailQueue<Packet>>();
        ApplySettings(m_scenario, queue);
        device->SetQueue(queue);
        ApplySettings(m_scenario, device, part);
        device->SetAddress(Mac48Address::Allocate());
        node->AddDevice(device);
        device->Attach(channel);
        ports.push_back({link, device});
    }
    return {Attach(ports[ports.size() - 2].device, network4, network6, 1),
            Attach(ports.back().device, network4, network6, 2)};
}

void WorldNetwork::Route(const End& from, const End& via, uint32_t location)
{
    if (v6)
    {
        Ipv6StaticRoutingHelper()
            .GetStaticRouting(from.node->GetObject<Ipv6>())
            ->AddNetworkRouteTo(Ipv6Address(Network6(location).c_str()), Ipv6Prefix(64),
                                via.address6, from.interface);
    }
    else
    {
        Ipv4StaticRoutingHelper()
            .GetStaticRouting(from.node->GetObject<Ipv4>())
            ->AddNetworkRouteTo(Ipv4Address(Network4(location).c_str()), Ipv4Mask("/24"),
                                via.address4, from.interface);
    }
}

void WorldNetwork::RouteToServer(const End& from, const End& via)
{
    if (v6)
    {
        Ipv6StaticRoutingHelper()
            .GetStaticRouting(from.node->GetObject<Ipv6>())
            ->AddNetworkRouteTo(Ipv6Address(SERVER_NETWORK6), Ipv6Prefix(64), via.address6,
                                from.interface);
    }
    else
    {
        Ipv4StaticRoutingHelper()
            .GetStaticRouting(from.node->GetObject<Ipv4>())
            ->AddNetworkRouteTo(Ipv4Address(SERVER_NETWORK4), Ipv4Mask("/24"), via.address4,
                                from.interface);
    }
}

void WorldNetwork::AddLoss(Ptr<NetDevice> device, double rate, int64_t stream)
{
    if (rate > 0)
    {
        Ptr<RateErrorModel> loss = CreateObject<RateErrorModel>();
        loss->SetUnit(RateErrorModel::ERROR_UNIT_PACKET);
        loss->SetRate(rate);
        loss->AssignStreams(stream);
        device->SetAttribute("ReceiveErrorModel", PointerValue(loss));
    }
}

WorldNetwork::WorldNetwork(const Scenario& scenario, uint32_t locations)
    : v6(scenario.GetText("run.family") == "ipv6"), m_scenario(scenario),
      m_serverAddresses(scenario.GetInteger("server.addresses"))
{
    server = CreateObject<Node>();
    router = CreateObject<Node>();
    internet = CreateObject<Node>();
    access.Create(locations);
    client = CreateObject<Node>();

    NodeContainer all(server, router, internet, access, client);
    InternetStackHelper stack;
    stack.SetIpv4StackInstall(!v6);
    stack.SetIpv6StackInstall(v6);
    Ipv4StaticRoutingHelper static4;
    Ipv6StaticRoutingHelper static6;
    stack.SetRoutingHelper(static4);
    stack.SetRoutingHelper(static6);
    stack.Install(all);
    for (uint32_t i = 0; i < all.GetN(); ++i)
    {
        stack.AssignStreams(NodeContainer(all.Get(i)), STREAM_STACK + i * STREAM_PER_NODE);
        AccessRouterHelper::SetResolutionJitter(all.Get(i),
                                                scenario.GetTime("network.resolution_jitter"));
        bool fixed = all.Get(i) != client;
        if (v6 && fixed)
        {
            // their addresses are given, and detection would only hold up the start
            all.Get(i)->GetObject<Icmpv6L4Protocol>()->SetAttribute("DAD", BooleanValue(false));
            all.Get(i)->GetObject<Ipv6>()->SetAttribute("IpForward", BooleanValue(true));
        }
    }

    auto [atRouter, atServer] =
        Connect(router, server, "server", "server", SERVER_NETWORK4, SERVER_NETWORK6);
    if (m_serverAddresses > 1)
    {
        AddServerAddress(atServer);
    }
    auto [routerCore, internetCore] =
        Connect(router, internet, "core", "core", "10.0.0.0", "fd00:0:1::");
    double loss = scenario.GetNumber("network.core_loss");
    AddLoss(ports[ports.size() - 2].device, loss, STREAM_CORE_LOSS);
    AddLoss(ports.back().device, loss, STREAM_CORE_LOSS + 1);
    RouteToServer(internetCore, routerCore);
    for (uint32_t i = 0; i < locations; ++i)
    {
        std::string n = std::to_string(i + 1);
        auto [internetAccess, atAccess] = Connect(internet, access.Get(i), "access", "access-" + n,
                                                  "10.1." + n + ".0", "fd00:0:1" + n + "::");
        Route(atServer, atRouter, i);
        Route(routerCore, internetCore, i);
        Route(internetAccess, atAccess, i);
        RouteToServer(atAccess, internetAccess);
    }
}

} // namespace ns3::roam

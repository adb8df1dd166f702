/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/world.h"

#include "sim/setting.h"
#include "sim/world-movement.h"
#include "sim/world-streams.h"

#include "ns3/boolean.h"
#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/sctp-handover-binding.h"
#include "ns3/sctp-helper.h"
#include "ns3/sctp-l4-protocol.h"
#include "ns3/sctp-socket.h"
#include "ns3/session-helper.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <map>

namespace ns3::roam
{

World::World(const Scenario& s) : scenario(s), scheme(*FindScheme(s.GetText("scheme")))
{
    m_stop = scenario.GetTime("run.stop");
    if (scenario.GetText("movement.model") == "walk")
    {
        walk = ReadWorldWalk(scenario);
        // so that a change of cell in the last sample is watched to its end
        m_stop = std::min(m_stop, Seconds(walk->walk.back().time) + scenario.GetTime("run.settle") +
                                      scenario.GetTime("traffic.drain"));
    }
    m_sendingStop = std::max(m_stop - scenario.GetTime("traffic.drain"), Time(0));
    RngSeedManager::SetSeed(1);
    RngSeedManager::SetRun(scenario.GetInteger("seed"));
    SetUserDefaults(scenario);
    uint32_t locations =
        walk ? static_cast<uint32_t>(walk->cells.size()) : scenario.GetInteger("cell.count");
    network = std::make_unique<WorldNetwork>(scenario, locations);
    cells = MakeCells(scenario, *network, walk ? &*walk : nullptr);
    MakeClient();
    MakeManager();
    MakeServer();
    if (!scenario.GetFlag("session.wait_for_overlap"))
    {
        Simulator::Schedule(scenario.GetTime("session.start"), &World::StartSession, this);
    }
}

World::~World() = default;

void World::MakeClient()
{
    Ptr<Node> node = network->client;
    node->AggregateObject(walk ? MakeMovement(walk->walk) : MakeMovement(scenario, m_stop));
    for (uint32_t i = 0; i < scenario.GetInteger("client.radios"); ++i)
    {
        Ptr<RadioDevice> radio = CreateObject<RadioDevice>();
        ApplySettings(scenario, radio);
        node->AddDevice(radio);
        radios.push_back(radio);
    }
    addresses = CreateObject<AddressClient>();
    ApplySettings(scenario, addresses);
    addresses->Install(node);
    addresses->AssignStreams(STREAM_ADDRESS_CLIENT);
    addresses->TraceConnectWithoutContext("Gained", MakeCallback(&World::Gained, this));
    addresses->TraceConnectWithoutContext("Lost", MakeCallback(&World::Lost, this));
    if (scheme.transport == Transport::SCTP)
    {
        NodeContainer ends(node, network->server);
        SctpHelper sctp;
        ApplySettings(scenario, "ns3::roam::SctpL4Protocol", "",
                      [&sctp](const std::string& name, const AttributeValue& value)
                      { sctp.SetProtocolAttribute(name, value); });
        sctp.Install(ends);
        sctp.AssignStreams(ends, STREAM_SCTP);
        m_sctp = node->GetObject<SctpL4Protocol>();
        const auto theirs = network->GetServerAddresses();
        for (uint32_t i = 0; scenario.GetFlag("client.host_routes") && i < theirs.size(); ++i)
        {
            m_sctp->SetHostRoute(theirs[i], AddressClient::GetIfindex(radios[i]));
        }
    }
}

void World::MakeManager()
{
    manager = CreateObject<MobilityManager>();
    ApplySettings(scenario, manager, walk ? "walk" : "row");
    manager->SetAttribute("Dictated", BooleanValue(walk.has_value()));
    for (const auto& cell : cells)
    {
        manager->AddCell(cell.channel);
    }
    if (scheme.handover == HandoverKind::ASCONF)
    {
        m_binding = CreateObject<SctpHandoverBinding>();
        m_binding->SetNode(network->client);
        manager->SetBinding(m_binding);
    }
    manager->Install(network->client);
    if (walk)
    {
        FollowWalk();
    }
    const auto& costs = scenario.GetNumbers("handover.cell_costs");
    for (std::size_t i = 0; i < std::min(costs.size(), cells.size()); ++i)
    {
        Simulator::Schedule(scenario.GetTime("handover.preference_time"),
                            &MobilityManager::PreferCell, manager, cells[i].number, costs[i]);
    }
}

void World::FollowWalk()
{
    Time overlap = scenario.GetTime("walk.overlap");
    Simulator::Schedule(Time(0), &MobilityManager::SetServingCell, manager,
                        walk->walk.front().cell);
    // when a cell can be entered besides the serving one: how many windows are open, by cell
    std::map<uint32_t, std::multimap<Time, int>> windows;
    for (const auto& change : walk->changes)
    {
        Time at = Seconds(change.time);
        Simulator::Schedule(at, &MobilityManager::SetServingCell, manager, change.to);
        for (uint32_t cell : {change.from, change.to})
        {
            windows[cell].emplace(std::max(at - overlap, Time(0)), 1);
            windows[cell].emplace(at + overlap, -1);
        }
    }
    for (const auto& [cell, edges] : windows)
    {
        int open = 0;
        for (auto edge = edges.begin(); edge != edges.end();)
        {
            Time at = edge->first;
            int before = open;
            for (; edge != edges.end() && edge->first == at; ++edge)
            {
                open += edge->second;
            }
            if ((before > 0) != (open > 0))
            {
                Simulator::Schedule(at, &MobilityManager::SetAttachable, manager, cell, open > 0);
            }
        }
    }
}

ObjectFactory World::MakeFlow(uint16_t id, const std::string& direction,
                              Time applicationStart) const
{
    ObjectFactory flow("ns3::roam::SessionFlow");
    flow.Set("Id", UintegerValue(id));
    ApplySettings(scenario, flow, direction);
    // 0 would be without end
    flow.Set("Stop", TimeValue(std::max(m_sendingStop - applicationStart, NanoSeconds(1))));
    return flow;
}

namespace
{

SessionHelper MakeSessionHelper(const Scenario& scenario, const Scheme& scheme)
{
    static const std::map<Transport, std::string> factories{
        {Transport::SCTP, "ns3::roam::SctpSocketFactory"},
        {Transport::TCP, "ns3::TcpSocketFactory"},
        {Transport::UDP, "ns3::UdpSocketFactory"}};
    SessionHelper helper(factories.at(scheme.transport));
    ApplySettings(scenario, "ns3::roam::SessionClient", "",
                  [&helper](const std::string& name, const AttributeValue& value)
                  { helper.SetClientAttribute(name, value); });
    if (scheme.transport == Transport::SCTP)
    {
        auto set = [&helper](const std::string& name, const AttributeValue& value)
        { helper.SetSocketAttribute(name, value); };
        ApplySettings(scenario, "ns3::roam::SctpSocket", "", set);
        set("AddIp", BooleanValue(scheme.handover == HandoverKind::ASCONF));
    }
    return helper;
}

} // namespace

void World::MakeServer()
{
    SessionHelper helper = MakeSessionHelper(scenario, scheme);
    helper.AddDownlink(MakeFlow(FLOW_DOWN, "down", Time(0)));
    auto port = static_cast<uint16_t>(scenario.GetInteger("session.port"));
    Address local = network->v6 ? Address(Inet6SocketAddress(Ipv6Address::GetAny(), port))
                                : Address(InetSocketAddress(Ipv4Address::GetAny(), port));
    server = helper.InstallServer(network->server, local);
    server->AssignStreams(STREAM_TRAFFIC_DOWN);
}

void World::SocketMade(Ptr<SctpHandoverBinding> binding, uint32_t, Ptr<Socket> socket)
{
    binding->SetSocket(socket);
}

void World::StartSession()
{
    m_sessionStarted = true;
    SessionHelper helper = MakeSessionHelper(scenario, scheme);
    helper.AddUplink(MakeFlow(FLOW_UP, "up", Simulator::Now()));
    auto port = static_cast<uint16_t>(scenario.GetInteger("session.port"));
    Address at = network->GetServerAddress();
    Address remote = network->v6 ? Address(Inet6SocketAddress(Ipv6Address::ConvertFrom(at), port))
                                 : Address(InetSocketAddress(Ipv4Address::ConvertFrom(at), port));
    Ptr<SessionClient> client = helper.InstallClient(network->client, remote);
    client->AssignStreams(STREAM_TRAFFIC_UP);
    if (m_binding)
    {
        client->TraceConnectWithoutContext("Socket",
                                           MakeBoundCallback(&World::SocketMade, m_binding));
    }
    if (!clientMade.IsNull())
    {
        clientMade(client);
    }
}

void World::Gained(uint32_t ifindex, Address address, Address)
{
    if (m_sctp && !m_binding)
    {
        m_sctp->AddressGained(address, ifindex);
    }
    if (m_sessionStarted || !scenario.GetFlag("session.wait_for_overlap") ||
        Simulator::Now() < scenario.GetTime("session.start"))
    {
        return;
    }
    auto held = std::count_if(
        radios.begin(), radios.end(),
        [this](const Ptr<RadioDevice>& radio)
        { return !addresses->GetAddress(AddressClient::GetIfindex(radio)).IsInvalid(); });
    if (held >= 2)
    {
        // after everybody has heard of the address
        Simulator::ScheduleNow(&World::StartSession, this);
        m_sessionStarted = true;
    }
}

void World::Lost(uint32_t, Address address)
{
    if (m_sctp && !m_binding)
    {
        m_sctp->AddressLost(address);
    }
}

Time World::GetStop() const
{
    return m_stop;
}

Time World::GetSendingStop() const
{
    return m_sendingStop;
}

const WorldCell* World::FindCell(const Address& clientAddress) const
{
    for (uint32_t i = 0; i < cells.size(); ++i)
    {
        bool in = Ipv4Address::IsMatchingType(clientAddress)
                      ? Ipv4Mask("/24").IsMatch(Ipv4Address::ConvertFrom(clientAddress),
                                                network->GetRouterAddress4(i))
                      : Ipv6Address::IsMatchingType(clientAddress) &&
                            Ipv6Prefix(64).IsMatch(Ipv6Address::ConvertFrom(clientAddress),
                                                   network->GetRouterAddress6(i));
        if (in)
        {
            return &cells[i];
        }
    }
    return nullptr;
}

const WorldCell* World::FindCell(uint32_t number) const
{
    for (const auto& cell : cells)
    {
        if (cell.number == number)
        {
            return &cell;
        }
    }
    return nullptr;
}

} // namespace ns3::roam

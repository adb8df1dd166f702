/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/world.h"

#include "sim/setting.h"
#include "sim/world-movement.h"
#include "sim/world-streams.h"

#include "ns3/boolean.h"
#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/mobile-client-helper.h"
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
    network->Route();
    cells = MakeCells(scenario, *network, walk ? &*walk : nullptr);
    MakeMobile();
    MakeSession();
    if (!scenario.GetFlag("session.wait_for_overlap"))
    {
        Simulator::Schedule(scenario.GetTime("session.start"), &World::StartSession, this);
    }
}

World::~World() = default;

void World::MakeMobile()
{
    Ptr<Node> node = network->mobileNode;
    node->AggregateObject(walk ? MakeMovement(walk->walk) : MakeMovement(scenario, m_stop));
    MobileClientHelper helper;
    helper.SetRadios(scenario.GetInteger("client.radios"));
    ApplySettings(scenario, "ns3::roam::RadioDevice", "",
                  [&helper](const std::string& name, const AttributeValue& value)
                  { helper.SetRadioAttribute(name, value); });
    ApplySettings(scenario, "ns3::roam::AddressClient", "",
                  [&helper](const std::string& name, const AttributeValue& value)
                  { helper.SetAddressClientAttribute(name, value); });
    ApplySettings(scenario, "ns3::roam::MobilityManager", walk ? "walk" : "row",
                  [&helper](const std::string& name, const AttributeValue& value)
                  { helper.SetManagerAttribute(name, value); });
    helper.SetManagerAttribute("Dictated", BooleanValue(walk.has_value()));
    Ptr<MobilityManager> manager = helper.Install(node);
    mobiles.push_back({1, node, {}, node->GetObject<AddressClient>(), manager});
    Mobile& mobile = mobiles.back();
    for (uint32_t i = 0; i < node->GetNDevices(); ++i)
    {
        if (auto radio = DynamicCast<RadioDevice>(node->GetDevice(i)))
        {
            mobile.radios.push_back(radio);
        }
    }
    mobile.addresses->AssignStreams(STREAM_ADDRESS_CLIENT);
    mobile.addresses->TraceConnectWithoutContext("Gained", MakeCallback(&World::Gained, this));
    mobile.addresses->TraceConnectWithoutContext("Lost", MakeCallback(&World::Lost, this));
    MakeTransport(mobile, network->hosts.front());
    ConfigureManager(mobile);
}

void World::MakeTransport(Mobile& mobile, Host& host)
{
    if (scheme.transport != Transport::SCTP)
    {
        return;
    }
    NodeContainer ends(mobile.node, host.node);
    SctpHelper sctp;
    ApplySettings(scenario, "ns3::roam::SctpL4Protocol", "",
                  [&sctp](const std::string& name, const AttributeValue& value)
                  { sctp.SetProtocolAttribute(name, value); });
    sctp.Install(ends);
    sctp.AssignStreams(ends, STREAM_SCTP);
    m_sctp = mobile.node->GetObject<SctpL4Protocol>();
    for (uint32_t i = 0; scenario.GetFlag("client.host_routes") && i < host.addresses.size(); ++i)
    {
        m_sctp->SetHostRoute(host.addresses[i], AddressClient::GetIfindex(mobile.radios[i]));
    }
}

void World::ConfigureManager(Mobile& mobile)
{
    for (const auto& cell : cells)
    {
        mobile.manager->AddCell(cell.channel);
    }
    if (scheme.handover == HandoverKind::ASCONF)
    {
        m_binding = CreateObject<SctpHandoverBinding>();
        m_binding->SetNode(mobile.node);
        mobile.manager->SetBinding(m_binding);
    }
    if (walk)
    {
        FollowWalk(mobile.manager);
    }
    const auto& costs = scenario.GetNumbers("handover.cell_costs");
    for (std::size_t i = 0; i < std::min(costs.size(), cells.size()); ++i)
    {
        Simulator::Schedule(scenario.GetTime("handover.preference_time"),
                            &MobilityManager::PreferCell, mobile.manager, cells[i].number,
                            costs[i]);
    }
}

void World::FollowWalk(Ptr<MobilityManager> manager)
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

void World::MakeSession()
{
    SessionHelper helper = MakeSessionHelper(scenario, scheme);
    helper.AddDownlink(MakeFlow(FLOW_DOWN, "down", Time(0)));
    Host& host = network->hosts.front();
    Address any = network->v6 ? Address(Ipv6Address::GetAny()) : Address(Ipv4Address::GetAny());
    sessions.push_back(
        {&mobiles.front(), &host, nullptr, helper.InstallServer(host.node, WithPort(any))});
    sessions.back().server->AssignStreams(STREAM_TRAFFIC_DOWN);
}

Address World::WithPort(const Address& address) const
{
    auto port = static_cast<uint16_t>(scenario.GetInteger("session.port"));
    return network->v6 ? Address(Inet6SocketAddress(Ipv6Address::ConvertFrom(address), port))
                       : Address(InetSocketAddress(Ipv4Address::ConvertFrom(address), port));
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
    Session& session = sessions.front();
    Ptr<SessionClient> client =
        helper.InstallClient(session.mobile->node, WithPort(session.host->addresses.front()));
    session.client = client;
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
    const Mobile& mobile = mobiles.front();
    auto held = std::count_if(
        mobile.radios.begin(), mobile.radios.end(),
        [&mobile](const Ptr<RadioDevice>& radio)
        { return !mobile.addresses->GetAddress(AddressClient::GetIfindex(radio)).IsInvalid(); });
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

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

World::World(const Scenario& s) : World(s, *FindScheme(s.GetText("scheme")))
{
}

World::World(const Scenario& s, const SchemeEntry& entry)
    : scenario(s), scheme(entry), transport(GetTransport(s, entry)),
      serverCalls(s.GetText("session.caller") == "server"), m_mover(entry.makeMover()),
      m_locator(MakeLocator(s, entry))
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
    for (SchemePart* part : GetParts())
    {
        part->AddHosts(*this);
    }
    network->CheckNames();
    network->Route();
    cells = MakeCells(scenario, *network, walk ? &*walk : nullptr);
    MakeMobile();
    Equip();
    ConfigureManager(mobiles.front());
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
    if (m_locator)
    {
        manager->TraceConnectWithoutContext("Primary", MakeCallback(&World::Moved, this));
    }
    if (transport == Transport::SCTP)
    {
        InstallSctp(mobile, network->hosts.front());
    }
}

std::vector<SchemePart*> World::GetParts() const
{
    std::vector<SchemePart*> parts{m_mover.get()};
    if (m_locator)
    {
        parts.push_back(m_locator.get());
    }
    return parts;
}

void World::Equip()
{
    for (SchemePart* part : GetParts())
    {
        for (auto& host : network->hosts)
        {
            part->EquipHost(host);
        }
        for (auto& site : network->sites)
        {
            part->EquipSite(site);
        }
        for (auto& mobile : mobiles)
        {
            part->EquipMobile(mobile);
        }
    }
}

void World::InstallSctp(Mobile& mobile, Host& host)
{
    NodeContainer ends(mobile.node, host.node);
    SctpHelper sctp;
    ApplySettings(scenario, "ns3::roam::SctpL4Protocol", "",
                  [&sctp](const std::string& name, const AttributeValue& value)
                  { sctp.SetProtocolAttribute(name, value); });
    sctp.Install(ends);
    sctp.AssignStreams(ends, STREAM_SCTP);
    Ptr<SctpL4Protocol> protocol = mobile.node->GetObject<SctpL4Protocol>();
    for (uint32_t i = 0; scenario.GetFlag("client.host_routes") && i < host.addresses.size(); ++i)
    {
        protocol->SetHostRoute(host.addresses[i], AddressClient::GetIfindex(mobile.radios[i]));
    }
}

void World::ConfigureManager(Mobile& mobile)
{
    for (const auto& cell : cells)
    {
        mobile.manager->AddCell(cell.channel);
    }
    if (Ptr<HandoverBinding> binding = m_mover->MakeBinding(mobile))
    {
        mobile.manager->SetBinding(binding);
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

SessionHelper World::MakeSessionHelper() const
{
    static const std::map<Transport, std::string> factories{
        {Transport::SCTP, "ns3::roam::SctpSocketFactory"},
        {Transport::TCP, "ns3::TcpSocketFactory"},
        {Transport::UDP, "ns3::UdpSocketFactory"}};
    SessionHelper helper(factories.at(transport));
    ApplySettings(scenario, "ns3::roam::SessionClient", "",
                  [&helper](const std::string& name, const AttributeValue& value)
                  { helper.SetClientAttribute(name, value); });
    if (transport == Transport::SCTP)
    {
        ApplySettings(scenario, "ns3::roam::SctpSocket", "",
                      [&helper](const std::string& name, const AttributeValue& value)
                      { helper.SetSocketAttribute(name, value); });
    }
    m_mover->ConfigureSession(helper, transport);
    return helper;
}

void World::MakeSession()
{
    SessionHelper helper = MakeSessionHelper();
    helper.AddDownlink(serverCalls ? MakeFlow(FLOW_UP, "up", Time(0))
                                   : MakeFlow(FLOW_DOWN, "down", Time(0)));
    Mobile& mobile = mobiles.front();
    Host& host = network->hosts.front();
    Address any = network->v6 ? Address(Ipv6Address::GetAny()) : Address(Ipv4Address::GetAny());
    sessions.push_back(
        {&mobile, &host, nullptr,
         helper.InstallServer(serverCalls ? mobile.node : host.node, WithPort(any))});
    Ptr<SessionServer> server = sessions.back().server;
    server->AssignStreams(serverCalls ? STREAM_TRAFFIC_UP : STREAM_TRAFFIC_DOWN);
    if (serverCalls)
    {
        server->TraceConnectWithoutContext("Socket", MakeCallback(&World::SocketMade, this));
    }
}

Address World::WithPort(const Address& address) const
{
    auto port = static_cast<uint16_t>(scenario.GetInteger("session.port"));
    return network->v6 ? Address(Inet6SocketAddress(Ipv6Address::ConvertFrom(address), port))
                       : Address(InetSocketAddress(Ipv4Address::ConvertFrom(address), port));
}

void World::SocketMade(uint32_t, Ptr<Socket> socket)
{
    m_mover->SocketMade(*sessions.front().mobile, socket);
}

void World::StartSession()
{
    m_sessionStarted = true;
    if (serverCalls)
    {
        m_locator->Find(*sessions.front().mobile, [this](const Address& at) { Call(at); });
        return;
    }
    Call(sessions.front().host->addresses.front());
}

void World::Call(const Address& at)
{
    SessionHelper helper = MakeSessionHelper();
    helper.AddUplink(serverCalls ? MakeFlow(FLOW_DOWN, "down", Simulator::Now())
                                 : MakeFlow(FLOW_UP, "up", Simulator::Now()));
    Session& session = sessions.front();
    Ptr<Node> node = serverCalls ? session.host->node : session.mobile->node;
    session.client = helper.InstallClient(node, WithPort(at));
    session.client->AssignStreams(serverCalls ? STREAM_TRAFFIC_DOWN : STREAM_TRAFFIC_UP);
    if (!serverCalls)
    {
        session.client->TraceConnectWithoutContext("Socket",
                                                   MakeCallback(&World::SocketMade, this));
    }
    if (!clientMade.IsNull())
    {
        clientMade(session.client);
    }
}

void World::Moved(Address primary, uint32_t, uint32_t)
{
    Session& session = sessions.front();
    m_locator->Moved(*session.mobile, primary);
    if (serverCalls && session.client)
    {
        // the next attempt to open is for where the mobile is now
        m_locator->Find(
            *session.mobile, [this](const Address& at)
            { sessions.front().client->SetAttribute("Remote", AddressValue(WithPort(at))); });
    }
}

void World::Gained(uint32_t, Address, Address)
{
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

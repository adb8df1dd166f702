// SPDX-License-Identifier: GPL-2.0-or-later
// The world of a scenario: addresses and routes of Figure 1, and movement.

#include "sim/record/recorder.h"
#include "sim/scenario.h"
#include "sim/schemes/none.h"
#include "sim/world-movement.h"
#include "sim/world.h"

#include "ns3/inet-socket-address.h"
#include "ns3/ipv4-routing-table-entry.h"
#include "ns3/ipv4-static-routing-helper.h"
#include "ns3/ipv4.h"
#include "ns3/ipv6-route.h"
#include "ns3/ipv6-routing-protocol.h"
#include "ns3/ipv6.h"
#include "ns3/mac48-address.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/roam-compat.h"
#include "ns3/sctp-l4-protocol.h"
#include "ns3/sctp-socket.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/test.h"
#include "ns3/udp-socket-factory.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

using namespace ns3;
using namespace ns3::roam;

namespace
{

/** The rows of a node's table for a network, "gateway gateway ...", in their order. */
std::string RowsFor(Ptr<Node> node, Ipv4Address network)
{
    Ptr<Ipv4StaticRouting> routing =
        Ipv4StaticRoutingHelper().GetStaticRouting(node->GetObject<Ipv4>());
    std::ostringstream rows;
    for (uint32_t i = 0; i < routing->GetNRoutes(); ++i)
    {
        Ipv4RoutingTableEntry row = routing->GetRoute(i);
        if (row.GetDestNetwork() == network && !row.IsHost())
        {
            rows << (rows.str().empty() ? "" : " ") << row.GetGateway();
        }
    }
    return rows.str();
}

/** The gateway that a node takes towards an address. */
std::string GatewayTo(Ptr<Node> node, Ipv4Address destination)
{
    Ipv4Header header;
    header.SetDestination(destination);
    Socket::SocketErrno error = Socket::ERROR_NOTERROR;
    Ptr<Ipv4Route> route = node->GetObject<Ipv4>()->GetRoutingProtocol()->RouteOutput(
        Create<Packet>(), header, nullptr, error);
    std::ostringstream text;
    if (route)
    {
        text << route->GetGateway();
    }
    return text.str();
}

class RoutesAreThoseOfTheDraft : public TestCase
{
  public:
    RoutesAreThoseOfTheDraft()
        : TestCase("the routing tables are those of draft-sjkoh-sctp-mobility-01 section 5.2")
    {
    }

  private:
    void DoRun() override
    {
        std::string file = CreateTempDirFilename("figure1.toml");
        std::ofstream(file) << "[movement]\nstart = \"0m\"\nspeed = \"12m/s\"\n"
                               "[handover]\nthreshold = \"-85dBm\"\nfloor = \"-100dBm\"\n";
        Scenario scenario = Scenario::Read(file, {});
        {
            World world(scenario);
            Ptr<Node> server = world.network->hosts.front().node;
            Ptr<Node> client = world.mobiles.front().node;
            for (const char* place : {"2.2.2.0", "3.3.3.0"})
            {
                NS_TEST_EXPECT_MSG_EQ(RowsFor(server, place), "1.1.1.1", "the server's " << place);
            }
            Ipv4Address at("1.1.1.2");
            Simulator::Stop(Seconds(12)); // in the overlap, before the change
            Simulator::Run();
            NS_TEST_EXPECT_MSG_EQ(GatewayTo(client, at), "2.2.2.1", "before the handover");
            NS_TEST_EXPECT_MSG_EQ(world.mobiles.front().manager->GetHandovers().size(), 0,
                                  "it has not begun");
            Simulator::Stop(Seconds(9)); // still in the overlap, after the change
            Simulator::Run();
            NS_TEST_EXPECT_MSG_EQ(GatewayTo(client, at), "3.3.3.1", "after the handover");
            NS_TEST_EXPECT_MSG_EQ(world.mobiles.front().manager->GetHandovers().size(), 1,
                                  "it is done");
            NS_TEST_EXPECT_MSG_EQ(world.mobiles.front().addresses->GetAddress(2).IsInvalid(), false,
                                  "the old address is still there");
            for (const char* place : {"2.2.2.0", "3.3.3.0"})
            {
                NS_TEST_EXPECT_MSG_EQ(RowsFor(server, place), "1.1.1.1", "the server's " << place);
            }
            NS_TEST_EXPECT_MSG_EQ(world.FindCell(Ipv4Address("3.3.3.7"))->number, 2, "its cell");
            NS_TEST_EXPECT_MSG_EQ((world.FindCell(Ipv4Address("4.4.4.7")) == nullptr), true,
                                  "none");
        }
        Simulator::Destroy();
    }
};

/** Counts the client's packets with DATA by the way that they go. */
class WayCounter
{
  public:
    explicit WayCounter(Ptr<Node> node)
    {
        node->GetObject<SctpL4Protocol>()->TraceConnectWithoutContext(
            "Tx", MakeCallback(&WayCounter::Sent, this));
    }

    uint32_t Get(const std::string& way) const
    {
        auto it = m_packets.find(way);
        return it == m_packets.end() ? 0 : it->second;
    }

    uint32_t GetWays() const
    {
        return m_packets.size();
    }

  private:
    void Sent(Ptr<const Packet> packet, const Address& from, const Address& to, uint32_t)
    {
        uint8_t bytes[13];
        packet->CopyData(bytes, sizeof bytes);
        if (bytes[12] == 0) // its first chunk is DATA
        {
            std::ostringstream way;
            way << Ipv4Address::ConvertFrom(from) << " > " << Ipv4Address::ConvertFrom(to);
            m_packets[way.str()]++;
        }
    }

    std::map<std::string, uint32_t> m_packets; //!< by "source > destination"
};

class HostRoutesTellTheLinksApart : public TestCase
{
  public:
    HostRoutesTellTheLinksApart()
        : TestCase("a server with two addresses, each by one radio (draft 01 section 5.2)")
    {
    }

  private:
    void DoRun() override
    {
        std::string file = CreateTempDirFilename("dual.toml");
        std::ofstream(file) << "[server]\naddresses = 2\n[client]\nhost_routes = true\n"
                               "[movement]\nstart = \"0m\"\nspeed = \"12m/s\"\n"
                               "[handover]\nthreshold = \"-85dBm\"\nfloor = \"-100dBm\"\n";
        Scenario scenario = Scenario::Read(file, {});
        {
            World world(scenario);
            WayCounter ways(world.mobiles.front().node);
            Simulator::Stop(world.GetStop());
            Simulator::Run();
            NS_TEST_EXPECT_MSG_EQ(world.mobiles.front().manager->GetHandovers().size(), 1,
                                  "it is done");
            NS_TEST_EXPECT_MSG_GT(ways.Get("2.2.2.2 > 1.1.1.2"), 0, "before");
            NS_TEST_EXPECT_MSG_GT(ways.Get("3.3.3.2 > 1.1.1.3"), 0, "after");
            NS_TEST_EXPECT_MSG_EQ(ways.GetWays(), 2, "and no other way");
        }
        Simulator::Destroy();
    }
};

/** The settings of the session are those of its two sockets, and of no other. */
class SettingsReachTheSessionAlone : public TestCase
{
  public:
    SettingsReachTheSessionAlone() : TestCase("settings reach the session's sockets, no others")
    {
    }

  private:
    void TakeServers(uint32_t, Ptr<Socket> socket)
    {
        m_ends["server"] = socket;
    }

    void TakeClients(uint32_t, Ptr<Socket> socket)
    {
        m_ends["client"] = socket;
    }

    void ClientMade(Ptr<SessionClient> client)
    {
        client->TraceConnectWithoutContext(
            "Socket", MakeCallback(&SettingsReachTheSessionAlone::TakeClients, this));
    }

    static std::string Get(Ptr<Socket> socket, const std::string& name)
    {
        StringValue text;
        socket->GetAttribute(name, text);
        return text.Get();
    }

    void DoRun() override
    {
        std::string file = CreateTempDirFilename("settings.toml");
        std::ofstream(file) << "[run]\nstop = \"8s\"\n[sctp]\nlifetime = \"700ms\"\n"
                               "unordered = true\npath_max_retrans = 3\n"
                               "switch_policy = \"hold\"\nudp_encapsulation = true\n";
        const std::map<std::string, std::string> expected{
            {"Reliability", "Timed"}, {"Lifetime", "+7e+08ns"}, {"Unordered", "true"},
            {"PathMaxRetrans", "3"},  {"SwitchPolicy", "Hold"}, {"RemoteUdpPort", "9899"}};
        Scenario scenario = Scenario::Read(file, {});
        {
            World world(scenario);
            world.clientMade = MakeCallback(&SettingsReachTheSessionAlone::ClientMade, this);
            world.sessions.front().server->TraceConnectWithoutContext(
                "Socket", MakeCallback(&SettingsReachTheSessionAlone::TakeServers, this));
            Simulator::Stop(world.GetStop());
            Simulator::Run();
            NS_TEST_ASSERT_MSG_EQ(m_ends.size(), 2, "both ends have a socket");
            Ptr<Socket> other =
                Socket::CreateSocket(world.network->hosts.front().node,
                                     TypeId::LookupByName("ns3::roam::SctpSocketFactory"));
            Ptr<Socket> plain = CreateObject<SctpSocket>();
            for (const auto& [name, value] : expected)
            {
                for (const auto& [end, socket] : m_ends)
                {
                    NS_TEST_EXPECT_MSG_EQ(Get(socket, name), value, end << "'s " << name);
                }
                NS_TEST_EXPECT_MSG_EQ(Get(other, name), Get(plain, name), "another's " << name);
                NS_TEST_EXPECT_MSG_NE(Get(other, name), value, "another's " << name);
            }
        }
        m_ends.clear();
        Simulator::Destroy();
    }

    std::map<std::string, Ptr<Socket>> m_ends;
};

/** Routes are computed: of sites, of the server and of a host that is added. */
class EveryNodeReachesEveryOther : public TestCase
{
  public:
    explicit EveryNodeReachesEveryOther(const std::string& family)
        : TestCase("every node of the fixed network reaches every other: " + family),
          m_family(family)
    {
    }

  private:
    static bool HasRoute(Ptr<Node> node, const Address& to)
    {
        Socket::SocketErrno error = Socket::ERROR_NOTERROR;
        if (Ipv6Address::IsMatchingType(to))
        {
            Ipv6Header header;
            header.SetDestination(Ipv6Address::ConvertFrom(to));
            return node->GetObject<Ipv6>()->GetRoutingProtocol()->RouteOutput(
                       Create<Packet>(), header, nullptr, error) != nullptr;
        }
        Ipv4Header header;
        header.SetDestination(Ipv4Address::ConvertFrom(to));
        return node->GetObject<Ipv4>()->GetRoutingProtocol()->RouteOutput(
                   Create<Packet>(), header, nullptr, error) != nullptr;
    }

    void DoRun() override
    {
        std::string file = CreateTempDirFilename("routes.toml");
        std::ofstream(file) << "[run]\nfamily = \"" << m_family << "\"\n[cell]\ncount = 9\n";
        Scenario scenario = Scenario::Read(file, {});
        {
            WorldNetwork network(scenario, 9);
            network.AddHost("directory", DataRate("1Mbps"), MilliSeconds(30));
            network.AddHost("registrar", DataRate("1Mbps"), MilliSeconds(30));
            network.AddSite("home", DataRate("1Mbps"), MilliSeconds(30));
            network.AddSite("other", DataRate("1Mbps"), MilliSeconds(30));
            network.Route();
            MakeCells(scenario, network, nullptr);
            Simulator::Stop(MilliSeconds(1)); // ns-3's Radvd has to have begun before it ends
            Simulator::Run();
            std::map<Ptr<Node>, Address> addresses;
            for (const auto& host : network.hosts)
            {
                addresses[host.node] = host.addresses.front();
            }
            for (const auto& site : network.sites)
            {
                addresses[site.router] = site.address;
            }
            NS_TEST_ASSERT_MSG_EQ(addresses.size(), 3 + 9 + 2, "hosts and routers");
            std::vector<Ptr<Node>> from{network.router, network.internet};
            for (const auto& one : addresses)
            {
                from.push_back(one.first);
            }
            for (const auto& node : from)
            {
                for (const auto& [other, address] : addresses)
                {
                    NS_TEST_EXPECT_MSG_EQ((node == other || HasRoute(node, address)), true,
                                          "node " << node->GetId() << " to " << other->GetId());
                }
            }
        }
        Simulator::Destroy();
    }

    std::string m_family;
};

/** A scheme of the test's own, which adds two hosts and a site and counts what it is given. */
class HostsMover : public NoMover
{
  public:
    void AddHosts(World& world) override
    {
        world.network->AddHost("directory", DataRate("1Mbps"), MilliSeconds(30));
        world.network->AddHost("registrar", DataRate("1Mbps"), MilliSeconds(30));
        world.network->AddSite("home", DataRate("1Mbps"), MilliSeconds(30));
    }

    void EquipHost(Host& host) override
    {
        equipped += host.name + " ";
    }

    void EquipSite(Site& site) override
    {
        equipped += site.name + " ";
    }

    void EquipMobile(Mobile& mobile) override
    {
        equipped += "mobile " + std::to_string(mobile.number);
        NoMover::EquipMobile(mobile);
    }

    static std::string equipped;
};

std::string HostsMover::equipped;

class WhatASchemeAddsShiftsNothing : public TestCase
{
  public:
    WhatASchemeAddsShiftsNothing()
        : TestCase("hosts and a site that a scheme adds shift nothing of what stands")
    {
    }

  private:
    std::string Run(const Scenario& scenario, const SchemeEntry& entry)
    {
        std::string text;
        m_addresses = CountAddresses();
        {
            World world(scenario, entry);
            Recorder recorder(world);
            Simulator::Stop(world.GetStop());
            Simulator::Run();
            recorder.Finish();
            text = recorder.GetTimeline().GetText();
        }
        m_addresses = CountAddresses() - m_addresses;
        Simulator::Destroy();
        return text;
    }

    /** How many hardware addresses there have been, and this one. */
    static uint32_t CountAddresses()
    {
        uint8_t bytes[6];
        Mac48Address::Allocate().CopyTo(bytes);
        return bytes[4] << 8 | bytes[5];
    }

    void DoRun() override
    {
        std::string file = CreateTempDirFilename("added.toml");
        // without jitter, whose streams depend on what the process has made before
        std::ofstream(file) << "[run]\nstop = \"20s\"\n[network]\nresolution_jitter = \"0s\"\n"
                               "[movement]\nstart = \"0m\"\nspread = \"20m\"\n"
                               "speed = \"24m/s\"\n[cell]\nloss = 0.02\n"
                               "[shadowing]\ndeviation = \"4dB\"\n";
        Scenario scenario = Scenario::Read(file, {});
        SchemeEntry plain = *FindScheme("sctp");
        SchemeEntry more = plain;
        more.makeMover = &MakePart<Mover, HostsMover>;
        HostsMover::equipped.clear();
        std::string one = Run(scenario, plain);
        uint32_t addresses = m_addresses;
        std::string other = Run(scenario, more);
        NS_TEST_EXPECT_MSG_EQ(m_addresses, addresses, "as many hardware addresses");
        NS_TEST_EXPECT_MSG_GT(one.size(), 10000, "something happened");
        NS_TEST_EXPECT_MSG_EQ((other == one), true, "the same with two hosts and a site more");
        NS_TEST_EXPECT_MSG_EQ(HostsMover::equipped,
                              "server directory registrar AR1 AR2 home mobile 1",
                              "each part was given to the scheme once");
    }

    uint32_t m_addresses{0}; //!< that a run took
};

/** Asks an added host over UDP, and notes when its answer comes. */
class Asker
{
  public:
    Asker(Ptr<Node> from, Ptr<Node> to, Address at)
    {
        m_to = Socket::CreateSocket(to, UdpSocketFactory::GetTypeId());
        m_to->Bind(InetSocketAddress(Ipv4Address::GetAny(), 7));
        m_to->SetRecvCallback(MakeCallback(&Asker::Answer, this));
        m_from = Socket::CreateSocket(from, UdpSocketFactory::GetTypeId());
        m_from->Bind();
        m_from->SetRecvCallback(MakeCallback(&Asker::Hear, this));
        Ptr<Socket> socket = m_from;
        RoamSchedule(MilliSeconds(1000),
                     [=]
                     {
                         socket->SendTo(Create<Packet>(1250 - 30), 0,
                                        InetSocketAddress(Ipv4Address::ConvertFrom(at), 7));
                     });
    }

    Time took{-1};

  private:
    void Answer(Ptr<Socket> socket)
    {
        Address from;
        socket->RecvFrom(from);
        socket->SendTo(Create<Packet>(0), 0, from);
    }

    void Hear(Ptr<Socket>)
    {
        took = Simulator::Now() - MilliSeconds(1000);
    }

    Ptr<Socket> m_to;
    Ptr<Socket> m_from;
};

/** hosts.NAME and sites.NAME say where a part of the scheme is. */
class AddedPartsAreWhereKeysSay : public TestCase
{
  public:
    AddedPartsAreWhereKeysSay() : TestCase("keys move the hosts and sites that a scheme adds")
    {
    }

  private:
    /** How long the server waits for a host's answer, and for one from inside a site. */
    std::pair<Time, Time> Measure(const std::string& keys)
    {
        std::string file = CreateTempDirFilename("placed.toml");
        std::ofstream(file) << "[network]\nresolution_jitter = \"0s\"\n" << keys;
        Scenario scenario = Scenario::Read(file, {});
        std::pair<Time, Time> took;
        {
            WorldNetwork network(scenario, 2);
            Host& host = network.AddHost("directory", DataRate("1Mbps"), MilliSeconds(30));
            Site& site = network.AddSite("home", DataRate("1Mbps"), MilliSeconds(40));
            network.CheckNames();
            network.Route();
            Ptr<Node> server = network.hosts.front().node;
            Asker one(server, host.node, host.addresses.front());
            Asker other(server, site.router, site.address);
            Simulator::Stop(Seconds(3));
            Simulator::Run();
            took = {one.took, other.took};
        }
        Simulator::Destroy();
        return took;
    }

    std::string Refusal(const std::string& keys)
    {
        try
        {
            Measure(keys);
        }
        catch (const ScenarioError& error)
        {
            Simulator::Destroy();
            return error.what();
        }
        return "";
    }

    static bool Contains(const std::string& text, const std::string& part)
    {
        return text.find(part) != std::string::npos;
    }

    void DoRun() override
    {
        auto standard = Measure("");
        NS_TEST_ASSERT_MSG_GT(standard.first, Time(0), "the host answers");
        auto moved = Measure("[hosts.directory]\ndelay = \"80ms\"\n"
                             "[sites.home]\ndelay = \"10ms\"\n");
        NS_TEST_EXPECT_MSG_EQ(moved.first - standard.first, MilliSeconds(100), "50 ms each way");
        NS_TEST_EXPECT_MSG_EQ(standard.second - moved.second, MilliSeconds(60), "30 ms each way");
        // 1250 bytes and 30 of headers, the larger packet of the two, one way
        auto fast = Measure("[hosts.directory]\nrate = \"10Mbps\"\n");
        NS_TEST_EXPECT_MSG_GT(standard.first - fast.first, MilliSeconds(9), "a tenth of the time");
        NS_TEST_EXPECT_MSG_EQ(fast.second, standard.second, "the site stays where it was");

        std::string none = Refusal("[hosts.registrar]\ndelay = \"80ms\"\n");
        NS_TEST_EXPECT_MSG_EQ(Contains(none, "placed.toml:4:1: hosts.registrar.delay:"), true,
                              none);
        NS_TEST_EXPECT_MSG_EQ(Contains(none, "expected hosts.directory"), true, none);
        std::string server = Refusal("[hosts.server]\ndelay = \"80ms\"\n");
        NS_TEST_EXPECT_MSG_EQ(Contains(server, "expected network.server_delay"), true, server);
        std::string site = Refusal("[sites.directory]\nrate = \"1Mbps\"\n");
        NS_TEST_EXPECT_MSG_EQ(Contains(site, "expected sites.home"), true, site);
    }
};

class LocationsHaveNumbersOfTheirOwn : public TestCase
{
  public:
    LocationsHaveNumbersOfTheirOwn() : TestCase("locations leave out 10 and 127")
    {
    }

  private:
    void DoRun() override
    {
        NS_TEST_EXPECT_MSG_EQ(WorldNetwork::GetNumber(0), 2, "2.2.2.0");
        NS_TEST_EXPECT_MSG_EQ(WorldNetwork::GetNumber(7), 9, "9.9.9.0");
        NS_TEST_EXPECT_MSG_EQ(WorldNetwork::GetNumber(8), 11, "not 10");
        for (uint32_t i = 0; i < WorldNetwork::MOST_LOCATIONS; ++i)
        {
            uint32_t n = WorldNetwork::GetNumber(i);
            NS_TEST_EXPECT_MSG_EQ((n == 10 || n == 127 || n > 223), false, "location " << i);
            NS_TEST_EXPECT_MSG_GT(WorldNetwork::GetNumber(i + 1), n, "location " << i);
        }
    }
};

class ClientsMoveAsTheyAreTold : public TestCase
{
  public:
    ClientsMoveAsTheyAreTold() : TestCase("line and swing")
    {
    }

  private:
    Scenario Read(const std::string& text)
    {
        std::string file = CreateTempDirFilename("movement.toml");
        std::ofstream(file) << "[movement]\n" << text;
        return Scenario::Read(file, {});
    }

    void Expect(Ptr<WaypointMobilityModel> model, double time, double x)
    {
        Simulator::Schedule(Seconds(time), &ClientsMoveAsTheyAreTold::Check, this, model, x);
    }

    void Check(Ptr<WaypointMobilityModel> model, double x)
    {
        NS_TEST_EXPECT_MSG_EQ_TOL(model->GetPosition().x, x, 1e-6,
                                  "at " << Simulator::Now().GetSeconds() << " s");
    }

    void DoRun() override
    {
        auto line = MakeMovement(
            Read("start = \"10m\"\nspeed = \"2m/s\"\nbegin = \"5s\"\noffset = \"7m\"\n"),
            Seconds(40));
        Expect(line, 3, 10);
        Expect(line, 15, 30);
        NS_TEST_EXPECT_MSG_EQ(line->GetPosition().y, 7, "beside the line");
        auto swing = MakeMovement(Read("model = \"swing\"\nstart = \"0m\"\nspeed = \"10m/s\"\n"
                                       "turn_low = \"50m\"\nturn_high = \"100m\"\n"),
                                  Seconds(40));
        Expect(swing, 5, 50);
        Expect(swing, 10, 100);
        Expect(swing, 15, 50);
        Expect(swing, 17.5, 75);
        Expect(swing, 22, 80);
        Simulator::Run();
        Simulator::Destroy();
        double low = 1e9;
        double high = -1e9;
        for (int run = 1; run <= 50; ++run)
        {
            RngSeedManager::SetRun(run);
            double x = MakeMovement(Read("start = \"0m\"\nspread = \"20m\"\nspeed = \"0m/s\"\n"),
                                    Seconds(40))
                           ->GetPosition()
                           .x;
            low = std::min(low, x);
            high = std::max(high, x);
        }
        NS_TEST_EXPECT_MSG_EQ((low >= -10 && low < -5 && high <= 10 && high > 5), true,
                              "uniform from -10 to 10 m: " << low << " to " << high);
        Simulator::Destroy();
    }
};

class ScenarioWorldTestSuite : public TestSuite
{
  public:
    ScenarioWorldTestSuite() : TestSuite("roam-scenario-world", TestSuite::Type::SYSTEM)
    {
        AddTestCase(new RoutesAreThoseOfTheDraft);
        AddTestCase(new HostRoutesTellTheLinksApart);
        AddTestCase(new SettingsReachTheSessionAlone);
        AddTestCase(new EveryNodeReachesEveryOther("ipv4"));
        AddTestCase(new EveryNodeReachesEveryOther("ipv6"));
        AddTestCase(new WhatASchemeAddsShiftsNothing);
        AddTestCase(new AddedPartsAreWhereKeysSay);
        AddTestCase(new LocationsHaveNumbersOfTheirOwn);
        AddTestCase(new ClientsMoveAsTheyAreTold);
    }
};

ScenarioWorldTestSuite g_scenarioWorldTestSuite; //!< registers itself

} // namespace

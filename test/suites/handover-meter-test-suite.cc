// SPDX-License-Identifier: GPL-2.0-or-later
// HandoverMeter on the flows of ns-3's applications, of sessions, and of any other application.

#include "model/flow-packet.h"

#include "ns3/access-router-helper.h"
#include "ns3/application-container.h"
#include "ns3/boolean.h"
#include "ns3/constant-velocity-mobility-model.h"
#include "ns3/handover-meter.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/ipv4-global-routing-helper.h"
#include "ns3/mobile-client-helper.h"
#include "ns3/on-off-helper.h"
#include "ns3/packet-sink-helper.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/pointer.h"
#include "ns3/propagation-loss-model.h"
#include "ns3/seq-ts-size-header.h"
#include "ns3/session-helper.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"

#include <sstream>
#include <string>
#include <vector>

using namespace ns3;
using namespace ns3::roam;

namespace
{

const char* const TCP = "ns3::TcpSocketFactory";
const char* const UDP = "ns3::UdpSocketFactory";
constexpr uint16_t PORT = 5000;
const Ipv4Address SERVER("10.0.1.2");
const Ipv4Address CLIENT("2.2.2.2"); //!< the first client's, in the first cell
constexpr uint32_t SIZE = 200;       //!< of a message
const Time INTERVAL = MilliSeconds(10);

/** A server with a link to each of two access routers, and clients that move from one to the other.
 */
class MeterWorld
{
  public:
    explicit MeterWorld(uint32_t radios, uint32_t clients = 1)
    {
        NodeContainer fixed(3);
        InternetStackHelper().Install(fixed);
        server = fixed.Get(0);
        PointToPointHelper link;
        link.SetDeviceAttribute("DataRate", StringValue("100Mbps"));
        link.SetChannelAttribute("Delay", StringValue("5ms"));
        AccessRouterHelper access;
        access.SetChannelAttribute("PropagationLoss",
                                   PointerValue(CreateObject<LogDistancePropagationLossModel>()));
        MobileClientHelper mobile;
        mobile.SetRadios(radios);
        for (uint32_t i = 0; i < clients; ++i)
        {
            nodes.Add(CreateObject<Node>());
            Place(nodes.Get(i), 50 - 30.0 * i, 20);
            managers.push_back(mobile.Install(nodes.Get(i)));
        }
        for (uint32_t i = 0; i < 2; ++i)
        {
            Ptr<Node> router = fixed.Get(1 + i);
            Place(router, 400.0 * i, 0);
            Ipv4AddressHelper(i == 0 ? "10.0.1.0" : "10.0.2.0", "255.255.255.0")
                .Assign(link.Install(router, server));
            Ptr<CellDevice> cell = access.Install(
                router, Ipv4Address(i == 0 ? "2.2.2.1" : "3.3.3.1"), Ipv4Mask("/24"));
            for (const auto& manager : managers)
            {
                manager->AddCell(cell->GetCell());
            }
        }
        Ipv4GlobalRoutingHelper::PopulateRoutingTables();
    }

    ~MeterWorld()
    {
        Simulator::Destroy();
    }

    /** {OnOffApplication, PacketSink} of a constant rate, from 1 s to 20 s. */
    std::vector<Ptr<Application>> MakeFlow(const std::string& factory, bool up)
    {
        const InetSocketAddress to(up ? SERVER : CLIENT, PORT);
        OnOffHelper source(factory, to);
        source.SetConstantRate(DataRate(8 * SIZE * 100), SIZE);
        PacketSinkHelper sink(factory, InetSocketAddress(Ipv4Address::GetAny(), PORT));
        std::vector<Ptr<Application>> ends{source.Install(up ? nodes.Get(0) : server).Get(0),
                                           sink.Install(up ? server : nodes.Get(0)).Get(0)};
        ends[0]->SetStartTime(Seconds(1));
        ends[0]->SetStopTime(Seconds(20));
        return ends;
    }

    void Run()
    {
        Simulator::Stop(Seconds(23));
        Simulator::Run();
    }

    Ptr<Node> server;
    NodeContainer nodes; //!< the clients
    std::vector<Ptr<MobilityManager>> managers;

  private:
    static void Place(Ptr<Node> node, double x, double speed)
    {
        auto mobility = CreateObject<ConstantVelocityMobilityModel>();
        mobility->SetPosition(Vector(x, 0, 0));
        mobility->SetVelocity(Vector(speed, 0, 0));
        node->AggregateObject(mobility);
    }
};

/** Finishes a meter; a line for each of its handovers, and one for the flow. */
std::string LinesOf(Ptr<HandoverMeter> meter)
{
    meter->Finish();
    std::ostringstream lines;
    for (const auto& handover : meter->GetHandovers())
    {
        lines << handover << "\n";
    }
    FlowSummary flow = meter->GetFlow();
    lines << flow.sent << " " << flow.delivered << " " << flow.lost << " " << meter->GetFailure();
    return lines.str();
}

bool Contains(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

class AnyApplicationCanBeMeasured : public TestCase
{
  public:
    AnyApplicationCanBeMeasured(const std::string& factory, bool up)
        : TestCase("a meter that is told of the messages agrees with one that watches, " + factory +
                   (up ? ", up" : ", down")),
          m_factory(factory), m_up(up)
    {
    }

  private:
    void Sent(Ptr<const Packet>, const Address&, const Address&, const SeqTsSizeHeader& header)
    {
        m_told->NoteSent(header.GetSeq(), SIZE);
    }

    void Received(Ptr<const Packet>, const Address&, const Address&, const SeqTsSizeHeader& header)
    {
        m_told->NoteDelivered(header.GetSeq(), SIZE, header.GetTs());
    }

    void DoRun() override
    {
        MeterWorld world(1);
        auto ends = world.MakeFlow(m_factory, m_up);
        auto watches = CreateObject<HandoverMeter>();
        watches->SetManager(world.managers[0]);
        watches->WatchApplications(ends[0], ends[1]);
        m_told = CreateObject<HandoverMeter>();
        m_told->SetAttribute("Interval", TimeValue(INTERVAL));
        m_told->SetAttribute("SendingStop", TimeValue(Seconds(20)));
        m_told->SetManager(world.managers[0]);
        m_told->WatchPackets(ends[1]->GetNode(), TypeId::LookupByName(m_factory), PORT);
        ends[0]->TraceConnectWithoutContext("TxWithSeqTsSize",
                                            MakeCallback(&AnyApplicationCanBeMeasured::Sent, this));
        ends[1]->TraceConnectWithoutContext(
            "RxWithSeqTsSize", MakeCallback(&AnyApplicationCanBeMeasured::Received, this));
        world.Run();
        std::string lines = LinesOf(watches);
        NS_TEST_EXPECT_MSG_EQ(Contains(lines, "handover 1 at 9.540 s: cell 1 to 2, hard, "), true,
                              lines);
        NS_TEST_EXPECT_MSG_EQ(LinesOf(m_told), lines, "the same");
        m_told = nullptr;
    }

    std::string m_factory;
    bool m_up;
    Ptr<HandoverMeter> m_told;
};

class WhatIsLostIsCounted : public TestCase
{
  public:
    WhatIsLostIsCounted() : TestCase("datagrams to an address that is gone are lost")
    {
    }

  private:
    void DoRun() override
    {
        MeterWorld world(1);
        auto ends = world.MakeFlow(UDP, false);
        auto meter = CreateObject<HandoverMeter>();
        meter->SetManager(world.managers[0]);
        meter->WatchApplications(ends[0], ends[1]);
        world.Run();
        std::string lines = LinesOf(meter);
        NS_TEST_ASSERT_MSG_EQ(meter->GetHandovers().size(), 1, lines);
        const HandoverMeasurement& handover = meter->GetHandovers()[0];
        FlowSummary flow = meter->GetFlow();
        NS_TEST_EXPECT_MSG_EQ(handover.outcome, "broken", "nothing comes over the new path");
        NS_TEST_EXPECT_MSG_EQ(flow.sent, 1899, "19 s, from the first interval's end on");
        NS_TEST_EXPECT_MSG_EQ_TOL(flow.delivered, 854, 2, "until 9.54 s");
        NS_TEST_EXPECT_MSG_EQ(flow.delivered + flow.lost, flow.sent, "no datagram is unfinished");
        NS_TEST_EXPECT_MSG_EQ(handover.lost, flow.lost, "all of them in this handover");
        NS_TEST_EXPECT_MSG_EQ(handover.lostBytes, flow.lost * SIZE, "their bytes");
        NS_TEST_EXPECT_MSG_EQ(handover.lostCensored, true, "more, with a longer run");
        NS_TEST_EXPECT_MSG_EQ(handover.interruption->censored, true, "it was not over");
        NS_TEST_EXPECT_MSG_EQ(Contains(meter->GetFailure(), "stalled"), true, meter->GetFailure());
    }
};

class EachSessionIsItsOwn : public TestCase
{
  public:
    explicit EachSessionIsItsOwn(bool up)
        : TestCase(std::string("two clients of one server are measured apart") +
                   (up ? ", up" : ", down")),
          m_up(up)
    {
    }

  private:
    void Sent(uint32_t, uint64_t, uint32_t)
    {
        ++m_sent;
    }

    void DoRun() override
    {
        MeterWorld world(2, 2);
        SessionHelper helper(UDP);
        ObjectFactory flow("ns3::roam::SessionFlow");
        flow.Set("Id", UintegerValue(7));
        flow.Set("MessageSize", UintegerValue(SIZE));
        flow.Set("Interval", TimeValue(INTERVAL));
        m_up ? helper.AddUplink(flow) : helper.AddDownlink(flow);
        auto server =
            helper.InstallServer(world.server, InetSocketAddress(Ipv4Address::GetAny(), PORT));
        server->TraceConnectWithoutContext("Sent", MakeCallback(&EachSessionIsItsOwn::Sent, this));
        std::vector<Ptr<HandoverMeter>> meters;
        for (uint32_t i = 0; i < 2; ++i)
        {
            auto client = helper.InstallClient(world.nodes.Get(i), InetSocketAddress(SERVER, PORT));
            client->TraceConnectWithoutContext("Sent",
                                               MakeCallback(&EachSessionIsItsOwn::Sent, this));
            client->SetStartTime(Seconds(1 + i));
            client->SetStopTime(Seconds(15 + i));
            auto meter = CreateObject<HandoverMeter>();
            meter->SetManager(world.managers[i]);
            m_up ? meter->WatchSession(client, server, 7, i)
                 : meter->WatchSession(server, client, 7, i);
            meter->SetAttribute("SendingStop", TimeValue(Seconds(15 + i)));
            meters.push_back(meter);
        }
        world.Run();
        uint64_t measured = 0;
        for (uint32_t i = 0; i < 2; ++i)
        {
            meters[i]->Finish();
            const auto& handovers = meters[i]->GetHandovers();
            NS_TEST_ASSERT_MSG_EQ(handovers.size(), 1, "one handover, client " << i);
            NS_TEST_EXPECT_MSG_EQ_TOL(handovers[0].record.tOpen.GetSeconds(), 8.98 + 1.5 * i, 0.05,
                                      "the second is 30 m behind");
            if (m_up)
            {
                NS_TEST_EXPECT_MSG_EQ(meters[i]->GetFlow().duplicated, 0, "each message once");
                NS_TEST_EXPECT_MSG_EQ_TOL(meters[i]->GetFlow().sent, 1400, 8, "14 s");
                NS_TEST_EXPECT_MSG_EQ(handovers[0].outcome, "completed", "datagrams from anywhere");
                NS_TEST_EXPECT_MSG_LT(handovers[0].interruption->length, MilliSeconds(30), "short");
            }
            measured += meters[i]->GetFlow().sent;
            NS_TEST_EXPECT_MSG_GT(meters[i]->GetFlow().delivered, 700, "delivered");
        }
        NS_TEST_EXPECT_MSG_EQ(measured, m_sent, "each message is in one meter");
    }

    bool m_up;
    uint64_t m_sent{0};
};

class DataIsToldFromTheRest : public TestCase
{
  public:
    DataIsToldFromTheRest() : TestCase("data packets of a flow, and others")
    {
    }

  private:
    /** Ports, and so many bytes of zeros behind them. */
    static std::vector<uint8_t> Packet(uint16_t from, uint16_t to, std::size_t more)
    {
        std::vector<uint8_t> packet{static_cast<uint8_t>(from >> 8), static_cast<uint8_t>(from),
                                    static_cast<uint8_t>(to >> 8), static_cast<uint8_t>(to)};
        packet.resize(4 + more);
        return packet;
    }

    static bool IsData(const FlowPackets& flow, uint8_t protocol, const std::vector<uint8_t>& bytes)
    {
        return IsDataOf(flow, protocol, bytes.data(), bytes.size());
    }

    void DoRun() override
    {
        FlowPackets udp{PROTOCOL_UDP, PORT, 0, false};
        NS_TEST_EXPECT_MSG_EQ(IsData(udp, PROTOCOL_UDP, Packet(9, PORT, 5)), true, "to the port");
        NS_TEST_EXPECT_MSG_EQ(IsData(udp, PROTOCOL_UDP, Packet(PORT, 9, 5)), true, "or from it");
        NS_TEST_EXPECT_MSG_EQ(IsData(udp, PROTOCOL_UDP, Packet(8, 9, 5)), false, "another port");
        NS_TEST_EXPECT_MSG_EQ(IsData(udp, PROTOCOL_UDP, Packet(9, PORT, 4)), false, "empty");
        NS_TEST_EXPECT_MSG_EQ(IsData(udp, PROTOCOL_TCP, Packet(9, PORT, 50)), false, "TCP");

        FlowPackets session{PROTOCOL_UDP, PORT, 0, true};
        auto message = Packet(9, PORT, 4 + 24);
        for (uint8_t kind : {0, 1, 2, 3})
        {
            message[8 + 5] = kind;
            NS_TEST_EXPECT_MSG_EQ(IsData(session, PROTOCOL_UDP, message), (kind == 1),
                                  "DATA is kind 1, not " << +kind);
        }

        FlowPackets tcp{PROTOCOL_TCP, PORT, 0, false};
        auto segment = Packet(9, PORT, 17);
        segment[12] = 5 << 4;
        NS_TEST_EXPECT_MSG_EQ(IsData(tcp, PROTOCOL_TCP, segment), true, "a byte");
        segment[12] = 6 << 4;
        NS_TEST_EXPECT_MSG_EQ(IsData(tcp, PROTOCOL_TCP, segment), false, "it is an option's");

        FlowPackets sctp{PROTOCOL_SCTP, PORT, 9899, false};
        auto chunk = Packet(9, PORT, 8 + 20);
        chunk[12 + 3] = 20; // length; DATA is type 0
        NS_TEST_EXPECT_MSG_EQ(IsData(sctp, PROTOCOL_SCTP, chunk), true, "DATA");
        auto inUdp = Packet(9, 9899, 4);
        inUdp.insert(inUdp.end(), chunk.begin(), chunk.end());
        NS_TEST_EXPECT_MSG_EQ(IsData(sctp, PROTOCOL_UDP, inUdp), true, "in UDP");
        inUdp[3]++;
        NS_TEST_EXPECT_MSG_EQ(IsData(sctp, PROTOCOL_UDP, inUdp), false, "not at its port");
        chunk[12] = 3;
        NS_TEST_EXPECT_MSG_EQ(IsData(sctp, PROTOCOL_SCTP, chunk), false, "SACK");
        for (std::size_t length = 0; length < chunk.size(); ++length)
        {
            chunk[12] = 0;
            NS_TEST_EXPECT_MSG_EQ(IsDataOf(sctp, PROTOCOL_SCTP, chunk.data(), length), false,
                                  "cut at " << length);
        }
    }
};

class HandoverMeterTestSuite : public TestSuite
{
  public:
    HandoverMeterTestSuite() : TestSuite("roam-handover-meter", TestSuite::Type::UNIT)
    {
        for (bool up : {false, true})
        {
            AddTestCase(new AnyApplicationCanBeMeasured(UDP, up));
            AddTestCase(new AnyApplicationCanBeMeasured(TCP, up));
            AddTestCase(new EachSessionIsItsOwn(up));
        }
        AddTestCase(new WhatIsLostIsCounted);
        AddTestCase(new DataIsToldFromTheRest);
    }
};

HandoverMeterTestSuite g_handoverMeterTestSuite; //!< registers itself

} // namespace

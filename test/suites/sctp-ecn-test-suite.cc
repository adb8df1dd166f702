// SPDX-License-Identifier: GPL-2.0-or-later
// Explicit congestion notification of SCTP through a router whose queue marks (RFC 3168).
#include "sctp-test-world.h"

#include "ns3/boolean.h"
#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/ipv4-global-routing-helper.h"
#include "ns3/ipv4-header.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/ipv6-header.h"
#include "ns3/ipv6-l3-protocol.h"
#include "ns3/packet.h"
#include "ns3/sctp-l4-protocol.h"
#include "ns3/traffic-control-helper.h"
#include "ns3/uinteger.h"

using namespace ns3;
using namespace ns3::roam;

namespace
{

/** Client, router, server; the second link is slow, and the router marks before it drops. */
class EcnTestCase : public TestCase
{
  public:
    EcnTestCase(bool v6, bool client, bool server)
        : TestCase(std::string("marks of a router") + (v6 ? " over IPv6" : "") +
                   (client && server ? " reach the sender" : " where one end has no ECN")),
          m_v6(v6), m_client(client), m_server(server)
    {
    }

  private:
    void DoRun() override
    {
        NodeContainer nodes;
        nodes.Create(3);
        InternetStackHelper().Install(nodes);
        PointToPointHelper link;
        link.SetDeviceAttribute("DataRate", StringValue("100Mbps"));
        NetDeviceContainer fast = link.Install(nodes.Get(0), nodes.Get(1));
        link.SetDeviceAttribute("DataRate", StringValue("1Mbps"));
        link.SetQueue("ns3::DropTailQueue", "MaxSize", StringValue("2p"));
        NetDeviceContainer slow = link.Install(nodes.Get(1), nodes.Get(2));
        TrafficControlHelper queue;
        queue.SetRootQueueDisc("ns3::RedQueueDisc", "MinTh", StringValue("2"), "MaxTh",
                               StringValue("5"), "UseEcn", StringValue("true"), "UseHardDrop",
                               StringValue("false"), "QW", StringValue("0.5"), "MaxSize",
                               StringValue("200p"));
        queue.Install(slow.Get(0));
        const Address to = m_v6 ? Assign6(fast, slow) : Assign4(fast, slow);
        SctpHelper helper;
        helper.Install(nodes);
        helper.AssignStreams(nodes, 1000);
        Trace(nodes);
        SctpTestWorld::Run(Seconds(2));
        Ptr<SctpSocket> server = Make(nodes.Get(2), m_server);
        server->Bind(m_v6 ? Address(Inet6SocketAddress(Ipv6Address::GetAny(), 7))
                          : Address(InetSocketAddress(Ipv4Address::GetAny(), 7)));
        server->Listen();
        SocketLog log(server);
        Ptr<SctpSocket> client = Make(nodes.Get(0), m_client);
        m_v6 ? client->Bind6() : client->Bind();
        NS_TEST_ASSERT_MSG_EQ(client->Connect(to), 0, "it connects");
        SctpTestWorld::Run(Seconds(1));
        for (int i = 0; i < 100; ++i)
        {
            client->Send(Create<Packet>(1000));
        }
        SctpTestWorld::Run(Seconds(20));
        NS_TEST_ASSERT_MSG_EQ(log.accepted.size(), 1, "accepted");
        NS_TEST_EXPECT_MSG_EQ(log.accepted[0]->GetRxAvailable(), 100000, "all arrives");
        const bool both = m_client && m_server;
        NS_TEST_EXPECT_MSG_EQ((m_marked > 0), both, "the router marks what is capable");
        NS_TEST_EXPECT_MSG_EQ((m_echoes > 0), both, "the server says so");
        NS_TEST_EXPECT_MSG_EQ((m_answers > 0), both, "and the client that it has reduced");
        Simulator::Destroy();
    }

    Address Assign4(const NetDeviceContainer& fast, const NetDeviceContainer& slow)
    {
        Ipv4AddressHelper v4("10.0.1.0", "255.255.255.0");
        v4.Assign(fast);
        v4.SetBase("10.0.2.0", "255.255.255.0");
        const Ipv4InterfaceContainer b = v4.Assign(slow);
        Ipv4GlobalRoutingHelper::PopulateRoutingTables();
        return InetSocketAddress(b.GetAddress(1), 7);
    }

    Address Assign6(const NetDeviceContainer& fast, const NetDeviceContainer& slow)
    {
        Ipv6AddressHelper v6("2001:1::", Ipv6Prefix(64));
        Ipv6InterfaceContainer a = v6.Assign(fast);
        v6.SetBase("2001:2::", Ipv6Prefix(64));
        Ipv6InterfaceContainer b = v6.Assign(slow);
        a.SetForwarding(1, true);
        a.SetDefaultRouteInAllNodes(1);
        b.SetForwarding(0, true);
        b.SetDefaultRouteInAllNodes(0);
        return Inet6SocketAddress(b.GetAddress(1, 1), 7);
    }

    Ptr<SctpSocket> Make(Ptr<Node> node, bool ecn)
    {
        Ptr<SctpSocket> s = DynamicCast<SctpSocket>(
            Socket::CreateSocket(node, TypeId::LookupByName("ns3::roam::SctpSocketFactory")));
        s->SetAttribute("Ecn", BooleanValue(ecn));
        return s;
    }

    void Trace(const NodeContainer& nodes)
    {
        Ptr<Node> server = nodes.Get(2);
        server->GetObject<Ipv4L3Protocol>()->TraceConnectWithoutContext(
            "Rx", MakeCallback(&EcnTestCase::Came4, this));
        server->GetObject<Ipv6L3Protocol>()->TraceConnectWithoutContext(
            "Rx", MakeCallback(&EcnTestCase::Came6, this));
        server->GetObject<SctpL4Protocol>()->TraceConnectWithoutContext(
            "Tx", MakeCallback(&EcnTestCase::Echoed, this));
        nodes.Get(0)->GetObject<SctpL4Protocol>()->TraceConnectWithoutContext(
            "Tx", MakeCallback(&EcnTestCase::Answered, this));
    }

    void Came4(Ptr<const Packet> packet, Ptr<Ipv4>, uint32_t)
    {
        Ipv4Header ip;
        packet->PeekHeader(ip);
        m_marked += ip.GetEcn() == Ipv4Header::ECN_CE;
    }

    void Came6(Ptr<const Packet> packet, Ptr<Ipv6>, uint32_t)
    {
        Ipv6Header ip;
        packet->PeekHeader(ip);
        m_marked += ip.GetEcn() == Ipv6Header::ECN_CE;
    }

    /// The type of the first chunk, behind the common header.
    static uint8_t FirstChunk(Ptr<const Packet> packet)
    {
        uint8_t bytes[13] = {};
        packet->CopyData(bytes, sizeof bytes);
        return bytes[12];
    }

    void Echoed(Ptr<const Packet> packet, const Address&, const Address&, uint32_t)
    {
        constexpr uint8_t ECNE = 12;
        m_echoes += FirstChunk(packet) == ECNE;
    }

    void Answered(Ptr<const Packet> packet, const Address&, const Address&, uint32_t)
    {
        constexpr uint8_t CWR = 13;
        m_answers += FirstChunk(packet) == CWR;
    }

    const bool m_v6;       //!< over IPv6
    const bool m_client;   //!< offers ECN
    const bool m_server;   //!< offers ECN
    uint32_t m_marked{0};  //!< packets with CE at the server
    uint32_t m_echoes{0};  //!< ECNE sent
    uint32_t m_answers{0}; //!< CWR sent
};

class SctpEcnTestSuite : public TestSuite
{
  public:
    SctpEcnTestSuite() : TestSuite("roam-sctp-ecn", TestSuite::Type::UNIT)
    {
        AddTestCase(new EcnTestCase(false, true, true));
        AddTestCase(new EcnTestCase(true, true, true));
        AddTestCase(new EcnTestCase(false, true, false));
        AddTestCase(new EcnTestCase(false, false, true));
    }
} g_sctpEcnTestSuite;

} // namespace

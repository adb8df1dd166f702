// SPDX-License-Identifier: GPL-2.0-or-later
// SCTP in UDP (RFC 6951) through SctpL4Protocol and SctpSocket.
#include "sctp-test-world.h"

#include "ns3/boolean.h"
#include "ns3/config.h"
#include "ns3/icmpv4-l4-protocol.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/ipv6-l3-protocol.h"
#include "ns3/sctp-l4-protocol.h"
#include "ns3/udp-header.h"
#include "ns3/udp-socket-factory.h"
#include "ns3/uinteger.h"

using namespace ns3;
using namespace ns3::roam;

namespace
{

constexpr uint16_t PORT = 5000;
constexpr uint8_t UDP = 17;

/** The two nodes, with UDP ports of their own; every packet of the client is looked at. */
class UdpTestCase : public TestCase
{
  public:
    UdpTestCase(const std::string& name, bool v6) : TestCase(name), m_v6(v6)
    {
    }

  protected:
    virtual void Body(SctpTestWorld& world) = 0;

    /** \param node 0 the client, 1 the server \param port its local UDP port */
    void SetUdpPort(SctpTestWorld& world, uint32_t node, uint16_t port)
    {
        world.nodes.Get(node)->GetObject<SctpL4Protocol>()->SetAttribute("UdpPort",
                                                                         UintegerValue(port));
    }

    Ptr<SctpSocket> Client(SctpTestWorld& world, uint16_t remote)
    {
        Ptr<SctpSocket> s = world.Socket(0);
        s->SetAttribute("RemoteUdpPort", UintegerValue(remote));
        return s;
    }

    Ptr<SctpSocket> Listener(SctpTestWorld& world)
    {
        Ptr<SctpSocket> s = world.Socket(1);
        s->Bind(m_v6 ? Address(Inet6SocketAddress(Ipv6Address::GetAny(), PORT))
                     : Address(InetSocketAddress(Ipv4Address::GetAny(), PORT)));
        s->Listen();
        return s;
    }

    Address Server(const SctpTestWorld& world) const
    {
        return m_v6 ? world.Server6(0, PORT) : world.Server(0, PORT);
    }

    const bool m_v6;            //!< over IPv6
    uint32_t m_encapsulated{0}; //!< packets with SCTP in UDP
    uint32_t m_plain{0};        //!< packets of protocol 132
    uint32_t m_badSums{0};      //!< UDP checksums that are missing or wrong
    uint16_t m_from{0};         //!< UDP source port of the latest
    uint16_t m_to{0};           //!< UDP destination port of the latest

  private:
    void Look(Ptr<Packet> p, uint8_t protocol, const Address& from, const Address& to)
    {
        m_plain += protocol == SctpL4Protocol::PROT_NUMBER;
        if (protocol != UDP)
        {
            return;
        }
        UdpHeader udp;
        udp.EnableChecksums();
        udp.InitializeChecksum(from, to, UDP);
        p->RemoveHeader(udp);
        ++m_encapsulated;
        m_badSums += !udp.IsChecksumOk() || udp.GetChecksum() == 0;
        m_from = udp.GetSourcePort();
        m_to = udp.GetDestinationPort();
    }

    void Sent4(Ptr<const Packet> packet, Ptr<Ipv4>, uint32_t)
    {
        Ptr<Packet> p = packet->Copy();
        Ipv4Header ip;
        p->RemoveHeader(ip);
        Look(p, ip.GetProtocol(), ip.GetSource(), ip.GetDestination());
    }

    void Sent6(Ptr<const Packet> packet, Ptr<Ipv6>, uint32_t)
    {
        Ptr<Packet> p = packet->Copy();
        Ipv6Header ip;
        p->RemoveHeader(ip);
        Look(p, ip.GetNextHeader(), ip.GetSource(), ip.GetDestination());
    }

    void DoRun() override
    {
        SctpTestWorld world;
        world.Link();
        for (uint32_t i = 0; i < 2; ++i)
        {
            world.nodes.Get(i)->GetObject<Ipv4L3Protocol>()->TraceConnectWithoutContext(
                "Tx", MakeCallback(&UdpTestCase::Sent4, this));
            world.nodes.Get(i)->GetObject<Ipv6L3Protocol>()->TraceConnectWithoutContext(
                "Tx", MakeCallback(&UdpTestCase::Sent6, this));
        }
        SctpTestWorld::Run(Seconds(5)); // duplicate address detection
        Body(world);
        Simulator::Destroy();
    }
};

class EncapsulatedTestCase : public UdpTestCase
{
  public:
    EncapsulatedTestCase(bool v6, bool sums)
        : UdpTestCase(std::string("data both ways over IPv") + (v6 ? "6" : "4") +
                          (sums ? ", ns-3 checks sums" : ""),
                      v6),
          m_sums(sums)
    {
    }

  private:
    void Body(SctpTestWorld& world) override
    {
        Config::SetGlobal("ChecksumEnabled", BooleanValue(m_sums));
        SetUdpPort(world, 0, 9900);
        SetUdpPort(world, 1, 9899);
        Ptr<SctpSocket> listener = Listener(world);
        SocketLog log(listener);
        Ptr<SctpSocket> client = Client(world, 9899);
        client->Connect(Server(world));
        SctpTestWorld::Run(Seconds(1));
        NS_TEST_ASSERT_MSG_EQ(log.accepted.size(), 1, "accepted");
        Ptr<SctpSocket> server = DynamicCast<SctpSocket>(log.accepted[0]);
        NS_TEST_EXPECT_MSG_EQ(client->GetPaths()[0].udpPort, 9899, "as the client was told");
        NS_TEST_EXPECT_MSG_EQ(server->GetPaths()[0].udpPort, 9900, "as the server has learnt");
        for (uint32_t i = 0; i < 50; ++i)
        {
            client->Send(Create<Packet>(5000));
            server->Send(Create<Packet>(100));
        }
        SctpTestWorld::Run(Seconds(5));
        NS_TEST_EXPECT_MSG_EQ(server->GetRxAvailable(), 250000, "all has come");
        NS_TEST_EXPECT_MSG_EQ(client->GetRxAvailable(), 5000, "both ways");
        NS_TEST_EXPECT_MSG_GT(m_encapsulated, 200, "in UDP");
        NS_TEST_EXPECT_MSG_EQ(m_plain, 0, "all of it");
        NS_TEST_EXPECT_MSG_EQ(m_badSums, 0, "with good sums");
        // A second client of the same node without UDP: the server does as its peers.
        SetUdpPort(world, 0, 0);
        Ptr<SctpSocket> plain = Client(world, 0);
        plain->Connect(Server(world));
        SctpTestWorld::Run(Seconds(1));
        NS_TEST_EXPECT_MSG_EQ(log.accepted.size(), 2, "accepted as well");
        NS_TEST_EXPECT_MSG_GT(m_plain, 3, "as plain SCTP");
        Config::SetGlobal("ChecksumEnabled", BooleanValue(false));
    }

    const bool m_sums; //!< ns-3's ChecksumEnabled
};

class IcmpTestCase : public UdpTestCase
{
  public:
    explicit IcmpTestCase(bool v6)
        : UdpTestCase(
              std::string("ICMP about encapsulated packets is ignored, IPv") + (v6 ? "6" : "4"), v6)
    {
    }

  private:
    void Body(SctpTestWorld& world) override
    {
        SetUdpPort(world, 0, 9899);
        SetUdpPort(world, 1, 9899);
        Ptr<SctpSocket> listener = Listener(world);
        SocketLog log(listener);
        Ptr<SctpSocket> client = Client(world, 9899);
        SocketLog clientLog(client);
        client->Connect(Server(world));
        SctpTestWorld::Run(Seconds(1));
        NS_TEST_ASSERT_MSG_EQ(log.accepted.size(), 1, "accepted");
        Ptr<Icmpv4L4Protocol> icmp = world.nodes.Get(1)->GetObject<Icmpv4L4Protocol>();
        for (uint32_t i = 0; !m_v6 && i < 20; ++i)
        {
            // Port Unreachable, as a router or the server itself might send it.
            Ipv4Header ip;
            ip.SetSource(world.addresses[0].GetAddress(0));
            ip.SetDestination(world.addresses[0].GetAddress(1));
            ip.SetProtocol(UDP);
            ip.SetPayloadSize(100);
            Ptr<Packet> quoted = Create<Packet>(92);
            UdpHeader udp;
            udp.SetSourcePort(9899);
            udp.SetDestinationPort(9899);
            quoted->AddHeader(udp);
            icmp->SendDestUnreachPort(ip, quoted);
        }
        SctpTestWorld::Run(Seconds(1));
        NS_TEST_EXPECT_MSG_EQ(client->GetStateName(), "ESTABLISHED", "no tag, no effect");
        NS_TEST_EXPECT_MSG_EQ(client->GetPaths()[0].errors, 0, "none at all");
        // Nobody has the port: the association ends by its own counters, not at once.
        Ptr<SctpSocket> lost = Client(world, 9900);
        lost->SetAttribute("MaxInitRetransmits", UintegerValue(2));
        SocketLog lostLog(lost);
        lost->Connect(Server(world));
        SctpTestWorld::Run(Seconds(2));
        NS_TEST_EXPECT_MSG_EQ(lostLog.failed, 0, "T1 goes on");
        SctpTestWorld::Run(Seconds(20));
        NS_TEST_EXPECT_MSG_EQ(lostLog.failed, 1, "until it has been tried often enough");
    }
};

class PortsTestCase : public UdpTestCase
{
  public:
    PortsTestCase() : UdpTestCase("ports that are missing or taken", false)
    {
    }

  private:
    void Body(SctpTestWorld& world) override
    {
        Ptr<SctpSocket> none = Client(world, 9899);
        NS_TEST_EXPECT_MSG_EQ(none->Connect(Server(world)), -1, "no port of our own");
        NS_TEST_EXPECT_MSG_EQ(none->GetErrno(), Socket::ERROR_INVAL, "which it needs");
        Ptr<Socket> other = Socket::CreateSocket(world.nodes.Get(0), UdpSocketFactory::GetTypeId());
        other->Bind(InetSocketAddress(Ipv4Address::GetAny(), 9899));
        SetUdpPort(world, 0, 9899);
        Ptr<SctpSocket> taken = Client(world, 9899);
        NS_TEST_EXPECT_MSG_EQ(taken->Bind(), -1, "the port is somebody's");
        NS_TEST_EXPECT_MSG_EQ(taken->GetErrno(), Socket::ERROR_ADDRINUSE, "and so not ours");
        other->Close();
        other = nullptr;
        // A packet of nobody is answered as it came (RFC 9260 section 8.4).
        SetUdpPort(world, 0, 9901);
        SetUdpPort(world, 1, 9899);
        Ptr<SctpSocket> listener = world.Listener(PORT + 1);
        Ptr<SctpSocket> refused = Client(world, 9899);
        SocketLog log(refused);
        NS_TEST_EXPECT_MSG_EQ(refused->Connect(Server(world)), 0, "on its way");
        SctpTestWorld::Run(Seconds(1));
        NS_TEST_EXPECT_MSG_EQ(log.failed, 1, "refused");
        NS_TEST_EXPECT_MSG_EQ(m_from, 9899, "from the port of encapsulation");
        NS_TEST_EXPECT_MSG_EQ(m_to, 9901, "to the client's");
        NS_TEST_EXPECT_MSG_EQ(m_plain, 0, "in UDP");
    }
};

class SctpUdpTestSuite : public TestSuite
{
  public:
    SctpUdpTestSuite() : TestSuite("roam-sctp-udp", TestSuite::Type::UNIT)
    {
        for (bool v6 : {false, true})
        {
            AddTestCase(new EncapsulatedTestCase(v6, false));
            AddTestCase(new EncapsulatedTestCase(v6, true));
            AddTestCase(new IcmpTestCase(v6));
        }
        AddTestCase(new PortsTestCase);
    }
} g_sctpUdpTestSuite;

} // namespace

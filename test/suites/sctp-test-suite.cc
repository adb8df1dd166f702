// SPDX-License-Identifier: GPL-2.0-or-later
// ns-3's own applications over SCTP, unchanged, and the socket's contract.
#include "sctp-test-world.h"

#include "ns3/bulk-send-helper.h"
#include "ns3/config.h"
#include "ns3/on-off-helper.h"
#include "ns3/packet-sink-helper.h"
#include "ns3/packet-sink.h"
#include "ns3/roam-compat.h"
#include "ns3/sctp-l4-protocol.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <set>

using namespace ns3;
using namespace ns3::roam;

namespace
{

const char* const SCTP = "ns3::roam::SctpSocketFactory";
constexpr uint16_t PORT = 5000;

// --- ns-3's applications -------------------------------------------------------------------------

class BulkTestCase : public TestCase
{
  public:
    BulkTestCase(bool v6, bool cut)
        : TestCase(std::string("BulkSend to PacketSink over IPv") + (v6 ? "6" : "4") +
                   (cut ? ", two paths, the first is cut" : "")),
          m_v6(v6), m_cut(cut)
    {
    }

  private:
    void DoRun() override
    {
        constexpr uint64_t BYTES = 1000000;
        SctpTestWorld world;
        world.Link();
        if (m_cut)
        {
            // The default of 5 waits a minute for T3 to run out six times.
            Config::SetDefault("ns3::roam::SctpSocket::PathMaxRetrans", UintegerValue(2));
            world.Link();
            world.Cut(0, MilliSeconds(2300));
        }
        const Address local = m_v6 ? Address(Inet6SocketAddress(Ipv6Address::GetAny(), PORT))
                                   : Address(InetSocketAddress(Ipv4Address::GetAny(), PORT));
        ApplicationContainer sink = PacketSinkHelper(SCTP, local).Install(world.nodes.Get(1));
        BulkSendHelper helper(SCTP, m_v6 ? world.Server6(0, PORT) : world.Server(0, PORT));
        helper.SetAttribute("MaxBytes", UintegerValue(BYTES));
        ApplicationContainer source = helper.Install(world.nodes.Get(0));
        source.Start(Seconds(2)); // after duplicate address detection

        Config::ConnectWithoutContext("/NodeList/0/$ns3::roam::SctpL4Protocol/State",
                                      MakeCallback(&BulkTestCase::State, this));
        world.Run(Seconds(120));
        NS_TEST_EXPECT_MSG_EQ(DynamicCast<PacketSink>(sink.Get(0))->GetTotalRx(), BYTES,
                              "every byte arrives, once");
        NS_TEST_EXPECT_MSG_EQ(m_last, "CLOSED", "BulkSend closes what it has sent whole");
        // A megabyte takes 0.8 s at 10 Mbit/s. Failover waits for three timeouts, of 1, 2 and 4 s,
        // and one more where a late acknowledgement has cleared the count; so does the end, which
        // the server's primary path has to carry. An IPv6 socket has IPv4's paths to try as well.
        NS_TEST_EXPECT_MSG_LT(m_closedAt, Seconds(m_cut ? 60 : 4), "it does not take for ever");
        if (m_cut)
        {
            NS_TEST_EXPECT_MSG_GT(m_closedAt, Seconds(3), "the cut was felt");
        }
        Simulator::Destroy();
        Config::Reset();
    }

    void State(uint16_t, uint32_t, const std::string&, const std::string& to)
    {
        m_last = to;
        m_closedAt = Simulator::Now();
    }

    bool m_v6;
    bool m_cut;
    std::string m_last;
    Time m_closedAt;
};

class OnOffTestCase : public TestCase
{
  public:
    explicit OnOffTestCase(bool v6)
        : TestCase(std::string("OnOff to PacketSink over IPv") + (v6 ? "6" : "4")), m_v6(v6)
    {
    }

  private:
    void DoRun() override
    {
        SctpTestWorld world;
        world.Link();
        const Address local = m_v6 ? Address(Inet6SocketAddress(Ipv6Address::GetAny(), PORT))
                                   : Address(InetSocketAddress(Ipv4Address::GetAny(), PORT));
        ApplicationContainer sink = PacketSinkHelper(SCTP, local).Install(world.nodes.Get(1));
        OnOffHelper helper(SCTP, m_v6 ? world.Server6(0, PORT) : world.Server(0, PORT));
        helper.SetConstantRate(DataRate("800kbps"), 1000);
        helper.SetAttribute("MaxBytes", UintegerValue(200000));
        ApplicationContainer source = helper.Install(world.nodes.Get(0));
        source.Start(Seconds(2));
        source.Stop(Seconds(20));
        sink.Get(0)->TraceConnectWithoutContext("Rx", MakeCallback(&OnOffTestCase::Rx, this));
        world.Run(Seconds(30));
        NS_TEST_EXPECT_MSG_EQ(m_messages, 200, "each message is one packet at the sink");
        NS_TEST_EXPECT_MSG_EQ(m_sizes.size(), 1, "message boundaries are kept");
        NS_TEST_EXPECT_MSG_EQ(*m_sizes.begin(), 1000, "and the messages whole");
        Simulator::Destroy();
    }

    void Rx(Ptr<const Packet> p, const Address&)
    {
        ++m_messages;
        m_sizes.insert(p->GetSize());
    }

    bool m_v6;
    uint32_t m_messages{0};
    std::set<uint32_t> m_sizes;
};

class ManyClientsTestCase : public TestCase
{
  public:
    ManyClientsTestCase() : TestCase("20 clients to one PacketSink")
    {
    }

  private:
    void DoRun() override
    {
        constexpr uint32_t CLIENTS = 20;
        SctpTestWorld world;
        world.Link();
        PacketSinkHelper sinkHelper(SCTP, InetSocketAddress(Ipv4Address::GetAny(), PORT));
        ApplicationContainer sink = sinkHelper.Install(world.nodes.Get(1));
        for (uint32_t i = 0; i < CLIENTS; ++i)
        {
            BulkSendHelper helper(SCTP, world.Server(0, PORT));
            helper.SetAttribute("MaxBytes", UintegerValue(10000 + i));
            helper.Install(world.nodes.Get(0)).Start(MilliSeconds(10 * i));
        }
        sink.Get(0)->TraceConnectWithoutContext("Rx", MakeCallback(&ManyClientsTestCase::Rx, this));
        world.Run(Seconds(60));
        NS_TEST_EXPECT_MSG_EQ(m_bytes.size(), CLIENTS, "each client is known by its own name");
        std::set<uint64_t> sums;
        for (const auto& [from, bytes] : m_bytes)
        {
            sums.insert(bytes);
        }
        NS_TEST_EXPECT_MSG_EQ(sums.size(), CLIENTS, "and nobody gets another's data");
        NS_TEST_EXPECT_MSG_EQ(*sums.begin(), 10000, "least");
        NS_TEST_EXPECT_MSG_EQ(*sums.rbegin(), 10000 + CLIENTS - 1, "most");
        Simulator::Destroy();
    }

    void Rx(Ptr<const Packet> p, const Address& from)
    {
        m_bytes[from] += p->GetSize();
    }

    std::map<Address, uint64_t> m_bytes;
};

// --- The socket ----------------------------------------------------------------------------------

class RefusedTestCase : public TestCase
{
  public:
    RefusedTestCase() : TestCase("a closed port refuses the connection")
    {
    }

  private:
    void DoRun() override
    {
        SctpTestWorld world;
        world.Link();
        world.nodes.Get(1)->GetObject<SctpL4Protocol>()->TraceConnectWithoutContext(
            "Drop", MakeCallback(&RefusedTestCase::Drop, this));
        Ptr<SctpSocket> client = world.Socket(0);
        SocketLog log(client);
        world.Run(MilliSeconds(1));
        NS_TEST_EXPECT_MSG_EQ(client->Connect(world.Server(0, PORT)), 0, "the INIT goes out");
        NS_TEST_EXPECT_MSG_EQ(log.connected + log.failed, 0, "nothing is told at once");
        world.Run(Seconds(5));
        NS_TEST_EXPECT_MSG_EQ(log.failed, 1, "refused");
        NS_TEST_EXPECT_MSG_EQ(log.connected, 0, "and never connected");
        NS_TEST_EXPECT_MSG_EQ(m_why, "no endpoint", "the server says why");
        NS_TEST_EXPECT_MSG_EQ(client->GetLostReason().empty(), false, "and so does the client");
        NS_TEST_EXPECT_MSG_EQ(client->Send(Create<Packet>(10)), -1, "no more to be sent");
        NS_TEST_EXPECT_MSG_EQ(client->GetErrno(), Socket::ERROR_NOTCONN, "errno");
        Simulator::Destroy();
    }

    void Drop(uint16_t, uint32_t, const std::string& why, uint8_t, uint32_t)
    {
        m_why = why;
    }

    std::string m_why;
};

/** A client and an accepted socket, connected when the body runs. */
class ConnectedTestCase : public TestCase
{
  public:
    explicit ConnectedTestCase(const std::string& name) : TestCase(name)
    {
    }

  protected:
    virtual void Body() = 0;

    SctpTestWorld* m_world{nullptr};
    Ptr<SctpSocket> m_listener;
    Ptr<SctpSocket> m_client;
    Ptr<SctpSocket> m_server;
    SocketLog* m_clientLog{nullptr};
    SocketLog* m_serverLog{nullptr};

    void Run(Time t)
    {
        SctpTestWorld::Run(t);
    }

  private:
    void DoRun() override
    {
        SctpTestWorld world;
        world.Link();
        m_world = &world;
        m_listener = world.Listener(PORT);
        SocketLog listenerLog(m_listener);
        m_client = world.Socket(0);
        SocketLog clientLog(m_client);
        m_clientLog = &clientLog;
        Run(MilliSeconds(1));
        m_client->Connect(world.Server(0, PORT));
        Run(Seconds(1));
        NS_TEST_ASSERT_MSG_EQ(clientLog.connected, 1, "connected");
        NS_TEST_ASSERT_MSG_EQ(listenerLog.accepted.size(), 1, "accepted");
        m_server = DynamicCast<SctpSocket>(listenerLog.accepted[0]);
        SocketLog serverLog(m_server);
        m_serverLog = &serverLog;
        Body();
        m_client = m_server = m_listener = nullptr;
        Simulator::Destroy();
    }
};

class ErrnoTestCase : public ConnectedTestCase
{
  public:
    ErrnoTestCase() : ConnectedTestCase("names and errors of the socket API")
    {
    }

  private:
    void ExpectFail(int returned, Ptr<SctpSocket> s, Socket::SocketErrno errno_, const char* what)
    {
        NS_TEST_EXPECT_MSG_EQ(returned, -1, what);
        NS_TEST_EXPECT_MSG_EQ(s->GetErrno(), errno_, what);
    }

    void Body() override
    {
        Address name;
        m_client->GetSockName(name);
        NS_TEST_EXPECT_MSG_EQ(InetSocketAddress::ConvertFrom(name).GetIpv4(),
                              m_world->addresses[0].GetAddress(0), "client's name");
        const uint16_t port = InetSocketAddress::ConvertFrom(name).GetPort();
        NS_TEST_EXPECT_MSG_GT_OR_EQ(port, 49152, "an ephemeral port");
        NS_TEST_EXPECT_MSG_EQ(m_server->GetPeerName(name), 0, "the server has a peer");
        NS_TEST_EXPECT_MSG_EQ(name,
                              Address(InetSocketAddress(m_world->addresses[0].GetAddress(0), port)),
                              "which is the client");
        m_server->GetSockName(name);
        NS_TEST_EXPECT_MSG_EQ(name, m_world->Server(0, PORT), "server's name");
        ExpectFail(m_listener->GetPeerName(name), m_listener, Socket::ERROR_NOTCONN, "no peer");

        Ptr<SctpSocket> s = m_world->Socket(1);
        ExpectFail(s->Listen(), s, Socket::ERROR_INVAL, "listen before bind");
        ExpectFail(s->Bind(InetSocketAddress("10.9.9.9", 7)), s, Socket::ERROR_ADDRNOTAVAIL,
                   "not our address");
        ExpectFail(s->Bind(InetSocketAddress(Ipv4Address::GetAny(), PORT)), s,
                   Socket::ERROR_ADDRINUSE, "the listener's port");
        ExpectFail(s->Bind(m_world->addresses[0].GetAddress(1)), s, Socket::ERROR_INVAL, "no port");
        NS_TEST_EXPECT_MSG_EQ(s->Bind(), 0, "any port will do");
        ExpectFail(s->Bind(), s, Socket::ERROR_INVAL, "bound already");
        ExpectFail(s->Send(Create<Packet>(1)), s, Socket::ERROR_NOTCONN, "not connected");
        ExpectFail(s->Connect(InetSocketAddress("10.0.0.1", 0)), s, Socket::ERROR_INVAL, "no port");
        ExpectFail(s->Connect(Inet6SocketAddress("2001:db8:0::1", PORT)), s,
                   Socket::ERROR_NOROUTETOHOST, "no address of that family is bound");

        ExpectFail(m_client->Connect(m_world->Server(0, PORT)), m_client, Socket::ERROR_ISCONN,
                   "connected already");
        ExpectFail(m_client->Send(Create<Packet>(1 << 20)), m_client, Socket::ERROR_MSGSIZE,
                   "more than the buffer will ever hold");
        ExpectFail(m_client->SendMessage(Create<Packet>(10), 60000, 0, false), m_client,
                   Socket::ERROR_INVAL, "no such stream");
        NS_TEST_EXPECT_MSG_EQ((m_client->Recv() == nullptr), true, "nothing to read");
        NS_TEST_EXPECT_MSG_EQ(m_client->GetErrno(), Socket::ERROR_AGAIN, "yet");

        m_client->ShutdownSend();
        ExpectFail(m_client->Send(Create<Packet>(1)), m_client, Socket::ERROR_SHUTDOWN,
                   "after ShutdownSend");
        Run(Seconds(1));
        NS_TEST_EXPECT_MSG_EQ(m_clientLog->closed, 1, "which ends the association");
        NS_TEST_EXPECT_MSG_EQ(m_serverLog->closed, 1, "at both ends");
        NS_TEST_EXPECT_MSG_EQ(m_client->Close(), 0, "closing what is closed is no error");
        NS_TEST_EXPECT_MSG_EQ(s->Close(), 0, "nor closing what never was");
    }
};

class ReadingTestCase : public ConnectedTestCase
{
  public:
    ReadingTestCase() : ConnectedTestCase("a message is read in parts, and after the end")
    {
    }

  private:
    void Body() override
    {
        const std::string text = "a message of some length";
        const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
        NS_TEST_EXPECT_MSG_EQ(m_client->Send(Create<Packet>(bytes, text.size())), 24, "sent");
        m_client->Send(Create<Packet>(5000)); // more than a packet holds
        m_client->Close();
        Run(Seconds(1));
        NS_TEST_EXPECT_MSG_EQ(m_server->GetStateName(), "CLOSED", "the association has ended");
        NS_TEST_EXPECT_MSG_EQ(m_server->GetRxAvailable(), 5024, "what it brought is still there");

        Ptr<Packet> part = m_server->Recv(9, 0);
        NS_TEST_ASSERT_MSG_NE(part, nullptr, "first part");
        NS_TEST_EXPECT_MSG_EQ(part->GetSize(), 9, "as long as asked for");
        Address from;
        Ptr<Packet> rest = m_server->RecvFrom(100, 0, from);
        NS_TEST_ASSERT_MSG_NE(rest, nullptr, "second part");
        NS_TEST_EXPECT_MSG_EQ(rest->GetSize(), text.size() - 9, "up to the end of the message");
        part->AddAtEnd(rest);
        std::string got(part->GetSize(), ' ');
        part->CopyData(reinterpret_cast<uint8_t*>(&got[0]), got.size());
        NS_TEST_EXPECT_MSG_EQ(got, text, "the same bytes");
        NS_TEST_EXPECT_MSG_EQ(InetSocketAddress::ConvertFrom(from).GetIpv4(),
                              m_world->addresses[0].GetAddress(0), "from the client");
        Ptr<Packet> big = m_server->Recv();
        NS_TEST_ASSERT_MSG_NE(big, nullptr, "second message");
        NS_TEST_EXPECT_MSG_EQ(big->GetSize(), 5000, "put together again");
        NS_TEST_EXPECT_MSG_EQ((m_server->Recv() == nullptr), true, "no more");
    }
};

class CloseUnreadTestCase : public ConnectedTestCase
{
  public:
    CloseUnreadTestCase()
        : ConnectedTestCase("Close with unread data tells the peer that it was lost")
    {
    }

  private:
    void Body() override
    {
        m_client->Send(Create<Packet>(100));
        Run(Seconds(1));
        NS_TEST_EXPECT_MSG_EQ(m_server->GetRxAvailable(), 100, "unread");
        m_server->Close();
        Run(Seconds(1));
        NS_TEST_EXPECT_MSG_EQ(m_clientLog->broke, 1, "the client hears of it");
        NS_TEST_EXPECT_MSG_EQ(m_clientLog->closed, 0, "and not of a graceful end");
        NS_TEST_EXPECT_MSG_EQ(m_client->GetStateName(), "CLOSED", "client");
        NS_TEST_EXPECT_MSG_EQ(m_server->GetStateName(), "CLOSED", "server");
    }
};

class WindowTestCase : public ConnectedTestCase
{
  public:
    WindowTestCase() : ConnectedTestCase("a receiver that does not read closes the window")
    {
    }

  private:
    void Body() override
    {
        m_client->SetSendCallback(MakeCallback(&WindowTestCase::Fill, this));
        Fill(m_client, 0);
        Run(Seconds(5));
        constexpr uint32_t BUFFER = 262144; // RcvBufSize and SndBufSize by default
        const uint32_t unread = m_server->GetRxAvailable();
        NS_TEST_EXPECT_MSG_GT(unread, BUFFER - 3000, "the receiver has taken what it can");
        NS_TEST_EXPECT_MSG_LT_OR_EQ(unread, BUFFER + 1500, "and hardly more");
        NS_TEST_EXPECT_MSG_LT(m_sent, 2 * BUFFER + 3000, "the sender is stopped");
        const uint32_t before = m_sent;
        m_server->SetRecvCallback(MakeCallback(&WindowTestCase::Read, this));
        Read(m_server);
        Run(Seconds(10));
        NS_TEST_EXPECT_MSG_GT(m_sent, before + BUFFER, "reading sets it free");
        m_stop = true;
        Run(Seconds(10));
        NS_TEST_EXPECT_MSG_EQ(m_read, m_sent, "and nothing was lost meanwhile");
    }

    void Fill(Ptr<Socket> socket, uint32_t)
    {
        while (!m_stop && socket->Send(Create<Packet>(1000)) == 1000)
        {
            m_sent += 1000;
        }
    }

    void Read(Ptr<Socket> socket)
    {
        while (Ptr<Packet> p = socket->Recv())
        {
            m_read += p->GetSize();
        }
    }

    uint32_t m_sent{0};
    uint32_t m_read{0};
    bool m_stop{false};
};

class ListenerGoneTestCase : public ConnectedTestCase
{
  public:
    ListenerGoneTestCase() : ConnectedTestCase("an accepted socket survives its listener")
    {
    }

  private:
    void Body() override
    {
        NS_TEST_EXPECT_MSG_EQ(m_listener->Close(), 0, "closed");
        m_listener = nullptr;
        Ptr<SctpSocket> late = m_world->Socket(0);
        SocketLog lateLog(late);
        late->Connect(m_world->Server(0, PORT));
        m_client->Send(Create<Packet>(100));
        Run(Seconds(5));
        NS_TEST_EXPECT_MSG_EQ(m_server->GetRxAvailable(), 100, "data still comes in");
        NS_TEST_EXPECT_MSG_EQ(lateLog.failed, 1, "newcomers do not");
        m_server->Recv();
        m_server->Close();
        Run(Seconds(2));
        NS_TEST_EXPECT_MSG_EQ(m_clientLog->closed, 1, "the end is graceful");
        Ptr<SctpSocket> again = m_world->Socket(1);
        NS_TEST_EXPECT_MSG_EQ(again->Bind(InetSocketAddress(Ipv4Address::GetAny(), PORT)), 0,
                              "and leaves the port free");
    }
};

class ReentrantTestCase : public ConnectedTestCase
{
  public:
    ReentrantTestCase() : ConnectedTestCase("callbacks may send and close")
    {
    }

  private:
    void Body() override
    {
        m_server->SetRecvCallback(MakeCallback(&ReentrantTestCase::Echo, this));
        m_client->SetRecvCallback(MakeCallback(&ReentrantTestCase::Count, this));
        m_client->Send(Create<Packet>(100));
        Run(Seconds(10));
        NS_TEST_EXPECT_MSG_EQ(m_rounds, 50, "a message for each answer, and then the end");
        NS_TEST_EXPECT_MSG_EQ(m_clientLog->closed, 1, "client");
        NS_TEST_EXPECT_MSG_EQ(m_serverLog->closed, 1, "server");
    }

    void Echo(Ptr<Socket> socket)
    {
        while (Ptr<Packet> p = socket->Recv())
        {
            socket->Send(p);
        }
    }

    void Count(Ptr<Socket> socket)
    {
        while (Ptr<Packet> p = socket->Recv())
        {
            if (++m_rounds < 50)
            {
                socket->Send(p);
            }
            else
            {
                socket->Close();
            }
        }
    }

    uint32_t m_rounds{0};
};

class LifetimeTestCase : public ConnectedTestCase
{
  public:
    LifetimeTestCase() : ConnectedTestCase("a message whose lifetime is over is given up, and told")
    {
    }

  private:
    void Body() override
    {
        m_client->TraceConnectWithoutContext("SendFailed",
                                             MakeCallback(&LifetimeTestCase::Failed, this));
        m_client->SetAttribute("Reliability",
                               RoamEnumValue<SctpSocket::Reliability>(SctpSocket::TIMED));
        m_client->SetAttribute("Lifetime", TimeValue(MilliSeconds(1)));
        m_client->Send(Create<Packet>(100)); // a round trip takes 20 ms
        m_client->SetAttribute("Reliability",
                               RoamEnumValue<SctpSocket::Reliability>(SctpSocket::RELIABLE));
        Run(Seconds(1));
        NS_TEST_EXPECT_MSG_EQ(m_failed, 0, "it was sent at once, and arrived");
        NS_TEST_EXPECT_MSG_EQ(m_server->GetRxAvailable(), 100, "so it is there");
        m_world->Cut(0, Simulator::Now());
        m_client->SetAttribute("Reliability",
                               RoamEnumValue<SctpSocket::Reliability>(SctpSocket::TIMED));
        m_client->Send(Create<Packet>(200));
        Run(Seconds(2));
        NS_TEST_EXPECT_MSG_EQ(m_failed, 1, "it was lost, and not tried again");
    }

    void Failed(uint16_t, uint32_t, bool sent, bool limited)
    {
        NS_TEST_EXPECT_MSG_EQ(sent, true, "it was on its way");
        NS_TEST_EXPECT_MSG_EQ(limited, true, "by its lifetime");
        ++m_failed;
    }

    uint32_t m_failed{0}; //!< messages given up
};

/** Over IPv6 through a router whose second link has an MTU of 1,300 bytes. */
class PathMtuTestCase : public TestCase
{
  public:
    PathMtuTestCase() : TestCase("Packet Too Big makes packets that fit (RFC 9260 section 7.3)")
    {
    }

  private:
    void DoRun() override
    {
        NodeContainer nodes;
        nodes.Create(3); // client, router, server
        InternetStackHelper().Install(nodes);
        PointToPointHelper link;
        NetDeviceContainer wide = link.Install(nodes.Get(0), nodes.Get(1));
        NetDeviceContainer narrow = link.Install(nodes.Get(1), nodes.Get(2));
        narrow.Get(0)->SetMtu(1300);
        narrow.Get(1)->SetMtu(1300);
        Ipv6AddressHelper v6("2001:1::", Ipv6Prefix(64));
        Ipv6InterfaceContainer a = v6.Assign(wide);
        v6.SetBase("2001:2::", Ipv6Prefix(64));
        Ipv6InterfaceContainer b = v6.Assign(narrow);
        a.SetForwarding(1, true);
        a.SetDefaultRouteInAllNodes(1);
        b.SetForwarding(0, true);
        b.SetDefaultRouteInAllNodes(0);
        SctpHelper().Install(nodes);
        auto make = [&nodes](uint32_t node)
        {
            return DynamicCast<SctpSocket>(Socket::CreateSocket(
                nodes.Get(node), TypeId::LookupByName("ns3::roam::SctpSocketFactory")));
        };
        Ptr<SctpSocket> server = make(2);
        server->Bind(Inet6SocketAddress(Ipv6Address::GetAny(), 7));
        server->Listen();
        SocketLog log(server);
        nodes.Get(0)->GetObject<SctpL4Protocol>()->TraceConnectWithoutContext(
            "Tx", MakeCallback(&PathMtuTestCase::Sent, this));
        SctpTestWorld::Run(Seconds(2));
        Ptr<SctpSocket> client = make(0);
        client->Bind6();
        NS_TEST_ASSERT_MSG_EQ(client->Connect(Inet6SocketAddress(b.GetAddress(1, 1), 7)), 0, "up");
        SctpTestWorld::Run(Seconds(1));
        client->Send(Create<Packet>(5000));
        SctpTestWorld::Run(Seconds(5));
        NS_TEST_EXPECT_MSG_GT(m_largest, 1260, "at first it does not know");
        m_largest = 0;
        client->Send(Create<Packet>(5000));
        SctpTestWorld::Run(Seconds(5));
        NS_TEST_EXPECT_MSG_GT(m_largest, 1200, "it makes use of what there is");
        NS_TEST_EXPECT_MSG_LT_OR_EQ(m_largest, 1260, "and of no more");
        NS_TEST_ASSERT_MSG_EQ(log.accepted.size(), 1, "accepted");
        NS_TEST_EXPECT_MSG_EQ(log.accepted[0]->GetRxAvailable(), 10000, "and it all arrives");
        Simulator::Destroy();
    }

    void Sent(Ptr<const Packet> packet, const Address&, const Address&, uint32_t)
    {
        m_largest = std::max(m_largest, packet->GetSize());
    }

    uint32_t m_largest{0}; //!< packet without its IP header
};

class SctpTestSuite : public TestSuite
{
  public:
    SctpTestSuite() : TestSuite("roam-sctp", TestSuite::Type::UNIT)
    {
        for (bool v6 : {false, true})
        {
            AddTestCase(new BulkTestCase(v6, false));
            AddTestCase(new BulkTestCase(v6, true));
            AddTestCase(new OnOffTestCase(v6));
        }
        AddTestCase(new ManyClientsTestCase);
        AddTestCase(new RefusedTestCase);
        AddTestCase(new ErrnoTestCase);
        AddTestCase(new ReadingTestCase);
        AddTestCase(new CloseUnreadTestCase);
        AddTestCase(new WindowTestCase);
        AddTestCase(new ListenerGoneTestCase);
        AddTestCase(new ReentrantTestCase);
        AddTestCase(new LifetimeTestCase);
        AddTestCase(new PathMtuTestCase);
    }
} g_sctpTestSuite;

} // namespace

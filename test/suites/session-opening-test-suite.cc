// SPDX-License-Identifier: GPL-2.0-or-later
// How sessions begin, who they belong to, and how they end.
#include "sctp-test-world.h"
#include "session-end-log.h"

#include "ns3/config.h"
#include "ns3/roam-compat.h"
#include "ns3/session-helper.h"
#include "ns3/session-message.h"
#include "ns3/uinteger.h"

#include <map>
#include <memory>
#include <vector>

using namespace ns3;
using namespace ns3::roam;
using namespace ns3::roam::sessiontest;

namespace
{

// --- Beginning and end ---------------------------------------------------------------------------

class LateServerTestCase : public TestCase
{
  public:
    explicit LateServerTestCase(const std::string& factory)
        : TestCase("a client finds a server that starts later, over " + factory), m_factory(factory)
    {
    }

  private:
    void DoRun() override
    {
        SctpTestWorld world;
        world.Link();
        SessionHelper helper(m_factory);
        helper.AddDownlink(Flow(1, 100, MilliSeconds(100)));
        Ptr<SessionServer> server = helper.InstallServer(world.nodes.Get(1), AnyLocal());
        Ptr<SessionClient> client = helper.InstallClient(world.nodes.Get(0), world.Server(0, PORT));
        server->SetStartTime(MilliSeconds(2500));
        EndLog log(client);
        world.Run(MilliSeconds(2400));
        NS_TEST_EXPECT_MSG_EQ(log.connected.size(), 0, "nobody there");
        world.Run(Seconds(5));
        NS_TEST_EXPECT_MSG_EQ(log.connected.size(), 1, "there he is");
        NS_TEST_EXPECT_MSG_GT(log.received.size(), 30, "and sends");
        NS_TEST_EXPECT_MSG_EQ(log.broken.size(), 0, "nothing broke");
        Simulator::Destroy();
    }

    std::string m_factory;
};

class BrokenTestCase : public TestCase
{
  public:
    explicit BrokenTestCase(const std::string& factory)
        : TestCase("the link is cut for good, over " + factory), m_factory(factory)
    {
    }

  private:
    void DoRun() override
    {
        Config::SetDefault("ns3::roam::SctpSocket::AssociationMaxRetrans", UintegerValue(3));
        Config::SetDefault("ns3::TcpSocket::DataRetries", UintegerValue(3));
        SctpTestWorld world;
        world.Link();
        world.Cut(0, Seconds(2));
        SessionHelper helper(m_factory);
        helper.AddDownlink(Flow(1, 100, MilliSeconds(10)));
        Ptr<SessionServer> server = helper.InstallServer(world.nodes.Get(1), AnyLocal());
        Ptr<SessionClient> client = helper.InstallClient(world.nodes.Get(0), world.Server(0, PORT));
        EndLog at(server);
        EndLog log(client);
        world.Run(Seconds(60));
        // SCTP takes three round trips of 20 ms until the server sends.
        NS_TEST_EXPECT_MSG_EQ_TOL(log.received.size(), 195.0, 4.0, "what came before the cut");
        if (m_factory == UDP)
        {
            NS_TEST_EXPECT_MSG_EQ(at.broken.size(), 0, "UDP does not notice");
            NS_TEST_EXPECT_MSG_EQ_TOL(at.sent.size(), 5998.0, 3.0, "and sends on");
        }
        else
        {
            NS_TEST_ASSERT_MSG_EQ(at.broken.size(), 1, "the sender gives up");
            NS_TEST_EXPECT_MSG_EQ(at.broken[0].empty(), false, "and says why");
            NS_TEST_EXPECT_MSG_LT(at.sent.size(), 4000, "the flow ends with it");
            NS_TEST_EXPECT_MSG_EQ(at.closed.size(), 0, "that was no graceful end");
        }
        Simulator::Destroy();
        Config::Reset();
    }

    std::string m_factory;
};

class TwoClientsTestCase : public TestCase
{
  public:
    explicit TwoClientsTestCase(const std::string& factory)
        : TestCase("two clients of one server are told apart, over " + factory), m_factory(factory)
    {
    }

  private:
    void DoRun() override
    {
        SctpTestWorld world;
        world.Link();
        SessionHelper helper(m_factory);
        helper.AddUplink(Flow(5, 100, MilliSeconds(100)));
        helper.AddDownlink(Flow(6, 100, MilliSeconds(50)));
        Ptr<SessionServer> server = helper.InstallServer(world.nodes.Get(1), AnyLocal());
        std::vector<Ptr<SessionClient>> clients;
        for (uint32_t i = 0; i < 2; ++i)
        {
            clients.push_back(helper.InstallClient(world.nodes.Get(0), world.Server(0, PORT)));
            clients[i]->SetStartTime(Seconds(1 + i));
        }
        EndLog at(server);
        EndLog first(clients[0]);
        EndLog second(clients[1]);
        world.Run(Seconds(5));
        NS_TEST_EXPECT_MSG_EQ(server->GetSessions(), 2, "two sessions");
        std::map<uint32_t, uint32_t> received;
        for (const auto& [flow, seq] : at.received)
        {
            NS_TEST_ASSERT_MSG_EQ(seq, received[flow], "each flow counts for itself");
            ++received[flow];
        }
        NS_TEST_EXPECT_MSG_EQ(received.size(), 2, "two uplink flows");
        NS_TEST_EXPECT_MSG_EQ_TOL(received[5], 39, 1, "the first client's");
        NS_TEST_EXPECT_MSG_EQ_TOL(received[1 << 16 | 5], 29, 1, "the second client's");
        NS_TEST_EXPECT_MSG_EQ(first.received.front().first, 6, "a client has one session");
        NS_TEST_EXPECT_MSG_EQ(second.received.front().first, 6, "whichever it is at the server");
        NS_TEST_EXPECT_MSG_EQ_TOL(first.received.size(), 79, 2, "downlink of the first");
        NS_TEST_EXPECT_MSG_EQ_TOL(second.received.size(), 59, 2, "downlink of the second");
        Simulator::Destroy();
    }

    std::string m_factory;
};

// --- Who is who ----------------------------------------------------------------------------------

/** A client of raw sockets, which says hello when and from where a test wants. */
class RawClient
{
  public:
    RawClient(Ptr<Node> node, const std::string& factory, const Address& server)
        : m_socket(Socket::CreateSocket(node, TypeId::LookupByName(factory)))
    {
        m_socket->Bind();
        m_socket->SetRecvCallback(MakeCallback(&RawClient::Read, this));
        m_socket->Connect(server);
    }

    /** \param node \param application who it is \param seq number of the hello */
    void Hello(uint32_t node, uint16_t application, uint32_t seq)
    {
        SessionHeader hello;
        hello.kind = SessionHeader::HELLO;
        hello.session = node;
        hello.flow = application;
        hello.seq = seq;
        m_socket->Send(hello.MakeMessage());
    }

    void Close()
    {
        m_socket->Close();
    }

    std::vector<SessionHeader> heard;

  private:
    void Read(Ptr<Socket> socket)
    {
        while (Ptr<Packet> p = socket->Recv())
        {
            // A packet of TCP may have several.
            m_deframer.Add(p);
            SessionHeader h;
            while (m_deframer.Next(h))
            {
                heard.push_back(h);
            }
        }
    }

    Ptr<Socket> m_socket;
    SessionDeframer m_deframer;
};

class IdentityTestCase : public TestCase
{
  public:
    explicit IdentityTestCase(const std::string& factory)
        : TestCase("a client is one session wherever it says hello from, over " + factory),
          m_factory(factory)
    {
    }

  private:
    void DoRun() override
    {
        SctpTestWorld world;
        world.Link();
        SessionHelper helper(m_factory);
        helper.AddDownlink(Flow(6, 100, MilliSeconds(50)));
        Ptr<SessionServer> server = helper.InstallServer(world.nodes.Get(1), AnyLocal());
        EndLog at(server);
        std::vector<std::unique_ptr<RawClient>> clients;
        const auto hello = [&](Time when, size_t client, uint16_t application, uint32_t seq)
        {
            RoamSchedule(when, [&clients, client, application, seq]()
                         { clients[client]->Hello(0, application, seq); });
        };
        RoamSchedule(MilliSeconds(100),
                     [&]()
                     {
                         for (int i = 0; i < 4; ++i)
                         {
                             clients.push_back(std::make_unique<RawClient>(
                                 world.nodes.Get(0), m_factory, world.Server(0, PORT)));
                         }
                     });
        hello(Seconds(1), 0, 3, 0);
        hello(Seconds(2), 1, 3, 2); // the same client, from another socket
        hello(Seconds(3), 2, 3, 1); // late: it was overtaken
        hello(Seconds(3), 3, 4, 0); // another client
        world.Run(Seconds(4));

        NS_TEST_EXPECT_MSG_EQ(server->GetSessions(), 2, "two clients, two sessions");
        NS_TEST_EXPECT_MSG_EQ(at.connected.size(), 2, "told of twice");
        NS_TEST_EXPECT_MSG_EQ(at.closed.size() + at.broken.size(), 0, "and nothing has ended");
        NS_TEST_ASSERT_MSG_GT(clients[0]->heard.size(), 15, "the first socket gets the flow");
        NS_TEST_ASSERT_MSG_GT(clients[1]->heard.size(), 35, "then the second");
        NS_TEST_EXPECT_MSG_EQ(clients[2]->heard.size(), 0, "what was overtaken moves nothing");
        NS_TEST_ASSERT_MSG_GT(clients[3]->heard.size(), 15, "the other client has its own");
        uint32_t next = 0;
        for (const size_t client : {0, 1})
        {
            const std::vector<SessionHeader>& heard = clients[client]->heard;
            NS_TEST_EXPECT_MSG_EQ(heard[0].kind, +SessionHeader::HELLO_ACK, "the answer first");
            for (const SessionHeader& h : heard)
            {
                NS_TEST_EXPECT_MSG_EQ(h.session, 0, "one session");
                if (h.kind == SessionHeader::DATA)
                {
                    NS_TEST_EXPECT_MSG_EQ(h.seq, next, "which counts on, each message once");
                    ++next;
                }
            }
        }
        NS_TEST_EXPECT_MSG_EQ(clients[3]->heard[0].session, 1, "the other is the second");
        Simulator::Destroy();
    }

    std::string m_factory;
};

/** A connection without a hello is no session, whether it stays or ends. */
class NoHelloTestCase : public TestCase
{
  public:
    explicit NoHelloTestCase(const std::string& factory)
        : TestCase("a connection without a hello is no session, over " + factory),
          m_factory(factory)
    {
    }

  private:
    void DoRun() override
    {
        SctpTestWorld world;
        world.Link();
        SessionHelper helper(m_factory);
        helper.AddDownlink(Flow(6, 100, MilliSeconds(50)));
        Ptr<SessionServer> server = helper.InstallServer(world.nodes.Get(1), AnyLocal());
        server->SetStopTime(Seconds(3));
        EndLog at(server);
        world.Run(MilliSeconds(100));
        RawClient stays(world.nodes.Get(0), m_factory, world.Server(0, PORT));
        RawClient ends(world.nodes.Get(0), m_factory, world.Server(0, PORT));
        Simulator::Schedule(Seconds(1), &RawClient::Close, &ends);
        world.Run(Seconds(5));
        NS_TEST_EXPECT_MSG_EQ(server->GetSessions(), 0, "no session");
        NS_TEST_EXPECT_MSG_EQ(at.connected.size() + at.closed.size() + at.broken.size(), 0,
                              "nothing is told");
        NS_TEST_EXPECT_MSG_EQ(at.sent.size(), 0, "nothing is sent");
        NS_TEST_EXPECT_MSG_EQ(stays.heard.size() + ends.heard.size(), 0, "nothing is heard");
        Simulator::Destroy();
    }

    std::string m_factory;
};

/** A server that cannot be reached for a while: pauses and attempts get longer. */
class BackOffTestCase : public TestCase
{
  public:
    explicit BackOffTestCase(const std::string& factory)
        : TestCase("attempts to open get rarer and longer, over " + factory), m_factory(factory)
    {
    }

  private:
    void Attempt(uint32_t, Ptr<Socket>)
    {
        m_attempts.push_back(Simulator::Now());
    }

    void DoRun() override
    {
        SctpTestWorld world;
        world.Link();
        world.Cut(0, Seconds(0));
        SessionHelper helper(m_factory);
        helper.AddDownlink(Flow(1, 100, MilliSeconds(100)));
        helper.SetClientAttribute("ConnectTimeout", TimeValue(Seconds(2)));
        helper.SetClientAttribute("RetryInterval", TimeValue(Seconds(1)));
        helper.SetClientAttribute("RetryMax", TimeValue(Seconds(5)));
        helper.InstallServer(world.nodes.Get(1), AnyLocal());
        Ptr<SessionClient> client = helper.InstallClient(world.nodes.Get(0), world.Server(0, PORT));
        client->TraceConnectWithoutContext("Socket", MakeCallback(&BackOffTestCase::Attempt, this));
        EndLog log(client);
        world.Run(Seconds(36));
        // attempts of 2, 4, 5, 5 s and pauses of 1, 2, 4, 5 s
        const std::vector<Time> want{Seconds(0), Seconds(3), Seconds(9), Seconds(18), Seconds(28)};
        NS_TEST_EXPECT_MSG_EQ((m_attempts == want), true, "at 0, 3, 9, 18 and 28 s");
        NS_TEST_EXPECT_MSG_EQ(log.connected.size() + log.broken.size(), 0, "it goes on trying");
        Simulator::Destroy();
    }

    std::string m_factory;
    std::vector<Time> m_attempts;
};

class SessionOpeningTestSuite : public TestSuite
{
  public:
    SessionOpeningTestSuite() : TestSuite("roam-session-opening", TestSuite::Type::UNIT)
    {
        for (const char* factory : {SCTP, TCP, UDP})
        {
            AddTestCase(new LateServerTestCase(factory));
            AddTestCase(new BrokenTestCase(factory));
            AddTestCase(new TwoClientsTestCase(factory));
            AddTestCase(new IdentityTestCase(factory));
        }
        for (const char* factory : {SCTP, TCP})
        {
            AddTestCase(new NoHelloTestCase(factory));
            AddTestCase(new BackOffTestCase(factory));
        }
    }
} g_sessionOpeningTestSuite;

} // namespace

// SPDX-License-Identifier: GPL-2.0-or-later
// The messages of sessions over SCTP, TCP and UDP: every one by identity.
#include "sctp-test-world.h"
#include "session-end-log.h"

#include "ns3/boolean.h"
#include "ns3/config.h"
#include "ns3/session-helper.h"
#include "ns3/session-message.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <map>
#include <set>

using namespace ns3;
using namespace ns3::roam;
using namespace ns3::roam::sessiontest;

namespace
{

// --- Both directions over every transport --------------------------------------------------------

class BothWaysTestCase : public TestCase
{
  public:
    BothWaysTestCase(const std::string& factory, bool v6)
        : TestCase("both ways over " + factory + (v6 ? ", IPv6" : ", IPv4")), m_factory(factory),
          m_v6(v6)
    {
    }

  private:
    void DoRun() override
    {
        SctpTestWorld world;
        world.Link();
        SessionHelper helper(m_factory);
        helper.AddUplink(Flow(1, 200, MilliSeconds(20)));
        ObjectFactory down = Flow(7, 3000, MilliSeconds(50)); // more than a packet
        if (m_factory == UDP)
        {
            down.Set("MessageSize", UintegerValue(1200));
        }
        helper.AddDownlink(down);
        helper.AddDownlink(Flow(8, 24, MilliSeconds(10)));
        Ptr<SessionServer> server = helper.InstallServer(
            world.nodes.Get(1),
            m_v6 ? Address(Inet6SocketAddress(Ipv6Address::GetAny(), PORT)) : AnyLocal());
        Ptr<SessionClient> client = helper.InstallClient(
            world.nodes.Get(0), m_v6 ? world.Server6(0, PORT) : world.Server(0, PORT));
        client->SetStartTime(Seconds(2));
        server->SetStopTime(Seconds(7));
        client->SetStopTime(Seconds(8));
        EndLog up(client);
        EndLog at(server);
        world.Run(Seconds(15));

        NS_TEST_EXPECT_MSG_EQ(up.connected.size(), 1, "the client is connected");
        NS_TEST_EXPECT_MSG_EQ(at.connected.size(), 1, "the server has a session");
        // Five seconds less the handshake; the last messages may be due after the server stopped.
        NS_TEST_EXPECT_MSG_GT(up.sent.size(), 240, "uplink messages");
        NS_TEST_EXPECT_MSG_GT(at.sent.size(), 550, "downlink messages");
        Check(at.sent, up.received, "downlink");
        std::vector<EndLog::Id> sentBeforeEnd(
            up.sent.begin(), up.sent.begin() + std::min(at.received.size(), up.sent.size()));
        NS_TEST_EXPECT_MSG_GT(at.received.size(), 240, "uplink messages arrived");
        Check(sentBeforeEnd, at.received, "uplink, while there was a server");
        for (const Time& delay : up.delay)
        {
            NS_TEST_ASSERT_MSG_GT(delay, MilliSeconds(10), "not before the link's delay");
            NS_TEST_ASSERT_MSG_LT(delay, MilliSeconds(60), "nor long after it");
        }
        NS_TEST_EXPECT_MSG_EQ(up.closed.size() + at.closed.size(), 2, "closed at both ends");
        NS_TEST_EXPECT_MSG_EQ(up.broken.size() + at.broken.size(), 0, "and not broken");
        Simulator::Destroy();
    }

    /** Every message once, and in order within its flow. */
    void Check(const std::vector<EndLog::Id>& sent, const std::vector<EndLog::Id>& received,
               const std::string& what)
    {
        std::map<uint32_t, uint64_t> next;
        for (const auto& [flow, seq] : received)
        {
            NS_TEST_ASSERT_MSG_EQ(seq, next[flow], what << ": in order");
            ++next[flow];
        }
        NS_TEST_EXPECT_MSG_EQ(received.size(), sent.size(), what << ": all");
        NS_TEST_EXPECT_MSG_EQ((std::set<EndLog::Id>(received.begin(), received.end()) ==
                               std::set<EndLog::Id>(sent.begin(), sent.end())),
                              true, what << ": the same");
    }

    std::string m_factory;
    bool m_v6;
};

// --- When messages are made ----------------------------------------------------------------------

class SameGridTestCase : public TestCase
{
  public:
    SameGridTestCase(bool poisson)
        : TestCase(std::string("messages are made at the same times over every transport") +
                   (poisson ? ", Poisson" : "")),
          m_poisson(poisson)
    {
    }

  private:
    std::vector<Time> Times(const std::string& factory, int64_t stream)
    {
        SctpTestWorld world;
        world.Link();
        SessionHelper helper(factory);
        ObjectFactory flow = Flow(1, 500, MilliSeconds(20));
        flow.Set("Poisson", BooleanValue(m_poisson));
        flow.Set("RandomPhase", BooleanValue(!m_poisson));
        helper.AddUplink(flow);
        helper.InstallServer(world.nodes.Get(1), AnyLocal());
        Ptr<SessionClient> client = helper.InstallClient(world.nodes.Get(0), world.Server(0, PORT));
        client->AssignStreams(stream);
        client->SetStartTime(Seconds(1));
        client->SetStopTime(Seconds(21));
        EndLog log(client);
        world.Run(Seconds(25));
        Simulator::Destroy();
        // The handshakes differ; what comes after the longest of them may not.
        std::vector<Time> times;
        std::copy_if(log.sentAt.begin(), log.sentAt.end(), std::back_inserter(times),
                     [](const Time& t) { return t > MilliSeconds(1200); });
        return times;
    }

    void DoRun() override
    {
        const std::vector<Time> sctp = Times(SCTP, 50);
        const double tolerance = m_poisson ? 150.0 : 2.0;
        NS_TEST_EXPECT_MSG_EQ_TOL(sctp.size(), 990.0, tolerance, "50 a second");
        NS_TEST_EXPECT_MSG_EQ((sctp == Times(TCP, 50)), true, "TCP as SCTP");
        NS_TEST_EXPECT_MSG_EQ((sctp == Times(UDP, 50)), true, "UDP as SCTP");
        NS_TEST_EXPECT_MSG_EQ((sctp == Times(SCTP, 51)), false, "another stream, other times");
        if (m_poisson)
        {
            std::set<Time> gaps;
            for (size_t i = 1; i < sctp.size(); ++i)
            {
                gaps.insert(sctp[i] - sctp[i - 1]);
            }
            NS_TEST_EXPECT_MSG_GT(gaps.size(), 900, "no two intervals alike");
        }
        else
        {
            NS_TEST_EXPECT_MSG_EQ(sctp[1] - sctp[0], MilliSeconds(20), "constant intervals");
            NS_TEST_EXPECT_MSG_NE(sctp[0] % MilliSeconds(20), Time(0), "at a phase of its own");
        }
    }

    bool m_poisson;
};

class BulkSessionTestCase : public TestCase
{
  public:
    explicit BulkSessionTestCase(const std::string& factory)
        : TestCase("bulk over " + factory), m_factory(factory)
    {
    }

  private:
    void DoRun() override
    {
        SctpTestWorld world;
        world.Link();
        SessionHelper helper(m_factory);
        ObjectFactory flow = Flow(3, 1000, MilliSeconds(1));
        flow.Set("Bulk", BooleanValue(true));
        flow.Set("MaxMessages", UintegerValue(2000));
        helper.AddDownlink(flow);
        flow.Set("Id", UintegerValue(4));
        helper.AddDownlink(flow);
        Ptr<SessionServer> server = helper.InstallServer(world.nodes.Get(1), AnyLocal());
        Ptr<SessionClient> client = helper.InstallClient(world.nodes.Get(0), world.Server(0, PORT));
        EndLog at(client);
        EndLog log(server);
        world.Run(Seconds(10));
        NS_TEST_EXPECT_MSG_EQ(log.sent.size(), 4000, "as many as they may");
        NS_TEST_EXPECT_MSG_EQ((at.received == log.sent), true, "every one once, in order");
        // 4 MB at 10 Mbit/s
        NS_TEST_EXPECT_MSG_LT(at.stamps.back() + at.delay.back(), Seconds(6), "at full speed");
        // The first to begin has filled the send buffer when the second does.
        const auto from = at.received.begin() + 1000;
        NS_TEST_EXPECT_MSG_EQ_TOL(
            std::count_if(from, from + 1000, [](const auto& id) { return id.first == 3; }), 500, 10,
            "in turn");
        Simulator::Destroy();
    }

    std::string m_factory;
};

class BacklogTestCase : public TestCase
{
  public:
    BacklogTestCase(const std::string& factory, bool down)
        : TestCase("what does not fit is dropped at its source, by name, over " + factory +
                   (down ? ", at the server" : ", at the client")),
          m_factory(factory), m_down(down)
    {
    }

  private:
    void DoRun() override
    {
        Config::SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(20000));
        Config::SetDefault("ns3::roam::SctpSocket::SndBufSize", UintegerValue(20000));
        SctpTestWorld world;
        world.Link("1Mbps");
        SessionHelper helper(m_factory);
        m_down ? helper.SetServerAttribute("Backlog", UintegerValue(50))
               : helper.SetClientAttribute("Backlog", UintegerValue(50));
        ObjectFactory flow = Flow(1, 1000, Seconds(1));
        flow.Set("DataRate", DataRateValue(DataRate("2Mbps"))); // twice what the link takes
        flow.Set("Stop", TimeValue(Seconds(5)));
        m_down ? helper.AddDownlink(flow) : helper.AddUplink(flow);
        Ptr<SessionServer> server = helper.InstallServer(world.nodes.Get(1), AnyLocal());
        Ptr<SessionClient> client = helper.InstallClient(world.nodes.Get(0), world.Server(0, PORT));
        Ptr<SessionApplication> ends[] = {client, server};
        EndLog log(ends[m_down]);
        EndLog at(ends[!m_down]);
        world.Run(Seconds(20));
        NS_TEST_EXPECT_MSG_EQ_TOL(log.sent.size(), 1245.0, 15.0, "the flow's own rate");
        NS_TEST_EXPECT_MSG_GT(log.dropped.size(), 400, "half of it is too much");
        std::set<EndLog::Id> fate(log.dropped.begin(), log.dropped.end());
        NS_TEST_EXPECT_MSG_EQ(fate.size(), log.dropped.size(), "nothing is dropped twice");
        fate.insert(at.received.begin(), at.received.end());
        NS_TEST_EXPECT_MSG_EQ(fate.size(), log.dropped.size() + at.received.size(),
                              "what was dropped does not arrive");
        NS_TEST_EXPECT_MSG_EQ(fate.size(), log.sent.size(), "every message has its fate");
        NS_TEST_EXPECT_MSG_EQ(std::is_sorted(at.received.begin(), at.received.end()), true,
                              "in order");
        // 50 messages wait here, 20 in the socket, and some in the queue of the link.
        const Time worst = *std::max_element(at.delay.begin(), at.delay.end());
        NS_TEST_EXPECT_MSG_LT(worst, Seconds(2), "the backlog is bounded");
        NS_TEST_EXPECT_MSG_GT(worst, MilliSeconds(400), "and was in use");
        Simulator::Destroy();
        Config::Reset();
    }

    std::string m_factory;
    bool m_down;
};

// --- The stream of messages ----------------------------------------------------------------------

class DeframerTestCase : public TestCase
{
  public:
    DeframerTestCase() : TestCase("messages are cut from a stream wherever it was torn")
    {
    }

  private:
    void DoRun() override
    {
        Ptr<Packet> stream = Create<Packet>();
        const uint32_t sizes[] = {24, 25, 100};
        for (uint32_t i = 0; i < 3; ++i)
        {
            SessionHeader h;
            h.length = sizes[i];
            h.flow = 9;
            h.session = 70000;
            h.seq = i;
            h.sentAt = NanoSeconds(123456789012345) + NanoSeconds(i);
            stream->AddAtEnd(h.MakeMessage());
        }
        const uint32_t total = stream->GetSize();
        NS_TEST_EXPECT_MSG_EQ(total, 149, "no byte beside the messages");
        // As bytes: ns-3.37's packet metadata, which its test runner turns on, does not survive
        // fragments of what AddAtEnd has put together.
        std::vector<uint8_t> bytes(total);
        stream->CopyData(bytes.data(), total);
        for (uint32_t cut = 0; cut <= total; ++cut)
        {
            SessionDeframer deframer;
            SessionHeader h;
            uint32_t n = 0;
            for (const Ptr<Packet>& part : {Create<Packet>(bytes.data(), cut),
                                            Create<Packet>(bytes.data() + cut, total - cut)})
            {
                deframer.Add(part);
                while (deframer.Next(h))
                {
                    NS_TEST_ASSERT_MSG_EQ(h.length, sizes[n], "length, cut at " << cut);
                    NS_TEST_ASSERT_MSG_EQ(h.seq, n, "number, cut at " << cut);
                    NS_TEST_ASSERT_MSG_EQ(h.flow, 9, "flow, cut at " << cut);
                    NS_TEST_ASSERT_MSG_EQ(h.session, 70000, "session, cut at " << cut);
                    NS_TEST_ASSERT_MSG_EQ(h.sentAt.GetNanoSeconds(), 123456789012345 + n,
                                          "time, cut at " << cut);
                    ++n;
                }
            }
            NS_TEST_ASSERT_MSG_EQ(n, 3, "all, cut at " << cut);
            NS_TEST_ASSERT_MSG_EQ(deframer.IsBad(), false, "good, cut at " << cut);
        }

        SessionDeframer deframer;
        SessionHeader h;
        deframer.Add(Create<Packet>(24)); // zeros: a length of 0
        NS_TEST_EXPECT_MSG_EQ(deframer.Next(h), false, "no message");
        NS_TEST_EXPECT_MSG_EQ(deframer.IsBad(), true, "and never will be");
    }
};

class SessionTestSuite : public TestSuite
{
  public:
    SessionTestSuite() : TestSuite("roam-session", TestSuite::Type::UNIT)
    {
        for (const char* factory : {SCTP, TCP, UDP})
        {
            AddTestCase(new BothWaysTestCase(factory, false));
            AddTestCase(new BothWaysTestCase(factory, true));
        }
        for (const char* factory : {SCTP, TCP})
        {
            AddTestCase(new BulkSessionTestCase(factory));
            AddTestCase(new BacklogTestCase(factory, false));
            AddTestCase(new BacklogTestCase(factory, true));
        }
        AddTestCase(new SameGridTestCase(false));
        AddTestCase(new SameGridTestCase(true));
        AddTestCase(new DeframerTestCase);
    }
} g_sessionTestSuite;

} // namespace

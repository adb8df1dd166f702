// SPDX-License-Identifier: GPL-2.0-or-later
// Messages that are larger than the receive buffer (RFC 9260 section 6.9), through SctpSocket.
#include "sctp-test-world.h"

#include "ns3/config.h"
#include "ns3/roam-compat.h"
#include "ns3/uinteger.h"

using namespace ns3;
using namespace ns3::roam;

namespace
{

constexpr uint16_t PORT = 5000;

/** A client that can send a megabyte, a server that has room for 64 KiB. */
class DeliveryTestCase : public TestCase
{
  public:
    explicit DeliveryTestCase(const std::string& name) : TestCase(name)
    {
    }

  protected:
    virtual void Body() = 0;

    Ptr<Packet> Message(uint8_t tag, uint32_t size)
    {
        std::vector<uint8_t> bytes(size);
        for (uint32_t i = 0; i < size; ++i)
        {
            bytes[i] = static_cast<uint8_t>(i * 31 + (i >> 8) + tag);
        }
        return Create<Packet>(bytes.data(), size);
    }

    bool Equal(Ptr<const Packet> a, Ptr<const Packet> b)
    {
        std::vector<uint8_t> x(a->GetSize());
        std::vector<uint8_t> y(b->GetSize());
        a->CopyData(x.data(), x.size());
        b->CopyData(y.data(), y.size());
        return x == y;
    }

    void Read(Ptr<Socket> socket)
    {
        SctpReceiveInfo info;
        Ptr<SctpSocket> sctp = DynamicCast<SctpSocket>(socket);
        while (Ptr<Packet> p = sctp->RecvMessage(m_most, info))
        {
            ++m_pieces;
            NS_TEST_EXPECT_MSG_EQ(info.stream, 3, "its stream");
            NS_TEST_EXPECT_MSG_EQ(info.ppid, 7, "its payload protocol identifier");
            if (!m_message)
            {
                m_ssn = info.ssn;
                m_message = Create<Packet>();
            }
            NS_TEST_EXPECT_MSG_EQ(info.ssn, m_ssn, "one number in all parts");
            m_message->AddAtEnd(p);
            if (info.end)
            {
                m_messages.push_back(m_message);
                m_at = Simulator::Now();
                m_message = nullptr;
            }
        }
    }

    void Aborted(uint16_t stream, uint16_t ssn)
    {
        NS_TEST_EXPECT_MSG_EQ(stream, 3, "its stream");
        NS_TEST_EXPECT_MSG_EQ(ssn, m_ssn, "its number");
        NS_TEST_EXPECT_MSG_NE(m_message, nullptr, "in the middle of a message");
        ++m_aborted;
        m_message = nullptr;
    }

    SctpTestWorld* m_world{nullptr};
    Ptr<SctpSocket> m_client;
    Ptr<SctpSocket> m_server;
    uint32_t m_most{1 << 20};            //!< bytes of one RecvMessage
    Ptr<Packet> m_message;               //!< so far
    std::vector<Ptr<Packet>> m_messages; //!< whole
    uint32_t m_pieces{0};                //!< of RecvMessage
    uint32_t m_aborted{0};               //!< messages
    uint16_t m_ssn{0};                   //!< of the message that is read
    Time m_at;                           //!< when the latest message was whole

  private:
    void DoRun() override
    {
        Config::SetDefault("ns3::roam::SctpSocket::SndBufSize", UintegerValue(1 << 20));
        Config::SetDefault("ns3::roam::SctpSocket::RcvBufSize", UintegerValue(65536));
        SctpTestWorld world;
        world.Link("100Mbps");
        m_world = &world;
        Ptr<SctpSocket> listener = world.Listener(PORT);
        SocketLog listenerLog(listener);
        m_client = world.Socket(0);
        world.Run(MilliSeconds(1));
        m_client->Connect(world.Server(0, PORT));
        world.Run(Seconds(1));
        NS_TEST_ASSERT_MSG_EQ(listenerLog.accepted.size(), 1, "accepted");
        m_server = DynamicCast<SctpSocket>(listenerLog.accepted[0]);
        m_server->SetRecvCallback(MakeCallback(&DeliveryTestCase::Read, this));
        m_server->TraceConnectWithoutContext("PartialDeliveryAborted",
                                             MakeCallback(&DeliveryTestCase::Aborted, this));
        Body();
        m_client = m_server = nullptr;
        Simulator::Destroy();
        Config::Reset();
    }
};

class SteadyTestCase : public DeliveryTestCase
{
  public:
    explicit SteadyTestCase(uint32_t most)
        : DeliveryTestCase("a message larger than the receive buffer comes steadily, " +
                           std::to_string(most) + " bytes at a time")
    {
        m_most = most;
    }

  private:
    void Body() override
    {
        for (const uint32_t size : {50000U, 100000U, 300000U})
        {
            const Time start = Simulator::Now();
            Ptr<Packet> sent = Message(static_cast<uint8_t>(size), size);
            NS_TEST_EXPECT_MSG_EQ(m_client->SendMessage(sent, 3, 7, false), static_cast<int>(size),
                                  "sent");
            m_messages.clear();
            m_pieces = 0;
            SctpTestWorld::Run(Seconds(10));
            NS_TEST_ASSERT_MSG_EQ(m_messages.size(), 1, "one message");
            NS_TEST_EXPECT_MSG_EQ(Equal(m_messages[0], sent), true, "the same");
            // A round trip takes 20 ms; slow start, then a window in each of them.
            NS_TEST_EXPECT_MSG_LT(m_at - start, MilliSeconds(20 * (12 + 2 * size / 65536)),
                                  size << " bytes");
        }
        NS_TEST_EXPECT_MSG_GT(m_pieces, 1, "the largest came in parts");
    }
};

class GivenUpTestCase : public DeliveryTestCase
{
  public:
    GivenUpTestCase() : DeliveryTestCase("a message in parts that is given up ends with a word")
    {
    }

  private:
    void Body() override
    {
        m_client->SetAttribute("Reliability",
                               RoamEnumValue<SctpSocket::Reliability>(SctpSocket::TIMED));
        m_client->SetAttribute("Lifetime", TimeValue(MilliSeconds(150)));
        m_client->SendMessage(Message(1, 900000), 3, 7, false);
        m_client->SetAttribute("Reliability",
                               RoamEnumValue<SctpSocket::Reliability>(SctpSocket::RELIABLE));
        Ptr<Packet> next = Message(2, 1000);
        m_client->SendMessage(next, 3, 7, false);
        SctpTestWorld::Run(Seconds(20));
        NS_TEST_EXPECT_MSG_EQ(m_aborted, 1, "the first is aborted");
        NS_TEST_ASSERT_MSG_EQ(m_messages.size(), 1, "and the second comes");
        NS_TEST_EXPECT_MSG_EQ(Equal(m_messages[0], next), true, "whole");
        // What ends the association ends the message, also if its parts are still unread.
        m_server->SetRecvCallback(MakeNullCallback<void, Ptr<Socket>>());
        m_client->SendMessage(Message(3, 900000), 3, 7, false);
        SctpTestWorld::Run(Seconds(1));
        NS_TEST_EXPECT_MSG_GT(m_server->GetRxAvailable(), 60000, "parts are there");
        m_server->Send(Create<Packet>(100));
        SctpTestWorld::Run(Seconds(1));
        m_client->Close(); // with 100 bytes unread: it aborts
        SctpTestWorld::Run(Seconds(1));
        NS_TEST_EXPECT_MSG_EQ(m_server->GetStateName(), "CLOSED", "the peer is gone");
        NS_TEST_EXPECT_MSG_EQ(m_aborted, 1, "the parts come first");
        Read(m_server);
        NS_TEST_EXPECT_MSG_EQ(m_aborted, 2, "then the word");
        NS_TEST_EXPECT_MSG_EQ(m_messages.size(), 1, "and no message");
    }
};

/** The suite. */
class SctpDeliveryTestSuite : public TestSuite
{
  public:
    SctpDeliveryTestSuite() : TestSuite("roam-sctp-delivery", TestSuite::Type::UNIT)
    {
        for (const uint32_t most : {1U << 20, 3000U})
        {
            AddTestCase(new SteadyTestCase(most));
        }
        AddTestCase(new GivenUpTestCase);
    }
} g_sctpDeliveryTestSuite;

} // namespace

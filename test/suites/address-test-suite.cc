/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "address-world.h"

#include "ns3/inet-socket-address.h"
#include "ns3/pointer.h"
#include "ns3/udp-echo-server.h"
#include "ns3/udp-socket-factory.h"
#include "ns3/uinteger.h"

using namespace ns3;
using namespace ns3::roam;
using namespace ns3::roam::test;

namespace
{

/** One radio moves from AR1 to AR2. */
class DhcpAtTwoCells : public AddressTestCase
{
  public:
    DhcpAtTwoCells(Time collect)
        : AddressTestCase("2.2.2.2 at one cell, 3.3.3.2 at the next, offers collected for " +
                          std::to_string(collect.GetMilliSeconds()) + " ms"),
          m_collect(collect)
    {
    }

  private:
    void DoRun() override
    {
        World w(AddressClient::IPV4, 1);
        w.client->SetAttribute("CollectTime", TimeValue(m_collect));
        w.Start();
        w.AttachAt(Seconds(1), 0, 0);
        w.AttachAt(Seconds(10), 0, 1);
        w.RunUntil(Seconds(5));
        NS_TEST_EXPECT_MSG_EQ(w.Gateway(-1), "2.2.2.2 via 2.2.2.1", "before the handover");
        NS_TEST_EXPECT_MSG_EQ(w.CountRoutes(), 2, "the subnet and the default");
        w.RunUntil(MilliSeconds(10001));
        NS_TEST_EXPECT_MSG_EQ(w.Gateway(-1), "none", "between the cells");
        NS_TEST_EXPECT_MSG_EQ(w.CountRoutes(), 0, "nothing stale");
        NS_TEST_EXPECT_MSG_EQ(w.CountAddresses(), 0, "nothing stale");
        NS_TEST_EXPECT_MSG_EQ(w.client->GetAddress(w.Ifindex(0)).IsInvalid(), true, "no address");
        NS_TEST_EXPECT_MSG_EQ(w.client->GetPrimary(), 0, "no primary");
        w.RunUntil(Seconds(20));
        NS_TEST_EXPECT_MSG_EQ(w.Gateway(-1), "3.3.3.2 via 3.3.3.1", "after the handover");
        NS_TEST_EXPECT_MSG_EQ(w.CountRoutes(), 2, "the subnet and the default");
        NS_TEST_EXPECT_MSG_EQ(w.CountAddresses(), 1, "one address");

        NS_TEST_ASSERT_MSG_EQ(w.told.size(), 5, "detected, gained, lost, detected, gained");
        const Told& gained = w.told[1];
        NS_TEST_EXPECT_MSG_EQ(w.told[0].what, Told::DETECTED, "first");
        NS_TEST_EXPECT_MSG_EQ(gained.what, Told::GAINED, "second");
        NS_TEST_EXPECT_MSG_EQ(gained.ifindex, w.Ifindex(0), "the device's index plus one");
        NS_TEST_EXPECT_MSG_EQ(Ipv4Address::ConvertFrom(gained.address), "2.2.2.2", "address");
        NS_TEST_EXPECT_MSG_EQ(Ipv4Address::ConvertFrom(gained.gateway), "2.2.2.1", "gateway");
        NS_TEST_EXPECT_MSG_EQ(w.told[2].what, Told::LOST, "third");
        NS_TEST_EXPECT_MSG_EQ(w.told[2].at, Seconds(10), "at link down");
        NS_TEST_EXPECT_MSG_EQ(Ipv4Address::ConvertFrom(w.told[2].address), "2.2.2.2", "which");
        NS_TEST_EXPECT_MSG_EQ(Ipv4Address::ConvertFrom(w.told[4].address), "3.3.3.2", "the next");

        // DISCOVER and OFFER; then the time of collecting; then REQUEST and ACK. Each message is
        // 5 ms and its line time, which is under 0.3 ms at 10 Mbit/s.
        const Time up = MilliSeconds(1050);
        NS_TEST_EXPECT_MSG_EQ_TOL(w.told[0].at - up, MicroSeconds(10300), MicroSeconds(300), "");
        NS_TEST_EXPECT_MSG_EQ_TOL(gained.at - w.told[0].at, m_collect + MicroSeconds(10300),
                                  MicroSeconds(300), "from offer to address");
    }

    const Time m_collect;
};

/** Two radios swing between two cells, in opposite directions. */
class DhcpSwing : public AddressTestCase
{
  public:
    DhcpSwing()
        : AddressTestCase("two radios swing between two cells 20 times, and nothing is left over")
    {
    }

  private:
    void Echo(Ptr<Socket> socket)
    {
        while (socket->Recv())
        {
            m_echoes++;
        }
    }

    /** A datagram to the router of the cell in which a radio is, and back. */
    void Ask(World* w, uint32_t radio)
    {
        const Address address = w->client->GetAddress(w->Ifindex(radio));
        const Address gateway = w->client->GetGateway(w->Ifindex(radio));
        if (address.IsInvalid())
        {
            return; // and the count of echoes shows it
        }
        Ptr<Socket> socket = Socket::CreateSocket(w->node, UdpSocketFactory::GetTypeId());
        socket->Bind(InetSocketAddress(Ipv4Address::ConvertFrom(address), 0));
        socket->BindToNetDevice(w->radios[radio]);
        socket->SetRecvCallback(MakeCallback(&DhcpSwing::Echo, this));
        socket->SendTo(Create<Packet>(100), 0,
                       InetSocketAddress(Ipv4Address::ConvertFrom(gateway), 7));
        RoamSchedule(Seconds(1),
                     [socket]
                     {
                         socket->SetRecvCallback(MakeNullCallback<void, Ptr<Socket>>());
                         socket->Close();
                     });
    }

    void DoRun() override
    {
        constexpr uint32_t ROUNDS = 20;
        World w(AddressClient::IPV4, 2);
        w.Start();
        for (const auto& router : w.routers)
        {
            Ptr<UdpEchoServer> echo = CreateObject<UdpEchoServer>();
            echo->SetAttribute("Port", UintegerValue(7));
            router->AddApplication(echo);
        }
        for (uint32_t round = 0; round < ROUNDS; round++)
        {
            const Time at = Seconds(1 + 3 * round);
            for (uint32_t radio = 0; radio < 2; radio++)
            {
                w.AttachAt(at, radio, (round + radio) % 2);
                RoamSchedule(at + Seconds(1) - Simulator::Now(),
                             [this, &w, radio] { Ask(&w, radio); });
            }
            w.RunUntil(at + MilliSeconds(20));
            NS_TEST_EXPECT_MSG_EQ(w.CountRoutes() + w.CountAddresses(), 0,
                                  "clean, round " << round);
            w.RunUntil(at + Seconds(2));
            NS_TEST_EXPECT_MSG_EQ(w.CountRoutes(), 4, "two subnets, two defaults, round " << round);
            NS_TEST_EXPECT_MSG_EQ(w.CountAddresses(), 2, "two addresses, round " << round);
        }
        NS_TEST_EXPECT_MSG_EQ(m_echoes, 2 * ROUNDS, "each radio reached its router in each round");
        NS_TEST_EXPECT_MSG_EQ(w.All(Told::LOST).size(), 2 * (ROUNDS - 1), "losses");
        const auto gained = w.All(Told::GAINED);
        NS_TEST_ASSERT_MSG_EQ(gained.size(), 2 * ROUNDS, "gains");
        // A returning radio gets its address again.
        for (std::size_t i = 4; i < gained.size(); i++)
        {
            NS_TEST_EXPECT_MSG_EQ(gained[i].ifindex, gained[i - 4].ifindex, "gain " << i);
            NS_TEST_EXPECT_MSG_EQ(gained[i].address, gained[i - 4].address, "gain " << i);
        }
    }

    uint32_t m_echoes{0};
};

class DhcpRetransmits : public AddressTestCase
{
  public:
    DhcpRetransmits(uint32_t lost, Time later)
        : AddressTestCase("the first " + std::to_string(lost) + " messages of the client are lost"),
          m_lost(lost), m_later(later)
    {
    }

  private:
    void DoRun() override
    {
        World w(AddressClient::IPV4, 1);
        w.Start();
        Ptr<ReceiveListErrorModel> loss = CreateObject<ReceiveListErrorModel>();
        std::list<uint32_t> which;
        for (uint32_t i = 0; i < m_lost; i++)
        {
            which.push_back(i);
        }
        loss->SetList(which);
        w.cells[0]->GetCell()->SetAttribute("UplinkLoss", PointerValue(loss));
        w.AttachAt(Seconds(1), 0, 0);
        w.RunUntil(Seconds(60));
        const auto gained = w.All(Told::GAINED);
        NS_TEST_ASSERT_MSG_EQ(gained.size(), 1, "an address in the end");
        NS_TEST_EXPECT_MSG_EQ_TOL(gained[0].at, MilliSeconds(1050) + m_later + MicroSeconds(20600),
                                  MicroSeconds(600), "after retransmissions");
    }

    const uint32_t m_lost;
    const Time m_later;
};

/** A DHCPREQUEST that is never answered sends the client back to DISCOVER. */
class DhcpGivesUpRequest : public AddressTestCase
{
  public:
    DhcpGivesUpRequest() : AddressTestCase("a request without an answer ends in a new start")
    {
    }

  private:
    void DoRun() override
    {
        World w(AddressClient::IPV4, 1);
        w.client->SetAttribute("RequestRetries", UintegerValue(1));
        w.Start();
        Ptr<ReceiveListErrorModel> loss = CreateObject<ReceiveListErrorModel>();
        loss->SetList({1, 2}); // the request and its one retransmission
        w.cells[0]->GetCell()->SetAttribute("UplinkLoss", PointerValue(loss));
        w.AttachAt(Seconds(1), 0, 0);
        w.RunUntil(Seconds(60));
        const auto gained = w.All(Told::GAINED);
        NS_TEST_ASSERT_MSG_EQ(gained.size(), 1, "an address in the end");
        NS_TEST_EXPECT_MSG_EQ_TOL(gained[0].at,
                                  MilliSeconds(1050) + Seconds(4 + 8) + MicroSeconds(30900),
                                  MicroSeconds(900), "4 s, then 8 s, then from the start");
        NS_TEST_EXPECT_MSG_EQ(w.All(Told::DETECTED).size(), 1, "the link was detected once");
    }
};

class DhcpRenews : public AddressTestCase
{
  public:
    DhcpRenews() : AddressTestCase("a lease is renewed at T1, and ends when nobody renews it")
    {
    }

  private:
    void DoRun() override
    {
        World w(AddressClient::IPV4, 1);
        w.helper.SetDhcpServerAttribute("LeaseTime", TimeValue(Seconds(30)));
        w.helper.SetDhcpServerAttribute("RenewTime", TimeValue(Seconds(15)));
        w.helper.SetDhcpServerAttribute("RebindTime", TimeValue(Seconds(25)));
        w.Start();
        w.AttachAt(Seconds(1), 0, 0);
        w.RunUntil(Seconds(100));
        NS_TEST_EXPECT_MSG_EQ(w.All(Told::GAINED).size(), 1, "held for three leases");
        NS_TEST_EXPECT_MSG_EQ(w.All(Told::LOST).size(), 0, "without a gap");
        // DISCOVER and REQUEST, an ARP reply to the server's ACKs, which are unicast from the
        // first renewal on, and the requests at 16, 31, 46, 61, 76 and 91 s.
        NS_TEST_EXPECT_MSG_EQ(w.cells[0]->GetStats().rxFrames, 2 + 2 + 6, "frames of the client");

        Ptr<RateErrorModel> silence = CreateObject<RateErrorModel>();
        silence->SetUnit(RateErrorModel::ERROR_UNIT_PACKET);
        silence->SetRate(1.0);
        w.cells[0]->GetCell()->SetAttribute("UplinkLoss", PointerValue(silence));
        w.RunUntil(Seconds(150));
        const auto lost = w.All(Told::LOST);
        NS_TEST_ASSERT_MSG_EQ(lost.size(), 1, "the lease ran out");
        // The last renewal was asked for at T1 of the one before.
        NS_TEST_EXPECT_MSG_EQ_TOL(lost[0].at, Seconds(1.06 + 6 * 15 + 30), MilliSeconds(10),
                                  "30 s after the last request that was answered");
        NS_TEST_EXPECT_MSG_EQ(w.CountRoutes() + w.CountAddresses(), 0, "nothing stale");
        silence->Disable();
        w.RunUntil(Seconds(300));
        NS_TEST_EXPECT_MSG_EQ(w.All(Told::GAINED).size(), 2, "and another one in the end");
    }
};

class Primary : public AddressTestCase
{
  public:
    Primary(AddressClient::Family family)
        : AddressTestCase(std::string("SetPrimary chooses the default route, ") +
                          (family == AddressClient::IPV4 ? "IPv4" : "IPv6")),
          m_family(family)
    {
    }

  private:
    std::string Via(const World& w, uint32_t cell) const
    {
        if (m_family == AddressClient::IPV4)
        {
            return cell == 0 ? "2.2.2.2 via 2.2.2.1" : "3.3.3.2 via 3.3.3.1";
        }
        std::ostringstream text;
        text << w.Autoconfigured(cell, cell) << " via " << w.RouterLinkLocal(cell);
        return text.str();
    }

    void DoRun() override
    {
        World w(m_family, 2);
        w.Start();
        w.AttachAt(Seconds(1), 0, 0);
        w.AttachAt(Seconds(5), 1, 1);
        w.RunUntil(Seconds(4));
        NS_TEST_EXPECT_MSG_EQ(w.client->GetPrimary(), w.Ifindex(0), "the first to gain one");
        NS_TEST_EXPECT_MSG_EQ(w.Gateway(-1), Via(w, 0), "the only one");
        NS_TEST_EXPECT_MSG_EQ(w.Gateway(1), "none", "no gateway there yet");

        w.RunUntil(Seconds(10));
        NS_TEST_EXPECT_MSG_EQ(w.client->GetPrimary(), w.Ifindex(0), "still");
        NS_TEST_EXPECT_MSG_EQ(w.Gateway(-1), Via(w, 0), "before the handover");
        NS_TEST_EXPECT_MSG_EQ(w.Gateway(0), Via(w, 0), "bound to radio 0");
        NS_TEST_EXPECT_MSG_EQ(w.Gateway(1), Via(w, 1), "bound to radio 1");
        const uint32_t routes = w.CountRoutes();

        w.client->SetPrimary(w.Ifindex(1));
        w.RunUntil(Seconds(12)); // advertisements come in between
        NS_TEST_EXPECT_MSG_EQ(w.client->GetPrimary(), w.Ifindex(1), "as asked for");
        NS_TEST_EXPECT_MSG_EQ(w.Gateway(-1), Via(w, 1), "after the handover");
        NS_TEST_EXPECT_MSG_EQ(w.Gateway(0), Via(w, 0), "bound to radio 0");
        NS_TEST_EXPECT_MSG_EQ(w.Gateway(1), Via(w, 1), "bound to radio 1");
        NS_TEST_EXPECT_MSG_EQ(w.CountRoutes(), routes, "no route more");

        w.DetachAt(Seconds(13), 1);
        w.RunUntil(Seconds(14));
        NS_TEST_EXPECT_MSG_EQ(w.client->GetPrimary(), w.Ifindex(0), "the one that is left");
        NS_TEST_EXPECT_MSG_EQ(w.Gateway(-1), Via(w, 0), "by itself");
        NS_TEST_EXPECT_MSG_EQ(w.Gateway(1), "none", "nothing stale");

        w.AttachAt(Seconds(15), 1, 1);
        w.RunUntil(Seconds(20));
        NS_TEST_EXPECT_MSG_EQ(w.Gateway(1), Via(w, 1), "back");
        NS_TEST_EXPECT_MSG_EQ(w.Gateway(-1), Via(w, 0), "but not primary for coming back");
    }

    const AddressClient::Family m_family;
};

/** Ends the simulation in every stage of getting an address: what is armed has to be let go of. */
class EndsAnywhere : public AddressTestCase
{
  public:
    EndsAnywhere(AddressClient::Family family)
        : AddressTestCase(std::string("the simulation may end at any moment, ") +
                          (family == AddressClient::IPV4 ? "IPv4" : "IPv6")),
          m_family(family)
    {
    }

  private:
    void DoRun() override
    {
        uint32_t gained = 0;
        // DHCP takes 21 ms; the next advertisement comes within 75 ms, and 10 ms for DAD.
        const uint32_t step = m_family == AddressClient::IPV4 ? 3 : 10;
        for (uint32_t ms = 1040; ms < 1040 + 14 * step; ms += step)
        {
            World w(m_family, 1);
            w.client->SetAttribute("DadTimeout", TimeValue(MilliSeconds(10)));
            w.Start();
            w.AttachAt(Seconds(1), 0, 0);
            w.RunUntil(MilliSeconds(ms));
            gained += w.All(Told::GAINED).size();
            Simulator::Destroy();
        }
        NS_TEST_EXPECT_MSG_GT(gained, 0, "some ended with an address");
        NS_TEST_EXPECT_MSG_LT(gained, 13, "and some before");
    }

    const AddressClient::Family m_family;
};

class AddressTestSuite : public TestSuite
{
  public:
    AddressTestSuite() : TestSuite("roam-address", TestSuite::Type::UNIT)
    {
        AddTestCase(new DhcpAtTwoCells(Time(0)));
        AddTestCase(new DhcpAtTwoCells(Seconds(2)));
        AddTestCase(new DhcpSwing);
        AddTestCase(new DhcpRetransmits(1, Seconds(4)));
        AddTestCase(new DhcpRetransmits(3, Seconds(4 + 8 + 16)));
        AddTestCase(new DhcpGivesUpRequest);
        AddTestCase(new DhcpRenews);
        AddTestCase(new Primary(AddressClient::IPV4));
        AddTestCase(new Primary(AddressClient::IPV6));
        AddTestCase(new EndsAnywhere(AddressClient::IPV4));
        AddTestCase(new EndsAnywhere(AddressClient::IPV6));
    }
};

AddressTestSuite g_addressTestSuite;

} // namespace

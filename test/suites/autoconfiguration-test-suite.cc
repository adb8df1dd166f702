/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../model/radio-icmpv6.h"
#include "address-world.h"

#include "ns3/boolean.h"
#include "ns3/icmpv6-header.h"
#include "ns3/pointer.h"

using namespace ns3;
using namespace ns3::roam;
using namespace ns3::roam::test;

namespace
{

class Autoconfiguration : public AddressTestCase
{
  public:
    Autoconfiguration(bool dad, bool delay)
        : AddressTestCase(std::string("an address of a prefix, ") + (dad ? "with" : "without") +
                          " DAD" + (delay ? ", with the random delays" : "")),
          m_dad(dad), m_delay(delay)
    {
    }

  private:
    void DoRun() override
    {
        World w(AddressClient::IPV6, 1);
        w.client->SetAttribute("Dad", BooleanValue(m_dad));
        w.client->SetAttribute("SolicitationDelay", BooleanValue(m_delay));
        w.Start();
        w.AttachAt(Seconds(3), 0, 0);
        w.RunUntil(MilliSeconds(3600));
        if (m_dad)
        {
            NS_TEST_EXPECT_MSG_EQ(w.told.size(), 1, "detected, but not yet to be used");
            NS_TEST_EXPECT_MSG_EQ(w.Gateway(-1), "none", "no route by a tentative address");
        }
        w.RunUntil(Seconds(7));
        NS_TEST_ASSERT_MSG_EQ(w.told.size(), 2, "detected and gained");
        NS_TEST_EXPECT_MSG_EQ(w.told[0].what, Told::DETECTED, "first");
        NS_TEST_EXPECT_MSG_EQ(w.told[1].what, Told::GAINED, "second");
        const Time up = MilliSeconds(3050);
        NS_TEST_EXPECT_MSG_GT(w.told[0].at, up, "after the link came up");
        NS_TEST_EXPECT_MSG_LT(w.told[0].at - up, MilliSeconds(76), "the next advertisement");
        const Time took = w.told[1].at - w.told[0].at;
        if (!m_dad)
        {
            NS_TEST_EXPECT_MSG_EQ(took, Time(0), "at once");
        }
        else if (!m_delay)
        {
            NS_TEST_EXPECT_MSG_EQ(took, Seconds(1), "DadTimeout");
        }
        else
        {
            NS_TEST_EXPECT_MSG_GT(took, Seconds(1), "a wait and DadTimeout");
            NS_TEST_EXPECT_MSG_LT(took, Seconds(2), "a wait of at most 1 s");
        }
        NS_TEST_EXPECT_MSG_EQ(Ipv6Address::ConvertFrom(w.told[1].address), w.Autoconfigured(0, 0),
                              "prefix and interface identifier");
        NS_TEST_EXPECT_MSG_EQ(Ipv6Address::ConvertFrom(w.told[1].gateway), w.RouterLinkLocal(0),
                              "the router");
        NS_TEST_EXPECT_MSG_EQ(w.CountAddresses(), 1, "one address");
    }

    const bool m_dad;
    const bool m_delay;
};

class AutoconfigurationMoves : public AddressTestCase
{
  public:
    AutoconfigurationMoves()
        : AddressTestCase("the address and routes of the link that was left go, there and back")
    {
    }

  private:
    void DoRun() override
    {
        World w(AddressClient::IPV6, 1);
        w.Start();
        const uint32_t visits[] = {0, 1, 0, 1, 0};
        Time at = Seconds(3);
        for (uint32_t cell : visits)
        {
            w.AttachAt(at, 0, cell);
            w.RunUntil(at + MilliSeconds(20));
            NS_TEST_EXPECT_MSG_EQ(w.CountAddresses(), 0, "nothing stale");
            NS_TEST_EXPECT_MSG_EQ(w.CountRoutes(), 0, "nothing stale");
            w.RunUntil(at + Seconds(2));
            std::ostringstream via;
            via << w.Autoconfigured(0, cell) << " via " << w.RouterLinkLocal(cell);
            NS_TEST_EXPECT_MSG_EQ(w.Gateway(-1), via.str(), "the router that is here");
            NS_TEST_EXPECT_MSG_EQ(w.CountAddresses(), 1, "the address that is here");
            at += Seconds(2);
        }
        const auto gained = w.All(Told::GAINED);
        const auto lost = w.All(Told::LOST);
        NS_TEST_ASSERT_MSG_EQ(gained.size(), 5, "gains");
        NS_TEST_ASSERT_MSG_EQ(lost.size(), 4, "losses");
        for (std::size_t i = 0; i < lost.size(); i++)
        {
            NS_TEST_EXPECT_MSG_EQ(lost[i].address, gained[i].address, "loss " << i);
            NS_TEST_EXPECT_MSG_EQ(lost[i].at, Seconds(5 + 2 * i), "at link down, loss " << i);
        }
    }
};

class DuplicateAddress : public AddressTestCase
{
  public:
    DuplicateAddress() : AddressTestCase("an address that somebody has is not gained")
    {
    }

  private:
    void DoRun() override
    {
        World w(AddressClient::IPV6, 1);
        w.Start();
        Ptr<Ipv6> ipv6 = w.routers[0]->GetObject<Ipv6>();
        ipv6->AddAddress(ipv6->GetInterfaceForDevice(w.cells[0]),
                         Ipv6InterfaceAddress(w.Autoconfigured(0, 0), Ipv6Prefix(64)));
        w.AttachAt(Seconds(3), 0, 0);
        w.RunUntil(Seconds(8));
        NS_TEST_EXPECT_MSG_EQ(w.All(Told::DETECTED).size(), 1, "there is a router");
        NS_TEST_EXPECT_MSG_EQ(w.All(Told::GAINED).size(), 0, "but no address");
        NS_TEST_EXPECT_MSG_EQ(w.Gateway(-1), "none", "and no route");
        w.AttachAt(Seconds(8), 0, 1);
        w.RunUntil(Seconds(12));
        NS_TEST_EXPECT_MSG_EQ(w.All(Told::GAINED).size(), 1, "elsewhere it is another one");
    }
};

class RouterSolicitation : public AddressTestCase
{
  public:
    RouterSolicitation()
        : AddressTestCase("a solicitation at link up brings an advertisement that is seldom")
    {
    }

  private:
    void DoRun() override
    {
        World w(AddressClient::IPV6, 1);
        w.helper.SetAdvertisementInterval(Seconds(200), Seconds(600));
        w.Start();
        // ns-3's first advertisements are at most 16 s apart.
        const Time at = Seconds(20);
        w.AttachAt(at, 0, 0);
        w.RunUntil(at + Seconds(5));
        const auto detected = w.All(Told::DETECTED);
        NS_TEST_ASSERT_MSG_EQ(detected.size(), 1, "detected");
        const Time up = at + MilliSeconds(50);
        NS_TEST_EXPECT_MSG_LT(detected[0].at - up, MilliSeconds(500 + 11),
                              "within MAX_RA_DELAY_TIME and the way there and back");
        NS_TEST_EXPECT_MSG_EQ(w.All(Told::GAINED).size(), 1, "gained");
    }
};

class PrefixRunsOut : public AddressTestCase
{
  public:
    PrefixRunsOut()
        : AddressTestCase("an address ends with its valid lifetime, a gateway with the router's")
    {
    }

  private:
    void DoRun() override
    {
        World w(AddressClient::IPV6, 1);
        w.helper.SetAdvertisementLifetimes(Seconds(9), Seconds(9), Seconds(4));
        w.Start();
        w.AttachAt(Seconds(3), 0, 0);
        w.RunUntil(Seconds(30));
        NS_TEST_EXPECT_MSG_EQ(w.All(Told::LOST).size(), 0, "advertisements keep it alive");
        Ptr<RateErrorModel> silence = CreateObject<RateErrorModel>();
        silence->SetUnit(RateErrorModel::ERROR_UNIT_PACKET);
        silence->SetRate(1.0);
        w.cells[0]->GetCell()->SetAttribute("Loss", PointerValue(silence));
        w.RunUntil(Seconds(35));
        NS_TEST_EXPECT_MSG_EQ(w.All(Told::LOST).size(), 0, "the address is valid for 9 s");
        NS_TEST_EXPECT_MSG_EQ(w.Gateway(-1), "none", "the router's lifetime of 4 s is over");
        NS_TEST_EXPECT_MSG_EQ(w.client->GetGateway(w.Ifindex(0)).IsInvalid(), true, "as told");
        w.RunUntil(Seconds(45));
        const auto lost = w.All(Told::LOST);
        NS_TEST_ASSERT_MSG_EQ(lost.size(), 1, "over");
        NS_TEST_EXPECT_MSG_EQ_TOL(lost[0].at, Seconds(39), MilliSeconds(76),
                                  "9 s after the last advertisement");
        NS_TEST_EXPECT_MSG_EQ(w.CountAddresses() + w.CountRoutes(), 0, "nothing stale");
        silence->Disable();
        w.RunUntil(Seconds(50));
        NS_TEST_EXPECT_MSG_EQ(w.All(Told::GAINED).size(), 2, "and again with the next one");
    }
};

/** RFC 4861 section 6.1.2, and bytes that no router would send. */
class ReadsAdvertisements : public AddressTestCase
{
  public:
    ReadsAdvertisements() : AddressTestCase("a router advertisement is read whole or not at all")
    {
    }

  private:
    void DoRun() override
    {
        Ptr<Packet> packet = Create<Packet>();
        packet->AddHeader(Icmpv6OptionLinkLayerAddress(true, Mac48Address("02:00:00:00:00:07")));
        Icmpv6OptionPrefixInformation prefix(Ipv6Address("2001:db8:2::"), 64);
        prefix.SetFlags(Icmpv6OptionPrefixInformation::ONLINK |
                        Icmpv6OptionPrefixInformation::AUTADDRCONF);
        prefix.SetValidTime(3600);
        packet->AddHeader(prefix);
        Icmpv6RA ra;
        ra.SetLifeTime(1800);
        packet->AddHeader(ra);
        Ipv6Header ip;
        ip.SetSource(Ipv6Address("fe80::1"));
        ip.SetHopLimit(255);

        const auto read = RadioIcmpv6::Read(packet, ip);
        NS_TEST_ASSERT_MSG_EQ(read.has_value(), true, "a good one");
        NS_TEST_EXPECT_MSG_EQ(read->router, Ipv6Address("fe80::1"), "router");
        NS_TEST_EXPECT_MSG_EQ(read->routerLifetime, Seconds(1800), "router's lifetime");
        NS_TEST_EXPECT_MSG_EQ(read->prefix, Ipv6Address("2001:db8:2::"), "prefix");
        NS_TEST_EXPECT_MSG_EQ(int(read->prefixLength), 64, "its length");
        NS_TEST_EXPECT_MSG_EQ(read->onLink, true, "L flag");
        NS_TEST_EXPECT_MSG_EQ(read->validLifetime, Seconds(3600), "its lifetime");
        NS_TEST_ASSERT_MSG_EQ(read->linkAddress.has_value(), true, "link-layer address");
        NS_TEST_EXPECT_MSG_EQ(*read->linkAddress, Mac48Address("02:00:00:00:00:07"), "of router");

        const uint32_t size = packet->GetSize();
        for (uint32_t length = 0; length < size; length++)
        {
            // Options are 32 and 8 bytes: cut between them, it is a shorter one that is good.
            const bool whole = length == 16 || length == 48;
            NS_TEST_EXPECT_MSG_EQ(
                RadioIcmpv6::Read(packet->CreateFragment(0, length), ip).has_value(), whole,
                "cut to " << length << " bytes");
        }
        std::vector<uint8_t> bytes(size);
        packet->CopyData(bytes.data(), size);
        bytes[17] = 0;
        NS_TEST_EXPECT_MSG_EQ(RadioIcmpv6::Read(Create<Packet>(bytes.data(), size), ip).has_value(),
                              false, "an option of no length");
        ip.SetSource(Ipv6Address("2001:db8:2::1"));
        NS_TEST_EXPECT_MSG_EQ(RadioIcmpv6::Read(packet, ip).has_value(), false, "not link-local");
    }
};

class AutoconfigurationTestSuite : public TestSuite
{
  public:
    AutoconfigurationTestSuite() : TestSuite("roam-autoconfiguration", TestSuite::Type::UNIT)
    {
        AddTestCase(new Autoconfiguration(true, false));
        AddTestCase(new Autoconfiguration(false, false));
        AddTestCase(new Autoconfiguration(true, true));
        AddTestCase(new AutoconfigurationMoves);
        AddTestCase(new DuplicateAddress);
        AddTestCase(new RouterSolicitation);
        AddTestCase(new PrefixRunsOut);
        AddTestCase(new ReadsAdvertisements);
    }
};

AutoconfigurationTestSuite g_autoconfigurationTestSuite;

} // namespace

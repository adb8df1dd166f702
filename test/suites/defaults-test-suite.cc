// SPDX-License-Identifier: GPL-2.0-or-later
// What is left out of a program has the same default as what is left out of a scenario.

#include "sim/scenario-schema.h"
#include "sim/scenario-value.h"

#include "ns3/access-router-helper.h"
#include "ns3/application.h"
#include "ns3/boolean.h"
#include "ns3/cell-device.h"
#include "ns3/data-rate.h"
#include "ns3/double.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/mobile-client-helper.h"
#include "ns3/queue-size.h"
#include "ns3/radio-device.h"
#include "ns3/roam-compat.h"
#include "ns3/simulator.h"
#include "ns3/test.h"
#include "ns3/type-id.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <vector>

using namespace ns3;
using namespace ns3::roam;

namespace
{

/** Attributes of ns3::roam and the keys that set them. */
const std::map<std::string, std::string> PAIRS{
    {"CellChannel::DataRate", "cell.rate"},
    {"CellChannel::UplinkRate", "cell.uplink_rate"},
    {"CellChannel::Delay", "cell.delay"},
    {"CellChannel::TxPower", "cell.tx_power"},
    {"CellChannel::AttachLatency", "cell.attach_latency"},
    {"CellDevice::IngressFilter", "cell.ingress_filter"},
    {"CellNetDevice::QueueSize", "cell.queue"},
    {"AddressClient::Family", "run.family"},
    {"AddressClient::CollectTime", "address.collect"},
    {"AddressClient::Dad", "address.dad"},
    {"AddressClient::DadTimeout", "address.dad_timeout"},
    {"AddressClient::SolicitationDelay", "address.solicitation_delay"},
    {"MobilityManager::Rule", "handover.rule"},
    {"MobilityManager::Requests", "handover.requests"},
    {"MobilityManager::Threshold", "handover.threshold"},
    {"MobilityManager::Hysteresis", "handover.hysteresis"},
    {"MobilityManager::TimeToTrigger", "handover.time_to_trigger"},
    {"MobilityManager::Floor", "handover.floor"},
    {"MobilityManager::EntryMargin", "handover.entry_margin"},
    {"MobilityManager::ReselectHysteresis", "handover.reselect_hysteresis"},
    {"MobilityManager::ReselectTime", "handover.reselect_time"},
    {"MobilityManager::InactiveLevel", "handover.inactive_level"},
    {"MobilityManager::InactiveTime", "handover.inactive_time"},
    {"MobilityManager::RetryTime", "handover.retry_time"},
    {"MobilityManager::PingPongTime", "handover.pingpong_time"},
    {"MobilityManager::SampleInterval", "handover.level_interval"},
    {"HandoverMeter::Settle", "run.settle"},
    {"HandoverMeter::Lifetime", "sctp.lifetime"},
    {"SessionClient::ConnectTimeout", "session.connect_timeout"},
    {"SessionClient::RetryInterval", "session.retry_interval"},
    {"SessionClient::RetryMax", "session.retry_max"},
    {"SessionFlow::MessageSize", "traffic.down_size"},
    {"SessionFlow::Interval", "traffic.down_interval"},
    {"SctpSocket::RtoInitial", "sctp.rto_initial"},
    {"SctpSocket::RtoMin", "sctp.rto_min"},
    {"SctpSocket::RtoMax", "sctp.rto_max"},
    {"SctpSocket::HeartbeatInterval", "sctp.heartbeat_interval"},
    {"SctpSocket::SackDelay", "sctp.sack_delay"},
    {"SctpSocket::PathMaxRetrans", "sctp.path_max_retrans"},
    {"SctpSocket::AssociationMaxRetrans", "sctp.max_retrans"},
    {"SctpSocket::PotentiallyFailedMaxRetrans", "sctp.pf_max_retrans"},
    {"SctpSocket::PrimarySwitchoverMaxRetrans", "sctp.primary_switchover_max_retrans"},
    {"SctpSocket::SwitchPolicy", "sctp.switch_policy"},
    {"SctpSocket::ClassicFastRetransmit", "sctp.classic_fast_retransmit"},
    {"SctpSocket::Unordered", "sctp.unordered"},
    {"SctpL4Protocol::UdpPort", "sctp.udp_encapsulation"}};

/** Keys that a helper has: the tests below. */
const std::set<std::string> OF_HELPERS{"client.radios", "address.lease",
                                       "address.advertisement_min", "address.advertisement_max"};

/** Keys and tables of what only roam-sim has, or ns-3's own classes. */
const std::set<std::string> OF_WORLDS{"title",
                                      "scheme",
                                      "seed",
                                      "run.stop",
                                      "run.sample_interval",
                                      "run.ladder_handover",
                                      "network",
                                      "cell.count",
                                      "cell.spacing",
                                      "cell.loss",
                                      "cell.uplink_loss",
                                      "propagation",
                                      "shadowing",
                                      "movement",
                                      "walk",
                                      "client.host_routes",
                                      "server",
                                      "handover.cell_costs",
                                      "handover.preference_time",
                                      "session.transport",
                                      "session.locator",
                                      "session.caller",
                                      "session.start",
                                      "session.wait_for_overlap",
                                      "session.port",
                                      "traffic.up_size",
                                      "traffic.up_interval",
                                      "traffic.drain"};

/** Words of a scenario that an attribute spells otherwise. */
const std::map<std::string, std::string> WORDS{{"b", "signal"}};

/** A value as a number or a word that can be compared; times in ns, rates in bit/s. */
std::string TextOf(Ptr<const AttributeValue> value, Ptr<const AttributeChecker> checker)
{
    auto number = [](double n)
    { return n >= UINT32_MAX && n < 1e10 ? "no limit" : std::to_string(n); };
    if (auto time = DynamicCast<const TimeValue>(value))
    {
        return std::to_string(static_cast<double>(time->Get().GetNanoSeconds()));
    }
    if (auto rate = DynamicCast<const DataRateValue>(value))
    {
        return std::to_string(static_cast<double>(rate->Get().GetBitRate()));
    }
    if (auto real = DynamicCast<const DoubleValue>(value))
    {
        return number(real->Get());
    }
    if (auto whole = DynamicCast<const UintegerValue>(value))
    {
        return number(static_cast<double>(whole->Get()));
    }
    if (auto size = DynamicCast<const QueueSizeValue>(value))
    {
        return number(size->Get().GetValue());
    }
    if (auto flag = DynamicCast<const BooleanValue>(value))
    {
        return number(flag->Get());
    }
    std::string text = value->SerializeToString(checker);
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return std::tolower(c); });
    return text;
}

/** The default of a key likewise. */
std::string TextOf(const KeySpec& key)
{
    Value value = ParseValue(key.value, key.GetDefault());
    if (key.name == "sctp.pf_max_retrans" || key.name == "sctp.primary_switchover_max_retrans")
    {
        return value.number >= 1000 ? "no limit" : std::to_string(value.number);
    }
    if (key.value.type != ValueType::CHOICE)
    {
        return std::to_string(value.number);
    }
    auto word = WORDS.find(value.text);
    return word == WORDS.end() ? value.text : word->second;
}

class DefaultsAreThoseOfTheClasses : public TestCase
{
  public:
    DefaultsAreThoseOfTheClasses() : TestCase("a key's default is its attribute's")
    {
    }

  private:
    void DoRun() override
    {
        for (const auto& [attribute, name] : PAIRS)
        {
            const auto colons = attribute.find("::");
            TypeId type;
            TypeId::AttributeInformation info;
            NS_TEST_ASSERT_MSG_EQ(
                TypeId::LookupByNameFailSafe("ns3::roam::" + attribute.substr(0, colons), &type),
                true, attribute);
            NS_TEST_ASSERT_MSG_EQ(type.LookupAttributeByName(attribute.substr(colons + 2), &info),
                                  true, attribute);
            const KeySpec* key = FindKey(name);
            NS_TEST_ASSERT_MSG_EQ((key != nullptr), true, name);
            NS_TEST_EXPECT_MSG_EQ(TextOf(info.originalInitialValue, info.checker), TextOf(*key),
                                  attribute << " and " << name);
        }
    }
};

class NoKeyIsLeftOut : public TestCase
{
  public:
    NoKeyIsLeftOut() : TestCase("each key is compared, or belongs to worlds alone")
    {
    }

  private:
    void DoRun() override
    {
        std::set<std::string> compared = OF_HELPERS;
        for (const auto& pair : PAIRS)
        {
            compared.insert(pair.second);
        }
        for (const auto& key : GetSchema())
        {
            bool ofWorlds = OF_WORLDS.count(key.name) +
                                OF_WORLDS.count(key.name.substr(0, key.name.find('.'))) >
                            0;
            NS_TEST_EXPECT_MSG_EQ(compared.count(key.name) + ofWorlds, 1, key.name);
        }
    }
};

class HelpersHaveTheDefaults : public TestCase
{
  public:
    HelpersHaveTheDefaults() : TestCase("a helper's defaults are those of a scenario")
    {
    }

  private:
    /** A default, in seconds or as it is. */
    static double DefaultOf(const std::string& name)
    {
        const KeySpec* key = FindKey(name);
        double number = ParseValue(key->value, key->GetDefault()).number;
        return key->value.type == ValueType::TIME ? number / 1e9 : number;
    }

    static Ptr<Node> MakeRouter()
    {
        Ptr<Node> router = CreateObject<Node>();
        InternetStackHelper().Install(router);
        return router;
    }

    void CountFrame(Ptr<const Packet>)
    {
        m_frames.push_back(Simulator::Now());
    }

    /** When a router advertises in ten seconds. */
    std::vector<Time> Advertise(const AccessRouterHelper& given)
    {
        m_frames.clear();
        AccessRouterHelper helper = given;
        Ptr<Node> router = MakeRouter();
        Ptr<CellDevice> cell = helper.Install(router, Ipv6Address("fd00:2::1"), Ipv6Prefix(64));
        InternetStackHelper().AssignStreams(NodeContainer(router), 50);
        AccessRouterHelper::AssignStreams(cell, 70);
        cell->TraceConnectWithoutContext("MacTx",
                                         MakeCallback(&HelpersHaveTheDefaults::CountFrame, this));
        Simulator::Stop(Seconds(10));
        Simulator::Run();
        Simulator::Destroy();
        return m_frames;
    }

    void DoRun() override
    {
        Ptr<Node> client = CreateObject<Node>();
        MobileClientHelper().Install(client);
        uint32_t radios = 0;
        for (uint32_t i = 0; i < client->GetNDevices(); ++i)
        {
            radios += DynamicCast<RadioDevice>(client->GetDevice(i)) ? 1 : 0;
        }
        NS_TEST_EXPECT_MSG_EQ(radios, DefaultOf("client.radios"), "client.radios");

        Ptr<Node> router = MakeRouter();
        AccessRouterHelper().Install(router, Ipv4Address("2.2.2.1"), Ipv4Mask("/24"));
        TimeValue lease;
        router->GetApplication(0)->GetAttribute("LeaseTime", lease);
        NS_TEST_EXPECT_MSG_EQ(lease.Get(), Seconds(DefaultOf("address.lease")), "address.lease");
        Simulator::Destroy();

        std::vector<Time> before = Advertise(AccessRouterHelper());
        AccessRouterHelper set;
        set.SetAdvertisementInterval(Seconds(DefaultOf("address.advertisement_min")),
                                     Seconds(DefaultOf("address.advertisement_max")));
        NS_TEST_EXPECT_MSG_GT(before.size(), 100, "advertisements");
        NS_TEST_EXPECT_MSG_EQ((before == Advertise(set)), true, "address.advertisement_*");
        set.SetAdvertisementInterval(MilliSeconds(30), MilliSeconds(90));
        NS_TEST_EXPECT_MSG_EQ((before == Advertise(set)), false, "others advertise otherwise");
    }

    std::vector<Time> m_frames;
};

class DefaultsTestSuite : public TestSuite
{
  public:
    DefaultsTestSuite() : TestSuite("roam-defaults", TestSuite::Type::UNIT)
    {
        AddTestCase(new DefaultsAreThoseOfTheClasses);
        AddTestCase(new NoKeyIsLeftOut);
        AddTestCase(new HelpersHaveTheDefaults);
    }
};

DefaultsTestSuite g_defaultsTestSuite;

} // namespace

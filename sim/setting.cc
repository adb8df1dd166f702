/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/setting.h"

#include "sim/scenario.h"

#include "ns3/abort.h"
#include "ns3/boolean.h"
#include "ns3/config.h"
#include "ns3/data-rate.h"
#include "ns3/double.h"
#include "ns3/error-model.h"
#include "ns3/nstime.h"
#include "ns3/pointer.h"
#include "ns3/queue-size.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <utility>

namespace ns3::roam
{

namespace
{

using Information = TypeId::AttributeInformation;

/** IANA's port of SCTP in UDP (RFC 6951 section 7). */
constexpr uint16_t SCTP_TUNNELING = 9899;

/** An integer key that counts attempts is without limit from here on. */
constexpr double NO_LIMIT = 1000;

/** How values of a key and of an attribute are made of each other. */
struct Conversion
{
    std::function<Ptr<AttributeValue>(const Value&)> toAttribute;
    std::function<Value(const Information&)> toKey;
};

template <typename T> Ptr<const T> InitialOf(const Information& info)
{
    Ptr<const T> value = DynamicCast<const T>(info.originalInitialValue);
    NS_ABORT_MSG_UNLESS(value, info.name << " has another type than its row");
    return value;
}

Value NumberValue(double number)
{
    return Value{number, "", {}};
}

Conversion Times()
{
    return {[](const Value& v) -> Ptr<AttributeValue>
            { return Create<TimeValue>(NanoSeconds(static_cast<int64_t>(v.number))); },
            [](const Information& info) {
                return NumberValue(
                    static_cast<double>(InitialOf<TimeValue>(info)->Get().GetNanoSeconds()));
            }};
}

Conversion Rates()
{
    return {[](const Value& v) -> Ptr<AttributeValue>
            { return Create<DataRateValue>(DataRate(static_cast<uint64_t>(v.number))); },
            [](const Information& info) {
                return NumberValue(
                    static_cast<double>(InitialOf<DataRateValue>(info)->Get().GetBitRate()));
            }};
}

Conversion Numbers()
{
    return {[](const Value& v) -> Ptr<AttributeValue> { return Create<DoubleValue>(v.number); },
            [](const Information& info)
            { return NumberValue(InitialOf<DoubleValue>(info)->Get()); }};
}

Conversion Counts()
{
    return {[](const Value& v) -> Ptr<AttributeValue>
            { return Create<UintegerValue>(static_cast<uint64_t>(v.number)); },
            [](const Information& info)
            { return NumberValue(static_cast<double>(InitialOf<UintegerValue>(info)->Get())); }};
}

/** Attempts: the highest value of the key and that of the attribute are both "no limit". */
Conversion Attempts()
{
    return {[](const Value& v) -> Ptr<AttributeValue>
            {
                return Create<UintegerValue>(v.number < NO_LIMIT ? static_cast<uint64_t>(v.number)
                                                                 : UINT32_MAX);
            },
            [](const Information& info)
            {
                auto initial = static_cast<double>(InitialOf<UintegerValue>(info)->Get());
                return NumberValue(std::min(initial, NO_LIMIT));
            }};
}

Conversion Flags()
{
    return {[](const Value& v) -> Ptr<AttributeValue>
            { return Create<BooleanValue>(v.number != 0); },
            [](const Information& info)
            { return NumberValue(InitialOf<BooleanValue>(info)->Get() ? 1 : 0); }};
}

Conversion Packets()
{
    return {[](const Value& v) -> Ptr<AttributeValue>
            {
                return Create<QueueSizeValue>(
                    QueueSize(QueueSizeUnit::PACKETS, static_cast<uint32_t>(v.number)));
            },
            [](const Information& info)
            { return NumberValue(InitialOf<QueueSizeValue>(info)->Get().GetValue()); }};
}

/** Words of a key and those of an attribute, in pairs. */
Conversion Words(const std::vector<std::pair<std::string, std::string>>& words)
{
    return {[words](const Value& v) -> Ptr<AttributeValue>
            {
                auto found = std::find_if(words.begin(), words.end(),
                                          [&v](const auto& pair) { return pair.first == v.text; });
                NS_ABORT_MSG_IF(found == words.end(), "no attribute's word for " << v.text);
                return Create<StringValue>(found->second);
            },
            [words](const Information& info)
            {
                std::string initial = info.originalInitialValue->SerializeToString(info.checker);
                auto found =
                    std::find_if(words.begin(), words.end(),
                                 [&initial](const auto& pair) { return pair.second == initial; });
                NS_ABORT_MSG_IF(found == words.end(), "no key's word for " << initial);
                return Value{0, found->first, {}};
            }};
}

/** A share of packets or frames that are lost: an error model of its own for each object. */
Conversion Losses()
{
    return {[](const Value& v) -> Ptr<AttributeValue>
            {
                Ptr<RateErrorModel> loss = CreateObject<RateErrorModel>();
                loss->SetUnit(RateErrorModel::ERROR_UNIT_PACKET);
                loss->SetRate(v.number);
                return Create<PointerValue>(loss);
            },
            nullptr};
}

/** A flag that is a port of UDP, or none. */
Conversion Tunnels()
{
    return {[](const Value& v) -> Ptr<AttributeValue>
            { return Create<UintegerValue>(v.number != 0 ? SCTP_TUNNELING : 0); },
            [](const Information& info)
            { return NumberValue(InitialOf<UintegerValue>(info)->Get() != 0 ? 1 : 0); }};
}

/** The policy of a socket: a lifetime of 0 means Reliable, any other Timed. */
Conversion Policies()
{
    return {[](const Value& v) -> Ptr<AttributeValue>
            { return Create<StringValue>(v.number == 0 ? "Reliable" : "Timed"); },
            [](const Information& info)
            {
                NS_ABORT_MSG_UNLESS(info.originalInitialValue->SerializeToString(info.checker) ==
                                        "Reliable",
                                    "a socket is reliable unless a lifetime is given");
                return NumberValue(0);
            }};
}

/** The lifetime of a socket's messages: 1 s for 0, because the attribute has to be above 0. */
Conversion Lifetimes()
{
    return {[](const Value& v) -> Ptr<AttributeValue>
            {
                return Create<TimeValue>(
                    v.number == 0 ? Seconds(1) : NanoSeconds(static_cast<int64_t>(v.number)));
            },
            nullptr};
}

/** Set by code, of several keys or of what is no key's alone. */
Conversion ByCode()
{
    return {nullptr, nullptr};
}

class Table
{
  public:
    /** Of the rows to come: the class that declares their attributes, and which objects. */
    Table& Of(const std::string& type, const std::string& part = "")
    {
        m_type = type;
        m_part = part;
        return *this;
    }

    Table& Row(const std::string& key, const std::string& attribute, const Conversion& conversion)
    {
        m_rows.push_back(
            {key, m_type + "::" + attribute, m_part, conversion.toAttribute, conversion.toKey});
        return *this;
    }

    const std::vector<Setting>& GetRows() const
    {
        return m_rows;
    }

  private:
    std::string m_type;
    std::string m_part;
    std::vector<Setting> m_rows;
};

void AddNetwork(Table& table)
{
    for (const char* link : {"server", "core", "access"})
    {
        const std::string key = std::string("network.") + link;
        table.Of("ns3::PointToPointNetDevice", link).Row(key + "_rate", "DataRate", Rates());
        table.Of("ns3::PointToPointChannel", link).Row(key + "_delay", "Delay", Times());
    }
    table.Of("ns3::PointToPointNetDevice").Row("network.core_loss", "ReceiveErrorModel", ByCode());
    table.Of("ns3::DropTailQueue<Packet>").Row("network.queue", "MaxSize", Packets());
    table.Of("ns3::ArpL3Protocol").Row("network.resolution_jitter", "RequestJitter", ByCode());
    table.Of("ns3::Icmpv6L4Protocol")
        .Row("network.resolution_jitter", "SolicitationJitter", ByCode())
        .Row("address.dad", "DAD", ByCode());
    table.Of("ns3::Ipv6").Row("", "IpForward", ByCode());
    table.Of("ns3::RateErrorModel");
    for (const char* attribute : {"ErrorRate", "ErrorUnit", "RanVar"})
    {
        for (const char* key : {"cell.loss", "cell.uplink_loss", "network.core_loss"})
        {
            table.Row(key, attribute, ByCode());
        }
    }
}

void AddCells(Table& table)
{
    table.Of("ns3::roam::CellChannel")
        .Row("cell.count", "CellId", ByCode())
        .Row("walk.file", "CellId", ByCode())
        .Row("cell.rate", "DataRate", Rates())
        .Row("cell.uplink_rate", "UplinkRate", Rates())
        .Row("cell.delay", "Delay", Times())
        .Row("cell.loss", "Loss", Losses())
        .Row("cell.uplink_loss", "UplinkLoss", Losses())
        .Row("cell.tx_power", "TxPower", Numbers())
        .Row("propagation.exponent", "PropagationLoss", ByCode())
        .Row("walk.file", "PropagationLoss", ByCode())
        .Row("cell.attach_latency", "AttachLatency", Times());
    table.Of("ns3::roam::CellDevice").Row("cell.ingress_filter", "IngressFilter", Flags());
    table.Of("ns3::roam::CellNetDevice").Row("cell.queue", "QueueSize", Packets());
    table.Of("ns3::LogDistancePropagationLossModel")
        .Row("propagation.exponent", "Exponent", Numbers())
        .Row("propagation.reference_loss", "ReferenceLoss", Numbers())
        .Row("propagation.reference_distance", "ReferenceDistance", Numbers());
    table.Of("ns3::roam::ShadowingLossModel")
        .Row("shadowing.deviation", "Deviation", Numbers())
        .Row("shadowing.distance", "Distance", Numbers());
}

void AddAddresses(Table& table)
{
    table.Of("ns3::roam::AddressClient")
        .Row("run.family", "Family", Words({{"ipv4", "IPv4"}, {"ipv6", "IPv6"}}))
        .Row("address.collect", "CollectTime", Times())
        .Row("address.dad", "Dad", Flags())
        .Row("address.dad_timeout", "DadTimeout", Times())
        .Row("address.solicitation_delay", "SolicitationDelay", Flags());
    table.Of("ns3::DhcpServer").Row("address.lease", "LeaseTime", Times());
    for (const char* attribute : {"RenewTime", "RebindTime", "PoolAddresses", "PoolMask",
                                  "FirstAddress", "LastAddress", "Gateway"})
    {
        table.Row("", attribute, ByCode());
    }
}

void AddHandover(Table& table)
{
    const std::string manager = "ns3::roam::MobilityManager";
    table.Of(manager)
        .Row("handover.rule", "Rule",
             Words({{"a", "Immediate"}, {"b", "Signal"}, {"c", "Preference"}}))
        .Row("handover.requests", "Requests", Words({{"steps", "Steps"}, {"together", "Together"}}))
        .Row("handover.threshold", "Threshold", Numbers())
        .Row("handover.hysteresis", "Hysteresis", Numbers())
        .Row("handover.time_to_trigger", "TimeToTrigger", Times())
        .Row("handover.entry_margin", "EntryMargin", Numbers())
        .Row("handover.reselect_hysteresis", "ReselectHysteresis", Numbers())
        .Row("handover.reselect_time", "ReselectTime", Times())
        .Row("handover.inactive_level", "InactiveLevel", Numbers())
        .Row("handover.inactive_time", "InactiveTime", Times())
        .Row("handover.retry_time", "RetryTime", Times())
        .Row("handover.pingpong_time", "PingPongTime", Times())
        .Row("handover.level_interval", "SampleInterval", Times())
        .Row("movement.model", "Dictated", ByCode());
    table.Of(manager, "row").Row("handover.floor", "Floor", Numbers());
    table.Of(manager, "walk").Row("walk.floor", "Floor", Numbers());
}

void AddSessions(Table& table)
{
    table.Of("ns3::roam::SessionClient")
        .Row("session.connect_timeout", "ConnectTimeout", Times())
        .Row("session.retry_interval", "RetryInterval", Times())
        .Row("session.retry_max", "RetryMax", Times())
        .Row("session.port", "Remote", ByCode());
    table.Of("ns3::roam::SessionApplication")
        .Row("scheme", "Protocol", ByCode())
        .Row("session.transport", "Protocol", ByCode())
        .Row("session.port", "Local", ByCode());
    const std::string flow = "ns3::roam::SessionFlow";
    for (const char* part : {"down", "up"})
    {
        const std::string key = std::string("traffic.") + part;
        table.Of(flow, part)
            .Row(key + "_size", "MessageSize", Counts())
            .Row(key + "_interval", "Interval", Times())
            .Row(key + "_interval", "DataRate", ByCode()) // either would overrule the interval
            .Row(key + "_interval", "Bulk", ByCode());
    }
    table.Of(flow).Row("", "Id", ByCode()).Row("traffic.drain", "Stop", ByCode());
}

void AddSctp(Table& table)
{
    table.Of("ns3::roam::SctpSocket")
        .Row("sctp.rto_initial", "RtoInitial", Times())
        .Row("sctp.rto_min", "RtoMin", Times())
        .Row("sctp.rto_max", "RtoMax", Times())
        .Row("sctp.heartbeat_interval", "HeartbeatInterval", Times())
        .Row("sctp.sack_delay", "SackDelay", Times())
        .Row("sctp.path_max_retrans", "PathMaxRetrans", Counts())
        .Row("sctp.max_retrans", "AssociationMaxRetrans", Counts())
        .Row("sctp.pf_max_retrans", "PotentiallyFailedMaxRetrans", Attempts())
        .Row("sctp.primary_switchover_max_retrans", "PrimarySwitchoverMaxRetrans", Attempts())
        .Row("sctp.switch_policy", "SwitchPolicy",
             Words({{"leave", "Leave"}, {"hold", "Hold"}, {"retransmit", "Retransmit"}}))
        .Row("sctp.classic_fast_retransmit", "ClassicFastRetransmit", Flags())
        .Row("sctp.lifetime", "Reliability", Policies())
        .Row("sctp.lifetime", "Lifetime", Lifetimes())
        .Row("sctp.unordered", "Unordered", Flags())
        .Row("sctp.udp_encapsulation", "RemoteUdpPort", Tunnels())
        .Row("scheme", "AddIp", ByCode());
    table.Of("ns3::roam::SctpL4Protocol").Row("sctp.udp_encapsulation", "UdpPort", Tunnels());
}

/** Finds the attribute of a row. */
Information Describe(const Setting& setting)
{
    auto colons = setting.attribute.rfind("::");
    Information info;
    bool found = TypeId::LookupByName(setting.attribute.substr(0, colons))
                     .LookupAttributeByName(setting.attribute.substr(colons + 2), &info);
    NS_ABORT_MSG_UNLESS(found, "no attribute " << setting.attribute);
    return info;
}

} // namespace

const std::vector<Setting>& GetSettings()
{
    static const Table table = []()
    {
        Table made;
        AddNetwork(made);
        AddCells(made);
        AddAddresses(made);
        AddHandover(made);
        AddSessions(made);
        AddSctp(made);
        return made;
    }();
    return table.GetRows();
}

std::vector<const Setting*> FindSettings(const std::string& attribute)
{
    std::vector<const Setting*> found;
    for (const auto& setting : GetSettings())
    {
        if (setting.attribute == attribute)
        {
            found.push_back(&setting);
        }
    }
    return found;
}

std::string ReadClassDefault(const std::string& key, ValueType type)
{
    for (const auto& setting : GetSettings())
    {
        if (setting.key == key && setting.toKey)
        {
            return FormatValue(type, setting.toKey(Describe(setting)));
        }
    }
    NS_ABORT_MSG("no class has a default for " << key);
}

void ApplySettings(const Scenario& scenario, const std::string& type, const std::string& part,
                   const AttributeSetter& set)
{
    TypeId at = TypeId::LookupByName(type);
    for (bool more = true; more; more = at.HasParent(), at = at.GetParent())
    {
        const std::string prefix = at.GetName() + "::";
        for (const auto& setting : GetSettings())
        {
            if (setting.toAttribute && (setting.part.empty() || setting.part == part) &&
                setting.attribute.compare(0, prefix.size(), prefix) == 0)
            {
                set(setting.attribute.substr(prefix.size()),
                    *setting.toAttribute(scenario.GetValue(setting.key)));
            }
        }
    }
}

void ApplySettings(const Scenario& scenario, ObjectFactory& factory, const std::string& part)
{
    ApplySettings(scenario, factory.GetTypeId().GetName(), part,
                  [&factory](const std::string& name, const AttributeValue& value)
                  { factory.Set(name, value); });
}

void ApplySettings(const Scenario& scenario, Ptr<Object> object, const std::string& part)
{
    ApplySettings(scenario, object->GetInstanceTypeId().GetName(), part,
                  [&object](const std::string& name, const AttributeValue& value)
                  { object->SetAttribute(name, value); });
}

void SetUserDefaults(const Scenario& scenario)
{
    for (const auto& setting : scenario.GetAttributes())
    {
        Config::SetDefault(setting.name, StringValue(setting.value));
    }
}

} // namespace ns3::roam

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/attribute-check.h"

#include "sim/scenario-schema.h"

#include "ns3/attribute.h"
#include "ns3/string.h"
#include "ns3/type-id.h"

#include <fcntl.h>
#include <map>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace ns3::roam
{

namespace
{

/**
 * True if a value can be made of a text. ns-3 ends the program on text that some types do not take,
 * and says so in its own words: a child process finds that out for us.
 */
bool Accepts(const TypeId::AttributeInformation& info, const std::string& value)
{
    pid_t child = fork();
    if (child == 0)
    {
        int null = open("/dev/null", O_WRONLY);
        dup2(null, STDOUT_FILENO);
        dup2(null, STDERR_FILENO);
        struct rlimit none = {0, 0};
        setrlimit(RLIMIT_CORE, &none);
        _exit(info.checker->CreateValidValue(StringValue(value)) ? 0 : 1);
    }
    int status = 0;
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
           WEXITSTATUS(status) == 0;
}

std::vector<std::string> AttributesOf(TypeId type)
{
    std::vector<std::string> names;
    for (TypeId at = type;; at = at.GetParent())
    {
        for (std::size_t i = 0; i < at.GetAttributeN(); ++i)
        {
            names.push_back(at.GetAttribute(i).name);
        }
        if (at.GetParent() == at)
        {
            return names;
        }
    }
}

/** What an attribute may be, in words where ns-3's own are of its inside, as "+9.22337e+18ns". */
std::string Describe(const AttributeChecker& checker)
{
    static const std::map<std::string, std::string> words{
        {"ns3::TimeValue", "a time with its unit, as 20ms"},
        {"ns3::DataRateValue", "a rate with its unit, as 10Mbps"},
        {"ns3::QueueSizeValue", "a size in packets or bytes, as 100p or 64kB"},
        {"ns3::TypeIdValue", "the name of a class of ns-3"}};
    auto known = words.find(checker.GetValueTypeName());
    if (known != words.end())
    {
        return known->second;
    }
    return checker.HasUnderlyingTypeInformation() ? checker.GetUnderlyingTypeInformation()
                                                  : checker.GetValueTypeName();
}

} // namespace

std::string FindKeyOfAttribute(const std::string& name)
{
    for (const auto& [attribute, key] : GetOwnedAttributes())
    {
        if (name == attribute)
        {
            return key;
        }
    }
    return "";
}

const std::vector<std::pair<std::string, std::string>>& GetOwnedAttributes()
{
    static const std::vector<std::pair<std::string, std::string>> owned{
        {"ns3::roam::CellChannel::CellId", "the cell's place in the row"},
        {"ns3::roam::CellChannel::DataRate", "cell.rate"},
        {"ns3::roam::CellChannel::UplinkRate", "cell.uplink_rate"},
        {"ns3::roam::CellChannel::Delay", "cell.delay"},
        {"ns3::roam::CellChannel::Loss", "cell.loss"},
        {"ns3::roam::CellChannel::UplinkLoss", "cell.uplink_loss"},
        {"ns3::roam::CellChannel::TxPower", "cell.tx_power"},
        {"ns3::roam::CellChannel::PropagationLoss", "propagation and shadowing"},
        {"ns3::roam::CellChannel::AttachLatency", "cell.attach_latency"},
        {"ns3::roam::CellDevice::QueueSize", "cell.queue"},
        {"ns3::roam::RadioDevice::QueueSize", "cell.queue"},
        {"ns3::roam::AddressClient::Family", "run.family"},
        {"ns3::roam::AddressClient::CollectTime", "address.collect"},
        {"ns3::roam::AddressClient::Dad", "address.dad"},
        {"ns3::roam::AddressClient::DadTimeout", "address.dad_timeout"},
        {"ns3::roam::AddressClient::SolicitationDelay", "address.solicitation_delay"},
        {"ns3::roam::MobilityManager::Rule", "handover.rule"},
        {"ns3::roam::MobilityManager::Requests", "handover.requests"},
        {"ns3::roam::MobilityManager::Threshold", "handover.threshold"},
        {"ns3::roam::MobilityManager::Hysteresis", "handover.hysteresis"},
        {"ns3::roam::MobilityManager::TimeToTrigger", "handover.time_to_trigger"},
        {"ns3::roam::MobilityManager::Floor", "handover.floor or walk.floor"},
        {"ns3::roam::MobilityManager::EntryMargin", "handover.entry_margin"},
        {"ns3::roam::MobilityManager::ReselectHysteresis", "handover.reselect_hysteresis"},
        {"ns3::roam::MobilityManager::ReselectTime", "handover.reselect_time"},
        {"ns3::roam::MobilityManager::InactiveLevel", "handover.inactive_level"},
        {"ns3::roam::MobilityManager::InactiveTime", "handover.inactive_time"},
        {"ns3::roam::MobilityManager::RetryTime", "handover.retry_time"},
        {"ns3::roam::MobilityManager::PingPongTime", "handover.pingpong_time"},
        {"ns3::roam::MobilityManager::Dictated", "movement.model"},
        {"ns3::roam::MobilityManager::SampleInterval", "handover.level_interval"},
        {"ns3::roam::SctpSocket::RtoInitial", "sctp.rto_initial"},
        {"ns3::roam::SctpSocket::RtoMin", "sctp.rto_min"},
        {"ns3::roam::SctpSocket::RtoMax", "sctp.rto_max"},
        {"ns3::roam::SctpSocket::HeartbeatInterval", "sctp.heartbeat_interval"},
        {"ns3::roam::SctpSocket::SackDelay", "sctp.sack_delay"},
        {"ns3::roam::SctpSocket::PathMaxRetrans", "sctp.path_max_retrans"},
        {"ns3::roam::SctpSocket::AssociationMaxRetrans", "sctp.max_retrans"},
        {"ns3::roam::SctpSocket::Unordered", "sctp.unordered"},
        {"ns3::roam::SctpSocket::AddIp", "scheme"},
        {"ns3::roam::SctpSocket::RemoteUdpPort", "sctp.udp_encapsulation"},
        {"ns3::roam::SctpL4Protocol::UdpPort", "sctp.udp_encapsulation"},
    };
    return owned;
}

void CheckAttribute(const std::string& name, const std::string& value)
{
    auto colons = name.rfind("::");
    std::string typeName = colons == std::string::npos ? name : name.substr(0, colons);
    TypeId type;
    if (colons == std::string::npos || !TypeId::LookupByNameFailSafe(typeName, &type))
    {
        throw ScenarioError("no such type in ns-3; expected an attribute's full name, as "
                            "ns3::TcpSocket::SegmentSize");
    }
    TypeId::AttributeInformation info;
    std::string attribute = name.substr(colons + 2);
    if (!type.LookupAttributeByName(attribute, &info))
    {
        std::string nearest = FindNearest(attribute, AttributesOf(type));
        throw ScenarioError("no such attribute; expected one of " + typeName +
                            (nearest.empty() ? "" : ", the nearest is " + nearest));
    }
    if (!(info.flags & TypeId::ATTR_CONSTRUCT) || !info.accessor->HasSetter())
    {
        throw ScenarioError("cannot be set before the simulation; expected an attribute that can");
    }
    std::string key = FindKeyOfAttribute(name);
    if (!key.empty())
    {
        throw ScenarioError("the scenario sets itself what this attribute is; expected " + key);
    }
    if (!Accepts(info, value))
    {
        throw ScenarioError("found \"" + value + "\"; expected " + Describe(*info.checker));
    }
}

} // namespace ns3::roam

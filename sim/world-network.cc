/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/world-network.h"

#include "sim/setting.h"
#include "sim/world-streams.h"

#include "ns3/abort.h"
#include "ns3/access-router-helper.h"
#include "ns3/boolean.h"
#include "ns3/drop-tail-queue.h"
#include "ns3/error-model.h"
#include "ns3/icmpv6-l4-protocol.h"
#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-static-routing-helper.h"
#include "ns3/ipv6-static-routing-helper.h"
#include "ns3/node-container.h"
#include "ns3/pointer.h"
#include "ns3/point-to-point-channel.h"
#include "ns3/point-to-point-net-device.h"
#include "ns3/simple-channel.h"
#include "ns3/simple-net-device.h"

#include <algorithm>
#include <tuple>

namespace ns3::roam
{

namespace
{

/** Before the access routers come the server, its router and the Internet. */
constexpr uint32_t FIRST_ROUTERS = 3;

const char* const SERVER_NETWORK4 = "1.1.1.0";
const char* const SERVER_NETWORK6 = "fd00:1::";

Ipv4Address Host4(const std::string& network, uint32_t host)
{
    return Ipv4Address(Ipv4Address(network.c_str()).Get() + host);
}

Ipv6Address Host6(const std::string& network, uint32_t host)
{
    uint8_t bytes[16];
    Ipv6Address(network.c_str()).GetBytes(bytes);
    bytes[15] = static_cast<uint8_t>(host);
    return Ipv6Address(bytes);
}

/** Kinds of parts that are added, in their hardware addresses. */
constexpr uint8_t KIND_HOST = 1;
constexpr uint8_t KIND_SITE = 2;

/**
 * The hardware address of a device of an added part: locally administered and none of those that
 * ns-3 counts up, so that the addresses of what stands stay the same.
 */
Mac48Address MakeHardwareAddress(uint8_t kind, std::size_t part, std::size_t device)
{
    const uint8_t bytes[]{2,
                          kind,
                          0,
                          static_cast<uint8_t>(part >> 8),
                          static_cast<uint8_t>(part),
                          static_cast<uint8_t>(device)};
    Mac48Address address;
    address.CopyFrom(bytes);
    return address;
}

std::string Network4(uint32_t location)
{
    std::string n = std::to_string(WorldNetwork::GetNumber(location));
    return n + "." + n + "." + n + ".0";
}

/** The group of four digits is the decimal number, so that fd00:12:: goes with 12.12.12.0. */
std::string Network6(uint32_t location)
{
    return "fd00:" + std::to_string(WorldNetwork::GetNumber(location)) + "::";
}

} // namespace

uint32_t WorldNetwork::GetNumber(uint32_t location)
{
    uint32_t n = location + 2;
    n += n >= 10;
    n += n >= 127;
    return n;
}

Ipv4Address WorldNetwork::GetRouterAddress4(uint32_t location) const
{
    return Host4(Network4(location), 1);
}

Ipv6Address WorldNetwork::GetRouterAddress6(uint32_t location) const
{
    return Host6(Network6(location), 1);
}

std::string WorldNetwork::GetRouterText(uint32_t location) const
{
    std::ostringstream text;
    if (v6)
    {
        text << GetRouterAddress6(location);
    }
    else
    {
        text << GetRouterAddress4(location);
    }
    return text.str();
}

std::vector<Address> WorldNetwork::GetServerAddresses() const
{
    std::vector<Address> all;
    for (uint32_t i = 0; i < m_serverAddresses; ++i)
    {
        all.push_back(v6 ? Address(Host6(SERVER_NETWORK6, 2 + i))
                         : Address(Host4(SERVER_NETWORK4, 2 + i)));
    }
    return all;
}

bool WorldNetwork::IsServer(const Address& address) const
{
    const auto all = GetServerAddresses();
    return std::find(all.begin(), all.end(), address) != all.end();
}

void WorldNetwork::AddServerAddress(const End& end) const
{
    if (v6)
    {
        end.node->GetObject<Ipv6>()->AddAddress(
            end.interface, Ipv6InterfaceAddress(Host6(SERVER_NETWORK6, 3), Ipv6Prefix(64)));
    }
    else
    {
        end.node->GetObject<Ipv4>()->AddAddress(
            end.interface, Ipv4InterfaceAddress(Host4(SERVER_NETWORK4, 3), Ipv4Mask("/24")));
    }
}

WorldNetwork::End WorldNetwork::Attach(Ptr<NetDevice> device, const std::string& network4,
                                       const std::string& network6, uint32_t host)
{
    End end{device->GetNode(), 0, Host4(network4, host), Host6(network6, host)};
    if (v6)
    {
        Ptr<Ipv6> ip = end.node->GetObject<Ipv6>();
        end.interface = ip->AddInterface(device);
        ip->AddAddress(end.interface, Ipv6InterfaceAddress(end.address6, Ipv6Prefix(64)));
        ip->SetUp(end.interface);
    }
    else
    {
        Ptr<Ipv4> ip = end.node->GetObject<Ipv4>();
        end.interface = ip->AddInterface(device);
        ip->AddAddress(end.interface, Ipv4InterfaceAddress(end.address4, Ipv4Mask("/24")));
        ip->SetUp(end.interface);
    }
    return end;
}

Ptr<PointToPointChannel> WorldNetwork::Lay(Ptr<Node> a, Ptr<Node> b, const std::string& link)
{
    Ptr<PointToPointChannel> channel = CreateObject<PointToPointChannel>();
    for (const auto& node : {a, b})
    {
        Ptr<PointToPointNetDevice> device = CreateObject<PointToPointNetDevice>();
        Ptr<DropTailQueue<Packet>> queue = CreateObject<DropTailQueue<Packet>>();
        ApplySettings(m_scenario, queue);
        device->SetQueue(queue);
        node->AddDevice(device);
        device->Attach(channel);
        ports.push_back({link, device});
    }
    return channel;
}

std::pair<WorldNetwork::End, WorldNetwork::End>
WorldNetwork::Connect(Ptr<Node> a, Ptr<Node> b, const std::string& part, const std::string& link,
                      const std::string& network4, const std::string& network6)
{
    ApplySettings(m_scenario, Lay(a, b, link), part);
    for (std::size_t i = ports.size() - 2; i < ports.size(); ++i)
    {
        ports[i].device->SetAddress(Mac48Address::Allocate());
        ApplySettings(m_scenario, ports[i].device, part);
    }
    m_links.push_back({Attach(ports[ports.size() - 2].device, network4, network6, 1),
                       Attach(ports.back().device, network4, network6, 2)});
    return m_links.back();
}

Ptr<Node> WorldNetwork::MakeAddedNode(const std::string& what)
{
    Ptr<Node> node = CreateObject<Node>();
    InternetStackHelper stack = GetStack();
    stack.Install(node);
    AccessRouterHelper::SetResolutionJitter(node, m_scenario.GetTime("network.resolution_jitter"));
    stack.AssignStreams(NodeContainer(node), GetPartStream(what));
    FixAddresses(node);
    return node;
}

std::pair<WorldNetwork::End, WorldNetwork::End>
WorldNetwork::Uplink(Ptr<Node> node, const std::string& table, const std::string& name,
                     DataRate rate, Time delay, uint8_t kind, std::size_t k,
                     const std::string& network4, const std::string& network6)
{
    const std::string key = table + "." + name;
    NS_ABORT_MSG_UNLESS(FindKey(key + ".delay") && m_added.insert(key).second,
                        key << ": a name of small letters, digits and hyphens, and of one part");
    if (m_scenario.Has(key + ".rate"))
    {
        rate = DataRate(static_cast<uint64_t>(m_scenario.GetNumber(key + ".rate")));
    }
    if (m_scenario.Has(key + ".delay"))
    {
        delay = m_scenario.GetTime(key + ".delay");
    }
    Lay(internet, node, table.substr(0, table.size() - 1) + "-" + name)
        ->SetAttribute("Delay", TimeValue(delay));
    for (std::size_t i = ports.size() - 2; i < ports.size(); ++i)
    {
        ports[i].device->SetAddress(MakeHardwareAddress(kind, k, ports.size() - i));
        ports[i].device->SetAttribute("DataRate", DataRateValue(rate));
    }
    m_links.push_back({Attach(ports[ports.size() - 2].device, network4, network6, 1),
                       Attach(ports.back().device, network4, network6, 2)});
    return m_links.back();
}

Host& WorldNetwork::AddHost(const std::string& name, DataRate rate, Time delay)
{
    const std::size_t k = hosts.size();
    const std::string network4 = "10.2." + std::to_string(k) + ".0";
    const std::string network6 = "fd00:0:2" + std::to_string(k) + "::";
    Ptr<Node> node = MakeAddedNode("host " + name);
    End end = Uplink(node, "hosts", name, rate, delay, KIND_HOST, k, network4, network6).second;
    m_prefixes.push_back({network4, network6, {internet, node}});
    hosts.push_back({name, node, {v6 ? Address(end.address6) : Address(end.address4)}});
    return hosts.back();
}

Site& WorldNetwork::AddSite(const std::string& name, DataRate rate, Time delay)
{
    const auto k = static_cast<std::size_t>(
        1 + std::count_if(sites.begin(), sites.end(), [](const Site& s) { return !s.hasCell; }));
    const std::string number = std::to_string(k);
    Ptr<Node> node = MakeAddedNode("site " + name);
    Uplink(node, "sites", name, rate, delay, KIND_SITE, k, "10.3." + number + ".0",
           "fd00:0:3" + number + "::");
    const std::string network4 = "10.4." + number + ".0";
    const std::string network6 = "fd00:0:4" + number + "::";
    Ptr<SimpleNetDevice> inside = CreateObject<SimpleNetDevice>();
    inside->SetAddress(MakeHardwareAddress(KIND_SITE, k, 3));
    node->AddDevice(inside);
    inside->SetChannel(CreateObject<SimpleChannel>());
    End end = Attach(inside, network4, network6, 1);
    m_prefixes.push_back({network4, network6, {node}});
    sites.push_back({name, 0, node, v6 ? Address(end.address6) : Address(end.address4), false});
    return sites.back();
}

void WorldNetwork::CheckNames() const
{
    for (const auto& key : m_scenario.GetNamedKeys())
    {
        const std::string part = key.substr(0, key.rfind('.'));
        if (m_added.count(part) > 0)
        {
            continue;
        }
        const std::string table = part.substr(0, part.find('.') + 1);
        std::string known;
        for (const auto& other : m_added)
        {
            if (other.compare(0, table.size(), table) == 0)
            {
                known += (known.empty() ? "" : " or ") + other;
            }
        }
        if (part == "hosts.server")
        {
            known = "network.server_" + key.substr(part.size() + 1) + ", the server's";
        }
        m_scenario.Fail(key, "no scheme's part of this name is in this world; expected " +
                                 (known.empty() ? "no " + table + "NAME with this scheme" : known));
    }
}

void WorldNetwork::AddRoute(const End& from, const End& via, const Prefix& prefix)
{
    if (v6)
    {
        Ipv6StaticRoutingHelper()
            .GetStaticRouting(from.node->GetObject<Ipv6>())
            ->AddNetworkRouteTo(Ipv6Address(prefix.network6.c_str()), Ipv6Prefix(64), via.address6,
                                from.interface);
    }
    else
    {
        Ipv4StaticRoutingHelper()
            .GetStaticRouting(from.node->GetObject<Ipv4>())
            ->AddNetworkRouteTo(Ipv4Address(prefix.network4.c_str()), Ipv4Mask("/24"), via.address4,
                                from.interface);
    }
}

void WorldNetwork::RouteTo(const Prefix& prefix)
{
    // from where the prefix is outwards: who is found first has the fewest links to it
    std::vector<Ptr<Node>> found = prefix.nodes;
    for (std::size_t i = 0; i < found.size(); ++i)
    {
        for (const auto& [one, other] : m_links)
        {
            for (const auto& [near, far] : {std::tie(one, other), std::tie(other, one)})
            {
                if (near.node == found[i] &&
                    std::find(found.begin(), found.end(), far.node) == found.end())
                {
                    AddRoute(far, near, prefix);
                    found.push_back(far.node);
                }
            }
        }
    }
}

void WorldNetwork::Route()
{
    for (const auto& prefix : m_prefixes)
    {
        RouteTo(prefix);
    }
}

void WorldNetwork::AddLoss(Ptr<NetDevice> device, double rate, int64_t stream)
{
    if (rate > 0)
    {
        Ptr<RateErrorModel> loss = CreateObject<RateErrorModel>();
        loss->SetUnit(RateErrorModel::ERROR_UNIT_PACKET);
        loss->SetRate(rate);
        loss->AssignStreams(stream);
        device->SetAttribute("ReceiveErrorModel", PointerValue(loss));
    }
}

WorldNetwork::WorldNetwork(const Scenario& scenario, uint32_t locations)
    : v6(scenario.GetText("run.family") == "ipv6"), m_scenario(scenario),
      m_serverAddresses(scenario.GetInteger("server.addresses"))
{
    MakeNodes(locations);
    Ptr<Node> server = m_nodes.front();
    hosts.push_back({"server", server, GetServerAddresses()});

    auto [atRouter, atServer] =
        Connect(router, server, "server", "server", SERVER_NETWORK4, SERVER_NETWORK6);
    if (m_serverAddresses > 1)
    {
        AddServerAddress(atServer);
    }
    Connect(router, internet, "core", "core", "10.0.0.0", "fd00:0:1::");
    double loss = scenario.GetNumber("network.core_loss");
    AddLoss(ports[ports.size() - 2].device, loss, STREAM_CORE_LOSS);
    AddLoss(ports.back().device, loss, STREAM_CORE_LOSS + 1);
    m_prefixes.push_back({SERVER_NETWORK4, SERVER_NETWORK6, {router, server}});
    for (const auto& site : sites)
    {
        std::string n = std::to_string(site.location + 1);
        Connect(internet, site.router, "access", "access-" + n, "10.1." + n + ".0",
                "fd00:0:1" + n + "::");
        m_prefixes.push_back({Network4(site.location), Network6(site.location), {site.router}});
    }
}

InternetStackHelper WorldNetwork::GetStack() const
{
    InternetStackHelper stack;
    stack.SetIpv4StackInstall(!v6);
    stack.SetIpv6StackInstall(v6);
    stack.SetRoutingHelper(Ipv4StaticRoutingHelper());
    stack.SetRoutingHelper(Ipv6StaticRoutingHelper());
    return stack;
}

void WorldNetwork::MakeNodes(uint32_t locations)
{
    m_nodes.resize(FIRST_ROUTERS + locations + 1);
    for (auto& node : m_nodes)
    {
        node = CreateObject<Node>();
    }
    router = m_nodes[1];
    internet = m_nodes[2];
    for (uint32_t i = 0; i < locations; ++i)
    {
        sites.push_back({"AR" + std::to_string(i + 1), i, m_nodes[FIRST_ROUTERS + i],
                         v6 ? Address(GetRouterAddress6(i)) : Address(GetRouterAddress4(i)), true});
    }
    mobileNode = m_nodes.back();
    InternetStackHelper stack = GetStack();
    for (const auto& node : m_nodes)
    {
        stack.Install(node);
    }
    // The jitter draws from streams that ns-3 numbers as they are made: all stacks come before it.
    int64_t stream = STREAM_STACK;
    for (const auto& node : m_nodes)
    {
        stack.AssignStreams(NodeContainer(node), stream);
        stream += STREAM_PER_NODE;
        AccessRouterHelper::SetResolutionJitter(node,
                                                m_scenario.GetTime("network.resolution_jitter"));
        if (node != mobileNode)
        {
            FixAddresses(node);
        }
    }
}

void WorldNetwork::FixAddresses(Ptr<Node> node) const
{
    if (v6)
    {
        // its addresses are given, and detection would only hold up the start
        node->GetObject<Icmpv6L4Protocol>()->SetAttribute("DAD", BooleanValue(false));
        node->GetObject<Ipv6>()->SetAttribute("IpForward", BooleanValue(true));
    }
}

} // namespace ns3::roam

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ns3/access-router-helper.h"

#include "ns3/roam-compat.h" // before dhcp-server.h

#include "ns3/abort.h"
#include "ns3/arp-cache.h"
#include "ns3/arp-l3-protocol.h"
#include "ns3/boolean.h"
#include "ns3/dhcp-server.h"
#include "ns3/double.h"
#include "ns3/icmpv6-l4-protocol.h"
#include "ns3/ipv4-interface.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/ipv6-l3-protocol.h"
#include "ns3/pointer.h"
#include "ns3/radio-device.h"
#include "ns3/radvd-interface.h"
#include "ns3/radvd-prefix.h"
#include "ns3/radvd.h"
#include "ns3/random-variable-stream.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3::roam
{

namespace
{

/** Seconds before a router asks again for a neighbour that did not answer. */
constexpr double ARP_DEAD_TIMEOUT = 1;

/** The most that a router advertisement may give as the router's lifetime (RFC 4861 6.2.1), in s.
 */
constexpr double MAX_ROUTER_LIFETIME = 9000;

} // namespace

AccessRouterHelper::AccessRouterHelper()
    : m_minInterval(MilliSeconds(30)), m_maxInterval(MilliSeconds(70)),
      m_validLifetime(Seconds(2592000)), m_preferredLifetime(Seconds(604800)),
      m_routerLifetime(Seconds(1800))
{
    m_channel.SetTypeId(CellChannel::GetTypeId());
    m_device.SetTypeId(CellDevice::GetTypeId());
    m_dhcpServer.SetTypeId(DhcpServer::GetTypeId());
    // ns-3's own are 30 s, made for tests of the server.
    SetDhcpServerAttribute("LeaseTime", TimeValue(Hours(1)));
    SetDhcpServerAttribute("RenewTime", TimeValue(Minutes(30)));
    SetDhcpServerAttribute("RebindTime", TimeValue(Minutes(52.5)));
}

void AccessRouterHelper::SetChannelAttribute(const std::string& name, const AttributeValue& value)
{
    m_channel.Set(name, value);
}

void AccessRouterHelper::SetDeviceAttribute(const std::string& name, const AttributeValue& value)
{
    m_device.Set(name, value);
}

void AccessRouterHelper::SetDhcpServerAttribute(const std::string& name,
                                                const AttributeValue& value)
{
    m_dhcpServer.Set(name, value);
}

void AccessRouterHelper::SetAdvertisementInterval(Time min, Time max)
{
    NS_ABORT_MSG_UNLESS(min.IsStrictlyPositive() && min <= max,
                        "the time between router advertisements: " << min << " to " << max);
    m_minInterval = min;
    m_maxInterval = max;
}

void AccessRouterHelper::SetAdvertisementLifetimes(Time valid, Time preferred, Time router)
{
    NS_ABORT_MSG_UNLESS(preferred <= valid && router <= Seconds(MAX_ROUTER_LIFETIME),
                        "lifetimes in router advertisements: preferred at most valid, router at "
                        "most 9,000 s");
    m_validLifetime = valid;
    m_preferredLifetime = preferred;
    m_routerLifetime = router;
}

Ptr<CellDevice> AccessRouterHelper::MakeDevice(Ptr<Node> node)
{
    Ptr<CellDevice> device = m_device.Create<CellDevice>();
    Ptr<CellChannel> cell = m_channel.Create<CellChannel>();
    ++m_cells;
    if (cell->GetCellId() == 0)
    {
        cell->SetAttribute("CellId", UintegerValue(m_cells));
    }
    device->SetChannel(cell);
    node->AddDevice(device);
    return device;
}

Ptr<CellDevice> AccessRouterHelper::Install(Ptr<Node> node, Ipv4Address address, Ipv4Mask mask)
{
    const Ipv4Address last(address.GetSubnetDirectedBroadcast(mask).Get() - 1);
    const Ipv4Address first(address.Get() + 1);
    NS_ABORT_MSG_UNLESS(first < last,
                        "no two addresses for clients after " << address << " in its subnet");
    Ptr<CellDevice> device = MakeDevice(node);
    Ptr<Ipv4L3Protocol> ipv4 = node->GetObject<Ipv4L3Protocol>();
    NS_ABORT_MSG_UNLESS(ipv4, "an access router for IPv4 needs an IPv4 stack");
    const uint32_t interface = ipv4->AddInterface(device);
    ipv4->AddAddress(interface, Ipv4InterfaceAddress(address, mask));
    ipv4->SetMetric(interface, 1);
    ipv4->SetForwarding(interface, true);
    ipv4->SetUp(interface);
    // By ns-3's default a client that did not answer would stay unreachable for 100 s after it
    // has come back.
    ipv4->GetInterface(interface)->GetArpCache()->SetDeadTimeout(Seconds(ARP_DEAD_TIMEOUT));

    ObjectFactory factory = m_dhcpServer;
    factory.Set("PoolAddresses", Ipv4AddressValue(address.CombineMask(mask)));
    factory.Set("PoolMask", Ipv4MaskValue(mask));
    factory.Set("FirstAddress", Ipv4AddressValue(first));
    factory.Set("LastAddress", Ipv4AddressValue(last));
    factory.Set("Gateway", Ipv4AddressValue(address));
    node->AddApplication(factory.Create<DhcpServer>());
    return device;
}

Ptr<CellDevice> AccessRouterHelper::Install(Ptr<Node> node, Ipv6Address address, Ipv6Prefix prefix)
{
    Ptr<CellDevice> device = MakeDevice(node);
    Ptr<Ipv6> ipv6 = node->GetObject<Ipv6>();
    NS_ABORT_MSG_UNLESS(ipv6, "an access router for IPv6 needs an IPv6 stack");
    const uint32_t interface = ipv6->AddInterface(device);
    ipv6->AddAddress(interface, Ipv6InterfaceAddress(address, prefix));
    ipv6->SetMetric(interface, 1);
    ipv6->SetAttribute("IpForward", BooleanValue(true));
    // Radvd cannot set a hop limit of its own, and RFC 4861 section 4.2 wants 255.
    ipv6->SetAttribute("DefaultTtl", UintegerValue(255));
    ipv6->SetForwarding(interface, true);
    ipv6->SetUp(interface);

    Ptr<RadvdInterface> advertising = Create<RadvdInterface>(interface);
    advertising->SetMinRtrAdvInterval(m_minInterval.GetMilliSeconds());
    advertising->SetMaxRtrAdvInterval(m_maxInterval.GetMilliSeconds());
    advertising->SetDefaultLifeTime(m_routerLifetime.GetSeconds());
    advertising->AddPrefix(
        Create<RadvdPrefix>(address.CombinePrefix(prefix), prefix.GetPrefixLength(),
                            m_preferredLifetime.GetSeconds(), m_validLifetime.GetSeconds()));
    Ptr<Radvd> radvd = CreateObject<Radvd>();
    radvd->AddConfiguration(advertising);
    node->AddApplication(radvd);
    return device;
}

void AccessRouterHelper::SetResolutionJitter(Ptr<Node> node, Time max)
{
    // Both attributes are milliseconds.
    Ptr<UniformRandomVariable> jitter = CreateObject<UniformRandomVariable>();
    jitter->SetAttribute("Min", DoubleValue(0));
    jitter->SetAttribute("Max", DoubleValue(max.GetSeconds() * 1000));
    if (Ptr<ArpL3Protocol> arp = node->GetObject<ArpL3Protocol>())
    {
        arp->SetAttribute("RequestJitter", PointerValue(jitter));
    }
    Ptr<Ipv6L3Protocol> ipv6 = node->GetObject<Ipv6L3Protocol>();
    if (!ipv6)
    {
        return;
    }
    node->GetObject<Icmpv6L4Protocol>()->SetAttribute("SolicitationJitter", PointerValue(jitter));
    for (uint32_t i = 0; i < ipv6->GetNInterfaces(); i++)
    {
        // An interface may have an ICMPv6 of its own, as those of an AddressClient do.
        ipv6->GetProtocol(Icmpv6L4Protocol::GetStaticProtocolNumber(), i)
            ->SetAttribute("SolicitationJitter", PointerValue(jitter));
    }
}

int64_t AccessRouterHelper::AssignStreams(Ptr<CellDevice> device, int64_t stream)
{
    int64_t used = device->GetCell()->AssignStreams(stream);
    Ptr<Node> node = device->GetNode();
    for (uint32_t i = 0; i < node->GetNApplications(); i++)
    {
        if (auto radvd = DynamicCast<Radvd>(node->GetApplication(i)))
        {
            used += radvd->AssignStreams(stream + used);
        }
    }
    return used;
}

void AccessRouterHelper::EnablePcapInternal(std::string prefix, Ptr<NetDevice> nd, bool promiscuous,
                                            bool explicitFilename)
{
    // Both ends see the same frames with or without promiscuous mode.
    (void)promiscuous;
    Ptr<CellNetDevice> device = DynamicCast<CellNetDevice>(nd);
    if (!device)
    {
        return;
    }
    PcapHelper pcap;
    const std::string name = explicitFilename ? prefix : pcap.GetFilenameFromDevice(prefix, device);
    Ptr<PcapFileWrapper> file = pcap.CreateFile(name, std::ios::out, PcapHelper::DLT_EN10MB);
    pcap.HookDefaultSink<CellNetDevice>(device, "Sniffer", file);
}

} // namespace ns3::roam

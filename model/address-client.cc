/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ns3/address-client.h"

#include "dhcp-address-client.h"
#include "interface-address-client.h"
#include "ipv6-address-client.h"

#include "ns3/abort.h"
#include "ns3/boolean.h"
#include "ns3/log.h"
#include "ns3/radio-device.h"
#include "ns3/roam-compat.h"
#include "ns3/trace-source-accessor.h"
#include "ns3/uinteger.h"

namespace ns3::roam
{

NS_LOG_COMPONENT_DEFINE("RoamAddressClient");
NS_OBJECT_ENSURE_REGISTERED(AddressClient);

TypeId AddressClient::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::roam::AddressClient")
            .SetParent<Object>()
            .SetGroupName("Roam")
            .AddConstructor<AddressClient>()
            .AddAttribute("Family",
                          "DHCP for IPv4, or router discovery and autoconfiguration for IPv6. To "
                          "be set before Install.",
                          RoamEnumValue<Family>(IPV4),
                          MakeRoamEnumAccessor<Family>(&AddressClient::m_family),
                          MakeEnumChecker(IPV4, "IPv4", IPV6, "IPv6"))
            .AddAttribute("CollectTime",
                          "How long the DHCP client collects offers after the first one; 0 takes "
                          "the first at once.",
                          TimeValue(Time(0)), MakeTimeAccessor(&AddressClient::m_collectTime),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("RetryInitial",
                          "The first retransmission of a DHCP message comes after this time; each "
                          "further one after twice as long (RFC 2131 section 4.1).",
                          TimeValue(Seconds(4)), MakeTimeAccessor(&AddressClient::m_retryInitial),
                          MakeTimeChecker(MilliSeconds(1)))
            .AddAttribute("RetryMax", "The longest time between two retransmissions.",
                          TimeValue(Seconds(64)), MakeTimeAccessor(&AddressClient::m_retryMax),
                          MakeTimeChecker(MilliSeconds(1)))
            .AddAttribute("RetryJitter",
                          "Each time between retransmissions is longer or shorter by a uniform "
                          "random time up to this one, and is not less than half of itself.",
                          TimeValue(Seconds(1)), MakeTimeAccessor(&AddressClient::m_retryJitter),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("RequestRetries",
                          "Retransmissions of a DHCPREQUEST for an offer before the client starts "
                          "anew.",
                          UintegerValue(4), MakeUintegerAccessor(&AddressClient::m_requestRetries),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute("Dad",
                          "True if an IPv6 address is tried for duplicates before it is used "
                          "(RFC 4862 section 5.4).",
                          BooleanValue(true), MakeBooleanAccessor(&AddressClient::m_dad),
                          MakeBooleanChecker())
            .AddAttribute("DadTimeout",
                          "From the neighbour solicitation to the end of duplicate address "
                          "detection (RetransTimer).",
                          TimeValue(Seconds(1)), MakeTimeAccessor(&AddressClient::m_dadTimeout),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("SolicitationDelay",
                          "True if the first solicitations after a link comes up, and duplicate "
                          "address detection of an advertised prefix, wait for a random time of 0 "
                          "to 1 s (RFC 4861 section 6.3.7, RFC 4862 section 5.4.2).",
                          BooleanValue(false),
                          MakeBooleanAccessor(&AddressClient::m_solicitationDelay),
                          MakeBooleanChecker())
            .AddTraceSource("Detected",
                            "The first offer or router advertisement since the link came up.",
                            MakeTraceSourceAccessor(&AddressClient::m_detected),
                            "ns3::roam::AddressClient::DetectedTracedCallback")
            .AddTraceSource("Gained", "An interface has an address that may be used.",
                            MakeTraceSourceAccessor(&AddressClient::m_gained),
                            "ns3::roam::AddressClient::GainedTracedCallback")
            .AddTraceSource("Lost", "An address is gone from its interface.",
                            MakeTraceSourceAccessor(&AddressClient::m_lost),
                            "ns3::roam::AddressClient::LostTracedCallback");
    return tid;
}

AddressClient::AddressClient() : m_random(CreateObject<UniformRandomVariable>())
{
}

AddressClient::~AddressClient() = default;

void AddressClient::DoDispose()
{
    for (auto& [ifindex, interface] : m_interfaces)
    {
        interface->Dispose();
    }
    m_interfaces.clear();
    m_node = nullptr;
    Object::DoDispose();
}

uint32_t AddressClient::GetIfindex(Ptr<const NetDevice> device)
{
    return device->GetIfIndex() + 1;
}

void AddressClient::Install(Ptr<Node> node)
{
    NS_ABORT_MSG_IF(m_node, "an AddressClient serves one node");
    m_node = node;
    node->AggregateObject(this);
    for (uint32_t i = 0; i < node->GetNDevices(); i++)
    {
        if (auto radio = DynamicCast<RadioDevice>(node->GetDevice(i)))
        {
            Manage(radio);
        }
    }
}

void AddressClient::Manage(Ptr<NetDevice> device)
{
    NS_ABORT_MSG_UNLESS(m_node && device->GetNode() == m_node,
                        "the device to manage is not on the AddressClient's node");
    const uint32_t ifindex = GetIfindex(device);
    std::unique_ptr<InterfaceAddressClient>& interface = m_interfaces[ifindex];
    NS_ABORT_MSG_IF(interface, "interface " << ifindex << " is managed already");
    if (m_family == IPV4)
    {
        interface = std::make_unique<DhcpAddressClient>(*this, device);
    }
    else
    {
        interface = std::make_unique<Ipv6AddressClient>(*this, device);
    }
    device->AddLinkChangeCallback(MakeBoundCallback(&AddressClient::LinkChanged, this, ifindex));
    if (device->IsLinkUp())
    {
        interface->LinkUp();
    }
}

void AddressClient::LinkChanged(AddressClient* client, uint32_t ifindex)
{
    auto it = client->m_interfaces.find(ifindex);
    if (it == client->m_interfaces.end())
    {
        return; // disposed of before the device
    }
    if (it->second->IsLinkUp())
    {
        it->second->LinkUp();
    }
    else
    {
        it->second->LinkDown();
    }
}

const InterfaceAddressClient* AddressClient::Find(uint32_t ifindex) const
{
    auto it = m_interfaces.find(ifindex);
    return it == m_interfaces.end() ? nullptr : it->second.get();
}

Address AddressClient::GetAddress(uint32_t ifindex) const
{
    const InterfaceAddressClient* interface = Find(ifindex);
    return interface ? interface->GetAddress() : Address();
}

Address AddressClient::GetGateway(uint32_t ifindex) const
{
    const InterfaceAddressClient* interface = Find(ifindex);
    return interface ? interface->GetGateway() : Address();
}

void AddressClient::SetPrimary(uint32_t ifindex)
{
    NS_ABORT_MSG_UNLESS(Find(ifindex), "interface " << ifindex << " is not managed");
    m_primary = ifindex;
    UpdateDefaultRoutes();
}

uint32_t AddressClient::GetPrimary() const
{
    const InterfaceAddressClient* asked = Find(m_primary);
    if (asked && !asked->GetAddress().IsInvalid())
    {
        return m_primary;
    }
    uint32_t oldest = 0;
    uint64_t order = 0;
    for (const auto& [ifindex, interface] : m_interfaces)
    {
        if (!interface->GetAddress().IsInvalid() && (!oldest || interface->GetOrder() < order))
        {
            oldest = ifindex;
            order = interface->GetOrder();
        }
    }
    return oldest;
}

void AddressClient::UpdateDefaultRoutes()
{
    auto it = m_interfaces.find(GetPrimary());
    if (it != m_interfaces.end())
    {
        NS_LOG_INFO("node " << m_node->GetId() << ": primary is interface " << it->first);
        it->second->MakeDefault();
    }
}

int64_t AddressClient::AssignStreams(int64_t stream)
{
    m_random->SetStream(stream);
    return 1;
}

} // namespace ns3::roam

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "radio-icmpv6.h"

#include "ns3/boolean.h"
#include "ns3/ipv6-interface.h"
#include "ns3/ipv6-route.h"
#include "ns3/ipv6.h"
#include "ns3/log.h"
#include "ns3/node.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <vector>

namespace ns3::roam
{

NS_LOG_COMPONENT_DEFINE("RoamRadioIcmpv6");
NS_OBJECT_ENSURE_REGISTERED(RadioIcmpv6);

namespace
{

constexpr std::size_t RA_HEADER = 16;
constexpr uint8_t OPTION_SOURCE_LINK_ADDRESS = 1;
constexpr uint8_t OPTION_PREFIX = 3;
constexpr uint8_t PREFIX_ON_LINK = 0x80;
constexpr uint8_t PREFIX_AUTONOMOUS = 0x40;

uint32_t Word(const uint8_t* p)
{
    return static_cast<uint32_t>(p[0]) << 24 | static_cast<uint32_t>(p[1]) << 16 |
           static_cast<uint32_t>(p[2]) << 8 | p[3];
}

} // namespace

TypeId RadioIcmpv6::GetTypeId()
{
    static TypeId tid = TypeId("ns3::roam::RadioIcmpv6")
                            .SetParent<Icmpv6L4Protocol>()
                            .SetGroupName("Roam")
                            .AddConstructor<RadioIcmpv6>();
    return tid;
}

RadioIcmpv6::RadioIcmpv6() = default;

RadioIcmpv6::~RadioIcmpv6() = default;

void RadioIcmpv6::DoDispose()
{
    m_advertised.Nullify();
    Icmpv6L4Protocol::DoDispose();
}

void RadioIcmpv6::Serve(Ptr<Node> node)
{
    SetNode(node);
    SetDownTarget6(MakeCallback(&Ipv6::Send, node->GetObject<Ipv6>()));
    Ptr<Icmpv6L4Protocol> own = node->GetObject<Icmpv6L4Protocol>();
    const TypeId tid = Icmpv6L4Protocol::GetTypeId();
    for (std::size_t i = 0; i < tid.GetAttributeN(); i++)
    {
        const TypeId::AttributeInformation info = tid.GetAttribute(i);
        Ptr<AttributeValue> value = info.checker->Create();
        own->GetAttribute(info.name, *value);
        SetAttribute(info.name, *value);
    }
    SetAttribute("DAD", BooleanValue(false));
}

void RadioIcmpv6::SetAdvertisementCallback(Callback<void, const RouterAdvertisement&> callback)
{
    m_advertised = callback;
}

void RadioIcmpv6::Withhold(Ipv6Address address, Ptr<Ipv6Interface> interface)
{
    interface->SetState(address, Ipv6InterfaceAddress::INVALID);
    Simulator::ScheduleNow(&Ipv6Interface::SetState, interface, address,
                           Ipv6InterfaceAddress::TENTATIVE);
}

void RadioIcmpv6::SolicitDuplicates(Ipv6Address address, Ptr<Ipv6Interface> interface)
{
    const Ipv6Address group = Ipv6Address::MakeSolicitedAddress(address);
    // DEVIATION: with a link-layer address option, which RFC 4861 section 4.3 rules out here. So
    // does ns-3's own detection, and its receiver needs an option to be there.
    auto solicitation =
        ForgeNS(Ipv6Address::GetAny(), group, address, interface->GetDevice()->GetAddress());
    interface->SetNsDadUid(address, solicitation.first->GetUid());
    interface->Send(solicitation.first, solicitation.second, group);
}

enum IpL4Protocol::RxStatus RadioIcmpv6::Receive(Ptr<Packet> packet, const Ipv6Header& header,
                                                 Ptr<Ipv6Interface> interface)
{
    uint8_t type = 0;
    packet->CopyData(&type, 1);
    if (type != Icmpv6Header::ICMPV6_ND_ROUTER_ADVERTISEMENT)
    {
        return Icmpv6L4Protocol::Receive(packet, header, interface);
    }
    const auto advertisement = Read(packet, header);
    if (advertisement && !m_advertised.IsNull())
    {
        m_advertised(*advertisement);
    }
    return IpL4Protocol::RX_OK;
}

std::optional<RouterAdvertisement> RadioIcmpv6::Read(Ptr<const Packet> packet,
                                                     const Ipv6Header& header)
{
    std::vector<uint8_t> bytes(packet->GetSize());
    packet->CopyData(bytes.data(), bytes.size());
    if (!header.GetSource().IsLinkLocal() || bytes.size() < RA_HEADER || bytes[1] != 0)
    {
        return std::nullopt;
    }
    RouterAdvertisement ra;
    ra.router = header.GetSource();
    ra.routerLifetime = Seconds(bytes[6] << 8 | bytes[7]);
    for (std::size_t at = RA_HEADER; at < bytes.size();)
    {
        const uint8_t* option = &bytes[at];
        const std::size_t left = bytes.size() - at;
        const std::size_t length = left < 2 ? 0 : option[1] * 8u;
        if (length == 0 || length > left)
        {
            return std::nullopt;
        }
        if (option[0] == OPTION_SOURCE_LINK_ADDRESS && length == 8)
        {
            Mac48Address mac;
            mac.CopyFrom(option + 2);
            ra.linkAddress = mac;
        }
        else if (option[0] == OPTION_PREFIX && length == 32 && ra.prefix.IsAny() &&
                 (option[3] & PREFIX_AUTONOMOUS))
        {
            uint8_t prefix[16];
            std::copy(option + 16, option + 32, prefix);
            ra.prefix = Ipv6Address(prefix);
            ra.prefixLength = option[2];
            ra.onLink = option[3] & PREFIX_ON_LINK;
            ra.validLifetime = Seconds(Word(option + 4));
        }
        at += length;
    }
    return ra;
}

} // namespace ns3::roam

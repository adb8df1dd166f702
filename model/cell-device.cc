/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ns3/cell-device.h"

#include "ns3/boolean.h"
#include "ns3/ipv4-header.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/ipv6-header.h"
#include "ns3/ipv6-l3-protocol.h"
#include "ns3/log.h"
#include "ns3/pointer.h"
#include "ns3/radio-device.h"

namespace ns3::roam
{

NS_LOG_COMPONENT_DEFINE("RoamCellDevice");
NS_OBJECT_ENSURE_REGISTERED(CellDevice);

namespace
{

/** True if an address is of a prefix that an interface has. */
bool IsOnLink(Ptr<Ipv4> ip, int32_t interface, Ipv4Address address)
{
    for (uint32_t i = 0; i < ip->GetNAddresses(interface); ++i)
    {
        const Ipv4InterfaceAddress own = ip->GetAddress(interface, i);
        if (own.GetMask().IsMatch(own.GetLocal(), address))
        {
            return true;
        }
    }
    return false;
}

bool IsOnLink(Ptr<Ipv6> ip, int32_t interface, Ipv6Address address)
{
    for (uint32_t i = 0; i < ip->GetNAddresses(interface); ++i)
    {
        const Ipv6InterfaceAddress own = ip->GetAddress(interface, i);
        if (own.GetPrefix().IsMatch(own.GetAddress(), address))
        {
            return true;
        }
    }
    return false;
}

} // namespace

TypeId CellDevice::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::roam::CellDevice")
            .SetParent<CellNetDevice>()
            .SetGroupName("Roam")
            .AddConstructor<CellDevice>()
            .AddAttribute("Mobility", "Where the cell's antenna is; none is where the node is.",
                          PointerValue(), MakePointerAccessor(&CellDevice::m_mobility),
                          MakePointerChecker<MobilityModel>())
            .AddAttribute("IngressFilter",
                          "True if packets of radios to the router that come from an address of no "
                          "prefix of this interface are discarded (RFC 2827).",
                          BooleanValue(false), MakeBooleanAccessor(&CellDevice::m_ingressFilter),
                          MakeBooleanChecker());
    return tid;
}

CellDevice::CellDevice()
{
    m_downlink.SetDeliver(MakeCallback(&CellDevice::Arrive, this));
}

CellDevice::~CellDevice() = default;

void CellDevice::DoDispose()
{
    m_downlink.Clear();
    m_channel = nullptr;
    m_mobility = nullptr;
    CellNetDevice::DoDispose();
}

void CellDevice::SetChannel(Ptr<CellChannel> channel)
{
    channel->SetCellDevice(this);
    m_channel = channel;
    SetLinkUp(true);
}

Ptr<CellChannel> CellDevice::GetCell() const
{
    return m_channel;
}

Ptr<Channel> CellDevice::GetChannel() const
{
    return m_channel;
}

Ptr<MobilityModel> CellDevice::GetMobility() const
{
    return m_mobility ? m_mobility : GetNode()->GetObject<MobilityModel>();
}

CellDropReason CellDevice::Transmit(const CellFrame& frame)
{
    if (!m_channel)
    {
        return CELL_DROP_LINK;
    }
    if (!frame.destination.IsGroup() && !m_channel->Find(frame.destination))
    {
        return CELL_DROP_NO_RADIO;
    }
    const bool queued =
        m_downlink.Enqueue(frame, m_channel->GetDataRate(), m_channel->GetDelay(), m_queueSize);
    return queued ? CELL_DROP_REASONS : CELL_DROP_QUEUE;
}

void CellDevice::Arrive(const CellFrame& frame)
{
    Ptr<CellChannel> cell = m_channel;
    if (!frame.destination.IsGroup())
    {
        if (Ptr<CellAttachment> to = cell->Find(frame.destination))
        {
            to->radio->Receive(frame, CellChannel::IsLost(cell->m_loss, frame));
        }
        return;
    }
    // A copy: a radio that receives may attach or leave.
    const auto attachments = cell->GetAttachments();
    for (const auto& to : attachments)
    {
        const bool heard = to->up && to->since <= frame.start;
        if (heard && to->radio->GetMac() != frame.source)
        {
            to->radio->Receive(frame, CellChannel::IsLost(cell->m_loss, frame));
        }
    }
}

void CellDevice::ReceiveFromRadio(const CellFrame& frame)
{
    const bool lost = CellChannel::IsLost(m_channel->m_uplinkLoss, frame);
    if (!lost && m_ingressFilter && frame.destination == GetMac() && !IsAdmitted(frame))
    {
        CountDrop(frame.packet, CELL_DROP_SOURCE);
        return;
    }
    Receive(frame, lost);
    if (!lost && m_channel)
    {
        Relay(frame);
    }
}

bool CellDevice::IsAdmitted(const CellFrame& frame) const
{
    // A client without an address sends from none: DHCP (RFC 2827 section 5), and the detection of
    // duplicates. A link-local source is of a prefix that the interface has.
    if (frame.protocol == Ipv4L3Protocol::PROT_NUMBER)
    {
        Ipv4Header header;
        frame.packet->PeekHeader(header);
        Ptr<Ipv4> ip = GetNode()->GetObject<Ipv4>();
        return !ip || header.GetSource().IsAny() ||
               IsOnLink(ip, ip->GetInterfaceForDevice(this), header.GetSource());
    }
    if (frame.protocol == Ipv6L3Protocol::PROT_NUMBER)
    {
        Ipv6Header header;
        frame.packet->PeekHeader(header);
        Ptr<Ipv6> ip = GetNode()->GetObject<Ipv6>();
        return !ip || header.GetSource().IsAny() ||
               IsOnLink(ip, ip->GetInterfaceForDevice(this), header.GetSource());
    }
    return true;
}

void CellDevice::Relay(const CellFrame& frame)
{
    const bool group = frame.destination.IsGroup();
    // A group frame goes to all but its sender.
    if (group ? m_channel->GetAttachments().size() > 1 : frame.destination != GetMac())
    {
        SendFrom(frame.packet, frame.source, frame.destination, frame.protocol);
    }
}

void CellDevice::DropFramesTo(Mac48Address radio)
{
    for (const CellFrame& frame : m_downlink.Remove(radio))
    {
        CountDrop(frame.packet, CELL_DROP_LEFT);
    }
}

} // namespace ns3::roam

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ns3/cell-net-device.h"

#include "ns3/ethernet-header.h"
#include "ns3/log.h"
#include "ns3/queue-size.h"
#include "ns3/simulator.h"
#include "ns3/trace-source-accessor.h"
#include "ns3/uinteger.h"

namespace ns3::roam
{

NS_LOG_COMPONENT_DEFINE("RoamCellNetDevice");
NS_OBJECT_ENSURE_REGISTERED(CellNetDevice);

const char* CellDropReasonName(CellDropReason reason)
{
    switch (reason)
    {
    case CELL_DROP_QUEUE:
        return "queue full";
    case CELL_DROP_LINK:
        return "link down";
    case CELL_DROP_NO_RADIO:
        return "no such radio";
    case CELL_DROP_LEFT:
        return "radio left";
    case CELL_DROP_LOSS:
        return "lost";
    case CELL_DROP_SOURCE:
        return "source filtered";
    case CELL_DROP_REASONS:
        break;
    }
    return "none";
}

TypeId CellNetDevice::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::roam::CellNetDevice")
            .SetParent<NetDevice>()
            .SetGroupName("Roam")
            .AddAttribute("Mtu", "The largest packet of the network layer, in bytes.",
                          UintegerValue(1500),
                          MakeUintegerAccessor(&CellNetDevice::SetMtu, &CellNetDevice::GetMtu),
                          MakeUintegerChecker<uint16_t>(68))
            .AddAttribute("QueueSize",
                          "Packets or bytes (Ethernet header included) that may wait to be sent, "
                          "besides the frame that is being sent.",
                          QueueSizeValue(QueueSize("100p")),
                          MakeQueueSizeAccessor(&CellNetDevice::m_queueSize),
                          MakeQueueSizeChecker())
            .AddTraceSource("MacTx", "A packet of the network layer was accepted for sending.",
                            MakeTraceSourceAccessor(&CellNetDevice::m_macTx),
                            "ns3::Packet::TracedCallback")
            .AddTraceSource(
                "MacTxDrop", "A packet of the network layer was not accepted for sending.",
                MakeTraceSourceAccessor(&CellNetDevice::m_macTxDrop), "ns3::Packet::TracedCallback")
            .AddTraceSource("MacRx", "A packet was given to the node.",
                            MakeTraceSourceAccessor(&CellNetDevice::m_macRx),
                            "ns3::Packet::TracedCallback")
            .AddTraceSource("PhyRxDrop", "The error model took a packet that was to arrive here.",
                            MakeTraceSourceAccessor(&CellNetDevice::m_phyRxDrop),
                            "ns3::Packet::TracedCallback")
            .AddTraceSource("Drop",
                            "This device dropped a packet, and why. A packet whose radio has left "
                            "is dropped by its sender.",
                            MakeTraceSourceAccessor(&CellNetDevice::m_drop),
                            "ns3::roam::CellNetDevice::DropTracedCallback")
            .AddTraceSource("Sniffer",
                            "A frame was accepted for sending or was received, with its Ethernet "
                            "header: what a capture shows.",
                            MakeTraceSourceAccessor(&CellNetDevice::m_sniffer),
                            "ns3::Packet::TracedCallback");
    return tid;
}

CellNetDevice::CellNetDevice() : m_address(Mac48Address::Allocate())
{
}

CellNetDevice::~CellNetDevice() = default;

void CellNetDevice::DoDispose()
{
    m_node = nullptr;
    m_receive.Nullify();
    m_promiscReceive.Nullify();
    NetDevice::DoDispose();
}

const CellStats& CellNetDevice::GetStats() const
{
    return m_stats;
}

bool CellNetDevice::Send(Ptr<Packet> packet, const Address& dest, uint16_t protocolNumber)
{
    return SendFrom(packet, m_address, dest, protocolNumber);
}

bool CellNetDevice::SendFrom(Ptr<Packet> packet, const Address& source, const Address& dest,
                             uint16_t protocolNumber)
{
    CellFrame frame;
    frame.packet = packet;
    frame.source = Mac48Address::ConvertFrom(source);
    frame.destination = Mac48Address::ConvertFrom(dest);
    frame.protocol = protocolNumber;
    const CellDropReason refused = Transmit(frame);
    if (refused != CELL_DROP_REASONS)
    {
        m_macTxDrop(packet);
        CountDrop(packet, refused);
        return false;
    }
    m_stats.txFrames++;
    m_stats.txBytes += frame.GetSize();
    m_macTx(packet);
    Sniff(frame);
    return true;
}

void CellNetDevice::Receive(const CellFrame& frame, bool lost)
{
    if (lost)
    {
        m_phyRxDrop(frame.packet);
        CountDrop(frame.packet, CELL_DROP_LOSS);
        return;
    }
    // What a node does is to run in the node's own context, and the sender's is that of the other.
    if (Simulator::GetContext() == m_node->GetId())
    {
        Deliver(frame);
        return;
    }
    Simulator::ScheduleWithContext(m_node->GetId(), Time(0), &CellNetDevice::Deliver,
                                   Ptr<CellNetDevice>(this), frame);
}

void CellNetDevice::Deliver(const CellFrame& frame)
{
    Sniff(frame);
    PacketType type = PACKET_OTHERHOST;
    if (frame.destination == m_address)
    {
        type = PACKET_HOST;
    }
    else if (frame.destination.IsBroadcast())
    {
        type = PACKET_BROADCAST;
    }
    else if (frame.destination.IsGroup())
    {
        type = PACKET_MULTICAST;
    }
    if (!m_promiscReceive.IsNull())
    {
        m_promiscReceive(this, frame.packet, frame.protocol, frame.source, frame.destination, type);
    }
    if (type == PACKET_OTHERHOST)
    {
        return;
    }
    m_stats.rxFrames++;
    m_stats.rxBytes += frame.GetSize();
    m_macRx(frame.packet);
    m_receive(this, frame.packet, frame.protocol, frame.source);
}

void CellNetDevice::Sniff(const CellFrame& frame)
{
    if (m_sniffer.IsEmpty())
    {
        return;
    }
    EthernetHeader header(false);
    header.SetSource(frame.source);
    header.SetDestination(frame.destination);
    header.SetLengthType(frame.protocol);
    Ptr<Packet> copy = frame.packet->Copy();
    copy->AddHeader(header);
    m_sniffer(copy);
}

void CellNetDevice::CountDrop(Ptr<const Packet> packet, CellDropReason reason)
{
    NS_LOG_LOGIC(m_address << " drops " << packet->GetSize()
                           << " bytes: " << CellDropReasonName(reason));
    m_stats.dropped[reason]++;
    m_drop(packet, reason);
}

void CellNetDevice::SetLinkUp(bool up)
{
    if (up != m_linkUp)
    {
        m_linkUp = up;
        m_linkChange();
    }
}

Mac48Address CellNetDevice::GetMac() const
{
    return m_address;
}

void CellNetDevice::SetIfIndex(const uint32_t index)
{
    m_ifIndex = index;
}

uint32_t CellNetDevice::GetIfIndex() const
{
    return m_ifIndex;
}

void CellNetDevice::SetAddress(Address address)
{
    m_address = Mac48Address::ConvertFrom(address);
}

Address CellNetDevice::GetAddress() const
{
    return m_address;
}

bool CellNetDevice::SetMtu(const uint16_t mtu)
{
    m_mtu = mtu;
    return true;
}

uint16_t CellNetDevice::GetMtu() const
{
    return m_mtu;
}

bool CellNetDevice::IsLinkUp() const
{
    return m_linkUp;
}

void CellNetDevice::AddLinkChangeCallback(Callback<void> callback)
{
    m_linkChange.ConnectWithoutContext(callback);
}

bool CellNetDevice::IsBroadcast() const
{
    return true;
}

Address CellNetDevice::GetBroadcast() const
{
    return Mac48Address::GetBroadcast();
}

bool CellNetDevice::IsMulticast() const
{
    return true;
}

Address CellNetDevice::GetMulticast(Ipv4Address multicastGroup) const
{
    return Mac48Address::GetMulticast(multicastGroup);
}

Address CellNetDevice::GetMulticast(Ipv6Address addr) const
{
    return Mac48Address::GetMulticast(addr);
}

bool CellNetDevice::IsBridge() const
{
    return false;
}

bool CellNetDevice::IsPointToPoint() const
{
    return false;
}

Ptr<Node> CellNetDevice::GetNode() const
{
    return m_node;
}

void CellNetDevice::SetNode(Ptr<Node> node)
{
    m_node = node;
}

bool CellNetDevice::NeedsArp() const
{
    return true;
}

void CellNetDevice::SetReceiveCallback(ReceiveCallback cb)
{
    m_receive = cb;
}

void CellNetDevice::SetPromiscReceiveCallback(PromiscReceiveCallback cb)
{
    m_promiscReceive = cb;
}

bool CellNetDevice::SupportsSendFrom() const
{
    return true;
}

} // namespace ns3::roam

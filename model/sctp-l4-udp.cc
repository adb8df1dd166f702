/* SPDX-License-Identifier: GPL-2.0-or-later */
// SCTP packets in UDP (RFC 6951).
#include "core/sctp/sctp.h"

#include "sctp-address.h"

#include "ns3/ipv4-end-point.h"
#include "ns3/ipv4-interface.h"
#include "ns3/ipv6-end-point.h"
#include "ns3/ipv6-interface.h"
#include "ns3/log.h"
#include "ns3/net-device.h"
#include "ns3/node.h"
#include "ns3/sctp-l4-protocol.h"
#include "ns3/udp-header.h"
#include "ns3/udp-l4-protocol.h"

namespace ns3::roam
{

NS_LOG_COMPONENT_DEFINE("RoamSctpL4Udp");

bool SctpL4Protocol::OpenUdp()
{
    if (m_udpPort == 0 || m_udp4 || m_udp6)
    {
        return true;
    }
    Ptr<UdpL4Protocol> udp = m_node->GetObject<UdpL4Protocol>();
    if (udp && m_ipv4)
    {
        m_udp4 = udp->Allocate(nullptr, m_udpPort);
    }
    if (udp && m_ipv6)
    {
        m_udp6 = udp->Allocate6(nullptr, m_udpPort);
    }
    if (m_udp4)
    {
        m_udp4->SetRxCallback(MakeCallback(&SctpL4Protocol::ReceiveUdp4, this));
        m_udp4->SetDestroyCallback(MakeCallback(&SctpL4Protocol::Udp4Gone, this));
    }
    if (m_udp6)
    {
        m_udp6->SetRxCallback(MakeCallback(&SctpL4Protocol::ReceiveUdp6, this));
        m_udp6->SetDestroyCallback(MakeCallback(&SctpL4Protocol::Udp6Gone, this));
    }
    const bool open = (m_udp4 || !m_ipv4) && (m_udp6 || !m_ipv6);
    if (!open)
    {
        NS_LOG_WARN("UDP port " << m_udpPort << " is taken, or the node has no UDP");
        CloseUdp();
    }
    return open;
}

void SctpL4Protocol::CloseUdp()
{
    if (m_udp4)
    {
        m_node->GetObject<UdpL4Protocol>()->DeAllocate(m_udp4);
    }
    if (m_udp6)
    {
        m_node->GetObject<UdpL4Protocol>()->DeAllocate(m_udp6);
    }
}

void SctpL4Protocol::Udp4Gone()
{
    m_udp4 = nullptr;
}

void SctpL4Protocol::Udp6Gone()
{
    m_udp6 = nullptr;
}

void SctpL4Protocol::ReceiveUdp4(Ptr<Packet> p, Ipv4Header header, uint16_t port,
                                 Ptr<Ipv4Interface> incoming)
{
    struct roam_packet packet = {};
    packet.src = ToCore(header.GetSource());
    packet.dst = ToCore(header.GetDestination());
    packet.ifindex = incoming->GetDevice()->GetIfIndex() + 1;
    packet.len = p->GetSize();
    packet.ecn = static_cast<uint8_t>(header.GetEcn());
    packet.udp_port = port;
    Deliver(packet, p);
}

void SctpL4Protocol::ReceiveUdp6(Ptr<Packet> p, Ipv6Header header, uint16_t port,
                                 Ptr<Ipv6Interface> incoming)
{
    struct roam_packet packet = {};
    packet.src = ToCore(header.GetSource());
    packet.dst = ToCore(header.GetDestination());
    packet.ifindex = incoming->GetDevice()->GetIfIndex() + 1;
    packet.len = p->GetSize();
    packet.ecn = static_cast<uint8_t>(header.GetEcn());
    packet.udp_port = port;
    Deliver(packet, p);
}

void SctpL4Protocol::Encapsulate(Ptr<Packet> p, const struct roam_packet& packet) const
{
    UdpHeader udp;
    udp.SetSourcePort(m_udpPort); // section 5.3
    udp.SetDestinationPort(packet.udp_port);
    // Over IPv6 it must not be missing, whatever ns-3's ChecksumEnabled says.
    udp.EnableChecksums();
    udp.InitializeChecksum(FromCore(packet.src), FromCore(packet.dst), UdpL4Protocol::PROT_NUMBER);
    p->AddHeader(udp);
}

} // namespace ns3::roam

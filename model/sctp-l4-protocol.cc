/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ns3/sctp-l4-protocol.h"

#include "sctp-address.h"
#include "sctp-endpoint.h"

#include "ns3/ipv4-interface.h"
#include "ns3/ipv4-route.h"
#include "ns3/ipv4-routing-protocol.h"
#include "ns3/ipv4.h"
#include "ns3/ipv6-interface.h"
#include "ns3/ipv6-route.h"
#include "ns3/ipv6-routing-protocol.h"
#include "ns3/ipv6.h"
#include "ns3/log.h"
#include "ns3/node.h"
#include "ns3/sctp-socket-factory.h"
#include "ns3/sctp-socket.h"
#include "ns3/udp-l4-protocol.h"
#include "ns3/uinteger.h"

namespace ns3::roam
{

NS_LOG_COMPONENT_DEFINE("RoamSctpL4Protocol");

NS_OBJECT_ENSURE_REGISTERED(SctpL4Protocol);

namespace
{

constexpr uint16_t EPHEMERAL_FIRST = 49152; // RFC 6335 section 6
constexpr uint16_t EPHEMERAL_LAST = 65535;
constexpr uint32_t COMMON_HEADER = 12; // RFC 9260 section 3.1
constexpr uint8_t CHUNK_INIT = 1;      // RFC 9260 section 3.2

bool IsUsable(const Ipv6InterfaceAddress& a)
{
    switch (a.GetState())
    {
    case Ipv6InterfaceAddress::PREFERRED:
    case Ipv6InterfaceAddress::PERMANENT:
    case Ipv6InterfaceAddress::HOMEADDRESS:
    case Ipv6InterfaceAddress::DEPRECATED:
        return true;
    default:
        return false;
    }
}

bool IsGlobalUnicast(const roam_addr& a)
{
    return roam_addr_is_unicast(&a) && !roam_addr_is_link_local(&a);
}

} // namespace

TypeId SctpL4Protocol::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::roam::SctpL4Protocol")
            .SetParent<IpL4Protocol>()
            .SetGroupName("Roam")
            .AddConstructor<SctpL4Protocol>()
            .AddAttribute(
                "UdpPort",
                "The local UDP port of encapsulation (RFC 6951; IANA's is 9899), which is "
                "taken with the first socket that is bound; 0 is none.",
                UintegerValue(0), MakeUintegerAccessor(&SctpL4Protocol::m_udpPort),
                MakeUintegerChecker<uint16_t>())
            .AddTraceSource("Tx", "An SCTP packet leaves the node.",
                            MakeTraceSourceAccessor(&SctpL4Protocol::m_txTrace),
                            "ns3::roam::SctpL4Protocol::PacketTracedCallback")
            .AddTraceSource("Rx", "An SCTP packet came in.",
                            MakeTraceSourceAccessor(&SctpL4Protocol::m_rxTrace),
                            "ns3::roam::SctpL4Protocol::PacketTracedCallback")
            .AddTraceSource("State", "An association entered a state (RFC 9260 section 4).",
                            MakeTraceSourceAccessor(&SctpL4Protocol::m_stateTrace),
                            "ns3::roam::SctpL4Protocol::StateTracedCallback")
            .AddTraceSource("Handover",
                            "An address request, its answer, or a change of a path (RFC 5061).",
                            MakeTraceSourceAccessor(&SctpL4Protocol::m_handoverTrace),
                            "ns3::roam::SctpL4Protocol::HandoverTracedCallback")
            .AddTraceSource("Drop", "A packet or chunk was dropped, and why.",
                            MakeTraceSourceAccessor(&SctpL4Protocol::m_dropTrace),
                            "ns3::roam::SctpL4Protocol::DropTracedCallback");
    return tid;
}

SctpL4Protocol::SctpL4Protocol()
    : m_nextPort(EPHEMERAL_FIRST), m_random(CreateObject<UniformRandomVariable>())
{
}

SctpL4Protocol::~SctpL4Protocol() = default;

void SctpL4Protocol::NotifyNewAggregate()
{
    if (!m_node)
    {
        m_node = GetObject<Node>();
        if (m_node)
        {
            Ptr<SctpSocketFactory> factory = CreateObject<SctpSocketFactory>();
            factory->SetSctp(this);
            m_node->AggregateObject(factory);
        }
    }
    if (!m_ipv4)
    {
        m_ipv4 = GetObject<Ipv4>();
        if (m_ipv4)
        {
            m_ipv4->Insert(this);
            SetDownTarget(MakeCallback(&Ipv4::Send, m_ipv4));
        }
    }
    if (!m_ipv6)
    {
        m_ipv6 = GetObject<Ipv6>();
        if (m_ipv6)
        {
            m_ipv6->Insert(this);
            SetDownTarget6(MakeCallback(&Ipv6::Send, m_ipv6));
        }
    }
    IpL4Protocol::NotifyNewAggregate();
}

void SctpL4Protocol::DoDispose()
{
    auto endpoints = std::move(m_endpoints);
    m_endpoints.clear();
    for (auto& [port, endpoint] : endpoints)
    {
        endpoint->Dispose();
    }
    CloseUdp();
    m_node = nullptr;
    m_ipv4 = nullptr;
    m_ipv6 = nullptr;
    m_downTarget.Nullify();
    m_downTarget6.Nullify();
    IpL4Protocol::DoDispose();
}

int64_t SctpL4Protocol::AssignStreams(int64_t stream)
{
    m_random->SetStream(stream);
    return 1;
}

int SctpL4Protocol::GetProtocolNumber() const
{
    return PROT_NUMBER;
}

void SctpL4Protocol::SetDownTarget(DownTargetCallback cb)
{
    m_downTarget = cb;
}

void SctpL4Protocol::SetDownTarget6(DownTargetCallback6 cb)
{
    m_downTarget6 = cb;
}

IpL4Protocol::DownTargetCallback SctpL4Protocol::GetDownTarget() const
{
    return m_downTarget;
}

IpL4Protocol::DownTargetCallback6 SctpL4Protocol::GetDownTarget6() const
{
    return m_downTarget6;
}

Ptr<Socket> SctpL4Protocol::CreateSocket()
{
    Ptr<SctpSocket> socket = CreateObject<SctpSocket>();
    socket->SetSctp(this);
    return socket;
}

// --- Endpoints ---------------------------------------------------------------------------------

Ptr<SctpEndpoint> SctpL4Protocol::Open(uint16_t port, const struct sctp_config& config)
{
    if (port == 0)
    {
        const uint16_t first = m_nextPort;
        do
        {
            port = m_nextPort;
            m_nextPort = m_nextPort == EPHEMERAL_LAST ? EPHEMERAL_FIRST : m_nextPort + 1;
        } while (m_endpoints.count(port) && m_nextPort != first);
    }
    if (m_endpoints.count(port) || !OpenUdp())
    {
        return nullptr;
    }
    // Two draws of 32 bits: a double holds no 64.
    const uint64_t high = m_random->GetInteger(0, UINT32_MAX - 1);
    const uint64_t low = m_random->GetInteger(0, UINT32_MAX - 1);
    const struct roam_rng rng = roam_rng_seed(high << 32 | low);
    struct sctp_endpoint* engine = sctp_endpoint_new(&config, port, &rng);
    NS_ABORT_MSG_UNLESS(engine, "no memory for an SCTP endpoint");
    Ptr<SctpEndpoint> endpoint(new SctpEndpoint(this, engine), false);
    m_endpoints[port] = endpoint;
    for (const auto& [destination, ifindex] : m_hostRoutes)
    {
        const struct roam_addr to = ToCore(destination);
        sctp_host_route(engine, &to, ifindex, SctpEndpoint::Now());
    }
    return endpoint;
}

void SctpL4Protocol::Release(uint16_t port)
{
    m_endpoints.erase(port);
}

// --- The node's addresses
// --------------------------------------------------------------------------

std::vector<SctpL4Protocol::HostAddress> SctpL4Protocol::UsableAddresses() const
{
    std::vector<HostAddress> usable;
    for (uint32_t i = 0; m_ipv4 && i < m_ipv4->GetNInterfaces(); ++i)
    {
        const uint32_t ifindex = m_ipv4->GetNetDevice(i)->GetIfIndex() + 1;
        for (uint32_t j = 0; m_ipv4->IsUp(i) && j < m_ipv4->GetNAddresses(i); ++j)
        {
            const Ipv4Address a = m_ipv4->GetAddress(i, j).GetLocal();
            if (!a.IsLocalhost() && IsGlobalUnicast(ToCore(a)) && !m_lost.count(a))
            {
                usable.push_back({a, ifindex});
            }
        }
    }
    for (uint32_t i = 0; m_ipv6 && i < m_ipv6->GetNInterfaces(); ++i)
    {
        const uint32_t ifindex = m_ipv6->GetNetDevice(i)->GetIfIndex() + 1;
        for (uint32_t j = 0; m_ipv6->IsUp(i) && j < m_ipv6->GetNAddresses(i); ++j)
        {
            const Ipv6InterfaceAddress entry = m_ipv6->GetAddress(i, j);
            const Ipv6Address a = entry.GetAddress();
            if (IsUsable(entry) && !a.IsLocalhost() && IsGlobalUnicast(ToCore(a)) &&
                !m_lost.count(a))
            {
                usable.push_back({a, ifindex});
            }
        }
    }
    return usable;
}

uint32_t SctpL4Protocol::InterfaceOf(const Address& address) const
{
    if (Ipv4Address::IsMatchingType(address) && m_ipv4)
    {
        const int32_t i = m_ipv4->GetInterfaceForAddress(Ipv4Address::ConvertFrom(address));
        return i < 0 ? 0 : m_ipv4->GetNetDevice(i)->GetIfIndex() + 1;
    }
    if (Ipv6Address::IsMatchingType(address) && m_ipv6)
    {
        const int32_t i = m_ipv6->GetInterfaceForAddress(Ipv6Address::ConvertFrom(address));
        return i < 0 ? 0 : m_ipv6->GetNetDevice(i)->GetIfIndex() + 1;
    }
    return 0;
}

void SctpL4Protocol::TellAddresses(SctpEndpoint& endpoint) const
{
    if (endpoint.GetScope().wildcard)
    {
        for (const HostAddress& a : UsableAddresses())
        {
            endpoint.AddressGained(ToCore(a.address), a.ifindex);
        }
    }
}

void SctpL4Protocol::AddressGained(const Address& address, uint32_t ifindex)
{
    m_lost.erase(address);
    const auto endpoints = m_endpoints; // a callback may open or close one
    for (auto& [port, endpoint] : endpoints)
    {
        if (endpoint->GetScope().later)
        {
            endpoint->AddressGained(ToCore(address), ifindex);
        }
    }
}

void SctpL4Protocol::AddressLost(const Address& address)
{
    m_lost.insert(address);
    const auto endpoints = m_endpoints;
    for (auto& [port, endpoint] : endpoints)
    {
        endpoint->AddressLost(ToCore(address));
    }
}

void SctpL4Protocol::SetHostRoute(const Address& destination, uint32_t ifindex)
{
    m_hostRoutes[destination] = ifindex;
    const auto endpoints = m_endpoints;
    for (auto& [port, endpoint] : endpoints)
    {
        endpoint->SetHostRoute(ToCore(destination), ifindex);
    }
}

// --- Packets
// -----------------------------------------------------------------------------------------

Ptr<NetDevice> SctpL4Protocol::DeviceOf(uint32_t ifindex) const
{
    return ifindex > 0 && ifindex <= m_node->GetNDevices() ? m_node->GetDevice(ifindex - 1)
                                                           : nullptr;
}

bool SctpL4Protocol::HasAddress(const struct roam_addr& a) const
{
    return a.family == ROAM_ADDR_V4 ? m_ipv4 && m_ipv4->GetInterfaceForAddress(ToIpv4(a)) >= 0
                                    : m_ipv6 && m_ipv6->GetInterfaceForAddress(ToIpv6(a)) >= 0;
}

/// Asks IP for the ECN field that the engine wants.
static void MarkCapable(Ptr<Packet> p, const struct roam_packet& packet)
{
    if (packet.src.family == ROAM_ADDR_V4)
    {
        SocketIpTosTag tag;
        tag.SetTos(packet.ecn);
        p->AddPacketTag(tag);
    }
    else
    {
        SocketIpv6TclassTag tag;
        tag.SetTclass(packet.ecn);
        p->AddPacketTag(tag);
    }
}

void SctpL4Protocol::Send(const struct roam_packet& packet)
{
    if (!HasAddress(packet.src))
    {
        // A host whose address is gone has nobody to tell its endpoints, in a scheme that does not
        // manage addresses; it cannot send from that address all the same.
        m_dropTrace(sctp_packet_source_port(packet.data), 0, "source address gone", 0, 0);
        return;
    }
    if (packet.udp_port != 0 && m_udpPort == 0)
    {
        m_dropTrace(sctp_packet_source_port(packet.data), 0, "no UDP port", 0, 0);
        return;
    }
    const uint8_t protocol = packet.udp_port == 0 ? PROT_NUMBER : UdpL4Protocol::PROT_NUMBER;
    Ptr<Packet> p = Create<Packet>(packet.data, packet.len);
    Ptr<NetDevice> device = DeviceOf(packet.ifindex);
    Socket::SocketErrno error = Socket::ERROR_NOTERROR;
    Ptr<Ipv4Route> route4;
    Ptr<Ipv6Route> route6;
    if (packet.src.family == ROAM_ADDR_V4)
    {
        Ipv4Header header;
        header.SetSource(ToIpv4(packet.src));
        header.SetDestination(ToIpv4(packet.dst));
        header.SetProtocol(protocol);
        route4 = m_ipv4->GetRoutingProtocol()->RouteOutput(p, header, device, error);
    }
    else
    {
        Ipv6Header header;
        header.SetSource(ToIpv6(packet.src));
        header.SetDestination(ToIpv6(packet.dst));
        header.SetNextHeader(protocol);
        route6 = m_ipv6->GetRoutingProtocol()->RouteOutput(p, header, device, error);
    }
    if (!route4 && !route6)
    {
        NS_LOG_LOGIC("no route by interface " << packet.ifindex);
        m_dropTrace(sctp_packet_source_port(packet.data), 0, "no route", 0, 0);
        return;
    }
    if (!m_txTrace.IsEmpty())
    {
        m_txTrace(p, FromCore(packet.src), FromCore(packet.dst), packet.ifindex);
    }
    if (packet.udp_port != 0)
    {
        p = p->Copy(); // whoever traced it keeps it as it was
        Encapsulate(p, packet);
    }
    if (packet.ecn != ROAM_ECN_NONE)
    {
        p = p->Copy(); // the tag is for IP, not for whoever traced the packet
        MarkCapable(p, packet);
    }
    if (route4)
    {
        // Routing chose a source by its own lights; the association knows better.
        route4->SetSource(ToIpv4(packet.src));
        m_downTarget(p, ToIpv4(packet.src), ToIpv4(packet.dst), protocol, route4);
    }
    else
    {
        route6->SetSource(ToIpv6(packet.src));
        m_downTarget6(p, ToIpv6(packet.src), ToIpv6(packet.dst), protocol, route6);
    }
}

IpL4Protocol::RxStatus SctpL4Protocol::Receive(Ptr<Packet> p, const Ipv4Header& header,
                                               Ptr<Ipv4Interface> incoming)
{
    struct roam_packet packet = {};
    packet.src = ToCore(header.GetSource());
    packet.dst = ToCore(header.GetDestination());
    packet.ifindex = incoming->GetDevice()->GetIfIndex() + 1;
    packet.len = p->GetSize();
    packet.ecn = static_cast<uint8_t>(header.GetEcn());
    return Deliver(packet, p);
}

IpL4Protocol::RxStatus SctpL4Protocol::Receive(Ptr<Packet> p, const Ipv6Header& header,
                                               Ptr<Ipv6Interface> incoming)
{
    struct roam_packet packet = {};
    packet.src = ToCore(header.GetSource());
    packet.dst = ToCore(header.GetDestination());
    packet.ifindex = incoming->GetDevice()->GetIfIndex() + 1;
    packet.len = p->GetSize();
    packet.ecn = static_cast<uint8_t>(header.GetEcn());
    return Deliver(packet, p);
}

void SctpL4Protocol::ReceiveIcmp(Ipv4Address, uint8_t, uint8_t icmpType, uint8_t icmpCode,
                                 uint32_t icmpInfo, Ipv4Address payloadSource,
                                 Ipv4Address payloadDestination, const uint8_t payload[8])
{
    DeliverIcmp({ToCore(payloadSource), ToCore(payloadDestination), icmpType, icmpCode, false,
                 icmpInfo, payload, 8, false});
}

void SctpL4Protocol::ReceiveIcmp(Ipv6Address, uint8_t, uint8_t icmpType, uint8_t icmpCode,
                                 uint32_t icmpInfo, Ipv6Address payloadSource,
                                 Ipv6Address payloadDestination, const uint8_t payload[8])
{
    DeliverIcmp({ToCore(payloadSource), ToCore(payloadDestination), icmpType, icmpCode, false,
                 icmpInfo, payload, 8, false});
}

void SctpL4Protocol::DeliverIcmp(const struct sctp_icmp& icmp)
{
    auto it = m_endpoints.find(sctp_packet_source_port(icmp.quoted));
    if (it != m_endpoints.end())
    {
        Ptr<SctpEndpoint> endpoint = it->second;
        endpoint->ReceiveIcmp(icmp);
    }
}

IpL4Protocol::RxStatus SctpL4Protocol::Deliver(struct roam_packet& packet, Ptr<Packet> p)
{
    if (!m_rxTrace.IsEmpty())
    {
        m_rxTrace(p, FromCore(packet.src), FromCore(packet.dst), packet.ifindex);
    }
    // RFC 9260 section 8.4, rule 1: nothing is owed to a source or destination that is no host's.
    if (packet.len < COMMON_HEADER || !roam_addr_is_unicast(&packet.src) ||
        !roam_addr_is_unicast(&packet.dst))
    {
        m_dropTrace(0, 0, "malformed", 0, 0);
        return RX_OK;
    }
    m_rx.resize(packet.len);
    p->CopyData(m_rx.data(), packet.len);
    packet.data = m_rx.data();
    const uint16_t port = sctp_packet_destination_port(packet.data);
    auto it = m_endpoints.find(port);
    if (it != m_endpoints.end())
    {
        Ptr<SctpEndpoint> endpoint = it->second;
        if (packet.len > COMMON_HEADER && packet.data[COMMON_HEADER] == CHUNK_INIT &&
            endpoint->GetScope().wildcard)
        {
            // What the node has now is what an INIT ACK should list. The address that the
            // packet came to is one, even while duplicate address detection runs.
            TellAddresses(*endpoint);
            endpoint->AddressGained(packet.dst, packet.ifindex);
        }
        endpoint->Receive(packet);
        return RX_OK;
    }
    m_dropTrace(port, 0, "no endpoint", 0, 0);
    uint8_t answer[64];
    const size_t len = sctp_answer_stray(&packet, answer, sizeof answer);
    if (len > 0)
    {
        struct roam_packet back = packet;
        back.src = packet.dst;
        back.dst = packet.src;
        back.data = answer;
        back.len = len;
        Send(back);
    }
    return RX_ENDPOINT_CLOSED;
}

} // namespace ns3::roam

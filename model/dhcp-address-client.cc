/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "dhcp-address-client.h"

#include "ns3/abort.h"
#include "ns3/inet-socket-address.h"
#include "ns3/ipv4-route.h"
#include "ns3/ipv4-routing-table-entry.h"
#include "ns3/ipv4-static-routing-helper.h"
#include "ns3/ipv4-static-routing.h"
#include "ns3/log.h"
#include "ns3/roam-compat.h"
#include "ns3/simulator.h"
#include "ns3/udp-l4-protocol.h"
#include "ns3/udp-socket-factory.h"

#include <algorithm>

namespace ns3::roam
{

NS_LOG_COMPONENT_DEFINE("RoamDhcpAddressClient");

namespace
{

constexpr uint16_t CLIENT_PORT = 68;
constexpr uint16_t SERVER_PORT = 67;

/** RFC 2131 section 4.4.5: the least time between two requests in RENEWING and REBINDING. */
constexpr double RENEW_MIN = 60;

const char* const STATE_NAMES[] = {"INIT",  "SELECTING", "REQUESTING",
                                   "BOUND", "RENEWING",  "REBINDING"};

Ptr<Ipv4StaticRouting> StaticRouting(Ptr<Ipv4> ipv4)
{
    Ptr<Ipv4StaticRouting> routing = Ipv4StaticRoutingHelper().GetStaticRouting(ipv4);
    NS_ABORT_MSG_UNLESS(routing, "a moving node needs ns-3's Ipv4StaticRouting");
    return routing;
}

} // namespace

DhcpAddressClient::DhcpAddressClient(AddressClient& owner, Ptr<NetDevice> device)
    : InterfaceAddressClient(owner, device), m_ipv4(device->GetNode()->GetObject<Ipv4>())
{
    NS_ABORT_MSG_UNLESS(m_ipv4, "the node of a DHCP client has no IPv4 stack");
    const int32_t interface = m_ipv4->GetInterfaceForDevice(device);
    m_interface = interface < 0 ? m_ipv4->AddInterface(device) : interface;
    m_ipv4->SetMetric(m_interface, 1);
    // A host: what comes for an address that is gone must not go round through the other radio.
    m_ipv4->SetForwarding(m_interface, false);
    m_socket = Socket::CreateSocket(device->GetNode(), UdpSocketFactory::GetTypeId());
    m_socket->BindToNetDevice(device);
    m_socket->Bind(InetSocketAddress(Ipv4Address::GetAny(), CLIENT_PORT));
    m_socket->SetRecvCallback(MakeCallback(&DhcpAddressClient::Receive, this));
}

DhcpAddressClient::~DhcpAddressClient() = default;

void DhcpAddressClient::Dispose()
{
    m_socket->SetRecvCallback(MakeNullCallback<void, Ptr<Socket>>());
    m_socket->Close();
    m_socket = nullptr;
    m_ipv4 = nullptr;
    InterfaceAddressClient::Dispose();
}

void DhcpAddressClient::LinkUp()
{
    m_ipv4->SetUp(m_interface);
    m_detected = false;
    Enter(SELECTING);
}

void DhcpAddressClient::LinkDown()
{
    Enter(INIT);
    m_ipv4->SetDown(m_interface);
}

void DhcpAddressClient::Enter(State state)
{
    NS_LOG_INFO(Simulator::Now().As(Time::S)
                << " interface " << m_interface << ": " << STATE_NAMES[m_state] << " -> "
                << STATE_NAMES[state]);
    m_state = state;
    StopTimers();
    switch (state)
    {
    case INIT:
        Release();
        break;
    case SELECTING:
        Release();
        if (m_state != SELECTING)
        {
            return; // who heard of the loss has taken the link down
        }
        m_xid = RandomWord();
        m_retry = RetryInitial();
        SendDiscover();
        break;
    case REQUESTING:
        m_retry = RetryInitial();
        m_retries = 0;
        SendRequest();
        Backoff();
        break;
    case BOUND:
        m_acknowledged = m_requested;
        StartTimer(LEASE, std::max(Time(0), m_acknowledged + m_lease.renew - Simulator::Now()));
        Bind();
        break;
    case RENEWING:
        m_xid = RandomWord();
        Renew(m_acknowledged + m_lease.rebind);
        break;
    case REBINDING:
        Renew(m_acknowledged + m_lease.end);
        break;
    }
}

void DhcpAddressClient::Expire(std::size_t timer)
{
    switch (m_state)
    {
    case INIT:
    case BOUND:
        break;
    case SELECTING:
        if (timer == COLLECT)
        {
            Enter(REQUESTING);
        }
        else
        {
            SendDiscover();
        }
        return;
    case REQUESTING:
        if (m_retries++ == RequestRetries())
        {
            Enter(SELECTING);
            return;
        }
        SendRequest();
        Backoff();
        return;
    case RENEWING:
        if (timer == RETRANSMIT)
        {
            Renew(m_acknowledged + m_lease.rebind);
            return;
        }
        break;
    case REBINDING:
        if (timer == RETRANSMIT)
        {
            Renew(m_acknowledged + m_lease.end);
            return;
        }
        break;
    }
    // The LEASE timer: T1, T2 and the end.
    Enter(m_state == BOUND ? RENEWING : m_state == RENEWING ? REBINDING : SELECTING);
}

void DhcpAddressClient::Backoff()
{
    const double jitter = RetryJitter().GetSeconds();
    const Time wait = m_retry + Seconds(Random(-jitter, jitter));
    StartTimer(RETRANSMIT, std::max(wait, m_retry / 2));
    m_retry = std::min(m_retry * 2, RetryMax());
}

void DhcpAddressClient::Renew(Time limit)
{
    SendRequest();
    const Time left = std::max(Time(0), limit - Simulator::Now());
    StartTimer(LEASE, left);
    const Time wait = std::max(left / 2, Seconds(RENEW_MIN));
    if (wait < left)
    {
        StartTimer(RETRANSMIT, wait);
    }
}

void DhcpAddressClient::Receive(Ptr<Socket> socket)
{
    while (Ptr<Packet> packet = socket->Recv())
    {
        DhcpHeader header;
        if (packet->RemoveHeader(header) == 0 || header.GetTran() != m_xid)
        {
            continue;
        }
        const bool asked = m_state == REQUESTING || m_state == RENEWING || m_state == REBINDING;
        switch (header.GetType())
        {
        case DhcpHeader::DHCPOFFER:
            if (m_state == SELECTING)
            {
                ReceiveOffer(header);
            }
            break;
        case DhcpHeader::DHCPACK:
            if (asked)
            {
                ReceiveAck(header);
            }
            break;
        case DhcpHeader::DHCPNACK:
            if (asked)
            {
                Enter(SELECTING);
            }
            break;
        default:
            break;
        }
    }
}

void DhcpAddressClient::ReceiveOffer(const DhcpHeader& header)
{
    if (!m_detected)
    {
        m_detected = true;
        Detected();
    }
    if (m_lease.address != Ipv4Address())
    {
        return; // the first offer is the one that is taken
    }
    m_lease.address = header.GetYiaddr();
    m_lease.mask = Ipv4Mask(header.GetMask());
    m_lease.router = header.GetRouter();
    m_lease.server = header.GetDhcps();
    m_lease.renew = Seconds(header.GetRenew());
    m_lease.rebind = Seconds(header.GetRebind());
    m_lease.end = Seconds(header.GetLease());
    if (m_lease.renew.IsZero() || m_lease.renew >= m_lease.rebind || m_lease.rebind >= m_lease.end)
    {
        m_lease.renew = m_lease.end / 2; // section 4.4.5's defaults
        m_lease.rebind = m_lease.end * 7 / 8;
    }
    if (CollectTime().IsZero())
    {
        Enter(REQUESTING);
        return;
    }
    StopTimer(RETRANSMIT);
    StartTimer(COLLECT, CollectTime());
}

void DhcpAddressClient::ReceiveAck(const DhcpHeader& header)
{
    if (header.GetYiaddr() == m_lease.address)
    {
        Enter(BOUND);
    }
}

void DhcpAddressClient::SendDiscover()
{
    DhcpHeader header;
    header.ResetOpt();
    header.SetType(DhcpHeader::DHCPDISCOVER);
    Send(header);
    Backoff();
}

void DhcpAddressClient::SendRequest()
{
    DhcpHeader header;
    header.ResetOpt();
    header.SetType(DhcpHeader::DHCPREQ);
    // DEVIATION: ns-3's DHCP header cannot carry ciaddr, so that the address is an option in
    // RENEWING and REBINDING too, where table 5 of RFC 2131 wants ciaddr.
    header.SetReq(m_lease.address);
    if (m_state == REQUESTING)
    {
        header.SetDhcps(m_lease.server);
    }
    m_requested = Simulator::Now();
    Send(header);
}

void DhcpAddressClient::Send(DhcpHeader& header)
{
    header.SetHWType(1, 6);
    header.SetTran(m_xid);
    header.SetTime();
    header.SetChaddr(RoamChaddr(m_device->GetAddress()));
    Ptr<Packet> packet = Create<Packet>();
    packet->AddHeader(header);

    const bool unicast = m_state == RENEWING;
    const Ipv4Address source = m_bound ? m_lease.address : Ipv4Address::GetAny();
    const Ipv4Address destination = unicast ? m_lease.server : Ipv4Address::GetBroadcast();
    const bool onLink = !unicast || m_lease.mask.IsMatch(m_lease.server, m_lease.address);
    // A socket's broadcast reads the address of every interface of the node, and there are
    // interfaces without one: the route is given, and no socket asked.
    Ptr<Ipv4Route> route = Create<Ipv4Route>();
    route->SetSource(source);
    route->SetDestination(destination);
    route->SetGateway(onLink ? Ipv4Address::GetAny() : m_lease.router);
    route->SetOutputDevice(m_device);
    Ptr<UdpL4Protocol> udp = GetNode()->GetObject<UdpL4Protocol>();
    udp->Send(packet, source, destination, CLIENT_PORT, SERVER_PORT, route);
}

void DhcpAddressClient::Bind()
{
    if (m_bound)
    {
        return; // renewed
    }
    m_bound = true;
    m_ipv4->AddAddress(m_interface, Ipv4InterfaceAddress(m_lease.address, m_lease.mask));
    const bool routed = m_lease.router != Ipv4Address();
    if (routed)
    {
        StaticRouting(m_ipv4)->SetDefaultRoute(m_lease.router, m_interface);
    }
    Gained(m_lease.address, routed ? Address(m_lease.router) : Address());
}

void DhcpAddressClient::Release()
{
    if (m_bound)
    {
        m_bound = false;
        RemoveDefaultRoute();
        m_ipv4->RemoveAddress(m_interface, m_lease.address);
    }
    m_lease = Lease();
    Lost();
}

void DhcpAddressClient::RemoveDefaultRoute()
{
    Ptr<Ipv4StaticRouting> routing = StaticRouting(m_ipv4);
    for (uint32_t i = routing->GetNRoutes(); i-- > 0;)
    {
        const Ipv4RoutingTableEntry route = routing->GetRoute(i);
        if (route.IsDefault() && route.GetInterface() == m_interface)
        {
            routing->RemoveRoute(i);
        }
    }
}

void DhcpAddressClient::MakeDefault()
{
    RemoveDefaultRoute();
    if (m_bound && m_lease.router != Ipv4Address())
    {
        StaticRouting(m_ipv4)->SetDefaultRoute(m_lease.router, m_interface);
    }
}

} // namespace ns3::roam

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipv6-address-client.h"

#include "ns3/abort.h"
#include "ns3/ipv6-route.h"
#include "ns3/ipv6-routing-table-entry.h"
#include "ns3/ipv6-static-routing-helper.h"
#include "ns3/ipv6-static-routing.h"
#include "ns3/log.h"
#include "ns3/ndisc-cache.h"
#include "ns3/simulator.h"

#include <algorithm>

namespace ns3::roam
{

NS_LOG_COMPONENT_DEFINE("RoamIpv6AddressClient");

namespace
{

// RFC 4861 section 10; times in seconds.
constexpr double MAX_RTR_SOLICITATION_DELAY = 1;
constexpr double RTR_SOLICITATION_INTERVAL = 4;
constexpr uint32_t MAX_RTR_SOLICITATIONS = 3;

/** RFC 4862 section 5.5.3 e: no advertisement shortens a lifetime to less. */
constexpr double TWO_HOURS = 7200;

constexpr uint8_t PREFIX_LENGTH = 64;

const char* const STATE_NAMES[] = {"DOWN",      "SOLICITING", "DELAYING",
                                   "TENTATIVE", "BOUND",      "DUPLICATE"};

Ptr<Ipv6StaticRouting> StaticRouting(Ptr<Ipv6> ipv6)
{
    Ptr<Ipv6StaticRouting> routing = Ipv6StaticRoutingHelper().GetStaticRouting(ipv6);
    NS_ABORT_MSG_UNLESS(routing, "a moving node needs ns-3's Ipv6StaticRouting");
    return routing;
}

} // namespace

Ipv6AddressClient::Ipv6AddressClient(AddressClient& owner, Ptr<NetDevice> device)
    : InterfaceAddressClient(owner, device), m_ipv6(device->GetNode()->GetObject<Ipv6L3Protocol>()),
      m_icmpv6(CreateObject<RadioIcmpv6>())
{
    NS_ABORT_MSG_UNLESS(m_ipv6, "the node of an IPv6 address client has no IPv6 stack");
    const int32_t interface = m_ipv6->GetInterfaceForDevice(device);
    m_interface = interface < 0 ? m_ipv6->AddInterface(device) : interface;
    NS_ABORT_MSG_IF(Interface()->GetNdiscCache(),
                    "an interface must not be up before its address client is there");
    m_ipv6->SetMetric(m_interface, 1);
    m_ipv6->SetForwarding(m_interface, false);
    m_icmpv6->Serve(device->GetNode());
    m_icmpv6->SetAdvertisementCallback(MakeCallback(&Ipv6AddressClient::Advertised, this));
    m_ipv6->Insert(m_icmpv6, m_interface);
}

Ipv6AddressClient::~Ipv6AddressClient() = default;

void Ipv6AddressClient::Dispose()
{
    m_icmpv6->Dispose();
    m_icmpv6 = nullptr;
    m_ipv6 = nullptr;
    InterfaceAddressClient::Dispose();
}

void Ipv6AddressClient::LinkUp()
{
    m_detected = false;
    m_solicitations = 0;
    m_linkLocalTried = false;
    m_ipv6->SetUp(m_interface); // makes the link-local address, and takes all-nodes
    m_icmpv6->Withhold(LinkLocal(), Interface());
    Enter(SOLICITING);
    Time wait;
    if (SolicitationDelay())
    {
        wait = Seconds(Random(0, MAX_RTR_SOLICITATION_DELAY));
    }
    StartTimer(LINK_LOCAL, wait);
    StartTimer(SOLICITATION, wait);
}

void Ipv6AddressClient::LinkDown()
{
    Enter(DOWN);
}

void Ipv6AddressClient::Enter(State state)
{
    NS_LOG_INFO(Simulator::Now().As(Time::S)
                << " interface " << m_interface << ": " << STATE_NAMES[m_state] << " -> "
                << STATE_NAMES[state]);
    const bool bound = m_state == BOUND;
    m_state = state;
    switch (state)
    {
    case DOWN:
    case DUPLICATE:
        StopTimers();
        m_router = Ipv6Address::GetAny();
        m_global = Ipv6Address::GetAny();
        // Clears addresses, neighbours and routes.
        m_ipv6->SetDown(m_interface);
        Lost();
        break;
    case SOLICITING:
        if (bound)
        {
            RemoveDefaultRoute();
            m_ipv6->RemoveAddress(m_interface, m_global);
            m_global = Ipv6Address::GetAny();
            Lost();
        }
        break;
    case DELAYING:
        StartTimer(GLOBAL, Seconds(Random(0, MAX_RTR_SOLICITATION_DELAY)));
        break;
    case TENTATIVE:
        m_ipv6->AddAddress(m_interface, Ipv6InterfaceAddress(m_global, Ipv6Prefix(PREFIX_LENGTH)),
                           false);
        if (Dad())
        {
            m_icmpv6->Withhold(m_global, Interface());
            m_icmpv6->SolicitDuplicates(m_global, Interface());
            StartTimer(GLOBAL, DadTimeout());
        }
        else
        {
            Enter(BOUND);
        }
        break;
    case BOUND:
        Bind();
        break;
    }
}

void Ipv6AddressClient::Expire(std::size_t timer)
{
    switch (timer)
    {
    case LINK_LOCAL:
        if (m_linkLocalTried)
        {
            EndLinkLocal();
        }
        else
        {
            TryLinkLocal();
        }
        break;
    case SOLICITATION:
        SolicitRouter();
        break;
    case GLOBAL:
        if (m_state == DELAYING)
        {
            Enter(TENTATIVE);
        }
        else if (m_state == TENTATIVE)
        {
            EndGlobal();
        }
        else if (m_state == BOUND)
        {
            Enter(SOLICITING); // the valid lifetime is over
        }
        break;
    case ROUTER:
        m_router = Ipv6Address::GetAny();
        RemoveDefaultRoute();
        ChangeGateway(Address());
        break;
    }
}

void Ipv6AddressClient::SolicitRouter()
{
    // Section 4.1: from the unspecified address while there is no other.
    const auto linkLocal = Interface()->GetLinkLocalAddress();
    const bool usable = linkLocal.GetState() == Ipv6InterfaceAddress::PREFERRED;
    const Ipv6Address routers = Ipv6Address::GetAllRoutersMulticast();
    auto solicitation = m_icmpv6->ForgeRS(usable ? LinkLocal() : Ipv6Address::GetAny(), routers,
                                          m_device->GetAddress());
    Interface()->Send(solicitation.first, solicitation.second, routers);
    if (++m_solicitations < MAX_RTR_SOLICITATIONS)
    {
        StartTimer(SOLICITATION, Seconds(RTR_SOLICITATION_INTERVAL));
    }
}

void Ipv6AddressClient::TryLinkLocal()
{
    m_linkLocalTried = true;
    if (Dad())
    {
        m_icmpv6->SolicitDuplicates(LinkLocal(), Interface());
        StartTimer(LINK_LOCAL, DadTimeout());
    }
    else
    {
        EndLinkLocal();
    }
}

void Ipv6AddressClient::EndLinkLocal()
{
    if (IsDuplicate(LinkLocal()))
    {
        // Section 5.4.5: made of the hardware address, so that IP stops here.
        Enter(DUPLICATE);
        return;
    }
    Interface()->SetState(LinkLocal(), Ipv6InterfaceAddress::PREFERRED);
}

void Ipv6AddressClient::EndGlobal()
{
    Enter(IsDuplicate(m_global) ? DUPLICATE : BOUND);
}

void Ipv6AddressClient::Bind()
{
    Interface()->SetState(m_global, Ipv6InterfaceAddress::PREFERRED);
    StartTimer(GLOBAL, std::max(Time(0), m_validUntil - Simulator::Now()));
    if (m_onLink)
    {
        StaticRouting(m_ipv6)->AddNetworkRouteTo(m_prefix, Ipv6Prefix(PREFIX_LENGTH), m_interface);
    }
    MakeDefault();
    Gained(m_global, m_router.IsAny() ? Address() : Address(m_router));
}

void Ipv6AddressClient::Advertised(const RouterAdvertisement& ra)
{
    if (m_state == DOWN || m_state == DUPLICATE)
    {
        return;
    }
    StopTimer(SOLICITATION);
    if (!m_detected)
    {
        m_detected = true;
        Detected();
        if (m_state == DOWN)
        {
            return; // who heard of it has taken the link down
        }
    }
    LearnRouter(ra);
    if (m_state == SOLICITING)
    {
        Configure(ra);
    }
    else
    {
        Refresh(ra);
    }
}

void Ipv6AddressClient::LearnRouter(const RouterAdvertisement& ra)
{
    if (ra.linkAddress)
    {
        // Section 6.3.4: the router is a neighbour, STALE until something confirms it.
        Ptr<NdiscCache> cache = Interface()->GetNdiscCache();
        if (!cache->Lookup(ra.router))
        {
            NdiscCache::Entry* entry = cache->Add(ra.router);
            entry->SetRouter(true);
            entry->MarkStale(*ra.linkAddress);
        }
    }
    if (ra.routerLifetime.IsZero())
    {
        if (ra.router == m_router)
        {
            StopTimer(ROUTER);
            Expire(ROUTER);
        }
        return;
    }
    if (m_router.IsAny())
    {
        m_router = ra.router;
        if (m_state == BOUND)
        {
            MakeDefault();
            ChangeGateway(m_router);
        }
    }
    if (m_router == ra.router)
    {
        StartTimer(ROUTER, ra.routerLifetime);
    }
}

void Ipv6AddressClient::Configure(const RouterAdvertisement& ra)
{
    if (ra.prefix.IsAny() || ra.prefix.IsLinkLocal() || ra.prefixLength != PREFIX_LENGTH ||
        ra.validLifetime.IsZero())
    {
        return;
    }
    m_prefix = ra.prefix;
    m_onLink = ra.onLink;
    m_validUntil = Simulator::Now() + ra.validLifetime;
    m_global = Ipv6Address::MakeAutoconfiguredAddress(m_device->GetAddress(), ra.prefix);
    Enter(SolicitationDelay() && Dad() ? DELAYING : TENTATIVE);
}

void Ipv6AddressClient::Refresh(const RouterAdvertisement& ra)
{
    if (ra.prefix != m_prefix)
    {
        return;
    }
    const Time now = Simulator::Now();
    const Time until = now + ra.validLifetime;
    const Time twoHours = now + Seconds(TWO_HOURS);
    m_validUntil = std::max(until, std::min(m_validUntil, twoHours));
    if (m_state == BOUND)
    {
        StartTimer(GLOBAL, m_validUntil - now);
    }
}

bool Ipv6AddressClient::IsDuplicate(Ipv6Address address) const
{
    Ptr<Ipv6Interface> interface = Interface();
    for (uint32_t i = 0; i < interface->GetNAddresses(); i++)
    {
        const Ipv6InterfaceAddress on = interface->GetAddress(i);
        if (on.GetAddress() == address)
        {
            return on.GetState() == Ipv6InterfaceAddress::INVALID;
        }
    }
    return false;
}

Ipv6Address Ipv6AddressClient::LinkLocal() const
{
    return Interface()->GetLinkLocalAddress().GetAddress();
}

Ptr<Ipv6Interface> Ipv6AddressClient::Interface() const
{
    return m_ipv6->GetInterface(m_interface);
}

void Ipv6AddressClient::RemoveDefaultRoute()
{
    Ptr<Ipv6StaticRouting> routing = StaticRouting(m_ipv6);
    for (uint32_t i = routing->GetNRoutes(); i-- > 0;)
    {
        Ipv6RoutingTableEntry route = routing->GetRoute(i);
        if (route.IsDefault() && route.GetInterface() == m_interface)
        {
            routing->RemoveRoute(i);
        }
    }
}

void Ipv6AddressClient::MakeDefault()
{
    RemoveDefaultRoute();
    if (m_state == BOUND && !m_router.IsAny())
    {
        StaticRouting(m_ipv6)->SetDefaultRoute(m_router, m_interface, m_prefix);
    }
}

} // namespace ns3::roam

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "interface-address-client.h"

#include "ns3/simulator.h"

#include <algorithm>

namespace ns3::roam
{

InterfaceAddressClient::InterfaceAddressClient(AddressClient& owner, Ptr<NetDevice> device)
    : m_device(device), m_owner(owner), m_ifindex(AddressClient::GetIfindex(device))
{
    m_due.fill(Time::Max());
}

InterfaceAddressClient::~InterfaceAddressClient()
{
    m_event.Cancel();
}

void InterfaceAddressClient::Dispose()
{
    m_event.Cancel();
    m_device = nullptr;
}

bool InterfaceAddressClient::IsLinkUp() const
{
    return m_device->IsLinkUp();
}

Address InterfaceAddressClient::GetAddress() const
{
    return m_address;
}

Address InterfaceAddressClient::GetGateway() const
{
    return m_gateway;
}

uint64_t InterfaceAddressClient::GetOrder() const
{
    return m_order;
}

void InterfaceAddressClient::StartTimer(std::size_t timer, Time delay)
{
    m_due[timer] = Simulator::Now() + delay;
    Arm();
}

void InterfaceAddressClient::StopTimer(std::size_t timer)
{
    m_due[timer] = Time::Max();
}

void InterfaceAddressClient::StopTimers()
{
    m_due.fill(Time::Max());
}

void InterfaceAddressClient::Arm()
{
    const Time at = *std::min_element(m_due.begin(), m_due.end());
    if (at == Time::Max())
    {
        return;
    }
    if (!m_event.IsExpired())
    {
        if (m_event.GetTs() <= static_cast<uint64_t>(at.GetTimeStep()))
        {
            return;
        }
        m_event.Cancel();
    }
    m_event = Simulator::Schedule(at - Simulator::Now(), &InterfaceAddressClient::Fire, this);
}

void InterfaceAddressClient::Fire()
{
    for (std::size_t timer = 0; timer < TIMERS; timer++)
    {
        if (m_due[timer] <= Simulator::Now())
        {
            m_due[timer] = Time::Max();
            Expire(timer);
        }
    }
    Arm();
}

void InterfaceAddressClient::Detected()
{
    m_owner.m_detected(m_ifindex, Simulator::Now());
}

void InterfaceAddressClient::Gained(Address address, Address gateway)
{
    m_address = address;
    m_gateway = gateway;
    m_order = ++m_owner.m_order;
    m_owner.UpdateDefaultRoutes();
    m_owner.m_gained(m_ifindex, address, gateway);
}

void InterfaceAddressClient::ChangeGateway(Address gateway)
{
    m_gateway = gateway;
    m_owner.UpdateDefaultRoutes();
}

void InterfaceAddressClient::Lost()
{
    if (m_address.IsInvalid())
    {
        return;
    }
    const Address address = m_address;
    m_address = Address();
    m_gateway = Address();
    if (m_owner.m_primary == m_ifindex)
    {
        m_owner.m_primary = 0;
    }
    m_owner.UpdateDefaultRoutes();
    m_owner.m_lost(m_ifindex, address);
}

double InterfaceAddressClient::Random(double min, double max)
{
    return m_owner.m_random->GetValue(min, max);
}

uint32_t InterfaceAddressClient::RandomWord()
{
    return m_owner.m_random->GetInteger(0, 0xffffffff);
}

Ptr<Node> InterfaceAddressClient::GetNode() const
{
    return m_owner.m_node;
}

Time InterfaceAddressClient::CollectTime() const
{
    return m_owner.m_collectTime;
}

Time InterfaceAddressClient::RetryInitial() const
{
    return m_owner.m_retryInitial;
}

Time InterfaceAddressClient::RetryMax() const
{
    return m_owner.m_retryMax;
}

Time InterfaceAddressClient::RetryJitter() const
{
    return m_owner.m_retryJitter;
}

uint32_t InterfaceAddressClient::RequestRetries() const
{
    return m_owner.m_requestRetries;
}

bool InterfaceAddressClient::Dad() const
{
    return m_owner.m_dad;
}

Time InterfaceAddressClient::DadTimeout() const
{
    return m_owner.m_dadTimeout;
}

bool InterfaceAddressClient::SolicitationDelay() const
{
    return m_owner.m_solicitationDelay;
}

} // namespace ns3::roam

/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_INTERFACE_ADDRESS_CLIENT_H
#define ROAM_INTERFACE_ADDRESS_CLIENT_H

#include "ns3/address-client.h"
#include "ns3/event-id.h"

#include <array>
#include <cstdint>

namespace ns3::roam
{

/**
 * What DHCP and autoconfiguration have in common: one interface of one AddressClient, to which it
 * belongs, and timers that share one simulator event, armed lazily.
 */
class InterfaceAddressClient
{
  public:
    InterfaceAddressClient(AddressClient& owner, Ptr<NetDevice> device);
    virtual ~InterfaceAddressClient();

    InterfaceAddressClient(const InterfaceAddressClient&) = delete;
    InterfaceAddressClient& operator=(const InterfaceAddressClient&) = delete;

    /** The link has come up. */
    virtual void LinkUp() = 0;

    /** The link is down: address, routes and timers go. */
    virtual void LinkDown() = 0;

    /** Puts the default route of this interface last in the table, where it is found first. */
    virtual void MakeDefault() = 0;

    /** Lets go of the node. */
    virtual void Dispose();

    bool IsLinkUp() const;

    /** The address that may be used; invalid while there is none. */
    Address GetAddress() const;

    /** The router; invalid while there is none. */
    Address GetGateway() const;

    /** A number that is the larger the later the address was gained. */
    uint64_t GetOrder() const;

  protected:
    /** How many timers a subclass has at most. */
    static constexpr std::size_t TIMERS = 4;

    void StartTimer(std::size_t timer, Time delay);
    void StopTimer(std::size_t timer);
    void StopTimers();

    /** A timer is due; it is stopped by now. */
    virtual void Expire(std::size_t timer) = 0;

    void Detected();
    void Gained(Address address, Address gateway);
    void ChangeGateway(Address gateway);

    /** Tells that the address is gone. To be called when it is gone from the interface. */
    void Lost();

    /** Uniform in the range given, from the owner's stream. */
    double Random(double min, double max);
    uint32_t RandomWord();

    Ptr<Node> GetNode() const;

    Time CollectTime() const;
    Time RetryInitial() const;
    Time RetryMax() const;
    Time RetryJitter() const;
    uint32_t RequestRetries() const;
    bool Dad() const;
    Time DadTimeout() const;
    bool SolicitationDelay() const;

    Ptr<NetDevice> m_device;

  private:
    void Arm();
    void Fire();

    AddressClient& m_owner;
    const uint32_t m_ifindex;
    Address m_address;
    Address m_gateway;
    uint64_t m_order{0};
    std::array<Time, TIMERS> m_due; //!< Time::Max() when stopped
    EventId m_event;
};

} // namespace ns3::roam

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_COMPAT_H
#define ROAM_COMPAT_H

/**
 * \file
 * What is spelled differently in the ns-3 releases that roam builds with, 3.35 to 3.48. The build
 * defines ROAM_NS3_MINOR, the release's second number.
 */

#ifndef ROAM_NS3_MINOR
#error "the build has to define ROAM_NS3_MINOR, the second number of ns-3's release"
#endif

#include "ns3/address.h"
#include "ns3/enum.h"
#include "ns3/event-impl.h"
#include "ns3/inet-socket-address.h" // 3.35's dhcp-server.h needs it and does not include it
#include "ns3/ipv4-routing-protocol.h"
#include "ns3/ipv6-routing-protocol.h"
#include "ns3/simulator.h"

#include <array>
#include <cstdint>
#include <utility>

namespace ns3::roam
{

/** Simulator::Schedule() of a function object, which 3.35 has for functions and methods alone. */
template <typename Function> EventId RoamSchedule(const Time& delay, Function function)
{
    class Event : public EventImpl
    {
      public:
        explicit Event(Function function) : m_function(std::move(function))
        {
        }

      private:
        void Notify() override
        {
            m_function();
        }

        Function m_function;
    };

    return Simulator::Schedule(delay, Create<Event>(std::move(function)));
}

/** What DhcpHeader::SetChaddr() takes: an Address, and from 3.47 on the field's 16 bytes. */
#if ROAM_NS3_MINOR >= 47
inline std::array<uint8_t, 16> RoamChaddr(const Address& address)
{
    std::array<uint8_t, 16> chaddr{};
    address.CopyTo(chaddr.data());
    return chaddr;
}
#else
inline Address RoamChaddr(const Address& address)
{
    return address;
}
#endif

/** MakeEnumAccessor of a member of type E: the type is an argument from 3.41 on. */
template <typename E, typename Member>
Ptr<const AttributeAccessor> MakeRoamEnumAccessor(Member member)
{
#if ROAM_NS3_MINOR >= 41
    return MakeEnumAccessor<E>(member);
#else
    return MakeEnumAccessor(member);
#endif
}

/** EnumValue, or EnumValue<E> from 3.41 on. */
#if ROAM_NS3_MINOR >= 41
template <typename E> using RoamEnumValue = EnumValue<E>;
#else
template <typename E> using RoamEnumValue = EnumValue;
#endif

/**
 * The argument types of RouteInput's callbacks: by value up to 3.38, const references from 3.39 on.
 * Use: bool RouteInput(..., RoamUnicast4 ucb, RoamMulticast4 mcb, RoamLocal4 lcb, RoamError4 ecb).
 */
#if ROAM_NS3_MINOR >= 39
using RoamUnicast4 = const Ipv4RoutingProtocol::UnicastForwardCallback&;
using RoamMulticast4 = const Ipv4RoutingProtocol::MulticastForwardCallback&;
using RoamLocal4 = const Ipv4RoutingProtocol::LocalDeliverCallback&;
using RoamError4 = const Ipv4RoutingProtocol::ErrorCallback&;
using RoamUnicast6 = const Ipv6RoutingProtocol::UnicastForwardCallback&;
using RoamMulticast6 = const Ipv6RoutingProtocol::MulticastForwardCallback&;
using RoamLocal6 = const Ipv6RoutingProtocol::LocalDeliverCallback&;
using RoamError6 = const Ipv6RoutingProtocol::ErrorCallback&;
#else
using RoamUnicast4 = Ipv4RoutingProtocol::UnicastForwardCallback;
using RoamMulticast4 = Ipv4RoutingProtocol::MulticastForwardCallback;
using RoamLocal4 = Ipv4RoutingProtocol::LocalDeliverCallback;
using RoamError4 = Ipv4RoutingProtocol::ErrorCallback;
using RoamUnicast6 = Ipv6RoutingProtocol::UnicastForwardCallback;
using RoamMulticast6 = Ipv6RoutingProtocol::MulticastForwardCallback;
using RoamLocal6 = Ipv6RoutingProtocol::LocalDeliverCallback;
using RoamError6 = Ipv6RoutingProtocol::ErrorCallback;
#endif

} // namespace ns3::roam

#endif

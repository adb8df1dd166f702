/* SPDX-License-Identifier: GPL-2.0-or-later */
// Private to the module: addresses of ns-3 and of the core, in both directions.
#ifndef ROAM_SCTP_ADDRESS_H
#define ROAM_SCTP_ADDRESS_H

#include "core/base/base-addr.h"

#include "ns3/address.h"
#include "ns3/ipv4-address.h"
#include "ns3/ipv6-address.h"

namespace ns3::roam
{

/** \param a an IPv4 address \return the same for the core */
roam_addr ToCore(Ipv4Address a);

/** \param a an IPv6 address \return the same for the core */
roam_addr ToCore(Ipv6Address a);

/**
 * \param a an Ipv4Address, Ipv6Address, InetSocketAddress or Inet6SocketAddress
 * \return its IP address; of family ROAM_ADDR_NONE for anything else
 */
roam_addr ToCore(const Address& a);

/** \param a of family ROAM_ADDR_V4 \return the same for ns-3 */
Ipv4Address ToIpv4(const roam_addr& a);

/** \param a of family ROAM_ADDR_V6 \return the same for ns-3 */
Ipv6Address ToIpv6(const roam_addr& a);

/** \param a any \return an Ipv4Address or Ipv6Address; an invalid Address for none */
Address FromCore(const roam_addr& a);

/** \param a an address \param port a port \return an InetSocketAddress or Inet6SocketAddress */
Address FromCore(const roam_addr& a, uint16_t port);

/** \param a an InetSocketAddress or Inet6SocketAddress \return its port, -1 for anything else */
int PortOf(const Address& a);

} // namespace ns3::roam

#endif // ROAM_SCTP_ADDRESS_H

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sctp-address.h"

#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"

namespace ns3::roam
{

roam_addr ToCore(Ipv4Address a)
{
    return roam_addr_v4(a.Get());
}

roam_addr ToCore(Ipv6Address a)
{
    uint8_t bytes[16];
    a.GetBytes(bytes);
    return roam_addr_v6(bytes);
}

roam_addr ToCore(const Address& a)
{
    if (InetSocketAddress::IsMatchingType(a))
    {
        return ToCore(InetSocketAddress::ConvertFrom(a).GetIpv4());
    }
    if (Inet6SocketAddress::IsMatchingType(a))
    {
        return ToCore(Inet6SocketAddress::ConvertFrom(a).GetIpv6());
    }
    if (Ipv4Address::IsMatchingType(a))
    {
        return ToCore(Ipv4Address::ConvertFrom(a));
    }
    if (Ipv6Address::IsMatchingType(a))
    {
        return ToCore(Ipv6Address::ConvertFrom(a));
    }
    return roam_addr{};
}

Ipv4Address ToIpv4(const roam_addr& a)
{
    return Ipv4Address::Deserialize(a.bytes);
}

Ipv6Address ToIpv6(const roam_addr& a)
{
    return Ipv6Address::Deserialize(a.bytes);
}

Address FromCore(const roam_addr& a)
{
    switch (a.family)
    {
    case ROAM_ADDR_V4:
        return ToIpv4(a);
    case ROAM_ADDR_V6:
        return ToIpv6(a);
    default:
        return Address();
    }
}

Address FromCore(const roam_addr& a, uint16_t port)
{
    switch (a.family)
    {
    case ROAM_ADDR_V4:
        return InetSocketAddress(ToIpv4(a), port);
    case ROAM_ADDR_V6:
        return Inet6SocketAddress(ToIpv6(a), port);
    default:
        return Address();
    }
}

int PortOf(const Address& a)
{
    if (InetSocketAddress::IsMatchingType(a))
    {
        return InetSocketAddress::ConvertFrom(a).GetPort();
    }
    if (Inet6SocketAddress::IsMatchingType(a))
    {
        return Inet6SocketAddress::ConvertFrom(a).GetPort();
    }
    return -1;
}

} // namespace ns3::roam

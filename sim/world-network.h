/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_WORLD_NETWORK_H
#define ROAM_WORLD_NETWORK_H

#include "sim/scenario.h"

#include "ns3/address.h"
#include "ns3/net-device.h"
#include "ns3/node.h"
#include "ns3/node-container.h"

#include <string>
#include <vector>

namespace ns3::roam
{

/**
 * The fixed part of the world, as Figure 1 of draft-sjkoh-sctp-mobility draws it: the fixed server
 * behind its router, the Internet (one node), and access routers, with point-to-point links between
 * them and static routes. The server has one route for each location, through its router
 * (draft-sjkoh-sctp-mobility-01 section 5.2).
 *
 * IPv4: server 1.1.1.2 (and 1.1.1.3), its router 1.1.1.1, location i (from 0) n.n.n.0/24 with n = i
 * + 2, leaving out 10 and 127. IPv6: 2001:db8:1::2, 2001:db8:1::1, 2001:db8:n::/64. The other links
 * have 10.0.0.0/8 and 2001:db8:0::/48.
 */
class WorldNetwork
{
  public:
    /** One end of a point-to-point link. */
    struct Port
    {
        std::string link; //!< "server", "core", "access-1"
        Ptr<NetDevice> device;
    };

    /** How many locations there are numbers for. */
    static constexpr uint32_t MOST_LOCATIONS = 220;

    /** Builds it for a number of locations, 1 to MOST_LOCATIONS. */
    WorldNetwork(const Scenario& scenario, uint32_t locations);

    Ptr<Node> server;
    Ptr<Node> router;
    Ptr<Node> internet;
    NodeContainer access; //!< an access router for each location
    Ptr<Node> client;     //!< with an internet stack, and no device yet
    std::vector<Port> ports;
    bool v6; //!< IPv6, else IPv4

    /** The n of a location (from 0). */
    static uint32_t GetNumber(uint32_t location);

    /** The network, router's address and server's, as the family has them. */
    Ipv4Address GetRouterAddress4(uint32_t location) const;
    Ipv6Address GetRouterAddress6(uint32_t location) const;
    std::string GetRouterText(uint32_t location) const;
    Address GetServerAddress() const;

    /** All that the server has: server.addresses of them, GetServerAddress() first. */
    std::vector<Address> GetServerAddresses() const;
    bool IsServer(const Address& address) const;

  private:
    /** An end of a link and the interface that it became. */
    struct End
    {
        Ptr<Node> node;
        uint32_t interface;
        Ipv4Address address4;
        Ipv6Address address6;
    };

    /** Lays a link of a name; part is that of its settings: "server", "core" or "access". */
    std::pair<End, End> Connect(Ptr<Node> a, Ptr<Node> b, const std::string& part,
                                const std::string& link, const std::string& network4,
                                const std::string& network6);
    End Attach(Ptr<NetDevice> device, const std::string& network4, const std::string& network6,
               uint32_t host);
    void Route(const End& from, const End& via, uint32_t location);
    void RouteToServer(const End& from, const End& via);
    void AddLoss(Ptr<NetDevice> device, double rate, int64_t stream);

    /** Gives the server its second address, on the interface that has the first. */
    void AddServerAddress(const End& server) const;

    const Scenario& m_scenario;
    uint32_t m_serverAddresses;
};

} // namespace ns3::roam

#endif

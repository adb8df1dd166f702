/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_WORLD_NETWORK_H
#define ROAM_WORLD_NETWORK_H

#include "sim/scenario.h"
#include "sim/world-parts.h"

#include "ns3/address.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/net-device.h"
#include "ns3/node.h"

#include <deque>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace ns3
{
class PointToPointChannel;
} // namespace ns3

namespace ns3::roam
{

/**
 * The fixed part of the world, as Figure 1 of draft-sjkoh-sctp-mobility draws it: the fixed server
 * behind its router, the Internet (one node), and access routers, with point-to-point links between
 * them; and hosts and sites that a scheme adds behind links of their own. Routes are computed:
 * every node has one static route for each prefix of a site or a host, so that each reaches every
 * other. The server has one for each location, through its router (draft-sjkoh-sctp-mobility-01
 * section 5.2).
 *
 * IPv4: server 1.1.1.2 (and 1.1.1.3), its router 1.1.1.1, location i (from 0) n.n.n.0/24 with n = i
 * + 2, leaving out 10 and 127. IPv6: fd00:1::2, fd00:1::1, fd00:n::/64. Added hosts are 10.2.k.2
 * and fd00:0:2k::2, added sites 10.4.k.0/24 and fd00:0:4k::/64, k from 1; the links have the rest
 * of 10.0.0.0/8 and fd00:0::/32.
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

    /**
     * Adds a host behind a link to the Internet. Its random streams come from its name, so that it
     * shifts none of what stands. Before Route() only.
     * \param name of no other host; small letters, digits and hyphens
     * \param rate of its link, unless hosts.NAME.rate says otherwise
     * \param delay of its link, each way, unless hosts.NAME.delay says otherwise
     */
    Host& AddHost(const std::string& name, DataRate rate, Time delay);

    /**
     * Adds a site without a cell, as a home network is one: a router behind a link to the Internet,
     * and a prefix on a link of the router's where nobody is. Before Route() only.
     * \param name of no other site; small letters, digits and hyphens
     * \param rate of the link to the Internet, unless sites.NAME.rate says otherwise
     * \param delay of that link, each way, unless sites.NAME.delay says otherwise
     */
    Site& AddSite(const std::string& name, DataRate rate, Time delay);

    /**
     * Checks that each part which the scenario names is there.
     * \throws ScenarioError when one is not
     */
    void CheckNames() const;

    /** Computes the routes of all nodes; once, when all hosts are there. */
    void Route();

    std::deque<Site> sites; //!< one for each location, then what was added
    std::deque<Host> hosts; //!< the server is the first
    Ptr<Node> router;       //!< the server's
    Ptr<Node> internet;
    Ptr<Node> mobileNode; //!< with an internet stack, and no device yet
    std::vector<Port> ports;
    bool v6; //!< IPv6, else IPv4

    /** The n of a location (from 0). */
    static uint32_t GetNumber(uint32_t location);

    /** The network, router's address and server's, as the family has them. */
    Ipv4Address GetRouterAddress4(uint32_t location) const;
    Ipv6Address GetRouterAddress6(uint32_t location) const;
    std::string GetRouterText(uint32_t location) const;

    /** All that the server has: server.addresses of them. */
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

    /** A network that every node has a route to, and the nodes that are on it. */
    struct Prefix
    {
        std::string network4;
        std::string network6;
        std::vector<Ptr<Node>> nodes;
    };

    InternetStackHelper GetStack() const;
    void MakeNodes(uint32_t locations);
    void FixAddresses(Ptr<Node> node) const;

    /** Lays a link of a name; part is that of its settings: "server", "core" or "access". */
    std::pair<End, End> Connect(Ptr<Node> a, Ptr<Node> b, const std::string& part,
                                const std::string& link, const std::string& network4,
                                const std::string& network6);
    /** Lays a link without settings. */
    Ptr<PointToPointChannel> Lay(Ptr<Node> a, Ptr<Node> b, const std::string& link);
    /** A node with a stack and streams of its own, which depend on what it is called alone. */
    Ptr<Node> MakeAddedNode(const std::string& what);
    /**
     * Links a node that was added to the Internet.
     * \param table "hosts" or "sites"
     * \param kind of its hardware addresses, with k
     * \return the ends at the Internet and at the node
     */
    std::pair<End, End> Uplink(Ptr<Node> node, const std::string& table, const std::string& name,
                               DataRate rate, Time delay, uint8_t kind, std::size_t k,
                               const std::string& network4, const std::string& network6);
    End Attach(Ptr<NetDevice> device, const std::string& network4, const std::string& network6,
               uint32_t host);
    void RouteTo(const Prefix& prefix);
    void AddRoute(const End& from, const End& via, const Prefix& prefix);
    void AddLoss(Ptr<NetDevice> device, double rate, int64_t stream);

    /** Gives the server its second address, on the interface that has the first. */
    void AddServerAddress(const End& server) const;

    const Scenario& m_scenario;
    uint32_t m_serverAddresses;
    std::vector<std::pair<End, End>> m_links;
    std::vector<Prefix> m_prefixes;
    std::set<std::string> m_added; //!< "hosts.directory", "sites.home"
    std::vector<Ptr<Node>>
        m_nodes; //!< without added hosts: server, router, Internet, sites, mobile
};

} // namespace ns3::roam

#endif

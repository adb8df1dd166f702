/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_ACCESS_ROUTER_HELPER_H
#define ROAM_ACCESS_ROUTER_HELPER_H

#include "ns3/attribute.h"
#include "ns3/cell-device.h"
#include "ns3/ipv4-address.h"
#include "ns3/ipv6-address.h"
#include "ns3/node.h"
#include "ns3/nstime.h"
#include "ns3/object-factory.h"
#include "ns3/trace-helper.h"

#include <string>

namespace ns3::roam
{

/**
 * Makes access routers. Each Install() adds one cell to a node that has an internet stack: a
 * CellChannel, a CellDevice with the router's address, forwarding, and what hands out addresses
 * there, which is ns-3's DhcpServer for IPv4 and ns-3's Radvd for IPv6.
 *
 * EnablePcap() captures CellDevices and RadioDevices as Ethernet II frames.
 */
class AccessRouterHelper : public PcapHelperForDevice
{
  public:
    AccessRouterHelper();

    /** Sets an attribute of the CellChannels to come. */
    void SetChannelAttribute(const std::string& name, const AttributeValue& value);

    /** Sets an attribute of the CellDevices to come. */
    void SetDeviceAttribute(const std::string& name, const AttributeValue& value);

    /** Sets an attribute of the DHCP servers to come, such as LeaseTime; the pool is set here. */
    void SetDhcpServerAttribute(const std::string& name, const AttributeValue& value);

    /**
     * The time between router advertisements is uniform in this range, in whole milliseconds. At
     * first 30 to 70 ms, what RFC 6275 section 7.5 allows where nodes move.
     */
    void SetAdvertisementInterval(Time min, Time max);

    /**
     * The valid and preferred lifetimes of an advertised prefix, and the router's, which is at most
     * 9,000 s. Whole seconds.
     */
    void SetAdvertisementLifetimes(Time valid, Time preferred, Time router);

    /**
     * Adds an IPv4 cell.
     * \param node the access router
     * \param address the router's own, 2.2.2.1; the first client gets the one after it
     * \param mask of its subnet, at most /30; the rest of the subnet is the pool
     */
    Ptr<CellDevice> Install(Ptr<Node> node, Ipv4Address address, Ipv4Mask mask);

    /**
     * Adds an IPv6 cell.
     * \param node the access router
     * \param address the router's own, 2001:db8:2::1
     * \param prefix of its subnet; 64 bits where clients autoconfigure
     */
    Ptr<CellDevice> Install(Ptr<Node> node, Ipv6Address address, Ipv6Prefix prefix);

    /**
     * Bounds the random time that a node waits before an ARP request or a neighbour solicitation:
     * uniform from 0 to max; none at all with 0. ns-3's default is 10 ms.
     */
    static void SetResolutionJitter(Ptr<Node> node, Time max);

    /** Fixed stream numbers for a cell and its router's advertisements. Returns how many it took.
     */
    static int64_t AssignStreams(Ptr<CellDevice> device, int64_t stream);

  private:
    void EnablePcapInternal(std::string prefix, Ptr<NetDevice> nd, bool promiscuous,
                            bool explicitFilename) override;

    Ptr<CellDevice> MakeDevice(Ptr<Node> node);

    uint32_t m_cells{0}; //!< made so far: a cell without a CellId gets the next number
    ObjectFactory m_channel;
    ObjectFactory m_device;
    ObjectFactory m_dhcpServer;
    Time m_minInterval;
    Time m_maxInterval;
    Time m_validLifetime;
    Time m_preferredLifetime;
    Time m_routerLifetime;
};

} // namespace ns3::roam

#endif

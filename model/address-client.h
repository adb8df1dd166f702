/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_ADDRESS_CLIENT_H
#define ROAM_ADDRESS_CLIENT_H

#include "ns3/address.h"
#include "ns3/net-device.h"
#include "ns3/node.h"
#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/random-variable-stream.h"
#include "ns3/traced-callback.h"

#include <cstdint>
#include <map>
#include <memory>

namespace ns3::roam
{

class InterfaceAddressClient;

/**
 * How the interfaces of a moving node get their addresses: by DHCP (IPv4, RFC 2131), or by router
 * discovery and stateless autoconfiguration with duplicate address detection (IPv6, RFC 4861 and
 * RFC 4862). It begins when the link of an interface comes up. When the link goes down it drops,
 * at once, the address, the routes and the neighbours of that link.
 *
 * One for each node, which it is aggregated to. An interface is named by its device's index on the
 * node plus one: 0 is none.
 *
 * Routes: an interface with an address has its subnet's route and a default route through its own
 * router, so that a packet that is bound to an interface finds a gateway. The default route of the
 * primary interface is the one that a packet takes which is not bound to any.
 */
class AddressClient : public Object
{
  public:
    /** The family of the addresses that are asked for. */
    enum Family
    {
        IPV4,
        IPV6
    };

    static TypeId GetTypeId();

    AddressClient();
    ~AddressClient() override;

    /** Signature of Detected: the first offer or router advertisement since the link came up. */
    typedef void (*DetectedTracedCallback)(uint32_t ifindex, Time time);
    /** Signature of Gained: an Ipv4Address or Ipv6Address that may be used from now on. */
    typedef void (*GainedTracedCallback)(uint32_t ifindex, Address address, Address gateway);
    /** Signature of Lost: an address that is gone from its interface. */
    typedef void (*LostTracedCallback)(uint32_t ifindex, Address address);

    /** The name of a device here, and in the core: its index on its node, plus one. */
    static uint32_t GetIfindex(Ptr<const NetDevice> device);

    /**
     * Aggregates itself to a node that has an internet stack and static routing, and manages all of
     * the node's RadioDevices. Call it once, after the radios are there.
     */
    void Install(Ptr<Node> node);

    /** Manages one more device of the node, of any kind that tells of its link's changes. */
    void Manage(Ptr<NetDevice> device);

    /** The address that an interface has now; an invalid Address when there is none. */
    Address GetAddress(uint32_t ifindex) const;

    /** The router through which that address is to be used; an invalid Address when there is none.
     */
    Address GetGateway(uint32_t ifindex) const;

    /**
     * Makes an interface the one for packets that are not bound to any
     * (draft-sjkoh-sctp-mobility-01 section 5.2), until it loses its address. It need not have one
     * yet. While no interface is primary by such a call, or that one has no address, the one that
     * has had its address longest is.
     */
    void SetPrimary(uint32_t ifindex);

    /** The interface that packets which are bound to none take now; 0 when none has an address. */
    uint32_t GetPrimary() const;

    /** Fixed stream numbers for transaction ids and random delays. Returns how many it took. */
    int64_t AssignStreams(int64_t stream);

  protected:
    void DoDispose() override;

  private:
    friend class InterfaceAddressClient;

    static void LinkChanged(AddressClient* client, uint32_t ifindex);
    const InterfaceAddressClient* Find(uint32_t ifindex) const;
    void UpdateDefaultRoutes();

    Family m_family;
    Time m_collectTime;
    Time m_retryInitial;
    Time m_retryMax;
    Time m_retryJitter;
    uint32_t m_requestRetries;
    bool m_dad;
    Time m_dadTimeout;
    bool m_solicitationDelay;
    Ptr<UniformRandomVariable> m_random;

    Ptr<Node> m_node;
    std::map<uint32_t, std::unique_ptr<InterfaceAddressClient>> m_interfaces;
    uint32_t m_primary{0}; //!< as asked for; 0 when the choice is ours
    uint64_t m_order{0};   //!< addresses gained so far

    TracedCallback<uint32_t, Time> m_detected;
    TracedCallback<uint32_t, Address, Address> m_gained;
    TracedCallback<uint32_t, Address> m_lost;
};

} // namespace ns3::roam

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_RADIO_ICMPV6_H
#define ROAM_RADIO_ICMPV6_H

#include "ns3/icmpv6-l4-protocol.h"
#include "ns3/mac48-address.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <optional>

namespace ns3::roam
{

/** What a host takes from a router advertisement (RFC 4861 section 4.2). */
struct RouterAdvertisement
{
    Ipv6Address router; //!< its link-local address
    std::optional<Mac48Address> linkAddress;
    Time routerLifetime; //!< 0: not a default router
    Ipv6Address prefix;  //!< of the first prefix for autoconfiguration; :: is none
    uint8_t prefixLength{0};
    bool onLink{false}; //!< the prefix's L flag
    Time validLifetime; //!< of the prefix
};

/**
 * ICMPv6 of one interface of a moving node. Everything is ns-3's, but for two things that a node
 * which changes its link has to have in its own hand: router advertisements go to the interface's
 * address client, and so does the timing of duplicate address detection.
 */
class RadioIcmpv6 : public Icmpv6L4Protocol
{
  public:
    static TypeId GetTypeId();

    RadioIcmpv6();
    ~RadioIcmpv6() override;

    /** Serves a node that has an IPv6 stack, with the attributes of the node's own ICMPv6, but for
     * DAD. */
    void Serve(Ptr<Node> node);

    /** Who takes valid router advertisements; null is nobody. */
    void SetAdvertisementCallback(Callback<void, const RouterAdvertisement&> callback);

    /**
     * Keeps an address that an interface was given in this instant from ns-3's own end of duplicate
     * address detection, which would make it PREFERRED and solicit a router. That is an event of
     * this instant, not to be overridden before 3.37, and it passes over what is INVALID. The
     * address is TENTATIVE when it has passed.
     */
    void Withhold(Ipv6Address address, Ptr<Ipv6Interface> interface);

    /** Begins to try a tentative address of an interface: one neighbour solicitation goes out. */
    void SolicitDuplicates(Ipv6Address address, Ptr<Ipv6Interface> interface);

    enum IpL4Protocol::RxStatus Receive(Ptr<Packet> packet, const Ipv6Header& header,
                                        Ptr<Ipv6Interface> interface) override;
    using Icmpv6L4Protocol::Receive;

    /**
     * Reads a router advertisement as a host validates it (RFC 4861 section 6.1.2).
     * DEVIATION: the hop limit need not be 255, since ns-3's Radvd sends 64 by default.
     * \return nothing when it is to be discarded
     */
    static std::optional<RouterAdvertisement> Read(Ptr<const Packet> packet,
                                                   const Ipv6Header& header);

  protected:
    void DoDispose() override;

  private:
    Callback<void, const RouterAdvertisement&> m_advertised;
};

} // namespace ns3::roam

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_IPV6_ADDRESS_CLIENT_H
#define ROAM_IPV6_ADDRESS_CLIENT_H

#include "interface-address-client.h"
#include "radio-icmpv6.h"

#include "ns3/ipv6-interface.h"
#include "ns3/ipv6-l3-protocol.h"

namespace ns3::roam
{

/**
 * Router discovery (RFC 4861 section 6.3), stateless address autoconfiguration and duplicate
 * address detection (RFC 4862) for an interface whose link comes and goes. At link up the interface
 * is initialised anew: its link-local address is tried, a router is solicited, and the first
 * prefix of 64 bits for autoconfiguration gives its one global address. Until that has been
 * found unique there is no route through the interface. At link down all of it goes at once
 * (movement detection by the link).
 *
 * DEVIATION: one global address for each interface; a deprecated address stays in use until its
 * valid lifetime is over (RFC 4862 section 5.5.4).
 */
class Ipv6AddressClient : public InterfaceAddressClient
{
  public:
    Ipv6AddressClient(AddressClient& owner, Ptr<NetDevice> device);
    ~Ipv6AddressClient() override;

    void LinkUp() override;
    void LinkDown() override;
    void MakeDefault() override;
    void Dispose() override;

  private:
    enum State
    {
        DOWN,
        SOLICITING, //!< no usable prefix yet
        DELAYING,   //!< a prefix; the random wait before its solicitation
        TENTATIVE,  //!< the solicitation is out
        BOUND,
        DUPLICATE //!< somebody else has the address: nothing until the next link up
    };

    enum Timer
    {
        LINK_LOCAL,   //!< the link-local address: the random wait, then the end of detection
        SOLICITATION, //!< the next router solicitation
        GLOBAL,       //!< the wait or detection of the global address, then its valid lifetime
        ROUTER        //!< the end of the router's lifetime
    };

    void Enter(State state);
    void Expire(std::size_t timer) override;
    void Advertised(const RouterAdvertisement& ra);
    void LearnRouter(const RouterAdvertisement& ra);
    void Configure(const RouterAdvertisement& ra);
    void Refresh(const RouterAdvertisement& ra);
    void SolicitRouter();
    void TryLinkLocal();
    void EndLinkLocal();
    void EndGlobal();
    void Bind();
    bool IsDuplicate(Ipv6Address address) const;
    Ipv6Address LinkLocal() const;
    Ptr<Ipv6Interface> Interface() const;
    void RemoveDefaultRoute();

    Ptr<Ipv6L3Protocol> m_ipv6;
    Ptr<RadioIcmpv6> m_icmpv6;
    uint32_t m_interface; //!< IPv6's number of the device
    State m_state{DOWN};
    bool m_detected{false};       //!< an advertisement has come since the link came up
    uint32_t m_solicitations{0};  //!< sent since the link came up
    bool m_linkLocalTried{false}; //!< its neighbour solicitation is out
    Ipv6Address m_router;         //!< :: is none
    Ipv6Address m_global;         //!< :: is none
    Ipv6Address m_prefix;
    bool m_onLink{false};
    Time m_validUntil;
};

} // namespace ns3::roam

#endif

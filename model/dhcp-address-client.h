/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_DHCP_ADDRESS_CLIENT_H
#define ROAM_DHCP_ADDRESS_CLIENT_H

#include "interface-address-client.h"

#include "ns3/dhcp-header.h"
#include "ns3/ipv4-address.h"
#include "ns3/ipv4.h"
#include "ns3/socket.h"

namespace ns3::roam
{

/**
 * A DHCP client (RFC 2131 section 4.4) for an interface whose link comes and goes. It takes the
 * first offer. Its interface is up for IPv4 while its link is up, has an address only while it
 * holds a lease, and does not forward.
 *
 * DEVIATION: no random wait of 1 to 10 s at the start (4.4.1), which would be added to every
 * handover; no ARP probe of the address offered (4.4.1); no INIT-REBOOT (4.4.2), since ns-3's
 * server would confirm any address of its pool; no DHCPRELEASE, since the link is gone by then.
 */
class DhcpAddressClient : public InterfaceAddressClient
{
  public:
    DhcpAddressClient(AddressClient& owner, Ptr<NetDevice> device);
    ~DhcpAddressClient() override;

    void LinkUp() override;
    void LinkDown() override;
    void MakeDefault() override;
    void Dispose() override;

  private:
    /** RFC 2131 figure 5; INIT is also where it waits for a link. */
    enum State
    {
        INIT,
        SELECTING,
        REQUESTING,
        BOUND,
        RENEWING,
        REBINDING
    };

    enum Timer
    {
        RETRANSMIT,
        COLLECT,
        LEASE //!< T1 in BOUND, T2 in RENEWING, the end of the lease in REBINDING
    };

    /** What an offer says and an ACK confirms. */
    struct Lease
    {
        Ipv4Address address;
        Ipv4Mask mask;
        Ipv4Address router; //!< 0.0.0.0 is none
        Ipv4Address server;
        Time renew;  //!< T1, from the request that was acknowledged
        Time rebind; //!< T2
        Time end;
    };

    void Enter(State state);
    void Expire(std::size_t timer) override;
    void Receive(Ptr<Socket> socket);
    void ReceiveOffer(const DhcpHeader& header);
    void ReceiveAck(const DhcpHeader& header);
    void SendDiscover();
    void SendRequest();
    void Send(DhcpHeader& header);
    void Backoff();
    void Renew(Time limit);
    void Bind();
    void Release();
    void RemoveDefaultRoute();

    Ptr<Ipv4> m_ipv4;
    uint32_t m_interface; //!< IPv4's number of the device
    Ptr<Socket> m_socket;
    State m_state{INIT};
    bool m_detected{false}; //!< an offer has come since the link came up
    uint32_t m_xid{0};
    Lease m_lease;       //!< asked for, or held
    bool m_bound{false}; //!< m_lease's address is on the interface
    Time m_requested;    //!< when the last DHCPREQUEST was sent
    Time m_acknowledged; //!< when the one was sent whose ACK counts
    Time m_retry;        //!< before the next retransmission
    uint32_t m_retries{0};
};

} // namespace ns3::roam

#endif

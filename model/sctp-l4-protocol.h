/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_SCTP_L4_PROTOCOL_H
#define ROAM_SCTP_L4_PROTOCOL_H

#include "ns3/ip-l4-protocol.h"
#include "ns3/random-variable-stream.h"
#include "ns3/sctp-types.h"
#include "ns3/traced-callback.h"

#include <map>
#include <set>
#include <vector>

struct roam_addr;
struct roam_packet;
struct sctp_config;
struct sctp_icmp;

namespace ns3
{

class Ipv4;
class Ipv4EndPoint;
class Ipv6;
class Ipv6EndPoint;
class NetDevice;
class Node;
class Socket;

} // namespace ns3

namespace ns3::roam
{

class SctpEndpoint;

/**
 * SCTP (RFC 9260) as IP protocol 132 over ns-3's IPv4 and IPv6. It gives each packet to the
 * endpoint of its destination port, answers packets for nobody as RFC 9260 section 8.4 says, and
 * sends what the endpoints have to send from the source address and interface that the
 * association chose: routing is asked about that interface only, so that each interface may have
 * a default route of its own (draft-sjkoh-sctp-mobility-01, section 5.2).
 *
 * With the attribute UdpPort it takes SCTP packets from that UDP port, too (RFC 6951), and sends
 * encapsulated ones from there: to peers for which SctpSocket's RemoteUdpPort says so, and to those
 * that encapsulate. ICMP about them is ignored, because ns-3 hands over 8 bytes of the packet that
 * it quotes, which end before the verification tag (section 5.5).
 *
 * Aggregate it to a node that has Ipv4 or Ipv6 (SctpHelper::Install does).
 */
class SctpL4Protocol : public IpL4Protocol
{
  public:
    /**
     * Get the type ID.
     * \return the object TypeId
     */
    static TypeId GetTypeId();

    /** The protocol number that IANA has given to SCTP. */
    static constexpr uint8_t PROT_NUMBER = 132;

    SctpL4Protocol();
    ~SctpL4Protocol() override;

    /** \return a new socket of this node, unbound */
    Ptr<Socket> CreateSocket();

    /**
     * The node has an address from now on, and every endpoint of the node may use it. Endpoints
     * learn of the addresses that the node has when they are bound; this is for later ones.
     * \param address an Ipv4Address or Ipv6Address
     * \param ifindex the device's index on the node plus one
     */
    void AddressGained(const Address& address, uint32_t ifindex);

    /**
     * The node cannot use an address any more: its link is down or its lease is over. Nothing is
     * sent from it; associations keep it until an ASCONF deletes it.
     * \param address an Ipv4Address or Ipv6Address
     */
    void AddressLost(const Address& address);

    /**
     * An entry for one host in the node's routing table, as its associations see it: paths to that
     * address from other interfaces carry no data, so that a client with two radios tells two
     * addresses of a server apart as two links (draft-sjkoh-sctp-mobility-01 section 5.2).
     * \param destination an Ipv4Address or Ipv6Address of a peer
     * \param ifindex the device's index on the node plus one; 0 takes the entry back
     */
    void SetHostRoute(const Address& destination, uint32_t ifindex);

    /**
     * Gives the generator of tags, TSNs and keys a fixed stream.
     * \param stream the first stream to use
     * \return how many were used
     */
    int64_t AssignStreams(int64_t stream);

    // Inherited from IpL4Protocol
    int GetProtocolNumber() const override;
    RxStatus Receive(Ptr<Packet> p, const Ipv4Header& header,
                     Ptr<Ipv4Interface> incomingInterface) override;
    RxStatus Receive(Ptr<Packet> p, const Ipv6Header& header,
                     Ptr<Ipv6Interface> incomingInterface) override;
    void ReceiveIcmp(Ipv4Address icmpSource, uint8_t icmpTtl, uint8_t icmpType, uint8_t icmpCode,
                     uint32_t icmpInfo, Ipv4Address payloadSource, Ipv4Address payloadDestination,
                     const uint8_t payload[8]) override;
    void ReceiveIcmp(Ipv6Address icmpSource, uint8_t icmpTtl, uint8_t icmpType, uint8_t icmpCode,
                     uint32_t icmpInfo, Ipv6Address payloadSource, Ipv6Address payloadDestination,
                     const uint8_t payload[8]) override;
    void SetDownTarget(DownTargetCallback cb) override;
    void SetDownTarget6(DownTargetCallback6 cb) override;
    DownTargetCallback GetDownTarget() const override;
    DownTargetCallback6 GetDownTarget6() const override;

    /**
     * Signature of Tx and Rx.
     * \param packet from the common header on, without the IP header
     * \param from an Ipv4Address or Ipv6Address
     * \param to an Ipv4Address or Ipv6Address
     * \param ifindex the device's index on the node plus one; 0 where routing chose
     */
    typedef void (*PacketTracedCallback)(Ptr<const Packet> packet, const Address& from,
                                         const Address& to, uint32_t ifindex);
    /**
     * Signature of State.
     * \param port the endpoint's port
     * \param association the association's number at this endpoint
     * \param from the state that was left, as RFC 9260 section 4 names it
     * \param to the state that was entered
     */
    typedef void (*StateTracedCallback)(uint16_t port, uint32_t association,
                                        const std::string& from, const std::string& to);
    /**
     * Signature of Handover.
     * \param port the endpoint's port
     * \param event what came about
     */
    typedef void (*HandoverTracedCallback)(uint16_t port, const SctpHandoverEvent& event);
    /**
     * Signature of Drop.
     * \param port the endpoint's port, or the port that nobody has
     * \param association the association's number, 0 when there is none
     * \param why the reason in a word: "checksum", "duplicate", "no endpoint", "no route",
     * "source address gone", ...
     * \param chunk the chunk's type where one chunk was dropped, else 0
     * \param tsn the TSN of a duplicate, else 0
     */
    typedef void (*DropTracedCallback)(uint16_t port, uint32_t association, const std::string& why,
                                       uint8_t chunk, uint32_t tsn);

  protected:
    void NotifyNewAggregate() override;
    void DoDispose() override;

  private:
    friend class SctpEndpoint;
    friend class SctpSocket;

    /**
     * A new endpoint.
     * \param port the port, or 0 for an ephemeral one
     * \param config the parameters of its associations
     * \return the endpoint, or null when the port, or the UDP port, is taken
     */
    Ptr<SctpEndpoint> Open(uint16_t port, const struct sctp_config& config);

    /**
     * Forgets an endpoint that nobody uses any more.
     * \param port its port
     */
    void Release(uint16_t port);

    /** An address of the node that an association may use, and the interface that has it. */
    struct HostAddress
    {
        Address address;  //!< an Ipv4Address or Ipv6Address
        uint32_t ifindex; //!< device index plus one
    };

    /**
     * \return the node's addresses on interfaces that are up: no loopback, no link-local, no
     * tentative one; in the order of the interfaces, IPv4 first
     */
    std::vector<HostAddress> UsableAddresses() const;

    /**
     * \param address an address of the node
     * \return the device that has it, plus one, or 0
     */
    uint32_t InterfaceOf(const Address& address) const;

    /** \param a an address \return whether the node has it, on any interface */
    bool HasAddress(const struct roam_addr& a) const;

    /**
     * Sends one packet.
     * \param packet as an engine made it
     */
    void Send(const struct roam_packet& packet);

    /** Takes the UDP port of encapsulation, if there is to be one. \return false if it is taken */
    bool OpenUdp();
    /** Gives it back. */
    void CloseUdp();

    /** \param packet without its UDP header \param header of IP \param port the peer's UDP port
     * \param incoming where it came in */
    void ReceiveUdp4(Ptr<Packet> packet, Ipv4Header header, uint16_t port,
                     Ptr<Ipv4Interface> incoming);
    /** \copydoc ReceiveUdp4 */
    void ReceiveUdp6(Ptr<Packet> packet, Ipv6Header header, uint16_t port,
                     Ptr<Ipv6Interface> incoming);
    /** UDP has given up its end point for IPv4. */
    void Udp4Gone();
    /** UDP has given up its end point for IPv6. */
    void Udp6Gone();

    /** Puts a UDP header before an SCTP packet. \param p the packet \param packet its addresses */
    void Encapsulate(Ptr<Packet> p, const struct roam_packet& packet) const;

    /**
     * Tells the endpoint of what ICMP says about a packet of its own (RFC 9260 section 10).
     * \param icmp the message, with the 8 bytes that ns-3 passes on: ports and verification tag
     */
    void DeliverIcmp(const struct sctp_icmp& icmp);

    /**
     * \param packet the packet with its IP addresses
     * \param p the same packet, for the trace
     * \return what ns-3 wants to know
     */
    RxStatus Deliver(struct roam_packet& packet, Ptr<Packet> p);

    /**
     * \param ifindex device index plus one, or 0
     * \return the device, or null for 0
     */
    Ptr<NetDevice> DeviceOf(uint32_t ifindex) const;

    /**
     * Tells an endpoint of the addresses that the node has by now.
     * \param endpoint the one to tell
     */
    void TellAddresses(SctpEndpoint& endpoint) const;

    Ptr<Node> m_node;                                  //!< the node
    Ptr<Ipv4> m_ipv4;                                  //!< of the node, or null
    Ptr<Ipv6> m_ipv6;                                  //!< of the node, or null
    std::map<Address, uint32_t> m_hostRoutes;          //!< destination to ifindex
    std::set<Address> m_lost;                          //!< told to AddressLost and not regained
    std::map<uint16_t, Ptr<SctpEndpoint>> m_endpoints; //!< by port
    uint16_t m_nextPort;                               //!< the next ephemeral port to try
    uint16_t m_udpPort;                                //!< UdpPort
    Ipv4EndPoint* m_udp4{nullptr};                     //!< UDP's, at UdpPort
    Ipv6EndPoint* m_udp6{nullptr};                     //!< UDP's, at UdpPort
    Ptr<UniformRandomVariable> m_random;               //!< seeds the endpoints' generators
    std::vector<uint8_t> m_rx;                         //!< the bytes of the packet in hand
    std::vector<uint8_t> m_tx;                         //!< the bytes of the message in hand
    DownTargetCallback m_downTarget;                   //!< IPv4
    DownTargetCallback6 m_downTarget6;                 //!< IPv6

    TracedCallback<Ptr<const Packet>, const Address&, const Address&, uint32_t> m_txTrace; //!< Tx
    TracedCallback<Ptr<const Packet>, const Address&, const Address&, uint32_t> m_rxTrace; //!< Rx
    TracedCallback<uint16_t, uint32_t, const std::string&, const std::string&>
        m_stateTrace;                                                   //!< State
    TracedCallback<uint16_t, const SctpHandoverEvent&> m_handoverTrace; //!< Handover
    TracedCallback<uint16_t, uint32_t, const std::string&, uint8_t, uint32_t> m_dropTrace; //!< Drop
};

} // namespace ns3::roam

#endif // ROAM_SCTP_L4_PROTOCOL_H

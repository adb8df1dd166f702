/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_PACKET_CLASSIFIER_H
#define ROAM_PACKET_CLASSIFIER_H

#include "ns3/address.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace ns3::roam
{

/** What a control message is for. */
enum class MessageGroup
{
    BINDING,  //!< moves the session: ASCONF, ASCONF-ACK, HEARTBEAT, HEARTBEAT-ACK
    ADDRESS,  //!< gets and resolves addresses: DHCP, ARP, RS, NS, NA
    PERIODIC, //!< comes whether anybody moves or not: RA
    SESSION   //!< begins and ends sessions: handshakes, resets
};

/** "binding", "address", "periodic", "session". */
const char* MessageGroupName(MessageGroup group);

/** One control message in a packet. */
struct ControlMessage
{
    std::string type; //!< "ASCONF", "DHCP-OFFER", "NS"
    MessageGroup group;
    uint32_t bytes;     //!< its share of the packet, at the network layer
    std::string detail; //!< "ADD 3.3.3.2"; empty when there is nothing to say
};

/** User data in a packet. */
struct DataUnit
{
    uint32_t seq;   //!< SCTP: TSN; TCP: sequence number; UDP: message number
    uint32_t bytes; //!< of user data
};

/** What is in one packet of the network layer, or one ARP message. */
struct PacketView
{
    bool isIp{false};
    uint8_t protocol{0};   //!< TCP, UDP, SCTP ...: of the innermost header
    uint8_t ttl{0};        //!< hop limit of the outermost header
    bool tunnelled{false}; //!< inside another IP header
    Address source;        //!< Ipv4Address or Ipv6Address, of the innermost header
    Address destination;   //!< likewise
    std::vector<ControlMessage> control;
    std::vector<DataUnit> data;
};

/** Protocol numbers of Ethernet. */
constexpr uint16_t ETHERTYPE_IPV4 = 0x0800;
constexpr uint16_t ETHERTYPE_ARP = 0x0806;
constexpr uint16_t ETHERTYPE_IPV6 = 0x86dd;

/**
 * Reads one packet as it is on a link, without the link's header. Whatever the bytes, it ends; what
 * it does not know, it leaves out.
 */
PacketView ViewPacket(uint16_t ethertype, const uint8_t* bytes, std::size_t length);

/** Reads what an IP layer delivers or sends: the payload of a header that is known. */
void ViewPayload(PacketView& view, uint8_t protocol, const uint8_t* bytes, std::size_t length,
                 uint32_t headers);

} // namespace ns3::roam

#endif

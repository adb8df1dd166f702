/* SPDX-License-Identifier: GPL-2.0-or-later */
// Private to the module.
#ifndef ROAM_FLOW_PACKET_H
#define ROAM_FLOW_PACKET_H

#include <cstddef>
#include <cstdint>

namespace ns3::roam
{

constexpr uint8_t PROTOCOL_TCP = 6;
constexpr uint8_t PROTOCOL_UDP = 17;
constexpr uint8_t PROTOCOL_SCTP = 132;

/** How the data packets of a flow are known. */
struct FlowPackets
{
    uint8_t protocol{0}; //!< PROTOCOL_TCP, PROTOCOL_UDP or PROTOCOL_SCTP; 0 for none
    uint16_t port{0};    //!< of the end that was called
    uint16_t udpPort{0}; //!< of SCTP in UDP (RFC 6951) at the receiver; 0 for none
    bool session{false}; //!< over UDP, messages begin with a SessionHeader
};

/**
 * True if a packet is one of the flow and carries user data.
 * \param flow what to look for
 * \param protocol of the IP header
 * \param bytes what follows the IP header, whatever it is
 * \param length of bytes
 */
bool IsDataOf(const FlowPackets& flow, uint8_t protocol, const uint8_t* bytes, std::size_t length);

} // namespace ns3::roam

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "flow-packet.h"

#include "core/base/base-wire.h"
#include "core/sctp/sctp.h"

#include "ns3/session-message.h"

namespace ns3::roam
{

namespace
{

constexpr std::size_t SCTP_HEADER = 12; // RFC 9260 section 3.1
constexpr std::size_t TCP_HEADER = 20;  // RFC 9293 section 3.1, without options
constexpr std::size_t UDP_HEADER = 8;   // RFC 768
constexpr uint8_t CHUNK_DATA = 0;       // RFC 9260 section 3.3.1

bool HasDataChunk(const uint8_t* bytes, std::size_t length)
{
    struct sctp_chunk_view chunk;
    for (std::size_t offset = sctp_view_chunk(bytes, length, 0, &chunk); offset != 0;
         offset = sctp_view_chunk(bytes, length, offset, &chunk))
    {
        if (chunk.type == CHUNK_DATA)
        {
            return true;
        }
    }
    return false;
}

bool HasPayload(const FlowPackets& flow, const uint8_t* bytes, std::size_t length)
{
    switch (flow.protocol)
    {
    case PROTOCOL_SCTP:
        return HasDataChunk(bytes, length);
    case PROTOCOL_TCP:
        return (bytes[12] >> 4) * 4u < length;
    default:
        if (flow.session)
        {
            return length >= UDP_HEADER + SessionHeader::SIZE &&
                   roam_get16(bytes + UDP_HEADER + 4) == SessionHeader::DATA;
        }
        return length > UDP_HEADER;
    }
}

std::size_t SizeOfHeader(uint8_t protocol)
{
    return protocol == PROTOCOL_SCTP  ? SCTP_HEADER
           : protocol == PROTOCOL_TCP ? TCP_HEADER
                                      : UDP_HEADER;
}

} // namespace

bool IsDataOf(const FlowPackets& flow, uint8_t protocol, const uint8_t* bytes, std::size_t length)
{
    if (flow.protocol == PROTOCOL_SCTP && protocol == PROTOCOL_UDP && flow.udpPort != 0 &&
        length >= UDP_HEADER && roam_get16(bytes + 2) == flow.udpPort)
    {
        return IsDataOf(flow, PROTOCOL_SCTP, bytes + UDP_HEADER, length - UDP_HEADER);
    }
    if (flow.protocol == 0 || protocol != flow.protocol || length < SizeOfHeader(protocol))
    {
        return false;
    }
    bool ours = roam_get16(bytes) == flow.port || roam_get16(bytes + 2) == flow.port;
    return ours && HasPayload(flow, bytes, length);
}

} // namespace ns3::roam

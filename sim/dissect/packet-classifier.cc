/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/dissect/packet-classifier.h"

#include "core/base/base-wire.h"
#include "core/sctp/sctp.h"

#include "ns3/ipv4-address.h"
#include "ns3/ipv6-address.h"
#include "ns3/session-message.h"

#include <sstream>

namespace ns3::roam
{

namespace
{

constexpr uint8_t PROTOCOL_IPV4 = 4;
constexpr uint8_t PROTOCOL_TCP = 6;
constexpr uint8_t PROTOCOL_UDP = 17;
constexpr uint8_t PROTOCOL_IPV6 = 41;
constexpr uint8_t PROTOCOL_ICMPV6 = 58;
constexpr uint8_t PROTOCOL_SCTP = 132;
constexpr uint16_t PORT_DHCP_SERVER = 67;
constexpr uint16_t PORT_DHCP_CLIENT = 68;
constexpr uint16_t PORT_SCTP = 9899; // at both ends: SCTP in UDP (RFC 6951)

/** Chunk types of RFC 9260, 4895 and 5061. */
enum Chunk : uint8_t
{
    CHUNK_DATA = 0,
    CHUNK_SACK = 3,
    CHUNK_HEARTBEAT = 4,
    CHUNK_HEARTBEAT_ACK = 5,
    CHUNK_AUTH = 0x0f,
    CHUNK_ASCONF_ACK = 0x80,
    CHUNK_ASCONF = 0xc1
};

std::string TextOf4(const uint8_t* bytes)
{
    std::ostringstream text;
    text << Ipv4Address::Deserialize(bytes);
    return text.str();
}

std::string TextOf6(const uint8_t* bytes)
{
    std::ostringstream text;
    text << Ipv6Address::Deserialize(bytes);
    return text.str();
}

/** "ADD 3.3.3.2, SET PRIMARY 3.3.3.2": the parameters of an ASCONF after its Address Parameter. */
std::string DescribeAsconf(const sctp_chunk_view& chunk)
{
    std::string text;
    struct roam_reader reader = roam_reader(chunk.bytes, chunk.len);
    roam_read_bytes(&reader, 8); // chunk header and serial number
    bool first = true;
    while (!reader.bad && roam_left(&reader) >= 4)
    {
        uint16_t type = roam_read16(&reader);
        uint16_t length = roam_read16(&reader);
        const uint8_t* body = length >= 4 ? roam_read_bytes(&reader, length - 4) : nullptr;
        if (!body)
        {
            break;
        }
        if (!first && length >= 16)
        {
            const char* op = type == 0xc001   ? "ADD "
                             : type == 0xc002 ? "DELETE "
                             : type == 0xc004 ? "SET PRIMARY "
                                              : nullptr;
            bool v4 = roam_get16(body + 4) == 5;
            if (op && (v4 || length >= 28))
            {
                text += (text.empty() ? "" : ", ") + std::string(op) +
                        (v4 ? TextOf4(body + 8) : TextOf6(body + 8));
            }
        }
        first = false;
        if (length % 4 && roam_left(&reader) >= 4u - length % 4)
        {
            roam_read_bytes(&reader, 4u - length % 4);
        }
    }
    return text;
}

MessageGroup GroupOfChunk(uint8_t type)
{
    switch (type)
    {
    case CHUNK_ASCONF:
    case CHUNK_ASCONF_ACK:
    case CHUNK_HEARTBEAT:
    case CHUNK_HEARTBEAT_ACK:
        return MessageGroup::BINDING;
    default:
        return MessageGroup::SESSION;
    }
}

void ViewSctp(PacketView& view, const uint8_t* bytes, std::size_t length, uint32_t headers)
{
    if (length < 12)
    {
        return;
    }
    headers += 12;
    uint32_t auth = 0;
    struct sctp_chunk_view chunk;
    for (std::size_t offset = sctp_view_chunk(bytes, length, 0, &chunk); offset != 0;
         offset = sctp_view_chunk(bytes, length, offset, &chunk))
    {
        uint32_t padded = (chunk.len + 3u) / 4 * 4;
        if (chunk.type == CHUNK_DATA)
        {
            view.data.push_back({chunk.tsn, static_cast<uint32_t>(chunk.payload)});
        }
        else if (chunk.type == CHUNK_AUTH)
        {
            auth = padded;
        }
        else if (chunk.type != CHUNK_SACK)
        {
            const char* name = sctp_chunk_name(chunk.type);
            view.control.push_back({name ? name : "CHUNK-" + std::to_string(chunk.type),
                                    GroupOfChunk(chunk.type), padded + auth,
                                    chunk.type == CHUNK_ASCONF ? DescribeAsconf(chunk) : ""});
            for (auto& letter : view.control.back().type)
            {
                letter = letter == ' ' ? '-' : letter;
            }
            auth = 0;
        }
    }
    if (!view.control.empty() && view.data.empty())
    {
        view.control.front().bytes += headers;
    }
}

void ViewTcp(PacketView& view, const uint8_t* bytes, std::size_t length, uint32_t headers)
{
    if (length < 20 || (bytes[12] >> 4) * 4u > length)
    {
        return;
    }
    uint32_t header = (bytes[12] >> 4) * 4u;
    uint8_t flags = bytes[13];
    bool syn = flags & 0x02;
    bool fin = flags & 0x01;
    bool reset = flags & 0x04;
    bool ack = flags & 0x10;
    if (length > header)
    {
        view.data.push_back({roam_get32(bytes + 4), static_cast<uint32_t>(length - header)});
    }
    const char* type = reset        ? "TCP-RST"
                       : syn && ack ? "TCP-SYN-ACK"
                       : syn        ? "TCP-SYN"
                       : fin        ? "TCP-FIN"
                                    : nullptr;
    if (type)
    {
        uint32_t share = view.data.empty() ? headers + header : 0;
        view.control.push_back({type, MessageGroup::SESSION, share, ""});
    }
}

/** The message type of RFC 2132's option 53, or 0. */
uint8_t DhcpType(const uint8_t* bytes, std::size_t length)
{
    // the fixed fields of RFC 2131 and the magic cookie
    for (std::size_t at = 240; at + 2 < length && bytes[at] != 255;)
    {
        if (bytes[at] == 53)
        {
            return bytes[at + 2];
        }
        at += bytes[at] == 0 ? 1 : 2u + bytes[at + 1];
    }
    return 0;
}

void ViewUdp(PacketView& view, const uint8_t* bytes, std::size_t length, uint32_t headers)
{
    static const char* const dhcp[] = {"DHCP",         "DHCP-DISCOVER", "DHCP-OFFER",
                                       "DHCP-REQUEST", "DHCP-DECLINE",  "DHCP-ACK",
                                       "DHCP-NAK",     "DHCP-RELEASE",  "DHCP-INFORM"};
    if (length < 8)
    {
        return;
    }
    uint16_t port = roam_get16(bytes + 2);
    uint32_t whole = headers + static_cast<uint32_t>(length);
    if (port == PORT_SCTP && roam_get16(bytes) == PORT_SCTP)
    {
        view.protocol = PROTOCOL_SCTP;
        ViewSctp(view, bytes + 8, length - 8, headers + 8);
        return;
    }
    if (port == PORT_DHCP_SERVER || port == PORT_DHCP_CLIENT)
    {
        uint8_t type = DhcpType(bytes + 8, length - 8);
        view.control.push_back({dhcp[type <= 8 ? type : 0], MessageGroup::ADDRESS, whole, ""});
    }
    else if (length >= 8 + SessionHeader::SIZE)
    {
        const uint8_t* message = bytes + 8;
        uint16_t kind = roam_get16(message + 4);
        if (kind == SessionHeader::DATA)
        {
            view.data.push_back({roam_get32(message + 12), static_cast<uint32_t>(length - 8)});
        }
        else if (kind == SessionHeader::HELLO || kind == SessionHeader::HELLO_ACK)
        {
            view.control.push_back({kind == SessionHeader::HELLO ? "HELLO" : "HELLO-ACK",
                                    MessageGroup::SESSION, whole, ""});
        }
    }
}

void ViewIcmpv6(PacketView& view, const uint8_t* bytes, std::size_t length, uint32_t headers)
{
    static const char* const names[] = {"RS", "RA", "NS", "NA"};
    if (length < 4)
    {
        return;
    }
    uint32_t whole = headers + static_cast<uint32_t>(length);
    if (bytes[0] < 133 || bytes[0] > 136)
    {
        view.control.push_back(
            {"ICMPV6-" + std::to_string(bytes[0]), MessageGroup::SESSION, whole, ""});
        return;
    }
    std::string target = bytes[0] >= 135 && length >= 24 ? TextOf6(bytes + 8) : "";
    view.control.push_back({names[bytes[0] - 133],
                            bytes[0] == 134 ? MessageGroup::PERIODIC : MessageGroup::ADDRESS, whole,
                            target});
}

void ViewIpv6(PacketView& view, const uint8_t* bytes, std::size_t length);

void ViewIpv4(PacketView& view, const uint8_t* bytes, std::size_t length)
{
    if (length < 20 || (bytes[0] >> 4) != 4)
    {
        return;
    }
    uint32_t header = (bytes[0] & 15u) * 4;
    uint32_t total = roam_get16(bytes + 2);
    if (header < 20 || total < header || total > length)
    {
        return;
    }
    if (!view.isIp)
    {
        view.ttl = bytes[8];
    }
    view.isIp = true;
    view.source = Ipv4Address::Deserialize(bytes + 12);
    view.destination = Ipv4Address::Deserialize(bytes + 16);
    if (roam_get16(bytes + 6) & 0x1fff)
    {
        return; // a later fragment has no header of its transport
    }
    ViewPayload(view, bytes[9], bytes + header, total - header, header);
}

void ViewIpv6(PacketView& view, const uint8_t* bytes, std::size_t length)
{
    if (length < 40 || (bytes[0] >> 4) != 6 || length < 40u + roam_get16(bytes + 4))
    {
        return;
    }
    if (!view.isIp)
    {
        view.ttl = bytes[7];
    }
    view.isIp = true;
    view.source = Ipv6Address::Deserialize(bytes + 8);
    view.destination = Ipv6Address::Deserialize(bytes + 24);
    ViewPayload(view, bytes[6], bytes + 40, roam_get16(bytes + 4), 40);
}

void ViewArp(PacketView& view, const uint8_t* bytes, std::size_t length)
{
    if (length < 28)
    {
        return;
    }
    uint16_t op = roam_get16(bytes + 6);
    view.control.push_back({op == 1 ? "ARP-REQUEST" : "ARP-REPLY", MessageGroup::ADDRESS,
                            static_cast<uint32_t>(length),
                            TextOf4(op == 1 ? bytes + 24 : bytes + 14)});
}

} // namespace

const char* MessageGroupName(MessageGroup group)
{
    static const char* const names[] = {"binding", "address", "periodic", "session"};
    return names[static_cast<int>(group)];
}

void ViewPayload(PacketView& view, uint8_t protocol, const uint8_t* bytes, std::size_t length,
                 uint32_t headers)
{
    view.protocol = protocol;
    switch (protocol)
    {
    case PROTOCOL_SCTP:
        ViewSctp(view, bytes, length, headers);
        break;
    case PROTOCOL_TCP:
        ViewTcp(view, bytes, length, headers);
        break;
    case PROTOCOL_UDP:
        ViewUdp(view, bytes, length, headers);
        break;
    case PROTOCOL_ICMPV6:
        ViewIcmpv6(view, bytes, length, headers);
        break;
    case PROTOCOL_IPV4:
    case PROTOCOL_IPV6:
        // one header inside another is a tunnel; more than that is not followed
        if (!view.tunnelled)
        {
            view.tunnelled = true;
            protocol == PROTOCOL_IPV4 ? ViewIpv4(view, bytes, length)
                                      : ViewIpv6(view, bytes, length);
        }
        break;
    default:
        break;
    }
}

PacketView ViewPacket(uint16_t ethertype, const uint8_t* bytes, std::size_t length)
{
    PacketView view;
    switch (ethertype)
    {
    case ETHERTYPE_IPV4:
        ViewIpv4(view, bytes, length);
        break;
    case ETHERTYPE_IPV6:
        ViewIpv6(view, bytes, length);
        break;
    case ETHERTYPE_ARP:
        ViewArp(view, bytes, length);
        break;
    default:
        break;
    }
    return view;
}

} // namespace ns3::roam

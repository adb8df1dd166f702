/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_SCTP_TYPES_H
#define ROAM_SCTP_TYPES_H

#include "ns3/address-op.h"
#include "ns3/address.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <string>

namespace ns3::roam
{

/** One request of an ASCONF: an operation and the Ipv4Address or Ipv6Address that it is about. */
struct SctpAddressRequest
{
    AddressOp op;    //!< what to do; not MOVE
    Address address; //!< an Ipv4Address or Ipv6Address, without a port
};

/** What a message that was received, or a part of one, says of itself (RFC 6458 section 5.3.5). */
struct SctpReceiveInfo
{
    uint16_t stream{0};    //!< the stream that it came on
    uint16_t ssn{0};       //!< its stream sequence number; no meaning if it is unordered
    uint32_t ppid{0};      //!< payload protocol identifier
    bool unordered{false}; //!< sent without an order
    bool end{true};        //!< the end of the message is read (MSG_EOR); else the rest follows
};

/** What SctpL4Protocol's and SctpSocket's Handover trace reports. */
struct SctpHandoverEvent
{
    /** What came about. */
    enum Kind
    {
        REQUESTED,    //!< the user of this end asked for op on address
        ANSWERED,     //!< the peer answered it: cause, serial
        PEER_REQUEST, //!< the peer's op on address had its effect here
        PRIMARY,      //!< the primary path for what this end sends is now local, peer
        PATH          //!< the path local, peer has a new state
    };

    Kind kind{REQUESTED};         //!< selects the fields that count
    uint32_t association{0};      //!< the association's number at its endpoint
    Time at;                      //!< when it came about
    AddressOp op{AddressOp::ADD}; //!< REQUESTED, ANSWERED, PEER_REQUEST
    Address address;              //!< the same: an Ipv4Address or Ipv6Address
    uint16_t cause{0};            //!< ANSWERED: 0, or the cause of RFC 5061 section 4.3
    uint32_t serial{0};           //!< ANSWERED, PEER_REQUEST: of the ASCONF
    Address local;                //!< PRIMARY, PATH
    Address peer;                 //!< PRIMARY, PATH
    std::string state;            //!< PATH: "unconfirmed", "active", "inactive", "removed"
};

/** One path of an association, as SctpSocket::GetPaths tells it. */
struct SctpPathInfo
{
    Address local;           //!< an Ipv4Address or Ipv6Address of this node
    Address peer;            //!< one of the peer's, of the same family
    std::string state;       //!< "unconfirmed", "active", "inactive", "removed"
    bool primary{false};     //!< whether new data goes this way
    Time srtt;               //!< 0 before the first measurement
    Time rto;                //!< retransmission timeout
    uint32_t cwnd{0};        //!< bytes
    uint32_t ssthresh{0};    //!< bytes
    uint32_t outstanding{0}; //!< bytes in flight
    uint32_t errors{0};      //!< consecutive timeouts, against Path.Max.Retrans
    uint16_t udpPort{0};     //!< the peer's, of encapsulation (RFC 6951); 0 is none
};

} // namespace ns3::roam

#endif // ROAM_SCTP_TYPES_H

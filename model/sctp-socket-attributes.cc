/* SPDX-License-Identifier: GPL-2.0-or-later */
// The attributes of SctpSocket, which mirror the engine's configuration.
#include "core/sctp/sctp.h"

#include "ns3/boolean.h"
#include "ns3/enum.h"
#include "ns3/roam-compat.h"
#include "ns3/sctp-socket.h"
#include "ns3/uinteger.h"

namespace ns3::roam
{

TypeId SctpSocket::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::roam::SctpSocket")
            .SetParent<Socket>()
            .SetGroupName("Roam")
            .AddConstructor<SctpSocket>()
            .AddAttribute("RtoInitial", "RTO.Initial (RFC 9260 section 16), from RtoMin to RtoMax.",
                          TimeValue(Seconds(1)), MakeTimeAccessor(&SctpSocket::m_rtoInitial),
                          MakeTimeChecker(NanoSeconds(1)))
            .AddAttribute("RtoMin", "RTO.Min, above 0.", TimeValue(Seconds(1)),
                          MakeTimeAccessor(&SctpSocket::m_rtoMin), MakeTimeChecker(NanoSeconds(1)))
            .AddAttribute("RtoMax", "RTO.Max, not below RtoInitial.", TimeValue(Seconds(60)),
                          MakeTimeAccessor(&SctpSocket::m_rtoMax), MakeTimeChecker(NanoSeconds(1)))
            .AddAttribute("ValidCookieLife", "Valid.Cookie.Life, above 0.", TimeValue(Seconds(60)),
                          MakeTimeAccessor(&SctpSocket::m_cookieLife),
                          MakeTimeChecker(NanoSeconds(1)))
            .AddAttribute(
                "HeartbeatInterval", "HB.interval; 0 sends heartbeats to unconfirmed paths only.",
                TimeValue(Seconds(30)), MakeTimeAccessor(&SctpSocket::m_heartbeatInterval),
                MakeTimeChecker(Seconds(0)))
            .AddAttribute("SackDelay",
                          "The longest time that a SACK waits, 0 to 500 ms (RFC 9260 section 6.2).",
                          TimeValue(MilliSeconds(200)), MakeTimeAccessor(&SctpSocket::m_sackDelay),
                          MakeTimeChecker(Seconds(0), MilliSeconds(500)))
            .AddAttribute("SackFrequency", "Packets with DATA for each SACK, at least 1.",
                          UintegerValue(2), MakeUintegerAccessor(&SctpSocket::m_sackFrequency),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute("MaxBurst", "Max.Burst in packets; 0 is no limit.", UintegerValue(4),
                          MakeUintegerAccessor(&SctpSocket::m_maxBurst),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute("AssociationMaxRetrans",
                          "Association.Max.Retrans in attempts, at least 1.", UintegerValue(10),
                          MakeUintegerAccessor(&SctpSocket::m_maxRetrans),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute("PathMaxRetrans", "Path.Max.Retrans in attempts.", UintegerValue(5),
                          MakeUintegerAccessor(&SctpSocket::m_pathMaxRetrans),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute("MaxInitRetransmits", "Max.Init.Retransmits in attempts.",
                          UintegerValue(8), MakeUintegerAccessor(&SctpSocket::m_maxInitRetransmits),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute("RcvBufSize", "Bytes of unread user data, at least 1500.",
                          UintegerValue(262144), MakeUintegerAccessor(&SctpSocket::m_rcvBufSize),
                          MakeUintegerChecker<uint32_t>(1500))
            .AddAttribute("SndBufSize",
                          "Bytes of unacknowledged user data, and the size of the longest message.",
                          UintegerValue(262144), MakeUintegerAccessor(&SctpSocket::m_sndBufSize),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute("PartialDeliveryPoint",
                          "A message of more bytes is received in parts as it arrives, at most "
                          "RcvBufSize (RFC 6458 section 8.1.21); 0 is only when the receive buffer "
                          "is full of it.",
                          UintegerValue(0), MakeUintegerAccessor(&SctpSocket::m_partialPoint),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute("FragmentInterleave",
                          "Messages of other streams may come between the parts of one (level 2 of "
                          "RFC 6458 section 8.1.20).",
                          BooleanValue(false),
                          MakeBooleanAccessor(&SctpSocket::m_fragmentInterleave),
                          MakeBooleanChecker())
            .AddAttribute("Mtu", "The MTU of every path at first, IP header included, in bytes.",
                          UintegerValue(1500), MakeUintegerAccessor(&SctpSocket::m_mtu),
                          MakeUintegerChecker<uint32_t>(576, 65535))
            .AddAttribute("RemoteUdpPort",
                          "The peer's UDP port of encapsulation (RFC 6951) for associations that "
                          "this socket opens; 0 is none. An accepted one does as its peer.",
                          UintegerValue(0), MakeUintegerAccessor(&SctpSocket::m_remoteUdpPort),
                          MakeUintegerChecker<uint16_t>())
            .AddAttribute("OutboundStreams", "Outbound streams to ask for.", UintegerValue(10),
                          MakeUintegerAccessor(&SctpSocket::m_outboundStreams),
                          MakeUintegerChecker<uint16_t>(1))
            .AddAttribute("InboundStreams", "The most streams that the peer may use.",
                          UintegerValue(2048), MakeUintegerAccessor(&SctpSocket::m_inboundStreams),
                          MakeUintegerChecker<uint16_t>(1))
            .AddAttribute("Auth", "Offer authenticated chunks (RFC 4895).", BooleanValue(true),
                          MakeBooleanAccessor(&SctpSocket::m_auth), MakeBooleanChecker())
            .AddAttribute("AddIp", "Offer dynamic address reconfiguration (RFC 5061); needs Auth.",
                          BooleanValue(true), MakeBooleanAccessor(&SctpSocket::m_addIp),
                          MakeBooleanChecker())
            .AddAttribute("PartialReliability", "Offer partial reliability (RFC 3758).",
                          BooleanValue(true), MakeBooleanAccessor(&SctpSocket::m_pr),
                          MakeBooleanChecker())
            .AddAttribute("PotentiallyFailedMaxRetrans",
                          "With more attempts unanswered a path is potentially failed (RFC 7829); "
                          "at or above PathMaxRetrans there is no such state.",
                          UintegerValue(SCTP_NO_RETRANS_LIMIT),
                          MakeUintegerAccessor(&SctpSocket::m_pfMaxRetrans),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute("PrimarySwitchoverMaxRetrans",
                          "With more attempts unanswered another path becomes primary for good "
                          "(RFC 7829 section 5); 4294967295 is never.",
                          UintegerValue(SCTP_NO_RETRANS_LIMIT),
                          MakeUintegerAccessor(&SctpSocket::m_switchoverMaxRetrans),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute(
                "PathMtuDiscovery",
                "Listen to Packet Too Big (RFC 9260 section 7.3); IPv6 only, since ns-3's "
                "IPv4 routers fragment.",
                BooleanValue(true), MakeBooleanAccessor(&SctpSocket::m_pmtuDiscovery),
                MakeBooleanChecker())
            .AddAttribute("BlackHoleSearch",
                          "Look for a network that loses large packets in silence (RFC 8899 "
                          "section 4.3), when DATA is lost time after time.",
                          BooleanValue(false), MakeBooleanAccessor(&SctpSocket::m_blackHoleSearch),
                          MakeBooleanChecker())
            .AddAttribute("Ecn",
                          "Offer explicit congestion notification (RFC 3168, RFC 4960 appendix A); "
                          "a queue disc has to mark, and the peer to offer it too.",
                          BooleanValue(false), MakeBooleanAccessor(&SctpSocket::m_ecn),
                          MakeBooleanChecker())
            .AddAttribute("ClassicFastRetransmit",
                          "Count a chunk as missing by whatever was sent later, on any path (RFC "
                          "9260 section 7.2.4), not only on its own.",
                          BooleanValue(false),
                          MakeBooleanAccessor(&SctpSocket::m_classicFastRetransmit),
                          MakeBooleanChecker())
            .AddAttribute("SwitchPolicy",
                          "What a change of primary path does to data in flight (doc/sctp.md).",
                          RoamEnumValue<SwitchPolicy>(LEAVE),
                          MakeRoamEnumAccessor<SwitchPolicy>(&SctpSocket::m_switchPolicy),
                          MakeEnumChecker(LEAVE, "Leave", HOLD, "Hold", RETRANSMIT, "Retransmit"))
            .AddAttribute("Reliability",
                          "How long Send tries for a message: for ever; for Lifetime; with at most "
                          "Retransmissions; or until the send buffer is full and one of more "
                          "Priority comes (RFC 3758, RFC 7496).",
                          RoamEnumValue<Reliability>(RELIABLE),
                          MakeRoamEnumAccessor<Reliability>(&SctpSocket::m_reliability),
                          MakeEnumChecker(RELIABLE, "Reliable", TIMED, "Timed", RETRANSMISSIONS,
                                          "Retransmissions", PRIORITY, "Priority"))
            .AddAttribute("Lifetime", "Of a message of Send, where Reliability is Timed.",
                          TimeValue(Seconds(1)), MakeTimeAccessor(&SctpSocket::m_lifetime),
                          MakeTimeChecker(NanoSeconds(1)))
            .AddAttribute("Retransmissions",
                          "Of a chunk of Send, where Reliability is Retransmissions.",
                          UintegerValue(0), MakeUintegerAccessor(&SctpSocket::m_retransmissions),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute("Priority",
                          "Of a message of Send, where Reliability is Priority; 0 is the highest.",
                          UintegerValue(0), MakeUintegerAccessor(&SctpSocket::m_priority),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute("Stream", "The outbound stream of Send; streams count from 0.",
                          UintegerValue(0), MakeUintegerAccessor(&SctpSocket::m_stream),
                          MakeUintegerChecker<uint16_t>())
            .AddAttribute("Ppid", "The payload protocol identifier of Send.", UintegerValue(0),
                          MakeUintegerAccessor(&SctpSocket::m_ppid),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute("Unordered", "True if messages of Send may overtake one another.",
                          BooleanValue(false), MakeBooleanAccessor(&SctpSocket::m_unordered),
                          MakeBooleanChecker())
            .AddTraceSource("Handover",
                            "An address request, its answer, or a change of a path (RFC 5061).",
                            MakeTraceSourceAccessor(&SctpSocket::m_handoverTrace),
                            "ns3::roam::SctpSocket::HandoverTracedCallback")
            .AddTraceSource("State", "The association entered a state (RFC 9260 section 4).",
                            MakeTraceSourceAccessor(&SctpSocket::m_stateTrace),
                            "ns3::roam::SctpSocket::StateTracedCallback")
            .AddTraceSource("SendFailed",
                            "A message was given up: by its limit (RFC 3758), or because the "
                            "association ended or restarted.",
                            MakeTraceSourceAccessor(&SctpSocket::m_sendFailedTrace),
                            "ns3::roam::SctpSocket::SendFailedTracedCallback")
            .AddTraceSource("PartialDeliveryAborted",
                            "A message of which parts were read will not go on: its sender gave it "
                            "up, or the association ended or restarted.",
                            MakeTraceSourceAccessor(&SctpSocket::m_partialAbortedTrace),
                            "ns3::roam::SctpSocket::PartialDeliveryAbortedTracedCallback")
            .AddTraceSource("Up", "The association is established.",
                            MakeTraceSourceAccessor(&SctpSocket::m_upTrace),
                            "ns3::roam::SctpSocket::UpTracedCallback")
            .AddTraceSource("Down", "The established association has ended or broken.",
                            MakeTraceSourceAccessor(&SctpSocket::m_downTrace),
                            "ns3::roam::SctpSocket::DownTracedCallback");
    return tid;
}

void SctpSocket::FillConfig(struct sctp_config& config) const
{
    sctp_config_default(&config);
    config.rto_initial = m_rtoInitial.GetNanoSeconds();
    config.rto_min = m_rtoMin.GetNanoSeconds();
    config.rto_max = m_rtoMax.GetNanoSeconds();
    config.valid_cookie_life = m_cookieLife.GetNanoSeconds();
    config.hb_interval = m_heartbeatInterval.GetNanoSeconds();
    config.sack_delay = m_sackDelay.GetNanoSeconds();
    config.sack_frequency = m_sackFrequency;
    config.max_burst = m_maxBurst;
    config.max_retrans = m_maxRetrans;
    config.path_max_retrans = m_pathMaxRetrans;
    config.max_init_retransmits = m_maxInitRetransmits;
    config.receive_buffer = m_rcvBufSize;
    config.send_buffer = m_sndBufSize;
    config.partial_delivery_point = m_partialPoint;
    config.fragment_interleave = m_fragmentInterleave;
    config.mtu = m_mtu;
    config.outbound_streams = m_outboundStreams;
    config.inbound_streams = m_inboundStreams;
    config.auth = m_auth;
    config.addip = m_addIp;
    config.pr = m_pr;
    config.pmtu_discovery = m_pmtuDiscovery;
    config.black_hole_search = m_blackHoleSearch;
    config.ecn = m_ecn;
    config.pf_max_retrans = m_pfMaxRetrans;
    config.primary_switchover_max_retrans = m_switchoverMaxRetrans;
    config.classic_fast_retransmit = m_classicFastRetransmit;
    config.switch_policy = static_cast<enum sctp_switch_policy>(m_switchPolicy);
}

void SctpSocket::FillReliability(struct sctp_message_info& info) const
{
    info.policy = static_cast<enum sctp_policy>(m_reliability);
    switch (m_reliability)
    {
    case RELIABLE:
        break;
    case TIMED:
        info.limit = m_lifetime.GetNanoSeconds();
        break;
    case RETRANSMISSIONS:
        info.limit = m_retransmissions;
        break;
    case PRIORITY:
        info.limit = m_priority;
        break;
    }
}

} // namespace ns3::roam

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ns3/handover-meter.h"

#include "flow-packet.h"

#include "ns3/abort.h"
#include "ns3/address-client.h"
#include "ns3/boolean.h"
#include "ns3/data-rate.h"
#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/ipv6-l3-protocol.h"
#include "ns3/log.h"
#include "ns3/radio-device.h"
#include "ns3/sctp-l4-protocol.h"
#include "ns3/sctp-socket-factory.h"
#include "ns3/seq-ts-size-header.h"
#include "ns3/session-client.h"
#include "ns3/session-verdict.h"
#include "ns3/simulator.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/udp-socket-factory.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3::roam
{

NS_LOG_COMPONENT_DEFINE("RoamHandoverMeter");
NS_OBJECT_ENSURE_REGISTERED(HandoverMeter);

namespace
{

/** ns-3's initial time to live and hop limit. */
constexpr int INITIAL_TTL = 64;

} // namespace

TypeId HandoverMeter::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::roam::HandoverMeter")
            .SetParent<Object>()
            .SetGroupName("Roam")
            .AddConstructor<HandoverMeter>()
            .AddAttribute("Interval",
                          "The nominal time between two messages of the flow, by which latency, "
                          "interruption and silence are shorter; 0 for that of the watched "
                          "application: PacketSize at DataRate, or the SessionFlow's.",
                          TimeValue(Time(0)), MakeTimeAccessor(&HandoverMeter::m_interval),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("Settle", "How long a handover lasts after its last step.",
                          TimeValue(Seconds(2)), MakeTimeAccessor(&HandoverMeter::m_settle),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("SendingStop",
                          "When the sending ends, which is where a silence without end ends; 0 for "
                          "the StopTime of the watched application or, without one, the end of the "
                          "simulation.",
                          TimeValue(Time(0)), MakeTimeAccessor(&HandoverMeter::m_sendingStop),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("Lifetime",
                          "SCTP gives a message up after this time (the socket's Lifetime where "
                          "its Reliability is Timed); 0 for never.",
                          TimeValue(Time(0)), MakeTimeAccessor(&HandoverMeter::m_lifetime),
                          MakeTimeChecker(Time(0)));
    return tid;
}

HandoverMeter::HandoverMeter() : m_packets(std::make_unique<FlowPackets>())
{
}

HandoverMeter::~HandoverMeter() = default;

void HandoverMeter::DoDispose()
{
    m_manager = nullptr;
    m_client = nullptr;
    m_receiver = nullptr;
    m_sender = nullptr;
    Object::DoDispose();
}

// --- What to watch -------------------------------------------------------------------------------

void HandoverMeter::SetManager(Ptr<MobilityManager> manager)
{
    NS_LOG_FUNCTION(this << manager);
    m_manager = manager;
    m_client = manager->GetObject<Node>();
    NS_ABORT_MSG_UNLESS(m_client, "HandoverMeter::SetManager: the manager has no node; expected "
                                  "one that was installed");
    manager->TraceConnectWithoutContext("Handover", MakeCallback(&HandoverMeter::Handover, this));
    m_client->GetObject<AddressClient>()->TraceConnectWithoutContext(
        "Gained", MakeCallback(&HandoverMeter::Gained, this));
}

void HandoverMeter::WatchApplications(Ptr<Application> sender, Ptr<Application> receiver)
{
    NS_LOG_FUNCTION(this << sender << receiver);
    bool sends = sender->TraceConnectWithoutContext(
        "TxWithSeqTsSize", MakeCallback(&HandoverMeter::TxWithHeader, this));
    bool receives = receiver->TraceConnectWithoutContext(
        "RxWithSeqTsSize", MakeCallback(&HandoverMeter::RxWithHeader, this));
    NS_ABORT_MSG_UNLESS(sends && receives,
                        "HandoverMeter::WatchApplications: no trace source TxWithSeqTsSize or "
                        "RxWithSeqTsSize; expected OnOffApplication or BulkSendApplication, and "
                        "PacketSink");
    sender->SetAttribute("EnableSeqTsSizeHeader", BooleanValue(true));
    receiver->SetAttribute("EnableSeqTsSizeHeader", BooleanValue(true));
    m_sender = sender;
    if (m_interval.IsZero())
    {
        DataRateValue rate;
        UintegerValue size;
        if (sender->GetAttributeFailSafe("DataRate", rate) &&
            sender->GetAttributeFailSafe("PacketSize", size))
        {
            m_interval = rate.Get().CalculateBytesTxTime(static_cast<uint32_t>(size.Get()));
        }
    }
    WatchPackets(receiver->GetNode(), ProtocolOf(sender), PortOf(sender));
}

void HandoverMeter::WatchSession(Ptr<SessionApplication> sender, Ptr<SessionApplication> receiver,
                                 uint16_t id, uint32_t session)
{
    NS_LOG_FUNCTION(this << sender << receiver << id << session);
    Ptr<const SessionFlow> flow = sender->FindFlow(id);
    NS_ABORT_MSG_UNLESS(flow, "HandoverMeter::WatchSession: the sender has no flow "
                                  << id << "; expected one that AddFlow() has added");
    m_sender = sender;
    m_flowStop = flow->GetStop();
    m_interval = m_interval.IsZero() && !flow->IsBulk() ? flow->GetInterval() : m_interval;
    bool called = !DynamicCast<SessionClient>(sender);
    Ptr<SessionApplication> caller = called ? receiver : sender;
    // a client has one session, which it calls 0
    uint32_t sending = (called ? session << 16 : 0) | id;
    uint32_t receiving = (called ? 0 : session << 16) | id;
    sender->TraceConnectWithoutContext(
        "Sent", MakeBoundCallback(&HandoverMeter::SessionSent, this, sending));
    sender->TraceConnectWithoutContext(
        "Dropped", MakeBoundCallback(&HandoverMeter::SessionDropped, this, sending));
    receiver->TraceConnectWithoutContext(
        "Received", MakeBoundCallback(&HandoverMeter::SessionReceived, this, receiving));
    caller->TraceConnectWithoutContext(
        "Connected",
        MakeBoundCallback(&HandoverMeter::SessionConnected, this, static_cast<uint32_t>(id)));
    WatchEnd(sender, sending);
    WatchEnd(receiver, receiving);
    WatchPackets(receiver->GetNode(), ProtocolOf(sender), PortOf(caller));
    m_packets->session = true;
}

void HandoverMeter::WatchEnd(Ptr<SessionApplication> application, uint32_t wanted)
{
    application->TraceConnectWithoutContext(
        "Broken", MakeBoundCallback(&HandoverMeter::SessionBroken, this, wanted));
    application->TraceConnectWithoutContext(
        "Closed", MakeBoundCallback(&HandoverMeter::SessionClosed, this, wanted));
}

void HandoverMeter::WatchPackets(Ptr<Node> receiver, TypeId protocol, uint16_t port)
{
    NS_LOG_FUNCTION(this << receiver << protocol << port);
    NS_ABORT_MSG_IF(m_receiver, "HandoverMeter: it watches a flow already; expected one");
    m_receiver = receiver;
    m_packets->port = port;
    m_packets->protocol = protocol == SctpSocketFactory::GetTypeId()  ? PROTOCOL_SCTP
                          : protocol == TcpSocketFactory::GetTypeId() ? PROTOCOL_TCP
                          : protocol == UdpSocketFactory::GetTypeId() ? PROTOCOL_UDP
                                                                      : 0;
    NS_ABORT_MSG_IF(m_packets->protocol == 0,
                    "HandoverMeter: unknown protocol "
                        << protocol.GetName()
                        << "; expected ns3::roam::SctpSocketFactory, ns3::TcpSocketFactory or "
                           "ns3::UdpSocketFactory");
    if (Ptr<SctpL4Protocol> sctp = receiver->GetObject<SctpL4Protocol>())
    {
        UintegerValue udpPort;
        sctp->GetAttribute("UdpPort", udpPort);
        m_packets->udpPort = static_cast<uint16_t>(udpPort.Get());
    }
    if (Ptr<Ipv4L3Protocol> ipv4 = receiver->GetObject<Ipv4L3Protocol>())
    {
        ipv4->TraceConnectWithoutContext("LocalDeliver",
                                         MakeCallback(&HandoverMeter::Delivered4, this));
    }
    if (Ptr<Ipv6L3Protocol> ipv6 = receiver->GetObject<Ipv6L3Protocol>())
    {
        ipv6->TraceConnectWithoutContext("LocalDeliver",
                                         MakeCallback(&HandoverMeter::Delivered6, this));
    }
}

TypeId HandoverMeter::ProtocolOf(Ptr<Application> application)
{
    TypeIdValue protocol;
    application->GetAttribute("Protocol", protocol);
    return protocol.Get();
}

uint16_t HandoverMeter::PortOf(Ptr<Application> caller)
{
    AddressValue remote;
    caller->GetAttribute("Remote", remote);
    return Inet6SocketAddress::IsMatchingType(remote.Get())
               ? Inet6SocketAddress::ConvertFrom(remote.Get()).GetPort()
               : InetSocketAddress::ConvertFrom(remote.Get()).GetPort();
}

// --- What is seen --------------------------------------------------------------------------------

void HandoverMeter::NoteSent(uint64_t seq, uint32_t bytes)
{
    if (!m_packets->session)
    {
        NoteConnected();
    }
    m_messages.Sent(seq, bytes, Simulator::Now());
    m_messages.Left(seq);
}

void HandoverMeter::NoteDropped(uint64_t seq)
{
    m_messages.Dropped(seq);
}

void HandoverMeter::NoteDelivered(uint64_t seq, uint32_t bytes, Time sentAt)
{
    uint32_t cell = m_arrivals.empty() ? 0 : m_arrivals.back().cell;
    m_messages.Delivered(seq, bytes, sentAt, Simulator::Now(), cell);
}

void HandoverMeter::NoteConnected()
{
    m_connected = m_connected.value_or(Simulator::Now());
}

void HandoverMeter::NoteEnd(const std::string& why)
{
    if (m_connected && !m_ended)
    {
        m_ended = Simulator::Now();
        m_failure = why;
    }
}

void HandoverMeter::Handover(const HandoverRecord& record)
{
    if (record.outcome == HandoverRecord::ABANDONED || record.outcome == HandoverRecord::BROKEN)
    {
        m_failed[record.id] = Simulator::Now();
    }
}

void HandoverMeter::Gained(uint32_t ifindex, Address address, Address)
{
    auto radio = DynamicCast<RadioDevice>(m_client->GetDevice(ifindex - 1));
    if (radio && radio->GetCell())
    {
        m_cells[address] = radio->GetCell()->GetCellId();
    }
}

void HandoverMeter::TxWithHeader(Ptr<const Packet>, const Address&, const Address&,
                                 const SeqTsSizeHeader& header)
{
    NoteSent(header.GetSeq(), static_cast<uint32_t>(header.GetSize()));
}

void HandoverMeter::RxWithHeader(Ptr<const Packet>, const Address&, const Address&,
                                 const SeqTsSizeHeader& header)
{
    NoteDelivered(header.GetSeq(), static_cast<uint32_t>(header.GetSize()), header.GetTs());
}

void HandoverMeter::SessionSent(HandoverMeter* meter, uint32_t wanted, uint32_t flow, uint64_t seq,
                                uint32_t bytes)
{
    if (flow == wanted)
    {
        meter->NoteSent(seq, bytes);
    }
}

void HandoverMeter::SessionDropped(HandoverMeter* meter, uint32_t wanted, uint32_t flow,
                                   uint64_t seq, uint32_t)
{
    if (flow == wanted)
    {
        meter->NoteDropped(seq);
    }
}

void HandoverMeter::SessionReceived(HandoverMeter* meter, uint32_t wanted, uint32_t flow,
                                    uint64_t seq, uint32_t bytes, Time sentAt)
{
    if (flow == wanted)
    {
        meter->NoteDelivered(seq, bytes, sentAt);
    }
}

void HandoverMeter::SessionConnected(HandoverMeter* meter, uint32_t wanted, uint32_t session)
{
    if (session == wanted >> 16)
    {
        meter->NoteConnected();
    }
}

void HandoverMeter::SessionBroken(HandoverMeter* meter, uint32_t wanted, uint32_t session,
                                  const std::string& why)
{
    if (session == wanted >> 16)
    {
        meter->NoteEnd(why);
    }
}

void HandoverMeter::SessionClosed(HandoverMeter* meter, uint32_t wanted, uint32_t session)
{
    if (session == wanted >> 16)
    {
        meter->NoteEnd("");
    }
}

void HandoverMeter::Delivered4(const Ipv4Header& header, Ptr<const Packet> packet,
                               uint32_t interface)
{
    if (IsData(header.GetProtocol(), packet))
    {
        NoteArrival(m_receiver->GetObject<Ipv4>()->GetNetDevice(interface), header.GetSource(),
                    header.GetTtl());
    }
}

void HandoverMeter::Delivered6(const Ipv6Header& header, Ptr<const Packet> packet,
                               uint32_t interface)
{
    if (IsData(header.GetNextHeader(), packet))
    {
        NoteArrival(m_receiver->GetObject<Ipv6>()->GetNetDevice(interface), header.GetSource(),
                    header.GetHopLimit());
    }
}

bool HandoverMeter::IsData(uint8_t protocol, Ptr<const Packet> packet)
{
    m_bytes.resize(packet->GetSize());
    packet->CopyData(m_bytes.data(), packet->GetSize());
    return IsDataOf(*m_packets, protocol, m_bytes.data(), m_bytes.size());
}

void HandoverMeter::NoteArrival(Ptr<NetDevice> device, const Address& source, uint8_t hopLimit)
{
    uint32_t cell = 0;
    if (m_receiver == m_client)
    {
        auto radio = DynamicCast<RadioDevice>(device);
        cell = radio && radio->GetCell() ? radio->GetCell()->GetCellId() : 0;
    }
    else
    {
        auto known = m_cells.find(source);
        if (known == m_cells.end())
        {
            return; // from another client
        }
        cell = known->second;
    }
    m_arrivals.push_back({Simulator::Now(), cell, INITIAL_TTL - hopLimit + 1.0});
}

// --- The end -------------------------------------------------------------------------------------

Time HandoverMeter::FindSendingStop() const
{
    Time stop = Simulator::Now();
    if (!m_sendingStop.IsZero())
    {
        return std::min(m_sendingStop, stop);
    }
    if (m_sender)
    {
        TimeValue begin;
        TimeValue end;
        m_sender->GetAttribute("StartTime", begin);
        m_sender->GetAttribute("StopTime", end);
        stop = end.Get().IsZero() ? stop : std::min(stop, end.Get());
        stop = m_flowStop.IsZero() ? stop : std::min(stop, begin.Get() + m_flowStop);
    }
    return stop;
}

void HandoverMeter::Finish()
{
    NS_LOG_FUNCTION(this);
    NS_ABORT_MSG_UNLESS(m_manager && m_receiver,
                        "HandoverMeter::Finish: nothing was watched; expected SetManager() and a "
                        "flow");
    m_manager->Finish();
    m_sendingStop = FindSendingStop();
    m_failure = FindFailure({m_connected, m_failure, m_messages, m_interval, m_sendingStop});
    m_messages.Close(
        {Simulator::Now(), !m_failure.empty(), m_packets->protocol != PROTOCOL_UDP, m_lifetime});
    m_handovers =
        MeasureHandovers(m_manager->GetHandovers(),
                         {m_messages, m_arrivals, m_failed, m_interval, m_sendingStop,
                          Simulator::Now(), m_settle, m_connected, m_ended, m_failure.empty()});
}

const std::vector<HandoverMeasurement>& HandoverMeter::GetHandovers() const
{
    return m_handovers;
}

FlowSummary HandoverMeter::GetFlow() const
{
    return m_messages.Summarize(m_sendingStop);
}

const std::string& HandoverMeter::GetFailure() const
{
    return m_failure;
}

} // namespace ns3::roam

/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_HANDOVER_METER_H
#define ROAM_HANDOVER_METER_H

#include "ns3/address.h"
#include "ns3/application.h"
#include "ns3/handover-measurement.h"
#include "ns3/handover-record.h"
#include "ns3/message-ledger.h"
#include "ns3/mobility-manager.h"
#include "ns3/node.h"
#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/packet.h"
#include "ns3/session-application.h"
#include "ns3/type-id.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ns3
{
class Ipv4Header;
class Ipv6Header;
class SeqTsSizeHeader;
} // namespace ns3

namespace ns3::roam
{

struct FlowPackets;

/**
 * Measures what the handovers of a mobile client do to one flow, to the client or from it: latency,
 * interruption at the switch, longest silence, messages and bytes lost, and the outcome, by the
 * definitions of doc/results.md, with which roam-sim makes handovers.csv. Several flows take
 * several meters.
 *
 * Use, before the simulation starts: SetManager(), and one of WatchApplications(), WatchSession()
 * and WatchPackets(). After the simulation and before Simulator::Destroy(): Finish(), then
 * GetHandovers(). The meter has to live until then. Its memory grows with the
 * flow. It changes nothing in the simulation but EnableSeqTsSizeHeader of applications that it
 * watches.
 *
 * What it needs: messages with a number and the time at which they were made, else nobody can say
 * which of them is missing; and a flow without pauses of its own, as the Off times of
 * ns3::OnOffApplication are, because a pause cannot be told from an interruption. What it cannot
 * know: signalling, retransmissions and tunnels (roam-sim reads the packets on every link for
 * these); that a connection of ns3::OnOffApplication broke, when NoteEnd() is not called (one that
 * falls silent to the end counts as broken); which datagrams still wait in a queue of their
 * sender as the simulation ends (they count as lost, once the flow's longest delay has passed).
 */
class HandoverMeter : public Object
{
  public:
    static TypeId GetTypeId();

    HandoverMeter();
    ~HandoverMeter() override;

    /** The client's handovers; its manager has to be installed on its node. */
    void SetManager(Ptr<MobilityManager> manager);

    /**
     * A flow of ns-3's own applications. EnableSeqTsSizeHeader is set at both ends, so a message
     * has at least the header's 20 bytes.
     * \param sender an application with the trace source TxWithSeqTsSize: ns3::OnOffApplication or
     * ns3::BulkSendApplication
     * \param receiver an application with RxWithSeqTsSize, ns3::PacketSink, of this flow alone
     */
    void WatchApplications(Ptr<Application> sender, Ptr<Application> receiver);

    /**
     * A flow of the suite's own sessions.
     * \param sender a SessionClient or SessionServer; the receiver is the other
     * \param receiver the other end
     * \param id the flow's Id
     * \param session its number at the server
     */
    void WatchSession(Ptr<SessionApplication> sender, Ptr<SessionApplication> receiver, uint16_t id,
                      uint32_t session = 0);

    /**
     * A flow of any other application, which calls NoteSent() and NoteDelivered().
     * \param receiver the node to which the messages go, with an internet stack
     * \param protocol a socket factory: ns3::roam::SctpSocketFactory, ns3::TcpSocketFactory or
     * ns3::UdpSocketFactory
     * \param port of the end that was called
     */
    void WatchPackets(Ptr<Node> receiver, TypeId protocol, uint16_t port);

    /**
     * A message was made.
     * \param seq 0, 1, 2, ...
     * \param bytes its size
     */
    void NoteSent(uint64_t seq, uint32_t bytes);

    /** A message that was made will never leave. \param seq its number */
    void NoteDropped(uint64_t seq);

    /**
     * A message was delivered to its user.
     * \param seq its number
     * \param bytes its size
     * \param sentAt when it was made
     */
    void NoteDelivered(uint64_t seq, uint32_t bytes, Time sentAt);

    /** The session is up. Without a call, it is when the first message is sent. */
    void NoteConnected();

    /**
     * The session has ended.
     * \param why it broke, in words; empty when it ended as its user wished
     */
    void NoteEnd(const std::string& why);

    /** The simulation is over: closes the manager's records, too. Call it once. */
    void Finish();

    /** After Finish(): one for each record of the manager, in the order of opening. */
    const std::vector<HandoverMeasurement>& GetHandovers() const;

    /** After Finish(): the messages of the whole flow. */
    FlowSummary GetFlow() const;

    /** After Finish(): why the session counts as broken, empty when it is completed. */
    const std::string& GetFailure() const;

  protected:
    void DoDispose() override;

  private:
    static TypeId ProtocolOf(Ptr<Application> application);
    static uint16_t PortOf(Ptr<Application> caller);
    Time FindSendingStop() const;

    // of the manager and the addresses
    void Handover(const HandoverRecord& record);
    void Gained(uint32_t ifindex, Address address, Address gateway);

    // of ns-3's applications
    void TxWithHeader(Ptr<const Packet> packet, const Address& from, const Address& to,
                      const SeqTsSizeHeader& header);
    void RxWithHeader(Ptr<const Packet> packet, const Address& from, const Address& to,
                      const SeqTsSizeHeader& header);

    // of sessions; wanted is the flow as this end's traces name it, with the session's number
    void WatchEnd(Ptr<SessionApplication> application, uint32_t wanted);
    static void SessionSent(HandoverMeter* meter, uint32_t wanted, uint32_t flow, uint64_t seq,
                            uint32_t bytes);
    static void SessionDropped(HandoverMeter* meter, uint32_t wanted, uint32_t flow, uint64_t seq,
                               uint32_t bytes);
    static void SessionReceived(HandoverMeter* meter, uint32_t wanted, uint32_t flow, uint64_t seq,
                                uint32_t bytes, Time sentAt);
    static void SessionConnected(HandoverMeter* meter, uint32_t wanted, uint32_t session);
    static void SessionBroken(HandoverMeter* meter, uint32_t wanted, uint32_t session,
                              const std::string& why);
    static void SessionClosed(HandoverMeter* meter, uint32_t wanted, uint32_t session);

    // of the receiver's IP layers
    void Delivered4(const Ipv4Header& header, Ptr<const Packet> packet, uint32_t interface);
    void Delivered6(const Ipv6Header& header, Ptr<const Packet> packet, uint32_t interface);
    bool IsData(uint8_t protocol, Ptr<const Packet> packet);
    void NoteArrival(Ptr<NetDevice> device, const Address& source, uint8_t hopLimit);

    Time m_interval;    //!< Interval
    Time m_settle;      //!< Settle
    Time m_sendingStop; //!< SendingStop
    Time m_lifetime;    //!< Lifetime

    Ptr<MobilityManager> m_manager;
    Ptr<Node> m_client;
    Ptr<Node> m_receiver;
    Ptr<Application> m_sender;              //!< null when it is not known
    std::unique_ptr<FlowPackets> m_packets; //!< how data packets are known
    Time m_flowStop{0};                     //!< of a session's flow, after its start; 0 for never
    std::map<Address, uint32_t> m_cells;    //!< by the client's address
    std::map<uint32_t, Time> m_failed;      //!< by record: when one that came to nothing ended
    MessageLedger m_messages;
    std::vector<DataArrival> m_arrivals;
    std::vector<uint8_t> m_bytes; //!< of a packet that is looked at
    std::optional<Time> m_connected;
    std::optional<Time> m_ended;
    std::string m_failure;
    std::vector<HandoverMeasurement> m_handovers;
};

} // namespace ns3::roam

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_RECORDER_H
#define ROAM_RECORDER_H

#include "sim/dissect/packet-classifier.h"
#include "sim/record/handover-report.h"
#include "sim/record/ladder.h"
#include "sim/record/signalling-log.h"
#include "sim/record/timeline.h"
#include "sim/world.h"

#include "ns3/cell-net-device.h"
#include "ns3/handover-binding.h"
#include "ns3/message-ledger.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

namespace ns3
{
class Ipv4Header;
class Ipv6Header;
} // namespace ns3

namespace ns3::roam
{

struct SctpHandoverEvent;

/** One direction of the session, as it was watched. */
struct FlowRecord
{
    const char* name; //!< "down", "up"
    Time spacing;     //!< nominal
    MessageLedger messages;
    std::vector<DataArrival> arrivals;
    std::vector<Time> retransmissions;
    std::optional<uint32_t> nextToSend; //!< after the highest transport number that left
    std::optional<uint32_t> first;      //!< transport number that came, the zero of the timeline's
    std::unordered_set<uint32_t> came;  //!< transport numbers; never walked through
    std::string lastPath;               //!< of the last data packet that came
    uint32_t lastCell{0};               //!< over which that came; 0 for none that is known
};

/** What a run came to. */
struct RunOutcome
{
    bool completed{false};
    std::string why; //!< of a broken one
    std::optional<Time> connected;
    std::optional<Time> ended; //!< broken or closed before the run's end
};

/**
 * Watches a world through its trace sources, from before the start to the end, and changes nothing
 * in it. After the simulation it has the logs from which the results are made.
 */
class Recorder
{
  public:
    /** Connects to the world, which has to live as long. */
    explicit Recorder(World& world);

    Recorder(const Recorder&) = delete;
    Recorder& operator=(const Recorder&) = delete;

    /** After the simulation: joins what was seen. */
    void Finish();

    const FlowRecord& GetDown() const;
    const FlowRecord& GetUp() const;
    const SignallingLog& GetSignalling() const;
    const Timeline& GetTimeline() const;
    const Ladder& GetLadder() const;
    const std::vector<HandoverReport>& GetReports() const;
    const RunOutcome& GetOutcome() const;
    uint64_t GetTunnelled() const;
    uint32_t GetPrimaryChanges() const;
    /** How long the serving cell of a walk was below the floor: in all, and at most at once (s). */
    double GetBelowFloor() const;
    double GetLongestBelowFloor() const;
    /** "AR1" for the first cell's access router; nothing for an unknown cell. */
    std::string RouterOf(uint32_t cell) const;

  private:
    /** A device whose packets are watched. */
    struct Watch
    {
        std::string link;
        std::string node;              //!< "MC", "AR1", "FS"; empty for those in between
        Ptr<CellNetDevice> cellDevice; //!< null for a point-to-point one
        uint32_t cell;                 //!< of an access router's; 0 for others
    };

    void WatchNetwork();
    void WatchCells();
    void WatchClient();
    void WatchServer();
    void WatchDeliveries();
    void WatchSession(Ptr<SessionApplication> application, FlowRecord& sends, FlowRecord& gets);

    static void P2pSent(Recorder* self, const Watch* watch, Ptr<const Packet> packet);
    static void P2pReceived(Recorder* self, const Watch* watch, Ptr<const Packet> packet);
    static void CellSniffed(Recorder* self, const Watch* watch, Ptr<const Packet> packet);
    static void CellDropped(Recorder* self, Ptr<const Packet> packet, CellDropReason reason);
    static void Delivered4(Recorder* self, bool atClient, const Ipv4Header& header,
                           Ptr<const Packet> packet, uint32_t interface);
    static void Delivered6(Recorder* self, bool atClient, const Ipv6Header& header,
                           Ptr<const Packet> packet, uint32_t interface);

    PacketView View(uint16_t ethertype, Ptr<const Packet> packet, uint32_t skip);
    void Account(const Watch& watch, const PacketView& view, uint64_t uid, bool sent);
    void NoteSending(FlowRecord& flow, const PacketView& view);
    void NoteArrival(FlowRecord& flow, const Address& clientAddress, const PacketView& view);

    static void MessageSent(Recorder* self, FlowRecord* flow, uint32_t id, uint64_t seq,
                            uint32_t bytes);
    static void MessageReceived(Recorder* self, FlowRecord* flow, uint32_t id, uint64_t seq,
                                uint32_t bytes, Time sentAt);
    static void MessageDropped(Recorder* self, FlowRecord* flow, uint32_t id, uint64_t seq,
                               uint32_t bytes);

    void ClientMade(Ptr<SessionClient> client);
    void Connected(uint32_t session);
    void Broken(uint32_t session, const std::string& why);
    void Closed(uint32_t session);
    void JudgeSession();
    void CloseFlows();
    void Sample();
    void SampleFloor();

    // of the handover machine and of the addresses
    void State(const std::string& what, const std::string& from, const std::string& to);
    void Handover(const HandoverRecord& record);
    void Verdict(Address candidate, bool change, const std::string& why);
    void Request(AddressOp op, Address address);
    void Answer(AddressOp op, Address address, bool ok, uint16_t cause);
    void Primary(Address address, uint32_t ifindex, uint32_t cell);
    void ServerAddresses(uint16_t port, const SctpHandoverEvent& event);
    void Radio(uint32_t ifindex, uint32_t cell, bool attach, const std::string& why);
    void Gained(uint32_t ifindex, Address address, Address gateway);
    void Lost(uint32_t ifindex, Address address);

    World& m_world;
    std::vector<std::unique_ptr<Watch>> m_watches;
    FlowRecord m_down;
    FlowRecord m_up;
    std::vector<Time> m_tunnelled;
    SignallingLog m_signalling;
    Timeline m_timeline;
    Ladder m_ladder;
    std::map<uint32_t, Time> m_failed; //!< by record: when one that came to nothing ended
    std::vector<HandoverReport> m_reports;
    RunOutcome m_outcome;
    uint32_t m_primaryChanges{0};
    bool m_hadPrimary{false};
    double m_belowFloor{0};
    double m_belowFloorNow{0};
    double m_longestBelowFloor{0};
    std::vector<uint8_t> m_bytes; //!< of the packet in hand
};

} // namespace ns3::roam

#endif

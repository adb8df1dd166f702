/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_CELL_TRANSMITTER_H
#define ROAM_CELL_TRANSMITTER_H

#include "ns3/callback.h"
#include "ns3/data-rate.h"
#include "ns3/event-id.h"
#include "ns3/mac48-address.h"
#include "ns3/nstime.h"
#include "ns3/packet.h"
#include "ns3/queue-size.h"

#include <cstdint>
#include <deque>

namespace ns3::roam
{

/** One frame on a cell's air. On the wire it is the packet and 14 bytes of Ethernet II header. */
struct CellFrame
{
    Ptr<Packet> packet;       //!< what the network layer gave
    Mac48Address source;      //!< who sent it
    Mac48Address destination; //!< a device, a group or everybody
    uint16_t protocol{0};     //!< EtherType
    Time start;               //!< the first bit leaves
    Time end;                 //!< the last bit has left
    Time arrival;             //!< the last bit is there

    /** Bytes on the wire. */
    uint32_t GetSize() const;
};

/**
 * One direction of an access link: a drop-tail queue, a line of one rate, and a delay.
 *
 * A line of constant rate knows when each frame will leave at the moment in which it is queued, so
 * there is one simulator event for each frame, its arrival, and none when idle.
 */
class CellTransmitter
{
  public:
    /** Takes a frame at its time of arrival. */
    using Deliver = Callback<void, const CellFrame&>;

    CellTransmitter() = default;
    CellTransmitter(const CellTransmitter&) = delete;
    CellTransmitter& operator=(const CellTransmitter&) = delete;
    /** Cancels what is under way. */
    ~CellTransmitter();

    void SetDeliver(Deliver deliver);

    /**
     * Queues a frame.
     * \param frame its packet, addresses and protocol; the times are set here
     * \param rate of the line, for this frame
     * \param delay from the last bit's leaving to its arrival; no frame overtakes another
     * \param limit what may wait, besides the frame that is being sent
     * \return false when the queue is full
     */
    bool Enqueue(CellFrame frame, const DataRate& rate, Time delay, const QueueSize& limit);

    /** Frames that wait; the one that is being sent is not among them. */
    uint32_t GetWaiting() const;

    /**
     * Takes out, in order, the frames to one destination, on the air or waiting. Those behind them
     * move up.
     */
    std::deque<CellFrame> Remove(Mac48Address destination);

    /** Takes out everything. The line is free at once. */
    std::deque<CellFrame> Clear();

  private:
    void Arrive();
    void Arm();
    void MarkStarted() const;

    Deliver m_deliver;
    std::deque<CellFrame> m_frames;     //!< by time of arrival
    mutable std::size_t m_started{0};   //!< how many of m_frames have left the queue
    mutable uint64_t m_waitingBytes{0}; //!< in the rest of them
    Time m_free;                        //!< when the line is free again
    EventId m_event;                    //!< at the latest when the first frame arrives
};

} // namespace ns3::roam

#endif

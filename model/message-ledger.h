/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_MESSAGE_LEDGER_H
#define ROAM_MESSAGE_LEDGER_H

#include "ns3/nstime.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace ns3::roam
{

/** What came of the messages of one flow, over its whole life. Delays and gaps in seconds. */
struct FlowSummary
{
    uint64_t sent{0};
    uint64_t delivered{0};  //!< each message once
    uint64_t lost{0};       //!< nobody tries to deliver it any more
    uint64_t dropped{0};    //!< of these, those that never left the sender
    uint64_t unfinished{0}; //!< on its way, or waiting at its sender, when the run ended
    uint64_t duplicated{0};
    uint64_t reordered{0};
    double goodput{0}; //!< bit/s
    std::optional<double> delayMean, delayMin, delayP50, delayP95, delayP99, delayMax, jitter;
    std::optional<double> longestGap; //!< between two deliveries, or after the last
    bool longestGapCensored{false};   //!< its end was not seen: at least so long

    /** lost of sent; nothing when nothing was sent. */
    std::optional<double> GetLoss() const;
};

/** What a flow's transport does about a message that has not been delivered, as the run ends. */
struct FlowEnd
{
    Time stop;       //!< of the run
    bool over;       //!< the session broke, stalled, or never came about
    bool keepsOn;    //!< the transport sends a message again until it is delivered
    Time givenUp{0}; //!< unless this long has passed since it was sent; 0 for never
};

/** A message that was not delivered. */
struct MissingMessage
{
    Time due;       //!< when it would have come
    uint32_t bytes; //!< of it
    bool lost;      //!< else unfinished
};

/** A delivery to the user. */
struct Delivery
{
    Time at;
    Time sentAt;
    uint64_t seq;
    uint32_t bytes;
    uint32_t cell; //!< over which the packet came that completed it; 0 for none that is known
    bool again;    //!< the message had been delivered before
    bool late;     //!< one with a higher number had been delivered before
};

/** A time in which nothing was delivered. */
struct Gap
{
    Time begin; //!< a delivery
    Time end;   //!< the next one, or the end of the sending
    bool open;  //!< no delivery ended it

    Time GetLength() const
    {
        return end - begin;
    }
};

/**
 * The messages of one flow, by identity: each sequence number that was sent, and each delivery.
 * Calls come in the order of time.
 */
class MessageLedger
{
  public:
    void Sent(uint64_t seq, uint32_t bytes, Time now);
    /** \param cell over which the packet came that completed it; 0 for none that is known */
    void Delivered(uint64_t seq, uint32_t bytes, Time sentAt, Time now, uint32_t cell = 0);
    /** A message that was Sent will never leave. */
    void Dropped(uint64_t seq);
    /** The packet of a message has left its sender's node; of datagrams only. */
    void Left(uint64_t seq);

    /** The run is over: each message that was not delivered is lost, or unfinished. */
    void Close(const FlowEnd& end);

    /**
     * The times between two first deliveries after each other, in the order of time, and the one
     * after the last of them when messages were sent since and end is later. When messages were
     * sent and none was delivered, one from the first sending to the end.
     * \param end when the sending ended
     */
    std::vector<Gap> GetGaps(Time end) const;

    /**
     * After Close().
     * \param end when the sending ended: goodput is what was delivered by then, over the time from
     * the first message to it
     */
    FlowSummary Summarize(Time end) const;

    /**
     * After Close(): what was sent and not delivered, by number. A message was due when it would
     * have come with the delay of the last delivered one of a lower number, and before the next
     * one of a higher number came.
     */
    std::vector<MissingMessage> GetMissing() const;

    /** All deliveries, in the order of time. */
    const std::vector<Delivery>& GetDeliveries() const;

    /** Mean delay (s) of what was delivered in [from, to). */
    std::optional<double> GetMeanDelayDelivered(Time from, Time to) const;

    /** Mean delay (s) of what was sent in [from, to) and delivered. */
    std::optional<double> GetMeanDelaySent(Time from, Time to) const;

    /** True if a message that was sent in [from, to) was delivered. */
    bool IsAnySentDelivered(Time from, Time to) const;

    /** True if a message was delivered in [from, to). */
    bool IsAnyDelivered(Time from, Time to) const;

  private:
    /** One message that was sent. */
    struct Message
    {
        Time sentAt;
        Time deliveredAt;
        uint32_t bytes{0};
        bool sent{false};
        bool delivered{false};
        bool dropped{false};
        bool lost{false};
    };

    Message& At(uint64_t seq);
    bool IsLost(uint64_t seq, const FlowEnd& end) const;

    std::vector<Message> m_messages; //!< by sequence number
    std::vector<Delivery> m_deliveries;
    Time m_longestDelay{0};
    uint64_t m_next{0}; //!< the highest number delivered, plus one
    uint64_t m_left{0}; //!< the highest number that left, plus one
    std::optional<Time> m_first;
    std::optional<Time> m_last;
};

} // namespace ns3::roam

#endif

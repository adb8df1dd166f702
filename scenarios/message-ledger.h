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
    uint64_t delivered{0}; //!< each message once
    uint64_t lost{0};      //!< sent and not delivered
    uint64_t dropped{0};   //!< of these, those that never left the sender
    uint64_t duplicated{0};
    uint64_t reordered{0};
    double goodput{0}; //!< bit/s
    std::optional<double> delayMean, delayMin, delayP50, delayP95, delayP99, delayMax, jitter;
    std::optional<double> longestGap; //!< between two deliveries, or after the last
    bool longestGapCensored{false};   //!< its end was not seen: at least so long

    /** lost of sent; nothing when nothing was sent. */
    std::optional<double> GetLoss() const;
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

/** What came of the messages of one flow in the window of a handover. */
struct FlowWindow
{
    uint64_t lost{0};
    uint64_t duplicated{0};
    uint64_t reordered{0};
};

/**
 * The messages of one flow, by identity: each sequence number that was sent, and each delivery.
 * Calls come in the order of time.
 */
class MessageLedger
{
  public:
    void Sent(uint64_t seq, Time now);
    void Delivered(uint64_t seq, uint32_t bytes, Time sentAt, Time now);
    /** A message that was Sent will never leave. */
    void Dropped(uint64_t seq);

    /**
     * The times between two first deliveries after each other, in the order of time, and the one
     * after the last of them when messages were sent since and end is later. When messages were
     * sent and none was delivered, one from the first sending to the end.
     * \param end when the sending ended
     */
    std::vector<Gap> GetGaps(Time end) const;

    /** \param end when the sending ended: goodput is over the time from the first message to it */
    FlowSummary Summarize(Time end) const;

    /**
     * The messages and deliveries of a window. A message belongs to it when its sending plus delay
     * does; a delivery, by its own time.
     * \param from included
     * \param to not included
     * \param delay from sending to where the handover bears on a message
     */
    FlowWindow Count(Time from, Time to, Time delay) const;

    /**
     * The longest of the gaps of which a part lies in the window.
     * \param from of the window
     * \param to of the window
     * \param end when the sending ended
     * \return nothing when there was no gap near the window
     */
    std::optional<Gap> GetLongestGap(Time from, Time to, Time end) const;

    /** The delay of the last message delivered at or before a time; 0 when there is none. */
    Time GetDelayBefore(Time time) const;

    /** Mean delay (s) of what was delivered in [from, to). */
    std::optional<double> GetMeanDelayDelivered(Time from, Time to) const;

    /** Mean delay (s) of what was sent in [from, to) and delivered. */
    std::optional<double> GetMeanDelaySent(Time from, Time to) const;

    /** Whether a message that was sent in [from, to) was delivered. */
    bool IsAnyDelivered(Time from, Time to) const;

    /** When the last message that was delivered had been sent; nothing when none was. */
    std::optional<Time> GetLastDeliveredSending() const;

    /** When the last message was sent; nothing when none was. */
    std::optional<Time> GetLastSending() const;

  private:
    /** One message that was sent. */
    struct Message
    {
        Time sentAt;
        bool sent{false};
        bool delivered{false};
        bool dropped{false};
    };

    /** One delivery. */
    struct Delivery
    {
        Time at;
        Time sentAt;
        uint32_t bytes;
        bool again; //!< the message had been delivered before
        bool late;  //!< one with a higher number had been delivered before
    };

    Message& At(uint64_t seq);

    std::vector<Message> m_messages; //!< by sequence number
    std::vector<Delivery> m_deliveries;
    uint64_t m_next{0}; //!< the highest number delivered, plus one
    std::optional<Time> m_first;
    std::optional<Time> m_last;
};

} // namespace ns3::roam

#endif

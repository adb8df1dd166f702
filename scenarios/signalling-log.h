/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_SIGNALLING_LOG_H
#define ROAM_SIGNALLING_LOG_H

#include "scenarios/packet-classifier.h"

#include "ns3/nstime.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace ns3::roam
{

/** How many messages, and how many bytes they had. */
struct SignallingCount
{
    uint64_t msgs{0};
    uint64_t bytes{0};

    void Add(uint64_t size);
};

/** Control messages on every link that they crossed, by type. */
class SignallingLog
{
  public:
    /** All of one type. */
    struct Type
    {
        MessageGroup group;
        SignallingCount all;
        std::map<std::string, SignallingCount> links;
    };

    /** A message was sent over a link. Calls come in the order of time. */
    void Add(Time now, const std::string& link, const ControlMessage& message);

    /** All messages by type. */
    const std::map<std::string, Type>& GetTypes() const;

    /** By type, those of [from, to) that a handover is charged with: groups BINDING, ADDRESS. */
    std::map<std::string, SignallingCount> GetWindow(Time from, Time to) const;

  private:
    /** A message that a handover is charged with. */
    struct Event
    {
        Time at;
        std::map<std::string, Type>::const_iterator type;
        uint32_t bytes;
    };

    std::map<std::string, Type> m_types;
    std::vector<Event> m_events;
};

/** Whether handovers are charged with a group. */
bool IsCharged(MessageGroup group);

} // namespace ns3::roam

#endif

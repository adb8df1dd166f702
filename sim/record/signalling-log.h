/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_SIGNALLING_LOG_H
#define ROAM_SIGNALLING_LOG_H

#include "sim/dissect/packet-classifier.h"

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

    /** A message on a link, of a group that handovers are charged with. */
    struct Event
    {
        Time at;
        const std::string& type;
        const std::string& link;
        MessageGroup group;
        uint32_t bytes;
    };

    SignallingLog() = default;
    SignallingLog(const SignallingLog&) = delete;
    SignallingLog& operator=(const SignallingLog&) = delete;

    /** A message was sent over a link. Calls come in the order of time. */
    void Add(Time now, const std::string& link, const ControlMessage& message);

    /** All messages by type. */
    const std::map<std::string, Type>& GetTypes() const;

    /** Those that handovers are charged with (IsCharged), in the order of time. */
    const std::vector<Event>& GetCharged() const;

  private:
    std::map<std::string, Type> m_types;
    std::vector<Event> m_events; //!< names are those in m_types
};

/** True if handovers are charged with a group: BINDING and ADDRESS. */
bool IsCharged(MessageGroup group);

} // namespace ns3::roam

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_TIMELINE_H
#define ROAM_TIMELINE_H

#include "ns3/nstime.h"

#include <cstdint>
#include <optional>
#include <string>

namespace ns3::roam
{

/** One row of timeline.csv; what is not set is empty. */
struct TimelineRow
{
    const char* event;
    std::string flow{};
    std::string path{};
    std::optional<uint64_t> seq{};
    std::optional<uint32_t> bytes{};
    std::string value{};
    std::string text{};
};

/** What happened, row by row in the order of time, as doc/results.md describes it. */
class Timeline
{
  public:
    Timeline();

    void Add(Time now, const TimelineRow& row);

    /** The whole table with its header. */
    const std::string& GetText() const;

  private:
    std::string m_text;
};

} // namespace ns3::roam

#endif

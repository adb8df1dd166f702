/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_TIME_PARTITION_H
#define ROAM_TIME_PARTITION_H

#include "ns3/nstime.h"

#include <cstddef>
#include <map>
#include <optional>

namespace ns3::roam
{

/**
 * The time of a run, of which each moment belongs to one owner or to none. What is counted by
 * OwnerAt() is counted once: sums over the owners never exceed the whole.
 */
class TimePartition
{
  public:
    /**
     * Gives an owner what is still free of a stretch of time.
     * \param from included
     * \param to not included
     * \param owner any number; it may claim several stretches
     */
    void Claim(Time from, Time to, std::size_t owner);

    /** Return the owner of a moment; nothing when it is free. */
    std::optional<std::size_t> OwnerAt(Time at) const;

  private:
    /** A stretch from its key on. */
    struct Stretch
    {
        Time end;
        std::size_t owner;
    };

    std::map<Time, Stretch> m_stretches; //!< disjoint
};

} // namespace ns3::roam

#endif

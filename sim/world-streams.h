/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_WORLD_STREAMS_H
#define ROAM_WORLD_STREAMS_H

#include <cstdint>
#include <string>

namespace ns3::roam
{

/**
 * Which random stream serves which purpose. The numbers depend on nothing else, so that a seed
 * gives the same movement, levels, losses and traffic whatever the scheme.
 */
enum WorldStream : int64_t
{
    STREAM_MOVEMENT = 1,
    STREAM_CORE_LOSS = 10, //!< two, one for each direction
    STREAM_STACK = 1000,   //!< STREAM_PER_NODE for each node
    STREAM_ADDRESS_CLIENT = 100000,
    STREAM_SCTP = 110000,
    STREAM_CELL = 200000,          //!< STREAM_PER_CELL for each: losses, shadowing, advertisements
    STREAM_TRAFFIC_DOWN = 1000000, //!< 65536 for each flow
    STREAM_TRAFFIC_UP = 2000000,
    STREAM_PART = int64_t(1) << 32 //!< STREAM_PER_NODE for each part that a scheme adds
};

constexpr int64_t STREAM_PER_NODE = 100;
constexpr int64_t STREAM_PER_CELL = 100;

/**
 * The first stream of a part that a scheme adds, STREAM_PER_NODE of them. It depends on the part's
 * name alone (FNV-1a, 32 bits), so that one part more or less shifts no stream of another.
 */
inline int64_t GetPartStream(const std::string& name)
{
    uint32_t hash = 2166136261U;
    for (unsigned char c : name)
    {
        hash = (hash ^ c) * 16777619U;
    }
    return STREAM_PART + hash * STREAM_PER_NODE;
}

} // namespace ns3::roam

#endif

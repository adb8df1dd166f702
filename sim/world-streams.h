/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_WORLD_STREAMS_H
#define ROAM_WORLD_STREAMS_H

#include <cstdint>

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
    STREAM_TRAFFIC_UP = 2000000
};

constexpr int64_t STREAM_PER_NODE = 100;
constexpr int64_t STREAM_PER_CELL = 100;

} // namespace ns3::roam

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_WALK_DATA_H
#define ROAM_WALK_DATA_H

#include <cstdint>
#include <string>
#include <vector>

namespace ns3::roam
{

/** One line of a measured walk. */
struct WalkSample
{
    double time;   //!< s, from the start of the walk
    double x;      //!< m, east of the area's origin
    double y;      //!< m, north of it
    double speed;  //!< m/s, as the receiver reported it
    uint32_t cell; //!< the serving cell, numbered per area
    double level;  //!< dBm, of the serving cell
};

/** One walk: at least two samples with times that increase. */
using Walk = std::vector<WalkSample>;

/** A change of serving cell. */
struct WalkChange
{
    double time;   //!< s, of the first sample in the new cell
    uint32_t from; //!< cell
    uint32_t to;   //!< cell
};

/**
 * Reads a walk (CSV with the header time_s,x_m,y_m,speed_mps,cell,signal_dbm).
 * \throws ScenarioError that begins with "file:line: "
 */
Walk ReadWalk(const std::string& file);

/** The part of a walk from start to stop (s), with times from 0. May be empty. */
Walk CutWalk(const Walk& walk, double start, double stop);

/** The changes of serving cell, in their order. */
std::vector<WalkChange> GetChanges(const Walk& walk);

/** The cells of a walk in the order in which they first served. */
std::vector<uint32_t> GetCells(const Walk& walk);

/**
 * The walks of the area of one: all files AREA-NN.csv in its folder, sorted by name, the file
 * itself among them. A file of another form of name is an area by itself.
 */
std::vector<std::string> FindWalksOfArea(const std::string& file);

} // namespace ns3::roam

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_WORLD_CELLS_H
#define ROAM_WORLD_CELLS_H

#include "sim/scenario.h"
#include "sim/access/walk-data.h"
#include "sim/world-network.h"

#include "ns3/cell-channel.h"
#include "ns3/cell-device.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ns3::roam
{

/** One cell of a world with its access router. */
struct WorldCell
{
    uint32_t number; //!< its CellId, in results
    Ptr<CellChannel> channel;
    Ptr<CellDevice> device;
    std::string router; //!< the access router's address in the cell
    double x;           //!< m, of the antenna; 0 for a walk's
    double y;
};

/** The measured walk of a scenario, and where it is cut. */
struct WorldWalk
{
    Walk walk;                   //!< with times from 0
    std::vector<uint32_t> cells; //!< in the order in which they first serve
    std::vector<WalkChange> changes;
    std::vector<std::string> files; //!< of all walks of the area
};

/** Reads and cuts the walk of a scenario. \throws ScenarioError */
WorldWalk ReadWorldWalk(const Scenario& scenario);

/**
 * Puts a cell on each access router: a row of antennas with log-distance loss and shadowing, or,
 * with a walk, the levels that were measured and fitted. \param scenario the world \param network
 * with an access router for each cell \param walk null for a row
 */
std::vector<WorldCell> MakeCells(const Scenario& scenario, const WorldNetwork& network,
                                 const WorldWalk* walk);

} // namespace ns3::roam

#endif

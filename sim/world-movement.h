/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_WORLD_MOVEMENT_H
#define ROAM_WORLD_MOVEMENT_H

#include "sim/scenario.h"
#include "sim/access/walk-data.h"

#include "ns3/waypoint-mobility-model.h"

namespace ns3::roam
{

/** The client's movement from 0 to stop: a line or a swing, as movement.model says. */
Ptr<WaypointMobilityModel> MakeMovement(const Scenario& scenario, Time stop);

/** The client's movement along a measured walk. */
Ptr<WaypointMobilityModel> MakeMovement(const Walk& walk);

} // namespace ns3::roam

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_WORLD_PCAP_H
#define ROAM_WORLD_PCAP_H

#include "sim/run-directory.h"
#include "sim/world.h"

namespace ns3::roam
{

/** Captures every link of a world into files of a run, before the simulation. */
void EnableWorldPcap(const World& world, const RunDirectory& directory);

} // namespace ns3::roam

#endif

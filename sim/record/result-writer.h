/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_RESULT_WRITER_H
#define ROAM_RESULT_WRITER_H

#include "sim/record/recorder.h"
#include "sim/run-directory.h"
#include "sim/scenario.h"
#include "sim/world.h"

#include <string>
#include <vector>

namespace ns3::roam
{

/**
 * The resolved scenario as text that is the same for the same world, and what it reads with the
 * CRC-32 of its content: what a run is determined by, besides the build.
 */
std::string WriteResolved(const Scenario& scenario);

/** The part of it that names the files. They are the same where the keys of [movement] and [walk]
 * are. */
std::string WriteResolvedFiles(const Scenario& scenario);

/**
 * What names a run, besides the build.
 * \param scenario the resolved scenario
 * \param files WriteResolvedFiles() of it
 * \returns SHA-256 in hex of its keys and its files
 */
std::string HashResolved(const Scenario& scenario, const std::string& files);

/** What RunRemarks says of a run. */
using Remarks = std::vector<std::string>;

/** result.json of a run that is over. */
std::string WriteResult(const World& world, const Recorder& recorder, const Remarks& remarks);

/** flows.csv of a run that is over. */
std::string WriteFlows(const World& world, const Recorder& recorder);

/** All files of a run that is over; the ladder if it is wanted. \throws ScenarioError */
void WriteRun(const RunDirectory& directory, const World& world, const Recorder& recorder,
              const Remarks& remarks, bool ladder);

/** A few lines for the user. */
std::string WriteSummary(const World& world, const Recorder& recorder, const Remarks& remarks);

} // namespace ns3::roam

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_SIM_OPTIONS_H
#define ROAM_SIM_OPTIONS_H

#include "sim/scenario.h"

#include <iosfwd>
#include <string>
#include <vector>

namespace ns3::roam
{

/** What roam-sim was asked for. */
enum class SimAction
{
    SIMULATE,
    RESOLVE,
    RESOLVE_LIST,
    PRINT_SCHEMA,
    PRINT_SCHEMA_JSON,
    LIST_SCHEMES,
    VERSION,
    HELP
};

/** The command line of roam-sim. */
struct SimOptions
{
    SimAction action{SimAction::SIMULATE};
    std::string scenario;
    std::vector<Scenario::Override> overrides;
    std::string out;   //!< empty without --out
    bool force{false}; //!< replaces DIR whatever it holds
    bool pcap{false};
    bool ladder{false};
    bool progress{false};
};

/** \throws ScenarioError for what makes no sense */
SimOptions ReadOptions(int argc, char** argv);

void PrintUsage(std::ostream& out);

} // namespace ns3::roam

#endif

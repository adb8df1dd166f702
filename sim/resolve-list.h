/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_RESOLVE_LIST_H
#define ROAM_RESOLVE_LIST_H

#include "sim/sim-options.h"

#include <iosfwd>

namespace ns3::roam
{

/**
 * Resolves many runs of one scenario: a campaign's identities, without a process for each.
 * \param options the scenario, and what is set over it in all runs
 * \param in a line for each run, "KEY=VALUE" with tabs between them, later than those of the
 * options \param out a line for each: SHA-256 of the resolved scenario in hex, or "! " and the
 * mistake \throws ScenarioError when the scenario itself cannot be read
 */
void ResolveList(const SimOptions& options, std::istream& in, std::ostream& out);

} // namespace ns3::roam

#endif

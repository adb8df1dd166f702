/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_SCHEME_TABLE_H
#define ROAM_SCHEME_TABLE_H

#include "sim/scheme.h"

#include <string>
#include <vector>

namespace ns3::roam
{

class Scenario;

/** All schemes that can be run. */
const std::vector<SchemeEntry>& GetSchemes();

/** The scheme of a name; null when there is none. */
const SchemeEntry* FindScheme(const std::string& name);

/** What session.transport says, or the transport of a scheme. */
Transport GetTransport(const Scenario& scenario, const SchemeEntry& scheme);

/** What session.locator says, or the locator of a scheme; null for none. */
std::unique_ptr<Locator> MakeLocator(const Scenario& scenario, const SchemeEntry& scheme);

/**
 * Finds what of scheme, transport, locator and caller does not go together.
 * \param key receives the key whose value does not fit
 * \return what is expected of that key, and why; empty if all fits
 */
std::string FindMisfit(const Scenario& scenario, std::string& key);

} // namespace ns3::roam

#endif

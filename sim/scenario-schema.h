/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_SCENARIO_SCHEMA_H
#define ROAM_SCENARIO_SCHEMA_H

#include "sim/scenario-value.h"

#include <iosfwd>
#include <string>
#include <vector>

namespace ns3::roam
{

/** One key of a scenario: the only place that knows its type, range, default and meaning. */
struct KeySpec
{
    std::string name; //!< "cell.rate": key rate of table [cell]
    ValueSpec value;
    std::string standard; //!< its default, as it is written
    std::string help;

    /** The default as a value. */
    RawValue GetDefault() const;
};

/** All keys, in the order of the manual. */
const std::vector<KeySpec>& GetSchema();

/**
 * Keys of parts that a world has by name, with NAME in its place: "hosts.NAME.delay". They have no
 * default: a part is as it was added unless a scenario says otherwise.
 */
const std::vector<KeySpec>& GetNamedSchema();

/** The key of a name, of a part's too ("hosts.directory.delay"); null when there is none. */
const KeySpec* FindKey(const std::string& name);

/** True if there is a table of this name, as [cell]. */
bool IsTable(const std::string& name);

/** The name in a list that is the nearest to a misspelt one; empty when none is near. */
std::string FindNearest(const std::string& name, const std::vector<std::string>& names);

/** Prints the schema for a reader. */
void PrintSchema(std::ostream& out);

/**
 * Prints the schema as JSON, for programs: an array "keys" of objects with name, type, unit (base
 * unit of min and max), min, max, choices, default and help; and an array "named" of the keys of
 * parts by name, which have no default.
 */
void PrintSchemaJson(std::ostream& out);

} // namespace ns3::roam

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_ATTRIBUTE_CHECK_H
#define ROAM_ATTRIBUTE_CHECK_H

#include <string>
#include <utility>
#include <vector>

namespace ns3::roam
{

/**
 * Checks one line of [attributes]: that ns-3 knows the attribute, that it may be set, and that it
 * takes the value.
 * \param name in full, "ns3::TcpSocket::SegmentSize"
 * \param value as text
 * \throws ScenarioError with "what was found; what is allowed"
 */
void CheckAttribute(const std::string& name, const std::string& value);

/**
 * The key of the schema that sets an ns-3 attribute, which [attributes] may then not set; empty
 * when there is none.
 */
std::string FindKeyOfAttribute(const std::string& name);

/** All attributes that keys of the schema set, each with its key. */
const std::vector<std::pair<std::string, std::string>>& GetOwnedAttributes();

} // namespace ns3::roam

#endif

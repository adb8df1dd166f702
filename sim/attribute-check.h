/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_ATTRIBUTE_CHECK_H
#define ROAM_ATTRIBUTE_CHECK_H

#include <string>

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
 * The keys that set an ns-3 attribute, "handover.floor or walk.floor"; empty when none does.
 * \param name of Setting::attribute
 */
std::string FindKeyOfAttribute(const std::string& name);

} // namespace ns3::roam

#endif

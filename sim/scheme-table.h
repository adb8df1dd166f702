/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_SCHEME_TABLE_H
#define ROAM_SCHEME_TABLE_H

#include <string>
#include <vector>

namespace ns3::roam
{

/** What carries the session. */
enum class Transport
{
    SCTP,
    TCP,
    UDP
};

/** What moves the session from one address to the next. */
enum class HandoverKind
{
    NONE,  //!< nothing: the session stays with the addresses that it began with
    ASCONF //!< ADD, SET PRIMARY, DELETE of draft-sjkoh-sctp-mobility
};

/** A way of staying connected, composed of a transport and what moves the session. */
struct Scheme
{
    std::string name;
    Transport transport;
    HandoverKind handover;
    std::string help;
};

/** All schemes that can be run. */
const std::vector<Scheme>& GetSchemes();

/** The scheme of a name; null when there is none. */
const Scheme* FindScheme(const std::string& name);

} // namespace ns3::roam

#endif

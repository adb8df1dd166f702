/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_WORLD_PARTS_H
#define ROAM_WORLD_PARTS_H

#include "ns3/address-client.h"
#include "ns3/address.h"
#include "ns3/handover-binding.h"
#include "ns3/mobility-manager.h"
#include "ns3/node.h"
#include "ns3/radio-device.h"
#include "ns3/session-client.h"
#include "ns3/session-server.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ns3::roam
{

/** A network of its own behind a router: a cell's, or one that a scheme adds ("home"). */
struct Site
{
    std::string name;  //!< "AR1" for the first with a cell
    uint32_t location; //!< from 0, WorldNetwork::GetNumber's argument; of no use without a cell
    Ptr<Node> router;  //!< its access router
    Address address;   //!< the router's own, in the prefix of the site
    bool hasCell;      //!< else its prefix is on a link where nobody is
};

/** A fixed node that is no router. */
struct Host
{
    std::string name; //!< "server"
    Ptr<Node> node;
    std::vector<Address> addresses; //!< as the family of the world has them; at least one
};

/** A node that moves. */
struct Mobile
{
    uint32_t number; //!< from 1
    Ptr<Node> node;
    std::vector<Ptr<RadioDevice>> radios;
    Ptr<AddressClient> addresses;
    Ptr<MobilityManager> manager;
};

/** What a mobile has with a host: one end calls, the other accepts. */
struct Session
{
    Mobile* mobile;
    Host* host;
    Ptr<SessionClient> client; //!< the end that calls; null until it does
    Ptr<SessionServer> server; //!< the end that accepts
};

} // namespace ns3::roam

#endif

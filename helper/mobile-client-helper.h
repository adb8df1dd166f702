/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_MOBILE_CLIENT_HELPER_H
#define ROAM_MOBILE_CLIENT_HELPER_H

#include "ns3/attribute.h"
#include "ns3/mobility-manager.h"
#include "ns3/node.h"
#include "ns3/object-factory.h"

#include <cstdint>
#include <string>

namespace ns3::roam
{

/**
 * Makes mobile clients: radios, an internet stack with static routing (unless the node has one), an
 * AddressClient and a MobilityManager. A node that moves by itself needs a MobilityModel too, which
 * is the caller's. Then AddCell() and SetBinding() of the manager say where it may go and what its
 * session does about it.
 */
class MobileClientHelper
{
  public:
    MobileClientHelper();

    /** How many radios: 1 makes handover hard, 2 (the default) or more, at most 16, soft. */
    void SetRadios(uint32_t n);

    /** Sets an attribute of the RadioDevices to come. */
    void SetRadioAttribute(const std::string& name, const AttributeValue& value);

    /** Sets an attribute of the AddressClients to come, such as Family. */
    void SetAddressClientAttribute(const std::string& name, const AttributeValue& value);

    /** Sets an attribute of the MobilityManagers to come, such as Rule. */
    void SetManagerAttribute(const std::string& name, const AttributeValue& value);

    /** Makes a node a mobile client and returns its manager. */
    Ptr<MobilityManager> Install(Ptr<Node> node) const;

    /** Fixed stream numbers for all of a client that draws. Returns how many it took. */
    static int64_t AssignStreams(Ptr<Node> node, int64_t stream);

  private:
    uint32_t m_radios{2};
    ObjectFactory m_radio;
    ObjectFactory m_addressClient;
    ObjectFactory m_manager;
};

} // namespace ns3::roam

#endif

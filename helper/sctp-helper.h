/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_SCTP_HELPER_H
#define ROAM_SCTP_HELPER_H

#include "ns3/attribute.h"
#include "ns3/node-container.h"
#include "ns3/object-factory.h"

#include <cstdint>
#include <string>

namespace ns3::roam
{

/**
 * Puts SCTP on nodes that have an internet stack (InternetStackHelper). Parameters of the
 * protocol are attributes of ns3::roam::SctpSocket: SessionHelper::SetSocketAttribute sets those of
 * a session, Config::SetDefault those of every socket.
 */
class SctpHelper
{
  public:
    SctpHelper();

    /**
     * \param name of an attribute of SctpL4Protocol, such as UdpPort
     * \param value for the protocols to come
     */
    void SetProtocolAttribute(const std::string& name, const AttributeValue& value);

    /**
     * Aggregates an SctpL4Protocol and an SctpSocketFactory; a node that has them is left alone.
     * \param node a node with Ipv4 or Ipv6
     */
    void Install(Ptr<Node> node) const;

    /**
     * The same for each node.
     * \param nodes the nodes
     */
    void Install(const NodeContainer& nodes) const;

    /**
     * Gives the protocol on each node a random stream of its own.
     * \param nodes the nodes
     * \param stream the first stream to use
     * \return how many were used
     */
    int64_t AssignStreams(const NodeContainer& nodes, int64_t stream) const;

  private:
    ObjectFactory m_protocol; //!< makes SctpL4Protocols
};

} // namespace ns3::roam

#endif // ROAM_SCTP_HELPER_H

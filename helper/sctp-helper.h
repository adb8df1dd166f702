// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef ROAM_SCTP_HELPER_H
#define ROAM_SCTP_HELPER_H

#include "ns3/node-container.h"

#include <cstdint>

namespace ns3
{
namespace roam
{

/**
 * Puts SCTP on nodes that have an internet stack (InternetStackHelper). Parameters of the
 * protocol are attributes of ns3::roam::SctpSocket: set their defaults with Config::SetDefault.
 */
class SctpHelper
{
  public:
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
};

} // namespace roam
} // namespace ns3

#endif // ROAM_SCTP_HELPER_H

/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_SCTP_SOCKET_FACTORY_H
#define ROAM_SCTP_SOCKET_FACTORY_H

#include "ns3/ptr.h"
#include "ns3/socket-factory.h"

namespace ns3::roam
{

class SctpL4Protocol;

/**
 * Makes SctpSockets for Socket::CreateSocket. Give "ns3::roam::SctpSocketFactory" to an
 * application that asks for a protocol. SctpL4Protocol aggregates one to its node.
 */
class SctpSocketFactory : public SocketFactory
{
  public:
    /**
     * Get the type ID.
     * \return the object TypeId
     */
    static TypeId GetTypeId();

    /**
     * The protocol that new sockets belong to.
     * \param sctp the node's protocol
     */
    void SetSctp(Ptr<SctpL4Protocol> sctp);

    /** \return a new SctpSocket, unbound */
    Ptr<Socket> CreateSocket() override;

  protected:
    void DoDispose() override;

  private:
    Ptr<SctpL4Protocol> m_sctp; //!< the node's protocol
};

} // namespace ns3::roam

#endif // ROAM_SCTP_SOCKET_FACTORY_H

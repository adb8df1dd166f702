/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_SESSION_HELPER_H
#define ROAM_SESSION_HELPER_H

#include "ns3/address.h"
#include "ns3/application-container.h"
#include "ns3/attribute.h"
#include "ns3/node.h"
#include "ns3/object-factory.h"
#include "ns3/session-client.h"
#include "ns3/session-server.h"

#include <string>
#include <utility>
#include <vector>

namespace ns3::roam
{

/**
 * \ingroup roam
 * Makes the two ends of a session and gives them their flows.
 *
 *     SessionHelper session("ns3::roam::SctpSocketFactory");
 *     session.AddDownlink(flow);
 *     session.InstallServer(server, InetSocketAddress(Ipv4Address::GetAny(), 5000));
 *     session.InstallClient(client, InetSocketAddress("1.1.1.2", 5000));
 */
class SessionHelper
{
  public:
    /**
     * \param protocol the TypeId name of a socket factory
     */
    explicit SessionHelper(const std::string& protocol);

    /**
     * \param name of an attribute of SessionClient
     * \param value for the clients to come
     */
    void SetClientAttribute(const std::string& name, const AttributeValue& value);

    /**
     * \param name of an attribute of SessionServer
     * \param value for the servers to come
     */
    void SetServerAttribute(const std::string& name, const AttributeValue& value);

    /**
     * \param name of an attribute of the protocol's sockets, such as RtoMin of SctpSocket
     * \param value for the sockets of the clients and servers to come, and for no other
     */
    void SetSocketAttribute(const std::string& name, const AttributeValue& value);

    /**
     * \param flow from the client to the server, copied for each client to come
     */
    void AddUplink(const ObjectFactory& flow);

    /**
     * \param flow from the server to its clients, copied for each server to come
     */
    void AddDownlink(const ObjectFactory& flow);

    /**
     * \param node the client
     * \param remote the server's InetSocketAddress or Inet6SocketAddress
     * \return the application
     */
    Ptr<SessionClient> InstallClient(Ptr<Node> node, const Address& remote) const;

    /**
     * \param node the server
     * \param local InetSocketAddress or Inet6SocketAddress to accept sessions at
     * \return the application
     */
    Ptr<SessionServer> InstallServer(Ptr<Node> node, const Address& local) const;

  private:
    /** \param application that gets the attributes of its sockets */
    void SetSocketAttributes(SessionApplication& application) const;

    ObjectFactory m_client;                                                     //!< makes clients
    ObjectFactory m_server;                                                     //!< makes servers
    std::vector<std::pair<std::string, Ptr<const AttributeValue>>> m_ofSockets; //!< of sockets
    std::vector<ObjectFactory> m_uplink;   //!< make SessionFlows
    std::vector<ObjectFactory> m_downlink; //!< make SessionFlows
};

} // namespace ns3::roam

#endif // ROAM_SESSION_HELPER_H

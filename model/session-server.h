// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef ROAM_SESSION_SERVER_H
#define ROAM_SESSION_SERVER_H

#include "session-application.h"

#include <map>

namespace ns3
{
namespace roam
{

/**
 * \ingroup roam
 * The end of a session that accepts it, from any number of clients, and sends its flows to each.
 *
 * Over UDP a client is known by the address that its hello came from, and its flows go there for
 * ever; messages from any other address are received but answered with nothing: the transport has
 * no way to tell that they are of the same session.
 */
class SessionServer : public SessionApplication
{
  public:
    /**
     * Get the type ID.
     * \return the object TypeId
     */
    static TypeId GetTypeId();

    SessionServer();
    ~SessionServer() override;

    /** \return how many sessions there have been */
    uint32_t GetSessions() const;

  protected:
    void DoDispose() override;

  private:
    void StartApplication() override;
    void StopApplication() override;

    /** \param socket of a new connection \param from its client */
    void HandleAccept(Ptr<Socket> socket, const Address& from);
    /** \param socket without connections, with something to read */
    void HandleDatagrams(Ptr<Socket> socket);

    Ptr<Socket> m_socket;                                 //!< bound to Local
    std::vector<Ptr<SessionConnection>> m_connections;    //!< by session number
    std::map<Address, Ptr<SessionConnection>> m_datagram; //!< the same, of UDP clients
};

} // namespace roam
} // namespace ns3

#endif // ROAM_SESSION_SERVER_H

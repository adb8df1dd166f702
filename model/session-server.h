/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_SESSION_SERVER_H
#define ROAM_SESSION_SERVER_H

#include "ns3/session-application.h"
#include "ns3/session-message.h"

#include <map>
#include <utility>

namespace ns3::roam
{

/**
 * \ingroup roam
 * The end of a session that accepts it, from any number of clients, and sends its flows to each.
 *
 * A session begins with the client's hello, over every transport. It is the client that the hello
 * names, not the address or the connection that the hello came by: when a client says hello again,
 * having moved meanwhile or given up an attempt to connect, its session goes on where the last
 * hello came from. Later messages over UDP from another address are received, but the session's
 * flows stay: the transport has no way to move them.
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

    /** Who a client is: the numbers of its node and of the application on it. */
    using Client = std::pair<uint32_t, uint16_t>;

    /** The latest session of a client. */
    struct Known
    {
        uint32_t session; //!< its number
        uint32_t hello;   //!< the number of the client's latest HELLO
    };

    /** \param socket of a new connection \param from its client */
    void HandleAccept(Ptr<Socket> socket, const Address& from);
    /** \param socket without connections, with something to read */
    void HandleDatagrams(Ptr<Socket> socket);
    /**
     * A client says hello.
     * \param connection that it came by, of no session yet, or null over UDP
     * \param hello as it came
     * \param from its sender over UDP
     */
    void HandleHello(Ptr<SessionConnection> connection, const SessionHeader& hello,
                     const Address& from);
    /**
     * Begins a session.
     * \param connection its connection
     */
    void Begin(Ptr<SessionConnection> connection);
    /** \param connection of a session \param session its number, which the client is sent */
    static void Answer(SessionConnection& connection, uint32_t session);
    /**
     * A connection is that of a session, or is over.
     * \param connection that awaited a hello
     */
    void Forget(const SessionConnection* connection);

    Ptr<Socket> m_socket;                              //!< bound to Local
    std::vector<Ptr<SessionConnection>> m_connections; //!< by session number
    std::map<Client, Known> m_known;                   //!< the sessions of clients
    std::vector<Ptr<SessionConnection>> m_waiting;     //!< their clients have not said hello
};

} // namespace ns3::roam

#endif // ROAM_SESSION_SERVER_H

// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef ROAM_SESSION_CLIENT_H
#define ROAM_SESSION_CLIENT_H

#include "session-application.h"

#include "ns3/event-id.h"

namespace ns3
{
namespace roam
{

/**
 * \ingroup roam
 * The end of a session that opens it, over any socket factory: SCTP, TCP or UDP. An attempt that
 * fails is made again after RetryInterval; a session that was up and broke is over.
 *
 * Over UDP there is no connection, so the client says hello until the server answers, and the
 * session counts as connected from then on.
 */
class SessionClient : public SessionApplication
{
  public:
    /**
     * Get the type ID.
     * \return the object TypeId
     */
    static TypeId GetTypeId();

    SessionClient();
    ~SessionClient() override;

    /** \return the socket of the present attempt or session, or null */
    Ptr<Socket> GetSocket() const;

  protected:
    void DoDispose() override;

  private:
    void StartApplication() override;
    void StopApplication() override;

    /** Makes a socket and connects it. */
    void Open();
    /** The attempt has failed. \param why in words */
    void OpenFailed(const std::string& why);
    /** \param socket that is connected */
    void HandleConnected(Ptr<Socket> socket);
    /** \param socket that could not connect */
    void HandleFailed(Ptr<Socket> socket);
    /** \param socket with something to read */
    void HandleRead(Ptr<Socket> socket);
    /** Makes itself known to a server without connections, until it answers. */
    void Hello();

    Address m_remote;     //!< Remote
    Time m_retryInterval; //!< RetryInterval
    Time m_helloInterval; //!< HelloInterval

    Ptr<Socket> m_socket;                //!< of the present attempt
    Ptr<SessionConnection> m_connection; //!< over that socket
    bool m_connected{false};             //!< the session has been up
    EventId m_event;                     //!< the next attempt, or the next hello
};

} // namespace roam
} // namespace ns3

#endif // ROAM_SESSION_CLIENT_H

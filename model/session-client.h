/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_SESSION_CLIENT_H
#define ROAM_SESSION_CLIENT_H

#include "ns3/event-id.h"
#include "ns3/session-application.h"
#include "ns3/session-message.h"

namespace ns3::roam
{

/**
 * \ingroup roam
 * The end of a session that opens it, over any socket factory: SCTP, TCP or UDP.
 *
 * Over each of them the client says hello as soon as it can send, and the session is connected when
 * the server has answered. The hello carries the client's identity, so that the server knows an
 * attempt to open from a second session. Over UDP it is said again and again; over the others an
 * attempt that has not led to an answer within ConnectTimeout is given up, and after RetryInterval
 * another is made, with a new socket. Each time both are twice as long, up to RetryMax. A session
 * that was up and broke is over.
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

  protected:
    void DoDispose() override;

  private:
    void StartApplication() override;
    void StopApplication() override;

    /** Makes a socket and connects it. */
    void Open();
    /** The attempt could not begin, for want of an address or a route. \param why in words */
    void OpenFailed(const std::string& why);
    /** The attempt has begun and failed. \param why in words */
    void AttemptFailed(const std::string& why);
    /** The attempt has lasted too long. */
    void AttemptExpired();
    /** Lets go of the present attempt's connection. */
    void Drop();
    /**
     * Makes another attempt later, or none.
     * \param after so long
     * \param why the last one failed
     */
    void Retry(Time after, const std::string& why);
    /**
     * Doubles a time for each attempt that has failed.
     * \param time of the first attempt
     * \return at most RetryMax, or time if that is more
     */
    Time BackOff(Time time) const;
    /** \param socket that is connected */
    void HandleConnected(Ptr<Socket> socket);
    /** \param socket that could not connect */
    void HandleFailed(Ptr<Socket> socket);
    /** \param header of the server's first message */
    void HandleHeard(const SessionHeader& header);
    /** Sends a HELLO. */
    void SendHello();
    /** Sends HELLOs to a server without connections, until it answers. */
    void RepeatHello();
    /** Closes the sockets of attempts that were given up. */
    void CloseGivenUp();

    Address m_remote;      //!< Remote
    Time m_retryInterval;  //!< RetryInterval
    Time m_retryMax;       //!< RetryMax
    Time m_connectTimeout; //!< ConnectTimeout
    Time m_helloInterval;  //!< HelloInterval

    Ptr<Socket> m_socket;                //!< of the present attempt
    Ptr<SessionConnection> m_connection; //!< over that socket
    std::vector<Ptr<Socket>> m_givenUp;  //!< connected, but the server has not answered in time
    bool m_reached{false};               //!< the present attempt's transport is connected
    bool m_connected{false};             //!< the session has been up
    uint32_t m_failures{0};              //!< attempts that have begun and failed
    uint32_t m_hellos{0};                //!< HELLOs so far
    EventId m_event;                     //!< the next attempt, or the next hello
    EventId m_limit;                     //!< the end of the present attempt
};

} // namespace ns3::roam

#endif // ROAM_SESSION_CLIENT_H

/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_SESSION_APPLICATION_H
#define ROAM_SESSION_APPLICATION_H

#include "ns3/application.h"
#include "ns3/session-flow.h"
#include "ns3/socket.h"
#include "ns3/traced-callback.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace ns3::roam
{

class SessionConnection;

/**
 * \ingroup roam
 * What the two ends of a session have in common: their flows, their attributes and their traces.
 *
 * A session has a number at its application: 0 for a client's, 0, 1, 2, ... for the server's in the
 * order in which they came. Traces name a flow by (session << 16) | id, so with one session it is
 * the flow's id.
 */
class SessionApplication : public Application
{
  public:
    /**
     * Get the type ID.
     * \return the object TypeId
     */
    static TypeId GetTypeId();

    ~SessionApplication() override;

    /**
     * Adds a flow that this end sends, in every session of its own. Before the start only.
     * \param flow its description; Bulk needs a transport with flow control
     */
    void AddFlow(Ptr<SessionFlow> flow);

    /**
     * Sets an attribute of the sockets that this end makes, before they are bound; those that a
     * listening one accepts have it too, where the transport hands it on. Before the start only.
     * \param name of an attribute of the protocol's sockets, such as RtoMin
     * \param value for them
     */
    void SetSocketAttribute(const std::string& name, const AttributeValue& value);

    /**
     * \param id of a flow
     * \return the flow that this end sends under it; null when there is none
     */
    Ptr<const SessionFlow> FindFlow(uint16_t id) const;

    /**
     * Fixes the random numbers of the flows.
     * \param stream the first stream to use
     * \return how many are reserved
     */
    int64_t AssignStreams(int64_t stream);

    /** Signature of Sent: a message was made, and goes out or waits in the backlog. */
    typedef void (*SentTracedCallback)(uint32_t flow, uint64_t seq, uint32_t bytes);
    /** Signature of Received: a message was delivered to the user. sentAt is the sender's time. */
    typedef void (*ReceivedTracedCallback)(uint32_t flow, uint64_t seq, uint32_t bytes,
                                           Time sentAt);
    /** Signature of Dropped: a Sent message that never left, from the backlog or in its place. */
    typedef void (*DroppedTracedCallback)(uint32_t flow, uint64_t seq, uint32_t bytes);
    /** Signature of Connected and Closed. */
    typedef void (*SessionTracedCallback)(uint32_t session);
    /** Signature of Broken: the session ended otherwise than by its user's wish. */
    typedef void (*BrokenTracedCallback)(uint32_t session, const std::string& why);
    /** Signature of Socket: the session's socket, before it connects or as it was accepted. */
    typedef void (*SocketTracedCallback)(uint32_t session, Ptr<Socket> socket);

  protected:
    void DoDispose() override;

    friend class SessionConnection;

    /** \return a socket of Protocol with the attributes of SetSocketAttribute */
    Ptr<Socket> MakeSocket() const;

    std::vector<Ptr<SessionFlow>> m_flows; //!< what this end sends
    Time m_origin;                         //!< when the application started

    std::vector<std::pair<std::string, Ptr<const AttributeValue>>> m_ofSockets; //!< of each socket

    TypeId m_protocol;  //!< Protocol
    Address m_local;    //!< Local
    uint32_t m_backlog; //!< Backlog
    bool m_closeAtStop; //!< CloseAtStop

    TracedCallback<uint32_t, uint64_t, uint32_t> m_sentTrace;           //!< Sent
    TracedCallback<uint32_t, uint64_t, uint32_t, Time> m_receivedTrace; //!< Received
    TracedCallback<uint32_t, uint64_t, uint32_t> m_droppedTrace;        //!< Dropped
    TracedCallback<uint32_t> m_connectedTrace;                          //!< Connected
    TracedCallback<uint32_t, const std::string&> m_brokenTrace;         //!< Broken
    TracedCallback<uint32_t> m_closedTrace;                             //!< Closed
    TracedCallback<uint32_t, Ptr<Socket>> m_socketTrace;                //!< Socket
};

} // namespace ns3::roam

#endif // ROAM_SESSION_APPLICATION_H

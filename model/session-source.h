/* SPDX-License-Identifier: GPL-2.0-or-later */
// Private to the module.
#ifndef ROAM_SESSION_SOURCE_H
#define ROAM_SESSION_SOURCE_H

#include "ns3/event-id.h"
#include "ns3/random-variable-stream.h"
#include "ns3/session-flow.h"
#include "ns3/session-message.h"

#include <functional>

namespace ns3::roam
{

/**
 * One flow in one session: says when the next message is due, and which it is. Its owner keeps it
 * where it is, as the simulator's events point to it.
 */
class SessionSource
{
  public:
    /** Called when a message is due, or when a bulk flow begins. */
    using Due = std::function<void(SessionSource&)>;

    /**
     * \param flow what to send
     * \param session its session's number
     * \param origin when the application started
     * \param due called at each message of a rate, and at the beginning of a bulk flow
     */
    SessionSource(Ptr<const SessionFlow> flow, uint32_t session, Time origin, Due due);
    ~SessionSource();

    SessionSource(const SessionSource&) = delete;
    SessionSource& operator=(const SessionSource&) = delete;

    /** The session is up. */
    void Start();

    /** No more messages. */
    void Stop();

    /** \return whether it is a bulk flow with something to send now */
    bool WantsToSend() const;

    /** \return the header of the message that is due; the sequence number is not used up */
    SessionHeader Peek() const;

    /** Uses up the sequence number. */
    void Advance();

    /** \return the flow as the traces of this end name it */
    uint32_t GetFlow() const;

  private:
    /** Schedules the next message of a rate. */
    void Schedule();
    /** A message is due. */
    void Fire();
    /** \return a time between two messages */
    Time DrawInterval();

    Ptr<const SessionFlow> m_flow;       //!< what to send
    uint32_t m_session;                  //!< its session
    Time m_origin;                       //!< the flow's times count from here
    Due m_due;                           //!< the owner's
    Ptr<UniformRandomVariable> m_random; //!< phase and Poisson intervals
    Time m_next;                         //!< the next message on the flow's own grid
    uint32_t m_seq{0};                   //!< of the next message
    bool m_running{false};               //!< between its start and its stop
    EventId m_event;                     //!< the next message, or the start of a bulk flow
    EventId m_stop;                      //!< the end of a bulk flow
};

} // namespace ns3::roam

#endif // ROAM_SESSION_SOURCE_H

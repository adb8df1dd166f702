/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_SESSION_FLOW_H
#define ROAM_SESSION_FLOW_H

#include "ns3/data-rate.h"
#include "ns3/nstime.h"
#include "ns3/object.h"

#include <cstdint>

namespace ns3::roam
{

/**
 * \ingroup roam
 * The description of a flow of messages: constant rate, Poisson, or as much as the transport takes
 * (bulk). The moments at which a flow makes its messages are on a grid of their own, counted from
 * the start of the application, that depends neither on the transport nor on when the connection
 * came up: what falls before the connection is not sent.
 */
class SessionFlow : public Object
{
  public:
    /**
     * Get the type ID.
     * \return the object TypeId
     */
    static TypeId GetTypeId();

    /** \return its number */
    uint16_t GetId() const;
    /** \return bytes of a message, its header included */
    uint32_t GetMessageSize() const;
    /** \return whether it sends as fast as the transport takes */
    bool IsBulk() const;
    /** \return whether intervals are exponentially distributed */
    bool IsPoisson() const;
    /** \return whether it begins at a random moment of its first interval */
    bool HasRandomPhase() const;
    /** \return the (mean) time between messages, from DataRate when that is set */
    Time GetInterval() const;
    /** \return when it begins, after the start of the application */
    Time GetStart() const;
    /** \return when it ends, after the start of the application; 0 is never */
    Time GetStop() const;
    /** \return how many messages it sends at most; 0 is no limit */
    uint64_t GetMaxMessages() const;

    /**
     * Fixes its random numbers: session n draws from stream + n.
     * \param stream the first stream to use
     * \return how many are reserved
     */
    int64_t AssignStreams(int64_t stream);

    /**
     * \param session the number of the session at its application
     * \return the stream to draw from, -1 when none was assigned
     */
    int64_t GetStream(uint32_t session) const;

    /** How many streams a flow reserves: as many as an application may have sessions. */
    static constexpr int64_t STREAMS = 65536;

  private:
    uint16_t m_id;          //!< Id
    uint32_t m_messageSize; //!< MessageSize
    bool m_bulk;            //!< Bulk
    bool m_poisson;         //!< Poisson
    bool m_randomPhase;     //!< RandomPhase
    Time m_interval;        //!< Interval
    DataRate m_dataRate;    //!< DataRate
    Time m_start;           //!< Start
    Time m_stop;            //!< Stop
    uint64_t m_maxMessages; //!< MaxMessages
    int64_t m_stream{-1};   //!< AssignStreams
};

} // namespace ns3::roam

#endif // ROAM_SESSION_FLOW_H

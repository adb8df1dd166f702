/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ns3/session-flow.h"

#include "ns3/boolean.h"
#include "ns3/session-message.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3::roam
{

NS_OBJECT_ENSURE_REGISTERED(SessionFlow);

TypeId SessionFlow::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::roam::SessionFlow")
            .SetParent<Object>()
            .SetGroupName("Roam")
            .AddConstructor<SessionFlow>()
            .AddAttribute("Id", "The number of the flow, unique at its sender.", UintegerValue(0),
                          MakeUintegerAccessor(&SessionFlow::m_id), MakeUintegerChecker<uint16_t>())
            .AddAttribute("MessageSize", "Bytes of a message, with 24 of header in it.",
                          UintegerValue(1000), MakeUintegerAccessor(&SessionFlow::m_messageSize),
                          MakeUintegerChecker<uint32_t>(SessionHeader::SIZE))
            .AddAttribute("Bulk", "Send as fast as the transport takes; needs TCP or SCTP.",
                          BooleanValue(false), MakeBooleanAccessor(&SessionFlow::m_bulk),
                          MakeBooleanChecker())
            .AddAttribute("Interval",
                          "Time between messages, unless DataRate or Bulk is set; above 0.",
                          TimeValue(MilliSeconds(8)), MakeTimeAccessor(&SessionFlow::m_interval),
                          MakeTimeChecker(NanoSeconds(1)))
            .AddAttribute("DataRate",
                          "Bits of messages in a second; 0 leaves the choice to Interval.",
                          DataRateValue(DataRate(0)),
                          MakeDataRateAccessor(&SessionFlow::m_dataRate), MakeDataRateChecker())
            .AddAttribute("Poisson", "Draw the intervals from an exponential distribution.",
                          BooleanValue(false), MakeBooleanAccessor(&SessionFlow::m_poisson),
                          MakeBooleanChecker())
            .AddAttribute("RandomPhase", "Begin at a random moment of the first interval.",
                          BooleanValue(false), MakeBooleanAccessor(&SessionFlow::m_randomPhase),
                          MakeBooleanChecker())
            .AddAttribute("Start", "When it begins, after the start of the application.",
                          TimeValue(Seconds(0)), MakeTimeAccessor(&SessionFlow::m_start),
                          MakeTimeChecker(Seconds(0)))
            .AddAttribute("Stop", "When it ends, after the start of the application; 0 is with it.",
                          TimeValue(Seconds(0)), MakeTimeAccessor(&SessionFlow::m_stop),
                          MakeTimeChecker(Seconds(0)))
            .AddAttribute("MaxMessages", "How many messages it sends at most; 0 is no limit.",
                          UintegerValue(0), MakeUintegerAccessor(&SessionFlow::m_maxMessages),
                          MakeUintegerChecker<uint64_t>());
    return tid;
}

uint16_t SessionFlow::GetId() const
{
    return m_id;
}

uint32_t SessionFlow::GetMessageSize() const
{
    return m_messageSize;
}

bool SessionFlow::IsBulk() const
{
    return m_bulk;
}

bool SessionFlow::IsPoisson() const
{
    return m_poisson;
}

bool SessionFlow::HasRandomPhase() const
{
    return m_randomPhase;
}

Time SessionFlow::GetInterval() const
{
    return m_dataRate.GetBitRate() > 0
               ? std::max(NanoSeconds(1), m_dataRate.CalculateBytesTxTime(m_messageSize))
               : m_interval;
}

Time SessionFlow::GetStart() const
{
    return m_start;
}

Time SessionFlow::GetStop() const
{
    return m_stop;
}

uint64_t SessionFlow::GetMaxMessages() const
{
    return m_maxMessages;
}

int64_t SessionFlow::AssignStreams(int64_t stream)
{
    m_stream = stream;
    return STREAMS;
}

int64_t SessionFlow::GetStream(uint32_t session) const
{
    return m_stream < 0 ? -1 : m_stream + session;
}

} // namespace ns3::roam

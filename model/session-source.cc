/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "session-source.h"

#include "ns3/simulator.h"

#include <algorithm>
#include <cmath>

namespace ns3::roam
{

SessionSource::SessionSource(Ptr<const SessionFlow> flow, uint32_t session, Time origin, Due due)
    : m_flow(flow), m_session(session), m_origin(origin), m_due(std::move(due)),
      m_random(CreateObject<UniformRandomVariable>())
{
    m_random->SetStream(flow->GetStream(session));
}

SessionSource::~SessionSource()
{
    Stop();
}

Time SessionSource::DrawInterval()
{
    const Time mean = m_flow->GetInterval();
    if (!m_flow->IsPoisson())
    {
        return mean;
    }
    // 1 - u is in (0, 1], whose logarithm is finite.
    const double gap = -std::log(1.0 - m_random->GetValue(0.0, 1.0));
    return std::max(NanoSeconds(1), NanoSeconds(std::llround(gap * mean.GetNanoSeconds())));
}

void SessionSource::Start()
{
    m_running = true;
    const Time now = Simulator::Now();
    m_next = m_origin + m_flow->GetStart();
    if (m_flow->IsBulk())
    {
        if (m_flow->GetStop().IsStrictlyPositive())
        {
            const Time end = m_origin + m_flow->GetStop();
            m_stop = Simulator::Schedule(std::max(Time(0), end - now), &SessionSource::Stop, this);
        }
        m_event = Simulator::Schedule(std::max(Time(0), m_next - now), &SessionSource::Fire, this);
        return;
    }
    if (m_flow->HasRandomPhase())
    {
        m_next += NanoSeconds(
            std::floor(m_random->GetValue(0.0, 1.0) * m_flow->GetInterval().GetNanoSeconds()));
    }
    // Messages that would have been due before there was a session fall away; those that come
    // are due when they would have been in any other session.
    if (m_next < now && !m_flow->IsPoisson())
    {
        const int64_t interval = m_flow->GetInterval().GetNanoSeconds();
        const int64_t behind = (now - m_next).GetNanoSeconds();
        m_next += NanoSeconds((behind + interval - 1) / interval * interval);
    }
    while (m_next < now)
    {
        m_next += DrawInterval();
    }
    Schedule();
}

void SessionSource::Stop()
{
    m_running = false;
    m_event.Cancel();
    m_stop.Cancel();
}

void SessionSource::Schedule()
{
    const Time stop = m_flow->GetStop();
    if (stop.IsStrictlyPositive() && m_next >= m_origin + stop)
    {
        m_running = false;
        return;
    }
    m_event = Simulator::Schedule(m_next - Simulator::Now(), &SessionSource::Fire, this);
}

void SessionSource::Fire()
{
    if (!m_flow->IsBulk())
    {
        m_next += DrawInterval();
        Schedule();
    }
    m_due(*this);
}

bool SessionSource::WantsToSend() const
{
    return m_running && m_flow->IsBulk() && m_event.IsExpired();
}

SessionHeader SessionSource::Peek() const
{
    SessionHeader header;
    header.length = m_flow->GetMessageSize();
    header.flow = m_flow->GetId();
    header.seq = m_seq;
    header.sentAt = Simulator::Now();
    return header;
}

void SessionSource::Advance()
{
    ++m_seq;
    if (m_flow->GetMaxMessages() > 0 && m_seq >= m_flow->GetMaxMessages())
    {
        Stop();
    }
}

uint32_t SessionSource::GetFlow() const
{
    return m_session << 16 | m_flow->GetId();
}

} // namespace ns3::roam

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ns3/cell-transmitter.h"

#include "ns3/simulator.h"

#include <algorithm>
#include <utility>

namespace ns3::roam
{

namespace
{

/** Destination, source and EtherType; the frame check sequence is not modelled. */
constexpr uint32_t ETHERNET_HEADER = 14;

} // namespace

uint32_t CellFrame::GetSize() const
{
    return packet->GetSize() + ETHERNET_HEADER;
}

CellTransmitter::~CellTransmitter()
{
    m_event.Cancel();
}

void CellTransmitter::SetDeliver(Deliver deliver)
{
    m_deliver = deliver;
}

bool CellTransmitter::Enqueue(CellFrame frame, const DataRate& rate, Time delay,
                              const QueueSize& limit)
{
    const Time now = Simulator::Now();
    const uint32_t size = frame.GetSize();
    const uint64_t waiting = GetWaiting();
    const bool busy = m_free > now;
    if (busy)
    {
        const uint64_t full =
            limit.GetUnit() == QueueSizeUnit::PACKETS ? waiting + 1 : m_waitingBytes + size;
        if (full > limit.GetValue())
        {
            return false;
        }
    }
    frame.start = busy ? m_free : now;
    frame.end = frame.start + rate.CalculateBytesTxTime(size);
    frame.arrival = frame.end + delay;
    if (!m_frames.empty())
    {
        frame.arrival = std::max(frame.arrival, m_frames.back().arrival);
    }
    m_free = frame.end;
    m_waitingBytes += size;
    m_frames.push_back(std::move(frame));
    Arm();
    return true;
}

uint32_t CellTransmitter::GetWaiting() const
{
    MarkStarted();
    return m_frames.size() - m_started;
}

std::deque<CellFrame> CellTransmitter::Remove(Mac48Address destination)
{
    MarkStarted();
    // What is being sent has the line to its end, even if nobody is left to hear it.
    Time free = m_started < m_frames.size() ? m_frames[m_started].start : m_free;
    std::deque<CellFrame> removed;
    std::deque<CellFrame> kept;
    std::size_t started = 0;
    m_waitingBytes = 0;
    for (std::size_t i = 0; i < m_frames.size(); i++)
    {
        CellFrame& frame = m_frames[i];
        if (frame.destination == destination)
        {
            removed.push_back(std::move(frame));
            continue;
        }
        if (i < m_started)
        {
            started++;
        }
        else
        {
            const Time line = frame.end - frame.start;
            const Time delay = frame.arrival - frame.end;
            frame.start = free;
            frame.end = free + line;
            frame.arrival = frame.end + delay;
            free = frame.end;
            m_waitingBytes += frame.GetSize();
        }
        kept.push_back(std::move(frame));
    }
    m_frames.swap(kept);
    m_started = started;
    m_free = free;
    Arm();
    return removed;
}

std::deque<CellFrame> CellTransmitter::Clear()
{
    std::deque<CellFrame> removed;
    removed.swap(m_frames);
    m_started = 0;
    m_waitingBytes = 0;
    m_free = Simulator::Now();
    m_event.Cancel();
    return removed;
}

void CellTransmitter::MarkStarted() const
{
    const Time now = Simulator::Now();
    while (m_started < m_frames.size() && m_frames[m_started].start <= now)
    {
        m_waitingBytes -= m_frames[m_started].GetSize();
        m_started++;
    }
}

void CellTransmitter::Arm()
{
    if (m_frames.empty())
    {
        return;
    }
    const Time at = m_frames.front().arrival;
    if (!m_event.IsExpired())
    {
        if (m_event.GetTs() <= static_cast<uint64_t>(at.GetTimeStep()))
        {
            return;
        }
        m_event.Cancel();
    }
    m_event = Simulator::Schedule(at - Simulator::Now(), &CellTransmitter::Arrive, this);
}

void CellTransmitter::Arrive()
{
    if (m_frames.empty() || m_frames.front().arrival > Simulator::Now())
    {
        Arm();
        return;
    }
    MarkStarted();
    const CellFrame frame = std::move(m_frames.front());
    m_frames.pop_front();
    m_started--;
    Arm();
    // Last, and through a copy: who takes the frame may end this transmitter.
    const Deliver deliver = m_deliver;
    deliver(frame);
}

} // namespace ns3::roam

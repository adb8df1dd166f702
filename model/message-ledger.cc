/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ns3/message-ledger.h"

#include <algorithm>
#include <cmath>

namespace ns3::roam
{

namespace
{

/** The nearest-rank quantile of sorted values. */
double Quantile(const std::vector<double>& sorted, double q)
{
    auto rank = static_cast<std::size_t>(std::ceil(q * static_cast<double>(sorted.size())));
    return sorted[std::max<std::size_t>(rank, 1) - 1];
}

} // namespace

std::optional<double> FlowSummary::GetLoss() const
{
    if (sent == 0)
    {
        return std::nullopt;
    }
    return static_cast<double>(lost) / static_cast<double>(sent);
}

MessageLedger::Message& MessageLedger::At(uint64_t seq)
{
    if (seq >= m_messages.size())
    {
        m_messages.resize(seq + 1);
    }
    return m_messages[seq];
}

void MessageLedger::Sent(uint64_t seq, uint32_t bytes, Time now)
{
    Message& message = At(seq);
    message.sent = true;
    message.sentAt = now;
    message.bytes = bytes;
    m_first = m_first.value_or(now);
    m_last = now;
}

void MessageLedger::Delivered(uint64_t seq, uint32_t bytes, Time sentAt, Time now, uint32_t cell)
{
    Message& message = At(seq);
    m_deliveries.push_back({now, sentAt, seq, bytes, cell, message.delivered, seq + 1 < m_next});
    if (!message.delivered)
    {
        message.deliveredAt = now;
        m_longestDelay = std::max(m_longestDelay, now - sentAt);
    }
    message.delivered = true;
    m_next = std::max(m_next, seq + 1);
}

void MessageLedger::Dropped(uint64_t seq)
{
    At(seq).dropped = true;
}

void MessageLedger::Left(uint64_t seq)
{
    m_left = std::max(m_left, seq + 1);
}

bool MessageLedger::IsLost(uint64_t seq, const FlowEnd& end) const
{
    const Message& message = m_messages[seq];
    if (end.over || message.dropped)
    {
        return true;
    }
    Time age = end.stop - message.sentAt;
    if (end.keepsOn)
    {
        return end.givenUp > Time(0) && age > end.givenUp;
    }
    // a datagram is sent once: it waits at its sender, is on its way, or will never come
    return seq < m_left && age > m_longestDelay;
}

void MessageLedger::Close(const FlowEnd& end)
{
    for (uint64_t seq = 0; seq < m_messages.size(); ++seq)
    {
        Message& message = m_messages[seq];
        message.lost = message.sent && !message.delivered && IsLost(seq, end);
    }
}

std::vector<Gap> MessageLedger::GetGaps(Time end) const
{
    std::vector<Gap> gaps;
    std::optional<Time> last;
    for (const auto& delivery : m_deliveries)
    {
        if (delivery.again)
        {
            continue;
        }
        if (last)
        {
            gaps.push_back({*last, delivery.at, false});
        }
        last = delivery.at;
    }
    std::optional<Time> begin = last ? last : m_first;
    if (begin && end > *begin && (!last || *m_last > *last))
    {
        gaps.push_back({*begin, end, true});
    }
    return gaps;
}

FlowSummary MessageLedger::Summarize(Time end) const
{
    FlowSummary summary;
    for (const auto& gap : GetGaps(end))
    {
        double length = gap.GetLength().GetSeconds();
        if (length > summary.longestGap.value_or(-1))
        {
            summary.longestGap = length;
            summary.longestGapCensored = gap.open;
        }
    }
    for (const auto& message : m_messages)
    {
        summary.sent += message.sent;
        summary.delivered += message.delivered;
        summary.lost += message.lost;
        summary.dropped += message.lost && message.dropped;
        summary.unfinished += message.sent && !message.delivered && !message.lost;
    }
    std::vector<double> delays;
    double bits = 0;
    double jitter = 0;
    for (const auto& delivery : m_deliveries)
    {
        summary.duplicated += delivery.again;
        summary.reordered += delivery.late && !delivery.again;
        if (delivery.again)
        {
            continue;
        }
        double delay = (delivery.at - delivery.sentAt).GetSeconds();
        if (!delays.empty())
        {
            jitter += std::fabs(delay - delays.back());
        }
        delays.push_back(delay);
        bits += delivery.at <= end ? 8.0 * delivery.bytes : 0;
    }
    if (m_first && end > *m_first)
    {
        summary.goodput = bits / (end - *m_first).GetSeconds();
    }
    if (delays.size() > 1)
    {
        summary.jitter = jitter / static_cast<double>(delays.size() - 1);
    }
    if (!delays.empty())
    {
        double sum = 0;
        for (double delay : delays)
        {
            sum += delay;
        }
        summary.delayMean = sum / static_cast<double>(delays.size());
        std::sort(delays.begin(), delays.end());
        summary.delayMin = delays.front();
        summary.delayP50 = Quantile(delays, 0.5);
        summary.delayP95 = Quantile(delays, 0.95);
        summary.delayP99 = Quantile(delays, 0.99);
        summary.delayMax = delays.back();
    }
    return summary;
}

std::vector<MissingMessage> MessageLedger::GetMissing() const
{
    std::vector<MissingMessage> missing;
    const Message* before = nullptr; // the last that was delivered
    std::size_t since = 0;           // in missing, behind it
    for (const auto& message : m_messages)
    {
        if (message.delivered)
        {
            for (; since < missing.size(); ++since)
            {
                bool later = !before || message.deliveredAt > before->deliveredAt;
                Time latest = message.deliveredAt - NanoSeconds(1);
                missing[since].due =
                    later ? std::min(missing[since].due, latest) : missing[since].due;
            }
            before = &message;
        }
        else if (message.sent)
        {
            Time delay = before ? before->deliveredAt - before->sentAt : Time(0);
            missing.push_back({message.sentAt + delay, message.bytes, message.lost});
        }
    }
    return missing;
}

const std::vector<Delivery>& MessageLedger::GetDeliveries() const
{
    return m_deliveries;
}

std::optional<double> MessageLedger::GetMeanDelayDelivered(Time from, Time to) const
{
    double sum = 0;
    uint64_t n = 0;
    for (const auto& delivery : m_deliveries)
    {
        if (!delivery.again && delivery.at >= from && delivery.at < to)
        {
            sum += (delivery.at - delivery.sentAt).GetSeconds();
            ++n;
        }
    }
    return n ? std::optional<double>(sum / static_cast<double>(n)) : std::nullopt;
}

std::optional<double> MessageLedger::GetMeanDelaySent(Time from, Time to) const
{
    double sum = 0;
    uint64_t n = 0;
    for (const auto& delivery : m_deliveries)
    {
        if (!delivery.again && delivery.sentAt >= from && delivery.sentAt < to)
        {
            sum += (delivery.at - delivery.sentAt).GetSeconds();
            ++n;
        }
    }
    return n ? std::optional<double>(sum / static_cast<double>(n)) : std::nullopt;
}

bool MessageLedger::IsAnySentDelivered(Time from, Time to) const
{
    return std::any_of(m_messages.begin(), m_messages.end(),
                       [from, to](const Message& message) {
                           return message.delivered && message.sent && message.sentAt >= from &&
                                  message.sentAt < to;
                       });
}

bool MessageLedger::IsAnyDelivered(Time from, Time to) const
{
    return std::any_of(m_deliveries.begin(), m_deliveries.end(),
                       [from, to](const Delivery& delivery)
                       { return !delivery.again && delivery.at >= from && delivery.at < to; });
}

} // namespace ns3::roam

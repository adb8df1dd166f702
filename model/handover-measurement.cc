/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ns3/handover-measurement.h"

#include <algorithm>
#include <cstdio>

namespace ns3::roam
{

namespace
{

/** The outcome that the flow gives to a handover of which no session was told. */
void JudgeByFlow(HandoverMeasurement& measured, const HandoverEvidence& evidence)
{
    const HandoverRecord& record = measured.record;
    const HandoverWindow& window = measured.window;
    if (!evidence.connected || *evidence.connected >= window.next)
    {
        measured.outcome = HandoverRecord::GetOutcomeName(HandoverRecord::ABANDONED);
        measured.end = "there was no session yet";
        return;
    }
    if (evidence.ended && *evidence.ended <= record.tOpen)
    {
        measured.outcome = HandoverRecord::GetOutcomeName(HandoverRecord::BROKEN);
        measured.end = "the session was over";
        return;
    }
    auto released = Moment(record.tRelease);
    // what was sent at once may still have come by luck; where there is time, what came later
    // counts. A session that is only behind delivers, but nothing of what was sent then.
    Time since = released.value_or(record.tOpen);
    Time later = since + evidence.settle;
    since = later < std::min(window.next, evidence.sendingStop) ? later : since;
    bool goesOn = evidence.messages.IsAnySentDelivered(since, window.next) ||
                  (evidence.completed && evidence.messages.IsAnyDelivered(since, window.next));
    auto outcome = HandoverRecord::BROKEN;
    measured.end = window.firstNew ? "the flow did not go on" : "no data over the new path";
    if (goesOn && window.firstNew)
    {
        outcome = record.returned ? HandoverRecord::PING_PONG : HandoverRecord::COMPLETED;
        measured.end = "-";
    }
    else if (goesOn && !released)
    {
        outcome = HandoverRecord::ABANDONED;
        measured.end = "the flow stayed on the old path";
    }
    measured.outcome = HandoverRecord::GetOutcomeName(outcome);
}

/** What a gap was longer than the flow's interval. */
CensoredTime SilenceOf(const Gap& gap, Time spacing)
{
    return {std::max(gap.GetLength() - spacing, Time(0)), gap.open};
}

/** Charges a handover with a gap that is its own. */
void ChargeGap(HandoverMeasurement& measured, const Gap& gap, const HandoverEvidence& evidence)
{
    const HandoverWindow& window = measured.window;
    CensoredTime silence = SilenceOf(gap, evidence.spacing);
    if (!measured.silence || silence.length > measured.silence->length)
    {
        measured.silence = silence;
    }
    measured.lostCensored |= gap.open;
    bool atSwitch =
        gap.open ? !window.firstDelivery
                 : window.firstDelivery && gap.end == *window.firstDelivery && gap.begin < gap.end;
    if (!atSwitch)
    {
        return;
    }
    measured.interruption = silence;
    if (gap.open && !window.firstNew && window.lastOld)
    {
        measured.latency = {evidence.sendingStop - *window.lastOld - evidence.spacing, true};
    }
}

/** Gaps between deliveries, and the messages that were missed in them. */
void ChargeMessages(std::vector<HandoverMeasurement>& all,
                    const std::vector<HandoverWindow>& windows, const TimePartition& inWindow,
                    const HandoverEvidence& evidence)
{
    std::vector<Gap> gaps = evidence.messages.GetGaps(evidence.sendingStop);
    auto owners = OwnGaps(gaps, windows, evidence.ended);
    TimePartition inGap;
    for (std::size_t i = 0; i < gaps.size(); ++i)
    {
        if (owners[i])
        {
            inGap.Claim(gaps[i].begin, gaps[i].open ? Time::Max() : gaps[i].end, *owners[i]);
            ChargeGap(all[*owners[i]], gaps[i], evidence);
        }
    }
    Time first = gaps.empty() ? Time::Max() : gaps.front().begin;
    for (const auto& message : evidence.messages.GetMissing())
    {
        auto owner =
            message.due < first ? inWindow.OwnerAt(message.due) : inGap.OwnerAt(message.due);
        if (owner)
        {
            (message.lost ? all[*owner].lost : all[*owner].unfinished)++;
            all[*owner].lostBytes += message.lost ? message.bytes : 0;
        }
    }
    for (const auto& delivery : evidence.messages.GetDeliveries())
    {
        auto owner = delivery.again || delivery.late ? inWindow.OwnerAt(delivery.at) : std::nullopt;
        if (owner)
        {
            (delivery.again ? all[*owner].duplicated : all[*owner].reordered)++;
        }
    }
}

/** Delay before and after, and the length of the new path. */
void MeasurePath(HandoverMeasurement& measured, const HandoverEvidence& evidence)
{
    const HandoverWindow& window = measured.window;
    Time open = measured.record.tOpen;
    measured.delayBefore = evidence.messages.GetMeanDelayDelivered(open - Seconds(1), open);
    if (!window.firstNew)
    {
        return;
    }
    Time settled =
        std::max(*window.firstNew, Moment(measured.record.tBound).value_or(*window.firstNew));
    measured.delayAfter =
        evidence.messages.GetMeanDelaySent(settled, std::min(settled + Seconds(1), window.next));
    double sum = 0;
    uint64_t n = 0;
    for (const auto& arrival : evidence.arrivals)
    {
        if (arrival.at >= *window.firstNew && arrival.at < window.next &&
            arrival.cell == measured.record.toCell)
        {
            sum += arrival.links;
            ++n;
        }
    }
    measured.links = sum / static_cast<double>(n);
}

/** "12.3 ms", "> 13900.0 ms", "-". */
std::string Milliseconds(const std::optional<CensoredTime>& time)
{
    if (!time)
    {
        return "-";
    }
    char text[40];
    std::snprintf(text, sizeof(text), "%s%.1f ms", time->censored ? "> " : "",
                  time->length.GetSeconds() * 1e3);
    return text;
}

} // namespace

std::vector<HandoverMeasurement> MeasureHandovers(const std::vector<HandoverRecord>& records,
                                                  const HandoverEvidence& evidence)
{
    auto windows = FindWindows(records, {evidence.arrivals, evidence.messages.GetDeliveries(),
                                         evidence.failed, evidence.settle, evidence.stop});
    std::vector<HandoverMeasurement> all(records.size());
    for (std::size_t i = 0; i < records.size(); ++i)
    {
        HandoverMeasurement& measured = all[i];
        measured.record = records[i];
        measured.window = windows[i];
        measured.outcome = HandoverRecord::GetOutcomeName(records[i].outcome);
        measured.end = records[i].end;
        if (records[i].outcome == HandoverRecord::UNBOUND)
        {
            JudgeByFlow(measured, evidence);
        }
        if (windows[i].lastOld && windows[i].firstNew)
        {
            measured.latency = {*windows[i].firstNew - *windows[i].lastOld - evidence.spacing,
                                false};
        }
        MeasurePath(measured, evidence);
    }
    ChargeMessages(all, windows, OwnWindows(windows), evidence);
    return all;
}

std::ostream& operator<<(std::ostream& os, const HandoverMeasurement& m)
{
    char open[40];
    std::snprintf(open, sizeof(open), "%.3f s", m.record.tOpen.GetSeconds());
    os << "handover " << m.record.id << " at " << open << ": cell " << m.record.fromCell << " to "
       << m.record.toCell << ", " << (m.record.soft ? "soft" : "hard") << ", " << m.outcome;
    if (!m.end.empty() && m.end != "-")
    {
        os << " (" << m.end << ")";
    }
    return os << ", latency " << Milliseconds(m.latency) << ", interruption "
              << Milliseconds(m.interruption) << ", silence " << Milliseconds(m.silence)
              << ", lost " << (m.lostCensored ? "> " : "") << m.lost << " messages, " << m.lostBytes
              << " bytes";
}

} // namespace ns3::roam

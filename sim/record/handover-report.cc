/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/record/handover-report.h"

#include "sim/record/result-text.h"

#include <algorithm>

namespace ns3::roam
{

namespace
{

/** The outcome that the flow gives to a handover of which no session was told. */
void JudgeByFlow(HandoverReport& report, const HandoverEvidence& evidence)
{
    const HandoverRecord& record = report.record;
    const HandoverWindow& window = report.window;
    if (!evidence.connected || *evidence.connected >= window.next)
    {
        report.outcome = HandoverRecord::GetOutcomeName(HandoverRecord::ABANDONED);
        report.end = "there was no session yet";
        return;
    }
    if (evidence.ended && *evidence.ended <= record.tOpen)
    {
        report.outcome = HandoverRecord::GetOutcomeName(HandoverRecord::BROKEN);
        report.end = "the session was over";
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
    report.end = window.firstNew ? "the flow did not go on" : "no data over the new path";
    if (goesOn && window.firstNew)
    {
        outcome = record.returned ? HandoverRecord::PING_PONG : HandoverRecord::COMPLETED;
        report.end = "-";
    }
    else if (goesOn && !released)
    {
        outcome = HandoverRecord::ABANDONED;
        report.end = "the flow stayed on the old path";
    }
    report.outcome = HandoverRecord::GetOutcomeName(outcome);
}

/** What a gap was longer than the flow's interval. */
CensoredTime SilenceOf(const Gap& gap, Time spacing)
{
    return {std::max(gap.GetLength() - spacing, Time(0)), gap.open};
}

/** Charges a handover with a gap that is its own. */
void ChargeGap(HandoverReport& report, const Gap& gap, const HandoverEvidence& evidence)
{
    const HandoverWindow& window = report.window;
    CensoredTime silence = SilenceOf(gap, evidence.spacing);
    if (!report.silence || silence.length > report.silence->length)
    {
        report.silence = silence;
    }
    report.lostCensored |= gap.open;
    bool atSwitch =
        gap.open ? !window.firstDelivery
                 : window.firstDelivery && gap.end == *window.firstDelivery && gap.begin < gap.end;
    if (!atSwitch)
    {
        return;
    }
    report.interruption = silence;
    if (gap.open && !window.firstNew && window.lastOld)
    {
        report.latency = {evidence.sendingStop - *window.lastOld - evidence.spacing, true};
    }
}

/** Gaps between deliveries, and the messages that were missed in them. */
void ChargeMessages(std::vector<HandoverReport>& reports,
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
            ChargeGap(reports[*owners[i]], gaps[i], evidence);
        }
    }
    Time first = gaps.empty() ? Time::Max() : gaps.front().begin;
    for (const auto& message : evidence.messages.GetMissing())
    {
        auto owner =
            message.due < first ? inWindow.OwnerAt(message.due) : inGap.OwnerAt(message.due);
        if (owner)
        {
            (message.lost ? reports[*owner].lost : reports[*owner].unfinished)++;
        }
    }
    for (const auto& delivery : evidence.messages.GetDeliveries())
    {
        auto owner = delivery.again || delivery.late ? inWindow.OwnerAt(delivery.at) : std::nullopt;
        if (owner)
        {
            (delivery.again ? reports[*owner].duplicated : reports[*owner].reordered)++;
        }
    }
}

/** Packets by their moments. */
void ChargePackets(std::vector<HandoverReport>& reports, const TimePartition& inWindow,
                   const std::vector<Time>& moments, uint64_t HandoverReport::*count)
{
    for (Time at : moments)
    {
        if (auto owner = inWindow.OwnerAt(at))
        {
            (reports[*owner].*count)++;
        }
    }
}

/** What a handover cost begins with its new link, which a rule may let wait for long. */
void ChargeSignalling(std::vector<HandoverReport>& reports, const TimePartition& inWindow,
                      const TimePartition& prepared, const SignallingLog& signalling)
{
    for (const auto& event : signalling.GetCharged())
    {
        auto owner = inWindow.OwnerAt(event.at);
        if (!owner)
        {
            owner = prepared.OwnerAt(event.at);
            // meanwhile the addresses of other links are not this one's matter
            bool foreign = owner && event.group == MessageGroup::ADDRESS &&
                           event.link != "cell-" + std::to_string(reports[*owner].record.toCell);
            owner = foreign ? std::nullopt : owner;
        }
        if (owner)
        {
            reports[*owner].signalling[event.type].Add(event.bytes);
            reports[*owner].charged.Add(event.bytes);
        }
    }
}

/** Delay before and after, and the detour of the new path. */
void MeasurePath(HandoverReport& report, const HandoverEvidence& evidence)
{
    const HandoverWindow& window = report.window;
    Time open = report.record.tOpen;
    report.delayBefore = evidence.messages.GetMeanDelayDelivered(open - Seconds(1), open);
    if (!window.firstNew)
    {
        return;
    }
    Time settled =
        std::max(*window.firstNew, Moment(report.record.tBound).value_or(*window.firstNew));
    report.delayAfter =
        evidence.messages.GetMeanDelaySent(settled, std::min(settled + Seconds(1), window.next));
    double sum = 0;
    uint64_t n = 0;
    for (const auto& arrival : evidence.arrivals)
    {
        if (arrival.at >= *window.firstNew && arrival.at < window.next &&
            arrival.cell == report.record.toCell)
        {
            sum += arrival.stretch;
            ++n;
        }
    }
    report.stretch = sum / static_cast<double>(n);
}

} // namespace

std::vector<HandoverReport> MakeHandoverReports(const std::vector<HandoverRecord>& records,
                                                const HandoverEvidence& evidence)
{
    auto windows = FindWindows(records, {evidence.arrivals, evidence.messages.GetDeliveries(),
                                         evidence.failed, evidence.settle, evidence.stop});
    std::vector<HandoverReport> reports(records.size());
    for (std::size_t i = 0; i < records.size(); ++i)
    {
        HandoverReport& report = reports[i];
        report.record = records[i];
        report.window = windows[i];
        report.outcome = HandoverRecord::GetOutcomeName(records[i].outcome);
        report.end = records[i].end;
        if (records[i].outcome == HandoverRecord::UNBOUND)
        {
            JudgeByFlow(report, evidence);
        }
        if (windows[i].lastOld && windows[i].firstNew)
        {
            report.latency = {*windows[i].firstNew - *windows[i].lastOld - evidence.spacing, false};
        }
        MeasurePath(report, evidence);
    }
    TimePartition inWindow = OwnWindows(windows);
    ChargeMessages(reports, windows, inWindow, evidence);
    ChargePackets(reports, inWindow, evidence.retransmissions, &HandoverReport::retransmitted);
    ChargePackets(reports, inWindow, evidence.tunnelled, &HandoverReport::tunnelled);
    ChargeSignalling(reports, inWindow, OwnPreparations(records, windows, evidence.settle),
                     evidence.signalling);
    return reports;
}

std::string WriteHandovers(const std::vector<HandoverReport>& reports)
{
    std::string text =
        "handover,from_cell,to_cell,from_address,to_address,soft,outcome,why,end,t_open,t_trigger,"
        "t_link,t_detect,t_address,t_signal,t_bound,t_last_old,t_first_new,t_release,latency,"
        "latency_censored,interruption,interruption_censored,silence,silence_censored,lost,"
        "lost_censored,unfinished,duplicated,reordered,retransmitted,tunnelled,signalling_msgs,"
        "signalling_bytes,signalling,delay_before,delay_after,stretch,window_begin,window_end\n";
    for (const auto& report : reports)
    {
        const HandoverRecord& record = report.record;
        std::string types;
        for (const auto& [type, count] : report.signalling)
        {
            types += (types.empty() ? "" : " ") + type + ":" + std::to_string(count.msgs) + "/" +
                     std::to_string(count.bytes);
        }
        auto length = [](const std::optional<CensoredTime>& time)
        { return time ? TimeText(time->length) : ""; };
        auto censored = [](const std::optional<CensoredTime>& time)
        { return CensoredText(time.has_value(), time && time->censored); };
        const std::string fields[] = {std::to_string(record.id),
                                      std::to_string(record.fromCell),
                                      std::to_string(record.toCell),
                                      AddressText(record.from),
                                      AddressText(record.to),
                                      record.soft ? "1" : "0",
                                      report.outcome,
                                      record.why,
                                      report.end == "-" ? "" : report.end,
                                      TimeText(record.tOpen),
                                      TimeText(Moment(record.tTrigger)),
                                      TimeText(Moment(record.tLink)),
                                      TimeText(Moment(record.tDetect)),
                                      TimeText(Moment(record.tAddress)),
                                      TimeText(Moment(record.tSignal)),
                                      TimeText(Moment(record.tBound)),
                                      TimeText(report.window.lastOld),
                                      TimeText(report.window.firstNew),
                                      TimeText(Moment(record.tRelease)),
                                      length(report.latency),
                                      censored(report.latency),
                                      length(report.interruption),
                                      censored(report.interruption),
                                      length(report.silence),
                                      censored(report.silence),
                                      std::to_string(report.lost),
                                      report.lostCensored ? "1" : "0",
                                      std::to_string(report.unfinished),
                                      std::to_string(report.duplicated),
                                      std::to_string(report.reordered),
                                      std::to_string(report.retransmitted),
                                      std::to_string(report.tunnelled),
                                      std::to_string(report.charged.msgs),
                                      std::to_string(report.charged.bytes),
                                      types,
                                      NumberText(report.delayBefore),
                                      NumberText(report.delayAfter),
                                      NumberText(report.stretch),
                                      TimeText(report.window.begin),
                                      TimeText(report.window.end)};
        std::string line;
        for (const auto& field : fields)
        {
            line += (line.empty() ? "" : ",") + CsvField(field);
        }
        text += line + "\n";
    }
    return text;
}

} // namespace ns3::roam

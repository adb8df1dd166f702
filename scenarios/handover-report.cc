/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scenarios/handover-report.h"

#include "scenarios/result-text.h"

#include <algorithm>

namespace ns3::roam
{

namespace
{

/** The packets of [from, to) in an ordered log of moments. */
uint64_t CountMoments(const std::vector<Time>& moments, Time from, Time to)
{
    return std::lower_bound(moments.begin(), moments.end(), to) -
           std::lower_bound(moments.begin(), moments.end(), from);
}

/** The moments of the data over the old and the new path. */
void FindPaths(HandoverReport& report, const std::vector<DataArrival>& arrivals, Time next)
{
    const HandoverRecord& record = report.record;
    Time since = std::max(record.tOpen, Moment(record.tSignal).value_or(record.tOpen));
    double stretch = 0;
    uint64_t n = 0;
    for (const auto& arrival : arrivals)
    {
        if (arrival.at >= next)
        {
            break;
        }
        if (arrival.cell == record.fromCell && record.fromCell != 0)
        {
            report.lastOld = arrival.at;
        }
        if (arrival.cell == record.toCell && arrival.at >= since)
        {
            report.firstNew = report.firstNew.value_or(arrival.at);
            stretch += arrival.stretch;
            ++n;
        }
    }
    if (n > 0)
    {
        report.stretch = stretch / static_cast<double>(n);
    }
    if (report.lastOld && report.firstNew)
    {
        report.latency = *report.firstNew - *report.lastOld;
    }
}

Time FindWindowEnd(const HandoverReport& report, Time next, Time settle)
{
    const HandoverRecord& record = report.record;
    if (!report.firstNew ||
        report.outcome == HandoverRecord::GetOutcomeName(HandoverRecord::BROKEN))
    {
        return next;
    }
    Time last = *report.firstNew;
    for (Time moment : {record.tTrigger, record.tBound, record.tRelease})
    {
        last = std::max(last, Moment(moment).value_or(last));
    }
    return std::min(next, last + settle);
}

/** The outcome that the flow gives to a handover of which no session was told. */
void JudgeByFlow(HandoverReport& report, const HandoverEvidence& evidence, Time next)
{
    const HandoverRecord& record = report.record;
    const MessageLedger& messages = evidence.messages;
    if (!evidence.connected || *evidence.connected >= next)
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
    // counts
    Time since = released.value_or(record.tOpen);
    Time later = since + evidence.settle;
    bool goesOn =
        messages.IsAnyDelivered(later < std::min(next, evidence.sendingStop) ? later : since, next);
    auto outcome = HandoverRecord::BROKEN;
    report.end = report.firstNew ? "the flow did not go on" : "no data over the new path";
    if (goesOn && report.firstNew)
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

} // namespace

std::optional<Time> Moment(Time time)
{
    return time == HandoverRecord::Never() ? std::nullopt : std::optional<Time>(time);
}

std::vector<HandoverReport> MakeHandoverReports(const std::vector<HandoverRecord>& records,
                                                const HandoverEvidence& evidence)
{
    std::vector<HandoverReport> reports;
    for (std::size_t i = 0; i < records.size(); ++i)
    {
        HandoverReport report;
        const HandoverRecord& record = report.record = records[i];
        Time next = i + 1 < records.size() ? records[i + 1].tOpen : evidence.stop;
        report.outcome = HandoverRecord::GetOutcomeName(record.outcome);
        report.end = record.end;
        FindPaths(report, evidence.arrivals, next);
        if (record.outcome == HandoverRecord::UNBOUND)
        {
            JudgeByFlow(report, evidence, next);
        }
        report.windowEnd = FindWindowEnd(report, next, evidence.settle);
        Time from = record.tOpen;
        Time to = report.windowEnd;
        auto gap = evidence.messages.GetLongestGap(from, to, evidence.sendingStop);
        bool over = evidence.ended && *evidence.ended <= from;
        if (gap && !over)
        {
            report.interruption = std::max(gap->GetLength() - evidence.spacing, Time(0));
            report.interruptionCensored = gap->open;
        }
        report.messages = evidence.messages.Count(from, to, evidence.messages.GetDelayBefore(from));
        report.retransmitted = CountMoments(evidence.retransmissions, from, to);
        report.tunnelled = CountMoments(evidence.tunnelled, from, to);
        // what it cost begins with the new link, which a rule may let wait for long
        Time begun = from;
        for (Time moment : {record.tLink, record.tDetect, record.tAddress, record.tSignal})
        {
            begun = std::min(begun, Moment(moment).value_or(begun));
        }
        report.signalling = evidence.signalling.GetWindow(begun, to);
        for (const auto& [type, count] : report.signalling)
        {
            report.charged.msgs += count.msgs;
            report.charged.bytes += count.bytes;
        }
        report.delayBefore = evidence.messages.GetMeanDelayDelivered(from - Seconds(1), from);
        if (report.firstNew)
        {
            Time settled =
                std::max(*report.firstNew, Moment(record.tBound).value_or(*report.firstNew));
            report.delayAfter =
                evidence.messages.GetMeanDelaySent(settled, std::min(settled + Seconds(1), next));
        }
        reports.push_back(report);
    }
    return reports;
}

std::string WriteHandovers(const std::vector<HandoverReport>& reports)
{
    std::string text =
        "handover,from_cell,to_cell,from_address,to_address,soft,outcome,why,end,t_open,t_trigger,"
        "t_link,t_detect,t_address,t_signal,t_bound,t_last_old,t_first_new,t_release,latency,"
        "interruption,interruption_censored,lost,duplicated,reordered,retransmitted,tunnelled,"
        "signalling_msgs,"
        "signalling_bytes,signalling,delay_before,delay_after,stretch,window_end\n";
    for (const auto& report : reports)
    {
        const HandoverRecord& record = report.record;
        std::string types;
        for (const auto& [type, count] : report.signalling)
        {
            types += (types.empty() ? "" : " ") + type + ":" + std::to_string(count.msgs) + "/" +
                     std::to_string(count.bytes);
        }
        const std::string fields[] = {
            std::to_string(record.id),
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
            TimeText(report.lastOld),
            TimeText(report.firstNew),
            TimeText(Moment(record.tRelease)),
            TimeText(report.latency),
            TimeText(report.interruption),
            CensoredText(report.interruption.has_value(), report.interruptionCensored),
            std::to_string(report.messages.lost),
            std::to_string(report.messages.duplicated),
            std::to_string(report.messages.reordered),
            std::to_string(report.retransmitted),
            std::to_string(report.tunnelled),
            std::to_string(report.charged.msgs),
            std::to_string(report.charged.bytes),
            types,
            NumberText(report.delayBefore),
            NumberText(report.delayAfter),
            NumberText(report.stretch),
            TimeText(report.windowEnd)};
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

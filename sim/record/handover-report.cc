/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/record/handover-report.h"

#include "sim/record/result-text.h"

#include <algorithm>

namespace ns3::roam
{

namespace
{

/** Server, its router, the Internet, an access router, the client. */
constexpr int DIRECT_LINKS = 4;

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

} // namespace

std::vector<HandoverReport> MakeHandoverReports(const std::vector<HandoverRecord>& records,
                                                const HandoverEvidence& flow,
                                                const PacketEvidence& packets)
{
    std::vector<HandoverReport> reports;
    std::vector<HandoverWindow> windows;
    for (const auto& measured : MeasureHandovers(records, flow))
    {
        HandoverReport report{measured, 0, 0, {}, {}, std::nullopt};
        if (measured.links)
        {
            report.stretch = *measured.links / DIRECT_LINKS;
        }
        reports.push_back(report);
        windows.push_back(measured.window);
    }
    TimePartition inWindow = OwnWindows(windows);
    ChargePackets(reports, inWindow, packets.retransmissions, &HandoverReport::retransmitted);
    ChargePackets(reports, inWindow, packets.tunnelled, &HandoverReport::tunnelled);
    ChargeSignalling(reports, inWindow, OwnPreparations(records, windows, flow.settle),
                     packets.signalling);
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

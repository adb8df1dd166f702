/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ns3/handover-window.h"

#include <algorithm>

namespace ns3::roam
{

namespace
{

/** Where a record's window begins: before its opening only when its change was made before. */
Time FindBegin(const HandoverRecord& record, const std::optional<HandoverRecord>& before)
{
    Time begin = std::min(record.tOpen, Moment(record.tTrigger).value_or(record.tOpen));
    return before ? std::min(record.tOpen, std::max(begin, before->tOpen)) : begin;
}

/** The first data over the new path, at the IP layer and at the user. */
void FindNewPath(HandoverWindow& window, const HandoverRecord& record,
                 const WindowEvidence& evidence)
{
    // what comes before the new address is signalled is not due to this handover
    Time since = std::max(window.begin, Moment(record.tSignal).value_or(window.begin));
    for (const auto& arrival : evidence.arrivals)
    {
        if (arrival.at >= since && arrival.at < window.next && arrival.cell == record.toCell)
        {
            window.firstNew = arrival.at;
            break;
        }
    }
    for (const auto& delivery : evidence.deliveries)
    {
        if (window.firstNew && !delivery.again && delivery.at >= *window.firstNew &&
            delivery.at < window.next && delivery.cell == record.toCell)
        {
            window.firstDelivery = delivery.at;
            break;
        }
    }
}

void FindEnd(HandoverWindow& window, const HandoverRecord& record, const WindowEvidence& evidence)
{
    Time last = record.tOpen;
    for (const auto& moment : {Moment(record.tTrigger), Moment(record.tBound),
                               Moment(record.tRelease), window.firstNew, window.firstDelivery})
    {
        last = std::max(last, moment.value_or(last));
    }
    auto failed = evidence.failed.find(record.id);
    if (failed != evidence.failed.end())
    {
        last = std::max(last, failed->second);
    }
    window.end = std::min(window.next, last + evidence.settle);
}

/** The last data over any other path, unless an earlier handover's first over its own came since.
 */
void FindOldPath(HandoverWindow& window, const HandoverRecord& record,
                 const std::vector<DataArrival>& arrivals, std::optional<Time> switched)
{
    for (const auto& arrival : arrivals)
    {
        if (arrival.at >= window.end)
        {
            break;
        }
        if (arrival.cell != record.toCell && (!switched || arrival.at >= *switched))
        {
            window.lastOld = arrival.at;
        }
    }
}

} // namespace

std::optional<Time> Moment(Time time)
{
    return time == HandoverRecord::Never() ? std::nullopt : std::optional<Time>(time);
}

std::vector<HandoverWindow> FindWindows(const std::vector<HandoverRecord>& records,
                                        const WindowEvidence& evidence)
{
    std::vector<HandoverWindow> windows(records.size());
    std::optional<HandoverRecord> before;
    for (std::size_t i = 0; i < records.size(); ++i)
    {
        windows[i].begin = FindBegin(records[i], before);
        before = records[i];
    }
    std::optional<Time> switched;
    for (std::size_t i = 0; i < records.size(); ++i)
    {
        HandoverWindow& window = windows[i];
        window.next = i + 1 < records.size() ? windows[i + 1].begin : evidence.stop;
        FindNewPath(window, records[i], evidence);
        FindEnd(window, records[i], evidence);
        FindOldPath(window, records[i], evidence.arrivals, switched);
        switched = window.firstNew ? window.firstNew : switched;
    }
    return windows;
}

TimePartition OwnWindows(const std::vector<HandoverWindow>& windows)
{
    TimePartition owners;
    for (std::size_t i = 0; i < windows.size(); ++i)
    {
        owners.Claim(windows[i].begin, windows[i].end, i);
    }
    return owners;
}

std::vector<std::optional<std::size_t>> OwnGaps(const std::vector<Gap>& gaps,
                                                const std::vector<HandoverWindow>& windows,
                                                std::optional<Time> ended)
{
    TimePartition inWindow;
    std::map<Time, std::size_t> bySwitch;
    std::map<Time, std::size_t> byBegin;
    for (std::size_t i = 0; i < windows.size(); ++i)
    {
        if (ended && *ended <= windows[i].begin)
        {
            break;
        }
        inWindow.Claim(windows[i].begin, windows[i].end, i);
        byBegin.emplace(windows[i].begin, i);
        if (windows[i].firstDelivery)
        {
            bySwitch.emplace(*windows[i].firstDelivery, i);
        }
    }
    std::vector<std::optional<std::size_t>> owners;
    for (const auto& gap : gaps)
    {
        auto ends = gap.open ? bySwitch.end() : bySwitch.find(gap.end);
        auto begins = byBegin.lower_bound(gap.begin);
        std::optional<std::size_t> owner = inWindow.OwnerAt(gap.begin);
        if (ends != bySwitch.end())
        {
            owner = ends->second;
        }
        else if (!owner && begins != byBegin.end() && begins->first < gap.end)
        {
            owner = begins->second;
        }
        owners.push_back(owner);
    }
    return owners;
}

TimePartition OwnPreparations(const std::vector<HandoverRecord>& records,
                              const std::vector<HandoverWindow>& windows, Time settle)
{
    TimePartition owners;
    for (std::size_t i = 0; i < records.size(); ++i)
    {
        const HandoverRecord& record = records[i];
        if (record.tLink >= windows[i].begin)
        {
            continue;
        }
        auto known = [&record](const HandoverRecord& earlier)
        {
            return earlier.tOpen > record.tLink &&
                   (earlier.fromCell == record.toCell || earlier.toCell == record.toCell);
        };
        if (std::any_of(records.begin(), records.begin() + i, known))
        {
            continue;
        }
        Time last = record.tLink;
        for (const auto& step : {record.tDetect, record.tAddress, record.tSignal})
        {
            last = step < windows[i].begin ? std::max(last, step) : last;
        }
        owners.Claim(record.tLink, std::min(windows[i].begin, last + settle), i);
    }
    return owners;
}

} // namespace ns3::roam

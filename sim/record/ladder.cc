/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/record/ladder.h"

#include "sim/record/result-text.h"

#include <algorithm>

namespace ns3::roam
{

namespace
{

std::string LabelOf(const std::vector<ControlMessage>& messages)
{
    std::string label;
    for (const auto& message : messages)
    {
        label += (label.empty() ? "" : " + ") + message.type +
                 (message.detail.empty() ? "" : " (" + message.detail + ")");
    }
    return label;
}

bool IsPeriodic(const std::vector<ControlMessage>& messages)
{
    return std::any_of(messages.begin(), messages.end(),
                       [](const ControlMessage& message)
                       { return message.group == MessageGroup::PERIODIC; });
}

/** " (+25.1 ms)", or what became of it. */
std::string TransitOf(Time sent, const std::optional<Time>& received)
{
    return received ? "+" + FixedText((*received - sent).GetSeconds() * 1e3, 3) + " ms" : "lost";
}

} // namespace

void Ladder::Sent(Time now, const std::string& node, const std::string& to, uint64_t uid,
                  const std::vector<ControlMessage>& messages)
{
    if (messages.empty() || IsPeriodic(messages) || m_byUid.count(uid))
    {
        return;
    }
    m_byUid[uid] = m_arrows.size();
    m_arrows.push_back({now, std::nullopt, node, to, LabelOf(messages), false});
}

void Ladder::Received(Time now, const std::string& node, const std::string& from, uint64_t uid,
                      const std::vector<ControlMessage>& messages)
{
    if (IsPeriodic(messages))
    {
        m_arrows.push_back({now, now, from, node, LabelOf(messages), true});
        return;
    }
    auto found = m_byUid.find(uid);
    if (found == m_byUid.end())
    {
        return;
    }
    Arrow& arrow = m_arrows[found->second];
    if (!arrow.received && arrow.to == node)
    {
        arrow.received = now;
    }
}

std::vector<Ladder::Line> Ladder::Select(const HandoverReport& report, const std::string& oldRouter,
                                         const std::string& newRouter) const
{
    const HandoverRecord& record = report.record;
    auto link = Moment(record.tLink);
    Time begin = std::min(record.tOpen, link.value_or(record.tOpen));
    Time end = begin;
    for (const auto& moment :
         {Moment(record.tTrigger), Moment(record.tBound), Moment(record.tRelease),
          report.window.firstNew, report.window.lastOld})
    {
        end = std::max(end, moment.value_or(end));
    }
    end = std::min(end + MilliSeconds(200), std::max(report.window.end, end));

    std::vector<Line> lines;
    auto detect = Moment(record.tDetect);
    for (const auto& arrow : m_arrows)
    {
        bool ours =
            (arrow.from == "MC" || arrow.to == "MC") && arrow.sent >= begin && arrow.sent <= end;
        for (const auto& node : {arrow.from, arrow.to})
        {
            ours = ours && (node == "MC" || node == "FS" || node == oldRouter || node == newRouter);
        }
        // of the many advertisements, the one that told of the network
        if (ours && (!arrow.periodic || (detect && arrow.sent == *detect)))
        {
            lines.push_back({arrow.sent, &arrow, "", arrow.label});
        }
    }
    auto remark =
        [&lines](const std::optional<Time>& at, const std::string& node, const std::string& text)
    {
        if (at)
        {
            lines.push_back({*at, nullptr, node, text});
        }
    };
    remark(link, "MC", "link to cell " + std::to_string(record.toCell) + " is up");
    remark(Moment(record.tAddress), "MC", "has address " + AddressText(record.to));
    remark(Moment(record.tTrigger), "MC", "handover decided: " + record.why);
    remark(Moment(record.tBound), "MC", "primary is " + AddressText(record.to));
    remark(Moment(record.tRelease), "MC", AddressText(record.from) + " is gone");
    remark(report.window.lastOld, "MC", "last data over " + oldRouter);
    remark(report.window.firstNew, "MC", "first data over " + newRouter);
    std::stable_sort(lines.begin(), lines.end(),
                     [](const Line& a, const Line& b)
                     {
                         // what happens to the client comes before what it sends because of it
                         return a.at != b.at ? a.at < b.at : !a.arrow && b.arrow;
                     });
    return lines;
}

std::string Ladder::WriteText(const HandoverReport& report, const std::string& oldRouter,
                              const std::string& newRouter) const
{
    std::string text = "# handover " + std::to_string(report.record.id) + ": cell " +
                       std::to_string(report.record.fromCell) + " to cell " +
                       std::to_string(report.record.toCell) + ", " + report.outcome + "\n";
    for (const auto& line : Select(report, oldRouter, newRouter))
    {
        text += TimeText(line.at) + "  ";
        if (line.arrow)
        {
            text += line.arrow->from + " -> " + line.arrow->to + "  " + line.text;
            if (!line.arrow->periodic)
            {
                text += "  " + TransitOf(line.arrow->sent, line.arrow->received);
            }
        }
        else
        {
            text += line.node + ": " + line.text;
        }
        text += "\n";
    }
    return text;
}

std::string Ladder::WriteMsc(const HandoverReport& report, const std::string& oldRouter,
                             const std::string& newRouter) const
{
    std::string text = "# handover " + std::to_string(report.record.id) + "\nmsc {\n" +
                       "  width = \"1000\";\n  MC";
    text += oldRouter.empty() ? "" : ", " + oldRouter;
    text += newRouter.empty() || newRouter == oldRouter ? "" : ", " + newRouter;
    text += ", FS;\n";
    for (const auto& line : Select(report, oldRouter, newRouter))
    {
        std::string at = FixedText(line.at.GetSeconds(), 6) + " s: ";
        if (line.arrow)
        {
            bool lost = !line.arrow->received;
            text +=
                "  " + line.arrow->from + (lost ? " -x " : " => ") + line.arrow->to +
                " [ label = \"" + at + line.text +
                (line.arrow->periodic ? ""
                                      : ", " + TransitOf(line.arrow->sent, line.arrow->received)) +
                "\" ];\n";
        }
        else
        {
            text += "  " + line.node + " note " + line.node + " [ label = \"" + at + line.text +
                    "\" ];\n";
        }
    }
    return text + "}\n";
}

} // namespace ns3::roam

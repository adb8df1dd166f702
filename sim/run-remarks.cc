/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/run-remarks.h"

#include "sim/access/edge-of-cells.h"
#include "sim/record/result-text.h"

#include "ns3/mobility-model.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <cmath>

namespace ns3::roam
{

namespace
{

std::string Metres(double x)
{
    return FormatNumber(std::round(10 * x) / 10) + " m";
}

std::string Seconds3(Time time)
{
    return FixedText(time.GetSeconds(), 3) + " s";
}

} // namespace

RunRemarks::RunRemarks(World& world)
    : m_world(world),
      m_begin(world.mobiles.front().node->GetObject<MobilityModel>()->GetPosition().x)
{
    Ptr<MobilityManager> manager = world.mobiles.front().manager;
    manager->TraceConnectWithoutContext("Radio", MakeCallback(&RunRemarks::Radio, this));
    manager->TraceConnectWithoutContext("Primary", MakeCallback(&RunRemarks::Primary, this));
    manager->TraceConnectWithoutContext("Verdict", MakeCallback(&RunRemarks::Verdict, this));
    world.mobiles.front().addresses->TraceConnectWithoutContext(
        "Gained", MakeCallback(&RunRemarks::Gained, this));
    world.mobiles.front().addresses->TraceConnectWithoutContext(
        "Lost", MakeCallback(&RunRemarks::Lost, this));
}

void RunRemarks::Note(const std::string& text)
{
    double x = m_world.mobiles.front().node->GetObject<MobilityModel>()->GetPosition().x;
    m_happenings.push_back({Simulator::Now(), x, text});
}

void RunRemarks::Radio(uint32_t, uint32_t cell, bool attach, const std::string& why)
{
    Note((attach ? "a radio entered cell " : "a radio left cell ") + std::to_string(cell) + " (" +
         why + ")");
}

void RunRemarks::Gained(uint32_t, Address address, Address)
{
    m_firstAddress = m_firstAddress.value_or(Simulator::Now());
    ++m_addresses;
    m_mostAddresses = std::max(m_mostAddresses, m_addresses);
    Note("the client gained " + AddressText(address));
}

void RunRemarks::Lost(uint32_t, Address address)
{
    m_addresses -= m_addresses > 0;
    Note("the client lost " + AddressText(address));
}

void RunRemarks::Primary(Address address, uint32_t, uint32_t)
{
    Note(AddressText(address) + " became the primary");
}

void RunRemarks::Verdict(Address candidate, bool, const std::string& why)
{
    m_lastVerdict =
        why + " (of " + AddressText(candidate) + ", at " + Seconds3(Simulator::Now()) + ")";
}

// --- No handover ---------------------------------------------------------------------------------

/** Where the rule would have changed cells, and what would have brought the client there. */
void RunRemarks::ExplainReach(const EdgeOfCells& edge, double end, Lines& lines) const
{
    const Scenario& s = m_world.scenario;
    double last = s.GetNumber("cell.spacing") * (s.GetInteger("cell.count") - 1);
    bool swings = s.GetText("movement.model") == "swing";
    if (m_begin > last && !swings)
    {
        lines.push_back("the client began beyond the last cell and moved away from it");
        return;
    }
    auto change = edge.FindChange(m_begin, last);
    if (!change)
    {
        lines.push_back("without shadowing that is so nowhere up to the last cell");
        return;
    }
    double speed = s.GetNumber("movement.speed");
    std::string text = "without shadowing that is so from " + Metres(*change) + " on";
    if (swings && *change > s.GetNumber("movement.turn_high"))
    {
        lines.push_back(text + ", and movement.turn_high is " + s.GetWritten("movement.turn_high"));
        return;
    }
    if (speed <= 0)
    {
        lines.push_back(text + ", and the client does not move");
        return;
    }
    if (swings || *change <= end)
    {
        lines.push_back(text + (m_lastVerdict.empty()
                                    ? ", and the client got no address there"
                                    : "; the last verdict of the rule was " + m_lastVerdict));
        return;
    }
    double begin = s.GetTime("movement.begin").GetSeconds();
    double after =
        (edge.GetPatience() + s.GetTime("run.settle") + s.GetTime("traffic.drain")).GetSeconds();
    double way = *change - m_begin;
    double moving = m_world.GetStop().GetSeconds() - begin - after;
    text += ", after " + FixedText(begin + way / speed, 1) +
            " s; expected run.stop = " + FixedText(std::ceil(begin + way / speed + after), 0) +
            "s or more";
    if (moving > 0)
    {
        text += ", or movement.speed = " + FixedText(std::ceil(10 * way / moving) / 10, 1) +
                "m/s or more";
    }
    lines.push_back(text);
}

void RunRemarks::ExplainNoHandover(Lines& lines) const
{
    const Scenario& s = m_world.scenario;
    if (m_world.walk)
    {
        lines.push_back(
            "no handover: the walk has " + std::to_string(m_world.walk->changes.size()) +
            " changes of serving cell in the " + Seconds3(m_world.GetStop()) + " of this run");
        return;
    }
    if (m_world.cells.size() < 2)
    {
        lines.push_back("no handover: there is one cell only; expected cell.count = 2 or more");
        return;
    }
    double end = m_world.mobiles.front().node->GetObject<MobilityModel>()->GetPosition().x;
    EdgeOfCells edge(s);
    uint32_t from = edge.FindStrongest(m_begin);
    uint32_t to = from + 1 < m_world.cells.size() ? from + 1 : from - 1;
    double spacing = s.GetNumber("cell.spacing");
    double middle = spacing * (from + to) / 2;
    std::string way = s.GetText("movement.model") == "swing"
                          ? ", and swings from " + s.GetWritten("movement.turn_low") + " to " +
                                s.GetWritten("movement.turn_high")
                          : " and was at " + Metres(end) + " when the run ended, " +
                                s.GetWritten("run.stop") + " later";
    lines.push_back("no handover: the client began at " + Metres(m_begin) + way +
                    " (movement.speed = " + s.GetWritten("movement.speed") + ")");
    lines.push_back("cells " + std::to_string(from + 1) + " and " + std::to_string(to + 1) +
                    ", at " + Metres(spacing * from) + " and " + Metres(spacing * to) +
                    ", are equally strong at " + Metres(middle) + ", " +
                    FixedText(edge.GetLevel(from, middle), 1) + " dBm; " +
                    edge.DescribeRule(from, to));
    if (s.GetText("handover.rule") != "c")
    {
        ExplainReach(edge, end, lines);
    }
}

// --- No session ----------------------------------------------------------------------------------

void RunRemarks::ExplainNoConnection(Lines& lines) const
{
    const Scenario& s = m_world.scenario;
    if (s.GetFlag("session.wait_for_overlap") && m_mostAddresses < 2)
    {
        lines.push_back("never connected: session.wait_for_overlap is true, and the client never "
                        "held two addresses at once");
        return;
    }
    Time start = s.GetTime("session.start");
    if (m_firstAddress)
    {
        lines.push_back((m_world.serverCalls
                             ? "never connected: the server called the client from " +
                                   Seconds3(start) + " on, which had its first "
                             : "never connected: the client asked the server from " +
                                   Seconds3(start) + " on, and had its first ") +
                        "address at " + Seconds3(*m_firstAddress));
        TellAround(std::max(start, *m_firstAddress), lines);
        return;
    }
    std::string text = "never connected: the client had no address in the whole run";
    if (!m_world.walk)
    {
        EdgeOfCells edge(s);
        uint32_t cell = edge.FindStrongest(m_begin);
        text += "; it began at " + Metres(m_begin) + ", where the strongest cell, " +
                std::to_string(cell + 1) + ", is at " + FixedText(edge.GetLevel(cell, m_begin), 1) +
                " dBm without shadowing, and a cell is entered from handover.floor and "
                "handover.entry_margin on, " +
                FormatNumber(s.GetNumber("handover.floor") + s.GetNumber("handover.entry_margin")) +
                " dBm";
    }
    lines.push_back(text);
}

/** What happened to the client's links just before a moment and just after it. */
void RunRemarks::TellAround(Time moment, Lines& lines) const
{
    constexpr std::ptrdiff_t EACH = 2;
    auto middle = std::find_if(m_happenings.begin(), m_happenings.end(),
                               [moment](const Happening& one) { return one.at > moment; });
    auto first = middle - std::min(EACH, middle - m_happenings.begin());
    auto last = middle + std::min(EACH, m_happenings.end() - middle);
    for (auto one = first; one != last; ++one)
    {
        lines.push_back((one < middle ? "before the last delivery, at " : "after it, at ") +
                        Seconds3(one->at) + " and " + Metres(one->x) + ": " + one->text);
    }
}

std::vector<std::string> RunRemarks::Make(const Recorder& recorder) const
{
    Lines lines;
    const RunOutcome& outcome = recorder.GetOutcome();
    if (!outcome.connected)
    {
        ExplainNoConnection(lines);
    }
    else if (!outcome.completed)
    {
        const auto& deliveries = recorder.GetDown().messages.GetDeliveries();
        Time lastCame = deliveries.empty() ? *outcome.connected : deliveries.back().at;
        Time moment = outcome.ended.value_or(lastCame);
        lines.push_back("the session is broken: " + outcome.why +
                        (outcome.ended ? ", at " + Seconds3(moment) : ""));
        TellAround(deliveries.empty() ? moment : lastCame, lines);
    }
    if (recorder.GetReports().empty())
    {
        ExplainNoHandover(lines);
    }
    return lines;
}

} // namespace ns3::roam

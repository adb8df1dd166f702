/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/access/edge-of-cells.h"

#include <algorithm>
#include <cmath>

namespace ns3::roam
{

EdgeOfCells::EdgeOfCells(const Scenario& scenario)
    : m_scenario(scenario), m_count(scenario.GetInteger("cell.count")),
      m_hard(scenario.GetInteger("client.radios") == 1), m_rule(scenario.GetText("handover.rule"))
{
}

double EdgeOfCells::GetLevel(uint32_t i, double x) const
{
    const auto& s = m_scenario;
    double along = x - i * s.GetNumber("cell.spacing");
    double distance = std::hypot(along, s.GetNumber("movement.offset"));
    double reference = s.GetNumber("propagation.reference_distance");
    return s.GetNumber("cell.tx_power") - s.GetNumber("propagation.reference_loss") -
           10 * s.GetNumber("propagation.exponent") *
               std::log10(std::max(distance, reference) / reference);
}

uint32_t EdgeOfCells::FindStrongest(double x) const
{
    uint32_t best = 0;
    for (uint32_t i = 1; i < m_count; ++i)
    {
        best = GetLevel(i, x) > GetLevel(best, x) ? i : best;
    }
    return best;
}

bool EdgeOfCells::WantsChange(uint32_t from, uint32_t to, double x) const
{
    const auto& s = m_scenario;
    double there = GetLevel(from, x);
    double level = GetLevel(to, x);
    double floor = s.GetNumber("handover.floor");
    if (level < floor + s.GetNumber("handover.entry_margin"))
    {
        return false;
    }
    if (there < floor)
    {
        return true;
    }
    if (m_hard)
    {
        return level > there + s.GetNumber("handover.reselect_hysteresis");
    }
    if (m_rule == "b")
    {
        return there < s.GetNumber("handover.threshold") &&
               level > there + s.GetNumber("handover.hysteresis");
    }
    return m_rule == "a";
}

std::optional<double> EdgeOfCells::FindChange(double from, double to) const
{
    constexpr double STEP = 0.5; // m
    uint32_t cell = FindStrongest(from);
    double direction = to < from ? -1 : 1;
    auto steps = static_cast<uint64_t>(std::fabs(to - from) / STEP);
    for (uint64_t n = 0; n <= steps; ++n)
    {
        double x = from + direction * STEP * static_cast<double>(n);
        for (uint32_t i = 0; i < m_count; ++i)
        {
            if (i != cell && WantsChange(cell, i, x))
            {
                return x;
            }
        }
    }
    return std::nullopt;
}

std::string EdgeOfCells::DescribeRule(uint32_t from, uint32_t to) const
{
    const auto& s = m_scenario;
    std::string old = "cell " + std::to_string(from + 1);
    std::string other = "cell " + std::to_string(to + 1);
    if (m_hard)
    {
        return "one radio changes when " + other + " is more than " +
               s.GetWritten("handover.reselect_hysteresis") + " better than " + old + " for " +
               s.GetWritten("handover.reselect_time");
    }
    if (m_rule == "b")
    {
        return "rule b changes when " + old + " is below " + s.GetWritten("handover.threshold") +
               " and " + other + " more than " + s.GetWritten("handover.hysteresis") +
               " better, for " + s.GetWritten("handover.time_to_trigger");
    }
    if (m_rule == "a")
    {
        return "rule a changes when " + other + " gives an address, from " +
               FormatNumber(s.GetNumber("handover.floor") + s.GetNumber("handover.entry_margin")) +
               " dBm on";
    }
    return "rule c changes when handover.cell_costs say that " + other + " costs less than " + old;
}

Time EdgeOfCells::GetPatience() const
{
    return m_hard          ? m_scenario.GetTime("handover.reselect_time")
           : m_rule == "b" ? m_scenario.GetTime("handover.time_to_trigger")
                           : Time(0);
}

} // namespace ns3::roam

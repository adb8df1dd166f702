/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/access/walk-fit.h"

#include "ns3/assert.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace ns3::roam
{

WalkFit::WalkFit(const std::vector<Walk>& walks)
{
    for (const auto& walk : walks)
    {
        for (const auto& sample : walk)
        {
            m_cells[sample.cell].points.push_back({sample.x, sample.y, sample.level});
        }
    }
    for (auto& [number, cell] : m_cells)
    {
        for (const auto& point : cell.points)
        {
            cell.mean += point.level;
        }
        cell.mean /= static_cast<double>(cell.points.size());
    }
}

bool WalkFit::Knows(uint32_t cell) const
{
    return m_cells.find(cell) != m_cells.end();
}

double WalkFit::GetMean(uint32_t cell) const
{
    NS_ASSERT_MSG(Knows(cell), "cell " << cell << " was never measured");
    return m_cells.at(cell).mean;
}

double WalkFit::GetLevel(uint32_t cell, double x, double y) const
{
    NS_ASSERT_MSG(Knows(cell), "cell " << cell << " was never measured");
    const Cell& of = m_cells.at(cell);
    double weights = PRIOR;
    double sum = 0;
    double nearest = std::numeric_limits<double>::max();
    for (const auto& point : of.points)
    {
        double square = (point.x - x) * (point.x - x) + (point.y - y) * (point.y - y);
        double weight = std::exp(-square / (2 * BANDWIDTH * BANDWIDTH));
        weights += weight;
        sum += weight * (point.level - of.mean);
        nearest = std::min(nearest, square);
    }
    double beyond = std::max(0.0, std::sqrt(nearest) - REACH);
    return of.mean + sum / weights - 10 * SLOPE * std::log10(1 + beyond / DECAY);
}

} // namespace ns3::roam

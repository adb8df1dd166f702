/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_EDGE_OF_CELLS_H
#define ROAM_EDGE_OF_CELLS_H

#include "sim/scenario.h"

#include <cstdint>
#include <optional>
#include <string>

namespace ns3::roam
{

/**
 * The row of cells of a scenario without shadowing: how strong a cell is somewhere, and where on
 * its way a client is handed over. doc/scenarios.md has the formula.
 */
class EdgeOfCells
{
  public:
    explicit EdgeOfCells(const Scenario& scenario);

    /** The level of cell i (from 0) at x (m), on the client's line; dBm. */
    double GetLevel(uint32_t i, double x) const;

    /** The cell (from 0) that is the strongest at x. */
    uint32_t FindStrongest(double x) const;

    /** The first x from one place to another (m) at which the handover from the cell that is the
     * strongest at the beginning is wanted; nothing when there is none. */
    std::optional<double> FindChange(double from, double to) const;

    /** In words, what is wanted of the levels: "cell 1 below -85 dBm and ...". */
    std::string DescribeRule(uint32_t from, uint32_t to) const;

    /** How long the levels have to be so. */
    Time GetPatience() const;

  private:
    bool WantsChange(uint32_t from, uint32_t to, double x) const;

    const Scenario& m_scenario;
    uint32_t m_count;
    bool m_hard; //!< one radio, which leaves its cell for a better one
    std::string m_rule;
};

} // namespace ns3::roam

#endif

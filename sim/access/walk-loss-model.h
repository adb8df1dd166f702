/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_WALK_LOSS_MODEL_H
#define ROAM_WALK_LOSS_MODEL_H

#include "sim/access/walk-data.h"
#include "sim/access/walk-fit.h"

#include "ns3/propagation-loss-model.h"

#include <memory>

namespace ns3::roam
{

/**
 * The level of one cell along a measured walk that began at time 0. Between two samples in which
 * the cell served, it is their linear interpolation; on the way from or to a sample in which it did
 * not, the estimate of the fit takes that sample's place; everywhere else it is the fit's estimate
 * at the receiver's position. The transmitter's power and position do not matter: the measured
 * levels hold them.
 */
class WalkLossModel : public PropagationLossModel
{
  public:
    static TypeId GetTypeId();

    WalkLossModel();
    ~WalkLossModel() override;

    /**
     * \param cell its number in the walk and in the fit, which must know it
     * \param walk with times from 0; shared by the models of all cells
     * \param fit of the walk's area, shared likewise
     */
    void SetWalk(uint32_t cell, std::shared_ptr<const Walk> walk,
                 std::shared_ptr<const WalkFit> fit);

    /** The level (dBm) at a time (s) and a place (m). */
    double GetLevel(double time, double x, double y) const;

  private:
    double DoCalcRxPower(double txPowerDbm, Ptr<MobilityModel> a,
                         Ptr<MobilityModel> b) const override;
    int64_t DoAssignStreams(int64_t stream) override;

    uint32_t m_cell{0};
    std::shared_ptr<const Walk> m_walk;
    std::shared_ptr<const WalkFit> m_fit;
};

} // namespace ns3::roam

#endif

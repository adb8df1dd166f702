/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_SHADOWING_LOSS_MODEL_H
#define ROAM_SHADOWING_LOSS_MODEL_H

#include "ns3/propagation-loss-model.h"
#include "ns3/random-variable-stream.h"

#include <vector>

namespace ns3::roam
{

/**
 * Shadowing that belongs to places, not to moments: a random field over the receiver's position
 * with mean 0, a standard deviation in dB, and the correlation exp(-d/D) between two places d apart
 * (Gudmundson, 1991). The field is a sum of plane waves whose directions, wave numbers and phases
 * are drawn once, from one stream: asking in another order, or at other times, gives the same
 * levels.
 *
 * Attributes: Deviation (dB), Distance (m, D above).
 */
class ShadowingLossModel : public PropagationLossModel
{
  public:
    static TypeId GetTypeId();

    ShadowingLossModel();
    ~ShadowingLossModel() override;

    /** The shadowing at a place (m), dB. */
    double GetShadowing(double x, double y) const;

  private:
    /** One plane wave of the field. */
    struct Wave
    {
        double kx, ky, phase;
    };

    void Draw() const;
    double DoCalcRxPower(double txPowerDbm, Ptr<MobilityModel> a,
                         Ptr<MobilityModel> b) const override;
    int64_t DoAssignStreams(int64_t stream) override;

    double m_deviation;
    double m_distance;
    Ptr<UniformRandomVariable> m_random;
    mutable std::vector<Wave> m_waves; //!< empty before the first question
};

} // namespace ns3::roam

#endif

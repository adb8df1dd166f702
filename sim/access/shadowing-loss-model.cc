/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/access/shadowing-loss-model.h"

#include "ns3/double.h"
#include "ns3/mobility-model.h"

#include <cmath>

namespace ns3::roam
{

NS_OBJECT_ENSURE_REGISTERED(ShadowingLossModel);

namespace
{

// enough for levels whose distribution cannot be told from a normal one by eye
constexpr int WAVES = 100;

} // namespace

TypeId ShadowingLossModel::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::roam::ShadowingLossModel")
            .SetParent<PropagationLossModel>()
            .SetGroupName("Roam")
            .AddConstructor<ShadowingLossModel>()
            .AddAttribute("Deviation", "Standard deviation of the levels, dB.", DoubleValue(4),
                          MakeDoubleAccessor(&ShadowingLossModel::m_deviation),
                          MakeDoubleChecker<double>(0))
            .AddAttribute("Distance", "Where the correlation has fallen to 1/e, m.",
                          DoubleValue(25), MakeDoubleAccessor(&ShadowingLossModel::m_distance),
                          MakeDoubleChecker<double>(0));
    return tid;
}

ShadowingLossModel::ShadowingLossModel() : m_random(CreateObject<UniformRandomVariable>())
{
}

ShadowingLossModel::~ShadowingLossModel() = default;

void ShadowingLossModel::Draw() const
{
    for (int i = 0; i < WAVES; ++i)
    {
        // exp(-d/D) in the plane has the spectrum (1 + (kD)^2)^(-3/2); its distribution over |k|,
        // 1 - 1/sqrt(1 + (kD)^2), is inverted here
        double u = m_random->GetValue(0, 1);
        double k = std::sqrt(1 / ((1 - u) * (1 - u)) - 1) / m_distance;
        double direction = m_random->GetValue(0, 2 * M_PI);
        double phase = m_random->GetValue(0, 2 * M_PI);
        m_waves.push_back({k * std::cos(direction), k * std::sin(direction), phase});
    }
}

double ShadowingLossModel::GetShadowing(double x, double y) const
{
    if (m_waves.empty())
    {
        Draw();
    }
    double sum = 0;
    for (const auto& wave : m_waves)
    {
        sum += std::cos(wave.kx * x + wave.ky * y + wave.phase);
    }
    return m_deviation * std::sqrt(2.0 / WAVES) * sum;
}

double ShadowingLossModel::DoCalcRxPower(double txPowerDbm, Ptr<MobilityModel>,
                                         Ptr<MobilityModel> b) const
{
    Vector at = b->GetPosition();
    return txPowerDbm + GetShadowing(at.x, at.y);
}

int64_t ShadowingLossModel::DoAssignStreams(int64_t stream)
{
    m_random->SetStream(stream);
    return 1;
}

} // namespace ns3::roam

/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_MOBILITY_ENGINE_H
#define ROAM_MOBILITY_ENGINE_H

// Private to model/: what MobilityManager needs of core/mobility, in ns-3's types.

#include "core/mobility/mobility.h"

#include "sctp-address.h"

#include "ns3/handover-record.h"

#include <string>

namespace ns3::roam
{

/** Owns one engine of core/mobility. */
class MobilityEngine
{
  public:
    /** Aborts when the configuration is not valid or memory is short. */
    explicit MobilityEngine(const mobility_config& config);
    ~MobilityEngine();
    MobilityEngine(const MobilityEngine&) = delete;
    MobilityEngine& operator=(const MobilityEngine&) = delete;

    mobility* Get() const;
    struct mobility_status GetStatus() const;

  private:
    mobility* m_engine;
};

HandoverRecord FromCore(const mobility_handover& h);

/** The names of a set of reasons, joined by '+'. */
std::string WhyText(uint32_t why);

/** "2.2.2.2" */
std::string AddressText(const roam_addr& a);

} // namespace ns3::roam

#endif

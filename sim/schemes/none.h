/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_SCHEMES_NONE_H
#define ROAM_SCHEMES_NONE_H

#include "sim/scheme.h"

namespace ns3::roam
{

/**
 * Nothing moves the session: it stays with the addresses that it began with. SCTP still hears which
 * addresses the mobile has, as a host's stack does, so that it offers those in its INIT and sends
 * from none that is gone.
 */
class NoMover : public Mover
{
  public:
    void ConfigureSession(SessionHelper& helper, Transport transport) override;
    void EquipMobile(Mobile& mobile) override;
};

} // namespace ns3::roam

#endif

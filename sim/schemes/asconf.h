/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_SCHEMES_ASCONF_H
#define ROAM_SCHEMES_ASCONF_H

#include "sim/scheme.h"

#include "ns3/sctp-handover-binding.h"
#include "ns3/sctp-l4-protocol.h"

#include <map>

namespace ns3::roam
{

/** ADD, SET PRIMARY, DELETE of draft-sjkoh-sctp-mobility, in ASCONFs of the mobile (RFC 5061). */
class AsconfMover : public Mover
{
  public:
    void ConfigureSession(SessionHelper& helper, Transport transport) override;
    Ptr<HandoverBinding> MakeBinding(Mobile& mobile) override;
    void SocketMade(Mobile& mobile, Ptr<Socket> socket) override;

  private:
    std::map<uint32_t, Ptr<SctpHandoverBinding>> m_bindings; //!< by number of the mobile
};

} // namespace ns3::roam

#endif

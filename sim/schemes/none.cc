/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/schemes/none.h"

#include "ns3/boolean.h"
#include "ns3/sctp-l4-protocol.h"
#include "ns3/session-helper.h"

namespace ns3::roam
{

namespace
{

void Gained(Ptr<SctpL4Protocol> sctp, uint32_t ifindex, Address address, Address)
{
    sctp->AddressGained(address, ifindex);
}

void Lost(Ptr<SctpL4Protocol> sctp, uint32_t, Address address)
{
    sctp->AddressLost(address);
}

} // namespace

void NoMover::ConfigureSession(SessionHelper& helper, Transport transport)
{
    if (transport == Transport::SCTP)
    {
        helper.SetSocketAttribute("AddIp", BooleanValue(false));
    }
}

void NoMover::EquipMobile(Mobile& mobile)
{
    if (Ptr<SctpL4Protocol> sctp = mobile.node->GetObject<SctpL4Protocol>())
    {
        mobile.addresses->TraceConnectWithoutContext("Gained", MakeBoundCallback(&Gained, sctp));
        mobile.addresses->TraceConnectWithoutContext("Lost", MakeBoundCallback(&Lost, sctp));
    }
}

} // namespace ns3::roam

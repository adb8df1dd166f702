/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/schemes/asconf.h"

#include "ns3/boolean.h"
#include "ns3/sctp-socket.h"
#include "ns3/session-helper.h"

namespace ns3::roam
{

void AsconfMover::ConfigureSession(SessionHelper& helper, Transport)
{
    helper.SetSocketAttribute("AddIp", BooleanValue(true));
}

Ptr<HandoverBinding> AsconfMover::MakeBinding(Mobile& mobile)
{
    Ptr<SctpHandoverBinding> binding = CreateObject<SctpHandoverBinding>();
    binding->SetNode(mobile.node);
    m_bindings[mobile.number] = binding;
    return binding;
}

void AsconfMover::SocketMade(Mobile& mobile, Ptr<Socket> socket)
{
    m_bindings.at(mobile.number)->SetSocket(socket);
}

} // namespace ns3::roam

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ns3/sctp-socket-factory.h"

#include "ns3/sctp-l4-protocol.h"
#include "ns3/socket.h"

namespace ns3::roam
{

NS_OBJECT_ENSURE_REGISTERED(SctpSocketFactory);

TypeId SctpSocketFactory::GetTypeId()
{
    static TypeId tid = TypeId("ns3::roam::SctpSocketFactory")
                            .SetParent<SocketFactory>()
                            .SetGroupName("Roam")
                            .AddConstructor<SctpSocketFactory>();
    return tid;
}

void SctpSocketFactory::SetSctp(Ptr<SctpL4Protocol> sctp)
{
    m_sctp = sctp;
}

Ptr<Socket> SctpSocketFactory::CreateSocket()
{
    NS_ASSERT_MSG(m_sctp, "a socket factory without its SctpL4Protocol");
    return m_sctp->CreateSocket();
}

void SctpSocketFactory::DoDispose()
{
    m_sctp = nullptr;
    SocketFactory::DoDispose();
}

} // namespace ns3::roam

// SPDX-License-Identifier: GPL-2.0-or-later
#include "session-server.h"

#include "session-connection.h"

#include "ns3/log.h"
#include "ns3/node.h"
#include "ns3/simulator.h"

namespace ns3
{

NS_LOG_COMPONENT_DEFINE("RoamSessionServer");

namespace roam
{

NS_OBJECT_ENSURE_REGISTERED(SessionServer);

TypeId SessionServer::GetTypeId()
{
    static TypeId tid = TypeId("ns3::roam::SessionServer")
                            .SetParent<SessionApplication>()
                            .SetGroupName("Roam")
                            .AddConstructor<SessionServer>();
    return tid;
}

SessionServer::SessionServer() = default;

SessionServer::~SessionServer() = default;

uint32_t SessionServer::GetSessions() const
{
    return m_connections.size();
}

void SessionServer::DoDispose()
{
    for (const Ptr<SessionConnection>& c : m_connections)
    {
        c->Dispose();
    }
    m_connections.clear();
    m_datagram.clear();
    if (m_socket)
    {
        m_socket->SetRecvCallback(MakeNullCallback<void, Ptr<Socket>>());
        m_socket->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                    MakeNullCallback<void, Ptr<Socket>, const Address&>());
        m_socket = nullptr;
    }
    SessionApplication::DoDispose();
}

void SessionServer::StartApplication()
{
    m_origin = Simulator::Now();
    m_socket = Socket::CreateSocket(GetNode(), m_protocol);
    NS_ABORT_MSG_IF(m_socket->Bind(m_local) < 0, "SessionServer on node "
                                                     << GetNode()->GetId()
                                                     << ": Local is taken, or not this node's");
    if (m_socket->GetSocketType() == Socket::NS3_SOCK_DGRAM)
    {
        m_socket->SetRecvCallback(MakeCallback(&SessionServer::HandleDatagrams, this));
        return;
    }
    m_socket->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                MakeCallback(&SessionServer::HandleAccept, this));
    m_socket->Listen();
}

void SessionServer::StopApplication()
{
    for (const Ptr<SessionConnection>& c : m_connections)
    {
        c->Finish();
    }
    if (m_socket)
    {
        m_socket->Close();
    }
}

void SessionServer::HandleAccept(Ptr<Socket> socket, const Address& from)
{
    const uint32_t session = m_connections.size();
    NS_LOG_INFO("session " << session << " from " << from);
    Ptr<SessionConnection> c = Create<SessionConnection>(this, session, socket, Address());
    m_connections.push_back(c);
    m_socketTrace(session, socket);
    m_connectedTrace(session);
    c->Start();
}

void SessionServer::HandleDatagrams(Ptr<Socket> socket)
{
    Address from;
    while (Ptr<Packet> p = socket->RecvFrom(from))
    {
        SessionHeader header;
        if (p->GetSize() < SessionHeader::SIZE || !p->PeekHeader(header) || !header.IsValid() ||
            header.length != p->GetSize())
        {
            continue;
        }
        if (header.kind == SessionHeader::HELLO)
        {
            Ptr<SessionConnection>& c = m_datagram[from];
            const bool first = !c;
            if (first)
            {
                const uint32_t session = m_connections.size();
                c = Create<SessionConnection>(this, session, socket, from);
                m_connections.push_back(c);
                m_connectedTrace(session);
            }
            c->SendControl(SessionHeader::HELLO_ACK);
            if (first)
            {
                c->Start();
            }
        }
        else if (header.kind == SessionHeader::DATA)
        {
            // The sender says which session it is of, wherever it sends from.
            m_receivedTrace(header.session << 16 | header.flow, header.seq, header.length,
                            header.sentAt);
        }
    }
}

} // namespace roam
} // namespace ns3

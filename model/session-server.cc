/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ns3/session-server.h"

#include "session-connection.h"

#include "ns3/log.h"
#include "ns3/node.h"
#include "ns3/simulator.h"

#include <algorithm>

namespace ns3::roam
{

NS_LOG_COMPONENT_DEFINE("RoamSessionServer");

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
    for (const Ptr<SessionConnection>& c : m_waiting)
    {
        c->Dispose();
    }
    m_waiting.clear();
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
    m_socket = MakeSocket();
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
    for (const Ptr<SessionConnection>& c : m_waiting)
    {
        Ptr<Socket> socket = c->GetSocket();
        c->Dispose();
        socket->Close();
    }
    m_waiting.clear();
    if (m_socket)
    {
        m_socket->Close();
    }
}

void SessionServer::HandleAccept(Ptr<Socket> socket, const Address& from)
{
    NS_LOG_INFO("connection from " << from);
    Ptr<SessionConnection> c = Create<SessionConnection>(this, socket, Address());
    SessionConnection* raw = PeekPointer(c); // no circle of pointers
    c->SetHelloCallback([this, raw](const SessionHeader& hello)
                        { HandleHello(Ptr<SessionConnection>(raw), hello, Address()); });
    c->SetFailedCallback(
        [this, raw](const std::string& why)
        {
            NS_LOG_INFO("a connection ended before its hello: " << why);
            Ptr<SessionConnection> ended(raw);
            Ptr<Socket> socket = ended->GetSocket();
            Forget(raw);
            ended->Dispose();
            socket->Close();
        });
    m_waiting.push_back(c);
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
            HandleHello(nullptr, header, from);
        }
        else if (header.kind == SessionHeader::DATA)
        {
            // The sender says which session it is of, wherever it sends from.
            m_receivedTrace(header.session << 16 | header.flow, header.seq, header.length,
                            header.sentAt);
        }
    }
}

void SessionServer::HandleHello(Ptr<SessionConnection> connection, const SessionHeader& hello,
                                const Address& from)
{
    const Client client(hello.session, hello.flow);
    const auto known = m_known.find(client);
    if (known == m_known.end() || !m_connections[known->second.session]->IsUp())
    {
        m_known[client] = {static_cast<uint32_t>(m_connections.size()), hello.seq};
        Begin(connection ? connection : Create<SessionConnection>(this, m_socket, from));
        return;
    }
    if (hello.seq < known->second.hello)
    {
        return; // overtaken by a later one
    }
    known->second.hello = hello.seq;
    const uint32_t session = known->second.session;
    Ptr<SessionConnection> c = m_connections[session];
    if (!connection)
    {
        c->SetRemote(from);
    }
    else if (connection != c)
    {
        Forget(PeekPointer(connection));
        c->TakeOver(*connection);
        m_socketTrace(session, c->GetSocket());
    }
    Answer(*c, session);
    c->Resume();
}

void SessionServer::Begin(Ptr<SessionConnection> connection)
{
    const uint32_t session = m_connections.size();
    Forget(PeekPointer(connection));
    m_connections.push_back(connection);
    if (connection->GetSocket() != m_socket)
    {
        m_socketTrace(session, connection->GetSocket());
    }
    m_connectedTrace(session);
    Answer(*connection, session);
    connection->Start(session, session);
}

void SessionServer::Answer(SessionConnection& connection, uint32_t session)
{
    SessionHeader answer;
    answer.kind = SessionHeader::HELLO_ACK;
    answer.session = session;
    answer.sentAt = Simulator::Now();
    connection.SendControl(answer);
}

void SessionServer::Forget(const SessionConnection* connection)
{
    m_waiting.erase(std::remove_if(m_waiting.begin(), m_waiting.end(),
                                   [connection](const Ptr<SessionConnection>& c)
                                   { return PeekPointer(c) == connection; }),
                    m_waiting.end());
}

} // namespace ns3::roam

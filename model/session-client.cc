// SPDX-License-Identifier: GPL-2.0-or-later
#include "session-client.h"

#include "session-connection.h"

#include "ns3/inet6-socket-address.h"
#include "ns3/log.h"
#include "ns3/node.h"
#include "ns3/simulator.h"

namespace ns3
{

NS_LOG_COMPONENT_DEFINE("RoamSessionClient");

namespace roam
{

NS_OBJECT_ENSURE_REGISTERED(SessionClient);

TypeId SessionClient::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::roam::SessionClient")
            .SetParent<SessionApplication>()
            .SetGroupName("Roam")
            .AddConstructor<SessionClient>()
            .AddAttribute("Remote", "The server's InetSocketAddress or Inet6SocketAddress.",
                          AddressValue(), MakeAddressAccessor(&SessionClient::m_remote),
                          MakeAddressChecker())
            .AddAttribute("RetryInterval",
                          "How long after a failed attempt to connect the next is made; 0 makes "
                          "one attempt only.",
                          TimeValue(Seconds(1)), MakeTimeAccessor(&SessionClient::m_retryInterval),
                          MakeTimeChecker(Seconds(0)))
            .AddAttribute(
                "HelloInterval", "Time between two hellos over UDP.", TimeValue(MilliSeconds(200)),
                MakeTimeAccessor(&SessionClient::m_helloInterval), MakeTimeChecker(NanoSeconds(1)));
    return tid;
}

SessionClient::SessionClient() = default;

SessionClient::~SessionClient() = default;

Ptr<Socket> SessionClient::GetSocket() const
{
    return m_socket;
}

void SessionClient::DoDispose()
{
    m_event.Cancel();
    if (m_connection)
    {
        m_connection->Dispose();
    }
    m_connection = nullptr;
    m_socket = nullptr;
    SessionApplication::DoDispose();
}

void SessionClient::StartApplication()
{
    m_origin = Simulator::Now();
    Open();
}

void SessionClient::StopApplication()
{
    m_event.Cancel();
    if (m_connected)
    {
        m_connection->Finish();
    }
    else if (m_connection)
    {
        m_connection->Dispose();
        m_socket->Close();
    }
}

void SessionClient::Open()
{
    m_socket = Socket::CreateSocket(GetNode(), m_protocol);
    const int bound = !m_local.IsInvalid()                           ? m_socket->Bind(m_local)
                      : Inet6SocketAddress::IsMatchingType(m_remote) ? m_socket->Bind6()
                                                                     : m_socket->Bind();
    if (bound < 0)
    {
        OpenFailed("cannot bind");
        return;
    }
    m_connection = Create<SessionConnection>(this, 0, m_socket, Address());
    m_socketTrace(0, m_socket);
    const bool datagram = m_socket->GetSocketType() == Socket::NS3_SOCK_DGRAM;
    if (!datagram)
    {
        m_socket->SetConnectCallback(MakeCallback(&SessionClient::HandleConnected, this),
                                     MakeCallback(&SessionClient::HandleFailed, this));
    }
    if (m_socket->Connect(m_remote) < 0)
    {
        OpenFailed("cannot connect: no route or no address");
        return;
    }
    if (datagram)
    {
        m_connection->SetHeardCallback([this] { HandleConnected(m_socket); });
        Hello();
    }
}

void SessionClient::OpenFailed(const std::string& why)
{
    NS_LOG_INFO("attempt at " << Simulator::Now().As(Time::S) << " failed: " << why);
    if (m_connection)
    {
        m_connection->Dispose();
        m_connection = nullptr;
    }
    m_socket->Close();
    m_socket = nullptr;
    if (m_retryInterval.IsZero())
    {
        m_brokenTrace(0, why);
        return;
    }
    m_event = Simulator::Schedule(m_retryInterval, &SessionClient::Open, this);
}

void SessionClient::HandleConnected(Ptr<Socket>)
{
    m_event.Cancel();
    m_connected = true;
    m_connectedTrace(0);
    m_connection->Start();
}

void SessionClient::HandleFailed(Ptr<Socket>)
{
    // Not at once: the socket is in the middle of the callback that this would take away.
    m_event = Simulator::ScheduleNow(&SessionClient::OpenFailed, this,
                                     std::string("the server did not answer, or refused"));
}

void SessionClient::Hello()
{
    m_connection->SendControl(SessionHeader::HELLO);
    m_event = Simulator::Schedule(m_helloInterval, &SessionClient::Hello, this);
}

} // namespace roam
} // namespace ns3

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ns3/session-client.h"

#include "session-connection.h"

#include "ns3/inet6-socket-address.h"
#include "ns3/log.h"
#include "ns3/node.h"
#include "ns3/simulator.h"

#include <algorithm>

namespace ns3::roam
{

NS_LOG_COMPONENT_DEFINE("RoamSessionClient");

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
                          "How long after a failed attempt to open the session the next is made; "
                          "0 makes one attempt only. It doubles with each attempt that the server "
                          "has not answered.",
                          TimeValue(Seconds(1)), MakeTimeAccessor(&SessionClient::m_retryInterval),
                          MakeTimeChecker(Seconds(0)))
            .AddAttribute("RetryMax",
                          "Where the doubling of RetryInterval and ConnectTimeout ends.",
                          TimeValue(Seconds(30)), MakeTimeAccessor(&SessionClient::m_retryMax),
                          MakeTimeChecker(Seconds(0)))
            .AddAttribute("ConnectTimeout",
                          "How long the first attempt may take until the server answers, over a "
                          "transport with connections; it doubles with each further one. 0 leaves "
                          "the end of an attempt to the transport.",
                          TimeValue(Seconds(5)), MakeTimeAccessor(&SessionClient::m_connectTimeout),
                          MakeTimeChecker(Seconds(0)))
            .AddAttribute(
                "HelloInterval", "Time between two hellos over UDP.", TimeValue(MilliSeconds(200)),
                MakeTimeAccessor(&SessionClient::m_helloInterval), MakeTimeChecker(NanoSeconds(1)));
    return tid;
}

SessionClient::SessionClient() = default;

SessionClient::~SessionClient() = default;

void SessionClient::DoDispose()
{
    m_event.Cancel();
    m_limit.Cancel();
    if (m_connection)
    {
        m_connection->Dispose();
    }
    m_connection = nullptr;
    m_socket = nullptr;
    m_givenUp.clear();
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
    m_limit.Cancel();
    if (m_connected)
    {
        m_connection->Finish();
        return;
    }
    CloseGivenUp();
    if (m_connection)
    {
        m_connection->Dispose();
        m_socket->Close();
    }
}

void SessionClient::Open()
{
    m_reached = false;
    m_socket = MakeSocket();
    const int bound = !m_local.IsInvalid()                           ? m_socket->Bind(m_local)
                      : Inet6SocketAddress::IsMatchingType(m_remote) ? m_socket->Bind6()
                                                                     : m_socket->Bind();
    if (bound < 0)
    {
        OpenFailed("cannot bind");
        return;
    }
    m_connection = Create<SessionConnection>(this, m_socket, Address());
    m_connection->SetHeardCallback([this](const SessionHeader& h) { HandleHeard(h); });
    m_connection->SetFailedCallback([this](const std::string& why) { AttemptFailed(why); });
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
        RepeatHello();
    }
    else if (m_connectTimeout.IsStrictlyPositive())
    {
        m_limit =
            Simulator::Schedule(BackOff(m_connectTimeout), &SessionClient::AttemptExpired, this);
    }
}

void SessionClient::Drop()
{
    m_limit.Cancel();
    if (m_connection)
    {
        m_connection->Dispose();
        m_connection = nullptr;
    }
}

void SessionClient::OpenFailed(const std::string& why)
{
    Drop();
    m_socket->Close();
    m_socket = nullptr;
    // Nothing was sent, so there is nothing to spare the network.
    Retry(m_retryInterval, why);
}

void SessionClient::AttemptFailed(const std::string& why)
{
    // Not at once: the socket may be in the middle of the callback that this would take away.
    Drop();
    m_event = Simulator::ScheduleNow(&SessionClient::Retry, this, BackOff(m_retryInterval), why);
    Simulator::ScheduleNow(&Socket::Close, m_socket);
    ++m_failures;
}

void SessionClient::AttemptExpired()
{
    Drop();
    if (m_reached)
    {
        // To close it now would end the session at a server that has heard the hello.
        m_givenUp.push_back(m_socket);
    }
    else
    {
        m_socket->Close();
    }
    const Time pause = BackOff(m_retryInterval);
    ++m_failures;
    Retry(pause, "the server did not answer in time");
}

Time SessionClient::BackOff(Time time) const
{
    const Time most = std::max(time, m_retryMax);
    for (uint32_t i = 0; i < m_failures && time < most; i++)
    {
        time = std::min(time + time, most);
    }
    return time;
}

void SessionClient::Retry(Time after, const std::string& why)
{
    NS_LOG_INFO("attempt ended at " << Simulator::Now().As(Time::S) << ": " << why);
    m_socket = nullptr;
    if (m_retryInterval.IsZero())
    {
        CloseGivenUp();
        m_brokenTrace(0, why);
        return;
    }
    m_event = Simulator::Schedule(after, &SessionClient::Open, this);
}

void SessionClient::CloseGivenUp()
{
    for (const Ptr<Socket>& socket : m_givenUp)
    {
        socket->Close();
    }
    m_givenUp.clear();
}

void SessionClient::HandleConnected(Ptr<Socket>)
{
    m_reached = true;
    SendHello();
}

void SessionClient::HandleFailed(Ptr<Socket>)
{
    AttemptFailed("the server did not answer, or refused");
}

void SessionClient::HandleHeard(const SessionHeader& header)
{
    m_event.Cancel();
    m_limit.Cancel();
    m_connected = true;
    CloseGivenUp();
    m_connectedTrace(0);
    m_connection->Start(0, header.session);
}

void SessionClient::SendHello()
{
    SessionHeader hello;
    hello.kind = SessionHeader::HELLO;
    hello.session = GetNode()->GetId();
    for (uint32_t i = 0; i < GetNode()->GetNApplications(); ++i)
    {
        if (GetNode()->GetApplication(i) == this)
        {
            hello.flow = static_cast<uint16_t>(i);
        }
    }
    hello.seq = m_hellos++;
    hello.sentAt = Simulator::Now();
    m_connection->SendControl(hello);
}

void SessionClient::RepeatHello()
{
    SendHello();
    m_event = Simulator::Schedule(m_helloInterval, &SessionClient::RepeatHello, this);
}

} // namespace ns3::roam

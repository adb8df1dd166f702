/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ns3/session-application.h"

#include "ns3/boolean.h"
#include "ns3/sctp-socket-factory.h"
#include "ns3/uinteger.h"

namespace ns3::roam
{

NS_OBJECT_ENSURE_REGISTERED(SessionApplication);

TypeId SessionApplication::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::roam::SessionApplication")
            .SetParent<Application>()
            .SetGroupName("Roam")
            .AddAttribute("Protocol",
                          "The socket factory: ns3::roam::SctpSocketFactory, ns3::TcpSocketFactory "
                          "or ns3::UdpSocketFactory.",
                          TypeIdValue(SctpSocketFactory::GetTypeId()),
                          MakeTypeIdAccessor(&SessionApplication::m_protocol), MakeTypeIdChecker())
            .AddAttribute("Local",
                          "InetSocketAddress or Inet6SocketAddress to bind; none is any, for a "
                          "client.",
                          AddressValue(), MakeAddressAccessor(&SessionApplication::m_local),
                          MakeAddressChecker())
            .AddAttribute("Backlog",
                          "How many messages wait at most when the transport has no room; one that "
                          "finds it full is dropped.",
                          UintegerValue(1000), MakeUintegerAccessor(&SessionApplication::m_backlog),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute("CloseAtStop",
                          "Close gracefully when the application stops; else leave the session "
                          "as it is, without a sender.",
                          BooleanValue(true),
                          MakeBooleanAccessor(&SessionApplication::m_closeAtStop),
                          MakeBooleanChecker())
            .AddTraceSource("Sent", "A message was made.",
                            MakeTraceSourceAccessor(&SessionApplication::m_sentTrace),
                            "ns3::roam::SessionApplication::SentTracedCallback")
            .AddTraceSource("Received", "A message was delivered.",
                            MakeTraceSourceAccessor(&SessionApplication::m_receivedTrace),
                            "ns3::roam::SessionApplication::ReceivedTracedCallback")
            .AddTraceSource("Dropped", "A message that was made did not leave.",
                            MakeTraceSourceAccessor(&SessionApplication::m_droppedTrace),
                            "ns3::roam::SessionApplication::DroppedTracedCallback")
            .AddTraceSource("Connected", "The session is up.",
                            MakeTraceSourceAccessor(&SessionApplication::m_connectedTrace),
                            "ns3::roam::SessionApplication::SessionTracedCallback")
            .AddTraceSource("Broken", "The session broke, and why.",
                            MakeTraceSourceAccessor(&SessionApplication::m_brokenTrace),
                            "ns3::roam::SessionApplication::BrokenTracedCallback")
            .AddTraceSource("Closed", "The session ended as its user wished.",
                            MakeTraceSourceAccessor(&SessionApplication::m_closedTrace),
                            "ns3::roam::SessionApplication::SessionTracedCallback")
            .AddTraceSource("Socket", "The session has a socket.",
                            MakeTraceSourceAccessor(&SessionApplication::m_socketTrace),
                            "ns3::roam::SessionApplication::SocketTracedCallback");
    return tid;
}

SessionApplication::~SessionApplication() = default;

void SessionApplication::AddFlow(Ptr<SessionFlow> flow)
{
    m_flows.push_back(flow);
}

void SessionApplication::SetSocketAttribute(const std::string& name, const AttributeValue& value)
{
    m_ofSockets.emplace_back(name, value.Copy());
}

Ptr<Socket> SessionApplication::MakeSocket() const
{
    Ptr<Socket> socket = Socket::CreateSocket(GetNode(), m_protocol);
    for (const auto& [name, value] : m_ofSockets)
    {
        socket->SetAttribute(name, *value);
    }
    return socket;
}

Ptr<const SessionFlow> SessionApplication::FindFlow(uint16_t id) const
{
    for (const Ptr<SessionFlow>& flow : m_flows)
    {
        if (flow->GetId() == id)
        {
            return flow;
        }
    }
    return nullptr;
}

int64_t SessionApplication::AssignStreams(int64_t stream)
{
    int64_t used = 0;
    for (const Ptr<SessionFlow>& flow : m_flows)
    {
        used += flow->AssignStreams(stream + used);
    }
    return used;
}

void SessionApplication::DoDispose()
{
    m_flows.clear();
    Application::DoDispose();
}

} // namespace ns3::roam

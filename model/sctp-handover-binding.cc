/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ns3/sctp-handover-binding.h"

#include "ns3/log.h"
#include "ns3/sctp-l4-protocol.h"
#include "ns3/sctp-socket.h"

#include <algorithm>

namespace ns3::roam
{

NS_LOG_COMPONENT_DEFINE("RoamSctpHandoverBinding");

NS_OBJECT_ENSURE_REGISTERED(SctpHandoverBinding);

TypeId SctpHandoverBinding::GetTypeId()
{
    static TypeId tid = TypeId("ns3::roam::SctpHandoverBinding")
                            .SetParent<HandoverBinding>()
                            .SetGroupName("Roam")
                            .AddConstructor<SctpHandoverBinding>();
    return tid;
}

void SctpHandoverBinding::DoDispose()
{
    Forget();
    m_sctp = nullptr;
    HandoverBinding::DoDispose();
}

void SctpHandoverBinding::SetNode(Ptr<Node> node)
{
    m_sctp = node->GetObject<SctpL4Protocol>();
    NS_ABORT_MSG_UNLESS(m_sctp, "SctpHandoverBinding: node " << node->GetId() << " has no SCTP");
}

void SctpHandoverBinding::SetSocket(Ptr<Socket> socket)
{
    Forget();
    NotifySessionDown(false); // an attempt to open that was given up may have had an association
    m_socket = DynamicCast<SctpSocket>(socket);
    NS_ABORT_MSG_UNLESS(m_socket, "SctpHandoverBinding: the session's socket is not SCTP's");
    m_sctp = m_socket->GetSctp();
    m_socket->TraceConnectWithoutContext("Up", MakeCallback(&SctpHandoverBinding::Up, this));
    m_socket->TraceConnectWithoutContext("Down", MakeCallback(&SctpHandoverBinding::Down, this));
    m_socket->TraceConnectWithoutContext("Handover",
                                         MakeCallback(&SctpHandoverBinding::Handover, this));
    if (m_socket->GetStateName() == "ESTABLISHED")
    {
        Up();
    }
}

void SctpHandoverBinding::Forget()
{
    if (m_socket)
    {
        m_socket->TraceDisconnectWithoutContext("Up", MakeCallback(&SctpHandoverBinding::Up, this));
        m_socket->TraceDisconnectWithoutContext("Down",
                                                MakeCallback(&SctpHandoverBinding::Down, this));
        m_socket->TraceDisconnectWithoutContext("Handover",
                                                MakeCallback(&SctpHandoverBinding::Handover, this));
        m_socket = nullptr;
    }
    m_pending.clear();
}

void SctpHandoverBinding::Up()
{
    std::vector<Address> addresses = m_socket->GetLocalAddresses();
    for (const SctpPathInfo& path : m_socket->GetPaths())
    {
        auto it = std::find(addresses.begin(), addresses.end(), path.local);
        if (path.primary && it != addresses.end())
        {
            std::rotate(addresses.begin(), it, it + 1);
        }
    }
    NotifySessionUp(addresses);
}

void SctpHandoverBinding::Down(bool broken, const std::string&)
{
    m_pending.clear();
    NotifySessionDown(broken);
}

void SctpHandoverBinding::AddressGained(Address address, uint32_t ifindex)
{
    if (m_sctp)
    {
        m_sctp->AddressGained(address, ifindex);
    }
}

void SctpHandoverBinding::AddressLost(Address address)
{
    if (m_sctp)
    {
        m_sctp->AddressLost(address);
    }
}

void SctpHandoverBinding::Request(const std::vector<Part>& parts)
{
    std::vector<SctpAddressRequest> asconf;
    for (const Part& part : parts)
    {
        asconf.push_back({part.op, part.address});
        m_pending.emplace_back(part.op, part.address); // its answer may come before Asconf returns
    }
    if (m_socket && m_socket->Asconf(asconf) == 0)
    {
        return;
    }
    const int error = m_socket ? m_socket->GetErrno() : Socket::ERROR_NOTCONN;
    for (const Part& part : parts)
    {
        NS_LOG_INFO(AddressOpName(part.op) << " was refused with errno " << error);
        if (TakePending(part.op, part.address))
        {
            NotifyDone(part.op, part.address, false, 0);
        }
    }
}

bool SctpHandoverBinding::TakePending(AddressOp op, Address address)
{
    auto it = std::find(m_pending.begin(), m_pending.end(), std::make_pair(op, address));
    if (it == m_pending.end())
    {
        return false;
    }
    m_pending.erase(it);
    return true;
}

void SctpHandoverBinding::Handover(const SctpHandoverEvent& event)
{
    if (event.kind != SctpHandoverEvent::ANSWERED)
    {
        return;
    }
    if (!TakePending(event.op, event.address))
    {
        return; // somebody else's request on the same socket
    }
    const bool ok = event.cause == 0;
    if (event.op == AddressOp::SET_PRIMARY && ok &&
        m_socket->SetPrimary(event.address, Address()) < 0)
    {
        NS_LOG_WARN("the peer sends to " << event.address << ", but this end has no path from it");
    }
    NotifyDone(event.op, event.address, ok, event.cause);
}

} // namespace ns3::roam

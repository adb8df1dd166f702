/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sctp-endpoint.h"

#include "sctp-address.h"

#include "ns3/log.h"
#include "ns3/sctp-l4-protocol.h"
#include "ns3/sctp-socket.h"
#include "ns3/simulator.h"

namespace ns3::roam
{

NS_LOG_COMPONENT_DEFINE("RoamSctpEndpoint");

const char* SctpPathStateName(enum sctp_path_state state)
{
    switch (state)
    {
    case SCTP_PATH_UNCONFIRMED:
        return "unconfirmed";
    case SCTP_PATH_ACTIVE:
        return "active";
    case SCTP_PATH_INACTIVE:
        return "inactive";
    case SCTP_PATH_REMOVED:
        return "removed";
    case SCTP_PATH_PF:
        return "potentially failed";
    }
    return "?";
}

SctpEndpoint::SctpEndpoint(SctpL4Protocol* sctp, struct sctp_endpoint* engine)
    : m_sctp(sctp), m_engine(engine)
{
}

SctpEndpoint::~SctpEndpoint()
{
    m_event.Cancel();
    sctp_endpoint_free(m_engine);
}

struct sctp_endpoint* SctpEndpoint::Engine() const
{
    return m_engine;
}

uint16_t SctpEndpoint::GetPort() const
{
    return sctp_endpoint_port(m_engine);
}

roam_time SctpEndpoint::Now()
{
    return Simulator::Now().GetNanoSeconds();
}

void SctpEndpoint::Dispose()
{
    m_event.Cancel();
    m_armed = ROAM_NEVER;
    m_sctp = nullptr;
    auto sockets = std::move(m_sockets);
    m_sockets.clear();
    for (auto& [id, socket] : sockets)
    {
        socket->Orphan();
    }
    if (Ptr<SctpSocket> owner = m_owner)
    {
        m_owner = nullptr;
        owner->Orphan();
    }
}

void SctpEndpoint::Receive(const struct roam_packet& packet)
{
    sctp_recv(m_engine, &packet, Now());
    Pump();
}

void SctpEndpoint::ReceiveIcmp(const struct sctp_icmp& icmp)
{
    sctp_icmp_received(m_engine, &icmp, Now());
    Pump();
}

void SctpEndpoint::Expire()
{
    m_armed = ROAM_NEVER;
    sctp_expire(m_engine, Now());
    Pump();
}

void SctpEndpoint::Pump()
{
    if (m_pumping || !m_sctp)
    {
        m_again = true;
        return;
    }
    Ptr<SctpEndpoint> self(this);
    m_pumping = true;
    do
    {
        m_again = false;
        struct roam_packet packet;
        while (m_sctp && sctp_poll_packet(m_engine, &packet, Now()))
        {
            m_sctp->Send(packet);
        }
        PublishAll();
    } while (m_again && m_sctp);
    m_pumping = false;
    Arm();
    ReleaseIfIdle();
}

void SctpEndpoint::PublishAll()
{
    struct sctp_event event;
    while (m_sctp && sctp_poll_event(m_engine, &event))
    {
        m_events.push_back(event);
        Ptr<SctpSocket> socket =
            event.type == SCTP_EV_PARTIAL_ABORTED ? Find(event.assoc) : nullptr;
        if (socket)
        {
            // An application that is told of something else may read on.
            socket->NoteAborted(event);
        }
    }
    for (; m_sctp && !m_events.empty(); m_events.pop_front())
    {
        Publish(m_events.front());
    }
    m_events.clear();
}

void SctpEndpoint::Arm()
{
    const roam_time next = sctp_next_expiry(m_engine);
    // An event that comes too early costs less than one that is cancelled: it stays in the
    // simulator's queue anyway.
    if (!m_sctp || next == ROAM_NEVER || m_armed <= next)
    {
        return;
    }
    m_event.Cancel();
    m_armed = next;
    const roam_time delay = roam_time_max(0, next - Now());
    m_event = Simulator::Schedule(NanoSeconds(delay), &SctpEndpoint::Expire, this);
}

void SctpEndpoint::ReleaseIfIdle()
{
    if (m_sctp && !m_owner && m_sockets.empty())
    {
        SctpL4Protocol* sctp = m_sctp;
        m_sctp = nullptr;
        m_event.Cancel();
        sctp->Release(GetPort());
    }
}

void SctpEndpoint::SetOwner(Ptr<SctpSocket> owner)
{
    m_owner = owner;
}

void SctpEndpoint::DropOwner(const SctpSocket* socket)
{
    if (m_owner == socket)
    {
        sctp_listen(m_engine, false);
        m_owner = nullptr;
    }
    Pump();
}

void SctpEndpoint::Attach(sctp_assoc_id id, Ptr<SctpSocket> socket)
{
    m_sockets[id] = socket;
}

Ptr<SctpSocket> SctpEndpoint::Find(sctp_assoc_id id) const
{
    auto it = m_sockets.find(id);
    return it == m_sockets.end() ? nullptr : it->second;
}

SctpEndpoint::Scope& SctpEndpoint::GetScope()
{
    return m_scope;
}

void SctpEndpoint::AddAddress(const roam_addr& address, uint32_t ifindex)
{
    sctp_address_gained(m_engine, &address, ifindex, Now());
    Pump();
}

void SctpEndpoint::AddressGained(const roam_addr& address, uint32_t ifindex)
{
    const bool family = address.family == ROAM_ADDR_V4 ? m_scope.ipv4 : m_scope.ipv6;
    if (family && (m_scope.ifindex == 0 || m_scope.ifindex == ifindex))
    {
        AddAddress(address, ifindex);
    }
}

void SctpEndpoint::AddressLost(const roam_addr& address)
{
    sctp_address_lost(m_engine, &address, Now());
    Pump();
}

void SctpEndpoint::SetHostRoute(const roam_addr& destination, uint32_t ifindex)
{
    sctp_host_route(m_engine, &destination, ifindex, Now());
    Pump();
}

void SctpEndpoint::TraceRequest(sctp_assoc_id id, const struct sctp_asconf_request& request)
{
    SctpHandoverEvent e;
    e.kind = SctpHandoverEvent::REQUESTED;
    e.at = Simulator::Now();
    e.op = static_cast<AddressOp>(request.op);
    e.address = FromCore(request.addr);
    TraceHandover(id, e);
}

void SctpEndpoint::TraceHandover(sctp_assoc_id id, const SctpHandoverEvent& event)
{
    SctpHandoverEvent e = event;
    e.association = id;
    Ptr<SctpSocket> socket = Find(id);
    if (m_sctp)
    {
        m_sctp->m_handoverTrace(GetPort(), e);
    }
    if (socket)
    {
        socket->m_handoverTrace(e);
    }
}

void SctpEndpoint::Publish(const struct sctp_event& event)
{
    SctpHandoverEvent e;
    e.at = NanoSeconds(event.at);
    Ptr<SctpSocket> socket = Find(event.assoc);
    switch (event.type)
    {
    case SCTP_EV_STATE:
    {
        const std::string from = sctp_state_name(event.u.state.from);
        const std::string to = sctp_state_name(event.u.state.to);
        m_sctp->m_stateTrace(GetPort(), event.assoc, from, to);
        if (socket)
        {
            socket->m_stateTrace(from, to);
        }
        break;
    }
    case SCTP_EV_UP:
        if (socket)
        {
            socket->NotifyUp();
        }
        else
        {
            Accept(event.assoc);
        }
        break;
    case SCTP_EV_RESTART:
        NS_LOG_INFO("association " << event.assoc << " of port " << GetPort() << " restarted");
        break;
    case SCTP_EV_CLOSED:
    case SCTP_EV_LOST:
        Gone(event);
        break;
    case SCTP_EV_READABLE:
        if (socket)
        {
            socket->NotifyReadable();
        }
        break;
    case SCTP_EV_PARTIAL_ABORTED:
        if (socket)
        {
            socket->ReportAborted();
        }
        break;
    case SCTP_EV_WRITABLE:
        if (socket)
        {
            socket->NotifySend(socket->GetTxAvailable());
        }
        break;
    case SCTP_EV_SEND_FAILED:
        if (socket)
        {
            socket->m_sendFailedTrace(event.u.failed.stream, event.u.failed.ppid,
                                      event.u.failed.sent, event.u.failed.why != SCTP_RELIABLE);
        }
        break;
    case SCTP_EV_PEER_DONE:
        if (socket)
        {
            socket->NotifyPeerDone();
        }
        break;
    case SCTP_EV_PATH:
        e.kind = SctpHandoverEvent::PATH;
        e.local = FromCore(event.u.path.local);
        e.peer = FromCore(event.u.path.peer);
        e.state = SctpPathStateName(event.u.path.state);
        TraceHandover(event.assoc, e);
        break;
    case SCTP_EV_PRIMARY:
        e.kind = SctpHandoverEvent::PRIMARY;
        e.local = FromCore(event.u.path.local);
        e.peer = FromCore(event.u.path.peer);
        TraceHandover(event.assoc, e);
        break;
    case SCTP_EV_ASCONF:
    case SCTP_EV_PEER_ADDRESS:
        e.kind = event.type == SCTP_EV_ASCONF ? SctpHandoverEvent::ANSWERED
                                              : SctpHandoverEvent::PEER_REQUEST;
        e.op = static_cast<AddressOp>(event.u.asconf.op);
        e.address = FromCore(event.u.asconf.addr);
        e.cause = event.u.asconf.cause;
        e.serial = event.u.asconf.serial;
        TraceHandover(event.assoc, e);
        break;
    case SCTP_EV_AUTH:
    case SCTP_EV_ADAPTATION:
        NS_LOG_INFO("association " << event.assoc << " of port " << GetPort()
                                   << (event.type == SCTP_EV_AUTH ? ": AUTH" : ": adaptation"));
        break;
    case SCTP_EV_DROP:
        m_sctp->m_dropTrace(GetPort(), event.assoc, sctp_drop_name(event.u.drop.why),
                            event.u.drop.chunk, event.u.drop.tsn);
        break;
    }
}

void SctpEndpoint::Accept(sctp_assoc_id id)
{
    // The last cookie may have been on its way when the listener closed.
    if (!m_owner || m_owner->m_role != SctpSocket::Role::LISTENING)
    {
        sctp_abort(m_engine, id, nullptr, 0, Now());
        m_again = true;
        return;
    }
    Ptr<SctpSocket> listener = m_owner;
    Ptr<SctpSocket> socket = CreateObject<SctpSocket>();
    socket->Accept(*listener, id);
    if (!listener->NotifyConnectionRequest(socket->m_peer))
    {
        socket->Orphan();
        sctp_abort(m_engine, id, nullptr, 0, Now());
        m_again = true;
        return;
    }
    Attach(id, socket);
    listener->NotifyNewConnectionCreated(socket, socket->m_peer);
    socket->m_upTrace();
}

void SctpEndpoint::Gone(const struct sctp_event& event)
{
    Ptr<SctpSocket> socket = Find(event.assoc);
    if (socket)
    {
        m_sockets.erase(event.assoc);
        socket->NotifyGone(event);
    }
}

} // namespace ns3::roam

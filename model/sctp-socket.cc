/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ns3/sctp-socket.h"

#include "sctp-address.h"
#include "sctp-endpoint.h"

#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/log.h"
#include "ns3/net-device.h"
#include "ns3/node.h"
#include "ns3/packet.h"
#include "ns3/sctp-l4-protocol.h"

#include <algorithm>
#include <limits>

namespace ns3::roam
{

NS_LOG_COMPONENT_DEFINE("RoamSctpSocket");

NS_OBJECT_ENSURE_REGISTERED(SctpSocket);

SctpSocket::SctpSocket() = default;

SctpSocket::~SctpSocket()
{
    for (struct sctp_message* m : m_unread)
    {
        sctp_message_free(m);
    }
}

void SctpSocket::DoDispose()
{
    LeaveEndpoint();
    m_sctp = nullptr;
    Socket::DoDispose();
}

void SctpSocket::SetSctp(Ptr<SctpL4Protocol> sctp)
{
    m_sctp = sctp;
}

Ptr<SctpL4Protocol> SctpSocket::GetSctp() const
{
    return m_sctp;
}

int SctpSocket::Fail(SocketErrno errno_) const
{
    m_errno = errno_;
    return -1;
}

Socket::SocketErrno SctpSocket::ErrnoOf(int error)
{
    switch (error)
    {
    case ROAM_OK:
        return ERROR_NOTERROR;
    case ROAM_ESTATE:
        return ERROR_SHUTDOWN;
    case ROAM_ENOENT:
        return ERROR_NOTCONN;
    case ROAM_EEXIST:
        return ERROR_ADDRINUSE;
    case ROAM_EAGAIN:
    case ROAM_ENOMEM:
        return ERROR_AGAIN;
    case ROAM_EMSGSIZE:
        return ERROR_MSGSIZE;
    case ROAM_ENOTSUP:
        return ERROR_OPNOTSUPP;
    default:
        return ERROR_INVAL;
    }
}

Socket::SocketErrno SctpSocket::GetErrno() const
{
    return m_errno;
}

Socket::SocketType SctpSocket::GetSocketType() const
{
    return NS3_SOCK_SEQPACKET;
}

Ptr<Node> SctpSocket::GetNode() const
{
    return m_sctp ? m_sctp->m_node : nullptr;
}

// --- Bind, Connect, Listen -----------------------------------------------------------------------

std::pair<std::vector<Address>, int> SctpSocket::Split(const std::vector<Address>& addresses)
{
    std::vector<Address> bare;
    const int port = addresses.empty() ? -1 : PortOf(addresses.front());
    for (const Address& a : addresses)
    {
        const Address ip = FromCore(ToCore(a));
        if (ip.IsInvalid() || PortOf(a) != port)
        {
            return {{}, -1};
        }
        bare.push_back(ip);
    }
    return {bare, port};
}

int SctpSocket::BindEndpoint(uint16_t port, const std::vector<Address>& addresses, bool v6)
{
    if (m_role != Role::UNBOUND || !m_sctp)
    {
        return Fail(ERROR_INVAL);
    }
    for (const Address& a : addresses)
    {
        if (m_sctp->InterfaceOf(a) == 0)
        {
            return Fail(ERROR_ADDRNOTAVAIL);
        }
    }
    struct sctp_config config;
    FillConfig(config);
    if (sctp_config_check(&config) != ROAM_OK)
    {
        NS_LOG_WARN("the attributes do not go together: RtoMin <= RtoInitial <= RtoMax, "
                    "PartialDeliveryPoint <= RcvBufSize, and AddIp needs Auth");
        return Fail(ERROR_INVAL);
    }
    m_endpoint = m_sctp->Open(port, config);
    if (!m_endpoint)
    {
        return Fail(ERROR_ADDRINUSE);
    }
    m_role = Role::BOUND;
    m_bound = addresses;
    m_endpoint->SetOwner(this);
    SctpEndpoint::Scope& scope = m_endpoint->GetScope();
    scope.ipv6 = v6;
    scope.wildcard = addresses.empty();
    scope.ifindex = m_boundnetdevice ? m_boundnetdevice->GetIfIndex() + 1 : 0;
    m_sctp->TellAddresses(*m_endpoint);
    for (const Address& a : addresses)
    {
        m_endpoint->AddAddress(ToCore(a), m_sctp->InterfaceOf(a));
    }
    return 0;
}

int SctpSocket::Bind()
{
    return BindEndpoint(0, {}, false);
}

int SctpSocket::Bind6()
{
    return BindEndpoint(0, {}, true);
}

int SctpSocket::Bind(const Address& address)
{
    return BindX({address});
}

int SctpSocket::BindX(const std::vector<Address>& addresses)
{
    auto [bare, port] = Split(addresses);
    if (port < 0)
    {
        return Fail(ERROR_INVAL);
    }
    const bool v6 = std::any_of(bare.begin(), bare.end(), Ipv6Address::IsMatchingType);
    const roam_addr first = ToCore(bare.front());
    if (bare.size() == 1 && roam_addr_is_any(&first))
    {
        bare.clear();
    }
    return BindEndpoint(port, bare, v6);
}

int SctpSocket::Connect(const Address& address)
{
    return ConnectX({address});
}

int SctpSocket::ConnectX(const std::vector<Address>& peers)
{
    auto [bare, port] = Split(peers);
    if (port <= 0)
    {
        return Fail(ERROR_INVAL);
    }
    if (m_role == Role::CONNECTING || m_role == Role::CONNECTED)
    {
        return Fail(ERROR_ISCONN);
    }
    if (m_role == Role::LISTENING || m_role == Role::CLOSED)
    {
        return Fail(ERROR_OPNOTSUPP);
    }
    const bool v6 = std::any_of(bare.begin(), bare.end(), Ipv6Address::IsMatchingType);
    if (m_role == Role::UNBOUND && BindEndpoint(0, {}, v6) < 0)
    {
        return -1;
    }
    if (m_remoteUdpPort != 0 && m_sctp->m_udpPort == 0)
    {
        return Fail(ERROR_INVAL);
    }
    sctp_encapsulate(m_endpoint->Engine(), 0, nullptr, m_remoteUdpPort);
    m_sctp->TellAddresses(*m_endpoint);
    std::vector<roam_addr> to;
    std::vector<roam_addr> from;
    for (const Address& a : bare)
    {
        to.push_back(ToCore(a));
    }
    for (const Address& a : m_bound)
    {
        from.push_back(ToCore(a));
    }
    sctp_assoc_id id = 0;
    const int error = sctp_connect(m_endpoint->Engine(), from.data(), from.size(), to.data(),
                                   to.size(), port, &id, SctpEndpoint::Now());
    if (error != ROAM_OK)
    {
        return Fail(error == ROAM_EINVAL ? ERROR_NOROUTETOHOST : ErrnoOf(error));
    }
    m_association = id;
    m_peer = peers.front();
    m_role = Role::CONNECTING;
    m_endpoint->Attach(id, this);
    m_endpoint->Pump();
    return 0;
}

int SctpSocket::Listen()
{
    if (m_role == Role::UNBOUND)
    {
        return Fail(ERROR_INVAL);
    }
    if (m_role != Role::BOUND && m_role != Role::LISTENING)
    {
        return Fail(ERROR_ISCONN);
    }
    m_role = Role::LISTENING;
    // Somebody who asked for one address does not want to be found at another one later.
    m_endpoint->GetScope().later = m_bound.empty();
    sctp_listen(m_endpoint->Engine(), true);
    return 0;
}

void SctpSocket::TakeAttributes(const SctpSocket& other)
{
    const TypeId type = GetTypeId();
    for (size_t i = 0; i < type.GetAttributeN(); ++i)
    {
        const TypeId::AttributeInformation info = type.GetAttribute(i);
        Ptr<AttributeValue> value = info.checker->Create();
        info.accessor->Get(&other, *value);
        info.accessor->Set(this, *value);
    }
}

void SctpSocket::Accept(const SctpSocket& listener, uint32_t id)
{
    m_sctp = listener.m_sctp;
    m_endpoint = listener.m_endpoint;
    m_association = id;
    m_role = Role::CONNECTED;
    TakeAttributes(listener);
    struct sctp_status status;
    if (sctp_status(m_endpoint->Engine(), id, &status) == ROAM_OK)
    {
        m_peer = FromCore(status.primary_peer, status.peer_port);
    }
}

// --- What becomes of the association -------------------------------------------------------------

void SctpSocket::NotifyUp()
{
    m_role = Role::CONNECTED;
    m_upTrace();
    NotifyConnectionSucceeded();
    if (m_role == Role::CONNECTED && GetTxAvailable() > 0)
    {
        NotifySend(GetTxAvailable());
    }
}

void SctpSocket::NotifyPeerDone()
{
    m_shutdownSend = true;
}

void SctpSocket::NotifyReadable()
{
    if (m_shutdownRecv)
    {
        Discard();
        return;
    }
    if (GetRxAvailable() > 0)
    {
        NotifyDataRecv();
    }
    if (m_closing)
    {
        Discard();
    }
}

void SctpSocket::NotifyGone(const struct sctp_event& event)
{
    const bool wasUp = m_role == Role::CONNECTED;
    const bool broken = event.type == SCTP_EV_LOST;
    if (broken)
    {
        m_lost = sctp_lost_name(event.u.lost.why);
    }
    // What was delivered in order stays readable after the end.
    if (!m_closing && !m_shutdownRecv)
    {
        while (struct sctp_message* m =
                   sctp_receive(m_endpoint->Engine(), m_association, SctpEndpoint::Now()))
        {
            m_unread.push_back(m);
        }
    }
    LeaveEndpoint();
    if (wasUp)
    {
        m_downTrace(broken, m_lost);
        if (broken)
        {
            NotifyErrorClose();
        }
        else
        {
            NotifyNormalClose();
        }
    }
    else if (!m_closing)
    {
        NotifyConnectionFailed();
    }
}

void SctpSocket::LeaveEndpoint()
{
    m_role = Role::CLOSED;
    if (Ptr<SctpEndpoint> endpoint = m_endpoint)
    {
        GetSockName(m_name);
        m_endpoint = nullptr;
        endpoint->DropOwner(this);
    }
}

void SctpSocket::Orphan()
{
    m_role = Role::CLOSED;
    m_endpoint = nullptr;
}

int SctpSocket::Close()
{
    switch (m_role)
    {
    case Role::UNBOUND:
    case Role::BOUND:
    case Role::LISTENING:
        LeaveEndpoint();
        return 0;
    case Role::CLOSED:
        return 0;
    case Role::CONNECTING:
    case Role::CONNECTED:
        break;
    }
    if (m_closing)
    {
        return 0;
    }
    m_closing = true;
    Ptr<SctpEndpoint> endpoint = m_endpoint;
    const bool abort = m_role == Role::CONNECTING || GetRxAvailable() > 0;
    const int error =
        abort ? sctp_abort(endpoint->Engine(), m_association, nullptr, 0, SctpEndpoint::Now())
              : sctp_shutdown(endpoint->Engine(), m_association, SctpEndpoint::Now());
    endpoint->Pump();
    // The peer's shutdown, or ShutdownSend, may have come first; that is no failure to close.
    return error == ROAM_OK || error == ROAM_ESTATE ? 0 : Fail(ErrnoOf(error));
}

int SctpSocket::ShutdownSend()
{
    m_shutdownSend = true;
    if (m_role != Role::CONNECTED || m_closing)
    {
        return 0;
    }
    const int error = sctp_shutdown(m_endpoint->Engine(), m_association, SctpEndpoint::Now());
    m_endpoint->Pump();
    return error == ROAM_OK || error == ROAM_ESTATE ? 0 : Fail(ErrnoOf(error));
}

int SctpSocket::ShutdownRecv()
{
    m_shutdownRecv = true;
    Discard();
    return 0;
}

// --- Data
// -----------------------------------------------------------------------------------------

uint32_t SctpSocket::GetTxAvailable() const
{
    if (!m_endpoint || m_association == 0 || m_closing || m_shutdownSend)
    {
        return 0;
    }
    const size_t room = sctp_send_room(m_endpoint->Engine(), m_association);
    return static_cast<uint32_t>(std::min<size_t>(room, std::numeric_limits<uint32_t>::max()));
}

int SctpSocket::Send(Ptr<Packet> p, uint32_t flags)
{
    if (flags != 0)
    {
        return Fail(ERROR_OPNOTSUPP);
    }
    return SendMessage(p, m_stream, m_ppid, m_unordered);
}

int SctpSocket::SendTo(Ptr<Packet> p, uint32_t flags, const Address&)
{
    // As with TCP, the association has but one peer.
    return Send(p, flags);
}

int SctpSocket::SendMessage(Ptr<Packet> p, uint16_t stream, uint32_t ppid, bool unordered)
{
    if (m_role != Role::CONNECTING && m_role != Role::CONNECTED)
    {
        return Fail(ERROR_NOTCONN);
    }
    if (m_closing || m_shutdownSend)
    {
        return Fail(ERROR_SHUTDOWN);
    }
    const uint32_t size = p->GetSize();
    std::vector<uint8_t>& bytes = m_sctp->m_tx;
    bytes.resize(size);
    p->CopyData(bytes.data(), size);
    struct sctp_message_info info = {};
    info.stream = stream;
    info.ppid = ppid;
    info.unordered = unordered;
    FillReliability(info);
    const int error = sctp_send(m_endpoint->Engine(), m_association, &info, bytes.data(), size,
                                SctpEndpoint::Now());
    if (error != ROAM_OK)
    {
        return Fail(ErrnoOf(error));
    }
    Ptr<SctpEndpoint> endpoint = m_endpoint; // an application's callback may close this socket
    endpoint->Pump();
    NotifyDataSent(size);
    return static_cast<int>(size);
}

bool SctpSocket::SetAllowBroadcast(bool allowBroadcast)
{
    // There is no broadcast in SCTP; OnOffApplication asks for it of every socket.
    return !allowBroadcast;
}

bool SctpSocket::GetAllowBroadcast() const
{
    return false;
}

} // namespace ns3::roam

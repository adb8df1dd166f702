/* SPDX-License-Identifier: GPL-2.0-or-later */
// What SctpSocket says and changes about addresses and paths.
#include "sctp-address.h"
#include "sctp-endpoint.h"

#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/sctp-socket.h"

namespace ns3::roam
{

int SctpSocket::GetSockName(Address& address) const
{
    if (!m_endpoint)
    {
        if (m_name.IsInvalid())
        {
            // As ns-3's other sockets answer before they are bound.
            address = InetSocketAddress(Ipv4Address::GetAny(), 0);
            return 0;
        }
        address = m_name;
        return 0;
    }
    const uint16_t port = m_endpoint->GetPort();
    struct sctp_status status;
    if (m_association != 0 &&
        sctp_status(m_endpoint->Engine(), m_association, &status) == ROAM_OK &&
        status.primary_local.family != ROAM_ADDR_NONE)
    {
        address = FromCore(status.primary_local, port);
    }
    else if (!m_bound.empty())
    {
        address = FromCore(ToCore(m_bound.front()), port);
    }
    else if (m_endpoint->GetScope().ipv6)
    {
        address = Inet6SocketAddress(Ipv6Address::GetAny(), port);
    }
    else
    {
        address = InetSocketAddress(Ipv4Address::GetAny(), port);
    }
    return 0;
}

int SctpSocket::GetPeerName(Address& address) const
{
    if (m_role != Role::CONNECTED && m_role != Role::CONNECTING)
    {
        return Fail(ERROR_NOTCONN);
    }
    address = m_peer;
    return 0;
}

int SctpSocket::Asconf(const std::vector<SctpAddressRequest>& requests)
{
    if (!m_endpoint || m_role != Role::CONNECTED)
    {
        return Fail(ERROR_NOTCONN);
    }
    std::vector<struct sctp_asconf_request> core;
    for (const SctpAddressRequest& r : requests)
    {
        if (r.op == AddressOp::MOVE)
        {
            return Fail(ERROR_INVAL);
        }
        core.push_back({static_cast<enum sctp_asconf_op>(r.op), ToCore(r.address)});
    }
    const int error = sctp_asconf(m_endpoint->Engine(), m_association, core.data(), core.size(),
                                  SctpEndpoint::Now());
    if (error != ROAM_OK)
    {
        return Fail(ErrnoOf(error));
    }
    Ptr<SctpEndpoint> endpoint = m_endpoint;
    for (const struct sctp_asconf_request& r : core)
    {
        endpoint->TraceRequest(m_association, r);
    }
    endpoint->Pump();
    return 0;
}

int SctpSocket::SetPrimary(const Address& local, const Address& peer)
{
    if (!m_endpoint || m_role != Role::CONNECTED)
    {
        return Fail(ERROR_NOTCONN);
    }
    const roam_addr l = ToCore(local);
    const roam_addr p = ToCore(peer);
    const int error = sctp_set_primary(
        m_endpoint->Engine(), m_association, l.family == ROAM_ADDR_NONE ? nullptr : &l,
        p.family == ROAM_ADDR_NONE ? nullptr : &p, SctpEndpoint::Now());
    if (error != ROAM_OK)
    {
        return Fail(error == ROAM_ENOENT ? ERROR_ADDRNOTAVAIL : ErrnoOf(error));
    }
    Ptr<SctpEndpoint> endpoint = m_endpoint;
    endpoint->Pump();
    return 0;
}

namespace
{

using AddressLister = size_t (*)(const struct sctp_endpoint*, sctp_assoc_id, struct roam_addr*,
                                 size_t);

std::vector<Address> ListAddresses(AddressLister list, const struct sctp_endpoint* engine,
                                   sctp_assoc_id id)
{
    std::vector<roam_addr> core(list(engine, id, nullptr, 0));
    list(engine, id, core.data(), core.size());
    std::vector<Address> out;
    for (const roam_addr& a : core)
    {
        out.push_back(FromCore(a));
    }
    return out;
}

} // namespace

std::vector<Address> SctpSocket::GetLocalAddresses() const
{
    return m_endpoint && m_association != 0
               ? ListAddresses(sctp_local_addresses, m_endpoint->Engine(), m_association)
               : m_bound;
}

std::vector<Address> SctpSocket::GetPeerAddresses() const
{
    return m_endpoint && m_association != 0
               ? ListAddresses(sctp_peer_addresses, m_endpoint->Engine(), m_association)
               : std::vector<Address>();
}

std::vector<SctpPathInfo> SctpSocket::GetPaths() const
{
    std::vector<SctpPathInfo> out;
    if (!m_endpoint || m_association == 0)
    {
        return out;
    }
    std::vector<struct sctp_path_status> core(
        sctp_paths(m_endpoint->Engine(), m_association, nullptr, 0));
    sctp_paths(m_endpoint->Engine(), m_association, core.data(), core.size());
    for (const struct sctp_path_status& p : core)
    {
        out.push_back({FromCore(p.local), FromCore(p.peer), SctpPathStateName(p.state), p.primary,
                       NanoSeconds(p.srtt), NanoSeconds(p.rto), p.cwnd, p.ssthresh, p.outstanding,
                       p.errors, p.udp_port});
    }
    return out;
}

uint32_t SctpSocket::GetAssociation() const
{
    return m_association;
}

std::string SctpSocket::GetStateName() const
{
    struct sctp_status status;
    if (m_endpoint && m_association != 0 &&
        sctp_status(m_endpoint->Engine(), m_association, &status) == ROAM_OK)
    {
        return sctp_state_name(status.state);
    }
    return sctp_state_name(SCTP_CLOSED);
}

const std::string& SctpSocket::GetLostReason() const
{
    return m_lost;
}

} // namespace ns3::roam

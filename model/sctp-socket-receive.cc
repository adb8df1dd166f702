/* SPDX-License-Identifier: GPL-2.0-or-later */
// What a socket's user reads: messages, and parts of one.
#include "sctp-endpoint.h"

#include "ns3/packet.h"
#include "ns3/sctp-l4-protocol.h"
#include "ns3/sctp-socket.h"

#include <algorithm>
#include <limits>

namespace ns3::roam
{

uint32_t SctpSocket::GetRxAvailable() const
{
    size_t n = 0;
    for (const struct sctp_message* m : m_unread)
    {
        n += m->len;
    }
    n -= m_offset;
    if (m_endpoint && m_association != 0)
    {
        n += sctp_receive_ready(m_endpoint->Engine(), m_association);
    }
    return static_cast<uint32_t>(std::min<size_t>(n, std::numeric_limits<uint32_t>::max()));
}

struct sctp_message* SctpSocket::Front()
{
    if (m_unread.empty() && m_endpoint && m_association != 0)
    {
        struct sctp_message* m =
            sctp_receive(m_endpoint->Engine(), m_association, SctpEndpoint::Now());
        if (m)
        {
            m_unread.push_back(m);
        }
    }
    return m_unread.empty() ? nullptr : m_unread.front();
}

uint64_t SctpSocket::NextOrder() const
{
    if (!m_unread.empty())
    {
        return m_unread.front()->order;
    }
    return m_endpoint ? sctp_receive_order(m_endpoint->Engine(), m_association) : UINT64_MAX;
}

void SctpSocket::ReportAborted()
{
    Ptr<SctpSocket> self(this); // an application's callback may let go of this socket
    while (!m_aborted.empty() && m_aborted.front().order <= NextOrder())
    {
        const Aborted ended = m_aborted.front();
        m_aborted.pop_front();
        m_partialAbortedTrace(ended.stream, ended.ssn);
    }
}

void SctpSocket::NoteAborted(const struct sctp_event& event)
{
    m_aborted.push_back({event.order, event.u.partial.stream, event.u.partial.ssn});
}

void SctpSocket::Discard()
{
    while (struct sctp_message* m = Front())
    {
        m_unread.pop_front();
        m_offset = 0;
        sctp_message_free(m);
    }
    m_aborted.clear();
    if (m_endpoint)
    {
        m_endpoint->Pump();
    }
}

Ptr<Packet> SctpSocket::RecvMessage(uint32_t maxSize, SctpReceiveInfo& info)
{
    ReportAborted();
    struct sctp_message* m = m_shutdownRecv ? nullptr : Front();
    if (!m || maxSize == 0)
    {
        Fail(m_endpoint || m ? ERROR_AGAIN : ERROR_NOTCONN);
        return nullptr;
    }
    info = {m->info.stream, m->info.ssn, m->info.ppid, m->info.unordered, false};
    const uint64_t limit = m_aborted.empty() ? UINT64_MAX : m_aborted.front().order;
    Ptr<Packet> p;
    // Parts of a message follow one another, but for messages of other streams (FragmentInterleave)
    while (m && m->order < limit && m->info.stream == info.stream && (!p || p->GetSize() < maxSize))
    {
        const uint32_t room = p ? maxSize - p->GetSize() : maxSize;
        const uint32_t size = static_cast<uint32_t>(std::min<size_t>(room, m->len - m_offset));
        Ptr<Packet> piece = Create<Packet>(m->data + m_offset, size);
        m_offset += size;
        if (p)
        {
            p->AddAtEnd(piece);
        }
        p = p ? p : piece;
        if (m_offset < m->len)
        {
            break;
        }
        info.end = !m->partial;
        m_unread.pop_front();
        m_offset = 0;
        sctp_message_free(m);
        m = info.end ? nullptr : Front();
    }
    if (m_endpoint)
    {
        // Reading opens the receive window, of which the peer may have to hear.
        m_endpoint->Pump();
    }
    return p;
}

Ptr<Packet> SctpSocket::Recv(uint32_t maxSize, uint32_t flags)
{
    if (flags != 0)
    {
        Fail(ERROR_OPNOTSUPP);
        return nullptr;
    }
    SctpReceiveInfo info;
    return RecvMessage(maxSize, info);
}

Ptr<Packet> SctpSocket::RecvFrom(uint32_t maxSize, uint32_t flags, Address& fromAddress)
{
    Ptr<Packet> p = Recv(maxSize, flags);
    if (p)
    {
        fromAddress = m_peer;
    }
    return p;
}

} // namespace ns3::roam

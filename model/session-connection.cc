/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "session-connection.h"

#include "ns3/log.h"
#include "ns3/sctp-socket.h"
#include "ns3/session-application.h"

namespace ns3::roam
{

NS_LOG_COMPONENT_DEFINE("RoamSessionConnection");

SessionConnection::SessionConnection(SessionApplication* application, Ptr<Socket> socket,
                                     const Address& remote)
    : m_application(application), m_socket(socket), m_remote(remote),
      m_datagram(socket->GetSocketType() == Socket::NS3_SOCK_DGRAM)
{
    Listen();
}

SessionConnection::~SessionConnection()
{
    Dispose();
}

void SessionConnection::Listen()
{
    if (m_remote.IsInvalid())
    {
        m_socket->SetRecvCallback(MakeCallback(&SessionConnection::HandleRead, this));
        m_socket->SetSendCallback(MakeCallback(&SessionConnection::HandleSend, this));
        m_socket->SetCloseCallbacks(MakeCallback(&SessionConnection::HandleClose, this),
                                    MakeCallback(&SessionConnection::HandleError, this));
        if (DynamicCast<SctpSocket>(m_socket))
        {
            m_socket->TraceConnectWithoutContext(
                "PartialDeliveryAborted", MakeCallback(&SessionConnection::HandleAborted, this));
        }
    }
}

void SessionConnection::Unlisten()
{
    if (m_socket && m_remote.IsInvalid())
    {
        m_socket->SetRecvCallback(MakeNullCallback<void, Ptr<Socket>>());
        m_socket->SetSendCallback(MakeNullCallback<void, Ptr<Socket>, uint32_t>());
        m_socket->SetCloseCallbacks(MakeNullCallback<void, Ptr<Socket>>(),
                                    MakeNullCallback<void, Ptr<Socket>>());
        m_socket->SetConnectCallback(MakeNullCallback<void, Ptr<Socket>>(),
                                     MakeNullCallback<void, Ptr<Socket>>());
        if (DynamicCast<SctpSocket>(m_socket))
        {
            m_socket->TraceDisconnectWithoutContext(
                "PartialDeliveryAborted", MakeCallback(&SessionConnection::HandleAborted, this));
        }
    }
}

void SessionConnection::Dispose()
{
    m_sources.clear();
    Unlisten();
    m_socket = nullptr;
    m_application = nullptr;
    m_heard = nullptr;
    m_hello = nullptr;
    m_failed = nullptr;
    m_backlog.clear();
    m_up = false;
}

void SessionConnection::SetHeardCallback(std::function<void(const SessionHeader&)> heard)
{
    m_heard = std::move(heard);
}

void SessionConnection::SetHelloCallback(std::function<void(const SessionHeader&)> hello)
{
    m_hello = std::move(hello);
}

void SessionConnection::SetFailedCallback(std::function<void(const std::string&)> failed)
{
    m_failed = std::move(failed);
}

void SessionConnection::SetRemote(const Address& remote)
{
    m_remote = remote;
}

void SessionConnection::TakeOver(SessionConnection& other)
{
    Unlisten();
    m_socket->Close();
    m_socket = other.m_socket;
    m_deframer = std::move(other.m_deframer);
    m_message = other.m_message;
    Listen();
    other.m_socket = nullptr;
    other.Dispose();
    // The rest of a message is of no use behind another beginning.
    if (!m_backlog.empty() && m_backlog.front().message->GetSize() < m_backlog.front().bytes)
    {
        const Waiting& torn = m_backlog.front();
        m_application->m_droppedTrace(torn.flow, torn.seq, torn.bytes);
        m_backlog.pop_front();
    }
}

void SessionConnection::Resume()
{
    Flush();
}

Ptr<Socket> SessionConnection::GetSocket() const
{
    return m_socket;
}

bool SessionConnection::IsUp() const
{
    return m_up;
}

void SessionConnection::Start(uint32_t session, uint32_t atServer)
{
    m_session = session;
    m_serverSession = atServer;
    m_started = m_up = true;
    for (const Ptr<SessionFlow>& flow : m_application->m_flows)
    {
        NS_ABORT_MSG_IF(flow->IsBulk() && m_datagram,
                        "a bulk flow needs a transport with flow control; over UDP give it a rate");
        m_sources.push_back(std::make_unique<SessionSource>(
            flow, m_session, m_application->m_origin, [this](SessionSource& s) { Due(s); }));
        m_sources.back()->Start();
    }
}

// --- Sending -----------------------------------------------------------------------------------

void SessionConnection::SendControl(const SessionHeader& header)
{
    Send(header.MakeMessage());
}

bool SessionConnection::Send(Ptr<Packet> message)
{
    const uint32_t size = message->GetSize();
    const int sent =
        m_remote.IsInvalid() ? m_socket->Send(message) : m_socket->SendTo(message, 0, m_remote);
    if (sent < 0)
    {
        return false;
    }
    if (static_cast<uint32_t>(sent) < size)
    {
        message->RemoveAtStart(sent);
        return false;
    }
    return true;
}

void SessionConnection::TraceSent(const SessionSource& source, const SessionHeader& header)
{
    m_application->m_sentTrace(source.GetFlow(), header.seq, header.length);
}

void SessionConnection::Due(SessionSource& source)
{
    if (source.WantsToSend())
    {
        Flush();
        return;
    }
    SessionHeader header = source.Peek();
    header.session = m_serverSession;
    source.Advance();
    TraceSent(source, header);
    Ptr<Packet> message = header.MakeMessage();
    const bool room = m_datagram || m_backlog.size() < m_application->m_backlog;
    if (m_backlog.empty() && !m_flushing && Send(message))
    {
        return;
    }
    // A datagram that cannot go out now is lost; so is a message for which there is no place,
    // unless a part of it has gone out.
    if (m_up && !m_datagram && (room || message->GetSize() < header.length))
    {
        m_backlog.push_back({source.GetFlow(), header.seq, header.length, message});
    }
    else if (m_application)
    {
        m_application->m_droppedTrace(source.GetFlow(), header.seq, header.length);
    }
}

bool SessionConnection::FlushBacklog()
{
    while (!m_backlog.empty())
    {
        Waiting waiting = m_backlog.front();
        if (!Send(waiting.message))
        {
            return false;
        }
        // A callback of Send may have ended the session, and the backlog with it.
        if (!m_backlog.empty())
        {
            m_backlog.pop_front();
        }
    }
    return true;
}

void SessionConnection::Flush()
{
    if (m_flushing)
    {
        m_again = true;
        return;
    }
    Ptr<SessionConnection> self(this);
    m_flushing = true;
    do
    {
        m_again = false;
        bool room = FlushBacklog();
        size_t idle = 0;
        while (room && m_up && idle < m_sources.size())
        {
            // One message of each bulk flow in turn, so that they share what there is.
            m_turn %= m_sources.size();
            SessionSource& source = *m_sources[m_turn];
            if (!source.WantsToSend())
            {
                ++idle;
                ++m_turn;
                continue;
            }
            idle = 0;
            SessionHeader header = source.Peek();
            header.session = m_serverSession;
            Ptr<Packet> message = header.MakeMessage();
            room = Send(message);
            const bool partly = !room && message->GetSize() < header.length;
            if (room || partly)
            {
                TraceSent(source, header);
                source.Advance();
                ++m_turn;
            }
            if (partly)
            {
                m_backlog.push_back({source.GetFlow(), header.seq, header.length, message});
            }
        }
    } while (m_again && m_up);
    m_flushing = false;
    CloseWhenEmpty();
}

// --- Receiving -----------------------------------------------------------------------------------

void SessionConnection::HandleRead(Ptr<Socket> socket)
{
    Ptr<SessionConnection> self(this);
    while (m_application)
    {
        Ptr<Packet> p = socket->Recv();
        if (!p || p->GetSize() == 0)
        {
            break;
        }
        Receive(p);
    }
}

void SessionConnection::HandleAborted(uint16_t, uint16_t)
{
    m_message = nullptr;
}

void SessionConnection::Receive(Ptr<Packet> bytes)
{
    SessionHeader header;
    if (m_socket->GetSocketType() != Socket::NS3_SOCK_STREAM)
    {
        if (m_message)
        {
            m_message->AddAtEnd(bytes);
            bytes = m_message;
            m_message = nullptr;
        }
        const bool valid = bytes->GetSize() >= SessionHeader::SIZE && bytes->PeekHeader(header) &&
                           header.IsValid();
        if (valid && header.length > bytes->GetSize() && !m_datagram)
        {
            m_message = bytes; // SCTP delivers in parts what its receive buffer does not hold
        }
        else if (valid && header.length == bytes->GetSize())
        {
            Deliver(header);
        }
        return;
    }
    m_deframer.Add(bytes);
    while (m_application && m_deframer.Next(header))
    {
        Deliver(header);
    }
    if (m_deframer.IsBad())
    {
        NS_LOG_ERROR("session " << m_session << ": the stream has bytes that are no message");
    }
}

void SessionConnection::Deliver(const SessionHeader& header)
{
    if (header.kind == SessionHeader::HELLO)
    {
        if (m_hello)
        {
            const auto hello = m_hello; // it may dispose of this connection
            hello(header);
        }
        return;
    }
    if (m_heard)
    {
        auto heard = std::move(m_heard);
        m_heard = nullptr;
        heard(header);
    }
    if (header.kind == SessionHeader::DATA && m_application)
    {
        m_application->m_receivedTrace(m_session << 16 | header.flow, header.seq, header.length,
                                       header.sentAt);
    }
}

// --- The end
// ---------------------------------------------------------------------------------------

void SessionConnection::HandleSend(Ptr<Socket>, uint32_t)
{
    if (m_up)
    {
        Flush();
    }
}

void SessionConnection::Finish()
{
    m_finishing = true;
    for (auto& source : m_sources)
    {
        source->Stop();
    }
    Flush();
}

void SessionConnection::CloseWhenEmpty()
{
    if (!m_finishing || !m_backlog.empty() || !m_up || !m_application->m_closeAtStop)
    {
        return;
    }
    m_up = false;
    if (m_datagram)
    {
        // There is nobody to agree with about the end.
        m_application->m_closedTrace(m_session);
    }
    if (m_remote.IsInvalid())
    {
        m_socket->Close();
    }
}

void SessionConnection::End()
{
    m_up = false;
    for (auto& source : m_sources)
    {
        source->Stop();
    }
    for (const Waiting& w : m_backlog)
    {
        m_application->m_droppedTrace(w.flow, w.seq, w.bytes);
    }
    m_backlog.clear();
}

void SessionConnection::HandleClose(Ptr<Socket> socket)
{
    Ptr<SessionConnection> self(this);
    HandleRead(socket);
    if (!m_application)
    {
        return;
    }
    if (!m_started)
    {
        Fail("the server closed the connection");
        return;
    }
    End();
    m_application->m_closedTrace(m_session);
    socket->Close();
}

void SessionConnection::Fail(const std::string& why)
{
    if (const auto failed = m_failed)
    {
        failed(why); // it may dispose of this connection
    }
}

void SessionConnection::HandleError(Ptr<Socket> socket)
{
    Ptr<SessionConnection> self(this);
    HandleRead(socket);
    if (!m_application)
    {
        return;
    }
    Ptr<SctpSocket> sctp = DynamicCast<SctpSocket>(socket);
    const std::string why = sctp ? sctp->GetLostReason() : "reset or given up by TCP";
    if (!m_started)
    {
        Fail(why);
        return;
    }
    const bool wished = m_finishing && !m_up;
    End();
    if (wished)
    {
        // Closing with the peer's data still under way resets a TCP connection.
        m_application->m_closedTrace(m_session);
        return;
    }
    m_application->m_brokenTrace(m_session, why);
}

} // namespace ns3::roam

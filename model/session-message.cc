/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ns3/session-message.h"

namespace ns3::roam
{

NS_OBJECT_ENSURE_REGISTERED(SessionHeader);

TypeId SessionHeader::GetTypeId()
{
    static TypeId tid = TypeId("ns3::roam::SessionHeader")
                            .SetParent<Header>()
                            .SetGroupName("Roam")
                            .AddConstructor<SessionHeader>();
    return tid;
}

TypeId SessionHeader::GetInstanceTypeId() const
{
    return GetTypeId();
}

bool SessionHeader::IsValid() const
{
    return length >= SIZE && kind >= DATA && kind <= HELLO_ACK;
}

Ptr<Packet> SessionHeader::MakeMessage() const
{
    Ptr<Packet> message = Create<Packet>(length - SIZE);
    message->AddHeader(*this);
    return message;
}

uint32_t SessionHeader::GetSerializedSize() const
{
    return SIZE;
}

void SessionHeader::Serialize(Buffer::Iterator start) const
{
    start.WriteHtonU32(length);
    start.WriteHtonU16(kind);
    start.WriteHtonU16(flow);
    start.WriteHtonU32(session);
    start.WriteHtonU32(seq);
    start.WriteHtonU64(static_cast<uint64_t>(sentAt.GetNanoSeconds()));
}

uint32_t SessionHeader::Deserialize(Buffer::Iterator start)
{
    length = start.ReadNtohU32();
    kind = start.ReadNtohU16();
    flow = start.ReadNtohU16();
    session = start.ReadNtohU32();
    seq = start.ReadNtohU32();
    sentAt = NanoSeconds(static_cast<int64_t>(start.ReadNtohU64()));
    return SIZE;
}

void SessionHeader::Print(std::ostream& os) const
{
    os << "length=" << length << " kind=" << kind << " flow=" << flow << " session=" << session
       << " seq=" << seq << " sentAt=" << sentAt.GetNanoSeconds() << "ns";
}

void SessionDeframer::Add(Ptr<const Packet> bytes)
{
    if (!m_bytes || m_bytes->GetSize() == 0)
    {
        m_bytes = bytes->Copy();
    }
    else
    {
        m_bytes->AddAtEnd(bytes);
    }
}

bool SessionDeframer::Next(SessionHeader& header)
{
    if (m_bad || !m_bytes || m_bytes->GetSize() < SessionHeader::SIZE)
    {
        return false;
    }
    m_bytes->PeekHeader(header);
    if (!header.IsValid())
    {
        m_bad = true;
        return false;
    }
    if (m_bytes->GetSize() < header.length)
    {
        return false;
    }
    m_bytes->RemoveAtStart(header.length);
    return true;
}

bool SessionDeframer::IsBad() const
{
    return m_bad;
}

} // namespace ns3::roam

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ns3/handover-binding.h"

#include "ns3/assert.h"

namespace ns3::roam
{

NS_OBJECT_ENSURE_REGISTERED(HandoverBinding);
NS_OBJECT_ENSURE_REGISTERED(NullHandoverBinding);

TypeId HandoverBinding::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::roam::HandoverBinding").SetParent<Object>().SetGroupName("Roam");
    return tid;
}

const char* HandoverBinding::GetOpName(Op op)
{
    switch (op)
    {
    case ADD_ADDRESS:
        return "ADD";
    case SET_PRIMARY:
        return "SET PRIMARY";
    case DELETE_ADDRESS:
        return "DELETE";
    }
    return "";
}

void HandoverBinding::SetDoneCallback(DoneCallback callback)
{
    m_done = callback;
}

void HandoverBinding::SetSessionCallbacks(SessionUpCallback up, SessionDownCallback down)
{
    m_up = up;
    m_down = down;
    if (!m_bound.empty() && !m_up.IsNull())
    {
        m_up(m_bound);
    }
}

void HandoverBinding::DoDispose()
{
    m_done = DoneCallback();
    m_up = SessionUpCallback();
    m_down = SessionDownCallback();
    Object::DoDispose();
}

void HandoverBinding::NotifyDone(Op op, Address address, bool ok, uint16_t cause)
{
    if (!m_done.IsNull())
    {
        m_done(op, address, ok, cause);
    }
}

void HandoverBinding::NotifySessionUp(const std::vector<Address>& addresses)
{
    NS_ASSERT_MSG(!addresses.empty(), "a session is bound to one address at least");
    m_bound = addresses;
    if (!m_up.IsNull())
    {
        m_up(m_bound);
    }
}

void HandoverBinding::NotifySessionDown(bool broken)
{
    if (m_bound.empty())
    {
        return;
    }
    m_bound.clear();
    if (!m_down.IsNull())
    {
        m_down(broken);
    }
}

TypeId NullHandoverBinding::GetTypeId()
{
    static TypeId tid = TypeId("ns3::roam::NullHandoverBinding")
                            .SetParent<HandoverBinding>()
                            .SetGroupName("Roam")
                            .AddConstructor<NullHandoverBinding>();
    return tid;
}

void NullHandoverBinding::AddressGained(Address, uint32_t)
{
}

void NullHandoverBinding::AddressLost(Address)
{
}

void NullHandoverBinding::Request(const std::vector<Part>& parts)
{
    NS_ABORT_MSG("a session that takes no part in handovers was asked to "
                 << GetOpName(parts.front().op));
}

} // namespace ns3::roam

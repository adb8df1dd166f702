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

void HandoverBinding::SetDoneCallback(DoneCallback callback)
{
    m_done = callback;
}

void HandoverBinding::SetSessionCallbacks(SessionUpCallback up, SessionReplacedCallback replaced,
                                          SessionDownCallback down)
{
    m_up = up;
    m_replaced = replaced;
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
    m_replaced = SessionReplacedCallback();
    m_down = SessionDownCallback();
    Object::DoDispose();
}

void HandoverBinding::NotifyDone(AddressOp op, Address address, bool ok, uint16_t cause)
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

void HandoverBinding::NotifySessionReplaced(const std::vector<Address>& addresses)
{
    NS_ASSERT_MSG(!m_bound.empty(), "there is no session that could go on");
    NS_ASSERT_MSG(!addresses.empty(), "a session is bound to one address at least");
    m_bound = addresses;
    if (!m_replaced.IsNull())
    {
        m_replaced(m_bound);
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
                 << AddressOpName(parts.front().op));
}

} // namespace ns3::roam

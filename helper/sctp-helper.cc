/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ns3/sctp-helper.h"

#include "ns3/ipv4.h"
#include "ns3/ipv6.h"
#include "ns3/node.h"
#include "ns3/sctp-l4-protocol.h"

namespace ns3::roam
{

SctpHelper::SctpHelper()
{
    m_protocol.SetTypeId(SctpL4Protocol::GetTypeId());
}

void SctpHelper::SetProtocolAttribute(const std::string& name, const AttributeValue& value)
{
    m_protocol.Set(name, value);
}

void SctpHelper::Install(Ptr<Node> node) const
{
    NS_ABORT_MSG_UNLESS(node->GetObject<Ipv4>() || node->GetObject<Ipv6>(),
                        "SctpHelper: node " << node->GetId()
                                            << " has no internet stack; install one first");
    if (!node->GetObject<SctpL4Protocol>())
    {
        node->AggregateObject(m_protocol.Create<SctpL4Protocol>());
    }
}

void SctpHelper::Install(const NodeContainer& nodes) const
{
    for (auto it = nodes.Begin(); it != nodes.End(); ++it)
    {
        Install(*it);
    }
}

int64_t SctpHelper::AssignStreams(const NodeContainer& nodes, int64_t stream) const
{
    int64_t used = 0;
    for (auto it = nodes.Begin(); it != nodes.End(); ++it)
    {
        if (Ptr<SctpL4Protocol> sctp = (*it)->GetObject<SctpL4Protocol>())
        {
            used += sctp->AssignStreams(stream + used);
        }
    }
    return used;
}

} // namespace ns3::roam

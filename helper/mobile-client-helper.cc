/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ns3/mobile-client-helper.h"

#include "ns3/abort.h"
#include "ns3/address-client.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-static-routing-helper.h"
#include "ns3/ipv4.h"
#include "ns3/ipv6-static-routing-helper.h"
#include "ns3/ipv6.h"
#include "ns3/node-container.h"
#include "ns3/radio-device.h"

namespace ns3::roam
{

MobileClientHelper::MobileClientHelper()
{
    m_radio.SetTypeId(RadioDevice::GetTypeId());
    m_addressClient.SetTypeId(AddressClient::GetTypeId());
    m_manager.SetTypeId(MobilityManager::GetTypeId());
}

void MobileClientHelper::SetRadios(uint32_t n)
{
    NS_ABORT_MSG_IF(n < 1 || n > 16, "a mobile client has 1 to 16 radios, not " << n);
    m_radios = n;
}

void MobileClientHelper::SetRadioAttribute(const std::string& name, const AttributeValue& value)
{
    m_radio.Set(name, value);
}

void MobileClientHelper::SetAddressClientAttribute(const std::string& name,
                                                   const AttributeValue& value)
{
    m_addressClient.Set(name, value);
}

void MobileClientHelper::SetManagerAttribute(const std::string& name, const AttributeValue& value)
{
    m_manager.Set(name, value);
}

Ptr<MobilityManager> MobileClientHelper::Install(Ptr<Node> node) const
{
    for (uint32_t i = 0; i < m_radios; i++)
    {
        Ptr<RadioDevice> radio = m_radio.Create<RadioDevice>();
        node->AddDevice(radio);
    }
    if (!node->GetObject<Ipv4>() && !node->GetObject<Ipv6>())
    {
        InternetStackHelper internet;
        internet.SetRoutingHelper(Ipv4StaticRoutingHelper());
        internet.SetRoutingHelper(Ipv6StaticRoutingHelper());
        internet.Install(node);
    }
    m_addressClient.Create<AddressClient>()->Install(node);
    Ptr<MobilityManager> manager = m_manager.Create<MobilityManager>();
    manager->Install(node);
    return manager;
}

int64_t MobileClientHelper::AssignStreams(Ptr<Node> node, int64_t stream)
{
    int64_t used = node->GetObject<AddressClient>()->AssignStreams(stream);
    used += InternetStackHelper().AssignStreams(NodeContainer(node), stream + used);
    return used;
}

} // namespace ns3::roam

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ns3/session-helper.h"

#include "ns3/uinteger.h"

namespace ns3::roam
{

SessionHelper::SessionHelper(const std::string& protocol)
{
    m_client.SetTypeId("ns3::roam::SessionClient");
    m_server.SetTypeId("ns3::roam::SessionServer");
    const TypeIdValue factory(TypeId::LookupByName(protocol));
    m_client.Set("Protocol", factory);
    m_server.Set("Protocol", factory);
}

void SessionHelper::SetClientAttribute(const std::string& name, const AttributeValue& value)
{
    m_client.Set(name, value);
}

void SessionHelper::SetServerAttribute(const std::string& name, const AttributeValue& value)
{
    m_server.Set(name, value);
}

void SessionHelper::SetSocketAttribute(const std::string& name, const AttributeValue& value)
{
    m_ofSockets.emplace_back(name, value.Copy());
}

void SessionHelper::SetSocketAttributes(SessionApplication& application) const
{
    for (const auto& [name, value] : m_ofSockets)
    {
        application.SetSocketAttribute(name, *value);
    }
}

void SessionHelper::AddUplink(const ObjectFactory& flow)
{
    m_uplink.push_back(flow);
}

void SessionHelper::AddDownlink(const ObjectFactory& flow)
{
    m_downlink.push_back(flow);
}

Ptr<SessionClient> SessionHelper::InstallClient(Ptr<Node> node, const Address& remote) const
{
    Ptr<SessionClient> client = m_client.Create<SessionClient>();
    client->SetAttribute("Remote", AddressValue(remote));
    SetSocketAttributes(*client);
    for (const ObjectFactory& flow : m_uplink)
    {
        client->AddFlow(flow.Create<SessionFlow>());
    }
    node->AddApplication(client);
    return client;
}

Ptr<SessionServer> SessionHelper::InstallServer(Ptr<Node> node, const Address& local) const
{
    Ptr<SessionServer> server = m_server.Create<SessionServer>();
    server->SetAttribute("Local", AddressValue(local));
    SetSocketAttributes(*server);
    for (const ObjectFactory& flow : m_downlink)
    {
        server->AddFlow(flow.Create<SessionFlow>());
    }
    node->AddApplication(server);
    return server;
}

} // namespace ns3::roam

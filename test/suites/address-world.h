/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_ADDRESS_WORLD_H
#define ROAM_ADDRESS_WORLD_H

#include "ns3/access-router-helper.h"
#include "ns3/address-client.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/ipv4-routing-table-entry.h"
#include "ns3/ipv4-static-routing-helper.h"
#include "ns3/ipv4-static-routing.h"
#include "ns3/ipv6-l3-protocol.h"
#include "ns3/ipv6-route.h"
#include "ns3/ipv6-routing-table-entry.h"
#include "ns3/ipv6-static-routing-helper.h"
#include "ns3/ipv6-static-routing.h"
#include "ns3/radio-device.h"
#include "ns3/roam-compat.h"
#include "ns3/simulator.h"
#include "ns3/test.h"

#include <string>
#include <vector>

/** What the suites for addresses share: two access routers, and a client that moves between them.
 */
namespace ns3::roam::test
{

/** The fixed server of the drafts' figure 1: nobody answers here, but routes lead to it. */
inline const char* const SERVER = "1.1.1.2";
inline const char* const SERVER6 = "2001:db8:1::2";

/** What an AddressClient has told. */
struct Told
{
    enum What
    {
        DETECTED,
        GAINED,
        LOST
    };

    What what;
    Time at;
    uint32_t ifindex;
    Address address;
    Address gateway;
};

/** Two access routers, a cell each, and a client with some radios. Jitter of ARP and ND is off. */
class World
{
  public:
    World(AddressClient::Family family, uint32_t radios) : m_family(family)
    {
        InternetStackHelper internet;
        internet.Install(routers[0]);
        internet.Install(routers[1]);
        Ipv4StaticRoutingHelper routing4;
        Ipv6StaticRoutingHelper routing6;
        internet.SetRoutingHelper(routing4);
        internet.SetRoutingHelper(routing6);
        internet.Install(node);
        for (uint32_t i = 0; i < radios; i++)
        {
            this->radios.push_back(CreateObject<RadioDevice>());
            node->AddDevice(this->radios.back());
        }
        for (const Ptr<Node>& n : {routers[0], routers[1], node})
        {
            AccessRouterHelper::SetResolutionJitter(n, Time(0));
        }
        client->SetAttribute("Family", RoamEnumValue<AddressClient::Family>(family));
        client->SetAttribute("RetryJitter", TimeValue(Time(0)));
        client->TraceConnectWithoutContext("Detected", MakeCallback(&World::Detected, this));
        client->TraceConnectWithoutContext("Gained", MakeCallback(&World::Gained, this));
        client->TraceConnectWithoutContext("Lost", MakeCallback(&World::Lost, this));
        helper.SetChannelAttribute("Delay", TimeValue(MilliSeconds(5)));
        helper.SetChannelAttribute("AttachLatency", TimeValue(MilliSeconds(50)));
    }

    /** The cells, and the client's radios. Attributes that matter at the start are set before. */
    void Start()
    {
        for (uint32_t i = 0; i < 2; i++)
        {
            if (m_family == AddressClient::IPV4)
            {
                const char* address = i == 0 ? "2.2.2.1" : "3.3.3.1";
                cells.push_back(helper.Install(routers[i], Ipv4Address(address), "255.255.255.0"));
            }
            else
            {
                const char* address = i == 0 ? "2001:db8:2::1" : "2001:db8:3::1";
                cells.push_back(helper.Install(routers[i], Ipv6Address(address), Ipv6Prefix(64)));
            }
            AccessRouterHelper::AssignStreams(cells[i], 100 + 10 * i);
        }
        client->AssignStreams(200);
        client->Install(node);
    }

    void AttachAt(Time at, uint32_t radio, uint32_t cell)
    {
        RoamSchedule(at - Simulator::Now(),
                     [this, radio, cell] { radios[radio]->Attach(cells[cell]->GetCell()); });
    }

    void DetachAt(Time at, uint32_t radio)
    {
        RoamSchedule(at - Simulator::Now(), [this, radio] { radios[radio]->Detach(); });
    }

    void RunUntil(Time at)
    {
        Simulator::Stop(at - Simulator::Now());
        Simulator::Run();
    }

    uint32_t Ifindex(uint32_t radio) const
    {
        return AddressClient::GetIfindex(radios[radio]);
    }

    /** The gateway of a packet to the server, bound to a radio or (-1) to none; "none", if none. */
    std::string Gateway(int radio) const
    {
        Ptr<NetDevice> oif = radio < 0 ? nullptr : Ptr<NetDevice>(radios[radio]);
        Socket::SocketErrno error;
        std::ostringstream text;
        if (m_family == AddressClient::IPV4)
        {
            Ipv4Header header;
            header.SetDestination(SERVER);
            auto route = node->GetObject<Ipv4>()->GetRoutingProtocol()->RouteOutput(nullptr, header,
                                                                                    oif, error);
            if (!route)
            {
                return "none";
            }
            text << route->GetSource() << " via " << route->GetGateway();
            return text.str();
        }
        Ipv6Header header;
        header.SetDestination(Ipv6Address(SERVER6));
        auto route =
            node->GetObject<Ipv6>()->GetRoutingProtocol()->RouteOutput(nullptr, header, oif, error);
        if (!route)
        {
            return "none";
        }
        text << route->GetSource() << " via " << route->GetGateway();
        return text.str();
    }

    /** The client's routes but for loopback, its radios' addresses; of both, none that is
     * link-local. */
    uint32_t CountRoutes() const
    {
        uint32_t n = 0;
        Ptr<Ipv4StaticRouting> r4 =
            Ipv4StaticRoutingHelper().GetStaticRouting(node->GetObject<Ipv4>());
        for (uint32_t i = 0; i < r4->GetNRoutes(); i++)
        {
            n += r4->GetRoute(i).GetInterface() != 0;
        }
        Ptr<Ipv6StaticRouting> r6 =
            Ipv6StaticRoutingHelper().GetStaticRouting(node->GetObject<Ipv6>());
        for (uint32_t i = 0; i < r6->GetNRoutes(); i++)
        {
            n += r6->GetRoute(i).GetInterface() != 0 &&
                 !r6->GetRoute(i).GetDestNetwork().IsLinkLocal();
        }
        return n;
    }

    uint32_t CountAddresses() const
    {
        uint32_t n = 0;
        Ptr<Ipv4> ipv4 = node->GetObject<Ipv4>();
        for (uint32_t i = 1; i < ipv4->GetNInterfaces(); i++)
        {
            n += ipv4->GetNAddresses(i);
        }
        Ptr<Ipv6> ipv6 = node->GetObject<Ipv6>();
        for (uint32_t i = 1; i < ipv6->GetNInterfaces(); i++)
        {
            for (uint32_t j = 0; j < ipv6->GetNAddresses(i); j++)
            {
                n += !ipv6->GetAddress(i, j).GetAddress().IsLinkLocal();
            }
        }
        return n;
    }

    /** What was told of one kind, in order. */
    std::vector<Told> All(Told::What what) const
    {
        std::vector<Told> some;
        for (const Told& t : told)
        {
            if (t.what == what)
            {
                some.push_back(t);
            }
        }
        return some;
    }

    /** The address that a radio forms of a cell's prefix. */
    Ipv6Address Autoconfigured(uint32_t radio, uint32_t cell) const
    {
        const char* prefix = cell == 0 ? "2001:db8:2::" : "2001:db8:3::";
        return Ipv6Address::MakeAutoconfiguredAddress(radios[radio]->GetAddress(),
                                                      Ipv6Address(prefix));
    }

    Ipv6Address RouterLinkLocal(uint32_t cell) const
    {
        return Ipv6Address::MakeAutoconfiguredLinkLocalAddress(cells[cell]->GetAddress());
    }

    AccessRouterHelper helper;
    Ptr<Node> routers[2] = {CreateObject<Node>(), CreateObject<Node>()};
    Ptr<Node> node = CreateObject<Node>();
    Ptr<AddressClient> client = CreateObject<AddressClient>();
    std::vector<Ptr<RadioDevice>> radios;
    std::vector<Ptr<CellDevice>> cells;
    std::vector<Told> told;

  private:
    void Detected(uint32_t ifindex, Time time)
    {
        told.push_back({Told::DETECTED, time, ifindex, Address(), Address()});
    }

    void Gained(uint32_t ifindex, Address address, Address gateway)
    {
        told.push_back({Told::GAINED, Simulator::Now(), ifindex, address, gateway});
    }

    void Lost(uint32_t ifindex, Address address)
    {
        told.push_back({Told::LOST, Simulator::Now(), ifindex, address, Address()});
    }

    const AddressClient::Family m_family;
};

class AddressTestCase : public TestCase
{
  public:
    AddressTestCase(const std::string& name) : TestCase(name)
    {
    }

  private:
    void DoTeardown() override
    {
        Simulator::Destroy();
    }
};

} // namespace ns3::roam::test

#endif

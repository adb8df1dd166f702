/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A first handover. A client with two radios moves from one cell to another while a server sends
 * to it over SCTP:
 *
 *     server --- core --- router 1 ))) 2.2.2.0/24 (((
 *                  \                                    client, 20 m/s
 *                   `---- router 2 ))) 3.3.3.0/24 (((
 *
 * The client opens a session, gets an address in each cell by DHCP, adds the second to its
 * association, makes it the primary and deletes the first. What happens is printed, and at the end
 * what it did to the server's messages.
 */
#include "ns3/applications-module.h"
#include "ns3/core-module.h"
#include "ns3/internet-module.h"
#include "ns3/mobility-module.h"
#include "ns3/network-module.h"
#include "ns3/point-to-point-module.h"
#include "ns3/propagation-module.h"

#include "ns3/roam-module.h"

#include <iostream>

using namespace ns3;
using namespace ns3::roam;

static void PrintPrimary(Address address, uint32_t, uint32_t cell)
{
    std::cout << Simulator::Now().GetSeconds() << " s: the primary address is "
              << Ipv4Address::ConvertFrom(address) << ", in cell " << cell << std::endl;
}

static void PrintHandover(const HandoverRecord& record)
{
    if (record.outcome != HandoverRecord::OPEN)
    {
        std::cout << record << std::endl;
    }
}

static void UseSocket(Ptr<SctpHandoverBinding> binding, uint32_t, Ptr<Socket> socket)
{
    binding->SetSocket(socket);
}

static void PlaceAt(Ptr<Node> node, double x, double speed)
{
    Ptr<ConstantVelocityMobilityModel> mobility = CreateObject<ConstantVelocityMobilityModel>();
    mobility->SetPosition(Vector(x, 0, 0));
    mobility->SetVelocity(Vector(speed, 0, 0));
    node->AggregateObject(mobility);
}

int main(int argc, char* argv[])
{
    double speed = 20;
    CommandLine cmd(__FILE__);
    cmd.AddValue("speed", "of the client, m/s", speed);
    cmd.Parse(argc, argv);

    NodeContainer fixed(4); // server, core, router 1, router 2
    InternetStackHelper().Install(fixed);
    PointToPointHelper link;
    link.SetDeviceAttribute("DataRate", StringValue("100Mbps"));
    link.SetChannelAttribute("Delay", StringValue("5ms"));
    Ipv4AddressHelper("1.1.1.0", "255.255.255.0").Assign(link.Install(fixed.Get(1), fixed.Get(0)));
    Ipv4AddressHelper("10.0.1.0", "255.255.255.0").Assign(link.Install(fixed.Get(1), fixed.Get(2)));
    Ipv4AddressHelper("10.0.2.0", "255.255.255.0").Assign(link.Install(fixed.Get(1), fixed.Get(3)));

    AccessRouterHelper cells;
    cells.SetChannelAttribute("PropagationLoss",
                              PointerValue(CreateObject<LogDistancePropagationLossModel>()));
    Ptr<Node> client = CreateObject<Node>();
    PlaceAt(client, 50, speed);
    MobileClientHelper mobile;
    Ptr<MobilityManager> manager = mobile.Install(client);
    for (uint32_t i = 0; i < 2; ++i)
    {
        Ptr<Node> router = fixed.Get(2 + i);
        PlaceAt(router, 400.0 * i, 0);
        Ipv4Address address = i == 0 ? "2.2.2.1" : "3.3.3.1";
        Ptr<CellDevice> cell = cells.Install(router, address, "255.255.255.0");
        manager->AddCell(cell->GetCell());
    }
    Ipv4GlobalRoutingHelper::PopulateRoutingTables();

    SctpHelper().Install(NodeContainer(fixed.Get(0), client));
    Ptr<SctpHandoverBinding> binding = CreateObject<SctpHandoverBinding>();
    binding->SetNode(client);
    manager->SetBinding(binding);
    manager->TraceConnectWithoutContext("Primary", MakeCallback(&PrintPrimary));
    manager->TraceConnectWithoutContext("Handover", MakeCallback(&PrintHandover));

    SessionHelper session("ns3::roam::SctpSocketFactory");
    ObjectFactory flow("ns3::roam::SessionFlow");
    flow.Set("Id", UintegerValue(1));
    flow.Set("DataRate", StringValue("1Mbps"));
    flow.Set("Stop", TimeValue(Seconds(18)));
    session.AddDownlink(flow);
    Ptr<SessionServer> sender =
        session.InstallServer(fixed.Get(0), InetSocketAddress(Ipv4Address::GetAny(), 5000));
    Ptr<SessionClient> caller =
        session.InstallClient(client, InetSocketAddress(Ipv4Address("1.1.1.2"), 5000));
    caller->SetStartTime(Seconds(1));
    caller->TraceConnectWithoutContext("Socket", MakeBoundCallback(&UseSocket, binding));

    Ptr<HandoverMeter> meter = CreateObject<HandoverMeter>();
    meter->SetManager(manager);
    meter->WatchSession(sender, caller, 1);

    Simulator::Stop(Seconds(20));
    Simulator::Run();
    meter->Finish();
    for (const HandoverMeasurement& handover : meter->GetHandovers())
    {
        std::cout << handover << std::endl;
    }
    Simulator::Destroy();
    return 0;
}

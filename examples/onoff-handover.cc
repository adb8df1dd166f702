/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ns-3's OnOffApplication over SCTP, through a handover, and what the handover did to its flow:
 *
 *     server --- core --- router 1 ))) 2.2.2.0/24 (((
 *     PacketSink   \                                    client, 20 m/s, OnOffApplication
 *                   `---- router 2 ))) 3.3.3.0/24 (((
 *
 * The client sends messages of a constant rate. On its way from one cell to the other its address
 * changes; ASCONF moves the association. With --transport=tcp or udp nothing does.
 *
 * A HandoverMeter prints a line for each handover. With --radios=1 the client has to leave the
 * first cell before it can enter the second, and the interruption shows.
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
#include <map>

using namespace ns3;
using namespace ns3::roam;

static void PlaceAt(Ptr<Node> node, double x, double speed)
{
    Ptr<ConstantVelocityMobilityModel> mobility = CreateObject<ConstantVelocityMobilityModel>();
    mobility->SetPosition(Vector(x, 0, 0));
    mobility->SetVelocity(Vector(speed, 0, 0));
    node->AggregateObject(mobility);
}

static void UseSocket(Ptr<SctpHandoverBinding> binding, Ptr<OnOffApplication> source)
{
    binding->SetSocket(source->GetSocket());
}

int main(int argc, char* argv[])
{
    std::string transport = "sctp";
    std::string rate = "200kbps";
    uint32_t size = 500;
    double speed = 20;
    uint32_t radios = 2;
    Time stop = Seconds(25);
    bool pcap = false;
    CommandLine cmd(__FILE__);
    cmd.AddValue("transport", "sctp, tcp or udp", transport);
    cmd.AddValue("rate", "of the application", rate);
    cmd.AddValue("size", "of a message, bytes, at least 20", size);
    cmd.AddValue("speed", "of the client, m/s", speed);
    cmd.AddValue("radios", "of the client, 1 or 2", radios);
    cmd.AddValue("stop", "end of the simulation", stop);
    cmd.AddValue("pcap", "write onoff-handover-*.pcap of the fixed network", pcap);
    cmd.Parse(argc, argv);
    const std::map<std::string, std::string> factories{{"sctp", "ns3::roam::SctpSocketFactory"},
                                                       {"tcp", "ns3::TcpSocketFactory"},
                                                       {"udp", "ns3::UdpSocketFactory"}};
    if (factories.count(transport) == 0)
    {
        std::cerr << "--transport: unknown \"" << transport << "\"; expected sctp, tcp or udp\n";
        return 2;
    }

    NodeContainer fixed(4); // server, core, router 1, router 2
    InternetStackHelper().Install(fixed);
    PointToPointHelper link;
    link.SetDeviceAttribute("DataRate", StringValue("100Mbps"));
    link.SetChannelAttribute("Delay", StringValue("5ms"));
    Ipv4AddressHelper("1.1.1.0", "255.255.255.0").Assign(link.Install(fixed.Get(1), fixed.Get(0)));
    Ipv4AddressHelper("10.0.1.0", "255.255.255.0").Assign(link.Install(fixed.Get(1), fixed.Get(2)));
    Ipv4AddressHelper("10.0.2.0", "255.255.255.0").Assign(link.Install(fixed.Get(1), fixed.Get(3)));
    if (pcap)
    {
        link.EnablePcapAll("onoff-handover");
    }

    AccessRouterHelper cells;
    cells.SetChannelAttribute("PropagationLoss",
                              PointerValue(CreateObject<LogDistancePropagationLossModel>()));
    Ptr<Node> client = CreateObject<Node>();
    PlaceAt(client, 50, speed);
    MobileClientHelper mobile;
    mobile.SetRadios(radios);
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

    const std::string& factory = factories.at(transport);
    const InetSocketAddress remote(Ipv4Address("1.1.1.2"), 5000);
    PacketSinkHelper sinkHelper(factory, InetSocketAddress(Ipv4Address::GetAny(), 5000));
    Ptr<Application> sink = sinkHelper.Install(fixed.Get(0)).Get(0);
    OnOffHelper onOffHelper(factory, remote);
    onOffHelper.SetConstantRate(DataRate(rate), size);
    Ptr<Application> source = onOffHelper.Install(client).Get(0);
    source->SetStartTime(Seconds(1));
    source->SetStopTime(stop - Seconds(3)); // what is on its way then still has time to come
    if (transport == "sctp")
    {
        Ptr<SctpHandoverBinding> binding = CreateObject<SctpHandoverBinding>();
        binding->SetNode(client);
        manager->SetBinding(binding);
        // the application makes its socket as it starts
        Simulator::Schedule(Seconds(1) + NanoSeconds(1), &UseSocket, binding,
                            DynamicCast<OnOffApplication>(source));
    }

    Ptr<HandoverMeter> meter = CreateObject<HandoverMeter>();
    meter->SetManager(manager);
    meter->WatchApplications(source, sink);

    Simulator::Stop(stop);
    Simulator::Run();
    meter->Finish();
    for (const HandoverMeasurement& handover : meter->GetHandovers())
    {
        std::cout << handover << std::endl;
    }
    FlowSummary flow = meter->GetFlow();
    std::cout << flow.delivered << " of " << flow.sent << " messages delivered, " << flow.lost
              << " lost: "
              << (meter->GetFailure().empty() ? "completed" : "broken, " + meter->GetFailure())
              << std::endl;
    Simulator::Destroy();
    return 0;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Bulk data over SCTP with two paths, of which one fails.
 *
 *         10.1.1.0                      A client with two links to a server sends a file over SCTP.
 *      .1 -------- .2                   Both addresses of each end are in the association, so when
 *   client          server              the first link goes down at 2 s, the association goes on
 *      .1 -------- .2                   over the second. ns-3's BulkSend and PacketSink do not know
 *         10.1.2.0                      the difference to TCP.
 *
 * Run it with --failover=0 to see the session wait for a link that does not come back, and with
 * --pcap to get a file for Wireshark.
 */
#include "ns3/applications-module.h"
#include "ns3/core-module.h"
#include "ns3/internet-module.h"
#include "ns3/network-module.h"
#include "ns3/point-to-point-module.h"
#include "ns3/sctp-helper.h"
#include "ns3/sctp-types.h"

using namespace ns3;

NS_LOG_COMPONENT_DEFINE("SctpBulk");

static void TellState(uint16_t, uint32_t, const std::string& from, const std::string& to)
{
    std::cout << Simulator::Now().As(Time::S) << "  association: " << from << " to " << to << "\n";
}

static void TellHandover(uint16_t, const roam::SctpHandoverEvent& event)
{
    if (event.kind == roam::SctpHandoverEvent::PATH)
    {
        std::cout << Simulator::Now().As(Time::S) << "  path from "
                  << Ipv4Address::ConvertFrom(event.local) << " to "
                  << Ipv4Address::ConvertFrom(event.peer) << ": " << event.state << "\n";
    }
}

static void TellProgress(Ptr<PacketSink> sink)
{
    std::cout << Simulator::Now().As(Time::S) << "  " << sink->GetTotalRx() << " bytes received\n";
    Simulator::Schedule(Seconds(1), &TellProgress, sink);
}

int main(int argc, char* argv[])
{
    bool failover = true;
    bool pcap = false;
    CommandLine cmd(__FILE__);
    cmd.AddValue("failover", "give the association both addresses of the client", failover);
    cmd.AddValue("pcap", "write sctp-bulk-*.pcap", pcap);
    cmd.Parse(argc, argv);

    // Parameters of SCTP are attributes of its socket. One timeout is enough to leave a path.
    Config::SetDefault("ns3::roam::SctpSocket::PathMaxRetrans", UintegerValue(0));

    NodeContainer nodes(2);
    InternetStackHelper().Install(nodes);
    roam::SctpHelper().Install(nodes);

    PointToPointHelper link;
    link.SetDeviceAttribute("DataRate", StringValue("10Mbps"));
    link.SetChannelAttribute("Delay", StringValue("10ms"));
    Ipv4AddressHelper first("10.1.1.0", "255.255.255.0");
    Ipv4AddressHelper second("10.1.2.0", "255.255.255.0");
    Ipv4InterfaceContainer addresses = first.Assign(link.Install(nodes));
    second.Assign(link.Install(nodes));
    if (pcap)
    {
        link.EnablePcapAll("sctp-bulk");
    }

    const uint16_t port = 5000;
    PacketSinkHelper sinkHelper("ns3::roam::SctpSocketFactory",
                                InetSocketAddress(Ipv4Address::GetAny(), port));
    Ptr<PacketSink> sink = DynamicCast<PacketSink>(sinkHelper.Install(nodes.Get(1)).Get(0));

    BulkSendHelper source("ns3::roam::SctpSocketFactory",
                          InetSocketAddress(addresses.GetAddress(1), port));
    source.SetAttribute("MaxBytes", UintegerValue(4000000));
    if (!failover)
    {
        source.SetAttribute("Local", AddressValue(InetSocketAddress(addresses.GetAddress(0), 0)));
    }
    source.Install(nodes.Get(0)).Start(Seconds(0.5));

    Config::ConnectWithoutContext("/NodeList/0/$ns3::roam::SctpL4Protocol/State",
                                  MakeCallback(&TellState));
    Config::ConnectWithoutContext("/NodeList/0/$ns3::roam::SctpL4Protocol/Handover",
                                  MakeCallback(&TellHandover));
    Simulator::Schedule(Seconds(1), &TellProgress, sink);
    Simulator::Schedule(Seconds(2), &Ipv4::SetDown, nodes.Get(0)->GetObject<Ipv4>(), 1);

    Simulator::Stop(Seconds(10));
    Simulator::Run();
    std::cout << sink->GetTotalRx() << " of 4000000 bytes arrived\n";
    Simulator::Destroy();
    return 0;
}

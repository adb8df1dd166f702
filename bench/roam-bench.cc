// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * roam-bench chain: what a delivered packet costs in wall-clock time, over UDP (the floor), ns-3's
 * own TCP and SCTP, in the same world: a chain of nodes with links of 100 Mbit/s and 5 ms.
 *
 * The transports run in turn, several rounds, so that a busy machine is busy for all of them; each
 * figure is the median of its rounds. A packet is 1,400 bytes of user data in all three.
 */
#include "ns3/applications-module.h"
#include "ns3/core-module.h"
#include "ns3/internet-module.h"
#include "ns3/network-module.h"
#include "ns3/point-to-point-module.h"
#include "ns3/sctp-helper.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <iomanip>
#include <iostream>
#include <string>
#include <vector>

using namespace ns3;

namespace
{

constexpr uint32_t PAYLOAD = 1400;
constexpr uint16_t PORT = 5000;

/** One transport and what its rounds gave. */
struct Transport
{
    std::string name;
    std::string factory;
    std::vector<double> seconds{}; // of wall clock, a round each
    uint64_t bytes{0};             // delivered; the same in every round
};

struct Chain
{
    NodeContainer nodes;
    Ipv4Address last;
};

Chain MakeChain(uint32_t n)
{
    Chain chain;
    chain.nodes.Create(n);
    InternetStackHelper().Install(chain.nodes);
    roam::SctpHelper().Install(chain.nodes);
    PointToPointHelper link;
    link.SetDeviceAttribute("DataRate", StringValue("100Mbps"));
    link.SetChannelAttribute("Delay", StringValue("5ms"));
    Ipv4AddressHelper addresses("10.0.0.0", "255.255.255.0");
    for (uint32_t i = 0; i + 1 < n; ++i)
    {
        Ipv4InterfaceContainer ends =
            addresses.Assign(link.Install(chain.nodes.Get(i), chain.nodes.Get(i + 1)));
        addresses.NewNetwork();
        chain.last = ends.GetAddress(1);
    }
    Ipv4GlobalRoutingHelper::PopulateRoutingTables();
    return chain;
}

void Round(Transport& t, uint32_t n, Time duration)
{
    const Chain chain = MakeChain(n);
    PacketSinkHelper sinkHelper(t.factory, InetSocketAddress(Ipv4Address::GetAny(), PORT));
    ApplicationContainer sink = sinkHelper.Install(chain.nodes.Get(n - 1));
    const InetSocketAddress remote(chain.last, PORT);
    ApplicationContainer source;
    if (t.name == "UDP")
    {
        // Near the link's rate: 1,430 bytes go over it for 1,400 of a payload.
        OnOffHelper helper(t.factory, remote);
        helper.SetConstantRate(DataRate("97Mbps"), PAYLOAD);
        source = helper.Install(chain.nodes.Get(0));
    }
    else
    {
        BulkSendHelper helper(t.factory, remote);
        helper.SetAttribute("SendSize", UintegerValue(PAYLOAD));
        source = helper.Install(chain.nodes.Get(0));
    }
    source.Start(MilliSeconds(1));
    Simulator::Stop(duration);

    const auto begin = std::chrono::steady_clock::now();
    Simulator::Run();
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;

    t.seconds.push_back(wall.count());
    t.bytes = DynamicCast<PacketSink>(sink.Get(0))->GetTotalRx();
    Simulator::Destroy();
}

double Median(std::vector<double> v)
{
    std::sort(v.begin(), v.end());
    const size_t half = v.size() / 2;
    return v.size() % 2 ? v[half] : (v[half - 1] + v[half]) / 2;
}

int BenchChain(int argc, char** argv)
{
    uint32_t nodes = 4;
    uint32_t rounds = 5;
    Time duration = Seconds(5);
    std::string only;
    CommandLine cmd;
    cmd.Usage("Wall-clock cost of a delivered packet over a chain of 100 Mbit/s, 5 ms links.");
    cmd.AddValue("nodes", "nodes in the chain, at least 2", nodes);
    cmd.AddValue("rounds", "rounds of each transport, at least 1", rounds);
    cmd.AddValue("time", "simulated time of a round", duration);
    cmd.AddValue("only", "UDP, TCP or SCTP alone, for a profiler", only);
    cmd.Parse(argc, argv);
    if (nodes < 2 || rounds < 1 || !duration.IsStrictlyPositive())
    {
        std::cerr << "roam-bench: nodes is at least 2, rounds at least 1, time above 0\n";
        return 2;
    }

    const UintegerValue buffer(1 << 20); // the path holds 375,000 bytes, and queues as many
    Config::SetDefault("ns3::TcpSocket::SegmentSize", UintegerValue(PAYLOAD));
    Config::SetDefault("ns3::TcpSocket::SndBufSize", buffer);
    Config::SetDefault("ns3::TcpSocket::RcvBufSize", buffer);
    Config::SetDefault("ns3::roam::SctpSocket::SndBufSize", buffer);
    Config::SetDefault("ns3::roam::SctpSocket::RcvBufSize", buffer);

    std::vector<Transport> transports;
    for (const Transport& t :
         {Transport{"UDP", "ns3::UdpSocketFactory"}, Transport{"TCP", "ns3::TcpSocketFactory"},
          Transport{"SCTP", "ns3::roam::SctpSocketFactory"}})
    {
        if (only.empty() || only == t.name)
        {
            transports.push_back(t);
        }
    }
    if (transports.empty())
    {
        std::cerr << "roam-bench: --only is UDP, TCP or SCTP\n";
        return 2;
    }
    for (uint32_t i = 0; i < rounds; ++i)
    {
        for (Transport& t : transports)
        {
            Round(t, nodes, duration);
        }
    }

    std::cout << nodes << " nodes, links of 100 Mbit/s and 5 ms, " << duration.As(Time::S)
              << " simulated, median of " << rounds << " rounds\n\n"
              << std::left << std::setw(11) << "transport" << std::right << std::setw(10)
              << "packets" << std::setw(12) << "bytes" << std::setw(10) << "wall s" << std::setw(12)
              << "packets/s" << std::setw(12) << "us/packet\n";
    std::vector<double> cost; // seconds of wall clock for each delivered byte
    for (const Transport& t : transports)
    {
        if (t.bytes == 0)
        {
            std::cerr << "roam-bench: " << t.name << " delivered nothing\n";
            return 1;
        }
        const double wall = Median(t.seconds);
        const uint64_t packets = t.bytes / PAYLOAD;
        cost.push_back(wall / t.bytes);
        std::cout << std::left << std::setw(11) << t.name << std::right << std::setw(10) << packets
                  << std::setw(12) << t.bytes << std::fixed << std::setprecision(3) << std::setw(10)
                  << wall << std::setprecision(0) << std::setw(12) << packets / wall
                  << std::setprecision(2) << std::setw(12) << wall / packets * 1e6 << "\n";
    }
    if (cost.size() == 3)
    {
        std::cout << std::setprecision(2) << "\nwall clock for a delivered byte\n"
                  << "  TCP / UDP   " << cost[1] / cost[0] << "\n"
                  << "  SCTP / UDP  " << cost[2] / cost[0] << "   (aim: 1.60)\n"
                  << "  SCTP / TCP  " << cost[2] / cost[1] << "   (at most 1.00)\n";
    }
    return 0;
}

} // namespace

int main(int argc, char** argv)
{
    const bool named = argc > 1 && std::strcmp(argv[1], "chain") == 0;
    if (argc > 1 && !named && argv[1][0] != '-')
    {
        std::cerr << "roam-bench: unknown benchmark '" << argv[1] << "'; there are: chain, sctp\n";
        return 2;
    }
    return BenchChain(argc - named, argv + named);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_TEST_MOBILITY_WORLD_H
#define ROAM_TEST_MOBILITY_WORLD_H

#include "ns3/access-router-helper.h"
#include "ns3/address-client.h"
#include "ns3/boolean.h"
#include "ns3/constant-position-mobility-model.h"
#include "ns3/double.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/mobile-client-helper.h"
#include "ns3/mobility-manager.h"
#include "ns3/pointer.h"
#include "ns3/queue-size.h"
#include "ns3/propagation-loss-model.h"
#include "ns3/roam-compat.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"
#include "ns3/waypoint-mobility-model.h"

#include <cmath>
#include <sstream>
#include <string>
#include <vector>

namespace ns3::roam::mobilitytest
{

inline std::string Text(const Address& address)
{
    std::ostringstream os;
    if (Ipv4Address::IsMatchingType(address))
    {
        os << Ipv4Address::ConvertFrom(address);
    }
    else if (Ipv6Address::IsMatchingType(address))
    {
        os << Ipv6Address::ConvertFrom(address);
    }
    else
    {
        os << "-";
    }
    return os.str();
}

/** A session that begins at the first address and grants everything one round trip later. */
class FakeBinding : public HandoverBinding
{
  public:
    static constexpr int64_t ROUND_TRIP = 40; // ms

    void AddressGained(Address address, uint32_t) override
    {
        held.push_back("+" + Text(address));
        if (held.size() == 1)
        {
            Simulator::Schedule(MilliSeconds(ROUND_TRIP), &FakeBinding::Begin, this, address);
        }
    }

    void AddressLost(Address address) override
    {
        held.push_back("-" + Text(address));
    }

    void Request(const std::vector<Part>& parts) override
    {
        std::string text;
        for (const Part& part : parts)
        {
            text += (text.empty() ? "" : " + ") + std::string(AddressOpName(part.op)) + " " +
                    Text(part.address);
            if (m_up)
            {
                Simulator::Schedule(MilliSeconds(ROUND_TRIP), &FakeBinding::Answer, this, part.op,
                                    part.address);
            }
        }
        requests.push_back(text);
        times.push_back(Simulator::Now());
    }

    /** The session goes on in another association, at this address. */
    void Replace(Address address)
    {
        NotifySessionReplaced({address});
    }

    /** The session breaks: nothing is answered any more. */
    void Break()
    {
        m_up = false;
        NotifySessionDown(true);
    }

    std::vector<std::string> requests;
    std::vector<Time> times; //!< of the requests
    std::vector<std::string> held;
    uint32_t refusals{0}; //!< the first so many requests are refused

  private:
    void Begin(Address address)
    {
        m_up = true;
        NotifySessionUp({address});
    }

    void Answer(AddressOp op, Address address)
    {
        if (m_up)
        {
            const bool ok = refusals == 0;
            refusals -= ok ? 0 : 1;
            NotifyDone(op, address, ok, ok ? 0 : 0xa0);
        }
    }

    bool m_up{false};
};

/**
 * Cells 1 (2.2.2.0/24) and 2 (3.3.3.0/24) 200 m apart, and a client that walks between them at
 * 10 m/s. The floor of -96 dBm is about 150 m from each, so that they overlap for 100 m.
 */
class World
{
  public:
    explicit World(uint32_t radios, AddressClient::Family family = AddressClient::IPV4)
        : m_family(family)
    {
        client.SetAddressClientAttribute("Family", RoamEnumValue<AddressClient::Family>(family));
        client.SetRadios(radios);
        client.SetManagerAttribute(
            "Rule", RoamEnumValue<MobilityManager::Rule>(MobilityManager::IMMEDIATE));
        client.SetManagerAttribute("SampleInterval", TimeValue(MilliSeconds(100)));
        client.SetManagerAttribute("Floor", DoubleValue(-96));
        client.SetManagerAttribute("InactiveLevel", DoubleValue(-96));
        client.SetManagerAttribute("Threshold", DoubleValue(-85));
        client.SetAddressClientAttribute("RetryJitter", TimeValue(Time(0)));
    }

    /** Walks from one x (m) to the next, from 0 s on. */
    void Build(const std::vector<double>& xs)
    {
        InternetStackHelper internet;
        AccessRouterHelper access;
        auto loss = CreateObject<LogDistancePropagationLossModel>();
        access.SetChannelAttribute("PropagationLoss", PointerValue(loss));
        access.SetChannelAttribute("TxPower", DoubleValue(16));
        access.SetChannelAttribute("Delay", TimeValue(MilliSeconds(5)));
        access.SetChannelAttribute("AttachLatency", TimeValue(MilliSeconds(50)));
        access.SetAdvertisementInterval(MilliSeconds(30), MilliSeconds(70));

        auto walk = CreateObject<WaypointMobilityModel>();
        Time at(0);
        for (size_t i = 0; i < xs.size(); i++)
        {
            at += i == 0 ? Time(0) : Seconds(std::abs(xs[i] - xs[i - 1]) / 10);
            walk->AddWaypoint(Waypoint(at, Vector(xs[i], 10, 0)));
        }
        end = at;
        node->AggregateObject(walk);
        manager = client.Install(node);
        for (uint32_t i = 0; i < 2; i++)
        {
            Ptr<Node> router = CreateObject<Node>();
            auto position = CreateObject<ConstantPositionMobilityModel>();
            position->SetPosition(Vector(200 * i, 0, 0));
            router->AggregateObject(position);
            internet.Install(router);
            access.SetChannelAttribute("CellId", UintegerValue(i + 1));
            Ptr<CellDevice> device =
                m_family == AddressClient::IPV4
                    ? access.Install(router, Ipv4Address(i == 0 ? "2.2.2.1" : "3.3.3.1"),
                                     Ipv4Mask("255.255.255.0"))
                    : access.Install(router,
                                     Ipv6Address(i == 0 ? "2001:db8:2::1" : "2001:db8:3::1"),
                                     Ipv6Prefix(64));
            AccessRouterHelper::AssignStreams(device, 310 + 10 * i);
            AccessRouterHelper::SetResolutionJitter(router, Time(0));
            manager->AddCell(device->GetCell());
        }
        AccessRouterHelper::SetResolutionJitter(node, Time(0));
        MobileClientHelper::AssignStreams(node, 300);
        manager->TraceConnectWithoutContext("Primary", MakeCallback(&World::Primary, this));
        manager->TraceConnectWithoutContext("Handover", MakeCallback(&World::Handover, this));
        manager->TraceConnectWithoutContext("State", MakeCallback(&World::State, this));
        manager->TraceConnectWithoutContext("Verdict", MakeCallback(&World::Verdict, this));
        manager->TraceConnectWithoutContext("Answer", MakeCallback(&World::Answer, this));
    }

    void RunUntil(Time at)
    {
        Simulator::Stop(at - Simulator::Now());
        Simulator::Run();
    }

    /** Runs to the end of the walk, and closes the records. */
    void Run()
    {
        RunUntil(end);
        manager->Finish();
    }

    MobileClientHelper client;
    Ptr<Node> node = CreateObject<Node>();
    Ptr<MobilityManager> manager;
    Time end;
    std::vector<std::string> primaries;
    std::vector<std::string> steps; //!< of the handovers
    std::vector<std::string> verdicts;
    uint32_t opened{0};
    uint32_t closed{0};
    uint32_t refused{0};

  private:
    AddressClient::Family m_family;

    void Primary(Address address, uint32_t, uint32_t cell)
    {
        primaries.push_back(Text(address) + " cell " + std::to_string(cell));
    }

    void Handover(const HandoverRecord& record)
    {
        (record.outcome == HandoverRecord::OPEN ? opened : closed)++;
    }

    void State(const std::string& what, const std::string&, const std::string& to)
    {
        if (what.compare(0, 8, "handover") == 0)
        {
            steps.push_back(to);
        }
    }

    void Verdict(Address address, bool change, const std::string& why)
    {
        verdicts.push_back(Text(address) + (change ? " yes " : " no ") + why);
    }

    void Answer(AddressOp, Address, bool ok, uint16_t cause)
    {
        refused += !ok && cause == 0xa0;
    }
};

} // namespace ns3::roam::mobilitytest

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ns3/boolean.h"
#include "ns3/cell-device.h"
#include "ns3/constant-position-mobility-model.h"
#include "ns3/double.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-header.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/ipv6-header.h"
#include "ns3/ipv6-l3-protocol.h"
#include "ns3/node.h"
#include "ns3/pointer.h"
#include "ns3/propagation-loss-model.h"
#include "ns3/radio-device.h"
#include "ns3/roam-compat.h"
#include "ns3/simulator.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"

#include <functional>
#include <map>
#include <vector>

using namespace ns3;
using namespace ns3::roam;

namespace
{

constexpr uint16_t PROTOCOL = 0x88b5; // IEEE 802's for experiments

/** What a device has given to its node, and dropped. */
struct Ear
{
    struct Heard
    {
        Time at;
        uint32_t size;
        Mac48Address from;
    };

    std::vector<Heard> heard;
    std::vector<CellDropReason> drops;

    explicit Ear(Ptr<CellNetDevice> device)
    {
        device->GetNode()->RegisterProtocolHandler(MakeCallback(&Ear::Hear, this), PROTOCOL,
                                                   device);
        device->TraceConnectWithoutContext("Drop", MakeCallback(&Ear::Drop, this));
    }

    void Hear(Ptr<NetDevice>, Ptr<const Packet> packet, uint16_t, const Address& from,
              const Address&, NetDevice::PacketType)
    {
        heard.push_back({Simulator::Now(), packet->GetSize(), Mac48Address::ConvertFrom(from)});
    }

    void Drop(Ptr<const Packet>, CellDropReason reason)
    {
        drops.push_back(reason);
    }
};

/** Down 8 Mbit/s, up 4 Mbit/s, 5 ms each way, 50 ms to attach: a byte is 1 us down and 2 us up. */
Ptr<CellDevice> MakeCell(const std::string& queue = "100p")
{
    Ptr<CellChannel> channel = CreateObject<CellChannel>();
    channel->SetAttribute("DataRate", DataRateValue(DataRate("8Mbps")));
    channel->SetAttribute("UplinkRate", DataRateValue(DataRate("4Mbps")));
    channel->SetAttribute("Delay", TimeValue(MilliSeconds(5)));
    channel->SetAttribute("AttachLatency", TimeValue(MilliSeconds(50)));
    Ptr<CellDevice> device = CreateObject<CellDevice>();
    device->SetAttribute("QueueSize", QueueSizeValue(QueueSize(queue)));
    device->SetChannel(channel);
    CreateObject<Node>()->AddDevice(device);
    return device;
}

Ptr<RadioDevice> MakeRadio()
{
    Ptr<RadioDevice> radio = CreateObject<RadioDevice>();
    CreateObject<Node>()->AddDevice(radio);
    return radio;
}

/** size is on the wire, Ethernet header included. */
void SendAt(Time at, Ptr<CellNetDevice> from, Mac48Address to, uint32_t size)
{
    RoamSchedule(at, [=] { from->Send(Create<Packet>(size - 14), to, PROTOCOL); });
}

class CellTestCase : public TestCase
{
  public:
    CellTestCase(const std::string& name) : TestCase(name)
    {
    }

  private:
    void DoTeardown() override
    {
        Simulator::Destroy();
    }
};

class RateAndDelay : public CellTestCase
{
  public:
    RateAndDelay()
        : CellTestCase("a frame arrives after its line time and the delay, to the nanosecond")
    {
    }

  private:
    void DoRun() override
    {
        Ptr<CellDevice> cell = MakeCell();
        Ptr<RadioDevice> radio = MakeRadio();
        Ear down(radio);
        Ear up(cell);
        radio->Attach(cell->GetCell());
        const Time t = MilliSeconds(100);
        SendAt(t, cell, radio->GetMac(), 1000);
        SendAt(t, cell, radio->GetMac(), 500);
        SendAt(t, radio, cell->GetMac(), 1000);
        SendAt(t + MilliSeconds(20), radio, cell->GetMac(), 123);
        Simulator::Stop(t - MilliSeconds(1));
        Simulator::Run();
        const uint64_t before = Simulator::GetEventCount();
        Simulator::Run();

        NS_TEST_ASSERT_MSG_EQ(down.heard.size(), 2, "frames down");
        NS_TEST_EXPECT_MSG_EQ(down.heard[0].at, t + MicroSeconds(1000 + 5000), "the first");
        NS_TEST_EXPECT_MSG_EQ(down.heard[0].size, 986, "without its header");
        NS_TEST_EXPECT_MSG_EQ(down.heard[0].from, cell->GetMac(), "source");
        NS_TEST_EXPECT_MSG_EQ(down.heard[1].at, t + MicroSeconds(1500 + 5000),
                              "the second waits for the first, not for its arrival");
        NS_TEST_ASSERT_MSG_EQ(up.heard.size(), 2, "frames up, on a line of their own");
        NS_TEST_EXPECT_MSG_EQ(up.heard[0].at, t + MicroSeconds(2000 + 5000), "the uplink's rate");
        NS_TEST_EXPECT_MSG_EQ(up.heard[1].at, t + MicroSeconds(20000 + 246 + 5000),
                              "on a line that was idle");
        NS_TEST_EXPECT_MSG_EQ(cell->GetStats().txBytes, 1500, "bytes on the wire");
        NS_TEST_EXPECT_MSG_EQ(cell->GetStats().rxFrames, 2, "frames received");
        // For each of the four frames its sending by this test, its arrival, and its delivery in
        // the context of the node.
        NS_TEST_EXPECT_MSG_EQ(Simulator::GetEventCount() - before, 12, "two events for each frame");
    }
};

class UplinksAreSeparate : public CellTestCase
{
  public:
    UplinksAreSeparate()
        : CellTestCase("each radio has its own uplink, and they share the downlink")
    {
    }

  private:
    void DoRun() override
    {
        Ptr<CellDevice> cell = MakeCell();
        Ptr<RadioDevice> one = MakeRadio();
        Ptr<RadioDevice> two = MakeRadio();
        Ear up(cell);
        Ear first(one);
        Ear second(two);
        one->Attach(cell->GetCell());
        two->Attach(cell->GetCell());
        const Time t = MilliSeconds(100);
        SendAt(t, one, cell->GetMac(), 1000);
        SendAt(t, two, cell->GetMac(), 1000);
        SendAt(t, cell, one->GetMac(), 1000);
        SendAt(t, cell, two->GetMac(), 1000);
        Simulator::Run();

        NS_TEST_ASSERT_MSG_EQ(up.heard.size(), 2, "frames up");
        NS_TEST_EXPECT_MSG_EQ(up.heard[0].at, t + MilliSeconds(7), "one radio");
        NS_TEST_EXPECT_MSG_EQ(up.heard[1].at, t + MilliSeconds(7), "the other at the same time");
        NS_TEST_ASSERT_MSG_EQ(first.heard.size(), 1, "unicast reaches the one addressed");
        NS_TEST_ASSERT_MSG_EQ(second.heard.size(), 1, "and the other one likewise");
        NS_TEST_EXPECT_MSG_EQ(first.heard[0].at, t + MilliSeconds(6), "the first down");
        NS_TEST_EXPECT_MSG_EQ(second.heard[0].at, t + MilliSeconds(7), "the second behind it");
    }
};

class QueueIsFull : public CellTestCase
{
  public:
    QueueIsFull(const std::string& queue)
        : CellTestCase("a queue of " + queue + " takes two frames besides the one being sent"),
          m_queue(queue)
    {
    }

  private:
    void DoRun() override
    {
        Ptr<CellDevice> cell = MakeCell(m_queue);
        Ptr<RadioDevice> radio = MakeRadio();
        Ear down(radio);
        Ear dropped(cell);
        radio->Attach(cell->GetCell());
        for (int i = 0; i < 5; i++)
        {
            SendAt(MilliSeconds(100), cell, radio->GetMac(), 1000);
        }
        // One of the two that wait is on the line by now, so that there is room for one.
        SendAt(MicroSeconds(101001), cell, radio->GetMac(), 1000);
        SendAt(MicroSeconds(101001), cell, radio->GetMac(), 1000);
        Simulator::Run();

        NS_TEST_EXPECT_MSG_EQ(down.heard.size(), 4, "3 and 1 of 7 frames");
        NS_TEST_ASSERT_MSG_EQ(dropped.drops.size(), 3, "drops");
        NS_TEST_EXPECT_MSG_EQ(dropped.drops[0], CELL_DROP_QUEUE, "reason");
        NS_TEST_EXPECT_MSG_EQ(cell->GetStats().dropped[CELL_DROP_QUEUE], 3, "counted");
        NS_TEST_EXPECT_MSG_EQ(cell->GetStats().txFrames, 4, "accepted");
    }

    const std::string m_queue;
};

class AttachTakesTime : public CellTestCase
{
  public:
    AttachTakesTime()
        : CellTestCase("the link is up AttachLatency after Attach and down at once at Detach")
    {
    }

  private:
    void Note()
    {
        m_changes.emplace_back(Simulator::Now(), m_radio->IsLinkUp());
    }

    void DoRun() override
    {
        Ptr<CellDevice> one = MakeCell();
        Ptr<CellDevice> two = MakeCell();
        m_radio = MakeRadio();
        Ear dropped(m_radio);
        m_radio->AddLinkChangeCallback(MakeCallback(&AttachTakesTime::Note, this));
        auto attach = [this](Ptr<CellDevice> to)
        { return [this, to] { m_radio->Attach(to->GetCell()); }; };
        RoamSchedule(MilliSeconds(10), attach(one));
        SendAt(MilliSeconds(59), m_radio, one->GetMac(), 100);
        RoamSchedule(MilliSeconds(70), attach(one));  // nothing: it is there
        RoamSchedule(MilliSeconds(100), attach(two)); // leaves one
        RoamSchedule(MilliSeconds(120), attach(one)); // before two is entered
        RoamSchedule(MilliSeconds(200), [this] { m_radio->Detach(); });
        RoamSchedule(MilliSeconds(210), attach(two));
        RoamSchedule(MilliSeconds(230), [this] { m_radio->Detach(); });
        Simulator::Run();

        const std::vector<std::pair<Time, bool>> expected = {
            {MilliSeconds(60), true},
            {MilliSeconds(100), false},
            {MilliSeconds(170), true},
            {MilliSeconds(200), false},
        };
        NS_TEST_ASSERT_MSG_EQ(m_changes.size(), expected.size(), "link changes");
        for (std::size_t i = 0; i < expected.size(); i++)
        {
            NS_TEST_EXPECT_MSG_EQ(m_changes[i].first, expected[i].first, "when, change " << i);
            NS_TEST_EXPECT_MSG_EQ(m_changes[i].second, expected[i].second, "what, change " << i);
        }
        NS_TEST_EXPECT_MSG_EQ((m_radio->GetCell() == nullptr), true, "out of every cell");
        NS_TEST_ASSERT_MSG_EQ(dropped.drops.size(), 1, "a frame before the link is up");
        NS_TEST_EXPECT_MSG_EQ(dropped.drops[0], CELL_DROP_LINK, "reason");
    }

    Ptr<RadioDevice> m_radio;
    std::vector<std::pair<Time, bool>> m_changes;
};

class LeavingLosesFrames : public CellTestCase
{
  public:
    LeavingLosesFrames()
        : CellTestCase("what is queued or on the air when its radio leaves is lost, and only that")
    {
    }

  private:
    void DoRun() override
    {
        Ptr<CellDevice> cell = MakeCell();
        Ptr<RadioDevice> leaver = MakeRadio();
        Ptr<RadioDevice> stayer = MakeRadio();
        Ear down(leaver);
        Ear other(stayer);
        Ear router(cell);
        leaver->Attach(cell->GetCell());
        stayer->Attach(cell->GetCell());
        const Time t = MilliSeconds(100);
        // Down: one on the air, one on the line, one waiting, and one for somebody else.
        for (int i = 0; i < 3; i++)
        {
            SendAt(t, cell, leaver->GetMac(), 1000);
        }
        SendAt(t, cell, stayer->GetMac(), 1000);
        // Up: one on the air and one on the line.
        SendAt(t, leaver, cell->GetMac(), 500);
        SendAt(t, leaver, cell->GetMac(), 500);
        const Time left = t + MicroSeconds(1200);
        RoamSchedule(left, [=] { leaver->Detach(); });
        // Coming back brings nothing of it back.
        RoamSchedule(left + MicroSeconds(1), [=] { leaver->Attach(cell->GetCell()); });
        SendAt(left + MicroSeconds(2), cell, leaver->GetMac(), 1000);
        SendAt(left + MilliSeconds(60), cell, leaver->GetMac(), 1000);
        Simulator::Run();

        NS_TEST_EXPECT_MSG_EQ(router.heard.size(), 0, "nothing of the uplink arrived");
        NS_TEST_EXPECT_MSG_EQ(leaver->GetStats().dropped[CELL_DROP_LEFT], 2, "uplink drops");
        NS_TEST_EXPECT_MSG_EQ(cell->GetStats().dropped[CELL_DROP_LEFT], 3, "downlink drops");
        NS_TEST_EXPECT_MSG_EQ(cell->GetStats().dropped[CELL_DROP_NO_RADIO], 1, "not yet back");
        NS_TEST_ASSERT_MSG_EQ(down.heard.size(), 1, "the one sent after it came back");
        NS_TEST_EXPECT_MSG_EQ(down.heard[0].at, left + MilliSeconds(66), "when");
        NS_TEST_ASSERT_MSG_EQ(other.heard.size(), 1, "the other's frame");
        NS_TEST_EXPECT_MSG_EQ(other.heard[0].at, t + MilliSeconds(2 + 1 + 5),
                              "behind the one on the line, in place of the one that waited");
    }
};

class Broadcast : public CellTestCase
{
  public:
    Broadcast()
        : CellTestCase("broadcast reaches every radio that was there when it was sent, once")
    {
    }

  private:
    void DoRun() override
    {
        Ptr<CellDevice> cell = MakeCell();
        Ptr<RadioDevice> one = MakeRadio();
        Ptr<RadioDevice> two = MakeRadio();
        Ptr<RadioDevice> late = MakeRadio();
        Ear router(cell);
        Ear first(one);
        Ear second(two);
        Ear third(late);
        one->Attach(cell->GetCell());
        two->Attach(cell->GetCell());
        const Mac48Address all = Mac48Address::GetBroadcast();
        const Mac48Address group = Mac48Address::GetMulticast(Ipv6Address("ff02::1"));
        SendAt(MilliSeconds(100), cell, all, 100);
        SendAt(MilliSeconds(110), cell, group, 100);
        // Up while a frame is on the air: too late for that one.
        RoamSchedule(MicroSeconds(152000 - 50000), [=] { late->Attach(cell->GetCell()); });
        SendAt(MilliSeconds(150), cell, all, 100);
        SendAt(MilliSeconds(160), cell, all, 100);
        // From a radio: to the access router, and sent on to the others.
        SendAt(MilliSeconds(170), one, all, 100);
        SendAt(MilliSeconds(180), one, two->GetMac(), 100);
        SendAt(MilliSeconds(190), one, Mac48Address("02:00:00:00:00:99"), 100);
        Simulator::Run();

        NS_TEST_EXPECT_MSG_EQ(first.heard.size(), 4, "not its own");
        NS_TEST_ASSERT_MSG_EQ(second.heard.size(), 6, "all of it");
        NS_TEST_EXPECT_MSG_EQ(second.heard[5].from, one->GetMac(), "source of a frame sent on");
        NS_TEST_EXPECT_MSG_EQ(second.heard[5].at, MilliSeconds(190) + MicroSeconds(200 + 100),
                              "up, then down");
        NS_TEST_EXPECT_MSG_EQ(third.heard.size(), 2, "since it came");
        NS_TEST_EXPECT_MSG_EQ(router.heard.size(), 1, "the broadcast of a radio");
        NS_TEST_EXPECT_MSG_EQ(cell->GetStats().dropped[CELL_DROP_NO_RADIO], 1, "to a stranger");
    }
};

class Loss : public CellTestCase
{
  public:
    Loss() : CellTestCase("the error models take their frames in each direction")
    {
    }

  private:
    void DoRun() override
    {
        Ptr<CellDevice> cell = MakeCell("10000p");
        Ptr<RadioDevice> radio = MakeRadio();
        radio->SetAttribute("QueueSize", QueueSizeValue(QueueSize("10000p")));
        Ear down(radio);
        Ear up(cell);
        Ptr<RateErrorModel> loss = CreateObject<RateErrorModel>();
        loss->SetUnit(RateErrorModel::ERROR_UNIT_PACKET);
        loss->SetRate(0.25);
        Ptr<ReceiveListErrorModel> second = CreateObject<ReceiveListErrorModel>();
        second->SetList({1});
        cell->GetCell()->SetAttribute("Loss", PointerValue(loss));
        cell->GetCell()->SetAttribute("UplinkLoss", PointerValue(second));
        NS_TEST_EXPECT_MSG_EQ(cell->GetCell()->AssignStreams(7), 1, "one stream drawn from");
        radio->Attach(cell->GetCell());
        constexpr uint32_t FRAMES = 4000;
        for (uint32_t i = 0; i < FRAMES; i++)
        {
            SendAt(MilliSeconds(100), cell, radio->GetMac(), 100);
        }
        for (uint32_t i = 0; i < 3; i++)
        {
            SendAt(MilliSeconds(100), radio, cell->GetMac(), 100);
        }
        Simulator::Run();

        NS_TEST_EXPECT_MSG_EQ(up.heard.size(), 2, "all but the second");
        NS_TEST_ASSERT_MSG_EQ(up.drops.size(), 1, "dropped where it would have arrived");
        NS_TEST_EXPECT_MSG_EQ(up.drops[0], CELL_DROP_LOSS, "reason");
        NS_TEST_EXPECT_MSG_EQ(down.heard.size() + down.drops.size(), FRAMES, "each once");
        // Four standard deviations of a binomial count.
        NS_TEST_EXPECT_MSG_EQ_TOL(down.drops.size(), 1000.0, 110.0, "a quarter of them");
    }
};

/** A packet of a family from an address, from a radio to the access router. */
void SendFromAddress(Ptr<RadioDevice> radio, Ptr<CellDevice> cell, const Address& source)
{
    Ptr<Packet> packet = Create<Packet>(100);
    uint16_t protocol = 0;
    if (Ipv6Address::IsMatchingType(source))
    {
        Ipv6Header header;
        header.SetSource(Ipv6Address::ConvertFrom(source));
        header.SetDestination(Ipv6Address("fd00:1::2"));
        packet->AddHeader(header);
        protocol = Ipv6L3Protocol::PROT_NUMBER;
    }
    else
    {
        Ipv4Header header;
        header.SetSource(Ipv4Address::ConvertFrom(source));
        header.SetDestination(Ipv4Address("1.1.1.2"));
        packet->AddHeader(header);
        protocol = Ipv4L3Protocol::PROT_NUMBER;
    }
    RoamSchedule(MilliSeconds(100), [=] { radio->Send(packet, cell->GetMac(), protocol); });
}

class IngressFilter : public CellTestCase
{
  public:
    explicit IngressFilter(bool on)
        : CellTestCase(std::string("ingress filter ") + (on ? "on" : "off")), m_on(on)
    {
    }

  private:
    void DoRun() override
    {
        Ptr<CellDevice> cell = MakeCell();
        cell->SetAttribute("IngressFilter", BooleanValue(m_on));
        InternetStackHelper().Install(cell->GetNode());
        Ptr<Ipv4> ipv4 = cell->GetNode()->GetObject<Ipv4>();
        const uint32_t four = ipv4->AddInterface(cell);
        ipv4->AddAddress(four, Ipv4InterfaceAddress(Ipv4Address("2.2.2.1"), Ipv4Mask("/24")));
        Ptr<Ipv6> ipv6 = cell->GetNode()->GetObject<Ipv6>();
        const uint32_t six = ipv6->AddInterface(cell);
        ipv6->AddAddress(six, Ipv6InterfaceAddress(Ipv6Address("fd00:2::1"), Ipv6Prefix(64)));
        ipv6->AddAddress(six, Ipv6InterfaceAddress(Ipv6Address("fe80::1"), Ipv6Prefix(64)));
        Ptr<RadioDevice> radio = MakeRadio();
        Ear router(cell);
        radio->Attach(cell->GetCell());
        for (const char* own : {"2.2.2.9", "0.0.0.0"})
        {
            SendFromAddress(radio, cell, Ipv4Address(own));
        }
        for (const char* own : {"fd00:2::9", "::", "fe80::9"})
        {
            SendFromAddress(radio, cell, Ipv6Address(own));
        }
        SendFromAddress(radio, cell, Ipv4Address("2.2.3.9"));
        SendFromAddress(radio, cell, Ipv6Address("fd00:3::9"));
        SendAt(MilliSeconds(100), radio, cell->GetMac(), 100); // of no IP
        Simulator::Run();

        const uint32_t others = m_on ? 2 : 0;
        NS_TEST_EXPECT_MSG_EQ(cell->GetStats().dropped[CELL_DROP_SOURCE], others, "of other cells");
        NS_TEST_EXPECT_MSG_EQ(cell->GetStats().rxFrames, 8 - others, "and no more");
        NS_TEST_EXPECT_MSG_EQ(router.drops.size(), others, "traced");
    }

    bool m_on;
};

class LevelByDistance : public CellTestCase
{
  public:
    LevelByDistance()
        : CellTestCase("the level is what the propagation loss model makes of the positions")
    {
    }

  private:
    void DoRun() override
    {
        Ptr<CellDevice> cell = MakeCell();
        Ptr<RadioDevice> radio = MakeRadio();
        cell->GetCell()->SetAttribute("TxPower", DoubleValue(20));
        NS_TEST_EXPECT_MSG_EQ(radio->GetLevel(cell->GetCell()), 20, "without a model");

        Ptr<LogDistancePropagationLossModel> loss = CreateObject<LogDistancePropagationLossModel>();
        loss->SetPathLossExponent(3);
        loss->SetReference(1, 40);
        cell->GetCell()->SetAttribute("PropagationLoss", PointerValue(loss));
        Ptr<MobilityModel> router = CreateObject<ConstantPositionMobilityModel>();
        Ptr<MobilityModel> client = CreateObject<ConstantPositionMobilityModel>();
        cell->GetNode()->AggregateObject(router);
        radio->GetNode()->AggregateObject(client);
        router->SetPosition(Vector(0, 0, 0));
        client->SetPosition(Vector(100, 0, 0));
        NS_TEST_EXPECT_MSG_EQ_TOL(radio->GetLevel(cell->GetCell()), 20 - 40 - 60, 1e-9,
                                  "20 dBm at 100 m");
        client->SetPosition(Vector(10, 0, 0));
        NS_TEST_EXPECT_MSG_EQ_TOL(radio->GetLevel(cell->GetCell()), 20 - 40 - 30, 1e-9, "10 m");

        Ptr<MobilityModel> antenna = CreateObject<ConstantPositionMobilityModel>();
        antenna->SetPosition(Vector(1010, 0, 0));
        cell->SetAttribute("Mobility", PointerValue(antenna));
        NS_TEST_EXPECT_MSG_EQ_TOL(radio->GetLevel(cell->GetCell()), 20 - 40 - 90, 1e-9,
                                  "1 km from an antenna that is not where its router is");
    }
};

class LeavingWhileHearing : public CellTestCase
{
  public:
    LeavingWhileHearing()
        : CellTestCase("a radio may leave from inside the reception of its own frame")
    {
    }

  private:
    void DoRun() override
    {
        Ptr<CellDevice> cell = MakeCell();
        Ptr<RadioDevice> radio = MakeRadio();
        int heard = 0;
        std::function<void()> leave = [&]
        {
            heard++;
            radio->Detach();
        };
        cell->TraceConnectWithoutContext("MacRx",
                                         MakeBoundCallback(&LeavingWhileHearing::Call, &leave));
        radio->Attach(cell->GetCell());
        SendAt(MilliSeconds(100), radio, cell->GetMac(), 100);
        SendAt(MilliSeconds(100), radio, cell->GetMac(), 100);
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(heard, 1, "the second is lost with the radio");
        NS_TEST_EXPECT_MSG_EQ(radio->GetStats().dropped[CELL_DROP_LEFT], 1, "and counted");
    }

    static void Call(std::function<void()>* what, Ptr<const Packet>)
    {
        (*what)();
    }
};

class CellTestSuite : public TestSuite
{
  public:
    CellTestSuite() : TestSuite("roam-cell", TestSuite::Type::UNIT)
    {
        AddTestCase(new RateAndDelay);
        AddTestCase(new UplinksAreSeparate);
        AddTestCase(new QueueIsFull("2p"));
        AddTestCase(new QueueIsFull("2500B"));
        AddTestCase(new AttachTakesTime);
        AddTestCase(new LeavingLosesFrames);
        AddTestCase(new Broadcast);
        AddTestCase(new Loss);
        AddTestCase(new IngressFilter(false));
        AddTestCase(new IngressFilter(true));
        AddTestCase(new LevelByDistance);
        AddTestCase(new LeavingWhileHearing);
    }
};

CellTestSuite g_cellTestSuite;

} // namespace

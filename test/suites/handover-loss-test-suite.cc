// SPDX-License-Identifier: GPL-2.0-or-later
// The session of Figure 1 with each frame of its handover lost in turn.

#include "sim/scenario.h"
#include "sim/world.h"

#include "ns3/cell-channel.h"
#include "ns3/error-model.h"
#include "ns3/handover-record.h"
#include "ns3/mobility-manager.h"
#include "ns3/pointer.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/session-client.h"
#include "ns3/session-server.h"
#include "ns3/simulator.h"
#include "ns3/test.h"

#include <array>
#include <fstream>
#include <set>
#include <string>

using namespace ns3;
using namespace ns3::roam;

namespace
{

/** Loses the frames of a span of time that have certain numbers, and counts them all. */
class LoseByNumber : public ErrorModel
{
  public:
    LoseByNumber(Time from, Time to, std::set<uint32_t> numbers)
        : m_from(from), m_to(to), m_numbers(std::move(numbers))
    {
    }

    uint32_t GetCount() const
    {
        return m_count;
    }

  private:
    bool DoCorrupt(Ptr<Packet>) override
    {
        Time now = Simulator::Now();
        return now >= m_from && now <= m_to && m_numbers.count(m_count++) > 0;
    }

    void DoReset() override
    {
        m_count = 0;
    }

    Time m_from;
    Time m_to;
    std::set<uint32_t> m_numbers;
    uint32_t m_count{0};
};

/** What one run showed. */
struct Outcome
{
    std::vector<HandoverRecord> handovers;
    uint32_t frames{0};                  //!< in the span
    std::array<uint64_t, 3> sent{};      //!< by flow
    std::array<uint64_t, 3> delivered{}; //!< by flow
    bool inOrder{true};
    bool broken{false};

    void Sent(uint32_t flow, uint64_t, uint32_t)
    {
        ++sent.at(flow);
    }

    void Received(uint32_t flow, uint64_t seq, uint32_t, Time)
    {
        inOrder = inOrder && seq == delivered.at(flow);
        ++delivered.at(flow);
    }

    void Broken(uint32_t, const std::string&)
    {
        broken = true;
    }

    void Watch(Ptr<SessionApplication> application)
    {
        application->TraceConnectWithoutContext("Sent", MakeCallback(&Outcome::Sent, this));
        application->TraceConnectWithoutContext("Received", MakeCallback(&Outcome::Received, this));
        application->TraceConnectWithoutContext("Broken", MakeCallback(&Outcome::Broken, this));
    }

    void WatchClient(Ptr<SessionClient> client)
    {
        Watch(client);
    }
};

class EachFrameLost : public TestCase
{
  public:
    EachFrameLost(const std::string& radios, const std::string& family, const std::string& requests)
        : TestCase("each frame of the handover lost in turn: " + radios + " radios, " + family +
                   ", " + requests),
          m_radios(radios), m_family(family), m_requests(requests)
    {
    }

  private:
    Outcome Run(Time from, Time to, std::set<uint32_t> lost)
    {
        RngSeedManager::SetRun(1);
        Outcome outcome;
        auto loss = CreateObject<LoseByNumber>(from, to, std::move(lost));
        {
            Scenario scenario =
                Scenario::Read(m_file, {{"--set", "client.radios=" + m_radios},
                                        {"--set", "run.family=" + m_family},
                                        {"--set", "handover.requests=" + m_requests}});
            World world(scenario);
            for (const auto& cell : world.cells)
            {
                cell.channel->SetAttribute("Loss", PointerValue(loss));
                cell.channel->SetAttribute("UplinkLoss", PointerValue(loss));
            }
            outcome.Watch(world.sessions.front().server);
            world.clientMade = MakeCallback(&Outcome::WatchClient, &outcome);
            Simulator::Stop(world.GetStop());
            Simulator::Run();
            world.mobiles.front().manager->Finish();
            outcome.handovers = world.mobiles.front().manager->GetHandovers();
        }
        outcome.frames = loss->GetCount();
        Simulator::Destroy();
        return outcome;
    }

    void Expect(const Outcome& outcome, uint32_t number)
    {
        NS_TEST_EXPECT_MSG_EQ(outcome.broken, false, "frame " << number << ": the session goes on");
        NS_TEST_EXPECT_MSG_EQ(outcome.inOrder, true, "frame " << number << ": once, in order");
        for (uint32_t flow : {World::FLOW_DOWN, World::FLOW_UP})
        {
            NS_TEST_EXPECT_MSG_GT(outcome.sent[flow], 50, "flow " << flow << " runs");
            NS_TEST_EXPECT_MSG_EQ(outcome.delivered[flow], outcome.sent[flow],
                                  "frame " << number << ": all of flow " << flow);
        }
        bool completed = !outcome.handovers.empty() &&
                         outcome.handovers.back().outcome == HandoverRecord::COMPLETED;
        NS_TEST_EXPECT_MSG_EQ(completed, true, "frame " << number << ": the handover completes");
    }

    void DoRun() override
    {
        m_file = CreateTempDirFilename("figure1.toml");
        std::ofstream(m_file) << "[run]\nstop = \"30s\"\n[movement]\nstart = \"60m\"\n"
                                 "speed = \"16m/s\"\n[handover]\nrule = \"a\"\n"
                                 "floor = \"-100dBm\"\n[traffic]\ndown_interval = \"100ms\"\n"
                                 "up_interval = \"100ms\"\ndrain = \"10s\"\n";
        Outcome whole = Run(Seconds(0), Seconds(0), {});
        Expect(whole, 0);
        if (whole.handovers.empty())
        {
            return;
        }
        // from the attachment to the new cell to the end of the address that was left, and to the
        // new one's confirmation; of a long overlap, its beginning and its end
        const HandoverRecord& record = whole.handovers.back();
        Time begin = record.tLink - MilliSeconds(1);
        Time end = record.tRelease + MilliSeconds(m_requests == "together" ? 60 : 1);
        std::vector<std::pair<Time, Time>> spans{{begin, end}};
        if (end - begin > Seconds(3))
        {
            spans = {{begin, begin + Seconds(1.5)}, {end - MilliSeconds(200), end}};
        }
        uint32_t tried = 0;
        uint32_t delayed = 0;
        for (const auto& [from, to] : spans)
        {
            uint32_t frames = Run(from, to, {}).frames;
            for (uint32_t number = 0; number < frames; ++number, ++tried)
            {
                Outcome outcome = Run(from, to, {number});
                Expect(outcome, number);
                if (outcome.handovers.empty())
                {
                    return;
                }
                const HandoverRecord& late = outcome.handovers.back();
                delayed += late.tBound > record.tBound || late.tRelease > record.tRelease;
            }
        }
        NS_TEST_EXPECT_MSG_GT(tried, (m_requests == "together" ? 9 : 14), "frames of the handover");
        NS_TEST_EXPECT_MSG_GT(delayed, 3, "their loss is felt: of " << tried);
    }

    std::string m_radios;
    std::string m_family;
    std::string m_requests;
    std::string m_file;
};

class HandoverLossTestSuite : public TestSuite
{
  public:
    HandoverLossTestSuite() : TestSuite("roam-handover-loss", TestSuite::Type::SYSTEM)
    {
        for (const char* family : {"ipv4", "ipv6"})
        {
            for (const char* requests : {"steps", "together"})
            {
                AddTestCase(new EachFrameLost("1", family, requests));
                AddTestCase(new EachFrameLost("2", family, requests));
            }
        }
    }
};

HandoverLossTestSuite g_handoverLossTestSuite; //!< registers itself

} // namespace

// SPDX-License-Identifier: GPL-2.0-or-later
// The meter of a library user against roam-sim's recorder, in the same world.

#include "sim/record/handover-report.h"
#include "sim/record/recorder.h"
#include "sim/scenario.h"
#include "sim/world.h"

#include "ns3/handover-meter.h"
#include "ns3/simulator.h"
#include "ns3/test.h"

#include <fstream>
#include <string>
#include <vector>

using namespace ns3;
using namespace ns3::roam;

namespace
{

/** Lets a meter watch the session as soon as its client is there. */
class LateClient
{
  public:
    LateClient(World& world, Ptr<HandoverMeter> meter)
        : m_server(world.sessions.front().server), m_meter(meter), m_next(world.clientMade)
    {
        world.clientMade = MakeCallback(&LateClient::Made, this);
    }

  private:
    void Made(Ptr<SessionClient> client)
    {
        m_next(client);
        m_meter->WatchSession(m_server, client, World::FLOW_DOWN);
    }

    Ptr<SessionServer> m_server;
    Ptr<HandoverMeter> m_meter;
    Callback<void, Ptr<SessionClient>> m_next; //!< the recorder's
};

class MeterAndRecorderAgree : public TestCase
{
  public:
    MeterAndRecorderAgree(const std::string& scheme, const std::vector<std::string>& settings)
        : TestCase("the meter's numbers are handovers.csv's: " + scheme +
                   (settings.empty() ? "" : ", " + settings.back())),
          m_scheme(scheme), m_settings(settings)
    {
    }

  private:
    /** How many handovers there were. */
    std::size_t Compare(const std::string& file, uint32_t seed)
    {
        std::vector<Scenario::Override> overrides{{"--scheme", "scheme=" + m_scheme},
                                                  {"--seed", "seed=" + std::to_string(seed)}};
        for (const auto& setting : m_settings)
        {
            overrides.push_back({"--set", setting});
        }
        Scenario scenario = Scenario::Read(file, overrides);
        std::size_t count = 0;
        {
            World world(scenario);
            Recorder recorder(world);
            auto meter = CreateObject<HandoverMeter>();
            meter->SetAttribute("Settle", TimeValue(scenario.GetTime("run.settle")));
            meter->SetManager(world.mobiles.front().manager);
            LateClient late(world, meter);
            Simulator::Stop(world.GetStop());
            Simulator::Run();
            recorder.Finish();
            meter->Finish();
            count = recorder.GetReports().size();
            NS_TEST_EXPECT_MSG_EQ(meter->GetHandovers().size(), count, "as many handovers");
            Expect(recorder, *meter);
        }
        Simulator::Destroy();
        return count;
    }

    void Expect(const Recorder& recorder, const HandoverMeter& meter)
    {
        // what the meter does not know are counts of packets on links
        std::vector<HandoverReport> measured = recorder.GetReports();
        for (std::size_t i = 0; i < measured.size(); ++i)
        {
            static_cast<HandoverMeasurement&>(measured[i]) = meter.GetHandovers().at(i);
            NS_TEST_EXPECT_MSG_EQ(measured[i].lostBytes, recorder.GetReports()[i].lostBytes,
                                  "lost bytes");
        }
        NS_TEST_EXPECT_MSG_EQ(WriteHandovers(measured), WriteHandovers(recorder.GetReports()),
                              "the same rows");
        NS_TEST_EXPECT_MSG_EQ(meter.GetFailure(), recorder.GetOutcome().why, "the same verdict");
        NS_TEST_EXPECT_MSG_EQ(meter.GetFlow().lost,
                              recorder.GetDown().messages.Summarize(Time::Max()).lost,
                              "the same losses");
    }

    void DoRun() override
    {
        std::string file = CreateTempDirFilename("figure1.toml");
        std::ofstream(file) << "[movement]\nstart = \"0m\"\nspeed = \"12m/s\"\n"
                               "[handover]\nthreshold = \"-85dBm\"\nfloor = \"-100dBm\"\n";
        std::size_t count = 0;
        for (uint32_t seed = 1; seed <= 3; ++seed)
        {
            count += Compare(file, seed);
        }
        NS_TEST_EXPECT_MSG_GT(count, 2, "there are handovers to measure");
    }

    std::string m_scheme;
    std::vector<std::string> m_settings;
};

class ScenarioMeterTestSuite : public TestSuite
{
  public:
    ScenarioMeterTestSuite() : TestSuite("roam-scenario-meter", TestSuite::Type::SYSTEM)
    {
        for (const char* scheme : {"msctp", "sctp", "tcp", "udp"})
        {
            AddTestCase(new MeterAndRecorderAgree(scheme, {}));
            AddTestCase(new MeterAndRecorderAgree(
                scheme, {"cell.loss=0.05", "run.family=ipv6", "client.radios=1"}));
        }
        AddTestCase(new MeterAndRecorderAgree("msctp", {"sctp.udp_encapsulation=true"}));
    }
};

ScenarioMeterTestSuite g_scenarioMeterTestSuite;

} // namespace

// SPDX-License-Identifier: GPL-2.0-or-later
// What handovers did to a flow.
#include "measured-flow.h"

#include "ns3/handover-measurement.h"
#include "ns3/test.h"

#include <optional>
#include <sstream>
#include <string>
#include <vector>

using namespace ns3;
using namespace ns3::roam;
using namespace ns3::roam::measuretest;

namespace
{

class WithoutABindingTheFlowDecides : public TestCase
{
  public:
    WithoutABindingTheFlowDecides() : TestCase("outcomes of sessions that are not told")
    {
    }

  private:
    std::string Outcome(const MessageLedger& flow, uint32_t cellAfter, Time released,
                        std::optional<Time> ended, bool returned = false)
    {
        std::vector<DataArrival> arrivals;
        for (int64_t t = 5; t < 2000; t += 10)
        {
            if (flow.IsAnyDelivered(Ms(t), Ms(t + 1)))
            {
                arrivals.push_back({Ms(t), t < 500 ? 1u : cellAfter, 4});
            }
        }
        HandoverRecord record = MakeRecord(HandoverRecord::UNBOUND);
        record.tRelease = released;
        record.returned = returned;
        HandoverEvidence evidence{flow,       arrivals, {},          Ms(10), Seconds(2),
                                  Seconds(3), Ms(100),  Time(Ms(0)), ended,  false};
        HandoverMeasurement measured = MeasureHandovers({record}, evidence)[0];
        return measured.outcome + (measured.end == "-" ? "" : ": " + measured.end);
    }

    void DoRun() override
    {
        Time never = HandoverRecord::Never();
        MessageLedger whole = MakeFlow(200, 0, 0);
        MessageLedger dead = MakeFlow(200, 50, 200);
        NS_TEST_EXPECT_MSG_EQ(Outcome(whole, 2, Ms(500), std::nullopt), "completed", "goes on");
        NS_TEST_EXPECT_MSG_EQ(Outcome(whole, 2, Ms(500), std::nullopt, true), "ping-pong", "back");
        NS_TEST_EXPECT_MSG_EQ(Outcome(whole, 1, never, std::nullopt),
                              "abandoned: the flow stayed on the old path", "stays");
        NS_TEST_EXPECT_MSG_EQ(Outcome(dead, 2, Ms(500), std::nullopt),
                              "broken: no data over the new path", "ends");
        MessageLedger stalls = MakeFlow(200, 55, 200);
        NS_TEST_EXPECT_MSG_EQ(Outcome(stalls, 2, Ms(500), std::nullopt),
                              "broken: the flow did not go on",
                              "a few messages more, and then none");
        NS_TEST_EXPECT_MSG_EQ(Outcome(dead, 2, Ms(500), Time(Ms(390))),
                              "broken: the session was over", "had ended before");
    }
};

class ALineHasUnits : public TestCase
{
  public:
    ALineHasUnits() : TestCase("a line for each handover, with units and lower bounds")
    {
    }

  private:
    static std::string Line(const MessageLedger& closed)
    {
        std::vector<DataArrival> arrivals;
        for (const auto& delivery : closed.GetDeliveries())
        {
            arrivals.push_back({delivery.at, delivery.cell, 4});
        }
        std::ostringstream line;
        line << MeasureHandovers({MakeRecord(HandoverRecord::UNBOUND)}, {closed,
                                                                         arrivals,
                                                                         {},
                                                                         Ms(10),
                                                                         Seconds(2),
                                                                         Seconds(3),
                                                                         Ms(100),
                                                                         Time(Ms(0)),
                                                                         std::nullopt,
                                                                         false})[0];
        return line.str();
    }

    void DoRun() override
    {
        MessageLedger whole = MakeFlow(200, 41, 43, 45);
        whole.Close({Seconds(3), true, false});
        NS_TEST_EXPECT_MSG_EQ(
            Line(whole),
            "handover 1 at 0.400 s: cell 1 to 2, hard, completed, latency 0.0 ms, "
            "interruption 0.0 ms, silence 20.0 ms, lost 2 messages, 200 bytes",
            "measured");
        MessageLedger dead = MakeFlow(200, 41, 200);
        dead.Close({Seconds(3), true, false});
        NS_TEST_EXPECT_MSG_EQ(
            Line(dead),
            "handover 1 at 0.400 s: cell 1 to 2, hard, broken (no data over the new "
            "path), latency > 1585.0 ms, interruption > 1585.0 ms, silence > 1585.0 "
            "ms, lost > 159 messages, 15900 bytes",
            "lower bounds");
    }
};

class HandoverMeasurementTestSuite : public TestSuite
{
  public:
    HandoverMeasurementTestSuite() : TestSuite("roam-handover-measurement", TestSuite::Type::UNIT)
    {
        AddTestCase(new WithoutABindingTheFlowDecides);
        AddTestCase(new ALineHasUnits);
    }
} g_handoverMeasurementTestSuite;

} // namespace

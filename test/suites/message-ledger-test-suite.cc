// SPDX-License-Identifier: GPL-2.0-or-later
// What came of the messages of a flow, by identity.
#include "measured-flow.h"

#include "ns3/test.h"

#include <vector>

using namespace ns3;
using namespace ns3::roam;
using namespace ns3::roam::measuretest;

namespace
{

class MessagesAreCountedByIdentity : public TestCase
{
  public:
    MessagesAreCountedByIdentity() : TestCase("lost, duplicated, reordered by identity")
    {
    }

  private:
    void DoRun() override
    {
        MessageLedger flow;
        for (uint64_t i = 0; i < 6; ++i)
        {
            flow.Sent(i, 100, Ms(10 * i));
        }
        flow.Delivered(0, 100, Ms(0), Ms(5));
        flow.Delivered(2, 100, Ms(20), Ms(25)); // overtakes 1
        flow.Delivered(1, 100, Ms(10), Ms(27));
        flow.Delivered(2, 100, Ms(20), Ms(30)); // again
        flow.Delivered(5, 100, Ms(50), Ms(70));
        flow.Dropped(4);
        flow.Close({Ms(100), false, true});
        FlowSummary all = flow.Summarize(Ms(100));
        NS_TEST_EXPECT_MSG_EQ(all.sent, 6, "sent");
        NS_TEST_EXPECT_MSG_EQ(all.delivered, 4, "0, 1, 2, 5");
        NS_TEST_EXPECT_MSG_EQ(all.lost, 1, "4");
        NS_TEST_EXPECT_MSG_EQ(all.unfinished, 1, "3 is sent again until it is delivered");
        NS_TEST_EXPECT_MSG_EQ(all.dropped, 1, "4 never left");
        NS_TEST_EXPECT_MSG_EQ(all.duplicated, 1, "2");
        NS_TEST_EXPECT_MSG_EQ(all.reordered, 1, "1; a duplicate is not reordered besides");
        NS_TEST_EXPECT_MSG_EQ_TOL(all.goodput, 400 * 8 / 0.1, 1e-6, "bit/s");
        NS_TEST_EXPECT_MSG_EQ_TOL(*all.longestGap, 0.043, 1e-9, "27 to 70 ms");
        NS_TEST_EXPECT_MSG_EQ_TOL(*all.delayMean, (5 + 5 + 17 + 20) / 4e3, 1e-9, "mean delay");
        NS_TEST_EXPECT_MSG_EQ_TOL(*all.delayP50, 0.005, 1e-9, "median, nearest rank");
        NS_TEST_EXPECT_MSG_EQ_TOL(*all.delayMax, 0.020, 1e-9, "longest delay");
        NS_TEST_EXPECT_MSG_EQ_TOL(*all.jitter, (0 + 12 + 3) / 3e3, 1e-9, "mean difference");
        NS_TEST_EXPECT_MSG_EQ_TOL(*all.GetLoss(), 1 / 6.0, 1e-9, "loss");
        NS_TEST_EXPECT_MSG_EQ_TOL(
            flow.Summarize(Ms(60)).goodput, 300 * 8 / 0.06, 1e-6,
            "what is delivered after the sending counts no more than its time");

        auto missing = flow.GetMissing();
        NS_TEST_ASSERT_MSG_EQ(missing.size(), 2, "3 and 4");
        NS_TEST_EXPECT_MSG_EQ(missing[0].due, Ms(35), "5 ms behind its sending, as 2 was");
        NS_TEST_EXPECT_MSG_EQ(missing[1].due, Ms(45), "and so was 4");
        NS_TEST_EXPECT_MSG_EQ(missing[0].lost, false, "3");
        NS_TEST_EXPECT_MSG_EQ(missing[1].lost, true, "4");

        FlowSummary none = MessageLedger().Summarize(Ms(100));
        NS_TEST_EXPECT_MSG_EQ(none.GetLoss().has_value(), false, "nothing sent, nothing to tell");
        NS_TEST_EXPECT_MSG_EQ(none.delayMean.has_value(), false, "nothing delivered");
    }
};

class WhatIsMissingIsLostOrUnfinished : public TestCase
{
  public:
    WhatIsMissingIsLostOrUnfinished() : TestCase("lost, or unfinished as the run ended")
    {
    }

  private:
    /** {lost, unfinished} of ten messages, 0 to 90 ms, of which 4 to 6 and 9 are missing. */
    std::vector<uint64_t> Close(const FlowEnd& end, uint64_t left)
    {
        MessageLedger flow;
        for (uint64_t i = 0; i < 10; ++i)
        {
            flow.Sent(i, 100, Ms(10 * i));
            if (i < 4 || (i > 6 && i < 9))
            {
                flow.Delivered(i, 100, Ms(10 * i), Ms(10 * i + 5));
            }
            if (i < left)
            {
                flow.Left(i);
            }
        }
        flow.Close(end);
        FlowSummary summary = flow.Summarize(Ms(200));
        NS_TEST_EXPECT_MSG_EQ(summary.sent, 10, "sent");
        NS_TEST_EXPECT_MSG_EQ(summary.delivered + summary.lost + summary.unfinished, 10,
                              "each is one of three");
        return {summary.lost, summary.unfinished};
    }

    void Expect(const FlowEnd& end, uint64_t left, uint64_t lost, const char* why)
    {
        NS_TEST_EXPECT_MSG_EQ(Close(end, left)[0], lost, why);
    }

    void DoRun() override
    {
        Expect({Ms(100), false, true}, 0, 0, "a transport that keeps on loses nothing");
        Expect({Ms(100), true, true}, 0, 4, "unless its session is over");
        Expect({Ms(100), false, true, Ms(45)}, 0, 2, "or it gives up: 4 and 5 are too old");
        Expect({Ms(200), false, false}, 10, 4, "datagrams that left will not come any more");
        Expect({Ms(93), false, false}, 10, 3, "the last may be on its way");
        Expect({Ms(200), false, false}, 9, 3, "the last waits at its sender");
    }
};

class GapsAreBetweenDeliveries : public TestCase
{
  public:
    GapsAreBetweenDeliveries() : TestCase("gaps between deliveries, and one without end")
    {
    }

  private:
    void DoRun() override
    {
        auto hole = MakeFlow(100, 40, 60).GetGaps(Seconds(1)); // deliveries at ..., 395, 605, ...
        NS_TEST_ASSERT_MSG_EQ(hole.size(), 79, "between 80 deliveries");
        NS_TEST_EXPECT_MSG_EQ(hole[38].GetLength(), Ms(10), "before it");
        NS_TEST_EXPECT_MSG_EQ(hole[39].begin, Ms(395), "the last before the hole");
        NS_TEST_EXPECT_MSG_EQ(hole[39].end, Ms(605), "the first behind it");
        NS_TEST_EXPECT_MSG_EQ(hole[39].open, false, "that ended it");
        MessageLedger dead = MakeFlow(100, 50, 100); // the last at 495
        auto gaps = dead.GetGaps(Seconds(2));
        NS_TEST_EXPECT_MSG_EQ(gaps.back().GetLength(), Ms(1505), "until the sending ends");
        NS_TEST_EXPECT_MSG_EQ(gaps.back().open, true, "no delivery ends it");
        NS_TEST_EXPECT_MSG_EQ(MakeFlow(100, 100, 100).GetGaps(Seconds(2)).back().open, false,
                              "nothing was sent since the last delivery");
        FlowSummary whole = dead.Summarize(Seconds(2));
        NS_TEST_EXPECT_MSG_EQ_TOL(*whole.longestGap, 1.505, 1e-9, "of the whole flow too");
        NS_TEST_EXPECT_MSG_EQ(whole.longestGapCensored, true, "at least so long");
        NS_TEST_EXPECT_MSG_EQ(MakeFlow(100, 40, 60).Summarize(Seconds(1)).longestGapCensored, false,
                              "605 ended it");
        FlowSummary nothing = MakeFlow(100, 0, 100).Summarize(Seconds(2));
        NS_TEST_EXPECT_MSG_EQ_TOL(*nothing.longestGap, 2, 1e-9, "from the first sending on");
        NS_TEST_EXPECT_MSG_EQ(nothing.longestGapCensored, true, "nothing was delivered");
        NS_TEST_EXPECT_MSG_EQ(MessageLedger().GetGaps(Ms(9)).empty(), true, "nothing sent");
        NS_TEST_EXPECT_MSG_EQ(dead.IsAnyDelivered(Ms(400), Ms(600)), true, "some then");
        NS_TEST_EXPECT_MSG_EQ(dead.IsAnyDelivered(Ms(500), Ms(600)), false, "none then");
    }
};

class MessageLedgerTestSuite : public TestSuite
{
  public:
    MessageLedgerTestSuite() : TestSuite("roam-message-ledger", TestSuite::Type::UNIT)
    {
        AddTestCase(new MessagesAreCountedByIdentity);
        AddTestCase(new WhatIsMissingIsLostOrUnfinished);
        AddTestCase(new GapsAreBetweenDeliveries);
    }
} g_messageLedgerTestSuite;

} // namespace

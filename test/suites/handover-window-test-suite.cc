// SPDX-License-Identifier: GPL-2.0-or-later
// Who is charged with what: windows, gaps, preparations, and the verdict on a session.

#include "ns3/handover-window.h"
#include "ns3/session-verdict.h"
#include "ns3/test.h"
#include "ns3/time-partition.h"

using namespace ns3;
using namespace ns3::roam;

namespace
{

Time Ms(int64_t ms)
{
    return MilliSeconds(ms);
}

/** The owner as a number, -1 for nobody. */
int Number(const std::optional<std::size_t>& owner)
{
    return owner ? static_cast<int>(*owner) : -1;
}

/** A record that opened with its trigger; nothing else came. */
HandoverRecord MakeRecord(uint32_t id, uint32_t from, uint32_t to, int64_t open)
{
    HandoverRecord record;
    record.id = id;
    record.fromCell = from;
    record.toCell = to;
    record.tOpen = record.tTrigger = Ms(open);
    record.tLink = record.tDetect = record.tAddress = HandoverRecord::Never();
    record.tSignal = record.tBound = record.tRelease = HandoverRecord::Never();
    return record;
}

class AMomentHasOneOwner : public TestCase
{
  public:
    AMomentHasOneOwner() : TestCase("a claim gets what is free of its time")
    {
    }

  private:
    void DoRun() override
    {
        TimePartition owners;
        owners.Claim(Ms(10), Ms(20), 0);
        owners.Claim(Ms(30), Ms(40), 1);
        owners.Claim(Ms(5), Ms(50), 2);  // around and between
        owners.Claim(Ms(12), Ms(18), 3); // nothing is left
        owners.Claim(Ms(60), Ms(60), 4); // empty
        const int expected[][2] = {{4, -1}, {5, 2},  {9, 2},  {10, 0}, {19, 0},  {20, 2}, {29, 2},
                                   {30, 1}, {39, 1}, {40, 2}, {49, 2}, {50, -1}, {60, -1}};
        for (const auto& [at, owner] : expected)
        {
            NS_TEST_EXPECT_MSG_EQ(Number(owners.OwnerAt(Ms(at))), owner, "at " << at);
        }
    }
};

class WindowsAreDisjoint : public TestCase
{
  public:
    WindowsAreDisjoint() : TestCase("windows begin, end and have their moments")
    {
    }

  private:
    void DoRun() override
    {
        // 1: over cell 2 from 430 ms on, old data until 450 ms; 2: nothing comes over cell 3, given
        // up at 2,300 ms; 3: back to cell 1, cut by the fourth; 4: dictated, its change was made
        // before
        std::vector<HandoverRecord> records{MakeRecord(1, 1, 2, 400), MakeRecord(2, 2, 3, 2000),
                                            MakeRecord(3, 2, 1, 3000), MakeRecord(4, 1, 2, 3400)};
        records[0].tBound = Ms(440);
        records[2].tBound = Ms(3300);
        records[3].tTrigger = Ms(3350);
        std::vector<DataArrival> arrivals{{Ms(395), 1, 1},  {Ms(430), 2, 1},  {Ms(450), 1, 1},
                                          {Ms(460), 2, 1},  {Ms(1990), 2, 1}, {Ms(2500), 1, 1},
                                          {Ms(3380), 1, 1}, {Ms(3390), 2, 1}};
        std::vector<Delivery> deliveries{{Ms(395), Ms(390), 0, 9, 1, false, false},
                                         {Ms(460), Ms(400), 1, 9, 2, false, false}};
        std::map<uint32_t, Time> failed{{2, Ms(2300)}};
        auto windows = FindWindows(records, {arrivals, deliveries, failed, Ms(100), Ms(9000)});
        const int64_t times[][2] = {{400, 560}, {2000, 2400}, {3000, 3350}, {3350, 3500}};
        for (std::size_t i = 0; i < 4; ++i)
        {
            NS_TEST_EXPECT_MSG_EQ(windows[i].begin, Ms(times[i][0]), "begin of " << i);
            NS_TEST_EXPECT_MSG_EQ(windows[i].end, Ms(times[i][1]), "end of " << i);
        }
        NS_TEST_EXPECT_MSG_EQ(*windows[0].firstNew, Ms(430), "first data over cell 2");
        NS_TEST_EXPECT_MSG_EQ(*windows[0].firstDelivery, Ms(460), "which the user gets later");
        NS_TEST_EXPECT_MSG_EQ(*windows[0].lastOld, Ms(450), "last data over cell 1");
        NS_TEST_EXPECT_MSG_EQ(windows[1].firstNew.has_value(), false, "nothing over cell 3");
        NS_TEST_EXPECT_MSG_EQ(*windows[1].lastOld, Ms(1990), "before the window");
        NS_TEST_EXPECT_MSG_EQ(windows[2].firstNew.has_value(), false, "not in its own time");
        NS_TEST_EXPECT_MSG_EQ(*windows[3].firstNew, Ms(3390), "since the change was made");
        TimePartition owners = OwnWindows(windows);
        NS_TEST_EXPECT_MSG_EQ(Number(owners.OwnerAt(Ms(559))), 0, "in the first");
        NS_TEST_EXPECT_MSG_EQ(Number(owners.OwnerAt(Ms(560))), -1, "behind it");
        NS_TEST_EXPECT_MSG_EQ(Number(owners.OwnerAt(Ms(3350))), 3, "in the last");
    }
};

class AGapHasOneOwner : public TestCase
{
  public:
    AGapHasOneOwner() : TestCase("a gap belongs to whom it ends, else begins, else opens in it")
    {
    }

  private:
    void DoRun() override
    {
        std::vector<HandoverWindow> windows(3);
        windows[0] = {Ms(100), Ms(200), Ms(300), {}, {}, {}};
        windows[1] = {Ms(300), Ms(400), Ms(600), {}, {}, Ms(350)};
        windows[2] = {Ms(600), Ms(700), Ms(900), {}, {}, {}};
        std::vector<Gap> gaps{{Ms(10), Ms(20), false},   // nobody's
                              {Ms(90), Ms(110), false},  // the first begins in it
                              {Ms(150), Ms(160), false}, // begins in the first
                              {Ms(190), Ms(350), false}, // so does this, and the second ends it
                              {Ms(390), Ms(650), false}, // begins in the second
                              {Ms(500), Ms(950), false}, // the third begins in it
                              {Ms(690), Ms(990), true}}; // begins in the third, without end
        auto owners = OwnGaps(gaps, windows, std::nullopt);
        const int expected[] = {-1, 0, 0, 1, 1, 2, 2};
        for (std::size_t i = 0; i < gaps.size(); ++i)
        {
            NS_TEST_EXPECT_MSG_EQ(Number(owners[i]), expected[i], "gap " << i);
        }
        owners = OwnGaps(gaps, windows, Ms(600));
        NS_TEST_EXPECT_MSG_EQ(Number(owners[5]), -1, "the session was over as the third began");
        NS_TEST_EXPECT_MSG_EQ(Number(owners[6]), -1, "so was it here");
    }
};

class ALinkIsPreparedOnce : public TestCase
{
  public:
    ALinkIsPreparedOnce() : TestCase("what a new link costs before its handover")
    {
    }

  private:
    void DoRun() override
    {
        // cells 1 and 2 are up from the start; the second handover goes back to the first cell
        std::vector<HandoverRecord> records{MakeRecord(1, 1, 2, 5000), MakeRecord(2, 2, 1, 6000),
                                            MakeRecord(3, 1, 3, 9000)};
        records[0].tLink = Ms(20);
        records[0].tAddress = Ms(40);
        records[1].tLink = Ms(20);
        records[2].tLink = Ms(5500); // in the first one's window at first
        records[2].tSignal = Ms(5700);
        std::vector<HandoverWindow> windows{{Ms(5000), Ms(5600), Ms(6000), {}, {}, {}},
                                            {Ms(6000), Ms(6100), Ms(9000), {}, {}, {}},
                                            {Ms(9000), Ms(9100), Ms(9900), {}, {}, {}}};
        TimePartition prepared = OwnPreparations(records, windows, Ms(200));
        const int expected[][2] = {{19, -1}, {20, 0}, {239, 0}, {240, -1}, {5999, -1}, {5899, 2}};
        for (const auto& [at, owner] : expected)
        {
            NS_TEST_EXPECT_MSG_EQ(Number(prepared.OwnerAt(Ms(at))), owner, "at " << at);
        }
    }
};

class ASessionThatIsBehindIsNotBroken : public TestCase
{
  public:
    ASessionThatIsBehindIsNotBroken() : TestCase("why a session counts as broken")
    {
    }

  private:
    /** Of a flow that sends until 9 s and delivers until one moment, and more after the sending. */
    std::string Verdict(Time last, Time spacing, uint64_t since, bool missing = true)
    {
        MessageLedger flow;
        uint64_t seq = 0;
        for (Time at : {Ms(500), last})
        {
            flow.Sent(seq, 100, Ms(400));
            flow.Delivered(seq++, 100, Ms(400), at);
        }
        for (uint64_t i = 0; i < since; ++i)
        {
            flow.Sent(seq, 100, Ms(8000));
            flow.Delivered(seq++, 100, Ms(8000), Ms(9500));
        }
        if (missing)
        {
            flow.Sent(seq, 100, Ms(8999));
        }
        return FindFailure({Ms(100), "", flow, spacing, Ms(9000)});
    }

    void DoRun() override
    {
        NS_TEST_EXPECT_MSG_EQ(Verdict(Ms(8000), Ms(8), 0), "", "a second of silence is no stall");
        NS_TEST_EXPECT_MSG_EQ(Verdict(Ms(7999), Ms(8), 0),
                              "stalled: nothing delivered after 7.999 s", "more is");
        NS_TEST_EXPECT_MSG_EQ(Verdict(Ms(7999), Ms(8), 9), "stalled: 9 delivered after 7.999 s",
                              "a retransmission now and then does not change it");
        NS_TEST_EXPECT_MSG_EQ(Verdict(Ms(7999), Ms(8), 10), "", "it goes on: it was only behind");
        NS_TEST_EXPECT_MSG_EQ(Verdict(Ms(7000), Ms(200), 0), "",
                              "a slow flow may be silent longer");
        NS_TEST_EXPECT_MSG_EQ(Verdict(Ms(1000), Ms(8), 0, false), "", "nothing was missing");
        MessageLedger none;
        none.Sent(0, 100, Ms(200));
        NS_TEST_EXPECT_MSG_EQ(FindFailure({Ms(1), "", none, Ms(8), Ms(300)}),
                              "no message was delivered", "none at all");
        NS_TEST_EXPECT_MSG_EQ(FindFailure({Ms(1), "aborted", none, Ms(8), Ms(9000)}), "aborted",
                              "as its ends say");
        NS_TEST_EXPECT_MSG_EQ(FindFailure({std::nullopt, "", none, Ms(8), Ms(9000)}),
                              "never connected", "there was none");
    }
};

class HandoverWindowTestSuite : public TestSuite
{
  public:
    HandoverWindowTestSuite() : TestSuite("roam-handover-window", TestSuite::Type::UNIT)
    {
        AddTestCase(new AMomentHasOneOwner);
        AddTestCase(new WindowsAreDisjoint);
        AddTestCase(new AGapHasOneOwner);
        AddTestCase(new ALinkIsPreparedOnce);
        AddTestCase(new ASessionThatIsBehindIsNotBroken);
    }
};

HandoverWindowTestSuite g_handoverWindowTestSuite; //!< registers itself

} // namespace

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "mobility-world.h"

#include "ns3/test.h"

using namespace ns3;
using namespace ns3::roam;
using namespace ns3::roam::mobilitytest;

namespace
{

typedef std::vector<std::string> Lines;

class MobilityTestCase : public TestCase
{
  public:
    using TestCase::TestCase;

  protected:
    void Expect(const Lines& found, const Lines& wanted, const std::string& what)
    {
        std::ostringstream f;
        std::ostringstream w;
        for (const std::string& line : found)
        {
            f << line << "; ";
        }
        for (const std::string& line : wanted)
        {
            w << line << "; ";
        }
        NS_TEST_EXPECT_MSG_EQ(f.str(), w.str(), what);
    }

    void ExpectOutcome(const HandoverRecord& record, HandoverRecord::Outcome outcome)
    {
        NS_TEST_EXPECT_MSG_EQ(std::string(HandoverRecord::GetOutcomeName(record.outcome)),
                              std::string(HandoverRecord::GetOutcomeName(outcome)),
                              "outcome of handover " << record.id);
    }

    void DoTeardown() override
    {
        Simulator::Destroy();
    }
};

/** Two radios: the new address is added and made primary while the old link still works. */
class SoftTestCase : public MobilityTestCase
{
  public:
    SoftTestCase() : MobilityTestCase("two radios hand over softly")
    {
    }

  private:
    void DoRun() override
    {
        World w(2);
        w.Build({20, 180});
        auto binding = CreateObject<FakeBinding>();
        w.manager->SetBinding(binding);
        w.Run();

        Expect(binding->requests, {"ADD 3.3.3.2", "SET PRIMARY 3.3.3.2", "DELETE 2.2.2.2"},
               "sections 4.3 to 4.5, in that order");
        Expect(binding->held, {"+2.2.2.2", "+3.3.3.2", "-2.2.2.2"}, "the client's addresses");
        Expect(w.primaries, {"2.2.2.2 cell 1", "3.3.3.2 cell 2"}, "primary addresses");
        Expect(w.steps, {"ADD", "PRIMARY", "DELETE", "CLOSED"}, "steps of the handover");
        NS_TEST_ASSERT_MSG_EQ(w.manager->GetHandovers().size(), 1u, "one change of serving cell");
        const HandoverRecord& r = w.manager->GetHandovers()[0];
        ExpectOutcome(r, HandoverRecord::COMPLETED);
        NS_TEST_EXPECT_MSG_EQ(r.soft, true, "both links were up at once");
        NS_TEST_EXPECT_MSG_EQ(r.why, "new-address", "rule (a)");
        NS_TEST_EXPECT_MSG_EQ(r.end, "-", "it did not fail");
        NS_TEST_EXPECT_MSG_EQ(r.fromCell, 1u, "from");
        NS_TEST_EXPECT_MSG_EQ(r.toCell, 2u, "to");
        NS_TEST_EXPECT_MSG_EQ(Text(r.from), "2.2.2.2", "from");
        NS_TEST_EXPECT_MSG_EQ(Text(r.to), "3.3.3.2", "to");
        NS_TEST_EXPECT_MSG_NE(r.fromIfindex, r.toIfindex, "each radio has its cell");
        NS_TEST_EXPECT_MSG_EQ((r.tDetect > r.tLink && r.tAddress > r.tDetect), true,
                              "link, network and address come after each other");
        NS_TEST_EXPECT_MSG_EQ(r.tSignal, r.tAddress, "the ADD goes out with the address");
        NS_TEST_EXPECT_MSG_EQ(r.tOpen, r.tSignal, "and the record begins");
        NS_TEST_EXPECT_MSG_EQ(r.tTrigger, r.tSignal + MilliSeconds(40),
                              "rule (a) fires on the answer to the ADD");
        NS_TEST_EXPECT_MSG_EQ(r.tBound, r.tTrigger + MilliSeconds(40),
                              "the answer to SET PRIMARY confirms it");
        NS_TEST_EXPECT_MSG_EQ(r.tRelease, binding->times[2] + MilliSeconds(40),
                              "the answer to DELETE releases the old address");
        NS_TEST_EXPECT_MSG_GT(r.tRelease, r.tBound + Seconds(5), "after the overlap");
        NS_TEST_EXPECT_MSG_EQ(w.manager->GetServingCell(), 2u, "serving cell");
        NS_TEST_EXPECT_MSG_EQ(Text(w.manager->GetPrimary()), "3.3.3.2", "primary");
        NS_TEST_EXPECT_MSG_EQ(w.node->GetObject<AddressClient>()->GetPrimary(), r.toIfindex,
                              "the default route follows the primary");
        NS_TEST_EXPECT_MSG_EQ(w.opened, 1u, "traced at its beginning");
        NS_TEST_EXPECT_MSG_EQ(w.closed, 1u, "and at its end");
    }
};

/** One radio: the old link is gone before the new one comes. */
class HardTestCase : public MobilityTestCase
{
  public:
    HardTestCase() : MobilityTestCase("one radio hands over hard")
    {
    }

  private:
    void DoRun() override
    {
        World w(1);
        w.Build({20, 180});
        auto binding = CreateObject<FakeBinding>();
        w.manager->SetBinding(binding);
        w.Run();

        Expect(binding->requests, {"ADD 3.3.3.2", "SET PRIMARY 3.3.3.2", "DELETE 2.2.2.2"},
               "sections 4.3 to 4.5, in that order");
        Expect(binding->held, {"+2.2.2.2", "-2.2.2.2", "+3.3.3.2"}, "the client's addresses");
        Expect(w.steps, {"DETECT", "ADDRESS", "ADD", "PRIMARY", "DELETE", "CLOSED"},
               "steps of the handover");
        NS_TEST_ASSERT_MSG_EQ(w.manager->GetHandovers().size(), 1u, "one change of serving cell");
        const HandoverRecord& r = w.manager->GetHandovers()[0];
        ExpectOutcome(r, HandoverRecord::COMPLETED);
        NS_TEST_EXPECT_MSG_EQ(r.soft, false, "never two links at once");
        NS_TEST_EXPECT_MSG_EQ(r.why, "current-down+reselected", "the reasons");
        NS_TEST_EXPECT_MSG_EQ(r.tTrigger, r.tOpen, "it begins with leaving the old cell");
        NS_TEST_EXPECT_MSG_EQ(r.tLink, r.tTrigger + MilliSeconds(50), "AttachLatency");
        NS_TEST_EXPECT_MSG_EQ((r.tDetect > r.tLink && r.tAddress > r.tDetect), true,
                              "link, network and address come after each other");
        NS_TEST_EXPECT_MSG_EQ(r.tSignal, r.tAddress, "the ADD goes out with the address");
        NS_TEST_EXPECT_MSG_EQ(r.tBound, r.tSignal + MilliSeconds(80), "two round trips");
        NS_TEST_EXPECT_MSG_EQ(r.tRelease, r.tBound + MilliSeconds(40),
                              "the old address is inactive by then");
    }
};

/** There and back: rule (a) against rule (b) with a threshold that is never reached. */
class SwingTestCase : public MobilityTestCase
{
  public:
    SwingTestCase() : MobilityTestCase("a client swings between two cells")
    {
    }

  private:
    uint32_t Swing(MobilityManager::Rule rule, uint32_t radios)
    {
        // Around the middle, so that cell 2 comes and goes while cell 1 stays in coverage.
        World w(radios);
        w.client.SetManagerAttribute("Rule", RoamEnumValue<MobilityManager::Rule>(rule));
        w.client.SetManagerAttribute("PingPongTime", TimeValue(Seconds(60)));
        w.client.SetManagerAttribute("Threshold", DoubleValue(-92));
        w.Build({20, 80, 30, 80, 30, 80, 30});
        auto binding = CreateObject<FakeBinding>();
        w.manager->SetBinding(binding);
        w.Run();
        for (const HandoverRecord& r : w.manager->GetHandovers())
        {
            ExpectOutcome(r, r.id == 1 ? HandoverRecord::COMPLETED : HandoverRecord::PING_PONG);
            NS_TEST_EXPECT_MSG_EQ(r.returned, (r.id != 1), "handover " << r.id << " goes back");
        }
        NS_TEST_EXPECT_MSG_EQ(w.primaries.size(), w.manager->GetHandovers().size() + 1,
                              "each change of primary has its record");
        NS_TEST_EXPECT_MSG_EQ(w.manager->GetServingCell(), 1u, "and it ends where it began");
        DoTeardown();
        return w.manager->GetHandovers().size();
    }

    void DoRun() override
    {
        NS_TEST_EXPECT_MSG_EQ(Swing(MobilityManager::IMMEDIATE, 2), 6u, "rule (a) moves each time");
        NS_TEST_EXPECT_MSG_EQ(Swing(MobilityManager::SIGNAL, 2), 0u, "rule (b) stays");
    }
};

/** Whole swings with one radio, the same addresses again and again. */
class RepeatTestCase : public MobilityTestCase
{
  public:
    RepeatTestCase(uint32_t radios)
        : MobilityTestCase("the handover is repeated, radios: " + std::to_string(radios)),
          m_radios(radios)
    {
    }

  private:
    void DoRun() override
    {
        World w(m_radios);
        w.Build({20, 180, 20, 180, 20});
        auto binding = CreateObject<FakeBinding>();
        w.manager->SetBinding(binding);
        w.Run();
        Lines wanted;
        for (int i = 0; i < 4; i++)
        {
            const std::string to = i % 2 == 0 ? "3.3.3.2" : "2.2.2.2";
            const std::string from = i % 2 == 0 ? "2.2.2.2" : "3.3.3.2";
            wanted.insert(wanted.end(), {"ADD " + to, "SET PRIMARY " + to, "DELETE " + from});
        }
        Expect(binding->requests, wanted, "section 4.6");
        NS_TEST_EXPECT_MSG_EQ(w.manager->GetHandovers().size(), 4u, "one record each");
        for (const HandoverRecord& r : w.manager->GetHandovers())
        {
            ExpectOutcome(r, HandoverRecord::COMPLETED);
            NS_TEST_EXPECT_MSG_EQ(r.soft, (m_radios == 2), "soft with two radios");
        }
    }

    uint32_t m_radios;
};

/** The same over IPv6: an address is usable, and added, when its duplicate detection is over. */
class Ipv6TestCase : public MobilityTestCase
{
  public:
    Ipv6TestCase() : MobilityTestCase("the handover is made with IPv6")
    {
    }

  private:
    void DoRun() override
    {
        for (uint32_t radios = 1; radios <= 2; radios++)
        {
            World w(radios, AddressClient::IPV6);
            w.Build({20, 180});
            auto binding = CreateObject<FakeBinding>();
            w.manager->SetBinding(binding);
            w.Run();
            NS_TEST_ASSERT_MSG_EQ(w.manager->GetHandovers().size(), 1u, "one handover");
            const HandoverRecord& r = w.manager->GetHandovers()[0];
            ExpectOutcome(r, HandoverRecord::COMPLETED);
            NS_TEST_EXPECT_MSG_EQ(Text(r.from).find("2001:db8:2:"), 0u, "from");
            NS_TEST_EXPECT_MSG_EQ(Text(r.to).find("2001:db8:3:"), 0u, "to");
            Expect(binding->requests,
                   {"ADD " + Text(r.to), "SET PRIMARY " + Text(r.to), "DELETE " + Text(r.from)},
                   "sections 4.3 to 4.5, in that order");
            NS_TEST_EXPECT_MSG_GT_OR_EQ(r.tAddress, r.tDetect + Seconds(1), "DadTimeout");
            NS_TEST_EXPECT_MSG_EQ(r.tSignal, r.tAddress, "the ADD goes out with the address");
            NS_TEST_EXPECT_MSG_EQ(r.soft, (radios == 2), "soft with two radios");
            DoTeardown();
        }
    }
};

/** No session takes part: the machine still moves the client, and writes what it knows. */
class BaselineTestCase : public MobilityTestCase
{
  public:
    BaselineTestCase() : MobilityTestCase("without a binding the records end as unbound")
    {
    }

  private:
    void DoRun() override
    {
        World w(2);
        w.Build({20, 180});
        w.Run();
        Expect(w.primaries, {"2.2.2.2 cell 1", "3.3.3.2 cell 2"}, "primary addresses");
        NS_TEST_ASSERT_MSG_EQ(w.manager->GetHandovers().size(), 1u, "one change of serving cell");
        const HandoverRecord& r = w.manager->GetHandovers()[0];
        ExpectOutcome(r, HandoverRecord::UNBOUND);
        NS_TEST_EXPECT_MSG_EQ(r.tTrigger, r.tAddress, "rule (a) has no ADD to wait for");
        NS_TEST_EXPECT_MSG_EQ(r.tSignal, HandoverRecord::Never(), "nothing was said");
        NS_TEST_EXPECT_MSG_EQ(r.tBound, HandoverRecord::Never(), "nothing was confirmed");
        NS_TEST_EXPECT_MSG_GT(r.tRelease, r.tAddress, "the old address was lost later");
        NS_TEST_EXPECT_MSG_LT(r.tRelease, w.end, "but before the end");
    }
};

/** The network's word, with a cell that is prepared 2 s before it serves and left 1 s after. */
class DictatedTestCase : public MobilityTestCase
{
  public:
    DictatedTestCase() : MobilityTestCase("where the network dictates the client follows")
    {
    }

  private:
    void DoRun() override
    {
        World w(2);
        w.client.SetManagerAttribute("Dictated", BooleanValue(true));
        w.Build({20, 180});
        auto binding = CreateObject<FakeBinding>();
        w.manager->SetBinding(binding);
        w.manager->SetServingCell(1);
        Simulator::Schedule(Seconds(6), &MobilityManager::SetAttachable, w.manager, 2, true);
        Simulator::Schedule(Seconds(8), &MobilityManager::SetAttachable, w.manager, 1, true);
        Simulator::Schedule(Seconds(8), &MobilityManager::SetServingCell, w.manager, 2);
        Simulator::Schedule(Seconds(9), &MobilityManager::SetAttachable, w.manager, 1, false);
        w.Run();
        Expect(binding->requests, {"ADD 3.3.3.2", "SET PRIMARY 3.3.3.2", "DELETE 2.2.2.2"},
               "sections 4.3 to 4.5, in that order");
        NS_TEST_ASSERT_MSG_EQ(w.manager->GetHandovers().size(), 1u, "one change of serving cell");
        const HandoverRecord& r = w.manager->GetHandovers()[0];
        ExpectOutcome(r, HandoverRecord::COMPLETED);
        NS_TEST_EXPECT_MSG_EQ(r.why, "dictated", "the reason");
        NS_TEST_EXPECT_MSG_EQ(r.soft, true, "it was prepared");
        NS_TEST_EXPECT_MSG_EQ(r.tLink, Seconds(6) + MilliSeconds(50), "as soon as it might");
        NS_TEST_EXPECT_MSG_EQ(r.tTrigger, Seconds(8), "the network's word");
        NS_TEST_EXPECT_MSG_EQ(r.tBound, Seconds(8) + MilliSeconds(40), "one round trip");
        NS_TEST_EXPECT_MSG_EQ(r.tRelease, Seconds(9) + MilliSeconds(40), "after the overlap");
    }
};

/** Rule (c): the upper layer changes its mind at run time. */
class PreferenceTestCase : public MobilityTestCase
{
  public:
    PreferenceTestCase() : MobilityTestCase("the upper layer's preference moves the primary")
    {
    }

  private:
    void DoRun() override
    {
        World w(2);
        w.client.SetManagerAttribute(
            "Rule", RoamEnumValue<MobilityManager::Rule>(MobilityManager::PREFERENCE));
        w.Build({100, 101, 100}); // stays in both
        auto binding = CreateObject<FakeBinding>();
        w.manager->SetBinding(binding);
        w.manager->PreferCell(1, 5);
        w.manager->PreferCell(2, 9);
        w.RunUntil(Seconds(2));
        NS_TEST_EXPECT_MSG_EQ(w.manager->GetServingCell(), 1u, "cell 1 is cheaper");
        NS_TEST_EXPECT_MSG_EQ(w.verdicts.back(), "3.3.3.2 no not-preferred", "and says so");
        w.manager->PreferCell(2, 4);
        w.RunUntil(Seconds(3));
        NS_TEST_EXPECT_MSG_EQ(w.manager->GetServingCell(), 2u, "now cell 2 is");
        w.manager->PreferInterface(w.manager->GetHandovers()[0].toIfindex, 2);
        w.RunUntil(Seconds(4));
        NS_TEST_EXPECT_MSG_EQ(w.manager->GetServingCell(), 1u, "its radio costs too much");
        NS_TEST_ASSERT_MSG_EQ(w.manager->GetHandovers().size(), 2u, "two handovers");
        NS_TEST_EXPECT_MSG_EQ(w.manager->GetHandovers()[0].why, "preferred", "why");
        ExpectOutcome(w.manager->GetHandovers()[1], HandoverRecord::OPEN);
        w.manager->Finish();
        ExpectOutcome(w.manager->GetHandovers()[1], HandoverRecord::PING_PONG);
    }
};

/** All three steps as one request (section 4.6): with one radio, and with two under rules (a), (b).
 */
class TogetherTestCase : public MobilityTestCase
{
  public:
    TogetherTestCase() : MobilityTestCase("ADD, SET PRIMARY and DELETE are one request")
    {
    }

  private:
    void Move(uint32_t radios, MobilityManager::Rule rule, uint32_t refusals)
    {
        World w(radios);
        w.client.SetManagerAttribute("Rule", RoamEnumValue<MobilityManager::Rule>(rule));
        w.client.SetManagerAttribute(
            "Requests", RoamEnumValue<MobilityManager::Requests>(MobilityManager::TOGETHER));
        w.Build({20, 180});
        auto binding = CreateObject<FakeBinding>();
        binding->refusals = refusals;
        w.manager->SetBinding(binding);
        w.Run();
        const std::string all = "ADD 3.3.3.2 + SET PRIMARY 3.3.3.2 + DELETE 2.2.2.2";
        Expect(binding->requests, Lines(1 + refusals / 3, all), "section 4.6, last paragraph");
        Expect(w.primaries, {"2.2.2.2 cell 1", "3.3.3.2 cell 2"}, "primary addresses");
        NS_TEST_ASSERT_MSG_EQ(w.manager->GetHandovers().size(), 1u, "one change of serving cell");
        const HandoverRecord& r = w.manager->GetHandovers()[0];
        ExpectOutcome(r, HandoverRecord::COMPLETED);
        NS_TEST_EXPECT_MSG_EQ(r.soft, (radios == 2), "soft with two radios");
        NS_TEST_EXPECT_MSG_EQ(r.tSignal, binding->times.front(), "the first request");
        NS_TEST_EXPECT_MSG_EQ(r.tBound, binding->times.back() + MilliSeconds(40), "its answer");
        NS_TEST_EXPECT_MSG_EQ(r.tRelease, r.tBound, "is the answer to all");
        if (radios == 2)
        {
            NS_TEST_EXPECT_MSG_EQ(r.tTrigger, r.tSignal, "asked as the rule fires");
            NS_TEST_EXPECT_MSG_EQ((r.tSignal == r.tAddress), (rule == MobilityManager::IMMEDIATE),
                                  "under rule (b) the address waits for it");
            NS_TEST_EXPECT_MSG_EQ(binding->held.back(), "-2.2.2.2", "the old one was lost later");
        }
        DoTeardown();
    }

    void DoRun() override
    {
        Move(1, MobilityManager::IMMEDIATE, 0);
        Move(1, MobilityManager::SIGNAL, 3);
        Move(2, MobilityManager::IMMEDIATE, 0);
        Move(2, MobilityManager::SIGNAL, 0);
        Move(2, MobilityManager::IMMEDIATE, 6);
    }
};

/** One address at a time, and a session that goes on in a new association. */
class MoveTestCase : public MobilityTestCase
{
  public:
    MoveTestCase() : MobilityTestCase("one request moves the session, or a new association does")
    {
    }

  private:
    void Move(uint32_t radios)
    {
        World w(radios);
        w.client.SetManagerAttribute(
            "Requests", RoamEnumValue<MobilityManager::Requests>(MobilityManager::MOVE));
        w.Build({20, 180});
        auto binding = CreateObject<FakeBinding>();
        w.manager->SetBinding(binding);
        w.Run();
        Expect(binding->requests, {"MOVE 3.3.3.2"}, "one address at a time");
        Expect(w.primaries, {"2.2.2.2 cell 1", "3.3.3.2 cell 2"}, "primary addresses");
        NS_TEST_ASSERT_MSG_EQ(w.manager->GetHandovers().size(), 1u, "one change of serving cell");
        const HandoverRecord& r = w.manager->GetHandovers()[0];
        ExpectOutcome(r, HandoverRecord::COMPLETED);
        NS_TEST_EXPECT_MSG_EQ(r.tSignal, binding->times.front(), "the request");
        NS_TEST_EXPECT_MSG_EQ(r.tBound, r.tSignal + MilliSeconds(40), "its answer");
        NS_TEST_EXPECT_MSG_EQ(r.tRelease, r.tBound, "which releases the old address");
        DoTeardown();
    }

    void Replace()
    {
        World w(2);
        w.Build({20, 180});
        auto binding = CreateObject<FakeBinding>();
        w.manager->SetBinding(binding);
        w.RunUntil(Seconds(8.0));
        NS_TEST_ASSERT_MSG_EQ(binding->requests.empty(), false, "an ADD is on its way or answered");
        binding->Replace(Ipv4Address("3.3.3.2"));
        NS_TEST_EXPECT_MSG_EQ(w.primaries.back(), "3.3.3.2 cell 2", "where the new association is");
        NS_TEST_ASSERT_MSG_EQ(w.manager->GetHandovers().size(), 1u, "one change of serving cell");
        const HandoverRecord& r = w.manager->GetHandovers()[0];
        ExpectOutcome(r, HandoverRecord::COMPLETED);
        DoTeardown();
    }

    void DoRun() override
    {
        Move(2);
        Move(1);
        Replace();
    }
};

/** Refusals are tried again; a session that breaks on the way breaks its handover. */
class TroubleTestCase : public MobilityTestCase
{
  public:
    TroubleTestCase() : MobilityTestCase("refusals are repeated and a broken session is told")
    {
    }

  private:
    void DoRun() override
    {
        {
            World w(2);
            w.Build({20, 180});
            auto binding = CreateObject<FakeBinding>();
            binding->refusals = 2;
            w.manager->SetBinding(binding);
            w.Run();
            Expect(binding->requests,
                   {"ADD 3.3.3.2", "ADD 3.3.3.2", "ADD 3.3.3.2", "SET PRIMARY 3.3.3.2",
                    "DELETE 2.2.2.2"},
                   "twice refused");
            NS_TEST_EXPECT_MSG_EQ(binding->times[1], binding->times[0] + Seconds(1.04),
                                  "RetryTime after the refusal");
            NS_TEST_EXPECT_MSG_EQ(w.refused, 2u, "refusals are traced with their cause");
            ExpectOutcome(w.manager->GetHandovers().at(0), HandoverRecord::COMPLETED);
            DoTeardown();
        }
        World w(1);
        w.Build({20, 180});
        auto binding = CreateObject<FakeBinding>();
        w.manager->SetBinding(binding);
        w.RunUntil(Seconds(4));
        while (w.steps.empty() || w.steps.back() != "ADD")
        {
            w.RunUntil(Simulator::Now() + MilliSeconds(10));
        }
        binding->Break();
        w.Run();
        ExpectOutcome(w.manager->GetHandovers().at(0), HandoverRecord::BROKEN);
        NS_TEST_EXPECT_MSG_EQ(w.manager->GetHandovers()[0].end, "session-lost", "why");
        NS_TEST_EXPECT_MSG_EQ(binding->requests.size(), 1u, "nothing is asked of a dead session");
    }
};

class HelperTestCase : public MobilityTestCase
{
  public:
    HelperTestCase() : MobilityTestCase("what is set at the helper reaches what it makes")
    {
    }

  private:
    void DoRun() override
    {
        MobileClientHelper helper;
        helper.SetRadios(3);
        helper.SetRadioAttribute("QueueSize", QueueSizeValue(QueueSize("7p")));
        helper.SetAddressClientAttribute("Dad", BooleanValue(false));
        helper.SetManagerAttribute("Floor", DoubleValue(-77));
        Ptr<Node> node = CreateObject<Node>();
        Ptr<MobilityManager> manager = helper.Install(node);
        uint32_t radios = 0;
        for (uint32_t i = 0; i < node->GetNDevices(); i++)
        {
            if (auto radio = DynamicCast<RadioDevice>(node->GetDevice(i)))
            {
                QueueSizeValue queue;
                radio->GetAttribute("QueueSize", queue);
                radios += queue.Get() == QueueSize("7p") ? 1 : 0;
            }
        }
        NS_TEST_EXPECT_MSG_EQ(radios, 3, "each radio");
        BooleanValue dad;
        node->GetObject<AddressClient>()->GetAttribute("Dad", dad);
        NS_TEST_EXPECT_MSG_EQ(dad.Get(), false, "the addresses");
        DoubleValue floor;
        manager->GetAttribute("Floor", floor);
        NS_TEST_EXPECT_MSG_EQ(floor.Get(), -77, "the manager");
        Simulator::Destroy();
    }
};

class MobilityTestSuite : public TestSuite
{
  public:
    MobilityTestSuite() : TestSuite("roam-mobility", TestSuite::Type::UNIT)
    {
        AddTestCase(new SoftTestCase);
        AddTestCase(new HardTestCase);
        AddTestCase(new SwingTestCase);
        AddTestCase(new RepeatTestCase(1));
        AddTestCase(new RepeatTestCase(2));
        AddTestCase(new Ipv6TestCase);
        AddTestCase(new BaselineTestCase);
        AddTestCase(new DictatedTestCase);
        AddTestCase(new PreferenceTestCase);
        AddTestCase(new TogetherTestCase);
        AddTestCase(new MoveTestCase);
        AddTestCase(new TroubleTestCase);
        AddTestCase(new HelperTestCase);
    }
} g_mobilityTestSuite;

} // namespace

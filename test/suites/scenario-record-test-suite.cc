// SPDX-License-Identifier: GPL-2.0-or-later
// What a run records: control messages, handovers, the run directory.
#include "measured-flow.h"

#include "sim/dissect/packet-classifier.h"
#include "sim/record/handover-report.h"
#include "sim/record/ladder.h"
#include "sim/record/result-text.h"
#include "sim/record/signalling-log.h"
#include "sim/run-directory.h"
#include "sim/scenario-value.h"

#include "ns3/ipv4-address.h"
#include "ns3/test.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <zlib.h>

using namespace ns3;
using namespace ns3::roam;
using namespace ns3::roam::measuretest;

namespace
{

bool Contains(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

class HandoversAreJoinedWithTheFlow : public TestCase
{
  public:
    HandoversAreJoinedWithTheFlow() : TestCase("a handover's moments, counts and window")
    {
    }

  private:
    void DoRun() override
    {
        MessageLedger flow = MakeFlow(200, 41, 43, 45); // lost: due at 415 and 425 ms
        std::vector<DataArrival> arrivals;
        for (int i = 0; i < 200; ++i)
        {
            if (i < 41 || i >= 43)
            {
                arrivals.push_back({Ms(10 * i + 5), i < 45 ? 1u : 2u, 4});
            }
        }
        arrivals.insert(arrivals.begin() + 30, {Ms(302), 2, 4}); // before the handover opens
        std::vector<Time> again{Ms(390), Ms(410), Ms(3000)};
        std::vector<Time> tunnelled;
        SignallingLog signalling;
        signalling.Add(Ms(100), "core", {"ASCONF", MessageGroup::BINDING, 100, ""}); // another's
        signalling.Add(Ms(399), "core", {"ASCONF", MessageGroup::BINDING, 100, ""});
        signalling.Add(Ms(401), "core", {"ASCONF", MessageGroup::BINDING, 100, ""});
        signalling.Add(Ms(402), "cell-1", {"RA", MessageGroup::PERIODIC, 70, ""});
        signalling.Add(Ms(403), "cell-1", {"ARP-REQUEST", MessageGroup::ADDRESS, 28, ""});
        signalling.Add(Ms(404), "core", {"ASCONF", MessageGroup::BINDING, 100, ""});
        std::map<uint32_t, Time> failed;
        flow.Close({Seconds(3), true, true});
        HandoverEvidence evidence{flow,       arrivals, failed,      Ms(10),       Seconds(2),
                                  Seconds(3), Ms(100),  Time(Ms(0)), std::nullopt, true};
        PacketEvidence packets{again, tunnelled, signalling};
        std::vector<HandoverRecord> records{MakeRecord(HandoverRecord::COMPLETED)};
        auto reports = MakeHandoverReports(records, evidence, packets);
        NS_TEST_ASSERT_MSG_EQ(reports.size(), 1, "one record, one report");
        const HandoverReport& r = reports[0];
        NS_TEST_EXPECT_MSG_EQ(r.outcome, "completed", "as the machine says");
        NS_TEST_EXPECT_MSG_EQ(*r.window.lastOld, Ms(445), "last data over cell 1");
        NS_TEST_EXPECT_MSG_EQ(*r.window.firstNew, Ms(455), "first over cell 2 since the opening");
        NS_TEST_EXPECT_MSG_EQ(r.latency->length, Ms(0), "between them, less the spacing");
        NS_TEST_EXPECT_MSG_EQ(r.interruption->length, Ms(0), "at the switch, 445 to 455 ms");
        NS_TEST_EXPECT_MSG_EQ(r.silence->length, Ms(20), "405 to 435 ms, less the spacing");
        NS_TEST_EXPECT_MSG_EQ(r.lost, 2, "lost in the window");
        NS_TEST_EXPECT_MSG_EQ(r.lostBytes, 200, "their bytes");
        NS_TEST_EXPECT_MSG_EQ(r.retransmitted, 1, "retransmitted in the window");
        NS_TEST_EXPECT_MSG_EQ(r.window.end, Ms(555), "100 ms after the last step");
        NS_TEST_EXPECT_MSG_EQ(r.charged.msgs, 4,
                              "three ASCONF and an ARP request since the new link");
        NS_TEST_EXPECT_MSG_EQ(r.charged.bytes, 328, "their bytes");
        NS_TEST_EXPECT_MSG_EQ_TOL(*r.delayBefore, 0.005, 1e-9, "delay before");
        NS_TEST_EXPECT_MSG_EQ_TOL(*r.stretch, 1, 1e-9, "the direct path");
        std::string csv = WriteHandovers(reports);
        auto fields = [](const std::string& line)
        { return std::count(line.begin(), line.end(), ','); };
        std::istringstream lines(csv);
        std::string header;
        std::string row;
        std::getline(lines, header);
        std::getline(lines, row);
        NS_TEST_EXPECT_MSG_EQ(fields(header), fields(row), "as many fields as columns");
        NS_TEST_EXPECT_MSG_EQ(Contains(row, ",0.000000000,0,0.000000000,0,0.020000000,0,2,0,0,"),
                              true, row);

        arrivals.insert(arrivals.begin() + 50, {Ms(500), 1, 4}); // both paths at once
        arrivals.push_back({Ms(2100), 1, 4});                    // no matter of this handover
        reports = MakeHandoverReports(records, evidence, packets);
        NS_TEST_EXPECT_MSG_EQ(*reports[0].window.lastOld, Ms(500), "in the window");
        NS_TEST_EXPECT_MSG_EQ(reports[0].latency->length, Ms(455 - 500 - 10), "negative");
    }
};

/** AUTH and ASCONF (Address Parameter 2.2.2.2, ADD 3.3.3.2) in IPv4, checksums left out. */
std::vector<uint8_t> MakeAsconf()
{
    return {0x45, 0, 0, 100, 0, 0, 0, 0, 64, 132, 0, 0, 2, 2, 2, 2, 1, 1, 1, 2,
            // common header
            0x13, 0x88, 0x13, 0x88, 0, 0, 0, 1, 0, 0, 0, 0,
            // AUTH, 28 bytes: SHA-1
            0x0f, 0, 0, 28, 0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17,
            18, 19, 20,
            // ASCONF, 40 bytes, serial 9
            0xc1, 0, 0, 40, 0, 0, 0, 9,
            // Address Parameter
            0, 5, 0, 8, 2, 2, 2, 2,
            // Add IP Address, correlation 1
            0xc0, 1, 0, 16, 0, 0, 0, 1, 0, 5, 0, 8, 3, 3, 3, 2,
            // Set Primary would follow; eight bytes of an unknown parameter do instead
            0xff, 0xff, 0, 8, 0, 0, 0, 0};
}

class ControlMessagesAreToldApart : public TestCase
{
  public:
    ControlMessagesAreToldApart() : TestCase("control messages by type and bytes")
    {
    }

  private:
    void DoRun() override
    {
        auto asconf = MakeAsconf();
        PacketView view = ViewPacket(ETHERTYPE_IPV4, asconf.data(), asconf.size());
        NS_TEST_ASSERT_MSG_EQ(view.control.size(), 1, "one message: AUTH belongs to its ASCONF");
        NS_TEST_EXPECT_MSG_EQ(view.control[0].type, "ASCONF", "type");
        NS_TEST_EXPECT_MSG_EQ(view.control[0].detail, "ADD 3.3.3.2", "what it asks for");
        NS_TEST_EXPECT_MSG_EQ(view.control[0].bytes, 100, "the whole packet");
        NS_TEST_EXPECT_MSG_EQ((view.source == Address(Ipv4Address("2.2.2.2"))), true, "source");

        std::vector<uint8_t> arp(28, 0);
        arp[7] = 1;
        arp[24] = 3, arp[25] = 3, arp[26] = 3, arp[27] = 1;
        view = ViewPacket(ETHERTYPE_ARP, arp.data(), arp.size());
        NS_TEST_ASSERT_MSG_EQ(view.control.size(), 1, "one message");
        NS_TEST_EXPECT_MSG_EQ(view.control[0].type, "ARP-REQUEST", "type");
        NS_TEST_EXPECT_MSG_EQ(view.control[0].detail, "3.3.3.1", "whom it asks for");

        std::vector<uint8_t> syn{0x45, 0, 0, 40, 0,    0, 0, 0, 63, 6, 0, 0, 2, 2,
                                 2,    2, 1, 1,  1,    2, 0, 9, 0,  9, 0, 0, 0, 7,
                                 0,    0, 0, 0,  0x50, 2, 0, 0, 0,  0, 0, 0};
        view = ViewPacket(ETHERTYPE_IPV4, syn.data(), syn.size());
        NS_TEST_ASSERT_MSG_EQ(view.control.size(), 1, "one message");
        NS_TEST_EXPECT_MSG_EQ(view.control[0].type, "TCP-SYN", "type");
        NS_TEST_EXPECT_MSG_EQ(view.data.empty(), true, "no data");
        syn.resize(50);
        syn[3] = 50;
        syn[33] = 0x10;
        view = ViewPacket(ETHERTYPE_IPV4, syn.data(), syn.size());
        NS_TEST_ASSERT_MSG_EQ(view.data.size(), 1, "data");
        NS_TEST_EXPECT_MSG_EQ(view.data[0].seq, 7, "its number");
        NS_TEST_EXPECT_MSG_EQ(view.data[0].bytes, 10, "its length");

        // the same inside another header
        std::vector<uint8_t> tunnel{0x45, 0, 0, 70, 0, 0, 0, 0, 60, 4,
                                    0,    0, 9, 9,  9, 9, 8, 8, 8,  8};
        tunnel.insert(tunnel.end(), syn.begin(), syn.end());
        view = ViewPacket(ETHERTYPE_IPV4, tunnel.data(), tunnel.size());
        NS_TEST_EXPECT_MSG_EQ(view.tunnelled, true, "IP in IP");
        NS_TEST_EXPECT_MSG_EQ(view.data.size(), 1, "data inside");
        NS_TEST_EXPECT_MSG_EQ(view.ttl, 60, "of the outer header");
        NS_TEST_EXPECT_MSG_EQ((view.source == Address(Ipv4Address("2.2.2.2"))), true,
                              "the inner one");
    }
};

class CutPacketsAreNoHarm : public TestCase
{
  public:
    CutPacketsAreNoHarm() : TestCase("packets cut at every length, and every byte changed")
    {
    }

  private:
    void DoRun() override
    {
        const auto packet = MakeAsconf();
        std::size_t seen = 0;
        for (std::size_t n = 0; n < packet.size(); ++n)
        {
            std::vector<uint8_t> cut(packet.begin(), packet.begin() + static_cast<long>(n));
            for (uint16_t type : {ETHERTYPE_IPV4, ETHERTYPE_IPV6, ETHERTYPE_ARP})
            {
                seen += type == ETHERTYPE_IPV4 && ViewPacket(type, cut.data(), n).isIp;
            }
        }
        NS_TEST_EXPECT_MSG_EQ(seen, 0, "an IP packet that is shorter than it says is not taken");
        std::size_t asconfs = 0;
        for (std::size_t at = 0; at < packet.size(); ++at)
        {
            for (int bit = 0; bit < 8; ++bit)
            {
                auto changed = packet;
                changed[at] ^= static_cast<uint8_t>(1 << bit);
                PacketView view = ViewPacket(ETHERTYPE_IPV4, changed.data(), changed.size());
                asconfs += !view.control.empty() && view.control[0].type == "ASCONF";
            }
        }
        NS_TEST_EXPECT_MSG_GT(asconfs, 400, "most changes leave it an ASCONF");
        NS_TEST_EXPECT_MSG_LT(asconfs, 800, "and some do not");
    }
};

class RunDirectoriesAreWholeOrNot : public TestCase
{
  public:
    RunDirectoriesAreWholeOrNot() : TestCase("a run directory is there whole or not at all")
    {
    }

  private:
    std::string Read(const std::string& file)
    {
        std::ifstream in(file, std::ios::binary);
        std::ostringstream text;
        text << in.rdbuf();
        return text.str();
    }

    std::size_t Count(const std::string& folder)
    {
        return static_cast<std::size_t>(
            std::distance(std::filesystem::directory_iterator(folder), {}));
    }

    bool Refuses(const std::string& name)
    {
        try
        {
            RunDirectory directory(name);
        }
        catch (const ScenarioError& error)
        {
            return Contains(error.what(), "--out: ") && Contains(error.what(), "; expected");
        }
        return false;
    }

    void DoRun() override
    {
        std::string base = CreateTempDirFilename("runs");
        std::filesystem::remove_all(base);
        std::string name = base + "/one";
        {
            RunDirectory directory(name);
            directory.Write("result.json", "{}");
        }
        NS_TEST_EXPECT_MSG_EQ(Count(base), 0, "without Commit() nothing stays");
        for (const char* content : {"first", "second"})
        {
            RunDirectory directory(name + "/");
            directory.Write("result.json", content);
            directory.WriteGzip("t.gz", std::string(100000, 'x'));
            NS_TEST_EXPECT_MSG_EQ((Read(name + "/result.json") == content), false, "not yet");
            directory.Commit();
            NS_TEST_EXPECT_MSG_EQ(Read(name + "/result.json"), content, "a run is replaced");
        }
        NS_TEST_EXPECT_MSG_EQ(Count(base), 1, "and leaves nothing behind");
        std::string gzip = Read(name + "/t.gz");
        NS_TEST_EXPECT_MSG_EQ(gzip.substr(4, 4), std::string(4, '\0'), "no time in the header");
        gzFile in = gzopen((name + "/t.gz").c_str(), "rb");
        std::string text(100001, ' ');
        int n = gzread(in, text.data(), 100001);
        gzclose(in);
        NS_TEST_EXPECT_MSG_EQ(n, 100000, "unpacks to as much");
        NS_TEST_EXPECT_MSG_EQ(text.substr(0, 100000), std::string(100000, 'x'), "and the same");

        std::filesystem::create_directories(base + "/other");
        std::ofstream(base + "/other/thesis.txt") << "do not lose";
        std::ofstream(base + "/file") << "x";
        NS_TEST_EXPECT_MSG_EQ(Refuses(base + "/other"), true, "somebody's files");
        NS_TEST_EXPECT_MSG_EQ(Refuses(base + "/file"), true, "a file");
        NS_TEST_EXPECT_MSG_EQ(Refuses(base + "/file/below"), true, "below a file");
        NS_TEST_EXPECT_MSG_EQ(Refuses("."), true, "here");
        NS_TEST_EXPECT_MSG_EQ(Refuses("/"), true, "above here");
        std::ofstream(name + "/t.gz", std::ios::app) << "changed";
        NS_TEST_EXPECT_MSG_EQ(Refuses(name), true, "a file of a run that was changed");
        std::filesystem::create_directory_symlink("one", base + "/link");
        {
            RunDirectory directory(base + "/link", true);
            directory.Write("result.json", "third");
            directory.Commit();
        }
        NS_TEST_EXPECT_MSG_EQ(std::filesystem::is_symlink(base + "/link"), true, "a link stays");
        NS_TEST_EXPECT_MSG_EQ(Read(name + "/result.json"), "third", "what it leads to is replaced");
        NS_TEST_EXPECT_MSG_EQ(Read(base + "/other/thesis.txt"), "do not lose", "untouched");
    }
};

class TextIsExact : public TestCase
{
  public:
    TextIsExact() : TestCase("times and fields as text")
    {
    }

  private:
    void DoRun() override
    {
        NS_TEST_EXPECT_MSG_EQ(TimeText(NanoSeconds(12345678901)), "12.345678901", "all digits");
        NS_TEST_EXPECT_MSG_EQ(TimeText(NanoSeconds(-5)), "-0.000000005", "negative");
        NS_TEST_EXPECT_MSG_EQ(TimeText(std::optional<Time>()), "", "nothing");
        NS_TEST_EXPECT_MSG_EQ(CsvField("a,\"b\""), "\"a,\"\"b\"\"\"", "RFC 4180");
        NS_TEST_EXPECT_MSG_EQ(CsvField("plain"), "plain", "no quotes where none are needed");
        NS_TEST_EXPECT_MSG_EQ(AddressText(Address()), "", "no address");
    }
};

class LadderShowsWhatWasLost : public TestCase
{
  public:
    LadderShowsWhatWasLost() : TestCase("the ladder has arrows, transit times and losses")
    {
    }

  private:
    void DoRun() override
    {
        Ladder ladder;
        auto add = [](const char* detail) {
            return std::vector<ControlMessage>{{"ASCONF", MessageGroup::BINDING, 100, detail}};
        };
        ladder.Sent(Ms(410), "MC", "FS", 1, add("ADD 3.3.3.2"));
        ladder.Sent(Ms(412), "AR2", "FS", 1, add("ADD 3.3.3.2")); // forwards it
        ladder.Sent(Ms(420), "MC", "FS", 2, add("SET PRIMARY 3.3.3.2"));
        ladder.Received(Ms(430), "FS", "MC", 1, add("ADD 3.3.3.2"));
        ladder.Sent(Ms(9000), "MC", "FS", 3, add("later"));
        HandoverReport report;
        report.record = MakeRecord(HandoverRecord::COMPLETED);
        report.outcome = "completed";
        report.window.end = Ms(2000);
        std::string text = ladder.WriteText(report, "AR1", "AR2");
        NS_TEST_EXPECT_MSG_EQ(
            Contains(text, "0.410000000  MC -> FS  ASCONF (ADD 3.3.3.2)  +20.000 ms\n"), true,
            text);
        NS_TEST_EXPECT_MSG_EQ(Contains(text, "SET PRIMARY 3.3.3.2)  lost\n"), true, text);
        NS_TEST_EXPECT_MSG_EQ(Contains(text, "AR2 -> FS"), false, "end to end only");
        NS_TEST_EXPECT_MSG_EQ(Contains(text, "later"), false, "of this handover only");
        NS_TEST_EXPECT_MSG_EQ(Contains(text, "MC: primary is 3.3.3.2"), true, "remarks");
        std::string msc = ladder.WriteMsc(report, "AR1", "AR2");
        NS_TEST_EXPECT_MSG_EQ(Contains(msc, "MC, AR1, AR2, FS;"), true, msc);
        NS_TEST_EXPECT_MSG_EQ(Contains(msc, "MC -x FS"), true, msc);
    }
};

class ScenarioRecordTestSuite : public TestSuite
{
  public:
    ScenarioRecordTestSuite() : TestSuite("roam-scenario-record", TestSuite::Type::UNIT)
    {
        AddTestCase(new HandoversAreJoinedWithTheFlow);
        AddTestCase(new ControlMessagesAreToldApart);
        AddTestCase(new CutPacketsAreNoHarm);
        AddTestCase(new RunDirectoriesAreWholeOrNot);
        AddTestCase(new TextIsExact);
        AddTestCase(new LadderShowsWhatWasLost);
    }
};

ScenarioRecordTestSuite g_scenarioRecordTestSuite; //!< registers itself

} // namespace
